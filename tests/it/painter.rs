//! The painter against a reference runtime, against itself, and with bad input.

use std::{num::NonZeroUsize, sync::LazyLock};

use phosphene_engine::painter::{Isa, Painter, Picture, STYLES, Scratch, Styles};
use phosphene_tests::Rng;
use rten::{Model, NodeId, Value, ValueOrView};

const WEIGHTS: &[u8] = include_bytes!("../../engine/assets/painter/multistyle26.safetensors");

/// The same network in a general runtime.
static REFERENCE: LazyLock<Model> = LazyLock::new(|| {
    Model::load_static_slice(include_bytes!("../golden/painter/multistyle26.onnx")).expect("the model is a valid file")
});

/// A picture of (height, width, 3).
#[derive(Clone)]
struct Drawn {
    width: usize,
    height: usize,
    rgb: Vec<f32>,
}

impl Drawn {
    fn new(width: usize, height: usize, mut pixel: impl FnMut(usize, usize) -> [f32; 3]) -> Self {
        let rgb = (0..height)
            .flat_map(|y| (0..width).map(move |x| (x, y)))
            .flat_map(|(x, y)| pixel(x, y))
            .collect();
        Self { width, height, rgb }
    }

    /// Different kinds of picture: waves and checks, noise, a flat ground with a disc, hard stripes.
    fn of_kind(kind: usize, width: usize, height: usize) -> Self {
        let mut random = Rng::with_seed(1);
        Self::new(width, height, |x, y| {
            let (u, v) = (x as f32 / width as f32, y as f32 / height as f32);
            match kind % 4 {
                0 => [
                    0.5 + 0.5 * (30.0 * u * u + 20.0 * v).sin(),
                    (x / 8 + y / 8) as f32 % 2.0,
                    1.0 - u * v,
                ],
                1 => std::array::from_fn(|_| random.f32()),
                2 if (u - 0.4).hypot(v - 0.6) < 0.25 => [0.9, 0.6, 0.1],
                2 => [0.1, 0.2, 0.4],
                _ => [(x % 7 < 2) as u8 as f32, (y % 5 < 3) as u8 as f32, 0.3],
            }
        })
    }

    /// Continued by mirroring to sides that are multiples of four, as the painter does.
    fn continued(&self) -> Self {
        let mirror = |i: usize, n: usize| if i < n { i } else { 2 * n - 2 - i };
        Self::new(
            self.width.next_multiple_of(4),
            self.height.next_multiple_of(4),
            |x, y| {
                let at = (mirror(y, self.height) * self.width + mirror(x, self.width)) * 3;
                [self.rgb[at], self.rgb[at + 1], self.rgb[at + 2]]
            },
        )
    }

    fn cropped(&self, width: usize, height: usize) -> Self {
        Self::new(width, height, |x, y| {
            let at = (y * self.width + x) * 3;
            [self.rgb[at], self.rgb[at + 1], self.rgb[at + 2]]
        })
    }

    fn paint(&self, painter: &Painter, scratch: &mut Scratch, styles: &Styles, threads: usize) -> Vec<f32> {
        let mut out = vec![f32::NAN; self.rgb.len()];
        let picture = Picture {
            width: self.width,
            height: self.height,
            rgb: &self.rgb,
        };
        let threads = NonZeroUsize::new(threads).expect("tests paint with at least one thread");
        painter
            .paint(scratch, picture, styles, threads, &mut out)
            .expect("the picture and the styles are valid");
        out
    }

    /// What the reference paints.
    fn reference(&self, styles: &Styles) -> Vec<f32> {
        let drawn = self.continued();
        let (w, h) = (drawn.width, drawn.height);
        let planes: Vec<f32> = (0..3)
            .flat_map(|c| drawn.rgb.iter().skip(c).step_by(3).copied())
            .collect();
        let input = |name: &str, shape: &[usize], data: Vec<f32>| -> (NodeId, ValueOrView<'static>) {
            let value = Value::from_shape(shape, data).expect("the data fit the shape");
            (REFERENCE.node_id(name).expect("the model has this input"), value.into())
        };
        let inputs = vec![
            input("image", &[1, 3, h, w], planes),
            input("style_weights", &[STYLES], styles.to_vec()),
        ];
        let [painted] = REFERENCE
            .run_n(inputs, [REFERENCE.output_ids()[0]], None)
            .expect("the reference runs");
        let planes: Vec<f32> = painted
            .into_shape_vec::<f32, 4>()
            .expect("the reference paints (1, 3, h, w)")
            .1;
        let at = |c: usize, x: usize, y: usize| planes[(c * h + y) * w + x];
        let painted = Self::new(w, h, |x, y| std::array::from_fn(|c| at(c, x, y)));
        painted.cropped(self.width, self.height).rgb
    }
}

/// One style, or a mix of three.
fn styles(n: usize) -> Styles {
    let mut styles = [0.0; STYLES];
    if n < STYLES {
        styles[n] = 1.0;
    } else {
        styles[n % STYLES] += 0.5;
        styles[(n * 5 + 3) % STYLES] += 0.3;
        styles[(n * 11 + 8) % STYLES] += 0.2;
    }
    styles
}

fn available() -> impl Iterator<Item = Isa> {
    Isa::ALL.into_iter().filter(|isa| isa.is_available())
}

fn painters() -> Vec<Painter> {
    available()
        .map(|isa| Painter::embedded_with_isa(isa).expect("it is available"))
        .collect()
}

