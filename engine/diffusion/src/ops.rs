//! The arithmetic of every layer of a diffusion model.
//!
//! Tensors may be of any float type and on any device. Pictures are (batch, channels, height, width), sequences
//! (batch, tokens, width), both contiguous or not. f32 on the CPU takes kernels of our own, several times faster than
//! candle's: weights are packed once, when a layer is made, and nothing grows with the square of the pixels. All else
//! takes candle's operations. The kernels' results are the same bits for any number of threads (those of the pool of
//! `rayon` that the caller is in).

use std::{fmt, sync::Arc};

use candle_core::{Result, Tensor};
use rten_vecmath::{Gelu, Silu, Swish};

mod candle_fallback;
mod chunked_attention;
mod conv;
mod cpu_slice;
mod linear;
mod norm;

use cpu_slice::are_fast;
use norm::After;

/// A convolution with square strides and zero padding.
#[derive(Clone)]
pub struct Conv2d(Arc<Conv>);

enum Conv {
    Packed(conv::PackedConv),
    Plain(candle_fallback::CandleConv),
}

impl Conv2d {
    /// `weight` is (out, in, height, width), `bias` (out); `stride` and `padding` are in pixels and hold for both axes.
    ///
    /// # Errors
    /// When `weight` has not four axes or `bias` is not (out).
    pub fn new(weight: Tensor, bias: Option<Tensor>, stride: usize, padding: usize) -> Result<Self> {
        Ok(Self(Arc::new(if are_fast(&weight) {
            Conv::Packed(conv::PackedConv::new(&weight, bias.as_ref(), stride, padding)?)
        } else {
            Conv::Plain(candle_fallback::CandleConv::new(weight, bias, stride, padding)?)
        })))
    }

    /// `x` is (batch, in, height, width).
    ///
    /// # Errors
    /// When `x` has another number of channels, or another type or device than the weights.
    pub fn forward(&self, x: &Tensor) -> Result<Tensor> {
        match &*self.0 {
            Conv::Packed(conv) => conv.forward(x),
            Conv::Plain(conv) => conv.forward(x),
        }
    }
}

impl fmt::Debug for Conv2d {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Conv2d").finish_non_exhaustive()
    }
}

/// A matrix product along the last axis.
#[derive(Clone)]
pub struct Linear(Arc<Product>);

enum Product {
    Packed(linear::PackedLinear),
    Plain(candle_fallback::CandleProduct),
}

impl Linear {
    /// `weight` is (out, in), `bias` (out).
    ///
    /// # Errors
    /// When `weight` has not two axes or `bias` is not (out).
    pub fn new(weight: Tensor, bias: Option<Tensor>) -> Result<Self> {
        let outputs = weight.dims2()?.0;
        let bias = bias.map(|bias| bias.reshape(outputs)).transpose()?;
        Ok(Self(Arc::new(if are_fast(&weight) {
            Product::Packed(linear::PackedLinear::new(&weight, bias.as_ref())?)
        } else {
            Product::Plain(candle_fallback::CandleProduct::new(&weight, bias)?)
        })))
    }

    /// `x` is (.., in); the result is (.., out).
    ///
    /// # Errors
    /// When the last axis has another length, or `x` another type or device than the weights.
    pub fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let (inputs, outputs) = match &*self.0 {
            Product::Packed(product) => product.shape(),
            Product::Plain(product) => product.shape()?,
        };
        let mut shape = x.dims().to_vec();
        match shape.last_mut() {
            Some(last) if *last == inputs => *last = outputs,
            _ => candle_core::bail!("a linear layer of {inputs} inputs got {:?}", x.shape()),
        }
        let rows = shape[..shape.len() - 1].iter().product();
        let y = match &*self.0 {
            Product::Packed(product) => product.forward(x, rows)?,
            Product::Plain(product) => product.forward(x, rows)?,
        };
        y.reshape(shape) // (.., out)
    }
}

impl fmt::Debug for Linear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Linear").finish_non_exhaustive()
    }
}

/// Normalises each group of channels to mean 0 and variance 1, then scales and shifts by channel.
///
/// `x` is (batch, channels, ..), `weight` and `bias` are (channels). Sums are taken in f32 at least.
///
/// # Errors
/// When the channels can't be divided into `groups`, or `weight` or `bias` have another length.
///
/// **Source**: Wu & He 2018, "Group Normalization", equations 1, 2 and 7.
pub fn group_norm(x: &Tensor, weight: &Tensor, bias: &Tensor, groups: usize, eps: f64) -> Result<Tensor> {
    check_groups(x, weight, bias, groups)?;
    if are_fast(x) {
        norm::group_norm(x, (weight, bias), (groups, eps), After::Nothing)
    } else {
        candle_fallback::group_norm(x, weight, bias, groups, eps)
    }
}

