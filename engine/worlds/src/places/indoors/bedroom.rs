//! A bedroom: a great window with the night, the rain or the morning in it, curtains, the bed, one warm light.
//!
//! Panels in closed form (`crate::interior`). The room is dark and the window bright, so that who stands before it is a
//! silhouette. Behind the glass the sky and a town out of focus; rain is drops that each show the view upside down, and
//! streaks that run down (the manner of Nichols, "Heartfelt", 2017, filtered). The window's light lies on floor and bed
//! by following it back to the panes, and once more in the floor's polish.

mod furniture;
mod light;
mod outside;

use crate::{
    camera::Camera,
    interior::{Ray, band, daylight, glow, motes, stripes, swing},
    lanes::{Lanes, V, f, grey, select, smoothstep, splat, v},
    noise::{fbm1, fbm2, noise1},
    scalar::{Chance, luminance, mix, mix3, normalize, scale3},
    scene::Scene,
    sky::Sky,
    world::{Fog, KeyLight, Opening, Place, Points, Portal, Role, Sample, Staging, Surface, World},
};

const BULBS: usize = 11;

pub(in super::super) struct Bedroom {
    camera: Camera,
    sky: Sky,
    half: f32,
    high: f32,
    end: f32,
    /// The window: left, right, sill, lintel.
    window: [f32; 4],
    /// Panes beside one another, and height of the bar across (0 for none).
    panes: f32,
    bar: f32,
    /// The pane that opens on the next world: middle and half its height.
    pane: [f32; 3],
    pane_half: f32,
    /// 1: the bed stands at the right.
    side: f32,
    /// Its inner edge, height and near end.
    bed: [f32; 3],
    blanket: [f32; 3],
    curtain: [f32; 3],
    open: f32,
    light: [f32; 3],
    sun: [f32; 3],
    /// Brightness of what is outside, and the mean of it.
    outside: f32,
    dusk: [f32; 3],
    ambient: [f32; 3],
    wall: [f32; 3],
    /// A string of lights, or none where there is a lamp.
    bulbs: Option<[[f32; 4]; BULBS]>,
    bulb: [f32; 3],
    /// The lamp's shade: its middle and half its height.
    lamp: [f32; 4],
    lamp_light: f32,
    /// 1 by night.
    night: f32,
    rain: f32,
    town: f32,
    /// Houses, or else trees and far lamps.
    houses: bool,
    /// The two hues of the lights outside.
    hues: [[f32; 3]; 2],
    sway: f32,
    dust: f32,
    seed: u32,
    secs: f32,
}

