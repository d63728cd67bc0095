//! What passes us on the way into the portal: birds, petals, lanterns, bubbles, rocks, paper, confetti, sparks.
//!
//! Halfway through a zoom the props have left the picture and the next scene is still small; these are laid around the
//! portal so that they pass just then.

use phosphene_core::raster::view::{Inset, View};

use super::super::design::Set;
use super::{
    canvas::{Canvas, Shape},
    chance::{Chance, smoothstep},
    look::Look,
    plan::SetPlan,
};
use crate::colour::oklch;
use crate::design::Oklch;

/// How much nearer than the portal each tier is: nearer ones pass faster.
pub const TIERS: [f64; 3] = [0.35, 0.9, 1.6];
const COUNT: usize = 27;
/// How much of a plane's nearness becomes growth.
pub const GROWTH: f64 = 0.45;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Bird,
    Petal,
    Lantern,
    Spark,
    Bubble,
    Rock,
    Confetti,
    Paper,
}

#[derive(Debug, Clone, Copy)]
struct Item {
    kind: Kind,
    tier: usize,
    /// In stage units at zoom 0.
    at: [f32; 2],
    size: f32,
    phase: f32,
}

/// A scene's passing things.
#[derive(Debug, Clone, Default)]
pub struct Wayside {
    items: Vec<Item>,
}

fn kinds(set: Set, look: &Look) -> [Kind; 2] {
    let night = look.night();
    match set {
        Set::CityStreet | Set::Rooftop | Set::Harbour | Set::Beach | Set::River | Set::Suburb if night => {
            [Kind::Lantern; 2]
        }
        Set::NeonAlley => [Kind::Lantern; 2],
        Set::Highway | Set::OpenSea | Set::Mountains | Set::Desert | Set::WinterPlain | Set::StormSky if night => {
            [Kind::Spark; 2]
        }
        Set::Forest | Set::Meadow | Set::Garden | Set::Cemetery if night => [Kind::Spark, Kind::Petal],
        Set::Forest | Set::Meadow | Set::Garden | Set::Cemetery | Set::Suburb => [Kind::Petal, Kind::Bird],
        Set::SchoolHall | Set::Library | Set::Hospital | Set::Bedroom => [Kind::Paper; 2],
        Set::Club | Set::Fairground | Set::ColourField => [Kind::Confetti, Kind::Spark],
        Set::Church | Set::Diner => [Kind::Spark; 2],
        Set::Underwater => [Kind::Bubble; 2],
        Set::Space | Set::Planet => [Kind::Rock, Kind::Spark],
        _ => [Kind::Bird; 2],
    }
}

impl Wayside {
    /// Of a scene: each thing has a place in the picture that it is to be in at some zoom on the way.
    #[must_use]
    pub fn new(set: Set, plan: &SetPlan, look: &Look) -> Self {
        let mut chance = Chance::new(look.seed, "wayside");
        let kinds = kinds(set, look);
        let inset = plan.portal.inset(f64::from(look.aspect));
        let still = inset.fixed_point().map(|v| v as f32);
        let half = 0.5 * look.aspect;
        let mut items = Vec::with_capacity(COUNT);
        for i in 0..COUNT {
            let tier = i % TIERS.len();
            let kind = kinds[usize::from(chance.happens(0.35))];
            // Even shares of the way and of the angles, a little out of step.
            let zoom = 0.24 + 0.5 * (i as f32 + chance.unit()) / COUNT as f32;
            let turn = (i as f32 * 0.382 + 0.12 * chance.sign()) * std::f32::consts::TAU;
            let growth = inset.height.powf(-f64::from(zoom) * (1.0 + GROWTH * TIERS[tier])) as f32;
            let out = chance.range(0.62, 0.98);
            let away = [turn.cos() * half * out, turn.sin() * 0.5 * out];
            // Seen against the middle of the picture, not against the still point, which may lie anywhere.
            let at = [0, 1].map(|k| still[k] + (away[k] - still[k] * 0.5) / growth);
            let size = match kind {
                Kind::Spark => chance.range(0.03, 0.06),
                Kind::Petal | Kind::Confetti => chance.range(0.035, 0.06),
                Kind::Bird | Kind::Paper => chance.range(0.05, 0.095),
                Kind::Lantern | Kind::Rock | Kind::Bubble => chance.range(0.05, 0.1),
            };
            // A few birds are a flock; over the land they would be flies.
            if kind == Kind::Bird && (i % 2 == 1 || (!plan.indoors && at[1] > plan.horizon)) {
                continue;
            }
            items.push(Item {
                kind,
                tier,
                at,
                size: size * (0.7 + 0.25 * TIERS[tier] as f32) / growth,
                phase: chance.unit(),
            });
        }
        Self { items }
    }

