//! Light on figures: dark bodies under a hemisphere of ambient light, a rim towards the key light, the picture behind
//! leaking over their edges (light wrap), shadows and mirror images on what they stand on, and air before them.

use crate::{
    picture::Picture,
    scalar::{exp, luminance, mix, mix3, scale3, sin, smoothstep},
    world::{Fog, KeyLight, Staging, Surface},
};

use super::{
    coat::{Facet, PIERCES, mottle, painted},
    paint::Finish,
    posed::{Posed, TONE},
    raster::{Lens, Tile},
    skeleton::{Vec3, add, dot, scaled, sub, unit},
};

/// What light a figure stands in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Light {
    pub key: KeyLight,
    pub ambient: Vec3,
    pub fog: Fog,
    pub surface: Surface,
    /// Mirror images begin at this share of the distance of what is mirrored.
    pub nearest: f32,
    /// 0 to 1: how much the music brightens rims.
    pub flare: f32,
    pub secs: f32,
}

impl Light {
    /// The albedo of things of a middle tone: where it is dark they are paler, or nobody would know them.
    pub fn albedo(&self) -> f32 {
        TONE * (0.28 / (luminance(self.ambient) + 0.02)).clamp(1.0, 6.0)
    }

    pub fn new(staging: &Staging, flare: f32, secs: f32) -> Self {
        Self {
            key: staging.key,
            ambient: staging.ambient,
            fog: staging.fog,
            surface: staging.surface,
            nearest: 0.35,
            flare,
            secs,
        }
    }
}

/// Planes that are used again from figure to figure.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    pub tile: Tile,
    cover: Vec<f32>,
    soft: Vec<f32>,
    behind: [Vec<f32>; 3],
    line: Vec<f32>,
}

/// A running mean over 2 r + 1 pixels along rows, then columns; the edge repeats.
fn blurred(plane: &mut [f32], width: usize, height: usize, r: usize, line: &mut Vec<f32>) {
    let weight = 1.0 / (2 * r + 1) as f32;
    let mut pass = |start: usize, step: usize, n: usize| {
        line.clear();
        line.extend((0..n).map(|k| plane[start + k * step]));
        let at = |k: isize| line[k.clamp(0, n as isize - 1) as usize];
        let mut sum: f32 = (-(r as isize)..=r as isize).map(at).sum();
        for k in 0..n {
            plane[start + k * step] = sum * weight;
            sum += at((k + r + 1) as isize) - at(k as isize - r as isize);
        }
    };
    for y in 0..height {
        pass(y * width, 1, width);
    }
    for x in 0..width {
        pass(x, width, height);
    }
}

/// How much of the rim lies along the whole outline towards the light, however the body is curved there: the part of a wide
/// skirt that is seen at a grazing angle is narrower than a pixel.
const BAND: f32 = 0.26;

/// The direction away from a body at a pixel near its outline.
fn outwards(soft: &[f32], (w, h): (usize, usize), (x, y): (usize, usize), lens: &Lens) -> Vec3 {
    let at = |x: usize, y: usize| soft[y.min(h - 1) * w + x.min(w - 1)];
    let across = at(x + 1, y) - at(x.saturating_sub(1), y);
    let down = at(x, y + 1) - at(x, y.saturating_sub(1));
    if across.abs() + down.abs() < 1e-4 {
        return [0.0; 3];
    }
    lens.outward([-across, -down])
}

