//! Props on the stage: how they move with the music, their shadows and reflections, and laying them down.

use super::super::design::Place;
use super::{
    canvas::Canvas,
    chance::smoothstep,
    layout::Actor,
    plan::Floor,
    sprite::{Coat, Sprite},
};

/// How a prop is bent at a moment: all in its own frame, feet at the origin, its height 1.
#[derive(Debug, Clone, Copy)]
struct Pose {
    /// Stretch across and up.
    stretch: [f32; 2],
    /// Lean of its top to the right, in heights.
    lean: f32,
    /// Turn in radians about its middle.
    turn: f32,
    /// Shift in heights.
    shift: [f32; 2],
}

impl Pose {
    fn of(actor: &Actor, canvas: &Canvas) -> Self {
        let now = &canvas.now.reactive;
        let calm = 1.0 - 0.7 * now.calm.clamp(0.0, 1.0);
        // Down with the hit, over the rest and back: a spring from one envelope.
        let hit = now.kick.clamp(0.0, 1.6);
        let share = if actor.hero { 1.0 } else { 0.55 };
        let spring = share * 0.13 * (-hit * hit + 1.1 * hit * (1.0 - hit).max(0.0));
        let breath = 0.012 * canvas.swing(2.0, actor.phase) * calm;
        let crowd = if actor.copy > 0 {
            0.78 + 0.22 * smoothstep(0.05, 0.6, now.loudness + 0.3 * actor.phase)
        } else {
            1.0
        };
        let mut pose = Pose {
            stretch: [(1.0 - 0.8 * spring) * crowd, (1.0 + spring + breath) * crowd],
            lean: 0.035 * canvas.swing(4.0, actor.phase * 0.3) * calm,
            turn: 0.0,
            shift: [0.0, 0.0],
        };
        match (actor.place, actor.floor) {
            (Place::Air, _) => {
                pose.shift = [
                    0.12 * canvas.swing(16.0, actor.phase),
                    0.06 * canvas.swing(4.0, actor.phase) * calm,
                ];
                pose.turn = 0.07 * canvas.swing(4.0, actor.phase + 0.2) * calm;
                pose.lean = 0.0;
            }
            (Place::Heavens, _) => {
                pose.shift = [0.0, 0.012 * canvas.swing(16.0, actor.phase)];
                pose.turn = 0.03 * canvas.swing(8.0, actor.phase);
                pose.lean = 0.0;
            }
            (_, Floor::Void) => {
                pose.shift = [
                    0.05 * canvas.swing(16.0, actor.phase),
                    0.045 * canvas.swing(8.0, actor.phase),
                ];
                pose.turn = 0.12 * canvas.swing(16.0, actor.phase);
                pose.lean = 0.0;
            }
            (_, Floor::Water) => {
                pose.shift = [0.0, 0.02 * canvas.swing(4.0, actor.phase) * (1.0 + now.bass)];
                pose.turn = 0.05 * canvas.swing(4.0, actor.phase + 0.25) * (1.0 + 0.6 * now.bass);
                pose.lean = 0.0;
            }
            _ => {
                // A small hop on each beat while there is music in the middle.
                let hop = (canvas.cycle(1.0, actor.phase * 0.12) * std::f32::consts::PI).sin();
                pose.shift[1] = -0.035 * hop * now.mid.min(1.2) * calm;
            }
        }
        pose
    }

    /// The unit square (0, 0 top left) to stage units.
    fn place(&self, actor: &Actor) -> [f32; 6] {
        let (w, h) = (actor.width * self.stretch[0], actor.height * self.stretch[1]);
        let mirror = if actor.mirrored { -1.0 } else { 1.0 };
        let (sin, cos) = self.turn.sin_cos();
        // x and y of the prop before its turn, from its feet.
        let (ux, vx, kx) = (w * mirror, -self.lean * h, -0.5 * w * mirror + self.lean * h);
        let (vy, ky) = (h, -h);
        let middle = -0.5 * h;
        let at = [
            actor.at[0] + self.shift[0] * actor.height,
            actor.at[1] + self.shift[1] * actor.height,
        ];
        [
            cos * ux,
            cos * vx - sin * vy,
            cos * kx - sin * (ky - middle) + at[0],
            sin * ux,
            sin * vx + cos * vy,
            sin * kx + cos * (ky - middle) + middle + at[1],
        ]
    }
}

