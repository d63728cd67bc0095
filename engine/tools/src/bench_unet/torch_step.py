"""Times one of Stable Diffusion's networks in torch: torch_step.py CONFIG.json PIXELS THREADS DEVICE.

The configuration is that of a `UNet2DConditionModel` or an `AutoencoderKL` (its decoder is timed); weights are random.
Prints torch's version, then runs the network once for each line of its input and prints wall and CPU seconds.
`bench_unet` starts it.
"""

import json
import pathlib
import sys
import time

import diffusers
import torch

config, side, threads, device = json.loads(pathlib.Path(sys.argv[1]).read_text()), int(sys.argv[2]) // 8, *sys.argv[3:]
torch.set_num_threads(int(threads))
dtype = torch.float32 if device == "cpu" else torch.float16
with torch.device("meta"):
    model = getattr(diffusers, config["_class_name"]).from_config(config)
model = (model.half() if dtype == torch.float16 else model).to_empty(device=device).eval()
for name, parameter in model.named_parameters():
    parameter.data.uniform_(-1, 1).mul_(0.1 if parameter.ndim == 1 else (3 / parameter[0].numel()) ** 0.5)
    if parameter.ndim == 1 and name.endswith("weight"):
        parameter.data.fill_(1)
common = dict(dtype=dtype, device=device)
latents = torch.ones(1, 4, side, side, **common)
text = torch.ones(1, 77, config.get("cross_attention_dim", 1), **common)
added = {"text_embeds": torch.ones(1, 1280, **common), "time_ids": torch.ones(1, 6, **common)}


def step():
    if config["_class_name"] == "AutoencoderKL":
        made = model.decode(latents).sample
    else:
        made = model(latents, 500, encoder_hidden_states=text, added_cond_kwargs=added).sample
    # A graphics card is done when its result is here.
    return made.float().mean().item()


print(torch.__version__, flush=True)
with torch.inference_mode():
    for _ in sys.stdin:
        wall, cpu = time.perf_counter(), time.process_time()
        step()
        print(time.perf_counter() - wall, time.process_time() - cpu, flush=True)
