//! From directions to pictures: the [`Generator`] trait and the [`Frame`] it makes.
//!
//! Making a frame has two halves. A [`Sketcher`] does what the [`FrameSpec`] alone decides, so sketches of several
//! frames are made at the same time on several threads. [`Generator::finish`] then takes the sketches in frame order
//! and adds what needs the frames before (blending, flash limit). The frames come out the same, bit for bit, for any
//! number of sketchers.

use crate::{direct::FrameSpec, error::Result, letterbox::Letterbox, time::Size};

mod png_file;
pub mod test_pattern;

/// A finished picture: 8-bit RGB, BT.709 primaries, sRGB transfer, rows top to bottom without padding.
///
/// ```
/// use phosphene_core::frame::Frame;
/// let mut frame = Frame::black("64x36".parse()?);
/// // The pixel at x = 3 in the second row.
/// frame.rgb_mut()[(64 + 3) * 3..][..3].copy_from_slice(&[255, 0, 0]);
/// let mut png = Vec::new();
/// frame.png(&mut png).expect("memory takes all");
/// assert!(png.starts_with(b"\x89PNG"));
/// # Ok::<(), phosphene_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    size: Size,
    rgb: Vec<u8>, // (height, width, 3)
}

impl Frame {
    /// A black picture.
    #[must_use]
    pub fn black(size: Size) -> Self {
        Self {
            size,
            rgb: vec![0; size.width() as usize * size.height() as usize * 3],
        }
    }

    /// Its size.
    #[must_use]
    pub fn size(&self) -> Size {
        self.size
    }

    /// Its bytes: (height, width, 3).
    #[must_use]
    pub fn rgb(&self) -> &[u8] {
        &self.rgb
    }

    /// Its bytes, to draw into: (height, width, 3).
    pub fn rgb_mut(&mut self) -> &mut [u8] {
        &mut self.rgb
    }

    /// Blackens what is outside of a shape.
    ///
    /// ```
    /// use phosphene_core::frame::Frame;
    /// let mut frame = Frame::black("96x54".parse()?);
    /// frame.rgb_mut().fill(255);
    /// frame.letterbox("2.39".parse()?);
    /// let row = |y: usize| frame.rgb()[y * 96 * 3];
    /// assert_eq!([row(0), row(6), row(7), row(46), row(47)], [0, 0, 255, 255, 0]);
    /// # Ok::<(), phosphene_core::Error>(())
    /// ```
    pub fn letterbox(&mut self, letterbox: Letterbox) {
        let (columns, rows) = letterbox.bars(self.size);
        let line = self.size.width() as usize * 3;
        let len = self.rgb.len();
        self.rgb[..rows * line].fill(0);
        self.rgb[len - rows * line..].fill(0);
        for row in self.rgb.chunks_exact_mut(line) {
            row[..columns * 3].fill(0);
            row[line - columns * 3..].fill(0);
        }
    }
}

/// Does the half of a frame that depends on its [`FrameSpec`] alone.
pub trait Sketcher: Send {
    /// What it hands to [`Generator::finish`].
    type Sketch: Send;

    /// # Errors
    /// [`crate::Error::Generate`] with the frame and the reason.
    fn sketch(&mut self, spec: &FrameSpec) -> Result<Self::Sketch>;
}

/// Turns directions into pictures.
pub trait Generator: Send {
    /// Its threads' half.
    type Sketcher: Sketcher;

    /// A new sketcher; the pipeline asks for one a thread.
    ///
    /// # Errors
    /// When its memory or model can't be had.
    fn sketcher(&self) -> Result<Self::Sketcher>;

    /// Finishes the frames, called once for each in order within a shot. State is reset where
    /// [`FrameSpec::shot`]'s first frame comes. `frame` is recycled: every pixel is written.
    ///
    /// # Errors
    /// [`crate::Error::Generate`] with the frame and the reason.
    fn finish(
        &mut self,
        spec: &FrameSpec,
        sketch: <Self::Sketcher as Sketcher>::Sketch,
        frame: &mut Frame,
    ) -> Result<()>;
}
