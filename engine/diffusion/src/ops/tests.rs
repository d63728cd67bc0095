//! Every operation against the loops of its definition, in f64.

use anyhow::{Result, ensure};
use candle_core::{DType, Device, Shape, Tensor};

use super::*;

/// Numbers of about ±1 that look random and are the same on every run.
pub(super) fn numbers(shape: impl Into<Shape>, seed: u64) -> Result<Tensor> {
    let shape = shape.into();
    let mut random = fastrand::Rng::with_seed(seed);
    let values: Vec<f32> = (0..shape.elem_count()).map(|_| 2.0 * random.f32() - 1.0).collect();
    Ok(Tensor::from_vec(values, shape, &Device::Cpu)?)
}

pub(super) fn flat(x: &Tensor) -> Result<Vec<f64>> {
    Ok(x.to_dtype(DType::F64)?.flatten_all()?.to_vec1()?)
}

/// Fails when `actual` is farther from `expected` than `limit` times the largest expected value.
pub(super) fn check_near(actual: &Tensor, expected: &[f64], limit: f64) -> Result<()> {
    let actual = flat(actual)?;
    ensure!(
        actual.len() == expected.len(),
        "{} numbers, not {}",
        actual.len(),
        expected.len()
    );
    let scale = expected.iter().fold(0.0_f64, |peak, x| peak.max(x.abs()));
    for (index, (a, e)) in actual.iter().zip(expected).enumerate() {
        ensure!(
            (a - e).abs() <= limit * scale,
            "number {index} is {a}, not {e} (largest {scale})"
        );
    }
    Ok(())
}

/// A convolution's shapes.
#[derive(Debug, Clone, Copy)]
struct Shapes {
    batch: usize,
    inputs: usize,
    outputs: usize,
    size: (usize, usize), // height, width
    kernel: usize,
    stride: usize,
    padding: usize,
}

fn conv_by_loops(x: &Tensor, weight: &Tensor, bias: &Tensor, stride: usize, padding: usize) -> Result<Vec<f64>> {
    let (batch, inputs, height, width) = x.dims4()?;
    let (outputs, _, rows, columns) = weight.dims4()?;
    let (x, weight, bias) = (flat(x)?, flat(weight)?, flat(bias)?);
    let out_height = (height + 2 * padding - rows) / stride + 1;
    let out_width = (width + 2 * padding - columns) / stride + 1;
    let mut result = Vec::new();
    for b in 0..batch {
        for o in 0..outputs {
            for oy in 0..out_height {
                for ox in 0..out_width {
                    let mut sum = bias[o];
                    for i in 0..inputs {
                        for ky in 0..rows {
                            for kx in 0..columns {
                                let (y, left) = (oy * stride + ky, ox * stride + kx);
                                if y < padding || left < padding || y - padding >= height || left - padding >= width {
                                    continue;
                                }
                                let pixel = x[((b * inputs + i) * height + y - padding) * width + left - padding];
                                sum += pixel * weight[((o * inputs + i) * rows + ky) * columns + kx];
                            }
                        }
                    }
                    result.push(sum);
                }
            }
        }
    }
    Ok(result)
}

fn check_conv(shapes: Shapes) -> Result<()> {
    let Shapes {
        batch,
        inputs,
        outputs,
        size: (height, width),
        kernel,
        stride,
        padding,
    } = shapes;
    let x = numbers((batch, inputs, height, width), 1)?;
    let weight = numbers((outputs, inputs, kernel, kernel), 2)?;
    let bias = numbers(outputs, 3)?;
    let expected = conv_by_loops(&x, &weight, &bias, stride, padding)?;
    let conv = Conv2d::new(weight, Some(bias), stride, padding)?;
    check_near(&conv.forward(&x)?, &expected, 1e-5).map_err(|error| error.context(format!("{shapes:?}")))
}

#[test]
fn convolutions_are_their_definition() -> Result<()> {
    let usual = Shapes {
        batch: 1,
        inputs: 6,
        outputs: 9,
        size: (8, 8),
        kernel: 3,
        stride: 1,
        padding: 1,
    };
    check_conv(usual)?;
    check_conv(Shapes { size: (7, 13), ..usual })?;
    check_conv(Shapes { size: (1, 1), ..usual })?;
    check_conv(Shapes {
        batch: 2,
        size: (5, 6),
        ..usual
    })?;
    check_conv(Shapes { stride: 2, ..usual })?;
    check_conv(Shapes {
        stride: 2,
        size: (9, 7),
        ..usual
    })?;
    check_conv(Shapes { padding: 0, ..usual })?;
    // The picture encoder pads one row and column below and at the right before this.
    check_conv(Shapes {
        stride: 2,
        padding: 0,
        size: (9, 9),
        ..usual
    })?;
    check_conv(Shapes {
        kernel: 1,
        padding: 0,
        batch: 2,
        size: (3, 5),
        ..usual
    })?;
    check_conv(Shapes {
        kernel: 2,
        stride: 2,
        padding: 0,
        ..usual
    })
}

