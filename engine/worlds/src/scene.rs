//! What a world is prepared from: its place, its hour, weather and colours, its seed, and the music at the frame.

use crate::scalar::{self, Chance};

/// The kinds of worlds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Kind {
    // Water and sky.
    Ocean,
    Beach,
    Harbour,
    Bridge,
    Lake,
    River,
    Waterfall,
    Underwater,
    AboveClouds,
    // Land.
    Meadow,
    Forest,
    Jungle,
    Desert,
    Mountains,
    WinterPlain,
    StormPlain,
    Garden,
    Graveyard,
    Cave,
    Ruins,
    Fire,
    // What people built, outside.
    Road,
    Railway,
    City,
    Rooftop,
    NeonAlley,
    Suburb,
    Fairground,
    Staircase,
    // Inside.
    Church,
    Library,
    Station,
    Corridor,
    Bedroom,
    Diner,
    Stage,
    Club,
    // Space.
    Earth,
    Space,
    Planet,
    // For prompts that name nothing.
    LiquidMetal,
    Ink,
    FoldedLight,
    Mandala,
    Particles,
    Waves,
    // Inside, too.
    Kitchen,
    Attic,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 48] = [
        Self::Ocean,
        Self::Beach,
        Self::Harbour,
        Self::Bridge,
        Self::Lake,
        Self::River,
        Self::Waterfall,
        Self::Underwater,
        Self::AboveClouds,
        Self::Meadow,
        Self::Forest,
        Self::Jungle,
        Self::Desert,
        Self::Mountains,
        Self::WinterPlain,
        Self::StormPlain,
        Self::Garden,
        Self::Graveyard,
        Self::Cave,
        Self::Ruins,
        Self::Fire,
        Self::Road,
        Self::Railway,
        Self::City,
        Self::Rooftop,
        Self::NeonAlley,
        Self::Suburb,
        Self::Fairground,
        Self::Staircase,
        Self::Church,
        Self::Library,
        Self::Station,
        Self::Corridor,
        Self::Bedroom,
        Self::Diner,
        Self::Stage,
        Self::Club,
        Self::Earth,
        Self::Space,
        Self::Planet,
        Self::LiquidMetal,
        Self::Ink,
        Self::FoldedLight,
        Self::Mandala,
        Self::Particles,
        Self::Waves,
        Self::Kitchen,
        Self::Attic,
    ];
}

/// The weather; all from 0 (none) to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weather {
    /// How much of the sky is covered: 0.2 a fair day, 0.5 clouds, 1 overcast.
    pub cloud: f32,
    /// Mist on the ground.
    pub fog: f32,
    /// Rain.
    pub rain: f32,
    /// Snow: falling, and lying where it makes sense.
    pub snow: f32,
    /// Thunderstorm: lightning, dark bases.
    pub storm: f32,
    /// Wind.
    pub wind: f32,
}

impl Default for Weather {
    fn default() -> Self {
        Self {
            cloud: 0.4,
            fog: 0.0,
            rain: 0.0,
            snow: 0.0,
            storm: 0.0,
            wind: 0.3,
        }
    }
}

/// The colours: designed schemes, turned towards what the prompt names.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Palette {
    /// Moves the scheme that the seed chooses on by so many ([`Scene::scheme`]), any number.
    pub scheme: usize,
    /// The named colour (linear light, BT.709) that light and horizon turn to.
    pub light: Option<[f32; 3]>,
    /// The second named colour, that shadows and zenith turn to.
    pub shadow: Option<[f32; 3]>,
    /// Chroma: 0 black and white, 1 as designed, 1.4 vivid.
    pub chroma: f32,
    /// Exposure: 0.7 dark, 1 as designed, 1.3 bright.
    pub exposure: f32,
}

impl Palette {
    /// How many designed schemes there are.
    pub const SCHEMES: usize = 10;
}

impl Default for Palette {
    fn default() -> Self {
        Self {
            scheme: 0,
            light: None,
            shadow: None,
            chroma: 1.0,
            exposure: 1.0,
        }
    }
}