/// Draws a body into the picture. `small` bodies (a crowd's) go without light wrap. `edges` is the strength of its
/// rim, `glow` the light of its lamps.
#[expect(clippy::too_many_arguments, reason = "what is drawn, where, in which light, and how")]
pub(super) fn body(
    picture: &mut Picture,
    lens: &Lens,
    light: &Light,
    posed: &Posed,
    scratch: &mut Scratch,
    small: bool,
    edges: f32,
    glow: Vec3,
) {
    // About 2.5 pixels at a height of 360.
    let radius = ((lens.height as f32 / 140.0).round() as usize).clamp(1, 8);
    let margin = if small { 0.0 } else { radius as f32 };
    if !scratch.tile.draw(lens, posed, margin) {
        return;
    }
    let Scratch {
        tile,
        cover,
        soft,
        behind,
        line,
    } = scratch;
    let (w, h) = (tile.width, tile.height);
    let eye = match posed.corners.first() {
        Some(corner) => lens.towards(corner.at),
        None => return,
    };
    let wraps = !small && w * h > 24;
    if wraps {
        cover.clear();
        cover.resize(w * h, 0.0);
        for (k, plane) in behind.iter_mut().enumerate() {
            plane.clear();
            for y in 0..h {
                let o = picture.index(tile.left, tile.top + y);
                plane.extend(picture.light[k][o..o + w].iter().map(|v| v.min(4.0)));
            }
            blurred(plane, w, h, radius, line);
        }
    }
    // How much is seen of it, pixel by pixel.
    let seen = |x: usize, y: usize, world: f32| {
        let (mut n, mut normal, mut tone, mut near, mut lamp) = (0.0, [0.0; 3], 0.0, 0.0, 0.0);
        let mut paint = 0;
        for hit in tile.pixel(x, y) {
            if hit.near > 0.0 && 1.0 / hit.near < world * 1.004 + 0.05 {
                n += 1.0;
                normal = add(normal, hit.normal);
                if hit.tone < 0.0 {
                    lamp += -hit.tone;
                } else {
                    tone += hit.tone;
                }
                near += hit.near;
                paint = paint.max(hit.paint);
            }
        }
        (n, normal, tone, near, lamp, paint)
    };
    if wraps {
        for y in 0..h {
            let o = picture.index(tile.left, tile.top + y);
            for x in 0..w {
                cover[y * w + x] = seen(x, y, picture.distance[o + x]).0 * 0.25;
            }
        }
        soft.clear();
        soft.extend_from_slice(cover);
        blurred(soft, w, h, radius, line);
    }
    // Dim lights rim a little more than their share: night is not black.
    let rim_power = (1.0 + 0.6 * light.flare) * (0.75 + 0.4 / (0.35 + luminance(light.key.color)));
    // Most of it against the light, little with it.
    let against = smoothstep(-0.2, 0.95, -dot(light.key.direction, eye));
    let rim_power = rim_power * (0.25 + 0.75 * against) * edges;
    // Around who is small it would be a line drawn around them.
    let rim_power = rim_power * mix(0.18, 1.0, smoothstep(0.22, 0.55, h as f32 / lens.height as f32));
    for y in 0..h {
        let row = picture.index(tile.left, tile.top + y);
        for x in 0..w {
            let o = row + x;
            let (n, normal, tone, near, lamp, paint) = seen(x, y, picture.distance[o]);
            if n == 0.0 {
                continue;
            }
            let (share, distance) = (n * 0.25, n / near);
            let mut normal = unit(normal);
            let mut facing = dot(normal, eye);
            // The inside of a skirt, of a sleeve.
            if facing < -0.25 {
                normal = scaled(normal, -1.0);
                facing = -facing;
            }
            let facing = facing.clamp(0.0, 1.0);
            let albedo = tone / n;
            let towards = dot(normal, light.key.direction);
            let hemisphere = 0.30 + 0.70 * (normal[1] * 0.5 + 0.5);
            let lit = albedo * towards.max(0.0);
            // A thin edge of light, only on the side of the light.
            let edge = 1.0 - facing;
            let edge2 = edge * edge;
            let air = exp(-light.fog.density * distance);
            // Only where the outline is: folds and seams within have none.
            let outline = if wraps {
                ((1.0 - soft[y * w + x]) * 2.4 - 0.25).clamp(0.0, 1.0)
            } else {
                0.45
            };
            let mut rim = edge2 * smoothstep(-0.35, 0.60, towards);
            if wraps {
                // What peeps out behind the outline on the side away from the light is no rim.
                let out = outwards(soft, (w, h), (x, y), lens);
                let side = smoothstep(-0.35, 0.60, dot(out, light.key.direction));
                rim = (rim * side).max(BAND * side);
            }
            let rim = rim * 1.9 * outline * rim_power;
            let mut c: Vec3 = std::array::from_fn(|k| {
                light.ambient[k] * albedo * 2.2 * hemisphere + light.key.color[k] * (lit + rim * air)
            });
            let coat = posed.coats.get(usize::from(paint).wrapping_sub(1));
            let (mut air, mut share) = (air, share);
            let mut glow = glow;
            if let Some(coat) = coat {
                let mut facet = Facet {
                    normal,
                    eye,
                    facing,
                    tone: albedo,
                };
                if let Some(stand) = posed.stand.as_ref().filter(|_| coat.grain > 0.0) {
                    let [x, y] = [tile.left + x, tile.top + y].map(|at| at as f32 + 0.5);
                    let place = stand.back(lens.unproject([x, y], distance));
                    mottle(&mut facet, coat.grain, place, lens.scale * stand.size / distance);
                }
                c = painted(coat, light, &facet, posed.spot);
                for (c, key) in c.iter_mut().zip(light.key.color) {
                    *c += key * rim * air * 0.6;
                }
                // A named colour is not lost in the mist.
                air = mix(air, 1.0, if coat.named { PIERCES } else { 0.4 * PIERCES });
                if coat.paint.finish == Finish::Ghostly {
                    share *= 0.35 + 0.45 * edge;
                }
                if lamp > 0.0 && !coat.named {
                    let lamp = coat.paint.lamp();
                    let power = luminance(glow) / luminance(lamp).max(0.3);
                    glow = scale3(lamp, power.min(1.2));
                }
            }
            if wraps {
                let p = y * w + x;
                let open = ((1.0 - soft[p]) * 1.5 - 0.15).clamp(0.0, 1.0);
                let leaks = if coat.is_some() { 0.10 } else { 0.30 };
                for (c, plane) in c.iter_mut().zip(behind.iter()) {
                    *c += plane[p] * open * leaks;
                }
            }
            if lamp > 0.0 {
                c = mix3(c, glow, (lamp / n).min(1.0));
            }
            let aired = mix3(light.fog.color, c, air);
            for (plane, aired) in picture.light.iter_mut().zip(aired) {
                plane[o] = mix(plane[o], aired, share);
            }
            if n > 2.0 {
                picture.distance[o] = picture.distance[o].min(distance);
            }
        }
    }
}

