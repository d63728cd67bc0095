//! A fairground: the hub of the great wheel is the portal; tents, a carousel and strings of bulbs around it.

use super::super::{
    canvas::{Canvas, Ridge, Shape, Tree},
    chance::Chance,
    look::Look,
    plan::{Floor, Plane, Portal, PortalShape, Rim, SetPlan, Stand},
};
use super::fittings::bulbs;
use crate::colour::oklch;
use crate::design::Oklch;

const HORIZON: f32 = 0.16;
const HUES: [f32; 5] = [25.0, 85.0, 195.0, 330.0, 145.0];

/// The wheel turns off centre, once in 32 beats.
pub fn plan(look: &mut Look) -> SetPlan {
    let a = look.aspect;
    let mut chance = Chance::new(look.seed, "fair");
    let side = if chance.happens(0.5) { 1.0 } else { -1.0 };
    let size = 0.19_f32.min(0.3 * a);
    look.key.at = [-side * 0.32 * a, -0.08];
    look.key.size = 0.06;
    let floor = if look.wet() { Floor::Wet } else { Floor::Land };
    let stand = |y, scale| Stand {
        plane: "ground",
        y,
        x: [-0.42 * a, 0.42 * a],
        scale,
        floor,
    };
    SetPlan {
        horizon: HORIZON,
        indoors: false,
        planes: vec![
            Plane::new("sky", 1.0, sky),
            Plane::new("trees", 0.8, trees),
            Plane::new("wheel", 0.6, wheel),
            Plane::new("tents", 0.5, tents),
            Plane::new("ground", 0.3, ground),
            Plane::new("front", 0.0, front),
        ],
        stands: vec![stand(0.4, 1.0), stand(0.33, 0.8), stand(0.455, 1.12)],
        air: [-0.42 * a, -0.4, 0.42 * a, -0.1],
        air_plane: "tents",
        heavens: [-0.42 * a, -0.42, 0.42 * a, -0.26],
        heavens_plane: "sky",
        portal: Portal {
            plane: "wheel",
            at: [side * 0.1 * a, -0.13],
            height: size,
            shape: PortalShape::Disc,
            rim: Rim::Glow(look.accent.lighter(0.1)),
            fill: look.accent.lighter(0.06),
            veil: 0.3,
        },
    }
}

fn sky(c: &mut Canvas) {
    c.sky();
    c.sun_or_moon();
}

fn trees(c: &mut Canvas) {
    let ridge = Ridge {
        y: HORIZON - 0.03,
        height: 0.03,
        wave: 0.5,
        rough: 0.35,
    };
    c.hills("rise", ridge, oklch(0.5, 0.07, 170.0));
    let ink = c.look.shade(oklch(0.44, 0.08, 160.0), 0.6);
    let (l, r) = (c.left(), c.right());
    c.tree_row("trees", &[Tree::Round, Tree::Conifer], [l, r], (18, 0.11), ink, |_| {
        HORIZON + 0.02
    });
}

fn wheel(c: &mut Canvas) {
    let [x, y] = c.plan.portal.at;
    let r = 0.31_f32.min(0.46 * c.look.aspect);
    let hub = c.plan.portal.height * 0.5;
    let iron = oklch(0.72, 0.05, 340.0);
    let (lit, shade) = (c.look.lit(iron, 0.45), c.look.shade(iron, 0.4));
    let foot = HORIZON + 0.05;
    let mut legs = Shape::new();
    for k in [-1.0_f32, 1.0] {
        legs.add_taper([x, y], 0.02, [x + k * r * 0.62, foot], 0.03);
        legs.add_taper(
            [x + k * r * 0.2, y + (foot - y) * 0.35],
            0.01,
            [x + k * r * 0.44, y + (foot - y) * 0.7],
            0.01,
        );
    }
    legs.add_rect([x - r * 0.4, y + (foot - y) * 0.64, r * 0.8, 0.012]);
    c.fill(&legs, shade);
    let spin = c.turn(32.0, 0.0);
    let arms = 12;
    let point = |i: f32, out: f32| {
        let turn = spin + i / arms as f32 * std::f32::consts::TAU;
        [x + turn.cos() * out, y + turn.sin() * out]
    };
    let mut spokes = Shape::new();
    for i in 0..arms {
        let i = i as f32;
        spokes.add_taper(point(i, hub), 0.007, point(i, r), 0.005);
        spokes.add_taper(point(i, r * 0.72), 0.005, point(i + 1.0, r), 0.005);
    }
    c.fill(&spokes, lit.mix(shade, 0.3));
    for out in [r, r * 0.9] {
        c.stroke(&Shape::ellipse([x, y], [out, out]), 0.008, lit);
    }
    // Bulbs run around the rim and out along the arms.
    let on = c.look.lamps().max(0.3);
    let beat = c.now.clock.beat;
    for i in 0..36 {
        let hue = HUES[i / 3 % 5];
        let at = point(i as f32 / 3.0, r * 0.95);
        let lead = ((beat * 2.0).floor().rem_euclid(3.0) as usize + i).is_multiple_of(3);
        let power = on * if lead { 1.0 } else { 0.55 } * (0.8 + 0.35 * c.now.reactive.hat);
        let colour = c.look.lamp(oklch(0.8, 0.16, hue));
        c.glow(at, 0.03, colour.screen(0.6 * power).shining(0.3 * power.min(1.0)));
        c.disc(at, 0.0075, colour.lighter(0.06).shining((0.9 * power).min(1.0)));
    }
    for i in 0..arms {
        let at = point(i as f32, r);
        let swing = 0.2 * c.swing(4.0, i as f32 * 0.13);
        cabin(c, at, swing, HUES[i % 5]);
    }
    c.disc([x, y], hub + 0.026, shade);
    c.stroke(&Shape::ellipse([x, y], [hub + 0.02, hub + 0.02]), 0.012, lit);
    let glow = c.look.lamp(c.look.accent);
    let kick = 1.0 + 0.3 * c.now.reactive.kick;
    c.glow([x, y], r * 1.35, glow.screen(0.3 * on * kick));
}

