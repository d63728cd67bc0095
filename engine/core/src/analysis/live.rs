//! Hears music as it comes: beats without knowing what follows, predicted beats, and features for a display.
//!
//! What was heard up to hop `h` (10 ms each) is judged 42 ms after the hop's centre, when its windows are complete.
//! `pulse::Pulse` then knows how likely each of the next hops is a beat, so that a beat can be announced before
//! it sounds, and at most [`Tracker::LATENCY_MS`] after.

mod bars;
mod beats;
mod clues;
mod doubt;
mod ear;
mod felt;
mod level;
mod meter;
mod pulse;
mod recent;

use self::{
    beats::Beats,
    clues::{Clues, Listener},
    ear::Ear,
    felt::Felt,
    level::Loud,
    meter::Meter,
    recent::Recent,
};
pub use super::sense::SENSES;
use super::{
    Beat,
    analyzer::HOPS_PER_TONES,
    looks::Lens,
    mix::Mix,
    sense::{self, Sense},
    stft::Stft,
};
use crate::{
    error::Result,
    time::{SamplePos, SampleRate},
};

/// Samples (per channel) mixed down at a time.
const CHUNK: usize = 512;

/// The beat as far as it is known now. Positions count the samples (of one channel) that the tracker was given.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct LiveBeat {
    /// The last beat that was announced, and its place in the bar; it may lie up to 20 ms ahead of what was heard.
    pub last: Option<Beat>,
    /// The beats that are expected next, in order. Empty places (`None`) only without a beat.
    pub next: [Option<Beat>; 4],
    /// Samples from beat to beat; 0 without a beat.
    pub period: f64,
    /// Tempo in beats a minute; 0 without a beat.
    pub bpm: f64,
    /// Beats in a bar, 1 at least.
    pub beats_per_bar: u32,
    /// How sure the tracker is, 0 to 1: how far a pulse is believed, times the posterior of the metrical level and phase
    /// that are followed, against half, double, the off-beat and all others. 0 means that there is no beat, and that beats
    /// are not announced.
    pub confidence: f32,
    /// Samples heard so far.
    pub heard: u64,
}

impl LiveBeat {
    /// Beats since the last announced beat at a sample, with fractions; `None` without a beat. Negative before it.
    #[must_use]
    pub fn beats_since(&self, at: SamplePos) -> Option<f64> {
        let last = self.last.filter(|_| self.period > 0.0)?;
        Some((at.0 as f64 - last.at.0 as f64) / self.period)
    }
}

/// What a display and a preview need of one moment; there are [`super::HOPS_PER_SEC`] a second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LiveFeatures {
    /// The moment: the centre of the hop.
    pub at: SamplePos,
    /// Level in bands evenly spaced in pitch from 30 Hz to 18 kHz, 0 to 1, linear in dB against what was loud of late.
    pub spectrum: [f32; Self::SPECTRUM],
    /// Level per [`super::Band`], 0 to 1, each against its own loud parts of late.
    pub bands: [f32; 3],
    /// Onset strength per [`super::Band`]: 0 but at an onset's own hop, where it is 0 to 1 against the strong ones of late.
    pub onset: [f32; 3],
    /// Loudness, 0 (60 dB below what was loud of late, or silence) to 1, linear in dB.
    pub loudness: f32,
}

impl LiveFeatures {
    /// Bands of the spectrum.
    pub const SPECTRUM: usize = 48;
}

impl Default for LiveFeatures {
    fn default() -> Self {
        Self {
            at: SamplePos(0),
            spectrum: [0.0; Self::SPECTRUM],
            bands: [0.0; 3],
            onset: [0.0; 3],
            loudness: 0.0,
        }
    }
}

/// A beat as it was announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LiveBeatEvent {
    /// The beat and its place in the bar, from 1 (the downbeat).
    pub beat: Beat,
    /// How many samples had been heard when it was announced.
    pub announced: u64,
}

/// What [`Tracker::push`] tells.
#[expect(
    clippy::large_enum_variant,
    reason = "nearly all are hops, and a box would be an allocation each"
)]
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LiveEvent {
    /// A hop's features; hops come in order and none is left out.
    Hop(LiveFeatures),
    /// A beat; beats come in order.
    Beat(LiveBeatEvent),
}

/// Follows music as it is played. Its memory never grows. Not for a real-time thread: four times a second it
/// takes about a millisecond to ask which tempo is felt and how well its beats repeat.
///
/// Blocks may have any size: what is told is the same, bit for bit.
///
/// ```
/// use phosphene_core::{analysis::live::{LiveEvent, Tracker}, time::SampleRate};
/// let mut tracker = Tracker::new(SampleRate::new(48_000)?)?;
/// let mut hops = 0;
/// for block in vec![0.0; 2 * 48_000].chunks(2 * 512) {
///     tracker.push(block, 2, |event| if let LiveEvent::Hop(features) = event { hops += 1 });
/// }
/// assert_eq!(hops, 96, "the last 42 ms are still awaited");
/// assert_eq!(tracker.state().confidence, 0.0, "silence has no beat");
/// # Ok::<(), phosphene_core::error::Error>(())
/// ```
pub struct Tracker {
    mix: Mix,
    mono: Vec<f32>,
    ear: Ear,
    recent: Recent,
    stft: Stft,
    lens: Lens,
    loud: Loud,
    listener: Listener,
    felt: Felt,
    meter: Meter,
    beats: Beats,
    features: LiveFeatures,
    sense: Sense,
}

