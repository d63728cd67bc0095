//! What a prompt was taken to mean, as one line in plain words.

use std::fmt::Write as _;

use phosphene_engine::generate::diorama::{
    design::{Daytime, Design, Weather},
    meaning::Explanation,
};

/// Things that are named before the rest is "more".
const NAMED: usize = 4;

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
    let style = if design.style.is_none() {
        "not painted"
    } else {
        &design.style_name
    };
    let _ = write!(line, "; {style}");
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
    use phosphene_engine::{generate::diorama::meaning::Meaning, prompt::Prompt};

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
}
