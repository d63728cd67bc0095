//! Layers from the weights under a name.

use std::fmt::Display;

use candle_core::Tensor;

use super::Weights;
use crate::error::Result;
use crate::ops::{self, Conv2d, Linear};

/// The weights whose names begin with a prefix.
#[derive(Clone)]
pub struct Scope<'a> {
    weights: &'a Weights,
    prefix: String,
}

impl<'a> Scope<'a> {
    pub(super) fn new(weights: &'a Weights, prefix: &str) -> Self {
        Self {
            weights,
            prefix: prefix.to_owned(),
        }
    }

    /// The names under this one.
    #[must_use]
    pub fn at(&self, name: impl Display) -> Self {
        Self {
            weights: self.weights,
            prefix: self.name(name),
        }
    }

    fn name(&self, name: impl Display) -> String {
        if self.prefix.is_empty() {
            name.to_string()
        } else {
            format!("{}.{name}", self.prefix)
        }
    }

    /// All weights.
    #[must_use]
    pub fn weights(&self) -> &'a Weights {
        self.weights
    }

    /// Whether there is a tensor of this name.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.weights.has(&self.name(name))
    }

    /// A tensor of a stated shape.
    ///
    /// # Errors
    /// As [`Weights::get`].
    pub fn get(&self, name: &str, shape: &[usize]) -> Result<Tensor> {
        self.weights.get(&self.name(name), shape)
    }

    /// A convolution with bias that keeps the size but for its stride.
    ///
    /// # Errors
    /// As [`Weights::get`].
    pub fn conv(&self, [output, input]: [usize; 2], kernel: usize, stride: usize) -> Result<Conv2d> {
        let bias = Some(self.get("bias", &[output])?);
        self.convolution([output, input], kernel, bias, (stride, kernel / 2))
    }

    /// A convolution without bias that keeps the size but for its stride.
    ///
    /// # Errors
    /// As [`Weights::get`].
    pub fn plain_conv(&self, [output, input]: [usize; 2], kernel: usize, stride: usize) -> Result<Conv2d> {
        self.convolution([output, input], kernel, None, (stride, kernel / 2))
    }

    /// A convolution with bias of stride 2 without padding.
    ///
    /// # Errors
    /// As [`Weights::get`].
    pub fn unpadded_conv(&self, [output, input]: [usize; 2], kernel: usize) -> Result<Conv2d> {
        let bias = Some(self.get("bias", &[output])?);
        self.convolution([output, input], kernel, bias, (2, 0))
    }

    fn convolution(
        &self,
        [output, input]: [usize; 2],
        kernel: usize,
        bias: Option<Tensor>,
        (stride, padding): (usize, usize),
    ) -> Result<Conv2d> {
        let weight = self.get("weight", &[output, input, kernel, kernel])?;
        Conv2d::new(weight, bias, stride, padding).map_err(|error| self.weights.failed(&self.prefix, &error))
    }

    /// A linear layer with bias.
    ///
    /// # Errors
    /// As [`Weights::get`].
    pub fn linear(&self, shape: [usize; 2]) -> Result<Linear> {
        let bias = self.get("bias", &shape[..1])?;
        self.product(self.get("weight", &shape)?, Some(bias))
    }

    /// A linear layer without bias.
    ///
    /// # Errors
    /// As [`Weights::get`].
    pub fn plain_linear(&self, shape: [usize; 2]) -> Result<Linear> {
        self.product(self.get("weight", &shape)?, None)
    }

    /// A linear layer with bias, whose weight may be stored as that of a 1x1 convolution: it is the same.
    ///
    /// # Errors
    /// As [`Weights::get`].
    pub fn linear_or_1x1(&self, [output, input]: [usize; 2]) -> Result<Linear> {
        let is_conv = self
            .weights
            .shape(&self.name("weight"))
            .is_some_and(|shape| shape.len() == 4);
        if !is_conv {
            return self.linear([output, input]);
        }
        let weight = self
            .get("weight", &[output, input, 1, 1])?
            .reshape((output, input))
            .map_err(|error| self.weights.failed(&self.prefix, &error))?;
        self.product(weight, Some(self.get("bias", &[output])?))
    }

    fn product(&self, weight: Tensor, bias: Option<Tensor>) -> Result<Linear> {
        Linear::new(weight, bias).map_err(|error| self.weights.failed(&self.prefix, &error))
    }

    /// A normalisation of groups of channels.
    ///
    /// # Errors
    /// As [`Weights::get`].
    pub fn group_norm(&self, channels: usize, groups: usize, eps: f64) -> Result<GroupNorm> {
        Ok(GroupNorm {
            weight: self.get("weight", &[channels])?,
            bias: self.get("bias", &[channels])?,
            groups,
            eps,
        })
    }

    /// A normalisation of the last axis.
    ///
    /// # Errors
    /// As [`Weights::get`].
    pub fn layer_norm(&self, width: usize, eps: f64) -> Result<LayerNorm> {
        Ok(LayerNorm {
            weight: self.get("weight", &[width])?,
            bias: self.get("bias", &[width])?,
            eps,
        })
    }
}

/// [`ops::group_norm`] with its weights.
#[derive(Debug, Clone)]
pub struct GroupNorm {
    weight: Tensor,
    bias: Tensor,
    groups: usize,
    eps: f64,
}

impl GroupNorm {
    pub(crate) fn forward(&self, x: &Tensor) -> candle_core::Result<Tensor> {
        ops::group_norm(x, &self.weight, &self.bias, self.groups, self.eps)
    }

    pub(crate) fn forward_silu(&self, x: &Tensor) -> candle_core::Result<Tensor> {
        ops::group_norm_silu(x, &self.weight, &self.bias, self.groups, self.eps)
    }
}

/// [`ops::layer_norm`] with its weights.
#[derive(Debug, Clone)]
pub struct LayerNorm {
    weight: Tensor,
    bias: Tensor,
    eps: f64,
}

impl LayerNorm {
    pub(crate) fn forward(&self, x: &Tensor) -> candle_core::Result<Tensor> {
        ops::layer_norm(x, &self.weight, &self.bias, self.eps)
    }
}
