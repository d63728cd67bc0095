//! Print looks in the diorama: which scene is printed as what, in which inks, and the sheets of a frame.
//!
//! Each world of a frame is printed in its own look, also while it is seen through a portal, so nothing changes at the
//! cue between two scenes. What has no look is left open on the sheets: film or painting shows there.

use phosphene_core::{direct::FrameSpec, prompt::PrintLook, raster::colour::grade_matrix, time::Size};
use phosphene_worlds::{
    isa::Isa,
    print::{Inks, Look, Plate, Press, Sheet},
    scalar,
};

use crate::{
    design::{Daytime, Design, Oklch},
    drawing::Drawing,
};

/// Sheets have the output's size, but no more pixels than this: what is larger is enlarged.
const MOST_PIXELS: f64 = 1920.0 * 1080.0;
/// Share of the picture that a world must have to be printed for.
const LEAST_SHARE: f32 = 0.0002;

/// How the scenes of a prompt are printed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Printing {
    look: PrintLook,
    inks: Inks,
}

impl Printing {
    /// As a design has it; `None` where it is no print.
    pub fn of(design: &Design) -> Option<Self> {
        design.print.map(|look| Self {
            look,
            inks: inks(look, design),
        })
    }

    /// With all inks' hues turned.
    fn turned(self, degrees: f32) -> Self {
        if degrees == 0.0 {
            return self;
        }
        let turn = grade_matrix(1.0, degrees, 1.0);
        let turned = |c: [f32; 3]| turn.map(|row| (row[0] * c[0] + row[1] * c[1] + row[2] * c[2]).clamp(0.0, 1.0));
        let Inks { paper, dark, bright } = self.inks;
        Self {
            inks: Inks {
                // Paper is not printed.
                paper,
                dark: turned(dark),
                bright: turned(bright),
            },
            ..self
        }
    }
}

/// One look's sheet, and where it shows.
#[derive(Debug, Clone, Default)]
pub struct Layer {
    /// What is printed.
    pub sheet: Sheet,
    /// (height, width) of the drawing: 1 where it shows, else 0.
    pub shows: Vec<u8>,
    /// How much of it shows there, 0 to 1.
    pub weight: f32,
}

/// The size of sheets for an output.
#[must_use]
pub fn sheet_size(output: Size) -> (usize, usize) {
    let (width, height) = (f64::from(output.width()), f64::from(output.height()));
    let scale = (MOST_PIXELS / (width * height)).sqrt().min(1.0);
    let even = |side: f64| ((side * scale * 0.5).round() as usize * 2).max(16);
    if scale < 1.0 {
        (even(width), even(height))
    } else {
        (output.width() as usize, output.height() as usize)
    }
}

/// Prints a drawing, whose pixels are so many metres off, in the looks of its worlds (`printings`, by prompt), and puts
/// the sheets behind the `from` layers that are kept; returns how many layers are in use then.
pub(super) fn print(
    press: &mut Press,
    isa: Isa,
    spec: &FrameSpec,
    (drawing, distance): (&Drawing, &[f32]),
    printings: &[Option<Printing>],
    size: (usize, usize),
    (layers, from): (&mut Vec<Layer>, usize),
) -> usize {
    let mut counts = [0_u32; 256];
    for level in &drawing.layer {
        counts[usize::from(*level)] += 1;
    }
    let least = LEAST_SHARE * drawing.layer.len() as f32;
    let of = |level: usize| {
        let prompt = spec.scenes.get(level)?.prompt;
        let printing = *printings.get(prompt)?;
        printing.map(|printing| printing.turned(spec.palette_shift_deg))
    };
    let mut used = from;
    for level in 0..spec.scenes.len().min(counts.len()) {
        let Some(printing) = of(level).filter(|_| counts[level] as f32 > least) else {
            continue;
        };
        if (0..level).any(|before| of(before) == Some(printing) && counts[before] as f32 > least) {
            continue;
        }
        if layers.len() == used {
            layers.push(Layer::default());
        }
        let layer = &mut layers[used];
        used += 1;
        let plate = Plate {
            width: drawing.width,
            height: drawing.height,
            rgb: &drawing.rgb,
            distance,
            inks: printing.inks,
            secs: spec.clock.secs as f32,
            seed: spec.seed,
        };
        layer.sheet.resize(size.0, size.1);
        press.print(isa, look(printing.look), &plate, &mut layer.sheet);
        layer.weight = 1.0;
        layer.shows.clear();
        let shows = |level: &u8| u8::from(of(usize::from(*level)) == Some(printing));
        layer.shows.extend(drawing.layer.iter().map(shows));
    }
    used
}

fn look(look: PrintLook) -> Look {
    match look {
        PrintLook::Risograph => Look::Risograph,
        PrintLook::Halftone => Look::Halftone,
        PrintLook::Engraving => Look::Engraving,
        PrintLook::NeonLines => Look::NeonLines,
        PrintLook::Vhs => Look::Vhs,
        PrintLook::PaperCut => Look::PaperCut,
        PrintLook::OneBit => Look::OneBit,
        PrintLook::Duotone => Look::Duotone,
        PrintLook::Kaleidoscope => Look::Kaleidoscope,
    }
}

