//! A first storyboard to edit, drafted from a song's sections.

use std::fmt::Write;

use super::{
    from_prompts::{Part, assigned, parts},
    resolve::name_of,
};
use crate::{
    analysis::Analysis,
    clean::one_line,
    error::{Error, Result},
    storyboard::{MAX_PROMPT, MAX_TITLE},
};

/// What the drafted scenes show when no prompts are given: a life from dawn to dawn.
const IDEAS: [&str; 8] = [
    "a small harbour at dawn, fishing boats, seagulls, watercolour",
    "children on bicycles in a summer meadow, butterflies, impressionist painting",
    "a red car on a desert highway at dusk, cactus, oil painting",
    "a neon city street in the rain at night, a cat under an umbrella",
    "a concert stage with a guitar and a dancing crowd",
    "a lighthouse in a storm, big waves, expressionist painting",
    "a forest in snow, a fox, a cabin with lit windows",
    "an astronaut above a planet, stars and a rocket",
];

/// A commented storyboard with one scene for each of the song's sections. It reads back as it is.
///
/// Sections of one label get one prompt. Without `prompts`, ideas to be replaced stand in. Of a title that is longer than
/// a storyboard's may be, the first words are taken; a blank one is left out.
///
/// # Errors
/// [`Error::Value`] when a prompt is blank, or longer than [`MAX_PROMPT`].
pub fn draft_storyboard(analysis: &Analysis, title: &str, prompts: Option<&[String]>) -> Result<String> {
    let prompts = prompts.filter(|prompts| !prompts.is_empty());
    prompts
        .unwrap_or_default()
        .iter()
        .try_for_each(|prompt| check(prompt))?;
    let parts = parts(analysis, prompts.map_or(1, <[String]>::len));
    let shown: Vec<String> = match prompts {
        Some(prompts) => prompts.to_vec(),
        None => {
            let fresh = |(i, part): &(usize, &Part)| parts[..*i].iter().all(|before| before.label != part.label);
            let labels = parts.iter().enumerate().filter(fresh).count();
            IDEAS.iter().take(labels).map(|&idea| idea.to_owned()).collect()
        }
    };
    let grid = &analysis.grid;
    let mut text = String::new();
    let out = &mut text;
    line(
        out,
        "# A storyboard for Phosphene: what is to be seen when. Edit it, then:",
    );
    line(out, "#   phosphene render SONG --storyboard THIS_FILE");
    let title = one_line(title);
    if !title.is_empty() {
        line(out, &format!("title = {}", quoted(&shortened(&title))));
    }
    line(out, "seed = 1               # another number, another video");
    line(out, "");
    line(out, "# [video]");
    line(
        out,
        "# size = \"1280x720\"    # or \"1080x1920\", \"1080x1080\": any even size",
    );
    line(
        out,
        "# fps = \"24\"           # or 23.976, 25, 29.97, 30, 50, 59.94, 60",
    );
    line(out, "");
    if grid.beats.is_empty() {
        line(out, "# No beats were heard. Give the tempo to put scenes on bars:");
        line(
            out,
            "# [grid]\n# bpm = 120.0\n# first_beat_secs = 0.0\n# beats_per_bar = 4",
        );
    } else {
        let first = grid.downbeats().next().map_or(grid.beats[0].at, |(_, at)| at);
        line(
            out,
            "# What was heard. Take the # away and correct it when it is wrong:",
        );
        line(
            out,
            &format!(
                "# [grid]\n# bpm = {:.2}\n# first_beat_secs = {:.3}\n# beats_per_bar = {}",
                grid.tempo_bpm,
                first.secs(grid.rate),
                grid.beats_per_bar
            ),
        );
    }
    line(out, "");
    line(
        out,
        "# A scene's `at` is a bar (\"17\"), a beat of it (\"17.3\"), a time (\"0:42.5\") or a section (\"chorus 2\").",
    );
    line(out, "# Each scene may also have:");
    line(
        out,
        "#   morph = \"2 bars\"           # how long the passage to it takes; \"0\" is a hard cut",
    );
    line(
        out,
        "#   style = \"oil painting\"     # or a number from `phosphene styles`, \"auto\", \"none\"",
    );
    line(
        out,
        "#   style_strength = 0.8       # 0 keeps the drawing, 1 is all paint",
    );
    line(out, "#   negative = \"people\"        # what is not to be seen");
    line(out, "#   seed = 3                   # another arrangement");
    line(
        out,
        "#   [[scene.curve]]            # zoom, rotate, pan-x, pan-y, reactivity, intensity, palette-shift",
    );
    line(out, "#   param = \"zoom\"");
    line(out, "#   points = [[\"1\", 1.0], [\"9\", 2.0]]");
    for (part, prompt) in parts.iter().zip(assigned(&parts, shown.len())) {
        let at = name_of(part.at, analysis);
        let secs = part.at.secs(grid.rate);
        line(out, "");
        line(
            out,
            &format!(
                "# {} at {}:{:04.1}",
                comment(&part.label),
                secs as u64 / 60,
                secs % 60.0
            ),
        );
        line(out, "[[scene]]");
        line(out, &format!("at = \"{at}\""));
        line(out, &format!("prompt = {}", quoted(&shown[prompt])));
    }
    Ok(text)
}

/// Refuses a prompt that a storyboard can't have.
fn check(prompt: &str) -> Result<()> {
    let wrong = |expected: String, actual: String| {
        Err(Error::Value {
            what: "a prompt",
            expected,
            actual,
        })
    };
    match prompt.chars().count() {
        _ if prompt.trim().is_empty() => wrong("a few words on what is to be seen".to_owned(), "empty".to_owned()),
        length if length > MAX_PROMPT => wrong(
            format!("{MAX_PROMPT} characters long at most"),
            format!("{length} characters long"),
        ),
        _ => Ok(()),
    }
}

/// As many whole words of a title as it may have; a single word that is too long is cut.
fn shortened(title: &str) -> String {
    if title.chars().count() <= MAX_TITLE {
        return title.to_owned();
    }
    let start: String = title.chars().take(MAX_TITLE - 1).collect();
    let words = start.rsplit_once(' ').map_or(&*start, |(words, _)| words.trim_end());
    format!("{}…", if words.is_empty() { &start } else { words })
}

fn line(out: &mut String, words: &str) {
    writeln!(out, "{words}").expect("writing to a string can't fail");
}

/// Text as TOML writes it.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// A label that can't leave its comment.
fn comment(label: &str) -> String {
    one_line(label)
}
