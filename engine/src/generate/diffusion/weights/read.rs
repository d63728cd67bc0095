//! A tensor's bytes to a tensor of the wanted type, without a copy in between.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    path::Path,
};

use candle_core::{DType, Device, Tensor, WithDType};
use half::{bf16, f16};
use safetensors::Dtype;

use super::{fault, header::Entry};
use crate::error::{Error, Result};

/// Bytes that are read at a time.
const STRETCH: usize = 1 << 18;

/// Reads a tensor as `dtype` onto `device`.
pub(super) fn tensor(path: &Path, name: &str, entry: &Entry, dtype: DType, device: &Device) -> Result<Tensor> {
    match dtype {
        DType::F16 => numbers::<f16>(path, name, entry, device),
        DType::BF16 => numbers::<bf16>(path, name, entry, device),
        DType::F32 => numbers::<f32>(path, name, entry, device),
        other => Err(Error::Value {
            what: "the type of a model's numbers",
            expected: "f32, f16 or bf16".into(),
            actual: format!("{other:?}"),
        }),
    }
}

/// A type that weights are wanted in.
trait Wanted: WithDType {
    fn from_f32(number: f32) -> Self;
    fn from_f16(number: f16) -> Self;
    fn from_bf16(number: bf16) -> Self;
}

impl Wanted for f32 {
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

fn numbers<T: Wanted>(path: &Path, name: &str, entry: &Entry, device: &Device) -> Result<Tensor> {
    let numbers: Vec<T> = match entry.dtype {
        Dtype::F32 => stretches(path, entry, |bytes| T::from_f32(f32::from_le_bytes(bytes)))?,
        Dtype::F16 => stretches(path, entry, |bytes| T::from_f16(f16::from_le_bytes(bytes)))?,
        Dtype::BF16 => stretches(path, entry, |bytes| T::from_bf16(bf16::from_le_bytes(bytes)))?,
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

fn stretches<T, const SIZE: usize>(path: &Path, entry: &Entry, number: impl Fn([u8; SIZE]) -> T) -> Result<Vec<T>> {
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
        numbers.extend(whole.iter().map(|bytes| number(*bytes)));
        left -= now;
    }
    Ok(numbers)
}
