//! A snowy plain: a cabin whose lit window is the portal, firs under snow, a fence, northern lights at night.

use super::super::{
    canvas::{Canvas, Ridge, Shape, Tree},
    chance::{Chance, fractal},
    look::Look,
    plan::{Floor, Plane, Portal, PortalShape, Rim, SetPlan},
};
use super::open_air;
use crate::colour::oklch;
use crate::design::Oklch;

const HORIZON: f32 = 0.1;
const SNOW: Oklch = oklch(0.97, 0.012, 245.0);
const WOOD: Oklch = oklch(0.46, 0.07, 50.0);

/// The cabin stands on one side, the low sun on the other.
pub fn plan(look: &mut Look) -> SetPlan {
    let a = look.aspect;
    let side = open_air::side(look, "winter");
    look.key.at = [-side * 0.22 * a, -0.14];
    look.key.size = 0.06;
    look.air = (look.air * 1.15).min(1.4);
    let height = 0.17_f32.min(0.26 * a);
    let portal = Portal {
        plane: "cabin",
        at: [side * 0.17 * a, -0.02],
        height,
        shape: PortalShape::Rounded(1.1, 0.04),
        rim: Rim::Frame(WOOD.lighter(0.12), 0.014),
        fill: oklch(0.86, 0.13, 78.0),
        veil: 0.4,
    };
    let land = Floor::Land;
    let lines = [
        (0.4, 1.0, land),
        (0.33, 0.82, land),
        (0.45, 1.1, land),
        (0.26, 0.62, land),
    ];
    let planes = vec![
        Plane::new("sky", 1.0, sky),
        Plane::new("hills", 0.82, hills),
        Plane::new("cabin", 0.58, cabin),
        Plane::new("snow", 0.3, snow),
        Plane::new("front", 0.0, front),
    ];
    open_air::under_sky(
        look,
        HORIZON,
        planes,
        open_air::stands("snow", 0.43 * a, &lines),
        "cabin",
        portal,
    )
}

fn sky(c: &mut Canvas) {
    c.sky();
    if c.look.night() {
        northern_lights(c);
    }
    c.sun_or_moon();
}

/// Curtains of light that fold over the sky, stronger with the bass.
fn northern_lights(c: &mut Canvas) {
    let strength = 0.34 + 0.2 * c.now.reactive.bass + 0.08 * c.now.reactive.hat;
    for (k, hue, y) in [(0_u64, 158.0, -0.12), (1, 176.0, -0.22), (2, 312.0, -0.3)] {
        let seed = c.seed("aurora").wrapping_add(k);
        let colour = c.look.lamp(oklch(0.8, 0.18, hue));
        let drift = c.swing(32.0, 0.3 * k as f32) * 0.4;
        let count = (c.right() * 2.0 / 0.06) as usize;
        for i in 0..count {
            let x = c.left() + c.right() * 2.0 * i as f32 / count as f32;
            let foot = y + 0.1 * fractal(seed, x * 1.5 + drift, 2, 0.5);
            let tall = 0.26 + 0.16 * fractal(seed ^ 7, x * 4.0 - drift, 3, 0.6);
            let bright = (0.55 + 0.9 * fractal(seed ^ 11, x * 5.0 + drift * 1.5, 2, 0.6)).clamp(0.0, 1.3);
            c.puff(
                [x + 0.02 * tall, foot - tall * 0.35],
                [0.075, tall * 0.75],
                0.0,
                colour.screen(strength * bright),
            );
        }
    }
}

fn hills(c: &mut Canvas) {
    let ridge = |y, height, wave| Ridge {
        y,
        height,
        wave,
        rough: 0.35,
    };
    c.hills("far", ridge(0.06, 0.05, 0.45), SNOW.darker(0.1));
    let wood = c.look.under(oklch(0.42, 0.05, 190.0), 0.75, 0.5);
    let (l, r) = (c.left(), c.right());
    let count = (r * 2.0 / 0.03) as usize;
    c.tree_row("far wood", &[Tree::Conifer], [l, r], (count, 0.06), wood, |_| {
        HORIZON + 0.012
    });
    c.hills("near", ridge(0.12, 0.018, 0.5), SNOW.darker(0.03));
    let haze = c.look.words(c.look.haze);
    c.mist(HORIZON, 0.04, haze.alpha(0.45));
}

