//! The surface of another world: strange sky, a ringed giant over the horizon, a moon that is the portal, crystals.

use super::super::super::design::Daytime;
use super::super::{
    canvas::{Canvas, Shape},
    chance::{Chance, fractal},
    look::Look,
    plan::{Floor, Plane, SetPlan},
};
use super::open_air;
use crate::colour::oklch;
use crate::design::Oklch;

const HORIZON: f32 = 0.12;

/// The sky's hues are turned, the ground takes their complement.
pub fn plan(look: &mut Look) -> SetPlan {
    let a = look.aspect;
    let mut chance = Chance::new(look.seed, "planet");
    let side = open_air::side(look, "planet");
    // Turns that end in ochre mud at this daytime are left out.
    let turns: &[f32] = match look.daytime {
        Daytime::Night => &[70.0, 110.0, -75.0, -110.0],
        Daytime::Day => &[70.0, 105.0, -65.0],
        Daytime::Dawn | Daytime::Dusk => &[-75.0, -105.0],
    };
    let turn = chance.pick(turns) + chance.range(-12.0, 12.0);
    look.sky = look.sky.map(|c| oklch(c.l * 0.88, c.c * 1.15 + 0.02, c.h).turn(turn));
    look.haze = look.sky[2].mix(look.sky[1], 0.35);
    look.air *= 0.8;
    look.ambient.0 = look.ambient.0.turn(turn * 0.7);
    let size = 0.21_f32.min(0.36 * a);
    look.key.at = [side * 0.17 * a, -0.2];
    look.key.size = size / 2.0;
    let portal = open_air::sun(look, "sky", size, 0.5);
    let land = Floor::Land;
    let lines = [
        (0.4, 1.0, land),
        (0.33, 0.8, land),
        (0.45, 1.1, land),
        (0.27, 0.64, land),
    ];
    let planes = vec![
        Plane::new("sky", 1.0, sky),
        Plane::new("spires", 0.8, spires),
        Plane::new("ridge", 0.55, ridge),
        Plane::new("ground", 0.3, surface),
        Plane::new("front", 0.0, front),
    ];
    open_air::under_sky(
        look,
        HORIZON,
        planes,
        open_air::stands("ground", 0.43 * a, &lines),
        "ridge",
        portal,
    )
}

/// The ground's local colour: across the wheel from the sky.
fn soil(c: &Canvas) -> Oklch {
    oklch(0.62, 0.11, (c.look.sky[1].h + 165.0).rem_euclid(360.0))
}

fn sky(c: &mut Canvas) {
    c.sky_gradient();
    let light = c.look.lamp(c.look.key.colour);
    let breath = 1.0 + 0.15 * c.now.reactive.bass;
    c.stars("stars", if c.look.lamps() > 0.3 { 120 } else { 36 }, c.top(), 0.0);
    giant(c);
    c.glow(
        c.look.key.at,
        0.8,
        light.screen(0.3 * c.look.key.strength.sqrt() * breath),
    );
    c.mist(HORIZON, 0.09, c.look.words(c.look.haze).alpha(0.6));
}

/// The ringed giant, half in the haze, seen through the day's light.
fn giant(c: &mut Canvas) {
    let a = c.look.aspect;
    let side = -c.plan.portal.at[0].signum();
    let at = [side * 0.24 * a, -0.13];
    let r = 0.12 + 0.08 * a.min(1.6);
    let local = oklch(0.72, 0.12, c.look.sky[1].h + 190.0);
    let to = open_air::to_light(c, at);
    let see = if c.look.lamps() > 0.3 { 0.2 } else { 0.5 };
    ring(c, at, r, local, [0.0, std::f32::consts::PI]);
    let lit = c.look.lit(local.lighter(0.06), 0.0).mix(c.look.sky_at(0.5), see * 0.55);
    let dark = c.look.sky_at(0.3).darker(0.05);
    let ball = Shape::ellipse(at, [r, r]);
    c.fill_round(
        &ball,
        [at[0] + to[0] * r * 0.8, at[1] + to[1] * r * 0.8],
        r * 1.8,
        &[
            lit.ink(),
            lit.mix(dark, 0.35).ink(),
            lit.mix(dark, 0.85).ink(),
            dark.ink(),
        ],
    );
    let band = lit.lighter(0.07);
    for (k, v) in [-0.55_f32, -0.2, 0.12, 0.45].into_iter().enumerate() {
        let half = r * (1.0 - v * v).sqrt();
        let centre = [at[0] + to[0] * half * 0.3, at[1] + v * r];
        let tone = if k % 2 == 0 { band } else { lit.mix(dark, 0.5) };
        c.puff(centre, [half * 0.68, r * 0.09], 0.2, tone.alpha(0.4));
    }
    ring(c, at, r, local, [std::f32::consts::PI, std::f32::consts::TAU]);
}

