//! A bedroom: its window is the portal, by day the light falls through it, at night a lamp and fairy lights glow.

use super::super::{
    canvas::{Canvas, Shape},
    chance::Chance,
    look::Look,
    plan::{Floor, Plane, Portal, PortalShape, Rim, SetPlan, Stand},
};
use super::fittings::{bulbs, curtain, light_room};
use crate::colour::oklch;
use crate::design::Oklch;

const FLOOR: f32 = 0.2;
const LAMP: Oklch = oklch(0.84, 0.12, 70.0);

/// The window is off centre; the bed stands on the other side, with its lamp.
pub fn plan(look: &mut Look) -> SetPlan {
    let a = look.aspect;
    let mut chance = Chance::new(look.seed, "bedroom");
    let side = if chance.happens(0.5) { 1.0 } else { -1.0 };
    let size = 0.29_f32.min(0.46 * a);
    let at = [side * 0.13 * a, -0.14];
    let lamp = [at[0] - side * (size * 0.53 + 0.12), -0.1];
    light_room(look, at, lamp, LAMP);
    let stand = |y, scale| Stand {
        plane: "room",
        y,
        x: [-0.4 * a, 0.4 * a],
        scale,
        floor: Floor::Land,
    };
    SetPlan {
        horizon: FLOOR,
        indoors: true,
        planes: vec![
            Plane::new("wall", 0.7, wall),
            Plane::new("drapes", 0.6, drapes),
            Plane::new("room", 0.35, room),
            Plane::new("front", 0.0, front),
        ],
        stands: vec![stand(0.41, 1.0), stand(0.36, 0.85), stand(0.46, 1.1)],
        air: [-0.38 * a, -0.36, 0.38 * a, -0.05],
        air_plane: "drapes",
        heavens: [-0.38 * a, -0.4, 0.38 * a, -0.28],
        heavens_plane: "wall",
        portal: Portal {
            plane: "wall",
            at,
            height: size,
            shape: PortalShape::Rounded(1.05, 0.02),
            rim: Rim::Frame(oklch(0.92, 0.015, 85.0), 0.018),
            fill: look.sky[1].mix(look.sky[2], 0.5),
            veil: 0.25,
        },
    }
}

fn paper(c: &Canvas) -> Oklch {
    let mut chance = c.chance("paper");
    chance.pick(&[
        oklch(0.66, 0.07, 265.0),
        oklch(0.68, 0.07, 235.0),
        oklch(0.72, 0.07, 10.0),
        oklch(0.68, 0.08, 305.0),
    ])
}

fn wall(c: &mut Canvas) {
    let local = paper(c);
    let (near, far) = (c.look.lit(local, 0.3), c.look.shade(local, 0.3));
    let (l, t, wide) = (c.left(), c.top(), c.right() * 2.0);
    let all = Shape::rect([l, t, wide, c.bottom() * 2.0]);
    let light = c.look.key.at;
    c.fill_round(&all, light, 0.75, &[near.ink(), near.mix(far, 0.5).ink(), far.ink()]);
    // Broad stripes, hardly seen.
    let mut stripes = Shape::new();
    let n = (wide / 0.16) as usize;
    for i in 0..=n {
        stripes.add_rect([l + i as f32 * 0.16, t, 0.08, FLOOR - t]);
    }
    c.fill(&stripes, far.alpha(0.16));
    let skirting = c.look.under(oklch(0.9, 0.02, 85.0), 0.3, 0.5);
    c.rect([l, FLOOR - 0.035, wide, 0.035], skirting);
    pictures(c);
}

