//! The open sea: the sun over towering clouds, long swell that rolls towards the viewer, a crest in front.

use super::super::super::design::Weather;
use super::super::{
    canvas::{Canvas, Shape},
    chance::Chance,
    look::Look,
    plan::{Floor, Plane, SetPlan},
};
use super::open_air;
use crate::colour::oklch;
use crate::design::Oklch;

const HORIZON: f32 = 0.03;
const SEA: Oklch = oklch(0.52, 0.12, 232.0);
const CREST: Oklch = oklch(0.78, 0.12, 195.0);

/// The sun (or moon) stands over the horizon; everything floats.
pub fn plan(look: &mut Look) -> SetPlan {
    let a = look.aspect;
    let side = open_air::side(look, "open sea");
    let mut chance = Chance::new(look.seed, "open sea");
    let size = 0.26_f32.min(0.42 * a);
    look.key.at = [side * chance.range(0.06, 0.18) * a, HORIZON - size * 0.62 - 0.02];
    look.key.size = size / 2.0;
    let portal = open_air::sun(look, "sky", size, 0.6);
    let planes = vec![
        Plane::new("sky", 1.0, sky),
        Plane::new("sea", 0.7, sea),
        Plane::new("far swell", 0.45, far_swell),
        Plane::new("swell", 0.28, swell),
        Plane::new("crest", 0.0, crest),
    ];
    let half = 0.42 * a;
    let mut stands = open_air::stands("swell", half, &[(0.4, 1.0, Floor::Water), (0.36, 0.9, Floor::Water)]);
    stands.extend(open_air::stands("far swell", half, &[(0.26, 0.72, Floor::Water)]));
    stands.extend(open_air::stands("sea", half, &[(0.12, 0.45, Floor::Water)]));
    open_air::under_sky(look, HORIZON, planes, stands, "sea", portal)
}

fn sky(c: &mut Canvas) {
    c.sky();
    // A bank of cloud towers far out on both sides of the light.
    if !matches!(c.look.weather, Weather::Fog) {
        let mut chance = c.chance("towers");
        let px = c.look.key.at[0];
        let light = c.look.lamp(c.look.key.colour);
        let body = c.look.sky_at(0.78).mix(light, 0.35 * c.look.key.strength);
        let foot = c.look.sky_at(0.9).mix(c.look.sky_at(0.3), 0.25);
        let free = c.plan.portal.height * 0.5 + 0.1;
        for i in 0..10 {
            let t = i as f32 / 9.0 * 2.0 - 1.0;
            let out = (c.right() - free) * t.abs() + free + 0.06;
            let x = px + t.signum() * out;
            let h = chance.range(0.05, 0.13) * (0.5 + t.abs());
            let drift = 0.01 * c.swing(64.0, t);
            for k in 0..3 {
                let up = k as f32 / 2.0;
                let r = h * (0.75 - 0.25 * up) * chance.range(0.8, 1.15);
                let at = [x + drift + chance.sign() * h * 0.5, HORIZON - h * up * 0.9 - 0.01];
                let ink = foot.mix(body, 0.25 + 0.75 * up);
                c.puff(at, [r * 1.5, r], 0.45, ink.alpha(0.55));
            }
        }
        let haze = c.look.words(c.look.haze);
        c.mist(HORIZON, 0.05, haze.alpha(0.6));
    }
}

fn sea(c: &mut Canvas) {
    c.water("sea", HORIZON, 0.42, SEA);
}

