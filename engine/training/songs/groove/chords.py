"""Random chord progressions, and the chords that they are made of."""
import re

from . import tastes

# Chords in semitones above the key note and MMA's chord suffix, one to a bar or two.
MAJOR = ["0 9m 5 7", "0 5 7 0", "0 7 9m 5", "0 4m 5 7", "9m 5 0 7", "0 2m 5 0", "0 10 5 0", "0 5 0 7", "0 9m 2m7 77",
         "5 7 4m 9m", "0 0 5 5", "0 5 9m 7", "0 57 0 77", "0 47 9m 57"]
MINOR = ["0m 8 3 10", "0m 5m 7 0m", "0m 10 8 7", "0m 3 10 5", "0m 8 5m 7", "0m 5m 0m 7", "0m 0m 10 10", "0m 5 0m 5",
         "0m 1 0m 1", "0m 3 5m 7"]
JAZZ = ["2m7 77 0M7 97", "0M7 97 2m7 77", "2m7b5 77 0m7 0m7", "0M7 4m7 5M7 77", "57 0M7 2m7 77", "0m7 5m7 2m7b5 77",
        "4m7 97 2m7 77", "0M7 07 5M7 5m7", "07 57 07 77", "0M7 1dim7 2m7 77"]
TONES = {"": (0, 4, 7), "m": (0, 3, 7), "7": (0, 4, 7, 10), "M7": (0, 4, 7, 11), "m7": (0, 3, 7, 10),
         "m7b5": (0, 3, 6, 10), "dim7": (0, 3, 6, 9)}  # semitones above the root
NAMES = "C Db D Eb E F Gb G Ab A Bb B".split()


def split(chord):
    """(semitones, suffix) of a chord as above."""
    root, suffix = re.fullmatch(r"(1[01]|\d)(.*)", chord).groups()
    return int(root), suffix


class Chart:
    """The chords of a song: for each bar one or two of (root in 0..11, suffix); the scale as pitches in 0..11."""

    def __init__(self, rng, family, bar, bars):
        """For a song of a family, of `bars` bars of `bar` beats."""
        jazz = family in tastes.JAZZY and rng.random() < 0.8
        major = rng.random() < (0.3 if family in tastes.HEAVY else 0.62)
        pool = JAZZ if jazz else MAJOR if major else MINOR
        key, (first, second) = int(rng.integers(12)), (str(rng.choice(pool)) for _ in range(2))
        per_bar = 2 if rng.random() < 0.22 else 1
        line = [split(chord) for part in (first, first, second, first) for chord in part.split()]
        if rng.random() < 0.2 and not jazz:  # a new chord every other bar
            line = [chord for chord in line for _ in range(2)]
        minor = first.startswith(("0m", "2m7b5"))
        self.scale = {(key + step) % 12 for step in ((0, 2, 3, 5, 7, 8, 10) if minor else (0, 2, 4, 5, 7, 9, 11))}
        self.bar, self.bars = bar, [[((key + root) % 12, suffix) for root, suffix in
                                     (line[(i * per_bar + k) % len(line)] for k in range(per_bar))]
                                    for i in range(bars)]

    def at(self, beat):
        """The chord at a beat."""
        chords = self.bars[min(int(beat // self.bar), len(self.bars) - 1)]
        return chords[min(int(beat % self.bar * len(chords) / self.bar), len(chords) - 1)]
