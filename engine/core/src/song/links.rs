//! Where the songs lie that one file joins, and where the tags behind them begin.
//!
//! **Sources**: RFC 3533, section 4, for chained Ogg streams; RFC 9639, section 8, for the head of a FLAC file; the ID3v1,
//! ID3v2.4, APEv2 and Lyrics3 v2 descriptions for what may follow a song.

use std::{
    io::{self, BufReader, Read, Seek, SeekFrom},
    ops::Range,
    path::Path,
};

use super::part::FilePart;
use crate::error::{Error, Result};

/// A FLAC file begins so: its name, and the head of a block of stream information, which is 34 bytes long.
const FLAC_HEAD: [&[u8; 8]; 2] = [b"fLaC\x00\x00\x00\x22", b"fLaC\x80\x00\x00\x22"];
/// Bytes of an Ogg page before its table of segments.
const OGG_HEAD: usize = 27;
/// An Ogg page's flag for the first of a stream.
const OGG_FIRST: u8 = 2;
/// The most songs taken from one file: a damaged one could claim any number.
const MOST: usize = 1_024;

/// The parts of a file that are each a song file of their own, in order; one at least.
///
/// # Errors
/// [`Error::File`] when the file can't be read.
pub(super) fn links(path: &Path) -> Result<Vec<Range<u64>>> {
    let refuse = Error::file("read", path);
    let mut file = BufReader::with_capacity(1 << 16, FilePart::open(path, 0..u64::MAX)?);
    let mut found = || -> io::Result<Vec<Range<u64>>> {
        let len = file.get_ref().len();
        let start = skip_id3v2(&mut file)?;
        let mut head = [0; 4];
        file.seek(SeekFrom::Start(start))?;
        let starts = match file.read_exact(&mut head) {
            Ok(()) if head == *b"OggS" => ogg_chains(&mut file, start)?,
            Ok(()) if head == *b"fLaC" => flac_heads(&mut file, start)?,
            _ => return Ok(std::iter::once(0..len).collect()),
        };
        let ends = starts.iter().skip(1).copied().chain([len]);
        let mut ranges: Vec<Range<u64>> = starts.iter().copied().zip(ends).map(|(from, to)| from..to).collect();
        if head == *b"fLaC" {
            for range in &mut ranges {
                range.end = before_tags(&mut file, range.clone())?;
            }
        }
        // Tags in front belong to the first song.
        ranges[0].start = 0;
        Ok(ranges)
    };
    found().map_err(refuse)
}

/// The byte after the ID3v2 tags at the start.
fn skip_id3v2(file: &mut BufReader<FilePart>) -> io::Result<u64> {
    let mut at = 0;
    loop {
        file.seek(SeekFrom::Start(at))?;
        let mut head = [0; 10];
        let whole = file.read_exact(&mut head).is_ok();
        match id3v2_len(&head).filter(|_| whole) {
            Some(len) => at += len,
            None => return Ok(at),
        }
    }
}

/// The length of the ID3v2 tag that begins with these ten bytes, if one does.
pub(super) fn id3v2_len(head: &[u8]) -> Option<u64> {
    let [b'I', b'D', b'3', major, minor, flags, size @ ..] = head.get(..10)? else {
        return None;
    };
    if *major == 0xff || *minor == 0xff || size.iter().any(|byte| byte & 0x80 != 0) {
        return None;
    }
    let size = size.iter().fold(0, |size, &byte| size << 7 | u64::from(byte));
    // A flag says that the head is repeated behind the tag.
    let foot = if flags & 0x10 == 0 { 0 } else { 10 };
    Some(10 + size + foot)
}

/// Where chains begin: a stream's first page that does not stand among other streams' first pages.
fn ogg_chains(file: &mut BufReader<FilePart>, start: u64) -> io::Result<Vec<u64>> {
    let mut starts = Vec::new();
    let mut at = start;
    let mut among_first = false;
    file.seek(SeekFrom::Start(at))?;
    loop {
        let mut head = [0; OGG_HEAD];
        if !fill(file, &mut head)? {
            return Ok(starts);
        }
        if head[..4] != *b"OggS" || head[4] != 0 {
            at = match next_page(file, at + 1)? {
                Some(at) => at,
                None => return Ok(starts),
            };
            continue;
        }
        let first = head[5] & OGG_FIRST != 0;
        if first && !among_first && starts.len() < MOST {
            starts.push(at);
        }
        among_first = first;
        let mut sizes = vec![0; usize::from(head[OGG_HEAD - 1])];
        if !fill(file, &mut sizes)? {
            return Ok(starts);
        }
        let body: u64 = sizes.iter().map(|&size| u64::from(size)).sum();
        file.seek_relative(body as i64)?;
        at += (OGG_HEAD + sizes.len()) as u64 + body;
    }
}

/// The next place from `at` on where a page may begin, with the reader on it.
fn next_page(file: &mut BufReader<FilePart>, at: u64) -> io::Result<Option<u64>> {
    file.seek(SeekFrom::Start(at))?;
    let found = find(file, at, &[b"OggS"])?;
    if let Some(at) = found {
        file.seek(SeekFrom::Start(at))?;
    }
    Ok(found)
}

