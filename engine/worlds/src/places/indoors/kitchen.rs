//! A kitchen: a window over the counter, a stove with its hood and blue flames, shelves with crockery, a table under a
//! hanging lamp.
//!
//! Boxes by their slabs and panels in closed form (`crate::interior`); the lamp's light falls in a cone, and the table
//! throws its shadow onto the floor.

use crate::{
    camera::Camera,
    interior::{Ray, band, chequer, cuboid, daylight, disc, glow, motes, stripes, swing},
    lanes::{F, Lanes, V, f, grey, select, smoothstep, splat, v},
    noise::{fbm2, hash2, noise2},
    scalar::{Chance, luminance, mix, mix3, normalize, scale3},
    scene::Scene,
    sky::Sky,
    world::{FAR, Fog, KeyLight, Opening, Place, Points, Portal, Role, Sample, Staging, Surface, World},
};

/// Heights of worktop and table, in metres.
const WORKTOP: f32 = 0.90;
const TABLE: f32 = 0.76;
/// Height of the lamp over the floor.
const LAMP: f32 = 1.72;

pub(in super::super) struct Kitchen {
    camera: Camera,
    sky: Sky,
    half: f32,
    high: f32,
    end: f32,
    /// The window: left, right, sill, lintel.
    window: [f32; 4],
    /// Middle of the stove along x.
    stove: f32,
    /// The table: left, right, near, far.
    table: [f32; 4],
    lamp: [f32; 3],
    side: f32,
    bulb: [f32; 3],
    light: [f32; 3],
    outside: f32,
    ambient: [f32; 3],
    wall: [f32; 3],
    tiles: [f32; 3],
    cupboard: [f32; 3],
    flame: f32,
    steam: f32,
    secs: f32,
    dust: f32,
}

impl Kitchen {
    pub fn new(scene: &Scene) -> Self {
        let mut chance = Chance::new(scene.seed, 48);
        let (music, palette) = (&scene.music, &scene.palette);
        let day = daylight(scene.hour);
        let night = 1.0 - day;
        let side = if chance.happens(0.5) { 1.0 } else { -1.0 };
        let half = chance.within(2.7, 3.3);
        let end = chance.within(4.6, 5.2);
        let mut camera = Camera::standing(
            chance.within(1.25, 1.45),
            chance.within(-0.10, 0.06),
            chance.within(1.85, 2.15),
        );
        camera.position[0] = -side * chance.within(0.0, 0.4) + 0.06 * swing(music, 16.0, 0.0);
        camera.position[2] = 0.9 * scene.approach + 0.04 * swing(music, 8.0, 0.2);
        camera.yaw = side * chance.within(-0.04, 0.10);
        let middle = -side * chance.within(0.35, 0.75);
        let window = [middle - 0.72, middle + 0.72, 1.12, 2.12];
        let mut sky = Sky::new(scene, -side * 0.2);
        sky.stars *= 0.3;
        let warm = palette.turned([1.0, 0.60, 0.27], 0.0);
        let own = scale3(sky.sun, if sky.is_moon { 0.5 } else { 0.28 });
        let light = scene.through_portal(own, |l| scale3(l, luminance(own) / luminance(l).max(0.05)));
        let beats = 0.85 + 0.2 * music.mid + 0.3 * music.kick;
        let across = side * chance.within(0.15, 0.5);
        let table = [across - 0.72, across + 0.72, end - 2.35, end - 1.55];
        let fashion = [
            [0.16, 0.24, 0.21],
            [0.30, 0.27, 0.22],
            [0.13, 0.18, 0.26],
            [0.26, 0.13, 0.095],
        ][chance.below(4)];
        Self {
            half,
            high: chance.within(2.6, 2.85),
            end,
            window,
            stove: side * chance.within(1.25, 1.5),
            lamp: [across, LAMP, 0.5 * (table[2] + table[3])],
            table,
            side,
            bulb: scale3(warm, mix(0.9, 2.3, night) * beats),
            light: scale3(light, 0.9 + 0.25 * music.mid + 0.3 * music.snare + 0.6 * music.burst),
            outside: mix(1.1, 1.7, night),
            ambient: [0, 1, 2].map(|k| 0.40 * sky.middle[k] + 0.20 * sky.horizon[k] + 0.045 * warm[k] + 0.008),
            wall: palette.turned([0.46, 0.41, 0.32], 0.5),
            tiles: palette.turned(mix3([0.52, 0.52, 0.49], scale3(fashion, 2.0), 0.25), 0.6),
            cupboard: palette.turned(fashion, 0.8),
            flame: 0.6 + 0.5 * music.bass + 0.5 * music.kick,
            steam: 0.5 + 0.5 * music.mid,
            secs: music.secs as f32,
            dust: 0.3 + music.high,
            camera,
            sky,
        }
    }