impl Bedroom {
    pub fn new(scene: &Scene) -> Self {
        let mut chance = Chance::new(scene.seed, 36);
        let (music, palette, weather) = (&scene.music, &scene.palette, &scene.weather);
        let day = daylight(scene.hour);
        let half = chance.within(2.9, 3.7);
        let high = chance.within(2.75, 3.15);
        let end = chance.within(3.7, 4.5);
        let side = if chance.happens(0.5) { 1.0 } else { -1.0 };
        let low = chance.happens(0.45);
        // A wall of glass, or a window with much wall beside it.
        let loft = chance.happens(0.5);
        let focal = if loft {
            chance.within(1.35, 1.75)
        } else {
            chance.within(1.75, 2.25)
        };
        let mut camera = if low {
            Camera::standing(chance.within(0.80, 1.0), chance.within(-0.40, -0.25), focal)
        } else {
            Camera::standing(chance.within(1.1, 1.45), chance.within(-0.16, 0.05), focal)
        };
        let stand = chance.within(-0.6, 0.6);
        let wide = if loft {
            chance.within(2.2, 2.7)
        } else {
            chance.within(1.25, 1.6)
        };
        let middle = -side
            * if loft {
                chance.within(0.0, 0.5)
            } else {
                chance.within(0.3, 0.9)
            };
        camera.yaw = crate::scalar::atan2(middle - stand, end) * chance.within(0.35, 0.85) + chance.within(-0.06, 0.06);
        let window = [
            middle - wide,
            middle + wide,
            if loft {
                chance.within(0.10, 0.35)
            } else {
                chance.within(0.35, 0.60)
            },
            high - chance.within(0.16, 0.32),
        ];
        let panes = if loft { 3.0 + chance.below(2) as f32 } else { 2.0 };
        let bar = if chance.happens(0.5) { 0.62 } else { 0.0 };
        // Sun and moon are seen in a pane.
        let (across, up) = (chance.within(-0.75, 0.75), chance.within(0.60, 0.82));
        let to = [
            middle + wide * across - stand,
            mix(window[2], window[3], up) - camera.position[1],
            end,
        ];
        let azimuth = crate::scalar::atan2(to[0], to[2]);
        let mut sky = Sky::new(scene, azimuth);
        if sky.direction[1] < 0.4 || sky.is_moon {
            sky.direction = normalize(to);
        }
        sky.stars *= 0.15;
        camera.position[0] = stand + 0.08 * swing(music, 16.0, 0.0);
        camera.position[2] = scene.approach * 1.2 + 0.05 * swing(music, 8.0, 0.2);
        let pane_half = 0.155 * end / focal;
        let pane = [middle + wide * 0.3 * side, (window[2] + window[3]) * 0.5 + 0.1, end];
        let light = scale3(sky.sun, if sky.is_moon { 0.95 } else { 0.30 });
        let light = scene.through_portal(light, |l| scale3(l, 1.6 / luminance(l).max(0.1)));
        let warm = palette.turned([1.0, 0.50, 0.18], 0.0);
        let night = 1.0 - day;
        let strung = chance.happens(0.35);
        let bulbs = std::array::from_fn(|k| {
            let t = (k as f32 + 0.5) / BULBS as f32;
            let sag = (t * 3.0).fract() - 0.5;
            // They answer one after another.
            let beat = (music.beat * 0.5 + k as f64 / BULBS as f64).rem_euclid(1.0) as f32;
            let strength =
                0.7 + 0.5 * music.mid + 0.9 * music.kick * (1.0 - beat) + 0.6 * music.hat * ((k * 7 % 3) as f32 * 0.5);
            [
                mix(-half + 0.2, half - 0.2, t),
                high - 0.26 + sag * sag * 0.9,
                end - 0.12,
                strength,
            ]
        });
        let bed = [
            chance.within(0.45, 0.95),
            chance.within(0.40, 0.50),
            end - chance.within(2.5, 2.8),
        ];
        // A lamp beside the bed, or a tall one in the other corner.
        let tall = chance.happens(0.5);
        let lamp = if tall {
            [
                -side * (half - 0.55),
                chance.within(1.35, 1.55),
                end - chance.within(0.5, 0.9),
                0.19,
            ]
        } else {
            [side * (bed[0] - 0.34), 0.88, end - 0.40, 0.13]
        };
        let overcast = if weather.rain > 0.3 { 0.8 } else { 1.0 };
        let fashion = chance.unit();
        let cold = mix3(sky.middle, sky.horizon, 0.35);
        let cold = scale3(cold, 1.0 / luminance(cold).max(0.02)).map(|x| x.min(2.2));
        Self {
            camera,
            half,
            high,
            end,
            window,
            panes,
            bar,
            pane,
            pane_half,
            side,
            bed,
            blanket: palette.turned(mix3([0.30, 0.30, 0.34], scale3(cold, 0.22), 0.35), 0.6),
            curtain: palette.turned(mix3([0.40, 0.24, 0.20], scale3(cold, 0.26), 0.6 * fashion), 0.5),
            open: if loft {
                chance.within(0.86, 0.96)
            } else {
                chance.within(0.66, 0.86)
            },
            light: scale3(
                light,
                overcast * (0.9 + 0.3 * music.mid + 0.4 * music.kick + music.burst),
            ),
            sun: normalize([chance.within(-0.35, 0.35), mix(0.42, 0.62, day), 1.0]),
            outside: mix(1.15, 1.9, night) * (1.0 + 0.25 * music.loudness),
            dusk: mix3(sky.horizon, sky.middle, 0.4),
            ambient: [0, 1, 2].map(|k| {
                sky.zenith[k] * mix(0.95, 0.75, night)
                    + sky.middle[k] * mix(0.45, 0.36, night)
                    + warm[k] * 0.010
                    + 0.004
            }),
            wall: palette.turned(mix3([0.42, 0.38, 0.35], scale3(cold, 0.36), 0.3 * chance.unit()), 0.5),
            bulbs: strung.then_some(bulbs),
            bulb: scale3(warm, mix(0.3, 1.0, night)),
            lamp,
            lamp_light: if strung {
                0.0
            } else {
                mix(0.10, 0.85, night) * (0.85 + 0.25 * music.mid + 0.35 * music.snare)
            },
            night,
            rain: weather.rain.max(weather.storm * 0.8),
            town: chance.within(0.9, 1.6),
            houses: chance.happens(0.65),
            hues: [
                warm,
                palette.turned(mix3(cold, [1.0, 0.25, 0.25], chance.within(0.0, 0.55)), 1.0),
            ],
            sway: weather.wind * 0.5 + 0.5 * music.bass + 0.5 * music.build,
            dust: 0.3 + music.high + music.hat,
            seed: (scene.seed % 4096) as u32,
            secs: music.secs as f32,
            sky,
        }
    }
}

