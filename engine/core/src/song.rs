//! Songs: a sound file, opened once and streamed as often as needed.
//!
//! A [`Song`] never holds its samples. [`Song::reader`] starts at sample 0, which is the first sample that a player
//! would play: encoder delay and edit lists are taken off. Every reader of a song gives the same samples.
//!
//! Symphonia is the main decoder; what it lacks or places wrongly (Opus, RF64, anything with an edit list) goes to the
//! [`OtherDecoder`] where one is given. Which formats those are was measured against what players play;
//! `tests/it/song.rs` repeats the measurement. MP3's frames are found by our own code, and so are the songs of a file
//! that joins several: they are played one after another.

use std::{
    fmt::Debug,
    ops::Range,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{
    error::{Error, Result},
    time::{SamplePos, SampleRate},
};

mod block;
mod frames;
mod joined;
mod links;
mod loss;
mod mp3;
pub mod part;
mod reshape;
mod riff_info;
mod rifx;
mod symphonia;
pub mod title;
mod watch;

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
///
/// ```
/// use phosphene_core::song::{Block, Song};
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("song.wav");
/// // One channel of 16 bits at 8,000 Hz: 400 samples.
/// let mut wav = Vec::new();
/// wav.extend(b"RIFF\x44\x03\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data\x20\x03\0\0");
/// wav.extend([0x00, 0x40].repeat(400));
/// # std::fs::write(&path, wav).unwrap();
/// let song = Song::open(&path)?;
/// assert_eq!((song.info().rate.hz(), song.info().channels), (8_000, 1));
///
/// let (mut reader, mut block, mut samples) = (song.reader()?, Block::default(), Vec::new());
/// while reader.read(&mut block)? {
///     let mut part = Vec::new();
///     block.f32_into(&mut part);
///     samples.append(&mut part);
/// }
/// assert_eq!(samples, vec![0.5; 400]);
/// assert!(reader.losses().is_empty());
/// # Ok::<(), phosphene_core::Error>(())
/// ```
#[derive(Debug)]
pub struct Song {
    info: SongInfo,
    source: Box<dyn Source>,
    losses: Vec<Loss>,
    watch: Arc<Watch>,
}

impl Song {
    /// Opens a song by Symphonia alone and decodes its first samples, so that what can't be played is refused here.
    ///
    /// # Errors
    /// [`Error::Song`] when nothing in the file can be played, with what would help.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        Self::open_file(path.as_ref(), None)
    }

    /// As [`Self::open`], with a decoder for what Symphonia lacks or places wrongly.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_with(path: impl AsRef<Path>, other: &'static dyn OtherDecoder) -> Result<Self> {
        Self::open_file(path.as_ref(), Some(other))
    }

    fn open_file(path: &Path, other: Option<&'static dyn OtherDecoder>) -> Result<Self> {
        let watch = Watch::new(path)?;
        let looked = joined::look(path, other)?;
        Ok(Self {
            info: looked.info,
            source: Box::new(looked.links),
            losses: looked.losses,
            watch,
        })
    }

    /// A song that something else than a sound file holds, which is known to lack `losses`. [`SongInfo::path`] is
    /// watched: the song fails when that file changes.
    ///
    /// # Errors
    /// [`Error::File`] when it can't be opened.
    pub fn from_source(info: SongInfo, source: Box<dyn Source>, losses: Vec<Loss>) -> Result<Self> {
        let watch = Watch::new(&info.path)?;
        Ok(Self {
            info,
            source,
            losses,
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
        SongReader::start(self.source.decoder(&self.info)?, Listened::new(self.watch.clone()))
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

/// Decodes sound: a file of some format, or a take.
pub trait Decode: Send {
    /// What the file says of it.
    fn info(&self) -> &SongInfo;

    /// Gives the next samples. `now` is the position at which losses are logged.
    fn next(&mut self, samples: &mut Samples, now: SamplePos, log: &mut LossLog) -> Decoded;
}

/// Where a song's samples come from: asked for a decoder as often as the song is read.
pub trait Source: Debug + Send + Sync {
    /// A decoder that begins at the first sample.
    ///
    /// # Errors
    /// [`Error::Song`] or [`Error::File`] when it can't be opened any more.
    fn decoder(&self, info: &SongInfo) -> Result<Box<dyn Decode>>;
}

/// A decoder for files that Symphonia lacks or places wrongly.
pub trait OtherDecoder: Debug + Send + Sync {
    /// Opens the song that lies in these bytes of a file.
    ///
    /// # Errors
    /// [`Error::Song`] when it is none that can be played.
    fn open(&self, path: &Path, bytes: Range<u64>) -> Result<Box<dyn Decode>>;
}

/// What a decoder gives next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decoded {
    /// Samples.
    Sound {
        /// Where the file says that they belong, in samples from its first; `None` where it does not.
        at: Option<i64>,
        /// What they are like.
        shape: Shape,
    },
    /// Nothing more.
    End,
}

/// What samples are like apart from their format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Samples a second.
    pub rate_hz: u32,
    /// Channels.
    pub channels: usize,
}

impl Shape {
    /// That of a whole song.
    #[must_use]
    pub fn of(info: &SongInfo) -> Self {
        Self {
            rate_hz: info.rate.hz(),
            channels: info.channels,
        }
    }
}

/// Gives a song's samples in order, a block at a time.
pub struct SongReader {
    decoder: Box<dyn Decode>,
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
    fn start(decoder: Box<dyn Decode>, listened: Listened) -> Result<Self> {
        Ok(Self {
            decoder,
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
        self.decoder.info()
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
            match self.decoder.next(&mut block.samples, self.now, &mut self.log) {
                Decoded::End => self.end()?,
                Decoded::Sound { .. } if block.samples.is_empty() => {}
                Decoded::Sound { at, .. } => {
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
            let secs = |samples: u64| SamplePos(samples).secs(self.decoder.info().rate);
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

/// Bits of the whole-number samples in these bytes of a file, as far as Symphonia can tell.
#[must_use]
pub fn stored_bits(path: &Path, bytes: Range<u64>) -> Option<u32> {
    match symphonia::SymphoniaReader::open(path, bytes).ok()?.info().format {
        SampleFormat::Int { bits } => Some(bits),
        SampleFormat::F32 | SampleFormat::F64 => None,
    }
}

/// The error for a file in which nothing can be played.
#[must_use]
pub fn unplayable(path: &Path, reason: &str) -> Error {
    Error::Song {
        path: path.to_owned(),
        reason: reason.to_owned(),
        remedy: "export it again as wav or flac".to_owned(),
    }
}

/// Checks what a decoder found against what we take.
///
/// # Errors
/// [`Error::Song`] for more channels than [`MAX_CHANNELS`], none, or a rate that is not supported.
pub fn check_shape(path: &Path, rate_hz: u32, channels: usize) -> Result<SampleRate> {
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
