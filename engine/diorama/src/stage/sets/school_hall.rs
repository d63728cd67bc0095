//! A school hall: rows of lockers, a polished floor, and at its end the glazed door that is the portal.

use super::super::{
    canvas::{Canvas, Shape},
    chance::Chance,
    look::Look,
    plan::{Plane, Portal, PortalShape, Rim, SetPlan},
};
use super::{
    corridor,
    fittings::light_room,
    hall::{Hall, Wall},
};
use crate::colour::oklch;
use crate::design::Oklch;

const FLOOR: f32 = 0.14;
const TOP: f32 = -0.36;
const PANEL: Oklch = oklch(0.95, 0.04, 95.0);

/// Light comes through the door at the end.
pub fn plan(look: &mut Look) -> SetPlan {
    let a = look.aspect;
    let mut chance = Chance::new(look.seed, "school");
    let height = 0.27_f32.min(0.46 * a);
    let at = [chance.range(-0.07, 0.07) * a, FLOOR - 0.1 - height / 2.0];
    light_room(look, at, [at[0], -0.2], PANEL);
    look.air = 0.35;
    let portal = Portal {
        plane: "end",
        at,
        height,
        shape: PortalShape::Rounded(0.92, 0.02),
        rim: Rim::Frame(oklch(0.55, 0.13, 30.0), 0.02),
        fill: look.sky[1].mix(look.sky[2], 0.7),
        veil: 0.3,
    };
    let planes = [
        Plane::new("end", 0.8, end),
        Plane::new("floor", 0.36, floor),
        Plane::new("sides", 0.3, sides),
        Plane::new("front", 0.0, front),
    ];
    corridor::plan(look, FLOOR, portal, planes)
}

/// The lockers' colour.
fn steel(c: &Canvas) -> Oklch {
    let mut chance = c.chance("paint");
    chance.pick(&[
        oklch(0.55, 0.13, 250.0),
        oklch(0.58, 0.14, 25.0),
        oklch(0.62, 0.11, 165.0),
        oklch(0.56, 0.1, 215.0),
    ])
}

fn end(c: &mut Canvas) {
    corridor::end(c, oklch(0.82, 0.05, 85.0));
    let [x, y] = c.plan.portal.at;
    let h = c.plan.portal.height;
    let light = c.look.lamp(c.look.sky[2].mix(c.look.key.colour, 0.4));
    c.glow([x, y], 0.4, light.screen(0.5 * c.look.key.strength));
    // The door around the glass: its leaf, a push bar, a kick plate.
    let w = h * c.plan.portal.ratio();
    let (left, head) = (x - w / 2.0 - 0.034, y - h / 2.0 - 0.034);
    let paint = oklch(0.55, 0.13, 30.0);
    let leaf = Shape::rect([left, head, w + 0.068, FLOOR - head]);
    c.fill_down(&leaf, &[c.look.lit(paint, 0.5).ink(), c.look.shade(paint, 0.4).ink()]);
    let steel = c.look.lit(oklch(0.85, 0.01, 230.0), 0.45);
    c.rect([left + 0.012, y + h / 2.0 + 0.03, w + 0.044, 0.012], steel);
    c.rect([left + 0.012, FLOOR - 0.026, w + 0.044, 0.018], steel.darker(0.15));
    // The hall's clock over the door.
    let top = head - 0.042;
    c.disc([x, top], 0.03, c.look.silhouette(0.5));
    c.disc([x, top], 0.025, c.look.lit(oklch(0.97, 0.01, 90.0), 0.4));
    let ink = c.look.silhouette(0.4);
    for (beats, long, wide) in [(16.0, 0.019, 0.003), (192.0, 0.013, 0.004)] {
        let turn = c.turn(beats, 0.1);
        c.line([x, top], [x + turn.sin() * long, top - turn.cos() * long], wide, ink);
    }
}

fn sides(c: &mut Canvas) {
    let hall = corridor::hall(c, TOP);
    corridor::sides(c, &hall, oklch(0.86, 0.045, 90.0), oklch(0.88, 0.02, 85.0));
    corridor::panels(c, &hall, [0.38, 0.62], 5, PANEL);
    for wall in Wall::BOTH {
        lockers(c, &hall, wall);
    }
    garland(c, &hall);
}

