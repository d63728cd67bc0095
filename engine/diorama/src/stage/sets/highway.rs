//! A highway that runs into the sun: the sun (or moon) at its end is the portal, and the marks run by with the beat.

use super::super::{
    canvas::{Canvas, Shape},
    chance::{Chance, fractal, smoothstep},
    look::Look,
    plan::{Floor, Plane, Portal, PortalShape, Rim, SetPlan, Stand},
};
use crate::colour::oklch;
use crate::design::Oklch;

const HORIZON: f32 = 0.07;
const ASPHALT: Oklch = oklch(0.44, 0.015, 270.0);
/// How far the road runs by in a beat: everything beside it keeps this pace.
const PACE: f32 = 0.8;

/// The sun stands where the road meets the sky.
pub fn plan(look: &mut Look) -> SetPlan {
    let a = look.aspect;
    let mut chance = Chance::new(look.seed, "highway");
    let size = 0.28_f32.min(0.44 * a);
    look.key.at = [chance.range(-0.12, 0.12) * a, HORIZON - size * 0.56];
    look.key.size = size / 2.0;
    let floor = if look.wet() { Floor::Wet } else { Floor::Land };
    let stand = |y, scale| Stand {
        plane: "road",
        y,
        x: [-0.4 * a, 0.4 * a],
        scale,
        floor,
    };
    SetPlan {
        horizon: HORIZON,
        indoors: false,
        planes: vec![
            Plane::new("sky", 1.0, |c| c.sky()),
            Plane::new("mesas", 0.85, mesas),
            Plane::new("plain", 0.6, plain),
            Plane::new("road", 0.3, road),
            Plane::new("front", 0.0, front),
        ],
        stands: vec![stand(0.4, 1.0), stand(0.31, 0.76), stand(0.45, 1.1), stand(0.22, 0.52)],
        air: [-0.42 * a, -0.4, 0.42 * a, -0.1],
        air_plane: "mesas",
        heavens: [-0.42 * a, -0.42, 0.42 * a, -0.24],
        heavens_plane: "sky",
        portal: Portal {
            plane: "sky",
            at: look.key.at,
            height: size,
            shape: PortalShape::Disc,
            rim: Rim::Glow(look.key.colour),
            fill: look.key.colour.lighter(0.05),
            veil: 0.5,
        },
    }
}

/// A point beside or on the road: `u` -1 to 1 between its edges, `up` above it, `far` 1 at the camera and beyond.
fn at(c: &Canvas, u: f32, up: f32, far: f32) -> [f32; 2] {
    let size = 1.0 / far;
    let x = c.plan.portal.at[0];
    let reach = 0.85 * c.look.aspect.max(0.8);
    // The road swings a little in the distance and comes back to the light.
    let bend = 0.02 * (size * 9.0).sin() * (1.0 - size) * size;
    let near = x * (1.0 - size) + bend;
    let y = HORIZON + (0.62 - HORIZON) * size;
    [near + u * reach * size, y - up * size]
}

fn mesas(c: &mut Canvas) {
    let x0 = c.plan.portal.at[0];
    let open = c.plan.portal.height * 0.5;
    for (name, height, local, flat) in [
        ("far mesas", 0.17, oklch(0.55, 0.07, 330.0), 0.6),
        ("near mesas", 0.11, oklch(0.52, 0.09, 35.0), 0.75),
    ] {
        let seed = c.seed(name);
        let line = |x: f32| {
            let clear = smoothstep(open * 0.9, open + 0.32, (x - x0).abs());
            let rise = 0.5 + 0.9 * fractal(seed, x * 2.3, 4, 0.45);
            // Table mountains: what is high is cut flat.
            HORIZON + 0.006 - height * clear * smoothstep(0.15, flat, rise) * (0.8 + 0.2 * rise.min(1.0))
        };
        let shape = Shape::below([c.left(), c.right()], HORIZON + 0.02, 110, line);
        let depth = c.depth - (0.17 - height) * 3.0;
        let (crest, foot) = (c.look.lit(local, depth), c.look.shade(local, depth + 0.1));
        c.fill_line(
            &shape,
            [0.0, HORIZON - height],
            [0.0, HORIZON],
            &[crest.ink(), foot.ink()],
        );
    }
}

