//! Whether a whole song's beats stand on the wrong foot: half a beat off.
//!
//! The beat network may take off-beats for beats through a whole song, and is as sure of it at each one. Told a hundred
//! times over that is still one mistake, so its word counts once here, against that of the onsets and of the bars: bars
//! are clearer on the right foot.

use super::{
    activation::{Activation, CLUES, FOOT},
    bar,
};

/// How much the odds of beats, and the clarity of bars, count against what onsets and harmony say.
const ODDS: f32 = 0.3;
const CLARITY: f32 = 4.0;
/// By how much the other foot must be better.
const LEAST: f32 = 0.4;
/// Clues that are the beat network's own word: they are in the odds already.
const NETWORK: [usize; 4] = [0, 1, 2, 10];
/// Hops around a beat in which its clues are looked for.
const REACH: usize = 3;
/// Fewer beats tell nothing of bars.
const FEWEST: usize = 24;

/// The beats half a beat later, if the song is rather on that foot.
pub(super) fn other(activation: &Activation, beats: &[usize]) -> Option<Vec<usize>> {
    if beats.len() < FEWEST {
        return None;
    }
    let halves: Vec<usize> = beats.windows(2).map(|pair| usize::midpoint(pair[0], pair[1])).collect();
    let better = right(activation, &halves) - right(activation, &beats[..beats.len() - 1]);
    (better > LEAST).then_some(halves)
}

/// What speaks for beats being felt.
fn right(activation: &Activation, beats: &[usize]) -> f32 {
    let mut mean = [0.0; CLUES];
    for &beat in beats {
        let around = beat.saturating_sub(REACH)..(beat + REACH + 1).min(activation.clues.len());
        for (c, mean) in mean.iter_mut().enumerate() {
            let most = activation.clues[around.clone()]
                .iter()
                .map(|clues| clues[c])
                .fold(f32::MIN, f32::max);
            *mean += most / beats.len() as f32;
        }
    }
    let others = (0..CLUES).filter(|clue| !NETWORK.contains(clue));
    let heard: f32 = others.map(|clue| mean[clue] * FOOT[clue]).sum();
    ODDS * super::activation::odds(&mean) + heard + CLARITY * bar::clarity(activation, beats)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Beats whose bass comes on the beat and whose harmony changes with the bar; the network hears them half a beat off.
    fn song(network: f32) -> (Activation, Vec<usize>) {
        let mut clues = vec![[0.0; CLUES]; 64 * 50];
        for beat in 0..64 {
            clues[beat * 50][0] = -network;
            clues[beat * 50 + 25][0] = network;
            clues[beat * 50][3] = 2.0;
            clues[beat * 50][CLUES - 1] = if beat % 4 == 0 { 0.8 } else { 0.1 };
        }
        let beat = vec![0.0; clues.len()];
        (
            Activation {
                pulse: Vec::new(),
                beat,
                clues,
            },
            (0..63).map(|beat| beat * 50).collect(),
        )
    }

    #[test]
    fn the_bars_outweigh_a_network_that_is_wrong_throughout() {
        let (activation, right) = song(1.0);
        let wrong: Vec<usize> = right.iter().map(|beat| beat + 25).collect();
        assert!(other(&activation, &right).is_none());
        let found = other(&activation, &wrong).unwrap();
        assert!(found.iter().all(|beat| beat % 50 == 0), "{found:?}");
    }
}
