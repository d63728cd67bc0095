"""Small things of songs, flowers, food, and what stands in landscapes. Axes as in figure_objects.py.
"""

import math

import numpy as np

from figure_objects import arch, disc, merged
from figure_things import ACROSS, FORWARD, GLOW, SIDEWAYS, Made, cage, quads, smooth, turned

# --- Treasure and play ------------------------------------------------------------------------------------------------


def coin_at(m, at, radius, turn=None, tone=215):
    t = radius * 0.10
    m.lathe([(0.001, 0), (radius * 0.80, 0), (radius * 0.86, -t * 0.35), (radius, -t * 0.3), (radius, t * 1.3), (radius * 0.86, t * 1.35), (radius * 0.80, t), (0.001, t)], 30, at, tone, turn)
    # A head in profile, and a rim of dots.
    flat = turned(pitch=math.pi / 2) if turn is None else np.asarray(turn) @ turned(pitch=math.pi / 2)
    head = np.array([(-0.10, -0.46), (0.26, -0.46), (0.20, -0.22), (0.30, 0.10), (0.24, 0.36), (0.0, 0.48), (-0.22, 0.40), (-0.30, 0.22), (-0.27, 0.10), (-0.36, -0.04), (-0.28, -0.08), (-0.28, -0.20), (-0.10, -0.26)])
    lift = np.array([0, t * 1.25, 0])
    lift = lift if turn is None else np.asarray(turn) @ lift
    return m.extrude(smooth(head * radius * 1.25, times=1), t * 0.6, np.asarray(at) + lift, 120, flat @ np.diag([1.0, -1.0, 1.0]))


def coin():
    """One coin on its edge, among others that lie."""
    m = Made()
    coin_at(m, (0, 0.30, 0), 0.30, turned(pitch=1.35))
    coin_at(m, (0.42, 0.02, 0.16), 0.24)
    coin_at(m, (-0.45, 0.02, 0.05), 0.24)
    return coin_at(m, (-0.38, 0.065, 0.10), 0.24)


def hoard():
    """Gold coins in a heap, with a cup and a crown half buried."""
    m = Made()
    rng = np.random.default_rng(4)
    m.lathe([(1.5, 0), (1.15, 0.18), (0.7, 0.42), (0.35, 0.58), (0.001, 0.64)], 26, tone=150)
    m.v[-1] = m.v[-1] + rng.normal(size=m.v[-1].shape) * 0.03
    for k in range(120):
        a, r = rng.random() * 2 * np.pi, 1.55 * math.sqrt(rng.random())
        y = max(0.03, 0.66 * (1 - (r / 1.5) ** 1.3))
        m.lathe([(0.001, 0), (0.105, 0), (0.105, 0.022), (0.001, 0.022)], 12, (r * math.cos(a), y, r * math.sin(a)), 160 + int(90 * rng.random()), turned(yaw=a, pitch=rng.normal() * 0.45, roll=rng.normal() * 0.45))
    m.lathe([(0.10, 0), (0.03, 0.05), (0.03, 0.14), (0.13, 0.22), (0.15, 0.38), (0.13, 0.38), (0.11, 0.24)], 18, (0.55, 0.36, 0.25), 230, turned(roll=-0.6, pitch=0.3))
    return m


def gold_bars():
    m = Made()
    for y, row in ((0.0, (-0.3, 0.0, 0.3)), (0.14, (-0.15, 0.15)), (0.28, (0.0,))):
        for x in row:
            m.box((x, y + 0.07, 0), (0.27, 0.13, 0.60), 220, taper=0.78)
    return m


def diamond():
    m = Made()
    n = 8
    a = np.arange(n) * 2 * np.pi / n
    ring = lambda r, y, o=0.0: np.stack([r * np.cos(a + o), np.full(n, y), r * np.sin(a + o)], 1)
    v = np.concatenate([ring(0.17, 0.40), ring(0.30, 0.31, np.pi / n), ring(0.31, 0.29), [[0, 0, 0]], [[0, 0.40, 0]]])
    for k in range(n):
        j = (k + 1) % n
        for t, tone in (((k, j, n + k), 250), ((n + k, j, n + j), 180), ((n + k, n + j, 2 * n + j), 230), ((2 * n + k, n + k, 2 * n + j), 120), ((2 * n + k, 2 * n + j, 3 * n), 100 if k % 2 else 240), ((j, k, 3 * n + 1), 254)):
            p = v[list(t)]
            c = np.cross(p[1] - p[0], p[2] - p[0])
            m.add(p, [[0, 1, 2]], tone)
            if c @ (p.mean(0) - [0, 0.22, 0]) < 0:
                m.f[-1] = m.f[-1][:, ::-1]
    return m


def money():
    """Banknotes in bundles, and some that fly."""
    m = Made()

    def note(at, yaw, pitch, bend):
        t = np.linspace(-0.5, 0.5, 7)
        rows = np.array([[x * 0.32, bend * (x * x * 4 - 0.5), s * 0.07] for x in t for s in (-1, 1)])
        v = rows @ turned(yaw, pitch).T + at
        f = quads([[2 * k, 2 * k + 1, 2 * k + 3, 2 * k + 2] for k in range(6)])
        m.add(v, f, 215)
        m.lathe([(0.001, 0.003), (0.04, 0.003)], 14, np.asarray(at) + [0, -bend * 0.5, 0], 60, turned(yaw, pitch))

    for k, (x, y, z, yaw) in enumerate(((0, 0.0, 0, 0.2), (0.36, 0, 0.05, -0.3), (-0.36, 0, 0.0, 0.5), (0.16, 0.09, 0.02, 0.1), (-0.18, 0.09, 0.02, -0.2), (0.0, 0.18, 0.02, 0.35))):
        m.box((x, y + 0.044, z), (0.32, 0.086, 0.15), 200, yaw=yaw)
        m.box((x, y + 0.044, z), (0.06, 0.090, 0.155), 60, yaw=yaw)
    for at, yaw, pitch, bend in (((0.30, 0.50, 0.0), 0.4, 0.7, 0.04), ((-0.34, 0.62, 0.1), -0.5, -0.6, -0.05), ((0.02, 0.80, -0.1), 0.9, 0.5, 0.05)):
        note(at, yaw, pitch, bend)
    return m


def dice():
    m = Made()

    def die(at, yaw, size):
        m.box(at, (size, size, size), 235, yaw=yaw)
        pips = {1: [(0, 0)], 2: [(-1, -1), (1, 1)], 3: [(-1, -1), (0, 0), (1, 1)], 5: [(-1, -1), (1, 1), (0, 0), (-1, 1), (1, -1)], 6: [(x, y) for x in (-1, 1) for y in (-1, 0, 1)]}
        for spin, tip, count in ((0, 0, 5), (math.pi / 2, 0, 3), (-math.pi / 2, 0, 6), (0, -math.pi / 2, 6), (math.pi, 0, 2)):
            r = turned(yaw) @ turned(spin, tip)
            for x, y in pips[count]:
                p = r @ np.array([x * size * 0.27, y * size * 0.27, size * 0.5])
                m.lathe([(size * 0.095, 0), (0.001, 0.004)], 12, np.asarray(at) + p, 0, r @ FORWARD)

    die((-0.16, 0.15, 0), 0.5, 0.30)
    die((0.22, 0.15, 0.10), -0.35, 0.30)
    return m


def playing_cards():
    m = Made()
    for k in range(5):
        a = 0.36 * (2 - k)
        r = turned(roll=a)
        c = r @ np.array([0, 0.34, 0]) + [0, 0.0, 0.008 * k]
        m.box(c, (0.25, 0.36, 0.004), 245, roll=a)
        heart = np.array([(0, -0.05), (0.05, 0.01), (0.04, 0.045), (0.015, 0.045), (0, 0.025), (-0.015, 0.045), (-0.04, 0.045), (-0.05, 0.01)])
        spade = np.array([(0, 0.06), (0.05, 0.0), (0.04, -0.03), (0.012, -0.02), (0.02, -0.055), (-0.02, -0.055), (-0.012, -0.02), (-0.04, -0.03), (-0.05, 0.0)])
        shape = heart if k % 2 == 0 else spade
        m.extrude(shape * 1.2, 0.002, c + [0, 0, 0.004], 80 if k % 2 == 0 else 0, r)
        m.extrude(shape * 0.4, 0.002, c + r @ np.array([-0.09, 0.135, 0.004]), 80 if k % 2 == 0 else 0, r)
    return m


