//! `phosphene analyze`: what is heard in a song, as text, files or a picture.

use phosphene_engine::ffmpeg::open_song;
use std::{fmt::Write as _, path::PathBuf};

use clap::Args;
use phosphene_engine::{
    Error, Result,
    analysis::{Analysis, Analyzer, Moment},
    cancel::Cancel,
    listen, plot,
    song::{Song, file_title},
    time::{SamplePos, Size},
};

use serde::Serialize;

use super::{
    click,
    files::{Files, Kind, OverwriteArg},
    hints::HintArgs,
    terminal::{clock, listening_bar, say, tell_losses},
};

/// Hear a song: tempo, beats, bars, sections, drops, build-ups, breaks.
#[derive(Args)]
pub struct Analyze {
    /// The song: wav, aiff, flac, alac, mp3, m4a, ogg, opus
    song: PathBuf,
    /// Write everything, moment by moment, as JSON; here as below, - is the standard output, and nothing else goes there
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write the beats: `seconds<TAB>beat in bar` a line
    #[arg(long, value_name = "FILE")]
    beats: Option<PathBuf>,
    /// Write the sections: `start<TAB>end<TAB>label` a line
    #[arg(long, value_name = "FILE")]
    sections: Option<PathBuf>,
    /// Draw what was heard: spectrogram, beats, sections, bands
    #[arg(long, value_name = "FILE.png")]
    plot: Option<PathBuf>,
    /// Mix clicks onto the song where the beats were heard, higher on the first of a bar
    #[arg(long, value_name = "FILE.wav")]
    click: Option<PathBuf>,
    #[command(flatten)]
    hints: HintArgs,
    /// Size of the drawing
    #[arg(long, value_name = "WxH", default_value = "1920x1080")]
    plot_size: Size,
    #[command(flatten)]
    overwrite: OverwriteArg,
}

impl Analyze {
    /// Hears the song, prints a summary and writes what was asked for.
    pub fn run(&self, cancel: &Cancel) -> Result<()> {
        let hints = self.hints.get()?;
        let mut files = Files::new(&self.overwrite, [&self.song])?;
        let json = files.claim("--json", Kind::Text, self.json.as_deref())?;
        let beat_lines = files.claim("--beats", Kind::Text, self.beats.as_deref())?;
        let section_lines = files.claim("--sections", Kind::Text, self.sections.as_deref())?;
        let picture = files.claim("--plot", Kind::Binary, self.plot.as_deref())?;
        let clicks = files.claim("--click", Kind::Binary, self.click.as_deref())?;
        let song = open_song(&self.song)?;
        let bar = listening_bar(&song);
        let mut analyzer = Analyzer::new(song.info().rate).with_hints(hints);
        let losses = listen::stream(&song, cancel, &|at| bar.set_position(at.0), &mut analyzer);
        bar.finish_and_clear();
        let losses = losses?;
        tell_losses(&losses, song.info().rate);
        let (analysis, spectrogram) = analyzer.finish_with_spectrogram()?;
        cancel.check()?;
        if !files.on_stdout() {
            say(&summary(&song, &analysis))?;
        }
        if let Some(target) = json {
            let shown = Shown {
                analysis: &analysis,
                moments: analysis.moments(),
            };
            let json = serde_json::to_string(&shown).map_err(|error| Error::Value {
                what: "the analysis",
                expected: "finite numbers".into(),
                actual: error.to_string(),
            })?;
            target.write_json(&json)?;
        }
        if let Some(target) = beat_lines {
            target.write_text(&beats(&analysis))?;
        }
        if let Some(target) = section_lines {
            target.write_text(&sections(&analysis))?;
        }
        if let Some(target) = clicks {
            target.write(|file| click::write(file, &song, &analysis.grid, cancel))?;
        }
        if let Some(target) = picture {
            let title = song.info().title.clone().unwrap_or_else(|| file_title(&self.song));
            let picture = plot::song(&title, &analysis, Some(&spectrogram), self.plot_size)?;
            cancel.check()?;
            target.write_png(&picture)?;
        }
        Ok(())
    }
}

/// What the JSON file holds.
#[derive(Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    analysis: &'a Analysis,
    moments: Vec<Moment>,
}

fn summary(song: &Song, analysis: &Analysis) -> String {
    let (info, grid) = (song.info(), &analysis.grid);
    let secs = |at: SamplePos| at.secs(grid.rate);
    let mut text = String::new();
    // Writing into a String can't fail.
    let _ = writeln!(
        text,
        "     song  {}, {} Hz, {} channel{}, {}",
        clock(secs(SamplePos(analysis.features.len))),
        info.rate.hz(),
        info.channels,
        if info.channels == 1 { "" } else { "s" },
        info.codec
    );
    if let Some(first) = grid.beats.first() {
        let _ = writeln!(
            text,
            "    tempo  {:.1} beats a minute, {} in a bar, first beat at {} (sure to {:.0} %)",
            grid.tempo_bpm,
            grid.beats_per_bar,
            clock(secs(first.at)),
            grid.confidence * 100.0
        );
    } else {
        let _ = writeln!(text, "    tempo  no beat was heard");
    }
    for section in &analysis.sections {
        let _ = writeln!(
            text,
            "  section  {} to {}  {}",
            clock(secs(section.start)),
            clock(secs(section.end)),
            section.label
        );
    }
    for moment in analysis.moments() {
        let _ = writeln!(
            text,
            "   moment  {} to {}  {} ({:.0} %)",
            clock(secs(moment.start)),
            clock(secs(moment.end)),
            moment.kind.name(),
            moment.strength * 100.0
        );
    }
    text
}

fn beats(analysis: &Analysis) -> String {
    let line =
        |beat: &phosphene_engine::analysis::Beat| format!("{:.6}\t{}\n", beat.at.secs(analysis.grid.rate), beat.in_bar);
    analysis.grid.beats.iter().map(line).collect()
}

fn sections(analysis: &Analysis) -> String {
    let secs = |at: SamplePos| at.secs(analysis.grid.rate);
    let lines = analysis.sections.iter();
    lines
        .map(|section| {
            format!(
                "{:.6}\t{:.6}\t{}\n",
                secs(section.start),
                secs(section.end),
                section.label
            )
        })
        .collect()
}
