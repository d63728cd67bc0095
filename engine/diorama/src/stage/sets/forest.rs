//! A deep forest: trunks in layers of air, shafts of light, a path that leads to a glade, which is the portal.

use super::super::{
    canvas::{Canvas, Shape},
    chance::Chance,
    look::Look,
    plan::{Floor, Plane, Portal, PortalShape, Rim, SetPlan},
};
use super::open_air;
use crate::colour::oklch;
use crate::design::Oklch;

const HORIZON: f32 = 0.15;
const LEAF: Oklch = oklch(0.55, 0.12, 138.0);
const BARK: Oklch = oklch(0.46, 0.05, 62.0);
const MOSS: Oklch = oklch(0.56, 0.1, 128.0);

/// Leaves green the air; the light stands in the glade.
pub fn plan(look: &mut Look) -> SetPlan {
    let a = look.aspect;
    let mut chance = Chance::new(look.seed, "forest");
    let side = open_air::side(look, "glade");
    look.key.at = [side * chance.range(0.08, 0.14) * a, -0.06];
    look.key.size = 0.12;
    let green = |c: Oklch, by: f32, l: f32| c.mix(oklch(c.l * l, 0.09, 142.0), by);
    let [top, middle, low] = look.sky;
    look.sky = [green(top, 0.75, 0.5), green(middle, 0.6, 0.85), green(low, 0.3, 1.0)];
    look.haze = green(look.haze, 0.45, 0.98);
    look.air = (look.air * 1.1).min(1.3);
    let floor = if look.wet() { Floor::Wet } else { Floor::Land };
    let half = 0.4 * a;
    let height = 0.34_f32.min(0.56 * a);
    let portal = Portal {
        plane: "glade",
        at: [look.key.at[0], 0.165 - height / 2.0],
        height,
        shape: PortalShape::Arch(0.62),
        rim: Rim::Soft(0.05),
        fill: look.haze.mix(look.key.colour, 0.6).lighter(0.04),
        veil: 0.5,
    };
    let planes = vec![
        Plane::new("glade", 1.0, glade),
        Plane::new("deep", 0.82, deep),
        Plane::new("middle", 0.58, middle_wood),
        Plane::new("floor", 0.32, floor_and_shafts),
        Plane::new("near", 0.0, near),
    ];
    let lines = [(0.4, 1.0, floor), (0.31, 0.72, floor), (0.45, 1.1, floor)];
    open_air::under_sky(
        look,
        HORIZON,
        planes,
        open_air::stands("floor", half, &lines),
        "floor",
        portal,
    )
}

fn gap(c: &Canvas) -> f32 {
    c.plan.portal.height * c.plan.portal.ratio() * 0.5
}

fn glade(c: &mut Canvas) {
    c.sky_gradient();
    let light = c.look.lamp(c.look.key.colour);
    let at = c.look.key.at;
    let strength = c.look.key.strength.sqrt() * (1.0 + 0.15 * c.now.reactive.bass);
    let mut chance = c.chance("crowns");
    let mut leaves = Shape::new();
    let (l, r, px, gap) = (c.left(), c.right(), at[0], gap(c));
    for x in [[l, px - gap], [px + gap, r]] {
        for y in [-0.1, 0.04, 0.15] {
            open_air::crowns(c, &mut leaves, x, |_| y, [0.05, 0.1], &mut chance);
        }
    }
    let pale = c.look.under(LEAF.lighter(0.1), 0.75, 0.9);
    c.fill_line(
        &leaves,
        [0.0, -0.2],
        [0.0, 0.2],
        &[pale.alpha(0.55), pale.darker(0.03).alpha(0.8)],
    );
    c.glow(at, 0.8, light.screen(0.34 * strength));
    c.glow(at, 0.34, light.screen(0.6 * strength).shining(0.2));
}

