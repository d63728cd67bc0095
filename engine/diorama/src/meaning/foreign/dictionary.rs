//! The dictionaries: phrases of other languages and what they mean in English.
//!
//! `cldr.z` is made of Unicode CLDR's names of emoji (zlib; a line `=code` begins a language, the others are an English
//! phrase, a tab, names parted by `|`, a tab, and keywords); `own.txt`, which explains itself, is written by hand and goes before it.

use std::{collections::BTreeMap, io::Read as _, sync::OnceLock};

use flate2::read::ZlibDecoder;

use super::letters::{Script, fold};
use crate::error::{Error, Result};

const CLDR: &[u8] = include_bytes!("../../../../assets/languages/cldr.z");
const OWN: &str = include_str!("../../../../assets/languages/own.txt");

/// English words that hold a sentence together: no endings are taken off theirs.
pub(super) const FUNCTION: [&str; 22] = [
    "in", "at", "on", "under", "over", "behind", "beside", "before", "between", "through", "from", "with", "without",
    "no", "and", "or", "one", "two", "three", "four", "five", "six",
];

/// What a phrase is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Entry {
    /// It means this.
    Means(&'static str, Source),
    /// Nothing: an article or a particle.
    Filler,
    /// What things are counted in.
    Classifier,
}

/// Where a meaning is from, the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Source {
    /// Written by hand.
    Own,
    /// The name of a picture.
    Name,
    /// Something that goes with a picture.
    Keyword,
}

/// How a language is read; see `own.txt`.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Rules {
    pub after: bool,
    pub joined: bool,
    pub compounds: bool,
    pub unspaced: bool,
    pub elided: bool,
    pub late: bool,
}

/// One language.
#[derive(Debug)]
pub(super) struct Dictionary {
    /// In English.
    pub name: &'static str,
    pub script: Script,
    pub rules: Rules,
    /// Folded, the shortest first.
    pub endings: Vec<String>,
    /// Folded, the longest first, with what some mean.
    pub prefixes: Vec<(String, Option<&'static str>)>,
    /// By folded phrase.
    pub phrases: BTreeMap<String, Entry>,
    /// By the phrase with its marks: where they are written, they tell words apart.
    pub exact: BTreeMap<String, Entry>,
    /// Most words of a phrase.
    pub longest: usize,
}

fn damaged(reason: impl ToString) -> Error {
    Error::Asset {
        what: "dictionaries",
        reason: reason.to_string(),
    }
}

/// All languages, those that more people write first within a script.
///
/// # Errors
/// [`Error::Asset`] when they are damaged.
pub(super) fn dictionaries() -> Result<&'static [Dictionary]> {
    static ALL: OnceLock<std::result::Result<Vec<Dictionary>, String>> = OnceLock::new();
    ALL.get_or_init(|| load().map_err(|e| e.to_string()))
        .as_deref()
        .map_err(damaged)
}

fn load() -> Result<Vec<Dictionary>> {
    static TEXT: OnceLock<String> = OnceLock::new();
    let mut unpacked = String::new();
    ZlibDecoder::new(CLDR).read_to_string(&mut unpacked).map_err(damaged)?;
    let cldr: BTreeMap<&str, &'static str> = TEXT
        .get_or_init(|| unpacked)
        .split('=')
        .filter_map(|section| section.split_once('\n'))
        .collect();
    let sections = OWN.split("\n[").skip(1);
    sections.map(|section| Dictionary::read(section, &cldr)).collect()
}

