//! Encoded pictures kept on the disk part by part, so that a render that was cut off goes on where it was.
//!
//! A part begins at a fixed frame with an encoder of its own, so its packets do not depend on what was made before, or on
//! where a run was cut off. A file of a part is a row of packets: time stamps in frames, flags, length, bytes; then the
//! count and a checksum. It has its name only when it is whole and on the disk.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Read, Write},
    path::{Path, PathBuf},
};

use ffmpeg_next::{Packet, packet};

use phosphene_core::error::{Error, Result};

/// Begins each file, and says its version.
const MAGIC: &[u8; 8] = b"phospkt1";
/// The longest packet that is believed, in bytes.
const LONGEST: u32 = 1 << 28;

/// One encoded picture.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Kept {
    pts: i64,
    dts: i64,
    key: bool,
    bytes: Vec<u8>,
}

/// The parts of one video.
pub(super) struct PacketCache {
    folder: PathBuf,
    /// The first frame of each part, and after them the frame after the last.
    starts: Vec<u64>,
    /// How many are whole.
    whole: usize,
    /// The part that is being made.
    current: Option<Writing>,
    /// Packets of the part that is being used again, the last of it first.
    reading: Vec<Kept>,
    read: usize,
}

/// A part under way.
struct Writing {
    file: BufWriter<File>,
    path: PathBuf,
    count: u64,
    sum: u64,
}

/// FNV-1a, 64 bits: by hand, since it names folders on users' disks, whose names another checksum would change.
///
/// **Source**: G. Fowler, L. C. Noll, K.-P. Vo.
fn add(sum: u64, bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(sum, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3))
}

/// The checksum of nothing.
const NOTHING: u64 = 0xcbf2_9ce4_8422_2325;

/// A checksum of what decides a video's frames, for the name of the folder that keeps them.
#[must_use]
pub fn checksum(text: &[u8]) -> u64 {
    add(NOTHING, text)
}

impl PacketCache {
    /// Opens or makes the folder; parts begin at `starts` and the last ends at `end`.
    pub(super) fn open(folder: &Path, starts: &[u64], end: u64) -> Result<Self> {
        fs::create_dir_all(folder).map_err(Error::file("create", folder))?;
        let mut all = starts.to_vec();
        all.push(end);
        let mut parts = Self {
            folder: folder.to_owned(),
            starts: all,
            whole: 0,
            current: None,
            reading: Vec::new(),
            read: 0,
        };
        // Only the parts from the start on count: what is damaged, and all after it, is made again.
        let count = |parts: &Self, part: usize| parts.starts[part + 1] - parts.starts[part];
        while parts.whole + 1 < parts.starts.len()
            && read(&parts.path(parts.whole)).is_some_and(|packets| packets.len() as u64 == count(&parts, parts.whole))
        {
            parts.whole += 1;
        }
        Ok(parts)
    }

    fn path(&self, part: usize) -> PathBuf {
        self.folder.join(format!("part-{part:04}"))
    }

    /// Frames, from the video's first, that need not be made.
    pub(super) fn kept_frames(&self) -> u64 {
        self.starts[self.whole]
    }

    /// Whether a part begins at a frame.
    pub(super) fn begins_at(&self, frame: u64) -> bool {
        self.starts.binary_search(&frame).is_ok()
    }

    /// The next packet of the parts that are whole; `None` when one of them can't be read any more.
    pub(super) fn next(&mut self) -> Option<Packet> {
        if self.reading.is_empty() {
            let mut packets = read(&self.path(self.read))?;
            packets.reverse();
            self.reading = packets;
            self.read += 1;
        }
        let kept = self.reading.pop()?;
        let mut packet = Packet::copy(&kept.bytes);
        packet.set_pts(Some(kept.pts));
        packet.set_dts(Some(kept.dts));
        packet.set_duration(1);
        packet.set_flags(if kept.key {
            packet::Flags::KEY
        } else {
            packet::Flags::empty()
        });
        Some(packet)
    }

    /// Begins the part that a frame begins.
    pub(super) fn begin(&mut self, frame: u64) -> Result<()> {
        let part = self
            .starts
            .binary_search(&frame)
            .unwrap_or_else(|after| after.saturating_sub(1));
        let path = self.path(part);
        let unfinished = path.with_extension("tmp");
        let file = File::create(&unfinished).map_err(Error::file("create", &unfinished))?;
        let mut writing = Writing {
            file: BufWriter::with_capacity(1 << 16, file),
            path,
            count: 0,
            sum: NOTHING,
        };
        writing.put(MAGIC).map_err(Error::file("write", &unfinished))?;
        self.current = Some(writing);
        Ok(())
    }

