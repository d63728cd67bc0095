use super::*;
use crate::time::Fps;

/// A host that plays at tempi that change at quarter notes, and rounds what it says to ticks.
struct Host {
    rate_hz: f64,
    /// (quarter note from which it holds, tempo), the first from 0.
    tempi: Vec<(f64, f64)>,
    ticks: f64,
    sample_known: bool,
}

impl Host {
    fn quarters(&self, sample: f64) -> (f64, f64) {
        let mut at = 0.0;
        for (i, &(from, tempo)) in self.tempi.iter().enumerate() {
            let end = self.tempi.get(i + 1).map_or(f64::INFINITY, |next| next.0);
            let len = (end - from) * 60.0 * self.rate_hz / tempo;
            if sample < at + len {
                return (from + (sample - at) * tempo / (60.0 * self.rate_hz), tempo);
            }
            at += len;
        }
        unreachable!("the last stretch has no end")
    }

    fn sample(&self, quarters: f64) -> f64 {
        let mut at = 0.0;
        for (i, &(from, tempo)) in self.tempi.iter().enumerate() {
            let end = self.tempi.get(i + 1).map_or(f64::INFINITY, |next| next.0);
            if quarters < end {
                return at + (quarters - from) * 60.0 * self.rate_hz / tempo;
            }
            at += (end - from) * 60.0 * self.rate_hz / tempo;
        }
        unreachable!("the last stretch has no end")
    }

    fn say(&self, sample: u64) -> Transport {
        let (quarters, tempo) = self.quarters(sample as f64);
        Transport {
            playing: true,
            tempo_bpm: Some(tempo * (1.0 + 1.6e-9)),
            quarters: Some((quarters * self.ticks).floor() / self.ticks),
            bar_quarters: None,
            host_sample: self.sample_known.then_some(sample as i64),
            signature: Some((4, 4)),
        }
    }
}