#[test]
fn paints_what_the_reference_paints() {
    let sizes = [
        (16, 16),
        (64, 48),
        (18, 22),
        (250, 142),
        (38, 126),
        (160, 90),
        (482, 20),
        (17, 33),
    ];
    let painters = painters();
    let mut scratch = Scratch::default();
    for (i, (width, height)) in sizes.into_iter().enumerate() {
        for kind in 0..4 {
            let n = i * 4 + kind;
            let drawn = Drawn::of_kind(kind, width, height);
            let expected = drawn.reference(&styles(n));
            for painter in &painters {
                let painted = drawn.paint(painter, &mut scratch, &styles(n), 1);
                let error = expected
                    .iter()
                    .zip(&painted)
                    .map(|(a, b)| (a - b).abs())
                    .fold(0.0, f32::max);
                assert!(
                    error < 5e-4,
                    "{width}x{height}, kind {kind}, {}: off by {error}",
                    painter.isa()
                );
                assert!(painted.iter().all(|v| (0.0..=1.0).contains(v)));
            }
        }
    }
}

#[test]
fn threads_and_fusing_instruction_sets_change_no_bit() {
    let mut scratch = Scratch::default();
    for (width, height) in [(250, 142), (640, 360)] {
        let drawn = Drawn::of_kind(0, width, height);
        let mut fused: Option<Vec<f32>> = None;
        for painter in painters() {
            let one = drawn.paint(&painter, &mut scratch, &styles(30), 1);
            for threads in [2, 4, 7] {
                let many = drawn.paint(&painter, &mut scratch, &styles(30), threads);
                assert!(one == many, "{threads} threads differ from one on {}", painter.isa());
            }
            if painter.isa() != Isa::Portable {
                assert!(
                    *fused.get_or_insert_with(|| one.clone()) == one,
                    "{} differs",
                    painter.isa()
                );
            }
        }
    }
}

#[test]
fn what_the_scratch_held_changes_no_bit() {
    let painter = Painter::embedded().unwrap();
    let (small, large) = (Drawn::of_kind(1, 38, 26), Drawn::of_kind(0, 126, 70));
    let fresh = small.paint(&painter, &mut Scratch::default(), &styles(4), 1);
    let mut used = Scratch::default();
    for kind in 0..4 {
        Drawn::of_kind(kind, 38, 26).paint(&painter, &mut used, &styles(kind), 1);
    }
    assert!(small.paint(&painter, &mut used, &styles(4), 1) == fresh);
    large.paint(&painter, &mut used, &styles(5), 3);
    assert!(small.paint(&painter, &mut used, &styles(4), 1) == fresh);
}

#[test]
fn painters_work_side_by_side() {
    let painter = Painter::embedded().unwrap();
    let drawn = Drawn::of_kind(0, 64, 48);
    let alone = drawn.paint(&painter, &mut Scratch::default(), &styles(9), 1);
    std::thread::scope(|scope| {
        let runs: Vec<_> = (0..4)
            .map(|_| {
                let (painter, drawn) = (painter.clone(), &drawn);
                scope.spawn(move || drawn.paint(&painter, &mut Scratch::default(), &styles(9), 1))
            })
            .collect();
        for run in runs {
            assert!(run.join().unwrap() == alone);
        }
    });
}

#[test]
fn damaged_weights_are_refused() {
    let message = |bytes: &[u8]| Painter::new(bytes).err().expect("damage is an error").to_string();
    assert!(message(&[]).contains("safetensors"));
    assert!(message(&WEIGHTS[..WEIGHTS.len() / 2]).contains("safetensors"));
    let renamed = replaced(b"\"res.3.1.w\"", b"\"res.3.7.w\"");
    assert!(message(&renamed).contains("res.3.1.w"), "{}", message(&renamed));
    let reshaped = replaced(b"[3,4,9,9]", b"[4,3,9,9]");
    assert!(message(&reshaped).contains("expand.2.w"), "{}", message(&reshaped));
    let mut no_number = WEIGHTS.to_vec();
    let end = no_number.len();
    no_number[end - 4..].copy_from_slice(&f32::NAN.to_le_bytes());
    assert!(message(&no_number).contains("number"), "{}", message(&no_number));
}

fn replaced(from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut bytes = WEIGHTS.to_vec();
    let at = bytes
        .windows(from.len())
        .position(|w| w == from)
        .expect("the header holds this");
    bytes[at..at + to.len()].copy_from_slice(to);
    bytes
}

#[test]
fn bad_input_is_refused_in_words() {
    let painter = Painter::embedded().unwrap();
    let message = |width: usize, height: usize, rgb: &[f32], styles: &Styles, out: usize| {
        let picture = Picture { width, height, rgb };
        let mut out = vec![0.0; out];
        let result = painter.paint(&mut Scratch::default(), picture, styles, NonZeroUsize::MIN, &mut out);
        result.expect_err("bad input is an error").to_string()
    };
    let fine = vec![0.5; 16 * 16 * 3];
    assert!(message(14, 16, &fine[..14 * 16 * 3], &styles(0), 14 * 16 * 3).contains("14x16"));
    assert!(message(16, 16, &fine[1..], &styles(0), fine.len()).contains("767"));
    assert!(message(16, 16, &fine, &styles(0), 3).contains("768"));
    assert!(message(16, 16, &fine, &[0.0; STYLES], fine.len()).contains("sum"));
    assert!(message(16, 16, &fine, &[f32::NAN; STYLES], fine.len()).contains("sum"));
    let mut no_number = fine.clone();
    no_number[100] = f32::NAN;
    assert!(message(16, 16, &no_number, &styles(0), fine.len()).contains("not a number"));
}
