//! Memory for floats that begins on a cache line.

/// Floats in a cache line.
pub(super) const LINE: usize = 16;

#[derive(Clone, Copy, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C, align(64))]
struct Line([f32; LINE]);

/// Zeroed floats, aligned to 64 bytes so that no vector straddles two cache lines.
#[derive(Clone, Default)]
pub(super) struct AlignedFloats(Vec<Line>);

impl AlignedFloats {
    /// At least `len` zeros.
    pub(super) fn zeroed(len: usize) -> Self {
        Self(vec![Line([0.0; LINE]); len.div_ceil(LINE)])
    }

    /// All floats, of which there may be a few more than asked for.
    pub(super) fn as_slice(&self) -> &[f32] {
        bytemuck::cast_slice(&self.0)
    }

    /// All floats, of which there may be a few more than asked for.
    pub(super) fn as_mut_slice(&mut self) -> &mut [f32] {
        bytemuck::cast_slice_mut(&mut self.0)
    }
}
