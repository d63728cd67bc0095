//! A model of the user's own, loaded and ready: prompts to directions, latents to predictions, pictures to latents and
//! back.

use std::{
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
};

use candle_core::{DType, Device, Tensor};

pub use super::folder::ModelConfig;
use super::{
    Conditioning,
    control::ControlNet,
    finite::{Broken, Made, Part, Parts, is_finite},
    folder::{ControlConfig, UnetConfig, fault},
    lora,
    memory::{check_room, first_that_fits},
    text::{Embedding, TextEncoders},
    unet::{Residuals, Unet, UnetInput},
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
    /// Files of textual inversion, whose words prompts may then use.
    pub embeddings: Vec<Embedding>,
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
            embeddings: Vec::new(),
            control: None,
            tiny_vae: None,
        }
    }
}

/// How a step is to be predicted.
#[derive(Debug, Clone)]
pub struct StepOptions {
    /// How strongly the prompt is preferred to the negative prompt; at exactly 1 the latter plays no part, and the step
    /// takes half the time. A network that takes the guidance ([`ModelConfig::takes_guidance`]) is asked once, and the
    /// negative prompt plays no part at all.
    ///
    /// **Source**: Ho and Salimans 2022, "Classifier-Free Diffusion Guidance", equation 6, with w + 1.
    pub guidance: f64,
    /// The picture's (width, height) in pixels; SDXL takes it.
    pub size: (usize, usize),
    /// The guiding picture of the model's ControlNet.
    pub control: Option<Control>,
    /// The picture that is given in part, for a model that inpaints ([`ModelConfig::inpaints`]) and for no other.
    pub given: Option<Given>,
}

/// A picture that is given in part, as the network of an inpainting model is shown it.
///
/// **Source**: Rombach et al. 2022, "High-Resolution Image Synthesis with Latent Diffusion Models", section 4.5.
#[derive(Debug, Clone)]
pub struct Given {
    /// 1 where is to be painted, 0 where the picture is given: (1, 1, height, width), in latents.
    pub mask: Tensor,
    /// Latents of the picture, made grey (0 of -1 to 1) where is to be painted: (1, channels, height, width).
    pub latents: Tensor,
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
    parts: Parts,
    /// Whether memory was too small to ask for prompt and negative prompt at once.
    apart: AtomicBool,
}

