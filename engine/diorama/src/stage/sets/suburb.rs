//! A suburb: gabled houses behind lawns and fences; the large front window of the nearest one is the portal.

use super::super::{
    canvas::{Canvas, Ridge, Shape, Tree},
    chance::Chance,
    look::Look,
    plan::{Floor, Plane, Portal, PortalShape, Rim, SetPlan, Stand},
};
use crate::colour::oklch;
use crate::design::Oklch;
use house::House;

mod house;

const HORIZON: f32 = 0.12;
const LAWN: f32 = 0.19;
const KERB: f32 = 0.3;
const WARM: Oklch = oklch(0.86, 0.13, 75.0);

/// The house stands on one side, the sun on the other.
pub fn plan(look: &mut Look) -> SetPlan {
    let a = look.aspect;
    let mut chance = Chance::new(look.seed, "suburb");
    let side = if chance.happens(0.5) { 1.0 } else { -1.0 };
    let height = 0.18_f32.min(0.27 * a);
    look.key.at = [-side * chance.range(0.24, 0.34) * a, -0.27];
    look.key.size = 0.055;
    let floor = if look.wet() { Floor::Wet } else { Floor::Land };
    let stand = |y, scale, floor| Stand {
        plane: "road",
        y,
        x: [-0.42 * a, 0.42 * a],
        scale,
        floor,
    };
    let lamp_light = look.lamps();
    SetPlan {
        horizon: HORIZON,
        indoors: false,
        planes: vec![
            Plane::new("sky", 1.0, sky),
            Plane::new("hills", 0.82, hills),
            Plane::new("houses", 0.5, houses),
            Plane::new("fence", 0.4, fence),
            Plane::new("road", 0.3, road),
            Plane::new("front", 0.0, front),
        ],
        stands: vec![
            stand(0.41, 1.0, floor),
            stand(0.36, 0.86, floor),
            stand(0.46, 1.12, floor),
        ],
        air: [-0.42 * a, -0.4, 0.42 * a, -0.2],
        air_plane: "hills",
        heavens: [-0.42 * a, -0.42, 0.42 * a, -0.28],
        heavens_plane: "sky",
        portal: Portal {
            plane: "houses",
            at: [side * 0.1 * a - side * 0.06, 0.0],
            height,
            shape: PortalShape::Rounded(1.2, 0.03),
            rim: Rim::Frame(oklch(0.95, 0.01, 90.0), 0.016),
            fill: oklch(0.62, 0.06, 230.0).mix(WARM, lamp_light),
            veil: 0.25,
        },
    }
}

fn sky(c: &mut Canvas) {
    c.sky();
    c.sun_or_moon();
}

fn hills(c: &mut Canvas) {
    let ridge = Ridge {
        y: HORIZON - 0.03,
        height: 0.05,
        wave: 0.5,
        rough: 0.35,
    };
    c.hills("far", ridge, oklch(0.55, 0.07, 165.0));
    let ink = c.look.shade(oklch(0.46, 0.08, 150.0), 0.6);
    let (l, r) = (c.left(), c.right());
    c.tree_row(
        "far trees",
        &[Tree::Round, Tree::Poplar],
        [l, r],
        (16, 0.16),
        ink,
        |_| LAWN,
    );
}

