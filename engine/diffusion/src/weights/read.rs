//! A tensor's bytes to a tensor of the wanted type, without a copy in between.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    path::Path,
};

use candle_core::{DType, Device, Tensor, WithDType};
use half::{bf16, f16};
use safetensors::Dtype;

use super::{fault, header::TensorEntry};
use crate::error::{Error, Result};

/// Bytes that are read at a time.
const STRETCH: usize = 1 << 18;

/// Reads a tensor as `dtype` onto `device`.
pub(super) fn tensor(path: &Path, name: &str, entry: &TensorEntry, dtype: DType, device: &Device) -> Result<Tensor> {
    match dtype {
        DType::F16 => numbers::<f16>(path, name, entry, device),
        DType::BF16 => numbers::<bf16>(path, name, entry, device),
        DType::F32 => numbers::<f32>(path, name, entry, device),
        other => Err(Error::value(
            "the type of a model's numbers",
            "f32, f16 or bf16",
            format!("{other:?}"),
        )),
    }
}

/// A type that weights are wanted in.
trait Wanted: WithDType {
    fn is_number(self) -> bool;
    fn from_f32(number: f32) -> Self;
    fn from_f16(number: f16) -> Self;
    fn from_bf16(number: bf16) -> Self;
}

impl Wanted for f32 {
    fn is_number(self) -> bool {
        self.is_finite()
    }
    fn from_f32(number: f32) -> Self {
        number
    }
    fn from_f16(number: f16) -> Self {
        number.to_f32()
    }
    fn from_bf16(number: bf16) -> Self {
        number.to_f32()
    }
}

impl Wanted for f16 {
    fn is_number(self) -> bool {
        self.is_finite()
    }
    fn from_f32(number: f32) -> Self {
        Self::from_f32(number)
    }
    fn from_f16(number: f16) -> Self {
        number
    }
    fn from_bf16(number: bf16) -> Self {
        Self::from_f32(number.to_f32())
    }
}

impl Wanted for bf16 {
    fn is_number(self) -> bool {
        self.is_finite()
    }
    fn from_f32(number: f32) -> Self {
        Self::from_f32(number)
    }
    fn from_f16(number: f16) -> Self {
        Self::from_f32(number.to_f32())
    }
    fn from_bf16(number: bf16) -> Self {
        number
    }
}

fn numbers<T: Wanted>(path: &Path, name: &str, entry: &TensorEntry, device: &Device) -> Result<Tensor> {
    let numbers: Vec<T> = match entry.dtype {
        Dtype::F32 => stretches(path, name, entry, (f32::from_le_bytes, T::from_f32, f64::from))?,
        Dtype::F16 => stretches(path, name, entry, (f16::from_le_bytes, T::from_f16, f64::from))?,
        Dtype::BF16 => stretches(path, name, entry, (bf16::from_le_bytes, T::from_bf16, f64::from))?,
        other => {
            return Err(Error::Model {
                path: path.to_owned(),
                reason: format!("\"{name}\" is stored as {other:?}, where F32, F16 or BF16 is expected"),
                remedy: "use a copy of the model in full or half precision, not a quantised one".into(),
            });
        }
    };
    Tensor::from_vec(numbers, &entry.shape[..], device).map_err(|error| Error::Model {
        path: path.to_owned(),
        reason: format!("\"{name}\" can't be put on the device ({error})"),
        remedy: "free its memory, or use a smaller model or --device cpu".into(),
    })
}

/// Reads the numbers, from bytes to what is stored to what is wanted; for messages, what is stored is also told as f64.
fn stretches<S, T: Wanted, const SIZE: usize>(
    path: &Path,
    name: &str,
    entry: &TensorEntry,
    (stored, wanted, told): (impl Fn([u8; SIZE]) -> S, impl Fn(S) -> T, impl Fn(S) -> f64),
) -> Result<Vec<T>> {
    let unread = |error: std::io::Error| fault(path, format!("it can't be read ({error})"));
    let mut file = File::open(path).map_err(unread)?;
    file.seek(SeekFrom::Start(entry.begin)).map_err(unread)?;
    let mut numbers = Vec::with_capacity(entry.bytes / SIZE);
    let mut stretch = vec![0; STRETCH.min(entry.bytes)];
    let mut left = entry.bytes;
    while left > 0 {
        let now = left.min(STRETCH);
        file.read_exact(&mut stretch[..now]).map_err(unread)?;
        let (whole, _) = stretch[..now].as_chunks::<SIZE>();
        let before = numbers.len();
        numbers.extend(whole.iter().map(|bytes| wanted(stored(*bytes))));
        // While they are at hand; one that is no number would spread to all that the network gives.
        if !numbers[before..]
            .iter()
            .fold(true, |all, number| all & number.is_number())
        {
            let bad = numbers[before..]
                .iter()
                .position(|number| !number.is_number())
                .unwrap_or(0);
            return Err(no_number::<T>(
                path,
                name,
                (before + bad, entry),
                told(stored(whole[bad])),
            ));
        }
        left -= now;
    }
    Ok(numbers)
}

/// A weight that is NaN or infinite, or becomes so in the type that is wanted.
fn no_number<T: Wanted>(path: &Path, name: &str, (at, entry): (usize, &TensorEntry), stored: f64) -> Error {
    let total = entry.shape.iter().product::<usize>();
    let place = format!("number {} of {total} in \"{name}\"", at + 1);
    let (reason, remedy) = if stored.is_finite() {
        (
            format!("{place} is {stored:e}, which is too large for {:?}", T::DTYPE),
            "give --device cpu, which computes in single precision, or get a copy that was made for half precision",
        )
    } else {
        let what = if stored.is_nan() { "NaN" } else { "infinite" };
        (
            format!("{place} is {what}"),
            "the file is damaged, or its training failed; get it again",
        )
    };
    Error::Model {
        path: path.to_owned(),
        reason,
        remedy: remedy.into(),
    }
}
