"""More things that songs name: household, tools, clothes, fruit, places to sit and to ride.

Axes: metres, x right, y up, z the way that they face; what stands, stands on y = 0. Small things are modelled at the
size at which they lie before a camera.
"""

import math

import numpy as np

from figure_beasts import bezier, both_sides
from figure_forms import Form
from figure_objects import FLAT, disc
from figure_small import leaf, petal
from figure_things import (
    ACROSS, AMBER_LAMP, BLACK, BLUE_CLOTH, BRASS, BROWN_CRUST, COPPER, CREAM_LACQUER, DARK_WOOD, FORWARD, GLASS, GLOW, GOLD, HEAD_LAMP, ICE, IRON, IVORY,
    LEAF, LEATHER, MAIN, ORANGE, PALE_WOOD, PAPER, PINK, RED, RED_LACQUER, RUBBER, SIDEWAYS, SILVER, SKIN, SKY, STEEL, STONE, TAIL_LAMP, WHITE, WOOD,
    YELLOW, Made, guitar_outline, lit, quads, shade, smooth, turned,
)


def rows_to(m, rows, tone, closed=True):
    """A skin over rows of as many points each, seen from both sides."""
    n = len(rows[0])
    f = []
    for k in range(len(rows) - 1):
        for s in range(n if closed else n - 1):
            i, j = k * n + s, k * n + (s + 1) % n
            f.append([i, j, j + n, i + n])
    both_sides(m, np.concatenate(rows), quads(f), tone)
    return m


def knife():
    m = Made()
    m.extrude([(0.0, 0.0), (0.30, 0.0), (0.36, 0.03), (0.30, 0.058), (0.0, 0.052)], 0.006, (0.0, 0.16, 0), SILVER)
    m.extrude(smooth([(-0.20, 0.0), (0.01, 0.0), (0.01, 0.052), (-0.18, 0.05), (-0.21, 0.03)], times=1), 0.026, (0, 0.16, 0), DARK_WOOD, bevel=0.006)
    for x in (-0.14, -0.06):
        m.lathe([(0.007, -0.016), (0.007, 0.016)], 8, (x, 0.186, 0), BRASS, FORWARD)
    return standing(m, roll=0.9)


def standing(m, yaw=0.0, pitch=0.0, roll=0.0):
    """Turned, and put on the ground again."""
    turn = turned(yaw, pitch, roll)
    for k in range(len(m.v)):
        m.v[k] = m.v[k] @ turn.T
    low = min(v[:, 1].min() for v in m.v)
    for k in range(len(m.v)):
        m.v[k] = m.v[k] - [0, low, 0]
    return m


def scissors():
    m = Made()
    for s in (-1, 1):
        m.extrude([(0.0, -0.02), (s * 0.05, 0.30), (s * 0.02, 0.30), (-s * 0.025, -0.02)], 0.008, (0, 0.30, s * 0.005), SILVER)
        m.tube([(-s * 0.005, 0.29, s * 0.005), (-s * 0.05, 0.20, s * 0.005)], 0.012, SILVER, 6)
        m.ring((-s * 0.075, 0.13, s * 0.005), 0.060, 0.016, RED, None, 22, 7)
    m.lathe([(0.012, -0.014), (0.012, 0.014)], 10, (0, 0.29, 0), STEEL, FORWARD)
    return standing(m, roll=0.5)


def glasses_of(lens, frame):
    m = Made()
    for s in (-1, 1):
        a = np.linspace(0, 2 * np.pi, 23)[:-1]
        o = np.stack([s * 0.075 + 0.058 * np.sign(np.cos(a)) * np.abs(np.cos(a)) ** 0.8, 0.06 + 0.045 * np.sign(np.sin(a)) * np.abs(np.sin(a)) ** 0.8], 1)
        m.extrude(o, 0.006, tone=lens)
        m.tube([(x, y, 0) for x, y in np.concatenate([o, o[:1]])], 0.007, frame, 6)
        m.tube(bezier([(s * 0.132, 0.085, 0), (s * 0.150, 0.085, -0.08), (s * 0.150, 0.075, -0.20), (s * 0.145, 0.03, -0.27)], 8), 0.006, frame, 5)
    m.tube(bezier([(-0.018, 0.072, 0), (0, 0.086, 0.006), (0.018, 0.072, 0)], 5), 0.006, frame, 5)
    return m


def sunglasses():
    return glasses_of(GLASS, BLACK)


def glasses():
    return glasses_of(ICE, BRASS)


def headphones():
    m = Made()
    a = np.linspace(0.0, np.pi, 15)
    m.tube([(0.16 * math.cos(t), 0.18 + 0.17 * math.sin(t), 0) for t in a], 0.014, BLACK, 8)
    m.tube([(0.155 * math.cos(t), 0.18 + 0.163 * math.sin(t), 0) for t in a[3:-3]], 0.022, LEATHER, 8)
    for s in (-1, 1):
        m.lathe([(0.001, 0.0), (0.075, 0.0), (0.085, 0.02), (0.075, 0.05), (0.001, 0.055)], 22, (s * 0.145, 0.13, 0), RED_LACQUER + MAIN, turned(roll=-s * math.pi / 2))
        m.ring((s * 0.140, 0.13, 0), 0.060, 0.028, LEATHER, ACROSS, 22, 8)
        m.ring((s * 0.195, 0.13, 0), 0.050, 0.006, STEEL, ACROSS, 20, 5)
    return m


def boots():
    m = Made()
    for s, yaw in ((-1, 0.25), (1, -0.15)):
        b = Made()
        rows = []
        for y, r, z in ((0.10, 0.062, 0.0), (0.18, 0.058, -0.005), (0.28, 0.070, -0.01), (0.40, 0.082, -0.012), (0.43, 0.085, -0.01)):
            a = np.linspace(0, 2 * np.pi, 19)[:-1]
            dip = 0.035 * np.abs(np.cos(a)) if y > 0.39 else 0 * a
            rows.append(np.stack([r * 0.9 * np.cos(a), y + dip, z + r * np.sin(a)], 1))
        rows_to(b, rows, LEATHER + MAIN)
        f = Form(0.03)
        f.chain([(0, 0.085, -0.03), (0, 0.075, 0.06), (0, 0.052, 0.17), (0, 0.045, 0.22)], [0.062, 0.055, 0.042, 0.022], LEATHER + MAIN)
        v, t, tone = f.mesh(700, 60)
        b.add(v, t)
        b.t[-1] = tone
        b.box((0, 0.030, -0.045), (0.075, 0.06, 0.075), BLACK, taper=1.15)
        b.extrude(smooth([(-0.04, -0.08), (0.042, -0.08), (0.05, 0.08), (0.03, 0.22), (0, 0.24), (-0.03, 0.22), (-0.05, 0.08)], times=1), 0.014, (0, 0.015, 0), BLACK, turned(pitch=math.pi / 2))
        v, t, tone = b.whole()
        m.v.append(v @ turned(yaw=yaw).T + [s * 0.085, 0, 0])
        m.f.append(t + m.n)
        m.t.append(tone)
        m.n += len(v)
    return m


def sneakers():
    m = Made()
    for s, yaw in ((-1, 0.35), (1, -0.1)):
        f = Form(0.025)
        f.chain([(0, 0.085, -0.09), (0, 0.075, 0.0), (0, 0.055, 0.09), (0, 0.048, 0.14)], [0.048, 0.050, 0.042, 0.034], RED + MAIN)
        f.chain([(0, 0.125, -0.09), (0, 0.115, -0.03)], [0.036, 0.036], RED + MAIN)
        v, t, tone = f.mesh(800, 66)
        b = Made()
        b.add(v, t)
        b.t[-1] = tone
        b.extrude(smooth([(-0.045, -0.14), (0.045, -0.14), (0.052, 0.05), (0.042, 0.16), (0, 0.19), (-0.042, 0.16), (-0.052, 0.05)], times=1), 0.034, (0, 0.018, 0), WHITE, turned(pitch=math.pi / 2), 0.008)
        b.ball((0, 0.045, 0.150), (0.042, 0.03, 0.034), WHITE, 12)
        for k in range(4):
            b.tube([(-0.03, 0.118 - 0.010 * k, 0.0 + 0.026 * k), (0.03, 0.118 - 0.010 * k, 0.012 + 0.026 * k)], 0.006, WHITE, 5)
        v, t, tone = b.whole()
        m.v.append(v @ turned(yaw=yaw).T + [s * 0.085, 0, 0])
        m.f.append(t + m.n)
        m.t.append(tone)
        m.n += len(v)
    return m


