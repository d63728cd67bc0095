"""Vehicles, instruments and small things of daily life, made of boxes, lathes, tubes and outlines.

Axes: metres, x right, y up, z the way that they face; what stands, stands on y = 0. Small things are modelled at the
size at which they lie before a camera.
"""

import math

import numpy as np

from figure_things import ACROSS, FORWARD, GLOW, SIDEWAYS, Made, quads, smooth, turned

FLAT = turned(pitch=-math.pi / 2)  # what stood, lies on its back


def disc(m, at, radius, tone, turn=None, thick=0.01, segments=28):
    """A flat disc, round the y axis where it is not turned."""
    return m.lathe([(0.001, 0), (radius, 0), (radius, thick), (0.001, thick)], segments, at, tone, turn)


def merged(m, other, at=(0, 0, 0), turn=None, size=1.0):
    v, f, t = other.whole()
    v = v * size
    if turn is not None:
        v = v @ np.asarray(turn).T
    m.add(v + at, f)
    m.t[-1] = t
    return m


def arch(w, h, n=9):
    return [(w, 0), (w, h), *[(w * math.cos(t), h + w * math.sin(t)) for t in np.linspace(0, np.pi, n)[1:-1]], (-w, h), (-w, 0)]


# --- Vehicles ---------------------------------------------------------------------------------------------------------


def helicopter():
    m = Made()
    m.ball((0, 1.75, 1.0), (1.0, 1.05, 1.9), 110, 18)
    m.ball((0, 1.85, 1.75), (0.86, 0.78, 1.25), 200, 14)
    m.box((0, 2.85, 0.4), (0.8, 0.45, 1.7), 90, taper=0.7)
    m.tube([(0, 2.1, -0.4), (0, 2.3, -3.0), (0, 2.55, -5.6)], [0.55, 0.28, 0.16], 100, 10)
    m.extrude([(-5.2, 2.5), (-5.9, 2.5), (-6.5, 3.9), (-6.0, 3.9)], 0.12, tone=110, turn=ACROSS)
    m.box((0, 2.6, -4.7), (1.9, 0.07, 0.45), 100)
    for k in range(4):
        a = k * np.pi / 2 + 0.4
        m.box((0.2, 3.45 + 0.45 * math.sin(a), -6.1 + 0.45 * math.cos(a)), (0.03, 0.10, 0.85), 60, pitch=-a)
    m.tube([(0, 3.0, 0.4), (0, 3.65, 0.4)], 0.10, 70)
    m.lathe([(0.001, 0), (0.32, 0.02), (0.25, 0.12), (0.001, 0.14)], 12, (0, 3.55, 0.4), 60)
    for k in range(4):
        m.box(turned(yaw=k * np.pi / 2 + 0.35) @ np.array([2.9, 0, 0]) + [0, 3.62, 0.4], (5.6, 0.05, 0.34), 50, yaw=k * np.pi / 2 + 0.35)
    for s in (-1, 1):
        m.tube([(s * 1.05, 0.32, 2.7), (s * 1.05, 0.06, 2.2), (s * 1.05, 0.05, -0.9)], 0.07, 60)
        for z in (0.0, 1.6):
            m.tube([(s * 0.6, 1.0, z), (s * 1.05, 0.06, z)], 0.055, 60)
    m.ball((0, 0.85, 2.2), (0.16, 0.12, 0.16), GLOW, 8)
    return m.ball((0, 2.6, -5.9), 0.10, GLOW, 6)


def tram_window(m, x, z, w, y=2.15, h=0.9):
    return m.box((x, y, z), (0.05, h, w), GLOW)


def railcar():
    """A carriage with lit windows."""
    m = Made()
    m.box((0, 2.0, 0), (2.7, 2.4, 17), 80)
    m.lathe([(1.36, -8.5), (1.36, 8.5)], 24, (0, 3.0, 0), 70, FORWARD, squash=0.55)
    for s in (-1, 1):
        for k in range(9):
            tram_window(m, s * 1.36, -7.0 + k * 1.75, 1.15)
        for z in (-6.4, -4.6, 4.6, 6.4):
            disc(m, (s * 1.0 - 0.06, 0.45, z), 0.44, 30, SIDEWAYS, 0.12, 18)
        m.box((s * 1.37, 1.45, 0), (0.03, 0.10, 17), 180)
    return m.box((0, 0.75, 0), (2.2, 0.35, 16), 40)


