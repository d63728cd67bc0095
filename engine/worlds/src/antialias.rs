//! Anti-aliasing by adaptive supersampling (Whitted 1980): the pixels at which distance or light has an edge are shaded
//! again at four points of a rotated grid and averaged.
//!
//! Worlds filter what lies on a surface themselves, so only outlines need it, and few pixels are outlines.

use crate::{lanes::N, scalar::luminance, world::FAR};

/// Points a pixel: a rotated grid, in pixels from its middle.
pub(crate) const GRID: [[f32; 2]; 4] = [[-0.125, -0.375], [0.375, -0.125], [0.125, 0.375], [-0.375, 0.125]];
/// A point's footprint against the pixel's.
pub(crate) const FOOTPRINT: f32 = 0.6;
/// Share of a picture's pixels that may be shaded again: the strongest edges.
const MOST: f32 = 0.07;
/// Strengths are counted in so many steps.
const STEPS: usize = 64;
/// An edge of distance: second difference of its inverse, which is 0 on planes, against the inverse.
const DEPTH_EDGE: f32 = 0.06;
/// An edge of light: second difference of the tone.
const LIGHT_EDGE: f32 = 0.08;

/// Finds edges, and keeps its memory from picture to picture.
#[derive(Debug, Clone, Default)]
pub(crate) struct Edges {
    tone: Vec<f32>,
    inverse: Vec<f32>,
    strength: Vec<u8>,
    /// Indices of the pixels to be shaded again, in order.
    pub pixels: Vec<u32>,
}

impl Edges {
    /// Finds the edges of a picture of which `blocks` (indices of their first pixels, in order) are shaded. A pixel
    /// beside a block that is not is left out: there is nothing to compare it with.
    pub(crate) fn find(&mut self, light: &[Vec<f32>; 3], distance: &[f32], stride: usize, blocks: &[u32]) {
        let count = distance.len();
        let across = stride / N;
        self.tone.resize(count, 0.0);
        self.inverse.resize(count, 0.0);
        self.strength.clear();
        self.strength.resize(count, 0);
        self.pixels.clear();
        let mut shaded = vec![false; count / N];
        for &block in blocks {
            let first = block as usize;
            shaded[first / N] = true;
            let span = first..first + N;
            let [r, g, b] = [0, 1, 2].map(|k| &light[k][span.clone()]);
            for (tone, ((r, g), b)) in self.tone[span.clone()].iter_mut().zip(r.iter().zip(g).zip(b)) {
                let light = luminance([*r, *g, *b]);
                *tone = light / (light + 0.18);
            }
            for (inverse, distance) in self.inverse[span.clone()].iter_mut().zip(&distance[span]) {
                *inverse = 1.0 / distance.clamp(0.05, FAR);
            }
        }
        let mut counts = [0usize; STEPS];
        for &block in blocks {
            let first = block as usize;
            let index = first / N;
            let column = index % across;
            if first < stride || first + stride >= count || !shaded[index - across] || !shaded[index + across] {
                continue;
            }
            // Sixteen at once, in arrays that are registers.
            let tone = bend(&self.tone, first, stride);
            let inverse = bend(&self.inverse, first, stride);
            let mut edge = [0.0f32; N];
            for lane in 0..N {
                let depth = inverse[lane] / (self.inverse[first + lane] * DEPTH_EDGE);
                edge[lane] = (tone[lane] * (1.0 / LIGHT_EDGE)).max(depth.min(3.0));
            }
            if column == 0 || !shaded[index - 1] {
                edge[0] = 0.0;
            }
            if column + 1 == across || !shaded[index + 1] {
                edge[N - 1] = 0.0;
            }
            if edge.iter().all(|edge| *edge < 1.0) {
                continue;
            }
            for (strength, edge) in self.strength[first..first + N].iter_mut().zip(edge) {
                if edge >= 1.0 {
                    let step = ((edge - 1.0) * 2.5).min(STEPS as f32 - 2.0) as usize + 1;
                    *strength = step as u8;
                    counts[step] += 1;
                }
            }
        }
        let most = (blocks.len() * N) as f32 * MOST;
        let (mut least, mut sum) = (STEPS, 0);
        while least > 1 && (sum + counts[least - 1]) as f32 <= most {
            least -= 1;
            sum += counts[least];
        }
        let strong = |&(_, strength): &(usize, &u8)| usize::from(*strength) >= least;
        let found = self.strength.iter().enumerate().filter(strong);
        self.pixels.extend(found.map(|(at, _)| at as u32));
    }
}

