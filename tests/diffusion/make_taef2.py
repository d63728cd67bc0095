"""Writes TAEF2's weights as safetensors, and what torch makes of a photograph with them.

    python tests/diffusion/make_taef2.py taef2_encoder.pth taef2_decoder.pth PHOTOGRAPH.png

The weights come from github.com/madebyollin/taesd, the photograph (512x512) from scikit-image; both are named with their
licences in tests/golden/diffusion/taef2/SOURCES.md. Needs torch, safetensors, pillow, numpy.
"""

import json
import pathlib
import sys

import numpy
import torch
from PIL import Image
from safetensors.torch import save_file
from torch import nn

FOLDER = pathlib.Path(__file__).parent.parent / "golden" / "diffusion" / "taef2"


class Block(nn.Module):
    """A residual block; next to the latents with a normalised detour."""

    def __init__(self, detour):
        super().__init__()
        width = 64
        conv = lambda: nn.Conv2d(width, width, 3, padding=1)
        self.conv = nn.Sequential(conv(), nn.ReLU(), conv(), nn.ReLU(), conv())
        if detour:
            self.pool = nn.Sequential(
                nn.Conv2d(width, 4 * width, 1, bias=False),
                nn.GroupNorm(4, 4 * width),
                nn.ReLU(),
                nn.Conv2d(4 * width, width, 1, bias=False),
            )

    def forward(self, x):
        if hasattr(self, "pool"):
            x = x + self.pool(x)
        return torch.relu(self.conv(x) + x)


class Limit(nn.Module):
    def forward(self, x):
        return torch.tanh(x / 3) * 3


def encoder():
    layers = [nn.Conv2d(3, 64, 3, padding=1), Block(False)]
    for stage in range(3):
        layers.append(nn.Conv2d(64, 64, 3, stride=2, padding=1, bias=False))
        layers += [Block(stage == 2) for _ in range(3)]
    return nn.Sequential(*layers, nn.Conv2d(64, 32, 3, padding=1))


def decoder():
    layers = [Limit(), nn.Conv2d(32, 64, 3, padding=1), nn.ReLU()]
    for stage in range(3):
        layers += [Block(stage == 0) for _ in range(3)]
        layers += [nn.Upsample(scale_factor=2), nn.Conv2d(64, 64, 3, padding=1, bias=False)]
    return nn.Sequential(*layers, Block(False), nn.Conv2d(64, 3, 3, padding=1))


@torch.no_grad()
def main():
    torch.set_num_threads(1)
    FOLDER.mkdir(parents=True, exist_ok=True)
    networks = []
    for network, path in zip((encoder(), decoder()), sys.argv[1:3]):
        weights = torch.load(path, map_location="cpu", weights_only=True)
        network.load_state_dict(weights)
        networks.append(network.float().eval())
        name = pathlib.Path(path).stem + ".safetensors"
        save_file({key: weight.half().contiguous() for key, weight in weights.items()}, FOLDER / name)
    photograph = Image.open(sys.argv[3]).convert("RGB")
    made = []
    tensors = {}
    for size in (256, 512):
        small = photograph if photograph.width == size else photograph.resize((size, size), Image.Resampling.LANCZOS)
        small.save(FOLDER / f"photograph_{size}.png", optimize=True)
        x = torch.from_numpy(numpy.asarray(small).copy()).permute(2, 0, 1)[None].float() / 255
        latents = networks[0](x)
        y = networks[1](latents).clamp(0, 1)
        decibels = -10 * torch.log10((y - x).square().mean()).item()
        print(f"{size}x{size}: {decibels:.2f} dB by torch {torch.__version__}")
        made.append(dict(size=size, decibels=decibels))
        if size == 256:
            tensors["latents"] = latents
    save_file(tensors, FOLDER / "reference.safetensors")
    (FOLDER / "reference.json").write_text(json.dumps(made, indent=1) + "\n")


if __name__ == "__main__":
    main()
