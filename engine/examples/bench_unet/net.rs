//! Networks with the layers of Stable Diffusion's and random weights, built of the engine's operations alone.

use candle_core::{D, DType, Device, Result, Tensor};
use phosphene_engine::generate::diffusion::ops::{
    Conv2d, Linear, attention, gelu_erf, group_norm, group_norm_silu, layer_norm, silu, upsample_nearest_2x,
};

/// Random weights, never the same twice.
struct Dice(u64);

impl Dice {
    fn weights<const N: usize>(&mut self, shape: [usize; N]) -> Result<Tensor> {
        let fan_in: usize = shape[1..].iter().product();
        let scale = 1.0 / (fan_in as f32).sqrt();
        let count = shape.iter().product::<usize>();
        let numbers: Vec<f32> = (0..count)
            .map(|_| {
                self.0 = self
                    .0
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                ((self.0 >> 40) as f32 / (1_u64 << 23) as f32 - 1.0) * scale
            })
            .collect();
        Tensor::from_vec(numbers, shape.as_slice(), &Device::Cpu)
    }

    fn conv(&mut self, inputs: usize, outputs: usize, kernel: usize, stride: usize) -> Result<Conv2d> {
        let weight = self.weights([outputs, inputs, kernel, kernel])?;
        let bias = self.weights([outputs])?;
        Conv2d::new(weight, Some(bias), stride, kernel / 2)
    }

    fn linear(&mut self, inputs: usize, outputs: usize) -> Result<Linear> {
        let bias = self.weights([outputs])?;
        Linear::new(self.weights([outputs, inputs])?, Some(bias))
    }

    fn norm(&mut self, channels: usize) -> Result<Norm> {
        Ok(Norm {
            weight: Tensor::ones(channels, DType::F32, &Device::Cpu)?,
            bias: self.weights([channels])?,
        })
    }
}

struct Norm {
    weight: Tensor,
    bias: Tensor,
}

impl Norm {
    fn layer(&self, x: &Tensor) -> Result<Tensor> {
        layer_norm(x, &self.weight, &self.bias, 1e-5)
    }

    fn group_silu(&self, x: &Tensor) -> Result<Tensor> {
        group_norm_silu(x, &self.weight, &self.bias, 32, 1e-5)
    }

    fn group(&self, x: &Tensor) -> Result<Tensor> {
        group_norm(x, &self.weight, &self.bias, 32, 1e-6)
    }
}

struct Resnet {
    norms: [Norm; 2],
    convs: [Conv2d; 2],
    time: Option<Linear>,
    shortcut: Option<Conv2d>,
}

impl Resnet {
    fn new(dice: &mut Dice, inputs: usize, outputs: usize, time: Option<usize>) -> Result<Self> {
        Ok(Self {
            norms: [dice.norm(inputs)?, dice.norm(outputs)?],
            convs: [dice.conv(inputs, outputs, 3, 1)?, dice.conv(outputs, outputs, 3, 1)?],
            time: time.map(|width| dice.linear(width, outputs)).transpose()?,
            shortcut: (inputs != outputs)
                .then(|| dice.conv(inputs, outputs, 1, 1))
                .transpose()?,
        })
    }

    fn forward(&self, x: &Tensor, time: Option<&Tensor>) -> Result<Tensor> {
        let mut h = self.convs[0].forward(&self.norms[0].group_silu(x)?)?;
        if let (Some(layer), Some(time)) = (&self.time, time) {
            h = h.broadcast_add(&layer.forward(time)?.unsqueeze(2)?.unsqueeze(3)?)?;
        }
        let h = self.convs[1].forward(&self.norms[1].group_silu(&h)?)?;
        match &self.shortcut {
            Some(shortcut) => h + shortcut.forward(x)?,
            None => h + x,
        }
    }
}

struct Attention {
    q: Linear,
    k: Linear,
    v: Linear,
    out: Linear,
    heads: usize,
}

impl Attention {
    fn new(dice: &mut Dice, width: usize, context: usize, heads: usize) -> Result<Self> {
        Ok(Self {
            q: dice.linear(width, width)?,
            k: dice.linear(context, width)?,
            v: dice.linear(context, width)?,
            out: dice.linear(width, width)?,
            heads,
        })
    }

    fn forward(&self, x: &Tensor, context: &Tensor) -> Result<Tensor> {
        let heads = |x: Tensor| {
            let (batch, tokens, width) = x.dims3()?;
            x.reshape((batch, tokens, self.heads, width / self.heads))?
                .transpose(1, 2) // (b, heads, n, d)
        };
        let (q, k, v) = (
            heads(self.q.forward(x)?)?,
            heads(self.k.forward(context)?)?,
            heads(self.v.forward(context)?)?,
        );
        let scale = 1.0 / (q.dim(D::Minus1)? as f64).sqrt();
        let y = attention(&q, &k, &v, scale, None)?.transpose(1, 2)?.flatten_from(2)?; // (b, n, heads * d)
        self.out.forward(&y)
    }
}

