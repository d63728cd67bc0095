//! A picture of what analysis hears in samples from standard input:
//! `ffmpeg -i SONG -ac 1 -f s16le - | phosphene_tools analysis-plot RATE OUT.png`.

use std::{io::Read, path::PathBuf};

use anyhow::Result;
use clap::Args;
use phosphene_engine::{
    analysis::Analyzer,
    plot,
    time::{SampleRate, Size},
};

use crate::picture::write_png;

/// Arguments of `analysis-plot`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Samples a second
    rate: u32,
    /// The picture that is written, as PNG
    out: PathBuf,
}

/// Draws it.
pub fn run(arguments: &Arguments) -> Result<()> {
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes)?;
    let (samples, _) = bytes.as_chunks::<2>();
    let samples: Vec<f32> = samples
        .iter()
        .map(|&s| f32::from(i16::from_le_bytes(s)) / 32_768.0)
        .collect();
    let mut analyzer = Analyzer::new(SampleRate::new(arguments.rate)?);
    analyzer.push(&samples);
    let (analysis, spectrogram) = analyzer.finish_with_spectrogram()?;
    let size = Size::new(1_600, 900)?;
    let frame = plot::song("What analysis hears", &analysis, Some(&spectrogram), size)?;
    write_png(&arguments.out, (size.width(), size.height()), frame.rgb())
}
