//! A hospital corridor: pale walls, light panels, doors and a waiting bed; the bright double door is the portal.

use super::super::{
    canvas::{Canvas, Shape},
    chance::Chance,
    look::Look,
    plan::{Plane, Portal, PortalShape, Rim, SetPlan},
};
use super::{
    corridor,
    fittings::{curtain, light_room},
    hall::{Hall, Wall},
};
use crate::colour::oklch;
use crate::design::Oklch;

const FLOOR: f32 = 0.14;
const TOP: f32 = -0.32;
const TUBE: Oklch = oklch(0.96, 0.03, 190.0);
const PALE: Oklch = oklch(0.9, 0.025, 190.0);
const MINT: Oklch = oklch(0.72, 0.08, 185.0);

/// The light behind the door at the end.
pub fn plan(look: &mut Look) -> SetPlan {
    let a = look.aspect;
    let mut chance = Chance::new(look.seed, "hospital");
    let height = 0.28_f32.min(0.48 * a);
    let at = [chance.range(-0.07, 0.07) * a, FLOOR - 0.085 - height / 2.0];
    light_room(look, at, at, TUBE);
    look.key.at = at;
    look.air = 0.45;
    if look.night() {
        look.key.strength = 0.5;
    }
    let portal = Portal {
        plane: "end",
        at,
        height,
        shape: PortalShape::Rounded(0.86, 0.015),
        rim: Rim::Frame(oklch(0.78, 0.03, 220.0), 0.018),
        fill: TUBE.mix(look.sky[2], 0.35),
        veil: 0.4,
    };
    let planes = [
        Plane::new("end", 0.8, end),
        Plane::new("floor", 0.36, floor),
        Plane::new("sides", 0.3, sides),
        Plane::new("front", 0.0, front),
    ];
    corridor::plan(look, FLOOR, portal, planes)
}

fn end(c: &mut Canvas) {
    corridor::end(c, PALE);
    let [x, y] = c.plan.portal.at;
    let h = c.plan.portal.height;
    let light = c.look.lamp(TUBE);
    let beat = 0.45 + 0.15 * c.now.reactive.bass;
    c.glow([x, y], 0.42, light.screen(beat));
    // The doors around the glass, and their kick plate.
    let w = h * c.plan.portal.ratio();
    let (left, head) = (x - w / 2.0 - 0.032, y - h / 2.0 - 0.032);
    let paint = oklch(0.7, 0.07, 215.0);
    let leaf = Shape::rect([left, head, w + 0.064, FLOOR - head]);
    c.fill_down(&leaf, &[c.look.lit(paint, 0.5).ink(), c.look.shade(paint, 0.35).ink()]);
    let steel = c.look.lit(oklch(0.88, 0.01, 230.0), 0.45);
    c.rect([left + 0.008, FLOOR - 0.05, w + 0.048, 0.04], steel.darker(0.08));
    c.line([x, y + h / 2.0 + 0.02], [x, FLOOR], 0.004, c.look.silhouette(0.5));
    // A green lamp over the way out.
    let green = c.look.lamp(oklch(0.76, 0.17, 155.0));
    let sign = [x - 0.045, head - 0.045, 0.09, 0.03];
    c.glow([x, sign[1] + 0.015], 0.12, green.screen(0.5));
    c.fill(&Shape::rounded(sign, 0.006), green.shining(0.7));
}

