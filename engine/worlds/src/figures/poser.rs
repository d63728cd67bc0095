//! Poses made limb by limb: a pelvis, a bent spine, hands and feet that reach for places (two-bone inverse kinematics
//! by the law of cosines). Feet that are told to stand somewhere stand there.

use super::skeleton::{Frame, Pose, Rig, Turn, Vec3, add, cross, dot, length, scaled, sub, unit};

/// Right or left.
pub(super) const SIDES: [f32; 2] = [1.0, -1.0];

/// A foot on its way.
#[derive(Debug, Clone, Copy)]
pub(super) struct Foot {
    /// Where the ankle is against where it stands right under the hip, in heights of the hip (outwards, up, forward).
    pub off: Vec3,
    /// Toes down, radians.
    pub pitch: f32,
    /// Toes outwards, radians.
    pub out: f32,
}

impl Foot {
    pub const STANDING: Self = Self {
        off: [0.0; 3],
        pitch: 0.0,
        out: 0.12,
    };
}

/// A pose in the making.
pub(super) struct Poser<'a> {
    pub rig: &'a Rig,
    pub frame: &'a Frame,
    pub pose: Pose,
    /// Height of the hip in metres.
    pub hip: f32,
    /// Length of an arm to the wrist in metres.
    pub arm: f32,
}

impl<'a> Poser<'a> {
    pub fn new(rig: &'a Rig, frame: &'a Frame) -> Self {
        let side = rig.sides[0];
        let reach = |a: usize, b: usize| length(sub(frame.heads[b], frame.heads[a]));
        Self {
            rig,
            frame,
            pose: Pose {
                turn: vec![Turn::NONE; rig.names.len()],
                at: frame.heads.clone(),
            },
            hip: frame.heads[rig.pelvis][1],
            arm: reach(side.upper_arm, side.lower_arm) + reach(side.lower_arm, side.hand),
        }
    }

    /// Places a bone's head at the end of its parent.
    fn hang(&mut self, bone: usize) {
        if let Some(parent) = self.rig.parents[bone] {
            let arm = sub(self.frame.heads[bone], self.frame.heads[parent]);
            self.pose.at[bone] = add(self.pose.at[parent], self.pose.turn[parent].of(arm));
        }
    }

    /// Moves the pelvis (hip heights) and turns it.
    pub fn pelvis(&mut self, off: Vec3, turn: Turn) {
        let bone = self.rig.pelvis;
        self.pose.at[bone] = add(self.frame.heads[bone], scaled(off, self.hip));
        self.pose.turn[bone] = turn;
    }

    /// Bends the spine over the pelvis, a third each, then neck and head against the chest.
    pub fn trunk(&mut self, pitch: f32, yaw: f32, roll: f32, head: [f32; 3]) {
        let third = Turn::yaw(yaw / 3.0)
            .after(Turn::pitch(pitch / 3.0))
            .after(Turn::roll(roll / 3.0));
        for bone in self.rig.spine {
            self.hang(bone);
            let parent = self.rig.parents[bone].unwrap_or(0);
            self.pose.turn[bone] = self.pose.turn[parent].after(third);
        }
        let [pitch, yaw, roll] = head;
        let half = Turn::yaw(yaw * 0.5)
            .after(Turn::pitch(pitch * 0.5))
            .after(Turn::roll(roll * 0.5));
        for bone in [self.rig.neck, self.rig.head] {
            self.hang(bone);
            let parent = self.rig.parents[bone].unwrap_or(0);
            self.pose.turn[bone] = self.pose.turn[parent].after(half);
        }
    }

    /// The middle of the chest's turn.
    pub fn chest(&self) -> Turn {
        self.pose.turn[self.rig.spine[2]]
    }

    /// Where a shoulder is, without the clavicle's lift.
    pub fn shoulder(&self, side: usize) -> Vec3 {
        let s = self.rig.sides[side];
        let spine = self.rig.spine[2];
        let arm = sub(self.frame.heads[s.upper_arm], self.frame.heads[spine]);
        add(self.pose.at[spine], self.pose.turn[spine].of(arm))
    }

