//! Instances at rest: their threads, what these cost, and how soon they are there.

use std::{
    fs,
    time::{Duration, Instant},
};

use phosphene_core::take::list;

use crate::{
    RATE_HZ, alone, noise,
    rack::Rack,
    real_time::RealTime,
    takes::{interleaved, only_take, recorded},
    waiting::wait_for,
};

/// This process's threads whose names begin so.
fn threads(name: &str) -> usize {
    let Ok(tasks) = fs::read_dir("/proc/self/task") else {
        return 0;
    };
    tasks
        .flatten()
        .filter_map(|task| fs::read_to_string(task.path().join("comm")).ok())
        .filter(|comm| comm.starts_with(name))
        .count()
}

#[test]
fn thirty_instances_leave_no_thread() {
    if alone("idle::thirty_instances_leave_no_thread").is_none() {
        return;
    }
    // What is only looked at starts nothing.
    let scanned: Vec<Rack> = (0..5).map(|_| Rack::new()).collect();
    assert_eq!(threads("phosphene"), 0);
    drop(scanned);
    for _ in 0..3 {
        let mut racks: Vec<Rack> = (0..10).map(|_| Rack::new()).collect();
        let mut players = Vec::new();
        for rack in &mut racks {
            let audio = rack.activate(RATE_HZ, 256);
            // Once more, as hosts do.
            rack.deactivate(audio);
            players.push(rack.activate(RATE_HZ, 256));
        }
        if cfg!(target_os = "linux") {
            // A thread takes its name when it first runs.
            wait_for("one session an instance", || threads("phosphene-sess") == 10);
        }
        for audio in &mut players {
            audio.play(&noise(2_048, 2), 256, Some(0), &mut |_, _| {});
        }
        for (rack, audio) in racks.iter_mut().zip(players) {
            rack.deactivate(audio);
        }
    }
    assert_eq!(threads("phosphene"), 0);
}

/// How often our threads have been given a core, and how many they are; `None` where the system does not tell.
fn wake_ups() -> Option<(u64, usize)> {
    let mut sum = 0;
    let mut ours = 0;
    for task in fs::read_dir("/proc/self/task").ok()?.flatten() {
        let status = fs::read_to_string(task.path().join("status")).ok()?;
        let field = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            Some(line.trim_start_matches(':').trim().to_owned())
        };
        if field("Name")?.starts_with("phosphene") {
            ours += 1;
            let count = |name| field(name)?.parse::<u64>().ok();
            sum += count("voluntary_ctxt_switches")? + count("nonvoluntary_ctxt_switches")?;
        }
    }
    Some((sum, ours))
}

#[test]
fn thirty_idle_instances_cost_next_to_nothing() {
    const INSTANCES: usize = 30;
    let Some(root) = alone("idle::thirty_idle_instances_cost_next_to_nothing") else {
        return;
    };
    let mut racks: Vec<Rack> = (0..INSTANCES).map(|_| Rack::new()).collect();
    let mut players: Vec<_> = racks.iter_mut().map(|rack| rack.activate(RATE_HZ, 512)).collect();
    wait_for("one thread an instance", || {
        wake_ups().is_none_or(|(_, threads)| threads == INSTANCES)
    });
    // Some hosts call what rests, others do not.
    let sound = noise(480, 2);
    for calls in [false, true] {
        let (clock, began, before) = (RealTime::start(), Instant::now(), wake_ups());
        for block in 1..=400 {
            if calls {
                for audio in &mut players {
                    audio.play(&sound, 480, None, &mut |_, _| {});
                }
            }
            clock.reach(f64::from(block) / 100.0);
        }
        let secs = began.elapsed().as_secs_f64();
        if let (Some((before, _)), Some((after, threads))) = (before, wake_ups()) {
            let a_second = (after - before) as f64 / secs / INSTANCES as f64;
            println!(
                "{INSTANCES} instances at rest, called {calls}: {threads} threads, {a_second:.1} wake-ups a second each"
            );
            assert_eq!(threads, INSTANCES, "one thread an instance");
            assert!(a_second < 10.0, "{a_second} wake-ups a second an instance");
        }
    }
    // They are there at once when the host begins to play, one after another.
    let mut waits: Vec<Duration> = players[..9]
        .iter_mut()
        .enumerate()
        .map(|(index, audio)| {
            audio.play(&sound, 480, Some(0), &mut |_, _| {});
            wait_for("a take", || list(&root).unwrap().len() > index)
        })
        .collect();
    waits.sort();
    println!("takes are begun {waits:?} behind the first block");
    assert!(waits[6] < Duration::from_millis(200), "{waits:?}");
    // A bounce out of rest is whole.
    let song = noise(48_000 * 30, 2);
    players[20].play(&song, 512, Some(0), &mut |_, _| {});
    for (rack, audio) in racks.iter_mut().zip(players) {
        rack.deactivate(audio);
    }
    let take = only_take(&root);
    assert!(recorded(&take) == interleaved(&song), "the take is what was played");
}
