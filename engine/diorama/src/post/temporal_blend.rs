//! Temporal blending: the painting of the frame before, reprojected along the motion, under the new one, so that strokes
//! follow things instead of crawling over them.
//!
//! The painting of the frame before is sampled where each pixel was (Catmull and Rom 1974, as Keys 1981 convolution
//! with a = -0.5), and the new painting is blended over it. How much of the new one is taken depends on how much the
//! *drawing* changed at that pixel beyond its motion: little change keeps the strokes, a disocclusion takes
//! the new painting whole, so that nothing ghosts.

use super::super::drawing::Drawing;
use super::lowpass::LowMaps;
use glam::vec2;
use phosphene_core::raster::{
    colour::luma,
    cubic::{self, PHASE_BITS, Weights},
    lanes::{Lanes, add, mix},
};

/// Bits behind the point of places in the frame before.
const FRACTION: u32 = 24;
const ONE: i64 = 1 << FRACTION;

/// How much drawn luma must change beyond motion before the blend lets go of the old strokes, and how fast it does.
const CHANGE_FLOOR: f32 = 0.09;
const CHANGE_SLOPE: f32 = 4.0;
/// A pixel whose layer was elsewhere a frame ago is probably disoccluded: its change counts this many times.
const LAYER_CHANGE: f32 = 4.0;

/// The painting, blended from frame to frame.
#[derive(Debug)]
pub struct TemporalBlend {
    width: usize,
    height: usize,
    now: Vec<[f32; 4]>, // (height, width): painted R, G, B; drawn luma
    before: Vec<[f32; 4]>,
    latest: Vec<f32>, // (height, width, 3): the last fresh painting
    /// Share of it that the next frame is to take.
    pending: f32,
    layer: Vec<u8>,
    painted: bool,
    origins: Vec<Origin>, // one row
    warped: Vec<Lanes>,
    weights: Box<Weights>,
}

impl TemporalBlend {
    /// An empty one for pictures of the given size, 8x8 pixels at least.
    #[must_use]
    pub fn new(width: usize, height: usize) -> Self {
        Self {
            width,
            height,
            now: vec![[0.0; 4]; width * height],
            before: vec![[0.0; 4]; width * height],
            latest: vec![0.0; width * height * 3],
            pending: 0.0,
            layer: vec![0; width * height],
            painted: false,
            origins: vec![Origin::default(); width],
            warped: vec![[0.0; 4]; width],
            weights: cubic::weights(),
        }
    }

    /// Forgets the painting: a new shot begins.
    pub fn reset(&mut self) {
        self.painted = false;
        self.pending = 0.0;
    }

    /// Whether there is a painting to show.
    #[must_use]
    pub fn is_painted(&self) -> bool {
        self.painted
    }

    /// (height, width): painted red, green, blue, and the drawing's luma. The drawing alone while nothing is painted.
    #[must_use]
    pub fn pixels(&self) -> &[[f32; 4]] {
        &self.now
    }

    /// Moves on by one frame.
    ///
    /// `painting` is the fresh painting (height, width, 3) or `None` on a frame that is not painted; `fresh` is the
    /// least share of it that is taken, 0 to 1, half of it now and half on the next frame, so that the picture does not
    /// pulse at the rate of paintings; `low` holds the frame before's low-pass maps, which colour the drawing
    /// where a frame without a painting discloses something.
    pub fn advance(&mut self, drawing: &Drawing, painting: Option<&[f32]>, fresh: f32, low: &LowMaps) {
        std::mem::swap(&mut self.now, &mut self.before);
        match (self.painted, painting) {
            (false, None) => copy_picture(&mut self.now, &drawing.rgb, &drawing.rgb),
            (false, Some(painting)) => {
                copy_picture(&mut self.now, painting, &drawing.rgb);
                self.painted = true;
            }
            (true, painting) => {
                let half = 1.0 - (1.0 - fresh).max(0.0).sqrt();
                self.warp(
                    drawing,
                    painting,
                    if painting.is_some() { half } else { self.pending },
                    low,
                );
                self.pending = 0.0;
                if let Some(painting) = painting {
                    self.latest.copy_from_slice(painting);
                    self.pending = half;
                }
            }
        }
        self.layer.copy_from_slice(&drawing.layer);
    }

