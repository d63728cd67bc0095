//! A church: a nave in perspective under its vault; the rose window over the altar is the portal.

use super::super::{
    canvas::{Canvas, Shape},
    chance::Chance,
    look::Look,
    plan::{Floor, Plane, Portal, PortalShape, Rim, SetPlan, Stand},
};
use super::{
    fittings::light_room,
    hall::{Hall, Wall},
};
use crate::colour::oklch;
use crate::design::Oklch;

const FLOOR: f32 = 0.15;
const STONE: Oklch = oklch(0.68, 0.055, 70.0);
const FLAME: Oklch = oklch(0.84, 0.14, 70.0);
/// Where the pillars stand, near to far.
const BAYS: [f32; 6] = [0.06, 0.2, 0.36, 0.55, 0.76, 1.0];

/// Daylight comes through the rose; at night candles light the stone and the rose holds the moon.
pub fn plan(look: &mut Look) -> SetPlan {
    let a = look.aspect;
    let mut chance = Chance::new(look.seed, "church");
    let at = [chance.range(-0.06, 0.06) * a, -0.15];
    let size = 0.26_f32.min(0.42 * a);
    light_room(look, at, [at[0], 0.05], FLAME);
    look.key.at = at;
    look.key.size = size / 2.0;
    look.ambient.1 *= 0.8;
    look.air = 0.4;
    if look.night() {
        look.key.colour = oklch(0.8, 0.11, 262.0);
        look.key.strength = 0.42;
        look.ambient = (oklch(0.52, 0.13, 275.0), 0.42);
    }
    let stand = |y, scale| Stand {
        plane: "floor",
        y,
        x: [-0.36 * a, 0.36 * a],
        scale,
        floor: Floor::Wet,
    };
    SetPlan {
        horizon: FLOOR,
        indoors: true,
        planes: vec![
            Plane::new("apse", 0.8, apse),
            Plane::new("nave", 0.5, nave),
            Plane::new("floor", 0.3, floor),
            Plane::new("front", 0.0, front),
        ],
        stands: vec![stand(0.4, 1.0), stand(0.33, 0.8), stand(0.45, 1.1)],
        air: [-0.3 * a, -0.34, 0.3 * a, -0.04],
        air_plane: "nave",
        heavens: [-0.2 * a, -0.42, 0.2 * a, -0.3],
        heavens_plane: "apse",
        portal: Portal {
            plane: "apse",
            at,
            height: size,
            shape: PortalShape::Disc,
            rim: Rim::Glow(look.key.colour),
            fill: if look.night() {
                oklch(0.55, 0.12, 258.0)
            } else {
                look.accent.mix(look.key.colour, 0.5)
            },
            veil: 0.35,
        },
    }
}

fn hall(c: &Canvas) -> Hall {
    let x = c.plan.portal.at[0];
    let half = c.plan.portal.height * 0.5 + 0.07;
    let wide = c.right() + 0.16;
    Hall {
        far: [x - half, -0.34, x + half, FLOOR],
        near: [-wide, -1.0, wide, 0.68],
    }
}

fn glass(c: &Canvas, hue: f32, power: f32) -> super::super::canvas::Ink {
    let day = 1.0 - 0.72 * c.look.lamps();
    let colour = c.look.lamp(oklch(0.36 + 0.36 * day, 0.16, hue));
    let sparkle = 0.8 + 0.3 * c.now.reactive.hat.min(1.0);
    colour.shining(0.6 * day * power * sparkle)
}

