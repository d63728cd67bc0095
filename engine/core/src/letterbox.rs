//! Black bars around a picture of another shape: over everything else, so that nothing in it moves.

use std::{fmt, str::FromStr};

use crate::{
    error::{Error, Result},
    time::Size,
};

/// The narrowest and the widest picture that bars are made for.
const RATIOS: [f64; 2] = [0.25, 4.0];

/// What shape of the frame is left between black bars.
///
/// ```
/// use phosphene_core::letterbox::Letterbox;
/// let wide: Letterbox = "2.39".parse()?;
/// assert_eq!(wide.bars("1280x720".parse()?), (0, 92));
/// let tall: Letterbox = "4:3".parse()?;
/// assert_eq!(tall.bars("1280x720".parse()?), (160, 0));
/// assert!("wide".parse::<Letterbox>().is_err());
/// # Ok::<(), phosphene_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Letterbox {
    /// Width by height of what is left; `None` leaves all.
    ratio: Option<f64>,
}

impl Letterbox {
    /// No bars.
    pub const OFF: Self = Self { ratio: None };

    /// How many columns on each side, and how many rows above and below, are outside of its shape.
    #[must_use]
    pub fn bars(self, size: Size) -> (usize, usize) {
        let Some(ratio) = self.ratio else { return (0, 0) };
        let (width, height) = (f64::from(size.width()), f64::from(size.height()));
        let bar = |side: f64, kept: f64| ((side - kept) * 0.5).round().max(0.0) as usize;
        (bar(width, height * ratio), bar(height, width / ratio))
    }
}

impl FromStr for Letterbox {
    type Err = Error;

    /// "2.39", "2.35:1", "16:9", or "off".
    fn from_str(text: &str) -> Result<Self> {
        let wrong = || Error::Value {
            what: "the letterbox",
            expected: format!(
                "a shape such as 2.39, 1.85, 16:9 or 4:3, from {} to {}, or \"off\"",
                RATIOS[0], RATIOS[1]
            ),
            actual: format!("\"{}\"", text.trim()),
        };
        let text = text.trim();
        if text.eq_ignore_ascii_case("off") {
            return Ok(Self::OFF);
        }
        let number = |text: &str| text.trim().parse::<f64>().map_err(|_| wrong());
        let ratio = match text.split_once(':') {
            Some((width, height)) => number(width)? / number(height)?,
            None => number(text)?,
        };
        if !(RATIOS[0]..=RATIOS[1]).contains(&ratio) {
            return Err(wrong());
        }
        Ok(Self { ratio: Some(ratio) })
    }
}

impl fmt::Display for Letterbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.ratio {
            Some(ratio) => write!(f, "{ratio}"),
            None => f.write_str("off"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_leave_the_shape_that_was_asked_for_in_the_middle() {
        for (size, shape, left) in [
            ("1280x720", "2.39", (1280, 536)),
            ("1280x720", "2.35:1", (1280, 544)),
            ("1280x720", "1.85", (1280, 692)),
            ("1280x720", "16:9", (1280, 720)),
            ("1280x720", "4:3", (960, 720)),
            ("1280x720", "off", (1280, 720)),
            ("720x1280", "1", (720, 720)),
            ("720x1280", "9:16", (720, 1280)),
        ] {
            let size: Size = size.parse().unwrap();
            let (columns, rows) = shape.parse::<Letterbox>().unwrap().bars(size);
            let is = (size.width() as usize - 2 * columns, size.height() as usize - 2 * rows);
            assert_eq!(is, left, "{shape} in {size}");
        }
    }

    #[test]
    fn what_is_no_shape_is_an_error_that_says_what_is() {
        for bad in [
            "", "wide", "0", "-2", "2:0", "0:0", "nan", "inf", "5", "0.1", "2.39:1:1", "2,39",
        ] {
            let error = bad.parse::<Letterbox>().unwrap_err().to_string();
            assert!(error.contains("16:9") && error.contains("off"), "{bad}: {error}");
        }
    }
}
