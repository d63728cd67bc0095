//! Models against the reference implementation: text, denoising, autoencoders, LoRA, ControlNet, whole pictures.
//!
//! `tests/diffusion/make_reference.py` makes the models and what diffusers makes of them. Those committed are compared in
//! every run; `cargo xtask parity` makes others, or takes a model of yours, and names their folder in
//! `PHOSPHENE_REFERENCE`.

use std::{
    collections::{BTreeMap, HashMap},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use candle_core::{DType, Device, Tensor};
use phosphene_engine::diffusion::Error;
use phosphene_engine::{
    cancel::Cancel,
    diffusion::{
        folder::ModelConfig,
        lora,
        model::{Control, Given, LoadOptions, Model, StepOptions},
        noise::NoiseSource,
        sampler::Sampler,
        schedule::ScheduleConfig,
        text::Embedding,
        weights::Weights,
    },
};
use serde_json::Value;

const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/golden/diffusion/models");

/// As a share of the reference's largest value.
const LARGEST_ERROR: f64 = 1e-3;
/// Of a whole picture, in dB.
const LEAST_PSNR: f64 = 45.0;

/// A model with its reference.
struct Reference {
    folder: PathBuf,
    model: PathBuf,
    cases: Vec<Value>,
    tensors: HashMap<String, Tensor>,
    size: (usize, usize),
}

impl Reference {
    fn read(folder: &Path) -> Result<Self> {
        let file = folder.join("reference.json");
        let about = std::fs::read(&file).with_context(|| format!("the reference {}", file.display()))?;
        let about: Value = serde_json::from_slice(&about)?;
        let tensors = folder.join("reference.safetensors");
        let elsewhere = std::fs::read_to_string(folder.join("model.txt"));
        Ok(Self {
            folder: folder.to_owned(),
            model: elsewhere.map_or_else(|_| folder.join("model"), |path| path.trim().into()),
            cases: about["cases"].as_array().context("cases")?.clone(),
            tensors: candle_core::safetensors::load(&tensors, &Device::Cpu)
                .with_context(|| format!("the reference {}", tensors.display()))?,
            size: (whole(&about["width"])?, whole(&about["height"])?),
        })
    }

    fn name(&self) -> String {
        self.folder
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    }

    /// The cases of a kind, with their tensors.
    fn of(&self, kind: &str) -> impl Iterator<Item = Case<'_>> {
        let of_kind = self
            .cases
            .iter()
            .enumerate()
            .filter(move |(_, about)| about["kind"] == kind);
        of_kind.map(|(number, about)| Case {
            reference: self,
            number,
            about,
        })
    }

    fn load(&self, options: &LoadOptions) -> Result<Model> {
        Ok(Model::load(&self.model, options)?)
    }
}

#[derive(Clone, Copy)]
struct Case<'a> {
    reference: &'a Reference,
    number: usize,
    about: &'a Value,
}

impl Case<'_> {
    fn tensor(&self, name: &str) -> Result<Tensor> {
        let name = format!("{}.{name}", self.number);
        let found = self.reference.tensors.get(&name);
        Ok(found
            .with_context(|| format!("the reference tensor {name}"))?
            .to_dtype(DType::F32)?)
    }

    fn has(&self, name: &str) -> bool {
        self.reference.tensors.contains_key(&format!("{}.{name}", self.number))
    }

    fn text(&self, key: &str) -> Result<&str> {
        self.about[key]
            .as_str()
            .with_context(|| format!("{key} of case {}", self.number))
    }

    fn number(&self, key: &str) -> Result<f64> {
        self.about[key]
            .as_f64()
            .with_context(|| format!("{key} of case {}", self.number))
    }

    /// What a model that inpaints is shown of a picture.
    fn given(&self) -> Result<Option<Given>> {
        if !self.has("mask") {
            return Ok(None);
        }
        Ok(Some(Given {
            mask: self.tensor("mask")?,
            latents: self.tensor("masked")?,
        }))
    }

    /// What ours predicts for this case.
    fn predict(&self, model: &Model, control: Option<Control>) -> Result<Tensor> {
        let conditioning = model.embed(self.text("prompt")?, self.text("negative")?)?;
        let step = StepOptions {
            guidance: self.number("guidance")?,
            size: self.reference.size,
            control,
            given: self.given()?,
        };
        Ok(model.predict(&self.tensor("latents")?, self.number("timestep")?, &conditioning, &step)?)
    }
}

