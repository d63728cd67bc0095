//! Space: a ringed planet under a nebula; a wormhole is the portal, and everything floats.

use super::super::{
    canvas::{Canvas, Shape},
    chance::Chance,
    look::Look,
    plan::{Floor, Plane, Portal, PortalShape, Rim, SetPlan, Stand},
};
use crate::colour::oklch;

/// Space has its own sky whatever the daytime: daytimes choose the nebula's hues.
pub fn plan(look: &mut Look) -> SetPlan {
    use super::super::super::design::Daytime;
    let a = look.aspect;
    let mut chance = Chance::new(look.seed, "space");
    let side = if chance.happens(0.5) { 1.0 } else { -1.0 };
    let hue = match look.daytime {
        Daytime::Night => 285.0,
        Daytime::Dawn => 350.0,
        Daytime::Day => 230.0,
        Daytime::Dusk => 20.0,
    } + chance.range(-18.0, 18.0);
    look.sky = [
        oklch(0.11, 0.05, hue + 10.0),
        oklch(0.17, 0.08, hue),
        oklch(0.24, 0.1, hue - 25.0),
    ];
    look.haze = oklch(0.4, 0.12, hue - 10.0);
    look.air = 0.25;
    look.key.colour = oklch(0.95, 0.06, 80.0);
    look.key.strength = 1.0;
    look.key.at = [-side * 0.42 * a, -0.34];
    look.key.size = 0.05;
    look.ambient = (oklch(0.55, 0.12, hue), 0.4);
    let wide = 0.4 * a;
    let float = |y, scale| Stand {
        plane: "rocks",
        y,
        x: [-wide, wide],
        scale,
        floor: Floor::Void,
    };
    let size = 0.22_f32.min(0.36 * a);
    SetPlan {
        horizon: 0.5,
        indoors: true,
        planes: vec![
            Plane::new("deep", 1.0, deep),
            Plane::new("nebula", 0.95, nebula),
            Plane::new("planet", 0.75, planet),
            Plane::new("rocks", 0.35, rocks),
            Plane::new("near", 0.0, near),
        ],
        stands: vec![float(0.2, 1.0), float(0.02, 0.75), float(0.36, 0.9), float(-0.14, 0.6)],
        air: [-0.4 * a, -0.3, 0.4 * a, 0.2],
        air_plane: "rocks",
        heavens: [-0.4 * a, -0.36, 0.4 * a, 0.0],
        heavens_plane: "planet",
        portal: Portal {
            plane: "planet",
            at: [side * 0.17 * a, -0.14],
            height: size,
            shape: PortalShape::Disc,
            rim: Rim::Glow(look.accent.mix(oklch(0.85, 0.14, hue + 160.0), 0.5)),
            fill: oklch(0.12, 0.05, hue),
            veil: 0.2,
        },
    }
}

fn deep(c: &mut Canvas) {
    c.sky_gradient();
    c.stars("far stars", 220, c.top(), c.bottom());
}

fn nebula(c: &mut Canvas) {
    let mut chance = c.chance("nebula");
    let hue = c.look.haze.h;
    let tilt = chance.range(-0.5, 0.5);
    let breath = 1.0 + 0.25 * c.now.reactive.bass;
    for i in 0..15 {
        let t = i as f32 / 14.0 * 2.0 - 1.0;
        let x = t * c.right() * 1.1;
        let y = x * tilt + 0.16 * (t * 5.0).sin() + chance.sign() * 0.12;
        let r = chance.range(0.16, 0.4);
        let colour = c.look.lamp(oklch(0.55, 0.17, hue + chance.range(-55.0, 55.0)));
        let swell = 1.0 + 0.05 * c.swing(16.0, chance.unit());
        c.puff([x, y], [r * 1.4 * swell, r * swell], 0.0, colour.screen(0.25 * breath));
    }
    // Dark lanes give the cloud its form.
    let dark = c.look.sky_at(0.0);
    for _ in 0..7 {
        let x = chance.sign() * c.right();
        let y = x * tilt + chance.sign() * 0.1;
        c.puff(
            [x, y],
            [chance.range(0.12, 0.3), chance.range(0.03, 0.07)],
            0.0,
            dark.alpha(0.5),
        );
    }
    c.stars("near stars", 70, c.top(), c.bottom());
    let sun = c.look.key;
    let light = c.look.lamp(sun.colour);
    c.glow(sun.at, 0.7, light.screen(0.4));
    c.glow(sun.at, 0.16, light.screen(0.9).shining(0.7));
    c.disc(
        sun.at,
        sun.size * (1.0 + 0.06 * c.now.reactive.kick),
        light.lighter(0.1).shining(1.0),
    );
    c.rays(9, 0.8, 0.07 + 0.05 * c.now.reactive.kick);
}

