//! Renders the preview: a picture of the stream's state at a time, and the bank's stills.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use phosphene_core::{
    Result,
    direct::{Controls, LiveDirector, LiveInputs},
    frame::{Frame, Generator, Sketcher},
    raster::quality::Quality,
    seed::mix,
    take::BANK_SIZE,
    time::Size,
};
use phosphene_diorama::{Diorama, DioramaOptions, Piece, design::Design, sketch::DioramaSketcher, still::still};

use super::{
    bank::BankDesigns,
    pace::{Pace, Pulse},
};
use crate::{
    live::StreamState,
    params::PhospheneParams,
    shared::{Picture, Shared, Still},
};

/// Pictures go on for so long after the last change, until the strokes have settled.
const SETTLE: Duration = Duration::from_millis(800);
/// How often it is looked whether there is something to paint when nothing moves.
const LOOK: Duration = Duration::from_millis(50);
/// Pixels of a still, 16:9: 320x180. It is painted at that size, so that strokes are fine enough for it.
const STILL_PIXELS: f64 = 320.0 * 180.0;
/// While music plays, the bank's stills are made this far apart.
const STILL_EVERY: Duration = Duration::from_millis(500);

/// What the picture depends on beside the music.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Setting {
    controls: Controls,
    style: u8,
    scene: usize,
    generation: u64,
    size: Size,
    starts: u64,
}

/// The generator with what one thread needs of it.
struct Painting {
    diorama: Diorama,
    sketcher: DioramaSketcher,
    frame: Frame,
}

/// The preview's director, generator and stills.
pub(super) struct PreviewRenderer {
    bank: BankDesigns,
    director: LiveDirector,
    painting: Option<Painting>,
    setting: Option<Setting>,
    pace: Pace,
    awake_until: Instant,
    stilled: Instant,
    /// What the stills show.
    made: Vec<Option<Design>>,
}

impl PreviewRenderer {
    /// Nothing is loaded yet.
    pub(super) fn new() -> Self {
        Self {
            bank: BankDesigns::default(),
            // As often as in a render of full quality, though at a draft's size.
            director: LiveDirector::new(Vec::new(), Quality::Full.cadence()),
            painting: None,
            setting: None,
            pace: Pace::new(),
            awake_until: Instant::now(),
            stilled: Instant::now(),
            made: vec![None; BANK_SIZE],
        }
    }

    /// When there is work again.
    pub(super) fn due(&self) -> Instant {
        self.pace.next()
    }

    /// One step: a picture, a still, or nothing; whether the editor has something new to show.
    pub(super) fn work(&mut self, shared: &Shared, state: &StreamState, stop: &AtomicBool) -> Result<bool> {
        let begun = Instant::now();
        self.bank.refresh(shared, begun, stop)?;
        if self.bank.generation() == 0 || stop.load(Ordering::Acquire) {
            return Ok(false);
        }
        let video = shared.params.project.read().video.size;
        let setting = Setting {
            controls: controls(&shared.params),
            style: shared.params.style_now(),
            scene: state.playback.scene,
            generation: self.bank.generation(),
            size: self.pace.size(video)?,
            starts: state.starts,
        };
        if state.running || self.setting != Some(setting) {
            self.awake_until = begun + SETTLE;
        }
        if begun > self.awake_until {
            let made = self.still(shared, video)?;
            if !made {
                self.pace.rest(begun + LOOK);
            }
            return Ok(made);
        }
        self.set(setting)?;
        if stop.load(Ordering::Acquire) || !self.picture(shared, state, setting, stop)? {
            return Ok(false);
        }
        let pulse = if state.sounding || !state.running {
            Pulse::Sounding
        } else {
            Pulse::Silent
        };
        self.pace.painted(begun, begun.elapsed(), pulse);
        if begun.saturating_duration_since(self.stilled) > STILL_EVERY {
            self.stilled = begun;
            self.still(shared, video)?;
        }
        Ok(true)
    }

    /// Brings director and generator up to the setting.
    fn set(&mut self, setting: Setting) -> Result<()> {
        let before = self.setting.replace(setting);
        if before.is_none_or(|before| before.generation != setting.generation) {
            let seeds: Vec<_> = self.bank.prompts().iter().map(|prompt| prompt.seed).collect();
            self.director.reseed(seeds);
        }
        if before.is_some_and(|before| before.starts != setting.starts) {
            self.director.restart();
        }
        let same = |before: Setting| {
            (before.generation, before.style, before.size) == (setting.generation, setting.style, setting.size)
        };
        if self.painting.is_some() && before.is_some_and(same) {
            return Ok(());
        }
        let options = options(setting.size)?;
        let pieces = self.bank.pieces(setting.style);
        let diorama = match self.painting.take() {
            Some(mut painting) => {
                painting.diorama.restage(&pieces, options)?;
                painting.diorama
            }
            None => Diorama::new(&pieces, options)?,
        };
        self.painting = Some(Painting {
            sketcher: diorama.sketcher()?,
            frame: Frame::black(setting.size),
            diorama,
        });
        self.director.repaint();
        Ok(())
    }

