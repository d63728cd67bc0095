"""Thirty instances made and destroyed in one process, over and over, on a machine that is busy."""

import multiprocessing

from common import *

if len(sys.argv) > 1:
    import gc
    import threading

    import dawdreamer as dd

    def threads():
        return sorted(open(f"/proc/self/task/{t}/comm").read().strip() for t in os.listdir("/proc/self/task"))

    engine = dd.RenderEngine(RATE, 256)
    kept = []
    for i in range(30):
        plugin = engine.make_plugin_processor(f"p{i}", VST3)
        if i % 3 == 0:
            kept.append(plugin)
    del plugin
    kept.clear()
    del engine
    gc.collect()
    time.sleep(0.2)
    left = [name for name in threads() if name.startswith("phosphene")]
    sys.exit(f"threads left: {left}" if left else 0)

work = home("churn")
os.environ["PHOSPHENE_NO_RENDER"] = "1"


def spin():
    while True:
        pass


busy = [multiprocessing.Process(target=spin, daemon=True) for _ in range(6)]
for process in busy:
    process.start()
runs = 15 if FULL else 3
for run in range(runs):
    done = subprocess.run([sys.executable, __file__, "child"], capture_output=True, text=True)
    check(done.returncode == 0, f"run {run + 1} of {runs}: {done.returncode} {done.stderr.strip()[-300:]}")
for process in busy:
    process.kill()
children = subprocess.run(["pgrep", "-f", "phosphene render-take"], capture_output=True, text=True).stdout
check(takes() == [], "instances that heard nothing recorded nothing")
