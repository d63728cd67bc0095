//! The shell of a corridor: its walls, ceiling and floor, lit from the far end.

use super::super::{
    canvas::{Canvas, Shape},
    look::Look,
    plan::{Floor, Plane, Portal, SetPlan, Stand},
};
use super::hall::{Hall, Wall};
use crate::design::Oklch;

/// The plan that corridors share: the far end, the floor, the sides, and what is close by. The floor comes before the
/// sides, because it mirrors what is behind it and must not mirror onto the walls.
pub fn plan(look: &Look, horizon: f32, portal: Portal, planes: [Plane; 4]) -> SetPlan {
    let a = look.aspect;
    let stand = |y, scale| Stand {
        plane: "sides",
        y,
        x: [-0.38 * a, 0.38 * a],
        scale,
        floor: Floor::Wet,
    };
    SetPlan {
        horizon,
        indoors: true,
        planes: planes.to_vec(),
        stands: vec![stand(0.4, 1.0), stand(0.32, 0.78), stand(0.455, 1.1)],
        air: [-0.34 * a, -0.34, 0.34 * a, -0.06],
        air_plane: "sides",
        heavens: [-0.2 * a, -0.42, 0.2 * a, -0.3],
        heavens_plane: "end",
        portal,
    }
}

/// The corridor's box around the portal at its end.
pub fn hall(c: &Canvas, top: f32) -> Hall {
    let portal = c.plan.portal;
    let half = portal.height * portal.ratio() * 0.5 + 0.045;
    let wide = c.right() + 0.12;
    let [x, floor] = [portal.at[0], c.plan.horizon];
    Hall {
        far: [x - half, top, x + half, floor],
        near: [-wide, top * 3.6, wide, 0.7],
    }
}

/// The whole picture in the end wall's colour, brightest around the portal.
pub fn end(c: &mut Canvas, local: Oklch) {
    let (lit, shade) = (c.look.lit(local, 0.6), c.look.shade(local, 0.4));
    let (l, t) = (c.left(), c.top());
    let all = Shape::rect([l, t, -2.0 * l, -2.0 * t]);
    let at = c.plan.portal.at;
    c.fill_round(&all, at, 0.6, &[lit.ink(), lit.mix(shade, 0.5).ink(), shade.ink()]);
}

/// The long walls and the ceiling; light fades towards the viewer.
pub fn sides(c: &mut Canvas, hall: &Hall, wall: Oklch, ceiling: Oklch) {
    let tone = |c: &Canvas, local: Oklch| {
        [
            c.look.under(local, 0.5, 0.95).ink(),
            c.look.under(local, 0.3, 0.6).ink(),
            c.look.under(local, 0.1, 0.3).ink(),
        ]
    };
    let inks = tone(c, ceiling);
    let roof = Shape::polygon(&hall.level(0.0, [0.0, 1.0], [-0.02, 1.0]));
    let top = c.top();
    c.fill_line(&roof, [0.0, hall.far[1]], [0.0, top], &inks);
    let inks = tone(c, wall);
    for side in Wall::BOTH {
        let face = Shape::polygon(&hall.wall(side, [-0.02, 1.0], [0.0, 1.0]));
        let (far, near) = (hall.at(side.u(0.0), 0.0, 1.0)[0], side.side() * 0.5 * c.look.aspect);
        c.fill_line(&face, [far, 0.0], [near, 0.0], &inks);
    }
}

/// The floor with the portal's light on it; `polish` 0 to 1.
pub fn floor(c: &mut Canvas, hall: &Hall, local: Oklch, polish: f32) {
    let (far, near) = (c.look.lit(local, 0.4), c.look.under(local, 0.05, 0.3));
    let (top, bottom) = (c.plan.horizon, c.bottom());
    let ground = Shape::polygon(&hall.level(1.0, [-0.3, 1.3], [-0.02, 1.0]));
    c.fill_line(
        &ground,
        [0.0, top],
        [0.0, bottom],
        &[far.ink(), far.mix(near, 0.55).ink(), near.ink()],
    );
    c.mirror(top, bottom, polish, 0.06);
    let light = c.look.lamp(c.look.key.colour);
    let swell = 1.0 + 0.25 * c.now.reactive.bass;
    let x = c.plan.portal.at[0];
    c.puff(
        [x, 0.27],
        [0.24 * swell, 0.15],
        0.0,
        light.screen(0.34 * c.look.key.strength),
    );
}

/// A row of light panels in the ceiling, `count` of them; they shine with the kick.
pub fn panels(c: &mut Canvas, hall: &Hall, u: [f32; 2], count: usize, light: Oklch) {
    let on = c.look.lamps().max(0.45);
    let colour = c.look.lamp(light);
    for i in (0..count).rev() {
        let d = i as f32 / count as f32;
        let beat = (0.85 + 0.25 * c.now.reactive.kick + 0.06 * c.swing(2.0, d)).min(1.1) * on;
        let quad = hall.level(0.004, u, [d + 0.012, d + 0.5 / count as f32]);
        c.fill(
            &Shape::polygon(&quad),
            colour.alpha(beat.min(1.0)).shining(0.75 * beat.min(1.0)),
        );
        let at = hall.at((u[0] + u[1]) / 2.0, 0.0, d + 0.1);
        let size = hall.size(d + 0.1);
        c.glow(at, 0.5 * size, colour.screen(0.22 * beat));
        c.puff(
            hall.at(0.5, 1.0, d + 0.1),
            [0.5 * size, 0.07 * size],
            0.0,
            colour.screen(0.22 * beat),
        );
    }
}
