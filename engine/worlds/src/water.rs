//! Surfaces of water: waves with their slopes, and the sun broken on them.
//!
//! Directional waves of the shape exp(sin - 1) with analytic slopes, each dragged along by the last (after afl_ext's
//! "Very fast procedural ocean"). A wave that is smaller than its pixel fades out, and its slope's variance becomes
//! roughness (Bruneton, Neyret and Holzschuch, "Real-time realistic ocean lighting", 2010). The sun on it is a Gaussian
//! lobe over slopes, broken into glints: hashed cells that stay as large as a pixel at every distance, with the lobe as
//! their mean (after Deliot and Belcour, "Real-time rendering of glinty appearances", 2023).

use crate::{
    camera::Camera,
    lanes::{F, Lanes, V, f, splat, v},
    noise::{hash2, noise2},
    scalar::{self, Chance},
    scene::Scene,
    sky::Sky,
};

/// A wave: direction (x, z), wave number (radians a metre), amplitude, phase.
#[derive(Debug, Clone, Copy)]
struct Wave {
    direction: [f32; 2],
    number: f32,
    height: f32,
    phase: f32,
}

/// A surface at y = 0.
#[derive(Debug, Clone, Copy)]
pub struct Water {
    waves: [Wave; 12],
    /// How bright the glints are: 1 calm music.
    pub sparkle: f32,
    /// How much wider than long the field of glints is.
    pub spread: f32,
    secs: f32,
    calm: f32,
}

/// Slopes at places.
#[derive(Clone, Copy)]
pub struct Slopes<L: Lanes> {
    /// To the right.
    pub x: F<L>,
    /// Forward.
    pub z: F<L>,
    /// Variance of what the footprint averages away.
    pub rough: F<L>,
    /// Height in metres.
    pub height: F<L>,
}

impl Water {
    /// Water of a scene: `swell` 1 is a sea in a breeze, 0.05 a lake; `number` is that of the longest wave.
    #[must_use]
    pub fn new(scene: &Scene, chance: &mut Chance, swell: f32, number: f32) -> Self {
        let music = &scene.music;
        let wind = chance.within(-0.9, 0.9);
        let mut number = number;
        let waves = std::array::from_fn(|k| {
            let turn = wind + chance.within(-1.1, 1.1);
            // Filmed at twice the speed that it is shown at, and what is short slower still: a wave must not turn further in
            // a frame than the eye can follow.
            let speed = (0.5 * (9.81 * number).sqrt()).min(2.6);
            let phase = (f64::from(chance.unit()) * std::f64::consts::TAU - f64::from(speed) * music.secs)
                .rem_euclid(std::f64::consts::TAU);
            let wave = Wave {
                direction: [scalar::sin(turn), scalar::cos(turn)],
                number,
                // Steepest in the middle of the spectrum, as chop is.
                height: swell
                    * [
                        0.055, 0.075, 0.085, 0.09, 0.09, 0.09, 0.09, 0.09, 0.09, 0.09, 0.085, 0.08,
                    ][k]
                    / number,
                phase: phase as f32,
            };
            number *= 1.54;
            wave
        });
        let weather = &scene.weather;
        let overcast = ((weather.cloud - 0.6) * 1.5 + weather.storm * 0.5).clamp(0.0, 0.8);
        Self {
            waves,
            sparkle: (1.0 - 2.4 * overcast).max(0.05)
                * (0.75 + 0.8 * music.high + 1.6 * music.kick + 0.8 * music.snare + 1.5 * music.burst),
            spread: 0.3,
            secs: music.secs as f32,
            calm: swell.min(1.0),
        }
    }

    /// Slopes at a place, without what `footprint` (metres) averages away.
    #[inline(always)]
    pub fn slopes<L: Lanes>(&self, x: F<L>, z: F<L>, footprint: F<L>) -> Slopes<L> {
        let (mut px, mut pz) = (x, z);
        let (mut sx, mut sz, mut rough, mut height) = (f(0.0), f(0.0), f(0.0), f(0.0));
        for wave in &self.waves {
            let [dx, dz] = wave.direction;
            // What is left of it in the mean over the footprint.
            let averaged = (footprint * (wave.number * 0.9)).squared();
            let variance = 0.09 * (wave.height * wave.number) * (wave.height * wave.number);
            if !averaged.lt(9.0).any() {
                // Too fine for all sixteen, as are those that come after.
                rough += variance;
                continue;
            }
            let phase = (px * dx + pz * dz) * wave.number + wave.phase;
            let seen = (averaged * -0.5).exp();
            let crest = (phase.sin() - 1.0).exp() * seen * wave.height;
            let slope = crest * phase.cos() * wave.number;
            sx += slope * dx;
            sz += slope * dz;
            height += crest;
            rough += (1.0 - seen * seen) * variance;
            px -= slope * (0.5 * dx);
            pz -= slope * (0.5 * dz);
        }
        Slopes {
            x: sx,
            z: sz,
            rough,
            height,
        }
    }

