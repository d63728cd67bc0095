//! A prompt's brackets to weights on its words.

use crate::error::{Error, Result};

/// What round brackets multiply by, and square ones divide by.
const STEP: f64 = 1.1;
/// No weight is further from 0.
const HEAVIEST: f64 = 10.0;

/// A piece of a prompt, and how much it weighs.
pub(super) type Piece = (String, f64);

/// Takes the brackets out of a prompt. Brackets that are not closed reach to the end; those that were not opened, and a
/// colon without a number, are text.
///
/// # Errors
/// [`phosphene_core::Error::Value`] for a weight beyond 10.
pub(super) fn weighted(prompt: &str) -> Result<Vec<Piece>> {
    let mut pieces: Vec<Piece> = Vec::new();
    // Where brackets were opened, round and square.
    let (mut round, mut square) = (Vec::new(), Vec::new());
    let mut rest = prompt;
    let scale = |pieces: &mut [Piece], from: usize, factor: f64| {
        for (_, weight) in &mut pieces[from..] {
            *weight *= factor;
        }
    };
    while let Some(first) = rest.chars().next() {
        let mut taken = first.len_utf8();
        match first {
            '\\' => {
                let escaped = rest[1..].chars().next().filter(|next| "\\()[]".contains(*next));
                taken += escaped.map_or(0, char::len_utf8);
                push(&mut pieces, &escaped.unwrap_or('\\').to_string());
            }
            '(' => {
                round.push(pieces.len());
                pieces.push((String::new(), 1.0));
            }
            '[' => {
                square.push(pieces.len());
                pieces.push((String::new(), 1.0));
            }
            ':' if !round.is_empty() && number(rest).is_some() => {
                if let (Some(from), Some((factor, length))) = (round.pop(), number(rest)) {
                    scale(&mut pieces, from, factor);
                    taken = length;
                }
                pieces.push((String::new(), 1.0));
            }
            ')' if !round.is_empty() => {
                scale(&mut pieces, round.pop().unwrap_or_default(), STEP);
                pieces.push((String::new(), 1.0));
            }
            ']' if !square.is_empty() => {
                scale(&mut pieces, square.pop().unwrap_or_default(), 1.0 / STEP);
                pieces.push((String::new(), 1.0));
            }
            _ => push(&mut pieces, &rest[..taken]),
        }
        rest = &rest[taken..];
    }
    for from in round {
        scale(&mut pieces, from, STEP);
    }
    for from in square {
        scale(&mut pieces, from, 1.0 / STEP);
    }
    pieces.retain(|(text, _)| !text.is_empty());
    pieces.dedup_by(|next, piece| {
        let same = next.1 == piece.1;
        if same {
            piece.0.push_str(&next.0);
        }
        same
    });
    match pieces.iter().find(|(_, weight)| weight.abs() > HEAVIEST) {
        Some((text, weight)) => Err(Error::value(
            "a weight in a prompt",
            format!("from -{HEAVIEST} to {HEAVIEST}"),
            format!("{weight}, on \"{}\"", text.trim()),
        )),
        None => Ok(pieces),
    }
}

fn push(pieces: &mut Vec<Piece>, text: &str) {
    match pieces.last_mut() {
        Some((last, _)) => last.push_str(text),
        None => pieces.push((text.to_owned(), 1.0)),
    }
}

/// `:1.3)` at the beginning, with spaces or without: the number and the length of all.
fn number(text: &str) -> Option<(f64, usize)> {
    let end = text.find(')')?;
    let inside = text.get(1..end)?.trim();
    let plain = !inside.is_empty() && inside.chars().all(|c| c.is_ascii_digit() || "+-.".contains(c));
    let number: f64 = inside.parse().ok().filter(|_| plain)?;
    Some((number, end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(prompt: &str, expected: &[(&str, f64)]) {
        let found = weighted(prompt).expect("the weights are small");
        assert_eq!(found.len(), expected.len(), "{prompt}: {found:?}");
        for ((text, weight), (wanted, number)) in found.iter().zip(expected) {
            assert_eq!(text, wanted, "{prompt}");
            assert!((weight - number).abs() < 1e-9, "{prompt}: {weight} on {text}");
        }
    }

    #[test]
    fn brackets_are_read_as_the_field_does() {
        check("normal text", &[("normal text", 1.0)]);
        check(
            "an (important) word",
            &[("an ", 1.0), ("important", 1.1), (" word", 1.0)],
        );
        check("(unbalanced", &[("unbalanced", 1.1)]);
        check(r"\(literal\]", &[("(literal]", 1.0)]);
        check("(unnecessary)(parens)", &[("unnecessaryparens", 1.1)]);
        check(
            "a (((house:1.3)) [on] a (hill:0.5), sun, (((sky))).",
            &[
                ("a ", 1.0),
                ("house", 1.3 * 1.1 * 1.1),
                (" ", 1.1),
                ("on", 1.0),
                (" a ", 1.1),
                ("hill", 0.55),
                (", sun, ", 1.1),
                ("sky", 1.1_f64.powi(4)),
                (".", 1.1),
            ],
        );
        check("ratio 16:9) and 3:2]", &[("ratio 16:9) and 3:2]", 1.0)]);
        check("(a: b)", &[("a: b", 1.1)]);
        check("(trailing : 2 ) \\", &[("trailing ", 2.0), (" \\", 1.0)]);
        check("", &[]);
        check("(nan:nan) (inf:inf)", &[("nan:nan", 1.1), (" ", 1.0), ("inf:inf", 1.1)]);
    }

    #[test]
    fn a_weight_beyond_reason_is_refused() {
        let error = weighted("a ((cat:5):5)").expect_err("25 is too heavy").to_string();
        assert_eq!(
            error,
            "a weight in a prompt is 25, on \"cat\"; it must be from -10 to 10"
        );
    }
}
