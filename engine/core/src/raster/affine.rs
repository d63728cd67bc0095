//! Maps of picture positions and of colours.

/// An affine map of picture positions, in pixels: `x' = a x + b y + c`, `y' = d x + e y + f`, whose columns are (a, d),
/// (b, e) and (c, f).
pub type Affine = glam::Affine2;

/// A linear map of sRGB-encoded colours, row by row.
///
/// By hand and no `glam::Mat3A`: its inverse multiplies by the reciprocal of the determinant, where regrading divides by the
/// determinant, and frames would differ in their last bits.
pub type Grade = [[f32; 3]; 3];

#[cfg(test)]
mod tests {
    use super::*;
    use glam::vec2;

    #[test]
    fn maps_are_computed_as_they_are_written_down() {
        let mut state = 7u32;
        let mut number = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / 1e5 - 80.0
        };
        for _ in 0..1_000 {
            let [m, n]: [[f32; 6]; 2] = std::array::from_fn(|_| std::array::from_fn(|_| number()));
            let [x, y] = [number(), number()];
            let apply = |[a, b, c, d, e, f]: [f32; 6], x: f32, y: f32| [a * x + b * y + c, d * x + e * y + f];
            let affine = |[a, b, c, d, e, f]: [f32; 6]| Affine::from_cols_array(&[a, d, b, e, c, f]);
            assert_eq!(affine(m).transform_point2(vec2(x, y)).to_array(), apply(m, x, y));
            // Frames stay the same to the bit only if products are summed up in this order.
            let [c, f] = apply(m, n[2], n[5]);
            let product = [
                m[0] * n[0] + m[1] * n[3],
                m[0] * n[1] + m[1] * n[4],
                c,
                m[3] * n[0] + m[4] * n[3],
                m[3] * n[1] + m[4] * n[4],
                f,
            ];
            assert_eq!(affine(m) * affine(n), affine(product));
        }
    }
}
