//! How people write places and lengths in a song: [`Position`] and [`Length`].

use std::{fmt, str::FromStr};

use crate::error::{Error, Result};

/// The most bars a position can count: an hour of bars of half a second, and some.
const MAX_BAR: u32 = 10_000;
/// The longest time, 24 hours, in microseconds.
const MAX_MICROS: u64 = 86_400_000_000;

/// A place in a song, as a storyboard or the command line gives it.
///
/// ```
/// use phosphene_core::storyboard::Position;
/// assert_eq!("17.3".parse::<Position>()?, Position::Bar { bar: 17, beat: 3 });
/// assert_eq!("0:42.5".parse::<Position>()?, Position::Time { micros: 42_500_000 });
/// assert_eq!("Chorus 2".parse::<Position>()?.to_string(), "Chorus 2");
/// # Ok::<(), phosphene_core::error::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Position {
    /// A beat of a bar: "17" is bar 17's first beat, "17.3" its third. Both count from 1; bar 0 is the pick-up.
    Bar {
        /// The bar, from 1.
        bar: u32,
        /// The beat in the bar, from 1.
        beat: u32,
    },
    /// A time from the song's start: "0:42.5", "1:02:03.5".
    Time {
        /// In microseconds.
        micros: u64,
    },
    /// The start of a section: "chorus" is the first so called, "chorus 2" the second.
    Section {
        /// The section's label, compared without regard to case.
        label: String,
        /// Which of those so labelled, from 1.
        nth: u32,
    },
}

impl Position {
    /// The song's start, as a time.
    pub const START: Position = Position::Time { micros: 0 };

    fn wrong(text: &str, expected: &str) -> Error {
        Error::Value {
            what: "the position",
            expected: expected.to_owned(),
            actual: format!("\"{}\"", shortened(text)),
        }
    }

    /// "17", "17.3": bars and beats count from 1.
    fn bar(text: &str) -> Result<Self> {
        let (bar, beat) = text.split_once('.').unwrap_or((text, "1"));
        let number = |digits: &str| {
            let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
            plain.then(|| digits.parse::<u32>().ok()).flatten()
        };
        match (number(bar), number(beat)) {
            (Some(bar), Some(beat)) if bar <= MAX_BAR && (1..=32).contains(&beat) => Ok(Self::Bar { bar, beat }),
            _ => Err(Self::wrong(
                text,
                "a bar such as \"17\", or a beat of it such as \"17.3\" (bar 17, beat 3)",
            )),
        }
    }

    /// "1:23.4": minutes and seconds from the song's start.
    fn time(text: &str) -> Result<Self> {
        let wrong = || Self::wrong(text, "a time such as \"0:42.5\" or \"1:02:03.5\"");
        let parts: Vec<&str> = text.split(':').collect();
        if parts.len() > 3 {
            return Err(wrong());
        }
        let (whole, fraction) = parts[parts.len() - 1]
            .split_once('.')
            .unwrap_or((parts[parts.len() - 1], "0"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !digits(fraction) || fraction.len() > 6 {
            return Err(wrong());
        }
        let mut secs: u64 = 0;
        for (i, part) in parts[..parts.len() - 1].iter().chain([&whole]).enumerate() {
            let number = if digits(part) { part.parse::<u64>().ok() } else { None };
            let number = number.filter(|&n| n < 60 || (i == 0 && n < 10_000)).ok_or_else(wrong)?;
            secs = secs * 60 + number;
        }
        let micros: u64 = format!("{fraction:0<6}").parse().map_err(|_| wrong())?;
        let micros = secs * 1_000_000 + micros;
        if micros > MAX_MICROS {
            return Err(wrong());
        }
        Ok(Self::Time { micros })
    }

    /// "chorus", "chorus 2": a section's label and which of that name.
    fn section(text: &str) -> Result<Self> {
        let mut words: Vec<&str> = text.split_whitespace().collect();
        let mut nth = 1;
        let number = words.split_last().filter(|(last, before)| {
            // A lone word is a label, whatever it is.
            !before.is_empty() && last.bytes().all(|b| b.is_ascii_digit())
        });
        if let Some((last, before)) = number {
            let counted = last.parse().ok().filter(|n| (1..=1_000).contains(n));
            nth = counted
                .ok_or_else(|| Self::wrong(text, "a section's name and its number from 1, such as \"chorus 2\""))?;
            words = before.to_vec();
        }
        let label = words.join(" ");
        if label.chars().count() > 60 || label.chars().any(char::is_control) {
            return Err(Self::wrong(
                text,
                "a bar, a time, or a section's short name such as \"chorus\"",
            ));
        }
        Ok(Self::Section { label, nth })
    }
}

impl FromStr for Position {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let text = text.trim();
        if text.contains(':') {
            return Self::time(text);
        }
        match text.chars().next() {
            Some(first) if first.is_alphabetic() => Self::section(text),
            Some(first) if first.is_ascii_digit() => Self::bar(text),
            _ => Err(Self::wrong(
                text,
                "a bar (\"17\"), a beat of it (\"17.3\"), a time (\"0:42.5\") or a section (\"chorus 2\")",
            )),
        }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bar { bar, beat: 1 } => write!(f, "{bar}"),
            Self::Bar { bar, beat } => write!(f, "{bar}.{beat}"),
            Self::Time { micros } => {
                let secs = micros / 1_000_000;
                if secs >= 3_600 {
                    write!(f, "{}:{:02}:{:02}", secs / 3_600, secs / 60 % 60, secs % 60)?;
                } else {
                    write!(f, "{}:{:02}", secs / 60, secs % 60)?;
                }
                let fraction = format!("{:06}", micros % 1_000_000);
                match fraction.trim_end_matches('0') {
                    "" => Ok(()),
                    digits => write!(f, ".{digits}"),
                }
            }
            Self::Section { label, nth: 1 } => f.write_str(label),
            Self::Section { label, nth } => write!(f, "{label} {nth}"),
        }
    }
}

