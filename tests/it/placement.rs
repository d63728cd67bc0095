//! Beats against the very samples at which clicks and drums begin: while a song is heard as a whole, and while it is played.

use anyhow::Result;
use phosphene_engine::{
    analysis::{
        Analysis, analyze,
        live::{LiveEvent, Tracker},
    },
    time::SampleRate,
};
use phosphene_tests::{Rng, white};

/// What a song is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pattern {
    /// 5 ms of a cosine on each beat.
    Clicks,
    /// A metronome's: 20 ms of a tone on each beat, higher and louder on 1.
    Ticks,
    /// Kick on 1 and 3, snare on 2 and 4, hats on eighths, and a bass that changes with the bar.
    Rock,
    /// Kick on each beat, clap on 2 and 4, hats between, and the bass.
    Four,
}

/// A song and its truth.
struct Song {
    rate: SampleRate,
    samples: Vec<f32>,
    /// Seconds of each beat, and its place in the bar.
    beats: Vec<(f64, u32)>,
}

/// How a song is made.
#[derive(Debug, Clone, Copy)]
struct Score {
    pattern: Pattern,
    hz: u32,
    bpm: f64,
    /// Where the first beat is.
    first_secs: f64,
    /// Beats before the first downbeat: bass and hats only.
    pick_up: u32,
    secs: f64,
    /// Whether a soft chord sounds from the first sample to the last.
    pad: bool,
}

const SCORE: Score = Score {
    pattern: Pattern::Rock,
    hz: 44_100,
    bpm: 120.0,
    first_secs: 0.0,
    pick_up: 0,
    secs: 20.0,
    pad: false,
};

/// A place to play notes on.
struct Desk {
    hz: f64,
    samples: Vec<f32>,
    noise: Rng,
}

impl Desk {
    /// Plays what `sound` gives for the seconds since its beginning, and a number between -1 and 1.
    fn play(&mut self, at_secs: f64, secs: f64, sound: impl Fn(f64, f64) -> f64) {
        let start = (at_secs * self.hz).round() as usize;
        let (hz, noise) = (self.hz, &mut self.noise);
        for (i, sample) in self
            .samples
            .iter_mut()
            .skip(start)
            .take((secs * hz) as usize)
            .enumerate()
        {
            *sample += sound(i as f64 / hz, white(noise)) as f32;
        }
    }

    fn kick(&mut self, at: f64) {
        self.play(at, 0.25, |t, _| {
            0.7 * (std::f64::consts::TAU * (50.0 * t + 3.4 * (1.0 - (-t * 35.0).exp()))).sin() * (-t * 14.0).exp()
        });
    }

    fn snare(&mut self, at: f64) {
        self.play(at, 0.2, |t, white| {
            0.35 * white * (-t * 25.0).exp() + 0.2 * (1_194.0 * t).sin() * (-t * 22.0).exp()
        });
    }

    fn clap(&mut self, at: f64) {
        let burst = |t: f64, late: f64| if t < late { 0.0 } else { (-(t - late) * 220.0).exp() };
        self.play(at, 0.2, |t, white| {
            let bursts = burst(t, 0.0).max(burst(t, 0.011)).max(burst(t, 0.022));
            0.3 * white * bursts.max((-t * 28.0).exp())
        });
    }

    fn hat(&mut self, at: f64) {
        self.play(at, 0.08, |t, white| 0.1 * white * (-t * 70.0).exp());
    }

    fn bass(&mut self, at: f64, secs: f64, hz: f64) {
        self.play(at, secs, |t, _| {
            let gate = (t / 0.004).min(1.0) * ((secs - t) / 0.01).clamp(0.0, 1.0);
            let turn = std::f64::consts::TAU * hz * t;
            0.3 * gate * (turn.sin() + 0.4 * (2.0 * turn).sin()) * (-t * 1.5).exp()
        });
    }
}