/// [`group_norm`], then [`silu`].
///
/// # Errors
/// As [`group_norm`].
pub fn group_norm_silu(x: &Tensor, weight: &Tensor, bias: &Tensor, groups: usize, eps: f64) -> Result<Tensor> {
    check_groups(x, weight, bias, groups)?;
    if are_fast(x) {
        norm::group_norm(x, (weight, bias), (groups, eps), After::Silu)
    } else {
        candle_fallback::group_norm(x, weight, bias, groups, eps)?.silu()
    }
}

fn check_groups(x: &Tensor, weight: &Tensor, bias: &Tensor, groups: usize) -> Result<()> {
    let channels = x.dim(1)?;
    if groups == 0 || channels % groups != 0 {
        candle_core::bail!("group norm: {channels} channels can't be divided into {groups} groups");
    }
    if weight.dims() != [channels] || bias.dims() != [channels] {
        candle_core::bail!(
            "group norm: {channels} channels, weights {:?}, {:?}",
            weight.shape(),
            bias.shape()
        );
    }
    Ok(())
}

/// Normalises the last axis to mean 0 and variance 1, then scales by `weight` and shifts by `bias`, both of its length.
///
/// Sums are taken in f32 at least.
///
/// # Errors
/// When `weight` or `bias` have another length than the last axis.
///
/// **Source**: Ba, Kiros & Hinton 2016, "Layer Normalization", equation 4.
pub fn layer_norm(x: &Tensor, weight: &Tensor, bias: &Tensor, eps: f64) -> Result<Tensor> {
    let width = x.dim(candle_core::D::Minus1)?;
    if weight.dims() != [width] || bias.dims() != [width] {
        candle_core::bail!(
            "layer norm: width {width}, weights {:?}, {:?}",
            weight.shape(),
            bias.shape()
        );
    }
    if are_fast(x) {
        norm::layer_norm(x, weight, bias, eps)
    } else {
        candle_fallback::layer_norm(x, weight, bias, eps)
    }
}

/// x times the logistic function of x.
///
/// # Errors
/// When `x` is not of floats.
pub fn silu(x: &Tensor) -> Result<Tensor> {
    if are_fast(x) { norm::each(x, &Silu {}) } else { x.silu() }
}

/// x times the normal distribution's share below x, by the error function.
///
/// # Errors
/// When `x` is not of floats.
///
/// **Source**: Hendrycks & Gimpel 2016, "Gaussian Error Linear Units", section 2.
pub fn gelu_erf(x: &Tensor) -> Result<Tensor> {
    if are_fast(x) {
        norm::each(x, &Gelu {})
    } else {
        x.gelu_erf()
    }
}

/// x times the logistic function of 1.702 x, as CLIP's first text encoders have it.
///
/// # Errors
/// When `x` is not of floats.
///
/// **Source**: Hendrycks & Gimpel 2016, "Gaussian Error Linear Units", section 2.
pub fn quick_gelu(x: &Tensor) -> Result<Tensor> {
    if are_fast(x) {
        norm::each(x, &Swish { alpha: 1.702 })
    } else {
        candle_fallback::quick_gelu(x)
    }
}

/// Softmax(`q` · `k`ᵀ · `scale` + `mask`) · `v`.
///
/// `q` is (batch, heads, n, width), `k` and `v` are (batch, heads, m, width); `mask` can be broadcast to (batch, heads,
/// n, m) and is of the same type. The softmax is worked out in f32. Without a mask and on the CPU, the scores of 64
/// queries are held at a time; elsewhere no more than 256 MiB of them.
///
/// # Errors
/// When the shapes don't fit.
///
/// **Source**: Vaswani et al. 2017, "Attention Is All You Need", equation 1; Rabe & Staats 2021, "Self-attention Does
/// Not Need O(n²) Memory".
pub fn attention(q: &Tensor, k: &Tensor, v: &Tensor, scale: f64, mask: Option<&Tensor>) -> Result<Tensor> {
    if mask.is_none() && are_fast(q) {
        chunked_attention::attention(q, k, v, scale)
    } else {
        candle_fallback::attention(q, k, v, scale, mask)
    }
}

/// Each pixel of (batch, channels, height, width) as a square of 2x2.
///
/// # Errors
/// When `x` has not four axes.
pub fn upsample_nearest_2x(x: &Tensor) -> Result<Tensor> {
    let (_, _, height, width) = x.dims4()?;
    x.upsample_nearest2d(2 * height, 2 * width)
}

#[cfg(test)]
mod agreement;
#[cfg(test)]
mod tests;
