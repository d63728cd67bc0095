//! An abstract field of colour for prompts that name nothing: broad bands that roll with the music, a disc of light.

use super::super::super::design::Daytime;
use super::super::{
    canvas::{Canvas, Shape},
    chance::{Chance, fractal},
    look::Look,
    plan::{Floor, Plane, Portal, PortalShape, Rim, SetPlan},
};
use super::open_air;
use crate::colour::oklch;
use crate::design::Oklch;

/// Seed and daytime choose the hues: three neighbours and one from across the wheel.
pub fn plan(look: &mut Look) -> SetPlan {
    let a = look.aspect;
    let mut chance = Chance::new(look.seed, "colour field");
    let side = open_air::side(look, "colour field");
    let (light, chroma, start) = match look.daytime {
        Daytime::Dawn => (0.86, 0.1, 330.0),
        Daytime::Day => (0.9, 0.1, 200.0),
        Daytime::Dusk => (0.66, 0.16, 15.0),
        Daytime::Night => (0.4, 0.13, 275.0),
    };
    let hue = start + chance.range(-40.0, 40.0);
    let turn = chance.pick(&[34.0, -34.0, 48.0]);
    look.sky = [
        oklch(light * 0.62, chroma * 1.1, hue - turn),
        oklch(light * 0.84, chroma, hue),
        oklch((light * 1.04).min(0.95), chroma * 0.8, hue + turn),
    ];
    look.haze = look.sky[2];
    look.air = 0.35;
    look.accent = oklch(0.78, 0.14, hue + 180.0 - turn * 0.5);
    if let Some(named) = look.palette.named.last() {
        look.accent = *named;
    }
    let height = 0.26_f32.min(0.44 * a);
    look.key.at = [side * chance.range(0.1, 0.17) * a, -0.12];
    look.key.size = height / 2.0;
    look.key.strength = look.key.strength.max(0.6);
    look.ambient.1 = look.ambient.1.max(0.5);
    let float = |y: f32, scale: f32| (y, scale, Floor::Void);
    let portal = Portal {
        plane: "far",
        at: look.key.at,
        height,
        shape: PortalShape::Disc,
        rim: Rim::Glow(look.accent.lighter(0.12)),
        fill: look.accent.lighter(0.14),
        veil: 0.45,
    };
    let mut stands = open_air::stands("middle", 0.4 * a, &[float(0.36, 1.0), float(0.3, 0.8)]);
    stands.extend(open_air::stands("near", 0.42 * a, &[float(0.42, 1.05)]));
    SetPlan {
        horizon: 0.4,
        indoors: true,
        planes: vec![
            Plane::new("ground", 1.0, ground),
            Plane::new("far", 0.85, far),
            Plane::new("middle", 0.45, middle),
            Plane::new("near", 0.25, near),
            Plane::new("front", 0.0, front),
        ],
        stands,
        air: [-0.4 * a, -0.34, 0.4 * a, 0.2],
        air_plane: "middle",
        heavens: [-0.42 * a, -0.4, 0.42 * a, -0.1],
        heavens_plane: "far",
        portal,
    }
}

/// The `k`-th of the field's colours: from the far light tone down to the near deep ones, the accent between.
fn tone(c: &Canvas, k: usize) -> Oklch {
    let [deep, middle, light] = c.look.sky;
    let colour = match k {
        0 => light.mix(middle, 0.35),
        1 => middle.vivid(1.25),
        2 => c.look.accent.mix(middle, 0.25),
        3 => deep.mix(middle, 0.45).vivid(1.3),
        4 => c.look.accent.turn(30.0).darker(0.1).mix(deep, 0.35),
        5 => deep.vivid(1.2).darker(0.04),
        _ => deep.darker(0.14),
    };
    c.look.words(colour)
}

fn ground(c: &mut Canvas) {
    c.sky_gradient();
    let light = c.look.lamp(c.look.accent.lighter(0.15));
    let breath = 1.0 + 0.2 * c.now.reactive.bass;
    c.glow(c.look.key.at, 0.9, light.screen(0.36 * breath));
    // Wide soft clouds of neighbouring hues turn slowly round each other.
    let mut chance = c.chance("clouds");
    for i in 0..6 {
        let turn = c.turn(128.0, i as f32 / 6.0);
        let at = [
            turn.cos() * 0.42 * c.look.aspect + 0.1 * chance.sign(),
            -0.2 + 0.26 * turn.sin() + 0.08 * chance.sign(),
        ];
        let r = chance.range(0.22, 0.36);
        let colour = tone(c, i % 3).lighter(0.05);
        c.puff(at, [r * 1.5, r], 0.0, colour.alpha(0.4));
    }
    // Rings go out from the light, one each bar.
    for i in 0..4 {
        let t = c.cycle(16.0, i as f32 / 4.0);
        let r = c.look.key.size * (1.0 + 4.5 * t);
        let ink = light.screen(0.3 * (1.0 - t) * (0.6 + 0.5 * c.now.reactive.kick));
        c.stroke(&Shape::ellipse(c.look.key.at, [r, r]), 0.01 + 0.05 * t, ink);
    }
}

