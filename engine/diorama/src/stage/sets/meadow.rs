//! A meadow in bloom: rolling hills in the low sun, one great tree, a path, tall grass and poppies in front.

use super::super::super::design::Weather;
use super::super::{
    canvas::{Canvas, Ridge, Shape},
    chance::{Chance, fractal},
    look::Look,
    plan::{Floor, Plane, SetPlan},
};
use super::open_air;
use crate::colour::oklch;
use crate::design::Oklch;

const HORIZON: f32 = 0.09;
const GRASS: Oklch = oklch(0.72, 0.14, 124.0);
const LEAF: Oklch = oklch(0.56, 0.12, 138.0);

/// The sun stands low over the hills.
pub fn plan(look: &mut Look) -> SetPlan {
    let a = look.aspect;
    let side = open_air::side(look, "meadow");
    let mut chance = Chance::new(look.seed, "meadow");
    let size = 0.22_f32.min(0.38 * a);
    look.key.at = [side * chance.range(0.08, 0.16) * a, -0.14];
    look.key.size = size / 2.0;
    let portal = open_air::sun(look, "sky", size, 0.55);
    let planes = vec![
        Plane::new("sky", 1.0, |c| c.sky()),
        Plane::new("hills", 0.82, hills),
        Plane::new("trees", 0.55, trees),
        Plane::new("meadow", 0.3, meadow),
        Plane::new("grass", 0.0, tall_grass),
    ];
    let land = Floor::Land;
    let lines = [
        (0.4, 1.0, land),
        (0.33, 0.82, land),
        (0.25, 0.6, land),
        (0.45, 1.1, land),
    ];
    open_air::under_sky(
        look,
        HORIZON,
        planes,
        open_air::stands("meadow", 0.43 * a, &lines),
        "trees",
        portal,
    )
}

fn hills(c: &mut Canvas) {
    let ridge = |y, height, wave| Ridge {
        y,
        height,
        wave,
        rough: 0.28,
    };
    c.hills("blue hills", ridge(0.05, 0.05, 0.5), oklch(0.62, 0.06, 215.0));
    c.hills("green hills", ridge(0.09, 0.035, 0.42), oklch(0.68, 0.1, 140.0));
    let haze = c.look.words(c.look.haze);
    c.mist(0.09, 0.05, haze.alpha(0.35));
}

/// Middle hills with the great tree, hedges and distant fields.
fn trees(c: &mut Canvas) {
    let a = c.look.aspect;
    let side = -c.plan.portal.at[0].signum();
    let seed = c.seed("rise");
    let half = 0.5 * a;
    let line = |x: f32| {
        let t = (side * x / half).clamp(-1.2, 1.2);
        0.15 - 0.075 * (0.5 + 0.5 * (t * 2.2 - 0.9).cos()) + 0.012 * fractal(seed, x * 3.0, 2, 0.4)
    };
    let shape = Shape::below([c.left(), c.right()], c.bottom(), 70, line);
    let (lit, shade) = (c.look.lit(GRASS, 0.5), c.look.under(GRASS, 0.4, 0.45));
    c.fill_line(&shape, [0.0, 0.06], [0.0, 0.28], &[lit.ink(), shade.ink()]);
    let furrow = c.look.lit(oklch(0.86, 0.13, 98.0), 0.4);
    open_air::sweeps(c, "fields", [0.12, 0.24], 2, furrow.alpha(0.5));
    let hedge = c.look.shade(LEAF, 0.5);
    let mut hedges = Shape::new();
    let mut chance = c.chance("hedges");
    let (l, r) = (c.left(), c.right());
    open_air::crowns(c, &mut hedges, [l, r], |x| line(x) + 0.035, [0.008, 0.016], &mut chance);
    c.fill(&hedges, hedge.alpha(0.8));
    let x = side * (0.41 - 0.08 * a).max(0.27) * a;
    great_tree(c, [x, line(x) + 0.03], 0.2 + 0.11 * a);
}

fn great_tree(c: &mut Canvas, [x, y]: [f32; 2], h: f32) {
    let mut chance = c.chance("great tree");
    let depth = 0.3;
    let bark = c.look.shade(oklch(0.42, 0.05, 55.0), depth);
    let to = open_air::to_light(c, [x, y - h * 0.6]);
    c.puff([x - to[0] * h * 0.3, y], [h * 0.55, h * 0.06], 0.2, bark.alpha(0.5));
    let mut trunk = Shape::new();
    trunk
        .start(x - h * 0.075, y)
        .curve(x - h * 0.03, y - h * 0.1, x - h * 0.035, y - h * 0.5);
    trunk
        .to(x + h * 0.035, y - h * 0.5)
        .curve(x + h * 0.03, y - h * 0.1, x + h * 0.075, y)
        .close();
    for (lean, up) in [(-0.26, 0.62), (0.24, 0.66), (-0.1, 0.8), (0.12, 0.82)] {
        let tip = [x + lean * h, y - up * h];
        trunk.add_taper([x, y - h * 0.38], h * 0.05, tip, h * 0.012);
    }
    c.fill(&trunk, bark);
    let (dark, mid, light) = (
        c.look.under(LEAF, depth, 0.28),
        c.look.under(LEAF, depth, 0.6),
        c.look.under(LEAF.lighter(0.07), depth, 1.1),
    );
    let mut layers = [Shape::new(), Shape::new(), Shape::new()];
    for i in 0..26 {
        let turn = i as f32 * 2.4;
        let out = (i as f32 / 26.0).sqrt();
        let sway = c.swing(4.0, out) * 0.008 * (1.0 + c.now.reactive.mid);
        let p = [
            x + turn.cos() * out * h * 0.42 + sway,
            y - h * 0.72 + turn.sin() * out * h * 0.25,
        ];
        let r = h * chance.range(0.1, 0.15);
        for (k, (shrink, shift)) in [(1.0, 0.0), (0.78, 0.35), (0.5, 0.62)].into_iter().enumerate() {
            let at = [p[0] + to[0] * r * shift, p[1] + to[1] * r * shift];
            layers[k].add_ellipse(at, [r * shrink, r * 0.85 * shrink]);
        }
    }
    let [whole, half, rim] = layers;
    c.fill(&whole, dark);
    c.fill(&half, mid.alpha(0.75));
    c.fill(&rim, light.alpha(0.55));
}

