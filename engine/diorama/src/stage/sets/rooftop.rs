//! A roof over the city: the great moon (or sun) above the skyline is the portal; a water tower and strings of bulbs.

use super::super::{
    canvas::{Canvas, Shape, Skyline},
    chance::Chance,
    look::Look,
    plan::{Floor, Plane, Portal, PortalShape, Rim, SetPlan, Stand},
};
use super::fittings::bulbs;
use crate::colour::oklch;
use crate::design::Oklch;

const HORIZON: f32 = 0.16;
const PARAPET: f32 = 0.19;

/// The water tower stands on one side, the light on the other.
pub fn plan(look: &mut Look) -> SetPlan {
    let a = look.aspect;
    let mut chance = Chance::new(look.seed, "rooftop");
    let side = if chance.happens(0.5) { 1.0 } else { -1.0 };
    let size = 0.27_f32.min(0.42 * a);
    look.key.at = [side * chance.range(0.1, 0.15) * a, -0.19];
    look.key.size = size / 2.0;
    let floor = if look.wet() { Floor::Wet } else { Floor::Land };
    let stand = |y, scale| Stand {
        plane: "roof",
        y,
        x: [-0.42 * a, 0.42 * a],
        scale,
        floor,
    };
    SetPlan {
        horizon: HORIZON,
        indoors: false,
        planes: vec![
            Plane::new("sky", 1.0, |c| c.sky()),
            Plane::new("far city", 0.88, far_city),
            Plane::new("near city", 0.62, near_city),
            Plane::new("roof", 0.3, roof),
            Plane::new("front", 0.0, front),
        ],
        stands: vec![stand(0.4, 1.0), stand(0.34, 0.85), stand(0.455, 1.12)],
        air: [-0.42 * a, -0.4, 0.42 * a, -0.08],
        air_plane: "far city",
        heavens: [-0.42 * a, -0.42, 0.42 * a, -0.22],
        heavens_plane: "sky",
        portal: Portal {
            plane: "sky",
            at: look.key.at,
            height: size,
            shape: PortalShape::Disc,
            rim: Rim::Glow(look.key.colour),
            fill: look.key.colour.lighter(0.05),
            veil: 0.5,
        },
    }
}

fn line(c: &Canvas, height: [f32; 2], width: [f32; 2], local: Oklch) -> Skyline {
    Skyline {
        base: HORIZON + 0.05,
        x: [c.left(), c.right()],
        height,
        width,
        local,
        lit: 0.55,
    }
}

fn far_city(c: &mut Canvas) {
    let far = line(c, [0.09, 0.2], [0.035, 0.08], oklch(0.6, 0.05, 265.0));
    c.skyline("far", far);
    let haze = c.look.words(c.look.haze);
    c.mist(HORIZON, 0.12, haze.alpha(0.45 * c.look.air.min(1.0)));
    let mid = line(c, [0.05, 0.13], [0.06, 0.12], oklch(0.52, 0.05, 275.0));
    c.skyline("mid", mid);
}

/// Towers at both edges, so that the middle stays open.
fn near_city(c: &mut Canvas) {
    let a = c.look.aspect;
    let (l, r) = (c.left(), c.right());
    let open = 0.34 * a;
    for (name, x) in [("left towers", [l, -open - 0.06]), ("right towers", [open, r])] {
        let towers = Skyline {
            x,
            ..line(c, [0.22, 0.46], [0.1, 0.17], oklch(0.46, 0.05, 285.0))
        };
        c.skyline(name, towers);
    }
    let low = line(c, [0.015, 0.06], [0.1, 0.2], oklch(0.44, 0.05, 290.0));
    c.skyline(
        "low",
        Skyline {
            base: HORIZON + 0.06,
            ..low
        },
    );
    // Beacons wink in turn.
    let red = c.look.lamp(oklch(0.64, 0.23, 25.0));
    for (i, x) in [-0.46_f32, 0.43].into_iter().enumerate() {
        let on = (0.3 + 0.7 * c.swing(2.0, i as f32 * 0.5).max(0.0)) * c.look.lamps();
        c.glow([x * a, -0.28], 0.035, red.plus(0.7 * on).shining(0.6 * on));
    }
}

