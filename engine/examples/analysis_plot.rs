//! Draws what analysis hears in a WAV-like stream of 16-bit mono samples on standard input: `analysis_plot RATE OUT.png`.

use std::{error::Error, fs::File, io::Read};

use phosphene_engine::{
    analysis::Analyzer,
    plot,
    time::{SampleRate, Size},
};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let (Some(rate), Some(out)) = (args.next(), args.next()) else {
        return Err("usage: ffmpeg -i SONG -ac 1 -f s16le - | analysis_plot RATE OUT.png".into());
    };
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes)?;
    let (samples, _) = bytes.as_chunks::<2>();
    let samples: Vec<f32> = samples
        .iter()
        .map(|&s| f32::from(i16::from_le_bytes(s)) / 32_768.0)
        .collect();
    let mut analyzer = Analyzer::new(SampleRate::new(rate.parse()?)?);
    analyzer.push(&samples);
    let (analysis, spectrogram) = analyzer.finish_with_spectrogram()?;
    let size = Size::new(1_600, 900)?;
    let frame = plot::song("What analysis hears", &analysis, Some(&spectrogram), size)?;
    let mut encoder = png::Encoder::new(File::create(out)?, size.width(), size.height());
    encoder.set_color(png::ColorType::Rgb);
    encoder.write_header()?.write_image_data(frame.rgb())?;
    Ok(())
}
