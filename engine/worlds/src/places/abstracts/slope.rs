//! The slope of what is known at sixteen points side by side: a filter's width without asking twice.

use crate::lanes::{F, Lanes, N, f, select};

/// Slope of `height` over x at each lane, from the neighbour that is nearer: the points of a smoothed edge lie in no order.
#[inline(always)]
pub fn slope_across<L: Lanes>(height: F<L>, x: F<L>) -> F<L> {
    let (after, before) = (next(x) - x, x - last(x));
    let forward = !before.abs().lt(after.abs());
    let run = select(forward, after, before);
    let rise = select(forward, next(height) - height, height - last(height));
    rise / select(run.abs().lt(1e-5), f(1e-5), run)
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

/// Each lane's left neighbour; the first one's as the two behind it go on.
#[inline(always)]
fn last<L: Lanes>(a: F<L>) -> F<L> {
    let a = a.array();
    let mut last = [0.0; N];
    last[1..].copy_from_slice(&a[..N - 1]);
    last[0] = 2.0 * a[0] - a[1];
    F::load(&last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lanes::portable::Portable;

    #[test]
    fn points_in_no_order_have_the_slope_of_those_in_a_row() {
        let rows: [f32; N] = std::array::from_fn(|k| 0.1 * k as f32);
        // Four points a pixel, as outlines are smoothed; the pixels are far from one another.
        let pixels = std::array::from_fn(|k| (k / 4) as f32 * 7.0 + [-0.125, 0.375, 0.125, -0.375][k % 4]);
        for x in [rows, pixels] {
            let x: F<Portable> = F::load(&x);
            let found = slope_across(x * 3.0 - 1.0, x).array();
            assert!(found.iter().all(|slope| (slope - 3.0).abs() < 1e-3), "{found:?}");
        }
    }
}