def dress():
    """A long dress on a dressmaker's stand."""
    m, n, rows = Made(), 40, []
    for y, rx, rz in ((1.42, 0.10, 0.06), (1.38, 0.155, 0.09), (1.28, 0.165, 0.12), (1.16, 0.150, 0.11), (1.05, 0.125, 0.095), (0.95, 0.165, 0.13), (0.75, 0.25, 0.22), (0.45, 0.36, 0.33), (0.12, 0.47, 0.43)):
        a = np.arange(n) * 2 * np.pi / n
        low = max(0.0, (1.0 - y) / 1.0)
        fold = 1 + 0.10 * np.sin(a * 9) * low
        rows.append(np.stack([rx * fold * np.cos(a), np.full(n, y), rz * fold * np.sin(a)], 1))
    rows_to(m, rows, RED + MAIN)
    for s in (-1, 1):
        m.tube([(s * 0.10, 1.40, 0.05), (s * 0.09, 1.50, 0.0), (s * 0.10, 1.40, -0.06)], 0.010, RED + MAIN, 5)
    m.lathe([(0.001, 1.62), (0.03, 1.61), (0.045, 1.55), (0.05, 1.44), (0.12, 1.41), (0.001, 1.40)], 18, tone=IVORY)
    m.tube([(0, 0.5, 0), (0, 0.08, 0)], 0.02, DARK_WOOD, 6)
    return m.lathe([(0.22, 0), (0.20, 0.03), (0.03, 0.08)], 20, tone=DARK_WOOD)


def jacket():
    """A coat on a stand."""
    m, n, rows = Made(), 30, []
    for y, rx, rz in ((1.50, 0.08, 0.07), (1.47, 0.16, 0.09), (1.43, 0.23, 0.11), (1.30, 0.225, 0.14), (1.05, 0.205, 0.13), (0.80, 0.23, 0.15)):
        a = np.linspace(0.24, 2 * np.pi - 0.24, n) + math.pi / 2
        rows.append(np.stack([rx * np.cos(a), np.full(n, y), rz * np.sin(a)], 1))
    rows_to(m, rows, LEATHER + MAIN, closed=False)
    for s in (-1, 1):
        m.tube(bezier([(s * 0.20, 1.42, 0), (s * 0.285, 1.22, 0.01), (s * 0.30, 0.98, 0.03), (s * 0.295, 0.80, 0.06)], 7), [0.075, 0.078, 0.072, 0.066, 0.060, 0.056, 0.056], LEATHER + MAIN, 10)
        both_sides(m, [(s * 0.035, 1.50, 0.075), (s * 0.13, 1.40, 0.13), (s * 0.045, 1.12, 0.145)], [[0, 1, 2]], shade(LEATHER, 0.6))
    for y in (0.90, 1.0):
        m.ball((0.05, y, 0.15), 0.012, BRASS, 8)
    m.tube([(0, 1.78, 0), (0, 0.06, 0)], 0.022, DARK_WOOD, 7)
    m.ball((0, 1.80, 0), 0.04, DARK_WOOD, 10)
    for k in range(3):
        a = 2 * np.pi * k / 3
        m.tube([(0, 0.22, 0), (0.26 * math.cos(a), 0.0, 0.26 * math.sin(a))], 0.02, DARK_WOOD, 6)
    return m


def harp():
    m = Made()
    neck = bezier([(-0.02, 1.62, 0), (0.12, 1.70, 0), (0.30, 1.55, 0), (0.48, 1.48, 0), (0.60, 1.58, 0), (0.66, 1.52, 0)], 14)
    m.tube(neck, 0.040, GOLD + MAIN, 8)
    m.tube(bezier([(0.0, 1.62, 0), (-0.02, 1.0, 0), (-0.02, 0.12, 0)], 8), [0.055, 0.04, 0.038, 0.038, 0.038, 0.042, 0.05, 0.06], GOLD + MAIN, 10)
    m.ball((0, 1.66, 0), (0.07, 0.06, 0.06), GOLD, 10)
    body = bezier([(0.66, 1.50, 0), (0.46, 0.90, 0), (0.16, 0.16, 0)], 8)
    m.tube(body, np.linspace(0.05, 0.125, 8), WOOD, 10)
    for k in range(16):
        u = (k + 1) / 17
        top = neck[1 + int(u * 11)]
        foot = body[-1] + (body[0] - body[-1]) * u
        m.tube([top, foot], 0.0032, shade(IVORY, 1.2), 3)
    return m.box((0.06, 0.05, 0), (0.42, 0.10, 0.26), GOLD, taper=0.8)


def flute():
    m = Made()
    m.tube([(-0.32, 0.05, 0), (0.36, 0.05, 0)], 0.014, SILVER, 12)
    m.ball((-0.24, 0.062, 0), (0.022, 0.006, 0.014), SILVER, 10)
    for k in range(11):
        disc(m, (-0.08 + 0.038 * k, 0.062, 0), 0.0125, SILVER, None, 0.006, 12)
    m.tube([(-0.08, 0.060, -0.014), (0.32, 0.060, -0.014)], 0.004, SILVER, 5)
    for x in (-0.14, 0.20):
        m.ring((x, 0.05, 0), 0.015, 0.005, SILVER, ACROSS, 14, 5)
    return standing(m, roll=0.55)


def harmonica():
    m = Made()
    m.box((0, 0.05, 0), (0.24, 0.05, 0.06), DARK_WOOD)
    m.box((0, 0.078, 0), (0.25, 0.012, 0.066), SILVER, taper=0.94)
    m.box((0, 0.022, 0), (0.25, 0.012, 0.066), SILVER)
    for k in range(10):
        m.box((-0.099 + 0.022 * k, 0.05, 0.031), (0.013, 0.028, 0.004), BLACK)
    return standing(m, yaw=0.25, pitch=0.2)


def tambourine():
    m = Made()
    m.lathe([(0.20, -0.03), (0.215, -0.03), (0.215, 0.03), (0.20, 0.03), (0.20, -0.03)], 34, (0, 0.22, 0), WOOD, FORWARD)
    m.lathe([(0.001, 0.0), (0.20, 0.0)], 34, (0, 0.22, 0.024), IVORY, FORWARD)
    for k in range(7):
        a = 2 * np.pi * k / 7 + 0.2
        for d in (-0.010, 0.010):
            m.lathe([(0.001, 0.002), (0.034, 0), (0.034, 0.004), (0.001, 0.006)], 14, (0.212 * math.cos(a), 0.22 + 0.212 * math.sin(a), d), BRASS, FORWARD)
    return m


def accordion():
    m = Made()
    for s in (-1, 1):
        m.box((s * 0.20, 0.22, 0), (0.12, 0.42, 0.20), RED_LACQUER + MAIN)
        m.box((s * 0.20, 0.22, 0.102), (0.09, 0.38, 0.006), PAPER if s > 0 else BLACK)
    for k in range(9):
        m.box((-0.12 + 0.030 * k, 0.22, 0), (0.014, 0.40, 0.20 if k % 2 else 0.17), BLACK if k % 2 else shade(RED, 0.8))
    for k in range(14):
        m.box((0.225, 0.05 + 0.026 * k, 0.11), (0.055, 0.020, 0.012), IVORY)
    for k in range(7):
        for j in range(3):
            m.ball((-0.23 + 0.03 * j, 0.07 + 0.05 * k, 0.106), 0.008, IVORY, 6)
    return m


