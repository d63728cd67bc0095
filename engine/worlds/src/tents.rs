//! Two rows of fairground tents along an aisle: pointed roofs in stripes, valances in scallops, counters, and lit rooms
//! behind them that the ray is followed into (van Dongen, "Interior Mapping", CGI 2008).

use crate::{
    haze::Haze,
    lanes::{F, Lanes, V, f, grey, select, smoothstep, splat},
    noise::{hash1, hash2},
    trace::{Ray, strip, stripes},
};

/// Height of the tents' eaves.
const EAVES: f32 = 2.5;

/// The tents.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tents {
    /// Half the aisle's width.
    pub half: f32,
    /// Width of a tent.
    pub tent: f32,
    /// Colours of the cloth: the second is the pale one.
    pub cloth: [[f32; 3]; 3],
    /// Colour of the lamps.
    pub warm: [f32; 3],
    /// How far lamps are lit.
    pub lit: f32,
    /// Brightness of the rooms.
    pub counters: f32,
    /// Lying snow.
    pub snow: f32,
    /// Where the lights run, in turns.
    pub chase: f32,
    /// How much they run, 0 to 1.
    pub awake: f32,
}

impl Tents {
    /// The tents before what is `reach` metres off: the light, and how far one sees now. `sky` is the light from above.
    #[inline(always)]
    pub fn draw<L: Lanes>(
        &self,
        ray: &Ray<L>,
        (light, reach): (V<L>, F<L>),
        (haze, sky): (&Haze, [f32; 3]),
        fog: V<L>,
    ) -> (V<L>, F<L>) {
        let d = ray.direction;
        let side = select(d.x.lt(0.0), f(-1.0), f(1.0));
        let t = ray.to_side(side * self.half);
        let p = ray.at(t);
        let near = t.gt(0.0) & t.lt(reach) & p.y.lt(EAVES + 2.6) & p.z.lt(47.0) & p.z.gt(-6.0);
        if !near.any() {
            return (light, reach);
        }
        let across = d.x.abs().max(0.05);
        let rise = ray.footprint(t).max(1e-4) + (1.0 / ray.upright - 1.0) * 0.15;
        let width = rise / across;
        let a = p.z * (1.0 / self.tent) + side * 3.0;
        let number = a.floor();
        let x = (a - number - 0.5) * self.tent;
        let half = self.tent * 0.5;
        let peak = EAVES + 1.1 + 1.0 * hash1(number, 7);
        let roof = p.y - EAVES;
        // Roofs sag a little between eaves and peak.
        let slope = 1.0 - x.abs() * (1.0 / half);
        let top = EAVES + (peak - EAVES) * slope * (0.55 + 0.45 * slope);
        let cover = strip(p.y, f(-9.0), top, rise);
        let kind = hash1(number, 9);
        let main = V::select(kind.lt(0.5), splat(self.cloth[0]), splat(self.cloth[2]));
        let stripe = stripes(
            x * (5.0 / self.tent) / (0.25 + 0.75 * ((peak - p.y) / (peak - EAVES)).clamp(0.2, 1.0)) + 0.25,
            0.5,
            width * (5.0 / self.tent),
        );
        let cloth = main.mix(splat(self.cloth[1]), stripe);
        // A valance in scallops under the eaves, a counter, and the lit room between.
        let scallop = EAVES - 0.32 - 0.10 * ((x * 5.0).fract() * (1.0 - (x * 5.0).fract())) * 4.0;
        let valance = strip(p.y, scallop, f(EAVES + 0.05), rise);
        let counter = strip(p.y, f(-9.0), f(1.0), rise);
        let open = (1.0 - valance)
            * (1.0 - counter)
            * strip(p.y, f(0.0), f(EAVES), rise)
            * strip(x.abs(), f(-1.0), f(half - 0.12), width);
        let into = across;
        let back = 2.2 / into;
        let (ix, iy) = (x + d.z * back, p.y + d.y * back);
        let level = (select(d.y.gt(0.0), f(2.4), f(0.9)) - p.y) / crate::trace::away_from_zero(d.y);
        let hit = back.min(level.max(0.0));
        let middle = x + d.z * hit;
        let lamp = 0.75
            / (0.45
                + (hit * across - 1.0).squared() * 0.6
                + (p.y + d.y * hit - 2.3).squared()
                + middle.squared() * 0.30);
        let shelf = (iy * 2.2).floor();
        let item = hash2((ix * 4.5).floor(), shelf + number * 5.0, 31);
        let ledge = 1.0 - 0.55 * stripes(iy * 2.2, 0.14, rise * 2.2);
        let goods = splat::<L>(self.cloth[1])
            .mix(V::select(item.lt(0.5), splat(self.cloth[0]), splat(self.cloth[2])), 0.6)
            * ((0.35 + 0.5 * item) * ledge);
        let fine = smoothstep::<L>(0.4, 0.1, width) * (back - hit).lt(1e-3).to_float();
        let room = splat::<L>(self.warm).mix(splat::<L>(self.warm) * goods * 1.6, fine * 0.75) * lamp;
        let glow = room * (open * self.counters * 1.1);
        let up = splat::<L>(sky) * 0.40 + splat::<L>(haze.low) * 0.45;
        let through = splat::<L>(self.warm) * (self.lit * 0.16 * (1.0 - roof * 0.3).max(0.0));
        let bulbs = splat::<L>(self.warm) * (self.lit * 0.14);
        let front = cloth * (up + bulbs + through + splat::<L>(haze.glow) * 0.15) + grey(0.01);
        let dark = 1.0 - 0.8 * open;
        let white = self.snow * smoothstep::<L>(0.3, 0.8, roof + 0.2);
        let color = front.mix(up * 0.7, white) * dark * (1.0 - 0.35 * counter) + glow;
        // Bulbs along the eaves.
        let b = p.z * 2.2;
        let off = ((b - b.floor() - 0.5) * (1.0 / 2.2)).squared() + (roof - 0.02).squared();
        let size = (rise * 0.7).max(0.05);
        let running = ((b.floor() * 0.25 - self.chase) * std::f32::consts::TAU).sin();
        let chase = running * (0.5 * self.awake) + 0.5;
        let dot = (off * (-1.0 / (size * size))).exp() * (0.05 / size) * (0.4 + chase) * (self.lit * 2.2);
        let color = color + splat::<L>(self.warm) * dot;
        let shown = select(near, cover, f(0.0));
        let color = fog.mix(color, haze.clear(t + ray.before));
        (light.mix(color, shown), select(shown.gt(0.5), reach.min(t), reach))
    }
}
