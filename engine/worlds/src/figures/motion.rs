//! What people do: clips whose time is the beat's phase, and motions of our own where no clip is.
//!
//! Time is counted in beats. A clip's length is a whole number of beats, so that its accents fall on them; what we make
//! ourselves is a function of the beat.

use crate::scalar::sin;

use super::{
    Paint, Thing,
    gait::{LEAP, STRIDE},
    own_motion,
    poser::{Poser, hang_loose},
    props::leans,
    skeleton::{Clip, Frame, Pose, Rig, Turn, add, sub},
};

macro_rules! motions {
    ($($name:ident $text:literal),* $(,)?) => {
        /// What a figure does. Animals take what of it they can, things none.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[expect(missing_docs, reason = "the names say it")]
        pub enum Motion { $($name),* }

        impl Motion {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// Its name.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }
        }
    };
}

motions! {
    Stand "stand",
    Listen "listen",
    LookUp "look up",
    LookBack "look back",
    Walk "walk",
    Run "run",
    Sit "sit",
    SitGround "sit on the ground",
    Kneel "kneel",
    Pray "pray",
    Lie "lie",
    Wave "wave",
    Reach "reach",
    ArmsWide "arms wide",
    Cheer "cheer",
    Clap "clap",
    Jump "jump",
    Dance "dance",
    Charleston "charleston",
    BodyRoll "body roll",
    Sway "sway",
    Bounce "bounce",
    Spin "spin",
    Sing "sing",
    Guitar "guitar",
    Piano "piano",
    Drums "drums",
    Violin "violin",
    Swim "swim",
    Float "float",
    Fly "fly",
    Fall "fall",
    Ride "ride",
    Drive "drive",
    Bow "bow",
    Backflip "backflip",
    Meditate "meditate",
    Sad "sad",
    Tired "tired",
    PowerUp "power up",
    HandsInPockets "hands in pockets",
    Umbrella "umbrella",
    HoldHands "hold hands",
    WalkTogether "walk together",
    Embrace "embrace",
    DanceTogether "dance together",
    SitTogether "sit together",
    FaceEachOther "face each other",
    Part "part",
    Chess "chess",
    Hold "hold",
    Read "read",
    Trumpet "trumpet",
    Saxophone "saxophone",
    Fish "fish",
    Knead "knead",
    Cry "cry",
    Weep "weep",
    Drown "drown",
    Ballet "ballet",
    Sleep "sleep",
}

impl Motion {
    /// Whether it takes two.
    #[must_use]
    pub fn is_for_two(self) -> bool {
        matches!(
            self,
            Self::HoldHands
                | Self::WalkTogether
                | Self::Embrace
                | Self::DanceTogether
                | Self::SitTogether
                | Self::FaceEachOther
                | Self::Part
                | Self::Chess
        )
    }

    /// Whether things go with it: an instrument, a seat.
    pub(super) fn has_props(self) -> bool {
        matches!(
            self,
            Self::Sing
                | Self::Guitar
                | Self::Piano
                | Self::Drums
                | Self::Violin
                | Self::Umbrella
                | Self::Sit
                | Self::SitTogether
                | Self::Chess
                | Self::Hold
                | Self::Read
                | Self::Trumpet
                | Self::Saxophone
                | Self::Fish
                | Self::Knead
                | Self::Sleep
        )
    }

    /// Whether it is done off the ground: in water, in the air.
    pub(super) fn floats(self) -> bool {
        matches!(self, Self::Fly | Self::Fall | Self::Float | Self::Swim | Self::Drown)
    }

    /// Whether two look at each other while they do it.
    pub(super) fn faces(self) -> bool {
        matches!(
            self,
            Self::Embrace | Self::DanceTogether | Self::FaceEachOther | Self::Chess
        )
    }

    /// Metres that a figure of a hip's height in metres goes in a beat.
    pub(super) fn metres_a_beat(self, hip: f32) -> f32 {
        match self {
            Self::Walk | Self::WalkTogether => STRIDE * hip,
            Self::Run => LEAP * hip,
            _ => 0.0,
        }
    }

