//! A portal's outline as a distance: how it opens, how soft it is, and laying the next scene into it.

use super::{
    buffer::{Buffer, Region},
    canvas::{all_towards, towards},
    chance::smoothstep,
    plan::{Portal, PortalShape, Rim},
};
use phosphene_core::raster::view::{Inset, View};

/// From this zoom on the outline opens towards the whole picture...
const OPENS: f64 = 0.62;
/// ...and has left it here: from then on only the next scene is seen.
pub const OPEN: f64 = 0.98;
/// The opened outline against the next scene's picture: within its overscan.
const SPREAD: f32 = 1.28;

/// A rectangle with elliptic corners: every portal's shape, from a disc to the whole picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outline {
    /// Its centre in stage units.
    pub centre: [f32; 2],
    /// Half its width and height.
    pub half: [f32; 2],
    /// Radii of the upper corners.
    pub top: [f32; 2],
    /// Radii of the lower corners.
    pub bottom: [f32; 2],
    /// Width of its soft edge.
    pub soft: f32,
}

/// See [`Outline::stride`].
#[derive(Debug, Clone, Copy)]
pub struct Stride(f32);

impl Stride {
    /// Pixels that are farther off than nothing when the first is `distance` away: 1 at least.
    #[inline]
    #[must_use]
    pub fn pixels(self, distance: f32) -> usize {
        ((distance * self.0) as usize).max(1)
    }
}

impl Portal {
    /// Width over height of its outline.
    #[must_use]
    pub fn ratio(&self) -> f32 {
        match self.shape {
            PortalShape::Disc => 1.0,
            PortalShape::Ellipse(ratio) | PortalShape::Rounded(ratio, _) | PortalShape::Arch(ratio) => ratio,
        }
    }

    /// The rectangle of the picture's shape in which the next scene lies: it just holds the outline.
    #[must_use]
    pub fn inset(&self, aspect: f64) -> Inset {
        let height = f64::from(self.height);
        Inset {
            centre: self.at.map(f64::from),
            height: height.max(height * f64::from(self.ratio()) / aspect).clamp(0.02, 0.6),
        }
    }

    /// How far the outline has opened at `zoom`: 0 is its own shape, 1 beyond the picture.
    #[must_use]
    pub fn opening(zoom: f64) -> f32 {
        smoothstep(OPENS as f32, OPEN as f32, zoom as f32)
    }

    /// Its outline at `zoom`: opening, it becomes the next scene's whole picture with its overscan.
    #[must_use]
    pub fn outline(&self, zoom: f64, aspect: f64) -> Outline {
        let open = Self::opening(zoom);
        let inset = self.inset(aspect);
        let whole = [aspect * inset.height, inset.height].map(|v| v as f32 * SPREAD);
        let own = [self.height * self.ratio(), self.height];
        let half = [0, 1].map(|i| (own[i] + (whole[i] - own[i]) * open) / 2.0);
        // Round corners as shares of half the width and height.
        let (top, bottom) = match self.shape {
            PortalShape::Disc | PortalShape::Ellipse(_) => ([1.0, 1.0], [1.0, 1.0]),
            PortalShape::Rounded(ratio, corner) => {
                let corner = [2.0 * corner / ratio, 2.0 * corner];
                (corner, corner)
            }
            PortalShape::Arch(ratio) => ([1.0, ratio], [0.0, 0.0]),
        };
        let round = |share: [f32; 2]| [0, 1].map(|i| share[i].min(1.0) * (1.0 - open) * half[i]);
        let own_edge = match self.rim {
            Rim::Soft(width) => width,
            _ => 0.0,
        };
        // The opening edge passes as a breath of mist.
        let passing = 0.08 * whole[0].min(whole[1]) * (open * 3.0).min(1.0);
        Outline {
            centre: self.at,
            half,
            top: round(top),
            bottom: round(bottom),
            soft: own_edge.max(passing),
        }
    }

    /// How much of its own light veils the next scene.
    #[must_use]
    pub fn veiled(&self, zoom: f64) -> f32 {
        self.veil * (1.0 - smoothstep(0.05, 0.72, zoom as f32))
    }
}

impl Outline {
    /// How far a point is outside (above 0) or inside (below 0), in stage units.
    #[inline]
    #[must_use]
    pub fn distance(&self, [x, y]: [f32; 2]) -> f32 {
        let (qx, dy) = ((x - self.centre[0]).abs(), y - self.centre[1]);
        let [rx, ry] = if dy < 0.0 { self.top } else { self.bottom };
        let (ex, ey) = (qx - (self.half[0] - rx), dy.abs() - (self.half[1] - ry));
        if ex > 0.0 && ey > 0.0 && rx > 0.0 && ry > 0.0 {
            // Along the ray from the corner's own centre.
            let (u, v) = (ex / rx, ey / ry);
            let n = (u * u + v * v).sqrt();
            (n - 1.0) / n.max(1e-3) * (ex * ex + ey * ey).sqrt()
        } else {
            (ex - rx).max(ey - ry)
        }
    }

    /// How many pixels of this size in stage units may be passed over at a distance from the outline.
    #[must_use]
    pub fn stride(&self, pixel: f32) -> Stride {
        // The distance is measured along a ray; to a flat ellipse's side the way is shorter.
        let steep = [self.top, self.bottom].map(|[x, y]| if x > 0.0 && y > 0.0 { (x / y).max(y / x) } else { 1.0 });
        Stride(1.0 / (pixel * 1.5 * steep[0].max(steep[1])))
    }

