//! A model's folder in diffusers layout, read and checked: [`ModelConfig`].
//!
//! Nothing but configurations is read here; they are small. The weights' shapes are checked against them as the
//! networks are built ([`super::weights`]).

mod keys;
mod networks;

use std::path::{Path, PathBuf};

use serde_json::Value;

pub(super) use self::{
    keys::{Keys, LONGEST_LIST, read_limited},
    networks::{Activation, Added, ControlConfig, Level, TextConfig, TinyConfig, UnetConfig, VaeConfig},
};
use super::schedule::{Prediction, ScheduleConfig, Spacing};
use crate::error::{Error, Result};

/// No scheduler's configuration is longer, in bytes.
const LONGEST_SCHEDULE: u64 = 1 << 20;
/// Pipelines of diffusers whose folders can be used. They hold the same networks, used in other ways.
const PIPELINES: [(&str, usize); 10] = [
    ("StableDiffusionPipeline", 1),
    ("StableDiffusionImg2ImgPipeline", 1),
    ("StableDiffusionControlNetPipeline", 1),
    ("StableDiffusionInpaintPipeline", 1),
    ("LatentConsistencyModelPipeline", 1),
    ("LatentConsistencyModelImg2ImgPipeline", 1),
    ("StableDiffusionXLPipeline", 2),
    ("StableDiffusionXLImg2ImgPipeline", 2),
    ("StableDiffusionXLControlNetPipeline", 2),
    ("StableDiffusionXLInpaintPipeline", 2),
];

/// The family that a model is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Architecture {
    /// Stable Diffusion 1.x: one text encoder.
    Sd15,
    /// Stable Diffusion 2.x and SD-Turbo: a wider text encoder, linear projections.
    Sd21,
    /// Stable Diffusion XL and SDXL-Turbo: two text encoders, and the picture's size as a condition.
    Sdxl,
}

/// What a model's folder says of it.
#[derive(Debug, Clone)]
pub struct ModelConfig {
    /// The folder's name.
    pub name: String,
    /// The folder.
    pub folder: PathBuf,
    /// The family.
    pub architecture: Architecture,
    /// Noise levels.
    pub schedule: ScheduleConfig,
    /// Channels of the latents.
    pub latent_channels: usize,
    /// Factor from what the VAE makes to latents of variance 1.
    pub latent_scale: f64,
    /// Pixels a latent, along each side.
    pub vae_factor: usize,
    /// The size that the model was trained on: (width, height) in pixels.
    pub default_size: (usize, usize),
    /// Whether the model was made for few steps, 1 to 8, without guidance.
    pub turbo: bool,
    /// Whether the network is told the guidance as a number (LCM): it is asked once, and negative prompts play no part.
    pub takes_guidance: bool,
    /// Whether the network is also shown a picture that is given in part, and which part (inpainting models).
    pub inpaints: bool,
    /// Whether an empty negative prompt is all zeros rather than the encoding of an empty text.
    pub(super) zero_negative: bool,
    pub(super) unet: UnetConfig,
    pub(super) vae: VaeConfig,
    /// One a text encoder.
    pub(super) text: Vec<TextConfig>,
}

impl ModelConfig {
    /// Reads a model's folder: `model_index.json` and the configuration of each part.
    ///
    /// # Errors
    /// [`Error::Model`], naming the file, what is wrong in it and what to do: for a folder that is no model, a model of
    /// another kind, a part that is missing, and parts that don't fit each other.
    pub fn read(folder: &Path) -> Result<Self> {
        let index = index(folder)?;
        let class = index.text("_class_name")?.unwrap_or_default();
        let Some(&(_, encoders)) = PIPELINES.iter().find(|(name, _)| *name == class) else {
            return Err(Error::Model {
                path: index.path().to_owned(),
                reason: format!("\"_class_name\" is \"{class}\", a kind of model that Phosphene doesn't have"),
                remedy: "use Stable Diffusion 1.5, 2.1 or XL, SD-Turbo, SDXL-Turbo, or a model made from one of these"
                    .into(),
            });
        };
        let unet = UnetConfig::read(&folder.join("unet").join("config.json"))?;
        let vae = VaeConfig::read(&folder.join("vae").join("config.json"))?;
        let text = ["text_encoder", "text_encoder_2"][..encoders]
            .iter()
            .map(|part| TextConfig::read(&folder.join(part).join("config.json")))
            .collect::<Result<Vec<_>>>()?;
        let schedule_path = folder.join("scheduler").join("scheduler_config.json");
        let schedule = ScheduleConfig::parse(&schedule_path, &read_limited(&schedule_path, LONGEST_SCHEDULE)?)?;
        let config = Self {
            name: folder.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            folder: folder.to_owned(),
            architecture: match (encoders, unet.linear_projection) {
                (2, _) => Architecture::Sdxl,
                (_, true) => Architecture::Sd21,
                (_, false) => Architecture::Sd15,
            },
            turbo: turbo(&schedule) || unet.guidance_width.is_some(),
            takes_guidance: unet.guidance_width.is_some(),
            inpaints: unet.in_channels == 2 * vae.latent_channels + 1,
            latent_channels: vae.latent_channels,
            latent_scale: vae.scaling_factor,
            vae_factor: vae.factor(),
            default_size: unet.sample_size.map_or((512, 512), |(width, height)| {
                (width * vae.factor(), height * vae.factor())
            }),
            zero_negative: index.flag("force_zeros_for_empty_prompt", encoders == 2)?,
            schedule,
            unet,
            vae,
            text,
        };
        config.check(&index)?;
        Ok(config)
    }

