//! A storyboard's scenes onto a song.

use super::{
    CueInputs, Plan,
    grid_math::beat_samples,
    passages::{self, Stretch},
    resolve::{clock, place},
};
use crate::{
    automation::Curve,
    error::Result,
    storyboard::{Automation, CastEntry, NO_SCENE, Position, Scene, Storyboard},
    time::SamplePos,
};

/// Puts a storyboard's scenes on a song's grid.
///
/// The first scene is extended to the song's start. A passage without `morph` takes two bars, at most half of the time
/// since the cue before; a given one at most all of it. Scenes longer than about 8 bars (at zoom rate 1) get passages
/// into variations of themselves on bar lines. A scene's curves hold from its cue to the next scene's.
///
/// The caller puts [`Storyboard::grid`], when there is one, into the analysis first.
///
/// # Errors
/// [`crate::Error::Storyboard`] when there is no scene, or with the line when a position isn't in this song, two scenes
/// fall on one frame, or a curve's points are out of order.
pub fn cues_from_storyboard(storyboard: &Storyboard, inputs: &CueInputs<'_>) -> Result<Plan> {
    inputs.check()?;
    if storyboard.scenes.is_empty() {
        return Err(storyboard.error_at("the file", &NO_SCENE));
    }
    let at = |position: &Position, written: &str| {
        place(position, inputs.analysis).map_err(|e| storyboard.error_at(written, &e))
    };
    let mut scenes: Vec<(SamplePos, usize, &Scene)> = Vec::new();
    for (i, scene) in storyboard.scenes.iter().enumerate() {
        scenes.push((at(&scene.at, &scene.place)?, i, scene));
    }
    scenes.sort_by_key(|&(at, i, _)| (at, i));
    let rate = inputs.analysis.grid.rate;
    for pair in scenes.windows(2) {
        let ((a, _, first), (b, _, second)) = (pair[0], pair[1]);
        if inputs.fps.frame_of_event(a, rate) == inputs.fps.frame_of_event(b, rate) {
            let reason = format!(
                "\"{}\" falls on the same frame as \"{}\" ({}); move one of them",
                second.at, first.at, first.place
            );
            return Err(storyboard.error_at(&second.place, &reason));
        }
    }
    let unnamed = |entry: &CastEntry| {
        format!(
            "No scene names `{}` ({}), so they are not seen; write the name in a prompt just so.",
            entry.member.name, entry.place
        )
    };
    let mut notes: Vec<String> = storyboard.unnamed().map(unnamed).collect();
    if let Some((first, _, scene)) = scenes.first_mut() {
        // A pick-up of less than a beat needs no words.
        if first.0 as f64 > beat_samples(&inputs.analysis.grid) {
            let time = clock(*first, inputs.analysis);
            notes.push(format!(
                "The first scene is at \"{}\" ({time}) and is shown from the song's start.",
                scene.at
            ));
        }
        *first = SamplePos(0);
    }
    let mut curves = Vec::new();
    for automation in &storyboard.curves {
        curves.push(curve(storyboard, automation, SamplePos(0), SamplePos(u64::MAX), &at)?);
    }
    for (i, (from, _, scene)) in scenes.iter().enumerate() {
        let until = scenes.get(i + 1).map_or(SamplePos(u64::MAX), |next| next.0);
        for automation in &scene.curves {
            curves.push(curve(storyboard, automation, *from, until, &at)?);
        }
    }
    let stretches: Vec<Stretch> = scenes
        .iter()
        .map(|&(at, prompt, scene)| Stretch {
            at,
            prompt,
            morph: scene.morph,
        })
        .collect();
    let cues = passages::cues(&stretches, &curves, inputs, &mut notes);
    Ok(Plan {
        prompts: storyboard.scenes.iter().map(|scene| scene.prompt.clone()).collect(),
        numbers: Vec::new(),
        cues,
        curves,
        notes,
    })
}

fn curve(
    storyboard: &Storyboard,
    automation: &Automation,
    from: SamplePos,
    until: SamplePos,
    at: &impl Fn(&Position, &str) -> Result<SamplePos>,
) -> Result<Curve> {
    let mut points: Vec<(SamplePos, f64)> = Vec::new();
    for (position, value) in &automation.points {
        let place = at(position, &automation.place)?;
        if points.last().is_some_and(|(before, _)| *before > place) {
            let reason = format!("the point at \"{position}\" is earlier than the one before it; put them in order");
            return Err(storyboard.error_at(&automation.place, &reason));
        }
        points.push((place, *value));
    }
    Ok(Curve {
        param: automation.param,
        from,
        until,
        points,
    })
}
