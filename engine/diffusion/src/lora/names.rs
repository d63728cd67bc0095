//! Names in LoRA files to names of a model's weights.
//!
//! All trainers name the same modules; they differ in what stands before and behind, in dots or underscores, and whether
//! the denoising network's blocks are called as in diffusers or as in Stability AI's own code.

use std::collections::HashMap;

use super::Target;
use crate::{
    folder::{ModelConfig, UnetConfig},
    weights::Weights,
};

/// What a tensor of a LoRA file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TensorRole {
    Up,
    Down,
    Alpha,
}

/// Endings, what they mean, and what belongs to the module's name.
const ENDINGS: [(&str, TensorRole); 8] = [
    (".lora_down.weight", TensorRole::Down),
    (".lora_up.weight", TensorRole::Up),
    (".lora_linear_layer.down.weight", TensorRole::Down),
    (".lora_linear_layer.up.weight", TensorRole::Up),
    (".lora.down.weight", TensorRole::Down),
    (".lora.up.weight", TensorRole::Up),
    ("_lora.down.weight", TensorRole::Down),
    ("_lora.up.weight", TensorRole::Up),
];
/// Beginnings, longest first where one begins another; the last is for files of the denoising network alone.
const BEGINNINGS: [(&str, Target); 8] = [
    ("lora_unet_", Target::Unet),
    ("lora_te1_", Target::Text(0)),
    ("lora_te2_", Target::Text(1)),
    ("lora_te_", Target::Text(0)),
    ("text_encoder_2.", Target::Text(1)),
    ("text_encoder.", Target::Text(0)),
    ("unet.", Target::Unet),
    ("", Target::Unet),
];
/// A residual block's modules: in Stability AI's code, and in diffusers.
const RESNET: [(&str, &str); 6] = [
    ("in_layers_0", "norm1"),
    ("in_layers_2", "conv1"),
    ("emb_layers_1", "time_emb_proj"),
    ("out_layers_0", "norm2"),
    ("out_layers_3", "conv2"),
    ("skip_connection", "conv_shortcut"),
];

/// The names of a model's weights, by their modules with underscores for dots.
pub(super) struct Names {
    unet: HashMap<String, String>,
    text: Vec<HashMap<String, String>>,
}

impl Names {
    pub(super) fn new(config: &ModelConfig, unet: &Weights, encoders: &[Weights]) -> Self {
        let mut modules = modules(unet);
        let aliases: Vec<(String, String)> = original_names(&config.unet)
            .into_iter()
            .filter_map(|(alias, module)| Some((alias, modules.get(&module)?.clone())))
            .collect();
        let blocks = transformer_names(&config.unet);
        let inside: Vec<(String, String)> = modules
            .iter()
            .flat_map(|(module, name)| {
                blocks.iter().filter_map(move |(alias, block)| {
                    let rest = module.strip_prefix(block.as_str())?.strip_prefix('_')?;
                    Some((format!("{alias}_{rest}"), name.clone()))
                })
            })
            .collect();
        modules.extend(aliases);
        modules.extend(inside);
        Self {
            unet: modules,
            text: encoders.iter().map(modules_of_text).collect(),
        }
    }

    /// Which network's which weight a LoRA's tensor is for, and what it is of it.
    pub(super) fn resolve(&self, name: &str) -> Option<(Target, String, TensorRole)> {
        let name = name.strip_prefix("base_model.model.").unwrap_or(name);
        let (module, part) = split(name)?;
        let &(beginning, network) = BEGINNINGS.iter().find(|(beginning, _)| module.starts_with(beginning))?;
        let modules = match network {
            Target::Unet => &self.unet,
            Target::Text(i) => self.text.get(i)?,
        };
        let module = module[beginning.len()..].replace("processor.", "").replace('.', "_");
        let found = modules.get(&module).or_else(|| {
            // Older files leave out that it is the first of two.
            modules.get(&format!("{module}_0"))
        })?;
        Some((network, found.clone(), part))
    }
}

/// A tensor's name to its module's, and what it is.
fn split(name: &str) -> Option<(&str, TensorRole)> {
    if let Some(module) = name.strip_suffix(".alpha") {
        return Some((module, TensorRole::Alpha));
    }
    if let Some((ending, part)) = ENDINGS.iter().find(|(ending, _)| name.ends_with(ending)) {
        return Some((&name[..name.len() - ending.len()], *part));
    }
    // peft writes an adapter's name in between, or none.
    let name = name.strip_suffix(".weight")?;
    [(".lora_A", TensorRole::Down), (".lora_B", TensorRole::Up)]
        .into_iter()
        .find_map(|(mark, part)| {
            let (module, rest) = name.rsplit_once(mark)?;
            (rest.is_empty() || rest.starts_with('.')).then_some((module, part))
        })
}

