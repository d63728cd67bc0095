//! A city street in one-point perspective: a great screen at its end is the portal, lamps line it, rain makes it shine.

use super::super::{
    canvas::{Canvas, Shape, Skyline},
    chance::Chance,
    look::Look,
    plan::{Floor, Plane, Portal, PortalShape, Rim, SetPlan, Stand},
};
use crate::colour::oklch;
use crate::design::Oklch;

const HORIZON: f32 = 0.09;
const WALLS: [Oklch; 5] = [
    oklch(0.62, 0.06, 40.0),
    oklch(0.68, 0.04, 75.0),
    oklch(0.55, 0.05, 20.0),
    oklch(0.6, 0.04, 250.0),
    oklch(0.72, 0.05, 95.0),
];
const ASPHALT: Oklch = oklch(0.42, 0.015, 265.0);

/// The screen hangs on the tower that closes the street; the light falls down the street from one side.
pub fn plan(look: &mut Look) -> SetPlan {
    let a = look.aspect;
    let mut chance = Chance::new(look.seed, "street");
    let side = if chance.happens(0.5) { 1.0 } else { -1.0 };
    let vanish = side * chance.range(0.06, 0.12) * a;
    look.key.at = [vanish - side * 0.3 * a, -0.36];
    let lamps = look.lamps();
    if lamps > 0.9 {
        // At night the street lights itself: warm lamps over a blue dusk of neon.
        look.key.at = [vanish - side * 0.24 * a, -0.14];
        look.key.colour = oklch(0.87, 0.11, 72.0);
        look.key.strength = 0.62;
        look.key.size = 0.03;
        look.ambient = (oklch(0.5, 0.11, 275.0), 0.42);
        look.sky = [
            oklch(0.17, 0.06, 280.0),
            oklch(0.27, 0.09, 300.0),
            oklch(0.42, 0.1, 330.0),
        ];
        look.haze = oklch(0.4, 0.08, 310.0);
    }
    let wide = 0.36 * a;
    let stand = |plane, y, scale, floor| Stand {
        plane,
        y,
        x: [-wide, wide],
        scale,
        floor,
    };
    let floor = if look.wet() { Floor::Wet } else { Floor::Land };
    let height = 0.17_f32.min(0.26 * a);
    SetPlan {
        horizon: HORIZON,
        indoors: false,
        planes: vec![
            Plane::new("sky", 1.0, sky),
            Plane::new("skyline", 0.86, skyline),
            Plane::new("tower", 0.72, tower),
            Plane::new("houses", 0.5, houses),
            Plane::new("road", 0.3, road),
            Plane::new("front", 0.0, front),
        ],
        stands: vec![
            stand("road", 0.4, 1.0, floor),
            stand("road", 0.3, 0.78, floor),
            stand("road", 0.455, 1.12, floor),
            stand("road", 0.22, 0.55, floor),
        ],
        air: [-0.36 * a, -0.4, 0.36 * a, -0.12],
        air_plane: "houses",
        heavens: [-0.2 * a, -0.44, 0.2 * a, -0.34],
        heavens_plane: "sky",
        portal: Portal {
            plane: "tower",
            at: [vanish, -0.115],
            height,
            shape: PortalShape::Rounded(1.45, 0.05),
            rim: Rim::Frame(oklch(0.4, 0.03, 260.0), 0.012),
            fill: look.accent.lighter(0.1).vivid(0.6),
            veil: 0.3,
        },
    }
}

fn sky(c: &mut Canvas) {
    c.sky();
    // The city's own glow over the end of the street.
    let glow = c.look.lamp(oklch(0.7, 0.14, 340.0));
    c.glow([c.plan.portal.at[0], HORIZON], 0.55, glow.screen(0.4 * c.look.lamps()));
}

fn skyline(c: &mut Canvas) {
    // Only what is seen past the end of the street.
    let [x, _] = c.plan.portal.at;
    let reach = c.plan.portal.height * c.plan.portal.ratio() + 0.3;
    for (name, rise, shade) in [("far", 0.32, 0.62), ("mid", 0.22, 0.55)] {
        c.skyline(
            name,
            Skyline {
                base: HORIZON + 0.01,
                x: [x - reach, x + reach],
                height: [rise * 0.35, rise],
                width: [0.05, 0.11],
                local: oklch(shade, 0.04, 255.0),
                lit: 0.45,
            },
        );
    }
}

