//! Time as counts: samples, video frames, and every conversion between them.
//!
//! Nothing here is a float. A frame rate is a fraction, a moment is a sample index, and a conversion is one integer
//! division whose rounding is stated, so no error can build up over an hour of music.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// A position in a song: samples (per channel) from the song's first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SamplePos(pub u64);

impl SamplePos {
    /// The position in seconds, for people and for drawing; never for deciding where something lands.
    #[must_use]
    pub fn secs(self, rate: SampleRate) -> f64 {
        self.0 as f64 / f64::from(rate.hz())
    }

    /// The sample nearest to a time in seconds. Negative times become the first sample.
    #[must_use]
    pub fn from_secs(secs: f64, rate: SampleRate) -> Self {
        Self((secs.max(0.0) * f64::from(rate.hz())).round() as u64)
    }
}

/// A video frame's index, from the video's first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FrameIdx(pub u64);

/// What begins at most one part of a second in so many before a frame's start is shown on that frame: 1 ms.
const EVENT_LEAD: u128 = 1_000;

/// Samples a second (per channel), 8,000 to 192,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct SampleRate(u32);

impl SampleRate {
    /// The lowest rate taken, in Hz.
    pub const MIN_HZ: u32 = 8_000;
    /// The highest rate taken, in Hz.
    pub const MAX_HZ: u32 = 192_000;

    /// # Errors
    /// [`Error::SampleRate`] outside [`Self::MIN_HZ`]..=[`Self::MAX_HZ`].
    pub fn new(hz: u32) -> Result<Self> {
        if (Self::MIN_HZ..=Self::MAX_HZ).contains(&hz) {
            Ok(Self(hz))
        } else {
            Err(Error::SampleRate { actual: hz })
        }
    }

    /// The rate in Hz.
    #[must_use]
    pub fn hz(self) -> u32 {
        self.0
    }
}

impl TryFrom<u32> for SampleRate {
    type Error = Error;
    fn try_from(hz: u32) -> Result<Self> {
        Self::new(hz)
    }
}

impl From<SampleRate> for u32 {
    fn from(rate: SampleRate) -> Self {
        rate.0
    }
}

/// Video frames a second, as an exact fraction in lowest terms.
///
/// ```
/// use phosphene_core::time::{Fps, FrameIdx, SamplePos, SampleRate};
/// let fps: Fps = "29.97".parse()?;
/// assert_eq!((fps.num(), fps.den()), (30_000, 1_001));
/// let rate = SampleRate::new(48_000)?;
/// // Frame 30 begins 1.001 s in, at sample 48,048, and shows until the sample before frame 31 begins.
/// assert_eq!(fps.first_sample(FrameIdx(30), rate), SamplePos(48_048));
/// assert_eq!(fps.frame_at(SamplePos(48_047), rate), FrameIdx(29));
/// assert_eq!(fps.frame_at(SamplePos(48_048), rate), FrameIdx(30));
/// # Ok::<(), phosphene_core::error::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Fps {
    num: u32,
    den: u32,
}

