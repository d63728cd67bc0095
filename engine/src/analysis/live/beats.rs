//! Which hops are announced as beats, and whether there is a beat at all.

use super::{
    super::{Beat, HOPS_PER_SEC},
    LiveBeat,
    bars::Bars,
    clues::{CLUES, Clues},
    pulse::{LONGEST, Outlook, Pulse, SHORTEST, par},
};
use crate::time::{SamplePos, SampleRate};

/// Hops to each side of a beat over which its odds are summed.
const REACH: usize = 3;
/// Hops ahead of the judged one that are announced: their sound is heard, if not judged.
const AHEAD: i64 = 1;

/// Announces beats.
pub(super) struct Beats {
    samples_per_hop: f64,
    pulse: Pulse,
    bars: Bars,
    /// The hop that was judged last, from 0.
    hop: i64,
    /// The last announced beat, in hops.
    last: Option<i64>,
    beat: Option<Beat>,
    /// Samples heard from beat to beat, in hops.
    period: f32,
    recent: [Clues; 16],
    beats_per_bar: u32,
    next_place: u32,
    confidence: f32,
    belief: f32,
    nulls: [f32; 3],
    strength: f32,
}

impl Beats {
    pub fn new(rate: SampleRate) -> Self {
        Self {
            samples_per_hop: f64::from(rate.hz()) / f64::from(HOPS_PER_SEC),
            pulse: Pulse::new(),
            bars: Bars::new(),
            hop: -1,
            last: None,
            beat: None,
            period: 0.0,
            recent: [Clues {
                all: [0.0; CLUES],
                odds: -9.0,
            }; 16],
            beats_per_bar: 4,
            next_place: 1,
            confidence: 0.0,
            belief: 0.0,
            nulls: [0.0; 3],
            strength: 0.0,
        }
    }

    /// Judges the next hop; a beat, if one is due.
    pub fn hear(&mut self, clues: &Clues, loudness: f32) -> Option<Beat> {
        self.hop += 1;
        self.recent.rotate_left(1);
        self.recent[15] = *clues;
        let gain = (clues.odds * par("SHARP", 1.0)).clamp(-9.0, 9.0).exp() * par("RARITY", 7.0);
        self.pulse.step(gain);
        self.believe(gain, loudness);
        let due = self.due()?;
        let first = self.last.is_none();
        let gap = self.last.map_or(0, |last| due - last);
        self.last = Some(due);
        let (place, per_bar) = if first {
            (1, 4)
        } else {
            if gap > 2 * LONGEST as i64 {
                self.bars = Bars::new();
            }
            self.bars.next()
        };
        let near = &self.recent[9..];
        let downbeat = near.iter().map(|c| c.all[2]).fold(f32::MIN, f32::max) + par("DOWN", 2.0);
        self.bars.learn(downbeat);
        self.beats_per_bar = per_bar;
        let at = SamplePos((due.max(0) as f64 * self.samples_per_hop).round() as u64);
        let beat = Beat { at, in_bar: place };
        self.next_place = place % per_bar + 1;
        if self.confidence <= 0.0 {
            return None;
        }
        self.beat = Some(beat);
        Some(beat)
    }

    /// The hop of a beat that must be announced now.
    fn due(&mut self) -> Option<i64> {
        let outlook = &self.pulse.outlook;
        let gap = self.last.map_or(i64::MIN, |last| {
            last + (par("GAP", 0.55) * self.period).max(0.8 * SHORTEST as f32) as i64
        });
        let target = self.hop + AHEAD;
        let here = around(outlook, AHEAD);
        if target < gap || here < par("THETA", 0.35) {
            return None;
        }
        // Not while a likelier hop is coming; the one before must not be left out either.
        if around(outlook, AHEAD + 1) > here || (2..=8).any(|d| around(outlook, AHEAD + d) > here * 1.1) {
            return None;
        }
        self.period = self.pulse.length_around(AHEAD, REACH);
        Some(target)
    }

    fn believe(&mut self, gain: f32, loudness: f32) {
        let keep = (-1.0 / par("MEMORY", 300.0)).exp();
        let evidence = self.pulse.evidence;
        self.belief = self.belief * keep + evidence;
        for (null, rate) in self.nulls.iter_mut().zip([0.01, 0.02, 0.04]) {
            *null = *null * keep + (1.0 - rate + rate * gain).ln();
        }
        let null = self.nulls.iter().copied().fold(0.0, f32::max);
        let info = (self.belief - null) * (1.0 - keep) * 100.0;
        self.strength = info;
        let _ = loudness;
        self.confidence = ((info - par("SURE0", 0.0)) / par("SURE1", 2.0)).clamp(0.0, 1.0);
    }

    pub fn state(&self) -> LiveBeat {
        let none = LiveBeat {
            beats_per_bar: 4,
            ..LiveBeat::default()
        };
        let Some(last) = self.beat.filter(|_| self.confidence > 0.0) else {
            return none;
        };
        let period = f64::from(self.period) * self.samples_per_hop;
        let mut place = last.in_bar;
        let next = [1.0, 2.0, 3.0, 4.0].map(|k| {
            place = place % self.beats_per_bar + 1;
            Some(Beat {
                at: SamplePos((last.at.0 as f64 + k * period).round() as u64),
                in_bar: place,
            })
        });
        LiveBeat {
            last: Some(last),
            next,
            period,
            bpm: 60.0 * f64::from(HOPS_PER_SEC) / f64::from(self.period),
            beats_per_bar: self.beats_per_bar,
            confidence: self.confidence,
            heard: 0,
        }
    }
}

/// The odds of a beat within [`REACH`] hops of the hop `ahead` of the last one.
fn around(outlook: &Outlook, ahead: i64) -> f32 {
    let at = |d: i64| match usize::try_from(d) {
        Ok(0) => outlook.past[0],
        Ok(d) => outlook.next.get(d).copied().unwrap_or(0.0),
        Err(_) => outlook.past.get(d.unsigned_abs() as usize).copied().unwrap_or(0.0),
    };
    (ahead - REACH as i64..=ahead + REACH as i64).map(at).sum()
}
