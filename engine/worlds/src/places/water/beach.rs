//! A beach: sand, the thin sheets of water that run up it and back, breakers, and by seed palms, posts, rocks or dunes.
//!
//! The shore is a straight line that lies at any angle to the view, from across it to along it. What the water does there
//! is [`Surf`]; where its last sheet was the sand is a mirror. The sea is [`Water`], the dunes or cliffs behind the beach
//! are a curtain over a line parallel to the shore.

use crate::{
    air::Air,
    camera::Camera,
    foam::lace,
    lanes::{F, Lanes, V, f, grey, select, smoothstep, splat, v},
    noise::{fbm1, fbm2, noise1, noise2},
    scalar::{self, Chance, mix3, scale3},
    scene::Scene,
    shore::{Post, Shore, Stack},
    sky::Sky,
    surf::Surf,
    trees::Palm,
    water::Water,
    waterside::{Waterside, stand_light},
    world::{FAR, Points, Role, Sample, Staging, Surface, World},
};

pub(in super::super) struct Beach {
    at: Waterside,
    shore: Shore,
    surf: Surf,
    palms: Vec<Palm>,
    posts: Vec<Post>,
    stacks: Vec<Stack>,
    dry: [f32; 3],
    wet: [f32; 3],
    dark: [f32; 3],
    /// Height of what stands behind the beach, in metres, and how much of it is rock.
    back: [f32; 2],
    green: [f32; 3],
    cape: [f32; 2],
    seed: u32,
}

impl Beach {
    pub fn new(scene: &Scene) -> Self {
        let mut chance = Chance::new(scene.seed, 4);
        let (music, weather) = (&scene.music, &scene.weather);
        // Across the shore, aslant, along it.
        let hand = if chance.happens(0.5) { 1.0 } else { -1.0 };
        let kind = chance.below(5);
        let turn = hand
            * match if kind < 2 { 3 } else { chance.below(4) } {
                0 => chance.within(0.0, 0.25),
                1 => chance.within(0.45, 0.75),
                _ => chance.within(0.95, 1.25),
            };
        let mut sky = Sky::new(scene, hand * chance.within(-0.02, 0.40));
        let mut camera = Camera::standing(
            chance.within(1.15, 2.3),
            chance.within(-0.10, 0.22),
            chance.within(1.35, 2.0),
        );
        stand_light(&mut sky, &camera, chance.within(0.05, 0.17), [0.74, 1.15]);
        let bar = music.bar as f32;
        camera.position[0] = bar * chance.within(-0.10, 0.10) + 0.2 * scalar::sin(bar * 0.39);
        camera.position[2] = scene.approach * 2.6;
        let near = camera.focal * 3.6;
        let shore = Shore::new(turn, chance.within(2.4, 3.4) + (near - 2.0) * scalar::cos(turn));
        let sand = scene.palette.turned([0.56, 0.45, 0.33], 0.15);
        let sand = mix3(sand, [0.82, 0.85, 0.92], weather.snow * 0.75);
        // The moon leaves little of its hue.
        let sand = if sky.is_moon {
            mix3(sand, [0.30, 0.33, 0.40], 0.7)
        } else {
            sand
        };
        // Thick cloud takes the sun off the sand.
        let gloom = ((weather.cloud - 0.6) * 1.5 + weather.storm * 0.5).clamp(0.0, 0.8);
        let light = if sky.is_moon { 0.24 } else { 0.085 } * (1.0 - gloom);
        let dry: [f32; 3] =
            std::array::from_fn(|k| sand[k] * (sky.sun[k] * light + sky.middle[k] * 0.60 + sky.zenith[k] * 0.25));
        let leaf = scene.palette.turned([0.16, 0.19, 0.07], 0.4);
        let leaf = if sky.is_moon {
            mix3(leaf, [0.06, 0.08, 0.10], 0.7)
        } else {
            leaf
        };
        let side = if turn > 0.0 { -1.0 } else { 1.0 };
        let gust = weather.wind * 0.5 + 0.35 * music.bass + 0.4 * music.build;
        let mut palms = Vec::new();
        if kind < 2 && weather.snow < 0.3 {
            for k in 0..2 + chance.below(2) {
                let depth = 8.0 + 5.5 * k as f32 + chance.within(0.0, 3.0);
                // The crown stands in the picture's upper part.
                let tall = (chance.within(0.50, 0.92) - camera.horizon) * depth / camera.focal + camera.position[1];
                // On dry sand.
                let aside = chance.within(1.0, 1.65);
                let aside = aside.max(side * shore.seen_at(&camera, depth, -3.0)).min(1.9);
                palms.push(Palm {
                    x: side * aside * depth / camera.focal,
                    depth,
                    tall,
                    lean: -side * chance.within(0.10, 0.5) * tall,
                    sway: gust * tall * 0.05 * scalar::sin(bar * 1.57 + k as f32 * 1.3),
                    seed: chance.below(1 << 20) as u32,
                });
            }
            palms.sort_by(|a, b| b.depth.total_cmp(&a.depth));
        }
        let posts = if kind == 2 {
            shore.groyne(&mut chance, &camera)
        } else {
            Vec::new()
        };
        let stacks = if kind > 2 || chance.happens(0.3) {
            Stack::some(&mut chance, &shore, sky.direction[0] / sky.direction[2], hand)
        } else {
            Vec::new()
        };
        let swell = 0.20 + 0.4 * weather.wind + 0.8 * weather.storm + 0.3 * music.bass;
        let water = Water::new(scene, &mut chance, swell, 0.35);
        let air = Air::new(scene, &sky, 0.0008, 0.018);
        let deep = mix3(scale3(sky.zenith, 0.32), scale3(sky.middle, 0.20), 0.5);
        Self {
            at: Waterside::new(camera, sky, air, water, deep),
            shore,
            surf: Surf::new(scene, &sky, &mut chance),
            palms,
            posts,
            stacks,
            dry,
            wet: scale3(dry, 0.34),
            dark: mix3(scale3(sky.zenith, 0.14), scale3(sky.middle, 0.03), 0.5),
            back: [
                chance.within(3.0, 8.0) * if chance.happens(0.35) { 3.0 } else { 1.0 },
                if chance.happens(0.5) { 1.0 } else { 0.0 },
            ],
            green: std::array::from_fn(|k| leaf[k] * (sky.sun[k] * light * 0.8 + sky.middle[k] * 0.55)),
            cape: [hand * chance.within(-0.2, 1.2), chance.within(0.3, 0.9)],
            seed: chance.below(1 << 20) as u32,
        }
    }

