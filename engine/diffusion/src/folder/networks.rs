//! The configurations of a model's networks.

use std::{ops::RangeInclusive, path::Path};

use serde_json::Value;

use super::{Keys, json};
use crate::error::Result;

/// Widths that a network's layers may have. The weights' own shapes are the real test.
const WIDTHS: RangeInclusive<usize> = 1..=65_536;
/// Layers of one kind in a row.
const DEPTHS: RangeInclusive<usize> = 1..=128;
const EPSILONS: RangeInclusive<f64> = 0.0..=0.1;

/// One level of the denoising network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Level {
    pub channels: usize,
    /// Residual blocks on the way down; one more on the way up.
    pub layers: usize,
    /// Heads of the attention.
    pub heads: usize,
    /// Transformer blocks after each residual block; `None` where the level has no attention.
    pub depth: Option<usize>,
}

/// What SDXL's network is told beside the text: the pooled text, and six numbers on the picture's size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Added {
    /// Width of the sines of each of the six numbers.
    pub time_width: usize,
    /// Width of all together.
    pub width: usize,
}

/// The denoising network (`UNet2DConditionModel`), and the half of it that is in a ControlNet.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct UnetConfig {
    pub in_channels: usize,
    pub out_channels: usize,
    /// (width, height) in latents.
    pub sample_size: Option<(usize, usize)>,
    pub levels: Vec<Level>,
    /// Transformer blocks in the middle.
    pub mid_depth: usize,
    pub groups: usize,
    pub eps: f64,
    pub text_width: usize,
    pub linear_projection: bool,
    /// Whether half precision is too coarse for the attention (SD 2.1).
    pub upcast_attention: bool,
    pub added: Option<Added>,
    /// Width of the waves that tell it the guidance, where it was trained to be told (LCM).
    pub guidance_width: Option<usize>,
    /// Whether the timestep's cosines come before its sines.
    pub cosines_first: bool,
    pub freq_shift: f64,
}

impl UnetConfig {
    pub(crate) fn read(path: &Path) -> Result<Self> {
        Self::parse(&Keys::read(path)?)
    }

