//! Under water: light falls through the surface, whose bright window is the portal; sand, corals, swaying weed.

use super::super::super::design::Daytime;
use super::super::{
    canvas::{Canvas, Shape, Tree},
    chance::{Chance, fractal},
    look::Look,
    plan::{Floor, Plane, Portal, PortalShape, Rim, SetPlan},
};
use super::open_air;
use crate::colour::oklch;
use crate::design::Oklch;

const HORIZON: f32 = 0.2;
const SAND: Oklch = oklch(0.8, 0.05, 90.0);

/// The water takes the daytime's hue and makes it deep; weather stays above.
pub fn plan(look: &mut Look) -> SetPlan {
    let a = look.aspect;
    let side = open_air::side(look, "underwater");
    let (light, hue) = match look.daytime {
        Daytime::Dawn => (0.95, 205.0),
        Daytime::Day => (1.0, 215.0),
        Daytime::Dusk => (0.82, 245.0),
        Daytime::Night => (0.5, 262.0),
    };
    let water = |c: Oklch, l: f32, chroma: f32, h: f32, by: f32| c.mix(oklch(l * light, chroma, h), by);
    let [_, middle, low] = look.sky;
    look.sky = [
        water(low, 0.84, 0.1, hue - 18.0, 0.62),
        water(middle, 0.56, 0.088, hue, 0.8),
        water(middle, 0.34, 0.066, hue + 14.0, 0.9),
    ];
    look.haze = look.sky[1].mix(look.sky[2], 0.45);
    look.air = 0.95;
    look.key.colour = look.key.colour.mix(oklch(0.93, 0.09, 190.0), 0.45);
    look.key.strength = look.key.strength.max(0.4);
    look.key.at = [side * 0.16 * a, -0.3];
    look.key.size = 0.14;
    look.ambient = (oklch(0.66, 0.11, hue), look.ambient.1.max(0.42));
    let land = Floor::Land;
    let mut stands = open_air::stands(
        "floor",
        0.42 * a,
        &[(0.4, 1.0, land), (0.32, 0.76, land), (0.45, 1.1, land)],
    );
    stands.extend(open_air::stands("reef", 0.36 * a, &[(0.12, 0.6, Floor::Void)]));
    let portal = Portal {
        plane: "water",
        at: look.key.at,
        height: 0.2_f32.min(0.3 * a),
        shape: PortalShape::Ellipse(1.5),
        rim: Rim::Glow(look.key.colour),
        fill: look.key.colour.lighter(0.05),
        veil: 0.5,
    };
    SetPlan {
        horizon: HORIZON,
        indoors: true,
        planes: vec![
            Plane::new("water", 1.0, water_and_surface),
            Plane::new("cliffs", 0.8, cliffs),
            Plane::new("reef", 0.55, reef),
            Plane::new("floor", 0.3, floor),
            Plane::new("weed", 0.0, weed),
        ],
        stands,
        air: [-0.4 * a, -0.22, 0.4 * a, 0.18],
        air_plane: "reef",
        heavens: [-0.42 * a, -0.4, 0.42 * a, -0.2],
        heavens_plane: "water",
        portal,
    }
}

fn water_and_surface(c: &mut Canvas) {
    c.sky_gradient();
    let light = c.look.lamp(c.look.key.colour);
    let at = c.look.key.at;
    let breath = 1.0 + 0.15 * c.now.reactive.bass;
    c.puff(
        [at[0], -0.5],
        [1.3, 0.34],
        0.0,
        light.screen(0.5 * c.look.key.strength * breath),
    );
    c.glow(at, 0.75, light.screen(0.4 * breath));
    // The surface seen from below: bright ripples, flatter and finer farther off.
    let mut ripples = Shape::new();
    let (l, r) = (c.left(), c.right());
    for i in 0..7 {
        let t = i as f32 / 6.0;
        let y = -0.56 + 0.26 * t * t;
        let seed = c.seed("surface").wrapping_add(i);
        let roll = c.swing(8.0, t);
        let at = |s: usize| l + (r - l) * s as f32 / 50.0;
        let line = |x: f32, k: f32| {
            let wave = fractal(seed, x * (3.0 + 3.0 * t) + roll * 0.35, 2, 0.5);
            y + 0.02 * wave + k * (0.016 - 0.012 * t) * (0.5 + wave).max(0.0)
        };
        ripples.start(at(0), line(at(0), -1.0));
        (1..=50).for_each(|s| _ = ripples.to(at(s), line(at(s), -1.0)));
        (0..=50).rev().for_each(|s| _ = ripples.to(at(s), line(at(s), 1.0)));
        ripples.close();
    }
    c.fill(&ripples, light.screen(0.34 * c.look.key.strength.sqrt()));
}

