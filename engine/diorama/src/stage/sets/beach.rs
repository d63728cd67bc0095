//! A beach: the sun over the sea is the portal, props stand on the sand, palms frame the picture.

use super::super::{
    canvas::{Canvas, Shape, Tree},
    chance::{Chance, fractal},
    look::Look,
    plan::{Floor, Plane, Portal, PortalShape, Rim, SetPlan, Stand},
};
use crate::colour::oklch;
use crate::design::Oklch;

const HORIZON: f32 = 0.08;
const SHORE: f32 = 0.24;
const SAND: Oklch = oklch(0.84, 0.065, 78.0);
const SEA: Oklch = oklch(0.62, 0.11, 222.0);

/// The sun (or moon) hangs over the sea off centre; the beach opens towards it.
pub fn plan(look: &mut Look) -> SetPlan {
    let a = look.aspect;
    let mut chance = Chance::new(look.seed, "beach");
    let side = if chance.happens(0.5) { 1.0 } else { -1.0 };
    let size = 0.24_f32.min(0.4 * a);
    look.key.at = [
        side * chance.range(0.1, 0.2) * a,
        HORIZON - size * 0.62 - chance.range(0.0, 0.05),
    ];
    look.key.size = size / 2.0;
    let wide = 0.45 * a;
    let stand = |plane, y, scale, floor| Stand {
        plane,
        y,
        x: [-wide, wide],
        scale,
        floor,
    };
    SetPlan {
        horizon: HORIZON,
        indoors: false,
        planes: vec![
            Plane::new("sky", 1.0, |c| c.sky()),
            Plane::new("headland", 0.85, headland),
            Plane::new("sea", 0.65, sea),
            Plane::new("sand", 0.3, sand),
            Plane::new("palms", 0.0, palms),
        ],
        stands: vec![
            stand("sand", 0.4, 1.0, Floor::Land),
            stand("sand", 0.345, 0.85, Floor::Land),
            stand("sand", 0.45, 1.1, Floor::Land),
            stand("sea", 0.15, 0.55, Floor::Water),
            stand("sea", 0.2, 0.75, Floor::Water),
        ],
        air: [-0.4 * a, -0.36, 0.4 * a, -0.08],
        air_plane: "sea",
        heavens: [-0.42 * a, -0.4, 0.42 * a, -0.2],
        heavens_plane: "sky",
        portal: Portal {
            plane: "sky",
            at: look.key.at,
            height: size,
            shape: PortalShape::Disc,
            rim: Rim::Glow(look.sun()),
            fill: look.sun(),
            veil: 0.55,
        },
    }
}

fn headland(c: &mut Canvas) {
    let light = c.look.key.at[0];
    let side = if light > 0.0 { -1.0 } else { 1.0 };
    for (name, reach, height, local) in [
        ("far cape", 0.75, 0.1, oklch(0.5, 0.05, 200.0)),
        ("near cape", 0.42, 0.15, oklch(0.46, 0.08, 150.0)),
    ] {
        let seed = c.seed(name);
        let edge = side * c.right();
        // Falls into the sea towards the light.
        let line = |x: f32| {
            let t = (1.0 - (edge - x).abs() / (c.right() * 2.0 * reach)).max(0.0);
            HORIZON + 0.004 - height * t.powf(0.7) * (0.75 + 0.4 * fractal(seed, x * 5.0, 4, 0.5))
        };
        let shape = Shape::below([c.left(), c.right()], HORIZON + 0.004, 90, line);
        let depth = c.depth - (0.75 - reach) * 0.5;
        let (crest, foot) = (c.look.lit(local, depth), c.look.shade(local, depth + 0.05));
        c.fill_line(
            &shape,
            [0.0, HORIZON - height],
            [0.0, HORIZON],
            &[crest.ink(), foot.ink()],
        );
    }
}

fn sea(c: &mut Canvas) {
    c.water("sea", HORIZON, SHORE + 0.14, SEA);
}

