//! A desert: dunes with sharp crests in hard light, mesas, and a natural arch of rock, which is the portal.

use super::super::{
    canvas::{Canvas, Shape},
    chance::{Chance, fractal},
    look::Look,
    plan::{Floor, Plane, Portal, PortalShape, Rim, SetPlan},
};
use super::open_air;
use crate::colour::oklch;
use crate::design::Oklch;

const HORIZON: f32 = 0.1;
const SAND: Oklch = oklch(0.8, 0.1, 66.0);
const ROCK: Oklch = oklch(0.62, 0.13, 42.0);

/// The arch stands on one side, the sun high on the other.
pub fn plan(look: &mut Look) -> SetPlan {
    let a = look.aspect;
    let side = open_air::side(look, "desert");
    look.key.at = [-side * 0.26 * a, -0.3];
    look.key.size = 0.055;
    look.key.strength *= 1.08;
    let height = 0.22_f32.min(0.34 * a);
    let portal = Portal {
        plane: "arch",
        at: [side * 0.16 * a, HORIZON + 0.008 - height * 0.5],
        height,
        shape: PortalShape::Arch(1.12),
        rim: Rim::Soft(0.012),
        fill: look.sky_at(0.92),
        veil: 0.35,
    };
    let land = Floor::Land;
    let lines = [
        (0.4, 1.0, land),
        (0.33, 0.82, land),
        (0.45, 1.1, land),
        (0.27, 0.65, land),
    ];
    let planes = vec![
        Plane::new("sky", 1.0, sky),
        Plane::new("mesas", 0.84, mesas),
        Plane::new("arch", 0.66, arch),
        Plane::new("dunes", 0.5, dunes),
        Plane::new("sand", 0.28, sand),
        Plane::new("front", 0.0, front),
    ];
    open_air::under_sky(
        look,
        HORIZON,
        planes,
        open_air::stands("sand", 0.43 * a, &lines),
        "dunes",
        portal,
    )
}

fn sky(c: &mut Canvas) {
    c.sky();
    c.sun_or_moon();
}

fn mesas(c: &mut Canvas) {
    let mut chance = c.chance("mesas");
    let count = (c.right() * 2.0 / 0.3).ceil() as usize;
    for i in 0..count {
        let x = c.left() + c.right() * 2.0 * (i as f32 + chance.range(0.2, 0.8)) / count as f32;
        let (w, h) = (chance.range(0.07, 0.17), chance.range(0.06, 0.15));
        let towards = (c.look.key.at[0] - x).signum();
        let (top, foot) = (HORIZON - h, HORIZON + 0.02);
        let notch = chance.range(0.3, 0.6) * w;
        let mesa = Shape::polygon(&[
            [x - w * 1.5, foot],
            [x - w * 0.95, top + h * 0.55],
            [x - w * 0.86, top + h * 0.04],
            [x - w * 0.2, top],
            [x + notch, top + h * 0.02],
            [x + notch + 0.01, top + h * 0.18],
            [x + w * 0.9, top + h * 0.2],
            [x + w, top + h * 0.6],
            [x + w * 1.6, foot],
        ]);
        let local = ROCK.lighter(0.04);
        let (lit, shade) = (c.look.lit(local, 0.72), c.look.shade(local, 0.72));
        c.fill_line(
            &mesa,
            [x + towards * w, 0.0],
            [x - towards * w, 0.0],
            &[lit.ink(), lit.ink(), lit.mix(shade, 0.75).ink(), shade.ink()],
        );
    }
    let haze = c.look.words(c.look.haze);
    c.mist(HORIZON, 0.05, haze.alpha(0.5));
    // Far dunes close the ground under the mesas.
    let seed = c.seed("far sand");
    let far = Shape::below([c.left(), c.right()], c.bottom(), 60, |x| {
        HORIZON + 0.008 * fractal(seed, x * 2.0, 2, 0.4)
    });
    let (lit, low) = (c.look.lit(SAND, 0.75), c.look.lit(SAND, 0.45));
    c.fill_line(&far, [0.0, HORIZON], [0.0, 0.3], &[lit.ink(), low.ink()]);
}

