//! Coloured glass: the windows of the walls, and the one over the altar.

use super::{BAY, Church};
use crate::{
    interior::{arch, band, disc, stripes},
    lanes::{F, Lanes, V, smoothstep, splat, splats},
    noise::hash2,
};

impl Church {
    /// Colour of the glass at z and height y of a wall, in panes as far as `w` shows them.
    #[inline(always)]
    pub(super) fn pane<L: Lanes>(&self, z: F<L>, y: F<L>, w: F<L>) -> V<L> {
        let (a, b) = ((z + y * 0.8) * 1.3, (z - y * 0.8) * 1.3);
        let h = hash2(a.floor(), b.floor(), 7) * 4.0;
        let [p, q, r, s] = splats::<L, _>(self.glass);
        let color = V::select(h.lt(2.0), V::select(h.lt(1.0), p, q), V::select(h.lt(3.0), r, s));
        let lead = stripes(a + 0.04, 0.08, w * 1.8).max(stripes(b + 0.04, 0.08, w * 1.8));
        let color = color * (1.0 - lead * 0.8);
        // From top to bottom the window goes from one hue to the other.
        let broad = p.mix(q, smoothstep::<L>(2.5, 8.0, y)).mix(splat(self.mean), 0.35);
        color.mix(broad, smoothstep::<L>(0.1, 0.9, w) * 0.75 + 0.25)
    }

    /// How much of the footprint is glass of a wall's windows.
    #[inline(always)]
    pub(super) fn opening<L: Lanes>(&self, z: F<L>, y: F<L>, w: (F<L>, F<L>)) -> F<L> {
        let u = ((z * (1.0 / BAY)).fract() - 0.5) * BAY;
        let spring = self.windows.high - self.windows.half;
        let open = arch(u, y, self.windows.half, self.windows.low, spring, w);
        let bars = band(u.abs(), -0.05, 0.05, w.0).max(stripes(y * 0.9, 0.07, w.1 * 0.9));
        open * (1.0 - bars * 0.85)
    }

    /// The window over the altar: how much of it is open, and its colour.
    #[inline(always)]
    pub(super) fn altar<L: Lanes>(&self, x: F<L>, y: F<L>, w: (F<L>, F<L>)) -> (F<L>, V<L>) {
        let half = self.portal_half;
        let (x, y) = (x - self.portal[0], y - self.portal[1]);
        let k = 1.0 / half;
        let (x, y, wx, wy) = (x * k, y * k, w.0 * k, w.1 * k);
        if self.rose {
            let r = (x * x + y * y).sqrt();
            let turn = y.turns(x) * 12.0;
            let spoke = stripes(turn + 0.06, 0.12, wx * 2.0 / r.max(0.1)) * smoothstep::<L>(0.2, 0.3, r);
            let ring = band(r, 0.30, 0.35, wx) + band(r, 0.66, 0.71, wx);
            let h = hash2((turn + 0.5).floor(), (r * 2.9).floor(), 3);
            let color = splat::<L>(self.glass[0]).mix(splat(self.glass[1]), smoothstep::<L>(0.3, 0.7, h));
            let color = color.mix(splat(self.glass[2]), smoothstep::<L>(0.7, 0.1, r));
            (disc(x, y, 1.0, wx) * (1.0 - (spoke.max(ring)).min(1.0) * 0.9), color)
        } else {
            let open = arch(x, y, 0.55, -1.0, 0.45, (wx, wy));
            let bars = stripes(x * 2.7 + 0.53, 0.06, wx * 2.7).max(stripes(y * 3.0, 0.05, wy * 3.0));
            let h = hash2((x * 2.7 + 0.5).floor(), (y * 3.0).floor(), 4);
            let color = splat::<L>(self.glass[0]).mix(splat(self.glass[3]), h);
            let color = color.mix(
                splat(self.glass[2]),
                smoothstep::<L>(0.8, 0.0, (x * x + y * y * 0.4).sqrt()),
            );
            (open * (1.0 - bars * 0.9), color)
        }
    }
}