fn shore(c: &Canvas, x: f32, reach: f32) -> f32 {
    let seed = c.seed("shore");
    let bay = 0.03 * (x * 1.6 + (seed % 7) as f32).sin();
    SHORE + bay + reach + 0.008 * fractal(seed, x * 6.0 + c.turn(16.0, 0.0).sin() * 0.3, 2, 0.5)
}

fn sand(c: &mut Canvas) {
    // The wash runs up and back once in four beats, higher with the bass.
    let wash = 0.5 + 0.5 * c.swing(4.0, 0.0);
    let up = -0.014 * wash * (0.6 + 0.8 * c.now.reactive.bass);
    let below = |c: &Canvas, reach: f32| Shape::below([c.left(), c.right()], c.bottom(), 60, |x| shore(c, x, reach));
    let sand = c.look.ground(SAND);
    let (lit, near) = (c.look.lit(sand, 0.2), c.look.lit(sand.darker(0.1), 0.0));
    let wet = c.look.lit(SAND.darker(0.24), 0.2).mix(c.look.sky_at(0.8), 0.35);
    let foam = c.look.lit(oklch(0.97, 0.01, 220.0), 0.15);
    let film = below(c, up - 0.012);
    c.fill(&film, foam.alpha(0.9));
    let film = below(c, up);
    c.fill(&film, wet.alpha(0.96));
    let line = below(c, 0.018);
    c.fill(&line, foam.alpha(0.16));
    let dry = below(c, 0.034);
    c.fill_line(
        &dry,
        [0.0, SHORE],
        [0.0, 0.55],
        &[lit.ink(), lit.mix(near, 0.5).ink(), near.ink()],
    );
    // Dunes of light and shade, broad and few.
    let shade = c.look.shade(sand.darker(0.05), 0.05);
    let seed = c.seed("dunes");
    for i in 0..3 {
        let y = 0.33 + 0.075 * i as f32;
        let at = |x: f32| y + 0.02 * fractal(seed + i, x * 1.4, 2, 0.4);
        let mut band = Shape::new();
        let (l, r) = (c.left(), c.right());
        band.start(l, at(l));
        (1..=40).for_each(|s| {
            let x = l + (r - l) * s as f32 / 40.0;
            band.to(x, at(x));
        });
        (0..=40).rev().for_each(|s| {
            let x = l + (r - l) * s as f32 / 40.0;
            band.to(
                x,
                at(x) + 0.022 * (0.5 + fractal(seed + 9 + i, x * 1.1, 2, 0.4)).max(0.0),
            );
        });
        c.fill(&band, shade.alpha(0.2));
    }
    // A wet sheen under the light.
    let glint = c.look.lamp(c.look.key.colour);
    c.puff(
        [c.look.key.at[0], SHORE + 0.035],
        [0.3, 0.03],
        0.0,
        glint.screen(0.35 * c.look.key.strength),
    );
}

fn palms(c: &mut Canvas) {
    let mut chance = c.chance("palms");
    let ink = c.look.silhouette(0.02);
    let light = c.look.key.at[0];
    let side = if light > 0.0 { -1.0 } else { 1.0 };
    let a = c.look.aspect;
    let mut grove = Shape::new();
    for (x, h) in [(0.4, 0.84), (0.52, 0.64)] {
        c.grow(
            &mut grove,
            Tree::Palm,
            [side * (x * a), 0.6],
            h * chance.range(0.92, 1.06),
            &mut chance,
        );
    }
    c.fill(&grove, ink);
    let seed = c.seed("bank");
    let (l, r) = (c.left(), c.right());
    let bank = |x: f32| {
        let t = ((x * side) / (0.5 * a)).clamp(-1.0, 1.2);
        0.53 - 0.1 * ((t - 0.35) / 0.65).max(0.0) + 0.03 * fractal(seed, x * 3.0, 3, 0.5)
    };
    c.fill(&Shape::below([l, r], c.bottom(), 60, bank), ink);
    let reach = if side > 0.0 { [0.24 * a, r] } else { [l, -0.24 * a] };
    c.grass("bank grass", reach, 0.5, (46, 0.085), ink);
}
