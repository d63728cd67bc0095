//! What speaks for a beat at a hop, from what was heard up to 10 ms after it.

use super::super::{
    activation::log_odds,
    looks::{BANDS, look_at},
    network::Network,
    onset::{GROUP_EDGES_HZ, GROUPS, LAG, RANGE_DB},
    stft::{MEL_BANDS, mel_centre_hz},
};
use crate::error::Result;

/// Numbers that speak for or against a beat at a hop.
pub(super) const CLUES: usize = 11;
/// Hops for which a group's usual strength, and its strength since long ago, are remembered.
const MEAN_HOPS: f32 = 50.0;
const USUAL_HOPS: f32 = 400.0;
/// Weights of the hop before, the hop itself and the one after: a bell 10 ms wide.
const BELL: [f32; 3] = [0.274, 0.452, 0.274];

/// What each clue adds to the log odds of a beat: [`super::super::activation`]'s, but for the changes of harmony, which
/// can't be known before the harmony has changed. The bias has their mean.
const WEIGHTS: [f32; CLUES] = [
    0.4931, -0.1017, -0.1132, 0.7378, 0.2969, -0.2482, -0.269, -0.0381, 0.9874, 0.7427, -0.1548,
];
const BIAS: f32 = -3.29;

/// What was heard at one hop.
#[derive(Debug, Clone, Copy, Default)]
struct Raw {
    /// The network's probability of a beat, downbeats among them.
    beat: f32,
    /// That of a downbeat.
    downbeat: f32,
    /// How strongly sound begins, against what is usual.
    groups: [f32; GROUPS],
}

/// The clues of a hop.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Clues {
    /// Log odds of a beat.
    pub odds: f32,
    /// The network's log odds of a downbeat.
    pub downbeat: f32,
    /// As [`super::super::activation`]'s, but for the changes of harmony, which are not known yet.
    pub all: [f32; CLUES],
}

/// Listens for beats hop by hop.
pub(super) struct Listener {
    /// Two networks take turns, so that each looks every 20 ms as it was taught, and each hop has its look.
    networks: [Network; 2],
    /// Magnitudes of the last two looks.
    looks: [[f32; BANDS]; 2],
    /// Powers of the last hops.
    mel: [[f32; MEL_BANDS]; LAG],
    group_of: [usize; MEL_BANDS],
    sizes: [f32; GROUPS],
    mean: [f32; GROUPS],
    square: [f32; GROUPS],
    raw: [Raw; 3],
    hops: u64,
}

/// Rises of log magnitude at a hop.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Rises {
    /// Mean rise per frequency group.
    pub groups: [f32; GROUPS],
}

impl Listener {
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
            networks: [Network::load()?, Network::load()?],
            looks: [[0.0; BANDS]; 2],
            mel: [[0.0; MEL_BANDS]; LAG],
            group_of,
            sizes,
            mean: [0.0; GROUPS],
            square: [0.0; GROUPS],
            raw: [Raw::default(); 3],
            hops: 0,
        })
    }

    /// Hears a hop: the rises at it, and the clues of the hop before.
    pub fn hear(&mut self, mel: &[f32; MEL_BANDS], look: &[f32; BANDS], loud_db: f32) -> (Rises, Clues) {
        let turn = (self.hops % 2) as usize;
        let before = if self.hops < 2 { look } else { &self.looks[turn] };
        let heard = self.networks[turn].step(&look_at(look, before, loud_db));
        self.looks[turn] = *look;
        let rises = self.rises(mel, loud_db);
        self.raw.rotate_left(1);
        self.raw[2] = Raw {
            beat: heard.beat + heard.downbeat,
            downbeat: heard.downbeat,
            groups: self.balanced(&rises),
        };
        self.hops += 1;
        (rises, self.clues())
    }

    fn rises(&mut self, mel: &[f32; MEL_BANDS], loud_db: f32) -> Rises {
        let slot = (self.hops % LAG as u64) as usize;
        let scale = 10f32.powf((RANGE_DB - loud_db) / 20.0);
        let mut rises = Rises::default();
        if self.hops >= LAG as u64 {
            let compress = |power: &f32| (scale * power.sqrt()).ln_1p();
            let before = self.mel[slot].each_ref().map(compress);
            for (band, now) in mel.iter().map(compress).enumerate() {
                // Against the loudest neighbour: a voice that glides into the next band is no onset.
                let near = &before[band.saturating_sub(1)..(band + 2).min(MEL_BANDS)];
                let rise = now - near.iter().copied().fold(0.0, f32::max);
                rises.groups[self.group_of[band]] += rise.max(0.0);
            }
            for (group, size) in rises.groups.iter_mut().zip(self.sizes) {
                *group /= size;
            }
        }
        self.mel[slot] = *mel;
        rises
    }

    /// Each group's rise against what is usual for it.
    fn balanced(&mut self, rises: &Rises) -> [f32; GROUPS] {
        let share = |hops: f32| 1.0 / hops.min(self.hops as f32 + 1.0);
        let (fast, slow) = (share(MEAN_HOPS), share(USUAL_HOPS));
        let mut balanced = [0.0; GROUPS];
        for (group, out) in balanced.iter_mut().enumerate() {
            let lifted = (rises.groups[group] - self.mean[group]).max(0.0);
            self.mean[group] += fast * (rises.groups[group] - self.mean[group]);
            self.square[group] += slow * (lifted * lifted - self.square[group]);
            *out = (lifted / (self.square[group].sqrt() + 0.02)).min(6.0);
        }
        balanced
    }

    fn clues(&self) -> Clues {
        let bell = |value: &dyn Fn(&Raw) -> f32| self.raw.iter().zip(BELL).map(|(raw, w)| w * value(raw)).sum::<f32>();
        let odds = log_odds(bell(&|raw| raw.beat));
        let mut all = [0.0; CLUES];
        all[..3].copy_from_slice(&[odds, odds * odds / 10.0, log_odds(bell(&|raw| raw.downbeat))]);
        let mut mean = 0.0;
        for group in 0..GROUPS {
            let strength = bell(&|raw| raw.groups[group]);
            mean += strength / GROUPS as f32;
            all[3 + group] = (2.0 * strength).ln_1p();
        }
        let strength = (3.0 * mean).ln_1p();
        all[3 + GROUPS..].copy_from_slice(&[strength, strength * odds / 4.0]);
        let odds = BIAS
            + all
                .iter()
                .zip(&WEIGHTS)
                .map(|(clue, weight)| clue * weight)
                .sum::<f32>();
        Clues {
            odds,
            downbeat: all[2],
            all,
        }
    }
}
