//! What the tests share: songs made on the spot, and a reader for the files we write.

pub mod songs;
pub mod video;
