//! The air between the camera and the world: haze that takes the colour of the sky behind, fog, rain and snow before the
//! lens, lightning.
//!
//! Haze is exponential (Koschmieder). Drops and flakes are hashed cells in a few sheets, nearer ones larger and faster;
//! a streak narrower than its pixel becomes paler instead of thinner.

use crate::{
    lanes::{F, Lanes, V, f, grey, smoothstep, splat, v},
    noise::{fbm1, hash1, hash2},
    scalar::{Chance, mix3, scale3},
    scene::Scene,
    sky::Sky,
    world::{Fog, Points},
};

/// The air of a scene at one frame.
#[derive(Debug, Clone, Copy)]
pub struct Air {
    /// Extinction a metre.
    pub density: f32,
    /// Fog of the weather, 0 to 1.
    pub fog: f32,
    rain: f32,
    snow: f32,
    slant: f32,
    secs: f32,
    glow: [f32; 3],
    bolt: f32,
    bolt_at: f32,
    bolt_seed: u32,
}

impl Air {
    /// The air of a scene; `clear` is its extinction a metre on a fine day, `thick` in full fog.
    #[must_use]
    pub fn new(scene: &Scene, sky: &Sky, clear: f32, thick: f32) -> Self {
        let (weather, music) = (&scene.weather, &scene.music);
        let fog = (weather.fog * (0.85 + 0.3 * music.bass) + 0.12 * music.build).clamp(0.0, 1.2);
        // One bolt a beat, somewhere else each time.
        let beat = (music.beat + 0.2).floor();
        let mut chance = Chance::new(scene.seed, 7000 + beat as u64);
        Self {
            bolt: weather.storm * (music.kick * 1.2 + music.burst).min(1.5),
            bolt_at: chance.within(-0.7, 0.7),
            bolt_seed: chance.below(1 << 20) as u32,
            density: clear * (1.0 + 0.5 * music.build)
                + thick * fog * fog
                + 0.13 * thick * weather.rain
                + 0.16 * thick * weather.snow,
            fog,
            rain: weather.rain,
            snow: weather.snow,
            slant: (weather.wind - 0.15) * if scene.seed.is_multiple_of(2) { 0.5 } else { -0.5 },
            secs: music.secs as f32,
            glow: scale3(
                mix3(sky.horizon, sky.middle, 0.5),
                0.8 + 0.5 * music.high + 0.9 * music.hat,
            ),
        }
    }

    /// The colour of the air towards a direction.
    #[inline(always)]
    pub fn color<L: Lanes>(&self, sky: &Sky, d: V<L>) -> V<L> {
        // Thick fog keeps two hues: the zenith's shines into it from above.
        let fog = self.fog.min(1.0);
        let level = sky.base(v(d.x, d.y.max(0.0) * (0.6 * fog) + 0.015, d.z));
        level.mix(splat(mix3(sky.middle, sky.zenith, 0.45)), 0.30 * fog)
    }

    /// Light from `range` metres away as it arrives.
    #[inline(always)]
    pub fn through<L: Lanes>(&self, light: V<L>, color: V<L>, range: F<L>) -> V<L> {
        color.mix(light, (range * -self.density).exp())
    }

    /// The sky's light behind the fog.
    #[inline(always)]
    pub fn before_sky<L: Lanes>(&self, light: V<L>, color: V<L>, d: V<L>) -> V<L> {
        let amount = (d.y.max(0.0) * (-5.5 + 4.0 * self.fog.min(1.0))).exp() * (self.fog.min(1.0) * 0.96);
        light.mix(color, amount)
    }

