//! Pictures to paint: our stage's, some like photographs, and flat ones.

use std::path::Path;

use anyhow::Result;
use phosphene_engine::painter::{STYLES, Styles};

use crate::bench::film;

/// Their size: small, so that thousands can be painted.
const SIZE: (usize, usize) = (192, 108);
/// Drawings of the demo's stage, evenly spread over its song.
const DRAWINGS: usize = 40;
const PHOTOGRAPHS: usize = 10;
/// Mixes of styles beside the styles themselves.
pub const MIXES: usize = 20;

/// A picture of (height, width, 3).
pub struct Drawn {
    pub width: usize,
    pub height: usize,
    pub rgb: Vec<f32>,
}

impl Drawn {
    fn new((width, height): (usize, usize), pixel: impl Fn(usize, usize) -> [f32; 3]) -> Self {
        let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
        Self {
            width,
            height,
            rgb: places.flat_map(|(x, y)| pixel(x, y)).collect(),
        }
    }

    /// Waves and checks: something in every frequency.
    pub fn waves((width, height): (usize, usize)) -> Self {
        Self::new((width, height), |x, y| {
            let (u, v) = (x as f32 / width as f32, y as f32 / height as f32);
            let wave = 0.5 + 0.5 * (40.0 * u * u + 25.0 * v).sin();
            [wave, (x / 16 + y / 16) as f32 % 2.0 * 0.8 + 0.1, 1.0 - u * v]
        })
    }

    /// Dead leaves: discs of all sizes that hide each other, shaded, with a little noise, which have the edges and the
    /// spectrum of photographs.
    ///
    /// **Source**: Lee, Mumford and Huang, "Occlusion Models for Natural Images", 2001: radii follow a power law with
    /// exponent -3.
    fn dead_leaves(seed: u64) -> Self {
        let mut dice = Dice(seed);
        let (width, height) = SIZE;
        let (least, most) = (1.5_f32, 60.0_f32);
        let leaves: Vec<([f32; 3], [f32; 4])> = (0..4_000)
            .map(|_| {
                let [x, y, u, slope] = [(); 4].map(|()| dice.roll());
                let radius = (least.powi(-2) + u * (most.powi(-2) - least.powi(-2))).powf(-0.5);
                let colour = [(); 3].map(|()| 0.1 + 0.8 * dice.roll());
                let place = [x * width as f32, y * height as f32, radius];
                (place, [colour[0], colour[1], colour[2], slope - 0.5])
            })
            .collect();
        let noise: Vec<f32> = (0..width * height).map(|_| 0.04 * (dice.roll() - 0.5)).collect();
        Self::new(SIZE, |x, y| {
            let covers = |[cx, cy, radius]: [f32; 3]| (x as f32 - cx).hypot(y as f32 - cy) < radius;
            let leaf = leaves.iter().find(|(place, _)| covers(*place));
            let Some(([_, cy, radius], [r, g, b, slope])) = leaf else {
                return [0.5; 3];
            };
            let light = 0.3 * slope * (y as f32 - cy) / radius + noise[y * width + x];
            [r, g, b].map(|colour| (colour + light).clamp(0.0, 1.0))
        })
    }
}

/// Numbers from 0 to 1 by a linear congruence.
struct Dice(u64);

impl Dice {
    /// Knuth, "The Art of Computer Programming" 2, 3.3.4, line 26.
    fn roll(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.0 >> 40) as f32 / (1 << 24) as f32
    }
}

/// Pictures of one kind.
pub struct Kind {
    pub name: &'static str,
    pub pictures: Vec<Drawn>,
}

/// Fifty pictures with something in them.
pub fn rich(song: &Path, storyboard: &Path) -> Result<[Kind; 2]> {
    let (width, height) = SIZE;
    let drawings = film::drawings(song, storyboard, SIZE, DRAWINGS)?;
    let drawn = |rgb| Drawn { width, height, rgb };
    Ok([
        Kind {
            name: "our stage's",
            pictures: drawings.into_iter().map(drawn).collect(),
        },
        Kind {
            name: "like photographs",
            pictures: (0..PHOTOGRAPHS as u64).map(Drawn::dead_leaves).collect(),
        },
    ])
}

/// Pictures of one colour, and of two: what a norm over the picture amplifies most.
pub fn flat() -> Kind {
    let mut dice = Dice(1);
    let mut colour = || [(); 3].map(|()| dice.roll());
    let pictures = (0..10)
        .map(|i| {
            let (ground, disc) = (colour(), colour());
            Drawn::new(SIZE, |x, y| {
                let inside = i % 2 == 1 && (x as f32 - 80.0).hypot(y as f32 - 60.0) < 25.0;
                if inside { disc } else { ground }
            })
        })
        .collect();
    Kind { name: "flat", pictures }
}

/// Each style alone, then mixes of two to four.
pub fn mixes() -> Vec<Styles> {
    let alone = (0..STYLES).map(|style| std::array::from_fn(|i| if i == style { 1.0 } else { 0.0 }));
    let mut dice = Dice(2);
    let mixed: Vec<Styles> = (0..MIXES)
        .map(|i| {
            let mut shares = [0.0; STYLES];
            for _ in 0..2 + i % 3 {
                shares[(dice.roll() * STYLES as f32) as usize] += 0.1 + dice.roll();
            }
            let sum: f32 = shares.iter().sum();
            shares.map(|share| share / sum)
        })
        .collect();
    alone.chain(mixed).collect()
}
