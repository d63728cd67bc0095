"""Birds and the dragon: bodies of soft forms, wings of their outlines, and beats of wings by their bones.

Axes: metres, x right, y up, z the way that they face. A flier is (name, natural size, its axis, model), a model gives
corners, triangles, shares of the bones, the bones' heads and parents, and clips: name, seconds, and for each frame the
bones' turns (3x3, in the world's axes) and heads.

How wings beat: Norberg, "Vertebrate Flight" (1990), chapter 9: the hand follows the arm by a quarter to a third of a
beat, is stretched on the way down and bent on the way up; the body goes the other way.
"""

import numpy as np

from figure_forms import Form
from figure_things import Made

FRAMES = 16


def about_x(a):
    c, s = np.cos(a), np.sin(a)
    return np.array([[1, 0, 0], [0, c, -s], [0, s, c]])


def about_y(a):
    c, s = np.cos(a), np.sin(a)
    return np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])


def about_z(a):
    c, s = np.cos(a), np.sin(a)
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])


def sheet(above, below):
    """A closed sheet between two grids of corners, rows along it."""
    rows, columns = above.shape[:2]
    v = np.concatenate([above.reshape(-1, 3), below.reshape(-1, 3)])
    n, f = rows * columns, []
    at = lambda r, c: r * columns + c
    for r in range(rows - 1):
        for c in range(columns - 1):
            a, b, d, e = at(r, c), at(r, c + 1), at(r + 1, c), at(r + 1, c + 1)
            f += [[a, b, e], [a, e, d], [n + a, n + e, n + b], [n + a, n + d, n + e]]
    rim = [at(0, c) for c in range(columns)] + [at(r, columns - 1) for r in range(1, rows)]
    rim += [at(rows - 1, c) for c in range(columns - 2, -1, -1)] + [at(r, 0) for r in range(rows - 2, 0, -1)]
    for a, b in zip(rim, rim[1:] + rim[:1]):
        f += [[a, n + a, n + b], [a, n + b, b]]
    return v, np.array(f)


def blade(front, back, thick, camber, columns=7):
    """A wing's surface between its front and its back edge, (n, 3) corners each from the root to the tip."""
    front, back = np.asarray(front, float), np.asarray(back, float)
    u = np.linspace(0, 1, columns)[None, :, None]
    middle = front[:, None] * (1 - u) + back[:, None] * u
    chord = np.linalg.norm(front - back, axis=1)[:, None]
    arch = np.sqrt(u[..., 0]) * (1 - u[..., 0]) * 1.9 * chord * camber
    half = thick * (0.25 + 0.75 * np.sin(np.pi * np.sqrt(u[..., 0]))) * (chord / chord.max())
    above, below = middle.copy(), middle.copy()
    above[..., 1] += arch + half
    below[..., 1] += arch - half
    return sheet(above, below)


class Bones:
    """The skeleton of a flier: names with heads and parents."""

    def __init__(self, *rows):
        self.names = [row[0] for row in rows]
        self.heads = np.array([row[1] for row in rows], float)
        self.parent = [self.names.index(row[2]) if row[2] else -1 for row in rows]

    def posed(self, local, lift=0.0, moved=None):
        """World turns and heads from turns about the bones' own heads; `moved` shifts heads in the parent's frame."""
        turn, at = np.zeros((len(self.names), 3, 3)), np.zeros((len(self.names), 3))
        for k, name in enumerate(self.names):
            p, own = self.parent[k], local.get(name, np.eye(3))
            off = (moved or {}).get(name, np.zeros(3))
            if p < 0:
                turn[k], at[k] = own, self.heads[k] + [0, lift, 0] + off
            else:
                turn[k] = turn[p] @ own
                at[k] = at[p] + turn[p] @ (self.heads[k] - self.heads[p] + off)
        return turn, at


def clip(bones, name, secs, frames, pose):
    rows = [bones.posed(*pose(2 * np.pi * k / frames)) for k in range(frames)]
    return name, secs, np.array([r[0] for r in rows]), np.array([r[1] for r in rows])


