//! Phosphene without a DAW: the plugin in a window of its own.

use nice_plug::prelude::*;
use phosphene_plugin::Phosphene;

fn main() {
    nice_export_standalone::<Phosphene>();
}