/// Posters without words, and a shelf.
fn pictures(c: &mut Canvas) {
    let a = c.look.aspect;
    let mut chance = c.chance("pictures");
    let side = -c.plan.portal.at[0].signum();
    for (i, (x, y, w, h)) in [
        (0.17_f32, -0.24_f32, 0.1_f32, 0.14_f32),
        (0.27, -0.18, 0.09, 0.11),
        (0.38, -0.25, 0.11, 0.15),
    ]
    .into_iter()
    .enumerate()
    {
        let k = (a / 1.3).min(1.0);
        let (x, w, h) = (side * x * a, w * k, h * k);
        let hue = chance.range(0.0, 360.0);
        let ground = c.look.lit(oklch(0.8, 0.09, hue), 0.35);
        let figure = c.look.lit(oklch(0.55, 0.14, hue + 150.0), 0.35);
        c.rect(
            [x - w / 2.0 - 0.006, y - h / 2.0 + 0.008, w + 0.018, h + 0.008],
            c.look.silhouette(0.4).alpha(0.35),
        );
        c.rect([x - w / 2.0, y - h / 2.0, w, h], ground);
        match i {
            0 => c.disc([x, y - h * 0.05], w * 0.28, figure),
            1 => c.fill(
                &Shape::polygon(&[
                    [x - w * 0.35, y + h * 0.3],
                    [x, y - h * 0.3],
                    [x + w * 0.35, y + h * 0.3],
                ]),
                figure,
            ),
            _ => {
                c.rect([x - w / 2.0, y + h * 0.1, w, h * 0.4], figure);
                c.disc([x, y + h * 0.1], w * 0.22, figure.lighter(0.2));
            }
        }
    }
    let wood = oklch(0.55, 0.08, 60.0);
    let (x, w) = (-side * 0.38 * a, 0.22 * a);
    let y = -0.04;
    let mut things = chance.range(0.0, 1.0);
    let mut at = x - w * 0.45;
    while at < x + w * 0.4 {
        let (bw, bh) = (0.012 + 0.012 * things, 0.05 + 0.03 * chance.unit());
        let book = oklch(0.5 + 0.2 * things, 0.11, 360.0 * chance.unit());
        c.rect([at, y - bh, bw * 0.92, bh], c.look.lit(book, 0.35));
        at += bw;
        things = chance.unit();
    }
    c.rect([x - w / 2.0, y, w, 0.014], c.look.lit(wood, 0.3));
    c.rect([x - w / 2.0, y + 0.014, w, 0.014], c.look.silhouette(0.35).alpha(0.35));
}

fn drapes(c: &mut Canvas) {
    let [x, y] = c.plan.portal.at;
    let (h, w) = (c.plan.portal.height, c.plan.portal.height * c.plan.portal.ratio());
    // Crossbars would cut the portal: the frame, a sill and the drapes make it a window.
    let white = oklch(0.92, 0.015, 85.0);
    let (lit, shade) = (c.look.lit(white, 0.3), c.look.shade(white, 0.3));
    c.rect([x - w / 2.0 - 0.035, y + h / 2.0 + 0.008, w + 0.07, 0.018], lit);
    c.rect([x - w / 2.0 - 0.025, y + h / 2.0 + 0.026, w + 0.05, 0.014], shade);
    let cloth = c.look.accent.mix(oklch(0.75, 0.1, 60.0), 0.35);
    let inks = [c.look.under(cloth, 0.25, 0.9), c.look.shade(cloth, 0.25)];
    for side in [-1.0_f32, 1.0] {
        let edge = x + side * (w / 2.0 + 0.004);
        curtain(
            c,
            [edge, edge + side * 0.085],
            [y - h / 2.0 - 0.045, FLOOR - 0.02],
            4,
            inks,
        );
    }
    let rod = c.look.lit(oklch(0.5, 0.08, 70.0), 0.3);
    let top = y - h / 2.0 - 0.05;
    c.line([x - w / 2.0 - 0.12, top], [x + w / 2.0 + 0.12, top], 0.012, rod);
    c.disc([x - w / 2.0 - 0.12, top], 0.012, rod);
    c.disc([x + w / 2.0 + 0.12, top], 0.012, rod);
    // Outside light glows around the pane.
    let sky = c.look.lamp(c.look.sky[2]);
    c.glow([x, y], w * 0.95, sky.screen(0.3 * (1.0 - 0.7 * c.look.lamps())));
    let (l, r) = (c.left(), c.right());
    bulbs(c, [l, -0.38], [0.0, -0.43], 0.03, (9, 0.006), &[75.0, 60.0, 85.0]);
    bulbs(c, [0.0, -0.43], [r, -0.38], 0.03, (9, 0.006), &[75.0, 60.0, 85.0]);
}

