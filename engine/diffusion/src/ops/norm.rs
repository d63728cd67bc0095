//! Normalisation and activations on the CPU, one pass after the sums.

use candle_core::{Result, Tensor};
use rayon::prelude::*;
use rten_simd::{
    Isa, SimdOp, SimdUnaryOp,
    ops::{BitOps, NumOps},
};
use rten_vecmath::{Normalize, NormalizeOptions, Silu, Sum, SumSquareSub};

use super::cpu_slice::with_numbers;

/// Numbers that are worked on while they are in the first cache; sums of so many are in f32, of more in f64.
const CHUNK: usize = 4096;

/// What is done to a number after normalisation.
#[derive(Debug, Clone, Copy)]
pub(super) enum After {
    Nothing,
    Silu,
}

/// x times `scale` plus `shift`.
struct Line {
    scale: f32,
    shift: f32,
}

impl SimdUnaryOp<f32> for Line {
    #[inline(always)]
    fn eval<I: Isa>(&self, isa: I, x: I::F32) -> I::F32 {
        let ops = isa.f32();
        ops.mul_add(x, ops.splat(self.scale), ops.splat(self.shift))
    }
}

/// [`Line`], then x times the logistic function of x.
struct LineSilu(Line);

impl SimdUnaryOp<f32> for LineSilu {
    #[inline(always)]
    fn eval<I: Isa>(&self, isa: I, x: I::F32) -> I::F32 {
        Silu {}.eval(isa, self.0.eval(isa, x))
    }
}

/// Mean and standard deviation.
fn moments(x: &[f32], eps: f64) -> (f64, f64) {
    let count = x.len() as f64;
    let mean = x.chunks(CHUNK).map(|x| f64::from(Sum::new(x).dispatch())).sum::<f64>() / count;
    let squares: f64 = x
        .chunks(CHUNK)
        .map(|x| f64::from(SumSquareSub::new(x, mean as f32).dispatch()))
        .sum();
    (mean, (squares / count + eps).sqrt())
}

/// [`super::group_norm`] for f32 on the CPU; the shapes are the caller's care.
pub(super) fn group_norm(
    x: &Tensor,
    (weight, bias): (&Tensor, &Tensor),
    (groups, eps): (usize, f64),
    after: After,
) -> Result<Tensor> {
    let (batch, channels) = (x.dim(0)?, x.dim(1)?);
    let (weight, bias) = (weight.to_vec1::<f32>()?, bias.to_vec1::<f32>()?);
    let plane = x.elem_count() / (batch * channels).max(1);
    let each = channels / groups; // channels of a group
    let mut result = vec![0.0; x.elem_count()];
    with_numbers(x, |x| {
        let length = (each * plane).max(1);
        result
            .par_chunks_mut(length)
            .zip(x.par_chunks(length))
            .enumerate()
            .for_each(|(group, (result, x))| {
                let (mean, deviation) = moments(x, eps);
                let planes = result.chunks_mut(plane.max(1)).zip(x.chunks(plane.max(1)));
                for (channel, (result, x)) in (group % groups * each..).zip(planes) {
                    let scale = f64::from(weight[channel]) / deviation;
                    let line = Line {
                        scale: scale as f32,
                        shift: (f64::from(bias[channel]) - mean * scale) as f32,
                    };
                    match after {
                        After::Nothing => map(&line, x, result),
                        After::Silu => map(&LineSilu(line), x, result),
                    }
                }
            });
        Ok(())
    })?;
    Tensor::from_vec(result, x.shape(), x.device())
}

/// [`super::layer_norm`] for f32 on the CPU; the shapes are the caller's care.
pub(super) fn layer_norm(x: &Tensor, weight: &Tensor, bias: &Tensor, eps: f64) -> Result<Tensor> {
    let (weight, bias) = (weight.to_vec1::<f32>()?, bias.to_vec1::<f32>()?);
    let width = weight.len().max(1);
    let mut result = vec![0.0; x.elem_count()];
    with_numbers(x, |x| {
        result
            .par_chunks_mut(width)
            .zip(x.par_chunks(width))
            .with_min_len(64)
            .for_each(|(result, x)| {
                let (mean, deviation) = moments(x, eps);
                result.copy_from_slice(x);
                let options = NormalizeOptions {
                    pre_scale_bias: mean as f32,
                    scale: (1.0 / deviation) as f32,
                    element_scale: Some(&weight),
                    element_bias: Some(&bias),
                    ..NormalizeOptions::default()
                };
                Normalize::new_mut(result, options).dispatch();
            });
        Ok(())
    })?;
    Tensor::from_vec(result, x.shape(), x.device())
}

/// `function` of every number, for f32 on the CPU.
pub(super) fn each(x: &Tensor, function: &(impl SimdUnaryOp<f32> + Sync)) -> Result<Tensor> {
    let mut result = vec![0.0; x.elem_count()];
    with_numbers(x, |x| {
        result
            .par_chunks_mut(CHUNK)
            .zip(x.par_chunks(CHUNK))
            .for_each(|(result, x)| map(function, x, result));
        Ok(())
    })?;
    Tensor::from_vec(result, x.shape(), x.device())
}

/// `function` of every number of `x` to `result`.
fn map(function: &impl SimdUnaryOp<f32>, x: &[f32], result: &mut [f32]) {
    for (result, x) in result.chunks_mut(CHUNK).zip(x.chunks(CHUNK)) {
        result.copy_from_slice(x);
        function.map_mut(result);
    }
}
