//! Fits the regressions of the whole-song hearing: which reading of the beats, whether there is a pulse, where music is.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use phosphene_engine::analysis::ReadingFeatures;

use crate::{
    regression::{Choice, Logistic, Rows, choice_loss, conditional_logit},
    songs,
};

/// Relations of readings, by the numbers of [`ReadingFeatures::relation`].
const RELATIONS: [&str; 9] = [
    "Same",
    "OffBeat",
    "Half",
    "Double",
    "ThreeForTwo",
    "TwoForThree",
    "Third",
    "Triple",
    "Quarter",
];
/// The number of the last of them, which is weighed for its phase alone.
const QUARTER: usize = 8;
/// Readings at one tempo, weighed by themselves: is it a quarter of a beat off?
const PHASES: [usize; 3] = [0, 1, QUARTER];
/// Seconds at the beginning that are not scored.
const SKIPPED_SECS: f64 = 5.0;
/// Seconds that a beat may be off.
const FOUND_SECS: f64 = 0.07;
/// Share of a beat by which a beat and its length may be off in a stretch that counts as continuous.
const STEADY: f64 = 0.175;
/// F-measure and continuity together of a reading that is worth learning from.
const RIGHT: f64 = 1.2;
/// Readings that are so much alike are both right.
const ALIKE: f64 = 0.05;
/// How much weights are held down: of the signs of readings and phases, of what speaks for a relation beforehand, of a pulse,
/// of music. Chosen on the songs kept back.
const READING_RIDGE: f64 = 4.0;
const PHASE_RIDGE: f64 = 1.0;
const PRIOR_RIDGE: f64 = 0.3;
const PULSE_RIDGE: f64 = 0.5;
const MUSIC_RIDGE: f64 = 1.0;
/// How many songs one without a beat counts for.
const NO_PULSE: f32 = 2.0;
/// How much each beat counts of a song that is music from its beginning to its end, against one with applause around it.
const WHOLE: f32 = 0.25;
/// Readings with a lower F-measure than this say nothing of whether there is a pulse.
const READ: f64 = 0.6;
/// One song in so many only judges.
const KEPT_BACK: u32 = 8;
/// Seconds without a beat between two stretches of music, and those by which a stretch reaches beyond its beats.
const GAP_SECS: f64 = 4.0;
const EDGE_SECS: f64 = 0.4;

/// Arguments of `fit-readings`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// A folder that `reading-features` wrote, then that of the songs; and more of such pairs
    #[arg(required = true, num_args = 2..)]
    pub folders: Vec<PathBuf>,
}

/// A song's readings, and what is true of it.
struct Song {
    name: String,
    truth: Vec<f64>,
    searches: [Vec<Reading>; 2],
}

/// A reading, and how right it is.
struct Reading {
    features: ReadingFeatures,
    relation: usize,
    f_measure: f64,
    continuity: f64,
}

/// A fitted choice among readings.
pub struct Readings {
    pub weights: Vec<f64>,
    /// Of each relation, 0 for the first.
    pub priors: Vec<f64>,
}

/// All that is fitted.
pub struct Fitted {
    pub reading: Readings,
    pub phase: Readings,
    pub belief: Logistic,
    pub extent: Logistic,
}

/// Fits, and prints the loss on what was learnt from and on what was kept back, and the constants.
pub fn run(arguments: &Arguments) -> Result<()> {
    let fitted = fit(arguments)?;
    print("reading.rs WEIGHTS", &fitted.reading.weights);
    for (relation, prior) in RELATIONS.iter().zip(&fitted.reading.priors).take(QUARTER) {
        println!("reading.rs Self::{relation} => {prior:.3}");
    }
    print("reading.rs PHASE_WEIGHTS", &fitted.phase.weights);
    for relation in PHASES {
        println!(
            "reading.rs phase Self::{} => {:.3}",
            RELATIONS[relation], fitted.phase.priors[relation]
        );
    }
    for (place, bias, fitted) in [
        (
            "beat_confidence.rs BELIEF",
            "beat_confidence.rs BELIEF_BIAS",
            &fitted.belief,
        ),
        ("extent.rs WEIGHTS", "extent.rs BIAS", &fitted.extent),
    ] {
        print(place, &fitted.weights);
        println!("{bias}: {:.3}", fitted.bias);
    }
    Ok(())
}

