//! The generator `diorama`: painted worlds from any prompt, nested in an endless zoom, with no download and no GPU.

pub mod design;
pub mod drawing;
pub mod meaning;
pub mod minilm;
pub mod props;
pub mod stage;
pub mod styles;
