//! A diner: chequered floor, counter and stools, pendant lamps; the jukebox is the portal.

use super::super::{
    canvas::{Canvas, Shape},
    chance::Chance,
    look::Look,
    plan::{Floor, Plane, Portal, PortalShape, Rim, SetPlan, Stand},
};
use super::fittings::{light_room, neon, pane, pendant};
use crate::colour::oklch;
use crate::design::Oklch;

const FLOOR: f32 = 0.19;
const WARM: Oklch = oklch(0.87, 0.12, 72.0);
const RED: Oklch = oklch(0.55, 0.2, 25.0);
const MINT: Oklch = oklch(0.82, 0.07, 175.0);

/// The jukebox stands off centre; the windows are on the other side.
pub fn plan(look: &mut Look) -> SetPlan {
    let a = look.aspect;
    let mut chance = Chance::new(look.seed, "diner");
    let side = if chance.happens(0.5) { 1.0 } else { -1.0 };
    light_room(look, [-side * 0.25 * a, -0.12], [0.0, -0.24], WARM);
    let height = 0.29_f32.min(0.5 * a);
    let stand = |y, scale| Stand {
        plane: "floor",
        y,
        x: [-0.42 * a, 0.42 * a],
        scale,
        floor: Floor::Wet,
    };
    SetPlan {
        horizon: FLOOR,
        indoors: true,
        planes: vec![
            Plane::new("wall", 0.7, wall),
            Plane::new("floor", 0.35, floor),
            Plane::new("lamps", 0.25, lamps),
            Plane::new("front", 0.0, front),
        ],
        stands: vec![stand(0.41, 1.0), stand(0.36, 0.86), stand(0.46, 1.1)],
        air: [-0.4 * a, -0.34, 0.4 * a, -0.08],
        air_plane: "floor",
        heavens: [-0.4 * a, -0.42, 0.4 * a, -0.3],
        heavens_plane: "wall",
        portal: Portal {
            plane: "wall",
            at: [side * 0.16 * a, -0.02],
            height,
            shape: PortalShape::Arch(0.74),
            rim: Rim::Glow(oklch(0.8, 0.16, 350.0)),
            fill: oklch(0.76, 0.14, 55.0),
            veil: 0.3,
        },
    }
}

fn wall(c: &mut Canvas) {
    let (l, t, wide, bottom) = (c.left(), c.top(), c.right() * 2.0, c.bottom());
    let (lit, shade) = (c.look.lit(MINT, 0.3), c.look.shade(MINT, 0.3));
    c.fill_round(
        &Shape::rect([l, t, wide, bottom - t]),
        c.look.key.at,
        0.9,
        &[lit.ink(), lit.mix(shade, 0.5).ink(), shade.ink()],
    );
    // Wainscot in tiles, a red band above it.
    let tile = oklch(0.9, 0.02, 90.0);
    c.fill_down(
        &Shape::rect([l, 0.02, wide, FLOOR]),
        &[c.look.under(tile, 0.3, 0.7).ink(), c.look.shade(tile, 0.3).ink()],
    );
    c.rect([l, 0.0, wide, 0.03], c.look.lit(RED, 0.3));
    c.rect([l, 0.03, wide, 0.008], c.look.lit(oklch(0.9, 0.01, 230.0), 0.2));
    let a = c.look.aspect;
    let side = c.plan.portal.at[0].signum();
    for (k, name) in [(0.13_f32, "near street"), (0.36, "far street")] {
        let (w, h) = (0.2 * a, 0.26);
        let x = -side * k * a;
        let frame = Shape::rounded([x - w / 2.0 - 0.014, -0.3, w + 0.028, h + 0.028], 0.03);
        c.fill(&frame, c.look.lit(oklch(0.85, 0.01, 230.0), 0.3));
        let glass = Shape::rounded([x - w / 2.0, -0.286, w, h], 0.02);
        pane(c, &glass);
        street(c, name, [x - w / 2.0, w], -0.286 + h);
    }
    // Neon runs round the room.
    let beat = 0.55 + 0.35 * c.look.lamps() + 0.2 * c.now.reactive.kick;
    for (y, hue) in [(-0.365, 350.0), (-0.345, 195.0)] {
        neon(c, &Shape::line([l, y], [-l, y]), 0.005, oklch(0.76, 0.17, hue), beat);
    }
    jukebox(c, beat);
}

