//! Northern light: curtains with a sharp lower border and rays that fade upwards.
//!
//! Each curtain is a line across the sky, bent by noise, with rays towards a common vanishing point above (the magnetic
//! zenith) whose brightness falls off with the height (Baranoski and others, "Simulating the aurora borealis", 2000,
//! reduced to a closed form).

use crate::{
    lanes::{F, Lanes, V, f, grey, select, smoothstep, splat},
    noise::{fbm1, noise1},
    overlay::{Overlay, SKY},
    scalar::{Chance, hex},
    scene::Scene,
    world::Points,
};

/// A sky full of it.
#[derive(Debug, Clone, Copy)]
pub struct Aurora {
    /// Colours below, in the middle, above.
    pub colors: [[f32; 3]; 3],
    /// How bright, and how quick.
    pub strength: f32,
    /// Seconds.
    pub secs: f32,
    /// Picture point that the rays lead to.
    pub zenith: [f32; 2],
    /// Height and slant of the curtains in picture units.
    curtains: [[f32; 2]; 3],
    seed: u32,
}

impl Aurora {
    /// Of a scene: green and violet, turned to its palette; brighter with the middle and the kick.
    #[must_use]
    pub fn new(scene: &Scene, horizon: f32) -> Self {
        let mut chance = Chance::new(scene.seed, 61);
        let sets = [
            [0x2cf08a, 0x30c8c0, 0x8a48e0],
            [0x38e0b0, 0x4a8af0, 0xc04ad0],
            [0x50f070, 0xa0d860, 0xe05080],
        ];
        let colors = sets[(scene.palette.scheme + chance.below(2)) % 3];
        let music = &scene.music;
        Self {
            colors: [
                scene.palette.turned(hex(colors[0]), 0.0),
                scene.palette.turned(hex(colors[1]), 0.4),
                scene.palette.turned(hex(colors[2]), 1.0),
            ],
            strength: 0.55 + 0.9 * music.mid + 0.55 * music.kick + 0.9 * music.burst,
            secs: music.secs as f32,
            zenith: [chance.within(-0.9, 0.9), 3.2],
            curtains: [0.0, 1.0, 2.0].map(|k| {
                [
                    horizon + 0.20 + 0.26 * k + chance.within(-0.06, 0.08),
                    chance.within(-0.34, 0.34),
                ]
            }),
            seed: (scene.seed % 9941) as u32 * 3,
        }
    }

    /// Its light at picture points.
    #[inline(always)]
    pub fn light<L: Lanes>(&self, x: F<L>, y: F<L>) -> V<L> {
        let mut sum = grey(0.0);
        // Along the rays.
        let rise = (self.zenith[1] - y).max(0.3);
        let across = (x - self.zenith[0]) / rise * self.zenith[1];
        for (k, [height, slant]) in self.curtains.into_iter().enumerate() {
            let seed = self.seed + 31 * k as u32;
            let moved = self.secs * (0.020 + 0.008 * k as f32);
            // Folds: the line runs back and forth where it bends.
            let fold =
                (across * 2.3 + moved * 9.0 + k as f32 * 2.0).sin() * 0.20 + (across * 5.1 - moved * 14.0).sin() * 0.07;
            let along = across + fold;
            let border =
                (fbm1(along * 0.9 + moved * 2.0 + 7.0 * k as f32, 2, seed) - 0.5) * 0.75 + slant * across + height;
            let up = y - border;
            let rays = noise1(along * 9.0 + moved * 11.0, seed + 5) * 0.55
                + noise1(along * 27.0 - moved * 17.0, seed + 6) * 0.30
                + noise1(along * 3.0, seed + 7) * 0.5;
            let patch = smoothstep::<L>(0.30, 0.72, noise1(along * 0.8 - moved * 2.6 + 3.0, seed + 8));
            let tall = rays * 0.42 + 0.14;
            let above = up.max(0.0) / tall;
            let falls = (above * -2.2).exp();
            // The border is soft downwards by a little.
            let lower = smoothstep::<L>(-0.035, 0.02, up);
            let bright = lower * falls * patch * (rays * 1.1 + 0.10);
            let color = splat::<L>(self.colors[0])
                .mix(splat(self.colors[1]), smoothstep::<L>(0.1, 0.9, above))
                .mix(splat(self.colors[2]), smoothstep::<L>(0.6, 2.2, above));
            sum += color * (bright * (self.strength * (1.0 - 0.22 * k as f32)));
        }
        sum
    }

    /// Its mean light on what lies below, at picture x.
    #[inline(always)]
    pub fn glow<L: Lanes>(&self, x: F<L>) -> V<L> {
        let seed = self.seed + 8;
        let patch = smoothstep::<L>(0.25, 0.75, noise1(x * 0.8 - self.secs * 0.052 + 3.0, seed));
        splat::<L>(self.colors[0]) * ((patch * 0.8 + 0.3) * self.strength)
    }
}

/// Over a world that has none of its own: in its sky alone.
impl Overlay for Aurora {
    #[inline(always)]
    fn over<L: Lanes>(&self, at: Points<L>, light: V<L>, distance: F<L>) -> (V<L>, F<L>) {
        let sky = distance.gt(SKY);
        if !sky.any() {
            return (light, distance);
        }
        let shown = select(sky, f::<L>(1.0), f(0.0));
        (
            light * (1.0 - shown * 0.2) + self.light(at.x, at.y) * (shown * 1.15),
            distance,
        )
    }
}
