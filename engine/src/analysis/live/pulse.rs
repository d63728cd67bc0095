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

pub(super) fn par(name: &str, default: f32) -> f32 {
    let _ = name;
    default
}

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
    changes: Vec<(usize, Vec<f32>)>,
    pub outlook: Outlook,
    /// How much likelier the last hop was than without any beat, as a logarithm.
    pub evidence: f32,
    restart: f32,
}

impl Pulse {
    pub fn new() -> Self {
        let octaves = |k: usize| ((SHORTEST + k) as f32 / par("TAPPED", 52.0)).log2();
        let mut usual = [0.0; COUNT];
        let mut habit = [0.0; COUNT];
        for k in 0..COUNT {
            usual[k] = (-0.5 * (octaves(k) / par("WIDTH", 0.8)).powi(2)).exp() / (SHORTEST + k) as f32;
            habit[k] = (-par("HABIT", 0.7) * octaves(k).powi(2) * (SHORTEST + k) as f32 / 50.0).exp();
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
            changes: changes(),
            outlook: Outlook {
                past: [0.0; LONGEST],
                next: [0.0; LONGEST + 1],
            },
            evidence: 0.0,
            restart: par("RESTART", 1e-5),
        }
    }

    /// Hears how much likelier the hop is with a beat than without.
    pub fn step(&mut self, gain: f32) {
        let mut ended = [0.0; COUNT];
        let before = 1.0;
        for (k, ended) in ended.iter_mut().enumerate() {
            let row = (self.hop + 2 * ROWS - SHORTEST - k) % ROWS;
            *ended = self.begun[row * COUNT + k];
        }
        let row = self.hop % ROWS;
        for k in 0..COUNT {
            let (near, shares) = &self.changes[k];
            let mass: f32 = ended[*near..].iter().zip(shares).map(|(e, s)| e * s).sum();
            self.begun[row * COUNT + k] = gain * (mass * self.habit[k] + before * self.restart * self.usual[k]);
        }
        self.look_out();
        let after: f32 = self.outlook.past.iter().sum();
        self.evidence = (after / before).ln();
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
        let last = self.hop + 2 * ROWS - 1;
        let mut add = |mass: f32, length: usize| {
            sum += mass;
            mean += mass * length as f32;
        };
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
                    add(self.begun[(last - age) % ROWS * COUNT + k], length);
                }
            }
        }
        mean / sum
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
            false => (-par("CHANGE", 0.5) - par("SHARE", 60.0) * beyond).exp(),
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
