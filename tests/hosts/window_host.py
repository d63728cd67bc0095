"""The editor in another program's window: pedalboard opens it, it is typed into, closed, and opened over and over."""

import ctypes
import gc
import threading

import numpy as np

from common import *

# glibc gives threads up to eight arenas a core, and each window has threads of its own: with more arenas than one, what the
# process holds goes up and down by tens of megabytes with which thread got which arena, and says nothing of the plugin.
if os.environ.get("MALLOC_ARENA_MAX") != "1":
    os.execve(sys.executable, [sys.executable, "-u", *sys.argv], os.environ | {"MALLOC_ARENA_MAX": "1"})

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
sound = np.random.default_rng(1).uniform(-0.1, 0.1, (2, 4_800)).astype("float32")
plugin.process(sound, RATE, reset=False)
done = threading.Event()
seen = {}


def prompts():
    return [p["text"] for p in json.loads(json.loads(component(plugin.raw_state))["fields"]["project"])["bank"]["prompts"]]


def threads():
    """The names of this process's threads, and the seconds of work of those that are the plugin's."""
    names, spent = [], 0.0
    for task in pathlib.Path("/proc/self/task").iterdir():
        try:
            name = (task / "comm").read_text().strip()
            if name.startswith(("phosphene", "candle")):
                spent += int((task / "schedstat").read_text().split()[0]) / 1e9
            names.append(name)
        except OSError:
            pass
    return names, spent


def resident():
    return int(pathlib.Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


class Mallinfo(ctypes.Structure):
    """glibc's `struct mallinfo2`, of all arenas together."""

    _fields_ = [
        (name, ctypes.c_size_t)
        for name in "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost".split()
    ]


libc = ctypes.CDLL("libc.so.6")
libc.mallinfo2.restype = Mallinfo


def in_use():
    """What was asked of the allocator and not freed, in MB."""
    info = libc.mallinfo2()
    return (info.uordblks + info.hblkhd) / 1e6


def play(secs):
    """Sound in real time, as a host has it while its transport runs or rests."""
    began = time.time()
    for n in range(int(secs * 10)):
        plugin.process(sound, RATE, buffer_size=512, reset=False)
        time.sleep(max(0, began + (n + 1) / 10 - time.time()))


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
        # Without Return: the window is closed while it is typed.
        say("xdotool", "type", "--delay", "50", "a whale in the sky")
        time.sleep(1)
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
check(prompts()[4] == "a whale in the sky", f"what is typed is in the host's state: \"{prompts()[4]}\"")

time.sleep(1)
before = threads()[1]
play(4)
spent = (threads()[1] - before) / 4
# The session empties the rings and records nothing: what it costs with no editor ever opened.
check(spent < 0.02, f"a closed editor costs {100 * spent:.1f} % of a core while sound flows")

after, used = [], []
for _ in range(20):
    done = threading.Event()
    threading.Timer(1.5, done.set).start()
    plugin.show_editor(done)
    time.sleep(0.7)
    after.append(resident())
    used.append(in_use())
print("MB after each opening:", [round(mb) for mb in after])
# Medians of five, after the first openings have brought the fonts and the driver in.
grown = (np.median(after[-5:]) - np.median(after[3:8])) / (len(after) - 8)
check(grown < 0.5, f"an opening keeps {grown:.2f} MB resident")
# What counts is what nobody frees.
leaked = (used[-1] - used[2]) / (len(used) - 3)
steps = [later - earlier for earlier, later in zip(used[2:], used[3:])]
check(leaked < 0.2, f"an opening leaves {leaked:.2f} MB that is not freed")
check(max(steps) < 2, f"and none of them more than {max(steps):.2f} MB")

# Another program's preset: the host shows what the plugin has.
state = plugin.raw_state
own = json.loads(component(state))
own["params"]["zoom"] = {"f32": -1.5}
plugin.raw_state = with_component(state, json.dumps(own).encode())
check(abs(plugin.zoom + 1.5) < 1e-3, f"the host shows what a state sets: {plugin.zoom}")
check("bypass" in plugin.parameters, "there is a bypass")

del plugin
gc.collect()
time.sleep(1)
left = [name for name in threads()[0] if name.startswith(("phosphene", "candle"))]
check(not left, f"no thread outlives the instance: {left}")
display.kill()
# The library that shows windows has threads of its own that outlive it.
os._exit(0)
