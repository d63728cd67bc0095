use std::{fs, time::Duration};

use phosphene_core::take::{self, Take, Transport};

use super::*;

const RATE: u64 = 48_000;

/// A host that sends blocks, at a speed.
struct Host {
    recorder: Recorder,
    project: Project,
    _folder: tempfile::TempDir,
    wall_ns: u64,
    heard: Vec<f32>,
    sample: f32,
}

impl Host {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let origin = Origin {
            root: folder.path().to_owned(),
            host: "test".into(),
            api: "CLAP".into(),
            rate: SampleRate::new(RATE as u32).unwrap(),
            channels: 1,
        };
        Self {
            recorder: Recorder::new(origin),
            project: Project::default(),
            _folder: folder,
            wall_ns: 0,
            heard: Vec::new(),
            sample: 0.1,
        }
    }

    /// `secs` of sound, from `from` on the host's clock, `speed` times as fast as it sounds.
    fn play(&mut self, capture: Capture, playing: bool, from: Option<i64>, secs: f64, speed: f64, offline: bool) {
        let blocks = (secs * RATE as f64 / 480.0) as u64;
        let mut ahead = 0.0;
        for n in 0..blocks {
            let samples: Vec<f32> = (0..480)
                .map(|_| {
                    self.sample = (self.sample * 1.1).fract() + 0.01;
                    self.sample
                })
                .collect();
            let record = Record::Block {
                samples: 480,
                transport: Transport {
                    playing,
                    tempo_bpm: Some(120.0),
                    quarters: from.map(|from| (from + (n * 480) as i64) as f64 / 24_000.0),
                    bar_quarters: None,
                    host_sample: from.map(|from| from + (n * 480) as i64),
                    signature: Some((4, 4)),
                },
                ahead_ns: (ahead * 1e9) as u64,
                wall_ns: self.wall_ns,
                offline,
                dropped_blocks: 0,
                dropped_samples: 0,
            };
            self.recorder.hear(&record, &samples, capture, &self.project, "track");
            self.heard.extend(samples);
            self.wall_ns += (1e7 / speed) as u64;
            ahead += (0.01 - 0.01 / speed).max(0.0);
        }
    }

    fn finished(&mut self) -> Vec<(Take, bool)> {
        let finished = self.recorder.take_finished();
        finished
            .into_iter()
            .map(|take| (Take::open(&take.folder).unwrap(), take.render))
            .collect()
    }

    fn folders(&self) -> usize {
        fs::read_dir(self._folder.path()).unwrap().count()
    }
}

fn sound(take: &Take) -> Vec<f32> {
    let bytes = fs::read(take.audio_path()).unwrap();
    bytes
        .chunks_exact(4)
        .map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]))
        .collect()
}

#[test]
fn an_export_is_kept_from_its_first_sample() {
    let mut host = Host::new();
    host.play(Capture::Export, false, Some(0), 0.1, 1.0, false);
    host.heard.clear();
    host.play(Capture::Export, true, Some(0), 10.0, 50.0, false);
    host.play(Capture::Export, false, None, 0.1, 1.0, false);
    let finished = host.finished();
    assert_eq!(finished.len(), 1);
    let (take, render) = &finished[0];
    assert!(*render);
    assert_eq!(take.end, Some(EndReason::Stopped));
    assert_eq!(sound(take), host.heard[..take.len as usize]);
    assert_eq!(take.len, 480_000);
    assert!(take.clock().has_grid());
}

#[test]
fn a_play_in_real_time_is_no_export() {
    let mut host = Host::new();
    host.play(Capture::Export, true, Some(0), 5.0, 1.0, false);
    assert_eq!(host.folders(), 1, "a take is provisional while it plays");
    host.play(Capture::Export, false, None, 0.1, 1.0, false);
    assert!(host.finished().is_empty());
    assert_eq!(host.folders(), 0, "and leaves nothing");
    host.play(Capture::Export, true, Some(0), 60.0, 1.0, false);
    assert_eq!(host.folders(), 0, "a long play is given up while it plays");
}

