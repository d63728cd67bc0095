//! A scene made ready to be drawn, once for all sketchers that show it.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use super::super::{
    design::{Design, Place},
    props::Picture,
};
use super::{
    Stage,
    buffer::Buffer,
    canvas::{Canvas, Now},
    chance,
    layout::{self, Actor},
    look::Look,
    plan::{Floor, SetPlan},
    sets,
    sprite::{Lighting, Sprite},
    wayside::{self, Wayside},
};
use phosphene_core::{direct::SceneRef, raster::view::View};

/// Scenes kept ready in a [`Scratch`].
const KEPT_SCENES: usize = 4;

/// Scenes that some scratch keeps.
#[derive(Debug, Default)]
pub struct Ready(Mutex<Vec<Weak<Scene>>>);

impl Ready {
    /// A scene that is kept somewhere, or else a new one; one that is being made elsewhere is waited for.
    pub fn scene(&self, key: SceneRef, aspect: f64, make: impl FnOnce() -> Scene) -> Arc<Scene> {
        let mut ready = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ready.retain(|scene| scene.strong_count() > 0);
        let known = ready
            .iter()
            .filter_map(Weak::upgrade)
            .find(|scene| scene.is(key, aspect));
        known.unwrap_or_else(|| {
            let scene = Arc::new(make());
            ready.push(Arc::downgrade(&scene));
            scene
        })
    }
}

/// What one sketcher keeps between frames; any scratch draws the same picture.
#[derive(Default)]
pub struct Scratch {
    /// Each with when it was used last.
    scenes: Vec<(Arc<Scene>, u64)>,
    used: u64,
    pub(super) buffers: Vec<Buffer>,
}

/// A scene made ready: everything in it that no frame changes.
pub struct Scene {
    key: SceneRef,
    aspect: f64,
    pub(super) look: Look,
    pub(super) plan: SetPlan,
    /// Each with the index of its sprite: copies that are lit alike share one.
    pub(super) actors: Vec<(Actor, usize)>,
    pub(super) sprites: Vec<Sprite>,
    pub(super) wayside: Wayside,
}

impl Scratch {
    /// Makes a frame's scenes ready.
    pub(super) fn make_ready(&mut self, stage: &Stage, scenes: &[SceneRef], aspect: f64) {
        for key in scenes {
            self.ready(stage, *key, aspect);
        }
        // The scenes that have not been used for longest are forgotten.
        let keep = KEPT_SCENES.max(scenes.len());
        if self.scenes.len() > keep {
            self.scenes.sort_by_key(|(_, used)| std::cmp::Reverse(*used));
            self.scenes.truncate(keep);
        }
    }

    fn ready(&mut self, stage: &Stage, key: SceneRef, aspect: f64) {
        self.used += 1;
        let used = self.used;
        match self.scenes.iter_mut().find(|(scene, _)| scene.is(key, aspect)) {
            Some((_, last)) => *last = used,
            None => self.scenes.push((stage.scene(key, aspect), used)),
        }
    }

    /// The frame's scenes, from the one that the camera is in to the innermost.
    pub(super) fn chain<'a>(&'a self, scenes: &[SceneRef], aspect: f64) -> Vec<&'a Scene> {
        let find = |key: &SceneRef| self.scenes.iter().find(|(scene, _)| scene.is(*key, aspect));
        scenes.iter().filter_map(find).map(|(scene, _)| &**scene).collect()
    }
}

impl Scene {
    fn is(&self, key: SceneRef, aspect: f64) -> bool {
        self.key == key && self.aspect == aspect
    }

    /// The plane with which the portal moves.
    pub fn portal_plane(&self) -> usize {
        self.plan.plane(self.plan.portal.plane)
    }

    /// Its planes and the tiers of what passes us.
    pub fn layers(&self) -> usize {
        self.plan.planes.len() + wayside::TIERS.len()
    }

    /// `pictures` are those of the design's props.
    pub fn new(design: &Design, pictures: &[Arc<Picture>], key: SceneRef, aspect: f64) -> Self {
        let seed = chance::mix(key.seed, u64::from(key.variant));
        let mut look = Look::new(design, seed, aspect as f32);
        let plan = sets::plan(design.set, &mut look);
        let aspects: Vec<f32> = pictures
            .iter()
            .map(|p| p.width as f32 / p.height.max(1) as f32)
            .collect();
        let cast = layout::lay_out(design, &aspects, &plan, &look);
        let sprite = |actor: &Actor| {
            let away = [
                look.key.at[0] - actor.at[0],
                look.key.at[1] - (actor.at[1] - actor.height * 0.5),
            ];
            let len = away[0].hypot(away[1]).max(1e-3);
            let mirror = if actor.mirrored { -1.0 } else { 1.0 };
            // What flies is nearer than the plane behind it; what floats or hangs has no hard lower edge.
            let near = if actor.place == Place::Air { 0.5 } else { 1.0 };
            let lighting = Lighting {
                towards: [away[0] / len * mirror, away[1] / len],
                depth: plan.planes[actor.plane].depth * near,
                melts: matches!(actor.floor, Floor::Void | Floor::Water),
                tint: design.props[actor.prop].tint,
                hero: if actor.hero { 1.0 } else { 0.0 },
                shines: actor.place == Place::Heavens,
            };
            Sprite::bake(&pictures[actor.prop], &look, &lighting)
        };
        let alike = |a: &Actor, b: &Actor| {
            let of = |a: &Actor| (a.prop, a.plane, a.mirrored, a.hero);
            of(a) == of(b)
        };
        let wayside = Wayside::new(design.set, &plan, &look);
        let mut sprites = Vec::new();
        let mut actors: Vec<(Actor, usize)> = Vec::with_capacity(cast.len());
        for actor in cast {
            let known = actors.iter().find(|(other, _)| alike(other, &actor)).map(|(_, at)| *at);
            let at = known.unwrap_or_else(|| {
                sprites.push(sprite(&actor));
                sprites.len() - 1
            });
            actors.push((actor, at));
        }
        Self {
            key,
            aspect,
            look,
            plan,
            actors,
            sprites,
            wayside,
        }
    }

    /// To draw on one of its planes.
    pub fn canvas<'a>(
        &'a self,
        plane: usize,
        (layer, view): (u8, View),
        now: Now,
        buffer: &'a mut Buffer,
    ) -> Canvas<'a> {
        let (pixels, aux) = buffer.pixmaps();
        let Some(described) = self.plan.planes.get(plane) else {
            unreachable!("planes are counted from the plan")
        };
        Canvas {
            look: &self.look,
            plan: &self.plan,
            now,
            depth: described.depth,
            name: described.name,
            pixels,
            aux,
            view,
            layer,
            laid: plane * 7,
        }
    }
}
