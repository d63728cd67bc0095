//! The generator `diffusion`: Stable Diffusion with weights of the user's own, on candle.
//!
//! ```text
//! prompt ──text──► Conditioning ─┐
//! frame before ──warp, colour──► latents ──sampler, unet──► latents ──vae──► upscale ──► Frame
//!                                noise(seed, shot, frame) ─┘
//! ```
//!
//! | module | job |
//! |---|---|
//! | [`folder`] | a model's folder in diffusers layout to a validated [`folder::ModelConfig`] |
//! | [`weights`] | safetensors, single or sharded, to tensors of a stated shape; patches (LoRA) merged at load |
//! | [`ops`] | the layers' arithmetic, with a fast way on the CPU |
//! | [`text`] | CLIP: tokens, long and weighted prompts, text encoders |
//! | [`unet`], [`control`] | the denoising network, and ControlNet's residuals to it |
//! | [`vae`] | pictures to latents and back: full, tiled, tiny |
//! | [`lora`] | LoRA files (kohya, diffusers) to patches |
//! | [`model`] | all of these, loaded and ready: [`model::Model`] |
//! | [`noise`] | seeded normal noise, the same on every device |
//! | [`schedule`], [`sampler`] | noise levels in f64, and the walk from noise to picture |
//! | [`feedback`] | the frame before, carried along by the camera and matched in colour |
//! | [`upscale`] | Real-ESRGAN's compact network |
//! | [`film`] | the [`phosphene_core::frame::Generator`]: shots, feedback, morphs, cadence |
//! | [`library`] | the models on this machine; `hub` brings more |
//!
//! **Source**: Rombach et al. 2022, "High-Resolution Image Synthesis with Latent Diffusion Models"; Podell et al. 2023,
//! "SDXL"; Sauer et al. 2023, "Adversarial Diffusion Distillation".

#![deny(clippy::print_stdout, clippy::print_stderr)]
#![forbid(unsafe_code)]

pub mod control;
pub mod error;
pub mod feedback;
pub mod film;
mod finite;
pub mod folder;
pub mod hub;
pub mod library;
pub mod lora;
mod memory;
pub mod model;
pub mod noise;
pub mod ops;
pub mod sampler;
pub mod schedule;
pub mod text;
pub mod unet;
pub mod upscale;
pub mod vae;
pub mod weights;

use candle_core::Tensor;

pub use error::{Error, Result};

/// What the text encoders made of a prompt: the denoising network's directions.
#[derive(Debug, Clone)]
pub struct Conditioning {
    /// Every token's embedding: (1, tokens, width); tokens are a multiple of 77.
    pub text: Tensor,
    /// The whole text's embedding, where the network takes one (SDXL): (1, width).
    pub pooled: Option<Tensor>,
}
