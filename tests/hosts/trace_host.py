"""The audio thread's system calls, in the standalone program: it waits for its next block, and does nothing else."""

import collections

from common import *

# Blocks after which all that is made once has been made.
WARM = 500
work = home("trace")
os.environ["PHOSPHENE_NO_RENDER"] = "1"
display = screen()
program = subprocess.Popen(
    ["strace", "-f", "-qq", "-o", str(work / "trace.txt"), os.environ["PHOSPHENE_STANDALONE"]]
    + ["--backend", "dummy", "--period-size", "64", "--sample-rate", "48000", "--tempo", "97"],
    stdout=subprocess.DEVNULL,
    stderr=open(work / "log.txt", "w"),
)
try:
    until = time.time() + 120
    blocks = collections.Counter()
    while time.time() < until and max(blocks.values(), default=0) < 8 * WARM:
        time.sleep(2)
        check(program.poll() is None, f"the program runs under strace {(work / 'log.txt').read_text()[-300:]}")
        blocks.clear()
        calls = collections.defaultdict(list)
        for line in (work / "trace.txt").read_text(errors="replace").splitlines()[:-1]:
            thread, _, call = line.partition(" ")
            call = call.strip()
            # The second half of a call that another thread's interrupted.
            if call.startswith(("<...", "---", "+++")):
                continue
            name = call.partition("(")[0]
            calls[thread].append(name)
            blocks[thread] += name == "clock_nanosleep"
    audio, count = blocks.most_common(1)[0]
    check(count >= 8 * WARM, f"the audio thread has played {count} blocks")
    later = calls[audio][calls[audio].index("clock_nanosleep") + WARM :]
    check(set(later) == {"clock_nanosleep"}, f"{len(later)} system calls of it: {dict(collections.Counter(later))}")
    others = [thread for thread in calls if thread != audio and len(calls[thread]) > 1_000]
    check(len(others) > 2, f"while {len(others)} other threads were at work")
    written = sum((take / "audio.f32").stat().st_size for take in (work / "takes").iterdir())
    check(written > 100_000, f"and {written} bytes were spooled")
finally:
    subprocess.run(["pkill", "-9", "-P", str(program.pid)])
    program.kill()
    display.kill()
