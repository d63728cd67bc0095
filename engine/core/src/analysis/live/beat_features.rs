//! The features of a beat at a hop, from the sound up to 10 ms after it: all of them but the chroma flux.

use super::super::{
    beat_features::BeatFeatures,
    beatnet::BeatNet,
    log_filterbank::{BANDS, beatnet_input},
    numeric::log_odds,
    onset::{GROUP_EDGES_HZ, GROUPS, LAG, RANGE_DB},
    stft::{MEL_BANDS, mel_centre_hz},
};
use crate::error::Result;

/// Time constants, in hops, of the mean of a group's flux and of its root mean square.
const MEAN_HOPS: f32 = 50.0;
const RMS_HOPS: f32 = 400.0;
/// Weights of the hop before, the hop itself and the one after: a bell 10 ms wide.
const BELL: [f32; 3] = [0.274, 0.452, 0.274];

/// What the features of a hop are made of.
#[derive(Debug, Clone, Copy, Default)]
struct HopInput {
    /// `BeatNet`'s probability of a beat, downbeats among them.
    beat: f32,
    /// That of a downbeat.
    downbeat: f32,
    /// Onset strength per frequency group, against what is usual.
    onsets: [f32; GROUPS],
}

/// Makes the features hop by hop.
pub(super) struct BeatFeatureExtractor {
    /// Two networks take turns, so that each has an input every 20 ms as in training, and each hop has an output.
    networks: [BeatNet; 2],
    /// The filterbank's magnitudes at the last two hops.
    magnitudes: [[f32; BANDS]; 2],
    /// Powers of the last hops.
    mel: [[f32; MEL_BANDS]; LAG],
    group_of: [usize; MEL_BANDS],
    sizes: [f32; GROUPS],
    mean: [f32; GROUPS],
    mean_square: [f32; GROUPS],
    inputs: [HopInput; 3],
    hops: u64,
}

/// Spectral flux at a hop.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct BandFlux {
    /// Mean rise of log magnitude per frequency group.
    pub groups: [f32; GROUPS],
}

impl BeatFeatureExtractor {
    /// # Errors
    /// [`crate::Error::Asset`] when the built-in network is damaged.
    pub fn new() -> Result<Self> {
        let mut group_of = [0; MEL_BANDS];
        let mut sizes = [0.0; GROUPS];
        for (band, group) in group_of.iter_mut().enumerate() {
            let centre = mel_centre_hz(band);
            *group = GROUP_EDGES_HZ.iter().filter(|&&edge| centre >= edge).count();
            sizes[*group] += 1.0;
        }
        Ok(Self {
            networks: [BeatNet::load()?, BeatNet::load()?],
            magnitudes: [[0.0; BANDS]; 2],
            mel: [[0.0; MEL_BANDS]; LAG],
            group_of,
            sizes,
            mean: [0.0; GROUPS],
            mean_square: [0.0; GROUPS],
            inputs: [HopInput::default(); 3],
            hops: 0,
        })
    }

    /// Takes a hop: the flux at it, and the features of the hop before.
    pub fn push(
        &mut self,
        mel: &[f32; MEL_BANDS],
        magnitudes: &[f32; BANDS],
        loud_db: f32,
    ) -> (BandFlux, BeatFeatures) {
        let turn = (self.hops % 2) as usize;
        let before = if self.hops < 2 {
            magnitudes
        } else {
            &self.magnitudes[turn]
        };
        let output = self.networks[turn].step(&beatnet_input(magnitudes, before, loud_db));
        self.magnitudes[turn] = *magnitudes;
        let flux = self.flux(mel, loud_db);
        self.inputs.rotate_left(1);
        self.inputs[2] = HopInput {
            beat: output.beat + output.downbeat,
            downbeat: output.downbeat,
            onsets: self.balanced(&flux),
        };
        self.hops += 1;
        (flux, self.features())
    }

    /// Spectral flux of a hop (`SuperFlux`; see [`super::super::onset`]).
    fn flux(&mut self, mel: &[f32; MEL_BANDS], loud_db: f32) -> BandFlux {
        let slot = (self.hops % LAG as u64) as usize;
        let scale = 10f32.powf((RANGE_DB - loud_db) / 20.0);
        let mut flux = BandFlux::default();
        if self.hops >= LAG as u64 {
            let compress = |power: &f32| (scale * power.sqrt()).ln_1p();
            let before = self.mel[slot].each_ref().map(compress);
            for (band, now) in mel.iter().map(compress).enumerate() {
                // Against the loudest neighbour: a voice that glides into the next band is no onset.
                let near = &before[band.saturating_sub(1)..(band + 2).min(MEL_BANDS)];
                let rise = now - near.iter().copied().fold(0.0, f32::max);
                flux.groups[self.group_of[band]] += rise.max(0.0);
            }
            for (group, size) in flux.groups.iter_mut().zip(self.sizes) {
                *group /= size;
            }
        }
        self.mel[slot] = *mel;
        flux
    }

    /// Each group's flux against its own mean and root mean square.
    fn balanced(&mut self, flux: &BandFlux) -> [f32; GROUPS] {
        let share = |hops: f32| 1.0 / hops.min(self.hops as f32 + 1.0);
        let (fast, slow) = (share(MEAN_HOPS), share(RMS_HOPS));
        let mut balanced = [0.0; GROUPS];
        for (group, out) in balanced.iter_mut().enumerate() {
            let lifted = (flux.groups[group] - self.mean[group]).max(0.0);
            self.mean[group] += fast * (flux.groups[group] - self.mean[group]);
            self.mean_square[group] += slow * (lifted * lifted - self.mean_square[group]);
            *out = (lifted / (self.mean_square[group].sqrt() + 0.02)).min(6.0);
        }
        balanced
    }

    /// The features of the hop before the last one.
    fn features(&self) -> BeatFeatures {
        let bell = |value: &dyn Fn(&HopInput) -> f32| {
            self.inputs
                .iter()
                .zip(BELL)
                .map(|(input, w)| w * value(input))
                .sum::<f32>()
        };
        let mut mean = 0.0;
        let strengths = std::array::from_fn(|group| {
            let strength = bell(&|input| input.onsets[group]);
            mean += strength / GROUPS as f32;
            strength
        });
        BeatFeatures {
            beat_log_odds: log_odds(bell(&|input| input.beat)),
            downbeat_log_odds: log_odds(bell(&|input| input.downbeat)),
            ..BeatFeatures::default()
        }
        .with_onsets(strengths, mean)
    }
}