def tractor():
    m = Made()
    m.box((0, 1.05, 0.8), (0.8, 0.7, 1.9), 120)
    m.box((0, 0.85, -0.5), (1.0, 0.5, 1.2), 100)
    for x in (-0.55, 0.55):
        for z in (-1.05, 0.05):
            m.box((x, 1.85, z), (0.07, 1.4, 0.07), 60)
    m.box((0, 2.55, -0.5), (1.3, 0.09, 1.5), 110)
    m.tube([(0.25, 1.4, 1.2), (0.25, 2.2, 1.2)], 0.05, 40)
    for s in (-1, 1):
        m.ring((s * 0.85, 0.85, -0.6), 0.66, 0.19, 15, ACROSS, 28, 8)
        disc(m, (s * 0.80 - 0.05, 0.85, -0.6), 0.42, 150, SIDEWAYS, 0.1)
        m.ring((s * 0.62, 0.48, 1.35), 0.36, 0.12, 15, ACROSS, 24, 8)
        disc(m, (s * 0.62 - 0.04, 0.48, 1.35), 0.24, 150, SIDEWAYS, 0.08)
        m.ball((s * 0.28, 1.15, 1.77), (0.11, 0.11, 0.04), GLOW, 8)
    return m


def scooter():
    m = Made()
    for z in (-0.55, 0.62):
        m.ring((0, 0.22, z), 0.17, 0.055, 15, ACROSS, 22, 8)
        disc(m, (-0.03, 0.22, z), 0.12, 170, SIDEWAYS, 0.06, 16)
    m.ball((0, 0.42, -0.48), (0.20, 0.22, 0.40), 150, 14)
    m.box((0, 0.24, 0.08), (0.34, 0.06, 0.62), 120)
    m.extrude([(0.30, 0.22), (0.42, 0.22), (0.56, 0.86), (0.48, 0.88)], 0.40, tone=150, turn=ACROSS, bevel=0.03)
    m.extrude(smooth([(-0.82, 0.66), (-0.15, 0.62), (-0.12, 0.72), (-0.5, 0.78), (-0.84, 0.74)], times=1), 0.24, tone=20, turn=ACROSS, bevel=0.03)
    m.tube([(0, 0.22, 0.62), (0, 0.98, 0.42)], 0.03, 60)
    m.tube([(-0.34, 1.04, 0.32), (0, 1.0, 0.44), (0.34, 1.04, 0.32)], 0.02, 40)
    m.ball((0, 1.0, 0.50), (0.09, 0.09, 0.06), GLOW, 10)
    for s in (-1, 1):
        m.tube([(s * 0.25, 1.03, 0.36), (s * 0.32, 1.22, 0.32)], 0.007, 60, 4)
        m.ball((s * 0.33, 1.25, 0.32), (0.06, 0.05, 0.015), 200, 8)
    return m


# --- Instruments, sound, pictures -------------------------------------------------------------------------------------


def saxophone():
    m = Made()
    p = [(0.0, 1.02, 0.10), (0.0, 1.06, 0.02), (0.0, 1.0, -0.05), (0.0, 0.75, -0.06), (0.0, 0.30, -0.06), (0.0, 0.14, -0.03), (0.0, 0.10, 0.08), (0.0, 0.18, 0.19), (0.0, 0.40, 0.24)]
    m.tube(p, [0.012, 0.016, 0.02, 0.026, 0.045, 0.055, 0.06, 0.066, 0.075], 200, 12)
    m.lathe([(0.075, 0), (0.095, 0.08), (0.145, 0.16), (0.16, 0.175), (0.12, 0.14)], 20, (0, 0.39, 0.238), 210, turned(pitch=0.16))
    m.tube([(0, 1.02, 0.10), (0, 1.0, 0.17)], [0.018, 0.010], 10, 8)
    for k in range(8):
        disc(m, (0.0, 0.38 + 0.065 * k, -0.035 + 0.001 * k), 0.024 - 0.001 * k, 230, FORWARD, 0.012, 10)
        m.tube([(0.035, 0.34 + 0.07 * k, -0.05), (0.035, 0.40 + 0.07 * k, -0.05)], 0.005, 190, 4)
    return m