fn tower(c: &mut Canvas) {
    let portal = c.plan.portal;
    let (w, h) = (portal.height * portal.ratio() + 0.07, portal.height + 0.05);
    let [x, y] = portal.at;
    let local = oklch(0.5, 0.035, 262.0);
    let (lit, shade) = (c.look.lit(local, c.depth * 0.8), c.look.shade(local, c.depth * 0.8));
    let top = y - h / 2.0 - 0.1;
    let mut body = Shape::rect([x - w / 2.0, top, w, HORIZON + 0.02 - top]);
    body.add_rect([x - w * 0.36, top - 0.05, w * 0.72, 0.06]);
    body.add_rect([x - w * 0.2, top - 0.1, w * 0.4, 0.06]);
    body.add_taper([x, top - 0.08], 0.012, [x, top - 0.24], 0.003);
    let (from, to) = if c.look.key.at[0] < x {
        (x - w / 2.0, x + w / 2.0)
    } else {
        (x + w / 2.0, x - w / 2.0)
    };
    c.fill_line(&body, [from, 0.0], [to, 0.0], &[lit.ink(), lit.mix(shade, 0.7).ink()]);
    let mut chance = c.chance("tower windows");
    c.windows([x - w / 2.0, top, w, 0.09], 0.018, 0.6, &mut chance);
    let low = y + h / 2.0 + 0.005;
    c.windows([x - w / 2.0, low, w, HORIZON - low], 0.018, 0.6, &mut chance);
    let beacon = c.look.lamp(oklch(0.65, 0.22, 25.0));
    let blink = c.pulse() * c.look.lamps();
    c.glow([x, top - 0.24], 0.03, beacon.plus(0.6 * blink).shining(0.6 * blink));
}

/// How high a house's edge is seen at `t` (0 at the vanishing point, 1 at the camera).
fn houses(c: &mut Canvas) {
    let vanish = c.plan.portal.at[0];
    let open = c.plan.portal.height * c.plan.portal.ratio() * 0.5 + 0.05;
    for side in [-1.0_f32, 1.0] {
        let mut chance = c.chance(if side < 0.0 { "left houses" } else { "right houses" });
        // House fronts recede: each from t to a smaller t.
        let edges = [1.0_f32, 0.62, 0.4, 0.27, 0.18, 0.12];
        let reach = c.right() + vanish.abs();
        let x_at = |t: f32| vanish + side * (open + (reach - open) * (t - 0.12) / 0.88);
        for pair in (0..edges.len() - 1).rev() {
            let (near, far) = (edges[pair], edges[pair + 1]);
            let tall = chance.range(0.75, 1.25);
            let (xn, xf) = (x_at(near), x_at(far));
            let top = |t: f32| HORIZON - (0.16 + 0.62 * t) * tall;
            let base = |t: f32| HORIZON + 0.012 + 0.26 * t;
            let depth = 0.62 - 0.5 * near;
            let local = chance.pick(&WALLS);
            let facing = c.look.key.at[0] * side < vanish * side;
            let (lit, shade) = (c.look.lit(local, depth), c.look.shade(local, depth));
            let wall = if facing { lit } else { lit.mix(shade, 0.72) };
            let face = Shape::polygon(&[[xn, top(near)], [xf, top(far)], [xf, base(far)], [xn, base(near)]]);
            let foot = wall.mix(c.look.shade(local, depth), 0.55);
            c.fill_line(
                &face,
                [0.0, top(near)],
                [0.0, base(near)],
                &[wall.ink(), wall.ink(), foot.ink()],
            );
            // A cornice catches the light.
            let cornice = Shape::polygon(&[
                [xn, top(near)],
                [xf, top(far)],
                [xf, top(far) + 0.012 * far.max(0.3)],
                [xn, top(near) + 0.02 * near.max(0.3)],
            ]);
            c.fill(
                &cornice,
                c.look.under(local.lighter(0.1), depth, if facing { 1.2 } else { 0.5 }),
            );
            wall_windows(
                c,
                [xn, xf],
                [top(near), top(far)],
                [base(near), base(far)],
                depth,
                &mut chance,
            );
            shop(c, [xn, xf], [near, far], &base, depth, &mut chance);
        }
    }
}

