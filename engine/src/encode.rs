//! Frames and sound into a video file: the only stage that writes with FFmpeg.
//!
//! An [`Encoder`] writes `NAME.part.mp4`, which can be played at any moment up to what was written last. Only
//! [`Encoder::finish`] makes the file appear under its own name, complete and in one step. Time stamps are counts:
//! frames in units of one frame, sound in units of one sample, both from 0; nothing is added up and nothing drifts.

use std::{
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
};

use phosphene_core::{
    error::{Error, Result},
    frame::Frame,
    song::{Block, Loss, SongInfo},
    time::{Fps, FrameIdx, SamplePos, Size},
};

mod audio;
mod convert;
mod index;
mod matroska;
mod mux;
mod packet_cache;
mod partial_file;
mod place;
mod resample;
mod trial;
mod video;

pub use self::packet_cache::checksum;
use self::{audio::AudioStream, mux::Muxer, packet_cache::PacketCache, partial_file::PartialFile, video::VideoStream};
pub use phosphene_core::output::Overwrite;

/// How the song's sound is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AudioCodec {
    /// AAC at 192 kb/s a channel: plays everywhere.
    #[default]
    Aac,
    /// The samples as they are; mov and mkv.
    Pcm,
    /// FLAC, lossless up to 24 bits; mp4 and mkv.
    Flac,
    /// Apple Lossless, up to 24 bits.
    Alac,
}

impl AudioCodec {
    /// All of them, with the names that users write.
    pub const NAMED: [(&'static str, Self); 4] = [
        ("aac", Self::Aac),
        ("pcm", Self::Pcm),
        ("flac", Self::Flac),
        ("alac", Self::Alac),
    ];
}

impl FromStr for AudioCodec {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self> {
        let named = Self::NAMED.iter().find(|(name, _)| *name == text.trim());
        named.map(|&(_, codec)| codec).ok_or_else(|| Error::Value {
            what: "--audio",
            expected: "aac, pcm, flac or alac".to_owned(),
            actual: format!("\"{text}\""),
        })
    }
}

impl fmt::Display for AudioCodec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = Self::NAMED.iter().find(|(_, codec)| codec == self);
        f.write_str(named.map_or("", |(name, _)| name))
    }
}

/// The kind of file, by its name's ending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Container {
    /// `.mp4`
    Mp4,
    /// `.mov`
    Mov,
    /// `.mkv`
    Mkv,
}

impl Container {
    /// The container that a file name asks for.
    ///
    /// # Errors
    /// [`Error::Encode`] for any other ending.
    pub fn of(path: &Path) -> Result<Self> {
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or("");
        match ending.to_ascii_lowercase().as_str() {
            "mp4" => Ok(Self::Mp4),
            "mov" => Ok(Self::Mov),
            "mkv" => Ok(Self::Mkv),
            _ => Err(place::refuse(
                path,
                "its name does not end in .mp4, .mov or .mkv",
                "give it one of these endings",
            )),
        }
    }

    /// The ending of its files, without the dot.
    #[must_use]
    pub fn ending(self) -> &'static str {
        match self {
            Self::Mp4 => "mp4",
            Self::Mov => "mov",
            Self::Mkv => "mkv",
        }
    }

    fn check(self, audio: AudioCodec, path: &Path) -> Result<()> {
        let (reason, remedy) = match (self, audio) {
            (Self::Mp4, AudioCodec::Pcm) => (
                "an mp4 can't hold pcm sound",
                "name it .mov or .mkv, or use --audio alac or flac, which are lossless too",
            ),
            (Self::Mov, AudioCodec::Flac) => (
                "a mov can't hold flac sound",
                "name it .mkv or .mp4, or use --audio alac or pcm, which are lossless too",
            ),
            _ => return Ok(()),
        };
        Err(place::refuse(path, reason, remedy))
    }
}

/// The names beside an output that are written to before it has its own.
///
/// # Errors
/// [`Error::Encode`] for a name that asks for no container.
pub fn names_aside(output: &Path) -> Result<[PathBuf; 3]> {
    let place::Names { part, ready, trial } = place::Names::beside(output, Container::of(output)?);
    Ok([part, ready, trial])
}

/// How much time the picture's encoder may take, and how good it must look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VideoQuality {
    /// Constant rate factor of x264, 0 (lossless) to 51; 18 is hard to tell from the original.
    pub crf: u8,
    /// x264's preset: "ultrafast" to "veryslow".
    pub preset: &'static str,
    /// What differs from the preset, as x264 writes it: `name=value:name=value`; may be empty.
    pub tuning: &'static str,
}

impl VideoQuality {
    /// For keeps. On painted pictures no worse than "veryfast" at 17 (SSIM 0.9759 against 0.9753) in half its time: what
    /// "superfast" lacks is mostly the tree that gives bits to what stays on the screen; one frame between two others
    /// saves an eighth of the file, more cost time and save little under a moving camera.
    pub const FULL: Self = Self {
        crf: 17,
        preset: "superfast",
        tuning: "mbtree=1:rc-lookahead=10:bframes=1:partitions=i8x8",
    };
    /// For a look at it: a file as large at a third of the time.
    pub const DRAFT: Self = Self {
        crf: 20,
        preset: "ultrafast",
        tuning: "",
    };
}