/// Every weight that a LoRA may change, by its module.
fn modules(weights: &Weights) -> HashMap<String, String> {
    weights
        .names()
        .filter(|name| weights.shape(name).is_some_and(|shape| [2, 4].contains(&shape.len())))
        .filter_map(|name| Some((name.strip_suffix(".weight")?.replace('.', "_"), name.to_owned())))
        .collect()
}

/// Those of a text encoder, with `text_model` before them as in every LoRA file.
fn modules_of_text(weights: &Weights) -> HashMap<String, String> {
    modules(weights)
        .into_iter()
        .map(|(module, name)| {
            if module.starts_with("text_") {
                (module, name)
            } else {
                (format!("text_model_{module}"), name)
            }
        })
        .collect()
}

/// The blocks of Stability AI's code: (its name, ours of the residual block, ours of the transformer), and the
/// convolutions between levels (its name, ours).
struct Blocks {
    blocks: Vec<(String, String, Option<String>)>,
    convs: Vec<(String, String)>,
}

fn blocks(config: &UnetConfig) -> Blocks {
    let mut blocks = Vec::new();
    let mut convs = Vec::new();
    let mut number = 1;
    let last = config.levels.len() - 1;
    for (i, level) in config.levels.iter().enumerate() {
        for j in 0..level.layers {
            let attention = level.depth.map(|_| format!("down_blocks_{i}_attentions_{j}"));
            blocks.push((
                format!("input_blocks_{number}"),
                format!("down_blocks_{i}_resnets_{j}"),
                attention,
            ));
            number += 1;
        }
        if i < last {
            convs.push((
                format!("input_blocks_{number}_0_op"),
                format!("down_blocks_{i}_downsamplers_0_conv"),
            ));
            number += 1;
        }
    }
    number = 0;
    for (i, level) in config.levels.iter().rev().enumerate() {
        for j in 0..=level.layers {
            let attention = level.depth.map(|_| format!("up_blocks_{i}_attentions_{j}"));
            if i < last && j == level.layers {
                let place = 1 + usize::from(attention.is_some());
                convs.push((
                    format!("output_blocks_{number}_{place}_conv"),
                    format!("up_blocks_{i}_upsamplers_0_conv"),
                ));
            }
            blocks.push((
                format!("output_blocks_{number}"),
                format!("up_blocks_{i}_resnets_{j}"),
                attention,
            ));
            number += 1;
        }
    }
    Blocks { blocks, convs }
}

/// Modules outside transformers: (Stability AI's name, ours).
fn original_names(config: &UnetConfig) -> Vec<(String, String)> {
    let Blocks { blocks, mut convs } = blocks(config);
    let fixed = [
        ("input_blocks_0_0", "conv_in"),
        ("time_embed_0", "time_embedding_linear_1"),
        ("time_embed_2", "time_embedding_linear_2"),
        ("label_emb_0_0", "add_embedding_linear_1"),
        ("label_emb_0_2", "add_embedding_linear_2"),
        ("out_2", "conv_out"),
    ];
    convs.extend(fixed.map(|(theirs, ours)| (theirs.to_owned(), ours.to_owned())));
    let resnets = blocks
        .into_iter()
        .map(|(theirs, ours, _)| (format!("{theirs}_0"), ours))
        .chain([
            ("middle_block_0".to_owned(), "mid_block_resnets_0".to_owned()),
            ("middle_block_2".to_owned(), "mid_block_resnets_1".to_owned()),
        ]);
    for (theirs, ours) in resnets {
        for (inner, module) in RESNET {
            convs.push((format!("{theirs}_{inner}"), format!("{ours}_{module}")));
        }
    }
    convs
}

/// Transformers: (Stability AI's name, ours); what is inside has the same names.
fn transformer_names(config: &UnetConfig) -> Vec<(String, String)> {
    let blocks = blocks(config).blocks.into_iter();
    blocks
        .filter_map(|(theirs, _, ours)| Some((format!("{theirs}_1"), ours?)))
        .chain([("middle_block_1".to_owned(), "mid_block_attentions_0".to_owned())])
        .collect()
}
