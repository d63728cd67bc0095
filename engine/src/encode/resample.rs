//! Sample rate conversion, for codecs that can't hold the song's rate.

use ffmpeg_next::{
    ChannelLayout, Error as AvError,
    format::sample::{Sample, Type},
    frame,
    software::resampling,
};

use phosphene_core::song::Samples;

/// A converter from one sample rate to another, which neither delays nor lengthens the sound.
pub(super) struct Resampler {
    context: resampling::Context,
    channels: usize,
    layout: ChannelLayout,
    out_rate: u32,
    input: u64,
    output: u64,
    out: Samples,
}

impl Resampler {
    pub(super) fn new(channels: usize, layout: ChannelLayout, from: u32, to: u32) -> Result<Self, AvError> {
        let packed = Sample::F32(Type::Packed);
        Ok(Self {
            context: resampling::Context::get(packed, layout, from, packed, layout, to)?,
            channels,
            layout,
            out_rate: to,
            input: 0,
            output: 0,
            out: Samples::default(),
        })
    }

    /// Converts samples into [`Self::out`].
    pub(super) fn run(&mut self, samples: &Samples) -> Result<(), AvError> {
        let len = samples.len() / self.channels;
        let from = self.context.input().rate;
        let mut input = frame::Audio::new(Sample::F32(Type::Packed), len, self.layout);
        input.set_rate(from);
        for (i, out) in input.plane_mut::<f32>(0)[..samples.len()].iter_mut().enumerate() {
            *out = samples.get_f32(i);
        }
        let room = (len as u64 * u64::from(self.out_rate)).div_ceil(u64::from(from)) as usize + 256;
        let mut output = frame::Audio::new(Sample::F32(Type::Packed), room, self.layout);
        self.context.run(&input, &mut output)?;
        self.input += len as u64;
        let mut floats = Vec::new();
        self.collect(&output, &mut floats);
        self.out = Samples::F32(floats);
        Ok(())
    }

    /// Gives the rest, so that the sound is as long as it was.
    pub(super) fn finish(&mut self, from: u32) -> Result<(), AvError> {
        let whole = (self.input * u64::from(self.out_rate)).div_ceil(u64::from(from));
        let mut floats = Vec::new();
        while self.output < whole {
            let mut output = frame::Audio::new(Sample::F32(Type::Packed), 1_024, self.layout);
            self.context.flush(&mut output)?;
            if output.samples() == 0 {
                break;
            }
            self.collect(&output, &mut floats);
        }
        let extra = self.output.saturating_sub(whole) as usize * self.channels;
        floats.truncate(floats.len().saturating_sub(extra));
        self.out = Samples::F32(floats);
        Ok(())
    }

    /// What the last call gave.
    pub(super) fn out(&self) -> &Samples {
        &self.out
    }

    fn collect(&mut self, output: &frame::Audio, floats: &mut Vec<f32>) {
        let len = output.samples() * self.channels;
        floats.extend_from_slice(&output.plane::<f32>(0)[..len]);
        self.output += output.samples() as u64;
    }
}
