//! The CPU's kernels against candle's operations at the shapes of real models, and against themselves on more threads.

use anyhow::{Result, ensure};
use candle_core::Tensor;

use super::{
    tests::{check_near, flat, numbers},
    *,
};

/// A convolution's shapes: (batch, inputs, outputs), (height, width), (kernel, stride, padding).
type Shapes = ((usize, usize, usize), (usize, usize), (usize, usize, usize));

/// What Stable Diffusion's networks have, at sizes that take strips and blocks of every kind.
const CONVOLUTIONS: [Shapes; 17] = [
    ((1, 4, 320), (32, 32), (3, 1, 1)),   // a UNet's first
    ((2, 4, 320), (9, 16), (3, 1, 1)),    //
    ((1, 320, 320), (32, 32), (3, 1, 1)), // its blocks
    ((1, 640, 640), (16, 17), (3, 1, 1)), //
    ((1, 2560, 64), (8, 8), (3, 1, 1)),   //
    ((2, 640, 320), (4, 4), (3, 1, 1)),   //
    ((3, 320, 64), (20, 13), (3, 1, 1)),  //
    ((1, 320, 320), (32, 32), (3, 2, 1)), // on its way down
    ((2, 320, 320), (9, 7), (3, 2, 1)),   //
    ((2, 960, 320), (16, 16), (1, 1, 0)), // shortcuts
    ((1, 320, 4), (32, 32), (3, 1, 1)),   // its last
    ((1, 3, 128), (64, 48), (3, 1, 1)),   // a picture encoder's first
    ((1, 128, 128), (65, 49), (3, 2, 0)), // padded by one below and at the right before
    ((1, 128, 3), (7, 600), (3, 1, 1)),   // a picture decoder's last, wider than a block
    ((2, 8, 8), (5, 5), (1, 1, 0)),       //
    ((1, 4, 4), (1, 1), (1, 1, 0)),       //
    ((1, 16, 32), (31, 29), (1, 2, 0)),   //
];

fn convolution(shapes: Shapes) -> Result<(Tensor, Tensor, Tensor)> {
    let ((batch, inputs, outputs), (height, width), (kernel, ..)) = shapes;
    Ok((
        numbers((batch, inputs, height, width), 1)?,
        numbers((outputs, inputs, kernel, kernel), 2)?,
        numbers(outputs, 3)?,
    ))
}

#[test]
fn convolutions_agree_with_candle() -> Result<()> {
    for shapes in CONVOLUTIONS {
        let (_, _, (_, stride, padding)) = shapes;
        let (x, weight, bias) = convolution(shapes)?;
        let plain =
            candle_fallback::CandleConv::new(weight.clone(), Some(bias.clone()), stride, padding)?.forward(&x)?;
        let fast = Conv2d::new(weight, Some(bias), stride, padding)?.forward(&x)?;
        assert_eq!(fast.dims(), plain.dims(), "{shapes:?}");
        check_near(&fast, &flat(&plain)?, 1e-5).map_err(|error| error.context(format!("{shapes:?}")))?;
    }
    Ok(())
}

#[test]
fn linear_layers_agree_with_candle() -> Result<()> {
    for (rows, inputs, outputs) in [
        (1, 320, 1280),
        (2, 1280, 640),
        (77, 1024, 320),
        (1024, 320, 2560),
        (65, 33, 31),
    ] {
        let (x, weight, bias) = (
            numbers((1, rows, inputs), 1)?,
            numbers((outputs, inputs), 2)?,
            numbers(outputs, 3)?,
        );
        let plain = candle_fallback::CandleProduct::new(&weight, Some(bias.clone()))?.forward(&x, rows)?;
        check_near(&Linear::new(weight, Some(bias))?.forward(&x)?, &flat(&plain)?, 1e-5)?;
    }
    Ok(())
}