/// One band: everything below a rolling line, lit along its crest and sinking into a deeper tone.
fn band(c: &mut Canvas, name: &str, y: f32, high: f32, k: usize, beats: f64) {
    let seed = c.seed(name);
    let mut chance = c.chance(name);
    let way = chance.sign().signum();
    let (phase, tilt) = (chance.unit(), chance.sign() * 0.07);
    let length = chance.range(1.1, 1.7);
    let swell = 0.75 + 0.55 * c.now.reactive.bass + 0.12 * c.now.reactive.kick;
    let (roll, slow) = (c.turn(beats, phase), c.swing(beats * 2.0, phase));
    let beat = 0.008 * c.swing(2.0, phase) * (0.5 + c.now.reactive.mid);
    let line = move |x: f32| {
        let wave = (x * std::f32::consts::TAU / length - roll * way).sin();
        let fine = (x * std::f32::consts::TAU / (length * 0.43) + slow * 1.5).sin();
        y + tilt * x + beat
            - high * swell * (0.72 * wave + 0.2 * fine + 0.3 * fractal(seed, x * 1.3 + slow * 0.4, 2, 0.4))
    };
    let body = tone(c, k);
    let (crest, deep) = (body.lighter(0.1), tone(c, k + 1).mix(body, 0.35).darker(0.05));
    let shape = Shape::below([c.left(), c.right()], c.bottom(), 64, line);
    c.fill_line(
        &shape,
        [0.0, y - high],
        [0.0, y + 0.26],
        &[crest.ink(), body.ink(), body.mix(deep, 0.6).ink(), deep.ink()],
    );
    // The light lies along the crest, strongest under the disc.
    let (l, r) = (c.left(), c.right());
    let at = |s: usize| l + (r - l) * s as f32 / 64.0;
    let lx = c.look.key.at[0];
    let thick = |x: f32| 0.004 + 0.026 * (-((x - lx) / 0.42).powi(2)).exp();
    let mut rim = Shape::new();
    rim.start(at(0), line(at(0)));
    (1..=64).for_each(|s| _ = rim.to(at(s), line(at(s))));
    (0..=64)
        .rev()
        .for_each(|s| _ = rim.to(at(s), line(at(s)) + thick(at(s))));
    rim.close();
    let light = c.look.lamp(c.look.accent.lighter(0.16));
    let flare = 0.4 + 0.3 * c.now.reactive.snare.min(1.0);
    c.fill(&rim, light.mix(crest, 0.35).alpha(flare));
    // Two long stripes follow the band below its crest.
    for (drop, wide, shade) in [(0.055, 0.018, 0.05), (0.1, 0.032, -0.04)] {
        let mut stripe = Shape::new();
        let low = |x: f32| line(x) + drop + 0.02 * fractal(seed ^ 5, x * 1.1, 2, 0.4);
        stripe.start(at(0), low(at(0)));
        (1..=64).for_each(|s| _ = stripe.to(at(s), low(at(s))));
        (0..=64).rev().for_each(|s| {
            let x = at(s);
            stripe.to(x, low(x) + wide * (0.6 + 0.4 * (x * 3.0 + roll * way).sin()));
        });
        stripe.close();
        c.fill(&stripe, body.lighter(shade).turn(14.0).alpha(0.6));
    }
}

fn far(c: &mut Canvas) {
    band(c, "first", 0.06, 0.085, 0, 64.0);
    band(c, "second", 0.15, 0.075, 1, 48.0);
}

fn middle(c: &mut Canvas) {
    band(c, "third", 0.25, 0.06, 2, 32.0);
    band(c, "fourth", 0.33, 0.05, 3, 32.0);
}

fn near(c: &mut Canvas) {
    band(c, "fifth", 0.425, 0.045, 4, 24.0);
    let accent = c.look.accent.lighter(0.1);
    let area = [c.left(), -0.36, c.right(), 0.3];
    c.fireflies("sparks", area, 16, accent);
}

/// Great dark curves sweep through the corners, as a frame.
fn front(c: &mut Canvas) {
    let a = c.look.aspect;
    let side = -c.plan.portal.at[0].signum();
    band(c, "sixth", 0.53, 0.03, 5, 16.0);
    let ink = c.look.silhouette(0.0).mix(tone(c, 5), 0.35);
    let sway = 0.012 * c.swing(8.0, 0.0) + 0.005 * c.now.reactive.snare;
    let edge = side * (0.5 * a + 0.25);
    for (reach, low, colour) in [(0.42, 0.0, tone(c, 3).darker(0.04)), (0.3, 0.1, ink)] {
        let mut sail = Shape::new();
        sail.start(edge, -0.75).to(side * (0.5 - reach) * a, -0.75);
        sail.bezier(
            [side * ((0.5 - reach * 0.7) * a + sway), -0.42],
            [side * (0.42 * a + sway), -0.36 - low * 0.5],
            [side * 0.47 * a, 0.05 - low],
        );
        sail.bezier([side * 0.49 * a, 0.3], [side * 0.56 * a, 0.4], [edge, 0.45])
            .close();
        c.fill(&sail, colour.alpha(0.96));
    }
}
