//! Films of networks that are not usual: they inpaint, are told the guidance, or have no memory left.

use std::{
    collections::BTreeSet,
    ops::Range,
    path::Path,
    sync::{Arc, Mutex},
};

use anyhow::Result;
use candle_core::{Device, Tensor};
use phosphene_engine::diffusion::Error;
use phosphene_engine::{
    cancel::Cancel,
    diffusion::{
        Conditioning,
        film::{
            Facts, Film, Work,
            model::Loaded,
            network::{Ask, Network},
        },
        model::{LoadOptions, Model},
    },
    frame::{Frame, Generator},
    prompt::Prompt,
};
use phosphene_tests::golden::{Tolerance, check_frame};

use super::{
    SHOT,
    known::{KnownPictures, wrong},
    options, render, spec,
};

/// A network that inpaints, and writes down what it is shown to be given: the share that is to be painted, and the mean
/// of what is seen of the rest.
struct Inpainting {
    known: KnownPictures,
    given: Arc<Mutex<Vec<(f32, f32)>>>,
}

impl Network for Inpainting {
    fn facts(&self) -> &Facts {
        self.known.facts()
    }

    fn embed(&self, prompt: &str, negative: &str) -> phosphene_engine::diffusion::Result<[Conditioning; 2]> {
        self.known.embed(prompt, negative)
    }

    fn predict(
        &self,
        latents: &Tensor,
        timestep: f64,
        conditioning: &[Conditioning; 2],
        ask: &Ask<'_>,
    ) -> phosphene_engine::diffusion::Result<Tensor> {
        let given = ask.given.expect("a network that inpaints is shown what is given");
        let measure = || -> candle_core::Result<(f32, f32)> {
            assert_eq!(given.latents.dims(), latents.dims());
            let hidden = given.latents.broadcast_mul(&given.mask)?.abs()?.max_all()?;
            assert_eq!(hidden.to_scalar::<f32>()?, 0.0, "what is to be painted is grey");
            let seen = given.latents.abs()?.mean_all()?.to_scalar::<f32>()?;
            Ok((given.mask.mean_all()?.to_scalar::<f32>()?, seen))
        };
        self.given
            .lock()
            .expect("no test panics with the lock")
            .push(measure().map_err(wrong)?);
        self.known.predict(latents, timestep, conditioning, ask)
    }

    fn encode(&self, rgb: &Tensor) -> phosphene_engine::diffusion::Result<Tensor> {
        self.known.encode(rgb)
    }

    fn decode(&self, latents: &Tensor) -> phosphene_engine::diffusion::Result<Tensor> {
        self.known.decode(latents)
    }
}

#[test]
fn a_model_that_inpaints_is_shown_the_next_scene_where_its_portal_is() -> Result<()> {
    let given = Arc::new(Mutex::new(Vec::new()));
    let mut known = KnownPictures::new();
    known.facts.inpaints = true;
    let network = Box::new(Inpainting {
        known,
        given: Arc::clone(&given),
    });
    let prompts = ["disc 0", "disc 1"].map(|text| Prompt {
        text: text.into(),
        ..Prompt::default()
    });
    let mut film = Film::new(network, &prompts, options("96x64")?, &Cancel::default())?;
    let mut first = spec(0, SHOT);
    first.scenes[2] = first.scenes[1];
    film.finish(&first, (), &mut Frame::black("96x64".parse()?))?;
    let given = given.lock().expect("no test panics with the lock");
    let (whole, part): (Vec<_>, Vec<_>) = given.iter().partition(|(painted, _)| *painted == 1.0);
    // Two scenes are painted from nothing, one with the other in its portal, which is about a tenth of the picture.
    assert!(
        !whole.is_empty() && whole.iter().all(|(_, seen)| *seen == 0.0),
        "{given:?}"
    );
    assert!(!part.is_empty(), "{given:?}");
    for (painted, seen) in part {
        assert!((0.84..0.93).contains(&painted) && seen > 0.01, "{given:?}");
    }
    Ok(())
}

/// Frames of a tiny model's film.
fn painted_by(model: &str, frames: Range<u64>) -> Result<Vec<Frame>> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/golden/diffusion/models"));
    let model = Model::load(&folder.join(model).join("model"), &LoadOptions::default())?;
    let prompts: Vec<Prompt> = (0..4)
        .map(|i| Prompt {
            text: format!("a house {i}"),
            ..Prompt::default()
        })
        .collect();
    let network = Box::new(Loaded::new(model, Device::Cpu));
    let mut film = Film::new(network, &prompts, options("64x64")?, &Cancel::default())?;
    assert!(
        film.probe()?.secs(&Work {
            shots: 1,
            keys: 1,
            frames: 1,
            devices: 1
        }) > 0.0
    );
    render(&mut film, "64x64", frames.map(|frame| spec(frame, SHOT)))
}

#[test]
fn models_that_inpaint_or_are_told_the_guidance_paint_films() -> Result<()> {
    for model in ["inpaint", "lcm"] {
        let frames = painted_by(model, 0..4)?;
        assert!(frames == painted_by(model, 0..4)?, "{model}: two runs differ");
        let levels: BTreeSet<u8> = frames[0].rgb().iter().copied().collect();
        assert!(levels.len() > 32, "{model}: the picture is flat");
    }
    Ok(())
}

#[test]
fn the_film_of_a_tiny_model_looks_as_before() -> Result<()> {
    let frames = painted_by("sd15", 0..7)?;
    for at in [0, 6] {
        check_frame(&format!("diffusion_{at}"), &frames[at], Tolerance::UNSEEN);
    }
    Ok(())
}

/// A device whose memory runs out while the network is asked.
struct Exhausted(KnownPictures);

impl Network for Exhausted {
    fn facts(&self) -> &Facts {
        self.0.facts()
    }

    fn embed(&self, prompt: &str, negative: &str) -> phosphene_engine::diffusion::Result<[Conditioning; 2]> {
        self.0.embed(prompt, negative)
    }

    fn predict(
        &self,
        _: &Tensor,
        _: f64,
        _: &[Conditioning; 2],
        _: &Ask<'_>,
    ) -> phosphene_engine::diffusion::Result<Tensor> {
        Err(Error::from(candle_core::Error::Msg(
            "DriverError(CUDA_ERROR_OUT_OF_MEMORY, \"out of memory\")".into(),
        )))
    }

    fn encode(&self, rgb: &Tensor) -> phosphene_engine::diffusion::Result<Tensor> {
        self.0.encode(rgb)
    }

    fn decode(&self, latents: &Tensor) -> phosphene_engine::diffusion::Result<Tensor> {
        self.0.decode(latents)
    }
}

#[test]
fn memory_that_runs_out_is_said_with_the_frame_and_a_remedy() -> Result<()> {
    let network = Box::new(Exhausted(KnownPictures::new()));
    let prompts = [(); 4].map(|()| Prompt::default());
    let mut film = Film::new(network, &prompts, options("96x64")?, &Cancel::default())?;
    let failed = film.finish(&spec(5, SHOT), (), &mut Frame::black("96x64".parse()?));
    let error = failed.expect_err("there is no memory").to_string();
    assert!(
        error.starts_with("can't generate frame 5: the device has no memory left") && error.contains("--draft"),
        "{error}"
    );
    Ok(())
}
