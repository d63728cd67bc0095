"""The standalone program under a screen of its own: the window, typing into it, resizing it."""

import numpy as np

from common import *

work = home("standalone")
display = screen()


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
        picture = shot(window, work / "window.png")
        preview = picture[80:340, 120:560]
        if preview.std() > 20:
            break
        time.sleep(1)
    check(picture.shape[:2] == (760, 1080), f"its size is {picture.shape[1]}x{picture.shape[0]}")
    check(preview.std() > 20, f"the preview shows a picture (spread {preview.std():.0f})")
    check(accent(picture) > 300, "the accent is on the screen")
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
    big = shot(window, work / "large.png")
    check(big.shape[:2] == (1000, 1500), "it can be resized")
    check(big[960:990, 1300:1480].std() > 0 or big[300:900, 1300:1480].std() > 0, "and fills its window")
    program.kill()
    program.wait()
    check(takes() == [] or not takes()[-1]["recording"], "nothing is left recording")

    # On a screen with twice the points.
    subprocess.run(["xrdb", "-nocpp", "-merge"], input="Xft.dpi: 192\n", text=True, check=True)
    program, window = open_window()
    until = time.time() + 90
    while time.time() < until:
        picture = shot(window, work / "window-2x.png")
        if picture.shape[0] > 1_000 and picture[160:680, 240:1_120].std() > 20:
            break
        time.sleep(1)
    check(picture.shape[:2] == (1_520, 2_160), f"at 192 dpi its size is {picture.shape[1]}x{picture.shape[0]}")
    check(picture[160:680, 240:1_120].std() > 20, "with a picture in it")
    check(accent(picture) > 1_200, "drawn at twice the size")
    program.kill()
    program.wait()
finally:
    program.kill()
    display.kill()