    /// The view of a tier at a zoom, `root` being that of the portal's plane.
    #[must_use]
    pub fn view(root: &View, tier: usize, plan: &SetPlan, zoom: f64, aspect: f64) -> View {
        let inset = plan.portal.inset(aspect);
        let grow = inset.height.powf(-zoom.clamp(0.0, 1.0) * TIERS[tier] * GROWTH);
        root.after(&View::about(grow, inset.fixed_point()))
    }

    /// Draws a tier. The canvas has its view and layer.
    pub fn draw(&self, tier: usize, canvas: &mut Canvas, zoom: f64) {
        let aspect = f64::from(canvas.look.aspect);
        let outline = canvas.plan.portal.outline(zoom, aspect);
        let inset = canvas.plan.portal.inset(aspect);
        let grow = inset.height.powf(-zoom.clamp(0.0, 1.0) * TIERS[tier] * GROWTH) as f32;
        let still = inset.fixed_point().map(|v| v as f32);
        for item in self.items.iter().filter(|item| item.tier == tier) {
            let pixels = item.size * canvas.pixels_per_unit();
            if pixels < 1.6 {
                continue;
            }
            let sway = [
                0.35 * item.size * canvas.swing(16.0, item.phase),
                0.3 * item.size * canvas.swing(4.0, item.phase * 3.0),
            ];
            let at = [item.at[0] + sway[0], item.at[1] + sway[1]];
            // They give way to the portal and come out of nothing.
            let seen = [0, 1].map(|k| still[k] + (at[k] - still[k]) * grow);
            let free = smoothstep(0.4, 1.6, outline.distance(seen) / (item.size * grow));
            let alpha = free
                * smoothstep(1.6, 5.0, pixels)
                * (1.0 - smoothstep(0.16, 0.3, item.size * grow_all(&inset, zoom, grow)));
            if alpha > 0.02 {
                let beat = 1.0 + 0.14 * canvas.now.reactive.kick.min(1.3);
                item.draw(canvas, at, item.size * beat, alpha);
            }
        }
    }
}

/// How much larger than at zoom 0 a thing is.
fn grow_all(inset: &Inset, zoom: f64, grow: f32) -> f32 {
    inset.height.powf(-zoom.clamp(0.0, 1.0)) as f32 * grow
}

