//! Whether what a model gives are numbers: NaN and infinities are found where they arise, and the part is named.

use std::path::{Path, PathBuf};

use candle_core::{DType, Device, Result, Tensor};

use crate::error::Error;

/// A part of a model that gives numbers.
#[derive(Debug, Clone)]
pub(super) struct Part {
    /// What it is.
    pub what: &'static str,
    /// Its file or folder.
    pub path: PathBuf,
    /// What it computes in.
    pub dtype: DType,
}

impl Part {
    pub fn new(what: &'static str, path: &Path, dtype: DType) -> Self {
        Self {
            what,
            path: path.to_owned(),
            dtype,
        }
    }

    /// Its numbers, if that is what they are.
    ///
    /// # Errors
    /// [`Error::Model`], naming the part, when one is NaN or infinite.
    pub fn checked(&self, made: Tensor) -> std::result::Result<Tensor, Error> {
        match is_finite(&made) {
            Ok(true) => Ok(made),
            Ok(false) => Err(self.fault()),
            Err(error) => Err(error.into()),
        }
    }

    /// That it gave something else than numbers.
    pub fn fault(&self) -> Error {
        let remedy = match self.dtype {
            DType::F32 => "its weights are damaged or of another model; get them again",
            _ => {
                "its weights are damaged, or half precision is too coarse for them; get them again, or give --device \
                 cpu, which computes in single precision"
            }
        };
        Error::Model {
            path: self.path.clone(),
            reason: format!("{} gives NaN or infinity in place of numbers", self.what),
            remedy: remedy.into(),
        }
    }
}

/// What a model's networks are called when they give no numbers.
pub(super) struct Parts {
    pub unet: Part,
    pub vae: Part,
    pub control: Part,
}

/// What the denoising networks made: numbers, or which of them gave none.
pub(super) type Made = std::result::Result<Tensor, Broken>;

/// The one that gave none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Broken {
    Unet,
    Control,
}

/// Whether all numbers of a tensor are finite. Waits for the device, whose late errors come out here.
pub(super) fn is_finite(tensor: &Tensor) -> Result<bool> {
    let here = tensor.to_device(&Device::Cpu)?.to_dtype(DType::F32)?.flatten_all()?;
    let (storage, layout) = here.storage_and_layout();
    match (&*storage, layout.contiguous_offsets()) {
        (candle_core::Storage::Cpu(numbers), Some((from, to))) => Ok(numbers.as_slice::<f32>()?[from..to]
            .iter()
            .all(|number| number.is_finite())),
        _ => candle_core::bail!("numbers that were read back are not here"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_that_is_none_is_found_in_every_type() -> Result<()> {
        for dtype in [DType::F32, DType::F16, DType::BF16] {
            for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
                let mut numbers = vec![0.5_f32; 60];
                let tensor = |numbers: &[f32]| Tensor::from_slice(numbers, (3, 4, 5), &Device::Cpu)?.to_dtype(dtype);
                assert!(is_finite(&tensor(&numbers)?)?);
                numbers[37] = bad;
                let damaged = tensor(&numbers)?;
                assert!(!is_finite(&damaged)?, "{bad} in {dtype:?}");
                assert!(is_finite(&damaged.narrow(0, 0, 1)?)?, "a part without it is well");
                assert!(!is_finite(&damaged.transpose(0, 2)?)?);
            }
        }
        Ok(())
    }

    #[test]
    fn a_part_is_named_with_a_remedy_that_fits() {
        let of = |dtype| {
            Part::new("the autoencoder", Path::new("model/vae"), dtype)
                .fault()
                .to_string()
        };
        assert!(of(DType::F32).contains("model/vae") && of(DType::F32).contains("the autoencoder gives NaN"));
        assert!(of(DType::F16).contains("--device cpu") && !of(DType::F32).contains("--device cpu"));
    }
}
