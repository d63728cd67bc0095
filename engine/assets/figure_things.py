"""The things among the figures: which models are taken, and those that are made here.

Made shapes are lathed, extruded, or put together of boxes, balls and tubes; trees grow by space colonisation (Runions,
Lane and Prusinkiewicz, "Modeling trees with a space colonization algorithm", 2007). Axes: metres, x right, y up, z
forward; what stands, stands on y = 0.
"""

import math
import re
from pathlib import Path

import fast_simplification
import numpy as np
from scipy.spatial import cKDTree

GLOW = 255

# What corners are made of, as `MATTERS` in engine/worlds/src/figures/matter.rs has it: a tone with one of these is that
# matter in its middle shade. MAIN is added where a colour that words give goes before the matter's own.
MATTERS = """GLASS RUBBER STEEL GOLD BRASS COPPER SILVER IRON WOOD DARK_WOOD PALE_WOOD LEAF PAPER WHITE BLACK RED ORANGE YELLOW
PINK SKIN BROWN_FUR WHITE_FUR GREY_FUR DARK_FUR TAN_FUR WET_SKIN LEATHER STONE BLUE_CLOTH TAIL_LAMP HEAD_LAMP AMBER_LAMP ICE
IVORY CREAM_LACQUER RED_LACQUER BLUE_LACQUER YELLOW_LACQUER GREEN_SKIN BROWN_CRUST SKY""".split()
(GLASS, RUBBER, STEEL, GOLD, BRASS, COPPER, SILVER, IRON, WOOD, DARK_WOOD, PALE_WOOD, LEAF, PAPER, WHITE, BLACK, RED, ORANGE, YELLOW, PINK, SKIN,
 BROWN_FUR, WHITE_FUR, GREY_FUR, DARK_FUR, TAN_FUR, WET_SKIN, LEATHER, STONE, BLUE_CLOTH, TAIL_LAMP, HEAD_LAMP, AMBER_LAMP, ICE,
 IVORY, CREAM_LACQUER, RED_LACQUER, BLUE_LACQUER, YELLOW_LACQUER, GREEN_SKIN, BROWN_CRUST, SKY) = (256 * (k + 1) + 110 for k in range(len(MATTERS)))
MAIN = 256 * 128


def shade(matter, factor):
    """A matter lighter or darker than it is."""
    return matter - 110 + int(min(110 * factor, 176))


def lit(matter):
    """A lamp of a matter's colour."""
    return matter - 110 + GLOW


class Made:
    """Triangles with a tone each corner: 0 dark to 254 bright, GLOW gives light."""

    def __init__(self):
        self.v, self.f, self.t, self.n = [], [], [], 0

    def add(self, v, f, tone=100):
        v, f = np.asarray(v, float), np.asarray(f, int)
        p = v - v.mean(0)
        if np.einsum("ij,ij->i", np.cross(p[f[:, 0]], p[f[:, 1]]), p[f[:, 2]]).sum() < 0:
            f = f[:, ::-1]  # all look outwards
        self.v.append(v)
        self.f.append(f + self.n)
        self.t.append(np.full(len(v), tone))
        self.n += len(v)
        return self

    def whole(self):
        return np.concatenate(self.v), np.concatenate(self.f), np.concatenate(self.t)

    def box(self, at, size, tone=100, yaw=0.0, pitch=0.0, roll=0.0, taper=1.0):
        """Its middle, its three sides; `taper` narrows the top."""
        c = np.array([[x, y, z] for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (-0.5, 0.5)])
        c[c[:, 1] > 0] *= [taper, 1, taper]
        v = c * size @ turned(yaw, pitch, roll).T + at
        q = [[0, 1, 3, 2], [4, 6, 7, 5], [0, 4, 5, 1], [2, 3, 7, 6], [0, 2, 6, 4], [1, 5, 7, 3]]
        return self.add(v, quads(q), tone)

    def lathe(self, profile, segments=20, at=(0, 0, 0), tone=100, turn=None, squash=1.0):
        """(radius, height) points around the y axis."""
        a = np.arange(segments) * 2 * np.pi / segments
        rows = [np.stack([r * np.cos(a), np.full(segments, y), r * np.sin(a) * squash], 1) for r, y in profile]
        v = np.concatenate(rows)
        if turn is not None:
            v = v @ np.asarray(turn).T
        f = []
        for k in range(len(profile) - 1):
            for s in range(segments):
                p, q = k * segments + s, k * segments + (s + 1) % segments
                f.append([p, q, q + segments, p + segments])
        return self.add(v + at, quads(f), tone)

    def ball(self, at, radius, tone=100, segments=14):
        r = np.broadcast_to(np.asarray(radius, float), 3)
        steps = segments // 2
        profile = [(max(math.sin(math.pi * k / steps), 1e-3), -math.cos(math.pi * k / steps)) for k in range(steps + 1)]
        start = self.n
        self.lathe(profile, segments, tone=tone)
        self.v[-1] = self.v[-1] * r + at
        assert start < self.n
        return self

    def tube(self, points, radius, tone=100, segments=6):
        """Along points; one radius, or one for each."""
        p = np.asarray(points, float)
        r = np.broadcast_to(np.asarray(radius, float), len(p))
        ways = np.gradient(p, axis=0)
        ways /= np.maximum(np.linalg.norm(ways, axis=1, keepdims=True), 1e-9)
        across = np.cross(ways[0], [0, 0, 1.0] if abs(ways[0][2]) < 0.9 else [1.0, 0, 0])
        rows = []
        for k in range(len(p)):
            across = across - ways[k] * (across @ ways[k])
            across /= max(np.linalg.norm(across), 1e-9)
            other = np.cross(ways[k], across)
            a = np.arange(segments) * 2 * np.pi / segments
            rows.append(p[k] + r[k] * (np.outer(np.cos(a), across) + np.outer(np.sin(a), other)))
        f = []
        for k in range(len(p) - 1):
            for s in range(segments):
                i, j = k * segments + s, k * segments + (s + 1) % segments
                f.append([i, j, j + segments, i + segments])
        caps = [list(range(segments)), list(range((len(p) - 1) * segments, len(p) * segments))]
        return self.add(np.concatenate(rows), np.concatenate([quads(f), *[fan(c) for c in caps]]), tone)

    def ring(self, at, radius, thick, tone=100, turn=None, segments=28, sides=6):
        a = np.arange(segments + 1) * 2 * np.pi / segments
        p = np.stack([np.cos(a) * radius, np.sin(a) * radius, np.zeros_like(a)], 1)
        if turn is not None:
            p = p @ np.asarray(turn).T
        return self.tube(p + at, thick, tone, sides)

    def extrude(self, outline, depth, at=(0, 0, 0), tone=100, turn=None, bevel=0.0):
        """An outline (x, y) that turns anticlockwise, thick along z."""
        o = np.asarray(outline, float)
        if ((o[:, 0] * np.roll(o[:, 1], -1)) - (o[:, 1] * np.roll(o[:, 0], -1))).sum() < 0:
            o = o[::-1]
        n = len(o)
        inner = o
        if bevel:
            e = np.roll(o, -1, 0) - np.roll(o, 1, 0)
            inward = np.stack([-e[:, 1], e[:, 0]], 1)
            inner = o + bevel * inward / np.maximum(np.linalg.norm(inward, axis=1, keepdims=True), 1e-9)
        z = depth / 2
        rows = [(inner, -z), (o, -z + bevel), (o, z - bevel), (inner, z)] if bevel else [(o, -z), (o, z)]
        v = np.concatenate([np.column_stack([p, np.full(n, h)]) for p, h in rows])
        if turn is not None:
            v = v @ np.asarray(turn).T
        f = []
        for k in range(len(rows) - 1):
            for s in range(n):
                i, j = k * n + s, k * n + (s + 1) % n
                f.append([i, j, j + n, i + n])
        face = ears(inner)
        last = (len(rows) - 1) * n
        return self.add(v + at, np.concatenate([quads(f), face[:, ::-1], face + last]), tone)


def turned(yaw=0.0, pitch=0.0, roll=0.0):
    c, s = math.cos(yaw), math.sin(yaw)
    y = np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])
    c, s = math.cos(pitch), math.sin(pitch)
    p = np.array([[1, 0, 0], [0, c, -s], [0, s, c]])
    c, s = math.cos(roll), math.sin(roll)
    return y @ p @ np.array([[c, s, 0], [-s, c, 0], [0, 0, 1]])


SIDEWAYS = turned(roll=math.pi / 2)  # an axis that stood, along x
FORWARD = turned(pitch=math.pi / 2)  # an axis that stood, along z
ACROSS = turned(yaw=math.pi / 2)  # what lay along x, along z


def quads(q):
    q = np.asarray(q)
    return np.concatenate([q[:, [0, 1, 2]], q[:, [0, 2, 3]]])


def fan(ring):
    return np.array([[ring[0], ring[k], ring[k + 1]] for k in range(1, len(ring) - 1)])


