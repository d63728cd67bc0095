//! The lead-in of a Matroska file's sound, stated in its header.
//!
//! AAC begins with a packet in which nothing of the song is heard yet. Matroska has an element that says how much is to be
//! left out (`CodecDelay`), and FFmpeg's writer puts it there for Opus alone. There is no room for one more element, but
//! the track's number for other programs (`TrackUID`), a small one, stands there in eight bytes: in one it makes room for
//! exactly that.
//!
//! **Source**: RFC 8794 (EBML), RFC 9559 (Matroska).

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom, Write},
    ops::Range,
};

use super::mux::Fault;

/// The header is in so many first bytes, long titles and all.
const HEAD: u64 = 1 << 20;

const SEGMENT: u32 = 0x1853_8067;
const TRACKS: u32 = 0x1654_AE6B;
const TRACK_ENTRY: u32 = 0xAE;
const TRACK_UID: u32 = 0x73C5;
const TRACK_TYPE: u32 = 0x83;
const CODEC_DELAY: u32 = 0x56AA;
const CRC_32: u32 = 0xBF;
/// [`TRACK_TYPE`] of sound.
const SOUND: u8 = 2;

/// Who has stated the lead-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stated {
    /// FFmpeg, which then shifts time stamps as well.
    ByFfmpeg,
    /// We have.
    Here,
}

/// States the sound's lead-in, in nanoseconds, in the header of a file that is being written; the place in the file at
/// which writing goes on stays.
///
/// # Errors
/// [`Fault::Layout`] where the header is not laid out as FFmpeg does it; [`Fault::Io`].
pub(super) fn state_delay(mut file: &File, nanos: u64) -> Result<Stated, Fault> {
    let at = file.stream_position().map_err(Fault::Io)?;
    let stated = state(file, nanos);
    file.seek(SeekFrom::Start(at)).map_err(Fault::Io)?;
    stated
}

fn state(mut file: &File, nanos: u64) -> Result<Stated, Fault> {
    let mut head = Vec::new();
    let mut read = || -> io::Result<usize> {
        file.rewind()?;
        file.take(HEAD).read_to_end(&mut head)
    };
    read().map_err(Fault::Io)?;
    let unknown = Fault::Layout("FFmpeg's Matroska header has no place for the length of the codec's lead-in");
    let Some((tracks, stated)) = with_delay(&mut head, nanos) else {
        return Err(unknown);
    };
    let mut write = || -> io::Result<()> {
        file.seek(SeekFrom::Start(tracks.start as u64))?;
        file.write_all(&head[tracks.clone()])
    };
    write().map_err(Fault::Io)?;
    Ok(stated)
}

/// An element: its number, where it begins, where its content lies.
struct Element {
    id: u32,
    start: usize,
    content: Range<usize>,
}

/// The element at a place.
fn element(bytes: &[u8], start: usize) -> Option<Element> {
    let (id, after_id) = number(bytes, start, false)?;
    let (len, after_len) = number(bytes, after_id, true)?;
    // All ones: the length is not known yet, as of a file that is being written.
    let is_open = len == (1 << (7 * (after_len - after_id))) - 1;
    let end = if is_open {
        bytes.len()
    } else {
        after_len.checked_add(usize::try_from(len).ok()?)?
    };
    Some(Element {
        id: u32::try_from(id).ok()?,
        start,
        content: after_len..end,
    })
}

/// A number of variable length, with or without the bits that tell its length, and where it ends.
fn number(bytes: &[u8], at: usize, strip: bool) -> Option<(u64, usize)> {
    let first = *bytes.get(at)?;
    let len = first.leading_zeros() as usize + 1;
    let body = bytes.get(at..at + len).filter(|_| len <= 8)?;
    let mask = if strip { 0xFF_u64 >> len } else { 0xFF };
    let value = body[1..]
        .iter()
        .fold(u64::from(first) & mask, |value, &byte| value << 8 | u64::from(byte));
    Some((value, at + len))
}

/// The elements in a range, as far as they can be read.
fn elements(bytes: &[u8], range: Range<usize>) -> impl Iterator<Item = Element> {
    let mut at = range.start;
    std::iter::from_fn(move || {
        let found = element(bytes, at).filter(|_| at < range.end)?;
        at = found.content.end;
        Some(found)
    })
}

fn find(bytes: &[u8], range: Range<usize>, id: u32) -> Option<Element> {
    elements(bytes, range).find(|element| element.id == id)
}

