//! The prop library: pictures of about 1,600 things, with names, sizes and places.

use super::design::PropId;
use crate::error::Result;

/// A prop's picture: straight (not premultiplied) sRGB with alpha.
#[derive(Debug, Clone)]
pub struct Picture {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// (height, width, 4).
    pub rgba: Vec<u8>,
}

/// Decodes a prop's picture, cropped to what is not transparent.
///
/// # Errors
/// [`crate::Error::Asset`] when the library is damaged.
pub fn picture(_id: PropId) -> Result<Picture> {
    Err(crate::Error::Asset {
        what: "prop library",
        reason: "not there yet".into(),
    })
}
