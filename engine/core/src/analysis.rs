//! What the song says: samples in, [`Features`], [`BeatGrid`] and [`Section`]s out. Pure.
//!
//! The caller pushes blocks of any size into an [`Analyzer`]; the block size changes nothing. The whole song's
//! samples are never held: one [`Hop`] is kept for every 10 ms.

mod activation;
mod analyzer;
mod attack;
mod beat;
mod beat_confidence;
mod beat_extent;
mod beat_features;
mod beat_model;
mod beat_phase;
mod beat_tcn;
mod beat_viterbi;
mod beatnet;
mod chroma_flux;
mod constant_tempo;
mod downbeat;
mod extent;
mod feature_extraction;
mod features;
mod grid;
mod label;
mod learn;
pub mod live;
mod log_filterbank;
mod mix;
mod moment;
mod nn;
mod numeric;
mod onset;
mod placement;
mod reading;
mod recording;
mod section;
mod segmentation;
mod spectrogram;
mod stft;
mod tempo_octave;

pub use analyzer::{Analyzer, analyze};
pub use learn::{ReadingFeatures, TrainingFeatures};
pub use mix::Mix;
pub use moment::{Moment, MomentKind};
pub use spectrogram::Spectrogram;
pub use tempo_octave::TempoFeatures;

use serde::{Deserialize, Serialize};

use crate::{
    error::{Error, Result},
    time::{SamplePos, SampleRate},
};

/// Hops a second. Hop `h` is centred on sample `h * rate / HOPS_PER_SEC` (integer division).
pub const HOPS_PER_SEC: u32 = 100;

/// The tempo that is assumed where there is none, in beats a minute, so that pictures move.
pub const BEATLESS_BPM: f64 = 120.0;

/// What the user knows of a song and analysis need not guess. [`Hints::new`] checks it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Hints {
    bpm: Option<f64>,
    beats_per_bar: Option<u32>,
}

impl Hints {
    /// Beats a minute, 40 to 250: the tempo of the tactus, near which the song's beats are looked for; and beats in a bar,
    /// 1 to 16.
    ///
    /// # Errors
    /// [`Error::Value`] outside these ranges.
    pub fn new(bpm: Option<f64>, beats_per_bar: Option<u32>) -> Result<Self> {
        if let Some(bpm) = bpm.filter(|bpm| !(40.0..=250.0).contains(bpm)) {
            return Err(Error::Value {
                what: "the tempo",
                expected: "from 40 to 250 beats a minute".to_owned(),
                actual: bpm.to_string(),
            });
        }
        if let Some(beats) = beats_per_bar.filter(|beats| !(1..=16).contains(beats)) {
            return Err(Error::Value {
                what: "the beats in a bar",
                expected: "from 1 to 16".to_owned(),
                actual: beats.to_string(),
            });
        }
        Ok(Self { bpm, beats_per_bar })
    }
}

/// The three frequency bands that things on screen react to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Band {
    /// Below 150 Hz: kick, bass.
    Bass,
    /// 150 Hz to 4 kHz: snare, voice, melody.
    Mid,
    /// Above 4 kHz: hats, air.
    High,
}

impl Band {
    /// All three, in index order.
    pub const ALL: [Band; 3] = [Band::Bass, Band::Mid, Band::High];
}

/// The features of one moment; moments are 10 ms apart.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Hop {
    /// Loudness, 0 (60 dB below the song's loud parts) to 1 (its loud parts), linear in dB; 0 in a silent song.
    pub loudness: f32,
    /// Energy per [`Band`], 0 to 1, each band against its own loud parts in this song.
    pub bands: [f32; 3],
    /// Spectral centroid in Hz; 0 in silence.
    pub centroid_hz: f32,
    /// Spectral flux, 0 to 1 against the song's strongest.
    pub flux: f32,
    /// Onset strength per [`Band`]: 0 but at an onset's own hop, where it is 0 to 1 against the song's strongest.
    pub onset: [f32; 3],
    /// Chroma, C first, summing to 1; all 0 in silence.
    pub chroma: [f32; 12],
}

/// A song's features: one [`Hop`] every 10 ms.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Features {
    /// The song's sample rate.
    pub rate: SampleRate,
    /// The song's length in samples (per channel).
    pub len: u64,
    /// The hops, first to last.
    pub hops: Vec<Hop>,
}

/// One beat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Beat {
    /// Where it is.
    pub at: SamplePos,
    /// Its place in the bar, from 1 (the downbeat).
    pub in_bar: u32,
}

/// The song's beats and bars; without beats when none were found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BeatGrid {
    /// The song's sample rate.
    pub rate: SampleRate,
    /// The beats in order.
    pub beats: Vec<Beat>,
    /// Beats in a bar, 1 at least.
    pub beats_per_bar: u32,
    /// Median tempo in beats a minute; 0 without beats.
    pub tempo_bpm: f64,
    /// How sure the tracker is, 0 to 1: the posterior of this metrical level and phase against half, double, the off-beat
    /// and 3:2, times the probability that there is a pulse. Of songs with 0.8 about eight in ten are right. 1 for a grid
    /// that was given.
    pub confidence: f32,
}

/// A part of the song.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Section {
    /// First sample.
    pub start: SamplePos,
    /// First sample after it.
    pub end: SamplePos,
    /// "silence" (before the music), "intro", "verse", "chorus", "bridge", "break", "build-up", "drop", "outro", or
    /// "part A", "part B"...
    pub label: String,
}

/// All that analysis says of a song.
///
/// ```
/// use phosphene_core::{analysis::analyze, time::SampleRate};
/// // 20 s of clicks of 10 ms, two a second from a quarter of a second on.
/// let rate = SampleRate::new(8_000)?;
/// let click = |i: u32| if (i + 2_000) % 4_000 < 80 { 0.7 * (i as f32 * 0.8).sin() } else { 0.0 };
/// let song: Vec<f32> = (0..160_000).map(click).collect();
///
/// let analysis = analyze(rate, &song)?;
/// assert!((analysis.grid.tempo_bpm - 120.0).abs() < 1.0);
/// for beat in &analysis.grid.beats {
///     let off = (beat.at.secs(rate) - 0.25) * 2.0;
///     assert!((off - off.round()).abs() < 0.05, "a beat at {}", beat.at.secs(rate));
/// }
/// // The features have a hop for every 10 ms, and the parts cover the song.
/// assert_eq!(analysis.features.hops.len(), 2_000);
/// assert_eq!(analysis.sections[0].start.0, 0);
/// # Ok::<(), phosphene_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Analysis {
    /// Moment by moment.
    pub features: Features,
    /// Beats and bars.
    pub grid: BeatGrid,
    /// Parts, covering the song from its first sample to its last; one at least.
    pub sections: Vec<Section>,
}
