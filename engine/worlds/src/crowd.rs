//! A crowd seen from within it: rows of heads, shoulders and raised arms, dark before the light.
//!
//! Each row is an upright plane across the view with one person a cell, drawn as a signed distance (head, shoulders and
//! the mass below, two arms as capsules; Quilez, "2D distance functions"); nearer rows lie over farther ones.

use crate::{
    interior::Ray,
    lanes::{F, Lanes, V, f, select, smoothstep, splat},
    noise::hash2,
};

/// Metres from one person to the next.
const PITCH: f32 = 0.66;

/// A crowd at one frame.
#[derive(Debug, Clone, Copy)]
pub struct Crowd<const ROWS: usize> {
    /// Where its rows stand, the farthest first (z, metres).
    pub rows: [f32; ROWS],
    /// Level that they stand on.
    pub ground: f32,
    /// An aisle that nobody stands in: x of its middle at z = 0, its slope, half its width (0 for none), in metres.
    pub aisle: [f32; 3],
    /// Share of people whose arms are up, 0 to 1.
    pub raised: f32,
    /// Beats since the first, as far as they move people.
    pub beat: f32,
    /// How high they jump, in metres.
    pub jump: f32,
    /// How far they lean and wave: 0 they stand still, 1 they dance.
    pub sway: f32,
    /// What the shade shows, and what edges towards the light show (linear).
    pub body: [f32; 3],
    /// Light on heads, shoulders and arms.
    pub rim: [f32; 3],
    /// Haze before far rows, and its extinction a metre.
    pub haze: [f32; 3],
    /// Extinction a metre.
    pub density: f32,
    /// Decides who is who.
    pub seed: u32,
}

/// Distance from (x, y) to the segment from (`ax`, `ay`) to (`bx`, `by`).
#[inline(always)]
fn segment<L: Lanes>(x: F<L>, y: F<L>, a: (F<L>, F<L>), b: (F<L>, F<L>)) -> F<L> {
    let (px, py) = (x - a.0, y - a.1);
    let (bx, by) = (b.0 - a.0, b.1 - a.1);
    let t = ((px * bx + py * by) / (bx * bx + by * by).max(1e-4)).saturate();
    ((px - bx * t).squared() + (py - by * t).squared()).sqrt()
}

impl<const ROWS: usize> Crowd<ROWS> {
    /// Draws it over `light` that is `limit` metres along the rays; gives the light, and how far it is now.
    #[inline(always)]
    pub fn draw<L: Lanes>(&self, ray: &Ray<L>, mut light: V<L>, mut limit: F<L>) -> (V<L>, F<L>) {
        for (k, &z) in self.rows.iter().enumerate() {
            let hit = ray.across(z);
            let y = hit.v - self.ground;
            if !(y.lt(2.75) & hit.t.lt(limit)).any() {
                continue;
            }
            let row = k as f32;
            let u = hit.u * (1.0 / PITCH) + row * 3.37 + 0.5;
            let cell = u.floor();
            let who = hash2(cell, f(row), self.seed);
            let other = hash2(cell, f(row), self.seed + 1);
            // Up and down in two beats, each a little early or late.
            let phase = (other * 0.9 + self.beat * std::f32::consts::FRAC_PI_2).sin().squared();
            let lean = (who * 40.0 + self.beat * std::f32::consts::FRAC_PI_4).sin() * (0.05 * self.sway);
            // Those right before the lens hardly bounce: they would shake the whole picture.
            let rise = phase * (hit.t * ray.to.z * 0.11).clamp(0.2, 1.0) * self.jump;
            let tall = 1.60 + 0.24 * who + rise;
            let x = (u - cell - 0.5) * PITCH + (other - 0.5) * 0.14;
            let lean = lean * (y - 0.9).max(0.0);
            let x = x - lean;
            // Head, hair wider for some.
            let (hx, hy) = (x * (1.20 - 0.25 * other), y - (tall - 0.13));
            let head = (hx.squared() + (hy * 0.84).squared()).sqrt() - 0.112;
            let shoulder = tall - 0.31 - x.squared() * (1.5 + other);
            let trunk = (y - shoulder).max(x.abs() - 0.27);
            let neck = (x.abs() - 0.055).max(y - (tall - 0.15));
            let mut off = head.min(trunk).min(neck.max((shoulder - 0.1) - y));
            // How much of the edge faces up: the light comes from above and beyond.
            let crown = smoothstep::<L>(-0.07, 0.10, hy);
            let slope = smoothstep::<L>(-0.05, 0.03, (y - shoulder) - (x.abs() - 0.27));
            let mut upward = select(head.lt(trunk), crown, slope);
            // Arms: up with the hands apart, or one of them.
            let up = smoothstep::<L>(1.0 - self.raised, 1.02 - self.raised, other);
            if up.gt(0.0).any() {
                let wave = (who * 25.0 + self.beat * std::f32::consts::FRAC_PI_2).sin() * (0.07 * self.sway);
                let one = hash2(cell, f(row), self.seed + 2);
                for side in [-1.0_f32, 1.0] {
                    let mine = if side > 0.0 {
                        f(1.0)
                    } else {
                        smoothstep::<L>(0.45, 0.46, one)
                    };
                    let from = (f(side * 0.20), tall - 0.36);
                    let elbow = (side * (0.25 + 0.05 * who) + wave * 0.4, tall - 0.06 + 0.12 * one);
                    let hand = (
                        side * (0.10 + 0.16 * one) + wave,
                        tall + 0.30 + 0.22 * who - (1.0 - phase) * (0.1 * self.sway),
                    );
                    let arm = segment(x, y, from, elbow).min(segment(x, y, elbow, hand) + 0.008) - 0.048;
                    let palm = ((x - hand.0).squared() + (y - hand.1).squared() * 0.7).sqrt() - 0.056;
                    let arm = arm.min(palm);
                    let arm = select((mine * up).gt(0.5), arm, f(9.0));
                    upward = select(arm.lt(off), f(0.55), upward);
                    off = off.min(arm);
                }
            }
            // Below the shoulders the crowd is closed.
            let mut closed = 1.08 + rise * 0.5;
            let [start, slope, half] = self.aisle;
            if half > 0.0 {
                let line = start + slope * z;
                let middle = (cell - row * 3.37) * PITCH;
                off = select((middle - line).abs().lt(half), f(9.0), off);
                closed *= smoothstep::<L>(half - 0.15, half + 0.25, (hit.u - line).abs());
            }
            off = off.min(y - closed);
            let width = hit.dv.max(1e-4);
            let cover = ((-off) / width + 0.5).saturate() * hit.t.lt(limit).to_float();
            if !cover.gt(0.0).any() {
                continue;
            }
            // Light grazes upper edges; it is thin, and never thinner than a pixel.
            let edge = width.max(0.013);
            let rim = smoothstep::<L>(-2.0, 0.0, off / edge) * (0.013 / edge) * upward;
            let rim = rim * smoothstep::<L>(0.9, 1.35, y);
            let color = splat::<L>(self.body) + splat::<L>(self.rim) * rim;
            let clear = (hit.t * -self.density).exp();
            light = light.mix(splat::<L>(self.haze).mix(color, clear), cover);
            limit = select(cover.gt(0.5), hit.t, limit);
        }
        (light, limit)
    }
}
