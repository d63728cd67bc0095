//! Songs: a style, a tempo, parts and players, rendered with the truth about their beats.

use super::{
    dice::Dice,
    style::{Bass, Chords, STYLES, Style},
    synth::{Drum, HZ, Voice, degrade, note, strike},
};

/// A rendered song.
pub struct Song {
    /// One channel at [`HZ`].
    pub samples: Vec<f32>,
    /// Beats in seconds.
    pub beats: Vec<f64>,
    /// Beats in a bar; the first beat is a downbeat.
    pub metre: u32,
}

/// Progressions: roots in semitones above the key, and whether the chord is minor.
const PROGRESSIONS: [[(i32, bool); 4]; 6] = [
    [(0, false), (7, false), (9, true), (5, false)],
    [(9, true), (5, false), (0, false), (7, false)],
    [(0, false), (5, false), (0, false), (7, false)],
    [(0, true), (10, false), (8, false), (7, false)],
    [(2, true), (7, false), (0, false), (0, false)],
    [(0, true), (5, true), (0, true), (7, false)],
];

/// One who plays: what is shared by all that is played in a song.
struct Band<'a> {
    dice: Dice,
    style: &'a Style,
    beats: Vec<f64>,
    loose: f32,
    swing: f64,
    track: Vec<f32>,
}

impl Song {
    /// The song of a seed, so many seconds long.
    pub fn of(seed: u64, secs: f64) -> Self {
        let mut dice = Dice::new(seed);
        let total: f32 = STYLES.iter().map(|style| style.weight).sum();
        let mut left = dice.between(0.0, total);
        let style = STYLES
            .iter()
            .find(|style| {
                left -= style.weight;
                left <= 0.0
            })
            .unwrap_or(&STYLES[0]);
        let (low, high) = style.bpm;
        let bpm = low * (high / low).powf(dice.between(0.0, 1.0));
        let beats = beats(&mut dice, style, f64::from(bpm), secs);
        let swing = if dice.chance(0.7) { style.swing } else { 0.0 };
        let loose = dice.between(0.0, 0.012);
        let mut band = Band {
            dice,
            style,
            beats,
            loose,
            swing: f64::from(swing),
            track: vec![0.0; (secs * f64::from(HZ)) as usize],
        };
        band.play();
        let Band {
            mut track,
            beats,
            mut dice,
            ..
        } = band;
        degrade(&mut track, &mut dice);
        let beats = beats.into_iter().filter(|&beat| beat < secs).collect();
        Self {
            samples: track,
            beats,
            metre: style.metre,
        }
    }
}

/// Where the beats are: steady, slowly wandering, or free.
fn beats(dice: &mut Dice, style: &Style, bpm: f64, secs: f64) -> Vec<f64> {
    let mut at = f64::from(dice.between(0.1, 1.5));
    let wander = if dice.chance(0.5) {
        0.0
    } else {
        f64::from(dice.between(0.0, 0.01))
    };
    let slope = if dice.chance(0.1) {
        f64::from(dice.between(-0.3, 0.3))
    } else {
        0.0
    };
    let (mut drift, mut free) = (0.0, 0.0);
    let mut beats = Vec::new();
    while at < secs + 4.0 {
        beats.push(at);
        drift = 0.9 * drift + wander * f64::from(dice.between(-1.0, 1.0));
        free = 0.7 * free + f64::from(style.rubato * dice.between(-1.0, 1.0));
        at += 60.0 / bpm * (1.0 + drift + free) / (1.0 + slope * at / secs);
    }
    beats
}

