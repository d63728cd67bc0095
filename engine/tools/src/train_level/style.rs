//! Styles: metre, tempo, and who plays where in the bar.

use super::synth::Drum;

/// How chords are played.
#[derive(Clone, Copy, PartialEq)]
pub enum Chords {
    /// Held through.
    Pad,
    /// On every off-beat half.
    OffBeats,
    /// On every half beat, strummed.
    Halves,
    /// Notes one after another, so many a beat.
    Broken(u32),
    /// On every beat, now and then with a passing half.
    Beats,
    /// On the beats that are not the bar's first.
    After,
    /// Syncopated, drawn for the song.
    Drawn,
}

/// How the bass is played.
#[derive(Clone, Copy, PartialEq)]
pub enum Bass {
    None,
    /// On the bar's first beat, and its middle.
    Roots,
    Halves,
    Walking,
    OffBeats,
    /// On beat 1, then drawn.
    Drawn,
}

/// A style of music.
pub struct Style {
    pub metre: u32,
    /// Steps in a beat.
    pub steps: u32,
    /// Beats a minute, from and to.
    pub bpm: (f32, f32),
    /// Drums with the steps of the bar on which each is struck: `x` always, `o` often, `.` never; repeated to the bar.
    pub drums: &'static [(Drum, &'static str)],
    pub chords: &'static [Chords],
    pub bass: &'static [Bass],
    /// The most that the second half of each half beat is late, as a share of it.
    pub swing: f32,
    /// How freely tempo is taken: share of a beat.
    pub rubato: f32,
    /// How often this style is drawn.
    pub weight: f32,
}

use Drum::{Hat, Kick, OpenHat, Ride, Rim, Shaker, Snare, Tom};

const POP: &[Chords] = &[
    Chords::Pad,
    Chords::Halves,
    Chords::Broken(2),
    Chords::Drawn,
    Chords::Beats,
];

macro_rules! style {
    ($metre:literal/$steps:literal $low:literal-$high:literal w $weight:literal swing $swing:literal rubato $rubato:literal
     $chords:expr; $bass:expr; $($drum:ident $row:literal),*) => {
        Style { metre: $metre, steps: $steps, bpm: ($low, $high), drums: &[$(($drum, $row)),*], chords: $chords, bass: $bass,
            swing: $swing, rubato: $rubato, weight: $weight }
    };
}

const USUAL: &[Bass] = &[Bass::Roots, Bass::Halves, Bass::Drawn];

