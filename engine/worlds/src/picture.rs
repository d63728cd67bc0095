//! Pictures in linear light with distances, and worlds shaded into them.

use crate::{
    camera::View,
    isa::{self, Isa, Kernel},
    lanes::{F, Lanes, N},
    scene::{Kind, Scene},
    world::{FAR, Points, Staging, World},
};

/// A picture in planes, rows top to bottom, each row padded to whole blocks of sixteen.
#[derive(Debug, Clone, Default)]
pub struct Picture {
    width: usize,
    height: usize,
    stride: usize,
    /// Red, green, blue: linear light.
    pub light: [Vec<f32>; 3],
    /// Metres along the view axis.
    pub distance: Vec<f32>,
}

impl Picture {
    /// Black, and infinitely far.
    #[must_use]
    pub fn new(width: usize, height: usize) -> Self {
        let mut picture = Self::default();
        picture.resize(width, height);
        picture
    }

    /// Takes another size; contents are undefined but set.
    pub fn resize(&mut self, width: usize, height: usize) {
        self.width = width;
        self.height = height;
        self.stride = width.next_multiple_of(N);
        for plane in &mut self.light {
            plane.resize(self.stride * height, 0.0);
        }
        self.distance.resize(self.stride * height, FAR);
    }

    /// Pixels a row.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }
    /// Rows.
    #[must_use]
    pub fn height(&self) -> usize {
        self.height
    }
    /// Floats from one row to the next.
    #[must_use]
    pub fn stride(&self) -> usize {
        self.stride
    }
    /// Width of a pixel in shown units: the height is 2.
    #[must_use]
    pub fn pixel(&self) -> f32 {
        2.0 / self.height as f32
    }
    /// Width by height.
    #[must_use]
    pub fn aspect(&self) -> f32 {
        self.width as f32 / self.height as f32
    }
    /// Shown point of a pixel's middle.
    #[must_use]
    pub fn point(&self, x: usize, y: usize) -> [f32; 2] {
        let pixel = self.pixel();
        [(x as f32 + 0.5) * pixel - self.aspect(), 1.0 - (y as f32 + 0.5) * pixel]
    }
    /// Pixel coordinates (fractions; pixel k's middle is k + 0.5) of a shown point.
    #[must_use]
    pub fn pixel_at(&self, shown: [f32; 2]) -> [f32; 2] {
        let pixel = self.pixel();
        [(shown[0] + self.aspect()) / pixel, (1.0 - shown[1]) / pixel]
    }
    /// Index of a pixel in the planes.
    #[must_use]
    pub fn index(&self, x: usize, y: usize) -> usize {
        y * self.stride + x
    }
}

/// A world prepared for one frame, whatever it is.
pub struct Prepared {
    staging: Staging,
    shader: Box<dyn Rows>,
}

impl Prepared {
    /// Prepares a world.
    #[must_use]
    pub fn new(kind: Kind, scene: &Scene) -> Self {
        // Different places of one seed are of different colours.
        let mut scene = *scene;
        scene.palette.scheme = scene.palette.scheme.wrapping_add(7 * kind as usize);
        crate::places::prepare(kind, &scene)
    }

    pub(crate) fn of(world: impl World + 'static) -> Self {
        Self {
            staging: world.staging(),
            shader: Box::new(world),
        }
    }

    /// Its facts.
    #[must_use]
    pub fn staging(&self) -> &Staging {
        &self.staging
    }

    /// Height of its ground in metres.
    #[must_use]
    pub fn ground(&self, x: f32, z: f32) -> f32 {
        self.shader.height(x, z)
    }

    /// Shades what `view` shows of it into every block of `picture` that `keep` (left pixel, row) wants.
    pub fn shade(&self, isa: Isa, view: View, picture: &mut Picture, keep: &dyn Fn(usize, usize) -> bool) {
        self.shader.rows(isa, view, picture, keep);
    }
}

/// [`World`] behind a pointer: one call a picture.
trait Rows: Send + Sync {
    fn rows(&self, isa: Isa, view: View, picture: &mut Picture, keep: &dyn Fn(usize, usize) -> bool);
    fn height(&self, x: f32, z: f32) -> f32;
}

impl<W: World> Rows for W {
    fn rows(&self, isa: Isa, view: View, picture: &mut Picture, keep: &dyn Fn(usize, usize) -> bool) {
        let shading = Shading {
            world: self,
            view,
            picture,
            keep,
        };
        isa::run(isa, shading);
    }
    fn height(&self, x: f32, z: f32) -> f32 {
        self.ground(x, z)
    }
}

struct Shading<'a, W> {
    world: &'a W,
    view: View,
    picture: &'a mut Picture,
    keep: &'a dyn Fn(usize, usize) -> bool,
}

impl<W: World> Kernel for Shading<'_, W> {
    #[inline(always)]
    fn run<L: Lanes>(self) {
        let Self {
            world,
            view,
            picture,
            keep,
        } = self;
        let (pixel, aspect, stride) = (picture.pixel(), picture.aspect(), picture.stride);
        let scale = 1.0 / view.zoom;
        let (sin, cos) = (crate::scalar::sin(view.turn), crate::scalar::cos(view.turn));
        let [red, green, blue] = &mut picture.light;
        for row in 0..picture.height {
            let shown_y = F::<L>::from(1.0 - (row as f32 + 0.5) * pixel);
            for left in (0..stride).step_by(N) {
                if !keep(left, row) {
                    continue;
                }
                let shown_x = (F::<L>::iota() + (left as f32 + 0.5)) * pixel - aspect;
                let at = Points {
                    x: (shown_x * cos + shown_y * sin - view.offset[0]) * scale,
                    y: (shown_y * cos - shown_x * sin - view.offset[1]) * scale,
                    pixel: pixel * scale,
                };
                let sample = world.shade(at);
                let block = row * stride + left;
                // No light is below none: what a mixture extrapolates is cut off.
                for (plane, lanes) in [
                    (&mut *red, sample.light.x.max(0.0)),
                    (&mut *green, sample.light.y.max(0.0)),
                    (&mut *blue, sample.light.z.max(0.0)),
                    (&mut picture.distance, sample.distance),
                ] {
                    if let Some(to) = plane[block..].first_chunk_mut::<N>() {
                        lanes.store(to);
                    }
                }
            }
        }
    }
}