impl Item {
    fn draw(&self, canvas: &mut Canvas, at: [f32; 2], size: f32, alpha: f32) {
        let depth = 0.3 - 0.12 * self.tier as f32;
        match self.kind {
            Kind::Bird => bird(canvas, at, size, self.phase, alpha),
            Kind::Petal => {
                let local = [
                    oklch(0.66, 0.17, 5.0),
                    oklch(0.78, 0.15, 75.0),
                    oklch(0.74, 0.13, 345.0),
                ][(self.phase * 3.0) as usize % 3];
                let colour = canvas.look.lit(local, depth).lighter(0.04);
                let turn = canvas.turn(8.0, self.phase) + canvas.swing(2.0, self.phase);
                let thin = 0.25 + 0.2 * canvas.swing(4.0, self.phase).abs();
                canvas.fill(&leaf(at, size, thin, turn), colour.alpha(alpha));
                canvas.fill(
                    &leaf([at[0] + 0.06 * size, at[1] + 0.08 * size], size * 0.6, thin * 0.5, turn),
                    colour.darker(0.08).alpha(0.6 * alpha),
                );
            }
            Kind::Lantern => lantern(canvas, at, size, self.phase, alpha),
            Kind::Spark => {
                let warm = [
                    oklch(0.9, 0.1, 85.0),
                    oklch(0.88, 0.08, 230.0),
                    oklch(0.85, 0.12, 340.0),
                ];
                let colour = canvas.look.lamp(warm[(self.phase * 3.0) as usize % 3]);
                let on = alpha * (0.6 + 0.25 * canvas.swing(2.0, self.phase) + 0.4 * canvas.now.reactive.hat.min(1.2));
                canvas.glow(at, size * 0.9, colour.plus(0.4 * on).shining(0.35 * on));
                let (r, thin) = (size * 0.42, size * 0.06);
                let star = [0.0f32, 0.25, 0.5, 0.75].map(|t| (t * std::f32::consts::TAU).sin_cos());
                let mut points = Vec::with_capacity(8);
                for (sin, cos) in star {
                    points.push([at[0] + cos * r, at[1] + sin * r]);
                    points.push([at[0] + (cos - sin) * thin, at[1] + (sin + cos) * thin]);
                }
                canvas.fill(&Shape::polygon(&points), colour.lighter(0.08).plus(on));
            }
            Kind::Bubble => {
                let colour = canvas.look.sky_at(0.3).lighter(0.25);
                let r = size * 0.5;
                canvas.fill(&Shape::ellipse(at, [r, r]), colour.alpha(0.2 * alpha));
                canvas.stroke(&Shape::ellipse(at, [r, r]), size * 0.07, colour.alpha(0.75 * alpha));
                canvas.disc(
                    [at[0] - 0.4 * r, at[1] - 0.4 * r],
                    r * 0.2,
                    colour.lighter(0.1).alpha(0.9 * alpha),
                );
            }
            Kind::Rock => rock(canvas, at, size, self.phase, alpha),
            Kind::Confetti => {
                let hue = (self.phase * 6.0).floor() * 60.0 + 20.0;
                let colour = canvas.look.lamp(oklch(0.76, 0.17, hue));
                let turn = canvas.turn(4.0, self.phase);
                let flat = 0.25 + 0.75 * canvas.swing(2.0, self.phase * 5.0).abs();
                canvas.fill(
                    &slip(at, size * 0.5, size * 0.3 * flat, turn),
                    colour.shining(0.15).alpha(alpha),
                );
            }
            Kind::Paper => {
                let white = canvas.look.lit(oklch(0.94, 0.02, 85.0), depth);
                let way = if self.phase < 0.5 { -1.0 } else { 1.0 };
                let dip = 0.2 * canvas.swing(4.0, self.phase);
                let p = |x: f32, y: f32| [at[0] + way * x * size, at[1] + (y + dip * x) * size];
                let (nose, tail, keel, wing) = (p(0.6, 0.05), p(-0.5, -0.25), p(-0.32, 0.2), p(-0.55, 0.1));
                canvas.fill(&Shape::polygon(&[nose, tail, wing]), white.alpha(alpha));
                canvas.fill(&Shape::polygon(&[nose, wing, keel]), white.darker(0.16).alpha(alpha));
            }
        }
    }
}

fn bird(canvas: &mut Canvas, at: [f32; 2], size: f32, phase: f32, alpha: f32) {
    let dark = canvas.look.silhouette(0.15);
    let flap = 0.12 + 0.34 * canvas.swing(1.0, phase);
    let way = if phase < 0.5 { -1.0 } else { 1.0 };
    let p = |x: f32, y: f32| [at[0] + way * x * size, at[1] + y * size];
    let mut shape = Shape::new();
    // Each wing from the shoulder over its bend to the tip and back along the trailing edge.
    for side in [-1.0f32, 1.0] {
        shape.add_polygon(&[
            p(0.1 * side, -0.04),
            p(0.3 * side, -0.16 - 0.3 * flap),
            p(0.62 * side, -0.05 - flap),
            p(0.3 * side, -0.02 - 0.3 * flap),
            p(0.02 * side, 0.1),
        ]);
    }
    shape.add_polygon(&[
        p(0.24, -0.01),
        p(0.05, -0.07),
        p(-0.16, 0.03),
        p(-0.3, 0.12),
        p(0.02, 0.12),
    ]);
    canvas.fill(&shape, dark.alpha(0.92 * alpha));
}

