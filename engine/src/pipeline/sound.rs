//! The song's samples, handed to the encoder in step with the frames.

use crate::encode::Encoder;
use phosphene_core::{
    error::Result,
    song::{Block, Song, SongReader},
    time::SamplePos,
};

/// A stretch of a song on its way into a file.
pub(super) struct Sound {
    reader: SongReader,
    block: Block,
    part: Block,
    /// The next sample to hand over.
    next: SamplePos,
    /// The first sample after the stretch.
    end: SamplePos,
}

impl Sound {
    /// The samples from `from` up to `end`, or to the song's end if that comes first.
    pub fn new(song: &Song, from: SamplePos, end: SamplePos) -> Result<Self> {
        Ok(Self {
            reader: song.reader()?,
            block: Block::default(),
            part: Block::default(),
            next: from,
            end,
        })
    }

    /// Hands over everything before `until`.
    pub fn push_until(&mut self, until: SamplePos, encoder: &mut Encoder) -> Result<()> {
        let until = until.min(self.end);
        while self.next < until {
            let held = self.block.start.0 + self.block.len() as u64;
            if held <= self.next.0 {
                if !self.reader.read(&mut self.block)? {
                    self.end = self.next;
                    return Ok(());
                }
                continue;
            }
            let stop = held.min(until.0);
            self.block.copy_part(self.next, SamplePos(stop), &mut self.part);
            encoder.push_audio(&self.part)?;
            self.next = SamplePos(stop);
        }
        Ok(())
    }

    /// Hands over the rest.
    pub fn finish(&mut self, encoder: &mut Encoder) -> Result<()> {
        self.push_until(self.end, encoder)
    }
}
