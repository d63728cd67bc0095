"""Motor vehicles: bodies lofted from a side view and a plan, with arches cut for the wheels, dark panes, lamps.

Axes: metres, x right, y up, z the way that they face; wheels stand on y = 0.
"""

import math

import numpy as np

from figure_things import (
    ACROSS, AMBER_LAMP, FORWARD, GLASS, HEAD_LAMP, LEATHER, MAIN, PAPER, RUBBER, SIDEWAYS, CREAM_LACQUER, RED_LACQUER, BLUE_LACQUER, YELLOW_LACQUER, STEEL, TAIL_LAMP, YELLOW,
    Made, lit, quads, shade, smooth, turned,
)

PAINT = BLUE_LACQUER + MAIN  # takes the colour that words give
TRIM = RUBBER
AHEAD = turned(yaw=-math.pi / 2)  # what lay along x, along z the same way


def curve(points):
    """A smooth function through (place, value) points (monotone cubic; Fritsch and Carlson, 1980)."""
    x, y = np.asarray(points, float).T
    h, d = np.diff(x), np.diff(y) / np.diff(x)
    m = np.concatenate([[d[0]], np.where(d[1:] * d[:-1] > 0, 2 * d[1:] * d[:-1] / (d[1:] + d[:-1] + 1e-12), 0), [d[-1]]])

    def at(q):
        q = np.clip(q, x[0], x[-1])
        k = np.clip(np.searchsorted(x, q, side="right") - 1, 0, len(h) - 1)
        t = (q - x[k]) / h[k]
        a, b = y[k] + h[k] * m[k] * t / 3, y[k + 1] - h[k] * m[k + 1] * t / 3
        s = 1 - t
        return s**3 * y[k] + 3 * s * s * t * a + 3 * s * t * t * b + t**3 * y[k + 1]

    return at


def wheel(m, at, radius, width, side, rim=None, spokes=5):
    """A tyre with a rim; `side` is the way that its face looks, along x."""
    rim = rim or shade(STEEL, 0.9)
    at = np.asarray(at, float)
    turn = SIDEWAYS * 1.0
    w, r = width / 2, radius
    tyre = [(r * 0.66, -w * 0.86), (r * 0.92, -w), (r, -w * 0.62), (r, w * 0.62), (r * 0.92, w), (r * 0.66, w * 0.86)]
    m.lathe(tyre, 22, at, RUBBER, turn)
    out = at + [side * w * 0.70, 0, 0]
    m.lathe([(0.001, 0), (r * 0.66, 0)], 18, out - [side * 0.03, 0, 0], shade(RUBBER, 0.7), turn)  # what is behind the spokes
    m.ring(out + [side * w * 0.14, 0, 0], r * 0.64, r * 0.045, rim, ACROSS, 18, 4)
    for k in range(spokes):
        a = 2 * np.pi * k / spokes + 0.3
        way = np.array([0, math.sin(a), math.cos(a)])
        wide = np.array([0, -way[2], way[1]])
        p, q = out + way * r * 0.10, out + way * r * 0.63
        b = side * 0.02
        v = [p + wide * r * 0.11, p - wide * r * 0.11, q - wide * r * 0.075, q + wide * r * 0.075]
        v = [c + [b, 0, 0] for c in v]
        m.v.append(np.array(v))
        m.f.append(quads([[0, 1, 2, 3]]) + m.n)
        m.t.append(np.full(4, rim))
        m.n += 4
    m.ball(out, (0.03, r * 0.15, r * 0.15), rim, 8)


