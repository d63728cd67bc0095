//! Measurements, printed in one run.

use std::{path::PathBuf, process::Command};

use anyhow::{Result, bail};

use crate::{
    parity, python,
    run::{check, root, tools},
    setup::{self, Consent, For},
};

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// Every stage, whole renders, and their growth with the song's length: some minutes.
    All,
    /// The painter alone: a minute or two.
    Painter,
    /// The steps of a frame, and whole renders.
    Video,
}

/// What scores the analysis: without these nothing is.
pub const SCORING: [&str; 3] = ["numpy", "soundfile", "mir_eval"];
/// What the analysis is measured against; each may be missing.
pub const PEERS: [&str; 3] = ["librosa", "essentia", "aubio"];
/// What the painter is measured against.
pub const PAINTING: [&str; 2] = ["numpy", "onnxruntime"];

/// Where what others made is kept.
fn peers() -> PathBuf {
    root().join("target").join("peers")
}

/// A Python of the peers' own.
fn python() -> Result<PathBuf> {
    python::venv(&peers().join("venv"))
}

/// Runs our analysis, offline and live, and the peers that pip can install on a folder of songs with their truth; lists how
/// far planned cuts are from the beats.
///
/// `songs` holds `NAME.ogg` (or wav, flac) beside `NAME.beats`, one beat a line: seconds, tab, place in the bar. The
/// peers and mir_eval, which scores all alike, are installed into `target/peers`; what can't be had is named.
pub fn analysis(consent: Consent, songs: &str) -> Result<()> {
    setup::run(consent, For::Program)?;
    let work = peers();
    let python = python()?;
    python::install(&python, &SCORING)?;
    for peer in PEERS {
        if let Err(error) = python::install(&python, &[peer]) {
            println!("{peer} could not be had: {error}");
        }
    }
    for (name, out) in [("analysis-batch", "offline"), ("live-batch", "live")] {
        check(tools(name, None).arg(songs).arg(work.join(out)))?;
    }
    check(tools("cuts-batch", None).arg(songs))?;
    let script = root().join("xtask").join("peers.py");
    check(Command::new(&python).arg(script).arg(songs).arg(&work))
}

/// What of diffusion is timed on the CPU: network, and the picture's side in pixels.
const NETWORKS: [(&str, &str); 3] = [("sd-turbo", "256"), ("decoder", "256"), ("decoder", "512")];
/// On a graphics card.
const NETWORKS_THERE: [(&str, &str); 4] = [
    ("sd-turbo", "512"),
    ("sdxl-turbo", "512"),
    ("decoder", "512"),
    ("decoder", "1024"),
];

/// Times diffusion's networks beside torch, on one thread of the CPU and on all, or on a graphics card.
///
/// Torch and diffusers are installed into `target/parity`.
pub fn unet(consent: Consent, device: &str) -> Result<()> {
    setup::run(consent, For::Program)?;
    let python = parity::python()?;
    let kind = device.split(':').next().unwrap_or_default();
    let (networks, feature) = match kind {
        "cpu" => (&NETWORKS[..], None),
        "cuda" | "metal" => (&NETWORKS_THERE[..], Some(kind)),
        _ => bail!("\"{device}\" is no device; there are cpu, cuda:N and metal"),
    };
    let all = std::thread::available_parallelism()?.get();
    let mut threads = vec![1, all];
    threads.dedup();
    if kind != "cpu" {
        threads = vec![all];
    }
    for threads in threads {
        for (network, pixels) in networks {
            let mut bench = tools("bench-unet", feature);
            bench.args([network, pixels, "--device", device, "--peer"]).arg(&python);
            check(bench.env("RAYON_NUM_THREADS", threads.to_string()))?;
        }
    }
    Ok(())
}

/// Measures the engine on the demo's song.
pub fn run(consent: Consent, what: What) -> Result<()> {
    setup::run(consent, For::Program)?;
    // The painter's peer; the bench says so when it is missing.
    let python = python().and_then(|python| python::install(&python, &PAINTING).map(|()| python));
    let python = python.unwrap_or_else(|error| {
        println!("onnxruntime could not be had: {error}");
        "python3".into()
    });
    let mut bench = tools("bench", None);
    bench.arg(root().join("demo")).arg(python);
    match what {
        What::All => {}
        What::Painter => drop(bench.arg("--painter")),
        What::Video => drop(bench.arg("--video")),
    }
    check(&mut bench)
}
