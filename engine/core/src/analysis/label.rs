//! Names for a song's parts, from how loud and full they are and whether they return.

/// What a part's name depends on.
#[derive(Debug, Clone, Copy)]
pub(super) struct SectionSummary {
    /// How many bars it has.
    pub bars: usize,
    /// Mean loudness, 0 to 1.
    pub loudness: f32,
    /// Mean energy of the bass, 0 to 1.
    pub bass: f32,
    /// Mean energy over all bands, 0 to 1.
    pub energy: f32,
    /// Length in seconds.
    pub secs: f64,
    /// How much loudness, brightness and busyness rise from its first quarter to its last.
    pub rise: f32,
}

/// A first or last part shorter than this can be an intro or outro, in seconds.
const EDGE_SECS: f64 = 30.0;
/// A part this much less full than the song's fullest is a break.
const BREAK: f32 = 0.55;
/// A part that rises as much as this, is no longer than so many seconds and comes before one with so many times its bass
/// builds up to it.
const RISE: f32 = 0.06;
const BUILD_SECS: f64 = 40.0;
const FULLER: f32 = 1.25;
/// A part whose bass is this many times that of the part before comes down on it: a drop.
const DROP: f32 = 2.2;

/// Names for parts of the kinds given (alike parts have the same kind).
///
/// A song of one part, or one that is silent, has "part A". Otherwise the fullest kind that returns is the chorus, or
/// without one the fullest part; a drop if its bass comes in after a part nearly without.
pub(super) fn labels(parts: &[SectionSummary], kinds: &[usize], silent: bool) -> Vec<String> {
    if parts.len() < 3 || silent {
        return kinds.iter().map(|&kind| lettered(kind)).collect();
    }
    let last = parts.len() - 1;
    let fullest = parts.iter().map(|part| part.energy).fold(0.0, f32::max);
    let edge = |i: usize| {
        let neighbour = if i == 0 { 1 } else { i - 1 };
        (i == 0 || i == last) && parts[i].secs < EDGE_SECS && parts[i].energy < 0.95 * parts[neighbour].energy
    };
    let builds = |i: usize| {
        let after = parts.get(i + 1).filter(|after| after.bass > FULLER * parts[i].bass);
        after.is_some() && parts[i].rise > RISE && parts[i].secs < BUILD_SECS
    };
    let middle: Vec<usize> = (0..parts.len()).filter(|&i| !edge(i) && !builds(i)).collect();
    let chorus = chorus(parts, kinds, &middle);
    let verse = middle
        .iter()
        .copied()
        .find(|&i| kinds[i] != chorus && parts[i].energy >= BREAK * fullest);
    // One name for the whole kind, or "chorus 2" would count only some of them.
    let comes_down = |i: usize| i > 0 && parts[i].bass > DROP * parts[i - 1].bass && parts[i].bass > 0.2;
    let drops = middle.iter().all(|&i| kinds[i] != chorus || comes_down(i));
    let name = |i: usize| {
        let part = &parts[i];
        let returns = kinds.iter().filter(|&&kind| kind == kinds[i]).count() > 1;
        if i > 0 && builds(i) {
            "build-up"
        } else if edge(i) || builds(i) {
            if i == 0 { "intro" } else { "outro" }
        } else if kinds[i] == chorus {
            if drops { "drop" } else { "chorus" }
        } else if part.energy < BREAK * fullest {
            "break"
        } else if verse.is_some_and(|verse| kinds[verse] == kinds[i]) || (returns && i < last) {
            "verse"
        } else {
            "bridge"
        }
    };
    (0..parts.len()).map(|i| name(i).to_owned()).collect()
}

/// The kind of the chorus: among those that return, or among all when none does, the fullest by energy and loudness.
fn chorus(parts: &[SectionSummary], kinds: &[usize], middle: &[usize]) -> usize {
    let fullness = |kind: usize| {
        let alike = middle.iter().filter(|&&i| kinds[i] == kind);
        let (sum, bars) = alike.fold((0.0, 0), |(sum, bars), &i| {
            let part = &parts[i];
            (sum + (part.energy + part.loudness) * part.bars as f32, bars + part.bars)
        });
        sum / bars.max(1) as f32
    };
    let count = |kind: usize| middle.iter().filter(|&&i| kinds[i] == kind).count();
    let any_returns = middle.iter().any(|&i| count(kinds[i]) > 1);
    let candidates = middle
        .iter()
        .map(|&i| kinds[i])
        .filter(|&kind| !any_returns || count(kind) > 1);
    candidates
        .max_by(|&a, &b| fullness(a).total_cmp(&fullness(b)).then(b.cmp(&a)))
        .unwrap_or(0)
}

/// "part A", "part B"... "part Z", then "part AA".
fn lettered(kind: usize) -> String {
    let letter = |n: usize| char::from(b'A' + (n % 26) as u8);
    match kind / 26 {
        0 => format!("part {}", letter(kind)),
        more => format!("part {}{}", letter(more - 1), letter(kind)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(energy: f32, bass: f32) -> SectionSummary {
        SectionSummary {
            bars: 8,
            loudness: energy,
            bass,
            energy,
            secs: 16.0,
            rise: 0.0,
        }
    }

    #[test]
    fn a_pop_song_is_named() {
        let parts = [
            (0.3, 0.3),
            (0.6, 0.5),
            (0.9, 0.8),
            (0.6, 0.5),
            (0.9, 0.8),
            (0.7, 0.5),
            (0.9, 0.8),
            (0.3, 0.3),
        ];
        let parts = parts.map(|(energy, bass)| part(energy, bass));
        let names = labels(&parts, &[0, 1, 2, 1, 2, 3, 2, 4], false);
        assert_eq!(
            names,
            [
                "intro", "verse", "chorus", "verse", "chorus", "bridge", "chorus", "outro"
            ]
        );
    }

    #[test]
    fn bass_that_comes_down_is_a_drop() {
        let parts = [(0.3, 0.3), (0.6, 0.5), (0.3, 0.1), (0.9, 0.8), (0.4, 0.1), (0.9, 0.8)].map(|(e, b)| part(e, b));
        let names = labels(&parts, &[0, 1, 2, 3, 2, 3], false);
        assert_eq!(names, ["intro", "verse", "break", "drop", "break", "drop"]);
    }

    #[test]
    fn what_rises_to_a_fuller_part_builds_up() {
        let mut parts =
            [(0.3, 0.3), (0.6, 0.5), (0.6, 0.3), (0.9, 0.8), (0.6, 0.5), (0.9, 0.8)].map(|(e, b)| part(e, b));
        parts[2].rise = 0.2;
        // A chorus may rise too, and its bass stays.
        parts[3].rise = 0.2;
        let names = labels(&parts, &[0, 1, 2, 2, 1, 2], false);
        assert_eq!(names, ["intro", "verse", "build-up", "chorus", "verse", "chorus"]);
    }

    #[test]
    fn one_part_is_part_a() {
        assert_eq!(labels(&[part(0.5, 0.5)], &[0], false), ["part A"]);
        assert_eq!(lettered(27), "part AB");
    }
}
