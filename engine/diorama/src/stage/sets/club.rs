//! A club: a stage with a ring of light that is the portal, beams in the haze, and the crowd in front.

use super::super::super::design::Daytime;
use super::super::{
    canvas::{Canvas, Shape},
    chance::Chance,
    look::Look,
    plan::{Floor, Plane, Portal, PortalShape, Rim, SetPlan, Stand},
};
use super::fittings::{curtain, neon};
use crate::colour::oklch;
use crate::design::Oklch;

const FLOOR: f32 = 0.2;

/// No daylight comes in: the daytime chooses the show's hues.
pub fn plan(look: &mut Look) -> SetPlan {
    let a = look.aspect;
    let mut chance = Chance::new(look.seed, "club");
    let at = [chance.range(-0.08, 0.08) * a, -0.08];
    let (first, second) = match look.daytime {
        Daytime::Dawn => (10.0, 70.0),
        Daytime::Day => (215.0, 170.0),
        Daytime::Dusk => (45.0, 350.0),
        Daytime::Night => (310.0, 255.0),
    };
    let size = 0.27_f32.min(0.42 * a);
    look.sky = [
        oklch(0.1, 0.05, second),
        oklch(0.17, 0.08, second),
        oklch(0.26, 0.12, first),
    ];
    look.haze = oklch(0.38, 0.13, (first + second) / 2.0);
    look.air = 0.4;
    look.key.at = at;
    look.key.colour = oklch(0.86, 0.1, first);
    look.key.size = size / 2.0;
    look.key.strength = 0.95;
    look.ambient = (oklch(0.54, 0.1, second), 0.5);
    let stand = |y, scale| Stand {
        plane: "stage",
        y,
        x: [-0.34 * a, 0.34 * a],
        scale,
        floor: Floor::Land,
    };
    SetPlan {
        horizon: FLOOR,
        indoors: true,
        planes: vec![
            Plane::new("hall", 0.9, hall),
            Plane::new("wall", 0.7, wall),
            Plane::new("stage", 0.35, stage),
            Plane::new("beams", 0.2, beams),
            Plane::new("crowd", 0.05, crowd),
        ],
        stands: vec![stand(0.36, 1.0), stand(0.31, 0.85), stand(0.26, 0.7)],
        air: [-0.36 * a, -0.36, 0.36 * a, -0.06],
        air_plane: "stage",
        heavens: [-0.36 * a, -0.42, 0.36 * a, -0.26],
        heavens_plane: "wall",
        portal: Portal {
            plane: "wall",
            at,
            height: size,
            shape: PortalShape::Disc,
            rim: Rim::Glow(look.key.colour),
            fill: oklch(0.62, 0.19, second),
            veil: 0.25,
        },
    }
}

fn hall(c: &mut Canvas) {
    c.sky_gradient();
    let light = c.look.lamp(c.look.key.colour);
    let swell = 0.26 + 0.16 * c.now.reactive.bass;
    c.glow(c.look.key.at, 0.85, light.screen(swell));
}

fn wall(c: &mut Canvas) {
    let [x, y] = c.plan.portal.at;
    let r = c.plan.portal.height * 0.5;
    let a = c.look.aspect;
    // Panels of light to both sides: bars that stand as high as the music is loud.
    let bars = 9;
    let wide = (0.5 * a - r - 0.05).max(0.1) / bars as f32;
    let levels = [
        c.now.reactive.bass,
        c.now.reactive.kick,
        c.now.reactive.mid,
        c.now.reactive.high,
    ];
    for side in [-1.0_f32, 1.0] {
        for i in 0..bars {
            let level = levels[i % 4].min(1.3);
            let high = 0.08 + 0.1 * level + 0.035 * c.swing(2.0, i as f32 * 0.23) + 0.06 * ((i * 7) % 5) as f32 / 4.0;
            let at = x + side * (r + 0.07 + wide * (i as f32 + 0.5));
            let hue = c.look.key.colour.h + (c.look.ambient.0.h - c.look.key.colour.h) * i as f32 / bars as f32;
            let colour = c.look.lamp(oklch(0.64, 0.18, hue));
            let bar = Shape::rounded(
                [at - wide * 0.3, FLOOR - 0.02 - high * 1.6, wide * 0.6, high * 1.6],
                0.006,
            );
            c.fill_down(&bar, &[colour.alpha(0.9).shining(0.35), colour.darker(0.3).alpha(0.55)]);
        }
    }
    let colour = c.look.key.colour;
    let beat = 0.8 + 0.4 * c.now.reactive.kick;
    for (out, hue) in [(0.03, 0.0), (0.07, 40.0)] {
        let ring = Shape::ellipse([x, y], [r + out, r + out]);
        neon(c, &ring, 0.006, oklch(0.74, 0.18, colour.h + hue), beat);
    }
    // The truss and its lamps.
    let ink = c.look.silhouette(0.25);
    let (l, wide) = (c.left(), c.right() * 2.0);
    let mut truss = Shape::rect([l, -0.42, wide, 0.01]);
    truss.add_rect([l, -0.36, wide, 0.01]);
    let n = (wide / 0.07) as usize;
    for i in 0..n {
        let at = l + wide * i as f32 / n as f32;
        truss.add_taper([at, -0.415], 0.006, [at + 0.035, -0.355], 0.006);
        truss.add_taper([at + 0.07, -0.415], 0.006, [at + 0.035, -0.355], 0.006);
    }
    c.fill(&truss, ink);
}

