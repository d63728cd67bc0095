"""When beats sound: clocks with tempo curves, swing, the unsteadiness of hands.

Places are in beats (0 = the first downbeat), times in seconds.
"""
import numpy as np


class Clock:
    """Seconds of every beat; the tempo is constant within a beat."""

    def __init__(self, first, lengths):
        """`first` is the first beat known, `lengths` the seconds of it and of those that follow."""
        self.beats = np.arange(first, first + len(lengths) + 1)
        self.seconds = np.concatenate([[0], np.cumsum(lengths)])

    def at(self, beat):
        """Seconds of places in beats."""
        return np.interp(beat, self.beats, self.seconds)

    def truth(self, zero, bar, begin, end):
        """What is written of the song: (seconds after `zero`, place in a bar of `bar` beats), from `begin` up to `end`
        seconds."""
        places = ((seconds - zero, int(beat) % bar + 1) for beat, seconds in zip(self.beats, self.seconds))
        return [(float(seconds), place) for seconds, place in places if begin <= seconds < end]


# Tempo curves.  Each gives the relative lengths of `count` beats, around 1.


def steady(rng, count):
    """As a machine keeps it."""
    return np.ones(count)


def waves(rng, count):
    """Three slow waves, of 10 to 60 beats and 0.3 to 1.8 % each."""
    beat, speed = np.arange(count), np.ones(count)
    for _ in range(3):
        speed += rng.uniform(0.003, 0.018) * np.sin(2 * np.pi * (beat / rng.uniform(10, 60) + rng.random()))
    return 1 / speed


def drift(rng, count):
    """A smoothed random walk that strays by 0.5 to 4 %."""
    walk = np.convolve(np.cumsum(rng.normal(0, 1, count)), np.ones(8) / 8, "same")
    return 1 + rng.uniform(0.005, 0.04) * walk / (np.abs(walk).max() + 1e-9)


def ramp(rng, count):
    """Ever faster or slower, up to 42 % over the song."""
    return np.exp(np.linspace(0, rng.uniform(-0.35, 0.35), count))


def jump(rng, count):
    """A new tempo from one beat on, up to 35 % away."""
    lengths = np.ones(count)
    lengths[rng.integers(8, max(9, count)):] *= np.exp(rng.uniform(-0.3, 0.3))
    return lengths


def change(rng, count):
    """A new tempo 3 to 14 % away, reached at once or over up to 32 beats."""
    at, width = rng.uniform(0.25, 0.8) * count, rng.choice([0.05, 4, 16, 32])
    amount = rng.choice([-1, 1]) * rng.uniform(0.03, 0.14)
    reached = 1 / (1 + np.exp(-np.clip((np.arange(count) - at) / width * 6, -50, 50)))
    return 1 / (1 + amount * reached)


def rubato(rng, count, bar, amount, holds=False):
    """Phrases of one to four bars of `bar` beats that press on and end slower by `amount`, uneven beats, a stressed
    beat now and then; with `holds`, some phrases end on a beat of 1.3 to 2.4 times its length."""
    phrase = bar * int(rng.choice([1, 2, 2, 4]))
    place = ((np.arange(count) + rng.integers(0, phrase)) % phrase + 1) / phrase
    lengths = 1 + amount * (1.1 * place ** rng.uniform(2, 5) + 0.3 * (1 - place) ** 3 - 0.25)
    lengths *= np.exp(rng.normal(0, 0.18 * amount, count))
    lengths *= 1 + 0.25 * amount * (rng.random(count) < 0.1)
    walk = np.cumsum(rng.normal(0, 0.02 * amount, count))
    lengths *= np.exp(walk - walk.mean())
    if holds and rng.random() < 0.6:
        held = np.isclose(place, 1) & (rng.random(count) < 0.6)
        lengths[held] *= rng.uniform(1.3, 2.4, held.sum())
    return lengths


def draw_curve(rng, count, chances):
    """A curve drawn from {curve: chance}."""
    chance = np.array(list(chances.values()), float)
    return list(chances)[rng.choice(len(chance), p=chance / chance.sum())](rng, count)


def swing(beat, unit, before, after):
    """Moves what lies at the share `before` of each `unit` beats to the share `after`, and the rest in proportion."""
    beat = np.asarray(beat, float)
    whole = np.floor(beat / unit + 1e-6)
    return (whole + np.interp(beat / unit - whole, [0, before, 1], [0, after, 1])) * unit


def hands(rng, strokes, players, unsteady, most):
    """Seconds by which each note is off its time.

    Notes of one stroke are off alike: `strokes` says what stroke each note is of.  `players` gives how late the player
    of each note is, `unsteady` is the deviation of one player and `most` how far a note can be off, all in seconds.
    """
    _, which = np.unique(strokes, axis=0, return_inverse=True)
    which = which.reshape(-1)
    off = rng.normal(0, 1, which.max(initial=0) + 1)[which] * unsteady
    return np.clip(off + np.asarray(players), -most, most)
