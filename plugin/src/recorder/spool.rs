//! Writes the take that is under way, in order, and ends it when the disk fails.

use std::path::PathBuf;

use phosphene_core::{
    take::{Entry, Event, Writer},
    time::SamplePos,
};

use super::{Finished, Recorder};

impl Recorder {
    /// Sound that was lost before this block: silence, so that all that follows is where it was.
    pub(super) fn gap(&mut self, samples: u32, blocks: u32) {
        let Some(open) = self.open.as_mut().filter(|_| samples > 0) else {
            return;
        };
        let at = SamplePos(open.at);
        open.at += u64::from(samples);
        open.dropped_blocks += u64::from(blocks);
        open.lost_samples += u64::from(samples);
        let len = samples as usize * usize::from(self.origin.channels);
        let mut silence = std::mem::take(&mut self.silence);
        silence.resize(len, 0.0);
        let event = Event::Gap {
            samples: u64::from(samples),
        };
        self.append(&[Entry { at, event }]);
        self.write(|writer| writer.audio(&silence));
        self.silence = silence;
        let secs = f64::from(samples) / f64::from(self.origin.rate.hz());
        self.warnings.push(format!(
            "{secs:.2} s of sound could not be recorded in time and are silent in the take; close other programs or use \
             larger audio blocks, and export again."
        ));
    }

    /// Appends an event of the block that was heard last.
    pub(super) fn note(&mut self, offset: u32, event: Event) {
        let at = SamplePos(u64::try_from(self.block_at + i64::from(offset)).unwrap_or(0));
        self.append(&[Entry { at, event }]);
    }

    /// Appends to the log, behind the values that wait.
    pub(super) fn append(&mut self, entries: &[Entry]) {
        let moved = !matches!(
            entries,
            [] | [
                Entry {
                    event: Event::Param { .. },
                    ..
                },
                ..
            ]
        );
        if moved {
            self.flush_points();
        }
        if !entries.is_empty() {
            self.write(|writer| entries.iter().try_for_each(|entry| writer.entry(entry)));
        }
    }

    pub(super) fn flush_points(&mut self) {
        let waiting = self.open.as_mut().map_or_else(Vec::new, |open| open.points.flush());
        self.append(&waiting);
    }

    /// Does something with the open take; a disk that fails ends it, and what is written stays.
    pub(super) fn write(&mut self, work: impl FnOnce(&mut Writer) -> phosphene_core::Result<()>) {
        let Some(mut open) = self.open.take() else { return };
        match work(&mut open.writer) {
            Ok(()) => self.open = Some(open),
            Err(error) => {
                let folder = open.writer.folder().to_owned();
                // A disk without room for the reason has room for the warning.
                let tally = open.tally();
                let _ = open
                    .writer
                    .fail(self.origin.channels, open.dropped_blocks, tally, &error);
                self.failed(folder.clone(), &error);
                if open.kept {
                    self.finished.push(Finished { folder, render: true });
                }
            }
        }
    }

    /// Tells why, and waits for the next play, or without a transport for the next silence: the disk is not tried with
    /// every block.
    pub(super) fn failed(&mut self, folder: PathBuf, error: &phosphene_core::Error) {
        self.done_with_play = true;
        self.await_silence = true;
        self.warnings.push(format!(
            "The take {} could not be recorded on: {error}. The song plays on; what was recorded can be rendered. Free some \
             space on the disk and export again.",
            folder.display()
        ));
    }
}
