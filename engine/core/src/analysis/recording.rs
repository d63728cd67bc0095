//! What is kept of a song's samples until its loud parts are known.

use super::{
    HOPS_PER_SEC, Spectrogram,
    attack::Attack,
    log_filterbank::{HOPS_PER_BEATNET_STEP, LogSpectrogram},
    numeric::percentile,
    stft::{Chroma, Spectrum},
};
use crate::time::SampleRate;

/// Hops from one chroma vector to the next; a note's window is longer than that anyway.
pub(super) const HOPS_PER_CHROMA: usize = 4;
/// Hops of silence that are analysed before the song, so that what begins with its first sample begins like anything else.
pub(super) const LEAD: usize = 100;
const _: () = assert!(LEAD.is_multiple_of(HOPS_PER_CHROMA) && LEAD.is_multiple_of(HOPS_PER_BEATNET_STEP));
/// How far below its loudest hop the loud parts of a song are at most, in dB: in all music of the test set they are nearer.
const SPARSE_DB: f32 = 30.0;

/// The levels of one hop, before the song's loud parts are known.
#[derive(Debug, Clone, Copy)]
pub(super) struct HopLevels {
    /// K-weighted level in dB against a full-scale sine.
    pub weighted_db: f32,
    /// Power per band.
    pub bands: [f32; 3],
    /// Spectral centroid in Hz.
    pub centroid_hz: f32,
}

impl HopLevels {
    /// Those of a spectrum.
    pub fn of(spectrum: &Spectrum) -> Self {
        Self {
            weighted_db: 10.0 * spectrum.weighted.max(1e-16).log10(),
            bands: spectrum.bands,
            centroid_hz: spectrum.centroid_hz,
        }
    }
}

/// All that is kept of a song's samples: [`LEAD`] hops of silence, then the song's.
pub(super) struct Recording {
    pub rate: SampleRate,
    /// Samples of the song.
    pub len: u64,
    /// One for each hop.
    pub attacks: Vec<Attack>,
    /// One for each hop.
    pub levels: Vec<HopLevels>,
    /// One row for each hop.
    pub spectrogram: Spectrogram,
    /// One for every [`HOPS_PER_CHROMA`] hops.
    pub chroma: Vec<Chroma>,
    /// One row for every [`HOPS_PER_BEATNET_STEP`] hops.
    pub log_spectrogram: LogSpectrogram,
}

impl Recording {
    /// One of no samples yet, but for the attacks of the silence before the song.
    pub fn new(rate: SampleRate) -> Self {
        Self {
            rate,
            len: 0,
            attacks: vec![Attack::default(); LEAD],
            levels: Vec::new(),
            spectrogram: Spectrogram::default(),
            chroma: Vec::new(),
            log_spectrogram: LogSpectrogram::new(rate),
        }
    }

    /// Centre of the hop that comes next, in samples from the beginning of the silence before the song.
    pub fn next_centre(&self) -> u64 {
        self.levels.len() as u64 * u64::from(self.rate.hz()) / u64::from(HOPS_PER_SEC)
    }

    /// Keeps the first `hops` only.
    pub fn truncate(&mut self, hops: usize) {
        self.attacks.truncate(hops);
        self.levels.truncate(hops);
        self.spectrogram.truncate(hops);
        self.chroma.truncate(hops.div_ceil(HOPS_PER_CHROMA));
        self.log_spectrogram.truncate(hops.div_ceil(HOPS_PER_BEATNET_STEP));
    }

    /// Forgets the silence before the song.
    pub fn drop_lead(&mut self) {
        self.attacks.drain(..LEAD);
        self.levels.drain(..LEAD);
        self.spectrogram.forget(LEAD);
        self.chroma.drain(..LEAD / HOPS_PER_CHROMA);
    }

    /// The level of the song's loud parts in dB: one hop in twenty is louder, or hits are so sparse that fewer sound.
    pub fn loud_db(&self) -> f32 {
        let levels = || self.levels[LEAD..].iter().map(|hop| hop.weighted_db);
        let loudest = levels().fold(f32::MIN, f32::max);
        percentile(levels(), 0.95).max(loudest - SPARSE_DB)
    }
}
