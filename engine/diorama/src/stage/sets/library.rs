//! A library: an aisle of tall shelves towards an arched window, which is the portal; lamps glow green and gold.

use super::super::{
    canvas::{Canvas, Shape},
    chance::Chance,
    look::Look,
    plan::{Plane, Portal, PortalShape, Rim, SetPlan},
};
use super::{
    corridor,
    fittings::{light_room, pendant},
    hall::{Hall, Wall},
};
use crate::colour::oklch;
use crate::design::Oklch;

const FLOOR: f32 = 0.16;
const TOP: f32 = -0.36;
const WOOD: Oklch = oklch(0.42, 0.075, 50.0);
const WARM: Oklch = oklch(0.85, 0.13, 72.0);

/// The window at the end of the aisle.
pub fn plan(look: &mut Look) -> SetPlan {
    let a = look.aspect;
    let mut chance = Chance::new(look.seed, "library");
    let at = [chance.range(-0.07, 0.07) * a, -0.09];
    light_room(look, at, [at[0], -0.2], WARM);
    look.air = 0.35;
    let portal = Portal {
        plane: "end",
        at,
        height: 0.3_f32.min(0.52 * a),
        shape: PortalShape::Arch(0.72),
        rim: Rim::Frame(oklch(0.5, 0.08, 60.0), 0.018),
        fill: look.sky[1].mix(look.sky[2], 0.6),
        veil: 0.25,
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
    corridor::end(c, oklch(0.6, 0.06, 65.0));
    let at = c.plan.portal.at;
    let light = c.look.lamp(c.look.sky[2].mix(c.look.key.colour, 0.5));
    c.glow(at, 0.5, light.screen(0.45 * c.look.key.strength));
    let h = c.plan.portal.height;
    let y = at[1] + h / 2.0;
    let wood = c.look.shade(WOOD, 0.4);
    c.rect([at[0] - h * 0.5, y + 0.012, h, FLOOR - y], wood);
    c.rect(
        [at[0] - h * 0.53, y + 0.008, h * 1.06, 0.012],
        c.look.lit(WOOD.lighter(0.12), 0.4),
    );
}

fn sides(c: &mut Canvas) {
    let hall = corridor::hall(c, TOP);
    corridor::sides(c, &hall, WOOD.darker(0.06), oklch(0.46, 0.06, 60.0));
    let mut beams = Shape::new();
    for i in 0..7 {
        let d = i as f32 / 7.0;
        beams.add_polygon(&hall.level(0.0, [0.0, 1.0], [d, d + 0.03]));
    }
    c.fill(&beams, c.look.shade(WOOD, 0.25));
    for wall in Wall::BOTH {
        shelves(c, &hall, wall);
    }
    ladder(c, &hall);
    let top = hall.at(0.5, 0.0, 0.7)[1];
    for d in [0.62_f32, 0.3] {
        let s = hall.size(d);
        let (l, r) = (hall.at(0.2, 0.2, d), hall.at(0.8, 0.2, d));
        for at in [l, r] {
            pendant(c, at, top.min(at[1] - 0.2 * s), 0.085 * s, oklch(0.62, 0.1, 80.0), WARM);
        }
    }
    // Light falls down the aisle from the window.
    let [x, y] = c.plan.portal.at;
    let light = c.look.lamp(c.look.sky[2].mix(c.look.key.colour, 0.5));
    let day = (1.0 - 0.6 * c.look.lamps()) * c.look.key.strength;
    for k in [-0.3_f32, 0.25] {
        let foot = [x + k + 0.02 * c.swing(16.0, k), 0.4];
        let sill = [x + k * 0.15, y + c.plan.portal.height * 0.55];
        c.shaft(sill, 0.08, foot, 0.24, light.screen(0.25 * day));
    }
}

/// Bays of books: broad strips of a few colours, with dark uprights between.
fn shelves(c: &mut Canvas, hall: &Hall, wall: Wall) {
    let mut chance = c.chance(if wall == Wall::Left { "left" } else { "right" });
    let covers = [
        oklch(0.5, 0.12, 25.0),
        oklch(0.62, 0.1, 70.0),
        oklch(0.45, 0.09, 160.0),
        oklch(0.44, 0.09, 255.0),
        oklch(0.76, 0.05, 85.0),
    ];
    let bays = 8;
    let rows = [0.2_f32, 0.36, 0.52, 0.68, 0.84, 1.0];
    for bay in (0..bays).rev() {
        let (d0, d1) = (
            bay as f32 / bays as f32 + 0.012,
            (bay as f32 + 1.0) / bays as f32 - 0.004,
        );
        let depth = 0.08 + 0.5 * d0;
        let mut groups: [Shape; 5] = std::array::from_fn(|_| Shape::new());
        let mut boards = Shape::new();
        for row in rows.windows(2) {
            let mut d = d0;
            while d < d1 - 0.004 {
                let next = (d + chance.range(0.008, 0.03)).min(d1);
                let high = row[0] + 0.02 + 0.05 * chance.unit();
                let kind = chance.below(5);
                groups[kind].add_polygon(&hall.wall(wall, [d, next - 0.0015], [high, row[1] - 0.014]));
                d = next;
            }
            boards.add_polygon(&hall.wall(wall, [d0, d1], [row[1] - 0.014, row[1]]));
        }
        let share = 0.28 + 0.55 * d0;
        for (group, cover) in groups.iter().zip(covers) {
            c.fill(group, c.look.under(cover, depth, share));
        }
        c.fill(&boards, c.look.under(WOOD.lighter(0.06), depth, share));
        let post = Shape::polygon(&hall.wall(wall, [d0 - 0.014, d0], [0.14, 1.0]));
        c.fill(&post, c.look.under(WOOD.lighter(0.12), depth, share + 0.2));
    }
    let cornice = Shape::polygon(&hall.wall(wall, [-0.02, 1.0], [0.13, 0.19]));
    c.fill(&cornice, c.look.under(WOOD.lighter(0.08), 0.3, 0.5));
}

fn ladder(c: &mut Canvas, hall: &Hall) {
    let wood = c.look.lit(oklch(0.62, 0.1, 65.0), 0.3);
    let (d, wall) = (
        0.26_f32,
        if c.plan.portal.at[0] > 0.0 {
            Wall::Left
        } else {
            Wall::Right
        },
    );
    let s = hall.size(d);
    let rail = |k: f32| (hall.at(wall.u(0.1), 1.0, d + k), hall.at(wall.u(0.0), 0.22, d + k));
    let ((f0, t0), (f1, t1)) = (rail(0.0), rail(0.06));
    let mut shape = Shape::new();
    shape.add_taper(f0, 0.018 * s, t0, 0.018 * s);
    shape.add_taper(f1, 0.016 * s, t1, 0.016 * s);
    for i in 1..9 {
        let t = i as f32 / 9.0;
        let p = |a: [f32; 2], b: [f32; 2]| [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t];
        shape.add_taper(p(f0, t0), 0.012 * s, p(f1, t1), 0.012 * s);
    }
    c.fill(&shape, wood);
}

fn floor(c: &mut Canvas) {
    let hall = corridor::hall(c, TOP);
    corridor::floor(c, &hall, oklch(0.5, 0.075, 55.0), 0.2);
    let hue = c.look.accent.h;
    let carpet = Shape::polygon(&hall.level(1.0, [0.3, 0.7], [-0.02, 0.97]));
    let edge = Shape::polygon(&hall.level(1.0, [0.27, 0.73], [-0.02, 0.98]));
    c.fill(&edge, c.look.under(oklch(0.7, 0.1, 80.0), 0.2, 0.6));
    let (far, near) = (
        c.look.lit(oklch(0.42, 0.12, hue), 0.3),
        c.look.under(oklch(0.42, 0.12, hue), 0.05, 0.4),
    );
    c.fill_line(&carpet, [0.0, FLOOR], [0.0, 0.5], &[far.ink(), near.ink()]);
    // Reading tables with green lamps stand along both sides.
    let green = oklch(0.55, 0.13, 155.0);
    for d in [0.8_f32, 0.5, 0.28] {
        let s = hall.size(d);
        for wall in Wall::BOTH {
            let [x, y] = hall.at(wall.u(0.19), 1.0, d);
            let (w, h) = (0.24 * s, 0.17 * s);
            c.contact_shadow([x, y], w, 0.4);
            let (lit, shade) = (c.look.lit(WOOD.lighter(0.12), 0.4 * d), c.look.shade(WOOD, 0.4 * d));
            let mut legs = Shape::rect([x - w * 0.45, y - h, w * 0.09, h]);
            legs.add_rect([x + w * 0.36, y - h, w * 0.09, h]);
            c.fill(&legs, shade);
            c.rect([x - w / 2.0, y - h, w, h * 0.16], lit);
            let on = c.look.lamps().max(0.35) * (0.9 + 0.2 * c.now.reactive.kick);
            let warm = c.look.lamp(WARM);
            let lamp = [x, y - h * 1.6];
            c.glow(lamp, 0.2 * s, warm.screen(0.5 * on));
            c.line([x, y - h], lamp, 0.008 * s, shade);
            let shape = Shape::rounded([x - 0.05 * s, lamp[1] - 0.02 * s, 0.1 * s, 0.04 * s], 0.02 * s);
            c.fill_down(
                &shape,
                &[
                    c.look.lamp(green).shining(0.4 * on),
                    c.look.lamp(green.lighter(0.15)).shining(0.6 * on),
                ],
            );
            c.puff([x, y - h], [w * 0.5, 0.016 * s], 0.0, warm.screen(0.7 * on));
        }
    }
    let x = c.plan.portal.at[0];
    c.dust("dust", [x - 0.3, -0.1, x + 0.3, 0.35], 24);
}

/// Piles of books and the end of a shelf, dark.
fn front(c: &mut Canvas) {
    let ink = c.look.silhouette(0.0);
    let a = c.look.aspect;
    let mut chance = c.chance("piles");
    let shake = 0.003 * c.now.reactive.snare;
    let mut piles = Shape::new();
    for side in [-1.0_f32, 1.0] {
        let count = if side > 0.0 { 6 } else { 4 };
        let x = side * 0.44 * a;
        for i in 0..count {
            let (w, h) = (chance.range(0.16, 0.24), 0.032);
            let y = 0.5 - i as f32 * h;
            let dx = chance.sign() * 0.02 + shake * i as f32;
            piles.add_rect([x + dx - w / 2.0, y, w, h - 0.003]);
        }
        piles.add_rect([x - 0.2, 0.53, 0.4, 0.2]);
    }
    let edge = 0.5 * a;
    piles.add_rect([-edge - 0.2, -0.7, 0.215, 1.4]);
    c.fill(&piles, ink);
    let rim = c.look.lamp(c.look.key.colour);
    c.line([-edge + 0.015, -0.5], [-edge + 0.015, 0.5], 0.003, rim.screen(0.35));
}
