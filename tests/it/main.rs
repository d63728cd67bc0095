//! Whole stages under test; one module an area.

mod pipeline;
mod timeline;
