"""What the drummer does besides the pattern, and the notes before the first bar."""

CLOSED, OPEN = 42, 46  # hi-hat
CRASHES = [49, 57]
RUN = [38, 38, 47, 45, 43, 41]  # snare and toms
COUNT_IN = [37, 42, 75, 76]  # rim, hat, sticks
FILLS = "SRc"  # parts that play fills


def play_bar(rng, band, player, part, bar, hits, phrase):
    """One bar of a drum; the end of a phrase of `phrase` bars may have a fill."""
    if bar % phrase == phrase - 1 and part.name in FILLS and rng.random() < 0.35:
        fill(rng, band, player, bar)
    for at, accent in hits:
        opens = part.name == "T" and part.key == CLOSED and at % 1 > 0.4 and rng.random() < 0.03
        band.add(player, bar * band.bar + at, 0.3, OPEN if opens else part.key, accent)


def fill(rng, band, player, bar):
    """A run over the last beat or two of the bar."""
    beats, per = int(rng.integers(1, 3)), int(rng.choice([2, 3, 4])) if band.tempo <= 150 else 2
    for step in range(beats * per):
        if rng.random() < 0.85:
            beat = (bar + 1) * band.bar - beats + step / per
            band.add(player, beat, 0.2, int(rng.choice(RUN)), rng.uniform(0.6, 1))


def crashes(rng, band, kit):
    """Crash cymbals where somebody enters and every eight bars."""
    for bar in sorted({part.start for part in band.parts} | set(range(0, band.bars, 8))):
        if bar >= band.parts[kit].start and rng.random() < 0.4:
            band.add(kit, bar * band.bar, 1, int(rng.choice(CRASHES)), 0.9)


def pickup(rng, band, kit):
    """Notes before the first bar: sticks counting in, a fill, or an upbeat of a tonal part; nothing in three songs of
    four.  `kit` is the number of a drum part, or None."""
    kind, bar = rng.random(), band.bar
    if kit is not None and band.parts[kit].start == 0 and kind < 0.11:
        if kind < 0.06:
            key, every = int(rng.choice(COUNT_IN)), 1 if band.tempo < 150 else int(rng.choice([1, 2]))
            for beat in range(0, bar, every):
                band.add(kit, beat - bar, 0.2, key, 0.8)
        else:
            fill(rng, band, kit, -1)
    elif kind < 0.26:
        tonal = [i for i, part in enumerate(band.parts) if not part.drum and part.start == 0]
        if tonal:
            player, size = int(rng.choice(tonal)), int(rng.integers(1, 4))
            unit = 1 / band.family.number("lr", rng.choice([1, 2]))
            top, centre = int(rng.integers(-2, 5)), 43 if band.parts[player].name == "bass" else 70
            for left in range(size, 0, -1):
                band.add(player, -left * unit, unit * 0.9, band.harmony.pitch(top - left, centre), 0.8)
