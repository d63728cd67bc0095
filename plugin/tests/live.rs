//! The live half without a host: pictures while the editor is open, nothing when it is closed, and quick ends.
#![allow(
    clippy::unwrap_used,
    reason = "a test that can't go on fails where it stands, in its helpers too"
)]

#[path = "common/real_time.rs"]
mod real_time;
#[path = "common/threads.rs"]
mod threads;
#[path = "common/waiting.rs"]
mod waiting;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use cpu_time::ThreadTime;
use nice_plug::{params::Param, prelude::ProcessMode};
use nice_plug_egui::RepaintNotifier;
use parking_lot::Mutex;
use phosphene_core::{
    cue::live::GridSource,
    take::{AskedBy, Quantize, Transport},
    time::SampleRate,
};
use phosphene_plugin::{
    live::{Live, TapMessage},
    params::PhospheneParams,
    recorder::Origin,
    session::Session,
    shared::Shared,
    tap::{Arrived, Gate, Record, Tap},
};
use real_time::RealTime;
use threads::{cost, threads, wait_for_no_thread};
use waiting::wait_for;

const RATE: u32 = 48_000;
const BLOCK: u64 = 480;
/// Without a picture for so long the preview rests: what has changed is settled earlier.
const REST: Duration = Duration::from_secs(1);

/// Threads are counted here, so the tests take turns.
static TURN: Mutex<()> = Mutex::new(());

struct Player {
    shared: Arc<Shared>,
    live: Option<Live>,
    at: u64,
}

impl Player {
    fn new() -> Self {
        let shared = Arc::new(Shared::new(Arc::new(PhospheneParams::default())));
        Self {
            live: None,
            shared,
            at: 0,
        }
    }

    /// The editor is opened: what the session does then.
    fn open(&mut self) {
        self.shared.set_editor_open(true);
        self.live = Some(Live::start(self.shared.clone(), RepaintNotifier::new(), RATE, 2));
    }

    fn tell(&self, record: Record, samples: Vec<f32>) {
        let live = self.live.as_ref().expect("the editor is open until `stop`");
        live.push(TapMessage { record, samples });
    }

    fn ask(&self, scene: u8) {
        let record = Record::Scene {
            offset: 0,
            scene,
            quantize: Quantize::Off,
            morph: 0.0,
            by: AskedBy::Scene,
        };
        self.tell(record, Vec::new());
    }

    /// Plays kicks at 120 BPM in real time.
    fn play(&mut self, secs: f64) {
        let (clock, from) = (RealTime::start(), self.at);
        while ((self.at - from) as f64) < secs * f64::from(RATE) {
            let samples = (self.at..self.at + BLOCK).flat_map(|i| {
                let t = (i % 24_000) as f32 / RATE as f32;
                [0.7 * (-t * 25.0).exp() * (t * 350.0).sin() + 0.1 * (i as f32 * 0.06).sin(); 2]
            });
            let record = Record::Block {
                samples: BLOCK as u32,
                transport: Transport {
                    playing: true,
                    tempo_bpm: Some(120.0),
                    quarters: Some(self.at as f64 / 24_000.0),
                    bar_quarters: None,
                    host_sample: Some(self.at as i64),
                    signature: Some((4, 4)),
                },
                ahead_ns: 0,
                wall_ns: 0,
                offline: false,
                dropped_blocks: 0,
                dropped_samples: 0,
            };
            self.tell(record, samples.collect());
            self.at += BLOCK;
            clock.reach((self.at - from) as f64 / f64::from(RATE));
        }
    }

    fn serial(&self) -> u64 {
        self.shared.preview.lock().serial
    }

    fn wait_for_picture(&self, after: u64) {
        wait_for("a picture", || self.serial() > after);
    }

    /// Waits until no picture has come for a while, and gives the last one's number.
    fn wait_for_rest(&self) -> u64 {
        let mut last = (self.serial(), Instant::now());
        wait_for("a rest without pictures", || {
            let serial = self.serial();
            if serial != last.0 {
                last = (serial, Instant::now());
            }
            last.1.elapsed() > REST
        });
        last.0
    }

