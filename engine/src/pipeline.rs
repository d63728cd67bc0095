//! The stages side by side: all channels, and all threads but those that share one picture in the painter.
//!
//! ```text
//! sketch-0 ─┐                       ┌── recycled frames ──┐
//! sketch-1 ─┼── sketches ──► finish ┴── frames ──► encode ┴─► file
//!    ▲      │     (any order)  │  (in order)  ▲
//!    └──────┴── frame numbers ─┘              └── the song's samples
//! ```
//!
//! Every channel is bounded. `finish` hands out frame numbers, at most `4 x workers` ahead of the frame it waits for,
//! so memory does not grow with the song. When a stage stops, for whatever reason, its channel ends drop and its
//! neighbours wake; the first error that is not [`Error::Cancelled`] is the one reported.
//!
//! Several generators ([`render_in_turn`]) are as many lines of `sketch` and `finish`, and one `encode` that takes each
//! shot from the line whose turn it is.

mod shot_schedule;
mod sound;

use std::{
    any::Any,
    collections::BTreeMap,
    ops::Range,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver, Sender, bounded};

use self::{shot_schedule::ShotSchedule, sound::Sound};
use crate::encode::{Encoder, Written};
use phosphene_core::{
    cancel::Cancel,
    direct::Director,
    error::{Error, Result},
    frame::{Frame, Generator, Sketcher},
    letterbox::Letterbox,
    song::Song,
    time::{FrameIdx, SamplePos, Size},
};

/// Frames that are given out for each sketching thread: one in work and one waiting, when every other costs next to
/// nothing because its painting is carried over.
const AHEAD: u64 = 4;

/// What to render.
pub struct Job<'a> {
    /// The song, for its samples.
    pub song: &'a Song,
    /// Says what each frame shows.
    pub director: &'a Director,
    /// Which of the director's frames.
    pub frames: Range<u64>,
    /// The picture's size.
    pub size: Size,
    /// Black bars over the finished pictures.
    pub letterbox: Letterbox,
    /// Sketching threads, 1 at least.
    pub workers: usize,
    /// Asks to stop.
    pub cancel: &'a Cancel,
    /// Called after each frame written, with how many are.
    pub progress: &'a (dyn Fn(u64) + Sync),
}

/// How long each stage was at work, in seconds summed over its threads, and what came out.
#[derive(Debug, Clone)]
pub struct Rendered {
    /// The file.
    pub written: Written,
    /// Frames made only to bring a shot's state up to the first frame asked for.
    pub lead_in_frames: u64,
    /// From the first frame asked for to the file's last byte, in seconds.
    pub wall_secs: f64,
    /// Sketching: drawing and painting.
    pub sketch_secs: f64,
    /// Blending, upscaling, grading.
    pub finish_secs: f64,
    /// Conversion, video and audio encoding, writing.
    pub encode_secs: f64,
    /// Sketching threads.
    pub workers: usize,
}

/// Adds up the time that several threads are at work.
#[derive(Default)]
struct Busy(AtomicU64);

impl Busy {
    fn time<T>(&self, work: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let made = work();
        self.0.fetch_add(start.elapsed().as_nanos() as u64, Ordering::Relaxed);
        made
    }

    fn secs(&self) -> f64 {
        Duration::from_nanos(self.0.load(Ordering::Relaxed)).as_secs_f64()
    }
}

/// Renders a stretch of the song into `encoder`'s file.
///
/// A stretch that begins inside a shot is led in from the shot's first frame, so its frames are those of the whole
/// render, bit for bit.
///
/// # Errors
/// The first stage's that failed; [`Error::Cancelled`] when asked to stop and [`Error::Changed`] when the song is another
/// than when it was opened, with nothing left.
pub fn render<G: Generator>(job: &Job<'_>, generator: &mut G, encoder: Encoder) -> Result<Rendered> {
    render_in_turn(job, std::slice::from_mut(generator), encoder)
}

