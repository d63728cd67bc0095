"""Basses and chords: how the bars of tonal parts become notes."""


def play_bar(rng, band, player, part, bar, hits):
    """One bar of a bass, comp, pad or lead part that has a row."""
    ends = [at for at, _ in hits[1:]] + [band.bar]
    if part.name == "bass":
        bass(rng, band, player, part, bar, hits, ends)
        return
    low = 8 if part.style in ("power", "low") else 0
    centre = part.memory.setdefault("centre", int(rng.integers(57, 67)) - low)
    play = STYLES.get(part.style, block)
    for (at, accent), end in zip(hits, ends):
        play(rng, band, player, part, bar * band.bar + at, end - at, centre, accent)


def bass(rng, band, player, part, bar, hits, ends):
    """A bar of bass: roots, or walk, alt (root and fifth), oct, octaves, tumbao (ahead of the chord), mel, high."""
    style, harmony, base = part.style, band.harmony, bar * band.bar
    centre = 48 if style == "high" else 40
    after = harmony.chord(base + band.bar + 0.01)
    for k, ((at, accent), end) in enumerate(zip(hits, ends)):
        beat, last = base + at, end == band.bar
        root = after if style == "tumbao" and last and at > band.bar / 2 else harmony.chord(beat)
        key = harmony.pitch(root, centre)
        if style == "walk" and at % band.bar:
            if last:
                key = harmony.pitch(after, centre) + int(rng.choice([-1, 1, 2, -2]))
            else:
                key = harmony.pitch(root + int(rng.choice([1, 2, 4, 5])), centre)
        elif style == "alt" and (k % 2 if len(hits) > 1 else bar % 2):
            key = harmony.pitch(root + 4, centre - 3)
        elif style == "oct" and k % 2:
            key += 12
        elif style in ("mel", "tumbao", "high", "") and at > 0 and rng.random() < 0.55:
            key = harmony.pitch(root + int(rng.choice([0, 2, 4, 4, 6])), centre + 3)
        band.add(player, beat, (end - at) * part.gate, key, accent)
        if style == "octaves":
            band.add(player, beat, (end - at) * part.gate, key - 12, accent)


# The styles of chords.  `beat` and `room`, the beats to the next hit, are where a chord goes.


def power(rng, band, player, part, beat, room, centre, accent):
    """Root, fifth and octave, short or long."""
    length = min(room * part.gate, 1.0 if rng.random() < 0.5 else 2)
    root = band.harmony.pitch(band.harmony.chord(beat), 42)
    for up in (0, 7, 12):
        band.add(player, beat, length, root + up, accent)


def figure(rng, band, player, part, beat, room, centre, accent):
    """One tone at a time: arp up and down or in an order of its own, wide over octaves, alberti, roll at random."""
    at, style = beat % band.bar, part.style
    memory = part.memory
    if "order" not in memory:
        memory.update(order=rng.permutation(6), span=int(rng.choice([3, 4, 5, 6])), turn=0)
    tones = band.harmony.voicing(player, beat, centre)
    if style == "wide":
        low = band.harmony.pitch(band.harmony.chord(beat), centre - 18)
        tones = sorted(tones + [low, low + 12] + [tone + 12 for tone in tones])
    memory["turn"] = memory["turn"] + 1 if at else 0
    if style == "alberti":
        which = [0, len(tones) - 1, 1, len(tones) - 1][memory["turn"] % 4]
    elif style == "roll":
        which = int(rng.integers(0, len(tones)))
    else:
        span = min(len(tones), memory["span"])
        if memory["order"][0] > 3:
            which = int(memory["order"][memory["turn"] % 6]) % span
        else:
            up = memory["turn"] % max(1, 2 * span - 2)
            which = up if up < span else 2 * span - 2 - up
    band.add(player, beat, max(room * part.gate, 0.3), tones[which % len(tones)], accent * (1 if at % 1 == 0 else 0.9))


def montuno(rng, band, player, part, beat, room, centre, accent):
    """The chord of half a beat later in octaves, whole or one tone of it."""
    tones = band.harmony.voicing(player, beat + 0.5, centre)
    for tone in tones if rng.random() < 0.4 else [tones[int(rng.integers(len(tones)))]]:
        for up in (0, 12):
            band.add(player, beat, room * part.gate, tone + up, accent)


def voices(rng, band, player, part, beat, room, centre, accent):
    """A chord of voices over a bass, with passing notes."""
    tones = band.harmony.voicing(player, beat, centre)
    for tone in [band.harmony.pitch(band.harmony.chord(beat), 45)] + tones:
        if rng.random() < 0.2 and room * part.gate > 0.6:
            passing = tone + int(rng.choice([-2, -1, 1, 2]))
            band.add(player, beat, room * 0.5, tone, accent)
            band.add(player, beat + room * 0.5, room * 0.5, passing, accent * 0.9)
        else:
            band.add(player, beat, room * 0.97, tone, accent)


def block(rng, band, player, part, beat, room, centre, accent):
    """The chord at once: block, stab (short), dyad (two tones), one (the top), strum (spread by up to 20 ms), pad."""
    tones, length = band.harmony.voicing(player, beat, centre), room * part.gate
    if part.style == "stab":
        length = min(length, 0.35)
    elif part.style == "dyad":
        tones = tones[:2]
    elif part.style == "one":
        tones = tones[-1:]
    apart = rng.uniform(0.003, 0.02) * band.tempo / 60 if part.style == "strum" else 0
    for k, tone in enumerate(tones if rng.random() < 0.7 else tones[::-1]):
        band.add(player, beat + k * apart, room * 0.98 if part.name == "pad" else length, tone, accent)


STYLES = dict(power=power, arp=figure, wide=figure, alberti=figure, roll=figure, montuno=montuno, voices=voices)
