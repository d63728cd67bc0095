//! From a song or a take to a video's file: what is decided before the first picture, and the making.
//!
//! ```no_run
//! use phosphene_engine::{
//!     cancel::Cancel,
//!     encode::{AudioCodec, EncodeSettings, Overwrite, VideoQuality},
//!     ffmpeg::open_song,
//!     listen::listen,
//!     render::{RenderJob, RenderOptions, Scenes},
//!     time::{Fps, Size},
//! };
//!
//! let (song, cancel) = (open_song("song.flac")?, Cancel::default());
//! let heard = listen(&song, &cancel, &|_| ())?;
//! let options = RenderOptions::new(EncodeSettings {
//!     output: "song.mp4".into(),
//!     size: Size::HD,
//!     fps: Fps::FILM,
//!     audio: AudioCodec::Aac,
//!     quality: VideoQuality::FULL,
//!     overwrite: Overwrite::Never,
//!     title: None,
//!     artist: None,
//! });
//! let prompts = ["a lighthouse in a storm".to_owned()];
//! let scenes = Scenes { prompts: &prompts, ..Scenes::default() };
//! let job = RenderJob::from_song(song, heard, scenes, options)?;
//! let (mut diorama, _) = job.diorama(&Default::default())?;
//! job.render(std::slice::from_mut(&mut diorama), "diorama", &cancel, &|_| ())?;
//! # Ok::<(), phosphene_engine::Error>(())
//! ```

use std::{ops::Range, path::PathBuf};

use phosphene_core::{
    cancel::Cancel,
    cue::{self, CueInputs, Plan, TakeGrid},
    direct::{DirectInputs, Director},
    error::{Error, Result},
    frame::Generator,
    letterbox::Letterbox,
    listen::Heard,
    prompt::StyleChoice,
    raster::{flash::FlashLimit, quality::Quality},
    song::Song,
    storyboard::Storyboard,
    take::{RENDER, Take},
    time::FrameIdx,
};
use phosphene_diorama::{Diorama, DioramaOptions, Piece, design::Design, meaning::Meaning};

use crate::{
    encode::{EncodeSettings, Encoder, checksum},
    pipeline::{self, Job, Rendered},
};

/// The shortest part of a video that is kept while it is made, in seconds.
const PART_SECS: f64 = 5.0;

/// What is to be seen.
#[derive(Debug, Clone, Copy, Default)]
pub struct Scenes<'a> {
    /// Scenes and when they begin; its grid, where it has one, replaces the song's.
    pub storyboard: Option<&'a Storyboard>,
    /// Prompts that are spread over the song's sections where no storyboard has scenes; then there must be one.
    pub prompts: &'a [String],
}

/// What holds for a whole video, beside its scenes.
#[derive(Debug, Clone)]
pub struct RenderOptions {
    /// The file, its size, rate and sound.
    pub settings: EncodeSettings,
    /// What all that is random is made from. `None` takes a take's own, and 1 for a song.
    pub seed: Option<u64>,
    /// One painter for all scenes; `None` leaves each scene its own.
    pub style: Option<StyleChoice>,
    /// How strongly things move with the music, 0 to 2.
    pub reactivity: f64,
    /// How fast the zoom goes, -4 to 4: 1 is a scene in eight bars.
    pub zoom_rate: f64,
    /// Every how many frames a shot is painted afresh, 1 at least: the generator's cadence.
    pub cadence: u32,
    /// Black bars over the finished pictures.
    pub letterbox: Letterbox,
}

impl RenderOptions {
    /// The defaults, at the cadence of [`Quality::Full`].
    #[must_use]
    pub fn new(settings: EncodeSettings) -> Self {
        Self {
            settings,
            seed: None,
            style: None,
            reactivity: 1.0,
            zoom_rate: 1.0,
            cadence: Quality::Full.cadence() as u32,
            letterbox: Letterbox::OFF,
        }
    }
}

