//! Streams in blocks of several sizes.

use phosphene_core::{
    analysis::{Hop, analyze},
    cue::live::{GridSource, LandedChange},
    direct::SongMusic,
    take::Quantize,
};

use super::*;

const RATE: u32 = 48_000;
const ALL: u16 = u16::MAX;

/// A host at 120 BPM that loops bars 2 to 5 if asked to, told in blocks of `size`.
struct Host {
    stream: Stream,
    size: u64,
    at: u64,
    /// Sample of the song.
    song: u64,
    looping: Option<(u64, u64)>,
    playing: bool,
}

fn host(size: u64) -> Host {
    Host {
        stream: Stream::new(SampleRate::new(RATE).unwrap(), 2, 0).unwrap(),
        size,
        at: 0,
        song: 0,
        looping: None,
        playing: true,
    }
}

impl Host {
    /// Runs up to a sample, asking for scenes at samples of the stream.
    fn run(&mut self, until: u64, asks: &[(u64, u8, Quantize)]) {
        while self.at < until {
            let mut samples = self.size.min(until - self.at);
            if let Some((_, end)) = self.looping {
                samples = samples.min(end - self.song);
            }
            let transport = Transport {
                playing: self.playing,
                tempo_bpm: Some(120.0),
                quarters: Some(self.song as f64 / 24_000.0),
                bar_quarters: Some((self.song / 96_000 * 4) as f64),
                host_sample: Some(self.song as i64),
                signature: Some((4, 4)),
            };
            let block = Record::Block {
                samples: samples as u32,
                transport,
                ahead_ns: 0,
                wall_ns: 0,
                offline: false,
                dropped_blocks: 0,
                dropped_samples: 0,
            };
            let sound: Vec<f32> = (self.at..self.at + samples)
                .flat_map(|i| [0.3 * (i as f32 * 0.05).sin(); 2])
                .collect();
            self.stream.push(&block, &sound);
            for &(at, scene, quantize) in asks {
                if (self.at..self.at + samples).contains(&at) {
                    self.stream.push(
                        &Record::Scene {
                            offset: (at - self.at) as u32,
                            scene,
                            quantize,
                            morph: 4.0,
                            by: AskedBy::Scene,
                        },
                        &[],
                    );
                }
            }
            self.at += samples;
            if self.playing {
                self.song += samples;
            }
            if let Some((start, end)) = self.looping
                && self.song == end
            {
                self.song = start;
            }
        }
    }
}

fn places(landed: &[LandedChange]) -> Vec<(u64, usize)> {
    landed.iter().map(|landed| (landed.at, landed.scene)).collect()
}

#[test]
fn blocks_of_any_size_give_the_same_cues_on_the_lines() {
    let asks = [
        (10_000, 1, Quantize::Bar),
        (96_000, 2, Quantize::Bar),
        (98_000, 3, Quantize::Bar),
        (200_001, 4, Quantize::Off),
        (210_000, 5, Quantize::Beat),
        (220_000, 6, Quantize::Bars4),
        (230_000, 7, Quantize::Bars4),
    ];
    let expected = [
        // Asked for on the line, and a little late: the last counts.
        (96_000, 3),
        (200_001, 4),
        (216_000, 5),
        // Both of the last two share a line.
        (384_000, 7),
    ];
    for size in [1, 17, 64, 441, 512, 2_048, 8_192] {
        let mut host = host(size);
        host.run(480_000, &asks);
        assert_eq!(places(&host.stream.landed()), expected, "blocks of {size}");
    }
}

#[test]
fn a_loop_lands_what_is_due_at_its_end_and_moves_the_rest() {
    for size in [64, 441, 2_048] {
        let mut host = host(size);
        host.looping = Some((96_000, 480_000));
        // The line of bar 6 is the loop's end: it has come when the host jumps.
        host.run(
            1_000_000,
            &[
                (470_000, 1, Quantize::Bar),
                (480_100, 2, Quantize::Bars8),
                (900_000, 3, Quantize::Off),
            ],
        );
        assert_eq!(places(&host.stream.landed()), [(480_000, 1), (900_000, 3)], "{size}");
    }
}

#[test]
fn a_host_that_stands_still_shows_a_scene_at_once() {
    let mut host = host(512);
    host.playing = false;
    host.run(96_000, &[(50_000, 2, Quantize::Bars8)]);
    assert_eq!(places(&host.stream.landed()), [(50_000, 2)]);
    // What waits for a line lands when the host stops.
    host.playing = true;
    host.run(150_000, &[(120_000, 3, Quantize::Bars8)]);
    host.playing = false;
    host.run(200_000, &[]);
    assert_eq!(host.stream.landed().last().map(|landed| landed.scene), Some(3));
}

