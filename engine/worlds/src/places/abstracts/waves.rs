//! A landscape of thin luminous lines before sun or moon, as on the record sleeve with the pulsar's waves.
//!
//! Each line is a profile across the view, a row of peaks; from near to far it is drawn and what lies below it is hidden
//! (Craft, "Radio observations of the pulse profiles", 1970, drew them so). Rows whose peaks cannot reach a pixel are
//! skipped. A line thinner than a pixel becomes dimmer, not thinner, so nothing crawls.

use super::{hues::Hues, slope::slope_across};
use crate::{
    air::Air,
    camera::Camera,
    interior::swing,
    lanes::{F, Lanes, f, select, smoothstep, splat, v},
    noise::noise2,
    scalar::{self, Chance, luminance, mix3, scale3},
    scene::Scene,
    sky::Sky,
    stand::{depth_of_hero, place},
    world::{FAR, Fog, KeyLight, Opening, Points, Portal, Role, Sample, Staging, Surface, World},
};

const LINES: usize = 46;

/// What is the same along a whole line.
#[derive(Clone, Copy, Default)]
struct Line {
    z: f32,
    /// Metres along the view.
    depth: f32,
    /// Picture units a metre.
    scale: f32,
    /// How far the middle sways aside.
    sway: f32,
    pulse: f32,
    /// What comes through the air.
    clear: f32,
    /// 0 where it comes up, 1 when it is there.
    near: f32,
}

pub(in super::super) struct Waves {
    camera: Camera,
    sky: Sky,
    air: Air,
    hues: Hues,
    lines: [Line; LINES],
    /// Half width of the way through the middle, or of the range in it.
    middle: f32,
    /// Whether the middle is a range (1) or a way (0).
    range: f32,
    height: f32,
    /// Extra height that travels away from the camera with each beat, and where it is.
    pulse: [f32; 2],
    jitter: f32,
    bright: f32,
    line: f32,
    time: f32,
    offset: f32,
    bend: f32,
    density: f32,
}

impl Waves {
    pub fn new(scene: &Scene) -> Self {
        let mut chance = Chance::new(scene.seed, 62);
        let music = &scene.music;
        let hues = Hues::new(scene, &mut chance);
        let focal = chance.within(1.3, 2.1);
        let horizon = chance.within(-0.22, 0.30);
        let side = if chance.happens(0.5) { 1.0 } else { -1.0 };
        let range = if chance.happens(0.5) { 1.0 } else { 0.0 };
        let mut sky = Sky::new(scene, 0.0);
        let at = [
            side * if range > 0.5 {
                chance.within(0.25, 0.85)
            } else {
                chance.within(0.0, 0.30)
            },
            (horizon + chance.within(0.10, 0.34)).min(0.72),
        ];
        let high = chance.within(2.2, 6.0);
        let mut camera = Camera::standing(high, horizon, focal);
        camera.position[2] = scene.approach * 14.0 + music.bar as f32 * 0.14;
        camera.position[0] = 0.8 * swing(music, 24.0, 0.0);
        crate::stand::show_light(&mut sky, &camera, at);
        // Towards the scene's two hues.
        let tint = |color: [f32; 3], hue: [f32; 3], share: f32| {
            mix3(color, scale3(hue, luminance(color) / luminance(hue).max(0.02)), share)
        };
        sky.zenith = tint(scale3(sky.zenith, 0.6), hues.shade, 0.5);
        sky.middle = tint(scale3(sky.middle, 0.75), hues.shade, 0.5);
        sky.horizon = tint(scale3(sky.horizon, 0.85), hues.light, 0.45);
        sky.cover *= 0.6;
        let step = chance.within(0.85, 1.35);
        // Lines come into the picture from below it.
        let enter = (high * focal / (1.06 + horizon)).max(2.5);
        let fraction = (music.beat - music.beat.floor()) as f32;
        let mut waves = Self {
            lines: [Line::default(); LINES],
            middle: chance.within(4.0, 9.0) * if range > 0.5 { 1.7 } else { 0.7 },
            range,
            height: chance.within(3.2, 6.5)
                * (0.55 + 0.75 * music.bass + 0.25 * music.build)
                * if range > 0.5 { 0.9 } else { 1.25 },
            pulse: [
                (0.05 * music.bass + 1.0 * music.kick) * (1.0 - fraction),
                camera.position[2] + 4.0 + fraction * 46.0,
            ],
            jitter: 0.12 + 0.35 * music.high + 0.5 * music.hat,
            bright: 1.0 + 0.5 * music.mid + 0.7 * music.snare + 1.2 * music.burst,
            line: 0.015,
            time: (music.bar * 0.05) as f32,
            offset: (scene.seed % 89) as f32 * 7.3,
            bend: chance.within(-0.9, 0.9) * side,
            density: 0.026 + 0.05 * scene.weather.fog,
            air: Air::new(scene, &sky, 0.016, 0.05),
            camera,
            sky,
            hues,
        };
        let first = ((waves.camera.position[2] + enter) / step).ceil();
        for (k, line) in waves.lines.iter_mut().enumerate() {
            let z = (first + k as f32) * step;
            let depth = z - waves.camera.position[2];
            let since = (z - waves.pulse[1]) * 0.16;
            let thick = depth * waves.density;
            *line = Line {
                z,
                depth,
                scale: focal / depth,
                sway: scalar::sin(z * 0.045 + waves.offset) * waves.bend * 3.0,
                pulse: waves.pulse[0] * scalar::exp(-since * since),
                clear: scalar::exp(-thick * thick),
                near: scalar::smoothstep(enter, enter * 2.0, depth),
            };
        }
        waves
    }

