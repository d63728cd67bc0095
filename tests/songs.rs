//! Songs made on the spot: test signals, wav files, and the same signal in any codec that FFmpeg has.

use std::path::Path;

use anyhow::{Context, Result, bail};
use ffmpeg_next::{
    ChannelLayout, Dictionary, Packet, Rational, codec, encoder, format,
    format::sample::{Sample, Type},
    frame,
};

use crate::Rng;

/// A signal: interleaved samples, full scale at 1.
#[derive(Debug, Clone)]
pub struct Signal {
    /// Samples a second.
    pub rate: u32,
    /// Channels.
    pub channels: usize,
    /// The samples, interleaved. Every one is a multiple of 2^-15, so that 16 bits hold it exactly.
    pub samples: Vec<f32>,
}

impl Signal {
    /// Tones and bursts of noise, different in each channel: easy to align, hard to confuse.
    #[must_use]
    pub fn music(rate: u32, channels: usize, len: usize) -> Self {
        let mut random = Rng::with_seed(1);
        let mut samples = Vec::with_capacity(len * channels);
        for i in 0..len {
            let secs = i as f64 / f64::from(rate);
            for channel in 0..channels {
                let burst = if (secs * 3.0).fract() < 0.2 { 0.2 } else { 0.01 };
                let tone = 0.2 * (std::f64::consts::TAU * (220.0 + 40.0 * channel as f64) * secs).sin();
                samples.push(to_16_bits(tone + burst * (random.f64() - 0.5)));
            }
        }
        Self {
            rate,
            channels,
            samples,
        }
    }

    /// Silence with a 5 ms click at each of the given samples.
    #[must_use]
    pub fn clicks(rate: u32, channels: usize, len: usize, at: &[u64]) -> Self {
        let mut samples = vec![0.0; len * channels];
        for &start in at {
            for i in 0..(rate / 200) as usize {
                let tone = 0.9 * (std::f64::consts::TAU * 1_000.0 * i as f64 / f64::from(rate)).cos();
                let from = (start as usize + i) * channels;
                if let Some(out) = samples.get_mut(from..from + channels) {
                    out.fill(to_16_bits(tone));
                }
            }
        }
        Self {
            rate,
            channels,
            samples,
        }
    }

    /// Length in samples per channel.
    #[must_use]
    pub fn len(&self) -> usize {
        self.samples.len() / self.channels
    }

    /// Whether there are no samples.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.samples.is_empty()
    }

    /// The first channel.
    #[must_use]
    pub fn left(&self) -> Vec<f32> {
        self.samples.iter().step_by(self.channels).copied().collect()
    }

    /// Writes a wav of whole numbers (16, 24 or 32 bits) or, with `bits` 0, of floats.
    ///
    /// # Errors
    /// When the file can't be written.
    pub fn write_wav(&self, path: &Path, bits: u16) -> Result<()> {
        let spec = hound::WavSpec {
            channels: self.channels as u16,
            sample_rate: self.rate,
            bits_per_sample: if bits == 0 { 32 } else { bits },
            sample_format: if bits == 0 {
                hound::SampleFormat::Float
            } else {
                hound::SampleFormat::Int
            },
        };
        let mut writer = hound::WavWriter::create(path, spec)?;
        for &sample in &self.samples {
            if bits == 0 {
                writer.write_sample(sample)?;
            } else {
                writer.write_sample((f64::from(sample) * 2f64.powi(i32::from(bits) - 1)) as i32)?;
            }
        }
        Ok(writer.finalize()?)
    }

    /// Writes the signal with one of FFmpeg's encoders, into the container that the name asks for.
    ///
    /// # Errors
    /// When this FFmpeg lacks the encoder, or writing fails.
    pub fn write_as(&self, path: &Path, encoder_name: &str, muxer: &[(&str, &str)]) -> Result<()> {
        ffmpeg_next::init()?;
        let found = encoder::find_by_name(encoder_name).with_context(|| format!("no encoder {encoder_name}"))?;
        let form = found.audio()?.formats().and_then(|mut formats| formats.next());
        let form = form.context("an encoder without sample formats")?;
        let layout = ChannelLayout::default(self.channels as i32);
        let mut context = codec::Context::new_with_codec(found).encoder().audio()?;
        context.set_rate(self.rate as i32);
        context.set_format(form);
        context.set_channel_layout(layout);
        context.set_time_base(Rational(1, self.rate as i32));
        context.set_bit_rate(192_000);
        context.set_flags(codec::Flags::GLOBAL_HEADER);
        let mut encoder = context.open_as(found)?;
        let mut output = format::output(path)?;
        output
            .add_stream_with(&encoder)?
            .set_time_base(Rational(1, self.rate as i32));
        output.write_header_with(muxer.iter().copied().collect::<Dictionary<'_>>())?;
        let step = match encoder.frame_size() as usize {
            0 => 1_024,
            step => step,
        };
        for (index, chunk) in self.samples.chunks(step * self.channels).enumerate() {
            let mut frame = frame::Audio::new(form, chunk.len() / self.channels, layout);
            frame.set_rate(self.rate);
            frame.set_pts(Some((index * step) as i64));
            fill(&mut frame, chunk, self.channels)?;
            encoder.send_frame(&frame)?;
            drain(&mut encoder, &mut output, self.rate)?;
        }
        encoder.send_eof()?;
        drain(&mut encoder, &mut output, self.rate)?;
        Ok(output.write_trailer()?)
    }
}

