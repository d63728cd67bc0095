//! The only code that spawns threads and makes channels.