fn whole(value: &Value) -> Result<usize> {
    Ok(usize::try_from(value.as_u64().context("a whole number")?)?)
}

/// The committed models, or those of the folder that is named from outside.
fn references() -> Result<Vec<Reference>> {
    let folder = std::env::var_os("PHOSPHENE_REFERENCE").map_or_else(|| COMMITTED.into(), PathBuf::from);
    let listed = std::fs::read_dir(&folder).with_context(|| format!("the references in {}", folder.display()))?;
    let mut folders: Vec<PathBuf> = listed.flatten().map(|entry| entry.path()).collect();
    folders.sort_unstable();
    let references = folders
        .iter()
        .map(|folder| Reference::read(folder))
        .collect::<Result<Vec<_>>>()?;
    if folder == Path::new(COMMITTED) {
        let names: Vec<String> = references.iter().map(Reference::name).collect();
        assert_eq!(
            names,
            ["inpaint", "lcm", "sd15", "sd21", "sdxl"],
            "the committed references"
        );
        for (kind, least) in [
            ("text", 25),
            ("embedding", 3),
            ("unet", 15),
            ("vae", 5),
            ("tiny_vae", 1),
            ("lora", 9),
            ("control", 4),
            ("picture", 39),
        ] {
            let found: usize = references.iter().map(|reference| reference.of(kind).count()).sum();
            ensure!(found >= least, "{found} references of {kind}, where there were {least}");
        }
    }
    ensure!(!references.is_empty(), "no references in {}", folder.display());
    Ok(references)
}

fn largest(tensor: &Tensor) -> Result<f64> {
    Ok(f64::from(tensor.abs()?.flatten_all()?.max(0)?.to_scalar::<f32>()?))
}

/// The largest difference, as a share of the reference's largest value.
fn relative_error(found: &Tensor, expected: &Tensor) -> Result<f64> {
    ensure!(
        found.dims() == expected.dims(),
        "{:?} where {:?} is expected",
        found.shape(),
        expected.shape()
    );
    Ok(largest(&(found - expected)?)? / largest(expected)?)
}

/// Both of 0 to 1, in dB.
fn psnr(found: &Tensor, expected: &Tensor) -> Result<f64> {
    let error = (found - expected)?.sqr()?.mean_all()?.to_scalar::<f32>()?;
    Ok(-10.0 * f64::from(error).log10())
}

/// The largest error of each kind of case, printed, and held against the limit.
struct Errors(BTreeMap<String, f64>);

impl Errors {
    fn new() -> Self {
        Self(BTreeMap::new())
    }

    fn note(&mut self, reference: &Reference, what: &str, found: &Tensor, expected: &Tensor) -> Result<()> {
        let name = format!("{} {what}", reference.name());
        let error = relative_error(found, expected).with_context(|| name.clone())?;
        println!("{name}: {error:.1e}");
        ensure!(
            error < LARGEST_ERROR,
            "{name}: off by {error:e}, more than {LARGEST_ERROR:e}"
        );
        let worst = self.0.entry(name).or_default();
        *worst = worst.max(error);
        Ok(())
    }
}

#[test]
fn prompts_are_encoded_as_in_the_reference() -> Result<()> {
    let mut errors = Errors::new();
    for reference in &references()? {
        let model = reference.load(&LoadOptions::default())?;
        for case in reference.of("text") {
            let conditioning = model.embed(case.text("prompt")?, case.text("negative")?)?;
            for (name, found) in ["positive", "negative"].into_iter().zip(&conditioning) {
                let expected = case.tensor(name)?;
                if largest(&expected)? == 0.0 {
                    assert_eq!(largest(&found.text)?, 0.0, "an empty negative prompt is all zeros");
                    continue;
                }
                errors.note(reference, "text", &found.text, &expected)?;
                let pooled = format!("{name}_pooled");
                assert_eq!(found.pooled.is_some(), case.has(&pooled));
                if let Some(found) = &found.pooled {
                    errors.note(reference, "pooled text", found, &case.tensor(&pooled)?)?;
                }
            }
        }
    }
    Ok(())
}

