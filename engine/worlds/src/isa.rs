//! The sets of instructions that worlds are compiled for: the painter's.

pub use phosphene_painter::Isa;
