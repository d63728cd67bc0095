//! Attention on the CPU: a few queries against all keys at a time, so that memory grows with the tokens, not with their
//! square.

use candle_core::{D, Result, Tensor};
use rayon::prelude::*;
use rten_gemm::{GemmExecutor, GemmInputA, GemmInputB, GemmOptions, PackedBMatrix};
use rten_simd::SimdOp;
use rten_tensor::NdTensorView;
use rten_vecmath::Softmax;

use super::cpu_slice::{product, with_storage};

/// Queries that are worked on together.
const QUERIES: usize = 64;

/// Softmax(`q` · `k`ᵀ · `scale`) · `v` for f32 on the CPU, shapes as in [`super::attention`].
///
/// The result lies in memory as (batch, n, heads, width), so that joining the heads again costs nothing.
pub(super) fn attention(q: &Tensor, k: &Tensor, v: &Tensor, scale: f64) -> Result<Tensor> {
    let (batch, heads, rows, width) = q.dims4()?;
    let (key_batch, key_heads, columns, key_width) = k.dims4()?;
    let (value_batch, value_heads, value_columns, out_width) = v.dims4()?;
    let fits = (key_batch, key_heads, key_width) == (batch, heads, width)
        && (value_batch, value_heads, value_columns) == (batch, heads, columns);
    if !fits || columns == 0 {
        candle_core::bail!(
            "attention: {:?}, {:?} and {:?} don't fit",
            q.shape(),
            k.shape(),
            v.shape()
        );
    }
    let keys = packed(k, |product, key| product.prepack_b(key.transposed()))?; // of (width, columns)
    let values = packed(v, |product, value| product.prepack_b(value))?; // of (columns, out_width)
    let mut result = vec![0.0; batch * rows * heads * out_width];
    let q = with_unit_stride(q)?;
    with_storage(&q, |numbers| {
        result
            .par_chunks_mut((rows * heads * out_width).max(1)) // one of the batch
            .enumerate()
            .flat_map(|(image, result)| {
                result
                    .par_chunks_mut(QUERIES * heads * out_width)
                    .enumerate()
                    .map(move |(block, part)| (image, block, part))
            })
            .try_for_each_init(
                || (Vec::new(), Vec::new()),
                |(scores, sums), (image, block, part)| {
                    let count = part.len() / (heads * out_width);
                    scores.resize(count * columns, 0.0);
                    sums.resize(count * out_width, 0.0);
                    for head in 0..heads {
                        let queries = matrix(&q, numbers, (image, head), block * QUERIES..block * QUERIES + count)?;
                        let at = image * heads + head;
                        multiply(scores, queries, &keys[at], scale as f32)?;
                        for row in scores.chunks_exact_mut(columns) {
                            Softmax::new_mut(row).dispatch();
                        }
                        let shares = NdTensorView::from_data([count, columns], scores.as_slice());
                        multiply(sums, shares, &values[at], 1.0)?;
                        let rows = part.chunks_exact_mut(heads * out_width);
                        for (row, sums) in rows.zip(sums.chunks_exact(out_width)) {
                            row[head * out_width..][..out_width].copy_from_slice(sums);
                        }
                    }
                    Ok(())
                },
            )
    })?;
    Tensor::from_vec(result, (batch, rows, heads, out_width), q.device())?.transpose(1, 2) // (b, heads, n, width)
}

type Matrix<'a> = NdTensorView<'a, f32, 2>;

fn multiply(result: &mut [f32], a: Matrix<'_>, b: &PackedBMatrix<f32>, alpha: f32) -> Result<()> {
    product()
        .gemm(
            result,
            GemmInputA::Unpacked(a),
            GemmInputB::Packed(b),
            GemmOptions {
                alpha,
                ..GemmOptions::default()
            },
        )
        .map_err(candle_core::Error::wrap)
}

/// Every head's matrix, (tokens, width), packed: (batch, heads).
fn packed(
    x: &Tensor,
    pack: impl Fn(&GemmExecutor, Matrix<'_>) -> PackedBMatrix<f32> + Sync,
) -> Result<Vec<PackedBMatrix<f32>>> {
    let (batch, heads, tokens, _) = x.dims4()?;
    let x = with_unit_stride(x)?;
    with_storage(&x, |numbers| {
        (0..batch * heads)
            .into_par_iter()
            .map(|at| {
                Ok(pack(
                    &product(),
                    matrix(&x, numbers, (at / heads, at % heads), 0..tokens)?,
                ))
            })
            .collect()
    })
}

/// `x` with the numbers of a row side by side, as they are unless it is a view of a strange kind.
fn with_unit_stride(x: &Tensor) -> Result<Tensor> {
    if x.dim(D::Minus1)? == 1 || x.stride().last() == Some(&1) {
        Ok(x.clone())
    } else {
        x.contiguous()
    }
}

/// Some rows of one head's matrix.
fn matrix<'a>(
    x: &Tensor,
    numbers: &'a [f32],
    (image, head): (usize, usize),
    rows: std::ops::Range<usize>,
) -> Result<Matrix<'a>> {
    let (_, _, _, width) = x.dims4()?;
    let stride = x.stride();
    let first = image * stride[0] + head * stride[1] + rows.start * stride[2];
    NdTensorView::from_slice_with_strides([rows.len(), width], &numbers[first..], [stride[2], 1])
        .map_err(candle_core::Error::wrap)
}
