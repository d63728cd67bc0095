//! Keeps the picture from flashing more than three times a second.
//!
//! **Source**: WCAG 2.3.1 and ITU-R BT.1702 (Harding and others). A flash is a pair of opposing changes of relative
//! luminance by a tenth of the maximum or more, the darker below 0.80, over a quarter of the picture at once; or such
//! a pair of a saturated red. The picture is watched as a coarse grid; a change counts where the cell changed the other
//! way less than a second before, so that the edge of something that passes is no flash. When a change would be one too
//! many, the cells that change keep the mean colour they had, until a second has passed since the first of the changes.
//!
//! The state begins anew with each shot, so that a stretch can be made on its own. So that flashes on both sides of a
//! cut can't add up to more, fewer are allowed near a shot's ends, where the cut itself counts as one change.

use super::colour::luma;
use crate::{direct::Shot, time::FrameIdx};

const COLUMNS: usize = 32;
const ROWS: usize = 18;
/// Share of cells that makes a flash; the standards say a quarter.
const AREA: f32 = 0.23;
/// Change of relative luminance; the standards say 0.1.
const LUMINANCE_STEP: f32 = 0.09;
/// The darker of the two luminances must be below this.
const DARKER: f32 = 0.8;
/// Change of `320 (R - G - B)`; the standards say 20.
const RED_STEP: f32 = 17.0;
/// Returns (changes after an opposite one) in a second: within a shot, where a sixth change would begin the fourth
/// flash, and in the first and the last second of one: with the changes before their first return and the cut between
/// them they make six.
const RETURNS_INSIDE: usize = 5;
const RETURNS_AFTER_CUT: usize = 1;
const RETURNS_BEFORE_CUT: usize = 2;
/// Changes that are remembered: more than a second can hold.
const REMEMBERED: usize = 32;

/// Whether flashes are limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FlashLimit {
    /// Three a second at most.
    #[default]
    On,
    /// As they come.
    Off,
}

/// Watches a shot's frames in order and damps what flashes too often.
#[derive(Debug)]
pub struct FlashLimiter {
    width: usize,
    height: usize,
    second_frames: u64,
    cells: Vec<Cell>,
    before: Vec<Cell>,
    luminance: Transitions,
    red: Transitions,
    trial: [Transitions; 2],
    offset: Vec<[f32; 3]>,
    damped: u64,
    /// Every how many pixels each way are measured.
    stride: usize,
    /// How often a picture is held back at most.
    passes: usize,
}

/// What is watched of one part of the picture.
#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    mean: [f32; 3], // encoded
    luminance: f32, // relative, linear
    red: f32,
}

impl FlashLimiter {
    /// For pictures of the given size at a frame rate in Hz.
    #[must_use]
    pub fn new(width: usize, height: usize, fps_hz: f64) -> Self {
        let second_frames = (fps_hz.ceil() as u64).max(1);
        let watch = || Transitions::new(COLUMNS * ROWS, second_frames);
        Self {
            width,
            height,
            second_frames,
            cells: vec![Cell::default(); COLUMNS * ROWS],
            before: vec![Cell::default(); COLUMNS * ROWS],
            luminance: watch(),
            red: watch(),
            trial: [watch(), watch()],
            offset: vec![[0.0; 3]; COLUMNS * ROWS],
            damped: 0,
            // Every other pixel: a mean of a soft picture needs no more.
            stride: 2,
            passes: 2,
        }
    }

    /// For pictures in dots: every pixel counts, as dither repeats every few of them, and holding back goes on, as black
    /// and white cut off what is added to them.
    #[must_use]
    pub fn for_dots(self) -> Self {
        Self {
            stride: 1,
            passes: 8,
            ..self
        }
    }

    /// Frames damped so far.
    #[must_use]
    pub fn damped(&self) -> u64 {
        self.damped
    }

    /// Damps the picture (height, width; encoded, lanes 0 to 2) where it must.
    pub fn limit(&mut self, shot: Shot, frame: FrameIdx, picture: &mut [[f32; 4]]) {
        self.measure(picture);
        if frame == shot.first {
            self.luminance.restart(self.cells.iter().map(|cell| cell.luminance));
            self.red.restart(self.cells.iter().map(|cell| cell.red));
        } else {
            self.judge(shot, frame, picture);
        }
        std::mem::swap(&mut self.cells, &mut self.before);
    }