def flag():
    m = Made()
    m.tube([(0, 0, 0), (0, 3.2, 0)], [0.03, 0.022], STEEL, 8)
    m.ball((0, 3.23, 0), 0.045, GOLD, 10)
    rows = []
    for k in range(17):
        x = 0.02 + 1.6 * k / 16
        z = 0.11 * math.sin(k * 0.72) * (0.3 + k / 16)
        drop = 0.06 * (k / 16) ** 2
        rows.append(np.array([[x, y - drop + 0.03 * math.sin(k * 0.6), z] for y in np.linspace(2.05, 3.12, 7)]))
    return rows_to(m, rows, RED + MAIN, closed=False)


def web():
    """A spider's web between twigs."""
    m = Made()
    silk = shade(WHITE, 1.1)
    c = np.array([0.0, 0.62, 0])
    spokes = []
    for k in range(11):
        a = 2 * np.pi * k / 11 + 0.1
        r = 0.55 + 0.06 * math.sin(k * 2.3)
        spokes.append(c + [r * math.cos(a), r * math.sin(a), 0])
        m.tube([c, spokes[-1]], 0.0035, silk, 3)
    for ring in range(1, 8):
        u = ring / 8
        p = []
        for k in range(12):
            a, b = spokes[k % 11], spokes[(k + 1) % 11]
            p.append(c + (a - c) * u)
            if k < 11:
                p.append(c + ((a + b) / 2 - c) * u * 0.93)
        m.tube(p, 0.0028, silk, 3)
    m.tube([(-0.62, 0.0, 0), (-0.60, 0.6, 0), (-0.52, 1.25, 0)], [0.03, 0.022, 0.012], DARK_WOOD, 6)
    m.tube([(0.62, 0.0, 0), (0.64, 0.5, 0), (0.50, 1.22, 0)], [0.03, 0.022, 0.012], DARK_WOOD, 6)
    m.tube([(-0.56, 1.05, 0), (0.0, 1.20, 0), (0.56, 1.05, 0)], 0.012, DARK_WOOD, 5)
    m.ball(c + [0.14, -0.10, 0.02], (0.045, 0.06, 0.04), BLACK, 10)
    m.ball(c + [0.14, -0.04, 0.02], 0.026, BLACK, 8)
    for s in (-1, 1):
        for k in range(4):
            y = -0.06 + 0.012 * k
            m.tube([c + [0.14, y, 0.02], c + [0.14 + s * 0.07, y + 0.03 * (k - 1.2), 0.04], c + [0.14 + s * 0.10, y + 0.075 * (k - 1.4), 0.0]], 0.005, BLACK, 4)
    return m


def nest():
    m = Made()
    rng = np.random.default_rng(5)
    for k in range(150):
        a, y = rng.random() * 2 * np.pi, rng.random()
        r = 0.16 + 0.07 * y + 0.02 * rng.normal()
        p = np.array([r * math.cos(a), 0.015 + 0.13 * y, r * math.sin(a)])
        way = np.array([-math.sin(a), 0.25 * rng.normal(), math.cos(a)])
        m.tube([p - way * 0.09, p + [0, 0.01, 0], p + way * 0.09], 0.0055, shade((DARK_WOOD, WOOD, PALE_WOOD)[k % 3], 0.8), 3)
    m.lathe([(0.001, 0.02), (0.13, 0.03), (0.20, 0.10)], 18, tone=DARK_WOOD)
    for x, z in ((-0.06, 0.02), (0.055, 0.05), (0.01, -0.06)):
        m.ball((x, 0.115, z), (0.048, 0.062, 0.048), shade(SKY, 1.3) + MAIN, 14)
    return m


def shell():
    """A scallop that stands."""
    m, rows = Made(), []
    for k in range(10):
        u = k / 9
        row = []
        for j in range(41):
            a = math.pi * (0.08 + 0.84 * j / 40)
            rib = 1 + 0.045 * math.cos(j * math.pi / 2) * u
            r = 0.42 * u * rib
            row.append((r * math.cos(a), 0.02 + r * math.sin(a), 0.15 * math.sin(math.pi * u * 0.5 + 0.2) * rib - 0.09 * u * u))
        rows.append(np.array(row))
    rows_to(m, rows, PINK + MAIN, closed=False)
    m.box((0, 0.03, 0.03), (0.20, 0.06, 0.05), PINK)
    return standing(m, pitch=-0.25)


def basket():
    m = Made()
    for k in range(7):
        m.ring((0, 0.02 + 0.035 * k, 0), 0.19 + 0.008 * k, 0.020, shade(PALE_WOOD, 1.0 if k % 2 else 0.75), turned(pitch=math.pi / 2), 30, 6)
    disc(m, (0, 0.01, 0), 0.19, shade(PALE_WOOD, 0.7))
    a = np.linspace(0, np.pi, 13)
    m.tube([(0.235 * math.cos(t), 0.24 + 0.26 * math.sin(t), 0) for t in a], 0.017, PALE_WOOD, 7)
    for x, z, c in ((-0.08, 0.05, RED), (0.07, 0.07, RED), (0.0, -0.08, YELLOW), (0.10, -0.05, ORANGE), (-0.11, -0.06, RED)):
        m.ball((x, 0.25, z), 0.075, c, 14)
    return m


def bucket():
    m = Made()
    m.lathe([(0.001, 0.01), (0.13, 0.01), (0.175, 0.32), (0.185, 0.325), (0.185, 0.34), (0.165, 0.335), (0.13, 0.03)], 26, tone=STEEL)
    for y in (0.10, 0.24):
        m.ring((0, y, 0), 0.132 + 0.14 * y, 0.006, STEEL, turned(pitch=math.pi / 2), 26, 4)
    a = np.linspace(0, np.pi, 11)
    m.tube([(0.18 * math.cos(t), 0.33 + 0.16 * math.sin(t), 0.06 * math.sin(t)) for t in a], 0.007, IRON, 5)
    return m


def bowl():
    return Made().lathe([(0.001, 0.02), (0.08, 0.015), (0.085, 0.0), (0.10, 0.0), (0.11, 0.03), (0.20, 0.12), (0.235, 0.20), (0.225, 0.205), (0.18, 0.12), (0.08, 0.04), (0.001, 0.035)], 32, tone=BLUE_CLOTH + MAIN)


def bomb():
    m = Made()
    m.ball((0, 0.26, 0), 0.26, BLACK, 24)
    m.lathe([(0.075, 0), (0.075, 0.05), (0.05, 0.05)], 16, (0.06, 0.49, 0), IRON, turned(roll=-0.25))
    m.tube(bezier([(0.07, 0.52, 0), (0.10, 0.62, 0.01), (0.19, 0.66, 0.0), (0.22, 0.74, 0.0)], 7), 0.012, PALE_WOOD, 6)
    m.ball((0.22, 0.75, 0), 0.025, lit(AMBER_LAMP), 8)
    for k in range(7):
        a = 2 * np.pi * k / 7
        m.tube([(0.22, 0.75, 0), (0.22 + 0.075 * math.cos(a), 0.75 + 0.075 * math.sin(a), 0.02)], [0.006, 0.001], lit(AMBER_LAMP), 4)
    return m


def citrus(color):
    def made():
        m = Made()
        m.lathe([(0.001, 0.0), (0.04, 0.004), (0.10, 0.05), (0.125, 0.12), (0.115, 0.19), (0.06, 0.24), (0.02, 0.262), (0.001, 0.265)], 24, (-0.09, 0, 0), color + MAIN)
        leaf(m, (-0.09, 0.25, 0), (0.8, 0.6, 0.3), 0.14, 0.04, LEAF, 0.3)
        m.lathe([(0.001, 0), (0.115, 0), (0.125, 0.03), (0.11, 0.08), (0.001, 0.12)], 24, (0.16, 0.115, 0.08), color + MAIN, turned(pitch=math.pi / 2 - 0.2))
        face = turned(pitch=math.pi / 2 - 0.2)
        disc(m, np.array([0.16, 0.115, 0.08]) - face @ np.array([0, 0.004, 0]), 0.108, PAPER, face, 0.003)
        return m
    return made


