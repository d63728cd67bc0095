//! Whether what is followed is a pulse at all: noise, drones, random clicks and silence have none.
//!
//! Two opinions are weighed against each other at every hop: that beats come where the pulse expects them, and that
//! onsets come at random. What random onsets explain as well is no pulse. Besides, a pulse must be certain of its beats.
//! A sound that rings out without onsets has no more beats.

/// How rare onsets may be, were they random: chances at a hop.
const RATES: [f32; 3] = [0.01, 0.02, 0.04];
/// Hops over which a clear pulse is believed, and over which a faint one is.
const MEMORIES: [f32; 2] = [300.0, 1_000.0];
/// An opinion never falls further than this (a logarithm for each of those hops), so that it can rise again soon.
const LOWEST: f32 = 3.0;
/// What certainty is worth, and how much of it is usual in noise.
const CERTAINTY: f32 = 4.0;
const USUAL: f32 = 0.7;
/// The pulse is believed from here on, in the shorter and in the longer memory, until the shorter falls to the last.
const BELIEVED: [f32; 2] = [0.7, -0.4];
const DOUBTED: f32 = -2.5;
/// Where beats repeat as well as this over four, the pulse is believed too, unless the shorter memory is this much against
/// it; and it is believed as long as they do. White noise and random clicks repeat by 0.2 or less.
const REPEATS: f32 = 0.33;
const REPEATS_STILL: f32 = 0.3;
const NOT_AGAINST: f32 = -2.4;
/// The same of stretches so short that much repeats in them by chance: up to a share of a whole one, how well beats must
/// repeat, and how far the shorter memory may be against it.
const BRIEF: [(f32, f32, f32); 2] = [(0.44, 0.45, -0.8), (0.65, REPEATS, -1.6)];
/// A pulse that is sensed (log odds, over about so many hops) as clearly as this is believed too, unless
/// the shorter memory is this much against it, alone or against both together; and it is believed as long as it is sensed
/// this clearly.
const SENSED_HOPS: f32 = 50.0;
const SENSED: f32 = 1.5;
const SENSED_AGAINST: f32 = -2.5;
const SENSED_BOTH: f32 = 1.5;
const SENSED_STILL: f32 = 1.0;
/// The shorter memory's opinion at which there is no doubt.
const SURE: f32 = 4.0;
/// The loudness that counts as silence, and hops of silence after which the pulse is over.
const SILENCE: f32 = 0.15;
const PAUSE: u32 = 120;

/// A hop this likely as a beat is an onset. What has had none for so many beats, and is so much quieter than it was (the
/// loudness it was falls that much at each hop), rings out.
const ONSET: f32 = 2.5;
const BEATS_WITHOUT: f32 = 1.4;
const QUIETER: f32 = 0.15;
const FADE: f32 = 0.0005;

/// How far the pulse is believed.
pub(super) struct Doubt {
    opinions: [[f32; RATES.len()]; 2],
    certain: [f32; 2],
    silent: u32,
    believed: bool,
    score: f32,
    /// Hops since the last onset.
    since_onset: u32,
    /// The last beat's length in hops; 0 before any.
    length: f32,
    /// How loud it was.
    loud: f32,
    rings_out: bool,
    /// Log odds of a pulse, as they were sensed of late.
    sensed: f32,
}

impl Doubt {
    pub fn new() -> Self {
        Self {
            opinions: [[0.0; RATES.len()]; 2],
            certain: [0.0; 2],
            silent: 0,
            believed: false,
            score: 0.0,
            since_onset: 0,
            length: 0.0,
            loud: 0.0,
            rings_out: false,
            sensed: 0.0,
        }
    }

    /// Hears a hop: its likelihood as a beat, the pulse's evidence, the loudness, and the odds of the beat that was
    /// found, if one was, with its length; how well beats of that length repeat, in how large a share of a whole stretch; and
    /// the log odds of a pulse, as they are sensed.
    pub fn hear(
        &mut self,
        gain: f32,
        evidence: f32,
        loudness: f32,
        beat: Option<(f32, f32)>,
        (repeats, share): (f32, f32),
        pulse: f32,
    ) {
        let mut scores = [0.0; 2];
        for (memory, score) in scores.iter_mut().enumerate() {
            let hops = MEMORIES[memory];
            let keep = (-1.0 / hops).exp();
            let mut least = f32::MAX;
            for (opinion, rate) in self.opinions[memory].iter_mut().zip(RATES) {
                let more = evidence - (1.0 - rate + rate * gain).ln();
                *opinion = (*opinion * keep + more).max(-LOWEST * hops / 100.0);
                least = least.min(*opinion);
            }
            self.certain[memory] *= keep;
            if let Some((odds, length)) = beat {
                self.certain[memory] += odds * length;
            }
            *score = least * 100.0 / hops + CERTAINTY * (self.certain[memory] / hops - USUAL);
        }
        self.since_onset = if gain > ONSET { 0 } else { self.since_onset + 1 };
        self.length = beat.map_or(self.length, |(_, length)| length);
        self.loud = loudness.max(self.loud - FADE);
        self.rings_out = self.length > 0.0
            && self.since_onset as f32 > BEATS_WITHOUT * self.length
            && loudness < self.loud - QUIETER;
        self.sensed += (pulse - self.sensed) / SENSED_HOPS;
        self.silent = if loudness < SILENCE { self.silent + 1 } else { 0 };
        if self.silent >= PAUSE {
            *self = Self {
                silent: self.silent,
                ..Self::new()
            };
        } else if self.believed {
            self.believed = scores[0] > DOUBTED || repeats > REPEATS_STILL || self.sensed > SENSED_STILL;
        } else {
            let brief = BRIEF.into_iter().find(|(most, ..)| share < *most);
            let (enough, not_against) = brief.map_or((REPEATS, NOT_AGAINST), |(_, enough, against)| (enough, against));
            let repeating = repeats > enough && scores[0] > not_against;
            let sensed = self.sensed > SENSED && scores[0] > SENSED_AGAINST && self.sensed + scores[0] > SENSED_BOTH;
            self.believed = sensed || repeating || scores[0] > BELIEVED[0] || scores[1] > BELIEVED[1];
        }
        self.score = scores[0];
    }

    /// 0 (there is no pulse, or what sounds rings out) to 1.
    pub fn confidence(&self) -> f32 {
        if self.believed && !self.rings_out {
            ((self.score - DOUBTED) / (SURE - DOUBTED)).clamp(0.05, 1.0)
        } else {
            0.0
        }
    }

    /// Whether the music has stopped.
    pub fn over(&self) -> bool {
        self.silent >= PAUSE
    }
}
