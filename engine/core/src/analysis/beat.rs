//! A song's beat grid: the likeliest beats where there is a pulse, placed between hops, with their bars.

use super::{
    Beat, BeatGrid, HOPS_PER_SEC, Hints,
    activation::Activation,
    beat_confidence::{self, BeatConfidence},
    beat_extent::{ConfirmedBeats, before_first_onset},
    beat_viterbi,
    constant_tempo::align_to_constant_tempo,
    downbeat, extent,
    numeric::sigmoid,
    onset::{Onsets, RANGE_DB},
    placement,
    reading::{self, Described, Reading},
    recording::{LEAD, Recording},
    tempo_octave::TempoLikelihood,
};
use crate::{error::Result, time::SamplePos};

/// Hops of the stretch in which the TCN finds the clearest pulse.
const CLEAREST: usize = 1_000;
/// A beat without an onset is confirmed where the TCN's log odds of a pulse, there and so many hops later, are above this.
const PULSE_LOG_ODDS: f32 = 4.0;
const LATER: usize = 300;
/// Hops around a beat in which its onset is looked for.
const REACH: usize = 3;
/// Hops before the song in which a beat may lie whose attack is cut off by the song's first sample.
const CUT_OFF: f64 = 3.0;

/// Tracks the song's beats; none where there is no pulse.
///
/// # Errors
/// [`crate::Error::Asset`] when the built-in network is damaged.
pub(super) fn track(recording: &Recording, onsets: &Onsets, hints: Hints) -> Result<BeatGrid> {
    let activation = Activation::of(recording, onsets)?;
    let Some(TrackedBeats { beats, sure }) = TrackedBeats::of(&activation, hints) else {
        return Ok(BeatGrid::silent(recording.rate));
    };
    let music = extent::music(recording, &activation, &beats);
    let around = |beats: &[usize], music: &[bool]| -> Vec<bool> {
        let pulse = BeatConfidence::of(&activation.beat, beats).here;
        // Soft attacks are no less a pulse where the TCN finds one throughout.
        let steady_pulse = |beat: usize| {
            let stretch = &activation.pulse[beat.min(activation.pulse.len())..];
            stretch
                .iter()
                .step_by(LATER)
                .take(2)
                .all(|pulse| *pulse > PULSE_LOG_ODDS)
        };
        let confirmed = |i: usize| music[i] && (pulse[i] || steady_pulse(beats[i]));
        (0..beats.len()).map(confirmed).collect()
    };
    // A break sounds, and the applause between two songs of one tempo is none.
    let sounds = |hop: usize| {
        let after = beats.partition_point(|beat| *beat < hop).min(beats.len() - 1);
        music[after] && recording.levels[hop].weighted_db > onsets.loud_db - RANGE_DB
    };
    let found = ConfirmedBeats {
        confirmed: around(&beats, &music),
        beats: beats.clone(),
    };
    let found = found.through_breaks(sounds).since_first_onset(&activation.beat);
    let ConfirmedBeats {
        mut beats,
        mut confirmed,
    } = found;
    let mut bars = downbeat::track(&activation, &beats, hints.beats_per_bar);
    if hints == Hints::default()
        && let Some(tactus) = downbeat::compound(&activation, &beats, &bars)
    {
        (beats, bars) = tactus;
        confirmed = around(&beats, &extent::music(recording, &activation, &beats));
    }
    let ConfirmedBeats { beats, confirmed } = ConfirmedBeats { beats, confirmed }.within_onsets(&activation.beat);
    let peaks: Vec<f64> = beats.iter().map(|&beat| peak(beat, &onsets.flux)).collect();
    let places = placement::places(&peaks, &recording.attacks);
    let samples_per_hop = f64::from(recording.rate.hz()) / f64::from(HOPS_PER_SEC);
    let beat = |i: usize| {
        let hop = places[i] - LEAD as f64;
        (confirmed[i] && hop > -CUT_OFF).then(|| Beat {
            at: SamplePos((hop * samples_per_hop).round().max(0.0) as u64),
            in_bar: bars.places[i],
        })
    };
    let mut kept: Vec<Beat> = (0..beats.len()).filter_map(beat).collect();
    kept.retain(|beat| beat.at.0 < recording.len);
    kept.dedup_by_key(|beat| beat.at);
    if kept.is_empty() || places.len() < 2 {
        return Ok(BeatGrid::silent(recording.rate));
    }
    Ok(BeatGrid {
        rate: recording.rate,
        tempo_bpm: 60.0 * f64::from(HOPS_PER_SEC) / median_interval(&places, &confirmed),
        beats: kept,
        beats_per_bar: bars.beats_per_bar,
        confidence: sure,
    })
}

