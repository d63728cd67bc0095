//! Broad-leaved trees against the light, as cards across the view: a trunk that forks, and a crown whose outline and
//! holes are noise, cut by the pixel's width.

use crate::{
    camera::Camera,
    lanes::{F, Lanes, V, f, select, smoothstep, splat},
    noise::{fbm2, noise2},
    trace::{Ray, Span, strip},
};

/// A tree, in metres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tree {
    at: [f32; 2],
    tall: f32,
    wide: f32,
    seed: f32,
    span: Span,
}

impl Tree {
    /// Standing at x and z.
    #[must_use]
    pub fn new(camera: &Camera, at: [f32; 2], tall: f32, wide: f32, seed: f32) -> Self {
        let span = Span::around(camera, [at[0], tall * 0.5, at[1]], [wide * 0.8, tall * 0.65], true);
        Self {
            at,
            tall,
            wide,
            seed,
            span,
        }
    }
}

/// What trees are drawn with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Leaves {
    /// Leaves in the shade.
    pub dark: [f32; 3],
    /// Leaves towards the light.
    pub lit: [f32; 3],
    /// How many there are: 1 in summer, 0 bare.
    pub share: f32,
    /// Side that the light comes from: -1 left, 1 right.
    pub side: f32,
    /// How far the wind moves them, in metres.
    pub sway: f32,
}

/// Trees before what is `reach` metres off: the light, and how far one sees now.
#[inline(always)]
pub fn draw<L: Lanes>(
    trees: &[Tree],
    (ray, span): (&Ray<L>, &Span),
    (mut light, mut reach): (V<L>, F<L>),
    leaves: &Leaves,
    fog: V<L>,
    extinction: f32,
) -> (V<L>, F<L>) {
    for tree in trees {
        if !tree.span.meets(span) {
            continue;
        }
        let t = ray.to_depth(tree.at[1]);
        let p = ray.at(t);
        let (x, y) = (p.x - tree.at[0] - leaves.sway * (p.y * (1.0 / tree.tall)).max(0.0), p.y);
        let near = t.gt(0.3) & t.lt(reach) & x.abs().lt(tree.wide * 0.75) & y.lt(tree.tall * 1.1);
        if !near.any() {
            continue;
        }
        let width = ray.footprint(t).max(1e-4);
        let s = tree.seed;
        // The trunk leans and forks.
        let bend = (noise2(y * 0.4 + s, f(s)) - 0.5) * 0.5;
        let fork = (y - tree.tall * 0.28).max(0.0);
        let trunk = 0.018 * tree.tall;
        let left = strip((x - bend + fork * 0.28).abs(), f(-1.0), trunk - fork * 0.022, width);
        let right = strip((x - bend - fork * 0.24).abs(), f(-1.0), trunk - fork * 0.02, width);
        let wood = left.max(right) * strip(y, f(-0.2), f(tree.tall * 0.75), width);
        // The crown: an egg, eaten by noise.
        let (cx, cy) = (x * (2.0 / tree.wide), (y - tree.tall * 0.64) * (2.2 / tree.tall));
        let egg = cx * cx + cy * cy * select(cy.lt(0.0), f(1.9), f(1.0));
        let clumps = fbm2(x * 0.55 + s * 3.1, y * 0.55 + s, 3);
        let fine = noise2(x * 3.1 + s, y * 3.1) - 0.5;
        let fine = fine * smoothstep::<L>(0.3, 0.05, width);
        let leaf = (noise2(x * 8.3 + s, y * 8.3 - s) - 0.5) * smoothstep::<L>(0.12, 0.02, width);
        let fine = fine + leaf * 0.9;
        let full = 1.0 - egg + (clumps - 0.5) * 1.5 + fine * 0.55 - (1.0 - leaves.share) * 1.6;
        let crown = ((full - 0.20) * (4.5 / (1.0 + width * 8.0))).saturate();
        let toward = (0.45 + (cx * leaves.side) * 0.35 + cy * 0.25 + (clumps - 0.5) * 1.6 + fine).saturate();
        let color = splat::<L>(leaves.dark).mix(splat(leaves.lit), toward * toward * crown);
        let shown = select(near, crown.max(wood), f(0.0));
        let air = ((t + ray.before) * -extinction).exp();
        light = light.mix(fog.mix(color, air), shown);
        reach = select(shown.gt(0.5), reach.min(t), reach);
    }
    (light, reach)
}