CHESS = {
    "pawn": [(0.16, 0), (0.16, 0.05), (0.09, 0.10), (0.055, 0.28), (0.09, 0.32), (0.05, 0.34)],
    "king": [(0.19, 0), (0.19, 0.06), (0.12, 0.11), (0.08, 0.30), (0.065, 0.50), (0.11, 0.55), (0.07, 0.59), (0.12, 0.76), (0.05, 0.80), (0.001, 0.82)],
    "queen": [(0.18, 0), (0.18, 0.06), (0.11, 0.11), (0.07, 0.28), (0.06, 0.46), (0.10, 0.51), (0.065, 0.55), (0.125, 0.70), (0.07, 0.68), (0.001, 0.73)],
    "rook": [(0.16, 0), (0.16, 0.06), (0.11, 0.10), (0.09, 0.34), (0.13, 0.38), (0.13, 0.48), (0.09, 0.48), (0.09, 0.44)],
    "bishop": [(0.16, 0), (0.16, 0.05), (0.09, 0.10), (0.055, 0.32), (0.09, 0.36), (0.05, 0.39), (0.085, 0.48), (0.04, 0.58), (0.02, 0.60), (0.001, 0.63)],
}


def piece(m, kind, at, tone):
    at = np.asarray(at, float)
    m.lathe(CHESS[kind], 18, at, tone)
    if kind == "pawn":
        m.ball(at + [0, 0.40, 0], 0.085, tone, 12)
    if kind == "king":
        m.box(at + [0, 0.90, 0], (0.035, 0.16, 0.035), tone).box(at + [0, 0.91, 0], (0.11, 0.035, 0.035), tone)
    if kind == "queen":
        m.ball(at + [0, 0.76, 0], 0.04, tone, 8)
        for k in range(7):
            m.ball(at + [0.118 * math.cos(k * 0.9), 0.715, 0.118 * math.sin(k * 0.9)], 0.024, tone, 6)
    return m


def chess():
    """A board with a game that ends."""
    m = Made()
    s = 0.42
    m.box((0, 0.04, 0), (s * 8 + 0.3, 0.08, s * 8 + 0.3), 40)
    for x in range(8):
        for z in range(8):
            m.box(((x - 3.5) * s, 0.085, (z - 3.5) * s), (s * 0.99, 0.012, s * 0.99), 230 if (x + z) % 2 else 15)
    at = lambda x, z: ((x - 3.5) * s, 0.09, (z - 3.5) * s)
    for kind, x, z, tone in (("king", 4, 6, 240), ("queen", 2, 5, 240), ("pawn", 5, 6, 240), ("pawn", 6, 5, 240), ("rook", 0, 7, 240), ("bishop", 3, 3, 240), ("king", 3, 0, 40), ("rook", 6, 1, 40), ("pawn", 1, 1, 40), ("pawn", 2, 2, 40), ("queen", 5, 3, 40), ("bishop", 1, 4, 40)):
        piece(m, kind, at(x, z), tone)
    return m


def chess_pieces():
    m = Made()
    for kind, x, z, tone in (("king", 0.0, 0.1, 240), ("queen", -0.46, -0.05, 50), ("pawn", 0.42, 0.18, 240), ("rook", 0.78, -0.12, 50), ("pawn", -0.84, 0.14, 50)):
        piece(m, kind, (x, 0, z), tone)
    return m


# --- Letters, books, clothes ------------------------------------------------------------------------------------------


def book():
    """An open book."""
    m = Made()
    for s in (-1, 1):
        x = np.linspace(0, 0.30, 9)
        y = 0.03 + 0.055 * np.sin(np.clip(x / 0.30, 0, 1) * np.pi) ** 0.7 + 0.015 * (1 - x / 0.3)
        v = np.array([[s * a, b, z] for a, b in zip(x, y) for z in (-0.21, 0.21)] + [[s * a, 0.012, z] for a in x for z in (-0.21, 0.21)])
        n = 18
        f = quads([[2 * k, 2 * k + 1, 2 * k + 3, 2 * k + 2] for k in range(8)])
        edge = quads([[2 * k + e, 2 * k + 2 + e, n + 2 * k + 2 + e, n + 2 * k + e] for k in range(8) for e in (0, 1)] + [[16, 17, n + 17, n + 16]])
        m.add(v, f if s < 0 else f[:, ::-1], 245)
        m.add(v, edge, 180)
        m.box((s * 0.155, 0.006, 0), (0.32, 0.012, 0.45), 50)
        for k in range(9):
            z = -0.165 + k * 0.04
            long = 0.20 if k % 4 != 3 else 0.13
            m.box((s * (0.16 if s > 0 else 0.15) - s * (0.20 - long) / 2 * (1 if s > 0 else -1) * s, 0.098, z), (long, 0.003, 0.008), 60)
    rng = np.random.default_rng(3)
    for k in range(2):
        x = np.linspace(0, 0.27, 7)
        y = 0.06 + 0.11 * np.sin(x / 0.27 * 2.2) * (1 + k * 0.4)
        v = np.array([[(a * (0.75 - 0.35 * k)), b, z] for a, b in zip(x, y) for z in (-0.20, 0.20)])
        f = quads([[2 * j, 2 * j + 1, 2 * j + 3, 2 * j + 2] for j in range(6)])
        m.add(v, f, 235)
    del rng
    lean = turned(pitch=0.35)
    for k in range(len(m.v)):
        m.v[k] = m.v[k] @ lean.T + [0, 0.09, 0]
    return m


def books():
    m = Made()
    rng = np.random.default_rng(6)
    y = 0.0
    for k in range(7):
        h, w, d = 0.04 + 0.035 * rng.random(), 0.30 + 0.1 * rng.random(), 0.22 + 0.05 * rng.random()
        yaw = rng.normal() * 0.25
        m.box((0, y + h / 2, 0), (w * 0.97, h * 0.76, d * 0.96), 240, yaw=yaw)
        for s in (-1, 1):
            m.box((0, y + h / 2 + s * h * 0.43, 0), (w, h * 0.14, d), 60 + 30 * (k % 4), yaw=yaw)
        m.box(turned(yaw) @ np.array([0, 0, -d / 2]) + [0, y + h / 2, 0], (w, h, 0.014), 60 + 30 * (k % 4), yaw=yaw)
        y += h + 0.004
    return m


def letter():
    """A sealed letter that leans on its edge."""
    m = Made()
    lean = turned(pitch=-0.25)
    c = np.array([0, 0.17, 0])
    m.box(c, (0.50, 0.33, 0.012), 245, pitch=-0.25)
    for a, b in (((-0.25, 0.165), (0, -0.02)), ((0.25, 0.165), (0, -0.02)), ((-0.25, -0.165), (-0.06, 0.02)), ((0.25, -0.165), (0.06, 0.02))):
        m.tube([c + lean @ np.array([*a, 0.008]), c + lean @ np.array([*b, 0.009])], 0.0045, 60, 4)
    return m.lathe([(0.001, 0.014), (0.036, 0.012), (0.045, 0.0)], 16, c + lean @ np.array([0, -0.015, 0.006]), 70, lean @ FORWARD)


def quill():
    m = Made()
    m.lathe([(0.09, 0), (0.10, 0.03), (0.085, 0.10), (0.035, 0.12), (0.04, 0.145), (0.03, 0.145)], 18, tone=40)
    p = [np.array([0.01 + 0.30 * t * t, 0.10 + 0.60 * t, 0.0]) for t in np.linspace(0, 1, 15)]
    m.tube(p, 0.006, 230, 5)
    for k in range(4, 15):
        w = 0.085 * math.sin(math.pi * min(1.0, (k - 3) / 11 * 0.85 + 0.12))
        way = p[k] - p[k - 1]
        side = np.array([way[1], -way[0], 0]) / np.linalg.norm(way)
        for s in (-1, 1):
            m.add([p[k] - way * 1.2, p[k] + way * 0.25, p[k] + side * s * w + way * 1.1], [[0, 1, 2]], 240)
    return m


def ballet_shoes():
    m = Made()
    for s, yaw in ((-1, 0.25), (1, -0.35)):
        r = turned(yaw)
        o = np.array([s * 0.07, 0, 0])
        m.tube([o + r @ np.array(p) for p in ((0, 0.045, -0.11), (0, 0.035, -0.04), (0, 0.035, 0.06), (0, 0.032, 0.13), (0, 0.03, 0.155))], [0.038, 0.040, 0.045, 0.036, 0.018], 215, 12)
        m.ball(o + r @ np.array([0, 0.062, -0.045]), (0.028, 0.028, 0.06), 20, 10)
        p = [o + r @ np.array([0.05 * s * t + 0.02 * math.sin(9 * t), 0.075 + 0.20 * math.sin(t * 2.6) * (1 - 0.3 * t), -0.10 - 0.12 * t]) for t in np.linspace(0, 1, 12)]
        m.tube(p, 0.007, 230, 4)
    return m


def high_heels():
    m = Made()
    for s in (-1, 1):
        o = np.array([s * 0.045, 0, 0.05 * s])
        m.tube([o + p for p in np.array([(0, 0.125, -0.10), (0, 0.10, -0.04), (0, 0.045, 0.03), (0, 0.022, 0.09), (0, 0.018, 0.13)])], [0.032, 0.030, 0.032, 0.034, 0.012], 110, 10)
        m.tube([o + [0, 0.12, -0.105], o + [0, 0.06, -0.115], o + [0, 0, -0.115]], [0.022, 0.010, 0.007], 110, 6)
        m.ball(o + [0, 0.14, -0.075], (0.024, 0.025, 0.05), 10, 8)
    return m


