#!/usr/bin/env python3
"""Makes songs with exactly known beats for training the beat hearing; `songs/__init__.py` says what they are.

    make_songs.py band OUTDIR SEED COUNT      songs of our own composer for SEED .. SEED + COUNT - 1
    make_songs.py groove OUTDIR SEED COUNT    the same of MMA's grooves
    make_songs.py check OUTDIR                does the sound begin at the beats? by family

A song is KIND_SEED_FAMILY.wav (mono, 44.1 kHz, 16 bit) and KIND_SEED_FAMILY.beats (`seconds<TAB>place in the bar` for
each beat, 1 for the downbeat; empty when there is none).  Songs can be made by several processes at once, each from its
own SEED.
"""
import os
import sys
import time

from songs import NoSong, band, groove
from songs.check import check
from songs.sound import write

KINDS = {"band": band.song, "groove": groove.song}


def make(kind, folder, seed, count):
    """Writes the songs, saying now and then how fast it goes; a seed that makes none is named and left out."""
    os.makedirs(folder, exist_ok=True)
    began = time.time()
    for done in range(1, count + 1):
        number = seed + done - 1
        try:
            family, sound, beats = KINDS[kind](number)
        except NoSong as reason:
            print(f"{kind} {number}: {reason}", file=sys.stderr, flush=True)
            continue
        write(folder, f"{kind}_{number:05d}_{family}", sound, beats)
        if done % 100 == 0:
            print(f"{done} songs, {done / (time.time() - began):.2f} a second", flush=True)


def main():
    words = sys.argv[1:]
    if len(words) == 2 and words[0] == "check":
        check(words[1])
    elif len(words) == 4 and words[0] in KINDS:
        make(words[0], words[1], int(words[2]), int(words[3]))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