    /// Sand, and what lies on it, where rays meet the ground.
    #[inline(always)]
    fn ground<L: Lanes>(&self, d: V<L>, pixel: f32) -> (V<L>, F<L>) {
        let here = self.at.meet(d, pixel, 6000.0);
        let (x, z, footprint) = (here.x, here.z, here.footprint);
        let sky = &self.at.sky;
        let (along, raw) = self.shore.of(x, z);
        // Cusps: the line bends in and out along the shore.
        let s =
            raw + (noise1(along * 0.055, self.seed) - 0.5) * 4.4 + (noise1(along * 0.21, self.seed + 1) - 0.5) * 1.3;
        // The swash: metres behind each front, and its foam.
        let (sheet, mut amount, lip) = self.surf.swash(along, s);
        // Dry sand, trodden and blown, lit low from over the sea: what faces it is bright, what does not is dark.
        let [lx, _, lz] = sky.direction;
        let (tread, sunward) = (
            fbm2(x * 2.3, z * 2.3, 4),
            fbm2(x * 2.3 + lx * 0.10, z * 2.3 + lz * 0.10, 4),
        );
        let close = 1.0 / (1.0 + (footprint * 5.0).squared());
        let grain = (noise2(x * 31.0, z * 31.0) - 0.5) / (1.0 + (footprint * 45.0).squared());
        let relief = ((sunward - tread) * 4.2).clamp(-0.45, 0.7) * close + grain * 0.30 + (tread - 0.5) * 0.25;
        let film = smoothstep::<L>(-2.0, 0.8, s + 4.2 + self.surf.top.max(0.5) * 0.7 + (tread - 0.5) * 1.6);
        let mut sand = (splat::<L>(self.dry) * (1.0 + relief)).mix(splat::<L>(self.wet) * (1.0 + grain * 0.5), film);
        // The film mirrors: nearly smooth, and the more the flatter it is seen.
        let tilt = (1.0 - film) * 0.12 + 0.006;
        let wet = smoothstep::<L>(-0.02, 0.02, sheet);
        let slopes = self.at.water.slopes(x, z, footprint);
        let deep = smoothstep::<L>(0.0, 7.0, sheet);
        let ripple = (deep * 0.9 + 0.10) * wet;
        let (sx, sz) = (
            slopes.x * ripple + (tread - 0.5) * tilt,
            slopes.z * ripple + (sunward - 0.5) * tilt,
        );
        let normal = v(-sx, f(1.0), -sz).normalized();
        let fresnel = self.at.water.fresnel(d, normal, slopes.rough * ripple);
        let ray = self.at.water.mirrored(d, normal, slopes.rough * ripple);
        let base = sky.base(ray);
        let mut seen = base;
        if film.gt(0.02).any() {
            let (cloud, cover) = sky.clouds_before(base, ray, 2);
            seen = seen.mix(cloud, cover * 0.8);
            let (hidden, far) = self.standing(v(x, f(0.0), z), ray, pixel * 1.5);
            let dark = self.at.air.through(splat(self.dark), seen, (far + here.range) * 3.5);
            seen = seen.mix(dark, hidden * 0.9);
            // The sun's image is drawn out by what little the film moves.
            let near = ray.dot(splat(sky.direction)).max(0.0);
            seen += splat::<L>(sky.sun) * (near.pow(500.0) * (1.0 - deep) * 0.5 * sky.disc);
        }
        sand = sand.mix(seen, film * film * (fresnel * 0.80 + 0.34).min(0.95));
        let mut light = sand;
        if sheet.gt(-0.3).any() {
            let clear = (sheet.max(0.0) * -0.45).exp();
            let body = splat::<L>(self.surf.shallow).mix(splat(self.at.deep), smoothstep::<L>(3.0, 30.0, sheet));
            let below = body.mix(splat::<L>(self.wet) * 0.9, clear * 0.85);
            let mut water = below.mix(seen, fresnel * 0.92 + 0.06 + 0.16 * (1.0 - deep));
            let glitter = self
                .at
                .water
                .glitter(sky, d, (x, z), here.range, slopes, self.at.camera.position[1]);
            let glare = if sky.is_moon { 0.55 } else { 0.19 };
            water += splat::<L>(sky.sun) * ((glitter * self.at.water.sparkle).min(5.0) * (deep * 0.85 + 0.15) * glare);
            // What the breakers leave behind them, and the shade before them.
            let (left, shade) = self.surf.left(along, raw);
            amount = amount.max(left);
            water = water.mix(splat::<L>(self.at.deep) * 0.8, shade * 0.55);
            let swash = smoothstep::<L>(0.5, 2.0, sheet) * (sheet.max(0.0) * -0.09).exp() * 0.34;
            amount = amount.max(swash * (0.6 + 0.8 * noise2(along * 0.12, raw * 0.2 + self.surf.drift)));
            let white = lace(along, raw + self.surf.drift, amount, footprint);
            let glow = d.dot(splat(sky.direction)).max(0.0).pow(5.0);
            water = water.mix(splat::<L>(self.surf.foam) * (0.72 + 0.5 * glow), white * 0.92);
            light *= 1.0 - lip * 0.45;
            light = light.mix(
                water,
                smoothstep::<L>(f::<L>(-0.015) - footprint * 0.6, footprint * 0.6 + 0.015, sheet),
            );
        }
        (light, here.range)
    }

