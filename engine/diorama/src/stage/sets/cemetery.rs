//! A cemetery: a mausoleum whose arched door is the portal, rows of stones in the mist, candles, an iron fence.

use super::super::{
    canvas::{Canvas, Ridge, Shape, Tree},
    chance::{Chance, fractal},
    look::Look,
    plan::{Floor, Plane, Portal, PortalShape, Rim, SetPlan},
};
use super::open_air;
use crate::colour::oklch;
use crate::design::Oklch;

const HORIZON: f32 = 0.12;
const STONE: Oklch = oklch(0.68, 0.02, 250.0);
const GRASS: Oklch = oklch(0.52, 0.07, 138.0);

/// The moon (or a pale sun) stands over the graves, beside the mausoleum.
pub fn plan(look: &mut Look) -> SetPlan {
    let a = look.aspect;
    let side = open_air::side(look, "cemetery");
    look.key.at = [-side * 0.2 * a, -0.26];
    look.key.size = 0.075_f32.min(0.12 * a);
    // A hush over all colours, and mist in every weather.
    look.sky = look.sky.map(|c| oklch(c.l * 0.86, c.c * 0.72, c.h));
    look.haze = oklch(look.haze.l * 0.88, look.haze.c * 0.7, look.haze.h);
    look.air = (look.air * 1.3).min(1.4);
    let height = 0.2_f32.min(0.32 * a);
    let portal = Portal {
        plane: "mausoleum",
        at: [side * 0.17 * a, 0.135 - height * 0.5],
        height,
        shape: PortalShape::Arch(0.62),
        rim: Rim::Frame(STONE.lighter(0.05), 0.014),
        fill: oklch(0.8, 0.12, 76.0),
        veil: 0.4,
    };
    let floor = if look.wet() { Floor::Wet } else { Floor::Land };
    let lines = [(0.4, 1.0, floor), (0.34, 0.84, floor), (0.45, 1.1, floor)];
    let planes = vec![
        Plane::new("sky", 1.0, sky),
        Plane::new("hill", 0.8, hill),
        Plane::new("mausoleum", 0.58, mausoleum),
        Plane::new("graves", 0.32, graves),
        Plane::new("fence", 0.0, fence),
    ];
    open_air::under_sky(
        look,
        HORIZON,
        planes,
        open_air::stands("graves", 0.42 * a, &lines),
        "mausoleum",
        portal,
    )
}

fn sky(c: &mut Canvas) {
    c.sky();
    c.sun_or_moon();
}

fn hill(c: &mut Canvas) {
    let ridge = |y, height| Ridge {
        y,
        height,
        wave: 0.6,
        rough: 0.35,
    };
    c.hills("far", ridge(0.06, 0.05), oklch(0.48, 0.04, 200.0));
    let mut chance = c.chance("trees");
    let ink = c.look.under(oklch(0.36, 0.03, 250.0), 0.72, 0.2);
    let (mut bare, mut crosses) = (Shape::new(), Shape::new());
    let a = c.look.aspect;
    for (x, h) in [(-0.4, 0.3), (-0.12, 0.2), (0.34, 0.26), (0.5, 0.36)] {
        c.grow(&mut bare, Tree::Bare, [x * a, 0.13], h, &mut chance);
    }
    c.fill(&bare, ink);
    let count = (c.right() * 2.0 / 0.075) as usize;
    for i in 0..count {
        let x = c.left() + c.right() * 2.0 * (i as f32 + chance.unit()) / count as f32;
        let (y, h) = (0.13 + 0.01 * chance.sign(), chance.range(0.03, 0.055));
        if chance.happens(0.5) {
            cross(&mut crosses, [x, y], h);
        } else {
            slab(&mut crosses, [x, y], [h * 0.55, h], 0.0);
        }
    }
    c.fill(&crosses, c.look.under(STONE, 0.7, 0.35));
    c.hills("lawn", ridge(0.15, 0.012), GRASS);
    let haze = c.look.words(c.look.haze);
    c.fog_bank("far mist", 0.12, 0.035, haze.alpha(0.55));
}

