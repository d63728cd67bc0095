//! Scenes laid into each other: the exact picture of the endless zoom, before it is painted.

use rayon::prelude::*;

use super::super::feedback::{
    picture::{Picture, Pyramid},
    warp::Homography,
};
use super::geometry::map;
use phosphene_core::raster::view::Inset;

/// Width of a portal's soft edge in its own stage units; it closes as the camera nears.
const FEATHER: f64 = 0.10;
/// A share below this is not looked up.
const LEAST: f32 = 1.0 / 512.0;

/// A scene as it lies in the one around it.
pub(super) struct Inner<'a> {
    /// Where.
    pub inset: Inset,
    /// The scene by itself.
    pub plain: &'a Pyramid,
    /// The scene with the next one painted into it, how far it has come in place of the plain one (0 to 1), and that next
    /// one with its own place.
    pub nested: Option<Nested<'a>>,
}

/// What has come into a scene.
pub(super) struct Nested<'a> {
    pub picture: &'a Pyramid,
    pub share: f32,
    pub inset: Inset,
    pub innermost: &'a Pyramid,
}

/// What is seen.
pub(super) struct Composition<'a> {
    pub outer: &'a Pyramid,
    pub inner: Inner<'a>,
    /// Stage units of the outer scene to pictures.
    pub view: Homography,
    /// The way into the inner scene, 0 to 1.
    pub zoom: f64,
    /// The picture's width over its height.
    pub aspect: f64,
}

/// How much of an inner scene is seen at a place in its own stage units.
fn edge([x, y]: [f64; 2], aspect: f64, feather: f64) -> f32 {
    let depth = (aspect / 2.0 - x.abs()).min(0.5 - y.abs());
    let come = (depth / feather.max(1e-6)).clamp(0.0, 1.0);
    (come * come * (3.0 - 2.0 * come)) as f32
}

fn mix(a: [f32; 4], b: [f32; 4], share: f32) -> [f32; 4] {
    [0, 1, 2, 3].map(|c| a[c] + (b[c] - a[c]) * share)
}

impl Composition<'_> {
    /// Draws it. Lane 3 is 0.
    pub fn draw(&self, width: usize, height: usize) -> Picture {
        let Inner { inset, plain, nested } = &self.inner;
        let (to_outer, to_inner) = (self.view.inverse(), map(&inset.view().inverse()));
        // How much smaller than its own size a scene is seen, taken at the picture's centre.
        let scale = {
            let [a, b] = [[0.5, 0.5], [0.5, 0.5 + 1e-3]].map(|at| to_outer.apply(at));
            1e-3 / (b[0] - a[0]).hypot(b[1] - a[1]).max(1e-9)
        };
        let outer_level = self.outer.level(scale);
        let inner_level = plain.level(scale * inset.height);
        let innermost_level = nested.as_ref().map_or((0, 0.0), |nested| {
            nested.innermost.level(scale * inset.height * nested.inset.height)
        });
        let feather = FEATHER * (1.0 - self.zoom.clamp(0.0, 1.0)).powi(2);
        let place = |[x, y]: [f64; 2]| [x / self.aspect + 0.5, y + 0.5];
        let pixel = |i: usize| {
            let seen = [
                ((i % width) as f64 + 0.5) / width as f64,
                ((i / width) as f64 + 0.5) / height as f64,
            ];
            let at = to_outer.apply(seen);
            let within = to_inner.apply(at);
            let share = edge(within, self.aspect, feather);
            let mut colour = [0.0; 4];
            if share < 1.0 - LEAST {
                colour = self.outer.at(place(at), outer_level);
            }
            if share > LEAST {
                let mut inner = plain.at(place(within), inner_level);
                if let Some(nested) = nested {
                    inner = mix(inner, nested.picture.at(place(within), inner_level), nested.share);
                    let deeper = nested.inset.view().inverse().apply(within);
                    let share = edge(deeper, self.aspect, FEATHER) * nested.share;
                    if share > LEAST {
                        inner = mix(inner, nested.innermost.at(place(deeper), innermost_level), share);
                    }
                }
                colour = mix(colour, inner, share);
            }
            let [r, g, b, _] = colour.map(|value| value.clamp(0.0, 1.0));
            [r, g, b, 0.0]
        };
        Picture {
            width,
            height,
            pixels: (0..width * height).into_par_iter().map(pixel).collect(),
        }
    }
}
