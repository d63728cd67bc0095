//! Songs: a sound file, opened once and streamed as often as needed.
//!
//! A [`Song`] never holds its samples. [`Song::reader`] starts at sample 0, which is the first sample that a player
//! would play: encoder delay and edit lists are taken off. Every reader of a song gives the same samples.
//!
//! Two roads lead through a file. Symphonia is the main one; what it lacks or places wrongly (Opus, RF64, anything
//! with an edit list) goes through FFmpeg when feature `render` is on. Which formats those are was measured against what
//! players play; `tests/it/song.rs` repeats the measurement. MP3's frames are found by our own code, and so are the
//! songs of a file that joins several: they are played one after another.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{
    error::{Error, Result},
    take::Take,
    time::{SamplePos, SampleRate},
};

mod block;
mod frames;
#[cfg(feature = "render")]
mod headers;
mod joined;
#[cfg(feature = "render")]
mod libav;
mod links;
mod loss;
mod mp3;
mod native;
mod part;
mod raw;
mod reshape;
mod rifx;
mod title;
mod watch;

#[cfg(feature = "render")]
pub(crate) use self::libav::start_ffmpeg;
use self::watch::{Listened, Watch};
pub use self::{
    block::{Block, Samples},
    loss::{Loss, LossLog},
    title::{file_title, without_ending},
};

/// The most channels taken.
pub const MAX_CHANNELS: usize = 8;

/// How long a hole in a damaged file may be to be kept as silence, in seconds. A longer one is a damaged time stamp.
const LONGEST_HOLE_SECS: u64 = 60;

/// How a song's samples are stored in its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SampleFormat {
    /// Whole numbers of so many bits, 8 to 32.
    Int {
        /// Bits that carry sound.
        bits: u32,
    },
    /// 32-bit floats, which is also what lossy codecs decode to.
    F32,
    /// 64-bit floats.
    F64,
}

/// What a song's file says about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SongInfo {
    /// The file.
    pub path: PathBuf,
    /// Samples a second.
    pub rate: SampleRate,
    /// Channels, 1 to [`MAX_CHANNELS`].
    pub channels: usize,
    /// How the samples are stored.
    pub format: SampleFormat,
    /// The codec, for people: "flac", "mp3", "pcm_s16le".
    pub codec: String,
    /// The length in samples that the file claims; what [`SongReader::read`] gives is the truth.
    pub claimed_len: Option<u64>,
    /// The title tag.
    pub title: Option<String>,
    /// The artist tag.
    pub artist: Option<String>,
}

/// A song file that has been looked at and holds sound.
///
/// All readers of a song read the same file and give the same samples: one that finds it changed fails.
#[derive(Debug)]
pub struct Song {
    info: SongInfo,
    road: Road,
    losses: Vec<Loss>,
    watch: Arc<Watch>,
}

impl Song {
    /// Opens a song and decodes its first samples, so that what can't be played is refused here.
    ///
    /// # Errors
    /// [`Error::Song`] when nothing in the file can be played, with what would help.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let watch = Watch::new(path)?;
        let looked = joined::look(path)?;
        Ok(Self {
            info: looked.info,
            road: Road::File(looked.links),
            losses: looked.losses,
            watch,
        })
    }

    /// The sound of a take, sample for sample.
    ///
    /// # Errors
    /// [`Error::File`] when it can't be opened.
    pub fn of_take(take: &Take) -> Result<Self> {
        let watch = Watch::new(&take.audio_path())?;
        Ok(Self {
            info: raw::RawReader::of(take)?.info().clone(),
            road: Road::Take,
            losses: take.losses.clone(),
            watch,
        })
    }

    /// What the file says.
    #[must_use]
    pub fn info(&self) -> &SongInfo {
        &self.info
    }

    /// What is known to be lost before a sample is read; [`SongReader::losses`] says what reading found.
    #[must_use]
    pub fn losses(&self) -> &[Loss] {
        &self.losses
    }

    /// Reads the song from its first sample.
    ///
    /// # Errors
    /// [`Error::Changed`] when it is another file by now; [`Error::Song`] when it can't be opened any more.
    pub fn reader(&self) -> Result<SongReader> {
        // Said first: why a file that has been opened before can't be opened again.
        self.watch.check()?;
        SongReader::start(&self.info, &self.road, Listened::new(self.watch.clone()))
    }

    /// Whether the file is still the one that was opened.
    ///
    /// # Errors
    /// [`Error::Changed`], which says in what it differs.
    pub fn check_unchanged(&self) -> Result<()> {
        self.watch.check()
    }

    /// A checksum of the samples that were read so far, by whichever reader got furthest.
    #[must_use]
    pub fn checksum(&self) -> u64 {
        self.watch.checksum()
    }
}

/// A way to a song's samples.
#[derive(Debug)]
enum Road {
    File(Vec<joined::Link>),
    Take,
}

/// A song under way on one of the roads.
enum Source {
    File(Box<joined::JoinedReader>),
    Take(Box<raw::RawReader>),
}

impl Source {
    fn info(&self) -> &SongInfo {
        match self {
            Self::File(reader) => reader.info(),
            Self::Take(reader) => reader.info(),
        }
    }

    fn next(&mut self, samples: &mut Samples, now: SamplePos, log: &mut LossLog) -> Step {
        match self {
            Self::File(reader) => reader.next(samples, now, log),
            Self::Take(reader) => reader.next(samples, now, log),
        }
    }
}

/// What a road gives next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// Samples, where the file says that they belong, and what they are like.
    Sound { at: Option<i64>, shape: Shape },
    /// Nothing more.
    End,
}

/// What samples are like apart from their format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shape {
    rate_hz: u32,
    channels: usize,
}