/// How the diorama makes its pictures.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct DioramaLook {
    /// Full or draft.
    pub quality: Quality,
    /// How much of the painting is kept, 0 to 1; `None` takes [`DioramaOptions::STYLE_STRENGTH`].
    pub style_strength: Option<f32>,
    /// Whether flashes are limited.
    pub flash_limit: FlashLimit,
    /// Film grain, 0 (none) to 2; `None` takes the usual, 1.
    pub grain: Option<f32>,
}

/// A video before its first picture: everything is decided.
pub struct RenderJob {
    /// The song, read a second time for the video's sound.
    pub song: Song,
    /// What was heard in it; the grid is the one that the cues are on.
    pub heard: Heard,
    /// Prompts, cues and curves.
    pub plan: Plan,
    /// Directions for each frame.
    pub director: Director,
    /// The frames to make; all of them at first.
    pub frames: Range<u64>,
    /// The file.
    pub settings: EncodeSettings,
    /// What all that is random is made from.
    pub seed: u64,
    /// Black bars over the finished pictures.
    pub letterbox: Letterbox,
    /// Where the encoded pictures are kept until the video is there, so that a render that is cut off can go on.
    pub keep: Option<PathBuf>,
}

impl RenderJob {
    /// Plans the video of a song that has been heard.
    ///
    /// # Errors
    /// [`Error::Storyboard`] and [`Error::Position`] for scenes that can't be placed, [`Error::Value`] for options out of
    /// their range.
    pub fn from_song(song: Song, mut heard: Heard, scenes: Scenes<'_>, options: RenderOptions) -> Result<Self> {
        if let Some(board) = scenes.storyboard
            && let Some(grid) = board.beats(song.info().rate, heard.analysis.features.len)?
        {
            heard.analysis.grid = grid;
        }
        let inputs = CueInputs {
            analysis: &heard.analysis,
            fps: options.settings.fps,
            zoom_rate: options.zoom_rate,
        };
        let plan = match scenes.storyboard {
            Some(board) if !board.scenes.is_empty() => cue::cues_from_storyboard(board, &inputs)?,
            _ => cue::cues_from_prompts(scenes.prompts, &inputs)?,
        };
        let seed = options.seed.unwrap_or(1);
        Self::direct(song, heard, plan, seed, options)
    }

    /// Plans the video of a take whose sound has been heard. What is made of it is kept in the take's folder, so that a
    /// render that is cut off can go on.
    ///
    /// # Errors
    /// As [`Self::from_song`].
    pub fn from_take(take: &Take, song: Song, mut heard: Heard, options: RenderOptions) -> Result<Self> {
        let grid = TakeGrid::of(take, &heard.analysis.grid);
        heard.analysis.grid = grid.grid.clone();
        let inputs = CueInputs {
            analysis: &heard.analysis,
            fps: options.settings.fps,
            zoom_rate: options.zoom_rate,
        };
        let (plan, own_seed) = cue::cues_from_take(take, &grid, &inputs)?;
        let seed = options.seed.unwrap_or(own_seed);
        let mut job = Self::direct(song, heard, plan, seed, options)?;
        job.keep = Some(take.folder.join(RENDER));
        Ok(job)
    }

    fn direct(song: Song, heard: Heard, mut plan: Plan, seed: u64, options: RenderOptions) -> Result<Self> {
        if let Some(style) = &options.style {
            plan.prompts.iter_mut().for_each(|prompt| prompt.style = style.clone());
        }
        let director = Director::new(&DirectInputs {
            analysis: &heard.analysis,
            plan: &plan,
            fps: options.settings.fps,
            seed,
            reactivity: options.reactivity,
            zoom_rate: options.zoom_rate,
            cadence: options.cadence,
        })?;
        Ok(Self {
            frames: 0..director.frames(),
            song,
            heard,
            plan,
            director,
            settings: options.settings,
            seed,
            letterbox: options.letterbox,
            keep: None,
        })
    }