fn roof(c: &mut Canvas) {
    let (l, wide, bottom) = (c.left(), c.right() * 2.0, c.bottom());
    let brick = oklch(0.5, 0.07, 35.0);
    let gravel = oklch(0.52, 0.025, 280.0);
    let (far, near) = (c.look.lit(gravel, 0.2), c.look.shade(gravel, 0.05));
    let top = 0.255;
    c.fill_line(
        &Shape::rect([l, top, wide, bottom]),
        [0.0, top],
        [0.0, 0.55],
        &[far.ink(), far.mix(near, 0.55).ink(), near.ink()],
    );
    let (lit, shade) = (c.look.under(brick, 0.25, 0.35), c.look.shade(brick, 0.2));
    c.fill_down(
        &Shape::rect([l, PARAPET, wide, top - PARAPET]),
        &[lit.ink(), shade.ink()],
    );
    let coping = c.look.lit(oklch(0.72, 0.02, 70.0), 0.25);
    c.rect([l, PARAPET - 0.016, wide, 0.022], coping);
    c.rect([l, PARAPET + 0.006, wide, 0.008], c.look.silhouette(0.2).alpha(0.5));
    // The light lies on the roof; seams of tar run to the vanishing point.
    let x = c.plan.portal.at[0];
    let light = c.look.lamp(c.look.key.colour);
    let swell = 1.0 + 0.2 * c.now.reactive.bass;
    c.puff(
        [x, 0.33],
        [0.5 * swell, 0.09],
        0.0,
        light.screen(0.26 * c.look.key.strength.max(0.5)),
    );
    let mut seams = Shape::new();
    for i in -4..=4 {
        seams.add_taper([x + i as f32 * 0.3, top], 0.003, [x + i as f32 * 0.66, bottom], 0.01);
    }
    c.fill(&seams, near.alpha(0.5));
    if c.look.wet() {
        c.mirror(top, bottom, 0.42, 0.25);
        c.splashes("splashes", 0.27, 0.55, 60);
    }
    let side = -x.signum();
    hut(c, -side);
    tower(c, side);
    let a = c.look.aspect;
    let post = c.look.silhouette(0.2);
    let far_post = [-side * 0.46 * a, 0.0];
    c.line([far_post[0], 0.26], far_post, 0.008, post);
    let hues = [75.0, 60.0, 85.0];
    bulbs(c, [side * 0.26 * a, 0.0], far_post, 0.03, (13, 0.008), &hues);
    bulbs(
        c,
        [side * 0.26 * a, 0.0],
        [side * 0.7 * a, -0.06],
        0.02,
        (6, 0.008),
        &hues,
    );
}

/// A wooden water tower on legs.
fn tower(c: &mut Canvas, side: f32) {
    let a = c.look.aspect;
    let k = (a / 1.2).clamp(0.62, 1.0);
    let x = side * 0.33 * a;
    let (w, h) = (0.2 * k, 0.2 * k);
    let (base, tank) = (0.27, 0.02);
    let ink = c.look.silhouette(0.22);
    let mut legs = Shape::new();
    for t in [-0.42_f32, -0.14, 0.14, 0.42] {
        legs.add_taper([x + t * w * 1.15, base], 0.012, [x + t * w * 0.9, tank], 0.01);
    }
    legs.add_taper([x - w * 0.47, base - 0.05], 0.007, [x + w * 0.44, tank + 0.04], 0.007);
    legs.add_taper([x + w * 0.47, base - 0.05], 0.007, [x - w * 0.44, tank + 0.04], 0.007);
    legs.add_rect([x - w * 0.56, tank - 0.006, w * 1.12, 0.016]);
    c.fill(&legs, ink);
    let wood = oklch(0.5, 0.08, 50.0);
    let (lit, shade) = (c.look.lit(wood, 0.25), c.look.shade(wood, 0.2));
    let toward = c.look.key.at[0].signum();
    let (from, to) = (x + toward * w / 2.0, x - toward * w / 2.0);
    let inks = [lit.lighter(0.05).ink(), lit.mix(shade, 0.6).ink(), shade.ink()];
    c.fill_line(
        &Shape::rect([x - w / 2.0, tank - h, w, h]),
        [from, 0.0],
        [to, 0.0],
        &inks,
    );
    let mut hoops = Shape::new();
    for i in 0..3 {
        hoops.add_rect([x - w / 2.0 - 0.003, tank - h * (0.2 + 0.3 * i as f32), w + 0.006, 0.006]);
    }
    c.fill(&hoops, ink.alpha(0.8));
    let roof = Shape::polygon(&[[x - w * 0.58, tank - h], [x, tank - h * 1.55], [x + w * 0.58, tank - h]]);
    c.fill_line(
        &roof,
        [from, 0.0],
        [to, 0.0],
        &[c.look.lit(wood.darker(0.1), 0.25).ink(), shade.darker(0.04).ink()],
    );
}