def hat():
    m = Made()
    m.lathe([(0.001, 0.005), (0.24, 0.01), (0.25, 0.02), (0.14, 0.03), (0.135, 0.16), (0.15, 0.30), (0.12, 0.315), (0.001, 0.31)], 26, tone=50)
    return m.lathe([(0.141, 0.03), (0.138, 0.08)], 26, tone=150)


def cowboy_hat():
    m = Made()
    n = 36
    rows = []
    for r, y, curl in ((0.02, 0.155, 0), (0.07, 0.165, 0), (0.10, 0.15, 0), (0.115, 0.06, 0), (0.125, 0.02, 0), (0.20, 0.012, 0.4), (0.26, 0.02, 1.0)):
        rows.append([(r * math.cos(a), y + 0.085 * curl * abs(math.cos(a)) ** 2 - (0.02 if r < 0.05 else 0), r * 1.25 * math.sin(a)) for a in np.arange(n) * 2 * np.pi / n])
    f = []
    for k in range(len(rows) - 1):
        for s in range(n):
            i, j = k * n + s, k * n + (s + 1) % n
            f += [[i, j, j + n], [i, j + n, i + n]]
    m.add(np.concatenate(rows), f, 130)
    return m.lathe([(0.128, 0.02), (0.122, 0.05)], 30, tone=30, squash=1.25)


def mask():
    m = Made()
    a = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    o = np.stack([0.26 * np.cos(a) * (1 + 0.10 * np.sin(a)), 0.34 + 0.33 * np.sin(a)], 1)
    m.extrude(o, 0.05, tone=235, bevel=0.02)
    for s in (-1, 1):
        e = [(s * 0.105 + 0.06 * math.cos(t), 0.40 + 0.032 * math.sin(t) + 0.3 * s * 0.03 * math.cos(t)) for t in np.linspace(0, 2 * np.pi, 16, endpoint=False)]
        m.extrude(e, 0.012, (0, 0, 0.026), 0)
        m.tube([(s * 0.16, 0.49, 0.03), (s * 0.10, 0.515, 0.03), (s * 0.045, 0.49, 0.03)], 0.011, 40, 5)
    t = np.linspace(0.25, np.pi - 0.25, 12)
    mouth = [(0.15 * math.cos(u), 0.27 - 0.11 * math.sin(u)) for u in t] + [(0.15 * math.cos(u), 0.27 - 0.045 * math.sin(u)) for u in t[::-1]]
    m.extrude(mouth, 0.012, (0, 0, 0.026), 0)
    m.extrude(smooth([(-0.02, 0.40), (0.02, 0.40), (0.04, 0.30), (-0.04, 0.30)], times=1), 0.03, (0, 0, 0.03), 200)
    for s in (-1, 1):
        m.tube([(s * 0.26, 0.36, 0.0), (s * 0.34, 0.22, 0.02), (s * 0.30, 0.05, 0.03), (s * 0.37, -0.02 + 0.02, 0.02)], 0.010, 110, 4)
    return m


# --- Table ------------------------------------------------------------------------------------------------------------


def cup():
    m = Made()
    m.lathe([(0.001, 0.0), (0.13, 0.005), (0.155, 0.02), (0.15, 0.024), (0.07, 0.014)], 28, tone=240)
    m.lathe([(0.045, 0.015), (0.06, 0.03), (0.085, 0.09), (0.095, 0.145), (0.088, 0.145), (0.08, 0.12), (0.001, 0.12)], 26, tone=235)
    m.lathe([(0.001, 0.122), (0.083, 0.122)], 24, tone=20)
    return m.ring((0.105, 0.09, 0), 0.036, 0.010, 235, None, 18, 6)


def teapot():
    m = Made()
    m.lathe([(0.07, 0), (0.075, 0.01), (0.13, 0.07), (0.135, 0.12), (0.10, 0.18), (0.06, 0.20)], 26, tone=200)
    m.lathe([(0.065, 0.198), (0.04, 0.22), (0.015, 0.23), (0.02, 0.245), (0.001, 0.26)], 18, tone=190)
    m.tube([(0.12, 0.08, 0), (0.18, 0.11, 0), (0.205, 0.17, 0), (0.235, 0.20, 0)], [0.035, 0.024, 0.017, 0.013], 195, 8)
    return m.tube([(-0.11, 0.16, 0), (-0.19, 0.17, 0), (-0.205, 0.10, 0), (-0.125, 0.06, 0)], 0.013, 195, 6)


def tumbler():
    m = Made()
    m.lathe([(0.001, 0), (0.052, 0), (0.052, 0.016), (0.001, 0.018)], 20, tone=230)
    m.ring((0, 0.115, 0), 0.062, 0.0030, 250, FORWARD, 30, 5)
    for k in range(12):
        a = k * np.pi / 6
        m.tube([(0.051 * math.cos(a), 0.01, 0.051 * math.sin(a)), (0.061 * math.cos(a), 0.115, 0.061 * math.sin(a))], 0.0016, 250, 4)
    m.lathe([(0.001, 0.055), (0.053, 0.055), (0.049, 0.018)], 22, tone=GLOW)
    m.box((0.012, 0.066, 0.008), (0.032, 0.030, 0.032), 250, yaw=0.5, pitch=0.3)
    return m.box((-0.018, 0.058, -0.008), (0.028, 0.026, 0.028), 250, yaw=1.1, roll=0.4)


def cigarette():
    m = Made()
    m.lathe([(0.001, 0.006), (0.075, 0.006), (0.085, 0.028), (0.095, 0.028), (0.095, 0.0), (0.001, 0.0)], 26, tone=180)
    way = np.array([0.85, 0.30, 0.1])
    a = np.array([0.02, 0.022, 0.0])
    m.tube([a, a + way * 0.045], 0.0085, 160, 8)
    m.tube([a + way * 0.045, a + way * 0.145], 0.008, 250, 8)
    tip = a + way * 0.148
    m.ball(tip, (0.009, 0.008, 0.008), GLOW, 8)
    p = [tip + [0.016 * math.sin(5 * t) * t, 0.28 * t, 0.012 * math.cos(4 * t) * t] for t in np.linspace(0.02, 1, 16)]
    return m.tube(p, np.linspace(0.0035, 0.0015, 16), 245, 4)


def bread():
    m = Made()
    m.tube([(-0.19, 0.07, 0), (-0.15, 0.08, 0), (0, 0.088, 0), (0.15, 0.08, 0), (0.19, 0.07, 0)], [0.035, 0.078, 0.090, 0.078, 0.035], 190, 14)
    for x in (-0.10, -0.03, 0.04, 0.11):
        m.tube([(x - 0.025, 0.150, 0.055), (x, 0.176, 0.0), (x + 0.025, 0.150, -0.055)], [0.004, 0.012, 0.004], 235, 6)
    m.box((0, 0.006, 0), (0.52, 0.02, 0.26), 60)
    m.box((0.30, 0.02, 0.13), (0.20, 0.006, 0.028), 240, yaw=0.5)
    return m.box((0.42, 0.02, 0.065), (0.10, 0.02, 0.024), 20, yaw=0.5)


def apple():
    m = Made()
    r = [(0.001, 0.012), (0.05, 0.0), (0.085, 0.03), (0.108, 0.09), (0.105, 0.14), (0.075, 0.185), (0.035, 0.185), (0.001, 0.165)]
    m.lathe(r, 26, tone=140)
    m.tube([(0, 0.165, 0), (0.008, 0.20, 0), (0.02, 0.235, 0)], [0.006, 0.005, 0.007], 30, 5)
    return m.extrude(smooth([(0.01, 0.205), (0.05, 0.245), (0.105, 0.25), (0.07, 0.205)], times=2), 0.006, tone=100)


def strawberry():
    m = Made()
    m.lathe([(0.001, 0.0), (0.045, 0.03), (0.095, 0.10), (0.115, 0.16), (0.10, 0.20), (0.05, 0.215), (0.001, 0.21)], 22, tone=130)
    for row in range(6):
        y = 0.035 + row * 0.028
        r = np.interp(y, [0.0, 0.03, 0.10, 0.16, 0.20], [0.0, 0.045, 0.095, 0.115, 0.10])
        for k in range(5 + 2 * row):
            a = 2 * np.pi * (k + 0.5 * (row % 2)) / (5 + 2 * row)
            m.ball((r * math.cos(a), y, r * math.sin(a)), 0.005, 245, 6)
    for k in range(7):
        a = 2 * np.pi * k / 7
        m.add([(0, 0.215, 0), (0.045 * math.cos(a - 0.3), 0.225, 0.045 * math.sin(a - 0.3)), (0.11 * math.cos(a), 0.215, 0.11 * math.sin(a)), (0.045 * math.cos(a + 0.3), 0.225, 0.045 * math.sin(a + 0.3))], quads([[0, 1, 2, 3]]), 90)
    return m.tube([(0, 0.21, 0), (0.012, 0.26, 0)], 0.007, 90, 5)


