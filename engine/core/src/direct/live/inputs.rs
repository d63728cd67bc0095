//! What a live frame's directions depend on.

use crate::{cue::passages::usual_bars, direct::Reactive, time::SamplePos};

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

/// The values of the continuous parameters.
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

/// Where a stream is at a frame: its clock, its music, its scenes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Playback {
    /// The sample on show, counted from wherever the stream began.
    pub at: SamplePos,
    /// The same in seconds; runs on when the host jumps.
    pub secs: f64,
    /// Beats and bars since the song's first, with their fractions; may jump with the host.
    pub beat: f64,
    /// See `beat`.
    pub bar: f64,
    /// Whether anyone knows beats; else `beat` counts [`crate::analysis::BEATLESS_BPM`], four to a bar.
    pub has_beats: bool,
    /// Length of a beat in seconds; above 0.
    pub beat_secs: f64,
    /// Length of a bar in beats; above 0.
    pub bar_beats: f64,
    /// The music as at reactivity 1; see [`super::super::LiveMusic::reactive`].
    pub reactive: Reactive,
    /// The strongest onsets (bass, mid, high) since the frame before; 0 where there was none.
    pub onsets: [f32; 3],
    /// The scene on screen: index of a prompt.
    pub scene: usize,
    /// The change to come.
    pub next: Option<LiveCue>,
}

impl Playback {
    /// The same moment, after one that no frame showed: its onsets are shown now.
    #[must_use]
    pub fn after_unshown(self, before: &Self) -> Self {
        Self {
            onsets: [0, 1, 2].map(|band| self.onsets[band].max(before.onsets[band])),
            ..self
        }
    }

    /// Bars between two passages within a scene at zoom rate 1.
    pub(super) fn usual_bars(&self) -> f64 {
        usual_bars(self.has_beats.then_some(self.beat_secs * self.bar_beats))
    }

    /// The music of the frame: an onset since the frame before counts in full, as in a whole song.
    #[must_use]
    pub fn reactive_in_frame(&self) -> Reactive {
        let [kick, snare, hat] = self.onsets;
        Reactive {
            kick: self.reactive.kick.max(kick),
            snare: self.reactive.snare.max(snare),
            hat: self.reactive.hat.max(hat),
            ..self.reactive
        }
    }
}

/// All that a live frame's directions depend on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LiveInputs {
    /// The stream.
    pub playback: Playback,
    /// The parameters.
    pub controls: Controls,
}
