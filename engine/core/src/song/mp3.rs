//! MP3 files, frame by frame: whatever their headers count, tags and junk lie between, or was joined behind.
//!
//! All frames up to the file's end are played, as browsers do. What encoders put before and after the sound is taken off
//! where the first frame's tag tells it, and at the end only when the tag counts as many frames as there are.
//!
//! **Sources**: ISO/IEC 11172-3 and 13818-3 for frames; G. Bouvigne, "MP3 info tag rev. 1", for the encoder's delay.

use std::{ops::Range, path::Path};

use symphonia::core::{
    codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions, well_known::CODEC_ID_MP3},
    packet::Packet,
    units::{Duration, Timestamp},
};

use super::{
    Decode, Decoded, LossLog, SampleFormat, Samples, Shape, SongInfo, check_shape,
    frames::{Frames, Header, InfoTag, Mp3Frame},
    symphonia::{copy, explain},
    unplayable,
};
use crate::{error::Result, time::SamplePos};

/// Samples that a decoder is late by, which encoders' tags do not count.
const DECODER_DELAY: u64 = 529;

/// An MP3 file on its way.
pub(super) struct Mp3Reader {
    info: SongInfo,
    frames: Frames,
    decoder: Option<(Header, Box<dyn AudioDecoder>)>,
    /// Samples of the encoder's delay that are still to be left out.
    skip: u64,
    /// Samples that remain until the encoder's padding, where that is known.
    left: Option<u64>,
    damaged: bool,
}

impl Mp3Reader {
    /// Opens a file whose first frames are MP3's. Its tags are not read.
    pub(super) fn open(path: &Path, range: Range<u64>) -> Result<Self> {
        let found = Found::of(Frames::open(path, range.clone())?);
        let (first, tag) = found.first.ok_or_else(|| unplayable(path, "it holds no mp3 frames"))?;
        let rate = check_shape(path, first.rate_hz, first.channels)?;
        let (mut delay, mut padding, mut claimed) = (0, 0, found.samples);
        if let Some(tag) = tag {
            if let Some((before, after)) = tag.trim {
                delay = before + DECODER_DELAY;
                padding = after.saturating_sub(DECODER_DELAY);
            }
            // Fewer frames than the tag counts are a cut file, unless its bytes are all there.
            let cut = tag.bytes.is_none_or(|bytes| found.bytes + 4_096 < u64::from(bytes));
            match tag.frames.map(u64::from) {
                Some(count) if count > found.frames && cut => claimed = count * first.samples,
                Some(count) if count == found.frames => {}
                _ => padding = 0,
            }
        }
        let sound = |samples: u64| samples.saturating_sub(delay + padding);
        let whole = claimed == found.samples;
        Ok(Self {
            info: SongInfo {
                path: path.to_owned(),
                rate,
                channels: first.channels,
                format: SampleFormat::F32,
                codec: "mp3".to_owned(),
                // Frames of another rate have no length in the first one's samples until they are converted.
                claimed_len: found.alike.then_some(sound(claimed)),
                title: None,
                artist: None,
            },
            frames: Frames::open(path, range)?,
            decoder: None,
            skip: delay,
            left: (found.alike && whole && padding > 0).then_some(sound(claimed)),
            damaged: false,
        })
    }

    /// A frame's samples; silence as long as it where it is damaged.
    fn decode(&mut self, frame: &Mp3Frame, samples: &mut Samples, now: SamplePos, log: &mut LossLog) {
        let header = frame.header;
        if self.decoder.as_ref().is_none_or(|(shape, _)| !shape.is_like(&header)) {
            let mut params = AudioCodecParameters::new();
            params.for_codec(CODEC_ID_MP3);
            let options = AudioDecoderOptions::default();
            let made = symphonia::default::get_codecs().make_audio_decoder(&params, &options);
            self.decoder = made.ok().map(|decoder| (header, decoder));
        }
        let packet = Packet::new(
            0,
            Timestamp::new(0),
            Duration::new(header.samples),
            frame.bytes.as_slice(),
        );
        let decoded = self.decoder.as_mut().map(|(_, decoder)| decoder.decode(&packet));
        let problem = match decoded {
            Some(Ok(buffer)) => {
                copy(&buffer, samples);
                None
            }
            Some(Err(error)) => Some(explain(&error)),
            None => Some("mp3 can't be decoded here".to_owned()),
        };
        let whole = header.samples as usize * header.channels;
        match problem {
            Some(problem) => {
                if !self.damaged {
                    log.add(now, format!("damaged: {problem}"));
                }
                samples.silence(SampleFormat::F32, whole);
                self.damaged = true;
            }
            None => self.damaged = false,
        }
    }
}

impl Decode for Mp3Reader {
    fn info(&self) -> &SongInfo {
        &self.info
    }

    fn next(&mut self, samples: &mut Samples, now: SamplePos, log: &mut LossLog) -> Decoded {
        loop {
            if self.left == Some(0) {
                return Decoded::End;
            }
            let frame = match self.frames.next() {
                Ok(Some(frame)) => frame,
                Ok(None) => return Decoded::End,
                Err(error) => {
                    log.add(now, format!("the file can't be read on from here: {error}"));
                    return Decoded::End;
                }
            };
            if frame.junk > 0 {
                let what = format!("damaged: {} bytes that are no sound were left out", frame.junk);
                log.add(now, what);
            }
            if frame.tag.is_some() {
                continue; // A header's own frame is no sound, wherever it stands.
            }
            self.decode(&frame, samples, now, log);
            let channels = frame.header.channels;
            let len = (samples.len() / channels) as u64;
            let skip = self.skip.min(len);
            self.skip -= skip;
            samples.remove_front(skip as usize * channels);
            if let Some(left) = &mut self.left {
                let taken = (len - skip).min(*left);
                samples.truncate(taken as usize * channels);
                *left -= taken;
            }
            if !samples.is_empty() {
                return Decoded::Sound {
                    at: None,
                    shape: Shape {
                        rate_hz: frame.header.rate_hz,
                        channels,
                    },
                };
            }
        }
    }
}

/// What the whole file has.
#[derive(Default)]
struct Found {
    first: Option<(Header, Option<InfoTag>)>,
    /// Frames that are sound, their samples, and all frames' bytes.
    frames: u64,
    samples: u64,
    bytes: u64,
    /// Whether all are of one rate.
    alike: bool,
}

impl Found {
    fn of(mut frames: Frames) -> Self {
        let mut found = Self {
            alike: true,
            ..Self::default()
        };
        // What can't be read is told when it is played.
        while let Ok(Some(frame)) = frames.next() {
            let (first, _) = found.first.get_or_insert((frame.header, frame.tag));
            found.alike &= first.rate_hz == frame.header.rate_hz;
            found.bytes += frame.bytes.len() as u64;
            if frame.tag.is_none() {
                found.frames += 1;
                found.samples += frame.header.samples;
            }
        }
        found
    }
}
