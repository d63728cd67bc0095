//! The machine's peak, to judge the other kernels by.

use super::vector::Vector;

/// Independent chains of products: more than an instruction's latency times the units that can begin one.
const CHAINS: usize = 10;

/// Floating-point multiply-adds that `steps` rounds of [`products`] do.
pub(super) const fn multiply_adds(lanes: usize, steps: usize) -> usize {
    steps * CHAINS * lanes
}

/// Does nothing but multiply-adds in registers.
///
/// # Safety
/// The machine has V's instruction set; `out` takes `CHAINS * LANES <= 160` floats.
#[inline(always)]
pub(super) unsafe fn products<V: Vector>(steps: usize, out: *mut f32) {
    // SAFETY: as the caller vouches.
    unsafe {
        let (factor, term) = (V::splat(0.999), V::splat(0.001));
        let mut chains = [V::splat(0.5); CHAINS];
        for _ in 0..steps {
            for chain in &mut chains {
                *chain = chain.mul_add(factor, term);
            }
        }
        for (i, chain) in chains.iter().enumerate() {
            chain.store(out.add(i * V::LANES));
        }
    }
}
