//! Pixels of one nesting level: a region of the picture, its colours, layers and light.

use tiny_skia::PixmapMut;

use phosphene_core::raster::view::View;

/// A part of the picture in pixels; all even, so that it halves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Region {
    /// Left edge.
    pub x: usize,
    /// Upper edge.
    pub y: usize,
    /// Pixels across.
    pub width: usize,
    /// Pixels down.
    pub height: usize,
}

impl Region {
    /// The part that holds these points, grown to even pixels; `None` when nothing of it is inside.
    #[must_use]
    pub fn cut(&self, points: [[f64; 2]; 4]) -> Option<Region> {
        let span = |axis: usize, from: usize, len: usize| {
            let low = points.iter().map(|p| p[axis]).fold(f64::MAX, f64::min).floor() - 2.0;
            let high = points.iter().map(|p| p[axis]).fold(f64::MIN, f64::max).ceil() + 2.0;
            let inside = |v: f64| v.clamp(from as f64, (from + len) as f64) as usize;
            let (low, high) = (inside(low) & !1, (inside(high) + 1) & !1);
            (low, high.min(from + len).saturating_sub(low))
        };
        let (x, width) = span(0, self.x, self.width);
        let (y, height) = span(1, self.y, self.height);
        (width >= 4 && height >= 4).then_some(Region { x, y, width, height })
    }

    /// A view of the whole picture's pixels, in this region's own.
    #[must_use]
    pub fn shift(&self, view: &View) -> View {
        View {
            u: view.u - self.x as f64,
            v: view.v - self.y as f64,
            ..*view
        }
    }
}

/// The pixels of a region; memory is kept from frame to frame.
#[derive(Debug, Clone, Default)]
pub struct Buffer {
    /// Where it is.
    pub region: Region,
    /// (height, width, 4), opaque.
    pub rgba: Vec<u8>,
    /// (height / 2, width / 2, 4): layer, light that blooms, how readable it must stay, 255.
    pub aux: Vec<u8>,
}

impl Buffer {
    /// Takes the size of a region. What is in it is left over: the first plane covers everything.
    pub fn resize(&mut self, region: Region) {
        self.region = region;
        self.rgba.resize(region.width * region.height * 4, 255);
        self.aux.resize((region.width / 2) * (region.height / 2) * 4, 255);
    }

    /// Black and unlit: nothing of the frame before shines through where a set leaves a gap.
    pub fn clear(&mut self) {
        for bytes in [&mut self.rgba, &mut self.aux] {
            bytes.as_chunks_mut::<4>().0.fill([0, 0, 0, 255]);
        }
    }

    /// Both pictures, to draw on.
    pub fn pixmaps(&mut self) -> (PixmapMut<'_>, PixmapMut<'_>) {
        let (w, h) = (self.region.width as u32, self.region.height as u32);
        let fits = "a buffer has the length of its region, which is never empty";
        (
            PixmapMut::from_bytes(&mut self.rgba, w, h).expect(fits),
            PixmapMut::from_bytes(&mut self.aux, w / 2, h / 2).expect(fits),
        )
    }
}
