//! Where the next beat is: the odds of every tempo and every place in the beat, carried on from hop to hop.
//!
//! A state is a beat's length and the hop at which it began. A beat that ends begins another, of the same length or one
//! near it, as likely as the clues say that a beat is here. No state ever looks ahead, so this is the forward half of the
//! hidden Markov model of the source, and what it says of the hops to come is a prediction.
//!
//! **Source**: F. Krebs, S. Boeck, G. Widmer, "An efficient state-space model for joint tempo and meter tracking",
//! ISMIR 2015.

/// How long a beat may be, in hops: 250 to 40 beats a minute.
pub(super) const SHORTEST: usize = 24;
pub(super) const LONGEST: usize = 150;
/// How many lengths there are.
const COUNT: usize = LONGEST - SHORTEST + 1;
/// Hops whose beats are remembered.
const ROWS: usize = LONGEST + 1;
/// The largest change of length from one beat to the next, as a share.
const MOST_CHANGE: f32 = 0.12;

/// What a change of length costs, as a logarithm: any, and for each whole share beyond the rounding to hops.
const CHANGE_COST: f32 = 0.5;
const SHARE_COST: f32 = 60.0;
/// The length that people tap most easily, in hops; how many octaves around it are usual at first, and what half or
/// double that length costs for each half second.
///
/// **Source**: L. van Noorden, D. Moelants, "Resonance in the perception of musical pulse", JNMR 28(1), 1999.
const TAPPED: f32 = 60.0;
const USUAL_OCTAVES: f32 = 0.8;
const TAPPED_COST: f32 = 1.2;
/// What a tempo that is not felt costs for each second and each step of its log odds; lengths within this share of a felt
/// one are as good, for a tempo that changes was another when it was judged.
const LEVEL_GAIN: f32 = 1.3;
const LEVEL_SPREAD: f32 = 0.05;
/// Lengths that differ by no more than this share are one metrical level.
const SAME_LEVEL: f32 = 0.08;
/// The chance at each hop that a pulse begins anew, of any tempo, so that a new song is found.
const RESTART: f32 = 1e-7;
/// How likely, against going on to its end, a beat ends at its middle while nothing is known of the tempo: so an off-beat
/// that was taken for the beat at first is left soon. It falls to 0 as the tempo comes to be known.
const SHIFT: f32 = 0.03;

/// How likely it is that a beat begins, hop by hop around now.
pub(super) struct Outlook {
    /// `past[a]`: that the beat that lasts now began `a` hops ago.
    pub past: [f32; LONGEST],
    /// `next[d]`: that it ends in `d` hops.
    pub next: [f32; LONGEST + 1],
}

/// The odds of all states.
pub(super) struct Pulse {
    /// The mass of beats that began at a hop, by length; hops take turns.
    begun: Vec<f32>,
    hop: usize,
    usual: [f32; COUNT],
    habit: [f32; COUNT],
    /// What the tempo that is felt adds to habit.
    felt: [f32; COUNT],
    /// How far the tempo is not known yet, 0 to 1.
    early: f32,
    changes: Vec<(usize, Vec<f32>)>,
    /// How likely beats are around the last hop.
    pub outlook: Outlook,
    /// How much likelier the last hop was than without any beat, as a logarithm. All mass is 1 before each hop.
    pub evidence: f32,
}

impl Pulse {
    pub fn new() -> Self {
        let octaves = |k: usize| ((SHORTEST + k) as f32 / TAPPED).log2();
        let mut usual = [0.0; COUNT];
        let mut habit = [0.0; COUNT];
        for k in 0..COUNT {
            usual[k] = (-0.5 * (octaves(k) / USUAL_OCTAVES).powi(2)).exp() / (SHORTEST + k) as f32;
            habit[k] = (-TAPPED_COST * octaves(k).powi(2) * (SHORTEST + k) as f32 / 50.0).exp();
        }
        let sum: f32 = usual.iter().sum();
        usual.iter_mut().for_each(|u| *u /= sum);
        let mut begun = vec![0.0; ROWS * COUNT];
        // Before the first hop every beat may have begun anywhere.
        for age in 1..LONGEST {
            for k in 0..COUNT {
                if SHORTEST + k > age {
                    begun[((2 * ROWS - age) % ROWS) * COUNT + k] = usual[k] / (SHORTEST + k) as f32;
                }
            }
        }
        Self {
            begun,
            hop: 0,
            usual,
            habit,
            felt: [1.0; COUNT],
            early: 1.0,
            changes: changes(),
            outlook: Outlook {
                past: [0.0; LONGEST],
                next: [0.0; LONGEST + 1],
            },
            evidence: 0.0,
        }
    }

