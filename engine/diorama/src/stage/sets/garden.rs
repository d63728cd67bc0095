//! A walled garden: a round gate in the wall is the portal; hedges, beds in bloom, stepping stones, blossom above.

use super::super::{
    canvas::{Canvas, Shape, Tree},
    chance::fractal,
    look::Look,
    plan::{Floor, Plane, Portal, PortalShape, Rim, SetPlan},
};
use super::open_air;
use crate::colour::oklch;
use crate::design::Oklch;

const HORIZON: f32 = 0.12;
const WALL_TOP: f32 = -0.2;
const WALL: Oklch = oklch(0.86, 0.04, 70.0);
const HEDGE: Oklch = oklch(0.52, 0.11, 142.0);
const LAWN: Oklch = oklch(0.7, 0.14, 132.0);
const BLOSSOM: Oklch = oklch(0.86, 0.1, 355.0);

/// The sun stands over the wall, beside the gate.
pub fn plan(look: &mut Look) -> SetPlan {
    let a = look.aspect;
    let side = open_air::side(look, "garden");
    look.key.at = [-side * 0.26 * a, -0.32];
    look.key.size = 0.06;
    let height = 0.27_f32.min(0.46 * a);
    let portal = Portal {
        plane: "wall",
        at: [side * 0.13 * a, 0.1 - height * 0.5],
        height,
        shape: PortalShape::Disc,
        rim: Rim::Frame(oklch(0.74, 0.03, 75.0), 0.022),
        fill: look.sky_at(0.85).mix(oklch(0.75, 0.12, 130.0), 0.25),
        veil: 0.3,
    };
    let floor = if look.wet() { Floor::Wet } else { Floor::Land };
    let lines = [
        (0.4, 1.0, floor),
        (0.33, 0.8, floor),
        (0.45, 1.1, floor),
        (0.26, 0.64, floor),
    ];
    let planes = vec![
        Plane::new("sky", 1.0, sky),
        Plane::new("trees", 0.8, trees),
        Plane::new("wall", 0.6, wall),
        Plane::new("lawn", 0.3, lawn),
        Plane::new("blossom", 0.0, blossom),
    ];
    let mut plan = open_air::under_sky(
        look,
        HORIZON,
        planes,
        open_air::stands("lawn", 0.42 * a, &lines),
        "wall",
        portal,
    );
    plan.air[3] = -0.1;
    plan
}

fn sky(c: &mut Canvas) {
    c.sky();
    c.sun_or_moon();
}

/// Crowns and cypresses look over the wall.
fn trees(c: &mut Canvas) {
    let mut chance = c.chance("trees");
    let (l, r) = (c.left(), c.right());
    let seed = c.seed("crowns");
    for (k, depth, y, size) in [(0_u64, 0.8, -0.2, 0.1), (1, 0.66, -0.14, 0.085)] {
        let line = |x: f32| y - 0.08 * fractal(seed + k, x * 2.4, 2, 0.5);
        let mut mass = Shape::new();
        open_air::crowns(c, &mut mass, [l, r], line, [size * 0.6, size], &mut chance);
        mass.add_rect([l, y + 0.02, r * 2.0, 0.3]);
        let (lit, shade) = (c.look.lit(HEDGE.lighter(0.08), depth), c.look.shade(HEDGE, depth));
        c.fill_line(&mass, [0.0, y - 0.14], [0.0, y + 0.1], &[lit.ink(), shade.ink()]);
    }
    let dark = c.look.under(oklch(0.4, 0.07, 155.0), 0.6, 0.5);
    let mut cypress = Shape::new();
    let a = c.look.aspect;
    for (x, h) in [(-0.42, 0.4), (-0.33, 0.33), (0.4, 0.38), (0.47, 0.3)] {
        let at = [x * a, 0.05];
        let sway = c.swing(8.0, x) * 0.008;
        cypress.start(at[0] - h * 0.1, at[1]);
        cypress.bezier(
            [at[0] - h * 0.2, at[1] - h * 0.5],
            [at[0] - h * 0.05 + sway, at[1] - h * 0.95],
            [at[0] + sway, at[1] - h * 1.1],
        );
        cypress.bezier(
            [at[0] + h * 0.05 + sway, at[1] - h * 0.95],
            [at[0] + h * 0.2, at[1] - h * 0.5],
            [at[0] + h * 0.1, at[1]],
        );
        cypress.close();
    }
    c.fill(&cypress, dark);
}