fn cross(shape: &mut Shape, [x, y]: [f32; 2], h: f32) {
    let w = h * 0.14;
    shape.add_rect([x - w / 2.0, y - h, w, h]);
    shape.add_rect([x - h * 0.29, y - h * 0.74, h * 0.58, w]);
}

/// A round-headed stone that leans by `lean`.
fn slab(shape: &mut Shape, [x, y]: [f32; 2], [w, h]: [f32; 2], lean: f32) {
    let p = |u: f32, v: f32| [x + u * w + v * h * lean, y - v * h];
    let (bl, sl, top, sr, br) = (p(-0.5, 0.0), p(-0.5, 0.68), p(0.0, 1.0), p(0.5, 0.68), p(0.5, 0.0));
    let (cl, cr) = (p(-0.5, 1.0), p(0.5, 1.0));
    shape
        .start(bl[0], bl[1])
        .to(sl[0], sl[1])
        .curve(cl[0], cl[1], top[0], top[1]);
    shape.curve(cr[0], cr[1], sr[0], sr[1]).to(br[0], br[1]).close();
}

fn mausoleum(c: &mut Canvas) {
    let portal = c.plan.portal;
    let ([x, y], h) = (portal.at, portal.height);
    let w = h * portal.ratio();
    let depth = 0.38;
    let (lit, mid, shade) = (
        c.look.lit(STONE, depth),
        c.look.under(STONE, depth, 0.55),
        c.look.shade(STONE, depth),
    );
    let towards = (c.look.key.at[0] - x).signum();
    let foot = y + h / 2.0 + 0.012;
    let (half, top) = (w * 1.65, y - h * 0.78);
    let (near, far) = (x + towards * half, x - towards * half);
    let inks = [lit.ink(), mid.ink(), shade.ink()];
    c.fill_line(
        &Shape::rect([x - half, top, half * 2.0, foot - top]),
        [near, 0.0],
        [far, 0.0],
        &inks,
    );
    // The niche round the door, columns, entablature, pediment and a cross.
    let niche = Shape::arch([x - w * 0.68, y - h * 0.62, w * 1.36, foot - y + h * 0.62]);
    c.fill(&niche, shade.darker(0.04));
    for u in [-1.36, -0.92, 0.92, 1.36] {
        let (cx, cw) = (x + u * w, w * 0.24);
        let column = Shape::rect([cx - cw / 2.0, top + h * 0.1, cw, foot - top - h * 0.1]);
        let n = towards * cw / 2.0;
        c.fill_line(
            &column,
            [cx + n, 0.0],
            [cx - n, 0.0],
            &[lit.lighter(0.04).ink(), mid.ink(), shade.ink()],
        );
        c.rect([cx - cw * 0.7, top + h * 0.08, cw * 1.4, h * 0.05], mid);
        c.rect([cx - cw * 0.7, foot - h * 0.06, cw * 1.4, h * 0.06], mid);
    }
    c.fill_line(
        &Shape::rect([x - half * 1.1, top - h * 0.06, half * 2.2, h * 0.15]),
        [near, 0.0],
        [far, 0.0],
        &inks,
    );
    let gable = Shape::polygon(&[
        [x - half * 1.18, top - h * 0.05],
        [x, top - h * 0.55],
        [x + half * 1.18, top - h * 0.05],
    ]);
    c.fill_line(&gable, [near, 0.0], [far, 0.0], &inks);
    let tympanum = Shape::polygon(&[
        [x - half * 0.8, top - h * 0.1],
        [x, top - h * 0.44],
        [x + half * 0.8, top - h * 0.1],
    ]);
    c.fill(&tympanum, shade.alpha(0.7));
    let mut crown = Shape::new();
    cross(&mut crown, [x, top - h * 0.5], h * 0.42);
    c.fill(&crown, mid);
    for (k, out) in [1.22_f32, 1.34].into_iter().enumerate() {
        let v = foot + 0.012 * k as f32;
        c.rect(
            [x - half * out, v, half * out * 2.0, 0.013],
            if k == 0 { lit } else { mid },
        );
    }
    // The light in the door lies on the steps and in the mist.
    let warm = c.look.lamp(portal.fill);
    let on = (0.2 + 0.8 * c.look.lamps()) * (1.0 + 0.12 * c.now.reactive.kick);
    c.glow([x, y], h * 1.5, warm.screen(0.35 * on).shining(0.15 * on));
    c.puff([x, foot + 0.02], [w * 1.6, 0.035], 0.0, warm.screen(0.5 * on));
    let ivy_side = x.signum();
    let mut chance = c.chance("ivy");
    let mut ivy = Shape::new();
    open_air::crowns(
        c,
        &mut ivy,
        [x + ivy_side * half * 0.62, x + ivy_side * half * 0.98],
        |v| foot - 0.02 - 0.9 * (v - x - ivy_side * half * 0.62).abs(),
        [0.02, 0.035],
        &mut chance,
    );
    c.fill(&ivy, c.look.under(oklch(0.42, 0.08, 145.0), depth, 0.35));
}

