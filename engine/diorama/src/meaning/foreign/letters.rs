//! Letters: which script they are of, and words without case, accents and other marks that people leave out.

/// A writing system, or several that are written together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Script {
    Latin,
    Greek,
    Cyrillic,
    Hebrew,
    Arabic,
    Devanagari,
    Bengali,
    Tamil,
    Thai,
    Hangul,
    /// Chinese characters and Japanese syllables.
    Han,
    /// One that no dictionary is in.
    Other,
}

impl Script {
    fn of_letter(c: char) -> Self {
        match c as u32 {
            ..=0x024f | 0x1e00..=0x1eff | 0xfb00..=0xfb06 => Self::Latin,
            0x0370..=0x03ff | 0x1f00..=0x1fff => Self::Greek,
            0x0400..=0x052f => Self::Cyrillic,
            0x0590..=0x05ff | 0xfb1d..=0xfb4f => Self::Hebrew,
            0x0600..=0x077f | 0x08a0..=0x08ff | 0xfb50..=0xfdff | 0xfe70..=0xfeff => Self::Arabic,
            0x0900..=0x097f => Self::Devanagari,
            0x0980..=0x09ff => Self::Bengali,
            0x0b80..=0x0bff => Self::Tamil,
            0x0e00..=0x0e7f => Self::Thai,
            0x1100..=0x11ff | 0x3130..=0x318f | 0xac00..=0xd7a3 => Self::Hangul,
            0x2e80..=0x312f | 0x31a0..=0x9fff | 0xf900..=0xfaff | 0xff66..=0xff9f | 0x20000..=0x3ffff => Self::Han,
            _ => Self::Other,
        }
    }

    /// The script of a word's first letter, if it has any.
    pub fn of(word: &str) -> Option<Self> {
        word.chars().find(|c| c.is_alphabetic()).map(Self::of_letter)
    }

    /// Least letters of a word without its ending.
    pub fn least_stem(self) -> usize {
        match self {
            Self::Latin | Self::Greek | Self::Cyrillic => 3,
            Self::Hangul | Self::Han => 1,
            _ => 2,
        }
    }
}

/// Whether there are letters that only Japanese has.
pub(super) fn has_kana(word: &str) -> bool {
    word.chars()
        .any(|c| matches!(c as u32, 0x3041..=0x30ff | 0xff66..=0xff9f))
}

/// What is left of Japanese words behind their stems: their endings in hiragana.
pub(super) fn is_ending(word: &str) -> bool {
    word.chars().all(|c| matches!(c as u32, 0x3041..=0x309f | 0x30fc))
}

/// Latin letters with marks, each after the letter without.
const LATIN: [&str; 24] = [
    "aàáâãäåāăąǎạảấầẩẫậắằẳẵặ",
    "cçćĉċč",
    "dđďð",
    "eèéêëēĕėęěẹẻẽếềểễệ",
    "gĝğġģ",
    "hĥħ",
    "iìíîïĩīĭįıỉị",
    "jĵ",
    "kķ",
    "lĺļľŀł",
    "nñńņňŉ",
    "oòóôõöøōŏőơọỏốồổỗộớờởỡợ",
    "rŕŗř",
    "sśŝşšș",
    "tţťŧț",
    "uùúûüũūŭůűųưụủứừửữự",
    "wŵẁẃẅ",
    "yýÿŷỳỵỷỹ",
    "zźżž",
    "αά",
    "εέ",
    "ηή",
    "ιίϊΐ",
    "υύϋΰ",
];

/// A word in small letters as it is compared: without marks, letters that stand for each other as one.
pub(super) fn fold(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    for c in word.chars() {
        match c {
            'a'..='z' | ' ' | '\'' => out.push(c),
            'ß' => out.push_str("ss"),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'ﬁ' => out.push_str("fi"),
            'ﬂ' => out.push_str("fl"),
            'ό' => out.push('ο'),
            'ώ' => out.push('ω'),
            'ς' => out.push('σ'),
            'ё' => out.push('е'),
            'й' => out.push('и'),
            'ї' => out.push('і'),
            'ґ' => out.push('г'),
            // Arabic: forms of alef, ya and ta marbuta; Persian and Arabic kaf and ya.
            'أ' | 'إ' | 'آ' | 'ٱ' => out.push('ا'),
            'ى' | 'ی' | 'ئ' => out.push('ي'),
            'ؤ' => out.push('و'),
            'ة' => out.push('ه'),
            'ک' => out.push('ك'),
            'ـ' | '\u{200c}' | '\u{200d}' => {}
            // Hebrew: final forms.
            'ך' => out.push('כ'),
            'ם' => out.push('מ'),
            'ן' => out.push('נ'),
            'ף' => out.push('פ'),
            'ץ' => out.push('צ'),
            // Hindi: candrabindu is often written as a dot.
            'ँ' => out.push('ं'),
            _ if is_dropped(c) => {}
            _ => {
                let row = LATIN.iter().find(|row| row.chars().skip(1).any(|marked| marked == c));
                out.push(row.and_then(|row| row.chars().next()).unwrap_or(c));
            }
        }
    }
    out
}

/// Marks that are written or not: accents, vowel points, nukta.
fn is_dropped(c: char) -> bool {
    matches!(c as u32, 0x0300..=0x036f | 0x0591..=0x05c7 | 0x0610..=0x061a | 0x064b..=0x065f | 0x0670 | 0x093c | 0x09bc)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_that_people_leave_out_make_no_difference() {
        for (written, folded) in [
            ("vögel", "vogel"),
            ("straße", "strasse"),
            ("vo\u{308}gel", "vogel"),
            ("łódź", "lodz"),
            ("ağaç", "agac"),
            ("ёлка", "елка"),
            ("νύχτα", "νυχτα"),
            ("δάσος", "δασοσ"),
            ("قِطَّة", "قطه"),
            ("ילדים", "ילדימ"),
            ("चाँद", "चांद"),
            ("猫", "猫"),
        ] {
            assert_eq!(fold(written), fold(folded), "{written}");
        }
    }

    #[test]
    fn scripts_are_told_by_their_letters() {
        for (word, script) in [
            ("vogel", Script::Latin),
            ("кот", Script::Cyrillic),
            ("猫", Script::Han),
            ("ネコ", Script::Han),
            ("고양이", Script::Hangul),
            ("แมว", Script::Thai),
            ("ქართული", Script::Other),
        ] {
            assert_eq!(Script::of(word), Some(script), "{word}");
        }
        assert_eq!(Script::of("123"), None);
    }
}