/// Where FLAC files begin.
fn flac_heads(file: &mut BufReader<FilePart>, start: u64) -> io::Result<Vec<u64>> {
    let mut starts = vec![start];
    let mut at = start + 4;
    while starts.len() < MOST {
        file.seek(SeekFrom::Start(at))?;
        let Some(found) = find(file, at, &FLAC_HEAD)? else {
            break;
        };
        starts.push(found);
        at = found + 4;
    }
    Ok(starts)
}

/// The first place of one of `words` in what follows, `at` being the reader's place.
fn find<const N: usize>(file: &mut impl Read, at: u64, words: &[&[u8; N]]) -> io::Result<Option<u64>> {
    let mut window = Vec::new();
    let mut from = at;
    loop {
        let kept = window.len();
        window.resize(kept + (1 << 16), 0);
        let read = file.read(&mut window[kept..])?;
        window.truncate(kept + read);
        let first = |bytes: &[u8]| words.iter().any(|word| bytes == word.as_slice());
        if let Some(place) = window.windows(N).position(first) {
            return Ok(Some(from + place as u64));
        }
        if read == 0 {
            return Ok(None);
        }
        let done = window.len().saturating_sub(N - 1);
        window.drain(..done);
        from += done as u64;
    }
}

/// Fills `out` from a file; false when the file ends before.
fn fill(file: &mut impl Read, out: &mut [u8]) -> io::Result<bool> {
    match file.read_exact(out) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

/// Where the tags behind a song begin, or the range's end where there are none.
fn before_tags(file: &mut BufReader<FilePart>, range: Range<u64>) -> io::Result<u64> {
    let mut end = range.end;
    loop {
        let take = (end - range.start).min(128);
        let mut tail = [0; 128];
        file.seek(SeekFrom::Start(end - take))?;
        file.read_exact(&mut tail[128 - take as usize..])?;
        let Some(len) = tag_before(&tail).filter(|&len| len <= end - range.start) else {
            return Ok(end);
        };
        end -= len;
    }
}

/// The length of the tag that ends with these bytes.
fn tag_before(tail: &[u8; 128]) -> Option<u64> {
    let u32_at = |at: usize| u64::from(u32::from_le_bytes([tail[at], tail[at + 1], tail[at + 2], tail[at + 3]]));
    if tail.starts_with(b"TAG") {
        return Some(128);
    }
    if tail[96..].starts_with(b"APETAGEX") {
        // The size counts the foot but not the head, which a flag tells.
        let head = if u32_at(116) & 0x8000_0000 == 0 { 0 } else { 32 };
        return Some(u32_at(108) + head);
    }
    if tail.ends_with(b"LYRICS200") {
        let size = std::str::from_utf8(&tail[113..119]).ok()?.parse::<u64>().ok()?;
        return Some(size + 15);
    }
    if tail[118..].starts_with(b"3DI") {
        let mut head = [0; 10];
        head.copy_from_slice(&tail[118..]);
        head[..3].copy_from_slice(b"ID3");
        return id3v2_len(&head);
    }
    None
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn page(flags: u8, body: &[u8]) -> Vec<u8> {
        let mut page = b"OggS\0".to_vec();
        page.push(flags);
        page.extend([0; 20]);
        page.push(1);
        page.push(body.len() as u8);
        page.extend(body);
        page
    }

    fn links_of(bytes: &[u8]) -> Vec<Range<u64>> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("song");
        fs::write(&path, bytes).unwrap();
        links(&path).unwrap()
    }

    fn alone(len: u64) -> Vec<Range<u64>> {
        std::iter::once(0..len).collect()
    }

    #[test]
    fn chains_begin_at_first_pages_but_not_between_them() {
        let two_streams = [page(2, b"a"), page(2, b"b"), page(0, b"cd"), page(4, b"e")].concat();
        let len = two_streams.len() as u64;
        assert_eq!(links_of(&two_streams), alone(len));
        let joined = [&two_streams[..], b"junk", &two_streams[..]].concat();
        assert_eq!(links_of(&joined), [0..len + 4, len + 4..2 * len + 4]);
    }

    #[test]
    fn tags_behind_a_flac_are_none_of_it() {
        let head = [FLAC_HEAD[0].as_slice(), &[7; 90]].concat();
        let id3v1 = [b"TAG".as_slice(), &[0; 125]].concat();
        let mut ape = [b"APETAGEX".as_slice(), &2_000u32.to_le_bytes(), &40u32.to_le_bytes()].concat();
        ape.extend([0, 0, 0, 0, 0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0, 0]);
        let ape = [vec![1; 40], ape].concat();
        let id3v2 = b"ID3\x04\0\0\0\0\0\x05hello";
        let song = [id3v2.as_slice(), &head].concat();
        let len = song.len() as u64;
        for tags in [vec![], id3v1.clone(), ape.clone(), [ape, id3v1].concat()] {
            assert_eq!(links_of(&[song.clone(), tags.clone()].concat()), alone(len));
            let joined = [song.clone(), tags, head.clone()].concat();
            let second = joined.len() as u64 - head.len() as u64;
            assert_eq!(links_of(&joined), [0..len, second..joined.len() as u64]);
        }
    }
}
