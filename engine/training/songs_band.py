#!/usr/bin/env python3
"""Songs by our own composer, with exact beats, for training the beat hearing.

    python3 songs_band.py OUTDIR SEED COUNT     songs for SEED .. SEED + COUNT - 1
    python3 songs_band.py --check OUTDIR        onset strength at and off the beats, by family

Each seed gives NAME.wav (mono, 44.1 kHz, 16 bit, 20 to 30 s) and NAME.beats (seconds, tab, place
in the bar, 1 = downbeat; empty = there is no beat), NAME being band_SEED_FAMILY.  The same seed
gives the same song for the same sound fonts and library version, whatever was made before it.

What a song is: one of the families in songs_band.txt (tables of probabilities per step, see
there), with a random draw of the pattern, harmony, melody, players, tempo curve, opening, breaks,
timing and loudness.  About one in ten has no beat at all; about one in twenty has a beatless
opening or ending.  Notes go to libfluidsynth through ctypes, at sample positions rounded to its
blocks of 64 samples (at most .8 ms off) and made up for the lateness of the fonts' drums; no score is read or written.

Source: everything is composed here, at random.  The sound comes from General MIDI sound fonts:
FluidR3 (MIT), MuseScore General Lite (MIT), TimGM6mb (GPL-2; only its sound output is used) and
the OPL-3 font, as packaged by Debian; a font that is missing is left out (and changes the draw).
Needs numpy, scipy, soundfile and the libfluidsynth library.  Licence: as the project.
"""
import ctypes
import ctypes.util
import os
import re
import sys
import time

import numpy as np
import soundfile
from scipy.ndimage import uniform_filter1d
from scipy.signal import lfilter

RATE, BLOCK = 44100, 64
FONTS = [  # (share, how many ms its drums are late, usual places)
    (.42, 2.4, ["/usr/share/sounds/sf2/FluidR3_GM.sf2", "/usr/share/soundfonts/FluidR3_GM.sf2"]),
    (.33, 2.4, ["/usr/share/sounds/sf3/MuseScore_General_Lite.sf3",
           "/usr/share/sounds/sf3/MuseScore_General.sf3"]),
    (.19, .8, ["/usr/share/sounds/sf2/TimGM6mb.sf2"]),
    (.06, 7, ["/usr/share/sounds/sf2/OPL-3_FM_128M.sf2"]),
]
PROGRAMS = dict(  # General MIDI programs, counted from 0
    piano=[0, 0, 1, 2, 3], ep=[4, 5, 2], clav=[7, 6], cembalo=[6], organ=[16, 17, 18, 16],
    church=[19, 20, 52], accordion=[21, 23, 22], ngtr=[24], sgtr=[25], jgtr=[26], cgtr=[27, 26],
    mgtr=[28, 27], dist=[29, 30], abass=[32], ebass=[33, 34, 35], slap=[36, 37], sbass=[38, 39],
    tuba=[58, 57], violin=[40, 40, 110], viola=[41], cello=[42], strings=[48, 49, 50, 51],
    pizz=[45], harp=[46], choir=[52, 53, 54], brass=[56, 57, 60, 61, 62, 63], trumpet=[56, 59],
    sax=[64, 65, 66, 67], winds=[68, 71, 72, 73, 74, 75], clarinet=[71], synth=[80, 81, 84, 87, 90],
    pad=[88, 89, 90, 91, 92, 94, 95], mallet=[8, 9, 11, 12, 13], banjo=[105], fiddle=[110, 40],
    steel=[114], kalimba=[108], dulcimer=[15, 107, 104], voice=[52, 53, 54, 85])
DRUMS = dict(K=[36, 36, 35], S=[38, 40, 38], R=[37], H=[42], O=[46], P=[44], C=[51, 59, 51], Z=[52],
             c=[39], M=[54], W=[56], B=[53], V=[75], Q=[62], U=[63], N=[64], t=[65], u=[66], i=[60],
             j=[61], m=[70], h=[82, 69], g=[73], G=[74], a=[67], b=[68], f=[87], q=[86], w=[76],
             v=[77], l=[45, 43], k=[48, 50], y=[41], r=[81], n=[80])
KEEPERS = [42, 42, 42, 51, 46, 54, 82, 44]  # what keeps time on the T row
SCALES = dict(major=[0, 2, 4, 5, 7, 9, 11], minor=[0, 2, 3, 5, 7, 8, 10],
              dorian=[0, 2, 3, 5, 7, 9, 10], mixo=[0, 2, 4, 5, 7, 9, 10],
              harm=[0, 2, 3, 5, 7, 8, 11], phryg=[0, 1, 3, 5, 7, 8, 10])
MOODS = dict(pop=["major", "major", "minor", "mixo"], dark=["minor", "phryg", "dorian", "harm"],
             jazz=["major", "dorian", "minor"], blues=["mixo"], classic=["major", "major", "harm"],
             latin=["minor", "harm", "major", "dorian"], modal=["dorian", "mixo", "minor"])
FOLLOW = [[3, 4, 5, 1, 2], [4, 4, 6], [5, 3], [4, 0, 1], [0, 0, 5], [3, 1, 4], [0, 2]]


def families():
    """Read songs_band.txt: {name: (weight, lo, hi, beats, options, [(part, style, players, p, rows)])}"""
    table, path = {}, os.path.join(os.path.dirname(os.path.abspath(__file__)), "songs_band.txt")
    for line in open(path, encoding="utf-8"):
        line = line.split("#")[0].rstrip()
        if not line:
            continue
        words = line.split()
        if not line[0].isspace():
            lo, hi = map(float, words[2].split("-"))
            options = dict(w.split("=") for w in words[4:])
            current = (float(words[1]), lo, hi, int(words[3]), options, [])
            assert words[0] not in table, words[0]
            table[words[0]] = current
            continue
        part, style, players, chance = re.fullmatch(
            r"([A-Za-z]\w*)(?:\.(\w+))?(?:@([\w,]+))?(?:\?([.\d]+))?", words[0]).groups()
        rows = words[1:]
        for row in rows:  # each bar of a row must divide evenly among the beats, or the other way
            for bar in row.split("|"):
                assert len(bar) % current[3] == 0 or current[3] % len(bar) == 0, (line, bar)
        current[5].append((part, style, players, float(chance or 1), rows))
    return table


