//! Samples in, block by block; an [`Analysis`] out.

use super::{
    Analysis, BeatGrid, HOPS_PER_SEC, Hints, Spectrogram, TrainingFeatures,
    attack::AttackDetector,
    beat, feature_extraction,
    log_filterbank::HOPS_PER_BEATNET_STEP,
    onset::Onsets,
    recording::{HOPS_PER_CHROMA, HopLevels, LEAD, Recording},
    section,
    stft::Stft,
};
use crate::{
    error::{Error, Result},
    time::{SamplePos, SampleRate},
};

/// Samples taken at a time, so that a whole song given at once is not copied whole.
const CHUNK: usize = 8_192;

/// Analyses a song. Feed it with [`Self::push`], then ask with [`Self::finish`].
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
    attack_detector: AttackDetector,
    recording: Recording,
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
            attack_detector: AttackDetector::new(rate),
            hints: Hints::default(),
            recording: Recording::new(rate),
            stft,
        }
    }

    /// Takes what the user knows of the song.
    #[must_use]
    pub fn with_hints(mut self, hints: Hints) -> Self {
        self.hints = hints;
        self
    }

    /// Takes the next samples: one channel (mix down before), full scale is 1. What is not a number counts as silence.
    pub fn push(&mut self, samples: &[f32]) {
        for chunk in samples.chunks(CHUNK) {
            self.recording.len += chunk.len() as u64;
            let finite = chunk.iter().map(|s| if s.is_finite() { *s } else { 0.0 });
            let before = self.pending.len();
            self.pending.extend(finite);
            let attacks = self.pending[before..]
                .iter()
                .filter_map(|&s| self.attack_detector.push(s));
            self.recording.attacks.extend(attacks);
            self.analyse();
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

    /// Ends the song, and gives only the features that a trainer learns from.
    ///
    /// # Errors
    /// [`Error::Value`] when no sample was pushed.
    pub fn finish_with_features(self) -> Result<TrainingFeatures> {
        TrainingFeatures::of(&self.end()?)
    }

    /// Makes the last hops.
    pub(super) fn end(mut self) -> Result<Recording> {
        if self.recording.len == 0 {
            return Err(Error::Value {
                what: "the song's length",
                expected: "at least one sample".to_owned(),
                actual: "0".to_owned(),
            });
        }
        let len = self.recording.len;
        self.pending.resize(self.pending.len() + self.stft.span(), 0.0);
        self.analyse();
        // The silence after the end filled windows whose centres lie past the song.
        let rate = u64::from(self.recording.rate.hz());
        let hops = LEAD + (len * u64::from(HOPS_PER_SEC)).div_ceil(rate) as usize;
        while self.recording.attacks.len() < hops {
            self.recording.attacks.extend(self.attack_detector.push(0.0));
        }
        self.recording.truncate(hops);
        Ok(self.recording)
    }

    /// Makes all hops whose windows are complete, and forgets what no later window needs.
    fn analyse(&mut self) {
        let span = self.stft.span() as u64;
        let end = self.pending_from + self.pending.len() as u64;
        // With half a window of silence in front, a hop's window begins at its centre's own number. The silence before
        // the song is a whole second, so that no centre is rounded otherwise than without it.
        let mut begin = self.recording.next_centre();
        while begin + span <= end {
            let from = (begin - self.pending_from) as usize;
            let window = &self.pending[from..from + span as usize];
            if self.recording.levels.len().is_multiple_of(HOPS_PER_CHROMA) {
                self.recording.chroma.push(self.stft.chroma(window));
            }
            if self.recording.levels.len().is_multiple_of(HOPS_PER_BEATNET_STEP) {
                self.recording.log_spectrogram.push(window);
            }
            let spectrum = self.stft.spectrum(window);
            self.recording.spectrogram.push(&spectrum.mel);
            self.recording.levels.push(HopLevels::of(&spectrum));
            begin = self.recording.next_centre();
        }
        let done = (begin - self.pending_from).min(self.pending.len() as u64);
        self.pending.drain(..done as usize);
        self.pending_from += done;
    }
}

/// Analyses a whole song at once: one channel, full scale is 1. See [`Analyzer`] for blocks.
///
/// # Errors
/// [`Error::Value`] when there are no samples.
pub fn analyze(rate: SampleRate, samples: &[f32]) -> Result<Analysis> {
    let mut analyzer = Analyzer::new(rate);
    analyzer.push(samples);
    analyzer.finish()
}

/// Beats, features and sections of a whole recording.
fn conclude(mut recording: Recording, hints: Hints) -> Result<(Analysis, Spectrogram)> {
    let mut onsets = Onsets::of(&recording);
    let grid = if onsets.silent {
        BeatGrid::silent(recording.rate)
    } else {
        beat::track(&recording, &onsets, hints)?
    };
    recording.drop_lead();
    onsets.forget(LEAD);
    let features = feature_extraction::features(&recording, &onsets);
    let sections = section::sections(&recording, &onsets, &features, &grid);
    debug_assert_eq!(sections.first().map(|s| s.start), Some(SamplePos(0)));
    let analysis = Analysis {
        features,
        grid,
        sections,
    };
    Ok((analysis, recording.spectrogram))
}