def hull(m, low, top, wide, ends, axles, arch, tone=PAINT, crown=0.035, tumble=0.93, steps=34):
    """A body between its sill and its belt: `low`, `top` and `wide` tell heights and half width at a place along; arches
    of a radius are cut around the axles (place, height)."""
    z = np.linspace(ends[0], ends[1], steps)
    # Stations where the arches begin and end, so that their edges are round.
    extra = [a + arch * math.cos(t) for a, _ in axles for t in np.linspace(0, np.pi, 11)]
    z = np.unique(np.round(np.concatenate([z, extra]), 4))
    y0, y1, w = low(z), top(z), wide(z)
    rows = []
    for k in range(len(z)):
        b, t, x = y0[k], y1[k], w[k]
        # How high the arch reaches here.
        cut = b
        for a, h in axles:
            d = arch * arch - (z[k] - a) ** 2
            if d >= 0:
                cut = max(cut, h + math.sqrt(d))
        cut = min(cut, t - 0.10)
        levels = (0, 0.3, 0.62, 1)
        side = []
        for u in levels:
            y = cut + (t - 0.07 - cut) * u
            v = (y - b) / max(t - b, 1e-6)
            # A flank: drawn in at the sill, fullest under the belt.
            full = 1 - 0.10 * max(0.0, 0.30 - v) / 0.30 - 0.045 * max(0.0, v - 0.62) / 0.38
            side.append((x * full, y))
        side += [(x * tumble, t - 0.020), (x * (tumble - 0.05), t), (x * 0.45, t + crown * 0.8), (0, t + crown)]
        rows.append([(a, y, z[k]) for a, y in side])
    n, count = len(rows[0]), len(rows)
    for s in (-1, 1):
        v = np.concatenate(rows) * [s, 1, 1]
        f = []
        for k in range(count - 1):
            for j in range(n - 1):
                i = k * n + j
                f.append([i, i + 1, i + 1 + n, i + n])
        f = quads(f)
        if s > 0:
            f = f[:, ::-1]
        m.v.append(v)
        m.f.append(f + m.n)
        m.t.append(np.full(len(v), tone))
        m.n += len(v)
    # Front and back, and the floor.
    for row in (rows[0], rows[-1]):
        ring = [(x, y, zz) for x, y, zz in row] + [(-x, y, zz) for x, y, zz in row[::-1][1:]]
        mid = np.mean(ring, axis=0)
        v = np.concatenate([ring, [mid]])
        f = [[i, (i + 1) % len(ring), len(ring)] for i in range(len(ring))]
        m.add(v, f, tone)
    x = wide((ends[0] + ends[1]) / 2) * 0.86
    m.box((0, float(low(0)) + 0.16, (ends[0] + ends[1]) / 2), (2 * x * 0.80, 0.22, (ends[1] - ends[0]) * 0.86), RUBBER)
    for a, h in axles:
        for s in (-1, 1):
            # The dark inside of the arch.
            t = np.linspace(0, np.pi, 15)
            edge = np.stack([np.full(15, s * x * 1.13), h + arch * np.sin(t), a + arch * np.cos(t)], 1)
            deep = edge * [0, 1, 1] + [s * x * 0.62, 0, 0]
            v = np.concatenate([edge, deep])
            m.v.append(v)
            f = quads([[k, k + 1, k + 16, k + 15] for k in range(14)])
            m.f.append(f + m.n)
            m.t.append(np.full(len(v), shade(RUBBER, 0.6)))
            m.n += len(v)
            m.ring((s * x * 1.02, h, a), arch * 0.80, arch * 0.22, shade(RUBBER, 0.5), ACROSS, 12, 3)
    return m