class Body:
    """Parts with their shares of the bones."""

    def __init__(self, bones):
        self.bones, self.v, self.f, self.w, self.n = bones, [], [], [], 0

    def add(self, v, f, share):
        """A closed part; its triangles are turned outwards."""
        f, p = np.asarray(f), v - v.mean(0)
        if np.einsum("ij,ij->i", np.cross(p[f[:, 0]], p[f[:, 1]]), p[f[:, 2]]).sum() < 0:
            f = f[:, ::-1]
        self.v.append(v)
        self.f.append(f + self.n)
        self.w.append(share)
        self.n += len(v)

    def along(self, v, names, places, axis=2):
        """Shares of a chain of bones whose middles lie at `places` along an axis, blended between neighbours."""
        order = np.argsort(places)
        x, k = np.asarray(places, float)[order], np.array([self.bones.names.index(names[i]) for i in order])
        t = np.interp(v[:, axis], x, np.arange(len(x)))
        w = np.zeros((len(v), len(self.bones.names)))
        low = np.clip(np.floor(t).astype(int), 0, len(x) - 1)
        high = np.minimum(low + 1, len(x) - 1)
        np.add.at(w, (np.arange(len(v)), k[low]), 1 - (t - low))
        np.add.at(w, (np.arange(len(v)), k[high]), t - low)
        return w

    def wing(self, v, side, arm, hand, root, wrist, width):
        """Shares of a wing: the body at its root, arm, hand beyond the wrist."""
        x = side * v[:, 0]
        w = np.zeros((len(v), len(self.bones.names)))
        on = np.clip((x - root) / width, 0, 1)
        out = np.clip((x - wrist) / width + 0.5, 0, 1)
        w[:, 0] = 1 - on
        w[:, self.bones.names.index(arm)] = on * (1 - out)
        w[:, self.bones.names.index(hand)] = on * out
        return w

    def whole(self):
        return np.concatenate(self.v), np.concatenate(self.f), np.concatenate(self.w)


