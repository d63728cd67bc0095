//! The frames of an MP3 file, past the tags and the junk between them.

use std::{
    io::{self, Read},
    ops::Range,
    path::Path,
};

use super::{links::id3v2_len, part::FilePart};
use crate::error::Result;

/// Bytes that are looked at together: longer than a frame, the header behind it and every tag's head.
const REACH: usize = 4_096;
/// Bytes that are read at a time.
const ROOM: usize = 1 << 16;

/// Kilobits a second of layer III, by the header's index: MPEG 1, and MPEG 2 and 2.5.
const KBPS: [[u64; 15]; 2] = [
    [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
    [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
];

/// What a frame's header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) rate_hz: u32,
    pub(super) channels: usize,
    /// Samples (per channel) in the frame.
    pub(super) samples: u64,
    /// Bytes of the frame, header included.
    len: usize,
    /// Whether two bytes of checksum follow.
    checked: bool,
}

impl Header {
    /// The header that these bytes begin with, if they do.
    fn of(bytes: &[u8]) -> Option<Self> {
        let [0xff, second, third, fourth, ..] = *bytes else {
            return None;
        };
        let (version, layer) = (second >> 3 & 3, second >> 1 & 3);
        let (rate, kind) = (third >> 2 & 3, third >> 4);
        if second & 0xe0 != 0xe0 || version == 1 || layer != 1 || rate == 3 || kind == 0 || kind == 15 {
            return None;
        }
        let mpeg1 = version == 3;
        let rate_hz = [44_100, 48_000, 32_000][usize::from(rate)] >> [2, 0, 1, 0][usize::from(version)];
        let samples: u64 = if mpeg1 { 1_152 } else { 576 };
        let kbps = KBPS[usize::from(!mpeg1)][usize::from(kind)];
        Some(Self {
            rate_hz,
            channels: if fourth >> 6 == 3 { 1 } else { 2 },
            samples,
            len: (samples / 8 * kbps * 1_000 / u64::from(rate_hz)) as usize + usize::from(third >> 1 & 1),
            checked: second & 1 == 0,
        })
    }

    /// Whether one decoder decodes both.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        (self.rate_hz, self.channels) == (other.rate_hz, other.channels)
    }

    /// Where the main data would begin: behind the header, the checksum and the side information.
    fn side_info_end(&self) -> usize {
        4 + match (self.samples, self.channels) {
            (1_152, 1) => 17,
            (1_152, _) => 32,
            (_, 1) => 9,
            _ => 17,
        }
    }
}

/// What a frame that is a header of the whole file says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct InfoTag {
    /// Frames, itself not counted.
    pub(super) frames: Option<u32>,
    /// Bytes from its own start to the last frame's end.
    pub(super) bytes: Option<u32>,
    /// Samples that the encoder put before the sound and after it.
    pub(super) trim: Option<(u64, u64)>,
}

impl InfoTag {
    fn of(header: &Header, frame: &[u8]) -> Option<Self> {
        let zeros = |range: Range<usize>| {
            frame
                .get(range)
                .is_some_and(|bytes| bytes.iter().all(|&byte| byte == 0))
        };
        let body = 4 + if header.checked { 2 } else { 0 };
        let u32_at = |at: usize| {
            let bytes = frame.get(at..at + 4)?;
            Some(u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
        };
        if zeros(body..36) && frame.get(36..40) == Some(b"VBRI") {
            return Some(Self {
                frames: u32_at(50),
                bytes: u32_at(46),
                trim: None,
            });
        }
        // The checksum is counted to the side information here, or is not: both are written.
        let mut at = [0, body - 4]
            .into_iter()
            .map(|more| header.side_info_end() + more)
            .find(|&at| matches!(frame.get(at..at + 4), Some(b"Xing" | b"Info")))?;
        if !zeros(body..at) {
            return None;
        }
        let flags = u32_at(at + 4)?;
        at += 8;
        let mut field = |flag: u32, len: usize| {
            let here = at;
            let there = flags & flag != 0;
            at += if there { len } else { 0 };
            there.then_some(here)
        };
        let (frames, bytes) = (field(1, 4).and_then(u32_at), field(2, 4).and_then(u32_at));
        field(4, 100);
        field(8, 4);
        let encoder = frame.get(at..at + 4);
        let known = matches!(encoder, Some(b"LAME" | b"Lavf" | b"Lavc"));
        let trim = frame.get(at + 21..at + 24).filter(|_| known).map(|three| {
            let both = u64::from(three[0]) << 16 | u64::from(three[1]) << 8 | u64::from(three[2]);
            (both >> 12, both & 0xfff)
        });
        Some(Self { frames, bytes, trim })
    }
}

/// A frame.
pub(super) struct Mp3Frame {
    pub(super) header: Header,
    pub(super) bytes: Vec<u8>,
    /// What it says of the file, where it is no sound.
    pub(super) tag: Option<InfoTag>,
    /// Bytes before it, behind the first frame, that are neither frames nor tags nor zeros.
    pub(super) junk: u64,
}

/// Reads a file's frames in order.
pub(super) struct Frames {
    file: FilePart,
    held: Vec<u8>,
    at: usize,
    whole: bool,
    /// The last frame's header, while frame follows frame.
    last: Option<Header>,
    begun: bool,
}

impl Frames {
    pub(super) fn open(path: &Path, range: Range<u64>) -> Result<Self> {
        Ok(Self {
            file: FilePart::open(path, range)?,
            held: Vec::new(),
            at: 0,
            whole: false,
            last: None,
            begun: false,
        })
    }

