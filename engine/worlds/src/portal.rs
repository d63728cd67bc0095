//! Worlds inside worlds: the next one seen through an opening of the one before, which grows until it is the picture.
//!
//! Each level has its own view, so what is seen in a portal is shaded at the size at which it is shown, and is as sharp
//! when the camera comes to it as when it was far. What is hidden is not shaded, so the whole costs about one picture.

use crate::{
    camera::View,
    figures::FiguresError,
    isa::Isa,
    lanes::N,
    picture::{Picture, Prepared},
    scalar::{exp, luminance, mix, scale3, smoothstep},
    world::{FAR, Opening, Portal, Staging},
};

/// From this share of the way on the next world dawns in the opening, which shows the world's own sun, lamp or darkness
/// before...
const DAWNS: f32 = 0.08;
/// ...and here it is there.
const DAWNED: f32 = 0.38;
/// From this share of the way on the outline opens towards the whole picture...
const OPENS: f32 = 0.55;
/// ...and has left it here: from then on only the next world is seen.
const OPEN: f32 = 0.97;
/// The opened outline against the next picture.
const SPREAD: f32 = 1.3;
/// A disc from this far on, in metres, is a light in the sky or at the end of a wood and has no edge of its own.
const HAZY: f32 = 60.0;
/// What hides such a light is nearer than this.
const PALE: f32 = 150.0;
/// Such a light fades over this share of its radius.
const HAZE: f32 = 0.8;
/// An opening smaller than this, in pixels, shows its light and no picture.
const LEAST_PIXELS: f32 = 3.0;

/// One world of the chain.
pub struct Level {
    /// The world.
    pub world: Prepared,
    /// Where its picture is shown.
    pub view: View,
    /// How far the camera is on its way through this world, 0 to 1; below 0 while it is seen through a portal.
    pub zoom: f32,
}

/// What is drawn into a world's picture once it is shaded, before anything is seen through it: its figures.
pub type Draw<'a> = dyn Fn(usize, &Level, &mut Picture) -> Result<(), FiguresError> + 'a;

/// Which level each pixel shows.
#[derive(Debug, Clone, Default)]
pub struct Levels {
    /// As [`Picture::distance`] is laid out.
    pub level: Vec<u8>,
}

/// A rectangle with elliptic corners, in picture coordinates: every opening's outline, from a disc to the whole picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outline {
    centre: [f32; 2],
    half: [f32; 2],
    top: [f32; 2],
    bottom: [f32; 2],
    /// Width of its soft edge.
    soft: f32,
}

impl Portal {
    /// Half of its width.
    #[must_use]
    pub fn half_width(&self) -> f32 {
        match self.opening {
            Opening::Disc => self.radius,
            Opening::Arch => self.radius * 0.5,
            Opening::Window => self.radius * 4.0 / 3.0,
        }
    }

    /// Whether it is a light that has no edge.
    fn is_hazy(&self) -> bool {
        self.opening == Opening::Disc && self.distance >= HAZY
    }

    /// How large the next picture lies in this one: the opening cuts it out.
    #[must_use]
    pub fn unit(&self, aspect: f32) -> f32 {
        (self.radius * 0.85).max(self.half_width() / aspect).clamp(0.02, 0.6)
    }

    /// Its outline when the camera has come this far.
    #[must_use]
    pub fn outline(&self, zoom: f32, aspect: f32) -> Outline {
        let open = smoothstep(OPENS, OPEN, zoom);
        let unit = self.unit(aspect);
        let own = [self.half_width(), self.radius];
        let whole = [aspect * unit * SPREAD, unit * SPREAD];
        let half = [mix(own[0], whole[0], open), mix(own[1], whole[1], open)];
        let (top, bottom) = match self.opening {
            Opening::Disc => ([1.0, 1.0], [1.0, 1.0]),
            Opening::Arch => ([1.0, 0.5], [0.0, 0.0]),
            Opening::Window => ([0.0, 0.0], [0.0, 0.0]),
        };
        let round = |share: [f32; 2]| [share[0] * (1.0 - open) * half[0], share[1] * (1.0 - open) * half[1]];
        Outline {
            centre: self.centre,
            half,
            top: round(top),
            bottom: round(bottom),
            // The opening edge passes as a breath of mist.
            soft: (0.16 * whole[1] * (open * 3.0).min(1.0)).max(if self.is_hazy() {
                HAZE * self.radius * (1.0 - open)
            } else {
                0.0
            }),
        }
    }
}

