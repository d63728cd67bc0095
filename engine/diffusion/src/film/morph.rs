//! Prompts as the network takes them, and on their way into each other.

use candle_core::{DType, Device, Tensor};

use super::super::Conditioning;
use super::{denoise::fail, network::Network};
use phosphene_core::{error::Result, prompt::Prompt};

/// Embeddings that point this much the same way are mixed in a straight line.
const ALIKE: f64 = 0.9995;

/// Every prompt's conditioning, all equally long: shorter ones are filled up with the empty prompt.
pub(super) fn embedded(network: &dyn Network, prompts: &[Prompt]) -> Result<Vec<[Conditioning; 2]>> {
    let made: Vec<[Conditioning; 2]> = prompts
        .iter()
        .map(|prompt| network.embed(&prompt.text, &prompt.negative))
        .collect::<Result<_>>()?;
    let tokens = |conditioning: &Conditioning| conditioning.text.dims().get(1).copied().unwrap_or(0);
    let most = made.iter().flatten().map(tokens).max().unwrap_or(0);
    if made.iter().flatten().all(|conditioning| tokens(conditioning) == most) {
        return Ok(made);
    }
    let [empty, _] = network.embed("", "")?;
    let fill = |conditioning: Conditioning| -> candle_core::Result<Conditioning> {
        let mut text = conditioning.text;
        while text.dim(1)? < most {
            text = Tensor::cat(&[&text, &empty.text], 1)?;
        }
        Ok(Conditioning {
            text: text.narrow(1, 0, most)?,
            pooled: conditioning.pooled,
        })
    };
    let filled = |[positive, negative]: [Conditioning; 2]| Ok([fill(positive)?, fill(negative)?]);
    let filled: candle_core::Result<Vec<_>> = made.into_iter().map(filled).collect();
    filled.map_err(fail(0))
}

/// Between two prompts' conditionings, positive and negative: 0 is the first, 1 the second. They must be equally long.
///
/// # Errors
/// When the shapes differ or the device fails.
pub(super) fn morph(
    from: &[Conditioning; 2],
    to: &[Conditioning; 2],
    share: f64,
) -> candle_core::Result<[Conditioning; 2]> {
    if share <= 0.0 {
        return Ok(from.clone());
    }
    if share >= 1.0 {
        return Ok(to.clone());
    }
    let one = |i: usize| -> candle_core::Result<Conditioning> {
        let pooled = match (&from[i].pooled, &to[i].pooled) {
            (Some(a), Some(b)) => Some(slerp(a, b, share)?),
            _ => None,
        };
        Ok(Conditioning {
            text: slerp(&from[i].text, &to[i].text, share)?,
            pooled,
        })
    };
    Ok([one(0)?, one(1)?])
}

/// Each row (the last dimension) turned evenly from one tensor's to the other's, its length changed evenly too.
///
/// **Source**: Shoemake 1985, "Animating rotation with quaternion curves", section 3.3.
pub(super) fn slerp(from: &Tensor, to: &Tensor, share: f64) -> candle_core::Result<Tensor> {
    if from.shape() != to.shape() {
        candle_core::bail!("prompts of {:?} and {:?} can't be mixed", from.shape(), to.shape());
    }
    let width = from.dims().last().copied().unwrap_or(1).max(1);
    let values = |tensor: &Tensor| -> candle_core::Result<Vec<f32>> {
        tensor
            .to_device(&Device::Cpu)?
            .to_dtype(DType::F32)?
            .flatten_all()?
            .to_vec1()
    };
    let (a, b) = (values(from)?, values(to)?);
    let mixed: Vec<f32> = a
        .chunks(width)
        .zip(b.chunks(width))
        .flat_map(|(a, b)| {
            let (x, y) = shares(a, b, share);
            a.iter()
                .zip(b)
                .map(move |(a, b)| (x * f64::from(*a) + y * f64::from(*b)) as f32)
        })
        .collect();
    Tensor::from_vec(mixed, from.shape(), from.device())?.to_dtype(from.dtype())
}

/// The two rows' factors.
fn shares(a: &[f32], b: &[f32], share: f64) -> (f64, f64) {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum::<f64>();
    let lengths = (dot(a, a) * dot(b, b)).sqrt();
    let cosine = if lengths > 0.0 { dot(a, b) / lengths } else { 1.0 };
    if cosine.abs() > ALIKE {
        return (1.0 - share, share);
    }
    let angle = cosine.acos();
    (
        ((1.0 - share) * angle).sin() / angle.sin(),
        (share * angle).sin() / angle.sin(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turn_is_even_and_keeps_the_length() {
        let a = Tensor::new(&[[[3f32, 0.0], [1.0, 0.0]]], &Device::Cpu).unwrap();
        let b = Tensor::new(&[[[0f32, 3.0], [1.0, 0.0]]], &Device::Cpu).unwrap();
        let third = slerp(&a, &b, 1.0 / 3.0).unwrap().to_vec3::<f32>().unwrap();
        let angle = 30f32.to_radians();
        assert!((third[0][0][0] - 3.0 * angle.cos()).abs() < 1e-5 && (third[0][0][1] - 3.0 * angle.sin()).abs() < 1e-5);
        assert_eq!(third[0][1], [1.0, 0.0], "what is the same stays");
        assert!(slerp(&a, &Tensor::zeros((1, 3, 2), DType::F32, &Device::Cpu).unwrap(), 0.5).is_err());
    }

    #[test]
    fn the_ends_are_the_prompts() {
        let conditioning = |value: f32| {
            let text = Tensor::new(&[[[value, 1.0]]], &Device::Cpu).unwrap();
            let pooled = Some(Tensor::new(&[[value, -1.0]], &Device::Cpu).unwrap());
            Conditioning { text, pooled }
        };
        let (a, b) = (
            [conditioning(2.0), conditioning(0.5)],
            [conditioning(-1.0), conditioning(0.5)],
        );
        let text = |made: &[Conditioning; 2]| made[0].text.to_vec3::<f32>().unwrap();
        assert_eq!(text(&morph(&a, &b, 0.0).unwrap()), text(&a));
        assert_eq!(text(&morph(&a, &b, 1.0).unwrap()), text(&b));
        let half = morph(&a, &b, 0.5).unwrap();
        assert!(half[0].pooled.is_some() && text(&half) != text(&a));
        assert_eq!(
            half[1].text.to_vec3::<f32>().unwrap(),
            a[1].text.to_vec3::<f32>().unwrap()
        );
    }
}
