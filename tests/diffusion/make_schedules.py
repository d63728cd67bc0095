"""Writes what diffusers' schedulers do, step by step, to tests/golden/diffusion/schedules/.

    python tests/diffusion/make_schedules.py

needs PyPI's diffusers, torch and safetensors. In place of a network there is a formula, `predict`, that the test
repeats, so a step's latents depend on nothing but the scheduler. Noise that a scheduler would draw is taken from a
list instead, and stored with the rest.
"""

import json
import pathlib

import diffusers
import torch
from diffusers.schedulers import (
    scheduling_euler_ancestral_discrete,
    scheduling_lcm,
)
from safetensors.torch import save_file

SHAPE = (1, 4, 2, 3)
STEPS = (1, 2, 4, 9, 20)
FOLDER = pathlib.Path(__file__).parent.parent / "golden" / "diffusion" / "schedules"

SAMPLERS = {
    "euler": diffusers.EulerDiscreteScheduler,
    "euler-a": diffusers.EulerAncestralDiscreteScheduler,
    "ddim": diffusers.DDIMScheduler,
    "dpm++2m": diffusers.DPMSolverMultistepScheduler,
    "lcm": diffusers.LCMScheduler,
}
STABLE = dict(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear")


def predict(latents, timestep):
    """What stands for the network; `timestep` is a number."""
    wave = torch.linspace(0, 3, latents.numel()).reshape(latents.shape)
    return torch.tanh(0.8 * latents + 0.5 * torch.sin(wave + 0.01 * float(timestep)))


def walk(scheduler, name, steps, strength, clean, noise, drawn):
    """All latents from the start on, and the timesteps."""
    if name == "lcm":
        scheduler.set_timesteps(steps, strength=strength)
        timesteps = scheduler.timesteps
    else:
        scheduler.set_timesteps(steps)
        start = max(steps - min(int(steps * strength), steps), 0)
        timesteps = scheduler.timesteps[start:]
        if hasattr(scheduler, "set_begin_index"):
            scheduler.set_begin_index(start)
    if clean is None:
        latents = noise * scheduler.init_noise_sigma
    else:
        latents = scheduler.add_noise(clean, noise, timesteps[:1])
    queue = list(drawn)
    for module in (scheduling_euler_ancestral_discrete, scheduling_lcm):
        module.randn_tensor = lambda *_, **__: queue.pop(0)
    trajectory = [latents]
    for timestep in timesteps:
        output = predict(scheduler.scale_model_input(latents, timestep), timestep)
        latents = scheduler.step(output, timestep, latents).prev_sample
        trajectory.append(latents)
    return torch.cat(trajectory), [float(timestep) for timestep in timesteps]


def cases():
    """(sampler, scheduler's arguments, steps, strength) of every case."""
    predictions = ("epsilon", "v_prediction", "sample")
    for name in SAMPLERS:
        for prediction in predictions:
            if (name, prediction) == ("euler-a", "sample"):
                continue  # The reference doesn't have it.
            for spacing in ("leading", "linspace", "trailing"):
                for steps in STEPS:
                    extra = {} if name == "lcm" else dict(timestep_spacing=spacing)
                    if name == "lcm" and spacing != "leading":
                        continue  # It has one way to spread its steps.
                    offset = {} if spacing != "leading" else dict(steps_offset=1)
                    yield name, dict(prediction_type=prediction, **STABLE, **extra, **offset), steps, 1.0
        for betas in (dict(beta_schedule="linear"), dict(beta_schedule="squaredcos_cap_v2")):
            yield name, dict(betas), 9, 1.0
        for strength in (0.3, 0.5, 0.75, 1.0):
            for spacing in ("leading", "trailing"):
                extra = {} if name == "lcm" else dict(timestep_spacing=spacing)
                yield name, dict(STABLE, **extra), 8, strength
        yield name, dict(STABLE, rescale_betas_zero_snr=True, prediction_type="v_prediction", timestep_spacing="trailing"), 9, 1.0
    for alpha in (True, False):
        yield "ddim", dict(STABLE, set_alpha_to_one=alpha, steps_offset=0), 9, 1.0
    for name in ("euler", "dpm++2m"):
        for extra in (dict(use_karras_sigmas=True), dict(final_sigmas_type="sigma_min")):
            for steps in (4, 9, 20):
                yield name, dict(STABLE, **extra), steps, 1.0
    yield "euler", dict(STABLE, use_karras_sigmas=True, sigma_min=0.1, sigma_max=10.0), 9, 1.0
    yield "dpm++2m", dict(beta_schedule="squaredcos_cap_v2", lambda_min_clipped=-5.1), 9, 1.0
    yield "dpm++2m", dict(STABLE, euler_at_final=True, final_sigmas_type="sigma_min"), 20, 1.0
    yield "dpm++2m", dict(STABLE, lower_order_final=False, final_sigmas_type="sigma_min"), 9, 1.0
    yield "lcm", dict(original_inference_steps=100, timestep_scaling=5.0), 4, 1.0


def main():
    torch.manual_seed(6)
    clean, noise = torch.randn(SHAPE), torch.randn(SHAPE)
    drawn = [torch.randn(SHAPE) for _ in range(max(STEPS))]
    tensors = {"clean": clean, "noise": noise, "drawn": torch.cat(drawn)}
    listed = []
    for number, (name, arguments, steps, strength) in enumerate(cases()):
        # Nothing is clipped: latents are no pictures, and the pipelines switch it off too.
        clip = dict(clip_sample=False) if name in ("ddim", "lcm") else {}
        scheduler = SAMPLERS[name](**arguments, **clip)
        from_picture = strength < 1.0 or number % 5 == 0
        trajectory, timesteps = walk(
            scheduler, name, steps, strength, clean if from_picture else None, noise, drawn
        )
        assert trajectory.isfinite().all(), (name, arguments, steps)
        tensors[f"{number}"] = trajectory
        listed.append(
            dict(
                sampler=name,
                steps=steps,
                strength=strength,
                from_picture=from_picture,
                timesteps=timesteps,
                # As the scheduler writes it, with Python's bare infinities.
                config=scheduler.to_json_string(),
            )
        )
    FOLDER.mkdir(parents=True, exist_ok=True)
    save_file(tensors, FOLDER / "trajectories.safetensors")
    with open(FOLDER / "cases.json", "w") as file:
        file.write("[\n" + ",\n".join(json.dumps(case) for case in listed) + "\n]\n")
    print(f"{len(listed)} cases by diffusers {diffusers.__version__}, torch {torch.__version__}")


if __name__ == "__main__":
    main()