    fn parse(keys: &Keys) -> Result<Self> {
        let class = keys.text("_class_name")?.unwrap_or("UNet2DConditionModel");
        if !["UNet2DConditionModel", "ControlNetModel"].contains(&class) {
            return Err(keys.wrong(format!("\"_class_name\" is \"{class}\", which Phosphene doesn't have")));
        }
        keys.only(&[
            ("act_fn", json("silu")),
            ("attention_type", json("default")),
            ("center_input_sample", json(false)),
            ("class_embed_type", Value::Null),
            ("class_embeddings_concat", json(false)),
            ("conv_in_kernel", json(3)),
            ("conv_out_kernel", json(3)),
            ("cross_attention_norm", Value::Null),
            ("downsample_padding", json(1)),
            ("dual_cross_attention", json(false)),
            ("encoder_hid_dim", Value::Null),
            ("encoder_hid_dim_type", Value::Null),
            ("mid_block_only_cross_attention", json(false)),
            ("mid_block_scale_factor", json(1)),
            ("mid_block_type", json("UNetMidBlock2DCrossAttn")),
            ("num_class_embeds", Value::Null),
            ("only_cross_attention", json(false)),
            ("resnet_out_scale_factor", json(1)),
            ("resnet_skip_time_act", json(false)),
            ("resnet_time_scale_shift", json("default")),
            ("reverse_transformer_layers_per_block", Value::Null),
            ("time_embedding_act_fn", Value::Null),
            ("time_embedding_dim", Value::Null),
            ("time_embedding_type", json("positional")),
            ("timestep_post_act", Value::Null),
        ])?;
        let channels = keys.counts("block_out_channels", &[320, 640, 1_280, 1_280], &WIDTHS)?;
        let blocks = channels.len();
        let (with, without) = ("CrossAttnDownBlock2D", "DownBlock2D");
        let kinds = keys.texts("down_block_types", &[with, with, with, without])?;
        if kinds.len() != blocks {
            return Err(keys.wrong("\"down_block_types\" and \"block_out_channels\" must be of one length"));
        }
        let layers = keys.each("layers_per_block", 2, blocks, &DEPTHS)?;
        let depths = keys.each("transformer_layers_per_block", 1, blocks, &DEPTHS)?;
        let heads = if keys.get("num_attention_heads").is_some() {
            keys.each("num_attention_heads", 8, blocks, &WIDTHS)?
        } else {
            // diffusers calls the number of heads so.
            keys.each("attention_head_dim", 8, blocks, &WIDTHS)?
        };
        let groups = keys.count("norm_num_groups", 32, WIDTHS)?;
        let mut levels = Vec::new();
        for (i, kind) in kinds.iter().enumerate() {
            if ![with, without].contains(&&**kind) {
                return Err(keys.wrong(format!("the block \"{kind}\" is of a kind that Phosphene doesn't have")));
            }
            if channels[i] % heads[i] != 0 || channels[i] % groups != 0 {
                return Err(keys.wrong(format!(
                    "{} channels can't be divided into {} heads and {groups} groups",
                    channels[i], heads[i]
                )));
            }
            levels.push(Level {
                channels: channels[i],
                layers: layers[i],
                heads: heads[i],
                depth: (kind == with).then_some(depths[i]),
            });
        }
        let mirrored: Vec<String> = kinds.iter().rev().map(|kind| kind.replace("Down", "Up")).collect();
        let ways_up: Vec<&str> = mirrored.iter().map(|kind| &**kind).collect();
        if class == "UNet2DConditionModel" && keys.texts("up_block_types", &ways_up)? != mirrored {
            return Err(keys.wrong("\"up_block_types\" must be \"down_block_types\" from last to first"));
        }
        if channels[0] % 2 != 0 {
            return Err(keys.wrong("the first of \"block_out_channels\" must be even"));
        }
        Ok(Self {
            in_channels: keys.count("in_channels", 4, 1..=64)?,
            out_channels: keys.count("out_channels", 4, 1..=64)?,
            sample_size: sample_size(keys)?,
            mid_depth: depths[blocks - 1],
            levels,
            groups,
            eps: keys.number("norm_eps", 1e-5, EPSILONS)?,
            text_width: keys.count("cross_attention_dim", 1_280, WIDTHS)?,
            linear_projection: keys.flag("use_linear_projection", false)?,
            upcast_attention: keys.flag("upcast_attention", false)?,
            added: added(keys)?,
            guidance_width: guidance_width(keys)?,
            cosines_first: keys.flag("flip_sin_to_cos", true)?,
            freq_shift: keys.number("freq_shift", 0.0, 0.0..=1.0)?,
        })
    }
}

fn sample_size(keys: &Keys) -> Result<Option<(usize, usize)>> {
    if keys.get("sample_size").is_none() {
        return Ok(None);
    }
    let size = keys.each("sample_size", 64, 2, &(1..=4_096))?;
    Ok(Some((size[1], size[0])))
}

fn guidance_width(keys: &Keys) -> Result<Option<usize>> {
    const KEY: &str = "time_cond_proj_dim";
    if keys.get(KEY).is_none() {
        return Ok(None);
    }
    // Half of them are sines, and the slowest is a fixed number of times slower than the fastest.
    match keys.count(KEY, 0, 4..=*WIDTHS.end())? {
        width if width % 2 == 0 => Ok(Some(width)),
        width => Err(keys.wrong(format!("\"{KEY}\" is {width}; it must be even"))),
    }
}

fn added(keys: &Keys) -> Result<Option<Added>> {
    match keys.text("addition_embed_type")? {
        None => Ok(None),
        Some("text_time") => {
            let time_width = keys.count("addition_time_embed_dim", 0, WIDTHS)?;
            if time_width == 0 || time_width % 2 != 0 {
                return Err(keys.wrong("\"addition_time_embed_dim\" must be an even number above 0"));
            }
            Ok(Some(Added {
                time_width,
                width: keys.count("projection_class_embeddings_input_dim", 0, 0..=1_000_000)?,
            }))
        }
        Some(other) => Err(keys.wrong(format!(
            "\"addition_embed_type\" is \"{other}\"; it must be \"text_time\" or left out"
        ))),
    }
}

