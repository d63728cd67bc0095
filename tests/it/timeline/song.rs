//! A song made of beats and sections, with what it takes to direct it.

use phosphene_engine::{
    analysis::{Analysis, BeatGrid, Features, HOPS_PER_SEC, Hop, Section},
    cue::{CueInputs, Plan},
    direct::{DirectInputs, Director, FrameSpec},
    time::{Fps, FrameIdx, SamplePos, SampleRate},
};

/// A song to direct: what analysis would say of a drum loop.
pub struct Song {
    pub secs: u64,
    pub bpm: Option<f64>,
    pub first_beat_secs: f64,
    /// Label and share of the song.
    pub sections: Vec<(&'static str, u64)>,
}

impl Song {
    pub fn pop(bpm: f64) -> Self {
        let sections = [
            ("intro", 1),
            ("verse", 3),
            ("chorus", 2),
            ("verse", 3),
            ("chorus", 2),
            ("outro", 1),
        ];
        Self {
            secs: 96,
            bpm: Some(bpm),
            first_beat_secs: 0.0,
            sections: sections.to_vec(),
        }
    }

    pub fn analysis(&self) -> Analysis {
        let rate = SampleRate::new(44_100).expect("a rate");
        let len = self.secs * 44_100;
        let grid = self.bpm.map_or_else(
            || BeatGrid::silent(rate),
            |bpm| BeatGrid::given(rate, bpm, self.first_beat_secs, 4, len).expect("a grid"),
        );
        let shares: u64 = self.sections.iter().map(|(_, share)| share).sum();
        let mut done = 0;
        let sections = self.sections.iter().map(|(label, share)| {
            let start = SamplePos(len * done / shares);
            done += share;
            Section {
                start,
                end: SamplePos(len * done / shares),
                label: (*label).to_owned(),
            }
        });
        let sections: Vec<Section> = sections.collect();
        let mut hops = vec![Hop::default(); (self.secs * u64::from(HOPS_PER_SEC)) as usize];
        for (h, hop) in hops.iter_mut().enumerate() {
            let at = SamplePos(h as u64 * 441);
            let label = &sections
                .iter()
                .rfind(|s| s.start <= at)
                .expect("the first begins at 0")
                .label;
            hop.loudness = if label == "chorus" { 0.95 } else { 0.7 };
            hop.bands = [hop.loudness; 3];
        }
        for beat in &grid.beats {
            let hop = (beat.at.0 / 441) as usize;
            hops[hop].onset[usize::from(beat.in_bar % 2 == 0)] = 1.0;
            hops[hop].flux = 1.0;
        }
        Analysis {
            features: Features { rate, len, hops },
            grid,
            sections,
        }
    }
}

pub fn inputs(analysis: &Analysis, zoom_rate: f64) -> CueInputs<'_> {
    CueInputs {
        analysis,
        fps: Fps::FILM,
        zoom_rate,
    }
}

pub fn prompts(n: usize) -> Vec<String> {
    (0..n).map(|i| format!("prompt {i}")).collect()
}

pub fn director(analysis: &Analysis, plan: &Plan, fps: Fps, zoom_rate: f64) -> Director {
    Director::new(&DirectInputs {
        analysis,
        plan,
        fps,
        seed: 7,
        reactivity: 1.0,
        zoom_rate,
        cadence: 2,
    })
    .expect("a plan that can be directed")
}

pub fn specs(director: &Director) -> Vec<FrameSpec> {
    (0..director.frames()).map(|n| director.spec(FrameIdx(n))).collect()
}