def ears(o):
    """Triangles of a simple outline that turns anticlockwise."""
    left, out = list(range(len(o))), []
    area = lambda a, b, c: (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    while len(left) > 3:
        for k in range(len(left)):
            i, j, m = left[k - 1], left[k], left[(k + 1) % len(left)]
            a, b, c = o[i], o[j], o[m]
            if area(a, b, c) <= 1e-12:
                continue
            if any(
                area(a, b, o[p]) > -1e-12 and area(b, c, o[p]) > -1e-12 and area(c, a, o[p]) > -1e-12
                for p in left
                if p not in (i, j, m)
            ):
                continue
            out.append([i, j, m])
            left.pop(k)
            break
        else:
            break
    out += fan(left).tolist() if len(left) >= 3 else []
    return np.array(out)


def smooth(points, closed=True, times=2):
    """Rounds an outline (Chaikin)."""
    p = np.asarray(points, float)
    for _ in range(times):
        q = np.roll(p, -1, 0)
        p = np.stack([0.75 * p + 0.25 * q, 0.25 * p + 0.75 * q], 1).reshape(-1, p.shape[1])
    return p


# --- Made shapes ------------------------------------------------------------------------------------------------------


def wheel(m, at, radius, thick=0.022, spokes=10):
    m.ring(at, radius, thick, 30, ACROSS, 30, 6)
    for k in range(spokes):
        a = 2 * np.pi * k / spokes
        m.tube([at, np.asarray(at) + [0, radius * math.sin(a), radius * math.cos(a)]], 0.005, 60, 3)


def bicycle():
    m = Made()
    back, front = np.array([0, 0.34, -0.52]), np.array([0, 0.34, 0.55])
    wheel(m, back, 0.33)
    wheel(m, front, 0.33)
    seat, head, crank = np.array([0, 0.84, -0.22]), np.array([0, 0.86, 0.34]), np.array([0, 0.31, -0.08])
    for a, b in ((back, crank), (back, seat), (crank, seat), (crank, head), (seat, head), (head, front)):
        m.tube([a, b], 0.02, 110)
    m.tube([seat, seat + [0, 0.12, -0.03]], 0.016)
    m.ball(seat + [0, 0.14, -0.05], (0.07, 0.03, 0.14), 30, 8)
    m.tube([head, head + [0, 0.16, -0.03]], 0.016)
    bar = head + [0, 0.16, -0.03]
    m.tube([bar + [-0.27, 0, -0.12], bar + [-0.2, 0.02, 0], bar, bar + [0.2, 0.02, 0], bar + [0.27, 0, -0.12]], 0.014)
    m.ring(crank, 0.09, 0.012, 40, ACROSS, 16)
    m.tube([crank + [0.06, 0, 0], crank + [0.08, -0.12, 0.10]], 0.012)
    m.tube([crank + [-0.06, 0, 0], crank + [-0.08, 0.12, -0.10]], 0.012)
    return m


def train():
    m = Made()
    m.lathe([(0.001, -3.2), (0.85, -3.2), (0.85, 2.6), (0.72, 2.75), (0.001, 2.8)], 24, (0, 2.1, 0.6), 70, FORWARD)
    m.box((0, 2.5, -3.4), (2.5, 0.12, 2.4), 80)
    for x in (-1.15, 1.15):
        for z in (-4.5, -3.4, -2.4):
            m.box((x, 2.9, z), (0.10, 1.3, 0.14), 80)
        m.box((x, 1.9, -3.4), (0.08, 1.2, 2.2), 80)
    m.box((0, 3.65, -3.4), (2.7, 0.16, 2.8), 70)
    m.lathe([(0.26, 0), (0.24, 0.9), (0.40, 1.25), (0.36, 1.35)], 16, (0, 2.8, 2.7), 50)
    m.lathe([(0.30, 0), (0.30, 0.3), (0.001, 0.5)], 16, (0, 2.85, 0.8), 90)
    m.lathe([(0.22, 0), (0.22, 0.4), (0.001, 0.6)], 16, (0, 2.85, -0.6), 90)
    m.box((0, 1.15, -0.5), (2.0, 0.3, 8.6), 60)
    for z in (-3.9, -2.0, -0.3, 1.4):
        for x in (-0.9, 0.9):
            m.ring((x, 0.75, z), 0.68, 0.07, 40, ACROSS, 28, 6)
            wheel(m, (x, 0.75, z), 0.66, 0.02, 8)
    for z in (2.6, 3.5):
        for x in (-0.9, 0.9):
            m.ring((x, 0.42, z), 0.36, 0.06, 40, ACROSS, 22, 6)
    m.tube([(1.0, 0.6, -3.9), (1.0, 0.6, 1.4)], 0.07, 120)
    m.extrude([(-1.2, 0.95), (1.2, 0.95), (0.9, 0.15), (-0.9, 0.15)], 0.15, (0, 0, 4.1), 60)
    m.ball((0, 2.95, 3.4), (0.26, 0.26, 0.18), GLOW, 12)
    return m


def aeroplane():
    m = Made()
    m.lathe([(0.001, -17), (0.6, -15), (1.5, -9), (1.95, -3), (1.95, 11), (1.6, 14.5), (0.8, 16.6), (0.001, 17.2)], 20, (0, 4, 0), 120, FORWARD)
    for s in (-1, 1):
        m.add([(s * 1.6, 3.4, 4.5), (s * 1.6, 3.4, -2.5), (s * 16, 4.6, -6.3), (s * 16, 4.6, -4.6), (s * 1.6, 3.9, 4.5), (s * 1.6, 3.9, -2.5), (s * 16, 4.7, -6.3), (s * 16, 4.7, -4.6)],
              quads([[0, 1, 2, 3], [4, 7, 6, 5], [0, 3, 7, 4], [1, 5, 6, 2], [3, 2, 6, 7]]), 110)
        m.add([(s * 0.5, 5, -13), (s * 0.5, 5, -16), (s * 6, 5.6, -17), (s * 6, 5.6, -15.6), (s * 0.5, 5.2, -13), (s * 0.5, 5.2, -16)],
              quads([[0, 1, 2, 3], [4, 3, 2, 5]]), 110)
        m.lathe([(0.5, -1.6), (0.85, -0.6), (0.95, 1.4), (0.75, 1.9)], 14, (s * 5.6, 2.5, 2.0), 90, FORWARD)
        m.ball((s * 16, 4.65, -5), 0.25, GLOW, 6)
    m.extrude([(-17, 5), (-13, 5.4), (-16.2, 10.6), (-18, 10.6)], 0.4, tone=120, turn=ACROSS)
    return m


def rocket():
    m = Made()
    m.lathe([(0.001, 14), (0.7, 12.4), (1.25, 10), (1.5, 7), (1.4, 3), (1.05, 0.8), (0.8, 0.8), (0.95, 0.1)], 24, tone=140)
    for k in range(3):
        fin = turned(yaw=2 * np.pi * k / 3 + 0.5)
        m.extrude([(1.15, 4.2), (2.9, 1.2), (2.9, -0.6), (2.4, 0.3), (1.0, 1.2)], 0.16, tone=90, turn=fin)
    m.ball((0, 8.2, 1.4), (0.5, 0.5, 0.2), GLOW, 12)
    return m


def hot_air_balloon():
    m = Made()
    profile = [(0.6, 6.2), (2.2, 8.2), (4.6, 11.4), (5.8, 14.2), (6.0, 16.4), (5.2, 19.0), (3.2, 21.0), (0.001, 21.8)]
    r, y = np.array(profile).T
    yy = np.linspace(y[0], y[-1], 26)
    m.lathe(list(zip(np.interp(yy, y, r), yy)), 28, tone=120)
    m.box((0, 0.6, 0), (1.5, 1.2, 1.5), 70, taper=1.1)
    for x in (-0.7, 0.7):
        for z in (-0.7, 0.7):
            m.tube([(x, 1.2, z), (x * 0.9, 6.3, z * 0.9)], 0.03, 60, 3)
    m.ball((0, 2.9, 0), (0.16, 0.45, 0.16), GLOW, 8)
    return m


def balloon(m=None, at=(0, 0, 0), size=1.0):
    m = m or Made()
    at = np.asarray(at, float)
    p = [(0.001, 1.30), (0.012, 1.31), (0.045, 1.36), (0.11, 1.46), (0.145, 1.56), (0.15, 1.63), (0.13, 1.71), (0.08, 1.77), (0.001, 1.79)]
    m.lathe([(r * size, y) for r, y in p], 18, at, 130)
    m.tube([at + [0, 1.30, 0], at + [0.02, 0.9, 0.01], at + [-0.015, 0.45, 0], at + [0.01, 0.0, 0]], 0.003, 60, 3)
    return m


def balloons():
    m = Made()
    for x, y, z in ((0, 0, 0), (-0.26, 0.10, 0.05), (0.25, 0.16, -0.04), (-0.10, 0.34, -0.12), (0.14, 0.44, 0.10), (-0.30, 0.46, 0.02), (0.34, 0.52, 0.02)):
        p = [(0.001, 1.30), (0.045, 1.36), (0.11, 1.46), (0.15, 1.60), (0.13, 1.71), (0.08, 1.77), (0.001, 1.79)]
        m.lathe(p, 16, (x, y, z), 130)
        m.tube([(x, 1.3 + y, z), (x * 0.4, 0.9, z * 0.4), (0, 0, 0)], 0.003, 60, 3)
    return m


def heart():
    """A balloon of foil on a ribbon."""
    t = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    x = 16 * np.sin(t) ** 3
    y = 13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)
    o = np.stack([x, y + 17], 1) / 30
    m, rows = Made(), []
    for z, k in ((-0.26, 0.01), (-0.25, 0.35), (-0.2, 0.65), (-0.12, 0.88), (0, 1.0), (0.12, 0.88), (0.2, 0.65), (0.25, 0.35), (0.26, 0.01)):
        rows.append(np.column_stack([(o - [0, 0.6]) * k + [0, 0.6], np.full(len(o), z)]))
    n, f = len(o), []
    for k in range(len(rows) - 1):
        for s in range(n):
            i, j = k * n + s, k * n + (s + 1) % n
            f.append([i, j, j + n, i + n])
    m.add(np.concatenate(rows) * 0.85 + [0, 1.25, 0], quads(f), 120)
    m.lathe([(0.001, 0.0), (0.030, -0.05), (0.012, -0.055)], 8, (0, 1.27, 0), 120)
    ribbon = [(0.045 * np.sin(5.5 * y) * (1.25 - y), y, 0.03 * np.cos(4.0 * y) * (1.25 - y)) for y in np.linspace(1.24, 0.0, 12)]
    return m.tube(ribbon, 0.006, 200, 4)


def star():
    a = np.arange(10) * np.pi / 5 + np.pi / 2
    r = np.where(np.arange(10) % 2 == 0, 0.55, 0.23)
    return Made().extrude(np.stack([r * np.cos(a), r * np.sin(a) + 0.55], 1), 0.16, tone=150, bevel=0.05)


def crescent():
    a = np.linspace(-2.2, 2.2, 26)
    outer = np.stack([-np.cos(a) * 0.6, np.sin(a) * 0.6 + 0.6], 1)
    b = np.linspace(2.0, -2.0, 22)
    inner = np.stack([-np.cos(b) * 0.47 + 0.22, np.sin(b) * 0.47 + 0.6], 1)
    return Made().extrude(np.concatenate([outer, inner[1:-1]]), 0.14, tone=160)


def kite():
    m = Made()
    m.extrude([(0, 0), (0.45, 0.75), (0, 1.15), (-0.45, 0.75)], 0.02, (0, 0.6, 0), 130)
    p = np.array([[0.12 * math.sin(k * 0.9), 0.6 - k * 0.09, 0] for k in range(9)])
    m.tube(p, 0.006, 60, 3)
    for k in (2, 4, 6, 8):
        m.extrude([(-0.09, -0.04), (0, 0), (-0.09, 0.04)], 0.01, p[k], 120)
        m.extrude([(0.09, -0.04), (0.09, 0.04), (0, 0)], 0.01, p[k], 120)
    return m


def umbrella():
    m = Made()
    n, rows = 8, []
    for k in range(9):
        t = k / 8
        y, r = 1.0 - 0.32 * t * t, 0.62 * math.sin(t * 1.45)
        row = []
        for s in range(n * 4):
            a = 2 * np.pi * s / (n * 4)
            scallop = 1 - 0.05 * t * t * (1 - abs(math.cos(a * n / 2))) * 2
            row.append((r * scallop * math.cos(a), y + 0.05 * t**3 * (1 - abs(math.cos(a * n / 2))), r * scallop * math.sin(a)))
        rows.append(row)
    f = []
    for k in range(8):
        for s in range(n * 4):
            i, j = k * n * 4 + s, k * n * 4 + (s + 1) % (n * 4)
            f.append([i, j, j + n * 4, i + n * 4])
    m.add(np.concatenate(rows), quads(f), 90)
    m.tube([(0, 1.10, 0), (0, 0.12, 0), (0, 0.05, 0.02), (0, 0.01, 0.07), (0, 0.05, 0.12)], 0.012, 60)
    return m


def guitar_outline(scale=1.0, waist=0.115):
    half = [(0.0, 0.0), (0.12, 0.01), (0.185, 0.08), (0.19, 0.15), (0.15, 0.23), (waist, 0.285), (0.125, 0.35), (0.142, 0.41), (0.12, 0.475), (0.05, 0.50)]
    right = half + [(-x, y) for x, y in half[::-1][:-1]]
    return smooth(np.array(right) * scale, times=2)


def acoustic_guitar():
    m = Made()
    m.extrude(guitar_outline(), 0.10, tone=120, bevel=0.008)
    m.lathe([(0.001, 0), (0.05, 0), (0.05, 0.01)], 18, (0, 0.335, 0.05), 10, FORWARD)
    m.box((0, 0.70, 0.045), (0.055, 0.50, 0.03), 60)
    m.box((0, 1.0, 0.03), (0.075, 0.15, 0.025), 60, pitch=-0.2)
    m.box((0, 0.14, 0.055), (0.15, 0.025, 0.015), 30)
    for s in (-1, 1):
        for k in range(3):
            m.ball((s * 0.05, 0.95 + k * 0.045, 0.03), (0.018, 0.01, 0.01), 120, 6)
    return m


def electric_guitar():
    m = Made()
    o = smooth([(0.0, 0.02), (0.13, 0.0), (0.19, 0.10), (0.14, 0.21), (0.12, 0.28), (0.19, 0.42), (0.15, 0.45), (0.06, 0.36), (-0.06, 0.36), (-0.15, 0.50), (-0.19, 0.46), (-0.13, 0.28), (-0.15, 0.20), (-0.19, 0.10), (-0.12, 0.0)], times=2)
    m.extrude(o, 0.045, tone=120, bevel=0.008)
    m.box((0, 0.66, 0.03), (0.05, 0.62, 0.02), 60)
    m.extrude(smooth([(-0.03, 0.96), (0.05, 0.96), (0.06, 1.06), (-0.02, 1.12), (-0.05, 1.10)], times=1), 0.018, (0, 0, 0.02), 60)
    m.box((0, 0.12, 0.03), (0.09, 0.04, 0.015), 30)
    return m


