//! The sets of instructions that worlds are compiled for: the painter's.

pub use phosphene_painter::Isa;

use crate::lanes::{Lanes, portable::Portable};

/// Work that is compiled once a set of instructions.
pub(crate) trait Kernel {
    /// Does it; to be inlined whole, and everything that it calls.
    fn run<L: Lanes>(self);
}

/// Does work with a set of instructions.
///
/// # Panics
/// When this machine does not have it.
#[expect(unsafe_code, reason = "enters code for instructions that were found on this machine")]
pub(crate) fn run<K: Kernel>(isa: Isa, kernel: K) {
    assert!(isa.is_available(), "{isa} is not to be had here");
    match isa {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: just found.
        Isa::Avx2 | Isa::Avx512 => unsafe { run_avx2(kernel) },
        _ => kernel.run::<Portable>(),
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn run_avx2<K: Kernel>(kernel: K) {
    kernel.run::<crate::lanes::avx2::Avx2>();
}