fn graves(c: &mut Canvas) {
    let seed = c.seed("ground");
    let line = |x: f32| 0.185 + 0.014 * fractal(seed, x * 2.0, 2, 0.45);
    open_air::ground(c, GRASS, 0.18, line);
    let [px, _] = c.plan.portal.at;
    // A gravel walk leads up to the steps.
    let mut walk = Shape::new();
    walk.start(px - 0.05, 0.18).to(px + 0.05, 0.18);
    walk.bezier(
        [px + 0.1, 0.28],
        [-px * 0.2 + 0.2, 0.36],
        [-px * 0.3 + 0.34, c.bottom()],
    );
    walk.to(-px * 0.3 - 0.3, c.bottom());
    walk.bezier([-px * 0.2 - 0.16, 0.36], [px - 0.06, 0.28], [px - 0.05, 0.18])
        .close();
    let gravel = oklch(0.7, 0.025, 80.0);
    let (far, near) = (c.look.lit(gravel, 0.35), c.look.under(gravel, 0.05, 0.6));
    c.fill_line(&walk, [0.0, 0.18], [0.0, 0.55], &[far.ink(), near.ink()]);
    let shade = c.look.shade(GRASS.darker(0.1), 0.1);
    open_air::sweeps(c, "shade", [0.22, 0.54], 4, shade.alpha(0.4));
    if c.look.wet() {
        c.mirror(0.2, c.bottom(), 0.2, 0.4);
    }
    let haze = c.look.words(c.look.haze);
    let a = c.look.aspect;
    let mut chance = c.chance("stones");
    for (row, (y, size, gap)) in [(0.215, 0.08, 0.14), (0.265, 0.11, 0.26), (0.325, 0.15, 0.36)]
        .into_iter()
        .enumerate()
    {
        for k in 0..5 {
            for way in [-1.0, 1.0] {
                let x = way * (gap * a.min(1.2) + (k as f32 + 0.4 * chance.unit()) * size * 1.25)
                    + px * (0.6 - 0.25 * row as f32);
                stone(
                    c,
                    [x, y + 0.008 * chance.sign()],
                    size * chance.range(0.8, 1.15),
                    &mut chance,
                );
            }
        }
        c.fog_bank(
            ["row mist a", "row mist b", "row mist c"][row],
            y,
            0.026,
            haze.alpha(0.3),
        );
    }
}

