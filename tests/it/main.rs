//! Whole stages under test; one module an area.

mod diorama;
mod meaning;
mod painter;
mod pipeline;
mod timeline;
mod encode;
mod song;
