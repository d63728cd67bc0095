//! Trains the network that senses the beat of music as it is played (`engine/assets/sense`).

mod lesson;
mod net;

use std::{
    f64::consts::PI,
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use candle_core::{Device, Tensor};
use clap::Args;
use rayon::prelude::*;

use self::{
    lesson::{Lesson, Song},
    net::{AdamW, Losses, Network},
};
use crate::{songs, train_level::Dice};

/// One song in so many only judges.
const KEPT_BACK: usize = 12;
/// How much each of the losses counts: beat, downbeat, pulse, length.
const LOSS_WEIGHTS: [f64; 4] = [4.0, 2.0, 1.0, 0.3];
/// The learning rate at its highest; it rises over so many lessons and falls by a cosine to this share.
const RATE: f64 = 3e-3;
const WARM_LESSONS: f64 = 1_500.0;
const LEAST_RATE: f64 = 0.01;

/// Arguments of `train-network`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The weights that are written, and beside them NAME.csv: what they make of an input that is made up
    pub out: PathBuf,
    /// A folder that `pulse-features` wrote, then that of the songs; and more of such pairs
    #[arg(required = true, num_args = 2..)]
    pub folders: Vec<PathBuf>,
    /// Most times that each song is heard
    #[arg(long, default_value_t = 36)]
    pub epochs: usize,
    /// Most minutes
    #[arg(long, default_value_t = 40.0)]
    pub minutes: f64,
    /// Lessons that are learnt from at once
    #[arg(long, default_value_t = 32)]
    pub batch: usize,
    /// Decides what lessons are made of the songs, and where the weights begin
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
}

/// Trains, says after each epoch how the network fares, and writes it.
pub fn run(arguments: &Arguments) -> Result<()> {
    let mut songs = Vec::new();
    ensure!(
        arguments.folders.len().is_multiple_of(2),
        "train-network takes pairs: a folder of features, then the folder of their songs"
    );
    for [features, sounds] in arguments.folders.as_chunks().0 {
        for beats in songs::with_beats(sounds)? {
            let file = features.join(songs::name(&beats)?).with_added_extension("f32");
            if file.exists() {
                let bytes = fs::read(&file).with_context(|| format!("can't read {}", file.display()))?;
                let (at, places) = songs::truth(&beats)?;
                songs.extend(Song::new(&bytes, &at, &places));
            }
        }
    }
    let (mut learnt, mut kept) = (Vec::new(), Vec::new());
    for (number, song) in songs.into_iter().enumerate() {
        if number.is_multiple_of(KEPT_BACK) {
            &mut kept
        } else {
            &mut learnt
        }
        .push(song);
    }
    ensure!(
        learnt.len() >= arguments.batch,
        "{} songs are too few: a batch takes {}",
        learnt.len(),
        arguments.batch
    );
    println!("{} songs, {} kept back", learnt.len(), kept.len());
    let network = train(arguments, &learnt, &kept)?;
    network.save(&arguments.out)
}

fn train(arguments: &Arguments, learnt: &[Song], kept: &[Song]) -> Result<Network> {
    let device = Device::Cpu;
    let mut dice = Dice::new(arguments.seed);
    let network = Network::new(&mut dice, &device)?;
    let mut optimiser = AdamW::new(&network)?;
    let judged: Vec<Lesson> = kept.iter().map(|song| song.whole(&mut dice)).collect();
    let (begin, most) = (Instant::now(), Duration::from_secs_f64(arguments.minutes * 60.0));
    let (mut epoch, mut gone, mut seen) = (0, 0.0f64, 0.0f64);
    while epoch < arguments.epochs && gone < 1.0 {
        let order = order(learnt, &mut dice);
        let (mut sums, mut batches) = ([0.0; 4], 0.0f64);
        for batch in order.chunks_exact(arguments.batch) {
            let done = (epoch as f64 + batches * arguments.batch as f64 / order.len() as f64) / arguments.epochs as f64;
            gone = (begin.elapsed().as_secs_f64() / most.as_secs_f64()).max(done);
            seen += batch.len() as f64;
            let fall = 0.5 * (1.0 + (PI * gone.min(1.0)).cos());
            let rate = RATE * (seen / WARM_LESSONS).min(1.0) * fall.max(LEAST_RATE);
            let lessons: Vec<Lesson> = batch.iter().map(|&k| learnt[k].lesson(&mut dice)).collect();
            // Each lesson has its own dice, and slopes are added in order: the number of threads changes nothing.
            let lessons: Vec<(Lesson, Dice)> = lessons
                .into_iter()
                .map(|lesson| (lesson, Dice::new(dice.below(1 << 31) as u64)))
                .collect();
            let learn = |(lesson, mut dice): (Lesson, Dice)| learn(&network, &lesson, &mut dice);
            let learnt: Vec<([f64; 4], Vec<Tensor>)> = lessons.into_par_iter().map(learn).collect::<Result<_>>()?;
            let share = 1.0 / batch.len() as f64;
            let mut slopes: Option<Vec<Tensor>> = None;
            for (losses, more) in learnt {
                sums.iter_mut().zip(losses).for_each(|(sum, loss)| *sum += share * loss);
                slopes = Some(match slopes {
                    None => more
                        .iter()
                        .map(|slope| slope * share)
                        .collect::<candle_core::Result<_>>()?,
                    Some(sum) => {
                        let add = |(sum, slope): (&Tensor, &Tensor)| sum + (slope * share)?;
                        sum.iter().zip(&more).map(add).collect::<candle_core::Result<_>>()?
                    }
                });
            }
            optimiser.step(&network, &slopes.context("a batch has lessons")?, rate)?;
            batches += 1.0;
        }
        epoch += 1;
        let told = |losses: [f64; 4]| losses.map(|loss| format!("{loss:.3}")).join(" ");
        println!(
            "epoch {epoch}, {} s: losses {}; kept back {}",
            begin.elapsed().as_secs(),
            told(sums.map(|sum| sum / batches)),
            told(judge(&network, &judged)?)
        );
    }
    Ok(network)
}

