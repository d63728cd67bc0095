//! What is laid over a shaded world, of whatever kind it is: northern light, fog banks, fire. It sees each pixel's light
//! and distance, so it stands between what is near and what is far.

use crate::{
    aurora::Aurora,
    blaze::Blaze,
    camera::View,
    fog_bank::{self, FogBank},
    isa::{self, Isa, Kernel},
    lanes::{F, Lanes, N, V},
    lightning::Lightning,
    picture::Picture,
    scene::Scene,
    world::{FAR, Points, Staging},
};

/// From this distance along the view axis on it is sky, in metres: some worlds have it [`FAR`] along the ray.
pub const SKY: f32 = 0.5 * FAR;

/// What is asked for over a world, whatever its kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Asked {
    /// Forked lightning in its sky.
    pub lightning: bool,
    /// Northern light in its sky.
    pub aurora: bool,
    /// Fires on its ground.
    pub fire: bool,
    /// A bank of fog.
    pub fog: bool,
}

/// What lies over a prepared world at one frame.
#[derive(Debug, Clone, Default)]
pub struct Overlays {
    /// Between bolts none.
    pub lightning: Option<Lightning>,
    /// Northern light.
    pub aurora: Option<Aurora>,
    /// Fires.
    pub blaze: Option<Blaze>,
    /// Fog.
    pub fog: Option<FogBank>,
}

/// Light (linear) of a burning place on who stands there.
const FIRELIGHT: [f32; 3] = [0.95, 0.30, 0.06];
/// Light of a bolt at its brightest from all around.
const BOLTLIGHT: [f32; 3] = [0.10, 0.115, 0.15];

impl Overlays {
    /// What is asked for over a world with this staging and ground, which takes their light and fog.
    #[must_use]
    pub fn new(scene: &Scene, asked: Asked, staging: &mut Staging, ground: &dyn Fn(f32, f32) -> f32) -> Self {
        let music = &scene.music;
        let bolt = || Lightning::new(scene.seed, staging, music);
        let overlays = Self {
            lightning: asked.lightning.then(bolt).flatten(),
            aurora: asked.aurora.then(|| Aurora::new(scene, staging.camera.horizon)),
            blaze: asked.fire.then(|| Blaze::new(scene.seed, staging, ground, music)),
            fog: asked.fog.then(|| FogBank::new(staging, music)),
        };
        let ambient = &mut staging.ambient;
        if let Some(bolt) = &overlays.lightning {
            *ambient = [0, 1, 2].map(|k| ambient[k] + BOLTLIGHT[k] * bolt.strength());
        }
        if overlays.blaze.is_some() {
            *ambient = [0, 1, 2].map(|k| ambient[k] + 0.08 * FIRELIGHT[k]);
            staging.key.color = [0, 1, 2].map(|k| staging.key.color[k] + FIRELIGHT[k]);
        }
        if overlays.fog.is_some() {
            staging.fog.density += 0.5 * fog_bank::DENSITY;
        }
        overlays
    }

    /// Lays them all over what `view` shows, far to near.
    pub fn lay(&self, isa: Isa, view: View, picture: &mut Picture) {
        if let Some(aurora) = &self.aurora {
            lay(isa, view, picture, aurora);
        }
        if let Some(bolt) = &self.lightning {
            bolt.draw(picture, view);
        }
        if let Some(fog) = &self.fog {
            lay(isa, view, picture, fog);
        }
        if let Some(blaze) = &self.blaze {
            lay(isa, view, picture, blaze);
        }
    }
}

/// Something laid over a picture.
pub trait Overlay {
    /// The light and distance of sixteen points with it, of those without. To be inlined whole.
    fn over<L: Lanes>(&self, at: Points<L>, light: V<L>, distance: F<L>) -> (V<L>, F<L>);
}

/// Lays it over what `view` shows of a world. What was not shaded (black, and infinitely far) stays so.
pub fn lay(isa: Isa, view: View, picture: &mut Picture, overlay: &impl Overlay) {
    isa::run(isa, Laying { overlay, view, picture });
}

struct Laying<'a, O> {
    overlay: &'a O,
    view: View,
    picture: &'a mut Picture,
}

impl<O: Overlay> Kernel for Laying<'_, O> {
    #[inline(always)]
    fn run<L: Lanes>(self) {
        let Self { overlay, view, picture } = self;
        let (pixel, aspect, stride) = (picture.pixel(), picture.aspect(), picture.stride());
        let scale = 1.0 / view.zoom;
        let (sin, cos) = (crate::scalar::sin(view.turn), crate::scalar::cos(view.turn));
        let mut across = [0.0f32; N];
        for row in 0..picture.height() {
            for left in (0..stride).step_by(N) {
                let o = row * stride + left;
                let load = |plane: &[f32]| {
                    let mut lanes = [0.0f32; N];
                    lanes.copy_from_slice(&plane[o..o + N]);
                    lanes
                };
                let [r, g, b] = [0, 1, 2].map(|k| load(&picture.light[k]));
                let far = load(&picture.distance);
                if (0..N).all(|k| far[k] >= FAR && r[k] + g[k] + b[k] <= 0.0) {
                    continue;
                }
                for (lane, x) in across.iter_mut().enumerate() {
                    *x = (left + lane) as f32 + 0.5;
                }
                let shown_x = F::<L>::load(&across) * pixel - aspect;
                let shown_y = F::<L>::from(1.0 - (row as f32 + 0.5) * pixel);
                let at = Points {
                    x: (shown_x * cos + shown_y * sin - view.offset[0]) * scale,
                    y: (shown_y * cos - shown_x * sin - view.offset[1]) * scale,
                    pixel: pixel * scale,
                };
                let light = crate::lanes::v(F::<L>::load(&r), F::<L>::load(&g), F::<L>::load(&b));
                let distance = F::<L>::load(&far);
                let (light, distance) = L::outlined(
                    #[inline(always)]
                    || overlay.over(at, light, distance),
                );
                let planes = picture.light.iter_mut().chain([&mut picture.distance]);
                let lanes = [light.x.max(0.0), light.y.max(0.0), light.z.max(0.0), distance];
                for (plane, lanes) in planes.zip(lanes) {
                    if let Some(to) = plane[o..].first_chunk_mut::<N>() {
                        lanes.store(to);
                    }
                }
            }
        }
    }
}
