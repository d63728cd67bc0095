"""The painter's network in onnxruntime, and in numpy with doubles: peer.py ONNX SAFETENSORS.

Prints onnxruntime's version, then answers requests. A request is a line "onnxruntime WIDTH HEIGHT" or
"doubles WIDTH HEIGHT", the picture's three planes and the 26 shares of the styles as floats; the answer is the CPU
seconds of one thread and the painting's three planes, as doubles.
"""

import json
import os
import sys
import time

os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np
import onnxruntime


def tensors(path):
    """All tensors of a safetensors file of floats."""
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        data = file.read()
    header.pop("__metadata__", None)
    return {
        name: np.frombuffer(data[slice(*entry["data_offsets"])], "<f4").reshape(entry["shape"]).astype(np.float64)
        for name, entry in header.items()
    }


def convolved(planes, weights, stride):
    """A convolution with mirrored edges, tap by tap: (inputs, h, w) to (outputs, h / stride, w / stride)."""
    outputs, inputs, side, _ = weights.shape
    edge = side // 2
    height, width = planes.shape[1:]
    padded = np.pad(planes, ((0, 0), (edge, edge), (edge, edge)), mode="reflect")
    rows, columns = -(-height // stride), -(-width // stride)
    out = np.zeros((outputs, rows * columns))
    for y in range(side):
        for x in range(side):
            tap = padded[:, y : y + height : stride, x : x + width : stride]
            out += weights[:, :, y, x] @ tap.reshape(inputs, -1)
    return out.reshape(outputs, rows, columns)


def painted(network, planes, styles):
    """The network as it was trained, in doubles."""

    def layer(planes, name, stride=1):
        out = convolved(planes, network[name + ".w"], stride)
        mean = out.mean(axis=(1, 2), keepdims=True)
        variance = ((out - mean) ** 2).mean(axis=(1, 2), keepdims=True)
        gamma, beta = (styles @ network[f"{name}.norm.{part}"] for part in ("gamma", "beta"))
        return (out - mean) / np.sqrt(variance + 1e-5) * gamma[:, None, None] + beta[:, None, None]

    def relu(planes):
        return np.maximum(planes, 0)

    def doubled(planes):
        return planes.repeat(2, axis=1).repeat(2, axis=2)

    x = relu(layer(planes, "contract.0"))
    x = relu(layer(x, "contract.1", 2))
    x = relu(layer(x, "contract.2", 2))
    for block in range(6):
        x = x + layer(relu(layer(x, f"res.{block}.0")), f"res.{block}.1")
    x = relu(layer(doubled(x), "expand.0"))
    x = relu(layer(doubled(x), "expand.1"))
    return 1 / (1 + np.exp(-layer(x, "expand.2")))


options = onnxruntime.SessionOptions()
options.intra_op_num_threads = options.inter_op_num_threads = 1
session = onnxruntime.InferenceSession(sys.argv[1], options, providers=["CPUExecutionProvider"])
network = tensors(sys.argv[2])
print(onnxruntime.__version__, flush=True)
while request := sys.stdin.buffer.readline().split():
    width, height = int(request[1]), int(request[2])
    read = lambda count: np.frombuffer(sys.stdin.buffer.read(4 * count), np.float32)
    planes, styles = read(3 * height * width).reshape(3, height, width), read(26)
    start = time.process_time()
    if request[0] == b"doubles":
        answer = painted(network, planes.astype(np.float64), styles.astype(np.float64))
    else:
        answer = session.run(None, {"image": planes[None], "style_weights": styles})[0]
    secs = time.process_time() - start
    sys.stdout.buffer.write(np.float64(secs).tobytes() + answer.astype(np.float64).tobytes())
    sys.stdout.buffer.flush()
