//! Frames as PNG files.

use std::{fs::File, io::BufWriter, path::Path};

use super::Frame;
use crate::error::{Error, Result};

impl Frame {
    /// Writes the picture as an 8-bit sRGB PNG.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn write_png(&self, path: &Path) -> Result<()> {
        let wrong = |error: png::EncodingError| Error::file("write", path)(std::io::Error::other(error));
        let file = File::create(path).map_err(Error::file("create", path))?;
        let mut encoder = png::Encoder::new(BufWriter::new(file), self.size.width(), self.size.height());
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_source_srgb(png::SrgbRenderingIntent::Perceptual);
        let mut writer = encoder.write_header().map_err(wrong)?;
        writer.write_image_data(&self.rgb).map_err(wrong)?;
        writer.finish().map_err(wrong)
    }
}
