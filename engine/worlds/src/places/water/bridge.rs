//! A suspension bridge in fog: towers, cables, lamps on the deck, and its image in the water.
//!
//! The bridge is two upright planes that run off into the depth; where a ray meets one, place along it and height decide
//! what is there in closed form: the parabola of the cable, hangers, deck, towers. The fog lies in a layer that is
//! integrated along the ray (Quilez, "Better fog", 2010), so towers stand out of it.

use crate::{
    air::Air,
    camera::Camera,
    lanes::{F, Lanes, V, f, select, smoothstep, splat, v},
    noise::{fbm1, fbm2, hash1},
    quay::Quay,
    scalar::{self, Chance, luminance, mix3, scale3},
    scene::Scene,
    sky::Sky,
    water::Water,
    waterside::{Waterside, stand_light},
    world::{FAR, Points, Role, Sample, Staging, Surface, World},
};

/// Metres between the two planes of cables.
const BREADTH: f32 = 24.0;

pub(in super::super) struct Bridge {
    at: Waterside,
    shore: Quay,
    /// Where the bridge starts (x, z) and its direction (x, z).
    from: [f32; 2],
    along: [f32; 2],
    /// Metres from tower to tower, of the towers, of the deck.
    span: f32,
    tower: f32,
    deck: f32,
    fog: f32,
    fog_height: f32,
    dark: [f32; 3],
    lamp: [f32; 3],
    far: [f32; 3],
    hills: [f32; 2],
    cars: f32,
    secs: f32,
    seed: u32,
}

impl Bridge {
    pub fn new(scene: &Scene) -> Self {
        let mut chance = Chance::new(scene.seed, 9);
        let (music, weather) = (&scene.music, &scene.weather);
        let mut sky = Sky::new(scene, chance.within(-0.42, 0.42));
        let mut camera = Camera::standing(
            chance.within(1.7, 3.4),
            chance.within(-0.42, -0.12),
            chance.within(1.3, 1.9),
        );
        stand_light(&mut sky, &camera, chance.within(0.10, 0.26), [0.66, 1.1]);
        let bar = music.bar as f32;
        camera.position[0] = bar * chance.within(-0.3, 0.3) + 0.4 * scalar::sin(bar * 0.3);
        camera.position[2] = scene.approach * 8.0;
        let sun = sky.direction[0] / sky.direction[2];
        // It comes in from the side away from the light and runs off towards it.
        let side = if sun > 0.0 { -1.0 } else { 1.0 };
        let turn = sun * 0.55 - side * chance.within(0.12, 0.55);
        let along = [scalar::sin(turn), scalar::cos(turn)];
        let awake = scalar::smoothstep(0.24, 0.07, luminance(sky.middle)).max(0.6 * weather.fog);
        let warm = scene.palette.turned([1.0, 0.66, 0.32], 0.0);
        let stone = scene.palette.turned([0.22, 0.21, 0.22], 0.6);
        let lit: [f32; 3] = std::array::from_fn(|k| {
            stone[k] * (sky.middle[k] * 0.8 + sky.sun[k] * if sky.is_moon { 0.08 } else { 0.04 })
        });
        let swell = 0.08 + 0.16 * weather.wind + 0.8 * weather.storm + 0.14 * music.bass;
        let top = 0.7;
        let water = Water::new(scene, &mut chance, swell, 0.6);
        let at = Waterside::new(
            camera,
            sky,
            Air::new(scene, &sky, 0.000_25, 0.004),
            water,
            mix3(scale3(sky.zenith, 0.26), scale3(sky.middle, 0.12), 0.5),
        );
        Self {
            shore: Quay {
                top,
                edge: [
                    crate::stand::depth_of_hero(&camera, 0.25) + 1.1,
                    chance.within(-0.12, 0.12),
                ],
                slab: 0.0,
                dark: scale3(lit, 0.5),
                lit,
                wet: 0.4 + 0.5 * weather.rain,
                pool: ([0.0, -900.0], 1.0, [0.0; 3]),
            },
            from: [side * chance.within(46.0, 90.0), chance.within(20.0, 60.0)],
            along,
            span: chance.within(420.0, 620.0),
            tower: chance.within(120.0, 160.0),
            deck: chance.within(34.0, 46.0),
            fog: 0.0016 * (0.45 + 1.6 * weather.fog + 0.9 * music.bass * music.loudness + 0.6 * music.build),
            fog_height: 22.0 + 26.0 * weather.fog + 12.0 * music.bass,
            dark: mix3(scale3(sky.zenith, 0.20), scale3(sky.middle, 0.05), 0.5),
            lamp: scale3(warm, awake * (1.4 + 0.9 * music.mid + 1.6 * music.kick)),
            far: scale3(mix3(mix3(sky.horizon, sky.middle, 0.5), sky.zenith, 0.12), 0.92),
            hills: [chance.within(-0.6, 0.6), chance.within(0.06, 0.14)],
            cars: awake,
            secs: music.secs as f32,
            seed: chance.below(1 << 20) as u32,
            at,
        }
    }

