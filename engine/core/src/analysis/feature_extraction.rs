//! From levels, onsets and chroma to [`Hop`]s, measured against the song's own loud parts.

use super::{
    Features, Hop,
    numeric::percentile,
    onset::{GROUPS, Onsets, peaks},
    recording::{HOPS_PER_CHROMA, HopLevels, Recording},
    stft::Chroma,
};

/// Loudness 0 lies this far below the song's loud parts, in dB.
const LOUDNESS_RANGE_DB: f32 = 60.0;
/// A band's loud parts count as at least this, against the whole song's loud parts in dB: hiss stays small.
const BAND_FLOOR_DB: f32 = -50.0;
/// How far an onset must stand out, per [`super::Band`], in mean log magnitude.
pub(super) const ONSET_FLOORS: [f32; 3] = [0.22, 0.12, 0.05];
/// The onset groups of each [`super::Band`].
pub(super) const BAND_GROUPS: [std::ops::Range<usize>; 3] = [0..1, 1..4, GROUPS - 1..GROUPS];

/// The share of all hops that are no louder in a band than its loud parts.
pub(super) const BAND_SHARE: f32 = 0.97;
/// The least flux that counts as a song's strongest.
const LEAST_FLUX: f32 = 1e-3;

/// What a hop is measured against: the loud parts of a whole song, or of what was heard up to now.
#[derive(Debug, Clone, Copy)]
pub(super) struct LoudParts {
    /// K-weighted level in dB against a full-scale sine.
    loud_db: f32,
    /// Power per [`super::Band`].
    bands: [f32; 3],
    /// The strongest spectral flux.
    flux: f32,
}

impl LoudParts {
    /// From what was measured; a band counts as [`BAND_FLOOR_DB`] below the whole at least.
    pub fn new(loud_db: f32, bands: [f32; 3], flux: f32) -> Self {
        let floor = 10f32.powf((loud_db + BAND_FLOOR_DB) / 10.0);
        Self {
            loud_db,
            bands: bands.map(|power| power.max(floor)),
            flux: flux.max(LEAST_FLUX),
        }
    }

    /// The features of a hop, given its flux, its onsets' strengths and its chroma.
    pub fn hop(&self, levels: &HopLevels, flux: f32, onset: [f32; 3], chroma: &[f32; 12]) -> Hop {
        let loudness = loudness(levels.weighted_db, self.loud_db);
        let audible = loudness > 0.0;
        Hop {
            loudness,
            bands: [0, 1, 2].map(|band| (levels.bands[band] / self.bands[band]).sqrt().min(1.0)),
            centroid_hz: if audible { levels.centroid_hz } else { 0.0 },
            flux: flux / self.flux,
            onset,
            chroma: if audible { normalised(chroma) } else { [0.0; 12] },
        }
    }
}

/// The song's features, hop by hop.
pub(super) fn features(recording: &Recording, onsets: &Onsets) -> Features {
    if onsets.silent {
        return Features {
            rate: recording.rate,
            len: recording.len,
            hops: vec![Hop::default(); recording.levels.len()],
        };
    }
    let band = |band: usize| percentile(recording.levels.iter().map(|hop| hop.bands[band]), BAND_SHARE);
    let loud = LoudParts::new(
        onsets.loud_db,
        [0, 1, 2].map(band),
        onsets.flux.iter().copied().fold(0.0, f32::max),
    );
    let band_onsets = [0, 1, 2].map(|band: usize| {
        let groups = BAND_GROUPS[band].clone();
        let curve: Vec<f32> = onsets
            .groups
            .iter()
            .map(|hop| hop[groups.clone()].iter().sum::<f32>() / groups.len() as f32)
            .collect();
        peaks(&curve, ONSET_FLOORS[band])
    });
    let hop = |(index, levels): (usize, &HopLevels)| {
        let onset = [0, 1, 2].map(|band: usize| band_onsets[band][index]);
        loud.hop(levels, onsets.flux[index], onset, &nearest_chroma(recording, index).all)
    };
    Features {
        rate: recording.rate,
        len: recording.len,
        hops: recording.levels.iter().enumerate().map(hop).collect(),
    }
}

/// The chroma nearest to a hop.
fn nearest_chroma(recording: &Recording, hop: usize) -> &Chroma {
    let index = (hop + HOPS_PER_CHROMA / 2) / HOPS_PER_CHROMA;
    &recording.chroma[index.min(recording.chroma.len() - 1)]
}

/// Scaled to sum to 1; all 0 when there is nothing.
fn normalised(classes: &[f32; 12]) -> [f32; 12] {
    let sum: f32 = classes.iter().sum();
    if sum < 1e-9 {
        [0.0; 12]
    } else {
        classes.map(|class| class / sum)
    }
}

/// How loud a level is against what is loud, both in dB: 0 to 1, linear in dB.
pub(super) fn loudness(db: f32, loud_db: f32) -> f32 {
    (1.0 + (db - loud_db) / LOUDNESS_RANGE_DB).clamp(0.0, 1.0)
}
