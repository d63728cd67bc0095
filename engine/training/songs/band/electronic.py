"""Drums of machines, synthesised here."""
import numpy as np
from scipy.signal import lfilter

from ..sound import RATE

KICKS = (35, 36)
PLAYED = (35, 36, 37, 38, 39, 40, 42, 44, 46, 82)  # keys of the drums that the machine has
TIME = np.arange(RATE // 2) / RATE  # seconds of a sound


def draw_kit(rng):
    """A sound for every key of `PLAYED`, peak around 1: sines that drop, noise, noise in bursts."""
    low, drop, noise = rng.uniform(42, 62), rng.uniform(60, 400), rng.normal(0, 1, len(TIME))
    bright, decay = lfilter([1, -1], [1], noise), rng.uniform(12, 30)
    kick = np.sin(2 * np.pi * (low * TIME + drop / 40 * (1 - np.exp(-40 * TIME))))
    kick *= np.exp(-TIME * rng.uniform(5, 16)) * np.minimum(1, TIME * 1500)
    snare = (0.6 * noise + np.sin(2 * np.pi * rng.uniform(160, 240) * TIME)) * np.exp(-TIME * decay) * 0.6
    bursts = sum(np.exp(-np.maximum(TIME - at, 0) * 200) * (TIME > at) for at in (0, 0.011, 0.022))
    clap = noise * (np.exp(-TIME * decay) + bursts) * 0.35
    closed = bright * np.exp(-TIME * rng.uniform(50, 130)) * 0.22
    opened = bright * np.exp(-TIME * rng.uniform(8, 16)) * 0.2
    rim = np.sin(2 * np.pi * rng.uniform(800, 1700) * TIME) * np.exp(-TIME * 90) * 0.6
    return {35: kick, 36: kick, 37: rim, 38: snare, 39: clap, 40: snare, 42: closed, 44: closed, 46: opened, 82: closed}


def add_machine(rng, sound, hits):
    """The sound with the machine's drums over it, in most songs pushed down by its kick.  Hits are (sample, key,
    loudness in 0..1)."""
    kit, length = draw_kit(rng), len(sound)
    pump = rng.uniform(0.3, 1) if rng.random() < 0.6 else 0
    shape = 1 - pump * np.exp(-TIME[:RATE // 3] * rng.uniform(8, 20))
    drums, duck = np.zeros(length + len(TIME)), np.ones(length + len(TIME))
    for at, key, loudness in hits:
        if 0 <= at < length:
            drums[at:at + len(TIME)] += kit[key] * loudness
            if key in KICKS:
                duck[at:at + len(shape)] = np.minimum(duck[at:at + len(shape)], shape)
    sound = sound / (np.std(sound) + 1e-6) * 0.12
    drums *= 0.16 / (np.std(drums[:length]) + 1e-6) * rng.uniform(0.5, 1.1)
    return sound * duck[:length] + drums[:length]