impl Outline {
    /// How far a picture point is outside (above 0) or inside (below 0).
    #[must_use]
    pub fn distance(&self, p: [f32; 2]) -> f32 {
        let (qx, dy) = ((p[0] - self.centre[0]).abs(), p[1] - self.centre[1]);
        let [rx, ry] = if dy > 0.0 { self.top } else { self.bottom };
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
}

/// How much of the next world is seen in the opening when the camera has come this far, and how much of its light falls
/// out of it: 0 to 1.
#[must_use]
pub fn share(zoom: f32) -> f32 {
    smoothstep(DAWNS, DAWNED, zoom)
}

/// The light that a world throws through a portal: the colour that it has as a whole.
#[must_use]
pub fn light_of(staging: &Staging) -> [f32; 3] {
    let key = scale3(staging.key.color, 0.25);
    std::array::from_fn(|k| (0.55 * staging.fog.color[k] + 0.5 * staging.ambient[k] + 0.2 * key[k]).clamp(0.01, 4.0))
}

/// The outermost of the levels that is still seen: [`compose`] draws it into the first buffer.
#[must_use]
pub fn outermost(levels: &[Level]) -> usize {
    let seen = levels.iter().position(|level| level.zoom < OPEN);
    seen.unwrap_or(levels.len().saturating_sub(1))
}

/// Shades the levels from `first` on into `buffers[0]`, `draw` adding what stands in each world. A buffer and a map of
/// levels a level are needed, all of one size.
///
/// # Errors
/// What `draw` returns.
pub fn compose(
    levels: &[Level],
    isa: Isa,
    draw: &Draw<'_>,
    buffers: &mut [Picture],
    shown: &mut [Levels],
) -> Result<(), FiguresError> {
    nested(levels, 0, isa, draw, buffers, shown, &|_, _| true)
}

fn nested(
    levels: &[Level],
    index: usize,
    isa: Isa,
    draw: &Draw<'_>,
    buffers: &mut [Picture],
    shown: &mut [Levels],
    keep: &dyn Fn(usize, usize) -> bool,
) -> Result<(), FiguresError> {
    let Some((level, inner)) = levels.split_first() else {
        return Ok(());
    };
    let has_left = level.zoom >= OPEN && !inner.is_empty();
    if has_left {
        // The opening has left the picture: there is nothing but the next world.
        return nested(inner, index + 1, isa, draw, buffers, shown, keep);
    }
    let (Some((own, rest)), Some((map, maps))) = (buffers.split_first_mut(), shown.split_first_mut()) else {
        return Ok(());
    };
    let (pixel, aspect, width, height) = (own.pixel(), own.aspect(), own.width(), own.height());
    map.level.clear();
    map.level.resize(own.distance.len(), index as u8);
    let portal = level.world.staging().portal;
    let outline = portal.outline(level.zoom, aspect);
    let view = level.view;
    // Signed distance to the opening in shown units.
    let edge = |p: [f32; 2]| outline.distance(view.picture(p)) * view.zoom;
    let share = share(level.zoom);
    let is_seen = !inner.is_empty() && share > 0.0 && portal.radius * view.zoom > LEAST_PIXELS * pixel;
    let geometry = Geometry { pixel, aspect };
    let block = |left: usize, y: usize| {
        // Sixteen pixels: what the edge may reach within them, and its softness.
        (
            edge(geometry.point(left + 8, y)),
            9.0 * pixel + outline.soft * view.zoom,
        )
    };
    if is_seen {
        let inside = |left: usize, y: usize| {
            let (distance, reach) = block(left, y);
            keep(left, y) && distance < reach
        };
        nested(inner, index + 1, isa, draw, rest, maps, &inside)?;
    }
    level.world.shade(isa, view, own, &|left, y| {
        if !keep(left, y) {
            return false;
        }
        let (distance, reach) = block(left, y);
        // Near things stand before an opening that is far, so it is shaded too until it has come near.
        !is_seen || share < 1.0 || distance > -reach || portal.distance > 4.0 && level.zoom < OPENS
    });
    if is_seen && let (Some(next), Some(next_map)) = (rest.first(), maps.first()) {
        let light = inner.first().map_or([0.0; 3], |next| light_of(next.world.staging()));
        let hue = scale3(light, 1.0 / luminance(light).max(0.02)).map(|v| v.min(3.0));
        let way = level.zoom.clamp(0.0, 1.0);
        let near = 1.0 - smoothstep(0.0, OPENS, way);
        // What stands before the opening fades as the camera passes it.
        let passed = smoothstep(OPENS * 0.6, OPENS, way);
        let soft = pixel.max(outline.soft * view.zoom);
        // What stands further away is as pale as the sky.
        let behind = if portal.is_hazy() {
            portal.distance.min(PALE) * 0.98
        } else {
            portal.distance.min(FAR) * 0.98
        };
        let edged = if portal.is_hazy() { 0.0 } else { 1.0 };
        // Beyond this nothing of it is seen: not its edge, not its light.
        let reaches = match (near > 0.0, portal.spills) {
            (false, _) => soft,
            (true, false) => 3.0 * portal.radius * view.zoom,
            (true, true) => f32::INFINITY,
        };
        for y in 0..height {
            for left in (0..width).step_by(N) {
                if !keep(left, y) {
                    continue;
                }
                let middle = edge(geometry.point(left + N / 2, y));
                if middle > reaches + 9.0 * pixel {
                    continue;
                }
                // All sixteen within the opening: the outline is not asked for.
                let within = middle < -9.0 * pixel - soft;
                for x in left..(left + N).min(width) {
                    let o = own.index(x, y);
                    let hidden = own.distance[o] < behind;
                    let visible = if hidden { passed } else { 1.0 };
                    let p = geometry.point(x, y);
                    let distance = if within { middle } else { edge(p) };
                    let cover = smoothstep(0.5, -0.5, distance / soft) * visible * share;
                    if cover > 0.5 {
                        own.distance[o] = if hidden { own.distance[o] } else { portal.distance };
                        map.level[o] = next_map.level[o];
                    }
                    if cover >= 1.0 {
                        for (to, from) in own.light.iter_mut().zip(&next.light) {
                            to[o] = from[o];
                        }
                        continue;
                    }
                    let out = distance.max(0.0) / (portal.radius * view.zoom);
                    if near <= 0.0 {
                        for (to, from) in own.light.iter_mut().zip(&next.light) {
                            to[o] = mix(to[o], from[o], cover);
                        }
                        continue;
                    }
                    if out > 3.0 && !portal.spills {
                        continue;
                    }
                    let glow = (exp(-2.2 * out) * 0.22 + exp(-9.0 * out) * 0.35) * near * share * visible;
                    let rim = (1.0 - distance.abs() / (pixel * 1.8)).max(0.0) * 0.5 * near * visible * share * edged;
                    let spill = if portal.spills {
                        spilled(&portal, view.picture(p)) * near * share
                    } else {
                        0.0
                    };
                    for k in 0..3 {
                        let mut v = own.light[k][o];
                        v += v * spill * hue[k] * 0.8 + spill * light[k] * 0.25;
                        v += light[k] * glow + hue[k] * rim * 0.4;
                        own.light[k][o] = mix(v, next.light[k][o], cover);
                    }
                }
            }
        }
    }
    draw(index, level, own)
}

/// The light on the ground before a doorway.
fn spilled(portal: &Portal, p: [f32; 2]) -> f32 {
    let below = portal.centre[1] - portal.radius - p[1];
    if below <= 0.0 {
        return 0.0;
    }
    let across = (p[0] - portal.centre[0]) / (portal.half_width() * (1.0 + below * 2.8));
    (1.0 - across.abs()).clamp(0.0, 0.25) * 3.6 * exp(-2.2 * below)
}

#[derive(Clone, Copy)]
struct Geometry {
    pixel: f32,
    aspect: f32,
}

impl Geometry {
    fn point(self, x: usize, y: usize) -> [f32; 2] {
        [
            (x as f32 + 0.5) * self.pixel - self.aspect,
            1.0 - (y as f32 + 0.5) * self.pixel,
        ]
    }
}