def cherries():
    m = Made()
    for s in (-1, 1):
        m.ball((s * 0.075, 0.065, 0), (0.066, 0.064, 0.066), 110, 16)
        m.tube([(s * 0.075, 0.125, 0), (s * 0.06, 0.20, 0), (0, 0.30, 0)], 0.005, 60, 5)
    return m.extrude(smooth([(0, 0.30), (0.06, 0.34), (0.13, 0.33), (0.08, 0.28)], times=2), 0.006, tone=90)


def ice_cream():
    m = Made()
    m.lathe([(0.001, 0), (0.075, 0.24), (0.08, 0.25), (0.06, 0.25)], 20, tone=150)
    for y, r in ((0.275, 0.085), (0.325, 0.07), (0.368, 0.05)):
        m.ball((0, y, 0), (r, 0.038, r), 240, 16)
    return m.lathe([(0.035, 0.385), (0.012, 0.42), (0.001, 0.435)], 12, tone=245)


def pumpkin_body(m, at=(0, 0, 0), size=1.0, tone=140):
    n, rows = 48, []
    for k in range(13):
        t = k / 12 * np.pi
        row = []
        for s in range(n):
            a = 2 * np.pi * s / n
            rib = 1 - 0.13 * (1 - abs(math.sin(a * 5))) ** 2 * math.sin(t)
            row.append((0.26 * math.sin(t) ** 0.8 * rib * math.cos(a), 0.20 - 0.20 * math.cos(t) - 0.03 * math.sin(t) ** 8 - (0.045 if k in (12,) else 0), 0.26 * math.sin(t) ** 0.8 * rib * math.sin(a)))
        rows.append(row)
    f = []
    for k in range(12):
        for s in range(n):
            i, j = k * n + s, k * n + (s + 1) % n
            f += [[i, j, j + n], [i, j + n, i + n]]
    m.add(np.concatenate(rows) * size + at, f, tone)
    return m.tube(np.array([(0, 0.37, 0), (0.01, 0.42, 0), (0.045, 0.47, 0)]) * size + at, np.array([0.035, 0.026, 0.03]) * size, 60, 6)


def jack_o_lantern():
    m = Made()
    pumpkin_body(m)

    def cut(outline):
        o = np.asarray(outline, float)
        m.extrude(o, 0.02, tone=GLOW)
        v = m.v[-1]
        # On the skin, which is round.
        r = np.sqrt(np.maximum(0.0, 1 - (v[:, 0] / 0.262) ** 2)) * 0.262 * np.sin(np.arccos(np.clip((0.20 - v[:, 1]) / 0.205, -1, 1))) ** 0.8
        v[:, 2] = v[:, 2] + r * 0.985 - 0.004

    for s in (-1, 1):
        cut([(s * 0.045, 0.22), (s * 0.145, 0.225), (s * 0.085, 0.305)])
    cut([(-0.022, 0.185), (0.022, 0.185), (0, 0.22)])
    cut([(-0.165, 0.15), (-0.12, 0.085), (-0.05, 0.06), (0.05, 0.06), (0.12, 0.085), (0.165, 0.15), (0.11, 0.125), (0.085, 0.14), (0.06, 0.112), (0.0, 0.105), (-0.03, 0.125), (-0.06, 0.112), (-0.11, 0.125)])
    return m


def pizza():
    m = Made()
    m.extrude([(-0.16, 0.40), (0.16, 0.40), (0, 0.0)], 0.03, tone=190, turn=turned(pitch=0.0))
    m.tube([(-0.17, 0.40, 0), (0, 0.425, 0), (0.17, 0.40, 0)], 0.03, 130, 8)
    for x, y in ((0.0, 0.14), (-0.06, 0.26), (0.06, 0.30), (0.03, 0.22), (-0.09, 0.35)):
        disc(m, (x, y, 0.012), 0.032, 90, FORWARD, 0.012, 12)
    return m


# --- Flowers ----------------------------------------------------------------------------------------------------------


def petal(m, at, turn, long, wide, cup, curl, tone, rows=5, columns=5):
    """From its foot at `at`: it goes up along y, cupped about the z axis, its rim curled outwards."""
    v = []
    for i in range(rows):
        t = i / (rows - 1)
        w = wide * (0.35 + 0.65 * math.sin(min(1.0, t * 1.15) * math.pi * 0.62)) * (1 - 0.35 * max(0.0, t - 0.75) * 4)
        for j in range(columns):
            u = j / (columns - 1) * 2 - 1
            rim = long * t * (1 - 0.10 * u * u * t)
            out = curl * long * t**3 - cup * wide * (1 - u * u) * math.sin(t * 1.9) * 0.0
            v.append((u * w, rim - abs(out) * 0.3, -cup * wide * (u * u) + out + 0.25 * long * math.sin(t * 1.6) * cup))
    f = []
    for i in range(rows - 1):
        for j in range(columns - 1):
            a = i * columns + j
            f += [[a, a + 1, a + columns + 1], [a, a + columns + 1, a + columns]]
    v = np.array(v) @ np.asarray(turn).T + at
    f = np.array(f)
    edge = np.array([tone + (40 if i == rows - 1 else 0) - (25 if i == 0 else 0) for i in range(rows) for _ in range(columns)])
    # One side is enough: what looks away is turned when it is shaded, and two sides in one place would flicker.
    m.v.append(v)
    m.f.append(f + m.n)
    m.t.append(np.clip(edge, 0, 254))
    m.n += len(v)


def leaf(m, at, way, long, wide, tone=90, droop=0.35):
    way = np.asarray(way, float) / np.linalg.norm(way)
    side = np.cross(way, [0, 1, 0])
    side /= max(np.linalg.norm(side), 1e-6)
    v = []
    for k in range(7):
        t = k / 6
        p = np.asarray(at) + way * long * t + np.array([0, -droop * long * t * t, 0])
        w = wide * math.sin(math.pi * min(1.0, 0.06 + 0.94 * t)) ** 0.8
        v += [p - side * w + [0, 0.25 * w, 0], p, p + side * w + [0, 0.25 * w, 0]]
    f = []
    for k in range(6):
        for j in (0, 1):
            a = 3 * k + j
            f += [[a, a + 1, a + 4], [a, a + 4, a + 3]]
    f = np.array(f)
    return m.add(v, f, tone)


def rose():
    """One rose: petals in a spiral, the outer ones open."""
    m = Made()
    top = np.array([0.015, 0.56, 0.0])
    m.tube([(0, 0, 0), (0.012, 0.20, 0.006), (0.0, 0.40, 0.0), top], [0.011, 0.010, 0.010, 0.013], 70, 7)
    for k in range(3):
        m.lathe([(0.007, 0), (0.001, 0.022)], 5, (0.008 * (-1) ** k, 0.12 + 0.13 * k, 0.004), 70, turned(roll=-1.3 * (-1) ** k))
    leaf(m, (0.01, 0.20, 0), (0.95, 0.45, 0.1), 0.20, 0.052, 90)
    leaf(m, (0.0, 0.33, 0), (-0.9, 0.55, 0.2), 0.17, 0.045, 90)
    leaf(m, (0.01, 0.27, 0), (0.4, 0.5, 0.9), 0.13, 0.038, 90)
    tilt = turned(pitch=0.62)
    for k in range(5):
        a = k * 2 * np.pi / 5
        leaf(m, top, tilt @ np.array([math.cos(a), -0.3, math.sin(a)]), 0.08, 0.016, 80, 0.3)
    layers = ((2, 0.006, 0.0, 0.150, 0.036, 0.0, 90), (3, 0.018, 0.10, 0.155, 0.050, 0.02, 60), (4, 0.032, 0.22, 0.158, 0.066, 0.06, 120), (5, 0.044, 0.40, 0.160, 0.078, 0.14, 90), (5, 0.052, 0.64, 0.162, 0.090, 0.24, 160), (6, 0.056, 0.92, 0.158, 0.094, 0.34, 130))
    for layer, (n, r, open_, long, wide, curl, tone) in enumerate(layers):
        for k in range(n):
            a = 2 * np.pi * (k + 0.5 * layer) / n + layer * 0.7
            turn = tilt @ turned(yaw=a) @ turned(pitch=open_)
            petal(m, top + tilt @ np.array([r * math.sin(a), 0.012 - 0.008 * layer, r * math.cos(a)]), turn, long, wide, 0.50, curl, tone, 6, 7)
    return m


