"""The grooves of MMA's library that are used, by family.

MMA (Musical MIDI Accompaniment, Bob van der Poel, GPL-2+) is run as a separate program on its own library, whose files
are only read here for the names of their grooves; nothing of either is kept.
"""
import functools
import os
import re
from dataclasses import dataclass, field

PLACES = ("/usr/share/mma/lib", "/usr/local/share/mma/lib")


@dataclass(frozen=True)
class Row:
    """Files of a family that are felt alike: beats in a bar, lowest and highest beats a minute, files of the library.

    Felt is the quarter in 4/4 and in every waltz, the dotted quarter in 6/8 and 12/8, the half where MMA notates a 2/4
    dance in doubled quarters and all of its drums state the half (samba, merengue).  In boom-chick styles (march,
    polka, bluegrass, ragtime) boom and chick are a beat each.  `file:expression` takes only matching grooves.  Files of
    `zoom` hold drums alone; of those whose name ends in !, ^ or ? only the clear ones, the clear ones in eighths or the
    half-time ones are taken (`drum_kind`).
    """

    family: str
    bar: int
    low: float
    high: float
    files: str


TABLE = [
    Row("rock", 4, 95, 160,
        "stdlib/basicrock stdlib/8beat stdlib/60srock stdlib/bubblerock stdlib/folkrock stdlib/softrock casio/rock1 "
        "casio/rock2 casio/poprock1 casio/poprock2 casio/60srock casio/digitalrock casio/8beat1 casio/8beat2 "
        "casio/8beat3 yamaha/w-rock zoom/rock! zoom/hrk!"),
    Row("metal", 4, 150, 212, "casio/heavymetal zoom/mtl^ zoom/hrk^ zoom/thr zoom/rock^"),
    Row("metal", 4, 96, 150, "zoom/mtl! zoom/hrk!"),
    Row("metal", 4, 120, 160, "zoom/mtl?"),
    Row("punk", 4, 155, 215, "zoom/thr^ zoom/rock^ zoom/hrk^"),
    Row("rock and roll", 4, 140, 190, "stdlib/jive stdlib/twist casio/twist kara/fasttwist kara/twi kara/K50s_rock"),
    Row("pop", 4, 85, 135,
        "casio/pop casio/8beatpop1 casio/8beatpop2 casio/8beatpop3 casio/16beat1 casio/16beat2 casio/16beat3 "
        "casio/60spop casio/80spop casio/electricpop casio/worldpop casio/soulpop zoom/pop! zoom/beat8! zoom/beat16!"),
    Row("ballad", 4, 55, 86,
        "stdlib/ballad stdlib/pianoballad stdlib/popballad stdlib/rockballad stdlib/guitarballad stdlib/stringballad "
        "stdlib/folkballad stdlib/rb-ballad casio/8beatballad1 casio/8beatballad2 casio/8beatballad3 "
        "casio/16beatballad1 casio/16beatballad2 casio/16beatballad3 casio/oldieballad casio/popballad "
        "casio/slow16beat casio/serenade zoom/bald! zoom/beat16!"),
    Row("twelve eight", 4, 50, 92, "stdlib/ballad128 stdlib/blues128 stdlib/rock-128 stdlib/slowblues"),
    Row("six eight", 2, 42, 80,
        "stdlib/ballad68:68(?!-44) stdlib/blues68 stdlib/arpeggio68 casio/68ballad casio/slowrock zoom/blues68 "
        "zoom/blues34"),
    Row("six eight lively", 2, 88, 128, "stdlib/68march:68March(?!Metro) stdlib/68swing"),
    Row("swing", 4, 110, 190,
        "stdlib/swing stdlib/easyswing stdlib/bigband stdlib/jazzcombo stdlib/jazzguitar stdlib/mellowjazz "
        "stdlib/nitejazz stdlib/modernjazz stdlib/countryswing stdlib/westernswing stdlib/gypsyjazz stdlib/foxtrot "
        "stdlib/descendingjazz stdlib/evansish yamaha/jazzswing yamaha/jazztrio yamaha/jazzbasie yamaha/jazzbouncy "
        "yamaha/jazzGrtrio casio/swing casio/middlebigband casio/jazzcombo casio/modernjazz casio/foxtrot zoom/jazz04"),
    Row("slow swing", 4, 62, 105, "stdlib/slowjazz stdlib/softshoe casio/slowswing casio/slowbigband zoom/jazz04"),
    Row("fast swing", 4, 190, 245,
        "stdlib/bebop stdlib/fastswing stdlib/bigband stdlib/gypsyjazz stdlib/jazzcombo casio/fastbigband "
        "stdlib/swing:Walk zoom/jazz04"),
    Row("shuffle", 4, 90, 160,
        "stdlib/blues stdlib/fastblues stdlib/shuffleboggie stdlib/boggiewoggie stdlib/countryblues stdlib/bluefolk "
        "casio/blues casio/popshuffle1 casio/popshuffle2 casio/shufflerock casio/shuffleboogie kara/happyshuffle "
        "zoom/shuffle! zoom/blues!"),
    Row("waltz", 3, 80, 150,
        "stdlib/waltz stdlib/broadwaywaltz stdlib/countrywaltz stdlib/rockwaltz stdlib/arpeggiowaltz casio/popwaltz "
        "zoom/bald34 zoom/rock34"),
    Row("fast waltz", 3, 150, 195, "stdlib/fastwaltz stdlib/frenchwaltz stdlib/vienesewaltz stdlib/waltz"),
    Row("jazz waltz", 3, 115, 195,
        "stdlib/jazzwaltz stdlib/fastjazzwaltz stdlib/modernjazzwaltz yamaha/jazzwaltz casio/jazzwaltz "
        "stdlib/latinwaltz"),
    Row("bossa", 4, 105, 165, "stdlib/bossanova yamaha/jazzbossa kara/kbossa zoom/bossa"),
    Row("samba", 2, 90, 122, "stdlib/samba"),
    Row("samba", 4, 90, 122, "zoom/samba"),
    Row("salsa", 4, 165, 225, "stdlib/son stdlib/salsa stdlib/mambo yamaha/mambo yamaha/salsa1 yamaha/salsa2"),
    Row("merengue", 2, 118, 160, "stdlib/merengue"),
    Row("slow latin", 4, 90, 132,
        "stdlib/chacha stdlib/rhumba stdlib/jazzrhumba stdlib/beguine stdlib/bolero stdlib/slowbolero"),
    Row("tango", 4, 108, 138, "stdlib/tango stdlib/lighttango"),
    Row("march", 4, 108, 150, "stdlib/bwmarch casio/march1"),
    Row("march", 4, 170, 225, "stdlib/dixiemarch"),
    Row("march", 4, 104, 132, "casio/germanmarch"),
    Row("polka", 4, 180, 235, "stdlib/polka"),
    Row("polka", 4, 104, 136, "casio/polka casio/poppolka"),
    Row("bluegrass", 4, 175, 232, "stdlib/bluegrass stdlib/hillcountry"),
    Row("ragtime", 4, 160, 220, "stdlib/ragtime stdlib/dixie stdlib/charleston"),
    Row("quickstep", 4, 180, 220, "stdlib/quickstep casio/quickstep"),
    Row("country", 4, 85, 130, "stdlib/slowcountry stdlib/folk yamaha/western yamaha/jazzcountry zoom/country!"),
    Row("spiritual", 4, 64, 112, "stdlib/hymn stdlib/spiritual stdlib/popspiritual stdlib/slowspiritual"),
    Row("dance", 4, 115, 146,
        "stdlib/boneym stdlib/trance casio/dance1 casio/dance2 casio/dancepop1 casio/dancepop2 casio/dancepop3 "
        "casio/discosoul casio/8beatdance casio/house casio/rave casio/techno casio/trance1 casio/trance2 zoom/house! "
        "zoom/techno! zoom/dance!"),
    Row("funk", 4, 85, 122,
        "stdlib/bvfunk stdlib/rb stdlib/dsoul stdlib/lfusion stdlib/jazzrock casio/funk1 casio/funk2 casio/soul "
        "casio/60ssoul casio/r+b casio/modernrb casio/mellowrb casio/fusion kara/Kfunk1 kara/8beatmotown zoom/funk! "
        "zoom/rnb! zoom/fus16!"),
    Row("hip-hop", 4, 74, 106, "casio/hip-hop casio/triphop alexis/hiphop zoom/hiphop! zoom/trip! zoom/hiphop!"),
    Row("drum and bass", 4, 160, 178, "zoom/dnb:DnB0[12356]"),
    Row("reggae", 4, 64, 98, "zoom/reggae"),
    Row("ska", 4, 112, 158, "zoom/ska"),
    Row("five", 5, 115, 190, "stdlib/jazz-54"),
    Row("arpeggio", 4, 66, 118, "stdlib/arpeggio44 stdlib/lullaby"),
    Row("show", 4, 115, 190, "stdlib/broadway stdlib/showtune"),
    Row("show", 4, 76, 112, "stdlib/slowbroadway"),
]
WANTED = {"!": ("clear", "clear eighths"), "^": ("clear eighths",), "?": ("half",)}


