//! Print looks: a developed film picture printed in inks, dots, lines or sheets, sharp at the output's size.
//!
//! Each look is two steps. At the picture's size it is separated into a few smooth planes (tones, edges, coverage of
//! inks); these are lifted to the sheet's size row by row (`lift`) and screened there, where dots and lines are made.
//! A look depends on one frame alone. Dots, dither, lines and paper stay with the screen, for the camera's zoom would
//! make them flicker on the surfaces; outlines, bends of lines and edges of sheets go with what they belong to.

mod duotone;
mod engraving;
mod halftone;
mod kaleidoscope;
mod lift;
mod neon_lines;
mod one_bit;
mod paper_cut;
mod risograph;
mod texture;
mod tone;
mod vhs;

use crate::{
    isa::{self, Isa, Kernel},
    lanes::{F, Lanes, N, V},
};
use lift::Lift;
use texture::Texture;

/// What a picture is printed as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Look {
    /// Not a print: the film's picture at the sheet's size.
    Film,
    /// Two inks on warm paper, in dots, a little out of register.
    Risograph,
    /// Comic dots of full colours and black.
    Halftone,
    /// Ink lines that follow the surfaces.
    Engraving,
    /// Glowing lines on black, along edges of depth and light.
    NeonLines,
    /// A tape: smeared colours, scan lines, tracking.
    Vhs,
    /// Sheets of paper by depth, with soft shadows.
    PaperCut,
    /// Two colours in ordered dither.
    OneBit,
    /// Two inks from shadow to light.
    Duotone,
    /// Mirrors around the picture's middle.
    Kaleidoscope,
}

/// The colours of a print, display values from 0 to 1 (sRGB).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Inks {
    /// What is printed on.
    pub paper: [f32; 3],
    /// The ink of shadows and lines.
    pub dark: [f32; 3],
    /// The ink of colour.
    pub bright: [f32; 3],
}

impl Inks {
    /// Black on white: for what has colours of its own.
    pub const NONE: Self = Self {
        paper: [1.0; 3],
        dark: [0.0; 3],
        bright: [0.0; 3],
    };
}

/// What is printed from: a developed film picture with what is known of its pixels.
#[derive(Debug, Clone, Copy)]
pub struct Plate<'a> {
    /// Pixels in a row, 4 at least.
    pub width: usize,
    /// Rows, 4 at least.
    pub height: usize,
    /// (height, width, 3), display values from 0 to 1.
    pub rgb: &'a [f32],
    /// (height, width): metres along the view axis.
    pub distance: &'a [f32],
    /// The colours.
    pub inks: Inks,
    /// The song's time in seconds.
    pub secs: f32,
    /// The frame's own seed, for what is noise in time.
    pub seed: u64,
}

/// A printed picture.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sheet {
    /// Pixels in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// (height, width, 3), sRGB.
    pub rgb: Vec<u8>,
}

impl Sheet {
    /// Takes another size; contents are undefined but set.
    pub fn resize(&mut self, width: usize, height: usize) {
        self.width = width;
        self.height = height;
        self.rgb.resize(width * height * 3, 0);
    }

    /// Floats in a row of lanes.
    fn stride(&self) -> usize {
        self.width.next_multiple_of(N)
    }

    /// A length in pixels of what has `at_720` pixels in 720 rows, and never fewer than `least`.
    fn feature(&self, at_720: f32, least: f32) -> f32 {
        (self.height.min(self.width) as f32 * (at_720 / 720.0)).max(least)
    }

    /// Writes one row, sixteen pixels at a time, from `shade` (the left one of them).
    #[inline(always)]
    fn row<L: Lanes>(&mut self, y: usize, mut shade: impl FnMut(usize) -> V<L>) {
        let (width, line) = (self.width, self.width * 3);
        let row = &mut self.rgb[y * line..(y + 1) * line];
        for (block, out) in row.chunks_mut(N * 3).enumerate() {
            let c = shade(block * N);
            // 2^23 and a whole number: the number is in the lowest bits.
            let byte = inlined(
                #[inline(always)]
                |v: F<L>| (v.saturate() * 255.0 + 8_388_608.0).array(),
            );
            let (r, g, b) = (byte(c.x), byte(c.y), byte(c.z));
            debug_assert!(block * N < width);
            for (i, pixel) in out.chunks_exact_mut(3).enumerate() {
                pixel[0] = r[i].to_bits() as u8;
                pixel[1] = g[i].to_bits() as u8;
                pixel[2] = b[i].to_bits() as u8;
            }
        }
    }
}

/// Sixteen values of a row of lanes.
#[inline(always)]
fn load<L: Lanes>(row: &[f32], left: usize) -> F<L> {
    row[left..].first_chunk::<N>().map_or(F::from(0.0), F::load)
}

