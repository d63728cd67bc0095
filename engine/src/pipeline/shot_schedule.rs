//! Which of several generators makes which shot.

use std::ops::Range;

use phosphene_core::time::Size;

/// Shots, dealt out one after another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ShotSchedule {
    /// In order, without gaps.
    shots: Vec<Range<u64>>,
    lines: usize,
}

impl ShotSchedule {
    /// Frames that wait to be encoded may take this many bytes, all generators together.
    const MOST_BYTES: usize = 1 << 30;
    /// How many frames of a single generator wait.
    const FEW: usize = 4;
    /// No generator is further ahead, in frames.
    const MANY: usize = 2_048;

    /// Deals out the shots of `frames`; `end_of` says where the shot of a frame ends.
    pub(super) fn plan(frames: Range<u64>, lines: usize, end_of: impl Fn(u64) -> u64) -> Self {
        let (mut shots, mut begin) = (Vec::new(), frames.start);
        if lines == 1 {
            // Where all shots are one generator's it doesn't matter where they end.
            shots.push(frames);
            return Self { shots, lines };
        }
        while begin < frames.end {
            let end = end_of(begin).clamp(begin + 1, frames.end);
            shots.push(begin..end);
            begin = end;
        }
        Self { shots, lines }
    }

    /// The shots of a line, in order.
    pub(super) fn shots_of(&self, line: usize) -> Vec<Range<u64>> {
        self.shots.iter().skip(line).step_by(self.lines).cloned().collect()
    }

    /// The line that makes a frame, which must be one of those planned.
    pub(super) fn line_of(&self, frame: u64) -> usize {
        self.shots.partition_point(|shot| shot.end <= frame) % self.lines
    }

    /// Frames of a line that may wait to be encoded.
    pub(super) fn ahead(&self, size: Size) -> usize {
        if self.lines == 1 {
            return Self::FEW;
        }
        let bytes = 3 * size.width() as usize * size.height() as usize;
        (Self::MOST_BYTES / self.lines / bytes.max(1)).clamp(Self::FEW, Self::MANY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shots_go_to_the_lines_in_turn() {
        let ends = [10, 24, 25, 60];
        let end_of = |frame: u64| ends.into_iter().find(|end| frame < *end).unwrap();
        let turns = ShotSchedule::plan(4..50, 3, end_of);
        assert_eq!(turns.shots_of(0), [4..10, 25..50]);
        assert_eq!(turns.shots_of(1), std::slice::from_ref(&(10..24)));
        assert_eq!(turns.shots_of(2), std::slice::from_ref(&(24..25)));
        for line in 0..3 {
            assert!(
                turns
                    .shots_of(line)
                    .into_iter()
                    .flatten()
                    .all(|frame| turns.line_of(frame) == line)
            );
        }
        let one = ShotSchedule::plan(4..50, 1, end_of);
        assert_eq!(one.shots_of(0), std::slice::from_ref(&(4..50)));
        assert_eq!(one.line_of(49), 0);
        assert!(ShotSchedule::plan(7..7, 2, end_of).shots_of(0).is_empty());
    }

    #[test]
    fn what_waits_is_bounded() {
        let ahead = |lines: usize, size: &str| ShotSchedule::plan(0..0, lines, |_| 0).ahead(size.parse().unwrap());
        assert_eq!(ahead(1, "1280x720"), 4);
        // Eight seconds of a film.
        assert_eq!(ahead(2, "1280x720"), 194);
        assert_eq!(ahead(4, "7680x4320"), 4);
        assert_eq!(ahead(2, "64x64"), 2_048);
    }
}
