//! Gives memory back to the system that windows and the preview have freed.

/// Gives free memory back to the system.
///
/// Each window has a thread of its own, and glibc keeps what was freed there for the next thread that gets the same
/// arena: some 20 MB (pictures, fonts, what a driver without a graphics card draws in) for each of up to eight arenas a
/// core.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(unsafe_code, reason = "glibc's own function")]
pub(crate) fn give_back() {
    // SAFETY: it takes a number, and may be called at any time from any thread.
    unsafe { libc::malloc_trim(0) };
}

/// Other systems do by themselves.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(crate) fn give_back() {}
