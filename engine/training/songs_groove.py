#!/usr/bin/env python3
"""Renders songs with exactly known beats from the grooves of MMA.

    python3 songs_groove.py OUTDIR SEED COUNT
    python3 songs_groove.py --table

For every seed it writes OUTDIR/groove_SEED.wav (mono, 44.1 kHz, 16 bit, 20 to
30 s) and OUTDIR/groove_SEED.beats: one line per felt beat, `seconds<TAB>place
in the bar` with 1 for the downbeat. The same seed gives the same song.

How a song comes about: a family of genres is drawn, then one groove of it. MMA
(Musical MIDI Accompaniment, Bob van der Poel, GPL-2+, run here as a separate
program on its own library) plays a random chord progression in that groove.
Drum-only grooves get a bass and chords of our own; many songs get our own
melody. Then players are silenced for build-ups and breaks, times are bent
(swing, drift, ramps, rubato, human jitter) and fluidsynth renders the result
with one of the free General MIDI sound fonts of Debian. Last come equaliser,
compression, noise and a random loudness. The beats are computed from the very
curve that times the notes. Nothing of MMA or of the fonts goes into the
repository; only the sound that they make is heard in training.

Felt beats: the quarter in 4/4 and in every waltz, the dotted quarter in 6/8 and
12/8, the half where MMA notates a 2/4 dance in doubled quarters and all of its
drums state the half (samba, merengue). In boom-chick styles (march, polka,
bluegrass, ragtime) boom and chick are a beat each.
"""
import json
import os
import re
import subprocess
import sys
import tempfile

import mido
import numpy as np
import soundfile
from scipy.signal import butter, lfilter, sosfilt

RATE = 44100
LIBRARY = next((p for p in ("/usr/share/mma/lib", "/usr/local/share/mma/lib") if os.path.isdir(p)), "")
# Sound fonts: path, weight, and seconds from a note's time to the sound of its
# drums (measured: a tenth of the peak; the spread among drums is 1 to 2 ms).
FONTS = [f for f in (
    ("/usr/share/sounds/sf2/FluidR3_GM.sf2", 4, 0.0036), ("/usr/share/soundfonts/FluidR3_GM.sf2", 4, 0.0036),
    ("/usr/share/sounds/sf2/TimGM6mb.sf2", 3, 0.0026), ("/usr/share/sounds/sf3/MuseScore_General_Lite.sf3", 1.2, 0.0036),
    ("/usr/share/sounds/sf2/OPL-3_FM_128M.sf2", 0.7, 0.0084)) if os.path.exists(f[0])]