fn lockers(c: &mut Canvas, hall: &Hall, wall: Wall) {
    let paint = steel(c);
    let mut chance = c.chance(if wall == Wall::Left { "left" } else { "right" });
    let count = 24;
    let (mut slits, mut gaps, mut locks) = (Shape::new(), Shape::new(), Shape::new());
    for i in (0..count).rev() {
        let (d0, d1) = (i as f32 / count as f32, (i as f32 + 1.0) / count as f32);
        let door = i % 7 == 4;
        let tone = chance.range(-0.025, 0.025);
        let share = 0.3 + 0.6 * d0;
        let depth = 0.08 + 0.45 * d0;
        if door {
            let wood = oklch(0.6, 0.09, 60.0);
            let leaf = Shape::polygon(&hall.wall(wall, [d0, d1], [0.34, 1.0]));
            c.fill(&leaf, c.look.under(wood, depth, share));
            let pane = Shape::polygon(&hall.wall(wall, [d0 + 0.01, d1 - 0.01], [0.42, 0.62]));
            let warm = c.look.lamp(PANEL);
            c.fill(&pane, warm.alpha(0.85).shining(0.35));
            continue;
        }
        let face = Shape::polygon(&hall.wall(wall, [d0, d1], [0.4, 1.0]));
        c.fill(&face, c.look.under(paint.lighter(tone), depth, share));
        gaps.add_polygon(&hall.wall(wall, [d0, d0 + 0.004], [0.4, 1.0]));
        for k in 0..3 {
            let v = 0.47 + 0.022 * k as f32;
            slits.add_polygon(&hall.wall(wall, [d0 + 0.013, d1 - 0.01], [v, v + 0.009]));
        }
        locks.add_polygon(&hall.wall(wall, [d0 + 0.008, d0 + 0.013], [0.68, 0.71]));
    }
    let dark = c.look.shade(paint.darker(0.2), 0.2);
    c.fill(&gaps, dark.alpha(0.8));
    c.fill(&slits, dark.alpha(0.75));
    let shine = 0.5 + 0.5 * c.now.reactive.hat.min(1.0);
    c.fill(
        &locks,
        c.look.lit(oklch(0.9, 0.01, 230.0), 0.2).mix(Oklch::WHITE, 0.3 * shine),
    );
    let cap = Shape::polygon(&hall.wall(wall, [-0.02, 1.0], [0.375, 0.402]));
    c.fill(&cap, c.look.under(paint.lighter(0.1), 0.25, 0.8));
    let skirting = Shape::polygon(&hall.wall(wall, [-0.02, 1.0], [0.965, 1.0]));
    c.fill(&skirting, c.look.silhouette(0.25).alpha(0.75));
}

/// Paper garlands for the dance swing across the hall.
fn garland(c: &mut Canvas, hall: &Hall) {
    let hues = [c.look.accent.h, c.look.accent.h + 150.0, 85.0];
    for (row, d) in [0.55_f32, 0.25, 0.1].into_iter().enumerate() {
        let s = hall.size(d);
        let (from, to) = (hall.at(0.0, 0.16, d), hall.at(1.0, 0.16, d));
        for i in 0..12 {
            let t = (i as f32 + 0.5) / 12.0;
            let sag = 0.12 * s * 4.0 * t * (1.0 - t);
            let sway = 0.02 * s * c.swing(4.0, t + 0.3 * row as f32);
            let x = from[0] + (to[0] - from[0]) * t;
            let y = from[1] + sag;
            let w = (to[0] - from[0]) / 28.0;
            let flag = Shape::polygon(&[[x - w, y], [x + w, y], [x + sway, y + 0.09 * s]]);
            c.fill(&flag, c.look.lit(oklch(0.66, 0.15, hues[i % 3]), 0.4 * d));
        }
    }
}

fn floor(c: &mut Canvas) {
    let hall = corridor::hall(c, TOP);
    let local = oklch(0.76, 0.045, 75.0);
    let tiles: Vec<[[f32; 2]; 4]> = (0..9)
        .flat_map(|i| (0..5).filter(move |k| (i + k) % 2 == 0).map(move |k| (i, k)))
        .map(|(i, k)| {
            hall.level(
                1.0,
                [k as f32 * 0.2, k as f32 * 0.2 + 0.2],
                [i as f32 / 9.0, (i as f32 + 1.0) / 9.0],
            )
        })
        .collect();
    corridor::floor(c, &hall, local, 0.36);
    let mut dark = Shape::new();
    for tile in &tiles {
        dark.add_polygon(tile);
    }
    c.fill(&dark, c.look.shade(steel(c), 0.1).alpha(0.25));
    let light = c.look.lamp(c.look.key.colour);
    let x = c.plan.portal.at[0];
    let path = hall.level(1.0, [0.36, 0.64], [0.1, 1.0]);
    c.fill_line(
        &Shape::polygon(&path),
        [x, FLOOR],
        [x, 0.45],
        &[light.screen(0.5 * c.look.key.strength), light.screen(0.0)],
    );
    c.dust("dust", [x - 0.3, -0.15, x + 0.3, 0.3], 14);
}

/// An open locker door close by, and a bench.
fn front(c: &mut Canvas) {
    let ink = c.look.silhouette(0.0);
    let a = c.look.aspect;
    let side = if c.plan.portal.at[0] > 0.0 { -1.0 } else { 1.0 };
    let shake = 0.005 * c.now.reactive.snare;
    let x = side * 0.5 * a;
    let hinge = x - side * (0.1 + shake);
    let door = Shape::polygon(&[
        [x + side * 0.2, -0.7],
        [hinge, -0.34],
        [hinge, 0.62],
        [x + side * 0.2, 0.9],
    ]);
    c.fill(&door, ink);
    let tint = c.look.shade(steel(c), 0.0).mix(ink, 0.45);
    for k in 0..4 {
        let y = -0.2 + 0.035 * k as f32;
        let slit = Shape::polygon(&[
            [hinge + side * 0.02, y],
            [hinge + side * 0.085, y - 0.012],
            [hinge + side * 0.085, y + 0.002],
            [hinge + side * 0.02, y + 0.012],
        ]);
        c.fill(&slit, tint);
    }
    let (l, r) = (-side * 0.24 * a, -side * 0.7 * a);
    let mut bench = Shape::rounded([l.min(r), 0.462, (r - l).abs(), 0.03], 0.012);
    bench.add_rect([-side * 0.3 * a - 0.012, 0.48, 0.024, 0.2]);
    bench.add_rect([-side * 0.45 * a - 0.012, 0.48, 0.024, 0.2]);
    c.fill(&bench, ink);
    let rim = c.look.lamp(c.look.key.colour);
    c.line([hinge, -0.34], [hinge, 0.6], 0.0035, rim.screen(0.45));
}