def record(m=None, at=(0, 0, 0), radius=0.15, turn=None):
    m = m or Made()
    rings = [(0.001, 0.004), (0.006, 0.004), (0.05, 0.004)]
    m.lathe([(r * radius / 0.15, y) for r, y in rings], 36, at, 240, turn)
    profile = [(0.05, 0.004)]
    for k in range(12):
        r = 0.052 + k * 0.008
        profile += [(r, 0.0035), (r + 0.004, 0.0045)]
    profile += [(0.15, 0.004), (0.15, 0.0), (0.001, 0.0)]
    return m.lathe([(r * radius / 0.15, y) for r, y in profile], 44, at, 30, turn)


def record_player():
    m = Made()
    m.box((0, 0.075, 0), (0.50, 0.11, 0.40), 110)
    m.box((0, 0.134, 0), (0.48, 0.008, 0.38), 70)
    for x in (-0.2, 0.2):
        for z in (-0.15, 0.15):
            disc(m, (x, 0, z), 0.025, 20, None, 0.02, 10)
    disc(m, (-0.06, 0.137, 0), 0.155, 150, None, 0.014, 36)
    record(m, (-0.06, 0.152, 0), 0.15)
    m.tube([(-0.06, 0.15, 0), (-0.06, 0.172, 0)], 0.004, 240, 6)
    disc(m, (0.18, 0.137, -0.13), 0.028, 200, None, 0.03, 14)
    m.tube([(0.18, 0.185, -0.16), (0.18, 0.185, -0.02), (0.12, 0.178, 0.09), (0.05, 0.166, 0.075)], 0.006, 240, 6)
    m.box((0.045, 0.164, 0.073), (0.03, 0.012, 0.018), 30)
    lid = turned(pitch=-1.25)
    for x in (-0.245, 0.245):
        m.box(np.array([0, 0.14, -0.2]) + lid @ np.array([x, 0, 0.19]), (0.008, 0.05, 0.38), 170, pitch=-1.25)
    m.box(np.array([0, 0.14, -0.2]) + lid @ np.array([0, 0, 0.375]), (0.49, 0.05, 0.008), 170, pitch=-1.25)
    for k in range(2):
        m.lathe([(0.016, 0), (0.016, 0.02), (0.001, 0.022)], 12, (0.10 + 0.07 * k, 0.06, 0.2), 220, FORWARD)
    # It leans towards who looks, on a wedge: one sees the record's face.
    lean = turned(pitch=0.46)
    for k in range(len(m.v)):
        m.v[k] = m.v[k] @ lean.T
    low = min(v[:, 1].min() for v in m.v)
    for k in range(len(m.v)):
        m.v[k] = m.v[k] - [0, low, 0]
    return m.extrude([(-0.14, 0.0), (0.17, 0.0), (-0.14, 0.155)], 0.46, (0, 0.0, 0), 70, turned(yaw=-math.pi / 2))


def radio():
    """A valve radio with a lit dial."""
    m = Made()
    a = np.linspace(0, np.pi, 15)
    body = [(0.30, 0.02), (0.30, 0.20), *[(0.30 * math.cos(t), 0.20 + 0.19 * math.sin(t)) for t in a[1:-1]], (-0.30, 0.20), (-0.30, 0.02)]
    m.extrude(body, 0.24, tone=110, bevel=0.02)
    face = [(x * 0.86, 0.03 + (y - 0.02) * 0.90) for x, y in body]
    m.extrude(face, 0.01, (0, 0.012, 0.122), 60)
    for k in range(9):
        x = -0.21 + k * 0.0525
        h = 0.155 * math.sqrt(max(0.0, 1 - (x / 0.27) ** 2))
        m.box((x, 0.205 + h / 2, 0.130), (0.020, h, 0.012), 190)
    m.box((0, 0.145, 0.130), (0.40, 0.075, 0.008), 60)
    m.box((0, 0.145, 0.134), (0.37, 0.055, 0.006), GLOW)
    m.box((0.05, 0.145, 0.140), (0.005, 0.055, 0.004), 5)
    for k in range(12):
        m.box((-0.165 + k * 0.03, 0.133, 0.139), (0.003, 0.018 if k % 3 else 0.03, 0.003), 20)
    for x in (-0.2, 0.0, 0.2):
        m.lathe([(0.034, 0), (0.030, 0.03), (0.001, 0.032)], 16, (x, 0.068, 0.125), 210, FORWARD)
    for s in (-1, 1):
        m.box((s * 0.22, 0.01, 0), (0.08, 0.02, 0.2), 30)
    return m


