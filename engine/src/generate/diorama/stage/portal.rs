//! The portal: its outline, how it opens, and laying the next scene into it.

use tiny_skia::{FillRule, IntSize, Mask};

use super::{
    buffer::{Buffer, Region},
    canvas::{Canvas, Shape, towards},
    chance::smoothstep,
    plan::{Portal, PortalShape, Rim},
    view::{Inset, View},
};

/// From this zoom on the outline opens towards the whole picture...
const OPENS: f64 = 0.62;
/// ...and has left it here: from then on only the next scene is seen.
pub const OPEN: f64 = 0.96;

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

    /// Its outline in stage units.
    #[must_use]
    pub fn outline(&self, zoom: f64, aspect: f64) -> Shape {
        let inset = self.inset(aspect);
        // So large that the picture, its overscan and a swaying camera see nothing of the edge.
        let need = [aspect * inset.height, inset.height].map(|v| v as f32 * 1.4);
        let (w, h) = (self.height * self.ratio(), self.height);
        let (nx, ny) = (need[0] / w, need[1] / h);
        let cover = match self.shape {
            PortalShape::Disc | PortalShape::Ellipse(_) => nx.hypot(ny),
            PortalShape::Rounded(..) => nx.max(ny) * 1.3,
            PortalShape::Arch(_) => nx.max(ny) * 2.0,
        };
        let grown = 1.0 + (cover - 1.0).max(0.0) * Self::opening(zoom);
        self.shape_of(grown)
    }

    fn shape_of(&self, grown: f32) -> Shape {
        let (w, h) = (self.height * self.ratio() * grown, self.height * grown);
        let frame = [self.at[0] - w / 2.0, self.at[1] - h / 2.0, w, h];
        match self.shape {
            PortalShape::Disc | PortalShape::Ellipse(_) => Shape::ellipse(self.at, [w / 2.0, h / 2.0]),
            PortalShape::Rounded(_, corner) => Shape::rounded(frame, corner * h),
            PortalShape::Arch(_) => Shape::arch(frame),
        }
    }

    /// How much of its own light veils the next scene.
    #[must_use]
    pub fn veiled(&self, zoom: f64) -> f32 {
        self.veil * (1.0 - smoothstep(0.05, 0.72, zoom as f32))
    }

    /// What is around and behind its picture: drawn before the next scene is laid in.
    pub fn draw_behind(&self, canvas: &mut Canvas, zoom: f64) {
        let fade = 1.0 - Self::opening(zoom);
        let outline = self.shape_of(1.0);
        let fill = canvas.look.lamp(self.fill);
        match self.rim {
            Rim::Glow(colour) => {
                let colour = canvas.look.lamp(colour);
                let beat = 1.0 + 0.15 * canvas.now.reactive.kick;
                let wide = self.height * self.ratio().max(1.0);
                canvas.glow(self.at, wide * 1.7 * beat, colour.screen(0.35 * fade));
                canvas.glow(
                    self.at,
                    wide * 0.85 * beat,
                    colour.screen(0.6 * fade).shining(0.35 * fade),
                );
            }
            Rim::Frame(colour, width) => {
                let shade = canvas.look.shade(colour, canvas.depth);
                canvas.stroke(&outline, width * 2.0, shade);
            }
            Rim::Soft(_) => {}
        }
        let shine = if matches!(self.rim, Rim::Glow(_)) {
            0.8
        } else {
            0.25 * canvas.look.lamps()
        };
        let radius = self.height * 0.55 * self.ratio().max(1.0);
        let inks = [fill.lighter(0.05).shining(shine), fill.ink(), fill.darker(0.04).ink()];
        canvas.fill_round(&outline, self.at, radius, &inks);
    }

    /// What lies over its edge: drawn after the next scene is laid in. `seen` is false when there is none to see.
    pub fn draw_edge(&self, canvas: &mut Canvas, zoom: f64, seen: bool) {
        let fade = 1.0 - Self::opening(zoom);
        if fade <= 0.0 {
            return;
        }
        match self.rim {
            Rim::Glow(colour) => {
                // The shine stays on the edge while it opens; a sun with nothing in it has a soft edge only.
                let outline = self.outline(zoom, f64::from(canvas.look.aspect));
                let colour = canvas.look.lamp(colour.lighter(0.06));
                let fade = fade * if seen { 1.0 } else { 0.3 };
                for (width, strength, shine) in [
                    (0.16, 0.12, 0.0),
                    (0.1, 0.2, 0.3),
                    (0.045, 0.35, 0.5),
                    (0.014, 0.8, 0.8),
                ] {
                    let ink = colour.screen(strength * fade).shining(shine * fade);
                    canvas.stroke(&outline, self.height * width, ink);
                }
            }
            Rim::Frame(colour, width) => {
                let outline = self.shape_of(1.0);
                let (lit, shade) = (
                    canvas.look.lit(colour, canvas.depth),
                    canvas.look.shade(colour, canvas.depth),
                );
                canvas.stroke(&outline, width, lit.alpha(fade));
                canvas.stroke(&outline, width * 0.3, shade.darker(0.08).alpha(0.8 * fade));
            }
            Rim::Soft(_) => {}
        }
    }

    /// Width of the soft edge in stage units.
    fn softness(&self) -> f32 {
        match self.rim {
            Rim::Soft(width) => width,
            _ => 0.0,
        }
    }
}

