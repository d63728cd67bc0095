//! Analyses every song of a folder and writes what was heard: `NAME.beats`, `NAME.sections`, `NAME.onsets`, and
//! `NAME.drumonsets` (those of the high band, where drums are told best).
//!
//! `cargo run --example analysis_batch -- SONGS OUT` also prints how many times faster than real time it went, on one
//! core, decoding included.

use phosphene_engine::ffmpeg::open_song;
use std::{
    error::Error,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use phosphene_engine::{analysis::Analysis, cancel::Cancel, listen::listen};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let mut args = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(songs), Some(out)) = (args.next(), args.next()) else {
        return Err("usage: analysis_batch SONGS OUT".into());
    };
    fs::create_dir_all(&out)?;
    let mut files: Vec<PathBuf> = fs::read_dir(songs)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<std::io::Result<_>>()?;
    files.retain(|path| {
        let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
        ["ogg", "wav", "flac", "mp3", "m4a", "aiff"].contains(&extension)
    });
    files.sort();
    let (mut heard, mut spent) = (0.0, 0.0);
    for path in &files {
        let begin = Instant::now();
        let analysis = hear(path)?;
        spent += begin.elapsed().as_secs_f64();
        heard += analysis.features.len as f64 / f64::from(analysis.features.rate.hz());
        write(&analysis, &out.join(path.file_stem().ok_or("a file without a name")?))?;
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

/// Reads a song as a render does, and analyses it.
fn hear(path: &Path) -> Result<Analysis> {
    let song = open_song(path)?;
    Ok(listen(&song, &Cancel::default(), &|_| ())?.analysis)
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