    /// Puts the wrist to a place in the figure's axes (metres); `elbow` is the way that the elbow points.
    pub fn hand_to(&mut self, side: usize, wrist: Vec3, elbow: Vec3) {
        let s = self.rig.sides[side];
        let sign = SIDES[side];
        self.hang(s.clavicle);
        let chest = self.chest();
        // The shoulder rises with a raised arm.
        let to = unit(sub(wrist, self.shoulder(side)));
        let up = dot(to, chest.of([0.0, 1.0, 0.0]));
        let lift = (up + 0.25).max(0.0) * 0.42;
        let fore = dot(to, chest.of([0.0, 0.0, 1.0])).max(0.0) * 0.18;
        self.pose.turn[s.clavicle] = chest.after(Turn::roll(-sign * lift)).after(Turn::yaw(-sign * fore));
        self.hang(s.upper_arm);
        let rest = |a: usize, b: usize| sub(self.frame.heads[b], self.frame.heads[a]);
        let (upper, lower) = (rest(s.upper_arm, s.lower_arm), rest(s.lower_arm, s.hand));
        let (dir_u, dir_l) = self.reach(self.pose.at[s.upper_arm], wrist, length(upper), length(lower), elbow);
        let hinge_rest = cross(upper, lower);
        let hinge = unit(cross(dir_u, scaled(unit(elbow), -1.0)));
        self.pose.turn[s.upper_arm] = Turn::aligning((upper, hinge_rest), (dir_u, hinge));
        self.hang(s.lower_arm);
        self.pose.turn[s.lower_arm] = Turn::aligning((lower, hinge_rest), (dir_l, hinge));
        self.hang(s.hand);
        self.pose.turn[s.hand] = self.pose.turn[s.lower_arm];
        self.fingers(side, 0.35);
    }

    /// As [`Self::hand_to`], the place told from the shoulder in arm lengths: outwards, up, forward, in the chest's
    /// axes; the elbow likewise.
    pub fn hand(&mut self, side: usize, place: Vec3, elbow: Vec3) {
        let sign = SIDES[side];
        let chest = self.chest();
        let out = |v: Vec3| chest.of([v[0] * sign, v[1], v[2]]);
        let wrist = add(self.shoulder(side), scaled(out(place), self.arm));
        self.hand_to(side, wrist, out(elbow));
    }

    /// Curls the fingers: 0 stretched, 1 a fist.
    pub fn fingers(&mut self, side: usize, curl: f32) {
        let s = self.rig.sides[side];
        let [_, index, _, _, little] = s.fingers;
        let knuckles = unit(sub(self.frame.heads[little[0]], self.frame.heads[index[0]]));
        for (k, finger) in s.fingers.into_iter().enumerate() {
            let bend = if k == 0 { curl * 0.35 } else { curl * 1.25 };
            let turn = Turn::around(knuckles, bend * SIDES[side]);
            for bone in finger {
                self.hang(bone);
                let parent = self.rig.parents[bone].unwrap_or(0);
                self.pose.turn[bone] = self.pose.turn[parent].after(turn);
            }
        }
    }

    /// Stands a foot on its way; `knee` is where the knee points (outwards, up, forward).
    pub fn foot(&mut self, side: usize, foot: Foot, knee: Vec3) {
        let s = self.rig.sides[side];
        let sign = SIDES[side];
        self.hang(s.thigh);
        let off = [foot.off[0] * sign, foot.off[1], foot.off[2]];
        let flat = Turn::yaw(sign * foot.out).after(Turn::pitch(foot.pitch));
        // The ball of the foot stays where it is while the heel rises.
        let ball = sub(self.frame.heads[s.ball], self.frame.heads[s.foot]);
        let rolled = if foot.pitch > 0.0 {
            sub(ball, flat.of(ball))
        } else {
            [0.0; 3]
        };
        let [_, rest, back] = self.frame.heads[s.foot];
        let under = [self.frame.heads[s.thigh][0] * 0.92, rest, back];
        let ankle = add(add(under, scaled(off, self.hip)), rolled);
        self.leg_to(side, ankle, [knee[0] * sign, knee[1], knee[2]]);
        self.pose.turn[s.foot] = flat;
        self.hang(s.ball);
        let toes = Turn::yaw(sign * foot.out).after(Turn::pitch(foot.pitch.min(0.0)));
        self.pose.turn[s.ball] = toes;
    }