/// A ControlNet.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ControlConfig {
    /// The half of a denoising network.
    pub unet: UnetConfig,
    /// Channels of the layers that look at the guiding picture.
    pub hint_channels: Vec<usize>,
    /// Whether they want blue first.
    pub blue_first: bool,
}

impl ControlConfig {
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let keys = Keys::read(path)?;
        match keys.text("_class_name")? {
            Some("ControlNetModel") => {}
            other => {
                let other = other.unwrap_or_default();
                return Err(keys.wrong(format!("\"_class_name\" is \"{other}\", not \"ControlNetModel\"")));
            }
        }
        keys.only(&[
            ("conditioning_channels", json(3)),
            ("global_pool_conditions", json(false)),
        ])?;
        let blue_first = match keys.text("controlnet_conditioning_channel_order")? {
            None | Some("rgb") => false,
            Some("bgr") => true,
            Some(other) => {
                let key = "controlnet_conditioning_channel_order";
                return Err(keys.wrong(format!("\"{key}\" is \"{other}\"; it must be rgb or bgr")));
            }
        };
        Ok(Self {
            unet: UnetConfig::parse(&keys)?,
            hint_channels: keys.counts("conditioning_embedding_out_channels", &[16, 32, 96, 256], &WIDTHS)?,
            blue_first,
        })
    }
}

/// The autoencoder between pictures and latents (`AutoencoderKL`).
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct VaeConfig {
    pub channels: Vec<usize>,
    pub layers: usize,
    pub latent_channels: usize,
    pub groups: usize,
    pub scaling_factor: f64,
    /// Added to the latents before they are decoded, subtracted after they are encoded.
    pub shift_factor: f64,
    /// Whether half precision is too coarse for it.
    pub force_upcast: bool,
    pub quant_conv: bool,
    pub post_quant_conv: bool,
    pub mid_attention: bool,
}

impl VaeConfig {
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let keys = Keys::read(path)?;
        keys.only(&[
            ("_class_name", json("AutoencoderKL")),
            ("act_fn", json("silu")),
            ("in_channels", json(3)),
            ("out_channels", json(3)),
            ("latents_mean", Value::Null),
            ("latents_std", Value::Null),
        ])?;
        for (key, kind) in [
            ("down_block_types", "DownEncoderBlock2D"),
            ("up_block_types", "UpDecoderBlock2D"),
        ] {
            if keys.texts(key, &[kind])?.iter().any(|found| found != kind) {
                return Err(keys.wrong(format!("\"{key}\" must all be \"{kind}\"")));
            }
        }
        let channels = keys.counts("block_out_channels", &[64], &WIDTHS)?;
        let groups = keys.count("norm_num_groups", 32, WIDTHS)?;
        if let Some(channels) = channels.iter().find(|&channels| channels % groups != 0) {
            return Err(keys.wrong(format!("{channels} channels can't be divided into {groups} groups")));
        }
        Ok(Self {
            channels,
            layers: keys.count("layers_per_block", 1, DEPTHS)?,
            latent_channels: keys.count("latent_channels", 4, 1..=64)?,
            groups,
            scaling_factor: keys.number("scaling_factor", 0.18215, 1e-4..=1e4)?,
            shift_factor: keys.number("shift_factor", 0.0, -1e4..=1e4)?,
            force_upcast: keys.flag("force_upcast", true)?,
            quant_conv: keys.flag("use_quant_conv", true)?,
            post_quant_conv: keys.flag("use_post_quant_conv", true)?,
            mid_attention: keys.flag("mid_block_add_attention", true)?,
        })
    }

    /// Pixels a latent, along each side.
    pub(crate) fn factor(&self) -> usize {
        1 << (self.channels.len() - 1)
    }
}