impl World for Bedroom {
    #[inline(always)]
    fn shade<L: Lanes>(&self, at: Points<L>) -> Sample<L> {
        let ray = Ray::through(&self.camera, at);
        let side = select(ray.to.x.lt(0.0), f(-1.0), f(1.0));
        let (wall, end) = (ray.along(side * self.half), ray.across(self.end));
        let level = ray.level(select(ray.to.y.lt(0.0), f(0.0), f(self.high)));
        let mut t = wall.t.min(end.t).min(level.t);
        let p = ray.at(t);
        let fill = self.fill(p);
        let at_end = end.t.lt(wall.t) & end.t.lt(level.t);
        let at_floor = level.t.lt(wall.t) & level.t.lt(end.t) & ray.to.y.lt(0.0);
        let corner =
            0.65 + 0.35 * smoothstep::<L>(0.0, 0.6, (f(self.high) - p.y).min(f(self.half) - p.x.abs()).max(0.0));
        let plaster = splat::<L>(self.wall) * (0.94 + 0.12 * fbm2(p.z * 2.0 + p.x, p.y * 2.0, 2));
        let mut albedo = plaster * corner;
        if at_floor.any() {
            let board = stripes(p.x * 6.0, 0.95, level.du * 6.0) * 0.35 + 0.65;
            let wood = v::<L>(0.26, 0.16, 0.095) * board * (0.8 + 0.35 * fbm2(p.x * 9.0, p.z * 1.1, 2));
            let rug = (p.x.squared() + (p.z - 4.6).squared() * 0.7).sqrt();
            let knot = 0.75 + 0.25 * stripes(rug * 3.2, 0.5, level.dv * 3.2);
            let wood = wood.mix(splat::<L>(self.curtain) * knot, smoothstep::<L>(1.32, 1.28, rug));
            albedo = V::select(at_floor, wood, albedo);
        }
        let beam = self.beam(p, f(0.02)) * (!at_end).to_float();
        let mut light = albedo * (fill + splat(self.light) * (beam * 0.8));
        if at_floor.any() {
            // The window once more, in the polish.
            let k = (self.end - p.z) / ray.to.z.max(0.05);
            let (x, y) = (p.x + ray.to.x * k, ray.to.y * k * -1.0);
            let seen = self.opening(x, y, 0.05 + k * 0.10) * (0.04 + 0.5 * (1.0 + ray.to.y).squared().squared());
            let sheen = splat::<L>(scale3(self.dusk, self.outside)) + splat::<L>(self.light) * 0.10;
            light += sheen * (seen * at_floor.to_float() * (0.75 + 0.25 * fbm2(p.x * 9.0, p.z * 1.1, 2)));
        }
        let mut glassy = f(0.0);
        if at_end.any() {
            let (x, y, w) = (end.u, end.v, end.du);
            let [left, right, sill, lintel] = self.window;
            let frame = band(x, left - 0.07, right + 0.07, w) * band(y, sill - 0.07, lintel + 0.07, w);
            let wood = splat::<L>(self.wall) * fill * 0.8;
            let mut lit = light.mix(wood, frame);
            glassy = self.opening(x, y, w);
            if glassy.gt(0.0).any() {
                let glass = self.glass(x, y, w, ray.to, ray.pixel);
                lit = lit.mix(glass, glassy);
            }
            // Curtains: folds, light through the cloth, a little wind.
            let drawn = (right - left) * 0.5 * (1.0 - self.open) + 0.25;
            let air = (noise1(y * 0.9 - self.secs * 0.5, 3) - 0.5) * self.sway * 0.22 * (lintel - y).max(0.0);
            let from_left = x - left + 0.28 + air;
            let from_right = right - x + 0.28 + air;
            let inner = from_left.min(from_right);
            let cloth = band(inner, -0.06, drawn, w.max(0.01)) * band(y, 0.06, lintel + 0.16, w);
            let fold = fbm1(inner * 7.0 + (y * 0.7).sin() * 0.25, 2, self.seed + 3);
            let shade = smoothstep::<L>(0.2, 0.8, fold);
            let behind = band(x, left, right, f(0.3)) * band(y, sill, lintel, f(0.4));
            let through = splat::<L>(self.light) * 0.05 + splat(scale3(self.dusk, 0.16 * self.outside));
            let color =
                splat::<L>(self.curtain) * (fill * (0.4 + 0.8 * shade) + through * behind * (0.3 + shade) * 2.2);
            lit = lit.mix(color, cloth);
            glassy *= 1.0 - cloth;
            let rod = band((y - lintel - 0.19).abs(), -1.0, 0.018, w) * band(x, left - 0.5, right + 0.5, w);
            lit = lit.mix(grey(0.02), rod);
            light = V::select(at_end, lit, light);
        }
        (light, t) = self.furniture(&ray, light, t);
        for &[x, y, z, strength] in self.bulbs.iter().flatten() {
            let off = splat::<L>([x, y, z]) - ray.from;
            let b = off.dot(ray.to);
            let d2 = (off.dot(off) - b * b).max(0.0);
            if !d2.lt(0.5).any() {
                continue;
            }
            let size = 0.028 + b.max(0.0) * ray.pixel * 0.5;
            let q = d2 / (size * size);
            let halo = (d2 * 50.0 + 0.3).recip() * 0.03 * (1.0 - d2 * 2.0).max(0.0);
            light +=
                splat::<L>(self.bulb) * ((q * q + 1.0).recip() * 2.6 + halo) * strength * (b.lt(t + 0.3)).to_float();
        }
        let [left, right, sill, lintel] = self.window;
        let mut shaft = f(0.0);
        for k in 0..5 {
            shaft += self.beam(ray.at(t.min(end.t) * ((k as f32 + 0.5) / 5.0)), f(0.45));
        }
        let dust = 1.0 + motes(at, self.secs) * self.dust * 2.0;
        let shine = glow(&ray, [(left + right) * 0.5, (sill + lintel) * 0.5, self.end], t, 0.9) * 0.02;
        light += splat::<L>(self.light) * ((shaft * t * 0.0035 + shine) * dust);
        let depth = t * ray.to.z.max(0.05);
        // What is behind the glass is far.
        Sample {
            light,
            distance: select(glassy.gt(0.5) & at_end, f(crate::world::FAR), depth),
        }
    }

