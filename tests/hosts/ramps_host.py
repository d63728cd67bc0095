"""DawDreamer with eight parameters in motion: no sample of an export is lost, whatever the blocks and the load."""

import gc
import multiprocessing

import dawdreamer as dd
import numpy as np

from common import *

RAMPS = ("Zoom", "Rotate", "Pan X", "Pan Y", "Reactivity", "Intensity", "Style strength", "Palette shift")
work = home("ramps")
os.environ["PHOSPHENE_NO_RENDER"] = "1"


def spin():
    while True:
        pass


def export(block, secs, what):
    """One export in blocks of one size; the take must be the song."""
    x = song(work / "song.wav", int(secs * RATE) // block * block / RATE)
    engine = dd.RenderEngine(RATE, block)
    engine.set_bpm(97.0)
    play = engine.make_playback_processor("song", x.T)
    plugin = engine.make_plugin_processor("phosphene", VST3)
    index = {p["name"]: p["index"] for p in plugin.get_parameters_description()}
    ramp = np.linspace(0.2, 0.8, len(x), dtype="float32")
    for name in RAMPS:
        plugin.set_automation(index[name], ramp)
    # This host tells of automation at a block's beginning: of a scene on a bar line up to a block late.
    bar = 4 * 60 * RATE / 97.0
    scene = np.zeros(len(x), "float32")
    scenes = range(1, min(4, int(len(x) / bar)))
    for bars in scenes:
        scene[round(bars * bar) :] = bars / 15
    plugin.set_automation(index["Scene"], scene)
    plugin.set_parameter(index["Morph"], 0.0)
    engine.load_graph([(play, []), (plugin, ["song"])])
    engine.render(len(x) / RATE)
    del play, plugin, engine
    gc.collect()
    take = takes()[-1]
    kept = sound(take)
    lost = len(x) - len(kept)
    check(np.array_equal(kept[: len(x)], x[: len(kept)]) and lost <= 0, f"{what}blocks of {block}: {lost} samples lost")
    tally = take["tally"]
    check(tally["played"] == tally["kept"] == len(kept), f"it says so itself: {tally}")
    last = [e for e in log(take) if e["event"] == "param"][-1]
    check(last["at"] >= len(x) - block - 100, f"the ramps are in it to the end: {last['at']} of {len(x)}")
    if block >= 1_024:
        cues = own_cues(report(take))
        truth = [(int(bars * bar * 24 / RATE), bars) for bars in [0, *scenes]]
        check([cue[1:] for cue in cues] == truth, f"its scenes are on the bar lines: {cues}")
    shutil.rmtree(take["folder"])


if FULL:
    sizes = [(1, 10), (16, 30), (64, 30), (128, 30), (256, 30), (441, 30), (1_024, 30), (4_096, 30), (8_192, 30)]
else:
    sizes = [(1, 2), (16, 10), (128, 20), (8_192, 20)]
for block, secs in sizes:
    for _ in range(3 if FULL else 1):
        export(block, secs, "")
busy = [multiprocessing.Process(target=spin, daemon=True) for _ in range(6)]
for process in busy:
    process.start()
for block, secs in sizes if FULL else [(64, 10)]:
    for _ in range(3 if FULL else 1):
        export(block, secs, "under six busy loops, ")
for process in busy:
    process.kill()