# family, felt beats per bar, range of the felt tempo, files of MMA's library.
# `file:regex` takes only matching grooves. Files of `zoom` hold drums alone; of
# those whose name ends in `!`, `^`, `?` only clear ones, clear ones in eighths, or
# half-time ones are taken (see `drum_kind`).
TABLE = [
    ("rock", 4, 95, 160, "stdlib/basicrock stdlib/8beat stdlib/60srock stdlib/bubblerock stdlib/folkrock "
     "stdlib/softrock casio/rock1 casio/rock2 casio/poprock1 casio/poprock2 casio/60srock casio/digitalrock "
     "casio/8beat1 casio/8beat2 casio/8beat3 yamaha/w-rock zoom/rock! zoom/hrk!"),
    ("metal", 4, 150, 212, "casio/heavymetal zoom/mtl^ zoom/hrk^ zoom/thr zoom/rock^"),
    ("metal", 4, 96, 150, "zoom/mtl! zoom/hrk!"), ("metal", 4, 120, 160, "zoom/mtl?"),
    ("punk", 4, 155, 215, "zoom/thr^ zoom/rock^ zoom/hrk^"),
    ("rock and roll", 4, 140, 190, "stdlib/jive stdlib/twist casio/twist kara/fasttwist kara/twi kara/K50s_rock"),
    ("pop", 4, 85, 135, "casio/pop casio/8beatpop1 casio/8beatpop2 casio/8beatpop3 casio/16beat1 casio/16beat2 "
     "casio/16beat3 casio/60spop casio/80spop casio/electricpop casio/worldpop casio/soulpop zoom/pop! zoom/beat8! "
     "zoom/beat16!"),
    ("ballad", 4, 55, 86, "stdlib/ballad stdlib/pianoballad stdlib/popballad stdlib/rockballad stdlib/guitarballad "
     "stdlib/stringballad stdlib/folkballad stdlib/rb-ballad casio/8beatballad1 casio/8beatballad2 "
     "casio/8beatballad3 casio/16beatballad1 casio/16beatballad2 casio/16beatballad3 casio/oldieballad "
     "casio/popballad casio/slow16beat casio/serenade zoom/bald! zoom/beat16!"),
    ("twelve eight", 4, 50, 92, "stdlib/ballad128 stdlib/blues128 stdlib/rock-128 stdlib/slowblues"),
    ("six eight", 2, 42, 80, "stdlib/ballad68:68(?!-44) stdlib/blues68 stdlib/arpeggio68 casio/68ballad casio/slowrock zoom/blues68 "
     "zoom/blues34"),
    ("six eight lively", 2, 88, 128, "stdlib/68march:68March(?!Metro) stdlib/68swing"),
    ("swing", 4, 110, 190, "stdlib/swing stdlib/easyswing stdlib/bigband stdlib/jazzcombo stdlib/jazzguitar "
     "stdlib/mellowjazz stdlib/nitejazz stdlib/modernjazz stdlib/countryswing stdlib/westernswing stdlib/gypsyjazz "
     "stdlib/foxtrot stdlib/descendingjazz stdlib/evansish yamaha/jazzswing yamaha/jazztrio yamaha/jazzbasie "
     "yamaha/jazzbouncy yamaha/jazzGrtrio casio/swing casio/middlebigband casio/jazzcombo casio/modernjazz "
     "casio/foxtrot zoom/jazz04"),
    ("slow swing", 4, 62, 105, "stdlib/slowjazz stdlib/softshoe casio/slowswing casio/slowbigband zoom/jazz04"),
    ("fast swing", 4, 190, 245, "stdlib/bebop stdlib/fastswing stdlib/bigband stdlib/gypsyjazz stdlib/jazzcombo "
     "casio/fastbigband stdlib/swing:Walk zoom/jazz04"),
    ("shuffle", 4, 90, 160, "stdlib/blues stdlib/fastblues stdlib/shuffleboggie stdlib/boggiewoggie "
     "stdlib/countryblues stdlib/bluefolk casio/blues casio/popshuffle1 casio/popshuffle2 casio/shufflerock "
     "casio/shuffleboogie kara/happyshuffle zoom/shuffle! zoom/blues!"),
    ("waltz", 3, 80, 150, "stdlib/waltz stdlib/broadwaywaltz stdlib/countrywaltz stdlib/rockwaltz "
     "stdlib/arpeggiowaltz casio/popwaltz zoom/bald34 zoom/rock34"),
    ("fast waltz", 3, 150, 195, "stdlib/fastwaltz stdlib/frenchwaltz stdlib/vienesewaltz stdlib/waltz"),
    ("jazz waltz", 3, 115, 195, "stdlib/jazzwaltz stdlib/fastjazzwaltz stdlib/modernjazzwaltz yamaha/jazzwaltz "
     "casio/jazzwaltz stdlib/latinwaltz"),
    ("bossa", 4, 105, 165, "stdlib/bossanova yamaha/jazzbossa kara/kbossa zoom/bossa"),
    ("samba", 2, 90, 122, "stdlib/samba"), ("samba", 4, 90, 122, "zoom/samba"),
    ("salsa", 4, 165, 225, "stdlib/son stdlib/salsa stdlib/mambo yamaha/mambo yamaha/salsa1 yamaha/salsa2"),
    ("merengue", 2, 118, 160, "stdlib/merengue"),
    ("slow latin", 4, 90, 132, "stdlib/chacha stdlib/rhumba stdlib/jazzrhumba stdlib/beguine stdlib/bolero "
     "stdlib/slowbolero"),
    ("tango", 4, 108, 138, "stdlib/tango stdlib/lighttango"),
    ("march", 4, 108, 150, "stdlib/bwmarch casio/march1"), ("march", 4, 170, 225, "stdlib/dixiemarch"),
    ("march", 4, 104, 132, "casio/germanmarch"), ("polka", 4, 180, 235, "stdlib/polka"),
    ("polka", 4, 104, 136, "casio/polka casio/poppolka"),
    ("bluegrass", 4, 175, 232, "stdlib/bluegrass stdlib/hillcountry"),
    ("ragtime", 4, 160, 220, "stdlib/ragtime stdlib/dixie stdlib/charleston"),
    ("quickstep", 4, 180, 220, "stdlib/quickstep casio/quickstep"),
    ("country", 4, 85, 130, "stdlib/slowcountry stdlib/folk yamaha/western yamaha/jazzcountry zoom/country!"),
    ("spiritual", 4, 64, 112, "stdlib/hymn stdlib/spiritual stdlib/popspiritual stdlib/slowspiritual"),
    ("dance", 4, 115, 146, "stdlib/boneym stdlib/trance casio/dance1 casio/dance2 casio/dancepop1 casio/dancepop2 "
     "casio/dancepop3 casio/discosoul casio/8beatdance casio/house casio/rave casio/techno casio/trance1 "
     "casio/trance2 zoom/house! zoom/techno! zoom/dance!"),
    ("funk", 4, 85, 122, "stdlib/bvfunk stdlib/rb stdlib/dsoul stdlib/lfusion stdlib/jazzrock casio/funk1 "
     "casio/funk2 casio/soul casio/60ssoul casio/r+b casio/modernrb casio/mellowrb casio/fusion kara/Kfunk1 "
     "kara/8beatmotown zoom/funk! zoom/rnb! zoom/fus16!"),
    ("hip-hop", 4, 74, 106, "casio/hip-hop casio/triphop alexis/hiphop zoom/hiphop! zoom/trip! zoom/hiphop!"),
    ("drum and bass", 4, 160, 178, "zoom/dnb:DnB0[12356]"),
    ("reggae", 4, 64, 98, "zoom/reggae"), ("ska", 4, 112, 158, "zoom/ska"),
    ("five", 5, 115, 190, "stdlib/jazz-54"),
    ("arpeggio", 4, 66, 118, "stdlib/arpeggio44 stdlib/lullaby"),
    ("show", 4, 115, 190, "stdlib/broadway stdlib/showtune"), ("show", 4, 76, 112, "stdlib/slowbroadway"),
]