def violin():
    m = Made()
    s = 0.72
    m.extrude(guitar_outline(s, 0.095), 0.045, tone=110, bevel=0.01)
    m.box((0, 0.44, 0.03), (0.028, 0.24, 0.02), 30)
    m.ball((0, 0.575, 0.02), (0.022, 0.03, 0.03), 90, 8)
    for k in (0.53, 0.555):
        m.box((0, k, 0.02), (0.09, 0.01, 0.01), 40)
    m.box((0, 0.17, 0.045), (0.05, 0.008, 0.03), 60)
    return m


def violin_bow():
    m = Made()
    m.tube([(0, 0, 0), (0, 0.37, 0.012), (0, 0.72, 0)], 0.005, 90, 5)
    return m.tube([(0, 0.02, -0.025), (0, 0.72, -0.022)], 0.003, 220, 4).box((0, 0.03, -0.012), (0.012, 0.06, 0.03), 30)


def drum_sticks():
    return Made().tube([(0, 0, 0), (0, 0.40, 0)], [0.009, 0.005], 160, 5)


def cello():
    m = violin()
    for k in range(len(m.v)):
        m.v[k] = m.v[k] * 2.05 + [0, 0.12, 0]
    return m.tube([(0, 0.13, 0), (0, 0, 0)], 0.01, 100, 5)


def piano_outline():
    return smooth([(-0.75, 0), (0.75, 0), (0.75, 0.55), (0.70, 0.95), (0.35, 1.15), (0.18, 1.55), (-0.05, 1.92), (-0.45, 2.0), (-0.75, 1.85)], times=2)


def grand_piano():
    m = Made()
    flat = FORWARD  # an outline's y becomes z
    m.extrude(piano_outline(), 0.30, (0, 0.82, 0), 60, flat, 0.01)
    lid = piano_outline() * [1.0, 0.99]
    v = Made().extrude(lid, 0.025)
    p, f, _ = v.whole()
    p = p @ flat.T
    hinge = np.array([-0.75, 0, 0])
    p = (p - hinge) @ turned(roll=-0.72).T + hinge + [0, 0.99, 0]
    m.add(p, f, 60)
    m.tube([(0.62, 0.98, 0.9), (0.36, 1.70, 0.92)], 0.012, 80, 5)
    m.box((0, 0.72, -0.06), (1.42, 0.10, 0.30), 60)
    m.box((0, 0.775, -0.06), (1.24, 0.015, 0.17), 230)
    m.box((0, 1.10, 0.10), (0.70, 0.26, 0.02), 50, pitch=0.25)
    for x, z in ((-0.62, 0.15), (0.62, 0.15), (-0.30, 1.65)):
        m.lathe([(0.06, 0.70), (0.045, 0.35), (0.035, 0.06), (0.05, 0.0)], 12, (x, 0, z), 60)
    m.box((0, 0.35, 0.35), (0.12, 0.55, 0.06), 50)
    return m


def drum(m, at, radius, height, turn=None, tone=110):
    m.lathe([(0.001, 0), (radius, 0), (radius, height), (0.001, height)], 24, at, tone, turn)
    for y in (0.0, height):
        p = np.asarray(at) + (np.asarray(turn) @ [0, y, 0] if turn is not None else [0, y, 0])
        m.ring(p, radius + 0.006, 0.010, 200, FORWARD if turn is None else None, 24, 4)


def drum_kit():
    m = Made()
    drum(m, (0, 0.28, 0.12), 0.28, 0.42, FORWARD)
    drum(m, (-0.27, 0.72, 0.30), 0.16, 0.20, turned(pitch=-0.3))
    drum(m, (0.20, 0.72, 0.32), 0.16, 0.20, turned(pitch=-0.3))
    drum(m, (0.62, 0.20, 0.0), 0.22, 0.38)
    drum(m, (-0.50, 0.52, -0.05), 0.18, 0.14)
    m.tube([(-0.50, 0.52, -0.05), (-0.50, 0.25, -0.05), (-0.62, 0.0, -0.2)], 0.012)
    m.tube([(-0.50, 0.25, -0.05), (-0.38, 0.0, -0.15)], 0.012)
    m.tube([(-0.50, 0.25, -0.05), (-0.50, 0.0, 0.15)], 0.012)
    for x, y, z, r in ((-0.72, 1.20, 0.45, 0.24), (0.66, 1.25, 0.45, 0.27), (-0.82, 0.86, 0.12, 0.18)):
        m.lathe([(r, 0.0), (0.05, 0.03), (0.02, 0.05), (0.001, 0.05)], 22, (x, y, z), 200, turned(pitch=-0.25))
        m.tube([(x, y, z), (x, 0.25, z)], 0.011)
        for a in (0.3, 2.4, 4.5):
            m.tube([(x, 0.25, z), (x + 0.22 * math.cos(a), 0, z + 0.22 * math.sin(a))], 0.011)
    for x in (-0.17, 0.17):
        m.tube([(x, 0.45, 0.36), (x * 1.8, 0.0, 0.62)], 0.012)
    return m


def microphone_stand():
    m = Made()
    m.lathe([(0.15, 0), (0.15, 0.02), (0.02, 0.035)], 20, tone=40)
    m.tube([(0, 0.02, 0), (0, 1.42, 0)], 0.011, 60)
    m.tube([(0, 1.42, 0), (0, 1.50, -0.09)], 0.017, 40)
    m.ball((0, 1.525, -0.12), (0.032, 0.032, 0.04), 150, 10)
    return m


def microphone():
    m = Made()
    m.lathe([(0.001, 0), (0.014, 0), (0.022, 0.17), (0.026, 0.18)], 12, tone=40)
    return m.ball((0, 0.21, 0), (0.034, 0.038, 0.034), 150, 10)


def trumpet():
    m = Made()
    m.lathe([(0.062, 0.52), (0.035, 0.49), (0.016, 0.42), (0.008, 0.30), (0.007, 0.0), (0.010, -0.02)], 16, (0, 0.1, 0), 200, FORWARD)
    m.tube([(0, 0.1, 0.30), (0, 0.02, 0.33), (0, 0.0, 0.28), (0, 0.0, 0.12), (0, 0.03, 0.08), (0, 0.1, 0.10)], 0.008, 200)
    for z in (0.16, 0.20, 0.24):
        m.tube([(0, -0.01, z), (0, 0.16, z)], 0.012, 190, 8)
    return m


def speaker():
    m = Made()
    m.box((0, 0.6, 0), (0.7, 1.2, 0.5), 40)
    for y, r in ((0.40, 0.26), (0.92, 0.15)):
        m.lathe([(r + 0.02, 0.0), (r, 0.02), (r * 0.4, -0.05), (0.001, -0.03)], 24, (0, y, 0.25), 110, FORWARD)
    return m


def gramophone():
    m = Made()
    m.box((0, 0.12, 0), (0.42, 0.22, 0.42), 70)
    m.lathe([(0.001, 0), (0.17, 0), (0.17, 0.012), (0.001, 0.014)], 26, (0, 0.24, 0), 30)
    p = [(0.0, 0.26, 0.10), (0.14, 0.34, 0.14), (0.12, 0.52, 0.06), (0.0, 0.66, -0.06)]
    m.tube(p, [0.012, 0.02, 0.03, 0.045], 180, 8)
    m.lathe([(0.045, 0.0), (0.08, 0.10), (0.15, 0.19), (0.27, 0.26), (0.30, 0.27)], 24, (0.0, 0.66, -0.06), 190, turned(pitch=0.85))
    return m


def street_lamp():
    m = Made()
    m.lathe([(0.16, 0), (0.14, 0.3), (0.07, 0.5), (0.05, 2.2), (0.04, 3.6), (0.06, 3.65)], 12, tone=50)
    m.lathe([(0.07, 3.65), (0.15, 3.75), (0.20, 4.15)], 6, tone=50)
    m.lathe([(0.06, 3.72), (0.13, 3.80), (0.16, 4.10), (0.001, 4.12)], 8, tone=GLOW)
    m.lathe([(0.25, 4.14), (0.17, 4.26), (0.04, 4.34), (0.02, 4.5), (0.001, 4.52)], 8, tone=50)
    m.tube([(-0.32, 3.45, 0), (0.32, 3.45, 0)], 0.02, 50)
    return m


def lantern():
    m = Made()
    m.lathe([(0.10, 0), (0.11, 0.03), (0.08, 0.05)], 8, tone=50)
    m.lathe([(0.05, 0.05), (0.06, 0.12), (0.05, 0.24), (0.001, 0.25)], 10, tone=GLOW)
    for k in range(4):
        a = k * np.pi / 2 + 0.4
        m.tube([(0.09 * math.cos(a), 0.05, 0.09 * math.sin(a)), (0.09 * math.cos(a), 0.27, 0.09 * math.sin(a))], 0.007, 50, 4)
    m.lathe([(0.11, 0.27), (0.06, 0.33), (0.03, 0.36)], 8, tone=50)
    return m.ring((0, 0.42, 0), 0.06, 0.006, 50, None, 16, 4)


def paper_lantern():
    m = Made()
    y = np.linspace(0.03, 0.47, 15)
    m.lathe([(0.02 + 0.21 * math.sqrt(max(0, 1 - ((v - 0.25) / 0.24) ** 2)) * (1 + 0.03 * (k % 2)), v) for k, v in enumerate(y)], 20, tone=GLOW)
    m.lathe([(0.07, 0.0), (0.07, 0.04)], 14, tone=40)
    return m.lathe([(0.07, 0.46), (0.07, 0.50), (0.001, 0.50)], 14, tone=40)


def candle():
    m = Made()
    m.lathe([(0.09, 0), (0.09, 0.015), (0.035, 0.03), (0.034, 0.22), (0.001, 0.222)], 14, tone=200)
    return m.lathe([(0.001, 0.235), (0.016, 0.255), (0.012, 0.285), (0.001, 0.33)], 10, tone=GLOW)


def bench():
    m = Made()
    for z in (-0.16, -0.04, 0.08, 0.20):
        m.box((0, 0.45, z), (1.7, 0.035, 0.10), 90)
    for y in (0.60, 0.73, 0.86):
        m.box((0, y, -0.25 - (y - 0.6) * 0.2), (1.7, 0.10, 0.03), 90)
    for x in (-0.72, 0.72):
        m.box((x, 0.22, 0.18), (0.05, 0.45, 0.05), 50)
        m.box((x, 0.46, -0.24), (0.05, 0.92, 0.05), 50, pitch=-0.08)
        m.box((x, 0.62, 0.0), (0.05, 0.04, 0.46), 50)
        m.box((x, 0.55, 0.2), (0.05, 0.2, 0.04), 50)
    return m


def chair():
    m = Made()
    m.box((0, 0.45, 0), (0.42, 0.04, 0.42), 90)
    for x in (-0.18, 0.18):
        m.tube([(x, 0.45, 0.18), (x, 0, 0.20)], 0.018)
        m.tube([(x, 0, -0.21), (x, 0.45, -0.18), (x, 0.95, -0.25)], 0.018)
    for y in (0.62, 0.76, 0.92):
        m.box((0, y, -0.21 - (y - 0.45) * 0.12), (0.36, 0.055, 0.02), 90)
    return m


def table():
    m = Made()
    m.box((0, 0.74, 0), (1.5, 0.04, 0.85), 90)
    for x in (-0.66, 0.66):
        for z in (-0.34, 0.34):
            m.box((x, 0.36, z), (0.06, 0.72, 0.06), 80)
    return m


def door():
    m = Made()
    for x in (-0.52, 0.52):
        m.box((x, 1.05, 0), (0.12, 2.1, 0.16), 90)
    m.box((0, 2.14, 0), (1.2, 0.12, 0.18), 90)
    leaf = turned(yaw=0.95)
    c = leaf @ np.array([0.46, 0, 0])
    m.box((-0.46 + c[0], 1.03, c[2]), (0.92, 2.05, 0.05), 110, yaw=0.95)
    k = leaf @ np.array([0.84, 0, 0.05])
    return m.ball((-0.46 + k[0], 1.0, k[2]), 0.035, 200, 8)