    /// Posts and rocks: cover, metres.
    #[inline(always)]
    fn standing<L: Lanes>(&self, o: V<L>, d: V<L>, pixel: f32) -> (F<L>, F<L>) {
        let (mut cover, mut range) = (f(0.0), f(1e5));
        for stack in &self.stacks {
            let (own, far) = stack.cover(o, d, pixel);
            range = select(own.gt(0.5), far, range);
            cover = cover.max(own);
        }
        for post in &self.posts {
            let (own, far) = post.cover(o, d, pixel);
            range = select(own.gt(0.5), far, range);
            cover = cover.max(own);
        }
        (cover, range)
    }

    /// What stands behind the beach: dunes with grass, or cliffs.
    #[inline(always)]
    fn backshore<L: Lanes>(&self, d: V<L>, pixel: f32, haze: V<L>) -> (V<L>, F<L>, F<L>) {
        let o = splat::<L>(self.at.camera.position);
        let [high, rock] = self.back;
        let range = self.shore.reach(o, d, f(-7.0 - high * 0.8));
        let y = o.y + d.y * range;
        let on = range.gt(4.0) & range.lt(3000.0) & y.lt(high * 1.6) & y.gt(-1.0);
        if !on.any() {
            return (grey(0.0), f(0.0), range);
        }
        let (along, _) = self.shore.of(o.x + d.x * range, o.z + d.z * range);
        let size = range * pixel;
        let line = fbm1(along * (0.30 / high), 4, self.seed + 40);
        let tufts = noise1(along * 2.6, self.seed + 41) * 0.5 / (1.0 + size * 4.0);
        let top = high * (line * 1.5 - 0.12) * smoothstep::<L>(5.0, 11.0, range) + tufts * (1.0 - rock * 0.7);
        let cover = ((top - y) / size + 0.5).saturate() * on.to_float();
        let part = (y / top.max(0.2)).saturate();
        let rough = fbm2(along * (0.5 + 0.3 * rock), y * (1.6 - rock), 3);
        let grassy = smoothstep::<L>(0.25, 0.7, part * (1.0 - rock * 0.4) + (rough - 0.5) * 0.9);
        let bare = splat::<L>(self.dry) * (rough * 0.8 + 0.30) * (1.0 - 0.45 * rock);
        let near = d.dot(splat(self.at.sky.direction)).max(0.0);
        let rim = ((top - y).max(0.0) * -2.0).exp() * near.pow(3.0) * 0.05;
        let color = bare.mix(splat::<L>(self.green) * (rough * 0.9 + 0.15), grassy) + splat(self.at.sky.sun) * rim;
        (self.at.air.through(color, haze, range * 2.0), cover, range)
    }
}

