//! Each scene painted once, and with the next one painted into it.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use candle_core::Tensor;

use super::super::{
    Conditioning,
    feedback::{
        colour::{Tone, match_tone},
        picture::{Picture, Pyramid},
    },
    noise::NoiseKey,
};
use super::{
    canny::{SceneDrawer, scene_edges},
    compose::{Composition, Inner},
    denoise::{Denoiser, Init, Order},
    geometry,
    network::Network,
};
use crate::error::{Error, Result};
use phosphene_core::direct::SceneRef;

/// Pictures that are kept; a frame shows five at most.
const KEPT: usize = 16;
/// Share of a scene that is painted anew around the next one, so that the two belong together.
pub(super) const OUTPAINT: f64 = 0.6;
/// Share of a scene that is painted anew over the style picture: its colours and large lights stay.
const STYLE_SHARE: f64 = 0.85;
/// The frame of a scene's own noise, which no frame of a video has, and of that of its outpainting.
const SCENE: u64 = u64::MAX;
const OUTPAINTING: u64 = u64::MAX - 1;

/// A picture of a scene: by itself, or with another in it.
type Name = (SceneRef, Option<SceneRef>);

/// Paints scenes when they are first asked for. Every picture depends on its scenes alone, never on which were asked for
/// before, so that a video can be made in any pieces.
#[derive(Default)]
pub(super) struct SceneImages {
    pictures: HashMap<Name, Arc<Pyramid>>,
    order: VecDeque<Name>,
    painted: u64,
}

/// What scenes are painted with.
pub(super) struct Paint<'a> {
    pub network: &'a dyn Network,
    pub denoiser: &'a Denoiser,
    /// Every prompt's.
    pub conditionings: &'a [[Conditioning; 2]],
    /// Light and colour to begin from.
    pub style: Option<&'a Style>,
    /// Lines to compose by.
    pub guide: Option<&'a dyn SceneDrawer>,
}

/// A picture whose colours all scenes take.
pub(super) struct Style {
    /// At the size that is painted, blurred.
    pub ground: Picture,
    pub tone: Tone,
}

impl Paint<'_> {
    fn conditioning(&self, scene: &SceneRef) -> Result<&[Conditioning; 2]> {
        self.conditionings.get(scene.prompt).ok_or_else(|| Error::Picture {
            reason: format!(
                "its scenes refer to other prompts than the {} given",
                self.conditionings.len()
            ),
        })
    }

    /// The lines that a scene is composed by, where there are any.
    fn hint(&self, scene: SceneRef) -> Result<Option<Tensor>> {
        let (width, height) = self.denoiser.size;
        self.guide
            .map(|drawer| scene_edges(drawer, scene, width, height).to_hint(&self.network.facts().device))
            .transpose()
            .map_err(Error::from)
    }

    fn key(&self, scene: &SceneRef, frame: u64) -> NoiseKey {
        NoiseKey {
            seed: scene.seed,
            shot: u64::from(scene.variant),
            frame,
        }
    }
}

impl SceneImages {
    /// Scenes painted so far.
    pub fn painted(&self) -> u64 {
        self.painted
    }

    /// A scene by itself.
    pub fn plain(&mut self, paint: &Paint<'_>, scene: SceneRef) -> Result<Arc<Pyramid>> {
        if let Some(known) = self.pictures.get(&(scene, None)) {
            return Ok(Arc::clone(known));
        }
        let hint = paint.hint(scene)?;
        let mut picture = paint.denoiser.paint(
            paint.network,
            &Order {
                init: match paint.style {
                    Some(style) => Init::Image(&style.ground, STYLE_SHARE),
                    None => Init::Noise,
                },
                conditioning: paint.conditioning(&scene)?,
                key: paint.key(&scene, SCENE),
                hint: hint.as_ref().map(|hint| (hint, 1.0)),
            },
        )?;
        if let Some(style) = paint.style {
            match_tone(&mut picture, &style.tone);
        }
        Ok(self.keep((scene, None), picture))
    }

    /// A scene with the next one in its portal: what lies around is painted anew to fit, the next one stays as it is.
    pub fn nested(&mut self, paint: &Paint<'_>, outer: SceneRef, inner: SceneRef) -> Result<Arc<Pyramid>> {
        let name = (outer, Some(inner));
        if let Some(known) = self.pictures.get(&name) {
            return Ok(Arc::clone(known));
        }
        let (own, next) = (self.plain(paint, outer)?, self.plain(paint, inner)?);
        let (width, height) = paint.denoiser.size;
        let aspect = width as f64 / height as f64;
        let inset = geometry::inset(&outer, aspect);
        let laid = Composition {
            outer: &own,
            inner: Inner {
                inset,
                plain: &next,
                nested: None,
            },
            view: geometry::picture(aspect),
            zoom: 0.0,
            aspect,
        }
        .draw(width, height);
        let ([x, y], half) = (inset.centre, inset.height / 2.0);
        let part = [
            x / aspect + 0.5 - half,
            y + 0.5 - half,
            x / aspect + 0.5 + half,
            y + 0.5 + half,
        ];
        let mut picture = paint.denoiser.paint(
            paint.network,
            &Order {
                init: Init::Inpaint(&laid, OUTPAINT, part),
                conditioning: paint.conditioning(&outer)?,
                key: paint.key(&outer, OUTPAINTING),
                hint: None,
            },
        )?;
        match_tone(&mut picture, &Tone::of(&laid));
        Ok(self.keep(name, picture))
    }

    fn keep(&mut self, name: Name, picture: Picture) -> Arc<Pyramid> {
        self.painted += 1;
        if self.order.len() >= KEPT
            && let Some(oldest) = self.order.pop_front()
        {
            self.pictures.remove(&oldest);
        }
        let picture = Arc::new(picture.pyramid());
        self.order.push_back(name);
        self.pictures.insert(name, Arc::clone(&picture));
        picture
    }
}
