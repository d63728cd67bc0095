//! Fits the log odds of a beat at each hop, and of a downbeat at each beat, on songs that are rendered here.

use std::path::PathBuf;

use anyhow::{Result, ensure};
use clap::Args;
use phosphene_engine::analysis::{HOPS_PER_SEC, TrainingFeatures};

use crate::{
    fit_readings::print,
    regression::{Logistic, Rows},
    train_level::{Truth, is_kept_back, learn_from},
};

/// A beat is this wide, in seconds: what is nearer than half of it is one, what is farther than one and a half is none.
const REACH_SECS: f64 = 0.025;
/// How much weights are held down, in songs.
const RIDGE: f64 = 0.01;
/// The last features of a hop, which are not known at once: the chroma flux of the bass and of all notes.
const LATE: usize = 2;

/// Arguments of `train-beats`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// How many songs are rendered
    #[arg(default_value_t = 600)]
    pub songs: u64,
    /// The songs' seeds begin at a million times this
    #[arg(default_value_t = 3)]
    pub seed: u64,
    /// Folders of more songs: NAME.wav, ogg or flac, and NAME.beats
    pub folders: Vec<PathBuf>,
}

/// What is learnt of a song.
struct Lesson {
    hops: Rows,
    downbeats: Rows,
}

/// What was fitted, with the mean losses on songs learnt from and on those kept back.
pub struct Fitted {
    pub beat: Logistic,
    /// The bias where the late features are not known yet.
    pub causal_bias: f64,
    pub downbeat: Logistic,
    pub losses: [[f64; 2]; 2],
}

/// Fits, and prints losses and constants.
pub fn run(arguments: &Arguments) -> Result<()> {
    let Fitted {
        beat,
        causal_bias,
        downbeat,
        losses,
    } = fit(arguments)?;
    for (what, [learnt, kept]) in ["beat", "downbeat"].into_iter().zip(losses) {
        println!("{what}: loss {learnt:.4} over songs learnt from, {kept:.4} over songs kept back");
    }
    print("beat_features.rs WEIGHTS", &beat.weights);
    println!("beat_features.rs BIAS: {:.4}", beat.bias);
    println!("beat_features.rs CAUSAL_BIAS: {causal_bias:.2}");
    println!("downbeat.rs BIAS: {:.3}", downbeat.bias);
    let features = beat.weights.len();
    for (place, weights) in ["HERE", "NEXT", "BEFORE"].iter().zip(downbeat.weights.chunks(features)) {
        print(&format!("downbeat.rs {place}"), weights);
    }
    Ok(())
}

/// Fits.
pub fn fit(arguments: &Arguments) -> Result<Fitted> {
    let lessons = learn_from(arguments.songs, arguments.seed, &arguments.folders, lesson)?;
    // Songs learnt from, and kept back: of each the hops, and the beats.
    let (mut hops, mut downbeats) = <([Rows; 2], [Rows; 2])>::default();
    for (number, lesson) in lessons.iter().enumerate() {
        let set = usize::from(is_kept_back(number));
        hops[set].append(&lesson.hops);
        downbeats[set].append(&lesson.downbeats);
    }
    for rows in hops.iter().chain(&downbeats) {
        ensure!(
            !rows.is_one_sided(),
            "{} songs are too few to learn from and to judge by",
            lessons.len()
        );
    }
    println!(
        "{} songs, {} hops and {} beats to learn from",
        lessons.len(),
        hops[0].len(),
        downbeats[0].len()
    );
    let (beat, downbeat) = (Logistic::fit(&hops[0], RIDGE), Logistic::fit(&downbeats[0], RIDGE));
    let late = hops[0].means().into_iter().zip(&beat.weights).rev().take(LATE);
    Ok(Fitted {
        causal_bias: beat.bias + late.map(|(mean, weight)| mean * weight).sum::<f64>(),
        losses: [
            hops.each_ref().map(|rows| beat.loss(rows)),
            downbeats.each_ref().map(|rows| downbeat.loss(rows)),
        ],
        beat,
        downbeat,
    })
}

/// Takes the hops from the first beat to the last, and the beats where bars are known; each song counts alike.
fn lesson(song: &Truth, heard: &TrainingFeatures) -> Lesson {
    let (mut hops, mut downbeats) = (Rows::default(), Rows::default());
    let hop = |secs: f64| (secs * f64::from(HOPS_PER_SEC)).round() as usize;
    let (Some(first), Some(last)) = (song.beats.first(), song.beats.last()) else {
        return Lesson { hops, downbeats };
    };
    let stretch = hop(*first)..(hop(*last) + 1).min(heard.hops.len());
    for at in stretch.clone() {
        let secs = at as f64 / f64::from(HOPS_PER_SEC);
        let next = song.beats.partition_point(|beat| *beat < secs);
        let near = song.beats[next.saturating_sub(1)..(next + 1).min(song.beats.len())].iter();
        let off = near.map(|beat| (beat - secs).abs()).fold(f64::MAX, f64::min);
        let truth = (1.5 - off / REACH_SECS).clamp(0.0, 1.0);
        hops.push(&heard.hops[at], truth as f32, 1.0 / stretch.len() as f32);
    }
    if let Some(downs) = &song.downbeats {
        let beats: Vec<usize> = song.beats.iter().map(|beat| hop(*beat)).collect();
        for (row, down) in heard.downbeats(&beats).iter().zip(downs) {
            downbeats.push(row, f32::from(*down), 1.0 / downs.len() as f32);
        }
    }
    Lesson { hops, downbeats }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_songs_teach_more_than_chance() {
        let arguments = Arguments {
            songs: 8,
            seed: 3,
            folders: Vec::new(),
        };
        let fitted = fit(&arguments).unwrap();
        assert_eq!((fitted.beat.weights.len() * 3, fitted.downbeat.weights.len()), (39, 39));
        // A coin's cross entropy is 0.69; one beat in some fifty hops, one downbeat in some four beats.
        let [[beat, beat_kept], [downbeat, _]] = fitted.losses;
        assert!(beat < 0.25 && beat_kept < 0.35 && downbeat < 0.5, "{:?}", fitted.losses);
        assert!(
            fitted.causal_bias > fitted.beat.bias - 2.0 && fitted.causal_bias < 0.0,
            "{}",
            fitted.causal_bias
        );
    }
}
