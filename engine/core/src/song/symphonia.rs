//! The main road: a sound file through Symphonia.

use std::{
    ops::Range,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};

use symphonia::core::{
    audio::{Audio, GenericAudioBufferRef},
    codecs::{
        CodecParameters,
        audio::{
            AudioCodecParameters, AudioDecoder, AudioDecoderOptions,
            well_known::{CODEC_ID_ALAC, CODEC_ID_FLAC, CODEC_ID_MP3, CODEC_ID_VORBIS},
        },
    },
    errors::Error as DecodeError,
    formats::{
        FormatReader, Track, TrackType,
        probe::Hint,
        well_known::{FORMAT_ID_AIFF, FORMAT_ID_CAF, FORMAT_ID_FLAC, FORMAT_ID_MP3, FORMAT_ID_OGG, FORMAT_ID_WAVE},
    },
    io::MediaSourceStream,
    meta::{MetadataContainer, RawValue, StandardTag},
};

use super::{
    Decode, Decoded, LossLog, SampleFormat, Samples, Shape, SongInfo, check_shape, part::FilePart, title, unplayable,
};
use crate::{error::Result, time::SamplePos};

/// Faults in a row after which a file counts as unreadable from there on.
const PATIENCE: u32 = 256;

/// A file on its way through Symphonia.
pub(super) struct SymphoniaReader {
    info: SongInfo,
    format: Box<dyn FormatReader>,
    decoder: Box<dyn AudioDecoder>,
    track: u32,
    exact: bool,
    is_mp3: bool,
    /// Whether packets carry positions that count samples.
    counts_samples: bool,
    /// Where the first packet says that it belongs, which is position 0: a stream may be cut from a longer one.
    origin: Option<i64>,
    /// The first decoded packet: opening needs it to know the sample format.
    first: Option<(Samples, Decoded)>,
    first_losses: LossLog,
}

impl SymphoniaReader {
    /// Opens the song in these bytes of a file, and decodes until there is sound.
    ///
    /// # Errors
    /// [`crate::Error::Song`] when there is none that Symphonia can play, or it is damaged.
    pub(super) fn open(path: &Path, bytes: Range<u64>) -> Result<Self> {
        // Symphonia is memory-safe, but a damaged file may find a panic in it: that is a bad file, not a bad program.
        catch_unwind(AssertUnwindSafe(|| Self::open_unguarded(path, bytes)))
            .unwrap_or_else(|_| Err(unplayable(path, "it is damaged")))
    }

    /// As [`Self::open`]; a file may be such that Symphonia panics.
    fn open_unguarded(path: &Path, bytes: Range<u64>) -> Result<Self> {
        let file = FilePart::open(path, bytes)?;
        let mut hint = Hint::new();
        if let Some(extension) = path.extension().and_then(|extension| extension.to_str()) {
            hint.with_extension(extension);
        }
        let stream = MediaSourceStream::new(Box::new(file), Default::default());
        let mut format = symphonia::default::get_probe()
            .probe(&hint, stream, Default::default(), Default::default())
            .map_err(|error| unplayable(path, &explain(&error)))?;
        let track = format
            .default_track(TrackType::Audio)
            .ok_or_else(|| unplayable(path, "it has no sound in it"))?
            .clone();
        let Some(CodecParameters::Audio(params)) = &track.codec_params else {
            return Err(unplayable(path, "it has no sound in it"));
        };
        let decoder = symphonia::default::get_codecs()
            .make_audio_decoder(params, &AudioDecoderOptions::default())
            .map_err(|error| unplayable(path, &explain(&error)))?;
        let (title, artist) = tags(format.as_mut());
        let claimed = claimed_len(&track, params);
        let container = format.format_info().format;
        let is_mp3 = params.codec == CODEC_ID_MP3 && container == FORMAT_ID_MP3;
        let exact = match params.codec {
            CODEC_ID_MP3 => is_mp3,
            CODEC_ID_VORBIS | CODEC_ID_FLAC => container == FORMAT_ID_OGG || container == FORMAT_ID_FLAC,
            // Sound in the other containers may have an edit list, which Symphonia does not read.
            // A CAF tells the length of what is compressed in packets.
            _ if container == FORMAT_ID_CAF => decoder.codec_info().short_name.starts_with("pcm"),
            _ => [FORMAT_ID_WAVE, FORMAT_ID_AIFF].contains(&container),
        };
        let mut reader = Self {
            info: SongInfo {
                path: path.to_owned(),
                rate: check_shape(path, 48_000, 1)?,
                channels: 1,
                format: SampleFormat::F32,
                codec: decoder.codec_info().short_name.to_owned(),
                claimed_len: claimed,
                title,
                artist,
            },
            format,
            decoder,
            track: track.id,
            exact,
            is_mp3,
            counts_samples: false,
            origin: None,
            first: None,
            first_losses: LossLog::default(),
        };
        reader.look(path, &track, params)?;
        Ok(reader)
    }

