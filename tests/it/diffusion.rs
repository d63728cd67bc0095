//! Stable Diffusion of our own against the reference, and its films.

mod hub;
mod sampler;
