"""The families of songs: tables of our own in `families/*.txt`, and how they are read.

The first line of a family is

    name weight lowest-highest felt beats a minute, beats in a bar, options

and its parts follow, indented: `part.style@players?chance row row ...`, one of the rows being drawn for a song.  A part
of one letter is a drum (`DRUMS`; T = any timekeeper), the others are bass, comp (chords), pad and lead; players are
keys of `PROGRAMS`.  A row has bars parted by | of equal steps:

    .     rest                  x  always              o  always, soft
    0..9  chance in tenths      X  always, accented    G  soft, in two of five bars

Options: sw=8:a-b swing of the beat, sw=16:a-b of half the beat (the share that the first half gets); harm mood
(`harmony.MOODS`); nd chance of no drums (0.06); ch beats to a chord, one of them drawn (a bar); tie=1 all parts use the
row of the same place; rub strength of rubato; ferm=1 holds at phrase ends; el=1 machines play; lr steps of the melody
in a beat; sync how syncopated the melody is (1); soft=1 played softly; crash=0 no crash cymbals.
"""
import os
import re
from dataclasses import dataclass, field

PROGRAMS = dict(  # General MIDI programs, counted from 0
    piano=[0, 0, 1, 2, 3], ep=[4, 5, 2], clav=[7, 6], cembalo=[6], organ=[16, 17, 18, 16], church=[19, 20, 52],
    accordion=[21, 23, 22], ngtr=[24], sgtr=[25], jgtr=[26], cgtr=[27, 26], mgtr=[28, 27], dist=[29, 30], abass=[32],
    ebass=[33, 34, 35], sbass=[38, 39], tuba=[58, 57], violin=[40, 40, 110], viola=[41], cello=[42],
    strings=[48, 49, 50, 51], pizz=[45], harp=[46], choir=[52, 53, 54], brass=[56, 57, 60, 61, 62, 63],
    trumpet=[56, 59], sax=[64, 65, 66, 67], winds=[68, 71, 72, 73, 74, 75], clarinet=[71], synth=[80, 81, 84, 87, 90],
    pad=[88, 89, 90, 91, 92, 94, 95], mallet=[8, 9, 11, 12, 13], banjo=[105], fiddle=[110, 40], steel=[114],
    kalimba=[108], voice=[52, 53, 54, 85])
DRUMS = dict(  # keys of General MIDI drums
    K=[36, 36, 35], S=[38, 40, 38], R=[37], O=[46], P=[44], C=[51, 59, 51], Z=[52], c=[39], M=[54], W=[56],
    V=[75], Q=[62], N=[64], t=[65], i=[60], j=[61], m=[70], h=[82, 69], g=[73], a=[67], b=[68], f=[87], q=[86],
    w=[76], v=[77], l=[45, 43], k=[48, 50])
KEEPERS = [42, 42, 42, 51, 46, 54, 82, 44]  # what keeps time where the table says T
MACHINES = dict(kits=[24, 25, 0, 8], bass="sbass,ebass,sbass")
JAZZ = dict(kits=[32, 40, 0], bass="ebass,ebass,abass,sbass")
OTHERS = dict(kits=[0, 0, 8, 16, 0], bass="ebass,ebass,abass,sbass")


@dataclass
class Line:
    """A part as the table has it: bass players of the family's taste if it names none."""

    part: str
    style: str
    players: str
    chance: float
    rows: list


@dataclass
class Family:
    """A family as the table has it: tempo in beats a minute, `bar` in beats."""

    name: str
    weight: float
    low: float
    high: float
    bar: int
    options: dict
    lines: list = field(default_factory=list)

    def number(self, option, otherwise):
        """The value of an option."""
        return float(self.options.get(option, otherwise))

    @property
    def machines(self):
        """Machines play, evenly."""
        return "el" in self.options

    @property
    def mood(self):
        """Key of `harmony.MOODS`."""
        return self.options.get("harm", "pop")

    @property
    def taste(self):
        """Drum kits (programs) and bass players where the table names none."""
        return MACHINES if self.machines else JAZZ if self.mood == "jazz" else OTHERS


def read_families(folder=os.path.join(os.path.dirname(os.path.abspath(__file__)), "families")):
    """The families of all tables, by name order of the files."""
    families = []
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            for text in file:
                text = text.split("#")[0].rstrip()
                if text[:1].isspace():
                    families[-1].lines.append(read_line(text, families[-1].bar))
                elif text:
                    family, weight, tempo, bar, *options = text.split()
                    low, high = map(float, tempo.split("-"))
                    options = dict(option.split("=") for option in options)
                    families.append(Family(family, float(weight), low, high, int(bar), options))
    return families


def read_line(text, bar):
    """One part; the steps of a bar must divide evenly among its beats, or the other way."""
    head, *rows = text.split()
    form = r"([A-Za-z]\w*)(?:\.(\w+))?(?:@([\w,]+))?(?:\?([.\d]+))?"
    part, style, players, chance = re.fullmatch(form, head).groups()
    for steps in (len(piece) for row in rows for piece in row.split("|")):
        if steps % bar and bar % steps:
            raise ValueError("steps do not fit the beats: " + text)
    return Line(part, style or "", players or "", float(chance or 1), rows)
