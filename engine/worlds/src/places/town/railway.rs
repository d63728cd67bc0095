//! A railway platform at the edge of the land, rails to the vanishing point, and a train's light far off.
//!
//! Platform, track bed and the canopy over the platform are planes met in closed form; sleepers, rails and slabs are
//! box-filtered; posts, lamps and the train are cards across the view, wires hang as parabolas ([`crate::wires`]). What
//! is wet sends the ray up again ([`crate::trace`]).

use crate::{
    boughs::{self, Leaves, Tree},
    camera::Camera,
    canopy::{Canopy, POSTS},
    cars,
    haze::Haze,
    lamps::{Lamp, after_dark, glow},
    lanes::{F, Lanes, V, f, grey, select, smoothstep, splat, v},
    noise::{fbm2, noise2},
    precipitation::Precipitation,
    scalar::{self, Chance, hex, mix, mix3, scale3},
    scene::Scene,
    sky::Sky,
    skyline::{self, Outline},
    stand::{depth_of_hero, place, show_light},
    trace::{Ray, Span, strip, stripes},
    wires::Line,
    world::{FAR, Fog, KeyLight, Opening, Place, Points, Portal, Role, Sample, Staging, Surface, World},
};

/// How far the rails lie below the platform.
const BED: f32 = -1.0;
pub(in super::super) struct Railway {
    camera: Camera,
    sky: Sky,
    haze: Haze,
    outlines: Vec<Outline>,
    poles: Line,
    trees: Vec<Tree>,
    leaves: Leaves,
    lamps: Vec<Lamp>,
    rain: Precipitation,
    canopy: Canopy,
    train: [f32; 2],
    lit: f32,
    wet: f32,
    snow: f32,
    warm: [f32; 3],
    earth: [f32; 3],
    sheen: f32,
}

