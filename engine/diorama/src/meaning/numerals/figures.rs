//! Numbers written in figures, as they stand in a prompt's letters.

/// What figures are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in super::super) enum Figure {
    /// No figures.
    #[default]
    None,
    /// A whole number that may say how many.
    Whole(u32),
    /// Anything else: a ratio, a decimal, a price, a weight.
    Other,
}

/// A number in figures.
#[derive(Debug, PartialEq, Eq)]
pub(in super::super) struct Figures {
    /// One past its last letter.
    pub end: usize,
    /// As a word: "1000", "16:9".
    pub text: String,
    /// The number, when it may say how many.
    pub whole: Option<u32>,
}

/// A letter in the form that prompts are read in: digits of all scripts as 0 to 9, wide letters as narrow ones, one
/// apostrophe.
pub(in super::super) fn plain(c: char) -> char {
    let code = c as u32;
    // The digit 0 of scripts whose ten digits stand in a row.
    const ZEROS: [u32; 20] = [
        0x0660, 0x06f0, 0x07c0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66, 0x0e50, 0x0ed0,
        0x0f20, 0x1040, 0x17e0, 0x1810, 0xa9d0, 0xabf0,
    ];
    match code {
        0x2018 | 0x2019 | 0x60 | 0x02bc => '\'',
        0x3000 => ' ',
        0xff01..=0xff5e => char::from_u32(code - 0xfee0).unwrap_or(c),
        _ => ZEROS
            .iter()
            .find(|&&zero| (zero..zero + 10).contains(&code))
            .and_then(|zero| char::from_digit(code - zero, 10))
            .unwrap_or(c),
    }
}

impl Figures {
    /// Reads the figures that begin at `at`. `None` when they are the beginning of a word ("35mm", "3d", "80s").
    pub fn read(letters: &[char], at: usize) -> Option<Self> {
        let is_digit = |i: usize| letters.get(i).is_some_and(char::is_ascii_digit);
        let mut end = at;
        while is_digit(end) {
            end += 1;
            let joined = letters.get(end).is_some_and(|c| ".,':/-–×x*".contains(*c)) && is_digit(end + 1);
            if joined || spaced_thousands(letters, at, end) {
                end += 1;
            }
        }
        let simple = letters[at..end].iter().all(char::is_ascii_digit);
        let letter = letters.get(end).filter(|c| c.is_alphabetic() && !is_unspaced(**c));
        if letter.is_some() && simple {
            return None;
        }
        while letter.is_some() && letters.get(end).is_some_and(|c| c.is_alphanumeric()) {
            end += 1;
        }
        let text: String = letters[at..end].iter().collect();
        let whole = if letter.is_none() && stands_free(letters, at, end) {
            whole(&text)
        } else {
            None
        };
        Some(Self {
            end,
            text: whole.map_or(text, |number| number.to_string()),
            whole,
        })
    }
}

/// Letters of scripts that are written without spaces: a number and its noun touch.
pub(in super::super) fn is_unspaced(c: char) -> bool {
    matches!(c as u32, 0x0e00..=0x0eff | 0x1000..=0x109f | 0x1780..=0x17ff | 0x2e80..=0x9fff | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0x20000..=0x3ffff)
}

/// "1 000 000": groups of three with one space between.
fn spaced_thousands(letters: &[char], at: usize, end: usize) -> bool {
    let digit = |i: usize| letters.get(i).is_some_and(char::is_ascii_digit);
    let space = letters
        .get(end)
        .is_some_and(|c| matches!(c, ' ' | '\u{a0}' | '\u{2009}' | '\u{202f}'));
    let three = (1..=3).all(|i| digit(end + i)) && !digit(end + 4);
    let before = &letters[at..end];
    let last = before.iter().rev().take_while(|c| c.is_ascii_digit()).count();
    let first = before.iter().take_while(|c| c.is_ascii_digit()).count();
    let only_groups = before.iter().all(|c| c.is_ascii_digit() || c.is_whitespace());
    space && three && only_groups && letters[at] != '0' && first <= 3 && (last == 3 || last == before.len())
}

