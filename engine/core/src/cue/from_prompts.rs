//! Prompts without a storyboard: spread over the song's sections, changing on downbeats.

use super::{
    CueInputs, Plan,
    grid_math::bar_lines,
    passages::{self, Stretch},
    resolve::{name_of, on_bar_line},
};
use crate::{
    analysis::Analysis,
    error::{Error, Result},
    prompt::Prompt,
    time::SamplePos,
};

/// The shortest part, in seconds: a scene needs time to be seen.
const SHORTEST_SECS: f64 = 4.0;

/// A part of the song that one prompt fills.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Part {
    /// Its first sample: 0, a downbeat, or a section's start where there is no downbeat near.
    pub at: SamplePos,
    /// The label of its section; parts of a divided section have labels of their own.
    pub label: String,
}

/// Spreads prompts over the song's sections.
///
/// Each section gets a prompt; one whose label has come before gets that one's prompt again in another arrangement, as
/// long as all prompts get their turn. With more prompts than sections, the longest are divided on bar lines.
///
/// # Errors
/// [`Error::Value`] when there is no prompt or an empty one.
pub fn cues_from_prompts(prompts: &[String], inputs: &CueInputs<'_>) -> Result<Plan> {
    inputs.check()?;
    if prompts.is_empty() || prompts.iter().any(|prompt| prompt.trim().is_empty()) {
        return Err(Error::Value {
            what: "a prompt",
            expected: "a few words on what is to be seen".to_owned(),
            actual: "empty".to_owned(),
        });
    }
    let mut notes = Vec::new();
    let parts = parts(inputs.analysis, prompts.len());
    if parts.len() < prompts.len() {
        notes.push(format!(
            "The song is too short for {} prompts: the first {} are shown.",
            prompts.len(),
            parts.len()
        ));
    }
    let turns = assigned(&parts, prompts.len());
    let stretches: Vec<Stretch> = parts
        .iter()
        .zip(turns)
        .map(|(part, prompt)| Stretch {
            at: part.at,
            prompt,
            morph: None,
        })
        .collect();
    let cues = passages::cues(&stretches, &[], inputs, &mut notes);
    let prompts = prompts.iter().map(|text| Prompt {
        text: text.trim().to_owned(),
        ..Prompt::default()
    });
    Ok(Plan {
        prompts: prompts.collect(),
        numbers: Vec::new(),
        cues,
        curves: Vec::new(),
        notes,
    })
}

/// The parts of a song, at least `wanted` of them where there is room.
pub(super) fn parts(analysis: &Analysis, wanted: usize) -> Vec<Part> {
    let grid = &analysis.grid;
    let end = analysis.features.len;
    let shortest = (SHORTEST_SECS * f64::from(grid.rate.hz())) as u64;
    let mut parts: Vec<Part> = Vec::new();
    for section in &analysis.sections {
        let at = on_bar_line(section.start, analysis);
        let label = section.label.to_lowercase();
        match parts.last_mut() {
            None => parts.push(Part {
                at: SamplePos(0),
                label,
            }),
            Some(before) if at.0 >= before.at.0 + shortest && at.0 + shortest <= end => parts.push(Part { at, label }),
            // Silence that is too short for a scene is called by what it leads to.
            Some(before) if before.label == "silence" => before.label = label,
            Some(_) => {}
        }
    }
    if parts.is_empty() {
        parts.push(Part {
            at: SamplePos(0),
            label: "song".to_owned(),
        });
    }
    while parts.len() < wanted {
        let until = |i: usize| parts.get(i + 1).map_or(end, |next: &Part| next.at.0);
        let longest = (0..parts.len()).max_by_key(|&i| (until(i) - parts[i].at.0, std::cmp::Reverse(i)));
        let Some(i) = longest else { break };
        let (from, to) = (parts[i].at, SamplePos(until(i)));
        let Some(at) = middle(from, to, shortest, analysis) else {
            break;
        };
        let label = format!("{} from {}", parts[i].label, name_of(at, analysis));
        parts.insert(i + 1, Part { at, label });
    }
    parts
}

/// The bar line that divides a part best: near the middle, an even number of bars in. `None` when a half would be too
/// short.
fn middle(from: SamplePos, to: SamplePos, shortest: u64, analysis: &Analysis) -> Option<SamplePos> {
    let lines = bar_lines(&analysis.grid, from, to);
    let centre = from.0 + (to.0 - from.0) / 2;
    let group = match lines.len() {
        12.. => 4,
        6..12 => 2,
        _ => 1,
    };
    let lines = lines
        .iter()
        .enumerate()
        .filter(|(i, _)| (i + 1) % group == 0)
        .map(|(_, at)| *at);
    lines
        .filter(|at| at.0 - from.0 >= shortest && to.0 - at.0 >= shortest)
        .min_by_key(|at| at.0.abs_diff(centre))
}

/// Which prompt fills each part.
pub(super) fn assigned(parts: &[Part], prompts: usize) -> Vec<usize> {
    let mut known: Vec<(&str, usize)> = Vec::new();
    let mut used = 0;
    let mut turns = Vec::new();
    for (i, part) in parts.iter().enumerate() {
        let again = known.iter().find(|(label, _)| *label == part.label);
        // A label that comes back gives way when only just enough parts are left for the prompts not yet shown.
        let spare = parts.len() - i > prompts.saturating_sub(used);
        let prompt = match again {
            Some(&(_, prompt)) if spare => prompt,
            _ => {
                let prompt = used % prompts;
                used += 1;
                known.push((&part.label, prompt));
                prompt
            }
        };
        turns.push(prompt);
    }
    turns
}