def tulip():
    m = Made()
    top = np.array([0.0, 0.42, 0.0])
    m.tube([(0, 0, 0), (0.01, 0.2, 0), top], 0.011, 90, 7)
    leaf(m, (0, 0.03, 0), (0.5, 0.9, 0.2), 0.34, 0.05, 90, 0.25)
    leaf(m, (0, 0.03, 0), (-0.6, 0.8, 0.1), 0.28, 0.045, 90, 0.3)
    for layer in range(2):
        for k in range(3):
            a = 2 * np.pi * k / 3 + layer * np.pi / 3
            petal(m, top + [0.02 * math.sin(a), 0, 0.02 * math.cos(a)], turned(yaw=a) @ turned(pitch=0.12 + 0.08 * layer), 0.17, 0.062, 0.45, 0.02, 150 + 30 * layer, 7, 5)
    return m


def blossom():
    """A daisy among others."""
    m = Made()
    for x, z, h, r, tilt in ((0, 0.05, 0.50, 0.105, 0.5), (0.20, 0, 0.38, 0.085, 0.35), (-0.19, -0.02, 0.42, 0.09, 0.65)):
        top = np.array([x * 1.15, h, z])
        m.tube([(x * 0.7, 0, z * 0.5), (x, h * 0.55, z), top], 0.007, 80, 5)
        turn = turned(pitch=math.pi / 2 - tilt)
        m.ball(top + turn @ np.array([0, 0.012, 0]), (r * 0.33, r * 0.33, r * 0.26), 210, 12)
        for k in range(14):
            a = 2 * np.pi * k / 14
            petal(m, top, turn @ turned(yaw=a) @ turned(pitch=1.35), r * 1.15, r * 0.20, 0.2, 0.05, 235, 4, 3)
        leaf(m, (x * 0.75, h * 0.2, z), (0.8 if x >= 0 else -0.8, 0.7, 0.3), 0.16, 0.03, 80)
    return m


def lily():
    m = Made()
    top = np.array([0.05, 0.50, 0.0])
    m.tube([(0, 0, 0), (-0.01, 0.28, 0), top], 0.012, 80, 6)
    turn0 = turned(roll=-0.35) @ turned(pitch=0.75)
    for layer in range(2):
        for k in range(3):
            a = 2 * np.pi * k / 3 + layer * np.pi / 3
            petal(m, top, turn0 @ turned(yaw=a) @ turned(pitch=0.62), 0.26, 0.060, 0.25, 0.5, 230 + 10 * layer, 8, 5)
    for k in range(5):
        a = 2 * np.pi * k / 5
        p = turn0 @ np.array([0.045 * math.cos(a), 0.22, 0.045 * math.sin(a)])
        m.tube([top, top + p * 0.5, top + p], 0.004, 200, 4)
        m.ball(top + p, (0.006, 0.012, 0.008), 20, 6)
    for s, y in ((1, 0.12), (-1, 0.22), (1, 0.32)):
        leaf(m, (0, y, 0), (s, 0.6, 0.15), 0.24, 0.028, 80)
    return m


def dandelion():
    m = Made()
    c = np.array([0.02, 0.46, 0])
    m.tube([(0, 0, 0), (-0.01, 0.24, 0), c], 0.007, 90, 5)
    m.ball(c, 0.018, 80, 8)
    g = np.pi * (3 - math.sqrt(5))
    for k in range(90):
        y = 1 - 2 * (k + 0.5) / 90
        r = math.sqrt(1 - y * y)
        d = np.array([r * math.cos(k * g), y, r * math.sin(k * g)])
        m.tube([c + d * 0.018, c + d * 0.10], 0.0013, 200, 3)
        side = np.cross(d, [0.3, 1, 0.2])
        side /= np.linalg.norm(side)
        other = np.cross(d, side)
        for j in range(5):
            w = side * math.cos(j * 1.2566) + other * math.sin(j * 1.2566)
            m.add([c + d * 0.10, c + d * 0.108 + w * 0.020 + side * 0.0028, c + d * 0.108 + w * 0.020 - side * 0.0028], [[0, 1, 2]], 250)
    for k in range(5):
        p = c + [0.16 + 0.09 * k, 0.05 + 0.035 * k + 0.03 * (k % 2), 0.03 * (k - 2)]
        m.tube([p, p + [0.01, 0.03, 0]], 0.001, 200, 3)
        for j in range(6):
            a = j * np.pi / 3
            m.tube([p + [0.01, 0.03, 0], p + [0.01 + 0.016 * math.cos(a), 0.036, 0.016 * math.sin(a)]], 0.0008, 250, 3)
    return m


def sunflower():
    m = Made()
    top = np.array([0.0, 1.05, 0.05])
    m.tube([(0, 0, 0), (0.03, 0.5, 0), (0, 0.98, -0.02), top], [0.026, 0.024, 0.022, 0.026], 70, 8)
    turn = turned(pitch=1.32)
    for ring, (n, open_, tone) in enumerate(((21, 1.42, 200), (19, 1.20, 235))):
        for k in range(n):
            a = 2 * np.pi * (k + 0.5 * ring) / n
            petal(m, top + turn @ np.array([0.115 * math.sin(a), 0.012, 0.115 * math.cos(a)]), turn @ turned(yaw=a) @ turned(pitch=open_), 0.20, 0.040, 0.3, 0.10, tone, 5, 3)
    g = np.pi * (3 - math.sqrt(5))
    m.lathe([(0.001, 0.045), (0.08, 0.04), (0.135, 0.012), (0.14, -0.01), (0.001, -0.02)], 26, top, 20, turn)
    for k in range(90):
        r = 0.125 * math.sqrt((k + 0.5) / 90)
        m.ball(top + turn @ np.array([r * math.cos(k * g), 0.045 - 1.6 * r * r, r * math.sin(k * g)]), 0.0075, 90 if r > 0.07 else 45, 6)
    for s, y in ((1, 0.32), (-1, 0.50), (1, 0.68)):
        leaf(m, (0.02, y, 0), (s, 0.55, 0.25), 0.34, 0.10, 90, 0.45)
    return m


def houseplant():
    m = Made()
    m.lathe([(0.11, 0), (0.15, 0.24), (0.17, 0.25), (0.17, 0.28), (0.14, 0.28)], 20, tone=130)
    rng = np.random.default_rng(2)
    for k in range(17):
        a = k * 2.4
        way = np.array([math.cos(a), 1.0 + 1.1 * rng.random(), math.sin(a)])
        tip = np.array([0, 0.28, 0]) + way * 0.20
        m.tube([(0, 0.26, 0), tip], 0.008, 80, 4)
        leaf(m, tip, way * [1, 0.55, 1], 0.32, 0.075, 90, 0.45)
    return m


def fireflies():
    m = Made()
    rng = np.random.default_rng(11)
    for _ in range(34):
        p = rng.random(3) * [7.0, 2.3, 5.0] + [-3.5, 0.25, -2.5]
        m.ball(p, 0.016 + 0.012 * rng.random(), GLOW, 6)
    return m


def petals():
    m = Made()
    rng = np.random.default_rng(12)
    for _ in range(60):
        p = rng.random(3) * [6.0, 2.6, 4.0] + [-3.0, 0.1, -2.0]
        petal(m, p, turned(rng.random() * 6, rng.random() * 6, rng.random() * 6), 0.07, 0.03, 0.4, 0.2, 180, 3, 3)
    return m


def maple_leaf():
    half = [(0, 0.0), (0.02, 0.12), (0.16, 0.08), (0.14, 0.16), (0.34, 0.26), (0.28, 0.30), (0.36, 0.46), (0.22, 0.42), (0.19, 0.48), (0.10, 0.38), (0.13, 0.64), (0.07, 0.60), (0, 0.78)]
    m = Made()
    o = np.array(half + [(-x, y) for x, y in half[::-1][1:-1]])
    lean = turned(yaw=0.35, roll=0.25)
    m.extrude(o, 0.012, (0, 0.2, 0), 170, lean)
    for tip in ((0, 0.72), (0.30, 0.42), (-0.30, 0.42), (0.28, 0.24), (-0.28, 0.24)):
        m.tube([lean @ np.array([0, 0.06, 0.008]) + [0, 0.2, 0], lean @ np.array([*tip, 0.008]) + [0, 0.2, 0]], [0.008, 0.003], 60, 4)
    return m.tube([(0, 0.2, 0), (-0.04, 0.08, 0), (-0.03, 0.0, 0)], 0.009, 90, 5)


