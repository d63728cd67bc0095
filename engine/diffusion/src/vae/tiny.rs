//! Tiny autoencoders: TAESD and its kin, and diffusers' `AutoencoderTiny`.
//!
//! Both hold the same layers in a row, under other numbers. Kin with 32 channels (TAEF2) have a normalised detour in the
//! blocks next to the latents.

use phosphene_core::Error as CoreError;
use std::path::{Path, PathBuf};

use candle_core::{DType, Device, Tensor};

use crate::error::{Error, Result};
use crate::{
    folder::{TinyConfig, is_pickle, refuse_pickle},
    ops::{self, Conv2d},
    weights::{GroupNorm, Scope, Weights},
};

/// Stages of TAESD: (channels, blocks) from picture to latents.
const PUBLISHED: [(usize, usize); 4] = [(64, 1), (64, 3), (64, 3), (64, 3)];
/// Latents are brought within this softly before they are decoded.
const LIMIT: f64 = 3.0;

/// Encoder and decoder.
pub(super) struct AutoencoderTiny {
    encoder: Vec<TinyLayer>,
    decoder: Vec<TinyLayer>,
    channels: usize,
    factor: usize,
}

enum TinyLayer {
    Conv(Conv2d),
    Block(TinyBlock),
    Relu,
    Double,
}

impl AutoencoderTiny {
    pub(super) fn load(config: &TinyConfig, weights: &Weights) -> Result<Self> {
        let channels = config.latent_channels;
        Ok(Self {
            encoder: encoder(&weights.scope("encoder.layers"), &config.encoder, channels)?,
            decoder: decoder(&weights.scope("decoder.layers"), 0, &config.decoder, channels)?,
            channels,
            factor: 1 << (config.encoder.len() - 1),
        })
    }

    /// From two files, as TAESD publishes them.
    pub(super) fn load_published(folder: &Path, device: &Device, dtype: DType) -> Result<Self> {
        let open = |part: &str| Weights::open_file(&find(folder, part)?, device, dtype);
        let (first, second) = (open("encoder")?, open("decoder")?);
        // The decoder's first layer says how many channels the latents have.
        let channels = match second.shape("1.weight") {
            Some(&[_, channels, _, _]) => channels,
            _ => return Err(second.mismatch("it is not a decoder of TAESD's layout")),
        };
        let reversed: Vec<_> = PUBLISHED.iter().rev().copied().collect();
        Ok(Self {
            encoder: encoder(&first.scope(""), &PUBLISHED, channels)?,
            // The soft limit is layer 0 there.
            decoder: decoder(&second.scope(""), 1, &reversed, channels)?,
            channels,
            factor: 1 << (PUBLISHED.len() - 1),
        })
    }

    pub(super) fn latent_channels(&self) -> usize {
        self.channels
    }

    pub(super) fn factor(&self) -> usize {
        self.factor
    }

    pub(super) fn encode(&self, rgb: &Tensor) -> candle_core::Result<Tensor> {
        run(&self.encoder, rgb.affine(0.5, 0.5)?)
    }

    pub(super) fn decode(&self, latents: &Tensor) -> candle_core::Result<Tensor> {
        let latents = latents.affine(1.0 / LIMIT, 0.0)?.tanh()?.affine(LIMIT, 0.0)?;
        run(&self.decoder, latents)?.affine(2.0, -1.0)
    }
}

fn find(folder: &Path, part: &str) -> Result<PathBuf> {
    let listed = std::fs::read_dir(folder).map_err(CoreError::file("read", folder))?;
    let mut paths: Vec<PathBuf> = listed.flatten().map(|entry| entry.path()).collect();
    paths.sort_unstable();
    let of_part = |path: &&PathBuf| {
        path.file_stem()
            .is_some_and(|stem| stem.to_string_lossy().ends_with(part))
    };
    let is_weights = |path: &&PathBuf| path.extension().is_some_and(|kind| kind == "safetensors");
    if let Some(path) = paths.iter().filter(of_part).find(is_weights) {
        return Ok(path.clone());
    }
    Err(match paths.iter().filter(of_part).find(|path| is_pickle(path)) {
        Some(pickle) => refuse_pickle(pickle),
        None => Error::Model {
            path: folder.to_owned(),
            reason: format!("there is neither a config.json in it nor a file …{part}.safetensors"),
            remedy: "give the folder of an AutoencoderTiny, or of TAESD's two safetensors files".into(),
        },
    })
}

