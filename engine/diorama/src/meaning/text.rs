//! A prompt's words: split, told apart by clause, with plurals undone and negations marked.

use super::{
    numerals::{Figure, Figures, is_unspaced, plain},
    spelling::singular,
};

/// A prompt longer than this is cut: it names far more than a picture can hold.
const MAX_WORDS: usize = 400;
/// A tag in angle brackets is not longer, in letters.
const LONGEST_TAG: usize = 200;
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
    /// In small letters, without `'s`; of a word in another language what it means in English.
    pub text: String,
    /// As the prompt has it.
    pub written: String,
    /// Its singular.
    pub lemma: String,
    /// Counts up at commas and the like: phrases don't reach across.
    pub clause: usize,
    /// Under a "no" or "without".
    pub negated: bool,
    /// What it is for.
    pub used: Use,
    /// What its figures are.
    pub figure: Figure,
    /// Written in another language.
    pub foreign: bool,
    /// Whom of the cast it names.
    pub member: Option<usize>,
}

impl Word {
    /// A word of its own in a clause, from how it is written.
    pub fn new(written: &str, clause: usize) -> Self {
        let text = written.chars().flat_map(char::to_lowercase).collect::<String>();
        let clean = text.trim_end_matches('\'');
        let clean = clean
            .strip_suffix("'s")
            .filter(|w| w.len() > 2)
            .unwrap_or(clean)
            .to_owned();
        Self {
            lemma: singular(&clean),
            text: clean,
            written: written.to_owned(),
            clause,
            negated: false,
            used: Use::Free,
            figure: Figure::None,
            foreign: false,
            member: None,
        }
    }

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
        let letters: Vec<char> = prompt.chars().map(plain).collect();
        let mut text = Self::default();
        let (mut word, mut clause, mut glue) = (String::new(), 0, false);
        let mut at = 0;
        while at < letters.len() {
            let c = letters[at];
            // "3只鸟", "猫3匹": figures and nouns touch where no spaces are written.
            if c.is_ascii_digit()
                && word.chars().next_back().is_none_or(is_unspaced)
                && let Some(figures) = Figures::read(&letters, at)
            {
                text.push(&mut word, clause);
                at = figures.end;
                text.push_figures(figures, clause);
                continue;
            }
            if let Some(end) = tag(&letters, at) {
                text.push(&mut word, clause);
                (clause, at) = (clause + 1, end);
                continue;
            }
            at += 1;
            if c.is_alphanumeric() || (!word.is_empty() && (c == '\'' || is_mark(c))) {
                word.push(c);
                continue;
            }
            // "no. 5" is one phrase.
            let next = letters[at..].iter().find(|c| !c.is_whitespace());
            let short = c == '.' && ABBREVIATIONS.contains(&&*word.to_lowercase());
            text.push(&mut word, clause);
            if is_pause(c) && !(short && next.is_some_and(char::is_ascii_digit)) {
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

    fn push_figures(&mut self, figures: Figures, clause: usize) {
        let figure = figures.whole.map_or(Figure::Other, Figure::Whole);
        self.words.push(Word {
            figure,
            ..Word::new(&figures.text, clause)
        });
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
        let made = Word::new(word, clause);
        if !made.text.is_empty() {
            self.words.push(made);
        }
        word.clear();
    }

    /// "no", "without", "never": what follows is not wanted, up to the clause's end or "but", "with", "only".
    pub fn negate(&mut self) {
        let (mut off, mut clause) = (false, 0);
        for i in 0..self.words.len() {
            let next = self.words.get(i + 1);
            let numbered = next.is_some_and(|w| w.figure != Figure::None);
            let next = next.map_or("", |w| w.text.as_str()).to_owned();
            let word = &mut self.words[i];
            if word.clause != clause {
                (off, clause) = (false, word.clause);
            }
            match word.text.as_str() {
                "without" => off = true,
                // "no one", "no more", "no matter" and "nowhere" are said of people and time, not of things.
                "no" if !numbered
                    && !matches!(next.as_str(), "one" | "more" | "longer" | "matter" | "way" | "place") =>
                {
                    off = true
                }
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
}

/// Words whose full stop ends no clause before a number.
const ABBREVIATIONS: [&str; 9] = ["no", "nr", "vol", "pt", "op", "ch", "fig", "st", "mt"];

/// What parts clauses, in all scripts.
fn is_pause(c: char) -> bool {
    ",;.:!?()[]|/\n–—\"“”„«»…、。・「」『』【】《》،؛؟।॥·".contains(c)
}

/// Marks that belong to the letter before: vowel signs and tones of scripts whose words they are written in.
fn is_mark(c: char) -> bool {
    let spelt = matches!(c as u32, 0x0900..=0x0dff | 0x0e00..=0x0eff | 0x1000..=0x109f | 0x1780..=0x17ff);
    let sign = matches!(c, '।' | '॥' | '๏' | '๚' | '๛' | '។' | '៕' | '၊' | '။');
    (spelt && !sign)
        || matches!(c as u32, 0x0300..=0x036f | 0x0483..=0x0487 | 0x0591..=0x05bd | 0x05bf..=0x05c7 | 0x0610..=0x061a | 0x064b..=0x065f | 0x0670 | 0x200c | 0x3099 | 0x309a)
}

/// One past the end of a `<lora:name:0.8>`, which is no part of the picture.
fn tag(letters: &[char], at: usize) -> Option<usize> {
    if letters[at] != '<' {
        return None;
    }
    let length = letters[at..].iter().take(LONGEST_TAG).position(|c| *c == '>')?;
    letters[at..at + length].contains(&':').then_some(at + length + 1)
}

/// Brings a phrase of a table into the form of [`Text::phrase`].
pub(super) fn normal(phrase: &str) -> String {
    let text = Text::parse(phrase);
    let words: Vec<&str> = text.words.iter().map(|w| w.text.as_str()).collect();
    words.join(" ")
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
}