#[test]
fn learnt_words_are_the_references() -> Result<()> {
    let mut errors = Errors::new();
    for reference in &references()? {
        for case in reference.of("embedding") {
            let prompt = case.text("prompt")?;
            let embedding = Embedding {
                path: reference.folder.join(case.text("file")?),
                word: case.about["word"].as_str().map(str::to_owned),
            };
            let model = reference.load(&LoadOptions {
                embeddings: vec![embedding],
                ..LoadOptions::default()
            })?;
            let [found, _] = model.embed(prompt, "")?;
            let expected = case.tensor("positive")?;
            errors.note(reference, "learnt word", &found.text, &expected)?;
            if let Some(found) = &found.pooled {
                errors.note(reference, "pooled learnt word", found, &case.tensor("positive_pooled")?)?;
            }
            let [plain, _] = reference.load(&LoadOptions::default())?.embed(prompt, "")?;
            let change = relative_error(&plain.text, &expected)?;
            ensure!(
                change > 0.03,
                "{}: the word changes the text by only {change:e}",
                reference.name()
            );
        }
    }
    Ok(())
}

#[test]
fn one_step_is_the_references() -> Result<()> {
    let mut errors = Errors::new();
    for reference in &references()? {
        let model = reference.load(&LoadOptions::default())?;
        for case in reference.of("unet") {
            let found = case.predict(&model, None)?;
            errors.note(reference, "step", &found, &case.tensor("output")?)?;
        }
    }
    Ok(())
}

#[test]
fn pictures_and_latents_are_the_references() -> Result<()> {
    let mut errors = Errors::new();
    for reference in &references()? {
        for (kind, tiny_vae) in [("vae", None), ("tiny_vae", Some(reference.folder.join("tiny_vae")))] {
            for case in reference.of(kind) {
                let model = reference.load(&LoadOptions {
                    tiny_vae: tiny_vae.clone(),
                    ..LoadOptions::default()
                })?;
                let found = model.encode(&case.tensor("picture")?)?;
                errors.note(reference, &format!("{kind} encode"), &found, &case.tensor("encoded")?)?;
                let found = model.decode(&case.tensor("latents")?)?;
                errors.note(reference, &format!("{kind} decode"), &found, &case.tensor("decoded")?)?;
            }
        }
    }
    Ok(())
}

#[test]
fn loras_merge_as_in_the_reference() -> Result<()> {
    let mut errors = Errors::new();
    for reference in &references()? {
        for case in reference.of("lora") {
            let listed = case.about["loras"].as_array().context("LoRAs")?;
            let used = |lora: &Value| {
                let file = lora["file"].as_str().context("a file")?;
                Ok((
                    reference.folder.join(file),
                    lora["weight"].as_f64().context("a weight")?,
                ))
            };
            let loras = listed.iter().map(used).collect::<Result<Vec<_>>>()?;
            merged_weights(reference, case, &loras, &mut errors)?;
            let plain = case.predict(&reference.load(&LoadOptions::default())?, None)?;
            let model = reference.load(&LoadOptions {
                loras,
                ..LoadOptions::default()
            })?;
            let (found, expected) = (case.predict(&model, None)?, case.tensor("output")?);
            errors.note(reference, "step with LoRA", &found, &expected)?;
            let change = relative_error(&plain, &expected)?;
            ensure!(
                change > 0.03,
                "{}: the LoRA changes the step by only {change:e}",
                reference.name()
            );
        }
    }
    Ok(())
}

