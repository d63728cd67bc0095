//! Finds the first sample of an export before which a host plays to fill its delay lines.
//!
//! Ardour, seen from its plugins: it stands at P, then plays from a place before P on, by whole cycles that end at P,
//! silent at first. The export begins where it splits one of the last of these cycles in two (480,000 in cycles from
//! 478,224, 479,248 and, split, 480,000 to P = 480,272), or at P itself when no split is needed. Nothing else says where.
//!
//! What is left out is silence that was played before the place at which the host had stood, so wanted sound is never
//! among it: a song's own silence is played from where the host stood, or by a host that did not stand just behind.

use super::policy::SILENCE;
use crate::tap::Record;

/// A host that goes back further plays what was before, in seconds.
const LONGEST_SECS: f64 = 2.0;
/// Without a split cycle, so many cycles before the place where the host stood can be no song's beginning.
const MOST_WHOLE_CYCLES: u64 = 2;

/// Where a host stands while it does not play.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stand {
    at: i64,
    cycle: u64,
}

impl Stand {
    /// What a block says that does not play, of `samples`, after what was known.
    pub(super) fn after(before: Option<Self>, at: Option<i64>, samples: u64) -> Option<Self> {
        let cycle = before.map_or(samples, |before| before.cycle.max(samples));
        at.filter(|_| samples > 0).map(|at| Self { at, cycle })
    }
}

/// The first blocks of a play, held back until it is known where the export begins.
pub(super) struct Preroll {
    stand: Stand,
    from: i64,
    /// The host's positions at which blocks begin.
    starts: Vec<i64>,
    /// What was told, with the samples of blocks.
    pub(super) held: Vec<(Record, Vec<f32>)>,
}

/// What a held block decides.
pub(super) enum Found {
    /// Nothing yet.
    Open,
    /// The export begins at this position of the host's; `None` when there is no sign of a preroll.
    At(Option<i64>),
}

impl Preroll {
    /// Whether a play from `from` on may begin with a preroll.
    pub(super) fn begin(stand: Option<Stand>, from: Option<i64>, rate_hz: f64) -> Option<Self> {
        let (stand, from) = (stand?, from?);
        let lead = u64::try_from(stand.at.checked_sub(from)?)
            .ok()
            .filter(|lead| *lead > 0)?;
        let whole = lead.is_multiple_of(stand.cycle) && lead as f64 <= LONGEST_SECS * rate_hz;
        whole.then(|| Self {
            stand,
            from,
            starts: Vec::new(),
            held: Vec::new(),
        })
    }

    /// Takes a block at a position.
    pub(super) fn hear(&mut self, at: Option<i64>, samples: &[f32], channels: usize) -> Found {
        let Some(at) = at else { return Found::At(None) };
        let next = self.held_until().unwrap_or(self.from);
        if at != next {
            return Found::At(None);
        }
        self.starts.push(at);
        let len = (samples.len() / channels) as i64;
        if !samples.iter().all(|sample| sample.abs() < SILENCE) {
            return Found::At(self.split(at));
        }
        if at + len < self.stand.at {
            return Found::Open;
        }
        let lead = (self.stand.at - self.from) as u64;
        let whole = (lead <= MOST_WHOLE_CYCLES * self.stand.cycle).then_some(self.stand.at);
        Found::At(self.split(self.stand.at).or(whole))
    }

    /// The position up to which blocks were held.
    fn held_until(&self) -> Option<i64> {
        self.held.iter().rev().find_map(|(record, _)| match record {
            Record::Block { samples, transport, .. } => Some(transport.host_sample? + i64::from(*samples)),
            _ => None,
        })
    }

    /// Where the last cycle before the stand is split, as far as blocks before `until` or at it show it.
    fn split(&self, until: i64) -> Option<i64> {
        let cycle = self.stand.at - self.stand.cycle as i64;
        let inner = |at: i64| at > cycle && at < self.stand.at && at <= until;
        // Automation at a cycle's end splits its last sample off: where the next block begins one later is no split.
        let ends = |at: i64| self.starts.contains(&(at + 1)) || at + 1 == self.stand.at;
        self.starts.iter().copied().rfind(|&at| inner(at) && !ends(at))
    }
}