# Chord progressions in semitones above the key note and MMA's chord suffix.
MAJOR = ["0 9m 5 7", "0 5 7 0", "0 7 9m 5", "0 4m 5 7", "9m 5 0 7", "0 2m 5 0", "0 10 5 0", "0 5 0 7",
         "0 9m 2m7 77", "5 7 4m 9m", "0 0 5 5", "0 5 9m 7", "0 57 0 77", "0 47 9m 57"]
MINOR = ["0m 8 3 10", "0m 5m 7 0m", "0m 10 8 7", "0m 3 10 5", "0m 8 5m 7", "0m 5m 0m 7", "0m 0m 10 10",
         "0m 5 0m 5", "0m 1 0m 1", "0m 3 5m 7"]
JAZZ = ["2m7 77 0M7 97", "0M7 97 2m7 77", "2m7b5 77 0m7 0m7", "0M7 4m7 5M7 77", "57 0M7 2m7 77", "0m7 5m7 2m7b5 77",
        "4m7 97 2m7 77", "0M7 07 5M7 5m7", "07 57 07 77", "0M7 1dim7 2m7 77"]
NAMES = "C Db D Eb E F Gb G Ab A Bb B".split()
TONES = {"": (0, 4, 7), "m": (0, 3, 7), "7": (0, 4, 7, 10), "M7": (0, 4, 7, 11), "m7": (0, 3, 7, 10),
         "m7b5": (0, 3, 6, 10), "dim7": (0, 3, 6, 9)}
JAZZY = {"swing", "slow swing", "fast swing", "jazz waltz", "bossa", "samba", "five", "show", "funk"}
SWUNG = {"swing", "slow swing", "fast swing", "shuffle", "jazz waltz", "five"}
HEAVY = {"metal", "punk", "rock"}
# Melody instruments: families not named take from all.
LEADS = {"any": [0, 4, 11, 12, 22, 24, 25, 26, 27, 40, 52, 56, 57, 60, 64, 65, 66, 68, 71, 73, 75, 80, 81, 105, 110],
         "heavy": [29, 30, 27, 81, 16], "jazz": [0, 11, 26, 56, 57, 64, 65, 66, 71, 73],
         "dance": [80, 81, 82, 84, 87, 90, 4, 62], "folk": [21, 22, 24, 25, 40, 71, 73, 105, 110, 0]}
CLAVE = [(0, 1.5, 3), (1, 2)]


def drum_kind(body):
    """`clear` if the drums alone state the quarter (a backbeat, or kicks on all
    four), `clear eighths` if there is nothing finer than eighths, `half` if the snare falls on the third beat alone, else nothing."""
    hits = {}
    for tone, seq in re.findall(r"Tone\s+(\w+)[\s\S]*?Sequence\s+((?:.*\\\s*\n)*.*)", body):
        hits[tone] = [set(map(float, re.findall(r"([\d.]+) 0 (?:60|90)", bar)))
                      for bar in re.findall(r"\{.*?\}|\bZ\b", seq)]
    first = {k: v[0] if v else set() for k, v in hits.items()}
    snare = [b for k, v in hits.items() if k.startswith(("Snare", "SideKick", "HandClap")) for b in v]
    kick = first.get("KickDrum1", set())
    if any({2.0, 4.0} <= s for s in snare[:1]) and 1.0 in kick or {1.0, 2.0, 3.0, 4.0} <= kick:
        fine = any(p * 2 % 1 for bars in hits.values() for bar in bars for p in bar)
        return "clear" if fine else "clear eighths"
    hats = set().union(*(v for k, v in first.items() if "Hat" in k or "Ride" in k or "Crash" in k))
    if snare and all(3.0 in s and not s & {2.0, 4.0} for s in snare) and 1.0 in kick and len({1.0, 2.0, 3.0, 4.0} & hats) > 2:
        return "half"
    return ""


def catalogue():
    """The table above with each file resolved: {family: [groove file record]}."""
    families = {}
    for family, felt, low, high, files in TABLE:
        for spec in files.split():
            file, _, pattern = spec.partition(":")
            want = {"!": {"clear", "clear eighths"}, "^": {"clear eighths"}, "?": {"half"}}.get(file[-1])
            file = file.rstrip("!?^")
            path = f"{LIBRARY}/{file}.mma"
            if not os.path.exists(path):
                continue
            text = open(path, errors="replace").read()
            time = re.search(r"^\s*Time\s+(\d+)(/8)?", text, re.M | re.I)
            record = dict(family=family, felt=felt, low=low, high=high, file=file, beats=int(time[1]) if time else 4,
                          slots=2 if time and time[2] else int(time[1]) if time else 4, main=[], intro=[], fill=[], end=[])
            start = 0
            for m in re.finditer(r"^\s*DefGroove\s+(\S+)", text, re.M | re.I):
                name, body, start = m[1], text[start:m.start()], m.end()
                low_name = name.lower()
                kind = next((k for k in ("intro", "fill", "end") if k in low_name), "main")
                if "break" in low_name or "metronome" in low_name or not re.search(pattern, name):
                    continue
                if want and drum_kind(body) not in want:
                    continue
                if name not in record[kind]:
                    record[kind].append(name)
            if record["main"]:
                families.setdefault(family, []).append(record)
    return families


