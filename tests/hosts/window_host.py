"""The editor in another program's window: pedalboard opens it, and it is typed into."""

import ctypes
import threading

import numpy as np

from common import *

work = home("window")
display = screen()
# JUCE asks for properties of windows that are gone while it closes one; by default Xlib ends the process for that.
xlib = ctypes.CDLL("libX11.so.6")
HANDLER = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
ignore = HANDLER(lambda *_: 0)
xlib.XInitThreads()
xlib.XSetErrorHandler(ignore)

import pedalboard

plugin = pedalboard.load_plugin(VST3)
done = threading.Event()
seen = {}


def look():
    """What a user does, while the host shows the window."""
    try:
        until = time.time() + 90
        while time.time() < until:
            time.sleep(1)
            windows = say("xdotool", "search", "--onlyvisible", "--name", "Phosphene").splitlines()
            if not windows:
                continue
            seen["window"] = windows[0]
            picture = shot(windows[0], work / "window.png")
            if picture[80:340, 120:560].std() > 20:
                break
        seen["picture"] = picture
        say("xdotool", "mousemove", "--window", seen["window"], "900", "330", "click", "1")
        time.sleep(1)
        say("xdotool", "type", "--delay", "50", "a whale in the sky")
        say("xdotool", "key", "Return")
        time.sleep(2)
        shot(seen["window"], work / "typed.png")
    finally:
        done.set()


user = threading.Thread(target=look)
user.start()
plugin.show_editor(done)
user.join()
picture = seen["picture"]
check(picture[80:340, 120:560].std() > 20, f"the host shows the editor, {picture.shape[1]}x{picture.shape[0]}, with a picture")
check(accent(picture) > 300, "in its colours")
project = json.loads(json.loads(component(plugin.raw_state))["fields"]["project"])
typed = project["bank"]["prompts"][4]["text"]
check(typed == "a whale in the sky", f"what is typed is in the host's state: \"{typed}\"")
del plugin
display.kill()
# The library that shows windows has threads of its own that outlive it.
os._exit(0)
