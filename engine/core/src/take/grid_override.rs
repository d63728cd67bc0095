//! What the user says over the host: a tempo, a metre.

use super::{Transport, VideoSettings};

/// Tempo and metre that count more than the host's.
///
/// ```
/// use phosphene_core::take::{GridOverride, Transport};
/// let host = Transport {
///     playing: true, tempo_bpm: Some(97.0), quarters: Some(5.0), bar_quarters: None, host_sample: None,
///     signature: Some((4, 4)),
/// };
/// let waltz = GridOverride { bpm: Some(120.0), beats_per_bar: Some(3) }.over(host, 2.0);
/// assert_eq!((waltz.tempo_bpm, waltz.quarters, waltz.signature), (Some(120.0), Some(4.0), Some((3, 4))));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct GridOverride {
    /// Tempo in quarter notes a minute; the song's first beat is where the host begins to play.
    pub bpm: Option<f64>,
    /// Quarter notes in a bar.
    pub beats_per_bar: Option<u32>,
}

impl GridOverride {
    /// Whether it says anything.
    #[must_use]
    pub fn is_some(&self) -> bool {
        self.bpm.is_some() || self.beats_per_bar.is_some()
    }

    /// What the host said, `secs` seconds after it began to play, with this over it.
    #[must_use]
    pub fn over(&self, transport: Transport, secs: f64) -> Transport {
        let signature = self.beats_per_bar.map(|beats| (beats.clamp(1, 64), 4));
        match (self.bpm, signature) {
            (Some(bpm), _) => Transport {
                tempo_bpm: Some(bpm),
                quarters: Some(secs * bpm / 60.0),
                bar_quarters: None,
                host_sample: None,
                signature: signature.or(Some((4, 4))),
                ..transport
            },
            (None, Some(_)) => Transport {
                signature,
                bar_quarters: None,
                ..transport
            },
            (None, None) => transport,
        }
    }
}

impl From<&VideoSettings> for GridOverride {
    fn from(video: &VideoSettings) -> Self {
        Self {
            bpm: video.bpm,
            beats_per_bar: video.beats_per_bar,
        }
    }
}