def ladder():
    m = Made()
    for x in (-0.22, 0.22):
        m.tube([(x, 0, 0), (x, 4, -0.6)], 0.028, 90)
    for k in range(13):
        y = 0.25 + k * 0.29
        m.tube([(-0.22, y, -0.15 * y), (0.22, y, -0.15 * y)], 0.018, 90, 5)
    return m


def cross():
    m = Made()
    return m.box((0, 1.1, 0), (0.20, 2.2, 0.16), 90).box((0, 1.55, 0), (1.1, 0.20, 0.16), 90)


def tombstone():
    m = Made()
    a = np.linspace(0, np.pi, 14)
    o = [(0.32, 0), *[(0.32 * math.cos(t), 0.72 + 0.28 * math.sin(t)) for t in a], (-0.32, 0)]
    m.extrude(o, 0.14, tone=110, bevel=0.015)
    return m.box((0, 0.05, 0), (0.84, 0.1, 0.32), 90)


def celtic_cross():
    m = Made()
    m.box((0, 0.15, 0), (0.7, 0.3, 0.5), 90, taper=0.85)
    m.box((0, 1.1, 0), (0.20, 1.7, 0.14), 100, taper=0.85)
    m.box((0, 1.55, 0), (0.80, 0.17, 0.13), 100)
    return m.ring((0, 1.55, 0), 0.27, 0.05, 100)


def church():
    m = Made()
    m.box((0, 3, -5), (8, 6, 14), 100)
    m.extrude([(-4.5, 6), (4.5, 6), (0, 10.5)], 14.4, (0, 0, -5), 70)
    m.box((0, 7, 3.4), (4, 14, 4), 105)
    m.lathe([(2.95, 14), (1.3, 18), (0.001, 26)], 4, (0, 0, 3.4), 60, turned(yaw=np.pi / 4))
    m.box((0, 26.9, 3.4), (0.16, 2.2, 0.16), 60).box((0, 27.2, 3.4), (1.1, 0.16, 0.16), 60)
    arch = lambda w, h: [(w, 0), (w, h), *[(w * math.cos(t), h + w * 1.3 * math.sin(t)) for t in np.linspace(0, np.pi, 9)[1:-1]], (-w, h), (-w, 0)]
    m.extrude(arch(0.9, 1.9), 0.06, (0, 0, 5.42), GLOW)
    m.extrude(arch(0.4, 1.1), 0.06, (0, 10.4, 5.42), GLOW)
    for s in (-1, 1):
        for z in (-1, -4, -7, -10):
            m.extrude(arch(0.5, 1.8), 0.06, (s * 4.02, 1.8, z), GLOW, ACROSS)
    return m


def lighthouse():
    m = Made()
    m.lathe([(2.6, 0), (2.3, 3), (1.7, 13), (1.45, 17.5), (2.0, 17.9), (2.0, 18.2), (1.0, 18.2)], 24, tone=150)
    m.lathe([(0.85, 18.3), (0.85, 20.2)], 12, tone=GLOW)
    for k in range(8):
        a = k * np.pi / 4
        m.tube([(1.05 * math.cos(a), 18.2, 1.05 * math.sin(a)), (1.05 * math.cos(a), 20.3, 1.05 * math.sin(a))], 0.05, 50, 4)
        m.tube([(1.9 * math.cos(a), 18.2, 1.9 * math.sin(a)), (1.9 * math.cos(a), 19.1, 1.9 * math.sin(a))], 0.03, 50, 3)
    m.ring((0, 19.1, 0), 1.9, 0.04, 50, FORWARD, 24, 4)
    m.lathe([(1.35, 20.2), (0.9, 21.2), (0.15, 22), (0.05, 23.2)], 16, tone=60)
    m.box((0, 1.2, 2.5), (1.0, 2.4, 0.4), 40)
    return m.box((5, 1.6, -1), (5, 3.2, 4), 120).extrude([(-2.3, 3.2), (2.3, 3.2), (0, 5)], 5.3, (5, 0, -1), 60, ACROSS)


def castle():
    m = Made()

    def tower(x, z, r, h, roof):
        m.lathe([(r * 1.08, 0), (r, 1), (r, h), (r * 1.18, h + 0.4), (r * 1.18, h + 1.3), (r, h + 1.3)], 18, (x, 0, z), 105)
        if roof:
            m.lathe([(r * 1.35, h + 1.2), (r * 0.5, h + r * 2.2), (0.001, h + r * 4.0)], 18, (x, 0, z), 60)
        else:
            for k in range(8):
                a = k * np.pi / 4
                m.box((x + r * 1.1 * math.cos(a), h + 1.7, z + r * 1.1 * math.sin(a)), (0.7, 0.9, 0.7), 105, yaw=-a)
        m.box((x, h * 0.72, z + r), (0.45, 1.3, 0.2), GLOW)

    for x, z, r, h, roof in ((-13, 5, 2.4, 14, True), (13, 5, 2.4, 12, True), (-12, -11, 2.2, 13, False), (12, -11, 2.2, 16, True), (-3.4, 6, 1.6, 9, False), (3.4, 6, 1.6, 9, False), (2, -6, 3.4, 24, True), (-6, -7, 2.0, 19, True)):
        tower(x, z, r, h, roof)
    for x, w in ((-8.2, 9), (8.2, 9)):
        m.box((x, 4, 5), (w, 8, 1.6), 95)
        for k in range(5):
            m.box((x - w / 2 + 0.9 + k * 1.8, 8.4, 5), (0.9, 1.0, 1.4), 95)
    m.box((0, 6.5, 5.6), (4, 3, 2), 95)
    for s in (-1, 1):
        m.box((s * 12.6, 4, -3), (1.4, 8, 14), 95)
    m.box((0, 7, -7), (15, 14, 8), 100)
    m.extrude([(-8, 14), (8, 14), (5, 18), (-5, 18)], 8.6, (0, 0, -7), 65)
    return m


def windmill():
    m = Made()
    m.lathe([(3.4, 0), (2.4, 8.5), (2.3, 9)], 12, tone=120)
    m.lathe([(2.7, 8.9), (2.0, 10.6), (0.001, 11.6)], 12, tone=60)
    hub = np.array([0, 9.6, 2.9])
    m.tube([hub - [0, 0, 2], hub + [0, 0, 0.2]], 0.22, 60)
    for k in range(4):
        a = k * np.pi / 2 + 0.5
        way = np.array([math.cos(a), math.sin(a), 0])
        side = np.array([-way[1], way[0], 0])
        m.tube([hub, hub + way * 7.4], 0.10, 60, 4)
        for j in range(9):
            p = hub + way * (1.6 + j * 0.70)
            m.tube([p - side * 0.1, p + side * 1.35], 0.05, 80, 3)
        for s in (0.45, 0.9, 1.35):
            m.tube([hub + way * 1.6 + side * s, hub + way * 7.2 + side * s], 0.045, 80, 3)
    return m.box((0, 1.1, 3.2), (1.1, 2.2, 0.3), 30).box((0.0, 5.2, 2.7), (0.7, 1.0, 0.3), GLOW)


def house():
    m = Made()
    m.box((0, 1.6, 0), (7, 3.2, 6), 110)
    m.extrude([(-4.0, 3.0), (4.0, 3.0), (0, 6.2)], 6.8, tone=60)
    m.box((2.0, 5.6, -0.6), (0.8, 2.4, 0.8), 80)
    m.box((0, 1.05, 3.02), (1.0, 2.1, 0.06), 40)
    for x in (-2.2, 2.2):
        m.box((x, 1.8, 3.02), (1.2, 1.2, 0.06), GLOW)
        m.box((x, 1.8, 3.06), (0.08, 1.2, 0.05), 60).box((x, 1.8, 3.06), (1.2, 0.08, 0.05), 60)
    m.box((0, 4.4, 3.42), (0.9, 0.9, 0.06), GLOW)
    for s in (-1, 1):
        m.box((s * 3.52, 1.8, 0), (0.06, 1.2, 1.4), GLOW)
    return m


def skyscraper():
    m = Made()
    y = 0
    for w, h in ((26, 90), (20, 60), (14, 35), (8, 15)):
        m.box((0, y + h / 2, 0), (w, h, w), 90)
        y += h
    return m.lathe([(2, y), (0.6, y + 18), (0.001, y + 45)], 8, tone=80)


def eiffel_tower():
    m = Made()
    half = lambda y: 62 * math.exp(-y / 82) + 2.5
    ys = [0, 20, 40, 57, 80, 115, 150, 190, 230, 276]
    for sx in (-1, 1):
        for sz in (-1, 1):
            p = [(sx * half(y), y, sz * half(y)) for y in ys]
            m.tube(p, [7 - 5.6 * y / 276 for y in ys], 80, 4)
    for y, w in ((57, 6), (115, 5), (276, 4)):
        m.box((0, y, 0), (half(y) * 2 + w, 5, half(y) * 2 + w), 80)
    for a, b in zip(ys, ys[1:]):
        for s in (-1, 1):
            for ax in (0, 1):
                n = 1 if a < 115 else 1
                for k in range(n):
                    p, q = [half(a), a], [half(b), b]
                    if a < 57:
                        continue
                    for t in (-1, 1):
                        e = [(t * p[0], p[1], s * p[0]), (-t * q[0], q[1], s * q[0])]
                        m.tube([(c[2], c[1], c[0]) if ax else c for c in e], 1.0, 80, 3)
    for s in (-1, 1):
        for ax in (0, 1):
            arch = [(half(0) * 0.78 * math.cos(t), 42 * math.sin(t) - 2, s * 50) for t in np.linspace(0, np.pi, 14)]
            m.tube([(c[2], c[1], c[0]) if ax else c for c in arch], 1.8, 80, 4)
    return m.tube([(0, 276, 0), (0, 300, 0), (0, 324, 0)], [3, 1.6, 0.5], 80, 5)


def pyramid():
    return Made().lathe([(32.5, 0), (0.001, 30)], 4, tone=120, turn=turned(yaw=np.pi / 4))


def ferris_wheel():
    m = Made()
    c = np.array([0, 22.0, 0])
    for z in (-1.3, 1.3):
        m.ring(c + [0, 0, z], 19, 0.28, 70, None, 56, 5)
        m.ring(c + [0, 0, z], 15, 0.16, 70, None, 48, 4)
    n = 20
    for k in range(n):
        a = 2 * np.pi * k / n
        way = np.array([math.cos(a), math.sin(a), 0])
        for z in (-1.3, 1.3):
            m.tube([c + [0, 0, z], c + way * 19 + [0, 0, z]], 0.09, 70, 3)
        p = c + way * 19
        m.tube([p + [0, 0, -1.4], p + [0, 0, 1.4]], 0.12, 70, 4)
        m.tube([p, p - [0, 0.9, 0]], 0.08, 60, 3)
        m.box(p - [0, 1.75, 0], (1.7, 1.5, 1.7), 90, taper=0.75)
        m.ball(p + way * 0.5, 0.22, GLOW, 6)
    for s in (-1, 1):
        for z in (-2.6, 2.6):
            m.tube([c + [0, 0, z * 0.8], (s * 10, 0, z * 1.3)], 0.45, 60, 5)
    return m.tube([c - [0, 0, 3], c + [0, 0, 3]], 0.9, 50, 8)


def swing():
    m = Made()
    for x in (-1.3, 1.3):
        for z in (-0.8, 0.8):
            m.tube([(x, 2.5, 0), (x * 1.1, 0, z)], 0.05)
    m.tube([(-1.4, 2.5, 0), (1.4, 2.5, 0)], 0.05)
    for x in (-0.25, 0.25):
        m.tube([(x, 2.5, 0), (x, 0.52, 0.25)], 0.012, 60, 4)
    return m.box((0, 0.5, 0.25), (0.55, 0.04, 0.22), 90)


