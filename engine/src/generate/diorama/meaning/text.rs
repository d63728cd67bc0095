//! A prompt's words: split, told apart by clause, with plurals undone and negations marked.

use std::collections::BTreeSet;

/// A prompt longer than this is cut: it names far more than a picture can hold.
const MAX_WORDS: usize = 400;
/// Longest phrase that is looked up, in words.
pub(super) const LONGEST: usize = 5;

/// What a word turned out to be for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// Nothing yet.
    Free,
    /// Place, time or weather.
    Scene,
    /// Painter, camera or filler: never a thing.
    Style,
    /// A colour, size or number that belongs to another word.
    Modifier,
    /// A thing.
    Thing,
}

/// One word.
#[derive(Debug, Clone)]
pub(super) struct Word {
    /// As written, in small letters, without `'s`.
    pub text: String,
    /// Its singular.
    pub lemma: String,
    /// Counts up at commas and the like: phrases don't reach across.
    pub clause: usize,
    /// Under a "no" or "without".
    pub negated: bool,
    /// What it is for.
    pub used: Use,
}

impl Word {
    /// More than one of it.
    pub fn plural(&self) -> bool {
        self.text != self.lemma
    }
}

/// The words of a prompt, and the emoji in it.
#[derive(Debug, Clone, Default)]
pub(super) struct Text {
    pub words: Vec<Word>,
    /// Each emoji's code points, as props are coded.
    pub emoji: Vec<String>,
}

/// A stretch of words: first and one past the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub from: usize,
    pub to: usize,
}

impl Text {
    pub fn parse(prompt: &str) -> Self {
        let mut text = Self::default();
        let (mut word, mut clause, mut glue) = (String::new(), 0, false);
        for c in prompt.chars() {
            let c = if c == '’' || c == '`' { '\'' } else { c };
            if c.is_alphanumeric() || (c == '\'' && !word.is_empty()) {
                word.extend(c.to_lowercase());
                continue;
            }
            text.push(&mut word, clause);
            if matches!(
                c,
                ',' | ';'
                    | '.'
                    | ':'
                    | '!'
                    | '?'
                    | '('
                    | ')'
                    | '['
                    | ']'
                    | '|'
                    | '/'
                    | '\n'
                    | '–'
                    | '—'
                    | '"'
                    | '“'
                    | '”'
            ) {
                clause += 1;
            } else {
                text.push_emoji(c, &mut glue);
            }
        }
        text.push(&mut word, clause);
        text.words.truncate(MAX_WORDS);
        text.negate();
        text
    }

    /// Emoji that are joined by U+200D are one; skin tones and variation selectors don't count.
    fn push_emoji(&mut self, c: char, glue: &mut bool) {
        let code = c as u32;
        match code {
            0x200d => *glue = !self.emoji.is_empty(),
            0xfe0f | 0x1f3fb..=0x1f3ff => {}
            0x2190.. if !c.is_alphabetic() => match self.emoji.last_mut().filter(|_| *glue) {
                Some(last) => {
                    last.push_str(&format!("-200d-{code:x}"));
                    *glue = false;
                }
                None => self.emoji.push(format!("{code:x}")),
            },
            _ => {}
        }
    }

    fn push(&mut self, word: &mut String, clause: usize) {
        let clean = word.trim_end_matches('\'');
        let clean = clean.strip_suffix("'s").filter(|w| w.len() > 2).unwrap_or(clean);
        if !clean.is_empty() {
            self.words.push(Word {
                text: clean.to_owned(),
                lemma: singular(clean),
                clause,
                negated: false,
                used: Use::Free,
            });
        }
        word.clear();
    }

    /// "no", "without", "never": what follows is not wanted, up to the clause's end or "but", "with", "only".
    fn negate(&mut self) {
        let (mut off, mut clause) = (false, 0);
        for i in 0..self.words.len() {
            let next = self.words.get(i + 1).map_or("", |w| w.text.as_str()).to_owned();
            let word = &mut self.words[i];
            if word.clause != clause {
                (off, clause) = (false, word.clause);
            }
            match word.text.as_str() {
                "without" => off = true,
                // "no one", "no more", "no matter" and "nowhere" are said of people and time, not of things.
                "no" if !matches!(next.as_str(), "one" | "more" | "longer" | "matter" | "way" | "place") => off = true,
                "minus" => off = true,
                "but" | "with" | "only" | "just" | "in" | "on" | "at" | "under" | "left" | "where" => off = false,
                _ => {}
            }
            word.negated = off;
        }
    }

