//! The audio thread's half: a block and what came with it, into rings made beforehand.
//!
//! Everything here is real-time safe: nothing allocates, locks, formats or panics. [`Tap::block`] waits in one case
//! only, and then for a bounded time: the rings are full and the host runs ahead of the clock on the wall, so nobody
//! listens and a lost block would be a hole in the video. What it could not hand over it counts.
//!
//! The session rests while nothing plays, and is woken by [`Gate::ring`] when the host begins to play or the rings fill
//! up: a few times in a song, never for each block.

use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread::{self, Thread},
    time::{Duration, Instant},
};

use nice_plug::prelude::{NoteEvent, ProcessMode, Transport as HostTransport};
use phosphene_core::{
    automation::Param,
    take::{AskedBy, BANK_SIZE, Quantize, Transport},
};

use crate::params::{Capture, PhospheneParams};

/// The note that asks for scene 1: C3 where middle C is C3 (MIDI 60). The next ones follow by semitones.
pub const FIRST_NOTE: u8 = 60;
/// A host that is so far ahead of the wall clock has no listener.
const AHEAD_TO_WAIT: Duration = Duration::from_secs(1);
/// What one that says it is offline must be ahead beyond its blocks: some say it of the mode before.
const AHEAD_OFFLINE: Duration = Duration::from_millis(100);
/// How long one block of such a host waits at most: a disk may need to wake up, and other programs may have the cores.
const LONGEST_WAIT: Duration = Duration::from_secs(10);
const WAIT_STEP: Duration = Duration::from_micros(300);
/// Seconds of sound that the ring holds, and records. A block is one record, and one more when parameters move: blocks
/// of 16 samples fill it in ten seconds.
const RING_SECS: usize = 6;
const RING_RECORDS: usize = 1 << 16;
/// Records that one block may need at most, and notes beside.
const BLOCK_RECORDS: usize = 64;

/// What the audio thread tells the session, in order. `offset` counts samples from the block's first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Record {
    /// A block: its samples are in the audio ring.
    Block {
        /// Samples in it (per channel).
        samples: u32,
        /// The host's clock at its first sample.
        transport: Transport,
        /// How far the host is ahead of the wall clock, in nanoseconds: 0 in real time.
        ahead_ns: u64,
        /// Nanoseconds on the wall since the instance was activated.
        wall_ns: u64,
        /// Whether the host says that it is offline; not to be trusted alone.
        offline: bool,
        /// Blocks dropped before it.
        dropped_blocks: u32,
        /// Samples dropped before it.
        dropped_samples: u32,
    },
    /// A scene was asked for within the block that was sent last.
    Scene {
        /// Samples from the block's first.
        offset: u32,
        /// From 0.
        scene: u8,
        /// Where it is to land.
        quantize: Quantize,
        /// Passage in quarter notes.
        morph: f32,
        /// Who asked.
        by: AskedBy,
    },
    /// Other values of continuous parameters, from the block's first sample on.
    Params {
        /// Which are other: bit n is [`phosphene_core::automation::Param::ALL`]`[n]`.
        changed: u8,
        /// The values of all of them.
        values: [f32; Param::ALL.len()],
    },
    /// Another painter or print look, as [`PhospheneParams::style_now`] has it.
    Style {
        /// Samples from the block's first.
        offset: u32,
        /// Which.
        style: u8,
    },
    /// Another seed.
    Seed {
        /// Samples from the block's first.
        offset: u32,
        /// 0 to 9,999.
        seed: u16,
    },
    /// The host reset the plugin.
    Reset,
    /// The host stopped processing.
    Stopped,
}

/// A ring, empty, whose memory has been written to: the system hands out pages when they are first touched, which can
/// take longer than a block has.
fn touched_ring<T: Copy>(capacity: usize, filling: T) -> (rtrb::Producer<T>, rtrb::Consumer<T>) {
    let (mut producer, mut consumer) = rtrb::RingBuffer::new(capacity);
    while producer.push(filling).is_ok() {}
    while consumer.pop().is_ok() {}
    (producer, consumer)
}