/// The stair hut with its lit door, and a fan that turns with the beat.
fn hut(c: &mut Canvas, side: f32) {
    let a = c.look.aspect;
    let x = side * 0.47 * a;
    let (w, h) = (0.16, 0.25);
    let wall = oklch(0.55, 0.05, 30.0);
    let (lit, shade) = (c.look.lit(wall, 0.25), c.look.shade(wall, 0.2));
    let body = Shape::rect([x - w / 2.0, 0.29 - h, w, h]);
    c.fill_line(
        &body,
        [x - side * w / 2.0, 0.0],
        [x + side * w / 2.0, 0.0],
        &[lit.ink(), shade.ink()],
    );
    c.rect(
        [x - w / 2.0 - 0.012, 0.29 - h - 0.012, w + 0.024, 0.02],
        shade.darker(0.05),
    );
    let warm = c.look.lamp(oklch(0.84, 0.13, 72.0));
    let on = c.look.lamps();
    let door = [x - side * 0.03 - 0.03, 0.12, 0.06, 0.17];
    c.rect(
        door,
        c.look
            .shade(oklch(0.4, 0.05, 200.0), 0.2)
            .mix(warm, 0.85 * on)
            .shining(0.4 * on),
    );
    c.puff([x - side * 0.05, 0.31], [0.16, 0.04], 0.0, warm.screen(0.45 * on));
    let unit = [side * 0.3 * a, 0.3];
    let (uw, uh) = (0.12, 0.09);
    let metal = oklch(0.66, 0.015, 240.0);
    let (lit, shade) = (c.look.lit(metal, 0.2), c.look.shade(metal, 0.15));
    c.contact_shadow(unit, uw, 0.5);
    c.fill_down(
        &Shape::rounded([unit[0] - uw / 2.0, unit[1] - uh, uw, uh], 0.008),
        &[lit.ink(), shade.ink()],
    );
    let at = [unit[0], unit[1] - uh * 0.48];
    c.disc(at, uh * 0.38, shade.darker(0.1));
    let spin = c.turn(2.0, 0.0);
    let mut blades = Shape::new();
    for i in 0..4 {
        let turn = spin + i as f32 * std::f32::consts::FRAC_PI_2;
        blades.add_taper(
            at,
            0.006,
            [at[0] + turn.cos() * uh * 0.34, at[1] + turn.sin() * uh * 0.34],
            0.022,
        );
    }
    c.fill(&blades, lit.darker(0.05));
}

/// Aerials and a railing pass close by.
fn front(c: &mut Canvas) {
    let ink = c.look.silhouette(0.0);
    let a = c.look.aspect;
    let side = c.plan.portal.at[0].signum();
    let shake = 0.005 * c.now.reactive.snare;
    let x = side * (0.46 * a) + shake;
    let mut mast = Shape::new();
    mast.add_taper([x, 0.7], 0.016, [x, -0.42], 0.008);
    for (i, y) in [-0.38_f32, -0.31, -0.24, -0.17].into_iter().enumerate() {
        let reach = (0.05 + 0.014 * i as f32) * (a / 1.4).min(1.0);
        mast.add_taper([x - reach, y], 0.006, [x + reach, y], 0.006);
    }
    mast.add_taper([x, 0.0], 0.004, [x + side * 0.2, 0.6], 0.004);
    let (l, r) = (c.left(), c.right());
    mast.add_rect([l, 0.475, r - l, 0.012]);
    let posts = ((r - l) / 0.16) as usize;
    for i in 0..=posts {
        mast.add_rect([l + (r - l) * i as f32 / posts as f32, 0.475, 0.009, 0.2]);
    }
    mast.add_rect([l, 0.535, r - l, 0.009]);
    c.fill(&mast, ink);
    c.wire([x, -0.4], [-side * 0.75 * a, -0.5], 0.05, 0.003, ink);
    let rim = c.look.lamp(c.look.key.colour);
    c.line([l, 0.474], [r, 0.474], 0.003, rim.screen(0.4));
}
