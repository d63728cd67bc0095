#!/usr/bin/env python3
"""Makes the songs on which the readings of whole songs are fitted.

    make_readings.py OUTDIR [--songs N] [--seed S]      N of each kind that is hard to read, N / 8 of each family

A song is NAME.wav and NAME.beats, as those of `make_songs.py`, and needs what those need.  The same seed gives the same
songs.  `phosphene_tools fit-readings` learns from them.
"""
import argparse
import multiprocessing
import os
import zlib

import numpy as np

FAMILY_SHARE = 8  # how many songs of each hard kind are made for one of each family of bands


def kinds():
    """What is made: name, how one song is made from random numbers, and how many for each `FAMILY_SHARE` of `--songs`."""
    from songs import NoSong, loose
    from songs.band import FAMILIES
    from songs.band.beatless import KINDS, beatless
    from songs.band.player import Band
    from songs.sound import RATE, draw_length, master

    def play(rng, family):
        while True:
            try:
                sound, beats = Band(rng, family).play(int(26 * RATE), float(rng.uniform(0.1, 1.2)))
                return master(rng, sound), beats
            except NoSong:
                continue

    def clapped(rng):
        return loose.with_applause(rng, *loose.reggae(rng))

    def clapped_band(rng):
        return loose.with_applause(rng, *play(rng, FAMILIES[rng.integers(len(FAMILIES))]))

    hard = {
        "reggae": loose.reggae,
        "ska": lambda rng: loose.reggae(rng, ska=True),
        "tumbao": loose.tumbao,
        "metronome": loose.metronome,
        "sparse": loose.sparse,
        "chance": loose.chance,
        "applause": loose.applause,
        "clapped": clapped,
        "clapped_band": clapped_band,
    }
    usual = {f"band_{family.name}": (lambda rng, family=family: play(rng, family)) for family in FAMILIES}
    for kind in KINDS:
        usual[f"none_{kind}"] = lambda rng, kind=kind: (master(rng, beatless(rng, draw_length(rng), kind)), [])
    # Few songs are as plain as metronomes, and all of these are to be right.
    shares = {name: FAMILY_SHARE * (3 if name == "metronome" else 1) for name in hard}
    return [(name, song, shares[name]) for name, song in hard.items()] + [(name, song, 1) for name, song in usual.items()]


def make_one(job):
    """Makes a song of (folder, number of the kind, number of the song, seed); what is there already is left as it is."""
    from songs.sound import write

    folder, kind, number, seed = job
    name, song, _ = kinds()[kind]
    name = f"{name}_{number:04d}"
    # A song's beats are written when its sound is whole.
    if not os.path.exists(os.path.join(folder, name + ".beats")):
        write(folder, name, *song(np.random.default_rng([seed, zlib.crc32(name.encode())])))


def make(folder, songs, seed):
    os.makedirs(folder, exist_ok=True)
    counts = [songs * share // FAMILY_SHARE or 1 for _, _, share in kinds()]
    jobs = [(folder, kind, number, seed) for kind, count in enumerate(counts) for number in range(count)]
    with multiprocessing.Pool() as pool:
        for _ in pool.imap_unordered(make_one, jobs, chunksize=4):
            pass


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("folder")
    words.add_argument("--songs", type=int, default=48)
    words.add_argument("--seed", type=int, default=1)
    asked = words.parse_args()
    make(asked.folder, asked.songs, asked.seed)


if __name__ == "__main__":
    main()