/// A body's shadow, thrown along the key light onto a level, and the dark where it touches it.
pub(super) fn shadow(
    picture: &mut Picture,
    lens: &Lens,
    light: &Light,
    posed: &Posed,
    level: f32,
    height: f32,
    scratch: &mut Scratch,
) {
    let Surface::Ground { wet } = light.surface else {
        return;
    };
    let sun = light.key.direction;
    let strength = {
        let (key, ambient) = (luminance(light.key.color), luminance(light.ambient));
        let direct = key * sun[1].max(0.06);
        (direct / (direct + ambient * 0.8).max(1e-4)).min(1.0) * 0.72 * (1.0 - 0.5 * wet)
    };
    if sun[1] > 0.01 && strength > 0.02 {
        // Not longer than four times the height.
        let fall = sun[1].max(0.24);
        let mut flat = posed.clone();
        for corner in &mut flat.corners {
            let up = (corner.at[1] - level).max(0.0);
            corner.at = [
                corner.at[0] - sun[0] / fall * up,
                level + 0.004,
                corner.at[2] - sun[2] / fall * up,
            ];
            // How far it is thrown: there it is softer and paler.
            corner.tone = up / height.max(0.1);
        }
        if scratch.tile.draw(lens, &flat, 0.0) {
            let (w, h) = (scratch.tile.width, scratch.tile.height);
            let cover = &mut scratch.cover;
            cover.clear();
            cover.resize(w * h, 0.0);
            for y in 0..h {
                for x in 0..w {
                    let o = picture.index(scratch.tile.left + x, scratch.tile.top + y);
                    let world = picture.distance[o];
                    let mut sum = 0.0;
                    for hit in scratch.tile.pixel(x, y) {
                        if hit.near > 0.0 {
                            let d = 1.0 / hit.near;
                            if (d - world).abs() < 0.04 * world + 0.3 {
                                sum += 1.0 - 0.7 * hit.tone.min(1.0);
                            }
                        }
                    }
                    cover[y * w + x] = sum * 0.25;
                }
            }
            let radius = ((lens.height as f32 / 300.0).round() as usize).clamp(1, 4);
            blurred(cover, w, h, radius, &mut scratch.line);
            for y in 0..h {
                for x in 0..w {
                    let dark = cover[y * w + x] * strength;
                    if dark > 0.003 {
                        let o = picture.index(scratch.tile.left + x, scratch.tile.top + y);
                        let air = exp(-light.fog.density * picture.distance[o]);
                        for k in 0..3 {
                            picture.light[k][o] *= 1.0 - dark * air;
                        }
                    }
                }
            }
        }
    }
}

