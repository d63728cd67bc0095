"""Dragons, and the birds and small beasts that want more than soft forms: bodies by distances, wings as skins on fingers.

Axes: metres, x right, y up, z the way that they face.
"""

import math

import numpy as np

from figure_forms import Form
from figure_things import (
    AMBER_LAMP, BLACK, BRASS, DARK_FUR, GOLD, GREEN_SKIN, GREY_FUR, IVORY, LEATHER, MAIN, ORANGE, RED, SKY, STEEL, TAN_FUR, WHITE, YELLOW,
    Made, lit, quads, shade, turned,
)

HIDE = shade(GREEN_SKIN, 0.75) + MAIN
BELLY = shade(GREEN_SKIN, 1.5) + MAIN
SKIN_OF_WING = shade(GREEN_SKIN, 0.9) + MAIN


def both_sides(m, v, f, tone):
    """Thin faces: each is seen from either side."""
    f = np.asarray(f)
    m.v.append(np.asarray(v, float))
    m.f.append(f + m.n)
    m.t.append(np.full(len(v), tone))
    m.n += len(v)


def skin(m, root, tips, tone, scallop=0.20, steps=6, along=5, sag=0.06):
    """A wing's skin between fingers from one root; its rim is hollow between two tips."""
    root = np.asarray(root, float)
    for a, b in zip(tips, tips[1:]):
        a, b = np.asarray(a, float), np.asarray(b, float)
        v, f = [], []
        for i in range(along + 1):
            u = i / along
            for j in range(steps + 1):
                t = j / steps
                rim = a + (b - a) * t
                less = 1 - scallop * 4 * t * (1 - t)
                p = root + (rim - root) * u * less
                p[1] -= sag * np.linalg.norm(rim - root) * 4 * t * (1 - t) * u * (1 - 0.5 * u)
                v.append(p)
        n = steps + 1
        for i in range(along):
            for j in range(steps):
                k = i * n + j
                f.append([k, k + 1, k + 1 + n, k + n])
        both_sides(m, v, quads(f), tone)


def mirrored(points, s):
    return [np.asarray(p, float) * [s, 1, 1] for p in points]


def spines(m, points, size, tone):
    """Triangular plates along a ridge."""
    p = np.asarray(points, float)
    for k in range(len(p)):
        way = p[min(k + 1, len(p) - 1)] - p[max(k - 1, 0)]
        way /= np.linalg.norm(way)
        h = size[k] if np.ndim(size) else size
        a, b, c = p[k] + way * h * 0.5, p[k] - way * h * 0.5, p[k] + [0, h, 0] - way * h * 0.6
        both_sides(m, [a, b, c], [[0, 1, 2]], tone)


def bezier(points, n):
    """Points along a smooth line through the given ones (Catmull and Rom)."""
    p = np.asarray(points, float)
    p = np.concatenate([[2 * p[0] - p[1]], p, [2 * p[-1] - p[-2]]])
    out = []
    for t in np.linspace(0, len(p) - 3 - 1e-6, n):
        k, u = int(t), t - int(t)
        a, b, c, d = p[k : k + 4]
        out.append(0.5 * (2 * b + (c - a) * u + (2 * a - 5 * b + 4 * c - d) * u * u + (3 * b - a - 3 * c + d) * u**3))
    return np.array(out)


def tapered(f, points, radii, tone, n=10, flow=None):
    q = bezier(points, n)
    r = np.interp(np.linspace(0, 1, n), np.linspace(0, 1, len(radii)), radii)
    return f.chain(q, r, tone, flow=flow)


