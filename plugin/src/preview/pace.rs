//! How often and how large the preview is painted: as the machine allows, and never more than a share of one core.

use std::time::{Duration, Instant};

use phosphene_core::{Result, time::Size};

/// The most frames a second.
pub(super) const MOST_FPS: f64 = 30.0;
/// Frames a second while the host plays silence.
const SILENT_FPS: f64 = 10.0;
/// The preview works for this share of the time at most.
const SHARE: f64 = 0.7;
/// Pixels of the picture at each level, 16:9: 384x216 to 800x450. Half the width and height is painted.
const LEVELS: [f64; 4] = [384.0 * 216.0, 512.0 * 288.0, 640.0 * 360.0, 800.0 * 450.0];
/// The level to begin with.
const FIRST: usize = 1;
/// A frame that takes longer than this is too large, one that takes less than the other could be larger: far enough
/// apart that a level up is not a level too many.
const TOO_LONG: Duration = Duration::from_millis(30);
const SHORT: Duration = Duration::from_millis(14);
/// Frames that a judgement takes.
const FRAMES: u32 = 45;
/// A level that was too large is not tried again for so long.
const GIVE_UP: Duration = Duration::from_secs(30);

/// What there is to paint for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pulse {
    /// Music.
    Sounding,
    /// The host plays, and nothing is heard.
    Silent,
}

/// Judges the time that frames take.
#[derive(Debug)]
pub(super) struct Pace {
    level: usize,
    spent: Duration,
    frames: u32,
    next: Instant,
    gave_up: Option<Instant>,
}

impl Pace {
    pub(super) fn new() -> Self {
        Self {
            level: FIRST,
            spent: Duration::ZERO,
            frames: 0,
            next: Instant::now(),
            gave_up: None,
        }
    }

    /// When there is time for the next frame.
    pub(super) fn next(&self) -> Instant {
        self.next
    }

    /// The picture's size for a video of this shape.
    pub(super) fn size(&self, video: Size) -> Result<Size> {
        let aspect = video.aspect().clamp(0.25, 4.0);
        let width = (LEVELS[self.level] * aspect).sqrt();
        let even = |side: f64| (side / 4.0).round() as u32 * 4;
        Size::new(even(width), even(width / aspect))
    }

    /// Notes a frame that was begun at `begun` and took `spent`.
    pub(super) fn painted(&mut self, begun: Instant, spent: Duration, pulse: Pulse) {
        let fps = match pulse {
            Pulse::Sounding => MOST_FPS,
            Pulse::Silent => SILENT_FPS,
        };
        let every = Duration::from_secs_f64(1.0 / fps);
        // From one due time to the next, so that small delays don't add up to a lower rate; never hurrying after one.
        let from = if begun.saturating_duration_since(self.next) < every / 2 {
            self.next
        } else {
            begun
        };
        self.next = (from + every).max(begun + spent.div_f64(SHARE));
        self.spent += spent;
        self.frames += 1;
        if self.frames < FRAMES {
            return;
        }
        let mean = self.spent / self.frames;
        if mean > TOO_LONG && self.level > 0 {
            self.level -= 1;
            self.gave_up = Some(begun);
        } else if mean < SHORT
            && self.level + 1 < LEVELS.len()
            && self
                .gave_up
                .is_none_or(|when| begun.saturating_duration_since(when) > GIVE_UP)
        {
            self.level += 1;
        }
        (self.spent, self.frames) = (Duration::ZERO, 0);
    }

    /// Nothing is painted before `next`.
    pub(super) fn rest(&mut self, until: Instant) {
        self.next = self.next.max(until);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_never_asks_for_more_than_its_share_or_30_frames_a_second() {
        for ms in [1, 5, 20, 40, 200] {
            let mut pace = Pace::new();
            let (start, spent) = (pace.next(), Duration::from_millis(ms));
            let mut now = start;
            for _ in 0..300 {
                now = now.max(pace.next());
                pace.painted(now, spent, Pulse::Sounding);
                now += spent;
            }
            let took = pace.next().duration_since(start).as_secs_f64();
            assert!(300.0 / took <= MOST_FPS + 0.01, "{ms} ms: {} fps", 300.0 / took);
            assert!(300.0 * spent.as_secs_f64() / took <= SHARE + 0.01, "{ms} ms");
        }
    }

    #[test]
    fn the_size_follows_the_machine_and_does_not_swing() {
        let hd = Size::HD;
        let play = |ms_at_first: f64, frames: u32| {
            let mut pace = Pace::new();
            let mut sizes = vec![pace.size(hd).unwrap().width()];
            let mut now = pace.next();
            for _ in 0..frames {
                let ms = ms_at_first * LEVELS[pace.level] / LEVELS[FIRST];
                pace.painted(now, Duration::from_secs_f64(ms / 1e3), Pulse::Sounding);
                now = pace.next();
                sizes.push(pace.size(hd).unwrap().width());
            }
            sizes.dedup();
            sizes
        };
        assert_eq!(play(2.0, 600), [512, 640, 800], "a fast machine");
        assert_eq!(play(20.0, 600), [512], "one that is just right");
        assert_eq!(play(45.0, 600), [512, 384], "a slow one");
        let upright: Size = "1080x1920".parse().unwrap();
        let size = Pace::new().size(upright).unwrap();
        assert_eq!((size.width(), size.height()), (288, 512));
    }
}
