//! What a live frame's directions depend on.

use crate::{direct::Reactive, time::SamplePos};

/// A change of scene that is to come.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LiveCue {
    /// Index of the prompt.
    pub scene: usize,
    /// Beats until it lands; 0 or more.
    pub in_beats: f64,
    /// Length of its passage in beats; 0 is a cut.
    pub passage_beats: f64,
}

/// Where the user's hands are: the continuous parameters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Controls {
    /// Speed of the zoom, -2 to 2.
    pub zoom: f64,
    /// Turn in degrees.
    pub rotate_deg: f64,
    /// Offset in picture widths and heights, right and down.
    pub pan: [f64; 2],
    /// How strongly things move with the music, 0 to 2.
    pub reactivity: f64,
    /// Brightness and colour, 0 to 2.
    pub intensity: f32,
    /// How much of the painting is kept, 0 to 1; `None` leaves it to the prompts.
    pub style_strength: Option<f32>,
    /// Turn of all hues in degrees.
    pub palette_shift_deg: f32,
    /// Seeds everything random.
    pub seed: u64,
}

/// All that is known at a frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LiveNow {
    /// The sample heard, counted from wherever hearing began.
    pub at: SamplePos,
    /// The same in seconds; runs on when the host jumps.
    pub secs: f64,
    /// Beats and bars since the song's first, with their fractions; may jump with the host.
    pub beat: f64,
    /// See `beat`.
    pub bar: f64,
    /// Length of a beat in seconds; above 0.
    pub beat_secs: f64,
    /// Length of a bar in beats; above 0.
    pub bar_beats: f64,
    /// The music as heard: envelopes and levels as at reactivity 1.
    pub heard: Reactive,
    /// Whether there was a strong onset since the last frame.
    pub struck: bool,
    /// The scene on screen: index of a prompt.
    pub scene: usize,
    /// The change to come.
    pub next: Option<LiveCue>,
    /// The parameters.
    pub controls: Controls,
}

/// The music as strongly as the user wants it.
pub(super) fn reactive(heard: &Reactive, reactivity: f32) -> Reactive {
    let reactivity = reactivity.clamp(0.0, 2.0);
    let towards = |value: f32, middle: f32| (middle + (value - middle) * reactivity.min(1.0)).clamp(0.0, 1.0);
    Reactive {
        kick: heard.kick * reactivity,
        snare: heard.snare * reactivity,
        hat: heard.hat * reactivity,
        bass: heard.bass * reactivity,
        mid: heard.mid * reactivity,
        high: heard.high * reactivity,
        loudness: towards(heard.loudness, 0.6),
        brightness: towards(heard.brightness, 0.5),
        hue: heard.hue.rem_euclid(1.0),
        build: (heard.build * reactivity).min(1.0),
        burst: (heard.burst * reactivity).min(1.0),
        calm: heard.calm.clamp(0.0, 1.0),
    }
}
