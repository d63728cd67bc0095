//! Outlines of far land: hills, woods, mountains, one behind the other in the haze.
//!
//! Fractal sums along a line (Musgrave), with the tops of trees as a row of cones or rounds.

use crate::{
    camera::Camera,
    lanes::{F, Lanes, f},
    noise::{fbm1, hash1},
    sheets,
    world::Points,
};

/// What stands on a ridge.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Wood {
    /// Nothing.
    Bare,
    /// Conifers.
    Pines,
    /// Broad leaves.
    Leaves,
}

/// A far outline.
#[derive(Debug, Clone, Copy)]
pub struct Ridge {
    /// Distance in metres.
    pub depth: f32,
    /// Of the highest land, in metres.
    pub height: f32,
    /// Length of its hills in metres.
    pub length: f32,
    /// What stands on it.
    pub wood: Wood,
    /// Of the trees, in metres.
    pub trees: f32,
    /// Its own choices.
    pub seed: u32,
}

impl Ridge {
    /// How much of each point it covers, and how far under its outline the points are, in metres.
    #[inline(always)]
    pub fn cover<L: Lanes>(&self, camera: &Camera, at: Points<L>) -> (F<L>, F<L>) {
        let depth = self.depth - camera.position[2];
        let on = sheets::meet(camera, at, depth);
        let highest = self.height + self.trees;
        if on.y.gt(highest).all() {
            return (f(0.0), f(-1.0));
        }
        let along = on.x * (1.0 / self.length) + (self.seed % 89) as f32 * 3.7;
        let land = fbm1(along, 4, self.seed);
        let mut top = (land * 1.5 - 0.35).max(0.0) * self.height;
        if self.wood != Wood::Bare {
            let mut crowns = f(0.0);
            for row in 0..2 {
                let wide = self.trees * if self.wood == Wood::Pines { 0.42 } else { 0.9 };
                let x = on.x * (1.0 / wide) + 0.5 * row as f32;
                let cell = x.floor();
                let own = hash1(cell, self.seed + 5 + row);
                let from = (x - cell - 0.5 - (own - 0.5) * 0.3).abs() * 2.0;
                let crown = if self.wood == Wood::Pines {
                    let cone = (1.0 - from * 1.15).max(0.0);
                    // Boughs.
                    let steps = (cone * 7.0 + own * 3.0).fract() - 0.5;
                    cone + steps * 0.09 * (cone * 6.0).min(1.0)
                } else {
                    (1.0 - from * from).max(0.0).sqrt() * 0.7
                };
                crowns = crowns.max(crown * (own * 0.6 + 0.4));
            }
            top += crowns * self.trees;
        }
        let under = top - on.y;
        (sheets::inside(-under, on.pixel), under)
    }
}