#[test]
fn norms_agree_with_candle() -> Result<()> {
    // In a group of one number there is no variance, and what rounding leaves of its distance from the mean is multiplied
    // by 316, the root of 1 / epsilon.
    let lone = 1e-4;
    for ((batch, channels, height, width), tolerance) in [
        ((1, 320, 32, 32), 1e-5),
        ((2, 2560, 4, 4), 1e-5),
        ((1, 128, 65, 97), 1e-5),
        ((1, 32, 1, 1), lone),
    ] {
        let x = (numbers((batch, channels, height, width), 1)? + 0.5)?;
        let (weight, bias) = (numbers(channels, 2)?, numbers(channels, 3)?);
        let plain = candle_fallback::group_norm(&x, &weight, &bias, 32, 1e-5)?;
        check_near(&group_norm(&x, &weight, &bias, 32, 1e-5)?, &flat(&plain)?, tolerance)?;
        check_near(
            &group_norm_silu(&x, &weight, &bias, 32, 1e-5)?,
            &flat(&plain.silu()?)?,
            tolerance,
        )?;
    }
    let (x, weight, bias) = (numbers((2, 77, 1024), 1)?, numbers(1024, 2)?, numbers(1024, 3)?);
    let plain = candle_fallback::layer_norm(&x, &weight, &bias, 1e-5)?;
    check_near(&layer_norm(&x, &weight, &bias, 1e-5)?, &flat(&plain)?, 1e-5)
}

#[test]
fn activations_agree_with_candle() -> Result<()> {
    let x = (numbers((2, 77, 131), 1)? * 20.0)?;
    check_near(&silu(&x)?, &flat(&x.silu()?)?, 1e-5)?;
    check_near(&gelu_erf(&x)?, &flat(&x.gelu_erf()?)?, 1e-5)?;
    check_near(&quick_gelu(&x)?, &flat(&candle_fallback::quick_gelu(&x)?)?, 1e-5)
}

/// Queries, keys and values as projections give them: views of (batch, tokens, heads, width).
fn heads(batch: usize, heads: usize, (n, m): (usize, usize), width: usize) -> Result<[Tensor; 3]> {
    let of =
        |tokens: usize, seed| Ok::<_, anyhow::Error>(numbers((batch, tokens, heads, width), seed)?.transpose(1, 2)?);
    Ok([of(n, 1)?, of(m, 2)?, of(m, 3)?])
}

#[test]
fn attention_agrees_with_candle() -> Result<()> {
    for (batch, count, tokens, width) in [
        (1, 5, (1024, 1024), 64),
        (2, 5, (256, 77), 64),
        (2, 8, (65, 65), 40),
        (1, 1, (100, 100), 512),
        (1, 2, (1, 3), 8),
    ] {
        let [q, k, v] = heads(batch, count, tokens, width)?;
        let plain = candle_fallback::attention(&q, &k, &v, 0.3, None)?;
        let fast = attention(&q, &k, &v, 0.3, None)?;
        assert_eq!(fast.dims(), plain.dims());
        check_near(&fast, &flat(&plain)?, 1e-5)?;
    }
    Ok(())
}

#[test]
fn any_number_of_threads_gives_the_same_bits() -> Result<()> {
    let all = || -> Result<Vec<Vec<f32>>> {
        let mut results = Vec::new();
        for shapes in CONVOLUTIONS {
            let (x, weight, bias) = convolution(shapes)?;
            let (_, _, (_, stride, padding)) = shapes;
            results.push(Conv2d::new(weight, Some(bias), stride, padding)?.forward(&x)?);
        }
        results.push(Linear::new(numbers((900, 300), 1)?, None)?.forward(&numbers((3, 100, 300), 2)?)?);
        let [q, k, v] = heads(2, 3, (130, 77), 40)?;
        results.push(attention(&q, &k, &v, 0.3, None)?);
        let (x, weight, bias) = (numbers((2, 64, 65, 33), 1)?, numbers(64, 2)?, numbers(64, 3)?);
        results.push(group_norm_silu(&x, &weight, &bias, 32, 1e-5)?);
        results.push(gelu_erf(&x)?);
        results.push(layer_norm(&numbers((3, 50, 64), 1)?, &weight, &bias, 1e-5)?);
        results.iter().map(|x| Ok(x.flatten_all()?.to_vec1()?)).collect()
    };
    let on = |threads| -> Result<Vec<Vec<f32>>> {
        rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()?
            .install(all)
    };
    let one = on(1)?;
    for threads in [2, 3] {
        for (index, (several, one)) in on(threads)?.iter().zip(&one).enumerate() {
            let equal = several
                .iter()
                .zip(one)
                .all(|(several, one)| several.to_bits() == one.to_bits());
            ensure!(
                equal && several.len() == one.len(),
                "result {index} differs on {threads} threads"
            );
        }
    }
    Ok(())
}
