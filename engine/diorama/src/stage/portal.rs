//! The portal as a thing in the picture: its own light, its frame, its rim.

use super::{
    buffer::Region,
    canvas::{Blend, Canvas, Shape, blend},
    chance::smoothstep,
    outline::Outline,
    plan::{Portal, Rim},
};

impl Portal {
    /// What is around and behind its picture: drawn before the next scene is laid in.
    pub fn draw_behind(&self, canvas: &mut Canvas, zoom: f64) {
        let fade = 1.0 - Self::opening(zoom);
        let outline = self.outline(zoom, f64::from(canvas.look.aspect));
        let fill = canvas.look.lamp(self.fill);
        let wide = self.height * self.ratio().max(1.0);
        let shape = plate(&outline);
        let shine = match self.rim {
            Rim::Glow(colour) => {
                let colour = canvas.look.lamp(colour);
                let beat = 1.0 + 0.15 * canvas.now.reactive.kick;
                // It grows with the zoom, and would wash the whole picture out.
                let dim = fade * (1.0 - 0.6 * smoothstep(0.1, 0.6, zoom as f32));
                canvas.glow(self.at, wide * 1.7 * beat, colour.screen(0.35 * dim));
                let near = colour.screen(0.6 * dim).shining(0.35 * dim);
                canvas.glow(self.at, wide * 0.85 * beat, near);
                0.8
            }
            Rim::Frame(colour, width) => {
                let shade = canvas.look.shade(colour, canvas.depth);
                canvas.stroke(&shape, width * 2.0, shade.alpha(fade));
                0.25 * canvas.look.lamps()
            }
            Rim::Soft(_) => 0.2 * canvas.look.lamps(),
        };
        if outline.soft > 0.0 && fade >= 1.0 {
            let radii = [outline.half[0] * 1.15, outline.half[1] * 1.15];
            canvas.puff(self.at, radii, 0.6, fill.shining(shine));
        } else {
            let inks = [fill.lighter(0.05).shining(shine), fill.ink(), fill.darker(0.04).ink()];
            canvas.fill_round(&shape, self.at, wide * 0.55, &inks);
        }
    }

    /// What lies over its edge: drawn after the next scene is laid in. `seen` is false when there is none to see.
    pub fn draw_edge(&self, canvas: &mut Canvas, zoom: f64, seen: bool) {
        let fade = 1.0 - Self::opening(zoom);
        if fade <= 0.0 {
            return;
        }
        // It stays on the edge while that opens.
        let outline = self.outline(zoom, f64::from(canvas.look.aspect));
        match self.rim {
            Rim::Glow(colour) => {
                // A sun with nothing in it has a soft edge only.
                let lines: &[[f32; 2]] = if seen {
                    &[[0.2, 0.35], [0.05, 0.75]]
                } else {
                    &[[0.25, 0.3]]
                };
                let colour = canvas.look.lamp(colour.lighter(0.06)).srgb().map(|v| v * 255.0);
                let lines = lines
                    .iter()
                    .map(|[w, s]| [w * self.height, s * fade])
                    .collect::<Vec<_>>();
                shine_along(&outline, &lines, colour, canvas);
            }
            Rim::Frame(colour, width) => {
                let shape = plate(&outline);
                let (depth, look) = (canvas.depth, canvas.look);
                canvas.stroke(&shape, width, look.lit(colour, depth).alpha(fade));
                canvas.stroke(
                    &shape,
                    width * 0.3,
                    look.shade(colour, depth).darker(0.08).alpha(0.8 * fade),
                );
            }
            Rim::Soft(_) => {}
        }
    }
}

fn plate(outline: &Outline) -> Shape {
    let ([x, y], [w, h]) = (outline.centre, outline.half);
    Shape::plate([x - w, y - h, 2.0 * w, 2.0 * h], outline.top, outline.bottom)
}

/// Light along an outline: each of `lines` is a reach in stage units and a strength.
fn shine_along(outline: &Outline, lines: &[[f32; 2]], colour: [f32; 3], canvas: &mut Canvas) {
    let whole = Region {
        x: 0,
        y: 0,
        width: canvas.pixels.width() as usize,
        height: canvas.pixels.height() as usize,
    };
    let reach = lines.iter().map(|l| l[0]).fold(0.0, f32::max);
    let Some(part) = outline.region(&canvas.view, reach, whole) else {
        return;
    };
    let back = canvas.view.inverse();
    let (step_x, step_y) = (back.a as f32, back.b as f32);
    let stride = outline.stride(back.scale() as f32);
    let half = canvas.aux.width() as usize;
    let (pixels, aux) = (canvas.pixels.pixels_mut(), canvas.aux.data_mut());
    for y in part.y..part.y + part.height {
        let [x0, y0] = back.apply([part.x as f64 + 0.5, y as f64 + 0.5]).map(|v| v as f32);
        let mut i = 0;
        while i < part.width {
            let d = outline.distance([x0 + step_x * i as f32, y0 + step_y * i as f32]).abs();
            if d >= reach {
                i += stride.pixels(d - reach);
                continue;
            }
            let light = lines
                .iter()
                .map(|[reach, strength]| strength * (1.0 - d / reach).max(0.0).powi(2));
            let light = light.sum::<f32>().min(1.0);
            let at = y * whole.width + part.x + i;
            pixels[at] = blend(pixels[at], colour, light, Blend::Screen);
            if (y | (part.x + i)) & 1 == 0 {
                let green = &mut aux[(y / 2 * half + (part.x + i) / 2) * 4 + 1];
                *green = (*green).max((light * 200.0) as u8);
            }
            i += 1;
        }
    }
}
