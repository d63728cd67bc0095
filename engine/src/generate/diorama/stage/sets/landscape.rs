//! A plain landscape for the sets that are not drawn yet.

use super::super::{
    super::colour::oklch,
    canvas::{Canvas, Ridge, Shape, Tree},
    look::Look,
    plan::{Floor, Plane, Portal, PortalShape, Rim, SetPlan, Stand},
};

const HORIZON: f32 = 0.12;

/// Hills under the sun.
pub fn plan(look: &mut Look) -> SetPlan {
    let a = look.aspect;
    look.key.at[1] = -0.16;
    let stand = |y, scale| Stand {
        plane: "field",
        y,
        x: [-0.42 * a, 0.42 * a],
        scale,
        floor: Floor::Land,
    };
    SetPlan {
        horizon: HORIZON,
        indoors: false,
        planes: vec![
            Plane::new("sky", 1.0, |c| c.sky()),
            Plane::new("hills", 0.7, hills),
            Plane::new("field", 0.3, field),
            Plane::new("front", 0.0, front),
        ],
        stands: vec![stand(0.4, 1.0), stand(0.3, 0.75), stand(0.45, 1.1)],
        air: [-0.4 * a, -0.36, 0.4 * a, -0.05],
        air_plane: "hills",
        heavens: [-0.42 * a, -0.4, 0.42 * a, -0.2],
        heavens_plane: "sky",
        portal: Portal {
            plane: "sky",
            at: look.key.at,
            height: 0.22_f32.min(0.36 * a),
            shape: PortalShape::Disc,
            rim: Rim::Glow(look.sun()),
            fill: look.sun(),
            veil: 0.5,
        },
    }
}

fn hills(c: &mut Canvas) {
    let ridge = |y, height| Ridge {
        y,
        height,
        wave: 0.4,
        rough: 0.4,
    };
    c.hills("far", ridge(0.06, 0.06), oklch(0.55, 0.06, 170.0));
    c.hills("near", ridge(0.13, 0.04), oklch(0.55, 0.09, 140.0));
}

fn field(c: &mut Canvas) {
    let ridge = Ridge {
        y: 0.24,
        height: 0.03,
        wave: 0.9,
        rough: 0.3,
    };
    c.hills("field", ridge, oklch(0.62, 0.1, 130.0));
    let ink = c.look.shade(oklch(0.4, 0.08, 140.0), 0.25);
    let seed = c.seed("field");
    c.tree_row(
        "trees",
        &[Tree::Round, Tree::Poplar],
        [c.left(), c.right()],
        (9, 0.12),
        ink,
        |x| ridge.at(seed, x) + 0.01,
    );
}

fn front(c: &mut Canvas) {
    let ink = c.look.silhouette(0.0);
    c.fill(
        &Shape::below([c.left(), c.right()], c.bottom(), 40, |x| 0.52 - 0.06 * (x * 1.3).abs()),
        ink,
    );
    c.grass("grass", [c.left(), c.right()], 0.53, (90, 0.1), ink);
}