def cabin(m, belt, roof, front, back, wide, pillars=(), tone=PAINT, n=28, sharp=3.4, headroom=0.16):
    """A greenhouse of dark glass: heights of belt and roof; where the screens begin at the belt and at the roof, in front
    and behind; half widths at both. Pillars stand at these shares of the way along."""
    def outline(u, grow=0.0):
        zf, zb = front[0] + (front[1] - front[0]) * u, back[0] + (back[1] - back[0]) * u
        w = wide[0] + (wide[1] - wide[0]) * max(u, 0.0) ** 1.25 + grow
        mid, half = (zf + zb) / 2, (zf - zb) / 2 + grow
        a = np.arange(n) * 2 * np.pi / n
        c, s = np.cos(a), np.sin(a)
        e = 2 / sharp
        return np.stack([w * np.sign(c) * np.abs(c) ** e, np.sign(s) * np.abs(s) ** e * half + mid], 1)

    levels = np.linspace(-0.08, 1, 4)
    def loft(us, tone, grow=0.0, high=None):
        rows = [np.column_stack([(o := outline(u, grow))[:, 0], np.full(n, belt + (roof - belt) * u if high is None else high(u)), o[:, 1]]) for u in us]
        f = [[k * n + s, k * n + (s + 1) % n, (k + 1) * n + (s + 1) % n, (k + 1) * n + s] for k in range(len(rows) - 1) for s in range(n)]
        return m.add(np.concatenate(rows), quads(f), tone)

    loft(levels, GLASS)
    # The roof, rounded over.
    top = 1 - headroom
    rows = []
    for u, k in ((top, 1.0), (1.0, 1.0), (1.05, 0.955), (1.085, 0.80), (1.105, 0.02)):
        o = outline(min(u, 1.0), 0.012)
        c = o.mean(0)
        o = c + (o - c) * k
        rows.append(np.column_stack([o[:, 0], np.full(n, belt + (roof - belt) * u), o[:, 1]]))
    f = [[k * n + s, k * n + (s + 1) % n, (k + 1) * n + (s + 1) % n, (k + 1) * n + s] for k in range(len(rows) - 1) for s in range(n)]
    m.add(np.concatenate(rows), quads(f), tone)
    # Pillars over the glass: at the four corners, and where they are told.
    def strip(angle_of, w):
        for s in (-1, 1):
            p = []
            for u in np.linspace(-0.05, 1.0, 5):
                o = outline(u, 0.010)
                x, z = angle_of(o)
                p.append((s * abs(x), belt + (roof - belt) * u, z))
            m.tube(p, w, tone, 4)

    def corner(turn):
        at = n * turn / (2 * np.pi)
        k = int(at)
        return lambda o: o[k % n] + (o[(k + 1) % n] - o[k % n]) * (at - k)

    strip(corner(0.80), 0.032)
    strip(corner(2 * np.pi - 0.80), 0.048)
    for share in pillars:
        def side(o, share=share):
            z = o[:, 1].max() + (o[:, 1].min() - o[:, 1].max()) * share
            half = o[o[:, 0] > 0]
            half = half[np.argsort(half[:, 1])]
            return np.interp(z, half[:, 1], half[:, 0]), z
        strip(side, 0.038)
    return m


def furniture(m, wide, front, back, high, lamp=0.66, tail=0.80, grille=True, round_lamps=False):
    """Lamps, grille, bumpers, plates, mirrors and door handles."""
    for s in (-1, 1):
        if round_lamps:
            m.lathe([(0.001, 0.03), (0.06, 0.025), (0.085, 0.0), (0.10, -0.04)], 16, (s * wide * 0.70, lamp, front - 0.015), lit(HEAD_LAMP), FORWARD)
            m.ring((s * wide * 0.70, lamp, front - 0.01), 0.098, 0.014, STEEL, None, 18, 5)
        else:
            m.ball((s * wide * 0.72, lamp, front - 0.10), (0.20, 0.065, 0.125), lit(HEAD_LAMP), 10)
        m.ball((s * wide * 0.93, lamp - 0.02, front - 0.27), (0.04, 0.045, 0.10), lit(AMBER_LAMP), 8)
        m.ball((s * wide * 0.74, tail, back + 0.05), (0.17, 0.075, 0.085), lit(TAIL_LAMP), 10)
    if grille:
        m.box((0, lamp - 0.02, front - 0.03), (wide * 0.86, 0.13, 0.08), TRIM)
        for k in range(3):
            m.box((0, lamp - 0.06 + 0.04 * k, front + 0.012), (wide * 0.84, 0.010, 0.012), STEEL)
    m.box((0, lamp - 0.20, front + 0.012), (0.46, 0.10, 0.02), PAPER)
    m.box((0, tail - 0.13, back - 0.012), (0.46, 0.10, 0.02), PAPER)
    return m


def mirrors(m, x, y, z):
    for s in (-1, 1):
        m.ball((s * (x + 0.09), y, z), (0.09, 0.055, 0.05), PAINT, 8)
        m.tube([(s * x * 0.96, y - 0.03, z + 0.02), (s * (x + 0.06), y, z)], 0.016, TRIM, 5)


def seams(m, low, belt, wide, places):
    """The dark lines of the doors, with a handle behind each."""
    for z in places:
        for s in (-1, 1):
            m.box((s * float(wide(z)) * 0.985, (low + belt) / 2 + 0.02, z), (0.012, belt - low - 0.14, 0.010), TRIM)
    return m


