//! The surface of paper and the grain of ink: tiles that stay with the screen.

use crate::scalar::Chance;

/// Side of the tiles in pixels.
const SIDE: usize = 256;

/// Two tiles of deviation 1.
#[derive(Debug)]
pub(super) struct Texture {
    /// Fine and even: how ink takes.
    grain: Vec<f32>,
    /// Soft clouds and fibres: paper.
    fibre: Vec<f32>,
}

impl Default for Texture {
    fn default() -> Self {
        let mut chance = Chance::new(1, 0x7e7);
        let mut white = || -> Vec<f32> { (0..SIDE * SIDE).map(|_| chance.unit() - 0.5).collect() };
        let (fine, mut across, mut soft) = (white(), white(), white());
        for _ in 0..6 {
            across = blurred(&across, 1, 0);
        }
        for _ in 0..3 {
            soft = blurred(&blurred(&soft, 1, 0), 0, 1);
        }
        normalize(&mut across);
        normalize(&mut soft);
        let mut fibre: Vec<f32> = across.iter().zip(&soft).map(|(a, s)| 0.6 * a + s).collect();
        let mut grain = blurred(&fine, 1, 1);
        normalize(&mut fibre);
        normalize(&mut grain);
        Self { grain, fibre }
    }
}

impl Texture {
    /// Sixteen pixels of the ink's grain and on, from a multiple of sixteen.
    #[inline(always)]
    pub fn grain(&self, left: usize, y: usize) -> &[f32] {
        &self.grain[(y % SIDE) * SIDE + left % SIDE..]
    }

    /// Sixteen pixels of the paper's fibres.
    #[inline(always)]
    pub fn fibre(&self, left: usize, y: usize) -> &[f32] {
        &self.fibre[(y % SIDE) * SIDE + left % SIDE..]
    }
}

/// On a torus, with the neighbours across and down.
fn blurred(plane: &[f32], dx: usize, dy: usize) -> Vec<f32> {
    let at = |x: usize, y: usize| plane[(y % SIDE) * SIDE + x % SIDE];
    (0..SIDE * SIDE)
        .map(|i| {
            let (x, y) = (i % SIDE + SIDE, i / SIDE + SIDE);
            0.5 * at(x, y) + 0.25 * (at(x - dx, y - dy) + at(x + dx, y + dy))
        })
        .collect()
}

fn normalize(plane: &mut [f32]) {
    let power = plane.iter().map(|v| v * v).sum::<f32>() / plane.len() as f32;
    let scale = 1.0 / power.sqrt().max(1e-6);
    plane.iter_mut().for_each(|v| *v *= scale);
}