/// A transformer layer: attention to itself, to the text, and two linear layers with a gate.
struct Layer {
    norms: [Norm; 3],
    itself: Attention,
    text: Attention,
    wide: Linear,
    narrow: Linear,
}

impl Layer {
    fn forward(&self, x: &Tensor, text: &Tensor) -> Result<Tensor> {
        let y = self.norms[0].layer(x)?;
        let x = (x + self.itself.forward(&y, &y)?)?;
        let x = (&x + self.text.forward(&self.norms[1].layer(&x)?, text)?)?;
        let y = self.wide.forward(&self.norms[2].layer(&x)?)?;
        let halves = y.chunk(2, D::Minus1)?;
        let y = (halves[0].contiguous()? * gelu_erf(&halves[1])?)?;
        x + self.narrow.forward(&y)?
    }
}

struct Transformer {
    norm: Norm,
    into: Linear,
    layers: Vec<Layer>,
    out: Linear,
}

impl Transformer {
    fn new(dice: &mut Dice, width: usize, heads: usize, layers: usize, text: usize) -> Result<Self> {
        let layers = (0..layers).map(|_| {
            Ok(Layer {
                norms: [dice.norm(width)?, dice.norm(width)?, dice.norm(width)?],
                itself: Attention::new(dice, width, width, heads)?,
                text: Attention::new(dice, width, text, heads)?,
                wide: dice.linear(width, 8 * width)?,
                narrow: dice.linear(4 * width, width)?,
            })
        });
        let layers = layers.collect::<Result<_>>()?;
        Ok(Self {
            norm: dice.norm(width)?,
            into: dice.linear(width, width)?,
            layers,
            out: dice.linear(width, width)?,
        })
    }

    fn forward(&self, x: &Tensor, text: &Tensor) -> Result<Tensor> {
        let mut y = self
            .into
            .forward(&self.norm.group(x)?.flatten_from(2)?.transpose(1, 2)?)?; // (b, h * w, c)
        for layer in &self.layers {
            y = layer.forward(&y, text)?;
        }
        let y = self.out.forward(&y)?.transpose(1, 2)?.reshape(x.shape())?; // (b, c, h, w)
        y + x
    }
}

/// A UNet's shape.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// Each level's channels, attention heads, and transformer layers (0: no attention).
    pub levels: &'static [(usize, usize, usize)],
    /// Width of the text's embeddings.
    pub text: usize,
}

/// SD 2.1's and SD-Turbo's.
pub const SD_TURBO: Shape = Shape {
    levels: &[(320, 5, 1), (640, 10, 1), (1280, 20, 1), (1280, 20, 0)],
    text: 1024,
};

/// SDXL's and SDXL-Turbo's.
pub const SDXL_TURBO: Shape = Shape {
    levels: &[(320, 5, 0), (640, 10, 2), (1280, 20, 10)],
    text: 2048,
};

type Block = (Resnet, Option<Transformer>);

/// A denoising network.
pub struct Unet {
    first: Conv2d,
    time: [Linear; 2],
    down: Vec<(Vec<Block>, Option<Conv2d>)>,
    middle: (Block, Resnet),
    up: Vec<(Vec<Block>, Option<Conv2d>)>,
    norm: Norm,
    last: Conv2d,
}

impl Unet {
    pub fn random(shape: Shape) -> Result<Self> {
        let dice = &mut Dice(1);
        let levels = shape.levels;
        let wide = 4 * levels[0].0;
        let block = |dice: &mut Dice, inputs, (outputs, heads, layers): (usize, usize, usize)| -> Result<Block> {
            let resnet = Resnet::new(dice, inputs, outputs, Some(wide))?;
            let of = (layers > 0).then(|| Transformer::new(dice, outputs, heads, layers, shape.text));
            Ok((resnet, of.transpose()?))
        };
        let (mut down, mut skips, mut channels) = (Vec::new(), vec![levels[0].0], levels[0].0);
        for (index, &level) in levels.iter().enumerate() {
            let mut blocks = Vec::new();
            for _ in 0..2 {
                blocks.push(block(dice, channels, level)?);
                channels = level.0;
                skips.push(channels);
            }
            let smaller = (index + 1 < levels.len())
                .then(|| dice.conv(channels, channels, 3, 2))
                .transpose()?;
            skips.extend(smaller.as_ref().map(|_| channels));
            down.push((blocks, smaller));
        }
        let (channels_in, heads, layers) = levels[levels.len() - 1];
        let middle = block(dice, channels, (channels_in, heads, layers.max(1)))?;
        let middle = (middle, Resnet::new(dice, channels, channels, Some(wide))?);
        let mut up = Vec::new();
        for (index, &level) in levels.iter().enumerate().rev() {
            let mut blocks = Vec::new();
            for _ in 0..3 {
                let skip = skips.pop().expect("three for each level");
                blocks.push(block(dice, channels + skip, level)?);
                channels = level.0;
            }
            up.push((
                blocks,
                (index > 0).then(|| dice.conv(channels, channels, 3, 1)).transpose()?,
            ));
        }
        Ok(Self {
            first: dice.conv(4, levels[0].0, 3, 1)?,
            time: [dice.linear(levels[0].0, wide)?, dice.linear(wide, wide)?],
            down,
            middle,
            up,
            norm: dice.norm(channels)?,
            last: dice.conv(channels, 4, 3, 1)?,
        })
    }