def boombox():
    m = Made()
    m.box((0, 0.16, 0), (0.64, 0.30, 0.16), 90)
    for s in (-1, 1):
        m.lathe([(0.112, 0.0), (0.112, 0.012), (0.095, 0.014), (0.04, -0.012), (0.001, 0.002)], 24, (s * 0.19, 0.145, 0.08), 190, FORWARD)
        m.ring((s * 0.19, 0.145, 0.085), 0.108, 0.008, 230, None, 26, 5)
        m.tube([(s * 0.24, 0.31, 0), (s * 0.24, 0.38, 0), (0, 0.38, 0)], 0.013, 60, 6)
    m.box((0, 0.12, 0.083), (0.13, 0.10, 0.01), 20)
    for s in (-1, 1):
        m.ring((s * 0.03, 0.12, 0.09), 0.016, 0.005, 210, None, 12, 4)
    m.box((0, 0.255, 0.083), (0.34, 0.035, 0.008), GLOW)
    for k in range(6):
        m.box((-0.075 + k * 0.03, 0.19, 0.085), (0.02, 0.014, 0.014), 220)
    return m.tube([(0.29, 0.30, -0.05), (0.42, 0.62, -0.07)], 0.005, 230, 4)


def rotary_telephone():
    m = Made()
    m.lathe([(0.13, 0), (0.13, 0.02), (0.085, 0.10), (0.06, 0.125), (0.001, 0.13)], 4, tone=80, turn=turned(yaw=np.pi / 4))
    dial = turned(pitch=0.85)
    c = np.array([0, 0.085, 0.065])
    disc(m, c, 0.058, 230, dial, 0.008)
    for k in range(10):
        a = 0.9 + k * 0.5
        p = dial @ np.array([0.042 * math.cos(a), 0.010, 0.042 * math.sin(a)])
        disc(m, c + p, 0.0085, 10, dial, 0.003, 10)
    disc(m, c + dial @ np.array([0, 0.008, 0]), 0.022, 90, dial, 0.004, 16)
    for s in (-1, 1):
        m.box((s * 0.055, 0.145, -0.01), (0.022, 0.045, 0.05), 80)
        m.lathe([(0.036, -0.02), (0.040, 0.015), (0.001, 0.02)], 16, (s * 0.115, 0.17, -0.01), 70, turned(roll=np.pi))
    m.tube([(-0.125, 0.185, -0.01), (-0.08, 0.205, -0.01), (0, 0.21, -0.01), (0.08, 0.205, -0.01), (0.125, 0.185, -0.01)], 0.018, 70, 10)
    p = [(-0.13 - 0.05 * t + 0.008 * math.sin(60 * t), 0.14 * (1 - t) ** 2 + 0.01 + 0.008 * math.cos(60 * t), 0.02 + 0.10 * t) for t in np.linspace(0, 1, 40)]
    return m.tube(p, 0.0045, 50, 4)


def mobile_phone():
    m = Made()
    lean = turned(pitch=-0.28)
    m.box((0, 0.085, 0), (0.078, 0.16, 0.010), 30, pitch=-0.28)
    m.box(np.array([0, 0.085, 0]) + lean @ np.array([0, 0, 0.006]), (0.070, 0.145, 0.003), GLOW, pitch=-0.28)
    return m.box((0, 0.02, -0.035), (0.05, 0.04, 0.02), 60)