/// A stretch of a song: "2 bars", "4 beats", "1.5 s", or "0".
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Length {
    /// Bars, as long as they are there.
    Bars(f64),
    /// Beats, as long as they are there.
    Beats(f64),
    /// Seconds.
    Secs(f64),
}

impl Length {
    /// Nothing at all: what "0" says.
    pub const ZERO: Length = Length::Secs(0.0);
}

impl FromStr for Length {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let wrong = |reason: &str| Error::Value {
            what: "the length",
            expected: reason.to_owned(),
            actual: format!("\"{}\"", shortened(text)),
        };
        let text = text.trim();
        let split = text
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(text.len());
        let (number, unit) = (&text[..split], text[split..].trim());
        let value: f64 = number
            .parse()
            .map_err(|_| wrong("a number and a unit, such as \"2 bars\", \"4 beats\" or \"1.5 s\""))?;
        if !(0.0..=1_000.0).contains(&value) {
            return Err(wrong("from 0 to 1000 bars, beats or seconds"));
        }
        match unit.to_ascii_lowercase().as_str() {
            "bar" | "bars" => Ok(Self::Bars(value)),
            "beat" | "beats" => Ok(Self::Beats(value)),
            "s" | "sec" | "secs" | "second" | "seconds" => Ok(Self::Secs(value)),
            "" if value == 0.0 => Ok(Self::ZERO),
            "" => Err(wrong(
                "a number with its unit, such as \"2 bars\", \"4 beats\" or \"1.5 s\"",
            )),
            _ => Err(wrong(
                "in bars, beats or s, such as \"2 bars\", \"4 beats\" or \"1.5 s\"",
            )),
        }
    }
}

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bars(n) if *n == 1.0 => f.write_str("1 bar"),
            Self::Beats(n) if *n == 1.0 => f.write_str("1 beat"),
            Self::Bars(n) => write!(f, "{n} bars"),
            Self::Beats(n) => write!(f, "{n} beats"),
            Self::Secs(n) => write!(f, "{n} s"),
        }
    }
}

/// As much of a text as fits in a message.
pub(super) fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(40).filter(|c| !c.is_control()).collect();
    if text.chars().nth(40).is_some() {
        short.push_str("...");
    }
    short
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn bars_and_times_round_trip(bar in 0u32..=MAX_BAR, beat in 1u32..=32, micros in 0u64..=MAX_MICROS) {
            for position in [Position::Bar { bar, beat }, Position::Time { micros }] {
                prop_assert_eq!(position.to_string().parse::<Position>().unwrap(), position);
            }
        }

        #[test]
        fn sections_round_trip(label in "[a-zA-Z]{1,9}( [A-Za-z]{1,5})?", nth in 1u32..=1_000) {
            let position = Position::Section { label, nth };
            prop_assert_eq!(position.to_string().parse::<Position>().unwrap(), position);
        }

        #[test]
        fn lengths_round_trip(value in 0.0f64..=1_000.0) {
            for length in [Length::Bars(value), Length::Beats(value), Length::Secs(value)] {
                prop_assert_eq!(length.to_string().parse::<Length>().unwrap(), length);
            }
        }

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,60}") {
            if let Ok(position) = text.parse::<Position>() {
                prop_assert_eq!(position.to_string().parse::<Position>().unwrap(), position);
            }
            if let Ok(length) = text.parse::<Length>() {
                prop_assert_eq!(length.to_string().parse::<Length>().unwrap(), length);
            }
        }
    }

    #[test]
    fn what_people_write() {
        let time = |micros| Position::Time { micros };
        let section = |label: &str, nth| Position::Section {
            label: label.into(),
            nth,
        };
        for (text, position) in [
            ("1", Position::Bar { bar: 1, beat: 1 }),
            (" 17.3 ", Position::Bar { bar: 17, beat: 3 }),
            ("0:42.5", time(42_500_000)),
            ("1:02:03.5", time(3_723_500_000)),
            ("90:00", time(5_400_000_000)),
            ("chorus", section("chorus", 1)),
            ("Part A  2", section("Part A", 2)),
        ] {
            assert_eq!(text.parse::<Position>().unwrap(), position, "{text}");
        }
        for text in [
            "", "-1", "17.0", "17.3.1", "1:60", ":30", "1:", "0:4.5x", "99999", "1e3", "verse 0", "🎵",
        ] {
            assert!(text.parse::<Position>().is_err(), "{text}");
        }
        assert_eq!("2 bars".parse::<Length>().unwrap(), Length::Bars(2.0));
        assert_eq!("1bar".parse::<Length>().unwrap(), Length::Bars(1.0));
        assert_eq!("1.5 s".parse::<Length>().unwrap(), Length::Secs(1.5));
        assert_eq!("0".parse::<Length>().unwrap(), Length::ZERO);
        for text in [
            "",
            "2",
            "bars",
            "-1 bars",
            "2 lightyears",
            "1001 bars",
            "nan s",
            "1.2.3 s",
        ] {
            assert!(text.parse::<Length>().is_err(), "{text}");
        }
    }
}
