//! A take onto its grid: what was asked for becomes cues and curves.

use std::collections::BTreeMap;

use super::{
    CueInputs, Plan,
    passages::{self, Stretch},
};
use crate::{
    analysis::BeatGrid,
    automation::{Curve, Param},
    error::Result,
    prompt::{Prompt, StyleChoice},
    seed::mix,
    storyboard::Length,
    take::{AskedBy, Bank, Event, GridOverride, HostClock, LineSpacing, Quantize, Take, Transport, grace_samples},
    time::{SamplePos, SampleRate},
};

/// Values of a parameter that follow each other this closely are a movement, not steps, in seconds.
const MOVEMENT_SECS: f64 = 0.25;
/// A point that is nearer to the line between its neighbours than this share of the range is left out.
const STRAIGHT: f64 = 5e-4;

/// The beats of a take: the host's where it said them, else those that are heard.
#[derive(Debug, Clone)]
pub struct TakeGrid {
    clock: HostClock,
    /// The beats, for analysis and direction.
    pub grid: BeatGrid,
}

impl TakeGrid {
    /// The grid of a take whose sound was heard as `heard`. Tempo and metre in the take's video settings count more than
    /// what the host said.
    #[must_use]
    pub fn of(take: &Take, heard: &BeatGrid) -> Self {
        let rate = take.manifest.rate;
        let clock = given(take).unwrap_or_else(|| take.clock());
        if !clock.has_grid() {
            return Self {
                clock,
                grid: heard.clone(),
            };
        }
        let beats = clock.beats(take.len);
        // The metre and the tempo that hold longest stand for the song.
        let middle = beats.get(beats.len() / 2).map_or(SamplePos(0), |beat| beat.at);
        let grid = BeatGrid {
            rate,
            beats_per_bar: clock.beats_per_bar(middle).unwrap_or(4),
            tempo_bpm: median_bpm(&beats, rate),
            beats,
            confidence: 1.0,
        };
        Self { clock, grid }
    }

    /// Where a change that was asked for at `at` lands, when it may have been told of up to `late` samples late.
    #[must_use]
    pub fn line(&self, at: SamplePos, quantize: Quantize, late: u64) -> SamplePos {
        let grace = grace_samples(late, self.grid.rate);
        if self.clock.has_grid() {
            return self.clock.line(at, quantize, grace);
        }
        let earliest = at.0.saturating_sub(grace);
        let bars = match quantize.spacing() {
            None => return at,
            Some(LineSpacing::Beat) => {
                let beat = self.grid.beats.iter().find(|beat| beat.at.0 >= earliest);
                return beat.map_or(at, |beat| beat.at);
            }
            Some(LineSpacing::Bars(bars)) => bars as usize,
        };
        let mut downbeats = self.grid.downbeats().map(|(_, at)| at).step_by(bars);
        downbeats.find(|line| line.0 >= earliest).unwrap_or(at)
    }
}

/// The clock with what the user said over the host, if there is such a thing.
fn given(take: &Take) -> Option<HostClock> {
    let given = take.video().map(GridOverride::from).filter(GridOverride::is_some)?;
    let mut clock = HostClock::new(take.manifest.rate);
    if given.bpm.is_some() {
        // A take begins where the host does.
        let playing = Transport {
            playing: true,
            tempo_bpm: None,
            quarters: None,
            bar_quarters: None,
            host_sample: None,
            signature: None,
        };
        clock.push(SamplePos(0), given.over(playing, 0.0));
        return Some(clock);
    }
    for entry in &take.entries {
        if let Event::Transport(transport) | Event::Jump(transport) = &entry.event {
            clock.push(entry.at, given.over(*transport, 0.0));
        }
    }
    Some(clock)
}

/// The tempo of the beat of median length, in BPM; 0 where there are fewer than two.
fn median_bpm(beats: &[crate::analysis::Beat], rate: SampleRate) -> f64 {
    let mut lengths: Vec<u64> = beats.windows(2).map(|pair| pair[1].at.0 - pair[0].at.0).collect();
    if lengths.is_empty() {
        return 0.0;
    }
    let middle = lengths.len() / 2;
    let length = *lengths.select_nth_unstable(middle).1;
    60.0 * f64::from(rate.hz()) / length.max(1) as f64
}

/// What is on or asked for, while the log is read.
struct State {
    bank: Bank,
    style: StyleChoice,
    seed: u32,
    /// The scene that was asked for last, and how.
    scene: usize,
    quantize: Quantize,
    morph: f64,
    /// The host's longest block so far: what is automated is told of that much late at most.
    block: u64,
}

/// A scene to be shown from a line on.
struct Wanted {
    at: SamplePos,
    prompt: usize,
    morph: f64,
}

