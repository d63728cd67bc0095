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

#[cfg(test)]
mod tests {
    /// An operation that is called and not inlined has lost the instructions that it is compiled for, as in a closure or in an
    /// array's `map`: a frame then takes three times as long. The names of what is called are in the program.
    #[test]
    #[cfg(all(unix, target_arch = "x86_64"))]
    fn operations_on_lanes_are_inlined() {
        let program = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        let has = |name: &str| program.windows(name.len()).any(|part| part == name.as_bytes());
        // Plain arithmetic is called, so names are there to be found: this is how the linker writes its module's path.
        assert!(has(&format!("5lanes{}portable", 8)));
        for set in ["_mm256", "_mm512"] {
            for operation in ["add", "sub", "mul", "div", "fmadd", "min", "max", "sqrt"] {
                // In two parts, so that this test is not what is found.
                let name = format!("{set}_{operation}_ps");
                assert!(!has(&name), "{name} is called");
            }
        }
    }
}
