//! Records takes: a state machine without threads or clocks of its own.
//!
//! With `Capture` at *always*, a take begins at once when the host plays or sound flows, and ends when the host stops,
//! when nothing was heard for a while without it playing, or with the instance. A jump of the host (a loop, a seek) is
//! noted in it: the sound goes on, only the grid begins anew. So it is when the host puts the plugin to sleep for a
//! moment, to change its block size: the take goes on.
//!
//! With *export*, every play begins a provisional take. It is kept, from its first sample, when the host turns out to be
//! ahead of the wall clock; what a host says of being offline is not enough, since some say it of the mode before. A
//! play in real time is thrown away; one in real time by a host that calls itself offline is kept and not rendered, for
//! the user to decide. A jump ends the take, since an export does not jump. What a host plays before the song's sample 0
//! or before an exported range (one fills its delay lines so, see `preroll`) is not in the export, and not in the take
//! either.
//!
//! Whatever ends a take, everything that the audio thread handed over is in it, and a [`Tally`](phosphene_core::take::Tally) of that against what the
//! host played.

mod beginning;
mod block;
mod open;
mod points;
mod policy;
mod preroll;
mod spool;

use std::path::PathBuf;

use phosphene_core::{
    automation::Param,
    take::{EndReason, Entry, Event, Quantize, Writer},
    time::{SamplePos, SampleRate},
};

pub use self::beginning::title;
use self::{
    block::Heard,
    open::Open,
    preroll::{Found, Preroll, Stand},
};
use crate::{
    params::{Capture, style_choice},
    project::Project,
    tap::Record,
};

/// What a recorder needs to know of its instance.
#[derive(Debug, Clone)]
pub struct Origin {
    /// The folder for takes.
    pub root: PathBuf,
    /// The host's program name.
    pub host: String,
    /// "CLAP", "VST3", "standalone".
    pub api: String,
    /// Samples a second.
    pub rate: SampleRate,
    /// 1 or 2.
    pub channels: u16,
}

/// A take that has ended and is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    /// Its folder.
    pub folder: PathBuf,
    /// Whether it is to be rendered without being asked.
    pub render: bool,
}

/// The parameters as they were told last.
#[derive(Debug, Clone)]
struct Mirror {
    scene: u8,
    quantize: Quantize,
    morph: f32,
    style: u8,
    seed: u16,
    params: [f32; Param::ALL.len()],
}

/// Records takes from what the audio thread told.
pub struct Recorder {
    origin: Origin,
    /// What tells this instance's takes from those of others with one name.
    letter: Option<String>,
    mirror: Mirror,
    open: Option<Open>,
    /// The mode of the last block.
    capture: Option<Capture>,
    /// Where the host stands, while it does not play.
    stand: Option<Stand>,
    preroll: Option<Preroll>,
    /// The host's position before which nothing of this play is recorded, and how much was left out for it.
    begins_at: i64,
    left_out: u64,
    /// Samples that the audio thread told of since the instance was activated, those that it dropped included.
    heard: u64,
    /// The longest block since then.
    longest: u64,
    /// Nothing begins until the host stops: the take of this play failed or was given up.
    done_with_play: bool,
    /// A new take without a transport waits for silence first, so that a tail does not make one.
    await_silence: bool,
    /// The sample of the open take at which the last block begins; negative when it began before the take.
    block_at: i64,
    finished: Vec<Finished>,
    warnings: Vec<String>,
    silence: Vec<f32>,
}

impl Recorder {
    /// A recorder with nothing under way.
    #[must_use]
    pub fn new(origin: Origin) -> Self {
        Self {
            origin,
            letter: None,
            capture: None,
            stand: None,
            preroll: None,
            begins_at: 0,
            left_out: 0,
            heard: 0,
            longest: 0,
            mirror: Mirror {
                scene: 0,
                quantize: Quantize::Bar,
                morph: 8.0,
                style: 0,
                seed: 1,
                params: [0.0; Param::ALL.len()],
            },
            open: None,
            done_with_play: false,
            await_silence: false,
            block_at: 0,
            finished: Vec::new(),
            warnings: Vec::new(),
            silence: Vec::new(),
        }
    }

    /// Says what tells this instance's takes from those of others with one name: a letter behind the name.
    pub fn distinguish(&mut self, letter: Option<String>) {
        self.letter = letter;
    }

    /// Takes what the audio thread told, with the samples of a block, interleaved.
    pub fn hear(&mut self, record: &Record, samples: &[f32], capture: Capture, project: &Project, name: &str) {
        if let Record::Block {
            samples: len,
            dropped_samples,
            ..
        } = record
        {
            self.heard += u64::from(*len) + u64::from(*dropped_samples);
            self.longest = self.longest.max(u64::from(*len));
        }
        if let Some(found) = self.hold(record, samples, capture) {
            let Found::At(begin) = found else { return };
            self.begins_at = begin.unwrap_or(0);
            let held = self.preroll.take().map_or_else(Vec::new, |preroll| preroll.held);
            for (record, samples) in held {
                self.obey(&record, &samples, capture, project, name);
            }
        }
        self.obey(record, samples, capture, project, name);
    }

