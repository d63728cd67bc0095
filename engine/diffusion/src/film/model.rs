//! A loaded model as a film's network.

use candle_core::{Device, Tensor};

use super::super::{
    Conditioning,
    model::{Control, Model, StepOptions},
};
use super::network::{Ask, Facts, Network};
use crate::error::Result;

/// A model and where it runs.
pub struct Loaded {
    model: Model,
    facts: Facts,
}

impl Loaded {
    /// A model that was loaded to a device.
    #[must_use]
    pub fn new(model: Model, device: Device) -> Self {
        let config = model.config();
        let facts = Facts {
            schedule: config.schedule.clone(),
            latent_channels: config.latent_channels,
            vae_factor: config.vae_factor,
            default_size: config.default_size,
            turbo: config.turbo,
            takes_guidance: config.takes_guidance,
            inpaints: config.inpaints,
            device,
        };
        Self { model, facts }
    }
}

impl Network for Loaded {
    fn facts(&self) -> &Facts {
        &self.facts
    }

    fn embed(&self, prompt: &str, negative: &str) -> Result<[Conditioning; 2]> {
        self.model.embed(prompt, negative)
    }

    fn predict(
        &self,
        latents: &Tensor,
        timestep: f64,
        conditioning: &[Conditioning; 2],
        ask: &Ask<'_>,
    ) -> Result<Tensor> {
        let step = StepOptions {
            guidance: ask.guidance,
            size: ask.size,
            control: ask.hint.map(|(hint, strength)| Control {
                hint: hint.clone(),
                strength,
            }),
            given: ask.given.cloned(),
        };
        self.model.predict(latents, timestep, conditioning, &step)
    }

    fn encode(&self, rgb: &Tensor) -> Result<Tensor> {
        self.model.encode(rgb)
    }

    fn decode(&self, latents: &Tensor) -> Result<Tensor> {
        self.model.decode(latents)
    }
}