#[test]
fn what_may_be_an_export_in_real_time_is_kept_for_the_user() {
    let mut host = Host::new();
    host.play(Capture::Export, true, Some(0), 5.0, 1.0, true);
    host.play(Capture::Export, false, None, 0.1, 1.0, true);
    let finished = host.finished();
    assert_eq!(finished.len(), 1);
    assert!(!finished[0].1, "it is not rendered unasked");
}

#[test]
fn what_comes_before_the_song_is_left_out() {
    let mut host = Host::new();
    host.play(Capture::Export, true, Some(-768), 4.0, 50.0, false);
    host.recorder.end(EndReason::Stopped);
    let (take, _) = &host.finished()[0];
    assert_eq!(sound(take), host.heard[768..768 + take.len as usize]);
    let first = take.clock().quarters(SamplePos(0)).unwrap();
    assert!(first.abs() < 1e-9, "{first}");
}

#[test]
fn always_needs_no_transport_and_a_jump_is_noted() {
    let mut host = Host::new();
    host.play(Capture::Always, false, None, 2.0, 1.0, false);
    host.recorder.end(EndReason::Deactivated);
    let (take, render) = &host.finished()[0];
    assert!(*render && take.len == 96_000);
    host.play(Capture::Always, true, Some(0), 2.0, 1.0, false);
    host.play(Capture::Always, true, Some(0), 2.0, 1.0, false);
    host.play(Capture::Always, false, None, 0.1, 1.0, false);
    let (take, _) = &host.finished()[0];
    assert_eq!(take.len, 192_000);
    let jumps = take
        .entries
        .iter()
        .filter(|e| matches!(e.event, Event::Jump(_)))
        .count();
    assert_eq!(jumps, 1);
}

#[test]
fn off_records_nothing_and_ends_what_is_under_way() {
    let mut host = Host::new();
    host.play(Capture::Off, true, Some(0), 2.0, 50.0, true);
    assert_eq!(host.folders(), 0);
    host.play(Capture::Always, true, Some(0), 2.0, 1.0, false);
    host.play(Capture::Off, true, Some(96_000), 0.1, 1.0, false);
    assert_eq!(host.finished()[0].0.end, Some(EndReason::CaptureOff));
}

#[test]
fn lost_sound_is_silence_in_its_place() {
    let mut host = Host::new();
    host.play(Capture::Always, true, Some(0), 1.0, 1.0, false);
    let block = |from: i64, dropped| Record::Block {
        samples: 480,
        transport: Transport {
            playing: true,
            tempo_bpm: Some(120.0),
            quarters: Some(from as f64 / 24_000.0),
            bar_quarters: None,
            host_sample: Some(from),
            signature: Some((4, 4)),
        },
        ahead_ns: 0,
        wall_ns: 0,
        offline: false,
        dropped_blocks: dropped,
        dropped_samples: dropped * 480,
    };
    let project = Project::default();
    host.recorder
        .hear(&block(48_000 + 960, 2), &[0.5; 480], Capture::Always, &project, "");
    host.recorder.end(EndReason::Stopped);
    assert!(host.recorder.take_warnings()[0].contains("0.02 s"));
    let (take, _) = &host.finished()[0];
    let sound = sound(take);
    assert_eq!(sound[48_000..48_960], [0.0; 960]);
    assert_eq!(sound[48_960..49_440], [0.5; 480]);
    assert!(
        !take.entries.iter().any(|e| matches!(e.event, Event::Jump(_))),
        "a gap is no jump"
    );
}

#[test]
fn a_folder_that_can_t_be_written_is_told_once_and_the_song_plays_on() {
    let mut host = Host::new();
    let file = host._folder.path().join("file");
    fs::write(&file, "").unwrap();
    host.recorder.origin.root = file;
    host.play(Capture::Always, true, Some(0), 2.0, 1.0, false);
    let warnings = host.recorder.take_warnings();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
}

