//! A song file on its way: the songs that it joins one after another, each by the decoder that plays it right.

use std::{ops::Range, path::Path};

use super::{
    Decode, Decoded, Loss, LossLog, OtherDecoder, SampleFormat, Samples, Shape, SongInfo, Source, links, mp3,
    reshape::Reshape,
    riff_info,
    rifx::{self, RifxReader},
    symphonia::SymphoniaReader,
};
use crate::{error::Result, time::SamplePos};

/// A way to decode a file.
#[derive(Debug, Clone, Copy)]
pub(super) enum Decoder {
    Symphonia,
    Mp3,
    Rifx,
    Other(&'static dyn OtherDecoder),
}

/// One of the songs that a file joins.
#[derive(Debug, Clone)]
pub(super) struct Link {
    bytes: Range<u64>,
    decoder: Decoder,
}

/// The songs that a file joins, in order; one at least.
#[derive(Debug)]
pub(super) struct Links {
    links: Vec<Link>,
    other: Option<&'static dyn OtherDecoder>,
}

impl Source for Links {
    fn decoder(&self, info: &SongInfo) -> Result<Box<dyn Decode>> {
        Ok(Box::new(JoinedReader::open(info, self)?))
    }
}

/// A file that was looked at.
pub(super) struct Looked {
    pub(super) info: SongInfo,
    pub(super) links: Links,
    pub(super) losses: Vec<Loss>,
}

/// Looks at a file: the songs in it, and how each is decoded.
///
/// # Errors
/// [`crate::Error::Song`] when nothing in it can be played.
pub(super) fn look(path: &Path, other: Option<&'static dyn OtherDecoder>) -> Result<Looked> {
    let mut found: Option<Looked> = None;
    for bytes in links::links(path)? {
        // What a file says of itself before its sound is said of the first song.
        let from = if found.is_none() { 0 } else { bytes.start };
        match (look_at(path, bytes, from, other), &mut found) {
            (Ok((info, link, losses)), None) => {
                found = Some(Looked {
                    info,
                    links: Links {
                        links: vec![link],
                        other,
                    },
                    losses,
                });
            }
            (Ok((info, link, _)), Some(found)) => {
                found.links.links.push(link);
                let claimed = info.claimed_len.filter(|_| info.rate == found.info.rate);
                found.info.claimed_len = found.info.claimed_len.zip(claimed).map(|(a, b)| a + b);
                if let (SampleFormat::Int { bits: most }, SampleFormat::Int { bits }) =
                    (&mut found.info.format, info.format)
                {
                    *most = bits.max(*most);
                }
            }
            (Err(error), None) => return Err(error),
            (Err(error), Some(found)) => {
                let at = SamplePos(found.info.claimed_len.unwrap_or(0));
                let what = format!("a song joined behind others is left out: {error}");
                found.losses.push(Loss { at, what });
            }
        }
    }
    found.ok_or_else(|| super::unplayable(path, "it holds no sound"))
}

/// Looks at one song: its description, how it is decoded, and what is known to be lost. Its tags may lie before it, from
/// byte `from` on.
fn look_at(
    path: &Path,
    bytes: Range<u64>,
    from: u64,
    other: Option<&'static dyn OtherDecoder>,
) -> Result<(SongInfo, Link, Vec<Loss>)> {
    let link = |decoder| Link {
        bytes: bytes.clone(),
        decoder,
    };
    if rifx::is_rifx(path, bytes.clone()) {
        let reader = RifxReader::open(path, bytes.clone())?;
        let info = with_tags(reader.info(), path, bytes.clone());
        return Ok((info, link(Decoder::Rifx), Vec::new()));
    }
    let native = SymphoniaReader::open(path, bytes.clone());
    if let Ok(native) = &native
        && native.is_mp3()
    {
        let reader = mp3::Mp3Reader::open(path, bytes.clone())?;
        let from_tags = SymphoniaReader::open(path, from..bytes.end);
        let tags = from_tags.as_ref().unwrap_or(native).info();
        let info = SongInfo {
            title: tags.title.clone(),
            artist: tags.artist.clone(),
            ..reader.info().clone()
        };
        return Ok((info, link(Decoder::Mp3), Vec::new()));
    }
    let exact = native.as_ref().is_ok_and(SymphoniaReader::is_exact);
    if !exact
        && let Some(other) = other
        && let Ok(reader) = other.open(path, bytes.clone())
    {
        return Ok((reader.info().clone(), link(Decoder::Other(other)), Vec::new()));
    }
    let late = Loss {
        at: SamplePos(0),
        what: "this format's encoder delay is not known: everything may be up to 50 ms late".to_owned(),
    };
    let losses = if exact { Vec::new() } else { vec![late] };
    let info = with_tags(native?.info(), path, bytes.clone());
    Ok((info, link(Decoder::Symphonia), losses))
}

/// What a decoder says of a song, with the tags of a wav file, which none here reads.
fn with_tags(info: &SongInfo, path: &Path, bytes: Range<u64>) -> SongInfo {
    let (title, artist) = riff_info::title_and_artist(path, bytes);
    SongInfo {
        title: info.title.clone().or(title),
        artist: info.artist.clone().or(artist),
        ..info.clone()
    }
}

/// A decoder at the first sample of one of the songs.
fn open(path: &Path, link: &Link) -> Result<Box<dyn Decode>> {
    let bytes = link.bytes.clone();
    Ok(match link.decoder {
        Decoder::Symphonia => Box::new(SymphoniaReader::open(path, bytes)?),
        Decoder::Mp3 => Box::new(mp3::Mp3Reader::open(path, bytes)?),
        Decoder::Rifx => Box::new(RifxReader::open(path, bytes)?),
        Decoder::Other(other) => other.open(path, bytes)?,
    })
}

/// Gives the samples of a file's songs in order, all in the first one's shape.
pub(super) struct JoinedReader {
    info: SongInfo,
    /// The songs to come, the last first.
    links: Vec<Link>,
    link: Link,
    decoder: Box<dyn Decode>,
    other: Option<&'static dyn OtherDecoder>,
    /// Where the song under way began.
    began: SamplePos,
    reshape: Option<Reshape>,
    /// Where another decoder is to end, and how many of its samples are still to be left out, because they were given.
    rescued: Option<u64>,
    given_before: u64,
}

impl JoinedReader {
    fn open(info: &SongInfo, links: &Links) -> Result<Self> {
        let (link, rest) = links.links.split_first().expect("a file that was looked at has a song");
        Ok(Self {
            decoder: open(&info.path, link)?,
            other: links.other,
            info: info.clone(),
            links: rest.iter().rev().cloned().collect(),
            link: link.clone(),
            began: SamplePos(0),
            reshape: None,
            rescued: None,
            given_before: 0,
        })
    }

