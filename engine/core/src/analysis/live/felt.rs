//! Which tempo is felt, and which foot, judged from the last while: what is known of a moment only when it has passed.

use std::collections::VecDeque;

use super::super::{
    activation::{CLUES, FOOT, FOOT_GAIN, FOOT_MOST, LIKELY},
    analyzer::HOPS_PER_TONES,
    harmony,
    level::{COUNT, Judge, SHORTEST},
    network::sigmoid,
    sense::LATE,
    stft::Tones,
};
use super::clues::{self, Clues};

/// Hops after which all is known of a hop, its change of harmony too.
pub(super) const DELAY: usize = LATE;
/// Hops by which the notes' window is centred before the hop at which it is complete.
const TONES_BEHIND: usize = 6;
/// Looks at the notes that are remembered.
const LOOKS: usize = 2 * harmony::REACH + 1;
/// Hops that are judged at once: fewer than in a whole song, so that a change is heard soon.
const STRETCH: usize = 750;
/// Hops from one judgement to the next.
const STEP: usize = 25;
/// How much of the loudest notes is forgotten at each look: half in 30 s.
const FORGET: f32 = 0.9991;
/// Hops around a beat in which its clues are looked for.
const REACH: usize = 2;
/// How much the foot counts against what it does in a whole song.
const FOOT_SHARE: f32 = 0.5;
/// Likely hops over which their usual foot is remembered.
const USUAL_FOOT: f32 = 100.0;

/// What was heard of late.
pub(super) struct Felt {
    judge: Judge,
    /// The clues of the last hops, the changes of harmony zero until they are known, and the probability of a beat.
    clues: VecDeque<[f32; CLUES]>,
    beat: VecDeque<f32>,
    tones: VecDeque<Tones>,
    /// The loudest notes: in the bass, and over all.
    loud: [f32; 2],
    /// The last changes of harmony: in the bass, and over all.
    change: [f32; 2],
    foot_sum: f32,
    foot_count: f32,
    hops: usize,
    /// The odds of each length as they were judged last, and whether they are to be told now.
    levels: Option<[f32; COUNT]>,
    fresh: bool,
    /// How much of a whole stretch was heard, 1 at most.
    known: f32,
    /// How well beats repeat at each length.
    repeats: [f32; COUNT],
    /// What speaks for a beat [`DELAY`] and two hops ago against a half-beat, as a logarithm.
    foot: f32,
}

impl Felt {
    pub fn new() -> Self {
        Self {
            judge: Judge::new(),
            clues: VecDeque::new(),
            beat: VecDeque::new(),
            tones: VecDeque::new(),
            loud: [0.0; 2],
            change: [0.0; 2],
            foot_sum: 0.0,
            foot_count: 0.0,
            hops: 0,
            levels: None,
            fresh: false,
            known: 0.0,
            repeats: [0.0; COUNT],
            foot: 0.0,
        }
    }

    /// Hears the notes, every [`HOPS_PER_TONES`] hops, before the hop at which their window is complete.
    pub fn hear_tones(&mut self, tones: Tones) {
        if self.tones.len() == LOOKS {
            self.tones.pop_front();
        }
        self.loud[0] = (self.loud[0] * FORGET).max(harmony::norm(&tones.bass));
        self.loud[1] = (self.loud[1] * FORGET).max(harmony::norm(&tones.all));
        self.tones.push_back(tones);
        if self.tones.len() == LOOKS {
            let all = self.tones.make_contiguous();
            let (before, after) = (&all[..harmony::REACH], &all[harmony::REACH + 1..]);
            self.change = [
                harmony::change(before, after, |tones| &tones.bass, self.loud[0]),
                harmony::change(before, after, |tones| &tones.all, self.loud[1]),
            ];
        }
    }

    /// The clues of the last changes of harmony that are known: in the bass, and over all.
    pub fn change(&self) -> [f32; 2] {
        self.change.map(harmony::clue)
    }

    /// Hears a hop.
    pub fn hear(&mut self, now: &Clues) {
        const { assert!(DELAY + HOPS_PER_TONES > HOPS_PER_TONES * harmony::REACH + TONES_BEHIND) };
        let mut clues = [0.0; CLUES];
        clues[..clues::CLUES].copy_from_slice(&now.all);
        if self.clues.len() == STRETCH + DELAY {
            self.clues.pop_front();
            self.beat.pop_front();
        }
        self.clues.push_back(clues);
        self.beat.push_back(sigmoid(now.odds));
        self.hops += 1;
        self.foot = 0.0;
        self.fresh = false;
        let Some(whole) = self.clues.len().checked_sub(DELAY) else {
            return;
        };
        let change = self.change();
        if let Some(clues) = whole.checked_sub(1).and_then(|at| self.clues.get_mut(at)) {
            for (clue, change) in clues[clues::CLUES..].iter_mut().zip(change) {
                *clue = change;
            }
        }
        self.foot = self.foot(whole);
        if self.hops.is_multiple_of(STEP) && whole >= Judge::SHORTEST {
            let from = whole.saturating_sub(STRETCH);
            let clues = &self.clues.make_contiguous()[from..whole];
            let (levels, repeats) = self.judge.judge(clues, &self.beat.make_contiguous()[from..whole]);
            self.levels = Some(levels);
            self.repeats = repeats;
            self.fresh = true;
            self.known = whole.min(STRETCH) as f32 / STRETCH as f32;
        }
    }

    /// What speaks for a beat in the middle of the last whole hops.
    fn foot(&mut self, whole: usize) -> f32 {
        let Some(at) = whole.checked_sub(1 + REACH).filter(|at| *at >= REACH) else {
            return 0.0;
        };
        if self.beat[at] <= LIKELY {
            return 0.0;
        }
        let says = |clues: &[f32; CLUES]| clues.iter().zip(&FOOT).map(|(clue, weight)| clue * weight).sum::<f32>();
        let near = self
            .clues
            .range(at - REACH..=at + REACH)
            .map(says)
            .fold(f32::MIN, f32::max);
        self.foot_count = (self.foot_count + 1.0).min(USUAL_FOOT);
        self.foot_sum += (near - self.foot_sum) / self.foot_count;
        FOOT_SHARE * FOOT_GAIN * (near - self.foot_sum).clamp(-FOOT_MOST, FOOT_MOST)
    }

    /// The log odds of each length against the likeliest, where they are told anew with this hop; and how far they can
    /// be trusted, 0 to 1: a short stretch often says the wrong tempo.
    pub fn fresh_levels(&self) -> Option<(&[f32; COUNT], f32)> {
        self.levels
            .as_ref()
            .filter(|_| self.fresh)
            .map(|levels| (levels, self.known))
    }

    /// How much of a whole stretch was heard when the tempo was judged last, 0 to 1.
    pub fn known(&self) -> f32 {
        self.known
    }

    /// How well beats of about `length` hops repeat, -1 to 1, and in how large a share of a whole stretch.
    pub fn repeats(&self, length: f32) -> (f32, f32) {
        let k = (length.round() as usize).clamp(SHORTEST, SHORTEST + COUNT - 1) - SHORTEST;
        let near = k.saturating_sub(1)..(k + 2).min(COUNT);
        let most = self.repeats[near].iter().copied().fold(f32::MIN, f32::max);
        (most, self.known)
    }

    /// What speaks for a beat, as a logarithm, so many hops before the last one.
    pub fn late_foot(&self) -> (usize, f32) {
        (DELAY + REACH, self.foot)
    }
}