fn houses(c: &mut Canvas) {
    let a = c.look.aspect;
    let mut chance = c.chance("houses");
    let walls = [
        oklch(0.86, 0.06, 85.0),
        oklch(0.78, 0.07, 215.0),
        oklch(0.8, 0.08, 25.0),
        oklch(0.82, 0.06, 150.0),
        oklch(0.9, 0.02, 90.0),
    ];
    let roofs = [
        oklch(0.46, 0.09, 30.0),
        oklch(0.42, 0.05, 260.0),
        oklch(0.45, 0.06, 50.0),
    ];
    let px = c.plan.portal.at[0];
    let side = c.plan.portal.at[0].signum();
    let main = 0.5_f32.min(0.85 * a);
    let ground = c.look.lit(oklch(0.6, 0.12, 135.0), 0.45);
    let near = c.look.shade(oklch(0.55, 0.12, 140.0), 0.3);
    let (l, r) = (c.left(), c.right());
    c.fill_line(
        &Shape::rect([l, LAWN - 0.02, r - l, 0.5]),
        [0.0, LAWN],
        [0.0, KERB],
        &[ground.ink(), near.ink()],
    );
    let leaf = c.look.shade(oklch(0.46, 0.1, 145.0), 0.45);
    c.tree_row("yard trees", &[Tree::Round], [l, r], (7, 0.34), leaf, |_| LAWN + 0.01);
    let start = chance.below(5);
    for (i, k) in [-2.0_f32, 2.0, -1.0, 1.0].into_iter().enumerate() {
        let house = House {
            x: px + side * 0.06 + k * (main * 0.5 + 0.29),
            wide: 0.36,
            wall: walls[(start + i + 1) % 5],
            roof: roofs[i % 3],
            gable: 0.12 + 0.02 * i as f32,
        };
        neighbour(c, &house, &mut chance);
    }
    home(c, main, walls[start], roofs[start % 3]);
}

fn neighbour(c: &mut Canvas, house: &House, chance: &mut Chance) {
    let top = 0.03;
    house.body(c, top);
    let x = house.x;
    let (first, second) = (chance.happens(0.7), chance.happens(0.6));
    house::window(c, [x - 0.12, 0.07, 0.07, 0.065], first);
    house::window(c, [x + 0.05, 0.07, 0.07, 0.065], second);
    house::window(c, [x - 0.025, -0.035, 0.05, 0.045], second);
    let door = c.look.lit(house.roof.lighter(0.1).vivid(1.4), 0.35);
    c.rect([x - 0.028, 0.095, 0.056, LAWN - 0.085], door);
}

fn home(c: &mut Canvas, wide: f32, wall: Oklch, roof: Oklch) {
    let side = c.plan.portal.at[0].signum();
    let [px, py] = c.plan.portal.at;
    let (h, w) = (c.plan.portal.height, c.plan.portal.height * c.plan.portal.ratio());
    let x = px + side * 0.06;
    let top = py - h / 2.0 - 0.05;
    let gable = wide * 0.42;
    // The chimney smokes in puffs that rise with the beat.
    let chimney = x - side * wide * 0.26;
    let brick = oklch(0.5, 0.08, 35.0);
    c.rect(
        [chimney - 0.025, top - gable * 0.95, 0.05, gable * 0.7],
        c.look.lit(brick, 0.35),
    );
    c.rect(
        [chimney - 0.031, top - gable * 0.97, 0.062, 0.016],
        c.look.shade(brick, 0.3),
    );
    let smoke = c.look.words(c.look.haze.lighter(0.08));
    for i in 0..5 {
        let t = c.cycle(16.0, i as f32 / 5.0);
        let r = 0.014 + 0.05 * t;
        let at = [chimney + 0.1 * t * t, top - gable * 0.97 - 0.2 * t];
        c.puff(at, [r, r * 0.8], 0.1, smoke.alpha(0.5 * (1.0 - t)));
    }
    let house = House {
        x,
        wide,
        wall,
        roof,
        gable,
    };
    let [lit, shade] = house.body(c, top);
    let mut boards = Shape::new();
    for i in 0..9 {
        boards.add_rect([x - wide / 2.0, top + (LAWN - top) * i as f32 / 9.0, wide, 0.0025]);
    }
    c.fill(&boards, shade.alpha(0.3));
    let attic = [x, top - gable * 0.36];
    let warm = c.look.lamp(WARM);
    let on = c.look.lamps();
    c.disc(attic, gable * 0.17, c.look.lit(oklch(0.95, 0.01, 90.0), 0.3));
    let glass = c.look.shade(oklch(0.4, 0.05, 240.0), 0.3).mix(c.look.sky_at(0.4), 0.35);
    c.disc(attic, gable * 0.135, glass.mix(warm, on).shining(0.5 * on));
    // Door, step, porch lamp; a sill with flowers under the window.
    let door = x + side * (wide * 0.5 - 0.075);
    c.rect([door - 0.046, 0.02, 0.092, LAWN - 0.008], lit.lighter(0.05));
    c.rect(
        [door - 0.037, 0.03, 0.074, LAWN - 0.018],
        c.look.lit(c.look.accent.darker(0.14), 0.3),
    );
    c.disc(
        [door - side * 0.024, 0.12],
        0.006,
        c.look.lit(oklch(0.85, 0.1, 85.0), 0.2),
    );
    c.rect(
        [door - 0.06, LAWN + 0.002, 0.12, 0.016],
        c.look.lit(oklch(0.75, 0.02, 80.0), 0.3),
    );
    c.lamp([door - side * 0.062, 0.035], 0.009, WARM, Some(LAWN + 0.02));
    let wood = c.look.lit(oklch(0.95, 0.01, 90.0), 0.3);
    c.rect([px - w / 2.0 - 0.02, py + h / 2.0 + 0.012, w + 0.04, 0.02], wood);
    let mut chance = c.chance("flowers");
    let bed = c.look.lit(oklch(0.52, 0.12, 145.0), 0.3);
    let mut leaves = Shape::new();
    let mut heads = Shape::new();
    for i in 0..12 {
        let at = [px + (i as f32 / 11.0 - 0.5) * w, py + h / 2.0 + 0.01];
        leaves.add_ellipse(at, [0.013, 0.011]);
        heads.add_ellipse([at[0], at[1] - 0.012 * chance.unit()], [0.006, 0.006]);
    }
    c.fill(&leaves, bed);
    c.fill(&heads, c.look.lit(c.look.accent.lighter(0.05), 0.25));
    c.puff([px, LAWN + 0.045], [w * 0.7, 0.035], 0.0, warm.screen(0.4 * on));
}