    #[inline(always)]
    fn clear<L: Lanes>(&self, o: V<L>, d: V<L>, range: F<L>) -> F<L> {
        let thin = 1.0 / self.fog_height;
        let slope = d.y * thin;
        let rise = slope * range;
        let flat = rise.abs().lt(0.02);
        let along = select(
            flat,
            range * (1.0 - rise * 0.5),
            (1.0 - (-rise).exp()) / select(flat, f(1.0), slope),
        );
        (along * (o.y * -thin).exp() * -self.fog).exp()
    }

    /// One plane of the bridge: cover, light that shines there, metres.
    #[inline(always)]
    fn plane<L: Lanes>(&self, o: V<L>, d: V<L>, pixel: f32, aside: f32) -> (F<L>, F<L>, F<L>) {
        let [ux, uz] = self.along;
        let (nx, nz) = (uz, -ux);
        let (bx, bz) = (self.from[0] + nx * aside, self.from[1] + nz * aside);
        let across = d.x * nx + d.z * nz;
        let steep = select(across.abs().lt(1e-3), f(1e-3), across);
        let range = ((f::<L>(bx) - o.x) * nx + (f::<L>(bz) - o.z) * nz) / steep;
        let (x, z) = (o.x + d.x * range, o.z + d.z * range);
        let s = (x - bx) * ux + (z - bz) * uz;
        let y = o.y + d.y * range;
        let valid = (range.gt(1.0) & range.lt(6000.0) & y.gt(-2.0) & y.lt(self.tower * 1.1)).to_float();
        if !valid.gt(0.0).any() {
            return (f(0.0), f(0.0), f(1e5));
        }
        let high = range * pixel;
        let wide = high / across.abs().max(0.02);
        // Towers at 0.35 spans and then every span.
        let t = s * (1.0 / self.span) - 0.35;
        let bay = (t + 0.5).floor();
        let off = ((t - bay) * self.span).abs();
        let taper = 3.8 - y * (1.2 / self.tower);
        let leg = ((taper - off) / wide + 0.5).saturate() * ((self.tower - y) / high + 0.5).saturate();
        // The cable sags from tower to tower.
        let part = (t - t.floor()) * 2.0 - 1.0;
        let sag = part * part;
        let cable = self.deck + 5.0 + sag * (self.tower - self.deck - 6.0);
        let slant = (wide * (part.abs() * (4.0 / self.span) * (self.tower - self.deck))).max(high);
        let mut cover = leg.max(thick(0.5, (y - cable).abs(), slant));
        let deck = thick(1.7, (y - self.deck).abs(), high);
        cover = cover.max(deck);
        // Hangers, paler where they are finer than a pixel.
        let hang = ((s * (1.0 / 13.0)).fract() - 0.5).abs() * 13.0;
        let hung = (y.gt(self.deck) & y.lt(cable)).to_float();
        let fine = (wide * (1.0 / 9.0)).min(1.0);
        let line = thick(0.16, hang, wide) * (1.0 - fine) + (0.025 * fine);
        cover = cover.max(line * hung);
        // Lamps, and cars between them.
        let row = ((s * (1.0 / 39.0)).fract() - 0.5) * 39.0;
        let size = high.max(0.7);
        let near = (row * row * (high / wide).squared().max(0.1) + (y - self.deck - 8.0).squared()) / (size * size);
        let glow = (near * -0.9).exp() * 1.5 + (1.0 + near * 0.10).recip().squared() * 0.16;
        let lane = s * (1.0 / 60.0) + self.secs * if aside > 0.0 { 0.35 } else { -0.42 };
        let car = hash1(lane.floor(), self.seed).gt(0.55).to_float();
        let at = (lane.fract() - 0.5) * 60.0;
        let off = (at * at * (high / wide).squared().max(0.1) + (y - self.deck - 2.4).squared()) / (size * size * 0.5);
        let lights = glow + (off * -1.0).exp() * (car * 0.8 * self.cars);
        (cover * valid, lights * valid, select(valid.gt(0.0), range, f(1e5)))
    }