/// A design's inks: the colours that its words name, else those of its hour.
fn inks(look: PrintLook, design: &Design) -> Inks {
    let usual = usual(look, design.daytime);
    if design.palette.chroma <= 0.0 {
        return grey(usual);
    }
    let named = &design.palette.named;
    let (Some(first), second) = (named.first(), named.get(1)) else {
        return usual;
    };
    // How light the inks must be to do their part, and how full the dark one may be: ink that shines is no shadow.
    let (dark, bright, fullest) = match look {
        PrintLook::Risograph => ([0.28, 0.38], [0.66, 0.84], 0.13),
        PrintLook::Engraving => ([0.18, 0.30], [0.5, 0.9], 0.07),
        PrintLook::NeonLines => ([0.55, 0.85], [0.60, 0.90], 0.3),
        PrintLook::OneBit => ([0.14, 0.26], [0.5, 0.9], 0.08),
        _ => ([0.16, 0.32], [0.62, 0.88], 0.14),
    };
    let within = |colour: &Oklch, [least, most]: [f32; 2]| {
        let fullest = if most < 0.5 { fullest } else { 0.22 };
        let colour = Oklch {
            l: colour.l.clamp(least, most),
            c: colour.c.min(fullest),
            ..*colour
        };
        srgb(&colour)
    };
    match second {
        Some(second) => {
            let (low, high) = if first.l <= second.l {
                (first, second)
            } else {
                (second, first)
            };
            Inks {
                dark: within(low, dark),
                bright: within(high, bright),
                ..usual
            }
        }
        // Lines and single inks are of the one colour; where there are two, it is the one that gives colour.
        None if matches!(look, PrintLook::Engraving | PrintLook::OneBit) => Inks {
            dark: within(first, dark),
            ..usual
        },
        None => Inks {
            bright: within(first, bright),
            ..usual
        },
    }
}

/// The inks of an hour.
fn usual(look: PrintLook, daytime: Daytime) -> Inks {
    let [paper, dark, bright] = match (look, daytime) {
        (PrintLook::Engraving, Daytime::Night) => [0xEEE8DA, 0x10141F, 0x3A5A8C],
        (PrintLook::Engraving, _) => [0xF3EBDA, 0x1D1612, 0x8C5A3A],
        (PrintLook::NeonLines, Daytime::Dawn) => [0xFFFFFF, 0x7A5CFF, 0xFF6FA8],
        (PrintLook::NeonLines, Daytime::Day) => [0xFFFFFF, 0xFF2E93, 0x19E6D2],
        (PrintLook::NeonLines, Daytime::Dusk) => [0xFFFFFF, 0x8A3BFF, 0xFF5A3C],
        (PrintLook::NeonLines, Daytime::Night) => [0xFFFFFF, 0x24B8FF, 0xFF2FA0],
        (PrintLook::OneBit, Daytime::Dawn) => [0xFBE3D6, 0x23264A, 0xFBE3D6],
        (PrintLook::OneBit, Daytime::Day) => [0xE6F0C8, 0x12302B, 0xE6F0C8],
        (PrintLook::OneBit, Daytime::Dusk) => [0xFFD2A6, 0x2E1026, 0xFFD2A6],
        (PrintLook::OneBit, Daytime::Night) => [0xF6E7C8, 0x16132B, 0xF6E7C8],
        (PrintLook::Duotone, Daytime::Dawn) => [0xFFF0E0, 0x23286B, 0xFF9E94],
        (PrintLook::Duotone, Daytime::Day) => [0xFFF7DA, 0x08395C, 0xFBC952],
        (PrintLook::Duotone, Daytime::Dusk) => [0xFFE9C9, 0x3C0A57, 0xFF7F43],
        (PrintLook::Duotone, Daytime::Night) => [0xFFE3E0, 0x150B4A, 0xF25C7C],
        (_, Daytime::Dawn) => [0xF6F0E3, 0x3A4C94, 0xFF7A70],
        (_, Daytime::Day) => [0xF6F0E3, 0x0A6AA8, 0xFFB22E],
        (_, Daytime::Dusk) => [0xF6F0E3, 0x4B3480, 0xFF6652],
        (_, Daytime::Night) => [0xF6F0E3, 0x1D2E6B, 0xFF4DA6],
    }
    .map(hex);
    Inks { paper, dark, bright }
}

/// For what is black and white.
fn grey(inks: Inks) -> Inks {
    let drained = |c: [f32; 3]| [scalar::luminance(c); 3];
    Inks {
        paper: drained(inks.paper),
        dark: drained(inks.dark).map(|v| v.min(0.22)),
        bright: drained(inks.bright).map(|v| v.clamp(0.5, 0.75)),
    }
}

/// A colour as designers write it, 0xRRGGBB.
fn hex(rgb: u32) -> [f32; 3] {
    [16, 8, 0].map(|shift| ((rgb >> shift) & 255) as f32 / 255.0)
}

/// A colour as display values; the same bits everywhere.
fn srgb(colour: &Oklch) -> [f32; 3] {
    colour.linear().map(|v| {
        let v = v.clamp(0.0, 1.0);
        if v <= 0.003_130_8 {
            v * 12.92
        } else {
            1.055 * scalar::pow(v, 1.0 / 2.4) - 0.055
        }
    })
}
