//! Ink: a colour, how it covers, and how it shines.

use tiny_skia::{BlendMode, Color};

use crate::design::Oklch;

/// How ink meets what is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blend {
    /// Covers.
    Over,
    /// Adds light.
    Plus,
    /// Adds light without burning out.
    Screen,
    /// Takes light away: shadows, stained glass.
    Multiply,
}

impl Blend {
    pub(super) fn skia(self) -> BlendMode {
        match self {
            Blend::Over => BlendMode::SourceOver,
            Blend::Plus => BlendMode::Plus,
            Blend::Screen => BlendMode::Screen,
            Blend::Multiply => BlendMode::Multiply,
        }
    }
}

/// A colour with opacity, blend mode and bloom: `colour.alpha(0.5)`, `colour.plus(0.3)`, `colour.shining(0.8)`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ink {
    /// sRGB-encoded.
    pub(super) rgb: [f32; 3],
    /// Opacity, 0 to 1.
    pub(super) alpha: f32,
    /// How it covers.
    pub(super) blend: Blend,
    /// How strongly it blooms, 0 to 1.
    pub(super) glow: f32,
}

impl Ink {
    pub(super) fn colour(&self) -> Color {
        let [r, g, b] = self.rgb;
        Color::from_rgba(r, g, b, self.alpha.clamp(0.0, 1.0)).unwrap_or(Color::BLACK)
    }

    /// Whether it takes possession of the pixels it covers (or lights them for bloom).
    pub(super) fn marks(&self) -> bool {
        (self.blend == Blend::Over && self.alpha >= 0.5) || self.glow > 0.0
    }

    /// The same with this opacity.
    #[must_use]
    pub fn alpha(self, alpha: f32) -> Ink {
        Ink { alpha, ..self }
    }

    /// The same, blooming this strongly.
    #[must_use]
    pub fn shining(self, glow: f32) -> Ink {
        Ink { glow, ..self }
    }

    fn with(self, alpha: f32, blend: Blend) -> Ink {
        Ink { alpha, blend, ..self }
    }
}

impl From<Oklch> for Ink {
    fn from(colour: Oklch) -> Self {
        Ink {
            rgb: colour.srgb(),
            alpha: 1.0,
            blend: Blend::Over,
            glow: 0.0,
        }
    }
}

impl Oklch {
    /// As ink that covers fully.
    #[must_use]
    pub fn ink(self) -> Ink {
        self.into()
    }

    /// As ink of this opacity.
    #[must_use]
    pub fn alpha(self, alpha: f32) -> Ink {
        self.ink().alpha(alpha)
    }

    /// As light of this strength that is added.
    #[must_use]
    pub fn plus(self, strength: f32) -> Ink {
        self.ink().with(strength, Blend::Plus)
    }

    /// As light of this strength that does not burn out.
    #[must_use]
    pub fn screen(self, strength: f32) -> Ink {
        self.ink().with(strength, Blend::Screen)
    }

    /// As a filter of this strength that takes light away.
    #[must_use]
    pub fn multiply(self, strength: f32) -> Ink {
        self.ink().with(strength, Blend::Multiply)
    }

    /// As ink that covers and blooms this strongly, 0 to 1: lamps, windows, neon.
    #[must_use]
    pub fn shining(self, glow: f32) -> Ink {
        self.ink().shining(glow)
    }
}
