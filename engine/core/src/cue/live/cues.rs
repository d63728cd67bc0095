//! What was asked for in a stream, when it lands, and what is on screen.

use std::collections::VecDeque;

use super::LiveGrid;
use crate::{
    take::{Quantize, grace_samples},
    time::SampleRate,
};

/// Changes that are kept after they landed.
const KEPT: usize = 8;

/// A change that is to come.
#[derive(Debug, Clone, Copy, PartialEq)]
struct PendingChange {
    scene: usize,
    quantize: Quantize,
    /// Length of the passage in beats.
    morph: f64,
    /// The beat on which it lands.
    line: f64,
}

/// A change that came.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LandedChange {
    /// Its sample.
    pub at: u64,
    /// Its scene.
    pub scene: usize,
    /// Its beat, when there was a grid and the host has not jumped since.
    pub beat: Option<f64>,
    /// Length of its passage in beats.
    pub morph: f64,
}

/// A change that is to come.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UpcomingChange {
    /// Its scene.
    pub scene: usize,
    /// The beat on which it lands.
    pub beat: f64,
    /// Length of its passage in beats.
    pub morph: f64,
}

/// All changes of one stream.
#[derive(Debug, Clone)]
pub struct LiveCues {
    rate: SampleRate,
    /// How late requests may be told of, in samples.
    late: u64,
    first: usize,
    pending: Vec<PendingChange>,
    landed: VecDeque<LandedChange>,
}

impl LiveCues {
    /// A stream at `rate` with a scene on screen.
    #[must_use]
    pub fn new(rate: SampleRate, scene: usize) -> Self {
        Self {
            rate,
            late: 0,
            first: scene,
            pending: Vec::new(),
            landed: VecDeque::new(),
        }
    }

    /// The requests from here on may be late by up to so many samples: a block for automation, none for a note.
    pub fn set_lateness(&mut self, samples: u64) {
        self.late = samples;
    }

    /// Takes a request made at a sample where the grid is `grid`.
    pub fn ask(&mut self, at: u64, grid: Option<&LiveGrid>, scene: usize, quantize: Quantize, morph: f64) {
        if self.wanted() == scene {
            return;
        }
        let Some(grid) = grid.filter(|grid| grid.running && quantize != Quantize::Off) else {
            self.pending.clear();
            let beat = grid.filter(|grid| grid.running).map(|grid| grid.beat);
            self.land(at, scene, beat, 0.0);
            return;
        };
        let line = grid.line(quantize, self.grace(grid));
        self.pending.retain(|pending| pending.line < line - 1e-6);
        self.pending.push(PendingChange {
            scene,
            quantize,
            morph,
            line,
        });
    }

    /// The scene on screen, at once and without the grid.
    pub fn show(&mut self, at: u64, scene: usize) {
        self.pending.clear();
        if self.on_screen(at) != scene {
            self.land(at, scene, None, 0.0);
        }
    }

    /// Lands what is due at a sample where the grid is `grid`; all that is pending where there is none.
    pub fn advance(&mut self, at: u64, grid: Option<&LiveGrid>) {
        while let Some(&next) = self.pending.first() {
            match grid.filter(|grid| grid.running) {
                Some(grid) if grid.beat >= next.line - 1e-9 => {
                    let back = (grid.beat - next.line) * grid.beat_samples(self.rate);
                    self.land(
                        (at as f64 - back).round().max(0.0) as u64,
                        next.scene,
                        Some(next.line),
                        next.morph,
                    );
                }
                Some(_) => return,
                None => self.land(at, next.scene, None, 0.0),
            }
            self.pending.remove(0);
        }
    }

    /// The host is elsewhere from a sample on, where the grid is `grid`; it was `before`.
    pub fn jump(&mut self, at: u64, before: Option<&LiveGrid>, grid: Option<&LiveGrid>) {
        if let Some(before) = before {
            // A line at the loop's end is the jump itself: it has come.
            let due = LiveGrid {
                beat: before.beat + grace_samples(0, self.rate) as f64 / before.beat_samples(self.rate),
                ..*before
            };
            while self.pending.first().is_some_and(|next| next.line <= due.beat) {
                let next = self.pending.remove(0);
                self.land(at, next.scene, grid.map(|grid| grid.beat), next.morph);
            }
        }
        for landed in &mut self.landed {
            if landed.at < at {
                landed.beat = None;
            }
        }
        let Some(grid) = grid.filter(|grid| grid.running) else {
            self.advance(at, None);
            return;
        };
        // The others land on their lines from here. Those that now share one: the last counts.
        let mut moved: Vec<PendingChange> = Vec::new();
        for mut pending in std::mem::take(&mut self.pending) {
            pending.line = grid.line(pending.quantize, 1e-6);
            moved.retain(|earlier| earlier.line < pending.line - 1e-6);
            moved.push(pending);
        }
        self.pending = moved;
    }

    /// What is on screen at a sample.
    #[must_use]
    pub fn on_screen(&self, at: u64) -> usize {
        let last = self.landed.iter().rfind(|landed| landed.at <= at);
        last.map_or(self.first, |landed| landed.scene)
    }

    /// The change to come after a sample. One that lands within what is analysed but not yet shown counts as to come.
    #[must_use]
    pub fn next(&self, at: u64) -> Option<UpcomingChange> {
        let soon = self.landed.iter().find(|landed| landed.at > at);
        let soon = soon.and_then(|landed| {
            Some(UpcomingChange {
                scene: landed.scene,
                beat: landed.beat?,
                morph: landed.morph,
            })
        });
        let pending = self.pending.first();
        soon.or_else(|| {
            pending.map(|next| UpcomingChange {
                scene: next.scene,
                beat: next.line,
                morph: next.morph,
            })
        })
    }

    /// (beat, scene) of all that is to come or just gone, in order.
    pub fn listed(&self) -> impl Iterator<Item = (f64, usize)> + '_ {
        let landed = self
            .landed
            .iter()
            .filter_map(|landed| landed.beat.map(|beat| (beat, landed.scene)));
        landed.chain(self.pending.iter().map(|pending| (pending.line, pending.scene)))
    }

    /// The changes that came, in order.
    #[must_use]
    pub fn landed(&self) -> Vec<LandedChange> {
        self.landed.iter().copied().collect()
    }

    /// The scene that was asked for last.
    fn wanted(&self) -> usize {
        let pending = self.pending.last().map(|pending| pending.scene);
        pending.unwrap_or_else(|| self.on_screen(u64::MAX))
    }

    /// How late a request may be, in beats.
    fn grace(&self, grid: &LiveGrid) -> f64 {
        grace_samples(self.late, self.rate) as f64 / grid.beat_samples(self.rate)
    }

    fn land(&mut self, at: u64, scene: usize, beat: Option<f64>, morph: f64) {
        // Of several at one sample the last counts.
        self.landed.retain(|landed| landed.at < at);
        self.landed.push_back(LandedChange { at, scene, beat, morph });
        while self.landed.len() > KEPT {
            if let Some(gone) = self.landed.pop_front() {
                self.first = gone.scene;
            }
        }
    }
}