fn sides(c: &mut Canvas) {
    let hall = corridor::hall(c, TOP);
    corridor::sides(c, &hall, PALE, oklch(0.93, 0.01, 200.0));
    corridor::panels(c, &hall, [0.36, 0.64], 6, TUBE);
    for wall in Wall::BOTH {
        let dado = Shape::polygon(&hall.wall(wall, [-0.02, 1.0], [0.62, 1.0]));
        let (far, near) = (c.look.under(MINT, 0.5, 0.9), c.look.under(MINT, 0.1, 0.3));
        let (xf, xn) = (hall.at(wall.u(0.0), 0.0, 1.0)[0], wall.side() * 0.5 * c.look.aspect);
        c.fill_line(
            &dado,
            [xf, 0.0],
            [xn, 0.0],
            &[far.ink(), far.mix(near, 0.6).ink(), near.ink()],
        );
        let skirting = Shape::polygon(&hall.wall(wall, [-0.02, 1.0], [0.96, 1.0]));
        c.fill(&skirting, c.look.shade(MINT.darker(0.25), 0.2));
        let start = if wall == Wall::Left { 0.1 } else { 0.0 };
        for i in (0..4).rev() {
            door(c, &hall, wall, start + 0.24 * i as f32);
        }
        let rail = Shape::polygon(&hall.wall(wall, [-0.02, 1.0], [0.655, 0.685]));
        c.fill(&rail, c.look.lit(oklch(0.62, 0.09, 65.0), 0.25));
        let shadow = Shape::polygon(&hall.wall(wall, [-0.02, 1.0], [0.685, 0.7]));
        c.fill(&shadow, c.look.silhouette(0.3).alpha(0.3));
    }
    bed(c, &hall);
}

fn door(c: &mut Canvas, hall: &Hall, wall: Wall, d: f32) {
    let depth = 0.1 + 0.4 * d;
    let share = 0.35 + 0.55 * d;
    let frame = Shape::polygon(&hall.wall(wall, [d + 0.02, d + 0.13], [0.3, 1.0]));
    c.fill(&frame, c.look.under(oklch(0.8, 0.02, 210.0), depth, share));
    let leaf = Shape::polygon(&hall.wall(wall, [d + 0.03, d + 0.12], [0.34, 1.0]));
    c.fill(&leaf, c.look.under(oklch(0.66, 0.08, 215.0), depth, share));
    let pane = Shape::polygon(&hall.wall(wall, [d + 0.05, d + 0.08], [0.44, 0.64]));
    let warm = c.look.lamp(oklch(0.9, 0.08, 85.0));
    let on = c.look.lamps().max(0.3);
    let sparkle = 0.85 + 0.2 * c.now.reactive.hat.min(1.0);
    let glass = c.look.shade(oklch(0.45, 0.05, 220.0), depth);
    c.fill(&pane, glass.mix(warm, on * sparkle.min(1.0)).shining(0.45 * on));
    // A small lamp beside each door, red or green in turn with the beat.
    let at = hall.at(wall.u(0.01), 0.28, d + 0.075);
    let s = hall.size(d + 0.075);
    let call = ((c.now.clock.beat / 4.0).floor() as i64 + (d * 10.0) as i64).rem_euclid(4) == 0;
    let colour = c.look.lamp(if call {
        oklch(0.66, 0.22, 25.0)
    } else {
        oklch(0.8, 0.15, 160.0)
    });
    c.glow(at, 0.07 * s, colour.screen(0.5));
    c.disc(at, 0.014 * s, colour.shining(0.8));
}

