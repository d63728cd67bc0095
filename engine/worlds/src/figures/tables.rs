//! Names, natural sizes and roles. Written by `engine/assets/make_figures.py` in the order of the packed meshes.

use crate::world::Role;

pub(super) const ANIMALS: [(&str, f32, Role); 24] = [
    ("horse", 1.75, Role::Second),
    ("fox", 0.55, Role::Second),
    ("wolf", 0.95, Role::Second),
    ("dog", 0.7, Role::Second),
    ("cat", 0.36, Role::Second),
    ("panda", 0.95, Role::Second),
    ("bird", 0.9, Role::Floating),
    ("eagle", 2.1, Role::Floating),
    ("dragon", 9.0, Role::Floating),
    ("shark", 4.0, Role::Floating),
    ("whale", 14.0, Role::Floating),
    ("snake", 2.2, Role::Second),
    ("spider", 0.4, Role::Second),
    ("monster", 30.0, Role::Second),
    ("fish", 0.35, Role::Floating),
    ("dolphin", 2.4, Role::Floating),
    ("manta ray", 4.5, Role::Floating),
    ("deer", 1.5, Role::Second),
    ("stag", 2.0, Role::Second),
    ("cow", 1.5, Role::Second),
    ("bull", 1.6, Role::Second),
    ("donkey", 1.4, Role::Second),
    ("husky", 0.75, Role::Second),
    ("alpaca", 1.6, Role::Second),
];
pub(super) const THINGS: [(&str, f32, Role); 0] = [];