/// The small autoencoder (`AutoencoderTiny`).
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TinyConfig {
    pub latent_channels: usize,
    pub scaling_factor: f64,
    /// Channels of each stage from picture to latents, and blocks in it.
    pub encoder: Vec<(usize, usize)>,
    /// The same from latents to picture.
    pub decoder: Vec<(usize, usize)>,
}

impl TinyConfig {
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let keys = Keys::read(path)?;
        keys.only(&[
            ("_class_name", json("AutoencoderTiny")),
            ("act_fn", json("relu")),
            ("in_channels", json(3)),
            ("out_channels", json(3)),
            ("upsample_fn", json("nearest")),
            ("upsampling_scaling_factor", json(2)),
            ("shift_factor", json(0)),
        ])?;
        let stages = |channels: &str, blocks: &str, default: [usize; 4]| -> Result<Vec<(usize, usize)>> {
            let channels = keys.counts(channels, &[64; 4], &WIDTHS)?;
            let counts = keys.counts(blocks, &default, &(0..=64))?;
            if channels.len() != counts.len() {
                return Err(keys.wrong(format!("\"{blocks}\" must have one number a stage")));
            }
            if channels.iter().any(|width| *width != channels[0]) {
                return Err(keys.wrong("all stages must have as many channels as the first"));
            }
            Ok(channels.into_iter().zip(counts).collect())
        };
        let encoder = stages("encoder_block_out_channels", "num_encoder_blocks", [1, 3, 3, 3])?;
        let decoder = stages("decoder_block_out_channels", "num_decoder_blocks", [3, 3, 3, 1])?;
        Ok(Self {
            latent_channels: keys.count("latent_channels", 4, 1..=64)?,
            scaling_factor: keys.number("scaling_factor", 1.0, 1e-4..=1e4)?,
            encoder,
            decoder,
        })
    }
}

/// How a text encoder bends its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Activation {
    QuickGelu,
    Gelu,
}

/// A CLIP text encoder.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TextConfig {
    pub vocabulary: usize,
    pub width: usize,
    pub inner_width: usize,
    pub layers: usize,
    pub heads: usize,
    /// Tokens that it reads at once, with the first and last.
    pub positions: usize,
    pub activation: Activation,
    pub eps: f64,
    /// Width of the pooled text, where the encoder makes one.
    pub projection: Option<usize>,
}

impl TextConfig {
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let keys = Keys::read(path)?;
        let kind = keys.text("model_type")?.unwrap_or("clip_text_model");
        if kind != "clip_text_model" {
            return Err(keys.wrong(format!("\"model_type\" is \"{kind}\", not \"clip_text_model\"")));
        }
        let activation = match keys.text("hidden_act")?.unwrap_or("quick_gelu") {
            "quick_gelu" => Activation::QuickGelu,
            "gelu" => Activation::Gelu,
            other => {
                let expected = "it must be quick_gelu or gelu";
                return Err(keys.wrong(format!("\"hidden_act\" is \"{other}\"; {expected}")));
            }
        };
        let projects = keys
            .texts("architectures", &["CLIPTextModel"])?
            .iter()
            .any(|name| name == "CLIPTextModelWithProjection");
        let (width, heads) = (
            keys.count("hidden_size", 512, WIDTHS)?,
            keys.count("num_attention_heads", 8, WIDTHS)?,
        );
        if width % heads != 0 {
            return Err(keys.wrong(format!("a width of {width} can't be divided into {heads} heads")));
        }
        Ok(Self {
            vocabulary: keys.count("vocab_size", 49_408, 1..=1_000_000)?,
            width,
            inner_width: keys.count("intermediate_size", 2_048, 1..=1_000_000)?,
            layers: keys.count("num_hidden_layers", 12, DEPTHS)?,
            heads,
            positions: keys.count("max_position_embeddings", 77, 3..=4_096)?,
            activation,
            eps: keys.number("layer_norm_eps", 1e-5, EPSILONS)?,
            projection: projects
                .then(|| keys.count("projection_dim", 512, WIDTHS))
                .transpose()?,
        })
    }
}
