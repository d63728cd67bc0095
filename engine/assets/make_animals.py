"""Packs the animals of `phosphene_worlds::figures` into figures/animals.bin and writes the program's table of them.

Run after a change of figure_fliers.py; its output is committed. Where everything comes from stands in
figures/ORIGINS.md.

    python make_animals.py ANIMALS PROPS

ANIMALS    meshes, rigs, clips of mesh2motion-app (.glb)
PROPS      models by Quaternius (.glb, geometry only)

Needs what make_figures.py and make_things.py need. Axes as in make_figures.py.
"""

import struct
import sys
import zlib
from pathlib import Path

import numpy as np

import figure_things
from figure_fliers import FLIERS
from make_figures import Glb, Out, normals, put_track, put_weights, quaternion, simplified, steady

ANIMALS = [
    ("horse", "horse-animations", "horse-animations", "Idle:idle Walk:walk Trot:trot Run:run Rear:rear Eating:eat", 1.75, "y"),
    ("fox", "fox-animations", "fox-animations", "Idle:idle Walk:walk Run:run Howl:howl Sit:sit", 0.55, "y"),
    ("wolf", "fox-animations", "fox-animations", "Idle:idle Walk:walk Run:run Howl:howl Sit:sit", 0.95, "y"),
    ("dog", "models-variation/fox-dog", "fox-animations", "Idle:idle Walk:walk Run:run Sit:sit Howl:howl", 0.7, "y"),
    ("cat", "models-variation/fox-cat", "fox-animations", "Idle:idle Walk:walk Run:run Sit:sit", 0.36, "y"),
    ("panda", "models-variation/fox-panda", "fox-animations", "Idle:idle Walk:walk Sit:sit", 0.95, "y"),
    ("shark", "models-variation/fish-shark", "shark-animations", "Swim Horizontal:swim", 4.0, "z"),
    ("whale", "models-variation/fish-whale", "shark-animations", "Swim Vertical:swim", 14.0, "z"),
    ("snake", "snake-animations", "snake-animations", "Coiled:idle Side winding:slide Dance:dance", 2.2, "z"),
    ("spider", "spider-animations", "spider-animations", "Idle:idle Walk:walk", 0.4, "x"),
    ("monster", "kaiju-animations", "kaiju-animations", "Idle:idle Walk:walk Roar:roar", 30.0, "y"),
]
# Of one piece, bent by a wave along them: name, mesh, natural size, of which axis, height of the wave, up and down or
# from side to side.
SWIMMERS = [
    ("fish", "fish_pack/Fish1", 0.35, "z", 0.10, 0),
    ("dolphin", "fish_pack/Dolphin", 2.4, "z", 0.08, 1),
    ("manta ray", "fish_pack/Manta_ray", 4.5, "x", 0.05, 1),
]
# Of one piece, standing.
STANDERS = [
    ("deer", "animals_pack/Deer", 1.5, "y"),
    ("stag", "animals_pack/Stag", 2.0, "y"),
    ("cow", "animals_pack/Cow", 1.5, "y"),
    ("bull", "animals_pack/Bull", 1.6, "y"),
    ("donkey", "animals_pack/Donkey", 1.4, "y"),
    ("husky", "animals_pack/Husky", 0.75, "y"),
    ("alpaca", "animals_pack/Alpaca", 1.6, "y"),
]
# Heads that are drawn too large.
HEADS = {"cat": 0.70, "dog": 0.84}
FLOATING = ("shark", "whale")
FPS = 15


