//! The song's samples into audio packets, placed by their index.

use ffmpeg_next::{
    ChannelLayout, Error as AvError, Packet, Rational, codec, encoder, error,
    format::sample::{Sample, Type},
    frame,
};

use super::{AudioCodec, mux::Fault, resample::Resampler, video::Write};
use phosphene_core::{
    song::{Block, Loss, LossLog, SampleFormat, Samples, SongInfo},
    time::SamplePos,
};

/// Bits a second for each channel of AAC.
const AAC_BITS_PER_CHANNEL: usize = 192_000;

/// Samples in a packet of a codec that takes any number.
const PCM_PACKET: usize = 2_048;

/// The fewest channels whose usual layout has one for a subwoofer (5.1).
const FIRST_WITH_LFE: usize = 6;

/// Samples (per channel) below which ALAC's encoder does not always have room for what it compresses in a packet: with
/// three channels and more, and one to five samples, FFmpeg's ends the program.
const ALAC_SHORT: usize = 64;

/// Encodes the sound.
pub(super) struct AudioStream {
    encoder: encoder::audio::Encoder,
    name: &'static str,
    base: Rational,
    fill: Fill,
    resampler: Option<Resampler>,
    packet: Packet,
    log: LossLog,
    song_rate: u32,
}

impl AudioStream {
    /// Opens the encoder for a codec, at the song's rate and channels and as near to its depth as the codec goes.
    pub(super) fn open(codec: AudioCodec, song: &SongInfo) -> Result<Self, String> {
        let (name, format, bits) = choose(codec, song.format);
        Self::open_named(codec, name, format, bits, song).map_err(|error| {
            format!(
                "FFmpeg's encoder {name} does not work here for {} channels ({error})",
                song.channels
            )
        })
    }

    fn open_named(
        codec: AudioCodec,
        name: &'static str,
        format: Sample,
        bits: u32,
        song: &SongInfo,
    ) -> Result<Self, AvError> {
        let found = encoder::find_by_name(name).ok_or(AvError::EncoderNotFound)?;
        let song_rate = song.rate.hz();
        let rate = nearest_rate(found.audio()?.rates(), song_rate);
        let layout = layout(found.audio()?.channel_layouts(), song.channels);
        let mut context = codec::Context::new_with_codec(found).encoder().audio()?;
        let base = Rational(1, rate as i32);
        context.set_rate(rate as i32);
        context.set_format(format);
        context.set_channel_layout(layout);
        context.set_time_base(base);
        context.set_flags(codec::Flags::GLOBAL_HEADER | codec::Flags::BITEXACT);
        if codec == AudioCodec::Aac {
            // A packet of 1,024 samples holds 6,144 bits a channel at most.
            context.set_bit_rate(AAC_BITS_PER_CHANNEL.min(6 * rate as usize) * song.channels);
        }
        let encoder = context.open_as(found)?;
        let packet_len = match encoder.frame_size() as usize {
            0 => PCM_PACKET,
            len => len,
        };
        let mut log = LossLog::default();
        if codec == AudioCodec::Aac && song.channels >= FIRST_WITH_LFE {
            log.add(
                SamplePos(0),
                "aac keeps only the lowest notes of the fourth channel, which is a subwoofer's; --audio pcm, flac or alac \
                 keeps all of it",
            );
        }
        let resampler = if rate == song_rate {
            None
        } else {
            let what = format!(
                "{codec} can't hold {song_rate} Hz: the sound was converted to {rate} Hz; --audio pcm, flac or alac \
                 keeps it"
            );
            log.add(SamplePos(0), what);
            Some(Resampler::new(song.channels, layout, song_rate, rate)?)
        };
        Ok(Self {
            encoder,
            name,
            base,
            fill: Fill::new(format, bits, layout, song.channels, packet_len, rate),
            resampler,
            packet: Packet::empty(),
            log,
            song_rate,
        })
    }

    pub(super) fn context(&self) -> &codec::Context {
        &self.encoder
    }

    /// What a file's header says of the sound; complete once all is encoded.
    pub(super) fn parameters(&self) -> codec::Parameters {
        codec::Parameters::from(&self.encoder)
    }

    /// Samples (per channel) in a packet, at the rate of what is encoded.
    pub(super) fn packet_len(&self) -> usize {
        self.fill.capacity
    }

    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    pub(super) fn losses(&self) -> Vec<Loss> {
        let mut losses = self.log.losses();
        losses.extend(self.fill.losses(self.name));
        losses
    }

    /// Encodes a block, whose position among those pushed is `at`, and writes the packets that are ready.
    pub(super) fn push(&mut self, block: &Block, at: SamplePos, write: &mut Write<'_>) -> Result<(), Fault> {
        if block.channels != self.fill.channels {
            return Err(Fault::Av(AvError::InvalidData));
        }
        match self.resampler.take() {
            None => self.push_samples(&block.samples, at, write),
            Some(mut resampler) => {
                let result = resampler
                    .run(&block.samples)
                    .map_err(Fault::from)
                    .and_then(|()| self.push_samples(resampler.out(), at, write));
                self.resampler = Some(resampler);
                result
            }
        }
    }

