//! Fittings of built places: a room's light, panes, curtains, pendant lamps, strings of bulbs, neon.

use super::super::{
    canvas::{Canvas, Shape},
    look::Look,
};
use crate::colour::oklch;
use crate::design::Oklch;

/// Lights a room through its window while it is day and by its lamp after dark; the sky stays what is seen outside.
pub fn light_room(look: &mut Look, window: [f32; 2], lamp: [f32; 2], lamp_colour: Oklch) {
    let on = look.lamps();
    let sun = look.key.strength;
    let outside = look.sky[2].mix(look.key.colour, 0.85);
    let dark = look.night() || sun < 0.45;
    look.key.at = if dark { lamp } else { window };
    look.key.colour = outside.mix(lamp_colour, if dark { 0.85 } else { 0.25 * on });
    look.key.strength = if dark { 0.72 } else { 0.45 + 0.5 * sun };
    look.key.size = 0.14;
    let (colour, strength) = look.ambient;
    look.ambient = (colour.mix(lamp_colour, 0.2 * on), strength.max(0.42));
    look.haze = outside.mix(look.ambient.0, 0.5).darker(0.12 + 0.3 * on * on);
    look.air = 0.25;
}

/// A window pane: the sky behind it, bright by day.
pub fn pane(c: &mut Canvas, shape: &Shape) {
    let shine = 0.45 * c.look.key.strength * (1.0 - 0.8 * c.look.lamps());
    let stops = [0.15, 0.5, 0.95].map(|t| c.look.sky_at(t).shining(shine));
    c.fill_down(shape, &stops);
}

/// A curtain in folds from `x[0]` to `x[1]`; it breathes with the beat. Lit folds and their shade.
pub fn curtain(c: &mut Canvas, x: [f32; 2], y: [f32; 2], folds: usize, [lit, shade]: [Oklch; 2]) {
    let sway = 0.006 * c.swing(8.0, x[0]) + 0.006 * c.now.reactive.bass;
    let wide = x[1] - x[0];
    let mut body = Shape::rect([x[0].min(x[1]), y[0], wide.abs(), y[1] - y[0]]);
    let (mut dark, mut light) = (Shape::new(), Shape::new());
    for i in 0..folds {
        let at = |k: f32| x[0] + wide * (i as f32 + k) / folds as f32;
        let low = sway * ((i % 3) as f32 - 1.0);
        body.add_ellipse(
            [at(0.5) + low, y[1]],
            [wide.abs() * 0.55 / folds as f32, 0.006 + 0.004 * (i % 2) as f32],
        );
        dark.add_polygon(&[
            [at(0.62), y[0]],
            [at(1.0), y[0]],
            [at(1.0) + low, y[1]],
            [at(0.5) + low, y[1]],
        ]);
        light.add_polygon(&[
            [at(0.15), y[0]],
            [at(0.32), y[0]],
            [at(0.3) + low, y[1]],
            [at(0.08) + low, y[1]],
        ]);
    }
    c.fill(&body, lit.mix(shade, 0.4));
    c.fill(&dark, shade.alpha(0.75));
    c.fill(&light, lit.alpha(0.8));
}

/// A lamp on a cord from `top`: a shade of its own colour and a shine; swings with the beat, pulses on kicks.
pub fn pendant(c: &mut Canvas, at: [f32; 2], top: f32, size: f32, shade: Oklch, light: Oklch) {
    let on = c.look.lamps().max(0.35);
    let beat = 1.0 + 0.25 * c.now.reactive.kick;
    let swing = c.swing(4.0, at[0]) * 0.06 * size;
    let at = [at[0] + swing, at[1]];
    let ink = c.look.silhouette(c.depth * 0.5);
    c.line([at[0] - swing, top], at, size * 0.07, ink);
    let light = c.look.lamp(light);
    c.glow(at, size * 5.0, light.screen(0.32 * on * beat).shining(0.15 * on));
    let mut hood = Shape::new();
    hood.start(at[0] - size * 0.2, at[1] - size * 0.75)
        .to(at[0] + size * 0.2, at[1] - size * 0.75)
        .curve(at[0] + size * 0.8, at[1] - size * 0.5, at[0] + size, at[1])
        .to(at[0] - size, at[1])
        .curve(
            at[0] - size * 0.8,
            at[1] - size * 0.5,
            at[0] - size * 0.2,
            at[1] - size * 0.75,
        )
        .close();
    let lit = c.look.lit(shade, c.depth * 0.6);
    let dark = c.look.shade(shade, c.depth * 0.6);
    c.fill_line(
        &hood,
        [at[0] - size, 0.0],
        [at[0] + size, 0.0],
        &[lit.ink(), lit.ink(), dark.ink()],
    );
    c.fill(
        &Shape::ellipse([at[0], at[1] + size * 0.04], [size * 0.8, size * 0.16]),
        light.lighter(0.06).shining(0.85 * on),
    );
}

/// A string of bulbs between two points: they take turns with the beat and sparkle with the hats.
pub fn bulbs(c: &mut Canvas, from: [f32; 2], to: [f32; 2], sag: f32, (count, size): (usize, f32), hues: &[f32]) {
    let ink = c.look.silhouette(c.depth * 0.6);
    let sway = c.swing(4.0, from[0]) * sag * 0.08;
    let mid = [(from[0] + to[0]) / 2.0 + sway, (from[1] + to[1]) / 2.0 + sag * 2.0];
    let mut wire = Shape::new();
    wire.start(from[0], from[1]).curve(mid[0], mid[1], to[0], to[1]);
    c.stroke(&wire, size * 0.35, ink);
    let on = c.look.lamps().max(0.3);
    for i in 0..count {
        let t = (i as f32 + 0.5) / count as f32;
        let s = 1.0 - t;
        let at = [0, 1].map(|k| s * s * from[k] + 2.0 * s * t * mid[k] + t * t * to[k]);
        let at = [at[0], at[1] + size];
        let turn = 0.75 + 0.25 * c.swing(2.0, i as f32 * 0.5) + 0.3 * c.now.reactive.hat;
        let colour = c.look.lamp(oklch(0.82, 0.14, hues[i % hues.len()]));
        let shine = (on * turn).clamp(0.2, 1.1);
        c.glow(at, size * 4.5, colour.screen(0.45 * shine).shining(0.2 * shine));
        c.disc(at, size, colour.lighter(0.06).shining(0.8 * shine.min(1.0)));
    }
}

/// A neon tube along an outline, `power` 0 (off) to 1.
pub fn neon(c: &mut Canvas, tube: &Shape, width: f32, colour: Oklch, power: f32) {
    let colour = c.look.lamp(colour);
    let power = power.clamp(0.15, 1.2);
    c.stroke(tube, width * 5.0, colour.screen(0.16 * power));
    c.stroke(
        tube,
        width * 2.4,
        colour.screen(0.4 * power).shining(0.3 * power.min(1.0)),
    );
    c.stroke(tube, width, colour.lighter(0.08 * power).shining(0.85 * power.min(1.0)));
    c.stroke(tube, width * 0.35, colour.mix(Oklch::WHITE, 0.65).alpha(power.min(1.0)));
}