def lemon():
    m = Made()
    for x, z, yaw in ((-0.11, 0.0, 0.4), (0.12, 0.05, -0.5)):
        turn = turned(yaw=yaw, roll=math.pi / 2)
        m.lathe([(0.001, -0.16), (0.022, -0.145), (0.05, -0.115), (0.095, -0.05), (0.10, 0.02), (0.075, 0.09), (0.032, 0.135), (0.02, 0.155), (0.001, 0.165)], 22, (x, 0.10, z), YELLOW + MAIN, turn)
    leaf(m, (-0.20, 0.12, 0.04), (-0.7, 0.7, 0.2), 0.15, 0.045, LEAF, 0.3)
    return m


def peach():
    m = Made()
    f = Form(0.05)
    f.ball((-0.045, 0.13, 0), (0.115, 0.125, 0.125), shade(ORANGE, 1.0) + MAIN, flow=0.02)
    f.ball((0.045, 0.13, 0), (0.115, 0.125, 0.125), shade(ORANGE, 1.0) + MAIN, flow=0.02)
    m = f.made(1200, 64)
    m.tube([(0, 0.24, 0), (0.01, 0.29, 0)], 0.010, DARK_WOOD, 6)
    leaf(m, (0.01, 0.27, 0), (0.9, 0.4, 0.2), 0.19, 0.05, LEAF, 0.35)
    return m


def grapes():
    m = Made()
    rng = np.random.default_rng(8)
    for row, (y, r, n) in enumerate(((0.34, 0.10, 8), (0.28, 0.125, 10), (0.22, 0.115, 9), (0.16, 0.085, 7), (0.10, 0.05, 4), (0.05, 0.0, 1))):
        for k in range(n):
            a = 2 * np.pi * (k + 0.5 * row) / max(n, 1)
            m.ball((r * math.cos(a), y + 0.01 * rng.normal(), r * math.sin(a)), 0.046, shade(RED, 0.55) + MAIN, 10)
    m.tube([(0, 0.34, 0), (0.02, 0.46, 0), (0.05, 0.49, 0)], [0.014, 0.012, 0.016], WOOD, 6)
    for way in ((0.9, 0.3, 0.3), (-0.9, 0.25, 0.3)):
        leaf(m, (0.0, 0.40, 0), way, 0.20, 0.09, LEAF, 0.4)
    return m


def banana():
    m = Made()
    for k, yaw in enumerate((-0.45, 0.0, 0.45)):
        turn = turned(yaw=yaw)
        p = bezier([(0, 0.36, -0.06), (0, 0.20, 0.075), (0, 0.08, 0.17), (0, 0.035, 0.30)], 9) @ turn.T
        m.tube(p, [0.016, 0.030, 0.040, 0.043, 0.043, 0.041, 0.036, 0.024, 0.008], YELLOW + MAIN, 7)
    return m.tube([(0, 0.36, -0.06), (0, 0.43, -0.09)], [0.03, 0.02], shade(LEATHER, 1.0), 7)


def watermelon():
    m = Made()
    a = np.linspace(0, np.pi, 21)
    arc = lambda r: [(r * math.cos(t), 0.34 - r * math.sin(t)) for t in a]
    m.extrude(arc(0.34), 0.13, tone=shade(LEAF, 1.0))
    m.extrude(arc(0.315), 0.134, tone=WHITE)
    m.extrude(arc(0.295), 0.138, tone=shade(RED, 1.3) + MAIN)
    for k in range(9):
        t = 0.3 + 2.5 * k / 8
        r = 0.14 + 0.07 * (k % 2)
        for s in (-1, 1):
            m.ball((r * math.cos(t), 0.34 - r * math.sin(t), s * 0.070), (0.009, 0.016, 0.004), BLACK, 8)
    return m


def egg():
    m = Made()
    m.lathe([(0.001, 0.06), (0.06, 0.065), (0.095, 0.12), (0.098, 0.17), (0.075, 0.24), (0.04, 0.285), (0.001, 0.30)], 26, tone=IVORY + MAIN)
    return m.lathe([(0.07, 0), (0.04, 0.02), (0.04, 0.06), (0.085, 0.10), (0.095, 0.14), (0.085, 0.14), (0.06, 0.08)], 24, tone=WHITE)


def kettle():
    m = Made()
    m.lathe([(0.001, 0), (0.14, 0), (0.165, 0.04), (0.15, 0.13), (0.10, 0.20), (0.05, 0.215), (0.001, 0.215)], 28, tone=COPPER + MAIN)
    m.lathe([(0.05, 0), (0.035, 0.02), (0.001, 0.024)], 16, (0, 0.215, 0), COPPER)
    m.ball((0, 0.255, 0), 0.020, DARK_WOOD, 10)
    m.tube(bezier([(0.12, 0.09, 0), (0.20, 0.12, 0), (0.22, 0.20, 0), (0.26, 0.24, 0)], 7), [0.035, 0.030, 0.026, 0.022, 0.020, 0.018, 0.016], COPPER, 10)
    a = np.linspace(0.15, np.pi - 0.15, 11)
    return m.tube([(0.12 * math.cos(t), 0.18 + 0.20 * math.sin(t), 0) for t in a], 0.013, DARK_WOOD, 7)


def pocket_watch():
    m = Made()
    c = np.array([0, 0.24, 0])
    m.lathe([(0.001, -0.03), (0.18, -0.03), (0.20, 0.0), (0.20, 0.03), (0.185, 0.035)], 36, c, GOLD + MAIN, FORWARD)
    disc(m, c + [0, 0, 0.026], 0.18, IVORY, FORWARD, 0.006, 36)
    for k in range(12):
        a = 2 * np.pi * k / 12
        m.box(c + [0.15 * math.sin(a), 0.15 * math.cos(a), 0.036], (0.010, 0.036 if k % 3 == 0 else 0.022, 0.003), BLACK, roll=-a)
    for a, r, w in ((-0.95, 0.085, 0.012), (0.62, 0.13, 0.008)):
        m.tube([c + [0, 0, 0.040], c + [r * math.sin(a), r * math.cos(a), 0.040]], w * 0.6, BLACK, 5)
    m.tube([(0, 0.44, 0), (0, 0.485, 0)], 0.022, GOLD, 8)
    m.ring((0, 0.53, 0), 0.042, 0.010, GOLD, None, 18, 6)
    p = bezier([(0.03, 0.56, 0), (0.22, 0.50, 0.03), (0.30, 0.25, 0.05), (0.40, 0.02, 0.10), (0.62, 0.02, 0.14)], 22)
    for k in range(len(p) - 1):
        way = p[k + 1] - p[k]
        m.ring((p[k] + p[k + 1]) / 2, 0.016, 0.005, GOLD, turned(yaw=math.atan2(way[0], way[2] + 1e-9) + (0.8 if k % 2 else 0.0)), 10, 4)
    return m


def picture():
    """A photograph in a frame on the table."""
    m = Made()
    for x in (-0.20, 0.20):
        m.box((x, 0.26, 0), (0.05, 0.56, 0.03), GOLD + MAIN)
    for y in (0.005, 0.515):
        m.box((0, y + 0.005, 0), (0.45, 0.05, 0.03), GOLD + MAIN)
    m.box((0, 0.26, -0.006), (0.36, 0.48, 0.012), PAPER)
    # Two heads and shoulders, and a low sun.
    m.box((0, 0.26, 0.001), (0.30, 0.42, 0.004), shade(ORANGE, 0.8))
    disc(m, (0.06, 0.30, 0.004), 0.055, shade(YELLOW, 1.5), FORWARD, 0.002, 20)
    for x, y, r in ((-0.055, 0.27, 0.042), (0.045, 0.245, 0.038)):
        disc(m, (x, y, 0.006), r, BLACK, FORWARD, 0.002, 18)
        m.extrude([(x - 0.085, 0.05), (x + 0.085, 0.05), (x + 0.06, y - 0.07), (x, y - 0.045), (x - 0.06, y - 0.07)], 0.002, (0, 0, 0.006), BLACK)
    m = standing(m, pitch=-0.18)
    return m.tube([(0, 0.35, -0.08), (0, 0, -0.26)], 0.012, DARK_WOOD, 5)