fn wall(c: &mut Canvas) {
    let portal = c.plan.portal;
    let [x, y] = portal.at;
    let (l, r) = (c.left(), c.right());
    let key = c.look.key.at[0];
    let depth = 0.3;
    let (lit, mid, shade) = (
        c.look.lit(WALL, depth),
        c.look.under(WALL, depth, 0.62),
        c.look.shade(WALL, depth),
    );
    // The wall swings up over the gate.
    let swell = |v: f32| WALL_TOP - 0.06 * (1.0 - ((v - x) / 0.34).powi(2)).max(0.0).powi(2);
    let body = Shape::below([l, r], HORIZON + 0.02, 60, swell);
    let far = if key < x { r } else { l };
    c.fill_line(
        &body,
        [key, 0.0],
        [far, 0.0],
        &[lit.ink(), lit.mix(mid, 0.4).ink(), mid.ink()],
    );
    let foot = Shape::rect([l, 0.0, r * 2.0, HORIZON + 0.02]);
    c.fill_line(&foot, [0.0, 0.0], [0.0, HORIZON], &[shade.alpha(0.0), shade.alpha(0.5)]);
    // Tiles on top throw a line of shade.
    let tiles = |from: f32, to: f32| {
        let mut band = Shape::new();
        let at = |s: usize| l + (r - l) * s as f32 / 60.0;
        band.start(at(0), swell(at(0)) + from);
        (1..=60).for_each(|s| _ = band.to(at(s), swell(at(s)) + from));
        (0..=60).rev().for_each(|s| _ = band.to(at(s), swell(at(s)) + to));
        band.close();
        band
    };
    c.fill(&tiles(0.02, 0.034), shade.alpha(0.55));
    c.fill(&tiles(-0.014, 0.022), c.look.lit(oklch(0.5, 0.1, 38.0), depth));
    c.fill(
        &tiles(-0.016, -0.006),
        c.look.under(oklch(0.66, 0.11, 42.0), depth, 1.1),
    );
    // A stone ring round the gate, and the climber over it.
    let ring = portal.height / 2.0 + 0.03;
    c.disc([x, y], ring, c.look.lit(oklch(0.68, 0.03, 75.0), depth));
    c.disc([x, y], ring - 0.022, shade);
    // The shade of the blossom lies on it.
    let mut dapple = c.chance("dapple");
    for _ in 0..14 {
        let at = [key * dapple.range(0.6, 1.7), dapple.range(-0.15, 0.06)];
        let size = dapple.range(0.04, 0.09);
        let sway = 0.006 * c.swing(4.0, at[1]);
        c.puff([at[0] + sway, at[1]], [size, size * 0.6], 0.3, shade.alpha(0.2));
    }
    let mut chance = c.chance("climber");
    let mut vine = Shape::new();
    let side = x.signum();
    for i in 0..16 {
        let turn = -std::f32::consts::FRAC_PI_2 + side * (i as f32 / 15.0 * 2.6 - 0.7);
        let out = ring + chance.range(0.0, 0.025);
        let sway = c.swing(4.0, turn) * 0.003;
        let size = chance.range(0.02, 0.038);
        vine.add_ellipse([x + turn.cos() * out + sway, y + turn.sin() * out], [size, size * 0.8]);
    }
    c.fill(&vine, c.look.under(HEDGE, depth, 0.5));
    for lantern in [-1.0, 1.0] {
        let at = [x + lantern * (ring + 0.07), y - 0.03];
        c.line([at[0], at[1] - 0.05], at, 0.006, shade);
        c.line(
            [at[0] - 0.016, at[1] - 0.015],
            [at[0] + 0.016, at[1] - 0.015],
            0.008,
            shade,
        );
        c.lamp(at, 0.013, oklch(0.88, 0.12, 75.0), Some(HORIZON + 0.02));
    }
}