fn wall_windows(c: &mut Canvas, x: [f32; 2], top: [f32; 2], base: [f32; 2], depth: f32, chance: &mut Chance) {
    // Far fronts keep to broad shapes.
    let (columns, rows) = if depth > 0.5 { (3, 5) } else { (5, 7) };
    let pitch = rows as f32 + 2.4;
    let lamps = c.look.lamps();
    let (mut lit, mut dark) = (Shape::new(), Shape::new());
    for column in 0..columns {
        // Even steps in the world crowd towards the far edge.
        let at = |k: f32| {
            let t = k / columns as f32;
            t / (t + (1.0 - t) * 1.7)
        };
        let (u0, u1) = (
            1.0 - at(columns as f32 - column as f32 - 0.22),
            1.0 - at(columns as f32 - column as f32 - 0.78),
        );
        for row in 0..rows {
            let (v0, v1) = ((row as f32 + 0.35) / pitch, (row as f32 + 0.9) / pitch);
            let p = |u: f32, v: f32| {
                let t = top[0] + (top[1] - top[0]) * u;
                let b = base[0] + (base[1] - base[0]) * u;
                [x[0] + (x[1] - x[0]) * u, t + (b - t) * (0.03 + v)]
            };
            let pane = [p(u0, v0), p(u1, v0), p(u1, v1), p(u0, v1)];
            if chance.happens(0.42 * lamps) {
                lit.add_polygon(&pane)
            } else {
                dark.add_polygon(&pane)
            };
        }
    }
    let glass = c
        .look
        .shade(oklch(0.36, 0.04, 250.0), depth)
        .mix(c.look.sky_at(0.5), 0.25);
    c.fill(&dark, glass.alpha(0.75));
    let sparkle = 0.85 + 0.25 * c.now.reactive.hat.min(1.0);
    let warm = c.look.lamp(oklch(0.84, 0.13, 75.0));
    c.fill(
        &lit,
        warm.alpha(0.92 * sparkle.min(1.0)).shining(0.45 * lamps * sparkle),
    );
}

fn shop(c: &mut Canvas, x: [f32; 2], t: [f32; 2], base: &impl Fn(f32) -> f32, depth: f32, chance: &mut Chance) {
    let lamps = c.look.lamps().max(0.15);
    let u = |k: f32| (x[0] + (x[1] - x[0]) * k, t[0] + (t[1] - t[0]) * k);
    let ((x0, t0), (x1, t1)) = (u(0.14), u(0.86));
    let high = |t: f32| 0.03 + 0.12 * t;
    let hue = chance.pick(&[40.0, 80.0, 190.0, 350.0, 310.0]);
    let glow = c.look.lamp(oklch(0.8, 0.13, hue));
    let front = Shape::polygon(&[
        [x0, base(t0) - high(t0)],
        [x1, base(t1) - high(t1)],
        [x1, base(t1) - 0.006],
        [x0, base(t0) - 0.006],
    ]);
    let wall = c.look.shade(oklch(0.4, 0.04, 250.0), depth);
    c.fill(&front, wall.mix(glow, 0.25 + 0.65 * lamps).shining(0.5 * lamps));
    let awning = Shape::polygon(&[
        [x0, base(t0) - high(t0) * 1.25],
        [x1, base(t1) - high(t1) * 1.25],
        [x1, base(t1) - high(t1) * 0.92],
        [x0, base(t0) - high(t0) * 0.92],
    ]);
    c.fill(&awning, c.look.lit(oklch(0.52, 0.15, hue), depth));
    let mid = [(x0 + x1) / 2.0, (base(t0) + base(t1)) / 2.0];
    c.puff(mid, [(x1 - x0).abs() * 0.9, 0.05], 0.0, glow.screen(0.4 * lamps));
}

