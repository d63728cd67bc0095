//! What the open-air sets share: their frame of a plan, ground with bands of light, mountains, foliage, waves.

use super::super::{
    canvas::{Canvas, Ink, Shape, Tree},
    chance::{Chance, fractal},
    look::Look,
    plan::{Floor, Plane, Portal, PortalShape, Rim, SetPlan, Stand},
};
use crate::design::Oklch;

/// Left (-1) or right (1), by the scene's seed.
pub fn side(look: &Look, name: &str) -> f32 {
    if Chance::new(look.seed, name).happens(0.5) {
        1.0
    } else {
        -1.0
    }
}

/// Stands of one plane within `half` to both sides: height, scale and floor of each.
pub fn stands(plane: &'static str, half: f32, lines: &[(f32, f32, Floor)]) -> Vec<Stand> {
    let stand = |&(y, scale, floor)| Stand {
        plane,
        y,
        x: [-half, half],
        scale,
        floor,
    };
    lines.iter().map(stand).collect()
}

/// The sun (or moon) at the key light as the portal.
pub fn sun(look: &Look, plane: &'static str, height: f32, veil: f32) -> Portal {
    Portal {
        plane,
        at: look.key.at,
        height,
        shape: PortalShape::Disc,
        rim: Rim::Glow(look.key.colour),
        fill: look.key.colour.lighter(0.06),
        veil,
    }
}

/// A plan under the open sky: birds fly after `air_plane`, what is far up after the first plane.
pub fn under_sky(
    look: &Look,
    horizon: f32,
    planes: Vec<Plane>,
    stands: Vec<Stand>,
    air_plane: &'static str,
    portal: Portal,
) -> SetPlan {
    let a = look.aspect;
    SetPlan {
        horizon,
        indoors: false,
        heavens_plane: planes[0].name,
        planes,
        stands,
        air: [-0.4 * a, -0.38, 0.4 * a, horizon - 0.14],
        air_plane,
        heavens: [-0.42 * a, -0.4, 0.42 * a, -0.2],
        portal,
    }
}

/// Ground below a line: lit where it is far, deeper in tone near the camera.
pub fn ground(c: &mut Canvas, local: Oklch, top: f32, line: impl Fn(f32) -> f32) {
    let shape = Shape::below([c.left(), c.right()], c.bottom(), 60, line);
    let far = c.look.lit(local.lighter(0.03), c.depth + 0.12);
    let mid = c.look.lit(local, c.depth * 0.6);
    let near = c.look.under(local.darker(0.06), 0.05, 0.7);
    c.fill_line(&shape, [0.0, top], [0.0, 0.56], &[far.ink(), mid.ink(), near.ink()]);
}

/// Broad, soft-lined bands over the ground between two heights, thicker towards the camera: light and shade, furrows.
pub fn sweeps(c: &mut Canvas, name: &str, [top, bottom]: [f32; 2], count: usize, ink: impl Into<Ink>) {
    let seed = c.seed(name);
    let (l, r) = (c.left(), c.right());
    let at = |s: usize| l + (r - l) * s as f32 / 40.0;
    let mut bands = Shape::new();
    for i in 0..count {
        let t = ((i as f32 + 0.5) / count as f32).powf(1.3);
        let y = top + (bottom - top) * t;
        let thick = (bottom - top) * (0.04 + 0.12 * t);
        let salt = seed.wrapping_add(i as u64);
        let upper = |x: f32| y + thick * 1.2 * fractal(salt, x * (2.0 - t), 2, 0.4);
        let lower = |x: f32| upper(x) + thick * (0.3 + 1.4 * fractal(salt ^ 99, x * 1.4, 2, 0.4)).max(0.0);
        bands.start(at(0), upper(at(0)));
        (1..=40).for_each(|s| _ = bands.to(at(s), upper(at(s))));
        (0..=40).rev().for_each(|s| _ = bands.to(at(s), lower(at(s))));
        bands.close();
    }
    c.fill(&bands, ink);
}

/// A mountain.
#[derive(Debug, Clone, Copy)]
pub struct Peak {
    /// Its summit.
    pub apex: [f32; 2],
    /// Half its width at the foot.
    pub half: f32,
    /// Its foot's height.
    pub foot: f32,
    /// Its rock under white light.
    pub local: Oklch,
    /// The share of its height under snow, from the top, and the snow's colour.
    pub snow: Option<(f32, Oklch)>,
}

