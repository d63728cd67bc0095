"""Sound without any beat, for learning when there is none.  Each kind makes `length` samples."""
import numpy as np
from scipy.signal import lfilter

from ..fonts import CONTROL, OFF, ON, PROGRAM, VOLUME, Synth
from ..sound import RATE, coloured, wander
from .families import PROGRAMS

EFFECTS = [122, 126, 121, 101, 97, 103, 99]  # programs: surf, applause, breath and synthetic atmospheres
STRUCK = [36, 38, 42, 45, 49, 51, 62, 75, 81]  # drums


def moments(rng, seconds, rate, even):
    """Random times, `rate` a second, never near to even: gamma gaps (more alike the larger `even`) whose mean changes
    wildly."""
    at, times = rng.uniform(0, min(1.5, 1 / rate)), []
    while at < seconds:
        times.append(at)
        at += rng.gamma(even, 1 / even) / rate * np.exp(rng.normal(0, 0.6)) + 0.01
    return times


def noise(rng, length):
    """White to brown noise, swelling."""
    return coloured(rng, length, rng.uniform(0, 2.2)) * (0.4 + 0.6 * wander(rng, length, rng.uniform(2, 9)))


def hush(rng, length):
    """Next to nothing."""
    return coloured(rng, length, rng.uniform(0, 2)) * 10 ** rng.uniform(-4, -2)


def wind(rng, length):
    """Gusts of dark and bright noise."""
    dark, bright = coloured(rng, length, 1.5), coloured(rng, length, 0.3)
    return dark * wander(rng, length, 1.7) ** 2 + 0.4 * bright * wander(rng, length, 2.9) ** 3


def drone(rng, length):
    """Sines over one root that swell and fade."""
    time, root, x = np.arange(length) / RATE, rng.uniform(45, 220), np.zeros(length)
    for k in range(int(rng.integers(3, 12))):
        frequency = root * rng.choice([1, 1, 1.5, 2, 3, 4]) * (1 + rng.normal(0, 0.0012))
        tone = np.sin(2 * np.pi * frequency * time + rng.uniform(0, 6)) / (1 + k)
        x += tone * (0.3 + 0.7 * wander(rng, length, rng.uniform(3, 12)))
    return x * 0.1


def clicks(rng, length):
    """Short bursts of noise, from one in two seconds to thirty a second."""
    x, rate = np.zeros(length + RATE), 10 ** rng.uniform(-0.3, 1.5)
    fall = np.arange(RATE) / RATE
    bank = [coloured(rng, RATE, rng.uniform(0, 1)) * np.exp(-fall * rng.uniform(30, 300)) for _ in range(4)]
    for at in moments(rng, length / RATE, rate, rng.uniform(0.6, 1)):
        start = int(at * RATE)
        x[start:start + RATE] += bank[int(rng.integers(4))] * rng.uniform(0.1, 2)
    return x[:length] + coloured(rng, length, 1) * rng.uniform(0, 0.05)


def babble(rng, length):
    """Syllables of a made-up voice: a buzz through two resonances."""
    x = np.zeros(length + RATE)
    for at in moments(rng, length / RATE, rng.uniform(2, 6), rng.uniform(0.6, 1)):
        start, size = int(at * RATE), int(rng.uniform(0.06, 0.4) * RATE)
        time = np.arange(size) / RATE
        pitch = rng.uniform(90, 240) * (1 + 0.15 * np.sin(2 * np.pi * rng.uniform(0.5, 3) * time))
        voice = np.modf(np.cumsum(pitch) / RATE)[0] - 0.5
        for formant in (rng.uniform(300, 900), rng.uniform(900, 2600)):
            voice = voice + lfilter([0.1], [1, -1.9 * np.cos(2 * np.pi * formant / RATE), 0.9025], voice)
        x[start:start + size] += voice * np.hanning(size) * rng.uniform(0.05, 0.3)
    return x[:length] + coloured(rng, length, 1) * rng.uniform(0, 0.05)


def note(at, seconds, channel, key, velocity):
    """The events of a note."""
    start, key, velocity = int(at * RATE), int(np.clip(key, 10, 115)), int(np.clip(velocity, 10, 127))
    return [(start, ON, channel, key, velocity), (int((at + seconds) * RATE), OFF, channel, key, 0)]


def draw_program(rng, groups):
    """A program of one of the groups of `PROGRAMS`."""
    return int(rng.choice(PROGRAMS[rng.choice(groups)]))


def effects(rng, seconds):
    """Sound effects of the font, overlapping."""
    events = [(0, PROGRAM, channel, int(rng.choice(EFFECTS)), 0) for channel in range(3)]
    for at in moments(rng, seconds, 0.25, 0.8) + [0.1]:
        events += note(at, rng.uniform(2, 9), int(rng.integers(3)), rng.integers(40, 80), rng.integers(50, 120))
    return events


def chords(rng, seconds, groups=("piano", "ep", "ngtr", "harp", "mallet", "strings"), rate=(0.3, 1.6), spread=0.06):
    """Chords at random times, `rate` a second, their tones up to `spread` seconds apart."""
    events = [(0, PROGRAM, 0, draw_program(rng, groups), 0)]
    for at in moments(rng, seconds, rng.uniform(*rate), 0.7):
        root = rng.integers(40, 66)
        for up in rng.choice([0, 3, 4, 7, 10, 11, 12, 14, 16, 19], int(rng.integers(2, 6)), replace=False):
            events += note(at + rng.uniform(0, spread), rng.uniform(1, 8), 0, root + up, rng.integers(40, 105))
    return events


def pads(rng, seconds):
    """Slow chords of soft sounds."""
    return chords(rng, seconds, ("pad", "strings", "choir", "church"), (0.15, 0.4), 0.2)


def melody(rng, seconds):
    """A line that strays without measure."""
    groups = ["winds", "violin", "piano", "sgtr", "voice", "sax"]
    events = [(0, PROGRAM, channel, draw_program(rng, groups), 0) for channel in range(2)]
    key = 67
    for at in moments(rng, seconds, rng.uniform(0.6, 3.5), 0.6):
        key = int(np.clip(key + rng.choice([-5, -3, -2, -1, 1, 2, 3, 5]), 50, 90))
        events += note(at, rng.uniform(0.2, 2.5), int(rng.random() < 0.2), key, rng.integers(45, 115))
    return events


def hits(rng, seconds):
    """Drums struck at random."""
    events = []
    for at in moments(rng, seconds, 10 ** rng.uniform(-0.2, 0.9), rng.uniform(0.6, 0.9)):
        events += note(at, 0.3, 9, rng.choice(STRUCK), rng.integers(30, 120))
    return events


MADE = dict(noise=noise, hush=hush, wind=wind, drone=drone, clicks=clicks, babble=babble)
PLAYED = dict(effects=effects, chords=chords, pads=pads, melody=melody, hits=hits)
KINDS = sorted(MADE) + sorted(PLAYED)


def beatless(rng, length, kind):
    """Sound of a kind of `KINDS`."""
    if kind in MADE:
        return MADE[kind](rng, length)
    events = [(0, CONTROL, channel, VOLUME, 105) for channel in range(8)] + PLAYED[kind](rng, length / RATE)
    return Synth.draw(rng).render(events, length, (0.6, 0.4, 0.5, 0.5) if rng.random() < 0.6 else None)