impl Band<'_> {
    /// The moment of a step, counted from the song's first beat; swung and as loose as the players are.
    fn at(&mut self, step: usize) -> f64 {
        let steps = self.style.steps as usize;
        let (beat, part) = (step / steps, step % steps);
        let Some(pair) = self.beats.get(beat..beat + 2) else {
            return f64::INFINITY;
        };
        let mut share = part as f64 / steps as f64;
        // Of two halves the second is late; of four the second and the fourth.
        let (unit, odd) = (1.0 / steps as f64, part % 2 == 1);
        if steps != 3 && steps > 1 && odd {
            share += unit * self.swing * 0.5;
        }
        pair[0] + share * (pair[1] - pair[0]) + f64::from(self.loose * self.dice.between(-1.0, 1.0))
    }

    fn play(&mut self) {
        let style = self.style;
        let per_bar = (style.metre * style.steps) as usize;
        let bars = self.beats.len().saturating_sub(1) / style.metre as usize;
        let key = self.dice.between(0.0, 12.0) as i32;
        let progression = self.dice.pick(&PROGRESSIONS);
        let bars_a_chord = self.dice.pick(&[1, 1, 1, 2]);
        let chords = self.dice.pick(style.chords);
        let bass = self.dice.pick(style.bass);
        let (chord_voice, pad_voice) = (Voice::plucked(&mut self.dice), Voice::held(&mut self.dice));
        let (bass_voice, lead_voice) = (Voice::plucked(&mut self.dice), self.lead());
        let gains = [0.9, 0.3, 0.6, 0.25].map(|gain| gain * self.dice.between(0.4, 1.3));
        let mut drawn = [0u8; 64];
        drawn.iter_mut().for_each(|d| *d = self.dice.below(100) as u8);
        let intro = self.dice.below(5);
        let (pause_from, pause_len) = (self.dice.below(bars + 8), self.dice.below(5));
        // Some songs are drums alone, or nearly.
        let drummed = !style.drums.is_empty();
        let (harmony, low) = (!drummed || self.dice.chance(0.82), self.dice.chance(0.85));
        let melody = self.dice.chance(if harmony { 0.75 } else { 0.2 });
        let melody_grain = self.dice.pick(&[1, 1, 2, 4]).min(style.steps as usize);
        for bar in 0..bars {
            let (root, minor) = progression[bar / bars_a_chord % 4];
            let root = key + root;
            let pause = (pause_from..pause_from + pause_len).contains(&bar);
            if bar >= intro / 2 && !pause {
                self.drums(bar, per_bar, gains[0], &drawn);
            }
            let chord = [0, if minor { 3 } else { 4 }, 7].map(|third| hz(48 + (root % 12) + third));
            if harmony {
                self.chords(bar, chords, &chord, (&chord_voice, &pad_voice), gains[1], &drawn);
            }
            if low && bar >= intro / 3 {
                self.bass(
                    bar,
                    bass,
                    hz(24 + 12 * i32::from(root % 12 < 5) + root % 12),
                    &bass_voice,
                    gains[2],
                    &drawn,
                );
            }
            if melody && bar >= intro {
                self.melody(bar, &chord, &lead_voice, gains[3], melody_grain);
            }
        }
    }

    fn lead(&mut self) -> Voice {
        if self.dice.chance(0.5) {
            Voice::held(&mut self.dice)
        } else {
            Voice::plucked(&mut self.dice)
        }
    }

    fn drums(&mut self, bar: usize, per_bar: usize, gain: f32, drawn: &[u8; 64]) {
        let fill = bar % 8 == 7;
        for (d, (drum, row)) in self.style.drums.iter().enumerate() {
            for (step, mark) in row.bytes().cycle().take(per_bar).enumerate() {
                let often = mark == b'o' && drawn[(step * 3 + d * 17) % 64] < 50;
                let filled = fill && *drum == Drum::Snare && step * 4 > per_bar * 3 && self.dice.chance(0.5);
                if mark == b'x' || often || filled {
                    let accent = if step % self.style.steps as usize == 0 {
                        1.0
                    } else {
                        0.75
                    };
                    let at = self.at(bar * per_bar + step);
                    let gain = gain * accent * self.dice.between(0.8, 1.0);
                    strike(&mut self.track, *drum, at, gain, &mut self.dice);
                }
            }
        }
    }

    /// Seconds of a number of steps.
    fn length(&self, bar: usize, steps: f64) -> f64 {
        let beat = (bar * self.style.metre as usize).min(self.beats.len() - 2);
        (self.beats[beat + 1] - self.beats[beat]) * steps / f64::from(self.style.steps)
    }

    fn chords(
        &mut self,
        bar: usize,
        how: Chords,
        chord: &[f32; 3],
        voices: (&Voice, &Voice),
        gain: f32,
        drawn: &[u8; 64],
    ) {
        let (metre, steps) = (self.style.metre as usize, self.style.steps as usize);
        let per_bar = metre * steps;
        let first = bar * per_bar;
        let half = (steps / 2).max(1);
        let mut hits: Vec<(usize, f64)> = Vec::new();
        match how {
            Chords::Pad => {
                let secs = self.length(bar, per_bar as f64);
                let at = self.at(first);
                for tone in chord {
                    note(&mut self.track, voices.1, *tone, (at, secs), gain);
                }
                return;
            }
            Chords::Broken(a_beat) => {
                let a_beat = (a_beat as usize).min(steps.max(1));
                let each = steps / a_beat.max(1);
                let order = if drawn[0] < 50 { [0, 1, 2, 1] } else { [0, 2, 1, 2] };
                for i in 0..metre * a_beat {
                    let at = self.at(first + i * each);
                    let accent = if i % a_beat == 0 { 1.0 } else { 0.8 };
                    let secs = self.length(bar, each as f64 * 1.5);
                    note(
                        &mut self.track,
                        voices.0,
                        chord[order[i % 4]],
                        (at, secs),
                        1.6 * gain * accent,
                    );
                }
                return;
            }
            Chords::OffBeats => hits.extend((0..metre).map(|b| (b * steps + half, half as f64 * 0.7))),
            Chords::Halves => hits.extend((0..per_bar).step_by(half).map(|s| (s, half as f64))),
            Chords::Beats => {
                hits.extend((0..metre).map(|b| (b * steps, steps as f64)));
                for beat in 0..metre {
                    if self.dice.chance(0.2) && steps > 1 {
                        hits.push((beat * steps + half, half as f64));
                    }
                }
            }
            Chords::After => hits.extend((1..metre).map(|b| (b * steps, steps as f64 * 0.7))),
            Chords::Drawn => hits.extend(
                (0..per_bar)
                    .filter(|&s| drawn[s % 64] < if s == 0 { 80 } else { 35 } && s % half == 0)
                    .map(|s| (s, half as f64)),
            ),
        }
        for (step, len) in hits {
            let at = self.at(first + step);
            let secs = self.length(bar, len);
            let accent = if step % steps == 0 { 1.0 } else { 0.85 };
            let gain = gain * accent * self.dice.between(0.8, 1.0);
            for tone in chord {
                note(&mut self.track, voices.0, *tone, (at, secs), gain);
            }
        }
    }

    fn bass(&mut self, bar: usize, how: Bass, root: f32, voice: &Voice, gain: f32, drawn: &[u8; 64]) {
        let (metre, steps) = (self.style.metre as usize, self.style.steps as usize);
        let per_bar = metre * steps;
        let half = (steps / 2).max(1);
        let fifth = root * 1.5;
        let hits: Vec<(usize, usize, f32)> = match how {
            Bass::None => Vec::new(),
            Bass::Roots if metre == 4 && steps > 1 => vec![(0, 2 * steps, root), (2 * steps, 2 * steps, fifth)],
            Bass::Roots if metre == 2 => vec![(0, steps, root), (steps, steps, fifth)],
            Bass::Roots => vec![(0, per_bar, root)],
            Bass::Halves => (0..per_bar).step_by(half).map(|s| (s, half, root)).collect(),
            Bass::Walking => {
                let walk = [1.0, 1.25, 1.5, 1.6875];
                (0..metre).map(|b| (b * steps, steps, root * walk[b % 4])).collect()
            }
            Bass::OffBeats => (0..metre).map(|b| (b * steps + half, half, root)).collect(),
            Bass::Drawn => (0..per_bar)
                .filter(|&s| s == 0 || (s % half == 0 && drawn[(s + 23) % 64] < 35))
                .map(|s| (s, half, if drawn[(s + 5) % 64] < 70 { root } else { fifth }))
                .collect(),
        };
        for (step, len, tone) in hits {
            let at = self.at(bar * per_bar + step);
            let secs = self.length(bar, len as f64 * 0.9);
            note(&mut self.track, voice, tone, (at, secs), gain);
        }
    }

    fn melody(&mut self, bar: usize, chord: &[f32; 3], voice: &Voice, gain: f32, grain: usize) {
        let (metre, steps) = (self.style.metre as usize, self.style.steps as usize);
        let each = (steps / grain.max(1)).max(1);
        let mut step = 0;
        while step < metre * steps {
            let on_beat = step % steps == 0;
            if self.dice.chance(if on_beat { 0.7 } else { 0.45 }) {
                let len = each * (1 + self.dice.below(3));
                let at = self.at(bar * metre * steps + step);
                let tone = self.dice.pick(chord) * self.dice.pick(&[1.0, 2.0, 2.0, 2.0 * 1.122_46]);
                let secs = self.length(bar, len as f64);
                note(&mut self.track, voice, tone, (at, secs), gain);
                step += len;
            } else {
                step += each;
            }
        }
    }
}

/// The frequency of a note, 69 being the A of 440 Hz.
fn hz(midi: i32) -> f32 {
    440.0 * ((midi - 69) as f32 / 12.0).exp2()
}
