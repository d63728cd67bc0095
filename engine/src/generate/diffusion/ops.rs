//! The arithmetic of every layer of a diffusion model.
//!
//! Tensors may be of any float type and on any device. Pictures are (batch, channels, height, width), sequences
//! (batch, tokens, width), both contiguous or not.

use candle_core::{D, DType, Result, Tensor};

/// A convolution with square strides and zero padding.
#[derive(Debug, Clone)]
pub struct Conv2d {
    weight: Tensor,       // (out, in, height, width)
    bias: Option<Tensor>, // (1, out, 1, 1)
    stride: usize,
    padding: usize,
}

impl Conv2d {
    /// `weight` is (out, in, height, width), `bias` (out); `stride` and `padding` are in pixels and hold for both axes.
    ///
    /// # Errors
    /// When `weight` has not four axes or `bias` is not (out).
    pub fn new(weight: Tensor, bias: Option<Tensor>, stride: usize, padding: usize) -> Result<Self> {
        let outputs = weight.dims4()?.0;
        let bias = bias.map(|bias| bias.reshape((1, outputs, 1, 1))).transpose()?;
        Ok(Self {
            weight,
            bias,
            stride,
            padding,
        })
    }

    /// `x` is (batch, in, height, width).
    ///
    /// # Errors
    /// When `x` has another number of channels, or another type or device than the weights.
    pub fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let y = x.conv2d(&self.weight, self.padding, self.stride, 1, 1)?; // (b, out, h, w)
        match &self.bias {
            Some(bias) => y.broadcast_add(bias),
            None => Ok(y),
        }
    }
}

/// A matrix product along the last axis.
#[derive(Debug, Clone)]
pub struct Linear {
    weight: Tensor,       // (in, out), a view
    bias: Option<Tensor>, // (out)
}

impl Linear {
    /// `weight` is (out, in), `bias` (out).
    ///
    /// # Errors
    /// When `weight` has not two axes or `bias` is not (out).
    pub fn new(weight: Tensor, bias: Option<Tensor>) -> Result<Self> {
        let outputs = weight.dims2()?.0;
        let bias = bias.map(|bias| bias.reshape(outputs)).transpose()?;
        Ok(Self {
            weight: weight.t()?,
            bias,
        })
    }

    /// `x` is (.., in); the result is (.., out).
    ///
    /// # Errors
    /// When the last axis has another length, or `x` another type or device than the weights.
    pub fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let (inputs, outputs) = self.weight.dims2()?;
        let mut shape = x.dims().to_vec();
        if let Some(last) = shape.last_mut() {
            *last = outputs;
        }
        let rows = x.elem_count() / inputs;
        let y = x.reshape((rows, inputs))?.matmul(&self.weight)?; // (rows, out)
        let y = match &self.bias {
            Some(bias) => y.broadcast_add(bias)?,
            None => y,
        };
        y.reshape(shape) // (.., out)
    }
}

/// Normalises each group of channels to mean 0 and variance 1, then scales and shifts by channel.
///
/// `x` is (batch, channels, ..), `weight` and `bias` are (channels). Sums are taken in f32.
///
/// # Errors
/// When the channels can't be divided into `groups`, or `weight` or `bias` have another length.
///
/// **Source**: Wu & He 2018, "Group Normalization", equations 1, 2 and 7.
pub fn group_norm(x: &Tensor, weight: &Tensor, bias: &Tensor, groups: usize, eps: f64) -> Result<Tensor> {
    let shape = x.shape();
    let (batch, channels) = (x.dim(0)?, x.dim(1)?);
    if groups == 0 || channels % groups != 0 {
        candle_core::bail!("group_norm: {channels} channels can't be divided into {groups} groups");
    }
    let grouped = x.reshape((batch, groups, x.elem_count() / (batch * groups).max(1)))?;
    let normal = normalised(&grouped, eps)?.reshape(shape)?; // (b, c, ..)
    let mut by_channel = vec![1; x.rank()];
    by_channel[1] = channels;
    normal
        .broadcast_mul(&weight.reshape(by_channel.as_slice())?)?
        .broadcast_add(&bias.reshape(by_channel.as_slice())?)
}