impl Railway {
    pub fn new(scene: &Scene) -> Self {
        let mut chance = Chance::new(scene.seed, 70);
        let (music, weather, palette) = (&scene.music, &scene.weather, &scene.palette);
        let lit = after_dark(scene.hour);
        let hand = if chance.happens(0.5) { 1.0 } else { -1.0 };
        let covered = chance.happens(0.65);
        let mut camera = Camera::standing(
            chance.within(1.2, 2.4),
            chance.within(-0.36, -0.08),
            chance.within(1.4, 2.2),
        );
        let edge = chance.within(-1.8, -0.9);
        camera.yaw = hand * chance.within(-0.10, 0.16);
        camera.position[0] = 0.12 * scalar::sin(music.bar as f32 * 0.4);
        camera.position[2] = (music.bar as f32 * 0.35) % 512.0 + scene.approach * 14.0;
        let behind = camera.position[2];
        let mut sky = Sky::new(scene, 0.0);
        sky.stars *= 0.4;
        let end = camera.project_direction([0.0, 0.0, 1.0]).unwrap_or([0.0; 2]);
        let up = scalar::smoothstep(0.08, 0.6, sky.direction[1]);
        let above = mix(chance.within(0.14, 0.34), 0.6, up.min(0.6));
        show_light(
            &mut sky,
            &camera,
            [end[0] - hand * chance.within(0.05, 0.5), camera.horizon + above],
        );
        let density = 0.0030 + 0.018 * weather.fog + 0.005 * weather.rain + 0.006 * weather.snow + 0.002 * music.bass;
        let haze = Haze::below(&sky, density, music.burst * 1.5 + 0.5 * music.kick + 0.2 * music.bass);
        let warm = palette.turned(hex(0xffb060), 0.0);
        let dark = mix3(scale3(sky.zenith, 0.5), scale3(sky.middle, 0.2), 0.5);
        let seed = (scene.seed % 1000) as u32 * 8 + 3;
        let rough = if chance.happens(0.5) { 1.0 } else { 0.0 };
        let tall = chance.within(0.07, 0.16);
        let outlines = [
            (tall, 1.6, 0.72, rough),
            (tall * 0.6, 2.6, 0.48, 0.0),
            (tall * 0.3, 9.0, 0.22, 1.0),
        ];
        let outlines = (0..3)
            .map(|k| {
                let (height, waves, veil, rough) = outlines[k];
                Outline {
                    height,
                    waves,
                    color: dark,
                    veil,
                    rough,
                    seed: seed + k as u32,
                }
            })
            .collect();
        let (mut lamps, mut posts, mut trees) = (vec![], vec![], vec![]);
        let first = (behind / POSTS).floor();
        let canopy_end = 68.0 + (behind / 64.0).floor() * 64.0;
        for k in 0..16 {
            let z = (first + k as f32) * POSTS + 4.0;
            let color = scale3(
                warm,
                lit.max(0.25 * f32::from(u8::from(covered))) * (2.3 + 3.2 * music.snare),
            );
            if covered && z < canopy_end {
                posts.push(z);
                lamps.push(Lamp::new(
                    &camera,
                    [hand * (edge + 1.9), 3.75, z + POSTS * 0.5],
                    0.16,
                    color,
                    0.14,
                ));
            } else if k % 2 == 0 {
                posts.push(z);
                lamps.push(Lamp::new(&camera, [hand * (edge + 5.2), 4.1, z], 0.13, color, 0.16));
            }
        }
        for k in (0..9).rev() {
            let number = (behind / 13.0).floor() + k as f32;
            let mut chance = Chance::new(scene.seed ^ (number as i64 as u64).wrapping_mul(0x3d0b), 71);
            let (z, tall) = (number * 13.0 + chance.within(0.0, 6.0), chance.within(4.0, 9.5));
            if chance.happens(0.6) && z > behind + 12.0 {
                trees.push(Tree::new(
                    &camera,
                    [hand * (edge - chance.within(9.0, 16.0)), z],
                    tall,
                    tall * chance.within(0.7, 1.0),
                    number,
                ));
            }
        }
        // The train's lights answer the bass as it comes.
        let train = [hand * (edge - 2.0), behind + 190.0 - 70.0 * scene.approach];
        let power = (0.8 + 0.5 * music.bass) * (7.0 + 5.0 * music.kick);
        for (x, y, radius) in [(-0.85, 0.7, 0.17), (0.85, 0.7, 0.17), (0.0, 2.6, 0.13)] {
            let color = scale3([1.0, 0.93, 0.78], power);
            lamps.push(Lamp::new(
                &camera,
                [train[0] + x, y, train[1] - 0.5],
                radius,
                color,
                0.30,
            ));
        }
        let signal = if music.bar as i64 % 2 == 0 {
            [1.0, 0.10, 0.06]
        } else {
            [0.15, 1.0, 0.5]
        };
        lamps.push(Lamp::new(
            &camera,
            [hand * (edge - 4.1), 4.2, behind + 62.0],
            0.16,
            scale3(signal, 2.2),
            0.2,
        ));
        let green = palette.turned([0.062, 0.066, 0.030], 0.5);
        Self {
            poles: Line::new(&camera, hand * (edge - 5.2), 38.0, 6.6, 0.0, 9.0),
            leaves: Leaves {
                dark: scale3(green, 0.2),
                lit: mix3(scale3(green, 0.6), scale3(sky.horizon, 0.2), 0.6),
                share: 1.0 - 0.75 * weather.snow,
                side: 1.0,
                sway: 0.25 * (weather.wind + music.bass * 1.2 + music.build) * scalar::sin(music.beat as f32 * 0.785),
            },
            rain: Precipitation::new(
                scene,
                mix3(scale3(haze.low, 1.4), [0.5; 3], weather.snow * 0.4 * (1.0 - 0.7 * lit)),
            ),
            wet: (0.30 + 0.7 * weather.rain).min(1.0) * (1.0 - weather.snow),
            snow: weather.snow,
            sheen: 1.0 + 1.5 * music.hat + music.high,
            earth: green,
            canopy: Canopy {
                hand,
                edge,
                end: canopy_end,
                covered,
                posts,
            },
            camera,
            sky,
            haze,
            outlines,
            trees,
            lamps,
            train,
            lit,
            warm,
        }
    }

    /// Sky, land, trees, wires, train, canopy and its posts, along rays that end after `reach` metres.
    #[inline(always)]
    fn scene<L: Lanes>(&self, ray: &Ray<L>, span: &Span, reach: F<L>, ground: Option<V<L>>) -> (V<L>, F<L>) {
        let e = ray.direction;
        let flat = v(e.x, e.y.max(0.0), e.z);
        let far = self.haze.far(v(e.x, f(0.0), e.z));
        let mut shown = match ground {
            Some(light) => (light, reach),
            None => {
                let sky = self.sky.full(flat, ray.spread, 5);
                let sky = sky.mix(
                    far,
                    (e.y.max(0.0) * -9.0).exp() * (0.45 + self.haze.density * 25.0).min(0.9),
                );
                let toward = e.z.max(0.02).recip();
                (
                    skyline::before(&self.outlines, e.x * toward, e.y * toward, ray.spread, sky, far),
                    reach,
                )
            }
        };
        let density = self.haze.density;
        shown = boughs::draw(&self.trees, (ray, span), shown, &self.leaves, far, density);
        shown = self
            .poles
            .draw((ray, span), shown, scale3(self.haze.low, 0.05), far, density);
        let (mut light, mut reach) = shown;
        (light, reach) = cars::train(
            ray,
            (light, reach),
            self.train,
            (self.haze.low, self.warm),
            (far, density),
        );
        (light, reach) = self
            .canopy
            .draw(ray, (light, reach), &self.haze, scale3(self.warm, self.lit), far);
        (light + glow(&self.lamps, ray, span, reach, density), reach)
    }