fn planet(c: &mut Canvas) {
    let mut chance = c.chance("planet");
    let side = -c.plan.portal.at[0].signum();
    let at = [side * 0.26 * c.look.aspect, 0.52];
    let r = 0.36;
    let local = oklch(0.66, 0.12, c.look.haze.h + 140.0 + chance.range(-30.0, 30.0));
    let away = [c.look.key.at[0] - at[0], c.look.key.at[1] - at[1]];
    let len = away[0].hypot(away[1]);
    let light = away.map(|v| v / len);
    let lit_at = [at[0] + light[0] * r * 0.75, at[1] + light[1] * r * 0.75];
    let ball = Shape::ellipse(at, [r, r]);
    let air = c.look.lamp(local.lighter(0.15));
    c.glow(
        [at[0] + light[0] * r * 0.14, at[1] + light[1] * r * 0.14],
        r * 1.3,
        air.screen(0.4).shining(0.1),
    );
    ring(c, at, r, local, [0.0, std::f32::consts::PI]);
    let (lit, mid) = (c.look.under(local.lighter(0.1), 0.2, 1.15), c.look.lit(local, 0.3));
    let dark = c.look.sky_at(0.3).darker(0.03);
    let terminator = mid.mix(dark, 0.72);
    c.fill_round(
        &ball,
        lit_at,
        r * 1.75,
        &[lit.ink(), mid.ink(), terminator.ink(), dark.ink(), dark.ink()],
    );
    // Bands of cloud.
    let band = c.look.lit(local.lighter(0.12), 0.2);
    for i in 0..5 {
        let y = at[1] - r * (0.85 - 0.3 * i as f32);
        let half = (r * r - (y - at[1]).powi(2)).max(0.0).sqrt();
        let shift = light[0] * half * 0.35;
        c.puff(
            [at[0] + shift, y],
            [half * 0.72, 0.022 + 0.01 * chance.unit()],
            0.2,
            band.alpha(0.34),
        );
    }
    ring(c, at, r, local, [std::f32::consts::PI, std::f32::consts::TAU]);
}

/// Half of the planet's ring: the far half is drawn before the planet, the near one after it.
fn ring(c: &mut Canvas, at: [f32; 2], r: f32, local: crate::design::Oklch, [from, to]: [f32; 2]) {
    let behind = from == 0.0;
    for (out, wide, light) in [(1.42, 0.05, 0.9), (1.6, 0.035, 0.6), (1.75, 0.018, 0.8)] {
        let mut arc = Shape::new();
        let tilt: f32 = -0.32;
        for i in 0..=40 {
            let turn = from + (to - from) * i as f32 / 40.0 + std::f32::consts::PI;
            let (x, y) = (turn.cos() * r * out, turn.sin() * r * out * 0.24);
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
        let colour = c.look.under(local.turn(-40.0).lighter(0.08), 0.25, light);
        c.stroke(&arc, wide * 0.8, colour.alpha(if behind { 0.5 } else { 0.8 }));
    }
}

fn rocks(c: &mut Canvas) {
    let mut chance = c.chance("rocks");
    for i in 0..9 {
        let size = chance.range(0.012, 0.035);
        let lane = chance.sign();
        let drift = c.cycle(256.0, chance.unit());
        let x = c.left() + (drift + i as f32 / 9.0).rem_euclid(1.0) * c.right() * 2.0;
        let y = 0.3 - x * 0.28 + lane * 0.13;
        let spin = c.turn(32.0, chance.unit());
        boulder(c, [x, y], size, spin, &mut chance);
    }
}

fn boulder(c: &mut Canvas, at: [f32; 2], size: f32, spin: f32, chance: &mut Chance) {
    let local = oklch(0.5, 0.03, 40.0);
    let mut points = [[0.0; 2]; 8];
    for (i, p) in points.iter_mut().enumerate() {
        let turn = spin + i as f32 / 8.0 * std::f32::consts::TAU;
        let r = size * chance.range(0.75, 1.1);
        *p = [at[0] + turn.cos() * r, at[1] + turn.sin() * r * 0.85];
    }
    let (lit, shade) = (c.look.lit(local, c.depth * 0.5), c.look.sky_at(0.2).mix(local, 0.12));
    let away = [c.look.key.at[0] - at[0], c.look.key.at[1] - at[1]];
    let len = away[0].hypot(away[1]).max(1e-3);
    let d = away.map(|v| v / len * size);
    let rock = Shape::blob(&points);
    c.fill_line(
        &rock,
        [at[0] + d[0], at[1] + d[1]],
        [at[0] - d[0], at[1] - d[1]],
        &[lit.ink(), lit.mix(shade, 0.7).ink(), shade.ink()],
    );
}

fn near(c: &mut Canvas) {
    let mut chance = c.chance("near rocks");
    let side = c.plan.portal.at[0].signum();
    for (x, y, size) in [(0.5, 0.46, 0.16), (0.36, 0.54, 0.1), (0.56, 0.2, 0.07)] {
        let at = [side * x * c.look.aspect, y + 0.008 * c.swing(16.0, x)];
        let spin = chance.unit() + 0.1 * c.swing(64.0, y);
        boulder(c, at, size, spin, &mut chance);
    }
    let accent = c.accent();
    let area = [c.left(), -0.4, c.right(), 0.5];
    c.fireflies("dust", area, 16, accent);
}
