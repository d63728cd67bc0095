//! What the tests share: chance, songs made on the spot, their videos, golden files, a hub of models, and a reader for
//! the files we write.

pub mod film;
pub mod golden;
pub mod hub;
pub mod songs;
pub mod video;

pub use fastrand::Rng;

/// White noise's next number, evenly from -1 to 1: the same on every run and machine for the same seed.
pub fn white(random: &mut Rng) -> f64 {
    2.0 * random.f64() - 1.0
}