fn song(score: Score) -> Song {
    let Score { bpm, pattern, .. } = score;
    let mut desk = Desk {
        hz: f64::from(score.hz),
        samples: vec![0.0; (score.secs * f64::from(score.hz)) as usize],
        noise: Rng::with_seed(1),
    };
    let beat_secs = 60.0 / bpm;
    let mut beats = Vec::new();
    for k in 0u32.. {
        let at = score.first_secs + f64::from(k) * beat_secs;
        if at >= score.secs {
            break;
        }
        let place = (k + 4 - score.pick_up) % 4;
        let bar = (k + 4 - score.pick_up) / 4;
        let sample = (at * desk.hz).round();
        beats.push((sample / desk.hz, place + 1));
        let half = at + beat_secs / 2.0;
        if pattern == Pattern::Clicks {
            desk.play(at, 0.005, |t, _| 0.9 * (std::f64::consts::TAU * 1_000.0 * t).cos());
            continue;
        }
        if pattern == Pattern::Ticks {
            let (loud, tone_hz) = if place == 0 { (0.9, 1_500.0) } else { (0.6, 1_000.0) };
            desk.play(at, 0.02, |t, _| {
                loud * (std::f64::consts::TAU * tone_hz * t).sin() * (-t * 200.0).exp()
            });
            continue;
        }
        let root = [55.0, 43.65, 65.4, 49.0][bar as usize % 4];
        desk.bass(at, 0.9 * beat_secs, root);
        desk.hat(half);
        match (pattern, place) {
            _ if k < score.pick_up => desk.hat(at),
            (Pattern::Four, 1 | 3) => {
                desk.kick(at);
                desk.clap(at);
            }
            (Pattern::Rock, 1 | 3) => desk.snare(at),
            _ => desk.kick(at),
        }
    }
    if score.pad {
        desk.play(0.0, score.secs, |t, _| {
            [110.0, 164.8, 220.0, 277.2]
                .iter()
                .map(|hz| 0.04 * (std::f64::consts::TAU * hz * t).sin())
                .sum()
        });
    }
    Song {
        rate: SampleRate::new(score.hz).unwrap(),
        samples: desk.samples,
        beats,
    }
}

fn hear(song: &Song) -> Result<Analysis> {
    Ok(analyze(song.rate, &song.samples)?)
}

/// How late each beat of the truth is heard, in milliseconds; `None` for one that is not heard within 40 ms.
fn late(song: &Song, heard: &[f64]) -> Vec<Option<f64>> {
    let nearest = |truth: f64| {
        let off = heard.iter().map(|secs| (secs - truth) * 1e3);
        off.min_by(|a, b| a.abs().total_cmp(&b.abs()))
            .filter(|off| off.abs() < 40.0)
    };
    song.beats.iter().map(|(truth, _)| nearest(*truth)).collect()
}

fn seconds(analysis: &Analysis) -> Vec<f64> {
    let rate = analysis.grid.rate;
    analysis.grid.beats.iter().map(|beat| beat.at.secs(rate)).collect()
}

#[test]
fn beats_are_where_clicks_and_drums_begin_at_every_rate() -> Result<()> {
    let rates = [8_000, 11_025, 22_050, 44_100, 48_000, 96_000, 192_000];
    let tempi = [60.0, 75.5, 97.3, 120.0, 139.7, 162.0, 200.0];
    // Each rate with a tempo, and each tempo with the usual rates.
    let mut cases: Vec<(u32, f64)> = rates.into_iter().zip(tempi).collect();
    cases.extend(tempi.map(|bpm| (44_100, bpm)));
    cases.extend([90.0, 107.0, 174.0].map(|bpm| (48_000, bpm)));
    for (pattern, bound) in [(Pattern::Clicks, 0.5), (Pattern::Rock, 1.0), (Pattern::Four, 1.0)] {
        for &(hz, bpm) in &cases {
            let score = Score {
                pattern,
                hz,
                bpm,
                first_secs: 0.3,
                secs: if bpm < 80.0 { 20.0 } else { 12.0 },
                ..SCORE
            };
            let song = song(score);
            let all = late(&song, &seconds(&hear(&song)?));
            let heard: Vec<f64> = all.iter().filter_map(|late| *late).collect();
            assert!(heard.len() * 10 >= all.len() * 9, "{score:?}: {all:?}");
            let mean = heard.iter().sum::<f64>() / heard.len() as f64;
            let worst = heard.iter().fold(0.0f64, |worst, late| worst.max(late.abs()));
            assert!(mean.abs() < bound / 2.0, "{score:?}: {mean} ms late");
            assert!(worst < bound, "{score:?}: {worst} ms off");
        }
    }
    Ok(())
}

#[test]
fn a_metronome_is_heard_at_its_own_tempo() -> Result<()> {
    for bpm in [60.0, 66.0, 75.5, 84.0, 90.0, 107.0, 120.0, 128.5, 150.0, 174.0, 180.0] {
        for first_secs in [0.0, 0.005, 0.02, 0.7] {
            let score = Score {
                pattern: Pattern::Ticks,
                hz: 48_000,
                bpm,
                first_secs,
                secs: 16.0,
                ..SCORE
            };
            let song = song(score);
            let analysis = hear(&song)?;
            let tempo_bpm = analysis.grid.tempo_bpm;
            assert!((tempo_bpm / bpm - 1.0).abs() < 0.01, "{score:?}: {tempo_bpm} BPM");
            let all = late(&song, &seconds(&analysis));
            let missed = all.iter().filter(|late| late.is_none()).count();
            let more = analysis.grid.beats.len() as i64 - all.len() as i64;
            assert!(missed <= 1 && more <= 0, "{score:?}: {missed} missed, {more} more");
        }
    }
    Ok(())
}