    /// The lamp's light at a point that faces it by `facing`: a cone below the shade, a little through it.
    #[inline(always)]
    fn lit<L: Lanes>(&self, p: V<L>, normal: V<L>) -> V<L> {
        let off = splat::<L>(self.lamp) - p;
        let squared = off.dot(off) + 0.06;
        let far = squared.sqrt();
        let facing = (off.dot(normal) / far).max(0.0);
        let cone = smoothstep::<L>(0.18, 0.62, off.y / far) * 0.92 + 0.08;
        let [wl, wr, sill, lintel] = self.window;
        let from_window = splat::<L>([0.5 * (wl + wr), 0.5 * (sill + lintel), self.end]) - p;
        let reach = from_window.dot(from_window) + 0.5;
        let toward = (from_window.dot(normal) / reach.sqrt()).max(0.0) + 0.12;
        let corner =
            smoothstep::<L>(0.0, 0.5, (f::<L>(self.half) - p.x.abs()).min(f::<L>(self.high) - p.y)) * 0.35 + 0.65;
        splat::<L>(self.ambient) * corner
            + splat::<L>(self.bulb) * (cone * facing / squared * 0.95 + (squared + 2.0).recip() * 0.16)
            + (splat::<L>(self.light) * 0.8 + splat::<L>(self.sky.middle) * (0.8 * self.outside)) * (toward / reach)
    }

    /// A box: what stands there instead of what was seen.
    #[inline(always)]
    fn solid<L: Lanes>(&self, ray: &Ray<L>, seen: &mut (V<L>, F<L>), corners: ([f32; 3], [f32; 3]), color: V<L>) {
        let (hit, side, top) = cuboid(ray, corners.0, corners.1);
        let before = hit.lt(seen.1);
        if before.any() {
            let p = ray.at(hit);
            let toward = select(ray.to.x.gt(0.0), f(-1.0), f(1.0));
            let over = select(ray.to.y.gt(0.0), f(-1.0), f(1.0));
            let normal = v(
                select(side, toward, f(0.0)),
                select(top, over, f(0.0)),
                select(side | top, f(0.0), f(-1.0)),
            );
            seen.0 = V::select(before, color * self.lit(p, normal), seen.0);
            seen.1 = select(before, hit, seen.1);
        }
    }

