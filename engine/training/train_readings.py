#!/usr/bin/env python3
"""Fits the three regressions of the whole-song hearing: which reading of the beats, whether there is a pulse, where music is.

    train_readings.py make OUTDIR [--songs N] [--seed S]      songs: N of each kind that is hard to read, N / 8 of each family
    train_readings.py fit CLUES SONGS [CLUES SONGS ...]       from what `phosphene_tools reading-clues` wrote

SONGS holds NAME.wav and NAME.beats, CLUES the NAME.json of each.  `fit` prints the
loss of each regression on what it learnt from and on the songs that it keeps back (one in KEPT_BACK), then the constants
of `analysis/reading.rs`, `doubt.rs` and `extent.rs`.  The same seed and data give the same constants.  Needs numpy and
scipy, and `make` what `make_songs.py` needs.

Source: D. McFadden, "Conditional logit analysis of qualitative choice behavior", 1974.
"""
import argparse
import json
import multiprocessing
import os
import sys
import zlib

import numpy as np
from scipy.optimize import minimize

RELATIONS = ["Same", "OffBeat", "Half", "Double", "ThreeForTwo", "TwoForThree", "Third", "Triple", "Quarter"]
FEET = ["Same", "OffBeat", "Quarter"]  # readings at one tempo, weighed by themselves: is it a quarter of a beat off?
SKIPPED = 5.0  # seconds at the beginning that are not scored
FOUND = 0.07  # seconds that a beat may be off
STEADY = 0.175  # share of a beat by which a beat and its length may be off in a stretch that counts as continuous
RIGHT = 1.2  # F-measure and continuity together of a reading that is worth learning from
ALIKE = 0.05  # readings that are so much alike are both right
RIDGE = {"reading": 4.0, "foot": 1.0, "prior": 0.3, "pulse": 0.5, "music": 1.0}
NO_PULSE = 2.0  # how many songs one without a beat counts for
KEPT_BACK = 8
FAMILY_SHARE = 8  # how many songs of each hard kind are made for one of each family of bands
GAP = 4.0  # seconds without a beat between two stretches of music


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


def f_measure(beats, truth):
    near = sum(np.abs(truth - beat).min() <= FOUND for beat in beats) if len(truth) else 0
    return 2 * near / max(len(beats) + len(truth), 1)


def continuity(beats, truth):
    """The share of true beats in stretches where beats and their lengths are right: CMLt of mir_eval, but for its edges."""
    if len(beats) < 2 or len(truth) < 2:
        return 0.0
    nearest = np.array([np.abs(truth - beat).argmin() for beat in beats])
    lengths = np.diff(truth)[np.clip(nearest - 1, 0, len(truth) - 2)]
    close = np.abs(truth[nearest] - beats) < STEADY * lengths
    even = np.abs(np.diff(beats) / lengths[1:] - 1) < STEADY
    right = close[1:] & close[:-1] & even & (np.diff(nearest) == 1)
    return right.sum() / max(len(truth) - 1, len(beats) - 1)


def load(folders):
    """Songs: name, true beats, and both searches' readings."""
    songs = []
    for clues, sounds in folders:
        for file in sorted(os.listdir(clues)):
            name = file[: -len(".json")]
            lines = [line.split() for line in open(os.path.join(sounds, name + ".beats"), encoding="utf-8")]
            truth = np.array([float(line[0]) for line in lines if line])
            scored = truth[truth >= SKIPPED]
            searches = json.load(open(os.path.join(clues, file), encoding="utf-8"))
            for reading in (reading for readings in searches for reading in readings):
                beats = np.array(reading["beats_secs"])
                late = beats[beats >= SKIPPED]
                reading["F"], reading["C"] = f_measure(late, scored), continuity(late, scored)
            songs.append((name, truth, searches))
    return songs


def kept_back(name):
    return zlib.crc32(name.encode()) % KEPT_BACK == 0


def descend(loss, count):
    found = minimize(loss, np.zeros(count), jac=True, method="L-BFGS-B", options={"maxiter": 1000})
    return found.x


def fit_reading(songs, what, relations):
    """A conditional logit among readings of these relations: weights of the signs, priors of all relations."""
    among = [RELATIONS.index(relation) for relation in relations]
    lessons = {True: [], False: []}
    for name, truth, searches in songs:
        readings = [reading for reading in searches[0] if reading["relation"] in among]
        worth = np.array([reading["F"] + reading["C"] for reading in readings])
        if not len(truth) or not readings or worth.max() < RIGHT:
            continue
        right = (worth >= worth.max() - ALIKE).astype(float)
        signs = np.array([reading["signs"] for reading in readings])
        relation = np.eye(len(RELATIONS))[[reading["relation"] for reading in readings]][:, 1:]
        lessons[kept_back(name)].append((signs, relation, right / right.sum()))
    if not lessons[False]:
        sys.exit("no song has a reading to learn from: give CLUES and SONGS that belong together, with beats")
    every = np.vstack([signs for signs, _, _ in lessons[False]])
    count, scale = every.shape[1], every.std(axis=0) + 1e-6
    ridge = np.r_[np.full(count, RIDGE[what]), np.full(len(RELATIONS) - 1, RIDGE["prior"])]

    def loss(weights, of=lessons[False]):
        total, slope = 0.0, np.zeros(len(weights))
        for signs, relation, right in of:
            inputs = np.hstack([signs / scale, relation])
            odds = inputs @ weights
            odds -= odds.max()
            chance = np.exp(odds) / np.exp(odds).sum()
            total -= right @ np.log(chance + 1e-12)
            slope += inputs.T @ (chance - right)
        return total + 0.5 * ridge @ weights**2, slope + ridge * weights

    weights = descend(loss, count + len(RELATIONS) - 1)
    penalty = 0.5 * ridge @ weights**2
    for back, of in lessons.items():
        if of:
            told = "kept back" if back else "learnt from"
            print(f"{what}: loss {(loss(weights, of)[0] - penalty) / len(of):.4f} over {len(of)} songs {told}")
    return weights[:count] / scale, np.r_[0, weights[count:]]


