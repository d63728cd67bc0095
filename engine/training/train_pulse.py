#!/usr/bin/env python3
"""Trains the network that senses the beat of music as it is played (`engine/assets/sense`).

    train_pulse.py OUT.safetensors [--epochs N] [--minutes M] [--seed S] CLUES BEATS [CLUES BEATS ...]

CLUES is a folder that `phosphene_tools pulse-clues` wrote, BEATS one with NAME.beats (`seconds<TAB>place in the
bar`, empty when there is no beat).  A network of causal convolutions hears the clues of two hops at a time, every
20 ms, and says at each moment how likely a beat and a downbeat are, how likely it is that there is a pulse at all, and
which of LENGTHS beat lengths is the felt one (which is not kept).  Nothing it says of a moment knows what follows.

Needs torch, numpy and safetensors; uses a GPU when there is one.  The same seed, data, machine and number of epochs
give the same weights; `--minutes` ends at the end of an epoch.

Source: M. E. P. Davies, S. Boeck, "Temporal convolutional networks for musical audio beat tracking", EUSIPCO 2019;
S. Boeck, M. E. P. Davies, P. Knees, "Multi-task learning of tempo and beat", ISMIR 2019; I. Loshchilov, F. Hutter,
"Decoupled weight decay regularization", ICLR 2019.
"""
import argparse
import os
import time

import numpy as np
import torch
from safetensors.torch import save_file

SENSES = 12  # numbers of a hop
WIDTH = 48  # channels
TAPS = 5
APART = [1, 2, 4, 8, 16, 32, 64, 128]  # looks between the taps of each block: 20 s in all
ANSWERS = 3  # beat, downbeat, pulse
LENGTHS = 64  # beat lengths from SHORTEST to LONGEST hops, evenly spaced in pitch of tempo
SHORTEST, LONGEST = 24.0, 150.0
HOP = 0.01  # seconds
REACH = 0.025  # a beat is this wide, in seconds
LOOKS = 600  # looks (20 ms) of a lesson
CHECKED = 560  # looks of the made-up input for which OUT.csv has the last three answers
WEIGHTS = [4, 2, 1, 0.3]  # of the losses: beat, downbeat, pulse, length
FAST = 0.3  # share of the fastest songs that comes in an epoch
KEPT_BACK = 12  # one song in so many only judges


def load(folders):
    """Songs: clues [hops, SENSES], beats [seconds], whether each is a downbeat."""
    songs = []
    for clues, beats in folders:
        for file in sorted(os.listdir(clues)):
            name = file[: -len(".f32")]
            path = os.path.join(beats, name + ".beats")
            if not file.endswith(".f32") or not os.path.exists(path):
                continue
            x = np.fromfile(os.path.join(clues, file), "<f4").reshape(-1, SENSES)
            rows = [line.split() for line in open(path) if line.strip()]
            at = np.array([float(row[0]) for row in rows])
            down = np.array([len(row) > 1 and int(float(row[1])) == 1 for row in rows], bool)
            if len(x) > 600:
                songs.append((name, x, at, down))
    return songs


def targets(hops, at, down):
    """What is true of each hop: beat, downbeat, pulse (0 or 1), and the felt length in hops (0: none)."""
    times = np.arange(hops) * HOP
    y = np.zeros((hops, 4), np.float32)
    if len(at) < 4:
        return y
    for column, which in ((0, at), (1, at[down])):
        for beat in which:
            near = slice(max(0, int((beat - 0.06) / HOP)), int((beat + 0.06) / HOP) + 2)
            y[near, column] = np.maximum(y[near, column], np.clip(1.5 - np.abs(times[near] - beat) / REACH, 0, 1))
    steps = np.diff(at)
    # The felt length is the median of the four beats around.
    smooth = np.array([np.median(steps[max(0, i - 2) : i + 3]) for i in range(len(steps))])
    which = np.clip(np.searchsorted(at, times, side="right") - 1, 0, len(steps) - 1)
    inside = (times >= at[0] - 0.03) & (times <= at[-1] + steps[-1])
    y[:, 2] = inside
    y[:, 3] = np.where(inside, smooth[which] / HOP, 0)
    return y


def place(length):
    """Where lengths in hops, a tensor, lie among the lengths, 0 to LENGTHS - 1."""
    return torch.log(length.clamp(min=1) / SHORTEST) / np.log(LONGEST / SHORTEST) * (LENGTHS - 1)


