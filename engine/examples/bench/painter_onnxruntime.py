"""Times the painter's network in onnxruntime on one thread: painter_onnxruntime.py ONNX WIDTH HEIGHT ROUNDS.

Prints onnxruntime's version and the best CPU seconds of all rounds.
"""

import sys
import time

import numpy as np
import onnxruntime

onnx, width, height, rounds = sys.argv[1], *map(int, sys.argv[2:5])
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = options.inter_op_num_threads = 1
session = onnxruntime.InferenceSession(onnx, options, providers=["CPUExecutionProvider"])
image = np.random.default_rng(1).random((1, 3, height, width), dtype=np.float32)
styles = np.zeros(26, dtype=np.float32)
styles[7], styles[3] = 0.7, 0.3
best = float("inf")
for _ in range(rounds):
    start = time.process_time()
    session.run(None, {"image": image, "style_weights": styles})
    best = min(best, time.process_time() - start)
print(onnxruntime.__version__, best)
