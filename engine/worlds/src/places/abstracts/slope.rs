//! The slope of what is known at sixteen points side by side: a filter's width without asking twice.

use crate::lanes::{F, Lanes, N};

/// Slope of `height` over x from each lane to the next one; x rises from lane to lane.
#[inline(always)]
pub fn slope_across<L: Lanes>(height: F<L>, x: F<L>) -> F<L> {
    (next(height) - height) / (next(x) - x).max(1e-5)
}

/// Each lane's right neighbour; the last one's as the two before it go on.
#[inline(always)]
fn next<L: Lanes>(a: F<L>) -> F<L> {
    let a = a.array();
    let mut next = [0.0; N];
    next[..N - 1].copy_from_slice(&a[1..]);
    next[N - 1] = 2.0 * a[N - 1] - a[N - 2];
    F::load(&next)
}