fn stage(c: &mut Canvas) {
    let (l, wide, bottom) = (c.left(), c.right() * 2.0, c.bottom());
    let local = oklch(0.36, 0.05, c.look.ambient.0.h);
    let (far, near) = (c.look.under(local, 0.35, 1.1), c.look.under(local, 0.1, 0.35));
    c.fill_line(
        &Shape::rect([l, FLOOR - 0.02, wide, bottom]),
        [0.0, FLOOR],
        [0.0, 0.42],
        &[far.ink(), near.ink()],
    );
    c.mirror(FLOOR - 0.02, 0.5, 0.55, 0.1);
    // The stage's edge.
    let edge = c.look.under(oklch(0.36, 0.08, c.look.ambient.0.h), 0.1, 0.5);
    c.rect([l, 0.4, wide, bottom], edge);
    let line = Shape::line([l, 0.4], [-l, 0.4]);
    let colour = oklch(0.78, 0.16, c.look.key.colour.h);
    let beat = 0.6 + 0.5 * c.now.reactive.kick;
    neon(c, &line, 0.005, colour, beat);
    towers(c);
    let x = 0.5 * c.look.aspect;
    let cloth = oklch(0.4, 0.15, c.look.key.colour.h - 20.0);
    let inks = [c.look.lit(cloth, 0.2), c.look.shade(cloth, 0.2)];
    for side in [-1.0_f32, 1.0] {
        curtain(c, [side * (x - 0.04), side * (x + 0.2)], [-0.7, 0.4], 7, inks);
    }
}

/// Stacks of speakers whose cones jump with the bass.
fn towers(c: &mut Canvas) {
    let a = c.look.aspect;
    let (w, h) = (0.13_f32.min(0.16 * a), 0.14_f32.min(0.17 * a));
    let body = oklch(0.26, 0.02, 280.0);
    let push = 1.0 + 0.1 * c.now.reactive.kick + 0.06 * c.now.reactive.bass;
    for side in [-1.0_f32, 1.0] {
        let x = side * (0.5 * a - 0.05 - w / 2.0);
        for k in 0..3 {
            let y = 0.33 - h * (k as f32 + 1.0);
            let (lit, shade) = (c.look.lit(body, 0.2), c.look.shade(body, 0.1));
            let cabinet = Shape::rounded([x - w / 2.0, y, w, h * 0.97], 0.008);
            let toward = x - side * w / 2.0;
            c.fill_line(
                &cabinet,
                [toward, 0.0],
                [x + side * w / 2.0, 0.0],
                &[lit.lighter(0.1).ink(), shade.ink()],
            );
            let r = h * 0.36 * push;
            let at = [x, y + h * 0.48];
            c.disc(at, r, shade.darker(0.07));
            let cone = [lit.lighter(0.12).ink(), shade.ink()];
            c.fill_round(
                &Shape::ellipse(at, [r * 0.82, r * 0.82]),
                [at[0] - side * r * 0.3, at[1] - r * 0.2],
                r,
                &cone,
            );
            c.disc(at, r * 0.3, shade.darker(0.04));
        }
    }
}

fn beams(c: &mut Canvas) {
    let a = c.look.aspect;
    let mut chance = c.chance("beams");
    let (first, second) = (c.look.key.colour.h, c.look.ambient.0.h);
    let ink = c.look.silhouette(0.1);
    for i in 0..6 {
        let t = i as f32 / 5.0 * 2.0 - 1.0;
        let from = [t * 0.42 * a, -0.37];
        let phase = chance.unit();
        let turn = 0.5 * c.swing(8.0, phase) - t * 0.35;
        let to = [from[0] + turn.sin() * 0.9, from[1] + turn.cos() * 0.9];
        let hue = if i % 2 == 0 { first } else { second };
        let colour = c.look.lamp(oklch(0.68, 0.2, hue));
        let power = 0.3 + 0.16 * c.swing(2.0, i as f32 / 6.0) + 0.25 * c.now.reactive.kick;
        c.shaft(from, 0.016, to, 0.26, colour.screen(power.clamp(0.08, 0.65)));
        c.glow(from, 0.05, colour.screen(0.8).shining(0.5));
        c.disc(from, 0.014, colour.lighter(0.15).shining(0.95));
        c.rect([from[0] - 0.018, from[1] - 0.035, 0.036, 0.028], ink);
    }
    mirror_ball(
        c,
        [-c.plan.portal.at[0].signum() * 0.2 * a, -0.3],
        0.062_f32.min(0.11 * a),
    );
    let haze = c.look.words(c.look.haze.lighter(0.1));
    c.fog_bank("haze", 0.33, 0.07, haze.alpha(0.16));
}