def pick(rng, items, weights=None):
    p = None if weights is None else np.array(weights, float) / sum(weights)
    return items[int(rng.choice(len(items), p=p))]


def progression(rng, family, bars):
    """One list of (root, suffix) per bar and the key's root and scale."""
    jazz = family in JAZZY and rng.random() < 0.8
    pool = JAZZ if jazz else MAJOR if rng.random() < (0.3 if family in HEAVY else 0.62) else MINOR
    key, parts = int(rng.integers(12)), [pick(rng, pool) for _ in range(2)]
    minor = parts[0].split()[0].startswith(("0m", "2m7b5"))
    per_bar = 2 if rng.random() < 0.22 else 1
    line = [(int(re.match(r"1[01]|\d", c)[0]), re.sub(r"^(1[01]|\d)", "", c))
            for part in (parts[0], parts[0], parts[1], parts[0]) for c in part.split()]
    if rng.random() < 0.2 and not jazz:  # a new chord every other bar
        line = [c for c in line for _ in range(2)]
    line = [((key + r) % 12, s) for r, s in line]
    chart = [[line[(i * per_bar + k) % len(line)] for k in range(per_bar)] for i in range(bars)]
    return chart, key, (0, 2, 3, 5, 7, 8, 10) if minor else (0, 2, 4, 5, 7, 9, 11)


def chords_at(chart, bar, place, felt):
    bar = chart[min(bar, len(chart) - 1)]
    return bar[min(int(place * len(bar) / felt), len(bar) - 1)]


