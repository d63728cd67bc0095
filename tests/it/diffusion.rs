//! Stable Diffusion of our own against the reference, and its films.

mod film;
mod finite;
mod folders;
mod hub;
mod parity;
mod sampler;
mod taef2;
