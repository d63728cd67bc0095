//! How exact the painter is: beside onnxruntime, and both beside doubles.

use std::path::Path;

use anyhow::{Context, Result};

use super::{
    Contender,
    peers::{Arithmetic, Onnxruntime},
    pictures::{self, Kind},
};

/// Largest differences over all pixels and colours.
#[derive(Clone, Copy, Default)]
struct Errors {
    /// Ours to onnxruntime's, styles alone and mixes.
    apart: [f64; 2],
    /// Ours and onnxruntime's to doubles.
    ours: f64,
    onnxruntime: f64,
}

/// Prints the largest errors, by kind of picture, on the fastest and the slowest instruction set.
pub fn measure(
    contenders: &mut [Contender],
    onnxruntime: &mut Onnxruntime,
    (song, storyboard): (&Path, &Path),
) -> Result<()> {
    let last = contenders.len().checked_sub(1).context("there is a portable painter")?;
    let judged = if last == 0 { vec![0] } else { vec![0, last] };
    println!("\nThe painter's largest errors, of values from 0 to 1");
    println!(
        "  {} styles alone and {} mixes of each picture beside onnxruntime; one of them beside doubles",
        phosphene_engine::painter::STYLES,
        pictures::MIXES
    );
    println!(
        "  {:<18} {:>8} {:>9}  {:<9} {:>14} {:>14} {:>16} {:>24}",
        "pictures",
        "",
        "paintings",
        "kernels",
        "styles to onnx",
        "mixes to onnx",
        "ours to doubles",
        "onnxruntime to doubles"
    );
    let [drawings, photographs] = pictures::rich(song, storyboard)?;
    for kind in [drawings, photographs, pictures::flat()] {
        let errors = of_kind(contenders, &judged, onnxruntime, &kind)?;
        for (&at, errors) in judged.iter().zip(errors) {
            println!(
                "  {:<18} {:>8} {:>9}  {:<9} {:>14.1e} {:>14.1e} {:>16.1e} {:>24.1e}",
                kind.name,
                kind.pictures.len(),
                kind.pictures.len() * pictures::mixes().len(),
                contenders[at].painter.isa().to_string(),
                errors.apart[0],
                errors.apart[1],
                errors.ours,
                errors.onnxruntime,
            );
        }
    }
    Ok(())
}

fn of_kind(
    contenders: &mut [Contender],
    judged: &[usize],
    onnxruntime: &mut Onnxruntime,
    kind: &Kind,
) -> Result<Vec<Errors>> {
    let mixes = pictures::mixes();
    let mut errors = vec![Errors::default(); judged.len()];
    let mut painted = Vec::new();
    for (number, drawn) in kind.pictures.iter().enumerate() {
        painted.resize(drawn.rgb.len(), 0.0);
        for (mix, styles) in mixes.iter().enumerate() {
            let theirs = onnxruntime.paint(Arithmetic::Onnxruntime, drawn, styles)?.rgb;
            // Another mix for each picture, so that all have their turn.
            let exact = if mix == number * 7 % mixes.len() {
                Some(onnxruntime.paint(Arithmetic::Doubles, drawn, styles)?.rgb)
            } else {
                None
            };
            for (&at, errors) in judged.iter().zip(&mut errors) {
                contenders[at].paint(drawn, styles, 1, &mut painted)?;
                let ours = || painted.iter().map(|v| f64::from(*v));
                let apart = &mut errors.apart[usize::from(mix >= phosphene_engine::painter::STYLES)];
                *apart = apart.max(largest(ours(), theirs.iter().copied()));
                if let Some(exact) = &exact {
                    errors.ours = errors.ours.max(largest(ours(), exact.iter().copied()));
                    let off = largest(theirs.iter().copied(), exact.iter().copied());
                    errors.onnxruntime = errors.onnxruntime.max(off);
                }
            }
        }
    }
    Ok(errors)
}

fn largest(a: impl Iterator<Item = f64>, b: impl Iterator<Item = f64>) -> f64 {
    a.zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}