    /// The part of `within` that it may cover, `reach` stage units around it included.
    #[must_use]
    pub fn region(&self, view: &View, reach: f32, within: Region) -> Option<Region> {
        let [x, y] = self.centre;
        let [w, h] = self.half.map(|v| v + self.soft + reach);
        let corners = [[x - w, y - h], [x + w, y - h], [x - w, y + h], [x + w, y + h]];
        within.cut(corners.map(|p| view.apply(p.map(f64::from))))
    }
}

/// The part of `within` in which the portal's picture is seen; `None` when it is nowhere or smaller than 6 pixels.
#[must_use]
pub fn seen(portal: &Portal, view: &View, zoom: f64, aspect: f64, within: Region) -> Option<Region> {
    if portal.inset(aspect).height * view.scale() < 6.0 {
        return None;
    }
    portal.outline(zoom, aspect).region(view, 0.0, within)
}

/// Lays the next scene into a portal. `view` takes stage units to pixels of the whole picture; `keep` is how much of
/// the next scene is laid on, 0 to 1.
pub fn lay_in(outline: &Outline, view: &View, keep: f32, next: &Buffer, into: &mut Buffer) {
    let region = next.region;
    let (w, h) = (region.width, region.height);
    let back = region.shift(view).inverse();
    let (step_x, step_y) = (back.a as f32, back.b as f32);
    // The edge runs over one pixel at least.
    let edge = (1.0 / view.scale() as f32).max(outline.soft);
    let (dx, dy) = (region.x - into.region.x, region.y - into.region.y);
    let (half_w, into_w) = (w / 2, into.region.width / 2);
    let whole = (keep * 256.0 + 0.5) as i32;
    let stride = outline.stride(back.scale() as f32);
    for y in 0..h {
        let from = next.rgba[y * w * 4..][..w * 4].as_chunks::<4>().0;
        let start = ((y + dy) * into.region.width + dx) * 4;
        let to = into.rgba[start..][..w * 4].as_chunks_mut::<4>().0;
        let [x0, y0] = back.apply([0.5, y as f64 + 0.5]).map(|v| v as f32);
        let mut x = 0;
        while x < w {
            let d = outline.distance([x0 + step_x * x as f32, y0 + step_y * x as f32]);
            // Away from the edge many pixels are alike.
            let end = (x + stride.pixels(d.abs() - edge * 0.5)).min(w);
            if d < edge * 0.5 {
                let cover = (0.5 - d / edge).min(1.0);
                let part = if cover < 1.0 {
                    (cover * keep * 256.0 + 0.5) as i32
                } else {
                    whole
                };
                all_towards(to[x..end].as_flattened_mut(), from[x..end].as_flattened(), part as u16);
                if y & 1 == 0 && cover * keep > 0.5 {
                    for half in x.div_ceil(2)..end.div_ceil(2) {
                        let s = (y / 2 * half_w + half) * 4;
                        let d = (((y + dy) / 2) * into_w + dx / 2 + half) * 4;
                        into.aux[d] = next.aux[s];
                        into.aux[d + 1] = towards(into.aux[d + 1], next.aux[s + 1], part);
                        into.aux[d + 2] = next.aux[s + 2];
                    }
                }
            }
            x = end;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn portal(shape: PortalShape) -> Portal {
        Portal {
            plane: "sky",
            at: [0.2, -0.1],
            height: 0.2,
            shape,
            rim: Rim::Soft(0.0),
            fill: crate::design::Oklch { l: 0.5, c: 0.0, h: 0.0 },
            veil: 0.5,
        }
    }

    #[test]
    fn outlines_are_their_shapes() {
        let disc = portal(PortalShape::Disc).outline(0.0, 1.6);
        assert!((disc.distance([0.2 + 0.06, -0.1 + 0.08])).abs() < 1e-5);
        assert!((disc.distance([0.2, -0.1 + 0.15]) - 0.05).abs() < 1e-5);
        let arch = portal(PortalShape::Arch(0.5)).outline(0.0, 1.6);
        // Its lower corner is sharp, its upper one is cut off by the half circle.
        assert!(arch.distance([0.2 + 0.049, -0.001]) < 0.0);
        assert!(arch.distance([0.2 + 0.049, -0.199]) > 0.0);
        assert!(arch.distance([0.2, -0.199]) < 0.0);
    }

    #[test]
    fn every_outline_opens_beyond_the_picture() {
        for shape in [
            PortalShape::Disc,
            PortalShape::Ellipse(2.5),
            PortalShape::Rounded(1.4, 0.1),
            PortalShape::Arch(0.6),
        ] {
            for aspect in [16.0 / 9.0, 1.0, 9.0 / 16.0] {
                let portal = portal(shape);
                let (inset, outline) = (portal.inset(aspect), portal.outline(OPEN, aspect));
                for corner in [[-1.1, -1.1], [1.1, 1.1], [1.1, -1.1]] {
                    let p = inset.view().apply([corner[0] * aspect / 2.0, corner[1] / 2.0]);
                    assert!(
                        outline.distance(p.map(|v| v as f32)) < -outline.soft * 0.5,
                        "{shape:?} {aspect}"
                    );
                }
            }
        }
    }
}
