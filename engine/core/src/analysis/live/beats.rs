//! Which hops are announced as beats, and whether there is a beat at all.

use super::super::{
    Beat, HOPS_PER_SEC,
    placement::{FOLLOWED, Heard, Line},
    sense::Sensed,
};
use super::{
    LiveBeat,
    bars::Bars,
    clues::Clues,
    doubt::Doubt,
    felt::Felt,
    pulse::{Outlook, Pulse},
    recent::Recent,
};
use crate::time::{SamplePos, SampleRate};

/// Hops to each side of a beat over which its odds are summed.
const REACH: usize = 3;
/// Hops ahead of the judged one that are announced: their sound is heard, if not judged.
const AHEAD: i64 = 1;
/// How late a hop is judged, at most, in hops.
const LATENCY_HOPS: f64 = 5.0;
/// Hops up to the judged one in which a downbeat is looked for.
const RECENT: usize = 7;
/// How much likelier beats are among hops that could be one than among all.
const RARITY: f32 = 7.0;
/// The least odds at which a beat is announced.
const CERTAIN_ENOUGH: f32 = 0.35;
/// The shortest time from one announced beat to the next, as a share of a beat and in hops.
const SHORTEST_STEP: f32 = 0.55;
const SHORTEST_GAP: f32 = 19.0;
/// After so many beats without an announced one the bar is forgotten.
const MOST_MISSED: u32 = 8;
/// The log odds that the network of the looks gives a downbeat, against those of other beats, lie around the first below 0;
/// those of what is sensed around the second. How much the latter count.
const DOWNBEATS: (f32, f32) = (2.0, 1.5);
const SENSED_DOWNBEAT: f32 = 0.6;
/// How much of the odds of a beat is sensed: before much was heard, and when a whole stretch was.
const SENSED: (f32, f32) = (0.8, 0.2);
/// A pulse that is believed is never less sure of its level and phase than this.
const LEAST_SURE: f32 = 0.05;
/// How much of what is known of level and phase comes from the last beat, and the rest from those before.
const NEWEST: f32 = 0.2;
/// Beats on whose line the next ones are expected, how many there must be, and how far one may be off the tempo, in hops.
const ROW: usize = 8;
const FEWEST: usize = 4;
const STEADY: f64 = 2.5;
/// How far before and after the hop that is announced a beat may be placed, in hops: it is never told later than that.
const PLACED: (f64, f64) = (1.4, 2.5);

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
    /// What spoke for a downbeat at the last hops.
    downbeats: [f32; RECENT],
    /// The last beats that kept time, in hops.
    row: Row,
    beats_per_bar: u32,
    doubt: Doubt,
    /// The posterior of the level and phase that are followed, over the last beats; none before any.
    sure: Option<f32>,
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
            downbeats: [f32::MIN; RECENT],
            row: Row::default(),
            beats_per_bar: 4,
            doubt: Doubt::new(),
            sure: None,
        }
    }

    /// Judges the next hop, which is as loud as that; a beat, if one is due.
    pub fn hear(
        &mut self,
        clues: &Clues,
        sensed: Option<&Sensed>,
        felt: &Felt,
        loudness: f32,
        recent: &Recent,
    ) -> Option<Beat> {
        self.hop += 1;
        self.downbeats.rotate_left(1);
        self.downbeats[RECENT - 1] = sensed.map_or(clues.downbeat, |sensed| {
            SENSED_DOWNBEAT * (sensed.downbeat + DOWNBEATS.1) + (1.0 - SENSED_DOWNBEAT) * (clues.downbeat + DOWNBEATS.0)
        });
        let odds = sensed.map_or(clues.odds, |sensed| {
            let known = felt.known().powi(3);
            let share = SENSED.0 + (SENSED.1 - SENSED.0) * known;
            share * sensed.beat + (1.0 - share) * clues.odds
        });
        let gain = RARITY * odds.clamp(-9.0, 9.0).exp();
        if let Some((levels, trust)) = felt.fresh_levels() {
            self.pulse.feel(levels, trust);
        }
        let (ago, foot) = felt.late_foot();
        self.pulse.learn(ago - 1, foot);
        self.pulse.step(gain);
        let due = self.due();
        let found = due.map(|_| (around(&self.pulse.outlook, AHEAD), self.period));
        let repeats = felt.repeats(self.period);
        let pulse = sensed.map_or(0.0, |sensed| sensed.pulse);
        self.doubt
            .hear(gain, self.pulse.evidence, loudness, found, repeats, pulse);
        if self.doubt.over() {
            // What comes after a pause begins anew.
            (self.last, self.beat, self.bars) = (None, None, Bars::new());
            (self.row, self.sure) = (Row::default(), None);
        }
        let due = due?;
        // Beats that were not sure enough to be announced count in the bar all the same.
        let beats = self
            .last
            .map_or(0, |last| ((due - last) as f32 / self.period).round() as u32);
        if beats > MOST_MISSED {
            self.bars = Bars::new();
        }
        let (mut place, mut per_bar) = (1, 4);
        for _ in 0..beats.min(MOST_MISSED) {
            (place, per_bar) = self.bars.next();
        }
        self.last = Some(due);
        let exact = self.place(due, recent);
        let sure = self.pulse.sure(AHEAD, REACH, self.period);
        self.sure = Some(self.sure.map_or(sure, |before| before + NEWEST * (sure - before)));
        self.bars.learn(self.downbeats.iter().copied().fold(f32::MIN, f32::max));
        self.beats_per_bar = per_bar;
        let at = SamplePos((exact.max(0.0) * self.samples_per_hop).round() as u64);
        let beat = Beat { at, in_bar: place };
        (self.doubt.confidence() > 0.0).then(|| *self.beat.insert(beat))
    }

    /// Where the beat of a hop is, by its attack and by the beats before it, in hops.
    fn place(&mut self, due: i64, recent: &Recent) -> f64 {
        let due = due as f64;
        let within = |place: &f64| (due - PLACED.0..=due + PLACED.1).contains(place);
        let attack = |hop| recent.at(hop);
        let line = self
            .row
            .line()
            .map(|line| (line.at(self.row.count as f64), line.spread));
        let (heard, place) = match line.filter(|(expected, _)| within(expected)) {
            Some((expected, spread)) => {
                let heard = Heard::near(attack, expected, spread.clamp(Heard::SURE, FOLLOWED));
                (heard, heard.on(expected, spread))
            }
            None => {
                let heard = Heard::of_followed(attack, due);
                (heard, heard.at)
            }
        };
        self.row.push(heard, f64::from(self.period));
        if within(&place) { place } else { due }
    }

    /// The hop of a beat that must be announced now.
    fn due(&mut self) -> Option<i64> {
        let outlook = &self.pulse.outlook;
        let target = self.hop + AHEAD;
        let here = around(outlook, AHEAD);
        let wait = (SHORTEST_STEP * self.period).max(SHORTEST_GAP);
        let early = self.last.is_some_and(|last| ((target - last) as f32) < wait);
        if early || here < CERTAIN_ENOUGH {
            return None;
        }
        // Not while a likelier hop is coming.
        if around(outlook, AHEAD + 1) > here || (2..=8).any(|d| around(outlook, AHEAD + d) > here * 1.1) {
            return None;
        }
        self.period = self.pulse.length_around(AHEAD, REACH);
        Some(target)
    }

    /// The beat as it is known, `heard` samples after the beginning.
    pub fn state(&self, heard: u64) -> LiveBeat {
        let none = LiveBeat {
            beats_per_bar: 4,
            heard,
            ..LiveBeat::default()
        };
        let Some(last) = self.beat.filter(|_| self.doubt.confidence() > 0.0) else {
            return none;
        };
        let (from, period) = match self.row.line() {
            Some(line) => {
                let from = line.at((self.row.count - 1) as f64);
                (from * self.samples_per_hop, line.length * self.samples_per_hop)
            }
            None => (last.at.0 as f64, f64::from(self.period) * self.samples_per_hop),
        };
        // A beat that was not sure enough to be announced is not expected any more.
        let lag = LATENCY_HOPS * self.samples_per_hop;
        let passed = ((heard as f64 - lag - last.at.0 as f64) / period).floor().max(0.0);
        let next = [1.0, 2.0, 3.0, 4.0].map(|ahead| {
            let beats = passed + ahead;
            Some(Beat {
                at: SamplePos((from + beats * period).round() as u64),
                in_bar: (last.in_bar - 1 + beats as u32) % self.beats_per_bar + 1,
            })
        });
        LiveBeat {
            last: Some(last),
            next,
            period,
            bpm: 60.0 * f64::from(HOPS_PER_SEC) * self.samples_per_hop / period,
            beats_per_bar: self.beats_per_bar,
            confidence: self.doubt.confidence() * self.sure.unwrap_or(0.0).max(LEAST_SURE),
            heard,
        }
    }
}

/// The last beats, as long as they keep time: what comes next lies on their line more exactly than on a whole hop.
#[derive(Default)]
struct Row {
    places: [Heard; ROW],
    count: usize,
}

impl Row {
    /// The next beat, about `length` after the one before.
    fn push(&mut self, place: Heard, length: f64) {
        let steady = self.count > 0 && (place.at - self.places[ROW - 1].at - length).abs() <= STEADY;
        self.count = if steady { (self.count + 1).min(ROW) } else { 1 };
        self.places.rotate_left(1);
        self.places[ROW - 1] = place;
    }

    /// The line of its beats, the first of which is number 0. Nothing after a few beats.
    fn line(&self) -> Option<Line> {
        if self.count < FEWEST {
            return None;
        }
        Line::through(&self.places[ROW - self.count..])
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
