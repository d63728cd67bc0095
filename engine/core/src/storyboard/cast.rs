//! A storyboard's cast: who they are, and whom each scene knows.

use std::collections::BTreeMap;

use toml::Spanned;

use super::{CastEntry, MAX_CAST, MAX_NAME, MAX_PROMPT, Scene, place::Source};
use crate::{error::Result, prompt::CastMember};

/// Checks names and looks.
pub(super) fn cast(source: &Source<'_>, written: &BTreeMap<String, Spanned<String>>) -> Result<Vec<CastEntry>> {
    let mut entries = Vec::new();
    for (key, look) in written {
        let at = look.span().start;
        let name = key.trim();
        let letters = name.chars().count();
        if letters == 0 || letters > MAX_NAME {
            let reason = format!("a name has 1 to {MAX_NAME} characters, this one has {letters}");
            return Err(source.error(at, reason));
        }
        if !name.chars().any(char::is_alphabetic) {
            return Err(source.error(at, format!("`{name}` has no letter; a name is a word such as Anna")));
        }
        let words = look.get_ref().trim();
        if words.is_empty() {
            let reason = "it is empty; say who it is, such as \"a tall woman with long hair, red coat\"";
            return Err(source.error(at, reason));
        }
        let length = words.chars().count();
        if length > MAX_PROMPT {
            let reason = format!("it has {length} characters; {MAX_PROMPT} are the most");
            return Err(source.error(at, reason));
        }
        if entries.len() == MAX_CAST {
            return Err(source.error(at, format!("there are more than {MAX_CAST} names; leave some out")));
        }
        entries.push(CastEntry {
            member: CastMember {
                name: name.to_owned(),
                look: words.to_owned(),
            },
            place: source.place(at),
        });
    }
    Ok(entries)
}

/// Tells every scene whom it knows: whom it names, and whom the scenes before it named.
pub(super) fn introduce(entries: &[CastEntry], scenes: &mut [Scene]) {
    let mut known: Vec<usize> = Vec::new();
    for scene in scenes {
        let text = &scene.prompt.text;
        let find = |(k, entry): (usize, &CastEntry)| entry.member.named_in(text).map(|at| (at, k));
        let mut here: Vec<(usize, usize)> = entries.iter().enumerate().filter_map(find).collect();
        here.sort_unstable();
        let mut now: Vec<usize> = here.into_iter().map(|(_, k)| k).collect();
        now.extend(known.iter().filter(|k| !now.contains(k)).copied().collect::<Vec<_>>());
        scene.prompt.cast = now.iter().map(|k| entries[*k].member.clone()).collect();
        known = now;
    }
}
