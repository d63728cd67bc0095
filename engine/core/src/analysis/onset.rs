//! Where something begins to sound: spectral flux on the log-mel spectrogram, and its peaks.
//!
//! **Source**: S. Boeck, G. Widmer, "Maximum filter vibrato suppression for onset detection", DAFx 2013 (SuperFlux).

use super::{
    Spectrogram,
    numeric::percentile,
    recording::Recording,
    stft::{MEL_BANDS, mel_centre_hz},
};

/// Frequency groups in which onsets are followed; their edges in Hz.
pub(super) const GROUPS: usize = 6;
pub(super) const GROUP_EDGES_HZ: [f64; GROUPS - 1] = [150.0, 400.0, 1_000.0, 2_500.0, 6_000.0];
/// Hops between the spectra that are compared: half a short window.
pub(super) const LAG: usize = 2;
/// Everything this far below the song's loud parts fades into nothing, in dB.
pub(super) const RANGE_DB: f32 = 50.0;
/// Below this level the loud parts are silence, in dB against a full-scale sine: 16 bits end at -98 dB, and music that was
/// turned down before it was stored in 24 bits or floats is still music.
pub(super) const SILENCE_DB: f32 = -110.0;

/// Hops to each side that an onset must not be below, where they are known.
pub(super) const PEAK_REACH: usize = 4;
/// How many times its surroundings' mean an onset has at least.
const PEAK_RATIO: f32 = 1.6;
/// The share of all onsets that are no higher than the strong ones.
pub(super) const STRONG_SHARE: f32 = 0.95;
/// The strong onsets count as at least so many times what an onset must stand out by.
const STRONG_FLOORS: f32 = 4.0;

/// Spectral flux at one hop: how much log magnitude rises.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Flux {
    /// Mean rise per frequency group.
    pub groups: [f32; GROUPS],
    /// Mean rise over all mel bands.
    pub all: f32,
}

/// Which frequency group each mel band is in.
pub(super) struct FluxGroups {
    group_of: [usize; MEL_BANDS],
    sizes: [f32; GROUPS],
}

impl FluxGroups {
    pub fn new() -> Self {
        let mut group_of = [0; MEL_BANDS];
        let mut sizes = [0.0; GROUPS];
        for (band, group) in group_of.iter_mut().enumerate() {
            let centre = mel_centre_hz(band);
            *group = GROUP_EDGES_HZ.iter().filter(|&&edge| centre >= edge).count();
            sizes[*group] += 1.0;
        }
        Self { group_of, sizes }
    }

    /// The flux from the log magnitudes of [`LAG`] hops before to those of now.
    pub fn flux(&self, now: &[f32; MEL_BANDS], before: &[f32; MEL_BANDS]) -> Flux {
        let mut flux = Flux::default();
        for (band, now) in now.iter().enumerate() {
            // Against the loudest neighbour: a voice that glides into the next band is no onset.
            let near = &before[band.saturating_sub(1)..(band + 2).min(MEL_BANDS)];
            let rise = now - near.iter().copied().fold(0.0, f32::max);
            if rise > 0.0 {
                flux.groups[self.group_of[band]] += rise;
                flux.all += rise;
            }
        }
        for (group, size) in flux.groups.iter_mut().zip(self.sizes) {
            *group /= size;
        }
        flux.all /= MEL_BANDS as f32;
        flux
    }
}

/// How strongly sound begins, hop by hop.
pub(super) struct Onsets {
    /// Mean rise of log magnitude per frequency group, one row for each hop.
    pub groups: Vec<[f32; GROUPS]>,
    /// Mean rise over all mel bands.
    pub flux: Vec<f32>,
    /// The song's loud parts in dB.
    pub loud_db: f32,
    /// Whether even the loud parts are silence.
    pub silent: bool,
}