/// The music at a frame: levels and envelopes, 0 to 1 and up to 2 at the highest reactivity, and the musical clock.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Music {
    /// Bass level, smooth over 150 ms: swell, wind, fog, strength of beams.
    pub bass: f32,
    /// Level of the middle, smooth over 150 ms: windows, aurora, haze.
    pub mid: f32,
    /// Level of the highs, smooth over 150 ms: sparkle, dust, rain.
    pub high: f32,
    /// Loudness, smooth over 400 ms: exposure, how much there is.
    pub loudness: f32,
    /// Envelope of bass onsets, release 180 ms: glints, bolts, neon, shafts.
    pub kick: f32,
    /// Envelope of onsets in the middle, release 120 ms: rim light, flares.
    pub snare: f32,
    /// Envelope of high onsets, release 60 ms: stars, windows, particles.
    pub hat: f32,
    /// Rises from 0 to 1 towards a louder section: wind and cloud gather.
    pub build: f32,
    /// 1 when a louder section begins, release 250 ms: cloud breaks open, light bursts once.
    pub burst: f32,
    /// Beats since the first: what is periodic follows it.
    pub beat: f64,
    /// Bars since the first downbeat.
    pub bar: f64,
    /// Seconds, for what does not follow the music.
    pub secs: f64,
}

impl Music {
    /// How awake lights and dancers are: 0 in silence, 1 as soon as there is music.
    #[must_use]
    pub fn awake(&self) -> f32 {
        (self.loudness * 2.0).min(1.0)
    }
}

impl Default for Music {
    /// A calm bar.
    fn default() -> Self {
        Self {
            bass: 0.3,
            mid: 0.3,
            high: 0.3,
            loudness: 0.6,
            kick: 0.0,
            snare: 0.0,
            hat: 0.0,
            build: 0.0,
            burst: 0.0,
            beat: 0.5,
            bar: 0.125,
            secs: 0.25,
        }
    }
}

/// A scene at one frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scene {
    /// Decides the composition: camera height, lens, where the light stands, how the land lies.
    pub seed: u64,
    /// Time of day in turns: 0 midnight, 0.25 dawn, 0.5 noon, 0.75 dusk.
    pub hour: f32,
    /// The weather.
    pub weather: Weather,
    /// The colours.
    pub palette: Palette,
    /// The music.
    pub music: Music,
    /// How far the camera has come on its way to the portal, 0 to 1.
    pub approach: f32,
    /// The light of the next world that comes through the portal (linear, mean colour); `None` when the portal is
    /// closed and shows this world's own sun, moon, lamp or darkness.
    pub portal_light: Option<[f32; 3]>,
    /// How much of that light there is, 0 to 1: it rises while the camera comes into this world, so that a portal's
    /// opening is no jump.
    pub portal_share: f32,
    /// Width by height of the picture.
    pub aspect: f32,
    /// Whether little grows there: open ice instead of a snowy wood, dry grass instead of flowers.
    pub bare: bool,
}

impl Default for Scene {
    fn default() -> Self {
        Self {
            seed: 1,
            hour: 0.75,
            weather: Weather::default(),
            palette: Palette::default(),
            music: Music::default(),
            approach: 0.0,
            portal_light: None,
            portal_share: 1.0,
            aspect: 16.0 / 9.0,
            bare: false,
        }
    }
}

impl Scene {
    /// How far the portal is open, 0 to 1: by so much the next world is seen there and not this world's own light.
    #[must_use]
    pub fn opened(&self) -> f32 {
        self.portal_light.map_or(0.0, |_| self.portal_share)
    }

    /// A world's own light, and that of the next world by as much as the portal is open: `through` makes of that world's
    /// light what falls into this one.
    #[must_use]
    pub fn through_portal(&self, own: [f32; 3], through: impl FnOnce([f32; 3]) -> [f32; 3]) -> [f32; 3] {
        match self.portal_light {
            Some(light) => scalar::mix3(own, through(light), self.portal_share),
            None => own,
        }
    }

    /// Which of the designed schemes this scene has, below [`Palette::SCHEMES`]: each seed has its own, so that two
    /// scenes at the same hour are seldom of the same colours.
    #[must_use]
    pub fn scheme(&self) -> usize {
        let own = Chance::new(self.seed, 0x5c4e).below(Palette::SCHEMES);
        (self.palette.scheme % Palette::SCHEMES + own) % Palette::SCHEMES
    }
}
