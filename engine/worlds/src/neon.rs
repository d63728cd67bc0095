//! Signs of glowing tubes that stand out over a pavement, facing along the street, with their glow in the air.

use crate::{
    camera::Camera,
    houses::Row,
    lanes::{F, Lanes, V, f, grey, select, smoothstep, splat},
    noise::hash2,
    scalar::{self, Chance, scale3},
    scene::Music,
    trace::{Ray, Span, strip, stripes},
};

/// What a sign shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writing {
    /// Characters of no language, one under the other.
    Characters,
    /// A lit board with lines of text.
    Board,
    /// A ring in a ring.
    Ring,
}

/// A sign, in metres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sign {
    /// Its middle.
    pub at: [f32; 3],
    half: [f32; 2],
    color: [f32; 3],
    writing: Writing,
    number: f32,
    span: Span,
}

/// Glow ends this many metres off.
const GLOW: f32 = 1.4;

impl Sign {
    /// Of half a width and height in metres, a colour (linear), and a number that decides the text.
    #[must_use]
    pub fn new(camera: &Camera, at: [f32; 3], half: [f32; 2], color: [f32; 3], writing: Writing, number: f32) -> Self {
        Self {
            at,
            half,
            color,
            writing,
            number,
            span: Span::around(camera, at, [half[0] + GLOW, half[1] + GLOW], true),
        }
    }
}

/// The light of a tube `distance` metres off, for pixels `width` wide.
#[inline(always)]
fn tube<L: Lanes>(width: F<L>, distance: F<L>, radius: f32) -> F<L> {
    let spread = (width * 0.5 + radius).recip();
    let q = (distance * spread).squared();
    (1.0 + q * q * 2.0).recip() * (spread * radius).min(1.0)
}

/// Signs before what is `reach` metres off: the light, and how far one sees now. `power` is the strength of the tubes.
#[inline(always)]
pub fn draw<L: Lanes>(
    signs: &[Sign],
    (ray, span): (&Ray<L>, &Span),
    (mut light, mut reach): (V<L>, F<L>),
    power: f32,
    extinction: f32,
) -> (V<L>, F<L>) {
    for sign in signs {
        if !sign.span.meets(span) {
            continue;
        }
        let t = ray.to_depth(sign.at[2]);
        let x = ray.direction.x.mul_add(t, ray.origin.x - sign.at[0]);
        let y = ray.direction.y.mul_add(t, ray.origin.y - sign.at[1]);
        let off = (x.abs() - sign.half[0]).max(y.abs() - sign.half[1]);
        let near = off.lt(GLOW) & t.gt(0.1) & t.lt(reach);
        if !near.any() {
            continue;
        }
        // In a rough mirror tubes are wide and faint.
        let width = ray.footprint(t).max(1e-4) + (1.0 - ray.upright) * 0.35;
        let inside = (0.5 - off / width).saturate();
        let glyph = match sign.writing {
            Writing::Characters => {
                let size = sign.half[0] * 1.9;
                let g = (y + sign.half[1]) * (1.0 / size);
                let number = g.floor();
                let (gx, gy) = (x * (1.0 / size), g - number - 0.5);
                let own = f(sign.number);
                let flat = tube(width, (gy - 0.26 + 0.3 * hash2(number, own, 61)) * size, 0.035).max(tube(
                    width,
                    (gy + 0.24 - 0.2 * hash2(number, own, 62)) * size,
                    0.035,
                ));
                let slanted = tube(width, (gx + gy * hash2(number, own, 64) + 0.1) * size, 0.03)
                    * hash2(number, own, 65).gt(0.5).to_float();
                let upright = tube(width, (gx - hash2(number, own, 63) * 0.5 + 0.25) * size, 0.04);
                let room = smoothstep::<L>(0.40, 0.34, gx.abs().max(gy.abs()));
                flat.max(upright.max(slanted)) * (room * inside * 1.25) + tube(width, off + 0.10, 0.045) * inside * 0.8
            }
            Writing::Board => {
                let line = (y * 2.2).floor();
                let long = 0.30 + 0.5 * hash2(line, f(sign.number), 66);
                let text =
                    stripes(y * 2.2, 0.5, width * 2.2) * strip(x.abs() - sign.half[0] * long, f(-9.0), f(0.0), width);
                let lit = strip(off, f(-9.0), f(-0.12), width);
                lit * (0.34 - 0.28 * text) + tube(width, off + 0.06, 0.04) * inside * 0.5
            }
            Writing::Ring => {
                let r = (x * x + y * y).sqrt();
                tube(width, r - sign.half[0] * 0.78, 0.05).max(tube(width, r - sign.half[0] * 0.48, 0.035))
            }
        };
        let strength = glyph * (power * 2.3);
        let halo = (off.max(0.0) * -2.6).exp() * smoothstep::<L>(GLOW, 0.6, off) * (0.10 * power);
        let shown = select(near, ((t + ray.before) * -extinction).exp(), f(0.0));
        let color = splat::<L>(sign.color);
        let body = if sign.writing == Writing::Ring {
            f(0.0)
        } else {
            inside * 0.92
        };
        light = light.mix(color * 0.035, body * shown)
            + (color * (strength + halo) + grey(strength * strength * 0.10)) * shown;
        reach = select(near & body.gt(0.5), reach.min(t), reach);
    }
    (light, reach)
}

/// Light of signs (where they are, and theirs) at a place, on a surface that faces anywhere.
#[inline(always)]
pub fn shine<L: Lanes>(signs: &[([f32; 3], [f32; 3])], at: V<L>) -> V<L> {
    let mut sum = grey(0.0);
    for &(place, color) in signs {
        let off = at - splat(place);
        sum += splat::<L>(color) * (0.35 + off.dot(off) * 0.7).recip();
    }
    sum
}

/// Signs on a row of houses, by chance one a house; some of them flicker with the beat, and burn in
/// silence.
#[must_use]
pub fn along(row: &Row, camera: &Camera, seed: u64, colors: &[[f32; 3]; 4], music: &Music) -> Vec<Sign> {
    let mut signs = Vec::new();
    for (side, heights) in row.heights.iter().enumerate() {
        let toward = if side == 0 { -1.0 } else { 1.0 };
        for (k, &height) in heights.iter().enumerate() {
            let number = row.first + k as f32;
            let mut chance = Chance::new(seed ^ (number as i64 as u64).wrapping_mul(0x9d5f), 25 + side as u64);
            let (tall, wide) = (chance.within(1.6, 4.4), chance.within(0.45, 0.75));
            let below = chance.within(4.7, 7.0);
            let z = row.start + row.length * (k as f32 + chance.within(0.15, 0.8));
            let writing = [Writing::Characters, Writing::Characters, Writing::Board, Writing::Ring][chance.below(4)];
            let color = scale3(colors[chance.below(4)], chance.within(0.6, 1.1));
            let dying = chance.happens(0.15);
            if height > 0.0 && chance.happens(0.68) && z > camera.position[2] + 5.0 {
                let flicker = if dying {
                    0.7 + 0.3 * music.awake() * scalar::sin(music.beat as f32 * std::f32::consts::FRAC_PI_2)
                } else {
                    1.0
                };
                let size = if writing == Writing::Ring {
                    [wide * 1.5; 2]
                } else {
                    [wide, tall]
                };
                let at = [toward * (row.side - 0.4 - size[0]), below + size[1], z];
                let number = number * 2.0 + side as f32;
                signs.push(Sign::new(camera, at, size, scale3(color, flicker), writing, number));
            }
        }
    }
    signs
}