def ferry():
    """A ferry with lit decks."""
    m = Made()
    n, rows = 25, []
    for k in range(n):
        t = k / (n - 1) * 2 - 1
        w = 5.6 * (1 - max(0.0, (abs(t) - 0.55) / 0.45) ** 2.2) + 0.05
        top = 5.2 + (1.5 * max(0.0, t) ** 3)
        z = 30 * t
        rows.append([(-w, top, z * 1.02), (-w, 3.6, z), (-w * 0.9, 0, z * 0.95), (w * 0.9, 0, z * 0.95), (w, 3.6, z), (w, top, z * 1.02)])
    f = []
    for k in range(n - 1):
        for s in range(5):
            i = k * 6 + s
            f += [[i, i + 1, i + 7], [i, i + 7, i + 6]]
    m.add(np.concatenate(rows), f, 60)
    m.add(np.concatenate([[r[0], r[5]] for r in rows]), quads([[2 * k, 2 * k + 1, 2 * k + 3, 2 * k + 2] for k in range(n - 1)]), 150)
    for y, z0, z1, w in ((6.6, -26, 21, 10.4), (9.4, -24, 17, 10.0), (12.0, -15, 14, 9.4)):
        mid, long = (z0 + z1) / 2, z1 - z0
        m.box((0, y, mid), (w, 2.5, long), 235)
        m.box((0, y + 1.32, mid), (w + 0.7, 0.18, long + 1.0), 200)
        for s in (-1, 1):
            for k in range(int(long / 2.1)):
                m.box((s * (w / 2 + 0.01), y + 0.1, z0 + 1.2 + k * 2.1), (0.05, 1.0, 1.35), GLOW)
        for k in range(5):
            m.box(((k - 2) * 1.8, y + 0.1, z1 + 0.01), (1.3, 1.0, 0.05), GLOW)
    m.box((0, 14.2, 9.5), (10.8, 2.0, 4.6), 235)
    m.box((0, 14.4, 11.82), (9.6, 0.9, 0.06), GLOW)
    m.lathe([(1.7, 13), (1.5, 18.6), (1.65, 18.8), (0.001, 18.8)], 18, (0, 0, -8), 120, None, 1.5)
    m.lathe([(1.63, 16.3), (1.57, 17.6)], 18, (0, 0, -8), 20, None, 1.5)
    m.tube([(0, 15, 7), (0, 22, 6.4)], [0.22, 0.08], 110)
    m.ball((0, 22.1, 6.4), 0.3, GLOW, 8)
    m.tube([(0, 22, 6.4), (0, 7, 29)], 0.04, 80, 3)
    for s in (-1, 1):
        for k in range(5):
            m.ball((s * 5.4, 10.9, -20 + k * 4.6), (0.8, 0.7, 1.7), 190, 8)
    return m


# --- Landscape and machines -------------------------------------------------------------------------------------------


def gear():
    m = Made()
    o = []
    for k in range(14):
        a = 2 * np.pi * k / 14
        for d, r in ((-0.13, 0.42), (-0.085, 0.52), (0.085, 0.52), (0.13, 0.42)):
            o.append((r * math.cos(a + d), 0.52 + r * math.sin(a + d)))
    m.extrude(o, 0.12, tone=150, bevel=0.01)
    m.ring((0, 0.52, 0.06), 0.30, 0.02, 230, None, 30, 5)
    return disc(m, (0, 0.52, 0.055), 0.11, 5, FORWARD, 0.012, 22)


def telescope():
    m = Made()
    way = turned(pitch=-0.75)
    m.lathe([(0.045, -0.45), (0.045, -0.35), (0.065, -0.34), (0.065, 0.15), (0.085, 0.16), (0.085, 0.85), (0.095, 0.86), (0.095, 0.92), (0.001, 0.9)], 20, (0, 1.25, 0), 150, way @ FORWARD)
    m.ball((0, 1.2, 0), 0.06, 60, 10)
    for k in range(3):
        a = k * 2 * np.pi / 3 + 0.5
        m.tube([(0, 1.18, 0), (0.42 * math.cos(a), 0, 0.42 * math.sin(a))], 0.024, 80)
    return m


def christmas_tree():
    """A fir with candles and a star."""
    m = Made()
    m.lathe([(0.14, 0), (0.12, 0.45)], 10, tone=50)
    rng = np.random.default_rng(7)
    for k in range(9):
        t = k / 8
        y, r = 0.35 + 2.35 * t, 1.08 * (1 - t) ** 0.9 + 0.07
        n, rows = 40, []
        for radius, drop in ((0.02, 0.42), (0.55, 0.20), (1.0, 0.0)):
            a = np.arange(n) * 2 * np.pi / n
            edge = 1 + (0.10 * np.sin(9 * a + k) + 0.10 * rng.normal(size=n)) * (radius > 0.9)
            rows.append(np.stack([r * radius * edge * np.cos(a), y + drop * (0.9 - 0.3 * t) - 0.06 * np.sin(9 * a + k) * (radius > 0.9), r * radius * edge * np.sin(a)], 1))
        f = []
        for i in range(2):
            for s in range(n):
                b, c = i * n + s, i * n + (s + 1) % n
                f += [[b, c, c + n], [b, c + n, b + n]]
        m.add(np.concatenate(rows), f, 60)
        for j in range(max(3, int(11 * (1 - t)))):
            a = j * 2 * np.pi / max(3, int(11 * (1 - t))) + 0.9 * k
            m.ball((r * 0.96 * math.cos(a), y + 0.03, r * 0.96 * math.sin(a)), 0.038, GLOW if (j + k) % 3 else 240, 7)
    star = [(0.20 * (1 if k % 2 == 0 else 0.42) * math.sin(k * np.pi / 5), 3.12 + 0.20 * (1 if k % 2 == 0 else 0.42) * math.cos(k * np.pi / 5)) for k in range(10)]
    return m.extrude(star, 0.05, tone=GLOW)


def globe():
    m = Made()
    m.lathe([(0.14, 0), (0.13, 0.02), (0.03, 0.04), (0.02, 0.10)], 20, tone=80)
    tilt = turned(roll=0.41)
    m.ball((0, 0.34, 0), 0.19, 120, 22)
    rng = np.random.default_rng(5)
    for _ in range(34):
        p = rng.normal(size=3)
        p /= np.linalg.norm(p)
        m.ball(np.array([0, 0.34, 0]) + p * 0.150, 0.048 + 0.012 * rng.random(), 210, 8)
    a = np.linspace(-np.pi / 2, np.pi / 2, 16)
    m.tube([tilt @ np.array([0.225 * math.cos(t), 0.225 * math.sin(t), 0]) + [0, 0.34, 0] for t in a], 0.010, 190, 5)
    return m


def fuel_pump():
    m = Made()
    m.box((0, 0.08, 0), (0.72, 0.16, 0.55), 60)
    m.box((0, 0.86, 0), (0.60, 1.40, 0.44), 140)
    m.box((0, 1.22, 0.225), (0.46, 0.44, 0.01), GLOW)
    for y in (1.14, 1.30):
        m.box((0, y, 0.235), (0.34, 0.07, 0.008), 10)
    m.lathe([(0.22, 1.56), (0.26, 1.60), (0.10, 1.62)], 20, tone=80)
    m.ball((0, 1.86, 0), (0.26, 0.26, 0.10), GLOW, 18)
    m.tube([(0.30, 1.15, 0), (0.44, 1.1, 0.05), (0.50, 0.6, 0.12), (0.42, 0.36, 0.15), (0.36, 0.62, 0.12), (0.34, 0.85, 0.08)], 0.024, 15, 7)
    return m.box((0.34, 0.92, 0.06), (0.06, 0.22, 0.07), 30)


def mailbox():
    m = Made()
    m.box((0, 0.5, 0), (0.10, 1.0, 0.10), 70)
    m.extrude(arch(0.14, 0.16), 0.50, (0, 1.0, 0), 160, None, 0.01)
    m.extrude(arch(0.11, 0.15), 0.006, (0, 1.01, 0.252), 60)
    m.box((0.155, 1.25, 0.05), (0.012, 0.22, 0.03), 110)
    return m.box((0.155, 1.33, 0.10), (0.012, 0.08, 0.12), 110)


def volcano():
    m = Made()
    rng = np.random.default_rng(9)
    n, rows = 40, []
    for k in range(15):
        t = k / 14
        r = 60 * (1 - t) ** 1.7 + 11
        rows.append([((r * (1 + 0.10 * math.sin(a * 6 + 5 * t) + 0.05 * math.sin(a * 13) + 0.03 * rng.normal())) * math.cos(a), 46 * t, (r * (1 + 0.10 * math.sin(a * 6 + 5 * t))) * math.sin(a)) for a in np.arange(n) * 2 * np.pi / n])
    rows.append([(7 * math.cos(a), 42, 7 * math.sin(a)) for a in np.arange(n) * 2 * np.pi / n])
    f = []
    for k in range(len(rows) - 1):
        for s in range(n):
            i, j = k * n + s, k * n + (s + 1) % n
            f += [[i, j, j + n], [i, j + n, i + n]]
    m.add(np.concatenate(rows), f, 60)
    m.lathe([(9.5, 43.5), (0.001, 45)], 20, tone=GLOW)
    for a0, long in ((1.4, 0.75), (1.9, 0.5), (0.9, 0.6), (4.3, 0.5), (2.5, 0.4)):
        p = []
        for k in range(12):
            t = 1 - long * k / 11
            r = (60 * (1 - t) ** 1.7 + 11) * 1.03
            a = a0 + 0.14 * math.sin(k * 0.9)
            p.append((r * math.cos(a), 46 * t + 0.6, r * math.sin(a)))
        m.tube(p, np.linspace(1.5, 0.5, 12), GLOW, 5)
    for k in range(22):
        a, h = rng.random() * 2 * np.pi, rng.random()
        m.ball((9 * h * math.cos(a), 48 + 26 * h * rng.random(), 9 * h * math.sin(a)), 0.5 + 0.6 * rng.random(), GLOW, 6)
    for k in range(26):
        t = k / 25
        m.ball((10 * t * t + rng.normal() * 4 * (0.4 + t), 54 + 38 * t, rng.normal() * 4 * (0.4 + t)), 4.5 + 8 * t + rng.random() * 3, 25 + int(25 * rng.random()), 8)
    return m