    /// Lightning of a storm with the kick: a bolt, and the glow of the cloud that it comes from. Add it to the sky's light.
    #[inline(always)]
    pub fn lightning<L: Lanes>(&self, d: V<L>, pixel: f32) -> V<L> {
        if self.bolt < 0.02 {
            return grey(0.0);
        }
        let depth = d.z.max(0.1);
        let (x, y) = (d.x / depth - self.bolt_at, d.y / depth);
        let glow = ((x.squared() * 7.0 + (y - 0.30).squared() * 16.0) * -1.0).exp() * 0.35;
        let mut bolt = f(0.0);
        for k in 0..2_u32 {
            let lean = if k == 0 { 0.0 } else { 0.22 };
            let bend = (fbm1(y * 9.0, 5, self.bolt_seed + 77 * k) - 0.5) * 0.20 + (y - 0.24) * lean;
            let width = 0.0016_f32.max(pixel) / (1.0 + k as f32);
            let off = (x - bend).abs();
            let core = (1.0 - off * (1.0 / width)).max(0.0) * 4.0 + (off * -60.0).exp() * 0.35;
            let low = if k == 0 { -0.02 } else { 0.10 };
            let part = smoothstep::<L>(low, low + 0.03, y) * smoothstep::<L>(0.40, 0.30, y);
            bolt += core * part * if k == 0 { 1.0 } else { 0.45 };
        }
        v(0.72, 0.80, 1.0) * ((glow + bolt) * self.bolt)
    }

    /// Rain and snow before everything.
    #[inline(always)]
    pub fn falling<L: Lanes>(&self, light: V<L>, at: Points<L>) -> V<L> {
        let mut out = light;
        if self.rain > 0.02 {
            out += splat::<L>(self.glow) * self.streaks(at);
        }
        if self.snow > 0.02 {
            let flakes = self.flakes(at);
            out = out.mix(splat::<L>(self.glow) * 1.25, flakes);
        }
        out
    }

    #[inline(always)]
    fn streaks<L: Lanes>(&self, at: Points<L>) -> F<L> {
        let mut sum = f(0.0);
        for (k, scale) in [9.0_f32, 17.0, 33.0].into_iter().enumerate() {
            let u = (at.x + at.y * self.slant) * scale + 13.7 * k as f32;
            let column = u.floor();
            let own = hash1(column, 900 + k as u32);
            let fall =
                at.y * (0.45 + 0.05 * scale) + own * 31.0 + (own * 0.3 + 0.85) * (self.secs * (2.6 + 0.05 * scale));
            let drop = fall.floor();
            let along = fall - drop;
            let shape = smoothstep::<L>(0.0, 0.5, along) * smoothstep::<L>(0.95, 0.6, along);
            let on = smoothstep::<L>(1.0 - 0.75 * self.rain, 1.0, hash2(column, drop, 77 + k as u32));
            let across = (u - column - 0.15 - own * 0.7).abs() * (1.0 / scale);
            // Two thousandths of the height wide, nearer ones wider.
            let own_width = 0.0009 + 0.012 / scale;
            let width = own_width.max(at.pixel * 0.7);
            let line = (1.0 - across * (1.0 / width)).max(0.0) * (own_width / width);
            sum += shape * on * line * 0.42;
        }
        sum
    }

    #[inline(always)]
    fn flakes<L: Lanes>(&self, at: Points<L>) -> F<L> {
        let mut sum = f(0.0);
        for (k, scale) in [2.6_f32, 5.0, 9.0, 15.0, 24.0].into_iter().enumerate() {
            let sway = (at.y * 2.0 + self.secs * 0.6 + k as f32).sin() * 0.04;
            let x = (at.x + sway) * scale + self.slant * self.secs * (2.0 + 4.0 / scale) + 7.3 * k as f32;
            let y = at.y * scale + self.secs * (1.1 + 0.06 * scale);
            let (cx, cy) = (x.floor(), y.floor());
            let on = smoothstep::<L>(1.0 - 0.6 * self.snow, 1.0, hash2(cx, cy, 300 + k as u32)).sqrt();
            let (ox, oy) = (hash2(cx, cy, 310) * 0.6 + 0.2, hash2(cx, cy, 320) * 0.6 + 0.2);
            let off = ((x - cx - ox).squared() + (y - cy - oy).squared()) * (1.0 / (scale * scale));
            let own = 0.0030 + 0.016 / scale;
            let radius = own.max(at.pixel * 0.7);
            let disc = (1.0 - off * (1.0 / (radius * radius))).max(0.0);
            sum += disc * on * ((own / radius) * (own / radius) * (0.5 + 0.03 * scale));
        }
        sum.min(0.9)
    }

    /// For figures.
    #[must_use]
    pub fn fog(&self, sky: &Sky) -> Fog {
        Fog {
            color: mix3(sky.horizon, sky.middle, 0.15 + 0.25 * self.fog.min(1.0)),
            density: self.density,
        }
    }
}
