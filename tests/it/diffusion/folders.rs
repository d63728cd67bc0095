//! Folders that are no model, or one that is damaged: an error that names the thing, the reason and the remedy.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use candle_core::{DType, Device};
use phosphene_engine::diffusion::Error;
use phosphene_engine::diffusion::{
    folder::{Architecture, ModelConfig},
    model::{LoadOptions, Model},
    text::Embedding,
    weights::Weights,
};

const MODELS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/golden/diffusion/models");

/// A copy of a committed model that may be damaged.
struct Copied {
    _place: tempfile::TempDir,
    model: PathBuf,
}

impl Copied {
    fn of(name: &str) -> Result<Self> {
        let place = tempfile::tempdir()?;
        let model = place.path().join("model");
        copy(&Path::new(MODELS).join(name).join("model"), &model)?;
        Ok(Self { _place: place, model })
    }

    /// Puts a key's value in place of what it was.
    fn set(&self, file: &str, key: &str, value: serde_json::Value) -> Result<()> {
        let path = self.model.join(file);
        let mut keys: serde_json::Map<_, _> = serde_json::from_slice(&fs::read(&path)?)?;
        keys.insert(key.to_owned(), value);
        Ok(fs::write(path, serde_json::to_vec(&keys)?)?)
    }

    /// What loading it says.
    fn says(&self) -> Result<String> {
        said(&self.model, &LoadOptions::default())
    }
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| from.display().to_string())? {
        let entry = entry?;
        let into = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &into)?;
        } else {
            fs::copy(entry.path(), into)?;
        }
    }
    Ok(())
}

fn said(model: &Path, options: &LoadOptions) -> Result<String> {
    match Model::load(model, options) {
        Err(error @ Error::Model { .. }) => Ok(error.to_string()),
        Err(other) => anyhow::bail!("another error: {other}"),
        Ok(_) => anyhow::bail!("it was loaded"),
    }
}

fn check(said: &str, parts: &[&str]) {
    for part in parts {
        assert!(said.contains(part), "\"{part}\" is not in: {said}");
    }
}

#[test]
fn folders_say_which_family_they_are_of() -> Result<()> {
    for (name, architecture, encoders) in [
        ("sd15", Architecture::Sd15, 1),
        ("sd21", Architecture::Sd21, 1),
        ("sdxl", Architecture::Sdxl, 2),
        ("inpaint", Architecture::Sd15, 1),
        ("lcm", Architecture::Sd15, 1),
    ] {
        let config = ModelConfig::read(&Path::new(MODELS).join(name).join("model"))?;
        assert_eq!(config.architecture, architecture);
        assert_eq!(
            (config.vae_factor, config.latent_channels, config.default_size),
            (8, 4, (64, 64))
        );
        assert_eq!(config.latent_scale, if encoders == 2 { 0.13025 } else { 0.18215 });
        assert_eq!(
            (config.turbo, config.takes_guidance, config.inpaints),
            (name == "lcm", name == "lcm", name == "inpaint")
        );
    }
    let turbo = Copied::of("sd21")?;
    turbo.set("scheduler/scheduler_config.json", "timestep_spacing", "trailing".into())?;
    turbo.set("scheduler/scheduler_config.json", "prediction_type", "epsilon".into())?;
    assert!(ModelConfig::read(&turbo.model)?.turbo);
    Ok(())
}