    /// Whether the parts fit each other.
    fn check(&self, index: &Keys) -> Result<()> {
        let unet = |reason: String| Err(fault(self.folder.join("unet").join("config.json"), reason));
        let width: usize = self.text.iter().map(|text| text.width).sum();
        if self.unet.text_width != width {
            return unet(format!(
                "\"cross_attention_dim\" is {}, but the text encoders make {width}",
                self.unet.text_width
            ));
        }
        let (taken, made, latent) = (self.unet.in_channels, self.unet.out_channels, self.latent_channels);
        if made != latent || (taken != latent && !self.inpaints) {
            return unet(format!(
                "it takes {taken} channels and makes {made}, but the VAE has {latent}; a network takes as many, or {} \
                 for inpainting",
                2 * latent + 1
            ));
        }
        match (&self.unet.added, &self.text[..]) {
            (None, [_]) => Ok(()),
            (Some(added), [_, second]) => {
                let Some(pooled) = second.projection else {
                    let path = self.folder.join("text_encoder_2").join("config.json");
                    return Err(fault(path, "it must be a \"CLIPTextModelWithProjection\""));
                };
                let width = pooled + 6 * added.time_width;
                if added.width != width {
                    return unet(format!(
                        "\"projection_class_embeddings_input_dim\" is {}; with this text encoder it must be {width}",
                        added.width
                    ));
                }
                Ok(())
            }
            _ => Err(index.wrong("\"_class_name\" is of another family than unet/config.json")),
        }
    }
}

/// Whether a schedule is one for few steps: consistency models, and adversarially distilled ones, which begin at the
/// noisiest timestep without having been trained to see pure noise there.
fn turbo(schedule: &ScheduleConfig) -> bool {
    let trailing = schedule.spacing == Some(Spacing::Trailing);
    schedule.scheduler == "LCMScheduler"
        || (trailing && schedule.prediction == Prediction::Epsilon && !schedule.rescale_zero_snr)
}

fn index(folder: &Path) -> Result<Keys> {
    let path = folder.join("model_index.json");
    if path.is_file() {
        return Keys::read(&path);
    }
    if let Some(pickle) = folder.extension().filter(|_| folder.is_file()) {
        let pickle = pickle.to_string_lossy().into_owned();
        return Err(if is_pickle(folder) {
            refuse_pickle(folder)
        } else {
            Error::Model {
                path: folder.to_owned(),
                reason: format!("it is a single file (.{pickle}), not a model's folder"),
                remedy: "give a folder in diffusers layout, with a model_index.json; diffusers' from_single_file and \
                         save_pretrained make one"
                    .into(),
            }
        });
    }
    let reason = if folder.is_dir() {
        "there is no model_index.json in it"
    } else {
        "there is no such folder"
    };
    Err(Error::Model {
        path: folder.to_owned(),
        reason: reason.into(),
        remedy: "give a model's folder in diffusers layout: model_index.json beside unet/, vae/, text_encoder/, \
                 tokenizer/ and scheduler/"
            .into(),
    })
}

/// Whether a file is of a kind that runs code when it is read.
pub(super) fn is_pickle(path: &Path) -> bool {
    let kind = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    ["ckpt", "bin", "pt", "pth", "pkl", "pickle"].contains(&&*kind)
}

/// The error for such a file.
pub(super) fn refuse_pickle(path: &Path) -> Error {
    Error::Model {
        path: path.to_owned(),
        reason: "it is a Python pickle, which can run any program when it is read".into(),
        remedy: "use the model's .safetensors files; most models have them, and diffusers' \
                 save_pretrained(safe_serialization=True) writes them"
            .into(),
    }
}

/// An error about a file that should be as it was published.
pub(super) fn fault(path: impl Into<PathBuf>, reason: impl Into<String>) -> Error {
    Error::Model {
        path: path.into(),
        reason: reason.into(),
        remedy: "take this file from the model's original folder, or use another model".into(),
    }
}

/// A JSON value, short enough to write tables of them.
pub(super) fn json(value: impl Into<Value>) -> Value {
    value.into()
}
