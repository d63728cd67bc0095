//! A storm: clouds wheel round an eye of light, which is the portal; bolts on the beat, a wind-swept moor below.

use super::super::{
    canvas::{Canvas, Shape},
    chance::{Chance, fractal, mix},
    look::Look,
    plan::{Floor, Plane, Portal, PortalShape, Rim, SetPlan},
};
use super::open_air;
use crate::colour::oklch;
use crate::design::Oklch;

const HORIZON: f32 = 0.2;
const MOOR: Oklch = oklch(0.5, 0.07, 110.0);

/// Whatever the weather, it darkens; the light falls out of the eye.
pub fn plan(look: &mut Look) -> SetPlan {
    let a = look.aspect;
    let side = open_air::side(look, "storm");
    let dark = |c: Oklch, by: f32| c.mix(oklch(c.l * 0.42, 0.045, 262.0), by);
    let [top, middle, low] = look.sky;
    look.sky = [dark(top, 0.75), dark(middle, 0.6), dark(low, 0.25)];
    look.haze = dark(look.haze, 0.45);
    look.key.at = [side * 0.13 * a, -0.16];
    look.key.size = 0.12;
    look.key.strength *= 0.85;
    let wet = if look.wet() { Floor::Wet } else { Floor::Land };
    let portal = Portal {
        plane: "clouds",
        at: look.key.at,
        height: 0.2_f32.min(0.3 * a),
        shape: PortalShape::Ellipse(1.45),
        rim: Rim::Soft(0.05),
        fill: look.key.colour.mix(look.sky[2], 0.25).lighter(0.05),
        veil: 0.45,
    };
    let lines = [(0.4, 1.0, wet), (0.34, 0.82, wet), (0.45, 1.1, wet)];
    let planes = vec![
        Plane::new("sky", 1.0, sky),
        Plane::new("clouds", 0.9, clouds),
        Plane::new("far", 0.72, far),
        Plane::new("moor", 0.3, moor),
        Plane::new("front", 0.0, front),
    ];
    let mut plan = open_air::under_sky(
        look,
        HORIZON,
        planes,
        open_air::stands("moor", 0.43 * a, &lines),
        "far",
        portal,
    );
    plan.air[3] = 0.06;
    plan
}

fn sky(c: &mut Canvas) {
    c.sky_gradient();
    let light = c.look.lamp(c.look.key.colour);
    let strength = c.look.key.strength.sqrt();
    c.glow([c.look.key.at[0], HORIZON], 0.8, light.screen(0.34 * strength));
}

/// Two arms of cloud wheel round the eye; what faces it is lit, the outer sides are dark.
fn clouds(c: &mut Canvas) {
    let mut chance = c.chance("wheel");
    let eye = c.look.key.at;
    let light = c.look.lamp(c.look.key.colour);
    let strength = c.look.key.strength.sqrt() * (1.0 + 0.2 * c.now.reactive.bass);
    let (dark, mid) = (c.look.sky_at(0.0), c.look.sky_at(0.5));
    let edge = mid.mix(light, 0.55 * c.look.key.strength.min(1.0));
    let wheel = c.turn(256.0, 0.0);
    c.glow(eye, 0.4, light.screen(0.5 * strength));
    for i in 0..54 {
        let t = 1.0 - i as f32 / 53.0;
        let arm = (i % 3) as f32 / 3.0 * std::f32::consts::TAU;
        let turn = arm + t * 5.2 + wheel + chance.sign() * 0.3;
        let out = 0.17 + 0.62 * t;
        let at = [eye[0] + turn.cos() * out * 1.45, eye[1] + turn.sin() * out * 0.72];
        let r = (0.06 + 0.16 * t) * chance.range(0.85, 1.2);
        let tone = dark.mix(mid, 0.75 * (1.0 - t) + 0.3 * chance.unit());
        c.puff(at, [r * 1.6, r * 0.8], 0.35, tone.alpha(0.85));
        let lit = [at[0] + (eye[0] - at[0]) * 0.16, at[1] + (eye[1] - at[1]) * 0.16];
        c.puff(lit, [r, r * 0.34], 0.15, edge.alpha(0.6 * (1.0 - t) + 0.08));
    }
    c.glow(eye, 0.3, light.screen(0.3 * strength).shining(0.1));
}

fn far(c: &mut Canvas) {
    bolts(c);
    // Light falls out of the eye in beams, rain hangs beside them in grey veils.
    let mut chance = c.chance("beams");
    let light = c.look.lamp(c.look.key.colour);
    let eye = c.look.key.at;
    let strength = 0.3 * c.look.key.strength.sqrt();
    for i in 0..5 {
        let t = i as f32 / 2.0 - 1.0;
        let breath = 0.7 + 0.3 * c.swing(8.0, chance.unit());
        let from = [eye[0] + t * 0.09, eye[1] + 0.06];
        let to = [eye[0] + t * 0.42 + 0.02 * c.swing(16.0, t), HORIZON + 0.08];
        c.shaft(from, 0.035, to, 0.13, light.screen(strength * breath));
    }
    let veil = c.look.sky_at(0.3);
    for _ in 0..4 {
        let x = chance.range(0.25, 0.6) * c.look.aspect * chance.sign().signum();
        let wide = chance.range(0.08, 0.2);
        let mut rain = Shape::new();
        rain.add_taper([x, -0.1], wide, [x - 0.08, HORIZON + 0.03], wide * 1.3);
        c.fill_line(&rain, [0.0, -0.1], [0.0, HORIZON], &[veil.alpha(0.0), veil.alpha(0.4)]);
    }
    let seed = c.seed("hills");
    for (k, y, high, depth) in [(0_u64, HORIZON - 0.01, 0.05, 0.75), (1, HORIZON + 0.02, 0.03, 0.5)] {
        let line = |x: f32| y - high * fractal(seed + k, x * 2.0, 3, 0.45);
        let shape = Shape::below([c.left(), c.right()], c.bottom(), 60, line);
        let (lit, shade) = (c.look.lit(MOOR, depth), c.look.shade(MOOR, depth));
        c.fill_line(&shape, [0.0, y - high], [0.0, y + 0.08], &[lit.ink(), shade.ink()]);
    }
}