/// Lays the next scene into the portal of `into`. `view` takes stage units to pixels of the whole picture; `over` is
/// its opacity.
pub fn lay_in(
    portal: &Portal,
    (view, zoom, aspect): (&View, f64, f64),
    next: &Buffer,
    into: &mut Buffer,
    (mask, over): (&mut Vec<u8>, f32),
) {
    let region = next.region;
    let (w, h) = (region.width, region.height);
    let Some(size) = IntSize::from_wh(w as u32, h as u32) else {
        return;
    };
    mask.clear();
    mask.resize(w * h, 0);
    let Some(mut cover) = Mask::from_vec(std::mem::take(mask), size) else {
        return;
    };
    let shifted = region.shift(view);
    if let Some(path) = portal.outline(zoom, aspect).path() {
        let [a, b, u, v] = [shifted.a, shifted.b, shifted.u, shifted.v].map(|x| x as f32);
        let transform = tiny_skia::Transform::from_row(a, b, -b, a, u, v);
        cover.fill_path(&path, FillRule::Winding, true, transform);
    }
    *mask = cover.take();
    // The opening edge is soft: it passes as a breath of mist.
    let opening = Portal::opening(zoom);
    let passing = 0.16 * portal.height * (opening * 3.0).min(1.0);
    let soft = (f64::from(portal.softness().max(passing)) * view.scale()) as usize;
    if soft > 0 && opening < 1.0 {
        soften(mask, w, soft.min(40));
    }
    let keep = (1.0 - portal.veiled(zoom)) * over;
    let (dx, dy) = (region.x - into.region.x, region.y - into.region.y);
    let part = (keep * 256.0 + 0.5) as i32;
    for y in 0..h {
        let mask = &mask[y * w..][..w];
        let from = next.rgba[y * w * 4..][..w * 4].as_chunks::<4>().0;
        let start = ((y + dy) * into.region.width + dx) * 4;
        let to = into.rgba[start..][..w * 4].as_chunks_mut::<4>().0;
        for x in 0..w {
            let cover = (i32::from(mask[x]) * part * 257 + 32_768) >> 16;
            (0..3).for_each(|i| to[x][i] = towards(to[x][i], from[x][i], cover));
        }
    }
    let (half_w, into_w) = (w / 2, into.region.width / 2);
    for y in 0..h / 2 {
        for x in 0..half_w {
            if f32::from(mask[2 * y * w + 2 * x]) * over > 127.0 {
                let (s, d) = ((y * half_w + x) * 4, ((y + dy / 2) * into_w + x + dx / 2) * 4);
                into.aux[d] = next.aux[s];
                let glow = f32::from(into.aux[d + 1]) * (1.0 - keep) + f32::from(next.aux[s + 1]) * keep;
                into.aux[d + 1] = glow as u8;
            }
        }
    }
}

/// A box blur along rows and columns.
fn soften(mask: &mut [u8], width: usize, radius: usize) {
    let height = mask.len() / width;
    let mut line = vec![0u8; width.max(height)];
    let mut blur = |start: usize, step: usize, len: usize, mask: &mut [u8]| {
        let at = |i: usize| start + i.min(len - 1) * step;
        let mut sum: u32 =
            (0..=radius).map(|i| u32::from(mask[at(i)])).sum::<u32>() + radius as u32 * u32::from(mask[at(0)]);
        for i in 0..len {
            line[i] = (sum / (2 * radius as u32 + 1)) as u8;
            sum += u32::from(mask[at(i + radius + 1)]);
            sum -= u32::from(mask[at(i.saturating_sub(radius))]);
        }
        (0..len).for_each(|i| mask[start + i * step] = line[i]);
    };
    (0..height).for_each(|y| blur(y * width, 1, width, mask));
    (0..width).for_each(|x| blur(x, width, height, mask));
}

/// The part of `within` in which the portal's picture is seen; `None` when it is nowhere or smaller than 6 pixels.
#[must_use]
pub fn seen(portal: &Portal, view: &View, zoom: f64, aspect: f64, within: Region) -> Option<Region> {
    if portal.inset(aspect).height * view.scale() < 6.0 {
        return None;
    }
    let [left, top, right, bottom] = portal.outline(zoom, aspect).bounds()?;
    let corners = [[left, top], [right, top], [left, bottom], [right, bottom]].map(|p| view.apply(p.map(f64::from)));
    within.cut(corners)
}