    /// The track bed: rails, sleepers, ballast, weeds.
    #[inline(always)]
    fn bed<L: Lanes>(&self, p: V<L>, (foot, foot_z): (F<L>, F<L>)) -> (V<L>, F<L>) {
        let x = p.x * self.canopy.hand - self.canopy.edge + 2.0;
        let other = (x + 4.3).abs().lt(x.abs());
        let x = select(other, x + 4.3, x);
        let rail = strip(x.abs(), f(0.68), f(0.76), foot);
        let sleeper = stripes(p.z * 1.55, 0.38, foot_z * 1.55) * strip(x.abs(), f(-1.0), f(1.28), foot);
        let stones = (noise2(p.x * 11.0, p.z * 11.0) - 0.5) * smoothstep::<L>(0.25, 0.03, foot_z);
        let patches = fbm2(p.x * 0.3, p.z * 0.12, 3);
        let ballast =
            grey::<L>(0.10 + 0.10 * stones + 0.03 * (patches - 0.5)).mix(v(0.075, 0.062, 0.05), sleeper * 0.75);
        let weeds = smoothstep::<L>(1.9, 3.2, x.abs() + patches * 1.6 - 0.6);
        let land = splat::<L>(self.earth) * (0.5 + patches + stones * 0.7);
        let albedo = ballast.mix(land, weeds);
        let white = self.snow * smoothstep::<L>(0.1, 0.4, patches * 0.5 + self.snow * 0.5 + 0.15 - 0.25 * sleeper);
        (albedo.mix(v(0.60, 0.64, 0.70), white).mix(grey(0.10), rail), rail)
    }
}

