"""What diffusers, transformers and peft make of a model: the reference that ours is compared with.

    python tests/diffusion/make_reference.py OUT [--seed N] [--size WxH]
    python tests/diffusion/make_reference.py OUT --checkpoint DIR [--seed N] [--size WxH]

The first makes tiny models with random weights, one of each architecture, in OUT/NAME/model with their references beside
them; what is committed is in tests/golden/diffusion/models. The second takes a model's folder as it is. Needs PyPI's
diffusers, transformers, peft, torch, safetensors. All noise is drawn here and written down.
"""

import argparse
import json
import pathlib
import shutil

import diffusers
import peft
import torch
import transformers
from diffusers import DiffusionPipeline
from diffusers.schedulers import scheduling_euler_ancestral_discrete, scheduling_lcm
from safetensors.torch import save_file

import loras
import tiny_models

SAMPLERS = {
    "euler": diffusers.EulerDiscreteScheduler,
    "euler-a": diffusers.EulerAncestralDiscreteScheduler,
    "ddim": diffusers.DDIMScheduler,
    "dpm++2m": diffusers.DPMSolverMultistepScheduler,
    "lcm": diffusers.LCMScheduler,
}
SIZES = {"sd15": (64, 64), "sd21": (72, 56), "sdxl": (64, 48), "inpaint": (64, 48), "lcm": (64, 64)}
PROMPT = "A photo of the old castle at night, 4 birds & a garden's fire!"
NEGATIVE = "blurry, ugly"
LONG = "the infinite zoom through a golden window, " * 12 + "and a young woman's portrait"
# Prompts with brackets, and what the brackets mean: (text, weight).
WEIGHTED = [
    ("a (red:1.4) house in [the rain]", [("a ", 1.0), ("red", 1.4), (" house in ", 1.0), ("the rain", 1 / 1.1)]),
    (
        "((sun)) on the sea, " + "cinematic light, " * 30 + "(snow:0.6)",
        [("sun", 1.21), (" on the sea, " + "cinematic light, " * 30, 1.0), ("snow", 0.6)],
    ),
]


class Recorder:
    """Tensors and cases, as they are made."""

    def __init__(self, size, names):
        self.tensors = {}
        self.cases = []
        self.size = size
        self.names = names

    def add(self, kind, tensors, **about):
        number = len(self.cases)
        for name, tensor in tensors.items():
            self.tensors[f"{number}.{name}"] = tensor.detach().clone().contiguous()
        self.cases.append(dict(kind=kind, **about))

    def write(self, folder):
        save_file(self.tensors, folder / "reference.safetensors")
        about = dict(made_by=self.names, width=self.size[0], height=self.size[1], cases=self.cases)
        text = json.dumps(about, indent=1, ensure_ascii=False)
        (folder / "reference.json").write_text(text + "\n", encoding="utf-8")


def is_xl(pipe):
    return hasattr(pipe, "text_encoder_2")


def encoders(pipe):
    pairs = [(pipe.tokenizer, pipe.text_encoder)]
    if is_xl(pipe):
        pairs.append((pipe.tokenizer_2, pipe.text_encoder_2))
    return pairs


def embed_pieces(pipe, pieces, chunks=0):
    """Weighted pieces in chunks of 75 tokens, encoder by encoder: (text, pooled)."""
    layers, pooled = [], None
    for tokenizer, encoder in encoders(pipe):
        ids, weights = [], []
        for text, weight in pieces:
            found = tokenizer(text, add_special_tokens=False).input_ids if text else []
            ids += found
            weights += [weight] * len(found)
        made = []
        for start in range(0, max(len(ids), 75 * chunks, 1), 75):
            part, part_weights = ids[start : start + 75], weights[start : start + 75]
            fill = 75 - len(part)
            row = [tokenizer.bos_token_id, *part, tokenizer.eos_token_id] + [tokenizer.pad_token_id] * fill
            scale = torch.tensor([1.0, *part_weights, 1.0] + [1.0] * fill)[None, :, None]
            output = encoder(torch.tensor([row]), output_hidden_states=True)
            if start == 0 and hasattr(output, "text_embeds"):
                pooled = output.text_embeds
            state = output.hidden_states[-2] if is_xl(pipe) else output.last_hidden_state
            weighed = state * scale
            made.append(weighed * (state.mean() / weighed.mean()))
        layers.append(torch.cat(made, 1))
    return torch.cat(layers, 2), pooled