#[test]
fn a_convolution_can_lack_a_bias_and_take_views() -> Result<()> {
    let x = numbers((1, 7, 5, 6), 1)?.transpose(2, 3)?; // (1, 7, 6, 5)
    let weight = numbers((4, 7, 3, 3), 2)?;
    let zero = Tensor::zeros(4, DType::F32, &Device::Cpu)?;
    let expected = conv_by_loops(&x, &weight, &zero, 1, 1)?;
    check_near(&Conv2d::new(weight, None, 1, 1)?.forward(&x)?, &expected, 1e-5)
}

#[test]
fn shapes_that_do_not_fit_are_errors() -> Result<()> {
    let weight = numbers((4, 7, 3, 3), 2)?;
    assert!(
        Conv2d::new(weight.clone(), Some(numbers(5, 1)?), 1, 1).is_err(),
        "five biases, four outputs"
    );
    let conv = Conv2d::new(weight, None, 1, 1)?;
    assert!(
        conv.forward(&numbers((1, 6, 4, 4), 1)?).is_err(),
        "six channels, seven expected"
    );
    let linear = Linear::new(numbers((4, 6), 1)?, None)?;
    assert!(
        linear.forward(&numbers((3, 5), 1)?).is_err(),
        "five inputs, six expected"
    );
    let x = numbers((1, 6, 2, 2), 1)?;
    let six = numbers(6, 1)?;
    assert!(
        group_norm(&x, &six, &six, 4, 1e-5).is_err(),
        "six channels, four groups"
    );
    assert!(
        group_norm(&x, &numbers(5, 1)?, &six, 3, 1e-5).is_err(),
        "six channels, five weights"
    );
    Ok(())
}

#[test]
fn a_linear_layer_is_its_definition() -> Result<()> {
    let (x, weight, bias) = (numbers((2, 3, 5), 1)?, numbers((7, 5), 2)?, numbers(7, 3)?);
    let mut expected = Vec::new();
    for row in flat(&x)?.chunks(5) {
        for (weights, bias) in flat(&weight)?.chunks(5).zip(flat(&bias)?) {
            expected.push(bias + row.iter().zip(weights).map(|(x, w)| x * w).sum::<f64>());
        }
    }
    let y = Linear::new(weight, Some(bias))?.forward(&x)?;
    assert_eq!(y.dims(), [2, 3, 7]);
    check_near(&y, &expected, 1e-6)
}

/// `row` with mean 0 and variance 1.
fn normal(row: &[f64], eps: f64) -> Vec<f64> {
    let mean = row.iter().sum::<f64>() / row.len() as f64;
    let variance = row.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / row.len() as f64;
    row.iter().map(|x| (x - mean) / (variance + eps).sqrt()).collect()
}

#[test]
fn norms_are_their_definition() -> Result<()> {
    let x = (numbers((2, 6, 3, 5), 1)? + 4.0)?;
    let (weight, bias) = (numbers(6, 2)?, numbers(6, 3)?);
    let (weights, biases) = (flat(&weight)?, flat(&bias)?);
    let mut expected: Vec<f64> = flat(&x)?.chunks(2 * 15).flat_map(|group| normal(group, 1e-5)).collect();
    for (index, value) in expected.iter_mut().enumerate() {
        let channel = index / 15 % 6;
        *value = *value * weights[channel] + biases[channel];
    }
    check_near(&group_norm(&x, &weight, &bias, 3, 1e-5)?, &expected, 1e-5)?;
    let bent: Vec<f64> = expected.iter().map(|x| x / (1.0 + (-x).exp())).collect();
    check_near(&group_norm_silu(&x, &weight, &bias, 3, 1e-5)?, &bent, 1e-5)?;

    let x = (numbers((2, 5, 6), 4)? + 4.0)?;
    let mut expected: Vec<f64> = flat(&x)?.chunks(6).flat_map(|row| normal(row, 1e-5)).collect();
    for (index, value) in expected.iter_mut().enumerate() {
        *value = *value * weights[index % 6] + biases[index % 6];
    }
    check_near(&layer_norm(&x, &weight, &bias, 1e-5)?, &expected, 1e-5)
}

