//! Diffusion's networks timed beside torch.
//!
//! These are the engine's own networks, of the published models' configurations (`bench_unet/`), with drawn weights: f32
//! on the CPU, f16 elsewhere. A peer is a Python that has torch and diffusers: the same configuration runs there too, on
//! the same device and as many threads, and the two take turns. `RAYON_NUM_THREADS` says how many. The best of all rounds
//! counts, after one that only warms up.

use std::{
    fmt,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    time::Instant,
};

use anyhow::{Context, Result, bail};
use candle_core::{DType, Device, Tensor};
use clap::{Args, ValueEnum};
use cpu_time::ProcessTime;
use phosphene_engine::diffusion::{
    film::device::DeviceName,
    unet::{Unet, UnetInput},
    vae::Vae,
    weights::Weights,
};

/// Rounds that are timed, as far as the time reaches, and two at least.
const ROUNDS: usize = 5;
const MOST_SECS: f64 = 45.0;
/// SDXL's pooled text, in numbers.
const POOLED: usize = 1_280;

/// Which network is timed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Network {
    /// A step of SD-Turbo's denoising network
    SdTurbo,
    /// A step of SDXL-Turbo's denoising network
    SdxlTurbo,
    /// Latents to a picture
    Decoder,
}

/// Arguments of `bench-unet`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The network
    network: Network,
    /// The picture's side in pixels
    pixels: usize,
    /// Where ours runs, and the peer: cpu, cuda:N, metal
    #[arg(long, default_value = "cpu")]
    device: DeviceName,
    /// A Python that has torch and diffusers
    #[arg(long, value_name = "PYTHON")]
    peer: Option<String>,
}

impl Arguments {
    fn config(&self) -> PathBuf {
        folder().join(match self.network {
            Network::SdTurbo => "sd-turbo.json",
            Network::SdxlTurbo => "sdxl-turbo.json",
            Network::Decoder => "vae.json",
        })
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SdTurbo => "sd-turbo",
            Self::SdxlTurbo => "sdxl-turbo",
            Self::Decoder => "decoder",
        })
    }
}

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/bench_unet"))
}

/// Prints the best times.
pub fn run(asked: &Arguments) -> Result<()> {
    let (device, dtype) = asked.device.open()?;
    let threads = rayon::current_num_threads();
    let step = step(asked, &device, dtype)?;
    let weights_mib = resident_mib("VmRSS:");
    let mut torch = asked
        .peer
        .as_ref()
        .map(|python| Torch::start(python, asked, threads))
        .transpose()?;
    step()?;
    if let Some(torch) = &mut torch {
        torch.step()?;
    }
    let (mut ours, mut theirs) = (Best::default(), Best::default());
    let (begun, mut rounds) = (Instant::now(), 0);
    while rounds < 2 || (rounds < ROUNDS && begun.elapsed().as_secs_f64() < MOST_SECS) {
        let (wall, cpu) = (Instant::now(), ProcessTime::now());
        step()?;
        ours.add(wall.elapsed().as_secs_f64(), cpu.elapsed().as_secs_f64());
        if let Some(torch) = &mut torch {
            let (wall, cpu) = torch.step()?;
            theirs.add(wall, cpu);
        }
        rounds += 1;
    }
    println!(
        "{}, {side}x{side} pixels, {}, {dtype:?}, threads: {threads}, best of {rounds}",
        asked.network,
        asked.device,
        side = asked.pixels
    );
    println!("  phosphene: {:.3} s wall, {:.3} s CPU", ours.wall, ours.cpu);
    if let (Some(weights), Some(peak)) = (weights_mib, resident_mib("VmHWM:")) {
        println!("  memory of the process: {weights:.0} MiB with weights, {peak:.0} MiB at most");
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

/// What one run of a network does.
fn step(asked: &Arguments, device: &Device, dtype: DType) -> Result<Box<dyn Fn() -> Result<()>>> {
    let weights = Weights::drawn(1, device, dtype);
    let of = |shape: &[usize]| Tensor::ones(shape, dtype, device);
    let latents = of(&[1, 4, asked.pixels / 8, asked.pixels / 8])?;
    // A graphics card is done when its result is here.
    let wait = |made: &Tensor| made.to_dtype(DType::F32)?.mean_all()?.to_scalar::<f32>();
    if asked.network == Network::Decoder {
        let vae = Vae::read(&asked.config(), &weights)?;
        return Ok(Box::new(move || {
            wait(&vae.decode(&latents)?)?;
            Ok(())
        }));
    }
    let text = of(&[
        1,
        77,
        if asked.network == Network::SdTurbo {
            1_024
        } else {
            2_048
        },
    ])?;
    let unet = Unet::read(&asked.config(), &weights)?;
    let size = (asked.pixels, asked.pixels);
    let added = unet.added(&of(&[1, POOLED])?, size)?;
    Ok(Box::new(move || {
        let input = UnetInput {
            latents: &latents,
            timestep: 500.0,
            text: &text,
            added: added.as_ref(),
            guidance: None,
        };
        wait(&unet.forward(&input, None)?)?;
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
    fn start(python: &str, asked: &Arguments, threads: usize) -> Result<Self> {
        let device = match asked.device {
            DeviceName::Metal => "mps".to_owned(),
            other => other.to_string(),
        };
        let mut child = Command::new(python)
            .arg(folder().join("torch_step.py"))
            .arg(asked.config())
            .args([asked.pixels.to_string(), threads.to_string(), device])
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
