"""Songs that the whole-song hearing finds hard: reggae, ska and son by hands, hits far apart, metronomes, applause.

Each gives `(sound, beats)` as `songs` says; of applause and of chance clicks the beats are none.
"""
import numpy as np
from scipy.signal import butter, sosfilt

from .fonts import CONTROL, OFF, ON, PROGRAM, VOLUME, Synth
from .sound import RATE, coloured, level, master

PROGRESSIONS = [[0, 5], [0, -2, 5, 0], [0, 0, -4, -2], [0, 3, 5, 7], [0, -2], [0]]
DRUMS = 9  # the channel of the drums
GUITAR, ORGAN, BASS = range(3)


def clock(rng, bpm, secs):
    """Seconds of each beat: a tempo that wanders a little from beat to beat."""
    count = int(secs * bpm / 60) + 12
    slow = 0.012 * np.cumsum(rng.normal(0, 1, count)) / np.sqrt(count)
    lengths = 60 / bpm * (1 + slow + rng.normal(0, 0.012, count) * rng.uniform(0.3, 1))
    return np.concatenate([[0], np.cumsum(lengths)]) + rng.uniform(0.2, 1)


class Hands:
    """A few players without a machine's evenness, each a little late or early in all they do.

    `bpm` is the tempo; places and lengths are in beats.  Channels are numbers of players, `DRUMS` the drums.
    """

    def __init__(self, rng, bpm, secs, players):
        """`players` has each channel's programs, one of which is drawn, and the least and greatest volume."""
        self.rng, self.bpm, self.secs = rng, bpm, secs
        self.beats, self.loose, self.late = clock(rng, bpm, secs), rng.uniform(0.006, 0.022), rng.normal(0, 0.008, 16)
        self.events = []
        for channel, (programs, low, high) in players.items():
            self.events.append((0, PROGRAM, channel, int(rng.choice(programs)), 0))
            self.events.append((0, CONTROL, channel, VOLUME, int(rng.integers(low, high))))

    def note(self, channel, beat, length, key, velocity):
        """Plays a note, not quite when it should be."""
        at = np.interp(beat, np.arange(len(self.beats)), self.beats) + self.late[channel]
        start = max(0, int((at + np.clip(self.rng.normal(0, self.loose), -0.045, 0.045)) * RATE))
        velocity = int(np.clip(velocity * self.rng.uniform(0.8, 1.15), 12, 120))
        self.events.append((start, ON, channel, int(key), velocity))
        self.events.append((start + int(length * 60 / self.bpm * RATE), OFF, channel, int(key), 0))

    def song(self, bar):
        """The sound, and the beats in bars of `bar`."""
        rng = self.rng
        hall = (rng.uniform(0.3, 0.9), rng.uniform(0.1, 0.6), 0.7, rng.uniform(0.2, 0.8))
        sound = master(rng, Synth.draw(rng).render(self.events, self.secs * RATE, hall, False))
        return sound, [(float(at), i % bar + 1) for i, at in enumerate(self.beats) if at < self.secs - 0.05]

    def bars(self, bar):
        """How many bars of `bar` beats fill the song."""
        return len(self.beats) // bar


def reggae(rng, ska=False):
    """Chords on the off-beats, a drop on the third beat, a bass that may keep off the beat, soft and loose drums."""
    players = {
        GUITAR: ([24, 26, 27, 28], 85, 118), ORGAN: ([16, 17, 18], 60, 95), BASS: ([32, 33, 35], 85, 120),
        DRUMS: ([0], 50, 100),
    }
    hands = Hands(rng, rng.uniform(120, 160) if ska else rng.uniform(66, 92), 30, players)
    note, soft = hands.note, rng.uniform(0.35, 0.8)
    root, chords = rng.integers(48, 60), PROGRESSIONS[rng.integers(len(PROGRESSIONS))]
    on, off = rng.choice([0, 0.3, 0.6]), rng.choice([0.25, 0.5, 0.8])
    bass = [p for p in np.arange(0, 4, 0.5) if rng.random() < (off if p % 1 else on)] or [1.5]
    kicks = [[2], [2], [2], [0, 2], [0, 1, 2, 3]][rng.integers(5)]
    hats = [[0, 0.5], [0], [0, 0.25, 0.5, 0.75]][rng.integers(3)]
    drums, bubble, third = rng.random() > 0.12, rng.random() < 0.6, 3 if rng.random() < 0.6 else 4
    for bar in range(hands.bars(4)):
        key = root + chords[bar % len(chords)]
        for beat in range(4 * bar, 4 * bar + 4):
            for tone in (12, 12 + third, 19):
                note(GUITAR, beat + 0.5, 0.18, key + tone, 88)
            for part in [0.25, 0.5, 0.75] if bubble else []:
                note(ORGAN, beat + part, 0.15, key + (12 if part == 0.5 else 7), 60)
            for part in hats if drums else []:
                note(DRUMS, beat + part, 0.1, 42, (60 if part in (0, 0.5) else 34) * soft)
        if drums:
            for beat in kicks:
                note(DRUMS, 4 * bar + beat, 0.2, 36, 88 * soft)
            note(DRUMS, 4 * bar + 2, 0.2, 37 if rng.random() < 0.7 else 38, 80 * soft)
        for beat in bass:
            note(BASS, 4 * bar + beat, 0.4, key - 12 + rng.choice([0, 0, 0, 7, 3, -5, 5]), 92)
    return hands.song(4)