    /// Metres to the surface along a ray that goes down (`fall` a metre), found in two steps over the longest waves.
    #[inline(always)]
    pub fn range<L: Lanes>(&self, camera: &Camera, d: V<L>, fall: F<L>) -> F<L> {
        let mut range = camera.position[1] / fall;
        let near = range.lt(60.0);
        if near.any() {
            for _ in 0..2 {
                let (x, z) = (d.x * range + camera.position[0], d.z * range + camera.position[2]);
                let mut height = f::<L>(0.0);
                for wave in &self.waves[..4] {
                    let phase = (x * wave.direction[0] + z * wave.direction[1]) * wave.number + wave.phase;
                    height += (phase.sin() - 1.0).exp() * wave.height;
                }
                let fade = (1.0 - range * (1.0 / 60.0)).max(0.0);
                // Less than it is: what lies on a wave would rush to and fro in the grazing view with each heave.
                range = (camera.position[1] - height * (fade * 0.4)).max(0.3) / fall;
            }
        }
        range.min(6000.0)
    }

    /// The sun on it, as a factor of the sun's light; `d` is the ray's direction, `height` the eye's.
    #[inline(always)]
    pub fn glitter<L: Lanes>(
        &self,
        sky: &Sky,
        d: V<L>,
        (x, z): (F<L>, F<L>),
        range: F<L>,
        slopes: Slopes<L>,
        height: f32,
    ) -> F<L> {
        let half = splat::<L>(sky.direction) - d;
        // Slopes that mirror the sun, wider than they are: the field of glints is what the eye remembers.
        let up = half.y.max(0.0) + 0.02;
        let (across, along) = (half.x / (up + self.spread) * 1.25, half.z / up);
        let variance = slopes.rough + (0.011 * self.calm + 0.0015);
        let (ex, ez) = (across + slopes.x * 0.8, (along + slopes.z) * 0.55);
        let broad = ((ex.squared() + ez.squared()) * (-0.5 / (variance * 2.4))).exp();
        if !broad.gt(0.004).any() {
            return f(0.0);
        }
        // Glints: cells doubled in size with every doubled distance (four times in depth, as perspective has it).
        let level = range.max(0.5).log2();
        let low = level.floor();
        let part = level - low;
        let glint = self
            .glints(x, z, low, height)
            .mix(self.glints(x, z, low + 1.0, height), part);
        let far = crate::lanes::smoothstep::<L>(60.0, 600.0, range);
        broad * glint.mix(f(1.0), far * 0.75 + 0.1)
    }

    /// Glints in cells of a level: 1 in the mean.
    #[inline(always)]
    fn glints<L: Lanes>(&self, x: F<L>, z: F<L>, level: F<L>, height: f32) -> F<L> {
        let size = level.exp2();
        let (u, w) = (
            x / (size * 0.0125),
            z / (size * size * (0.0042 / height) + size * 0.004),
        );
        let (u, w) = (
            u + noise2(u * 0.31, w * 0.23) * 2.0,
            w + noise2(u * 0.21, w * 0.4 + 7.0) * 2.5,
        );
        let (cu, cw) = (u.floor(), w.floor());
        let own = hash2(cu, cw, 19);
        let beat = (own * 91.0 + (own * 1.4 + 1.3) * self.secs).sin() * 0.5 + 0.5;
        let beat = beat * beat * beat;
        let other = (own * 57.3).fract();
        let size = (own * 131.7).fract() * 0.6 + 0.7;
        let ox = (u - cu - 0.36 - other * 0.28) * (1.0 / 0.5);
        let oz = (w - cw - 0.3 - own * 0.4) * (1.0 / 0.36);
        let shape = (1.0 - (ox * ox + oz * oz) / (size * size)).max(0.0);
        // The mean of beat squared is 0.226, that of shape about 0.27.
        beat * beat * shape * 15.0
    }

    /// Colour of the surface: Fresnel between what is below and what it mirrors.
    #[inline(always)]
    pub fn fresnel<L: Lanes>(&self, d: V<L>, normal: V<L>, rough: F<L>) -> F<L> {
        let facing = (-(d.dot(normal))).max(0.02);
        let away = 1.0 - facing;
        let away2 = away * away;
        0.02 + 0.98 * away2 * away2 * away * (rough * -2.0).exp()
    }

    /// Where a ray goes from the surface; never down.
    #[inline(always)]
    pub fn mirrored<L: Lanes>(&self, d: V<L>, normal: V<L>, rough: F<L>) -> V<L> {
        let r = d.reflected(normal);
        // A smooth fold at the horizon: a sharp one draws outlines around the waves.
        let up = (r.y.squared() + 0.0016 + rough * 0.1).sqrt();
        v(r.x, up, r.z).normalized()
    }
}
