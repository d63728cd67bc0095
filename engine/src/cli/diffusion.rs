//! The options of the generator `diffusion`, and the film that they make.

use std::{fs, path::PathBuf};

use clap::{Args, ValueEnum};
use phosphene_engine::{
    Error, Result,
    cancel::Cancel,
    diffusion::{
        film::{Enlarge, Film, FilmOptions, device::DeviceName, model::Loaded},
        library::Library,
        model::{LoadOptions, Model},
        sampler::SamplerName,
        text::Embedding,
    },
    diorama::styles,
    guide::DioramaDrawer,
    image,
    prompt::{Prompt, StyleChoice},
    render::RenderJob,
};

use super::{
    options::{GeneratorName, Look},
    terminal::tell,
};

/// How painted pictures are brought to the video's size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EnlargeName {
    /// By cubic interpolation
    Cubic,
    /// By Real-ESRGAN's compact network
    Network,
}

/// Options of `--generator diffusion`.
#[derive(Args, Debug, Clone, Default)]
#[command(next_help_heading = "Options for --generator diffusion")]
pub struct DiffusionArgs {
    /// The model: a name of `phosphene models`, or a folder in diffusers layout
    #[arg(long, value_name = "NAME|DIR")]
    model: Option<String>,
    /// Where it runs: auto, cpu, cuda:N or metal; several, as in cuda:0,cuda:1, take shots in turn [default: auto]
    #[arg(long, value_name = "DEVICE[,..]", value_delimiter = ',')]
    device: Vec<DeviceName>,
    /// Steps from noise to picture [default: 4 for turbo models, else 20]
    #[arg(long)]
    steps: Option<usize>,
    /// euler, euler-a, ddim, dpm++2m or lcm [default: the model's own]
    #[arg(long)]
    sampler: Option<SamplerName>,
    /// How strongly prompts are followed, 1 to 30 [default: 1 for turbo models, 8 for LCM, else 7]
    #[arg(long, value_name = "1..30")]
    guidance: Option<f64>,
    /// How much of a key frame is painted anew, 0 to 1; onsets add to it [default: 0.3]
    #[arg(long, value_name = "0..1")]
    strength: Option<f64>,
    /// Paint every n-th frame, and move the painting between [default: 3; 12 with --draft]
    #[arg(long, value_name = "FRAMES")]
    cadence: Option<u32>,
    /// A picture whose colours and large lights every scene begins from
    #[arg(long, value_name = "FILE")]
    style_image: Option<PathBuf>,
    /// A LoRA to merge into the model, with its weight (FILE or FILE:0.8); may be given several times
    #[arg(long, value_name = "FILE[:WEIGHT]")]
    lora: Vec<String>,
    /// A textual inversion (safetensors), whose word prompts may then use: the one that the file says, or its name; may be
    /// given several times
    #[arg(long, value_name = "[WORD=]FILE")]
    embedding: Vec<String>,
    /// A ControlNet's folder (for edges): the diorama's drawing of each scene guides its painting
    #[arg(long, value_name = "DIR")]
    control: Option<PathBuf>,
    /// A tiny decoder's folder (TAESD layout), faster and a little rougher than the model's own
    #[arg(long, value_name = "DIR")]
    tiny_vae: Option<PathBuf>,
    /// How paintings are brought to the video's size [default: network on a graphics card, cubic on the CPU]
    #[arg(long, value_enum)]
    enlarge: Option<EnlargeName>,
}

