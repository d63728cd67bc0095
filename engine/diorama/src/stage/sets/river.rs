//! A river under an old stone bridge, whose arch is the portal; wooded hills, a green bank, a willow in front.

use super::super::{
    canvas::{Canvas, Ridge, Shape},
    chance::fractal,
    look::Look,
    plan::{Floor, Plane, Portal, PortalShape, Rim, SetPlan},
};
use super::open_air;
use crate::colour::oklch;
use crate::design::Oklch;

const HORIZON: f32 = 0.1;
const STONE: Oklch = oklch(0.72, 0.035, 75.0);
const GRASS: Oklch = oklch(0.66, 0.13, 128.0);
const LEAF: Oklch = oklch(0.54, 0.11, 140.0);
const RIVER: Oklch = oklch(0.5, 0.08, 195.0);

/// The sun stands over the bridge's far end.
pub fn plan(look: &mut Look) -> SetPlan {
    let a = look.aspect;
    let side = open_air::side(look, "river");
    look.key.at = [-side * 0.24 * a, -0.3];
    look.key.size = 0.055;
    let height = 0.2_f32.min(0.29 * a);
    let portal = Portal {
        plane: "bridge",
        at: [side * 0.1 * a, HORIZON + 0.004 - height / 2.0],
        height,
        shape: PortalShape::Arch(1.62),
        rim: Rim::Soft(0.01),
        fill: look.sky_at(0.95).mix(oklch(0.78, 0.1, 130.0), 0.2),
        veil: 0.3,
    };
    let planes = vec![
        Plane::new("sky", 1.0, sky),
        Plane::new("hills", 0.82, hills),
        Plane::new("bridge", 0.62, bridge),
        Plane::new("river", 0.5, river),
        Plane::new("bank", 0.28, bank),
        Plane::new("front", 0.0, front),
    ];
    let land = Floor::Land;
    let mut stands = open_air::stands(
        "bank",
        0.43 * a,
        &[(0.4, 1.0, land), (0.35, 0.87, land), (0.45, 1.1, land)],
    );
    stands.extend(open_air::stands(
        "river",
        0.4 * a,
        &[(0.19, 0.58, Floor::Water), (0.24, 0.72, Floor::Water)],
    ));
    open_air::under_sky(look, HORIZON, planes, stands, "bridge", portal)
}

fn sky(c: &mut Canvas) {
    c.sky();
    c.sun_or_moon();
}

fn hills(c: &mut Canvas) {
    let ridge = |y, height| Ridge {
        y,
        height,
        wave: 0.45,
        rough: 0.35,
    };
    c.hills("far", ridge(-0.02, 0.07), oklch(0.58, 0.06, 200.0));
    c.hills("near", ridge(0.03, 0.05), oklch(0.58, 0.09, 150.0));
    let mut chance = c.chance("wood");
    let mut wood = Shape::new();
    let (l, r) = (c.left(), c.right());
    let seed = c.seed("line");
    let line = |x: f32| -0.03 - 0.07 * fractal(seed, x * 2.0, 2, 0.5);
    open_air::crowns(c, &mut wood, [l, r], line, [0.05, 0.09], &mut chance);
    wood.add_rect([l, 0.02, r * 2.0, 0.12]);
    let (lit, shade) = (c.look.lit(LEAF.lighter(0.06), 0.62), c.look.shade(LEAF, 0.62));
    c.fill_line(
        &wood,
        [0.0, -0.14],
        [0.0, 0.08],
        &[lit.ink(), lit.mix(shade, 0.6).ink(), shade.ink()],
    );
}

/// How high the bridge's roadway is: a gentle hump over the arch.
fn deck(c: &Canvas, x: f32) -> f32 {
    let [px, py] = c.plan.portal.at;
    let h = c.plan.portal.height;
    let far = ((x - px) / (h * 3.6)).powi(2);
    py - h * 0.5 - h * 0.34 + (0.5 * h * far).min(h * 0.62)
}

