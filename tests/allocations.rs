//! Frames are painted, finished and encoded in memory that is there: a counting allocator sees nothing new.
//!
//! It counts Rust's allocations. FFmpeg and x264 keep pools of their own.

use phosphene_engine::ffmpeg::open_song;
use std::{alloc::System, num::NonZeroUsize};

use anyhow::Result;
use phosphene_engine::{
    cancel::Cancel,
    diorama::{Diorama, DioramaOptions},
    encode::{AudioCodec, EncodeSettings, Encoder, Overwrite, VideoQuality},
    frame::{Frame, Generator, Sketcher},
    listen::listen,
    painter::{Painter, Picture, STYLES, Scratch},
    song::Block,
    time::{Fps, FrameIdx},
};
use phosphene_tests::{film, songs::Signal};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Frames after which everything has its size; the encoder's look-ahead is shorter.
const WARM: u64 = 24;
const COUNTED: u64 = 24;

/// What a step allocated, in calls: new, larger, or freed.
fn allocations(step: impl FnOnce() -> Result<()>) -> Result<usize> {
    let region = Region::new(ALLOCATOR);
    step()?;
    let stats = region.change();
    Ok(stats.allocations + stats.reallocations + stats.deallocations)
}

#[test]
fn a_frame_allocates_nothing_in_painter_finish_and_encoder() -> Result<()> {
    let folder = tempfile::tempdir()?;
    Signal::music(44_100, 2, 3 * 44_100).write_wav(&folder.path().join("song.wav"), 16)?;
    let song = open_song(folder.path().join("song.wav"))?;
    let analysis = listen(&song, &Cancel::default(), &|_| ())?.analysis;
    let (fps, options) = (
        Fps::FILM,
        DioramaOptions {
            size: "320x180".parse()?,
            ..DioramaOptions::default()
        },
    );
    let (plan, director) = film::direct(&analysis, &["a dancer on a beach at sunset"], fps)?;
    let settings = EncodeSettings {
        output: folder.path().join("video.mp4"),
        size: options.size,
        fps,
        audio: AudioCodec::Aac,
        quality: VideoQuality::FULL,
        overwrite: Overwrite::Never,
        title: None,
        artist: None,
    };
    let mut diorama = Diorama::from_prompts(&plan.prompts, options)?;
    let mut sketcher = diorama.sketcher()?;
    let mut encoder = Encoder::create(&settings, song.info())?;
    let (painter, mut scratch, mut painting) = (Painter::embedded()?, Scratch::default(), Vec::new());
    let (mut frame, mut block, mut reader) = (Frame::black(options.size), Block::default(), song.reader()?);
    let mut styles = [0.0; STYLES];
    styles[4] = 1.0;
    let (mut drawn, mut size) = (Vec::new(), (0, 0));
    assert!(director.frames() >= WARM + COUNTED, "{}", director.frames());
    for number in 0..WARM + COUNTED {
        let spec = director.spec(FrameIdx(number));
        let sketch = sketcher.sketch(&spec)?;
        // A frame between two that are painted has no drawing of its own.
        if let Some(drawing) = sketch.drawing() {
            drawn.clone_from(&drawing.rgb);
            size = (drawing.width, drawing.height);
        }
        painting.resize(drawn.len(), 0.0);
        let (width, height) = size;
        let picture = Picture {
            width,
            height,
            rgb: &drawn,
        };
        let painted =
            allocations(|| Ok(painter.paint(&mut scratch, picture, &styles, NonZeroUsize::MIN, &mut painting)?))?;
        let finished = allocations(|| Ok(diorama.finish(&spec, sketch, &mut frame)?))?;
        let encoded = allocations(|| Ok(encoder.push_frame(&frame)?))?;
        if number >= WARM {
            assert_eq!(
                [painted, finished, encoded],
                [0; 3],
                "frame {number}: painter, finish, encoder"
            );
        } else if number == 0 {
            assert!(painted > 0, "the counter counts");
        }
        while reader.position() < fps.first_sample(FrameIdx(number + 1), song.info().rate) && reader.read(&mut block)? {
            encoder.push_audio(&block)?;
        }
    }
    encoder.abort()?;
    Ok(())
}