fn fence(c: &mut Canvas) {
    let side = c.plan.portal.at[0].signum();
    let main = 0.5_f32.min(0.85 * c.look.aspect);
    let gate = c.plan.portal.at[0] + side * (0.06 + main * 0.5 - 0.075);
    let (l, r) = (c.left(), c.right());
    let stone = c.look.lit(oklch(0.76, 0.02, 80.0), 0.3);
    let path = Shape::polygon(&[
        [gate - 0.04, LAWN + 0.016],
        [gate + 0.04, LAWN + 0.016],
        [gate + 0.075, KERB],
        [gate - 0.075, KERB],
    ]);
    c.fill(&path, stone);
    let bush = c.look.lit(oklch(0.5, 0.11, 142.0), 0.35);
    let dark = c.look.shade(oklch(0.42, 0.1, 145.0), 0.3);
    let mut chance = c.chance("bushes");
    let (mut low, mut high) = (Shape::new(), Shape::new());
    for i in 0..14 {
        let x = l + (r - l) * (i as f32 + chance.unit()) / 14.0;
        let size = chance.range(0.02, 0.04);
        if (x - gate).abs() > 0.12 {
            low.add_ellipse([x, LAWN + 0.03], [size * 1.3, size]);
            high.add_ellipse([x - 0.006, LAWN + 0.02], [size, size * 0.7]);
        }
    }
    c.fill(&low, dark);
    c.fill(&high, bush);
    let white = oklch(0.96, 0.01, 95.0);
    let (lit, shade) = (c.look.lit(white, 0.3), c.look.shade(white, 0.2));
    let mut pickets = Shape::new();
    let step = 0.032;
    let count = ((r - l) / step) as usize;
    let foot = KERB - 0.015;
    for i in 0..count {
        let x = l + i as f32 * step;
        if (x - gate).abs() > 0.085 {
            pickets.add_polygon(&[
                [x - 0.009, foot],
                [x - 0.009, foot - 0.062],
                [x, foot - 0.074],
                [x + 0.009, foot - 0.062],
                [x + 0.009, foot],
            ]);
        }
    }
    let mut rails = Shape::new();
    for y in [foot - 0.05, foot - 0.02] {
        rails.add_rect([l, y, (gate - 0.08 - l).max(0.0), 0.008]);
        rails.add_rect([gate + 0.08, y, (r - gate - 0.08).max(0.0), 0.008]);
    }
    c.fill(&rails, lit.mix(shade, 0.5));
    c.fill(&pickets, lit);
}

