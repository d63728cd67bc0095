"""DawDreamer: a transport with a tempo, sample-rate automation, several block sizes."""

import dawdreamer as dd
import numpy as np

from common import *

work = home("dawdreamer")
os.environ["PHOSPHENE_NO_RENDER"] = "1"
BPM = 97.0
# A whole number of blocks of each size, so that all takes are of one length.
x = song(work / "song.wav", 2_048 * 441 / RATE, BPM)
bar = 4 * 60 * RATE / BPM
scene = np.zeros(len(x), "float32")
for index, first in enumerate((0, 2, 5, 7)):
    scene[round(first * bar) :] = index / 15
seen = {}
for block in (64, 441, 512, 2_048):
    engine = dd.RenderEngine(RATE, block)
    engine.set_bpm(BPM)
    play = engine.make_playback_processor("song", x.T)
    plugin = engine.make_plugin_processor("phosphene", VST3)
    index = {p["name"]: p["index"] for p in plugin.get_parameters_description()}
    plugin.set_automation(index["Scene"], scene)
    plugin.set_parameter(index["Morph"], 0.0)
    engine.load_graph([(play, []), (plugin, ["song"])])
    engine.render(len(x) / RATE)
    y = engine.get_audio().T
    check(np.array_equal(y[: len(x)], x[: len(y)]), f"blocks of {block}: the sound passes through")
    del play, plugin, engine
    take = takes()[-1]
    check(len(takes()) == len(seen) + 1, f"blocks of {block}: one take")
    kept = sound(take)
    check(np.array_equal(kept[: len(x)], x[: len(kept)]), f"blocks of {block}: the take is the song")
    said = report(take)
    cues = own_cues(said)
    check([c[2] for c in cues] == [0, 1, 2, 3], f"blocks of {block}: cues {cues}")
    for (sample, frame, _), first in zip(cues, (0, 2, 5, 7)):
        check(frame == int(first * bar * 24 / RATE), f"bar {first + 1} is on frame {frame} (sample {sample})")
    seen[block] = (cues, frames(work / "report.mp4"))
check(len({json.dumps(cues) for cues, _ in seen.values()}) == 1, "the same cues at the same samples for all block sizes")
shortest = min(len(pictures) for _, pictures in seen.values()) - 1
check(len({tuple(p[:shortest]) for _, p in seen.values()}) == 1, f"the same {shortest} frames for all block sizes")

# The same with the real pictures, for the smallest and the largest block.
pictures = []
for take in (takes()[0], takes()[-1]):
    out = work / "painted.mp4"
    command = [PROGRAM, "render-take", take["folder"], "-o", str(out), "--overwrite", "--size", "160x90", "--draft"]
    subprocess.run(command, check=True, capture_output=True)
    pictures.append(frames(out)[:shortest])
check(pictures[0] == pictures[1], f"the same {shortest} painted frames")
