//! What the small networks are built of: dense layers, and the safetensors files that hold their weights.

use std::collections::BTreeMap;

use crate::error::{Error, Result};

/// A dense layer: a matrix of weights and a bias.
pub(super) struct Dense {
    /// Stored input by input, so that a product is a sum of whole rows and runs at full width.
    columns: Vec<f32>,
    pub bias: Vec<f32>,
}

impl Dense {
    /// From weights stored output by output.
    pub fn new(weights: &[f32], bias: Vec<f32>) -> Self {
        let outputs = bias.len();
        let inputs = weights.len() / outputs;
        let mut columns = vec![0.0; weights.len()];
        for output in 0..outputs {
            for input in 0..inputs {
                columns[input * outputs + output] = weights[output * inputs + input];
            }
        }
        Self { columns, bias }
    }

    /// Adds the product with `input` to `output`.
    pub fn add_product(&self, input: &[f32], output: &mut [f32]) {
        let width = output.len();
        let mut groups = input.chunks_exact(4);
        let mut rows = self.columns.chunks_exact(4 * width);
        // Four inputs at a time, so that the output is read and written a quarter as often.
        for (x, four) in groups.by_ref().zip(rows.by_ref()) {
            let (a, rest) = four.split_at(width);
            let (b, rest) = rest.split_at(width);
            let (c, d) = rest.split_at(width);
            for ((((out, a), b), c), d) in output.iter_mut().zip(a).zip(b).zip(c).zip(d) {
                *out += (x[0] * a + x[1] * b) + (x[2] * c + x[3] * d);
            }
        }
        for (x, row) in groups.remainder().iter().zip(rows.remainder().chunks_exact(width)) {
            output.iter_mut().zip(row).for_each(|(out, weight)| *out += x * weight);
        }
    }
}

pub(super) fn damaged(reason: String) -> Error {
    Error::Asset {
        what: "beat network",
        reason,
    }
}

/// The float32 tensors of a safetensors file by name: an eight-byte header length, a JSON header, then the numbers.
pub(super) fn read_safetensors(file: &[u8]) -> Result<BTreeMap<String, Vec<f32>>> {
    let short = || damaged("the file is cut off".to_owned());
    let (len, rest) = file.split_first_chunk::<8>().ok_or_else(short)?;
    let len = usize::try_from(u64::from_le_bytes(*len)).map_err(|_| short())?;
    let (header, data) = rest.split_at_checked(len).ok_or_else(short)?;
    let header: BTreeMap<String, serde_json::Value> =
        serde_json::from_slice(header).map_err(|error| damaged(error.to_string()))?;
    let mut found = BTreeMap::new();
    for (name, entry) in header {
        if name == "__metadata__" {
            continue;
        }
        let offset = |i: usize| entry["data_offsets"][i].as_u64().and_then(|n| usize::try_from(n).ok());
        let bytes = match (offset(0), offset(1)) {
            (Some(from), Some(to)) if entry["dtype"] == "F32" => data.get(from..to).ok_or_else(short)?,
            _ => return Err(damaged(format!("{name} is not a float32 tensor"))),
        };
        let (numbers, _) = bytes.as_chunks::<4>();
        found.insert(name, numbers.iter().map(|&n| f32::from_le_bytes(n)).collect());
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damaged_weights_are_refused() {
        let whole = include_bytes!("../../../assets/beatnet/beatnet_1.safetensors");
        for cut in [0, 4, 100, 5_000] {
            let error = read_safetensors(&whole[..cut]).unwrap_err().to_string();
            assert!(error.contains("beat network"), "{error}");
        }
    }
}
