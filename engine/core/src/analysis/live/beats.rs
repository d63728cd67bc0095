//! Which hops are announced as beats, and whether there is a beat at all.

use super::super::{
    Beat, HOPS_PER_SEC,
    beat_features::BeatFeatures,
    beat_model::RARITY,
    beat_tcn::BeatTcnOutput,
    placement::{BeatRegression, BeatTime, DECODED_SPREAD},
};
use super::{
    LiveBeat,
    downbeat::DownbeatFilter,
    forward_filter::{BeatFilter, BeatPosterior},
    pulse_detection::{PulseDetector, PulseObservation},
    recent_attacks::RecentAttacks,
    tactus::TactusEstimator,
};
use crate::time::{SamplePos, SampleRate};

/// Hops to each side of a beat over which its probability is summed.
const REACH: usize = 3;
/// Hops ahead of the analysed one that are announced: their samples are there, if not their features.
const AHEAD: i64 = 1;
/// How late a hop is analysed, at most, in hops.
const LATENCY_HOPS: f64 = 5.0;
/// Hops up to the analysed one in which a downbeat is looked for.
const RECENT: usize = 7;
/// The least probability at which a beat is announced.
const MIN_PROBABILITY: f32 = 0.35;
/// The shortest time from one announced beat to the next, as a share of the period and in hops.
const MIN_GAP_SHARE: f32 = 0.55;
const MIN_GAP: f32 = 19.0;
/// After so many beats without an announced one the bar is forgotten.
const MAX_MISSED: u32 = 8;
/// `BeatNet`'s log odds of a downbeat, against those of other beats, lie around the first below 0; those of the TCN around
/// the second. The share of the latter.
const DOWNBEAT_OFFSETS: (f32, f32) = (2.0, 1.5);
const TCN_DOWNBEAT_SHARE: f32 = 0.6;
/// The share of the TCN in the log odds of a beat: at first, and when a whole stretch is known.
const TCN_SHARE: (f32, f32) = (0.8, 0.2);
/// The least posterior of level and phase while there is a pulse.
const MIN_CERTAINTY: f32 = 0.05;
/// The smoothing of the posterior of level and phase: the share of the last beat.
const CERTAINTY_SMOOTHING: f32 = 0.2;
/// Beats on whose line the next ones are expected, how many there must be, and how far one may be off the tempo, in hops.
const MAX_BEATS: usize = 8;
const FEWEST: usize = 4;
const STEADY: f64 = 2.5;
/// How far before and after the hop that is announced a beat may be placed, in hops: it is never announced later than that.
const PLACED: (f64, f64) = (1.4, 2.5);

/// Announces beats.
pub(super) struct BeatAnnouncer {
    samples_per_hop: f64,
    filter: BeatFilter,
    bars: DownbeatFilter,
    /// The hop that was analysed last, from 0.
    hop: i64,
    /// The last announced beat, in hops.
    last: Option<i64>,
    beat: Option<Beat>,
    /// Beat period in hops; 0 before any beat.
    period: f32,
    /// Log odds of a downbeat at the last hops.
    downbeats: [f32; RECENT],
    /// The last beats that kept time, in hops.
    steady: SteadyBeats,
    beats_per_bar: u32,
    pulse: PulseDetector,
    /// The posterior of the level and phase that are followed, over the last beats; none before any.
    certainty: Option<f32>,
}

impl BeatAnnouncer {
    pub fn new(rate: SampleRate) -> Self {
        Self {
            samples_per_hop: f64::from(rate.hz()) / f64::from(HOPS_PER_SEC),
            filter: BeatFilter::new(),
            bars: DownbeatFilter::new(),
            hop: -1,
            last: None,
            beat: None,
            period: 0.0,
            downbeats: [f32::MIN; RECENT],
            steady: SteadyBeats::default(),
            beats_per_bar: 4,
            pulse: PulseDetector::new(),
            certainty: None,
        }
    }

    /// Takes the next hop, given its loudness (0 to 1); a beat, if one is due.
    pub fn push(
        &mut self,
        features: &BeatFeatures,
        tcn: Option<&BeatTcnOutput>,
        tactus: &TactusEstimator,
        loudness: f32,
        attacks: &RecentAttacks,
    ) -> Option<Beat> {
        self.hop += 1;
        self.downbeats.rotate_left(1);
        self.downbeats[RECENT - 1] = tcn.map_or(features.downbeat_log_odds, |tcn| {
            TCN_DOWNBEAT_SHARE * (tcn.downbeat + DOWNBEAT_OFFSETS.1)
                + (1.0 - TCN_DOWNBEAT_SHARE) * (features.downbeat_log_odds + DOWNBEAT_OFFSETS.0)
        });
        let odds = features.causal_log_odds();
        let odds = tcn.map_or(odds, |tcn| {
            let known = tactus.known().powi(3);
            let share = TCN_SHARE.0 + (TCN_SHARE.1 - TCN_SHARE.0) * known;
            share * tcn.beat + (1.0 - share) * odds
        });
        let ratio = RARITY * odds.clamp(-9.0, 9.0).exp();
        if let Some((likelihood, trust)) = tactus.fresh_likelihood() {
            self.filter.set_tempo_likelihood(likelihood, trust);
        }
        let (ago, phase) = tactus.late_phase();
        self.filter.observe_phase(ago - 1, phase);
        self.filter.step(ratio);
        let due = self.due();
        self.pulse.push(PulseObservation {
            ratio,
            evidence: self.filter.evidence,
            loudness,
            beat: due.map(|_| (around(&self.filter.posterior, AHEAD), self.period)),
            periodicity: tactus.periodicity(self.period),
            share: tactus.known(),
            tcn: tcn.map_or(0.0, |tcn| tcn.pulse),
        });
        if self.pulse.over() {
            // What comes after a pause begins anew.
            (self.last, self.beat, self.bars) = (None, None, DownbeatFilter::new());
            (self.steady, self.certainty) = (SteadyBeats::default(), None);
        }
        let due = due?;
        // Beats whose probability was too small to be announced count in the bar all the same.
        let beats = self
            .last
            .map_or(0, |last| ((due - last) as f32 / self.period).round() as u32);
        if beats > MAX_MISSED {
            self.bars = DownbeatFilter::new();
        }
        let (mut place, mut per_bar) = (1, 4);
        for _ in 0..beats.min(MAX_MISSED) {
            (place, per_bar) = self.bars.next();
        }
        self.last = Some(due);
        let exact = self.place(due, attacks);
        let certainty = self.filter.certainty(AHEAD, REACH, self.period);
        self.certainty = Some(
            self.certainty
                .map_or(certainty, |before| before + CERTAINTY_SMOOTHING * (certainty - before)),
        );
        self.bars
            .observe(self.downbeats.iter().copied().fold(f32::MIN, f32::max));
        self.beats_per_bar = per_bar;
        let at = SamplePos((exact.max(0.0) * self.samples_per_hop).round() as u64);
        let beat = Beat { at, in_bar: place };
        (self.pulse.confidence() > 0.0).then(|| *self.beat.insert(beat))
    }