/// What to write.
#[derive(Debug, Clone)]
pub struct EncodeSettings {
    /// The file; its ending chooses the container.
    pub output: PathBuf,
    /// Picture size.
    pub size: Size,
    /// Frames a second.
    pub fps: Fps,
    /// How the sound is stored.
    pub audio: AudioCodec,
    /// How well the picture is encoded.
    pub quality: VideoQuality,
    /// Whether an existing output is replaced.
    pub overwrite: Overwrite,
    /// The title tag.
    pub title: Option<String>,
    /// The artist tag.
    pub artist: Option<String>,
}

impl EncodeSettings {
    /// A video for keeps under a name that is not taken yet, with AAC and without tags.
    #[must_use]
    pub fn new(output: PathBuf, size: Size, fps: Fps) -> Self {
        Self {
            output,
            size,
            fps,
            audio: AudioCodec::Aac,
            quality: VideoQuality::FULL,
            overwrite: Overwrite::Never,
            title: None,
            artist: None,
        }
    }
}

/// A finished video.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The file.
    pub path: PathBuf,
    /// Frames in it.
    pub frames: u64,
    /// Samples (per channel) of the song in it.
    pub samples: u64,
    /// Its size.
    pub bytes: u64,
    /// The video encoder that was used.
    pub video_encoder: String,
    /// The audio encoder that was used.
    pub audio_encoder: String,
    /// What of the sound the file can't hold.
    pub losses: Vec<Loss>,
}

/// Writes a video. Push frames and sound in step, a second or so apart at most, then [`Self::finish`].
///
/// Dropping an encoder leaves its `.part` file, which plays; [`Self::abort`] removes it.
pub struct Encoder {
    // Closed before `part` gives up its lock.
    muxer: Muxer,
    video: VideoStream,
    audio: AudioStream,
    part: PartialFile,
    parts: Option<PacketCache>,
    /// What a new part's encoder is opened with.
    settings: EncodeSettings,
    overwrite: Overwrite,
    size: Size,
    frames: u64,
    samples: u64,
}

impl Encoder {
    /// Finds out whether a video of this song can be written where it is to be, and leaves nothing: for before the work
    /// that comes before the first frame. [`Self::create`] does the same again.
    ///
    /// All that can go wrong with an output is tried: its name, what is there already, the folder, the disk, and a small
    /// video by the same encoders into the same kind of file, which is then removed.
    ///
    /// # Errors
    /// As [`Self::create`].
    pub fn rehearse(settings: &EncodeSettings, song: &SongInfo) -> Result<()> {
        trial::prepare(settings, song)?.part.release()
    }

    /// Tries all that [`Self::rehearse`] does, and opens the `.part` file.
    ///
    /// A `.part` file left by an earlier run under the same name is replaced, unless that run still goes on. Where the
    /// file system takes no name as long as `NAME.part.mp4`, it has a short one: see [`Self::part_path`].
    ///
    /// # Errors
    /// [`Error::OutputExists`]; [`Error::Encode`] when the file can't be written there, is the song itself, the container
    /// can't hold the sound, or no H.264 encoder works.
    pub fn create(settings: &EncodeSettings, song: &SongInfo) -> Result<Self> {
        let trial::Prepared { video, audio, part } = trial::prepare(settings, song)?;
        part.empty()?;
        let tags = mux::Tags {
            title: settings.title.clone(),
            artist: settings.artist.clone(),
        };
        let muxer = part
            .file()
            .map_err(mux::Fault::Io)
            .and_then(|file| Muxer::open(file, part.container(), video.context(), audio.context(), tags))
            .map_err(|fault| part.fail(fault))?;
        Ok(Self {
            muxer,
            video,
            audio,
            part,
            parts: None,
            settings: settings.clone(),
            overwrite: settings.overwrite,
            size: settings.size,
            frames: 0,
            samples: 0,
        })
    }

    /// Keeps the encoded pictures in `folder`, part by part, and takes those that an earlier run has left there; call it
    /// before the first frame. PacketCache begin at the frames `starts` (ascending, the first 0), the last ends at `end`. The
    /// folder must be another one for everything that decides a frame; it is removed when the video is there.
    ///
    /// # Errors
    /// [`Error::File`] when the folder can't be made.
    pub fn keep_parts(&mut self, folder: &Path, starts: &[u64], end: u64) -> Result<()> {
        self.parts = Some(PacketCache::open(folder, starts, end)?);
        Ok(())
    }

    /// How many frames, from the first, need not be made: [`Self::push_kept`] adds them.
    #[must_use]
    pub fn kept_frames(&self) -> u64 {
        self.parts.as_ref().map_or(0, PacketCache::kept_frames)
    }