fn trunks(c: &mut Canvas, name: &str, (spacing, wide): (f32, f32), base: f32, room: f32) {
    let mut chance = c.chance(name);
    let px = c.plan.portal.at[0];
    let gap = gap(c) + room;
    let count = (c.right() * 2.0 / spacing).ceil() as usize;
    let (mut wood, mut rim) = (Shape::new(), Shape::new());
    for i in 0..count {
        let mut x = c.left() + c.right() * 2.0 * (i as f32 + chance.range(0.1, 0.9)) / count as f32;
        let w = wide * chance.range(0.6, 1.35);
        let lean = chance.sign() * 0.05;
        let y = base + chance.sign() * 0.012;
        if (x - px).abs() < gap + w {
            x = px + (gap + w + spacing * 0.4 * chance.unit()) * if x < px { -1.0 } else { 1.0 };
        }
        let sway = c.swing(8.0, x) * 0.006;
        let top = [x + lean + sway, -0.75];
        let waist = x + lean * 0.35;
        wood.start(x - w, y)
            .curve(x - w * 0.5, y - 0.04, waist - w * 0.42, y - 0.22);
        wood.to(top[0] - w * 0.3, top[1]).to(top[0] + w * 0.3, top[1]);
        wood.to(waist + w * 0.42, y - 0.22)
            .curve(x + w * 0.5, y - 0.04, x + w, y);
        wood.close();
        let s = (px - x).signum();
        rim.add_polygon(&[
            [x + s * w * 0.75, y - 0.012],
            [waist + s * w * 0.42, y - 0.22],
            [top[0] + s * w * 0.3, top[1]],
            [top[0] + s * w * 0.1, top[1]],
            [waist + s * w * 0.2, y - 0.22],
            [x + s * w * 0.3, y - 0.012],
        ]);
        for _ in 0..2 {
            let up = chance.range(0.35, 0.75);
            let way = chance.sign().signum();
            let from = [x + (top[0] - x) * up, y + (top[1] - y) * up];
            let reach = chance.range(0.08, 0.16);
            let tip = [from[0] + way * reach, from[1] - reach * 0.7];
            wood.add_taper(from, w * 0.35, tip, w * 0.08);
        }
    }
    let local = BARK.mix(LEAF, 0.25);
    let (face, foot) = (
        c.look.under(local, c.depth * 0.8, 0.14),
        c.look.under(local, c.depth * 0.9, 0.4),
    );
    c.fill_line(
        &wood,
        [0.0, -0.5],
        [0.0, base],
        &[face.ink(), face.mix(foot, 0.4).ink(), foot.ink()],
    );
    let edge = c.look.under(local.lighter(0.12), c.depth * 0.7, 1.1);
    c.fill_line(&rim, [0.0, -0.45], [0.0, base], &[edge.alpha(0.15), edge.alpha(0.75)]);
}

/// Foliage over the top edge and bushes along a foot line, both leaving the glade free.
fn leaves(c: &mut Canvas, name: &str, canopy: f32, foot: f32, r: [f32; 2]) {
    let mut chance = c.chance(name);
    let (l, right, px, free) = (c.left(), c.right(), c.plan.portal.at[0], gap(c) + 0.02);
    let mut above = Shape::new();
    above.add_rect([l, c.top(), right * 2.0, canopy - c.top()]);
    let arch = |x: f32| canopy - 0.06 + 0.22 * ((x - px).abs() / right).powf(1.5);
    open_air::crowns(c, &mut above, [l, right], arch, r, &mut chance);
    let mut below = Shape::new();
    for x in [[l, px - free], [px + free, right]] {
        open_air::crowns(c, &mut below, x, |_| foot, [r[0] * 0.5, r[1] * 0.7], &mut chance);
    }
    let (dark, light) = (
        c.look.under(LEAF, c.depth * 0.7, 0.12),
        c.look.under(LEAF, c.depth * 0.75, 0.55),
    );
    c.fill_line(&above, [0.0, -0.45], [0.0, canopy + 0.2], &[dark.ink(), light.ink()]);
    c.fill_line(
        &below,
        [0.0, foot - r[1]],
        [0.0, foot + 0.05],
        &[light.ink(), dark.ink()],
    );
}

fn deep(c: &mut Canvas) {
    trunks(c, "deep", (0.09, 0.022), 0.17, 0.005);
    leaves(c, "deep leaves", -0.4, 0.16, [0.04, 0.08]);
}

fn middle_wood(c: &mut Canvas) {
    trunks(c, "middle", (0.2, 0.042), 0.2, 0.03);
    leaves(c, "middle leaves", -0.44, 0.19, [0.05, 0.1]);
}

fn floor_and_shafts(c: &mut Canvas) {
    let seed = c.seed("floor");
    let line = |x: f32| 0.185 + 0.014 * super::super::chance::fractal(seed, x * 3.0, 2, 0.5);
    open_air::ground(c, MOSS, 0.18, line);
    let px = c.plan.portal.at[0];
    let mut path = Shape::new();
    let bend = -px * 0.8;
    path.start(px - 0.035, 0.18).to(px + 0.035, 0.18);
    path.bezier([px + 0.08, 0.24], [bend + 0.1, 0.28], [bend + 0.36, c.bottom()]);
    path.to(bend - 0.34, c.bottom());
    path.bezier([bend - 0.16, 0.28], [px - 0.02, 0.24], [px - 0.035, 0.18])
        .close();
    let earth = oklch(0.66, 0.06, 80.0);
    let (far, near) = (
        c.look.under(earth.lighter(0.1), 0.35, 1.15),
        c.look.under(earth, 0.05, 0.6),
    );
    c.fill_line(
        &path,
        [0.0, 0.18],
        [0.0, 0.55],
        &[far.ink(), near.ink(), near.darker(0.05).ink()],
    );
    let shade = c.look.shade(MOSS.darker(0.1), 0.1);
    open_air::sweeps(c, "floor shade", [0.22, 0.54], 4, shade.alpha(0.45));
    if c.look.wet() {
        c.mirror(0.19, c.bottom(), 0.2, 0.4);
    }
    let ink = c.look.under(LEAF, 0.2, 0.45);
    c.grass("far ferns", [c.left(), px - 0.12], 0.235, (40, 0.06), ink);
    c.grass("far ferns", [px + 0.12, c.right()], 0.235, (40, 0.06), ink);
    shafts(c);
}