fn lawn(c: &mut Canvas) {
    let a = c.look.aspect;
    let [px, _] = c.plan.portal.at;
    open_air::ground(c, LAWN, HORIZON, |_| HORIZON);
    let shade = c.look.shade(LAWN.darker(0.06), 0.1);
    c.mist(HORIZON + 0.012, 0.02, shade.alpha(0.6));
    let stripe = c.look.lit(LAWN.lighter(0.08), 0.15);
    open_air::sweeps(c, "mown", [0.2, 0.54], 4, stripe.alpha(0.4));
    open_air::sweeps(c, "shade", [0.18, 0.52], 3, shade.alpha(0.3));
    // Beds: a clipped hedge with flowers before it, on both sides of the gate.
    let free = c.plan.portal.height * 0.5 + 0.02;
    let (l, r) = (c.left(), c.right());
    let colours = [
        oklch(0.68, 0.2, 12.0),
        oklch(0.93, 0.06, 95.0),
        oklch(0.68, 0.16, 305.0),
        oklch(0.8, 0.15, 60.0),
    ];
    let (lit, dark) = (c.look.lit(HEDGE, 0.3), c.look.shade(HEDGE, 0.3));
    for (name, from, to) in [("left bed", l, px - free), ("right bed", px + free, r)] {
        let mut chance = c.chance(name);
        let mut hedge = Shape::new();
        open_air::crowns(
            c,
            &mut hedge,
            [from, to],
            |_| HORIZON + 0.01,
            [0.025, 0.045],
            &mut chance,
        );
        hedge.add_rect([from, HORIZON, to - from, 0.055]);
        c.fill_line(
            &hedge,
            [0.0, HORIZON - 0.04],
            [0.0, HORIZON + 0.05],
            &[lit.ink(), dark.ink()],
        );
        open_air::flowers(c, name, [from, to], [HORIZON + 0.015, HORIZON + 0.085], 70, &colours);
    }
    for x in [-0.4, 0.42] {
        topiary(c, [x * a, 0.235], 0.15);
    }
    // Stepping stones come from the gate.
    let mut stones = Shape::new();
    for i in 0..7 {
        let t = (i as f32 / 6.0).powf(1.5);
        let y = HORIZON + 0.03 + 0.4 * t;
        let bend = (1.0 - t) * px + 0.05 * (t * 7.0).sin() * (1.0 - t);
        stones.add_ellipse([bend, y], [0.035 + 0.075 * t, 0.008 + 0.024 * t]);
    }
    let stone = c.look.lit(oklch(0.78, 0.02, 80.0), 0.12);
    let mut under = c.look.shade(LAWN.darker(0.15), 0.05).alpha(0.6);
    under = under.shining(0.0);
    c.stroke(&stones, 0.008, under);
    c.fill(&stones, stone);
    if c.look.wet() {
        c.mirror(HORIZON + 0.02, c.bottom(), 0.16, 0.3);
    }
}

/// A clipped tree of two balls in a pot of stone.
fn topiary(c: &mut Canvas, [x, y]: [f32; 2], h: f32) {
    let depth = 0.2;
    let to = open_air::to_light(c, [x, y - h]);
    let (lit, mid, dark) = (
        c.look.under(HEDGE.lighter(0.08), depth, 1.1),
        c.look.under(HEDGE, depth, 0.6),
        c.look.shade(HEDGE, depth),
    );
    c.contact_shadow([x - to[0] * 0.03, y], h * 0.6, 0.4);
    let pot = Shape::polygon(&[
        [x - h * 0.2, y - h * 0.28],
        [x + h * 0.2, y - h * 0.28],
        [x + h * 0.13, y],
        [x - h * 0.13, y],
    ]);
    let clay = oklch(0.62, 0.12, 42.0);
    let (face, back) = (c.look.lit(clay, depth), c.look.shade(clay, depth));
    let w = h * 0.2 * to[0].signum();
    c.fill_line(&pot, [x + w, 0.0], [x - w, 0.0], &[face.ink(), back.ink()]);
    c.rect([x - h * 0.02, y - h * 0.9, h * 0.04, h * 0.65], dark);
    for (v, r) in [(0.52, 0.27), (1.0, 0.2)] {
        let at = [x + c.swing(4.0, x) * 0.002 * v, y - h * v];
        let ball = Shape::ellipse(at, [h * r, h * r]);
        let shine = [at[0] + to[0] * h * r * 0.6, at[1] + to[1] * h * r * 0.6];
        c.fill_round(&ball, shine, h * r * 1.7, &[lit.ink(), mid.ink(), dark.ink()]);
    }
}