/// Draws a prop with what it does to its floor.
pub fn draw(actor: &Actor, sprite: &Sprite, canvas: &mut Canvas) {
    if actor.height * canvas.pixels_per_unit() < 2.0 {
        return;
    }
    let pose = Pose::of(actor, canvas);
    match actor.floor {
        Floor::Void => {}
        Floor::Land => shadow(actor, &pose, sprite, canvas, 1.0),
        Floor::Wet => {
            shadow(actor, &pose, sprite, canvas, 0.55);
            reflection(actor, &pose, sprite, canvas, (0.34, 0.4));
        }
        Floor::Water => {
            reflection(actor, &pose, sprite, canvas, (0.55, 1.0));
            let dark = canvas.look.silhouette(0.1);
            canvas.puff(
                actor.at,
                [actor.width * 0.55, actor.width * 0.06],
                0.2,
                dark.alpha(0.45),
            );
        }
    }
    let now = canvas.now.reactive;
    if actor.hero && now.kick > 0.04 && matches!(actor.floor, Floor::Land | Floor::Wet) {
        // Each kick sends a ring over the ground.
        let out = actor.width * (0.55 + 0.5 * (1.0 - now.kick.min(1.0)));
        let ring = canvas.accent().screen(0.4 * now.kick.min(1.0));
        canvas.halo(actor.at, [out, out * 0.22], 0.3, ring);
    }
    // The rim flares in the light's colour, the hero's with some of the accent.
    let tint = if actor.hero { 0.3 } else { 0.0 };
    let flare = canvas
        .look
        .lamp(canvas.look.key.colour)
        .mix(canvas.accent(), tint)
        .srgb();
    let strength = 255.0 * (0.16 + 0.75 * now.snare.min(1.3)) * if actor.hero { 1.0 } else { 0.6 };
    let coat = Coat::Lit {
        flare: flare.map(|v| v * strength),
    };
    let map = to_pixels(canvas, pose.place(actor));
    let hold = if actor.hero { 255 } else { 170 };
    lay(canvas, sprite, map, (coat, 0.0), (1.0, hold), |_| 0.0);
    if actor.floor == Floor::Water {
        // The waterline laps over the hull.
        let foam = canvas.look.words(canvas.look.haze.lighter(0.08));
        let lap = 0.003 * canvas.swing(4.0, actor.phase);
        let at = [actor.at[0], actor.at[1] + 0.002 + lap];
        canvas.puff(
            at,
            [actor.width * 0.5, 0.006 + actor.height * 0.012],
            0.4,
            foam.alpha(0.5),
        );
        canvas.rings([actor.at[0], actor.at[1] + 0.006], actor.width * 0.8, 0.3);
    }
}

fn shadow(actor: &Actor, pose: &Pose, sprite: &Sprite, canvas: &mut Canvas, strength: f32) {
    let key = canvas.look.key;
    let hard = strength * (0.25 + 0.5 * key.strength.min(1.0)) * if canvas.look.weather_is_dull() { 0.55 } else { 1.0 };
    let lifted = (-pose.shift[1] * 8.0).clamp(0.0, 0.5);
    canvas.contact_shadow(
        actor.at,
        actor.width * (1.0 - 0.3 * lifted),
        0.62 * strength * (1.0 - 0.5 * lifted),
    );
    // Falls towards the viewer and away from the light; long when the light is low.
    let up = (actor.at[1] - key.at[1]).max(0.12);
    let long = (0.26 / up).clamp(0.18, 0.55);
    let skew = ((actor.at[0] - key.at[0]) / up * 0.55).clamp(-1.1, 1.1);
    let mut flat = *pose;
    flat.shift[1] = 0.0;
    flat.turn = 0.0;
    let [a, b, c, d, e, f] = flat.place(actor);
    let y0 = actor.at[1];
    // Each point's height above the feet becomes a way along the ground.
    let (dd, ee, ff) = (-d, -e, y0 - f);
    let map = [
        a + dd * skew,
        b + ee * skew,
        c + ff * skew,
        dd * long,
        ee * long,
        y0 + ff * long,
    ];
    let dark = canvas.look.silhouette(0.0).darker(0.05).srgb().map(|v| v * 255.0);
    let map = to_pixels(canvas, map);
    lay(canvas, sprite, map, (Coat::Shape(dark), 2.0), (0.5 * hard, 0), |_| 0.0);
}