fn cabin(c: &mut Canvas, [x, y]: [f32; 2], swing: f32, hue: f32) {
    let local = oklch(0.66, 0.17, hue);
    let (lit, shade) = (c.look.lit(local, 0.4), c.look.shade(local, 0.35));
    let p = |dx: f32, dy: f32| [x + dx + swing * dy, y + dy];
    let mut tub = Shape::new();
    let (a, b) = (p(-0.026, 0.034), p(0.026, 0.034));
    let (low_a, low_b) = (p(-0.016, 0.062), p(0.016, 0.062));
    tub.start(a[0], a[1])
        .to(b[0], b[1])
        .curve(b[0], low_b[1], low_b[0], low_b[1]);
    tub.to(low_a[0], low_a[1]).curve(a[0], low_a[1], a[0], a[1]).close();
    c.fill_down(&tub, &[lit.ink(), shade.ink()]);
    let (l, r, top) = (p(-0.03, 0.016), p(0.03, 0.016), p(0.0, 0.0));
    c.fill(&Shape::polygon(&[l, top, r]), shade.mix(lit, 0.6));
    let on = c.look.lamps();
    let warm = c.look.lamp(oklch(0.88, 0.11, 80.0));
    c.rect(
        [l[0] + 0.01, l[1], 0.04, 0.018],
        shade.mix(warm, 0.8 * on).shining(0.4 * on),
    );
}

fn tents(c: &mut Canvas) {
    let a = c.look.aspect;
    let side = -c.plan.portal.at[0].signum();
    let (l, r) = (c.left(), c.right());
    let grass = oklch(0.5, 0.07, 120.0);
    c.fill_down(
        &Shape::rect([l, HORIZON + 0.03, r - l, 0.2]),
        &[c.look.lit(grass, 0.5).ink(), c.look.shade(grass, 0.3).ink()],
    );
    let base = HORIZON + 0.085;
    for (x, w, h, hue) in [
        (0.02_f32, 0.16_f32, 0.15_f32, 195.0),
        (-0.28, 0.2, 0.18, 85.0),
        (-0.46, 0.24, 0.24, 330.0),
        (0.46, 0.22, 0.2, 145.0),
    ] {
        tent(c, [side * x * a, base], w, h, hue);
    }
    carousel(c, [side * 0.27 * a, base + 0.012]);
}

