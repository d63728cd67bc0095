//! Key moments: where the music comes down, builds up or opens, and how strongly.

use serde::Serialize;

use super::{Analysis, Hop, Section};
use crate::time::SamplePos;

/// Seconds to each side of a boundary that are compared, and in which a build-up rises.
const COMPARED_SECS: f64 = 6.0;
const BUILD_SECS: f64 = 12.0;
/// How much the bass and the fullness change at least at a drop or a break, 0 to 1 each.
const LEAST_BASS: f32 = 0.12;
const LEAST_FULL: f32 = 0.06;
/// A change of the bass this many times as large is a drop or a break by itself, if the rest does not go the other way: a
/// build-up can be as full as the drop after it.
const BASS_ALONE: f32 = 2.0;
/// How much a build-up rises at least.
const LEAST_RISE: f32 = 0.06;
/// The change that counts as strongest.
const MOST: f32 = 0.6;

/// What happens at a [`Moment`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum MomentKind {
    /// Bass and fullness come in at once.
    Drop,
    /// What leads up to a drop rises in loudness, brightness and busyness.
    BuildUp,
    /// Bass and fullness go away.
    Break,
}

impl MomentKind {
    /// As it is shown: "drop", "build-up", "break".
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Drop => "drop",
            Self::BuildUp => "build-up",
            Self::Break => "break",
        }
    }
}

/// A moment that a director wants to know.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Moment {
    /// What happens.
    pub kind: MomentKind,
    /// Where it begins: a drop's own place, a build-up's or break's first sample.
    pub start: SamplePos,
    /// First sample after it; a drop lasts as long as its part.
    pub end: SamplePos,
    /// 0 to 1.
    pub strength: f32,
}

/// Means over some hops.
#[derive(Debug, Clone, Copy, Default)]
struct EndLevels {
    bass: f32,
    full: f32,
}

impl Analysis {
    /// The song's key moments in order of their beginnings; none in a song that stays as it is.
    #[must_use]
    pub fn moments(&self) -> Vec<Moment> {
        let mut moments = Vec::new();
        for pair in self.sections.windows(2) {
            let at = pair[1].start;
            let (before, after) = (self.sound(&pair[0], End::Last), self.sound(&pair[1], End::First));
            let (bass, full) = (after.bass - before.bass, after.full - before.full);
            let strength = ((bass + full).abs() / MOST).min(1.0);
            let (start, end) = (at, pair[1].end);
            // The change towards more, and towards less.
            let clear = |bass: f32, full: f32| {
                let least = if bass > BASS_ALONE * LEAST_BASS {
                    -LEAST_FULL
                } else {
                    LEAST_FULL
                };
                bass > LEAST_BASS && full > least
            };
            if clear(bass, full) {
                moments.extend(self.build_up(&pair[0]));
                let kind = MomentKind::Drop;
                moments.push(Moment {
                    kind,
                    start,
                    end,
                    strength,
                });
            } else if clear(-bass, -full) {
                let kind = MomentKind::Break;
                moments.push(Moment {
                    kind,
                    start,
                    end,
                    strength,
                });
            }
        }
        moments.sort_by_key(|moment| moment.start);
        moments
    }

    /// How a part sounds at one of its ends.
    fn sound(&self, section: &Section, end: End) -> EndLevels {
        let most = (COMPARED_SECS * f64::from(self.features.rate.hz())) as u64;
        let len = (section.end.0 - section.start.0).min(most);
        let hops = match end {
            End::First => self.features.between(section.start, SamplePos(section.start.0 + len)),
            End::Last => self.features.between(SamplePos(section.end.0 - len), section.end),
        };
        let count = hops.len().max(1) as f32;
        hops.iter().fold(EndLevels::default(), |sum, hop| EndLevels {
            bass: sum.bass + hop.bands[0] / count,
            full: sum.full + fullness(hop) / count,
        })
    }

    /// The rise at the end of a part that comes before a drop.
    fn build_up(&self, section: &Section) -> Option<Moment> {
        let most = (BUILD_SECS * f64::from(self.features.rate.hz())) as u64;
        let from = SamplePos(section.start.0.max(section.end.0.saturating_sub(most)));
        let start = self
            .grid
            .next_downbeat(from)
            .filter(|at| *at < section.end)
            .unwrap_or(from);
        let hops = self.features.between(start, section.end);
        // The last quarter against the first.
        let quarter = hops.len() / 4;
        if quarter < 25 {
            return None;
        }
        let mean = |hops: &[Hop]| hops.iter().map(rising).sum::<f32>() / hops.len() as f32;
        let rise = mean(&hops[hops.len() - quarter..]) - mean(&hops[..quarter]);
        (rise > LEAST_RISE).then(|| Moment {
            kind: MomentKind::BuildUp,
            start,
            end: section.end,
            strength: (rise / (0.5 * MOST)).min(1.0),
        })
    }
}

/// An end of a part.
#[derive(Clone, Copy)]
enum End {
    First,
    Last,
}

/// How much sounds, 0 to 1.
fn fullness(hop: &Hop) -> f32 {
    0.5 * hop.loudness + 0.5 * hop.bands.iter().sum::<f32>() / 3.0
}

/// What a build-up raises: loudness, air, and onsets.
pub(super) fn rising(hop: &Hop) -> f32 {
    (hop.loudness + hop.bands[2] + (hop.centroid_hz / 8_000.0).min(1.0) + 2.0 * hop.flux) / 4.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        analysis::{BeatGrid, Features},
        time::SampleRate,
    };

    /// Ten seconds a part: bass, then the rest at its beginning and its end.
    fn song(parts: &[(f32, f32, f32)]) -> Analysis {
        let rate = SampleRate::new(8_000).unwrap();
        let hop = |i: usize| {
            let (bass, from, to) = parts[i / 1_000];
            let level = from + (to - from) * (i % 1_000) as f32 / 1_000.0;
            Hop {
                loudness: level,
                bands: [bass, level, level],
                centroid_hz: 8_000.0 * level,
                flux: level,
                ..Hop::default()
            }
        };
        let len = parts.len() as u64 * 80_000;
        let section = |i: usize| Section {
            start: SamplePos(i as u64 * 80_000),
            end: SamplePos((i as u64 + 1) * 80_000),
            label: String::new(),
        };
        Analysis {
            features: Features {
                rate,
                len,
                hops: (0..parts.len() * 1_000).map(hop).collect(),
            },
            grid: BeatGrid::given(rate, 120.0, 0.0, 4, len).unwrap(),
            sections: (0..parts.len()).map(section).collect(),
        }
    }

    #[test]
    fn a_build_up_leads_to_a_drop_and_a_break_follows() {
        let moments = song(&[(0.8, 0.6, 0.6), (0.1, 0.2, 0.6), (0.9, 0.9, 0.9)]).moments();
        let kinds: Vec<MomentKind> = moments.iter().map(|moment| moment.kind).collect();
        assert_eq!(kinds, [MomentKind::Break, MomentKind::BuildUp, MomentKind::Drop]);
        assert_eq!(moments[2].start, SamplePos(160_000));
        assert_eq!(moments[1].end, SamplePos(160_000));
        assert!(
            moments
                .iter()
                .all(|moment| moment.strength > 0.3 && moment.strength <= 1.0)
        );
    }

    #[test]
    fn what_stays_as_it_is_has_no_moments() {
        assert!(song(&[(0.5, 0.5, 0.5); 3]).moments().is_empty());
    }
}