@dataclass
class Style:
    """A file of MMA's library.

    `bar` is in felt beats, `written` the beats that MMA counts in it and `slots` the places for chords in a line;
    `grooves` are the names for the roles main, intro, fill and end.
    """

    row: Row
    file: str
    written: int
    slots: int
    grooves: dict = field(default_factory=lambda: dict(main=[], intro=[], fill=[], end=[]))

    @property
    def family(self):
        """Name of the family."""
        return self.row.family

    @property
    def bar(self):
        """Felt beats in a bar."""
        return self.row.bar


def drum_kind(body):
    """What the drums of a groove's definition say by themselves: "clear" if they state the quarter (a backbeat, or
    kicks on all four), "clear eighths" if there is nothing finer than eighths besides, "half" if the snare falls on the
    third beat alone, else nothing."""
    hits = {}
    for tone, sequence in re.findall(r"Tone\s+(\w+)[\s\S]*?Sequence\s+((?:.*\\\s*\n)*.*)", body):
        hits[tone] = [set(map(float, re.findall(r"([\d.]+) 0 (?:60|90)", bar)))
                      for bar in re.findall(r"\{.*?\}|\bZ\b", sequence)]
    first = {tone: bars[0] if bars else set() for tone, bars in hits.items()}
    snare = [bar for tone, bars in hits.items() if tone.startswith(("Snare", "SideKick", "HandClap")) for bar in bars]
    kick, quarters = first.get("KickDrum1", set()), {1.0, 2.0, 3.0, 4.0}
    backbeat = any({2.0, 4.0} <= bar for bar in snare[:1]) and 1.0 in kick
    if backbeat or quarters <= kick:
        fine = any(place * 2 % 1 for bars in hits.values() for bar in bars for place in bar)
        return "clear" if fine else "clear eighths"
    hats = set().union(*(bar for tone, bar in first.items() if "Hat" in tone or "Ride" in tone or "Crash" in tone))
    halved = snare and all(3.0 in bar and not bar & {2.0, 4.0} for bar in snare)
    return "half" if halved and 1.0 in kick and len(quarters & hats) > 2 else ""


