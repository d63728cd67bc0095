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
        let group_of: Vec<usize> = (0..MEL_BANDS)
            .map(|band| {
                GROUP_EDGES_HZ
                    .iter()
                    .filter(|&&edge| mel_centre_hz(band) >= edge)
                    .count()
            })
            .collect();
        let mut sizes = [0.0f32; GROUPS];
        for &group in &group_of {
            sizes[group] += 1.0;
        }
        let hops = recording.spectrogram.hops();
        let mut groups = vec![[0.0; GROUPS]; hops];
        let mut flux = vec![0.0; hops];
        for hop in LAG..hops {
            let now = recording.spectrogram.hop(hop);
            let before = recording.spectrogram.hop(hop - LAG);
            for band in 0..MEL_BANDS {
                // Against the loudest neighbour: a voice that glides into the next band is no onset.
                let near = band.saturating_sub(1)..(band + 2).min(MEL_BANDS);
                let loudest = before[near].iter().copied().max().unwrap_or(0);
                let rise = table[usize::from(now[band])] - table[usize::from(loudest)];
                if rise > 0.0 {
                    groups[hop][group_of[band]] += rise;
                    flux[hop] += rise;
                }
            }
            for (group, size) in groups[hop].iter_mut().zip(sizes) {
                *group /= size;
            }
            flux[hop] /= MEL_BANDS as f32;
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

/// Log magnitude for every level code: 0 far below the loud parts, then rising with the level.
pub(super) fn compression(loud_db: f32) -> Vec<f32> {
    Spectrogram::table(|db| 10f32.powf((db - loud_db + RANGE_DB) / 20.0).ln_1p())
}

/// The onsets on a curve: its peaks where they stand out from their surroundings, scaled so that the strong ones are 1.
///
/// `floor` is how far a peak must stand out, in the curve's own unit; it keeps noise from having onsets.
pub(super) fn peaks(curve: &[f32], floor: f32) -> Vec<f32> {
    /// Hops to each side that a peak must not be below.
    const REACH: usize = 4;
    /// Hops before and after of which the mean is taken.
    const AROUND: (usize, usize) = (16, 10);
    let mut found = vec![0.0; curve.len()];
    let mut heights = Vec::new();
    for (hop, &value) in curve.iter().enumerate() {
        let left = &curve[hop.saturating_sub(REACH)..hop];
        let right = &curve[hop + 1..(hop + 1 + REACH).min(curve.len())];
        // Of a plateau the first hop counts.
        if left.iter().any(|&v| v >= value) || right.iter().any(|&v| v > value) {
            continue;
        }
        let around = &curve[hop.saturating_sub(AROUND.0)..(hop + AROUND.1).min(curve.len())];
        let mean = around.iter().sum::<f32>() / around.len() as f32;
        if value - mean > floor && value > 1.6 * mean {
            found[hop] = value - mean;
            heights.push(value - mean);
        }
    }
    let strong = percentile(heights.into_iter(), 0.95).max(4.0 * floor);
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
