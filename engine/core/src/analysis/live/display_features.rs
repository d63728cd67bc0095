//! Features of each hop for a display and a preview: spectrum, levels and onsets, against what was loud until now.

use super::super::{
    feature_extraction::{BAND_GROUPS, BAND_SHARE, LoudParts, ONSET_FLOORS},
    onset::{Flux, PEAK_REACH, STRONG_SHARE, least_strong, stands_out},
    recording::HopLevels,
};
use super::{LiveFeatures, running_percentile::RunningPercentile};
use crate::time::SamplePos;

/// Where the display's spectrum begins and ends, in Hz.
const SPECTRUM_HZ: (f32, f32) = (30.0, 18_000.0);
/// What a band of the spectrum shows, in dB: 1 at the first, against the loud parts of the whole; and how far below is 0.
const SPECTRUM_DB: (f32, f32) = (-6.0, 54.0);
/// Half-life of what was loud, in hops.
const HALF_LIFE: f32 = 1_000.0;
/// How finely levels are told apart: 1 % in a level's magnitude.
const STEPS_PER_DB: f32 = 10.0;
/// Half-life of what onset was strong, in onsets.
const HALF_LIFE_ONSETS: f32 = 50.0;
/// How much of the strongest flux is forgotten at each hop: half in 10 s.
const FORGET: f32 = 0.9993;
/// Hops up to an onset that its mean is taken over, with the one after it.
const AROUND: usize = 20;

/// What is measured of one hop.
pub(super) struct Measured<'a> {
    pub levels: HopLevels,
    /// The spectrum's bins: their width in Hz, and the power in each.
    pub bins: (f32, &'a [f32]),
    pub flux: Flux,
    /// The chroma of the last long window that is complete.
    pub chroma: &'a [f32; 12],
    /// The level of the loud parts up to now.
    pub loud_db: f32,
}

/// Makes a hop's features; those of a hop are out with the hop after it.
pub(super) struct DisplayFeatureExtractor {
    edges: [f32; LiveFeatures::SPECTRUM + 1],
    levels: [RunningPercentile; 3],
    curves: [[f32; AROUND]; 3],
    strong: [RunningPercentile; 3],
    strongest_flux: f32,
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
            levels: [(); 3].map(|()| RunningPercentile::with_steps(BAND_SHARE, HALF_LIFE, STEPS_PER_DB)),
            curves: [[0.0; AROUND]; 3],
            strong: [(); 3].map(|()| RunningPercentile::with_steps(STRONG_SHARE, HALF_LIFE_ONSETS, STEPS_PER_DB)),
            strongest_flux: 0.0,
            before: LiveFeatures::default(),
        }
    }

    /// Takes a hop; the features of the hop before it.
    ///
    /// They are those of a whole song ([`LoudParts::hop`]), but measured against what was loud up to now, for nobody knows
    /// what comes; and the chroma is that of the last window that is complete.
    pub fn push(&mut self, at: SamplePos, measured: &Measured<'_>) -> LiveFeatures {
        let &Measured {
            levels, flux, loud_db, ..
        } = measured;
        for (level, power) in self.levels.iter_mut().zip(levels.bands) {
            level.push(db(power));
        }
        self.strongest_flux = (self.strongest_flux * FORGET).max(flux.all);
        let bands = self.levels.each_ref().map(|level| 10f32.powf(level.db() / 10.0));
        let loud = LoudParts::new(loud_db, bands, self.strongest_flux);
        let mut now = LiveFeatures {
            at,
            hop: loud.hop(&levels, flux.all, [0.0; 3], measured.chroma),
            ..LiveFeatures::default()
        };
        for (level, edges) in now.spectrum.iter_mut().zip(self.edges.windows(2)) {
            let power = between(measured.bins, edges[0], edges[1]);
            *level = (1.0 + (db(power) - loud_db - SPECTRUM_DB.0) / SPECTRUM_DB.1).clamp(0.0, 1.0);
        }
        for (band, groups) in BAND_GROUPS.into_iter().enumerate() {
            let groups = &flux.groups[groups];
            let rise = groups.iter().sum::<f32>() / groups.len() as f32;
            self.before.hop.onset[band] = self.onset(band, rise);
        }
        std::mem::replace(&mut self.before, now)
    }

    /// The strength of the onset at the hop before, now that it is known to be a peak.
    ///
    /// In a whole song [`super::super::onset::peaks`] looks [`PEAK_REACH`] hops ahead, takes the mean on both sides and scales
    /// by the strong ones of all onsets; here one hop ahead and the onsets up to now must do, or a light would come 40 ms later.
    fn onset(&mut self, band: usize, after: f32) -> f32 {
        let curve = &mut self.curves[band];
        let value = curve[AROUND - 1];
        let mean = (curve.iter().sum::<f32>() + after) / (AROUND + 1) as f32;
        let peak = after <= value && curve[AROUND - 1 - PEAK_REACH..AROUND - 1].iter().all(|&v| v < value);
        curve.rotate_left(1);
        curve[AROUND - 1] = after;
        let (floor, height) = (ONSET_FLOORS[band], value - mean);
        if !peak || !stands_out(value, mean, floor) {
            return 0.0;
        }
        let strong = &mut self.strong[band];
        strong.push(2.0 * db(height));
        (height / 10f32.powf(strong.db() / 20.0).max(least_strong(floor))).min(1.0)
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