def handles(m, y, wide, places):
    for z in places:
        for s in (-1, 1):
            m.ball((s * float(wide(z)) * 0.965, y, z), (0.022, 0.018, 0.085), STEEL, 8)
    return m


def saloon():
    m = Made()
    top = curve([(-2.36, 0.70), (-2.30, 0.88), (-2.05, 0.955), (-1.3, 0.975), (0.0, 0.945), (0.95, 0.925), (1.55, 0.86), (2.05, 0.77), (2.25, 0.66), (2.32, 0.56)])
    low = curve([(-2.36, 0.42), (-2.2, 0.30), (-1.2, 0.22), (1.2, 0.22), (2.15, 0.28), (2.32, 0.38)])
    wide = curve([(-2.36, 0.70), (-2.2, 0.81), (-1.6, 0.885), (0, 0.90), (1.5, 0.885), (2.05, 0.80), (2.25, 0.68), (2.32, 0.56)])
    axles = [(-1.36, 0.32), (1.38, 0.32)]
    hull(m, low, top, wide, (-2.36, 2.32), axles, 0.385)
    cabin(m, 0.93, 1.40, (1.10, 0.28), (-1.92, -1.02), (0.80, 0.585), (0.52,))
    for a, h in axles:
        for s in (-1, 1):
            wheel(m, (s * 0.775, h, a), 0.325, 0.215, s)
    furniture(m, 0.84, 2.30, -2.34, 1.4, 0.63, 0.80)
    seams(m, 0.22, 0.93, wide, (0.92, -0.10, -1.02))
    handles(m, 0.83, wide, (0.04, -0.88))
    mirrors(m, 0.80, 0.99, 0.80)
    for s in (-1, 1):
        m.tube([(s * 0.905, 0.50, -0.92), (s * 0.915, 0.50, 0.92)], 0.012, TRIM, 5)
    return m


def taxi():
    """One with a lit sign on its roof and a row of squares along its side."""
    m = saloon()
    m.box((0, 1.475, -0.35), (0.24, 0.05, 0.34), TRIM)
    m.box((0, 1.565, -0.35), (0.58, 0.15, 0.24), lit(YELLOW), taper=0.86)
    m.box((0, 1.50, -0.35), (0.62, 0.03, 0.27), TRIM)
    for s in (-1, 1):
        for row in range(2):
            for k in range(16):
                if (k + row) % 2 == 0:
                    m.box((s * 0.893, 0.70 + 0.062 * row, -0.90 + k * 0.118), (0.014, 0.060, 0.116), TRIM)
    return m


def sports_car():
    m = Made()
    top = curve([(-2.20, 0.62), (-2.14, 0.82), (-1.7, 0.90), (-0.9, 0.86), (0.2, 0.80), (0.9, 0.80), (1.4, 0.78), (1.9, 0.66), (2.2, 0.52), (2.30, 0.42)])
    low = curve([(-2.20, 0.34), (-2.0, 0.24), (-1.0, 0.15), (1.2, 0.15), (2.15, 0.18), (2.30, 0.26)])
    wide = curve([(-2.20, 0.78), (-2.0, 0.90), (-1.4, 0.965), (-0.3, 0.90), (0.6, 0.90), (1.4, 0.945), (1.95, 0.86), (2.2, 0.70), (2.30, 0.52)])
    axles = [(-1.32, 0.33), (1.36, 0.32)]
    hull(m, low, top, wide, (-2.20, 2.30), axles, 0.375, crown=0.02)
    cabin(m, 0.80, 1.13, (0.95, 0.02), (-1.72, -0.62), (0.76, 0.50), (0.56,), sharp=2.9, headroom=0.12)
    for a, h in axles:
        for s in (-1, 1):
            wheel(m, (s * 0.825, h, a), 0.335, 0.25, s, spokes=7)
    for s in (-1, 1):
        m.ball((s * 0.60, 0.60, 2.04), (0.17, 0.045, 0.17), lit(HEAD_LAMP), 10)
        m.ball((s * 0.62, 0.73, -2.15), (0.20, 0.045, 0.07), lit(TAIL_LAMP), 10)
        m.box((s * 0.90, 0.46, -0.72), (0.06, 0.16, 0.34), TRIM)
        m.tube([(s * 0.90, 0.24, -0.9), (s * 0.91, 0.22, 0.9)], 0.02, TRIM, 5)
    m.box((0, 0.36, 2.26), (0.80, 0.12, 0.06), TRIM)
    m.box((0, 0.42, -2.18), (1.2, 0.14, 0.06), TRIM)
    for s in (-1, 1):
        m.lathe([(0.05, -0.05), (0.05, 0.03)], 12, (s * 0.42, 0.33, -2.22), STEEL, FORWARD)
        m.tube([(s * 0.62, 0.88, -1.92), (s * 0.62, 1.02, -1.98)], 0.02, TRIM, 5)
    m.extrude([(-0.09, 0.0), (0.10, -0.02), (0.10, 0.01), (-0.09, 0.025)], 1.5, (0, 1.02, -2.0), PAINT, ACROSS)
    seams(m, 0.15, 0.80, wide, (0.72, -0.50))
    mirrors(m, 0.76, 0.88, 0.60)
    return m


