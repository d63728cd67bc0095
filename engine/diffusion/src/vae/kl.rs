//! The full autoencoder, `AutoencoderKL`.
//!
//! **Source**: Rombach et al. 2022, "High-Resolution Image Synthesis with Latent Diffusion Models", section 3.1 and
//! appendix G.

use candle_core::Tensor;

use crate::error::Result;
use crate::{
    folder::VaeConfig,
    ops::{self, Conv2d, Linear},
    unet::{ResnetBlock, Shape},
    weights::{GroupNorm, Scope, Weights},
};

const EPS: f64 = 1e-6;

/// Encoder and decoder.
pub(super) struct AutoencoderKl {
    encoder: Encoder,
    decoder: Decoder,
    quant: Option<Conv2d>,
    post_quant: Option<Conv2d>,
    channels: usize,
}

impl AutoencoderKl {
    pub(super) fn load(config: &VaeConfig, weights: &Weights) -> Result<Self> {
        let root = weights.scope("");
        let channels = config.latent_channels;
        let quant = config
            .quant_conv
            .then(|| root.at("quant_conv").conv([2 * channels; 2], 1, 1));
        let post_quant = config
            .post_quant_conv
            .then(|| root.at("post_quant_conv").conv([channels; 2], 1, 1));
        Ok(Self {
            encoder: Encoder::load(config, &root.at("encoder"))?,
            decoder: Decoder::load(config, &root.at("decoder"))?,
            quant: quant.transpose()?,
            post_quant: post_quant.transpose()?,
            channels,
        })
    }

    pub(super) fn latent_channels(&self) -> usize {
        self.channels
    }

    /// The mean of the latents that a picture may have.
    pub(super) fn encode(&self, rgb: &Tensor) -> candle_core::Result<Tensor> {
        let mut x = self.encoder.forward(rgb)?;
        if let Some(quant) = &self.quant {
            x = quant.forward(&x)?;
        }
        x.narrow(1, 0, self.channels)?.contiguous()
    }

    pub(super) fn decode(&self, latents: &Tensor) -> candle_core::Result<Tensor> {
        match &self.post_quant {
            Some(post_quant) => self.decoder.forward(post_quant.forward(latents)?),
            None => self.decoder.forward(latents.clone()),
        }
    }
}

fn resnet(scope: &Scope<'_>, config: &VaeConfig, input: usize, output: usize) -> Result<ResnetBlock> {
    let shape = Shape {
        input,
        output,
        time: None,
        groups: config.groups,
        eps: EPS,
    };
    ResnetBlock::load(scope, shape)
}

struct Encoder {
    conv_in: Conv2d,
    levels: Vec<(Vec<ResnetBlock>, Option<Conv2d>)>,
    middle: Middle,
    norm_out: GroupNorm,
    conv_out: Conv2d,
}

impl Encoder {
    fn load(config: &VaeConfig, scope: &Scope<'_>) -> Result<Self> {
        let mut before = config.channels[0];
        let conv_in = scope.at("conv_in").conv([before, 3], 3, 1)?;
        let mut levels = Vec::new();
        for (i, &channels) in config.channels.iter().enumerate() {
            let level = scope.at(format_args!("down_blocks.{i}"));
            let mut blocks = Vec::new();
            for j in 0..config.layers {
                blocks.push(resnet(
                    &level.at(format_args!("resnets.{j}")),
                    config,
                    before,
                    channels,
                )?);
                before = channels;
            }
            let halve = (i + 1 < config.channels.len())
                .then(|| level.at("downsamplers.0.conv").unpadded_conv([channels; 2], 3));
            levels.push((blocks, halve.transpose()?));
        }
        Ok(Self {
            conv_in,
            levels,
            middle: Middle::load(config, &scope.at("mid_block"))?,
            norm_out: scope.at("conv_norm_out").group_norm(before, config.groups, EPS)?,
            conv_out: scope.at("conv_out").conv([2 * config.latent_channels, before], 3, 1)?,
        })
    }

    fn forward(&self, rgb: &Tensor) -> candle_core::Result<Tensor> {
        let mut x = self.conv_in.forward(rgb)?;
        for (blocks, halve) in &self.levels {
            for block in blocks {
                x = block.forward(&x, None)?;
            }
            if let Some(halve) = halve {
                // A row and a column of zeros, at the bottom and right alone.
                x = halve.forward(&x.pad_with_zeros(2, 0, 1)?.pad_with_zeros(3, 0, 1)?)?;
            }
        }
        let x = self.middle.forward(&x)?;
        self.conv_out.forward(&self.norm_out.forward_silu(&x)?)
    }
}