/// Blocks as Ardour sends them around an export: (position, samples, playing); sound from a position on.
fn blocks(host: &mut Host, blocks: &[(i64, u32, bool)], sound_from: i64) -> Vec<f32> {
    let mut heard = Vec::new();
    for (n, &(at, samples, playing)) in blocks.iter().enumerate() {
        let sound: Vec<f32> = (at..at + i64::from(samples))
            .map(|at| {
                if at < sound_from {
                    0.0
                } else {
                    (at % 977) as f32 / 977.0 + 0.01
                }
            })
            .collect();
        let record = Record::Block {
            samples,
            transport: Transport {
                playing,
                tempo_bpm: Some(97.0),
                quarters: Some(at as f64 * 97.0 / 60.0 / 48_000.0),
                bar_quarters: None,
                host_sample: Some(at),
                signature: Some((4, 4)),
            },
            ahead_ns: if playing { 2_000_000_000 } else { 0 },
            wall_ns: n as u64,
            offline: false,
            dropped_blocks: 0,
            dropped_samples: 0,
        };
        host.recorder.hear(&record, &sound, Capture::Export, &host.project, "");
        if playing {
            heard.extend(sound);
        }
    }
    host.recorder.end(EndReason::Deactivated);
    heard
}

/// What is taken down of a play from `lead` before `stand` in blocks of `lens`, then in whole cycles.
fn preroll(stand: i64, lens: &[u32], sound_from: i64) -> Option<i64> {
    let mut host = Host::new();
    let lead: i64 = lens.iter().map(|len| i64::from(*len)).sum();
    let mut at = stand - lead;
    let mut all = vec![(stand, 1_024, false); 3];
    for &len in lens {
        all.push((at, len, true));
        at += i64::from(len);
    }
    all.extend((0..40).map(|n| (at + n * 1_024, 1_024, true)));
    let heard = blocks(&mut host, &all, sound_from);
    let finished = host.finished();
    let (take, _) = finished.first()?;
    let sound = sound(take);
    let skipped = heard.len() - sound.len();
    assert_eq!(sound, heard[skipped..]);
    let noted = take.entries.iter().find_map(|entry| match entry.event {
        Event::Preroll { samples } => Some(samples),
        _ => None,
    });
    assert_eq!(noted.unwrap_or(0), skipped as u64);
    let first = take.clock().quarters(SamplePos(0)).unwrap();
    let begins = (first * 60.0 * 48_000.0 / 97.0).round() as i64;
    assert_eq!(begins, stand - lead + skipped as i64);
    Some(begins)
}

#[test]
fn an_exported_range_begins_where_the_host_split_its_cycle() {
    // As Ardour plays the range from 480,000 on, with automation and without, and a song that begins softly or late.
    let automated = [1_023, 1, 751, 1, 271, 1];
    for lens in [&[1_024, 752, 272][..], &automated] {
        for sound_from in [480_000, 480_100, 480_272, 490_000] {
            assert_eq!(
                preroll(480_272, lens, sound_from),
                Some(480_000),
                "{lens:?} {sound_from}"
            );
        }
    }
    assert_eq!(preroll(480_379, &[768, 256], 480_123), Some(480_123));
    // A range on a cycle needs no split.
    assert_eq!(preroll(480_000, &[1_024, 1_024], 480_000), Some(480_000));
    assert_eq!(preroll(480_000, &[1_024], 500_000), Some(480_000));
}

#[test]
fn wanted_sound_is_never_taken_for_a_preroll() {
    // The song sounds from where the host begins to play, though it stood behind that.
    assert_eq!(preroll(480_272, &[1_024, 752, 272], 0), Some(478_224));
    // It is silent at first, and the host stood elsewhere: far behind, off its cycles, or just there.
    assert_eq!(preroll(1_024 * 40, &[1_024; 40], 1_024 * 60), Some(0));
    assert_eq!(preroll(1_000, &[512, 488], 40_000), Some(0));
    assert_eq!(preroll(0, &[], 20_000), Some(0));
    // Before the song's first sample nothing is wanted, wherever the host stood.
    assert_eq!(preroll(272, &[1_024, 752, 272], 0), Some(0));
    assert_eq!(preroll(0, &[768], 0), Some(0));
}