/// The larger second difference, across and down, of a block's pixels. Beyond a row's ends lie the neighbouring rows'
/// pixels, and the caller leaves them out.
fn bend(plane: &[f32], first: usize, stride: usize) -> [f32; N] {
    let block = |at: usize| -> [f32; N] {
        let block = plane[at..].first_chunk();
        *block.expect("a block above and below the picture's inner blocks")
    };
    let (here, left, right) = (block(first), block(first - 1), block(first + 1));
    let (above, below) = (block(first - stride), block(first + stride));
    std::array::from_fn(|k| {
        let twice = 2.0 * here[k];
        (left[k] + right[k] - twice)
            .abs()
            .max((above[k] + below[k] - twice).abs())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const STRIDE: usize = 32;
    const ROWS: usize = 8;

    fn all_blocks() -> Vec<u32> {
        (0..(STRIDE * ROWS / N) as u32).map(|block| block * N as u32).collect()
    }

    #[test]
    fn outlines_are_found_and_planes_are_not() {
        let light = [0, 1, 2].map(|_| vec![0.3f32; STRIDE * ROWS]);
        // A ground plane: the inverse distance is linear down the picture.
        let plane: Vec<f32> = (0..STRIDE * ROWS).map(|at| 8.0 / (1 + at / STRIDE) as f32).collect();
        let mut edges = Edges::default();
        edges.find(&light, &plane, STRIDE, &all_blocks());
        assert!(edges.pixels.is_empty(), "{:?}", edges.pixels);
        // A post before it.
        let mut post = plane;
        (2..6).for_each(|row| post[row * STRIDE + 20] = 0.5);
        edges.find(&light, &post, STRIDE, &all_blocks());
        assert!(edges.pixels.contains(&(3 * STRIDE as u32 + 20)) && edges.pixels.contains(&(3 * STRIDE as u32 + 19)));
        assert!(!edges.pixels.contains(&(3 * STRIDE as u32 + 8)));
    }

    #[test]
    fn what_lies_in_blocks_that_are_not_shaded_changes_nothing() {
        let blocks: Vec<u32> = all_blocks().into_iter().filter(|at| at % STRIDE as u32 == 0).collect();
        let at = |left: bool| {
            [0, 1, 2].map(|_| {
                (0..STRIDE * ROWS)
                    .map(|at| if (at == 3 * STRIDE + 4) == left { 0.9 } else { 0.1 })
                    .collect::<Vec<f32>>()
            })
        };
        let distance = vec![5.0; STRIDE * ROWS];
        let mut other = at(true);
        for plane in &mut other {
            for row in plane.chunks_mut(STRIDE) {
                row[N..].iter_mut().enumerate().for_each(|(k, v)| *v = (k % 2) as f32);
            }
        }
        let (mut one, mut two) = (Edges::default(), Edges::default());
        one.find(&at(true), &distance, STRIDE, &blocks);
        two.find(&other, &distance, STRIDE, &blocks);
        assert!(!one.pixels.is_empty());
        assert_eq!(one.pixels, two.pixels);
    }

    #[test]
    fn no_more_than_a_share_is_shaded_again() {
        let noise = |at: usize| ((at * 2_654_435_761) >> 7 & 1) as f32;
        let light = [0, 1, 2].map(|_| (0..STRIDE * ROWS).map(noise).collect::<Vec<f32>>());
        let mut edges = Edges::default();
        edges.find(&light, &vec![5.0; STRIDE * ROWS], STRIDE, &all_blocks());
        assert!(edges.pixels.len() as f32 <= MOST * (STRIDE * ROWS) as f32);
    }
}