    /// The phrase of a span as written, or with its last word's singular.
    pub fn phrase(&self, span: Span, lemma: bool) -> String {
        let mut out = String::new();
        for i in span.from..span.to {
            if i > span.from {
                out.push(' ');
            }
            let last = i + 1 == span.to;
            out.push_str(if last && lemma {
                &self.words[i].lemma
            } else {
                &self.words[i].text
            });
        }
        out
    }

    /// All stretches within one clause, long ones first, else in order, up to [`LONGEST`] words.
    pub fn spans(&self) -> Vec<Span> {
        let mut out = Vec::new();
        for length in (1..=LONGEST.min(self.words.len())).rev() {
            for from in 0..=self.words.len() - length {
                if self.words[from].clause == self.words[from + length - 1].clause {
                    out.push(Span {
                        from,
                        to: from + length,
                    });
                }
            }
        }
        out
    }

    /// Whether each word of the span is still free.
    pub fn free(&self, span: Span) -> bool {
        self.words[span.from..span.to].iter().all(|w| w.used == Use::Free)
    }

    pub fn mark(&mut self, span: Span, used: Use) {
        for word in &mut self.words[span.from..span.to] {
            word.used = used;
        }
    }

    /// The word before, in the same clause.
    pub fn before(&self, at: usize) -> Option<&Word> {
        let word = self.words.get(at.checked_sub(1)?)?;
        (word.clause == self.words[at].clause).then_some(word)
    }

    /// Rights slips of the pen: a word nobody knows becomes the known word that differs in one letter, or in two when
    /// it is long. Names ("marlin") are let be: a short word with another letter is another word.
    pub fn correct(&mut self, known: &BTreeSet<&str>, is_word: impl Fn(&str) -> bool) {
        for word in &mut self.words {
            let length = word.text.chars().count();
            let settled = known.contains(word.text.as_str()) || known.contains(word.lemma.as_str());
            if length < 5 || settled || is_word(&word.text) || is_word(&word.lemma) {
                continue;
            }
            let limit = 1 + usize::from(length >= 8);
            let first = word.text.chars().next();
            let near = known
                .iter()
                .filter(|k| k.chars().next() == first && k.chars().count() >= 4);
            let near = near
                .map(|k| (distance(k, &word.text, limit), *k))
                .filter(|n| n.0 <= limit);
            // Left out, doubled or swapped letters are slips in any word.
            let near = near.filter(|n| length >= 7 || n.1.len() != word.text.len() || anagram(n.1, &word.text));
            if let Some((_, right)) = near.min() {
                word.text = right.to_owned();
                word.lemma = singular(right);
            }
        }
    }
}

fn anagram(a: &str, b: &str) -> bool {
    let sorted = |s: &str| {
        let mut letters: Vec<char> = s.chars().collect();
        letters.sort_unstable();
        letters
    };
    sorted(a) == sorted(b)
}

/// Brings a phrase of a table into the form of [`Text::phrase`].
pub(super) fn normal(phrase: &str) -> String {
    let text = Text::parse(phrase);
    let words: Vec<&str> = text.words.iter().map(|w| w.text.as_str()).collect();
    words.join(" ")
}

