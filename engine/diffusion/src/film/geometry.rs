//! Where scenes lie in each other, and what the camera makes of them.
//!
//! Stage units as the diorama's: the picture's height is 1, its centre (0, 0), x to the right, y down.

use super::super::feedback::warp::Homography;
use phosphene_core::{
    direct::{Camera, SceneRef},
    raster::view::{Inset, View, pan_units},
    seed::mix,
};

/// Heights that a portal may have, in pictures.
const HEIGHTS: [f64; 2] = [0.30, 0.38];
/// How far its edge stays from the picture's, in pictures.
const MARGIN: f64 = 0.06;
/// How far the camera turns in depth towards what it pans to, in radians a picture.
const LEAN: f64 = 0.35;
/// The eye's distance from the picture in stage units.
const EYE: f64 = 1.5;

/// Where in a scene the next one lies. It depends on the scene's own seed alone.
#[must_use]
pub fn inset(scene: &SceneRef, aspect: f64) -> Inset {
    let part = |salt: u64| (mix([scene.seed, u64::from(scene.variant), salt]) >> 11) as f64 / (1_u64 << 53) as f64;
    let height = HEIGHTS[0] + (HEIGHTS[1] - HEIGHTS[0]) * part(1);
    // Nearer the middle more often than at the edge: two thrown together.
    let place = |salt: u64, side: f64| {
        let room = side * (0.5 - height / 2.0) - MARGIN;
        (part(salt) + part(salt + 1) - 1.0) * room
    };
    Inset {
        centre: [place(2, aspect), place(4, 1.0)],
        height,
    }
}

/// What the camera sees of the stage before any zoom: stage units to pictures (0 to 1 each way).
///
/// It is scaled up as far as it takes to see nothing past the picture's edge, however the camera is turned.
#[must_use]
pub fn lens(camera: &Camera, aspect: f64) -> Homography {
    let [pan_x, pan_y] = pan_units(camera, aspect);
    let moved = Homography::tilted(
        camera.pan[0].clamp(-0.5, 0.5) * LEAN,
        camera.pan[1].clamp(-0.5, 0.5) * LEAN,
        EYE,
    )
    .after(&Homography::scaled([1.0, 1.0], [-pan_x, -pan_y]))
    // The camera turns clockwise, so what it sees turns the other way.
    .after(&Homography::turned(-camera.rotate_rad));
    let back = moved.inverse();
    let need = [[-0.5, -0.5], [0.5, -0.5], [-0.5, 0.5], [0.5, 0.5]]
        .map(|[x, y]| {
            let [x, y] = back.apply([x * aspect, y]);
            (x.abs() * 2.0 / aspect).max(y.abs() * 2.0)
        })
        .into_iter()
        .fold(1.0, f64::max);
    let scale = need * camera.scale.clamp(1.0, 2.0);
    picture(aspect)
        .after(&moved)
        .after(&Homography::scaled([scale; 2], [0.0; 2]))
}

/// Stage units to pictures as they are.
#[must_use]
pub fn picture(aspect: f64) -> Homography {
    Homography::scaled([1.0 / aspect, 1.0], [0.5, 0.5])
}

/// A similarity of the stage as a map.
#[must_use]
pub fn map(view: &View) -> Homography {
    Homography([[view.a, -view.b, view.u], [view.b, view.a, view.v], [0.0, 0.0, 1.0]])
}

/// What the camera sees at its zoom into an inset: stage units of the outer scene to pictures.
#[must_use]
pub fn view(camera: &Camera, aspect: f64, inset: &Inset) -> Homography {
    lens(camera, aspect).after(&map(&inset.zoomed(camera.zoom)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASPECT: f64 = 16.0 / 9.0;

    fn scene(seed: u64) -> SceneRef {
        SceneRef {
            prompt: 0,
            variant: 0,
            seed,
        }
    }

    #[test]
    fn a_portal_lies_inside_its_scene() {
        for seed in 0..500 {
            for aspect in [ASPECT, 1.0, 9.0 / 16.0] {
                let Inset { centre: [x, y], height } = inset(&scene(seed), aspect);
                assert!(x.abs() + height * aspect / 2.0 < aspect / 2.0 && y.abs() + height / 2.0 < 0.5);
            }
        }
        assert_ne!(inset(&scene(1), ASPECT), inset(&scene(2), ASPECT));
    }

    #[test]
    fn the_camera_never_sees_past_the_edge() {
        for turn in [0.0, 0.4, -1.1] {
            for pan in [[0.0, 0.0], [0.08, -0.05], [-0.4, 0.3]] {
                let camera = Camera {
                    pan,
                    rotate_rad: turn,
                    scale: 1.0,
                    zoom: 0.0,
                };
                let back = lens(&camera, ASPECT).inverse();
                for corner in [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]] {
                    let [x, y] = back.apply(corner);
                    assert!(
                        x.abs() <= ASPECT / 2.0 + 1e-9 && y.abs() <= 0.5 + 1e-9,
                        "{turn} {pan:?}: {x} {y}"
                    );
                }
            }
        }
    }

    #[test]
    fn at_the_cue_the_inner_scene_is_where_the_next_shot_begins() {
        let (outer, inner) = (scene(3), scene(4));
        let inset_outer = inset(&outer, ASPECT);
        let camera = |zoom: f64| Camera {
            zoom,
            pan: [0.01, -0.02],
            rotate_rad: 0.05,
            scale: 1.02,
        };
        let end = view(&camera(1.0), ASPECT, &inset_outer).after(&map(&inset_outer.view()));
        let start = view(&camera(0.0), ASPECT, &inset(&inner, ASPECT));
        for point in [[0.0, 0.0], [0.7, -0.4], [-0.8, 0.45]] {
            let (a, b) = (end.apply(point), start.apply(point));
            assert!((a[0] - b[0]).abs() < 1e-9 && (a[1] - b[1]).abs() < 1e-9, "{a:?} {b:?}");
        }
    }
}
