//! What a film asks of a model.

use candle_core::{Device, Tensor};

use crate::error::Result;
use crate::{Conditioning, model::Given, schedule::ScheduleConfig};

/// What of a model decides how it is used.
#[derive(Debug, Clone)]
pub struct Facts {
    /// Its noise levels.
    pub schedule: ScheduleConfig,
    /// Channels of its latents.
    pub latent_channels: usize,
    /// Pixels to a latent, each way.
    pub vae_factor: usize,
    /// Width and height in pixels that it was trained at.
    pub default_size: (usize, usize),
    /// Whether it was distilled to work in one to four steps without guidance.
    pub turbo: bool,
    /// Whether it takes the guidance as a number (LCM), and runs once a step.
    pub takes_guidance: bool,
    /// Whether it is shown a picture that is given in part (inpainting models).
    pub inpaints: bool,
    /// Where it runs.
    pub device: Device,
}

/// How one step of denoising is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// How strongly the prompt is followed; exactly 1 asks the network once instead of twice.
    pub guidance: f64,
    /// Width and height of the picture in pixels.
    pub size: (usize, usize),
    /// A hint for ControlNet, (1, 3, height, width), 0 to 1, and its strength.
    pub hint: Option<(&'a Tensor, f64)>,
    /// The picture that is given in part, for a model that inpaints and for no other.
    pub given: Option<&'a Given>,
}

/// A model, loaded.
pub trait Network: Send {
    /// What of it decides how it is used.
    fn facts(&self) -> &Facts;

    /// What a prompt and a negative prompt are to the network, equally long.
    ///
    /// # Errors
    /// When the device fails.
    fn embed(&self, prompt: &str, negative: &str) -> Result<[Conditioning; 2]>;

    /// What the network predicts of latents (1, c, h, w) at a timestep, guidance included.
    ///
    /// # Errors
    /// When the device fails.
    fn predict(
        &self,
        latents: &Tensor,
        timestep: f64,
        conditioning: &[Conditioning; 2],
        ask: &Ask<'_>,
    ) -> Result<Tensor>;

    /// A picture's latents: (1, 3, height, width), -1 to 1, to (1, c, h, w).
    ///
    /// # Errors
    /// When the device fails.
    fn encode(&self, rgb: &Tensor) -> Result<Tensor>;

    /// Latents' picture: [`Network::encode`] backwards.
    ///
    /// # Errors
    /// When the device fails.
    fn decode(&self, latents: &Tensor) -> Result<Tensor>;
}