fn blossom(c: &mut Canvas) {
    let a = c.look.aspect;
    let side = c.look.key.at[0].signum();
    let ink = c.look.silhouette(0.0);
    let mut chance = c.chance("blossom");
    let mut wood = Shape::new();
    let (mut dark, mut light) = (Shape::new(), Shape::new());
    let shake = 0.004 * c.now.reactive.snare;
    for (from, to) in [
        ([0.56, -0.3], [0.16, -0.36]),
        ([0.56, -0.42], [0.06, -0.46]),
        ([0.55, -0.2], [0.33, -0.17]),
    ] {
        let start = [side * from[0] * a, from[1]];
        let end = [side * to[0] * a + c.swing(4.0, to[1]) * 0.012, to[1] + shake];
        wood.add_taper(start, 0.03, end, 0.006);
        for i in 0..13 {
            let t = (i as f32 + chance.unit()) / 13.0;
            let p = [
                start[0] + (end[0] - start[0]) * t + chance.sign() * 0.03,
                start[1] + (end[1] - start[1]) * t + chance.sign() * 0.035,
            ];
            let r = chance.range(0.018, 0.03);
            for k in 0..4 {
                let turn = k as f32 * 1.7 + t * 9.0;
                let at = [p[0] + turn.cos() * r * 0.7, p[1] + turn.sin() * r * 0.6];
                dark.add_ellipse(at, [r * 0.72, r * 0.62]);
                light.add_ellipse([at[0], at[1] - r * 0.22], [r * 0.46, r * 0.36]);
            }
        }
    }
    c.fill(&wood, ink);
    let (shade, lit) = (
        c.look.under(BLOSSOM.darker(0.05), 0.0, 0.62),
        c.look.under(BLOSSOM, 0.0, 1.05),
    );
    c.fill(&dark, shade);
    c.fill(&light, lit.alpha(0.85));
    // Petals fall.
    let mut petals = Shape::new();
    for _ in 0..16 {
        let fall = c.cycle(16.0, chance.unit());
        let x = chance.range(c.left(), c.right()) - side * 0.12 * fall + 0.03 * c.swing(4.0, chance.unit());
        petals.add_ellipse([x, -0.55 + 1.1 * fall], [0.006, 0.0035]);
    }
    c.fill(&petals, lit.alpha(0.9));
    let mut bush = Shape::new();
    let (l, r) = (c.left(), c.right());
    let bank = |x: f32| 0.56 - 0.1 * ((x / (0.5 * a)).abs() - 0.5).max(0.0);
    open_air::crowns(
        c,
        &mut bush,
        [-side * 0.3 * a, -side * r],
        |x| bank(x) - 0.02,
        [0.04, 0.07],
        &mut chance,
    );
    c.grow(&mut bush, Tree::Round, [-side * 0.56 * a, 0.66], 0.36, &mut chance);
    c.fill(&bush, ink);
    c.fill(&Shape::below([l, r], c.bottom(), 40, bank), ink);
    c.grass("border", [l, r], 0.57, (60, 0.07), ink);
    if c.look.lamps() > 0.6 {
        c.fireflies("fireflies", [l, -0.1, r, 0.4], 12, oklch(0.9, 0.15, 100.0));
    }
}