/// A fir under snow: dark tiers, each with a white lid lit from the key's side.
fn snowy_fir(c: &mut Canvas, [x, y]: [f32; 2], h: f32, chance: &mut Chance) {
    let depth = c.depth * 0.75;
    let dark = c.look.under(oklch(0.36, 0.06, 165.0), depth, 0.45);
    let (lit, shade) = (c.look.lit(SNOW, depth), c.look.under(SNOW, depth, 0.3));
    let sway = c.swing(8.0, x) * 0.004;
    c.puff([x, y], [h * 0.3, h * 0.05], 0.2, shade.darker(0.15).alpha(0.6));
    c.rect([x - h * 0.025, y - h * 0.14, h * 0.05, h * 0.14], dark);
    let (mut green, mut white) = (Shape::new(), Shape::new());
    for tier in 0..4 {
        let t = tier as f32 / 4.0;
        let low = y - h * (0.1 + 0.68 * t);
        let wide = h * 0.27 * (1.05 - t) * chance.range(0.9, 1.1);
        let tip = [x + sway * t, low - h * 0.36 * (1.0 - 0.3 * t)];
        green
            .start(tip[0], tip[1])
            .curve(x + wide * 0.3, low - h * 0.07, x + wide, low + h * 0.02);
        green.curve(x, low + h * 0.05, x - wide, low + h * 0.02);
        green.curve(x - wide * 0.3, low - h * 0.07, tip[0], tip[1]).close();
        white.start(tip[0], tip[1] - h * 0.01);
        white.curve(x + wide * 0.3, low - h * 0.08, x + wide * 0.92, low - h * 0.005);
        white.curve(x + wide * 0.45, low - h * 0.02, x + wide * 0.2, low - h * 0.075);
        white.curve(x, low - h * 0.01, x - wide * 0.3, low - h * 0.06);
        white.curve(x - wide * 0.5, low - h * 0.01, x - wide * 0.9, low - h * 0.005);
        white
            .curve(x - wide * 0.3, low - h * 0.08, tip[0], tip[1] - h * 0.01)
            .close();
    }
    c.fill(&green, dark);
    let w = h * 0.25 * (c.look.key.at[0] - x).signum();
    c.fill_line(&white, [x + w, 0.0], [x - w, 0.0], &[lit.ink(), shade.ink()]);
}

fn cabin(c: &mut Canvas) {
    let a = c.look.aspect;
    let portal = c.plan.portal;
    let ([x, y], h) = (portal.at, portal.height);
    let side = x.signum();
    let seed = c.seed("rise");
    let line = |v: f32| 0.135 + 0.014 * fractal(seed, v * 2.0, 2, 0.4) - 0.02 * (-((v - x) / 0.3).powi(2)).exp();
    let mut chance = c.chance("firs");
    for (u, tall) in [(0.3, 0.34), (0.42, 0.26), (0.0, 0.22)] {
        snowy_fir(c, [side * u * a + side * 0.06, 0.13], tall, &mut chance);
    }
    let depth = 0.35;
    let towards = (c.look.key.at[0] - x).signum();
    let (half, top, foot) = (h * 1.12, y - h * 0.78, 0.15);
    let (lit, shade) = (c.look.lit(WOOD, depth), c.look.shade(WOOD, depth));
    let white = c.look.lit(SNOW, depth);
    let cold = c.look.under(SNOW, depth, 0.28);
    // Chimney and its smoke.
    let cx = x + side * half * 0.55;
    c.rect(
        [cx - h * 0.13, top - h * 0.75, h * 0.26, h * 0.6],
        c.look.shade(oklch(0.5, 0.04, 40.0), depth),
    );
    c.rect([cx - h * 0.15, top - h * 0.8, h * 0.3, h * 0.08], white);
    let smoke = c.look.sky_at(0.7).mix(white, 0.4);
    for i in 0..7 {
        let rise = c.cycle(16.0, i as f32 / 7.0);
        let drift = side * 0.16 * rise * rise + 0.012 * c.swing(4.0, rise * 2.0);
        let r = h * (0.12 + 0.5 * rise);
        let at = [cx + drift, top - h * 0.85 - 0.24 * rise];
        c.puff(
            at,
            [r * 1.2, r],
            0.1,
            smoke.alpha(0.5 * (1.0 - rise) * (rise * 8.0).min(1.0)),
        );
    }
    let body = Shape::rect([x - half, top, half * 2.0, foot - top]);
    let (from, to) = (x + towards * half, x - towards * half);
    c.fill_line(&body, [from, 0.0], [to, 0.0], &[lit.ink(), lit.mix(shade, 0.7).ink()]);
    let mut logs = Shape::new();
    for i in 1..7 {
        let v = top + (foot - top) * i as f32 / 7.0;
        logs.add_rect([x - half, v - 0.0025, half * 2.0, 0.005]);
    }
    c.fill(&logs, shade.darker(0.04).alpha(0.6));
    // The roof with its load of snow.
    let eave = half * 1.18;
    let gable = top - h * 0.72;
    let roof = Shape::polygon(&[[x - eave, top + h * 0.1], [x, gable], [x + eave, top + h * 0.1]]);
    c.fill(&roof, shade.darker(0.03));
    let mut load = Shape::new();
    load.start(x - eave * 1.06, top + h * 0.1)
        .curve(x - eave * 0.5, gable + h * 0.2, x, gable - h * 0.16);
    load.curve(x + eave * 0.5, gable + h * 0.2, x + eave * 1.06, top + h * 0.1);
    load.curve(x + eave * 0.95, top + h * 0.16, x + eave * 0.8, top - h * 0.06);
    load.to(x, gable + h * 0.2).to(x - eave * 0.8, top - h * 0.06);
    load.curve(x - eave * 0.95, top + h * 0.16, x - eave * 1.06, top + h * 0.1)
        .close();
    c.fill_line(
        &load,
        [from, 0.0],
        [to, 0.0],
        &[white.ink(), white.mix(cold, 0.4).ink(), cold.ink()],
    );
    let mut icicles = Shape::new();
    for i in 0..9 {
        let u = -1.0 + i as f32 / 4.0;
        let at = x + u * eave * 0.95;
        let drop = h * (0.06 + 0.1 * (i * 7 % 5) as f32 / 5.0);
        let edge = gable + h * 0.16 + (top - gable - h * 0.06) * u.abs();
        icicles.add_taper([at, edge], 0.008, [at, edge + drop], 0.001);
    }
    c.fill(&icicles, white.alpha(0.75));
    let warm = c.look.lamp(oklch(0.84, 0.14, 72.0));
    let on = (0.15 + 0.85 * c.look.lamps()) * (1.0 + 0.12 * c.now.reactive.kick);
    c.glow([x, y], h * 1.8, warm.screen(0.4 * on).shining(0.2 * on));
    let ground = Shape::below([c.left(), c.right()], c.bottom(), 60, line);
    let low = c.look.lit(SNOW.darker(0.05), 0.3);
    c.fill_line(&ground, [0.0, 0.12], [0.0, 0.3], &[white.ink(), low.ink()]);
    c.puff([x, 0.17], [half * 2.0, 0.05], 0.1, warm.screen(0.55 * on));
}