impl Peak {
    /// Draws it in two faces, the one to the key light lit, both paler towards the foot.
    pub fn draw(self, c: &mut Canvas, chance: &mut Chance) {
        const STEPS: usize = 7;
        let [x, y] = self.apex;
        let mut edge = |lean: f32| {
            let mut points = [[0.0; 2]; STEPS + 1];
            for (i, p) in points.iter_mut().enumerate() {
                let t = i as f32 / STEPS as f32;
                let rough = chance.sign() * 0.07 * (t * std::f32::consts::PI).sin();
                let out = if lean == 0.0 {
                    rough * 2.2 + 0.16 * t * t
                } else {
                    lean * t.powf(1.2) + rough
                };
                *p = [x + out * self.half, y + (self.foot - y) * t];
            }
            points
        };
        let (left, right, mut spine) = (edge(-1.0), edge(1.0), edge(0.0));
        let mut tongues = [0.0; 5];
        tongues.iter_mut().for_each(|v| *v = chance.range(0.3, 1.2));
        let towards = (c.look.key.at[0] - x).signum();
        // The ridge between the faces runs down towards the shaded side.
        spine.iter_mut().for_each(|p| p[0] = x - towards * (p[0] - x));
        let haze = c.look.words(c.look.haze);
        for (face, sign) in [(left, -1.0), (right, 1.0)] {
            let share = if sign == towards { 1.05 } else { 0.34 };
            let (look, depth) = (c.look, c.depth * 0.8);
            let colour = |local: Oklch| look.under(local, depth, share);
            let fading = |local: Oklch| {
                let top = colour(local);
                [top.ink(), top.mix(haze, 0.12).ink(), top.mix(haze, 0.6).ink()]
            };
            let mut whole = Shape::new();
            whole.start(x, y);
            face[1..].iter().for_each(|p| _ = whole.to(p[0], p[1]));
            spine[1..].iter().rev().for_each(|p| _ = whole.to(p[0], p[1]));
            whole.close();
            let inks = fading(self.local);
            c.fill_line(&whole, [0.0, y], [0.0, self.foot], &inks);
            if let Some((reach, snow)) = self.snow {
                let low = reach * STEPS as f32;
                let along = |line: &[[f32; 2]; STEPS + 1], t: f32| {
                    let i = (t as usize).min(STEPS - 1);
                    let f = t - i as f32;
                    [0, 1].map(|k| line[i][k] + (line[i + 1][k] - line[i][k]) * f)
                };
                let mut cap = Shape::new();
                cap.start(x, y);
                let whole_steps = low as usize;
                face[1..=whole_steps].iter().for_each(|p| _ = cap.to(p[0], p[1]));
                let (outer, inner) = (along(&face, low), along(&spine, low));
                cap.to(outer[0], outer[1]);
                // Tongues of snow reach down the gullies.
                for i in 1..6 {
                    let t = i as f32 / 6.0;
                    let tongue = tongues[i - 1] * if i % 2 == 0 { -0.07 } else { 0.11 } * (self.foot - y);
                    cap.to(outer[0] + (inner[0] - outer[0]) * t, outer[1] + tongue);
                }
                cap.to(inner[0], inner[1]);
                spine[1..=whole_steps].iter().rev().for_each(|p| _ = cap.to(p[0], p[1]));
                cap.close();
                let white = colour(snow);
                c.fill_line(
                    &cap,
                    [0.0, y],
                    [0.0, self.foot],
                    &[white.ink(), white.mix(haze, 0.4).ink()],
                );
            }
        }
    }
}

/// Adds a mass of foliage to a shape: round tufts along a line, swaying a little.
pub fn crowns(c: &Canvas, shape: &mut Shape, x: [f32; 2], y: impl Fn(f32) -> f32, r: [f32; 2], chance: &mut Chance) {
    let mean = (r[0] + r[1]) * 0.5;
    let count = ((x[1] - x[0]).abs() / (mean * 0.9)).ceil().clamp(1.0, 60.0) as usize;
    for i in 0..count {
        let at = x[0] + (x[1] - x[0]) * (i as f32 + chance.range(0.2, 0.8)) / count as f32;
        let size = chance.range(r[0], r[1]);
        let sway = c.swing(4.0, at) * 0.05 * size * (1.0 + c.now.reactive.mid);
        let foot = y(at) + chance.sign() * size * 0.4;
        shape.add_ellipse([at + sway, foot], [size, size * 0.8]);
        shape.add_ellipse([at + sway + size * 0.7, foot + size * 0.4], [size * 0.5, size * 0.4]);
        shape.add_ellipse([at + sway - size * 0.6, foot + size * 0.35], [size * 0.5, size * 0.42]);
    }
}