impl Shape {
    fn of(info: &SongInfo) -> Self {
        Self {
            rate_hz: info.rate.hz(),
            channels: info.channels,
        }
    }
}

/// Gives a song's samples in order, a block at a time.
pub struct SongReader {
    source: Source,
    now: SamplePos,
    /// Decoded samples that wait until the hole before them has been given as silence.
    held: Option<Samples>,
    hole: u64,
    ended: bool,
    not_numbers: Option<(SamplePos, u64)>,
    log: LossLog,
    listened: Listened,
}

impl SongReader {
    fn start(info: &SongInfo, road: &Road, listened: Listened) -> Result<Self> {
        let source = match road {
            Road::File(links) => Source::File(Box::new(joined::JoinedReader::open(info, links)?)),
            Road::Take => Source::Take(Box::new(raw::RawReader::open(&info.path)?)),
        };
        Ok(Self {
            source,
            now: SamplePos(0),
            held: None,
            hole: 0,
            ended: false,
            not_numbers: None,
            log: LossLog::default(),
            listened,
        })
    }

    /// What the file says.
    #[must_use]
    pub fn info(&self) -> &SongInfo {
        self.source.info()
    }

    /// The position after the last sample given; the song's length once [`Self::read`] has said `false`.
    #[must_use]
    pub fn position(&self) -> SamplePos {
        self.now
    }

    /// Gives the next block; `false` at the end. Memory in `block` is used again.
    ///
    /// A hole that damage has left becomes silence, so that what follows stays in its place. The block sizes are the
    /// decoder's own and mean nothing.
    ///
    /// # Errors
    /// [`Error::Changed`] when the file is not the one any more that was opened; damage is no error but a [`Loss`].
    pub fn read(&mut self, block: &mut Block) -> Result<bool> {
        let channels = self.info().channels;
        block.channels = channels;
        loop {
            if self.ended {
                return Ok(false);
            }
            if self.hole > 0 {
                let len = self.hole.min(4_096);
                block.samples.silence(self.info().format, len as usize * channels);
                self.hole -= len;
                return self.give(block);
            }
            if let Some(held) = self.held.take() {
                block.samples = held;
                return self.give(block);
            }
            match self.source.next(&mut block.samples, self.now, &mut self.log) {
                Step::End => self.end()?,
                Step::Sound { .. } if block.samples.is_empty() => {}
                Step::Sound { at, .. } => {
                    self.sanitise(block);
                    let hole = at.map_or(0, |at| self.hole_before(at));
                    if hole == 0 {
                        return self.give(block);
                    }
                    self.log
                        .add(self.now, format!("{hole} samples are missing and became silence"));
                    self.hole = hole;
                    self.held = Some(std::mem::take(&mut block.samples));
                }
            }
        }
    }

    /// What was lost so far: complete once [`Self::read`] has said `false`.
    #[must_use]
    pub fn losses(&self) -> Vec<Loss> {
        let mut losses = self.log.losses();
        if let Some((at, count)) = self.not_numbers {
            let what = format!("{count} samples were not numbers (or absurdly loud) and became silence");
            losses.push(Loss { at, what });
        }
        losses
    }

    fn give(&mut self, block: &mut Block) -> Result<bool> {
        self.listened.take(&block.samples)?;
        block.start = self.now;
        self.now.0 += block.len() as u64;
        Ok(true)
    }

    fn hole_before(&self, at: i64) -> u64 {
        let rate = u64::from(self.info().rate.hz());
        let hole = u64::try_from(at).unwrap_or(0).saturating_sub(self.now.0);
        // Containers that count milliseconds are off by up to one of them without anything missing.
        if hole > rate / 200 && hole <= rate * LONGEST_HOLE_SECS {
            hole
        } else {
            0
        }
    }

    fn sanitise(&mut self, block: &mut Block) {
        if let Some((first, count)) = block.samples.sanitise() {
            let at = SamplePos(self.now.0 + (first / block.channels) as u64);
            let entry = self.not_numbers.get_or_insert((at, 0));
            entry.1 += count;
        }
    }

    fn end(&mut self) -> Result<()> {
        self.ended = true;
        self.listened.end()?;
        let Some(claimed) = self.info().claimed_len else {
            return Ok(());
        };
        // A codec's last packet may be rounded; less than 30 ms missing is not damage.
        let slack = u64::from(self.info().rate.hz()) * 3 / 100;
        if self.now.0 + slack < claimed {
            let secs = |samples: u64| SamplePos(samples).secs(self.source.info().rate);
            let what = format!(
                "the file ends early: {:.2} of {:.2} seconds are there",
                secs(self.now.0),
                secs(claimed)
            );
            self.log.add(self.now, what);
        }
        Ok(())
    }
}

/// The error for a file in which nothing can be played.
fn unplayable(path: &Path, reason: &str) -> Error {
    Error::Song {
        path: path.to_owned(),
        reason: reason.to_owned(),
        remedy: "export it again as wav or flac".to_owned(),
    }
}

/// Checks what a decoder found against what we take.
fn check_shape(path: &Path, rate_hz: u32, channels: usize) -> Result<SampleRate> {
    let refuse = |reason: String, remedy: &str| Error::Song {
        path: path.to_owned(),
        reason,
        remedy: remedy.to_owned(),
    };
    if channels == 0 || channels > MAX_CHANNELS {
        let reason = format!("it has {channels} channels");
        return Err(refuse(reason, "mix it down to 8 channels or fewer"));
    }
    SampleRate::new(rate_hz).map_err(|_| {
        refuse(
            format!("its sample rate is {rate_hz} Hz"),
            "convert it to a rate from 8,000 to 192,000 Hz",
        )
    })
}