    /// What all samples are given as.
    fn shape(&self) -> Shape {
        Shape::of(&self.info)
    }

    /// Makes samples like the song's first.
    fn fit(
        &mut self,
        samples: &mut Samples,
        at: Option<i64>,
        shape: Shape,
        now: SamplePos,
        log: &mut LossLog,
    ) -> Decoded {
        let own = self.shape();
        let began = i64::try_from(self.began.0).unwrap_or(i64::MAX);
        let fits = shape == own && samples.is(self.info.format);
        if fits && self.reshape.is_none() {
            return Decoded::Sound {
                at: at.map(|at| at.saturating_add(began)),
                shape: own,
            };
        }
        let changed = self.reshape.as_ref().is_none_or(|reshape| reshape.from() != shape);
        let mut kept = Samples::default();
        if (fits || changed)
            && let Some(mut before) = self.reshape.take()
        {
            before.finish(&mut kept);
        }
        if !fits {
            if changed && shape != own {
                let what = format!(
                    "from here on the file has {} Hz and {} channels: converted to {} Hz and {} channels",
                    shape.rate_hz, shape.channels, own.rate_hz, own.channels
                );
                log.add(now, what);
            }
            let reshape = self
                .reshape
                .get_or_insert_with(|| Reshape::new(shape, own, self.info.format));
            reshape.push(samples);
        }
        if !kept.is_empty() {
            kept.append(samples);
            *samples = kept;
        }
        // A conversion has its own length, which is off the file's count by less than a sample.
        Decoded::Sound { at: None, shape: own }
    }

    /// Begins the next song that the file joins; false when there is none.
    fn turn(&mut self, now: SamplePos, log: &mut LossLog) -> bool {
        while let Some(link) = self.links.pop() {
            match open(&self.info.path, &link) {
                Ok(decoder) => {
                    self.decoder = decoder;
                    self.link = link;
                    self.began = now;
                    self.rescued = None;
                    return true;
                }
                Err(error) => log.add(now, format!("a song joined behind others is left out: {error}")),
            }
        }
        false
    }
}

impl Decode for JoinedReader {
    fn info(&self) -> &SongInfo {
        &self.info
    }

    fn next(&mut self, samples: &mut Samples, now: SamplePos, log: &mut LossLog) -> Decoded {
        loop {
            let step = if self.is_rescued(now) {
                Decoded::End
            } else {
                self.decoder.next(samples, now, log)
            };
            match step {
                Decoded::Sound { at, shape } => {
                    self.leave_out_given(samples, shape);
                    return self.fit(samples, at, shape, now, log);
                }
                Decoded::End => {
                    if self.rescue(now) {
                        continue;
                    }
                    if let Some(mut reshape) = self.reshape.take() {
                        reshape.finish(samples);
                        return Decoded::Sound {
                            at: None,
                            shape: self.shape(),
                        };
                    }
                    if !self.turn(now, log) {
                        return Decoded::End;
                    }
                }
            }
        }
    }
}

impl JoinedReader {
    /// Lets the other decoder give the rest where Symphonia ended before the length that the file tells: what lies behind the sound
    /// confuses one and not the other.
    fn rescue(&mut self, now: SamplePos) -> bool {
        let given = now.0 - self.began.0;
        let claimed = self.decoder.info().claimed_len.filter(|&claimed| given < claimed);
        let (Some(other), Some(claimed), Decoder::Symphonia) = (self.other, claimed, self.link.decoder) else {
            return false;
        };
        let shape = Shape::of(self.decoder.info());
        match other.open(&self.info.path, self.link.bytes.clone()) {
            Ok(decoder) if shape == self.shape() && Shape::of(decoder.info()) == shape => {
                self.decoder = decoder;
                self.link.decoder = Decoder::Other(other);
                self.given_before = given;
                self.rescued = Some(claimed);
                true
            }
            _ => false,
        }
    }

    /// Whether another decoder has given all that the file tells of.
    fn is_rescued(&self, now: SamplePos) -> bool {
        self.rescued.is_some_and(|len| now.0 - self.began.0 >= len)
    }

    /// Drops what was given already before another decoder took over.
    fn leave_out_given(&mut self, samples: &mut Samples, shape: Shape) {
        let len = (samples.len() / shape.channels) as u64;
        let out = self.given_before.min(len);
        self.given_before -= out;
        samples.remove_front(out as usize * shape.channels);
    }
}