def old_car():
    """A big open-faced cruiser of the fifties with fins and round lamps."""
    m = Made()
    top = curve([(-2.70, 0.74), (-2.62, 0.96), (-2.2, 1.02), (-1.3, 0.97), (0.2, 0.96), (1.0, 0.965), (1.7, 0.93), (2.25, 0.86), (2.42, 0.74), (2.48, 0.60)])
    low = curve([(-2.70, 0.42), (-2.5, 0.31), (-1.2, 0.24), (1.3, 0.24), (2.3, 0.30), (2.48, 0.40)])
    wide = curve([(-2.70, 0.78), (-2.5, 0.90), (-1.6, 0.965), (0, 0.97), (1.6, 0.96), (2.2, 0.90), (2.42, 0.80), (2.48, 0.70)])
    axles = [(-1.62, 0.34), (1.52, 0.34)]
    hull(m, low, top, wide, (-2.70, 2.48), axles, 0.39)
    cabin(m, 0.96, 1.40, (0.98, 0.50), (-1.62, -1.10), (0.82, 0.66), (0.50,), sharp=3.0)
    for a, h in axles:
        for s in (-1, 1):
            wheel(m, (s * 0.83, h, a), 0.34, 0.20, s, spokes=9)
            m.ring((s * 0.925, h, a), 0.27, 0.018, PAPER, ACROSS, 28, 5)
    furniture(m, 0.90, 2.47, -2.66, 1.4, 0.74, 0.80, True, True)
    for s in (-1, 1):
        fin = [(-2.72, 0.98), (-2.66, 1.22), (-2.2, 1.10), (-1.3, 0.98), (-1.2, 0.94)]
        m.extrude([(-z, y) for z, y in fin], 0.05, (s * 0.80, 0, 0), PAINT, ACROSS, 0.012)
        m.ball((s * 0.80, 1.06, -2.70), (0.04, 0.07, 0.05), lit(TAIL_LAMP), 10)
        m.tube([(s * 0.975, 0.72, -2.4), (s * 0.99, 0.68, 0), (s * 0.965, 0.72, 2.2)], 0.017, STEEL, 6)
    for z, way in ((2.53, 1), (-2.74, -1)):
        m.tube([(-0.98, 0.46, z - way * 0.35), (-0.86, 0.46, z - way * 0.03), (0, 0.46, z + way * 0.02), (0.86, 0.46, z - way * 0.03), (0.98, 0.46, z - way * 0.35)], 0.065, STEEL, 8)
    seams(m, 0.24, 0.96, wide, (0.86, -0.20))
    handles(m, 0.86, wide, (-0.06,))
    mirrors(m, 0.86, 1.04, 0.72)
    return m


