//! Colours that words give to a body, a garment or a thing.

use crate::scalar::luminance;

/// How a painted surface gives light back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Finish {
    /// As cloth, fur and walls do.
    Matte,
    /// As a car's body and gold do: the sky is mirrored in it.
    Lacquer,
    /// Polished: it mirrors in its own colour and little else.
    Metal,
    /// Dark panes: the sky is mirrored in them.
    Glass,
    /// Pale, with light of its own, and one sees through it.
    Ghostly,
}

/// A colour with a finish. It is kept in 255ths, so that who wears it can be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Paint {
    /// Linear reflectance (BT.709 primaries) in 255ths.
    colour: [u8; 3],
    /// How it gives light back.
    pub finish: Finish,
}

impl Paint {
    /// Of a linear reflectance (BT.709 primaries), 0 to 1; what is outside is brought in.
    #[must_use]
    pub fn new(colour: [f32; 3], finish: Finish) -> Self {
        Self {
            colour: colour.map(|c| (c.clamp(0.0, 1.0) * 255.0 + 0.5) as u8),
            finish,
        }
    }

    /// Of a linear reflectance in 255ths.
    pub(super) const fn of(colour: [u8; 3], finish: Finish) -> Self {
        Self { colour, finish }
    }

    /// Its linear reflectance.
    #[must_use]
    pub fn colour(self) -> [f32; 3] {
        self.colour.map(|c| f32::from(c) / 255.0)
    }

    /// What a lamp of this colour gives (linear): as bright as lamps are, whatever the colour.
    #[must_use]
    pub fn lamp(self) -> [f32; 3] {
        let colour = self.colour();
        let most = colour.into_iter().fold(0.05, f32::max);
        colour.map(|c| 2.0 * (0.06 + 0.94 * c / most))
    }

    /// Whether it is darker than any shade: a silhouette says it already.
    #[must_use]
    pub fn is_black(self) -> bool {
        luminance(self.colour()) < 0.012
    }
}

/// The colours of what a person wears, where words say them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Colours {
    /// Coat, dress, suit.
    pub clothes: Option<Paint>,
    /// Hair.
    pub hair: Option<Paint>,
    /// Hat.
    pub hat: Option<Paint>,
    /// The body itself: a ghost's, a skeleton's.
    pub body: Option<Paint>,
}

impl Colours {
    /// These where they are said, else the others.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            clothes: self.clothes.or(other.clothes),
            hair: self.hair.or(other.hair),
            hat: self.hat.or(other.hat),
            body: self.body.or(other.body),
        }
    }
}