/// Adds a leafy bough that hangs from `from` along a curve to `to`: pointed leaves along a twig.
pub fn bough(c: &Canvas, shape: &mut Shape, from: [f32; 2], to: [f32; 2], leaf: f32, chance: &mut Chance) {
    let sway = c.swing(4.0, from[0]) * 0.012 + 0.006 * c.now.reactive.snare;
    let count = ((to[0] - from[0]).hypot(to[1] - from[1]) / (leaf * 0.4)).clamp(3.0, 40.0) as usize;
    let at = |t: f32| {
        let sag = (t * std::f32::consts::PI).sin() * 0.05;
        [
            from[0] + (to[0] - from[0]) * t + sway * t * t,
            from[1] + (to[1] - from[1]) * t - sag,
        ]
    };
    shape.add_taper(at(0.0), leaf * 0.35, at(0.5), leaf * 0.2);
    shape.add_taper(at(0.5), leaf * 0.2, at(1.0), leaf * 0.08);
    for i in 0..count {
        let t = (i as f32 + 0.6) / count as f32;
        let p = at(t);
        let way = if i % 2 == 0 { 1.0 } else { -1.0 };
        let along = (to[1] - from[1]).atan2(to[0] - from[0]);
        let angle = along + way * chance.range(0.5, 1.1) + 0.15 * c.swing(2.0, t);
        let len = leaf * chance.range(0.7, 1.15) * (1.1 - 0.4 * t);
        let (dx, dy) = (angle.cos() * len, angle.sin() * len);
        let wide = -0.34;
        shape.start(p[0], p[1]);
        shape.curve(
            p[0] + dx * 0.5 - dy * wide,
            p[1] + dy * 0.5 + dx * wide,
            p[0] + dx,
            p[1] + dy,
        );
        shape.curve(p[0] + dx * 0.5 + dy * wide, p[1] + dy * 0.5 - dx * wide, p[0], p[1]);
        shape.close();
    }
}

/// Adds a fir's outline to a shape: drooping tiers that all run clockwise.
pub fn fir(c: &Canvas, shape: &mut Shape, [x, y]: [f32; 2], h: f32, chance: &mut Chance) {
    let lean = c.swing(4.0, chance.unit()) * 0.012 * h * (1.0 + c.now.reactive.mid);
    shape.add_rect([x - h * 0.025, y - h * 0.2, h * 0.05, h * 0.2]);
    for tier in 0..6 {
        let t = tier as f32 / 6.0;
        let low = y - h * (0.1 + 0.74 * t);
        let wide = h * 0.24 * (1.06 - t) * chance.range(0.85, 1.15);
        let tip = [x + lean * (t + 0.3), low - h * 0.3 * (1.0 - 0.45 * t)];
        let droop = h * 0.03;
        shape
            .start(tip[0], tip[1])
            .curve(x + wide * 0.32, low - h * 0.06, x + wide, low + droop);
        shape.curve(x + wide * 0.4, low - droop * 0.4, x, low);
        shape.curve(x - wide * 0.4, low - droop * 0.4, x - wide, low + droop);
        shape.curve(x - wide * 0.32, low - h * 0.06, tip[0], tip[1]).close();
    }
}

/// A bare tree at one edge of the foreground: a trunk that leaves the picture, branches above the props' heads.
pub fn bare_tree(c: &mut Canvas, side: f32, ink: impl Into<Ink>) {
    let a = c.look.aspect;
    let mut chance = c.chance("bare tree");
    let shake = 0.003 * c.now.reactive.snare;
    let h = 0.24 + 0.2 * a;
    let x = side * (0.5 * a + 0.02 + shake);
    let fork = [x + side * 0.015, 0.2 - 0.1 * a];
    let mut wood = Shape::new();
    wood.add_taper([x + side * 0.03, 0.72], h * 0.13, fork, h * 0.06);
    c.grow(&mut wood, Tree::Bare, fork, h, &mut chance);
    c.fill(&wood, ink);
}

/// The unit vector from a point to the key light.
pub fn to_light(c: &Canvas, at: [f32; 2]) -> [f32; 2] {
    let away = [c.look.key.at[0] - at[0], c.look.key.at[1] - at[1]];
    let len = away[0].hypot(away[1]).max(1e-3);
    away.map(|v| v / len)
}

/// Flowers scattered over the ground between two heights, larger towards the camera, in a few colours.
pub fn flowers(c: &mut Canvas, name: &str, x: [f32; 2], [top, bottom]: [f32; 2], count: usize, colours: &[Oklch]) {
    let mut chance = c.chance(name);
    let mut groups = vec![Shape::new(); colours.len()];
    for i in 0..count {
        let t = chance.unit().powf(1.2);
        // Each colour grows in drifts of its own.
        let k = i % colours.len().max(1);
        let drift = 0.35 * fractal(c.seed(name).wrapping_add(k as u64), t * 3.0, 2, 0.5);
        let u = (chance.unit() + drift).rem_euclid(1.0);
        let r = (0.0024 + 0.0085 * t) * chance.range(0.7, 1.2);
        let sway = c.swing(4.0, u) * 0.004 * t;
        let at = [x[0] + (x[1] - x[0]) * u + sway, top + (bottom - top) * t];
        groups[k].add_ellipse(at, [r, r * 0.72]);
        groups[k].add_ellipse([at[0] + r * 1.6, at[1] + r * 0.9], [r * 0.6, r * 0.45]);
    }
    for (group, colour) in groups.iter().zip(colours) {
        let ink = c.look.lit(*colour, 0.15);
        c.fill(group, ink);
    }
}