/// The cues and curves of a take, and its seed.
///
/// A scene lands on the first line at or after the moment at which it was asked for, or on the line at most 60 ms
/// before; where the host's blocks are longer and it was automation that asked, at most a block before. Where several land on one frame, the last counts. A scene without a prompt shows the one that was on.
/// `inputs.analysis.grid` must be `grid`'s.
///
/// # Errors
/// [`crate::Error::Value`] when the zoom rate is out of its range.
pub fn cues_from_take(take: &Take, grid: &TakeGrid, inputs: &CueInputs<'_>) -> Result<(Plan, u64)> {
    inputs.check()?;
    let mut notes = Vec::new();
    let mut script = Script::new(take, grid);
    for entry in &take.entries {
        script.hear(entry.at, &entry.event);
    }
    let rate = take.manifest.rate;
    let fps = inputs.fps;
    // The last of those on one frame counts; the first is shown from the start.
    let mut by_frame: BTreeMap<u64, Wanted> = BTreeMap::new();
    for wanted in script.wanted.drain(..) {
        if wanted.at.0 < take.len {
            by_frame.insert(fps.frame_of_event(wanted.at, rate).0, wanted);
        }
    }
    let mut stretches: Vec<Stretch> = Vec::new();
    for wanted in by_frame.into_values() {
        if stretches.last().is_some_and(|last| last.prompt == wanted.prompt) {
            continue;
        }
        stretches.push(Stretch {
            at: if stretches.is_empty() { SamplePos(0) } else { wanted.at },
            prompt: wanted.prompt,
            morph: Some(Length::Beats(wanted.morph)),
        });
    }
    if stretches.is_empty() {
        notes.push(format!(
            "No scene has a prompt, so the take's name is one: \"{}\".",
            take.manifest.name
        ));
        script.prompts.push(Prompt {
            text: take.manifest.name.clone(),
            ..Prompt::default()
        });
        script.numbers.push(0);
        stretches.push(Stretch {
            at: SamplePos(0),
            prompt: script.prompts.len() - 1,
            morph: None,
        });
    }
    notes.append(&mut script.notes);
    let curves = script.curves();
    let cues = passages::cues(&stretches, &curves, inputs, &mut notes);
    let plan = Plan {
        prompts: script.prompts,
        numbers: script.numbers,
        cues,
        curves,
        notes,
    };
    Ok((plan, u64::from(script.first_seed.unwrap_or(1))))
}

/// Reads the log in order.
struct Script<'a> {
    grid: &'a TakeGrid,
    state: State,
    wanted: Vec<Wanted>,
    prompts: Vec<Prompt>,
    /// Each prompt's place in the bank.
    numbers: Vec<u64>,
    values: [Vec<(SamplePos, f64)>; Param::ALL.len()],
    first_seed: Option<u32>,
    notes: Vec<String>,
}

impl<'a> Script<'a> {
    fn new(take: &Take, grid: &'a TakeGrid) -> Self {
        let bank = take.entries.iter().find_map(|entry| match &entry.event {
            Event::Bank { bank } => Some(bank.clone()),
            _ => None,
        });
        Self {
            grid,
            state: State {
                bank: bank.unwrap_or(Bank { prompts: Vec::new() }),
                style: StyleChoice::Auto,
                seed: 1,
                scene: 0,
                quantize: Quantize::Off,
                morph: 0.0,
                block: 0,
            },
            wanted: Vec::new(),
            prompts: Vec::new(),
            numbers: Vec::new(),
            values: Default::default(),
            first_seed: None,
            notes: Vec::new(),
        }
    }

    fn hear(&mut self, at: SamplePos, event: &Event) {
        match event {
            Event::Blocks { longest } => self.state.block = *longest,
            Event::Scene {
                scene,
                quantize,
                morph,
                by,
            } => {
                self.state.scene = *scene;
                self.state.quantize = *quantize;
                self.state.morph = morph.clamp(0.0, 32.0);
                // A note says its own sample, whatever the block.
                let late = if *by == AskedBy::Note { 0 } else { self.state.block };
                self.want(at, late);
            }
            Event::Bank { bank } => {
                self.state.bank = bank.clone();
                self.want(at, 0);
            }
            Event::Style { style } => {
                self.state.style = style.clone();
                self.want(at, self.state.block);
            }
            Event::Seed { seed } => {
                self.first_seed.get_or_insert(*seed);
                self.state.seed = *seed;
                self.want(at, self.state.block);
            }
            Event::Param { param, value } => {
                let (low, high) = param.range();
                if let (true, Some(index)) = (value.is_finite(), Param::ALL.iter().position(|p| p == param)) {
                    self.values[index].push((at, value.clamp(low, high)));
                }
            }
            Event::Transport(_)
            | Event::Jump(_)
            | Event::Video { .. }
            | Event::Gap { .. }
            | Event::Preroll { .. }
            | Event::Tally(_)
            | Event::End { .. } => {}
        }
    }

