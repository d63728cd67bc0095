//! Where a frame's time goes.

use std::time::{Duration, Instant};

/// Time spent by step, over all frames and threads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Timings {
    /// Frames finished.
    pub frames: u64,
    /// Frames painted afresh.
    pub painted: u64,
    /// The stage's drawing.
    pub draw: Duration,
    /// The painter.
    pub paint: Duration,
    /// Carrying the drawing on to frames that are not drawn.
    pub carry: Duration,
    /// Carrying the painting along and blending the new one.
    pub warp: Duration,
    /// Low-pass maps and bloom.
    pub light: Duration,
    /// Colour, exposure, vignette.
    pub grade: Duration,
    /// The flash limiter.
    pub flash: Duration,
    /// To the output's size, with grain, as bytes.
    pub upscale: Duration,
}

impl Timings {
    /// The steps' names with their milliseconds a frame, in the order of the work.
    #[must_use]
    pub fn ms_per_frame(&self) -> [(&'static str, f64); 8] {
        let ms = |spent: Duration| spent.as_secs_f64() * 1e3 / self.frames.max(1) as f64;
        [
            ("draw", ms(self.draw)),
            ("paint", ms(self.paint)),
            ("carry", ms(self.carry)),
            ("warp", ms(self.warp)),
            ("light", ms(self.light)),
            ("grade", ms(self.grade)),
            ("flash", ms(self.flash)),
            ("upscale", ms(self.upscale)),
        ]
    }
}

/// Runs a step and adds its time.
pub(super) fn timed<T>(spent: &mut Duration, step: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let done = step();
    *spent += start.elapsed();
    done
}