    /// Holds a picture back where showing it as it is would be one flash too many.
    fn judge(&mut self, shot: Shot, frame: FrameIdx, picture: &mut [[f32; 4]]) {
        let allowed = self.allowed(shot, frame);
        let mut was_damped = false;
        // First the cells that change too often, then, if neighbours still add up to a flash, all of them.
        for everywhere in (0..self.passes).map(|pass| pass > 0) {
            if !self.step_trial(frame, allowed) {
                break;
            }
            was_damped = true;
            for (i, offset) in self.offset.iter_mut().enumerate() {
                let turned = everywhere || self.trial.iter().any(|watch| watch.turned_at(i) == Some(frame.0));
                let (was, is) = (&self.before[i].mean, &self.cells[i].mean);
                *offset = if turned {
                    [0, 1, 2].map(|c| was[c] - is[c])
                } else {
                    [0.0; 3]
                };
            }
            self.apply(picture);
            self.measure(picture);
        }
        if was_damped {
            self.damped += 1;
            self.step_trial(frame, allowed);
        }
        let [luminance, red] = &mut self.trial;
        std::mem::swap(&mut self.luminance, luminance);
        std::mem::swap(&mut self.red, red);
    }

    /// Steps copies of the state by the measured cells; says whether that is one flash too many.
    fn step_trial(&mut self, frame: FrameIdx, allowed: usize) -> bool {
        let [luminance, red] = &mut self.trial;
        luminance.copy(&self.luminance);
        red.copy(&self.red);
        let lit = luminance.step(
            frame.0,
            self.cells.iter().map(|cell| cell.luminance),
            LUMINANCE_STEP,
            DARKER,
        );
        let reddened = red.step(frame.0, self.cells.iter().map(|cell| cell.red), RED_STEP, f32::INFINITY);
        let over = |watch: &Transitions| watch.recent(frame.0) > allowed;
        (lit && over(luminance)) || (reddened && over(red))
    }

    fn allowed(&self, shot: Shot, frame: FrameIdx) -> usize {
        let (since, left) = (frame.0 - shot.first.0, shot.end.0.saturating_sub(frame.0));
        if 2 * (since + left) < self.second_frames {
            0
        } else if since < self.second_frames {
            RETURNS_AFTER_CUT
        } else if left <= self.second_frames {
            RETURNS_BEFORE_CUT
        } else {
            RETURNS_INSIDE
        }
    }

    /// The mean colour of each cell, its relative luminance, and how red it is.
    fn measure(&mut self, picture: &[[f32; 4]]) {
        for (i, cell) in self.cells.iter_mut().enumerate() {
            let span =
                |at: usize, of: usize, size: usize| at * size / of..((at + 1) * size / of).max(at * size / of + 1);
            let (mut mean, mut linear, mut count) = ([0.0; 3], [0.0; 3], 0.0);
            for y in span(i / COLUMNS, ROWS, self.height).step_by(self.stride) {
                for pixel in picture[y * self.width..][span(i % COLUMNS, COLUMNS, self.width)]
                    .iter()
                    .step_by(self.stride)
                {
                    for c in 0..3 {
                        let value = pixel[c].min(1.0);
                        mean[c] += value;
                        linear[c] += value * (value * (value * 0.305_306 + 0.682_171) + 0.012_523);
                    }
                    count += 1.0;
                }
            }
            let [r, g, b] = linear.map(|v| v / count);
            let saturated = r > 0.8 * (r + g + b);
            *cell = Cell {
                mean: mean.map(|v| v / count),
                luminance: luma(&[r, g, b]),
                red: if saturated { 320.0 * (r - g - b).max(0.0) } else { 0.0 },
            };
        }
    }

    /// Adds the cells' offsets, bilinearly between their centres.
    fn apply(&self, picture: &mut [[f32; 4]]) {
        let tap = |at: usize, size: usize, cells: usize| {
            let place = ((at as f32 + 0.5) * cells as f32 / size as f32 - 0.5).clamp(0.0, (cells - 1) as f32);
            (
                place as usize,
                (place as usize + 1).min(cells - 1),
                place - place.floor(),
            )
        };
        for (y, row) in picture.chunks_exact_mut(self.width).enumerate() {
            let (upper, lower, down) = tap(y, self.height, ROWS);
            for (x, pixel) in row.iter_mut().enumerate() {
                let (left, right, across) = tap(x, self.width, COLUMNS);
                for (c, value) in pixel[..3].iter_mut().enumerate() {
                    let at = |row: usize, column: usize| self.offset[row * COLUMNS + column][c];
                    let above = at(upper, left) + across * (at(upper, right) - at(upper, left));
                    let below = at(lower, left) + across * (at(lower, right) - at(lower, left));
                    *value = (*value + above + down * (below - above)).clamp(0.0, 1.0);
                }
            }
        }
    }
}