def dragon_head(f, at, way, size, tone):
    """A long jaw, a brow, cheeks; `way` is where it looks."""
    at, way = np.asarray(at, float), np.asarray(way, float)
    way = way / np.linalg.norm(way)
    up = np.array([0, 1.0, 0]) - way * way[1]
    up /= np.linalg.norm(up)
    side = np.cross(up, way)
    s = size
    f.chain([at - way * 0.15 * s, at + way * 0.15 * s], [0.27 * s, 0.23 * s], tone)
    f.chain([at + way * 0.2 * s - up * 0.01 * s, at + way * 0.82 * s - up * 0.06 * s], [0.18 * s, 0.095 * s], tone)
    f.chain([at + way * 0.05 * s - up * 0.20 * s, at + way * 0.72 * s - up * 0.26 * s], [0.10 * s, 0.055 * s], tone, flow=0.03 * s)
    for k in (-1, 1):
        f.chain([at + side * k * 0.13 * s + up * 0.17 * s, at + side * k * 0.13 * s + up * 0.12 * s + way * 0.30 * s], [0.08 * s, 0.045 * s], tone, flow=0.05 * s)
        f.ball(at + way * 0.80 * s + side * k * 0.06 * s + up * 0.02 * s, 0.05 * s, tone, flow=0.03 * s)
    return way, up, side


def dragon_features(m, at, way, up, side, s):
    for k in (-1, 1):
        base = at + side * k * 0.15 * s + up * 0.16 * s
        m.tube(bezier([base, base + up * 0.30 * s - way * 0.28 * s + side * k * 0.10 * s, base + up * 0.42 * s - way * 0.75 * s + side * k * 0.12 * s, base + up * 0.60 * s - way * 1.05 * s + side * k * 0.10 * s], 7), np.linspace(0.075, 0.008, 7) * s, IVORY, 7)
        base = at + side * k * 0.22 * s - up * 0.05 * s
        m.tube([base, base + side * k * 0.12 * s - way * 0.30 * s], [0.05 * s, 0.006 * s], IVORY, 6)
        m.ball(at + side * k * 0.205 * s + up * 0.07 * s + way * 0.16 * s, np.array([0.05, 0.04, 0.05]) * s, lit(AMBER_LAMP), 8)
        for j in range(4):
            p = at + way * (0.38 + 0.11 * j) * s + side * k * (0.115 - 0.015 * j) * s - up * 0.15 * s
            m.tube([p, p - up * 0.075 * s], [0.018 * s, 0.003 * s], IVORY, 4)