# Latin rhythms of eight steps, or twice eight: x a stroke, X a strong one.  The bass comes before the beat and its chord.
BASSES = ["...x..x.", "...x..x.", "x..x..x.", "......x.", "...x...x", "x..x..xx", "..x...x."]
MONTUNOS = ["x.xx.x.x.x.x.x.x", ".x.x.x.xx.xx.x.x", "x.x.xx.x.x.x.x.x", ".xx.xx.x", "x..x..x."]
SHAKEN = ["Xxxx", "X.xx", "X.x.", "xxXx", "X..."]
PERCUSSION = [  # keys of the drums, and what they play
    (75, ["x..x..x...x.x...", "..x.x...x..x..x.", "x..x...x..x.x...", "..x.x...x..x...x"]),
    (62, ["..X.....", "..X...x.", "..X....."]), (64, ["......xx", "......xx...x..xx", "...x...x"]),
    (65, ["x.x.xx.x.xx.x.x.", "X.xxX.xx", ".xx.x.x.x.x.xx.x"]), (56, ["X.xxX.xx", "X.x.X.xx", "X...X...", "X...X..."]),
    (36, ["...x....", "X...X...", "...x..x.", "X......."]),
]
PIANO = 0  # the channel of the montuno


def tumbao(rng):
    """Son, salsa, cha-cha and the like: the bass always ahead, next to nothing low on the beat, shakers that keep it."""
    steps = int(rng.choice([2, 4, 4]))  # in a beat
    players = {
        PIANO: ([0, 0, 1, 24, 25, 4], 60, 110), ORGAN: ([56, 61, 73, 52], 60, 105), BASS: ([32, 32, 33, 35], 85, 122),
        DRUMS: ([0], 65, 115),
    }
    hands = Hands(rng, rng.uniform(150, 228) if steps == 2 else rng.uniform(118, 206), 28, players)
    hands.loose *= rng.uniform(0.1, 0.8)
    hands.late *= rng.uniform(0, 0.6)
    note, root, chords = hands.note, rng.integers(48, 60), PROGRESSIONS[rng.integers(len(PROGRESSIONS))]
    minor, bass = 3 if rng.random() < 0.5 else 4, BASSES[rng.integers(len(BASSES))]
    montuno, shaken = MONTUNOS[rng.integers(len(MONTUNOS))], SHAKEN[rng.integers(len(SHAKEN))]
    shaker, loud = int(rng.choice([70, 73, 82, 42, 69])), rng.uniform(50, 95)
    struck = [(key, rows[rng.integers(len(rows))]) for key, rows in PERCUSSION if rng.random() < 0.55]
    piano, brass = rng.random() < 0.85, rng.random() < 0.4
    for cell in range(len(hands.beats) * steps // 8):
        now, after = (root + chords[(cell + more) // 2 % len(chords)] for more in (0, 1))
        for step in range(8):
            beat = (8 * cell + step) / steps

            def stroke(row):
                return row[(8 * cell + step) % len(row)]

            if stroke(bass) == "x":
                # What comes last is of the chord that follows.
                note(BASS, beat, 2 / steps, (after if step > 4 else now) - 12 + rng.choice([0, 0, 0, 7, 12]), 96)
            if piano and stroke(montuno) == "x":
                tone = rng.choice([12, 12 + minor, 19])
                for octave in (0, 12):
                    note(PIANO, beat, 0.8 / steps, now + tone + octave, 84)
            if brass and stroke("x..x..x.") == "x" and cell % 4 > 1:
                note(ORGAN, beat, 0.6 / steps, now + 19, 88)
            if stroke(shaken) != ".":
                note(DRUMS, beat, 0.1, shaker, loud if stroke(shaken) == "X" else 0.6 * loud)
            for key, row in struck:
                if stroke(row) != ".":
                    note(DRUMS, beat, 0.1, key, 100 if stroke(row) == "X" else 80)
    return hands.song(4)


def tick(rng, kind, hz):
    """A click: a tone that decays, a short cosine, one that rings, noise."""
    t = np.arange(int([0.02, 0.005, 0.06, 0.03][kind] * RATE)) / RATE
    if kind == 1:
        return np.cos(2 * np.pi * hz * t)
    fall = np.exp(-t * [200, 0, rng.uniform(40, 120), rng.uniform(100, 300)][kind])
    return fall * (rng.normal(0, 0.4, len(t)) if kind == 3 else np.sin(2 * np.pi * hz * t))


def metronome(rng, low_bpm=40, high_bpm=205):
    """Clicks at one tempo, in silence or with faint noise; the first of a bar may be higher and louder."""
    bpm, secs = np.exp(rng.uniform(np.log(low_bpm), np.log(high_bpm))), rng.uniform(11, 30)
    kind, hz, metre = rng.integers(4), rng.choice([440, 800, 1000, 1500, 3000]), int(rng.choice([4, 4, 4, 3, 2, 1]))
    high = tick(rng, kind, hz * rng.choice([1, 1.5, 2])) * 0.9
    other = tick(rng, kind, hz) * rng.uniform(0.4, 0.9) if metre > 1 else high
    x = np.zeros(int((secs + 1) * RATE))
    first = rng.choice([0, 0.005, 0.02, 0.7, rng.uniform(0, 1)])
    beats = [(float(at), k % metre + 1) for k, at in enumerate(np.arange(first, secs - 0.05, 60 / bpm))]
    for at, place in beats:
        sound, start = high if place == 1 else other, int(round(at * RATE))
        x[start:start + len(sound)] += sound
    x = x[:int(secs * RATE)]
    if rng.random() < 0.4:
        x = x + rng.normal(0, 1, len(x)) * 10 ** (rng.uniform(-90, -45) / 20)
    return x * 10 ** (rng.uniform(-20, 0) / 20), beats


def sparse(rng):
    """One hit a beat, 44 to 56 beats a minute, with a trace of noise."""
    bpm, secs = rng.uniform(44, 56), 34
    t = np.arange(RATE // 2) / RATE
    drop = np.sin(2 * np.pi * (55 * t + 3 * (1 - np.exp(-t * 40)))) * np.exp(-t * 9)
    hiss = rng.normal(0, 0.4, len(t)) * np.exp(-t * 23)
    tone = np.sin(2 * np.pi * 440 * t) * np.exp(-t * 15) * 0.6
    hits = [[drop, hiss], [hiss, hiss], [tone, tone]][rng.integers(3)]
    x, beats = np.zeros((secs + 1) * RATE), []
    for k, at in enumerate(np.arange(rng.uniform(0.2, 1), secs - 0.5, 60 / bpm)):
        start = max(0, int((at + rng.normal(0, 0.002)) * RATE))
        x[start:start + len(t)] += hits[k % 2] * rng.uniform(0.85, 1)
        beats.append((float(at), k % 4 + 1))
    x = x[:secs * RATE] * 0.5
    return x + coloured(rng, len(x), 1) * 0.02 * rng.random(), beats


def chance(rng):
    """Clicks at no tempo at all: one to eight a second, each whenever it likes."""
    secs, a_second = rng.uniform(20, 40), rng.uniform(1.5, 8)
    x, at = np.zeros(int((secs + 1) * RATE)), 0.0
    while at < secs:
        sound = tick(rng, 0, rng.choice([1000, 1400, 2000])) * 0.6
        x[int(at * RATE):int(at * RATE) + len(sound)] += sound
        at += 0.011 + rng.exponential(1 / a_second)
    return x[:int(secs * RATE)], []


def applause(rng, secs=26.0):
    """Many hands that each clap at a pace of their own, over a roar; it swells and dies away."""
    length = int(secs * RATE)
    x, t = np.zeros(length + RATE), np.arange(int(0.06 * RATE)) / RATE
    for _ in range(int(np.exp(rng.uniform(np.log(8), np.log(250))))):
        hz = np.exp(rng.uniform(np.log(700), np.log(3000)))
        band = butter(2, [hz / 1.5, hz * 1.5], "band", fs=RATE, output="sos")
        clap = sosfilt(band, rng.normal(0, 1, len(t))) * np.exp(-t * rng.uniform(60, 250)) * rng.uniform(0.1, 1) ** 2
        pace, at, stop = rng.uniform(2.2, 4.8), rng.uniform(0, 1), secs * rng.uniform(0.6, 1)
        while at < stop:
            x[int(at * RATE):int(at * RATE) + len(clap)] += clap * rng.uniform(0.6, 1.2)
            at += np.exp(rng.normal(0, 0.07)) / pace
    roar = sosfilt(butter(2, [250, 2800], "band", fs=RATE, output="sos"), coloured(rng, length, 1.2))
    x = x[:length] / level(x) + roar / level(roar) * rng.uniform(0, 1)
    rise, fall = int(rng.uniform(0.2, 1.5) * RATE), int(rng.uniform(1.5, 5) * RATE)
    x[:rise] *= np.linspace(0, 1, rise) ** 1.5
    x[-fall:] *= np.linspace(1, 0, fall) ** 1.5
    return 0.1 * x / level(x), []


def with_applause(rng, song, beats):
    """A song between two applauses, with its beats."""
    before, after = (applause(rng, rng.uniform(8, 16))[0] * 10 ** (rng.uniform(-10, 2) / 20) for _ in range(2))
    song = song / level(song) * 0.1
    late = len(before) / RATE
    return np.concatenate([before, song, after]), [(at + late, place) for at, place in beats]