/// One measure over the grid: which cells turned up or down when, and the changes of a whole quarter.
#[derive(Debug)]
struct Transitions {
    swings: Vec<Swing>,
    changes: Vec<u64>, // frames
    second_frames: u64,
}

#[derive(Debug, Clone, Copy, Default)]
struct Swing {
    low: f32,
    high: f32,
    rising: Option<bool>,
    turned: Option<u64>,
    /// Whether the turn before it was less than a second ago.
    returned: bool,
    counted: bool,
}

impl Transitions {
    fn new(cells: usize, second_frames: u64) -> Self {
        Self {
            swings: vec![Swing::default(); cells],
            changes: Vec::with_capacity(REMEMBERED),
            second_frames,
        }
    }

    /// Becomes like another of as many cells, in its own memory.
    fn copy(&mut self, other: &Self) {
        self.swings.copy_from_slice(&other.swings);
        self.changes.clone_from(&other.changes);
        self.second_frames = other.second_frames;
    }

    fn restart(&mut self, values: impl Iterator<Item = f32>) {
        self.changes.clear();
        for (swing, value) in self.swings.iter_mut().zip(values) {
            *swing = Swing {
                low: value,
                high: value,
                ..Swing::default()
            };
        }
    }

    fn turned_at(&self, cell: usize) -> Option<u64> {
        self.swings[cell].turned
    }

    fn recent(&self, frame: u64) -> usize {
        self.changes
            .iter()
            .filter(|&&at| frame - at < self.second_frames)
            .count()
    }