def accompany(rng, record, chart, seed, folder):
    """Runs MMA. Returns notes (beat, end, channel, pitch, velocity) and other
    channel messages (beat, message), in felt beats."""
    felt = record["felt"]
    main = [pick(rng, record["main"]) for _ in range(2)]
    lines = [f"RndSeed {seed}", "Tempo 120", f"Use {record['file']}"]

    def use(groove):
        lines.extend([f"Groove {groove}", "AllTracks RTime 0"])

    intro = pick(rng, record["intro"]) if record["intro"] and rng.random() < 0.4 else None
    fill = pick(rng, record["fill"]) if record["fill"] else None
    intro_bars = 0 if not intro else 8 if intro.endswith("8") else int(pick(rng, [2, 4]))
    ending = record["end"] and rng.random() < 0.3
    span = int(pick(rng, [4, 8]))
    for bar, chords in enumerate(chart):
        left = len(chart) - bar
        if intro_bars and bar == 0:
            use(intro)
        elif ending and left == 2:
            use(pick(rng, record["end"]))
        elif bar >= intro_bars and (bar - intro_bars) % span == 0 and not (ending and left < 2):
            use(main[(bar - intro_bars) // span % 2])
        elif fill and (bar - intro_bars) % span == span - 1 and bar > intro_bars and not (ending and left < 2):
            use(fill)
        texts = [NAMES[r] + s for r, s in chords]
        slots = ["/"] * record["slots"]
        slots[0] = texts[0]
        if len(texts) > 1 and record["slots"] > 1:
            slots[record["slots"] // 2 if record["slots"] != 3 else 2] = texts[1]
        lines.append(" ".join(slots))
    source, target = f"{folder}/song.mma", f"{folder}/song.mid"
    open(source, "w").write("\n".join(lines) + "\n")
    if os.path.exists(target):
        os.remove(target)
    run = subprocess.run(["mma", "-w", "-xNOCREDIT", "-f", target, source], capture_output=True, text=True)
    if not os.path.exists(target):
        raise RuntimeError(f"mma: {record['file']} {main}: {run.stdout[-300:]}")
    midi = mido.MidiFile(target)
    scale = midi.ticks_per_beat * record["beats"] / felt
    notes, others = [], []
    for track in midi.tracks:
        tick, held = 0, {}
        for message in track:
            tick += message.time
            if message.is_meta or not hasattr(message, "channel"):
                continue
            if message.type in ("note_on", "note_off"):
                key = (message.channel, message.note)
                if key in held:
                    start, velocity = held.pop(key)
                    notes.append([start / scale, max(tick, start + 1) / scale, *key, velocity])
                if message.type == "note_on" and message.velocity:
                    held[key] = (tick, message.velocity)
            else:
                others.append((tick / scale, message))
    return sorted(notes), others


def feel_of(notes, family):
    """Where the beat divides: `swing`, `triplet`, `sixteenth` or `eighth`."""
    phase = np.array([n[0] % 1 for n in notes])
    near = lambda *where: sum(np.sum(np.abs(phase - w) < 0.045) for w in where)
    if near(1 / 3) > 0.5 * near(2 / 3) and near(1 / 3, 2 / 3) > max(near(0.5), 0.1 * len(phase)):
        return "triplet"
    if near(2 / 3) > 1.5 * near(0.5) or family in SWUNG and near(0.5) < 2 * near(2 / 3) + 0.1 * len(phase):
        return "swing"
    return "sixteenth" if near(0.25, 0.75) > max(0.5 * near(0.5), 0.06 * len(phase)) else "eighth"


GRIDS = {"swing": (0, 2 / 3), "triplet": (0, 1 / 3, 2 / 3), "eighth": (0, 0.5), "sixteenth": (0, 0.25, 0.5, 0.75)}


def rhythm(rng, feel, felt, density, family):
    """A bar of onsets: strong places likely, off-beats by taste."""
    if family in ("salsa", "slow latin", "bossa") and rng.random() < 0.35:
        return sorted(float(x) for x in pick(rng, CLAVE))
    off = rng.uniform(0.15, 0.75)
    onsets = [b + g for b in range(felt) for g in GRIDS[feel]
              if rng.random() < density * (1 - off * (b % 2) * 0.4 if g == 0 else off)]
    return onsets or [0.0]


def melody(rng, record, chart, key, scale, feel, channel, start, level):
    """A tune: a motif of one or two bars, repeated and varied over the chords."""
    felt, notes, density = record["felt"], [], rng.uniform(0.35, 0.95)
    motif = [rhythm(rng, feel, felt, density, record["family"]) for _ in range(2)]
    pitch, middle = None, int(rng.integers(60, 78))
    ladder = [p for p in range(36, 100) if (p - key) % 12 in scale]
    legato = rng.uniform(0.5, 1.0)
    if rng.random() < 0.45:  # a pickup before the bar
        count = int(rng.integers(1, felt + 1))
        notes += [[start * felt - (count - i) * (1 if felt > 2 else 0.5), 0, channel, 0, level] for i in range(count)]
    for bar in range(start, len(chart)):
        if rng.random() < 0.12:
            continue
        line = motif[bar % 2] if rng.random() < 0.75 else rhythm(rng, feel, felt, density, record["family"])
        notes += [[bar * felt + o, 0, channel, 0, level + (6 if o == int(o) else 0)] for o in line]
    notes = [n for n in notes if n[0] >= 0]
    for i, note in enumerate(notes):
        bar = int(note[0] // felt)
        root, suffix = chords_at(chart, bar, note[0] % felt, felt)
        if pitch is None or (note[0] % 1 == 0 and rng.random() < 0.6):
            goals = [p for p in range(middle - 10, middle + 11) if (p - root) % 12 in TONES[suffix]]
            pitch = min(goals, key=lambda p: abs(p - (pitch or middle)) + rng.uniform(0, 5))
        else:
            at = int(np.argmin([abs(p - pitch) for p in ladder])) + int(rng.integers(-2, 3))
            pitch = ladder[max(0, min(at, len(ladder) - 1))]
            pitch += 12 * int(np.sign(middle - pitch)) if abs(pitch - middle) > 11 else 0
        after = notes[i + 1][0] if i + 1 < len(notes) else note[0] + 1
        note[1] = note[0] + max(0.1, min((after - note[0]) * legato, 3))
        note[3] = pitch
        note[4] = int(np.clip(note[4] + rng.integers(-9, 10), 20, 127))
    return notes


def backing(rng, record, chart, feel, drums):
    """Bass (channel 0) and chords (channel 1) for grooves that have drums only."""
    felt, family, notes = record["felt"], record["family"], []
    jazz, heavy = family in JAZZY, family in ("metal", "punk") or family == "rock" and rng.random() < 0.5
    kicks = {round(n[0] * 12) / 12 for n in drums if n[3] in (35, 36)}
    style = "skank" if family in ("reggae", "ska") else "power" if heavy else pick(rng, ["strum", "pad", "stab", "arp"])
    bass = "walk" if "swing" in family else pick(rng, ["kick", "kick", "eighths", "roots"])
    tail = GRIDS[feel][-1] if feel in ("swing", "triplet") else 0.5
    stab = [rhythm(rng, feel, felt, 0.5, family) for _ in range(2)]
    palm = rhythm(rng, "sixteenth" if feel == "sixteenth" else "eighth", felt, 0.95, family)
    for bar in range(len(chart)):
        steps = sorted({round(o, 4) for o in {
            "walk": list(range(felt)), "roots": [0, felt / 2] if felt != 3 else [0],
            "eighths": [b + g for b in range(felt) for g in (0, tail)],
            "kick": [k - bar * felt for k in kicks if bar * felt <= k < (bar + 1) * felt]
            + ([felt - tail] if rng.random() < 0.3 else [])}[bass]})
        for i, o in enumerate(steps):
            root, suffix = chords_at(chart, bar, o, felt)
            tone = 0 if o == 0 or (bass != "walk" and rng.random() < 0.7) else pick(rng, list(TONES[suffix]))
            end = steps[i + 1] if i + 1 < len(steps) else felt
            notes.append([bar * felt + o, bar * felt + o + max(0.2, (end - o) * 0.85), 0, 28 + (root + 8) % 12 + tone,
                          int(rng.integers(78, 105))])
        hits = {"skank": [b + tail for b in range(felt)], "power": palm,
                "strum": [b + g for b in range(felt) for g in (0, tail)],
                "pad": [0] if len(chart[bar]) == 1 else [0, felt / 2],
                "stab": stab[bar % 2],
                "arp": [b + g for b in range(felt) for g in GRIDS[feel]]}[style]
        for i, o in enumerate(hits):
            root, suffix = chords_at(chart, bar, o, felt)
            tones = TONES[suffix]
            length = {"skank": 0.2, "pad": felt / len(chart[bar]) * 0.97, "stab": 0.4, "arp": 0.6}.get(style, 0.45)
            base = 40 + (root - 4) % 12 if style == "power" else 55 + (root - 7) % 12
            broken = (tones[i % len(tones)] + 12 * (i // len(tones) % 2),)
            chord = (0, 7, 12) if style == "power" else broken if style == "arp" else tones
            loud = int(rng.integers(58, 84)) + (10 if o == 0 else 0)
            notes += [[bar * felt + o, bar * felt + o + length, 1, base + t - (12 if jazz else 0) * (t == 0), loud]
                      for t in chord]
    programs = {0: pick(rng, [32, 35] if jazz else [33, 34, 36, 38, 39]),
                1: pick(rng, {"power": [29, 30], "skank": [16, 17, 25, 27, 28, 0], "pad": [48, 50, 89, 16, 4],
                              "strum": [24, 25, 27, 0, 4]}.get(style, [0, 4, 5, 16, 26, 27, 62, 80, 11]))}
    return notes, programs


def arrange(rng, notes, felt, bars, roles):
    """Silences players: build-ups at the opening, breaks later. `roles` gives
    drums, bass, chords or lead for each channel. Returns the scheme's name."""
    have = set(roles.values())
    opening = int(pick(rng, [1, 2, 2, 4, 4])) * felt
    scheme = pick(rng, ["full", "no drums", "drums only", "chords only", "bass and drums", "lead only", "step by step"],
                  [36, 16, 10, 12, 8, 6, 12])
    enter = {"full": {}, "no drums": {"drums": opening}, "drums only": {"bass": opening, "chords": opening, "lead": opening},
             "chords only": {"drums": opening, "bass": opening, "lead": opening},
             "bass and drums": {"chords": opening, "lead": opening},
             "lead only": {"drums": opening, "bass": opening, "chords": opening},
             "step by step": {r: i * felt * 2 for i, r in enumerate(rng.permutation(sorted(have)))}}[scheme]
    if have and min(enter.get(r, 0) for r in have) > 0:
        scheme, enter = "full", {}
    gone = []
    if rng.random() < 0.15:
        gone.append(("drums", 0, 1e9))
    if rng.random() < 0.25 and bars > 6:  # a break of one or two bars
        at = int(rng.integers(4, bars - 1)) * felt
        who = pick(rng, [["drums"], ["bass", "chords", "lead"], ["drums", "bass"], ["bass"]])
        gone += [(r, at, at + felt * int(rng.integers(1, 3))) for r in who]

    def sounds(note):
        role = roles[note[2]]
        return note[0] >= enter.get(role, 0) - 1e-3 - (felt if role == "lead" else 0) and not any(
            role == r and a - 1e-3 <= note[0] < b - 1e-3 for r, a, b in gone)
    kept = [n for n in notes if sounds(n)]
    if len(kept) < 24:
        return notes, "full"
    return kept, scheme


def clock(rng, total, tempo, drumless):
    """Seconds at every 1/48 of a beat, and the kind of tempo curve."""
    size = int(total * 48) + 49
    beat, speed = np.arange(size) / 48, np.ones(size)
    kind = pick(rng, ["steady", "drift", "change"], [60, 27, 13])
    if drumless and rng.random() < 0.5:
        kind = "rubato"
    if kind == "drift":
        for _ in range(3):
            speed += rng.uniform(0.003, 0.018) * np.sin(2 * np.pi * (beat / rng.uniform(10, 60) + rng.random()))
    elif kind == "change":
        at, width = rng.uniform(0.25, 0.8) * total, pick(rng, [0.05, 4, 16, 32])
        speed *= 1 + pick(rng, [-1, 1]) * rng.uniform(0.03, 0.14) / (1 + np.exp(-np.clip((beat - at) / width * 6, -50, 50)))
    elif kind == "rubato":
        phrase, depth = pick(rng, [8, 12, 16]), rng.uniform(0.02, 0.09)
        speed *= 1 - depth * np.abs((beat % phrase) / phrase * 2 - 1) ** 4
        wander = np.interp(beat, np.arange(0, total + 5), rng.normal(0, rng.uniform(0.005, 0.025), int(total) + 5))
        speed *= 1 + wander
    return np.concatenate([[0], np.cumsum(60 / (tempo * speed) / 48)[:-1]]), kind


def bend(notes, feel, rng, family):
    """Swing: moves the off-beat inside each beat, straight grid kept otherwise."""
    if feel == "swing":
        before, after = 2 / 3, rng.uniform(0.57, 0.7)
        warp = lambda x: np.floor(x) + np.interp(x % 1, [0, before, 1], [0, after, 1])
    elif feel == "sixteenth" and family in ("hip-hop", "funk", "drum and bass", "reggae") and rng.random() < 0.5:
        after = rng.uniform(0.5, 0.64)
        warp = lambda x: (np.floor(2 * x) + np.interp((2 * x) % 1, [0, 0.5, 1], [0, after, 1])) / 2
    else:
        return notes
    return [[float(warp(n[0])), max(float(warp(n[1])), float(warp(n[0])) + 0.02), *n[2:]] for n in notes]


def render(path, events, folder, font, hall, chorus, wet):
    """Writes the timed messages as MIDI with ticks of half a millisecond and
    renders them; fluidsynth places them to within one block of 64 samples."""
    track, last = mido.MidiTrack(), 0
    track.append(mido.MetaMessage("set_tempo", tempo=480000))
    for seconds, _, message in sorted(events, key=lambda e: e[:2]):
        tick = max(last, round(seconds * 2000))
        track.append(message.copy(time=tick - last))
        last = tick
    midi = mido.MidiFile(ticks_per_beat=960, type=0)
    midi.tracks.append(track)
    midi.save(f"{folder}/timed.mid")
    subprocess.run(["fluidsynth", "-ni", "-g", "0.5", "-r", str(RATE), "-R", str(int(hall)), "-C", str(int(chorus)),
                    "-o", f"synth.reverb.level={wet:.2f}", "-o", "synth.dynamic-sample-loading=1", "-F", path, font, f"{folder}/timed.mid"],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    sound, _ = soundfile.read(path, dtype="float32", always_2d=True)
    return sound.mean(axis=1)


def finish(rng, sound):
    """Equaliser, compression, noise, loudness: a random recording chain."""
    for _ in range(2):  # two shelves of one pole each
        cut, gain = np.exp(rng.uniform(np.log(120), np.log(6000))), 10 ** (rng.uniform(-7, 7) / 20)
        a = np.exp(-2 * np.pi * cut / RATE)
        low = lfilter([1 - a], [1, -a], sound)
        sound = low * gain + (sound - low) if rng.random() < 0.5 else low + (sound - low) * gain
    if rng.random() < 0.12:
        sound = sosfilt(butter(2, np.exp(rng.uniform(np.log(2500), np.log(9000))), fs=RATE, output="sos"), sound)
    if rng.random() < 0.12:
        sound = sosfilt(butter(2, rng.uniform(60, 250), "high", fs=RATE, output="sos"), sound)
    sound = sound / (np.sqrt(np.mean(sound ** 2)) + 1e-9)
    if rng.random() < 0.4:  # slow compression
        env = np.sqrt(lfilter([0.0004], [1, -0.9996], sound ** 2) + 1e-3)
        sound = sound / env ** rng.uniform(0.2, 0.7)
    if rng.random() < 0.5:  # soft clipping
        drive = rng.uniform(0.1, 0.8)
        sound = np.tanh(sound * drive) / drive
    sound = sound / (np.sqrt(np.mean(sound ** 2)) + 1e-9)
    if rng.random() < 0.5:
        sound = sound + rng.normal(0, 10 ** (rng.uniform(-70, -32) / 20), len(sound))
    sound = sound * 10 ** (rng.uniform(-30, -11) / 20)
    peak = np.max(np.abs(sound))
    return sound * min(1, 0.98 / peak)


def song(seed, out, families, folder):
    """Makes one song; returns what is known of it."""
    rng = np.random.default_rng([77, seed])
    names = sorted(families)
    family = names[(seed * 7 + seed // len(names)) % len(names)]  # every family equally often
    record = pick(rng, families[family])
    felt = record["felt"]
    tempo = np.exp(rng.uniform(np.log(record["low"]), np.log(record["high"])))
    length = rng.uniform(20, 30)
    jump = rng.uniform(1, 9) if rng.random() < 0.2 else 0  # as if one came in late
    bars = int(np.ceil((length + jump) * tempo / 60 / felt * 1.15)) + 1
    if rng.random() < 0.12:  # a song that ends before the file does
        bars = max(4, int((length + jump - 5) * tempo / 60 / felt))
    chart, key, scale = progression(rng, family, bars)
    for attempt in range(6):
        try:
            notes, others = accompany(rng, record, chart, seed * 8 + attempt, folder)
            if len(notes) > 20:
                break
        except RuntimeError as fault:
            print(fault, file=sys.stderr)
        record = pick(rng, [r for r in families[family] if r["felt"] == felt])
    feel = feel_of(notes, family)
    programs, channels = {}, sorted({n[2] for n in notes})
    for _, message in others:
        if message.type == "program_change":
            programs.setdefault(message.channel, message.program)
    if channels == [9]:
        more, programs = backing(rng, record, chart, feel, notes)
        notes, others = notes + more, []
    roles = {c: "drums" if c == 9 else "bass" if 32 <= programs.get(c, 0) < 40 else "chords" for c in {n[2] for n in notes}}
    swaps = {}
    for channel, program in programs.items():
        if channel != 9 and rng.random() < 0.35:  # a related instrument
            swaps[channel] = program // 8 * 8 + int(rng.integers(8))
    lead = next((c for c in range(15, -1, -1) if c != 9 and c not in roles and c not in programs), None)
    if lead is not None and rng.random() < 0.6:
        group = "heavy" if family in HEAVY and rng.random() < 0.7 else "jazz" if family in JAZZY else \
            "dance" if family in ("dance", "drum and bass", "hip-hop") else \
            "folk" if family in ("bluegrass", "polka", "march", "country", "fast waltz", "waltz") else "any"
        programs[lead], roles[lead] = pick(rng, LEADS[group]), "lead"
        notes = notes + melody(rng, record, chart, key, scale, feel, lead, int(pick(rng, [0, 1, 1, 2, 4])),
                               int(rng.integers(70, 112)))
        swaps[lead] = programs[lead]
    notes, scheme = arrange(rng, sorted(notes), felt, bars, roles)
    drumless = not any(roles[n[2]] == "drums" for n in notes)
    seconds, curve = clock(rng, bars * felt + 8, tempo, drumless)
    at = lambda b: float(np.interp(b * 48, np.arange(len(seconds)), seconds))
    notes = bend(notes, feel, rng, family)

    # Events with jitter common to what one player strikes at once.
    jitter, struck, events = rng.uniform(0, 0.006), {}, []
    shift = {c: rng.normal(0, 0.0015) for c in roles}
    lift = {c: rng.uniform(0.6, 1.25) for c in roles}
    first = min(at(n[0]) for n in notes)
    lead_in = 0 if jump else (0.02 if rng.random() < 0.3 else rng.uniform(0.05, 1.5))
    offset = 0.06 - first  # the first note falls near 0.06 s of what is rendered
    end = 0
    for start, stop, channel, pitch, velocity in notes:
        key_ = (round(start * 48), channel)
        if key_ not in struck:
            struck[key_] = float(np.clip(rng.normal(0, jitter), -0.012, 0.012))
        on = max(0, at(start) + struck[key_] + shift[channel] + offset)
        off = max(on + 0.03, at(stop) + offset)
        if on > length + jump + 1:
            continue
        end = max(end, on)
        loud = int(np.clip(velocity * lift[channel] + rng.normal(0, 4), 8, 127))
        pitch = int(np.clip(pitch, 0, 127))
        events.append((on, 2, mido.Message("note_on", channel=channel, note=pitch, velocity=loud)))
        events.append((min(off, length + jump + 2), 1, mido.Message("note_off", channel=channel, note=pitch)))
    for beat, message in others:
        if message.type == "program_change" and message.channel in swaps:
            continue
        if at(beat) + offset < length + jump:
            events.append((max(0, at(beat) + offset), 0, message))
    for channel, program in {**programs, **swaps}.items():
        if channel != 9:
            events.append((0, -1, mido.Message("program_change", channel=channel, program=program)))
    kit = pick(rng, [25, 24, 0, 8] if family in ("dance", "hip-hop", "drum and bass") else
               [40, 32, 0, 8] if family in JAZZY else [0, 0, 8, 16, 24])
    events = [e for e in events if not (e[2].type == "program_change" and e[2].channel == 9)]
    events.append((0, -1, mido.Message("program_change", channel=9, program=kit)))

    font, _, latency = pick(rng, FONTS, [f[1] for f in FONTS])
    sound = render(f"{folder}/song.wav", events, folder, font, rng.random() < 0.6, rng.random() < 0.4, rng.uniform(0.1, 0.9))
    cut = int(jump * RATE)
    sound = sound[cut:] if jump else np.concatenate([np.zeros(int(lead_in * RATE), np.float32), sound])
    sound = sound[:int(length * RATE)]
    sound = np.pad(sound, (0, max(0, int(20 * RATE) - len(sound))))
    if jump:
        sound[:200] *= np.linspace(0, 1, 200)
    sound[-2000:] *= np.linspace(1, 0, 2000)
    move = offset + latency + (-cut / RATE if jump else int(lead_in * RATE) / RATE)
    begin = first + move - 0.02
    last = min(len(sound) / RATE, end - offset + move + 0.02)
    beats = [(at(b) + move, b % felt + 1) for b in range(bars * felt)]
    beats = [(t, place) for t, place in beats if max(0, begin) <= t <= last]
    soundfile.write(f"{out}/groove_{seed}.wav", finish(rng, sound.astype(float)), RATE, subtype="PCM_16")
    with open(f"{out}/groove_{seed}.beats", "w") as file:
        file.writelines(f"{t:.4f}\t{place}\n" for t, place in beats)
    return dict(seed=seed, family=family, file=record["file"], tempo=round(tempo, 1), felt=felt, feel=feel, scheme=scheme,
                curve=curve, drums=not drumless, jump=round(jump, 2), font=os.path.basename(font), beats=len(beats))


def main():
    families = catalogue()
    if sys.argv[1:] == ["--table"]:
        for name in sorted(families):
            records = families[name]
            print(f"{name:18} {records[0]['felt']} {records[0]['low']:4}-{records[0]['high']:<4} files "
                  f"{len(records):3} grooves {sum(len(r['main']) for r in records):4}")
        print("grooves:", len({(r["file"], g) for f in families.values() for r in f for g in r["main"]}))
        return
    out, seed, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    os.makedirs(out, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for number in range(seed, seed + count):
            try:
                print(json.dumps(song(number, out, families, folder)), flush=True)
            except Exception as fault:  # one bad song must not stop the rest
                print(f"seed {number}: {fault!r}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
