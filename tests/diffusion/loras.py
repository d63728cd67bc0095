"""LoRA files with random weights: one in kohya's names, one in peft's."""

import torch
from safetensors.torch import load_file, save_file

RANK = 3


def pick(pipe, architecture):
    """Modules to change: linear ones, 1x1 and 3x3 convolutions, and the text encoders'."""
    attention = "down_blocks.1" if architecture == "sdxl" else "down_blocks.0"
    unet = [
        f"{attention}.attentions.0.transformer_blocks.0.attn1.to_q",
        f"{attention}.attentions.0.transformer_blocks.0.attn2.to_k",
        f"{attention}.attentions.0.transformer_blocks.0.attn2.to_out.0",
        f"{attention}.attentions.0.transformer_blocks.0.ff.net.0.proj",
        f"{attention}.attentions.0.transformer_blocks.0.ff.net.2",
        f"{attention}.attentions.0.proj_in",
        "mid_block.attentions.0.transformer_blocks.0.attn1.to_v",
    ]
    convolutions = [
        "down_blocks.0.resnets.0.conv1",
        "down_blocks.1.resnets.0.conv_shortcut",
        "down_blocks.0.downsamplers.0.conv",
        "up_blocks.0.upsamplers.0.conv",
    ]
    # diffusers 0.42 with transformers 5 loses the text encoders' attention, and can't read peft's names for them at all.
    text = ["text_model.encoder.layers.0.mlp.fc2", "text_model.encoder.layers.1.mlp.fc1"]
    chosen = [("unet", name) for name in unet]
    if architecture != "sdxl":
        chosen += [("unet", name) for name in convolutions]
    chosen += [("text_encoder", name) for name in text]
    if architecture == "sdxl":
        chosen += [("text_encoder_2", name) for name in text]
    return chosen


def factors(pipe, part, name, generator):
    modules = dict(getattr(pipe, part).named_modules())
    module = modules.get(name) or modules[name.removeprefix("text_model.")]
    weight = module.weight
    down = torch.randn((RANK, *weight.shape[1:]), generator=generator) / weight[0].numel() ** 0.5
    up = torch.randn((weight.shape[0], RANK) + (1, 1) * (weight.ndim == 4), generator=generator) * 0.3
    return down, up


def original_name(name):
    """A transformer's name in Stability AI's own code, for two levels of two layers whose second has transformers."""
    for ours, theirs in (
        ("down_blocks.1.attentions.0", "input_blocks.4.1"),
        ("down_blocks.1.attentions.1", "input_blocks.5.1"),
        ("mid_block.attentions.0", "middle_block.1"),
    ):
        if name.startswith(ours + "."):
            return theirs + name.removeprefix(ours)
    raise KeyError(name)


def write(pipe, architecture, folder, seed):
    generator = torch.Generator().manual_seed(seed)
    chosen = pick(pipe, architecture)
    kohya, plain = {}, {}
    beginnings = dict(unet="lora_unet_", text_encoder="lora_te_", text_encoder_2="lora_te2_")
    if architecture == "sdxl":
        beginnings["text_encoder"] = "lora_te1_"
    for part, name in chosen:
        down, up = factors(pipe, part, name, generator)
        theirs = original_name(name) if architecture == "sdxl" and part == "unet" else name
        key = beginnings[part] + theirs.replace(".", "_")
        kohya[f"{key}.lora_down.weight"] = down.half()
        kohya[f"{key}.lora_up.weight"] = up.half()
        kohya[f"{key}.alpha"] = torch.tensor(2.0)
    for part, name in [(part, name) for part, name in chosen if part == "unet"][::2]:
        down, up = factors(pipe, part, name, generator)
        plain[f"{part}.{name}.lora_A.weight"] = down.half()
        plain[f"{part}.{name}.lora_B.weight"] = up.half()
    files = folder / "kohya.safetensors", folder / "peft.safetensors"
    save_file(kohya, files[0], {"format": "pt"})
    save_file(plain, files[1], {"format": "pt"})
    return files


def changes(used):
    """How many weights files change in all."""
    ends = (".lora_down.weight", ".lora_A.weight")
    named = {(file.stem, key) for file, _ in used for key in load_file(file) if key.endswith(ends)}
    most = max(sum(1 for stem, _ in named if stem == file.stem) for file, _ in used)
    return most
