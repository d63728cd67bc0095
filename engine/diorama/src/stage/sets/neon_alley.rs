//! A neon alley: narrow, wet and steaming; a ring of light at its end is the portal.

use super::super::super::design::Daytime;
use super::super::{
    canvas::{Canvas, Shape},
    chance::Chance,
    look::Look,
    plan::{Floor, Plane, Portal, PortalShape, Rim, SetPlan, Stand},
};
use super::{
    fittings::neon,
    hall::{Hall, Wall},
};
use crate::colour::oklch;
use crate::design::Oklch;

const HORIZON: f32 = 0.1;

/// Neon is the light at any hour; the strip of sky and the hues change with the daytime.
pub fn plan(look: &mut Look) -> SetPlan {
    let a = look.aspect;
    let mut chance = Chance::new(look.seed, "alley");
    let side = if chance.happens(0.5) { 1.0 } else { -1.0 };
    let at = [side * chance.range(0.05, 0.1) * a, -0.05];
    let size = 0.23_f32.min(0.36 * a);
    let (first, second) = hues(look.daytime);
    let day = 1.0 - look.lamps();
    look.key.at = at;
    look.key.colour = oklch(0.76, 0.19, first);
    look.key.size = size / 2.0;
    look.key.strength = 0.75;
    look.ambient = (oklch(0.55 + 0.15 * day, 0.12 - 0.05 * day, second), 0.42 + 0.25 * day);
    look.haze = oklch(0.36 + 0.22 * day, 0.11, (first + second) / 2.0);
    look.air = look.air.clamp(0.4, 0.8);
    let stand = |y, scale| Stand {
        plane: "walls",
        y,
        x: [-0.36 * a, 0.36 * a],
        scale,
        floor: Floor::Wet,
    };
    SetPlan {
        horizon: HORIZON,
        indoors: false,
        planes: vec![
            Plane::new("sky", 1.0, sky),
            Plane::new("end", 0.7, end),
            // The ground mirrors what is behind it, and must not mirror onto the walls.
            Plane::new("ground", 0.36, ground),
            Plane::new("walls", 0.3, walls),
            Plane::new("front", 0.0, front),
        ],
        stands: vec![stand(0.4, 1.0), stand(0.3, 0.76), stand(0.45, 1.1), stand(0.22, 0.55)],
        air: [-0.3 * a, -0.4, 0.3 * a, -0.1],
        air_plane: "walls",
        heavens: [-0.12 * a, -0.46, 0.12 * a, -0.36],
        heavens_plane: "sky",
        portal: Portal {
            plane: "end",
            at,
            height: size,
            shape: PortalShape::Disc,
            rim: Rim::Glow(look.key.colour),
            fill: oklch(0.7, 0.17, first + 20.0),
            veil: 0.3,
        },
    }
}

/// The two neon hues of a daytime.
fn hues(daytime: Daytime) -> (f32, f32) {
    match daytime {
        Daytime::Dawn => (20.0, 320.0),
        Daytime::Day => (350.0, 215.0),
        Daytime::Dusk => (40.0, 300.0),
        Daytime::Night => (340.0, 260.0),
    }
}

fn hall(c: &Canvas) -> Hall {
    let [x, _] = c.plan.portal.at;
    let half = c.plan.portal.height * 0.5 + 0.05;
    let wide = c.right() + 0.12;
    Hall {
        far: [x - half, -0.46, x + half, HORIZON],
        near: [-wide, -2.1, wide, 0.74],
    }
}

fn sky(c: &mut Canvas) {
    c.sky_gradient();
    if c.look.night() {
        let top = c.top();
        c.stars("stars", 40, top, -0.2);
    }
    let haze = c.look.words(c.look.haze.lighter(0.05));
    let [x, y] = c.plan.portal.at;
    c.glow([x, y - 0.1], 0.6, haze.screen(0.5));
}

fn end(c: &mut Canvas) {
    let hall = hall(c);
    let [x, y] = c.plan.portal.at;
    let local = oklch(0.42, 0.05, 280.0);
    let (lit, shade) = (c.look.lit(local, 0.5), c.look.shade(local, 0.5));
    let [l, _, r, b] = hall.far;
    let mut house = Shape::rect([l - 0.1, -0.34, r - l + 0.2, b + 0.36]);
    house.add_rect([x - 0.05, -0.42, 0.12, 0.1]);
    house.add_taper([x + 0.09, -0.3], 0.008, [x + 0.09, -0.5], 0.003);
    c.fill_round(
        &house,
        [x, y],
        0.34,
        &[lit.lighter(0.06).ink(), lit.mix(shade, 0.5).ink(), shade.ink()],
    );
    let mut chance = c.chance("end windows");
    c.windows([l, -0.33, r - l, 0.1], 0.022, 0.7, &mut chance);
    let beat = 1.0 + 0.3 * c.now.reactive.kick;
    let ring = c.plan.portal.height * 0.5;
    let colour = oklch(0.78, 0.15, c.look.ambient.0.h);
    neon(
        c,
        &Shape::ellipse([x, y], [ring + 0.022, ring + 0.022]),
        0.006,
        colour,
        0.8 * beat,
    );
}