/// Great rock walls in the blue, with an arch between them.
fn cliffs(c: &mut Canvas) {
    let a = c.look.aspect;
    for (name, side, reach, depth) in [
        ("left", -1.0, 0.3, 0.85),
        ("right", 1.0, 0.24, 0.8),
        ("near", -1.0, 0.14, 0.62),
    ] {
        let seed = c.seed(name);
        let edge = side * c.right();
        let mut wall = Shape::new();
        wall.start(edge, c.bottom()).to(edge, -0.3 + 0.3 * depth - 0.25);
        for i in 0..=18 {
            let t = i as f32 / 18.0;
            let y = -0.3 + 0.3 * depth - 0.25 + 0.85 * t;
            let out = reach * a * (1.25 * t.powf(0.4) - 0.25) + 0.09 * fractal(seed, t * 5.0, 3, 0.5);
            wall.to(side * (0.5 * a - out), y);
        }
        wall.close();
        let local = oklch(0.5, 0.06, 235.0);
        let (lit, deep) = (c.look.lit(local, depth), c.look.shade(local, depth + 0.1));
        c.fill_line(&wall, [0.0, -0.35], [0.0, 0.3], &[lit.ink(), deep.ink()]);
    }
    let seed = c.seed("ridge");
    let local = oklch(0.5, 0.06, 230.0);
    let ridge = Shape::below([c.left(), c.right()], c.bottom(), 60, |x| {
        0.14 - 0.07 * fractal(seed, x * 2.6, 3, 0.5)
    });
    let (lit, deep) = (c.look.lit(local, 0.72), c.look.shade(local, 0.75));
    c.fill_line(&ridge, [0.0, 0.05], [0.0, 0.3], &[lit.ink(), deep.ink()]);
}

fn reef(c: &mut Canvas) {
    let seed = c.seed("reef");
    let line = |x: f32| 0.215 - 0.045 * fractal(seed, x * 3.0, 3, 0.5);
    let local = oklch(0.55, 0.07, 320.0);
    let shape = Shape::below([c.left(), c.right()], c.bottom(), 70, line);
    let (lit, deep) = (c.look.lit(local, 0.5), c.look.shade(local, 0.5));
    c.fill_line(&shape, [0.0, 0.15], [0.0, 0.28], &[lit.ink(), deep.ink()]);
    let mut chance = c.chance("corals");
    let count = (c.right() * 2.0 / 0.14) as usize;
    for i in 0..count {
        let x = c.left() + c.right() * 2.0 * (i as f32 + chance.unit()) / count as f32;
        coral(c, [x, line(x) + 0.012], chance.range(0.06, 0.12), 0.34, &mut chance);
    }
    shafts(c);
}