    /// Highest that a line may rise at a distance from the camera.
    fn most(&self) -> f32 {
        self.height * (1.15 + 0.9 * self.pulse[0])
    }

    /// Height of a line in metres; `width` is a pixel's there.
    #[inline(always)]
    fn profile<L: Lanes>(&self, x: F<L>, line: &Line, width: f32) -> F<L> {
        let (z, pulse) = (line.z, line.pulse);
        let across = x - line.sway;
        let off = across.abs() * (1.0 / self.middle);
        let lifted = if self.range > 0.5 {
            (off.squared() * -1.0).exp()
        } else {
            smoothstep::<L>(0.75, 2.6, off) * 0.85
        };
        if !lifted.gt(0.012).any() {
            return f(0.0);
        }
        let lifted = (lifted - 0.012).max(0.0);
        L::outlined(
            #[inline(always)]
            || {
                let row = z * 0.16 + self.time;
                let broad = noise2(across * 0.24 + self.offset, F::from(row * 1.2));
                let peaks = noise2(across * 0.85 + self.offset * 1.7, F::from(z * 0.9 + self.time * 3.0));
                let rise = smoothstep::<L>(0.30, 0.80, broad) * (0.62 + 0.55 * peaks.squared());
                let mut height = rise * (self.height * (1.0 + 0.9 * pulse));
                let seen = scalar::smoothstep(0.14, 0.05, width);
                if seen > 0.0 {
                    let fine = noise2(across * 3.1, F::from(z * 1.7 + self.time * 16.0));
                    height += fine * (seen * (self.jitter * 0.10 * self.height + 0.5 * pulse));
                }
                height * lifted
            },
        )
    }
}

