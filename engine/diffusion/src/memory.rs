//! What to do when a device's memory runs out: smaller pieces, and at last a message.
//!
//! A graphics card says that it has none left. The CPU's system ends a program that takes too much instead, so there the
//! weights are held against what is free before they are read.

use std::path::Path;

use candle_core::{Device, Result};
use sysinfo::System;

use crate::error::Error;

/// How backends say that they have no memory left, in small letters: CUDA's driver (also as `CUDA_ERROR_OUT_OF_MEMORY`),
/// Metal's command buffers; cuBLAS, cuDNN and cuRAND; candle's Metal buffers; the CPU's allocators and Rust's.
const RUN_OUT: [&str; 13] = [
    "out of memory",
    "out_of_memory",
    "outofmemory",
    "out-of-memory",
    "status_alloc_failed",
    "allocation_failed",
    "failed to create metal resource",
    "failed to allocate",
    "memory allocation",
    "cannot allocate memory",
    "can't allocate",
    "insufficient memory",
    "not enough memory",
];

/// Whether a device's words say that it has no memory left.
pub(super) fn has_run_out(reason: &str) -> bool {
    let reason = reason.to_lowercase();
    RUN_OUT.iter().any(|words| reason.contains(words))
}

/// Makes something in pieces of the first size for which memory suffices, and says which that was. Other errors, and that
/// of the last size, are returned.
pub(super) fn first_that_fits<S: Copy, T>(sizes: &[S], mut make: impl FnMut(S) -> Result<T>) -> Result<(S, T)> {
    for (i, &size) in sizes.iter().enumerate() {
        match make(size) {
            Err(error) if i + 1 < sizes.len() && has_run_out(&error.to_string()) => {}
            made => return made.map(|made| (size, made)),
        }
    }
    candle_core::bail!("there is no size to try")
}

/// Whether weights of so many numbers, in f32, have room on the CPU. Other devices say so themselves.
///
/// # Errors
/// [`Error::Model`] with what it takes and what is free.
pub(super) fn check_room(folder: &Path, numbers: u64, device: &Device) -> crate::error::Result<()> {
    if !device.is_cpu() {
        return Ok(());
    }
    match free_bytes() {
        Some(free) => check_free(folder, numbers.saturating_mul(4), free),
        None => Ok(()),
    }
}

fn check_free(folder: &Path, bytes: u64, free: u64) -> crate::error::Result<()> {
    if bytes <= free {
        return Ok(());
    }
    Err(Error::Model {
        path: folder.to_owned(),
        reason: format!(
            "on the CPU its weights take {:.1} GB of memory, and {:.1} GB are free",
            bytes as f64 / 1e9,
            free as f64 / 1e9
        ),
        remedy: "close other programs, or use a smaller model or a graphics card".into(),
    })
}

/// Bytes of memory that can be had without swapping, and of swap; a limit of the program's own group counts where it is
/// lower. `None` where the system does not tell: then it is tried.
fn free_bytes() -> Option<u64> {
    let mut system = System::new().ok()?;
    system.refresh_memory();
    let free = system.available_memory() + system.free_swap();
    Some(match system.cgroup_limits() {
        // Not the group's own word on what is free: it takes files that are only cached for used.
        Some(limits) => free.min(limits.total_memory.saturating_sub(limits.rss) + limits.free_swap),
        None => free,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_that_has_no_room_is_refused_before_it_is_read() {
        let check = |bytes: u64| check_free(Path::new("sdxl"), bytes, 4 << 20);
        assert!(check(4 << 20).is_ok());
        let error = check(13_900_000_000).unwrap_err().to_string();
        assert!(
            error.contains("sdxl") && error.contains("take 13.9 GB of memory, and 0.0 GB are free"),
            "{error}"
        );
        let free = free_bytes();
        assert!(free.is_some_and(|free| free > 100 << 20), "{free:?} bytes are free");
        let there = check_room(Path::new("huge"), 1 << 50, &Device::Cpu);
        assert!(there.is_err(), "no machine has four million gigabytes");
    }

    /// As cudarc, cuBLAS, cuDNN, cuRAND, candle on Metal, Metal itself, Linux and Rust say it.
    const SAID: [&str; 13] = [
        "DriverError(CUDA_ERROR_OUT_OF_MEMORY, \"out of memory\")",
        "CublasError(CUBLAS_STATUS_ALLOC_FAILED)",
        "CudnnError(CUDNN_STATUS_ALLOC_FAILED)",
        "CudnnError(CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED)",
        "CurandError(CURAND_STATUS_ALLOCATION_FAILED)",
        "Metal error Failed to create metal resource: Buffer",
        "Metal error Failed to allocate buffer of 9663676416 bytes",
        "Insufficient Memory (00000008:kIOGPUCommandBufferCallbackErrorOutOfMemory)",
        "Command buffer failed: Insufficient Memory",
        "CUBLAS: OUT_OF_MEMORY",
        "Cannot allocate memory (os error 12)",
        "memory allocation of 38654705664 bytes failed",
        "memory allocation failed because the computed capacity exceeded the collection's maximum",
    ];

    #[test]
    fn other_faults_are_no_want_of_memory() {
        for said in [
            "shape mismatch in conv2d",
            "DriverError(CUDA_ERROR_ILLEGAL_ADDRESS, \"an illegal memory access was encountered\")",
            "CublasError(CUBLAS_STATUS_EXECUTION_FAILED)",
            "CudnnError(CUDNN_STATUS_NOT_SUPPORTED)",
            "Metal error Failed to create compute function",
            "Metal error Could not lock resource: poisoned",
        ] {
            assert!(!has_run_out(said), "{said}");
        }
    }

    #[test]
    fn a_device_without_memory_is_told_with_a_remedy() {
        for said in SAID {
            let error = Error::from(candle_core::Error::Msg(said.into()));
            assert!(matches!(error, Error::OutOfMemory { .. }), "{error:?}");
            let told = error.at_frame(7).to_string();
            assert!(
                told.contains("frame 7") && told.contains("--draft") && told.contains(said),
                "{told}"
            );
        }
        let other = Error::from(candle_core::Error::Msg("shape mismatch".into()));
        assert!(matches!(other, Error::Device(_)) && other.to_string() == "shape mismatch");
    }

    /// A device that holds `most`, asked for each of `sizes`: what was tried, and what came of it.
    fn tried(sizes: &[usize], most: usize, said: &str) -> (Vec<usize>, Result<(usize, usize)>) {
        let mut tried = Vec::new();
        let made = first_that_fits(sizes, |size| {
            tried.push(size);
            if size > most {
                candle_core::bail!("{said}")
            }
            Ok(2 * size)
        });
        (tried, made)
    }

    #[test]
    fn pieces_become_smaller_while_memory_runs_out() {
        for said in SAID {
            let (sizes, made) = tried(&[64, 32, 16], 40, said);
            assert_eq!((sizes, made.unwrap()), (vec![64, 32], (32, 64)));
            let (sizes, made) = tried(&[64, 32, 16], 8, said);
            assert_eq!(sizes, [64, 32, 16]);
            assert!(made.unwrap_err().to_string().contains(said), "the last error is told");
        }
        let (sizes, made) = tried(&[64, 32, 16], 40, "shape mismatch");
        assert!(sizes == [64] && made.is_err(), "another error is no matter of size");
        assert!(tried(&[], 40, "").1.is_err());
    }
}
