//! Whole stages under test; one module an area.
mod diorama;
mod painter;

mod meaning;
