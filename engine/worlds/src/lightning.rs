//! Forked lightning in a world's sky: a path from the cloud to the horizon by midpoint displacement (Fournier, Fussell
//! and Carpenter, "Computer rendering of stochastic models", 1982), one a bar, struck again after half a beat and on
//! kicks; it lights the clouds around from inside. In silence there is none.

use crate::{
    camera::View,
    overlay::SKY,
    picture::Picture,
    scalar::{Chance, exp, mix},
    scene::Music,
    world::Staging,
};

/// Pieces of a path: a power of two.
const PIECES: usize = 32;
/// Half the width of a bolt and of the glow around it, in picture units.
const CORE: f32 = 0.0052;
const GLOW: f32 = 0.06;
/// How far the cloud is lit around where a bolt leaves it, in picture units.
const CLOUD: f32 = 0.55;
/// Light (linear) of a bolt's middle, and of the sky around at its brightest.
const BOLT: [f32; 3] = [3.4, 3.6, 4.4];
const FLASH: [f32; 3] = [0.050, 0.058, 0.085];
/// Weaker ones are not drawn.
const LEAST: f32 = 0.04;

/// The bolt of a bar.
#[derive(Debug, Clone)]
pub struct Lightning {
    strength: f32,
    paths: Vec<Path>,
}

/// A way down: x at even steps of y.
#[derive(Debug, Clone)]
struct Path {
    top: f32,
    bottom: f32,
    across: [f32; PIECES + 1],
    strength: f32,
}

impl Lightning {
    /// The bolt at a moment; `None` between bolts.
    #[must_use]
    pub fn new(seed: u64, staging: &Staging, music: &Music) -> Option<Self> {
        let bar = music.bar.max(0.0);
        let beats = ((bar - bar.floor()) * 4.0) as f32;
        let again = if beats < 0.45 {
            0.0
        } else {
            0.75 * exp(-2.2 * (beats - 0.45))
        };
        let struck = (exp(-1.8 * beats) + again) * (0.55 + 0.45 * music.loudness.min(1.0));
        let strength = (struck + 0.35 * music.kick.min(1.0) + 0.3 * music.burst) * music.awake();
        if strength < LEAST {
            return None;
        }
        let mut chance = Chance::new(seed.wrapping_add(bar.floor() as u64 * 7919), 0xB017);
        let horizon = staging.camera.horizon.clamp(-0.6, 0.6);
        let side = if chance.happens(0.5) { 1.0 } else { -1.0 };
        let from = side * chance.within(0.25, 1.0);
        let to = from + side * chance.within(-0.35, 0.25);
        let trunk = Path::new(&mut chance, [from, 1.1], [to, horizon], 1.0);
        let mut paths = vec![trunk];
        for _ in 0..3 {
            let at = 4 + chance.below(PIECES / 2);
            let y = mix(paths[0].top, paths[0].bottom, at as f32 / PIECES as f32);
            let (x, fall) = (paths[0].across[at], chance.within(0.25, 0.6));
            let aside = chance.within(-0.35, 0.35);
            paths.push(Path::new(
                &mut chance,
                [x, y],
                [x + aside, (y - fall).max(horizon)],
                0.45,
            ));
        }
        Some(Self { strength, paths })
    }

    /// How bright it is, about 1 when it strikes.
    #[must_use]
    pub fn strength(&self) -> f32 {
        self.strength
    }

