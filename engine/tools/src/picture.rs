//! Pictures as PNG.

use std::{fs::File, io::BufWriter, path::Path};

use anyhow::{Context, Result};

/// Writes a picture of 8 bits a channel: (height, width, 3).
pub fn write_png(path: &Path, (width, height): (u32, u32), rgb: &[u8]) -> Result<()> {
    let file = File::create(path).with_context(|| format!("can't create {}", path.display()))?;
    let mut encoder = png::Encoder::new(BufWriter::new(file), width, height);
    encoder.set_color(png::ColorType::Rgb);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(rgb)?;
    Ok(writer.finish()?)
}
