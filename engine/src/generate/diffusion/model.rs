//! A model of the user's own, loaded and ready: prompts to directions, latents to predictions, pictures to latents and
//! back.

use std::path::{Path, PathBuf};

use candle_core::{DType, Device, Tensor};

pub use super::folder::ModelConfig;
use super::{
    Conditioning,
    control::ControlNet,
    folder::{ControlConfig, UnetConfig, fault},
    lora,
    text::TextEncoders,
    unet::{Shown, Unet},
    vae::{Vae, check_tiny},
    weights::Weights,
};
use crate::error::{Error, Result};

/// What to load, and where to.
#[derive(Debug, Clone)]
pub struct LoadOptions {
    /// Where it runs.
    pub device: Device,
    /// What it computes in: f32, f16 or bf16.
    pub dtype: DType,
    /// LoRA files with their weights, merged as they are loaded.
    pub loras: Vec<(PathBuf, f64)>,
    /// The folder of a ControlNet.
    pub control: Option<PathBuf>,
    /// The folder of a tiny autoencoder, in place of the model's own.
    pub tiny_vae: Option<PathBuf>,
}

impl Default for LoadOptions {
    /// The model alone, in f32 on the CPU.
    fn default() -> Self {
        Self {
            device: Device::Cpu,
            dtype: DType::F32,
            loras: Vec::new(),
            control: None,
            tiny_vae: None,
        }
    }
}

/// How a step is to be predicted.
#[derive(Debug, Clone)]
pub struct StepOptions {
    /// How strongly the prompt is preferred to the negative prompt; at exactly 1 the latter plays no part, and the step
    /// takes half the time.
    ///
    /// **Source**: Ho and Salimans 2022, "Classifier-Free Diffusion Guidance", equation 6, with w + 1.
    pub guidance: f64,
    /// The picture's (width, height) in pixels; SDXL is told it.
    pub size: (usize, usize),
    /// The guiding picture of the model's ControlNet.
    pub control: Option<Control>,
}

/// A guiding picture.
#[derive(Debug, Clone)]
pub struct Control {
    /// (1, 3, height, width) of 0 to 1, in pixels.
    pub hint: Tensor,
    /// How strongly it guides: 0 not at all, 1 as trained.
    pub strength: f64,
}

/// A model, loaded.
pub struct Model {
    config: ModelConfig,
    text: TextEncoders,
    unet: Unet,
    vae: Vae,
    control: Option<ControlNet>,
}

impl Model {
    /// Loads a model's folder in diffusers layout.
    ///
    /// # Errors
    /// [`Error::Model`], naming the file, the reason and the remedy, when the folder or a file given beside it is not
    /// what it should be, or the device has no memory for it.
    pub fn load(folder: &Path, options: &LoadOptions) -> Result<Self> {
        let config = ModelConfig::read(folder)?;
        let (device, dtype) = (&options.device, options.dtype);
        let open = |part: &str| Weights::open(&folder.join(part), device, dtype);
        let mut unet = open("unet")?;
        let mut encoders = ["text_encoder", "text_encoder_2"][..config.text.len()]
            .iter()
            .map(|part| open(part))
            .collect::<Result<Vec<_>>>()?;
        for (path, weight) in &options.loras {
            let patches = lora::read(path, *weight, &config, (&unet, &encoders))?;
            unet.patch(patches.unet);
            for (encoder, patches) in encoders.iter_mut().zip(patches.text) {
                encoder.patch(patches);
            }
        }
        let control = options.control.as_deref().map(|path| control(path, &config, options));
        let vae = match &options.tiny_vae {
            None => Vae::load(&config.vae, &folder.join("vae"), device, dtype)?,
            Some(path) => {
                let tiny = Vae::load_tiny(path, device, dtype)?;
                check_tiny(&tiny, path, config.latent_channels, config.vae_factor)?;
                tiny
            }
        };
        Ok(Self {
            text: TextEncoders::load(&config, &encoders)?,
            control: control.transpose()?,
            unet: Unet::load(&config.unet, &unet)?,
            vae,
            config,
        })
    }

    /// What the model's folder says.
    #[must_use]
    pub fn config(&self) -> &ModelConfig {
        &self.config
    }

    /// Directions from a prompt and a negative prompt, in this order and of one length; see [`TextEncoders::embed`].
    ///
    /// # Errors
    /// As [`TextEncoders::embed`].
    pub fn embed(&self, prompt: &str, negative: &str) -> Result<[Conditioning; 2]> {
        self.text.embed(prompt, negative)
    }

