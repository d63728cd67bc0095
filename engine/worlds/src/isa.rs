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
        Isa::Avx512 => unsafe { run_avx512(kernel) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: just found.
        Isa::Avx2 => unsafe { run_avx2(kernel) },
        #[cfg(target_arch = "aarch64")]
        // SAFETY: just found.
        Isa::Neon => unsafe { run_neon(kernel) },
        _ => kernel.run::<Portable>(),
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512dq,avx2,fma")]
fn run_avx512<K: Kernel>(kernel: K) {
    kernel.run::<crate::lanes::avx512::Avx512>();
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn run_avx2<K: Kernel>(kernel: K) {
    kernel.run::<crate::lanes::avx2::Avx2>();
}

#[cfg(target_arch = "aarch64")]
#[target_feature(enable = "neon")]
fn run_neon<K: Kernel>(kernel: K) {
    kernel.run::<crate::lanes::neon::Neon>();
}
