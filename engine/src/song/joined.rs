//! A song file on its way: the songs that it joins one after another, each on the road that plays it right.

use std::{ops::Range, path::Path};

#[cfg(feature = "render")]
use super::libav;
use super::{
    Loss, LossLog, SampleFormat, Samples, Shape, SongInfo, Step, links, mp3, native,
    reshape::Reshape,
    rifx::{self, RifxReader},
};
use crate::{error::Result, time::SamplePos};

/// A way to decode a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decoder {
    Native,
    Mp3,
    Rifx,
    #[cfg(feature = "render")]
    Libav,
}

/// One of the songs that a file joins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Link {
    bytes: Range<u64>,
    decoder: Decoder,
}

/// A file that was looked at.
pub(super) struct Looked {
    pub(super) info: SongInfo,
    pub(super) links: Vec<Link>,
    pub(super) losses: Vec<Loss>,
}

/// Looks at a file: the songs in it, and how each is decoded.
///
/// # Errors
/// [`crate::Error::Song`] when nothing in it can be played.
pub(super) fn look(path: &Path) -> Result<Looked> {
    let mut found: Option<Looked> = None;
    for bytes in links::links(path)? {
        // What a file says of itself before its sound is said of the first song.
        let from = if found.is_none() { 0 } else { bytes.start };
        match (look_at(path, bytes, from), &mut found) {
            (Ok((info, link, losses)), None) => {
                found = Some(Looked {
                    info,
                    links: vec![link],
                    losses,
                });
            }
            (Ok((info, link, _)), Some(found)) => {
                found.links.push(link);
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

fn look_at(path: &Path, bytes: Range<u64>, from: u64) -> Result<(SongInfo, Link, Vec<Loss>)> {
    let link = |decoder| Link {
        bytes: bytes.clone(),
        decoder,
    };
    if rifx::is_rifx(path, bytes.clone()) {
        let reader = RifxReader::open(path, bytes.clone())?;
        return Ok((reader.info().clone(), link(Decoder::Rifx), Vec::new()));
    }
    let native = native::NativeReader::open(path, bytes.clone());
    if let Ok(native) = &native
        && native.is_mp3()
    {
        let reader = mp3::Mp3Reader::open(path, bytes.clone())?;
        let with_tags = native::NativeReader::open(path, from..bytes.end);
        let tags = with_tags.as_ref().unwrap_or(native).info();
        let info = SongInfo {
            title: tags.title.clone(),
            artist: tags.artist.clone(),
            ..reader.info().clone()
        };
        return Ok((info, link(Decoder::Mp3), Vec::new()));
    }
    let exact = native.as_ref().is_ok_and(native::NativeReader::is_exact);
    #[cfg(feature = "render")]
    if !exact && let Ok(reader) = libav::LibavReader::open(path, bytes.clone()) {
        return Ok((reader.info().clone(), link(Decoder::Libav), Vec::new()));
    }
    let late = Loss {
        at: SamplePos(0),
        what: "this format's encoder delay is not known: everything may be up to 50 ms late".to_owned(),
    };
    let losses = if exact { Vec::new() } else { vec![late] };
    Ok((native?.info().clone(), link(Decoder::Native), losses))
}

/// A song under way on one of the roads.
enum Source {
    Native(Box<native::NativeReader>),
    Mp3(Box<mp3::Mp3Reader>),
    Rifx(Box<RifxReader>),
    #[cfg(feature = "render")]
    Libav(Box<libav::LibavReader>),
}

impl Source {
    fn open(path: &Path, link: &Link) -> Result<Self> {
        let bytes = link.bytes.clone();
        Ok(match link.decoder {
            Decoder::Native => Self::Native(Box::new(native::NativeReader::open(path, bytes)?)),
            Decoder::Mp3 => Self::Mp3(Box::new(mp3::Mp3Reader::open(path, bytes)?)),
            Decoder::Rifx => Self::Rifx(Box::new(RifxReader::open(path, bytes)?)),
            #[cfg(feature = "render")]
            Decoder::Libav => Self::Libav(Box::new(libav::LibavReader::open(path, bytes)?)),
        })
    }

    #[cfg(feature = "render")]
    fn info(&self) -> &SongInfo {
        match self {
            Self::Native(reader) => reader.info(),
            Self::Mp3(reader) => reader.info(),
            Self::Rifx(reader) => reader.info(),
            #[cfg(feature = "render")]
            Self::Libav(reader) => reader.info(),
        }
    }

    fn next(&mut self, samples: &mut Samples, now: SamplePos, log: &mut LossLog) -> Step {
        match self {
            Self::Native(reader) => reader.next(samples, now, log),
            Self::Mp3(reader) => reader.next(samples, now, log),
            Self::Rifx(reader) => reader.next(samples, now, log),
            #[cfg(feature = "render")]
            Self::Libav(reader) => reader.next(samples, now, log),
        }
    }
}

/// Gives the samples of a file's songs in order, all in the first one's shape.
pub(super) struct JoinedReader {
    info: SongInfo,
    /// The songs to come, the last first.
    links: Vec<Link>,
    link: Link,
    source: Source,
    /// Where the song under way began.
    began: SamplePos,
    reshape: Option<Reshape>,
    /// Where another decoder is to end, and how many of its samples are still to be left out, because they were given.
    rescued: Option<u64>,
    given_before: u64,
}

impl JoinedReader {
    pub(super) fn open(info: &SongInfo, links: &[Link]) -> Result<Self> {
        let (link, rest) = links.split_first().expect("a file that was looked at has a song");
        Ok(Self {
            source: Source::open(&info.path, link)?,
            info: info.clone(),
            links: rest.iter().rev().cloned().collect(),
            link: link.clone(),
            began: SamplePos(0),
            reshape: None,
            rescued: None,
            given_before: 0,
        })
    }

    pub(super) fn info(&self) -> &SongInfo {
        &self.info
    }

    fn shape(&self) -> Shape {
        Shape::of(&self.info)
    }

    /// The next samples, and where the file says that they belong.
    pub(super) fn next(&mut self, samples: &mut Samples, now: SamplePos, log: &mut LossLog) -> Step {
        loop {
            let step = if self.is_rescued(now) {
                Step::End
            } else {
                self.source.next(samples, now, log)
            };
            match step {
                Step::Sound { at, shape } => {
                    self.leave_out_given(samples, shape);
                    return self.fit(samples, at, shape, now, log);
                }
                Step::End => {
                    #[cfg(feature = "render")]
                    if self.rescue(now) {
                        continue;
                    }
                    if let Some(mut reshape) = self.reshape.take() {
                        reshape.finish(samples);
                        return Step::Sound {
                            at: None,
                            shape: self.shape(),
                        };
                    }
                    if !self.turn(now, log) {
                        return Step::End;
                    }
                }
            }
        }
    }

    /// Makes samples like the song's first.
    fn fit(&mut self, samples: &mut Samples, at: Option<i64>, shape: Shape, now: SamplePos, log: &mut LossLog) -> Step {
        let own = self.shape();
        let began = i64::try_from(self.began.0).unwrap_or(i64::MAX);
        let fits = shape == own && samples.is(self.info.format);
        if fits && self.reshape.is_none() {
            return Step::Sound {
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
        Step::Sound { at: None, shape: own }
    }

    /// Begins the next song that the file joins; false when there is none.
    fn turn(&mut self, now: SamplePos, log: &mut LossLog) -> bool {
        while let Some(link) = self.links.pop() {
            match Source::open(&self.info.path, &link) {
                Ok(source) => {
                    self.source = source;
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

impl JoinedReader {
    /// Lets FFmpeg give the rest where Symphonia ended before the length that the file tells: what lies behind the sound
    /// confuses one and not the other.
    #[cfg(feature = "render")]
    fn rescue(&mut self, now: SamplePos) -> bool {
        let given = now.0 - self.began.0;
        let claimed = self.source.info().claimed_len.filter(|&claimed| given < claimed);
        if claimed.is_none() || Shape::of(self.source.info()) != self.shape() || self.link.decoder != Decoder::Native {
            return false;
        }
        let link = Link {
            decoder: Decoder::Libav,
            ..self.link.clone()
        };
        match Source::open(&self.info.path, &link) {
            Ok(source) if Shape::of(source.info()) == Shape::of(self.source.info()) => {
                self.source = source;
                self.link = link;
                self.given_before = given;
                self.rescued = claimed;
                true
            }
            _ => false,
        }
    }

    /// Whether another decoder has given all that the file tells of.
    fn is_rescued(&self, now: SamplePos) -> bool {
        self.rescued.is_some_and(|len| now.0 - self.began.0 >= len)
    }

    fn leave_out_given(&mut self, samples: &mut Samples, shape: Shape) {
        let len = (samples.len() / shape.channels) as u64;
        let out = self.given_before.min(len);
        self.given_before -= out;
        samples.remove_front(out as usize * shape.channels);
    }
}