    /// What the network predicts for latents (1, channels, height, width) at a timestep, guided: f32, the same shape.
    ///
    /// # Errors
    /// [`Error::Generate`] when the shapes don't fit, a guiding picture is given without a ControlNet, or the device has
    /// no memory left.
    pub fn predict(
        &self,
        latents: &Tensor,
        timestep: f64,
        conditioning: &[Conditioning; 2],
        step: &StepOptions,
    ) -> Result<Tensor> {
        self.predicted(latents, timestep, conditioning, step).map_err(failed)
    }

    fn predicted(
        &self,
        latents: &Tensor,
        timestep: f64,
        [positive, negative]: &[Conditioning; 2],
        step: &StepOptions,
    ) -> candle_core::Result<Tensor> {
        let dtype = self.unet.dtype();
        let guided = step.guidance != 1.0;
        let both = |get: &dyn Fn(&Conditioning) -> Option<Tensor>| -> candle_core::Result<Option<Tensor>> {
            let joined = match (get(positive), guided.then(|| get(negative)).flatten()) {
                (Some(positive), Some(negative)) => Tensor::cat(&[positive, negative], 0)?,
                (Some(positive), None) => positive,
                (None, _) => return Ok(None),
            };
            joined.to_dtype(dtype).map(Some)
        };
        let Some(text) = both(&|conditioning| Some(conditioning.text.clone()))? else {
            candle_core::bail!("there is no prompt")
        };
        let pooled = both(&|conditioning| conditioning.pooled.clone())?;
        let added = match &pooled {
            Some(pooled) => self.unet.added(pooled, step.size)?,
            None => None,
        };
        let batch = if guided { 2 } else { 1 };
        let shown = Shown {
            latents: &latents.to_dtype(dtype)?.repeat((batch, 1, 1, 1))?,
            timestep,
            text: &text,
            added: added.as_ref(),
        };
        let residuals = match (&self.control, &step.control) {
            (Some(network), Some(control)) => Some(network.forward(&shown, &control.hint, control.strength)?),
            (None, Some(_)) => candle_core::bail!("a guiding picture needs a ControlNet, and none is loaded"),
            (_, None) => None,
        };
        let made = self.unet.forward(&shown, residuals.as_ref())?.to_dtype(DType::F32)?;
        if !guided {
            return Ok(made);
        }
        let (with, without) = (made.narrow(0, 0, 1)?, made.narrow(0, 1, 1)?);
        &without + (with - &without)?.affine(step.guidance, 0.0)?
    }

    /// A picture (1, 3, height, width) of -1 to 1 to latents of variance 1, f32: their mean, nothing is drawn.
    ///
    /// # Errors
    /// [`Error::Generate`] when a side is no multiple of [`ModelConfig::vae_factor`], or the device has no memory left.
    pub fn encode(&self, rgb: &Tensor) -> Result<Tensor> {
        self.vae.encode(rgb).map_err(failed)
    }

    /// Latents to a picture (1, 3, height, width) of about -1 to 1, f32. Large ones are decoded by tiles.
    ///
    /// # Errors
    /// [`Error::Generate`] when the device has no memory left.
    pub fn decode(&self, latents: &Tensor) -> Result<Tensor> {
        self.vae.decode(latents).map_err(failed)
    }

    /// The autoencoder.
    #[must_use]
    pub fn vae(&self) -> &Vae {
        &self.vae
    }
}

fn control(path: &Path, config: &ModelConfig, options: &LoadOptions) -> Result<ControlNet> {
    let control = ControlConfig::read(&path.join("config.json"))?;
    // Which levels look at the text may differ; what is added to the network's must be as wide.
    let seam = |unet: &UnetConfig| {
        let levels = unet.levels.iter().map(|level| (level.channels, level.layers));
        (
            levels.collect::<Vec<_>>(),
            unet.in_channels,
            unet.text_width,
            unet.added,
        )
    };
    if seam(&control.unet) != seam(&config.unet) {
        return Err(Error::Model {
            path: path.to_owned(),
            reason: format!("this ControlNet is for another kind of model than {}", config.name),
            remedy: "use one that was trained for this model's family".into(),
        });
    }
    let factor = 1 << (control.hint_channels.len() - 1);
    if factor != config.vae_factor {
        let reason = format!("it wants {factor} pixels a latent, the model has {}", config.vae_factor);
        return Err(fault(path.join("config.json"), reason));
    }
    ControlNet::load(&control, &Weights::open(path, &options.device, options.dtype)?)
}

fn failed(error: candle_core::Error) -> Error {
    Error::Generate {
        frame: 0,
        reason: error.to_string(),
    }
}