/// A fin of rock round the portal; strata and the shaded inside of the opening give it thickness.
fn arch(c: &mut Canvas) {
    let portal = c.plan.portal;
    let ([x, y], h) = (portal.at, portal.height);
    let w = h * portal.ratio();
    let foot = y + h / 2.0 + 0.004;
    let towards = (c.look.key.at[0] - x).signum();
    let side = x.signum();
    let mut chance = c.chance("arch");
    // The outline goes round the opening from foot to foot: thin over it, a butte on the far side.
    let mut points = Vec::new();
    points.push([x - side * w * 1.15, foot + 0.03]);
    for i in 0..=14 {
        let t = i as f32 / 14.0;
        let turn = std::f32::consts::PI * t;
        let thick = w * (0.2 + 0.62 * t * t + 0.15 * chance.sign());
        let (out, up) = (w * 0.5 + thick, h * 0.5 + thick * 0.62);
        points.push([x - side * turn.cos() * out, y + h * 0.22 - turn.sin() * up * 1.12]);
    }
    points.push([x + side * w * 1.75, foot + 0.03]);
    let body = Shape::polygon(&points);
    let depth = 0.42;
    let (lit, mid, shade) = (
        c.look.lit(ROCK, depth),
        c.look.under(ROCK, depth, 0.6),
        c.look.shade(ROCK, depth),
    );
    c.fill_line(
        &body,
        [x + towards * w * 1.2, y - h * 0.4],
        [x - towards * w * 1.3, y + h * 0.3],
        &[lit.ink(), lit.ink(), mid.ink(), shade.ink()],
    );
    // Strata, broad and few, only where the rock is.
    let dark = c.look.shade(ROCK.darker(0.08), depth);
    let mut strata = Shape::new();
    for (u0, u1, v, thick) in [
        (0.66, 1.02, -0.4, 0.06),
        (0.64, 1.15, -0.1, 0.04),
        (0.64, 1.28, 0.2, 0.06),
        (-0.68, -0.56, 0.1, 0.03),
        (-0.78, -0.56, 0.28, 0.04),
    ] {
        let at = |u: f32| x + side * u * w;
        strata
            .start(at(u0), y + v * h)
            .curve(at((u0 + u1) / 2.0), y + (v - 0.05) * h, at(u1), y + (v + 0.02) * h);
        strata
            .curve(at((u0 + u1) / 2.0), y + (v + thick) * h, at(u0), y + (v + thick) * h)
            .close();
    }
    c.fill(&strata, dark.alpha(0.35));
    // The opening's inner wall.
    let inner = |grow: f32, shift: f32| {
        let (iw, ih) = (w * grow, h * (1.0 + (grow - 1.0) * 0.6));
        Shape::arch([x - iw / 2.0 + shift, y + h / 2.0 - ih, iw, ih])
    };
    let (wall, glow) = (
        inner(1.12, -towards * w * 0.05),
        c.look.under(ROCK.lighter(0.08), depth, 0.95),
    );
    c.fill_line(
        &wall,
        [x - towards * w * 0.6, 0.0],
        [x + towards * w * 0.6, 0.0],
        &[glow.ink(), dark.ink(), dark.ink()],
    );
    // Sand has drifted against its feet.
    let drift = c.seed("drift");
    let sill = Shape::below([c.left(), c.right()], c.bottom(), 60, |v| {
        let near = (-((v - x) / (w * 1.1)).powi(2)).exp();
        y + h / 2.0 + 0.006 * (1.0 - near) * fractal(drift, v * 3.0, 2, 0.4)
    });
    let (pale, low) = (c.look.lit(SAND, 0.55), c.look.lit(SAND, 0.35));
    c.fill_line(&sill, [0.0, HORIZON], [0.0, 0.3], &[pale.ink(), low.ink()]);
    let mut stones = c.chance("fallen");
    for (u, size) in [(-1.1, 0.05), (-0.85, 0.035), (1.75, 0.06)] {
        c.rock([x + side * u * w, foot + 0.02], [size * 1.5, size], ROCK, &mut stones);
    }
}

/// A dune: a crest runs in an S from its summit to the foot; the side to the light is lit.
fn dune(c: &mut Canvas, apex: [f32; 2], [left, right]: [f32; 2], foot: f32, towards: f32) {
    let [x, y] = apex;
    let h = foot - y;
    let slope = |s: &mut Shape, out: f32| {
        s.bezier(
            [x + out * 0.25, y + h * 0.1],
            [x + out * 0.55, y + h * 0.75],
            [x + out, foot],
        );
    };
    let mut whole = Shape::new();
    whole.start(x, y);
    slope(&mut whole, right);
    whole
        .to(x + right, c.bottom())
        .to(x - left, c.bottom())
        .to(x - left, foot);
    whole
        .bezier([x - left * 0.55, y + h * 0.75], [x - left * 0.25, y + h * 0.1], [x, y])
        .close();
    let depth = c.depth * 0.75;
    let (lit, low) = (
        c.look.under(SAND, depth, 1.08),
        c.look.lit(SAND.darker(0.05), depth * 0.6),
    );
    c.fill_line(&whole, [0.0, y], [0.0, foot + 0.06], &[lit.ink(), low.ink()]);
    // The lee side.
    let out = if towards > 0.0 { -left } else { right };
    let mut lee = Shape::new();
    lee.start(x, y);
    slope(&mut lee, out);
    lee.curve(x + out * 0.7, foot + h * 0.05, x + out * 0.42, foot + h * 0.3);
    lee.bezier(
        [x + out * 0.02, foot - h * 0.05],
        [x - out * 0.16, y + h * 0.75],
        [x + out * 0.02, y + h * 0.4],
    );
    lee.curve(x + out * 0.06, y + h * 0.15, x, y).close();
    let (shade, deep) = (c.look.under(SAND, depth, 0.42), c.look.shade(SAND.darker(0.02), depth));
    c.fill_line(&lee, [0.0, y], [0.0, foot + h * 0.3], &[deep.ink(), shade.alpha(0.9)]);
}