def bird(body=1.0, neck=0.0, fingers=0, chord=1.0, tail=1.0, hook=False):
    """A bird of one metre across its wings. `body` is its stoutness, `fingers` the free feathers of a soaring bird."""
    bones = Bones(
        ("body", (0, 0, 0), None),
        ("head", (0, 0.012, 0.105 + neck * 0.3), "body"),
        ("tail", (0, 0.0, -0.115), "body"),
        ("arm_r", (0.030, 0.022, 0.045), "body"),
        ("hand_r", (0.205, 0.022, 0.075), "arm_r"),
        ("arm_l", (-0.030, 0.022, 0.045), "body"),
        ("hand_l", (-0.205, 0.022, 0.075), "arm_l"),
    )
    m = Body(bones)
    f = Form(0.03)
    b = body
    f.chain([(0, 0.002, 0.095), (0, -0.006, 0.02), (0, 0.0, -0.085), (0, 0.004, -0.155)], [0.034 * b, 0.050 * b, 0.034 * b, 0.012])
    f.chain([(0, 0.004, 0.09), (0, 0.016, 0.135 + neck)], [0.034 * b, 0.026 * b])
    f.ball((0, 0.020, 0.150 + neck), (0.027 * b, 0.026 * b, 0.033 * b))
    f.chain([(0, 0.017, 0.170 + neck), (0, 0.006 if hook else 0.012, 0.215 + neck)], [0.012, 0.003], flow=0.008)
    v, tri, _ = f.mesh(1100, 110)
    m.add(v, tri, m.along(v, ["tail", "body", "head"], [-0.15, -0.02, 0.14 + neck]))
    # The tail's fan: feathers side by side.
    k = np.linspace(-1, 1, 15)
    long = 0.13 * tail
    end = np.stack([0.052 * k * (1 + 0.5 * tail), np.full(15, 0.004), -0.13 - long * (1 - 0.10 * k * k) + 0.006 * (np.arange(15) % 2)], 1)
    start = np.stack([0.016 * k, np.full(15, 0.006), np.full(15, -0.09)], 1)
    v, tri = blade(start, end, 0.003, 0.0, 5)
    m.add(v, tri, m.along(v, ["tail", "body"], [-0.14, -0.08]))
    # Wings: the arm's part, then the hand's to the tip; see Norberg, figure 5.1 for outlines.
    reach = 0.40 if fingers else 0.5
    s = np.linspace(0, 1, 26)
    x = 0.022 + (reach - 0.022) * s
    front = 0.085 + 0.045 * np.sin(np.pi * np.clip(s / 0.86, 0, 1)) - (0.0 if fingers else 0.165) * np.clip((s - 0.42) / 0.58, 0, 1) ** 1.5
    wide = 0.150 * chord * np.where(s < 0.5, 1.0 - 0.10 * s, 0.95 - (0.25 if fingers else 0.93) * (np.clip(s - 0.5, 0, 1) / 0.5) ** 1.6)
    # The back edge shows feathers.
    back = front - wide + 0.006 * (np.arange(26) % 2)
    for side in (-1, 1):
        at = lambda z: np.stack([side * x, np.full(26, 0.022), z], 1)
        v, tri = blade(at(front), at(back), 0.008, 0.07, 8)
        hand, arm = ("hand_r", "arm_r") if side > 0 else ("hand_l", "arm_l")
        m.add(v, tri, m.wing(v, side, arm, hand, 0.02, 0.205, 0.06))
        for j in range(fingers):
            u = j / max(fingers - 1, 1)
            z0 = front[-1] - 0.012 - (wide[-1] - 0.03) * u
            way = np.array([np.cos(0.95 * u - 0.12), 0.10 - 0.06 * u, -np.sin(0.95 * u - 0.12)])
            n = 7
            t = np.linspace(-0.25, 1, n)[:, None]
            mid = np.array([reach, 0.022, z0]) + way * t * (0.135 - 0.045 * u)
            half = (0.017 * np.array([1, 1, 1, 1, 0.9, 0.65, 0.15]))[:, None] * np.array([np.sin(0.95 * u - 0.12), 0, np.cos(0.95 * u - 0.12)])
            mirror = np.array([side, 1, 1])
            v, tri = blade((mid + half) * mirror, (mid - half) * mirror, 0.003, 0.03, 3)
            m.add(v, tri, m.wing(v, side, arm, hand, 0.02, 0.205, 0.06))

    def beat(strength, rest, bend):
        def pose(p):
            up = rest + strength * np.sin(p)
            hand = -0.10 + bend * strength * np.sin(p - 1.2)
            # Bent and drawn back on the way up.
            back = 0.35 * strength * max(0.0, np.cos(p))
            local = {"body": about_x(-0.08 - 0.04 * np.cos(p)), "head": about_x(0.05 * np.cos(p)), "tail": about_x(0.10 * np.sin(p))}
            for side, sign in (("r", 1), ("l", -1)):
                local[f"arm_{side}"] = about_y(sign * back * 0.5) @ about_z(sign * up)
                local[f"hand_{side}"] = about_y(sign * back) @ about_z(sign * hand)
            return local, -0.055 * strength * np.sin(p)

        return pose

    def glide(p):
        local = {"body": about_z(0.07 * np.sin(p)) @ about_x(-0.03)}
        for side, sign in (("r", 1), ("l", -1)):
            local[f"arm_{side}"] = about_z(sign * (0.16 + 0.03 * np.sin(2 * p + sign)))
            local[f"hand_{side}"] = about_z(sign * (-0.10 + 0.04 * np.sin(2 * p)))
        return local, 0.006 * np.sin(p)

    def perched(p):
        local = {"body": about_x(-0.45), "head": about_y(0.5 * np.sin(p) ** 3) @ about_x(0.40), "tail": about_x(0.06 * np.sin(2 * p))}
        moved = {}
        for side, sign in (("r", 1), ("l", -1)):
            local[f"arm_{side}"] = about_z(sign * -0.35) @ about_y(sign * 1.40)
            local[f"hand_{side}"] = about_y(sign * 0.12)
            moved[f"hand_{side}"] = np.array([-sign * 0.115, 0.006, -0.02])
        return local, 0.0, moved

    fast = 0.5 if not fingers else 1.0
    clips = [
        clip(bones, "fly", fast, FRAMES, beat(0.72, 0.16, 0.62)),
        clip(bones, "glide", 4.0, FRAMES, glide),
        clip(bones, "idle", 4.0, FRAMES, perched),
    ]
    return *m.whole(), bones, clips


def membrane(root, wrist, tips, body, thick):
    """A bat's or dragon's wing between arm, fingers and flank: closed sheets from strut to strut, their free edges drawn in."""
    parts, struts = [], [np.asarray(t, float) for t in tips] + [np.asarray(body, float)]
    for k, (a, b) in enumerate(zip(struts, struts[1:])):
        rows, columns = 8, 7
        u, w = np.linspace(0, 1, rows)[:, None, None], np.linspace(0, 1, columns)[None, :, None]
        # From the wrist out; the last field from the arm to the flank.
        start = np.asarray(wrist, float) * (1 - w) + (np.asarray(root, float) if k == len(struts) - 2 else np.asarray(wrist, float)) * w
        edge = a * (1 - w) + b * w
        edge = edge + (start - edge) * 0.30 * np.sin(np.pi * w)
        grid = start * (1 - u) + edge * u
        grid[..., 1] += 0.10 * np.linalg.norm(a - b) * np.sin(np.pi * w[..., 0]) * u[..., 0] * (1 - 0.5 * u[..., 0])
        up = np.array([0, thick, 0])
        parts.append(sheet(grid + up, grid - up))
    return parts