    /// Beams between the legs of the two towers that are nearest: cover, metres.
    #[inline(always)]
    fn beams<L: Lanes>(&self, o: V<L>, d: V<L>, pixel: f32, bay: f32) -> (F<L>, F<L>) {
        let [ux, uz] = self.along;
        let at = (0.35 + bay) * self.span;
        let speed = (d.x * ux + d.z * uz).max(0.05);
        let range = (f::<L>(at) - (o.x - self.from[0]) * ux - (o.z - self.from[1]) * uz) / speed;
        let (x, z, y) = (o.x + d.x * range, o.z + d.z * range, o.y + d.y * range);
        let aside = ((x - self.from[0]) * uz - (z - self.from[1]) * ux).abs();
        let size = (range * pixel).max(1e-3);
        let inside = ((BREADTH * 0.5 - aside) / size + 0.5).saturate() * range.gt(1.0).to_float();
        let mut cover = f(0.0);
        for (share, half) in [(0.985, 2.2), (0.74, 1.7), (0.50, 1.7), (0.13, 1.7)] {
            let off = (y - self.tower * share).abs();
            cover = ((half - off) / size + 0.5).saturate().max(cover);
        }
        (cover * inside, range)
    }

    /// What is seen from `o` along `d`: light and metres.
    #[inline(always)]
    fn land<L: Lanes>(&self, o: V<L>, d: V<L>, pixel: f32, straight: F<L>) -> (V<L>, F<L>) {
        let near = d.dot(splat(self.at.sky.direction)).max(0.0);
        let glow = splat::<L>(self.at.sky.sun) * (near.pow(10.0) * if self.at.sky.is_moon { 0.10 } else { 0.06 });
        let haze = splat::<L>(self.far).mix(
            self.at.air.color(&self.at.sky, d),
            0.35 + 0.6 * self.at.air.fog.clamp(0.0, 1.0),
        ) + glow;
        let mut light = self.at.behind(d, pixel, straight, haze);
        let mut range: F<L> = f(FAR);
        let drift = fbm2(
            d.x / d.z.max(0.1) * 2.6 + self.secs * 0.012,
            d.y * 11.0 - self.secs * 0.006,
            2,
        ) * 1.3
            + 0.35;
        // Hills on the far shore.
        let ahead = d.z.max(0.1).recip();
        for k in 0..if d.y.lt(0.22).any() { 2 } else { 0 } {
            let depth = 3600.0 - 1300.0 * k as f32;
            let x = o.x * (1.0 / depth) + d.x * ahead;
            let shape = fbm1(x * (2.2 + k as f32) + 7.0 * k as f32, 5, self.seed + k)
                * (0.4 + 0.6 * smoothstep::<L>(0.0, 1.2, (x - self.hills[0]).abs()));
            let top = shape * self.hills[1] * (1.2 - 0.3 * k as f32);
            let cover = ((top - d.y * ahead) / pixel + 0.5).saturate() * d.y.gt(-0.01).to_float();
            let color = splat::<L>(self.dark).mix(haze, 0.80 - 0.18 * k as f32);
            let veil = self.clear(o, d, f(depth)).max(0.03);
            light = light.mix(haze.mix(color, 0.15 + 0.85 * veil), cover);
            range = select(cover.gt(0.5), f(depth), range);
        }
        for aside in [BREADTH * 0.5, -BREADTH * 0.5] {
            let aside = if self.along[0] * self.from[1] - self.along[1] * self.from[0] > 0.0 {
                aside
            } else {
                -aside
            };
            let (cover, lights, far) = self.plane(o, d, pixel, aside);
            if !(cover + lights).gt(0.002).any() {
                continue;
            }
            let veil = 1.0 - (1.0 - self.clear(o, d, far.min(5000.0))) * drift.min(1.0);
            let steel = self.at.air.through(splat::<L>(self.dark), haze, far * 1.6);
            let steel = (haze * 0.96).mix(steel, veil);
            light = light.mix(steel, cover);
            let dim = veil * 0.85 + 0.15;
            light += splat::<L>(self.lamp) * (lights * dim * (far * -0.0011).exp());
            range = select(cover.gt(0.5), far, range);
        }
        for bay in [1.0, 0.0] {
            let (cover, far) = self.beams(o, d, pixel, bay);
            if !cover.gt(0.0).any() {
                continue;
            }
            let veil = 1.0 - (1.0 - self.clear(o, d, far.clamp(1.0, 5000.0))) * drift.min(1.0);
            let steel = (haze * 0.96).mix(self.at.air.through(splat::<L>(self.dark), haze, far * 1.6), veil);
            let shown = select(far.lt(range + 40.0), cover, f(0.0));
            light = light.mix(steel, shown);
            range = select(shown.gt(0.5), far, range);
        }
        // Fog before the sky, lower down.
        let veil = self.clear(o, d, range.min(3000.0));
        light = light.mix(
            haze,
            select(range.gt(5000.0), (1.0 - veil) * drift.min(1.0), f(0.0)) * 0.9,
        );
        (light, range)
    }
}