/// As [`render`], by generators that are alike and at work at the same time: they take shots in turn.
///
/// The frames are those of one generator, since no shot depends on another. A generator whose shot is not being encoded
/// yet goes on until its share of a gibibyte is full of frames.
///
/// # Errors
/// As [`render`], and [`Error::Value`] when there is no generator.
pub fn render_in_turn<G: Generator>(job: &Job<'_>, generators: &mut [G], encoder: Encoder) -> Result<Rendered> {
    let start = Instant::now();
    let lines = generators.len();
    if lines == 0 {
        return Err(Error::Value {
            what: "the number of generators",
            expected: "at least 1".into(),
            actual: "0".into(),
        });
    }
    let workers = (job.workers / lines).max(1);
    let window = workers as u64 * AHEAD;
    // What an earlier run has left need not be made again.
    let begin = (job.frames.start + encoder.kept_frames()).min(job.frames.end);
    let first = match begin {
        begin if begin == job.frames.end => begin,
        begin => job.director.spec(FrameIdx(begin)).shot.first.0.min(begin),
    };
    let (sketch_busy, finish_busy, encode_busy) = (Busy::default(), Busy::default(), Busy::default());
    let turns = ShotSchedule::plan(first..job.frames.end, lines, |frame| {
        job.director.spec(FrameIdx(frame)).shot.end.0
    });
    let sketchers = generators
        .iter()
        .map(|generator| (0..workers).map(|_| generator.sketcher()).collect::<Result<Vec<_>>>())
        .collect::<Result<Vec<_>>>()?;

    let written = thread::scope(|scope| {
        // The channels live in here, so that an early return drops them and every thread wakes.
        let (recycle, recycled) = bounded::<Frame>(6);
        let (mut stages, mut made) = (Vec::new(), Vec::new());
        for (line, (generator, sketchers)) in generators.iter_mut().zip(sketchers).enumerate() {
            let (to_sketch, numbers) = bounded::<u64>(window as usize);
            let (sketched, sketches) = bounded(window as usize);
            let (to_encode, frames) = bounded::<Frame>(turns.ahead(job.size));
            for (index, sketcher) in sketchers.into_iter().enumerate() {
                let (numbers, sketched, busy) = (numbers.clone(), sketched.clone(), &sketch_busy);
                let name = format!("sketch-{}", line * workers + index);
                let work = move || sketch_frames(job, sketcher, &numbers, &sketched, busy);
                stages.push(spawn(scope, job.cancel, name, "sketch", work)?);
            }
            let links = FinishLinks {
                to_sketch,
                sketches,
                recycled: recycled.clone(),
                to_encode,
            };
            let (busy, shots) = (&finish_busy, turns.shots_of(line));
            let work = move || finish_frames(job, generator, (shots, begin), window, &links, busy);
            let name = if line == 0 {
                "finish".into()
            } else {
                format!("finish-{line}")
            };
            stages.push(spawn(scope, job.cancel, name, "finish", work)?);
            made.push(frames);
        }
        drop(recycled);

        // Encoding stays on the caller's thread; its channel ends drop when it returns.
        let encode_busy = &encode_busy;
        let turns = &turns;
        let work = move || encode_frames(job, encoder, (turns, &made), &recycle, encode_busy);
        let written = guard("encode", job.cancel, work);
        let ended = stages.into_iter().map(|stage| {
            stage
                .join()
                .unwrap_or_else(|panic| Err(panicked("pipeline", panic.as_ref())))
        });
        root_cause(written, ended.filter_map(Result::err).collect())
    })?;
    Ok(Rendered {
        written,
        lead_in_frames: begin - first,
        wall_secs: start.elapsed().as_secs_f64(),
        sketch_secs: sketch_busy.secs(),
        finish_secs: finish_busy.secs(),
        encode_secs: encode_busy.secs(),
        workers,
    })
}

/// The error to report: the first that is not the echo of another stage's end.
fn root_cause(written: Result<Written>, ended: Vec<Error>) -> Result<Written> {
    let echo = |error: &Error| matches!(error, Error::Cancelled);
    match written {
        Err(error) if !echo(&error) => Err(error),
        written => match ended.into_iter().find(|error| !echo(error)) {
            Some(cause) => Err(cause),
            None => written,
        },
    }
}

fn panicked(stage: &'static str, panic: &(dyn Any + Send)) -> Error {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let reason = text
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no reason given".into());
    Error::StagePanicked { stage, reason }
}

/// Runs something: a panic becomes an error.
fn caught<T>(stage: &'static str, body: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|panic| Err(panicked(stage, panic.as_ref())))
}

/// Runs a stage's body: any error asks the others to stop.
fn guard<T>(stage: &'static str, cancel: &Cancel, body: impl FnOnce() -> Result<T>) -> Result<T> {
    let result = caught(stage, body);
    if result.is_err() {
        cancel.cancel();
    }
    result
}

fn spawn<'scope, F>(
    scope: &'scope thread::Scope<'scope, '_>,
    cancel: &'scope Cancel,
    name: String,
    stage: &'static str,
    body: F,
) -> Result<thread::ScopedJoinHandle<'scope, Result<()>>>
where
    F: FnOnce() -> Result<()> + Send + 'scope,
{
    let thread = thread::Builder::new()
        .name(name)
        .spawn_scoped(scope, move || guard(stage, cancel, body));
    thread.map_err(|source| Error::StagePanicked {
        stage,
        reason: format!("its thread can't start: {source}"),
    })
}

