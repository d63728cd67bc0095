use std::sync::atomic::AtomicBool;

use super::*;

const RATE_HZ: f32 = 48_000.0;

fn tap() -> (Tap, TapEnds) {
    Tap::new(RATE_HZ, 1, 64, ProcessMode::Realtime, Arc::default())
}

/// Has `blocks` blocks of `samples` taken, as fast as it goes.
fn play(tap: &mut Tap, params: &PhospheneParams, blocks: usize, samples: usize) {
    let mut sound = vec![0.5; samples];
    for _ in 0..blocks {
        let channels = [&mut sound[..]];
        let transport = transport_of(&HostTransport::new(RATE_HZ));
        tap.block(
            &Arrived {
                channels: &channels,
                transport,
            },
            params,
        );
    }
}

#[test]
fn only_who_is_ahead_waits() {
    let ms = Duration::from_millis;
    let block = ms(20);
    for offline in [false, true] {
        // In real time a block in pieces is ahead by its own length, and a late wake-up adds one.
        for ahead in [0, 20, 40] {
            assert_eq!(patience(ms(ahead), block, offline), Duration::ZERO);
        }
        assert_eq!(patience(ms(100), block, offline), ms(60));
        assert_eq!(patience(ms(1_000), block, offline), LONGEST_WAIT);
    }
    assert_eq!(patience(ms(300), block, false), ms(260));
    assert_eq!(patience(ms(300), block, true), LONGEST_WAIT);
}

#[test]
fn a_bounce_waits_for_a_slow_session_and_loses_nothing() {
    let params = PhospheneParams::default();
    for samples in [1, 3, 64] {
        let (mut tap, mut ends) = tap();
        let blocks = 400_000 / samples.min(4);
        let done = AtomicBool::new(false);
        let heard = thread::scope(|scope| {
            let session = scope.spawn(|| {
                let mut heard = 0;
                loop {
                    let last = done.load(Ordering::Acquire);
                    // A little at a time, while the bounce fills the rings.
                    for _ in 0..1_000 {
                        let Ok(record) = ends.records.pop() else { break };
                        if let Record::Block { samples, .. } = record {
                            let chunk = ends.audio.read_chunk(samples as usize).unwrap();
                            heard += chunk.len() as u64;
                            chunk.commit_all();
                        }
                    }
                    thread::yield_now();
                    if last && ends.records.is_empty() {
                        return heard;
                    }
                }
            });
            play(&mut tap, &params, blocks, samples);
            done.store(true, Ordering::Release);
            session.join().unwrap()
        });
        assert_eq!(heard, (blocks * samples) as u64, "blocks of {samples}");
        assert_eq!(tap.gate.played.load(Ordering::Relaxed), heard);
        assert_eq!(tap.gate.dropped_blocks.load(Ordering::Relaxed), 0);
    }
}

#[test]
fn what_is_dropped_is_counted() {
    let params = PhospheneParams::default();
    let (mut tap, mut ends) = tap();
    // Nobody listens, and the disk never comes back: one wait is enough.
    tap.in_vain = true;
    play(&mut tap, &params, 8_000, 64);
    let mut heard = 0;
    while let Ok(record) = ends.records.pop() {
        if let Record::Block { samples, .. } = record {
            heard += u64::from(samples);
        }
    }
    let played = tap.gate.played.load(Ordering::Relaxed);
    assert_eq!(played, 8_000 * 64);
    assert!(heard < played && heard > 200_000, "{heard}");
    assert_eq!(played - heard, u64::from(tap.dropped_samples));
}

/// Whether the bell has been rung for this thread, which it forgets.
fn is_rung() -> bool {
    let wait = Duration::from_millis(40);
    let start = Instant::now();
    thread::park_timeout(wait);
    start.elapsed() < wait
}

#[test]
fn the_session_is_woken_when_the_host_begins_and_when_the_rings_fill_up() {
    let params = PhospheneParams::default();
    let (mut tap, mut ends) = tap();
    ends.gate.attend();
    let mut told = |playing, blocks| {
        for _ in 0..blocks {
            let mut sound = [0.5; 64];
            let mut transport = transport_of(&HostTransport::new(RATE_HZ));
            transport.playing = playing;
            let channels = [&mut sound[..]];
            tap.block(
                &Arrived {
                    channels: &channels,
                    transport,
                },
                &params,
            );
        }
        is_rung()
    };
    assert!(!told(false, 100), "nothing plays");
    assert!(told(true, 1), "the host begins");
    assert!(!told(true, 100), "it goes on");
    assert!(!told(false, 1), "it stops: the take waits for its session anyway");
    assert!(told(true, 1), "it begins again");
    // A quarter of six seconds.
    assert!(told(true, 1_100), "nobody empties the ring");
    while ends.records.pop().is_ok() {}
    let all = ends.audio.slots();
    ends.audio.read_chunk(all).unwrap().commit_all();
    assert!(!told(true, 10), "there is room again");
}
