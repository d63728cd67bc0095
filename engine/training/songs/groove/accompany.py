"""Runs MMA on a chart and reads the notes back."""
import os
import subprocess
import tempfile

import mido

from .. import NoSong
from ..fonts import BEND, CONTROL, PROGRAM
from .chords import NAMES


def script(rng, style, chart, seed):
    """What MMA is to play: main grooves in turn, changing every four or eight bars, with an intro, fills and an ending
    where the style has them."""
    main = [str(rng.choice(style.grooves["main"])) for _ in range(2)]
    lines = [f"RndSeed {seed}", "Tempo 120", f"Use {style.file}"]
    groove = {role: str(rng.choice(names)) for role, names in style.grooves.items() if names}
    intro = groove.get("intro") if rng.random() < 0.4 else None
    opening = 0 if not intro else 8 if intro.endswith("8") else int(rng.choice([2, 4]))
    ending = len(chart.bars) - 2 if "end" in groove and rng.random() < 0.3 else len(chart.bars)
    span = int(rng.choice([4, 8]))
    for bar, chords in enumerate(chart.bars):
        played, use = bar - opening, None
        if bar == 0 and intro:
            use = intro
        elif bar == ending:
            use = groove["end"]
        elif played >= 0 and played % span == 0 and bar < ending:
            use = main[played // span % 2]
        elif played > 0 and played % span == span - 1 and bar < ending:
            use = groove.get("fill")
        if use:
            lines += [f"Groove {use}", "AllTracks RTime 0"]
        slots = ["/"] * style.slots
        slots[0], *others = [NAMES[root] + suffix for root, suffix in chords]
        if others and style.slots > 1:
            slots[2 if style.slots == 3 else style.slots // 2] = others[0]
        lines.append(" ".join(slots))
    return "\n".join(lines) + "\n"


def accompany(rng, style, chart, seed):
    """Notes (beat, end, channel, key, velocity) and other events (beat, kind, channel, a, b), places in felt beats."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = os.path.join(folder, "song.mma"), os.path.join(folder, "song.mid")
        with open(source, "w", encoding="utf-8") as file:
            file.write(script(rng, style, chart, seed))
        run = subprocess.run(["mma", "-w", "-xNOCREDIT", "-f", target, source], capture_output=True, text=True)
        if not os.path.exists(target):
            raise NoSong(f"mma on {style.file}: {run.stdout[-300:]}")
        midi = mido.MidiFile(target)
    scale = midi.ticks_per_beat * style.written / style.bar  # ticks of a felt beat
    notes, others = [], []
    for track in midi.tracks:
        tick, held = 0, {}
        for message in track:
            tick += message.time
            if message.type in ("note_on", "note_off"):
                key = message.channel, message.note
                if key in held:
                    start, velocity = held.pop(key)
                    notes.append((start / scale, max(tick, start + 1) / scale, *key, velocity))
                if message.type == "note_on" and message.velocity:
                    held[key] = tick, message.velocity
            elif message.type == "program_change":
                others.append((tick / scale, PROGRAM, message.channel, message.program, 0))
            elif message.type == "control_change":
                others.append((tick / scale, CONTROL, message.channel, message.control, message.value))
            elif message.type == "pitchwheel":
                others.append((tick / scale, BEND, message.channel, message.pitch + 8192, 0))
    return sorted(notes), others