    /// Follows every cell; true when a quarter of the picture has changed in one direction.
    fn step(&mut self, frame: u64, values: impl Iterator<Item = f32>, step: f32, darker: f32) -> bool {
        for (swing, value) in self.swings.iter_mut().zip(values) {
            let up = swing.rising != Some(true) && value >= swing.low + step && swing.low < darker;
            let down = swing.rising != Some(false) && value <= swing.high - step && value < darker;
            if up || down {
                *swing = Swing {
                    low: value,
                    high: value,
                    rising: Some(up),
                    turned: Some(frame),
                    returned: swing.turned.is_some_and(|at| frame - at < self.second_frames),
                    counted: false,
                };
            } else {
                swing.low = swing.low.min(value);
                swing.high = swing.high.max(value);
            }
        }
        // A change is one in which enough cells turn the same way within a twelfth of a second.
        let mut changed = false;
        for rising in [true, false] {
            let fresh = |swing: &Swing| {
                !swing.counted
                    && swing.rising == Some(rising)
                    && swing.returned
                    && swing.turned.is_some_and(|at| 12 * (frame - at) <= self.second_frames)
            };
            let count = self.swings.iter().filter(|swing| fresh(swing)).count();
            if count as f32 >= AREA * self.swings.len() as f32 {
                self.swings
                    .iter_mut()
                    .filter(|swing| fresh(swing))
                    .for_each(|swing| swing.counted = true);
                if self.changes.len() == REMEMBERED {
                    self.changes.remove(0);
                }
                self.changes.push(frame);
                changed = true;
            }
        }
        changed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOT: Shot = Shot {
        index: 0,
        first: FrameIdx(0),
        end: FrameIdx(240),
    };

    /// Luminances of the frames that come out of a full-picture flicker with the given half period.
    fn run(limited: FlashLimit, half_period: u64, colours: [[f32; 4]; 2]) -> Vec<[f32; 4]> {
        let mut limiter = FlashLimiter::new(64, 36, 24.0);
        (0..240)
            .map(|frame| {
                let mut picture = vec![colours[(frame / half_period % 2) as usize]; 64 * 36];
                if limited == FlashLimit::On {
                    limiter.limit(SHOT, FrameIdx(frame), &mut picture);
                }
                picture[64 * 18 + 32]
            })
            .collect()
    }

    /// The most opposing changes of at least a tenth in any second, by the standard's definition.
    fn changes_a_second(levels: &[f32]) -> usize {
        let (mut low, mut high, mut rising, mut turns) = (levels[0], levels[0], None, Vec::new());
        for (frame, &level) in levels.iter().enumerate() {
            if rising != Some(true) && level >= low + 0.1 && low < 0.8 {
                (low, high, rising) = (level, level, Some(true));
                turns.push(frame);
            } else if rising != Some(false) && level <= high - 0.1 && level < 0.8 {
                (low, high, rising) = (level, level, Some(false));
                turns.push(frame);
            }
            (low, high) = (low.min(level), high.max(level));
        }
        let within = |&first: &usize| turns.iter().filter(|&&at| at >= first && at < first + 24).count();
        turns.iter().map(within).max().unwrap_or(0)
    }

    fn luminance(pixel: &[f32; 4]) -> f32 {
        pixel[1].powf(2.2)
    }

    #[test]
    fn a_strobe_becomes_three_flashes_a_second() {
        for half_period in [1, 2, 3] {
            let black_white = [[0.05; 4], [0.9; 4]];
            let free: Vec<f32> = run(FlashLimit::Off, half_period, black_white)
                .iter()
                .map(luminance)
                .collect();
            assert!(changes_a_second(&free) > 6);
            let limited: Vec<f32> = run(FlashLimit::On, half_period, black_white)
                .iter()
                .map(luminance)
                .collect();
            let changes = changes_a_second(&limited);
            assert!((2..=6).contains(&changes), "{changes} at {half_period}");
        }
    }

    #[test]
    fn a_strobe_in_dots_is_damped_too() {
        // Black and white, a quarter of the pixels white or three quarters, in a pattern of two by two.
        let run = |limited: bool| -> Vec<f32> {
            let mut limiter = FlashLimiter::new(64, 36, 24.0).for_dots();
            (0..240)
                .map(|frame| {
                    let white = if frame / 3 % 2 == 0 { 1 } else { 3 };
                    let pixel = |i: usize| {
                        let place = [0, 2, 3, 1][i % 64 % 2 + i / 64 % 2 * 2];
                        if place < white { [0.95; 4] } else { [0.05; 4] }
                    };
                    let mut picture: Vec<[f32; 4]> = (0..64 * 36).map(pixel).collect();
                    if limited {
                        limiter.limit(SHOT, FrameIdx(frame), &mut picture);
                    }
                    picture.iter().map(luminance).sum::<f32>() / picture.len() as f32
                })
                .collect()
        };
        let (free, limited) = (changes_a_second(&run(false)), changes_a_second(&run(true)));
        assert!(free > 6 && limited <= 6, "{free} free, {limited} limited");
    }

    #[test]
    fn red_flashes_count_too() {
        let red = [[0.2, 0.0, 0.0, 0.0], [0.62, 0.0, 0.0, 0.0]];
        let reds = |pixels: Vec<[f32; 4]>| pixels.iter().map(|p| p[0].powf(2.2)).collect::<Vec<_>>();
        assert!(changes_a_second(&reds(run(FlashLimit::Off, 2, red))) > 6);
        assert!(changes_a_second(&reds(run(FlashLimit::On, 2, red))) <= 6);
    }

    #[test]
    fn what_passes_is_no_flash() {
        let mut limiter = FlashLimiter::new(64, 36, 24.0);
        for frame in 0..240_u64 {
            // A white disc that grows to fill the picture, then a black one in it.
            let pixel = |i: usize| {
                let away = ((i % 64) as f32 - 32.0).hypot((i / 64) as f32 - 18.0);
                let inside = |since: u64| away < frame.saturating_sub(since) as f32 * 0.9;
                if inside(20) && !inside(60) { [0.9; 4] } else { [0.1; 4] }
            };
            let mut picture: Vec<[f32; 4]> = (0..64 * 36).map(pixel).collect();
            limiter.limit(SHOT, FrameIdx(frame), &mut picture);
        }
        assert_eq!(limiter.damped(), 0);
    }

    #[test]
    fn two_flashes_a_second_and_slow_light_are_left_alone() {
        let colours = [[0.1; 4], [0.8; 4]];
        let mut limiter = FlashLimiter::new(64, 36, 24.0);
        for frame in 0..200 {
            let level = if frame / 6 % 2 == 0 || !(30..190).contains(&frame) {
                colours[0]
            } else {
                colours[1]
            };
            let mut picture = vec![level; 64 * 36];
            limiter.limit(SHOT, FrameIdx(frame), &mut picture);
            assert_eq!(picture[100], level, "frame {frame}");
        }
        assert_eq!(limiter.damped(), 0);
    }
}
