//! Colour: sRGB to linear light, OKLab and back, and grading.
//!
//! Source: Ottosson 2020, "A perceptual color space for image processing".

/// Linear light to the sRGB curve.
#[must_use]
pub fn encode(v: f32) -> f32 {
    let v = v.clamp(0.0, 1.0);
    if v <= 0.003_130_8 {
        v * 12.92
    } else {
        1.055 * v.powf(1.0 / 2.4) - 0.055
    }
}

/// The sRGB curve to linear light.
#[must_use]
pub fn decode(v: f32) -> f32 {
    if v <= 0.040_45 {
        v / 12.92
    } else {
        ((v + 0.055) / 1.055).powf(2.4)
    }
}

/// Luma of an encoded colour, luminance of a linear one: red, green, blue, and whatever follows.
///
/// **Source**: ITU-R BT.709, section 3.2.
#[must_use]
#[inline]
pub fn luma(rgb: &[f32]) -> f32 {
    0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2]
}

/// A 3x3 matrix on sRGB-encoded colours: saturation, hue turn (about the grey axis) and gain, for grading whole frames.
#[must_use]
pub fn grade_matrix(saturation: f32, hue_deg: f32, gain: f32) -> [[f32; 3]; 3] {
    const LUMA: [f32; 3] = [0.2126, 0.7152, 0.0722];
    let (sin, cos) = hue_deg.to_radians().sin_cos();
    let third = 1.0_f32 / 3.0;
    let cross = third.sqrt() * sin;
    // A turn about (1, 1, 1): greys stay where they are.
    let turn = |i: usize, j: usize| {
        let axis = (1.0 - cos) * third;
        match (j + 3 - i) % 3 {
            0 => cos + axis,
            1 => axis - cross,
            _ => axis + cross,
        }
    };
    [0, 1, 2].map(|i| {
        [0, 1, 2].map(|j| {
            let turned: f32 = turn(i, j);
            let grey: f32 = (0..3).map(|k| LUMA[k] * turn(k, j)).sum();
            gain * (grey + saturation * (turned - grey))
        })
    })
}

/// OKLab coordinates to linear-light sRGB, which is outside 0 to 1 for colours out of gamut.
///
/// **Source**: Ottosson 2020, "A perceptual color space for image processing".
#[must_use]
pub fn linear_from_lab([l, a, b]: [f32; 3]) -> [f32; 3] {
    let lms = [
        l + 0.396_337_78 * a + 0.215_803_76 * b,
        l - 0.105_561_346 * a - 0.063_854_17 * b,
        l - 0.089_484_18 * a - 1.291_485_5 * b,
    ]
    .map(|v| v * v * v);
    [
        4.076_741_7 * lms[0] - 3.307_711_6 * lms[1] + 0.230_969_94 * lms[2],
        -1.268_438 * lms[0] + 2.609_757_4 * lms[1] - 0.341_319_4 * lms[2],
        -0.004_196_086_3 * lms[0] - 0.703_418_6 * lms[1] + 1.707_614_7 * lms[2],
    ]
}

/// Linear-light sRGB to OKLab coordinates; the inverse of [`linear_from_lab`].
#[must_use]
pub fn lab_from_linear([r, g, b]: [f32; 3]) -> [f32; 3] {
    let lms = [
        0.412_221_47 * r + 0.536_332_54 * g + 0.051_445_995 * b,
        0.211_903_5 * r + 0.680_699_5 * g + 0.107_396_96 * b,
        0.088_302_46 * r + 0.281_718_85 * g + 0.629_978_7 * b,
    ]
    .map(f32::cbrt);
    [
        0.210_454_26 * lms[0] + 0.793_617_8 * lms[1] - 0.004_072_047 * lms[2],
        1.977_998_5 * lms[0] - 2.428_592_2 * lms[1] + 0.450_593_7 * lms[2],
        0.025_904_037 * lms[0] + 0.782_771_77 * lms[1] - 0.808_675_77 * lms[2],
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grading_leaves_greys_and_can_drain_all_colour() {
        let turned = grade_matrix(1.0, 75.0, 1.0);
        for row in turned {
            assert!((row.iter().sum::<f32>() - 1.0).abs() < 1e-5);
        }
        let grey = grade_matrix(0.0, 0.0, 1.0);
        assert!((0..3).all(|j| (grey[0][j] - grey[1][j]).abs() < 1e-6 && (grey[1][j] - grey[2][j]).abs() < 1e-6));
    }
}
