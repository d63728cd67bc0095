//! From TOML to a [`Storyboard`]: the file's shape for serde, then the ranges of its values.

use std::{collections::BTreeMap, ops::RangeInclusive};

use serde::Deserialize;
use toml::{Spanned, Value};

use super::{
    Automation, GivenGrid, Length, MAX_PROMPT, MAX_TITLE, Position, Scene, Storyboard, cast,
    place::{Source, unknown_word},
};
use crate::{
    automation::Param,
    error::Result,
    prompt::{Prompt, STYLE_COUNT, StyleChoice},
};

/// The most scenes; a change every two seconds for an hour needs fewer.
const MAX_SCENES: usize = 2_000;

/// The file as it is written: every value keeps its place in the text, for errors that name the line.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileText {
    title: Option<Spanned<String>>,
    seed: Option<Spanned<i64>>,
    #[serde(default)]
    video: VideoText,
    grid: Option<Spanned<GridText>>,
    #[serde(default)]
    cast: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    scene: Vec<Spanned<SceneText>>,
    #[serde(default)]
    curve: Vec<CurveText>,
}

/// `[video]`: what the storyboard fixes of the picture. Numbers may go without quotes.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct VideoText {
    size: Option<Spanned<String>>,
    fps: Option<Spanned<Value>>,
    grain: Option<Spanned<f64>>,
    letterbox: Option<Spanned<Value>>,
}

/// `[grid]`: beats that are given. `bpm` is needed, the rest has defaults.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GridText {
    bpm: Option<Spanned<f64>>,
    first_beat_secs: Option<Spanned<f64>>,
    beats_per_bar: Option<Spanned<i64>>,
}

/// `[[scene]]`: `at` and `prompt` are needed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SceneText {
    at: Option<Spanned<Value>>,
    prompt: Option<Spanned<String>>,
    negative: Option<Spanned<String>>,
    style: Option<Spanned<Value>>,
    style_strength: Option<Spanned<f64>>,
    seed: Option<Spanned<i64>>,
    morph: Option<Spanned<Value>>,
    #[serde(default)]
    curve: Vec<CurveText>,
}

/// `[[curve]]` and `[[scene.curve]]`: a parameter and its points, each a position and a value.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CurveText {
    param: Spanned<String>,
    points: Spanned<Vec<Spanned<(Value, f64)>>>,
}

/// Reads and checks the whole text.
pub(super) fn storyboard(source: &Source<'_>) -> Result<Storyboard> {
    let file: FileText = toml::from_str(source.text).map_err(|e| source.toml_error(&e))?;
    let video = &file.video;
    let sets_video = video.size.is_some() || video.fps.is_some() || video.grain.is_some() || video.letterbox.is_some();
    let sets_other = file.grid.is_some() || sets_video;
    if file.scene.is_empty() && (!sets_other || !file.curve.is_empty()) {
        return Err(source.error_at("the file".to_owned(), super::NO_SCENE));
    }
    if file.scene.len() > MAX_SCENES {
        let reason = format!("there are {} scenes; {MAX_SCENES} are the most", file.scene.len());
        return Err(source.error(file.scene[MAX_SCENES].span().start, reason));
    }
    let size = optional(source, file.video.size.as_ref(), |text| text.parse())?;
    let fps = optional(source, file.video.fps.as_ref(), |value| plain(value).parse())?;
    let cast = cast::cast(source, &file.cast)?;
    let scenes = file.scene.iter().map(|text| scene(source, text));
    let mut scenes: Vec<Scene> = scenes.collect::<Result<_>>()?;
    cast::introduce(&cast, &mut scenes);
    let letterbox = optional(source, file.video.letterbox.as_ref(), |value| plain(value).parse())?;
    let grain = file.video.grain.as_ref();
    Ok(Storyboard {
        path: source.path.clone(),
        title: file
            .title
            .as_ref()
            .map(|title| text(source, title, MAX_TITLE))
            .transpose()?,
        seed: seed(source, file.seed.as_ref())?,
        size,
        fps,
        grain: grain
            .map(|value| within(source, value, 0.0..=2.0).map(|v| v as f32))
            .transpose()?,
        letterbox,
        grid: file.grid.as_ref().map(|given| grid(source, given)).transpose()?,
        grid_place: file.grid.as_ref().map_or_else(String::new, |given| {
            let first = given.get_ref().first_beat_secs.as_ref();
            source.place(first.map_or(given.span().start, |first| first.span().start))
        }),
        cast,
        scenes,
        curves: file
            .curve
            .iter()
            .map(|text| curve(source, text))
            .collect::<Result<_>>()?,
    })
}