fn bridge(c: &mut Canvas) {
    let portal = c.plan.portal;
    let ([x, y], h) = (portal.at, portal.height);
    let w = h * portal.ratio();
    let (l, r) = (c.left(), c.right());
    let depth = 0.35;
    let (lit, mid, shade) = (
        c.look.lit(STONE, depth),
        c.look.under(STONE, depth, 0.62),
        c.look.shade(STONE, depth),
    );
    let foot = HORIZON + 0.03;
    let steps: Vec<[f32; 2]> = (0..=60)
        .map(|i| l + (r - l) * i as f32 / 60.0)
        .map(|v| [v, deck(c, v)])
        .collect();
    let strip = |from: f32, to: f32| {
        let mut band = Shape::new();
        band.start(steps[0][0], steps[0][1] + from);
        steps.iter().for_each(|p| _ = band.to(p[0], p[1] + from));
        steps.iter().rev().for_each(|p| _ = band.to(p[0], p[1] + to));
        band.close();
        band
    };
    let mut wall = Shape::new();
    wall.start(l, foot);
    steps.iter().for_each(|p| _ = wall.to(p[0], p[1]));
    wall.to(r, foot).close();
    let (near, far) = if c.look.key.at[0] < x { (l, r) } else { (r, l) };
    c.fill_line(&wall, [near, 0.0], [far, 0.0], &[lit.ink(), mid.ink()]);
    c.fill_line(
        &wall,
        [0.0, y - h * 0.4],
        [0.0, foot],
        &[shade.alpha(0.0), shade.alpha(0.55)],
    );
    // Smaller arches to both sides, dark with water light in them.
    for out in [-1.0, 1.0] {
        for k in 0..3 {
            let (aw, ah) = (w * 0.42, h * (0.52 - 0.08 * k as f32));
            let ax = x + out * (w * 0.82 + k as f32 * w * 0.62);
            let hole = Shape::arch([ax - aw / 2.0, foot - ah, aw, ah]);
            let dim = c.look.shade(LEAF, 0.5);
            c.fill(
                &Shape::arch([ax - aw * 0.58, foot - ah * 1.1, aw * 1.16, ah * 1.1]),
                mid.lighter(0.05),
            );
            c.fill_line(
                &hole,
                [0.0, foot - ah],
                [0.0, foot],
                &[shade.darker(0.05).ink(), dim.ink()],
            );
        }
    }
    // The ring of wedge stones round the great arch, and its inner wall.
    let ring = |grow: f32| {
        Shape::arch([
            x - w * grow / 2.0,
            y - h * 0.5 - w * (grow - 1.0) / 2.0,
            w * grow,
            foot - y + h * 0.5 + w * (grow - 1.0) / 2.0,
        ])
    };
    c.fill(&ring(1.2), c.look.under(STONE.lighter(0.08), depth, 0.95));
    let mut joints = Shape::new();
    let spring = y - h * 0.5 + w * 0.5;
    for i in 0..13 {
        let turn = std::f32::consts::PI * (i as f32 + 0.5) / 13.0;
        let p = |out: f32| [x - turn.cos() * w * 0.5 * out, spring - turn.sin() * w * 0.5 * out];
        joints.add_taper(p(1.0), 0.003, p(1.2), 0.003);
    }
    c.fill(&joints, shade.alpha(0.55));
    c.fill(&ring(1.05), shade);
    // Parapet: a lit coping and a line of shade under it.
    c.fill(&strip(0.012, 0.022), shade.alpha(0.5));
    c.fill(&strip(-0.012, 0.012), c.look.under(STONE.lighter(0.07), depth, 1.05));
    for u in [-1.15, 1.15] {
        let lx = x + u * w;
        let top = deck(c, lx) - h * 0.36;
        c.rect([lx - 0.004, top, 0.008, h * 0.36], shade);
        c.lamp([lx, top - 0.008], 0.012, oklch(0.87, 0.13, 76.0), None);
    }
}

fn river(c: &mut Canvas) {
    c.water("river", HORIZON + 0.008, 0.4, RIVER);
    // The arch lights its own lane of water.
    let [x, _] = c.plan.portal.at;
    let light = c.look.words(c.plan.portal.fill);
    c.puff([x, 0.16], [c.plan.portal.height * 0.7, 0.08], 0.0, light.screen(0.3));
    // Wooded banks close the river to both sides under the bridge.
    let a = c.look.aspect;
    let mut chance = c.chance("bushes");
    let mut bushes = Shape::new();
    for side in [-1.0, 1.0] {
        let reach = if side == x.signum() { 0.34 } else { 0.3 };
        let (from, to) = (side * reach * a, side * c.right());
        let line = |v: f32| 0.115 + 0.02 * (1.0 - ((v - from) / (to - from)).clamp(0.0, 1.0));
        open_air::crowns(
            c,
            &mut bushes,
            [from.min(to), from.max(to)],
            line,
            [0.018, 0.035],
            &mut chance,
        );
    }
    let (lit, shade) = (c.look.lit(LEAF, 0.35), c.look.shade(LEAF, 0.3));
    c.fill_line(&bushes, [0.0, 0.08], [0.0, 0.15], &[lit.ink(), shade.ink()]);
    let mut flow = Shape::new();
    let roll = c.cycle(16.0, 0.0);
    for i in 0..12 {
        let t = ((i as f32 / 12.0 + roll) % 1.0).powf(1.4);
        let v = 0.12 + 0.22 * t;
        let at = x * (1.0 - t) + chance.sign() * 0.4 * a * (0.3 + 0.7 * t);
        flow.add_ellipse([at, v], [0.03 + 0.08 * t, 0.0012 + 0.002 * t]);
    }
    let sparkle = 0.3 + 0.3 * c.now.reactive.hat.min(1.0);
    c.fill(&flow, c.look.sky_at(0.95).lighter(0.1).screen(sparkle));
}