fn to_16_bits(x: f64) -> f32 {
    ((x * 32_768.0).round() / 32_768.0) as f32
}

fn drain(encoder: &mut encoder::audio::Encoder, output: &mut format::context::Output, rate: u32) -> Result<()> {
    let mut packet = Packet::empty();
    while encoder.receive_packet(&mut packet).is_ok() {
        packet.set_stream(0);
        let base = output.stream(0).context("no stream")?.time_base();
        packet.rescale_ts(Rational(1, rate as i32), base);
        packet.write_interleaved(output)?;
    }
    Ok(())
}

fn fill(frame: &mut frame::Audio, chunk: &[f32], channels: usize) -> Result<()> {
    fn each<T: frame::audio::Sample>(frame: &mut frame::Audio, chunk: &[f32], channels: usize, to: impl Fn(f32) -> T) {
        if frame.is_packed() {
            frame
                .plane_mut::<T>(0)
                .iter_mut()
                .zip(chunk)
                .for_each(|(out, &x)| *out = to(x));
            return;
        }
        for channel in 0..channels {
            let samples = chunk.iter().skip(channel).step_by(channels);
            frame
                .plane_mut::<T>(channel)
                .iter_mut()
                .zip(samples)
                .for_each(|(out, &x)| *out = to(x));
        }
    }
    match frame.format() {
        Sample::I16(_) => each(frame, chunk, channels, |x| (x * 32_768.0) as i16),
        Sample::I32(_) => each(frame, chunk, channels, |x| (f64::from(x) * 2_147_483_648.0) as i32),
        Sample::F32(_) => each(frame, chunk, channels, |x| x),
        Sample::U8(Type::Packed) => each(frame, chunk, channels, |x| (x * 128.0 + 128.0) as u8),
        other => bail!("no test signal in {}", other.name()),
    }
    Ok(())
}

/// How many samples `heard` is late against `source` (negative: early), by the highest cross-correlation within
/// `reach` samples, over a stretch from the first loud sample after a quarter of the source on.
#[must_use]
pub fn lag(source: &[f32], heard: &[f32], reach: i64) -> i64 {
    let quarter = source.len() / 4;
    let loud = source[quarter..].iter().position(|x| x.abs() > 0.1);
    let from = quarter + loud.unwrap_or(0);
    let window = &source[from..(from + 16_384).min(source.len())];
    let score = |lag: i64| -> f64 {
        let at = |i: usize| usize::try_from((from + i) as i64 + lag).ok().and_then(|i| heard.get(i));
        let products = window
            .iter()
            .enumerate()
            .map(|(i, &x)| f64::from(x) * f64::from(*at(i).unwrap_or(&0.0)));
        products.sum()
    };
    (-reach..=reach)
        .max_by(|&a, &b| score(a).total_cmp(&score(b)))
        .unwrap_or(0)
}
