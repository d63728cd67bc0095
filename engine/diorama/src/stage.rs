//! The stage: draws scenes lit and deep, nested in each other, at the size at which they are seen.
//!
//! A scene is a [`plan::SetPlan`] (planes in depth, ground, portal) drawn by its set with a [`canvas::Canvas`], and
//! the props of its [`Design`] laid out on it. The next scene is drawn the same way into a buffer of its own and laid
//! into the portal; at zoom 1 it fills the picture, so the cue between two scenes is seen by nobody.

use std::sync::Arc;

use super::{
    design::{Design, PropId},
    drawing::{Drawing, Motion},
    props::{self, Picture},
};
use crate::error::Result;
use phosphene_core::{
    direct::{FrameSpec, SceneRef},
    raster::{
        affine::Grade,
        colour::grade_matrix,
        lanes::{add, greater, lesser, scale},
    },
};

mod actors;
mod buffer;
pub mod canvas;
pub mod chance;
pub mod layout;
pub mod look;
mod nest;
mod outline;
pub mod plan;
mod portal;
mod scene;
pub mod sets;
mod sprite;
#[cfg(test)]
mod tests;
mod wayside;

use buffer::{Buffer, Region};
use nest::{Nest, nest};
pub use scene::Scratch;
use scene::{Ready, Scene};
use wayside::Wayside;

/// All scenes of a video, shared by its sketchers.
#[derive(Debug, Clone)]
pub struct Stage {
    designs: Vec<Design>,
    /// One a prop of each design.
    pictures: Vec<Vec<Arc<Picture>>>,
    ready: Arc<Ready>,
}

impl Stage {
    /// A stage for these designs; [`FrameSpec::scenes`] refer to them by index.
    ///
    /// # Errors
    /// [`phosphene_core::Error::Asset`] when the prop library is damaged.
    pub fn new(designs: &[Design]) -> Result<Self> {
        Self::with_pictures(designs, props::picture)
    }

    /// A stage whose props' pictures come from elsewhere.
    ///
    /// # Errors
    /// The first that `picture` returns.
    pub fn with_pictures(designs: &[Design], picture: impl Fn(PropId) -> Result<Picture>) -> Result<Self> {
        Self::with_known(designs, Vec::new(), picture)
    }

    fn with_known(
        designs: &[Design],
        mut known: Vec<(PropId, Arc<Picture>)>,
        picture: impl Fn(PropId) -> Result<Picture>,
    ) -> Result<Self> {
        let mut pictures = Vec::with_capacity(designs.len());
        for design in designs {
            let mut row = Vec::with_capacity(design.props.len());
            for prop in &design.props {
                let found = known
                    .iter()
                    .find(|(id, _)| *id == prop.prop)
                    .map(|(_, p)| Arc::clone(p));
                let shared = match found {
                    Some(shared) => shared,
                    None => {
                        let fresh = Arc::new(picture(prop.prop)?);
                        known.push((prop.prop, Arc::clone(&fresh)));
                        fresh
                    }
                };
                row.push(shared);
            }
            pictures.push(row);
        }
        Ok(Self {
            designs: designs.to_vec(),
            pictures,
            ready: Arc::default(),
        })
    }

    /// A stage for other designs; pictures that this one has are shared.
    ///
    /// # Errors
    /// [`phosphene_core::Error::Asset`] when the prop library is damaged.
    pub fn redesigned(&self, designs: &[Design]) -> Result<Self> {
        let mut known: Vec<(PropId, Arc<Picture>)> = Vec::new();
        for (design, row) in self.designs.iter().zip(&self.pictures) {
            known.extend(
                design
                    .props
                    .iter()
                    .map(|prop| prop.prop)
                    .zip(row.iter().map(Arc::clone)),
            );
        }
        Self::with_known(designs, known, props::picture)
    }

