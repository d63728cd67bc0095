//! Where a film's time goes, measured and foretold.

use std::time::{Duration, Instant};

use super::super::feedback::{
    picture::Picture,
    warp::{Homography, warp},
};
use super::{
    Film, MOST_STRENGTH, STRENGTH_ON_ONSET,
    compose::{Composition, Inner},
    geometry, network, scene_images,
};
use crate::error::Result;
use phosphene_core::{direct::SceneRef, frame::Frame};

/// Where a film's time went.
#[derive(Debug, Clone, Copy, Default)]
pub struct FilmTimings {
    /// Scenes painted.
    pub scenes: u64,
    /// Time that took.
    pub scene: Duration,
    /// Frames painted over.
    pub keys: u64,
    /// Time that took.
    pub key: Duration,
    /// Frames.
    pub frames: u64,
    /// Time that everything else took.
    pub rest: Duration,
}

impl FilmTimings {
    /// Both together.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        Self {
            scenes: self.scenes + other.scenes,
            scene: self.scene + other.scene,
            keys: self.keys + other.keys,
            key: self.key + other.key,
            frames: self.frames + other.frames,
            rest: self.rest + other.rest,
        }
    }
}

/// What is to be made, by one device or by several that take shots in turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Work {
    /// Shots.
    pub shots: u64,
    /// Key frames.
    pub keys: u64,
    /// All frames.
    pub frames: u64,
    /// Devices, 1 at least.
    pub devices: u64,
}

impl Work {
    /// Scenes that one device paints by themselves, and with the next one in them.
    ///
    /// A shot shows three scenes. The next shot's are two of these; for a device that doesn't make the next shot they are
    /// others.
    fn scenes(&self) -> [f64; 2] {
        let shots = self.shots as f64;
        match self.devices {
            ..2 => [shots + 1.0, shots],
            devices => [
                3.0 * (shots / devices as f64).ceil(),
                2.0 * (shots / devices as f64).ceil(),
            ],
        }
    }
}

/// What one of each thing takes.
#[derive(Debug, Clone, Copy)]
pub struct Probe {
    /// The network asked once.
    predict: Duration,
    /// A picture to latents and back.
    translate: Duration,
    /// What a frame takes beside the networks.
    rest: Duration,
    steps: f64,
    strength: f64,
}

impl Probe {
    /// Seconds that this work will take, on devices as fast as the one that was probed.
    #[must_use]
    pub fn secs(&self, work: &Work) -> f64 {
        let [predict, translate, rest] = [self.predict, self.translate, self.rest].map(|time| time.as_secs_f64());
        let painted = |share: f64| (self.steps * share).ceil().max(1.0) * predict + translate;
        let [alone, nested] = work.scenes();
        let scenes = alone * painted(1.0) + nested * painted(scene_images::OUTPAINT);
        let devices = work.devices.max(1) as f64;
        // A third of the frames beat louder than the rest, as onsets go.
        let strength = if self.strength > 0.0 {
            self.strength + STRENGTH_ON_ONSET / 3.0
        } else {
            0.0
        };
        let keys = if strength > 0.0 {
            work.keys as f64 / devices * painted(strength.min(MOST_STRENGTH))
        } else {
            0.0
        };
        scenes + keys + work.frames as f64 / devices * rest
    }
}

impl Film {
    /// Times the network and what is around it, each once, at the size that is painted.
    ///
    /// # Errors
    /// What the model fails with.
    pub fn probe(&mut self) -> Result<Probe> {
        let facts = self.network.facts();
        let (width, height) = self.denoiser.size;
        let aspect = width as f64 / height as f64;
        let grey = Picture::filled(width, height, [0.5; 4]).pyramid();
        let scene = SceneRef {
            prompt: 0,
            variant: 0,
            seed: 0,
        };
        let inset = geometry::inset(&scene, aspect);
        let begun = Instant::now();
        let seen = Composition {
            outer: &grey,
            inner: Inner {
                inset,
                plain: &grey,
                nested: None,
            },
            view: geometry::picture(aspect),
            zoom: 0.0,
            aspect,
        }
        .draw(width, height);
        let moved = warp(&seen, &Homography::scaled([0.99, 0.99], [1.0, 1.0]));
        self.enlarger
            .write(moved.clone(), 0, &mut Frame::black(self.options.size))?;
        let rest = begun.elapsed();
        let begun = Instant::now();
        let latents = self.network.encode(&moved.to_tensor(&facts.device)?)?;
        Picture::from_tensor(&self.network.decode(&latents)?)?;
        let translate = begun.elapsed();
        let conditioning = match self.conditionings.first() {
            Some(conditioning) => conditioning.clone(),
            None => self.network.embed("", "")?,
        };
        let ask = network::Ask {
            guidance: self.denoiser.guidance,
            size: self.denoiser.size,
            hint: None,
            given: self.denoiser.blank.as_ref(),
        };
        let begun = Instant::now();
        let predicted = self.network.predict(&latents, 500.0, &conditioning, &ask)?;
        // A graphics card is done when its result is here.
        predicted.to_device(&candle_core::Device::Cpu)?;
        Ok(Probe {
            predict: begun.elapsed(),
            translate,
            rest,
            steps: self.denoiser.steps as f64,
            strength: self.options.strength,
        })
    }
}