    /// Paints the stream's state and shows it; false when there is nothing to paint, or it is time to stop.
    fn picture(&mut self, shared: &Shared, state: &StreamState, setting: Setting, stop: &AtomicBool) -> Result<bool> {
        let Some(painting) = &mut self.painting else {
            return Ok(false);
        };
        let inputs = LiveInputs {
            playback: state.playback,
            controls: setting.controls,
        };
        let Some(spec) = self.director.spec(&inputs) else {
            self.pace.rest(Instant::now() + LOOK);
            return Ok(false);
        };
        let sketch = painting.sketcher.sketch(&spec)?;
        if stop.load(Ordering::Acquire) {
            return Ok(false);
        }
        painting.diorama.finish(&spec, sketch, &mut painting.frame)?;
        let mut shown = shared.preview.lock();
        copy(&painting.frame, &mut shown);
        Ok(true)
    }

    /// Makes the still of one prompt whose own is out of date; whether there was one.
    fn still(&mut self, shared: &Shared, video: Size) -> Result<bool> {
        let stale = {
            let stills = shared.stills.lock();
            let shown = self.made.iter().zip(stills.iter()).enumerate();
            let mut wanted = self.bank.prompts().iter().zip(shown);
            let found = wanted.find(|(prompt, (scene, (made, still)))| {
                let design = self.bank.design(*scene).map(|(design, _)| design);
                prompt.text != still.text || (!prompt.text.trim().is_empty() && design != made.as_ref())
            });
            found.map(|(_, (scene, _))| scene)
        };
        let Some(scene) = stale else { return Ok(false) };
        let prompt = &self.bank.prompts()[scene];
        let Some((design, meaning)) = self.bank.design(scene) else {
            return Ok(false);
        };
        let mut made = Still {
            text: prompt.text.clone(),
            ..Still::default()
        };
        // An unused scene has no picture.
        if !prompt.text.trim().is_empty() {
            let width = (STILL_PIXELS * video.aspect().clamp(0.25, 4.0)).sqrt();
            let even = |side: f64| (side / 4.0).round() as u32 * 4;
            let half = [even(width), even(width / video.aspect().clamp(0.25, 4.0))];
            let size = Size::new(half[0] * 2, half[1] * 2)?;
            let piece = Piece {
                design: design.clone(),
                style_strength: prompt.style_strength,
            };
            let song = shared.params.seed.value() as u64;
            let seed = prompt.seed.unwrap_or_else(|| mix([song, scene as u64]));
            made.meaning = meaning.to_owned();
            match still(&piece, options(size)?, seed) {
                Ok(frame) => made.picture = halved(&frame),
                Err(error) => made.meaning = error.to_string(),
            }
        }
        if let Some(shown) = self.made.get_mut(scene) {
            *shown = Some(design.clone());
        }
        let mut stills = shared.stills.lock();
        if let Some(place) = stills.get_mut(scene) {
            made.picture.serial = place.picture.serial + 1;
            *place = made;
        }
        Ok(true)
    }
}

fn options(size: Size) -> Result<DioramaOptions> {
    Ok(DioramaOptions {
        size,
        // The most that there are: what is limited by the second errs on the calm side.
        fps: "30".parse()?,
        quality: Quality::Draft,
        ..DioramaOptions::default()
    })
}

fn controls(params: &PhospheneParams) -> Controls {
    Controls {
        zoom: f64::from(params.zoom.value()),
        rotate_deg: f64::from(params.rotate.value()),
        pan: [f64::from(params.pan_x.value()), f64::from(params.pan_y.value())],
        reactivity: f64::from(params.reactivity.value()),
        intensity: params.intensity.value(),
        style_strength: Some(params.style_strength.value()),
        palette_shift_deg: params.palette_shift.value(),
        seed: params.seed.value() as u64,
    }
}

/// Shows a frame.
fn copy(frame: &Frame, picture: &mut Picture) {
    picture.width = frame.size().width() as usize;
    picture.height = frame.size().height() as usize;
    picture.rgb = frame.rgb().into();
    picture.serial += 1;
}

/// A frame at half its width and height.
fn halved(frame: &Frame) -> Picture {
    let row = frame.size().width() as usize * 3;
    let (width, height) = (frame.size().width() as usize / 2, frame.size().height() as usize / 2);
    let mut rgb = Vec::with_capacity(width * height * 3);
    for y in 0..height {
        for x in 0..width {
            for c in 0..3 {
                let at = 2 * y * row + 6 * x + c;
                let sum: u32 = [at, at + 3, at + row, at + row + 3]
                    .into_iter()
                    .map(|place| u32::from(frame.rgb()[place]))
                    .sum();
                rgb.push(((sum + 2) / 4) as u8);
            }
        }
    }
    Picture {
        width,
        height,
        rgb: rgb.into(),
        serial: 0,
    }
}