fn encoder(scope: &Scope<'_>, stages: &[(usize, usize)], latent_channels: usize) -> Result<Vec<TinyLayer>> {
    let mut layers = Vec::new();
    for (i, &(channels, blocks)) in stages.iter().enumerate() {
        let at = scope.at(layers.len());
        layers.push(TinyLayer::Conv(if i == 0 {
            at.conv([channels, 3], 3, 1)?
        } else {
            at.plain_conv([channels; 2], 3, 2)?
        }));
        for _ in 0..blocks {
            layers.push(TinyLayer::Block(TinyBlock::load(&scope.at(layers.len()), channels)?));
        }
    }
    let last = stages.last().map_or(0, |stage| stage.0);
    layers.push(TinyLayer::Conv(scope.at(layers.len()).conv(
        [latent_channels, last],
        3,
        1,
    )?));
    Ok(layers)
}

/// `first` is the number of the first layer.
fn decoder(
    scope: &Scope<'_>,
    first: usize,
    stages: &[(usize, usize)],
    latent_channels: usize,
) -> Result<Vec<TinyLayer>> {
    let at = |layers: &Vec<TinyLayer>| scope.at(first + layers.len());
    let mut layers = Vec::new();
    let enter = at(&layers).conv([stages[0].0, latent_channels], 3, 1)?;
    layers.extend([TinyLayer::Conv(enter), TinyLayer::Relu]);
    for (i, &(channels, blocks)) in stages.iter().enumerate() {
        for _ in 0..blocks {
            layers.push(TinyLayer::Block(TinyBlock::load(&at(&layers), channels)?));
        }
        if i + 1 < stages.len() {
            layers.push(TinyLayer::Double);
            layers.push(TinyLayer::Conv(at(&layers).plain_conv([channels; 2], 3, 1)?));
        } else {
            layers.push(TinyLayer::Conv(at(&layers).conv([3, channels], 3, 1)?));
        }
    }
    Ok(layers)
}

fn run(layers: &[TinyLayer], mut x: Tensor) -> candle_core::Result<Tensor> {
    for layer in layers {
        x = match layer {
            TinyLayer::Conv(conv) => conv.forward(&x)?,
            TinyLayer::Block(block) => block.forward(&x)?,
            TinyLayer::Relu => x.relu()?,
            TinyLayer::Double => ops::upsample_nearest_2x(&x)?,
        };
    }
    Ok(x)
}

/// Three convolutions, and what came in added at the end.
struct TinyBlock {
    detour: Option<Detour>,
    convs: [Conv2d; 3],
}

impl TinyBlock {
    fn load(scope: &Scope<'_>, channels: usize) -> Result<Self> {
        let conv = |i: usize| scope.at(format_args!("conv.{i}")).conv([channels; 2], 3, 1);
        let detour = scope.has("pool.0.weight").then(|| Detour::load(scope, channels));
        Ok(Self {
            detour: detour.transpose()?,
            convs: [conv(0)?, conv(2)?, conv(4)?],
        })
    }

    fn forward(&self, x: &Tensor) -> candle_core::Result<Tensor> {
        let x = match &self.detour {
            Some(detour) => (x + detour.forward(x)?)?,
            None => x.clone(),
        };
        let y = self.convs[0].forward(&x)?.relu()?;
        let y = self.convs[1].forward(&y)?.relu()?;
        (self.convs[2].forward(&y)? + x)?.relu()
    }
}

/// Four times as wide, normalised over the whole picture, and back.
struct Detour {
    widen: Conv2d,
    norm: GroupNorm,
    narrow: Conv2d,
}

impl Detour {
    fn load(scope: &Scope<'_>, channels: usize) -> Result<Self> {
        let wide = 4 * channels;
        Ok(Self {
            widen: scope.at("pool.0").plain_conv([wide, channels], 1, 1)?,
            norm: scope.at("pool.1").group_norm(wide, 4, 1e-5)?,
            narrow: scope.at("pool.3").plain_conv([channels, wide], 1, 1)?,
        })
    }

    fn forward(&self, x: &Tensor) -> candle_core::Result<Tensor> {
        let y = self.norm.forward(&self.widen.forward(x)?)?.relu()?;
        self.narrow.forward(&y)
    }
}