/// What the tap and the session both see.
#[derive(Debug, Default)]
pub struct Gate {
    /// Whether blocks are wanted even if `Capture` is off: a take is under way, or the editor is open.
    pub wanted: AtomicBool,
    /// Blocks dropped since the instance was activated.
    pub dropped_blocks: AtomicU64,
    /// Samples (per channel) that the host played since then while blocks were wanted, those that were dropped included:
    /// what the session must have heard of when both rings are empty.
    pub played: AtomicU64,
    /// Who empties the rings.
    session: OnceLock<Thread>,
}

impl Gate {
    /// The calling thread empties the rings from now on, and is the one that [`Self::ring`] wakes. The first call counts.
    pub fn attend(&self) {
        // One session has the rings' ends, and it calls once.
        let _ = self.session.set(thread::current());
    }

    /// Wakes who empties the rings, if it rests; a thread that is about to rest won't.
    ///
    /// Real-time safe: an atomic exchange, and, only when the thread sleeps, a call that wakes it: `futex` with
    /// `FUTEX_WAKE` on Linux, `WakeByAddressSingle` on Windows, `dispatch_semaphore_signal` on macOS. None of these
    /// waits, locks anything that another thread could hold while it is preempted, or allocates; it takes some
    /// microseconds, less than the writing of most blocks.
    ///
    /// **Source**: `std::thread::Thread::unpark`, `library/std/src/sys/sync/thread_parking`.
    pub fn ring(&self) {
        if let Some(session) = self.session.get() {
            session.unpark();
        }
    }
}

/// The session's ends of the rings.
pub struct TapEnds {
    /// What was sent.
    pub records: rtrb::Consumer<Record>,
    /// Interleaved samples of the blocks.
    pub audio: rtrb::Consumer<f32>,
    /// Seen by both.
    pub gate: Arc<Gate>,
}

/// What was sent last.
#[derive(Debug, Clone, Copy)]
struct Sent {
    scene: u8,
    style: u8,
    seed: u16,
    next: bool,
    params: [f32; Param::ALL.len()],
}

/// The audio thread's half of an instance.
pub struct Tap {
    records: rtrb::Producer<Record>,
    audio: rtrb::Producer<f32>,
    gate: Arc<Gate>,
    sent: Option<Sent>,
    /// Whether the host played in the block that was sent last.
    playing: bool,
    /// Slots of the rings below which the session is woken.
    low: (usize, usize),
    /// The scene that was asked for last, by whomever.
    scene: u8,
    rate_hz: f64,
    /// The longest block that the host may send.
    longest: Duration,
    offline: bool,
    began: Instant,
    /// A wait was in vain: nobody is waited for until there is room again.
    in_vain: bool,
    /// Where audio and wall clock were last level, and the samples since.
    level: Instant,
    since_level: u64,
    dropped_blocks: u32,
    dropped_samples: u32,
}

/// What a block brings along.
pub struct Arrived<'a> {
    /// The channels' samples, all of one length.
    pub channels: &'a [&'a mut [f32]],
    /// The host's clock.
    pub transport: Transport,
}

/// The host's clock as a take keeps it. Real-time safe.
#[must_use]
pub fn transport_of(host: &HostTransport) -> Transport {
    let unsigned = |value: i32| u32::try_from(value).ok();
    Transport {
        playing: host.playing,
        tempo_bpm: host.tempo,
        quarters: host.pos_beats(),
        bar_quarters: host.bar_start_pos_beats,
        host_sample: host.pos_samples(),
        signature: host
            .time_sig_numerator
            .and_then(unsigned)
            .zip(host.time_sig_denominator.and_then(unsigned)),
    }
}

