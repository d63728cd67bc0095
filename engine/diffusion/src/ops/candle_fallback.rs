//! The layers' arithmetic by candle's own operations: on every device, for every float type.

use candle_core::{D, DType, Result, Tensor};

/// [`super::Conv2d`], `bias` of (1, out, 1, 1).
#[derive(Debug)]
pub(super) struct CandleConv {
    weight: Tensor,       // (out, in, height, width)
    bias: Option<Tensor>, // (1, out, 1, 1)
    stride: usize,
    padding: usize,
}

impl CandleConv {
    pub(super) fn new(weight: Tensor, bias: Option<Tensor>, stride: usize, padding: usize) -> Result<Self> {
        let outputs = weight.dims4()?.0;
        let bias = bias.map(|bias| bias.reshape((1, outputs, 1, 1))).transpose()?;
        Ok(Self {
            weight,
            bias,
            stride,
            padding,
        })
    }

    pub(super) fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let y = x.conv2d(&self.weight, self.padding, self.stride, 1, 1)?; // (b, out, h, w)
        match &self.bias {
            Some(bias) => y.broadcast_add(bias),
            None => Ok(y),
        }
    }
}

/// [`super::Linear`].
#[derive(Debug)]
pub(super) struct CandleProduct {
    weight: Tensor,       // (in, out), a view
    bias: Option<Tensor>, // (out)
}

impl CandleProduct {
    pub(super) fn new(weight: &Tensor, bias: Option<Tensor>) -> Result<Self> {
        Ok(Self {
            weight: weight.t()?,
            bias,
        })
    }

    /// (in, out).
    pub(super) fn shape(&self) -> Result<(usize, usize)> {
        self.weight.dims2()
    }

    /// `x` is (.., in), of `rows` rows; the result is (rows, out).
    pub(super) fn forward(&self, x: &Tensor, rows: usize) -> Result<Tensor> {
        let y = x.reshape((rows, self.weight.dim(0)?))?.matmul(&self.weight)?; // (rows, out)
        match &self.bias {
            Some(bias) => y.broadcast_add(bias),
            None => Ok(y),
        }
    }
}

/// [`super::group_norm`]; the shapes are the caller's care.
pub(super) fn group_norm(x: &Tensor, weight: &Tensor, bias: &Tensor, groups: usize, eps: f64) -> Result<Tensor> {
    let shape = x.shape();
    let (batch, channels) = (x.dim(0)?, x.dim(1)?);
    let grouped = x.reshape((batch, groups, x.elem_count() / (batch * groups).max(1)))?;
    let normal = normalised(&grouped, eps)?.reshape(shape)?; // (b, c, ..)
    let mut by_channel = vec![1; x.rank()];
    by_channel[1] = channels;
    normal
        .broadcast_mul(&weight.reshape(by_channel.as_slice())?)?
        .broadcast_add(&bias.reshape(by_channel.as_slice())?)
}

/// [`super::layer_norm`].
pub(super) fn layer_norm(x: &Tensor, weight: &Tensor, bias: &Tensor, eps: f64) -> Result<Tensor> {
    normalised(x, eps)?.broadcast_mul(weight)?.broadcast_add(bias)
}

/// The last axis with mean 0 and variance 1, worked out in f32.
fn normalised(x: &Tensor, eps: f64) -> Result<Tensor> {
    let wide = x.to_dtype(DType::F32)?;
    let centred = wide.broadcast_sub(&wide.mean_keepdim(D::Minus1)?)?;
    let variance = centred.sqr()?.mean_keepdim(D::Minus1)?;
    centred.broadcast_div(&(variance + eps)?.sqrt()?)?.to_dtype(x.dtype())
}

/// [`super::quick_gelu`].
pub(super) fn quick_gelu(x: &Tensor) -> Result<Tensor> {
    (x * 1.702)?.silu()? / 1.702
}

/// Scores that attention holds at a time, all heads together: 256 MiB in f32.
const MOST_SCORES: usize = 1 << 26;

/// [`super::attention`].
pub(super) fn attention(q: &Tensor, k: &Tensor, v: &Tensor, scale: f64, mask: Option<&Tensor>) -> Result<Tensor> {
    attention_by(q, k, v, (scale, mask), MOST_SCORES)
}

/// As many queries at once as have no more than `most` scores.
fn attention_by(
    q: &Tensor,
    k: &Tensor,
    v: &Tensor,
    (scale, mask): (f64, Option<&Tensor>),
    most: usize,
) -> Result<Tensor> {
    let (b, heads, n, _) = q.dims4()?;
    let k = k.contiguous()?.t()?; // (b, heads, width, m)
    let v = v.contiguous()?;
    let together = (most / (b * heads * v.dim(2)?).max(1)).max(1);
    if n <= together {
        return attend(&q.contiguous()?, &k, &v, scale, mask);
    }
    let part = |begin: usize| {
        let count = together.min(n - begin);
        let mask = match mask {
            Some(mask) if mask.dim(D::Minus2)? == n => Some(mask.narrow(D::Minus2, begin, count)?),
            mask => mask.cloned(),
        };
        attend(&q.narrow(2, begin, count)?.contiguous()?, &k, &v, scale, mask.as_ref())
    };
    Tensor::cat(&(0..n).step_by(together).map(part).collect::<Result<Vec<_>>>()?, 2)
}

/// `k` is (b, heads, width, m).
fn attend(q: &Tensor, k: &Tensor, v: &Tensor, scale: f64, mask: Option<&Tensor>) -> Result<Tensor> {
    let scores = q.matmul(k)?; // (b, heads, n, m)
    let scores = (scores.to_dtype(DType::F32)? * scale)?;
    let scores = match mask {
        Some(mask) => scores.broadcast_add(&mask.to_dtype(DType::F32)?)?,
        None => scores,
    };
    let shares = scores.broadcast_sub(&scores.max_keepdim(D::Minus1)?)?.exp()?;
    let shares = shares.broadcast_div(&shares.sum_keepdim(D::Minus1)?)?;
    shares.to_dtype(v.dtype())?.matmul(v) // (b, heads, n, width)
}

#[cfg(test)]
mod tests {
    use candle_core::Device;

    use super::*;

    #[test]
    fn attention_by_parts_is_that_of_all_at_once() -> Result<()> {
        let of = |n: usize, salt: f64| {
            let numbers: Vec<f32> = (0..2 * 3 * n * 4).map(|i| (i as f64 * salt).sin() as f32).collect();
            Tensor::from_vec(numbers, (2, 3, n, 4), &Device::Cpu)
        };
        let (q, k, v) = (of(10, 1.3)?, of(7, 2.1)?, of(7, 0.7)?);
        let mask = Tensor::arange(0_f32, 70.0, &Device::Cpu)?
            .reshape((10, 7))?
            .affine(-0.05, 0.0)?;
        let wide = mask.narrow(0, 3, 1)?; // (1, m)
        for mask in [None, Some(&mask), Some(&wide)] {
            let whole = attention_by(&q, &k, &v, (0.5, mask), MOST_SCORES)?;
            // Four queries of six heads and seven keys at a time; then one, which is the least.
            for most in [4 * 6 * 7, 1] {
                let parts = attention_by(&q, &k, &v, (0.5, mask), most)?;
                assert_eq!(parts.dims(), [2, 3, 10, 4]);
                let off = (parts - &whole)?.abs()?.max_all()?.to_scalar::<f32>()?;
                assert!(off < 1e-6, "{most}: {off}");
            }
        }
        Ok(())
    }
}