    /// Adds the next frame from what an earlier run has left.
    ///
    /// # Errors
    /// [`Error::Encode`], also when it can't be read any more.
    pub fn push_kept(&mut self) -> Result<()> {
        let gone = || Error::Encode {
            path: self.part.output().to_owned(),
            reason: "what an earlier run has left can't be read any more".to_owned(),
            remedy: "run it again".to_owned(),
        };
        let mut packet = self.parts.as_mut().and_then(PacketCache::next).ok_or_else(gone)?;
        self.muxer
            .write(mux::VIDEO, &mut packet, self.video.base())
            .map_err(|error| self.part.fail(error))?;
        self.frames += 1;
        Ok(())
    }

    /// Begins a part where there is one to begin: with an encoder of its own.
    fn turn_part(&mut self) -> Result<()> {
        let Some(parts) = self.parts.as_mut().filter(|parts| parts.begins_at(self.frames)) else {
            return Ok(());
        };
        if self.frames > parts.kept_frames() {
            let muxer = &mut self.muxer;
            self.video
                .flush(&mut |packet, base| {
                    parts.keep(packet).map_err(mux::Fault::Io)?;
                    muxer.write(mux::VIDEO, packet, base)
                })
                .map_err(|error| self.part.fail(error))?;
            parts.end()?;
            let settings = &self.settings;
            let again = VideoStream::open_as(self.video.name(), settings.size, settings.fps, settings.quality);
            self.video = again.map_err(|error| self.part.fail(error))?;
        }
        parts.begin(self.frames)
    }

    /// The file that is being written.
    #[must_use]
    pub fn part_path(&self) -> &Path {
        self.part.path()
    }

    /// The video encoder in use.
    #[must_use]
    pub fn video_encoder(&self) -> &str {
        self.video.name()
    }

    /// What of the sound the file can't hold, so far.
    #[must_use]
    pub fn losses(&self) -> Vec<Loss> {
        self.audio.losses()
    }

    /// Adds the next frame.
    ///
    /// # Errors
    /// [`Error::Encode`], which says how to recover what was written; [`Error::Value`] for a frame of another size.
    pub fn push_frame(&mut self, frame: &Frame) -> Result<()> {
        if frame.size() != self.size {
            return Err(Error::Value {
                what: "the frame's size",
                expected: self.size.to_string(),
                actual: frame.size().to_string(),
            });
        }
        self.turn_part()?;
        let (video, muxer, parts) = (&mut self.video, &mut self.muxer, &mut self.parts);
        video
            .push(frame, FrameIdx(self.frames), &mut |packet, base| {
                if let Some(parts) = parts {
                    parts.keep(packet).map_err(mux::Fault::Io)?;
                }
                muxer.write(mux::VIDEO, packet, base)
            })
            .map_err(|error| self.part.fail(error))?;
        self.frames += 1;
        Ok(())
    }

    /// Adds the song's next samples.
    ///
    /// # Errors
    /// [`Error::Encode`], which says how to recover what was written.
    pub fn push_audio(&mut self, block: &Block) -> Result<()> {
        let (audio, muxer) = (&mut self.audio, &mut self.muxer);
        audio
            .push(block, SamplePos(self.samples), &mut |packet, base| {
                muxer.write(mux::AUDIO, packet, base)
            })
            .map_err(|error| self.part.fail(error))?;
        self.samples += block.len() as u64;
        Ok(())
    }

    /// Completes the file and gives it its name.
    ///
    /// # Errors
    /// [`Error::Encode`]; [`Error::OutputExists`] when the output has appeared meanwhile. The `.part` file stays.
    pub fn finish(mut self) -> Result<Written> {
        let (video, audio, muxer, parts) = (&mut self.video, &mut self.audio, &mut self.muxer, &mut self.parts);
        video
            .flush(&mut |packet, base| {
                if let Some(parts) = parts {
                    parts.keep(packet).map_err(mux::Fault::Io)?;
                }
                muxer.write(mux::VIDEO, packet, base)
            })
            .and_then(|()| audio.flush(&mut |packet, base| muxer.write(mux::AUDIO, packet, base)))
            .map_err(|error| self.part.fail(error))?;
        let sound = self.audio.parameters();
        let closed = self.muxer.close(sound).map_err(|error| self.part.fail(error))?;
        let written = Written {
            path: self.part.output().to_owned(),
            frames: self.frames,
            samples: self.samples,
            bytes: 0,
            video_encoder: self.video.name().to_owned(),
            audio_encoder: self.audio.name().to_owned(),
            losses: self.audio.losses(),
        };
        if let Some(parts) = &mut self.parts {
            parts.end()?;
        }
        let bytes = self.part.publish(self.overwrite, &closed)?;
        if let Some(parts) = self.parts {
            parts.remove()?;
        }
        Ok(Written { bytes, ..written })
    }

    /// Stops and removes the `.part` file.
    ///
    /// # Errors
    /// [`Error::File`] when it can't be removed.
    pub fn abort(self) -> Result<()> {
        drop(self.muxer);
        self.part.remove()
    }
}