fn merged_weights(reference: &Reference, case: Case<'_>, loras: &[(PathBuf, f64)], errors: &mut Errors) -> Result<()> {
    let config = ModelConfig::read(&reference.model)?;
    let parts = ["unet", "text_encoder", "text_encoder_2"].map(|part| reference.model.join(part));
    let open = |path: &PathBuf| Weights::open(path, &Device::Cpu, DType::F32);
    let mut unet = open(&parts[0])?;
    let there = parts[1..].iter().filter(|path| path.is_dir());
    let mut encoders = there.map(open).collect::<std::result::Result<Vec<_>, Error>>()?;
    let mut changed = std::collections::BTreeSet::new();
    for (path, weight) in loras {
        let patches = lora::read(path, *weight, &config, (&unet, &encoders))?;
        changed.extend(patches.unet.keys().map(|name| (0, name.clone())));
        unet.patch(patches.unet);
        for (i, (encoder, patches)) in encoders.iter_mut().zip(patches.text).enumerate() {
            changed.extend(patches.keys().map(|name| (i + 1, name.clone())));
            encoder.patch(patches);
        }
    }
    assert_eq!(
        changed.len(),
        whole(&case.about["changed"])?,
        "weights that are changed"
    );
    let prefix = format!("{}.", case.number);
    let mut compared = 0;
    for name in reference.tensors.keys().filter_map(|name| name.strip_prefix(&prefix)) {
        let Some((part, tensor)) = name.split_once('/') else {
            continue;
        };
        let weights = match part {
            "unet" => &unet,
            "text_encoder" => &encoders[0],
            _ => &encoders[1],
        };
        // transformers saves the text model's weights under its name, and calls them without it.
        let stored = [tensor.to_owned(), format!("text_model.{tensor}")];
        let stored = stored
            .iter()
            .find(|name| weights.has(name))
            .context("a weight that is changed")?;
        let expected = case.tensor(name)?;
        errors.note(
            reference,
            "merged weight",
            &weights.get(stored, expected.dims())?,
            &expected,
        )?;
        compared += 1;
    }
    ensure!(compared >= 1, "{compared} merged weights to compare with");
    Ok(())
}

#[test]
fn a_controlnet_guides_as_in_the_reference() -> Result<()> {
    let mut errors = Errors::new();
    for reference in &references()? {
        let mut model = None;
        for case in reference.of("control") {
            if model.is_none() {
                model = Some(reference.load(&LoadOptions {
                    control: Some(reference.folder.join("control")),
                    ..LoadOptions::default()
                })?);
            }
            let model = model.as_ref().context("a model")?;
            let control = Control {
                hint: case.tensor("hint")?,
                strength: case.number("strength")?,
            };
            let (plain, found) = (case.predict(model, None)?, case.predict(model, Some(control))?);
            errors.note(reference, "step without guide", &plain, &case.tensor("plain")?)?;
            errors.note(reference, "guided step", &found, &case.tensor("output")?)?;
            // What the guide alone does.
            let (found, expected) = ((found - &plain)?, (case.tensor("output")? - case.tensor("plain")?)?);
            errors.note(reference, "guide", &found, &expected)?;
            let change = largest(&expected)? / largest(&case.tensor("plain")?)?;
            ensure!(
                change > 0.03,
                "{}: the guide changes the step by only {change:e}",
                reference.name()
            );
        }
    }
    Ok(())
}

#[test]
fn whole_pictures_are_the_references() -> Result<()> {
    for reference in &references()? {
        let model = reference.load(&LoadOptions::default())?;
        for case in reference.of("picture") {
            let schedule =
                ScheduleConfig::parse(Path::new("scheduler_config.json"), case.text("schedule")?.as_bytes())?;
            let steps = whole(&case.about["steps"])?;
            let sampler = Sampler::new(case.text("sampler")?.parse()?, &schedule, steps, 1.0)?;
            let conditioning = model.embed(case.text("prompt")?, case.text("negative")?)?;
            let step = StepOptions {
                guidance: case.number("guidance")?,
                size: reference.size,
                control: None,
                given: case.given()?,
            };
            let drawn = case.tensor("drawn")?.chunk(steps, 0)?;
            let latents = sampler.run(
                sampler.start(None, &case.tensor("noise")?)?,
                &mut NoiseSource::Given(drawn.into()),
                &mut |input, timestep| model.predict(input, timestep, &conditioning, &step),
                &Cancel::default(),
            )?;
            let found = model.decode(&latents)?.affine(0.5, 0.5)?.clamp(0.0, 1.0)?;
            let decibels = psnr(&found, &case.tensor("picture")?)?;
            let name = format!("{} {} in {steps}", reference.name(), case.text("sampler")?);
            println!("{name}, {:?}: {decibels:.1} dB", schedule.prediction);
            ensure!(
                decibels >= LEAST_PSNR,
                "{name}: {decibels:.1} dB, less than {LEAST_PSNR}"
            );
        }
    }
    Ok(())
}