fn apse(c: &mut Canvas) {
    let hall = hall(c);
    let [x, y] = c.plan.portal.at;
    let r = c.plan.portal.height * 0.5;
    let (lit, shade) = (c.look.lit(STONE, 0.6), c.look.shade(STONE, 0.4));
    let dark = shade.darker(0.1);
    let all = Shape::rect([c.left(), c.top(), c.right() * 2.0, c.bottom() * 2.0]);
    c.fill_round(
        &all,
        [x, y],
        0.62,
        &[lit.ink(), lit.mix(dark, 0.6).ink(), dark.ink(), dark.ink()],
    );
    // Rings of glass around the rose.
    let mut chance = c.chance("rose");
    let hue = chance.range(0.0, 360.0);
    c.disc([x, y], r + 0.042, c.look.shade(STONE.darker(0.15), 0.4));
    for i in 0..12 {
        let turn = (i as f32 + 0.5) / 12.0 * std::f32::consts::TAU;
        let at = [x + turn.cos() * (r + 0.022), y + turn.sin() * (r + 0.022)];
        let ink = glass(c, hue + [0.0, 140.0, 220.0][i % 3], 1.0);
        c.disc(at, 0.013, ink);
    }
    // Three lancets and the altar under it.
    let [_, _, _, foot] = hall.far;
    let top = y + r + 0.035;
    for (i, k) in [-1.0_f32, 0.0, 1.0].into_iter().enumerate() {
        let w = r * 0.34;
        let lancet = Shape::arch([x + k * r * 0.62 - w / 2.0, top, w, (foot - top - 0.035).max(0.03)]);
        let ink = glass(c, hue + 50.0 + 120.0 * i as f32, 0.8);
        c.fill(&lancet, ink);
    }
    let cloth = c.look.lit(oklch(0.93, 0.02, 90.0), 0.4);
    c.rect([x - r * 0.85, foot - 0.035, r * 1.7, 0.045], cloth.darker(0.1));
    c.rect([x - r * 0.92, foot - 0.042, r * 1.84, 0.012], cloth);
    for i in 0..6 {
        let k = [-0.8, -0.6, -0.4, 0.4, 0.6, 0.8][i];
        candle(c, [x + k * r, foot - 0.042], 0.022, i as f32 * 0.17);
    }
    c.rays(11, 0.75, 0.09 * c.look.key.strength + 0.05 * c.now.reactive.kick);
}

fn candle(c: &mut Canvas, foot: [f32; 2], tall: f32, phase: f32) {
    let wax = c.look.lit(oklch(0.92, 0.04, 85.0), 0.3);
    let wide = tall * 0.24;
    c.rect([foot[0] - wide / 2.0, foot[1] - tall, wide, tall], wax);
    let flame = c.look.lamp(FLAME);
    let beat = 0.85 + 0.12 * c.swing(1.0, phase) + 0.3 * c.now.reactive.kick;
    let at = [foot[0] + wide * 0.15 * c.swing(2.0, phase), foot[1] - tall - wide * 0.9];
    let on = 0.4 + 0.6 * c.look.lamps();
    c.glow(at, tall * 2.4, flame.screen(0.45 * on * beat).shining(0.25 * on));
    c.fill(
        &Shape::ellipse(at, [wide * 0.4, wide * 0.95 * beat.min(1.3)]),
        flame.lighter(0.1).shining(0.95),
    );
}

fn nave(c: &mut Canvas) {
    let hall = hall(c);
    let spring = |deep: f32| (0.3, deep);
    // The vault: dark webs, lit ribs.
    let web = c.look.shade(STONE.darker(0.08), 0.3);
    for i in (0..BAYS.len() - 1).rev() {
        let (near, far) = (BAYS[i], BAYS[i + 1]);
        let mut vault = Shape::new();
        let p = |u: f32, v: f32, d: f32| hall.at(u, v, d);
        let (a, b, top) = (
            p(0.0, spring(near).0, near),
            p(1.0, spring(near).0, near),
            p(0.5, -0.28, near),
        );
        let (a2, b2, top2) = (
            p(0.0, spring(far).0, far),
            p(1.0, spring(far).0, far),
            p(0.5, -0.28, far),
        );
        vault
            .start(a[0], a[1])
            .curve(a[0], top[1], top[0], top[1])
            .curve(b[0], top[1], b[0], b[1]);
        vault
            .to(b2[0], b2[1])
            .curve(b2[0], top2[1], top2[0], top2[1])
            .curve(a2[0], top2[1], a2[0], a2[1])
            .close();
        let t = i as f32 / 4.0;
        let lit = c.look.under(STONE, 0.2 + 0.3 * t, 0.2 + 0.35 * t);
        c.fill(&vault, web.mix(lit, 0.35 + 0.5 * t));
        side_bays(c, &hall, [near, far]);
        let mut rib = Shape::new();
        rib.start(a[0], a[1])
            .curve(a[0], top[1], top[0], top[1])
            .curve(b[0], top[1], b[0], b[1]);
        let wide = 0.05 * hall.size(near);
        c.stroke(&rib, wide, c.look.under(STONE, 0.3 * near, 0.5));
        for wall in Wall::BOTH {
            pillar(c, &hall, wall, near);
        }
    }
}