    /// Decodes until there is sound, which tells the true rate, channels and sample format.
    fn look(&mut self, path: &Path, track: &Track, params: &AudioCodecParameters) -> Result<()> {
        let mut samples = Samples::default();
        let mut log = LossLog::default();
        let step = self.decode(&mut samples, SamplePos(0), &mut log);
        let buffer = self.decoder.last_decoded();
        if step == Decoded::End {
            let what = log.losses().first().map(|loss| format!(" ({})", loss.what));
            let reason = format!("it holds no sound{}", what.unwrap_or_default());
            return Err(unplayable(path, &reason));
        }
        let (rate, channels) = (buffer.spec().rate(), buffer.spec().channels().count());
        self.info.rate = check_shape(path, rate, channels)?;
        self.info.channels = channels;
        self.info.format = match samples {
            Samples::F32(_) => SampleFormat::F32,
            Samples::F64(_) => SampleFormat::F64,
            Samples::I32(_) => SampleFormat::Int {
                bits: stored_bits(params).unwrap_or(buffer_bits(&buffer)).clamp(8, 32),
            },
        };
        let base = track.time_base.map(|base| (base.numer.get(), base.denom.get()));
        self.counts_samples = base == Some((1, rate));
        if self.format.format_info().format == FORMAT_ID_OGG {
            // An Ogg's length is the place of its end.
            let before = u64::try_from(self.origin.unwrap_or(0)).unwrap_or(0);
            self.info.claimed_len = self.info.claimed_len.map(|end| end.saturating_sub(before));
        }
        let step = self.placed(step);
        self.first = Some((samples, step));
        self.first_losses = log;
        Ok(())
    }

    /// Whether sample 0 and the length are known to be what a player plays.
    pub(super) fn is_exact(&self) -> bool {
        self.exact
    }

    /// Whether it is an MP3 file, and not MP3 in another container.
    pub(super) fn is_mp3(&self) -> bool {
        self.is_mp3
    }

    /// The step with its place counted from the first packet, where packets count samples.
    fn placed(&self, step: Decoded) -> Decoded {
        match step {
            Decoded::Sound { at, shape } => {
                let origin = self.origin.unwrap_or(0);
                let at = at.filter(|_| self.counts_samples).map(|at| at.saturating_sub(origin));
                Decoded::Sound { at, shape }
            }
            Decoded::End => Decoded::End,
        }
    }

    /// Decodes the next packet that has sound.
    fn decode(&mut self, samples: &mut Samples, now: SamplePos, log: &mut LossLog) -> Decoded {
        let mut faults = 0;
        while faults < PATIENCE {
            let packet = match self.format.next_packet() {
                Ok(Some(packet)) => packet,
                Ok(None) => return Decoded::End,
                Err(DecodeError::IoError(error)) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
                    return Decoded::End; // The length tells whether anything is missing.
                }
                Err(error @ DecodeError::DecodeError(_)) => {
                    if faults == 0 {
                        log.add(now, format!("damaged: {}", explain(&error)));
                    }
                    faults += 1;
                    continue;
                }
                Err(error) => {
                    log.add(now, format!("the file can't be read on from here: {}", explain(&error)));
                    return Decoded::End;
                }
            };
            if packet.track_id != self.track {
                continue;
            }
            let trim = i64::try_from(packet.trim_start.get()).unwrap_or(0);
            let at = packet.pts.get().saturating_add(trim);
            self.origin.get_or_insert(at.max(0));
            match self.decoder.decode(&packet) {
                Ok(buffer) if buffer.frames() == 0 => {}
                Ok(buffer) => {
                    let shape = Shape {
                        rate_hz: buffer.spec().rate(),
                        channels: buffer.spec().channels().count(),
                    };
                    copy(&buffer, samples);
                    return Decoded::Sound { at: Some(at), shape };
                }
                Err(error) => {
                    if faults == 0 {
                        log.add(now, format!("damaged: {}", explain(&error)));
                    }
                    faults += 1;
                }
            }
        }
        log.add(now, "too much is damaged to read on from here");
        Decoded::End
    }
}

impl Decode for SymphoniaReader {
    fn info(&self) -> &SongInfo {
        &self.info
    }