/// Fits on the songs of pairs of folders.
pub fn fit(arguments: &Arguments) -> Result<Fitted> {
    ensure!(
        arguments.folders.len().is_multiple_of(2),
        "fit-readings takes pairs: a folder of features, then the folder of their songs"
    );
    let mut songs = Vec::new();
    for [features, sounds] in arguments.folders.as_chunks().0 {
        for beats in songs::with_beats(sounds)? {
            let name = songs::name(&beats)?;
            let file = features.join(format!("{name}.json"));
            if file.exists() {
                let json = fs::read(&file).with_context(|| format!("can't read {}", file.display()))?;
                songs.push(Song::new(name, songs::truth(&beats)?.0, serde_json::from_slice(&json)?));
            }
        }
    }
    let every: Vec<usize> = (0..QUARTER).collect();
    let reading = fit_choice("reading", &songs, &every, READING_RIDGE)?;
    let phase = fit_choice("phase", &songs, &PHASES, PHASE_RIDGE)?;
    let (mut pulse, mut music) = (Split::default(), Split::default());
    for song in &songs {
        let chosen: Vec<&Reading> = song
            .searches
            .iter()
            .filter_map(|search| reading.likeliest(search))
            .collect();
        let beaten = !song.truth.is_empty();
        for reading in &chosen {
            if let Some(signs) = reading.features.pulse.filter(|_| !beaten || reading.f_measure > READ) {
                let weight = if beaten { 1.0 } else { NO_PULSE };
                pulse.of(song).push(&signs, f32::from(beaten), weight);
            }
        }
        // Without beats only applause is known to be no music: drones are music, and of chance clicks nobody can say.
        if let Some(reading) = chosen.first().filter(|_| beaten || song.name.starts_with("applause")) {
            let weight = if song.name.contains("clapped") { 1.0 } else { WHOLE };
            for (signs, beat) in reading.features.music.iter().zip(&reading.features.beats_secs) {
                music
                    .of(song)
                    .push(signs, f32::from(within_music(&song.truth, *beat)), weight);
            }
        }
    }
    Ok(Fitted {
        reading,
        phase,
        belief: pulse.fit("pulse", PULSE_RIDGE)?,
        extent: music.fit("music", MUSIC_RIDGE)?,
    })
}

impl Song {
    fn new(name: String, truth: Vec<f64>, searches: [Vec<ReadingFeatures>; 2]) -> Self {
        let scored = late(&truth);
        let judge = |features: ReadingFeatures| {
            let beats = late(&features.beats_secs);
            Reading {
                relation: usize::from(features.relation),
                f_measure: f_measure(beats, scored),
                continuity: continuity(beats, scored),
                features,
            }
        };
        let searches = searches.map(|readings| readings.into_iter().map(judge).collect());
        Self { name, truth, searches }
    }

    fn kept_back(&self) -> bool {
        crc32fast::hash(self.name.as_bytes()).is_multiple_of(KEPT_BACK)
    }
}

impl Readings {
    fn likeliest<'a>(&self, readings: &'a [Reading]) -> Option<&'a Reading> {
        let odds = |reading: &Reading| {
            let signs = reading.features.features.iter().zip(&self.weights);
            self.priors[reading.relation] + signs.map(|(sign, weight)| f64::from(*sign) * weight).sum::<f64>()
        };
        let whole = readings.iter().filter(|reading| reading.relation != QUARTER);
        whole.max_by(|a, b| odds(a).total_cmp(&odds(b)))
    }
}

/// Rows to learn from, and those kept back.
#[derive(Default)]
struct Split {
    learnt: Rows,
    kept: Rows,
}

impl Split {
    fn of(&mut self, song: &Song) -> &mut Rows {
        if song.kept_back() {
            &mut self.kept
        } else {
            &mut self.learnt
        }
    }

    fn fit(&self, what: &str, ridge: f64) -> Result<Logistic> {
        if self.learnt.is_one_sided() {
            bail!("{what}: songs with and without are needed; make_readings.py of engine/training makes both");
        }
        let fitted = Logistic::fit(&self.learnt, ridge);
        for (rows, told) in [(&self.learnt, "learnt from"), (&self.kept, "kept back")] {
            if rows.len() > 0 {
                println!("{what}: loss {:.4} over {} rows {told}", fitted.loss(rows), rows.len());
            }
        }
        Ok(fitted)
    }
}

