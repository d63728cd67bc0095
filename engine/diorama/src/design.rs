//! What a scene is made of: filled in by [`super::meaning`] from a prompt, drawn by [`super::stage`].

use serde::{Deserialize, Serialize};

use phosphene_core::prompt::{CastMember, PrintLook, STYLE_COUNT};

/// Where a scene plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Set {
    CityStreet,
    Rooftop,
    NeonAlley,
    Suburb,
    Highway,
    TrainPlatform,
    SchoolHall,
    Bedroom,
    Club,
    Church,
    Diner,
    Harbour,
    Beach,
    OpenSea,
    Underwater,
    River,
    Forest,
    Meadow,
    Mountains,
    Desert,
    WinterPlain,
    Space,
    Planet,
    Garden,
    Fairground,
    Library,
    Hospital,
    Cemetery,
    StormSky,
    ColourField,
    Lake,
    Bridge,
    Waterfall,
    AboveClouds,
    Jungle,
    Cave,
    Ruins,
    Bonfire,
    Staircase,
    Station,
    ConcertStage,
    EarthOrbit,
}

impl Set {
    /// All of them.
    pub const ALL: [Set; 42] = [
        Set::CityStreet,
        Set::Rooftop,
        Set::NeonAlley,
        Set::Suburb,
        Set::Highway,
        Set::TrainPlatform,
        Set::SchoolHall,
        Set::Bedroom,
        Set::Club,
        Set::Church,
        Set::Diner,
        Set::Harbour,
        Set::Beach,
        Set::OpenSea,
        Set::Underwater,
        Set::River,
        Set::Forest,
        Set::Meadow,
        Set::Mountains,
        Set::Desert,
        Set::WinterPlain,
        Set::Space,
        Set::Planet,
        Set::Garden,
        Set::Fairground,
        Set::Library,
        Set::Hospital,
        Set::Cemetery,
        Set::StormSky,
        Set::ColourField,
        Set::Lake,
        Set::Bridge,
        Set::Waterfall,
        Set::AboveClouds,
        Set::Jungle,
        Set::Cave,
        Set::Ruins,
        Set::Bonfire,
        Set::Staircase,
        Set::Station,
        Set::ConcertStage,
        Set::EarthOrbit,
    ];
}

/// The light of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Daytime {
    Dawn,
    Day,
    Dusk,
    Night,
}

/// The weather.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Weather {
    Clear,
    Clouds,
    Rain,
    Snow,
    Fog,
    Storm,
}

/// A colour in OKLCH (Ottosson 2020): lightness 0 to 1, chroma 0 to about 0.37, hue in degrees.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Oklch {
    /// Lightness, 0 to 1.
    pub l: f32,
    /// Chroma, 0 (grey) to about 0.37.
    pub c: f32,
    /// Hue in degrees, 0 to 360.
    pub h: f32,
}

/// What the prompt's words say of colour; the set and the daytime decide the rest.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Palette {
    /// Colours named for the whole scene ("crimson", "teal and orange"), in the prompt's order; often none.
    pub named: Vec<Oklch>,
    /// Chroma factor: 0 for "black and white", 0.5 "faded", 1 nothing said, 1.4 "vivid", "neon".
    pub chroma: f32,
    /// Lightness offset: -0.15 "dark", 0 nothing said, +0.12 "pastel", "bright".
    pub lightness: f32,
}

/// One of the pictures in the prop library: its index there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct PropId(pub u16);

/// Where a prop belongs in the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// Far up: sun, moon, stars, rainbow, planets; drawn behind everything that stands.
    Heavens,
    /// In the air: birds, balloons, aeroplanes, kites, butterflies, hearts, notes.
    Air,
    /// On the ground, its lowest pixel touching it.
    Ground,
    /// Floats on water where the set has some, else stands on the ground.
    Afloat,
    /// Under water where the set has some (fish, coral), else hangs in the air.
    Submerged,
    /// On something: a table, a wall, a ledge; small things stand in the foreground on the ground.
    Surface,
}

/// Which way a prop's picture looks or drives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Facing {
    Left,
    Right,
    Viewer,
}

/// One thing (or a flock of it) in a scene.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PropUse {
    /// Which picture.
    pub prop: PropId,
    /// What the prompt called it.
    pub named: String,
    /// Where it belongs.
    pub place: Place,
    /// Natural height in metres (a cup 0.12, a person 1.7, a whale 5, the moon 0 for "as seen"), times 3 for "giant"
    /// and a third for "tiny".
    pub height_m: f32,
    /// How many: 1, or more for a flock, a street, a field.
    pub count: u32,
    /// Which way the picture looks.
    pub facing: Facing,
    /// The colour its words ask for ("a blue car").
    pub tint: Option<Oklch>,
    /// Only its horns or antlers have that colour.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub crest: bool,
    /// Who of [`Design::cast`] it is, by index; often none.
    pub members: Vec<usize>,
}

/// A scene as its prompt means it; arrangement is left to the stage and the scene's seed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Design {
    /// The prompt's text.
    pub prompt: String,
    /// Who of the storyboard's cast it knows.
    pub cast: Vec<CastMember>,
    /// Where it plays.
    pub set: Set,
    /// When.
    pub daytime: Daytime,
    /// In which weather.
    pub weather: Weather,
    /// In which colours.
    pub palette: Palette,
    /// The things in it, the hero first; seven kinds at most; may be empty.
    pub props: Vec<PropUse>,
    /// The painter: weights over its styles summing to 1, or `None` for unpainted.
    pub style: Option<[f32; STYLE_COUNT]>,
    /// What its picture is printed as; then no painter paints it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub print: Option<PrintLook>,
    /// The style's name, for people.
    pub style_name: String,
}