/// Puts the lead-in into a file's first bytes; gives the range that has changed. `None` when there is no place for it.
fn with_delay(head: &mut [u8], nanos: u64) -> Option<(Range<usize>, Stated)> {
    let segment = find(head, 0..head.len(), SEGMENT)?.content;
    let tracks = find(head, segment, TRACKS)?.content;
    head.get(tracks.clone())?;
    let is_sound = |entry: &Element| {
        find(head, entry.content.clone(), TRACK_TYPE).is_some_and(|kind| head[kind.content] == [SOUND])
    };
    let entry = elements(head, tracks.clone())
        .filter(|element| element.id == TRACK_ENTRY)
        .find(is_sound)?
        .content;
    if find(head, entry.clone(), CODEC_DELAY).is_some() {
        return Some((tracks.start..tracks.start, Stated::ByFfmpeg));
    }
    let uid = find(head, entry, TRACK_UID)?;
    let [0, 0, 0, 0, 0, 0, 0, small @ 1..=u8::MAX] = head[uid.content.clone()] else {
        return None;
    };
    let [a, b, c, d] = u32::try_from(nanos).ok()?.to_be_bytes();
    head.get_mut(uid.start..uid.content.end)?
        .copy_from_slice(&[0x73, 0xC5, 0x81, small, 0x56, 0xAA, 0x84, a, b, c, d]);
    if let Some(sum) = element(head, tracks.start).filter(|first| first.id == CRC_32) {
        let new = crc32fast::hash(&head[sum.content.end..tracks.end]);
        head[sum.content].copy_from_slice(&new.to_le_bytes());
    }
    Some((tracks, Stated::Here))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxed(id: &[u8], content: &[u8]) -> Vec<u8> {
        [id, &[0x80 | content.len() as u8], content].concat()
    }

    /// A file as far as its tracks: a picture's and a sound's.
    fn file(uid: &[u8], more: &[u8]) -> Vec<u8> {
        let track = |uid: &[u8], kind: u8, more: &[u8]| {
            boxed(
                &[0xAE],
                &[&boxed(&[0x73, 0xC5], uid), more, &boxed(&[0x83], &[kind])].concat(),
            )
        };
        let both = [track(&[0, 0, 0, 0, 0, 0, 0, 1], 1, &[]), track(uid, 2, more)].concat();
        let tracks = [boxed(&[0xBF], &crc32fast::hash(&both).to_le_bytes()), both].concat();
        // The segment's length is not known yet.
        let segment = [0x18, 0x53, 0x80, 0x67, 0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];
        [
            &boxed(&[0x1A, 0x45, 0xDF, 0xA3], &[0; 4])[..],
            &segment,
            &boxed(&[0x15, 0x49, 0xA9, 0x66], &[0; 9]),
            &boxed(&[0x16, 0x54, 0xAE, 0x6B], &tracks),
        ]
        .concat()
    }

    #[test]
    fn the_checksum_is_that_of_the_format() {
        // ISO/IEC 3309, as EBML has it: reflected, polynomial 0x04C11DB7.
        assert_eq!(crc32fast::hash(b"123456789"), 0xCBF4_3926);
    }

    #[test]
    fn the_lead_in_takes_the_room_of_a_small_number() {
        let mut head = file(&[0, 0, 0, 0, 0, 0, 0, 2], &[]);
        let len = head.len();
        let (range, stated) = with_delay(&mut head, 21_333_333).unwrap();
        assert_eq!((head.len(), stated), (len, Stated::Here));
        let delay = find(&head, 0..len, SEGMENT)
            .and_then(|segment| find(&head, segment.content, TRACKS))
            .and_then(|tracks| elements(&head, tracks.content).last())
            .and_then(|sound| find(&head, sound.content, CODEC_DELAY))
            .unwrap();
        assert_eq!(head[delay.content], 21_333_333_u32.to_be_bytes());
        let sum: [u8; 4] = head[range.start + 2..range.start + 6].try_into().unwrap();
        assert_eq!(
            u32::from_le_bytes(sum),
            crc32fast::hash(&head[range.start + 6..range.end])
        );
        // Once more, as over a header that some later FFmpeg has written: it stays.
        let before = head.clone();
        assert_eq!(with_delay(&mut head, 1).unwrap().1, Stated::ByFfmpeg);
        assert_eq!(head, before);
    }

    #[test]
    fn without_room_nothing_is_written() {
        for uid in [&[9; 8][..], &[2]] {
            let mut head = file(uid, &[]);
            let before = head.clone();
            assert!(with_delay(&mut head, 1).is_none());
            assert_eq!(head, before);
        }
        let whole = file(&[0, 0, 0, 0, 0, 0, 0, 2], &[]);
        for len in 0..whole.len() {
            assert!(with_delay(&mut whole[..len].to_vec(), 1).is_none(), "{len} bytes");
        }
    }
}