def embed_plain(pipe, prompt, negative):
    """By the pipeline itself: ((text, pooled), (text, pooled)), positive first."""
    common = dict(device="cpu", num_images_per_prompt=1, do_classifier_free_guidance=True)
    if is_xl(pipe):
        text, other, pooled, other_pooled = pipe.encode_prompt(prompt, negative_prompt=negative or None, **common)
        return (text, pooled), (other, other_pooled)
    text, other = pipe.encode_prompt(prompt, negative_prompt=negative, **common)
    return (text, None), (other, None)


def record_text(out, pipe):
    def add(prompt, negative, pair):
        tensors = {}
        for name, (text, pooled) in zip(("positive", "negative"), pair):
            tensors[name] = text
            if pooled is not None:
                tensors[f"{name}_pooled"] = pooled
        out.add("text", tensors, prompt=prompt, negative=negative)

    for negative in (NEGATIVE, ""):
        add(PROMPT, negative, embed_plain(pipe, PROMPT, negative))
    # The chunked way is the pipeline's where that has one.
    by_pieces, by_pipe = embed_pieces(pipe, [(PROMPT, 1.0)]), embed_plain(pipe, PROMPT, NEGATIVE)[0]
    assert torch.allclose(by_pieces[0], by_pipe[0], atol=1e-4), "the two ways to encode differ"
    for prompt, pieces in [(LONG, [(LONG, 1.0)]), *WEIGHTED]:
        positive = embed_pieces(pipe, pieces)
        chunks = positive[0].shape[1] // 77
        add(prompt, NEGATIVE, (positive, embed_pieces(pipe, [(NEGATIVE, 1.0)], chunks)))


def conditions(pipe, size):
    """Batch of two: positive first."""
    (text, pooled), (other, other_pooled) = embed_plain(pipe, PROMPT, NEGATIVE)
    added = None
    if pooled is not None:
        width, height = size
        ids = torch.tensor([[height, width, 0, 0, height, width]] * 2, dtype=torch.float32)
        added = dict(text_embeds=torch.cat([pooled, other_pooled]), time_ids=ids)
    return torch.cat([text, other]), added