def computer():
    m = Made()
    m.box((0, 0.012, 0.10), (0.36, 0.018, 0.25), 120)
    for row in range(4):
        for k in range(11):
            m.box((-0.15 + k * 0.03, 0.024, 0.03 + row * 0.03), (0.024, 0.005, 0.022), 20)
    back = turned(pitch=-0.28)
    m.box(np.array([0, 0.02, -0.03]) + back @ np.array([0, 0.125, 0]), (0.36, 0.25, 0.012), 90, pitch=-0.28)
    return m.box(np.array([0, 0.02, -0.03]) + back @ np.array([0, 0.128, 0.008]), (0.335, 0.215, 0.004), GLOW, pitch=-0.28)


def camera():
    m = Made()
    m.box((0, 0.075, 0), (0.24, 0.13, 0.08), 40)
    m.box((0, 0.14, 0), (0.24, 0.03, 0.08), 200)
    m.box((0, 0.165, 0), (0.09, 0.04, 0.07), 200, taper=0.7)
    m.lathe([(0.055, 0), (0.055, 0.05), (0.062, 0.055), (0.062, 0.085), (0.048, 0.088), (0.04, 0.06), (0.001, 0.065)], 24, (0, 0.075, 0.04), 90, FORWARD)
    m.ball((0, 0.075, 0.105), (0.038, 0.038, 0.012), 250, 12)
    disc(m, (0.085, 0.155, 0), 0.02, 230, None, 0.018, 14)
    disc(m, (-0.085, 0.155, 0), 0.02, 230, None, 0.018, 14)
    return m


def film_projector():
    m = Made()
    m.box((0, 0.55, 0), (0.22, 0.34, 0.46), 80)
    for z, y in ((0.26, 0.95), (-0.28, 0.90)):
        m.ring((0.13, y, z), 0.20, 0.014, 150, ACROSS, 28, 5)
        for k in range(5):
            a = k * 2 * np.pi / 5
            m.tube([(0.13, y, z), (0.13, y + 0.2 * math.sin(a), z + 0.2 * math.cos(a))], 0.014, 150, 5)
    m.lathe([(0.05, 0), (0.05, 0.16), (0.065, 0.165), (0.065, 0.2), (0.05, 0.2)], 18, (0, 0.58, 0.23), 60, FORWARD)
    disc(m, (0, 0.58, 0.42), 0.05, GLOW, FORWARD, 0.01, 16)
    for x, z in ((-0.25, -0.3), (0.25, -0.3), (0, 0.35)):
        m.tube([(0, 0.40, 0), (x, 0, z)], 0.016, 50)
    return m


def typewriter():
    m = Made()
    m.box((0, 0.06, 0.02), (0.34, 0.10, 0.30), 60, taper=0.92)
    m.lathe([(0.028, -0.20), (0.028, 0.20)], 16, (0, 0.155, -0.10), 30, SIDEWAYS)
    for s in (-1, 1):
        disc(m, (s * 0.215, 0.155, -0.10), 0.035, 150, SIDEWAYS, 0.02, 14)
    m.box((0, 0.27, -0.115), (0.21, 0.22, 0.003), 250, pitch=-0.12)
    for row in range(4):
        for k in range(10):
            disc(m, (-0.135 + k * 0.03 + 0.008 * (row % 2), 0.105 - row * 0.014, 0.05 + row * 0.032), 0.011, 230, None, 0.008, 8)
    return m


