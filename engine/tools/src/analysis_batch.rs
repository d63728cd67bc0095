//! What the analysis hears of songs: `NAME.beats`, `NAME.sections`, `NAME.onsets`, and `NAME.drumonsets` (those of the high
//! band, where drums are told best).

use std::{fmt::Write as _, fs, path::Path, time::Instant};

use anyhow::{Context, Result};
use phosphene_engine::analysis::Analysis;

use crate::songs::{self, IntoFolder};

/// Writes it for every song of a folder; also prints how many times faster than real time it went, on one core, decoding
/// included.
pub fn run(folders: &IntoFolder) -> Result<()> {
    let out = folders.made()?;
    let (mut heard, mut spent) = (0.0, 0.0);
    for path in &songs::sounds(&folders.songs)? {
        let begin = Instant::now();
        let analysis = songs::hear(path)?;
        spent += begin.elapsed().as_secs_f64();
        heard += analysis.features.len as f64 / f64::from(analysis.features.rate.hz());
        write(&analysis, &out.join(path.file_stem().context("a file without a name")?))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let grid = &analysis.grid;
        println!(
            "{name}: {} beats, {:.2} BPM, {} a bar, confidence {:.2}, {} parts",
            grid.beats.len(),
            grid.tempo_bpm,
            grid.beats_per_bar,
            grid.confidence,
            analysis.sections.len()
        );
    }
    println!(
        "{heard:.0} s of song in {spent:.1} s: {:.0} times real time",
        heard / spent
    );
    Ok(())
}

/// Writes beats, sections and onsets as text, times in seconds.
fn write(analysis: &Analysis, stem: &Path) -> Result<()> {
    let rate = analysis.features.rate;
    let (mut beats, mut sections, mut onsets) = (String::new(), String::new(), String::new());
    for beat in &analysis.grid.beats {
        writeln!(beats, "{:.4}\t{}", beat.at.secs(rate), beat.in_bar)?;
    }
    for section in &analysis.sections {
        let (start, end) = (section.start.secs(rate), section.end.secs(rate));
        writeln!(sections, "{start:.4}\t{end:.4}\t{}", section.label)?;
    }
    let mut last = f64::NEG_INFINITY;
    for (index, hop) in analysis.features.hops.iter().enumerate() {
        let secs = analysis.features.centre(index).secs(rate);
        if hop.onset.iter().any(|&strength| strength > 0.0) && secs - last > 0.03 {
            writeln!(onsets, "{secs:.4}")?;
            last = secs;
        }
    }
    let name = |extension: &str| format!("{}.{extension}", stem.display());
    fs::write(name("beats"), beats)?;
    fs::write(name("sections"), sections)?;
    fs::write(name("onsets"), onsets)?;
    let drums = (analysis.features.hops.iter().enumerate()).filter(|(_, hop)| hop.onset[2] > 0.0);
    let drums: String = drums
        .map(|(index, _)| format!("{:.4}\n", analysis.features.centre(index).secs(rate)))
        .collect();
    fs::write(name("drumonsets"), drums)?;
    Ok(())
}