impl DiffusionArgs {
    /// Refuses options of a generator that isn't asked for.
    pub fn check(&self, generator: GeneratorName) -> Result<()> {
        let given = self.model.is_some()
            || !self.device.is_empty()
            || self.steps.is_some()
            || self.sampler.is_some()
            || self.guidance.is_some()
            || self.strength.is_some()
            || self.cadence.is_some()
            || self.style_image.is_some()
            || !self.lora.is_empty()
            || !self.embedding.is_empty()
            || self.control.is_some()
            || self.tiny_vae.is_some()
            || self.enlarge.is_some();
        match (generator, given, &self.model) {
            (GeneratorName::Diffusion, _, None) => Err(Error::Value {
                what: "--model",
                expected: "a name of `phosphene models`, or a model's folder, for --generator diffusion".into(),
                actual: "not given".into(),
            }),
            (GeneratorName::Diffusion, ..) | (_, false, _) => Ok(()),
            _ => Err(Error::Value {
                what: "--generator",
                expected: "diffusion where a model or an option of one is given".into(),
                actual: "another".into(),
            }),
        }
    }

    /// Every how many frames a shot is painted afresh.
    pub fn cadence(&self, look: &Look) -> u32 {
        self.cadence.unwrap_or(FilmOptions::cadence(look.quality))
    }

    /// What is read: the model's folder, and the files and folders of all that goes with it.
    pub fn inputs(&self) -> Result<Vec<PathBuf>> {
        let model = self.model.as_ref().map(|_| self.folder()).transpose()?;
        let given = [
            model,
            self.control.clone(),
            self.tiny_vae.clone(),
            self.style_image.clone(),
        ];
        let mut inputs: Vec<PathBuf> = given.into_iter().flatten().collect();
        for lora in &self.lora {
            inputs.push(weighted(lora)?.0);
        }
        inputs.extend(self.embedding.iter().map(|text| embedding(text).path));
        Ok(inputs)
    }

    /// What tells this model's files from others under the same name: their names, sizes and dates.
    ///
    /// # Errors
    /// [`Error::File`] when they can't be looked at.
    pub fn files(&self) -> Result<Vec<String>> {
        let mut files = Vec::new();
        let mut open = self.inputs()?;
        while let Some(path) = open.pop() {
            let about = fs::metadata(&path).map_err(Error::file("read", &path))?;
            if about.is_dir() {
                for entry in fs::read_dir(&path).map_err(Error::file("read", &path))? {
                    open.push(entry.map_err(Error::file("read", &path))?.path());
                }
            } else {
                files.push(format!(
                    "{} {} {:?}",
                    path.display(),
                    about.len(),
                    about.modified().ok()
                ));
            }
        }
        files.sort();
        Ok(files)
    }

    /// Refuses a model whose files are not those any more that [`Self::files`] has found.
    ///
    /// # Errors
    /// [`Error::Changed`]; [`Error::File`] when they can't be looked at.
    pub fn check_unchanged(&self, files: &[String]) -> Result<()> {
        if self.files()? == files {
            return Ok(());
        }
        Err(Error::Changed {
            path: self.folder()?,
            what: "files of the model, or given with it, were replaced or written to".into(),
        })
    }

    fn folder(&self) -> Result<PathBuf> {
        Ok(Library::of_this_user()?.find(self.model.as_deref().unwrap_or_default())?)
    }

    /// Loads the model to each device and makes a film there.
    pub fn films(&self, job: &RenderJob, look: &Look, cancel: &Cancel) -> Result<Vec<Film>> {
        let devices = match &self.device[..] {
            [] => vec![DeviceName::Auto],
            named => named.to_vec(),
        };
        let film = |device: &DeviceName| self.film(*device, job, look, cancel);
        devices.iter().map(film).collect()
    }

