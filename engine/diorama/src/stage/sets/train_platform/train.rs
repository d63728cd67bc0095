//! The train that waits at the platform.

use super::super::super::canvas::{Canvas, Shape};
use super::{WARM, at, quad};
use crate::colour::oklch;

/// The train's head looks at us, its coaches run off into the light.
pub fn draw(c: &mut Canvas) {
    let paint = c.look.accent.mix(oklch(0.6, 0.12, c.look.accent.h), 0.5);
    let head = 0.26;
    let (u0, u1) = (-0.05, 0.29);
    let (top, foot) = (0.52, 1.06);
    let (lit, shade) = (c.look.lit(paint, 0.35), c.look.shade(paint, 0.2));
    let coaches = quad(c, [[u1, top, head], [u1, top, 1.0], [u1, foot, 1.0], [u1, foot, head]]);
    let (near, far) = (at(c, u1, top, head)[0], at(c, u1, top, 1.0)[0]);
    c.fill_line(
        &coaches,
        [near, 0.0],
        [far, 0.0],
        &[shade.mix(lit, 0.3).ink(), lit.ink(), lit.lighter(0.05).ink()],
    );
    let band = quad(c, [[u1, 0.84, head], [u1, 0.84, 1.0], [u1, 0.9, 1.0], [u1, 0.9, head]]);
    c.fill(&band, c.look.lit(oklch(0.94, 0.02, 90.0), 0.3));
    let on = c.look.lamps().max(0.25);
    let warm = c.look.lamp(WARM);
    let sparkle = 0.85 + 0.2 * c.now.reactive.hat.min(1.0);
    let mut panes = Shape::new();
    for i in 0..11 {
        let d = head + 0.03 + i as f32 * 0.062;
        panes.add_polygon(
            &[[0.6, d], [0.6, d + 0.042], [0.77, d + 0.042], [0.77, d]].map(|[v, deep]| at(c, u1, v, deep)),
        );
    }
    let glass = c.look.shade(oklch(0.4, 0.04, 240.0), 0.3);
    c.fill(
        &panes,
        glass.mix(warm, on * sparkle.min(1.0)).shining(0.5 * on * sparkle),
    );
    // The head: a rounded face with a wide windscreen and three lamps.
    let ([x0, y0], [x1, y1]) = (at(c, u0, top, head), at(c, u1, foot, head));
    let (l, w, h) = (x0.min(x1), (x1 - x0).abs(), y1 - y0);
    let face = Shape::rounded([l, y0, w, h], w * 0.2);
    c.fill_down(&face, &[lit.ink(), lit.mix(shade, 0.5).ink(), shade.ink()]);
    let white = c.look.lit(oklch(0.94, 0.02, 90.0), 0.25);
    c.rect([l, y0 + h * 0.6, w, h * 0.1], white.mix(shade, 0.25));
    let screen = Shape::rounded([l + w * 0.12, y0 + h * 0.14, w * 0.76, h * 0.34], w * 0.1);
    c.fill_down(
        &screen,
        &[c.look.sky_at(0.3).darker(0.1).ink(), glass.darker(0.08).ink()],
    );
    c.rect(
        [l + w * 0.08, y0 + h * 0.88, w * 0.84, h * 0.12],
        c.look.silhouette(0.2),
    );
    let beat = 0.75 + 0.35 * c.now.reactive.kick;
    for (k, y) in [(0.2_f32, 0.76_f32), (0.8, 0.76), (0.5, 0.07)] {
        let lamp = [l + w * k, y0 + h * y];
        c.glow(lamp, w * 0.75, warm.screen(0.5 * on * beat).shining(0.3 * on));
        c.disc(lamp, w * 0.055, warm.lighter(0.08).shining(0.95));
    }
    c.puff([l + w / 2.0, y1 + 0.03], [w, 0.05], 0.0, warm.screen(0.35 * on * beat));
}
