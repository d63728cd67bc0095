//! Stable Diffusion of our own against the reference, and its films.

mod film;
mod sampler;
