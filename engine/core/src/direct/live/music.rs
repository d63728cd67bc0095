//! A stream's music as things on screen follow it, up to its last hop.

use super::super::{
    Reactive,
    envelope::{HopLevels, HueTracker, Level, LevelSmoother, Onset, RELEASE_SECS, decay},
};
use crate::{
    analysis::{Band, Hop},
    time::{SamplePos, SampleRate},
};

/// Time in which everything falls to a tenth when nothing comes any more.
const FADE_SECS: f64 = 0.35;
/// Below this loudness there is silence.
const SILENT: f32 = 0.02;

/// The music at a hop of a stream.
///
/// Envelopes and time constants are those of a whole song ([`super::super::SongMusic`]). Only the smoothing is not: a song's
/// goes forwards and backwards, and here it is not known what comes, so levels arrive by their smoothing time later.
///
/// ```
/// use phosphene_core::{analysis::Hop, direct::LiveMusic, time::{SamplePos, SampleRate}};
/// let mut music = LiveMusic::new(SampleRate::new(48_000)?);
/// music.push(SamplePos(480), &Hop { onset: [0.8, 0.0, 0.0], ..Hop::default() });
/// assert_eq!(music.onsets(), [0.8, 0.0, 0.0]);
/// // A kick's envelope falls to a tenth in 180 ms.
/// let later = music.reactive(None, SamplePos(480 + 8_640));
/// assert!((later.kick - 0.08).abs() < 1e-6);
/// # Ok::<(), phosphene_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LiveMusic {
    rate_hz: f64,
    at: SamplePos,
    /// The last onset of each band.
    last: [Option<Onset>; 3],
    /// The strengths of the onsets at the last hop.
    onsets: [f32; 3],
    smoother: LevelSmoother,
    hue: HueTracker,
    level: Level,
    sounding: bool,
}

impl LiveMusic {
    /// Silence, at this sample rate.
    #[must_use]
    pub fn new(rate: SampleRate) -> Self {
        Self {
            rate_hz: f64::from(rate.hz()),
            at: SamplePos(0),
            last: [None; 3],
            onsets: [0.0; 3],
            smoother: LevelSmoother::new(),
            hue: HueTracker::default(),
            level: Level::SILENCE,
            sounding: false,
        }
    }

    /// Takes the next hop, centred on a sample; samples must not go back.
    pub fn push(&mut self, at: SamplePos, hop: &Hop) {
        self.at = at;
        self.onsets = hop.onset;
        self.sounding = hop.loudness > SILENT;
        for band in Band::ALL {
            let (strength, last) = (hop.onset[band as usize], &mut self.last[band as usize]);
            if strength > 0.0 {
                *last = Some(Onset::after(last.as_ref(), at, strength, band, self.rate_hz));
            }
        }
        self.level = Level::of(&self.smoother.step(&HopLevels::of(hop)), &mut self.hue);
    }

    /// The strengths of the onsets (bass, mid, high) that begin at the last hop; 0 where none does.
    #[must_use]
    pub fn onsets(&self) -> [f32; 3] {
        self.onsets
    }

    /// Whether anything is heard.
    #[must_use]
    pub fn is_sounding(&self) -> bool {
        self.sounding
    }

    /// The music at a sample that is not before the last hop, as at reactivity 1; levels go to those of `next`, the music one
    /// hop later, in a straight line, and stay where it is not known yet.
    ///
    /// Nothing builds up and nothing bursts: both depend on how loud it is after the next cue.
    #[must_use]
    pub fn reactive(&self, next: Option<&Self>, at: SamplePos) -> Reactive {
        let onsets = Band::ALL
            .map(|band| self.last[band as usize].map_or(0.0, |onset| onset.left(at.max(onset.at), band, self.rate_hz)));
        let level = next.map_or(self.level, |next| {
            let length = next.at.0.saturating_sub(self.at.0).max(1) as f64;
            let part = (at.0.saturating_sub(self.at.0) as f64 / length).min(1.0);
            Level::between(&self.level, &next.level, part as f32)
        });
        Reactive::of(onsets, &level)
    }

