"""Times one of Stable Diffusion's networks in torch: torch_step.py NETWORK PIXELS THREADS.

NETWORK is sd-turbo, sdxl-turbo or decoder; weights are random. Prints torch's version, then runs the network once for
each line of its input and prints wall and CPU seconds. `bench_unet` starts it.
"""

import sys
import time

import torch
from diffusers import AutoencoderKL, UNet2DConditionModel

network, side, threads = sys.argv[1], int(sys.argv[2]) // 8, int(sys.argv[3])
torch.set_num_threads(threads)
common = {"sample_size": side, "use_linear_projection": True}
with torch.device("meta"):
    if network == "sd-turbo":
        model = UNet2DConditionModel(cross_attention_dim=1024, attention_head_dim=[5, 10, 20, 20], **common)
    elif network == "sdxl-turbo":
        model = UNet2DConditionModel(
            cross_attention_dim=2048,
            attention_head_dim=[5, 10, 20],
            transformer_layers_per_block=[1, 2, 10],
            block_out_channels=(320, 640, 1280),
            down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
            up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
            addition_embed_type="text_time",
            addition_time_embed_dim=256,
            projection_class_embeddings_input_dim=2816,
            **common,
        )
    elif network == "decoder":
        model = AutoencoderKL(
            down_block_types=("DownEncoderBlock2D",) * 4,
            up_block_types=("UpDecoderBlock2D",) * 4,
            block_out_channels=(128, 256, 512, 512),
            layers_per_block=2,
        )
    else:
        sys.exit(f"{network} is no network")
model = model.to_empty(device="cpu").eval()
for parameter in model.parameters():
    parameter.data.uniform_(-1, 1).div_(parameter[0].numel() ** 0.5)
latents = torch.ones(1, 4, side, side)
text = torch.ones(1, 77, 1024 if network == "sd-turbo" else 2048)
added = {"text_embeds": torch.ones(1, 1280), "time_ids": torch.ones(1, 6)} if network == "sdxl-turbo" else None


def step():
    if network == "decoder":
        return model.decode(latents).sample
    return model(latents, 500, encoder_hidden_states=text, added_cond_kwargs=added).sample


print(torch.__version__, flush=True)
with torch.inference_mode():
    for _ in sys.stdin:
        wall, cpu = time.perf_counter(), time.process_time()
        step()
        print(time.perf_counter() - wall, time.process_time() - cpu, flush=True)