/// The dark right under what touches the ground at a place: an ellipse `size` metres wide.
pub(super) fn contact(picture: &mut Picture, lens: &Lens, light: &Light, at: Vec3, size: f32, strength: f32) {
    let [cx, cy, depth] = lens.project(at);
    if depth < 0.5 || light.surface == Surface::None {
        return;
    }
    let across = lens.scale / depth * size * 0.5;
    let back = lens.project(add(at, scaled(lens.axis(), size * 0.5)));
    let front = lens.project(sub(at, scaled(lens.axis(), size * 0.5)));
    let along = ((back[1] - front[1]).abs() * 0.5).max(0.6);
    let (x0, x1) = (
        (cx - across).max(0.0) as usize,
        (cx + across + 1.0).clamp(0.0, lens.width as f32) as usize,
    );
    let (y0, y1) = (
        (cy - along).max(0.0) as usize,
        (cy + along + 1.0).clamp(0.0, lens.height as f32) as usize,
    );
    let air = exp(-light.fog.density * depth);
    for y in y0..y1 {
        for x in x0..x1 {
            let (dx, dy) = ((x as f32 + 0.5 - cx) / across.max(0.5), (y as f32 + 0.5 - cy) / along);
            let r = dx * dx + dy * dy;
            if r < 1.0 {
                let o = picture.index(x, y);
                if (picture.distance[o] - depth).abs() < 0.06 * depth + size {
                    let dark = (1.0 - r) * (1.0 - r) * strength * air;
                    for k in 0..3 {
                        picture.light[k][o] *= 1.0 - dark;
                    }
                }
            }
        }
    }
}

/// The mirror image on wet ground or water: `posed` is mirrored already. It is broken by ripples, and goes with the
/// distance from the feet.
pub(super) fn mirror(
    picture: &mut Picture,
    lens: &Lens,
    light: &Light,
    posed: &Posed,
    feet: Vec3,
    height: f32,
    scratch: &mut Scratch,
) {
    let (share, ripple) = match light.surface {
        Surface::Ground { wet } if wet > 0.04 => (wet * 0.9, 0.02),
        Surface::Water { ripple } => (0.78, ripple),
        _ => return,
    };
    if !scratch.tile.draw(lens, posed, 0.0) {
        return;
    }
    let (w, h) = (scratch.tile.width, scratch.tile.height);
    let [_, foot_y, depth] = lens.project(feet);
    let metre = lens.scale / depth.max(0.5);
    let cover = &mut scratch.cover;
    cover.clear();
    cover.resize(w * h, 0.0);
    for y in 0..h {
        for x in 0..w {
            let hits = scratch.tile.pixel(x, y);
            cover[y * w + x] = hits.iter().filter(|hit| hit.near > 0.0).count() as f32 * 0.25;
        }
    }
    blurred(cover, w, h, 1, &mut scratch.line);
    let air = exp(-light.fog.density * depth);
    let dark = scale3(mix3(light.ambient, light.fog.color, 0.25), 0.10);
    for y in 0..h {
        let py = scratch.tile.top + y;
        let below = (py as f32 - foot_y) / metre.max(1e-3);
        // Ripples nearer to the eye are larger.
        let wave = |k: f32, p: f32| sin(py as f32 / metre * k * 9.0 + light.secs * (1.3 + k) + p);
        let swing = (wave(1.0, 0.0) + 0.6 * wave(2.3, 1.0) + 0.4 * wave(5.1, 2.0)) * ripple * below.max(0.0);
        let shift = swing * metre * 0.9;
        let gap = smoothstep(0.2, 1.0, below / height.max(0.1));
        for x in 0..w {
            let from = x as f32 + shift;
            let (k, t) = (from.floor(), from - from.floor());
            let at = |k: f32| {
                if k >= 0.0 && k < w as f32 {
                    cover[y * w + k as usize]
                } else {
                    0.0
                }
            };
            let c = mix(at(k), at(k + 1.0), t);
            if c < 0.004 {
                continue;
            }
            let o = picture.index(scratch.tile.left + x, py);
            // Only on the surface: nothing that stands before it.
            if picture.distance[o] < depth * light.nearest || picture.distance[o] > depth * 1.15 + 0.5 {
                continue;
            }
            let broken = 1.0 - gap * (0.35 + 0.4 * (ripple * 4.0).min(1.0));
            let a = c * share * broken * air;
            for (plane, dark) in picture.light.iter_mut().zip(dark) {
                plane[o] = mix(plane[o], dark + plane[o] * 0.22, a);
            }
        }
    }
}