/// Sketches until there are no more numbers. A failure is a message like any other, so that `finish`, which may be
/// waiting for this very frame while the other sketchers wait for numbers, always wakes.
fn sketch_frames<S: Sketcher>(
    job: &Job<'_>,
    mut sketcher: S,
    numbers: &Receiver<u64>,
    sketched: &Sender<Sketched<S::Sketch>>,
    busy: &Busy,
) -> Result<()> {
    for number in numbers {
        let sketch = caught("sketch", || {
            busy.time(|| sketcher.sketch(&job.director.spec(FrameIdx(number))))
        });
        // Not an error here: asking all to stop now could overtake the message that says why.
        if sketched.send((number, sketch)).is_err() {
            break;
        }
    }
    Ok(())
}

/// A frame's number and its sketch.
type Sketched<S> = (u64, Result<S>);

/// The finish stage's ends of a line's channels.
struct FinishLinks<S> {
    to_sketch: Sender<u64>,
    sketches: Receiver<Sketched<S>>,
    recycled: Receiver<Frame>,
    to_encode: Sender<Frame>,
}

fn finish_frames<G: Generator>(
    job: &Job<'_>,
    generator: &mut G,
    (shots, begin): (Vec<Range<u64>>, u64),
    window: u64,
    links: &FinishLinks<<G::Sketcher as Sketcher>::Sketch>,
    busy: &Busy,
) -> Result<()> {
    let mut next = shots.iter().cloned().flatten();
    for number in next.by_ref().take(window as usize) {
        links.to_sketch.send(number).map_err(|_| Error::Cancelled)?;
    }
    let mut waiting = BTreeMap::new();
    for number in shots.iter().cloned().flatten() {
        let sketch = loop {
            if let Some(sketch) = waiting.remove(&number) {
                break sketch;
            }
            let (made, sketch) = links.sketches.recv().map_err(|_| Error::Cancelled)?;
            waiting.insert(made, sketch?);
        };
        job.cancel.check()?;
        let mut frame = links.recycled.try_recv().unwrap_or_else(|_| Frame::black(job.size));
        let spec = job.director.spec(FrameIdx(number));
        busy.time(|| generator.finish(&spec, sketch, &mut frame))?;
        frame.letterbox(job.letterbox);
        if let Some(next) = next.next() {
            links.to_sketch.send(next).map_err(|_| Error::Cancelled)?;
        }
        if number >= begin {
            links.to_encode.send(frame).map_err(|_| Error::Cancelled)?;
        }
    }
    Ok(())
}

fn encode_frames(
    job: &Job<'_>,
    mut encoder: Encoder,
    lines: (&ShotSchedule, &[Receiver<Frame>]),
    recycle: &Sender<Frame>,
    busy: &Busy,
) -> Result<Written> {
    let result = write_all(job, &mut encoder, lines, recycle, busy).and_then(|()| job.song.check_unchanged());
    match result {
        Ok(()) => busy.time(|| encoder.finish()),
        // Of a song that has changed, picture and sound may not belong together: no part of that is of use.
        Err(error @ (Error::Cancelled | Error::Changed { .. })) => {
            encoder.abort()?;
            Err(error)
        }
        Err(error) => Err(error),
    }
}

fn write_all(
    job: &Job<'_>,
    encoder: &mut Encoder,
    (turns, lines): (&ShotSchedule, &[Receiver<Frame>]),
    recycle: &Sender<Frame>,
    busy: &Busy,
) -> Result<()> {
    let (fps, rate) = (job.director.fps(), job.song.info().rate);
    let first_sample = |frame| fps.first_sample(FrameIdx(frame), rate);
    // The last frame may show past the song's end; the sound ends with the song.
    let end = if job.frames.end == job.director.frames() {
        SamplePos(u64::MAX)
    } else {
        first_sample(job.frames.end)
    };
    let mut sound = Sound::new(job.song, first_sample(job.frames.start), end)?;
    let mut written = 0;
    let kept = job.frames.start + encoder.kept_frames();
    for number in job.frames.clone() {
        let kept = number < kept;
        let frame = if kept {
            None
        } else {
            let line = &lines[turns.line_of(number)];
            Some(line.recv().map_err(|_| Error::Cancelled)?)
        };
        job.cancel.check()?;
        busy.time(|| -> Result<()> {
            match &frame {
                Some(frame) => encoder.push_frame(frame)?,
                None => encoder.push_kept()?,
            }
            // The sound that is heard while this frame shows is interleaved with it.
            sound.push_until(first_sample(number + 1), encoder)
        })?;
        // A full channel only means that enough frames are in circulation.
        if let Some(frame) = frame {
            drop(recycle.try_send(frame));
        }
        written += 1;
        (job.progress)(written);
    }
    busy.time(|| sound.finish(encoder))
}
