//! Which frames are painted afresh.

/// Whether a frame is, `since` frames after its shot's first: every `cadence` frames, and with each strong onset.
/// `strong_before` says whether there was one in the frame before.
pub(super) fn is_key(since: u64, cadence: u64, strong: bool, strong_before: impl FnOnce() -> bool) -> bool {
    if since == 0 || strong {
        return true;
    }
    // A frame painted for an onset just before takes the place of this one.
    let just_painted = || since > 1 && !(since - 1).is_multiple_of(cadence) && strong_before();
    since.is_multiple_of(cadence) && !just_painted()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strong_onset_is_painted_at_once_instead_of_the_next_in_turn() {
        let keys = |strong: &[u64]| -> Vec<u64> {
            let is_strong = |since: &u64| strong.contains(since);
            (0..9)
                .filter(|since| is_key(*since, 3, is_strong(since), || is_strong(&(since - 1))))
                .collect()
        };
        assert_eq!(keys(&[]), [0, 3, 6]);
        assert_eq!(keys(&[5]), [0, 3, 5], "5 takes the place of 6");
        assert_eq!(keys(&[3]), [0, 3, 6]);
        assert_eq!(keys(&[4]), [0, 3, 4, 6]);
    }
}