    fn staging(&self) -> Staging {
        let z = self.camera.position[2];
        let place = |role, x: f32, y: f32, depth: f32, room| Place {
            role,
            at: [x, y, depth],
            heading: 0.0,
            room,
        };
        let hero = [
            self.pane[0] * 0.6 - self.side * 0.35,
            0.0,
            (self.end - 0.8).max(z + 2.2),
        ];
        let [x, y, depth] = self.camera.project(self.pane);
        Staging {
            camera: self.camera,
            key: KeyLight {
                direction: normalize([0, 1, 2].map(|k| self.pane[k] - hero[k] + if k == 1 { 0.8 } else { 0.3 })),
                color: scale3(self.light, 0.55),
            },
            ambient: scale3(self.ambient, 0.8),
            fog: Fog {
                color: scale3(self.ambient, 0.6),
                density: 0.01,
            },
            surface: Surface::Ground { wet: 0.08 },
            places: vec![
                place(Role::Hero, hero[0], 0.0, hero[2], 1.0),
                place(Role::Second, -self.side * 0.9, 0.0, z + 4.6, 1.0),
                place(Role::Near, -self.side * (self.half - 0.4), 0.0, z + 2.0, 0.8),
                place(Role::Sign, self.side * 0.2, self.high - 0.2, self.end - 0.1, 0.4),
                place(Role::Far, self.pane[0], 6.0, self.end + 60.0, 12.0),
                place(Role::Floating, self.pane[0], 9.0, self.end + 40.0, 8.0),
            ],
            portal: Portal {
                opening: Opening::Window,
                centre: [x, y],
                radius: self.pane_half * self.camera.focal / depth.max(0.5),
                distance: depth,
                spills: true,
            },
        }
    }
}