    /// The wall at the end: paint, tiles over the worktop, the window, shelves.
    #[inline(always)]
    fn back<L: Lanes>(&self, ray: &Ray<L>, x: F<L>, y: F<L>, w: F<L>) -> (V<L>, F<L>) {
        let p = v(x, y, f(self.end));
        let lit = self.lit(p, v(f(0.0), f(0.0), f(-1.0)));
        let tiled = band(y, 0.0, 1.52, w);
        let grout = stripes(x * 7.0, 0.93, w * 7.0) * stripes(y * 7.0, 0.93, w * 7.0);
        let own = hash2((x * 7.0).floor(), (y * 7.0).floor(), 3) * 0.22 + 0.86;
        let tile = splat::<L>(self.tiles) * (grout * 0.45 + 0.55) * own;
        let paint = splat::<L>(self.wall) * (fbm2(x * 2.0, y * 2.0, 2) * 0.16 + 0.9);
        let mut light = paint.mix(tile, tiled) * lit;
        let [left, right, sill, lintel] = self.window;
        let frame = band(x, left - 0.08, right + 0.08, w) * band(y, sill - 0.08, lintel + 0.08, w);
        light = light.mix(grey::<L>(0.42) * lit, frame);
        let middle = 0.5 * (left + right);
        let bars = band((x - middle).abs(), -1.0, 0.025, w).max(band((y - sill - 0.62).abs(), -1.0, 0.02, w));
        let mut pane = band(x, left, right, w) * band(y, sill, lintel, w) * (1.0 - bars);
        if pane.gt(0.0).any() {
            let up = (y - sill) * (1.0 / (lintel - sill));
            let hills = fbm2(x * 1.3 + 4.0, f(0.5), 2) * 0.5 + 0.12;
            let soft = smoothstep::<L>(0.06, -0.06, up - hills);
            // The sky asks for a direction of length 1: its sun grows without bounds beyond.
            let above = v(ray.to.x, ray.to.y.max(0.0) + up.saturate() * 0.35, ray.to.z).normalized();
            let view = self.sky.base(above) * self.outside;
            let view = view.mix(splat::<L>(scale3(self.sky.middle, 0.10)), soft);
            light = light.mix(view * 0.42 + splat::<L>(self.light) * 0.01, pane);
            // Half curtains, with the light in them.
            let cloth = band(y, sill, sill + 0.40, w) * smoothstep::<L>(0.0, 0.05, sill + 0.40 - y);
            let fold = (x * 34.0).sin() * 0.14 + 0.80;
            let color = splat::<L>(self.wall) * (lit + splat::<L>(self.sky.horizon) * (0.5 * self.outside)) * fold;
            light = light.mix(color, cloth * pane * 0.88);
            pane *= 1.0 - cloth;
        }
        (light, pane)
    }
}

