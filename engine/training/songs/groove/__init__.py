"""Songs in the grooves of MMA.

A family of genres is drawn, then one style of it.  MMA plays a random chord progression in that style; drums alone get
a bass and chords of our own, and many songs get our own melody.  Then players are silenced for build-ups and breaks and
times are bent (swing, tempo curves, unsteady hands).
"""
import numpy as np

from .. import NoSong
from ..fonts import OFF, ON, PROGRAM, Synth, draw_hall
from ..sound import RATE, draw_length, master, soften
from ..timing import Clock, change, draw_curve, hands, rubato, steady, swing, waves
from . import tastes
from .accompany import accompany
from .chords import Chart
from .library import read_library
from .tune import backing, feel_of, melody

CURVES = {steady: 60, waves: 27, change: 13}
KIT = 9  # channel of the drums
TRIES = 6  # of styles, as MMA cannot play all of its own
SCHEMES = {"full": 36, "no drums": 16, "drums only": 10, "chords only": 12, "bass and drums": 8, "lead only": 6,
           "step by step": 12}  # openings and how likely they are


def song(seed):
    """Family, sound and beats of a seed."""
    rng = np.random.default_rng([77, seed])
    families = read_library()
    names = sorted(families)
    family = names[(seed * 7 + seed // len(names)) % len(names)]  # every family equally often
    style = families[family][rng.integers(len(families[family]))]
    tempo = np.exp(rng.uniform(np.log(style.row.low), np.log(style.row.high)))
    length = draw_length(rng)
    cut = rng.uniform(1, 9) if rng.random() < 0.2 else 0  # seconds, as if one came in late
    bars = int(np.ceil((length / RATE + cut) * tempo / 60 / style.bar * 1.15)) + 1
    if rng.random() < 0.12:  # a song that ends before the file does
        bars = max(4, int((length / RATE + cut - 5) * tempo / 60 / style.bar))
    chart = Chart(rng, family, style.bar, bars)
    alike = [other for other in families[family] if other.bar == style.bar]
    notes, others = accompany_somehow(rng, style, alike, chart, seed)
    notes, others, roles, feel = orchestrate(rng, family, chart, notes, others)
    notes = arrange(rng, notes, chart.bar, bars, roles)
    sound, beats = play(rng, family, notes, others, roles, feel, chart, tempo, length, cut)
    return family.replace(" ", "-"), master(rng, sound), beats


def accompany_somehow(rng, style, alike, chart, seed):
    """What MMA plays in the style, or else in one that is alike."""
    for attempt in range(TRIES):
        try:
            notes, others = accompany(rng, style, chart, seed * 8 + attempt)
            if len(notes) > 20:
                return notes, others
        except NoSong:
            pass
        style = alike[rng.integers(len(alike))]
    raise NoSong(f"MMA plays nothing for {style.family}")


def orchestrate(rng, family, chart, notes, others):
    """Adds what is missing, a melody perhaps, and changes instruments for related ones.

    Returns the notes, the other events with the programs first, the role of every channel (drums, bass, chords, lead)
    and the feel.
    """
    feel, programs = feel_of(notes, family), {}
    for _, kind, channel, a, _ in others:
        if kind == PROGRAM:
            programs.setdefault(channel, a)
    if {note[2] for note in notes} == {KIT}:
        more, programs = backing(rng, family, chart, feel, notes)
        notes, others = notes + more, []
    roles = {channel: "drums" if channel == KIT else "bass" if 32 <= programs.get(channel, 0) < 40 else "chords"
             for channel in sorted({note[2] for note in notes})}
    changed = set()
    for channel, program in programs.items():
        if channel != KIT and rng.random() < 0.35:
            programs[channel] = program // 8 * 8 + int(rng.integers(8))
            changed.add(channel)
    free = [channel for channel in range(16) if channel != KIT and channel not in roles and channel not in programs]
    if free and rng.random() < 0.6:
        lead = free[-1]
        roles[lead], programs[lead] = "lead", int(rng.choice(tastes.leads(rng, family)))
        notes = notes + melody(rng, family, chart, feel, lead, int(rng.choice([0, 1, 1, 2, 4])))
    programs[KIT] = int(rng.choice(tastes.kits(family)))
    fixed = changed | {KIT}
    others = [event for event in others if not (event[1] == PROGRAM and event[2] in fixed)]
    setup = [(-np.inf, PROGRAM, channel, program, 0) for channel, program in programs.items()]
    return sorted(notes), setup + others, roles, feel


def draw_entries(rng, bar, roles):
    """The beat in which each role enters, 0 where none is given; somebody plays from the beginning."""
    have = sorted(set(roles.values()))
    opening = int(rng.choice([1, 2, 2, 4, 4])) * bar
    chance = np.array(list(SCHEMES.values()))
    scheme = list(SCHEMES)[rng.choice(len(chance), p=chance / chance.sum())]
    if scheme == "step by step":
        return {role: i * bar * 2 for i, role in enumerate(rng.permutation(have))}
    late = {"full": (), "no drums": ("drums",), "drums only": ("bass", "chords", "lead"),
            "chords only": ("drums", "bass", "lead"), "bass and drums": ("chords", "lead"),
            "lead only": ("drums", "bass", "chords")}[scheme]
    return {} if set(have) <= set(late) else {role: opening for role in late}


def arrange(rng, notes, bar, bars, roles):
    """Silences players: build-ups at the opening, a break later, in one song of seven no drums at all."""
    enter, gone = draw_entries(rng, bar, roles), []
    if rng.random() < 0.15:
        gone.append(("drums", 0, np.inf))
    if rng.random() < 0.25 and bars > 6:
        at, size = int(rng.integers(4, bars - 1)) * bar, int(rng.integers(1, 3)) * bar
        who = [("drums",), ("bass", "chords", "lead"), ("drums", "bass"), ("bass",)][rng.integers(4)]
        gone += [(role, at, at + size) for role in who]

    def sounds(note):
        beat, role = note[0] + 1e-3, roles[note[2]]
        early = bar if role == "lead" else 0  # a pickup
        return beat >= enter.get(role, 0) - early and not any(role == r and a <= beat < b for r, a, b in gone)

    kept = [note for note in notes if sounds(note)]
    return kept if len(kept) >= 24 else notes


def draw_clock(rng, beats, bar, tempo, drums):
    """The clock of a song; half of those without drums are played freely."""
    if not drums and rng.random() < 0.5:
        curve = rubato(rng, beats, bar, rng.uniform(0.02, 0.12))
    else:
        curve = draw_curve(rng, beats, CURVES)
    return Clock(0, curve * 60 / tempo)


def draw_swing(rng, feel, family):
    """Arguments of `timing.swing`: swung beats in triplets become straighter or sharper, some sixteenths are swung."""
    if feel == "swing":
        return 1, 2 / 3, rng.uniform(0.57, 0.7)
    if feel == "sixteenth" and family in tastes.LOOSE and rng.random() < 0.5:
        return 0.5, 0.5, rng.uniform(0.5, 0.64)
    return 1, 0.5, 0.5


def play(rng, family, notes, others, roles, feel, chart, tempo, length, cut):
    """Sound of `length` samples and beats; `cut` seconds are missing at the beginning."""
    drums = any(roles[note[2]] == "drums" for note in notes)
    clock = draw_clock(rng, len(chart.bars) * chart.bar + 8, chart.bar, tempo, drums)
    places = np.array([note[:2] for note in notes])
    start, end = clock.at(swing(places, *draw_swing(rng, feel, family))).T
    shift = {channel: rng.normal(0, 0.0015) for channel in roles}
    strokes = [(round(note[0] * 48), note[2]) for note in notes]
    start = start + hands(rng, strokes, [shift[note[2]] for note in notes], rng.uniform(0, 0.006), 0.012)
    before = 0.02 if cut or rng.random() < 0.3 else rng.uniform(0.05, 1.5)
    zero = start.min() - before  # the clock's time at which rendering begins
    lift = {channel: rng.uniform(0.6, 1.25) for channel in roles}
    ready = zero + 0.02  # programs and controllers come before the earliest notes of their beat
    events = [(max(0, round((clock.at(max(0, beat)) - ready) * RATE)), *what) for beat, *what in others]
    for (_, _, channel, key, velocity), on, off in zip(notes, start - zero, end - zero):
        velocity, key = int(np.clip(velocity * lift[channel] + rng.normal(0, 4), 8, 127)), int(np.clip(key, 0, 127))
        events += [(round(on * RATE), ON, channel, key, velocity),
                   (round(max(on + 0.03, off) * RATE), OFF, channel, key, 0)]
    skip = round(cut * RATE)
    sound = Synth.draw(rng).render(events, length + skip, draw_hall(rng), rng.random() < 0.4)[skip:]
    begin, stop = max(0, before - cut - 0.02), min(length / RATE, start.max() - zero - cut + 0.02)
    return soften(sound, cut > 0), clock.truth(zero + skip / RATE, chart.bar, begin, stop)
