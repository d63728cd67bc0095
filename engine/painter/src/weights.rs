//! Reading the network's tensors out of a safetensors file.

use safetensors::{Dtype, SafeTensors};

use super::{STYLES, Styles};
use crate::error::{Error, Result};

/// One convolution with its conditional instance norm, as trained.
pub(super) struct Convolution {
    /// `[output][input][row][column]`.
    weights: Vec<f32>,
    /// `[style][output]`.
    gamma: Vec<f32>,
    /// `[style][output]`.
    beta: Vec<f32>,
    outputs: usize,
    inputs: usize,
    side: usize,
}

impl Convolution {
    /// The weight from an input to an output at a row and column of the kernel.
    pub(super) fn at(&self, output: usize, input: usize, row: usize, column: usize) -> f32 {
        self.weights[((output * self.inputs + input) * self.side + row) * self.side + column]
    }

    /// Output channels.
    pub(super) fn outputs(&self) -> usize {
        self.outputs
    }

    /// The norm's factor and offset for an output channel under a mix of styles.
    pub(super) fn norm(&self, styles: &Styles, output: usize) -> (f64, f64) {
        let mix = |table: &[f32]| {
            let of_styles = table[output..].iter().step_by(self.outputs);
            styles
                .iter()
                .zip(of_styles)
                .map(|(share, value)| f64::from(*share) * f64::from(*value))
                .sum()
        };
        (mix(&self.gamma), mix(&self.beta))
    }
}

/// Reads `name.w`, `name.norm.gamma` and `name.norm.beta`, checking shapes and values.
pub(super) fn convolution(
    file: &SafeTensors<'_>,
    name: &str,
    [outputs, inputs, side]: [usize; 3],
) -> Result<Convolution> {
    Ok(Convolution {
        weights: tensor(file, &format!("{name}.w"), &[outputs, inputs, side, side])?,
        gamma: tensor(file, &format!("{name}.norm.gamma"), &[STYLES, outputs])?,
        beta: tensor(file, &format!("{name}.norm.beta"), &[STYLES, outputs])?,
        outputs,
        inputs,
        side,
    })
}

/// Opens the file.
pub(super) fn open(bytes: &[u8]) -> Result<SafeTensors<'_>> {
    SafeTensors::deserialize(bytes).map_err(|e| damaged(format!("it is not a safetensors file ({e})")))
}

fn tensor(file: &SafeTensors<'_>, name: &str, shape: &[usize]) -> Result<Vec<f32>> {
    let view = file.tensor(name).map_err(|e| damaged(e.to_string()))?;
    if view.dtype() != Dtype::F32 || view.shape() != shape {
        return Err(damaged(format!(
            "{name} is {:?} {:?} where F32 {shape:?} was expected",
            view.dtype(),
            view.shape()
        )));
    }
    let values: Vec<f32> = view
        .data()
        .as_chunks()
        .0
        .iter()
        .map(|bytes: &[u8; 4]| f32::from_le_bytes(*bytes))
        .collect();
    if values.iter().all(|v| v.is_finite()) {
        Ok(values)
    } else {
        Err(damaged(format!("{name} holds no number")))
    }
}

fn damaged(reason: String) -> Error {
    Error::Asset {
        what: "painter",
        reason,
    }
}