def van():
    m = Made()
    top = curve([(-2.50, 1.05), (-2.45, 1.12), (0.9, 1.12), (1.35, 1.10), (1.9, 0.98), (2.22, 0.82), (2.32, 0.66)])
    low = curve([(-2.50, 0.36), (-2.3, 0.28), (2.1, 0.28), (2.32, 0.36)])
    wide = curve([(-2.50, 0.92), (-2.3, 0.965), (1.4, 0.965), (2.0, 0.90), (2.25, 0.78), (2.32, 0.68)])
    axles = [(-1.50, 0.34), (1.42, 0.34)]
    hull(m, low, top, wide, (-2.50, 2.32), axles, 0.41, tumble=0.96)
    cabin(m, 1.10, 1.95, (1.42, 0.62), (-2.47, -2.40), (0.93, 0.84), (0.36, 0.66), sharp=7.0, headroom=0.20)
    for s in (-1, 1):  # blind behind the doors
        m.add([(s * 0.945, 1.06, -0.65), (s * 0.945, 1.06, -2.36), (s * 0.862, 1.90, -2.30), (s * 0.862, 1.90, -0.65)], quads([[0, 1, 2, 3]]), PAINT)
    for a, h in axles:
        for s in (-1, 1):
            wheel(m, (s * 0.84, h, a), 0.345, 0.22, s, spokes=6)
    furniture(m, 0.88, 2.31, -2.49, 1.9, 0.72, 0.98)
    seams(m, 0.28, 1.10, wide, (1.22, 0.22, -0.70))
    mirrors(m, 0.93, 1.24, 1.10)
    return m


def coach_side(m, x, y0, y1, zs, pane, tone):
    for z0, z1 in zip(zs, zs[1:]):
        m.box((x, (y0 + y1) / 2, (z0 + z1) / 2), (0.02, y1 - y0, abs(z1 - z0) - 0.10), tone)
    return m


def bus():
    """A town bus with lit windows."""
    m = Made()
    top = curve([(-5.4, 1.32), (-5.3, 1.38), (5.3, 1.38), (5.45, 1.34)])
    low = curve([(-5.4, 0.42), (-5.1, 0.34), (5.2, 0.34), (5.45, 0.40)])
    wide = curve([(-5.4, 1.16), (-5.2, 1.24), (5.2, 1.24), (5.40, 1.17), (5.45, 1.13)])
    axles = [(-2.9, 0.48), (3.2, 0.48)]
    hull(m, low, top, wide, (-5.4, 5.45), axles, 0.56, tumble=0.99, steps=60)
    cabin(m, 1.36, 2.92, (5.40, 5.30), (-5.38, -5.30), (1.20, 1.16), (), sharp=14.0, headroom=0.24, n=64)
    amber = shade(lit(AMBER_LAMP), 1)
    zs = np.linspace(-5.0, 4.2, 8)
    for s in (-1, 1):
        for z0, z1 in zip(zs, zs[1:]):
            m.box((s * 1.185, 2.02, (z0 + z1) / 2), (0.03, 0.86, z1 - z0 - 0.14), lit(PAPER))
        for z in [*zs, 5.05]:
            m.box((s * 1.20, 2.02, z), (0.03, 1.20, 0.10), PAINT)
        for a, h in axles:
            wheel(m, (s * 1.06, h, a), 0.48, 0.28, s, spokes=8)
        m.tube([(s * 1.22, 2.55, 5.2), (s * 1.34, 2.6, 5.5), (s * 1.34, 2.25, 5.55)], 0.03, TRIM, 5)
        m.box((s * 1.34, 2.05, 5.55), (0.10, 0.36, 0.10), TRIM)
        m.ball((s * 0.90, 0.78, 5.42), (0.19, 0.12, 0.05), lit(HEAD_LAMP), 10)
        m.ball((s * 1.02, 1.02, -5.38), (0.12, 0.20, 0.05), lit(TAIL_LAMP), 10)
        m.box((s * 1.245, 1.26, 0), (0.02, 0.05, 10.3), STEEL)
    m.box((0, 2.72, 5.37), (1.7, 0.26, 0.05), amber)
    m.box((0, 1.95, 5.40), (0.04, 1.05, 0.05), TRIM)
    m.box((0, 0.62, 5.45), (0.52, 0.12, 0.03), PAPER)
    return m