#[test]
fn without_blocks_the_parameter_counts_and_the_view_goes_quiet() {
    let mut host = host(512);
    host.run(96_000, &[]);
    let (view, state) = host.stream.view(0.016);
    assert!(view.playing && state.running && state.sounding && view.loudness > 0.5);
    for _ in 0..200 {
        host.stream.settings(GridOverride::default(), ALL, 4);
        host.stream.view(0.016);
    }
    host.stream.settings(GridOverride::default(), ALL, 5);
    let (view, state) = host.stream.view(0.016);
    assert!(!view.playing && !state.running && state.playback.scene == 5);
    assert!(view.spectrum.iter().chain(&view.onsets).all(|&level| level == 0.0) && view.loudness == 0.0);
    let (after, _) = host.stream.view(0.016);
    assert_eq!(view, after, "nothing moves, so nothing is drawn");
}

#[test]
fn the_playhead_runs_evenly_through_large_blocks() {
    let mut host = host(8_192);
    let (mut beats, mut wall) = (Vec::new(), 0.0);
    for _ in 0..300 {
        wall += 1.0 / 60.0;
        let due = (wall * f64::from(RATE)) as u64 / 8_192 * 8_192;
        host.run(due, &[]);
        beats.push(host.stream.view(1.0 / 60.0).0.beat);
    }
    // A sixtieth of a second is a thirtieth of a beat.
    for pair in beats[60..].windows(2) {
        assert!((0.02..0.05).contains(&(pair[1] - pair[0])), "{pair:?}");
    }
}

#[test]
fn cues_to_come_are_told_with_their_beats() {
    let mut host = host(512);
    host.run(50_000, &[(30_000, 2, Quantize::Bar)]);
    let (view, state) = host.stream.view(0.016);
    assert_eq!(view.cues, [(4.0, 2)]);
    assert_eq!(
        (view.grid, view.bpm, view.scene, view.beats_per_bar),
        (Some(GridSource::Host), 120.0, 0, 4)
    );
    let next = state.playback.next.unwrap();
    assert!((next.in_beats + state.playback.beat - 4.0).abs() < 1e-6 && next.passage_beats == 4.0);
}

#[test]
fn a_scene_without_a_prompt_is_not_shown() {
    let mut host = host(512);
    host.stream.settings(GridOverride::default(), 0b1101, 0);
    host.run(96_000, &[(10_000, 1, Quantize::Off), (20_000, 2, Quantize::Off)]);
    assert_eq!(places(&host.stream.landed()), [(20_000, 2)]);
    host.stream.settings(GridOverride::default(), 0b1000, 0);
    host.run(120_000, &[]);
    assert_eq!(host.stream.view(0.016).1.playback.scene, 3, "the first that has one");
}

#[test]
fn without_a_host_that_says_where_it_is_the_beats_are_heard() {
    let mut stream = Stream::new(SampleRate::new(RATE).unwrap(), 1, 0).unwrap();
    // Kicks and hats at 125 BPM: a beat is 23,040 samples.
    let mut random = fastrand::Rng::with_seed(1);
    let mut sample = |i: u64| {
        let (beat, half) = ((i % 23_040) as f32 / 48_000.0, (i % 11_520) as f32 / 48_000.0);
        let kick = (-beat * 25.0).exp() * (beat * 55.0 * std::f32::consts::TAU).sin();
        let noise = random.f32() - 0.5;
        0.8 * kick + 0.3 * noise * (-half * 80.0).exp()
    };
    let nothing = Transport {
        playing: false,
        tempo_bpm: None,
        quarters: None,
        bar_quarters: None,
        host_sample: None,
        signature: None,
    };
    let mut asked = false;
    for block in 0..(20 * 48_000 / 480) {
        let sound: Vec<f32> = (block * 480..(block + 1) * 480).map(&mut sample).collect();
        let record = Record::Block {
            samples: 480,
            transport: nothing,
            ahead_ns: 0,
            wall_ns: 0,
            offline: false,
            dropped_blocks: 0,
            dropped_samples: 0,
        };
        stream.push(&record, &sound);
        stream.view(0.01);
        if block == 1_600 {
            asked = true;
            let record = Record::Scene {
                offset: 100,
                scene: 1,
                quantize: Quantize::Beat,
                morph: 1.0,
                by: AskedBy::Scene,
            };
            stream.push(&record, &[]);
        }
    }
    let (view, _) = stream.view(0.01);
    assert!(
        asked && view.grid == Some(GridSource::Tracker) && (view.bpm - 125.0).abs() < 2.0,
        "{view:?}"
    );
    let landed = stream.landed();
    assert_eq!(landed.len(), 1);
    let off = landed[0].at % 23_040;
    assert!(off.min(23_040 - off) < 2_400, "{off} samples off a beat");
}

