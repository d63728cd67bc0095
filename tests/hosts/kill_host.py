"""kill -9 of the host in the middle of a capture, and of the renderer."""

import signal

import numpy as np

from common import *

if len(sys.argv) > 1:
    import pedalboard

    plugin = pedalboard.load_plugin(VST3)
    plugin.capture = "Always"
    plugin.quantize = "Off"
    plugin.morph_beats = 0.0
    x, _ = sf.read(sys.argv[1], dtype="float32", always_2d=True)
    begin = time.time()
    for i in range(0, len(x), 480):
        plugin.parameters["scene"].raw_value = i // (3 * RATE) % 4 / 15
        plugin.process(x[i : i + 480].T.copy(), RATE, buffer_size=480, reset=False)
        ahead = i / RATE - (time.time() - begin)
        if ahead > 0:
            time.sleep(ahead)
    sys.exit()

work = home("kill")
os.environ["PHOSPHENE_NO_RENDER"] = "1"
x = song(work / "song.wav", 30)
host = subprocess.Popen([sys.executable, __file__, str(work / "song.wav")])
until = time.time() + 60
while time.time() < until and not (takes() and takes()[0]["secs"] > 0):
    time.sleep(0.05)
began = time.time()
time.sleep(12)
check(takes()[0]["recording"], "the take is listed as being recorded")
heard = time.time() - began
host.send_signal(signal.SIGKILL)
host.wait()
take = takes()[0]
check(not take["recording"], "after kill -9 of the host the take is free")
kept = sound(take)
check(np.array_equal(kept, x[: len(kept)]), "what is there is the song, bit for bit")
check(take["secs"] > heard - 0.5, f"all but the last half second is there: {take['secs']:.2f} s of at least {heard:.2f}")

out = work / "video.mov"
command = [PROGRAM, "render-take", take["folder"], "-o", str(out), "--size", "1280x720", "--audio", "pcm"]
whole = work / "whole.mov"
subprocess.run([*command[:4], str(whole), *command[5:]], check=True, capture_output=True)
count, first, rate, samples = probe(whole)
check(abs(count / float(rate) - take["secs"]) <= 1 / float(rate), f"its video lasts as long: {count} frames")
check(np.array_equal(samples, kept), "the video's sound is the take's")



def parts():
    return [p for p in pathlib.Path(take["folder"], "render").rglob("part-*") if p.suffix == ""]


for wanted in (0, 1):
    renderer = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    until = time.time() + 120
    while time.time() < until and len(parts()) < wanted:
        time.sleep(0.1)
    time.sleep(2)
    renderer.send_signal(signal.SIGKILL)
    renderer.wait()
    check(not out.exists(), "a renderer that is killed leaves nothing under the video's name")
check(parts(), f"it leaves finished parts: {len(parts())}")
done = subprocess.run(command, capture_output=True, text=True)
check(done.returncode == 0, f"it goes on ({done.stderr.strip()[-200:]})")
check(frames(out) == frames(whole), "and ends with the same frames")
check(not parts(), "the parts are gone when the video is there")