def animals(out, root, props):
    out.put("H", len(ANIMALS) + len(FLIERS) + len(SWIMMERS) + len(STANDERS))
    flip = np.diag([-1.0, 1, 1])
    sampled = {}
    for name, mesh, source, list_of_clips, natural, axis in ANIMALS:
        v, f, joints, weights, names, parent, bind = Glb(root / f"{mesh}.glb").skinned()
        moving = Glb(root / f"{source}.glb")
        skin0 = moving.skinned()
        names0, bind0 = skin0[4], skin0[6]
        # Seams of texture coordinates are of no use here.
        keys, first, inverse = np.unique(np.round(v, 4), axis=0, return_index=True, return_inverse=True)
        inverse = inverse.reshape(-1)
        f = inverse[f]
        f = f[(f[:, 0] != f[:, 1]) & (f[:, 1] != f[:, 2]) & (f[:, 0] != f[:, 2])]
        v, joints, weights = v[first].astype(float), joints[first], weights[first]
        dense = np.zeros((len(v), len(names)))
        for k in range(4):
            np.add.at(dense, (np.arange(len(v)), joints[:, k].astype(int)), weights[:, k])
        if name in HEADS:
            top = names.index("Head")
            those = [k for k, n in enumerate(names) if n.startswith(("Head", "Ear", "Chin", "Nose"))]
            pivot, less = bind[top, :3, 3].copy(), 1 - HEADS[name]
            v -= (v - pivot) * dense[:, those].sum(1, keepdims=True) * less
            bind[those, :3, 3] -= (bind[those, :3, 3] - pivot) * less
        pick = {"x": 0, "y": 1, "z": 2}[axis]
        size = natural / np.ptp(v[:, pick])
        down = v[:, 1].min()
        place = lambda p: (p - [0, down, 0]) * size @ flip
        heads = place(bind[:, :3, 3])
        out.name(name)
        out.put("H", len(names))
        out.raw(heads.astype("<f4"))
        for level, target in enumerate((3200, 900, 300)):
            on, share, tris = simplified(v, f, target)
            lv = place(np.einsum("vk,vkj->vj", share, v[on]))
            n = normals(lv, tris)
            scale = np.abs(lv).max() / 32000
            out.put("HHf", len(on), len(tris), scale)
            out.planes(np.floor(lv / scale + 0.5).astype(np.int16).T)
            out.raw(np.floor(-n * 127 + 0.5).astype(np.int8).T)
            put_weights(out, np.einsum("vk,vkb->vb", share, dense[on]))
            out.indices(tris)
        pairs = []
        for text in list_of_clips.replace("Swim H", "Swim_H").replace("Swim V", "Swim_V").replace("Side w", "Side_w").split():
            theirs, own = text.split(":")
            pairs.append((theirs.replace("_", " "), own))
        out.put("B", len(pairs))
        for theirs, own in pairs:
            if (source, theirs) not in sampled:
                sampled[source, theirs] = moving.posed(theirs, FPS)
            world, secs = sampled[source, theirs]
            unit = lambda a: a / np.linalg.norm(a, axis=-2, keepdims=True)
            turn, at = np.zeros((len(world), len(names), 3, 3)), np.zeros((len(world), len(names), 3))
            ratio = size * 1.0
            for k, joint in enumerate(names):
                p = parent[k]
                if joint in names0:
                    j = names0.index(joint)
                    turn[:, k] = flip @ (unit(world[:, j, :3, :3]) @ unit(bind0[j, :3, :3]).T) @ flip
                else:
                    turn[:, k] = turn[:, p] if p >= 0 else np.eye(3)
                    j = None
                if p < 0 or joint.lower() in ("hips", "pelvis"):
                    moved = (world[:, j, :3, 3] - bind0[j, :3, 3]) * ratio @ flip if j is not None else 0
                    at[:, k] = heads[k] + moved
                else:
                    at[:, k] = at[:, p] + np.einsum("tij,j->ti", turn[:, p], heads[k] - heads[p])
            # On the ground a foot goes back as fast as the body goes on.
            stride = 0.0
            if own in ("walk", "trot", "run"):
                feet = [k for k, n in enumerate(names) if "foot" in n.lower() or "toe" in n.lower() or "ball" in n.lower()] or [
                    k for k in range(len(names)) if heads[k, 1] < 0.2 * heads[:, 1].max()
                ]
                step = np.roll(at[:, feet, 2], -1, axis=0) - at[:, feet, 2]
                low = at[:, feet, 1] < at[:, feet, 1].min(0) + 0.08 * np.ptp(at[:, feet, 1], axis=0).clip(1e-3)
                stride = max(0.0, -np.median(step[low])) * len(world) if low.any() else 0.0
            put_clip(out, own, secs, stride, at, turn)
            print(f"  {own}: {secs:.2f} s, {stride:.2f} m a cycle")
        print(f"{name:10} {len(v):5} vertices, {len(pairs)} clips")
    for name, natural, axis, model in FLIERS:
        flier(out, name, natural, axis, *model())
    for name, mesh, natural, axis, wave, vertical in SWIMMERS:
        whole(out, props, name, mesh, natural, axis, wave, vertical)
    for name, mesh, natural, axis in STANDERS:
        whole(out, props, name, mesh, natural, axis, 0.0, 0)