/// What is heard of a hop.
struct Heard {
    clues: Clues,
    features: LiveFeatures,
    senses: [f32; SENSES],
}

impl Tracker {
    /// A beat is announced at most this many milliseconds after it sounds.
    pub const LATENCY_MS: u32 = 50;

    /// A tracker for sound at `rate`. After a jump in the song, or at another rate, begin with a new one.
    ///
    /// # Errors
    /// [`crate::Error::Asset`] when the built-in network is damaged.
    pub fn new(rate: SampleRate) -> Result<Self> {
        let stft = Stft::new(rate);
        let lens = Lens::new(rate);
        let span = stft.short_span().max(lens.span());
        Ok(Self {
            mix: Mix::live(rate),
            mono: Vec::with_capacity(CHUNK),
            ear: Ear::new(rate, span, stft.span()),
            recent: Recent::new(rate),
            stft,
            lens,
            loud: Loud::new(),
            listener: Listener::new()?,
            felt: Felt::new(),
            meter: Meter::new(),
            beats: Beats::new(rate),
            features: LiveFeatures::default(),
            sense: Sense::new()?,
        })
    }

    /// Hears the next samples, `channels` interleaved (full scale is 1; 0 channels count as 1), and tells what they
    /// bring. What is not a number counts as silence, and an incomplete last frame is left out.
    pub fn push(&mut self, samples: &[f32], channels: usize, mut tell: impl FnMut(LiveEvent)) {
        self.each_hop(samples, channels, |tracker| tracker.hear(&mut tell));
    }

    /// The beat as it is known now.
    #[must_use]
    pub fn state(&self) -> LiveBeat {
        self.beats.state(self.ear.heard())
    }

    /// The features of the last hop that is complete.
    #[must_use]
    pub fn features(&self) -> &LiveFeatures {
        &self.features
    }

    /// Hears samples as [`Self::push`] does, and tells what the network that is asked hop by hop has heard, as it was
    /// taught: for the trainer in `engine/training`.
    pub fn push_to_learn(&mut self, samples: &[f32], channels: usize, mut learn: impl FnMut(&[f32; SENSES])) {
        self.each_hop(samples, channels, |tracker| {
            if let Some(heard) = tracker.listen() {
                learn(&heard.senses);
            }
        });
    }

    /// Takes samples, and stops at each hop whose window is complete.
    fn each_hop(&mut self, samples: &[f32], channels: usize, mut complete: impl FnMut(&mut Self)) {
        let channels = channels.max(1);
        // Aside, because what completes a hop takes the whole tracker.
        let mut mono = std::mem::take(&mut self.mono);
        for chunk in samples.chunks(CHUNK * channels) {
            mono.clear();
            self.mix.push(chunk, channels, |sample| mono.push(sample));
            for &sample in &mono {
                self.recent.push(sample);
                if self.ear.push(sample) {
                    complete(self);
                    self.ear.next();
                }
            }
        }
        self.mono = mono;
    }

    /// Hears a hop whose window is complete.
    fn hear(&mut self, tell: &mut impl FnMut(LiveEvent)) {
        let Some(Heard {
            clues,
            features,
            senses,
        }) = self.listen()
        else {
            return;
        };
        self.features = features;
        tell(LiveEvent::Hop(features));
        let sensed = self.sense.hear(&senses);
        self.felt.hear(&clues);
        let heard = self
            .beats
            .hear(&clues, sensed.as_ref(), &self.felt, features.loudness, &self.recent);
        if let Some(beat) = heard {
            tell(LiveEvent::Beat(LiveBeatEvent {
                beat,
                announced: self.ear.heard(),
            }));
        }
    }

    /// What is heard of the hop before the one whose window is complete; nothing at the first.
    fn listen(&mut self) -> Option<Heard> {
        let window = self.ear.window();
        let moment = self.stft.moment(window);
        let look = self.lens.magnitudes(window);
        let loud_db = self.loud.hear(10.0 * moment.weighted.max(1e-16).log10());
        let (rises, clues) = self.listener.hear(&moment.mel, &look, loud_db);
        let hop = self.ear.hop();
        let at = self.ear.centre(hop);
        let features = self.meter.hear(at, &moment, self.stft.bins(), &rises, loud_db);
        if hop.is_multiple_of(HOPS_PER_TONES as u64) {
            self.felt.hear_tones(self.stft.tones(self.ear.last(self.stft.span())));
        }
        let senses = sense::gather(&clues.all, self.felt.change(), features.loudness);
        (hop > 0).then_some(Heard {
            clues,
            features,
            senses,
        })
    }
}