impl Model {
    /// Loads a model's folder in diffusers layout.
    ///
    /// # Errors
    /// [`Error::Model`], naming the file, the reason and the remedy, when the folder or a file given beside it is not
    /// what it should be, or the device has no memory for it; on the CPU that is found before anything is read.
    pub fn load(folder: &Path, options: &LoadOptions) -> Result<Self> {
        let config = ModelConfig::read(folder)?;
        let (device, dtype) = (&options.device, options.dtype);
        let open = |part: &str| Weights::open(&folder.join(part), device, dtype);
        let mut unet = open("unet")?;
        let mut encoders = ["text_encoder", "text_encoder_2"][..config.text.len()]
            .iter()
            .map(|part| open(part))
            .collect::<Result<Vec<_>>>()?;
        let numbers = unet.numbers() + encoders.iter().map(Weights::numbers).sum::<u64>();
        check_room(folder, numbers, device)?;
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
        let parts = Parts {
            unet: Part::new("the denoising network", unet.path(), dtype),
            vae: match &options.tiny_vae {
                None => Part::new("the autoencoder", &folder.join("vae"), vae.dtype()),
                Some(path) => Part::new("the tiny autoencoder", path, vae.dtype()),
            },
            control: Part::new("the ControlNet", options.control.as_deref().unwrap_or(folder), dtype),
        };
        Ok(Self {
            parts,
            text: TextEncoders::load(&config, &encoders, &options.embeddings)?,
            control: control.transpose()?,
            unet: Unet::load(&config.unet, &unet)?,
            vae,
            apart: AtomicBool::new(false),
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
    /// [`Error::Device`] when the shapes don't fit, a guiding picture is given without a ControlNet, or the device has
    /// no memory left; [`Error::Model`] when a network gives no numbers.
    pub fn predict(
        &self,
        latents: &Tensor,
        timestep: f64,
        conditioning: &[Conditioning; 2],
        step: &StepOptions,
    ) -> Result<Tensor> {
        let made = self.predicted(latents, timestep, conditioning, step)?;
        made.map_err(|broken| match broken {
            Broken::Unet => self.parts.unet.fault(),
            Broken::Control => self.parts.control.fault(),
        })
    }

    fn predicted(
        &self,
        latents: &Tensor,
        timestep: f64,
        [positive, negative]: &[Conditioning; 2],
        step: &StepOptions,
    ) -> candle_core::Result<Made> {
        if step.guidance == 1.0 || self.unet.takes_guidance() {
            return self.asked(latents, timestep, &[positive], step);
        }
        // Both at once is faster, one after the other takes less memory.
        let together: &[usize] = if self.apart.load(Ordering::Relaxed) {
            &[1]
        } else {
            &[2, 1]
        };
        let (fitted, made) = first_that_fits(together, |together| {
            let parts = [positive, negative];
            let made = parts
                .chunks(together)
                .map(|part| self.asked(latents, timestep, part, step));
            let made = made.collect::<candle_core::Result<Vec<_>>>()?;
            match made.into_iter().collect::<std::result::Result<Vec<_>, _>>() {
                Ok(made) => Ok(Ok(Tensor::cat(&made, 0)?)),
                Err(broken) => Ok(Err(broken)),
            }
        })?;
        self.apart.store(fitted == 1, Ordering::Relaxed);
        let made = match made {
            Ok(made) => made,
            Err(broken) => return Ok(Err(broken)),
        };
        let (with, without) = (made.narrow(0, 0, 1)?, made.narrow(0, 1, 1)?);
        let guided = (&without + (with - &without)?.affine(step.guidance, 0.0)?)?;
        Ok(Ok(guided))
    }

    /// What the network makes of the same latents under each of these conditions: f32, (conditions, c, h, w). It is read
    /// back to see that it is numbers, so what fails late on a device fails here.
    fn asked(
        &self,
        latents: &Tensor,
        timestep: f64,
        conditions: &[&Conditioning],
        step: &StepOptions,
    ) -> candle_core::Result<Made> {
        let dtype = self.unet.dtype();
        let text: Vec<&Tensor> = conditions.iter().map(|condition| &condition.text).collect();
        let text = Tensor::cat(&text, 0)?.to_dtype(dtype)?;
        let pooled: Vec<&Tensor> = conditions
            .iter()
            .filter_map(|condition| condition.pooled.as_ref())
            .collect();
        let added = match pooled.len() {
            0 => None,
            _ => self.unet.added(&Tensor::cat(&pooled, 0)?.to_dtype(dtype)?, step.size)?,
        };
        let repeat = |tensor: &Tensor| {
            let tensor = tensor.to_device(latents.device())?.to_dtype(dtype)?;
            tensor.repeat((conditions.len(), 1, 1, 1))
        };
        let plain = repeat(latents)?;
        let input = UnetInput {
            latents: &plain,
            timestep,
            text: &text,
            added: added.as_ref(),
            guidance: None,
        };
        let residuals = match (&self.control, &step.control) {
            (Some(network), Some(control)) => Some(network.forward(&input, &control.hint, control.strength)?),
            (None, Some(_)) => candle_core::bail!("a guiding picture needs a ControlNet, and none is loaded"),
            (_, None) => None,
        };
        let with_given = match (self.config.inpaints, &step.given) {
            (true, Some(given)) => {
                let (mask, seen) = (repeat(&given.mask)?, repeat(&given.latents)?);
                Tensor::cat(&[&plain, &mask, &seen], 1)? // (b, 2 c + 1, h, w)
            }
            (false, None) => plain.clone(),
            _ => {
                candle_core::bail!("an inpainting model needs a picture that is given in part, and no other takes one")
            }
        };
        let input = UnetInput {
            latents: &with_given,
            guidance: self.unet.takes_guidance().then_some(step.guidance),
            ..input
        };
        let made = self.unet.forward(&input, residuals.as_ref())?.to_dtype(DType::F32)?;
        if is_finite(&made)? {
            return Ok(Ok(made));
        }
        let guided_well = |residuals: &Residuals| {
            let mut all = residuals.down.iter().chain([&residuals.mid]);
            all.try_fold(true, |well, one| Ok::<_, candle_core::Error>(well && is_finite(one)?))
        };
        let control_broke = !residuals.as_ref().map(guided_well).transpose()?.unwrap_or(true);
        Ok(Err(if control_broke { Broken::Control } else { Broken::Unet }))
    }

    /// A picture (1, 3, height, width) of -1 to 1 to latents of variance 1, f32: their mean, nothing is drawn.
    ///
    /// # Errors
    /// [`Error::Device`] when a side is no multiple of [`ModelConfig::vae_factor`], or the device has no memory left;
    /// [`Error::Model`] when the autoencoder gives no numbers.
    pub fn encode(&self, rgb: &Tensor) -> Result<Tensor> {
        self.parts.vae.checked(self.vae.encode(rgb)?)
    }

    /// Latents to a picture (1, 3, height, width) of about -1 to 1, f32. Large ones are decoded by tiles.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`] when the device has no memory left or the latents are no numbers; [`Error::Model`] when the
    /// autoencoder gives none.
    pub fn decode(&self, latents: &Tensor) -> Result<Tensor> {
        if !is_finite(latents)? {
            return Err(Error::Picture {
                reason: "what was painted is NaN or infinite before it is decoded; use another sampler, more steps or \
                         less guidance"
                    .into(),
            });
        }
        self.parts.vae.checked(self.vae.decode(latents)?)
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
        (levels.collect::<Vec<_>>(), unet.text_width, unet.added)
    };
    // It is shown the latents alone, also beside a network that inpaints.
    let sees = control.unet.in_channels == config.latent_channels && control.unet.guidance_width.is_none();
    if !sees || seam(&control.unet) != seam(&config.unet) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::noise::NoiseKey;

    #[test]
    fn asked_one_after_the_other_or_at_once_is_the_same() {
        let folder = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../tests/golden/diffusion/models/sdxl/model"
        );
        let model = Model::load(Path::new(folder), &LoadOptions::default()).unwrap();
        let key = NoiseKey {
            seed: 1,
            shot: 0,
            frame: 0,
        };
        let latents = key.tensor(0, &[1, 4, 6, 8], &Device::Cpu).unwrap();
        let conditions = model.embed("a cat", "a dog").unwrap();
        let step = StepOptions {
            guidance: 5.0,
            size: (64, 48),
            control: None,
            given: None,
        };
        let predict = || model.predict(&latents, 300.0, &conditions, &step).unwrap();
        let at_once = predict();
        assert!(!model.apart.swap(true, Ordering::Relaxed));
        let off = (predict() - &at_once).unwrap().abs().unwrap().max_all().unwrap();
        let most = at_once.abs().unwrap().max_all().unwrap().to_scalar::<f32>().unwrap();
        assert!(off.to_scalar::<f32>().unwrap() < 1e-4 * most);
        assert!(model.apart.load(Ordering::Relaxed), "it stays so");
    }
}