/// A fan, a cluster of tubes or a dome.
fn coral(c: &mut Canvas, [x, y]: [f32; 2], size: f32, depth: f32, chance: &mut Chance) {
    let local = chance.pick(&[
        oklch(0.68, 0.2, 20.0),
        oklch(0.74, 0.16, 55.0),
        oklch(0.66, 0.2, 345.0),
        oklch(0.62, 0.17, 300.0),
        oklch(0.8, 0.14, 95.0),
    ]);
    let (lit, shade) = (c.look.lit(local, depth), c.look.under(local, depth, 0.3));
    let mut shape = Shape::new();
    match chance.below(3) {
        0 => c.grow(&mut shape, Tree::Bare, [x, y], size * 1.5, chance),
        1 => {
            for i in 0..5 {
                let out = (i as f32 - 2.0) * size * 0.24;
                let h = size * chance.range(0.5, 1.2);
                let sway = c.swing(4.0, x) * 0.004;
                let top = [x + out + sway, y - h];
                shape.add_taper([x + out * 0.6, y], size * 0.16, top, size * 0.24);
                shape.add_ellipse([x + out + sway, y - h], [size * 0.12, size * 0.05]);
            }
        }
        _ => {
            shape.add_ellipse([x, y - size * 0.1], [size * 0.62, size * 0.44]);
            shape.add_ellipse([x + size * 0.5, y], [size * 0.4, size * 0.28]);
        }
    }
    c.fill_line(&shape, [0.0, y - size], [0.0, y], &[lit.ink(), shade.ink()]);
}

fn shafts(c: &mut Canvas) {
    let mut chance = c.chance("shafts");
    let light = c.look.lamp(c.look.key.colour);
    let x = c.look.key.at[0];
    for i in 0..7 {
        let t = i as f32 / 6.0 * 2.0 - 1.0;
        let sway = 0.05 * c.swing(16.0, chance.unit());
        let wide = chance.range(0.03, 0.08);
        let from = [x + t * 0.24, -0.5];
        let to = [x + t * 0.75 + sway - x * 0.4, 0.46];
        let breath = 0.6 + 0.4 * c.swing(8.0, chance.unit()) + 0.35 * c.now.reactive.loudness;
        c.shaft(
            from,
            wide,
            to,
            wide * 3.6,
            light.screen(0.3 * breath * c.look.key.strength.max(0.5)),
        );
    }
}

fn floor(c: &mut Canvas) {
    let seed = c.seed("sand");
    let line = |x: f32| 0.25 + 0.03 * fractal(seed, x * 1.7, 2, 0.45);
    open_air::ground(c, SAND, 0.24, line);
    let shade = c.look.shade(SAND.darker(0.12), 0.1);
    open_air::sweeps(c, "ripples", [0.28, 0.54], 6, shade.alpha(0.3));
    caustics(c);
    let mut chance = c.chance("floor corals");
    let a = c.look.aspect;
    for (x, y, size) in [
        (-0.44, 0.31, 0.13),
        (-0.3, 0.275, 0.08),
        (0.34, 0.29, 0.1),
        (0.46, 0.34, 0.15),
    ] {
        c.contact_shadow([x * a, y], size, 0.35);
        coral(c, [x * a, y], size, 0.16, &mut chance);
    }
}

/// The net of light on the sand.
fn caustics(c: &mut Canvas) {
    let light = c.look.lamp(c.look.key.colour);
    let x0 = c.look.key.at[0] * 0.6;
    c.puff([x0, 0.38], [0.6, 0.14], 0.0, light.screen(0.3 * c.look.key.strength));
    let mut chance = c.chance("caustics");
    let mut net = Shape::new();
    for _ in 0..26 {
        let t = chance.unit();
        let (x, y) = (chance.range(c.left(), c.right()), 0.28 + 0.25 * t);
        let wide = (0.05 + 0.07 * t) * chance.range(0.6, 1.2);
        let bend = c.swing(4.0, chance.unit()) * 0.018;
        let high = 0.008 + 0.02 * t;
        net.start(x - wide, y + bend)
            .curve(x, y - high + bend, x + wide, y - bend);
        net.curve(x, y - high + bend + 0.006 + 0.006 * t, x - wide, y + bend)
            .close();
    }
    let sparkle = 0.3 + 0.15 * c.now.reactive.hat;
    c.fill(&net, light.screen(sparkle * c.look.key.strength.sqrt()));
}