fn road(c: &mut Canvas) {
    let vanish = [c.plan.portal.at[0], HORIZON];
    let (l, r, bottom) = (c.left() - 0.3, c.right() + 0.3, c.bottom());
    // Traffic keeps the lane half clear of snow.
    let asphalt = ASPHALT.mix(c.look.ground(ASPHALT), 0.5);
    let far = c.look.lit(asphalt, 0.55);
    let near = c.look.lit(asphalt.darker(0.05), 0.0);
    let curb = c.plan.portal.height * c.plan.portal.ratio() * 0.5 + 0.05;
    // The pavements lie under the house fronts, the road between them.
    let ground = |half: f32, spread: f32| {
        Shape::polygon(&[
            [vanish[0] - half, HORIZON + 0.012],
            [vanish[0] + half, HORIZON + 0.012],
            [r * spread, bottom],
            [l * spread, bottom],
        ])
    };
    let stone = c.look.lit(c.look.ground(oklch(0.6, 0.02, 80.0)), 0.25);
    let pavement = ground(curb, 1.35);
    c.fill_line(
        &pavement,
        [0.0, HORIZON],
        [0.0, 0.55],
        &[far.mix(stone, 0.5).ink(), stone.darker(0.08).ink()],
    );
    let lane = ground(curb * 0.62, 0.78);
    c.fill_line(&lane, [0.0, HORIZON], [0.0, 0.55], &[far.ink(), near.ink()]);
    let mut stripes = Shape::new();
    for i in 0..9 {
        let t = |k: f32| ((i as f32 + k) / 9.0).powf(2.4);
        let at = |t: f32, side: f32| {
            let y = HORIZON + 0.014 + (bottom - HORIZON) * t;
            [vanish[0] * (1.0 - t) + side * (0.002 + 0.016 * t), y]
        };
        stripes.add_polygon(&[at(t(0.0), -1.0), at(t(0.0), 1.0), at(t(0.5), 1.0), at(t(0.5), -1.0)]);
    }
    let paint = c.look.lit(oklch(0.9, 0.03, 95.0), 0.1);
    c.fill(&stripes, paint.alpha(0.75));
    if c.look.wet() {
        c.mirror(HORIZON + 0.012, bottom, 0.62, 0.3);
        c.splashes("splashes", 0.16, 0.55, 70);
    }
    lamps(c);
}

fn lamps(c: &mut Canvas) {
    let vanish = c.plan.portal.at[0];
    let post = c.look.silhouette(0.12);
    for t in [0.2_f32, 0.36, 0.62] {
        for side in [-1.0, 1.0] {
            let curb = c.plan.portal.height * 0.7 + 0.05;
            let x = vanish * (1.0 - t) + side * (curb * 0.75 * (1.0 - t) + (c.right() * 0.88) * t);
            let foot = HORIZON + 0.014 + 0.36 * t;
            let high = 0.05 + 0.5 * t;
            let wide = 0.004 + 0.008 * t;
            let head = [x - side * 0.13 * high, foot - high];
            let mut shape = Shape::new();
            shape.add_taper([x, foot], wide, [x, foot - high * 0.94], wide * 0.6);
            c.fill(&shape, post);
            let mut arm = Shape::new();
            arm.start(x, foot - high * 0.93)
                .curve(x, foot - high * 1.02, head[0], head[1]);
            c.stroke(&arm, wide * 0.55, post);
            c.lamp(head, 0.004 + 0.01 * t, oklch(0.88, 0.12, 78.0), Some(foot + 0.01));
        }
    }
}

fn front(c: &mut Canvas) {
    let ink = c.look.silhouette(0.0);
    let a = c.look.aspect;
    let side = if c.plan.portal.at[0] > 0.0 { -1.0 } else { 1.0 };
    let shake = 0.004 * c.now.reactive.snare;
    // A traffic light on its arm, and wires across the street.
    let x = side * (0.47 * a + shake);
    let mut pole = Shape::new();
    pole.add_taper([x, 0.7], 0.03, [x, -0.36], 0.02);
    c.fill(&pole, ink);
    let mut arm = Shape::new();
    arm.start(x, -0.34)
        .curve(x - side * 0.1, -0.37, x - side * 0.26, -0.365);
    c.stroke(&arm, 0.012, ink);
    let head = [x - side * 0.25 - 0.026, -0.37];
    c.fill(&Shape::rounded([head[0], head[1], 0.052, 0.13], 0.012), ink);
    let lights = [oklch(0.66, 0.22, 27.0), oklch(0.82, 0.16, 80.0), oklch(0.8, 0.2, 150.0)];
    let on = (c.now.clock.beat / 4.0).floor().rem_euclid(3.0) as usize;
    for (i, light) in lights.into_iter().enumerate() {
        let at = [head[0] + 0.026, head[1] + 0.024 + 0.041 * i as f32];
        let colour = c.look.lamp(light);
        if i == on {
            c.glow(at, 0.1, colour.screen(0.4));
            c.disc(at, 0.015, colour.shining(0.9));
        } else {
            c.disc(at, 0.015, colour.darker(0.42).vivid(0.4));
        }
    }
    c.wire([c.left(), -0.4], [c.right(), -0.46], 0.05, 0.004, ink);
    c.wire([c.left(), -0.33], [c.right(), -0.43], 0.06, 0.003, ink);
}
