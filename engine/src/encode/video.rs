//! Frames into H.264 packets: BT.709, limited range, 4:2:0.

use ffmpeg_next::{
    Dictionary, Error as AvError, Packet, Rational, codec, color, encoder, error, format, frame, picture,
};

use super::{VideoQuality, mux::Fault};
use crate::ffmpeg::start_ffmpeg;
use phosphene_core::{
    frame::Frame,
    time::{Fps, FrameIdx, Size},
};

/// The encoders that are tried, best first. A name says nothing about whether its device is there.
const ENCODERS: [&str; 8] = [
    "libx264",
    "libopenh264",
    "h264_videotoolbox",
    "h264_nvenc",
    "h264_amf",
    "h264_mf",
    "h264_qsv",
    "h264_v4l2m2m",
];

/// Longest time from one picture that stands alone to the next, in seconds: how finely players can seek.
const KEYFRAME_SECS: f64 = 2.0;

/// What is done with each packet; the fraction is what its time stamps count in.
pub(super) type Write<'a> = dyn FnMut(&mut Packet, Rational) -> Result<(), Fault> + 'a;

/// Encodes the picture.
pub(super) struct VideoStream {
    encoder: encoder::video::Encoder,
    name: &'static str,
    base: Rational,
    yuv: super::convert::Yuv,
    frame: frame::Video,
    packet: Packet,
}

impl VideoStream {
    /// Opens the first encoder that proves to work; the packets of two black frames are the proof.
    pub(super) fn open(size: Size, fps: Fps, quality: VideoQuality) -> Result<(Self, Vec<Packet>), String> {
        Self::open_first(&ENCODERS, size, fps, quality)
    }

    /// Opens an encoder that has proved to work.
    pub(super) fn open_as(name: &'static str, size: Size, fps: Fps, quality: VideoQuality) -> Result<Self, Fault> {
        Ok(Self::open_named(name, size, fps, quality)?)
    }

    /// What time stamps count in.
    pub(super) fn base(&self) -> Rational {
        self.base
    }