#[test]
fn always_begins_at_once_in_the_middle_of_a_play() {
    for secs in [0.0, 2.0, 40.0] {
        let mut host = Host::new();
        host.play(Capture::Export, true, Some(0), secs, 1.0, false);
        let from = (secs * RATE as f64) as i64;
        host.heard.clear();
        host.play(Capture::Always, true, Some(from), 2.0, 1.0, false);
        assert_eq!(host.recorder.under_way(), Some((2.0, true)), "after {secs} s");
        host.play(Capture::Always, false, None, 0.1, 1.0, false);
        let finished = host.finished();
        assert_eq!(finished.len(), 1);
        assert_eq!(sound(&finished[0].0), host.heard[..96_000]);
        assert!(finished[0].1);
    }
    // An export that is under way goes on.
    let mut host = Host::new();
    host.play(Capture::Export, true, Some(0), 4.0, 50.0, false);
    host.play(Capture::Always, true, Some(4 * 48_000), 1.0, 50.0, false);
    host.recorder.end(EndReason::Stopped);
    assert_eq!(host.finished()[0].0.len, 5 * RATE);
}

#[test]
fn a_take_of_what_plays_goes_on_after_a_nap() {
    let mut host = Host::new();
    host.play(Capture::Always, true, Some(0), 0.05, 1.0, false);
    for nap in 1..4 {
        assert!(host.recorder.sleep());
        host.recorder.idle(Duration::from_secs(4));
        host.recorder.wake();
        host.wall_ns = 0;
        host.play(Capture::Always, true, Some(nap * 2_400), 0.05, 1.0, false);
    }
    assert!(host.finished().is_empty());
    assert!(host.recorder.sleep());
    host.recorder.idle(Duration::from_secs(6));
    let finished = host.finished();
    let (take, _) = &finished[0];
    assert_eq!(take.end, Some(EndReason::Deactivated));
    assert_eq!(sound(take), host.heard);
    assert!(!take.entries.iter().any(|entry| matches!(entry.event, Event::Jump(_))));
    // An export ends with the instance.
    host.play(Capture::Export, true, Some(0), 4.0, 50.0, false);
    assert!(!host.recorder.sleep());
    assert_eq!(host.finished().len(), 1);
}

#[test]
fn what_nobody_was_told_of_is_counted_and_said() {
    let mut host = Host::new();
    host.play(Capture::Always, true, Some(0), 1.0, 1.0, false);
    host.recorder.count(48_000 + 960);
    host.recorder.end(EndReason::Deactivated);
    assert!(host.recorder.take_warnings()[0].contains("0.02 s"));
    let (take, _) = &host.finished()[0];
    let tally = take.tally.unwrap();
    assert_eq!((tally.played, tally.kept, take.len), (48_960, 48_000, 48_960));
    assert!(take.losses[0].what.contains("960 samples"), "{:?}", take.losses);
    let listed = take::list(host._folder.path()).unwrap();
    assert!((listed[0].lost_secs() - 0.02).abs() < 1e-9);
}

#[test]
fn a_take_whose_end_is_missing_says_so() {
    let mut host = Host::new();
    host.play(Capture::Always, true, Some(0), 1.0, 1.0, false);
    host.recorder.end(EndReason::Stopped);
    let whole = &host.finished()[0].0;
    assert!(whole.losses.is_empty() && whole.tally.unwrap().lost() == 0);
    let audio = fs::File::options().write(true).open(whole.audio_path()).unwrap();
    audio.set_len(4 * 24_000).unwrap();
    let cut = Take::open(&whole.folder).unwrap();
    assert!(cut.losses[0].what.contains("last 0.50 s"), "{:?}", cut.losses);
    assert!((take::summary(&whole.folder).unwrap().lost_secs() - 0.5).abs() < 1e-9);
}

#[test]
fn namesakes_have_a_letter() {
    let mut host = Host::new();
    host.recorder.distinguish(Some("B".into()));
    host.play(Capture::Always, true, Some(0), 1.0, 1.0, false);
    host.recorder.end(EndReason::Stopped);
    assert_eq!(host.finished()[0].0.manifest.name, "track B");
}
