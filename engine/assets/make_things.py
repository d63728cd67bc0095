"""Packs the things of `phosphene_worlds::figures` into figures/things.bin and writes the program's table of them.

Run after a change of a figure_*.py; its output is committed.

    python make_things.py PROPS

PROPS      models by Quaternius (.glb, geometry only)

Needs numpy, scipy, scikit-image, pygltflib and fast-simplification. Axes as in make_figures.py.
"""

import struct
import sys
import zlib
from pathlib import Path

import figure_beasts
import figure_forms
import figure_more
import figure_objects
import figure_small
import figure_things
import figure_vehicles
from make_figures import Glb, Out


def main():
    out = Out()
    made = figure_forms.CREATURES + figure_objects.OBJECTS + figure_small.SMALL + figure_vehicles.VEHICLES + figure_beasts.BEASTS + figure_more.MORE
    figure_things.table("THINGS", figure_things.put(out, Path(sys.argv[1]), Glb, made))
    raw = out.b.getvalue()
    path = Path(__file__).parent / "figures/things.bin"
    path.write_bytes(b"PHTHI\x02\x00\x00" + struct.pack("<I", len(raw)) + zlib.compress(raw, 9))
    print(f"{len(raw) / 1e6:.2f} MB, packed {path.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
