//! Whole stages under test; one module an area.

mod analysis;
