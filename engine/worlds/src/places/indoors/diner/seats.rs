//! Counter, stools and booths.

use super::Diner;
use crate::{
    interior::{Hit, Ray, band, pillar, stripes},
    lanes::{F, Lanes, V, grey, select, smoothstep, splat},
    scalar::scale3,
};

impl Diner {
    /// Lays a flat piece over what is behind it.
    #[inline(always)]
    pub(super) fn lay<L: Lanes>(light: &mut V<L>, t: &mut F<L>, hit: &Hit<L>, cover: F<L>, color: V<L>) {
        let cover = cover * (hit.t.lt(*t)).to_float();
        *light = light.mix(color, cover);
        *t = select(cover.gt(0.5), hit.t, *t);
    }

    /// Booths at the right, a counter with stools or more booths at the left; far to near.
    #[inline(always)]
    pub(super) fn things<L: Lanes>(&self, ray: &Ray<L>, mut light: V<L>, mut t: F<L>) -> (V<L>, F<L>) {
        let bay = self.booths[1];
        for k in (0..4).rev() {
            let z = 3.0 + k as f32 * bay;
            (light, t) = self.booth(ray, z, 1.0, (light, t));
            if !self.counter {
                (light, t) = self.booth(ray, z + 0.4 * bay, -1.0, (light, t));
            }
        }
        if self.counter {
            (light, t) = self.bar(ray, light, t);
        }
        (light, t)
    }

    /// A bench at `z` with the table before it, on the right (`hand` 1) or on the left (-1).
    #[inline(always)]
    fn booth<L: Lanes>(&self, ray: &Ray<L>, z: f32, hand: f32, (mut light, mut t): (V<L>, F<L>)) -> (V<L>, F<L>) {
        let inner = self.booths[0];
        let red = splat::<L>(self.seats);
        let neon = self.neon[usize::from(hand > 0.0)];
        // The back of a bench: upholstery in ribs, its end, its top.
        let hit = ray.across(z);
        let cover = band(hit.u * hand, inner, self.half, hit.du) * band(hit.v, 0.12, 1.12, hit.dv);
        if cover.gt(0.0).any() {
            let rib = stripes(hit.u * 6.0, 0.9, hit.du * 6.0) * 0.5 + 0.5;
            let color = red * self.fill(ray.at(hit.t.min(50.0))) * (rib * (0.6 + 0.4 * hit.v));
            Self::lay(&mut light, &mut t, &hit, cover, color);
            let rim = band(hit.v, 1.08, 1.12, hit.dv);
            light += splat::<L>(neon) * (rim * cover * 0.15 * (!hit.t.gt(t)).to_float());
        }
        let hit = ray.along(inner * hand);
        let cover = band(hit.u, z, z + 0.5, hit.du) * band(hit.v, 0.12, 1.12, hit.dv);
        if cover.gt(0.0).any() {
            let color = red * self.fill(ray.at(hit.t.min(50.0))) * 0.6;
            Self::lay(&mut light, &mut t, &hit, cover, color);
        }
        let hit = ray.level(0.76);
        let cover = band(hit.u * hand, inner + 0.05, self.half, hit.du) * band(hit.v, z - 0.95, z - 0.35, hit.dv);
        if cover.gt(0.0).any() {
            let color = grey(0.20) * self.fill(ray.at(hit.t.min(50.0))) + splat(scale3(neon, 0.03));
            Self::lay(&mut light, &mut t, &hit, cover, color);
        }
        (light, t)
    }

    /// The counter and its stools.
    #[inline(always)]
    fn bar<L: Lanes>(&self, ray: &Ray<L>, mut light: V<L>, mut t: F<L>) -> (V<L>, F<L>) {
        let red = splat::<L>(self.seats);
        // The counter: its front with chrome ribs, its top.
        let (edge, first, last) = (-1.55, 1.8, self.end - 1.2);
        let hit = ray.level(1.06);
        let cover = band(hit.u, edge - 0.55, edge + 0.06, hit.du) * band(hit.v, first, last, hit.dv);
        let p = ray.at(hit.t.min(50.0));
        let color = grey(0.30) * self.fill(p) + splat(scale3(self.lamp, 0.05)) * (1.0 - ray.to.y.abs() * 3.0).max(0.0);
        Self::lay(&mut light, &mut t, &hit, cover, color);
        let hit = ray.along(edge);
        let cover = band(hit.u, first, last, hit.du) * band(hit.v, 0.0, 1.06, hit.dv);
        let ribs = stripes(hit.v * 14.0, 0.5, hit.dv * 14.0) * band(hit.v, 0.85, 1.06, hit.dv);
        let panel = red * (0.7 + 0.3 * stripes(hit.u * 2.0, 0.95, hit.du * 2.0));
        let color =
            panel.mix(grey(0.6), ribs * 0.8) * self.fill(ray.at(hit.t.min(50.0))) * (0.35 + 0.65 * hit.v.saturate());
        Self::lay(&mut light, &mut t, &hit, cover, color);
        let hit = ray.across(first);
        let cover = band(hit.u, edge - 0.5, edge, hit.du) * band(hit.v, 0.0, 1.06, hit.dv);
        let color = red * self.fill(ray.at(hit.t.min(50.0))) * 0.4;
        Self::lay(&mut light, &mut t, &hit, cover, color);
        for k in (0..6).rev() {
            let z = 2.6 + k as f32 * 1.15;
            let (cover, across, near) = pillar(ray, edge + 0.45, z, 0.20);
            if !cover.gt(0.0).any() {
                continue;
            }
            let y = ray.from.y + ray.to.y * near;
            let w = near.max(0.1) * ray.pixel;
            let seat = band(y, 0.66, 0.78, w);
            let chrome = band(y, 0.62, 0.67, w);
            let stem = band(across.abs(), -1.0, 0.16, w * 5.0) * band(y, 0.0, 0.64, w);
            let round = 0.45 + 0.55 * (1.0 - across * across).sqrt();
            let lit = self.fill(ray.at(near.clamp(0.0, 50.0)));
            let shine = smoothstep::<L>(0.25, 0.0, (across + 0.45).abs());
            let color =
                (red * round * 1.1).mix(grey(0.5), (chrome + stem).min(1.0)) * lit + splat(self.lamp) * (shine * 0.06);
            let cover = cover * (seat + chrome + stem).min(1.0) * (near.lt(t)).to_float();
            light = light.mix(color, cover);
            t = select(cover.gt(0.5), near, t);
        }
        (light, t)
    }
}
