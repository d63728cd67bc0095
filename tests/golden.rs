//! Golden files: what a stage gave when somebody last looked at it, in `tests/golden`.
//!
//! A missing file fails. `UPDATE_GOLDEN=1` writes what comes out instead (`cargo xtask golden` for all at once): look at
//! the difference that git shows before it is committed. What differs is saved, and the failure says where.

use std::{
    env,
    fs::{self, File},
    io::BufReader,
    path::{Path, PathBuf},
};

use anyhow::{Result, ensure};
use phosphene_engine::{frame::Frame, time::Size};

/// How far a frame may be from its golden file: other processors round otherwise.
#[derive(Debug, Clone, Copy)]
pub struct Tolerance {
    /// Mean absolute difference, in levels of 255.
    pub mean: f64,
    /// The same of the block of [`BLOCK`] by `BLOCK` pixels that differs most: what is small and missing counts too.
    pub block: f64,
}

/// The side of a block, in pixels.
pub const BLOCK: usize = 8;

impl Tolerance {
    /// No pixel differs.
    pub const NONE: Self = Self { mean: 0.0, block: 0.0 };
    /// Nobody sees the difference.
    pub const UNSEEN: Self = Self { mean: 1.0, block: 4.0 };
}

/// Whether golden files are to be written and not compared.
#[must_use]
pub fn renewing() -> bool {
    env::var_os("UPDATE_GOLDEN").is_some_and(|value| value == "1")
}

fn place(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("golden").join(name)
}

/// Where what differs is saved.
fn saved(name: &str) -> PathBuf {
    env::temp_dir().join(format!("phosphene-{}", name.replace('/', "-")))
}

/// Compares a text with `tests/golden/NAME`.
///
/// # Panics
/// When they differ, or there is no such file.
pub fn check_text(name: &str, actual: &str) {
    let path = place(name);
    if renewing() {
        fs::write(&path, actual).expect("the golden file can be written");
    }
    let expected = fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; UPDATE_GOLDEN=1 writes it", path.display()));
    if expected != actual {
        let saved = saved(name);
        fs::write(&saved, actual).expect("a temporary file can be written");
        panic!("{name} differs; what came out is in {}:\n{actual}", saved.display());
    }
}

/// Compares a frame with the picture `tests/golden/frames/NAME.png`.
///
/// # Panics
/// When it is further from it than the tolerance, is of another size, or there is no such file.
pub fn check_frame(name: &str, actual: &Frame, tolerance: Tolerance) {
    let name = format!("frames/{name}.png");
    let path = place(&name);
    if renewing() {
        actual.write_png(&path).expect("the golden file can be written");
    }
    let expected =
        read_png(&path).unwrap_or_else(|error| panic!("{}: {error}; UPDATE_GOLDEN=1 writes it", path.display()));
    if let Err(difference) = compare(actual, &expected, tolerance) {
        let saved = saved(&name);
        actual.write_png(&saved).expect("a temporary file can be written");
        panic!("{name} differs: {difference}; what came out is in {}", saved.display());
    }
}

fn read_png(path: &Path) -> Result<Frame> {
    let mut reader = png::Decoder::new(BufReader::new(File::open(path)?)).read_info()?;
    let (width, height) = (reader.info().width, reader.info().height);
    let mut frame = Frame::black(Size::new(width, height)?);
    ensure!(
        reader.output_buffer_size() == Some(frame.rgb().len()),
        "it is no picture of 8-bit RGB"
    );
    reader.next_frame(frame.rgb_mut())?;
    Ok(frame)
}

/// # Errors
/// In what the frames differ, in words.
fn compare(actual: &Frame, expected: &Frame, tolerance: Tolerance) -> Result<(), String> {
    if actual.size() != expected.size() {
        return Err(format!("it is {} and was {}", actual.size(), expected.size()));
    }
    let (width, height) = (actual.size().width() as usize, actual.size().height() as usize);
    let across = width.div_ceil(BLOCK);
    let mut blocks = vec![(0u64, 0u64); across * height.div_ceil(BLOCK)];
    for (i, (a, b)) in actual.rgb().iter().zip(expected.rgb()).enumerate() {
        let (x, y) = (i / 3 % width, i / 3 / width);
        let (sum, count) = &mut blocks[y / BLOCK * across + x / BLOCK];
        *sum += u64::from(a.abs_diff(*b));
        *count += 1;
    }
    let mean = blocks.iter().map(|(sum, _)| sum).sum::<u64>() as f64 / actual.rgb().len() as f64;
    let of_block = |&(sum, count): &(u64, u64)| sum as f64 / count as f64;
    let (worst, block) = blocks
        .iter()
        .map(of_block)
        .enumerate()
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .unwrap_or_default();
    if mean > tolerance.mean || block > tolerance.block {
        let (x, y) = (worst % across * BLOCK, worst / across * BLOCK);
        return Err(format!(
            "by {mean:.2} levels of 255 in the mean and {block:.2} in the block at ({x}, {y}), where {} and {} are allowed",
            tolerance.mean, tolerance.block
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grey(size: &str) -> Frame {
        let mut frame = Frame::black(size.parse().unwrap());
        frame.rgb_mut().fill(100);
        frame
    }

    #[test]
    fn rounding_passes_and_a_small_thing_that_is_missing_does_not() {
        let golden = grey("64x36");
        assert_eq!(compare(&golden, &golden, Tolerance::NONE), Ok(()));
        let mut rounded = golden.clone();
        rounded.rgb_mut().iter_mut().step_by(2).for_each(|level| *level += 1);
        assert_eq!(compare(&rounded, &golden, Tolerance::UNSEEN), Ok(()));
        assert!(compare(&rounded, &golden, Tolerance::NONE).is_err());
        // A dot of five by five pixels, in the last and smaller row of blocks.
        let mut dotted = golden.clone();
        for y in 31..36 {
            dotted.rgb_mut()[(y * 64 + 41) * 3..(y * 64 + 46) * 3].fill(160);
        }
        let difference = compare(&dotted, &golden, Tolerance::UNSEEN).unwrap_err();
        assert!(difference.contains("block at (40, 32)"), "{difference}");
        let difference = compare(&grey("32x36"), &golden, Tolerance::UNSEEN).unwrap_err();
        assert!(difference.contains("32x36"), "{difference}");
    }
}
