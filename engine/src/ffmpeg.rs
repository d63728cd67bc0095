//! Songs through FFmpeg: what Symphonia lacks or places wrongly.

use std::{ops::Range, path::Path, sync::Once};

use ffmpeg_next::{
    Dictionary, Error as AvError, Packet, codec, decoder, error, format,
    format::{
        context::StreamIo,
        sample::{Sample, Type},
    },
    frame, media,
};

use phosphene_core::{
    error::Result,
    song::{
        Decode, Decoded, LossLog, OtherDecoder, SampleFormat, Samples, Shape, Song, SongInfo, check_shape,
        part::FilePart, stored_bits, title, unplayable,
    },
    time::SamplePos,
};

mod headers;

/// Containers that may hold a song. Playlists, which would open other files, are not among them.
const CONTAINERS: &str = "aac,ac3,aiff,ape,asf,au,avi,caf,dts,eac3,flac,flv,matroska,webm,mov,mp4,m4a,3gp,3g2,mj2,mp3,\
    mpeg,mpegts,mpc,mpc8,ogg,rm,tak,truehd,tta,voc,w64,wav,wv";

/// Containers that tell a length; the others' is guessed from the bit rate.
const KNOW_LENGTH: [&str; 9] = ["mp4", "wav", "w64", "flac", "tta", "wv", "ogg", "ape", "aiff"];

/// Samples of silence given at a time.
const LEAD_BLOCK: u64 = 4_096;

/// Faults in a row after which a file counts as unreadable from there on.
const PATIENCE: u32 = 256;

/// Makes FFmpeg ready: its errors get their texts, and it writes nothing to the terminal by itself.
pub(crate) fn start_ffmpeg() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // It can't fail in any version of FFmpeg that this binding takes.
        let _ = ffmpeg_next::init();
        ffmpeg_next::log::set_level(ffmpeg_next::log::Level::Quiet);
    });
}

/// FFmpeg as the decoder for what Symphonia lacks.
#[derive(Debug)]
struct Ffmpeg;

impl OtherDecoder for Ffmpeg {
    fn open(&self, path: &Path, bytes: Range<u64>) -> Result<Box<dyn Decode>> {
        Ok(Box::new(FfmpegReader::open(path, bytes)?))
    }
}

/// Opens a song, by FFmpeg where Symphonia lacks its format or places it wrongly; see [`Song::open`].
///
/// # Errors
/// [`phosphene_core::Error::Song`] when nothing in the file can be played, with what would help.
pub fn open_song(path: impl AsRef<Path>) -> Result<Song> {
    Song::open_with(path, &Ffmpeg)
}

/// A file on its way through FFmpeg.
struct FfmpegReader {
    info: SongInfo,
    input: format::context::Input,
    decoder: decoder::Audio,
    stream: usize,
    /// Seconds in a time stamp's unit, as a fraction.
    time_base: (i64, i64),
    packet: Packet,
    frame: frame::Audio,
    /// Time stamp of position 0; unknown until the first samples are there, or for ever.
    origin: Option<i64>,
    /// The container's name, and whether it lists its packets: a fragmented file does not.
    container: String,
    listed: bool,
    bytes: Range<u64>,
    /// Samples of silence that an edit list puts first, and samples before position 0, that are still to come.
    lead: u64,
    skip: u64,
    /// Samples (per channel) given.
    given: u64,
    /// The length, where the container tells it to the sample: codecs pad their last packet.
    len: Option<u64>,
    draining: bool,
    /// Opening decodes once to know the sample format; the samples wait here.
    first: Option<(Samples, Decoded)>,
    first_losses: LossLog,
}

impl FfmpegReader {
    fn open(path: &Path, bytes: Range<u64>) -> Result<Self> {
        start_ffmpeg();
        // FFmpeg takes an edit of length 0 for one that shows nothing; read simply, it only says where to begin.
        Self::open_with(path, bytes.clone(), "1").or_else(|error| {
            let simply = Self::open_with(path, bytes, "0").ok();
            simply.filter(|reader| reader.container.contains("mp4")).ok_or(error)
        })
    }

