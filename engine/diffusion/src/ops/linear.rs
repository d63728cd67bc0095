//! Linear layers on the CPU: a product with packed weights.

use candle_core::{Result, Tensor};
use rten_gemm::{BiasVector, GemmInputA, GemmInputB, GemmOptions, PackedBMatrix};
use rten_tensor::NdTensorView;

use super::cpu_slice::{product, with_numbers};

/// A linear layer's weights, ready for products.
pub(super) struct PackedLinear {
    weight: PackedBMatrix<f32>, // (in, out)
    bias: Option<Vec<f32>>,     // (out)
}

impl PackedLinear {
    /// `weight` is (out, in) and f32 on the CPU, `bias` (out).
    pub(super) fn new(weight: &Tensor, bias: Option<&Tensor>) -> Result<Self> {
        let (outputs, inputs) = weight.dims2()?;
        let weight = with_numbers(weight, |weight| {
            Ok(product().prepack_b(NdTensorView::from_data([outputs, inputs], weight).transposed()))
        })?;
        let bias = bias.map(Tensor::to_vec1).transpose()?;
        Ok(Self { weight, bias })
    }

    /// (in, out).
    pub(super) fn shape(&self) -> (usize, usize) {
        (self.weight.rows(), self.weight.cols())
    }

    /// `x` is (.., in), of `rows` rows; the result is (rows, out).
    pub(super) fn forward(&self, x: &Tensor, rows: usize) -> Result<Tensor> {
        let (inputs, outputs) = self.shape();
        let mut result = vec![0.0; rows * outputs];
        with_numbers(x, |x| {
            product()
                .gemm(
                    &mut result,
                    GemmInputA::Unpacked(NdTensorView::from_data([rows, inputs], x)),
                    GemmInputB::Packed(&self.weight),
                    GemmOptions {
                        bias: self.bias.as_deref().map(BiasVector::Row),
                        ..GemmOptions::default()
                    },
                )
                .map_err(candle_core::Error::wrap)
        })?;
        Tensor::from_vec(result, (rows, outputs), x.device())
    }
}