class Fluid:
    """A sound font, kept loaded, and how to play it; events are given with their sample position."""
    lib = None

    def __init__(self, path, late=0):
        self.late = round(late * RATE / 1000)
        if Fluid.lib is None:
            Fluid.lib = ctypes.CDLL(ctypes.util.find_library("fluidsynth") or "libfluidsynth.so.3")
            for name in ("new_fluid_settings", "new_fluid_synth", "fluid_synth_get_sfont"):
                getattr(Fluid.lib, name).restype = ctypes.c_void_p
            Fluid.lib.fluid_set_log_function(1, None, None)  # say nothing of small faults in fonts
            Fluid.lib.fluid_set_log_function(2, None, None)
        lib = Fluid.lib
        self.settings = ctypes.c_void_p(lib.new_fluid_settings())
        lib.fluid_settings_setnum(self.settings, b"synth.sample-rate", ctypes.c_double(RATE))
        lib.fluid_settings_setnum(self.settings, b"synth.gain", ctypes.c_double(.35))
        lib.fluid_settings_setint(self.settings, b"synth.polyphony", 128)
        self.holder = ctypes.c_void_p(lib.new_fluid_synth(self.settings))
        if lib.fluid_synth_sfload(self.holder, path.encode(), 1) < 0:
            raise RuntimeError("cannot load " + path)
        self.sounds = ctypes.c_void_p(lib.fluid_synth_get_sfont(self.holder, 0))

    def render(self, events, length, reverb=None, chorus=False):
        """events: (sample, kind, channel, a, b) with kind 0 = off, 1 = controller, 2 = program, 3 = on"""
        lib, synth = self.lib, ctypes.c_void_p(self.lib.new_fluid_synth(self.settings))  # nothing is left of
        lib.fluid_synth_add_sfont(synth, self.sounds)  # the song before; the font is shared, not loaded again
        lib.fluid_synth_system_reset(synth)
        lib.fluid_synth_set_reverb_on(synth, int(reverb is not None))
        lib.fluid_synth_set_chorus_on(synth, int(chorus))
        if reverb is not None:
            lib.fluid_synth_set_reverb(synth, *[ctypes.c_double(x) for x in reverb])
        left, right = (np.zeros((length // BLOCK + 1) * BLOCK, np.float32) for _ in range(2))
        pointers = [x.ctypes.data_as(ctypes.c_void_p) for x in (left, right)]
        at = 0

        def run(to):
            nonlocal at
            if to > at:
                lib.fluid_synth_write_float(synth, to - at, pointers[0], at, 1, pointers[1], at, 1)
                at = to
        for sample, kind, channel, a, b in sorted(events):
            if sample >= length:
                break
            run(max(0, (sample - self.late + BLOCK // 2) // BLOCK * BLOCK))
            if kind == 0:
                lib.fluid_synth_noteoff(synth, channel, a)
            elif kind == 1:
                lib.fluid_synth_cc(synth, channel, a, b)
            elif kind == 2:
                lib.fluid_synth_program_change(synth, channel, a)
            else:
                lib.fluid_synth_noteon(synth, channel, a, b)
        run(len(left))
        lib.fluid_synth_remove_sfont(synth, self.sounds)
        lib.delete_fluid_synth(synth)
        return ((left + right) * .5)[:length]


loaded = {}


def font(rng):
    """A font by its share of the draw, loaded once"""
    found = [(s, late, next((p for p in paths if os.path.exists(p)), None)) for s, late, paths in FONTS]
    found = [f for f in found if f[2]]
    shares = np.array([f[0] for f in found])
    _, late, path = found[rng.choice(len(found), p=shares / shares.sum())]
    if path not in loaded:
        loaded[path] = Fluid(path, late)
    return loaded[path]


class Band:
    """Composes one song of a family: notes (beat, length, part, pitch, velocity) and a tempo curve"""

    def __init__(self, rng, name, row):
        self.rng, self.name = rng, name
        _, lo, hi, self.n, self.opt, parts = row
        self.bpm = float(rng.uniform(lo, hi))
        self.notes, self.parts = [], []
        self.swing = None
        if "sw" in self.opt and rng.random() < float(self.opt.get("swp", 1)):
            unit, ratio = self.opt["sw"].split(":")
            a, b = map(float, ratio.split("-"))
            ratio = rng.uniform(a, b)
            if unit == "8" and self.bpm > 190:
                ratio -= (self.bpm - 190) / 50 * .05  # fast swing is straighter
            self.swing = (8 / int(unit) * .5 * 2 if unit == "8" else .5, ratio)
        tie = int(rng.integers(0, 99)) if "tie" in self.opt else None
        no_drums = rng.random() < float(self.opt.get("nd", .06))
        for part, style, players, chance, rows in parts:
            drum = len(part) == 1
            if rng.random() > chance or (drum and no_drums):
                continue
            alternative = rows[tie % len(rows) if tie is not None else rng.integers(len(rows))] if rows else ""
            players = players or ("ebass,ebass,abass,sbass" if "el" not in self.opt else "sbass,ebass,sbass")
            keeper = [42] if part == "T" and rng.random() < .4 else KEEPERS
            self.parts.append(dict(
                part=part, style=style or "", drum=drum, key=int(rng.choice(DRUMS.get(part, keeper))),
                program=None if drum else int(rng.choice(PROGRAMS[rng.choice(players.split(","))])),
                row=self.perturb(alternative), level=rng.uniform(.72, 1.1) * (.85 if part in "THChm" else 1),
                gate=rng.uniform(.45, 1), start=0, late=rng.normal(0, .003)))
        if not self.parts or not any(p["row"] or not p["drum"] for p in self.parts):
            raise ValueError(name)
        for p in self.parts:
            p["fixed"] = self.draw(p["row"]) if p["row"] else None
        self.harmony()
        self.arrange()

    # Patterns: a row is '|'-parted bars of equal steps; '.' = rest, digit = chance in tenths,
    # x = always, X = always and accented, o = always and soft, G = soft in two of five bars

    def perturb(self, row):
        """Change the chances a little, differently for each song"""
        out, amount = "", self.rng.choice([0, .5, 1, 2])
        for c in row:
            if c.isdigit():
                c = str(int(np.clip(int(c) + self.rng.normal(0, amount), 0, 9)))
            elif c in "xo" and self.rng.random() < .02 * amount:
                c = "6"
            elif c == "." and self.rng.random() < .012 * amount:
                c = "3"
            out += c
        return out

    def draw(self, row):
        """One concrete pattern: [bar][(place in beats, accent)]; two bars of it at least"""
        bars = row.split("|")
        bars = bars * 2 if len(bars) == 1 else bars
        out = []
        for bar in bars:
            step = self.n / len(bar)
            hits = []
            for i, c in enumerate(bar):
                chance = dict(x=1, X=1, o=1, G=.4).get(c, 0 if c == "." else int(c) / 10 if c.isdigit() else 0)
                if chance and self.rng.random() < chance:
                    strong = abs(i * step - round(i * step)) < .01
                    accent = dict(X=1.15, o=.5, G=.42).get(c, .92 if strong else .8)
                    hits.append((i * step, accent))
            out.append(hits)
        return out

    def harmony(self):
        """A loop of chords, one per slot of `ch` beats, as scale degrees; the scale, the key"""
        rng = self.rng
        mood = self.opt.get("harm", "pop")
        self.key = int(rng.integers(0, 12))
        self.scale = SCALES[rng.choice(MOODS[mood])]
        self.seven = mood == "jazz" or rng.random() < (.6 if mood == "blues" else .12)
        slots = self.opt.get("ch", str(self.n)).split(",")
        self.slot = float(rng.choice(slots))
        count = int(rng.choice([2, 4, 4, 8])) * max(1, int(self.n / self.slot))
        if mood == "blues" and rng.random() < .6:
            self.loop, self.slot = [0, 0, 0, 0, 3, 3, 0, 0, 4, 3, 0, 4], float(self.n)
        else:
            self.loop = [0 if rng.random() < .75 else int(rng.choice([3, 5]))]
            while len(self.loop) < count:
                self.loop.append(int(rng.choice(FOLLOW[self.loop[-1]])))
        self.shift = int(rng.integers(0, len(self.loop))) if rng.random() < .3 else 0  # loop not at its head
        self.last = {}

    def chord(self, beat):
        return self.loop[(int(np.floor(beat / self.slot + 1e-6)) + self.shift) % len(self.loop)]

    def pitch(self, degree, centre):
        """The pitch of a scale degree in the octave nearest to the centre"""
        p = self.scale[degree % 7] + self.key
        return int(p + 12 * round((centre - p) / 12))

    def voicing(self, part, beat, centre, size=3):
        """Tones of the chord near those of the last chord of the part"""
        root = self.chord(beat)
        tones = [root + 2 * i for i in range(4 if self.seven else 3)]
        before = self.last.get(part, centre)
        found = sorted({self.pitch(t, before + o) for t in tones for o in (0, 0, 7)[:max(1, size - 2)]})
        self.last[part] = .7 * np.mean(found) + .3 * centre
        return found

    def arrange(self):
        """Who plays from which bar on, in which bars something is missing"""
        rng, n = self.rng, self.n
        bar = n * 60 / self.bpm
        self.crop = 0.0
        groups = [["drums"]] if any(p["drum"] for p in self.parts) else []
        groups += [[i] for i, p in enumerate(self.parts) if not p["drum"]]
        def members(g): return [p for i, p in enumerate(self.parts) if (p["drum"] if g == ["drums"] else i in g)]
        steps = [s for s in (1, 2, 4, 8) if s * bar < 9] or [1]
        kind = rng.choice(["full", "stagger", "solo", "pair"], p=[.4, .25, .22, .13])
        order = rng.permutation(len(groups))
        step = int(rng.choice(steps))
        for place, g in enumerate(order):
            first = {"full": 0, "stagger": place * step, "solo": step * (place > 0), "pair": step * (place > 1)}[kind]
            if first * bar > 12:
                first = max(1, int(12 / bar))
            for p in members(groups[g]):
                p["start"] = first
        drums = [p for p in self.parts if p["drum"]]
        if len(drums) > 2 and kind != "full" and rng.random() < .5:  # some of the kit comes first
            for p in rng.permutation(np.array(drums, object))[:rng.integers(1, len(drums))]:
                p["start"] += step
        if all(p["start"] > 0 for p in self.parts):
            self.parts[0]["start"] = 0
        if rng.random() < .16:  # as if one jumped in
            self.crop = float(rng.uniform(0, 2 * n))
        self.bars = int(31 / bar) + 3
        self.breaks = set()
        if rng.random() < .35 and len(self.parts) > 2:
            at, size = int(rng.integers(2, max(3, self.bars))), int(rng.integers(1, 3))
            who = rng.choice(["drums", "tonal", "one"])
            alone = int(rng.integers(0, len(self.parts)))
            self.breaks = {(b, i) for b in range(at, at + size) for i, p in enumerate(self.parts)
                           if (p["drum"] if who == "drums" else not p["drum"] if who == "tonal" else i != alone)}

    def add(self, i, beat, length, key, velocity):
        self.notes.append((float(beat), float(length), i, int(np.clip(key, 0, 127)), velocity))

    def compose(self):
        rng, n = self.rng, self.n
        has_drums = any(p["drum"] for p in self.parts)
        phrase = int(rng.choice([2, 4, 4, 8]))
        for i, p in enumerate(self.parts):
            mutate = rng.choice([.03, .12, .3])
            for bar in range(p["start"], self.bars):
                if (bar, i) in self.breaks:
                    continue
                if p["part"] == "lead" and not p["row"]:
                    continue
                pattern = p["fixed"]
                if rng.random() < mutate:
                    pattern = self.draw(p["row"])
                hits = pattern[bar % len(pattern)]
                if p["drum"]:
                    if has_drums and bar % phrase == phrase - 1 and p["part"] in "SRc" and rng.random() < .35:
                        self.fill(i, bar)
                    for at, accent in hits:
                        key = p["key"]
                        if p["part"] == "T" and key == 42 and at % 1 > .4 and rng.random() < .03:
                            key = 46
                        self.add(i, bar * n + at, .3, key, accent)
                else:
                    self.tonal(i, p, bar, hits)
            if p["part"] == "lead" and not p["row"]:
                self.melody(i, p)
        kit = next((i for i, p in enumerate(self.parts) if p["drum"]), None)
        if kit is not None and "crash" not in self.opt:
            for bar in sorted({p["start"] for p in self.parts} | set(range(0, self.bars, 8))):
                if bar >= self.parts[kit]["start"] and rng.random() < .4:
                    self.add(kit, bar * n, 1, int(rng.choice([49, 57])), .9)
        self.pickup(kit)

    def fill(self, i, bar):
        """A run over the last beat or two of the bar"""
        rng = self.rng
        beats, per = int(rng.integers(1, 3)), int(rng.choice([2, 3, 4]))
        if self.bpm > 150:
            per = 2
        for k in range(beats * per):
            if rng.random() < .85:
                key = int(rng.choice([38, 38, 47, 45, 43, 41]))
                self.add(i, (bar + 1) * self.n - beats + k / per, .2, key, rng.uniform(.6, 1))

    def pickup(self, kit):
        """Notes before the first bar: sticks counting in, a fill, or an upbeat of a tonal part"""
        rng, n = self.rng, self.n
        kind = rng.random()
        if kit is not None and self.parts[kit]["start"] == 0 and kind < .06:
            key, every = int(rng.choice([37, 42, 75, 76])), 1 if self.bpm < 150 else int(rng.choice([1, 2]))
            for b in range(0, n, every):
                self.add(kit, b - n, .2, key, .8)
        elif kit is not None and self.parts[kit]["start"] == 0 and kind < .11:
            self.fill(kit, -1)
        elif kind < .26:
            tonal = [i for i, p in enumerate(self.parts) if not p["drum"] and p["start"] == 0]
            if tonal:
                i, size = int(rng.choice(tonal)), int(rng.integers(1, 4))
                unit = float(rng.choice([.5, 1])) if "lr" not in self.opt else 1 / int(self.opt["lr"])
                top = int(rng.integers(-2, 5))
                centre = 43 if self.parts[i]["part"] == "bass" else 70
                for k in range(size):
                    self.add(i, -(size - k) * unit, unit * .9, self.pitch(top - (size - k), centre), .8)

    def tonal(self, i, p, bar, hits):
        """One bar of a bass or chord part"""
        rng, n, kind, style = self.rng, self.n, p["part"], p["style"]
        base, ends = bar * n, [h[0] for h in hits[1:]] + [n]
        if kind == "bass":
            centre = 40 if style != "high" else 48
            for k, ((at, accent), end) in enumerate(zip(hits, ends)):
                beat = base + at
                ahead = style == "tumbao" and end == n and at > n / 2
                root = self.chord(base + n + .01 if ahead else beat)
                key = self.pitch(root, centre)
                roll = rng.random()
                if style == "walk" and at % n:
                    after = self.chord(base + n + .01) if end == n else root
                    near = self.pitch(after, centre)
                    key = near + int(rng.choice([-1, 1, 2, -2])) if end == n else self.pitch(root + int(rng.choice([1, 2, 4, 5])), centre)
                elif style == "alt" and (k % 2 if len(hits) > 1 else bar % 2):
                    key = self.pitch(root + 4, centre - 3)
                elif style == "oct" and k % 2:
                    key += 12
                elif style in ("mel", "tumbao", "high", "") and at > 0 and roll < .55:
                    key = self.pitch(root + int(rng.choice([0, 2, 4, 4, 6])), centre + 3)
                self.add(i, beat, (end - at) * p["gate"], key, accent)
                if style == "octaves":
                    self.add(i, beat, (end - at) * p["gate"], key - 12, accent)
            return
        arp = p.setdefault("arp", dict(order=rng.permutation(6), wide=int(rng.choice([3, 4, 5, 6])), at=0))
        centre = p.setdefault("centre", int(rng.integers(57, 67)) - (8 if style in ("power", "low") else 0))
        for (at, accent), end in zip(hits, ends):
            beat, length = base + at, (end - at) * p["gate"]
            if kind == "comp" and style == "power":
                root = self.pitch(self.chord(beat), 42)
                for d in (0, 7, 12):
                    self.add(i, beat, min(length, 1.0 if rng.random() < .5 else 2), root + d, accent)
            elif style in ("arp", "alberti", "wide", "roll"):
                tones = self.voicing(i, beat, centre)
                if style == "wide":
                    low = self.pitch(self.chord(beat), centre - 18)
                    tones = sorted(tones + [low, low + 12] + [t + 12 for t in tones])
                if style == "alberti":
                    k = [0, len(tones) - 1, 1, len(tones) - 1][arp["at"] % 4 if at else 0]
                    arp["at"] = (arp["at"] if at else 0) + 1
                elif style == "roll":
                    k = int(rng.integers(0, len(tones)))
                else:
                    span = min(len(tones), arp["wide"])
                    arp["at"] = 0 if at == 0 else arp["at"] + 1
                    up = arp["at"] % max(1, 2 * span - 2)
                    k = up if up < span else 2 * span - 2 - up
                    if arp["order"][0] > 3:
                        k = int(arp["order"][arp["at"] % 6]) % span
                self.add(i, beat, max(length, .3), tones[k % len(tones)], accent * (1 if at % 1 == 0 else .9))
            elif style == "montuno":
                tones = self.voicing(i, beat + .5, centre)
                for t in (tones if rng.random() < .4 else [tones[int(rng.integers(len(tones)))]]):
                    self.add(i, beat, length, t, accent)
                    self.add(i, beat, length, t + 12, accent)
            elif style == "voices":
                tones = self.voicing(i, beat, centre, 4)[:4]
                low = self.pitch(self.chord(beat), 45)
                for t in [low] + tones:
                    if rng.random() < .2 and length > .6:  # a passing note
                        self.add(i, beat, (end - at) * .5, t, accent)
                        self.add(i, beat + (end - at) * .5, (end - at) * .5, t + int(rng.choice([-2, -1, 1, 2])), accent * .9)
                    else:
                        self.add(i, beat, (end - at) * .97, t, accent)
            else:
                tones = self.voicing(i, beat, centre, 3)
                if style == "stab":
                    length = min(length, .35)
                if style == "dyad":
                    tones = tones[:2]
                if style == "one":
                    tones = [tones[-1]]
                spread = rng.uniform(.003, .02) * self.bpm / 60 if style == "strum" else 0
                down = rng.random() < .7
                for k, t in enumerate(tones if down else tones[::-1]):
                    self.add(i, beat + k * spread, (end - at) * .98 if kind == "pad" else length, t, accent)

    def melody(self, i, p):
        """A motif of rhythm over two bars, varied; pitches walk the scale, chord tones on the beats"""
        rng, n = self.rng, self.n
        per = int(self.opt.get("lr", 2 if self.bpm > 85 else rng.choice([2, 4])))
        density, sync = rng.uniform(.25, .85), rng.uniform(0, .8) * float(self.opt.get("sync", 1))
        size = 2 * n * per
        def motif():
            weights = [1 if s % (n * per) == 0 else .85 if s % per == 0 else sync if per > 2 and s % 2 else .6 for s in range(size)]
            return [s for s in range(size) if rng.random() < weights[s] * density * 1.3 and rng.random() > .3 * sync * (s % per == 0)]
        motifs = [motif(), motif()]
        degree, centre = int(rng.integers(0, 7)), int(rng.integers(64, 77))
        if p["style"] == "low":
            centre -= 17
        for start in range(p["start"], self.bars, 2):
            if (start, i) in self.breaks or (start > p["start"] and rng.random() < .12):
                continue
            steps = motifs[0] if rng.random() < .55 else motifs[1] if rng.random() < .7 else motif()
            for a, b in zip(steps, steps[1:] + [size]):
                beat = start * n + a / per
                degree += int(rng.choice([-2, -1, -1, 0, 1, 1, 2, 3, -3]))
                degree = int(np.clip(degree, -4, 9))
                if a % per == 0 and rng.random() < .7:
                    root = self.chord(beat)
                    degree = min((root + 2 * k + 7 * o for k in range(3) for o in (-1, 0, 1)), key=lambda d: abs(d - degree))
                octave, step = divmod(degree, 7)
                key = self.key + 12 * ((centre - self.key) // 12) + self.scale[step] + 12 * octave
                self.add(i, beat, min((b - a) / per, 3) * p["gate"], key, .95 if a % per == 0 else .8)

    def tempo(self):
        """Seconds of each beat from -2 bars on; the curve is straight within a beat"""
        rng, n = self.rng, self.n
        first, count = -2 * n, self.bars * n + 4 * n
        self.grid = np.arange(first, first + count + 1)
        d = np.full(count, 60 / self.bpm)
        x = np.arange(count)
        if "rub" in self.opt and rng.random() < .88:
            amount = rng.uniform(.15, 1) * float(self.opt["rub"])
            phrase = n * int(rng.choice([1, 2, 2, 4]))
            u = ((x + rng.integers(0, phrase)) % phrase + 1) / phrase
            d *= 1 + amount * (1.1 * u ** rng.uniform(2, 5) + .3 * (1 - u) ** 3 - .25)
            d *= np.exp(rng.normal(0, .18 * amount, count))
            d *= 1 + .25 * amount * (rng.random(count) < .1)  # agogic accents
            walk = np.cumsum(rng.normal(0, .02 * amount, count))
            d *= np.exp(walk - walk.mean())
            if "ferm" in self.opt and rng.random() < .6:  # held at the phrase's end
                hold = np.isclose(u, 1) & (rng.random(count) < .6)
                d[hold] *= rng.uniform(1.3, 2.4, hold.sum())
        else:
            kind = rng.random()
            if kind < .3:
                walk = np.cumsum(rng.normal(0, 1, count))
                walk = np.convolve(walk, np.ones(8) / 8, "same")
                d *= 1 + rng.uniform(.005, .04) * walk / (np.abs(walk).max() + 1e-9)
            elif kind < .36:
                d *= np.exp(np.linspace(0, rng.uniform(-.35, .35), count))
            elif kind < .39:
                d[rng.integers(8, max(9, count)):] *= np.exp(rng.uniform(-.3, .3))
            if "el" not in self.opt:
                d *= np.exp(rng.normal(0, rng.uniform(0, .008), count))
        self.times = np.concatenate([[0], np.cumsum(d)])

    def when(self, beat):
        """Seconds of places in beats, with the swing"""
        beat = np.asarray(beat, float)
        if self.swing:
            unit, ratio = self.swing
            whole = np.floor(beat / unit + 1e-6)
            f = beat / unit - whole
            f = np.where(f < .5, f * 2 * ratio, ratio + (f - .5) * 2 * (1 - ratio))
            beat = (whole + f) * unit
        return np.interp(beat, self.grid, self.times)

    def play(self, length, before):
        """Sound and beats; the first sound is at `before` seconds (at 0 if cropped)"""
        rng = self.rng
        self.compose()
        self.tempo()
        notes = self.notes
        start, end = self.when([b for b, *_ in notes]), self.when([b + l for b, l, *_ in notes])
        jitter = abs(rng.normal(0, .004)) if "el" not in self.opt or rng.random() < .2 else 0
        late = np.array([self.parts[i]["late"] for _, _, i, _, _ in notes]) * (jitter > 0)
        start = start + np.clip(late + rng.normal(0, 1, len(notes)) * min(jitter, .008), -.015, .015)
        if self.crop:
            zero = float(np.interp(self.crop + rng.uniform(0, .3), self.grid, self.times)) + start.min() - self.times[2 * self.n]
            first = zero
        else:
            first = start.min()
            zero = first - before
        dynamics = self.dynamics()
        synthetic = "el" in self.opt and rng.random() < .55
        events, hits, channels = [], [], {}
        for i, p in enumerate(self.parts):
            channels[i] = 9 if p["drum"] else [c for c in range(16) if c != 9][len([q for q in self.parts[:i] if not q["drum"]]) % 15]
            if not p["drum"]:
                events += [(-9, 2, channels[i], p["program"], 0),
                           (-8, 1, channels[i], 7, int(rng.integers(65, 118) * (.85 if p["part"] in ("comp", "pad") else 1)))]
        kits = [24, 25, 0, 8] if "el" in self.opt else [32, 40, 0] if self.opt.get("harm") == "jazz" else [0, 0, 8, 16, 0]
        events += [(-9, 2, 9, int(rng.choice(kits)), 0), (-8, 1, 9, 7, int(rng.integers(75, 122)))]
        spread = rng.uniform(0, 12)
        for (beat, _, i, key, accent), s, e in zip(notes, start, end):
            p = self.parts[i]
            velocity = 88 * accent * p["level"] * dynamics(beat) + rng.normal(0, spread)
            velocity = int(np.clip(velocity, 12, 127))
            at = round((s - zero) * RATE)
            if p["drum"] and synthetic and key in (35, 36, 38, 40, 39, 42, 46, 37, 44, 82):
                hits.append((at, key, velocity / 127))
                continue
            events += [(at, 3, channels[i], key, velocity), (max(at + 1000, round((e - zero) * RATE)), 0, channels[i], key, 0)]
        skip = 0 if not self.crop else int(max(0, -min(ev[0] for ev in events if ev[1] == 3)))
        skip = min(skip, 3 * RATE)  # sound before the crop rings on into the file
        events = [(s + skip if k in (0, 3) else s, k, c, a, b) for s, k, c, a, b in events if k not in (0, 3) or s + skip >= 0]
        wet = (rng.uniform(.1, .9), rng.uniform(0, .7), rng.uniform(.2, .9), rng.uniform(.1, .9)) if rng.random() < .6 else None
        sound = font(rng).render(events, length + skip, wet, rng.random() < .3)[skip:]
        if hits:
            sound = self.machine(sound, hits, length)
        sound = lift(sound)
        beats = [(t - zero, int(g) % self.n + 1) for g, t in zip(self.grid, self.times)]
        stop = end.max()
        return sound, [(t, k) for t, k in beats if t > (first - zero) - .03 and 0 <= t < min(length / RATE - .02, stop - zero)]

    def dynamics(self):
        """Loudness over the beats: even, in waves, growing, or with steps between sections"""
        rng = self.rng
        kind, depth, base = rng.integers(0, 4), rng.uniform(.1, .45), rng.uniform(.75, 1.15)
        length, phase, total = rng.uniform(8, 40), rng.uniform(0, 6), self.bars * self.n
        if "soft" in self.opt:
            base *= rng.uniform(.6, 1)
        return [lambda b: base, lambda b: base * (1 + .5 * depth * np.sin(b / length * 6.28 + phase)),
                lambda b: base * (1 - depth + depth * min(1, max(0, b / total))),
                lambda b: base * (1 - depth * (int(b // length) % 2))][kind]

    def machine(self, sound, hits, length):
        """Drums synthesised here, over the rest, which may be pushed down by the kick"""
        rng = self.rng
        t = np.arange(int(.5 * RATE)) / RATE
        low, drop, noise = rng.uniform(42, 62), rng.uniform(60, 400), rng.normal(0, 1, len(t))
        bright = lfilter([1, -1], [1], noise)
        kick = np.sin(6.283 * (low * t + drop / 40 * (1 - np.exp(-40 * t)))) * np.exp(-t * rng.uniform(5, 16)) * np.minimum(1, t * 1500)
        decay = rng.uniform(12, 30)
        snare = (.6 * noise + np.sin(6.283 * rng.uniform(160, 240) * t)) * np.exp(-t * decay) * .6
        clap = noise * (np.exp(-t * decay) + sum(np.exp(-np.maximum(t - d, 0) * 200) * (t > d) for d in (.0, .011, .022))) * .35
        hat, open_hat = bright * np.exp(-t * rng.uniform(50, 130)) * .22, bright * np.exp(-t * rng.uniform(8, 16)) * .2
        rim = np.sin(6.283 * rng.uniform(800, 1700) * t) * np.exp(-t * 90) * .6
        sounds = {35: kick, 36: kick, 38: snare, 40: snare, 39: clap, 42: hat, 46: open_hat, 44: hat, 82: hat, 37: rim}
        drums, duck = np.zeros(length + len(t)), np.ones(length + len(t))
        pump = rng.uniform(.3, 1) if rng.random() < .6 else 0
        shape = 1 - pump * np.exp(-t[:RATE // 3] * rng.uniform(8, 20))
        for at, key, velocity in hits:
            if 0 <= at < length:
                drums[at:at + len(t)] += sounds[key] * velocity
                if key in (35, 36):
                    duck[at:at + len(shape)] = np.minimum(duck[at:at + len(shape)], shape)
        sound = sound / (np.std(sound) + 1e-6) * .12
        drums *= .16 / (np.std(drums[:length]) + 1e-6) * rng.uniform(.5, 1.1)
        return sound * duck[:length] + drums[:length]


def coloured(rng, length, slope):
    """Noise falling with `slope` (0 white, 1 pink, 2 brown)"""
    spectrum = np.fft.rfft(rng.normal(0, 1, length))
    spectrum *= np.maximum(np.fft.rfftfreq(length, 1 / RATE), 20) ** (-slope / 2)
    x = np.fft.irfft(spectrum, length)
    return x / (np.std(x) + 1e-9) * .1


def lift(x):
    """Raise stretches that are more than 18 dB below the song, so that the opening can be heard"""
    power = np.maximum(uniform_filter1d(x.astype(float) ** 2, RATE), 1e-14)
    return x * np.clip(np.sqrt(np.mean(power) / power) * .125, 1, 18) ** .85


def wander(rng, length, seconds):
    """A smooth random curve in 0..1"""
    k = max(4, int(length / RATE / seconds) + 3)
    u = np.linspace(0, k - 1, length)
    return np.interp(u - .5 * np.sin(6.283 * u) / 6.283, np.arange(k), rng.random(k))


def beatless(rng, length, kind=None):
    """Sound without any beat; its kind is drawn when not given"""
    kind = kind or str(rng.choice(["noise", "drone", "clicks", "effects", "wind", "chords", "melody", "babble", "hits", "pads", "hush"]))
    t, seconds = np.arange(length) / RATE, length / RATE
    def moments(rate, spread):
        """Random times, never near to even: gamma gaps with wild changes of the mean"""
        at, out = rng.uniform(0, min(1.5, 1 / rate)), []
        while at < seconds:
            out.append(at)
            at += rng.gamma(spread, 1 / spread) / rate * np.exp(rng.normal(0, .6)) + .01
        return out
    if kind == "noise":
        return coloured(rng, length, rng.uniform(0, 2.2)) * (.4 + .6 * wander(rng, length, rng.uniform(2, 9))), kind
    if kind == "hush":  # next to nothing
        return coloured(rng, length, rng.uniform(0, 2)) * 10 ** rng.uniform(-4, -2), kind
    if kind == "wind":
        a, b = coloured(rng, length, 1.5), coloured(rng, length, .3)
        return a * wander(rng, length, 1.7) ** 2 + .4 * b * wander(rng, length, 2.9) ** 3, kind
    if kind == "drone":
        root, x = rng.uniform(45, 220), np.zeros(length)
        for k in range(int(rng.integers(3, 12))):
            f = root * rng.choice([1, 1, 1.5, 2, 3, 4]) * (1 + rng.normal(0, .0012))
            x += np.sin(6.283 * f * t + rng.uniform(0, 6)) / (1 + k) * (.3 + .7 * wander(rng, length, rng.uniform(3, 12)))
        return x * .1, kind
    if kind in ("clicks", "babble"):
        x, rate = np.zeros(length + RATE), 10 ** rng.uniform(-.3, 1.5) if kind == "clicks" else rng.uniform(2, 6)
        bank = [coloured(rng, RATE, rng.uniform(0, 1)) * np.exp(-np.arange(RATE) / RATE * rng.uniform(30, 300)) for _ in range(4)]
        for at in moments(rate, rng.uniform(.6, 1)):
            s = int(at * RATE)
            if kind == "clicks":
                x[s:s + RATE] += bank[int(rng.integers(4))] * rng.uniform(.1, 2)
                continue
            size = int(rng.uniform(.06, .4) * RATE)  # a syllable: buzz through two resonances
            u = np.arange(size) / RATE
            pitch = rng.uniform(90, 240) * (1 + .15 * np.sin(6.283 * rng.uniform(.5, 3) * u))
            y = np.modf(np.cumsum(pitch) / RATE)[0] - .5
            for f in (rng.uniform(300, 900), rng.uniform(900, 2600)):
                y = y + lfilter([.1], [1, -1.9 * np.cos(6.283 * f / RATE), .9025], y)
            x[s:s + size] += y * np.hanning(size) * rng.uniform(.05, .3)
        return x[:length] + coloured(rng, length, 1) * rng.uniform(0, .05), kind
    events = [(-9, 1, c, 7, 105) for c in range(8)]
    def note(at, length, channel, key, velocity):
        events.extend([(int(at * RATE), 3, channel, int(np.clip(key, 10, 115)), int(np.clip(velocity, 10, 127))),
                       (int((at + length) * RATE), 0, channel, int(np.clip(key, 10, 115)), 0)])
    if kind == "effects":
        events += [(-8, 2, c, int(rng.choice([122, 126, 121, 101, 97, 103, 99])), 0) for c in range(3)]
        for at in moments(.25, .8) + [.1]:
            note(at, rng.uniform(2, 9), int(rng.integers(3)), rng.integers(40, 80), rng.integers(50, 120))
    elif kind in ("chords", "pads"):
        group = rng.choice(["pad", "strings", "choir", "church"] if kind == "pads" else ["piano", "ep", "ngtr", "harp", "mallet", "strings"])
        events += [(-8, 2, 0, int(rng.choice(PROGRAMS[group])), 0)]
        for at in moments(rng.uniform(.15, .4) if kind == "pads" else rng.uniform(.3, 1.6), .7):
            root = rng.integers(40, 66)
            for k in rng.choice([0, 3, 4, 7, 10, 11, 12, 14, 16, 19], int(rng.integers(2, 6)), replace=False):
                note(at + rng.uniform(0, .2 if kind == "pads" else .06), rng.uniform(1, 8), 0, root + k, rng.integers(40, 105))
    elif kind == "melody":
        events += [(-8, 2, c, int(rng.choice(PROGRAMS[rng.choice(["winds", "violin", "piano", "sgtr", "voice", "sax"])])), 0) for c in range(2)]
        key = 67
        for at in moments(rng.uniform(.6, 3.5), .6):
            key = int(np.clip(key + rng.choice([-5, -3, -2, -1, 1, 2, 3, 5]), 50, 90))
            note(at, rng.uniform(.2, 2.5), int(rng.random() < .2), key, rng.integers(45, 115))
    else:  # drums struck at random
        for at in moments(10 ** rng.uniform(-.2, .9), rng.uniform(.6, .9)):
            note(at, .3, 9, rng.choice([36, 38, 42, 45, 49, 51, 62, 75, 81]), rng.integers(30, 120))
    return font(rng).render(events, length, (.6, .4, .5, .5) if rng.random() < .6 else None), kind


def master(rng, x):
    """Tilt, band limits, clipping or compression, noise, loudness; nothing here delays the sound"""
    size = len(x)
    spectrum = np.fft.rfft(x, 2 ** 21)
    f = np.maximum(np.fft.rfftfreq(2 ** 21, 1 / RATE), 20)
    gain = 10 ** (np.clip(rng.normal(0, 1.3), -3, 3) * np.log2(f / 800) / 20)
    if rng.random() < .2:
        gain = gain / np.sqrt(1 + (f / 10 ** rng.uniform(3.3, 4)) ** 4)
    if rng.random() < .2:
        gain = gain / np.sqrt(1 + (rng.uniform(60, 260) / f) ** 4)
    x = np.fft.irfft(spectrum * gain, 2 ** 21)[:size]
    x = x / (np.sqrt(np.mean(x ** 2)) + 1e-9)
    if rng.random() < .35:  # compression: by the power of the last 20 to 200 ms
        a = np.exp(-1 / (RATE * rng.uniform(.02, .2)))
        power = lfilter([1 - a], [1, -a], x ** 2)
        x = x / (.1 + power) ** rng.uniform(.1, .35)
    drive = 10 ** rng.uniform(-1.3, 0)
    x = np.tanh(x / (np.sqrt(np.mean(x ** 2)) + 1e-9) * drive) / drive
    if rng.random() < .5:
        x = x + coloured(rng, size, rng.uniform(0, 1.5)) * 10 ** rng.uniform(-2.2, .3) * .2
    level = 10 ** (-np.clip(rng.gamma(3, 5) + 6, 8, 40) / 20)
    x = x / (np.sqrt(np.mean(x ** 2)) + 1e-9) * level
    return np.clip(x, -1, 1)


def song(seed, table):
    """Name, sound and beats of a seed"""
    rng = np.random.default_rng([seed, 20])
    length = int(rng.uniform(20, 30) * RATE)
    if rng.random() < .1:
        x, kind = beatless(rng, length)
        x = master(rng, x)
        return "none-" + kind, x * (10 ** -2 if kind == "hush" else 1), []
    names = list(table)
    weights = np.array([table[k][0] for k in names])
    name = names[rng.choice(len(names), p=weights / weights.sum())]
    split = rng.random()
    band = Band(rng, name, table[name])
    if split > .055:
        before = 0 if band.crop else float(rng.choice([rng.uniform(0, .2), rng.uniform(0, 1.8)]))
        x, beats = band.play(length, before)
        return name, master(rng, x), beats
    x, beats = band.play(length, 0)
    cut, quiet = int(rng.uniform(3, 8) * RATE), [None, "noise", "pads", "chords", "drone", "hush", "effects", "melody"][int(rng.integers(8))]
    x = x / (np.std(x) + 1e-9) * .1
    if split < .035:  # a beatless opening
        y, kind = beatless(rng, cut + RATE, quiet)
        y = y / (np.std(y) + 1e-9) * .1 * rng.uniform(.2, 1) * np.clip((cut + RATE * rng.uniform(.05, 1) - np.arange(len(y))) / 4000, 0, 1)
        x = np.concatenate([np.zeros(cut), x])[:length]
        x[:len(y)] += y
        return f"{name}-after-{kind}", master(rng, x), [(t + cut / RATE, k) for t, k in beats if t + cut / RATE < length / RATE - .02]
    y, kind = beatless(rng, cut, quiet or str(rng.choice(["hush", "drone"])))
    at = length - cut
    x[at:] = x[at:] * np.exp(-np.arange(cut) / RATE * rng.uniform(4, 30)) + y / (np.std(y) + 1e-9) * 10 ** rng.uniform(-4, -1.1)
    return f"{name}-then-{kind}", master(rng, x), [(t, k) for t, k in beats if t < at / RATE]


def check(folder):
    """For each family: flux of the spectrum at the beats against its mean, and how soon all begins"""
    rows = {}
    for f in sorted(os.listdir(folder)):
        if f.endswith(".wav"):
            x, _ = soundfile.read(os.path.join(folder, f))
            beats = np.array([float(s.split()[0]) for s in open(os.path.join(folder, f[:-4] + ".beats"))])
            hop = 441
            frames = np.lib.stride_tricks.sliding_window_view(np.pad(x, (512, 512)), 1024)[::hop] * np.hanning(1024)
            logs = np.log1p(300 * np.abs(np.fft.rfft(frames.astype(np.float32), axis=1))[:, ::2])
            flux = np.concatenate([[0], np.maximum(np.diff(logs, axis=0), 0).sum(1)])
            loud = np.nonzero(np.abs(x) > .05 * np.abs(x).max())[0]
            row = [len(beats), loud[0] / RATE]
            if len(beats) > 3:
                def near(t): return np.mean([flux[max(0, int(b * 100) - 3):int(b * 100) + 6].max(initial=0) for b in t])
                gap = np.diff(beats)
                row += [60 / np.median(gap), near(beats) / near(beats[:-1] + gap * .37), beats[0] - row[1]]
            rows.setdefault(re.sub(r"-(after|then)-.*", "", f[11:-4]), []).append(row)
    print(f"{'family':18s} songs   bpm          at beats / at 0.37   first beat - first sound")
    for name, r in sorted(rows.items()):
        with_beat = np.array([q for q in r if len(q) > 2])
        print(f"{name:18s} {len(r):5d}", "" if not len(with_beat) else "  %3.0f-%3.0f      %5.2f               %5.2f .. %5.2f" % (
            with_beat[:, 2].min(), with_beat[:, 2].max(), np.median(with_beat[:, 3]), with_beat[:, 4].min(), with_beat[:, 4].max()))


def main():
    if len(sys.argv) == 3 and sys.argv[1] == "--check":
        return check(sys.argv[2])
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    out, seed, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    os.makedirs(out, exist_ok=True)
    table, began = families(), time.time()
    for k in range(seed, seed + count):
        name, x, beats = song(k, table)
        path = os.path.join(out, f"band_{k:05d}_{name}")
        soundfile.write(path + ".wav", x, RATE, "PCM_16")
        with open(path + ".beats", "w") as file:
            file.writelines(f"{t:.4f}\t{place}\n" for t, place in beats)
        if (k - seed) % 100 == 99:
            print(f"{k - seed + 1} songs, {(k - seed + 1) / (time.time() - began):.2f} a second", flush=True)


if __name__ == "__main__":
    main()