#[test]
fn activations_are_their_definition() -> Result<()> {
    let x = (numbers((3, 101), 1)? * 12.0)?;
    let logistic = |x: f64| 1.0 / (1.0 + (-x).exp());
    let expected = |f: &dyn Fn(f64) -> f64| Ok::<_, anyhow::Error>(flat(&x)?.into_iter().map(f).collect::<Vec<_>>());
    check_near(&silu(&x)?, &expected(&|x| x * logistic(x))?, 1e-6)?;
    check_near(&quick_gelu(&x)?, &expected(&|x| x * logistic(1.702 * x))?, 1e-6)?;
    // The share below x by Simpson's rule, since the standard library has no error function.
    let below = |x: f64| {
        let (steps, density) = (2_000, |t: f64| (-t * t / 2.0).exp());
        let width = x / f64::from(steps);
        let sum: f64 = (0..steps)
            .map(|step| {
                let left = f64::from(step) * width;
                (density(left) + 4.0 * density(left + width / 2.0) + density(left + width)) * width / 6.0
            })
            .sum();
        0.5 + sum / (2.0 * std::f64::consts::PI).sqrt()
    };
    check_near(&gelu_erf(&x)?, &expected(&|x| x * below(x))?, 1e-6)
}

fn attention_by_loops(q: &Tensor, k: &Tensor, v: &Tensor, scale: f64, mask: Option<&Tensor>) -> Result<Vec<f64>> {
    let (batch, heads, rows, width) = q.dims4()?;
    let columns = k.dim(2)?;
    let (q, k, v) = (flat(q)?, flat(k)?, flat(v)?);
    let mask = mask
        .map(|mask| mask.broadcast_as((batch, heads, rows, columns)))
        .transpose()?;
    let mask = mask.map(|mask| flat(&mask)).transpose()?;
    let mut result = Vec::new();
    for head in 0..batch * heads {
        for row in 0..rows {
            let query = &q[(head * rows + row) * width..][..width];
            let shares: Vec<f64> = (0..columns)
                .map(|column| {
                    let key = &k[(head * columns + column) * width..][..width];
                    let score: f64 = query.iter().zip(key).map(|(q, k)| q * k).sum();
                    let mask = mask
                        .as_ref()
                        .map_or(0.0, |mask| mask[(head * rows + row) * columns + column]);
                    (score * scale + mask).exp()
                })
                .collect();
            let total: f64 = shares.iter().sum();
            for lane in 0..width {
                let values = (0..columns).map(|column| v[(head * columns + column) * width + lane]);
                result.push(values.zip(&shares).map(|(v, share)| v * share).sum::<f64>() / total);
            }
        }
    }
    Ok(result)
}

#[test]
fn attention_is_its_definition() -> Result<()> {
    let (q, k, v) = (
        numbers((2, 3, 7, 8), 1)?,
        numbers((2, 3, 5, 8), 2)?,
        numbers((2, 3, 5, 8), 3)?,
    );
    check_near(
        &attention(&q, &k, &v, 0.4, None)?,
        &attention_by_loops(&q, &k, &v, 0.4, None)?,
        1e-5,
    )?;
    let mask = (numbers((7, 5), 4)? * 3.0)?;
    let expected = attention_by_loops(&q, &k, &v, 0.4, Some(&mask))?;
    check_near(&attention(&q, &k, &v, 0.4, Some(&mask))?, &expected, 1e-5)
}

#[test]
fn attention_takes_heads_as_they_come_from_a_projection() -> Result<()> {
    let heads = |seed| Ok::<_, anyhow::Error>(numbers((2, 6, 4, 8), seed)?.transpose(1, 2)?); // (b, heads, n, width)
    let (q, k, v) = (heads(1)?, heads(2)?, heads(3)?);
    check_near(
        &attention(&q, &k, &v, 1.0, None)?,
        &attention_by_loops(&q, &k, &v, 1.0, None)?,
        1e-5,
    )
}

#[test]
fn attention_that_may_not_look_ahead_is_finite() -> Result<()> {
    let (q, k, v) = (
        numbers((1, 2, 6, 4), 1)?,
        numbers((1, 2, 6, 4), 2)?,
        numbers((1, 2, 6, 4), 3)?,
    );
    let causal: Vec<f32> = (0..36)
        .map(|at| if at % 6 > at / 6 { f32::NEG_INFINITY } else { 0.0 })
        .collect();
    let causal = Tensor::from_vec(causal, (6, 6), &Device::Cpu)?;
    let y = attention(&q, &k, &v, 0.5, Some(&causal))?;
    check_near(&y, &attention_by_loops(&q, &k, &v, 0.5, Some(&causal))?, 1e-5)?;
    // The first row sees the first value alone.
    let first = y
        .narrow(2, 0, 1)?
        .sub(&v.narrow(2, 0, 1)?)?
        .abs()?
        .max_all()?
        .to_scalar::<f32>()?;
    ensure!(first < 1e-6, "off by {first}");
    Ok(())
}

#[test]
fn upsampling_repeats_each_pixel() -> Result<()> {
    let x = Tensor::new(&[[[[1.0_f32, 2.0], [3.0, 4.0]]]], &Device::Cpu)?;
    let expected = [
        1.0, 1.0, 2.0, 2.0, 1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 4.0, 4.0, 3.0, 3.0, 4.0, 4.0,
    ];
    check_near(&upsample_nearest_2x(&x)?, &expected, 0.0)
}
