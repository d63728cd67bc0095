"""Tiny models of each architecture, with random weights that keep numbers near 1."""

import json
import pathlib

import torch
from diffusers import (
    AutoencoderKL,
    AutoencoderTiny,
    ControlNetModel,
    DDIMScheduler,
    EulerDiscreteScheduler,
    LatentConsistencyModelPipeline,
    LCMScheduler,
    PNDMScheduler,
    StableDiffusionInpaintPipeline,
    StableDiffusionPipeline,
    StableDiffusionXLPipeline,
    UNet2DConditionModel,
)
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

ARCHITECTURES = ("sd15", "sd21", "sdxl", "inpaint", "lcm")
WORDS = """a an the of and in on at with photo painting cat dog city night sun moon sea forest river mountain
castle house sky light rain snow fire gold blue red green old young woman man child portrait landscape blurry ugly
highly detailed cinematic infinite zoom through window tower garden flower bird""".split()
STABLE = dict(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", steps_offset=1)


def byte_letters():
    """CLIP's letter for each byte, in the order of its vocabulary."""
    plain = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    others = [byte for byte in range(256) if byte not in plain]
    return [chr(byte) for byte in plain] + [chr(256 + i) for i in range(len(others))]


def vocabulary():
    """Words to numbers, and merges, as CLIP has them: `!` is 0, the beginning and the end are last."""
    tokens = byte_letters()
    tokens += [letter + "</w>" for letter in tokens]
    merges = []
    for word in WORDS:
        letters = list(word[:-1]) + [word[-1] + "</w>"]
        while len(letters) > 1:
            pair = (letters[0], letters[1])
            if pair not in merges:
                merges.append(pair)
                tokens.append("".join(pair))
            letters[:2] = ["".join(pair)]
    tokens = list(dict.fromkeys(tokens)) + ["<|startoftext|>", "<|endoftext|>"]
    return {token: i for i, token in enumerate(tokens)}, merges


def enliven(model, generator):
    """Draws all weights anew: none is zero, and what goes through keeps its size."""
    with torch.no_grad():
        for name, weight in model.named_parameters():
            drawn = torch.randn(weight.shape, generator=generator)
            if weight.ndim >= 2:
                fan_in = weight[0].numel()
                scale = 1.0 if "embedding.weight" in name else fan_in**-0.5
                weight.copy_(scale * drawn)
            elif "norm" in name and name.endswith("weight"):
                weight.copy_(1 + 0.1 * drawn)
            else:
                weight.copy_(0.1 * drawn)
    return model.eval()


def tokenizer(pad):
    words, merges = vocabulary()
    return CLIPTokenizer(vocab=words, merges=merges, pad_token=pad, model_max_length=77)


def text_encoder(kind, generator, width, layers, act, projection):
    words, _ = vocabulary()
    config = CLIPTextConfig(
        vocab_size=len(words),
        hidden_size=width,
        intermediate_size=2 * width,
        num_hidden_layers=layers,
        num_attention_heads=4,
        hidden_act=act,
        projection_dim=projection,
        bos_token_id=words["<|startoftext|>"],
        eos_token_id=words["<|endoftext|>"],
        pad_token_id=words["<|endoftext|>"],
    )
    return enliven(kind(config), generator)


def vae(generator, scale, **extra):
    model = AutoencoderKL(
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        block_out_channels=(8, 16, 16, 16),
        layers_per_block=1,
        norm_num_groups=4,
        scaling_factor=scale,
        sample_size=64,
        **extra,
    )
    enliven(model, generator)
    with torch.no_grad():
        # Most of the picture lies within -1 to 1, so that little of it is cut off.
        model.decoder.conv_out.weight.mul_(0.4)
    return model


def unet(generator, **config):
    return enliven(
        UNet2DConditionModel(sample_size=8, norm_num_groups=8, **config),
        generator,
    )


def build(architecture, seed):
    """The pipeline of a tiny model, in f32, of values that f16 holds."""
    generator = torch.Generator().manual_seed(seed)
    end = "<|endoftext|>"
    if architecture == "sd15":
        parts = dict(
            tokenizer=tokenizer(end),
            text_encoder=text_encoder(CLIPTextModel, generator, 32, 2, "quick_gelu", 32),
            unet=unet(
                generator,
                block_out_channels=(16, 32),
                down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
                up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
                layers_per_block=2,
                attention_head_dim=4,
                cross_attention_dim=32,
            ),
            vae=vae(generator, 0.18215),
            scheduler=PNDMScheduler(skip_prk_steps=True, set_alpha_to_one=False, **STABLE),
        )
    elif architecture == "sd21":
        parts = dict(
            tokenizer=tokenizer("!"),
            text_encoder=text_encoder(CLIPTextModel, generator, 32, 3, "gelu", 48),
            unet=unet(
                generator,
                block_out_channels=(24, 40),
                down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
                up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
                layers_per_block=1,
                attention_head_dim=[2, 5],
                cross_attention_dim=32,
                use_linear_projection=True,
            ),
            vae=vae(generator, 0.18215),
            scheduler=DDIMScheduler(
                prediction_type="v_prediction", set_alpha_to_one=False, clip_sample=False, **STABLE
            ),
        )
    elif architecture in ("inpaint", "lcm"):
        extra = dict(in_channels=9) if architecture == "inpaint" else dict(time_cond_proj_dim=16)
        parts = dict(
            tokenizer=tokenizer(end),
            text_encoder=text_encoder(CLIPTextModel, generator, 32, 2, "quick_gelu", 32),
            unet=unet(
                generator,
                block_out_channels=(8, 16),
                down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
                up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
                layers_per_block=1,
                attention_head_dim=4,
                cross_attention_dim=32,
                **extra,
            ),
            vae=vae(generator, 0.18215),
            scheduler=DDIMScheduler(set_alpha_to_one=False, clip_sample=False, **STABLE)
            if architecture == "inpaint"
            else LCMScheduler(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear"),
        )
    else:
        parts = dict(
            tokenizer=tokenizer(end),
            tokenizer_2=tokenizer("!"),
            text_encoder=text_encoder(CLIPTextModel, generator, 32, 2, "quick_gelu", 32),
            text_encoder_2=text_encoder(CLIPTextModelWithProjection, generator, 32, 3, "gelu", 40),
            unet=unet(
                generator,
                block_out_channels=(16, 32),
                down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
                up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
                layers_per_block=2,
                transformer_layers_per_block=[1, 2],
                attention_head_dim=[2, 4],
                cross_attention_dim=64,
                use_linear_projection=True,
                addition_embed_type="text_time",
                addition_time_embed_dim=8,
                projection_class_embeddings_input_dim=6 * 8 + 40,
            ),
            vae=vae(generator, 0.13025, force_upcast=True),
            scheduler=EulerDiscreteScheduler(timestep_spacing="leading", **STABLE),
        )
    if architecture == "sdxl":
        return StableDiffusionXLPipeline(force_zeros_for_empty_prompt=True, add_watermarker=False, **parts)
    pipeline = dict(inpaint=StableDiffusionInpaintPipeline, lcm=LatentConsistencyModelPipeline)
    return pipeline.get(architecture, StableDiffusionPipeline)(
        safety_checker=None, feature_extractor=None, requires_safety_checker=False, **parts
    )


def save(pipe, architecture, folder):
    """Writes the model in half precision, each architecture in another of the ways that are in use."""
    folder = pathlib.Path(folder)
    half = pipe.to(torch.float16)
    if architecture == "sd21":
        half.save_pretrained(folder, variant="fp16")
    elif architecture == "sdxl":
        half.save_pretrained(folder, max_shard_size="300KB")
    else:
        half.save_pretrained(folder)
    words, merges = vocabulary()
    for name in ("tokenizer", "tokenizer_2"):
        # Older models have these in place of tokenizer.json; SD 2.1's stays as it is.
        place = folder / name
        if architecture != "sd21" and place.is_dir():
            (place / "tokenizer.json").unlink()
            (place / "vocab.json").write_text(json.dumps(words, ensure_ascii=False), encoding="utf-8")
            lines = ["#version: 0.2", *(" ".join(pair) for pair in merges)]
            (place / "merges.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def control(pipe, seed):
    generator = torch.Generator().manual_seed(seed)
    return enliven(
        ControlNetModel.from_unet(pipe.unet, conditioning_embedding_out_channels=(8, 8, 16, 16)), generator
    )


def tiny_vae(seed):
    generator = torch.Generator().manual_seed(seed)
    model = AutoencoderTiny(
        encoder_block_out_channels=(16,) * 4, decoder_block_out_channels=(16,) * 4, num_encoder_blocks=(1, 2, 1, 1),
        num_decoder_blocks=(1, 1, 2, 1),
    )
    return enliven(model, generator)
