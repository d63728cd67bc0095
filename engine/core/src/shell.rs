//! Commands that are printed to be copied: names quoted for the shell.

use std::{fmt::Write as _, path::Path};

use crate::clean::is_unseen;

/// A path as a word of a command line.
///
/// On Unix it is read back as the same bytes by any POSIX shell: in single quotes where it needs any; by `printf` where
/// it holds bytes that can't be shown. On Windows it is in double quotes where it needs any.
///
/// ```
/// # if cfg!(unix) {
/// use phosphene_core::shell::quoted;
/// use std::path::Path;
/// assert_eq!(quoted(Path::new("music/song.wav")), "music/song.wav");
/// assert_eq!(quoted(Path::new("it's $HOME.wav")), r"'it'\''s $HOME.wav'");
/// assert_eq!(quoted(Path::new("-o.wav")), "./-o.wav");
/// # }
/// ```
#[must_use]
pub fn quoted(path: &Path) -> String {
    if cfg!(windows) {
        return windows(&path.to_string_lossy());
    }
    let bytes = path.as_os_str().as_encoded_bytes();
    // What begins with a dash would be taken for an option.
    let rooted = if bytes.starts_with(b"-") {
        [b"./", bytes].concat()
    } else {
        bytes.to_vec()
    };
    posix(&rooted)
}

fn posix(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.is_empty() && text.chars().all(is_plain) => text.to_owned(),
        Ok(text) if !text.chars().any(is_unseen) => format!("'{}'", text.replace('\'', r"'\''")),
        _ => printed(bytes),
    }
}

/// `"$(printf '...')"` with octal numbers, which every POSIX shell understands, as not all do `$'...'`.
fn printed(bytes: &[u8]) -> String {
    // A shell takes line breaks off the end of what a command prints.
    let breaks = bytes.iter().rev().take_while(|byte| **byte == b'\n').count();
    let (body, end) = bytes.split_at(bytes.len() - breaks);
    let mut word = String::from("\"$(printf '");
    for &byte in body {
        match byte {
            b'%' => word.push_str("%%"),
            // An exclamation mark calls up the history of an interactive shell.
            b'\\' | b'\'' | b'"' | b'$' | b'`' | b'!' | ..=31 | 127.. => {
                write!(word, "\\{byte:03o}").expect("writing to a string can't fail");
            }
            _ => word.push(char::from(byte)),
        }
    }
    word.push_str("')\"");
    if !end.is_empty() {
        write!(word, "'{}'", "\n".repeat(breaks)).expect("writing to a string can't fail");
    }
    word
}

fn windows(text: &str) -> String {
    if !text.is_empty() && text.chars().all(|c| is_plain(c) || c == '\\') {
        return text.to_owned();
    }
    // No name of a file there holds a double quote.
    format!("\"{text}\"")
}

/// Whether a character means nothing to any shell.
fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || "/._-+,:@".contains(c)
}

#[cfg(all(test, unix))]
mod tests {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt, process::Command};

    use proptest::prelude::*;

    use super::*;

    /// The word as the shell understands it.
    fn heard(word: &str) -> Vec<u8> {
        let said = Command::new("sh")
            .args(["-c", &format!("printf '%s.' {word}")])
            .output()
            .expect("there is a shell");
        assert!(said.status.success(), "{word}");
        said.stdout[..said.stdout.len() - 1].to_vec()
    }

    fn check(name: &[u8]) {
        let word = quoted(Path::new(OsStr::from_bytes(name)));
        let back = heard(&word);
        let back = back
            .strip_prefix(b"./")
            .filter(|_| name.starts_with(b"-"))
            .unwrap_or(&back);
        assert_eq!(back, name, "{word}");
        assert!(!word.chars().any(|c| is_unseen(c) && c != '\n'), "{word:?}");
    }

    #[test]
    fn a_shell_reads_the_same_name() {
        for name in [
            &b"song.wav"[..],
            b"a b",
            b"it's",
            b"$(touch x) `y` \\ \"z\" !! *?[a]{b,c} ~ # & | ; < >",
            b"-o",
            b"\xff\xfe 50% \\'!.wav",
            b"\x1b[31mred\x07",
            "bidi \u{202e}gnos ñ 漢".as_bytes(),
            b"two\nlines",
            b"ends\n",
            b"",
        ] {
            check(name);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(30))]

        #[test]
        fn a_shell_reads_any_name(name in prop::collection::vec(1u8..=255, 1..40)) {
            check(&name);
        }
    }

    #[test]
    fn windows_wants_double_quotes() {
        assert_eq!(windows(r"C:\music\song.wav"), r"C:\music\song.wav");
        assert_eq!(windows("a b.wav"), "\"a b.wav\"");
    }
}