    /// Where the beat of a hop is, by its attack and by the beats before it, in hops.
    fn place(&mut self, due: i64, attacks: &RecentAttacks) -> f64 {
        let due = due as f64;
        let within = |place: &f64| (due - PLACED.0..=due + PLACED.1).contains(place);
        let attack = |hop| attacks.at(hop);
        let line = self
            .steady
            .line()
            .map(|line| (line.at(self.steady.count as f64), line.spread));
        let (time, place) = match line.filter(|(expected, _)| within(expected)) {
            Some((expected, spread)) => {
                let time = BeatTime::near(attack, expected, spread.clamp(BeatTime::SURE, DECODED_SPREAD));
                (time, time.on(expected, spread))
            }
            None => {
                let time = BeatTime::of_decoded(attack, due);
                (time, time.at)
            }
        };
        self.steady.push(time, f64::from(self.period));
        if within(&place) { place } else { due }
    }

    /// The hop of a beat that must be announced now.
    fn due(&mut self) -> Option<i64> {
        let posterior = &self.filter.posterior;
        let target = self.hop + AHEAD;
        let here = around(posterior, AHEAD);
        let wait = (MIN_GAP_SHARE * self.period).max(MIN_GAP);
        let early = self.last.is_some_and(|last| ((target - last) as f32) < wait);
        if early || here < MIN_PROBABILITY {
            return None;
        }
        // Not while a likelier hop is coming.
        if around(posterior, AHEAD + 1) > here || (2..=8).any(|d| around(posterior, AHEAD + d) > here * 1.1) {
            return None;
        }
        self.period = self.filter.period_around(AHEAD, REACH);
        Some(target)
    }

    /// The beat as it is known, `heard` samples after the beginning.
    pub fn state(&self, heard: u64) -> LiveBeat {
        let none = LiveBeat {
            beats_per_bar: 4,
            heard,
            ..LiveBeat::default()
        };
        let Some(last) = self.beat.filter(|_| self.pulse.confidence() > 0.0) else {
            return none;
        };
        let (from, period) = match self.steady.line() {
            Some(line) => {
                let from = line.at((self.steady.count - 1) as f64);
                (from * self.samples_per_hop, line.length * self.samples_per_hop)
            }
            None => (last.at.0 as f64, f64::from(self.period) * self.samples_per_hop),
        };
        // A beat whose probability was too small to be announced is not expected any more.
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
            confidence: self.pulse.confidence() * self.certainty.unwrap_or(0.0).max(MIN_CERTAINTY),
            heard,
        }
    }
}

/// The last beats, as long as they keep time: what comes next lies on their line more exactly than on a whole hop.
#[derive(Default)]
struct SteadyBeats {
    times: [BeatTime; MAX_BEATS],
    count: usize,
}

impl SteadyBeats {
    /// The next beat, about `period` after the one before.
    fn push(&mut self, time: BeatTime, period: f64) {
        let steady = self.count > 0 && (time.at - self.times[MAX_BEATS - 1].at - period).abs() <= STEADY;
        self.count = if steady { (self.count + 1).min(MAX_BEATS) } else { 1 };
        self.times.rotate_left(1);
        self.times[MAX_BEATS - 1] = time;
    }

    /// The line of its beats, the first of which is number 0. Nothing after a few beats.
    fn line(&self) -> Option<BeatRegression> {
        if self.count < FEWEST {
            return None;
        }
        BeatRegression::through(&self.times[MAX_BEATS - self.count..])
    }
}

/// The probability of a beat within [`REACH`] hops of the hop `ahead` of the last one.
fn around(posterior: &BeatPosterior, ahead: i64) -> f32 {
    let at = |d: i64| match usize::try_from(d) {
        Ok(0) => posterior.past[0],
        Ok(d) => posterior.next.get(d).copied().unwrap_or(0.0),
        Err(_) => posterior.past.get(d.unsigned_abs() as usize).copied().unwrap_or(0.0),
    };
    (ahead - REACH as i64..=ahead + REACH as i64).map(at).sum()
}
