//! The generator `test-pattern`: black, and one white frame for each beat, to check that a player is in sync.
//!
//! The white frame is the one on which the beat is shown ([`crate::time::Fps::frame_of_event`]). At downbeats the bottom
//! tenth is red.

use crate::{
    direct::FrameSpec,
    error::Result,
    frame::{Frame, Generator, Sketcher},
};

/// White on beats, black between, a red band along the bottom at downbeats.
#[derive(Debug, Clone, Copy, Default)]
pub struct TestPattern;

/// Nothing to do ahead of time.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoSketch;

impl Sketcher for NoSketch {
    type Sketch = ();
    fn sketch(&mut self, _: &FrameSpec) -> Result<()> {
        Ok(())
    }
}

impl Generator for TestPattern {
    type Sketcher = NoSketch;

    fn sketcher(&self) -> Result<NoSketch> {
        Ok(NoSketch)
    }

    fn finish(&mut self, spec: &FrameSpec, (): (), frame: &mut Frame) -> Result<()> {
        let (width, height) = (frame.size().width() as usize, frame.size().height() as usize);
        let level = if spec.beat_in_bar.is_some() { 255 } else { 0 };
        frame.rgb_mut().fill(level);
        if spec.beat_in_bar == Some(1) {
            let band = (height - height / 10) * width * 3;
            for pixel in frame.rgb_mut()[band..].chunks_exact_mut(3) {
                pixel.copy_from_slice(&[255, 0, 0]);
            }
        }
        Ok(())
    }
}