fn lantern(canvas: &mut Canvas, at: [f32; 2], size: f32, phase: f32, alpha: f32) {
    let hues = [55.0, 75.0, 35.0];
    let hue = hues[(phase * 3.0) as usize % 3];
    let on = 0.8 + 0.12 * canvas.swing(2.0, phase) + 0.25 * canvas.now.reactive.kick.min(1.2);
    let paper: Oklch = canvas.look.lamp(oklch(0.74, 0.17, hue));
    let fire = canvas.look.lamp(oklch(0.92, 0.12, 88.0));
    canvas.glow(at, size * 1.5, paper.screen(0.5 * on * alpha).shining(0.3 * on * alpha));
    let (w, h) = (size * 0.62, size * 0.84);
    let body = Shape::plate(
        [at[0] - w / 2.0, at[1] - h / 2.0, w, h],
        [w * 0.45, h * 0.3],
        [w * 0.22, h * 0.12],
    );
    let inks = [paper.darker(0.1), paper, fire].map(|c| c.shining(0.5 * on * alpha).alpha(alpha));
    canvas.fill_down(&body, &inks);
    canvas.glow([at[0], at[1] + h * 0.25], size * 0.3, fire.plus(0.5 * on * alpha));
}

fn rock(canvas: &mut Canvas, at: [f32; 2], size: f32, phase: f32, alpha: f32) {
    let mut chance = Chance::new((phase * 1e6) as u64, "rock");
    let turn = canvas.turn(32.0, phase);
    let points: Vec<[f32; 2]> = (0..8)
        .map(|i| {
            let angle = turn + i as f32 / 8.0 * std::f32::consts::TAU;
            let r = size * 0.5 * chance.range(0.72, 1.05);
            [at[0] + angle.cos() * r, at[1] + angle.sin() * r * 0.85]
        })
        .collect();
    let local = oklch(0.62, 0.04, 50.0);
    let (lit, dark) = (canvas.look.lit(local, 0.1).lighter(0.1), canvas.look.shade(local, 0.1));
    let key = canvas.look.key.at;
    let way = [key[0] - at[0], key[1] - at[1]];
    let len = way[0].hypot(way[1]).max(1e-3);
    let (from, to) = (
        [0, 1].map(|k| at[k] + way[k] / len * size * 0.5),
        [0, 1].map(|k| at[k] - way[k] / len * size * 0.4),
    );
    canvas.fill_line(&Shape::blob(&points), from, to, &[lit.alpha(alpha), dark.alpha(alpha)]);
}

/// A pointed leaf about a place, `thin` of its length wide.
fn leaf(at: [f32; 2], length: f32, thin: f32, turn: f32) -> Shape {
    let (sin, cos) = turn.sin_cos();
    let p = |x: f32, y: f32| {
        [
            at[0] + (cos * x - sin * y) * length,
            at[1] + (sin * x + cos * y) * length,
        ]
    };
    let mut shape = Shape::new();
    let (tail, tip) = (p(-0.5, 0.0), p(0.5, 0.0));
    let (left, right) = (p(0.1, thin), p(0.1, -thin));
    shape.start(tail[0], tail[1]).curve(left[0], left[1], tip[0], tip[1]);
    shape.curve(right[0], right[1], tail[0], tail[1]).close();
    shape
}

/// A turned rectangle.
fn slip(at: [f32; 2], wide: f32, high: f32, turn: f32) -> Shape {
    let (sin, cos) = turn.sin_cos();
    Shape::polygon(
        &[[-wide, -high], [wide, -high], [wide, high], [-wide, high]]
            .map(|[x, y]| [at[0] + cos * x - sin * y, at[1] + sin * x + cos * y]),
    )
}
