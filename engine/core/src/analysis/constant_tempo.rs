//! One grid of beats through a song of constant tempo, where the decoded beats lie on the off-beats in a part of it.
//!
//! A quiet part may have more onsets between the beats than on them. In a song that was made to a click the beats before
//! and after tell where its beats are.

/// How far from the line a beat may be, in hops; beats farther than this share of a period are off-beats.
const ON_LINE: f64 = 3.0;
const OFF_BEAT: f64 = 0.36;
/// The share of the beats that must be on the line, and that may lie between beat and off-beat: in a song that drifts many do.
const FEWEST: f64 = 0.6;
const BETWEEN: f64 = 0.06;
/// Beats from which a line is begun.
const SEED: usize = 16;

/// The beats of a song of constant tempo, all of one phase; `None` when its tempo changes, or the beats are so already.
///
/// `pulsing` is whether there is a pulse around each beat; the others are left out of the fit.
pub(super) fn align_to_constant_tempo(beats: &[usize], pulsing: &[bool], activation: &[f32]) -> Option<Vec<usize>> {
    let fitted = beats.iter().zip(pulsing).filter(|(_, pulsing)| **pulsing);
    let fitted: Vec<usize> = fitted.map(|(beat, _)| *beat).collect();
    if fitted.len() < 2 * SEED {
        return None;
    }
    let count = fitted.len() as f64;
    let seeds = fitted.windows(SEED).step_by(SEED / 4);
    let mut best: Option<(f32, TempoLine)> = None;
    for seed in seeds {
        let Some(line) = TempoLine::through(seed).grown(&fitted) else {
            continue;
        };
        let off = fitted.iter().map(|&beat| line.off(beat));
        let (mut on, mut between) = (0.0, 0.0);
        for off in off {
            if off <= ON_LINE {
                on += 1.0;
            } else if off < OFF_BEAT * line.length {
                between += 1.0;
            }
        }
        if on < FEWEST * count || between > BETWEEN * count {
            continue;
        }
        let score = line.score(beats, activation);
        if best.as_ref().is_none_or(|(most, _)| score > *most) {
            best = Some((score, line));
        }
    }
    let (_, line) = best?;
    let all_on = fitted.iter().all(|&beat| line.off(beat) < OFF_BEAT * line.length);
    (!all_on).then(|| line.beats(beats))
}

/// Beats at `start + length * k`, in hops.
#[derive(Debug, Clone, Copy)]
struct TempoLine {
    start: f64,
    length: f64,
}

impl TempoLine {
    /// Through beats that follow each other.
    fn through(beats: &[usize]) -> Self {
        let points: Vec<(f64, f64)> = beats.iter().enumerate().map(|(k, &at)| (k as f64, at as f64)).collect();
        Self::fit(&points)
    }

    /// By least squares through numbered beats.
    fn fit(points: &[(f64, f64)]) -> Self {
        let n = points.len() as f64;
        let (k, at) = points
            .iter()
            .fold((0.0, 0.0), |sum, p| (sum.0 + p.0 / n, sum.1 + p.1 / n));
        let (mut over, mut under) = (0.0, 0.0);
        for point in points {
            over += (point.0 - k) * (point.1 - at);
            under += (point.0 - k) * (point.0 - k);
        }
        let length = if under > 0.0 { over / under } else { 1.0 };
        Self {
            start: at - length * k,
            length,
        }
    }

    /// Fitted anew to all beats that lie on it, until it lies still.
    fn grown(mut self, beats: &[usize]) -> Option<Self> {
        for _ in 0..6 {
            let points: Vec<(f64, f64)> = beats
                .iter()
                .filter(|&&beat| self.off(beat) <= ON_LINE)
                .map(|&beat| (self.number(beat), beat as f64))
                .collect();
            if points.len() < SEED || !(20.0..200.0).contains(&self.length) {
                return None;
            }
            self = Self::fit(&points);
        }
        Some(self)
    }

    fn number(&self, beat: usize) -> f64 {
        ((beat as f64 - self.start) / self.length).round()
    }

    /// How far a beat is from the nearest on the line.
    fn off(&self, beat: usize) -> f64 {
        (beat as f64 - self.start - self.length * self.number(beat)).abs()
    }

    /// The line's beats from the first of these to the last.
    fn beats(&self, beats: &[usize]) -> Vec<usize> {
        let (Some(&first), Some(&last)) = (beats.first(), beats.last()) else {
            return Vec::new();
        };
        let from = ((first as f64 - self.start) / self.length).ceil() as i64;
        let to = ((last as f64 - self.start) / self.length).floor() as i64;
        (from..=to)
            .map(|k| (self.start + self.length * k as f64).round().max(0.0) as usize)
            .collect()
    }

    /// Mean log odds of a beat on the line.
    fn score(&self, beats: &[usize], activation: &[f32]) -> f32 {
        let beats = self.beats(beats);
        let near = |&beat: &usize| {
            let around = beat.saturating_sub(1)..(beat + 2).min(activation.len());
            super::numeric::log_odds(activation[around].iter().copied().fold(0.0, f32::max))
        };
        beats.iter().map(near).sum::<f32>() / beats.len().max(1) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_on_the_off_beats_is_put_right() {
        let truth: Vec<usize> = (0..120).map(|k| 10 + (48.4 * f64::from(k)).round() as usize).collect();
        let mut activation = vec![0.02; 6_000];
        truth.iter().for_each(|&beat| activation[beat] = 0.7);
        let mut found = truth.clone();
        found[..30].iter_mut().for_each(|beat| *beat += 24);
        let fixed = align_to_constant_tempo(&found, &[true; 120], &activation).unwrap();
        assert!(fixed.iter().all(|&b| truth.iter().any(|&t| t.abs_diff(b) <= 1)));
        assert!(align_to_constant_tempo(&truth, &[true; 120], &activation).is_none());
        // Beats around which nothing pulses may stray.
        let mut pulsing = [true; 120];
        pulsing[50..70].fill(false);
        found[50..70].iter_mut().for_each(|beat| *beat += 11);
        assert!(align_to_constant_tempo(&found, &[true; 120], &activation).is_none());
        let fixed = align_to_constant_tempo(&found, &pulsing, &activation).unwrap();
        assert!(fixed.iter().all(|&b| truth.iter().any(|&t| t.abs_diff(b) <= 1)));
    }

    #[test]
    fn a_song_that_drifts_is_left_alone() {
        let mut at = 0.0;
        let beats: Vec<usize> = (0..200)
            .map(|k| {
                at += 50.0 + 1.5 * (f64::from(k) / 20.0).sin();
                at as usize
            })
            .collect();
        assert!(align_to_constant_tempo(&beats, &[true; 200], &vec![0.5; 12_000]).is_none());
    }
}
