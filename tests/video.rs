//! A reader for the files we write, as a player sees them: every picture and every sample where its time stamp puts it.

use std::path::Path;

use anyhow::{Context, Result};
use ffmpeg_next::{Packet, Rational, codec, color, format, format::sample::Sample, frame, media};

/// A whole decoded video.
#[derive(Debug, Clone)]
pub struct Decoded {
    /// Width and height in pixels.
    pub size: (u32, u32),
    /// Matrix, primaries, transfer and range as tagged.
    pub colours: (
        color::Space,
        color::Primaries,
        color::TransferCharacteristic,
        color::Range,
    ),
    /// When each frame is shown, in order: time stamp and what it counts in.
    pub times: Vec<(i64, Rational)>,
    /// Each frame's mean luma, 16 to 235.
    pub luma: Vec<f64>,
    /// Indices of frames that stand alone.
    pub keyframes: Vec<usize>,
    /// FFmpeg's name of the sound's codec: "aac", "pcm_s24le".
    pub codec: &'static str,
    /// Bits of a sample as the decoder gives it.
    pub bits: usize,
    /// Samples a second.
    pub rate: u32,
    /// Channels.
    pub channels: usize,
    /// Interleaved samples, full scale at 1, from time 0 on, each where its time stamp puts it.
    pub samples: Vec<f64>,
    /// The title tag.
    pub title: Option<String>,
}

impl Decoded {
    /// Decodes a video with one stream of pictures and one of sound.
    ///
    /// # Errors
    /// When the file can't be decoded from its first byte to its last.
    pub fn read(path: &Path) -> Result<Self> {
        Self::decode(path, false)
    }

    /// Decodes a video whose writer died: a last packet that is cut is left out.
    ///
    /// # Errors
    /// When nothing in the file can be decoded.
    pub fn read_part(path: &Path) -> Result<Self> {
        Self::decode(path, true)
    }

    fn decode(path: &Path, is_part: bool) -> Result<Self> {
        ffmpeg_next::init()?;
        let mut input = format::input(path)?;
        let video = input.streams().best(media::Type::Video).context("no picture")?;
        let audio = input.streams().best(media::Type::Audio).context("no sound")?;
        let (video_index, video_base) = (video.index(), video.time_base());
        let (audio_index, audio_base) = (audio.index(), audio.time_base());
        let mut pictures = codec::Context::from_parameters(video.parameters())?.decoder().video()?;
        let mut context = codec::Context::from_parameters(audio.parameters())?.decoder();
        context.set_packet_time_base(audio_base);
        let mut sound = context.audio()?;
        let mut decoded = Self {
            size: (pictures.width(), pictures.height()),
            colours: (
                pictures.color_space(),
                pictures.color_primaries(),
                pictures.color_transfer_characteristic(),
                pictures.color_range(),
            ),
            times: Vec::new(),
            luma: Vec::new(),
            keyframes: Vec::new(),
            codec: sound.id().name(),
            bits: 8 * sound.format().bytes(),
            rate: sound.rate(),
            channels: usize::from(sound.channels()),
            samples: Vec::new(),
            title: input.metadata().get("title").map(str::to_owned),
        };
        let mut end = None;
        let mut packet = Packet::empty();
        loop {
            let more = packet.read(&mut input).is_ok();
            if !more {
                pictures.send_eof()?;
                sound.send_eof()?;
            } else {
                let sent = match packet.stream() {
                    index if index == video_index => pictures.send_packet(&packet),
                    index if index == audio_index => sound.send_packet(&packet),
                    _ => Ok(()),
                };
                match sent {
                    Err(ffmpeg_next::Error::InvalidData) if is_part => {}
                    sent => sent?,
                }
            }
            let mut picture = frame::Video::empty();
            while pictures.receive_frame(&mut picture).is_ok() {
                decoded.see(&picture, video_base)?;
            }
            let mut block = frame::Audio::empty();
            while sound.receive_frame(&mut block).is_ok() {
                decoded.hear(&block, audio_base, &mut end)?;
            }
            if !more {
                return Ok(decoded);
            }
        }
    }

    fn see(&mut self, picture: &frame::Video, base: Rational) -> Result<()> {
        if picture.is_key() {
            self.keyframes.push(self.times.len());
        }
        self.times
            .push((picture.timestamp().context("a frame without a time")?, base));
        let (width, stride) = (picture.width() as usize, picture.stride(0));
        let rows = picture.data(0).chunks(stride).take(picture.height() as usize);
        let sum: u64 = rows.flat_map(|row| &row[..width]).map(|&y| u64::from(y)).sum();
        self.luma.push(sum as f64 / (width * picture.height() as usize) as f64);
        Ok(())
    }

    fn hear(&mut self, block: &frame::Audio, base: Rational, end: &mut Option<i64>) -> Result<()> {
        let stamp = block.timestamp().context("sound without a time")?;
        let ticks = i128::from(stamp) * i128::from(base.numerator()) * i128::from(self.rate);
        let exact = ticks as f64 / f64::from(base.denominator());
        // Matroska counts milliseconds: within one of them, sound goes on where it ended.
        let start = match *end {
            Some(end) if (exact - end as f64).abs() <= 1.01e-3 * f64::from(self.rate) => end,
            _ => exact.round() as i64,
        };
        *end = Some(start + block.samples() as i64);
        for i in 0..block.samples() {
            let Ok(at) = usize::try_from(start + i as i64) else {
                continue;
            };
            self.samples
                .resize(self.samples.len().max((at + 1) * self.channels), 0.0);
            for channel in 0..self.channels {
                self.samples[at * self.channels + channel] = sample(block, i, channel, self.channels);
            }
        }
        Ok(())
    }

    /// When frame `index` is shown, in seconds.
    #[must_use]
    pub fn secs(&self, index: usize) -> f64 {
        let (stamp, base) = self.times[index];
        stamp as f64 * f64::from(base)
    }

    /// Frames that are white while the frame before is not.
    #[must_use]
    pub fn flashes(&self) -> Vec<usize> {
        let white = |index: usize| self.luma[index] > 125.0;
        (0..self.luma.len())
            .filter(|&i| white(i) && (i == 0 || !white(i - 1)))
            .collect()
    }

    /// The first channel as 32-bit floats.
    #[must_use]
    pub fn left(&self) -> Vec<f32> {
        self.samples.iter().step_by(self.channels).map(|&x| x as f32).collect()
    }
}

fn sample(block: &frame::Audio, i: usize, channel: usize, channels: usize) -> f64 {
    let (plane, at) = if block.is_packed() {
        (0, i * channels + channel)
    } else {
        (channel, i)
    };
    match block.format() {
        Sample::I16(_) => f64::from(block.plane::<i16>(plane)[at]) / 32_768.0,
        Sample::I32(_) => f64::from(block.plane::<i32>(plane)[at]) / 2_147_483_648.0,
        Sample::F32(_) => f64::from(block.plane::<f32>(plane)[at]),
        Sample::F64(_) => block.plane::<f64>(plane)[at],
        _ => f64::NAN,
    }
}

/// The colours that every video of ours is tagged with: BT.709, limited range.
pub const BT709_LIMITED: (
    color::Space,
    color::Primaries,
    color::TransferCharacteristic,
    color::Range,
) = (
    color::Space::BT709,
    color::Primaries::BT709,
    color::TransferCharacteristic::BT709,
    color::Range::MPEG,
);
