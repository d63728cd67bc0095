//! Frames as PNG files.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
};

use crate::{
    error::{Error, Result},
    frame::Frame,
};

impl Frame {
    /// Writes the picture as an 8-bit sRGB PNG into a file, which is replaced where there is one.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn write_png(&self, path: &Path) -> Result<()> {
        let file = File::create(path).map_err(Error::file("create", path))?;
        self.png(BufWriter::new(file)).map_err(Error::file("write", path))
    }

    /// Writes the picture as an 8-bit sRGB PNG.
    ///
    /// # Errors
    /// The writer's.
    pub fn png(&self, mut to: impl Write) -> io::Result<()> {
        let mut encoder = png::Encoder::new(&mut to, self.size.width(), self.size.height());
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_source_srgb(png::SrgbRenderingIntent::Perceptual);
        let mut writer = encoder.write_header().map_err(said)?;
        writer.write_image_data(&self.rgb).map_err(said)?;
        writer.finish().map_err(said)?;
        to.flush()
    }
}

/// The system's own error, where it is one.
fn said(error: png::EncodingError) -> io::Error {
    match error {
        png::EncodingError::IoError(error) => error,
        other => io::Error::other(other),
    }
}
