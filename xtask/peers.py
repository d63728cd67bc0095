#!/usr/bin/env python3
"""peers.py SONGS WORK: the table of `cargo xtask bench --analysis`.

SONGS holds NAME.ogg/.wav/.flac beside NAME.beats (seconds, tab, place in the bar; an empty file means that no beat is
to be heard) and perhaps NAME.sections (start, end, label).  WORK holds our own answers in offline/ and live/.  Every
tracker is scored by mir_eval on all songs: beats within 70 ms, the first 5 s not counted; tempo right within 4 %.  A
tracker has locked at the first of four true beats in a row, counted from the song's first, that it tells with none
between; "locked" is the share of songs in which that is within 5 s, "lock" the median in seconds."""
import glob, os, sys, time
import numpy as np, mir_eval, soundfile

def read(path):
    rows = [line.split() for line in open(path) if line.strip()]
    return np.array([float(r[0]) for r in rows]), np.array([int(float(r[1])) if len(r) > 1 else 0 for r in rows])

def score(truth, heard, skip=5.0):
    (t, tn), (h, hn) = truth, heard
    cut = lambda x: x[x >= skip]
    r, e = (cut(t), cut(h)) if len(cut(t)) >= 4 else (t, h)
    out = {"F": mir_eval.beat.f_measure(r, e) if len(e) else 0.0, "CMLt": 0.0, "A1": 0.0}
    if len(r) > 1 and len(e) > 1:
        out["CMLt"] = mir_eval.beat.continuity(r, e)[1]
    if len(h) > 2:
        ref, est = 60 / np.median(np.diff(t)), 60 / np.median(np.diff(h))
        out["A1"] = float(abs(est - ref) <= 0.04 * ref)
    if (tn == 1).any() and (hn > 0).any():
        rd, ed = cut(t[tn == 1]), cut(h[hn == 1])
        out["downbeat F"] = mir_eval.beat.f_measure(rd, ed) if len(ed) else 0.0
    return out

def lock(truth, heard):
    """Seconds from the first true beat to the first of four in a row that are told; infinite when they never are."""
    for first in range(len(truth) - 3):
        near = [np.flatnonzero(np.abs(heard - beat) <= 0.07) for beat in truth[first:first + 4]]
        if all(len(n) == 1 for n in near) and near[3][0] - near[0][0] == 3:
            return truth[first] - truth[0]
    return np.inf

def librosa_beats():
    import librosa
    return lambda y, sr: librosa.frames_to_time(librosa.beat.beat_track(y=y, sr=sr)[1], sr=sr)

def essentia_beats():
    import essentia.standard as es
    def run(y, sr):
        y = y if sr == 44100 else es.Resample(inputSampleRate=sr, outputSampleRate=44100)(y)
        return es.RhythmExtractor2013(method="multifeature")(y)[1]
    return run

def aubio_beats():
    import aubio
    def run(y, sr):
        tempo, beats = aubio.tempo("default", 1024, 512, sr), []
        for i in range(0, len(y) - 511, 512):
            if tempo(y[i:i + 512]):
                beats.append(tempo.get_last_s())
        return np.array(beats)
    return run

def main():
    songs, work = sys.argv[1:3]
    truth = {os.path.basename(p)[:-6]: read(p) for p in sorted(glob.glob(os.path.join(songs, "*.beats")))}
    answers, speed, missing = {}, {}, []
    for name in ("offline", "live"):
        answers["ours, " + name] = {s: read(os.path.join(work, name, s + ".beats")) for s in truth}
    for name, make in (("librosa", librosa_beats), ("essentia", essentia_beats), ("aubio, online", aubio_beats)):
        try:
            run = make()
        except Exception as error:
            missing.append(f"{name}: {type(error).__name__}: {error}")
            continue
        heard, spent, total = {}, 0.0, 0.0
        for song in truth:
            path = next(p for e in ("ogg", "wav", "flac") if os.path.exists(p := os.path.join(songs, f"{song}.{e}")))
            y, sr = soundfile.read(path, dtype="float32", always_2d=True)
            y = np.ascontiguousarray(y.mean(1))
            begin = time.process_time()
            try:
                beats = np.asarray(run(y, sr), dtype=float)
            except Exception:
                beats = np.zeros(0)
            spent += time.process_time() - begin
            total += len(y) / sr
            heard[song] = (beats, np.zeros(len(beats), int))
        answers[name], speed[name] = heard, total / spent
    columns = ("F", "CMLt", "A1", "downbeat F")
    more = ("locked", "lock", "x real time", "false beats")
    print(f"{'':16}" + "".join(f"{c:>12}" for c in columns) + "".join(f"{c:>13}" for c in more))
    for name, heard in answers.items():
        rows = [score(truth[s], heard[s]) for s in truth if len(truth[s][0])]
        false = sum(len(heard[s][0]) for s in truth if not len(truth[s][0]))
        cells = [[r[c] for r in rows if c in r] for c in columns]
        line = "".join(f"{np.mean(v):12.3f}" if v else f"{'-':>12}" for v in cells)
        locks = [lock(truth[s][0], heard[s][0]) for s in truth if len(truth[s][0]) > 3]
        line += f"{np.mean([secs <= 5 for secs in locks]):13.2f}{np.median(locks):13.2f}"
        print(f"{name:16}" + line + (f"{speed[name]:13.0f}" if name in speed else f"{'see above':>13}") + f"{false:13}")
    for line in missing:
        print("could not be had:", line)

main()
