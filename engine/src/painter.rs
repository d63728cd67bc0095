//! The painter: a trained multi-style network on the CPU.