def read_style(folder, row, spec):
    """The style of a file as the table names it, or None if the library has nothing fit of it."""
    file, _, expression = spec.partition(":")
    wanted, file = WANTED.get(file[-1]), file.rstrip("!?^")
    path = os.path.join(folder, file + ".mma")
    if not os.path.exists(path):
        return None
    with open(path, encoding="utf-8", errors="replace") as source:
        text = source.read()
    time = re.search(r"^\s*Time\s+(\d+)(/8)?", text, re.M | re.I)
    written = int(time[1]) if time else 4
    style, start = Style(row, file, written, 2 if time and time[2] else written), 0
    for found in re.finditer(r"^\s*DefGroove\s+(\S+)", text, re.M | re.I):
        name, body, start = found[1], text[start:found.start()], found.end()
        if re.search("break|metronome", name, re.I) or not re.search(expression, name):
            continue
        if wanted and drum_kind(body) not in wanted:
            continue
        role = next((role for role in ("intro", "fill", "end") if role in name.lower()), "main")
        if name not in style.grooves[role]:
            style.grooves[role].append(name)
    return style if style.grooves["main"] else None


@functools.cache
def read_library():
    """{family: [Style]} of the installed library."""
    folder = next((place for place in PLACES if os.path.isdir(place)), None)
    if folder is None:
        raise RuntimeError("MMA is not installed")
    families = {}
    for row in TABLE:
        styles = [read_style(folder, row, spec) for spec in row.files.split()]
        families.setdefault(row.family, []).extend(style for style in styles if style)
    return {family: styles for family, styles in families.items() if styles}