/// Half of the ring: the far half is drawn before the ball, the near one after it.
fn ring(c: &mut Canvas, at: [f32; 2], r: f32, local: Oklch, [from, to]: [f32; 2]) {
    let tilt: f32 = 0.3;
    for (out, wide, share) in [(1.4, 0.1, 0.9), (1.62, 0.08, 0.6), (1.8, 0.03, 0.9)] {
        let mut arc = Shape::new();
        for i in 0..=36 {
            let turn = from + (to - from) * i as f32 / 36.0 + std::f32::consts::PI;
            let (x, y) = (turn.cos() * r * out, turn.sin() * r * out * 0.26);
            let p = [
                at[0] + x * tilt.cos() - y * tilt.sin(),
                at[1] + x * tilt.sin() + y * tilt.cos(),
            ];
            if i == 0 {
                arc.start(p[0], p[1])
            } else {
                arc.to(p[0], p[1])
            };
        }
        let colour = c.look.under(local.turn(-30.0).lighter(0.1), 0.3, share);
        c.stroke(
            &arc,
            wide * r,
            colour
                .mix(c.look.sky_at(0.5), 0.3)
                .alpha(if from == 0.0 { 0.45 } else { 0.75 }),
        );
    }
}

/// A horn of rock that bends over, lit from the key's side.
fn spire(c: &mut Canvas, [x, y]: [f32; 2], h: f32, bend: f32, depth: f32) {
    let w = h * 0.2;
    let local = soil(c).darker(0.04);
    let mut horn = Shape::new();
    let tip = [x + bend * h, y - h];
    horn.start(x - w * 1.3, y)
        .curve(x - w * 0.4, y - h * 0.5, tip[0], tip[1]);
    horn.curve(x + w * 0.9, y - h * 0.45, x + w * 1.4, y).close();
    let towards = (c.look.key.at[0] - x).signum();
    let (lit, shade) = (c.look.lit(local, depth), c.look.shade(local, depth));
    c.fill_line(
        &horn,
        [x + towards * w, y - h * 0.4],
        [x - towards * w * 0.9, y - h * 0.3],
        &[lit.ink(), lit.mix(shade, 0.55).ink(), shade.ink()],
    );
}

fn spires(c: &mut Canvas) {
    let mut chance = c.chance("spires");
    let px = c.plan.portal.at[0];
    let free = c.plan.portal.height * 0.5 + 0.06;
    let count = (c.right() * 2.0 / 0.2).ceil() as usize;
    for i in 0..count {
        let x = c.left() + c.right() * 2.0 * (i as f32 + chance.range(0.2, 0.8)) / count as f32;
        let tall = chance.range(0.1, 0.26);
        let bend = chance.sign() * 0.35;
        let h = if (x - px).abs() < free { tall.min(0.12) } else { tall };
        spire(c, [x, HORIZON + 0.02], h, bend, 0.72);
    }
    let haze = c.look.words(c.look.haze);
    c.mist(HORIZON, 0.05, haze.alpha(0.5));
    c.fog_bank("ground mist", HORIZON, 0.03, haze.alpha(0.35));
}

fn ridge(c: &mut Canvas) {
    let local = soil(c);
    let seed = c.seed("ridge");
    let line = |x: f32| 0.15 - 0.035 * fractal(seed, x * 2.2, 3, 0.45);
    let shape = Shape::below([c.left(), c.right()], c.bottom(), 60, line);
    let (lit, shade) = (c.look.lit(local, 0.5), c.look.under(local, 0.45, 0.5));
    c.fill_line(&shape, [0.0, 0.11], [0.0, 0.28], &[lit.ink(), shade.ink()]);
    let a = c.look.aspect;
    let side = -c.plan.portal.at[0].signum();
    for (x, h, bend) in [(0.44, 0.34, -0.28), (0.3, 0.16, 0.2), (-0.47, 0.24, 0.25)] {
        spire(c, [side * x * a, 0.2], h, side * bend, 0.38);
    }
    crystals(c, [side * 0.2 * a, 0.195], 0.07);
    crystals(c, [-side * 0.34 * a, 0.205], 0.09);
}

/// A cluster of crystals that glow with the kick.
fn crystals(c: &mut Canvas, [x, y]: [f32; 2], size: f32) {
    let colour = c.look.accent.mix(oklch(0.82, 0.15, c.look.sky[1].h + 40.0), 0.4);
    let on = (0.3 + 0.7 * c.look.lamps()) * (0.7 + 0.5 * c.now.reactive.kick.min(1.3));
    let lamp = c.look.lamp(colour);
    c.glow([x, y - size * 0.5], size * 2.4, lamp.screen(0.4 * on).shining(0.3 * on));
    let body = c.look.lit(colour, c.depth * 0.6).mix(lamp, 0.2 + 0.4 * on.min(1.0));
    let (mut light, mut dark) = (Shape::new(), Shape::new());
    for (u, tall, lean) in [
        (-0.55, 0.6, -0.3),
        (-0.2, 1.0, -0.1),
        (0.15, 0.78, 0.12),
        (0.5, 0.5, 0.35),
    ] {
        let (foot, w) = (x + u * size, size * 0.15);
        let tip = [foot + lean * size, y - tall * size * 1.3];
        let (l, r) = (
            [foot - w + lean * size * 0.75, y - tall * size],
            [foot + w + lean * size * 0.75, y - tall * size],
        );
        let ridge = [foot + lean * size * 0.8, y - tall * size * 0.92];
        light.add_polygon(&[[foot - w, y], l, tip, ridge, [foot, y]]);
        dark.add_polygon(&[[foot, y], ridge, tip, r, [foot + w, y]]);
    }
    c.fill(&light, body.lighter(0.1).shining(0.25 * on));
    c.fill(&dark, body.darker(0.12));
}

