//! Planets and moons: a sphere lit from one side, with bands or craters, a rim of air, and rings with mutual shadows.

use crate::{
    interior::Ray,
    lanes::{F, Lanes, V, f, grey, select, smoothstep, splat, splats},
    noise::{fbm1, fbm2, fbm3},
};

/// A planet.
#[derive(Debug, Clone, Copy)]
pub struct Globe {
    pub middle: [f32; 3],
    pub radius: f32,
    /// Of length 1.
    pub axis: [f32; 3],
    /// Rings from and to, in radii; none where they are 0.
    pub rings: [f32; 2],
    pub colors: [[f32; 3]; 3],
    /// 1 gas in bands, 0 rock.
    pub gas: f32,
    pub air: [f32; 3],
    pub sun: [f32; 3],
    pub to_sun: [f32; 3],
    /// Turn of its surface, in radii.
    pub turn: f32,
    /// Light on the night side.
    pub dark: f32,
}

impl Globe {
    /// How much of the ray's pixel it covers, its light, and its distance.
    #[inline(always)]
    pub fn seen<L: Lanes>(&self, ray: &Ray<L>) -> (F<L>, V<L>, F<L>) {
        let off = splat::<L>(self.middle) - ray.from;
        let b = off.dot(ray.to);
        let d2 = (off.dot(off) - b * b).max(0.0);
        let w = b.max(0.1) * ray.pixel * 1.2;
        let cover = select(b.gt(0.0), ((self.radius - d2.sqrt()) / w + 0.5).saturate(), f(0.0));
        if !cover.gt(0.0).any() {
            return (cover, grey(0.0), f(crate::world::FAR));
        }
        let t = b - (self.radius * self.radius - d2).sqrt();
        let n = (ray.at(t) - splat(self.middle)) * (1.0 / self.radius);
        let axis = splat::<L>(self.axis);
        let lat = n.dot(axis);
        let [p, q, r] = splats::<L, _>(self.colors);
        let color = if self.gas > 0.5 {
            // Bands along the latitude, curled where they meet.
            let curl = fbm3(n.x * 2.2 + self.turn, n.y * 5.0, n.z * 2.2, 4) - 0.5;
            let x = lat * 5.5 + curl * 0.9;
            let bands = fbm1(x * 1.6 + 11.0, 4, 21);
            let fine = fbm2(x * 7.0, n.x * 1.5 + n.z * 1.5 + self.turn + curl * 3.0, 3);
            p.mix(q, smoothstep::<L>(0.30, 0.62, bands))
                .mix(r, smoothstep::<L>(0.55, 0.85, fine) * 0.5)
        } else {
            let a = fbm3(n.x * 3.0 + self.turn, n.y * 3.0, n.z * 3.0, 5);
            let b = fbm3(n.x * 11.0, n.y * 11.0, n.z * 11.0 + 5.0, 3);
            p.mix(q, smoothstep::<L>(0.40, 0.60, a))
                .mix(r, smoothstep::<L>(0.5, 0.8, b) * 0.5)
                * (0.7 + 0.6 * b)
        };
        let sun = splat::<L>(self.to_sun);
        let facing = n.dot(sun);
        let day = smoothstep::<L>(-0.10, 0.28, facing) * (0.25 + 0.75 * facing.max(0.0).sqrt());
        let mut shadow = f(1.0);
        if self.rings[1] > 0.0 {
            // Where the way to the sun passes through the rings.
            let up = sun.dot(axis);
            let k = -(lat / select(up.abs().lt(0.02), f(0.02), up));
            let foot = n + sun * k;
            let density = self.density((foot.dot(foot)).sqrt(), f(0.04));
            shadow = 1.0 - select(k.gt(0.0), density * 0.8, f(0.0));
        }
        let view = -(n.dot(ray.to));
        let rim = (1.0 - view.max(0.0)).squared();
        let light = color * splat(self.sun) * (day * shadow) * (1.0 - rim * 0.45);
        let light = light + splat(self.air) * (rim * (day + 0.05) * 1.3) + color * self.dark;
        (cover, light, t)
    }

    /// A thin glow of its air beyond its edge.
    #[inline(always)]
    pub fn halo<L: Lanes>(&self, ray: &Ray<L>) -> V<L> {
        let off = splat::<L>(self.middle) - ray.from;
        let b = off.dot(ray.to);
        let gap = ray.to * b - off;
        let beyond = (gap.dot(gap).sqrt() - self.radius) * (1.0 / self.radius);
        let side = smoothstep::<L>(-0.6, 0.9, gap.dot(splat(self.to_sun)) * (1.0 / self.radius));
        splat::<L>(self.air) * ((beyond.max(0.0) * -26.0).exp() * side * 0.35)
    }

    /// How thick the rings are at a distance from the middle in radii.
    #[inline(always)]
    fn density<L: Lanes>(&self, r: F<L>, w: F<L>) -> F<L> {
        let [inner, outer] = self.rings;
        let soft = w * 1.2;
        let inside = smoothstep::<L>(f(inner) - soft, soft + (inner + 0.06), r)
            * smoothstep::<L>(soft + outer, f(outer - 0.05) - soft, r);
        let broad = fbm1(r * 6.0, 3, 77).mix(f(0.45), smoothstep::<L>(0.03, 0.12, w));
        let fine = fbm1(r * 42.0, 3, 78).mix(f(0.5), smoothstep::<L>(0.003, 0.014, w));
        let gap = smoothstep::<L>(f(0.0), w + 0.03, (r - inner - (outer - inner) * 0.62).abs() + w * 0.5);
        inside * (smoothstep::<L>(0.2, 0.6, broad) * 0.75 + 0.15) * (0.45 + 0.9 * fine).min(1.0) * (0.15 + 0.85 * gap)
    }

    /// The rings: how much they cover, their light, their distance.
    #[inline(always)]
    pub fn rings<L: Lanes>(&self, ray: &Ray<L>) -> (F<L>, V<L>, F<L>) {
        let axis = splat::<L>(self.axis);
        let off = splat::<L>(self.middle) - ray.from;
        let along = ray.to.dot(axis);
        let t = off.dot(axis) / select(along.abs().lt(1e-3), f(1e-3), along);
        let p = (ray.at(t) - splat(self.middle)) * (1.0 / self.radius);
        let r = p.dot(p).sqrt();
        let w = t.max(0.0) * ray.pixel * (1.0 / self.radius) / along.abs().max(0.08);
        let cover = select(t.gt(0.0), self.density(r, w), f(0.0));
        // The planet's shadow on them.
        let sun = splat::<L>(self.to_sun);
        let b = p.dot(sun);
        let beside = (p.dot(p) - b * b).max(0.0).sqrt();
        let lit = 1.0 - smoothstep::<L>(1.04, 0.96, beside) * (b.lt(0.0)).to_float() * 0.96;
        let [p0, _, p2] = splats::<L, _>(self.colors);
        (cover * 0.92, p0.mix(p2, 0.5) * splat(self.sun) * (lit * 0.62), t)
    }
}