/// A striped tent whose inside glows, with a flag.
fn tent(c: &mut Canvas, [x, y]: [f32; 2], w: f32, h: f32, hue: f32) {
    let (a, b) = (oklch(0.62, 0.17, hue), oklch(0.94, 0.025, 85.0));
    let on = c.look.lamps();
    let n = 8;
    let eave = y - h * 0.5;
    for i in 0..n {
        let local = if i % 2 == 0 { a } else { b };
        let (t0, t1) = (i as f32 / n as f32 - 0.5, (i as f32 + 1.0) / n as f32 - 0.5);
        let light = if (t0 + 0.06) * (c.look.key.at[0] - x) > 0.0 {
            0.95
        } else {
            0.45
        };
        let ink = c.look.under(local, 0.4, light);
        let lower = Shape::polygon(&[
            [x + t0 * w * 0.9, eave],
            [x + t1 * w * 0.9, eave],
            [x + t1 * w, y],
            [x + t0 * w, y],
        ]);
        c.fill(&lower, ink.darker(0.05));
        let mut roof = Shape::new();
        roof.start(x, y - h)
            .curve(x + t0 * w * 0.35, eave - h * 0.14, x + t0 * w * 1.08, eave);
        roof.curve(x + (t0 + t1) * w * 0.54, eave + h * 0.1, x + t1 * w * 1.08, eave);
        roof.curve(x + t1 * w * 0.35, eave - h * 0.14, x, y - h).close();
        c.fill(&roof, ink);
    }
    let warm = c.look.lamp(oklch(0.86, 0.13, 75.0));
    let door = Shape::polygon(&[[x, eave + h * 0.06], [x + w * 0.15, y], [x - w * 0.15, y]]);
    let dark = c.look.shade(a.darker(0.25), 0.35);
    c.fill(&door, dark.mix(warm, 0.85 * on).shining(0.5 * on));
    c.puff([x, y + 0.015], [w * 0.6, 0.035], 0.0, warm.screen(0.45 * on));
    c.line([x, y - h], [x, y - h - 0.045], 0.004, c.look.silhouette(0.4));
    let wave = 0.006 * c.swing(2.0, x);
    let flag = Shape::polygon(&[[x, y - h - 0.045], [x + 0.04, y - h - 0.034 + wave], [x, y - h - 0.02]]);
    c.fill(&flag, c.look.lit(a, 0.35));
}

/// The carousel: its roof, its turning poles with horses as mere shapes, its light.
fn carousel(c: &mut Canvas, [x, y]: [f32; 2]) {
    let k = (c.look.aspect / 1.3).clamp(0.7, 1.0);
    let (w, h) = (0.27 * k, 0.26 * k);
    let on = c.look.lamps();
    let warm = c.look.lamp(oklch(0.87, 0.12, 75.0));
    let gold = oklch(0.76, 0.12, 80.0);
    let beat = 0.85 + 0.25 * c.now.reactive.kick;
    let inside = c.look.shade(oklch(0.4, 0.09, 20.0), 0.35);
    let drum = Shape::rect([x - w * 0.42, y - h * 0.56, w * 0.84, h * 0.52]);
    c.fill_down(
        &drum,
        &[
            inside.mix(warm, 0.75 * on * beat.min(1.0)).shining(0.4 * on).alpha(1.0),
            inside.mix(warm, 0.3 * on).ink(),
        ],
    );
    let spin = c.turn(16.0, 0.0);
    let (mut poles, mut horses) = (Shape::new(), Shape::new());
    for i in 0..7 {
        let turn = spin + i as f32 / 7.0 * std::f32::consts::TAU;
        if turn.sin() < -0.35 {
            continue;
        }
        let at = x + turn.cos() * w * 0.4;
        poles.add_rect([at - 0.002, y - h * 0.56, 0.004, h * 0.52]);
        let leap = y - h * 0.26 + 0.014 * c.swing(2.0, i as f32 * 0.3);
        let s = 0.024 * k;
        horses.add_ellipse([at, leap], [s, s * 0.5]);
        horses.add_taper([at + s * 0.6, leap], s * 0.5, [at + s * 1.3, leap - s], s * 0.4);
        horses.add_ellipse([at + s * 1.5, leap - s], [s * 0.45, s * 0.25]);
        for leg in [-0.7_f32, -0.4, 0.4, 0.8] {
            horses.add_taper(
                [at + leg * s, leap],
                s * 0.22,
                [at + leg * s * 1.5, leap + s * 1.1],
                s * 0.14,
            );
        }
    }
    c.fill(&poles, c.look.lit(gold, 0.35));
    c.fill(&horses, c.look.lit(oklch(0.95, 0.02, 85.0), 0.35));
    let base = Shape::rounded([x - w / 2.0, y - 0.03, w, 0.036], 0.012);
    c.fill_down(
        &base,
        &[
            c.look.lit(gold, 0.35).ink(),
            c.look.shade(oklch(0.5, 0.15, 25.0), 0.3).ink(),
        ],
    );
    tent_roof(c, [x, y - h * 0.54], w, h * 0.46);
    let edge = y - h * 0.5;
    bulbs(
        c,
        [x - w * 0.54, edge],
        [x + w * 0.54, edge],
        0.008,
        (11, 0.006 * k + 0.001),
        &HUES,
    );
    c.glow([x, y - h * 0.3], w * 0.9, warm.screen(0.4 * on * beat));
}