    /// Holds a record back while a play may be a preroll. `None` when nothing is or was held.
    fn hold(&mut self, record: &Record, samples: &[f32], capture: Capture) -> Option<Found> {
        if let Record::Block {
            transport,
            samples: len,
            ..
        } = record
        {
            if !transport.playing {
                self.stand = Stand::after(self.stand, transport.host_sample, u64::from(*len));
                self.begins_at = 0;
            } else if let Some(stand) = self
                .stand
                .take()
                .filter(|_| capture == Capture::Export && self.open.is_none())
            {
                let rate_hz = f64::from(self.origin.rate.hz());
                self.preroll = Preroll::begin(Some(stand), transport.host_sample, rate_hz);
            }
        }
        let channels = usize::from(self.origin.channels);
        let preroll = self.preroll.as_mut()?;
        let found = match record {
            Record::Block {
                transport,
                dropped_samples: 0,
                ..
            } if transport.playing && capture == Capture::Export => {
                preroll.hear(transport.host_sample, samples, channels)
            }
            Record::Block { .. } | Record::Stopped => Found::At(None),
            _ => Found::Open,
        };
        if matches!(found, Found::Open) {
            preroll.held.push((*record, samples.to_vec()));
        }
        Some(found)
    }

    fn obey(&mut self, record: &Record, samples: &[f32], capture: Capture, project: &Project, name: &str) {
        match *record {
            Record::Block {
                transport,
                ahead_ns,
                wall_ns,
                offline,
                dropped_blocks,
                dropped_samples,
                ..
            } => {
                let block = Heard {
                    transport,
                    ahead_secs: ahead_ns as f64 / 1e9,
                    wall_ns,
                    offline,
                    dropped_blocks,
                    dropped_samples,
                    samples,
                };
                self.block(&block, capture, project, name);
            }
            Record::Scene {
                offset,
                scene,
                quantize,
                morph,
                by,
            } => {
                (self.mirror.scene, self.mirror.quantize, self.mirror.morph) = (scene, quantize, morph);
                let event = Event::Scene {
                    scene: usize::from(scene),
                    quantize,
                    morph: f64::from(morph),
                    by,
                };
                self.note(offset, event);
            }
            Record::Params { changed, values } => {
                self.mirror.params = values;
                if let Some(open) = &mut self.open {
                    let at = u64::try_from(self.block_at).unwrap_or(0);
                    let due = open.points.set(at, changed, values);
                    self.append(&due);
                }
            }
            Record::Style { offset, style } => {
                self.mirror.style = style;
                self.note(
                    offset,
                    Event::Style {
                        style: style_choice(style),
                    },
                );
            }
            Record::Seed { offset, seed } => {
                self.mirror.seed = seed;
                self.note(offset, Event::Seed { seed: u32::from(seed) });
            }
            Record::Reset => {}
            Record::Stopped => {
                self.sleep();
            }
        }
    }

    /// The host puts the plugin to sleep. An export ends; a take of what plays waits, in case it is for a moment, and
    /// whether one does is said.
    pub fn sleep(&mut self) -> bool {
        if self.capture != Some(Capture::Always) {
            self.end(EndReason::Deactivated);
        }
        if let Some(open) = &mut self.open {
            open.asleep = true;
        }
        self.open.is_some()
    }

    /// The instance was activated again: everything is counted anew.
    pub fn wake(&mut self) {
        (self.heard, self.longest) = (0, 0);
        if let Some(open) = &mut self.open {
            // The wall clock of the audio thread begins anew, too.
            (open.wall_from_ns, open.wall_ns) = (0, 0);
        }
    }

    /// Nothing more comes from the audio thread, which has counted `played` samples: what it told nobody of is lost at
    /// the end of the take, and said.
    pub fn count(&mut self, played: u64) {
        let untold = played.saturating_sub(self.heard);
        self.heard += untold;
        self.gap(u32::try_from(untold).unwrap_or(u32::MAX), 0);
    }

    /// The project was edited: what is recorded from now on is of the new one.
    pub fn project_edited(&mut self, project: &Project) {
        if let Some(open) = &self.open {
            let at = SamplePos(open.at);
            let bank = Event::Bank {
                bank: project.bank.clone(),
            };
            let video = Event::Video {
                settings: project.video.clone(),
            };
            self.append(&[Entry { at, event: bank }, Entry { at, event: video }]);
        }
    }

    /// Hands what was recorded to the system. Call it a few times a second.
    pub fn flush(&mut self) {
        self.write(Writer::flush);
    }

    /// The takes that have ended since this was asked last.
    pub fn take_finished(&mut self) -> Vec<Finished> {
        std::mem::take(&mut self.finished)
    }

    /// What the user should know since this was asked last.
    pub fn take_warnings(&mut self) -> Vec<String> {
        std::mem::take(&mut self.warnings)
    }

    /// Seconds of the take under way, and whether it is kept for certain; `None` without one.
    #[must_use]
    pub fn under_way(&self) -> Option<(f64, bool)> {
        let open = self.open.as_ref()?;
        Some((open.at as f64 / f64::from(self.origin.rate.hz()), open.kept))
    }

    /// Whether a take is under way, or what was heard is held back until it is known whether it belongs to one: then the
    /// disk should have it soon.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.open.is_some() || self.preroll.is_some()
    }
}

#[cfg(test)]
mod tests;
