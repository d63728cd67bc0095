"""A disk that fills while a take is recorded: the song plays on, the take ends with the reason, and can be rendered.

The limit on the size of a file stands for the disk: writing fails in the middle, as it does when there is no room.
"""

import resource

import numpy as np
import pedalboard

from common import *

ROOM = 2_000_000
work = home("disk")
os.environ["PHOSPHENE_NO_RENDER"] = "1"
x = song(work / "song.wav", 12)
plugin = pedalboard.load_plugin(VST3)
plugin.capture = "Always"
_, most = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, most))
y = [plugin.process(x[i : i + 4_800].T.copy(), RATE, buffer_size=512, reset=False) for i in range(0, len(x), 4_800)]
y = np.concatenate(y, axis=1).T
time.sleep(1)
check(np.array_equal(y, x[: len(y)]) and len(y) == len(x), "the song plays on, bit for bit")
take = takes()[-1]
check(len(takes()) == 1, "one take, and no second one begins in the same play")
check(not take["recording"], "it has ended")
resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
del plugin
kept = sound(take)
check(len(kept) * 8 == ROOM, f"all that there was room for is in it: {len(kept)} samples")
check(np.array_equal(kept, x[: len(kept)]), "bit for bit")
last = log(take)[-1]
check(last["event"] == "end" and last["error"], f"it says why it ended: {last}")
report(take)
count = probe(work / "report.mp4")[0]
check(count == -(-len(kept) * 24 // RATE), f"it renders: {count} frames")
