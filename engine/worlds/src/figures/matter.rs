//! What things are made of: each corner of a thing names a matter, which has a colour and a finish of its own.

use super::paint::{Finish, Paint};

/// A matter by its number in the packed meshes (`MATTERS` in `engine/assets/figure_things.py` has the same order).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Matter {
    /// Linear reflectance (BT.709 primaries).
    pub colour: [f32; 3],
    pub finish: Finish,
    /// Depth of its mottling: hair, hide, stone; 0 for what is even.
    pub grain: f32,
}

/// Set in a corner's number where a colour that words give goes before the matter's own.
pub(super) const YIELDS: u8 = 128;

const fn matte(colour: [f32; 3], grain: f32) -> Matter {
    Matter {
        colour,
        finish: Finish::Matte,
        grain,
    }
}

const fn of(finish: Finish, colour: [f32; 3]) -> Matter {
    Matter {
        colour,
        finish,
        grain: 0.0,
    }
}

/// All matters, from number 1 on; 0 is none.
pub(super) const MATTERS: [Matter; 41] = [
    of(Finish::Glass, [0.010, 0.013, 0.016]),   // glass
    matte([0.018, 0.018, 0.019], 0.0),          // rubber
    of(Finish::Metal, [0.56, 0.57, 0.58]),      // steel
    of(Finish::Metal, [0.86, 0.56, 0.17]),      // gold
    of(Finish::Metal, [0.72, 0.46, 0.19]),      // brass
    of(Finish::Metal, [0.64, 0.33, 0.20]),      // copper
    of(Finish::Metal, [0.82, 0.81, 0.78]),      // silver
    of(Finish::Metal, [0.16, 0.16, 0.17]),      // iron
    matte([0.24, 0.125, 0.055], 0.25),          // wood
    matte([0.095, 0.047, 0.023], 0.25),         // dark wood
    matte([0.46, 0.31, 0.17], 0.20),            // pale wood
    matte([0.055, 0.14, 0.028], 0.20),          // leaf
    matte([0.74, 0.69, 0.57], 0.0),             // paper
    matte([0.80, 0.80, 0.78], 0.0),             // white
    of(Finish::Lacquer, [0.012, 0.012, 0.013]), // black
    matte([0.46, 0.022, 0.020], 0.0),           // red
    matte([0.78, 0.25, 0.025], 0.0),            // orange
    matte([0.78, 0.52, 0.055], 0.0),            // yellow
    matte([0.68, 0.30, 0.30], 0.0),             // pink
    matte([0.56, 0.34, 0.24], 0.0),             // skin
    matte([0.150, 0.078, 0.038], 0.62),         // brown fur
    matte([0.78, 0.74, 0.66], 0.26),            // white fur
    matte([0.21, 0.20, 0.19], 0.50),            // grey fur
    matte([0.045, 0.040, 0.036], 0.60),         // dark fur
    matte([0.44, 0.28, 0.13], 0.50),            // tan fur
    of(Finish::Lacquer, [0.085, 0.20, 0.030]),  // wet skin
    of(Finish::Lacquer, [0.15, 0.065, 0.032]),  // leather
    matte([0.32, 0.30, 0.27], 0.35),            // stone
    matte([0.045, 0.085, 0.22], 0.0),           // blue cloth
    matte([0.90, 0.05, 0.03], 0.0),             // tail lamp
    matte([0.95, 0.90, 0.76], 0.0),             // head lamp
    matte([0.95, 0.55, 0.12], 0.0),             // amber lamp
    of(Finish::Ghostly, [0.80, 0.90, 0.98]),    // ice
    matte([0.86, 0.80, 0.66], 0.10),            // ivory
    of(Finish::Lacquer, [0.60, 0.53, 0.41]),    // cream lacquer
    of(Finish::Lacquer, [0.30, 0.012, 0.014]),  // red lacquer
    of(Finish::Lacquer, [0.030, 0.060, 0.13]),  // blue lacquer
    of(Finish::Lacquer, [0.85, 0.52, 0.03]),    // yellow lacquer
    matte([0.10, 0.17, 0.05], 0.45),            // green skin
    matte([0.50, 0.25, 0.085], 0.40),           // brown crust
    matte([0.30, 0.45, 0.62], 0.0),             // sky blue
];

/// What the animals with bones wear, as [`MATTERS`] counts it; the others are dark bodies.
const FURS: [(&str, usize); 15] = [
    ("horse", 21),
    ("wolf", 23),
    ("dog", 25),
    ("cat", 23),
    ("eagle", 21),
    ("snake", 39),
    ("spider", 24),
    ("deer", 25),
    ("stag", 21),
    ("cow", 21),
    ("bull", 24),
    ("donkey", 23),
    ("husky", 23),
    ("alpaca", 22),
    ("bird", 24),
];

/// The fur of an animal.
pub(super) fn fur(animal: &str) -> Option<Matter> {
    let (_, number) = FURS.iter().find(|(name, _)| *name == animal)?;
    MATTERS.get(number - 1).copied()
}

impl Matter {
    /// The matter of a corner's number; none of 0 or of a number that is not known.
    pub fn of(number: u8) -> Option<Self> {
        MATTERS.get(usize::from(number & !YIELDS).wrapping_sub(1)).copied()
    }

    /// Its paint: in its own colour, or with its own finish in a colour that words give.
    pub fn paint(self, named: Option<Paint>) -> Paint {
        Paint::new(named.map_or(self.colour, Paint::colour), self.finish)
    }
}
