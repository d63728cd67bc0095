//! Stable Diffusion of our own against the reference, and its films.

mod folders;
mod parity;
mod sampler;
mod taef2;
