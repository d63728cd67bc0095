//! Tells the instances in one process apart whose takes would have one name: the only thing that they share.

use parking_lot::Mutex;

/// The living instances and what their takes are called, in the order in which they came.
static LIVING: Mutex<Vec<(u64, String)>> = Mutex::new(Vec::new());

/// One instance in the list; it leaves when this is dropped. Never asked on the audio thread.
#[derive(Debug)]
pub struct Instance {
    number: u64,
}

impl Default for Instance {
    fn default() -> Self {
        let mut living = LIVING.lock();
        let number = living.last().map_or(0, |(last, _)| last + 1);
        living.push((number, String::new()));
        Self { number }
    }
}

impl Instance {
    /// Says what this instance's takes are called now. The letters that tell it from others of that name: "A" is the
    /// first of them, "AA" follows "Z"; `None` when it is the only one.
    #[must_use]
    pub fn called(&self, name: &str) -> Option<String> {
        let mut living = LIVING.lock();
        if let Some((_, known)) = living.iter_mut().find(|(number, _)| *number == self.number)
            && known != name
        {
            name.clone_into(known);
        }
        let namesakes = || living.iter().filter(|(_, known)| known == name);
        let before = namesakes().take_while(|(number, _)| *number != self.number).count();
        (namesakes().count() > 1).then(|| letters(before))
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        LIVING.lock().retain(|(number, _)| *number != self.number);
    }
}

/// A, B, ... Z, AA, AB...
fn letters(index: usize) -> String {
    let letter = char::from(b'A' + (index % 26) as u8);
    match index / 26 {
        0 => letter.to_string(),
        more => format!("{}{letter}", letters(more - 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn namesakes_are_told_apart_and_others_left_alone() {
        assert_eq!(
            [0, 25, 26, 27, 52, 702].map(letters),
            ["A", "Z", "AA", "AB", "BA", "AAA"]
        );
        let (first, other, second) = (Instance::default(), Instance::default(), Instance::default());
        assert_eq!(first.called("one of a kind"), None);
        let _ = (
            second.called("namesake"),
            other.called("another"),
            first.called("namesake"),
        );
        assert_eq!(first.called("namesake").as_deref(), Some("A"));
        assert_eq!(second.called("namesake").as_deref(), Some("B"));
        assert_eq!(other.called("another"), None);
        drop(first);
        assert_eq!(second.called("namesake"), None);
    }
}
