//! Title and artist of a wav file: its list INFO, which Symphonia does not tell, before the sound or behind it.
//!
//! **Source**: Microsoft and IBM, "Multimedia Programming Interface and Data Specifications 1.0", 1991, chapter 2: LIST
//! chunks, and INFO's INAM and IART.

use std::{
    io::{self, BufReader, Read},
    ops::Range,
    path::Path,
};

use super::{part::FilePart, title};

/// A longer list holds pictures or worse, in bytes.
const LONGEST: u32 = 1 << 20;
/// A file with more chunks is damaged.
const MOST_CHUNKS: usize = 1_000;

/// Title and artist; none of a file that is no wav, or whose tags can't be read: they are no reason to refuse it.
pub(super) fn title_and_artist(path: &Path, bytes: Range<u64>) -> (Option<String>, Option<String>) {
    find(path, bytes)
        .ok()
        .flatten()
        .map_or((None, None), |list| (text(&list, *b"INAM"), text(&list, *b"IART")))
}

/// The order of a number's bytes.
#[derive(Debug, Clone, Copy)]
enum Order {
    Little,
    Big,
}

impl Order {
    fn u32(self, bytes: [u8; 4]) -> u32 {
        match self {
            Self::Little => u32::from_le_bytes(bytes),
            Self::Big => u32::from_be_bytes(bytes),
        }
    }
}

/// The list INFO behind its name.
struct Info {
    order: Order,
    body: Vec<u8>,
}

/// Goes from chunk to chunk up to the first list INFO.
fn find(path: &Path, bytes: Range<u64>) -> io::Result<Option<Info>> {
    let file = FilePart::open(path, bytes).map_err(io::Error::other)?;
    let mut file = BufReader::new(file);
    let mut head = [0; 12];
    file.read_exact(&mut head)?;
    let order = match (&head[..4], &head[8..]) {
        (b"RIFF", b"WAVE") => Order::Little,
        (b"RIFX", b"WAVE") => Order::Big,
        _ => return Ok(None),
    };
    for _ in 0..MOST_CHUNKS {
        let mut head = [0; 8];
        file.read_exact(&mut head)?;
        let len = order.u32([head[4], head[5], head[6], head[7]]);
        let mut left = i64::from(len) + i64::from(len % 2);
        if head[..4] == *b"LIST" && (4..=LONGEST).contains(&len) {
            let mut body = vec![0; len as usize];
            file.read_exact(&mut body)?;
            if body.starts_with(b"INFO") {
                return Ok(Some(Info {
                    order,
                    body: body.split_off(4),
                }));
            }
            left -= body.len() as i64;
        }
        file.seek_relative(left)?;
    }
    Ok(None)
}

/// The text of one kind in a list: UTF-8, or what the older Latin-1 makes of it.
fn text(list: &Info, kind: [u8; 4]) -> Option<String> {
    let mut rest = &list.body[..];
    while let [a, b, c, d, l0, l1, l2, l3, behind @ ..] = rest {
        let len = list.order.u32([*l0, *l1, *l2, *l3]) as usize;
        let text = &behind[..len.min(behind.len())];
        if [*a, *b, *c, *d] == kind {
            let latin = || text.iter().map(|byte| char::from(*byte)).collect();
            return title::tag(&String::from_utf8(text.to_vec()).unwrap_or_else(|_| latin()));
        }
        rest = behind.get(len.saturating_add(len % 2)..).unwrap_or(&[]);
    }
    None
}

#[cfg(test)]
mod tests {
    use std::fs;

    use crate::song::Song;

    fn chunk(name: &[u8], body: &[u8]) -> Vec<u8> {
        let mut chunk = name.to_vec();
        chunk.extend((body.len() as u32).to_le_bytes());
        chunk.extend(body);
        chunk.extend(vec![0; body.len() % 2]);
        chunk
    }

    fn wav(chunks: &[Vec<u8>]) -> Vec<u8> {
        let body = [b"WAVE".to_vec(), chunks.concat()].concat();
        chunk(b"RIFF", &body)
    }

    fn format() -> Vec<u8> {
        let body = [1u32 << 16 | 1, 8_000, 16_000, 16 << 16 | 2].map(u32::to_le_bytes);
        chunk(b"fmt ", body.as_flattened())
    }

    fn info(texts: &[(&[u8], &[u8])]) -> Vec<u8> {
        let texts = texts.iter().map(|(kind, text)| chunk(kind, text));
        chunk(
            b"LIST",
            &[b"INFO".to_vec(), texts.collect::<Vec<_>>().concat()].concat(),
        )
    }

    fn told(bytes: &[u8]) -> (Option<String>, Option<String>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("song.wav");
        fs::write(&path, bytes).unwrap();
        let song = Song::open(&path).unwrap();
        (song.info().title.clone(), song.info().artist.clone())
    }

    #[test]
    fn tags_are_found_before_and_behind_the_sound() {
        let sound = chunk(b"data", &[7; 801]);
        let tags = info(&[(b"ICMT", b"odd"), (b"INAM", b"Night\0"), (b"IART", "Zoë".as_bytes())]);
        let both = (Some("Night".to_owned()), Some("Zoë".to_owned()));
        assert_eq!(told(&wav(&[format(), tags.clone(), sound.clone()])), both);
        let cues = chunk(b"LIST", b"adtlnote");
        assert_eq!(told(&wav(&[format(), sound.clone(), cues, tags])), both);
        // Latin-1, and a text that says nothing.
        let latin = info(&[(b"IART", b"Zo\xeb"), (b"INAM", b" \0")]);
        assert_eq!(
            told(&wav(&[format(), sound.clone(), latin])),
            (None, Some("Zoë".into()))
        );
        assert_eq!(told(&wav(&[format(), sound])), (None, None));
    }

    #[test]
    fn damaged_tags_are_none() {
        let sound = chunk(b"data", &[7; 800]);
        let whole = wav(&[format(), sound, info(&[(b"INAM", b"Night")])]);
        for cut in 1..20 {
            let (title, _) = told(&whole[..whole.len() - cut]);
            assert_eq!(title, None, "{cut} bytes are missing");
        }
        let mut long = whole.clone();
        let at = whole.len() - 14;
        assert_eq!(&long[at..at + 4], b"INAM");
        long[at + 4..at + 8].fill(0xff);
        // Its length is nonsense, and what there is of it is told.
        assert_eq!(told(&long).0.as_deref(), Some("Night"));
    }
}
