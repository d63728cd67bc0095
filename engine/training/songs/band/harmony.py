"""Chords, scales and melodies.  Pitches are MIDI keys, degrees count the steps of the scale from 0."""
import numpy as np

SCALES = dict(major=[0, 2, 4, 5, 7, 9, 11], minor=[0, 2, 3, 5, 7, 8, 10], dorian=[0, 2, 3, 5, 7, 9, 10],
              mixo=[0, 2, 4, 5, 7, 9, 10], harm=[0, 2, 3, 5, 7, 8, 11], phryg=[0, 1, 3, 5, 7, 8, 10])
MOODS = dict(pop=["major", "major", "minor", "mixo"], dark=["minor", "phryg", "dorian", "harm"],
             jazz=["major", "dorian", "minor"], blues=["mixo"], classic=["major", "major", "harm"],
             latin=["minor", "harm", "major", "dorian"], modal=["dorian", "mixo", "minor"])
FOLLOW = [[3, 4, 5, 1, 2], [4, 4, 6], [5, 3], [4, 0, 1], [0, 0, 5], [3, 1, 4], [0, 2]]  # chords after each chord
BLUES = [0, 0, 0, 0, 3, 3, 0, 0, 4, 3, 0, 4]


class Harmony:
    """A key, a scale and a loop of chords, one to each `slot` of beats."""

    def __init__(self, rng, family):
        bar, mood = family.bar, family.mood
        self.key = int(rng.integers(0, 12))
        self.scale = SCALES[rng.choice(MOODS[mood])]
        self.sevenths = mood == "jazz" or rng.random() < (0.6 if mood == "blues" else 0.12)
        self.slot = float(rng.choice(family.options.get("ch", str(bar)).split(",")))
        count = int(rng.choice([2, 4, 4, 8])) * max(1, int(bar / self.slot))
        if mood == "blues" and rng.random() < 0.6:
            self.loop, self.slot = BLUES, float(bar)
        else:
            self.loop = [0 if rng.random() < 0.75 else int(rng.choice([3, 5]))]
            while len(self.loop) < count:
                self.loop.append(int(rng.choice(FOLLOW[self.loop[-1]])))
        self.shift = int(rng.integers(0, len(self.loop))) if rng.random() < 0.3 else 0  # it begins amid the loop
        self.last = {}  # the middle of each part's last chord

    def chord(self, beat):
        """The degree of the root at a beat."""
        return self.loop[(int(np.floor(beat / self.slot + 1e-6)) + self.shift) % len(self.loop)]

    def pitch(self, degree, centre):
        """The pitch of a degree in the octave nearest to the centre."""
        pitch = self.scale[degree % 7] + self.key
        return int(pitch + 12 * round((centre - pitch) / 12))

    def step(self, degree, centre):
        """The pitch of a degree counted from the key note below the centre."""
        octave, step = divmod(degree, 7)
        return self.key + 12 * ((centre - self.key) // 12) + self.scale[step] + 12 * octave

    def voicing(self, player, beat, centre):
        """Tones of the chord near those of the last chord of the player."""
        root, before = self.chord(beat), self.last.get(player, centre)
        found = sorted({self.pitch(root + 2 * third, before) for third in range(4 if self.sevenths else 3)})
        self.last[player] = 0.7 * np.mean(found) + 0.3 * centre
        return found


def melody(rng, band, player, part):
    """A motif of rhythm over two bars, varied; pitches walk the scale, with chord tones on the beats."""
    bar, family = band.bar, band.family
    per = int(family.number("lr", 2 if band.tempo > 85 else rng.choice([2, 4])))  # steps in a beat
    density, sync = rng.uniform(0.25, 0.85), rng.uniform(0, 0.8) * family.number("sync", 1)
    size = 2 * bar * per

    def likely(step):
        if step % per == 0:
            return 1 if step % (bar * per) == 0 else 0.85
        return sync if per > 2 and step % 2 else 0.6

    def motif():
        return [step for step in range(size) if rng.random() < likely(step) * density * 1.3
                and rng.random() > 0.3 * sync * (step % per == 0)]

    motifs = [motif(), motif()]
    degree, centre = int(rng.integers(0, 7)), int(rng.integers(64, 77)) - (17 if part.style == "low" else 0)
    for start in range(part.start, band.bars, 2):
        if (start, player) in band.breaks or (start > part.start and rng.random() < 0.12):
            continue
        steps = motifs[0] if rng.random() < 0.55 else motifs[1] if rng.random() < 0.7 else motif()
        for at, after in zip(steps, steps[1:] + [size]):
            beat = start * bar + at / per
            degree = int(np.clip(degree + rng.choice([-2, -1, -1, 0, 1, 1, 2, 3, -3]), -4, 9))
            if at % per == 0 and rng.random() < 0.7:
                root = band.harmony.chord(beat)
                tones = (root + 2 * third + 7 * octave for third in range(3) for octave in (-1, 0, 1))
                degree = min(tones, key=lambda tone: abs(tone - degree))
            band.add(player, beat, min((after - at) / per, 3) * part.gate, band.harmony.step(degree, centre),
                     0.95 if at % per == 0 else 0.8)
