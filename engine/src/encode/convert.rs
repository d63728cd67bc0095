//! RGB to YUV with the BT.709 matrix.

use ffmpeg_next::{Error as AvError, frame};
use yuv::{YuvConversionMode, YuvPlanarImageMut, YuvRange, YuvStandardMatrix};

use phosphene_core::{frame::Frame, time::Size};

/// A converter with its planes.
pub(super) struct Yuv {
    size: Size,
    planes: YuvPlanarImageMut<'static, u8>,
}

impl Yuv {
    pub(super) fn new(size: Size) -> Self {
        let chroma = yuv::YuvChromaSubsampling::Yuv420;
        Self {
            size,
            planes: YuvPlanarImageMut::alloc(size.width(), size.height(), chroma),
        }
    }

    pub(super) fn size(&self) -> Size {
        self.size
    }

    /// Converts a frame into an encoder's frame of the same size.
    pub(super) fn convert(&mut self, rgb: &Frame, out: &mut frame::Video) -> Result<(), AvError> {
        let (matrix, mode) = (YuvStandardMatrix::Bt709, YuvConversionMode::Balanced);
        let stride = self.size.width() * 3;
        yuv::rgb_to_yuv420(&mut self.planes, rgb.rgb(), stride, YuvRange::Limited, matrix, mode)
            .map_err(|_| AvError::Bug)?;
        let planes = [
            (self.planes.y_plane.borrow(), self.planes.y_stride),
            (self.planes.u_plane.borrow(), self.planes.u_stride),
            (self.planes.v_plane.borrow(), self.planes.v_stride),
        ];
        for (index, (plane, stride)) in planes.into_iter().enumerate() {
            let (width, to_stride) = (out.plane_width(index) as usize, out.stride(index));
            let rows = out.data_mut(index).chunks_exact_mut(to_stride);
            for (to, from) in rows.zip(plane.chunks_exact(stride as usize)) {
                to[..width].copy_from_slice(&from[..width]);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ITU-R BT.709-6, items 3.3 to 3.5, at 8 bits.
    fn bt709(rgb: [u8; 3]) -> [f64; 3] {
        let [r, g, b] = rgb.map(|x| f64::from(x) / 255.0);
        let y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
        [
            16.0 + 219.0 * y,
            128.0 + 224.0 * (b - y) / 1.8556,
            128.0 + 224.0 * (r - y) / 1.5748,
        ]
    }

    #[test]
    fn colours_follow_bt709_to_within_one_step() {
        let size = Size::new(34, 18).unwrap();
        let mut yuv = Yuv::new(size);
        let mut out = frame::Video::new(ffmpeg_next::format::Pixel::YUV420P, 34, 18);
        for rgb in [
            [0, 0, 0],
            [255, 255, 255],
            [255, 0, 0],
            [0, 255, 0],
            [0, 0, 255],
            [200, 90, 40],
            [128, 128, 128],
        ] {
            let mut frame = Frame::black(size);
            frame.rgb_mut().as_chunks_mut::<3>().0.fill(rgb);
            yuv.convert(&frame, &mut out).unwrap();
            for (plane, expected) in bt709(rgb).into_iter().enumerate() {
                let (width, stride) = (out.plane_width(plane) as usize, out.stride(plane));
                for row in out.data(plane).chunks_exact(stride) {
                    for &actual in &row[..width] {
                        assert!(
                            (f64::from(actual) - expected).abs() <= 1.0,
                            "{rgb:?} {plane}: {actual} for {expected}"
                        );
                    }
                }
            }
        }
    }
}
