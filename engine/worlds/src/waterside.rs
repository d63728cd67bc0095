//! What the worlds at the water share: where the light stands over it, where a ray meets its surface and goes from there,
//! what the surface shows of what is mirrored, the sky behind, and the facts for figures.
//!
//! The water is the level y = 0. A ray that goes down is mirrored there first and then meets the same land, so a pixel
//! costs one walk.

use crate::{
    air::Air,
    camera::Camera,
    lanes::{F, Lanes, M, V, f, splat, v},
    scalar::{normalize, scale3},
    sky::Sky,
    water::{Slopes, Water},
    world::{FAR, KeyLight, Opening, Place, Portal, Role, Staging, Surface},
};

/// A place at the water at one frame.
#[derive(Debug, Clone, Copy)]
pub struct Waterside {
    /// Where it is seen from.
    pub camera: Camera,
    /// The sky over it.
    pub sky: Sky,
    /// The air before it.
    pub air: Air,
    /// Its surface.
    pub water: Water,
    /// Light that comes out of the water.
    pub deep: [f32; 3],
    /// Where sun or moon is seen.
    pub sun_at: [f32; 2],
    /// Left (-1) or right, where the light is not.
    pub side: f32,
}

/// Where rays meet the water.
#[derive(Clone, Copy)]
pub struct Meeting<L: Lanes> {
    /// Which do.
    pub below: M<L>,
    /// Metres along the ray.
    pub range: F<L>,
    /// Right, in metres.
    pub x: F<L>,
    /// Forward, in metres.
    pub z: F<L>,
    /// Metres that a pixel averages there.
    pub footprint: F<L>,
}

/// What the water makes of rays: those that do not meet it are as they were.
#[derive(Clone, Copy)]
pub struct Mirrored<L: Lanes> {
    /// Where they start now.
    pub from: V<L>,
    /// Where they go.
    pub ray: V<L>,
    /// The share that is mirrored; 1 beside the water.
    pub fresnel: F<L>,
    /// The sun broken on the waves.
    pub glitter: F<L>,
    /// Variance of the slopes that the footprint averages away.
    pub rough: F<L>,
    /// 1 beside the water, 0 on it: the disc of sun or moon is seen there, and glints here.
    pub straight: F<L>,
}

/// Lets the light stand at least as steep as `lift` (height by length), in the picture not above `top` and not beyond
/// `side`.
pub fn stand_light(sky: &mut Sky, camera: &Camera, lift: f32, [top, side]: [f32; 2]) {
    if sky.direction[1] < lift {
        sky.direction = normalize([sky.direction[0], lift, sky.direction[2]]);
    }
    sky.stand_within(camera, top, side);
}

impl Waterside {
    /// Of what it consists of.
    #[must_use]
    pub fn new(camera: Camera, sky: Sky, air: Air, water: Water, deep: [f32; 3]) -> Self {
        let sun_at = camera.project_direction(sky.direction).unwrap_or([0.0, 0.4]);
        Self {
            camera,
            sky,
            air,
            water,
            deep,
            sun_at,
            side: if sun_at[0] > 0.0 { -1.0 } else { 1.0 },
        }
    }

    /// Meets the level y = 0, at most `far` metres ahead.
    #[inline(always)]
    pub fn meet<L: Lanes>(&self, d: V<L>, pixel: f32, far: f32) -> Meeting<L> {
        let fall = (-d.y).max(1e-4);
        let range = (self.camera.position[1] / fall).min(far / d.z.max(0.2));
        Meeting {
            below: d.y.lt(-1e-4),
            range,
            x: d.x * range + self.camera.position[0],
            z: d.z * range + self.camera.position[2],
            footprint: range * pixel / fall.max(0.02).sqrt(),
        }
    }

    /// Rays as they are beside the water.
    #[inline(always)]
    pub fn straight<L: Lanes>(&self, d: V<L>) -> Mirrored<L> {
        Mirrored {
            from: splat(self.camera.position),
            ray: d,
            fresnel: f(1.0),
            glitter: f(0.0),
            rough: f(0.0),
            straight: f(1.0),
        }
    }

    /// Mirrors rays where `on` holds at the surface with these slopes; `share` is the factor of what Fresnel's law gives
    /// and what is mirrored besides, as the eye expects of a water that is seen steeply.
    #[inline(always)]
    pub fn mirror<L: Lanes>(
        &self,
        d: V<L>,
        (on, at): (M<L>, &Meeting<L>),
        slopes: Slopes<L>,
        share: [f32; 2],
    ) -> Mirrored<L> {
        let normal = v(-slopes.x, f(1.0), -slopes.z).normalized();
        let mut ray = d.reflected(normal);
        ray.y = ray.y.max(0.0) + 0.002;
        let high = self.camera.position[1];
        Mirrored {
            from: V::select(on, v(at.x, f(0.0), at.z), splat(self.camera.position)),
            ray: V::select(on, ray.normalized(), d),
            fresnel: self.water.fresnel(d, normal, slopes.rough) * share[0] + share[1],
            glitter: self.water.glitter(&self.sky, d, (at.x, at.z), at.range, slopes, high),
            rough: slopes.rough,
            straight: crate::lanes::select(on, f(0.0), f(1.0)),
        }
    }

    /// What the surface shows: the water below, what it mirrors, and the sun broken on it.
    #[inline(always)]
    pub fn surface<L: Lanes>(&self, seen: V<L>, mirrored: &Mirrored<L>) -> V<L> {
        let glare = if self.sky.is_moon { 0.6 } else { 0.23 };
        splat::<L>(self.deep).mix(seen, mirrored.fresnel)
            + splat::<L>(self.sky.sun) * ((mirrored.glitter * self.water.sparkle).min(3.0) * glare)
    }

    /// The sky behind everything, with `disc` of its sun or moon, before air of the colour `haze`.
    #[inline(always)]
    pub fn behind<L: Lanes>(&self, d: V<L>, pixel: f32, disc: F<L>, haze: V<L>) -> V<L> {
        let base = self.sky.base(d);
        let mut light = base + self.sky.starlight(d, pixel);
        let seen = disc.gt(0.0).any();
        if seen {
            light += self.sky.disc(d, pixel) * disc;
        }
        // Waves leave nothing of the finest.
        let (cloud, cover) = self.sky.clouds_before(base, d, if seen { 4 } else { 2 });
        let sky = light.mix(cloud, cover * 0.93) + self.air.lightning(d, pixel);
        self.air.before_sky(sky, haze, d)
    }

    /// A place seen at picture x, `depth` metres ahead and `high` over the water.
    #[must_use]
    pub fn place(&self, role: Role, x: f32, high: f32, depth: f32, room: f32) -> Place {
        crate::stand::place(&self.camera, role, x, depth, high, room)
    }

    /// Metres at which a person is a quarter of the picture's height tall and has the feet in the picture.
    #[must_use]
    pub fn near(&self) -> f32 {
        crate::stand::depth_of_hero(&self.camera, 0.25)
    }

    /// The facts: sun or moon is the key light and the portal.
    #[must_use]
    pub fn staging(&self, surface: Surface, places: Vec<Place>) -> Staging {
        Staging {
            camera: self.camera,
            key: KeyLight {
                direction: self.sky.direction,
                color: scale3(self.sky.sun, 0.23),
            },
            ambient: scale3(self.sky.middle, 0.37),
            fog: self.air.fog(&self.sky),
            surface,
            places,
            portal: Portal {
                opening: Opening::Disc,
                centre: self.sun_at,
                radius: 0.11,
                distance: FAR,
                spills: false,
            },
        }
    }
}
