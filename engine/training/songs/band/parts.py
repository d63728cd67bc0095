"""The parts of a song: who plays which rhythm, from which bar on, with which breaks."""
from dataclasses import dataclass, field

import numpy as np

from .families import DRUMS, KEEPERS, PROGRAMS
from .. import NoSong

CHANCES = dict(x=1.0, X=1.0, o=1.0, G=0.4)  # of the steps of a row; digits are tenths
ACCENTS = dict(X=1.15, o=0.5, G=0.42)
HIDDEN = "TChm"  # drums that are played less loudly


@dataclass
class Part:
    """A part of one song.

    `name` and `style` are of the table; `key` is a drum's or `program` an instrument's (the other is None).  `row` is
    the row drawn and `pattern` what came of its chances: bars of (place in beats, accent).  `level` scales velocities,
    `gate` is the share of a note's length that sounds, `late` how late its player is in seconds, `start` the bar it
    enters in; `memory` keeps what figures need from note to note.
    """

    name: str
    style: str
    key: int | None
    program: int | None
    row: str
    pattern: list
    level: float
    gate: float
    late: float
    start: int = 0
    memory: dict = field(default_factory=dict)

    @property
    def drum(self):
        """Is it a part of the drums?"""
        return len(self.name) == 1


def draw_parts(rng, family):
    """The parts of a song of the family."""
    tie = int(rng.integers(0, 99)) if "tie" in family.options else None
    # Never of a family that has nothing else.
    no_drums = rng.random() < family.number("nd", 0.06) and any(len(line.part) > 1 for line in family.lines)
    parts = []
    for line in family.lines:
        drum = len(line.part) == 1
        if rng.random() > line.chance or (drum and no_drums):
            continue
        row, key, program = "", None, None
        if line.rows:
            row = line.rows[tie % len(line.rows) if tie is not None else rng.integers(len(line.rows))]
            row = perturb(rng, row)
        if drum:
            keepers = [42] if rng.random() < 0.4 else KEEPERS
            key = int(rng.choice(DRUMS.get(line.part, keepers)))
        else:
            players = (line.players or family.taste["bass"]).split(",")
            program = int(rng.choice(PROGRAMS[rng.choice(players)]))
        parts.append(Part(
            name=line.part, style=line.style, key=key, program=program, row=row,
            pattern=draw_pattern(rng, row, family.bar),
            level=rng.uniform(0.72, 1.1) * (0.85 if line.part in HIDDEN else 1), gate=rng.uniform(0.45, 1),
            late=rng.normal(0, 0.003)))
    if not parts:
        raise NoSong(f"no part of {family.name} plays")
    return parts


def perturb(rng, row):
    """Changes the chances of a row a little, differently for each song."""
    out, amount = "", rng.choice([0, 0.5, 1, 2])
    for step in row:
        if step.isdigit():
            step = str(int(np.clip(int(step) + rng.normal(0, amount), 0, 9)))
        elif step in "xo" and rng.random() < 0.02 * amount:
            step = "6"
        elif step == "." and rng.random() < 0.012 * amount:
            step = "3"
        out += step
    return out


def draw_pattern(rng, row, beats):
    """What a row is played as: two bars or more of (place in beats, accent); none for an empty row."""
    if not row:
        return []
    bars = row.split("|")
    pattern = []
    for bar in bars * 2 if len(bars) == 1 else bars:
        hits = []
        for i, step in enumerate(bar):
            chance = int(step) / 10 if step.isdigit() else CHANCES.get(step, 0)
            if chance and rng.random() < chance:
                place = i * beats / len(bar)
                on_beat = abs(place - round(place)) < 0.01
                hits.append((place, ACCENTS.get(step, 0.92 if on_beat else 0.8)))
        pattern.append(hits)
    return pattern


def draw_entries(rng, parts, seconds):
    """Sets the bar in which each part starts; a bar lasts `seconds`.  All at once, one by one, one alone or two alone;
    nobody waits longer than 12 s."""
    groups = [[part for part in parts if part.drum]] + [[part] for part in parts if not part.drum]
    groups = [group for group in groups if group]
    kind = rng.choice(["full", "stagger", "solo", "pair"], p=[0.4, 0.25, 0.22, 0.13])
    step = int(rng.choice([bars for bars in (1, 2, 4, 8) if bars * seconds < 9] or [1]))
    for place, which in enumerate(rng.permutation(len(groups))):
        first = {"full": 0, "stagger": place * step, "solo": step * (place > 0), "pair": step * (place > 1)}[kind]
        if first * seconds > 12:
            first = max(1, int(12 / seconds))
        for part in groups[which]:
            part.start = first
    drums = [part for part in parts if part.drum]
    if len(drums) > 2 and kind != "full" and rng.random() < 0.5:  # some of the kit comes first
        for which in rng.permutation(len(drums))[:rng.integers(1, len(drums))]:
            drums[which].start += step
    if all(part.start > 0 for part in parts):
        parts[0].start = 0


def draw_breaks(rng, parts, bars):
    """Where something is missing: {(bar, number of the part)}; a break of one or two bars in a third of the songs."""
    if rng.random() >= 0.35 or len(parts) < 3:
        return set()
    first, size = int(rng.integers(2, max(3, bars))), int(rng.integers(1, 3))
    who, alone = rng.choice(["drums", "tonal", "one"]), int(rng.integers(0, len(parts)))
    silent = {i for i, part in enumerate(parts)
              if (part.drum if who == "drums" else not part.drum if who == "tonal" else i != alone)}
    return {(bar, i) for bar in range(first, first + size) for i in silent}