    fn push_samples(&mut self, samples: &Samples, at: SamplePos, write: &mut Write<'_>) -> Result<(), Fault> {
        let mut from = 0;
        while from < samples.len() {
            from += self.fill.take(samples, from, at);
            if self.fill.is_full() {
                self.encode(write)?;
            }
        }
        Ok(())
    }

    fn encode(&mut self, write: &mut Write<'_>) -> Result<(), Fault> {
        self.encoder.send_frame(self.fill.ready())?;
        self.fill.restart();
        self.write_ready(write)
    }

    /// Encodes the rest and writes what the encoder has kept back.
    pub(super) fn flush(&mut self, write: &mut Write<'_>) -> Result<(), Fault> {
        if let Some(mut resampler) = self.resampler.take() {
            resampler.finish(self.song_rate)?;
            self.push_samples(resampler.out(), SamplePos(0), write)?;
        }
        if self.name == "alac" && self.fill.filled < ALAC_SHORT {
            self.encoder = uncompressed(&self.encoder)?;
        }
        if !self.fill.is_empty() {
            self.encode(write)?;
        }
        self.encoder.send_eof()?;
        self.write_ready(write)
    }

    fn write_ready(&mut self, write: &mut Write<'_>) -> Result<(), Fault> {
        loop {
            match self.encoder.receive_packet(&mut self.packet) {
                Ok(()) => write(&mut self.packet, self.base)?,
                Err(AvError::Eof | AvError::Other { errno: error::EAGAIN }) => return Ok(()),
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// An encoder alike but that it compresses nothing. ALAC keeps nothing back, and its packets do not depend on each other.
fn uncompressed(encoder: &encoder::audio::Encoder) -> Result<encoder::audio::Encoder, AvError> {
    let found = encoder::find_by_name("alac").ok_or(AvError::EncoderNotFound)?;
    let mut context = codec::Context::new_with_codec(found).encoder().audio()?;
    context.set_rate(encoder.rate() as i32);
    context.set_format(encoder.format());
    context.set_channel_layout(encoder.channel_layout());
    context.set_time_base(encoder.time_base());
    context.set_flags(codec::Flags::GLOBAL_HEADER | codec::Flags::BITEXACT);
    context.set_compression(Some(0));
    context.open_as(found)
}

/// The encoder, the form of its samples and the bits that it keeps (0 for floats).
fn choose(codec: AudioCodec, stored: SampleFormat) -> (&'static str, Sample, u32) {
    let small = matches!(stored, SampleFormat::Int { bits } if bits <= 16);
    match (codec, stored) {
        (AudioCodec::Aac, _) => ("aac", Sample::F32(Type::Planar), 0),
        (AudioCodec::Flac, _) if small => ("flac", Sample::I16(Type::Packed), 16),
        (AudioCodec::Flac, _) => ("flac", Sample::I32(Type::Packed), 24),
        (AudioCodec::Alac, _) if small => ("alac", Sample::I16(Type::Planar), 16),
        (AudioCodec::Alac, _) => ("alac", Sample::I32(Type::Planar), 24),
        (AudioCodec::Pcm, SampleFormat::Int { bits: 0..=16 }) => ("pcm_s16le", Sample::I16(Type::Packed), 16),
        (AudioCodec::Pcm, SampleFormat::Int { bits: 17..=24 }) => ("pcm_s24le", Sample::I32(Type::Packed), 24),
        (AudioCodec::Pcm, SampleFormat::Int { .. }) => ("pcm_s32le", Sample::I32(Type::Packed), 32),
        (AudioCodec::Pcm, SampleFormat::F32) => ("pcm_f32le", Sample::F32(Type::Packed), 0),
        (AudioCodec::Pcm, SampleFormat::F64) => ("pcm_f64le", Sample::F64(Type::Packed), 0),
    }
}

/// The song's own rate, or the next higher one that the codec takes, or its highest.
fn nearest_rate(rates: Option<codec::audio::RateIter>, song: u32) -> u32 {
    let Some(rates) = rates else {
        return song;
    };
    let mut rates: Vec<u32> = rates.filter_map(|rate| u32::try_from(rate).ok()).collect();
    rates.sort_unstable();
    let next = rates.iter().find(|&&rate| rate >= song);
    next.or(rates.last()).copied().unwrap_or(song)
}

/// The usual layout for so many channels, or the codec's own idea of it.
fn layout(layouts: Option<codec::audio::ChannelLayoutIter>, channels: usize) -> ChannelLayout {
    let count = i32::try_from(channels).unwrap_or(i32::MAX);
    let usual = match channels {
        // FFmpeg's own choice, 2.1, would have the third channel lose its highs as a subwoofer's.
        3 => ChannelLayout::SURROUND,
        _ => ChannelLayout::default(count),
    };
    let fitting: Vec<_> = layouts
        .into_iter()
        .flatten()
        .filter(|layout| layout.channels() == count)
        .collect();
    match fitting.first() {
        Some(&first) if !fitting.contains(&usual) => first,
        _ => usual,
    }
}

/// The encoder's next frame, being filled.
struct Fill {
    frame: frame::Audio,
    format: Sample,
    bits: u32,
    channels: usize,
    capacity: usize,
    filled: usize,
    /// Index of the frame's first sample.
    start: i64,
    clipped: Tally,
    rounded: Tally,
}

/// How often something happened, and where first.
#[derive(Default)]
struct Tally(Option<SamplePos>, u64);

impl Tally {
    fn count(&mut self, at: SamplePos) {
        self.0.get_or_insert(at);
        self.1 += 1;
    }

    fn loss(&self, what: &str) -> Option<Loss> {
        let what = format!("{} {what}", self.1);
        self.0.map(|at| Loss { at, what })
    }
}

impl Fill {
    fn new(format: Sample, bits: u32, layout: ChannelLayout, channels: usize, capacity: usize, rate: u32) -> Self {
        let mut frame = frame::Audio::new(format, capacity, layout);
        frame.set_rate(rate);
        Self {
            frame,
            format,
            bits,
            channels,
            capacity,
            filled: 0,
            start: 0,
            clipped: Tally::default(),
            rounded: Tally::default(),
        }
    }

    fn is_full(&self) -> bool {
        self.filled == self.capacity
    }

    fn is_empty(&self) -> bool {
        self.filled == 0
    }

    fn losses(&self, codec: &str) -> impl Iterator<Item = Loss> {
        let clipped = self
            .clipped
            .loss("samples beyond full scale were clipped; --audio pcm keeps them");
        let kept = format!(
            "samples were rounded to {codec}'s {} bits; --audio pcm keeps them",
            self.bits
        );
        clipped.into_iter().chain(self.rounded.loss(&kept))
    }

    /// Takes interleaved samples from index `from` on, as many as fit, and says how many.
    fn take(&mut self, samples: &Samples, from: usize, at: SamplePos) -> usize {
        let room = (self.capacity - self.filled) * self.channels;
        let len = room.min(samples.len() - from);
        let range = (from, len / self.channels);
        match self.format {
            Sample::I16(_) => self.put(range, |fill, i| (fill.whole(samples, i, at) >> 16) as i16),
            Sample::I32(_) => self.put(range, |fill, i| fill.whole(samples, i, at)),
            Sample::F64(_) => self.put(range, |_, i| match samples {
                Samples::F64(samples) => samples[i],
                samples => f64::from(samples.get_f32(i)),
            }),
            _ => self.put(range, |_, i| samples.get_f32(i)),
        }
        len
    }

    fn put<T: frame::audio::Sample>(&mut self, (from, len): (usize, usize), get: impl Fn(&mut Self, usize) -> T) {
        let (channels, at) = (self.channels, self.filled);
        // Taken out so that `get` may count what it loses.
        let mut frame = std::mem::replace(&mut self.frame, frame::Audio::empty());
        if frame.is_packed() {
            let out = &mut frame.plane_mut::<T>(0)[at * channels..(at + len) * channels];
            for (i, out) in out.iter_mut().enumerate() {
                *out = get(self, from + i);
            }
        } else {
            for channel in 0..channels {
                let out = &mut frame.plane_mut::<T>(channel)[at..at + len];
                for (i, out) in out.iter_mut().enumerate() {
                    *out = get(self, from + i * channels + channel);
                }
            }
        }
        self.frame = frame;
        self.filled += len;
    }

    /// A sample as a left-aligned whole number with as many bits as the encoder keeps.
    fn whole(&mut self, samples: &Samples, i: usize, at: SamplePos) -> i32 {
        let at = SamplePos(at.0 + (i / self.channels) as u64);
        let unused = 32 - self.bits;
        let float = match samples {
            Samples::I32(samples) => {
                let kept = samples[i] >> unused << unused;
                if kept != samples[i] {
                    self.rounded.count(at);
                }
                return kept;
            }
            Samples::F32(samples) => f64::from(samples[i]),
            Samples::F64(samples) => samples[i],
        };
        let full = f64::from(1u32 << (self.bits - 1));
        let scaled = float * full;
        let whole = scaled.round_ties_even();
        if whole < -full || whole > full - 1.0 {
            self.clipped.count(at);
        } else if whole != scaled {
            self.rounded.count(at);
        }
        (whole.clamp(-full, full - 1.0) as i32) << unused
    }

    /// The frame with what it holds, stamped with the index of its first sample.
    fn ready(&mut self) -> &frame::Audio {
        self.frame.set_samples(self.filled);
        self.frame.set_pts(Some(self.start));
        &self.frame
    }

    fn restart(&mut self) {
        self.start += self.filled as i64;
        self.filled = 0;
        self.frame.set_samples(self.capacity);
    }
}
