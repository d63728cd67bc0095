//! A harbour: a lighthouse whose lamp is the portal, houses on the hill, masts, and a plank quay to stand on.

use super::super::{
    canvas::{Canvas, Shape},
    chance::{Chance, fractal},
    look::Look,
    plan::{Floor, Plane, Portal, PortalShape, Rim, SetPlan},
};
use super::open_air;
use crate::colour::oklch;
use crate::design::Oklch;

const HORIZON: f32 = 0.07;
const QUAY: f32 = 0.285;
const SEA: Oklch = oklch(0.5, 0.09, 222.0);
const PLANK: Oklch = oklch(0.64, 0.05, 68.0);

/// The lighthouse stands on one side, the sun over the town on the other.
pub fn plan(look: &mut Look) -> SetPlan {
    let a = look.aspect;
    let side = open_air::side(look, "harbour");
    look.key.at = [-side * 0.3 * a, -0.2];
    look.key.size = 0.05;
    let portal = Portal {
        plane: "lighthouse",
        at: [side * 0.2 * a, -0.2],
        height: 0.17_f32.min(0.3 * a),
        shape: PortalShape::Disc,
        rim: Rim::Glow(oklch(0.92, 0.12, 88.0)),
        fill: oklch(0.95, 0.1, 92.0),
        veil: 0.5,
    };
    let planes = vec![
        Plane::new("sky", 1.0, sky),
        Plane::new("town", 0.8, town),
        Plane::new("lighthouse", 0.66, lighthouse),
        Plane::new("water", 0.52, water),
        Plane::new("quay", 0.28, quay),
        Plane::new("front", 0.0, front),
    ];
    let floor = if look.wet() { Floor::Wet } else { Floor::Land };
    let mut stands = open_air::stands(
        "quay",
        0.42 * a,
        &[(0.4, 1.0, floor), (0.35, 0.87, floor), (0.45, 1.1, floor)],
    );
    stands.extend(open_air::stands(
        "water",
        0.42 * a,
        &[(0.17, 0.62, Floor::Water), (0.22, 0.78, Floor::Water)],
    ));
    open_air::under_sky(look, HORIZON, planes, stands, "water", portal)
}

fn sky(c: &mut Canvas) {
    c.sky();
    c.sun_or_moon();
}

fn town(c: &mut Canvas) {
    let a = c.look.aspect;
    let side = -c.plan.portal.at[0].signum();
    let edge = side * c.right();
    let seed = c.seed("hill");
    let reach = c.right() * 1.7;
    let line = |x: f32| {
        let t = (1.0 - (edge - x).abs() / reach).max(0.0);
        HORIZON + 0.01 - 0.17 * t.powf(0.8) * (0.85 + 0.3 * fractal(seed, x * 4.0, 3, 0.5))
    };
    let hill = oklch(0.5, 0.08, 145.0);
    let shape = Shape::below([c.left(), c.right()], HORIZON + 0.02, 70, line);
    let (lit, shade) = (c.look.lit(hill, 0.62), c.look.shade(hill, 0.7));
    c.fill_line(&shape, [0.0, HORIZON - 0.17], [0.0, HORIZON], &[lit.ink(), shade.ink()]);
    let mut chance = c.chance("houses");
    for row in (0..3).rev() {
        let count = 5 + 2 * (2 - row);
        for i in 0..count {
            let t = (i as f32 + chance.range(0.2, 0.8)) / count as f32;
            let x = edge - side * t * (1.0 - 0.24 * row as f32) * 0.62 * a.max(0.9);
            let base = HORIZON + 0.012 - 0.055 * row as f32;
            let w = chance.range(0.05, 0.075) * (1.0 - 0.13 * row as f32);
            house(c, [x, base.max(line(x) + 0.01)], w, &mut chance);
        }
    }
    // The quay wall of the town.
    let stone = c.look.shade(oklch(0.55, 0.02, 70.0), 0.6);
    let far = edge - side * 0.72 * a.max(0.9);
    let (from, to) = if side > 0.0 { (far, edge) } else { (edge, far) };
    c.rect([from, HORIZON - 0.004, to - from, 0.022], stone);
}

