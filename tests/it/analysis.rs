//! Analysis of whole songs, against what is known of them and against itself.

use std::{fs, path::PathBuf};

use anyhow::{Context as _, Result};
use ffmpeg_next as ffmpeg;
use phosphene_engine::{
    analysis::{Analysis, Analyzer, Moment, MomentKind, analyze},
    time::SampleRate,
};
use phosphene_tests::{Rng, white};

/// Clicks of 10 ms at whole multiples of a period.
fn clicks(hz: u32, bpm: f64, secs: u32) -> Vec<f32> {
    let mut samples = vec![0.0; (hz * secs) as usize];
    let period = 60.0 / bpm * f64::from(hz);
    for start in (0..).map(|k| (0.5 * f64::from(hz) + period * f64::from(k)).round() as usize) {
        let Some(rest) = samples.get_mut(start..) else { break };
        for (i, sample) in rest.iter_mut().take(hz as usize / 100).enumerate() {
            let time = i as f32 / hz as f32;
            *sample = 0.6 * (time * 9_000.0).sin() * (-time * 300.0).exp();
        }
    }
    samples
}

fn rate(hz: u32) -> SampleRate {
    SampleRate::new(hz).expect("the tests only use rates that are taken")
}

fn songs() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("songs")
}

/// Decodes a song of the tests to one channel and analyses it.
fn hear(name: &str, gain: f32) -> Result<Analysis> {
    ffmpeg::init()?;
    let mut input = ffmpeg::format::input(&songs().join(format!("{name}.ogg")))?;
    let stream = input.streams().best(ffmpeg::media::Type::Audio).context("no audio")?;
    let index = stream.index();
    let context = ffmpeg::codec::context::Context::from_parameters(stream.parameters())?;
    let mut decoder = context.decoder().audio()?;
    let mut analyzer = Analyzer::new(SampleRate::new(decoder.rate())?);
    let mut frame = ffmpeg::frame::Audio::empty();
    let mut drain = |decoder: &mut ffmpeg::decoder::Audio| {
        while decoder.receive_frame(&mut frame).is_ok() {
            let planes = frame.planes();
            let mono: Vec<f32> = (0..frame.samples())
                .map(|i| gain * (0..planes).map(|p| frame.plane::<f32>(p)[i]).sum::<f32>() / planes as f32)
                .collect();
            analyzer.push(&mono);
        }
    };
    for (stream, packet) in input.packets() {
        if stream.index() == index {
            decoder.send_packet(&packet)?;
            drain(&mut decoder);
        }
    }
    decoder.send_eof()?;
    drain(&mut decoder);
    Ok(analyzer.finish()?)
}

/// Seconds and places in the bar, as written beside the song.
fn truth(name: &str) -> Result<Vec<(f64, u32)>> {
    let text = fs::read_to_string(songs().join(format!("{name}.beats")))?;
    let beat = |line: &str| -> Result<(f64, u32)> {
        let (secs, place) = line.split_once('\t').context("no tab")?;
        Ok((secs.parse()?, place.trim().parse()?))
    };
    text.lines().map(beat).collect()
}

/// F-measure of two rows of times, 70 ms apart at most, each used once; the first 5 s are not counted.
fn f_measure(truth: &[f64], heard: &[f64]) -> f64 {
    let truth: Vec<f64> = truth.iter().copied().filter(|t| *t >= 5.0).collect();
    let heard: Vec<f64> = heard.iter().copied().filter(|t| *t >= 5.0).collect();
    let (mut i, mut j, mut hits) = (0, 0, 0);
    while i < truth.len() && j < heard.len() {
        if (truth[i] - heard[j]).abs() <= 0.07 {
            (i, j, hits) = (i + 1, j + 1, hits + 1);
        } else if truth[i] < heard[j] {
            i += 1;
        } else {
            j += 1;
        }
    }
    2.0 * f64::from(hits) / (truth.len() + heard.len()).max(1) as f64
}

fn seconds(analysis: &Analysis) -> Vec<f64> {
    let rate = analysis.grid.rate;
    analysis.grid.beats.iter().map(|beat| beat.at.secs(rate)).collect()
}