def painting():
    """A canvas on an easel."""
    m = Made()
    m.box((0, 1.22, 0.04), (0.86, 0.66, 0.03), PAPER, pitch=-0.10)
    m.box((0, 1.22, 0.057), (0.80, 0.60, 0.006), shade(SKY, 1.1), pitch=-0.10)
    lean = turned(pitch=-0.10)
    put = lambda x, y: np.array([0, 1.22, 0.062]) + lean @ np.array([x, y, 0])
    m.extrude([(-0.40, -0.30), (0.40, -0.30), (0.40, -0.05), (0.12, 0.04), (-0.14, -0.06), (-0.40, 0.02)], 0.003, put(0, 0), shade(LEAF, 1.2), lean)
    m.extrude([(-0.18, -0.06), (0.10, -0.04), (-0.03, 0.16)], 0.003, put(0, 0.0) + [0, 0, 0.002], shade(BLUE_CLOTH, 1.0), lean)
    disc(m, put(0.22, 0.14) + [0, 0, 0.001], 0.075, shade(ORANGE, 1.4), lean @ FORWARD, 0.003, 22)
    for s in (-1, 1):
        m.tube([(s * 0.05, 1.9, -0.02), (s * 0.48, 0, 0.14)], 0.022, WOOD, 6)
    m.tube([(0, 1.8, -0.04), (0, 0, -0.62)], 0.022, WOOD, 6)
    return m.box((0, 0.86, 0.10), (0.90, 0.045, 0.10), WOOD)


def newspaper():
    m = Made()
    for x, roll in ((-0.155, 0.10), (0.155, -0.10)):
        m.box((x, 0.20, 0), (0.31, 0.40, 0.008), PAPER, yaw=roll * 2.5)
        turn = turned(yaw=roll * 2.5)
        at = lambda px, py: np.array([x, 0.20, 0]) + turn @ np.array([px, py, 0.006])
        m.box(at(0, 0.165), (0.26, 0.040 if x > 0 else 0.012, 0.003), BLACK, yaw=roll * 2.5)
        if x > 0:
            m.box(at(-0.06, 0.055), (0.13, 0.14, 0.003), shade(STONE, 0.5), yaw=roll * 2.5)
        for k in range(11):
            for c in (-0.07, 0.07):
                if x > 0 and c < 0 and k < 6:
                    continue
                m.box(at(c, 0.125 - 0.027 * k), (0.115, 0.009, 0.003), shade(STONE, 0.35), yaw=roll * 2.5)
    return standing(m, pitch=-0.35)


def chart():
    """A map that is unrolled."""
    m, rows = Made(), []
    for k in range(21):
        u = k / 20
        curl = max(0.0, abs(u - 0.5) - 0.40) / 0.10
        rows.append(np.array([[(u - 0.5) * 0.80, 0.03 + 0.06 * curl * curl, z] for z in np.linspace(-0.26, 0.26, 4)]))
    rows_to(m, rows, PAPER, closed=False)
    rng = np.random.default_rng(3)
    for cx, cz, r in ((-0.16, -0.04, 0.13), (0.17, 0.05, 0.11)):
        a = np.linspace(0, 2 * np.pi, 19)[:-1]
        rr = r * (1 + 0.22 * rng.normal(size=18))
        m.extrude(np.stack([cx + rr * np.cos(a), cz + rr * 0.8 * np.sin(a)], 1), 0.003, (0, 0.034, 0), shade(PALE_WOOD, 0.8), turned(pitch=math.pi / 2))
    for k in range(7):
        m.box((-0.12 + 0.04 * k, 0.038, -0.03 + 0.05 * math.sin(k)), (0.022, 0.003, 0.006), RED, yaw=0.5 * math.cos(k))
    for s in (-1, 1):
        m.box((0.19, 0.039, 0.07), (0.06, 0.003, 0.012), RED, yaw=s * 0.8)
    return standing(m, pitch=0.62)


def rope():
    m = Made()
    for k in range(5):
        a = np.linspace(0, 2 * np.pi, 33)
        r = 0.26 - 0.006 * k
        m.tube([(r * math.cos(t), 0.035 + 0.052 * k + 0.008 * math.sin(3 * t + k), r * math.sin(t)) for t in a], 0.030, shade(PALE_WOOD, 0.85 + 0.1 * (k % 2)), 7)
    return m.tube(bezier([(0.24, 0.26, 0.0), (0.36, 0.20, 0.10), (0.40, 0.04, 0.22), (0.62, 0.03, 0.30)], 9), 0.028, PALE_WOOD, 7)


def handcuffs():
    m = Made()
    for s, yaw in ((-1, 0.3), (1, -0.4)):
        c = np.array([s * 0.20, 0.14, 0])
        m.ring(c, 0.115, 0.020, STEEL, turned(yaw=yaw), 28, 7)
        m.box(c + [-s * 0.10, 0.02, 0], (0.07, 0.11, 0.05), STEEL, yaw=yaw)
    for k in range(3):
        m.ring(((k - 1) * 0.038, 0.165, 0), 0.026, 0.008, STEEL, turned(yaw=1.2 * (k % 2)), 14, 5)
    return m


def lighter():
    m = Made()
    m.box((0, 0.14, 0), (0.17, 0.26, 0.06), STEEL + MAIN)
    m.box((0.17, 0.30, 0), (0.08, 0.16, 0.06), STEEL + MAIN, roll=-0.9)
    m.box((-0.02, 0.30, 0), (0.11, 0.06, 0.045), STEEL)
    m.lathe([(0.022, -0.02), (0.022, 0.02)], 12, (0.055, 0.315, 0), IRON, FORWARD)
    m.lathe([(0.001, 0), (0.030, 0.03), (0.034, 0.06), (0.022, 0.11), (0.001, 0.18)], 14, (-0.02, 0.33, 0), lit(AMBER_LAMP))
    return m.lathe([(0.001, 0.01), (0.016, 0.03), (0.016, 0.05), (0.001, 0.10)], 10, (-0.02, 0.33, 0.018), lit(HEAD_LAMP))


def lipstick():
    m = Made()
    m.lathe([(0.001, 0), (0.075, 0), (0.075, 0.14), (0.001, 0.14)], 22, tone=BLACK)
    m.lathe([(0.062, 0.14), (0.062, 0.22), (0.001, 0.22)], 22, tone=GOLD)
    m.lathe([(0.048, 0.22), (0.048, 0.33), (0.040, 0.37), (0.001, 0.39)], 20, tone=RED + MAIN)
    m.lathe([(0.001, -0.16), (0.075, -0.16), (0.078, 0.12), (0.065, 0.12)], 22, (0.24, 0.078, 0.06), BLACK, turned(yaw=0.5) @ FORWARD)
    return m


def cradle():
    m = Made()
    for z in (-0.42, 0.42):
        m.extrude([(-0.24, 0.16), (0.24, 0.16), (0.33, 0.62), (0.18, 0.74), (0, 0.78), (-0.18, 0.74), (-0.33, 0.62)], 0.035, (0, 0, z), WOOD)
        a = np.linspace(-0.9, 0.9, 11)
        m.tube([(0.42 * math.sin(t), 0.46 - 0.42 * math.cos(t), z) for t in a], 0.028, DARK_WOOD, 7)
    for s in (-1, 1):
        m.box((s * 0.285, 0.40, 0), (0.03, 0.46, 0.84), WOOD, roll=-s * 0.19)
    m.ball((0, 0.42, 0.05), (0.26, 0.16, 0.36), WHITE, 18)
    return m.ball((0, 0.52, -0.28), (0.13, 0.08, 0.11), PAPER, 14)


