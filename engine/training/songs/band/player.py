"""One song of a family: composes the notes and plays them."""
import numpy as np

from .. import NoSong
from ..fonts import CONTROL, OFF, ON, PROGRAM, VOLUME, Synth, draw_hall
from ..sound import RATE, lift, soften
from ..timing import Clock, draw_curve, drift, hands, jump, ramp, rubato, steady, swing
from . import drums, electronic, textures
from .harmony import Harmony, melody
from .parts import draw_breaks, draw_entries, draw_parts, draw_pattern

CURVES = {steady: 61, drift: 30, ramp: 6, jump: 3}
LONGEST = 31  # seconds that are composed
KIT = 9  # channel of the drums


class Band:
    """A song: `bar` in beats, `tempo` in beats a minute; notes are (beat, length in beats, number of the part, key,
    accent)."""

    def __init__(self, rng, family):
        self.rng, self.family, self.bar = rng, family, family.bar
        self.tempo = float(rng.uniform(family.low, family.high))
        self.parts, self.harmony, self.notes = draw_parts(rng, family), Harmony(rng, family), []
        self.bars = int(LONGEST * self.tempo / 60 / self.bar) + 3
        draw_entries(rng, self.parts, self.bar * 60 / self.tempo)
        self.breaks = draw_breaks(rng, self.parts, self.bars)
        self.swing = self.draw_swing()

    def draw_swing(self):
        """(unit in beats, share of its first half), or None; fast swing is straighter."""
        if "sw" not in self.family.options:
            return None
        unit, shares = self.family.options["sw"].split(":")
        share = self.rng.uniform(*map(float, shares.split("-")))
        if unit == "8" and self.tempo > 190:
            share -= (self.tempo - 190) * 0.001
        return 8 / int(unit), share

    def add(self, player, beat, length, key, accent):
        """Adds a note."""
        self.notes.append((float(beat), float(length), player, int(np.clip(key, 0, 127)), accent))

    def compose(self):
        """All notes."""
        rng, phrase = self.rng, int(self.rng.choice([2, 4, 4, 8]))
        for player, part in enumerate(self.parts):
            if not part.row:
                melody(rng, self, player, part)
                continue
            varied = rng.choice([0.03, 0.12, 0.3])
            for bar in range(part.start, self.bars):
                if (bar, player) in self.breaks:
                    continue
                pattern = draw_pattern(rng, part.row, self.bar) if rng.random() < varied else part.pattern
                hits = pattern[bar % len(pattern)]
                if part.drum:
                    drums.play_bar(rng, self, player, part, bar, hits, phrase)
                else:
                    textures.play_bar(rng, self, player, part, bar, hits)
        kit = next((player for player, part in enumerate(self.parts) if part.drum), None)
        if kit is not None and "crash" not in self.family.options:
            drums.crashes(rng, self, kit)
        drums.pickup(rng, self, kit)

    def draw_clock(self):
        """The clock, from two bars before the first one on."""
        rng, family = self.rng, self.family
        count = (self.bars + 4) * self.bar
        if "rub" in family.options and rng.random() < 0.88:
            amount = rng.uniform(0.15, 1) * family.number("rub", 0)
            curve = rubato(rng, count, self.bar, amount, "ferm" in family.options)
        else:
            curve = draw_curve(rng, count, CURVES)
            if not family.machines:
                curve = curve * np.exp(rng.normal(0, rng.uniform(0, 0.008), count))
        return Clock(-2 * self.bar, curve * 60 / self.tempo)

    def draw_dynamics(self):
        """Loudness over the beats: even, in waves, growing, or in steps between sections."""
        rng, total = self.rng, self.bars * self.bar
        depth, base = rng.uniform(0.1, 0.45), rng.uniform(0.75, 1.15)
        length, phase = rng.uniform(8, 40), rng.uniform(0, 6)
        if "soft" in self.family.options:
            base *= rng.uniform(0.6, 1)
        return [lambda beat: base, lambda beat: base * (1 + 0.5 * depth * np.sin(beat / length * 2 * np.pi + phase)),
                lambda beat: base * (1 - depth + depth * min(1, max(0, beat / total))),
                lambda beat: base * (1 - depth * (int(beat // length) % 2))][rng.integers(0, 4)]

    def play(self, length, before):
        """Sound of `length` samples, and beats.  The first sound is at `before` seconds; one song in six begins in the
        midst of its first two bars, as if one jumped in, with what sounded before ringing on."""
        rng = self.rng
        self.compose()
        if not self.notes:
            raise NoSong(f"{self.family.name} without notes")
        clock = self.draw_clock()
        places = np.array([(beat, beat + long) for beat, long, *_ in self.notes])
        start, end = clock.at(swing(places, self.swing[0], 0.5, self.swing[1]) if self.swing else places).T
        start = start + self.draw_hands()
        first = start.min()
        crop = first + rng.uniform(0, 2) * self.bar * 60 / self.tempo if rng.random() < 0.16 else None
        zero = first - before if crop is None else crop
        skip = 0 if crop is None else min(int((zero - first) * RATE), 3 * RATE)
        events, machine = self.events(start - zero, end - zero)
        events = [(at + skip, *what) for at, *what in events if at + skip >= 0]
        sound = Synth.draw(rng).render(self.setup() + events, length + skip, draw_hall(rng), rng.random() < 0.3)[skip:]
        if machine:
            sound = electronic.add_machine(rng, sound, machine)
        begin, stop = max(0, first - zero - 0.03), min(length / RATE - 0.02, end.max() - zero)
        return soften(lift(sound), crop is not None), clock.truth(zero, self.bar, begin, stop)

    def draw_hands(self):
        """Seconds by which each note is off its time: nothing for machines, mostly."""
        rng = self.rng
        unsteady = min(abs(rng.normal(0, 0.004)), 0.008)
        if self.family.machines and rng.random() >= 0.2:
            return 0
        players = [self.parts[player].late for _, _, player, _, _ in self.notes]
        return hands(rng, np.arange(len(players)), players, unsteady, 0.015)

    def channel(self, player):
        """The MIDI channel of a part: tonal parts have one each, as far as they go."""
        if self.parts[player].drum:
            return KIT
        free = [channel for channel in range(16) if channel != KIT]
        return free[sum(not part.drum for part in self.parts[:player]) % len(free)]

    def setup(self):
        """Events at the beginning: programs and volumes."""
        rng, events = self.rng, []
        for player, part in enumerate(self.parts):
            if not part.drum:
                volume = int(rng.integers(65, 118) * (0.85 if part.name in ("comp", "pad") else 1))
                events += [(0, PROGRAM, self.channel(player), part.program, 0),
                           (0, CONTROL, self.channel(player), VOLUME, volume)]
        return events + [(0, PROGRAM, KIT, int(rng.choice(self.family.taste["kits"])), 0),
                         (0, CONTROL, KIT, VOLUME, int(rng.integers(75, 122)))]

    def events(self, start, end):
        """Events of the notes, given their seconds, and the hits (sample, key, loudness) that are a machine's."""
        rng, dynamics, spread = self.rng, self.draw_dynamics(), self.rng.uniform(0, 12)
        synthetic = self.family.machines and rng.random() < 0.55
        events, machine = [], []
        for (beat, _, player, key, accent), on, off in zip(self.notes, start, end):
            part, channel = self.parts[player], self.channel(player)
            velocity = 88 * accent * part.level * dynamics(beat) + rng.normal(0, spread)
            velocity, at = int(np.clip(velocity, 12, 127)), round(on * RATE)
            if part.drum and synthetic and key in electronic.PLAYED:
                machine.append((at, key, velocity / 127))
            else:
                events += [(at, ON, channel, key, velocity), (max(at + 1000, round(off * RATE)), OFF, channel, key, 0)]
        return events, machine
