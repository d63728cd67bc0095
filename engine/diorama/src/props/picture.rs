//! A prop's picture: WebP to cropped pixels.

use std::io::Cursor;

use image_webp::WebPDecoder;

use super::Body;

/// A prop's picture: straight (not premultiplied) sRGB with alpha.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// (height, width, 4).
    pub rgba: Vec<u8>,
}

/// Decodes a WebP file and crops it; cards behind lights and signs become transparent.
pub(super) fn decode(file: &[u8], body: Body) -> Result<Picture, String> {
    let mut decoder = WebPDecoder::new(Cursor::new(file)).map_err(|e| e.to_string())?;
    let (width, height) = decoder.dimensions();
    let size = decoder.output_buffer_size().ok_or("its size overflows")?;
    let mut pixels = vec![0; size];
    decoder.read_image(&mut pixels).map_err(|e| e.to_string())?;
    let mut rgba = if decoder.has_alpha() {
        pixels
    } else {
        pixels.chunks_exact(3).flat_map(|p| [p[0], p[1], p[2], 255]).collect()
    };
    match body {
        // The cards are violet: light is what has more red or green than violet has for its blue.
        Body::Glow => keep(&mut rgba, |[r, g, b]| {
            ramp((r - 0.55 * b).max(g - 0.3 * b), 70.0, 130.0)
        }),
        Body::Glyph => keep(&mut rgba, |[r, g, b]| ramp(r.min(g).min(b), 165.0, 210.0)),
        Body::Full | Body::Bust | Body::Object => {}
    }
    Ok(crop(&Picture { width, height, rgba }))
}

/// Multiplies alpha by a mask of each pixel's colour.
fn keep(rgba: &mut [u8], mask: impl Fn([f32; 3]) -> f32) {
    for p in rgba.chunks_exact_mut(4) {
        let colour = [p[0], p[1], p[2]].map(f32::from);
        p[3] = (f32::from(p[3]) * mask(colour)).round() as u8;
    }
}

fn ramp(value: f32, from: f32, to: f32) -> f32 {
    ((value - from) / (to - from)).clamp(0.0, 1.0)
}

/// Cuts off the rows and columns that can't be seen (alpha below 9).
fn crop(picture: &Picture) -> Picture {
    let (w, h) = (picture.width as usize, picture.height as usize);
    let (mut left, mut right, mut top, mut bottom) = (w, 0, h, 0);
    for (i, p) in picture.rgba.chunks_exact(4).enumerate() {
        if p[3] > 8 {
            let (x, y) = (i % w, i / w);
            (left, right) = (left.min(x), right.max(x));
            (top, bottom) = (top.min(y), bottom.max(y));
        }
    }
    if left > right {
        return picture.clone();
    }
    let rgba = (top..=bottom)
        .flat_map(|y| &picture.rgba[(y * w + left) * 4..(y * w + right + 1) * 4])
        .copied()
        .collect();
    Picture {
        width: (right - left + 1) as u32,
        height: (bottom - top + 1) as u32,
        rgba,
    }
}
