//! The painter: a trained multi-style network on the CPU.
//!
//! # The network
//! A convolution by 9x9 from three colours to 32 channels, two by 3x3 that halve the size, six residual blocks, two
//! convolutions by 3x3 that double the size, one by 9x9 back to three colours, a sigmoid. After each convolution comes
//! an instance norm whose factor and offset are mixed from 26 trained styles. Beyond its edges a picture is mirrored.
//!
//! # How it is fast
//! ```text
//!  layer                 size  in > out  kernel                        stored
//!  9x9                    1     3 > 32   Winograd on 27 channels       (h, w, 32)
//!  3x3 stride 2, twice    1/2  32 > 32   Winograd with stride 2        (h/2, w/2, 32), (h/4, w/4, 32)
//!  3x3, 12 times          1/4  32 > 32   Winograd                      (h/4, w/4, 32)
//!  double, 3x3            1/2  32 > 8    Winograd, folded              (h/4, w/4, [2 rows][2 columns][8])
//!  double, 3x3            1     8 > 4    micro-kernel, folded          (h/2, w/2, [2 rows][2 columns][4])
//!  9x9                    1     4 > 3    planar                        (h, [3 planes], w)
//! ```
//! 1. A pixel's channels lie side by side. The **micro-kernel** keeps P pixels times a few vectors of output channels
//!    in registers; each step loads the weights of one input channel and broadcasts one float of each pixel:
//!    ```text
//!               one block of output channels
//!    weights    w w w w w w w w | w w w w w w w w      packed [block][row][input][channel in block]
//!    pixel 0 i  * * * * * * * * | * * * * * * * *  \
//!    pixel 1 i  * * * * * * * * | * * * * * * * *   }  accumulators, stored once at the end
//!    pixel P i  * * * * * * * * | * * * * * * * *  /
//!    ```
//! 2. **Winograd's** F(4x4, 3x3) does a 3x3 convolution with a quarter of the products; 14 tiles go together so that
//!    each weight that is loaded serves 14 pixels; the micro-kernel does the products, with a tile as a pixel. With stride
//!    2 a similar form needs 81 products for 144. The first layer's 9x9 is a 3x3 of 27 channels (pixels three apart).
//! 3. "Double the size, then convolve" is **folded** into one convolution at the low resolution whose output lanes are
//!    the four positions in the doubled pixel.
//! 4. A layer stores its raw outputs and their sums. The next layer **normalises** rows as it needs them, in a ring of
//!    a few rows that stays in the cache, and makes the mirrored halo there.
//! 5. A layer is cut into **jobs** of whole rows, whose size depends on the picture alone. Sums are added in the jobs'
//!    order. So the picture is the same, bit for bit, for any number of threads and for all instruction sets that fuse
//!    multiplication and addition.
//!
//! **Sources**: Johnson, Alahi and Fei-Fei, "Perceptual Losses for Real-Time Style Transfer", 2016 (the network);
//! Dumoulin, Shlens and Kudlur, "A Learned Representation for Artistic Style", 2017 (the styles); Lavin and Gray, "Fast
//! Algorithms for Convolutional Neural Networks", 2016 (Winograd).

mod cache_line;
pub mod error;
mod frame;
mod input;
mod isa;
mod jobs;
#[expect(
    unsafe_code,
    reason = "vector instructions and unchecked loops; every length is checked at the folder's door"
)]
mod kernels;
mod layers;
mod network;
mod norm;
mod pack;
mod profile;
#[cfg(test)]
mod tests;
mod weights;

pub use error::{Error, Result};
use std::{num::NonZeroUsize, sync::Arc};

use self::{kernels::Kernels, network::Network};

pub use self::{
    frame::Scratch,
    isa::{ISA_VARIABLE, Isa},
    profile::{Profile, Step},
};

/// How many styles the network was trained on.
pub const STYLES: usize = 26;

/// A mix of styles: shares that sum to 1.
pub type Styles = [f32; STYLES];

/// The smallest width and height that can be painted, in pixels.
pub const SMALLEST: usize = 16;

static EMBEDDED: &[u8] = include_bytes!("../../assets/painter/multistyle26.safetensors");

/// The multiply-adds of the network as trained, for a picture whose sides are multiples of four.
///
/// The painter does fewer (Winograd, folding), so its floor by this count is not a floor by its own.
pub const fn multiply_adds(width: usize, height: usize) -> usize {
    let (mut sum, mut step) = (0, 0);
    while step < Step::ALL.len() {
        sum += Step::ALL[step].multiply_adds(width, height);
        step += 1;
    }
    sum
}