fn house(c: &mut Canvas, [x, base]: [f32; 2], w: f32, chance: &mut Chance) {
    let local = chance.pick(&[
        oklch(0.78, 0.09, 40.0),
        oklch(0.88, 0.06, 95.0),
        oklch(0.66, 0.11, 25.0),
        oklch(0.8, 0.05, 220.0),
        oklch(0.92, 0.02, 90.0),
    ]);
    let h = w * chance.range(0.9, 1.4);
    let depth = c.depth * 0.72;
    let (wall, shade) = (c.look.lit(local, depth), c.look.shade(local, depth));
    let towards = c.look.key.at[0] - x;
    let body = Shape::rect([x - w / 2.0, base - h, w, h]);
    let (from, to) = if towards < 0.0 {
        (x - w / 2.0, x + w / 2.0)
    } else {
        (x + w / 2.0, x - w / 2.0)
    };
    c.fill_line(
        &body,
        [from, 0.0],
        [to, 0.0],
        &[wall.ink(), wall.mix(shade, 0.75).ink()],
    );
    let roof = Shape::polygon(&[
        [x - w * 0.58, base - h],
        [x, base - h - w * 0.55],
        [x + w * 0.58, base - h],
    ]);
    c.fill(&roof, c.look.under(oklch(0.52, 0.11, 35.0), depth, 0.7));
    c.windows([x - w / 2.0, base - h, w, h * 0.92], w * 0.3, 0.75, chance);
}

fn lighthouse(c: &mut Canvas) {
    let portal = c.plan.portal;
    let ([x, y], r) = (portal.at, portal.height / 2.0);
    let foot = HORIZON + 0.02;
    let depth = c.depth * 0.55;
    let to = c.look.key.at[0] - x;
    let towards = to.signum();
    // The breakwater.
    let mut chance = c.chance("mole");
    let side = x.signum();
    let rocks = 11;
    for i in 0..rocks {
        let at = x - side * 0.2 + side * (c.right() - x.abs() + 0.3) * i as f32 / rocks as f32;
        let size = chance.range(0.07, 0.11);
        c.rock(
            [at, foot + 0.025],
            [size * 1.6, size * 0.85],
            oklch(0.52, 0.025, 50.0),
            &mut chance,
        );
    }
    // The tower in bands.
    let top = y + r * 1.02;
    let (wide, slim) = (r * 1.75, r * 1.25);
    let half = |v: f32| 0.5 * (slim + (wide - slim) * ((v - top) / (foot - top)));
    let bands = 5;
    for i in 0..bands {
        let v = |k: usize| top + (foot - top) * k as f32 / bands as f32;
        let (v0, v1) = (v(i), v(i + 1));
        let local = if i % 2 == 0 {
            oklch(0.93, 0.015, 80.0)
        } else {
            oklch(0.58, 0.19, 27.0)
        };
        let (lit, shade) = (c.look.lit(local, depth), c.look.shade(local, depth));
        let band = Shape::polygon(&[
            [x - half(v0), v0],
            [x + half(v0), v0],
            [x + half(v1), v1 + 0.001],
            [x - half(v1), v1 + 0.001],
        ]);
        let w = wide * 0.5 * towards;
        c.fill_line(
            &band,
            [x + w, 0.0],
            [x - w, 0.0],
            &[lit.ink(), lit.mix(shade, 0.25).ink(), shade.ink()],
        );
    }
    let iron = c.look.shade(oklch(0.4, 0.03, 30.0), depth);
    let dark = c.look.under(oklch(0.5, 0.15, 28.0), depth, 0.6);
    // Gallery, lantern room and dome round the lamp.
    c.fill(
        &Shape::rounded([x - r * 1.25, y + r * 0.98, r * 2.5, r * 0.2], 0.004),
        iron,
    );
    let room = Shape::rounded([x - r * 1.1, y - r * 1.06, r * 2.2, r * 2.1], r * 0.3);
    let glass = c.look.under(oklch(0.42, 0.03, 240.0), depth, 0.5);
    let on = c.look.lamps();
    let gold = c.look.lamp(oklch(0.9, 0.12, 85.0));
    c.fill(&room, glass.mix(gold, 0.25 + 0.4 * on));
    let mut dome = Shape::new();
    dome.start(x - r * 1.2, y - r * 1.02);
    dome.curve(x - r * 0.8, y - r * 1.75, x, y - r * 1.8);
    dome.curve(x + r * 0.8, y - r * 1.75, x + r * 1.2, y - r * 1.02).close();
    dome.add_taper([x, y - r * 1.7], 0.008, [x, y - r * 2.3], 0.003);
    c.fill_line(
        &dome,
        [x + towards * r, 0.0],
        [x - towards * r, 0.0],
        &[c.look.lit(oklch(0.58, 0.19, 27.0), depth).ink(), dark.ink()],
    );
    // Two beams sweep once round in eight bars.
    let turn = c.turn(32.0, 0.0).cos();
    let strength = (0.12 + 0.5 * on) * (1.0 + 0.3 * c.now.reactive.kick);
    for way in [-1.0, 1.0] {
        let reach = way * (0.5 + 0.5 * turn.abs()) * 1.2;
        c.shaft(
            [x, y],
            r * 1.2,
            [x + reach, y - 0.06 * way * turn],
            0.34,
            gold.screen(strength * 0.6),
        );
    }
    c.glow([x, y], r * 4.5, gold.screen(0.2 + 0.4 * on).shining(0.3 * on));
}

