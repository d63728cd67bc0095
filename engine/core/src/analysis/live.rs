//! Causal beat tracking while music is played: announced and predicted beats, and features for a display.
//!
//! Hop `h` (10 ms each) is analysed 42 ms after its centre, when its windows are complete. `forward_filter::BeatFilter`
//! then has the probability of a beat at each of the next hops, so that a beat can be announced before it sounds, and at most [`Tracker::LATENCY_MS`] after.

mod beat_features;
mod beats;
mod display_features;
mod downbeat;
mod forward_filter;
mod framer;
mod pulse_detection;
mod recent_attacks;
mod running_percentile;
mod tactus;

use self::{
    beat_features::BeatFeatureExtractor,
    beats::BeatAnnouncer,
    display_features::{DisplayFeatureExtractor, Measured},
    framer::Framer,
    recent_attacks::RecentAttacks,
    running_percentile::LoudnessReference,
    tactus::TactusEstimator,
};
pub use super::beat_tcn::TCN_INPUTS;
use super::{
    Beat, Hop,
    beat_features::BeatFeatures,
    beat_tcn::{self, BeatTcn},
    log_filterbank::LogFilterbank,
    mix::Mix,
    recording::{HOPS_PER_CHROMA, HopLevels},
    stft::{Chroma, Stft},
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
    /// The last beat that was announced, and its place in the bar; it may lie up to 20 ms ahead of the samples given.
    pub last: Option<Beat>,
    /// The beats that are expected next, in order. Empty places (`None`) only without a beat.
    pub next: [Option<Beat>; 4],
    /// Samples from beat to beat; 0 without a beat.
    pub period: f64,
    /// Tempo in beats a minute; 0 without a beat.
    pub bpm: f64,
    /// Beats in a bar, 1 at least.
    pub beats_per_bar: u32,
    /// How sure the tracker is, 0 to 1: the confidence that there is a pulse, times the posterior of the metrical level and phase
    /// that are followed, against half, double, the off-beat and all others. 0 means that there is no beat, and that beats
    /// are not announced.
    pub confidence: f32,
    /// Samples given so far.
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
    /// The features that a whole song's hops have, but against what was loud of late, which halves its weight in 10 s: onsets
    /// against the strong ones of late, and the chroma of up to 0.1 s before.
    pub hop: Hop,
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
            hop: Hop::default(),
        }
    }
}

/// A beat as it was announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LiveBeatEvent {
    /// The beat and its place in the bar, from 1 (the downbeat).
    pub beat: Beat,
    /// How many samples had been given when it was announced.
    pub announced: u64,
}

/// An event of [`Tracker::push`].
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
/// takes about a millisecond to estimate the tempo and its periodicity.
///
/// Blocks may have any size: the events are the same, bit for bit.
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
    framer: Framer,
    attacks: RecentAttacks,
    stft: Stft,
    filterbank: LogFilterbank,
    loudness: LoudnessReference,
    beat_features: BeatFeatureExtractor,
    tactus: TactusEstimator,
    display_features: DisplayFeatureExtractor,
    beats: BeatAnnouncer,
    features: LiveFeatures,
    chroma: Chroma,
    tcn: BeatTcn,
}

/// All that is measured of one hop.
struct HopObservation {
    features: BeatFeatures,
    display: LiveFeatures,
    tcn_input: [f32; TCN_INPUTS],
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
        let filterbank = LogFilterbank::new(rate);
        let span = stft.short_span().max(filterbank.span());
        Ok(Self {
            mix: Mix::live(rate),
            mono: Vec::with_capacity(CHUNK),
            framer: Framer::new(rate, span, stft.span()),
            attacks: RecentAttacks::new(rate),
            stft,
            filterbank,
            loudness: LoudnessReference::new(),
            beat_features: BeatFeatureExtractor::new()?,
            tactus: TactusEstimator::new(),
            display_features: DisplayFeatureExtractor::new(),
            beats: BeatAnnouncer::new(rate),
            features: LiveFeatures::default(),
            chroma: Chroma::default(),
            tcn: BeatTcn::new()?,
        })
    }

    /// Takes the next samples, `channels` interleaved (full scale is 1; 0 channels count as 1), and gives the events that
    /// they bring to `on_event`. What is not a number counts as silence, and an incomplete last frame is left out.
    pub fn push(&mut self, samples: &[f32], channels: usize, mut on_event: impl FnMut(LiveEvent)) {
        self.each_hop(samples, channels, |tracker| tracker.track(&mut on_event));
    }

    /// The beat as it is known now.
    #[must_use]
    pub fn state(&self) -> LiveBeat {
        self.beats.state(self.framer.samples())
    }

    /// The features of the last hop that is complete.
    #[must_use]
    pub fn features(&self) -> &LiveFeatures {
        &self.features
    }

    /// Takes samples as [`Self::push`] does, and gives the inputs of the temporal convolutional network, hop by hop: for
    /// the trainer in `engine/training`.
    pub fn push_for_training(
        &mut self,
        samples: &[f32],
        channels: usize,
        mut on_input: impl FnMut(&[f32; TCN_INPUTS]),
    ) {
        self.each_hop(samples, channels, |tracker| {
            if let Some(hop) = tracker.observe() {
                on_input(&hop.tcn_input);
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
                self.attacks.push(sample);
                if self.framer.push(sample) {
                    complete(self);
                    self.framer.next();
                }
            }
        }
        self.mono = mono;
    }

    /// Tracks a hop whose window is complete.
    fn track(&mut self, on_event: &mut impl FnMut(LiveEvent)) {
        let Some(hop) = self.observe() else {
            return;
        };
        self.features = hop.display;
        on_event(LiveEvent::Hop(hop.display));
        let tcn = self.tcn.step(&hop.tcn_input);
        self.tactus.push(&hop.features);
        let beat = self.beats.push(
            &hop.features,
            tcn.as_ref(),
            &self.tactus,
            hop.display.hop.loudness,
            &self.attacks,
        );
        if let Some(beat) = beat {
            on_event(LiveEvent::Beat(LiveBeatEvent {
                beat,
                announced: self.framer.samples(),
            }));
        }
    }

    /// The observation of the hop before the one whose window is complete; nothing at the first.
    fn observe(&mut self) -> Option<HopObservation> {
        let window = self.framer.window();
        let spectrum = self.stft.spectrum(window);
        let magnitudes = self.filterbank.magnitudes(window);
        let levels = HopLevels::of(&spectrum);
        let loud_db = self.loudness.push(levels.weighted_db);
        let (flux, features) = self.beat_features.push(&spectrum.mel, &magnitudes, loud_db);
        let hop = self.framer.hop();
        let at = self.framer.centre(hop);
        if hop.is_multiple_of(HOPS_PER_CHROMA as u64) {
            self.chroma = self.stft.chroma(self.framer.last(self.stft.span()));
            self.tactus.push_chroma(self.chroma);
        }
        let measured = Measured {
            levels,
            bins: self.stft.bins(),
            flux,
            chroma: &self.chroma.all,
            loud_db,
        };
        let display = self.display_features.push(at, &measured);
        let tcn_input = beat_tcn::input(&features, self.tactus.chroma_flux(), display.hop.loudness);
        (hop > 0).then_some(HopObservation {
            features,
            display,
            tcn_input,
        })
    }
}