def hourglass():
    m = Made()
    m.lathe([(0.13, 0.04), (0.13, 0.14), (0.08, 0.24), (0.012, 0.30), (0.08, 0.36), (0.13, 0.46), (0.13, 0.56)], 20, tone=150)
    for y in (0.0, 0.56):
        m.lathe([(0.001, y), (0.17, y), (0.17, y + 0.04), (0.001, y + 0.04)], 20, tone=60)
    for k in range(3):
        a = k * 2.1
        m.tube([(0.15 * math.cos(a), 0.03, 0.15 * math.sin(a)), (0.15 * math.cos(a), 0.57, 0.15 * math.sin(a))], 0.010, 60, 5)
    return m


def key():
    m = Made()
    m.ring((0, 0.80, 0), 0.15, 0.035, 150)
    m.tube([(0, 0.66, 0), (0, 0.0, 0)], 0.032, 150, 8)
    return m.box((0.10, 0.06, 0), (0.18, 0.07, 0.04), 150).box((0.08, 0.19, 0), (0.14, 0.06, 0.04), 150)


def anchor():
    m = Made()
    m.ring((0, 1.45, 0), 0.13, 0.03, 70)
    m.tube([(0, 1.32, 0), (0, 0.05, 0)], 0.055, 70, 8)
    m.tube([(-0.36, 1.12, 0), (0.36, 1.12, 0)], 0.05, 70, 8)
    a = np.linspace(-2.75, -0.39, 15)
    m.tube([(0.62 * math.cos(t), 0.68 + 0.62 * math.sin(t), 0) for t in a], 0.055, 70, 8)
    for s in (-1, 1):
        m.extrude([(s * 0.42, 0.40), (s * 0.68, 0.36), (s * 0.60, 0.72)], 0.07, tone=70)
    return m


def bell():
    m = Made()
    m.lathe([(0.44, 0.0), (0.42, 0.05), (0.33, 0.18), (0.27, 0.42), (0.23, 0.60), (0.12, 0.70), (0.001, 0.72)], 26, tone=150)
    m.ring((0, 0.79, 0), 0.07, 0.025, 100, None, 16)
    return m.ball((0, -0.01, 0), 0.07, 60, 10)


def crown():
    m = Made()
    n, rows = 40, []
    for y in (0, 0.05, 1):
        rows.append([(0.5 * (1 + 0.12 * y) * math.cos(a), (0.16 + 0.26 * abs(((a * 5 / (2 * np.pi)) % 1) * 2 - 1)) * y + 0.0, 0.5 * (1 + 0.12 * y) * math.sin(a)) for a in np.arange(n) * 2 * np.pi / n])
    f = []
    for k in range(2):
        for s in range(n):
            i, j = k * n + s, k * n + (s + 1) % n
            f.append([i, j, j + n, i + n])
    m.add(np.concatenate(rows), quads(f), 200)
    for k in range(5):
        a = 2 * np.pi * k / 5
        m.ball((0.56 * math.cos(a), 0.46, 0.56 * math.sin(a)), 0.05, 220, 8)
    return m.ring((0, 0.03, 0), 0.51, 0.035, 200, FORWARD, 36)


def sword():
    """It stands on its point, sunk into what it stands on."""
    m = Made()
    m.extrude([(0.035, 0.95), (0.030, -0.12), (0, -0.22), (-0.030, -0.12), (-0.035, 0.95)], 0.016, tone=225)
    m.box((0, 0.42, 0.009), (0.012, 1.0, 0.004), 110)
    m.box((0, 0.97, 0), (0.30, 0.038, 0.045), 150)
    for s in (-1, 1):
        m.ball((s * 0.155, 0.965, 0), 0.028, 160, 8)
    m.tube([(0, 0.98, 0), (0, 1.16, 0)], 0.019, 50, 8)
    return m.ball((0, 1.19, 0), 0.034, 170, 10)


def throne():
    m = Made()
    m.box((0, 0.25, 0), (0.9, 0.5, 0.8), 70)
    a = np.linspace(0, np.pi, 9)
    o = [(0.45, 0.5), (0.45, 1.5), *[(0.34 * math.cos(t), 1.5 + 0.42 * math.sin(t)) for t in a], (-0.45, 1.5), (-0.45, 0.5)]
    m.extrude(o, 0.12, (0, 0, -0.36), 80)
    for s in (-1, 1):
        m.box((s * 0.42, 0.68, 0), (0.12, 0.36, 0.75), 80)
        m.box((s * 0.45, 0.95, -0.36), (0.12, 1.9, 0.14), 80)
        m.ball((s * 0.45, 1.95, -0.36), 0.08, 150, 10)
    return m.ball((0, 2.02, -0.36), 0.10, 150, 10)


def cage():
    m = Made()
    for k in range(14):
        a = 2 * np.pi * k / 14
        p = [(0.22 * math.cos(a), 0.03, 0.22 * math.sin(a)), (0.22 * math.cos(a), 0.40, 0.22 * math.sin(a))]
        p += [(0.22 * math.cos(t) * math.cos(a), 0.40 + 0.2 * math.sin(t), 0.22 * math.cos(t) * math.sin(a)) for t in (0.5, 1.0, 1.5)]
        m.tube(p, 0.005, 90, 4)
    for y in (0.03, 0.40):
        m.ring((0, y, 0), 0.22, 0.008, 90, FORWARD, 26, 4)
    m.lathe([(0.001, 0), (0.23, 0), (0.23, 0.03)], 24, tone=70)
    return m.ring((0, 0.66, 0), 0.05, 0.006, 90, None, 16, 4)


def phone_booth():
    m = Made()
    for x in (-0.42, 0.42):
        for z in (-0.42, 0.42):
            m.box((x, 1.15, z), (0.10, 2.3, 0.10), 90)
    m.box((0, 2.36, 0), (1.0, 0.22, 1.0), 90).box((0, 2.53, 0), (0.86, 0.12, 0.86), 90, taper=0.7)
    m.box((0, 0.1, 0), (0.98, 0.2, 0.98), 90)
    for z in (-0.42, 0.42):
        for y in (0.55, 0.9, 1.25, 1.6, 1.95):
            m.box((0, y, z), (0.8, 0.035, 0.03), 90).box((z, y, 0), (0.03, 0.035, 0.8), 90)
        for x in (-0.14, 0.14):
            m.box((x, 1.2, z), (0.03, 2.1, 0.03), 90)
    m.box((0, 2.2, 0), (0.6, 0.05, 0.6), GLOW)
    return m.box((0, 1.3, -0.3), (0.3, 0.5, 0.15), 30)


def telephone_pole():
    m = Made()
    m.tube([(0, 0, 0), (0, 8.5, 0)], [0.17, 0.12], 60, 8)
    for y in (7.6, 8.1):
        m.box((0, y, 0), (2.4, 0.14, 0.12), 60)
        for x in (-1.1, -0.6, 0.6, 1.1):
            m.lathe([(0.03, 0), (0.06, 0.06), (0.05, 0.16), (0.001, 0.18)], 8, (x, y + 0.07, 0), 150)
    return m


def sign_post():
    m = Made()
    m.tube([(0, 0, 0), (0, 2.6, 0)], 0.05, 70, 6)
    for y, s in ((2.35, 1), (1.98, -1)):
        m.extrude([(-s * 0.15, -0.14), (s * 0.72, -0.14), (s * 0.9, 0), (s * 0.72, 0.14), (-s * 0.15, 0.14)], 0.04, (0, y, 0.05), 110)
    return m


def fence():
    m = Made()
    for k in range(9):
        x = -2 + k * 0.5
        m.extrude([(-0.06, 0), (0.06, 0), (0.06, 0.95), (0, 1.08), (-0.06, 0.95)], 0.03, (x, 0, 0.03), 110)
    for y in (0.3, 0.8):
        m.box((0, y, 0), (4.3, 0.08, 0.04), 100)
    return m


def gate():
    m = Made()
    for s in (-1, 1):
        m.box((s * 1.75, 1.3, 0), (0.5, 2.6, 0.5), 90).box((s * 1.75, 2.68, 0), (0.66, 0.16, 0.66), 90)
        m.ball((s * 1.75, 2.98, 0), 0.22, 90, 12)
        for k in range(7):
            x = s * (0.10 + k * 0.22)
            h = 1.9 + 0.5 * (1 - k / 6) ** 1.5
            m.tube([(x, 0.1, 0), (x, h, 0)], 0.018, 50, 5)
            m.lathe([(0.04, 0), (0.001, 0.14)], 6, (x, h, 0), 50)
        for y in (0.25, 1.7):
            m.tube([(s * 0.05, y, 0), (s * 1.5, y, 0)], 0.022, 50, 5)
    return m


def hull(m, length, width, height, tone=80, sheer=0.35):
    n, rows = 13, []
    for k in range(n):
        t = k / (n - 1) * 2 - 1
        w = width / 2 * (1 - abs(t) ** 2.6) ** 0.75 + 0.001
        top, low = height * (1 + sheer * t * t), height * 0.5 * max(0, abs(t) - 0.55) ** 1.0
        rows.append([(-w, top, t * length / 2), (-w * 0.82, (top + low) / 2, t * length / 2 * 0.97), (0, low, t * length / 2 * 0.92), (w * 0.82, (top + low) / 2, t * length / 2 * 0.97), (w, top, t * length / 2)])
    f = []
    for k in range(n - 1):
        for s in range(4):
            i = k * 5 + s
            f.append([i, i + 1, i + 6, i + 5])
    m.add(np.concatenate(rows), quads(f), tone)
    inner = [i for row in rows for i in (row[0], row[4])]
    m.add(np.array(inner) - [0, height * 0.25, 0], quads([[2 * k, 2 * k + 1, 2 * k + 3, 2 * k + 2] for k in range(n - 1)]), 40)


def rowing_boat():
    m = Made()
    hull(m, 3.8, 1.35, 0.5)
    for z in (-0.7, 0.5):
        m.box((0, 0.42, z), (1.2, 0.04, 0.24), 100)
    for s in (-1, 1):
        m.tube([(s * 0.45, 0.62, 0.1), (s * 2.1, 0.25, -0.5)], 0.02, 100, 5)
        m.extrude([(0, -0.07), (0.55, -0.09), (0.55, 0.09), (0, 0.07)], 0.02, (s * 2.05, 0.26, -0.48), 100, turned(yaw=0.35 if s > 0 else np.pi - 0.35))
    return m


def sailing_boat():
    m = Made()
    hull(m, 7.5, 2.3, 0.95, 150)
    m.box((0, 1.15, -0.4), (1.3, 0.5, 2.2), 120, taper=0.85)
    m.tube([(0, 0.6, 0.6), (0, 10.5, 0.5)], 0.06, 100, 6)
    m.tube([(0, 1.6, 0.6), (0.5, 1.7, -3.0)], 0.05, 100, 5)

    def sail(a, b, c, belly, tone):
        a, b, c = map(np.array, (a, b, c))
        n, v, f = 8, [], []
        for i in range(n + 1):
            for j in range(n + 1 - i):
                u, w = i / n, j / n
                p = a * (1 - u - w) + b * u + c * w
                v.append(p + np.array([belly * 4 * (u * (1 - u - w) + w * (1 - u - w) + u * w), 0, 0]))
        at = lambda i, j: i * (n + 1) - i * (i - 1) // 2 + j
        for i in range(n):
            for j in range(n - i):
                f.append([at(i, j), at(i + 1, j), at(i, j + 1)])
                if j < n - i - 1:
                    f.append([at(i + 1, j), at(i + 1, j + 1), at(i, j + 1)])
        m.add(v, f, tone)

    sail((0, 1.8, 0.5), (0, 10.3, 0.5), (0.5, 1.85, -3.0), 0.3, 220)
    sail((0, 1.0, 3.6), (0, 9.2, 0.7), (0.3, 1.6, 0.8), 0.25, 220)
    return m