fn room(c: &mut Canvas) {
    let (l, wide, bottom) = (c.left(), c.right() * 2.0, c.bottom());
    let wood = oklch(0.6, 0.075, 58.0);
    let (far, near) = (c.look.lit(wood, 0.25), c.look.shade(wood.darker(0.05), 0.05));
    c.fill_line(
        &Shape::rect([l, FLOOR, wide, bottom - FLOOR]),
        [0.0, FLOOR],
        [0.0, 0.6],
        &[far.ink(), far.mix(near, 0.5).ink(), near.ink()],
    );
    let [px, _] = c.plan.portal.at;
    let mut boards = Shape::new();
    for i in -9..=9 {
        let x = px + i as f32 * 0.1;
        boards.add_taper([x, FLOOR], 0.0015, [px + i as f32 * 0.24, bottom], 0.005);
    }
    c.fill(&boards, near.alpha(0.35));
    rug(c);
    // Window light lies on the floor and hangs in the air.
    let day = (1.0 - c.look.lamps() * 0.75) * c.look.key.strength;
    let light = c.look.lamp(c.look.sky[2].mix(c.look.key.colour, 0.4));
    let w = c.plan.portal.height * c.plan.portal.ratio();
    let slip = -px.signum() * 0.1;
    let patch = Shape::polygon(&[
        [px - w * 0.4 + slip, 0.25],
        [px + w * 0.4 + slip, 0.25],
        [px + w * 0.55 + slip * 2.4, 0.44],
        [px - w * 0.55 + slip * 2.4, 0.44],
    ]);
    c.fill(&patch, light.screen(0.4 * day));
    bed(c);
    let to = [px + slip * 2.0, 0.42];
    let sill = [px, c.plan.portal.at[1] + c.plan.portal.height * 0.6];
    c.shaft(sill, w * 0.9, to, w * 1.2, light.screen(0.28 * day));
    let dust = [px - 0.2, 0.05, px + 0.2, 0.35];
    c.dust("dust", dust, 18);
}

fn rug(c: &mut Canvas) {
    let a = c.look.aspect;
    let at = [c.plan.portal.at[0] * 0.4, 0.405];
    let hue = c.look.accent.h;
    for (k, local) in [
        (1.0, oklch(0.55, 0.11, hue)),
        (0.8, oklch(0.84, 0.04, hue + 30.0)),
        (0.62, oklch(0.62, 0.1, hue + 20.0)),
    ] {
        c.fill(
            &Shape::ellipse(at, [0.27 * a * k, 0.07 * k]),
            c.look.under(local, 0.15, 0.7),
        );
    }
}