fn surface(c: &mut Canvas) {
    let local = soil(c);
    let seed = c.seed("ground");
    let line = |x: f32| 0.235 + 0.025 * fractal(seed, x * 1.6, 2, 0.45);
    open_air::ground(c, local, 0.22, line);
    let shade = c.look.shade(local.darker(0.06), 0.1);
    open_air::sweeps(c, "shade", [0.27, 0.54], 4, shade.alpha(0.4));
    // Craters: a dark bowl with a lit far rim.
    let mut chance = c.chance("craters");
    let a = c.look.aspect;
    let (lit, dark) = (
        c.look.under(local.lighter(0.1), 0.1, 1.15),
        c.look.shade(local.darker(0.1), 0.1),
    );
    let towards = c.look.key.at[0].signum();
    for (x, y, wide) in [
        (-0.33, 0.29, 0.08),
        (0.16, 0.275, 0.055),
        (0.4, 0.35, 0.13),
        (-0.12, 0.46, 0.16),
        (-0.45, 0.42, 0.1),
    ] {
        let at = [x * a + 0.02 * chance.sign(), y];
        let rim = wide * 0.26;
        c.fill(
            &Shape::ellipse([at[0], at[1] - rim * 0.1], [wide * 1.1, rim * 1.15]),
            lit.alpha(0.75),
        );
        let bowl = Shape::ellipse(at, [wide, rim]);
        c.fill_line(
            &bowl,
            [at[0] + towards * wide, at[1]],
            [at[0] - towards * wide, at[1]],
            &[dark.ink(), dark.mix(lit, 0.35).ink(), dark.mix(lit, 0.75).ink()],
        );
    }
    crystals(c, [-towards * 0.43 * a, 0.3], 0.12);
}

fn front(c: &mut Canvas) {
    let a = c.look.aspect;
    let side = -c.plan.portal.at[0].signum();
    let ink = c.look.silhouette(0.0);
    let shake = 0.004 * c.now.reactive.snare;
    let mut horn = Shape::new();
    for (x, h, w, bend) in [
        (0.5, 0.9, 0.09, -0.18),
        (0.6, 0.6, 0.1, -0.2),
        (-0.55, 0.36, 0.08, 0.16),
    ] {
        let at = side * (x * a + shake);
        let tip = [at + side * bend * h, 0.62 - h];
        horn.start(at - w, 0.66)
            .curve(at - w * 0.3, 0.62 - h * 0.5, tip[0], tip[1]);
        horn.curve(at + w * 0.6, 0.62 - h * 0.4, at + w, 0.66).close();
    }
    c.fill(&horn, ink);
    // The moon rims the great horn.
    let x = side * (0.5 * a + shake);
    let mut rim = Shape::new();
    rim.start(x - side * 0.085, 0.6)
        .curve(x - side * 0.027, 0.17, x - side * 0.16, -0.27);
    rim.curve(x - side * 0.01, 0.17, x - side * 0.06, 0.6).close();
    let edge = c.look.under(soil(c).lighter(0.1), 0.0, 0.8);
    c.fill(&rim, edge.alpha(0.45));
    let seed = c.seed("bank");
    let bank =
        |x: f32| 0.555 - 0.09 * ((x * side).abs() / (0.5 * a) - 0.5).max(0.0) + 0.015 * fractal(seed, x * 5.0, 3, 0.5);
    c.fill(&Shape::below([c.left(), c.right()], c.bottom(), 60, bank), ink);
    // Stalks with glowing heads stand in for grass.
    let mut chance = c.chance("stalks");
    let glow = c.look.lamp(c.look.accent);
    let on = 0.5 + 0.5 * c.look.lamps();
    for i in 0..7 {
        let x = -side * (0.2 + 0.05 * i as f32 + 0.02 * chance.sign()) * a;
        let h = chance.range(0.06, 0.15);
        let top = [x + 0.015 * c.swing(4.0, x), 0.55 - h];
        let mut stalk = Shape::new();
        stalk.start(x, 0.62).curve(x, 0.56 - h * 0.5, top[0], top[1]);
        c.stroke(&stalk, 0.005, ink);
        let r = 0.008 * (1.0 + 0.3 * c.now.reactive.hat);
        c.glow(top, r * 5.0, glow.screen(0.5 * on).shining(0.3 * on));
        c.disc(top, r, glow.lighter(0.08).shining(0.6 * on));
    }
}