fn water(c: &mut Canvas) {
    c.water("basin", HORIZON + 0.018, 0.42, SEA);
    let a = c.look.aspect;
    let side = -c.plan.portal.at[0].signum();
    // Fishing boats lie moored: hulls and masts against the light.
    for (k, x, size) in [(0, 0.1, 0.8), (1, 0.27, 1.0), (2, 0.43, 1.25)] {
        let at = [side * x * a, HORIZON + 0.035 + 0.02 * size];
        let rock = 0.02 * c.swing(4.0, 0.3 * k as f32) * (1.0 + c.now.reactive.bass);
        moored(c, at, 0.1 * size, rock);
    }
}

fn moored(c: &mut Canvas, [x, y]: [f32; 2], s: f32, rock: f32) {
    let local = oklch(0.42, 0.09, 240.0);
    let (lit, dark) = (c.look.lit(local, 0.3), c.look.silhouette(0.35));
    let p = |u: f32, v: f32| [x + (u - v * rock) * s, y + (v + u * rock) * s];
    let hull = Shape::polygon(&[p(-0.62, -0.3), p(0.66, -0.34), p(0.46, 0.06), p(-0.5, 0.06)]);
    c.fill_line(&hull, [0.0, y - 0.3 * s], [0.0, y], &[lit.ink(), dark.ink()]);
    c.fill(
        &Shape::polygon(&[p(-0.64, -0.36), p(0.7, -0.4), p(0.66, -0.32), p(-0.62, -0.28)]),
        c.look.lit(oklch(0.88, 0.02, 90.0), 0.3),
    );
    let cabin = Shape::polygon(&[p(-0.4, -0.34), p(-0.4, -0.66), p(-0.02, -0.66), p(-0.02, -0.34)]);
    c.fill(&cabin, c.look.lit(oklch(0.8, 0.05, 80.0), 0.35));
    let mut rig = Shape::new();
    rig.add_taper(p(0.12, -0.3), 0.05 * s, p(0.12, -1.9), 0.02 * s);
    rig.add_taper(p(-0.3, -0.6), 0.03 * s, p(-0.3, -1.2), 0.012 * s);
    rig.add_taper(p(0.12, -1.85), 0.014 * s, p(0.68, -0.4), 0.014 * s);
    rig.add_taper(p(0.12, -1.85), 0.014 * s, p(-0.6, -0.36), 0.014 * s);
    c.fill(&rig, dark);
    c.lamp(p(0.12, -1.9), 0.05 * s, oklch(0.86, 0.13, 70.0), None);
    c.puff([x, y + 0.01], [s * 0.8, s * 0.16], 0.2, dark.alpha(0.45));
}

