//! What a prompt was taken to mean, as one line in plain words.

use std::fmt::Write as _;

use phosphene_diorama::{
    design::{Daytime, Design, Weather},
    meaning::Explanation,
};

/// Things that are named before the rest is "more".
const NAMED: usize = 4;
/// Words that are named as not understood.
const UNKNOWN: usize = 3;

/// "Beach at dusk: car, people ×2; watercolour".
pub(super) fn sentence(explanation: &Explanation, design: &Design) -> String {
    let mut line = capital(&explanation.set.is);
    line.push_str(match design.daytime {
        Daytime::Dawn => " at dawn",
        Daytime::Day => " by day",
        Daytime::Dusk => " at dusk",
        Daytime::Night => " at night",
    });
    line.push_str(match design.weather {
        Weather::Clear => "",
        Weather::Clouds => " under clouds",
        Weather::Rain => " in the rain",
        Weather::Snow => " in the snow",
        Weather::Fog => " in fog",
        Weather::Storm => " in a storm",
    });
    for (i, prop) in explanation.props.iter().take(NAMED).enumerate() {
        line.push_str(if i == 0 { ": " } else { ", " });
        line.push_str(&prop.name);
        if prop.count > 1 {
            let _ = write!(line, " ×{}", prop.count);
        }
    }
    if explanation.props.len() > NAMED {
        let _ = write!(line, " and {} more", explanation.props.len() - NAMED);
    }
    let style = if design.style.is_none() && design.print.is_none() {
        "not painted"
    } else {
        &design.style_name
    };
    let _ = write!(line, "; {style}");
    let unknown = &explanation.unknown_words;
    if !unknown.is_empty() {
        let shown = unknown.iter().take(UNKNOWN).map(String::as_str).collect::<Vec<_>>();
        let more = if unknown.len() > UNKNOWN { " and more" } else { "" };
        let _ = write!(line, "; not understood: {}{more}", shown.join(", "));
    }
    line
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use phosphene_core::prompt::Prompt;
    use phosphene_diorama::meaning::Meaning;

    use super::*;

    #[test]
    fn a_prompt_is_told_in_one_line() {
        let prompt = Prompt {
            text: "two lighthouses in the rain at night, oil painting".to_owned(),
            ..Prompt::default()
        };
        let explanation = Meaning::embedded().unwrap().explain(&prompt).unwrap();
        let line = sentence(&explanation, &explanation.design);
        assert!(!line.contains('\n') && line.len() < 120, "{line}");
        assert!(line.contains("at night in the rain: "), "{line}");
    }

    #[test]
    fn words_that_are_not_understood_are_named() {
        let line = |text: &str| {
            let prompt = Prompt {
                text: text.to_owned(),
                ..Prompt::default()
            };
            let explanation = Meaning::embedded().unwrap().explain(&prompt).unwrap();
            sentence(&explanation, &explanation.design)
        };
        assert!(line("ein Hund flörzelt am Strand").ends_with("; not understood: flörzelt"));
        assert!(line("ერთი ორი სამი ოთხი").ends_with("; not understood: ერთი, ორი, სამი and more"));
        assert!(!line("ein Hund am Strand").contains("understood"));
    }
}
