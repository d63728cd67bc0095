//! The light in the room: through the panes, and from all around.

use super::Bedroom;
use crate::{
    interior::band,
    lanes::{F, Lanes, V, smoothstep, splat},
    scalar::scale3,
};

impl Bedroom {
    /// How much of a footprint of the window's plane is glass.
    #[inline(always)]
    pub(super) fn opening<L: Lanes>(&self, x: F<L>, y: F<L>, w: F<L>) -> F<L> {
        let [left, right, sill, lintel] = self.window;
        let open = band(x, left, right, w) * band(y, sill, lintel, w);
        let scale = self.panes / (right - left);
        let column = (x - left) * scale;
        let beside = ((column - 0.5).fract() - 0.5) * (1.0 / scale);
        let mut bars = band(beside.abs(), -1.0, 0.030, w);
        if self.bar > 0.0 {
            bars = bars.max(band((y - (lintel - self.bar)).abs(), -1.0, 0.024, w));
        }
        open * (1.0 - bars)
    }

    /// Window light at a point, through panes and between the curtains.
    #[inline(always)]
    pub(super) fn beam<L: Lanes>(&self, p: V<L>, soft: F<L>) -> F<L> {
        let k = (self.end - p.z) * (1.0 / self.sun[2]);
        let (x, y) = (p.x + k * self.sun[0], p.y + k * self.sun[1]);
        let w = soft + k * 0.035;
        let [left, right, ..] = self.window;
        let (middle, half) = ((left + right) * 0.5, (right - left) * 0.5 * (self.open * 0.5 + 0.5));
        self.opening(x, y, w) * band(x, middle - half, middle + half, w)
    }

    /// Light at a point from all around: what is left of the day, the window as a soft box, the lamp or the bulbs.
    #[inline(always)]
    pub(super) fn fill<L: Lanes>(&self, p: V<L>) -> V<L> {
        let [left, right, sill, lintel] = self.window;
        let off = splat::<L>([(left + right) * 0.5, (sill + lintel) * 0.5, self.end]) - p;
        // Its own wall does not see the window.
        let facing = smoothstep::<L>(0.0, 1.6, off.z);
        let soft = (off.dot(off) * 0.20 + 0.8).recip() * facing;
        let mut light = splat::<L>(self.ambient)
            + (splat::<L>(self.light) * 0.16 + splat::<L>(scale3(self.dusk, 0.85 * self.outside))) * soft;
        if let Some(bulbs) = &self.bulbs {
            for k in [1, 5, 9] {
                let [x, y, z, strength] = bulbs[k];
                let off = splat::<L>([x, y, z - 0.1]) - p;
                light += splat::<L>(self.bulb) * ((off.dot(off) * 1.2 + 0.20).recip() * (0.20 * strength));
            }
        } else {
            let [x, y, z, _] = self.lamp;
            let off = splat::<L>([x, y, z]) - p;
            let d2 = off.dot(off);
            // The shade lets light out above and below.
            let steep = off.y.abs() * (d2 + 0.01).sqrt().recip();
            let out = 0.35 + 0.65 * smoothstep::<L>(0.35, 0.75, steep);
            light += splat::<L>(self.bulb) * ((d2 * 1.5 + 0.10).recip() * out * (0.95 * self.lamp_light));
        }
        light
    }
}