def truck():
    """A long-haul tractor with its trailer."""
    m = Made()
    m.box((0, 2.45, -2.4), (2.5, 2.7, 8.6), shade(PAPER, 0.85))
    m.box((0, 1.05, -2.4), (2.3, 0.18, 8.6), TRIM)
    top = curve([(2.3, 1.62), (4.2, 1.62), (4.5, 1.56)])
    low = curve([(2.3, 0.50), (4.2, 0.42), (4.5, 0.46)])
    wide = curve([(2.3, 1.20), (4.3, 1.20), (4.5, 1.10)])
    hull(m, low, top, wide, (2.3, 4.5), [(3.4, 0.52)], 0.58, tumble=0.99, steps=24)
    cabin(m, 1.60, 2.60, (4.46, 4.26), (2.32, 2.32), (1.17, 1.08), (0.60,), sharp=8.0, headroom=0.22)
    m.extrude([(4.1, 2.62), (2.4, 2.62), (2.4, 3.65), (2.9, 3.55)], 2.0, tone=PAINT, turn=AHEAD, bevel=0.06)
    for s in (-1, 1):
        wheel(m, (s * 1.06, 0.52, 3.4), 0.52, 0.30, s, spokes=8)
        for z in (1.35, -4.2, -5.4):
            wheel(m, (s * 1.02, 0.52, z), 0.52, 0.46, s, spokes=8)
        m.ball((s * 0.88, 0.82, 4.48), (0.20, 0.11, 0.06), lit(HEAD_LAMP), 10)
        m.tube([(s * 1.12, 1.0, 2.15), (s * 1.12, 3.5, 2.15)], 0.075, STEEL, 10)
        m.box((s * 1.36, 2.15, 4.30), (0.12, 0.50, 0.20), TRIM)
        m.tube([(s * 1.15, 2.3, 4.3), (s * 1.36, 2.3, 4.3)], 0.02, TRIM, 5)
        m.ball((s * 0.95, 0.95, -6.72), (0.16, 0.08, 0.05), lit(TAIL_LAMP), 10)
        for k in range(5):
            m.ball((s * 1.262, 1.18, -6.2 + k * 1.9), (0.02, 0.04, 0.08), lit(AMBER_LAMP), 6)
    m.box((0, 1.15, 4.50), (1.5, 0.62, 0.06), TRIM)
    for k in range(5):
        m.box((0, 0.92 + 0.115 * k, 4.54), (1.46, 0.03, 0.02), STEEL)
    for k in range(5):
        m.ball(((k - 2) * 0.42, 2.76, 4.02), (0.06, 0.04, 0.06), lit(AMBER_LAMP), 6)
    m.tube([(-1.2, 0.5, 4.55), (1.2, 0.5, 4.55)], 0.13, STEEL, 8)
    return m