    /// The next frame; nothing at the end.
    ///
    /// # Errors
    /// When the file can't be read.
    pub(super) fn next(&mut self) -> io::Result<Option<Mp3Frame>> {
        let mut junk = 0;
        loop {
            self.fill()?;
            let ahead = &self.held[self.at..];
            if ahead.is_empty() {
                return Ok(None);
            }
            if let Some(header) = Header::of(ahead)
                && self.is_frame(&header)
            {
                let bytes = ahead[..header.len].to_vec();
                self.at += header.len;
                self.last = Some(header);
                let junk = if self.begun { junk } else { 0 };
                self.begun = true;
                return Ok(Some(Mp3Frame {
                    tag: InfoTag::of(&header, &bytes),
                    header,
                    bytes,
                    junk,
                }));
            }
            if let Some(len) = tag_len(ahead) {
                self.skip(len)?;
                continue;
            }
            junk += u64::from(ahead[0] != 0);
            self.at += 1;
            self.last = None;
        }
    }

    /// Whether what looks like a header is one: it goes on as the frame before did, or another frame, a tag or the end
    /// follows.
    fn is_frame(&self, header: &Header) -> bool {
        let Some(behind) = self.held[self.at..].get(header.len..) else {
            return false; // Cut off.
        };
        let next = Header::of(behind);
        next.is_some_and(|next| next.rate_hz == header.rate_hz)
            || behind.is_empty()
            || tag_len(behind).is_some()
            || self.last.is_some_and(|last| last.is_like(header))
    }

    /// Leaves out bytes, also such as were not read yet.
    fn skip(&mut self, len: u64) -> io::Result<()> {
        let held = (self.held.len() - self.at) as u64;
        if len <= held {
            self.at += len as usize;
            return Ok(());
        }
        self.at = self.held.len();
        io::copy(&mut self.file.by_ref().take(len - held), &mut io::sink()).map(|_| ())
    }

    /// Makes sure that what is looked at together is held, as far as the file has it.
    fn fill(&mut self) -> io::Result<()> {
        if self.whole || self.held.len() - self.at >= REACH {
            return Ok(());
        }
        self.held.drain(..self.at);
        self.at = 0;
        let read = self.file.by_ref().take(ROOM as u64).read_to_end(&mut self.held)?;
        self.whole = read < ROOM;
        Ok(())
    }
}

/// The length of the tag that these bytes begin with, if they do.
fn tag_len(bytes: &[u8]) -> Option<u64> {
    if let Some(len) = id3v2_len(bytes) {
        return Some(len);
    }
    if bytes.starts_with(b"APETAGEX") {
        let size = bytes.get(12..16)?;
        let size = u64::from(u32::from_le_bytes([size[0], size[1], size[2], size[3]]));
        // A head says so in its flags; a foot alone ends here.
        let is_head = bytes.get(23)? & 0x20 != 0;
        return Some(if is_head { size + 32 } else { 32 });
    }
    if bytes.starts_with(b"TAG+") {
        return Some(227);
    }
    bytes.starts_with(b"TAG").then_some(128)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// An MPEG 1 frame of 128 kb/s at 44.1 kHz, 417 bytes long.
    fn frame(fill: u8) -> Vec<u8> {
        let mut frame = vec![0xff, 0xfb, 0x90, 0x64];
        frame.resize(417, fill);
        frame
    }

    fn frames_of(bytes: &[u8]) -> Vec<(u8, u64)> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("song.mp3");
        fs::write(&path, bytes).unwrap();
        let mut frames = Frames::open(&path, 0..u64::MAX).unwrap();
        std::iter::from_fn(|| frames.next().unwrap())
            .map(|frame| (frame.bytes[416], frame.junk))
            .collect()
    }

    #[test]
    fn frames_are_found_past_tags_and_junk() {
        // A tag that is full of what looks like frames.
        let id3v2 = [b"ID3\x04\0\0\0\0\x06\x42".as_slice(), &frame(9), &frame(9)].concat();
        let id3v1 = [b"TAG".as_slice(), &[1; 125]].concat();
        let bytes = [
            b"\0\0\0junk".to_vec(),
            frame(1),
            frame(2),
            id3v1.clone(),
            id3v2,
            frame(3),
            frame(4),
            vec![0xff, 0xff, 0xff, 7, 7, 7],
            frame(5),
            frame(6),
            id3v1,
        ];
        let found = frames_of(&bytes.concat());
        assert_eq!(found, [(1, 0), (2, 0), (3, 0), (4, 0), (5, 6), (6, 0)]);
    }

    #[test]
    fn a_frame_that_is_cut_off_is_none() {
        let mut bytes = [frame(1), frame(2), frame(3)].concat();
        bytes.truncate(1_000);
        assert_eq!(frames_of(&bytes), [(1, 0), (2, 0)]);
    }

    #[test]
    fn headers_have_their_lengths() {
        let of = |bytes: [u8; 4]| Header::of(&bytes).map(|header| (header.rate_hz, header.channels, header.len));
        assert_eq!(of([0xff, 0xfb, 0x92, 0x64]), Some((44_100, 2, 418)));
        assert_eq!(of([0xff, 0xf3, 0x80, 0xc4]), Some((22_050, 1, 208)));
        assert_eq!(of([0xff, 0xe3, 0x18, 0xc4]), Some((8_000, 1, 72)));
        for bad in [
            [0xff, 0xeb, 0x90, 0],
            [0xff, 0xfd, 0x90, 0],
            [0xff, 0xfb, 0xf0, 0],
            [0xff, 0xfb, 0x00, 0],
        ] {
            assert_eq!(of(bad), None);
        }
    }
}