/// The grid: 10 to 1,000 BPM, a first beat in the first hour, 1 to 32 beats a bar.
fn grid(source: &Source<'_>, given: &Spanned<GridText>) -> Result<GivenGrid> {
    let text = given.get_ref();
    let bpm = text.bpm.as_ref().ok_or_else(|| {
        let reason = "[grid] needs `bpm`, the song's tempo in beats a minute";
        source.error(given.span().start, reason)
    })?;
    let bar = text.beats_per_bar.as_ref();
    Ok(GivenGrid {
        bpm: within(source, bpm, 10.0..=1_000.0)?,
        first_beat_secs: text
            .first_beat_secs
            .as_ref()
            .map_or(Ok(0.0), |secs| within(source, secs, 0.0..=3_600.0))?,
        beats_per_bar: bar.map_or(Ok(4), |beats| match u32::try_from(*beats.get_ref()) {
            Ok(beats @ 1..=32) => Ok(beats),
            _ => Err(source.error(
                beats.span().start,
                format!("it is {}; it must be from 1 to 32", beats.get_ref()),
            )),
        })?,
    })
}

/// A scene with all that is said of it. Spaces around a prompt are none of its words.
fn scene(source: &Source<'_>, scene: &Spanned<SceneText>) -> Result<Scene> {
    let inside = scene.get_ref();
    let missing = |key: &str, example: &str| {
        source.error(
            scene.span().start,
            format!("the scene has no `{key}`; add {key} = {example}"),
        )
    };
    let at = inside.at.as_ref().ok_or_else(|| missing("at", "\"1\" for bar 1"))?;
    let prompt = inside
        .prompt
        .as_ref()
        .ok_or_else(|| missing("prompt", "\"what is to be seen\""))?;
    let position = position(source, at.span().start, at.get_ref())?;
    let words = text(source, prompt, MAX_PROMPT)?;
    if words.trim().is_empty() {
        return Err(source.error(prompt.span().start, "it is empty; say what is to be seen"));
    }
    let strength = inside.style_strength.as_ref();
    let negative = inside.negative.as_ref();
    Ok(Scene {
        at: position,
        prompt: Prompt {
            text: words.trim().to_owned(),
            negative: negative.map_or(Ok(String::new()), |words| text(source, words, MAX_PROMPT))?,
            style: inside
                .style
                .as_ref()
                .map_or(Ok(StyleChoice::Auto), |choice| style(source, choice))?,
            style_strength: strength
                .map(|value| within(source, value, 0.0..=1.0).map(|v| v as f32))
                .transpose()?,
            seed: seed(source, inside.seed.as_ref())?,
            cast: Vec::new(),
        },
        morph: optional(source, inside.morph.as_ref(), |value| plain(value).parse::<Length>())?,
        curves: inside
            .curve
            .iter()
            .map(|text| curve(source, text))
            .collect::<Result<_>>()?,
        place: source.place(at.span().start),
        style_place: source.place(
            inside
                .style
                .as_ref()
                .map_or(at.span().start, |style| style.span().start),
        ),
    })
}

/// A curve: a parameter that exists, one point at least, every value within the parameter's range.
///
/// Whether the points are in order is known only in a song; see [`crate::cue::cues_from_storyboard`].
fn curve(source: &Source<'_>, curve: &CurveText) -> Result<Automation> {
    let name = curve.param.get_ref().trim().to_lowercase().replace('_', "-");
    let param = Param::ALL
        .into_iter()
        .find(|param| param.name() == name)
        .ok_or_else(|| {
            let reason = unknown_word("parameter", curve.param.get_ref(), &Param::ALL.map(Param::name));
            source.error(curve.param.span().start, reason)
        })?;
    let at = curve.points.span().start;
    if curve.points.get_ref().is_empty() {
        return Err(source.error(at, "there are no points; write them as [[\"1\", 0.5], [\"9\", 1.0]]"));
    }
    let (low, high) = param.range();
    let points = curve.points.get_ref().iter().map(|point| {
        let (place, value) = point.get_ref();
        let position = position(source, point.span().start, place)?;
        if !(low..=high).contains(value) {
            let reason = format!("{} is {value}; it must be from {low} to {high}", param.name());
            return Err(source.error(point.span().start, reason));
        }
        Ok((position, *value))
    });
    Ok(Automation {
        param,
        points: points.collect::<Result<_>>()?,
        place: source.place(at),
    })
}