def motorbike():
    m = Made()
    for z, w in ((-0.72, 0.075), (0.74, 0.062)):
        m.ring((0, 0.32, z), 0.255, w, RUBBER, ACROSS, 30, 8)
        m.ring((0, 0.32, z), 0.19, 0.016, STEEL, ACROSS, 28, 6)
        for k in range(7):
            a = 2 * np.pi * k / 7
            m.tube([(0, 0.32, z), (0, 0.32 + 0.19 * math.sin(a), z + 0.19 * math.cos(a))], 0.011, STEEL, 4)
        m.ring((0.035, 0.32, z), 0.11, 0.008, STEEL, ACROSS, 20, 4)
    # Engine with fins, frame, tank, seat, tail.
    m.extrude(smooth([(-0.30, 0.30), (0.26, 0.28), (0.34, 0.46), (0.06, 0.52), (-0.26, 0.50)], times=1), 0.24, tone=shade(STEEL, 0.5), turn=AHEAD, bevel=0.03)
    for k in range(6):
        m.box((0, 0.50 + 0.032 * k, 0.14 + 0.012 * k), (0.22, 0.018, 0.24), STEEL, pitch=-0.25)
    m.lathe([(0.001, -0.135), (0.085, -0.13), (0.085, 0.13), (0.001, 0.135)], 18, (0, 0.39, -0.10), STEEL, SIDEWAYS)
    m.ball((0, 0.86, 0.16), (0.155, 0.125, 0.30), PAINT, 18)
    m.extrude(smooth([(-0.92, 0.86), (-0.86, 0.93), (-0.52, 0.80), (-0.12, 0.80), (-0.14, 0.71), (-0.60, 0.70)], times=2), 0.25, tone=LEATHER, turn=AHEAD, bevel=0.06)
    m.extrude(smooth([(-1.0, 0.80), (-0.92, 0.85), (-0.40, 0.70), (-0.38, 0.60), (-0.72, 0.64)], times=1), 0.20, tone=PAINT, turn=AHEAD, bevel=0.04)
    arc = [(0, 0.32 + 0.345 * math.sin(t), 0.74 + 0.345 * math.cos(t)) for t in np.linspace(0.35, 2.2, 9)]
    m.tube(arc, 0.05, PAINT, 8)
    arc = [(0, 0.32 + 0.365 * math.sin(t), -0.72 + 0.365 * math.cos(t)) for t in np.linspace(0.9, 2.9, 9)]
    m.tube(arc, 0.06, PAINT, 8)
    for s in (-1, 1):
        x = s * 0.095
        m.tube([(x, 0.32, 0.74), (x, 0.62, 0.60), (x, 1.02, 0.42)], [0.030, 0.026, 0.024], STEEL, 8)
        m.tube([(x, 0.32, -0.72), (x, 0.40, -0.20)], 0.028, shade(STEEL, 0.5), 6)
        m.tube([(x, 0.36, -0.66), (x, 0.74, -0.50)], [0.035, 0.03], STEEL, 8)
        m.tube([(x * 0.7, 0.50, -0.28), (x * 0.7, 0.84, -0.10), (x * 0.5, 0.92, 0.36)], 0.022, TRIM, 6)
        m.tube([(0, 1.06, 0.40), (s * 0.18, 1.10, 0.38), (s * 0.34, 1.06, 0.22)], 0.015, STEEL, 6)
        m.tube([(s * 0.27, 1.08, 0.29), (s * 0.38, 1.04, 0.18)], 0.022, RUBBER, 6)
        m.tube([(s * 0.26, 1.09, 0.30), (s * 0.33, 1.24, 0.28)], 0.008, STEEL, 4)
        m.ball((s * 0.34, 1.27, 0.28), (0.065, 0.045, 0.015), GLASS, 10)
        m.ball((s * 0.15, 0.80, -0.92), (0.03, 0.025, 0.035), lit(AMBER_LAMP), 6)
    m.tube([(0.13, 0.46, 0.24), (0.17, 0.26, 0.16), (0.18, 0.24, -0.20), (0.18, 0.30, -0.50), (0.18, 0.38, -0.98)], [0.028, 0.030, 0.034, 0.05, 0.055], STEEL, 10)
    m.lathe([(0.001, 0.07), (0.07, 0.055), (0.098, 0.02), (0.09, -0.06), (0.03, -0.11)], 18, (0, 0.96, 0.52), lit(HEAD_LAMP), FORWARD)
    m.ring((0, 0.96, 0.535), 0.10, 0.014, STEEL, None, 20, 6)
    m.ball((0, 0.80, -1.00), (0.06, 0.035, 0.03), lit(TAIL_LAMP), 8)
    m.ball((0, 1.08, 0.40), (0.06, 0.035, 0.06), TRIM, 10)
    return m


def in_colour(maker, lacquer):
    """The same vehicle in another colour."""
    def made():
        m = maker()
        for t in m.t:
            same = t // 256 == PAINT // 256
            t[same] = t[same] - PAINT + lacquer + MAIN
        return m
    return made


# Name, maker, metres high, role.
VEHICLES = [
    ("car", saloon, 1.45, "Second"), ("taxi", in_colour(taxi, YELLOW_LACQUER), 1.64, "Second"), ("sports car", in_colour(sports_car, RED_LACQUER), 1.15, "Second"), ("old car", in_colour(old_car, CREAM_LACQUER), 1.42, "Second"),
    ("van", in_colour(van, CREAM_LACQUER), 2.0, "Second"), ("bus", in_colour(bus, RED_LACQUER), 3.1, "Second"), ("truck", in_colour(truck, RED_LACQUER), 3.8, "Second"), ("motorbike", in_colour(motorbike, RED_LACQUER), 1.3, "Second"),
]