/// The light comes down in beams between the crowns, and lies on the floor in pools.
fn shafts(c: &mut Canvas) {
    let mut chance = c.chance("shafts");
    let light = c.look.lamp(c.look.key.colour);
    let strength = c.look.key.strength * if c.look.weather_is_dull() { 0.55 } else { 1.0 };
    let px = c.plan.portal.at[0];
    for i in 0..6 {
        let t = i as f32 / 5.0 * 2.0 - 1.0;
        let from = [px + t * 0.3 * c.look.aspect + chance.sign() * 0.03, -0.55];
        let to = [from[0] + (t - px) * 0.22, chance.range(0.25, 0.42)];
        let breath = 0.7 + 0.3 * c.swing(8.0, chance.unit()) + 0.3 * c.now.reactive.loudness;
        let wide = chance.range(0.03, 0.09);
        let bright = 0.22 * strength * breath;
        let ink = light.screen(bright);
        let mut beam = Shape::new();
        beam.add_taper(from, wide, to, wide * 2.2);
        c.fill_line(&beam, from, to, &[ink, ink.alpha(bright * 0.75), ink.alpha(0.0)]);
        c.puff(to, [wide * 2.6, wide * 0.6], 0.0, light.screen(0.4 * strength * breath));
    }
    let (right, left) = (c.right(), c.left());
    c.dust("motes", [left, -0.3, right, 0.3], 18);
    let haze = c.look.words(c.look.haze);
    c.mist(0.19, 0.07, haze.alpha(0.3 * c.look.air.min(1.0)));
}

fn near(c: &mut Canvas) {
    let mut chance = c.chance("near");
    let a = c.look.aspect;
    let side = -c.plan.portal.at[0].signum();
    let ink = c.look.silhouette(0.0);
    let shake = 0.003 * c.now.reactive.snare;
    for (s, out, w) in [(side, 0.47, 0.11), (-side, 0.53, 0.08)] {
        let x = s * (out * a + shake);
        let mut wood = Shape::new();
        wood.start(x - w * 1.2, 0.72).curve(x - w * 0.55, 0.4, x - w * 0.5, 0.1);
        wood.to(x - w * 0.4, -0.75).to(x + w * 0.4, -0.75).to(x + w * 0.5, 0.1);
        wood.curve(x + w * 0.55, 0.4, x + w * 1.2, 0.72).close();
        let reach = 0.16;
        wood.add_taper([x, -0.1], w * 0.4, [x - s * reach, -0.24], w * 0.12);
        c.fill(&wood, ink);
        // The glade rims the bark.
        let rim = c.look.under(BARK.lighter(0.1), 0.05, 1.0);
        let mut edge = Shape::new();
        edge.start(x - s * w * 0.5, 0.1).to(x - s * w * 0.4, -0.6);
        edge.to(x - s * w * 0.33, -0.6).to(x - s * w * 0.4, 0.1);
        edge.curve(x - s * w * 0.5, 0.4, x - s * w * 1.05, 0.68);
        edge.curve(x - s * w * 0.6, 0.4, x - s * w * 0.5, 0.1).close();
        c.fill(&edge, rim.alpha(0.5));
    }
    let mut leaves = Shape::new();
    for (x, to) in [(0.52, [0.2, -0.33]), (0.4, [0.12, -0.42]), (-0.56, [-0.3, -0.34])] {
        let from = [side * x * a, -0.56];
        open_air::bough(c, &mut leaves, from, [side * to[0] * a, to[1]], 0.07, &mut chance);
    }
    let (l, r) = (c.left(), c.right());
    let bank = |x: f32| 0.555 - 0.1 * ((x / (0.5 * a)).abs() - 0.45).max(0.0);
    open_air::crowns(
        c,
        &mut leaves,
        [side * 0.36 * a, side * r],
        |x| bank(x) - 0.02,
        [0.04, 0.07],
        &mut chance,
    );
    c.fill(&leaves, ink);
    c.fill(&Shape::below([l, r], c.bottom(), 40, bank), ink);
    c.grass("ferns", [l, -0.22 * a], 0.53, (26, 0.11), ink);
    c.grass("ferns", [0.22 * a, r], 0.53, (26, 0.11), ink);
    if c.look.lamps() > 0.4 {
        c.fireflies("fireflies", [l, -0.1, r, 0.42], 14, oklch(0.88, 0.17, 115.0));
    }
}
