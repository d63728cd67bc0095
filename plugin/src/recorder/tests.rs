use std::fs;

use phosphene_engine::take::Take;

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
