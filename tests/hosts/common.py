"""What the host tests share: a private home, a song of our own, takes and videos."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

import numpy as np
import soundfile as sf

CLAP = os.environ["PHOSPHENE_CLAP"]
VST3 = os.environ["PHOSPHENE_VST3"]
PROGRAM = os.environ["PHOSPHENE_PROGRAM"]
FULL = "PHOSPHENE_FULL" in os.environ
RATE = 48_000


def home(name):
    """An empty home for one test; what the plugin writes stays in it."""
    work = pathlib.Path(os.environ["PHOSPHENE_WORK"]) / name
    shutil.rmtree(work, ignore_errors=True)
    for folder in ("run", ".vst3", "Videos"):
        (work / folder).mkdir(parents=True)
    (work / "run").chmod(0o700)
    os.environ.update(
        HOME=str(work),
        XDG_DATA_HOME=str(work / "data"),
        XDG_CONFIG_HOME=str(work / "config"),
        XDG_CACHE_HOME=str(work / "cache"),
        XDG_RUNTIME_DIR=str(work / "run"),
        PHOSPHENE_TAKES=str(work / "takes"),
    )
    return work


def song(path, secs, bpm=97.0, channels=2, rate=RATE):
    """A song whose every sample is its own: noise, with a kick on each beat."""
    n = int(secs * rate)
    noise = np.random.default_rng(7).uniform(-0.05, 0.05, (n, channels)).astype("float32")
    beat = 60 * rate / bpm
    kick = np.sin(2 * np.pi * 60 * np.arange(4_000) / rate) * np.exp(-np.arange(4_000) / 900) * 0.7
    for k in range(int(n / beat) + 1):
        at = round(k * beat)
        part = kick[: max(0, n - at)]
        noise[at : at + len(part)] += part[:, None].astype("float32")
    sf.write(path, noise, rate, subtype="FLOAT")
    return noise


def check(condition, what):
    if not condition:
        sys.exit(f"FAILED: {what}")
    print(f"ok: {what}", flush=True)


def takes():
    """The takes as the program lists them, the oldest first."""
    said = subprocess.run([PROGRAM, "takes", "--json"], capture_output=True, text=True, check=True)
    return json.loads(said.stdout)["takes"][::-1]


def sound(take):
    """A take's samples, (samples, channels)."""
    channels = take["manifest"]["channels"]
    return np.fromfile(pathlib.Path(take["folder"]) / "audio.f32", dtype="<f4").reshape(-1, channels)


def log(take):
    lines = (pathlib.Path(take["folder"]) / "log.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def wait_for_video(count=1, secs=120):
    """Waits until so many takes have their video; returns them."""
    until = time.time() + secs
    while time.time() < until:
        done = [t for t in takes() if t["progress"] and t["progress"]["state"] in ("done", "failed")]
        if len(done) >= count:
            for take in done:
                check(take["progress"]["state"] == "done", f"the video is made ({take['progress']['error']})")
            return done
        time.sleep(0.5)
    sys.exit(f"FAILED: no video after {secs} s: {takes()}")


def report(take, *options):
    """What a quick render of a take says of its cues."""
    folder = pathlib.Path(take["folder"])
    out = folder.parent.parent / "report.json"
    command = [PROGRAM, "render-take", take["folder"], "-o", str(folder.parent.parent / "report.mp4"), "--overwrite"]
    command += ["--generator", "test-pattern", "--size", "64x36", "--audio", "aac", "--report", str(out), *options]
    done = subprocess.run(command, capture_output=True, text=True)
    check(done.returncode == 0, f"the take renders again ({done.stderr.strip()[-300:]})")
    return json.loads(out.read_text())


def own_cues(report):
    """(sample, frame, prompt) of the cues that change the scene."""
    return [(c["sample"], c["frame"], c["prompt"]) for c in report["cues"] if c["variant"] == 0 or c["prompt"] is None]


def probe(path):
    """(frames, first frame's time, rate as a fraction, audio samples) of a video, by another decoder."""
    import av

    with av.open(str(path)) as file:
        video = file.streams.video[0]
        times = [frame.pts * frame.time_base for frame in file.decode(video)]
        rate = video.average_rate
    with av.open(str(path)) as file:
        blocks = [frame.to_ndarray() for frame in file.decode(audio=0)]
        planar = file.streams.audio[0].format.is_planar
        channels = file.streams.audio[0].channels
    if planar:
        samples = np.concatenate(blocks, axis=1).T
    else:
        samples = np.concatenate([block.reshape(-1, channels) for block in blocks])
    return len(times), times[0], rate, samples


def frames(path):
    """A digest of each frame of a video."""
    import hashlib

    import av

    with av.open(str(path)) as file:
        return [hashlib.sha1(frame.to_ndarray(format="yuv420p").tobytes()).hexdigest() for frame in file.decode(video=0)]


def screen():
    """A screen of our own, on which windows are opened from now on."""
    made = subprocess.Popen(
        ["Xvfb", "-displayfd", "1", "-noreset", "-screen", "0", "2400x1700x24", "+extension", "GLX"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    os.environ["DISPLAY"] = ":" + made.stdout.readline().strip()
    os.environ["LIBGL_ALWAYS_SOFTWARE"] = "1"
    return made


def say(*words):
    return subprocess.run(words, capture_output=True, text=True).stdout.strip()


def shot(window, path):
    """A picture of the window, as pixels."""
    subprocess.run(["import", "-window", window, str(path)], check=True)
    width, height = (int(n) for n in say("identify", "-format", "%w %h", str(path)).split())
    raw = subprocess.run(["convert", str(path), "-depth", "8", "rgb:-"], capture_output=True, check=True).stdout
    return np.frombuffer(raw, "uint8").reshape(height, width, 3)


def accent(picture):
    """How many pixels have the editor's one bright colour."""
    return int((picture == (0x6F, 0xF2, 0xB4)).all(axis=2).sum())


# JUCE keeps a VST3's state as XML, and the plugin's bytes in it in a base64 of its own: "length.", then 6 bits a
# letter, the lowest first.
LETTERS = ".ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+"


def component(state):
    """The plugin's own bytes in what a JUCE host saved."""
    text = state[state.index(b"<IComponent>") + 12 : state.index(b"</IComponent>")].decode()
    size, _, letters = text.partition(".")
    bits = sum(LETTERS.index(letter) << (6 * place) for place, letter in enumerate(letters))
    return bits.to_bytes(len(letters) * 6 // 8 + 1, "little")[: int(size)]


def with_component(state, own):
    """The same saved state with other bytes of the plugin's."""
    bits = int.from_bytes(own, "little")
    letters = "".join(LETTERS[bits >> (6 * place) & 63] for place in range((len(own) * 8 + 5) // 6))
    begin, end = state.index(b"<IComponent>") + 12, state.index(b"</IComponent>")
    xml = state[8:begin] + f"{len(own)}.{letters}".encode() + state[end:]
    # A magic number, then the length of the text without the zero at its end.
    return state[:4] + (len(xml.rstrip(bytes(1)))).to_bytes(4, "little") + xml