def iceberg():
    m = Made()
    rng = np.random.default_rng(14)
    for x, z, r, h, n in ((0, 0, 6.5, 8.5, 9), (-5.5, 1.0, 4.0, 4.2, 8), (5.2, -0.5, 3.6, 5.2, 7)):
        rows = [(r, -0.6), (r * 1.02, 0.6), (r * 0.86, h * 0.35), (r * 0.52, h * 0.72), (r * 0.18, h)]
        m.lathe(rows, n, (x, 0, z), 245)
        m.v[-1] = m.v[-1] + rng.normal(size=m.v[-1].shape) * [0.5, 0.35, 0.5] * (m.v[-1][:, 1:2] > 0.3)
        m.lathe([(0.001, h * 0.93), (r * 0.25, h * 0.9)], n, (x, 0, z), 250)
    return m.lathe([(14, -0.5), (13.5, 0.25), (0.001, 0.45)], 18, tone=235)


def boulder():
    """A stone with a flat top."""
    rng = np.random.default_rng(21)
    n, rows = 26, []
    for r, y in ((1.10, -0.5), (1.06, 0.0), (1.02, 0.35), (0.92, 0.66), (0.74, 0.83), (0.50, 0.875), (0.25, 0.88), (0.01, 0.88)):
        a = np.arange(n) * 2 * np.pi / n
        w = 0.46 * r * (1 + 0.13 * np.sin(2 * a + 0.6) + 0.07 * np.sin(5 * a + 1 + y) + 0.04 * rng.normal(size=n) * (y < 0.8))
        rows.append(np.stack([w * 1.25 * np.cos(a), np.full(n, y) + (0.03 * rng.normal(size=n) if 0 < y < 0.85 else 0.0), w * 1.2 * np.sin(a)], 1))
    f = []
    for k in range(len(rows) - 1):
        for s in range(n):
            i, j = k * n + s, k * n + (s + 1) % n
            f += [[i, j, j + n], [i, j + n, i + n]]
    return Made().add(np.concatenate(rows), f, 90)


def low_wall():
    """A garden wall with a coping."""
    m = Made()
    m.box((0, 0.33, 0), (2.3, 0.80, 0.42), 70)
    for row in range(4):
        for k in range(8):
            x = -1.06 + k * 0.30 + 0.15 * (row % 2)
            if abs(x) < 1.12:
                m.box((x, 0.06 + row * 0.175, 0.21), (0.27, 0.145, 0.03), 80 + 14 * ((row * 3 + k * 5) % 4))
    return m.box((0, 0.77, 0), (2.44, 0.10, 0.54), 110)


def circus_tent():
    """A striped big top with flags."""
    m = Made()
    n = 24
    for k in range(n):
        a, b = 2 * np.pi * k / n, 2 * np.pi * (k + 1) / n
        tone = 245 if k % 2 else 60
        for (r0, y0), (r1, y1) in (((7.0, 0), (7.0, 3.6)), ((7.5, 3.4), (4.4, 5.2)), ((4.4, 5.2), (2.0, 7.4)), ((2.0, 7.4), (0.15, 10.4))):
            q = [(r0 * math.cos(a), y0, r0 * math.sin(a)), (r0 * math.cos(b), y0, r0 * math.sin(b)), (r1 * math.cos(b), y1, r1 * math.sin(b)), (r1 * math.cos(a), y1, r1 * math.sin(a))]
            m.add(q, [[0, 2, 1], [0, 3, 2]], tone)
            if np.cross(np.subtract(q[2], q[0]), np.subtract(q[1], q[0])) @ np.array([math.cos(a), 0.2, math.sin(a)]) < 0:
                m.f[-1] = m.f[-1][:, ::-1]
        m.ball((7.5 * math.cos(a), 3.35, 7.5 * math.sin(a)), 0.16, GLOW, 6)
    m.tube([(0, 10.2, 0), (0, 12.4, 0)], 0.07, 60)
    m.extrude([(0.05, 11.4), (1.7, 11.85), (0.05, 12.3)], 0.05, tone=150)
    m.extrude([(-1.5, 0), (1.5, 0), (0.25, 3.3), (-0.25, 3.3)], 0.3, (0, 0, 7.0), GLOW)
    return m


def tower():
    m = Made()
    m.lathe([(4.2, 0), (3.6, 2), (3.3, 22), (4.2, 23.2), (4.2, 25), (3.6, 25)], 20, tone=100)
    for k in range(10):
        a = k * np.pi / 5
        m.box((3.95 * math.cos(a), 25.6, 3.95 * math.sin(a)), (1.2, 1.4, 1.2), 100, yaw=-a)
    m.lathe([(3.4, 25), (0.001, 35)], 20, tone=60)
    m.box((0, 36, 0), (0.12, 3.4, 0.12), 60)
    m.extrude([(0, 0), (2.6, 0.45), (0, 0.95)], 0.06, (0.05, 36.6, 0), 150)
    for y, a in ((19.5, 1.57), (12.0, 1.2), (6.0, 1.8)):
        m.extrude(arch(0.55, 1.1), 0.3, (3.35 * math.cos(a), y, 3.35 * math.sin(a)), GLOW, turned(yaw=np.pi / 2 - a))
    return m.extrude(arch(0.9, 2.0), 0.3, (0, 0, 4.0), 20)


def fountain():
    m = Made()
    m.lathe([(1.6, 0), (1.65, 0.45), (1.5, 0.45), (1.45, 0.25), (0.001, 0.25)], 30, tone=120)
    m.lathe([(0.22, 0.25), (0.16, 0.9), (0.75, 1.1), (0.78, 1.18), (0.14, 1.12), (0.12, 1.6), (0.40, 1.72), (0.42, 1.78), (0.001, 1.74)], 24, tone=125)
    for k in range(14):
        a = 2 * np.pi * k / 14
        m.tube([(0.40 * math.cos(a) * (1 + 0.9 * t), 1.78 + 0.35 * t - 1.5 * t * t, 0.40 * math.sin(a) * (1 + 0.9 * t)) for t in np.linspace(0, 1, 7)], 0.010, 250, 4)
    return m.tube([(0, 1.75, 0), (0, 2.35, 0)], [0.03, 0.008], 250, 6)


def coffin():
    m = Made()
    o = [(-0.20, 0), (0.20, 0), (0.34, 1.35), (0.22, 1.95), (-0.22, 1.95), (-0.34, 1.35)]
    m.extrude(o, 0.42, tone=70, bevel=0.02)
    m.extrude(np.array(o) * [0.86, 0.95] + [0, 0.05], 0.03, (0, 0, 0.21), 90)
    m.box((0, 1.25, 0.235), (0.06, 0.62, 0.03), 200).box((0, 1.38, 0.235), (0.30, 0.06, 0.03), 200)
    lean = turned(pitch=-0.16)
    for k in range(len(m.v)):
        m.v[k] = m.v[k] @ lean.T + [0, 0.03, 0]
    return m


def chain_link(m, at, turn):
    a = np.linspace(0, 2 * np.pi, 21)
    p = np.stack([0.075 * np.cos(a) + 0.0 * a, np.sign(np.sin(a)) * 0.055 + 0.075 * np.sin(a), 0 * a], 1) @ np.asarray(turn).T + at
    return m.tube(p, 0.024, 170, 7)


def chains():
    m = Made()
    for k in range(11):
        chain_link(m, (0.0, 0.13 + 0.178 * k, 0), turned(yaw=(np.pi / 2) * (k % 2) + 0.3))
    for s in (-1, 1):
        for k in range(7):
            t = k / 6
            chain_link(m, (s * (0.30 + 0.55 * t), 1.95 - 1.9 * t * (1.55 - 0.55 * t) * 0.78, 0), turned(yaw=(np.pi / 2) * (k % 2) + 0.3, roll=0) @ turned(roll=s * 0.42))
    return m