#[test]
fn a_song_that_begins_with_its_first_sample_has_its_first_beat() -> Result<()> {
    for pattern in [Pattern::Clicks, Pattern::Rock, Pattern::Four] {
        for (bpm, hz) in [
            (90.0, 44_100),
            (97.3, 48_000),
            (120.0, 44_100),
            (128.0, 96_000),
            (150.0, 48_000),
            (174.0, 44_100),
        ] {
            for first_secs in [0.0, 0.001, 0.005, 0.02, 0.7] {
                let score = Score {
                    pattern,
                    bpm,
                    hz,
                    first_secs,
                    secs: 12.0,
                    ..SCORE
                };
                let song = song(score);
                let analysis = hear(&song)?;
                let first = analysis.grid.beats[0].at.secs(song.rate) - song.beats[0].0;
                assert!(first.abs() < 1e-3, "{score:?}: {:?}", analysis.grid.beats[0]);
                let heard = analysis.grid.beats.len();
                assert_eq!(heard, song.beats.len(), "{score:?}");
            }
        }
    }
    Ok(())
}

#[test]
fn bar_1_begins_with_the_song_or_after_its_pick_up() -> Result<()> {
    for (bpm, pick_up, first_secs) in [
        (120.0, 0, 0.0),
        (120.0, 0, 0.005),
        (110.0, 0, 0.0),
        (120.0, 1, 0.0),
        (110.0, 2, 0.0),
        (97.3, 3, 0.02),
    ] {
        let score = Score {
            bpm,
            pick_up,
            first_secs,
            secs: 40.0,
            ..SCORE
        };
        let song = song(score);
        let analysis = hear(&song)?;
        let bar = analysis.grid.downbeats().next().map(|(_, at)| at.secs(song.rate));
        let truth = song.beats[pick_up as usize].0;
        assert!(
            bar.is_some_and(|bar| (bar - truth).abs() < 1e-3),
            "{score:?}: bar 1 at {bar:?}, not {truth}"
        );
    }
    Ok(())
}

#[test]
fn no_beat_is_invented_where_only_a_pad_sounds() -> Result<()> {
    for first_secs in [2.1, 3.3] {
        let score = Score {
            first_secs,
            pad: true,
            secs: 24.0,
            ..SCORE
        };
        let song = song(score);
        let analysis = hear(&song)?;
        let at_start = seconds(&analysis).iter().filter(|secs| **secs < 0.02).count();
        assert_eq!(at_start, 0, "{score:?}: {:?}", &analysis.grid.beats[..4]);
        let off = late(&song, &seconds(&analysis));
        assert!(off.iter().all(|off| off.is_some_and(|off| off.abs() < 1.0)), "{off:?}");
    }
    // Nor in a pad alone.
    let pad = Score { pad: true, ..SCORE };
    let mut song = song(Score {
        first_secs: f64::MAX,
        ..pad
    });
    song.beats.clear();
    assert_eq!(hear(&song)?.grid.beats, []);
    Ok(())
}

#[test]
fn beats_that_are_followed_live_are_as_exact() -> Result<()> {
    for (pattern, bound) in [(Pattern::Clicks, 0.5), (Pattern::Rock, 1.0), (Pattern::Four, 1.0)] {
        for (hz, bpm) in [
            (8_000, 120.0),
            (44_100, 90.0),
            (44_100, 133.3),
            (48_000, 174.0),
            (96_000, 107.0),
        ] {
            let score = Score {
                pattern,
                hz,
                bpm,
                first_secs: 0.3,
                ..SCORE
            };
            let song = song(score);
            let mut tracker = Tracker::new(song.rate)?;
            let mut off = Vec::new();
            let mut foretold = Vec::new();
            let nearest = |secs: f64| {
                let off = song.beats.iter().map(|(truth, _)| (secs - truth) * 1e3);
                off.min_by(|a, b| a.abs().total_cmp(&b.abs())).unwrap()
            };
            for block in song.samples.chunks(512) {
                tracker.push(block, 1, |event| {
                    if let LiveEvent::Beat(event) = event {
                        off.push(nearest(event.beat.at.secs(song.rate)));
                    }
                });
                let state = tracker.state();
                if state.heard > 10 * u64::from(hz) && state.heard < 18 * u64::from(hz) {
                    let next = state.next[0].map(|beat| nearest(beat.at.secs(song.rate)));
                    foretold.extend(next);
                }
            }
            // The first ones come before the tempo is known.
            let known = &off[4.min(off.len())..];
            assert!(known.len() > 12, "{score:?}: {off:?}");
            let mean = known.iter().sum::<f64>() / known.len() as f64;
            let near = known.iter().filter(|off| off.abs() < bound).count();
            assert!(mean.abs() < bound, "{score:?}: {mean} ms late, {off:?}");
            assert!(near * 10 >= known.len() * 9, "{score:?}: {off:?}");
            let foretold = foretold.iter().sum::<f64>() / foretold.len() as f64;
            assert!(foretold.abs() < bound, "{score:?}: foretold {foretold} ms late");
        }
    }
    Ok(())
}