def paper_boat():
    m = Made()
    v = [(-0.5, 0.22, 0), (0.5, 0.22, 0), (-0.22, 0, 0.10), (0.22, 0, 0.10), (-0.22, 0, -0.10), (0.22, 0, -0.10), (0, 0.40, 0), (-0.18, 0.12, 0.12), (0.18, 0.12, 0.12), (-0.18, 0.12, -0.12), (0.18, 0.12, -0.12)]
    f = [[0, 2, 7], [2, 3, 7], [3, 8, 7], [3, 1, 8], [0, 9, 4], [4, 9, 5], [5, 9, 10], [5, 10, 1], [7, 8, 6], [9, 6, 10], [0, 7, 9], [1, 10, 8], [7, 6, 9], [8, 10, 6], [2, 4, 3], [3, 4, 5], [0, 4, 2], [1, 3, 5]]
    return m.add(v, f, 230)


def paper_plane():
    v = [(0, 0.04, 0.5), (-0.28, 0.10, -0.4), (-0.05, 0.08, -0.42), (0, -0.06, -0.40), (0.05, 0.08, -0.42), (0.28, 0.10, -0.4)]
    return Made().add(np.array(v) + [0, 0.06, 0], [[0, 1, 2], [0, 2, 3], [0, 3, 4], [0, 4, 5]], 230)


def feather():
    m = Made()
    p = [(0.10 * math.sin(k * 0.22), k * 0.05, 0) for k in range(17)]
    m.tube(p, 0.005, 150, 4)
    for k in range(4, 17):
        t = (k - 4) / 12
        w = 0.10 * math.sin(math.pi * min(1, t * 0.85 + 0.12))
        x, y, _ = p[k]
        for s in (-1, 1):
            m.add([(x, y - 0.05, 0), (x, y + 0.015, 0), (x + s * w, y + 0.05 + 0.02 * (k % 3), 0.01)], [[0, 1, 2]], 190)
    return m


def snowman():
    m = Made()
    for y, r in ((0.42, 0.45), (1.05, 0.33), (1.52, 0.23)):
        m.ball((0, y, 0), r, 240, 18)
    m.lathe([(0.001, 0.001), (0.035, 0), (0.001, 0.25)], 8, (0, 1.52, 0.2), 130, FORWARD)
    m.lathe([(0.30, 1.70), (0.30, 1.72), (0.18, 1.72), (0.18, 1.98), (0.001, 1.98)], 18, tone=10)
    for s in (-1, 1):
        m.ball((s * 0.08, 1.58, 0.21), 0.025, 5, 6)
        m.tube([(s * 0.28, 1.12, 0), (s * 0.7, 1.35, 0.05)], 0.018, 40, 5)
        m.tube([(s * 0.58, 1.28, 0.03), (s * 0.66, 1.48, 0.04)], 0.012, 40, 4)
    return m


def tent():
    m = Made()
    m.extrude([(-1.4, 0), (1.4, 0), (0, 1.6)], 2.6, tone=110)
    m.extrude([(-0.4, 0), (0.4, 0), (0, 1.2)], 0.04, (0, 0, 1.31), GLOW)
    for s in (-1, 1):
        m.tube([(0, 1.6, s * 1.3), (0, 0, s * 2.3)], 0.01, 80, 3)
    return m


def campfire():
    m = Made()
    for k in range(6):
        a = k * np.pi / 3
        m.tube([(0.55 * math.cos(a), 0.04, 0.55 * math.sin(a)), (0.05 * math.cos(a), 0.34, 0.05 * math.sin(a))], 0.055, 30, 7)
    for x, z, h, r in ((0, 0, 0.95, 0.16), (0.14, 0.06, 0.62, 0.11), (-0.13, -0.03, 0.70, 0.12), (0.02, -0.14, 0.55, 0.1)):
        m.lathe([(0.05, 0.12), (r, 0.28), (r * 0.75, h * 0.6), (r * 0.25, h * 0.86), (0.001, h)], 10, (x, 0, z), GLOW)
    return m


def wings():
    m = Made()
    for s in (-1, 1):
        for layer, (n, reach, drop) in enumerate(((11, 1.25, 1.0), (9, 0.95, 0.62), (7, 0.65, 0.36))):
            for k in range(n):
                t = k / (n - 1)
                root = np.array([s * (0.10 + 0.62 * t * (1 - 0.25 * layer * 0.5)), 0.95 + 0.45 * math.sin(t * 2.2) - layer * 0.04, -0.02 * layer])
                a = -1.35 + 1.75 * t
                way = np.array([s * math.cos(a), math.sin(a), -0.12])
                long = (0.55 + 0.45 * t) * reach * 0.72
                side = np.array([-way[1], way[0], 0]) * s
                w = 0.07
                m.add([root - side * w * 0.5, root + way * long * 0.6 - side * w, root + way * long, root + way * long * 0.6 + side * w, root + side * w * 0.5], [[0, 1, 4], [1, 3, 4], [1, 2, 3]], 200)
    return m


def butterfly():
    m = Made()
    m.ball((0, 0.5, 0), (0.025, 0.20, 0.025), 30, 8)
    m.ball((0, 0.71, 0.01), (0.03, 0.03, 0.03), 30, 8)
    for s in (-1, 1):
        up = np.array([(0.02, 0.56), (0.10, 0.80), (0.30, 0.98), (0.62, 1.02), (0.66, 0.90), (0.55, 0.70), (0.40, 0.56), (0.20, 0.50)])
        low = np.array([(0.02, 0.50), (0.22, 0.49), (0.42, 0.44), (0.46, 0.30), (0.38, 0.16), (0.30, 0.02), (0.24, 0.14), (0.10, 0.32)])
        fold = turned(yaw=-s * 0.45)
        for wing, middle in ((up, (0.32, 0.76)), (low, (0.26, 0.34))):
            outline = smooth(wing * [s, 1], times=2)
            m.extrude(outline, 0.008, tone=15, turn=fold)
            inner = (outline - np.array(middle) * [s, 1]) * 0.78 + np.array(middle) * [s, 1]
            m.extrude(inner, 0.014, tone=210, turn=fold)
            root = np.array([s * 0.03, 0.53])
            for k in range(0, len(outline), 5):
                m.tube([fold @ np.array([*root, 0]), fold @ np.array([*(root + (outline[k] - root) * 0.95), 0])], 0.009, 15, 4)
        m.tube([(0, 0.73, 0), (s * 0.06, 0.84, 0.03), (s * 0.11, 0.92, 0.04)], 0.006, 30, 3)
        m.ball((s * 0.11, 0.925, 0.04), 0.012, 30, 6)
    return m


def ufo():
    m = Made()
    m.lathe([(0.001, 0.6), (2.2, 0.75), (4.6, 1.25), (4.8, 1.4), (4.5, 1.55), (2.2, 2.1), (1.6, 2.3), (1.4, 2.9), (0.9, 3.4), (0.001, 3.6)], 32, tone=120)
    for k in range(12):
        a = k * np.pi / 6
        m.ball((3.5 * math.cos(a), 0.98, 3.5 * math.sin(a)), 0.25, GLOW, 8)
    return m.lathe([(0.001, 0.55), (1.2, 0.6)], 20, tone=GLOW)


def satellite():
    m = Made()
    m.box((0, 1.2, 0), (1.0, 1.4, 1.0), 120)
    for s in (-1, 1):
        m.tube([(s * 0.5, 1.2, 0), (s * 0.9, 1.2, 0)], 0.04, 80)
        m.box((s * 2.5, 1.2, 0), (3.2, 1.1, 0.05), 60)
        for k in range(5):
            m.box((s * (1.2 + k * 0.65), 1.2, 0), (0.04, 1.2, 0.08), 150)
    m.lathe([(0.001, 0), (0.3, 0.06), (0.6, 0.28)], 20, (0, 2.0, 0), 180, turned(pitch=0.5))
    return m.tube([(0, 2.0, 0), (0, 2.45, 0.25)], 0.02, 80, 4)


def suitcase():
    m = Made()
    m.box((0, 0.24, 0), (0.66, 0.46, 0.20), 80)
    m.tube([(-0.10, 0.47, 0), (-0.09, 0.53, 0), (0.09, 0.53, 0), (0.10, 0.47, 0)], 0.013, 40, 6)
    for x in (-0.2, 0.2):
        m.box((x, 0.24, 0), (0.05, 0.475, 0.215), 40)
    return m


def bottle():
    return Made().lathe([(0.001, 0), (0.038, 0), (0.04, 0.17), (0.032, 0.21), (0.014, 0.25), (0.013, 0.31), (0.016, 0.315), (0.001, 0.32)], 16, tone=60)


def wine_glass():
    return Made().lathe([(0.038, 0), (0.036, 0.004), (0.004, 0.012), (0.004, 0.10), (0.022, 0.115), (0.038, 0.15), (0.036, 0.20), (0.031, 0.225)], 18, tone=180)


def cake():
    m = Made()
    for y, r in ((0, 0.20), (0.11, 0.15), (0.22, 0.10)):
        m.lathe([(0.001, y), (r, y), (r, y + 0.10), (0.001, y + 0.11)], 24, tone=220)
    for k in range(5):
        a = k * 2 * np.pi / 5
        x, z = 0.06 * math.cos(a), 0.06 * math.sin(a)
        m.tube([(x, 0.32, z), (x, 0.42, z)], 0.006, 150, 5)
        m.ball((x, 0.445, z), (0.008, 0.02, 0.008), GLOW, 6)
    return m


def chess_king():
    m = Made()
    m.lathe([(0.17, 0), (0.17, 0.05), (0.11, 0.10), (0.08, 0.25), (0.065, 0.45), (0.10, 0.50), (0.07, 0.54), (0.11, 0.70), (0.05, 0.74), (0.001, 0.76)], 22, tone=80)
    return m.box((0, 0.83, 0), (0.03, 0.14, 0.03), 80).box((0, 0.84, 0), (0.10, 0.03, 0.03), 80)


def scarecrow():
    m = Made()
    m.tube([(0, 0, 0), (0, 1.7, 0)], 0.035, 50)
    m.tube([(-0.75, 1.35, 0), (0.75, 1.35, 0)], 0.03, 50)
    m.ball((0, 1.72, 0), (0.13, 0.15, 0.13), 150, 12)
    m.lathe([(0.30, 1.80), (0.13, 1.84), (0.09, 2.02), (0.001, 2.05)], 16, tone=50)
    m.lathe([(0.26, 0.62), (0.22, 1.0), (0.20, 1.40), (0.08, 1.52)], 14, tone=80, squash=0.6)
    for s in (-1, 1):
        m.lathe([(0.10, 0.0), (0.07, 0.45)], 10, (s * 0.62, 1.35, 0), 80, turned(roll=-s * np.pi / 2))
        for k in range(5):
            m.tube([(s * 0.62, 1.35, 0), (s * (0.85 + 0.04 * (k % 2)), 1.22 + 0.06 * k, 0.05 * (k - 2))], 0.008, 120, 3)
    return m


def television():
    m = Made()
    m.box((0, 0.62, 0), (0.86, 0.62, 0.42), 60)
    m.box((-0.08, 0.63, 0.21), (0.60, 0.48, 0.02), GLOW)
    for y in (0.78, 0.64):
        m.ball((0.33, y, 0.215), 0.035, 150, 8)
    for s in (-1, 1):
        m.tube([(s * 0.34, 0.31, 0), (s * 0.42, 0, 0.05)], 0.018, 80)
        m.tube([(0, 0.93, -0.05), (s * 0.28, 1.32, -0.08)], 0.007, 120, 4)
    return m


def column():
    m = Made()
    m.box((0, 0.15, 0), (1.1, 0.3, 1.1), 120)
    m.lathe([(0.5, 0.3), (0.52, 0.4), (0.42, 0.5), (0.41, 1.6), (0.36, 4.4), (0.37, 4.5), (0.52, 4.75)], 20, tone=130)
    return m.box((0, 4.9, 0), (1.1, 0.3, 1.1), 120)


def broken_column():
    m = Made()
    m.box((0, 0.15, 0), (1.1, 0.3, 1.1), 120)
    m.lathe([(0.5, 0.3), (0.52, 0.4), (0.42, 0.5), (0.41, 1.6), (0.39, 2.4), (0.25, 2.55), (0.001, 2.5)], 20, tone=130)
    v = m.v[-1]
    v[v[:, 1] > 2.3, 1] += v[v[:, 1] > 2.3, 0] * 0.8
    return m


