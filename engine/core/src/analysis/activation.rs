//! The beat activation: how likely each hop is a beat, by a regression on [`BeatFeatures`] and by our own [`BeatTcn`].
//!
//! It is kept apart from the search for beats, so that a better network only has to change this file.

use super::{
    beat_features::BeatFeatures,
    beat_phase,
    beat_tcn::{self, BeatTcn, CHROMA_DELAY},
    beatnet::BeatNetOutput,
    chroma_flux::{self, ChromaFlux},
    feature_extraction::loudness,
    log_filterbank::HOPS_PER_BEATNET_STEP,
    numeric::{log_odds, moving_mean, sigmoid, smooth},
    onset::{GROUPS, Onsets},
    recording::Recording,
};
use crate::error::Result;

/// The share of [`BeatTcn`] in the log odds of a beat.
const TCN_SHARE: f32 = 0.15;

/// What speaks for beats and downbeats, hop by hop.
pub(super) struct Activation {
    /// Probability that a beat is here, for each hop.
    pub beat: Vec<f32>,
    /// [`BeatTcn`]'s log odds that there is a pulse, for each hop, [`PULSE_MAX`](beat_tcn::PULSE_MAX) at most.
    pub pulse: Vec<f32>,
    /// [`BeatTcn`]'s log odds of a beat, for each hop.
    pub sensed: Vec<f32>,
    /// The features of each hop.
    pub features: Vec<BeatFeatures>,
}

impl Activation {
    /// # Errors
    /// [`crate::Error::Asset`] when the built-in network is damaged.
    pub fn of(recording: &Recording, onsets: &Onsets) -> Result<Self> {
        let hops = recording.levels.len();
        let outputs = recording.log_spectrogram.activations(onsets.loud_db)?;
        let interpolated = |value: fn(&BeatNetOutput) -> f32| {
            // BeatNet runs at every other hop: a hop between two outputs has the mean of both.
            let last = outputs.len() - 1;
            let at = |hop: usize| {
                let (a, b) = (hop / HOPS_PER_BEATNET_STEP, hop.div_ceil(HOPS_PER_BEATNET_STEP));
                (value(&outputs[a.min(last)]) + value(&outputs[b.min(last)])) / 2.0
            };
            let curve: Vec<f32> = (0..hops).map(at).collect();
            smooth(&curve, 1.0).into_iter().map(log_odds).collect::<Vec<f32>>()
        };
        let beat = interpolated(|output| output.beat + output.downbeat);
        let downbeat = interpolated(|output| output.downbeat);
        let groups: Vec<Vec<f32>> = balanced(onsets).iter().map(|group| smooth(group, 1.0)).collect();
        let flux = ChromaFlux::of(recording);
        let flux_feature = |curve: &[f32]| {
            let curve: Vec<f32> = (0..hops).map(|hop| curve[flux.index(hop)]).collect();
            smooth(&curve, 3.0)
        };
        let (bass, all) = (flux_feature(&flux.bass), flux_feature(&flux.all));
        let features: Vec<BeatFeatures> = (0..hops)
            .map(|hop| {
                let strengths: [f32; GROUPS] = std::array::from_fn(|group| groups[group][hop]);
                let mean = strengths.iter().sum::<f32>() / GROUPS as f32;
                BeatFeatures {
                    beat_log_odds: beat[hop],
                    downbeat_log_odds: downbeat[hop],
                    bass_chroma_flux: chroma_flux::feature(bass[hop]),
                    chroma_flux: chroma_flux::feature(all[hop]),
                    ..BeatFeatures::default()
                }
                .with_onsets(strengths, mean)
            })
            .collect();
        let mut tcn = BeatTcn::new()?;
        let (mut beat, mut pulse, mut sensed) = (Vec::new(), Vec::new(), Vec::new());
        for (hop, (now, levels)) in features.iter().zip(&recording.levels).enumerate() {
            let late = &features[hop.saturating_sub(CHROMA_DELAY)];
            let loudness = loudness(levels.weighted_db, onsets.loud_db);
            let output = tcn.step(&beat_tcn::input(
                now,
                [late.bass_chroma_flux, late.chroma_flux],
                loudness,
            ));
            let odds = log_odds(sigmoid(now.log_odds()));
            let both = output.map_or(odds, |output| TCN_SHARE * output.beat + (1.0 - TCN_SHARE) * odds);
            beat.push(sigmoid(both));
            pulse.push(output.map_or(0.0, |output| output.pulse));
            sensed.push(output.map_or(odds, |output| output.beat));
        }
        Ok(Self {
            beat,
            pulse,
            sensed,
            features,
        })
    }

    /// The probability of a beat of the tactus at each hop: a beat's, off-beats held against it.
    pub fn tactus(&self) -> Vec<f32> {
        beat_phase::without_offbeats(&self.beat, &self.features)
    }
}

/// Each group's flux against its mean over 1 s and its strength around 8 s, so that quiet parts have a pulse too.
fn balanced(onsets: &Onsets) -> Vec<Vec<f32>> {
    let group = |group: usize| {
        let curve: Vec<f32> = onsets.groups.iter().map(|hop| hop[group]).collect();
        let mean = moving_mean(&curve, 50);
        let lifted: Vec<f32> = curve.iter().zip(&mean).map(|(v, m)| (v - m).max(0.0)).collect();
        let squares: Vec<f32> = lifted.iter().map(|v| v * v).collect();
        let global = (squares.iter().sum::<f32>() / curve.len() as f32).sqrt();
        let local = moving_mean(&squares, 400);
        let balance = |(lifted, local): (&f32, &f32)| {
            let usual = 0.5 * global + 0.5 * local.max(0.0).sqrt() + 0.02;
            (lifted / usual).min(6.0)
        };
        lifted.iter().zip(&local).map(balance).collect()
    };
    (0..GROUPS).map(group).collect()
}