fn plain(c: &mut Canvas) {
    let mut chance = c.chance("plain");
    let local = chance.pick(&[oklch(0.68, 0.09, 62.0), oklch(0.6, 0.1, 125.0), oklch(0.72, 0.08, 85.0)]);
    let (far, near) = (c.look.lit(local, 0.6), c.look.shade(local.darker(0.04), 0.05));
    let (l, wide, bottom) = (c.left(), c.right() * 2.0, c.bottom());
    let land = Shape::rect([l, HORIZON, wide, bottom - HORIZON]);
    c.fill_line(
        &land,
        [0.0, HORIZON],
        [0.0, 0.5],
        &[far.ink(), far.mix(near, 0.45).ink(), near.ink()],
    );
    // Broad bands of light and shade that lie with the land.
    let seed = c.seed("bands");
    for i in 0..4 {
        let t = ((i as f32 + 0.6) / 4.0).powf(2.0);
        let y = HORIZON + 0.012 + 0.36 * t;
        let band = Shape::below([c.left(), c.right()], y + 0.012 + 0.05 * t, 40, |x| {
            y + 0.025 * t * fractal(seed + i, x * 2.0, 2, 0.5)
        });
        c.fill(&band, near.alpha(0.22));
    }
    let glow = c.look.lamp(c.look.key.colour);
    c.puff(
        [c.plan.portal.at[0], HORIZON],
        [0.8, 0.06],
        0.0,
        glow.screen(0.5 * c.look.key.strength),
    );
    // Shrubs that run by.
    let ink = c.look.shade(oklch(0.42, 0.08, 140.0), 0.3);
    let reach = 16.0_f32;
    let run = c.cycle(f64::from(reach / PACE), 0.0);
    let mut shrubs = Shape::new();
    for i in 0..18 {
        let side = if i % 2 == 0 { -1.0 } else { 1.0 };
        let (out, size) = (chance.range(1.5, 3.4), chance.range(0.03, 0.08));
        let far = 1.6 + ((i as f32 / 18.0 - run) * reach).rem_euclid(reach);
        let [x, y] = at(c, side * out, 0.0, far);
        let r = size / far * 1.6;
        shrubs.add_ellipse([x, y - r * 0.4], [r, r * 0.6]);
        shrubs.add_ellipse([x + r * 0.8, y - r * 0.25], [r * 0.7, r * 0.4]);
    }
    c.fill(&shrubs, ink);
}

fn road(c: &mut Canvas) {
    let edge = |c: &Canvas, u: f32| -> Vec<[f32; 2]> {
        let sizes = (0..=24).map(|i| 1.15 * (i as f32 / 24.0).powi(2) + 0.004);
        sizes.map(|s| at(c, u, 0.0, 1.0 / s)).collect()
    };
    let strip = |c: &Canvas, from: f32, to: f32| {
        let mut outline = edge(c, from);
        outline.extend(edge(c, to).into_iter().rev());
        Shape::polygon(&outline)
    };
    let (far, near) = (
        c.look.lit(ASPHALT.lighter(0.06), 0.5),
        c.look.lit(ASPHALT.darker(0.08), 0.0),
    );
    let lane = strip(c, -1.0, 1.0);
    c.fill_line(
        &lane,
        [0.0, HORIZON],
        [0.0, 0.5],
        &[far.ink(), far.mix(near, 0.6).ink(), near.ink()],
    );
    let worn = c.look.shade(ASPHALT, 0.0);
    for u in [-0.5, 0.5] {
        let band = strip(c, u - 0.16, u + 0.16);
        c.fill(&band, worn.alpha(0.16));
    }
    let paint = c.look.lit(oklch(0.92, 0.03, 95.0), 0.1);
    for u in [-0.93_f32, 0.93] {
        let line = strip(c, u - 0.012, u + 0.012);
        c.fill(&line, paint.alpha(0.8));
    }
    let yellow = c.look.lit(oklch(0.82, 0.15, 85.0), 0.1);
    let run = c.cycle(1.0, 0.0);
    let mut dashes = Shape::new();
    for i in 0..16 {
        let z = 0.85 + (i as f32 + 1.0 - run) * PACE;
        let p = |u: f32, z: f32| at(c, u, 0.0, z);
        dashes.add_polygon(&[p(-0.016, z), p(0.016, z), p(0.016, z + 0.36), p(-0.016, z + 0.36)]);
    }
    c.fill(&dashes, yellow.alpha(0.9));
    // The light's path on the asphalt.
    let light = c.look.lamp(c.look.key.colour);
    let x = c.plan.portal.at[0];
    let wet = if c.look.wet() { 1.5 } else { 1.0 };
    let swell = 1.0 + 0.4 * c.now.reactive.bass;
    c.puff(
        [x, HORIZON + 0.1],
        [0.1 * swell, 0.2],
        0.0,
        light.screen(0.34 * wet * c.look.key.strength.max(0.5)),
    );
    let (strength, ripple) = if c.look.wet() { (0.5, 0.35) } else { (0.08, 0.1) };
    let bottom = c.bottom();
    c.mirror(HORIZON + 0.01, bottom, strength, ripple);
    if c.look.wet() {
        c.splashes("splashes", 0.16, 0.55, 70);
    }
    rails(c);
    traffic(c);
    posts(c);
}

