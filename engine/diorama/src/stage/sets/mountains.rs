//! High mountains: snowy faces in the sun over a lake that mirrors them, a meadow shore, firs in front.

use super::super::super::design::Weather;
use super::super::{
    canvas::{Canvas, Shape, Tree},
    chance::fractal,
    look::Look,
    plan::{Floor, Plane, SetPlan},
};
use super::open_air::{self, Peak};
use crate::colour::oklch;
use crate::design::Oklch;

const HORIZON: f32 = 0.11;
const ROCK: Oklch = oklch(0.56, 0.05, 285.0);
const SNOW: Oklch = oklch(0.97, 0.012, 240.0);
const LAKE: Oklch = oklch(0.55, 0.09, 205.0);
const GRASS: Oklch = oklch(0.66, 0.12, 125.0);

/// The sun stands beside the main summit.
pub fn plan(look: &mut Look) -> SetPlan {
    let a = look.aspect;
    let side = open_air::side(look, "mountains");
    let size = 0.2_f32.min(0.31 * a);
    look.key.at = [side * 0.2 * a, -0.25];
    look.key.size = size / 2.0;
    let portal = open_air::sun(look, "sky", size, 0.55);
    let planes = vec![
        Plane::new("sky", 1.0, |c| c.sky()),
        Plane::new("range", 0.88, range),
        Plane::new("massif", 0.7, massif),
        Plane::new("lake", 0.5, lake),
        Plane::new("shore", 0.28, shore),
        Plane::new("firs", 0.0, firs),
    ];
    let mut stands = open_air::stands(
        "shore",
        0.43 * a,
        &[
            (0.4, 1.0, Floor::Land),
            (0.345, 0.85, Floor::Land),
            (0.45, 1.1, Floor::Land),
        ],
    );
    stands.extend(open_air::stands(
        "lake",
        0.4 * a,
        &[(0.18, 0.55, Floor::Water), (0.22, 0.7, Floor::Water)],
    ));
    open_air::under_sky(look, HORIZON, planes, stands, "massif", portal)
}

fn range(c: &mut Canvas) {
    let mut chance = c.chance("range");
    let count = (c.right() * 2.0 / 0.24).ceil() as usize;
    for i in 0..count {
        let x = c.left() + c.right() * 2.0 * (i as f32 + chance.range(0.2, 0.8)) / count as f32;
        let peak = Peak {
            apex: [x, HORIZON - chance.range(0.12, 0.22)],
            half: chance.range(0.18, 0.26),
            foot: HORIZON + 0.02,
            local: ROCK.lighter(0.06),
            snow: Some((chance.range(0.3, 0.5), SNOW)),
        };
        peak.draw(c, &mut chance);
    }
}

fn massif(c: &mut Canvas) {
    let mut chance = c.chance("massif");
    let a = c.look.aspect;
    let side = c.plan.portal.at[0].signum();
    let half = 0.26 + 0.13 * a;
    let winter = if c.look.weather == Weather::Snow { 0.2 } else { 0.0 };
    let peak = |x: f32, tall: f32, wide: f32, snow: f32| Peak {
        apex: [-side * x * a, HORIZON - tall],
        half: half * wide,
        foot: HORIZON + 0.015,
        local: ROCK,
        snow: Some((snow + winter, SNOW)),
    };
    for peak in [
        peak(0.46, 0.3, 0.8, 0.42),
        peak(-0.46, 0.22, 0.75, 0.34),
        peak(0.14, 0.47, 1.0, 0.48),
    ] {
        peak.draw(c, &mut chance);
    }
    let haze = c.look.words(c.look.haze);
    c.mist(HORIZON - 0.03, 0.06, haze.alpha(0.5));
    c.fog_bank("valley mist", HORIZON - 0.04, 0.03, haze.alpha(0.4));
    // Woods along the far shore.
    let seed = c.seed("woods");
    let line = |x: f32| HORIZON - 0.012 - 0.03 * fractal(seed, x * 2.2, 3, 0.5).abs();
    let wood = oklch(0.4, 0.07, 155.0);
    let (lit, dark) = (c.look.under(wood, 0.5, 0.7), c.look.shade(wood, 0.5));
    let shape = Shape::below([c.left(), c.right()], HORIZON + 0.03, 70, line);
    c.fill_line(&shape, [0.0, HORIZON - 0.05], [0.0, HORIZON], &[lit.ink(), dark.ink()]);
    let (l, r) = (c.left(), c.right());
    let count = (r * 2.0 / 0.035) as usize;
    c.tree_row(
        "woods",
        &[Tree::Conifer],
        [l, r],
        (count, 0.05),
        lit.mix(dark, 0.5),
        |x| line(x) + 0.015,
    );
}

fn lake(c: &mut Canvas) {
    c.water("lake", HORIZON + 0.003, 0.34, LAKE);
    let haze = c.look.words(c.look.haze);
    c.mist(HORIZON + 0.005, 0.025, haze.alpha(0.35));
}

fn shore(c: &mut Canvas) {
    let seed = c.seed("shore");
    let line = |x: f32| 0.27 + 0.025 * (x * 2.3 + (seed % 5) as f32).sin() + 0.012 * fractal(seed, x * 5.0, 3, 0.5);
    let pebble = c.look.lit(oklch(0.74, 0.02, 80.0), 0.2);
    let beach = Shape::below([c.left(), c.right()], c.bottom(), 60, |x| line(x) - 0.012);
    c.fill(&beach, pebble);
    open_air::ground(c, GRASS, 0.26, line);
    let (shade, light) = (
        c.look.shade(GRASS.darker(0.05), 0.05),
        c.look.lit(GRASS.lighter(0.1), 0.1),
    );
    open_air::sweeps(c, "meadow shade", [0.3, 0.55], 3, shade.alpha(0.35));
    open_air::sweeps(c, "meadow light", [0.28, 0.5], 3, light.alpha(0.3));
    let mut chance = c.chance("boulders");
    for (x, y, size) in [(-0.36, 0.3, 0.07), (0.3, 0.285, 0.05), (0.44, 0.33, 0.09)] {
        let at = [x * c.look.aspect, y];
        c.contact_shadow([at[0], y], size * 1.1, 0.4);
        c.rock(at, [size, size * 0.55], oklch(0.66, 0.02, 260.0), &mut chance);
    }
}

fn firs(c: &mut Canvas) {
    let mut chance = c.chance("firs");
    let a = c.look.aspect;
    let side = -c.plan.portal.at[0].signum();
    let ink = c.look.silhouette(0.01);
    let shake = 0.003 * c.now.reactive.snare;
    let mut wood = Shape::new();
    for (x, h) in [(0.48, 0.98), (0.6, 0.78), (-0.56, 0.55)] {
        let at = [side * (x * a + shake), 0.62];
        open_air::fir(c, &mut wood, at, h, &mut chance);
    }
    c.fill(&wood, ink);
    let seed = c.seed("bank");
    let bank = |x: f32| 0.54 - 0.08 * ((x * side) / (0.5 * a) - 0.4).max(0.0) + 0.012 * fractal(seed, x * 6.0, 3, 0.5);
    c.fill(&Shape::below([c.left(), c.right()], c.bottom(), 60, bank), ink);
    let (l, r) = (c.left(), c.right());
    c.grass("bank grass", [l, r], 0.545, (70, 0.07), ink);
}
