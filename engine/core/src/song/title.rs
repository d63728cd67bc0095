//! What a song is called: by its tags, or by its file.

use std::path::{Path, PathBuf};

use crate::clean::one_line;

/// Between the values of a tag that has several.
const BETWEEN: &str = " / ";
/// Endings of sound files, and of videos that songs come in.
const ENDINGS: [&str; 40] = [
    "3g2", "3gp", "aac", "adts", "aif", "aifc", "aiff", "alac", "amr", "ape", "au", "bw64", "bwf", "caf", "dsf",
    "flac", "m4a", "m4b", "m4v", "mka", "mkv", "mov", "mp1", "mp2", "mp3", "mp4", "mpc", "mpga", "oga", "ogg", "ogv",
    "opus", "rf64", "snd", "spx", "w64", "wav", "wave", "webm", "wma",
];

/// A tag's text, clean and on one line; `None` when it says nothing.
///
/// ID3 ends texts by a NUL, or by several, and puts one between values: "a NUL b NUL NUL" is "a / b". Of equal values one
/// is left. Where FFmpeg reads the file, it tells the first value alone.
pub fn tag(text: &str) -> Option<String> {
    joined(text.split('\0'))
}

/// Values of one tag, as [`tag`] puts them together.
pub fn joined<'a>(values: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let mut kept: Vec<String> = Vec::new();
    for value in values.into_iter().flat_map(|value| value.split('\0')).map(one_line) {
        if !value.is_empty() && !kept.contains(&value) {
            kept.push(value);
        }
    }
    (!kept.is_empty()).then(|| kept.join(BETWEEN))
}

/// A file's path without the ending of a sound file; other dots belong to its name.
///
/// ```
/// use phosphene_core::song::without_ending;
/// use std::path::Path;
/// assert_eq!(without_ending(Path::new("a/Vol. 1.FLAC")), Path::new("a/Vol. 1"));
/// assert_eq!(without_ending(Path::new("a/Vol. 1")), Path::new("a/Vol. 1"));
/// ```
#[must_use]
pub fn without_ending(path: &Path) -> PathBuf {
    let ending = path.extension().and_then(|ending| ending.to_str());
    let known = ending.is_some_and(|ending| ENDINGS.contains(&&*ending.to_ascii_lowercase()));
    if known {
        path.with_extension("")
    } else {
        path.to_owned()
    }
}

/// What a song without a title is called: its file's name, clean and without its ending.
#[must_use]
pub fn file_title(path: &Path) -> String {
    let name = without_ending(path);
    let name = one_line(&name.file_name().unwrap_or_default().to_string_lossy());
    if name.is_empty() { "song".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_clean_lines() {
        for (raw, clean) in [
            ("Song\0\0\0", Some("Song")),
            ("Song \0 \0", Some("Song")),
            ("A\0B\0A\0", Some("A / B")),
            ("\u{1b}[31mRed\u{1b}[0m", Some("Red")),
            ("two\nlines", Some("two lines")),
            ("\0\0", None),
            (" \t\u{202e} ", None),
            ("", None),
        ] {
            assert_eq!(tag(raw).as_deref(), clean, "{raw:?}");
        }
        assert_eq!(joined(["A", "B", "A"]).as_deref(), Some("A / B"));
    }

    #[test]
    fn a_name_loses_only_the_ending_of_a_sound_file() {
        for (name, title) in [
            ("Vol. 1", "Vol. 1"),
            ("Vol. 1.wav", "Vol. 1"),
            ("x/1.5.2 final.Mp3", "1.5.2 final"),
            ("Mr. Smith", "Mr. Smith"),
            ("song.tar", "song.tar"),
            (".wav", ".wav"),
            (" .wav", "song"),
            ("a\u{1b}[2Jb.ogg", "ab"),
        ] {
            assert_eq!(file_title(Path::new(name)), title, "{name:?}");
        }
    }
}
