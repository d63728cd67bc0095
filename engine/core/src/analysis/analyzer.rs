//! Samples in, block by block; an [`Analysis`] out.

use super::{
    Analysis, BeatGrid, HOPS_PER_SEC, Hints, Spectrogram, TrainingClues,
    attack::{Attack, Attacks},
    beat, hops,
    looks::{HOPS_PER_LOOK, Looks},
    section,
    stft::{Stft, Tones},
};
use crate::{
    error::{Error, Result},
    time::{SamplePos, SampleRate},
};

/// One look at the notes for this many hops; a note's window is longer than that anyway.
pub(super) const HOPS_PER_TONES: usize = 4;
/// Hops of silence that are heard before the song, so that what begins with its first sample begins like anything else.
pub(super) const LEAD: usize = 100;
const _: () = assert!(LEAD.is_multiple_of(HOPS_PER_TONES) && LEAD.is_multiple_of(HOPS_PER_LOOK));
/// Samples taken at a time, so that a whole song given at once is not copied whole.
const CHUNK: usize = 8_192;

/// One hop as it was heard, before the song's loud parts are known.
#[derive(Debug, Clone, Copy)]
pub(super) struct Raw {
    /// K-weighted level in dB against a full-scale sine.
    pub weighted_db: f32,
    /// Power per band.
    pub bands: [f32; 3],
    /// Spectral centroid in Hz.
    pub centroid_hz: f32,
}

/// How far below its loudest hop the loud parts of a song are at most, in dB: in all music of the test set they are nearer.
const SPARSE_DB: f32 = 30.0;

/// All that is kept of a song's samples: [`LEAD`] hops of silence, then the song's.
pub(super) struct Heard {
    pub rate: SampleRate,
    pub len: u64,
    /// One for each hop.
    pub attacks: Vec<Attack>,
    /// One for each hop.
    pub raw: Vec<Raw>,
    /// One row for each hop.
    pub spectrogram: Spectrogram,
    /// One for every [`HOPS_PER_TONES`] hops.
    pub tones: Vec<Tones>,
    /// One for every [`HOPS_PER_LOOK`] hops.
    pub looks: Looks,
}

/// Listens to a song. Feed it with [`Self::push`], then ask with [`Self::finish`].
///
/// Blocks may have any size: the answer is the same, bit for bit. What is kept grows by 36 kB for a second of song.
///
/// ```
/// use phosphene_core::{analysis::Analyzer, time::SampleRate};
/// let rate = SampleRate::new(8_000)?;
/// let mut analyzer = Analyzer::new(rate);
/// for block in vec![0.0; 16_000].chunks(512) {
///     analyzer.push(block);
/// }
/// let analysis = analyzer.finish()?;
/// assert_eq!(analysis.features.hops.len(), 200);
/// assert!(analysis.grid.beats.is_empty(), "silence has no beats");
/// # Ok::<(), phosphene_core::error::Error>(())
/// ```
pub struct Analyzer {
    stft: Stft,
    attacks: Attacks,
    heard: Heard,
    /// Samples that windows to come still need, after the silence before the song and half a window more.
    pending: Vec<f32>,
    /// Where `pending` begins, in samples from half a window before that silence.
    pending_from: u64,
    hints: Hints,
}

impl Analyzer {
    /// An analyzer for songs at `rate`.
    #[must_use]
    pub fn new(rate: SampleRate) -> Self {
        let stft = Stft::new(rate);
        Self {
            pending: vec![0.0; stft.span() / 2 + LEAD * rate.hz() as usize / HOPS_PER_SEC as usize],
            pending_from: 0,
            attacks: Attacks::new(rate),
            hints: Hints::default(),
            heard: Heard {
                rate,
                len: 0,
                attacks: vec![Attack::default(); LEAD],
                raw: Vec::new(),
                spectrogram: Spectrogram::default(),
                tones: Vec::new(),
                looks: Looks::new(rate),
            },
            stft,
        }
    }

    /// Takes what the user knows of the song.
    #[must_use]
    pub fn with_hints(mut self, hints: Hints) -> Self {
        self.hints = hints;
        self
    }

    /// Hears the next samples: one channel (mix down before), full scale is 1. What is not a number counts as silence.
    pub fn push(&mut self, samples: &[f32]) {
        for chunk in samples.chunks(CHUNK) {
            self.heard.len += chunk.len() as u64;
            let finite = chunk.iter().map(|s| if s.is_finite() { *s } else { 0.0 });
            let before = self.pending.len();
            self.pending.extend(finite);
            let attacks = self.pending[before..].iter().filter_map(|&s| self.attacks.push(s));
            self.heard.attacks.extend(attacks);
            self.hear();
        }
    }

    /// Ends the song: features, beats, sections.
    ///
    /// # Errors
    /// [`Error::Value`] when no sample was pushed.
    pub fn finish(self) -> Result<Analysis> {
        self.finish_with_spectrogram().map(|(analysis, _)| analysis)
    }

    /// As [`Self::finish`], with the spectrogram for drawing.
    ///
    /// # Errors
    /// [`Error::Value`] when no sample was pushed.
    pub fn finish_with_spectrogram(self) -> Result<(Analysis, Spectrogram)> {
        let hints = self.hints;
        conclude(self.end()?, hints)
    }

