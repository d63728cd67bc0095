//! Where in a storyboard's text something is wrong: byte offsets to "line 12, scene 3, key `at`".

use std::{ops::Range, path::PathBuf};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use crate::error::Error;

/// Quotes for print, and their like.
const CURLY: [char; 14] = [
    '\u{2018}', '\u{2019}', '\u{201a}', '\u{201b}', '\u{201c}', '\u{201d}', '\u{201e}', '\u{201f}', '\u{2039}',
    '\u{203a}', '\u{ab}', '\u{bb}', '\u{ff02}', '\u{ff07}',
];

/// A storyboard's text with its name.
pub(super) struct Source<'a> {
    pub(super) path: PathBuf,
    pub(super) text: &'a str,
}

impl Source<'_> {
    /// The error at a byte offset.
    pub(super) fn error(&self, offset: usize, reason: impl Into<String>) -> Error {
        self.error_at(self.place(offset), reason)
    }

    /// The error at a place that is known.
    pub(super) fn error_at(&self, place: String, reason: impl Into<String>) -> Error {
        Error::Storyboard {
            path: self.path.clone(),
            place,
            reason: reason.into(),
        }
    }

    /// The place in words. It parses the text again, since only an error asks for it.
    pub(super) fn place(&self, offset: usize) -> String {
        let offset = offset.min(self.text.len());
        let line = self.text.as_bytes()[..offset].iter().filter(|&&b| b == b'\n').count() + 1;
        let (table, _) = DeTable::parse_recoverable(self.text);
        let mut found = Finder {
            offset,
            path: Vec::new(),
            best: Vec::new(),
        };
        found.table(table.get_ref());
        let mut inside = words(&found.best);
        if inside.is_empty() {
            inside.extend(self.key_on(line).map(|key| format!("key `{key}`")));
        }
        std::iter::once(format!("line {line}"))
            .chain(inside)
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// The key that a line begins with, for lines too broken to be parsed.
    fn key_on(&self, line: usize) -> Option<&str> {
        let (key, _) = self.text.lines().nth(line - 1)?.split_once('=')?;
        let bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        let key = key.trim();
        (!key.is_empty() && key.len() <= 40 && key.chars().all(bare)).then_some(key)
    }

    /// A quote that means nothing to TOML, on the line of an offset and outside of texts there, or in a text that it was
    /// probably meant to end.
    fn curly_quote(&self, offset: usize) -> Option<char> {
        let offset = (0..=offset.min(self.text.len())).rfind(|at| self.text.is_char_boundary(*at))?;
        let begin = self.text[..offset].rfind('\n').map_or(0, |before| before + 1);
        let line = self.text[begin..].lines().next()?;
        let is_curly = |c: &char| CURLY.contains(c);
        let mut open: Option<char> = None;
        let mut inside = None;
        let mut letters = line.chars();
        while let Some(c) = letters.next() {
            match (open, c) {
                (Some('"'), '\\') => drop(letters.next()),
                (Some(quote), c) if c == quote => (open, inside) = (None, None),
                (Some(_), c) => inside = inside.or(Some(c).filter(is_curly)),
                (None, '"' | '\'') => open = Some(c),
                (None, '#') => return None,
                (None, c) if is_curly(&c) => return Some(c),
                (None, _) => {}
            }
        }
        inside
    }

    /// What the TOML reader says, in our words, with the place that it means.
    pub(super) fn toml_error(&self, error: &toml::de::Error) -> Error {
        let offset = error.span().map_or(0, |span| span.start);
        if let Some(quote) = self.curly_quote(offset) {
            let reason = format!(
                "{quote} is a curly quote, as word processors make them; write straight quotes around text: \" or '"
            );
            return self.error(offset, reason);
        }
        let message = error.message().trim();
        let known = [("unknown field", "key"), ("unknown variant", "value")];
        if let Some((_, what)) = known.iter().find(|(start, _)| message.starts_with(start)) {
            let mut quoted = message.split('`').skip(1).step_by(2);
            let unknown = quoted.next().unwrap_or_default();
            return self.error(offset, unknown_word(what, unknown, &quoted.collect::<Vec<_>>()));
        }
        let remedies = [
            ("expected a string", "expected text in quotes"),
            ("expected i64", "expected a whole number without quotes"),
            ("expected f64", "expected a number without quotes"),
            (
                "expected a tuple of size 2",
                "expected a position with its value, such as [\"9\", 0.5]",
            ),
            (
                "expected a sequence",
                "expected a list; a list of tables has double brackets, such as [[scene]]",
            ),
        ];
        let reason = remedies
            .iter()
            .fold(message.replace('\n', ", "), |text, (from, to)| text.replace(from, to));
        self.error(offset, reason)
    }
}

/// One step down into the document.
#[derive(Clone)]
enum Step {
    Key(String),
    Item(usize),
}

