//! Times diffusion's networks on the CPU beside torch: `bench_unet NETWORK PIXELS [PYTHON]`.
//!
//! NETWORK is `sd-turbo`, `sdxl-turbo` (a step of the denoising network) or `decoder`, PIXELS the picture's side. With
//! PYTHON (one that has torch and diffusers) the same network runs there too; the two take turns, with weights as random
//! and on as many threads. `RAYON_NUM_THREADS` says how many. The best of all rounds counts.

mod net;

use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    time::Instant,
};

use anyhow::{Context, Result, bail};
use candle_core::{DType, Device, Tensor};
use cpu_time::ProcessTime;

const USAGE: &str = "usage: bench_unet sd-turbo|sdxl-turbo|decoder PIXELS [PYTHON]";
const ROUNDS: usize = 5;

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (network, pixels, python) = match args.as_slice() {
        [network, pixels] => (network.as_str(), pixels, None),
        [network, pixels, python] => (network.as_str(), pixels, Some(python)),
        _ => bail!("{USAGE}"),
    };
    let side: usize = pixels
        .parse()
        .with_context(|| format!("{pixels} is no number of pixels\n{USAGE}"))?;
    let threads = rayon::current_num_threads();
    let step = step(network, side / 8)?;
    let weights_mib = resident_mib("VmRSS:");
    let mut torch = python
        .map(|python| Torch::start(python, network, side, threads))
        .transpose()?;
    let (mut ours, mut theirs) = (Best::default(), Best::default());
    for _ in 0..ROUNDS {
        let (wall, cpu) = (Instant::now(), ProcessTime::now());
        step()?;
        ours.add(wall.elapsed().as_secs_f64(), cpu.elapsed().as_secs_f64());
        if let Some(torch) = &mut torch {
            let (wall, cpu) = torch.step()?;
            theirs.add(wall, cpu);
        }
    }
    println!("{network}, {side}x{side} pixels, threads: {threads}, best of {ROUNDS}");
    println!("  phosphene: {:.3} s wall, {:.3} s CPU", ours.wall, ours.cpu);
    if let (Some(weights), Some(peak)) = (weights_mib, resident_mib("VmHWM:")) {
        println!("  memory: {weights:.0} MiB with weights, {peak:.0} MiB at most");
    }
    if let Some(torch) = torch {
        println!(
            "  torch {}: {:.3} s wall, {:.3} s CPU",
            torch.version, theirs.wall, theirs.cpu
        );
        println!(
            "  ratio: {:.2} wall, {:.2} CPU",
            ours.wall / theirs.wall,
            ours.cpu / theirs.cpu
        );
    }
    Ok(())
}

/// What one run of a network does, for latents of `side` x `side`.
fn step(network: &str, side: usize) -> Result<Box<dyn Fn() -> Result<()>>> {
    let of = |shape: &[usize]| Tensor::ones(shape, DType::F32, &Device::Cpu);
    let latents = of(&[1, 4, side, side])?;
    let shape = match network {
        "sd-turbo" => net::SD_TURBO,
        "sdxl-turbo" => net::SDXL_TURBO,
        "decoder" => {
            let decoder = net::Decoder::random()?;
            return Ok(Box::new(move || {
                decoder.forward(&latents)?;
                Ok(())
            }));
        }
        _ => bail!("{network} is no network\n{USAGE}"),
    };
    let (time, text) = (of(&[1, shape.levels[0].0])?, of(&[1, 77, shape.text])?);
    let unet = net::Unet::random(shape)?;
    Ok(Box::new(move || {
        unet.forward(&latents, &time, &text)?;
        Ok(())
    }))
}

/// The least wall and CPU seconds.
struct Best {
    wall: f64,
    cpu: f64,
}

impl Default for Best {
    fn default() -> Self {
        Self {
            wall: f64::INFINITY,
            cpu: f64::INFINITY,
        }
    }
}

impl Best {
    fn add(&mut self, wall: f64, cpu: f64) {
        self.wall = self.wall.min(wall);
        self.cpu = self.cpu.min(cpu);
    }
}

/// A line of `/proc/self/status` in MiB, where there is such a file.
fn resident_mib(line: &str) -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let kib = status
        .lines()
        .find_map(|text| text.strip_prefix(line))?
        .split_whitespace()
        .next()?;
    Some(kib.parse::<f64>().ok()? / 1024.0)
}

/// The same network in another process, which runs it once for each line that it gets.
struct Torch {
    child: Child,
    steps: ChildStdin,
    times: BufReader<ChildStdout>,
    version: String,
}

impl Torch {
    fn start(python: &str, network: &str, side: usize, threads: usize) -> Result<Self> {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/bench_unet/torch_step.py");
        let mut child = Command::new(python)
            .args([script, network, &side.to_string(), &threads.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("{python} can't be started"))?;
        let steps = child.stdin.take().context("the child has an input")?;
        let times = BufReader::new(child.stdout.take().context("the child has an output")?);
        let mut torch = Self {
            child,
            steps,
            times,
            version: String::new(),
        };
        torch.version = torch.line()?;
        Ok(torch)
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        self.times.read_line(&mut line)?;
        if line.is_empty() {
            bail!("torch_step.py ended: its own message is above");
        }
        Ok(line.trim().to_owned())
    }

    /// Wall and CPU seconds of one step.
    fn step(&mut self) -> Result<(f64, f64)> {
        writeln!(self.steps)?;
        let line = self.line()?;
        let (wall, cpu) = line
            .split_once(' ')
            .with_context(|| format!("torch_step.py said {line}"))?;
        Ok((wall.parse()?, cpu.parse()?))
    }
}

impl Drop for Torch {
    fn drop(&mut self) {
        // It may have ended by itself; what it did is printed already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
