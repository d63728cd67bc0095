//! A train platform: the station clock under the canopy is the portal; a train waits in the low light.

use super::super::{
    canvas::{Canvas, Shape, Skyline},
    chance::Chance,
    look::Look,
    plan::{Floor, Plane, Portal, PortalShape, Rim, SetPlan, Stand},
};
use super::{fittings::pendant, hall::Hall};
use crate::colour::oklch;
use crate::design::Oklch;

mod train;

const HORIZON: f32 = 0.09;
const WARM: Oklch = oklch(0.88, 0.11, 78.0);
/// The platform's edge across the station: the track lies before it, the platform after it.
const EDGE: f32 = 0.34;

/// The light stands low where the rails meet; the track is on its side.
pub fn plan(look: &mut Look) -> SetPlan {
    let a = look.aspect;
    let mut chance = Chance::new(look.seed, "platform");
    let side = if chance.happens(0.5) { 1.0 } else { -1.0 };
    let size = 0.22_f32.min(0.36 * a);
    look.key.at = [side * 0.1 * a, HORIZON - 0.1];
    look.key.size = 0.06;
    let floor = if look.wet() { Floor::Wet } else { Floor::Land };
    // The platform is the larger part of the picture on the side away from the track.
    let (from, to) = (-side * 0.44 * a, side * 0.12 * a);
    let stand = |y, scale| Stand {
        plane: "platform",
        y,
        x: [from.min(to), from.max(to)],
        scale,
        floor,
    };
    SetPlan {
        horizon: HORIZON,
        indoors: false,
        planes: vec![
            Plane::new("sky", 1.0, sky),
            Plane::new("town", 0.85, town),
            Plane::new("track", 0.5, track),
            Plane::new("platform", 0.32, platform),
            Plane::new("canopy", 0.3, canopy),
            Plane::new("front", 0.0, front),
        ],
        stands: vec![stand(0.4, 1.0), stand(0.32, 0.78), stand(0.455, 1.12)],
        air: [-0.4 * a, -0.28, 0.4 * a, -0.05],
        air_plane: "town",
        heavens: [-0.3 * a, -0.3, 0.3 * a, -0.2],
        heavens_plane: "sky",
        portal: Portal {
            plane: "canopy",
            at: [-side * 0.1 * a, -0.13],
            height: size,
            shape: PortalShape::Disc,
            rim: Rim::Frame(oklch(0.35, 0.03, 220.0), 0.022),
            fill: oklch(0.96, 0.03, 90.0),
            veil: 0.25,
        },
    }
}

/// 1 when the track is on the right.
fn side(c: &Canvas) -> f32 {
    c.look.key.at[0].signum()
}

/// The station's box; `u` runs from the track's side (0) to the platform's back (1).
fn at(c: &Canvas, u: f32, v: f32, deep: f32) -> [f32; 2] {
    let x = c.look.key.at[0] * 0.6;
    let half = 0.06 + 0.05 * c.look.aspect;
    let wide = c.right() + 0.3;
    let hall = Hall {
        far: [x - half, -0.03, x + half, HORIZON + 0.012],
        near: [-wide, -0.98, wide, 0.72],
    };
    let u = if side(c) > 0.0 { 1.0 - u } else { u };
    hall.at(u, v, deep)
}

fn size(deep: f32) -> f32 {
    1.0 / (1.0 + deep * 7.0)
}

fn quad(c: &Canvas, points: [[f32; 3]; 4]) -> Shape {
    Shape::polygon(&points.map(|[u, v, deep]| at(c, u, v, deep)))
}

fn sky(c: &mut Canvas) {
    c.sky();
    c.sun_or_moon();
}

fn town(c: &mut Canvas) {
    let (l, r) = (c.left(), c.right());
    for (name, height, local) in [
        ("far", [0.05, 0.16], oklch(0.6, 0.05, 260.0)),
        ("near", [0.03, 0.09], oklch(0.5, 0.06, 280.0)),
    ] {
        c.skyline(
            name,
            Skyline {
                base: HORIZON + 0.02,
                x: [l, r],
                height,
                width: [0.05, 0.1],
                local,
                lit: 0.5,
            },
        );
    }
    let glow = c.look.lamp(c.look.key.colour);
    c.glow(c.look.key.at, 0.4, glow.screen(0.5 * c.look.key.strength.max(0.4)));
}