/// A long wave across the picture at `y`, `high`, one crest every `length`; it rolls on once in so many beats.
fn wave(c: &mut Canvas, name: &str, y: f32, high: f32, length: f32, beats: f64) {
    let storm = if c.look.weather == Weather::Storm { 1.7 } else { 1.0 };
    let high = high * storm * (0.8 + 0.5 * c.now.reactive.bass);
    let mut chance = c.chance(name);
    let phase = chance.unit() * std::f32::consts::TAU;
    let way = chance.sign().signum();
    let k = std::f32::consts::TAU / length;
    let roll = c.turn(beats, 0.0) * way + phase;
    let lift = 0.012 * c.swing(4.0, phase);
    let line = move |x: f32| {
        let crest = (0.5 + 0.5 * (k * x - roll).cos()).powf(2.2);
        let small = 0.1 * (k * 3.3 * x + 2.0 * roll).sin();
        y + lift - high * (crest + small * 0.5)
    };
    let face = Shape::below([c.left(), c.right()], c.bottom(), 80, line);
    let towards = c
        .look
        .lit(CREST, c.depth * 0.6)
        .mix(c.look.lamp(c.look.key.colour), 0.22 * c.look.key.strength);
    let (body, deep) = (c.look.lit(SEA, c.depth * 0.5), c.look.shade(SEA, 0.0));
    c.fill_line(
        &face,
        [0.0, y - high],
        [0.0, y + 0.17],
        &[
            towards.alpha(0.92),
            body.alpha(0.92),
            body.mix(deep, 0.6).alpha(0.94),
            deep.alpha(0.96),
        ],
    );
    // Foam: thick where the crest breaks.
    let (l, r) = (c.left(), c.right());
    let at = |s: usize| l + (r - l) * s as f32 / 90.0;
    let thick = |x: f32| 0.0025 + high * 0.16 * (0.5 + 0.5 * (k * x - roll).cos()).powi(5);
    let mut foam = Shape::new();
    foam.start(at(0), line(at(0)));
    (1..=90).for_each(|s| _ = foam.to(at(s), line(at(s)) - 0.001));
    (0..=90).rev().for_each(|s| {
        let x = at(s);
        let tooth = 0.7 + 0.5 * (x * 70.0 + phase).sin() * (x * 31.0).sin();
        foam.to(x, line(x) + thick(x) * tooth);
    });
    foam.close();
    let white = c.look.lit(oklch(0.97, 0.015, 210.0), c.depth * 0.5);
    c.fill(&foam, white.alpha(0.85));
    // Veins of foam lie down the face.
    let mut veins = Shape::new();
    for _ in 0..9 {
        let x = chance.range(l, r);
        let drop = chance.range(0.25, 0.9);
        let wide = high * chance.range(0.4, 1.0);
        let shift = way * c.swing(beats, x) * 0.02;
        veins.add_ellipse([x + shift, line(x) + high * drop + 0.015], [wide, high * 0.05]);
    }
    c.fill(&veins, white.alpha(0.2));
    // The light's path breaks on it.
    let light = c.look.lamp(c.look.key.colour);
    let lx = c.look.key.at[0];
    let spark = c.look.key.strength * (0.8 + 0.4 * c.now.reactive.hat);
    c.puff(
        [lx, line(lx) + 0.03],
        [0.14 + c.look.key.size, 0.05],
        0.0,
        light.screen(0.4 * spark),
    );
}

fn far_swell(c: &mut Canvas) {
    wave(c, "third wave", 0.17, 0.03, 0.62, 32.0);
    wave(c, "second wave", 0.23, 0.04, 0.85, 24.0);
}

fn swell(c: &mut Canvas) {
    wave(c, "wave", 0.33, 0.055, 1.15, 16.0);
    let (top, bottom) = (0.3, 0.52);
    c.glitter("near glitter", top, bottom);
}

fn crest(c: &mut Canvas) {
    wave(c, "crest", 0.525, 0.11, 1.5, 16.0);
    // Spray flies off it with the snare and the high sounds.
    let mut chance = c.chance("spray");
    let white = c.look.lit(oklch(0.98, 0.01, 210.0), 0.0);
    let mut drops = Shape::new();
    let force = 0.5 + 0.5 * c.now.reactive.snare.min(1.2) + 0.3 * c.now.reactive.high;
    for _ in 0..36 {
        let x = chance.range(c.left(), c.right());
        let t = c.cycle(2.0, chance.unit());
        let r = chance.range(0.0015, 0.005) * (1.0 - t);
        let hop = (t * (1.0 - t)) * 0.3 * force * chance.unit();
        drops.add_ellipse([x + 0.05 * t, 0.5 - hop], [r, r]);
    }
    c.fill(&drops, white.alpha(0.7));
}
