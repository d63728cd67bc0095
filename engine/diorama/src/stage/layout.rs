//! Where props stand: sizes, places and facing from the scene's seed, the same in every frame.

use super::super::design::{Design, Facing, Place, PropUse};
use super::{
    chance::Chance,
    look::Look,
    plan::{Floor, SetPlan},
};

/// One prop in its place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Actor {
    /// Which of the design's props.
    pub prop: usize,
    /// Which copy of it: 0 is the first.
    pub copy: usize,
    /// Where its feet (or its lowest point) are, in stage units.
    pub at: [f32; 2],
    /// Its height in stage units.
    pub height: f32,
    /// Its width in stage units.
    pub width: f32,
    /// Mirrored, so as to look into the picture.
    pub mirrored: bool,
    /// The plane after which it is drawn.
    pub plane: usize,
    /// What it stands on; [`Floor::Void`] for what flies.
    pub floor: Floor,
    /// Where it belongs.
    pub place: Place,
    /// The one that the picture is about.
    pub hero: bool,
    /// Its own phase in turns, so that a crowd does not move as one.
    pub phase: f32,
}

impl Actor {
    fn frame(&self) -> [f32; 4] {
        let [x, y] = self.at;
        [x - self.width / 2.0, y - self.height, x + self.width / 2.0, y]
    }
}

/// Copies of one prop at most: more is a pattern, not a crowd.
const MOST_COPIES: u32 = 9;

/// Lays out a scene. `aspects` holds width over height of each prop's picture.
#[must_use]
pub fn lay_out(design: &Design, aspects: &[f32], plan: &SetPlan, look: &Look) -> Vec<Actor> {
    let mut chance = Chance::new(look.seed, "layout");
    let mut actors: Vec<Actor> = Vec::new();
    let tall = hero_height(look.aspect);
    let hero_m = design.props.first().map_or(1.7, natural);
    for (index, prop) in design.props.iter().enumerate().take(aspects.len()) {
        let copies = prop.count.clamp(1, MOST_COPIES) as usize;
        for copy in 0..copies {
            let hero = index == 0 && copy == 0;
            let mut height = if hero { tall } else { support(prop, hero_m, tall) };
            if prop.place == Place::Heavens {
                height = if hero { tall * 0.8 } else { tall * 0.5 };
            }
            if copy > 0 {
                height *= chance.range(0.55, 0.85) * if index == 0 { 0.85 } else { 1.0 };
            }
            let wide = look.aspect.min(1.3) * if hero { 0.62 } else { 0.46 };
            let width = (height * aspects[index]).min(wide);
            let size = [width, width / aspects[index].max(1e-3)];
            let best = place(prop, copy, size, hero, plan, look, &actors, &mut chance);
            actors.push(Actor {
                prop: index,
                copy,
                mirrored: mirrored(prop.facing, best.at[0], chance.happens(0.5)),
                hero,
                phase: chance.unit(),
                ..best
            });
        }
    }
    // Back to front within each plane; the hero in front of those on its own line.
    actors.sort_by(|a, b| {
        let key = |a: &Actor| (a.plane, (a.at[1] * 1e4) as i64, a.hero);
        key(a).cmp(&key(b))
    });
    actors
}

fn hero_height(aspect: f32) -> f32 {
    if aspect < 0.8 {
        0.26
    } else if aspect < 1.2 {
        0.33
    } else {
        0.38
    }
}

fn natural(prop: &PropUse) -> f32 {
    if prop.height_m > 0.0 { prop.height_m } else { 1.7 }
}

/// Bigger things are bigger, but everything stays readable.
fn support(prop: &PropUse, hero_m: f32, tall: f32) -> f32 {
    let crowd = match prop.count {
        0..=1 => 1.0,
        2 => 0.88,
        _ => 0.72,
    };
    crowd * (tall * 0.68 * (natural(prop) / hero_m).powf(0.25)).clamp(tall * 0.28, tall * 1.05)
}

/// Into the picture: what looks left stands right.
fn mirrored(facing: Facing, x: f32, coin: bool) -> bool {
    match facing {
        Facing::Left => x < 0.0,
        Facing::Right => x > 0.0,
        Facing::Viewer => coin && x.abs() > 0.05,
    }
}

struct Spot {
    at: [f32; 2],
    scale: f32,
    plane: usize,
    floor: Floor,
}

#[expect(
    clippy::too_many_arguments,
    reason = "one private step of the layout, with all it weighs"
)]
fn place(
    prop: &PropUse,
    copy: usize,
    size: [f32; 2],
    hero: bool,
    plan: &SetPlan,
    look: &Look,
    placed: &[Actor],
    chance: &mut Chance,
) -> Actor {
    let portal = portal_frame(plan);
    let mut best: Option<(f32, Actor)> = None;
    for _ in 0..40 {
        let spot = candidate(prop.place, size, hero, plan, look, chance);
        let (width, height) = (size[0] * spot.scale, size[1] * spot.scale);
        let actor = Actor {
            prop: 0,
            copy,
            at: spot.at,
            height,
            width,
            mirrored: false,
            plane: spot.plane,
            floor: spot.floor,
            place: prop.place,
            hero,
            phase: 0.0,
        };
        let cost = cost(&actor, portal, plan, look, placed);
        if best.as_ref().is_none_or(|(least, _)| cost < *least) {
            best = Some((cost, actor));
        }
    }
    best.expect("forty candidates were tried").1
}