    fn open_with(path: &Path, bytes: Range<u64>, advanced_editlist: &str) -> Result<Self> {
        let file = FilePart::open(path, bytes.clone())?;
        let refuse = |error: AvError| unplayable(path, &explain(error));
        // The file is handed over open, so that no character in its name can mean anything to FFmpeg.
        let stream = StreamIo::from_read_seek(file).map_err(refuse)?;
        let options: Dictionary<'_> = [
            ("format_whitelist", CONTAINERS),
            ("advanced_editlist", advanced_editlist),
        ]
        .into_iter()
        .collect();
        let input = format::input_from_stream(stream, None, Some(options)).map_err(refuse)?;
        let best = input.streams().best(media::Type::Audio);
        let track = best.ok_or_else(|| unplayable(path, "it has no sound in it"))?;
        let (index, base, duration) = (track.index(), track.time_base(), track.duration());
        // None in a fragmented file, whose header does not know the length.
        let packets = track.frames();
        let mut context = codec::Context::from_parameters(track.parameters())
            .map_err(refuse)?
            .decoder();
        // Needed to take encoder delay off the time stamps as well as off the samples.
        context.set_packet_time_base(base);
        let tag = |name: &str| {
            let (file, track) = (input.metadata(), track.metadata());
            let value = file.get(name).or_else(|| track.get(name))?;
            title::tag(&String::from_utf8_lossy(value.as_bytes()))
        };
        let (title, artist) = (tag("title"), tag("artist"));
        let container = input.format().name().to_owned();
        let id = context.id();
        let decoder = context.decoder_named(id).map_err(refuse)?;
        let mut reader = Self {
            info: SongInfo {
                path: path.to_owned(),
                rate: check_shape(path, 48_000, 1)?,
                channels: 1,
                format: SampleFormat::F32,
                codec: id.name().to_owned(),
                claimed_len: None,
                title,
                artist,
            },
            input,
            decoder,
            stream: index,
            time_base: (i64::from(base.numerator()), i64::from(base.denominator())),
            packet: Packet::empty(),
            frame: frame::Audio::empty(),
            origin: None,
            container,
            listed: packets > 0,
            bytes,
            lead: 0,
            skip: 0,
            given: 0,
            len: None,
            draining: false,
            first: None,
            first_losses: LossLog::default(),
        };
        reader.look(path)?;
        let container = reader.container.as_str();
        // An Ogg's length is the place of its end.
        let before = reader.origin.filter(|_| container.contains("ogg")).unwrap_or(0).max(0);
        let len = (duration > before).then(|| {
            let len = reader.samples_in(duration - before).unsigned_abs() + reader.lead;
            len.saturating_sub(reader.skip)
        });
        let claimed = len.filter(|_| KNOW_LENGTH.iter().any(|&name| container.contains(name)));
        // Edit lists often count in 1/1000 or 1/600 of a second: nothing that may be sound is cut.
        let slack = u64::from(reader.info.rate.hz()) / 600;
        let told = len.filter(|_| container.contains("mp4") && packets > 0);
        reader.len = told.map(|len| len + slack);
        reader.info.claimed_len = claimed;
        Ok(reader)
    }

    /// Decodes until there is sound, which tells the true rate, channels and sample format.
    fn look(&mut self, path: &Path) -> Result<()> {
        let mut samples = Samples::default();
        let mut log = LossLog::default();
        let step = self.decode(&mut samples, SamplePos(0), &mut log);
        if step == Decoded::End {
            let what = log.losses().first().map(|loss| format!(" ({})", loss.what));
            let reason = format!("it holds no sound{}", what.unwrap_or_default());
            return Err(unplayable(path, &reason));
        }
        let channels = usize::from(self.frame.channels());
        self.info.rate = check_shape(path, self.frame.rate(), channels)?;
        self.info.channels = channels;
        self.info.format = match samples {
            Samples::F32(_) => SampleFormat::F32,
            Samples::F64(_) => SampleFormat::F64,
            Samples::I32(_) => SampleFormat::Int {
                bits: self.stored_bits(path),
            },
        };
        self.place(path);
        let at = self.origin.map(|_| self.lead as i64 - self.skip as i64);
        self.first = Some((
            samples,
            Decoded::Sound {
                at,
                shape: Shape::of(&self.info),
            },
        ));
        self.first_losses = log;
        Ok(())
    }

    /// Finds what lies between position 0 and the first decoded sample.
    ///
    /// What a time stamp puts before 0 is an encoder's delay, and is left out as browsers do. What lies after it is
    /// silence where an edit list says so; elsewhere the stream was cut from a longer one, and begins at once.
    fn place(&mut self, path: &Path) {
        let Some(stamp) = self.frame.timestamp() else {
            return;
        };
        let in_ms = self.container.contains("matroska");
        // A time in milliseconds may be off by one.
        let edge = if in_ms { -1 } else { 0 };
        self.origin = Some(stamp);
        if stamp < edge {
            self.origin = Some(0);
            let rounded = self.samples_in(stamp).unsigned_abs();
            let exact = in_ms
                .then(|| headers::codec_delay(path, self.info.rate.hz(), rounded))
                .flatten();
            self.skip = exact.unwrap_or(rounded);
        } else if stamp > 0 && self.container.contains("mp4") && self.listed {
            self.origin = Some(0);
            self.lead = self.samples_in(stamp).unsigned_abs();
        }
    }

    /// Bits of a whole-number sample. FFmpeg decodes 24 bits into 32 and this binding does not tell them apart.
    fn stored_bits(&self, path: &Path) -> u32 {
        match (self.frame.format(), self.info.codec.as_str()) {
            (Sample::U8(_), _) => 8,
            (Sample::I16(_), _) => 16,
            (_, codec) if codec.contains("24") => 24,
            (_, codec) if codec.starts_with("pcm") => 32,
            (_, codec) => headers::bits(path, codec)
                .or_else(|| stored_bits(path, self.bytes.clone()))
                .unwrap_or(32),
        }
    }

    /// What is left of a step's samples between the song's start and its end.
    fn trimmed(&mut self, samples: &mut Samples, step: Decoded) -> Decoded {
        let Decoded::Sound { at, shape } = step else {
            return step;
        };
        let skip = self.skip.min((samples.len() / shape.channels) as u64);
        self.skip -= skip;
        samples.remove_front(skip as usize * shape.channels);
        if let Some(len) = self.len {
            let left = usize::try_from(len.saturating_sub(self.given)).unwrap_or(usize::MAX);
            if left == 0 {
                return Decoded::End;
            }
            samples.truncate(left.saturating_mul(shape.channels));
        }
        self.given += (samples.len() / shape.channels) as u64;
        let at = at.map(|at| at.saturating_add(skip as i64));
        Decoded::Sound { at, shape }
    }

    /// Decodes up to the next samples; `at` is where losses are noted.
    fn decode(&mut self, samples: &mut Samples, at: SamplePos, log: &mut LossLog) -> Decoded {
        let mut faults = 0;
        while faults < PATIENCE {
            match self.decoder.receive_frame(&mut self.frame) {
                Ok(()) if self.frame.samples() == 0 => continue,
                Ok(()) => return self.take_frame(samples),
                Err(AvError::Eof) => return Decoded::End,
                Err(AvError::Other { errno: error::EAGAIN }) if self.draining => return Decoded::End,
                Err(AvError::Other { errno: error::EAGAIN }) => {}
                Err(error) => {
                    // Some versions refuse a packet where it is sent, others where its sound is fetched.
                    if !self.is_padding() {
                        note(log, at, &mut faults, error);
                    }
                    continue;
                }
            }
            match self.packet.read(&mut self.input) {
                Ok(()) if self.packet.stream() != self.stream => {}
                Ok(()) => {
                    if let Err(error) = self.decoder.send_packet(&self.packet)
                        && !self.is_padding()
                    {
                        note(log, at, &mut faults, error);
                    }
                }
                Err(AvError::InvalidData) => note(log, at, &mut faults, AvError::InvalidData),
                Err(error) => {
                    if error != AvError::Eof {
                        log.add(at, format!("the file can't be read on from here: {error}"));
                    }
                    self.draining = true;
                    if self.decoder.send_eof().is_err() {
                        return Decoded::End;
                    }
                }
            }
        }
        log.add(at, "too much is damaged to read on from here");
        Decoded::End
    }

    /// Whether the packet ends with less than a sample of uncompressed sound: a W64's chunks are filled up to 8 bytes.
    fn is_padding(&self) -> bool {
        let coding = self.info.codec.strip_prefix("pcm_").unwrap_or("");
        let digits = coding.trim_start_matches(|c: char| !c.is_ascii_digit());
        let digits = digits.trim_end_matches(|c: char| !c.is_ascii_digit());
        let bits: usize = digits.parse().unwrap_or(0);
        bits > 0 && !(self.packet.size() * 8).is_multiple_of(bits * usize::from(self.decoder.channels()).max(1))
    }

    fn take_frame(&mut self, samples: &mut Samples) -> Decoded {
        let shape = Shape {
            rate_hz: self.frame.rate(),
            channels: usize::from(self.frame.channels()),
        };
        copy(&self.frame, samples);
        let stamp = self.frame.timestamp().zip(self.origin);
        let at = stamp.map(|(stamp, origin)| self.samples_in(stamp.saturating_sub(origin)));
        Decoded::Sound { at, shape }
    }

    /// Time stamp units in samples, rounded down.
    fn samples_in(&self, units: i64) -> i64 {
        let (num, den) = self.time_base;
        let samples = i128::from(units) * i128::from(num) * i128::from(self.info.rate.hz()) / i128::from(den.max(1));
        i64::try_from(samples).unwrap_or(i64::MAX)
    }
}