fn reflection(actor: &Actor, pose: &Pose, sprite: &Sprite, canvas: &mut Canvas, (strength, ripple): (f32, f32)) {
    let [a, b, c, d, e, f] = pose.place(actor);
    let y0 = actor.at[1];
    let map = to_pixels(canvas, [a, b, c, -d * 0.92, -e * 0.92, y0 + (y0 - f) * 0.92]);
    let foot = canvas.view.apply([0.0, f64::from(y0)])[1] as f32;
    let scale = canvas.pixels_per_unit();
    let (time, slow) = (canvas.turn(2.0, actor.phase), canvas.turn(8.0, 0.0));
    let shift = move |y: f32| {
        let below = (y - foot).max(0.0) / scale;
        let wave = (below * 150.0 - time).sin() * 0.6 + (below * 64.0 + slow).sin() * 0.4;
        wave * ripple * (0.002 + below * 0.05) * scale
    };
    lay(
        canvas,
        sprite,
        map,
        (Coat::Lit { flare: [0.0; 3] }, 0.7),
        (strength, 0),
        shift,
    );
}

/// Stage units to pixels, for a map from the unit square.
fn to_pixels(canvas: &Canvas, [a, b, c, d, e, f]: [f32; 6]) -> [f32; 6] {
    let view = &canvas.view;
    let (va, vb, vu, vv) = (view.a as f32, view.b as f32, view.u as f32, view.v as f32);
    [
        va * a - vb * d,
        va * b - vb * e,
        va * c - vb * f + vu,
        vb * a + va * d,
        vb * b + va * e,
        vb * c + va * f + vv,
    ]
}

fn lay(
    canvas: &mut Canvas,
    sprite: &Sprite,
    map: [f32; 6],
    coat: (Coat, f32),
    (opacity, hold): (f32, u8),
    bend: impl Fn(f32) -> f32,
) {
    let size = (canvas.pixels.width() as usize, canvas.pixels.height() as usize);
    let layer = canvas.layer;
    let owns = opacity >= 0.99;
    let aux_width = canvas.aux.width() as usize;
    let pixels = canvas.pixels.data_mut();
    let aux = canvas.aux.data_mut();
    sprite.lay(map, size, coat, bend, |x, y, rgb, alpha| {
        let at = (y * size.0 + x) * 4;
        let keep = 1.0 - alpha * opacity;
        for i in 0..3 {
            let v = f32::from(pixels[at + i]) * keep + rgb[i] * opacity;
            pixels[at + i] = (v + 0.5).min(255.0) as u8;
        }
        if owns && alpha > 0.5 && (x | y) & 1 == 0 {
            let at = (y / 2 * aux_width + x / 2) * 4;
            aux[at] = layer;
            aux[at + 1] = 0;
            aux[at + 2] = hold;
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn feet_stay_where_they_stand_however_the_body_bends() {
        let actor = Actor {
            prop: 0,
            copy: 0,
            at: [0.3, 0.4],
            height: 0.35,
            width: 0.2,
            mirrored: true,
            plane: 0,
            floor: Floor::Land,
            place: Place::Ground,
            hero: true,
            phase: 0.2,
        };
        for (squash, lean) in [(1.0, 0.0), (0.8, 0.05), (1.1, -0.04)] {
            let pose = Pose {
                stretch: [2.0 - squash, squash],
                lean,
                turn: 0.0,
                shift: [0.0, 0.0],
            };
            let [a, b, c, d, e, f] = pose.place(&actor);
            let foot = [a * 0.5 + b + c, d * 0.5 + e + f];
            assert!((foot[0] - 0.3).abs() < 1e-5 && (foot[1] - 0.4).abs() < 1e-5, "{foot:?}");
            let head = a * 0.5 + c - 0.3;
            assert!((head - lean * 0.35 * squash).abs() < 1e-5, "{head}");
        }
    }
}