def cannon():
    m = Made()
    turn = turned(pitch=math.pi / 2 - 0.16)
    m.lathe([(0.001, -0.62), (0.07, -0.60), (0.05, -0.52), (0.17, -0.48), (0.19, -0.40), (0.165, -0.36), (0.15, 0.1), (0.165, 0.12), (0.14, 0.16), (0.12, 0.85), (0.155, 0.90), (0.15, 1.0), (0.08, 1.0), (0.075, 0.8)], 24, (0, 0.62, 0), IRON, turn)
    for s in (-1, 1):
        m.extrude([(-0.75, 0.10), (-0.62, 0.10), (0.35, 0.48), (0.30, 0.70), (-0.05, 0.66)], 0.07, (s * 0.20, 0, 0), WOOD, turned(yaw=-math.pi / 2))
        m.ring((s * 0.33, 0.42, 0.12), 0.38, 0.045, WOOD, ACROSS, 30, 7)
        for k in range(10):
            a = 2 * np.pi * k / 10
            m.tube([(s * 0.33, 0.42, 0.12), (s * 0.33, 0.42 + 0.38 * math.sin(a), 0.12 + 0.38 * math.cos(a))], 0.02, WOOD, 5)
        m.ball((s * 0.36, 0.42, 0.12), 0.07, IRON, 10)
    for x, y, z in ((-0.62, 0.09, 0.5), (-0.80, 0.09, 0.46), (-0.71, 0.09, 0.32), (-0.71, 0.23, 0.43)):
        m.ball((x, y, z), 0.09, IRON, 14)
    return m


def wheelchair():
    m = Made()
    for s in (-1, 1):
        m.ring((s * 0.29, 0.31, -0.08), 0.30, 0.018, RUBBER, ACROSS, 32, 6)
        m.ring((s * 0.32, 0.31, -0.08), 0.26, 0.009, STEEL, ACROSS, 30, 5)
        for k in range(12):
            a = 2 * np.pi * k / 12
            m.tube([(s * 0.29, 0.31, -0.08), (s * 0.29, 0.31 + 0.30 * math.sin(a), -0.08 + 0.30 * math.cos(a))], 0.003, STEEL, 3)
        m.ring((s * 0.24, 0.09, 0.36), 0.075, 0.018, RUBBER, ACROSS, 20, 6)
        m.tube([(s * 0.24, 0.95, -0.26), (s * 0.24, 0.48, -0.20), (s * 0.24, 0.48, 0.28), (s * 0.24, 0.14, 0.46)], 0.014, STEEL, 6)
        m.tube([(s * 0.24, 0.95, -0.26), (s * 0.24, 0.97, -0.38)], 0.020, RUBBER, 7)
        m.tube([(s * 0.25, 0.70, -0.22), (s * 0.25, 0.70, 0.16), (s * 0.25, 0.48, 0.20)], 0.014, STEEL, 6)
        m.box((s * 0.25, 0.71, 0.0), (0.06, 0.03, 0.28), LEATHER)
        m.box((s * 0.14, 0.11, 0.50), (0.18, 0.02, 0.14), IRON)
    m.box((0, 0.48, 0.02), (0.46, 0.05, 0.44), LEATHER)
    return m.box((0, 0.72, -0.23), (0.46, 0.42, 0.03), LEATHER, pitch=-0.12)


def rocking_chair():
    m = Made()
    for s in (-1, 1):
        a = np.linspace(-0.62, 0.62, 13)
        m.tube([(s * 0.24, 1.02 - 1.0 * math.cos(t), 1.0 * math.sin(t)) for t in a], 0.024, WOOD, 7)
        m.tube([(s * 0.24, 0.06, 0.24), (s * 0.24, 0.66, 0.22)], 0.020, WOOD, 7)
        m.tube([(s * 0.22, 0.06, -0.24), (s * 0.22, 0.46, -0.20), (s * 0.22, 1.18, -0.40)], 0.020, WOOD, 7)
        m.tube([(s * 0.24, 0.66, 0.26), (s * 0.245, 0.67, 0.0), (s * 0.22, 0.68, -0.28)], 0.024, WOOD, 7)
    m.box((0, 0.45, 0.02), (0.50, 0.04, 0.48), WOOD)
    m.box((0, 1.16, -0.395), (0.50, 0.14, 0.03), WOOD, pitch=-0.27)
    for k in range(5):
        x = (k - 2) * 0.085
        m.tube([(x, 0.47, -0.20), (x, 1.12, -0.385)], 0.012, WOOD, 6)
    return m.ball((0, 0.49, 0.03), (0.22, 0.04, 0.20), RED + MAIN, 16)


def window():
    """A window in its frame, lit from behind."""
    m = Made()
    m.box((0, 1.05, -0.01), (1.20, 1.50, 0.02), lit(AMBER_LAMP))
    for x in (-0.64, 0.0, 0.64):
        m.box((x, 1.05, 0.02), (0.09 if x else 0.06, 1.62, 0.08), WHITE + MAIN)
    for y in (0.26, 0.80, 1.32, 1.84):
        m.box((0, y, 0.02), (1.36, 0.09 if y in (0.26, 1.84) else 0.045, 0.08), WHITE + MAIN)
    m.box((0, 0.18, 0.10), (1.52, 0.07, 0.26), WHITE + MAIN)
    for s in (-1, 1):
        rows = []
        for k in range(11):
            u = k / 10
            x = s * (0.78 - 0.26 * u)
            rows.append(np.array([[x + s * 0.16 * max(0.0, 0.55 - abs(y - 0.85)) * u, y, 0.16 + 0.03 * math.sin(k * 2.2)] for y in np.linspace(0.20, 1.98, 8)]))
        rows_to(m, rows, shade(RED, 0.8), closed=False)
    return m.tube([(-0.9, 2.0, 0.16), (0.9, 2.0, 0.16)], 0.022, BRASS, 7)


def mug_of(liquid):
    def made():
        m = Made()
        m.lathe([(0.001, 0.012), (0.085, 0.012), (0.088, 0), (0.10, 0.008), (0.105, 0.20), (0.096, 0.202), (0.092, 0.03)], 26, tone=WHITE + MAIN)
        disc(m, (0, 0.175, 0), 0.093, liquid, None, 0.002)
        a = np.linspace(-1.35, 1.35, 11)
        m.tube([(0.10 + 0.075 * math.cos(t), 0.105 + 0.065 * math.sin(t), 0) for t in a], 0.013, WHITE + MAIN, 7)
        return m
    return made


def merry_go_round():
    """A carousel: a striped roof, poles, horses, lamps."""
    m, n = Made(), 16
    m.lathe([(4.4, 0), (4.4, 0.35), (4.2, 0.40), (0.001, 0.40)], 32, tone=RED_LACQUER)
    m.lathe([(0.9, 0.4), (0.9, 3.6)], 16, tone=CREAM_LACQUER)
    for k in range(n):
        a, b = 2 * np.pi * k / n, 2 * np.pi * (k + 1) / n
        p = lambda r, y, t: (r * math.cos(t), y, r * math.sin(t))
        tone = RED_LACQUER if k % 2 else CREAM_LACQUER
        both_sides(m, [p(0.05, 6.2, a), p(0.05, 6.2, b), p(2.4, 4.7, a), p(2.4, 4.7, b), p(4.9, 3.9, a), p(4.9, 3.9, b)], quads([[0, 1, 3, 2], [2, 3, 5, 4]]), tone)
        both_sides(m, [p(4.9, 3.9, a), p(4.9, 3.9, b), p(4.9, 3.35, a), p(4.9, 3.35, b), p(4.9, 3.2, (a + b) / 2)], np.array([[0, 1, 3], [0, 3, 2], [2, 3, 4]]), CREAM_LACQUER if k % 2 else GOLD)
        m.ball(p(4.95, 3.85, a), 0.09, lit(AMBER_LAMP), 6)
        m.ball(p(4.45, 0.25, a), 0.07, lit(AMBER_LAMP), 6)
    m.ball((0, 6.3, 0), 0.22, GOLD, 10)
    f = Form(0.12)
    f.chain([(0, 0.0, -0.50), (0, 0.02, 0.35)], [0.22, 0.20], WHITE)
    f.chain([(0, 0.10, 0.42), (0, 0.52, 0.70)], [0.16, 0.10], WHITE)
    f.chain([(0, 0.56, 0.70), (0, 0.42, 0.98)], [0.10, 0.06], WHITE)
    f.chain([(0.10, -0.10, 0.35), (0.10, -0.42, 0.62), (0.10, -0.62, 0.40)], [0.08, 0.05, 0.045], WHITE, True)
    f.chain([(0.10, -0.10, -0.45), (0.10, -0.45, -0.55), (0.10, -0.70, -0.80)], [0.09, 0.055, 0.045], WHITE, True)
    f.chain([(0, 0.10, -0.65), (0, -0.30, -0.88)], [0.07, 0.05], BROWN_CRUST)
    v, t, tone = f.mesh(420, 46)
    for k in range(8):
        a = 2 * np.pi * k / 8 + 0.2
        turn = turned(yaw=-a)
        at = np.array([3.2 * math.cos(a), 1.5 + 0.28 * (-1) ** k, 3.2 * math.sin(a)])
        m.v.append(v @ turn.T + at)
        m.f.append(t + m.n)
        m.t.append(tone)
        m.n += len(v)
        m.box(at + [0, 0.20, 0], (0.30, 0.10, 0.34), RED_LACQUER if k % 2 else BLUE_CLOTH, yaw=-a)
        m.tube([(at[0], 0.4, at[2]), (at[0], 4.2, at[2])], 0.045, GOLD, 6)
    return m