def music_box():
    """A ballerina turns on an open box."""
    m = Made()
    m.box((0, 0.055, 0), (0.26, 0.11, 0.18), 110)
    m.box((0, 0.112, 0), (0.235, 0.006, 0.155), 190)
    m.box((0, 0.20, -0.115), (0.26, 0.18, 0.016), 110, pitch=-0.28)
    m.box((0, 0.20, -0.106), (0.22, 0.14, 0.006), 250, pitch=-0.28)
    disc(m, (0, 0.114, 0.01), 0.045, 220, None, 0.012, 20)
    m.tube([(0, 0.12, 0.01), (0, 0.175, 0.01), (0, 0.215, 0.012)], [0.004, 0.0065, 0.009], 235, 8)
    m.tube([(0.004, 0.205, 0.012), (0.035, 0.175, 0.0), (0.006, 0.165, 0.008)], [0.009, 0.007, 0.004], 235, 8)
    m.lathe([(0.012, 0.228), (0.068, 0.212), (0.074, 0.208), (0.014, 0.220)], 26, (0, 0, 0.012), 250)
    m.lathe([(0.010, 0.222), (0.014, 0.245), (0.018, 0.268), (0.010, 0.278), (0.006, 0.290)], 14, (0, 0, 0.012), 240)
    m.ball((0, 0.308, 0.014), (0.0155, 0.019, 0.017), 230, 12)
    m.ball((0, 0.327, 0.005), 0.0085, 40, 8)
    for s in (-1, 1):
        m.tube([(s * 0.016, 0.270, 0.012), (s * 0.040, 0.300, 0.016), (s * 0.030, 0.340, 0.020), (s * 0.008, 0.362, 0.022)], [0.006, 0.005, 0.004, 0.003], 230, 6)
    m.tube([(0.13, 0.05, 0), (0.155, 0.05, 0)], 0.006, 230, 6)
    return m.box((0.165, 0.05, 0), (0.006, 0.012, 0.05), 230)


def disco_ball():
    m = Made()
    for k in range(9):
        a, b = k * np.pi / 9, (k + 0.92) * np.pi / 9
        n = max(6, int(24 * math.sin((a + b) / 2)))
        for j in range(n):
            u, w = 2 * np.pi * j / n, 2 * np.pi * (j + 0.9) / n
            p = lambda t, s: (0.3 * math.sin(t) * math.cos(s), 0.3 + 0.3 * math.cos(t), 0.3 * math.sin(t) * math.sin(s))
            q = np.array([p(a, u), p(a, w), p(b, w), p(b, u)])
            m.add(q, [[0, 1, 2], [0, 2, 3]], 254 if (j * 7 + k * 5) % 5 else GLOW)
            c = q.mean(0) - [0, 0.3, 0]
            n0 = np.cross(q[1] - q[0], q[2] - q[0])
            if n0 @ c < 0:
                m.f[-1] = m.f[-1][:, ::-1]
    m.ball((0, 0.3, 0), 0.292, 40, 16)
    return m.tube([(0, 0.6, 0), (0, 1.4, 0)], 0.006, 80, 4)


# --- Light ------------------------------------------------------------------------------------------------------------


def light_bulb():
    m = Made()
    m.lathe([(0.001, 0.0), (0.05, 0.01), (0.082, 0.05), (0.088, 0.09), (0.07, 0.14), (0.042, 0.19), (0.036, 0.215)], 22, tone=GLOW)
    m.lathe([(0.040, 0.21), (0.042, 0.22), (0.038, 0.228), (0.042, 0.238), (0.038, 0.246), (0.042, 0.256), (0.036, 0.27), (0.001, 0.28)], 18, tone=60)
    return m.tube([(0, 0.27, 0), (0.004, 0.6, 0), (0, 1.2, 0)], 0.006, 20, 5)


def table_lamp():
    m = Made()
    m.lathe([(0.09, 0), (0.09, 0.015), (0.03, 0.03), (0.055, 0.10), (0.06, 0.15), (0.025, 0.21), (0.012, 0.24), (0.012, 0.30)], 20, tone=110)
    m.lathe([(0.17, 0.28), (0.10, 0.48)], 26, tone=GLOW)
    m.ring((0, 0.28, 0), 0.17, 0.006, 60, FORWARD, 28, 4)
    return m.ring((0, 0.48, 0), 0.10, 0.006, 60, FORWARD, 24, 4)


def oil_lamp():
    m = Made()
    m.lathe([(0.09, 0), (0.085, 0.02), (0.035, 0.05), (0.035, 0.07), (0.09, 0.10), (0.085, 0.16), (0.04, 0.185), (0.045, 0.20)], 20, tone=150)
    m.lathe([(0.045, 0.20), (0.062, 0.26), (0.055, 0.32), (0.034, 0.40), (0.036, 0.46)], 16, tone=240)
    return m.lathe([(0.008, 0.20), (0.066, 0.262), (0.058, 0.318), (0.030, 0.36), (0.001, 0.37)], 12, tone=GLOW)