impl Dictionary {
    fn read(section: &'static str, cldr: &BTreeMap<&str, &'static str>) -> Result<Self> {
        let (head, lines) = section.split_once('\n').unwrap_or((section, ""));
        let (code, head) = head
            .split_once(']')
            .ok_or_else(|| damaged(format!("own.txt: [{head}")))?;
        let (name, flags) = head.split_once('|').unwrap_or((head, ""));
        let has = |flag: &str| flags.split_whitespace().any(|f| f == flag);
        let mut dictionary = Self {
            name: name.trim(),
            script: Script::Other,
            rules: Rules {
                after: has("after"),
                joined: has("joined"),
                compounds: has("compounds"),
                unspaced: has("unspaced"),
                elided: has("elided"),
                late: has("late"),
            },
            endings: Vec::new(),
            prefixes: Vec::new(),
            phrases: BTreeMap::new(),
            exact: BTreeMap::new(),
            longest: 1,
        };
        for line in lines.lines().filter(|l| !l.is_empty() && !l.starts_with("# ")) {
            let (key, phrases) = line
                .split_once(':')
                .ok_or_else(|| damaged(format!("own.txt, {code}: {line}")))?;
            let phrases = phrases.split(',').map(str::trim).filter(|p| !p.is_empty());
            match key {
                "~" => dictionary.endings = phrases.map(fold).collect(),
                "^" => {
                    dictionary.prefixes = phrases
                        .map(|p| {
                            p.split_once('=')
                                .map_or((fold(p), None), |(p, means)| (fold(p), Some(means)))
                        })
                        .collect();
                }
                "-" => phrases.for_each(|p| dictionary.add(p, Entry::Filler)),
                "#" => phrases.for_each(|p| dictionary.add(p, Entry::Classifier)),
                english => phrases.for_each(|p| dictionary.add(p, Entry::Means(english, Source::Own))),
            }
        }
        dictionary.endings.sort_by_key(String::len);
        dictionary.endings.dedup();
        dictionary.prefixes.sort_by_key(|p| std::cmp::Reverse(p.0.len()));
        for line in cldr
            .get(code)
            .ok_or_else(|| damaged(format!("cldr.z lacks {code}")))?
            .lines()
        {
            let (english, phrases) = line
                .split_once('\t')
                .ok_or_else(|| damaged(format!("cldr.z: {line}")))?;
            for (phrases, source) in phrases.split('\t').zip([Source::Name, Source::Keyword]) {
                let phrases = phrases.split('|').filter(|p| !p.is_empty());
                phrases.for_each(|p| dictionary.add(p, Entry::Means(english, source)));
            }
        }
        dictionary.script = dictionary
            .phrases
            .keys()
            .find_map(|p| Script::of(p))
            .unwrap_or(Script::Other);
        // Loan words stand in Latin letters everywhere.
        if let Some(own) = lines.lines().find_map(|l| l.strip_prefix("-:")) {
            dictionary.script = Script::of(own).unwrap_or(dictionary.script);
        }
        Ok(dictionary)
    }

    /// The surest stays, and of the equally sure the first.
    fn add(&mut self, phrase: &str, entry: Entry) {
        let phrase = phrase.to_lowercase();
        self.longest = self.longest.max(phrase.split(' ').count());
        let folded = fold(&phrase);
        let surer = |old: &Entry| matches!((old, entry), (Entry::Means(_, old), Entry::Means(_, new)) if new < *old);
        for (table, phrase) in [(&mut self.exact, phrase), (&mut self.phrases, folded)] {
            if table.get(&phrase).is_none_or(surer) {
                table.insert(phrase, entry);
            }
        }
    }

    pub fn writes_kana(&self) -> bool {
        self.phrases.contains_key("の")
    }

    /// A phrase as it stands, in small letters.
    pub fn phrase(&self, phrase: &str) -> Option<Entry> {
        let exact = self.exact.get(phrase);
        exact.or_else(|| self.phrases.get(&fold(phrase))).copied()
    }

    /// What a word means that stands in the dictionary as it is, names something and is no word of grammar.
    pub fn noun(&self, word: &str) -> Option<&'static str> {
        match self.phrase(word)? {
            Entry::Means(english, Source::Own | Source::Name) if !FUNCTION.contains(&english) => Some(english),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_is_whole() {
        let all = dictionaries().unwrap();
        assert!(all.len() >= 40, "{}", all.len());
        for dictionary in all {
            let name = dictionary.name;
            assert!(
                dictionary.phrases.len() > 1000,
                "{name} has {}",
                dictionary.phrases.len()
            );
            assert!(dictionary.script != Script::Other, "{name}");
            for english in ["sea", "night", "rain", "red", "two", "with", "woman", "tree", "moon"] {
                let there = dictionary
                    .phrases
                    .values()
                    .any(|e| matches!(e, Entry::Means(e, _) if *e == english));
                assert!(there, "{name} has no {english}");
            }
        }
    }
}
