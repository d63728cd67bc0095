//! Whole stages under test; one module an area.

mod diorama;
mod encode;
mod meaning;
mod painter;
mod pipeline;
mod song;
mod timeline;
