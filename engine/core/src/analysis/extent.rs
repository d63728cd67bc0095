//! Around which of the beats there is music: applause, cheers and talk before, between and after songs have none.
//!
//! Applause is dense noise: onsets are everywhere, so that beats are found in it, but no likelier where they were found than
//! elsewhere; its spectrum is smooth, its notes are none, and no pulse is sensed in it. Each beat is judged by these, and the
//! likeliest way in and out of the music is searched (Viterbi), so that neither a fill nor a quiet bar ends it.

use super::{
    Spectrogram,
    activation::Activation,
    numeric::log_odds,
    recording::{HOPS_PER_CHROMA, Recording},
};

/// Beats to each side that are judged together.
const NEIGHBOURS: usize = 4;
/// Hops around a beat in which it is looked for.
const REACH: usize = 2;
/// Hops after a beat at which the pulse is looked for too: what is sensed comes late.
const LATER: [usize; 2] = [300, 600];
/// Looks at the notes to each side that are summed.
const LOOKS: usize = 10;
/// Hops from one look at the spectrum to the next.
const STEP: usize = 5;
/// Numbers by which music is told from applause.
pub(super) const FEATURES: usize = 5;
/// What each feature adds to the log odds of music: how much likelier beats are than what is around them, the pulse that is
/// sensed, how much the strongest note stands out, how much neighbouring bands differ, in dB, and how much likelier beats
/// are than [`CLEAR`]. A logistic regression; `reading.md` says on what.
const WEIGHTS: [f32; FEATURES] = [0.943, 1.03, 2.19, 2.025, 3.0];
const BIAS: f32 = -14.9;
/// No feature counts for less or more than this; applause never has beats so much likelier than what is around them as
/// `CLEAR`, whatever else it is like.
const MOST_LIKELIER: (f32, f32) = (-1.0, 6.0);
const MOST_NOTE: f32 = 5.0;
const CLEAR: f32 = 4.0;
/// Bands that differ less than this in the mean are all at the spectrogram's floor.
const SILENT_DB: f32 = 0.1;
/// The most that one beat says, and what a way in or out of the music costs.
const MOST: f32 = 4.0;
const CHANGE_COST: f32 = 14.0;

/// Whether there is music around each beat.
pub(super) fn music(heard: &Recording, activation: &Activation, beats: &[usize]) -> Vec<bool> {
    let odds = odds(heard, activation, beats);
    // The best score so far outside the music and in it, and from which of the two each came.
    let mut best = [0.0f32; 2];
    let mut from = Vec::with_capacity(odds.len());
    for odds in odds {
        let stay_or_change = |inside: usize| {
            let change = best[1 - inside] - CHANGE_COST;
            if change > best[inside] {
                (change, 1 - inside)
            } else {
                (best[inside], inside)
            }
        };
        let (outside, inside) = (stay_or_change(0), stay_or_change(1));
        best = [outside.0, inside.0 + odds];
        from.push([outside.1, inside.1]);
    }
    let mut inside = usize::from(best[1] > best[0]);
    let mut music = vec![false; from.len()];
    for (music, from) in music.iter_mut().zip(&from).rev() {
        *music = inside == 1;
        inside = from[inside];
    }
    music
}

/// The log odds of music around each beat.
fn odds(heard: &Recording, activation: &Activation, beats: &[usize]) -> Vec<f32> {
    let weigh = |features: [f32; FEATURES]| {
        let odds: f32 = features
            .iter()
            .zip(&WEIGHTS)
            .map(|(feature, weight)| feature * weight)
            .sum();
        (BIAS + odds).clamp(-MOST, MOST)
    };
    features(heard, activation, beats).into_iter().map(weigh).collect()
}