/// Which songs come in an epoch, in random order: each as often as its share, which may be less than once.
fn order(songs: &[Song], dice: &mut Dice) -> Vec<usize> {
    let mut order = Vec::new();
    for (k, song) in songs.iter().enumerate() {
        let times = (song.share() + dice.between(0.0, 1.0)) as usize;
        order.extend(std::iter::repeat_n(k, times));
    }
    for i in (1..order.len()).rev() {
        order.swap(i, dice.below(i + 1));
    }
    order
}

/// The losses of a lesson, and the slopes of the network's parts by them.
fn learn(network: &Network, lesson: &Lesson, dice: &mut Dice) -> Result<([f64; 4], Vec<Tensor>)> {
    let Losses(parts) = losses(network, lesson, Some(dice))?;
    let mut loss = (&parts[0] * LOSS_WEIGHTS[0])?;
    for (part, weight) in parts.iter().zip(LOSS_WEIGHTS).skip(1) {
        loss = (loss + (part * weight)?)?;
    }
    Ok((numbers(&parts)?, network.slopes(&loss)?))
}

/// The mean losses of a lesson; `dropout` is for training.
fn losses(network: &Network, lesson: &Lesson, dropout: Option<&mut Dice>) -> Result<Losses> {
    let tensors = lesson.tensors()?;
    Ok(net::losses(&network.forward(&tensors.looks, dropout)?, &tensors)?)
}

fn numbers(losses: &[Tensor; 4]) -> Result<[f64; 4]> {
    let mut numbers = [0.0; 4];
    for (number, loss) in numbers.iter_mut().zip(losses) {
        *number = f64::from(loss.to_scalar::<f32>()?);
    }
    Ok(numbers)
}

/// The mean losses of songs kept back.
fn judge(network: &Network, lessons: &[Lesson]) -> Result<[f64; 4]> {
    let mut sums = [0.0; 4];
    for lesson in lessons {
        let losses = numbers(&losses(network, lesson, None)?.0)?;
        sums.iter_mut()
            .zip(losses)
            .for_each(|(sum, loss)| *sum += loss / lessons.len() as f64);
    }
    Ok(sums)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        pulse_features,
        songs::IntoFolder,
        train_level::{SongsArguments, write_songs},
    };

    #[test]
    fn a_few_songs_train_a_network_that_is_stored_as_the_shipped_one_is() {
        let folder = tempfile::tempdir().unwrap();
        let (songs, features) = (folder.path().join("songs"), folder.path().join("features"));
        let made = SongsArguments {
            folder: songs.clone(),
            seed: 7_000_000,
            count: 9,
        };
        write_songs(&made).unwrap();
        pulse_features::run(&IntoFolder {
            songs: songs.clone(),
            out: features.clone(),
        })
        .unwrap();
        let out = folder.path().join("sense.safetensors");
        let arguments = Arguments {
            out: out.clone(),
            folders: vec![features, songs],
            epochs: 2,
            minutes: 1.0,
            batch: 4,
            seed: 1,
        };
        run(&arguments).unwrap();
        let shapes = |path: &std::path::Path| {
            let tensors = candle_core::safetensors::load(path, &Device::Cpu).unwrap();
            let shapes = tensors
                .iter()
                .map(|(name, tensor)| (name.clone(), tensor.dims().to_vec()));
            shapes.collect::<std::collections::BTreeMap<String, Vec<usize>>>()
        };
        let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/../assets/sense/sense.safetensors");
        assert_eq!(shapes(&out), shapes(shipped.as_ref()));
        let csv = |path: &std::path::Path| fs::read_to_string(path.with_extension("csv")).unwrap();
        assert_eq!(csv(&out).lines().count(), csv(shipped.as_ref()).lines().count());
        // The shipped weights, read here, give what they gave where they were trained.
        let network = Network::load(shipped.as_ref()).unwrap();
        let told: Vec<f32> = csv(shipped.as_ref())
            .split([',', '\n'])
            .filter_map(|n| n.parse().ok())
            .collect();
        let made = network.made_up().unwrap().concat();
        assert_eq!(made.len(), told.len());
        assert!(
            made.iter().zip(&told).all(|(a, b)| (a - b).abs() < 1e-3),
            "{made:?} {told:?}"
        );
    }
}