impl Tap {
    /// The two halves for an instance that is being activated. Not real-time safe.
    #[must_use]
    pub fn new(
        rate_hz: f32,
        channels: usize,
        longest_block: usize,
        mode: ProcessMode,
        gate: Arc<Gate>,
    ) -> (Self, TapEnds) {
        let samples = (rate_hz as usize * RING_SECS).max(longest_block * 4) * channels.max(1);
        let (audio, audio_end) = touched_ring(samples, 0.0);
        let (records, records_end) = touched_ring(RING_RECORDS, Record::Reset);
        let now = Instant::now();
        // Three quarters of each.
        let low = (samples / 4 * 3, RING_RECORDS / 4 * 3);
        let tap = Self {
            records,
            audio,
            gate: gate.clone(),
            sent: None,
            playing: false,
            low,
            scene: 0,
            rate_hz: f64::from(rate_hz.max(1.0)),
            longest: Duration::from_secs_f64(longest_block as f64 / f64::from(rate_hz.max(1.0))),
            offline: mode != ProcessMode::Realtime,
            began: now,
            in_vain: false,
            level: now,
            since_level: 0,
            dropped_blocks: 0,
            dropped_samples: 0,
        };
        let ends = TapEnds {
            records: records_end,
            audio: audio_end,
            gate,
        };
        (tap, ends)
    }

    /// Takes a block, and what the parameters are at its first sample. Real-time safe, but for the bounded wait in a
    /// bounce that overruns.
    pub fn block(&mut self, block: &Arrived<'_>, params: &PhospheneParams) {
        let samples = block.channels.first().map_or(0, |channel| channel.len());
        let now = Instant::now();
        let ahead = self.ahead(now, samples);
        // The parameter itself is asked, so that not a block is lost between a change of it and the first of a song.
        if params.capture_now() == Capture::Off && !self.gate.wanted.load(Ordering::Relaxed) {
            // Whoever wants blocks again is sent everything anew.
            (self.sent, self.playing) = (None, false);
            return;
        }
        self.gate.played.fetch_add(samples as u64, Ordering::Release);
        // Room for the block and for all that can be sent with it.
        let needed = samples * block.channels.len();
        let room = |tap: &Self| tap.audio.slots() >= needed && tap.records.slots() >= BLOCK_RECORDS;
        if !room(self) && !self.in_vain {
            self.gate.ring();
            let until = now + patience(ahead, self.longest, self.offline);
            while !room(self) && Instant::now() < until {
                thread::sleep(WAIT_STEP);
            }
        }
        // A disk that hangs costs a bounce one wait, not one for each of its blocks.
        self.in_vain = !room(self);
        if self.in_vain {
            self.dropped_blocks = self.dropped_blocks.saturating_add(1);
            self.dropped_samples = self.dropped_samples.saturating_add(samples as u32);
            self.gate.dropped_blocks.fetch_add(1, Ordering::Relaxed);
            return;
        }
        self.copy(block.channels, samples);
        let block_sent = Record::Block {
            samples: samples as u32,
            transport: block.transport,
            ahead_ns: ahead.as_nanos() as u64,
            wall_ns: now.duration_since(self.began).as_nanos() as u64,
            offline: self.offline,
            dropped_blocks: std::mem::take(&mut self.dropped_blocks),
            dropped_samples: std::mem::take(&mut self.dropped_samples),
        };
        self.send(block_sent);
        self.compare(params);
        let begins = block.transport.playing && !self.playing;
        self.playing = block.transport.playing;
        if begins || self.audio.slots() < self.low.0 || self.records.slots() < self.low.1 {
            self.gate.ring();
        }
    }

    /// Takes a note that comes with the block that was sent last. Real-time safe.
    pub fn note<S>(&mut self, event: &NoteEvent<S>, params: &PhospheneParams) {
        if let NoteEvent::NoteOn { timing, key, .. } = event
            && let Some(scene) = key.number().and_then(|key| key.checked_sub(FIRST_NOTE))
            && usize::from(scene) < BANK_SIZE
            && self.sent.is_some()
        {
            self.ask(*timing, scene, AskedBy::Note, params);
        }
    }

    /// The host reset the plugin, or stopped it. Real-time safe.
    pub fn mark(&mut self, record: Record) {
        if self.sent.is_some() {
            self.send(record);
        }
    }

