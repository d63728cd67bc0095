//! Changes of scene while the music plays: what was asked for, when it lands, what is on screen.

use std::collections::VecDeque;

use phosphene_core::take::Quantize;

use super::grid::Grid;

/// A request this many seconds after a line still lands on it, as in a render: hosts tell of automation late by up to a
/// block.
const GRACE_SECS: f64 = 0.06;
/// What is added to a block that is longer: hosts round positions.
const ROUNDING_SECS: f64 = 0.002;
/// Changes that are kept after they landed.
const KEPT: usize = 8;

/// A change that is to come.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Pending {
    pub scene: usize,
    pub quantize: Quantize,
    /// Length of the passage in beats.
    pub morph: f64,
    /// The beat on which it lands.
    pub line: f64,
}

/// A change that came.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Landed {
    /// Its sample.
    pub at: u64,
    pub scene: usize,
    /// Its beat, when there was a grid and the host has not jumped since.
    pub beat: Option<f64>,
    /// Length of its passage in beats.
    pub morph: f64,
}

/// All changes of one stream.
#[derive(Debug, Clone)]
pub(super) struct Cues {
    rate_hz: f64,
    /// How late requests may be told of, in samples.
    late: u64,
    first: usize,
    pending: Vec<Pending>,
    landed: VecDeque<Landed>,
}

impl Cues {
    pub(super) fn new(rate_hz: f64, scene: usize) -> Self {
        Self {
            rate_hz,
            late: 0,
            first: scene,
            pending: Vec::new(),
            landed: VecDeque::new(),
        }
    }

    /// The requests from here on may be told of up to so many samples late: a block for automation, none for a note.
    pub(super) fn told_late(&mut self, samples: u64) {
        self.late = samples;
    }

    /// Takes a request made at a sample where the grid is `grid`.
    pub(super) fn ask(&mut self, at: u64, grid: Option<&Grid>, scene: usize, quantize: Quantize, morph: f64) {
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
        self.pending.push(Pending {
            scene,
            quantize,
            morph,
            line,
        });
    }

    /// The scene on screen, at once and without the grid.
    pub(super) fn show(&mut self, at: u64, scene: usize) {
        self.pending.clear();
        if self.on_screen(at) != scene {
            self.land(at, scene, None, 0.0);
        }
    }

    /// Lands what is due at a sample where the grid is `grid`; all that is pending where there is none.
    pub(super) fn advance(&mut self, at: u64, grid: Option<&Grid>) {
        while let Some(&next) = self.pending.first() {
            match grid.filter(|grid| grid.running) {
                Some(grid) if grid.beat >= next.line - 1e-9 => {
                    let back = (grid.beat - next.line) * grid.beat_samples(self.rate_hz);
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
    pub(super) fn jump(&mut self, at: u64, before: Option<&Grid>, grid: Option<&Grid>) {
        if let Some(before) = before {
            // A line at the loop's end is the jump itself: it has come.
            let due = Grid {
                beat: before.beat + GRACE_SECS * before.bpm / 60.0,
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
        let mut moved: Vec<Pending> = Vec::new();
        for mut pending in std::mem::take(&mut self.pending) {
            pending.line = grid.line(pending.quantize, 1e-6);
            moved.retain(|earlier| earlier.line < pending.line - 1e-6);
            moved.push(pending);
        }
        self.pending = moved;
    }

    /// What is on screen at a sample.
    pub(super) fn on_screen(&self, at: u64) -> usize {
        let last = self.landed.iter().rfind(|landed| landed.at <= at);
        last.map_or(self.first, |landed| landed.scene)
    }

    /// The change to come after a sample: scene, beat, passage. One that lands within what is heard but not yet shown
    /// counts as to come.
    pub(super) fn next(&self, at: u64) -> Option<(usize, f64, f64)> {
        let soon = self.landed.iter().find(|landed| landed.at > at);
        let soon = soon.and_then(|landed| landed.beat.map(|beat| (landed.scene, beat, landed.morph)));
        let pending = self.pending.first();
        soon.or_else(|| pending.map(|next| (next.scene, next.line, next.morph)))
    }

    /// (beat, scene) of all that is to come or just gone, in order.
    pub(super) fn listed(&self) -> impl Iterator<Item = (f64, usize)> + '_ {
        let landed = self
            .landed
            .iter()
            .filter_map(|landed| landed.beat.map(|beat| (beat, landed.scene)));
        landed.chain(self.pending.iter().map(|pending| (pending.line, pending.scene)))
    }

    /// The changes that came, in order.
    #[cfg(test)]
    pub(super) fn landed(&self) -> Vec<Landed> {
        self.landed.iter().copied().collect()
    }

    /// The scene that was asked for last.
    fn wanted(&self) -> usize {
        let pending = self.pending.last().map(|pending| pending.scene);
        pending.unwrap_or_else(|| self.on_screen(u64::MAX))
    }

    fn grace(&self, grid: &Grid) -> f64 {
        let block_secs = self.late as f64 / self.rate_hz + ROUNDING_SECS;
        GRACE_SECS.max(block_secs) * grid.bpm / 60.0
    }

    fn land(&mut self, at: u64, scene: usize, beat: Option<f64>, morph: f64) {
        // Of several at one sample the last counts.
        self.landed.retain(|landed| landed.at < at);
        self.landed.push_back(Landed { at, scene, beat, morph });
        while self.landed.len() > KEPT {
            if let Some(gone) = self.landed.pop_front() {
                self.first = gone.scene;
            }
        }
    }
}
