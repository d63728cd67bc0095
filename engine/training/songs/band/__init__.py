"""Songs by our own composer.

A song is of one of the families of `families/*.txt` (chances for every step), with a random draw of the pattern,
harmony, melody, players, tempo curve, opening, breaks, timing and loudness.  One in ten has no beat at all; one in
twenty has a beatless opening or ending.  Everything is composed here, at random.
"""
import numpy as np

from ..sound import RATE, draw_length, master
from .beatless import KINDS, beatless
from .families import read_families
from .player import Band

QUIET = ["noise", "pads", "chords", "drone", "hush", "effects", "melody"]  # kinds that go before and after a song
FAMILIES = read_families()


def song(seed):
    """Family, sound and beats of a seed."""
    rng = np.random.default_rng([seed, 20])
    length = draw_length(rng)
    if rng.random() < 0.1:
        kind = str(rng.choice(KINDS))
        sound = master(rng, beatless(rng, length, kind))
        return "none-" + kind, sound * (0.01 if kind == "hush" else 1), []
    weights = np.array([family.weight for family in FAMILIES])
    family = FAMILIES[rng.choice(len(FAMILIES), p=weights / weights.sum())]
    band = Band(rng, family)
    fate = rng.random()
    if fate < 0.035:
        name, sound, beats = after_beatless(rng, band, length)
    elif fate < 0.055:
        name, sound, beats = then_beatless(rng, band, length)
    else:
        before = float(rng.choice([rng.uniform(0, 0.2), rng.uniform(0, 1.8)]))
        name, (sound, beats) = family.name, band.play(length, before)
    return name, master(rng, sound), beats


def draw_quiet(rng, others):
    """A kind of beatless sound: one of `QUIET` or, one time in eight, of the others."""
    return str(rng.choice(QUIET if rng.random() < 7 / 8 else others))


def after_beatless(rng, band, length):
    """A song after 3 to 8 s without a beat, which may ring on for up to a second."""
    cut, kind = int(rng.uniform(3, 8) * RATE), draw_quiet(rng, KINDS)
    played, beats = band.play(length - cut, 0)
    opening = beatless(rng, min(cut + RATE, length), kind)
    fade = np.clip((cut + RATE * rng.uniform(0.05, 1) - np.arange(len(opening))) / 4000, 0, 1)
    sound = np.concatenate([np.zeros(cut), played / (np.std(played) + 1e-9) * 0.1])
    sound[:len(opening)] += opening / (np.std(opening) + 1e-9) * 0.1 * rng.uniform(0.2, 1) * fade
    return f"{band.family.name}-after-{kind}", sound, [(seconds + cut / RATE, place) for seconds, place in beats]


def then_beatless(rng, band, length):
    """A song that dies away into 3 to 8 s without a beat."""
    cut, kind = int(rng.uniform(3, 8) * RATE), draw_quiet(rng, ["hush", "drone"])
    sound, beats = band.play(length, 0)
    sound = sound / (np.std(sound) + 1e-9) * 0.1
    ending = beatless(rng, cut, kind)
    sound[-cut:] *= np.exp(-np.arange(cut) / RATE * rng.uniform(4, 30))
    sound[-cut:] += ending / (np.std(ending) + 1e-9) * 10 ** rng.uniform(-4, -1.1)
    return f"{band.family.name}-then-{kind}", sound, [beat for beat in beats if beat[0] < (length - cut) / RATE]