    /// Learns the log odds that each length is felt, and how far they can be trusted, 0 to 1.
    pub fn feel(&mut self, levels: &[f32; COUNT], trust: f32) {
        self.early = 1.0 - trust;
        for k in 0..COUNT {
            let length = SHORTEST + k;
            let reach = (LEVEL_SPREAD * length as f32) as usize;
            let near = &levels[k.saturating_sub(reach)..(k + reach + 1).min(COUNT)];
            let odds = near.iter().copied().fold(f32::MIN, f32::max);
            self.felt[k] = (LEVEL_GAIN * trust * odds * length as f32 / 100.0).exp();
        }
    }

    /// Learns late what speaks for a beat, as a logarithm, `ago` hops before the last one.
    pub fn learn(&mut self, ago: usize, foot: f32) {
        if foot == 0.0 || self.hop <= ago {
            return;
        }
        let gain = foot.exp();
        let (mut before, mut after) = (0.0, 0.0);
        for age in 0..LONGEST {
            let row = (self.hop + 2 * ROWS - 1 - age) % ROWS;
            let from = (age + 1).saturating_sub(SHORTEST);
            for k in from..COUNT {
                let mass = &mut self.begun[row * COUNT + k];
                before += *mass;
                let length = SHORTEST + k;
                // Within a hop of the beat that the state began with, or one before it.
                if ago + 1 >= age && (ago + 1 - age) % length <= 2 {
                    *mass *= gain;
                }
                after += *mass;
            }
        }
        let scale = before / after;
        self.begun.iter_mut().for_each(|mass| *mass *= scale);
    }

    /// Hears how much likelier the hop is with a beat than without.
    pub fn step(&mut self, gain: f32) {
        let mut ended = [0.0; COUNT];
        for (k, ended) in ended.iter_mut().enumerate() {
            let row = (self.hop + 2 * ROWS - SHORTEST - k) % ROWS;
            let middle = (self.hop + 2 * ROWS - (SHORTEST + k) / 2) % ROWS;
            *ended = self.begun[row * COUNT + k] + SHIFT * self.early * self.begun[middle * COUNT + k];
        }
        let row = self.hop % ROWS;
        for k in 0..COUNT {
            let (near, shares) = &self.changes[k];
            let mass: f32 = ended[*near..].iter().zip(shares).map(|(e, s)| e * s).sum();
            self.begun[row * COUNT + k] = gain * (mass * self.habit[k] * self.felt[k] + RESTART * self.usual[k]);
        }
        self.look_out();
        let after: f32 = self.outlook.past.iter().sum();
        self.evidence = after.ln();
        let scale = 1.0 / after;
        self.begun.iter_mut().for_each(|mass| *mass *= scale);
        self.outlook.past.iter_mut().for_each(|mass| *mass *= scale);
        self.outlook.next.iter_mut().for_each(|mass| *mass *= scale);
        self.hop += 1;
    }

    /// Sums the states by when their beat began, and by when it ends.
    fn look_out(&mut self) {
        self.outlook.next = [0.0; LONGEST + 1];
        for age in 0..LONGEST {
            let row = (self.hop + 2 * ROWS - age) % ROWS;
            let from = (age + 1).saturating_sub(SHORTEST);
            let alive = &self.begun[row * COUNT + from..(row + 1) * COUNT];
            self.outlook.past[age] = alive.iter().sum();
            let first = SHORTEST + from - age;
            for (sum, mass) in self.outlook.next[first..].iter_mut().zip(alive) {
                *sum += mass;
            }
        }
    }

    /// The mean length, in hops, of the beats that follow a beat within `reach` hops of the hop `ahead` of the last one.
    pub fn length_around(&self, ahead: i64, reach: usize) -> f32 {
        let (mut sum, mut mean) = (0.0, 0.0);
        self.each_around(ahead, reach, |mass, length| {
            sum += mass;
            mean += mass * length as f32;
        });
        mean / sum
    }

    /// The posterior of this level and phase: that a beat is within `reach` hops of the hop `ahead` of the last one, and that
    /// beats are about as long as `length`. What remains is for half, double, the off-beat and all others.
    pub fn sure(&self, ahead: i64, reach: usize, length: f32) -> f32 {
        let mut sum = 0.0;
        self.each_around(ahead, reach, |mass, other| {
            if (other as f32 - length).abs() <= SAME_LEVEL * length {
                sum += mass;
            }
        });
        sum.min(1.0)
    }

    /// Tells the mass and the length of all beats within `reach` hops of the hop `ahead` of the last one.
    fn each_around(&self, ahead: i64, reach: usize, mut tell: impl FnMut(f32, usize)) {
        let last = self.hop + 2 * ROWS - 1;
        for d in ahead - reach as i64..=ahead + reach as i64 {
            for k in 0..COUNT {
                let length = SHORTEST + k;
                // A beat that begins in the past is alive as it is; one to come is likeliest as long as the one before.
                let age = if d <= 0 {
                    -d as usize
                } else {
                    length - (d as usize).min(length)
                };
                if age < length {
                    tell(self.begun[(last - age) % ROWS * COUNT + k], length);
                }
            }
        }
    }
}

