//! One picture of one scene, without a song: for `explain`, the painters' sheet and the plugin's bank.

use super::{Diorama, DioramaOptions, Piece};
use crate::error::Result;
use phosphene_core::{
    direct::{Clock, FrameSpec, Reactive, SceneRef},
    frame::{Frame, Generator, Sketcher},
};

/// Paints a scene as it looks in the middle of a calm bar, with variations of it in its portal.
///
/// # Errors
/// As [`Diorama::new`].
pub fn still(piece: &Piece, options: DioramaOptions, seed: u64) -> Result<Frame> {
    let mut diorama = Diorama::new(std::slice::from_ref(piece), options)?;
    let scene = |variant: u32| SceneRef {
        prompt: 0,
        variant,
        seed: seed.wrapping_add(u64::from(variant)),
    };
    let spec = FrameSpec {
        scenes: (0..3).map(scene).collect(),
        reactive: Reactive {
            bass: 0.3,
            mid: 0.3,
            high: 0.3,
            loudness: 0.6,
            brightness: 0.5,
            ..Reactive::default()
        },
        clock: Clock {
            beat: 0.5,
            bar: 0.125,
            beat_secs: 0.5,
            secs: 0.25,
        },
        ..FrameSpec::still(scene(0))
    };
    let sketch = diorama.sketcher()?.sketch(&spec)?;
    let mut frame = Frame::black(options.size);
    diorama.finish(&spec, sketch, &mut frame)?;
    Ok(frame)
}