def flier(out, name, natural, axis, v, f, dense, bones, moves):
    """A model of figure_fliers.py."""
    size, down = natural / np.ptp(v[:, "xyz".index(axis)]), np.array([0, v[:, 1].min(), 0])
    v, heads = (v - down) * size, (bones.heads - down) * size
    out.name(name)
    out.put("H", len(heads))
    out.raw(heads.astype("<f4"))
    for target in (6000, 1800, 600):
        on, share, tris = simplified(v, f, target)
        put_level(out, np.einsum("vk,vkj->vj", share, v[on]), tris, np.einsum("vk,vkb->vb", share, dense[on]))
    out.put("B", len(moves))
    for own, secs, turn, at in moves:
        put_clip(out, own, secs, 0.0, (at - down) * size, turn)
    print(f"{name:10} {len(v):5} vertices, {len(f)} triangles, {len(moves)} clips")


def put_level(out, v, tris, dense):
    """A level of detail: corners, normals, shares of the bones, triangles."""
    scale = np.abs(v).max() / 32000
    out.put("HHf", len(v), len(tris), scale)
    out.planes(np.floor(v / scale + 0.5).astype(np.int16).T)
    out.raw(np.floor(normals(v, tris) * 127 + 0.5).astype(np.int8).T)
    put_weights(out, dense)
    out.indices(tris)


def put_clip(out, name, secs, stride, at, turn):
    """A clip: heads and turns of the bones over time."""
    spread = np.abs(at).max() / 32000
    out.name(name)
    out.put("ffHf", secs, stride, len(at), spread)
    put_track(out, at, spread)
    put_track(out, steady(quaternion(turn)), 1 / 16384)


def whole(out, props, name, mesh, natural, axis, wave, vertical):
    """A model of one piece, with a chain of bones along it that a wave bends; or one bone."""
    v, f, _ = figure_things.model(props, mesh, Glb)
    size = natural / np.ptp(v[:, "xyz".index(axis)])
    v = (v - [0, v[:, 1].min(), 0]) * size
    low, high = v[:, 2].min(), v[:, 2].max()
    n = 8 if wave else 2
    z = np.linspace(high, low, n)
    heads = np.stack([np.zeros(n), np.full(n, v[:, 1].mean() if wave else 0.0), z], 1)
    t = np.clip((high - v[:, 2]) / (high - low) * (n - 1), 0, n - 1.001)
    dense = np.zeros((len(v), max(n, 4)))
    k = t.astype(int)
    dense[np.arange(len(v)), k] = 1 - (t - k)
    dense[np.arange(len(v)), k + 1] = t - k
    out.name(name)
    out.put("H", n)
    out.raw(heads.astype("<f4"))
    for target in (3200, 900, 300):
        on, share, tris = simplified(v, f, target)
        put_level(out, np.einsum("vk,vkj->vj", share, v[on]), tris, np.einsum("vk,vkb->vb", share, dense[on]))
    frames = 16 if wave else 1
    at = np.tile(heads, (frames, 1, 1))
    turn = np.tile(np.eye(3), (frames, n, 1, 1))
    if wave:
        for frame in range(frames):
            phase = 2 * np.pi * frame / frames
            s = np.arange(n) / (n - 1)
            off = natural * wave * (0.15 + 0.85 * s * s) * np.sin(phase - s * 4.2)
            at[frame, :, vertical] += off
            slope = np.gradient(off, z)
            for b in range(n):
                c, d = 1 / np.hypot(1, slope[b]), slope[b] / np.hypot(1, slope[b])
                turn[frame, b] = [[1, 0, 0], [0, c, d], [0, -d, c]] if vertical else [[c, 0, d], [0, 1, 0], [-d, 0, c]]
    out.put("B", 1)
    put_clip(out, "swim" if wave else "idle", 1.0 + natural * 0.25, natural * 0.5 if wave else 0.0, at, turn)


def tables():
    """The animals' names, sizes and roles, for the program."""
    roles = [(n, size, "Floating" if n in FLOATING else "Far" if n == "monster" else "Second") for n, _, _, _, size, _ in ANIMALS]
    roles += [(n, size, "Floating") for n, size, *_ in FLIERS]
    roles += [(n, size, "Floating") for n, _, size, *_ in SWIMMERS]
    roles += [(n, size, "Second") for n, _, size, _ in STANDERS]
    figure_things.table("ANIMALS", roles)


def main():
    beasts, props = (Path(p) for p in sys.argv[1:3])
    out = Out()
    animals(out, beasts, props)
    tables()
    raw = out.b.getvalue()
    path = Path(__file__).parent / "figures/animals.bin"
    path.write_bytes(b"PHANI\x01\x00\x00" + struct.pack("<I", len(raw)) + zlib.compress(raw, 9))
    print(f"{len(raw) / 1e6:.2f} MB, packed {path.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
