//! The network's weights, packed for an instruction set.

use super::{
    cache_line::AlignedFloats,
    kernels::{Kernels, Shape, winograd::Tiling},
    norm::LANES,
    pack,
    weights::{self, Convolution},
};
use crate::error::Result;

/// Convolutions of the residual blocks.
pub(super) const RESIDUALS: usize = 12;

/// A convolution as a kernel wants it, with the norm that follows.
pub(super) struct Layer {
    pub(super) packed: AlignedFloats,
    pub(super) trained: Convolution,
}

/// All layers.
pub(super) struct Network {
    pub(super) kernels: &'static Kernels,
    pub(super) first: Layer,
    pub(super) halvings: [Layer; 2],
    pub(super) residuals: Vec<Layer>,
    pub(super) first_doubling: Layer,
    pub(super) second_doubling: Layer,
    pub(super) last: Layer,
}

impl Network {
    /// Reads and packs the weights.
    ///
    /// # Errors
    /// [`phosphene_painter::Error::Asset`] when a tensor is missing, has another shape, or holds what is no number.
    pub(super) fn load(bytes: &[u8], kernels: &'static Kernels) -> Result<Self> {
        let file = weights::open(bytes)?;
        let winograd = |name: &str, tiling| {
            let trained = weights::convolution(&file, name, [LANES, LANES, 3])?;
            let packed = pack::spectrum((kernels, tiling), LANES, |o, i, y, x| trained.at(o, i, y, x));
            Ok(Layer { packed, trained })
        };
        let residual = |n: usize| winograd(&format!("res.{}.{}", n / 2, n % 2), Tiling::Same);
        let same = (kernels, Tiling::Same);
        let layer = |name, shape, pack: &dyn Fn(&Convolution) -> AlignedFloats| {
            let trained = weights::convolution(&file, name, shape)?;
            Ok(Layer {
                packed: pack(&trained),
                trained,
            })
        };
        Ok(Self {
            kernels,
            first: layer("contract.0", [LANES, 3, 9], &|t| {
                pack::spectrum(same, 27, pack::nine_as_three(t))
            })?,
            halvings: [
                winograd("contract.1", Tiling::Halving)?,
                winograd("contract.2", Tiling::Halving)?,
            ],
            residuals: (0..RESIDUALS).map(residual).collect::<Result<_>>()?,
            first_doubling: layer("expand.0", [8, LANES, 3], &|t| {
                pack::spectrum(same, LANES, pack::doubled(t))
            })?,
            second_doubling: layer("expand.1", [4, 8, 3], &|t| {
                pack::direct(kernels, Shape::Doubling, 8, pack::doubled(t))
            })?,
            last: layer("expand.2", [3, 4, 9], &pack::planar)?,
        })
    }
}