    /// Draws it into the sky of a picture.
    pub fn draw(&self, picture: &mut Picture, view: View) {
        let root = [self.paths[0].across[0], 0.92];
        let [left, right] = [0, 1].map(|x| view.picture(picture.point(x, 0)));
        let (dx, dy) = (right[0] - left[0], right[1] - left[1]);
        for y in 0..picture.height() {
            let start = view.picture(picture.point(0, y));
            for x in 0..picture.width() {
                let o = picture.index(x, y);
                // Black and far is what was not shaded.
                if picture.distance[o] < SKY || picture.light.iter().all(|plane| plane[o] <= 0.0) {
                    continue;
                }
                let at = [start[0] + dx * x as f32, start[1] + dy * x as f32];
                let (mut core, mut glow) = (0.0_f32, 0.0_f32);
                for path in &self.paths {
                    if let Some(away) = path.away(at) {
                        let (near, wide) = (away / CORE, away / GLOW);
                        let (near, wide) = (1.0 / (1.0 + near * near), 1.0 / (1.0 + wide * wide));
                        core = core.max(path.strength * near * near);
                        glow = glow.max(path.strength * wide);
                    }
                }
                let (cx, cy) = ((at[0] - root[0]) / CLOUD, (at[1] - root[1]) / (0.6 * CLOUD));
                let cloud = 1.0 / (1.0 + cx * cx + cy * cy);
                // What is thick there shines most: the cloud's own shapes are seen.
                let inside = 0.25 + 1.3 * glow + 2.6 * cloud;
                for (plane, (bolt, flash)) in picture.light.iter_mut().zip(BOLT.into_iter().zip(FLASH)) {
                    let shown = plane[o].min(0.6) * inside;
                    plane[o] += self.strength * (bolt * core + flash * (0.25 + 2.4 * glow + 1.2 * cloud) + shown);
                }
            }
        }
    }
}

impl Path {
    fn new(chance: &mut Chance, from: [f32; 2], to: [f32; 2], strength: f32) -> Self {
        let mut across = [0.0; PIECES + 1];
        (across[0], across[PIECES]) = (from[0], to[0]);
        let (mut step, mut swing) = (PIECES, 0.22 * (from[1] - to[1]).abs());
        while step > 1 {
            for at in (0..PIECES).step_by(step) {
                let middle = 0.5 * (across[at] + across[at + step]);
                across[at + step / 2] = middle + chance.within(-swing, swing);
            }
            (step, swing) = (step / 2, swing * 0.52);
        }
        Self {
            top: from[1],
            bottom: to[1],
            across,
            strength,
        }
    }

    /// How far a picture point is from it, along the row; `None` above and below.
    fn away(&self, [x, y]: [f32; 2]) -> Option<f32> {
        let length = self.top - self.bottom;
        if length < 1e-3 || y > self.top || y < self.bottom {
            return None;
        }
        let t = (self.top - y) / length * PIECES as f32;
        let k = (t as usize).min(PIECES - 1);
        let (a, b) = (self.across[k], self.across[k + 1]);
        let slope = (b - a) / (length / PIECES as f32);
        // Across the path, not along the row, as far as it is straight.
        Some((x - mix(a, b, t - k as f32)).abs() / (1.0 + slope * slope).sqrt())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        picture::Prepared,
        scene::{Kind, Scene},
        world::FAR,
    };

    #[test]
    fn a_bolt_lights_the_sky_and_fades_within_its_bar() {
        let world = Prepared::new(Kind::Harbour, &Scene::default());
        let sum = |bar: f64, distance: f32| {
            let music = Music {
                bar,
                ..Music::default()
            };
            let mut picture = Picture::new(64, 36);
            picture.distance.fill(distance);
            picture.light[0].fill(1e-6);
            if let Some(bolt) = Lightning::new(3, world.staging(), &music) {
                bolt.draw(&mut picture, View::WHOLE);
            }
            picture.light.iter().flatten().sum::<f32>()
        };
        assert!(sum(5.0, FAR) > 4.0 * sum(5.6, FAR) && sum(5.0, FAR) > 1.0);
        assert!(sum(5.0, 10.0) < 0.01, "nothing before the sky");
        let silent = Music {
            bar: 5.0,
            loudness: 0.0,
            ..Music::default()
        };
        assert!(Lightning::new(3, world.staging(), &silent).is_none());
    }
}