#[test]
fn what_is_no_model_is_refused_with_the_reason_and_what_to_do() -> Result<()> {
    let place = tempfile::tempdir()?;
    let options = LoadOptions::default();
    check(
        &said(&place.path().join("none"), &options)?,
        &["there is no such folder", "give a model's folder"],
    );
    check(&said(place.path(), &options)?, &["no model_index.json", "unet/, vae/"]);
    let pickle = place.path().join("v1-5-pruned.ckpt");
    fs::write(&pickle, b"\x80\x02")?;
    check(
        &said(&pickle, &options)?,
        &["Python pickle", "run any program", ".safetensors"],
    );
    let single = place.path().join("v1-5.safetensors");
    fs::write(&single, b"12345678")?;
    check(&said(&single, &options)?, &["a single file", "from_single_file"]);

    let model = Copied::of("sd15")?;
    model.set("model_index.json", "_class_name", "FluxPipeline".into())?;
    check(
        &model.says()?,
        &["model_index.json", "FluxPipeline", "use Stable Diffusion"],
    );

    let model = Copied::of("sd15")?;
    let weights = model.model.join("unet/diffusion_pytorch_model.safetensors");
    fs::rename(&weights, weights.with_extension("bin"))?;
    check(&model.says()?, &["diffusion_pytorch_model.bin", "Python pickle"]);

    let options = LoadOptions {
        loras: vec![(pickle, 1.0)],
        ..LoadOptions::default()
    };
    check(
        &said(&Path::new(MODELS).join("sd15/model"), &options)?,
        &["Python pickle"],
    );
    Ok(())
}

#[test]
fn damaged_weights_are_refused_before_they_are_read() -> Result<()> {
    let file = "unet/diffusion_pytorch_model.safetensors";
    let damage = |change: &dyn Fn(&mut Vec<u8>)| -> Result<String> {
        let model = Copied::of("sd15")?;
        let path = model.model.join(file);
        let mut bytes = fs::read(&path)?;
        change(&mut bytes);
        fs::write(path, bytes)?;
        model.says()
    };
    check(
        &damage(&|bytes| bytes.truncate(bytes.len() - 1))?,
        &["cut off", "take this file"],
    );
    check(&damage(&|bytes| bytes.truncate(5))?, &["only 5 bytes long"]);
    check(&damage(&|bytes| bytes[..8].fill(0xff))?, &["no safetensors file"]);
    check(
        &damage(&|bytes| bytes[8] = b'x')?,
        &["its header is not that of a safetensors file"],
    );
    check(
        &damage(&|bytes| *bytes = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n".to_vec())?,
        &["pointer of Git LFS"],
    );
    let model = Copied::of("sdxl")?;
    let shard = fs::read_dir(model.model.join("unet"))?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|kind| kind == "safetensors"))
        .context("a shard")?;
    fs::remove_file(&shard)?;
    check(&model.says()?, &[&shard.display().to_string(), "can't be read"]);
    Ok(())
}

#[test]
fn parts_that_do_not_fit_are_refused() -> Result<()> {
    let cases: [(&str, &str, &str, serde_json::Value, &[&str]); 11] = [
        (
            "sd15",
            "unet/config.json",
            "block_out_channels",
            [16, 64].as_slice().into(),
            &["has the shape"],
        ),
        (
            "sd15",
            "unet/config.json",
            "block_out_channels",
            [1_000_000, 64].as_slice().into(),
            &["from 1 to 65536"],
        ),
        (
            "sd15",
            "unet/config.json",
            "transformer_layers_per_block",
            3.into(),
            &["is missing"],
        ),
        (
            "sd15",
            "unet/config.json",
            "cross_attention_dim",
            768.into(),
            &["the text encoders make 32"],
        ),
        (
            "sd15",
            "unet/config.json",
            "in_channels",
            8.into(),
            &["9 for inpainting"],
        ),
        ("sd15", "unet/config.json", "in_channels", 9.into(), &["has the shape"]),
        (
            "sd15",
            "unet/config.json",
            "time_cond_proj_dim",
            7.into(),
            &["time_cond_proj_dim", "it must be even"],
        ),
        (
            "sd15",
            "unet/config.json",
            "time_cond_proj_dim",
            8.into(),
            &["cond_proj", "is missing"],
        ),
        (
            "sd21",
            "unet/config.json",
            "class_embed_type",
            "timestep".into(),
            &["class_embed_type", "left out"],
        ),
        (
            "sdxl",
            "unet/config.json",
            "addition_embed_type",
            serde_json::Value::Null,
            &["another family"],
        ),
        (
            "sdxl",
            "text_encoder_2/config.json",
            "projection_dim",
            48.into(),
            &["projection_class_embeddings_input_dim"],
        ),
    ];
    for (name, file, key, value, parts) in cases {
        let model = Copied::of(name)?;
        model.set(file, key, value)?;
        check(&model.says()?, parts);
    }
    Ok(())
}