    /// Ends the song, and tells only the clues that a trainer learns from.
    ///
    /// # Errors
    /// [`Error::Value`] when no sample was pushed.
    pub fn finish_with_clues(self) -> Result<TrainingClues> {
        TrainingClues::of(&self.end()?)
    }

    /// Hears the last hops.
    pub(super) fn end(mut self) -> Result<Heard> {
        if self.heard.len == 0 {
            return Err(Error::Value {
                what: "the song's length",
                expected: "at least one sample".to_owned(),
                actual: "0".to_owned(),
            });
        }
        let len = self.heard.len;
        self.pending.resize(self.pending.len() + self.stft.span(), 0.0);
        self.hear();
        // The silence after the end filled windows whose centres lie past the song.
        let rate = u64::from(self.heard.rate.hz());
        let hops = LEAD + (len * u64::from(HOPS_PER_SEC)).div_ceil(rate) as usize;
        while self.heard.attacks.len() < hops {
            self.heard.attacks.extend(self.attacks.push(0.0));
        }
        self.heard.truncate(hops);
        Ok(self.heard)
    }

    /// Makes all hops whose windows are complete, and forgets what no later window needs.
    fn hear(&mut self) {
        let span = self.stft.span() as u64;
        let end = self.pending_from + self.pending.len() as u64;
        // With half a window of silence in front, a hop's window begins at its centre's own number. The silence before
        // the song is a whole second, so that no centre is rounded otherwise than without it.
        let mut begin = self.heard.begin_of_next();
        while begin + span <= end {
            let from = (begin - self.pending_from) as usize;
            let window = &self.pending[from..from + span as usize];
            if self.heard.raw.len().is_multiple_of(HOPS_PER_TONES) {
                self.heard.tones.push(self.stft.tones(window));
            }
            if self.heard.raw.len().is_multiple_of(HOPS_PER_LOOK) {
                self.heard.looks.push(window);
            }
            let moment = self.stft.moment(window);
            self.heard.spectrogram.push(&moment.mel);
            self.heard.raw.push(Raw {
                weighted_db: 10.0 * moment.weighted.max(1e-16).log10(),
                bands: moment.bands,
                centroid_hz: moment.centroid_hz,
            });
            begin = self.heard.begin_of_next();
        }
        let done = (begin - self.pending_from).min(self.pending.len() as u64);
        self.pending.drain(..done as usize);
        self.pending_from += done;
    }
}

impl Heard {
    /// Centre of the hop that comes next.
    fn begin_of_next(&self) -> u64 {
        self.raw.len() as u64 * u64::from(self.rate.hz()) / u64::from(HOPS_PER_SEC)
    }

    fn truncate(&mut self, hops: usize) {
        self.attacks.truncate(hops);
        self.raw.truncate(hops);
        self.spectrogram.truncate(hops);
        self.tones.truncate(hops.div_ceil(HOPS_PER_TONES));
        self.looks.truncate(hops.div_ceil(HOPS_PER_LOOK));
    }

    /// Forgets the silence before the song.
    fn without_lead(&mut self) {
        self.attacks.drain(..LEAD);
        self.raw.drain(..LEAD);
        self.spectrogram.forget(LEAD);
        self.tones.drain(..LEAD / HOPS_PER_TONES);
    }

    /// The level of the song's loud parts in dB: one hop in twenty is louder, or hits are so sparse that fewer sound.
    pub fn loud_db(&self) -> f32 {
        let levels = || self.raw[LEAD..].iter().map(|hop| hop.weighted_db);
        let loudest = levels().fold(f32::MIN, f32::max);
        percentile(levels(), 0.95).max(loudest - SPARSE_DB)
    }
}

/// The value that a share of all values does not exceed; 0 without values.
pub(super) fn percentile(values: impl Iterator<Item = f32>, share: f32) -> f32 {
    let mut values: Vec<f32> = values.collect();
    if values.is_empty() {
        return 0.0;
    }
    let nth = ((values.len() - 1) as f32 * share).round() as usize;
    *values.select_nth_unstable_by(nth, f32::total_cmp).1
}

/// Hears a whole song at once: one channel, full scale is 1. See [`Analyzer`] for blocks.
///
/// # Errors
/// [`Error::Value`] when there are no samples.
pub fn analyze(rate: SampleRate, samples: &[f32]) -> Result<Analysis> {
    let mut analyzer = Analyzer::new(rate);
    analyzer.push(samples);
    analyzer.finish()
}

/// From what was heard to what it means.
fn conclude(mut heard: Heard, hints: Hints) -> Result<(Analysis, Spectrogram)> {
    let mut onsets = super::onset::Onsets::of(&heard);
    let grid = if onsets.silent {
        BeatGrid::silent(heard.rate)
    } else {
        beat::track(&heard, &onsets, hints)?
    };
    heard.without_lead();
    onsets.forget(LEAD);
    let features = hops::features(&heard, &onsets);
    let sections = section::sections(&heard, &onsets, &features, &grid);
    debug_assert_eq!(sections.first().map(|s| s.start), Some(SamplePos(0)));
    let analysis = Analysis {
        features,
        grid,
        sections,
    };
    Ok((analysis, heard.spectrogram))
}