impl World for Waves {
    #[inline(always)]
    fn shade<L: Lanes>(&self, at: Points<L>) -> Sample<L> {
        let d = self.camera.direction(at.x, at.y);
        let pixel = at.pixel / self.camera.focal;
        let [dark, shade, hue, hot] = self.hues.vectors::<L>();
        let haze = self.sky.base(v(d.x, f(0.015), d.z));
        let mut open = f::<L>(1.0);
        let mut light = splat::<L>([0.0; 3]);
        let mut distance = f::<L>(FAR);
        let focal = self.camera.focal;
        let toward = (1.0 - (d - splat(self.sky.direction)).length() * 0.55).max(0.0);
        if at.y.lt(self.camera.horizon + self.most() * focal / 3.0).any() {
            for drawn in &self.lines {
                let Line {
                    depth,
                    scale,
                    clear,
                    near,
                    ..
                } = *drawn;
                let low = self.camera.horizon - self.camera.position[1] * scale;
                let top = low + self.most() * scale;
                // Wholly above this line.
                if !at.y.lt(top + at.pixel * 3.0).any() {
                    continue;
                }
                let x = at.x * (1.0 / scale) + self.camera.position[0];
                let wide = at.pixel / scale;
                let own = self.line * scale;
                let line = own.min(0.009).max(at.pixel * 0.62);
                // Wholly below it: ground, whatever its height.
                let under = !at.y.gt(low - 1.9 * scale).any();
                let (mut height, mut slope) = (f::<L>(0.0), f::<L>(0.0));
                if !under {
                    height = self.profile(x, drawn, wide) * near;
                    slope = slope_across(height, x);
                }
                let over = at.y - height * scale - low;
                // Distance across the line, not along the upright.
                let across = over * (slope.squared() + 1.0).sqrt().recip();
                let core = (1.0 - (across * (1.0 / (line * 1.35))).abs()).max(0.0) * (own / line).clamp(0.35, 1.0);
                let halo = (across.abs() * (-1.0 / (0.004 + 1.6 * line))).exp() * 0.06;
                let high = (height * (1.0 / self.height)).saturate();
                let color = shade
                    .mix(hue, 0.35 + 0.65 * high)
                    .mix(hot, high * (0.35 + 0.5 * toward));
                let color = haze.mix(color * (1.2 * self.bright) + hot * (toward.squared() * 0.5), clear);
                light += color * (open * (core + halo) * (0.35 + 0.65 * clear));
                let hides = smoothstep::<L>(at.pixel * 0.5, -at.pixel * 0.5, over);
                // The dark ground below each line, in its air.
                let depth_below = (over * (-1.0 / scale) * 0.55).saturate();
                let ground = dark.mix(shade, (1.0 - depth_below).squared() * 0.08) * (0.7 - 0.4 * depth_below);
                let ground = haze.mix(ground, clear);
                light += ground * (open * hides);
                distance = select((hides * open).gt(0.5), f(depth), distance);
                open *= 1.0 - hides;
                if !open.gt(0.003).any() {
                    break;
                }
            }
        }
        if open.gt(0.003).any() {
            let mut sky = self.sky.base(d) + self.sky.starlight(d, pixel) * 0.45;
            if self.sky.cover > 0.15 {
                let (cloud, cover) = self.sky.clouds(d, 3);
                sky = sky.mix(cloud, cover * 0.55);
            }
            let to = d - splat(self.sky.direction);
            let disc = smoothstep::<L>(0.075 + pixel * 0.7, 0.075 - pixel * 0.7, to.length());
            let sun = splat::<L>(self.sky.sun) * if self.sky.is_moon { 1.6 } else { 0.62 };
            sky = sky.mix(sun, disc * self.sky.disc);
            let below = smoothstep::<L>(0.004, -0.004, d.y);
            sky = sky.mix(haze, below);
            light += sky * open;
        }
        Sample {
            light: self.air.falling(light, at),
            distance,
        }
    }

    fn staging(&self) -> Staging {
        let camera = &self.camera;
        let sun = camera.project_direction(self.sky.direction).unwrap_or([0.0, 0.3]);
        let side = if sun[0] > 0.0 { 1.0 } else { -1.0 };
        let near = depth_of_hero(camera, 0.20);
        let hero = if self.range > 0.5 { side * 0.72 } else { -side * 0.12 };
        let stand = |role, x: f32, depth: f32, room| {
            let mut place = place(camera, role, x, depth, 0.0, room);
            place.at[1] = self.ground(place.at[0], place.at[2]);
            place
        };
        Staging {
            camera: *camera,
            key: KeyLight {
                direction: self.sky.direction,
                color: scale3(self.sky.sun, if self.sky.is_moon { 0.8 } else { 0.28 }),
            },
            ambient: scale3(mix3(self.hues.shade, self.sky.middle, 0.5), 0.3),
            fog: Fog {
                color: self.sky.horizon,
                density: self.density * 0.6,
            },
            surface: Surface::Ground { wet: 0.1 },
            places: vec![
                stand(Role::Hero, hero, near, 2.0),
                stand(Role::Second, hero + side * 0.2, near * 1.2, 2.0),
                stand(Role::Far, hero * 0.5, near * 4.0, 6.0),
                place(camera, Role::Floating, -side * 0.6, 40.0, 14.0, 10.0),
            ],
            portal: Portal {
                opening: Opening::Disc,
                centre: sun,
                radius: 0.12,
                distance: FAR,
                spills: false,
            },
        }
    }
}