#[test]
fn a_lora_for_another_model_is_refused_by_its_keys() -> Result<()> {
    let models = Path::new(MODELS);
    let with = |lora: PathBuf| LoadOptions {
        loras: vec![(lora, 1.0)],
        ..LoadOptions::default()
    };
    let says = said(&models.join("sd15/model"), &with(models.join("sdxl/kohya.safetensors")))?;
    check(
        &says,
        &[
            "has no place for",
            "lora_te2_",
            "and ",
            "more",
            "trained for this model's family",
        ],
    );
    let says = said(&models.join("sd21/model"), &with(models.join("sd15/kohya.safetensors")))?;
    check(&says, &["does not fit"]);
    let says = said(
        &models.join("sd15/model"),
        &LoadOptions {
            control: Some(models.join("sdxl/control")),
            ..LoadOptions::default()
        },
    )?;
    check(&says, &["for another kind of model"]);
    Ok(())
}

#[test]
fn a_learnt_word_must_fit_the_model_and_be_new_to_it() -> Result<()> {
    let models = Path::new(MODELS);
    let load = |model: &str, file: &str, word: Option<&str>, times: usize| {
        let embedding = Embedding {
            path: models.join(file),
            word: word.map(str::to_owned),
        };
        let options = LoadOptions {
            embeddings: vec![embedding; times],
            ..LoadOptions::default()
        };
        match Model::load(&models.join(model).join("model"), &options) {
            Err(error @ (Error::Model { .. } | Error::Core(phosphene_engine::Error::Value { .. }))) => {
                Ok(error.to_string())
            }
            Err(other) => anyhow::bail!("another error: {other}"),
            Ok(_) => anyhow::bail!("it was loaded"),
        }
    };
    let learnt = |model: &str| format!("{model}/learnt.safetensors");
    check(
        &load("sd15", &learnt("sdxl"), None, 1)?,
        &["it has 2 tensors", "emb_params", "trained for this model's family"],
    );
    check(&load("sdxl", &learnt("sd21"), None, 1)?, &["\"clip_l\" and \"clip_g\""]);
    check(&load("sd15", "sd15/kohya.safetensors", None, 1)?, &["tensors"]);
    check(
        &load("sd21", &learnt("sd21"), None, 2)?,
        &["\"<gold>\" (it has it)", "WORD=FILE"],
    );
    check(&load("sd15", &learnt("sd15"), Some("cat</w>"), 1)?, &["it has it"]);
    check(
        &load("sd15", &learnt("sd15"), Some("two words"), 1)?,
        &["without spaces"],
    );
    check(
        &load("sd15", &learnt("sd15"), Some("(gold)"), 1)?,
        &["without spaces, brackets"],
    );
    let place = tempfile::tempdir()?;
    let pickle = place.path().join("style.pt");
    fs::write(&pickle, b"\x80\x02")?;
    check(
        &load("sd15", &pickle.display().to_string(), None, 1)?,
        &["Python pickle"],
    );
    Ok(())
}

#[test]
fn weights_come_in_the_type_that_is_wanted() -> Result<()> {
    let folder = Path::new(MODELS).join("sd15/model/unet");
    let full = Weights::open(&folder, &Device::Cpu, DType::F32)?;
    for dtype in [DType::F16, DType::BF16] {
        let weights = Weights::open(&folder, &Device::Cpu, dtype)?;
        let found = weights.get("conv_in.weight", &[16, 4, 3, 3])?;
        assert_eq!(found.dtype(), dtype);
        let expected = full.get("conv_in.weight", &[16, 4, 3, 3])?.to_dtype(dtype)?;
        let off = (found.to_dtype(DType::F32)? - expected.to_dtype(DType::F32)?)?.abs()?;
        assert_eq!(off.max_all()?.to_scalar::<f32>()?, 0.0);
    }
    Ok(())
}