impl Decode for FfmpegReader {
    fn info(&self) -> &SongInfo {
        &self.info
    }

    fn next(&mut self, samples: &mut Samples, now: SamplePos, log: &mut LossLog) -> Decoded {
        if self.lead > 0 {
            let len = self.lead.min(LEAD_BLOCK);
            self.lead -= len;
            self.given += len;
            samples.silence(self.info.format, len as usize * self.info.channels);
            return Decoded::Sound {
                at: None,
                shape: Shape::of(&self.info),
            };
        }
        if let Some((first, step)) = self.first.take() {
            *log = std::mem::take(&mut self.first_losses);
            *samples = first;
            return self.trimmed(samples, step);
        }
        let step = self.decode(samples, now, log);
        self.trimmed(samples, step)
    }
}

/// Opens a decoder and checks that it is one for sound.
trait OpenAudio {
    fn decoder_named(self, id: codec::Id) -> std::result::Result<decoder::Audio, AvError>;
}

impl OpenAudio for decoder::Decoder {
    fn decoder_named(self, id: codec::Id) -> std::result::Result<decoder::Audio, AvError> {
        self.open_as(id)?.audio()
    }
}

fn note(log: &mut LossLog, at: SamplePos, faults: &mut u32, error: AvError) {
    if *faults == 0 {
        let what = match error {
            AvError::InvalidData => "a part of it can't be decoded".to_owned(),
            error => error.to_string(),
        };
        log.add(at, format!("damaged: {what}"));
    }
    *faults += 1;
}

