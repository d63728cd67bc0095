//! Clothes of more than one tone: trousers under a shirt, a belt, folds, a hem; so that a colour is cloth.

use crate::scalar::sin;

use super::{
    Finish, Outfit, Paint, Person,
    skeleton::{Frame, Rig, Vec3},
};

/// The other colour of a clown's suit.
pub(super) const MOTLEY: Paint = Paint::of([172, 6, 10], Finish::Matte);

/// What trumpets are made of.
pub(super) const BRASS: Paint = Paint::of([190, 120, 30], Finish::Lacquer);

/// The colour of somebody's skin (linear reflectance in 255ths), in even steps from pale to dark.
pub(super) fn skin(id: u32) -> Paint {
    const SKINS: [[u8; 3]; 4] = [[112, 66, 45], [92, 50, 32], [62, 31, 19], [34, 17, 11]];
    Paint::of(SKINS[(id / 3 % 4) as usize], Finish::Matte)
}

/// What a garment is like at a place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Cut {
    /// Factor of the cloth's tone.
    pub tone: f32,
    /// Of another cloth, which has not the colour that is named.
    pub other: bool,
}

/// A garment on a build.
pub(super) struct Tailored {
    outfit: Outfit,
    /// Metres over the ground.
    waist: f32,
    neck: f32,
    size: f32,
}

impl Tailored {
    pub fn new(person: Person, rig: &Rig, frame: &Frame) -> Self {
        Self {
            outfit: person.outfit,
            waist: frame.heads[rig.spine[0]][1],
            neck: frame.heads[rig.neck][1],
            size: frame.height / 1.72,
        }
    }

    /// At a place of the body at rest, in metres.
    pub fn at(&self, [x, y, z]: Vec3) -> Cut {
        let under = (self.waist - y) / self.size;
        let fold = |strength: f32| {
            1.0 + strength * sin(x * 46.0 / self.size + 9.0 * y + 2.0) * sin(z * 31.0 / self.size + 1.0 + 5.0 * y)
        };
        let belt = under.abs() < 0.022;
        let (tone, other) = match self.outfit {
            // A jacket, a shirt over trousers.
            Outfit::Shirt
            | Outfit::Sweater
            | Outfit::Jacket
            | Outfit::Tshirt
            | Outfit::WomanCasual
            | Outfit::Shorts => {
                if belt {
                    (0.22, true)
                } else if under > 0.0 {
                    (0.62 * fold(0.16), true)
                } else {
                    (fold(0.14), false)
                }
            }
            Outfit::DressLong | Outfit::DressShort | Outfit::WomanCoat | Outfit::Coat => {
                if belt {
                    (0.35, false)
                } else if under > 0.0 {
                    // Folds grow towards the hem, and the cloth is darker there.
                    let down = (under / 0.8).clamp(0.0, 1.0);
                    (fold(0.14 + 0.26 * down) * (1.0 - 0.28 * down), false)
                } else {
                    (1.06 * fold(0.12), false)
                }
            }
            _ => (if belt { 0.4 } else { fold(0.15) }, false),
        };
        // The collar.
        let collar = (y - self.neck) / self.size > -0.035;
        Cut {
            tone: if collar { tone * 0.55 } else { tone },
            other,
        }
    }
}