def match():
    m = Made()
    way = turned(roll=0.5)
    m.box(way @ np.array([0, 0.16, 0]), (0.014, 0.32, 0.014), 210, roll=0.5)
    tip = way @ np.array([0, 0.33, 0])
    m.ball(tip, (0.014, 0.018, 0.014), 30, 8)
    return m.lathe([(0.008, -0.01), (0.034, 0.03), (0.030, 0.065), (0.012, 0.12), (0.001, 0.155)], 12, tip, GLOW)


# --- Rooms ------------------------------------------------------------------------------------------------------------


def mirror():
    m = Made()
    a = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    lean = turned(pitch=-0.12)
    c = np.array([0, 0.95, 0])
    glass = np.stack([0.33 * np.cos(a), 0.70 * np.sin(a)], 1)
    m.extrude(glass, 0.02, c, 254, lean)
    p = np.stack([0.35 * np.cos(np.append(a, a[0])), 0.72 * np.sin(np.append(a, a[0])), np.zeros(41)], 1) @ lean.T + c
    m.tube(p, 0.035, 120, 8)
    for s in (-1, 1):
        m.tube([(s * 0.43, 0.06, -0.02), (s * 0.43, 1.05, -0.02), (s * 0.43, 1.40, -0.02)], 0.024, 90)
        m.ball((s * 0.43, 1.44, -0.02), 0.04, 150, 10)
        m.ball((s * 0.39, 0.95, 0.0), 0.035, 150, 8)
        m.tube([(s * 0.43, 0.08, -0.02), (s * 0.43, 0.02, 0.28)], 0.022, 90)
        m.tube([(s * 0.43, 0.08, -0.02), (s * 0.43, 0.02, -0.30)], 0.022, 90)
    m.tube([(-0.43, 0.14, -0.02), (0.43, 0.14, -0.02)], 0.02, 90)
    return m.ball((0, 1.70, -0.09), (0.10, 0.05, 0.03), 160, 10)


def mantel_clock():
    m = Made()
    m.extrude([(-0.24, 0), (0.24, 0), (0.24, 0.05), (0.19, 0.07), (0.19, 0.30), (-0.19, 0.30), (-0.19, 0.07), (-0.24, 0.05)], 0.20, tone=80, bevel=0.008)
    a = np.linspace(0, np.pi, 16)
    m.extrude([(0.19 * math.cos(t), 0.30 + 0.13 * math.sin(t)) for t in a], 0.19, tone=80, bevel=0.008)
    face(m, (0, 0.245, 0.102), 0.135)
    for s in (-1, 1):
        m.lathe([(0.022, 0.06), (0.018, 0.10), (0.018, 0.27), (0.024, 0.30)], 10, (s * 0.205, 0, 0.07), 190)
    return m.lathe([(0.001, 0.5), (0.03, 0.47), (0.02, 0.44), (0.035, 0.42)], 12, tone=190)


def face(m, at, r, tone=GLOW):
    """A dial that looks forward, at ten past ten."""
    at = np.asarray(at, float)
    m.lathe([(0.001, 0), (r, 0), (r, 0.006), (0.001, 0.006)], 32, at, tone, FORWARD)
    m.ring(at + [0, 0, 0.006], r * 1.02, r * 0.08, 170, None, 36, 6)
    for k in range(12):
        a = k * np.pi / 6
        m.box(at + [r * 0.82 * math.sin(a), r * 0.82 * math.cos(a), 0.010], (r * (0.07 if k % 3 == 0 else 0.04), r * 0.16, 0.004), 5, roll=-a)
    for a, long, w in ((-0.98, 0.50, 0.085), (1.02, 0.72, 0.06)):
        m.box(at + [r * long * 0.5 * math.sin(a), r * long * 0.5 * math.cos(a), 0.014], (r * w, r * long, 0.004), 0, roll=-a)
    disc(m, at + [0, 0, 0.016], r * 0.07, 0, FORWARD, 0.004, 10)
    return m


