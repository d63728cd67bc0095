//! One line of beats through a song that keeps one tempo, where the search changed feet in a part of it.
//!
//! A quiet part may have more onsets between the beats than on them. In a song that was made to a click the beats before
//! and after tell where its beats are.

/// How far from the line a beat may be, in hops; what is farther than the share of a beat stands on the other foot.
const ON_LINE: f64 = 3.0;
const OTHER_FOOT: f64 = 0.36;
/// The share of the beats that must be on the line, and that may lie between the feet: in a song that drifts many do.
const FEWEST: f64 = 0.6;
const BETWEEN: f64 = 0.06;
/// Beats from which a line is begun.
const SEED: usize = 16;

/// The beats of the song's one line; `None` when it has none, or the beats are on it already.
///
/// `here` tells the beats around which something pulses; the others say nothing of the line.
pub(super) fn one_line(beats: &[usize], here: &[bool], activation: &[f32]) -> Option<Vec<usize>> {
    let pulsing = beats.iter().zip(here).filter(|(_, here)| **here);
    let heard: Vec<usize> = pulsing.map(|(beat, _)| *beat).collect();
    if heard.len() < 2 * SEED {
        return None;
    }
    let count = heard.len() as f64;
    let seeds = heard.windows(SEED).step_by(SEED / 4);
    let mut best: Option<(f32, Line)> = None;
    for seed in seeds {
        let Some(line) = Line::through(seed).grown(&heard) else {
            continue;
        };
        let off = heard.iter().map(|&beat| line.off(beat));
        let (mut on, mut between) = (0.0, 0.0);
        for off in off {
            if off <= ON_LINE {
                on += 1.0;
            } else if off < OTHER_FOOT * line.length {
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
    let all_on = heard.iter().all(|&beat| line.off(beat) < OTHER_FOOT * line.length);
    (!all_on).then(|| line.beats(beats))
}

/// Beats at `start + length * k`, in hops.
#[derive(Debug, Clone, Copy)]
struct Line {
    start: f64,
    length: f64,
}

impl Line {
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
            super::activation::log_odds(activation[around].iter().copied().fold(0.0, f32::max))
        };
        beats.iter().map(near).sum::<f32>() / beats.len().max(1) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_on_the_other_foot_is_put_right() {
        let truth: Vec<usize> = (0..120).map(|k| 10 + (48.4 * f64::from(k)).round() as usize).collect();
        let mut activation = vec![0.02; 6_000];
        truth.iter().for_each(|&beat| activation[beat] = 0.7);
        let mut heard = truth.clone();
        heard[..30].iter_mut().for_each(|beat| *beat += 24);
        let fixed = one_line(&heard, &[true; 120], &activation).unwrap();
        assert!(fixed.iter().all(|&b| truth.iter().any(|&t| t.abs_diff(b) <= 1)));
        assert!(one_line(&truth, &[true; 120], &activation).is_none());
        // Beats around which nothing pulses may stray.
        let mut here = [true; 120];
        here[50..70].fill(false);
        heard[50..70].iter_mut().for_each(|beat| *beat += 11);
        assert!(one_line(&heard, &[true; 120], &activation).is_none());
        let fixed = one_line(&heard, &here, &activation).unwrap();
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
        assert!(one_line(&beats, &[true; 200], &vec![0.5; 12_000]).is_none());
    }
}
