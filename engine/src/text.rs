//! Lines of text on a [`Frame`], in the one typeface that is built in (Ubuntu Light).

use ab_glyph::{Font, FontRef, PxScale, ScaleFont, point};

use phosphene_core::{
    error::{Error, Result},
    frame::Frame,
};

/// The typeface.
pub struct Typeface {
    font: FontRef<'static>,
}

/// A colour with its opacity: sRGB 0 to 255, and 0 (invisible) to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ink {
    /// Red, green, blue.
    pub rgb: [u8; 3],
    /// How much it covers.
    pub opacity: f32,
}

impl Ink {
    /// A colour that covers wholly.
    #[must_use]
    pub fn solid(rgb: [u8; 3]) -> Self {
        Self { rgb, opacity: 1.0 }
    }
}

impl Typeface {
    /// The built-in typeface.
    ///
    /// # Errors
    /// [`Error::Asset`] when it is damaged.
    pub fn load() -> Result<Self> {
        let font = FontRef::try_from_slice(epaint_default_fonts::UBUNTU_LIGHT).map_err(|error| Error::Asset {
            what: "typeface",
            reason: error.to_string(),
        })?;
        Ok(Self { font })
    }

    /// How wide a line is, in pixels, at a size in pixels from the highest ascender to the lowest descender.
    #[must_use]
    pub fn width(&self, line: &str, px: f32) -> f32 {
        let font = self.font.as_scaled(PxScale::from(px));
        let mut last = None;
        let mut width = 0.0;
        for glyph in line.chars().map(|c| font.glyph_id(c)) {
            width += last.map_or(0.0, |last| font.kern(last, glyph)) + font.h_advance(glyph);
            last = Some(glyph);
        }
        width
    }

    /// Draws a line with its left end and its middle line (half-way up a small letter) at `at`, in pixels from the
    /// frame's top left corner. What lies outside is cut off.
    pub fn draw(&self, frame: &mut Frame, line: &str, at: (f32, f32), px: f32, ink: Ink) {
        let font = self.font.as_scaled(PxScale::from(px));
        let baseline = at.1 + 0.24 * px;
        let mut last = None;
        let mut x = at.0;
        for glyph in line.chars().map(|c| font.glyph_id(c)) {
            x += last.map_or(0.0, |last| font.kern(last, glyph));
            let placed = glyph.with_scale_and_position(PxScale::from(px), point(x, baseline));
            if let Some(outline) = self.font.outline_glyph(placed) {
                let corner = outline.px_bounds().min;
                outline.draw(|dx, dy, cover| {
                    blend(
                        frame,
                        corner.x as i64 + i64::from(dx),
                        corner.y as i64 + i64::from(dy),
                        ink,
                        cover,
                    );
                });
            }
            x += font.h_advance(glyph);
            last = Some(glyph);
        }
    }
}

fn blend(frame: &mut Frame, x: i64, y: i64, ink: Ink, cover: f32) {
    let (width, height) = (i64::from(frame.size().width()), i64::from(frame.size().height()));
    if !(0..width).contains(&x) || !(0..height).contains(&y) {
        return;
    }
    let share = (cover * ink.opacity).clamp(0.0, 1.0);
    let first = ((y * width + x) * 3) as usize;
    for (under, over) in frame.rgb_mut()[first..first + 3].iter_mut().zip(ink.rgb) {
        *under = (f32::from(*under) * (1.0 - share) + f32::from(over) * share).round() as u8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use phosphene_core::time::Size;

    #[test]
    fn a_line_is_as_wide_as_it_says() {
        let face = Typeface::load().unwrap();
        let size = Size::new(400, 60).unwrap();
        let mut frame = Frame::black(size);
        face.draw(&mut frame, "Bar 17, chorus", (10.0, 30.0), 32.0, Ink::solid([255; 3]));
        let lit: Vec<usize> = (0..400 * 60)
            .filter(|&i| frame.rgb()[i * 3] > 64)
            .map(|i| i % 400)
            .collect();
        let (left, right) = (lit.iter().min().unwrap(), lit.iter().max().unwrap());
        let width = face.width("Bar 17, chorus", 32.0);
        assert!(*left >= 9 && *left < 16, "{left}");
        assert!((*right as f32 - (10.0 + width)).abs() < 4.0, "{right} {width}");
        assert!(face.width("", 32.0) == 0.0);
    }

    #[test]
    fn what_lies_outside_is_cut_off() {
        let mut frame = Frame::black(Size::new(16, 16).unwrap());
        let face = Typeface::load().unwrap();
        for at in [(-50.0, 8.0), (8.0, -50.0), (100.0, 100.0), (-3.0, 15.0)] {
            face.draw(&mut frame, "Wide", at, 30.0, Ink::solid([255; 3]));
        }
    }
}
