//! The doors that hosts come in by: nice-plug's wrappers, and around them what those leave out.
//!
//! A state is read however damaged it is, hosts are told that values have changed with it, and the keys of a text field
//! are taken from the host. All calls go on to the wrappers.

#![expect(
    unsafe_code,
    reason = "VST3 and CLAP are interfaces of C: each of their calls is unsafe"
)]
#![allow(
    clippy::unnecessary_cast,
    reason = "C's enums and characters have other types on other systems"
)]

mod clap;
mod stream;
mod view;
mod vst3;

use std::{cell::RefCell, sync::Arc};

pub use self::{clap::clap_entry, vst3::GetPluginFactory};
use crate::keys::Keys;

thread_local! {
    /// The keys of the instance that was made last on this thread, until its door has them.
    static MADE: RefCell<Option<Arc<Keys>>> = const { RefCell::new(None) };
}

/// Says whose keys the door that is being made leads to: the wrappers make the instance themselves, and show it to
/// nobody.
pub(crate) fn made(keys: &Arc<Keys>) {
    MADE.set(Some(keys.clone()));
}

fn keys_of_the_last_made() -> Option<Arc<Keys>> {
    MADE.take()
}
