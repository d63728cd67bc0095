"""pedalboard: no transport, so Capture is always; a take and a video, pass-through, repeated loading."""

import gc

import numpy as np
import pedalboard

from common import *

work = home("pedalboard")
x = song(work / "song.wav", 8)
plugin = pedalboard.load_plugin(VST3)
names = set(plugin.parameters)
check({"scene", "quantize", "morph_beats", "capture", "style"} <= names or {"scene", "capture"} <= names, f"parameters: {sorted(names)}")
plugin.capture = "Always"
plugin.parameters["scene"].raw_value = 1 / 15
y = [plugin.process(x[i : i + 4_800].T.copy(), RATE, buffer_size=512, reset=False) for i in range(0, len(x), 4_800)]
y = np.concatenate(y, axis=1).T
check(np.array_equal(y, x[: len(y)]), "the sound passes through bit for bit")
state = plugin.raw_state
plugin.parameters["scene"].raw_value = 4 / 15
plugin.raw_state = state
check(str(plugin.scene).startswith("2"), f"the state is restored ({plugin.scene})")
del plugin
gc.collect()

take = wait_for_video()[0]
kept = sound(take)
check(np.array_equal(kept, x[: len(kept)]), "the take is the song, bit for bit")
check(len(x) - len(kept) == 0, f"all of it: {len(kept)} of {len(x)} samples")
count, first, rate, _ = probe(take["progress"]["output"])
check(first == 0 and abs(count / float(rate) - len(x) / RATE) <= 1 / float(rate), f"the video lasts as long: {count} frames")

for mono in (False, True) * 4:
    again = pedalboard.load_plugin(VST3)
    again.process(np.zeros((1 if mono else 2, 2_048), "float32"), RATE)
    del again
check(len(takes()) == 1, "loading and silence make no takes")
