//! How much room the index of an MP4 or QuickTime file takes.

use std::{
    io::{self, Seek, SeekFrom, Write},
    sync::{Arc, Mutex, PoisonError},
};

/// As many of a file's first bytes as tell where its media begin.
const HEAD: usize = 4_096;

/// A file that is measured and not kept. Clones are the same file.
#[derive(Debug, Clone, Default)]
pub(super) struct Measured(Arc<Mutex<Tape>>);

#[derive(Debug, Default)]
struct Tape {
    at: u64,
    len: u64,
    head: Vec<u8>,
}

impl Measured {
    /// The bytes to leave for the index (`moov`) of a file of so many packets that was written with it at its end. `None`
    /// when it is no such file.
    ///
    /// Eight bytes more are needed for what fills up the room. Where positions may need 64 bits once everything has moved
    /// up by the index, each packet's may take four bytes more.
    pub(super) fn index_room(&self, packets: u64) -> Option<u64> {
        let tape = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut at = 0;
        loop {
            let (kind, len) = tape.box_at(at)?;
            let end = at.checked_add(len).filter(|end| *end <= tape.len)?;
            if &kind == b"mdat" {
                let wider = if tape.len > u64::from(u32::MAX) { 4 * packets } else { 0 };
                return Some(tape.len - end + wider + 8).filter(|_| tape.len > end);
            }
            at = end;
        }
    }
}

impl Tape {
    /// A box's kind and its length with its header, in bytes.
    fn box_at(&self, at: u64) -> Option<([u8; 4], u64)> {
        let head = self.head.get(usize::try_from(at).ok()?..)?;
        let kind = head.get(4..8)?.try_into().ok()?;
        let len = match u32::from_be_bytes(head.get(..4)?.try_into().ok()?) {
            1 => u64::from_be_bytes(head.get(8..16)?.try_into().ok()?),
            len => len.into(),
        };
        (len >= 8).then_some((kind, len))
    }
}

impl Write for Measured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut tape = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = tape.at;
        if let Ok(at) = usize::try_from(at)
            && at < HEAD
        {
            let kept = bytes.len().min(HEAD - at);
            let len = tape.head.len().max(at + kept);
            tape.head.resize(len, 0);
            tape.head[at..at + kept].copy_from_slice(&bytes[..kept]);
        }
        tape.at += bytes.len() as u64;
        tape.len = tape.len.max(tape.at);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for Measured {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let mut tape = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => tape.len.checked_add_signed(by),
            SeekFrom::Current(by) => tape.at.checked_add_signed(by),
        };
        tape.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(tape.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxed(kind: &[u8; 4], len: u32) -> Vec<u8> {
        [&len.to_be_bytes(), &kind[..], &vec![0; len as usize - 8]].concat()
    }

    #[test]
    fn the_index_is_what_follows_the_media() {
        let mut file = Measured::default();
        for part in [boxed(b"ftyp", 24), boxed(b"free", 8), boxed(b"mdat", 5_000)] {
            file.write_all(&part).unwrap();
        }
        assert_eq!(file.index_room(9), None, "no index");
        file.write_all(&boxed(b"moov", 700)).unwrap();
        assert_eq!(file.index_room(9), Some(708));
    }

    #[test]
    fn media_beyond_32_bits_leave_room_for_wider_positions() {
        let mut file = Measured::default();
        file.write_all(&boxed(b"ftyp", 24)).unwrap();
        // As FFmpeg does it: the length is written when it is known.
        let len = 5_u64 << 30;
        file.write_all(&[&1_u32.to_be_bytes(), &b"mdat"[..], &len.to_be_bytes()].concat())
            .unwrap();
        file.seek(SeekFrom::Start(24 + len)).unwrap();
        file.write_all(&boxed(b"moov", 700)).unwrap();
        assert_eq!(file.index_room(9), Some(708 + 36));
    }
}
