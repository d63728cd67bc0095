//! What to do when a device's memory runs out: smaller pieces, and at last a message.

use candle_core::Result;

/// How an error begins that has been explained.
const EXPLAINED: &str = "the device has no memory left";

/// Whether a device's words say that it has no memory left.
pub(super) fn has_run_out(reason: &str) -> bool {
    let reason = reason.to_lowercase();
    ["out of memory", "out_of_memory", "outofmemory", "out-of-memory"]
        .iter()
        .any(|words| reason.contains(words))
}

/// A device's words, with a remedy where memory has run out.
pub(super) fn explained(reason: &str) -> String {
    if !has_run_out(reason) || reason.starts_with(EXPLAINED) {
        return reason.to_owned();
    }
    format!("{EXPLAINED} ({reason}); give --draft for smaller pictures, close what else uses it, or give --device cpu")
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

#[cfg(test)]
mod tests {
    use super::*;

    /// As cudarc and Metal say it.
    const SAID: [&str; 3] = [
        "DriverError(CUDA_ERROR_OUT_OF_MEMORY, \"out of memory\")",
        "Insufficient Memory (kIOGPUCommandBufferCallbackErrorOutOfMemory)",
        "CUBLAS: OUT_OF_MEMORY",
    ];

    #[test]
    fn a_device_without_memory_is_told_with_a_remedy() {
        for said in SAID {
            let once = explained(said);
            assert!(once.contains("--draft") && once.contains(said), "{once}");
            assert_eq!(explained(&once), once);
        }
        assert_eq!(explained("shape mismatch"), "shape mismatch");
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
