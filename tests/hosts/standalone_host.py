"""The standalone program under a screen of its own: the window, typing into it, resizing it."""

import numpy as np

from common import *

work = home("standalone")
screen = subprocess.Popen(
    ["Xvfb", "-displayfd", "1", "-screen", "0", "2400x1700x24", "+extension", "GLX"],
    stdout=subprocess.PIPE,
    stderr=subprocess.DEVNULL,
    text=True,
)
os.environ["DISPLAY"] = ":" + screen.stdout.readline().strip()
os.environ["LIBGL_ALWAYS_SOFTWARE"] = "1"


def say(*words):
    return subprocess.run(words, capture_output=True, text=True).stdout.strip()


def shot(window, name):
    """A picture of the window, as pixels."""
    path = work / name
    subprocess.run(["import", "-window", window, str(path)], check=True)
    width, height = (int(n) for n in say("identify", "-format", "%w %h", str(path)).split())
    raw = subprocess.run(["convert", str(path), "-depth", "8", "rgb:-"], capture_output=True, check=True).stdout
    return np.frombuffer(raw, "uint8").reshape(height, width, 3)


def open_window(*options):
    program = subprocess.Popen(
        [os.environ["PHOSPHENE_STANDALONE"], "--backend", "dummy", "--tempo", "97", *options],
        stdout=subprocess.DEVNULL,
        stderr=open(work / "log.txt", "w"),
    )
    until = time.time() + 60
    window = ""
    while time.time() < until and not window:
        time.sleep(0.2)
        window = say("xdotool", "search", "--name", "Phosphene").splitlines()[-1:]
        window = window[0] if window else ""
    check(window, "the window opens")
    return program, window


try:
    program, window = open_window()
    until = time.time() + 90
    preview = None
    while time.time() < until:
        picture = shot(window, "window.png")
        preview = picture[80:340, 120:560]
        if preview.std() > 20:
            break
        time.sleep(1)
    check(picture.shape[:2] == (760, 1080), f"its size is {picture.shape[1]}x{picture.shape[0]}")
    check(preview.std() > 20, f"the preview shows a picture (spread {preview.std():.0f})")
    check((picture == (0x6F, 0xF2, 0xB4)).all(axis=2).sum() > 300, "the accent is on the screen")
    # The first empty scene is the fifth.
    say("xdotool", "mousemove", "--window", window, "900", "324", "click", "1")
    time.sleep(1)
    say("xdotool", "type", "--window", window, "--delay", "50", "a whale in the sky")
    say("xdotool", "key", "--window", window, "Return")
    time.sleep(2)
    banks = [e["bank"] for e in log(takes()[-1]) if e["event"] == "bank"]
    typed = banks[-1]["prompts"][4]["text"]
    check(typed == "a whale in the sky", f"what is typed is in the project: \"{typed}\"")
    say("xdotool", "windowsize", window, "1500", "1000")
    time.sleep(2)
    big = shot(window, "large.png")
    check(big.shape[:2] == (1000, 1500), "it can be resized")
    check(big[960:990, 1300:1480].std() > 0 or big[300:900, 1300:1480].std() > 0, "and fills its window")
    program.kill()
    program.wait()
    check(takes() == [] or not takes()[-1]["recording"], "nothing is left recording")
finally:
    program.kill()
    screen.kill()