fn walls(c: &mut Canvas) {
    let hall = hall(c);
    for wall in Wall::BOTH {
        let mut chance = c.chance(if wall == Wall::Left { "left" } else { "right" });
        let edges = [0.0_f32, 0.1, 0.22, 0.38, 0.58, 0.8, 1.0];
        for i in (0..edges.len() - 1).rev() {
            let deep = [edges[i], edges[i + 1]];
            let tall = chance.range(0.0, 0.3);
            let local = oklch(chance.range(0.36, 0.5), 0.05, chance.pick(&[30.0, 275.0, 310.0, 245.0]));
            let depth = 0.08 + 0.5 * edges[i + 1];
            let face = Shape::polygon(&hall.wall(wall, deep, [tall, 1.0]));
            let (near, far) = (c.look.under(local, depth, 0.2), c.look.under(local, depth, 0.95));
            let (xn, xf) = (
                hall.at(wall.u(0.0), 0.0, deep[0])[0],
                hall.at(wall.u(0.0), 0.0, deep[1])[0],
            );
            c.fill_line(
                &face,
                [xn, 0.0],
                [xf, 0.0],
                &[near.ink(), near.mix(far, 0.7).ink(), far.ink()],
            );
            let dark = c.look.silhouette(depth);
            facade(c, &hall, wall, deep, &mut chance, dark);
        }
        for i in (0..4).rev() {
            sign(c, &hall, wall, i, &mut chance);
        }
    }
    wires(c, &hall);
    steam(c, &hall);
}

/// Windows above, a shop front with its own light at the foot.
fn facade(c: &mut Canvas, hall: &Hall, wall: Wall, deep: [f32; 2], chance: &mut Chance, dark: Oklch) {
    let on = c.look.lamps().max(0.4);
    let at = |k: f32| deep[0] + (deep[1] - deep[0]) * k;
    let (mut lit, mut unlit) = (Shape::new(), Shape::new());
    for floor in 0..3 {
        for column in 0..2 {
            let k = 0.14 + 0.42 * column as f32;
            let v = 0.42 + 0.14 * floor as f32;
            let quad = hall.wall(wall, [at(k), at(k + 0.28)], [v, v + 0.075]);
            if chance.happens(0.35) {
                lit.add_polygon(&quad)
            } else {
                unlit.add_polygon(&quad)
            };
        }
    }
    c.fill(&unlit, dark.alpha(0.6));
    let warm = c.look.lamp(oklch(0.8, 0.12, chance.pick(&[75.0, 60.0, 200.0])));
    let sparkle = 0.85 + 0.15 * c.now.reactive.hat.min(1.0);
    c.fill(&lit, warm.alpha(0.9 * on * sparkle).shining(0.4 * on * sparkle));
    let hue = chance.pick(&[c.look.key.colour.h, c.look.ambient.0.h, 60.0, 190.0]);
    let glow = c.look.lamp(oklch(0.72, 0.15, hue));
    let shop = Shape::polygon(&hall.wall(wall, [at(0.12), at(0.88)], [0.87, 0.985]));
    c.fill(&shop, dark.mix(glow, 0.75 * on).shining(0.45 * on));
    let roof = hall.wall(wall, [at(0.06), at(0.94)], [0.845, 0.875]);
    c.fill(&Shape::polygon(&roof), dark.mix(glow, 0.2));
    let mid = hall.at(wall.u(0.06), 0.98, at(0.5));
    let reach = 0.5 * hall.size(at(0.5)) + 0.02;
    c.puff(mid, [reach, reach * 0.3], 0.0, glow.screen(0.3 * on));
}