fn candidate(place: Place, size: [f32; 2], hero: bool, plan: &SetPlan, look: &Look, chance: &mut Chance) -> Spot {
    let sky = |[left, top, right, bottom]: [f32; 4], plane: &str, chance: &mut Chance| {
        let x = chance.range(left, right);
        let y = chance.range(top, bottom);
        Spot {
            at: [x, y + size[1] / 2.0],
            scale: 1.0,
            plane: plan.plane(plane),
            floor: Floor::Void,
        }
    };
    match place {
        Place::Heavens => return sky(plan.heavens, plan.heavens_plane, chance),
        Place::Air => return sky(plan.air, plan.air_plane, chance),
        Place::Submerged if !plan.stands.iter().any(|s| s.floor == Floor::Water) => {
            return sky(plan.air, plan.air_plane, chance);
        }
        Place::Ground | Place::Surface | Place::Afloat | Place::Submerged => {}
    }
    let wants_water = matches!(place, Place::Afloat | Place::Submerged);
    let fits = |floor: Floor| (floor == Floor::Water) == wants_water;
    let any = plan.stands.iter().any(|s| fits(s.floor));
    let stands: Vec<usize> = (0..plan.stands.len())
        .filter(|&i| !any || fits(plan.stands[i].floor))
        .collect();
    let index = if hero {
        stands[0]
    } else {
        stands[chance.below(stands.len())]
    };
    let stand = &plan.stands[index];
    let half = size[0] * stand.scale * 0.5;
    let edge = 0.5 * look.aspect + size[0] * 0.04 - half;
    let (left, right) = (stand.x[0].max(-edge), stand.x[1].min(edge));
    let x = if left < right {
        chance.range(left, right)
    } else {
        0.5 * (left + right)
    };
    let drop = if stand.floor == Floor::Void {
        chance.range(-0.16, 0.08)
    } else {
        chance.range(-0.006, 0.012)
    };
    let sunk = if place == Place::Submerged { size[1] * 0.3 } else { 0.0 };
    Spot {
        at: [x, stand.y + drop + sunk],
        scale: stand.scale,
        plane: plan.plane(stand.plane),
        floor: stand.floor,
    }
}

fn portal_frame(plan: &SetPlan) -> [f32; 4] {
    let p = &plan.portal;
    let (half_w, half_h) = (p.height * p.ratio() / 2.0, p.height / 2.0);
    [p.at[0] - half_w, p.at[1] - half_h, p.at[0] + half_w, p.at[1] + half_h]
}

/// The share of `a` that `b` covers.
fn overlap(a: [f32; 4], b: [f32; 4]) -> f32 {
    let w = (a[2].min(b[2]) - a[0].max(b[0])).max(0.0);
    let h = (a[3].min(b[3]) - a[1].max(b[1])).max(0.0);
    w * h / ((a[2] - a[0]) * (a[3] - a[1])).max(1e-6)
}

fn cost(actor: &Actor, portal: [f32; 4], plan: &SetPlan, look: &Look, placed: &[Actor]) -> f32 {
    let own = actor.frame();
    let mut cost = 40.0 * overlap(portal, own) + 6.0 * overlap(own, portal);
    let half = 0.5 * look.aspect;
    // Out of the picture is lost; a little over the edge is depth.
    let out = (own[2] - half).max(-half - own[0]).max(0.0) / actor.width.max(1e-3);
    cost += 5.0 * out + 3.0 * (-0.5 - own[1]).max(0.0) / actor.height;
    for other in placed {
        let theirs = other.frame();
        let shared = overlap(own, theirs).max(overlap(theirs, own));
        let weight = if other.hero { 5.0 } else { 2.2 };
        cost += weight * (shared - 0.12).max(0.0);
        // Rows of equal spacing look planted.
        let near = (own[0] - theirs[0]).abs() + (own[3] - theirs[3]).abs();
        cost += 0.25 * (0.12 - near).max(0.0) / 0.12;
    }
    if actor.hero {
        // Off centre by about a third, away from the portal.
        let third = look.aspect / 6.0;
        cost += 1.6 * (actor.at[0].abs() - third).abs() / half;
        let away = (actor.at[0] - plan.portal.at[0]).abs() / half;
        cost += 0.8 * (0.55 - away).max(0.0);
    } else if let Some(hero) = placed.first() {
        // The weight of the picture comes to rest when the others stand on the other side, or close by a flock's head.
        let opposite = actor.at[0] * hero.at[0];
        cost += if actor.prop == hero.prop {
            0.0
        } else {
            0.5 * (opposite / (half * half)).max(0.0)
        };
    }
    cost
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlap_is_a_share() {
        let a = [0.0, 0.0, 2.0, 2.0];
        assert!((overlap(a, [1.0, 1.0, 5.0, 5.0]) - 0.25).abs() < 1e-6);
        assert!(overlap(a, [2.0, 0.0, 3.0, 1.0]) == 0.0);
    }
}
