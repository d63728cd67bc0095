//! Where a painting's time goes, layer by layer.

use std::time::{Duration, Instant};

use super::{
    kernels::winograd::{TILE, Tiling},
    network::RESIDUALS,
    norm::LANES,
};

/// A part of a painting's work, in the order of the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Copying the picture between its mirrored margins.
    Margins,
    /// 9x9, 3 to 32 channels.
    First,
    /// 3x3 with stride 2 to half the size, 32 to 32 channels.
    Halving,
    /// The same to a quarter of the size.
    Quartering,
    /// The residual blocks: 12 times 3x3, 32 to 32 channels.
    Residuals,
    /// Doubled, then 3x3, 32 to 8 channels.
    FirstDoubling,
    /// Doubled, then 3x3, 8 to 4 channels.
    SecondDoubling,
    /// 9x9, 4 to 3 channels.
    Last,
    /// The last norm, the sigmoid, and the order of colours.
    Output,
}

impl Step {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Margins,
        Self::First,
        Self::Halving,
        Self::Quartering,
        Self::Residuals,
        Self::FirstDoubling,
        Self::SecondDoubling,
        Self::Last,
        Self::Output,
    ];

    /// What it does, in a few words.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Margins => "margins",
            Self::First => "9x9, 3 > 32",
            Self::Halving => "3x3 / 2, 32 > 32",
            Self::Quartering => "3x3 / 2, 32 > 32 again",
            Self::Residuals => "12 x 3x3, 32 > 32",
            Self::FirstDoubling => "x 2, 3x3, 32 > 8",
            Self::SecondDoubling => "x 2, 3x3, 8 > 4",
            Self::Last => "9x9, 4 > 3",
            Self::Output => "norm, sigmoid",
        }
    }

    /// Multiply-adds of the convolution as trained, for a picture whose sides are multiples of four.
    #[must_use]
    pub const fn multiply_adds(self, width: usize, height: usize) -> usize {
        let pixels = width * height;
        let square = 9 * LANES * LANES;
        match self {
            Self::Margins | Self::Output => 0,
            Self::First => pixels * 81 * 3 * LANES,
            Self::Halving => pixels / 4 * square,
            Self::Quartering => pixels / 16 * square,
            Self::Residuals => pixels / 16 * square * RESIDUALS,
            Self::FirstDoubling => pixels / 4 * 9 * LANES * 8,
            Self::SecondDoubling => pixels * 9 * 8 * 4,
            Self::Last => pixels * 81 * 4 * 3,
        }
    }

    /// Multiply-adds of the kernels' products, without the transforms around them: what Winograd's forms and the folded
    /// doublings leave of [`Step::multiply_adds`].
    #[must_use]
    pub const fn products(self, width: usize, height: usize) -> usize {
        const fn tiles(width: usize, height: usize) -> usize {
            width.div_ceil(TILE) * height.div_ceil(TILE)
        }
        let (same, halving) = (Tiling::Same.points() * LANES, Tiling::Halving.points() * LANES);
        match self {
            Self::First => tiles(width, height) * same * 27,
            Self::Halving => tiles(width / 2, height / 2) * halving * LANES,
            Self::Quartering => tiles(width / 4, height / 4) * halving * LANES,
            Self::Residuals => tiles(width / 4, height / 4) * same * LANES * RESIDUALS,
            Self::FirstDoubling => tiles(width / 4, height / 4) * same * LANES,
            Self::Margins | Self::SecondDoubling | Self::Last | Self::Output => self.multiply_adds(width, height),
        }
    }
}

/// The wall time of each step of one painting.
#[derive(Clone, Copy, Debug, Default)]
pub struct Profile([Duration; Step::ALL.len()]);

impl Profile {
    /// What a step took.
    #[must_use]
    pub fn on(&self, step: Step) -> Duration {
        self.0[step as usize]
    }
}

/// Counts from step to step.
pub(super) struct Stopwatch {
    profile: Profile,
    last: Instant,
}

impl Stopwatch {
    pub(super) fn start() -> Self {
        Self {
            profile: Profile::default(),
            last: Instant::now(),
        }
    }

    /// Books what passed since the last step ended on this one.
    pub(super) fn ended(&mut self, step: Step) {
        let now = Instant::now();
        self.profile.0[step as usize] += now - self.last;
        self.last = now;
    }

    pub(super) fn profile(&self) -> Profile {
        self.profile
    }
}

#[cfg(test)]
mod tests {
    use super::super::multiply_adds;
    use super::*;

    #[test]
    fn the_steps_add_up_to_the_network() {
        for (width, height) in [(640, 360), (480, 272), (1280, 720)] {
            let sum: usize = Step::ALL.iter().map(|step| step.multiply_adds(width, height)).sum();
            assert_eq!(sum, multiply_adds(width, height));
            for step in Step::ALL {
                assert!(
                    step.products(width, height) <= step.multiply_adds(width, height),
                    "{step:?}"
                );
            }
        }
    }
}
