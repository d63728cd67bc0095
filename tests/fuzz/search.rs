//! The loop: damaged inputs at one door until the time is over.

use std::{
    env, fs,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        mpsc::{RecvTimeoutError, sync_channel},
    },
    thread,
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use phosphene_engine::seed::mix;
use phosphene_tests::Rng;

use crate::{allocations, mutation::damaged};

/// One input may take so long; the machine may be busy with others.
const PATIENCE: Duration = Duration::from_secs(30);
/// The largest block of memory that one input may ask for, in bytes.
const LARGEST: usize = 64 << 20;

/// Allocations are counted for the whole process: one door at a time.
static TURN: Mutex<()> = Mutex::new(());

/// How long, and from which seed on.
#[derive(Debug, Clone, Copy)]
struct Limits {
    time: Duration,
    seed: u64,
}

impl Limits {
    fn of_environment() -> Self {
        let number = |name: &str, default: u64| {
            env::var(name).map_or(default, |text| {
                text.parse()
                    .unwrap_or_else(|_| panic!("{name} is \"{text}\"; give a whole number"))
            })
        };
        Self {
            time: Duration::from_secs(number("PHOSPHENE_FUZZ_SECS", 2)),
            seed: number("PHOSPHENE_FUZZ_SEED", 1),
        }
    }
}

/// What is being tried, for who waits.
#[derive(Debug, Clone, Default)]
struct Trial {
    case: u64,
    input: Vec<u8>,
    since: Option<Instant>,
}

/// Tries a door with damaged inputs; the undamaged ones it must take.
///
/// `door` says whether it took what it was given, or why not; it panics when something is wrong with what it took.
pub fn search(
    name: &'static str,
    inputs: Vec<Vec<u8>>,
    door: impl FnMut(&[u8]) -> Result<(), String> + Send + 'static,
) {
    let _turn = TURN.lock();
    match run(Limits::of_environment(), inputs, door) {
        Ok(told) => println!("{name}: {told}"),
        Err((case, input, fault)) => {
            let seed = Limits::of_environment().seed;
            let saved = env::temp_dir().join(format!("phosphene-fuzz-{name}-{seed}-{case}"));
            fs::write(&saved, input).unwrap();
            panic!(
                "{name}, seed {seed}, case {case}: {fault}; the input is in {}",
                saved.display()
            );
        }
    }
}

type Fault = (u64, Vec<u8>, String);

/// What was tried, or the first case that went wrong, with its input and the reason.
fn run(
    limits: Limits,
    inputs: Vec<Vec<u8>>,
    mut door: impl FnMut(&[u8]) -> Result<(), String> + Send + 'static,
) -> Result<String, Fault> {
    for input in &inputs {
        if let Err(reason) = door(input) {
            return Err((0, input.clone(), format!("an undamaged input is refused: {reason}")));
        }
    }
    let now = Arc::new(Mutex::new(Trial::default()));
    let trial = now.clone();
    let (send, receive) = sync_channel(1);
    let work = move || {
        let _ = send.send(cases(limits, &inputs, &trial, door));
    };
    let worker = thread::Builder::new().name("fuzz".into()).spawn(work).unwrap();
    loop {
        match receive.recv_timeout(Duration::from_secs(1)) {
            Ok(told) => {
                worker.join().expect("its panics were caught");
                return told;
            }
            Err(RecvTimeoutError::Disconnected) => panic!("the loop itself panicked"),
            Err(RecvTimeoutError::Timeout) => {
                let trial = now.lock().clone();
                // The thread can't be ended: the process does, with this message.
                if trial.since.is_some_and(|since| since.elapsed() > PATIENCE) {
                    return Err((trial.case, trial.input, format!("it takes longer than {PATIENCE:?}")));
                }
            }
        }
    }
}

fn cases(
    limits: Limits,
    inputs: &[Vec<u8>],
    now: &Mutex<Trial>,
    mut door: impl FnMut(&[u8]) -> Result<(), String>,
) -> Result<String, Fault> {
    let began = Instant::now();
    let (mut case, mut taken) = (0, 0);
    while began.elapsed() < limits.time {
        // Each case has its own chance, so that it is the same however many came before.
        let input = damaged(inputs, &mut Rng::with_seed(mix([limits.seed, case])));
        *now.lock() = Trial {
            case,
            input: input.clone(),
            since: Some(Instant::now()),
        };
        allocations::begin();
        let told = catch_unwind(AssertUnwindSafe(|| door(&input)));
        let largest = allocations::largest();
        let fault = match told {
            Err(_) => Some("it panicked".to_owned()),
            _ if largest > LARGEST => Some(format!("it asked for {largest} bytes at once")),
            Ok(Err(reason)) if reason.len() < 10 => Some(format!("\"{reason}\" is no reason")),
            Ok(told) => {
                taken += u64::from(told.is_ok());
                None
            }
        };
        if let Some(fault) = fault {
            return Err((case, input, fault));
        }
        case += 1;
    }
    Ok(format!(
        "seed {}, {case} damaged inputs, {taken} of them taken",
        limits.seed
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits {
        time: Duration::from_secs(20),
        seed: 1,
    };

    fn fault(door: impl FnMut(&[u8]) -> Result<(), String> + Send + 'static) -> Fault {
        let _turn = TURN.lock();
        run(LIMITS, vec![b"RIFF, whole".to_vec()], door).unwrap_err()
    }

    #[test]
    fn a_panic_is_found_with_its_input() {
        let (case, input, reason) = fault(|bytes| {
            assert!(bytes.len() <= 11 || bytes[0] != b'R', "it is longer");
            Ok(())
        });
        assert!(
            reason.contains("panicked") && input.len() > 11 && input[0] == b'R',
            "{reason}"
        );
        let again = damaged(&[b"RIFF, whole".to_vec()], &mut Rng::with_seed(mix([1, case])));
        assert_eq!(input, again);
    }

    #[test]
    fn memory_without_end_and_empty_reasons_are_found() {
        let (.., reason) = fault(|bytes| {
            if bytes.len() < 6 {
                std::hint::black_box(Vec::<u8>::with_capacity(LARGEST + 1));
            }
            Ok(())
        });
        assert!(reason.contains("bytes at once"), "{reason}");
        let (.., reason) = fault(|bytes| if bytes.len() < 6 { Err("no".into()) } else { Ok(()) });
        assert!(reason.contains("no reason"), "{reason}");
        let (.., reason) = fault(|_| Err("I take nothing at all".into()));
        assert!(reason.contains("undamaged"), "{reason}");
    }
}
