//! Canny edges of a drawn scene, to guide a model's composition through ControlNet.

use crate::feedback::picture::Picture;
use phosphene_core::direct::SceneRef;

/// Least slope of a line in luma a pixel: where one begins, and what it is followed through.
const BEGINS: f32 = 0.16;
const GOES_ON: f32 = 0.08;

/// Draws scenes whose lines guide a model's composition.
pub trait SceneDrawer: Send + Sync {
    /// Luma of a scene seen whole: (height, width), BT.709 of sRGB-encoded colours, 0 to 1.
    fn luma(&self, scene: SceneRef, width: usize, height: usize) -> Vec<f32>;
}

/// A scene's edges, white on black.
pub(super) fn scene_edges(drawer: &dyn SceneDrawer, scene: SceneRef, width: usize, height: usize) -> Picture {
    edges(&drawer.luma(scene, width, height), width, height)
}

/// The ridges of the slope, followed from where it is steep to where it is less so.
///
/// **Source**: Canny 1986, "A computational approach to edge detection", with Sobel's slopes.
fn edges(luma: &[f32], width: usize, height: usize) -> Picture {
    let at = |x: usize, y: usize| luma[y.min(height - 1) * width + x.min(width - 1)];
    let slope = |i: usize| {
        let (x, y) = (i % width, i / width);
        let (l, r, u, d) = (x.saturating_sub(1), x + 1, y.saturating_sub(1), y + 1);
        let across = at(r, u) + 2.0 * at(r, y) + at(r, d) - at(l, u) - 2.0 * at(l, y) - at(l, d);
        let down = at(l, d) + 2.0 * at(x, d) + at(r, d) - at(l, u) - 2.0 * at(x, u) - at(r, u);
        [across / 8.0, down / 8.0]
    };
    let slopes: Vec<[f32; 2]> = (0..width * height).map(slope).collect();
    let steep = |x: i64, y: i64| {
        let inside = (0..width as i64).contains(&x) && (0..height as i64).contains(&y);
        let [a, b] = if inside {
            slopes[y as usize * width + x as usize]
        } else {
            [0.0; 2]
        };
        a.hypot(b)
    };
    let is_ridge = |i: usize| {
        let (x, y) = ((i % width) as i64, (i / width) as i64);
        let [across, down] = slopes[i];
        // Along the slope, to the nearest of eight neighbours.
        let step = |part: f32, other: f32| {
            if part.abs() * 2.4 < other.abs() {
                0
            } else {
                part.signum() as i64
            }
        };
        let (dx, dy) = (step(across, down), step(down, across));
        let here = steep(x, y);
        here > steep(x - dx, y - dy) && here >= steep(x + dx, y + dy)
    };
    let mut lines = vec![false; width * height];
    let here = |i: usize| slopes[i][0].hypot(slopes[i][1]);
    let mut open: Vec<usize> = (0..width * height)
        .filter(|&i| here(i) >= BEGINS && is_ridge(i))
        .collect();
    while let Some(i) = open.pop() {
        if std::mem::replace(&mut lines[i], true) {
            continue;
        }
        let (x, y) = (i % width, i / width);
        for y in y.saturating_sub(1)..(y + 2).min(height) {
            for x in x.saturating_sub(1)..(x + 2).min(width) {
                let next = y * width + x;
                if !lines[next] && here(next) >= GOES_ON && is_ridge(next) {
                    open.push(next);
                }
            }
        }
    }
    Picture {
        width,
        height,
        pixels: lines
            .into_iter()
            .map(|line| if line { [1.0; 4] } else { [0.0; 4] })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_square_has_four_thin_sides() {
        let (width, height) = (40, 30);
        let luma: Vec<f32> = (0..width * height)
            .map(|i| {
                f32::from(u8::from(
                    (10..30).contains(&(i % width)) && (8..22).contains(&(i / width)),
                ))
            })
            .collect();
        let lines = edges(&luma, width, height);
        let row: Vec<usize> = (0..width).filter(|x| lines.pixels[15 * width + x][0] > 0.5).collect();
        assert_eq!(row.len(), 2, "{row:?}");
        assert!((9..=10).contains(&row[0]) && (29..=30).contains(&row[1]), "{row:?}");
        let flat = edges(&vec![0.4; width * height], width, height);
        assert!(flat.pixels.iter().all(|pixel| pixel[0] == 0.0));
    }
}