/// What speaks for music around each beat.
pub(super) fn features(heard: &Recording, activation: &Activation, beats: &[usize]) -> Vec<[f32; FEATURES]> {
    let hops = activation.beat.len();
    let likely: Vec<f32> = (0..hops)
        .map(|hop| {
            let around = hop.saturating_sub(REACH)..(hop + REACH + 1).min(hops);
            log_odds(activation.beat[around].iter().copied().fold(0.0, f32::max))
        })
        .collect();
    let at = |i: usize| {
        let near = &beats[i.saturating_sub(NEIGHBOURS)..(i + NEIGHBOURS + 1).min(beats.len())];
        let beat = beats[i].min(hops - 1);
        let stretch = near[0].min(hops - 1)..near[near.len() - 1].min(hops - 1) + 1;
        let on_beats = near.iter().map(|&beat| likely[beat.min(hops - 1)]).sum::<f32>() / near.len() as f32;
        let everywhere = likely[stretch.clone()].iter().sum::<f32>() / stretch.len() as f32;
        let sensed = LATER.iter().map(|later| activation.pulse[(beat + later).min(hops - 1)]);
        let likelier = on_beats - everywhere;
        [
            likelier.clamp(MOST_LIKELIER.0, MOST_LIKELIER.1),
            sensed.fold(activation.pulse[beat], f32::max),
            strongest_note(heard, beat).min(MOST_NOTE),
            roughness(heard, stretch),
            (likelier - CLEAR).max(0.0),
        ]
    };
    (0..beats.len()).map(at).collect()
}

/// How many times as strong as the mean the strongest pitch class is around a hop, 1 to 12.
fn strongest_note(heard: &Recording, hop: usize) -> f32 {
    let middle = (hop / HOPS_PER_CHROMA).min(heard.chroma.len() - 1);
    let mut classes = [0.0f32; 12];
    for chroma in &heard.chroma[middle.saturating_sub(LOOKS)..(middle + LOOKS + 1).min(heard.chroma.len())] {
        classes
            .iter_mut()
            .zip(&chroma.all)
            .for_each(|(sum, class)| *sum += class);
    }
    let mean = classes.iter().sum::<f32>() / 12.0;
    classes.iter().copied().fold(0.0, f32::max) / mean.max(1e-9)
}

/// How much neighbouring bands of the spectrum differ in the mean, in dB, where there is sound: what is silent between
/// sparse hits is no smooth noise.
fn roughness(heard: &Recording, stretch: std::ops::Range<usize>) -> f32 {
    let (mut sum, mut count) = (0.0, 0.0f32);
    for hop in stretch.step_by(STEP) {
        let level = |band| heard.spectrogram.level_db(hop, band);
        let differences = (1..Spectrogram::BANDS).map(|band| (level(band) - level(band - 1)).abs());
        let rough = differences.sum::<f32>() / Spectrogram::BANDS as f32;
        if rough > SILENT_DB {
            sum += rough;
            count += 1.0;
        }
    }
    sum / count.max(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{analysis::Analyzer, time::SampleRate};

    #[test]
    fn what_hisses_evenly_is_no_music() {
        let mut random = fastrand::Rng::with_seed(3);
        let hiss = std::iter::repeat_with(|| random.f32() - 0.5);
        let mut analyzer = Analyzer::new(SampleRate::new(8_000).unwrap());
        analyzer.push(&hiss.take(80_000).collect::<Vec<f32>>());
        let heard = analyzer.end().unwrap();
        let hops = heard.levels.len();
        let activation = Activation {
            beat: vec![0.1; hops],
            pulse: vec![-3.0; hops],
            sensed: vec![0.0; hops],
            features: Vec::new(),
        };
        let beats: Vec<usize> = (0..19).map(|k| 50 * k).collect();
        assert!(music(&heard, &activation, &beats).iter().all(|music| !music));
        // The same hiss under beats that stand out, where a pulse is sensed.
        let mut clear = activation;
        clear.pulse.fill(6.0);
        beats.iter().for_each(|&beat| clear.beat[beat] = 0.95);
        clear.beat.iter_mut().filter(|p| **p < 0.5).for_each(|p| *p = 0.01);
        assert!(music(&heard, &clear, &beats).iter().all(|music| *music));
        assert!(music(&heard, &clear, &[]).is_empty());
    }
}