    /// Nothing has come for `secs` more by the wall clock: everything falls, and ends at 0.
    pub fn fade(&mut self, secs: f64) {
        for (onset, release_secs) in self.last.iter_mut().zip(RELEASE_SECS) {
            if let Some(onset) = onset {
                fall(&mut onset.envelope, secs, release_secs);
            }
        }
        fade_levels(&mut self.level.bands, secs);
        let mut others = [self.level.loudness, 1.0 - self.level.calm];
        fade_levels(&mut others, secs);
        (self.level.loudness, self.level.calm) = (others[0], 1.0 - others[1]);
        self.onsets = [0.0; 3];
        self.sounding = false;
    }
}

/// Lets levels fall for `secs` in which nothing comes: to a tenth in 350 ms, and to 0 in the end.
pub fn fade_levels(levels: &mut [f32], secs: f64) {
    levels.iter_mut().for_each(|level| fall(level, secs, FADE_SECS));
}

fn fall(value: &mut f32, secs: f64, release_secs: f64) {
    *value *= decay(secs, release_secs) as f32;
    if *value < 1e-3 {
        *value = 0.0;
    }
}

#[cfg(test)]
mod tests {
    use super::{super::super::SongMusic, *};
    use crate::{analysis::Features, seed::mix};

    #[test]
    fn a_stream_has_the_envelopes_of_a_song() {
        let rate = SampleRate::new(44_100).unwrap();
        // The same features for both, with a chance onset here and there.
        let chance = |seed: u64| (mix([seed]) >> 40) as f32 / (1 << 24) as f32;
        let hop = |h: u64| Hop {
            loudness: chance(10 * h),
            bands: [1, 2, 3].map(|part| chance(10 * h + part)),
            centroid_hz: 8_000.0 * chance(10 * h + 4),
            flux: 0.1 * chance(10 * h + 5),
            onset: [6, 7, 8].map(|part| (chance(10 * h + part) * 10.0 - 9.0).max(0.0)),
            chroma: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11].map(|class| chance(1_000_000 + 12 * (h / 200) + class)),
        };
        let features = Features {
            rate,
            len: 3_000 * 441,
            hops: (0..3_000).map(hop).collect(),
        };
        let song = SongMusic::new(&features);
        let mut stream = LiveMusic::new(rate);
        let mut forwards = Vec::new();
        for (h, hop) in features.hops.iter().enumerate() {
            let centre = features.centre(h);
            stream.push(centre, hop);
            // At any sample of the hop, to the bit.
            for at in [0, 1, 217, 440].map(|after| SamplePos(centre.0 + after)) {
                let (ours, theirs) = (stream.reactive(None, at), song.reactive(at, at..SamplePos(at.0 + 1)));
                assert_eq!(
                    [ours.kick, ours.snare, ours.hat],
                    [theirs.kick, theirs.snare, theirs.hat],
                    "at {at:?}"
                );
            }
            forwards.push(stream.reactive(None, centre));
        }
        // A stream is smoothed forwards only, since it is not known what comes. Smoothed once more by the same code, from the
        // end, it has the song's levels to the bit.
        let mut back = LiveMusic::new(rate);
        for (h, level) in forwards.iter().enumerate().rev() {
            let hop = Hop {
                loudness: level.loudness,
                bands: [level.bass, level.mid, level.high],
                ..Hop::default()
            };
            back.push(SamplePos(0), &hop);
            let (ours, at) = (back.reactive(None, SamplePos(0)), features.centre(h));
            let theirs = song.reactive(at, at..at);
            assert_eq!(
                [ours.loudness, ours.bass, ours.mid, ours.high],
                [theirs.loudness, theirs.bass, theirs.mid, theirs.high],
                "hop {h}"
            );
        }
    }

    #[test]
    fn silence_ends_everything() {
        let mut music = LiveMusic::new(SampleRate::new(48_000).unwrap());
        let hop = Hop {
            onset: [0.8, 0.0, 0.6],
            loudness: 0.9,
            ..Hop::default()
        };
        music.push(SamplePos(0), &hop);
        assert!(music.is_sounding());
        for _ in 0..200 {
            music.fade(0.016);
        }
        let quiet = music.reactive(None, SamplePos(0));
        assert_eq!([quiet.kick, quiet.snare, quiet.hat, quiet.loudness], [0.0; 4]);
        assert!(!music.is_sounding() && music.onsets() == [0.0; 3] && quiet.calm == 1.0);
    }
}