/// A picture to paint.
#[derive(Clone, Copy, Debug)]
pub struct Picture<'a> {
    /// Pixels in a row, at least [`SMALLEST`].
    pub width: usize,
    /// Rows, at least [`SMALLEST`].
    pub height: usize,
    /// (height, width, 3), sRGB-encoded, 0 to 1.
    pub rgb: &'a [f32],
}

/// The network, its weights packed for this machine. Clones share the weights.
///
/// ```
/// use std::num::NonZeroUsize;
/// use phosphene_painter::{Painter, Picture, STYLES, Scratch};
///
/// let painter = Painter::embedded()?;
/// let mut scratch = Scratch::default(); // one a thread, kept from frame to frame
/// let mut styles = [0.0; STYLES];
/// styles[3] = 1.0;
/// let (drawn, mut painted) = (vec![0.5; 48 * 32 * 3], vec![0.0; 48 * 32 * 3]);
/// let picture = Picture { width: 48, height: 32, rgb: &drawn };
/// painter.paint(&mut scratch, picture, &styles, NonZeroUsize::MIN, &mut painted)?;
/// assert!(painted.iter().all(|v| (0.0..=1.0).contains(v)));
/// # Ok::<(), phosphene_painter::Error>(())
/// ```
#[derive(Clone)]
pub struct Painter {
    network: Arc<Network>,
}

impl Painter {
    /// The painter that is part of the program, for the fastest instruction set or the one that [`ISA_VARIABLE`]
    /// forces.
    ///
    /// # Errors
    /// [`Error::Value`] when the variable asks for what this machine lacks; [`Error::Asset`] when the weights are
    /// damaged.
    pub fn embedded() -> Result<Self> {
        Self::new(EMBEDDED)
    }

    /// A painter from the safetensors file of such a network.
    ///
    /// # Errors
    /// As [`Painter::embedded`].
    pub fn new(weights: &[u8]) -> Result<Self> {
        Self::with_isa(weights, Isa::choose()?)
    }

    /// The painter that is part of the program, for an instruction set.
    ///
    /// # Errors
    /// As [`Painter::embedded`].
    pub fn embedded_with_isa(isa: Isa) -> Result<Self> {
        Self::with_isa(EMBEDDED, isa)
    }

    /// A painter for an instruction set.
    ///
    /// # Errors
    /// As [`Painter::embedded`].
    pub fn with_isa(weights: &[u8], isa: Isa) -> Result<Self> {
        let network = Network::load(weights, Kernels::of(isa)?)?;
        Ok(Self {
            network: Arc::new(network),
        })
    }

    /// The instruction set in use.
    pub fn isa(&self) -> Isa {
        self.network.kernels.isa()
    }

    /// Multiply-adds per second that one core of this machine does at most with this instruction set, measured now
    /// (some 50 ms): what [`multiply_adds`] of a frame is divided by to get the floor of its time.
    pub fn measure_peak(&self) -> f64 {
        self.network.kernels.peak()
    }

    /// Paints `picture` in a mix of styles into `out` (height, width, 3), 0 to 1.
    ///
    /// The same input gives the same output, bit for bit, whatever `threads` is. One thread is best when several
    /// frames are painted side by side; more serve one frame that is waited for. Sides that are no multiple of four
    /// are continued by mirroring, and the result is cropped. Memory: about 170 bytes a pixel, kept in `scratch`;
    /// nothing is allocated for a second frame of the same size on one thread.
    ///
    /// # Errors
    /// [`Error::Value`] when the picture is smaller than [`SMALLEST`], a slice's length does not fit, the styles don't
    /// sum to 1, or a pixel is not a number.
    pub fn paint(
        &self,
        scratch: &mut Scratch,
        picture: Picture<'_>,
        styles: &Styles,
        threads: NonZeroUsize,
        out: &mut [f32],
    ) -> Result<()> {
        let Picture { width, height, rgb } = picture;
        if width < SMALLEST || height < SMALLEST {
            return Err(Error::Value {
                what: "the size of a picture to paint",
                expected: format!("at least {SMALLEST}x{SMALLEST}"),
                actual: format!("{width}x{height}"),
            });
        }
        let floats = width * height * 3;
        if rgb.len() != floats || out.len() != floats {
            return Err(Error::Value {
                what: "the length of a picture to paint and of its painting",
                expected: format!("{floats} floats for {width}x{height}"),
                actual: format!("{} and {}", rgb.len(), out.len()),
            });
        }
        let sum: f32 = styles.iter().sum();
        if sum.is_nan() || (sum - 1.0).abs() > 1e-3 {
            return Err(Error::Value {
                what: "the sum of a style mix",
                expected: "1".into(),
                actual: sum.to_string(),
            });
        }
        frame::paint(&self.network, scratch, picture, styles, threads, out)
    }
}
