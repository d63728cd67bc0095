//! A song's beat grid: the likeliest beats where there is a pulse, placed between hops, with their bars.

use super::{
    Beat, BeatGrid, HOPS_PER_SEC, Hints,
    activation::Activation,
    analyzer::{Heard, LEAD},
    bar,
    doubt::{self, Pulse},
    ends::{Believed, before_first_onset},
    extent,
    follow::follow,
    level::Levels,
    network::sigmoid,
    onset::{Onsets, RANGE_DB},
    placement,
    reading::{self, Described, Reading},
    steady::one_line,
};
use crate::{error::Result, time::SamplePos};

/// Hops of the stretch in which a pulse is sensed most clearly.
const CLEAREST: usize = 1_000;
/// A beat without an onset is believed where the log odds of a pulse, as they are sensed there and so many hops later, are
/// above this.
const SENSED: f32 = 4.0;
const LATER: usize = 300;
/// Hops around a beat in which its onset is looked for.
const REACH: usize = 3;
/// Hops before the song in which a beat may lie that is heard with its first sample.
const CUT_OFF: f64 = 3.0;

/// Hears the song's beats; none where nothing pulses.
///
/// # Errors
/// [`phosphene_core::Error::Asset`] when the built-in network is damaged.
pub(super) fn track(heard: &Heard, onsets: &Onsets, hints: Hints) -> Result<BeatGrid> {
    let activation = Activation::of(heard, onsets)?;
    let Some(Found { beats, sure }) = Found::of(&activation, hints) else {
        return Ok(BeatGrid::silent(heard.rate));
    };
    let music = extent::music(heard, &activation, &beats);
    let around = |beats: &[usize], music: &[bool]| -> Vec<bool> {
        let pulse = Pulse::of(&activation.beat, beats).here;
        // Soft attacks are no less a pulse where one is sensed all the while.
        let sensed = |beat: usize| {
            let stretch = &activation.pulse[beat.min(activation.pulse.len())..];
            stretch.iter().step_by(LATER).take(2).all(|pulse| *pulse > SENSED)
        };
        let believed = |i: usize| music[i] && (pulse[i] || sensed(beats[i]));
        (0..beats.len()).map(believed).collect()
    };
    // A break sounds, and is none of the applause between two songs of one tempo.
    let sounds = |hop: usize| {
        let after = beats.partition_point(|beat| *beat < hop).min(beats.len() - 1);
        music[after] && heard.raw[hop].weighted_db > onsets.loud_db - RANGE_DB
    };
    let believed = Believed {
        here: around(&beats, &music),
        beats: beats.clone(),
    };
    let believed = believed.through_breaks(sounds).since_first_onset(&activation.beat);
    let Believed { mut beats, mut here } = believed;
    let mut bars = bar::bars(&activation, &beats, hints.beats_per_bar);
    if hints == Hints::default()
        && let Some(felt) = bar::compound(&activation, &beats, &bars)
    {
        (beats, bars) = felt;
        here = around(&beats, &extent::music(heard, &activation, &beats));
    }
    let Believed { beats, here } = Believed { beats, here }.within_onsets(&activation.beat);
    let peaks: Vec<f64> = beats.iter().map(|&beat| peak(beat, &onsets.flux)).collect();
    let places = placement::places(&peaks, &heard.attacks);
    let samples_per_hop = f64::from(heard.rate.hz()) / f64::from(HOPS_PER_SEC);
    let beat = |i: usize| {
        let hop = places[i] - LEAD as f64;
        (here[i] && hop > -CUT_OFF).then(|| Beat {
            at: SamplePos((hop * samples_per_hop).round().max(0.0) as u64),
            in_bar: bars.places[i],
        })
    };
    let mut kept: Vec<Beat> = (0..beats.len()).filter_map(beat).collect();
    kept.retain(|beat| beat.at.0 < heard.len);
    kept.dedup_by_key(|beat| beat.at);
    if kept.is_empty() || places.len() < 2 {
        return Ok(BeatGrid::silent(heard.rate));
    }
    Ok(BeatGrid {
        rate: heard.rate,
        tempo_bpm: 60.0 * f64::from(HOPS_PER_SEC) / median_interval(&places, &here),
        beats: kept,
        beats_per_bar: bars.beats_per_bar,
        confidence: sure,
    })
}

/// Beats that are believed.
struct Found {
    /// In hops.
    beats: Vec<usize>,
    /// How sure they are, 0 to 1.
    sure: f32,
}

impl Found {
    /// The likeliest reading of the likeliest beats; nothing where there is no pulse.
    fn of(activation: &Activation, hints: Hints) -> Option<Self> {
        let searched = Searched::new(activation, hints.bpm);
        let found = |search: &Levels| {
            let reading = Reading::among(&searched.readings(search))?;
            let odds = doubt::odds(searched.pulse(&reading.beats)?);
            (odds > 0.0).then(|| Self {
                sure: reading.sure * sigmoid(odds),
                beats: reading.beats,
            })
        };
        // What is no pulse at the tempo that seemed felt may be one at another.
        found(&searched.levels).or_else(|| found(&Levels::none()))
    }
}

/// A song in which beats are searched.
pub(super) struct Searched<'a> {
    activation: &'a Activation,
    felt: Vec<f32>,
    /// How likely each tempo is to be the felt one.
    pub levels: Levels,
    /// The tempo, where it is known.
    bpm: Option<f64>,
}

impl<'a> Searched<'a> {
    pub fn new(activation: &'a Activation, bpm: Option<f64>) -> Self {
        Self {
            activation,
            felt: activation.felt(),
            levels: Levels::of(activation),
            bpm,
        }
    }

    /// The readings of the likeliest beats, near tempi as likely as `search` says.
    pub fn readings(&self, search: &Levels) -> Vec<Described> {
        let activation = self.activation;
        let followed = follow(&self.felt, self.bpm, search);
        let here = Pulse::of(&activation.beat, &followed).here;
        let mut beats = one_line(&followed, &here, &self.felt).unwrap_or(followed);
        // What is silent before the song tells nothing of its pulse.
        beats.drain(..before_first_onset(&beats, &activation.beat));
        match self.bpm {
            Some(_) => reading::at_tempo(activation, &self.levels, &beats),
            None => reading::all(activation, &self.levels, &beats),
        }
    }

    /// The numbers by which a pulse at these beats is told from none; nothing where too few pulse.
    pub fn pulse(&self, beats: &[usize]) -> Option<[f32; doubt::SIGNS]> {
        let pulse = &self.activation.pulse;
        let signs = Pulse::of(&self.activation.beat, beats).signs?;
        Some(signs.numbers(mean(&pulse[LEAD..]), clearest(pulse)))
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

/// The median distance of neighbours that are both believed, or of all where none are.
fn median_interval(places: &[f64], here: &[bool]) -> f64 {
    let pairs = places.windows(2).zip(here.windows(2));
    let mut intervals: Vec<(bool, f64)> = pairs.map(|(at, here)| (here[0] && here[1], at[1] - at[0])).collect();
    if intervals.iter().any(|(believed, _)| *believed) {
        intervals.retain(|(believed, _)| *believed);
    }
    let middle = intervals.len() / 2;
    intervals.select_nth_unstable_by(middle, |a, b| a.1.total_cmp(&b.1)).1.1
}