    /// How long it takes to stop.
    fn stop(mut self) -> Duration {
        let start = Instant::now();
        self.live = None;
        start.elapsed()
    }
}

/// Mean absolute difference of two pictures, in levels; the largest when their sizes differ.
fn difference(a: &[u8], b: &[u8]) -> f64 {
    if a.len() != b.len() {
        return 255.0;
    }
    let sum: u64 = a.iter().zip(b).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    sum as f64 / a.len() as f64
}

/// Threads and time are counted for the whole process: one test at a time.
static ALONE: Mutex<()> = Mutex::new(());

#[test]
fn the_preview_shows_the_scene_and_follows_the_music() {
    let _alone = ALONE.lock();
    let _turn = TURN.lock();
    let mut player = Player::new();
    player.open();
    player.wait_for_picture(0);
    player.play(1.5);
    let first = player.shared.preview.lock().clone();
    assert_eq!(first.rgb.len(), first.width * first.height * 3);
    let mean = first.rgb.iter().map(|&v| f64::from(v)).sum::<f64>() / first.rgb.len() as f64;
    let spread = first.rgb.iter().map(|&v| (f64::from(v) - mean).abs()).sum::<f64>() / first.rgb.len() as f64;
    assert!(spread > 8.0, "a uniform picture: {spread}");
    let view = player.shared.live.lock().clone();
    assert!(
        view.playing && view.grid == Some(GridSource::Host) && (view.bpm - 120.0).abs() < 0.01,
        "{view:?}"
    );
    assert!(
        view.spectrum.iter().any(|&level| level > 0.3) && view.loudness > 0.3,
        "{view:?}"
    );

    let before = player.serial();
    player.play(2.0);
    let painted = player.serial() - before;
    // 30 a second at most; how few depends on who else is at work here.
    assert!((2..=62).contains(&painted), "{painted} pictures in 2 s");

    player.ask(2);
    player.play(1.0);
    assert_eq!(player.shared.live.lock().scene, 2);
    let other = player.shared.preview.lock().clone();
    assert!(
        difference(&first.rgb, &other.rgb) > 15.0,
        "the same picture of another scene"
    );
    assert!(player.shared.capture.lock().warnings.is_empty());
    assert!(player.stop() < Duration::from_millis(300));
}

#[test]
fn nothing_is_painted_when_nothing_moves() {
    let _alone = ALONE.lock();
    let _turn = TURN.lock();
    let mut player = Player::new();
    player.open();
    player.wait_for_picture(0);
    player.play(0.5);
    // Nothing plays: it settles, and then stands still; a parameter wakes it.
    let still = player.wait_for_rest();
    let view = player.shared.live.lock().clone();
    assert!(
        !view.playing && view.spectrum.iter().all(|&level| level == 0.0),
        "{view:?}"
    );
    let before = player.shared.preview.lock().rgb.clone();
    player.shared.params.project.write().bank.prompts[0].text = "a red balloon over a desert".to_owned();
    player.shared.params.project.edited();
    player.wait_for_picture(still);
    assert!(
        difference(&before, &player.shared.preview.lock().rgb) > 10.0,
        "the old prompt"
    );
    assert!(player.stop() < Duration::from_millis(300));
}

#[test]
fn stills_tell_what_prompts_mean() {
    let _alone = ALONE.lock();
    let _turn = TURN.lock();
    let mut player = Player::new();
    player.open();
    let wait = |told: &dyn Fn(&str, &str) -> bool| {
        wait_for("the still", || {
            let still = player.shared.stills.lock()[1].clone();
            let there = told(&still.text, &still.meaning) && still.picture.serial > 0;
            assert!(!there || still.picture.rgb.len() == still.picture.width * still.picture.height * 3);
            there
        });
    };
    wait(&|text, meaning| text == "a neon city in the rain" && meaning.contains("in the rain"));
    player.shared.params.project.write().bank.prompts[1].text = "a forest in the snow".to_owned();
    player.shared.params.project.edited();
    wait(&|text, meaning| text == "a forest in the snow" && meaning.starts_with("Forest"));
    assert!(player.stop() < Duration::from_millis(300));
}