impl World for Bridge {
    #[inline(always)]
    fn shade<L: Lanes>(&self, at: Points<L>) -> Sample<L> {
        let d = self.at.camera.direction(at.x, at.y);
        let pixel = at.pixel / self.at.camera.focal;
        let eye = splat::<L>(self.at.camera.position);
        let here = self.at.meet(d, pixel, 2200.0);
        let (water, far) = (here.below, here.range);
        let mut seen = self.at.straight(d);
        if water.any() {
            let slopes = self.at.water.slopes(here.x, here.z, here.footprint);
            seen = self.at.mirror(d, (water, &here), slopes, [0.86, 0.08]);
        }
        let (mut light, range) = self.land(seen.from, seen.ray, pixel, seen.straight);
        let mut distance = range * seen.ray.z.max(0.05);
        if water.any() {
            let mut wet = self.at.surface(light, &seen);
            let haze = splat::<L>(self.far).mix(self.at.air.color(&self.at.sky, d), 0.5);
            let clear = self.clear(eye, d, far);
            wet = haze.mix(wet, clear);
            // The towers' feet stand in the water, before what is farther.
            if (water & d.y.gt(-0.10)).any() {
                for aside in [BREADTH * 0.5, -BREADTH * 0.5] {
                    let (cover, _, foot) = self.plane(eye, d, pixel, aside);
                    let veil = self.clear(eye, d, foot.min(5000.0));
                    let steel = haze.mix(self.at.air.through(splat::<L>(self.dark), haze, foot * 1.6), veil);
                    wet = wet.mix(steel, select(foot.lt(far), cover, f(0.0)));
                }
            }
            light = V::select(water, wet, light);
            distance = select(water, far * d.z.max(0.05), distance);
            let stone = self.shore.meet(eye, d);
            let on = stone.lt(1e4);
            if on.any() {
                let up = v(d.x, d.y.abs() + 0.03, d.z).normalized();
                let ground = self.shore.shade(eye, d, stone, pixel, self.at.sky.base(up));
                light = V::select(on, self.at.air.through(ground, haze, stone), light);
                distance = select(on, stone * d.z.max(0.05), distance);
            }
        }
        Sample {
            light: self.at.air.falling(light, at),
            distance,
        }
    }

    fn staging(&self) -> Staging {
        let side = self.at.side;
        let near = self.at.near();
        self.at.staging(
            Surface::Ground { wet: 0.3 },
            vec![
                self.at.place(Role::Hero, -side * 0.40, self.shore.top, near, 2.2),
                self.at
                    .place(Role::Second, -side * 0.75, self.shore.top, near * 1.05, 2.0),
                self.at.place(Role::Afloat, side * 0.2, 0.0, 110.0, 20.0),
                self.at.place(Role::Far, -side * 0.5, 0.0, 400.0, 60.0),
                self.at.place(Role::Floating, side * 0.3, 26.0, 70.0, 16.0),
            ],
        )
    }

    fn ground(&self, x: f32, z: f32) -> f32 {
        if z < self.shore.edge[0] + x * self.shore.edge[1] {
            self.shore.top
        } else {
            0.0
        }
    }
}

/// How much of a pixel of a size is covered by a bar of half a width, at a distance from its middle.
#[inline(always)]
fn thick<L: Lanes>(half: f32, off: F<L>, size: F<L>) -> F<L> {
    let share = (half * 2.0 / size).min(1.0);
    ((size.max(half * 2.0) * 0.5 - off) / size + 0.5).saturate() * share
}