fn rails(c: &mut Canvas) {
    let steel = oklch(0.72, 0.015, 250.0);
    let (lit, shade) = (c.look.lit(steel, 0.2), c.look.shade(steel.darker(0.2), 0.1));
    let run = c.cycle(1.0, 0.0);
    for side in [-1.0_f32, 1.0] {
        let u = side * 1.1;
        let mut feet = Shape::new();
        for i in 0..12 {
            let z = 0.7 + (i as f32 + 1.0 - run) * PACE;
            let (foot, head) = (at(c, u, 0.0, z), at(c, u, 0.12, z));
            feet.add_taper(foot, 0.016 / z, head, 0.016 / z);
        }
        c.fill(&feet, shade);
        for (low, high, ink) in [(0.06, 0.13, shade.mix(lit, 0.45)), (0.1, 0.13, lit)] {
            let mut bar: Vec<[f32; 2]> = Vec::new();
            let steps = [0.6_f32, 1.0, 1.6, 2.6, 4.5, 9.0, 20.0, 60.0];
            bar.extend(steps.iter().map(|&z| at(c, u, high, z)));
            bar.extend(steps.iter().rev().map(|&z| at(c, u, low, z)));
            c.fill(&Shape::polygon(&bar), ink);
        }
    }
}

/// Far lights: white ones come, red ones go.
fn traffic(c: &mut Canvas) {
    let on = 0.25 + 0.75 * c.look.lamps();
    let mut chance = c.chance("traffic");
    for i in 0..10 {
        let coming = i % 2 == 0;
        let way = c.cycle(if coming { 8.0 } else { 16.0 }, chance.unit());
        let lane = chance.range(0.3, 0.62);
        let far = if coming { 26.0 - 23.0 * way } else { 3.5 + 22.5 * way };
        let (side, hue) = if coming { (-1.0, 85.0) } else { (1.0, 25.0) };
        let colour = c.look.lamp(if coming {
            oklch(0.95, 0.05, hue)
        } else {
            oklch(0.62, 0.23, hue)
        });
        let fade = on * smoothstep(0.0, 0.12, way) * (1.0 - smoothstep(0.85, 1.0, way));
        for k in [-0.06_f32, 0.06] {
            let p = at(c, side * lane + k, 0.05, far);
            let r = 0.022 / far + 0.0012;
            c.glow(p, r * 5.0, colour.screen(0.6 * fade).shining(0.3 * fade));
            c.disc(p, r, colour.alpha(fade).shining(0.8 * fade));
        }
    }
}

fn posts(c: &mut Canvas) {
    let run = c.cycle(3.0, 0.0);
    let ink = c.look.silhouette(0.15);
    for i in (0..5).rev() {
        let z = 1.15 + (i as f32 + 1.0 - run) * 3.0 * PACE;
        for side in [-1.0_f32, 1.0] {
            let (foot, top) = (at(c, side * 1.25, 0.0, z), at(c, side * 1.25, 0.78, z));
            let head = at(c, side * 0.98, 0.8, z);
            let mut post = Shape::new();
            post.add_taper(foot, 0.024 / z, top, 0.012 / z);
            post.add_taper(top, 0.013 / z, head, 0.01 / z);
            c.fill(&post, ink);
            let floor = at(c, side * 0.9, 0.0, z)[1];
            c.lamp(head, 0.022 / z, oklch(0.87, 0.13, 75.0), Some(floor));
        }
    }
}

/// A sign over the lanes, seen from below, and the rail that the camera passes.
fn front(c: &mut Canvas) {
    let ink = c.look.silhouette(0.0);
    let a = c.look.aspect;
    let side = if c.plan.portal.at[0] > 0.0 { -1.0 } else { 1.0 };
    let shake = 0.004 * c.now.reactive.snare;
    let x = side * (0.48 * a + shake);
    let mut sign = Shape::rect([x - 0.009, -0.5, 0.018, 1.1]);
    let reach = 0.3 * a;
    let (l, r) = (x.min(x - side * reach), x.max(x - side * reach));
    sign.add_rect([l, -0.46, r - l, 0.014]);
    sign.add_rect([l, -0.41, r - l, 0.012]);
    c.fill(&sign, ink);
    let green = c.look.shade(oklch(0.5, 0.11, 155.0), 0.0);
    let w = 0.2 * a;
    let h = (0.6 * w).min(0.12);
    let board = Shape::rounded(
        [
            x - side * (reach - 0.02) - if side > 0.0 { 0.0 } else { w },
            -0.47,
            w,
            h,
        ],
        0.012,
    );
    c.fill(&board, green);
    c.stroke(&board, 0.004, c.look.lit(oklch(0.92, 0.02, 150.0), 0.0).alpha(0.7));
    let seed = c.seed("verge");
    let verge = Shape::below([c.left(), c.right()], c.bottom(), 50, |x| {
        let t = (x.abs() / (0.5 * a) - 0.55).max(0.0);
        0.545 - 0.16 * t + 0.02 * fractal(seed, x * 5.0, 3, 0.5)
    });
    c.fill(&verge, ink);
    let (l, r) = (c.left(), c.right());
    c.grass("verge left", [l, -0.36 * a], 0.54, (26, 0.12), ink);
    c.grass("verge right", [0.36 * a, r], 0.54, (26, 0.12), ink);
}