fn mirror_ball(c: &mut Canvas, at: [f32; 2], r: f32) {
    let ink = c.look.silhouette(0.15);
    c.line([at[0], -0.42], at, 0.004, ink);
    let (lit, dark) = (
        c.look.lit(oklch(0.8, 0.03, 250.0), 0.1),
        c.look.shade(oklch(0.5, 0.05, 260.0), 0.1),
    );
    let ball = Shape::ellipse(at, [r, r]);
    c.fill_round(
        &ball,
        [at[0] - r * 0.3, at[1] + r * 0.2],
        r * 1.4,
        &[lit.ink(), dark.ink()],
    );
    let spin = c.cycle(16.0, 0.0);
    let mut facets = [Shape::new(), Shape::new()];
    for row in 0..7 {
        let y = (row as f32 - 3.0) / 3.6;
        let half = (1.0 - y * y).sqrt();
        for column in 0..9 {
            let turn = ((column as f32 + spin * 9.0 + 0.5 * (row % 2) as f32) / 9.0 - 0.5) * std::f32::consts::PI;
            if turn.abs() > 1.45 {
                continue;
            }
            let x = at[0] + r * half * turn.sin();
            let w = r * 0.24 * half * turn.cos();
            let kind = usize::from((row * 5 + column * 3) % 4 == 0);
            facets[kind].add_rect([x - w / 2.0, at[1] + r * (y - 0.11), w, r * 0.22]);
        }
    }
    c.fill(&facets[0], c.look.lamp(c.look.ambient.0).lighter(0.1).alpha(0.55));
    let shine = (0.6 + 0.5 * c.now.reactive.hat).min(1.0);
    c.fill(
        &facets[1],
        c.look
            .lamp(c.look.key.colour)
            .lighter(0.1)
            .alpha(shine)
            .shining(0.7 * shine),
    );
    // Its specks wander over the room.
    let mut chance = c.chance("specks");
    let mut specks = Shape::new();
    for _ in 0..34 {
        let x = c.left() + (chance.unit() + c.cycle(32.0, 0.0)).rem_euclid(1.0) * c.right() * 2.0;
        let y = chance.range(-0.35, 0.38);
        specks.add_ellipse([x, y], [0.009, 0.006]);
    }
    let speck = c.look.lamp(c.look.key.colour.lighter(0.1));
    c.fill(&specks, speck.screen(0.22 + 0.3 * c.now.reactive.hat.min(1.0)));
}

/// Heads, shoulders and raised hands against the light; they jump with the beat.
fn crowd(c: &mut Canvas) {
    let mut chance = c.chance("crowd");
    for (row, (y, size)) in [(0.445_f32, 0.04_f32), (0.5, 0.056)].into_iter().enumerate() {
        let ink: Oklch = c.look.silhouette(0.12 - 0.12 * row as f32);
        let (l, r) = (c.left(), c.right());
        let count = ((r - l) / (size * 2.5)) as usize;
        let mut people = Shape::new();
        let mut rims = Shape::new();
        for i in 0..count {
            let x = l + (r - l) * (i as f32 + chance.range(0.2, 0.8)) / count as f32;
            let phase = chance.unit();
            let lift = size * chance.range(-0.35, 0.4);
            let jump = (c.swing(1.0, 0.25 + phase * 0.16) * 0.5 + 0.5) * size * 0.4 * (0.5 + 0.8 * c.now.reactive.bass)
                + 0.008 * c.now.reactive.kick;
            let top = y - lift - jump;
            people.add_ellipse([x, top], [size * 0.42, size * 0.52]);
            people.add_ellipse([x, top + size * 1.35], [size * 0.95, size * 0.85]);
            rims.start(x - size * 0.36, top - size * 0.2)
                .curve(x, top - size * 0.8, x + size * 0.36, top - size * 0.2);
            let (raised, arm) = (chance.happens(0.3), chance.range(0.5, 1.0));
            let side = if chance.happens(0.5) { 1.0 } else { -1.0 };
            if raised {
                let wave = c.swing(2.0, phase) * size * 0.4;
                let elbow = [x + side * size * 0.9, top + size * 0.1];
                let hand = [x + side * size * 0.7 + wave, top - size * (0.9 + arm)];
                people.add_taper([x + side * size * 0.7, top + size], size * 0.4, elbow, size * 0.32);
                people.add_taper(elbow, size * 0.32, hand, size * 0.22);
                people.add_ellipse(hand, [size * 0.17, size * 0.2]);
            }
        }
        c.fill(&people, ink);
        let rim = c.look.lamp(c.look.key.colour);
        c.stroke(&rims, 0.0035, rim.screen(0.6 - 0.3 * row as f32));
    }
}
