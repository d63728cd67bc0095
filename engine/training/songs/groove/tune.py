"""What is added to a groove: a melody, and bass and chords for drums alone.  Notes are (beat, end, channel, key,
velocity)."""
import numpy as np

from . import tastes
from .chords import TONES

GRIDS = {"swing": (0, 2 / 3), "triplet": (0, 1 / 3, 2 / 3), "eighth": (0, 0.5), "sixteenth": (0, 0.25, 0.5, 0.75)}
CLAVE = [(0, 1.5, 3), (1, 2)]
KICKS = (35, 36)
BASS, CHORDS = 0, 1  # channels of `backing`
PLAYERS = {"power": [29, 30], "skank": [16, 17, 25, 27, 28, 0], "pad": [48, 50, 89, 16, 4], "strum": [24, 25, 27, 0, 4],
           "stab": [0, 4, 5, 16, 26, 27, 62, 80, 11], "arp": [0, 4, 5, 16, 26, 27, 62, 80, 11]}  # programs by style


def feel_of(notes, family):
    """How the notes divide the beat: a key of `GRIDS`."""
    phase = np.array([note[0] % 1 for note in notes])

    def near(*places):
        return sum(np.sum(np.abs(phase - place) < 0.045) for place in places)

    if near(1 / 3) > 0.5 * near(2 / 3) and near(1 / 3, 2 / 3) > max(near(0.5), 0.1 * len(phase)):
        return "triplet"
    if near(2 / 3) > 1.5 * near(0.5) or family in tastes.SWUNG and near(0.5) < 2 * near(2 / 3) + 0.1 * len(phase):
        return "swing"
    return "sixteenth" if near(0.25, 0.75) > max(0.5 * near(0.5), 0.06 * len(phase)) else "eighth"


def rhythm(rng, feel, bar, density, family):
    """Beats of a bar: strong places likely, off-beats by taste."""
    if family in tastes.CLAVE and rng.random() < 0.35:
        return [float(place) for place in CLAVE[rng.integers(2)]]
    off = rng.uniform(0.15, 0.75)
    places = [beat + part for beat in range(bar) for part in GRIDS[feel]
              if rng.random() < density * (off if part else 1 - off * (beat % 2) * 0.4)]
    return places or [0.0]


def melody(rng, family, chart, feel, channel, start):
    """A tune from the bar `start` on: a motif of two bars, repeated and varied over the chords."""
    bar, level, density, legato = chart.bar, int(rng.integers(70, 112)), rng.uniform(0.35, 0.95), rng.uniform(0.5, 1)
    motif = [rhythm(rng, feel, bar, density, family) for _ in range(2)]
    beats = []
    if rng.random() < 0.45:  # a pickup before the bar
        count, unit = int(rng.integers(1, bar + 1)), 1 if bar > 2 else 0.5
        beats += [start * bar - left * unit for left in range(count, 0, -1) if start * bar >= left * unit]
    for number in range(start, len(chart.bars)):
        if rng.random() >= 0.12:
            line = motif[number % 2] if rng.random() < 0.75 else rhythm(rng, feel, bar, density, family)
            beats += [number * bar + place for place in line]
    middle, pitch, notes = int(rng.integers(60, 78)), None, []
    ladder = [key for key in range(36, 100) if key % 12 in chart.scale]
    for beat, after in zip(beats, beats[1:] + [len(chart.bars) * bar]):
        pitch = next_pitch(rng, chart.at(beat), ladder, middle, pitch, beat % 1 == 0)
        velocity = level + (6 if beat % 1 == 0 else 0) + rng.integers(-9, 10)
        end = beat + max(0.1, min((after - beat) * legato, 3))
        notes.append((beat, end, channel, pitch, int(np.clip(velocity, 20, 127))))
    return notes


def next_pitch(rng, chord, ladder, middle, before, on_beat):
    """A tone of the chord near the last pitch, most likely on a beat, or a step of the scale's pitches."""
    if before is None or (on_beat and rng.random() < 0.6):
        root, suffix = chord
        goals = [key for key in range(middle - 10, middle + 11) if (key - root) % 12 in TONES[suffix]]
        return min(goals, key=lambda key: abs(key - (before or middle)) + rng.uniform(0, 5))
    at = int(np.argmin([abs(key - before) for key in ladder])) + int(rng.integers(-2, 3))
    pitch = ladder[max(0, min(at, len(ladder) - 1))]
    return pitch + 12 * int(np.sign(middle - pitch)) if abs(pitch - middle) > 11 else pitch


