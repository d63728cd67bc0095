//! What trainers learn from: the features by which a song's tempo and beats are judged.

use serde::{Deserialize, Serialize};

use super::{
    HOPS_PER_SEC,
    activation::Activation,
    beat::BeatSearch,
    beat_confidence,
    beat_features::BeatFeatures,
    downbeat, extent,
    onset::Onsets,
    reading::Described,
    recording::{LEAD, Recording},
    tempo_octave::{self, TempoFeatures, TempoLikelihood},
};
use crate::error::Result;

/// What a trainer learns from; see [`super::Analyzer::finish_with_features`].
#[derive(Debug, Clone, PartialEq)]
pub struct TrainingFeatures {
    /// What speaks for each tempo, stretch by stretch.
    pub tempo: Vec<TempoFeatures>,
    /// What speaks for a beat, hop by hop: 13 numbers each.
    pub hops: Vec<[f32; BeatFeatures::LEN]>,
    /// The features that `hops` are made of.
    features: Vec<BeatFeatures>,
    /// The readings of the beats that were found, one row for each search: near the tempo that seems felt, and near any.
    pub readings: [Vec<ReadingFeatures>; 2],
}

/// What speaks for one reading of beats; `fit-readings` of `engine/tools` learns from these.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReadingFeatures {
    /// What it is of the beats that were found: 0 the same, 1 off-beats, 2 half, 3 double, 4 three for two, 5 two for
    /// three, 6 every third, 7 triple, 8 a quarter of a beat off.
    pub relation: u8,
    /// In seconds; before the song's beginning in the silence that is heard before it.
    pub beats_secs: Vec<f64>,
    /// The numbers by which it is weighed against the other readings.
    pub features: Vec<f32>,
    /// Those by which a pulse is told from none: log contrast, misfit, what is sensed over all and at its clearest; nothing
    /// where too few beats pulse.
    pub pulse: Option<[f32; beat_confidence::FEATURES]>,
    /// Those by which music is told from applause, one row for each beat.
    pub music: Vec<[f32; extent::FEATURES]>,
}

impl TrainingFeatures {
    /// # Errors
    /// [`crate::Error::Asset`] when a built-in network is damaged.
    pub(super) fn of(heard: &Recording) -> Result<Self> {
        let activation = Activation::of(heard, &Onsets::of(heard))?;
        let mut tempo = tempo_octave::features(&activation);
        for features in &mut tempo {
            features.from_hop = features.from_hop.saturating_sub(LEAD);
            features.to_hop = features.to_hop.saturating_sub(LEAD);
        }
        let searched = BeatSearch::new(&activation, None);
        let secs = |beat: &usize| (*beat as f64 - LEAD as f64) / f64::from(HOPS_PER_SEC);
        let told = |described: Described| ReadingFeatures {
            relation: described.relation as u8,
            beats_secs: described.beats.iter().map(secs).collect(),
            pulse: searched.pulse(&described.beats),
            music: extent::features(heard, &activation, &described.beats),
            features: described.features.to_vec(),
        };
        let readings = |search: &TempoLikelihood| searched.readings(search).into_iter().map(told).collect();
        let features = activation.features[LEAD..].to_vec();
        Ok(Self {
            tempo,
            hops: features.iter().map(|hop| hop.to_array()).collect(),
            readings: [readings(&searched.tempo), readings(&TempoLikelihood::none())],
            features,
        })
    }

    /// What speaks for a downbeat on each of the beats at these hops, ascending: the features of the beat, of the next one
    /// and of the one before, 13 numbers each, standardised over the beats.
    #[must_use]
    pub fn downbeats(&self, beats: &[usize]) -> Vec<Vec<f32>> {
        let last = self.features.len().saturating_sub(1);
        let beats: Vec<usize> = beats.iter().map(|beat| (*beat).min(last)).collect();
        let features = downbeat::standardised_features(&self.features, &beats);
        let row = |i: usize| downbeat::around(&features, i).map(|beat| &beat[..]).concat();
        (0..features.len()).map(row).collect()
    }
}
