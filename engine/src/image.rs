//! A still picture from a file, whatever FFmpeg can read: JPEG, PNG, WebP, a video's first frame.

use std::path::Path;

use ffmpeg_next::{
    self as ffmpeg,
    format::Pixel,
    frame::Video,
    media::Type,
    software::scaling::{Context, Flags},
};

use phosphene_core::error::{Error, Result};
use phosphene_diffusion::feedback::picture::Picture;

/// The longest side that is read, in pixels.
const LONGEST: u32 = 16_384;

/// Reads a picture; it is taken to be sRGB.
///
/// # Errors
/// [`Error::File`] when it can't be read or holds no picture.
pub fn read(path: &Path) -> Result<Picture> {
    let wrong = |reason: String| Error::file("read", path)(std::io::Error::other(reason));
    // FFmpeg's words for a file that isn't there are no better than the system's.
    std::fs::File::open(path).map_err(Error::file("read", path))?;
    ffmpeg::init().map_err(|error| wrong(error.to_string()))?;
    ffmpeg::log::set_level(ffmpeg::log::Level::Quiet);
    decode(path).map_err(|error| wrong(format!("it is no picture that can be read ({error})")))
}

fn decode(path: &Path) -> std::result::Result<Picture, ffmpeg::Error> {
    let mut input = ffmpeg::format::input(path)?;
    let stream = input.streams().best(Type::Video).ok_or(ffmpeg::Error::StreamNotFound)?;
    let index = stream.index();
    let mut decoder = ffmpeg::codec::Context::from_parameters(stream.parameters())?
        .decoder()
        .video()?;
    let mut frame = Video::empty();
    for (stream, packet) in input.packets() {
        if stream.index() == index {
            decoder.send_packet(&packet)?;
            if decoder.receive_frame(&mut frame).is_ok() {
                return picture(&frame);
            }
        }
    }
    decoder.send_eof()?;
    decoder.receive_frame(&mut frame)?;
    picture(&frame)
}

fn picture(frame: &Video) -> std::result::Result<Picture, ffmpeg::Error> {
    let (width, height) = (frame.width(), frame.height());
    if !(1..=LONGEST).contains(&width) || !(1..=LONGEST).contains(&height) {
        return Err(ffmpeg::Error::InvalidData);
    }
    let mut rgb = Video::empty();
    Context::get(
        frame.format(),
        width,
        height,
        Pixel::RGB24,
        width,
        height,
        Flags::BICUBIC,
    )?
    .run(frame, &mut rgb)?;
    let rows = rgb.data(0).chunks_exact(rgb.stride(0)).take(height as usize);
    let pixels = rows.flat_map(|row| {
        row.chunks_exact(3)
            .take(width as usize)
            .map(|pixel| [pixel[0], pixel[1], pixel[2], 0].map(|value| f32::from(value) / 255.0))
    });
    Ok(Picture {
        width: width as usize,
        height: height as usize,
        pixels: pixels.collect(),
    })
}