/// Walks the document for the deepest key or value around an offset.
struct Finder {
    offset: usize,
    path: Vec<Step>,
    best: Vec<Step>,
}

impl Finder {
    /// Looks through a table's keys and values.
    fn table(&mut self, table: &DeTable<'_>) {
        for (key, value) in table {
            self.path.push(Step::Key(key.get_ref().to_string()));
            self.meet(&key.span());
            self.value(value);
            self.path.pop();
        }
    }

    /// Looks at a value, and into it.
    fn value(&mut self, value: &Spanned<DeValue<'_>>) {
        self.meet(&value.span());
        match value.get_ref() {
            DeValue::Table(table) => self.table(table),
            DeValue::Array(items) => {
                for (i, item) in items.iter().enumerate() {
                    self.path.push(Step::Item(i));
                    self.value(item);
                    self.path.pop();
                }
            }
            _ => {}
        }
    }

    /// Remembers the way to here, if the offset lies in it: the innermost comes last.
    fn meet(&mut self, span: &Range<usize>) {
        if span.contains(&self.offset) && self.path.len() > self.best.len() {
            self.best = self.path.clone();
        }
    }
}

/// A way through the document in words: "scene 3", "curve 1", "key `at`".
fn words(path: &[Step]) -> Vec<String> {
    let mut words = Vec::new();
    let mut steps = path.iter().peekable();
    let mut depth = 0;
    while let Some(step) = steps.next() {
        let Step::Key(key) = step else { continue };
        match (key.as_str(), steps.peek()) {
            ("scene" | "curve", Some(Step::Item(i))) => words.push(format!("{key} {}", i + 1)),
            ("video" | "grid" | "cast", _) if depth == 0 => words.push(format!("[{key}]")),
            ("scene" | "curve", None) => {}
            _ => {
                words.push(format!("key `{key}`"));
                // What is inside a key's own value needs no more words.
                break;
            }
        }
        depth += 1;
    }
    words
}

/// Says that a word is not known, what was probably meant, and what there is.
pub(super) fn unknown_word(what: &str, unknown: &str, known: &[&str]) -> String {
    let unknown = super::position::shortened(unknown);
    let near = known
        .iter()
        .map(|word| (distance(&unknown.to_lowercase(), word), word))
        .min()
        .filter(|(distance, word)| *distance <= 1 + word.len() / 4);
    let list = known
        .iter()
        .map(|word| format!("`{word}`"))
        .collect::<Vec<_>>()
        .join(", ");
    match near {
        Some((_, word)) => format!("there is no {what} `{unknown}`; did you mean `{word}`?"),
        None => format!("there is no {what} `{unknown}`; there are {list}"),
    }
}

/// Edits from one word to another: letters put in, left out, changed, or swapped with the next.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            rows[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let change = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                let mut best = change.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
                if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    best = best.min(rows[i - 2][j - 2] + 1);
                }
                best
            };
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_miss_is_guessed() {
        assert_eq!(distance("promt", "prompt"), 1);
        assert_eq!(distance("porpmt", "prompt"), 2);
        assert_eq!(distance("", "at"), 2);
        let known = ["at", "prompt", "morph"];
        assert_eq!(
            unknown_word("key", "Promtp", &known),
            "there is no key `Promtp`; did you mean `prompt`?"
        );
        assert_eq!(
            unknown_word("key", "colour", &known),
            "there is no key `colour`; there are `at`, `prompt`, `morph`"
        );
    }

    fn check(text: &str) -> String {
        match crate::storyboard::Storyboard::parse("s.toml", text.as_bytes()) {
            Ok(_) => "no error".to_owned(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn curly_quotes_are_called_by_their_name() {
        for (line, quote) in [
            ("title = “a”", '“'),
            ("title = „a“", '„'),
            ("title = ‘a’", '‘'),
            ("title = «a»", '«'),
            ("title = “a\"", '“'),
            ("title = \"a”", '”'),
            ("title = 'a’", '’'),
            ("“title” = \"a\"", '“'),
            ("video = { size = “64x64” }", '“'),
            ("title = \"it's \\\"so\\\"\"”", '”'),
        ] {
            let text = format!("seed = 1\n{line}\n[[scene]]\nat = '1'\nprompt = 'a'\n");
            let said = check(&text);
            assert!(said.starts_with("s.toml: line 2"), "{line}: {said}");
            assert!(said.contains(&format!("{quote} is a curly quote")), "{line}: {said}");
        }
        // In a text they are letters like any other, and in an error of another kind they are not to blame.
        let scene = "[[scene]]\nat = '1'\nprompt = \"it’s “so”\"\n";
        assert_eq!(check(scene), "no error");
        let said = check(&scene.replace("prompt = \"it", "promt = \"it"));
        assert!(said.contains("did you mean `prompt`?"), "{said}");
        let said = check(&format!("seed = x # “why”\n{scene}"));
        assert!(!said.contains("curly"), "{said}");
    }
}