fn meadow(c: &mut Canvas) {
    let seed = c.seed("meadow");
    let line = |x: f32| 0.2 + 0.018 * fractal(seed, x * 1.8, 2, 0.4);
    open_air::ground(c, GRASS, 0.19, line);
    let a = c.look.aspect;
    let px = c.plan.portal.at[0];
    // A path winds to the hills under the sun.
    let mut path = Shape::new();
    path.start(px - 0.012, 0.196).to(px + 0.012, 0.196);
    path.bezier([px + 0.2 * a, 0.26], [-0.05 * a, 0.3], [0.16 * a, c.bottom()]);
    path.to(-0.14 * a, c.bottom());
    path.bezier([-0.14 * a, 0.32], [px + 0.12 * a, 0.27], [px - 0.012, 0.196])
        .close();
    let earth = oklch(0.84, 0.06, 82.0);
    let (far, near) = (c.look.lit(earth, 0.3), c.look.under(earth, 0.05, 0.7));
    c.fill_line(&path, [0.0, 0.2], [0.0, 0.55], &[far.ink(), near.ink()]);
    let shade = c.look.shade(GRASS.darker(0.08), 0.05);
    open_air::sweeps(c, "shade", [0.24, 0.54], 4, shade.alpha(0.4));
    let accent = if c.look.weather == Weather::Snow {
        oklch(0.96, 0.01, 230.0)
    } else {
        oklch(0.72, 0.17, 25.0)
    };
    let colours = [
        accent,
        oklch(0.95, 0.04, 95.0),
        oklch(0.7, 0.14, 300.0),
        oklch(0.88, 0.16, 92.0),
    ];
    let drift = c.look.lit(colours[2], 0.15);
    open_air::sweeps(c, "drift", [0.22, 0.4], 3, drift.alpha(0.35));
    let (l, r) = (c.left(), c.right());
    open_air::flowers(c, "left flowers", [l, -0.1 * a], [0.22, 0.5], 120, &colours);
    open_air::flowers(c, "right flowers", [0.1 * a, r], [0.22, 0.5], 120, &colours);
    let light = c.look.lamp(c.look.key.colour);
    let glow = 0.3 * c.look.key.strength * (1.0 + 0.3 * c.now.reactive.bass);
    c.puff([px, 0.22], [0.5, 0.07], 0.0, light.screen(glow));
}

fn tall_grass(c: &mut Canvas) {
    let a = c.look.aspect;
    let ink = c.look.silhouette(0.02);
    let green = c.look.under(LEAF.darker(0.1), 0.0, 0.35);
    let (l, r) = (c.left(), c.right());
    c.grass("back blades", [l, -0.16 * a], 0.58, (44, 0.2), green);
    c.grass("back blades", [0.2 * a, r], 0.58, (40, 0.17), green);
    let mut chance = c.chance("poppies");
    let side = -c.plan.portal.at[0].signum();
    let (mut stems, mut heads, mut light) = (Shape::new(), Shape::new(), Shape::new());
    for i in 0..9 {
        let x =
            side * (0.5 - 0.05 * i as f32 * chance.range(0.7, 1.2)) * a + if i > 5 { -side * 0.52 * a } else { 0.0 };
        let h = chance.range(0.12, 0.3) * (1.0 - 0.05 * i as f32);
        let sway = (c.swing(4.0, x) * 0.02 + 0.015 * c.now.reactive.snare) * (h / 0.25);
        let top = [x + sway + chance.sign() * 0.03, 0.56 - h];
        let mut stem = Shape::new();
        stem.start(x, 0.6).curve(x, 0.56 - h * 0.6, top[0], top[1]);
        c.stroke(&stem, 0.005, ink);
        stems.add_ellipse([top[0], top[1] + 0.012], [0.007, 0.009]);
        let s = chance.range(0.022, 0.034);
        heads.add_ellipse([top[0] - s * 0.45, top[1]], [s * 0.75, s * 0.62]);
        heads.add_ellipse([top[0] + s * 0.45, top[1]], [s * 0.75, s * 0.62]);
        heads.add_ellipse([top[0], top[1] - s * 0.2], [s * 0.7, s * 0.6]);
        light.add_ellipse([top[0] + side * -s * 0.4, top[1] - s * 0.28], [s * 0.5, s * 0.25]);
    }
    let red = oklch(0.6, 0.22, 27.0);
    let (face, rim) = (c.look.under(red, 0.0, 0.6), c.look.under(red.lighter(0.12), 0.0, 1.1));
    c.fill(&heads, face);
    c.fill(&light, rim.alpha(0.8));
    c.fill(&stems, ink);
    c.grass("front blades", [l, r], 0.61, (70, 0.14), ink);
    if c.look.lamps() > 0.4 {
        c.fireflies("fireflies", [l, 0.05, r, 0.45], 16, oklch(0.9, 0.16, 105.0));
    } else {
        c.dust("pollen", [l, -0.1, r, 0.45], 16);
    }
}