class Block(torch.nn.Module):
    """A causal convolution over looks that lie `apart`, added to what it was given."""

    def __init__(self, apart):
        super().__init__()
        self.apart = apart
        self.wide = torch.nn.Conv1d(WIDTH, WIDTH, TAPS, dilation=apart)
        self.mix = torch.nn.Conv1d(WIDTH, WIDTH, 1)

    def forward(self, x, drop):
        y = torch.nn.functional.pad(x, ((TAPS - 1) * self.apart, 0))
        y = torch.nn.functional.elu(self.wide(y))
        return x + self.mix(torch.nn.functional.dropout1d(y, drop, self.training))


class Sense(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.first = torch.nn.Conv1d(2 * SENSES, WIDTH, 1)
        self.blocks = torch.nn.ModuleList(Block(apart) for apart in APART)
        self.read = torch.nn.Conv1d(WIDTH, ANSWERS + LENGTHS, 1)

    def forward(self, looks, drop=0.1):
        x = torch.nn.functional.elu(self.first(looks.transpose(1, 2)))
        for block in self.blocks:
            x = block(x, drop)
        return self.read(torch.nn.functional.elu(x)).transpose(1, 2)


def lesson(song, rng, whole=False):
    """A stretch of a song as [LOOKS, 2 SENSES] and its targets [LOOKS, 4]; worse than it was recorded, unless whole."""
    _, x, y = song
    stretch = 1.0 if whole else float(np.exp(rng.uniform(-0.09, 0.09)))
    need = int(2 * LOOKS * stretch) + 4
    most = max(0, len(x) - need)
    begin = 0 if whole or rng.random() < 0.45 else int(rng.integers(0, most + 1))
    rows = begin + np.arange(2 * LOOKS + 1) * stretch
    low = np.minimum(rows.astype(int), len(x) - 2)
    part = np.minimum(rows - low, 1.0)[:, None].astype(np.float32)
    known = rows < len(x) - 1
    x2 = x[low] * (1 - part) + x[low + 1] * part
    y2 = y[np.minimum(np.round(rows).astype(int), len(y) - 1)].copy()
    y2[:, 3] /= stretch
    if not whole:
        gain = np.exp(rng.normal(0, 0.12, SENSES)).astype(np.float32)
        x2 = x2 * gain + rng.normal(0, 0.05, x2.shape).astype(np.float32)
        if rng.random() < 0.12:
            x2[:, :2] = rng.choice([-1.0, -0.5])
        for group in range(2, 9):
            if rng.random() < 0.06:
                x2[:, group] = 0
        if rng.random() < 0.2:
            x2[:, 9:11] = 0.03
        if rng.random() < 0.2:
            x2[:, 11] = rng.uniform(0.3, 1)
    # The first hop of a pair is the one before.
    looks = np.concatenate([x2[0:-1:2], x2[1::2]], 1)
    return looks.astype(np.float32), y2[1::2], known[1::2]


def share(y):
    """How often a song comes in an epoch.

    Those without a beat are few.  Fast beats are rarer in what people play than in these songs, whose makers choose
    among all kinds of music evenly.
    """
    lengths = y[y[:, 3] > 0, 3]
    if not len(lengths):
        return 3.0
    bpm = 60 / HOP / np.median(lengths)
    return float(np.clip(np.exp(-np.log(bpm / 165) / 0.15), FAST, 1))


def loss_of(out, y, known):
    """The mean losses of beat, downbeat, pulse and length, each over the looks that are known."""
    known = known.float()
    cross_entropy = torch.nn.functional.binary_cross_entropy_with_logits
    answers = cross_entropy(out[..., :ANSWERS], y[..., :ANSWERS], reduction="none")
    answers = (answers * known[..., None]).sum((0, 1)) / known.sum()
    near = torch.exp(-0.5 * ((torch.arange(LENGTHS, device=out.device) - place(y[..., 3])[..., None]) / 0.8) ** 2)
    near = near / near.sum(-1, keepdim=True).clamp(min=1e-6)
    length = -(near * torch.log_softmax(out[..., ANSWERS:], -1)).sum(-1)
    felt = known * (y[..., 3] > 0)
    return [*answers, (length * felt).sum() / felt.sum().clamp(min=1)]


def judge(net, judged, device):
    """The four losses on songs kept back, and how often the felt length is right 2, 4 and 10 s after the start."""
    looks, y, known = judged
    net.eval()
    with torch.no_grad():
        out = net(looks.to(device)).cpu()
    net.train()
    parts = [part.item() for part in loss_of(out, y, known)]
    felt = (y[..., 3] > 0) & known
    right = ((out[..., ANSWERS:].argmax(-1) - place(y[..., 3])).abs() < 1.6) & felt
    spans = [right[:, a:b].sum() / felt[:, a:b].sum().clamp(min=1) for a, b in ((100, 150), (200, 250), (400, 600))]
    return parts, [span.item() for span in spans]


def save(net, out, device):
    """Writes the weights, and what they make of an input that is made up: OUT.csv, for the program's test.

    The program has no use for lengths: they are asked for because what is learnt for them helps with the rest.
    """
    state = net.state_dict().items()
    kept = {name: (value[:ANSWERS] if name.startswith("read") else value).contiguous().cpu() for name, value in state}
    save_file(kept, out)
    hop, sense = np.arange(2 * CHECKED)[:, None], np.arange(SENSES)
    made = ((7919 * hop + 104729 * sense + hop * hop % 97) % 1000 / 1000).astype(np.float32)
    looks = torch.from_numpy(np.concatenate([made[0::2], made[1::2]], 1))[None].to(device)
    net.eval()
    with torch.no_grad():
        answers = net(looks)[0, -3:, :ANSWERS].cpu().numpy()
    np.savetxt(os.path.splitext(out)[0] + ".csv", answers, "%.5f", ",")


def train(net, learnt, kept, args, rng, device):
    """Teaches the network, and says after each epoch how it fares."""
    shares = np.array([share(y) for _, _, y in learnt])
    optimiser = torch.optim.AdamW(net.parameters(), lr=args.rate, weight_decay=1e-3)
    judged = [torch.from_numpy(np.stack(part)) for part in zip(*(lesson(song, rng, True) for song in kept))]
    begin, epoch, gone = time.time(), 0, 0.0
    while epoch < args.epochs and gone < 1:
        order = rng.permutation(np.repeat(np.arange(len(learnt)), (shares + rng.random(len(shares))).astype(int)))
        losses = []
        for i in range(0, len(order) - args.batch + 1, args.batch):
            gone = max((time.time() - begin) / 60 / args.minutes, (epoch + i / len(order)) / args.epochs)
            warm = min(1, (epoch * len(order) + i + 1) / 1500)
            for group in optimiser.param_groups:
                group["lr"] = args.rate * warm * max(0.01, 0.5 * (1 + np.cos(np.pi * min(1, gone))))
            lessons = [lesson(learnt[k], rng) for k in order[i:i + args.batch]]
            looks, y, known = (torch.from_numpy(np.stack(part)).to(device) for part in zip(*lessons))
            parts = loss_of(net(looks), y, known)
            loss = sum(weight * part for weight, part in zip(WEIGHTS, parts))
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimiser.step()
            losses.append([part.item() for part in parts])
        epoch += 1
        words = [np.mean(losses, 0) if losses else [], *judge(net, judged, device)]
        loss, kept_back, lengths = (" ".join(f"{value:.3f}" for value in word) for word in words)
        spent = f"{time.time() - begin:.0f} s"
        print(f"epoch {epoch}, {spent}: losses {loss}; kept back {kept_back}; length right {lengths}", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("out")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--epochs", type=int, default=36)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("folders", nargs="+")
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    rng = np.random.default_rng(args.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    songs = load(list(zip(args.folders[::2], args.folders[1::2])))
    songs = [(name, x, targets(len(x), at, down)) for name, x, at, down in songs]
    kept = songs[::KEPT_BACK]
    learnt = [song for i, song in enumerate(songs) if i % KEPT_BACK]
    if len(learnt) < args.batch:
        parser.error(f"{len(songs)} songs are too few: a lesson needs {args.batch}")
    print(f"{len(learnt)} songs, {len(kept)} kept back", flush=True)
    net = Sense().to(device)
    train(net, learnt, kept, args, rng, device)
    save(net, args.out, device)


if __name__ == "__main__":
    main()
