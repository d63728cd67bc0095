//! Weights that are no numbers, or make none: an error that names the part, in whichever part they are.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use candle_core::{DType, Device, Tensor, safetensors};
use phosphene_engine::diffusion::{
    model::{Control, LoadOptions, Model, StepOptions},
    text::Embedding,
};

const SD15: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/golden/diffusion/models/sd15");

fn copy(from: &Path, to: &Path) -> Result<()> {
    if from.is_dir() {
        fs::create_dir_all(to)?;
        for item in fs::read_dir(from)? {
            let item = item?.path();
            copy(&item, &to.join(item.file_name().context("a name")?))?;
        }
    } else {
        fs::copy(from, to)?;
    }
    Ok(())
}

/// The reference model with everything that may lie beside it.
struct Copied(tempfile::TempDir);

impl Copied {
    fn new() -> Result<Self> {
        let place = tempfile::tempdir()?;
        copy(Path::new(SD15), place.path())?;
        Ok(Self(place))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Puts a number into a tensor of a file, all over or in its middle, and returns the tensor's name.
    fn damage(&self, file: &str, tensor: Option<&str>, number: f32, all: bool) -> Result<String> {
        let path = self.path(file);
        let mut tensors: HashMap<String, Tensor> = safetensors::load(&path, &Device::Cpu)?;
        let mut names: Vec<&String> = tensors.keys().collect();
        names.sort();
        let middle = names[names.len() / 2].clone();
        let name = tensor.map_or(middle, str::to_owned);
        let old = tensors.get(&name).with_context(|| format!("{name} in {file}"))?;
        let mut numbers = old.to_dtype(DType::F32)?.flatten_all()?.to_vec1::<f32>()?;
        let half = numbers.len() / 2;
        if all {
            numbers.fill(number);
        } else {
            numbers[half] = number;
        }
        tensors.insert(name.clone(), Tensor::from_vec(numbers, old.shape(), &Device::Cpu)?);
        safetensors::save(&tensors, &path)?;
        Ok(name)
    }

    fn options(&self) -> LoadOptions {
        LoadOptions {
            loras: vec![(self.path("kohya.safetensors"), 0.5)],
            embeddings: vec![Embedding {
                path: self.path("learnt.safetensors"),
                word: Some("<learnt>".into()),
            }],
            control: Some(self.path("control")),
            ..LoadOptions::default()
        }
    }

    fn with_tiny(&self) -> LoadOptions {
        LoadOptions {
            tiny_vae: Some(self.path("tiny_vae")),
            ..self.options()
        }
    }

    fn load(&self, options: &LoadOptions) -> phosphene_engine::diffusion::Result<Model> {
        Model::load(&self.path("model"), options)
    }
}

const UNET: &str = "model/unet/diffusion_pytorch_model.safetensors";
const TEXT: &str = "model/text_encoder/model.safetensors";
const VAE: &str = "model/vae/diffusion_pytorch_model.safetensors";
const CONTROL: &str = "control/diffusion_pytorch_model.safetensors";
const TINY: &str = "tiny_vae/diffusion_pytorch_model.safetensors";

#[test]
fn a_weight_that_is_no_number_is_named_when_it_is_read() -> Result<()> {
    for file in [
        UNET,
        TEXT,
        VAE,
        CONTROL,
        TINY,
        "kohya.safetensors",
        "learnt.safetensors",
    ] {
        for (number, said) in [
            (f32::NAN, "NaN"),
            (f32::INFINITY, "infinite"),
            (f32::NEG_INFINITY, "infinite"),
        ] {
            let copied = Copied::new()?;
            let name = copied.damage(file, None, number, false)?;
            let options = if file == TINY {
                copied.with_tiny()
            } else {
                copied.options()
            };
            let error = copied
                .load(&options)
                .err()
                .with_context(|| format!("{number} in {file}"))?;
            let error = error.to_string();
            let alpha = name.ends_with("alpha");
            let named = error.contains(&*copied.path(file).to_string_lossy()) && error.contains(&name);
            assert!(alpha || (named && error.contains(said)), "{file}: {error}");
        }
    }
    Ok(())
}

#[test]
fn a_weight_too_large_for_half_precision_is_named_with_its_remedy() -> Result<()> {
    let copied = Copied::new()?;
    let name = copied.damage(UNET, None, 1e6, false)?;
    for (dtype, fits) in [(DType::F16, false), (DType::BF16, true), (DType::F32, true)] {
        let loaded = copied.load(&LoadOptions {
            dtype,
            ..LoadOptions::default()
        });
        assert_eq!(loaded.is_ok(), fits, "{dtype:?}");
        if let Err(error) = loaded {
            let error = error.to_string();
            assert!(
                error.contains(&name) && error.contains("1e6") && error.contains("--device cpu"),
                "{error}"
            );
        }
    }
    copied.damage(UNET, Some(&name), f32::MAX, false)?;
    let bf16 = LoadOptions {
        dtype: DType::BF16,
        ..LoadOptions::default()
    };
    assert!(copied.load(&bf16).is_err() && copied.load(&LoadOptions::default()).is_ok());
    // A LoRA that makes it so.
    let copied = Copied::new()?;
    let strong = LoadOptions {
        loras: vec![(copied.path("kohya.safetensors"), 1e30)],
        dtype: DType::F16,
        ..LoadOptions::default()
    };
    let error = copied.load(&strong).err().context("an error")?.to_string();
    assert!(error.contains("LoRA"), "{error}");
    Ok(())
}

/// Asks a model for everything in turn.
fn used(model: &Model) -> phosphene_engine::diffusion::Result<()> {
    let tensor = |shape: &[usize]| Tensor::full(0.25_f32, shape, &Device::Cpu).expect("a small tensor");
    let conditioning = model.embed("a boat (at sea:1.2)", "rain")?;
    let latents = model.encode(&tensor(&[1, 3, 64, 64]))?;
    let step = StepOptions {
        guidance: 5.0,
        size: (64, 64),
        control: Some(Control {
            hint: tensor(&[1, 3, 64, 64]),
            strength: 1.0,
        }),
        given: None,
    };
    model.predict(&latents, 300.0, &conditioning, &step)?;
    model.decode(&latents)?;
    Ok(())
}

#[test]
fn a_network_that_gives_no_numbers_is_named() -> Result<()> {
    // All weights are numbers, and what is made of them is not.
    for (file, tensor, what) in [
        (TEXT, "final_layer_norm.weight", "the text encoder gives NaN"),
        (UNET, "conv_out.weight", "the denoising network gives NaN"),
        (CONTROL, "controlnet_mid_block.weight", "the ControlNet gives NaN"),
        (VAE, "encoder.conv_out.weight", "the autoencoder gives NaN"),
        (VAE, "decoder.conv_out.weight", "the autoencoder gives NaN"),
        (TINY, "decoder.layers.13.weight", "the tiny autoencoder gives NaN"),
    ] {
        let copied = Copied::new()?;
        let options = if file == TINY {
            copied.with_tiny()
        } else {
            copied.options()
        };
        used(&copied.load(&options)?).with_context(|| format!("{file} as it is"))?;
        copied.damage(file, Some(tensor), f32::MAX, true)?;
        let error = used(&copied.load(&options)?)
            .err()
            .with_context(|| format!("{tensor} in {file}"))?;
        let folder = copied.path(file);
        let folder = folder.parent().context("a folder")?.to_string_lossy().into_owned();
        let error = error.to_string();
        assert!(error.contains(what) && error.contains(&folder), "{file}: {error}");
    }
    Ok(())
}

#[test]
fn latents_that_are_no_numbers_are_not_decoded() -> Result<()> {
    let copied = Copied::new()?;
    let model = copied.load(&LoadOptions::default())?;
    let latents = Tensor::full(f32::NAN, (1, 4, 8, 8), &Device::Cpu)?;
    let error = model.decode(&latents).err().context("an error")?.to_string();
    assert!(error.contains("NaN"), "{error}");
    Ok(())
}