fn quay(c: &mut Canvas) {
    let (l, r, bottom) = (c.left(), c.right(), c.bottom());
    let stone = oklch(0.55, 0.03, 60.0);
    let (far, near) = (c.look.lit(PLANK, 0.2), c.look.under(PLANK.darker(0.06), 0.0, 0.7));
    c.rect([l, QUAY - 0.012, r * 2.0, 0.03], c.look.lit(stone.lighter(0.12), 0.2));
    c.fill_line(
        &Shape::rect([l, QUAY + 0.008, r * 2.0, bottom - QUAY]),
        [0.0, QUAY],
        [0.0, 0.55],
        &[far.ink(), far.mix(near, 0.6).ink(), near.ink()],
    );
    // Planks run towards the vanishing point; every other one is a little darker.
    let vanish = [0.0, HORIZON];
    let at = |x: f32, y: f32| [vanish[0] + x * (y - vanish[1]) / (0.5 - vanish[1]), y];
    let (mut dark, mut gaps) = (Shape::new(), Shape::new());
    let step = 0.17;
    for i in -12..12 {
        let x = i as f32 * step;
        let (a, b) = (at(x, QUAY + 0.008), at(x, bottom));
        gaps.add_taper(a, 0.002, b, 0.007);
        if i % 2 == 0 {
            let (d, e) = (at(x + step, bottom), at(x + step, QUAY + 0.008));
            dark.add_polygon(&[a, b, d, e]);
        }
    }
    let shade = c.look.shade(PLANK.darker(0.1), 0.05);
    c.fill(&dark, shade.alpha(0.25));
    c.fill(&gaps, shade.darker(0.05).alpha(0.7));
    c.mirror(QUAY + 0.008, bottom, if c.look.wet() { 0.4 } else { 0.0 }, 0.2);
    let a = c.look.aspect;
    for x in [-0.42, -0.14, 0.14, 0.42] {
        bollard(c, [x * a, QUAY + 0.012]);
    }
    if c.look.wet() {
        c.splashes("splashes", QUAY, 0.55, 60);
    }
}

fn bollard(c: &mut Canvas, [x, y]: [f32; 2]) {
    let local = oklch(0.36, 0.03, 260.0);
    let (lit, shade) = (c.look.lit(local.lighter(0.12), 0.2), c.look.silhouette(0.15));
    let mut post = Shape::new();
    post.add_rect([x - 0.014, y - 0.035, 0.028, 0.037]);
    post.add_ellipse([x, y - 0.037], [0.022, 0.01]);
    let w = 0.02 * (c.look.key.at[0] - x).signum();
    c.contact_shadow([x, y + 0.002], 0.05, 0.4);
    c.fill_line(&post, [x + w, 0.0], [x - w, 0.0], &[lit.ink(), shade.ink()]);
}

fn front(c: &mut Canvas) {
    let a = c.look.aspect;
    let ink = c.look.silhouette(0.0);
    let side = -c.plan.portal.at[0].signum();
    let shake = 0.004 * c.now.reactive.snare;
    let x = side * (0.46 * a + shake);
    // A lamp post with its lantern, and a rope between two piles.
    let mut post = Shape::new();
    post.add_taper([x, 0.72], 0.034, [x, -0.24], 0.022);
    post.add_polygon(&[
        [x - side * 0.125, -0.215],
        [x - side * 0.075, -0.215],
        [x - side * 0.1, -0.25],
    ]);
    for (u, h) in [(-0.5, 0.26), (-0.36, 0.12), (0.56, 0.2)] {
        let at = side * u * a;
        post.add_rect([at - 0.035, 0.56 - h, 0.07, h + 0.2]);
        post.add_ellipse([at, 0.56 - h], [0.04, 0.012]);
    }
    c.fill(&post, ink);
    let mut arm = Shape::new();
    arm.start(x, -0.2).curve(x, -0.28, x - side * 0.1, -0.25);
    c.stroke(&arm, 0.01, ink);
    c.lamp([x - side * 0.1, -0.195], 0.02, oklch(0.87, 0.13, 75.0), Some(0.4));
    c.wire([-side * 0.5 * a, 0.34], [-side * 0.36 * a, 0.46], 0.05, 0.012, ink);
    c.wire([-side * 0.36 * a, 0.46], [side * 0.56 * a, 0.42], 0.05, 0.012, ink);
}