/// A closure over lanes as it is: only as an argument can it be told to be inlined, and if it is not, each of its
/// operations is a call.
#[inline(always)]
fn inlined<A, R>(work: impl Fn(A) -> R) -> impl Fn(A) -> R {
    work
}

/// [`inlined`] of two arguments.
#[inline(always)]
fn inlined2<A, B, R>(work: impl Fn(A, B) -> R) -> impl Fn(A, B) -> R {
    work
}

/// What printing keeps from frame to frame: tables and memory, nothing that shows.
#[derive(Debug, Default)]
pub struct Press {
    /// From the plate to the sheet.
    lift: Lift,
    /// From planes of a quarter of the plate's size to the plate, and to the sheet.
    near: Lift,
    far: Lift,
    texture: Texture,
    spare: Vec<Vec<f32>>,
}

impl Press {
    /// Prints `plate` on `sheet`, whose size is the caller's choice.
    pub fn print(&mut self, isa: Isa, look: Look, plate: &Plate<'_>, sheet: &mut Sheet) {
        self.fit(plate, sheet);
        let press = self;
        isa::run(
            isa,
            Printing {
                look,
                press,
                plate,
                sheet,
            },
        );
    }

    /// Lays a sheet over another of its size where `shows` (one a pixel of the plate) is 1, with a weight from 0 to 1.
    pub fn lay(&mut self, plate: &Plate<'_>, shows: &[u8], (over, weight): (&Sheet, f32), sheet: &mut Sheet) {
        self.fit(plate, sheet);
        let mut mask = self.take(plate.width * plate.height);
        for (mask, shows) in mask.iter_mut().zip(shows) {
            *mask = f32::from(*shows);
        }
        let mut row = self.take(sheet.stride());
        let line = sheet.width * 3;
        let rows = sheet.rgb.chunks_exact_mut(line).zip(over.rgb.chunks_exact(line));
        for (y, (to, from)) in rows.enumerate() {
            self.lift.row(&mask, y, &mut row);
            let pixels = to.as_chunks_mut::<3>().0.iter_mut().zip(from.as_chunks::<3>().0);
            for ((to, from), cover) in pixels.zip(&row) {
                let cover = ((cover - 0.5) * 2.0 + 0.5).clamp(0.0, 1.0) * weight;
                for (to, from) in to.iter_mut().zip(from) {
                    let mixed = f32::from(*to) + (f32::from(*from) - f32::from(*to)) * cover;
                    *to = (mixed + 0.5) as u8;
                }
            }
        }
        self.put([mask, row]);
    }

    /// Makes the tables for a pair of sizes.
    fn fit(&mut self, plate: &Plate<'_>, sheet: &Sheet) {
        let sizes = [plate.width, plate.height, sheet.width, sheet.height];
        if self.lift.sizes() != sizes {
            let [columns, rows] = tone::quarter(plate);
            self.lift = Lift::new(sizes);
            self.near = Lift::new([columns, rows, plate.width, plate.height]);
            self.far = Lift::new([columns, rows, sheet.width, sheet.height]);
        }
    }

    /// A plane of so many floats, of undefined contents.
    fn take(&mut self, len: usize) -> Vec<f32> {
        let mut plane = self.spare.pop().unwrap_or_default();
        plane.resize(len, 0.0);
        plane
    }

    fn put<const K: usize>(&mut self, planes: [Vec<f32>; K]) {
        self.spare.extend(planes);
    }
}

struct Printing<'a> {
    look: Look,
    press: &'a mut Press,
    plate: &'a Plate<'a>,
    sheet: &'a mut Sheet,
}

impl Kernel for Printing<'_> {
    #[inline(always)]
    fn run<L: Lanes>(self) {
        let Self {
            look,
            press,
            plate,
            sheet,
        } = self;
        match look {
            Look::Film => lift::film::<L>(press, plate, sheet),
            Look::Risograph => risograph::print::<L>(press, plate, sheet),
            Look::Halftone => halftone::print::<L>(press, plate, sheet),
            Look::Engraving => engraving::print::<L>(press, plate, sheet),
            Look::NeonLines => neon_lines::print::<L>(press, plate, sheet),
            Look::Vhs => vhs::print::<L>(press, plate, sheet),
            Look::PaperCut => paper_cut::print::<L>(press, plate, sheet),
            Look::OneBit => one_bit::print::<L>(press, plate, sheet),
            Look::Duotone => duotone::print::<L>(press, plate, sheet),
            Look::Kaleidoscope => kaleidoscope::print::<L>(press, plate, sheet),
        }
    }
}