def astronaut():
    m = Made()
    m.ball((0, 1.66, 0.02), (0.20, 0.21, 0.21), 200, 18)
    m.ball((0, 1.67, 0.10), (0.15, 0.13, 0.15), 10, 16)
    m.ball((0, 1.20, 0), (0.27, 0.33, 0.20), 190, 16)
    m.box((0, 1.28, -0.26), (0.46, 0.62, 0.24), 170, taper=0.9)
    m.box((0, 1.20, 0.20), (0.24, 0.16, 0.10), 150)
    for s in (-1, 1):
        m.tube([(s * 0.22, 1.40, 0), (s * 0.40, 1.22, 0.03), (s * 0.47, 1.00, 0.10), (s * 0.46, 0.82, 0.20)], [0.12, 0.12, 0.105, 0.09], 190, 10)
        m.ball((s * 0.46, 0.77, 0.23), 0.09, 180, 10)
        m.tube([(s * 0.12, 1.0, 0), (s * 0.16, 0.6, 0.03), (s * 0.18, 0.16, 0)], [0.16, 0.145, 0.12], 190, 10)
        m.ball((s * 0.18, 0.09, 0.05), (0.12, 0.10, 0.19), 170, 10)
    return m


def ring():
    m = Made()
    m.ring((0, 0.30, 0), 0.28, 0.035, 200, None, 40, 8)
    return m.lathe([(0.001, 0.55), (0.11, 0.70), (0.07, 0.76), (0.001, 0.76)], 8, tone=240)


def rock():
    m = Made()
    rng = np.random.default_rng(4)
    for at, r in (((0, 0.45, 0), (1.0, 0.75, 0.8)), ((0.8, 0.25, 0.2), (0.6, 0.45, 0.6)), ((-0.8, 0.2, -0.1), (0.7, 0.4, 0.6))):
        m.ball(at, r, 110, 12)
        m.v[-1] = m.v[-1] + rng.normal(size=m.v[-1].shape) * 0.05
    return m


def grown(seed, height, spread, low, leaves, attractors=620, reach=None, droop=0.0, slim=1.0):
    """A tree by space colonisation; leaves are small cards about the twigs."""
    rng = np.random.default_rng(seed)
    step = height / 42
    p = rng.normal(size=(attractors, 3))
    p = p / np.linalg.norm(p, axis=1, keepdims=True) * rng.random((attractors, 1)) ** (1 / 2.4)
    goal = p * [spread, height * (1 - low) * 0.5, spread] + [0, height * (1 + low) * 0.5, 0]
    nodes, parent = [np.zeros(3)], [-1]
    while nodes[-1][1] < height * low * 0.9:
        nodes.append(nodes[-1] + [rng.normal() * step * 0.12, step, rng.normal() * step * 0.12])
        parent.append(len(nodes) - 2)
    for _ in range(70):
        a = np.array(nodes)
        d = np.linalg.norm(goal[:, None] - a[None], axis=2)
        near = d.argmin(1)
        goal, near, d = goal[d.min(1) > step * 1.6], near[d.min(1) > step * 1.6], d[d.min(1) > step * 1.6]
        if not len(goal):
            break
        grew = False
        for n in np.unique(near):
            way = (goal[near == n] - a[n])
            way = (way / np.linalg.norm(way, axis=1, keepdims=True)).sum(0) + rng.normal(size=3) * 0.25
            way[1] += 0.1 - droop
            new = a[n] + way / max(np.linalg.norm(way), 1e-9) * step
            if np.linalg.norm(a - new, axis=1).min() > step * 0.35:
                nodes.append(new)
                parent.append(int(n))
                grew = True
        if not grew:
            break
    a, n = np.array(nodes), len(nodes)
    load = np.zeros(n)
    children = [[] for _ in range(n)]
    for k in range(n - 1, 0, -1):
        children[parent[k]].append(k)
    for k in range(n - 1, -1, -1):
        load[k] = sum(load[c] for c in children[k]) if children[k] else 1.0
    radius = 0.011 * height / 8 * load**0.48 * slim
    m = Made()
    # Chains from fork to fork, each a tube.
    for k in range(1, n):
        if parent[k] and len(children[parent[k]]) == 1:
            continue
        chain = [parent[k], k]
        while len(children[chain[-1]]) == 1:
            chain.append(children[chain[-1]][0])
        thin = [chain[0], *chain[1:-1][:: 2 if len(chain) > 5 else 1], chain[-1]]
        r = radius[thin]
        r[0] = min(r[0], r[1] * 1.25)
        m.tube(a[thin], r, 60, 6 if r[0] > 0.02 * height / 8 else 3)
    if leaves:
        tips = np.array([k for k in range(n) if load[k] < 5])
        count = leaves
        at = a[rng.choice(tips, count)] + rng.normal(size=(count, 3)) * step * 0.9
        size = height / 8 * 0.20 * (0.6 + 0.8 * rng.random(count))
        u = rng.normal(size=(count, 3))
        u /= np.linalg.norm(u, axis=1, keepdims=True)
        w = np.cross(u, rng.normal(size=(count, 3)))
        w /= np.linalg.norm(w, axis=1, keepdims=True)
        v = np.stack([at - u * size[:, None], at + w * size[:, None] * 0.55, at + u * size[:, None], at - w * size[:, None] * 0.55], 1)
        v[:, :, 1] -= droop * height * 0.05
        base = np.arange(count)[:, None] * 4
        m.add(v.reshape(-1, 3), quads(base + np.arange(4)), 90)
    return m


# Name, maker, metres high (what floats: long), role.
MADE = [
    ("bicycle", bicycle, 1.05, "Second"),
    ("train", train, 4.15, "Far"), ("aeroplane", aeroplane, 10.5, "Floating"), ("rocket", rocket, 14.0, "Far"),
    ("hot air balloon", hot_air_balloon, 21.8, "Floating"), ("balloon", balloon, 1.8, "Second"), ("balloons", balloons, 2.3, "Second"),
    ("heart", heart, 2.2, "Second"), ("star", star, 1.1, "Floating"), ("crescent", crescent, 1.2, "Floating"), ("kite", kite, 1.9, "Floating"),
    ("umbrella", umbrella, 1.1, "Second"), ("guitar", acoustic_guitar, 1.07, "Second"), ("electric guitar", electric_guitar, 1.12, "Second"),
    ("violin", violin, 0.6, "Second"), ("violin bow", violin_bow, 0.7, "Second"), ("drum stick", drum_sticks, 0.4, "Second"), ("cello", cello, 1.35, "Second"), ("piano", grand_piano, 1.75, "Second"), ("drum kit", drum_kit, 1.3, "Second"),
    ("microphone stand", microphone_stand, 1.56, "Second"), ("microphone", microphone, 0.25, "Second"), ("trumpet", trumpet, 0.2, "Second"),
    ("speaker", speaker, 1.2, "Second"), ("gramophone", gramophone, 1.0, "Second"), ("street lamp", street_lamp, 4.5, "Near"),
    ("lantern", lantern, 0.48, "Second"), ("paper lantern", paper_lantern, 0.5, "Floating"), ("candle", candle, 0.33, "Second"),
    ("bench", bench, 0.92, "Second"), ("chair", chair, 0.96, "Second"), ("table", table, 0.76, "Second"), ("door", door, 2.2, "Second"),
    ("ladder", ladder, 4.0, "Second"), ("cross", cross, 2.2, "Second"), ("tombstone", tombstone, 1.0, "Second"), ("celtic cross", celtic_cross, 1.95, "Second"),
    ("church", church, 28.0, "Far"), ("lighthouse", lighthouse, 23.0, "Far"), ("castle", castle, 38.0, "Far"), ("windmill", windmill, 17.0, "Far"),
    ("house", house, 6.8, "Far"), ("skyscraper", skyscraper, 245.0, "Far"), ("eiffel tower", eiffel_tower, 324.0, "Far"), ("pyramid", pyramid, 30.0, "Far"),
    ("ferris wheel", ferris_wheel, 42.0, "Far"), ("swing", swing, 2.5, "Second"), ("hourglass", hourglass, 0.6, "Second"),
    ("key", key, 0.98, "Second"), ("anchor", anchor, 1.6, "Second"), ("bell", bell, 0.9, "Second"), ("crown", crown, 0.5, "Second"),
    ("sword", sword, 1.15, "Second"), ("throne", throne, 2.1, "Second"), ("phone booth", phone_booth, 2.6, "Second"),
    ("telephone pole", telephone_pole, 8.5, "Near"), ("signpost", sign_post, 2.6, "Second"), ("fence", fence, 1.08, "Near"), ("gate", gate, 3.2, "Second"),
    ("rowing boat", rowing_boat, 0.7, "Afloat"), ("sailing boat", sailing_boat, 10.5, "Afloat"), ("paper boat", paper_boat, 0.4, "Afloat"),
    ("paper plane", paper_plane, 0.3, "Floating"), ("feather", feather, 0.9, "Floating"),
    ("snowman", snowman, 2.0, "Second"), ("tent", tent, 1.6, "Second"), ("campfire", campfire, 0.95, "Second"), ("wings", wings, 1.6, "Second"),
    ("butterfly", butterfly, 1.0, "Floating"), ("ufo", ufo, 3.6, "Floating"), ("satellite", satellite, 2.6, "Floating"), ("suitcase", suitcase, 0.54, "Second"),
    ("bottle", bottle, 0.32, "Second"), ("wine glass", wine_glass, 0.225, "Second"), ("cake", cake, 0.46, "Second"), ("chess king", chess_king, 0.9, "Second"),
    ("scarecrow", scarecrow, 2.05, "Second"),
    ("television", television, 1.3, "Second"), ("column", column, 5.0, "Far"), ("broken column", broken_column, 2.8, "Far"), ("astronaut", astronaut, 1.9, "Second"),
    ("ring", ring, 0.76, "Second"), ("rock", rock, 1.2, "Second"),
    ("tree", lambda: grown(3, 9.0, 4.0, 0.28, 2400), 9.0, "Far"),
    ("old tree", lambda: grown(8, 11.0, 6.0, 0.22, 2600, 700, slim=1.25), 11.0, "Far"),
    ("bare tree", lambda: grown(5, 9.0, 4.2, 0.25, 0, 520), 9.0, "Far"),
    ("birch", lambda: grown(12, 12.0, 2.4, 0.30, 2000, 480, slim=0.8), 12.0, "Far"),
    ("willow", lambda: grown(21, 9.0, 4.6, 0.34, 2400, 520, droop=0.35), 9.0, "Far"),
    ("bush", lambda: grown(31, 1.8, 1.3, 0.08, 900, 260), 1.8, "Near"),
]
# Name, model by Quaternius, metres high, role, quarter turns.
TAKEN = [
    ("palm", "nature_pack/PalmTree_1", 8.0, "Far", 0),
    ("palm leaning", "nature_pack/PalmTree_3", 8.0, "Far", 0),
    ("pine", "nature_pack/PineTree_1", 11.0, "Far", 0),
    ("fir", "nature_pack/PineTree_4", 12.0, "Far", 0),
    ("dead tree", "nature_pack/CommonTree_Dead_2", 7.0, "Far", 0),
    ("dead birch", "nature_pack/BirchTree_Dead_3", 8.0, "Far", 0),
    ("cactus", "nature_pack/Cactus_4", 1.6, "Second", 0),
    ("wheat", "nature_pack/Wheat", 1.0, "Near", 0),
    ("corn", "crops_pack/Corn_3", 2.0, "Near", 0),
    ("mushroom", "crops_pack/Mushroom_3", 0.4, "Second", 0),
    ("viking ship", "ships_pack/Viking_boat", 9.0, "Afloat", 0),
    ("cruise ship", "ships_pack/CruiseShip", 40.0, "Afloat", 0),
    ("traffic light", "street_pack/TrafficLight", 4.5, "Near", 0),
    ("stop sign", "street_pack/Sign_Stop", 2.4, "Near", 0),
    ("road lamp", "street_pack/Streetlight_Single", 7.0, "Near", 0),
    ("village house", "medieval_village_pack/House_1", 7.0, "Far", 0),
    ("bell tower", "medieval_village_pack/Bell_Tower", 16.0, "Far", 0),
    ("gazebo", "medieval_village_pack/Gazebo", 4.5, "Far", 0),
    ("cart", "medieval_village_pack/Cart", 1.6, "Second", 0),
    ("barrel", "medieval_village_pack/Barrel", 1.0, "Second", 0),
    ("cauldron", "medieval_village_pack/Cauldron", 0.9, "Second", 0),
    ("axe", "survival_pack/Axe", 0.8, "Second", 0),
    ("backpack", "survival_pack/Backpack", 0.6, "Second", 0),
    ("shovel", "survival_pack/Shovel", 1.2, "Second", 0),
    ("torch", "survival_pack/WoodenTorch_Fire", 0.8, "Second", 0),
    ("chalice", "rpg_items_pack/Chalice", 0.3, "Second", 0),
    ("bow", "rpg_items_pack/Bow_Wooden", 1.4, "Second", 0),
    ("arrow", "rpg_items_pack/Arrow", 0.9, "Second", 0),
    ("snowflake", "rpg_items_pack/Snowflake1", 0.8, "Floating", 0),
    ("padlock", "rpg_items_pack/Padlock", 0.5, "Second", 0),
    ("broken heart", "rpg_items_pack/Heart_Broken", 1.0, "Second", 0),
    ("hammer", "rpg_items_pack/Hammer_Double", 1.0, "Second", 0),
    ("dagger", "rpg_items_pack/Dagger", 0.4, "Second", 0),
    ("bed", "house_interior_pack/Bed_King", 1.2, "Second", 0),
    ("single bed", "house_interior_pack/Bed_Single", 1.0, "Second", 0),
    ("sofa", "house_interior_pack/Couch_Large1", 0.9, "Second", 0),
    ("armchair", "house_interior_pack/Couch_Small1", 0.9, "Second", 0),
    ("bookshelf", "house_interior_pack/Bookshelf", 2.0, "Second", 0),
    ("chandelier", "house_interior_pack/Light_Chandelier", 1.0, "Floating", 0),
    ("floor lamp", "house_interior_pack/Light_Floor1", 1.7, "Second", 0),
    ("stool", "house_interior_pack/Stool", 0.6, "Second", 0),
    ("rover", "ultimate_space_pack/Rover_1-transformed", 2.0, "Second", 0),
    ("geodesic dome", "ultimate_space_pack/GeodesicDome-transformed", 6.0, "Far", 0),
    ("lotus", "nature_pack/Lilypad", 0.1, "Afloat", 0),
    ("spaceship", "spaceships_pack/Omen", 2.2, "Floating", 0),
    ("well", "medieval_village_pack/Well", 2.6, "Second", 0),
    ("gun", "survival_pack/Revolver_1", 0.16, "Second", 0),
    ("rifle", "survival_pack/Shotgun_1", 0.22, "Second", 0),
    ("chest", "rpg_items_pack/Chest_Ingots", 0.8, "Second", 0),
    ("necklace", "rpg_items_pack/Necklace1", 0.3, "Second", 0),
    ("scroll", "rpg_items_pack/Scroll", 0.35, "Second", 0),
    ("fireplace", "house_interior_pack/Fireplace", 1.4, "Second", 0),
    ("compass", "survival_pack/Compass_Open", 0.14, "Second", 0),
]