/// A gravestone: a slab, a cross or a pillar; some have a candle before them.
fn stone(c: &mut Canvas, [x, y]: [f32; 2], h: f32, chance: &mut Chance) {
    let (kind, lean, candle) = (chance.below(4), chance.sign() * 0.07, chance.happens(0.3));
    if x.abs() > c.right() {
        return;
    }
    let depth = 0.32 - 0.9 * (y - 0.2);
    let local = STONE.darker(0.06 * (kind as f32 - 1.0)).turn(12.0 * kind as f32);
    let (lit, shade) = (c.look.lit(local, depth), c.look.shade(local, depth));
    let w = h * 0.62;
    let towards = (c.look.key.at[0] - x).signum();
    c.contact_shadow([x - towards * h * 0.12, y], h * 0.8, 0.4);
    let (mut side, mut face) = (Shape::new(), Shape::new());
    match kind {
        0 => {
            cross(&mut side, [x - towards * h * 0.04, y], h * 1.1);
            cross(&mut face, [x, y], h * 1.1);
        }
        1 => {
            side.add_rect([x - w * 0.3 - towards * h * 0.05, y - h, w * 0.6, h]);
            face.add_rect([x - w * 0.3, y - h, w * 0.6, h]);
            face.add_polygon(&[[x - w * 0.3, y - h], [x, y - h * 1.22], [x + w * 0.3, y - h]]);
        }
        _ => {
            slab(&mut side, [x - towards * h * 0.07, y], [w, h], lean);
            slab(&mut face, [x, y], [w, h], lean);
        }
    }
    face.add_rect([x - w * 0.62, y - h * 0.1, w * 1.24, h * 0.1]);
    c.fill(&side, shade.darker(0.05));
    c.fill_line(
        &face,
        [x + towards * w * 0.6, y - h],
        [x - towards * w * 0.6, y],
        &[lit.ink(), lit.mix(shade, 0.5).ink(), shade.ink()],
    );
    if candle {
        let flame = c.look.lamp(oklch(0.84, 0.15, 65.0));
        let on = (0.3 + 0.7 * c.look.lamps()) * (0.85 + 0.3 * c.now.reactive.kick.min(1.3));
        let at = [x + w * 0.45, y - h * 0.02];
        let glass = c.look.lamp(oklch(0.5, 0.18, 25.0));
        c.rect(
            [at[0] - h * 0.05, at[1] - h * 0.14, h * 0.1, h * 0.15],
            glass.shining(0.3 * on),
        );
        c.disc([at[0], at[1] - h * 0.16], h * 0.04, flame.shining(0.7 * on));
        c.glow([at[0], at[1] - h * 0.12], h * 0.9, flame.screen(0.5 * on));
    }
}

fn fence(c: &mut Canvas) {
    let a = c.look.aspect;
    let side = c.look.key.at[0].signum();
    let ink = c.look.silhouette(0.0);
    let haze = c.look.words(c.look.haze);
    c.fog_bank("near mist", 0.47, 0.05, haze.alpha(0.22));
    let shake = 0.004 * c.now.reactive.snare;
    open_air::bare_tree(c, side, ink);
    // Iron railings run in from both edges and leave the middle open.
    let mut iron = Shape::new();
    for (way, reach) in [(-side, 0.3), (side, 0.24)] {
        let (from, to) = (way * (0.5 * a + 0.2), way * (0.5 - reach) * a);
        let top = |x: f32| 0.36 + 0.1 * (1.0 - ((x - to) / (from - to)).clamp(0.0, 1.0));
        let count = ((from - to).abs() / 0.042) as usize;
        for i in 0..=count {
            let x = to + (from - to) * i as f32 / count.max(1) as f32 + shake;
            let t = top(x);
            iron.add_rect([x - 0.004, t, 0.008, 0.7 - t]);
            iron.add_polygon(&[
                [x, t - 0.035],
                [x + 0.011, t - 0.01],
                [x, t + 0.004],
                [x - 0.011, t - 0.01],
            ]);
        }
        for drop in [0.03, 0.12] {
            let ends = if way > 0.0 { [to, from] } else { [from, to] };
            let [p, q] = ends.map(|x| [x, top(x) + drop]);
            iron.add_polygon(&[p, q, [q[0], q[1] + 0.012], [p[0], p[1] + 0.012]]);
        }
        iron.add_rect([to - 0.022, 0.4, 0.044, 0.4]);
        iron.add_ellipse([to, 0.395], [0.026, 0.026]);
    }
    c.fill(&iron, ink);
    c.grass("weeds", [c.left(), -0.16 * a], 0.57, (40, 0.08), ink);
    c.grass("weeds", [0.2 * a, c.right()], 0.57, (36, 0.08), ink);
}