fn dunes(c: &mut Canvas) {
    let a = c.look.aspect;
    let towards = c.look.key.at[0].signum();
    let wide = 0.34 + 0.2 * a;
    dune(c, [towards * 0.44 * a, 0.085], [wide, wide], 0.2, towards);
    dune(c, [-towards * 0.5 * a, 0.135], [wide * 0.8, wide], 0.22, towards);
    dune(c, [towards * 0.1 * a, 0.165], [wide * 0.7, wide * 0.8], 0.245, towards);
    let mut chance = c.chance("far cacti");
    for (x, y, h) in [(0.34, 0.2, 0.09), (0.42, 0.215, 0.13), (-0.46, 0.23, 0.12)] {
        cactus(c, [towards * x * a, y], h, &mut chance);
    }
}

fn sand(c: &mut Canvas) {
    let seed = c.seed("sand");
    let line = |x: f32| 0.25 + 0.028 * fractal(seed, x * 1.4, 2, 0.4);
    open_air::ground(c, SAND, 0.24, line);
    let shade = c.look.under(SAND.darker(0.08), 0.1, 0.35);
    open_air::sweeps(c, "furrows", [0.28, 0.54], 5, shade.alpha(0.45));
    let light = c.look.under(SAND.lighter(0.07), 0.1, 1.15);
    open_air::sweeps(c, "crests", [0.27, 0.5], 4, light.alpha(0.4));
    // Sand blows over the ground with the bass.
    let haze = c.look.lit(SAND.lighter(0.08), 0.4);
    let wind = 0.12 + 0.16 * c.now.reactive.bass;
    c.fog_bank("blown sand", 0.27, 0.03, haze.alpha(wind));
}

/// A saguaro with two arms, lit from the key's side.
fn cactus(c: &mut Canvas, [x, y]: [f32; 2], h: f32, chance: &mut Chance) {
    let w = h * 0.15;
    let mut shape = Shape::new();
    let sway = c.swing(8.0, x) * 0.002;
    let mut column = |from: [f32; 2], to: [f32; 2], wide: f32| {
        shape.add_taper(from, wide, to, wide * 0.9);
        shape.add_ellipse(to, [wide * 0.46, wide * 0.5]);
        shape.add_ellipse(from, [wide * 0.46, wide * 0.46]);
    };
    column([x, y], [x + sway, y - h], w);
    let mut arms = [0.0; 2];
    arms.iter_mut().for_each(|v| *v = chance.range(0.3, 0.6));
    for (way, up) in [(-1.0, arms[0]), (1.0, arms[1])] {
        let elbow = [x + way * h * 0.22, y - h * up];
        column([x, y - h * up], elbow, w * 0.75);
        column(elbow, [elbow[0] + sway, elbow[1] - h * 0.3], w * 0.75);
    }
    let local = oklch(0.52, 0.09, 145.0);
    let (lit, shade) = (c.look.lit(local, c.depth * 0.7), c.look.shade(local, c.depth * 0.7));
    let towards = (c.look.key.at[0] - x).signum();
    c.contact_shadow([x - towards * h * 0.1, y + 0.004], h * 0.5, 0.35);
    c.fill_line(
        &shape,
        [x + towards * h * 0.25, 0.0],
        [x - towards * h * 0.25, 0.0],
        &[lit.ink(), shade.ink()],
    );
}

fn front(c: &mut Canvas) {
    let a = c.look.aspect;
    let side = c.look.key.at[0].signum();
    let ink = c.look.silhouette(0.0);
    let shake = 0.004 * c.now.reactive.snare;
    let mut shape = Shape::new();
    let x = side * (0.46 * a + shake);
    let mut limb = |points: &[[f32; 2]], wide: f32| {
        for pair in points.windows(2) {
            shape.add_taper(pair[0], wide, pair[1], wide);
            shape.add_ellipse(pair[1], [wide * 0.5, wide * 0.5]);
        }
    };
    limb(&[[x, 0.7], [x, -0.22]], 0.085);
    limb(
        &[
            [x, 0.12],
            [x - side * 0.09, 0.1],
            [x - side * 0.115, 0.05],
            [x - side * 0.115, -0.08],
        ],
        0.055,
    );
    limb(&[[x, 0.26], [x + side * 0.1, 0.22], [x + side * 0.11, 0.02]], 0.055);
    c.fill(&shape, ink);
    let seed = c.seed("bank");
    let bank = |x: f32| 0.55 - 0.09 * ((x * side) / (0.5 * a) - 0.3).max(0.0) + 0.01 * fractal(seed, x * 5.0, 3, 0.5);
    c.fill(&Shape::below([c.left(), c.right()], c.bottom(), 50, bank), ink);
    let (l, r) = (c.left(), c.right());
    let reach = if side > 0.0 { [l, -0.3 * a] } else { [0.3 * a, r] };
    c.grass("dry grass", reach, 0.56, (26, 0.13), ink);
}