impl Fps {
    /// The rates with a name, as a user writes them.
    pub const NAMED: [(&'static str, Fps); 8] = [
        (
            "23.976",
            Fps {
                num: 24_000,
                den: 1_001,
            },
        ),
        ("24", Fps { num: 24, den: 1 }),
        ("25", Fps { num: 25, den: 1 }),
        (
            "29.97",
            Fps {
                num: 30_000,
                den: 1_001,
            },
        ),
        ("30", Fps { num: 30, den: 1 }),
        ("50", Fps { num: 50, den: 1 }),
        (
            "59.94",
            Fps {
                num: 60_000,
                den: 1_001,
            },
        ),
        ("60", Fps { num: 60, den: 1 }),
    ];

    /// Film's 24 frames a second, the default.
    pub const FILM: Fps = Fps { num: 24, den: 1 };

    /// Numerator of the rate in lowest terms.
    #[must_use]
    pub fn num(self) -> u32 {
        self.num
    }

    /// Denominator of the rate in lowest terms: 1, or 1,001 for the NTSC rates.
    #[must_use]
    pub fn den(self) -> u32 {
        self.den
    }

    /// The rate as a float, for display and smoothing constants.
    #[must_use]
    pub fn hz(self) -> f64 {
        f64::from(self.num) / f64::from(self.den)
    }

    /// The frame whose display time contains the sample: `floor(sample * num / (rate * den))`.
    ///
    /// A frame is shown from its own start up to, and not including, the start of the next.
    #[must_use]
    pub fn frame_at(self, at: SamplePos, rate: SampleRate) -> FrameIdx {
        let ticks = u128::from(at.0) * u128::from(self.num);
        FrameIdx((ticks / (u128::from(rate.0) * u128::from(self.den))) as u64)
    }

    /// The frame whose start is nearest to the sample, the later of two: half a frame away at most.
    #[must_use]
    pub fn nearest_frame(self, at: SamplePos, rate: SampleRate) -> FrameIdx {
        let (ticks, frame) = (
            u128::from(at.0) * u128::from(self.num),
            u128::from(rate.0) * u128::from(self.den),
        );
        FrameIdx(((2 * ticks + frame) / (2 * frame)) as u64)
    }

    /// The frame on which what begins at the sample is shown: the one whose display time contains the moment 1 ms after
    /// it, `floor((sample * 1000 + rate) * num / (rate * den * 1000))`.
    ///
    /// Beats that are heard are known to a millisecond, and those that are given are rounded to samples: one that lies
    /// that little before a frame's start belongs to that frame, not to the one that is nearly over.
    ///
    /// ```
    /// use phosphene_core::time::{Fps, FrameIdx, SamplePos, SampleRate};
    /// let rate = SampleRate::new(48_000)?;
    /// // Frame 12 of 24 a second begins half a second in.
    /// assert_eq!(Fps::FILM.frame_of_event(SamplePos(24_000), rate), FrameIdx(12));
    /// assert_eq!(Fps::FILM.frame_of_event(SamplePos(23_952), rate), FrameIdx(12), "1 ms before it");
    /// assert_eq!(Fps::FILM.frame_of_event(SamplePos(23_951), rate), FrameIdx(11));
    /// # Ok::<(), phosphene_core::error::Error>(())
    /// ```
    #[must_use]
    pub fn frame_of_event(self, at: SamplePos, rate: SampleRate) -> FrameIdx {
        let ticks = (u128::from(at.0) * EVENT_LEAD + u128::from(rate.0)) * u128::from(self.num);
        FrameIdx((ticks / (u128::from(rate.0) * u128::from(self.den) * EVENT_LEAD)) as u64)
    }

    /// The first sample at which something may begin to be shown on the frame: the least that
    /// [`Self::frame_of_event`] takes to it.
    #[must_use]
    pub fn first_event(self, frame: FrameIdx, rate: SampleRate) -> SamplePos {
        let begins = u128::from(frame.0) * u128::from(self.den) * u128::from(rate.0) * EVENT_LEAD;
        let lead = u128::from(rate.0) * u128::from(self.num);
        SamplePos(begins.saturating_sub(lead).div_ceil(u128::from(self.num) * EVENT_LEAD) as u64)
    }

    /// The first sample heard while the frame is shown: `ceil(frame * den * rate / num)`.
    #[must_use]
    pub fn first_sample(self, frame: FrameIdx, rate: SampleRate) -> SamplePos {
        let ticks = u128::from(frame.0) * u128::from(self.den) * u128::from(rate.0);
        SamplePos(ticks.div_ceil(u128::from(self.num)) as u64)
    }

    /// Frames needed so that the picture lasts at least as long as `len` samples; one at least.
    #[must_use]
    pub fn frames_for(self, len: u64, rate: SampleRate) -> u64 {
        let ticks = u128::from(len) * u128::from(self.num);
        (ticks.div_ceil(u128::from(rate.0) * u128::from(self.den)) as u64).max(1)
    }
}

impl FromStr for Fps {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self> {
        let named = Self::NAMED.iter().find(|(name, _)| *name == text.trim());
        named.map(|&(_, fps)| fps).ok_or_else(|| Error::Fps {
            actual: text.to_owned(),
        })
    }
}

impl fmt::Display for Fps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = Self::NAMED.iter().find(|(_, fps)| fps == self);
        f.write_str(named.map_or("", |(name, _)| name))
    }
}

impl TryFrom<String> for Fps {
    type Error = Error;
    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<Fps> for String {
    fn from(fps: Fps) -> Self {
        fps.to_string()
    }
}

/// A picture's size in pixels: both sides even, 16 to 7,680.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Size {
    width: u32,
    height: u32,
}

impl Size {
    /// The default, 1280x720.
    pub const HD: Size = Size {
        width: 1280,
        height: 720,
    };

    /// # Errors
    /// [`Error::Size`] when a side is odd (4:2:0 chroma needs pairs) or out of 16..=7,680.
    pub fn new(width: u32, height: u32) -> Result<Self> {
        let ok = |side: u32| side.is_multiple_of(2) && (16..=7_680).contains(&side);
        if ok(width) && ok(height) {
            Ok(Self { width, height })
        } else {
            Err(Error::Size {
                actual: format!("{width}x{height}"),
            })
        }
    }

    /// Width in pixels.
    #[must_use]
    pub fn width(self) -> u32 {
        self.width
    }

    /// Height in pixels.
    #[must_use]
    pub fn height(self) -> u32 {
        self.height
    }

    /// Width over height.
    #[must_use]
    pub fn aspect(self) -> f64 {
        f64::from(self.width) / f64::from(self.height)
    }
}