fn road(c: &mut Canvas) {
    let (l, r, bottom) = (c.left(), c.right(), c.bottom());
    let stone = oklch(0.7, 0.02, 80.0);
    let asphalt = oklch(0.44, 0.015, 265.0);
    c.fill_down(
        &Shape::rect([l, KERB - 0.012, r - l, 0.04]),
        &[c.look.lit(stone, 0.25).ink(), c.look.lit(stone.darker(0.05), 0.2).ink()],
    );
    c.rect([l, KERB + 0.026, r - l, 0.012], c.look.shade(stone, 0.2));
    let (far, near) = (c.look.lit(asphalt, 0.2), c.look.shade(asphalt, 0.0));
    let top = KERB + 0.038;
    c.fill_line(
        &Shape::rect([l, top, r - l, bottom]),
        [0.0, top],
        [0.0, 0.6],
        &[far.ink(), far.mix(near, 0.4).ink(), near.ink()],
    );
    let mut marks = Shape::new();
    let count = ((r - l) / 0.26) as usize;
    for i in 0..=count {
        let x = l + i as f32 * 0.26;
        marks.add_polygon(&[[x, 0.432], [x + 0.14, 0.432], [x + 0.13, 0.444], [x - 0.012, 0.444]]);
    }
    let paint = c.look.lit(oklch(0.88, 0.08, 90.0), 0.1);
    c.fill(&marks, paint.alpha(0.8));
    if c.look.wet() {
        c.mirror(top, bottom, 0.4, 0.3);
        c.splashes("splashes", 0.32, 0.55, 60);
    }
    // A street lamp stands at the kerb.
    let a = c.look.aspect;
    let side = c.plan.portal.at[0].signum();
    let x = side * 0.46 * a;
    let ink = c.look.silhouette(0.2);
    let mut post = Shape::new();
    post.add_taper([x, KERB + 0.01], 0.014, [x, -0.2], 0.008);
    c.fill(&post, ink);
    let mut arm = Shape::new();
    arm.start(x, -0.195).curve(x, -0.25, x - side * 0.09, -0.24);
    c.stroke(&arm, 0.007, ink);
    c.lamp([x - side * 0.09, -0.235], 0.012, WARM, Some(KERB + 0.02));
}

/// A branch hangs into the picture; wires cross the sky; leaves at the lower edge.
fn front(c: &mut Canvas) {
    let ink = c.look.silhouette(0.0);
    let a = c.look.aspect;
    let side = -c.plan.portal.at[0].signum();
    let (l, r) = (c.left(), c.right());
    c.wire([l, -0.4], [r, -0.44], 0.04, 0.003, ink);
    c.wire([l, -0.43], [r, -0.46], 0.04, 0.003, ink);
    let mut chance = c.chance("branch");
    let root = [side * 0.56 * a, -0.5];
    let shake = 0.006 * c.now.reactive.snare;
    let mut bough = Shape::new();
    for (reach, drop) in [(0.3_f32, 0.16_f32), (0.2, 0.26), (0.36, 0.06)] {
        let sway = 0.008 * c.swing(4.0, reach) + shake;
        let tip = [root[0] - side * reach * a.max(0.8) * 0.8, root[1] + drop + sway];
        bough.add_taper(root, 0.03, tip, 0.004);
        for i in 0..16 {
            let t = 0.25 + 0.75 * i as f32 / 15.0;
            let at = [0, 1].map(|k| root[k] + (tip[k] - root[k]) * t);
            let (dx, dy) = (chance.sign() * 0.035, chance.sign() * 0.035);
            let size = chance.range(0.016, 0.032);
            bough.add_ellipse([at[0] + dx, at[1] + dy + sway * t], [size, size * 0.7]);
        }
    }
    c.fill(&bough, ink);
    let mut hedge = Shape::new();
    for i in 0..10 {
        let t = i as f32 / 9.0;
        let x = side * (0.22 + 0.4 * t) * a;
        let size = chance.range(0.04, 0.08);
        hedge.add_ellipse([x, 0.55 - 0.05 * t], [size * 1.4, size]);
    }
    c.fill(&hedge, ink);
}
