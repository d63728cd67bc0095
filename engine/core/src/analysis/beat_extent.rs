//! Where a song's beats begin and end: through a break they go on, before the first onset and after the last there are none.

use std::ops::Range;

/// Hops that an onset may be from its beat, and how likely a beat is at an onset at least.
const REACH: usize = 5;
const ONSET_PROBABILITY: f32 = 0.15;
/// The longest break that beats go through, in beats.
const MAX_BREAK_BEATS: f64 = 48.0;
/// Beats before and after a break that tell its tempo, and by how much the two may differ, as a share.
const NEIGHBOURS: usize = 8;
const MAX_TEMPO_DIFFERENCE: f64 = 0.04;
/// A break must sound for one part in so many.
const SOUNDING_PART: usize = 2;

/// Beats, and whether they are confirmed.
pub(super) struct ConfirmedBeats {
    /// In hops.
    pub beats: Vec<usize>,
    /// One for each beat.
    pub confirmed: Vec<bool>,
}

impl ConfirmedBeats {
    /// Confirms beats in breaks whose tempo is the same before and after, if music goes on in them, and sets them evenly.
    #[must_use]
    pub fn through_breaks(self, sounds: impl Fn(usize) -> bool) -> Self {
        let mut through = Self {
            beats: Vec::with_capacity(self.beats.len()),
            confirmed: Vec::with_capacity(self.confirmed.len()),
        };
        let mut from = 0;
        while from < self.beats.len() {
            let unconfirmed = self.confirmed[from..]
                .iter()
                .take_while(|confirmed| !**confirmed)
                .count();
            let to = from + unconfirmed.max(1);
            match self.even(from..to, &sounds) {
                Some(even) => {
                    through.confirmed.resize(through.confirmed.len() + even.len(), true);
                    through.beats.extend(even);
                }
                None => {
                    through.confirmed.extend(&self.confirmed[from..to]);
                    through.beats.extend(&self.beats[from..to]);
                }
            }
            from = to;
        }
        through
    }

    /// Leaves out those before the song's first onset: silence there says nothing of its bars.
    #[must_use]
    pub fn since_first_onset(mut self, activation: &[f32]) -> Self {
        let before = before_first_onset(&self.beats, activation);
        self.beats.drain(..before);
        self.confirmed.drain(..before);
        self
    }

    /// Confirms none before the song's first onset, and none after the last beat that has one: the last note rings, and has
    /// no beats.
    #[must_use]
    pub fn within_onsets(mut self, activation: &[f32]) -> Self {
        let onset = |p: &f32| *p >= ONSET_PROBABILITY;
        let first = activation.iter().position(onset).unwrap_or(activation.len());
        let near = |beat: usize| {
            let around = beat.saturating_sub(REACH).min(activation.len())..(beat + REACH + 1).min(activation.len());
            activation[around].iter().any(onset)
        };
        let last = self.beats.iter().rev().copied().find(|&beat| near(beat)).unwrap_or(0);
        for (confirmed, beat) in self.confirmed.iter_mut().zip(&self.beats) {
            *confirmed &= beat + REACH >= first && *beat <= last && first < activation.len();
        }
        self
    }

    /// The beats of a break, evenly set; none if it is none, too long or silent, or the tempo changes in it.
    fn even(&self, gap: Range<usize>, sounds: impl Fn(usize) -> bool) -> Option<Vec<usize>> {
        if self.confirmed[gap.start] || gap.start == 0 || gap.end == self.beats.len() {
            return None;
        }
        let before = self.tempo(gap.start.saturating_sub(NEIGHBOURS)..gap.start)?;
        let after = self.tempo(gap.end..(gap.end + NEIGHBOURS).min(self.beats.len()))?;
        let length = f64::midpoint(before, after);
        let (first, next) = (self.beats[gap.start - 1], self.beats[gap.end]);
        let span = next - first;
        let count = (span as f64 / length).round();
        let each = span as f64 / count.max(1.0);
        let steady =
            (before / after - 1.0).abs() <= MAX_TEMPO_DIFFERENCE && (each / length - 1.0).abs() <= MAX_TEMPO_DIFFERENCE;
        let sounding = (first..next).filter(|&hop| sounds(hop)).count();
        let even = || (1..count as usize).map(|k| first + (each * k as f64).round() as usize);
        (steady && count <= MAX_BREAK_BEATS && SOUNDING_PART * sounding >= span).then(|| even().collect())
    }

    /// Mean distance of these beats, if all are confirmed and they are enough to tell.
    fn tempo(&self, of: Range<usize>) -> Option<f64> {
        let beats = &self.beats[of.clone()];
        let all = beats.len() >= NEIGHBOURS / 2 && self.confirmed[of].iter().all(|confirmed| *confirmed);
        let span = beats.last()? - beats.first()?;
        all.then(|| span as f64 / (beats.len() - 1) as f64)
    }
}

/// How many beats lie before the song's first onset.
pub(super) fn before_first_onset(beats: &[usize], activation: &[f32]) -> usize {
    let first = activation.iter().position(|p| *p >= ONSET_PROBABILITY).unwrap_or(0);
    beats.partition_point(|beat| beat + REACH < first)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Beats of 50 hops, of which 30 to 50 are not confirmed and stray.
    fn song() -> ConfirmedBeats {
        ConfirmedBeats {
            beats: (0..80)
                .map(|k| 50 * k + if (31..49).contains(&k) { 7 } else { 0 })
                .collect(),
            confirmed: (0..80).map(|k| !(30..50).contains(&k)).collect(),
        }
    }

    #[test]
    fn beats_go_on_through_a_break_that_sounds() {
        let through = song().through_breaks(|_| true);
        assert!(through.confirmed.iter().all(|confirmed| *confirmed));
        assert_eq!(through.beats, (0..80).map(|k| 50 * k).collect::<Vec<usize>>());
        let silent = song().through_breaks(|hop| !(1_500..2_500).contains(&hop));
        assert_eq!((silent.beats, silent.confirmed), (song().beats, song().confirmed));
    }

    #[test]
    fn a_break_to_another_tempo_is_left_alone() {
        let mut song = song();
        let later = song.beats.iter_mut().skip(50);
        later.for_each(|beat| *beat = 2_500 + (*beat - 2_500) * 6 / 5);
        let confirmed = song.confirmed.clone();
        assert_eq!(song.through_breaks(|_| true).confirmed, confirmed);
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
        let all = ConfirmedBeats {
            beats: (0..80).map(|k| 50 * k).collect(),
            confirmed: vec![true; 80],
        };
        let confirmed = all.within_onsets(&activation).confirmed;
        assert!((0..80).all(|i| confirmed[i] == (10..=68).contains(&i)), "{confirmed:?}");
        let none = song().within_onsets(&[0.01; 4_000]).confirmed;
        assert!(none.iter().all(|confirmed| !confirmed));
    }
}
