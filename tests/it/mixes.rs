//! Songs whose channels cancel each other, and songs that are very quiet: heard all the same, whole and live.

use phosphene_engine::ffmpeg::open_song;
use phosphene_engine::{
    analysis::{Analysis, live::LiveBeatEvent},
    cancel::Cancel,
    listen::listen,
};
use phosphene_tests::{Rng, songs::Signal, white};
use tempfile::tempdir;

use crate::live_tracker::{beats, drums, told};

const HZ: u32 = 44_100;
const BPM: f64 = 118.0;

/// Each channel is the drums, this loud.
fn song(gains: &[f32]) -> Vec<f32> {
    let mono = drums(BPM, 12);
    mono.iter()
        .flat_map(|x| gains.iter().map(move |gain| gain * x))
        .collect()
}

fn whole(samples: Vec<f32>, channels: usize) -> Analysis {
    let folder = tempdir().unwrap();
    let path = folder.path().join("song.wav");
    let signal = Signal {
        rate: HZ,
        channels,
        samples,
    };
    signal.write_wav(&path, 0).unwrap();
    listen(&open_song(&path).unwrap(), &Cancel::default(), &|_| ())
        .unwrap()
        .analysis
}

fn live(samples: &[f32], channels: usize) -> Vec<LiveBeatEvent> {
    beats(&told(samples, channels, 512))
}

#[test]
fn opposite_channels_have_the_beats_of_one() {
    let mono = whole(song(&[1.0]), 1);
    let (count, tempo) = (mono.grid.beats.len(), mono.grid.tempo_bpm);
    assert!(count > 18 && (tempo - BPM).abs() < 1.0, "{count} {tempo}");
    for gains in [vec![0.7, -0.7], vec![0.7, -0.5], vec![0.6, -0.6, 0.0, 0.0, 0.02, 0.02]] {
        let grid = whole(song(&gains), gains.len()).grid;
        assert_eq!(grid.beats.len(), count, "{gains:?}");
        for (beat, expected) in grid.beats.iter().zip(&mono.grid.beats) {
            assert!(beat.at.0.abs_diff(expected.at.0) < u64::from(HZ) / 500, "{gains:?}");
            assert_eq!(beat.in_bar, expected.in_bar);
        }
        let heard = live(&song(&gains), gains.len()).len();
        let alone = live(&song(&[1.0]), 1).len();
        assert!(heard + 2 >= alone, "{gains:?}: {heard} of {alone} live");
    }
}

#[test]
fn quiet_drums_have_the_beats_of_loud_ones() {
    let loud = whole(song(&[1.0]), 1).grid;
    let alone = live(&song(&[1.0]), 1).len();
    for db in [-54.0f32, -66.0, -80.0] {
        let quiet = song(&[10f32.powf(db / 20.0)]);
        let heard = live(&quiet, 1).len();
        assert!(heard + 4 >= alone, "{db} dB: {heard} of {alone} live");
        let grid = whole(quiet, 1).grid;
        assert_eq!(grid.beats.len(), loud.beats.len(), "{db} dB");
        for (beat, expected) in grid.beats.iter().zip(&loud.beats) {
            assert!(beat.at.0.abs_diff(expected.at.0) < u64::from(HZ) / 500, "{db} dB");
        }
    }
}

#[test]
fn dither_has_no_beats() {
    let mut noise = Rng::with_seed(1);
    // What 16 bits' dither leaves of silence.
    let dither: Vec<f32> = (0..HZ * 12)
        .map(|_| (white(&mut noise) + white(&mut noise)).round() as f32 / 32_768.0)
        .collect();
    assert_eq!(live(&dither, 1), []);
    let analysis = whole(dither, 1);
    assert_eq!(analysis.grid.beats, []);
}