/// Roofs and lights outside the window.
fn street(c: &mut Canvas, name: &str, [x, w]: [f32; 2], foot: f32) {
    let mut chance = c.chance(name);
    let (mut roofs, mut lights) = (Shape::new(), Shape::new());
    for i in 0..5 {
        let h = chance.range(0.04, 0.12);
        let left = x + w * i as f32 / 5.0;
        roofs.add_rect([left, foot - h, w / 5.0 + 0.001, h]);
        lights.add_rect([left + w * 0.06, foot - h * 0.7, 0.014, 0.018]);
    }
    c.fill(&roofs, c.look.silhouette(0.55));
    let on = c.look.lamps();
    let warm = c.look.lamp(WARM);
    c.fill(&lights, warm.alpha(0.9 * on).shining(0.5 * on));
}

fn jukebox(c: &mut Canvas, beat: f32) {
    let [x, y] = c.plan.portal.at;
    let h = c.plan.portal.height;
    let w = h * c.plan.portal.ratio();
    let foot = FLOOR + 0.05;
    let (lit, shade) = (c.look.lit(RED.darker(0.05), 0.2), c.look.shade(RED, 0.2));
    c.contact_shadow([x, foot], w * 1.4, 0.6);
    let case = [
        x - w / 2.0 - 0.055,
        y - h / 2.0 - 0.06,
        w + 0.11,
        foot - y + h / 2.0 + 0.06,
    ];
    let inks = [lit.ink(), lit.mix(shade, 0.5).ink(), shade.ink()];
    c.fill_down(&Shape::arch(case), &inks);
    for (out, hue, width) in [(0.04, 75.0, 0.009), (0.022, 195.0, 0.005)] {
        let rim = Shape::arch([
            x - w / 2.0 - out,
            y - h / 2.0 - out,
            w + 2.0 * out,
            foot - 0.01 - y + h / 2.0 + out,
        ]);
        neon(
            c,
            &rim,
            width,
            oklch(0.8, 0.16, hue),
            beat + 0.1 * c.swing(2.0, hue / 360.0),
        );
    }
    let chrome = c.look.lit(oklch(0.88, 0.01, 230.0), 0.2);
    let panel = y + h / 2.0 + 0.012;
    let mut keys = Shape::new();
    for i in 0..7 {
        keys.add_rect([x + w * (i as f32 / 7.0 - 0.47), panel, w * 0.09, 0.014]);
    }
    c.fill(&keys, chrome);
    let mut bars = Shape::new();
    for i in 0..5 {
        bars.add_rect([
            x + w * (i as f32 / 5.0 - 0.43),
            panel + 0.028,
            w * 0.07,
            (foot - panel - 0.04).max(0.01),
        ]);
    }
    c.fill(&bars, c.look.lamp(oklch(0.78, 0.15, 60.0)).shining(0.5 * beat.min(1.0)));
}

fn floor(c: &mut Canvas) {
    let (l, r, bottom) = (c.left(), c.right(), c.bottom());
    let vanish = [c.plan.portal.at[0] * 0.4, -0.1];
    let (white, black) = (oklch(0.9, 0.015, 85.0), oklch(0.28, 0.02, 280.0));
    let (far, near) = (c.look.lit(white, 0.2), c.look.under(white, 0.05, 0.35));
    let top = FLOOR + 0.012;
    c.fill_line(
        &Shape::rect([l, top, r - l, bottom]),
        [0.0, top],
        [0.0, 0.6],
        &[far.ink(), near.ink()],
    );
    let row = |k: f32| vanish[1] + (top - vanish[1]) / (1.0 - 0.088 * k);
    let mut squares = Shape::new();
    for i in 0..7 {
        let (y0, y1) = (row(i as f32), row(i as f32 + 1.0));
        let x = |k: f32, y: f32| vanish[0] + k * 0.13 * (y - vanish[1]) / (top - vanish[1]);
        for k in -12..12_i32 {
            if (k + i).rem_euclid(2) == 0 {
                let (a, b) = (k as f32, k as f32 + 1.0);
                squares.add_polygon(&[[x(a, y0), y0], [x(b, y0), y0], [x(b, y1), y1], [x(a, y1), y1]]);
            }
        }
    }
    let (dark, deep) = (c.look.lit(black, 0.3), c.look.shade(black, 0.05));
    c.fill_line(&squares, [0.0, top], [0.0, 0.6], &[dark.ink(), deep.ink()]);
    c.mirror(top, bottom, 0.3, 0.04);
    let glow = c.look.lamp(oklch(0.78, 0.16, 20.0));
    c.puff(
        [c.plan.portal.at[0], 0.27],
        [0.26, 0.06],
        0.0,
        glow.screen(0.4 + 0.2 * c.now.reactive.bass),
    );
    counter(c);
}

