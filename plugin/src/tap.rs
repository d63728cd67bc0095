//! The audio thread's half: a block and what came with it, into rings made beforehand.
//!
//! Nothing here allocates, locks, waits or formats, but [`Tap`]'s bounded wait in a bounce that is faster than real
//! time.

use phosphene_engine::take::{AskedBy, Quantize, Transport};

/// What the audio thread tells the session, in order. `offset` counts samples from the block's first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Record {
    /// A block: its samples are in the audio ring.
    Block {
        /// Samples in it (per channel).
        samples: u32,
        /// The host's clock at its first sample.
        transport: Transport,
        /// Nanoseconds since the instance was activated, by the wall clock.
        wall_ns: u64,
        /// Whether the host says that it is offline; not to be trusted alone.
        offline: bool,
        /// Blocks dropped before it.
        dropped_blocks: u32,
        /// Samples dropped before it.
        dropped_samples: u32,
    },
    /// A scene was asked for within the block that was told last.
    Scene {
        /// Samples from the block's first.
        offset: u32,
        /// From 0.
        scene: u8,
        /// Where it is to land.
        quantize: Quantize,
        /// Passage in quarter notes.
        morph: f32,
        /// Who asked.
        by: AskedBy,
    },
    /// Another value of a continuous parameter: index in [`phosphene_engine::cue::Param::ALL`].
    Param {
        /// Samples from the block's first.
        offset: u32,
        /// Which.
        param: u8,
        /// Its value.
        value: f32,
    },
    /// Another painter: 0 auto, 1 none, 2 to 27.
    Style {
        /// Samples from the block's first.
        offset: u32,
        /// Which.
        style: u8,
    },
    /// Another seed.
    Seed {
        /// Samples from the block's first.
        offset: u32,
        /// 0 to 9,999.
        seed: u16,
    },
    /// The host reset the plugin.
    Reset,
    /// The host stopped processing.
    Stopped,
}