    /// Keeps a packet of the part under way.
    pub(super) fn keep(&mut self, packet: &Packet) -> io::Result<()> {
        let Some(writing) = &mut self.current else {
            return Ok(());
        };
        let bytes = packet.data().unwrap_or_default();
        writing.count += 1;
        writing.put(&packet.pts().unwrap_or(0).to_le_bytes())?;
        writing.put(&packet.dts().unwrap_or(0).to_le_bytes())?;
        writing.put(&[u8::from(packet.is_key())])?;
        writing.put(&(bytes.len() as u32).to_le_bytes())?;
        writing.put(bytes)
    }

    /// Ends the part under way: whole, on the disk, under its name.
    pub(super) fn end(&mut self) -> Result<()> {
        let Some(mut writing) = self.current.take() else {
            return Ok(());
        };
        let unfinished = writing.path.with_extension("tmp");
        let (count, sum) = (writing.count, writing.sum);
        let mut finish = || -> io::Result<()> {
            writing.file.write_all(&(u64::MAX).to_le_bytes())?;
            writing.file.write_all(&count.to_le_bytes())?;
            writing.file.write_all(&sum.to_le_bytes())?;
            writing.file.flush()?;
            writing.file.get_ref().sync_data()
        };
        finish().map_err(Error::file("write", &unfinished))?;
        fs::rename(&unfinished, &writing.path).map_err(Error::file("rename", &unfinished))
    }

    /// Removes all parts: the video is there.
    pub(super) fn remove(self) -> Result<()> {
        drop(self.current);
        fs::remove_dir_all(&self.folder).map_err(Error::file("remove", &self.folder))
    }
}

impl Writing {
    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.sum = add(self.sum, bytes);
        self.file.write_all(bytes)
    }
}

/// The packets of a part; `None` when the file is not there, or not whole.
fn read(path: &Path) -> Option<Vec<Kept>> {
    let mut bytes = Vec::new();
    File::open(path).ok()?.read_to_end(&mut bytes).ok()?;
    let tail = bytes.len().checked_sub(24)?;
    let number = |at: usize| -> Option<u64> { Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?)) };
    let (end, count, sum) = (number(tail)?, number(tail + 8)?, number(tail + 16)?);
    let body = bytes.get(..tail)?;
    if end != u64::MAX || !body.starts_with(MAGIC) || add(NOTHING, body) != sum {
        return None;
    }
    let mut rest = &body[MAGIC.len()..];
    let mut packets = Vec::new();
    while !rest.is_empty() {
        let (head, after) = rest.split_at_checked(21)?;
        let signed = |at: usize| -> Option<i64> { Some(i64::from_le_bytes(head[at..at + 8].try_into().ok()?)) };
        let len = u32::from_le_bytes(head[17..21].try_into().ok()?);
        let (data, after) = after.split_at_checked(len.min(LONGEST) as usize)?;
        packets.push(Kept {
            pts: signed(0)?,
            dts: signed(8)?,
            key: head[16] != 0,
            bytes: data.to_vec(),
        });
        rest = after;
    }
    (packets.len() as u64 == count).then_some(packets)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(n: i64) -> Packet {
        let mut packet = Packet::copy(&[n as u8; 40]);
        packet.set_pts(Some(n));
        packet.set_dts(Some(n - 2));
        packet
    }

    #[test]
    fn whole_parts_are_used_again_and_others_are_not() {
        let folder = tempfile::tempdir().unwrap();
        let make = |upto: usize| {
            let mut parts = PacketCache::open(folder.path(), &[0, 3, 5], 9).unwrap();
            for part in 0..upto {
                parts.begin(parts.starts[part]).unwrap();
                for n in parts.starts[part]..parts.starts[part + 1] {
                    parts.keep(&packet(n as i64)).unwrap();
                }
                parts.end().unwrap();
            }
        };
        make(2);
        let mut parts = PacketCache::open(folder.path(), &[0, 3, 5], 9).unwrap();
        assert_eq!(parts.kept_frames(), 5);
        for n in 0..5 {
            let kept = parts.next().unwrap();
            assert_eq!((kept.pts(), kept.dts(), kept.size()), (Some(n), Some(n - 2), 40));
        }
        // A byte that is wrong, a file that is short.
        let path = parts.path(1);
        let bytes = fs::read(&path).unwrap();
        for at in [8, 30, bytes.len() / 2, bytes.len() - 1] {
            let mut wrong = bytes.clone();
            wrong[at] ^= 1;
            fs::write(&path, &wrong).unwrap();
            assert_eq!(
                PacketCache::open(folder.path(), &[0, 3, 5], 9).unwrap().kept_frames(),
                3,
                "{at}"
            );
            fs::write(&path, &bytes[..at]).unwrap();
            assert_eq!(
                PacketCache::open(folder.path(), &[0, 3, 5], 9).unwrap().kept_frames(),
                3,
                "{at}"
            );
        }
    }
}
