//! Things that grow and rise: hills, trees, grass, rocks.

use super::super::chance::Chance;
use super::{Canvas, Ink, Ridge, Shape};
use crate::design::Oklch;

/// A kind of tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tree {
    /// Fir or spruce: tiers.
    Conifer,
    /// A round crown.
    Round,
    /// Bare branches.
    Bare,
    /// A palm.
    Palm,
    /// Tall and narrow.
    Poplar,
}

impl Canvas<'_> {
    /// Hills or mountains filled to the bottom: `local` colour lit at the plane's depth, paler towards the foot.
    /// Returns nothing; take the same line with `ridge.at(canvas.seed(name), x)` to put things on it.
    pub fn hills(&mut self, name: &str, ridge: Ridge, local: Oklch) {
        let shape = Shape::ridge(self.seed(name), [self.left(), self.right()], self.bottom(), ridge);
        let local = self.look.ground(local);
        let crest = self.look.lit(local, self.depth);
        let foot = self.look.shade(local, (self.depth + 0.12).min(1.0));
        let (from, to) = (ridge.y - ridge.height, ridge.y + ridge.height * 1.5 + 0.1);
        self.fill_line(&shape, [0.0, from], [0.0, to], &[crest.ink(), foot.ink()]);
    }

    /// A tree standing at `at`, `height` tall, as a silhouette in one ink; it sways with the beat.
    pub fn tree(&mut self, kind: Tree, at: [f32; 2], height: f32, ink: impl Into<Ink>, chance: &mut Chance) {
        let mut shape = Shape::new();
        self.grow(&mut shape, kind, at, height, chance);
        self.fill(&shape, ink);
    }

    /// A row of trees along a line, `count` of them from `x[0]` to `x[1]`, feet at `foot(x)`.
    pub fn tree_row(
        &mut self,
        name: &str,
        kinds: &[Tree],
        x: [f32; 2],
        (count, height): (usize, f32),
        ink: impl Into<Ink>,
        foot: impl Fn(f32) -> f32,
    ) {
        let mut chance = self.chance(name);
        let mut shape = Shape::new();
        for i in 0..count {
            let at = x[0] + (x[1] - x[0]) * (i as f32 + chance.range(0.1, 0.9)) / count as f32;
            let tall = height * chance.range(0.65, 1.25);
            let kind = chance.pick(kinds);
            self.grow(&mut shape, kind, [at, foot(at)], tall, &mut chance);
        }
        self.fill(&shape, ink);
    }

    /// Adds a tree's outline to a shape, to fill many at once.
    pub fn grow(&self, shape: &mut Shape, kind: Tree, at: [f32; 2], height: f32, chance: &mut Chance) {
        let phase = chance.unit();
        let lean = self.swing(4.0, phase) * 0.012 * height * (1.0 + self.now.reactive.mid);
        let [x, y] = at;
        match kind {
            Tree::Conifer => {
                let tiers = 5;
                shape.add_taper(
                    [x, y + 0.01 * height],
                    0.06 * height,
                    [x + lean, y - 0.9 * height],
                    0.01 * height,
                );
                for tier in 0..tiers {
                    let t = tier as f32 / tiers as f32;
                    let low = y - height * (0.12 + 0.72 * t);
                    let wide = height * 0.23 * (1.05 - t) * chance.range(0.85, 1.15);
                    let tip = [x + lean * (t + 0.4), low - height * 0.3 * (1.0 - 0.35 * t)];
                    let droop = height * 0.03;
                    shape.start(tip[0], tip[1]);
                    shape.curve(x + wide * 0.35, low - height * 0.06, x + wide, low + droop);
                    shape.curve(x, low - droop, x - wide, low + droop);
                    shape
                        .curve(x - wide * 0.35, low - height * 0.06, tip[0], tip[1])
                        .close();
                }
            }
            Tree::Round | Tree::Poplar => {
                let narrow = if kind == Tree::Poplar { 0.42 } else { 1.0 };
                shape.add_taper(
                    [x, y + 0.01 * height],
                    0.07 * height,
                    [x + lean, y - 0.6 * height],
                    0.03 * height,
                );
                for i in 0..9 {
                    let turn = i as f32 / 9.0 * std::f32::consts::TAU;
                    let out = if i == 0 { 0.0 } else { 0.2 };
                    let cx = x + lean + turn.cos() * out * height * narrow * 1.1;
                    let cy =
                        y - height * 0.64 + turn.sin() * out * height * if kind == Tree::Poplar { 1.4 } else { 0.85 };
                    let r = height * chance.range(0.13, 0.19);
                    shape.add_ellipse([cx, cy], [r * narrow.max(0.6), r * 0.92]);
                }
            }
            Tree::Bare => self.branch(
                shape,
                [x, y],
                -std::f32::consts::FRAC_PI_2,
                height * 0.36,
                height * 0.055,
                5,
                chance,
                lean,
            ),
            Tree::Palm => {
                let bend = chance.range(-0.22, 0.22) * height + lean * 2.0;
                let top = [x + bend, y - height];
                let mut last = [x, y];
                for i in 1..=6 {
                    let t = i as f32 / 6.0;
                    let next = [x + bend * t * t, y - height * t];
                    let wide = height * 0.05 * (1.15 - 0.55 * t);
                    shape.add_taper(last, wide, next, wide * 0.92);
                    last = next;
                }
                for i in 0..8 {
                    let spread = i as f32 / 7.0 * 2.0 - 1.0;
                    let reach = height * chance.range(0.34, 0.46);
                    let lift = (1.0 - spread * spread) * 0.2 * height - 0.05 * height;
                    let sway = self.swing(2.0, phase + spread * 0.1) * 0.02 * height;
                    let tip = [
                        top[0] + (spread * 0.85 + 0.15 * spread.signum()) * reach + sway,
                        top[1] - lift + spread.abs() * height * 0.3 * chance.range(0.5, 1.1),
                    ];
                    let mid = [(top[0] + tip[0]) / 2.0, top[1] - lift - 0.12 * height];
                    let wide = height * (0.026 + 0.024 * spread.abs());
                    // Both sides run clockwise.
                    let half = if spread < 0.0 { -wide } else { wide };
                    shape.start(top[0], top[1] - half * 0.4);
                    shape.curve(mid[0], mid[1] - half, tip[0], tip[1]);
                    shape
                        .curve(mid[0], mid[1] + half * 1.1, top[0], top[1] + half * 0.4)
                        .close();
                }
                shape.add_ellipse(top, [height * 0.035, height * 0.035]);
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "a recursion's state, private")]
    fn branch(
        &self,
        shape: &mut Shape,
        from: [f32; 2],
        angle: f32,
        len: f32,
        wide: f32,
        deep: u32,
        chance: &mut Chance,
        lean: f32,
    ) {
        let to = [from[0] + angle.cos() * len + lean * 0.3, from[1] + angle.sin() * len];
        shape.add_taper(from, wide, to, wide * 0.62);
        if deep == 0 || self.too_small(wide * 0.8) {
            return;
        }
        let forks = if deep > 3 { 3 } else { 2 };
        for i in 0..forks {
            let side = i as f32 - (forks - 1) as f32 / 2.0;
            let bend = angle + side * 0.75 + chance.range(-0.25, 0.25);
            self.branch(
                shape,
                to,
                bend,
                len * chance.range(0.62, 0.8),
                wide * 0.6,
                deep - 1,
                chance,
                lean,
            );
        }
    }

    /// A tuft line of grass: `count` blades from `x[0]` to `x[1]`, feet at `y`, `height` tall, bending in a wind that
    /// runs through them with the beat.
    pub fn grass(&mut self, name: &str, x: [f32; 2], y: f32, (count, height): (usize, f32), ink: impl Into<Ink>) {
        if self.too_small(height * 0.2) {
            return;
        }
        let mut chance = self.chance(name);
        let mut blades = Shape::new();
        let gust = 0.12 + 0.1 * self.now.reactive.mid + 0.1 * self.now.reactive.snare;
        for i in 0..count {
            let at = x[0] + (x[1] - x[0]) * (i as f32 + chance.unit()) / count as f32;
            let tall = height * chance.range(0.5, 1.2);
            let lean = (chance.sign() * 0.25 + self.swing(4.0, -at * 0.8) * gust) * tall;
            let wide = (height * 0.07).min(0.009);
            blades.start(at - wide, y);
            blades.curve(at - wide * 0.3, y - tall * 0.6, at + lean, y - tall);
            blades.curve(at + wide * 0.9, y - tall * 0.5, at + wide, y).close();
        }
        self.fill(&blades, ink);
    }

    /// A boulder at `at`: lit on the key's side.
    pub fn rock(&mut self, at: [f32; 2], [w, h]: [f32; 2], local: Oklch, chance: &mut Chance) {
        let [x, y] = at;
        let mut points = [[0.0; 2]; 9];
        for (i, point) in points.iter_mut().enumerate() {
            let t = i as f32 / 8.0;
            // At the last point the sine is a rounding error below 0.
            let arc = (t * std::f32::consts::PI).sin().max(0.0).powf(0.6);
            *point = [
                x + (t - 0.5) * w * chance.range(0.92, 1.05),
                y - arc * h * chance.range(0.75, 1.1),
            ];
        }
        let side = if self.look.key.at[0] < x { 1.0 } else { -1.0 };
        let (lit, shade) = (self.look.lit(local, self.depth), self.look.shade(local, self.depth));
        let rock = Shape::polygon(&points);
        self.fill_line(
            &rock,
            [x - side * w * 0.4, y - h],
            [x + side * w * 0.3, y],
            &[lit.ink(), lit.mix(shade, 0.6).ink(), shade.ink()],
        );
    }
}