def gift():
    m = Made()
    m.box((0, 0.16, 0), (0.38, 0.32, 0.38), 120)
    m.box((0, 0.345, 0), (0.41, 0.07, 0.41), 110)
    for s in ((0.07, 0.415), (0.415, 0.07)):
        m.box((0, 0.19, 0), (s[0], 0.385, s[1]), 240)
    for s in (-1, 1):
        m.ring((s * 0.075, 0.43, 0), 0.058, 0.016, 240, turned(roll=s * 0.5), 18, 5)
    return m


def broom():
    m = Made()
    m.tube([(0, 0.4, 0), (0.0, 1.6, 0)], 0.016, 110, 6)
    rng = np.random.default_rng(2)
    for k in range(46):
        a, r = rng.random() * 6.3, math.sqrt(rng.random())
        m.tube([(0.03 * r * math.cos(a), 0.48, 0.03 * r * math.sin(a)), (0.13 * r * math.cos(a), 0.02, 0.13 * r * math.sin(a))], 0.006, 160, 3)
    return m.ring((0, 0.42, 0), 0.045, 0.010, 60, FORWARD, 16, 5)


def football():
    m = Made()
    m.ball((0, 0.22, 0), 0.22, 245, 24)
    g = (1 + math.sqrt(5)) / 2
    for a in (-1, 1):
        for b in (-g, g):
            for p in ((0, a, b), (a, b, 0), (b, 0, a)):
                d = np.array(p) / math.sqrt(1 + g * g)
                m.ball(np.array([0, 0.22, 0]) + d * 0.182, 0.068, 5, 10)
    return m


def trophy():
    m = Made()
    m.box((0, 0.05, 0), (0.22, 0.10, 0.22), 40)
    m.lathe([(0.08, 0.10), (0.03, 0.14), (0.022, 0.22), (0.05, 0.26), (0.13, 0.34), (0.155, 0.50), (0.16, 0.52), (0.14, 0.52), (0.12, 0.38)], 24, tone=220)
    for s in (-1, 1):
        m.tube([(s * 0.15, 0.49, 0), (s * 0.23, 0.48, 0), (s * 0.24, 0.40, 0), (s * 0.17, 0.33, 0), (s * 0.11, 0.32, 0)], 0.012, 210, 6)
    return m


def surfboard():
    m = Made()
    a = np.linspace(0, 2 * np.pi, 36, endpoint=False)
    o = np.stack([0.27 * np.cos(a) * (1 - 0.12 * np.sin(a)), 1.05 + 1.05 * np.sin(a)], 1)
    m.extrude(o, 0.07, tone=230, bevel=0.025)
    m.box((0, 1.05, 0.037), (0.025, 2.0, 0.004), 60)
    return m.box((0, 1.35, 0.037), (0.5, 0.10, 0.004), 90)


def parachute():
    m = Made()
    n, rows = 32, []
    for k in range(9):
        t = k / 8 * 1.45
        rows.append([(3.2 * math.sin(t) * (1 - 0.05 * abs(math.sin(4 * a))) * math.cos(a), 4.6 + 2.0 * math.cos(t) + 0.16 * abs(math.sin(4 * a)) * (k / 8) ** 3, 3.2 * math.sin(t) * math.sin(a)) for a in np.arange(n) * 2 * np.pi / n])
    f = []
    for k in range(8):
        for s in range(n):
            i, j = k * n + s, k * n + (s + 1) % n
            f += [[i, j, j + n], [i, j + n, i + n]]
    m.add(np.concatenate(rows), f, 190)
    for k in range(8):
        a = k * np.pi / 4
        m.tube([(3.15 * math.cos(a), 4.85, 3.15 * math.sin(a)), (0.0, 1.3, 0)], 0.015, 60, 3)
    m.ball((0, 1.05, 0), (0.16, 0.30, 0.14), 30, 10)
    m.ball((0, 1.42, 0), 0.11, 30, 10)
    for s in (-1, 1):
        m.tube([(s * 0.08, 0.85, 0), (s * 0.16, 0.45, 0.05), (s * 0.14, 0.05, -0.05)], 0.07, 30)
        m.tube([(s * 0.14, 1.2, 0), (s * 0.28, 1.5, 0)], 0.05, 30)
    return m


def snow_globe():
    m = Made()
    m.lathe([(0.15, 0), (0.15, 0.03), (0.12, 0.08), (0.10, 0.10)], 24, tone=70)
    m.lathe([(0.12, 0.10), (0.001, 0.115)], 20, tone=250)
    m.box((-0.03, 0.145, 0), (0.07, 0.06, 0.06), 110)
    m.extrude([(-0.05, 0), (0.05, 0), (0, 0.045)], 0.075, (-0.03, 0.175, 0), 230)
    m.box((-0.03, 0.145, 0.031), (0.02, 0.025, 0.003), GLOW)
    for y, r in ((0.12, 0.035), (0.15, 0.026), (0.18, 0.016)):
        m.lathe([(r, y), (0.001, y + 0.05)], 10, (0.055, 0, 0.01), 60)
    rng = np.random.default_rng(3)
    for _ in range(46):
        p = rng.normal(size=3)
        p *= 0.135 * rng.random() ** 0.4 / np.linalg.norm(p)
        m.ball(p + [0, 0.235, 0], 0.0042, 254, 6)
    a = np.linspace(0.42, np.pi, 14)
    for k in range(6):
        b = k * np.pi / 3
        p = [(0.155 * math.sin(t) * math.cos(b), 0.245 - 0.155 * math.cos(np.pi - t) * -1 * -1, 0.155 * math.sin(t) * math.sin(b)) for t in a]
        m.tube(p, 0.0016, 250, 3)
    return m.ring((0, 0.245, 0), 0.155, 0.003, 250, None, 40, 4)


# Name, maker, metres high, role.
SMALL = [
    ("coin", coin, 0.6, "Second"), ("hoard", hoard, 0.9, "Second"), ("gold bars", gold_bars, 0.4, "Second"), ("diamond", diamond, 0.4, "Second"),
    ("money", money, 0.9, "Second"), ("dice", dice, 0.3, "Second"), ("playing cards", playing_cards, 0.55, "Second"), ("chess board", chess, 1.0, "Second"), ("chess pieces", chess_pieces, 1.0, "Second"),
    ("open book", book, 0.35, "Second"), ("stack of books", books, 0.45, "Second"), ("letter", letter, 0.34, "Second"), ("quill", quill, 0.72, "Second"), ("ballet shoes", ballet_shoes, 0.3, "Second"),
    ("high heels", high_heels, 0.17, "Second"), ("top hat", hat, 0.315, "Second"), ("cowboy hat", cowboy_hat, 0.165, "Second"), ("mask", mask, 0.68, "Second"),
    ("cup", cup, 0.35, "Second"), ("teapot", teapot, 0.26, "Second"), ("tumbler", tumbler, 0.13, "Second"), ("cigarette", cigarette, 0.35, "Second"), ("bread", bread, 0.19, "Second"),
    ("apple", apple, 0.25, "Second"), ("strawberry", strawberry, 0.26, "Second"), ("cherries", cherries, 0.34, "Second"), ("ice cream", ice_cream, 0.44, "Second"),
    ("pumpkin", jack_o_lantern, 0.47, "Second"), ("pizza", pizza, 0.44, "Second"),
    ("rose", rose, 0.70, "Second"), ("sunflower", sunflower, 1.3, "Second"), ("tulip", tulip, 0.6, "Second"), ("daisy", blossom, 0.6, "Second"), ("lily", lily, 0.7, "Second"), ("dandelion", dandelion, 0.6, "Second"), ("houseplant", houseplant, 0.9, "Second"),
    ("fireflies", fireflies, 2.6, "Floating"), ("petals", petals, 2.7, "Floating"), ("maple leaf", maple_leaf, 1.0, "Floating"),
    ("gear", gear, 1.04, "Second"), ("telescope", telescope, 2.0, "Second"), ("christmas tree", christmas_tree, 3.3, "Second"), ("globe", globe, 0.57, "Second"), ("fuel pump", fuel_pump, 2.1, "Second"),
    ("mailbox", mailbox, 1.4, "Second"), ("volcano", volcano, 100.0, "Far"), ("iceberg", iceberg, 9.0, "Far"), ("ferry", ferry, 22.4, "Afloat"), ("boulder", boulder, 0.88, "Second"), ("low wall", low_wall, 0.82, "Second"), ("circus tent", circus_tent, 12.4, "Far"), ("tower", tower, 37.7, "Far"),
    ("fountain", fountain, 2.35, "Second"), ("coffin", coffin, 1.95, "Second"), ("chains", chains, 2.1, "Second"), ("gift", gift, 0.5, "Second"), ("broom", broom, 1.6, "Second"),
    ("football", football, 0.44, "Second"), ("trophy", trophy, 0.52, "Second"), ("surfboard", surfboard, 2.1, "Second"), ("parachute", parachute, 6.6, "Floating"), ("snow globe", snow_globe, 0.4, "Second"),
]
