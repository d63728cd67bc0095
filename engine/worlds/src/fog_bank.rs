//! A bank of fog over a world: what is some metres off is pale, what is far is gone, and it drifts.
//!
//! Extinction grows with the distance (Beer's law) and is thicker in drifting patches; over the horizon it thins out
//! with the height, as a layer on the ground does (Quilez, "Better fog", 2010).

use crate::{
    lanes::{F, Lanes, V, f, select, smoothstep, splat},
    noise::fbm2,
    overlay::{Overlay, SKY},
    scalar::{luminance, mix3, scale3},
    scene::Music,
    world::{Points, Staging},
};

/// Share a metre that a bank hides.
pub const DENSITY: f32 = 0.030;

/// A world's fog at a frame.
#[derive(Debug, Clone, Copy)]
pub struct FogBank {
    color: [f32; 3],
    horizon: f32,
    drift: f32,
    thick: f32,
}

impl FogBank {
    /// Of a world's air; it thickens with the bass.
    #[must_use]
    pub fn new(staging: &Staging, music: &Music) -> Self {
        // Fog is of all the light around: greyer than the horizon.
        let grey = luminance(staging.fog.color);
        Self {
            color: mix3(staging.fog.color, scale3([0.96, 1.0, 1.06], grey), 0.35),
            horizon: staging.camera.horizon,
            drift: (music.secs * 0.03) as f32,
            thick: 0.9 + 0.2 * music.bass,
        }
    }
}

impl Overlay for FogBank {
    #[inline(always)]
    fn over<L: Lanes>(&self, at: Points<L>, light: V<L>, distance: F<L>) -> (V<L>, F<L>) {
        let over = (at.y - self.horizon).max(0.0);
        let patch = fbm2(at.x * 0.8 + self.drift, at.y * 2.2 - self.drift * 0.3, 3);
        let through = (distance * (DENSITY * self.thick) * (patch * 1.3 + 0.35)).min(12.0);
        // High things and the sky look out of it.
        let layer = (over * -1.5).exp() * 0.62 + 0.30;
        let sky = smoothstep::<L>(0.5 * SKY, SKY, distance);
        let hides = (1.0 - (-through).exp()) * layer.mix(layer * (patch * 0.5 + 0.75), sky).min(0.97);
        let hides = select(distance.gt(0.0), hides, f(0.0));
        (
            light.mix(splat::<L>(self.color) * (patch * 0.25 + 0.88), hides),
            distance,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        camera::View,
        isa::Isa,
        overlay::lay,
        picture::{Picture, Prepared},
        scene::{Kind, Scene},
    };

    #[test]
    fn what_is_far_is_lost_in_it() {
        let world = Prepared::new(Kind::Meadow, &Scene::default());
        let bank = FogBank::new(world.staging(), &Music::default());
        let left = |distance: f32| {
            let shown = |own: f32| {
                let mut picture = Picture::new(64, 36);
                picture.distance.fill(distance);
                picture.light.iter_mut().for_each(|plane| plane.fill(own));
                lay(Isa::best(), View::WHOLE, &mut picture, &bank);
                picture.light[1].iter().sum::<f32>()
            };
            shown(1.0) - shown(0.0)
        };
        assert!(left(2.0) > 0.85 * left(0.01), "near things are clear");
        assert!(left(200.0) < 0.5 * left(2.0), "far things are not");
    }
}