/// The wall between two pillars: an arch into the dark aisle with a tall coloured window.
fn side_bays(c: &mut Canvas, hall: &Hall, [near, far]: [f32; 2]) {
    for wall in Wall::BOTH {
        let u = wall.u(0.0);
        let depth = 0.1 + 0.45 * far;
        let face = Shape::polygon(&hall.wall(wall, [near, far], [0.0, 1.0]));
        c.fill(&face, c.look.under(STONE.darker(0.04), depth, 0.2 + 0.4 * far));
        let at = |k: f32| near + (far - near) * k;
        let arch = |k0: f32, k1: f32, top: f32, spring: f32, foot: f32| {
            let mut s = Shape::new();
            let p = |v: f32, k: f32| hall.at(u, v, at(k));
            let (a, b, peak) = (p(spring, k0), p(spring, k1), p(top, (k0 + k1) / 2.0));
            let (low_a, low_b) = (p(foot, k0), p(foot, k1));
            s.start(low_a[0], low_a[1])
                .to(a[0], a[1])
                .curve(a[0], peak[1], peak[0], peak[1]);
            s.curve(b[0], peak[1], b[0], b[1]).to(low_b[0], low_b[1]).close();
            s
        };
        c.fill(
            &arch(0.1, 0.9, 0.4, 0.55, 1.0),
            c.look.silhouette(0.25 + 0.3 * far).mix(c.look.shade(STONE, 0.3), 0.25),
        );
        let hue = [210.0, 20.0, 80.0, 290.0, 150.0][(near * 23.0) as usize % 5] + wall.side() * 30.0;
        let ink = glass(c, hue, 0.8);
        c.fill(&arch(0.32, 0.68, 0.47, 0.55, 0.8), ink);
        let lamp = hall.at(wall.u(0.05), 0.62, at(0.5));
        let size = hall.size(at(0.5));
        let light = c.look.lamp(oklch(0.7, 0.14, hue));
        c.glow(lamp, 0.3 * size, light.screen(0.25 * (1.0 - 0.7 * c.look.lamps())));
    }
}

fn pillar(c: &mut Canvas, hall: &Hall, wall: Wall, deep: f32) {
    let size = hall.size(deep);
    let [x, top] = hall.at(wall.u(0.0), 0.3, deep);
    let [_, foot] = hall.at(wall.u(0.0), 1.0, deep);
    let w = 0.13 * size;
    let (lit, shade) = (
        c.look.under(STONE, 0.45 * deep, 0.9),
        c.look.shade(STONE.darker(0.1), 0.3 * deep),
    );
    let inner = x - wall.side() * w / 2.0;
    let inks = [lit.ink(), lit.mix(shade, 0.6).ink(), shade.ink()];
    let shaft = |l: f32, y: f32, w: f32, h: f32| Shape::rect([l, y, w, h]);
    let outer = x + wall.side() * w / 2.0;
    c.fill_line(
        &shaft(x - w / 2.0, top, w, foot - top),
        [inner, 0.0],
        [outer, 0.0],
        &inks,
    );
    for (y, h) in [(top - 0.03 * size, 0.07 * size), (foot - 0.06 * size, 0.07 * size)] {
        c.fill_line(&shaft(x - w * 0.68, y, w * 1.36, h), [inner, 0.0], [outer, 0.0], &inks);
    }
}