/// The bed seen from its side, and a standing lamp at its foot.
fn bed(c: &mut Canvas) {
    let a = c.look.aspect;
    let side = -c.plan.portal.at[0].signum();
    let x = |k: f32| side * k * a;
    let rect = |k0: f32, k1: f32, y: f32, h: f32| {
        let (l, r) = (x(k0).min(x(k1)), x(k0).max(x(k1)));
        [l, y, r - l, h]
    };
    let wood = oklch(0.45, 0.07, 50.0);
    let blanket = paper(c).turn(150.0).vivid(1.3).darker(0.06);
    let (lit, shade) = (c.look.lit(blanket, 0.2), c.look.shade(blanket, 0.15));
    let frame = [c.look.lit(wood, 0.2).ink(), c.look.shade(wood, 0.15).ink()];
    let bed = [x(0.31), 0.34];
    c.contact_shadow(bed, 0.42 * a, 0.5);
    c.fill_down(&Shape::rounded(rect(0.45, 0.49, -0.07, 0.41), 0.02), &frame);
    let cover = Shape::rounded(rect(0.15, 0.47, 0.12, 0.19), 0.04);
    c.fill_line(
        &cover,
        [0.0, 0.17],
        [0.0, 0.31],
        &[lit.lighter(0.04).ink(), lit.mix(shade, 0.6).ink(), shade.ink()],
    );
    c.fill(
        &Shape::rounded(rect(0.15, 0.47, 0.29, 0.04), 0.012),
        c.look.shade(wood, 0.15),
    );
    let linen = c.look.lit(oklch(0.95, 0.015, 90.0), 0.2);
    c.fill_down(
        &Shape::rounded(rect(0.345, 0.45, 0.055, 0.09), 0.04),
        &[linen.ink(), linen.darker(0.14).ink()],
    );
    c.fill(
        &Shape::rounded(rect(0.31, 0.46, 0.118, 0.04), 0.014),
        linen.darker(0.05),
    );
    c.fill_down(&Shape::rounded(rect(0.135, 0.16, 0.08, 0.27), 0.008), &frame);
    let reach = c.plan.portal.height * 0.53 + 0.12;
    let foot = [c.plan.portal.at[0] + side * reach, 0.3];
    c.contact_shadow(foot, 0.08, 0.4);
    let brass = c.look.lit(oklch(0.5, 0.08, 75.0), 0.2);
    c.fill(&Shape::ellipse(foot, [0.036, 0.01]), brass);
    c.line(foot, [foot[0], -0.1], 0.008, brass);
    let on = c.look.lamps();
    let beat = 1.0 + 0.18 * c.now.reactive.kick;
    let light = c.look.lamp(LAMP);
    let lamp = [foot[0], -0.1];
    c.glow(lamp, 0.42, light.screen(0.5 * on * beat));
    let mut hood = Shape::new();
    hood.add_polygon(&[
        [lamp[0] - 0.032, lamp[1] - 0.045],
        [lamp[0] + 0.032, lamp[1] - 0.045],
        [lamp[0] + 0.062, lamp[1] + 0.04],
        [lamp[0] - 0.062, lamp[1] + 0.04],
    ]);
    let off = c.look.lit(oklch(0.85, 0.05, 80.0), 0.2);
    c.fill_down(
        &hood,
        &[
            off.mix(light, on).shining(0.4 * on * beat),
            off.mix(light.lighter(0.08), on).shining(0.8 * on),
        ],
    );
}

/// A plant's leaves on one side and the edge of a desk on the other, both dark.
fn front(c: &mut Canvas) {
    let ink = c.look.silhouette(0.0);
    let a = c.look.aspect;
    let side = c.plan.portal.at[0].signum();
    let foot = [side * 0.49 * a, 0.56];
    let mut chance = c.chance("leaves");
    let mut leaves = Shape::new();
    let shake = 0.01 * c.now.reactive.snare;
    for i in 0..9 {
        let t = i as f32 / 8.0 * 2.0 - 1.0;
        let len = chance.range(0.22, 0.4);
        let angle = t * 1.05 + 0.04 * c.swing(4.0, t) + shake;
        let tip = [foot[0] + angle.sin() * len, foot[1] - angle.cos() * len];
        let mid = [(foot[0] + tip[0]) / 2.0, (foot[1] + tip[1]) / 2.0 - 0.05];
        let out = 0.035;
        leaves
            .start(foot[0], foot[1])
            .curve(mid[0] - out, mid[1], tip[0], tip[1]);
        leaves.curve(mid[0] + out, mid[1] + out * 0.6, foot[0], foot[1]).close();
    }
    c.fill(&leaves, ink);
    let (l, r) = (-side * 0.56 * a, -side * 0.3 * a);
    let desk = [l.min(r), 0.475, (r - l).abs(), 0.2];
    c.fill(&Shape::rounded(desk, 0.012), ink);
    let mut stack = Shape::rect([-side * 0.44 * a - 0.05, 0.45, 0.1, 0.026]);
    stack.add_rect([-side * 0.44 * a - 0.042, 0.43, 0.088, 0.02]);
    c.fill(&stack, ink);
}