def winged_dragon():
    """On the wing: neck and tail long, wings high."""
    f = Form(0.30)
    f.chain(bezier([(0, 2.55, -1.2), (0, 2.75, -0.2), (0, 3.05, 0.8)], 6), np.interp(np.linspace(0, 1, 6), [0, 0.6, 1], [0.42, 0.66, 0.52]), HIDE)
    neck = [(0, 3.1, 0.9), (0, 3.45, 1.7), (0.05, 4.25, 2.15), (0.1, 5.05, 2.35), (0.12, 5.45, 2.85)]
    tapered(f, neck, [0.50, 0.36, 0.27, 0.23, 0.21], HIDE)
    tail = [(0, 2.55, -1.1), (0, 2.15, -2.3), (0.25, 1.75, -3.6), (0.1, 1.85, -5.0), (-0.5, 2.55, -6.2), (-0.9, 3.3, -6.7)]
    tapered(f, tail, [0.44, 0.31, 0.20, 0.13, 0.075, 0.04], HIDE, 14)
    for s in (-1, 1):
        f.chain(mirrored([(0.40, 2.45, -0.8), (0.72, 1.75, -0.35), (0.70, 1.05, -0.95), (0.70, 0.70, -0.80)], s), [0.34, 0.23, 0.13, 0.11], HIDE)
        f.chain(mirrored([(0.45, 2.85, 0.75), (0.72, 2.15, 0.65), (0.68, 1.60, 1.20), (0.68, 1.42, 1.32)], s), [0.24, 0.17, 0.11, 0.10], HIDE)
        f.chain(mirrored([(0.35, 3.25, 0.55), (1.0, 3.9, 0.35)], s), [0.26, 0.17], HIDE)
    at = np.array([0.12, 5.55, 3.0])
    way, up, side = dragon_head(f, at, (0.15, -0.16, 1.0), 1.05, HIDE)
    m = f.made(4200, 130)
    dragon_features(m, at, way, up, side, 1.05)
    ridge = np.concatenate([bezier(neck, 12)[::-1] + [0, 0.24, -0.10], bezier([(0, 3.55, 0.6), (0, 3.35, -0.3), (0, 2.95, -1.1)], 6), bezier(tail, 16)[1:] + [0, 0.18, 0]])
    spines(m, ridge, np.interp(np.linspace(0, 1, len(ridge)), [0, 0.3, 0.55, 1], [0.20, 0.36, 0.38, 0.10]), shade(HIDE - MAIN, 0.6) + MAIN)
    end = np.array(tail[-1])
    both_sides(m, [end, end + [0.45, 0.25, -0.1], end + [-0.1, 0.95, -0.25], end + [-0.55, 0.20, 0.05]], [[0, 1, 2], [0, 2, 3]], HIDE)
    for s in (-1, 1):
        shoulder, elbow, wrist = mirrored([(0.50, 3.45, 0.50), (2.25, 4.75, -0.10), (3.35, 6.25, 0.55)], s)
        tips = mirrored([(7.3, 7.0, -0.5), (6.9, 4.7, -1.5), (5.3, 3.1, -2.2), (3.3, 2.4, -2.3)], s)
        m.tube([shoulder, (shoulder + elbow) / 2 + [0, 0.06, 0], elbow], [0.20, 0.16, 0.15], HIDE, 8)
        m.tube([elbow, (elbow + wrist) / 2, wrist], [0.15, 0.12, 0.11], HIDE, 8)
        for tip in tips:
            mid = (wrist + tip) / 2 + [0, 0.22, 0]
            m.tube(bezier([wrist, mid, tip], 6), np.linspace(0.085, 0.018, 6), HIDE, 6)
        m.tube([wrist, wrist + [s * 0.10, 0.42, 0.30]], [0.08, 0.01], IVORY, 6)
        skin(m, wrist, tips, SKIN_OF_WING, 0.22)
        inner = mirrored([(0.45, 2.75, -1.3)], s)[0]
        skin(m, elbow, [tips[-1], inner], SKIN_OF_WING, 0.22)
        both_sides(m, [wrist, elbow, tips[-1]], [[0, 1, 2]], SKIN_OF_WING)
        both_sides(m, [shoulder, elbow, inner], [[0, 1, 2]], SKIN_OF_WING)
        for foot, z in (((0.70, 0.66, -0.80), 0.20), ((0.68, 1.38, 1.32), 0.18)):
            for k in (-1, 0, 1):
                p = np.array(foot) * [s, 1, 1] + [k * 0.08, 0, 0.02]
                m.tube([p, p + [k * 0.05, -0.10, z], p + [k * 0.06, -0.26, z * 1.2]], [0.055, 0.04, 0.006], IVORY, 5)
    return m


