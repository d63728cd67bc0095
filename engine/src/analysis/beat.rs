//! A song's beat grid: the likeliest beats where there is a pulse, placed between hops, with their bars.

use super::{
    Beat, BeatGrid, HOPS_PER_SEC, Hints,
    activation::Activation,
    analyzer::{Heard, LEAD},
    bar,
    doubt::Pulse,
    ends::Believed,
    follow::follow,
    foot,
    level::Levels,
    onset::{Onsets, RANGE_DB},
    placement,
    steady::one_line,
};
use crate::{error::Result, time::SamplePos};

/// A pulse whose mean log odds, as they are sensed, are above the first is believed although beats are in doubt; one whose
/// clearest stretch, so many hops long, is below the second is not, however well beats fit.
const SENSED: f32 = 3.0;
const NOT_SENSED: f32 = 0.0;
const CLEAREST: usize = 1_000;
/// Hops around a beat in which its onset is looked for.
const REACH: usize = 3;
/// Hops before the song in which a beat may lie that is heard with its first sample.
const CUT_OFF: f64 = 3.0;

/// Hears the song's beats; none where nothing pulses.
///
/// # Errors
/// [`crate::Error::Asset`] when the built-in network is damaged.
pub(super) fn track(heard: &Heard, onsets: &Onsets, hints: Hints) -> Result<BeatGrid> {
    let activation = Activation::of(heard, onsets)?;
    let levels = Levels::of(&activation);
    let felt = activation.felt();
    let follow = |levels: &Levels| {
        let followed = follow(&felt, hints.bpm, levels);
        let pulse = Pulse::of(&activation.beat, &followed);
        match one_line(&followed, &pulse.here, &felt) {
            Some(beats) => (Pulse::of(&activation.beat, &beats), beats),
            None => (pulse, followed),
        }
    };
    let (mut pulse, mut beats) = follow(&levels);
    if pulse.confidence <= 0.0 {
        // What is no pulse at the tempo that seemed felt may be one at another.
        let other = follow(&Levels::none());
        if other.0.confidence > 0.0 {
            (pulse, beats) = other;
        } else if mean(&activation.pulse) > SENSED {
            // Slow attacks and free tempo leave much to doubt where there are no drums.
            pulse = Pulse::believed(&beats);
        }
    }
    if pulse.confidence <= 0.0 || clearest(&activation.pulse) < NOT_SENSED {
        return Ok(BeatGrid::silent(heard.rate));
    }
    if let Some(other) = foot::other(&activation, &beats) {
        (pulse, beats) = (Pulse::of(&activation.beat, &other), other);
    }
    let sounds = |hop: usize| heard.raw[hop].weighted_db > onsets.loud_db - RANGE_DB;
    let believed = Believed {
        beats,
        here: pulse.here,
    };
    let believed = believed.through_breaks(sounds).since_first_onset(&activation.beat);
    let Believed { mut beats, mut here } = believed;
    let mut bars = bar::bars(&activation, &beats, hints.beats_per_bar);
    if hints == Hints::default()
        && let Some(felt) = bar::compound(&activation, &beats, &bars)
    {
        (beats, bars) = felt;
        pulse = Pulse::of(&activation.beat, &beats);
        here = pulse.here;
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
        tempo_bpm: 60.0 * f64::from(HOPS_PER_SEC) / median_interval(&places),
        beats: kept,
        beats_per_bar: bars.beats_per_bar,
        confidence: pulse.confidence,
    })
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

/// The median distance of neighbours.
fn median_interval(places: &[f64]) -> f64 {
    let mut intervals: Vec<f64> = places.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let middle = intervals.len() / 2;
    *intervals.select_nth_unstable_by(middle, f64::total_cmp).1
}