/// A bed on wheels against the wall.
fn bed(c: &mut Canvas, hall: &Hall) {
    let wall = if c.plan.portal.at[0] > 0.0 {
        Wall::Left
    } else {
        Wall::Right
    };
    let (near, far) = (0.3_f32, 0.5_f32);
    let u = [wall.u(0.02), wall.u(0.2)];
    let level = |v: f32, inset: f32| {
        let u = [u[0], u[1] + wall.side() * inset];
        hall.level(v, u, [near, far])
    };
    let linen = oklch(0.96, 0.01, 210.0);
    let (lit, shade) = (c.look.lit(linen, 0.3), c.look.shade(linen, 0.25));
    let metal = c.look.lit(oklch(0.7, 0.015, 230.0), 0.3);
    let shadow = level(1.0, 0.0);
    c.fill(&Shape::polygon(&shadow), c.look.silhouette(0.2).alpha(0.35));
    let s = hall.size(near);
    let mut legs = Shape::new();
    for d in [near + 0.01, far - 0.01] {
        for x in u {
            let (foot, top) = (hall.at(x, 0.985, d), hall.at(x, 0.8, d));
            legs.add_taper(foot, 0.016 * s, top, 0.016 * s);
            legs.add_ellipse(foot, [0.016 * s, 0.016 * s]);
        }
    }
    c.fill(&legs, metal);
    let front = hall.across(near, [u[0].min(u[1]), u[0].max(u[1])], [0.74, 0.82]);
    let side = [
        hall.at(u[1], 0.74, near),
        hall.at(u[1], 0.74, far),
        hall.at(u[1], 0.82, far),
        hall.at(u[1], 0.82, near),
    ];
    c.fill(&Shape::polygon(&level(0.74, 0.0)), lit);
    c.fill(&Shape::polygon(&side), c.look.under(MINT, 0.3, 0.7));
    c.fill(&Shape::polygon(&front), shade.mix(lit, 0.3));
    let pillow = hall.level(0.72, [u[0], u[1]], [far - 0.06, far - 0.01]);
    c.fill(&Shape::polygon(&pillow), lit.lighter(0.04));
    let head = hall.across(far, [u[0].min(u[1]), u[0].max(u[1])], [0.62, 0.76]);
    c.fill(&Shape::polygon(&head), metal.mix(shade, 0.3));
}

fn floor(c: &mut Canvas) {
    let hall = corridor::hall(c, TOP);
    corridor::floor(c, &hall, oklch(0.84, 0.02, 200.0), 0.42);
    // A guiding line along the floor.
    let line = Shape::polygon(&hall.level(1.0, [0.2, 0.235], [-0.02, 1.0]));
    c.fill(&line, c.look.lit(c.look.accent, 0.2).alpha(0.75));
    let mut seams = Shape::new();
    for i in 0..8 {
        let d = i as f32 / 8.0;
        seams.add_polygon(&hall.level(1.0, [0.0, 1.0], [d, d + 0.006]));
    }
    c.fill(&seams, c.look.shade(MINT, 0.2).alpha(0.3));
}

/// A curtain on its rail and a drip stand, close by.
fn front(c: &mut Canvas) {
    let a = c.look.aspect;
    let ink = c.look.silhouette(0.0);
    let side = if c.plan.portal.at[0] > 0.0 { 1.0 } else { -1.0 };
    let cloth = oklch(0.6, 0.07, 190.0);
    let inks = [c.look.under(cloth, 0.0, 0.4), c.look.shade(cloth.darker(0.15), 0.0)];
    let edge = side * 0.41 * a;
    curtain(c, [edge, edge + side * 0.4], [-0.7, 0.7], 9, inks);
    let shake = 0.006 * c.now.reactive.snare;
    let x = -side * 0.455 * a + shake;
    let mut stand = Shape::new();
    stand.add_rect([x - 0.006, -0.22, 0.012, 0.9]);
    stand.add_rect([x - 0.06, -0.23, 0.12, 0.012]);
    stand.add_rect([x - 0.06, -0.23, 0.008, 0.03]);
    stand.add_rect([x + 0.052, -0.23, 0.008, 0.03]);
    c.fill(&stand, ink);
    let sway = 0.006 * c.swing(4.0, 0.0);
    let bag = Shape::rounded([x + side * 0.056 - 0.03 + sway, -0.2, 0.06, 0.12], 0.02);
    let fluid: Oklch = c.look.lamp(oklch(0.8, 0.06, 200.0));
    c.fill(&bag, fluid.alpha(0.55));
    c.stroke(&bag, 0.005, ink);
    let mut tube = Shape::new();
    tube.start(x + side * 0.056 + sway, -0.08)
        .curve(x + side * 0.05, 0.2, x - side * 0.02, 0.5);
    c.stroke(&tube, 0.004, ink);
}