    /// Puts the ankle to a place in the figure's axes (metres).
    pub fn leg_to(&mut self, side: usize, ankle: Vec3, knee: Vec3) {
        let s = self.rig.sides[side];
        self.hang(s.thigh);
        let rest = |a: usize, b: usize| sub(self.frame.heads[b], self.frame.heads[a]);
        let (upper, lower) = (rest(s.thigh, s.calf), rest(s.calf, s.foot));
        let (dir_u, dir_l) = self.reach(self.pose.at[s.thigh], ankle, length(upper), length(lower), knee);
        // The knee's hinge runs from side to side.
        let hinge_u = unit(cross(upper, [0.0, 0.0, -1.0]));
        let hinge_l = unit(cross(lower, [0.0, 0.0, -1.0]));
        let hinge = unit(cross(dir_u, scaled(unit(knee), -1.0)));
        self.pose.turn[s.thigh] = Turn::aligning((upper, hinge_u), (dir_u, hinge));
        self.hang(s.calf);
        self.pose.turn[s.calf] = Turn::aligning((lower, hinge_l), (dir_l, hinge));
        self.hang(s.foot);
        self.pose.turn[s.foot] = self.pose.turn[s.calf];
        self.hang(s.ball);
        self.pose.turn[s.ball] = self.pose.turn[s.foot];
    }

    /// Directions of two bones of these lengths that reach from one place to another, or as far as they go.
    fn reach(&self, from: Vec3, to: Vec3, a: f32, b: f32, pole: Vec3) -> (Vec3, Vec3) {
        let way = sub(to, from);
        let far = length(way).clamp((a - b).abs() * 1.02 + 1e-4, (a + b) * 0.9985);
        let along = unit(way);
        let across = unit(sub(pole, scaled(along, dot(pole, along))));
        let x = (a * a - b * b + far * far) / (2.0 * far);
        let y = (a * a - x * x).max(0.0).sqrt();
        let joint = add(scaled(along, x), scaled(across, y));
        (unit(joint), unit(sub(scaled(along, far), joint)))
    }
}

/// Turns the made bones of cloth and hair: as pelvis and head were a moment ago, hair by its weight, both in the wind.
pub(super) fn hang_loose(rig: &Rig, frame: &Frame, pose: &mut Pose, before: Option<&Pose>, wind: f32) {
    let past = before.unwrap_or(pose);
    let skirt = pose.turn[rig.pelvis].towards(past.turn[rig.pelvis], 0.8);
    let spine = past.turn[rig.spine[2]];
    let hair = pose.turn[rig.head].towards(spine, 0.55);
    // Their swing from the way that they have gone.
    let swing = |bone: usize| sub(past.at[bone], pose.at[bone]);
    let (s, h) = (swing(rig.pelvis), swing(rig.head));
    let lean =
        |v: Vec3, k: f32| Turn::pitch((v[2] * k).clamp(-0.6, 0.6)).after(Turn::roll((-v[0] * k).clamp(-0.6, 0.6)));
    for (bone, turn, parent) in [
        (
            rig.skirt,
            lean(s, -1.6).after(Turn::roll(wind * 0.5)).after(skirt),
            rig.pelvis,
        ),
        (rig.hair, lean(h, -1.8).after(Turn::roll(wind)).after(hair), rig.head),
    ] {
        let arm = sub(frame.heads[bone], frame.heads[parent]);
        pose.at[bone] = add(pose.at[parent], pose.turn[parent].of(arm));
        pose.turn[bone] = turn;
    }
}
