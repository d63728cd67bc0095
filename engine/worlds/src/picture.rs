//! Pictures in linear light with distances, and worlds shaded into them.

use crate::{
    antialias::{Edges, FOOTPRINT, GRID},
    camera::View,
    isa::{self, Isa, Kernel},
    lanes::{F, Lanes, N},
    overlay::{Asked, Overlays},
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
    edges: Edges,
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

    /// The blocks that `keep` (left pixel, row) wants: indices of their first pixels, in order. The others become black
    /// and far: what another frame left there would show in figures that stand before a portal, and in its edge.
    fn wanted(&mut self, keep: &dyn Fn(usize, usize) -> bool) -> Vec<u32> {
        let mut wanted = Vec::with_capacity(self.stride / N * self.height);
        for row in 0..self.height {
            for left in (0..self.stride).step_by(N) {
                let at = self.index(left, row);
                if keep(left, row) {
                    wanted.push(at as u32);
                } else {
                    self.light.iter_mut().for_each(|plane| plane[at..at + N].fill(0.0));
                    self.distance[at..at + N].fill(FAR);
                }
            }
        }
        wanted
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
    overlays: Overlays,
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
            overlays: Overlays::default(),
        }
    }

    /// With what is asked for laid over it; `scene` is what it was prepared from.
    #[must_use]
    pub fn overlaid(mut self, scene: &Scene, asked: Asked) -> Self {
        self.overlays = Overlays::new(scene, asked, &mut self.staging, &|x, z| self.shader.height(x, z));
        self
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

    /// Shades what `view` shows of it into every block of `picture` that `keep` (left pixel, row) wants;
    /// the others become black and far.
    pub fn shade(&self, isa: Isa, view: View, picture: &mut Picture, keep: &dyn Fn(usize, usize) -> bool) {
        self.shader.rows(isa, view, picture, keep);
        self.overlays.lay(isa, view, picture);
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
    /// The blocks that are wanted, then the pixels at edges again. A world's shading is much code, and out of line so that
    /// it is in the program once.
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
        let blocks = picture.wanted(keep);
        let mut edges = std::mem::take(&mut picture.edges);
        let mut again = false;
        let (mut job, mut jobs) = (0, blocks.len());
        let (mut sums, mut weights) = ([[0.0f32; N]; 3], [0.0f32; N]);
        loop {
            if job == jobs {
                if again {
                    break;
                }
                again = true;
                edges.find(&picture.light, &picture.distance, stride, &blocks);
                (job, jobs) = (0, edges.pixels.len().div_ceil(N) * GRID.len());
                continue;
            }
            // Where the sixteen points are shown, in pixels.
            let (mut across, mut down) = ([0.0f32; N], [0.0f32; N]);
            let group = if again {
                let group = &edges.pixels[job / GRID.len() * N..];
                let group = &group[..group.len().min(N)];
                let [dx, dy] = GRID[job % GRID.len()];
                for lane in 0..N {
                    // The last group's empty lanes repeat its last pixel.
                    let at = group[lane.min(group.len() - 1)] as usize;
                    across[lane] = (at % stride) as f32 + 0.5 + dx;
                    down[lane] = (at / stride) as f32 + 0.5 + dy;
                }
                group
            } else {
                let at = blocks[job] as usize;
                for (lane, x) in across.iter_mut().enumerate() {
                    *x = (at % stride + lane) as f32 + 0.5;
                }
                down = [(at / stride) as f32 + 0.5; N];
                &[]
            };
            let shown_x = F::<L>::load(&across) * pixel - aspect;
            let shown_y = F::<L>::from(1.0) - F::<L>::load(&down) * pixel;
            let footprint = if again { FOOTPRINT } else { 1.0 };
            let at = Points {
                x: (shown_x * cos + shown_y * sin - view.offset[0]) * scale,
                y: (shown_y * cos - shown_x * sin - view.offset[1]) * scale,
                pixel: pixel * scale * footprint,
            };
            let sample = L::outlined(
                #[inline(always)]
                || world.shade(at),
            );
            // No light is below none: what a mixture extrapolates is cut off.
            let light = [
                sample.light.x.max(0.0),
                sample.light.y.max(0.0),
                sample.light.z.max(0.0),
            ];
            if again {
                // A point of the sun beside one of a roof must not outshine it.
                let weight = F::<L>::from(1.0) / (sample.light.luminance() + 1.0);
                for (sum, light) in sums.iter_mut().zip(light) {
                    add(sum, (light * weight).array());
                }
                add(&mut weights, weight.array());
                if job % GRID.len() == GRID.len() - 1 {
                    for (lane, at) in group.iter().enumerate() {
                        for (plane, sum) in picture.light.iter_mut().zip(&sums) {
                            plane[*at as usize] = sum[lane] / weights[lane];
                        }
                    }
                    (sums, weights) = ([[0.0; N]; 3], [0.0; N]);
                }
            } else {
                let at = blocks[job] as usize;
                let planes = picture.light.iter_mut().chain([&mut picture.distance]);
                for (plane, lanes) in planes.zip(light.into_iter().chain([sample.distance])) {
                    if let Some(to) = plane[at..].first_chunk_mut::<N>() {
                        lanes.store(to);
                    }
                }
            }
            job += 1;
        }
        picture.edges = edges;
    }
}

#[inline(always)]
fn add(sum: &mut [f32; N], values: [f32; N]) {
    for (sum, value) in sum.iter_mut().zip(values) {
        *sum += value;
    }
}