    fn open_first(
        names: &[&'static str],
        size: Size,
        fps: Fps,
        quality: VideoQuality,
    ) -> Result<(Self, Vec<Packet>), String> {
        start_ffmpeg();
        let mut tried = Vec::new();
        for &name in names {
            // The probe's encoder has seen a frame: the one that is used must start afresh.
            let opened = Self::open_named(name, size, fps, quality)
                .and_then(Self::probe)
                .and_then(|proof| Ok((Self::open_named(name, size, fps, quality)?, proof)));
            match opened {
                Ok(proved) => return Ok(proved),
                Err(error) => tried.push(format!("{name} ({error})")),
            }
        }
        Err(format!("no H.264 encoder works here; tried {}", tried.join(", ")))
    }

    fn open_named(name: &'static str, size: Size, fps: Fps, quality: VideoQuality) -> Result<Self, AvError> {
        let found = encoder::find_by_name(name).ok_or(AvError::EncoderNotFound)?;
        let base = Rational(fps.den() as i32, fps.num() as i32);
        let mut context = codec::Context::new_with_codec(found).encoder().video()?;
        context.set_width(size.width());
        context.set_height(size.height());
        context.set_format(format::Pixel::YUV420P);
        context.set_aspect_ratio(Rational(1, 1));
        context.set_time_base(base);
        context.set_frame_rate(Some(base.invert()));
        context.set_gop((fps.hz() * KEYFRAME_SECS).ceil() as u32);
        context.set_colorspace(color::Space::BT709);
        context.set_color_primaries(color::Primaries::BT709);
        context.set_color_transfer_characteristic(color::TransferCharacteristic::BT709);
        context.set_color_range(color::Range::MPEG);
        context.set_flags(codec::Flags::GLOBAL_HEADER | codec::Flags::CLOSED_GOP);
        let mut options = Dictionary::new();
        if name == "libx264" {
            options.set("preset", quality.preset);
            options.set("crf", &quality.crf.to_string());
            options.set("x264-params", quality.tuning);
            // A fixed number: x264's output depends on it, and ours must not depend on the machine.
            options.set("threads", "2");
        } else {
            // About what x264 needs at crf 18; each 6 more halve it.
            let pixels = f64::from(size.width()) * f64::from(size.height()) * fps.hz();
            let bits = pixels * 0.25 * 2f64.powf((18.0 - f64::from(quality.crf)) / 6.0);
            context.set_bit_rate(bits as usize);
        }
        let encoder = context.open_as_with(found, options)?;
        Ok(Self {
            encoder,
            name,
            base,
            yuv: super::convert::Yuv::new(size),
            frame: frame::Video::new(format::Pixel::YUV420P, size.width(), size.height()),
            packet: Packet::empty(),
        })
    }

    /// Encodes two frames: an encoder whose device is missing fails here at the latest.
    fn probe(mut self) -> Result<Vec<Packet>, AvError> {
        let mut packets = Vec::new();
        let mut keep = |packet: &mut Packet, _: Rational| {
            packets.push(packet.clone());
            Ok(())
        };
        let size = self.yuv.size();
        let black = Frame::black(size);
        let result = (0..2)
            .try_for_each(|index| self.push(&black, FrameIdx(index), &mut keep))
            .and_then(|()| self.flush(&mut keep));
        match result {
            Ok(()) if packets.iter().any(|packet| packet.size() > 0) => Ok(packets),
            Ok(()) => Err(AvError::External),
            Err(Fault::Av(error)) => Err(error),
            Err(Fault::Io(error)) => Err(AvError::Other {
                errno: error.raw_os_error().unwrap_or(error::EINVAL),
            }),
            Err(Fault::Layout(_)) => Err(AvError::External),
        }
    }

    pub(super) fn context(&self) -> &codec::Context {
        &self.encoder
    }

    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    /// Encodes a frame and writes the packets that are ready.
    pub(super) fn push(&mut self, frame: &Frame, index: FrameIdx, write: &mut Write<'_>) -> Result<(), Fault> {
        if self.name != "libx264" {
            // x264 has copied the last frame by now; others may still be reading it.
            let size = frame.size();
            self.frame = frame::Video::new(format::Pixel::YUV420P, size.width(), size.height());
        }
        self.yuv.convert(frame, &mut self.frame)?;
        self.frame.set_color_space(color::Space::BT709);
        self.frame.set_color_primaries(color::Primaries::BT709);
        self.frame
            .set_color_transfer_characteristic(color::TransferCharacteristic::BT709);
        self.frame.set_color_range(color::Range::MPEG);
        self.frame.set_kind(picture::Type::None);
        self.frame.set_pts(i64::try_from(index.0).ok());
        self.encoder.send_frame(&self.frame)?;
        self.write_ready(write)
    }

    /// Writes what the encoder has kept back.
    pub(super) fn flush(&mut self, write: &mut Write<'_>) -> Result<(), Fault> {
        self.encoder.send_eof()?;
        self.write_ready(write)
    }

    fn write_ready(&mut self, write: &mut Write<'_>) -> Result<(), Fault> {
        loop {
            match self.encoder.receive_packet(&mut self.packet) {
                Ok(()) => {}
                Err(AvError::Eof | AvError::Other { errno: error::EAGAIN }) => return Ok(()),
                Err(error) => return Err(error.into()),
            }
            // Encoders leave it open; the last frame's display time is known only by this.
            if self.packet.duration() == 0 {
                self.packet.set_duration(1);
            }
            write(&mut self.packet, self.base)?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_lists_every_encoder_that_was_tried() {
        let size = Size::new(64, 64).unwrap();
        let names = ["no_such_encoder", "neither_this"];
        let error = VideoStream::open_first(&names, size, Fps::FILM, VideoQuality::DRAFT)
            .err()
            .unwrap();
        assert!(
            error.contains("no_such_encoder") && error.contains("neither_this"),
            "{error}"
        );
    }

    #[test]
    fn an_encoder_that_fails_gives_way_to_the_next() {
        let size = Size::new(64, 64).unwrap();
        let stream = VideoStream::open_first(&["no_such_encoder", "libx264"], size, Fps::FILM, VideoQuality::DRAFT);
        assert_eq!(stream.unwrap().0.name(), "libx264");
    }
}
