//! What the tests share: songs made on the spot, a hub of models, and a reader for the files we write.

pub mod hub;
pub mod songs;
pub mod video;
