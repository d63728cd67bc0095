//! Whole paintings of small and odd sizes on every instruction set that is here, and on NEON's blocks.

use super::{kernels::Kernels, *};

fn networks() -> Vec<Network> {
    let here = Isa::ALL.into_iter().filter(|isa| isa.is_available());
    let tables = here.map(|isa| Kernels::of(isa).unwrap()).chain([kernels::like_neon()]);
    tables.map(|table| Network::load(EMBEDDED, table).unwrap()).collect()
}

#[test]
fn all_instruction_sets_paint_the_same() {
    let networks = networks();
    let mut styles = [0.0; STYLES];
    (styles[2], styles[19]) = (0.25, 0.75);
    // The least size, sides that are no multiples of anything, more than one strip of 14 tiles.
    for (width, height, threads) in [(16, 16, 1), (17, 23, 3), (230, 18, 2)] {
        let rgb: Vec<f32> = (0..width * height * 3)
            .map(|i| 0.5 + 0.5 * ((i * i) as f32 * 0.01).sin())
            .collect();
        let picture = Picture {
            width,
            height,
            rgb: &rgb,
        };
        let threads = NonZeroUsize::new(threads).unwrap();
        let mut paintings = networks.iter().map(|network| {
            let mut out = vec![f32::NAN; rgb.len()];
            frame::paint(network, &mut Scratch::default(), picture, &styles, threads, &mut out).unwrap();
            (network.kernels.isa(), out)
        });
        let (first, expected) = paintings.next().unwrap();
        for (isa, painted) in paintings {
            let fused = first != Isa::Portable && isa != Isa::Portable;
            let off = expected
                .iter()
                .zip(&painted)
                .map(|(a, b)| (a - b).abs())
                .fold(0.0, f32::max);
            let allowed = if fused { 0.0 } else { 5e-4 };
            assert!(off <= allowed, "{width}x{height}: {first} and {isa} are {off} apart");
            assert!(painted.iter().all(|v| (0.0..=1.0).contains(v)), "{isa}");
        }
    }
}

#[test]
fn a_flat_picture_is_painted_flat() {
    let (width, height) = (52, 36);
    for network in networks() {
        let mut scratch = Scratch::default();
        for (style, colour) in [[0.0; 3], [1.0; 3], [0.1, 0.2, 0.6]].into_iter().enumerate() {
            let mut styles = [0.0; STYLES];
            styles[5 * style] = 1.0;
            let rgb = colour.repeat(width * height);
            let picture = Picture {
                width,
                height,
                rgb: &rgb,
            };
            let mut out = vec![f32::NAN; rgb.len()];
            frame::paint(&network, &mut scratch, picture, &styles, NonZeroUsize::MIN, &mut out).unwrap();
            let first: [f32; 3] = out[..3].try_into().unwrap();
            for pixel in out.as_chunks::<3>().0 {
                let off = (0..3).map(|c| (pixel[c] - first[c]).abs()).fold(0.0, f32::max);
                assert!(
                    off < 1e-5,
                    "{}: {colour:?} becomes {first:?} and {pixel:?}",
                    network.kernels.isa()
                );
            }
        }
    }
}
