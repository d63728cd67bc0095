"""Sound: noise, edges, the chain of a recording, files.  Nothing here delays a sound."""
import os

import numpy as np
import soundfile
from scipy.ndimage import uniform_filter1d
from scipy.signal import lfilter

RATE = 44100  # samples a second
SPECTRUM = 2 ** 21  # samples of the equaliser's transform; more than a song


def draw_length(rng):
    """The length of a song in samples: 20 to 30 s."""
    return int(rng.uniform(20, 30) * RATE)


def level(x):
    """Root mean square."""
    return np.sqrt(np.mean(x ** 2)) + 1e-9


def coloured(rng, length, slope):
    """Noise of deviation 0.1 whose power falls with the `slope`-th power of frequency: 0 white, 1 pink, 2 brown."""
    spectrum = np.fft.rfft(rng.normal(0, 1, length))
    spectrum *= np.maximum(np.fft.rfftfreq(length, 1 / RATE), 20) ** (-slope / 2)
    x = np.fft.irfft(spectrum, length)
    return x / (np.std(x) + 1e-9) * 0.1


def wander(rng, length, seconds):
    """A smooth random curve in 0..1 with a new goal every `seconds`."""
    count = max(4, int(length / RATE / seconds) + 3)
    place = np.linspace(0, count - 1, length)
    eased = place - 0.5 * np.sin(2 * np.pi * place) / (2 * np.pi)
    return np.interp(eased, np.arange(count), rng.random(count))


def lift(x):
    """Raises stretches that are more than 18 dB below the song, so that a soft opening can be heard."""
    power = np.maximum(uniform_filter1d(x.astype(float) ** 2, RATE), 1e-14)
    return x * np.clip(np.sqrt(np.mean(power) / power) * 0.125, 1, 18) ** 0.85


def soften(x, cut):
    """Fades the end out over 45 ms and, where the beginning was `cut` off, in over 5 ms."""
    x = x.copy()
    x[-2000:] *= np.linspace(1, 0, 2000)
    if cut:
        x[:200] *= np.linspace(0, 1, 200)
    return x


def equalise(rng, x):
    """A tilt of up to 3 dB an octave or two shelves of up to 7 dB, and now and then the band limits of a small speaker
    or a telephone.  Linear phase."""
    frequency = np.maximum(np.fft.rfftfreq(SPECTRUM, 1 / RATE), 20)
    if rng.random() < 0.5:
        gain = 10 ** (np.clip(rng.normal(0, 1.3), -3, 3) * np.log2(frequency / 800) / 20)
    else:
        gain = np.ones(len(frequency))
        for _ in range(2):
            edge, raised = np.exp(rng.uniform(np.log(120), np.log(6000))), 10 ** (rng.uniform(-7, 7) / 20)
            below = 1 / (1 + (frequency / edge) ** 2)
            gain *= 1 + (raised - 1) * (below if rng.random() < 0.5 else 1 - below)
    if rng.random() < 0.16:
        gain /= np.sqrt(1 + (frequency / 10 ** rng.uniform(3.3, 4)) ** 4)
    if rng.random() < 0.16:
        gain /= np.sqrt(1 + (rng.uniform(60, 260) / frequency) ** 4)
    return np.fft.irfft(np.fft.rfft(x, SPECTRUM) * gain, SPECTRUM)[:len(x)]


def compress(rng, x):
    """Turns down by the power of the last 20 to 200 ms; `x` has a level of 1."""
    keep = np.exp(-1 / (RATE * rng.uniform(0.02, 0.2)))
    power = lfilter([1 - keep], [1, -keep], x ** 2)
    return x / (0.1 + power) ** rng.uniform(0.1, 0.35)


def master(rng, x):
    """A random chain of a recording: equaliser, compression, soft clipping, noise from -78 to -28 dB, and a loudness
    between -40 and -8 dB of full scale, most often around -20."""
    x = equalise(rng, x)
    x = x / level(x)
    if rng.random() < 0.38:
        x = compress(rng, x)
    drive = 10 ** rng.uniform(-1.3, 0)
    x = np.tanh(x / level(x) * drive) / drive
    if rng.random() < 0.5:
        x = x + coloured(rng, len(x), rng.uniform(0, 1.5)) * 10 ** rng.uniform(-2.2, 0.3) * 0.2
    x = x / level(x) * 10 ** (-np.clip(rng.gamma(3, 5) + 6, 8, 40) / 20)
    return np.clip(x, -1, 1)


def write(folder, name, sound, beats):
    """Writes NAME.wav (16 bit) and NAME.beats: a line `seconds<TAB>place in the bar` for each beat."""
    path = os.path.join(folder, name)
    soundfile.write(path + ".wav", sound, RATE, "PCM_16")
    with open(path + ".beats", "w", encoding="utf-8") as file:
        file.writelines(f"{seconds:.4f}\t{place}\n" for seconds, place in beats)