#[test]
fn bar_lines_are_on_their_frames_whatever_the_block() {
    for rate_hz in [44_100, 48_000] {
        for tempi in [
            vec![(0.0, 97.0)],
            vec![(0.0, 97.0), (32.0, 120.0)],
            vec![(0.0, 140.0), (16.0, 70.5), (48.0, 171.0)],
        ] {
            for ticks in [960.0, 1_920.0] {
                for block in [64, 441, 512, 2_048, 8_192] {
                    let host = Host {
                        rate_hz: f64::from(rate_hz),
                        tempi: tempi.clone(),
                        ticks,
                        sample_known: true,
                    };
                    let rate = SampleRate::new(rate_hz).unwrap();
                    let mut clock = HostClock::new(rate);
                    let mut logged = 0;
                    let mut reader = HostClock::new(rate);
                    for at in (0..u64::from(rate_hz) * 60).step_by(block) {
                        if clock.push(SamplePos(at), host.say(at)) != News::None {
                            logged += 1;
                            reader.push(SamplePos(at), host.say(at));
                        }
                    }
                    assert!(logged <= tempi.len() * 2, "{logged} lines {tempi:?} {block}");
                    for bar in 1..18 {
                        let truth = host.sample(f64::from(bar) * 4.0);
                        let asked = SamplePos(truth.round() as u64);
                        let line = clock.line(SamplePos(asked.0 - 30), Quantize::Bar, 0);
                        assert_eq!(line, reader.line(SamplePos(asked.0 - 30), Quantize::Bar, 0));
                        assert!(
                            line.0.abs_diff(asked.0) <= 1,
                            "{tempi:?} {block} bar {bar}: {line:?} {truth}"
                        );
                        for fps in ["24", "25", "29.97", "30", "60"] {
                            let fps: Fps = fps.parse().unwrap();
                            let apart = fps
                                .frame_of_event(line, rate)
                                .0
                                .abs_diff(fps.frame_of_event(asked, rate).0);
                            assert!(apart == 0 || line != asked, "{fps:?}");
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn a_late_request_lands_on_the_line_just_before() {
    let rate = SampleRate::new(48_000).unwrap();
    let mut clock = HostClock::new(rate);
    let host = Host {
        rate_hz: 48_000.0,
        tempi: vec![(0.0, 120.0)],
        ticks: 960.0,
        sample_known: false,
    };
    clock.push(SamplePos(0), host.say(0));
    let line = |at, quantize| clock.line(SamplePos(at), quantize, 2_880).0;
    assert_eq!(line(96_000, Quantize::Bar), 96_000);
    assert_eq!(line(98_880, Quantize::Bar), 96_000);
    assert_eq!(line(98_881, Quantize::Bar), 192_000);
    assert_eq!(line(98_881, Quantize::Beat), 120_000);
    assert_eq!(line(98_881, Quantize::Bars2), 192_000);
    assert_eq!(line(200_000, Quantize::Bars4), 384_000);
    assert_eq!(line(200_000, Quantize::Bars8), 768_000);
    assert_eq!(line(12_345, Quantize::Off), 12_345);
}

#[test]
fn a_loop_is_a_jump_and_its_bars_begin_anew() {
    let rate = SampleRate::new(48_000).unwrap();
    let host = Host {
        rate_hz: 48_000.0,
        tempi: vec![(0.0, 120.0)],
        ticks: 960.0,
        sample_known: true,
    };
    let mut clock = HostClock::new(rate);
    let mut told = Vec::new();
    // Bars 1 and 2, then again from half a bar in.
    for at in (0..400_000u64).step_by(480) {
        let host_at = if at < 192_000 { at } else { at - 192_000 + 48_000 };
        let news = clock.push(SamplePos(at), host.say(host_at));
        if news != News::None {
            told.push((at, news));
        }
    }
    assert_eq!(told, [(0, News::Changed), (192_000, News::Jumped)]);
    assert_eq!(clock.line(SamplePos(193_000), Quantize::Bar, 0), SamplePos(240_000));
}

#[test]
fn a_ramp_is_followed_and_costs_few_lines() {
    let rate = SampleRate::new(48_000).unwrap();
    let mut clock = HostClock::new(rate);
    // From 90 to 150 BPM over 20 s: quarters are the integral of the tempo.
    let tempo = |secs: f64| 90.0 + 3.0 * secs;
    let quarters = |secs: f64| (90.0 * secs + 1.5 * secs * secs) / 60.0;
    let mut logged = 0;
    for at in (0..960_000u64).step_by(64) {
        let secs = at as f64 / 48_000.0;
        let transport = Transport {
            playing: true,
            tempo_bpm: Some(tempo(secs)),
            quarters: Some(quarters(secs)),
            bar_quarters: None,
            host_sample: Some(at as i64),
            signature: Some((4, 4)),
        };
        logged += u32::from(clock.push(SamplePos(at), transport) != News::None);
    }
    assert!(logged < 600, "{logged}");
    for beat in 1..35 {
        // The inverse of the integral.
        let secs = (-90.0 + (8_100.0 + 360.0 * f64::from(beat)).sqrt()) / 3.0;
        let truth = secs * 48_000.0;
        let line = clock.line(SamplePos(truth as u64 - 200), Quantize::Beat, 0);
        assert!(
            (line.0 as f64 - truth).abs() < 96.0,
            "beat {beat}: {} for {truth}",
            line.0
        );
    }
}

#[test]
fn metres_are_counted_as_they_are_felt() {
    let rate = SampleRate::new(48_000).unwrap();
    let mut clock = HostClock::new(rate);
    let say = |quarters, signature| Transport {
        playing: true,
        tempo_bpm: Some(120.0),
        quarters: Some(quarters),
        bar_quarters: None,
        host_sample: None,
        signature: Some(signature),
    };
    clock.push(SamplePos(0), say(0.0, (6, 8)));
    // Two bars of 6/8 are 6 quarter notes: 3 s; then 3/4.
    clock.push(SamplePos(144_000), say(6.0, (3, 4)));
    let beats: Vec<(u64, u32)> = clock.beats(300_000).iter().map(|b| (b.at.0, b.in_bar)).collect();
    assert_eq!(
        beats[..8],
        [
            (0, 1),
            (36_000, 2),
            (72_000, 1),
            (108_000, 2),
            (144_000, 1),
            (168_000, 2),
            (192_000, 3),
            (216_000, 1)
        ]
    );
    assert_eq!(clock.beats_per_bar(SamplePos(0)), Some(2));
    assert_eq!(clock.beats_per_bar(SamplePos(150_000)), Some(3));
}

#[test]
fn nonsense_from_a_host_is_no_grid() {
    let mut clock = HostClock::new(SampleRate::new(48_000).unwrap());
    for (i, (tempo, quarters, signature)) in [
        (Some(f64::NAN), Some(0.0), Some((4, 4))),
        (Some(0.0), Some(0.0), Some((4, 4))),
        (Some(120.0), Some(f64::INFINITY), Some((0, 0))),
        (None, Some(1.0), None),
    ]
    .into_iter()
    .enumerate()
    {
        clock.push(
            SamplePos(i as u64 * 100),
            Transport {
                playing: true,
                tempo_bpm: tempo,
                quarters,
                bar_quarters: Some(f64::NAN),
                host_sample: Some(i64::MIN),
                signature,
            },
        );
    }
    assert!(!clock.has_grid());
    assert_eq!(clock.line(SamplePos(5), Quantize::Bar, 3), SamplePos(5));
}
