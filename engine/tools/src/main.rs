//! Programs for Phosphene's makers: `cargo run --package phosphene_tools -- help` lists them.

mod analysis_batch;
mod analysis_plot;
mod bench;
mod bench_unet;
mod cuts_batch;
mod finish_film;
mod fit_readings;
mod live_batch;
mod picture;
mod plain_songs;
mod pulse_features;
mod reading_features;
mod regression;
mod songs;
mod train_beats;
mod train_level;
mod train_network;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// Measurements, what the trainers learn from, and pictures to judge drawing by.
#[derive(Debug, Parser)]
#[command(name = "phosphene_tools")]
struct Arguments {
    #[command(subcommand)]
    program: Program,
}

#[derive(Debug, Subcommand)]
enum Program {
    /// Measures the engine in one run.
    Bench(bench::Arguments),
    /// Times diffusion's networks, beside torch where there is one.
    BenchUnet(bench_unet::Arguments),
    /// Analyses every song of a folder and writes what was heard: NAME.beats, NAME.sections, NAME.onsets, NAME.drumonsets.
    AnalysisBatch(songs::IntoFolder),
    /// Follows every song of a folder as if it were played and writes the beats as they were announced: NAME.beats.
    LiveBatch(songs::IntoFolder),
    /// Lists how far planned cuts are from the beats of the truth beside each song.
    CutsBatch(cuts_batch::Arguments),
    /// Draws what analysis hears in 16-bit mono samples on standard input.
    AnalysisPlot(analysis_plot::Arguments),
    /// Writes what the causal tracker's network hears of each song of a folder: NAME.f32.
    PulseFeatures(songs::IntoFolder),
    /// Writes the readings of the beats of each song of a folder with their features: NAME.json.
    ReadingFeatures(songs::IntoFolder),
    /// Runs the whole generator over a made-up shot a prompt, and says what it costs and how it flickers.
    FinishFilm(finish_film::Arguments),
    /// Fits the choice among readings of beats, and what tells a pulse from none and music from applause.
    FitReadings(fit_readings::Arguments),
    /// Writes a few plain songs of each kind that readings are fitted on, to try the fitting.
    PlainSongs(plain_songs::Arguments),
    /// Fits the log odds of a beat and of a downbeat on songs that it renders itself.
    TrainBeats(train_beats::Arguments),
    /// Trains the causal tracker's network on the features of `pulse-features`, and writes its weights.
    TrainNetwork(train_network::Arguments),
    /// Trains the tempo network on songs that it renders itself, and writes its weights.
    TrainLevel(train_level::Arguments),
    /// Writes the songs that train-level renders, with their beats: SEED.wav and SEED.beats.
    LevelSongs(train_level::SongsArguments),
}

fn main() -> Result<()> {
    match Arguments::parse().program {
        Program::Bench(arguments) => bench::run(&arguments),
        Program::BenchUnet(arguments) => bench_unet::run(&arguments),
        Program::AnalysisBatch(folders) => analysis_batch::run(&folders),
        Program::LiveBatch(folders) => live_batch::run(&folders),
        Program::CutsBatch(arguments) => cuts_batch::run(&arguments),
        Program::AnalysisPlot(arguments) => analysis_plot::run(&arguments),
        Program::PulseFeatures(folders) => pulse_features::run(&folders),
        Program::ReadingFeatures(folders) => reading_features::run(&folders),
        Program::FitReadings(arguments) => fit_readings::run(&arguments),
        Program::PlainSongs(arguments) => plain_songs::run(&arguments),
        Program::TrainBeats(arguments) => train_beats::run(&arguments),
        Program::FinishFilm(arguments) => finish_film::run(&arguments),
        Program::TrainNetwork(arguments) => train_network::run(&arguments),
        Program::TrainLevel(arguments) => train_level::run(&arguments),
        Program::LevelSongs(arguments) => train_level::write_songs(&arguments),
    }
}