fn floor(c: &mut Canvas) {
    let hall = hall(c);
    let local = oklch(0.56, 0.035, 60.0);
    let (far, near) = (c.look.lit(local, 0.4), c.look.shade(local, 0.1));
    let bottom = c.bottom();
    let ground = Shape::polygon(&hall.level(1.0, [-0.3, 1.3], [0.0, 1.0]));
    c.fill_line(
        &ground,
        [0.0, FLOOR],
        [0.0, bottom],
        &[far.ink(), far.mix(near, 0.6).ink(), near.ink()],
    );
    let mut tiles = Shape::new();
    for i in 0..10 {
        let (d0, d1) = (i as f32 / 10.0, (i as f32 + 1.0) / 10.0);
        for k in 0..5 {
            if (i + k) % 2 == 0 {
                tiles.add_polygon(&hall.level(1.0, [k as f32 * 0.2, k as f32 * 0.2 + 0.2], [d0, d1]));
            }
        }
    }
    c.fill(&tiles, near.alpha(0.28));
    let carpet = oklch(0.46, 0.16, c.look.accent.h.min(40.0));
    let runner = Shape::polygon(&hall.level(1.0, [0.4, 0.6], [0.0, 1.0]));
    let (cf, cn) = (c.look.lit(carpet, 0.3), c.look.under(carpet, 0.05, 0.45));
    c.fill_line(&runner, [0.0, FLOOR], [0.0, bottom], &[cf.ink(), cn.ink()]);
    c.mirror(FLOOR, bottom, 0.16, 0.05);
    let last = hall.deep_at(0.29);
    for i in 0..6 {
        pew(c, &hall, 0.92 - (0.92 - last) * i as f32 / 5.0);
    }
    // The rose lies on the floor as coloured light.
    let day = 1.0 - 0.6 * c.look.lamps();
    let x = c.plan.portal.at[0];
    for (dx, dy, hue) in [
        (-0.09, 0.36, 20.0),
        (0.08, 0.34, 250.0),
        (0.0, 0.41, 85.0),
        (0.14, 0.43, 330.0),
    ] {
        let light = c.look.lamp(oklch(0.7, 0.15, hue));
        let breath = 1.0 + 0.3 * c.now.reactive.bass;
        c.puff([x + dx, dy], [0.13, 0.04], 0.1, light.screen(0.34 * day * breath));
    }
    let light = c.look.lamp(c.look.key.colour);
    for k in [-0.35_f32, 0.1, 0.5] {
        let to = [x + k * 0.6 + 0.03 * c.swing(16.0, k), 0.42];
        c.shaft(
            [x, c.plan.portal.at[1] + c.plan.portal.height * 0.55],
            0.1,
            to,
            0.24,
            light.screen(0.15 * c.look.key.strength),
        );
    }
    c.dust("dust", [x - 0.3, -0.2, x + 0.3, 0.35], 22);
}

fn pew(c: &mut Canvas, hall: &Hall, deep: f32) {
    let size = hall.size(deep);
    let wood = oklch(0.45, 0.075, 52.0);
    let (top, face) = (
        c.look.lit(wood.lighter(0.1), 0.4 * deep),
        c.look.shade(wood, 0.4 * deep),
    );
    for u in [[0.05, 0.37], [0.63, 0.95]] {
        let (l, r) = (hall.at(u[0], 1.0, deep), hall.at(u[1], 1.0, deep));
        let h = 0.14 * size;
        let back = Shape::rounded([l[0], l[1] - h, r[0] - l[0], h], 0.012 * size);
        c.fill_down(&back, &[face.mix(top, 0.5).ink(), face.ink()]);
        c.rect(
            [l[0] - 0.004 * size, l[1] - h, r[0] - l[0] + 0.008 * size, 0.02 * size],
            top,
        );
    }
}

/// The backs of the last pews, and tall candles, dark before the nave.
fn front(c: &mut Canvas) {
    let ink = c.look.silhouette(0.0);
    let a = c.look.aspect;
    let shake = 0.003 * c.now.reactive.snare;
    let mut wood = Shape::new();
    for side in [-1.0_f32, 1.0] {
        let (l, r) = (side * 0.2 * a, side * 0.7 * a);
        wood.add_rect([l.min(r), 0.455 + shake, (r - l).abs(), 0.03]);
        wood.add_rect([l.min(r), 0.5 + shake, (r - l).abs(), 0.2]);
        wood.add_ellipse([l, 0.455 + shake], [0.022, 0.03]);
        wood.add_rect([l - 0.02, 0.455 + shake, 0.04, 0.2]);
        let x = side * 0.465 * a;
        wood.add_rect([x - 0.006, 0.2, 0.012, 0.4]);
        wood.add_ellipse([x, 0.2], [0.03, 0.008]);
    }
    c.fill(&wood, ink);
    let rim = c.look.lamp(c.look.key.colour);
    for side in [-1.0_f32, 1.0] {
        let (l, r) = (side * 0.22 * a, side * 0.6 * a);
        c.line([l, 0.456 + shake], [r, 0.456 + shake], 0.003, rim.screen(0.35));
        for (i, dx) in [-0.018_f32, 0.0, 0.018].into_iter().enumerate() {
            candle(
                c,
                [side * 0.465 * a + dx, 0.195],
                0.04 + 0.012 * (i % 2) as f32,
                i as f32 * 0.3 + side * 0.1,
            );
        }
    }
}