impl World for Beach {
    #[inline(always)]
    fn shade<L: Lanes>(&self, at: Points<L>) -> Sample<L> {
        let d = self.at.camera.direction(at.x, at.y);
        let pixel = at.pixel / self.at.camera.focal;
        let sky = &self.at.sky;
        let haze = self.at.air.color(sky, d);
        let ground = d.y.lt(-2e-4);
        let mut light: V<L> = grey(0.0);
        let mut range = f(FAR);
        if !ground.all() {
            light = self.at.behind(d, pixel, f(1.0), haze);
            // A cape far off.
            let slope = d.y / d.z.max(0.1);
            let across = d.x / d.z.max(0.1);
            let hump = smoothstep::<L>(self.cape[1], 0.0, (across - self.cape[0]).abs());
            let top = (fbm1(across * 6.0, 5, self.seed) * 0.10 + 0.02) * hump;
            let cover = ((top - slope) / pixel + 0.5).saturate() * hump.gt(0.0).to_float();
            let cape = splat::<L>(self.dark).mix(haze, 0.72 + 0.25 * self.at.air.fog.min(1.0));
            light = light.mix(cape, cover);
            range = select(cover.gt(0.5), f(2500.0), range);
        }
        if ground.any() {
            let (below, far) = self.ground(d, pixel);
            light = V::select(ground, self.at.air.through(below, haze, far), light);
            range = select(ground, far, range);
        }
        // Spray above the surf.
        let line = (d.y.abs() * -34.0).exp();
        light = light.mix(haze, line * (0.30 + 0.3 * self.surf.spray).min(0.7));
        let (land, cover, far) = self.backshore(d, pixel, haze);
        light = light.mix(land, cover);
        range = select(cover.gt(0.5), far, range);
        let near = d.dot(splat(sky.direction)).max(0.0);
        let edge = splat::<L>(self.dark) + splat::<L>(sky.sun) * (near.pow(6.0) * 0.008);
        let eye = splat::<L>(self.at.camera.position);
        for stack in &self.stacks {
            let (cover, far) = stack.cover(eye, d, pixel);
            let cover = cover * far.lt(range).to_float();
            light = light.mix(self.at.air.through(edge, haze, far * 3.5), cover);
            range = select(cover.gt(0.5), far, range);
        }
        (light, range) = self.surf.breakers((&self.at, &self.shore), d, pixel, (light, range));
        for post in &self.posts {
            let (cover, far) = post.cover(eye, d, pixel);
            let cover = cover * far.lt(range).to_float();
            light = light.mix(self.at.air.through(edge, haze, far * 2.0), cover);
            range = select(cover.gt(0.5), far, range);
        }
        for tree in &self.palms {
            let (cover, far) = tree.cover(eye, d, pixel);
            light = light.mix(self.at.air.through(edge, haze, far * 3.0), cover);
            range = select(cover.gt(0.5), far, range);
        }
        Sample {
            light: self.at.air.falling(light, at),
            distance: range * d.z.max(0.05),
        }
    }

    fn staging(&self) -> Staging {
        let near = self.at.near();
        // On the wet sand, before the bright water.
        let x = |depth: f32, out: f32| self.shore.seen_at(&self.at.camera, depth, out);
        let hero = x(near, -1.6).clamp(-0.95, 0.95);
        let side = self.at.side;
        self.at.staging(
            Surface::Ground { wet: 0.5 },
            vec![
                self.at.place(Role::Hero, hero, 0.0, near, 2.5),
                self.at.place(Role::Second, hero + side * 0.3, 0.0, near * 1.3, 2.5),
                self.at.place(Role::Afloat, -side * 0.5, 0.0, 90.0, 20.0),
                self.at.place(Role::Far, side * 0.4, 0.0, 400.0, 60.0),
                self.at
                    .place(Role::Crowd, x(near * 1.6, -4.0).clamp(-0.9, 0.9), 0.0, near * 1.6, 3.0),
                self.at.place(Role::Floating, -side * 0.3, 16.0, 50.0, 20.0),
            ],
        )
    }
}