/// A bolt every four beats, another place each time; it dies away within a beat.
fn bolts(c: &mut Canvas) {
    let strike = (c.now.clock.beat / 4.0).floor() as i64 as u64;
    let age = c.cycle(4.0, 0.0);
    let mut chance = Chance::new(mix(c.seed("bolts"), strike), "bolt");
    let power = (1.0 - age * 3.0).max(0.0).powi(2) * (0.75 + 0.25 * c.now.reactive.snare.min(1.0));
    let away = -c.look.key.at[0].signum();
    let mut at = [away * chance.range(0.12, 0.42) * c.look.aspect, -0.3];
    let (mut bolt, mut fork) = (Shape::new(), Shape::new());
    let top = at;
    for i in 0..11 {
        let next = [at[0] + chance.sign() * 0.045, at[1] + chance.range(0.03, 0.065)];
        let wide = 0.011 * (1.0 - i as f32 / 14.0);
        bolt.add_taper(at, wide, next, wide * 0.85);
        let (turn, reach) = (chance.sign(), chance.range(0.04, 0.1));
        if i % 3 == 1 {
            fork.add_taper(next, wide * 0.6, [next[0] + turn * reach, next[1] + reach * 0.8], 0.001);
        }
        at = next;
    }
    if power <= 0.01 {
        return;
    }
    let colour = c.look.lamp(oklch(0.93, 0.07, 270.0));
    let mid = [(top[0] + at[0]) / 2.0, (top[1] + at[1]) / 2.0];
    c.puff(mid, [0.2, 0.42], 0.0, colour.screen(0.4 * power));
    c.fill(&fork, colour.alpha(0.8 * power));
    c.fill(&bolt, colour.lighter(0.05).alpha(power).shining(0.8 * power));
}

fn moor(c: &mut Canvas) {
    let seed = c.seed("moor");
    let line = |x: f32| 0.265 + 0.03 * fractal(seed, x * 1.5, 2, 0.45);
    open_air::ground(c, MOOR, 0.25, line);
    let shade = c.look.shade(MOOR.darker(0.08), 0.1);
    open_air::sweeps(c, "shade", [0.29, 0.54], 5, shade.alpha(0.5));
    let heath = c.look.lit(oklch(0.55, 0.11, 335.0), 0.15);
    open_air::sweeps(c, "heath", [0.28, 0.5], 4, heath.alpha(0.4));
    let light = c.look.lamp(c.look.key.colour);
    let eye = c.look.key.at[0];
    let breath = 0.36 + 0.1 * c.now.reactive.bass;
    c.puff(
        [eye, 0.31],
        [0.42, 0.07],
        0.0,
        light.screen(breath * c.look.key.strength),
    );
    if c.look.wet() {
        c.mirror(0.27, c.bottom(), 0.22, 0.5);
        c.splashes("splashes", 0.28, 0.55, 60);
    }
    let mut chance = c.chance("stones");
    let a = c.look.aspect;
    for (x, y, size) in [(-0.42, 0.3, 0.09), (-0.3, 0.29, 0.05), (0.4, 0.295, 0.07)] {
        c.contact_shadow([x * a, y], size * 1.2, 0.4);
        c.rock([x * a, y], [size, size * 0.7], oklch(0.58, 0.02, 250.0), &mut chance);
    }
}

fn front(c: &mut Canvas) {
    let a = c.look.aspect;
    let side = -c.look.key.at[0].signum();
    let ink = c.look.silhouette(0.0);
    // A bare tree holds on at the edge.
    open_air::bare_tree(c, side, ink);
    let mut chance = c.chance("grass");
    let seed = c.seed("bank");
    let bank =
        |x: f32| 0.545 - 0.08 * ((x * side) / (0.5 * a) - 0.35).max(0.0) + 0.014 * fractal(seed, x * 5.0, 3, 0.5);
    c.fill(&Shape::below([c.left(), c.right()], c.bottom(), 60, bank), ink);
    // Tall grass lies over in the gusts.
    let mut blades = Shape::new();
    let gust = 0.5 + 0.2 * c.swing(4.0, 0.0) + 0.25 * c.now.reactive.mid;
    for i in 0..64 {
        let x = c.left() + c.right() * 2.0 * (i as f32 + chance.unit()) / 64.0;
        let tall = chance.range(0.06, 0.15);
        let lean = -side * tall * (gust + 0.15 * c.swing(2.0, x) + 0.2 * chance.unit());
        blades
            .start(x - 0.006, 0.6)
            .curve(x, 0.58 - tall * 0.8, x + lean, 0.57 - tall);
        blades.curve(x + 0.01, 0.58 - tall * 0.6, x + 0.006, 0.6).close();
    }
    c.fill(&blades, ink);
    // Leaves fly past.
    let mut leaves = Shape::new();
    for _ in 0..14 {
        let fly = c.cycle(8.0, chance.unit());
        let y = chance.range(-0.3, 0.45) + 0.04 * c.swing(2.0, chance.unit());
        let x = side * (c.right() - c.right() * 2.0 * fly);
        leaves.add_ellipse([x, y], [0.008, 0.004]);
    }
    c.fill(&leaves, ink);
}
