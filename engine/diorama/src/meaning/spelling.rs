//! How words are spelt: plurals undone, slips of the pen righted.

use std::collections::BTreeSet;

use super::text::Text;

impl Text {
    /// Rights slips of the pen: a word nobody knows becomes the known word that differs in one letter, or in two when
    /// it is long. Names ("marlin") are let be: a short word with another letter is another word.
    pub fn correct(&mut self, known: &BTreeSet<&str>, is_word: impl Fn(&str) -> bool) {
        for word in &mut self.words {
            let length = word.text.chars().count();
            let settled = known.contains(word.text.as_str()) || known.contains(word.lemma.as_str());
            if word.foreign || length < 5 || settled || is_word(&word.text) || is_word(&word.lemma) {
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