/// A minute of drums over bass and chord at 120 BPM: a bar of kicks, snares and hats, again and again.
fn song(secs: u64) -> Vec<f32> {
    let mut random = fastrand::Rng::with_seed(5);
    let rate = f64::from(RATE);
    let sample = |i: u64| {
        let since = |period: f64, first: f64| ((i as f64 / rate - first).rem_euclid(period)) as f32;
        let tone = |hz: f32| (hz * std::f32::consts::TAU * (i as f64 / rate).rem_euclid(1.0) as f32).sin();
        let noise = random.f32() - 0.5;
        let kick = (-since(1.0, 0.0) * 25.0).exp() * (since(1.0, 0.0) * 55.0 * std::f32::consts::TAU).sin();
        let snare = (-since(1.0, 0.5) * 30.0).exp() * noise;
        let hat = (-since(0.25, 0.125) * 90.0).exp() * noise;
        0.7 * kick + 0.5 * snare + 0.2 * hat + 0.05 * tone(110.0) + 0.03 * (tone(220.0) + tone(277.0) + tone(330.0))
    };
    (0..secs * u64::from(RATE)).map(sample).collect()
}

#[test]
fn the_preview_has_the_envelopes_of_the_render() {
    let rate = SampleRate::new(RATE).unwrap();
    let sound = song(60);
    let analysis = analyze(rate, &sound).unwrap();
    let render = SongMusic::new(&analysis.features);
    let mut stream = Stream::new(rate, 1, 0).unwrap();
    let mut rows = Vec::new();
    for block in sound.chunks(480) {
        let record = Record::Block {
            samples: block.len() as u32,
            transport: Transport {
                playing: true,
                tempo_bpm: Some(120.0),
                quarters: None,
                bar_quarters: None,
                host_sample: None,
                signature: None,
            },
            ahead_ns: 0,
            wall_ns: 0,
            offline: false,
            dropped_blocks: 0,
            dropped_samples: 0,
        };
        stream.push(&record, block);
        let (_, state) = stream.view(0.01);
        let at = SamplePos(stream.shown.at);
        rows.push((
            at,
            state.playback.reactive_in_frame(),
            render.reactive(at, at..SamplePos(at.0 + 1)),
        ));
    }
    // The first seconds teach the preview what is loud, and the last hops lie beyond the render's.
    rows.retain(|(at, ..)| at.0 > 10 * u64::from(RATE) && at.0 < 55 * u64::from(RATE));
    // Onsets are at the same hops with the same releases. Only their scale differs: the render measures an onset against those
    // of the whole song, the preview against those up to now.
    near(&rows, "kick", |music| music.kick, 0.01);
    near(&rows, "snare", |music| music.snare, 0.04);
    near(&rows, "hat", |music| music.hat, 0.04);
    // The preview smooths forwards only, since it does not know what comes. Smoothed from the end by the same code, it has the
    // render's levels, but for what they are measured against: what was loud up to now.
    let mut back = LiveMusic::new(rate);
    for (_, ours, _) in rows.iter_mut().rev() {
        let hop = Hop {
            loudness: ours.loudness,
            bands: [ours.bass, ours.mid, ours.high],
            centroid_hz: 200.0 * 40_f32.powf(ours.brightness),
            ..Hop::default()
        };
        back.push(SamplePos(0), &hop);
        *ours = back.reactive(None, SamplePos(0));
    }
    // The end, where smoothing from the end begins, is left out.
    rows.truncate(rows.len() - 300);
    near(&rows, "bass", |music| music.bass, 0.1);
    near(&rows, "mid", |music| music.mid, 0.03);
    near(&rows, "high", |music| music.high, 0.1);
    near(&rows, "loudness", |music| music.loudness, 0.015);
    // Nothing is measured against anything here.
    near(&rows, "brightness", |music| music.brightness, 1e-6);
}

/// Holds a value of the preview to the render's at every hop.
fn near(rows: &[(SamplePos, Reactive, Reactive)], name: &str, value: fn(&Reactive) -> f32, bound: f32) {
    assert!(rows.len() > 4_000, "{} hops", rows.len());
    let theirs = rows.iter().map(|(_, _, theirs)| value(theirs));
    assert!(theirs.fold(0.0, f32::max) > 0.3, "{name}: nothing to compare");
    for (at, ours, theirs) in rows {
        let (ours, theirs) = (value(ours), value(theirs));
        assert!(
            (ours - theirs).abs() <= bound,
            "{name} at {at:?}: {ours}, in the render {theirs}"
        );
    }
}
