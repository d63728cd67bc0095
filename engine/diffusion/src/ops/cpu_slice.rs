//! Tensors as slices of f32, where they are that and lie in the CPU's memory.

use candle_core::{CpuStorage, DType, Device, Result, Storage, Tensor};
use rten_gemm::GemmExecutor;

/// Whether this module's kernels can work on `x`.
pub(super) fn are_fast(x: &Tensor) -> bool {
    matches!(x.device(), Device::Cpu) && x.dtype() == DType::F32
}

/// Hands the numbers of `x` in its order to `work`.
pub(super) fn with_numbers<T>(x: &Tensor, work: impl FnOnce(&[f32]) -> Result<T>) -> Result<T> {
    let x = x.contiguous()?;
    let count = x.elem_count();
    with_storage(&x, |numbers| work(&numbers[..count]))
}

/// Hands what lies in memory from the first number of `x` on to `work`, which has to go by the strides of `x`.
pub(super) fn with_storage<T>(x: &Tensor, work: impl FnOnce(&[f32]) -> Result<T>) -> Result<T> {
    let (storage, layout) = x.storage_and_layout();
    match &*storage {
        Storage::Cpu(CpuStorage::F32(numbers)) => work(&numbers[layout.start_offset()..]),
        _ => candle_core::bail!(
            "the layer's weights are f32 on the CPU, its input is {:?} on {:?}: load both alike",
            x.dtype(),
            x.device().location()
        ),
    }
}

/// What multiplies matrices: the best kernel for this processor.
pub(super) fn product() -> GemmExecutor<f32> {
    GemmExecutor::new()
}

/// Copies a matrix into a matrix with rows and columns exchanged.
///
/// `source` holds `rows` rows, `source_stride` numbers apart, of which the first `columns` are copied; `target` holds
/// `columns` rows, `target_stride` numbers apart, of which the first `rows` are written.
pub(super) fn transpose(
    (source, source_stride): (&[f32], usize),
    (target, target_stride): (&mut [f32], usize),
    (rows, columns): (usize, usize),
) {
    const SIDE: usize = 16; // a cache line of each
    for top in (0..rows).step_by(SIDE) {
        let height = SIDE.min(rows - top);
        for left in (0..columns).step_by(SIDE) {
            let width = SIDE.min(columns - left);
            let mut square = [[0.0_f32; SIDE]; SIDE];
            for (row, line) in square.iter_mut().take(height).enumerate() {
                line[..width].copy_from_slice(&source[(top + row) * source_stride + left..][..width]);
            }
            for column in 0..width {
                let mut line = [0.0; SIDE];
                for (number, row) in line.iter_mut().zip(&square) {
                    *number = row[column];
                }
                target[(left + column) * target_stride + top..][..height].copy_from_slice(&line[..height]);
            }
        }
    }
}
