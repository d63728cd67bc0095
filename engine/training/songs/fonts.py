"""Sound fonts: where they are found, how late they sound, and the synthesiser that plays them.

The synthesiser is libfluidsynth (LGPL-2.1+), called through ctypes; it takes events at the starts of blocks of 64
samples, so that a note is up to 0.75 ms off.
"""
import ctypes
import ctypes.util
import os
from dataclasses import dataclass

import numpy as np

from .sound import RATE

BLOCK = 64  # samples
PLACES = ("/usr/share/sounds/sf2", "/usr/share/sounds/sf3", "/usr/share/soundfonts")
# Kinds of events, in the order in which those of the same moment are played.
OFF, CONTROL, PROGRAM, BEND, ON = range(5)
VOLUME = 7  # controller


@dataclass(frozen=True)
class Font:
    """A General MIDI sound font: its share of the songs, the seconds from a drum's time to a tenth of its peak, and its
    file names, the first of which that is found is taken.

    The lateness is the median over ten drums of the standard kit, measured by rendering each alone; they differ by 1 to
    2 ms.
    """

    share: float
    late: float
    files: tuple

    def path(self):
        """Where the font lies, or None."""
        found = (os.path.join(place, file) for file in self.files for place in PLACES)
        return next((path for path in found if os.path.exists(path)), None)


FONTS = [  # a font that is missing is left out, which changes the songs
    Font(0.43, 0.0024, ("FluidR3_GM.sf2",)),
    Font(0.26, 0.0024, ("MuseScore_General_Lite.sf3", "MuseScore_General.sf3")),
    Font(0.24, 0.0008, ("TimGM6mb.sf2",)),
    Font(0.07, 0.0070, ("OPL-3_FM_128M.sf2",)),
]


class Synth:
    """A sound font, kept loaded, and how to play it."""

    library = None
    loaded = {}

    @classmethod
    def draw(cls, rng):
        """The synthesiser of a font drawn by share; each font is loaded once."""
        found = [font for font in FONTS if font.path()]
        if not found:
            raise RuntimeError("no sound font is installed")
        shares = np.array([font.share for font in found])
        font = found[rng.choice(len(found), p=shares / shares.sum())]
        if font not in cls.loaded:
            cls.loaded[font] = cls(font.path(), font.late)
        return cls.loaded[font]

    def __init__(self, path, late):
        self.late = round(late * RATE)  # samples
        if Synth.library is None:
            Synth.library = open_library()
        lib = Synth.library
        self.settings = ctypes.c_void_p(lib.new_fluid_settings())
        lib.fluid_settings_setnum(self.settings, b"synth.sample-rate", ctypes.c_double(RATE))
        lib.fluid_settings_setnum(self.settings, b"synth.gain", ctypes.c_double(0.35))
        lib.fluid_settings_setint(self.settings, b"synth.polyphony", 128)
        self.holder = ctypes.c_void_p(lib.new_fluid_synth(self.settings))
        if lib.fluid_synth_sfload(self.holder, path.encode(), 1) < 0:
            raise RuntimeError("cannot load " + path)
        self.sounds = ctypes.c_void_p(lib.fluid_synth_get_sfont(self.holder, 0))

    def render(self, events, length, hall=None, chorus=False):
        """Mono sound of `length` samples.

        Events are (sample, kind, channel, a, b): OFF key, CONTROL number value, PROGRAM number, BEND 0..16383, ON key
        velocity.  Their samples are when they are to be heard: the lateness of the font is made up for.  `hall` is
        (room, damping, width, level), each 0..1, or None for no reverberation.
        """
        lib = self.library
        # A synthesiser of its own, so that nothing is left of the song before; the font is shared, not loaded again.
        synth = ctypes.c_void_p(lib.new_fluid_synth(self.settings))
        lib.fluid_synth_add_sfont(synth, self.sounds)
        lib.fluid_synth_system_reset(synth)
        lib.fluid_synth_set_reverb_on(synth, int(hall is not None))
        lib.fluid_synth_set_chorus_on(synth, int(chorus))
        if hall is not None:
            lib.fluid_synth_set_reverb(synth, *[ctypes.c_double(x) for x in hall])
        sides = [np.zeros((length // BLOCK + 1) * BLOCK, np.float32) for _ in range(2)]
        left, right = (side.ctypes.data_as(ctypes.c_void_p) for side in sides)
        play = {
            OFF: lambda channel, a, b: lib.fluid_synth_noteoff(synth, channel, a),
            CONTROL: lambda channel, a, b: lib.fluid_synth_cc(synth, channel, a, b),
            PROGRAM: lambda channel, a, b: lib.fluid_synth_program_change(synth, channel, a),
            BEND: lambda channel, a, b: lib.fluid_synth_pitch_bend(synth, channel, a),
            ON: lambda channel, a, b: lib.fluid_synth_noteon(synth, channel, a, b),
        }
        at = 0
        for sample, kind, channel, a, b in sorted(events):
            to = min(max(0, (sample - self.late + BLOCK // 2) // BLOCK * BLOCK), len(sides[0]))
            if to > at:
                lib.fluid_synth_write_float(synth, to - at, left, at, 1, right, at, 1)
                at = to
            if at == len(sides[0]):
                break
            play[kind](channel, a, b)
        if at < len(sides[0]):
            lib.fluid_synth_write_float(synth, len(sides[0]) - at, left, at, 1, right, at, 1)
        lib.fluid_synth_remove_sfont(synth, self.sounds)
        lib.delete_fluid_synth(synth)
        return ((sides[0] + sides[1]) * 0.5)[:length]


def open_library():
    """libfluidsynth, told to say nothing of small faults in fonts."""
    lib = ctypes.CDLL(ctypes.util.find_library("fluidsynth") or "libfluidsynth.so.3")
    for name in ("new_fluid_settings", "new_fluid_synth", "fluid_synth_get_sfont"):
        getattr(lib, name).restype = ctypes.c_void_p
    for level in (1, 2):  # errors, warnings
        lib.fluid_set_log_function(level, None, None)
    return lib


def draw_hall(rng):
    """A random reverberation for `Synth.render`; none in two songs of five."""
    wet = rng.uniform(0.1, 0.9), rng.uniform(0, 0.7), rng.uniform(0.2, 0.9), rng.uniform(0.1, 0.9)
    return wet if rng.random() < 0.6 else None