def model(props, name, glb):
    """A model's corners (x mirrored, as all axes here), triangles, tones."""
    g = glb(props / f"{name}.glb")
    v, f, t, base = [], [], [], 0
    for mesh in g.g.meshes:
        for p in mesh.primitives:
            at = g.read(p.attributes.POSITION).astype(float)
            color = g.read(p.attributes.COLOR_0).astype(float) if p.attributes.COLOR_0 is not None else np.full((len(at), 3), 0.4)
            v.append(at)
            f.append(g.read(p.indices).astype(int).reshape(-1, 3) + base)
            t.append(color[:, :3] / (255 if color.max() > 1.5 else 1))
            base += len(at)
    v, f, t = np.concatenate(v), np.concatenate(f), np.concatenate(t)
    size = np.ptp(v, axis=0).max()
    # Where two colours meet, each keeps its own corners.
    _, first, inverse = np.unique(np.round(np.column_stack([v / size, t]), 4), axis=0, return_index=True, return_inverse=True)
    f = inverse.reshape(-1)[f]
    f = f[(f[:, 0] != f[:, 1]) & (f[:, 1] != f[:, 2]) & (f[:, 0] != f[:, 2])]
    return v[first] * [-1, 1, 1], f[:, ::-1], np.array([nearest(tuple(c)) for c in np.round(t[first], 3)])


# Colours of models' parts and the matters that they stand for: linear, as `MATTERS` in matter.rs has them.
NEAR = [
    (WOOD, (0.24, 0.125, 0.055)), (DARK_WOOD, (0.12, 0.05, 0.045)), (LEAF, (0.055, 0.14, 0.028)), (PAPER, (0.74, 0.69, 0.57)), (RED, (0.46, 0.022, 0.020)),
    (ORANGE, (0.78, 0.25, 0.025)), (YELLOW, (0.78, 0.52, 0.055)), (PINK, (0.68, 0.30, 0.30)), (BLUE_CLOTH, (0.045, 0.085, 0.22)),
]


def nearest(color):
    """The matter of a model's colour, in its shade; greys are plain tones."""
    c = np.asarray(color)
    y = c @ [0.2126, 0.7152, 0.0722]
    if np.ptp(c) < 0.22 * c.max() + 0.004:
        return int(np.clip(y * 254, 0, 254))
    unit = lambda a: np.asarray(a) / np.linalg.norm(a)
    matter, own = max(NEAR, key=lambda pair: unit(pair[1]) @ unit(c))
    return shade(matter, np.clip(y / (np.asarray(own) @ [0.2126, 0.7152, 0.0722]), 0.3, 1.6)) + MAIN


def creased(v, f, t, angle=0.65):
    """Corners split where faces meet at more than `angle` (its cosine): positions, normals, tones, triangles."""
    n = np.cross(v[f[:, 1]] - v[f[:, 0]], v[f[:, 2]] - v[f[:, 0]])
    area = np.linalg.norm(n, axis=1)
    keep = area > 1e-14
    f, n, area = f[keep], n[keep], area[keep]
    u = n / area[:, None]
    around = [[] for _ in v]
    for k, face in enumerate(f):
        for c in face:
            around[c].append(k)
    table, out_f = {}, np.zeros_like(f)
    for k, face in enumerate(f):
        for j, c in enumerate(face):
            faces = np.array(around[c])
            near = faces[u[faces] @ u[k] > angle]
            normal = n[near].sum(0)
            normal /= max(np.linalg.norm(normal), 1e-12)
            key = (c, *np.round(normal * 24).astype(int))
            out_f[k, j] = table.setdefault(key, (len(table), c, normal))[0]
    rows = list(table.values())
    at = np.array([r[1] for r in rows])
    return v[at], np.array([r[2] for r in rows]), t[at], out_f


def openness(p, n, f):
    """How much of the sky around and over it each corner sees, 0 to 1: points strewn over the faces hide what is behind
    them, from 48 directions (ambient occlusion; Zhukov, Iones and Kronin, 1998)."""
    rng = np.random.default_rng(1)
    a, b, c = p[f[:, 0]], p[f[:, 1]], p[f[:, 2]]
    area = np.linalg.norm(np.cross(b - a, c - a), axis=1)
    pick = rng.choice(len(f), 24000, p=area / area.sum())
    u, w = rng.random((2, len(pick), 1))
    over = u + w > 1
    u, w = np.where(over, 1 - u, u), np.where(over, 1 - w, w)
    points = a[pick] + u * (b[pick] - a[pick]) + w * (c[pick] - a[pick])
    size = np.ptp(p, axis=0).max()
    cells, k = 72, np.arange(48) + 0.5
    y = 1 - 1.35 * k / 48  # most from above, some from a little below
    r, turn = np.sqrt(1 - y * y), k * 2.399963
    seen, most = np.zeros(len(p)), np.zeros(len(p))
    for way in np.stack([r * np.cos(turn), y, r * np.sin(turn)], 1):
        across = np.cross(way, [0.3, 0.2, 0.9])
        across /= np.linalg.norm(across)
        other = np.cross(way, across)
        cell = lambda q: tuple(np.clip(((np.stack([q @ across, q @ other], 1) - low) / size * cells / 1.05).astype(int), 0, 2 * cells - 1).T)
        low = np.stack([p @ across, p @ other], 1).min(0)
        deep = np.full((2 * cells, 2 * cells), -1e9)
        np.maximum.at(deep, cell(points), points @ way)
        facing = np.maximum(n @ way, 0)
        free = (p + n * 0.03 * size) @ way > deep[cell(p + n * 0.03 * size)] - 0.012 * size
        seen += facing * free
        most += facing
    return np.where(most > 0.5, seen / np.maximum(most, 1e-9), 0.6)


def shaded(p, n, f, tone):
    """Tones, darker in folds and under what hangs over them."""
    tone = np.asarray(tone).astype(int)
    bright = tone % 256
    darker = np.clip(bright * (0.42 + 0.66 * openness(p, n, f)), 1, 254).astype(int)
    return np.where(bright == GLOW, tone, tone - bright + np.minimum(darker, 254))


def table(name, rows):
    """Writes names, sizes and roles into the program's table of that name."""
    path = Path(__file__).parent.parent / "worlds/src/figures/tables.rs"
    text = f"pub(super) const {name}: [(&str, f32, Role); {len(rows)}] = [\n"
    text += "".join(f'    ("{n}", {float(size)}, Role::{role}),\n' for n, size, role in rows) + "];\n"
    old = re.compile(rf"pub\(super\) const {name}: .*?\n\];\n", re.DOTALL)
    path.write_text(old.sub(lambda _: text, path.read_text()))


def put(out, props, glb, made):
    """Writes all, and those of `made`; gives names, heights and roles."""
    from figure_matters import clad

    entries = []
    for name, maker, _, role in MADE + made:
        v, f, t = maker().whole()
        t = clad(name, t)
        entries.append((name, v, f, t, round(float(v[:, 1].max()), 2), role, None))
    for name, path, high, role, quarter in TAKEN:
        v, f, t = model(props, path, glb)
        v = v @ turned(yaw=quarter * np.pi / 2).T
        v = v - [(v[:, 0].max() + v[:, 0].min()) / 2, v[:, 1].min(), (v[:, 2].max() + v[:, 2].min()) / 2]
        v *= high / v[:, 1].max()
        entries.append((name, v, f, t, high, role, 9000 if "ship" in name else 2600))
    out.put("H", len(entries))
    rows = []
    assert len({entry[0] for entry in entries}) == len(entries)
    for name, v, f, t, high, role, most in entries:
        if most and len(f) > most:
            nv, nf = fast_simplification.simplify(v.astype(np.float32), f.astype(np.int32), 1 - most / len(f))
            _, near = cKDTree(v).query(nv)
            v, f, t = np.asarray(nv, float), np.asarray(nf), t[near]
        p, n, tone, tris = creased(v, f, t)
        assert len(p) < 65536, name
        tone = shaded(p, n, tris, tone)
        scale = np.abs(p).max() / 32000
        out.name(name)
        out.put("HHf", len(p), len(tris), scale)
        out.planes(np.floor(p / scale + 0.5).astype(np.int16).T)
        out.raw(np.floor(n * 127 + 0.5).clip(-127, 127).astype(np.int8).T)
        number = np.asarray(tone, int)
        out.raw((number % 256).astype(np.uint8))
        out.raw((number // 256).astype(np.uint8))
        out.indices(tris)
        rows.append((name, high, role))
        print(f"{name:18} {len(p):5} corners {len(tris):5} triangles")
    return rows