    /// How far the host is ahead of the wall clock.
    fn ahead(&mut self, now: Instant, samples: usize) -> Duration {
        let played = Duration::from_secs_f64(self.since_level as f64 / self.rate_hz);
        self.since_level += samples as u64;
        match played.checked_sub(now.duration_since(self.level)) {
            Some(ahead) => ahead,
            None => {
                // In real time, or late: from here on anew.
                self.level = now;
                self.since_level = samples as u64;
                Duration::ZERO
            }
        }
    }

    /// Interleaves the block into the ring, which has room for it.
    fn copy(&mut self, channels: &[&mut [f32]], samples: usize) {
        let Ok(mut chunk) = self.audio.write_chunk(samples * channels.len()) else {
            return;
        };
        let (first, second) = chunk.as_mut_slices();
        let mut slots = first.iter_mut().chain(second);
        match channels {
            [left, right] => {
                for (a, b) in left.iter().zip(right.iter()) {
                    if let (Some(l), Some(r)) = (slots.next(), slots.next()) {
                        (*l, *r) = (*a, *b);
                    }
                }
            }
            [one] => slots.zip(one.iter()).for_each(|(slot, sample)| *slot = *sample),
            _ => {}
        }
        chunk.commit_all();
    }

    fn send(&mut self, record: Record) {
        // Room was seen to; a flood of notes that overflows loses the last of them, which is all that can be done here.
        let _ = self.records.push(record);
    }

    fn ask(&mut self, offset: u32, scene: u8, by: AskedBy, params: &PhospheneParams) {
        self.scene = scene;
        self.send(Record::Scene {
            offset,
            scene,
            quantize: params.quantize.value().into(),
            morph: params.morph.value(),
            by,
        });
    }

    /// Sends what differs from what was sent last; everything at first.
    fn compare(&mut self, params: &PhospheneParams) {
        let now = Sent {
            scene: (params.scene.value() - 1).clamp(0, BANK_SIZE as i32 - 1) as u8,
            style: params.style_now(),
            seed: params.seed.value().clamp(0, 9_999) as u16,
            next: params.next_scene.value(),
            params: [
                params.zoom.value(),
                params.rotate.value(),
                params.pan_x.value(),
                params.pan_y.value(),
                params.reactivity.value(),
                params.intensity.value(),
                params.style_strength.value(),
                params.palette_shift.value(),
            ],
        };
        let before = self.sent.replace(now);
        if before.is_none_or(|before| before.scene != now.scene) {
            let by = if before.is_some() {
                AskedBy::Scene
            } else {
                AskedBy::Start
            };
            self.ask(0, now.scene, by, params);
        }
        if before.is_some_and(|before| now.next && !before.next) {
            let filled = params.project.filled();
            let after = (1..=BANK_SIZE as u8).map(|step| (self.scene + step) % BANK_SIZE as u8);
            let next = after.into_iter().find(|scene| filled & (1 << scene) != 0);
            if let Some(scene) = next {
                self.ask(0, scene, AskedBy::Next, params);
            }
        }
        if before.is_none_or(|before| before.style != now.style) {
            self.send(Record::Style {
                offset: 0,
                style: now.style,
            });
        }
        if before.is_none_or(|before| before.seed != now.seed) {
            self.send(Record::Seed {
                offset: 0,
                seed: now.seed,
            });
        }
        let moved =
            |param: usize| before.is_none_or(|before| before.params[param].to_bits() != now.params[param].to_bits());
        let changed = (0..now.params.len()).fold(0, |changed, param| changed | u8::from(moved(param)) << param);
        if changed != 0 {
            self.send(Record::Params {
                changed,
                values: now.params,
            });
        }
    }
}

/// How long a block may wait for room when its host is ahead of the wall clock by so much. One that is far ahead exports,
/// and so does one that says it is offline and is ahead by more than its longest block can explain. Others may wait for
/// as long as they are ahead beyond that: what comes early can wait without being late. In real time nothing waits.
fn patience(ahead: Duration, longest_block: Duration, offline: bool) -> Duration {
    let early = ahead.saturating_sub(2 * longest_block);
    if ahead >= AHEAD_TO_WAIT || (offline && early >= AHEAD_OFFLINE) {
        LONGEST_WAIT
    } else {
        early
    }
}

#[cfg(test)]
mod tests;