struct Decoder {
    conv_in: Conv2d,
    middle: Middle,
    levels: Vec<(Vec<ResnetBlock>, Option<Conv2d>)>,
    norm_out: GroupNorm,
    conv_out: Conv2d,
}

impl Decoder {
    fn load(config: &VaeConfig, scope: &Scope<'_>) -> Result<Self> {
        let mut before = config.channels[config.channels.len() - 1];
        let conv_in = scope.at("conv_in").conv([before, config.latent_channels], 3, 1)?;
        let mut levels = Vec::new();
        for (i, &channels) in config.channels.iter().rev().enumerate() {
            let level = scope.at(format_args!("up_blocks.{i}"));
            let mut blocks = Vec::new();
            for j in 0..=config.layers {
                blocks.push(resnet(
                    &level.at(format_args!("resnets.{j}")),
                    config,
                    before,
                    channels,
                )?);
                before = channels;
            }
            let double =
                (i + 1 < config.channels.len()).then(|| level.at("upsamplers.0.conv").conv([channels; 2], 3, 1));
            levels.push((blocks, double.transpose()?));
        }
        Ok(Self {
            conv_in,
            middle: Middle::load(config, &scope.at("mid_block"))?,
            levels,
            norm_out: scope.at("conv_norm_out").group_norm(before, config.groups, EPS)?,
            conv_out: scope.at("conv_out").conv([3, before], 3, 1)?,
        })
    }

    fn forward(&self, latents: Tensor) -> candle_core::Result<Tensor> {
        let mut x = self.middle.forward(&self.conv_in.forward(&latents)?)?;
        for (blocks, double) in &self.levels {
            for block in blocks {
                x = block.forward(&x, None)?;
            }
            if let Some(double) = double {
                x = double.forward(&ops::upsample_nearest_2x(&x)?)?;
            }
        }
        self.conv_out.forward(&self.norm_out.forward_silu(&x)?)
    }
}

/// The deepest level, where the whole picture is seen at once.
struct Middle {
    first: ResnetBlock,
    attention: Option<Attention>,
    second: ResnetBlock,
}

impl Middle {
    fn load(config: &VaeConfig, scope: &Scope<'_>) -> Result<Self> {
        let channels = config.channels[config.channels.len() - 1];
        let attention = config
            .mid_attention
            .then(|| Attention::load(&scope.at("attentions.0"), channels, config.groups));
        Ok(Self {
            first: resnet(&scope.at("resnets.0"), config, channels, channels)?,
            attention: attention.transpose()?,
            second: resnet(&scope.at("resnets.1"), config, channels, channels)?,
        })
    }

    fn forward(&self, x: &Tensor) -> candle_core::Result<Tensor> {
        let mut x = self.first.forward(x, None)?;
        if let Some(attention) = &self.attention {
            x = attention.forward(&x)?;
        }
        self.second.forward(&x, None)
    }
}

/// Attention of one head among all pixels.
struct Attention {
    norm: GroupNorm,
    q: Linear,
    k: Linear,
    v: Linear,
    out: Linear,
}

impl Attention {
    fn load(scope: &Scope<'_>, channels: usize, groups: usize) -> Result<Self> {
        // Models published before 2023 have the older names.
        let names = if scope.has("query.weight") {
            ["query", "key", "value", "proj_attn"]
        } else {
            ["to_q", "to_k", "to_v", "to_out.0"]
        };
        let linear = |name: &str| scope.at(name).linear_or_1x1([channels; 2]);
        Ok(Self {
            norm: scope.at("group_norm").group_norm(channels, groups, EPS)?,
            q: linear(names[0])?,
            k: linear(names[1])?,
            v: linear(names[2])?,
            out: linear(names[3])?,
        })
    }

    fn forward(&self, x: &Tensor) -> candle_core::Result<Tensor> {
        let (b, c, h, w) = x.dims4()?;
        let y = self
            .norm
            .forward(x)?
            .reshape((b, c, h * w))?
            .transpose(1, 2)?
            .contiguous()?; // (b, h w, c)
        let [q, k, v] = [&self.q, &self.k, &self.v].map(|layer| layer.forward(&y)?.unsqueeze(1)); // (b, 1, h w, c)
        let y = ops::attention(&q?, &k?, &v?, 1.0 / (c as f64).sqrt(), None)?.squeeze(1)?; // (b, h w, c)
        let y = self.out.forward(&y)?.transpose(1, 2)?.reshape((b, c, h, w))?; // (b, c, h, w)
        x + y
    }
}