def jukebox():
    m = Made()
    a = np.linspace(0, np.pi, 17)
    arch = lambda w, h: [(w, 0.06), (w, h), *[(w * math.cos(t), h + w * math.sin(t)) for t in a[1:-1]], (-w, h), (-w, 0.06)]
    m.extrude(arch(0.48, 1.05), 0.56, tone=WOOD, bevel=0.03)
    for w, color in ((0.44, lit(AMBER_LAMP)), (0.375, lit(TAIL_LAMP)), (0.31, lit(AMBER_LAMP))):
        p = [(x, y, 0.29) for x, y in arch(w, 1.05)]
        m.tube(p, 0.026, color, 6)
    m.extrude([(x, y) for x, y in arch(0.26, 1.05)], 0.02, (0, 0, 0.285), BLACK)
    disc(m, (0, 1.10, 0.30), 0.16, shade(BLACK, 1.6), turned(pitch=math.pi / 2), 0.01)
    disc(m, (0, 1.10, 0.312), 0.05, RED, turned(pitch=math.pi / 2), 0.004)
    for k in range(9):
        m.box((0, 0.20 + 0.055 * k, 0.30), (0.42, 0.018, 0.02), BRASS)
    m.box((0, 0.80, 0.30), (0.46, 0.10, 0.03), lit(HEAD_LAMP))
    for k in range(10):
        m.box((-0.20 + 0.044 * k, 0.80, 0.32), (0.016, 0.06, 0.02), RED)
    return m


def helmet():
    """A knight's."""
    m = Made()
    m.lathe([(0.155, 0.0), (0.165, 0.10), (0.17, 0.22), (0.155, 0.32), (0.11, 0.40), (0.04, 0.435), (0.001, 0.44)], 28, tone=STEEL, squash=1.12)
    m.lathe([(0.21, -0.005), (0.20, 0.03), (0.155, 0.06)], 28, tone=STEEL, squash=1.12)
    m.extrude([(-0.15, 0.23), (0.15, 0.23), (0.15, 0.255), (-0.15, 0.255)], 0.10, (0, 0, 0.135), BLACK)
    m.box((0, 0.16, 0.19), (0.022, 0.30, 0.03), BRASS)
    for s in (-1, 1):
        for k in range(4):
            m.box((s * 0.07, 0.06 + 0.035 * k, 0.175), (0.05, 0.010, 0.02), BLACK, yaw=s * 0.4)
    for k in range(9):
        u = k / 8
        p = np.array([0, 0.44 - 0.10 * u * u, 0.08 - 0.34 * u])
        m.ball(p + [0, 0.055, 0], (0.030, 0.075, 0.05), RED + MAIN, 8)
    return m


def shield():
    m = Made()
    o = smooth([(0, 0), (0.30, 0.35), (0.38, 0.75), (0.36, 1.0), (0.0, 1.06), (-0.36, 1.0), (-0.38, 0.75), (-0.30, 0.35)], times=2)
    m.extrude(o, 0.05, tone=STEEL, bevel=0.02)
    inner = (o - [0, 0.56]) * 0.87 + [0, 0.56]
    m.extrude(inner, 0.055, (0, 0, 0.008), BLUE_CLOTH + MAIN)
    m.extrude([(-0.05, 0.16), (0.05, 0.16), (0.05, 0.94), (-0.05, 0.94)], 0.02, (0, 0, 0.035), GOLD)
    m.extrude([(-0.29, 0.62), (0.29, 0.62), (0.29, 0.72), (-0.29, 0.72)], 0.02, (0, 0, 0.035), GOLD)
    m.ball((0, 0.67, 0.05), (0.07, 0.07, 0.04), GOLD, 12)
    return standing(m, pitch=-0.16)


def basketball():
    m = Made()
    m.ball((0, 0.24, 0), 0.24, ORANGE + MAIN, 26)
    for turn in (np.eye(3), ACROSS, turned(pitch=math.pi / 2), turned(yaw=0.8)):
        m.ring((0, 0.24, 0), 0.241, 0.006, BLACK, turn, 36, 4)
    return m


def baseball():
    m = Made()
    m.ball((0.10, 0.09, 0.14), 0.09, WHITE + MAIN, 20)
    for s in (-1, 1):
        m.ring((0.10 + s * 0.045, 0.09, 0.14), 0.080, 0.004, RED, ACROSS, 26, 4)
    m.lathe([(0.001, -0.46), (0.035, -0.45), (0.035, -0.43), (0.02, -0.41), (0.022, -0.1), (0.045, 0.28), (0.05, 0.42), (0.035, 0.46), (0.001, 0.465)], 18, (-0.1, 0.06, -0.02), PALE_WOOD, turned(yaw=0.5, roll=1.50))
    return m


def barn():
    m = Made()
    m.extrude([(-4.2, 0), (4.2, 0), (4.2, 3.6), (2.7, 5.7), (0, 7.0), (-2.7, 5.7), (-4.2, 3.6)], 12, tone=RED + MAIN)
    for s in (-1, 1):
        for a, b in (((4.45, 3.35), (2.75, 5.85)), ((2.75, 5.85), (0, 7.2))):
            v = [(s * a[0], a[1], -6.4), (s * a[0], a[1], 6.4), (s * b[0], b[1], 6.4), (s * b[0], b[1], -6.4)]
            both_sides(m, v, quads([[0, 1, 2, 3]]), shade(IRON, 1.0))
    m.box((0, 1.6, 6.02), (3.2, 3.2, 0.08), shade(RED, 0.7))
    for s in (-1, 1):
        m.box((s * 1.6, 1.6, 6.08), (0.16, 3.3, 0.06), WHITE)
        m.tube([(s * 1.55, 0.05, 6.1), (-s * 1.55, 3.15, 6.1)], 0.07, WHITE, 4)
        m.box((s * 2.9, 2.0, 6.05), (0.9, 1.1, 0.06), lit(AMBER_LAMP))
    m.box((0, 3.25, 6.08), (3.4, 0.16, 0.06), WHITE)
    m.box((0, 5.0, 6.05), (1.2, 1.3, 0.06), lit(AMBER_LAMP))
    for x in (-0.62, 0, 0.62):
        m.box((x, 5.0, 6.1), (0.10, 1.45, 0.05), WHITE)
    return m