    /// The generator `diorama` for the plan's prompts, and what they were taken to mean.
    ///
    /// # Errors
    /// As [`Diorama::new`].
    pub fn diorama(&self, look: &DioramaLook) -> Result<(Diorama, Vec<Design>)> {
        let prompts = &self.plan.prompts;
        let designs = Meaning::embedded()?.design_all(prompts)?;
        let pieces: Vec<Piece> = designs
            .iter()
            .zip(prompts)
            .map(|(design, prompt)| Piece {
                design: design.clone(),
                style_strength: prompt.style_strength,
            })
            .collect();
        let options = DioramaOptions {
            size: self.settings.size,
            fps: self.settings.fps,
            quality: look.quality,
            style_strength: look.style_strength.unwrap_or(DioramaOptions::STYLE_STRENGTH),
            flash_limit: look.flash_limit,
            grain: look.grain.unwrap_or(DioramaOptions::default().grain),
        };
        Ok((Diorama::new(&pieces, options)?, designs))
    }

    /// Makes the file by generators that take shots in turn, calling `progress` with the frames that are written.
    ///
    /// `name` stands for the generators with all that decides their pictures: what an earlier run has left in
    /// [`Self::keep`] is taken up only under the same name.
    ///
    /// # Errors
    /// As [`Encoder::create`] and [`pipeline::render_in_turn`].
    pub fn render<G: Generator>(
        &self,
        generators: &mut [G],
        name: &str,
        cancel: &Cancel,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<Rendered> {
        let mut encoder = Encoder::create(&self.settings, self.song.info())?;
        if let Some(keep) = &self.keep {
            let folder = keep.join(format!("{:016x}", self.identity(name)?));
            encoder.keep_parts(&folder, &self.part_starts(), self.frames.end - self.frames.start)?;
        }
        let job = Job {
            song: &self.song,
            director: &self.director,
            frames: self.frames.clone(),
            size: self.settings.size,
            letterbox: self.letterbox,
            workers: std::thread::available_parallelism().map_or(1, usize::from),
            cancel,
            progress,
        };
        pipeline::render_in_turn(&job, generators, encoder)
    }

    /// First frame, frame after the last, and the scene's seed of each shot of [`Self::frames`].
    #[must_use]
    pub fn shots(&self) -> Vec<(u64, u64, u64)> {
        let mut shots = Vec::new();
        let mut frame = self.frames.start;
        while frame < self.frames.end {
            let spec = self.director.spec(FrameIdx(frame));
            let seed = spec.scenes.first().map_or(0, |scene| scene.seed);
            shots.push((spec.shot.first.0, spec.shot.end.0, seed));
            frame = spec.shot.end.0;
        }
        shots
    }

    /// A checksum of all that decides a frame.
    fn identity(&self, generator: &str) -> Result<u64> {
        let plan = serde_json::to_string(&self.plan).map_err(|error| Error::Value {
            what: "the plan",
            expected: "finite numbers".into(),
            actual: error.to_string(),
        })?;
        let settings = &self.settings;
        let text = format!(
            "{} {generator} {} {} {} {} {:?} {} {:x} {plan}",
            env!("CARGO_PKG_VERSION"),
            self.seed,
            settings.size,
            settings.fps,
            self.letterbox,
            settings.quality,
            self.heard.analysis.features.len,
            self.song.checksum(),
        );
        // Parts are counted from the first frame, so those of a stretch are its own.
        let stretch = if self.frames == (0..self.director.frames()) {
            String::new()
        } else {
            format!(" {:?}", self.frames)
        };
        Ok(checksum((text + &stretch).as_bytes()))
    }

    /// The frames at which parts begin, counted from the video's first: a shot's first, five seconds after the last or
    /// more.
    fn part_starts(&self) -> Vec<u64> {
        let least = (PART_SECS * self.settings.fps.hz()) as u64;
        let mut starts = vec![0];
        let (mut frame, mut last) = (self.frames.start, self.frames.start);
        while frame < self.frames.end {
            if frame >= last + least {
                starts.push(frame - self.frames.start);
                last = frame;
            }
            frame = self.director.spec(FrameIdx(frame)).shot.end.0.max(frame + 1);
        }
        starts
    }
}