impl FromStr for Size {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self> {
        let wrong = || Error::Size {
            actual: text.to_owned(),
        };
        let (width, height) = text.trim().split_once(['x', 'X', '×']).ok_or_else(wrong)?;
        let side = |text: &str| text.trim().parse::<u32>().map_err(|_| wrong());
        Self::new(side(width)?, side(height)?).map_err(|_| wrong())
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.width, self.height)
    }
}

impl TryFrom<String> for Size {
    type Error = Error;
    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<Size> for String {
    fn from(size: Size) -> Self {
        size.to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_fps() -> impl Strategy<Value = Fps> {
        (0..Fps::NAMED.len()).prop_map(|i| Fps::NAMED[i].1)
    }

    proptest! {
        #[test]
        fn a_frame_shows_from_its_first_sample_on(n in 0u64..10_000_000, fps in any_fps(), hz in 8_000u32..=192_000) {
            let rate = SampleRate::new(hz)?;
            let first = fps.first_sample(FrameIdx(n), rate);
            prop_assert_eq!(fps.frame_at(first, rate), FrameIdx(n));
            if first.0 > 0 {
                prop_assert_eq!(fps.frame_at(SamplePos(first.0 - 1), rate), FrameIdx(n - 1));
            }
        }

        #[test]
        fn the_nearest_frame_starts_within_half_a_frame(at in 0u64..1_000_000_000, fps in any_fps(), hz in 8_000u32..=192_000) {
            let rate = SampleRate::new(hz)?;
            let frame = fps.nearest_frame(SamplePos(at), rate);
            let half = f64::from(hz) / fps.hz() / 2.0;
            prop_assert!(fps.first_sample(frame, rate).0.abs_diff(at) as f64 <= half + 1.0);
            let first = fps.first_sample(FrameIdx(at), rate);
            prop_assert_eq!(fps.nearest_frame(first, rate), FrameIdx(at));
        }

        #[test]
        fn what_begins_up_to_a_millisecond_early_is_on_its_frame(
            n in 0u64..10_000_000, fps in any_fps(), hz in 8_000u32..=192_000,
        ) {
            let rate = SampleRate::new(hz)?;
            let start = fps.first_sample(FrameIdx(n), rate);
            let first = fps.first_event(FrameIdx(n), rate);
            prop_assert_eq!(fps.frame_of_event(start, rate), FrameIdx(n));
            prop_assert_eq!(fps.frame_of_event(first, rate), FrameIdx(n));
            if first.0 > 0 {
                prop_assert_eq!(fps.frame_of_event(SamplePos(first.0 - 1), rate), FrameIdx(n - 1));
                // In exact fractions: from 1 ms before the frame's start on, and not before.
                let begins = u128::from(n) * u128::from(fps.den) * u128::from(hz) * 1_000;
                let early = |at: u64| begins.saturating_sub(u128::from(at) * u128::from(fps.num) * 1_000);
                let millisecond = u128::from(hz) * u128::from(fps.num);
                prop_assert!(early(first.0) <= millisecond && early(first.0 - 1) > millisecond);
            }
        }

        #[test]
        fn the_picture_covers_the_song_by_less_than_a_frame(len in 1u64..1_000_000_000, fps in any_fps()) {
            let rate = SampleRate::new(44_100)?;
            let frames = fps.frames_for(len, rate);
            prop_assert!(fps.first_sample(FrameIdx(frames), rate).0 >= len);
            prop_assert!(begins_before_the_end(frames - 1, len, fps, rate));
        }
    }

    /// In exact fractions: a last frame may begin within the last sample, after that sample's start.
    fn begins_before_the_end(frame: u64, len: u64, fps: Fps, rate: SampleRate) -> bool {
        let begins = u128::from(frame) * u128::from(fps.den) * u128::from(rate.0);
        begins < u128::from(len) * u128::from(fps.num)
    }

    #[test]
    fn a_last_frame_may_begin_within_the_last_sample() -> Result<()> {
        let (len, fps, rate) = (79_683_780, "59.94".parse::<Fps>()?, SampleRate::new(44_100)?);
        let frames = fps.frames_for(len, rate);
        assert!(begins_before_the_end(frames - 1, len, fps, rate));
        assert_eq!(fps.first_sample(FrameIdx(frames - 1), rate), SamplePos(len));
        Ok(())
    }

    #[test]
    fn names_round_trip_and_others_are_refused() {
        for (name, fps) in Fps::NAMED {
            assert_eq!(name.parse::<Fps>().unwrap(), fps);
            assert_eq!(fps.to_string(), name);
        }
        assert!("29.98".parse::<Fps>().unwrap_err().to_string().contains("23.976"));
        assert_eq!("1080x1920".parse::<Size>().unwrap().to_string(), "1080x1920");
        assert!("1281x720".parse::<Size>().is_err());
        assert!(SampleRate::new(7_999).is_err());
    }
}