def backing(rng, family, chart, feel, drums):
    """Notes of a bass and of chords for drums alone, and their programs {channel: program}."""
    heavy = family in ("metal", "punk") or family == "rock" and rng.random() < 0.5
    style = "skank" if family in ("reggae", "ska") else "power" if heavy else \
        str(rng.choice(["strum", "pad", "stab", "arp"]))
    notes = bass(rng, family, chart, feel, drums) + chords(rng, family, chart, feel, style)
    basses = [32, 35] if family in tastes.JAZZY else [33, 34, 36, 38, 39]
    return notes, {BASS: int(rng.choice(basses)), CHORDS: int(rng.choice(PLAYERS[style]))}


def off_beat(feel):
    """The place of the last part of a beat in eighths."""
    return GRIDS[feel][-1] if feel in ("swing", "triplet") else 0.5


def bass(rng, family, chart, feel, drums):
    """A walking bass in swing, else one with the kicks, in eighths, or of roots."""
    bar, notes, late = chart.bar, [], off_beat(feel)
    style = "walk" if "swing" in family else str(rng.choice(["kick", "kick", "eighths", "roots"]))
    kicks = {round(note[0] * 12) / 12 for note in drums if note[3] in KICKS}
    for base in range(0, len(chart.bars) * bar, bar):
        if style == "kick":
            places = {kick - base for kick in kicks if base <= kick < base + bar}
            places |= {bar - late} if rng.random() < 0.3 else set()
        elif style == "eighths":
            places = {beat + part for beat in range(bar) for part in (0, late)}
        else:
            places = set(range(bar)) if style == "walk" else {0} if bar == 3 else {0, bar / 2}
        places = sorted({round(place, 4) for place in places})
        for place, end in zip(places, places[1:] + [bar]):
            root, suffix = chart.at(base + place)
            rooted = place == 0 or (style != "walk" and rng.random() < 0.7)
            key = 28 + (root + 8) % 12 + (0 if rooted else int(rng.choice(TONES[suffix])))
            length = max(0.2, (end - place) * 0.85)
            notes.append((base + place, base + place + length, BASS, key, int(rng.integers(78, 105))))
    return notes


def chords(rng, family, chart, feel, style):
    """Chords on the off-beats (skank), as power chords, strummed, held (pad), as stabs, or broken (arp)."""
    bar, jazz, notes = chart.bar, family in tastes.JAZZY, []
    stabs = [rhythm(rng, feel, bar, 0.5, family) for _ in range(2)]
    palm = rhythm(rng, "sixteenth" if feel == "sixteenth" else "eighth", bar, 0.95, family)
    for number, held in enumerate(chart.bars):
        places = {"skank": [beat + off_beat(feel) for beat in range(bar)], "power": palm,
                  "strum": [beat + part for beat in range(bar) for part in (0, off_beat(feel))],
                  "pad": [0] if len(held) == 1 else [0, bar / 2], "stab": stabs[number % 2],
                  "arp": [beat + part for beat in range(bar) for part in GRIDS[feel]]}[style]
        length = {"skank": 0.2, "pad": bar / len(held) * 0.97, "stab": 0.4, "arp": 0.6}.get(style, 0.45)
        for i, place in enumerate(places):
            root, suffix = chart.at(number * bar + place)
            tones, velocity = TONES[suffix], int(rng.integers(58, 84)) + (10 if place == 0 else 0)
            base = 40 + (root - 4) % 12 if style == "power" else 55 + (root - 7) % 12
            if style == "power":
                tones = (0, 7, 12)
            elif style == "arp":
                tones = (tones[i % len(tones)] + 12 * (i // len(tones) % 2),)
            beat = number * bar + place
            notes += [(beat, beat + length, CHORDS, base + tone - (12 if jazz and tone == 0 else 0), velocity)
                      for tone in tones]
    return notes
