//! From the painted size to the output's: by cubic interpolation, or by a network first.

use candle_core::{DType, Device};

use super::super::{
    feedback::picture::Picture,
    memory::first_that_fits,
    upscale::{Factor, Upscaler},
};
use crate::error::Result;
use phosphene_core::{
    frame::Frame,
    raster::upscale::{UNSHARP, Upscale},
    time::Size,
};

/// Deviation of the grain in levels of 255.
const GRAIN: f32 = 1.2;
/// Sides of what the network enlarges at once, in pixels; the next smaller one is tried when memory runs out.
const TILES: [usize; 4] = [512, 256, 128, 64];
/// A painted picture that is this much smaller than the output is worth the network.
const WORTH: f64 = 1.2;

/// How pictures are brought to the output's size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Enlarge {
    /// By cubic interpolation.
    #[default]
    Cubic,
    /// Twice as large by Real-ESRGAN's compact network, then by cubic interpolation.
    Network,
}

/// Brings pictures to the output's size.
pub(super) struct Enlarger {
    network: Option<(Upscaler, Device)>,
    tile: usize,
    upscale: Upscale,
}

impl Enlarger {
    /// From (width, height) to a size.
    pub fn new(how: Enlarge, (width, height): (usize, usize), to: Size, device: &Device) -> Result<Self> {
        let out = (to.width() as usize, to.height() as usize);
        let is_worth = out.0 as f64 > WORTH * width as f64 || out.1 as f64 > WORTH * height as f64;
        let network = if how == Enlarge::Network && is_worth {
            let dtype = if device.is_cpu() { DType::F32 } else { DType::F16 };
            Some((Upscaler::embedded(device, dtype)?, device.clone()))
        } else {
            None
        };
        let times = if network.is_some() { Factor::Two.times() } else { 1 };
        Ok(Self {
            network,
            tile: 0,
            upscale: Upscale::new((width * times, height * times), out),
        })
    }

    /// Writes a picture into a frame. `seed` places the grain.
    pub fn write(&mut self, picture: Picture, seed: u64, frame: &mut Frame) -> Result<()> {
        let picture = match &self.network {
            None => picture,
            Some((network, device)) => {
                let small = picture.to_hint(device)?;
                // Read back within the attempt: a device may say only then that its memory ran out.
                let fits = first_that_fits(&TILES[self.tile..], |tile| {
                    network.enlarge(&small, Factor::Two, tile)?.to_device(&Device::Cpu)
                });
                let (tile, large) = fits?;
                // What was too large for this picture is too large for the next.
                self.tile = TILES.iter().position(|side| *side == tile).unwrap_or(self.tile);
                Picture::from_tensor(&large.affine(2.0, -1.0)?)?
            }
        };
        self.upscale
            .write(&picture.pixels, UNSHARP, GRAIN, seed, frame.rgb_mut());
        Ok(())
    }
}
