//! Words in their forms: endings, prefixes and compounds undone, to find them in a dictionary.

use super::{
    dictionary::{Dictionary, Entry, FUNCTION, Source},
    letters::fold,
};

/// Endings that are put one behind another.
const CHAIN: usize = 3;
/// Least letters of a compound's parts; of the last one, where the first is not known.
const LEAST_PART: usize = 3;
const LEAST_LAST: usize = 5;
/// What joins the parts of a compound.
const LINKS: [&str; 6] = ["", "s", "n", "en", "es", "e"];

impl Dictionary {
    /// What a word that is not in the dictionary as it stands may mean: one entry, or those of its parts.
    pub(super) fn inflected(&self, word: &str) -> Vec<Entry> {
        let word = fold(word);
        if self.rules.elided
            && let Some((article, noun)) = word.split_once('\'')
            && let Some(&first) = self.phrases.get(article)
        {
            let rest = self
                .phrases
                .get(noun)
                .copied()
                .or_else(|| self.form_of(noun, Source::Keyword));
            return rest.map_or_else(Vec::new, |rest| vec![first, rest]);
        }
        if let Some(entry) = self.form_of(&word, Source::Keyword) {
            return vec![entry];
        }
        let prefixed = self.prefixed(&word, 2);
        if !prefixed.is_empty() {
            return prefixed;
        }
        if self.rules.compounds {
            self.compound(&word)
        } else {
            Vec::new()
        }
    }

    /// An entry that differs from a folded word in its ending alone, in as little as possible; those of a source or surer.
    pub(super) fn form_of(&self, word: &str, source: Source) -> Option<Entry> {
        let least = self.script.least_stem();
        let mut stems = vec![word];
        for _ in 0..if self.rules.joined { CHAIN } else { 1 } {
            for i in 0..stems.len() {
                for ending in &self.endings {
                    let stem = stems[i].strip_suffix(ending.as_str());
                    if let Some(stem) = stem.filter(|s| s.chars().count() >= least && !stems.contains(s)) {
                        stems.push(stem);
                    }
                }
            }
        }
        stems.sort_by_key(|s| std::cmp::Reverse(s.len()));
        stems.iter().find_map(|stem| self.with_stem(stem, source))
    }

    /// The entry that is a stem, or a stem with one of the endings.
    fn with_stem(&self, stem: &str, source: Source) -> Option<Entry> {
        let means =
            |e: &Entry| matches!(e, Entry::Means(english, from) if *from <= source && !FUNCTION.contains(english));
        if let Some(entry) = self.phrases.get(stem).filter(|e| means(e)) {
            return Some(*entry);
        }
        // Where endings are joined, words stand in the dictionary without any.
        if self.rules.joined || stem.chars().count() < self.script.least_stem() {
            return None;
        }
        let from = self.phrases.range(stem.to_owned()..);
        let same = from.take_while(|(key, _)| key.starts_with(stem));
        let forms = same.filter(|(key, entry)| means(entry) && self.endings.iter().any(|e| *e == key[stem.len()..]));
        forms.min_by_key(|(key, _)| key.len()).map(|(_, entry)| *entry)
    }

    /// Arabic and Hebrew write articles and prepositions onto their nouns.
    fn prefixed(&self, word: &str, most: usize) -> Vec<Entry> {
        for (prefix, means) in &self.prefixes {
            let rest = word.strip_prefix(prefix.as_str());
            let Some(rest) = rest.filter(|r| r.chars().count() >= self.script.least_stem()) else {
                continue;
            };
            let first = means.map(|english| Entry::Means(english, Source::Own));
            let noun = self
                .phrases
                .get(rest)
                .copied()
                .or_else(|| self.form_of(rest, Source::Keyword));
            if let Some(noun) = noun {
                return first.into_iter().chain([noun]).collect();
            }
            if most > 1 {
                let rest = self.prefixed(rest, most - 1);
                if !rest.is_empty() {
                    return first.into_iter().chain(rest).collect();
                }
            }
        }
        Vec::new()
    }

    /// "Winterwald" is a forest, in winter.
    fn compound(&self, word: &str) -> Vec<Entry> {
        let noun = |part: &str| {
            let means = |e: &Entry| matches!(e, Entry::Means(english, _) if !FUNCTION.contains(english));
            self.phrases
                .get(part)
                .copied()
                .filter(means)
                .or_else(|| self.form_of(part, Source::Keyword))
        };
        let cuts = word.char_indices().map(|(i, _)| i).skip(LEAST_PART);
        for cut in cuts {
            let (first, last) = word.split_at(cut);
            if last.chars().count() < LEAST_PART {
                break;
            }
            let Some(head) = noun(last) else { continue };
            let known = LINKS.iter().find_map(|link| {
                let part = first.strip_suffix(link).filter(|p| p.chars().count() >= LEAST_PART)?;
                self.phrases
                    .get(part)
                    .copied()
                    .filter(|e| matches!(e, Entry::Means(..)))
            });
            match known {
                Some(first) => return vec![first, head],
                None if last.chars().count() >= LEAST_LAST => return vec![head],
                None => {}
            }
        }
        Vec::new()
    }
}