/// For each length the lengths that it may follow: the first of them, and the share of each that becomes it.
fn changes() -> Vec<(usize, Vec<f32>)> {
    let weight = |from: usize, to: usize| {
        let (before, after) = ((SHORTEST + from) as f32, (SHORTEST + to) as f32);
        let share = (after / before - 1.0).abs();
        let beyond = (share - 1.0 / before).max(0.0);
        match from == to {
            true => 1.0,
            false if share > MOST_CHANGE => 0.0,
            false => (-CHANGE_COST - SHARE_COST * beyond).exp(),
        }
    };
    let sums: Vec<f32> = (0..COUNT)
        .map(|from| (0..COUNT).map(|to| weight(from, to)).sum())
        .collect();
    let change = |to: usize| {
        let near: Vec<usize> = (0..COUNT).filter(|&from| weight(from, to) > 0.0).collect();
        (
            near[0],
            near.iter().map(|&from| weight(from, to) / sums[from]).collect(),
        )
    };
    (0..COUNT).map(change).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steady_pulse_is_expected_where_it_comes() {
        for length in [30, 48, 61, 90] {
            let mut pulse = Pulse::new();
            for hop in 0..length * 14 {
                pulse.step(if hop % length == 0 { 50.0 } else { 0.2 });
            }
            // The last hop was the last before a beat.
            let next = &pulse.outlook.next;
            let likeliest = (1..LONGEST).max_by(|&a, &b| next[a].total_cmp(&next[b])).unwrap();
            assert_eq!(likeliest, 1, "{length}");
            let found = pulse.length_around(1, 3);
            // The mean of what is likely around it, which is not symmetric.
            assert!(
                (found - length as f32).abs() < 0.01 * length as f32 + 0.3,
                "{length}: {found}"
            );
        }
    }

    #[test]
    fn the_felt_tempo_and_foot_are_kept() {
        // Every half-beat is as loud as a beat; that 60 hops are felt is learnt at once, and the foot 41 hops late.
        for foot in [0, 30] {
            let mut pulse = Pulse::new();
            let mut levels = [-8.0; COUNT];
            levels[60 - SHORTEST] = 0.0;
            pulse.feel(&levels, 1.0);
            for hop in 0..60 * 20 + foot {
                if hop > 41 && (hop - 42) % 30 == 0 {
                    pulse.learn(41, if (hop - 42) % 60 == foot { 1.0 } else { -1.0 });
                }
                pulse.step(if hop % 30 == 0 { 20.0 } else { 0.3 });
            }
            let next = &pulse.outlook.next;
            let likeliest = (1..LONGEST).max_by(|&a, &b| next[a].total_cmp(&next[b])).unwrap();
            assert_eq!(likeliest, 1, "{foot}");
            let length = pulse.length_around(1, 3);
            assert!((length - 60.0).abs() < 1.5, "{foot}: {length}");
        }
    }

    #[test]
    fn an_off_beat_taken_for_the_beat_is_left_while_little_is_known() {
        // Sounds on five off-beats, and from then on on the beats.
        let expected_after_beats = |trust: f32| {
            let mut pulse = Pulse::new();
            let mut levels = [-8.0; COUNT];
            levels[60 - SHORTEST] = 0.0;
            pulse.feel(&levels, 1.0);
            pulse.early = 1.0 - trust;
            for hop in 0..60 * 7 {
                let sounds = if hop < 300 { hop % 60 == 30 } else { hop % 60 == 0 };
                pulse.step(if sounds { 20.0 } else { 0.3 });
            }
            pulse.outlook.next[..4].iter().sum::<f32>()
        };
        let (early, late) = (expected_after_beats(0.2), expected_after_beats(1.0));
        assert!(early > 2.0 * late && early > 0.3, "{early} {late}");
    }

    #[test]
    fn all_mass_stays_one() {
        let mut pulse = Pulse::new();
        for hop in 0..3_000u32 {
            pulse.step(if hop.wrapping_mul(2_654_435_761) >> 27 == 0 {
                1_000.0
            } else {
                1e-3
            });
            let (past, next) = (
                pulse.outlook.past.iter().sum::<f32>(),
                pulse.outlook.next.iter().sum::<f32>(),
            );
            assert!(
                (past - 1.0).abs() < 1e-3 && (next - 1.0).abs() < 1e-3,
                "{hop}: {past} {next}"
            );
            assert!(pulse.evidence.is_finite());
        }
    }
}