/// Whether what is written about figures lets them be a number by themselves.
fn stands_free(letters: &[char], at: usize, end: usize) -> bool {
    let before = at.checked_sub(1).map(|i| letters[i]);
    let hyphened = before == Some('-') && at >= 2 && letters[at - 2].is_alphanumeric();
    if hyphened || before.is_some_and(|c| "$€£¥₽₹#@:/.<=^_%°&\\".contains(c)) {
        return false;
    }
    let after = letters.get(end).copied();
    let joined = after == Some('-') && letters.get(end + 1).is_some_and(|c| c.is_alphabetic());
    if joined || after.is_some_and(|c| "$€£¥₽₹%‰°:/^_=″′".contains(c)) {
        return false;
    }
    // "16 : 9", "1920 × 1080".
    let beyond = |mut around: Box<dyn Iterator<Item = char> + '_>| {
        let sign = around.find(|c| !c.is_whitespace());
        let next = around.find(|c| !c.is_whitespace());
        sign.is_some_and(|c| ":/×".contains(c)) && next.is_some_and(|c| c.is_ascii_digit())
    };
    if beyond(Box::new(letters[..at].iter().rev().copied())) || beyond(Box::new(letters[end..].iter().copied())) {
        return false;
    }
    // "--seed 12": what the option before is given.
    let words: String = letters[..at]
        .iter()
        .rev()
        .skip_while(|c| c.is_whitespace())
        .take_while(|c| !c.is_whitespace())
        .collect();
    !(words.ends_with("--") && words.len() > 2)
}

/// The number that figures are: digits, thousands in groups ("1,000", "1.000"), or the end of a range ("2-3").
fn whole(text: &str) -> Option<u32> {
    if text.bytes().all(|b| b.is_ascii_digit()) {
        return Some(text.parse().unwrap_or(u32::MAX));
    }
    if let Some((low, high)) = text.split_once(['-', '–']) {
        let (low, high) = (low.parse::<u32>().ok()?, high.parse::<u32>().ok()?);
        return (low < high && high < 100).then_some(high);
    }
    let mut parts = text.split([',', '.', '\'', ' ', '\u{a0}', '\u{2009}', '\u{202f}']);
    let first = parts
        .next()
        .filter(|p| (1..=3).contains(&p.len()) && !p.starts_with('0'))?;
    let mut digits = first.to_owned();
    for part in parts {
        if part.len() != 3 || !part.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        digits += part;
    }
    digits
        .bytes()
        .all(|b| b.is_ascii_digit())
        .then(|| digits.parse().unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Option<u32>> {
        let letters: Vec<char> = text.chars().map(plain).collect();
        let at = letters.iter().position(char::is_ascii_digit).unwrap();
        Figures::read(&letters, at).map(|f| f.whole)
    }

    #[test]
    fn whole_numbers_are_told_from_the_rest() {
        for (text, number) in [
            ("3 cats", 3),
            ("(3 cats:1.2)", 3),
            ("1,000 birds", 1000),
            ("1 000 birds", 1000),
            ("1.000.000 Vögel", 1_000_000),
            ("１２ birds", 12),
            ("٣ طيور", 3),
            ("3只鸟", 3),
            ("2-3 birds", 3),
            ("~100 birds", 100),
            ("99999999999 birds", u32::MAX),
        ] {
            assert_eq!(read(text), Some(Some(number)), "{text}");
        }
        for text in [
            "f/1.8 boat",
            "0.5 boat",
            "16:9",
            "7/8 time",
            "<lora:x:0.8>",
            "(tree:1.3)",
            "10:30",
            "1/4",
            "#1",
            "100%",
            "$5",
            "5€",
            "blink-182",
            "7-eleven",
            "1.21 gigawatts",
            "16 : 9",
            "--seed 12 boats",
            "cat::2",
            "(boat:2)",
            "1.5k",
            "20°",
            "3-2",
            "1,5 cats",
        ] {
            assert_eq!(read(text), Some(None), "{text}");
        }
        for text in ["35mm", "3d render", "80s", "3am", "1st"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