fn snow(c: &mut Canvas) {
    let seed = c.seed("snow");
    let line = |x: f32| 0.22 + 0.03 * fractal(seed, x * 1.3, 2, 0.4);
    open_air::ground(c, SNOW, 0.2, line);
    let shade = c.look.under(SNOW.darker(0.05), 0.1, 0.25);
    open_air::sweeps(c, "drifts", [0.25, 0.54], 5, shade.alpha(0.5));
    let light = c.look.under(SNOW, 0.1, 1.2);
    open_air::sweeps(c, "crests", [0.24, 0.5], 4, light.alpha(0.5));
    let glow = c.look.lamp(c.look.key.colour);
    let at = c.look.key.at[0];
    c.puff([at, 0.3], [0.5, 0.14], 0.0, glow.screen(0.3 * c.look.key.strength));
    // A fence goes back over the plain, half drifted in.
    let a = c.look.aspect;
    let side = -c.plan.portal.at[0].signum();
    let wood = c.look.under(WOOD, 0.2, 0.35);
    let (mut posts, mut caps) = (Shape::new(), Shape::new());
    let post = |t: f32| [side * (0.16 + 0.4 * t) * a, 0.2 + 0.1 * t, 0.045 + 0.07 * t];
    for i in 0..6 {
        let [x, y, h] = post((i as f32 / 5.0).powf(1.4));
        posts.add_rect([x - h * 0.06, y - h, h * 0.12, h]);
        caps.add_ellipse([x, y - h], [h * 0.09, h * 0.06]);
    }
    for v in [0.45, 0.8] {
        let [p, q] = [post(0.0), post(1.0)].map(|[x, y, h]| ([x, y - h * v], h * 0.07));
        posts.add_taper(p.0, p.1, q.0, q.1);
    }
    c.fill(&posts, wood);
    let white = c.look.lit(SNOW, 0.15);
    c.fill(&caps, white);
    let mut chance = c.chance("sparkle");
    let mut sparks = Shape::new();
    let hat = 0.5 + 0.8 * c.now.reactive.hat;
    for _ in 0..40 {
        let (x, t) = (chance.range(c.left(), c.right()), chance.unit());
        let r = (0.0012 + 0.0022 * t) * hat * (0.5 + 0.5 * c.swing(2.0, chance.unit()));
        sparks.add_ellipse([x, 0.25 + 0.28 * t], [r.max(0.0004), r.max(0.0004)]);
    }
    c.fill(&sparks, glow.lighter(0.1).plus(0.8));
}

fn front(c: &mut Canvas) {
    let a = c.look.aspect;
    let side = c.look.key.at[0].signum();
    let ink = c.look.silhouette(0.0);
    let white = c.look.under(SNOW, 0.0, 0.5);
    open_air::bare_tree(c, side, ink);
    let seed = c.seed("bank");
    let bank = |x: f32| 0.52 - 0.07 * ((x * side) / (0.5 * a)).max(-0.4) + 0.012 * fractal(seed, x * 4.0, 2, 0.5);
    let cold = c.look.under(SNOW.darker(0.06), 0.0, 0.12);
    let shape = Shape::below([c.left(), c.right()], c.bottom(), 60, bank);
    c.fill_line(&shape, [0.0, 0.42], [0.0, 0.58], &[white.ink(), cold.ink()]);
    let reach = [-side * 0.5 * a - 0.1, -side * 0.5 * a + 0.22];
    c.grass("dry stalks", reach, 0.58, (14, 0.14), ink);
}