    /// Draws a frame. `drawing` is resized and written whole.
    ///
    /// # Panics
    /// When the spec refers to a design that was not given.
    pub fn draw(&self, spec: &FrameSpec, width: usize, height: usize, drawing: &mut Drawing, scratch: &mut Scratch) {
        let aspect = width as f64 / height as f64;
        scratch.make_ready(self, &spec.scenes, aspect);
        // Taken out, so that the scenes can be borrowed meanwhile.
        let mut buffers = std::mem::take(&mut scratch.buffers);
        let chain = scratch.chain(&spec.scenes, aspect);
        let nests = nest(spec, &chain, width, height, aspect);
        buffers.resize_with(nests.len().max(buffers.len()).max(1), Buffer::default);
        let whole = Region {
            x: 0,
            y: 0,
            width: width.next_multiple_of(2).max(4),
            height: height.next_multiple_of(2).max(4),
        };
        draw_nest(&nests, &mut buffers, whole, aspect);
        let mut motion = Motion::default();
        motion.set(&nests, &grades(spec, &chain), aspect);
        hand_over(&buffers[0], &motion.grades, (width, height), drawing);
        drawing.to_before = motion.to_before;
        scratch.buffers = buffers;
    }

    /// How a frame's layers move and are graded: what [`Stage::draw`] would say, without drawing.
    ///
    /// # Panics
    /// As [`Stage::draw`].
    pub fn motion(
        &self,
        spec: &FrameSpec,
        (width, height): (usize, usize),
        scratch: &mut Scratch,
        motion: &mut Motion,
    ) {
        let aspect = width as f64 / height as f64;
        scratch.make_ready(self, &spec.scenes, aspect);
        let chain = scratch.chain(&spec.scenes, aspect);
        let nests = nest(spec, &chain, width, height, aspect);
        motion.set(&nests, &grades(spec, &chain), aspect);
    }

    fn scene(&self, key: SceneRef, aspect: f64) -> Arc<Scene> {
        self.ready.scene(key, aspect, || {
            Scene::new(&self.designs[key.prompt], &self.pictures[key.prompt], key, aspect)
        })
    }
}

fn draw_nest(nests: &[Nest], buffers: &mut [Buffer], region: Region, aspect: f64) {
    let (Some((nest, inner)), Some((own, rest))) = (nests.split_first(), buffers.split_first_mut()) else {
        return;
    };
    let scene = nest.scene;
    let portal = &scene.plan.portal;
    let portal_plane = scene.portal_plane();
    let seen = inner
        .first()
        .and_then(|_| outline::seen(portal, &nest.view, nest.zoom, aspect, region));
    if nest.zoom >= outline::OPEN && seen.is_some() {
        // The portal has left the picture: there is nothing but the next scene.
        draw_nest(inner, buffers, region, aspect);
        return;
    }
    own.resize(region);
    own.clear();
    if let Some(seen) = seen {
        draw_nest(inner, rest, seen, aspect);
    }
    let outline = portal.outline(nest.zoom, aspect);
    let keep = 1.0 - portal.veiled(nest.zoom);
    // What stands in front of the portal stays behind us as we pass.
    let over = chance::smoothstep(0.4, 0.62, nest.zoom as f32);
    for plane in 0..scene.plan.planes.len() {
        let layer = nest.layer(plane) as u8;
        let view = nest.plane_views(plane, aspect).0;
        let mut local = region.shift(&view);
        if scene.plan.planes[plane].depth < 0.1 {
            // The foreground starts at a clap.
            let shake = 0.004 * f64::from(nest.now.reactive.snare) * (nest.now.clock.beat * 40.0).sin();
            local.v += shake * view.scale();
        }
        let mut canvas = scene.canvas(plane, (layer, local), nest.now, own);
        (scene.plan.planes[plane].draw)(&mut canvas);
        for (actor, sprite) in scene.actors.iter().filter(|(actor, _)| actor.plane == plane) {
            actors::draw(actor, &scene.sprites[*sprite], &mut canvas);
        }
        if plane == portal_plane {
            portal.draw_behind(&mut canvas, nest.zoom);
            if seen.is_some() && over < 1.0 {
                outline::lay_in(&outline, &view, keep, &rest[0], own);
            }
            if over <= 0.0 || seen.is_none() {
                let mut canvas = scene.canvas(plane, (layer, local), nest.now, own);
                portal.draw_edge(&mut canvas, nest.zoom, seen.is_some());
            }
        }
    }
    if !scene.plan.indoors {
        let plane = scene.plan.planes.len() - 1;
        let layer = nest.layer(plane) as u8;
        let local = region.shift(&nest.view);
        scene.canvas(plane, (layer, local), nest.now, own).weather();
    }
    for tier in 0..wayside::TIERS.len() {
        let layer = nest.passing_layer(tier) as u8;
        let view = region.shift(&Wayside::view(&nest.view, tier, &scene.plan, nest.zoom, aspect));
        let mut canvas = scene.canvas(portal_plane, (layer, view), nest.now, own);
        scene.wayside.draw(tier, &mut canvas, nest.zoom);
    }
    if over > 0.0 && seen.is_some() {
        outline::lay_in(&outline, &nest.view, keep * over, &rest[0], own);
        let layer = nest.layer(portal_plane) as u8;
        let mut canvas = scene.canvas(portal_plane, (layer, region.shift(&nest.view)), nest.now, own);
        portal.draw_edge(&mut canvas, nest.zoom, true);
    }
}

