//! The scenes of a frame, one inside the other: where each lies, how its layers move and how they are numbered.

use super::super::drawing::Motion;
use super::{
    canvas::Now,
    scene::Scene,
    wayside::{self, Wayside},
};
use phosphene_core::{
    direct::FrameSpec,
    raster::{
        affine::{Affine, Grade},
        view::{self, View},
    },
};

/// One level of nesting at a frame.
pub struct Nest<'a> {
    pub scene: &'a Scene,
    pub now: Now,
    /// The scene's own zoom: below 0 when it is seen through a portal.
    pub zoom: f64,
    pub zoom_before: f64,
    /// Stage units at the portal's plane to pixels of the whole picture.
    pub view: View,
    pub view_before: View,
    pan: [f64; 2],
    pan_before: [f64; 2],
    /// The layer of its first plane, and how many layers the scenes inside it have.
    first_layer: usize,
    inner_layers: usize,
}

impl Motion {
    /// `grades` are those of the outermost scene and of those inside it.
    pub(super) fn set(&mut self, nests: &[Nest], grades: &[Grade; 2], aspect: f64) {
        let layers = nests.first().map_or(1, Nest::layers);
        self.to_before.resize(layers, Affine::IDENTITY);
        self.grades.resize(layers, grades[0]);
        for (level, nest) in nests.iter().enumerate() {
            let plan = &nest.scene.plan;
            for plane in 0..plan.planes.len() {
                let (view, before) = nest.plane_views(plane, aspect);
                self.to_before[nest.layer(plane)] = view.to(&before);
                self.grades[nest.layer(plane)] = grades[level.min(1)];
            }
            for tier in 0..wayside::TIERS.len() {
                let [view, before] = [(&nest.view, nest.zoom), (&nest.view_before, nest.zoom_before)]
                    .map(|(root, zoom)| Wayside::view(root, tier, plan, zoom, aspect));
                self.to_before[nest.passing_layer(tier)] = view.to(&before);
                self.grades[nest.passing_layer(tier)] = grades[level.min(1)];
            }
        }
    }
}

/// The levels of a frame, from the one that the camera is in to the innermost.
pub fn nest<'a>(spec: &FrameSpec, chain: &[&'a Scene], width: usize, height: usize, aspect: f64) -> Vec<Nest<'a>> {
    let now = Now {
        clock: spec.clock,
        reactive: spec.reactive,
    };
    let mut view = view::camera_view(&spec.camera, width, height);
    let mut view_before = view::camera_view(&spec.camera_before, width, height);
    let mut nests = Vec::with_capacity(chain.len());
    let mut first_layer = 0;
    for (level, scene) in chain.iter().enumerate() {
        let inset = scene.plan.portal.inset(aspect);
        let (zoom, zoom_before) = (spec.camera.zoom - level as f64, spec.camera_before.zoom - level as f64);
        if level == 0 {
            view = view.after(&inset.zoomed(zoom));
            view_before = view_before.after(&inset.zoomed(zoom_before));
        }
        nests.push(Nest {
            scene,
            now,
            zoom,
            zoom_before,
            view,
            view_before,
            pan: view::pan_units(&spec.camera, aspect),
            pan_before: view::pan_units(&spec.camera_before, aspect),
            first_layer,
            inner_layers: chain[level + 1..].iter().map(|scene| scene.layers()).sum(),
        });
        first_layer += scene.portal_plane() + 1;
        view = view.after(&inset.view());
        view_before = view_before.after(&inset.view());
    }
    nests
}

impl Nest<'_> {
    /// The layers of this scene and those inside it.
    pub fn layers(&self) -> usize {
        self.scene.layers() + self.inner_layers
    }

    /// A plane's layer. Layers count from back to front: what is seen through the portal lies between its plane and
    /// the next. They are the same in all frames that show the same scenes.
    pub fn layer(&self, plane: usize) -> usize {
        let before_portal = plane > self.scene.portal_plane();
        self.first_layer + plane + if before_portal { self.inner_layers } else { 0 }
    }

    /// The layer of a tier of what passes us.
    pub fn passing_layer(&self, tier: usize) -> usize {
        self.first_layer + self.inner_layers + self.scene.plan.planes.len() + tier
    }

    /// A plane's stage units to pixels of the whole picture: nearer planes shift and grow more.
    pub fn plane_views(&self, plane: usize, aspect: f64) -> (View, View) {
        let near = self.scene.plan.nearness(plane);
        let inset = self.scene.plan.portal.inset(aspect);
        let view = |root: &View, zoom: f64, pan: [f64; 2]| {
            // Passing things grow faster than the portal; those behind it slower. Seen from outside, all stand still.
            let way = zoom.clamp(0.0, 1.0);
            let grow = inset.height.powf(-way * near * wayside::GROWTH);
            let shift = near * 0.7 * inset.height.powf(way);
            let mut own = View::about(grow, inset.fixed_point());
            own.u -= pan[0] * shift;
            own.v -= pan[1] * shift;
            root.after(&own)
        };
        (
            view(&self.view, self.zoom, self.pan),
            view(&self.view_before, self.zoom_before, self.pan_before),
        )
    }
}