#[test]
fn starts_and_stops_are_quick_and_leave_no_thread() {
    let _alone = ALONE.lock();
    let _turn = TURN.lock();
    // No library may keep a thread: in a host it would outlive the plugin.
    let mut player = Player::new();
    player.open();
    player.wait_for_picture(0);
    player.stop();
    wait_for_no_thread();
    let mut ends = Vec::new();
    for round in 0..20_u64 {
        let mut player = Player::new();
        player.open();
        // While it loads, paints, or nothing yet.
        player.play(round as f64 * 0.011);
        ends.push(player.stop());
    }
    // One end may fall into another process's turn.
    ends.sort();
    assert!(
        ends[10] < Duration::from_millis(300) && ends[19] < Duration::from_secs(2),
        "{ends:?}"
    );
    wait_for_no_thread();
}

#[test]
fn more_than_it_can_follow_is_dropped_and_counted() {
    let _alone = ALONE.lock();
    let _turn = TURN.lock();
    let mut player = Player::new();
    player.open();
    player.wait_for_picture(0);
    let start = Instant::now();
    for _ in 0..4_000 {
        let record = Record::Block {
            samples: 4_096,
            transport: Transport {
                playing: false,
                tempo_bpm: None,
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
        player.tell(record, vec![0.1; 8_192]);
    }
    assert!(
        start.elapsed() < Duration::from_secs(5),
        "it waited: {:?}",
        start.elapsed()
    );
    assert!(player.live.as_ref().unwrap().dropped() > 0);
    assert!(player.stop() < Duration::from_millis(300));
}

/// An instance that is active, in a host that calls it in real time.
struct Instance {
    shared: Arc<Shared>,
    tap: Tap,
    session: Session,
    at: i64,
    _takes: tempfile::TempDir,
}

impl Instance {
    fn new(samples: usize) -> Self {
        let takes = tempfile::tempdir().expect("a folder can be made");
        let shared = Arc::new(Shared::new(Arc::new(PhospheneParams::default())));
        let (tap, ends) = Tap::new(
            RATE as f32,
            2,
            samples,
            ProcessMode::Realtime,
            Arc::new(Gate::default()),
        );
        let origin = Origin {
            root: takes.path().to_owned(),
            host: "test".to_owned(),
            api: "none".to_owned(),
            rate: SampleRate::new(RATE).expect("it is a usual rate"),
            channels: 2,
        };
        let session =
            Session::start(shared.clone(), RepaintNotifier::new(), ends, origin).expect("a thread can be started");
        Self {
            shared,
            tap,
            session,
            at: 0,
            _takes: takes,
        }
    }

    /// The host's clock at the next block.
    fn transport(&self, playing: bool) -> Transport {
        Transport {
            playing,
            tempo_bpm: Some(120.0),
            quarters: Some(self.at as f64 / 24_000.0),
            bar_quarters: None,
            host_sample: Some(self.at),
            signature: Some((4, 4)),
        }
    }

    /// A block with the transport at rest.
    fn block(&mut self, sound: &[f32]) {
        let (mut left, mut right) = (sound.to_vec(), sound.to_vec());
        let channels: [&mut [f32]; 2] = [&mut left, &mut right];
        let block = Arrived {
            channels: &channels,
            transport: self.transport(false),
        };
        self.tap.block(&block, &self.shared.params);
        self.at += sound.len() as i64;
    }

    /// Blocks of 10 ms in real time, with the transport at rest.
    fn idle(&mut self, secs: f64) {
        let clock = RealTime::start();
        for block in 1..=(secs * 100.0) as u32 {
            self.block(&[0.1; BLOCK as usize]);
            clock.reach(f64::from(block) / 100.0);
        }
    }

    /// The same, until something is so.
    fn idle_until(&mut self, what: &str, mut so: impl FnMut() -> bool) {
        wait_for(what, || {
            self.idle(0.01);
            so()
        });
    }
}

#[test]
fn analysis_and_preview_come_and_go_with_the_editor() {
    let _alone = ALONE.lock();
    let _turn = TURN.lock();
    let mut instance = Instance::new(BLOCK as usize);
    instance.idle(0.5);
    assert!(threads().is_none_or(|ours| ours == 1), "never opened: {:?}", threads());
    assert_eq!(instance.shared.preview.lock().serial, 0);
    for round in 0..3 {
        let shown = instance.shared.preview.lock().serial;
        instance.shared.set_editor_open(true);
        let took = wait_for("a picture", || instance.shared.preview.lock().serial > shown);
        println!("opening {round}: the first picture after {took:?}");
        instance.idle(0.2);
        instance.shared.set_editor_open(false);
        instance.idle_until("the end of the editor's threads", || {
            threads().is_none_or(|ours| ours == 1)
        });
        // A little later the memory is given back, which is work.
        instance.idle(0.5);
        let (closed, before) = (instance.shared.preview.lock().serial, cost());
        instance.idle(1.0);
        assert_eq!(instance.shared.preview.lock().serial, closed, "painted in the dark");
        if let (Some(before), Some(after)) = (before, cost()) {
            assert!(after - before < 0.02, "{} s of work while closed", after - before);
        }
    }
    // It is ended while it loads, too.
    instance.shared.set_editor_open(true);
    instance.shared.set_editor_open(false);
    let start = Instant::now();
    drop((instance.tap, instance.session));
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    wait_for_no_thread();
}

#[test]
fn the_parameters_have_the_values_that_the_preview_takes() {
    let _alone = ALONE.lock();
    let params = PhospheneParams::default();
    assert_eq!(params.scene.unmodulated_plain_value(), 1, "scenes count from 1");
    assert_eq!(
        params.style.unmodulated_plain_value(),
        0,
        "painters are the prompts' own"
    );
}

#[test]
fn a_block_costs_next_to_nothing_while_the_preview_paints() {
    const SAMPLES: usize = 64;
    const BLOCKS: usize = 6_000;
    let _alone = ALONE.lock();
    let _turn = TURN.lock();
    let mut instance = Instance::new(SAMPLES);
    instance.shared.set_editor_open(true);
    wait_for("a picture", || instance.shared.preview.lock().serial > 0);
    let painted = instance.shared.preview.lock().serial;
    let block_us = SAMPLES as f64 / f64::from(RATE) * 1e6;
    let sound: Vec<f32> = (0..SAMPLES).map(|i| (i as f32 * 0.3).sin() * 0.5).collect();
    let clock = RealTime::start();
    let mut costs: Vec<f64> = (0..BLOCKS)
        .map(|n| {
            clock.reach((n * SAMPLES) as f64 / f64::from(RATE));
            instance.at = (n * SAMPLES) as i64;
            let (mut left, mut right) = (sound.clone(), sound.clone());
            let channels: [&mut [f32]; 2] = [&mut left, &mut right];
            let block = Arrived {
                channels: &channels,
                transport: instance.transport(true),
            };
            let before = ThreadTime::now();
            instance.tap.block(&block, &instance.shared.params);
            before.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    let painted = instance.shared.preview.lock().serial - painted;
    let recorded = instance.shared.capture.lock().secs;
    drop((instance.tap, instance.session));
    costs.sort_by(f64::total_cmp);
    let share = |quantile: f64| costs[((BLOCKS - 1) as f64 * quantile) as usize] / block_us * 100.0;
    let (median, worst) = (share(0.5), share(0.999));
    println!("a block beside {painted} pictures: median {median:.3} %, 99.9th percentile {worst:.3} % of its time");
    assert!(painted > 10, "the preview painted {painted} pictures");
    assert!(recorded > 4.0, "{recorded} s were recorded");
    // Under 1 % and 5 % on a quiet machine; a loaded one spoils caches.
    assert!(
        median < 2.0 && worst < 10.0,
        "median {median} %, 99.9th percentile {worst} %"
    );
}