def likeliest(readings, weights, priors):
    readings = [reading for reading in readings if RELATIONS[reading["relation"]] != "Quarter"]
    odds = [np.dot(reading["signs"], weights) + priors[reading["relation"]] for reading in readings]
    return readings[int(np.argmax(odds))]


def logistic(what, rows, ridge):
    """A logistic regression of (name, signs, truth, weight): its weights and, last, its bias."""
    back = np.array([kept_back(name) for name, *_ in rows])
    signs = np.array([[*signs, 1.0] for _, signs, _, _ in rows])
    sign = np.where([truth for _, _, truth, _ in rows], 1.0, -1.0)
    counts = np.array([weight for *_, weight in rows])
    if len(set(sign)) < 2:
        sys.exit(f"{what}: songs with and without are needed; `make` makes both")
    penalty = np.full(signs.shape[1], ridge)
    penalty[-1] = 0

    def loss(weights, of):
        margin = sign[of] * (signs[of] @ weights)
        slope = signs[of].T @ (-counts[of] * sign[of] / (1 + np.exp(margin)))
        total = counts[of] @ np.logaddexp(0, -margin)
        return total + 0.5 * penalty @ weights**2, slope + penalty * weights

    weights = descend(lambda weights: loss(weights, ~back), signs.shape[1])
    for told, of in (("learnt from", ~back), ("kept back", back)):
        if of.any():
            value = loss(weights, of)[0] - 0.5 * penalty @ weights**2
            print(f"{what}: loss {value / counts[of].sum():.4f} over {of.sum()} rows {told}")
    return weights


def within_music(truth, beats):
    """Which beats lie in a stretch of true beats."""
    if not len(truth):
        return np.zeros(len(beats), bool)
    cuts = np.flatnonzero(np.diff(truth) > GAP)
    starts, ends = np.r_[truth[0], truth[cuts + 1]], np.r_[truth[cuts], truth[-1]]
    return np.array([np.any((starts - 0.4 <= beat) & (beat <= ends + 0.4)) for beat in beats], bool)


def rust(name, numbers):
    print(f"{name}: [{', '.join(f'{number:.4g}' for number in numbers)}]")


def fit(folders):
    songs = load(folders)
    weights, priors = fit_reading(songs, "reading", RELATIONS[:-1])
    feet, feet_priors = fit_reading(songs, "foot", FEET)
    pulse, music = [], []
    for name, truth, searches in songs:
        chosen = [likeliest(readings, weights, priors) for readings in searches if readings]
        for reading in chosen:
            # What is read wrongly says nothing of whether there is a pulse.
            if reading["pulse"] and (not len(truth) or reading["F"] > 0.6):
                pulse.append((name, reading["pulse"], len(truth) > 0, 1.0 if len(truth) else NO_PULSE))
        if chosen and "clapped" in name:
            inside = within_music(truth, chosen[0]["beats_secs"])
            music += [(name, signs, here, 1.0) for signs, here in zip(chosen[0]["music"], inside)]
    belief = logistic("pulse", pulse, RIDGE["pulse"])
    extent = logistic("music", music, RIDGE["music"])
    rust("reading.rs WEIGHTS", weights)
    for relation, prior in zip(RELATIONS[:-1], priors):
        print(f"reading.rs Self::{relation} => {prior:.3f}")
    rust("reading.rs FEET_WEIGHTS", feet)
    for relation in FEET:
        print(f"reading.rs FEET {relation}: {feet_priors[RELATIONS.index(relation)]:.3f}")
    rust("doubt.rs BELIEF", belief[:-1])
    print(f"doubt.rs BELIEF_BIAS: {belief[-1]:.3f}")
    rust("extent.rs WEIGHTS", extent[:-1])
    print(f"extent.rs BIAS: {extent[-1]:.3f}")


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = words.add_subparsers(dest="verb", required=True)
    maker = verbs.add_parser("make")
    maker.add_argument("folder")
    maker.add_argument("--songs", type=int, default=48)
    maker.add_argument("--seed", type=int, default=1)
    verbs.add_parser("fit").add_argument("folders", nargs="+")
    asked = words.parse_args()
    if asked.verb == "make":
        make(asked.folder, asked.songs, asked.seed)
    elif len(asked.folders) % 2:
        sys.exit("fit takes pairs: a folder of clues, then the folder of their songs")
    else:
        fit(list(zip(asked.folders[::2], asked.folders[1::2])))


if __name__ == "__main__":
    main()