fn track(c: &mut Canvas) {
    let (l, r, bottom) = (c.left(), c.right(), c.bottom());
    let ballast = oklch(0.46, 0.03, 50.0);
    let (far, near) = (c.look.lit(ballast, 0.5), c.look.shade(ballast, 0.05));
    let top = HORIZON + 0.012;
    c.fill_line(
        &Shape::rect([l, top, r - l, bottom - top]),
        [0.0, top],
        [0.0, 0.5],
        &[far.ink(), near.ink()],
    );
    let low = 1.09;
    let mut sleepers = Shape::new();
    for i in 0..26 {
        let d = 0.01 + i as f32 * 0.025;
        let points = [
            [-0.02, low, d],
            [0.26, low, d],
            [0.26, low, d + 0.011],
            [-0.02, low, d + 0.011],
        ];
        sleepers.add_polygon(&points.map(|[u, v, deep]| at(c, u, v, deep)));
    }
    c.fill(&sleepers, c.look.shade(oklch(0.4, 0.04, 40.0), 0.1));
    let steel = c.look.lit(oklch(0.8, 0.02, 240.0), 0.1);
    let light = c.look.lamp(c.look.key.colour);
    for u in [0.05, 0.19] {
        let rail = quad(
            c,
            [
                [u, low, 0.0],
                [u + 0.012, low, 0.0],
                [u + 0.012, low, 1.0],
                [u, low, 1.0],
            ],
        );
        c.fill(&rail, steel.mix(light, 0.4));
    }
    if c.look.wet() {
        c.mirror(top, bottom, 0.3, 0.3);
    }
    // A wall and a hedge shut the track off.
    let brick = oklch(0.5, 0.06, 35.0);
    let wall = quad(
        c,
        [
            [-0.3, 0.84, 0.0],
            [-0.3, 0.84, 1.0],
            [-0.3, 1.08, 1.0],
            [-0.3, 1.08, 0.0],
        ],
    );
    let (near_x, far_x) = (at(c, -0.3, 1.0, 0.1)[0], at(c, -0.3, 1.0, 1.0)[0]);
    let tones = [c.look.shade(brick, 0.1).ink(), c.look.lit(brick, 0.5).ink()];
    c.fill_line(&wall, [near_x, 0.0], [far_x, 0.0], &tones);
    let mut hedge = Shape::new();
    for i in 0..30 {
        let d = (i as f32 / 30.0).powi(2);
        let [x, y] = at(c, -0.31, 0.84, d);
        hedge.add_ellipse([x, y], [0.16 * size(d), 0.1 * size(d)]);
    }
    c.fill(&hedge, c.look.shade(oklch(0.46, 0.09, 145.0), 0.35));
    train::draw(c);
    // Masts and the wire over the track.
    let ink = c.look.silhouette(0.4);
    for d in [0.8, 0.45, 0.2] {
        let (foot, head) = (at(c, -0.14, 1.0, d), at(c, -0.14, 0.12, d));
        let mut mast = Shape::new();
        mast.add_taper(foot, 0.03 * size(d), head, 0.02 * size(d));
        mast.add_taper(
            at(c, -0.14, 0.2, d),
            0.018 * size(d),
            at(c, 0.14, 0.2, d),
            0.012 * size(d),
        );
        c.fill(&mast, ink);
    }
    let (from, to) = (at(c, 0.12, 0.22, 1.0), at(c, 0.12, 0.22, 0.0));
    c.wire(from, to, 0.01, 0.0025, ink);
}