/// The beats that were found.
struct TrackedBeats {
    /// In hops.
    beats: Vec<usize>,
    /// How sure they are, 0 to 1.
    sure: f32,
}

impl TrackedBeats {
    /// The likeliest reading of the likeliest beats; nothing where there is no pulse.
    fn of(activation: &Activation, hints: Hints) -> Option<Self> {
        let searched = BeatSearch::new(activation, hints.bpm);
        let found = |search: &TempoLikelihood| {
            let reading = Reading::among(&searched.readings(search))?;
            let odds = beat_confidence::odds(searched.pulse(&reading.beats)?);
            (odds > 0.0).then(|| Self {
                sure: reading.sure * sigmoid(odds),
                beats: reading.beats,
            })
        };
        // What is no pulse at the likeliest tempo octave may be one at another.
        found(&searched.tempo).or_else(|| found(&TempoLikelihood::none()))
    }
}

/// A song in which beats are searched.
pub(super) struct BeatSearch<'a> {
    activation: &'a Activation,
    /// Probability of a beat of the tactus, for each hop.
    tactus: Vec<f32>,
    /// How likely each tempo is to be that of the tactus.
    pub tempo: TempoLikelihood,
    /// The tempo, where it is known.
    bpm: Option<f64>,
}

impl<'a> BeatSearch<'a> {
    pub fn new(activation: &'a Activation, bpm: Option<f64>) -> Self {
        Self {
            activation,
            tactus: activation.tactus(),
            tempo: TempoLikelihood::of(activation),
            bpm,
        }
    }

    /// The readings of the likeliest beats, near tempi as likely as `search` says.
    pub fn readings(&self, search: &TempoLikelihood) -> Vec<Described> {
        let activation = self.activation;
        let decoded = beat_viterbi::decode(&self.tactus, self.bpm, search);
        let pulsing = BeatConfidence::of(&activation.beat, &decoded).here;
        let mut beats = align_to_constant_tempo(&decoded, &pulsing, &self.tactus).unwrap_or(decoded);
        // The silence before the song says nothing of its pulse.
        beats.drain(..before_first_onset(&beats, &activation.beat));
        match self.bpm {
            Some(_) => reading::at_tempo(activation, &self.tempo, &beats),
            None => reading::all(activation, &self.tempo, &beats),
        }
    }

    /// The numbers by which a pulse at these beats is distinguished from none; nothing where too few pulse.
    pub fn pulse(&self, beats: &[usize]) -> Option<[f32; beat_confidence::FEATURES]> {
        let pulse = &self.activation.pulse;
        let features = BeatConfidence::of(&self.activation.beat, beats).features?;
        Some(features.numbers(mean(&pulse[LEAD..]), clearest(pulse)))
    }
}

fn mean(values: &[f32]) -> f32 {
    values.iter().sum::<f32>() / values.len().max(1) as f32
}

/// The highest mean over [`CLEAREST`] hops, or over all of fewer.
fn clearest(pulse: &[f32]) -> f32 {
    let len = CLEAREST.min(pulse.len()).max(1);
    pulse
        .windows(len)
        .step_by(CLEAREST / 10)
        .map(mean)
        .fold(f32::MIN, f32::max)
}

/// The flux's peak next to a beat, between hops by the parabola through its neighbours; the beat's hop without one.
fn peak(beat: usize, flux: &[f32]) -> f64 {
    let around = beat.saturating_sub(REACH).max(1)..(beat + REACH + 1).min(flux.len().saturating_sub(1));
    let Some(top) = around.max_by(|&a, &b| flux[a].total_cmp(&flux[b])) else {
        return beat as f64;
    };
    let (left, middle, right) = (f64::from(flux[top - 1]), f64::from(flux[top]), f64::from(flux[top + 1]));
    let bend = left - 2.0 * middle + right;
    if middle <= left || middle < right || bend >= 0.0 {
        return beat as f64;
    }
    top as f64 + 0.5 * (left - right) / bend
}

/// The median distance of neighbours that are both confirmed, or of all where none are.
fn median_interval(places: &[f64], confirmed: &[bool]) -> f64 {
    let pairs = places.windows(2).zip(confirmed.windows(2));
    let mut intervals: Vec<(bool, f64)> = pairs
        .map(|(at, confirmed)| (confirmed[0] && confirmed[1], at[1] - at[0]))
        .collect();
    if intervals.iter().any(|(confirmed, _)| *confirmed) {
        intervals.retain(|(confirmed, _)| *confirmed);
    }
    let middle = intervals.len() / 2;
    intervals.select_nth_unstable_by(middle, |a, b| a.1.total_cmp(&b.1)).1.1
}