fn bank(c: &mut Canvas) {
    let seed = c.seed("bank");
    let side = c.plan.portal.at[0].signum();
    let half = 0.5 * c.look.aspect;
    // The bank comes down from one side and opens to the water on the other.
    let line = move |x: f32| {
        let t = x * side / half;
        0.3 + 0.028 * t + 0.016 * fractal(seed, x * 3.0, 3, 0.5)
    };
    let mud = c.look.under(oklch(0.5, 0.05, 70.0), 0.2, 0.7);
    c.fill(
        &Shape::below([c.left(), c.right()], c.bottom(), 60, |x| line(x) - 0.012),
        mud,
    );
    open_air::ground(c, GRASS, 0.28, line);
    let (shade, light) = (
        c.look.shade(GRASS.darker(0.08), 0.1),
        c.look.lit(GRASS.lighter(0.1), 0.1),
    );
    open_air::sweeps(c, "shade", [0.34, 0.55], 4, shade.alpha(0.35));
    open_air::sweeps(c, "light", [0.31, 0.52], 3, light.alpha(0.35));
    let (l, r) = (c.left(), c.right());
    let colours = [
        oklch(0.95, 0.03, 100.0),
        oklch(0.86, 0.16, 92.0),
        oklch(0.7, 0.14, 300.0),
    ];
    open_air::flowers(c, "flowers", [l, r], [0.35, 0.52], 90, &colours);
    let mut chance = c.chance("stones");
    for (x, y, size) in [
        (-0.3, 0.275, 0.05),
        (-0.22, 0.285, 0.035),
        (0.36, 0.31, 0.06),
        (0.44, 0.31, 0.09),
    ] {
        c.rock(
            [side * x * half * 2.0, y + 0.02],
            [size, size * 0.55],
            oklch(0.62, 0.02, 250.0),
            &mut chance,
        );
    }
    let reeds = c.look.under(LEAF, 0.2, 0.4);
    c.grass("reeds", [l, -0.26 * c.look.aspect], 0.325, (30, 0.09), reeds);
    c.grass("reeds", [0.3 * c.look.aspect, r], 0.34, (30, 0.1), reeds);
}

fn front(c: &mut Canvas) {
    let a = c.look.aspect;
    let side = -c.plan.portal.at[0].signum();
    let ink = c.look.silhouette(0.0);
    let leaf = c.look.under(LEAF, 0.0, 0.3);
    let mut chance = c.chance("willow");
    let shake = 0.003 * c.now.reactive.snare;
    let x = side * (0.5 * a + shake);
    let mut trunk = Shape::new();
    trunk.start(x - 0.075, 0.72).curve(x - 0.03, 0.3, x - 0.045, -0.2);
    trunk
        .to(x - 0.04, -0.75)
        .to(x + 0.06, -0.75)
        .curve(x + 0.045, 0.3, x + 0.1, 0.72)
        .close();
    c.fill(&trunk, ink);
    // Willow strands hang down and swing together.
    let (mut back, mut fore) = (Shape::new(), Shape::new());
    for i in 0..22 {
        let u = i as f32 / 21.0;
        let from = [side * (0.6 - 0.38 * u) * a, -0.6];
        let drop = (0.22 + 0.5 * (1.0 - u).powf(1.3)) * chance.range(0.75, 1.15);
        let sway = (c.swing(8.0, u * 0.5) * 0.03 + c.swing(4.0, u) * 0.01) * drop / 0.4;
        let shape = if i % 2 == 0 { &mut back } else { &mut fore };
        let count = (drop / 0.016) as usize;
        for k in 0..count {
            let t = (k as f32 + 0.5) / count as f32;
            let p = [from[0] + sway * t * t, from[1] + 0.08 + drop * t];
            let way = if k % 2 == 0 { 1.0 } else { -1.0 };
            let tip = [p[0] + way * 0.012 + sway * 0.1, p[1] + 0.05];
            shape.add_taper(p, 0.012, tip, 0.002);
        }
        shape.add_taper(from, 0.004, [from[0] + sway, from[1] + 0.08 + drop], 0.002);
    }
    c.fill(&back, ink);
    c.fill(&fore, leaf);
    let seed = c.seed("near bank");
    let line = |v: f32| 0.55 - 0.07 * ((v * side) / (0.5 * a) - 0.3).max(0.0) + 0.012 * fractal(seed, v * 6.0, 3, 0.5);
    c.fill(&Shape::below([c.left(), c.right()], c.bottom(), 60, line), ink);
    let (l, r) = (c.left(), c.right());
    c.grass("near grass", [l, r], 0.56, (70, 0.08), ink);
    // Bulrushes on the other side.
    let mut rushes = Shape::new();
    for i in 0..6 {
        let at = -side * (0.5 - 0.035 * i as f32) * a;
        let h = chance.range(0.16, 0.3);
        let top = [at + 0.02 * c.swing(4.0, at) + 0.02 * chance.sign(), 0.56 - h];
        rushes.add_taper([at, 0.62], 0.007, top, 0.004);
        rushes.add_taper([top[0], top[1] + 0.08], 0.018, [top[0], top[1] + 0.02], 0.016);
    }
    c.fill(&rushes, ink);
    if c.look.lamps() > 0.6 {
        c.fireflies("fireflies", [l, 0.0, r, 0.45], 12, oklch(0.9, 0.15, 105.0));
    }
}