def sleeping_dragon():
    """Curled up, its head on its tail."""
    f = Form(0.16)
    ring = lambda a, r, y: np.array([r * math.cos(a), y, r * math.sin(a)])
    deg = math.pi / 180
    body = [ring(205 * deg, 1.05, 0.46), ring(250 * deg, 1.10, 0.58), ring(300 * deg, 1.08, 0.60), ring(350 * deg, 1.10, 0.52), ring(20 * deg, 1.18, 0.42)]
    tapered(f, body, [0.44, 0.56, 0.58, 0.48, 0.36], HIDE, 12)
    neck = [body[-1], ring(50 * deg, 1.32, 0.40), ring(75 * deg, 1.32, 0.46), np.array([-0.05, 0.50, 1.42])]
    tapered(f, neck, [0.36, 0.29, 0.24, 0.21], HIDE, 8)
    tail = [body[0], ring(165 * deg, 1.25, 0.33), ring(130 * deg, 1.50, 0.24), ring(100 * deg, 1.74, 0.17), ring(70 * deg, 1.84, 0.12), ring(42 * deg, 1.85, 0.08)]
    tapered(f, tail, [0.44, 0.31, 0.22, 0.16, 0.10, 0.035], HIDE, 14)
    at = np.array([-0.28, 0.50, 1.50])
    way, up, side = dragon_head(f, at, (-1.0, -0.12, 0.42), 0.80, HIDE)
    f.chain([ring(330 * deg, 1.25, 0.45), ring(345 * deg, 1.60, 0.20), ring(0, 1.62, 0.10)], [0.26, 0.15, 0.12], HIDE)
    f.chain([ring(235 * deg, 1.30, 0.45), ring(222 * deg, 1.66, 0.34), ring(205 * deg, 1.70, 0.10)], [0.34, 0.18, 0.13], HIDE)
    m = f.made(3400, 120)
    dragon_features(m, at, way, up, side, 0.80)
    m.ball(at + side * -0.165 + up * 0.056 + way * 0.128, 0.05, HIDE, 8)  # its lids are shut
    m.ball(at + side * 0.165 + up * 0.056 + way * 0.128, 0.05, HIDE, 8)
    back = np.concatenate([bezier(neck, 8)[::-1] + [0, 0.22, 0], bezier(body, 12)[::-1] + [0, 0.52, 0], bezier(tail, 12)[1:] + [0, 0.20, 0]])
    spines(m, back, np.interp(np.linspace(0, 1, len(back)), [0, 0.35, 0.6, 1], [0.14, 0.30, 0.26, 0.06]), shade(HIDE - MAIN, 0.6) + MAIN)
    # A wing folded over its side, towards who looks, and one behind.
    for shift, lean in ((0.0, 0.32), (-0.75, -0.30)):
        root = np.array([0.62, 0.98, -0.35 + shift * 0.4])
        wrist = root + [-0.20, 0.42, lean * 1.5]
        tips = [root + [-1.55, 0.16, lean * 1.5], root + [-1.60, -0.25, lean * 2.3], root + [-1.10, -0.55, lean * 2.7], root + [-0.35, -0.55, lean * 2.4]]
        m.tube([root, (root + wrist) / 2 + [0.10, 0, 0], wrist], [0.11, 0.09, 0.07], HIDE, 7)
        for tip in tips:
            m.tube(bezier([wrist, (wrist + tip) / 2 + [0, 0.10, lean * 0.2], tip], 5), np.linspace(0.055, 0.015, 5), HIDE, 5)
        skin(m, wrist, tips, SKIN_OF_WING, 0.16, 5, 4, 0.03)
        m.tube([wrist, wrist + [0.06, 0.22, 0.02]], [0.05, 0.006], IVORY, 5)
    return m


