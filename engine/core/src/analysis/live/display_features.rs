//! Features of each hop for a display and a preview: spectrum, levels and onsets, against what was loud until now.

use super::super::{
    feature_extraction::{BAND_FLOOR_DB, BAND_GROUPS, ONSET_FLOORS, loudness},
    stft::Spectrum,
};
use super::{LiveFeatures, beat_features::BandFlux, running_percentile::RunningPercentile};
use crate::time::SamplePos;

/// Where the display's spectrum begins and ends, in Hz.
const SPECTRUM_HZ: (f32, f32) = (30.0, 18_000.0);
/// What a band of the spectrum shows, in dB: 1 at the first, against the loud parts of the whole; and how far below is 0.
const SPECTRUM_DB: (f32, f32) = (-6.0, 54.0);
/// Half-life of what was loud, in hops.
const HALF_LIFE: f32 = 1_000.0;
/// How much of an onset's scale is forgotten at each hop: half in 10 s.
const FORGET: f32 = 0.9993;
/// Hops before an onset in which nothing may be as strong; hops over which the mean is taken.
const REACH: usize = 4;
const AROUND: usize = 20;

/// Makes a hop's features; those of a hop are out with the hop after it.
pub(super) struct DisplayFeatureExtractor {
    edges: [f32; LiveFeatures::SPECTRUM + 1],
    levels: [RunningPercentile; 3],
    curves: [[f32; AROUND]; 3],
    strong: [f32; 3],
    before: LiveFeatures,
}

impl DisplayFeatureExtractor {
    pub fn new() -> Self {
        let (low, high) = SPECTRUM_HZ;
        let mut edges = [0.0; LiveFeatures::SPECTRUM + 1];
        for (i, edge) in edges.iter_mut().enumerate() {
            *edge = low * (high / low).powf(i as f32 / LiveFeatures::SPECTRUM as f32);
        }
        Self {
            edges,
            levels: [(); 3].map(|()| RunningPercentile::new(0.97, HALF_LIFE)),
            curves: [[0.0; AROUND]; 3],
            strong: ONSET_FLOORS.map(|floor| 4.0 * floor),
            before: LiveFeatures::default(),
        }
    }

    /// Takes a hop; the features of the hop before it.
    pub fn push(
        &mut self,
        at: SamplePos,
        spectrum: &Spectrum,
        bins: (f32, &[f32]),
        flux: &BandFlux,
        loud_db: f32,
    ) -> LiveFeatures {
        let mut now = LiveFeatures {
            at,
            loudness: loudness(db(spectrum.weighted), loud_db),
            ..LiveFeatures::default()
        };
        for (band, level) in now.bands.iter_mut().enumerate() {
            self.levels[band].push(db(spectrum.bands[band]));
            let loud = self.levels[band].db().max(loud_db + BAND_FLOOR_DB);
            *level = 10f32.powf((db(spectrum.bands[band]) - loud) / 20.0).min(1.0);
        }
        for (level, edges) in now.spectrum.iter_mut().zip(self.edges.windows(2)) {
            let power = between(bins, edges[0], edges[1]);
            *level = (1.0 + (db(power) - loud_db - SPECTRUM_DB.0) / SPECTRUM_DB.1).clamp(0.0, 1.0);
        }
        for (band, groups) in BAND_GROUPS.into_iter().enumerate() {
            let groups = &flux.groups[groups];
            let rise = groups.iter().sum::<f32>() / groups.len() as f32;
            self.before.onset[band] = self.onset(band, rise);
        }
        std::mem::replace(&mut self.before, now)
    }

    /// The strength of the onset at the hop before, now that it is known to be a peak.
    fn onset(&mut self, band: usize, after: f32) -> f32 {
        let curve = &mut self.curves[band];
        let value = curve[AROUND - 1];
        let mean = (curve.iter().sum::<f32>() + after) / (AROUND + 1) as f32;
        let peak = after <= value && curve[AROUND - 1 - REACH..AROUND - 1].iter().all(|&v| v < value);
        curve.rotate_left(1);
        curve[AROUND - 1] = after;
        let floor = ONSET_FLOORS[band];
        self.strong[band] = (self.strong[band] * FORGET).max(4.0 * floor);
        if !peak || value - mean <= floor || value <= 1.6 * mean {
            return 0.0;
        }
        let strong = &mut self.strong[band];
        // One very strong onset must not make all others small.
        *strong += 0.5 * (value - mean - *strong).max(0.0);
        ((value - mean) / *strong).min(1.0)
    }
}

fn db(power: f32) -> f32 {
    10.0 * power.max(1e-16).log10()
}

/// The power from `low` to `high` Hz, parts of bins counted as parts.
fn between((bin_hz, power): (f32, &[f32]), low: f32, high: f32) -> f32 {
    // A bin reaches half its width to each side.
    let (from, to) = (low / bin_hz + 0.5, high / bin_hz + 0.5);
    let last = (to as usize).min(power.len().saturating_sub(1));
    let part = |bin: usize| (to.min(bin as f32 + 1.0) - from.max(bin as f32)).max(0.0);
    (from as usize..=last).map(|bin| part(bin) * power[bin]).sum()
}
