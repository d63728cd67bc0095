//! Names of a storyboard's cast: in a prompt they mean what their looks say, a woman, a boy, a dog.

use phosphene_core::{
    prompt::CastMember,
    storyboard::{CastEntry, Storyboard},
};
use phosphene_worlds::figures::Sex;

use super::{
    lexicon::{self, Lexicon},
    text::{Text, Word},
};
use crate::{error::Result, look::Look};

/// What a look calls somebody: its first word for a person, else for an animal or a thing.
fn noun(look: &str, lexicon: &Lexicon) -> Option<String> {
    let text = Text::parse(look);
    let first =
        |known: &dyn Fn(&Word) -> bool| text.words.iter().find(|word| known(word)).map(|word| word.text.clone());
    let person = |word: &Word| lexicon.people.contains_key(&word.text);
    let named = |word: &Word| lexicon.names.contains_key(&word.text) || lexicon.activities.contains_key(&word.text);
    first(&person).or_else(|| first(&named))
}

/// Puts what the cast is in place of their names and of "she" and "he", which keep in mind whom they mean.
pub(super) fn introduce(text: &mut Text, members: &[CastMember], lexicon: &Lexicon) {
    let mut longest: Vec<usize> = (0..members.len()).collect();
    longest.sort_by_key(|k| std::cmp::Reverse(members[*k].name.len()));
    for k in longest {
        let name: Vec<Word> = Text::parse(&members[k].name).words;
        let mut at = 0;
        while !name.is_empty() && at + name.len() <= text.words.len() {
            let here = &text.words[at..at + name.len()];
            let same = here.iter().zip(&name).all(|(word, name)| {
                word.member.is_none() && word.written.strip_suffix("'s").unwrap_or(&word.written) == name.written
            });
            if same {
                text.words.drain(at + 1..at + name.len());
                mean(&mut text.words[at], k, &members[k], lexicon);
            }
            at += 1;
        }
    }
    for (pronoun, sex) in [("she", Sex::Female), ("he", Sex::Male)] {
        let is = |k: usize| Look::of(&members[k].look).sex == Some(sex);
        let named = text.words.iter().filter_map(|word| word.member).any(is);
        let Some(known) = (0..members.len()).find(|k| is(*k)).filter(|_| !named) else {
            continue;
        };
        if let Some(word) = text.words.iter_mut().find(|word| word.text == pronoun) {
            mean(word, known, &members[known], lexicon);
        }
    }
}

fn mean(word: &mut Word, member: usize, who: &CastMember, lexicon: &Lexicon) {
    let noun = noun(&who.look, lexicon).unwrap_or_else(|| "person".to_owned());
    (word.text, word.lemma) = (noun.clone(), noun);
    word.member = Some(member);
}

/// Checks that a storyboard's cast can be drawn.
///
/// # Errors
/// [`crate::Error`] with the line of a look that names nobody.
pub fn check_cast(storyboard: &Storyboard) -> Result<()> {
    let lexicon = lexicon::shared()?;
    let unknown = |entry: &&CastEntry| noun(&entry.member.look, lexicon).is_none();
    match storyboard.cast.iter().find(unknown) {
        Some(entry) => {
            let reason = format!(
                "\"{}\" does not say who it is; write a word such as woman, man, girl, boy or dog in it",
                entry.member.look
            );
            Err(storyboard.error_at(&entry.place, &reason).into())
        }
        None => Ok(()),
    }
}