/// A box that stands out from the wall, with a tube in some simple figure.
fn sign(c: &mut Canvas, hall: &Hall, wall: Wall, i: usize, chance: &mut Chance) {
    let deep = [0.1, 0.24, 0.44, 0.72][i] + chance.range(-0.02, 0.02);
    let size = hall.size(deep);
    let [x, y] = hall.at(wall.u(0.0), chance.range(0.5, 0.66), deep);
    let (w, h) = if chance.happens(0.6) {
        (0.16, 0.42)
    } else {
        (0.26, 0.24)
    };
    let (w, h) = (w * size, h * size);
    let x = x - wall.side() * (w * 0.5 + 0.02 * size);
    let hue = chance.pick(&[
        c.look.key.colour.h,
        c.look.key.colour.h + 25.0,
        c.look.ambient.0.h - 40.0,
        195.0,
        85.0,
        145.0,
    ]);
    let colour = oklch(0.76, 0.19, hue);
    let phase = chance.unit();
    let figure = chance.below(6);
    let power = 0.85 + 0.12 * c.swing(2.0, phase) + 0.25 * c.now.reactive.kick - 0.3 * phase * c.now.reactive.snare;
    let light = c.look.lamp(colour);
    c.glow([x, y], h.max(w) * 1.5, light.screen(0.3 * power));
    // Its light stands in the wet ground below it.
    let pool = hall.at(wall.u(0.14), 1.0, deep);
    c.puff(pool, [0.1 * size, 0.16 * size], 0.0, light.screen(0.35 * power));
    let dark = c.look.silhouette(0.1 + 0.5 * deep);
    c.fill(
        &Shape::rounded([x - w / 2.0, y - h / 2.0, w, h], 0.03 * size),
        dark.mix(light, 0.14),
    );
    let wide = (0.016 * size).max(0.0022);
    let frame = Shape::rounded([x - w * 0.42, y - h * 0.44, w * 0.84, h * 0.88], 0.025 * size);
    neon(c, &frame, wide * 0.7, colour.turn(40.0), 0.7 * power);
    neon(c, &tube(figure, [x, y], [w * 0.27, h * 0.33]), wide, colour, power);
    c.line(
        [x + wall.side() * w * 0.5, y],
        [x + wall.side() * (w * 0.5 + 0.05 * size), y],
        0.014 * size,
        dark,
    );
}

fn tube(figure: usize, [x, y]: [f32; 2], [w, h]: [f32; 2]) -> Shape {
    let mut s = Shape::new();
    let r = w.min(h);
    match figure {
        0 => {
            s.start(x - w, y - h)
                .to(x + w, y - h * 0.33)
                .to(x - w, y + h * 0.33)
                .to(x + w, y + h);
        }
        1 => {
            s.add_ellipse([x, y - h * 0.4], [r * 0.8, r * 0.8]);
            s.start(x - w, y + h * 0.55).to(x + w, y + h * 0.55);
            s.start(x - w, y + h).to(x + w * 0.4, y + h);
        }
        2 => {
            s.start(x, y - h).to(x, y + h);
            s.start(x - w, y + h - w).to(x, y + h).to(x + w, y + h - w);
        }
        3 => {
            s.start(x, y + r)
                .curve(x - r * 1.5, y, x - r * 0.8, y - r * 0.6)
                .curve(x - r * 0.2, y - r, x, y - r * 0.3)
                .curve(x + r * 0.2, y - r, x + r * 0.8, y - r * 0.6)
                .curve(x + r * 1.5, y, x, y + r);
        }
        4 => {
            for k in [-0.8, 0.0, 0.8] {
                s.start(x - w, y + h * k)
                    .curve(x - w * 0.5, y + h * (k - 0.35), x, y + h * k);
                s.curve(x + w * 0.5, y + h * (k + 0.35), x + w, y + h * k);
            }
        }
        _ => {
            for i in 0..=10 {
                let turn = i as f32 / 10.0 * std::f32::consts::TAU - std::f32::consts::FRAC_PI_2;
                let out = if i % 2 == 0 { r * 1.1 } else { r * 0.5 };
                let p = [x + turn.cos() * out, y + turn.sin() * out];
                if i == 0 {
                    s.start(p[0], p[1])
                } else {
                    s.to(p[0], p[1])
                };
            }
        }
    }
    s
}

/// Wires across the alley with paper lanterns.
fn wires(c: &mut Canvas, hall: &Hall) {
    for (i, deep) in [0.62_f32, 0.36, 0.2].into_iter().enumerate() {
        let size = hall.size(deep);
        let v = 0.52 - 0.03 * i as f32;
        let (from, to) = (hall.at(0.0, v - 0.03, deep), hall.at(1.0, v, deep));
        let ink = c.look.silhouette(0.4 * deep);
        c.wire(from, to, 0.1 * size, 0.005 * size + 0.001, ink);
        for k in 0..3 {
            let t = 0.25 + 0.25 * k as f32;
            let swing = 0.02 * size * c.swing(4.0, t + i as f32 * 0.3);
            let x = from[0] + (to[0] - from[0]) * t + swing;
            let y = from[1] + (to[1] - from[1]) * t + 0.1 * size * (4.0 * t * (1.0 - t)) + 0.04 * size;
            let colour = c.look.lamp(oklch(0.66, 0.2, [28.0, 45.0, 28.0][k]));
            let beat = 0.8 + 0.3 * c.now.reactive.kick;
            c.glow([x, y], 0.14 * size, colour.screen(0.4 * beat).shining(0.2));
            c.fill(
                &Shape::ellipse([x, y], [0.035 * size, 0.043 * size]),
                colour.lighter(0.06).shining(0.6 * beat.min(1.0)),
            );
            c.rect([x - 0.014 * size, y - 0.05 * size, 0.028 * size, 0.012 * size], ink);
        }
    }
}