/// A conditional logit among readings of these relations.
fn fit_choice(what: &str, songs: &[Song], relations: &[usize], ridge: f64) -> Result<Readings> {
    let (mut learnt, mut kept) = (Vec::new(), Vec::new());
    for song in songs {
        let readings: Vec<&Reading> = song.searches[0]
            .iter()
            .filter(|reading| relations.contains(&reading.relation))
            .collect();
        let worth = |reading: &&Reading| reading.f_measure + reading.continuity;
        let most = readings.iter().map(worth).fold(0.0, f64::max);
        if song.truth.is_empty() || most < RIGHT {
            continue;
        }
        let right = |reading: &&Reading| f64::from(worth(reading) >= most - ALIKE);
        let count: f64 = readings.iter().map(right).sum();
        let choice = Choice {
            inputs: readings.iter().map(|reading| inputs(reading)).collect(),
            right: readings.iter().map(|reading| right(reading) / count).collect(),
        };
        if song.kept_back() { &mut kept } else { &mut learnt }.push(choice);
    }
    let Some(signs) = learnt
        .first()
        .map(|choice| choice.inputs[0].len() - RELATIONS.len() + 1)
    else {
        bail!("no song has a reading to learn from: give FEATURES and SONGS that belong together, with beats");
    };
    // Signs are measured in their spreads, so that the ridge holds all alike.
    let scales = spreads(&learnt, signs);
    for choice in learnt.iter_mut().chain(&mut kept) {
        for inputs in &mut choice.inputs {
            inputs
                .iter_mut()
                .zip(&scales)
                .for_each(|(input, scale)| *input /= scale);
        }
    }
    let mut ridges = vec![ridge; signs];
    ridges.resize(signs + RELATIONS.len() - 1, PRIOR_RIDGE);
    let fitted = conditional_logit(&learnt, &ridges);
    for (choices, told) in [(&learnt, "learnt from"), (&kept, "kept back")] {
        if !choices.is_empty() {
            println!(
                "{what}: loss {:.4} over {} songs {told}",
                choice_loss(choices, &fitted),
                choices.len()
            );
        }
    }
    let (weights, priors) = fitted.split_at(signs);
    Ok(Readings {
        weights: weights
            .iter()
            .zip(&scales)
            .map(|(weight, scale)| weight / scale)
            .collect(),
        priors: std::iter::once(0.0).chain(priors.iter().copied()).collect(),
    })
}

/// A reading's signs, then for each relation but the first whether it is that.
fn inputs(reading: &Reading) -> Vec<f64> {
    let signs = reading.features.features.iter().map(|sign| f64::from(*sign));
    let relation = (1..RELATIONS.len()).map(|relation| f64::from(relation == reading.relation));
    signs.chain(relation).collect()
}

/// The standard deviations of the first inputs.
fn spreads(choices: &[Choice], count: usize) -> Vec<f64> {
    let rows = || choices.iter().flat_map(|choice| &choice.inputs);
    let number = rows().count() as f64;
    let spread = |k: usize| {
        let mean = rows().map(|row| row[k]).sum::<f64>() / number;
        let square = rows().map(|row| (row[k] - mean).powi(2)).sum::<f64>() / number;
        square.sqrt() + 1e-6
    };
    (0..count).map(spread).collect()
}

/// The beats that are scored.
fn late(beats: &[f64]) -> &[f64] {
    &beats[beats.partition_point(|beat| *beat < SKIPPED_SECS)..]
}

fn nearest(beats: &[f64], to: f64) -> Option<usize> {
    (0..beats.len()).min_by(|&a, &b| (beats[a] - to).abs().total_cmp(&(beats[b] - to).abs()))
}

fn f_measure(beats: &[f64], truth: &[f64]) -> f64 {
    let near = |beat: &&f64| nearest(truth, **beat).is_some_and(|k| (truth[k] - **beat).abs() <= FOUND_SECS);
    2.0 * beats.iter().filter(near).count() as f64 / (beats.len() + truth.len()).max(1) as f64
}