def street_clock():
    """A clock with two lit dials on a post."""
    m = Made()
    m.lathe([(0.24, 0), (0.22, 0.25), (0.12, 0.42), (0.075, 0.6), (0.065, 2.3), (0.10, 2.4), (0.05, 2.45)], 14, tone=60)
    m.lathe([(0.001, -0.13), (0.60, -0.13), (0.64, -0.09), (0.64, 0.09), (0.60, 0.13), (0.001, 0.13)], 36, (0, 3.05, 0), 70, FORWARD)
    face(m, (0, 3.05, 0.128), 0.53)
    back = Made()
    face(back, (0, 0, 0), 0.53)
    merged(m, back, (0, 3.05, -0.128), turned(yaw=np.pi))
    return m.lathe([(0.10, 3.66), (0.06, 3.74), (0.08, 3.80), (0.001, 3.95)], 10, tone=60)


def grandfather_clock():
    m = Made()
    m.box((0, 0.20, 0), (0.56, 0.40, 0.36), 70)
    m.box((0, 0.95, 0), (0.42, 1.20, 0.28), 80)
    m.box((0, 1.78, 0), (0.56, 0.52, 0.36), 70)
    m.extrude([(-0.32, 0), (0.32, 0), (0.10, 0.20), (0, 0.16), (-0.10, 0.20)], 0.38, (0, 2.04, 0), 60)
    face(m, (0, 1.78, 0.182), 0.20)
    m.box((0, 0.95, 0.142), (0.26, 0.95, 0.01), 20)
    m.tube([(0, 1.38, 0.155), (0.03, 0.75, 0.155)], 0.008, 230, 5)
    disc(m, (0.033, 0.70, 0.15), 0.075, 240, FORWARD, 0.014, 20)
    return m


def alarm_clock():
    m = Made()
    m.lathe([(0.001, -0.05), (0.11, -0.05), (0.125, 0.0), (0.12, 0.03)], 28, (0, 0.155, 0), 120, FORWARD)
    face(m, (0, 0.155, 0.032), 0.105)
    for s in (-1, 1):
        m.ball((s * 0.075, 0.285, 0), (0.06, 0.042, 0.05), 200, 12)
        m.tube([(s * 0.05, 0.25, 0), (s * 0.06, 0.27, 0)], 0.01, 80)
        m.tube([(s * 0.06, 0.05, 0), (s * 0.095, 0.0, 0.02)], 0.014, 80)
    m.tube([(-0.05, 0.33, 0), (0, 0.375, 0), (0.05, 0.33, 0)], 0.007, 80, 5)
    return m


# Name, maker, metres high, role.
OBJECTS = [
    ("helicopter", helicopter, 3.7, "Floating"), ("carriage", railcar, 3.8, "Far"),
    ("tractor", tractor, 2.6, "Second"), ("scooter", scooter, 1.3, "Second"), ("saxophone", saxophone, 1.06, "Second"),
    ("record player", record_player, 0.5, "Second"), ("radio", radio, 0.39, "Second"), ("boombox", boombox, 0.62, "Second"), ("telephone", rotary_telephone, 0.23, "Second"),
    ("mobile phone", mobile_phone, 0.165, "Second"), ("laptop", computer, 0.26, "Second"), ("camera", camera, 0.185, "Second"), ("film projector", film_projector, 1.15, "Second"),
    ("typewriter", typewriter, 0.38, "Second"), ("music box", music_box, 0.37, "Second"), ("disco ball", disco_ball, 1.4, "Floating"), ("light bulb", light_bulb, 1.2, "Floating"),
    ("lamp", table_lamp, 0.48, "Second"), ("oil lamp", oil_lamp, 0.46, "Second"), ("match", match, 0.48, "Second"),
    ("mirror", mirror, 1.75, "Second"), ("mantel clock", mantel_clock, 0.5, "Second"), ("clock", street_clock, 3.95, "Second"), ("grandfather clock", grandfather_clock, 2.24, "Second"),
    ("alarm clock", alarm_clock, 0.375, "Second"),
]