#[test]
fn beats_of_songs_are_heard() -> Result<()> {
    // Each song's floor is what was heard of it less one or two beats.
    let floors = [
        ("band_five4_152", 0.98),
        ("band_funk_102", 0.98),
        ("band_waltz_174", 0.98),
        ("cc0_loop_breakbeat", 0.98),
        ("pd_bach_bwv66_6", 0.96),
        ("pd_mozart_k545", 0.97),
        ("syn_edm_sidechain_128", 0.98),
        ("syn_house_swing_123", 0.98),
        ("syn_ramp_90_150", 0.98),
    ];
    for (name, floor) in floors {
        let analysis = hear(name, 1.0)?;
        let truth: Vec<f64> = truth(name)?.into_iter().map(|(secs, _)| secs).collect();
        let score = f_measure(&truth, &seconds(&analysis));
        println!("{name}: beat F {score:.3}");
        assert!(score > floor, "{name}: beat F {score}, not above {floor}");
        let sections = &analysis.sections;
        assert_eq!(sections[0].start.0, 0, "{name}");
        assert_eq!(sections[sections.len() - 1].end.0, analysis.features.len, "{name}");
        assert!(sections.windows(2).all(|pair| pair[0].end == pair[1].start), "{name}");
    }
    assert_eq!(hear("band_five4_152", 1.0)?.grid.beats_per_bar, 5);
    assert_eq!(hear("band_waltz_174", 1.0)?.grid.beats_per_bar, 3);
    Ok(())
}

#[test]
fn nothing_pulses_in_noise_drones_and_silence() -> Result<()> {
    for name in ["nobeat_drone_3", "nobeat_white_2"] {
        assert!(hear(name, 1.0)?.grid.beats.is_empty(), "{name}");
    }
    let silence = analyze(rate(44_100), &vec![0.0; 441_000])?;
    assert!(silence.grid.beats.is_empty());
    assert!(silence.features.hops.iter().all(|hop| *hop == Default::default()));
    Ok(())
}