/// The share of true beats in stretches where beats and their lengths are right: CMLt of mir_eval, but for its edges.
fn continuity(beats: &[f64], truth: &[f64]) -> f64 {
    if beats.len() < 2 || truth.len() < 2 {
        return 0.0;
    }
    let nearest: Vec<usize> = beats.iter().filter_map(|beat| nearest(truth, *beat)).collect();
    let length = |i: usize| {
        let before = nearest[i].saturating_sub(1).min(truth.len() - 2);
        truth[before + 1] - truth[before]
    };
    let close = |i: usize| (truth[nearest[i]] - beats[i]).abs() < STEADY * length(i);
    let right = |i: &usize| {
        let even = ((beats[*i] - beats[i - 1]).abs() / length(*i) - 1.0).abs() < STEADY;
        close(*i) && close(i - 1) && even && nearest[*i] == nearest[i - 1] + 1
    };
    let right = (1..beats.len()).filter(right).count();
    right as f64 / (truth.len().max(beats.len()) - 1) as f64
}

/// Whether a beat lies in a stretch of true beats.
fn within_music(truth: &[f64], beat: f64) -> bool {
    truth.chunk_by(|a, b| b - a <= GAP_SECS).any(|stretch| {
        let (first, last) = (stretch[0], stretch[stretch.len() - 1]);
        (first - EDGE_SECS..=last + EDGE_SECS).contains(&beat)
    })
}

/// Prints numbers as they stand in the program.
pub fn print(place: &str, numbers: &[f64]) {
    let told: Vec<String> = numbers.iter().map(|number| significant(*number)).collect();
    println!("{place}: [{}]", told.join(", "));
}

/// A number by its first four digits.
fn significant(number: f64) -> String {
    let digits = 3 - number.abs().max(1e-12).log10().floor() as i32;
    format!("{number:.*}", digits.clamp(0, 12) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{plain_songs, reading_features};

    #[test]
    fn readings_are_judged_by_the_truth() {
        let truth: Vec<f64> = (0..40).map(|k| 5.0 + 0.5 * f64::from(k)).collect();
        let shifted: Vec<f64> = truth.iter().map(|beat| beat + 0.03).collect();
        let half: Vec<f64> = truth.iter().copied().step_by(2).collect();
        assert!(f_measure(&shifted, &truth) > 0.99 && continuity(&shifted, &truth) > 0.99);
        assert!((f_measure(&half, &truth) - 2.0 / 3.0).abs() < 0.01 && continuity(&half, &truth) < 0.01);
        assert!(f_measure(&[], &truth) == 0.0 && continuity(&truth, &[]) == 0.0);
        assert_eq!((late(&[1.0, 6.0]), late(&[])), (&[6.0][..], &[][..]));
        assert!(within_music(&[10.0, 11.0, 20.0], 20.3) && !within_music(&[10.0, 11.0, 20.0], 15.0));
    }

    #[test]
    fn plain_songs_are_enough_to_try_the_fitting() {
        let folder = tempfile::tempdir().unwrap();
        let (songs, features) = (folder.path().join("songs"), folder.path().join("features"));
        plain_songs::run(&plain_songs::Arguments {
            folder: songs.clone(),
            count: 3,
        })
        .unwrap();
        let folders = songs::IntoFolder {
            songs: songs.clone(),
            out: features.clone(),
        };
        reading_features::run(&folders).unwrap();
        let fitted = fit(&Arguments {
            folders: vec![features, songs],
        })
        .unwrap();
        assert_eq!(fitted.reading.weights.len(), fitted.phase.weights.len());
        // A sensed pulse speaks for one, and beats that are likelier than what is around them for music.
        assert!(
            fitted.belief.weights[2] > 0.0 && fitted.belief.weights[3] > 0.0,
            "{:?}",
            fitted.belief
        );
        assert!(
            fitted.extent.weights[0] > 0.0 && fitted.extent.bias < 0.0,
            "{:?}",
            fitted.extent
        );
    }

    #[test]
    fn constants_have_four_digits() {
        let told = [0.123_456, -14.9, 1_234.5, 0.000_12].map(significant);
        assert_eq!(told, ["0.1235", "-14.90", "1234", "0.0001200"]);
    }
}