/// How the current scene and those inside it are graded.
fn grades(spec: &FrameSpec, chain: &[&Scene]) -> [Grade; 2] {
    let now = &spec.reactive;
    let intensity = spec.intensity.clamp(0.0, 2.0);
    let saturation = (0.4 + 0.6 * intensity) * (1.0 - 0.45 * now.build.clamp(0.0, 1.0));
    let loud = 0.97 + 0.06 * now.loudness + 0.03 * now.kick.min(1.0) + 0.28 * now.burst.clamp(0.0, 1.0);
    let gain = (0.55 + 0.45 * intensity) * loud;
    let own = grade_matrix(saturation, spec.palette_shift_deg, gain);
    let mut tinted = own;
    if let [current, next, ..] = chain {
        // The light of the next scene comes through the portal.
        let (from, to) = (current.look.haze.srgb(), next.look.haze.srgb());
        let luma = |c: [f32; 3]| (0.3 * c[0] + 0.6 * c[1] + 0.1 * c[2]).max(0.05);
        for (i, row) in tinted.iter_mut().enumerate() {
            let pull = (to[i] / luma(to)) / (from[i] / luma(from)).max(0.2);
            let gain = 1.0 + (pull.clamp(0.75, 1.3) - 1.0) * 0.6 * spec.approach.clamp(0.0, 1.0);
            row.iter_mut().for_each(|v| *v *= gain);
        }
    }
    [tinted, own]
}

/// Grades the picture, and gives each pixel the layer, light and hold of its half-size pixel.
fn hand_over(from: &Buffer, grades: &[Grade], (width, height): (usize, usize), drawing: &mut Drawing) {
    let pixels = width * height;
    drawing.width = width;
    drawing.height = height;
    drawing.rgb.resize(pixels * 3, 0.0);
    drawing.layer.resize(pixels, 0);
    drawing.glow.resize(pixels, 0.0);
    drawing.hold.resize(pixels, 0);
    let (stride, half) = (from.region.width, from.region.width / 2);
    for y in 0..height {
        let marks = from.aux[(y / 2) * half * 4..][..half * 4].as_chunks::<4>().0;
        let row = from.rgba[y * stride * 4..][..stride * 4].as_chunks::<4>().0;
        let rgb = drawing.rgb[y * width * 3..][..width * 3].as_chunks_mut::<3>().0;
        let layer = &mut drawing.layer[y * width..][..width];
        let glow = &mut drawing.glow[y * width..][..width];
        let hold = &mut drawing.hold[y * width..][..width];
        let pairs = layer.chunks_mut(2).zip(glow.chunks_mut(2)).zip(hold.chunks_mut(2));
        for (((layer, glow), hold), mark) in pairs.zip(marks) {
            layer.fill(mark[0]);
            glow.fill(f32::from(mark[1]) * (1.0 / 255.0));
            hold.fill(mark[2]);
        }
        // Runs of pixels that are graded alike.
        let grade = |mark: &[u8; 4]| &grades[usize::from(mark[0])];
        let mut x = 0;
        while x < width {
            let own = grade(&marks[x / 2]);
            let run = marks[x / 2..].iter().take_while(|m| grade(m) == own).count();
            let end = (x / 2 + run).saturating_mul(2).min(width);
            let [red, green, blue] = [0, 1, 2].map(|j| [own[0][j], own[1][j], own[2][j], 0.0].map(|v| v / 255.0));
            for (rgb, c) in rgb[x..end].iter_mut().zip(&row[x..end]) {
                let [r, g, b] = [c[0], c[1], c[2]].map(f32::from);
                let graded = add(add(scale(red, r), scale(green, g)), scale(blue, b));
                let graded = lesser(greater(graded, [0.0; 4]), [1.0; 4]);
                rgb.copy_from_slice(&graded[..3]);
            }
            x = end;
        }
    }
}