/// Adds a ribbon of kelp with leaves; it waves with the beat, most at its top.
fn kelp(c: &Canvas, shape: &mut Shape, [x, y]: [f32; 2], height: f32, chance: &mut Chance) {
    let phase = chance.unit();
    let at = |t: f32| {
        let wave = c.swing(8.0, phase - t * 0.6) * 0.05 + c.swing(4.0, phase - t) * 0.018;
        [
            x + wave * t * (1.0 + 0.5 * c.now.reactive.mid) + 0.03 * (t * 7.0 + phase * 6.0).sin(),
            y - height * t,
        ]
    };
    let steps = 14;
    for i in 0..steps {
        let (t0, t1) = (i as f32 / steps as f32, (i + 1) as f32 / steps as f32);
        let (p, q) = (at(t0), at(t1));
        let wide = 0.02 * (1.1 - t0) + 0.003;
        shape.add_taper(p, wide, q, wide * 0.92);
        let way = if i % 2 == 0 { 1.0 } else { -1.0 };
        let len = chance.range(0.07, 0.12) * (1.15 - 0.7 * t0);
        let tip = [p[0] + way * len, p[1] - len * (0.55 + 0.2 * c.swing(4.0, phase - t0))];
        // Leaves to both sides run clockwise, as the ribbon does.
        let (upper, lower) = (
            [p[0] + way * len * 0.4, p[1] - len * 0.75],
            [p[0] + way * len * 0.7, p[1] - len * 0.05],
        );
        let (first, last) = if way > 0.0 { (upper, lower) } else { (lower, upper) };
        shape.start(p[0], p[1]).curve(first[0], first[1], tip[0], tip[1]);
        shape.curve(last[0], last[1], p[0], p[1]).close();
    }
}

fn weed(c: &mut Canvas) {
    let a = c.look.aspect;
    let side = -c.plan.portal.at[0].signum();
    let ink = c.look.silhouette(0.03);
    let mut chance = c.chance("weed");
    let mut shape = Shape::new();
    for (x, h) in [(0.49, 0.95), (0.42, 0.62), (-0.5, 0.5), (0.57, 0.75)] {
        kelp(c, &mut shape, [side * x * a, 0.6], h, &mut chance);
    }
    let seed = c.seed("bank");
    let bank = |x: f32| 0.55 - 0.1 * ((x * side) / (0.5 * a) - 0.45).max(0.0) + 0.015 * fractal(seed, x * 6.0, 3, 0.5);
    c.fill(&shape, ink);
    c.fill(&Shape::below([c.left(), c.right()], c.bottom(), 60, bank), ink);
    bubbles(c);
    if c.look.night() {
        c.fireflies(
            "plankton",
            [c.left(), -0.3, c.right(), 0.45],
            22,
            oklch(0.85, 0.14, 190.0),
        );
    }
}

fn bubbles(c: &mut Canvas) {
    let mut chance = c.chance("bubbles");
    let (mut rings, mut shine) = (Shape::new(), Shape::new());
    for column in [-0.33, 0.3] {
        for i in 0..9 {
            let rise = c.cycle(16.0, i as f32 / 9.0 + chance.range(0.0, 0.08));
            let r = (0.004 + 0.009 * chance.unit()) * (0.6 + 0.5 * rise);
            let x = column * c.look.aspect + 0.02 * c.swing(2.0, rise * 3.0) + chance.sign() * 0.02;
            let at = [x, 0.42 - 0.9 * rise];
            rings.add_ellipse(at, [r, r]);
            shine.add_ellipse([at[0] - r * 0.3, at[1] - r * 0.35], [r * 0.3, r * 0.22]);
        }
    }
    let white = c.look.lamp(c.look.key.colour.lighter(0.1));
    let kick = 0.1 * c.now.reactive.kick.min(1.2);
    c.fill(&rings, white.screen(0.12 + kick));
    c.stroke(&rings, 0.0022, white.alpha(0.45));
    c.fill(&shine, white.alpha(0.8));
}
