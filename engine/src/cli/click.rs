//! Clicks mixed onto a song, so that one can hear where its beats were heard.

use std::f32::consts::TAU;

use hound::{SampleFormat, WavSpec, WavWriter};
use phosphene_engine::{
    Error, Result,
    analysis::{Beat, BeatGrid},
    cancel::Cancel,
    output::Sink,
    song::{Block, Song},
    time::SampleRate,
};

/// How long a click sounds, in seconds.
const SECS: f32 = 0.04;
/// Its pitch on a bar's first beat and on the others, in Hz.
const PITCHES: [f32; 2] = [1_760.0, 1_174.7];
/// Its level; the song is turned down by half below it, so that nothing clips.
const LEVEL: f32 = 0.5;

/// Writes the song with a click on each beat, beginning on the beat's very sample, as a 32-bit float WAV.
pub fn write(file: &mut dyn Sink, song: &Song, grid: &BeatGrid, cancel: &Cancel) -> Result<()> {
    let info = song.info();
    let failed = |error: hound::Error| match error {
        hound::Error::IoError(source) => Error::file("write", "the song with clicks")(source),
        other => Error::Value {
            what: "the song with clicks",
            expected: "no longer than a WAV file can be (4 GB)".into(),
            actual: other.to_string(),
        },
    };
    let spec = WavSpec {
        channels: info.channels as u16,
        sample_rate: info.rate.hz(),
        bits_per_sample: 32,
        sample_format: SampleFormat::Float,
    };
    let mut file = WavWriter::new(file, spec).map_err(failed)?;
    let mut reader = song.reader()?;
    let mut block = Block::default();
    let mut samples = Vec::new();
    let mut clicks = Clicks::new(grid);
    while reader.read(&mut block)? {
        cancel.check()?;
        block.f32_into(&mut samples);
        for all in samples.chunks_exact(info.channels) {
            let click = clicks.next();
            for sample in all {
                file.write_sample(sample * (1.0 - LEVEL) + click).map_err(failed)?;
            }
        }
    }
    file.finalize().map_err(failed)
}

/// The clicks alone, sample by sample from the song's first.
struct Clicks<'a> {
    rate: SampleRate,
    at: u64,
    to_come: &'a [Beat],
    /// Where the last click began, and its pitch.
    last: Option<(u64, f32)>,
}

impl<'a> Clicks<'a> {
    fn new(grid: &'a BeatGrid) -> Self {
        Self {
            rate: grid.rate,
            at: 0,
            to_come: &grid.beats,
            last: None,
        }
    }

    fn next(&mut self) -> f32 {
        while let Some((beat, rest)) = self.to_come.split_first().filter(|(beat, _)| beat.at.0 <= self.at) {
            self.last = Some((beat.at.0, PITCHES[usize::from(beat.in_bar != 1)]));
            self.to_come = rest;
        }
        let at = self.at;
        self.at += 1;
        let Some((begin, pitch)) = self.last else { return 0.0 };
        let secs = (at - begin) as f32 / self.rate.hz() as f32;
        if secs >= SECS {
            return 0.0;
        }
        // A cosine, so that the click is at its loudest on the beat's own sample.
        LEVEL * (TAU * pitch * secs).cos() * (-secs * 120.0).exp()
    }
}

#[cfg(test)]
mod tests {
    use phosphene_engine::time::SamplePos;

    use super::*;

    #[test]
    fn a_click_begins_on_its_beat() -> Result<()> {
        let beat = |at, in_bar| Beat {
            at: SamplePos(at),
            in_bar,
        };
        let grid = BeatGrid {
            rate: SampleRate::new(8_000)?,
            beats: vec![beat(100, 1), beat(4_100, 2)],
            beats_per_bar: 2,
            tempo_bpm: 120.0,
            confidence: 1.0,
        };
        let mut clicks = Clicks::new(&grid);
        let heard: Vec<f32> = (0..5_000).map(|_| clicks.next()).collect();
        assert!(heard[..100].iter().all(|sample| *sample == 0.0));
        assert_eq!((heard[100], heard[4_100]), (LEVEL, LEVEL));
        assert!(heard[420..4_100].iter().all(|sample| *sample == 0.0), "40 ms long");
        Ok(())
    }
}