    /// One step: `x` is (1, 4, h, w), `time` (1, channels), `text` (1, 77, width).
    pub fn forward(&self, x: &Tensor, time: &Tensor, text: &Tensor) -> Result<Tensor> {
        let time = silu(&self.time[1].forward(&silu(&self.time[0].forward(time)?)?)?)?;
        let forward = |(resnet, transformer): &Block, x: &Tensor| {
            let x = resnet.forward(x, Some(&time))?;
            transformer
                .as_ref()
                .map_or(Ok(x.clone()), |transformer| transformer.forward(&x, text))
        };
        let mut x = self.first.forward(x)?;
        let mut skips = vec![x.clone()];
        for (blocks, smaller) in &self.down {
            for block in blocks {
                x = forward(block, &x)?;
                skips.push(x.clone());
            }
            if let Some(smaller) = smaller {
                x = smaller.forward(&x)?;
                skips.push(x.clone());
            }
        }
        x = self.middle.1.forward(&forward(&self.middle.0, &x)?, Some(&time))?;
        for (blocks, larger) in &self.up {
            for block in blocks {
                let skip = skips.pop().expect("as many as were pushed");
                x = forward(block, &Tensor::cat(&[&x, &skip], 1)?)?;
            }
            if let Some(larger) = larger {
                x = larger.forward(&upsample_nearest_2x(&x)?)?;
            }
        }
        self.last.forward(&self.norm.group_silu(&x)?)
    }
}

/// A picture decoder with SD's and SDXL's channels.
pub struct Decoder {
    first: Conv2d,
    middle: (Resnet, Norm, Attention, Resnet),
    up: Vec<(Vec<Resnet>, Option<Conv2d>)>,
    norm: Norm,
    last: Conv2d,
}

impl Decoder {
    pub fn random() -> Result<Self> {
        let dice = &mut Dice(2);
        let mut channels = 512;
        let first = dice.conv(4, channels, 3, 1)?;
        let middle = (
            Resnet::new(dice, channels, channels, None)?,
            dice.norm(channels)?,
            Attention::new(dice, channels, channels, 1)?,
            Resnet::new(dice, channels, channels, None)?,
        );
        let mut up = Vec::new();
        for (index, outputs) in [512, 512, 256, 128].into_iter().enumerate() {
            let mut blocks = Vec::new();
            for _ in 0..3 {
                blocks.push(Resnet::new(dice, channels, outputs, None)?);
                channels = outputs;
            }
            up.push((
                blocks,
                (index < 3).then(|| dice.conv(channels, channels, 3, 1)).transpose()?,
            ));
        }
        Ok(Self {
            first,
            middle,
            up,
            norm: dice.norm(channels)?,
            last: dice.conv(channels, 3, 3, 1)?,
        })
    }

    /// (1, 4, h, w) to (1, 3, 8 h, 8 w).
    pub fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let (before, norm, attention, after) = &self.middle;
        let x = before.forward(&self.first.forward(x)?, None)?;
        let tokens = norm.group(&x)?.flatten_from(2)?.transpose(1, 2)?; // (b, h * w, c)
        let y = attention
            .forward(&tokens, &tokens)?
            .transpose(1, 2)?
            .reshape(x.shape())?; // (b, c, h, w)
        let mut x = after.forward(&(x + y)?, None)?;
        for (blocks, larger) in &self.up {
            for block in blocks {
                x = block.forward(&x, None)?;
            }
            if let Some(larger) = larger {
                x = larger.forward(&upsample_nearest_2x(&x)?)?;
            }
        }
        self.last.forward(&self.norm.group_silu(&x)?)
    }
}
