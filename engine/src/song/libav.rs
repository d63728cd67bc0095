//! The other road: a sound file through FFmpeg, for what Symphonia lacks or places wrongly.

use std::{fs::File, path::Path, sync::Once};

use ffmpeg_next::{
    Dictionary, Error as AvError, Packet, codec, decoder, error, format,
    format::{
        context::StreamIo,
        sample::{Sample, Type},
    },
    frame, media,
};

use super::{LossLog, SampleFormat, Samples, SongInfo, Step, check_shape, native, title, unplayable};
use crate::{
    error::{Error, Result},
    time::SamplePos,
};

/// Containers that may hold a song. Playlists, which would open other files, are not among them.
const CONTAINERS: &str = "aac,ac3,aiff,ape,asf,au,avi,caf,dts,eac3,flac,flv,matroska,webm,mov,mp4,m4a,3gp,3g2,mj2,mp3,\
    mpeg,mpegts,mpc,mpc8,ogg,rm,tak,truehd,tta,voc,w64,wav,wv";

/// Containers that tell a length; the others' is guessed from the bit rate.
const KNOW_LENGTH: [&str; 9] = ["mp4", "wav", "w64", "flac", "tta", "wv", "ogg", "ape", "aiff"];

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

/// A file on its way through FFmpeg.
pub(super) struct LibavReader {
    info: SongInfo,
    input: format::context::Input,
    decoder: decoder::Audio,
    stream: usize,
    /// Seconds in a time stamp's unit, as a fraction.
    time_base: (i64, i64),
    packet: Packet,
    frame: frame::Audio,
    /// Time stamp of the first sample, which is position 0.
    origin: Option<i64>,
    /// The length, where the container tells it to the sample: codecs pad their last packet.
    len: Option<u64>,
    draining: bool,
    /// Opening decodes once to know the sample format; the samples wait here.
    first: Option<(Samples, Step)>,
    first_losses: LossLog,
}

impl LibavReader {
    pub(super) fn open(path: &Path) -> Result<Self> {
        start_ffmpeg();
        let file = File::open(path).map_err(Error::file("read", path))?;
        let refuse = |error: AvError| unplayable(path, &explain(error));
        // The file is handed over open, so that no character in its name can mean anything to FFmpeg.
        let stream = StreamIo::from_read_seek(file).map_err(refuse)?;
        let options: Dictionary<'_> = [("format_whitelist", CONTAINERS)].into_iter().collect();
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
            len: None,
            draining: false,
            first: None,
            first_losses: LossLog::default(),
        };
        reader.look(path)?;
        let len = (duration > 0).then(|| reader.samples_in(duration).unsigned_abs());
        let container = reader.input.format().name().to_owned();
        reader.info.claimed_len = len.filter(|_| KNOW_LENGTH.iter().any(|&name| container.contains(name)));
        // Edit lists often count in 1/1000 or 1/600 of a second: nothing that may be sound is cut.
        let slack = u64::from(reader.info.rate.hz()) / 600;
        let told = len.filter(|_| container.contains("mp4") && packets > 0);
        reader.len = told.map(|len| len + slack);
        Ok(reader)
    }

    /// Decodes until there is sound, which tells the true rate, channels and sample format.
    fn look(&mut self, path: &Path) -> Result<()> {
        let mut samples = Samples::default();
        let mut log = LossLog::default();
        let step = self.decode(&mut samples, None, &mut log);
        if step == Step::End {
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
        self.first = Some((samples, Step::Sound { at: Some(0) }));
        self.first_losses = log;
        Ok(())
    }

    /// Bits of a whole-number sample. FFmpeg decodes 24 bits into 32 and this binding does not tell them apart.
    fn stored_bits(&self, path: &Path) -> u32 {
        match (self.frame.format(), self.info.codec.as_str()) {
            (Sample::U8(_), _) => 8,
            (Sample::I16(_), _) => 16,
            (_, codec) if codec.contains("24") => 24,
            (_, codec) if codec.starts_with("pcm") => 32,
            _ => match native::NativeReader::open(path).map(|reader| reader.info().format) {
                Ok(SampleFormat::Int { bits }) => bits,
                _ => 32,
            },
        }
    }

    pub(super) fn info(&self) -> &SongInfo {
        &self.info
    }

    pub(super) fn next(&mut self, samples: &mut Samples, now: SamplePos, log: &mut LossLog) -> Step {
        if let Some((first, step)) = self.first.take() {
            *log = std::mem::take(&mut self.first_losses);
            *samples = first;
            return step;
        }
        let step = self.decode(samples, Some(now), log);
        if let Some(len) = self.len {
            let left = usize::try_from(len.saturating_sub(now.0)).unwrap_or(usize::MAX);
            samples.truncate(left.saturating_mul(self.info.channels));
            if left == 0 {
                return Step::End;
            }
        }
        step
    }

    /// Decodes up to the next samples; `now` is their position, or nothing before the song's shape is known.
    fn decode(&mut self, samples: &mut Samples, now: Option<SamplePos>, log: &mut LossLog) -> Step {
        let at = now.unwrap_or_default();
        let mut faults = 0;
        while faults < PATIENCE {
            match self.decoder.receive_frame(&mut self.frame) {
                Ok(()) if self.frame.samples() == 0 => continue,
                Ok(()) => return self.take_frame(samples, now, log),
                Err(AvError::Eof) => return Step::End,
                Err(AvError::Other { errno: error::EAGAIN }) if self.draining => return Step::End,
                Err(AvError::Other { errno: error::EAGAIN }) => {}
                Err(error) => {
                    note(log, at, &mut faults, error);
                    continue;
                }
            }
            match self.packet.read(&mut self.input) {
                Ok(()) if self.packet.stream() != self.stream => {}
                Ok(()) => {
                    if let Err(error) = self.decoder.send_packet(&self.packet) {
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
                        return Step::End;
                    }
                }
            }
        }
        log.add(at, "too much is damaged to read on from here");
        Step::End
    }

    fn take_frame(&mut self, samples: &mut Samples, now: Option<SamplePos>, log: &mut LossLog) -> Step {
        let found = (self.frame.rate(), usize::from(self.frame.channels()));
        if let Some(now) = now
            && found != (self.info.rate.hz(), self.info.channels)
        {
            let what = format!("the rest has {} Hz and {} channels and is left out", found.0, found.1);
            log.add(now, what);
            return Step::End;
        }
        copy(&self.frame, samples);
        let at = self.frame.timestamp().map(|stamp| {
            let origin = *self.origin.get_or_insert(stamp);
            self.samples_in(stamp.saturating_sub(origin))
        });
        Step::Sound { at }
    }

    /// Time stamp units in samples, rounded down.
    fn samples_in(&self, units: i64) -> i64 {
        let (num, den) = self.time_base;
        let samples = i128::from(units) * i128::from(num) * i128::from(self.info.rate.hz()) / i128::from(den.max(1));
        i64::try_from(samples).unwrap_or(i64::MAX)
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
        log.add(at, format!("damaged: {}", explain(error)));
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