fn ground(c: &mut Canvas) {
    let hall = hall(c);
    let local = oklch(0.34, 0.03, 275.0);
    let (near, far) = (c.look.under(local, 0.1, 0.25), c.look.under(local, 0.5, 1.0));
    let floor = Shape::polygon(&hall.level(1.0, [-0.2, 1.2], [0.0, 1.0]));
    let bottom = c.bottom();
    c.fill_line(
        &floor,
        [0.0, HORIZON],
        [0.0, bottom],
        &[far.ink(), near.mix(far, 0.3).ink(), near.ink()],
    );
    let ripple = if c.look.wet() { 0.7 } else { 0.4 };
    c.mirror(HORIZON, bottom, 0.5, ripple);
    let path = c.look.lamp(c.look.key.colour);
    c.puff(
        [c.plan.portal.at[0], 0.2],
        [0.12 + 0.1 * c.now.reactive.bass, 0.3],
        0.0,
        path.screen(0.4),
    );
    if c.look.wet() {
        c.splashes("splashes", 0.16, 0.55, 70);
    }
}

/// Steam from a grating rises with the beat.
fn steam(c: &mut Canvas, hall: &Hall) {
    let steam = c.look.words(c.look.haze.lighter(0.2));
    let mut chance = c.chance("steam");
    for i in 0..7 {
        let rise = c.cycle(16.0, i as f32 / 7.0);
        let x = hall.at(0.1, 1.0, 0.3)[0] + chance.sign() * 0.03 + 0.08 * rise;
        let r = 0.04 + 0.12 * rise;
        c.puff(
            [x, 0.24 - 0.3 * rise],
            [r, r],
            0.0,
            steam.alpha(0.3 * (1.0 - rise) * rise.sqrt()),
        );
    }
}

fn front(c: &mut Canvas) {
    let ink = c.look.silhouette(0.0);
    let a = c.look.aspect;
    let side = if c.plan.portal.at[0] > 0.0 { -1.0 } else { 1.0 };
    let shake = 0.004 * c.now.reactive.snare;
    // A fire escape on one side, pipes on the other, cables over the head.
    let x = side * (0.5 * a + shake);
    let mut stairs = Shape::new();
    for y in [-0.3_f32, 0.04] {
        let (l, r) = (x - side * 0.16, x + side * 0.2);
        stairs.add_rect([l.min(r), y, (r - l).abs(), 0.014]);
        stairs.add_rect([l.min(r), y - 0.1, (r - l).abs(), 0.008]);
        for k in 0..6 {
            let at = l + (r - l) * k as f32 / 5.0;
            stairs.add_rect([at - 0.003, y - 0.1, 0.006, 0.1]);
        }
    }
    stairs.add_taper([x - side * 0.15, 0.045], 0.012, [x + side * 0.04, -0.3], 0.012);
    stairs.add_taper([x - side * 0.11, 0.045], 0.012, [x + side * 0.08, -0.3], 0.012);
    for k in 1..7 {
        let t = k as f32 / 7.0;
        let at = [x - side * (0.15 - 0.19 * t), 0.045 - 0.345 * t];
        stairs.add_rect([at[0].min(at[0] + side * 0.04), at[1], 0.04, 0.007]);
    }
    let other = -side * 0.5 * a;
    stairs.add_rect([other - 0.022, -0.6, 0.03, 1.2]);
    for y in [-0.1, 0.24] {
        stairs.add_rect([other - 0.03, y, 0.046, 0.02]);
    }
    c.fill(&stairs, ink);
    let (l, r) = (c.left(), c.right());
    c.wire([l, -0.42], [r, -0.36], 0.04, 0.004, ink);
    c.wire([l, -0.36], [r, -0.45], 0.05, 0.003, ink);
    let rim = c.look.lamp(c.look.key.colour);
    c.line(
        [other + side * 0.008, -0.5],
        [other + side * 0.008, 0.5],
        0.003,
        rim.screen(0.5),
    );
}
