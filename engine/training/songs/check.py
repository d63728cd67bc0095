"""Do the beats lie where the sound begins?  A table over the songs of a folder, by family."""
import os
import re

import numpy as np
import soundfile

from .sound import RATE

HOP = 88  # samples: 2 ms
WINDOW = 512  # samples


def rises(x):
    """How much begins at every hop: the rise of the logarithmic spectrum over 10 ms."""
    padded = np.pad(x, (WINDOW // 2, WINDOW // 2))
    frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP] * np.hanning(WINDOW)
    logs = np.log1p(300 * np.abs(np.fft.rfft(frames.astype(np.float32), axis=1)))
    return np.concatenate([np.zeros(5), np.maximum(logs[5:] - logs[:-5], 0).sum(axis=1)])


def around(flux, times):
    """Mean rise from 60 ms before to 60 ms after the times."""
    reach = np.arange(-30, 31)
    middle = np.round(np.asarray(times) * RATE / HOP).astype(int)
    middle = middle[(middle >= 30) & (middle < len(flux) - 30)]
    return flux[middle[:, None] + reach].mean(axis=0) if len(middle) else np.zeros(len(reach))


def measure(path):
    """Of one song, its path without the ending: [beats] and, if there are some, [.., beats a minute, rise at the beats
    against 0.37 of the way to the next, milliseconds from the beats to the steepest rise, seconds from the first sound
    to the first beat]."""
    x, _ = soundfile.read(path + ".wav")
    with open(path + ".beats", encoding="utf-8") as file:
        beats = np.array([float(line.split()[0]) for line in file])
    if len(beats) < 4:
        return [len(beats)]
    flux, gaps = rises(x), np.diff(beats)
    at, off = around(flux, beats), around(flux, beats[:-1] + gaps * 0.37)
    first = np.argmax(np.abs(x) > 0.05 * np.abs(x).max()) / RATE
    return [len(beats), 60 / np.median(gaps), at[20:45].max() / (off[20:45].max() + 1e-9), (at.argmax() - 30) * 2,
            beats[0] - first]


def check(folder):
    """Prints the table.  Rises show up to 6 ms early, as the window reaches them."""
    families = {}
    for file in sorted(os.listdir(folder)):
        name, ending = os.path.splitext(file)
        if ending == ".wav":
            family = re.sub(r"-(after|then)-.*", "", name)
            families.setdefault(re.sub(r"_\d+_", " ", family), []).append(measure(os.path.join(folder, name)))
    print(f"{'family':26s} songs  beats a minute  at beats / off  rise at, ms  first beat - first sound, s")
    for family, songs in sorted(families.items()):
        felt = np.array([song for song in songs if len(song) > 1])
        row = f"{family:26s} {len(songs):5d}"
        if len(felt):
            row += (f"  {felt[:, 1].min():5.0f} - {felt[:, 1].max():3.0f}     {np.median(felt[:, 2]):8.2f}"
                    f"        {np.median(felt[:, 3]):6.0f}       {felt[:, 4].min():6.2f} .. {felt[:, 4].max():.2f}")
        print(row)
