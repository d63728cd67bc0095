//! The features of a beat at a hop, from the sound up to 10 ms after it: all of them but the chroma flux.

use super::super::{
    beat_features::BeatFeatures,
    beatnet::BeatNet,
    log_filterbank::{BANDS, beatnet_input},
    numeric::log_odds,
    onset::{Flux, FluxGroups, GROUPS, LAG, log_magnitudes},
    stft::MEL_BANDS,
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
    flux_groups: FluxGroups,
    mean: [f32; GROUPS],
    mean_square: [f32; GROUPS],
    inputs: [HopInput; 3],
    hops: u64,
}

impl BeatFeatureExtractor {
    /// # Errors
    /// [`crate::Error::Asset`] when the built-in network is damaged.
    pub fn new() -> Result<Self> {
        Ok(Self {
            networks: [BeatNet::load()?, BeatNet::load()?],
            magnitudes: [[0.0; BANDS]; 2],
            mel: [[0.0; MEL_BANDS]; LAG],
            flux_groups: FluxGroups::new(),
            mean: [0.0; GROUPS],
            mean_square: [0.0; GROUPS],
            inputs: [HopInput::default(); 3],
            hops: 0,
        })
    }

    /// Takes a hop: the flux at it, and the features of the hop before.
    pub fn push(&mut self, mel: &[f32; MEL_BANDS], magnitudes: &[f32; BANDS], loud_db: f32) -> (Flux, BeatFeatures) {
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

    /// Spectral flux of a hop. What was loud of late says how much both spectra are compressed: it is not known yet how loud
    /// the song becomes.
    fn flux(&mut self, mel: &[f32; MEL_BANDS], loud_db: f32) -> Flux {
        let slot = (self.hops % LAG as u64) as usize;
        let before = std::mem::replace(&mut self.mel[slot], *mel);
        if self.hops < LAG as u64 {
            return Flux::default();
        }
        self.flux_groups
            .flux(&log_magnitudes(mel, loud_db), &log_magnitudes(&before, loud_db))
    }

    /// Each group's flux against its own mean and root mean square up to now; a whole song's is taken against the means on both
    /// sides of the hop (`activation::balanced`), which are not known here.
    fn balanced(&mut self, flux: &Flux) -> [f32; GROUPS] {
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
