//! Denoises one picture: from noise (text-to-image), over a picture (image-to-image), or around a part of one (inpainting).

use candle_core::{DType, Device, Tensor};

use super::super::{
    Conditioning,
    feedback::picture::Picture,
    model::Given,
    noise::{NoiseKey, NoiseSource},
    sampler::{Known, Sampler, SamplerName},
};
use super::network::{Ask, Network};
use crate::error::{Error, Result};
use phosphene_core::cancel::Cancel;

/// How pictures are denoised.
#[derive(Debug, Clone)]
pub(super) struct Denoiser {
    pub sampler: SamplerName,
    pub steps: usize,
    pub guidance: f64,
    /// Width and height in pixels.
    pub size: (usize, usize),
    /// Those that the seeds belong to: a draft shares the noise of the full size.
    pub noise_size: (usize, usize),
    /// Nothing given, as an inpainting model takes it; `None` for other models.
    pub blank: Option<Given>,
    pub cancel: Cancel,
}

/// What denoising begins from.
#[derive(Clone, Copy)]
pub(super) enum Init<'a> {
    /// Nothing.
    Noise,
    /// A picture, of which a share (above 0, to 1) is painted anew.
    Image(&'a Picture, f64),
    /// A picture of which one part stays: share, and the part as left, top, right, bottom in pictures.
    Inpaint(&'a Picture, f64, [f64; 4]),
}

/// Whose picture it is.
pub(super) struct Order<'a> {
    pub init: Init<'a>,
    pub conditioning: &'a [Conditioning; 2],
    pub key: NoiseKey,
    /// A hint for ControlNet, and its strength.
    pub hint: Option<(&'a Tensor, f64)>,
}

impl Denoiser {
    /// Paints.
    ///
    /// # Errors
    /// What the networks and the device fail with.
    pub fn paint(&self, network: &dyn Network, order: &Order<'_>) -> Result<Picture> {
        let facts = network.facts();
        let (width, height) = self.size;
        let shape = [
            1,
            facts.latent_channels,
            height / facts.vae_factor,
            width / facts.vae_factor,
        ];
        let full = [
            self.noise_size.1 / facts.vae_factor,
            self.noise_size.0 / facts.vae_factor,
        ];
        let mut source = NoiseSource::Reduced { key: order.key, full };
        let like = Tensor::zeros(&shape[..], DType::F32, &facts.device)?;
        let noise = source.draw(0, &like)?;
        let mut given = self.blank.clone();
        let (sampler, start) = match order.init {
            Init::Noise => {
                let sampler = Sampler::new(self.sampler, &facts.schedule, self.steps, 1.0)?;
                let start = sampler.start(None, &noise)?;
                (sampler, start)
            }
            Init::Image(picture, share) | Init::Inpaint(picture, share, _) => {
                let mut sampler = Sampler::refine(self.sampler, &facts.schedule, self.steps, share)?;
                let rgb = picture.to_tensor(&facts.device)?;
                let clean = network.encode(&rgb)?.to_dtype(DType::F32)?;
                let start = sampler.start(Some(&clean), &noise)?;
                if let Init::Inpaint(_, _, part) = order.init {
                    let mask = mask(&shape, part, &facts.device)?;
                    if facts.inpaints {
                        given = Some(Given::part(network, &rgb, &mask)?);
                    }
                    sampler = sampler.around(Known { clean, noise, mask });
                }
                (sampler, start)
            }
        };
        let ask = Ask {
            guidance: self.guidance,
            size: self.size,
            hint: order.hint,
            given: given.as_ref(),
        };
        let mut predict =
            |latents: &Tensor, timestep: f64| network.predict(latents, timestep, order.conditioning, &ask);
        let latents = sampler.run(start, &mut source, &mut predict, &self.cancel)?;
        let picture = Picture::from_tensor(&network.decode(&latents)?)?;
        if (picture.width, picture.height) != self.size {
            return Err(Error::Picture {
                reason: format!(
                    "the model's decoder gives {}x{} for {width}x{height}",
                    picture.width, picture.height
                ),
            });
        }
        Ok(picture)
    }
}

impl Given {
    /// Nothing of a picture of this (width, height), for a network that inpaints; `None` for others.
    pub(super) fn nothing(network: &dyn Network, (width, height): (usize, usize)) -> Result<Option<Self>> {
        let facts = network.facts();
        if !facts.inpaints {
            return Ok(None);
        }
        let of =
            |shape: (usize, usize, usize, usize)| Tensor::zeros(shape, DType::F32, &facts.device).map_err(Error::from);
        let known = of((1, 1, height / facts.vae_factor, width / facts.vae_factor))?;
        Self::part(network, &of((1, 3, height, width))?, &known).map(Some)
    }

    /// Of a picture (1, 3, height, width) what `known` (1, 1, h, w, in latents) has 1 for.
    fn part(network: &dyn Network, rgb: &Tensor, known: &Tensor) -> Result<Self> {
        let (_, _, height, width) = rgb.dims4()?;
        let seen = known
            .upsample_nearest2d(height, width)
            .and_then(|known| rgb.broadcast_mul(&known))?;
        Ok(Self {
            mask: known.affine(-1.0, 1.0)?,
            latents: network.encode(&seen)?,
        })
    }
}

/// 1 on the latents that lie whole in a part (left, top, right, bottom, in pictures), 0 elsewhere: (1, 1, h, w).
fn mask(
    &[_, _, rows, columns]: &[usize; 4],
    [left, top, right, bottom]: [f64; 4],
    device: &Device,
) -> candle_core::Result<Tensor> {
    let inside = |i: usize, count: usize, from: f64, to: f64| {
        i as f64 >= from * count as f64 - 1e-9 && (i + 1) as f64 <= to * count as f64 + 1e-9
    };
    let value = |i: usize| {
        let (x, y) = (i % columns, i / columns);
        f32::from(u8::from(
            inside(x, columns, left, right) && inside(y, rows, top, bottom),
        ))
    };
    let values: Vec<f32> = (0..rows * columns).map(value).collect();
    Tensor::from_vec(values, (1, 1, rows, columns), device)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_holds_what_lies_whole_in_the_part() {
        let mask = mask(&[1, 4, 4, 8], [0.3, 0.25, 0.75, 0.8], &Device::Cpu).unwrap();
        let rows = mask.squeeze(0).unwrap().squeeze(0).unwrap().to_vec2::<f32>().unwrap();
        let row = [0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 0.0, 0.0];
        assert_eq!(rows, [vec![0.0; 8], row.to_vec(), row.to_vec(), vec![0.0; 8]]);
    }
}