/// [`group_norm`], then [`silu`].
///
/// # Errors
/// As [`group_norm`].
pub fn group_norm_silu(x: &Tensor, weight: &Tensor, bias: &Tensor, groups: usize, eps: f64) -> Result<Tensor> {
    silu(&group_norm(x, weight, bias, groups, eps)?)
}

/// Normalises the last axis to mean 0 and variance 1, then scales by `weight` and shifts by `bias`, both of its length.
///
/// Sums are taken in f32.
///
/// # Errors
/// When `weight` or `bias` have another length than the last axis.
///
/// **Source**: Ba, Kiros & Hinton 2016, "Layer Normalization", equation 4.
pub fn layer_norm(x: &Tensor, weight: &Tensor, bias: &Tensor, eps: f64) -> Result<Tensor> {
    normalised(x, eps)?.broadcast_mul(weight)?.broadcast_add(bias)
}

/// The last axis with mean 0 and variance 1, worked out in f32.
fn normalised(x: &Tensor, eps: f64) -> Result<Tensor> {
    let wide = x.to_dtype(DType::F32)?;
    let centred = wide.broadcast_sub(&wide.mean_keepdim(D::Minus1)?)?;
    let variance = centred.sqr()?.mean_keepdim(D::Minus1)?;
    centred.broadcast_div(&(variance + eps)?.sqrt()?)?.to_dtype(x.dtype())
}

/// x times the logistic function of x.
///
/// # Errors
/// When `x` is not of floats.
pub fn silu(x: &Tensor) -> Result<Tensor> {
    x.silu()
}

/// x times the normal distribution's share below x, exactly (by the error function).
///
/// # Errors
/// When `x` is not of floats.
///
/// **Source**: Hendrycks & Gimpel 2016, "Gaussian Error Linear Units", section 2.
pub fn gelu_erf(x: &Tensor) -> Result<Tensor> {
    x.gelu_erf()
}

/// x times the logistic function of 1.702 x, as CLIP's first text encoders have it.
///
/// # Errors
/// When `x` is not of floats.
///
/// **Source**: Hendrycks & Gimpel 2016, "Gaussian Error Linear Units", section 2.
pub fn quick_gelu(x: &Tensor) -> Result<Tensor> {
    silu(&(x * 1.702)?)? / 1.702
}

/// Softmax(`q` · `k`ᵀ · `scale` + `mask`) · `v`.
///
/// `q` is (batch, heads, n, width), `k` and `v` are (batch, heads, m, width); `mask` can be broadcast to (batch, heads,
/// n, m) and is of the same type. The softmax is worked out in f32.
///
/// # Errors
/// When the shapes don't fit.
///
/// **Source**: Vaswani et al. 2017, "Attention Is All You Need", equation 1.
pub fn attention(q: &Tensor, k: &Tensor, v: &Tensor, scale: f64, mask: Option<&Tensor>) -> Result<Tensor> {
    let scores = q.contiguous()?.matmul(&k.contiguous()?.t()?)?; // (b, heads, n, m)
    let scores = (scores.to_dtype(DType::F32)? * scale)?;
    let scores = match mask {
        Some(mask) => scores.broadcast_add(&mask.to_dtype(DType::F32)?)?,
        None => scores,
    };
    let shares = scores.broadcast_sub(&scores.max_keepdim(D::Minus1)?)?.exp()?;
    let shares = shares.broadcast_div(&shares.sum_keepdim(D::Minus1)?)?;
    shares.to_dtype(v.dtype())?.matmul(&v.contiguous()?) // (b, heads, n, width)
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
mod tests;
