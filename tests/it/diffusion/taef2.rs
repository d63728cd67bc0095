//! An autoencoder with real weights (TAEF2) on a photograph, whole and by tiles, against torch.

use std::{fs::File, io::BufReader, path::Path};

use anyhow::{Context, Result, ensure};
use candle_core::{DType, Device, Tensor};
use phosphene_engine::diffusion::vae::Vae;
use serde_json::Value;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/golden/diffusion/taef2");
/// Decibels that ours may differ by from torch's: the arithmetic is the same.
const SAME_DB: f64 = 0.05;

/// (1, 3, size, size) of -1 to 1.
fn photograph(size: usize) -> Result<Tensor> {
    let file = Path::new(FOLDER).join(format!("photograph_{size}.png"));
    let file = File::open(&file).with_context(|| format!("the photograph {}", file.display()))?;
    let mut reader = png::Decoder::new(BufReader::new(file)).read_info()?;
    let mut rgb = vec![0; size * size * 3];
    let info = reader.next_frame(&mut rgb)?;
    ensure!(
        (info.width as usize, info.buffer_size()) == (size, rgb.len()),
        "the photograph's size"
    );
    let numbers: Vec<f32> = rgb.iter().map(|value| f32::from(*value) / 127.5 - 1.0).collect();
    Ok(Tensor::from_vec(numbers, (size, size, 3), &Device::Cpu)?
        .permute((2, 0, 1))?
        .unsqueeze(0)?
        .contiguous()?)
}

fn decibels(found: &Tensor, expected: &Tensor) -> Result<f64> {
    let error = (found.clamp(-1.0, 1.0)? - expected)?
        .sqr()?
        .mean_all()?
        .to_scalar::<f32>()?;
    Ok(-10.0 * (f64::from(error) / 4.0).log10())
}

#[test]
fn a_photograph_comes_back_as_well_as_from_torch() -> Result<()> {
    let vae = Vae::load_tiny(Path::new(FOLDER), &Device::Cpu, DType::F32)?;
    assert_eq!((vae.latent_channels(), vae.factor()), (32, 8));
    let made = std::fs::read(Path::new(FOLDER).join("reference.json")).context("the reference")?;
    let made: Vec<Value> = serde_json::from_slice(&made)?;
    assert_eq!(made.len(), 2, "two sizes");
    for case in &made {
        let size = usize::try_from(case["size"].as_u64().context("a size")?)?;
        let expected = case["decibels"].as_f64().context("decibels")?;
        let photograph = photograph(size)?;
        let latents = vae.encode(&photograph)?;
        if size == 256 {
            let reference = Path::new(FOLDER).join("reference.safetensors");
            let reference = candle_core::safetensors::load(&reference, &Device::Cpu).context("the reference")?;
            let reference = &reference["latents"];
            let off = (&latents - reference)?.abs()?.max_all()?.to_scalar::<f32>()?;
            let most = reference.abs()?.max_all()?.to_scalar::<f32>()?;
            ensure!(off < 1e-3 * most, "the latents are off by {off} of {most}");
        }
        let found = decibels(&vae.decode(&latents)?, &photograph)?;
        println!("{size}x{size}: {found:.2} dB, torch {expected:.2} dB");
        ensure!(
            (found - expected).abs() < SAME_DB,
            "{size}: {found:.2} dB, torch has {expected:.2}"
        );
    }
    Ok(())
}

#[test]
fn tiles_make_the_picture_that_the_whole_makes() -> Result<()> {
    let vae = Vae::load_tiny(Path::new(FOLDER), &Device::Cpu, DType::F32)?;
    let photograph = photograph(512)?;
    let whole = vae.decode(&vae.encode(&photograph)?)?;
    let tiled = vae.decode_tiled(&vae.encode_tiled(&photograph, 32)?, 32)?;
    assert_eq!(tiled.dims(), whole.dims());
    let (one, other) = (decibels(&whole, &photograph)?, decibels(&tiled, &photograph)?);
    let alike = decibels(&tiled, &whole.clamp(-1.0, 1.0)?)?;
    println!("whole {one:.2} dB, tiled {other:.2} dB, alike to {alike:.2} dB");
    ensure!(other > one - 1.0, "tiles lose {:.2} dB", one - other);
    // A seam would show where tiles meet: no column differs much more than the others.
    let columns = (&tiled - &whole)?.abs()?.mean((0, 1, 2))?.to_vec1::<f32>()?;
    let mean = columns.iter().sum::<f32>() / columns.len() as f32;
    let most = columns.iter().copied().fold(0.0, f32::max);
    ensure!(most < 0.1, "a column is off by {most} where the mean is {mean}");
    Ok(())
}