def given_part(pipe, picture):
    """What an inpainting network is shown: 1 where is to be painted, and the latents of the rest. Empty for others."""
    channels, factor = pipe.vae.config.latent_channels, 2 ** (len(pipe.vae.config.block_out_channels) - 1)
    if pipe.unet.config.in_channels != 2 * channels + 1:
        return {}
    height, width = picture.shape[2] // factor, picture.shape[3] // factor
    mask = torch.ones((1, 1, height, width))
    mask[:, :, height // 4 : height // 4 * 3, width // 3 : width - 1] = 0
    seen = picture * (1 - mask.repeat_interleave(factor, 2).repeat_interleave(factor, 3))
    return dict(mask=mask, masked=pipe.vae.encode(seen).latent_dist.mode() * pipe.vae.config.scaling_factor)


def predict(pipe, latents, timestep, guidance, size, control=None, hint=None, strength=1.0, given=None):
    text, added = conditions(pipe, size)
    width = pipe.unet.config.time_cond_proj_dim
    if width is not None:
        told = pipe.get_guidance_scale_embedding(torch.tensor([guidance - 1.0]), embedding_dim=width)
        added = added and {name: tensor[:1] for name, tensor in added.items()}
        return pipe.unet(latents, timestep, text[:1], timestep_cond=told, added_cond_kwargs=added).sample
    batch = latents.repeat(2, 1, 1, 1)
    extra = {}
    if control is not None:
        down, mid = control(
            batch, timestep, text, controlnet_cond=hint.repeat(2, 1, 1, 1), conditioning_scale=strength,
            added_cond_kwargs=added, return_dict=False,
        )
        extra = dict(down_block_additional_residuals=down, mid_block_additional_residual=mid)
    if given:
        batch = torch.cat([batch, given["mask"].repeat(2, 1, 1, 1), given["masked"].repeat(2, 1, 1, 1)], 1)
    made = pipe.unet(batch, timestep, text, added_cond_kwargs=added, **extra).sample
    return made[1:] + guidance * (made[:1] - made[1:])


def record_unet(out, pipe, latents, given, control=None, hint=None):
    for timestep, guidance in ((981.0, 1.0), (261.0, 7.5), (1.0, 3.0)):
        made = predict(pipe, latents, timestep, guidance, out.size, given=given)
        about = dict(prompt=PROMPT, negative=NEGATIVE, timestep=timestep, guidance=guidance)
        out.add("unet", dict(latents=latents, output=made, **given), **about)
    for strength in (1.0, 0.6) if control is not None else ():
        plain = predict(pipe, latents, 500.0, 3.0, out.size)
        made = predict(pipe, latents, 500.0, 3.0, out.size, control, hint, strength)
        about = dict(prompt=PROMPT, negative=NEGATIVE, timestep=500.0, guidance=3.0, strength=strength)
        out.add("control", dict(latents=latents, hint=hint, plain=plain, output=made), **about)


def record_vae(out, kind, vae, latents, picture):
    scale = vae.config.scaling_factor
    encoded = vae.encode(picture)
    encoded = encoded.latent_dist.mode() if hasattr(encoded, "latent_dist") else encoded.latents
    decoded = vae.decode(latents / scale).sample
    out.add(kind, dict(picture=picture, latents=latents, encoded=encoded * scale, decoded=decoded))


def record_loras(out, pipe, architecture, folder, seed, latents):
    files = loras.write(pipe, architecture, folder, seed)
    cases = [[(files[0], 0.8)], [(files[1], 1.0)], [(files[0], 0.7), (files[1], -0.5)]]
    for used in cases:
        merged = DiffusionPipeline.from_pretrained(folder / "model", torch_dtype=torch.float32, **loading(folder / "model"))
        names = []
        for file, _ in used:
            names.append(file.stem)
            merged.load_lora_weights(folder, weight_name=file.name, adapter_name=file.stem)
        merged.set_adapters(names, [weight for _, weight in used])
        merged.fuse_lora(adapter_names=names, components=components(merged))
        merged.unload_lora_weights()
        tensors = dict(latents=latents, output=predict(merged, latents, 500.0, 3.0, out.size))
        changed = []
        for part in components(merged):
            before = dict(getattr(pipe, part).named_parameters())
            for name, weight in getattr(merged, part).named_parameters():
                change = (weight - before[name]).abs().max()
                if change > 1e-6:
                    changed.append((part, name, weight))
        assert len(changed) == loras.changes(used), (len(changed), loras.changes(used))
        # One of each kind of layer is written down; that all are merged shows in the output.
        kinds = {}
        for part, name, weight in changed:
            kinds.setdefault((part, weight.ndim, weight.shape[-1] if weight.ndim == 4 else 0), (name, weight))
        for (part, *_), (name, weight) in kinds.items():
            tensors[f"{part}/{name}"] = weight
        listed = [dict(file=file.name, weight=weight) for file, weight in used]
        about = dict(prompt=PROMPT, negative=NEGATIVE, timestep=500.0, guidance=3.0)
        out.add("lora", tensors, loras=listed, changed=len(changed), **about)


def record_embedding(out, model, architecture, folder, seed):
    """A word learnt as one embedding or several, in each of the ways that files are written."""
    pipe = DiffusionPipeline.from_pretrained(model, torch_dtype=torch.float32, **loading(model))
    generator = torch.Generator().manual_seed(seed)
    file = folder / "learnt.safetensors"
    count = 1 if architecture == "sd21" else 2
    rows = [torch.randn((count, encoder.config.hidden_size), generator=generator).half() for _, encoder in encoders(pipe)]
    names = dict(sd15=["emb_params"], sd21=["<gold>"], sdxl=["clip_l", "clip_g"])[architecture]
    save_file({name: row[0] if count == 1 else row for name, row in zip(names, rows)}, file)
    # The file says the word, or it is given, or the file's name is it.
    given = "<gold>" if architecture == "sdxl" else None
    word = names[0] if architecture == "sd21" else given or file.stem
    for row, (tokenizer, encoder) in zip(rows, encoders(pipe)):
        pipe.load_textual_inversion({word: row.float()}, token=word, tokenizer=tokenizer, text_encoder=encoder)
    prompt = f"a cat of {word}, {word} and a garden"
    text, pooled = embed_plain(pipe, prompt, NEGATIVE)[0]
    tensors = dict(positive=text) | ({} if pooled is None else dict(positive_pooled=pooled))
    out.add("embedding", tensors, prompt=prompt, file=file.name, word=given)


def components(pipe):
    return [name for name in ("unet", "text_encoder", "text_encoder_2") if getattr(pipe, name, None) is not None]


def record_pictures(out, pipe, generator, picture, given):
    width, height = out.size
    factor = 2 ** (len(pipe.vae.config.block_out_channels) - 1)
    shape = (1, pipe.vae.config.latent_channels, height // factor, width // factor)
    extra_inputs = {}
    if given:
        mask = given["mask"].repeat_interleave(factor, 2).repeat_interleave(factor, 3)
        extra_inputs = dict(image=picture, mask_image=mask, masked_image_latents=given["masked"], strength=1.0)
    own = dict(pipe.scheduler.config)
    turbo = dict(timestep_spacing="trailing", prediction_type="epsilon", rescale_betas_zero_snr=False)
    cases = [(name, {}, 4, 3.0) for name in SAMPLERS]
    cases += [(name, turbo, steps, 1.0) for name, steps in (("euler", 1), ("euler-a", 1), ("euler-a", 4), ("lcm", 2))]
    if pipe.unet.config.time_cond_proj_dim is not None:
        cases = [("lcm", {}, 4, 8.0), ("lcm", {}, 2, 1.5)]
    elif given:
        cases = cases[: len(SAMPLERS)]
    if own.get("prediction_type") == "v_prediction":
        cases += [(name, dict(prediction_type="epsilon"), 4, 3.0) for name in SAMPLERS]
    for name, extra, steps, guidance in cases:
        config = {key: value for key, value in own.items() if not key.startswith("_")} | extra
        clip = dict(clip_sample=False) if name in ("ddim", "lcm") else {}
        if name == "lcm":
            config.pop("timestep_spacing", None)
        if name == "dpm++2m":
            config["algorithm_type"], config["solver_order"] = "dpmsolver++", 2
        pipe.scheduler = SAMPLERS[name].from_config(config, **clip)
        noise = torch.randn(shape, generator=generator)
        drawn = [torch.randn(shape, generator=generator) for _ in range(steps)]
        queue = list(drawn)
        for module in (scheduling_euler_ancestral_discrete, scheduling_lcm):
            module.randn_tensor = lambda *_, **__: queue.pop(0)
        if pipe.unet.config.time_cond_proj_dim is None:
            extra_inputs["negative_prompt"] = NEGATIVE
        picture = pipe(
            PROMPT, width=width, height=height, num_inference_steps=steps, guidance_scale=guidance,
            latents=noise.clone(), output_type="pt", **extra_inputs,
        ).images
        assert picture.isfinite().all() and picture.std() > 0.05, (name, extra, "the picture is flat")
        cut = ((picture <= 0) | (picture >= 1)).float().mean()
        print(f"  {name} {extra} {steps} steps: {cut:.0%} of the picture at its limits, deviation {picture.std():.2f}")
        out.add(
            "picture",
            dict(noise=noise, drawn=torch.cat(drawn), picture=picture.half(), **given),
            prompt=PROMPT, negative=NEGATIVE, sampler=name, steps=steps, guidance=guidance,
            # As the scheduler writes it, with Python's bare infinities.
            schedule=pipe.scheduler.to_json_string(),
        )


def loading(folder):
    """How a folder is to be loaded: by its half precision copy if that is all it has."""
    full = list(pathlib.Path(folder).glob("unet/diffusion_pytorch_model*.safetensors"))
    halves = [path for path in full if ".fp16" in path.name]
    about = dict(variant="fp16") if full and len(full) == len(halves) else {}
    index = json.loads((pathlib.Path(folder) / "model_index.json").read_text())
    if "safety_checker" in index:
        about |= dict(safety_checker=None, requires_safety_checker=False)
    if "XL" in index["_class_name"]:
        about |= dict(add_watermarker=False)
    return about


def reference(folder, model, seed, size, names, architecture=None):
    """Writes the reference of a model, and of what belongs to it where it is one of ours."""
    generator = torch.Generator().manual_seed(seed)
    pipe = DiffusionPipeline.from_pretrained(model, torch_dtype=torch.float32, **loading(model))
    pipe.set_progress_bar_config(disable=True)
    out = Recorder(size, names)
    width, height = size
    factor = 2 ** (len(pipe.vae.config.block_out_channels) - 1)
    latents = torch.randn((1, pipe.vae.config.latent_channels, height // factor, width // factor), generator=generator)
    picture = torch.rand((1, 3, height, width), generator=generator) * 2 - 1
    hint = torch.rand((1, 3, height, width), generator=generator)
    control = None
    if architecture in ("sd15", "sdxl"):
        tiny_models.control(pipe, seed + 1).half().save_pretrained(folder / "control")
        control = diffusers.ControlNetModel.from_pretrained(folder / "control", torch_dtype=torch.float32)
    given = given_part(pipe, picture)
    record_text(out, pipe)
    record_unet(out, pipe, latents, given, control, hint)
    record_vae(out, "vae", pipe.vae, latents, picture)
    if architecture == "sd15":
        tiny_models.tiny_vae(seed + 2).half().save_pretrained(folder / "tiny_vae")
        tiny = diffusers.AutoencoderTiny.from_pretrained(folder / "tiny_vae", torch_dtype=torch.float32)
        record_vae(out, "tiny_vae", tiny, latents, picture)
    whole = architecture in ("sd15", "sd21", "sdxl")
    if whole:
        record_loras(out, pipe, architecture, folder, seed + 3, latents)
    record_pictures(out, pipe, generator, picture, given)
    if whole:
        record_embedding(out, model, architecture, folder, seed + 4)
    out.write(folder)
    kinds = [case["kind"] for case in out.cases]
    print(f"{folder}: " + ", ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds)))


@torch.no_grad()
def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--checkpoint", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=6)
    parser.add_argument("--size")
    given = parser.parse_args()
    torch.set_num_threads(1)
    size = tuple(map(int, given.size.split("x"))) if given.size else None
    libraries = (diffusers, transformers, peft, torch)
    names = ", ".join(f"{library.__name__} {library.__version__}" for library in libraries)
    print(f"{names}; seed {given.seed}")
    if given.checkpoint:
        folder = given.out / given.checkpoint.resolve().name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "model.txt").write_text(f"{given.checkpoint.resolve()}\n")
        reference(folder, given.checkpoint, given.seed, size or (128, 128), names)
        return
    for number, architecture in enumerate(tiny_models.ARCHITECTURES):
        folder = given.out / architecture
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        seed = given.seed + 100 * number
        tiny_models.save(tiny_models.build(architecture, seed), architecture, folder / "model")
        reference(folder, folder / "model", seed, size or SIZES[architecture], names, architecture)


if __name__ == "__main__":
    main()