fn tent_roof(c: &mut Canvas, [x, y]: [f32; 2], w: f32, h: f32) {
    for i in 0..10 {
        let local = if i % 2 == 0 {
            oklch(0.58, 0.19, 25.0)
        } else {
            oklch(0.94, 0.03, 85.0)
        };
        let (t0, t1) = (i as f32 / 10.0 - 0.5, (i as f32 + 1.0) / 10.0 - 0.5);
        let light = if (t0 + 0.05) * (c.look.key.at[0] - x) > 0.0 {
            1.0
        } else {
            0.5
        };
        let mut slice = Shape::new();
        slice
            .start(x, y - h)
            .curve(x + t0 * w * 0.4, y - h * 0.3, x + t0 * w * 1.12, y);
        slice
            .to(x + t1 * w * 1.12, y)
            .curve(x + t1 * w * 0.4, y - h * 0.3, x, y - h)
            .close();
        c.fill(&slice, c.look.under(local, 0.38, light));
    }
    c.disc([x, y - h], 0.011, c.look.lit(oklch(0.8, 0.14, 85.0), 0.3));
}

fn ground(c: &mut Canvas) {
    let (l, r, bottom) = (c.left(), c.right(), c.bottom());
    let top = HORIZON + 0.1;
    let sand = oklch(0.64, 0.055, 65.0);
    let (far, near) = (c.look.lit(sand, 0.3), c.look.shade(sand.darker(0.06), 0.05));
    c.fill_line(
        &Shape::rect([l, top, r - l, bottom]),
        [0.0, top],
        [0.0, 0.55],
        &[far.ink(), far.mix(near, 0.5).ink(), near.ink()],
    );
    let on = c.look.lamps();
    let mut chance = c.chance("pools");
    for i in 0..6 {
        let x = l + (r - l) * (i as f32 + chance.unit()) / 6.0;
        let colour = c.look.lamp(oklch(0.78, 0.14, HUES[i % 5]));
        let beat = 0.8 + 0.3 * c.now.reactive.bass;
        c.puff(
            [x, chance.range(0.29, 0.42)],
            [0.22, 0.05],
            0.0,
            colour.screen(0.32 * on * beat),
        );
    }
    if c.look.wet() {
        c.mirror(top, bottom, 0.5, 0.35);
        c.splashes("splashes", 0.27, 0.55, 60);
    }
    let a = c.look.aspect;
    let side = c.plan.portal.at[0].signum();
    let (pole, high) = (side * 0.42 * a, -0.09);
    let ink = c.look.silhouette(0.2);
    let mut post = Shape::new();
    post.add_taper([pole, 0.3], 0.014, [pole, high - 0.02], 0.009);
    c.fill(&post, ink);
    bulbs(c, [pole, high], [-side * 0.06 * a, 0.11], 0.02, (12, 0.0075), &HUES);
    bulbs(c, [pole, high], [side * 0.75 * a, -0.2], 0.04, (7, 0.0075), &HUES);
}

/// Bunting across the top and a fence with the heads of the crowd's balloons left to the prompt.
fn front(c: &mut Canvas) {
    let ink = c.look.silhouette(0.0);
    let a = c.look.aspect;
    let (l, r) = (c.left(), c.right());
    let shake = 0.005 * c.now.reactive.snare;
    let line = |t: f32| [l + (r - l) * t, -0.475 + 0.075 * 4.0 * t * (1.0 - t) + shake];
    let mut cord: Vec<[f32; 2]> = (0..=20).map(|i| line(i as f32 / 20.0)).collect();
    c.stroke(&Shape::smooth(&cord), 0.004, ink);
    cord.clear();
    let n = (12.0 * a).max(7.0) as usize;
    for i in 0..n {
        let (p, q) = (line((i as f32 + 0.12) / n as f32), line((i as f32 + 0.88) / n as f32));
        let sway = 0.008 * c.swing(2.0, i as f32 * 0.17);
        let tip = [(p[0] + q[0]) / 2.0 + sway, (p[1] + q[1]) / 2.0 + 0.062];
        let colour: Oklch = c.look.shade(oklch(0.6, 0.17, HUES[i % 5]), 0.0);
        c.fill(&Shape::polygon(&[p, q, tip]), colour);
    }
    let mut fence = Shape::rect([l, 0.485, r - l, 0.012]);
    fence.add_rect([l, 0.53, r - l, 0.01]);
    let posts = ((r - l) / 0.11) as usize;
    for i in 0..=posts {
        let x = l + (r - l) * i as f32 / posts as f32;
        fence.add_rect([x - 0.006, 0.475, 0.012, 0.2]);
        fence.add_ellipse([x, 0.47], [0.011, 0.013]);
    }
    c.fill(&fence, ink);
}
