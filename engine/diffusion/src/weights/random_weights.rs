//! Random weights of no model, for tests and measurements.

use candle_core::{DType, Device, Result, Tensor};

use phosphene_core::seed::{mix, splitmix64};

/// Largest deviation of a bias from 0.
const BIAS: f32 = 0.1;

/// A tensor of this name and shape: the same for the same seed, on every device.
pub(super) fn tensor(seed: u64, name: &str, shape: &[usize], dtype: DType, device: &Device) -> Result<Tensor> {
    // A bias or a norm is a row; a norm's weight is 1.
    if shape.len() == 1 && name.ends_with("weight") {
        return Tensor::ones(shape, dtype, device);
    }
    let largest = match shape.len() {
        1 => BIAS,
        // Even numbers up to this have the variance 1 / inputs.
        _ => (3.0 / shape[1..].iter().product::<usize>().max(1) as f32).sqrt(),
    };
    let first = name.bytes().fold(seed, |state, byte| mix([state, u64::from(byte)]));
    let number = |i: u64| (splitmix64(first.wrapping_add(i)) >> 40) as f32 / (1_u64 << 23) as f32 - 1.0;
    let count = shape.iter().product::<usize>() as u64;
    let numbers: Vec<f32> = (0..count).map(|i| number(i) * largest).collect();
    Tensor::from_vec(numbers, shape, &Device::Cpu)?
        .to_dtype(dtype)?
        .to_device(device)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_through_random_weights_keeps_its_size() -> Result<()> {
        let of = |seed: u64, name: &str| tensor(seed, name, &[64, 32, 3, 3], DType::F32, &Device::Cpu);
        let weight = of(1, "conv.weight")?;
        let variance = weight.sqr()?.mean_all()?.to_scalar::<f32>()? * 288.0;
        assert!((variance - 1.0).abs() < 0.05, "{variance}");
        let differs =
            |other: Tensor| -> Result<bool> { Ok((other - &weight)?.abs()?.max_all()?.to_scalar::<f32>()? > 0.0) };
        assert!(!differs(of(1, "conv.weight")?)?, "the same seed and name");
        assert!(differs(of(2, "conv.weight")?)? && differs(of(1, "other.weight")?)?);
        let row = |name: &str| tensor(1, name, &[50], DType::F32, &Device::Cpu)?.to_vec1::<f32>();
        assert_eq!(row("norm.weight")?, [1.0; 50]);
        assert!(row("norm.bias")?.iter().all(|bias| bias.abs() <= BIAS));
        Ok(())
    }
}