impl World for Railway {
    #[inline(always)]
    fn shade<L: Lanes>(&self, at: Points<L>) -> Sample<L> {
        let ray = Ray::new(&self.camera, &at);
        let span = Span::of(&at);
        let d = ray.direction;
        let below = d.y.lt(-1e-3);
        let t_deck = select(below, ray.to_level(0.0).min(2000.0), f(FAR));
        let on_deck = ray.at(t_deck);
        let inner = on_deck.x * self.canopy.hand - self.canopy.edge;
        let deck = below & inner.gt(0.0);
        let t_bed = select(below, ray.to_level(BED).min(2000.0), f(FAR));
        let t_ground = select(deck, t_deck, t_bed);
        let from = ray.at(t_ground);
        let foot = ray.footprint(t_ground);
        let foot_z = foot / (-d.y).max(0.004);
        let foot = foot + foot_z * (d.x.abs() * 0.8);
        let (mut seen, mut mirror) = (ray, f(0.0));
        if below.any() {
            let damp = noise2(from.x * 0.8, from.z * 0.35 + 7.0);
            let open = if self.canopy.covered { 0.5 } else { 1.0 };
            let puddle = smoothstep::<L>(0.42, 0.72, damp + (self.wet * open - 0.55) * 0.5);
            let facing = 1.0 + d.y;
            let fresnel = facing.squared();
            let fresnel = 0.05 + 0.92 * fresnel * fresnel * facing;
            let share = select(
                deck & (from.x * self.canopy.hand - self.canopy.edge).lt(7.5),
                f(1.0),
                f(0.10),
            );
            mirror = ((fresnel * (0.35 + 0.65 * puddle) * (0.25 + 0.75 * self.wet) + 0.12 * self.wet * puddle) * share)
                .saturate();
            let wave = (noise2(from.x * 6.0, from.z * 5.0) - 0.5) * smoothstep::<L>(0.5, 0.05, foot_z);
            seen = ray.mirrored(
                below,
                t_ground,
                (wave * 0.01, wave * (0.012 + 0.05 * (1.0 - puddle))),
                (1.0 - puddle) * 4.0 + 0.3,
            );
        }
        let (light, reach) = self.scene(&seen, &span, f(FAR), None);
        let (mut out, mut total) = (light, reach);
        if below.any() {
            let detail = smoothstep::<L>(0.4, 0.04, foot_z);
            let grit = (noise2(from.x * 11.0, from.z * 11.0) - 0.5) * detail;
            let slabs = stripes(inner * 1.1, 0.03, foot * 1.1).max(stripes(from.z * 1.1, 0.03, foot_z * 1.1)) * detail;
            let worn = fbm2(from.x * 0.6, from.z * 0.3, 2);
            let line = strip(inner, f(0.55), f(0.72), foot);
            let lip = strip(inner, f(0.0), f(0.35), foot);
            let paving = grey::<L>((0.14 + 0.07 * grit + 0.10 * (worn - 0.5)) * (1.0 - 0.4 * slabs) + 0.08 * lip)
                .mix(v(0.55, 0.45, 0.22), line * 0.8);
            let roofed = if self.canopy.covered {
                select(inner.lt(7.0) & from.z.lt(self.canopy.end), f(0.25), f(1.0))
            } else {
                f(1.0)
            };
            let white = self.snow * roofed * smoothstep::<L>(0.1, 0.4, worn * 0.5 + self.snow * 0.4);
            let paving = paving.mix(v(0.60, 0.64, 0.70), white);
            let beyond = smoothstep::<L>(7.4, 7.8, inner + (worn - 0.5) * 0.6);
            let land = splat::<L>(self.earth) * (0.5 + worn + grit);
            let paving = paving.mix(land.mix(v(0.60, 0.64, 0.70), self.snow * 0.9), beyond);
            let (bed, rail) = self.bed(from, (foot, foot_z));
            let albedo = V::select(deck, paving, bed);
            let step = if self.canopy.covered { POSTS } else { POSTS * 2.0 };
            let lamp = ((from.z - 4.0 - if self.canopy.covered { POSTS * 0.5 } else { 0.0 }) * (1.0 / step) + 0.5)
                .fract()
                - 0.5;
            let lamp = (lamp * step).squared() + (inner - 2.6).squared();
            let lamps =
                splat::<L>(self.warm) * ((1.4 + lamp * 0.35).recip() * (self.lit * 1.4)) * select(deck, f(1.0), f(0.5));
            let shade = select(deck, roofed.max(0.45), f(1.0));
            let up = (splat::<L>(self.sky.middle) * 0.6 + splat::<L>(self.haze.low) * 0.3) * shade;
            let toward = (1.0 + d.y).squared();
            let glint =
                splat::<L>(self.haze.glow) * (rail * toward * self.sheen) + splat::<L>(self.haze.low) * (rail * 0.6);
            let sun = splat::<L>(self.haze.glow) * 0.3;
            let earth =
                albedo * (up + sun + lamps) + glint * select(deck, f(0.0), f(1.0)) + light * (mirror * (1.0 - white));
            let far = self.haze.far(v(d.x, f(0.0), d.z));
            let earth = far.mix(earth, self.haze.clear(t_ground));
            let direct = self.scene(&ray, &span, t_ground, Some(earth));
            out = V::select(below, direct.0, light);
            total = select(below, direct.1, total);
        }
        let (sin, cos) = (scalar::sin(self.camera.yaw), scalar::cos(self.camera.yaw));
        let distance = select(total.gt(3000.0), f(FAR), total * (d.x * sin + d.z * cos));
        Sample {
            light: self.rain.before(&at, distance, out),
            distance,
        }
    }

    fn staging(&self) -> Staging {
        let camera = &self.camera;
        let sun = camera.project_direction(self.sky.direction).unwrap_or([0.0, 0.3]);
        let depth = depth_of_hero(camera, 0.25);
        let place = |role, inner: f32, depth, room| {
            let mut place: Place = place(camera, role, 0.0, depth, 0.0, room);
            place.at[0] = self.canopy.hand * (self.canopy.edge + inner);
            place
        };
        Staging {
            camera: self.camera,
            key: KeyLight {
                direction: self.sky.direction,
                color: scale3(self.sky.sun, 0.22),
            },
            ambient: scale3(self.haze.low, 0.35),
            fog: Fog {
                color: self.haze.low,
                density: self.haze.density,
            },
            surface: Surface::Ground {
                wet: 0.1 + 0.4 * self.wet,
            },
            places: vec![
                place(Role::Hero, 0.9, depth, 1.6),
                place(Role::Second, 2.6, depth * 1.2, 1.5),
                place(Role::Far, 1.6, depth * 3.0, 2.0),
                place(Role::Near, 4.4, depth * 0.7, 2.0),
                place(Role::Crowd, 3.0, depth * 2.4, 4.0),
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