impl Onsets {
    pub fn of(recording: &Recording) -> Self {
        let loud_db = recording.loud_db();
        let table = compression(loud_db);
        let bands = FluxGroups::new();
        let hops = recording.spectrogram.hops();
        let mut groups = vec![[0.0; GROUPS]; hops];
        let mut flux = vec![0.0; hops];
        let magnitudes = |hop: usize| {
            let mut magnitudes = [0.0; MEL_BANDS];
            for (magnitude, code) in magnitudes.iter_mut().zip(recording.spectrogram.hop(hop)) {
                *magnitude = table[usize::from(*code)];
            }
            magnitudes
        };
        for hop in LAG..hops {
            let at_hop = bands.flux(&magnitudes(hop), &magnitudes(hop - LAG));
            (groups[hop], flux[hop]) = (at_hop.groups, at_hop.all);
        }
        Self {
            groups,
            flux,
            loud_db,
            silent: loud_db < SILENCE_DB,
        }
    }

    /// Forgets the first hops.
    pub fn forget(&mut self, hops: usize) {
        self.groups.drain(..hops);
        self.flux.drain(..hops);
    }
}

/// Log magnitude for every level code: 0 far below the loud parts, then rising with the level. That of [`log_magnitudes`].
pub(super) fn compression(loud_db: f32) -> Vec<f32> {
    Spectrogram::table(|db| 10f32.powf((db - loud_db + RANGE_DB) / 20.0).ln_1p())
}

/// Log magnitudes of powers where the loud parts are at `loud_db`: [`compression`] without codes, for what need not be kept.
pub(super) fn log_magnitudes(power: &[f32; MEL_BANDS], loud_db: f32) -> [f32; MEL_BANDS] {
    let scale = 10f32.powf((RANGE_DB - loud_db) / 20.0);
    power.each_ref().map(|power| (scale * power.sqrt()).ln_1p())
}

/// Whether a peak stands out from the mean of its surroundings by `floor`, in the curve's own unit, and by [`PEAK_RATIO`].
pub(super) fn stands_out(value: f32, mean: f32, floor: f32) -> bool {
    value - mean > floor && value > PEAK_RATIO * mean
}

/// The height over its surroundings from which on an onset is strong, in a song of nothing but weak ones.
pub(super) fn least_strong(floor: f32) -> f32 {
    STRONG_FLOORS * floor
}

/// The onsets on a curve: its peaks where they stand out from their surroundings, scaled so that the strong ones are 1.
///
/// `floor` is how far a peak must stand out, in the curve's own unit; it keeps noise from having onsets.
pub(super) fn peaks(curve: &[f32], floor: f32) -> Vec<f32> {
    /// Hops before and after of which the mean is taken.
    const AROUND: (usize, usize) = (16, 10);
    let mut found = vec![0.0; curve.len()];
    let mut heights = Vec::new();
    for (hop, &value) in curve.iter().enumerate() {
        let left = &curve[hop.saturating_sub(PEAK_REACH)..hop];
        let right = &curve[hop + 1..(hop + 1 + PEAK_REACH).min(curve.len())];
        // Of a plateau the first hop counts.
        if left.iter().any(|&v| v >= value) || right.iter().any(|&v| v > value) {
            continue;
        }
        let around = &curve[hop.saturating_sub(AROUND.0)..(hop + AROUND.1).min(curve.len())];
        let mean = around.iter().sum::<f32>() / around.len() as f32;
        if stands_out(value, mean, floor) {
            found[hop] = value - mean;
            heights.push(value - mean);
        }
    }
    let strong = percentile(heights.into_iter(), STRONG_SHARE).max(least_strong(floor));
    for height in &mut found {
        *height = (*height / strong).min(1.0);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn peaks_are_found_once_and_scaled() {
        let mut curve = vec![0.01; 200];
        for (hop, height) in [(50, 2.0), (100, 1.0), (150, 0.02)] {
            curve[hop - 1] += height / 2.0;
            curve[hop] += height;
            curve[hop + 1] += height / 2.0;
        }
        let found = peaks(&curve, 0.1);
        let places: Vec<usize> = (0..200).filter(|&hop| found[hop] > 0.0).collect();
        assert_eq!(places, [50, 100]);
        assert_eq!(found[50], 1.0);
        assert!((found[100] - 0.5).abs() < 0.02, "{}", found[100]);
    }
}