/// All styles.
pub const STYLES: &[Style] = &[
    // Back beat, from slow to fast.
    style!(4/4 84.0-150.0 w 2.0 swing 0.0 rubato 0.0 POP; USUAL; Kick "x.....o.x.o.....", Snare "....x.......x...", Hat "x.x.x.x.x.x.x.x."),
    style!(4/4 84.0-140.0 w 1.0 swing 0.1 rubato 0.0 POP; USUAL; Kick "x.......x.......", Snare "....x.......x..o", Ride "x...x...x...x..."),
    style!(4/4 54.0-88.0 w 2.0 swing 0.0 rubato 0.0 POP; &[Bass::Roots, Bass::Drawn]; Kick "x.......x.o.....", Snare "....x.......x...", Hat "x.x.x.x.x.x.x.x."),
    style!(4/4 54.0-84.0 w 1.0 swing 0.0 rubato 0.0 POP; &[Bass::Roots, Bass::Drawn]; Kick "x.....o.x.......", Rim "....x.......x...", Hat "xoxoxoxoxoxoxoxo"),
    style!(4/4 76.0-108.0 w 1.5 swing 0.6 rubato 0.0 POP; &[Bass::Roots, Bass::Drawn]; Kick "x..o..o.o.x..o..", Snare "....x..o.o..x..o", Hat "x.x.x.x.x.x.x.x."),
    style!(4/4 90.0-120.0 w 1.0 swing 0.3 rubato 0.0 &[Chords::Drawn, Chords::OffBeats]; &[Bass::Drawn]; Kick "x.o..o..o.x..o..", Snare "....x..o.o..x..o", Hat "xxxxxxxxxxxxxxxx"),
    style!(4/4 150.0-215.0 w 1.5 swing 0.0 rubato 0.0 &[Chords::Halves, Chords::Pad]; &[Bass::Halves]; Kick "x.......x.x.....", Snare "....x.......x...", Hat "x.x.x.x.x.x.x.x."),
    style!(4/4 150.0-215.0 w 1.0 swing 0.0 rubato 0.0 &[Chords::Halves, Chords::Pad]; &[Bass::Halves]; Kick "x.x.x.x.x.x.x.x.", Snare "....x.......x...", Ride "x...x...x...x..."),
    style!(4/4 160.0-182.0 w 1.5 swing 0.0 rubato 0.0 &[Chords::Pad, Chords::Drawn]; &[Bass::Roots, Bass::Drawn]; Kick "x.........x.....", Snare "....x..o.o..x..o", Hat "x.x.x.x.x.x.x.x."),
    // Four on the floor.
    style!(4/4 108.0-138.0 w 2.0 swing 0.3 rubato 0.0 POP; &[Bass::OffBeats, Bass::Halves, Bass::Drawn]; Kick "x...x...x...x...", OpenHat "..x...x...x...x.", Snare "....o.......o..."),
    style!(4/4 108.0-138.0 w 1.0 swing 0.0 rubato 0.0 POP; &[Bass::OffBeats, Bass::Drawn]; Kick "x...x...x...x...", Hat "xxxxxxxxxxxxxxxx", Snare "....x.......x..."),
    style!(4/4 118.0-150.0 w 0.7 swing 0.0 rubato 0.0 &[Chords::OffBeats, Chords::Pad]; &[Bass::OffBeats]; Kick "x...x...x...x..."),
    // Half time.
    style!(4/4 124.0-150.0 w 0.6 swing 0.0 rubato 0.0 &[Chords::Pad, Chords::Broken(2)]; &[Bass::Roots, Bass::Drawn]; Kick "x.....o...o..o..", Snare "........x.......", Hat "xoxoxoxoxoxoxoxo"),
    // One drop, steppers.
    style!(4/4 62.0-92.0 w 1.0 swing 0.2 rubato 0.0 &[Chords::OffBeats]; &[Bass::Drawn, Bass::Roots]; Kick "........x.......", Rim "........x.......", Hat "x.x.x.x.x.x.x.x."),
    style!(4/4 62.0-92.0 w 0.7 swing 0.2 rubato 0.0 &[Chords::OffBeats]; &[Bass::Drawn]; Kick "x...x...x...x...", Rim "....x.......x...", Hat "x.x.x.x.x.x.x.x."),
    // Latin, swing, two-beat.
    style!(4/4 108.0-150.0 w 1.0 swing 0.0 rubato 0.0 &[Chords::Drawn, Chords::OffBeats]; &[Bass::Roots]; Kick "x.....x.x.....x.", Rim "x.....x.....x...", Shaker "x.x.x.x.x.x.x.x."),
    style!(4/2 165.0-215.0 w 1.0 swing 0.0 rubato 0.0 &[Chords::Drawn, Chords::Halves]; &[Bass::Drawn, Bass::Roots]; Rim "x..x..x...x.x...", Shaker "xxxxxxxxxxxxxxxx", Tom "......xo......xo"),
    style!(4/2 110.0-230.0 w 1.5 swing 0.66 rubato 0.0 &[Chords::Drawn, Chords::Beats]; &[Bass::Walking]; Ride "x.xxx.xx", Hat "..x...x.", Snare ".o...o.o"),
    style!(2/2 170.0-225.0 w 1.0 swing 0.0 rubato 0.0 &[Chords::After, Chords::Halves]; &[Bass::Roots]; Kick "x...", Snare "xoxx"),
    style!(2/4 80.0-130.0 w 1.0 swing 0.0 rubato 0.0 &[Chords::OffBeats]; &[Bass::Roots, Bass::Walking]; Kick "x...x...", Snare "..x...x."),
    // Threes.
    style!(3/2 84.0-200.0 w 1.5 swing 0.3 rubato 0.0 &[Chords::After, Chords::Pad, Chords::Broken(2)]; &[Bass::Roots]; Kick "x.....", Snare "..x.x.", Ride "x.x.xo"),
    style!(3/2 80.0-190.0 w 1.0 swing 0.0 rubato 0.06 &[Chords::After, Chords::Broken(2)]; &[Bass::Roots]; ),
    style!(2/3 44.0-76.0 w 1.5 swing 0.0 rubato 0.0 &[Chords::Broken(3), Chords::Pad]; &[Bass::Roots]; Kick "x....o", Snare "...x..", Hat "xxxxxx"),
    style!(4/3 50.0-76.0 w 1.0 swing 0.0 rubato 0.0 &[Chords::Broken(3), Chords::Beats]; &[Bass::Roots, Bass::Walking]; Kick "x.....x.....", Snare "...x.....x..", Ride "xxxxxxxxxxxx"),
    style!(4/3 90.0-150.0 w 0.7 swing 0.0 rubato 0.0 &[Chords::Beats, Chords::Pad]; &[Bass::Walking]; Kick "x.....x.....", Snare "...x.....x..", Hat "x.xx.xx.xx.x"),
    // Odd.
    style!(5/2 90.0-185.0 w 0.8 swing 0.2 rubato 0.0 &[Chords::Drawn, Chords::Pad]; &[Bass::Roots, Bass::Drawn]; Kick "x.....x...", Snare "....x...x.", Ride "x.x.x.x.x."),
    style!(7/1 165.0-225.0 w 0.8 swing 0.0 rubato 0.0 &[Chords::Drawn, Chords::Pad]; &[Bass::Roots, Bass::Drawn]; Kick "x..x...", Snare "..x..x.", Hat "xxxxxxx"),
    // Without drums.
    style!(4/4 66.0-130.0 w 2.0 swing 0.1 rubato 0.01 &[Chords::Halves, Chords::Broken(2), Chords::Broken(4)]; &[Bass::None, Bass::Roots]; ),
    style!(4/2 54.0-110.0 w 1.5 swing 0.0 rubato 0.05 &[Chords::Broken(2), Chords::Broken(4), Chords::Beats]; &[Bass::None, Bass::Roots]; ),
    style!(4/2 56.0-110.0 w 1.5 swing 0.0 rubato 0.03 &[Chords::Beats, Chords::Pad]; &[Bass::None, Bass::Walking]; ),
    style!(2/4 76.0-120.0 w 1.0 swing 0.0 rubato 0.01 &[Chords::OffBeats]; &[Bass::Halves, Bass::Walking]; ),
    style!(4/4 96.0-150.0 w 1.0 swing 0.0 rubato 0.02 &[Chords::Broken(2), Chords::Beats]; &[Bass::None, Bass::Roots]; ),
    style!(3/2 90.0-160.0 w 0.7 swing 0.0 rubato 0.04 &[Chords::Beats, Chords::Broken(2)]; &[Bass::None, Bass::Roots]; ),
];
