//! The diorama's drawings as guides for diffusion.

use phosphene_core::{
    direct::{FrameSpec, Reactive, SceneRef},
    error::Result,
    prompt::Prompt,
    raster::colour::luma,
};
use phosphene_diffusion::film::SceneDrawer;
use phosphene_diorama::{
    drawing::Drawing,
    meaning::Meaning,
    stage::{Scratch, Stage},
};

/// Draws the scenes of prompts as the diorama would.
pub struct DioramaDrawer {
    stage: Stage,
}

impl DioramaDrawer {
    /// For these prompts, to which scenes refer by index.
    ///
    /// # Errors
    /// [`phosphene_core::Error::Asset`] when the pictures of things are damaged.
    pub fn new(prompts: &[Prompt]) -> Result<Self> {
        let designs = Meaning::embedded()?.design_all(prompts)?;
        Ok(Self {
            stage: Stage::new(&designs)?,
        })
    }
}

impl SceneDrawer for DioramaDrawer {
    fn luma(&self, scene: SceneRef, width: usize, height: usize) -> Vec<f32> {
        let mut drawing = Drawing::default();
        let spec = FrameSpec {
            reactive: Reactive {
                loudness: 0.6,
                ..Reactive::default()
            },
            ..FrameSpec::still(scene)
        };
        let (stage, size) = (&self.stage, (width, height));
        let drawn = stage.draw(
            &spec,
            &stage.prospect(&spec, size),
            size,
            &mut drawing,
            &mut Scratch::default(),
        );
        drawn.expect("the figures were read when the stage was made");
        let pixels = drawing.rgb.chunks_exact(3);
        pixels.map(luma).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scenes_drawing_is_its_own() {
        let prompts = ["a church in a meadow", "the open sea"].map(|text| Prompt {
            text: text.into(),
            ..Prompt::default()
        });
        let drawer = DioramaDrawer::new(&prompts).unwrap();
        let of = |prompt: usize| {
            let scene = SceneRef {
                prompt,
                variant: 0,
                seed: 5,
            };
            drawer.luma(scene, 128, 72)
        };
        let (church, sea) = (of(0), of(1));
        let steep = |luma: &[f32]| luma.windows(2).filter(|pair| (pair[0] - pair[1]).abs() > 0.1).count();
        assert!(steep(&church) > 100, "{}", steep(&church));
        assert_ne!(church, sea);
        assert_eq!(church, of(0));
    }
}