fn platform(c: &mut Canvas) {
    let stone = oklch(0.62, 0.025, 70.0);
    let (far, near) = (c.look.lit(stone, 0.4), c.look.shade(stone, 0.05));
    let bottom = c.bottom();
    let side_wall = quad(
        c,
        [
            [EDGE, 1.0, 0.0],
            [EDGE, 1.0, 1.0],
            [EDGE - 0.01, 1.1, 1.0],
            [EDGE - 0.01, 1.1, 0.0],
        ],
    );
    c.fill(&side_wall, c.look.shade(stone.darker(0.15), 0.1));
    let floor = quad(
        c,
        [[EDGE, 1.0, 0.0], [EDGE, 1.0, 1.0], [1.3, 1.0, 1.0], [1.3, 1.0, 0.0]],
    );
    c.fill_line(
        &floor,
        [0.0, HORIZON],
        [0.0, bottom],
        &[far.ink(), far.mix(near, 0.5).ink(), near.ink()],
    );
    let mut slabs = Shape::new();
    for i in 0..9 {
        let d = i as f32 * 0.11;
        let points = [
            [EDGE, 1.0, d],
            [1.2, 1.0, d],
            [1.2, 1.0, d + 0.05],
            [EDGE, 1.0, d + 0.05],
        ];
        slabs.add_polygon(&points.map(|[u, v, deep]| at(c, u, v, deep)));
    }
    c.fill(&slabs, near.alpha(0.18));
    let line = quad(
        c,
        [
            [EDGE + 0.035, 1.0, 0.0],
            [EDGE + 0.035, 1.0, 1.0],
            [EDGE + 0.06, 1.0, 1.0],
            [EDGE + 0.06, 1.0, 0.0],
        ],
    );
    c.fill(&line, c.look.lit(oklch(0.84, 0.16, 88.0), 0.15));
    let edge = quad(
        c,
        [
            [EDGE, 1.0, 0.0],
            [EDGE, 1.0, 1.0],
            [EDGE + 0.015, 1.0, 1.0],
            [EDGE + 0.015, 1.0, 0.0],
        ],
    );
    c.fill(&edge, c.look.lit(oklch(0.9, 0.01, 80.0), 0.15));
    let light = c.look.lamp(c.look.key.colour);
    c.puff(
        [c.look.key.at[0] * 0.3, 0.24],
        [0.4, 0.1],
        0.0,
        light.screen(0.3 * c.look.key.strength.max(0.4)),
    );
    if c.look.wet() {
        c.mirror(0.2, bottom, 0.25, 0.25);
    }
    let warm = c.look.lamp(WARM);
    for d in [0.7_f32, 0.42, 0.2] {
        let pool = at(c, 0.66, 1.0, d);
        c.puff(
            pool,
            [0.3 * size(d), 0.07 * size(d)],
            0.0,
            warm.screen(0.5 * c.look.lamps()),
        );
    }
    benches(c);
}

fn benches(c: &mut Canvas) {
    let wood = oklch(0.5, 0.09, 50.0);
    for d in [0.5_f32, 0.26] {
        let s = size(d);
        let [x, y] = at(c, 0.86, 1.0, d);
        let (lit, shade) = (c.look.lit(wood, 0.3), c.look.shade(wood, 0.2));
        let w = 0.34 * s;
        c.contact_shadow([x, y], w, 0.4);
        let mut legs = Shape::rect([x - w * 0.42, y - 0.1 * s, 0.02 * s, 0.1 * s]);
        legs.add_rect([x + w * 0.4, y - 0.1 * s, 0.02 * s, 0.1 * s]);
        c.fill(&legs, c.look.silhouette(0.2));
        c.rect([x - w / 2.0, y - 0.12 * s, w, 0.03 * s], lit);
        c.rect([x - w / 2.0, y - 0.22 * s, w, 0.035 * s], shade.mix(lit, 0.6));
        c.rect([x - w / 2.0, y - 0.175 * s, w, 0.025 * s], shade.mix(lit, 0.4));
    }
}