fn explain(error: AvError) -> String {
    match error {
        AvError::InvalidData | AvError::Other { errno: error::EINVAL } => {
            "it is no sound file that is known here, or its start is damaged or missing".to_owned()
        }
        error => error.to_string(),
    }
}

/// Interleaves a frame's samples, left-aligning whole numbers.
fn copy(frame: &frame::Audio, out: &mut Samples) {
    fn weave<T: frame::audio::Sample + Copy, U>(frame: &frame::Audio, out: &mut Vec<U>, convert: impl Fn(T) -> U) {
        if frame.is_packed() {
            out.extend(frame.plane::<T>(0).iter().map(|&sample| convert(sample)));
            return;
        }
        let planes: Vec<&[T]> = (0..frame.planes()).map(|plane| frame.plane::<T>(plane)).collect();
        for i in 0..frame.samples() {
            out.extend(planes.iter().map(|plane| convert(plane[i])));
        }
    }
    match frame.format() {
        Sample::U8(_) => weave(frame, out.empty_i32(), |x: u8| (i32::from(x) - 128) << 24),
        Sample::I16(_) => weave(frame, out.empty_i32(), |x: i16| i32::from(x) << 16),
        Sample::I32(_) => weave(frame, out.empty_i32(), |x: i32| x),
        Sample::F32(_) => weave(frame, out.empty_f32(), |x: f32| x),
        Sample::F64(_) => weave(frame, out.empty_f64(), |x: f64| x),
        Sample::None | Sample::I64(Type::Packed | Type::Planar) => out.empty_f32().clear(),
    }
}