impl World for Kitchen {
    #[inline(always)]
    fn shade<L: Lanes>(&self, at: Points<L>) -> Sample<L> {
        let ray = Ray::through(&self.camera, at);
        let hand = select(ray.to.x.lt(0.0), f(-1.0), f(1.0));
        let (wall, end) = (ray.along(hand * self.half), ray.across(self.end));
        let level = ray.level(select(ray.to.y.lt(0.0), f(0.0), f(self.high)));
        let t = wall.t.min(end.t).min(level.t);
        let p = ray.at(t);
        let at_end = !t.lt(end.t);
        let at_level = !t.lt(level.t) & !at_end;
        let at_floor = at_level & ray.to.y.lt(0.0);
        let normal = v(
            select(at_level, f(0.0), -hand),
            select(at_level, select(at_floor, f(1.0), f(-1.0)), f(0.0)),
            f(0.0),
        );
        let mut albedo = splat::<L>(self.wall) * 0.95;
        if at_floor.any() {
            let squares = chequer(p.x * 2.6 + 0.5, p.z * 2.6, level.du * 2.6, level.dv * 2.6);
            let worn = fbm2(p.x * 3.0, p.z * 3.0, 2) * 0.3 + 0.8;
            albedo = V::select(
                at_floor,
                grey::<L>(0.10).mix(splat::<L>(scale3(self.tiles, 0.75)), squares) * worn,
                albedo,
            );
        }
        let mut light = albedo * self.lit(p, normal);
        // The table's shadow under the lamp.
        let k = (LAMP - TABLE) / LAMP;
        let (sx, sz) = (
            (p.x - self.lamp[0]) * k + self.lamp[0],
            (p.z - self.lamp[2]) * k + self.lamp[2],
        );
        let [tl, tr, tn, tf] = self.table;
        let shade = band(sx, tl, tr, f(0.10)) * band(sz, tn, tf, f(0.10)) * at_floor.to_float();
        light *= 1.0 - shade * 0.72;
        let mut open = f::<L>(0.0);
        if at_end.any() {
            let (back, pane) = self.back(&ray, end.u, end.v, end.du);
            light = V::select(at_end, back, light);
            open = select(at_end, pane, f(0.0));
        }
        let mut seen = (light, t);
        // Two shelves beside the window, with what stands on them.
        let shelf = if self.side > 0.0 {
            [self.window[0] - 1.5, self.window[0] - 0.25]
        } else {
            [self.window[1] + 0.25, self.window[1] + 1.5]
        };
        for high in [1.55_f32, 1.98] {
            self.solid(
                &ray,
                &mut seen,
                ([shelf[0], high, self.end - 0.24], [shelf[1], high + 0.03, self.end]),
                splat(scale3(self.cupboard, 0.9)),
            );
            let hit = ray.across(self.end - 0.12);
            let cell = (hit.u * 5.6).floor();
            let own = hash2(cell, f(high * 10.0), 9);
            let (u, rise) = ((hit.u * 5.6 - cell - 0.5) * (1.0 / 5.6), hit.v - high - 0.03);
            let tall = own * 0.14 + 0.10;
            let wide = hash2(cell, f(high * 7.0), 4) * 0.035 + 0.035;
            let jar = band(u.abs(), -1.0, wide, hit.du) * band(rise, 0.0, tall, hit.dv);
            let plate = disc(u, rise - 0.075, 0.075, hit.du);
            let ware = select(own.gt(0.55), plate, jar) * band(hit.u, shelf[0] + 0.05, shelf[1] - 0.05, hit.du);
            let ware = ware * hit.t.lt(seen.1).to_float() * own.gt(0.12).to_float();
            if ware.gt(0.0).any() {
                let glaze = splat::<L>(self.tiles).mix(splat::<L>(scale3(self.cupboard, 1.6)), (own * 7.3).fract());
                let round = 1.0 - (u * 9.0).squared() * 0.6;
                let lit = glaze * self.lit(ray.at(hit.t), v(f(0.0), f(0.0), f(-1.0))) * round.max(0.3);
                seen.0 = seen.0.mix(lit, ware);
                seen.1 = select(ware.gt(0.5), hit.t, seen.1);
            }
        }
        // Cupboards under the worktop, and the stove between them.
        let front = self.end - 0.62;
        let face = ray.across(front);
        let doors = stripes(face.u * 1.7 + 0.02, 0.965, face.du * 1.7) * band(face.v, 0.10, 0.84, face.dv) * 0.5 + 0.5;
        let knob = disc(
            (face.u * 1.7 + 0.12).fract() * (1.0 / 1.7) - 0.06,
            face.v - 0.66,
            0.018,
            face.du,
        );
        let wood = splat::<L>(self.cupboard) * doors + grey::<L>(0.5) * knob;
        self.solid(
            &ray,
            &mut seen,
            ([-self.half, 0.0, front], [self.half, WORKTOP - 0.04, self.end]),
            wood,
        );
        let on = ray.level(WORKTOP);
        let top = splat::<L>([0.34, 0.24, 0.15]) * (noise2(on.u * 3.0, on.v * 40.0) * 0.2 + 0.9);
        self.solid(
            &ray,
            &mut seen,
            (
                [-self.half, WORKTOP - 0.04, front - 0.03],
                [self.half, WORKTOP, self.end],
            ),
            top,
        );
        let (sl, sr) = (self.stove - 0.36, self.stove + 0.36);
        let face = ray.across(front - 0.06);
        let (u, y) = (face.u - self.stove, face.v);
        let door = band(u.abs(), -1.0, 0.27, face.du) * band(y, 0.24, 0.62, face.dv);
        let bar = band(u.abs(), -1.0, 0.25, face.du) * band(y, 0.675, 0.70, face.dv);
        let turn = disc((u * (1.0 / 0.14)).fract() * 0.14 - 0.07, y - 0.80, 0.026, face.du)
            * band(u.abs(), -1.0, 0.28, face.du);
        let steel = grey::<L>(0.42) * (1.0 - door * 0.94) * (1.0 - turn * 0.9) + grey::<L>(0.5) * bar;
        self.solid(
            &ray,
            &mut seen,
            ([sl, 0.03, front - 0.06], [sr, WORKTOP + 0.015, self.end]),
            steel,
        );
        // The oven's light behind its door, and gas burning.
        let oven = door * face.t.lt(seen.1 + 0.02).to_float();
        let ember = smoothstep::<L>(0.22, 0.50, y) * smoothstep::<L>(0.64, 0.50, y);
        seen.0 += splat::<L>([0.85, 0.34, 0.09]) * (oven * ember * 0.30 * (1.0 - u.abs() * 2.2).max(0.0));
        for (k, x) in [self.stove - 0.17, self.stove + 0.17].into_iter().enumerate() {
            let hit = ray.across(self.end - 0.34);
            let (u, rise) = (hit.u - x, hit.v - WORKTOP - 0.015);
            if k == 0 {
                // A pot over the first: with lid and handles.
                let body = band(u.abs(), -1.0, 0.135, hit.du) * band(rise, 0.035, 0.215, hit.dv);
                let lid = disc(u * 0.30, rise - 0.215, 0.040, hit.dv) * band(rise, 0.21, 0.28, hit.dv);
                let grips = band(u.abs(), 0.13, 0.185, hit.du) * band(rise, 0.165, 0.19, hit.dv);
                let pot = body.max(lid).max(grips) * hit.t.lt(seen.1 + 0.3).to_float();
                let round = 1.0 - (u * 6.8).squared() * 0.75;
                let lit = splat::<L>([0.40, 0.16, 0.09])
                    * self.lit(ray.at(hit.t), v(f(0.0), f(0.3), f(-0.95)))
                    * round.max(0.15);
                seen.0 = seen.0.mix(lit, pot);
                // Steam.
                let up = (rise - 0.26).max(0.0);
                let curl = fbm2(
                    u * 5.0 + (up * 6.0 - self.secs).sin() * 0.2,
                    up * 4.0 - self.secs * 0.5,
                    3,
                );
                let plume =
                    (-(u / (up * 0.35 + 0.07)).squared()).exp() * smoothstep::<L>(0.0, 0.1, up) * (up * -2.2).exp();
                seen.0 += self.lit(ray.at(hit.t), v(f(0.0), f(0.0), f(-1.0)))
                    * (plume * smoothstep::<L>(0.35, 0.8, curl) * self.steam * 0.5);
            }
            let tongue = noise2(u * 60.0, f(self.secs * 7.0 + k as f32)) * 0.020 + 0.022;
            let gas = band(u.abs(), -1.0, 0.095, hit.du)
                * smoothstep::<L>(tongue, tongue * 0.2, rise)
                * smoothstep::<L>(-0.004, 0.004, rise);
            seen.0 += splat::<L>([0.10, 0.28, 1.0]) * (gas * self.flame * 1.3 * hit.t.lt(seen.1 + 0.4).to_float());
        }
        // The hood over it, up to the ceiling.
        self.solid(
            &ray,
            &mut seen,
            ([sl - 0.04, 1.62, self.end - 0.5], [sr + 0.04, 1.74, self.end]),
            grey(0.36),
        );
        self.solid(
            &ray,
            &mut seen,
            (
                [self.stove - 0.14, 1.74, self.end - 0.34],
                [self.stove + 0.14, self.high, self.end],
            ),
            grey(0.34),
        );
        // The table.
        let on = ray.level(TABLE);
        let grain = fbm2(on.u * 1.4, on.v * 16.0, 2) * 0.3 + 0.8;
        let timber = splat::<L>([0.30, 0.17, 0.085]) * grain;
        self.solid(&ray, &mut seen, ([tl, TABLE - 0.04, tn], [tr, TABLE, tf]), timber);
        for x in [tl + 0.04, tr - 0.10] {
            for z in [tn + 0.05, tf - 0.11] {
                self.solid(
                    &ray,
                    &mut seen,
                    ([x, 0.0, z], [x + 0.06, TABLE - 0.04, z + 0.06]),
                    splat([0.16, 0.09, 0.045]),
                );
            }
        }
        open *= (!seen.1.lt(t)).to_float();
        // The lamp: a cord, a shade that is bright within, and its glow in the air.
        let hit = ray.across(self.lamp[2]);
        let (u, rise) = (hit.u - self.lamp[0], hit.v - LAMP);
        let before = hit.t.lt(seen.1).to_float();
        let cord = band(u.abs(), -1.0, 0.006, hit.du) * band(rise, 0.16, 2.0, hit.dv) * before;
        seen.0 = seen.0.mix(grey(0.01), cord);
        let wide = (0.185 - rise).max(0.0) * 1.05 + 0.035;
        let cover = ((wide - u.abs()) / hit.du + 0.5).saturate() * band(rise, 0.0, 0.17, hit.dv) * before;
        let round = 1.0 - (u / wide.max(0.02)).squared() * 0.7;
        let shade = splat::<L>(scale3(self.cupboard, 0.35)) * round
            + splat::<L>(self.bulb) * (smoothstep::<L>(0.030, 0.0, rise) * 1.2 + 0.05);
        seen.0 = seen.0.mix(shade, cover);
        let bulb = disc(u, (rise - 0.0) * 1.2, 0.052, hit.du) * band(rise, -0.06, 0.004, hit.dv) * before;
        seen.0 = seen.0.mix(splat::<L>(self.bulb) * 2.6, bulb);
        seen.1 = select(cover.max(bulb).gt(0.5), hit.t, seen.1);
        let dust = motes(at, self.secs) * self.dust + 1.0;
        seen.0 += splat::<L>(self.bulb) * (glow(&ray, self.lamp, seen.1, 0.22) * 0.012 * dust);
        let depth = seen.1 * ray.to.z.max(0.05);
        Sample {
            light: seen.0,
            distance: select(open.gt(0.5), f(FAR), depth),
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
        let [left, right, sill, lintel] = self.window;
        let middle = [0.5 * (left + right), 0.5 * (sill + lintel), self.end];
        let hero = [
            self.table[if self.side > 0.0 { 0 } else { 1 }] - self.side * 0.42,
            0.0,
            self.lamp[2] + 0.25,
        ];
        let [x, y, depth] = self.camera.project(middle);
        Staging {
            camera: self.camera,
            key: KeyLight {
                direction: normalize([0, 1, 2].map(|k| self.lamp[k] - hero[k] - if k == 1 { 1.1 } else { 0.0 })),
                color: scale3(self.bulb, 0.40),
            },
            ambient: [0, 1, 2].map(|k| 0.8 * self.ambient[k] + 0.05 * self.bulb[k]),
            fog: Fog {
                color: scale3(self.ambient, 0.6),
                density: 0.008,
            },
            surface: Surface::Ground { wet: 0.06 },
            places: vec![
                place(Role::Hero, hero[0], 0.0, hero[2], 1.0),
                place(Role::Second, self.lamp[0] + self.side * 1.15, 0.0, self.lamp[2], 0.9),
                place(Role::Near, -self.side * (self.half - 0.5), 0.0, z + 2.2, 0.7),
                place(Role::Sign, self.side * 0.2, self.high - 0.3, self.end - 0.1, 0.3),
                place(Role::Far, middle[0], 0.0, self.end + 40.0, 8.0),
                place(Role::Floating, self.lamp[0] - self.side * 0.7, 1.9, self.lamp[2], 0.4),
            ],
            portal: Portal {
                opening: Opening::Window,
                centre: [x, y],
                radius: 0.5 * (lintel - sill) * self.camera.focal / depth.max(0.5),
                distance: depth,
                spills: false,
            },
        }
    }
}
