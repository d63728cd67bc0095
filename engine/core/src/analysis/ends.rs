//! Where a song's beats begin and end: through a break they go on, before the first onset and after the last there are none.

use std::ops::Range;

/// Hops that an onset may be from its beat, and how likely a beat is at an onset at least.
const REACH: usize = 5;
const ONSET: f32 = 0.15;
/// The longest break that beats go through, in beats.
const LONGEST: f64 = 48.0;
/// Beats before and after a break that tell its tempo, and by how much the two may differ, as a share.
const NEIGHBOURS: usize = 8;
const DIFFER: f64 = 0.04;
/// How much of a break must sound.
const SOUNDS: usize = 2;

/// Beats, and whether they are believed.
pub(super) struct Believed {
    /// In hops.
    pub beats: Vec<usize>,
    /// One for each beat.
    pub here: Vec<bool>,
}

impl Believed {
    /// Believes beats in breaks whose tempo is the same before and after, if music goes on in them, and sets them evenly.
    #[must_use]
    pub fn through_breaks(self, sounds: impl Fn(usize) -> bool) -> Self {
        let mut through = Self {
            beats: Vec::with_capacity(self.beats.len()),
            here: Vec::with_capacity(self.here.len()),
        };
        let mut from = 0;
        while from < self.beats.len() {
            let doubted = self.here[from..].iter().take_while(|here| !**here).count();
            let to = from + doubted.max(1);
            match self.even(from..to, &sounds) {
                Some(even) => {
                    through.here.resize(through.here.len() + even.len(), true);
                    through.beats.extend(even);
                }
                None => {
                    through.here.extend(&self.here[from..to]);
                    through.beats.extend(&self.beats[from..to]);
                }
            }
            from = to;
        }
        through
    }

    /// Leaves out those before the song's first onset: what is silent there tells nothing of its bars.
    #[must_use]
    pub fn since_first_onset(mut self, activation: &[f32]) -> Self {
        let before = before_first_onset(&self.beats, activation);
        self.beats.drain(..before);
        self.here.drain(..before);
        self
    }

    /// Believes none before the song's first onset, and none after the last beat that has one: the last note rings, and has
    /// no beats.
    #[must_use]
    pub fn within_onsets(mut self, activation: &[f32]) -> Self {
        let onset = |p: &f32| *p >= ONSET;
        let first = activation.iter().position(onset).unwrap_or(activation.len());
        let near = |beat: usize| {
            let around = beat.saturating_sub(REACH).min(activation.len())..(beat + REACH + 1).min(activation.len());
            activation[around].iter().any(onset)
        };
        let last = self.beats.iter().rev().copied().find(|&beat| near(beat)).unwrap_or(0);
        for (here, beat) in self.here.iter_mut().zip(&self.beats) {
            *here &= beat + REACH >= first && *beat <= last && first < activation.len();
        }
        self
    }

    /// The beats of a break, evenly set; none if it is none, too long or silent, or the tempo changes in it.
    fn even(&self, doubted: Range<usize>, sounds: impl Fn(usize) -> bool) -> Option<Vec<usize>> {
        if self.here[doubted.start] || doubted.start == 0 || doubted.end == self.beats.len() {
            return None;
        }
        let before = self.tempo(doubted.start.saturating_sub(NEIGHBOURS)..doubted.start)?;
        let after = self.tempo(doubted.end..(doubted.end + NEIGHBOURS).min(self.beats.len()))?;
        let length = f64::midpoint(before, after);
        let (first, next) = (self.beats[doubted.start - 1], self.beats[doubted.end]);
        let span = next - first;
        let count = (span as f64 / length).round();
        let each = span as f64 / count.max(1.0);
        let steady = (before / after - 1.0).abs() <= DIFFER && (each / length - 1.0).abs() <= DIFFER;
        let sounding = (first..next).filter(|&hop| sounds(hop)).count();
        let even = || (1..count as usize).map(|k| first + (each * k as f64).round() as usize);
        (steady && count <= LONGEST && SOUNDS * sounding >= span).then(|| even().collect())
    }

    /// Mean distance of these beats, if all are believed and they are enough to tell.
    fn tempo(&self, of: Range<usize>) -> Option<f64> {
        let beats = &self.beats[of.clone()];
        let all = beats.len() >= NEIGHBOURS / 2 && self.here[of].iter().all(|here| *here);
        let span = beats.last()? - beats.first()?;
        all.then(|| span as f64 / (beats.len() - 1) as f64)
    }
}

/// How many beats lie before the song's first onset.
pub(super) fn before_first_onset(beats: &[usize], activation: &[f32]) -> usize {
    let first = activation.iter().position(|p| *p >= ONSET).unwrap_or(0);
    beats.partition_point(|beat| beat + REACH < first)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Beats of 50 hops, of which 30 to 50 are not believed and stray.
    fn song() -> Believed {
        Believed {
            beats: (0..80)
                .map(|k| 50 * k + if (31..49).contains(&k) { 7 } else { 0 })
                .collect(),
            here: (0..80).map(|k| !(30..50).contains(&k)).collect(),
        }
    }

    #[test]
    fn beats_go_on_through_a_break_that_sounds() {
        let through = song().through_breaks(|_| true);
        assert!(through.here.iter().all(|here| *here));
        assert_eq!(through.beats, (0..80).map(|k| 50 * k).collect::<Vec<usize>>());
        let silent = song().through_breaks(|hop| !(1_500..2_500).contains(&hop));
        assert_eq!((silent.beats, silent.here), (song().beats, song().here));
    }

    #[test]
    fn a_break_to_another_tempo_is_left_alone() {
        let mut song = song();
        let later = song.beats.iter_mut().skip(50);
        later.for_each(|beat| *beat = 2_500 + (*beat - 2_500) * 6 / 5);
        let here = song.here.clone();
        assert_eq!(song.through_breaks(|_| true).here, here);
    }

    #[test]
    fn beats_begin_with_the_first_onset_and_end_with_the_last() {
        let mut activation = vec![0.01; 4_000];
        activation
            .iter_mut()
            .skip(500)
            .step_by(100)
            .take(30)
            .for_each(|p| *p = 0.8);
        let all = Believed {
            beats: (0..80).map(|k| 50 * k).collect(),
            here: vec![true; 80],
        };
        let here = all.within_onsets(&activation).here;
        assert!((0..80).all(|i| here[i] == (10..=68).contains(&i)), "{here:?}");
        let none = song().within_onsets(&[0.01; 4_000]).here;
        assert!(none.iter().all(|here| !here));
    }
}