def dragon():
    """A dragon, twelve metres across its wings and eight long."""
    bones = Bones(
        ("body", (0, 0, 0), None),
        ("neck_1", (0, 0.15, 1.2), "body"),
        ("neck_2", (0, 0.55, 2.0), "neck_1"),
        ("head", (0, 1.05, 2.75), "neck_2"),
        ("jaw", (0, 0.98, 2.85), "head"),
        ("tail_1", (0, 0.0, -1.2), "body"),
        ("tail_2", (0, -0.05, -2.3), "tail_1"),
        ("tail_3", (0, 0.0, -3.4), "tail_2"),
        ("arm_r", (0.35, 0.42, 0.75), "body"),
        ("hand_r", (2.25, 0.85, 1.55), "arm_r"),
        ("arm_l", (-0.35, 0.42, 0.75), "body"),
        ("hand_l", (-2.25, 0.85, 1.55), "arm_l"),
    )
    m = Body(bones)
    f = Form(0.25)
    f.chain([(0, 0.0, 1.0), (0, -0.10, 0.25), (0, 0.0, -0.9)], [0.50, 0.60, 0.40])
    f.chain([(0, 0.05, 1.0), (0, 0.38, 1.60), (0, 0.90, 2.15), (0, 1.16, 2.70)], [0.40, 0.26, 0.19, 0.18])
    f.chain([(0, 0.0, -0.8), (0, -0.04, -2.0), (0, -0.02, -3.2), (0, 0.10, -4.9)], [0.38, 0.23, 0.13, 0.04])
    f.ball((0, 1.12, 2.95), (0.22, 0.20, 0.32), flow=0.12)
    f.chain([(0, 1.10, 3.1), (0, 1.02, 3.62)], [0.15, 0.085], flow=0.08)
    f.ball((0.07, 1.10, 3.62), (0.045, 0.045, 0.06), both=True, flow=0.04)
    f.ball((0.13, 1.26, 3.0), (0.06, 0.05, 0.12), both=True, flow=0.04)
    # Horns sweep back; fins on the cheeks.
    f.chain([(0.12, 1.22, 2.88), (0.20, 1.42, 2.55), (0.22, 1.50, 2.15)], [0.07, 0.045, 0.012], both=True, flow=0.04)
    f.chain([(0.18, 1.02, 2.85), (0.34, 1.02, 2.58)], [0.05, 0.012], both=True, flow=0.04)
    # Legs drawn up under the body.
    f.chain([(0.36, -0.25, 0.75), (0.48, -0.62, 0.50), (0.44, -0.82, 0.95)], [0.24, 0.14, 0.09], both=True, flow=0.12)
    f.chain([(0.34, -0.18, -0.60), (0.50, -0.62, -0.25), (0.44, -0.72, -1.05), (0.42, -0.80, -1.40)], [0.30, 0.20, 0.11, 0.08], both=True, flow=0.12)
    for x in (0.36, 0.44, 0.52):
        f.chain([(0.44, -0.82, 0.95), (x, -0.90, 1.16)], [0.06, 0.012], both=True, flow=0.02)
        f.chain([(x - 0.02, -0.80, -1.40), (x - 0.02, -0.86, -1.62)], [0.06, 0.012], both=True, flow=0.02)
    # A crest of spines from the head to the tail.
    line = np.array([(0, 1.26, 2.75), (0, 0.98, 2.25), (0, 0.60, 1.65), (0, 0.52, 0.95), (0, 0.50, 0.2), (0, 0.38, -0.8), (0, 0.18, -2.0), (0, 0.10, -3.2), (0, 0.13, -4.4)])
    for t in np.linspace(0, 1, 27):
        k = t * (len(line) - 1)
        p = line[int(k)] * (1 - k % 1) + line[min(int(k) + 1, len(line) - 1)] * (k % 1)
        tall = 0.26 * (0.45 + 0.55 * np.sin(np.pi * min(1, t * 1.25)))
        f.chain([p - [0, 0.05, 0], p + [0, tall, -0.20 * tall / 0.26]], [0.055, 0.008], flow=0.03)
    v, tri, _ = f.mesh(5200, 230)
    names, places = ["tail_3", "tail_2", "tail_1", "body", "neck_1", "neck_2", "head"], [-4.2, -2.9, -1.7, 0.0, 1.6, 2.3, 2.95]
    m.add(v, tri, m.along(v, names, places))
    # The lower jaw, open a little.
    j = Form(0.05)
    j.chain([(0, 0.96, 2.9), (0, 0.86, 3.5)], [0.10, 0.05])
    v, tri, _ = j.mesh(160, 40)
    w = np.zeros((len(v), len(bones.names)))
    w[:, bones.names.index("jaw")] = 1
    m.add(v, tri, w)
    # The tail's spade.
    spade = Made().extrude([(0, 0), (0.34, -0.30), (0, -0.95), (-0.34, -0.30)], 0.05)
    v, tri, _ = spade.whole()
    v = np.stack([v[:, 0], 0.10 + v[:, 2], -4.75 + v[:, 1]], 1)
    m.add(v, tri, m.along(v, ["tail_3"], [-4.0]))
    for side in (-1, 1):
        mirror = np.array([side, 1.0, 1.0])
        root, elbow, wrist = np.array([0.35, 0.42, 0.75]), np.array([1.30, 0.62, 0.20]), np.array([2.25, 0.85, 1.55])
        tips = [np.array(p) for p in ((6.3, 0.60, 0.20), (5.6, 0.45, -2.00), (4.1, 0.28, -3.00), (2.3, 0.12, -2.80))]
        flank = np.array([0.30, 0.10, -1.25])
        parts = membrane(root, wrist, tips, flank, 0.018)
        bone = Form(0.02)
        bone.chain([root, elbow, wrist], [0.20, 0.14, 0.10])
        bone.chain([wrist, wrist + [0.06, 0.10, 0.34]], [0.07, 0.012])
        for tip in tips:
            middle = (wrist + tip) / 2 + [0, 0.10, 0.08]
            bone.chain([wrist, middle, tip], [0.085, 0.055, 0.018])
        v, tri, _ = bone.mesh(1500, 200)
        parts.append((v, tri))
        hand, arm = ("hand_r", "arm_r") if side > 0 else ("hand_l", "arm_l")
        for v, tri in parts:
            v = v * mirror
            m.add(v, tri, m.wing(v, side, arm, hand, 0.30, 2.25, 0.6))

    def sway(p, much):
        return {
            "neck_1": about_x(0.05 * much * np.sin(p)) @ about_y(0.06 * much * np.sin(p + 1)),
            "neck_2": about_x(-0.06 * much * np.sin(p - 0.5)),
            "head": about_x(0.05 * much * np.sin(p - 1.0) + 0.12),
            "jaw": about_x(0.10 + 0.05 * np.sin(p)),
            "tail_1": about_x(0.07 * much * np.sin(p - 0.8)) @ about_y(0.10 * np.sin(p)),
            "tail_2": about_x(0.10 * much * np.sin(p - 1.6)) @ about_y(0.14 * np.sin(p - 0.8)),
            "tail_3": about_x(0.14 * much * np.sin(p - 2.4)) @ about_y(0.18 * np.sin(p - 1.6)),
        }

    def fly(p):
        local = sway(p, 1.0) | {"body": about_x(-0.10 + 0.03 * np.cos(p))}
        back = 0.16 * max(0.0, np.cos(p))
        for side, sign in (("r", 1), ("l", -1)):
            local[f"arm_{side}"] = about_y(sign * back) @ about_z(sign * (0.24 + 0.50 * np.sin(p)))
            local[f"hand_{side}"] = about_y(sign * back) @ about_z(sign * (-0.06 + 0.42 * np.sin(p - 1.2)))
        return local, -0.35 * np.sin(p)

    def glide(p):
        local = sway(p, 0.4) | {"body": about_z(0.05 * np.sin(p))}
        for side, sign in (("r", 1), ("l", -1)):
            local[f"arm_{side}"] = about_z(sign * (0.28 + 0.03 * np.sin(p)))
            local[f"hand_{side}"] = about_z(sign * (-0.12 + 0.04 * np.sin(p - 1)))
        return local, 0.05 * np.sin(p)

    return *m.whole(), bones, [clip(bones, "fly", 2.0, FRAMES, fly), clip(bones, "glide", 4.0, FRAMES, glide)]


FLIERS = [
    ("bird", 0.9, "x", lambda: bird(body=1.05)),
    ("eagle", 2.1, "x", lambda: bird(body=0.92, fingers=6, chord=1.25, tail=1.15, hook=True)),
    ("dragon", 12.0, "x", dragon),
]