def temple():
    """Columns under a gable, on steps."""
    m = Made()
    for k in range(3):
        m.box((0, 0.25 + 0.5 * k, 0), (17 - 1.1 * k, 0.5, 10 - 1.1 * k), STONE)
    for x in np.linspace(-6.3, 6.3, 6):
        for z in (-3.2, 3.2):
            m.lathe([(0.85, 1.5), (0.70, 1.7), (0.62, 4.5), (0.54, 7.4), (0.75, 7.6), (0.85, 7.9), (0.001, 7.9)], 16, (x, 0, z), shade(STONE, 1.2))
    m.box((0, 8.4, 0), (15, 1.0, 8.4), STONE)
    m.extrude([(-7.9, 8.9), (7.9, 8.9), (0, 11.8)], 8.8, tone=STONE)
    m.extrude([(-6.4, 9.2), (6.4, 9.2), (0, 11.2)], 8.9, tone=shade(STONE, 0.6))
    return m.box((0, 4.5, -1.0), (10.5, 6.4, 3.0), shade(STONE, 0.45))


def tall_ship():
    """Three masts under full sail, braced so that the sails are seen from the side."""
    m, rows = Made(), []
    for k in range(25):
        u = k / 24 * 2 - 1
        w = 3.6 * (1 - max(0.0, u) ** 3.2) * (1 - 0.25 * max(0.0, -u) ** 3) + 0.12
        deck = 3.2 + 1.5 * max(0.0, u) ** 2 + 2.6 * max(0.0, -u - 0.35) ** 0.7 * (u < -0.35)
        z = 17 * u
        rake = 2.0 * max(0.0, u) ** 2
        rows.append(np.array([(x * w * (0.55 + 0.45 * min(1.0, (y + 0.2) / 2.6)), y * deck / 3.2, z + rake * y / 3.2) for x, y in ((-1, 3.2), (-1.0, 2.1), (-0.85, 0.9), (-0.35, -0.6), (0.35, -0.6), (0.85, 0.9), (1.0, 2.1), (1, 3.2))]))
    rows_to(m, rows, DARK_WOOD)
    for s in (-1, 1):
        m.tube([(s * abs(r[6][0]) * 1.01, r[6][1], r[6][2]) for r in rows], 0.14, PALE_WOOD, 5)
        m.tube([(s * abs(r[7][0]) * 1.01, r[7][1], r[7][2]) for r in rows], 0.12, WOOD, 5)
        for k in range(8):
            m.box((s * 3.55, 2.35, -9.5 + 2.5 * k), (0.16, 0.55, 0.70), BLACK)
    m.box((0, 4.0, -14.6), (5.4, 2.2, 4.2), WOOD, taper=0.95)
    for x in (-1.6, 0, 1.6):
        m.box((x, 4.2, -16.75), (0.9, 0.9, 0.1), lit(AMBER_LAMP))
    m.tube([(0, 4.6, 17.5), (0, 7.6, 26.5)], [0.34, 0.14], WOOD, 7)
    brace = turned(yaw=0.85)
    masts = ((10.0, 25.0), (0.5, 28.5), (-9.5, 22.0))
    for z, high in masts:
        m.tube([(0, 1.0, z), (0, high * 0.6, z), (0, high, z)], [0.42, 0.30, 0.12], WOOD, 8)
        m.lathe([(0.75, 0), (0.9, 0.5), (0.001, 0.5)], 10, (0, high * 0.55, z), WOOD)
        for low, top, wide in ((0.24, 0.52, 6.6), (0.55, 0.77, 5.2), (0.80, 0.95, 3.6)):
            yard = [brace @ np.array([x, 0, 0]) + [0, high * top, z] for x in (-wide, 0, wide)]
            m.tube(yard, [0.10, 0.18, 0.10], WOOD, 6)
            sail = []
            for j in range(7):
                v = j / 6
                half = wide * (0.93 + 0.10 * v)
                y = high * (top - (top - low) * v)
                row = []
                for i in range(9):
                    t = i / 8 * 2 - 1
                    belly = 1.9 * (1 - t * t) * math.sin(math.pi * min(1.0, 0.15 + 0.85 * v)) + 0.25
                    lift = 0.9 * (1 - t * t) * v * v
                    row.append(brace @ np.array([half * t, 0, belly]) + [0, y + lift, z])
                sail.append(np.array(row))
            rows_to(m, sail, IVORY + MAIN, closed=False)
        for s in (-1, 1):
            m.tube([(s * 3.4, 3.4, z - 0.8), (0, high * 0.6, z)], 0.05, BLACK, 3)
            m.tube([(s * 3.4, 3.4, z - 1.8), (0, high * 0.6, z)], 0.05, BLACK, 3)
        m.tube([(0, high, z), (0, high + 1.3, z)], 0.05, WOOD, 4)
        both_sides(m, [(0, high + 1.2, z), (0, high + 0.4, z), (0, high + 0.75, z - 2.2)], [[0, 1, 2]], RED)
    fore = (0, 25.0 * 0.86, 10.0)
    for a, b in (((0, 7.3, 25.6), 0.95), ((0, 6.4, 22.6), 0.74)):
        top = np.array([0, 25.0 * b * 0.92, 10.2])
        m.tube([a, top], 0.05, BLACK, 3)
        foot = np.array([1.6, 5.6, 12.4])
        both_sides(m, [np.asarray(a), top, foot, (np.asarray(a) + top + foot) / 3 + [0.9, 0, 0]], [[0, 1, 3], [1, 2, 3], [2, 0, 3]], IVORY + MAIN)
    m.tube([(0, 20.9, -9.5), (0, 13.5, 0.5)], 0.05, BLACK, 3)
    return m.tube([fore, (0, 16.0, 0.5)], 0.05, BLACK, 3)


MORE = [
    ("ship", tall_ship, 29.8, "Afloat"),
    ("knife", knife, 0.4, "Second"), ("scissors", scissors, 0.5, "Second"), ("sunglasses", sunglasses, 0.11, "Second"), ("glasses", glasses, 0.11, "Second"),
    ("headphones", headphones, 0.36, "Second"), ("boots", boots, 0.46, "Second"), ("sneakers", sneakers, 0.16, "Second"), ("dress", dress, 1.6, "Second"),
    ("jacket", jacket, 1.8, "Second"), ("harp", harp, 1.7, "Second"), ("flute", flute, 0.4, "Second"), ("harmonica", harmonica, 0.1, "Second"),
    ("tambourine", tambourine, 0.44, "Second"), ("accordion", accordion, 0.43, "Second"), ("flag", flag, 3.3, "Second"), ("spider web", web, 1.25, "Second"),
    ("nest", nest, 0.18, "Second"), ("shell", shell, 0.4, "Second"), ("basket", basket, 0.5, "Second"), ("bucket", bucket, 0.5, "Second"), ("bowl", bowl, 0.2, "Second"),
    ("bomb", bomb, 0.8, "Second"), ("orange", citrus(ORANGE), 0.27, "Second"), ("lemon", lemon, 0.24, "Second"), ("peach", peach, 0.29, "Second"),
    ("grapes", grapes, 0.5, "Second"), ("banana", banana, 0.43, "Second"), ("watermelon", watermelon, 0.34, "Second"), ("egg", egg, 0.3, "Second"),
    ("kettle", kettle, 0.4, "Second"), ("pocket watch", pocket_watch, 0.57, "Second"), ("picture", picture, 0.55, "Second"), ("painting", painting, 1.9, "Second"),
    ("newspaper", newspaper, 0.4, "Second"), ("map", chart, 0.35, "Second"), ("rope", rope, 0.3, "Second"), ("handcuffs", handcuffs, 0.27, "Second"),
    ("lighter", lighter, 0.5, "Second"), ("lipstick", lipstick, 0.39, "Second"), ("cradle", cradle, 0.78, "Second"), ("cannon", cannon, 1.1, "Second"),
    ("wheelchair", wheelchair, 0.97, "Second"), ("rocking chair", rocking_chair, 1.25, "Second"), ("window", window, 2.0, "Second"),
    ("coffee", mug_of(shade(LEATHER, 0.6)), 0.2, "Second"), ("carousel", merry_go_round, 6.5, "Far"), ("jukebox", jukebox, 1.55, "Second"),
    ("helmet", helmet, 0.53, "Second"), ("shield", shield, 1.05, "Second"), ("basketball", basketball, 0.48, "Second"), ("baseball", baseball, 0.2, "Second"),
    ("barn", barn, 7.2, "Far"), ("temple", temple, 11.8, "Far"),
]