    /// Puts what is on now on its line; it may have been told of up to `late` samples late.
    fn want(&mut self, at: SamplePos, late: u64) {
        let Some(text) = self.state.bank.prompts.get(self.state.scene) else {
            return;
        };
        if text.text.trim().is_empty() {
            if self.wanted.is_empty() {
                // Nothing has been on yet: the first scene that there is.
                let first = self.state.bank.prompts.iter().position(|p| !p.text.trim().is_empty());
                let Some(first) = first else { return };
                let asked = std::mem::replace(&mut self.state.scene, first);
                self.want(at, late);
                self.state.scene = asked;
            }
            let note = format!(
                "Scene {} has no prompt: what was on before goes on.",
                self.state.scene + 1
            );
            if !self.notes.contains(&note) {
                self.notes.push(note);
            }
            return;
        }
        let mut prompt = text.clone();
        if self.state.style != StyleChoice::Auto {
            prompt.style = self.state.style.clone();
        }
        // Another seed than the take's is another arrangement of the same scene, the one that the preview shows.
        if prompt.seed.is_none() && self.first_seed.is_some_and(|first| first != self.state.seed) {
            prompt.seed = Some(mix([u64::from(self.state.seed), self.state.scene as u64]));
        }
        let number = self.state.scene as u64;
        let mut shown = self.prompts.iter().zip(&self.numbers);
        let known = shown.position(|(p, n)| *p == prompt && *n == number);
        let prompt = known.unwrap_or_else(|| {
            self.prompts.push(prompt);
            self.numbers.push(number);
            self.prompts.len() - 1
        });
        // What is said at the take's first sample is how it begins, not a change.
        let line = if at.0 == 0 {
            at
        } else {
            self.grid.line(at, self.state.quantize, late)
        };
        self.wanted.push(Wanted {
            at: line,
            prompt,
            morph: self.state.morph,
        });
    }

    /// The parameters' values as curves: steps hold until the next value, movements are ramps.
    fn curves(&self) -> Vec<Curve> {
        let rate_hz = f64::from(self.grid.grid.rate.hz());
        let movement = (MOVEMENT_SECS * rate_hz) as u64;
        let curve = |(index, values): (usize, &Vec<(SamplePos, f64)>)| {
            let param = Param::ALL[index];
            let mut points: Vec<(SamplePos, f64)> = Vec::new();
            for &(at, value) in values {
                if let Some(&(before, held)) = points.last() {
                    if at.0 - before.0 > movement {
                        points.push((at, held));
                    } else if at == before {
                        points.pop();
                    }
                }
                points.push((at, value));
            }
            let (low, high) = param.range();
            let points = straightened(&points, STRAIGHT * (high - low));
            (!points.is_empty()).then_some(Curve {
                param,
                from: SamplePos(0),
                until: SamplePos(u64::MAX),
                points,
            })
        };
        self.values.iter().enumerate().filter_map(curve).collect()
    }
}

/// Leaves out points that lie on the line between those that stay, but for `tolerance`.
fn straightened(points: &[(SamplePos, f64)], tolerance: f64) -> Vec<(SamplePos, f64)> {
    let mut kept: Vec<(SamplePos, f64)> = Vec::new();
    // Slopes from the last kept point that pass all points since within the tolerance.
    let (mut low, mut high) = (f64::NEG_INFINITY, f64::INFINITY);
    for (i, &(at, value)) in points.iter().enumerate() {
        let Some(&(from, start)) = kept.last() else {
            kept.push((at, value));
            continue;
        };
        let width = (at.0 - from.0) as f64;
        let slope = (value - start) / width;
        if width > 0.0 && (low..=high).contains(&slope) {
            low = low.max(slope - tolerance / width);
            high = high.min(slope + tolerance / width);
        } else {
            let before = points[i - 1];
            if before.0 > from {
                kept.push(before);
            }
            let (from, start) = *kept.last().expect("one was kept above");
            let width = (at.0 - from.0) as f64;
            if width > 0.0 {
                let slope = (value - start) / width;
                (low, high) = (slope - tolerance / width, slope + tolerance / width);
            } else {
                kept.push((at, value));
                (low, high) = (f64::NEG_INFINITY, f64::INFINITY);
            }
        }
    }
    if let Some(&last) = points.last().filter(|last| kept.last() != Some(last)) {
        kept.push(last);
    }
    kept
}

#[cfg(test)]
mod tests;