    fn next(&mut self, samples: &mut Samples, now: SamplePos, log: &mut LossLog) -> Decoded {
        if let Some((first, step)) = self.first.take() {
            *log = std::mem::take(&mut self.first_losses);
            *samples = first;
            return step;
        }
        let step = catch_unwind(AssertUnwindSafe(|| self.decode(samples, now, log))).unwrap_or_else(|_| {
            log.add(now, "the file is damaged and can't be read on from here");
            Decoded::End
        });
        self.placed(step)
    }
}

/// What Symphonia says, in words that fit behind "can't play the song".
pub(super) fn explain(error: &DecodeError) -> String {
    match error {
        DecodeError::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            "the file ends too early".to_owned()
        }
        DecodeError::Unsupported(_) => "it is no sound file that is known here".to_owned(),
        error => error.to_string(),
    }
}

/// Bits of a sample as they are stored, where the header tells.
fn stored_bits(params: &AudioCodecParameters) -> Option<u32> {
    let cookie = params.extra_data.as_ref().filter(|_| params.codec == CODEC_ID_ALAC);
    // Byte 5 of ALAC's own header; Symphonia decodes any depth into 32 bits.
    let alac = cookie.and_then(|cookie| cookie.get(5)).map(|&bits| u32::from(bits));
    // A CAF's own count is 0 for what is compressed.
    alac.or(params.bits_per_sample).filter(|&bits| bits > 0)
}

/// Bits of a sample as they were decoded, which may be more.
fn buffer_bits(buffer: &GenericAudioBufferRef<'_>) -> u32 {
    match buffer {
        GenericAudioBufferRef::U8(_) | GenericAudioBufferRef::S8(_) => 8,
        GenericAudioBufferRef::U16(_) | GenericAudioBufferRef::S16(_) => 16,
        GenericAudioBufferRef::U24(_) | GenericAudioBufferRef::S24(_) => 24,
        _ => 32,
    }
}

/// Interleaves decoded samples; whole numbers are left-aligned in 32 bits.
pub(super) fn copy(buffer: &GenericAudioBufferRef<'_>, samples: &mut Samples) {
    match buffer {
        GenericAudioBufferRef::F32(buffer) => samples.empty_f32().extend(buffer.iter_interleaved()),
        GenericAudioBufferRef::F64(buffer) => samples.empty_f64().extend(buffer.iter_interleaved()),
        // Whole numbers of any width come out left-aligned.
        buffer => buffer.copy_to_vec_interleaved::<i32>(samples.empty_i32()),
    }
}

/// The length that the header claims, unless it is the mark of a file that was written without knowing.
fn claimed_len(track: &Track, params: &AudioCodecParameters) -> Option<u64> {
    let frames = track.num_frames?;
    let Some(bits) = params.bits_per_coded_sample.or(params.bits_per_sample) else {
        return Some(frames);
    };
    let channels = params.channels.as_ref().map_or(1, |channels| channels.count() as u64);
    let bytes = frames.saturating_mul(u64::from(bits.div_ceil(8)) * channels);
    // 0xFFFFFFFF less a header, or 0x7FFFFFFF: what writers to a pipe put where the size should be.
    let marks = [u64::from(u32::MAX), u64::from(u32::MAX / 2)];
    (!marks.iter().any(|&mark| bytes <= mark && bytes + 65_536 > mark)).then_some(frames)
}

/// Title and artist.
fn tags(format: &mut dyn FormatReader) -> (Option<String>, Option<String>) {
    let mut metadata = format.metadata();
    let Some(revision) = metadata.skip_to_latest() else {
        return (None, None);
    };
    // What the file is called counts; what its track is called may be no more than "Stereo".
    let tracks = revision.per_track.iter().map(|track| &track.metadata);
    let of = |container: &MetadataContainer, text: fn(&StandardTag) -> Option<&str>, keys: [&str; 2]| {
        let standard = container.tags.iter().filter_map(|tag| text(tag.std.as_ref()?));
        // Of a text with NULs Symphonia makes a list, and no standard tag.
        let listed = container.tags.iter().filter_map(|tag| match &tag.raw.value {
            RawValue::StringList(values) if keys.contains(&tag.raw.key.as_str()) => Some(values),
            _ => None,
        });
        title::joined(standard.chain(listed.flat_map(|values| values.iter().map(String::as_str))))
    };
    let found =
        |text, keys| of(&revision.media, text, keys).or_else(|| tracks.clone().find_map(|track| of(track, text, keys)));
    (
        found(
            |tag| match tag {
                StandardTag::TrackTitle(title) => Some(title),
                _ => None,
            },
            ["TIT2", "TT2"],
        ),
        found(
            |tag| match tag {
                StandardTag::Artist(artist) => Some(artist),
                _ => None,
            },
            ["TPE1", "TP1"],
        ),
    )
}