    fn film(&self, wanted: DeviceName, job: &RenderJob, look: &Look, cancel: &Cancel) -> Result<Film> {
        let folder = self.folder()?;
        let (device, dtype) = wanted.open()?;
        if wanted == DeviceName::Auto {
            let place = if device.is_cpu() {
                "the CPU (no graphics card that this build can use)"
            } else {
                "the graphics card"
            };
            tell(&format!("  note  The model runs on {place}."));
        }
        let model = Model::load(
            &folder,
            &LoadOptions {
                device: device.clone(),
                dtype,
                loras: self.lora.iter().map(|lora| weighted(lora)).collect::<Result<_>>()?,
                embeddings: self.embedding.iter().map(|text| embedding(text)).collect(),
                control: self.control.clone(),
                tiny_vae: self.tiny_vae.clone(),
            },
        )?;
        let options = FilmOptions {
            size: job.settings.size,
            fps: job.settings.fps,
            quality: look.quality,
            sampler: self.sampler,
            steps: self.steps,
            guidance: self.guidance,
            strength: self.strength.unwrap_or(FilmOptions::STRENGTH),
            flash_limit: look.flash_limit,
            style_image: self.style_image.as_deref().map(image::read).transpose()?,
            enlarge: match (self.enlarge, device.is_cpu()) {
                (Some(EnlargeName::Network), _) | (None, false) => Enlarge::Network,
                (Some(EnlargeName::Cubic), _) | (None, true) => Enlarge::Cubic,
            },
        };
        let prompts: Vec<Prompt> = job.plan.prompts.iter().map(styled).collect::<Result<_>>()?;
        let film = Film::new(Box::new(Loaded::new(model, device)), &prompts, options, cancel)?;
        if self.control.is_none() {
            return Ok(film);
        }
        Ok(film.guided_by(Box::new(DioramaDrawer::new(&prompts)?)))
    }
}

/// A style that is named, or a print look, is a part of the prompt here.
fn styled(prompt: &Prompt) -> Result<Prompt> {
    let mut prompt = prompt.clone();
    match &prompt.style {
        StyleChoice::Named(name) => prompt.text = format!("{}, {name}", prompt.text),
        StyleChoice::Print(look) => prompt.text = format!("{}, {}", prompt.text, styles::print_name(*look)?),
        StyleChoice::Auto | StyleChoice::Unpainted | StyleChoice::Blend(_) => {}
    }
    Ok(prompt)
}

/// `FILE` or `FILE:WEIGHT`; a colon that no number follows belongs to the name.
fn weighted(text: &str) -> Result<(PathBuf, f64)> {
    let split = text
        .rsplit_once(':')
        .and_then(|(file, weight)| Some((file, weight.parse::<f64>().ok()?)));
    let (file, weight) = split.unwrap_or((text, 1.0));
    if !(-4.0..=4.0).contains(&weight) {
        return Err(Error::Value {
            what: "the LoRA's weight",
            expected: "from -4 to 4".into(),
            actual: weight.to_string(),
        });
    }
    Ok((file.into(), weight))
}

/// `FILE` or `WORD=FILE`; what has a separator of folders in it is no word.
fn embedding(text: &str) -> Embedding {
    let split = text
        .split_once('=')
        .filter(|(word, _)| !word.is_empty() && !word.contains(['/', '\\']));
    match split {
        Some((word, file)) => Embedding {
            path: file.into(),
            word: Some(word.to_owned()),
        },
        None => Embedding {
            path: text.into(),
            word: None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_embedding_may_have_a_word() {
        let of = |text: &str| {
            let found = embedding(text);
            (found.word, found.path.display().to_string())
        };
        assert_eq!(of("a.safetensors"), (None, "a.safetensors".into()));
        assert_eq!(of("<gold>=b/a=c.st"), (Some("<gold>".into()), "b/a=c.st".into()));
        assert_eq!(of("b/a=c.st"), (None, "b/a=c.st".into()));
    }

    #[test]
    fn a_lora_may_have_a_weight() {
        assert_eq!(weighted("a.safetensors").unwrap(), ("a.safetensors".into(), 1.0));
        assert_eq!(
            weighted("a:b.safetensors:0.8").unwrap(),
            ("a:b.safetensors".into(), 0.8)
        );
        assert_eq!(
            weighted(r"C:\a.safetensors").unwrap(),
            (r"C:\a.safetensors".into(), 1.0)
        );
        assert!(weighted("a:9").is_err() && weighted("a:NaN").is_err());
    }
}