#[test]
fn nothing_pulses_in_random_clicks() -> Result<()> {
    let mut random = Rng::with_seed(1);
    let mut wrong = Vec::new();
    for (nth, a_second) in [1.5, 2.5, 4.0, 6.0].into_iter().cycle().take(32).enumerate() {
        let mut samples = vec![0.0f32; 44_100 * 25];
        let mut at = 0;
        while at + 400 < samples.len() {
            for i in 0..400 {
                samples[at + i] = 0.6 * (i as f32 * 0.2).sin() * (-(i as f32) * 0.01).exp();
            }
            // Above 0, whose logarithm is infinite.
            let uniform = 1.0 - random.f64();
            at += 500 + (-uniform.ln() * 44_100.0 / a_second) as usize;
        }
        let beats = analyze(rate(44_100), &samples)?.grid.beats.len();
        if beats > 0 {
            wrong.push(format!("{nth}, {a_second} a second: {beats} beats"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
    Ok(())
}

/// Kick on one and three, snare on two and four, hats on every half: a back beat.
fn back_beat(hz: u32, bpm: f64, secs: u32) -> Vec<f32> {
    let mut samples = vec![0.0; (hz * secs) as usize];
    let mut random = Rng::with_seed(1);
    let half = 30.0 / bpm * f64::from(hz);
    for step in 0u32.. {
        let start = (0.3 * f64::from(hz) + half * f64::from(step)).round() as usize;
        let Some(rest) = samples.get_mut(start..) else { break };
        let mut before = 0.0;
        for (i, sample) in rest.iter_mut().take(hz as usize / 5).enumerate() {
            let time = i as f32 / hz as f32;
            let white = white(&mut random) as f32;
            let hiss = white - before;
            before = white;
            *sample += 0.08 * hiss * (-time * 40.0).exp();
            *sample += match step % 4 {
                0 => 0.7 * (std::f32::consts::TAU * 55.0 * time).sin() * (-time * 14.0).exp(),
                2 => 0.4 * white * (-time * 20.0).exp(),
                _ => 0.0,
            };
        }
    }
    samples
}

#[test]
fn the_felt_tempo_of_a_back_beat_is_found() -> Result<()> {
    for bpm in [72.0, 100.0, 125.0, 172.0] {
        let tempo = analyze(rate(44_100), &back_beat(44_100, bpm, 30))?.grid.tempo_bpm;
        println!("{bpm}: {tempo:.1}");
        assert!((tempo / bpm - 1.0).abs() < 0.03, "{tempo} for {bpm}");
    }
    Ok(())
}

#[test]
fn beats_stop_when_the_music_does() -> Result<()> {
    let mut song = back_beat(44_100, 110.0, 20);
    song.resize(44_100 * 40, 0.0);
    let analysis = analyze(rate(44_100), &song)?;
    let beats = seconds(&analysis);
    assert!(beats.len() > 30, "{}", beats.len());
    let last = beats[beats.len() - 1];
    // A pulse may go on for two bars.
    assert!(
        last < 25.0,
        "a beat at {last} s, 20 s after the music began to be silent"
    );
    Ok(())
}

#[test]
fn parts_begin_where_drums_come_and_go() -> Result<()> {
    // A chord and hats alone, then all, then as before.
    let full = back_beat(44_100, 124.0, 48);
    let (from, to) = (44_100 * 16, 44_100 * 32);
    let mut low = 0.0f32;
    let song: Vec<f32> = full
        .iter()
        .enumerate()
        .map(|(i, sample)| {
            low += 0.3 * (sample - low);
            let time = i as f32 / 44_100.0;
            let chord = [220.0, 277.2, 329.6].map(|hz| 0.04 * (std::f32::consts::TAU * hz * time).sin());
            let drums = if (from..to).contains(&i) { *sample } else { sample - low };
            drums + chord.iter().sum::<f32>()
        })
        .collect();
    let analysis = analyze(rate(44_100), &song)?;
    for truth in [16.0, 32.0] {
        let starts = analysis
            .sections
            .iter()
            .map(|section| section.start.secs(analysis.grid.rate));
        let off = starts.map(|at| (at - truth).abs()).fold(f64::INFINITY, f64::min);
        assert!(off < 1.0, "no part begins at {truth} s: {:?}", analysis.sections);
    }
    Ok(())
}

/// A song made to drop: a pad, a snare roll that rises, drums and bass, the pad alone, drums and bass again. Seconds of
/// each part's beginning at 128 BPM: 0, 15, 22.5, 52.5, 67.5; it ends at 97.5.
fn dropping_song(hz: u32) -> Vec<f32> {
    let beat = 60.0 / 128.0;
    let mut random = Rng::with_seed(1);
    let sine = |hz: f32, t: f32| (std::f32::consts::TAU * hz * t).sin();
    let mut before = 0.0;
    let sample = |i: u32| {
        let at = f64::from(i) / f64::from(hz);
        let t = at as f32;
        let in_beat = (at % beat) as f32;
        let chord = if ((at / beat / 4.0) as u32).is_multiple_of(2) {
            220.0
        } else {
            174.6
        };
        let pad: f32 = [1.0, 1.26, 1.5].map(|times| 0.05 * sine(chord * times, t)).iter().sum();
        let white = white(&mut random) as f32;
        let hiss = white - before;
        before = white;
        let full = (22.5..52.5).contains(&at) || at >= 67.5;
        if full {
            let kick = 0.6 * (std::f32::consts::TAU * (50.0 * in_beat + 3.0 * (1.0 - (-40.0 * in_beat).exp()))).sin();
            let half = (in_beat - beat as f32 / 2.0).max(0.0);
            let hat = if half > 0.0 {
                0.15 * hiss * (-half * 40.0).exp()
            } else {
                0.0
            };
            let bass = if half > 0.0 { 0.3 * sine(chord / 4.0, t) } else { 0.0 };
            pad + kick * (-in_beat * 12.0).exp() + hat + bass
        } else if (15.0..22.5).contains(&at) {
            let rise = ((at - 15.0) / 7.5) as f32;
            let in_roll = (at % (beat / 4.0)) as f32;
            pad + rise * (0.25 * white * (-in_roll * 30.0).exp() + 0.06 * hiss)
        } else {
            pad + 0.03 * hiss * (-in_beat * 40.0).exp()
        }
    };
    (0..hz * 195 / 2).map(sample).collect()
}

#[test]
fn drops_build_ups_and_breaks_are_told() -> Result<()> {
    let analysis = analyze(rate(44_100), &dropping_song(44_100))?;
    let moments = analysis.moments();
    let told: Vec<(MomentKind, f64)> = moments
        .iter()
        .map(|moment| (moment.kind, moment.start.secs(analysis.grid.rate)))
        .collect();
    println!("{told:?} {:?}", analysis.sections);
    let near = |kind: MomentKind, secs: f64| told.iter().any(|(k, at)| *k == kind && (at - secs).abs() < 1.0);
    assert!(near(MomentKind::Drop, 22.5) && near(MomentKind::Drop, 67.5), "{told:?}");
    assert!(near(MomentKind::Break, 52.5), "{told:?}");
    let rises = |moment: &&Moment| moment.kind == MomentKind::BuildUp;
    let rise = moments.iter().find(rises).context("no build-up")?;
    assert!((rise.end.secs(analysis.grid.rate) - 22.5).abs() < 1.0, "{told:?}");
    assert!(
        told.iter().filter(|(kind, _)| *kind == MomentKind::Drop).count() == 2,
        "{told:?}"
    );
    Ok(())
}

#[test]
fn the_block_size_changes_nothing() -> Result<()> {
    let song = clicks(44_100, 133.0, 12);
    let whole = analyze(rate(44_100), &song)?;
    for block in [1, 64, 441, 1_000, 8_191, 100_000] {
        let mut analyzer = Analyzer::new(rate(44_100));
        song.chunks(block).for_each(|block| analyzer.push(block));
        assert!(analyzer.finish()? == whole, "blocks of {block}");
    }
    Ok(())
}

#[test]
fn the_gain_changes_no_beat() -> Result<()> {
    let loud = hear("band_funk_102", 1.0)?;
    for gain in [0.1, 0.5, 2.0] {
        let other = hear("band_funk_102", gain)?;
        assert_eq!(loud.grid.beats.len(), other.grid.beats.len(), "{gain}");
        for (a, b) in loud.grid.beats.iter().zip(&other.grid.beats) {
            assert!(
                a.at.0.abs_diff(b.at.0) < 100 && a.in_bar == b.in_bar,
                "{gain}: {a:?} {b:?}"
            );
        }
        for (a, b) in loud.features.hops.iter().zip(&other.features.hops) {
            assert!((a.loudness - b.loudness).abs() < 0.01 && (a.bands[0] - b.bands[0]).abs() < 0.01);
        }
    }
    Ok(())
}

#[test]
fn clicks_are_on_time_at_every_rate() -> Result<()> {
    for hz in [44_100, 48_000, 96_000] {
        for bpm in [90.0, 120.0, 150.0] {
            let analysis = analyze(rate(hz), &clicks(hz, bpm, 30))?;
            let tempo = analysis.grid.tempo_bpm;
            assert!((tempo - bpm).abs() < 0.05, "{hz} Hz: {tempo} for {bpm}");
            let beats = seconds(&analysis);
            assert!(
                (beats.len() as f64 - 29.5 * bpm / 60.0).abs() < 3.0,
                "{hz} {bpm}: {}",
                beats.len()
            );
            for secs in beats {
                let off = (secs - 0.5) * bpm / 60.0;
                let off = (off - off.round()).abs() * 60.0 / bpm;
                assert!(off < 0.010, "{hz} Hz, {bpm} BPM: a beat at {secs} is {off} s off");
            }
        }
    }
    Ok(())
}

#[test]
fn a_song_of_any_length_is_heard() -> Result<()> {
    for len in [1, 2, 440, 441, 442, 4_410, 44_100, 60_000] {
        let analysis = analyze(rate(44_100), &vec![0.25; len])?;
        assert_eq!(analysis.features.hops.len(), (len * 100).div_ceil(44_100));
        assert_eq!(analysis.sections.len(), 1, "{len}");
    }
    let error = analyze(rate(44_100), &[]).unwrap_err().to_string();
    assert!(error.contains("at least one sample"), "{error}");
    let broken = analyze(rate(44_100), &[f32::NAN, f32::INFINITY, 0.5])?;
    assert!(broken.features.hops.iter().all(|hop| hop.loudness.is_finite()));
    Ok(())
}