/// The roof on its pillars, its lamps, and the rod from which the clock hangs.
fn canopy(c: &mut Canvas) {
    let iron = oklch(0.4, 0.05, 200.0);
    let (lit, shade) = (c.look.lit(iron, 0.3), c.look.shade(iron, 0.15));
    let roof = quad(
        c,
        [[0.3, 0.2, -0.02], [0.3, 0.2, 1.0], [1.3, 0.1, 1.0], [1.3, 0.1, -0.02]],
    );
    let top = c.top();
    let light = c.look.under(iron.lighter(0.2), 0.4, 0.9);
    c.fill_line(
        &roof,
        [0.0, HORIZON - 0.08],
        [0.0, top],
        &[light.ink(), shade.mix(lit, 0.5).ink(), shade.ink()],
    );
    let mut beams = Shape::new();
    for i in 0..8 {
        let d = (i as f32 + 0.2) / 8.0;
        let points = [
            [0.3, 0.2, d],
            [1.3, 0.1, d],
            [1.3, 0.1, d + 0.018],
            [0.3, 0.215, d + 0.018],
        ];
        beams.add_polygon(&points.map(|[u, v, deep]| at(c, u, v, deep)));
    }
    c.fill(&beams, shade.darker(0.05));
    let fascia = quad(
        c,
        [
            [0.3, 0.2, -0.02],
            [0.3, 0.2, 1.0],
            [0.3, 0.255, 1.0],
            [0.3, 0.255, -0.02],
        ],
    );
    c.fill(&fascia, lit.mix(shade, 0.3));
    for d in [0.7_f32, 0.42, 0.2, 0.04] {
        let s = size(d);
        let (foot, head) = (at(c, 0.95, 1.0, d), at(c, 0.95, 0.14, d));
        let mut pillar = Shape::new();
        pillar.add_taper(foot, 0.055 * s, head, 0.045 * s);
        pillar.add_rect([foot[0] - 0.045 * s, foot[1] - 0.06 * s, 0.09 * s, 0.06 * s]);
        for k in [-1.0_f32, 1.0] {
            pillar
                .start(head[0], head[1] + 0.24 * s)
                .curve(head[0], head[1], head[0] + k * 0.22 * s, head[1]);
            pillar
                .to(head[0] + k * 0.25 * s, head[1] - 0.02 * s)
                .to(head[0], head[1])
                .close();
        }
        let k = side(c);
        c.fill_line(
            &pillar,
            [foot[0] + k * 0.03 * s, 0.0],
            [foot[0] - k * 0.03 * s, 0.0],
            &[lit.lighter(0.08).ink(), shade.ink()],
        );
        let lamp = at(c, 0.66, 0.36, d);
        let cord = at(c, 0.66, 0.16, d)[1];
        if d > 0.1 {
            pendant(c, lamp, cord, 0.06 * s, iron, WARM);
        }
    }
    let [x, y] = c.plan.portal.at;
    c.line([x, y], [x, top], 0.014, shade.darker(0.05));
}

/// A pillar and a railing close by, and birds' wires above the track.
fn front(c: &mut Canvas) {
    let ink = c.look.silhouette(0.0);
    let a = c.look.aspect;
    let side = side(c);
    let shake = 0.004 * c.now.reactive.snare;
    let x = -side * (0.485 * a) + shake;
    let mut iron = Shape::rect([x - 0.03, -0.6, 0.06, 1.3]);
    iron.add_rect([x - 0.045, 0.3, 0.09, 0.3]);
    iron.start(x, -0.2).curve(x, -0.46, x + side * 0.24, -0.46);
    iron.to(x + side * 0.24, -0.5).to(x, -0.5).close();
    let (l, r) = (side * 0.2 * a, side * 0.66 * a);
    iron.add_rect([l.min(r), 0.455 + shake, (r - l).abs(), 0.014]);
    iron.add_rect([l.min(r), 0.51 + shake, (r - l).abs(), 0.01]);
    for k in 0..5 {
        iron.add_rect([l + (r - l) * k as f32 / 4.0 - 0.006, 0.455 + shake, 0.012, 0.2]);
    }
    c.fill(&iron, ink);
    let rim = c.look.lamp(c.look.key.colour);
    c.line([x + side * 0.03, -0.4], [x + side * 0.03, 0.6], 0.003, rim.screen(0.4));
    c.line([l, 0.455 + shake], [r, 0.455 + shake], 0.003, rim.screen(0.4));
}