def songbird(m=None, at=(0, 0, 0), size=1.0, tone=None, breast=None):
    """A small bird that perches, seen from its side when it faces along x."""
    tone = tone or shade(SKY, 0.8) + MAIN
    breast = breast or shade(ORANGE, 0.9)
    f = Form(0.03)
    f.chain([(0, 0.115, -0.06), (0, 0.135, 0.0), (0, 0.165, 0.05)], [0.050, 0.066, 0.058], tone)
    f.chain([(0, 0.110, 0.02), (0, 0.145, 0.075)], [0.050, 0.045], breast, flow=0.02)
    f.ball((0, 0.225, 0.075), (0.046, 0.046, 0.050), tone)
    f.chain([(0, 0.095, -0.10), (0, 0.06, -0.22)], [0.026, 0.014], tone, flow=0.02)
    f.chain([(0.050, 0.150, 0.02), (0.055, 0.10, -0.10)], [0.030, 0.010], shade(tone % 256 + 256 * (tone // 256 % 128), 0.7), True, 0.008)
    b = f.made(1100, 84)
    b.lathe([(0.014, 0), (0.009, 0.02), (0.001, 0.045)], 8, (0, 0.222, 0.118), shade(YELLOW, 0.9), turned(pitch=math.pi / 2))
    for s in (-1, 1):
        b.ball((s * 0.038, 0.236, 0.098), 0.0085, BLACK, 8)
        b.tube([(s * 0.022, 0.085, 0.0), (s * 0.022, 0.03, 0.012), (s * 0.022, 0.0, 0.012)], 0.005, shade(YELLOW, 0.6), 5)
        for k in (-1, 0, 1):
            b.tube([(s * 0.022, 0.004, 0.012), (s * 0.022 + 0.014 * k, 0.0, 0.05)], 0.004, shade(YELLOW, 0.6), 4)
    if m is None:
        return b
    v, f, t = b.whole()
    m.v.append(v * size @ turned(yaw=math.pi / 2).T + np.asarray(at))
    m.f.append(f + m.n)
    m.t.append(t)
    m.n += len(v)
    return m


def perched_bird():
    """A bird on a twig."""
    m = songbird()
    for k in range(len(m.v)):
        m.v[k] = m.v[k] * 1.6 + [0, 0.42, 0]
    wood = shade(LEATHER, 0.7)
    m.tube([(-0.55, 0.26, 0.03), (-0.2, 0.38, 0.02), (0.15, 0.405, 0.02), (0.6, 0.52, -0.02)], [0.035, 0.026, 0.024, 0.012], wood, 7)
    m.tube([(-0.1, 0.39, 0.02), (-0.25, 0.0, 0.0)], [0.028, 0.045], wood, 7)
    m.tube([(0.3, 0.44, 0.0), (0.42, 0.66, 0.06)], [0.014, 0.005], wood, 5)
    return m


def birdcage():
    """A cage with a bird on its perch, as large as the cage allows."""
    m = Made()
    gold = BRASS + MAIN
    n, r = 18, 0.30
    m.lathe([(r + 0.035, 0), (r + 0.035, 0.035), (r + 0.01, 0.05), (0.001, 0.05)], 30, tone=gold)
    dome = [(r, 0.62), (r * 0.96, 0.72), (r * 0.80, 0.83), (r * 0.52, 0.91), (r * 0.20, 0.955), (0.02, 0.965)]
    for k in range(n):
        a = 2 * np.pi * k / n
        way = np.array([math.cos(a), 0, math.sin(a)])
        points = [way * r + [0, 0.04, 0], way * r + [0, 0.62, 0]] + [way * q + [0, y, 0] for q, y in dome[1:]]
        m.tube(points, 0.0065, gold, 4)
    ring = turned(pitch=math.pi / 2)
    for y in (0.20, 0.62):
        m.ring((0, y, 0), r, 0.009, gold, ring, 30, 5)
    m.ball((0, 0.985, 0), 0.03, gold, 10)
    m.ring((0, 1.055, 0), 0.05, 0.010, gold, None, 18, 5)
    m.tube([(-0.17, 0.25, 0), (0.17, 0.25, 0)], 0.011, shade(LEATHER, 0.8), 6)
    for s in (-1, 1):
        m.tube([(s * 0.17, 0.25, 0), (s * 0.15, 0.62, 0), (0, 0.95, 0)], 0.004, gold, 4)
    return songbird(m, (0, 0.25, 0), 1.45)


def parrot():
    f = Form(0.04)
    red, blue = shade(RED, 1.2) + MAIN, shade(SKY, 0.55)
    f.chain([(0, 0.24, -0.02), (0, 0.36, 0.02), (0, 0.46, 0.04)], [0.075, 0.088, 0.07], red)
    f.ball((0, 0.56, 0.06), (0.070, 0.072, 0.078), red)
    f.ball((0.040, 0.565, 0.105), (0.030, 0.034, 0.022), WHITE, True, 0.008)
    f.chain([(0.072, 0.42, 0.02), (0.080, 0.26, -0.05), (0.04, 0.10, -0.10)], [0.045, 0.042, 0.015], blue, True, 0.012)
    f.chain([(0, 0.22, -0.05), (0, 0.0, -0.14), (0, -0.22, -0.20)], [0.045, 0.032, 0.012], red, flow=0.02)
    m = f.made(1900, 96)
    m.tube([(0, 0.575, 0.135), (0, 0.555, 0.175), (0, 0.51, 0.180)], [0.034, 0.026, 0.004], shade(IVORY, 0.9), 8)
    m.tube([(0, 0.53, 0.13), (0, 0.515, 0.155)], [0.022, 0.008], BLACK, 6)
    for s in (-1, 1):
        m.ball((s * 0.052, 0.575, 0.112), 0.011, BLACK, 8)
        m.ball((s * 0.035, 0.185, 0.05), (0.025, 0.02, 0.035), GREY_FUR, 8)
    m.tube([(-0.45, 0.13, 0.04), (0, 0.17, 0.05), (0.45, 0.20, 0.04)], [0.035, 0.03, 0.02], shade(LEATHER, 0.7), 7)
    for k in range(len(m.v)):
        m.v[k] = m.v[k] + [0, 0.24, 0]
    return m.tube([(-0.30, 0.385, 0.04), (-0.36, 0.0, 0.0)], [0.03, 0.045], shade(LEATHER, 0.7), 7)


def squirrel():
    f = Form(0.03)
    fur, pale = shade(ORANGE, 0.55) + MAIN, shade(IVORY, 1.0)
    f.chain([(0, 0.09, -0.02), (0, 0.17, 0.0), (0, 0.24, 0.04)], [0.075, 0.070, 0.05], fur)
    f.chain([(0, 0.11, 0.045), (0, 0.20, 0.06)], [0.045, 0.035], pale, flow=0.015)
    f.ball((0, 0.30, 0.07), (0.048, 0.046, 0.056), fur)
    f.ball((0, 0.285, 0.12), (0.026, 0.024, 0.026), fur, flow=0.02)
    f.chain([(0.028, 0.335, 0.055), (0.034, 0.385, 0.045)], [0.017, 0.006], fur, True, 0.012)
    f.chain([(0, 0.05, -0.07), (0, 0.10, -0.17), (0, 0.24, -0.20), (0, 0.37, -0.17), (0, 0.42, -0.25)], [0.035, 0.06, 0.075, 0.07, 0.03], shade(ORANGE, 0.65) + MAIN, flow=0.04)
    f.ball((0.055, 0.07, 0.01), (0.035, 0.06, 0.065), fur, True, 0.02)
    f.chain([(0.055, 0.018, 0.0), (0.055, 0.016, 0.09)], [0.020, 0.015], fur, True, 0.012)
    f.chain([(0.04, 0.21, 0.06), (0.03, 0.17, 0.115)], [0.020, 0.013], fur, True, 0.012)
    m = f.made(1900, 96)
    m.ball((0, 0.17, 0.13), (0.026, 0.03, 0.026), shade(LEATHER, 1.2), 10)
    for s in (-1, 1):
        m.ball((s * 0.036, 0.312, 0.098), 0.010, BLACK, 8)
    return m.ball((0, 0.29, 0.147), 0.008, BLACK, 6)


BEASTS = [
    ("birdcage", birdcage, 1.1, "Second"),
    ("winged dragon", winged_dragon, 7.0, "Floating"), ("sleeping dragon", sleeping_dragon, 2.1, "Second"), ("perched bird", perched_bird, 0.8, "Second"),
    ("parrot", parrot, 0.85, "Second"), ("squirrel", squirrel, 0.43, "Second"),
]