/// The counter along the windows with its row of stools.
fn counter(c: &mut Canvas) {
    let a = c.look.aspect;
    let side = -c.plan.portal.at[0].signum();
    // It begins beside the jukebox, also in a narrow picture.
    let portal = c.plan.portal;
    let clear = portal.height * portal.ratio() * 0.5 + 0.085 - portal.at[0].abs();
    let (from, to) = (side * clear.max(0.02 * a), side * 0.75 * a);
    let (l, w) = (from.min(to), (to - from).abs());
    let chrome = oklch(0.88, 0.01, 230.0);
    let (lit, shade) = (c.look.lit(chrome, 0.2), c.look.shade(chrome, 0.2));
    c.fill_down(
        &Shape::rect([l, 0.06, w, 0.2]),
        &[c.look.lit(RED, 0.25).ink(), c.look.shade(RED.darker(0.05), 0.2).ink()],
    );
    let mut ribs = Shape::new();
    let n = (w / 0.05) as usize;
    for i in 0..n {
        ribs.add_rect([l + i as f32 * 0.05, 0.075, 0.006, 0.18]);
    }
    c.fill(&ribs, lit.alpha(0.45));
    c.fill_down(
        &Shape::rounded([l - 0.02, 0.03, w + 0.04, 0.034], 0.014),
        &[lit.lighter(0.05).ink(), shade.ink()],
    );
    c.rect([l, 0.25, w, 0.02], c.look.silhouette(0.2));
    for i in 0..4 {
        let x = side * (clear.max(0.02 * a) + (0.07 + 0.115 * i as f32) * a);
        let y = 0.3;
        let bob = 0.003 * c.swing(2.0, i as f32 * 0.25) * c.now.reactive.bass;
        c.contact_shadow([x, y], 0.09, 0.45);
        c.fill(&Shape::ellipse([x, y], [0.035, 0.009]), shade);
        c.rect([x - 0.007, 0.17, 0.014, 0.13], lit.mix(shade, 0.4));
        c.fill_down(
            &Shape::rounded([x - 0.043, 0.135 + bob, 0.086, 0.036], 0.016),
            &[c.look.lit(RED.lighter(0.06), 0.2).ink(), c.look.shade(RED, 0.15).ink()],
        );
        c.rect([x - 0.041, 0.166 + bob, 0.082, 0.007], lit);
    }
}

fn lamps(c: &mut Canvas) {
    let a = c.look.aspect;
    let side = -c.plan.portal.at[0].signum();
    let top = c.top();
    for k in [0.06_f32, 0.245, 0.42] {
        pendant(c, [side * k * a, -0.2], top, 0.055, RED, WARM);
    }
}

/// The back of a booth and a table with a sauce bottle and a shaker, dark.
fn front(c: &mut Canvas) {
    let ink = c.look.silhouette(0.0);
    let a = c.look.aspect;
    let side = c.plan.portal.at[0].signum();
    let shake = 0.004 * c.now.reactive.snare;
    let (l, r) = (side * 0.27 * a, side * 0.7 * a);
    let mut booth = Shape::rounded([l.min(r), 0.44 + shake, (r - l).abs(), 0.4], 0.05);
    let (l, r) = (-side * 0.3 * a, -side * 0.7 * a);
    booth.add_rect([l.min(r), 0.485, (r - l).abs(), 0.03]);
    let x = -side * 0.41 * a;
    booth.add_rect([x - 0.018, 0.4 + shake, 0.036, 0.09]);
    booth.add_taper([x, 0.4 + shake], 0.03, [x, 0.36 + shake], 0.008);
    booth.add_rect([x + 0.05, 0.425 + shake, 0.028, 0.06]);
    booth.add_ellipse([x + 0.064, 0.425 + shake], [0.014, 0.012]);
    c.fill(&booth, ink);
    let rim = c.look.lamp(WARM);
    c.line(
        [side * 0.3 * a, 0.442 + shake],
        [side * 0.62 * a, 0.442 + shake],
        0.003,
        rim.screen(0.4),
    );
}