    /// The clip of this motion and its beats.
    fn clip(self) -> Option<(&'static str, f32)> {
        Some(match self {
            Self::Listen => ("idle-listening", 4.0),
            Self::Cheer => ("victory", 4.0),
            Self::Jump => ("jumping-jacks", 2.0),
            Self::Dance => ("dance-reach-hip", 4.0),
            Self::Charleston => ("dance-charleston", 4.0),
            Self::BodyRoll => ("dance-body-roll", 12.0),
            Self::Bow => ("bow", 8.0),
            Self::Backflip => ("backflip", 4.0),
            Self::Meditate => ("meditate", 8.0),
            Self::Float => ("levitate-idle", 8.0),
            Self::Tired => ("tired-hunched", 4.0),
            Self::PowerUp => ("power-up", 4.0),
            _ => return None,
        })
    }
}

/// Beats that the reaching dance waits for: as recorded it turns early (measured: `dances_turn_on_the_beat`).
const DANCE_WAIT: f32 = 0.03;
/// Beats by which cloth and hair are late.
const LAG: f32 = 0.22;

/// When and how one figure moves.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    pub motion: Motion,
    /// Beats, with the figure's own offset.
    pub beat: f32,
    /// Seconds, for breath.
    pub secs: f32,
    /// How strong the accents are: 1 as the clip has them.
    pub accent: f32,
    pub wind: f32,
    pub mirrored: bool,
    pub seed: u64,
    /// Which of the two, in motions for two: 0 right, 1 left.
    pub second: bool,
    /// Metres from one to the other, right.
    pub apart: f32,
    /// Metres that the other's shoulders are higher.
    pub higher: f32,
    /// Factor of a step's length: two who walk together take equal steps.
    pub stride: f32,
    /// What is in the hand.
    pub holds: Option<(Thing, Option<Paint>)>,
    /// Metres from the one who is left to the one who leaves, on the way of the latter.
    pub gone: f32,
}

/// The pose at a moment, with cloth and hair.
pub(super) fn pose(rig: &Rig, clips: &[Clip], frame: &Frame, now: &Moment, small: bool) -> Pose {
    if small {
        let mut pose = bare(rig, clips, frame, now);
        hang_loose(rig, frame, &mut pose, None, 0.0);
        return pose;
    }
    let before = bare(
        rig,
        clips,
        frame,
        &Moment {
            beat: now.beat - LAG,
            secs: now.secs - 0.12,
            ..*now
        },
    );
    let mut pose = bare(rig, clips, frame, now);
    let wind = now.wind * (0.16 + 0.10 * sin(now.secs * 1.7) + 0.05 * sin(now.secs * 4.3 + 1.0));
    hang_loose(rig, frame, &mut pose, Some(&before), wind);
    pose
}

fn bare(rig: &Rig, clips: &[Clip], frame: &Frame, now: &Moment) -> Pose {
    let leans = leans(now, frame);
    if !leans
        && let Some((name, beats)) = now.motion.clip()
        && let Some(clip) = clips.iter().find(|clip| clip.name == name)
    {
        let wait = if now.motion == Motion::Dance { DANCE_WAIT } else { 0.0 };
        return clip.pose(rig, frame, (now.beat - wait) / beats, now.mirrored);
    }
    let mut p = Poser::new(rig, frame);
    own_motion::made(&mut p, now);
    if now.holds.is_some_and(|(thing, _)| thing.name() == "umbrella") && now.motion.is_for_two() {
        // Over both, in the outer hand.
        p.hand(0, [-0.36, -0.04, 0.30], [0.6, -1.0, -0.2]);
        p.fingers(0, 0.95);
    }
    if leans {
        // The right hand is on a stick.
        p.hand(0, [0.06, -0.78, 0.34], [0.8, -0.2, -0.7]);
        p.fingers(0, 0.8);
    }
    let pose = p.pose;
    if now.mirrored && !now.motion.is_for_two() && !now.motion.has_props() && now.holds.is_none() && !leans {
        mirrored(rig, frame, &pose)
    } else {
        pose
    }
}

fn mirrored(rig: &Rig, frame: &Frame, pose: &Pose) -> Pose {
    let mut out = pose.clone();
    for bone in 0..rig.names.len() {
        let source = rig.other[bone];
        let m = pose.turn[source].0;
        out.turn[bone] = Turn([
            [m[0][0], -m[0][1], -m[0][2]],
            [-m[1][0], m[1][1], m[1][2]],
            [-m[2][0], m[2][1], m[2][2]],
        ]);
        match rig.parents[bone] {
            Some(parent) => {
                let arm = sub(frame.heads[bone], frame.heads[parent]);
                out.at[bone] = add(out.at[parent], out.turn[parent].of(arm));
            }
            None => {
                let [x, y, z] = pose.at[source];
                out.at[bone] = [-x, y, z];
            }
        }
    }
    out
}