/// A noun's singular, well enough for looking it up.
pub(super) fn singular(word: &str) -> String {
    const IRREGULAR: [(&str, &str); 32] = [
        ("zombies", "zombie"),
        ("movies", "movie"),
        ("cookies", "cookie"),
        ("pixies", "pixie"),
        ("genies", "genie"),
        ("hippies", "hippie"),
        ("lenses", "lens"),
        ("shoes", "shoe"),
        ("men", "man"),
        ("women", "woman"),
        ("mice", "mouse"),
        ("geese", "goose"),
        ("wolves", "wolf"),
        ("leaves", "leaf"),
        ("knives", "knife"),
        ("feet", "foot"),
        ("teeth", "tooth"),
        ("lives", "life"),
        ("loaves", "loaf"),
        ("shelves", "shelf"),
        ("thieves", "thief"),
        ("oxen", "ox"),
        ("elves", "elf"),
        ("cacti", "cactus"),
        ("fungi", "fungus"),
        ("octopi", "octopus"),
        ("snowmen", "snowman"),
        ("policemen", "policeman"),
        ("firemen", "fireman"),
        ("heroes", "hero"),
        ("potatoes", "potato"),
        ("tomatoes", "tomato"),
    ];
    if let Some((_, one)) = IRREGULAR.iter().find(|(many, _)| *many == word) {
        return (*one).to_owned();
    }
    let cut = |n: usize| word[..word.len() - n].to_owned();
    if word.len() < 4 || !word.is_ascii() || ["ss", "us", "is", "'s"].iter().any(|e| word.ends_with(e)) {
        word.to_owned()
    } else if word.ends_with("ies") && word.len() > 4 {
        cut(3) + "y"
    } else if ["ches", "shes", "sses", "xes", "zes"].iter().any(|e| word.ends_with(e)) {
        cut(2)
    } else if word.ends_with('s') {
        cut(1)
    } else {
        word.to_owned()
    }
}

/// Optimal string alignment distance (Damerau 1964), or `limit + 1` when it is above the limit.
pub(super) fn distance(a: &str, b: &str, limit: usize) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > limit {
        return limit + 1;
    }
    let mut rows = vec![vec![0usize; b.len() + 1]; a.len() + 1];
    for (i, row) in rows.iter_mut().enumerate() {
        row[0] = i;
    }
    rows[0] = (0..=b.len()).collect();
    for i in 1..=a.len() {
        for j in 1..=b.len() {
            let same = usize::from(a[i - 1] != b[j - 1]);
            let mut best = (rows[i - 1][j] + 1)
                .min(rows[i][j - 1] + 1)
                .min(rows[i - 1][j - 1] + same);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = best;
        }
    }
    rows[a.len()][b.len()].min(limit + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lose_plural_and_case() {
        let text = Text::parse("Two BIRDS’ wings, the Moon's daisies; foxes & glasses");
        let lemmas: Vec<&str> = text.words.iter().map(|w| w.lemma.as_str()).collect();
        assert_eq!(lemmas, ["two", "bird", "wing", "the", "moon", "daisy", "fox", "glass"]);
        assert_eq!(text.words[2].clause, 0);
        assert_eq!(text.words[5].clause, 1);
        assert!(text.words[1].plural() && !text.words[4].plural());
    }

    #[test]
    fn what_follows_without_is_negated() {
        let text = Text::parse("a city without people or cars, at night, no one left");
        let negated: Vec<&str> = text
            .words
            .iter()
            .filter(|w| w.negated)
            .map(|w| w.text.as_str())
            .collect();
        assert_eq!(negated, ["without", "people", "or", "cars"]);
    }

    #[test]
    fn emoji_are_told_apart() {
        assert_eq!(
            Text::parse("a 🐳 and 🌙, 👩🏽‍🚀").emoji,
            ["1f433", "1f319", "1f469-200d-1f680"]
        );
    }

    #[test]
    fn slips_are_righted() {
        let known = BTreeSet::from(["astronaut", "sailboat", "house", "marlin"]);
        let mut text = Text::parse("an astronuat, a sialboat, a horse, merlin");
        text.correct(&known, |w| w == "horse");
        let words: Vec<&str> = text.words.iter().map(|w| w.text.as_str()).collect();
        assert_eq!(words, ["an", "astronaut", "a", "sailboat", "a", "horse", "merlin"]);
    }

    #[test]
    fn distance_counts_swaps_once() {
        assert_eq!(distance("abcd", "abdc", 2), 1);
        assert_eq!(distance("abcd", "abc", 2), 1);
        assert_eq!(distance("abcd", "xyz", 2), 3);
    }
}
