//! Text from files and from names, made safe to show.
//!
//! A tag or a file's name may hold anything: escape sequences that colour, move or clear a terminal, line breaks that
//! forge lines of a program's own, marks that turn the reading direction of what follows.

use std::borrow::Cow;

/// Begins an escape sequence of terminals.
const ESCAPE: char = '\u{1b}';

/// Whether a character does something where it is shown rather than being seen: control characters, breaks of lines,
/// turns of the reading direction (but not the marks that right-to-left names need), byte order marks.
#[must_use]
pub fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
        || matches!(c, '\u{fff9}'..='\u{fffb}')
}

/// The text with each unseen character written out, as in `\n` and `\u{1b}`: for a line on a terminal.
///
/// ```
/// use phosphene_core::clean::shown;
/// assert_eq!(shown("so\u{1b}[2Jng\n.wav"), r"so\u{1b}[2Jng\n.wav");
/// ```
#[must_use]
pub fn shown(text: &str) -> Cow<'_, str> {
    written_out(text, |_| false)
}

/// As [`shown`], but line breaks and tabs stay: for a text of several lines.
#[must_use]
pub fn shown_lines(text: &str) -> Cow<'_, str> {
    written_out(text, |c| c == '\n' || c == '\t')
}

fn written_out(text: &str, stays: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.chars().any(|c| is_unseen(c) && !stays(c)) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_unseen(c) && !stays(c) {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out.into()
}

/// JSON with the unseen characters of its strings as JSON's own escapes: it says the same, and can be shown.
#[must_use]
pub fn json(text: &str) -> Cow<'_, str> {
    let stays = |c: char| !is_unseen(c) || matches!(c, '\n' | '\r' | '\t');
    if text.chars().all(stays) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if stays(c) {
            out.push(c);
        } else {
            // None of them is beyond the first plane of Unicode, so one escape says each.
            out.push_str(&format!("\\u{:04x}", u32::from(c)));
        }
    }
    out.into()
}

/// One line of plain text: escape sequences are left out whole, breaks and tabs become spaces, what else is unseen is
/// left out, and nothing is around it.
///
/// ```
/// use phosphene_core::clean::one_line;
/// assert_eq!(one_line(" \u{1b}[31mRed\u{1b}[0m\tCar\0 "), "Red Car");
/// ```
#[must_use]
pub fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            ESCAPE => match rest.next_if(|next| !is_unseen(*next)) {
                Some('[') => skip_control_sequence(&mut rest),
                Some(']' | 'P' | 'X' | '^' | '_') => skip_string(&mut rest),
                // Of two characters, or one alone.
                _ => {}
            },
            '\u{9b}' => skip_control_sequence(&mut rest),
            '\u{90}' | '\u{98}' | '\u{9d}'..='\u{9f}' => skip_string(&mut rest),
            '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => out.push(' '),
            c if is_unseen(c) => {}
            c => out.push(c),
        }
    }
    out.trim().to_owned()
}

type Chars<'a> = std::iter::Peekable<std::str::Chars<'a>>;

/// Parameters, and the letter that ends them. **Source**: ECMA-48, 5.4.
fn skip_control_sequence(rest: &mut Chars<'_>) {
    while rest.next_if(|c| (' '..='?').contains(c)).is_some() {}
    rest.next_if(|c| ('@'..='~').contains(c));
}

/// A text for the terminal itself, such as a window's title, up to its end. One without an end is left alone, so that no
/// words are lost.
fn skip_string(rest: &mut Chars<'_>) {
    let mut ahead = rest.clone();
    while let Some(c) = ahead.next() {
        if c == '\u{7}' || c == '\u{9c}' || (c == ESCAPE && ahead.next_if_eq(&'\\').is_some()) {
            *rest = ahead;
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn sequences_go_and_words_stay() {
        for (text, plain) in [
            ("plain", "plain"),
            ("a\u{1b}[2J\u{1b}[1;31mb\u{1b}[0m", "ab"),
            ("\u{1b}]0;owned\u{7}song", "song"),
            ("\u{1b}]8;;http://x\u{1b}\\link\u{1b}]8;;\u{1b}\\", "link"),
            ("\u{1b}]0;never ends", "0;never ends"),
            ("\u{9b}31mred", "red"),
            ("\u{202e}gnos\u{202c} \u{2066}a\u{2069}", "gnos a"),
            ("two\r\nlines\tand a tab", "two  lines and a tab"),
            ("שלום \u{200f}עולם", "שלום \u{200f}עולם"),
            ("👩\u{200d}🎤", "👩\u{200d}🎤"),
            ("\u{feff}bom\0\0\0", "bom"),
            ("\u{1b}", ""),
        ] {
            assert_eq!(one_line(text), plain, "{text:?}");
        }
    }

    #[test]
    fn what_is_shown_says_what_is_there() {
        assert_eq!(shown("a\u{9b}b\u{202e}"), r"a\u{9b}b\u{202e}");
        assert_eq!(shown_lines("a\tb\nc\u{7}"), "a\tb\nc\\u{7}");
        assert!(matches!(shown("plain é 漢"), Cow::Borrowed(_)));
        let text = serde_json::to_string("a\u{1b}\u{7f}\u{202e}\u{85}é").unwrap();
        let safe = json(&text);
        assert!(!safe.chars().any(is_unseen), "{safe}");
        assert_eq!(
            serde_json::from_str::<String>(&safe).unwrap(),
            "a\u{1b}\u{7f}\u{202e}\u{85}é"
        );
    }

    proptest! {
        #[test]
        fn nothing_unseen_is_left(text in any::<String>()) {
            prop_assert!(!one_line(&text).chars().any(is_unseen));
            prop_assert!(!shown(&text).chars().any(is_unseen));
            prop_assert!(!shown_lines(&text).chars().any(|c| is_unseen(c) && c != '\n' && c != '\t'));
        }
    }
}