/// A style: a number, a name, or weights by number.
fn style(source: &Source<'_>, choice: &Spanned<Value>) -> Result<StyleChoice> {
    let wrong = |reason: String| source.error(choice.span().start, reason);
    let last = STYLE_COUNT - 1;
    let numbered = |number: Option<usize>, shown: &str| {
        let found = number.filter(|&n| n < STYLE_COUNT);
        found.ok_or_else(|| wrong(format!("there is no style {shown}; the numbers go from 0 to {last}")))
    };
    let mut weights = [0.0; STYLE_COUNT];
    match choice.get_ref() {
        Value::Integer(number) => {
            weights[numbered(usize::try_from(*number).ok(), &number.to_string())?] = 1.0;
            Ok(StyleChoice::Blend(weights))
        }
        Value::String(name) => match name.trim().to_lowercase().as_str() {
            "" => Err(wrong(
                "it is empty; write a style's number or name, \"auto\" or \"none\"".to_owned(),
            )),
            "auto" => Ok(StyleChoice::Auto),
            "none" => Ok(StyleChoice::Unpainted),
            name if name.chars().count() > 100 => Err(wrong(
                "it is too long; a style's name has 100 letters at most".to_owned(),
            )),
            name => Ok(StyleChoice::Named(name.to_owned())),
        },
        Value::Table(table) => {
            for (number, weight) in table {
                let weight = weight.as_float().or(weight.as_integer().map(|n| n as f64));
                let weight = weight
                    .filter(|w| (0.0..=1_000.0).contains(w))
                    .ok_or_else(|| wrong(format!("the weight of style {number} must be a number from 0 to 1000")))?;
                weights[numbered(number.parse().ok(), &format!("`{number}`"))?] = weight as f32;
            }
            let sum: f32 = weights.iter().sum();
            if sum <= 0.0 {
                return Err(wrong(
                    "the weights are all 0; give one style more, such as { 19 = 1.0 }".to_owned(),
                ));
            }
            Ok(StyleChoice::Blend(weights.map(|weight| weight / sum)))
        }
        other => Err(wrong(format!(
            "this is of type {}; write a style's number, its name in quotes, or weights such as {{ 3 = 0.7, 19 = 0.3 }}",
            other.type_str()
        ))),
    }
}

/// A position: text, or a whole number for a bar.
fn position(source: &Source<'_>, offset: usize, value: &Value) -> Result<Position> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Integer(bar) => bar.to_string(),
        // 17.10 as a number would be bar 17 beat 1.
        other => {
            let reason = format!(
                "a position is text in quotes, such as \"17.3\", not a {}",
                other.type_str()
            );
            return Err(source.error(offset, reason));
        }
    };
    text.parse::<Position>()
        .map_err(|e| source.error(offset, e.to_string()))
}

/// A value as it would be written in quotes, so that numbers may go without.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A value that need not be there; what `parse` says of it is said at its place.
fn optional<T, V>(
    source: &Source<'_>,
    value: Option<&Spanned<V>>,
    parse: impl Fn(&V) -> Result<T>,
) -> Result<Option<T>> {
    let parsed = value.map(|value| parse(value.get_ref()).map_err(|e| source.error(value.span().start, e.to_string())));
    parsed.transpose()
}

/// A text of `most` characters at most.
fn text(source: &Source<'_>, text: &Spanned<String>, most: usize) -> Result<String> {
    let length = text.get_ref().chars().count();
    if length > most {
        let reason = format!("it has {length} characters; {most} are the most");
        return Err(source.error(text.span().start, reason));
    }
    Ok(text.get_ref().clone())
}

/// A seed, which TOML writes as a signed number.
fn seed(source: &Source<'_>, seed: Option<&Spanned<i64>>) -> Result<Option<u64>> {
    let seed = seed
        .map(|seed| u64::try_from(*seed.get_ref()).map_err(|_| source.error(seed.span().start, "a seed is 0 or more")));
    seed.transpose()
}

/// A number within a range, its ends included. A NaN is within none.
fn within(source: &Source<'_>, value: &Spanned<f64>, range: RangeInclusive<f64>) -> Result<f64> {
    if range.contains(value.get_ref()) {
        return Ok(*value.get_ref());
    }
    let (low, high, is) = (range.start(), range.end(), value.get_ref());
    Err(source.error(
        value.span().start,
        format!("it is {is}; it must be from {low} to {high}"),
    ))
}