    fn warp(&mut self, drawing: &Drawing, painting: Option<&[f32]>, fresh: f32, low: &LowMaps) {
        let width = self.width;
        let bounds = Bounds::new(width, self.height);
        // Three plain loops a row: each is one that the compiler can put into wide registers.
        for (y, now) in self.now.chunks_exact_mut(width).enumerate() {
            let row = y * width;
            let layers = &drawing.layer[row..row + width];
            let mut start = 0;
            for run in layers.chunk_by(|a, b| a == b) {
                let map = drawing.to_before[usize::from(run[0])];
                // Pixel centres lie at halves.
                let from = map.transform_point2(vec2(start as f32 + 0.5, y as f32 + 0.5));
                let (mut x, mut y_before) = (fixed(from.x - 0.5), fixed(from.y - 0.5));
                let (dx, dy) = (fixed(map.x_axis.x), fixed(map.x_axis.y));
                for origin in &mut self.origins[start..start + run.len()] {
                    *origin = bounds.origin(x, y_before);
                    x += dx;
                    y_before += dy;
                }
                start += run.len();
            }
            for (warped, origin) in self.warped.iter_mut().zip(&self.origins) {
                *warped = origin.sample(&self.before, width, &self.weights);
            }
            let drawn = &drawing.rgb[row * 3..(row + width) * 3];
            let new = painting.map(|painting| &painting[row * 3..(row + width) * 3]);
            for (x, (now, &old)) in now.iter_mut().zip(&self.warped).enumerate() {
                let drawn = [drawn[x * 3], drawn[x * 3 + 1], drawn[x * 3 + 2], 0.0];
                let luma = luma(&drawn);
                let origin = &self.origins[x];
                let weight = if self.layer[origin.nearest as usize] == layers[x] {
                    1.0
                } else {
                    LAYER_CHANGE
                };
                let change = weight * (luma - old[3]).abs() + origin.outside;
                let changed = ((change - CHANGE_FLOOR) * CHANGE_SLOPE).clamp(0.0, 1.0);
                let [r, g, b, _] = match new {
                    Some(new) => {
                        let new = [new[x * 3], new[x * 3 + 1], new[x * 3 + 2], luma];
                        mix(old, new, fresh + (1.0 - fresh) * changed)
                    }
                    None => {
                        let at = origin.nearest as usize * 3;
                        let late = [self.latest[at], self.latest[at + 1], self.latest[at + 2], luma];
                        let kept = mix(old, late, fresh);
                        if changed > 0.0 {
                            mix(kept, add(drawn, low.painted_minus_drawn(x, y)), changed)
                        } else {
                            kept
                        }
                    }
                };
                *now = [r, g, b, luma];
            }
        }
    }
}

/// Where a pixel was in the frame before.
#[derive(Debug, Clone, Copy, Default)]
struct Origin {
    /// First of its 4x4 neighbours.
    first: u32,
    nearest: u32,
    phase: [u8; 2],
    /// 1 when it was out of the picture, else 0.
    outside: f32,
}

/// The part of the picture around which there are 4x4 pixels, in fixed point: conversions of floats are slow.
struct Bounds {
    right: i64,
    bottom: i64,
    width: i64,
}

impl Bounds {
    fn new(width: usize, height: usize) -> Self {
        Self {
            right: fixed(width as f32 - 2.0) - 1,
            bottom: fixed(height as f32 - 2.0) - 1,
            width: width as i64,
        }
    }

    #[inline(always)]
    fn origin(&self, x: i64, y: i64) -> Origin {
        // One pixel of border is stretched rather than read beyond the picture.
        let (cx, cy) = (x.clamp(ONE, self.right), y.clamp(ONE, self.bottom));
        let beyond = (x - cx).abs().max((y - cy).abs());
        let nearest = ((cy + ONE / 2) >> FRACTION) * self.width + ((cx + ONE / 2) >> FRACTION);
        let phase = |at: i64| ((at & (ONE - 1)) >> (FRACTION - PHASE_BITS)) as u8;
        Origin {
            first: (((cy >> FRACTION) - 1) * self.width + (cx >> FRACTION) - 1) as u32,
            nearest: nearest as u32,
            phase: [phase(cx), phase(cy)],
            outside: if 2 * beyond > 3 * ONE { 1.0 } else { 0.0 },
        }
    }
}

fn fixed(value: f32) -> i64 {
    (value * ONE as f32) as i64
}

impl Origin {
    #[inline(always)]
    fn sample(&self, pixels: &[Lanes], width: usize, weights: &Weights) -> Lanes {
        cubic::sample(pixels, width, self.first, self.phase, weights)
    }
}

/// The flicker of a picture: mean absolute difference, over pixels and colours, to the one before carried along with the
/// drawing's motion. Pixels from beyond the picture are left out; 0 when there are no others.
#[must_use]
pub fn flicker(before: &[Lanes], now: &[Lanes], drawing: &Drawing) -> f64 {
    let width = drawing.width;
    let bounds = Bounds::new(width, drawing.height);
    let weights = cubic::weights();
    let (mut sum, mut count) = (0.0, 0_u64);
    for (at, (now, &layer)) in now.iter().zip(&drawing.layer).enumerate() {
        let map = drawing.to_before[usize::from(layer)];
        let from = map.transform_point2(vec2((at % width) as f32 + 0.5, (at / width) as f32 + 0.5));
        let origin = bounds.origin(fixed(from.x - 0.5), fixed(from.y - 0.5));
        if origin.outside > 0.0 {
            continue;
        }
        let before = origin.sample(before, width, &weights);
        sum += (0..3).map(|c| f64::from((now[c] - before[c]).abs())).sum::<f64>();
        count += 3;
    }
    sum / count.max(1) as f64
}

fn copy_picture(to: &mut [[f32; 4]], picture: &[f32], drawn: &[f32]) {
    for ((to, picture), drawn) in to.iter_mut().zip(picture.chunks_exact(3)).zip(drawn.chunks_exact(3)) {
        *to = [picture[0], picture[1], picture[2], luma(drawn)];
    }
}
