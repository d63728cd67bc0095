//! The storyboard: a TOML file to a validated type. Pure.
