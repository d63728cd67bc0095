//! A scene's setting: which world a design is, when, in which weather and colours.

use phosphene_core::{
    direct::{FrameSpec, SceneRef},
    seed,
};
use phosphene_worlds::{
    overlay::Asked,
    picture::Prepared,
    portal,
    scalar::Chance,
    scene::{self, Kind, Music},
};

use crate::design::{Daytime, Design, Oklch, Set, Weather};

/// A scene, but for the music.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    kind: Kind,
    scene: scene::Scene,
    asked: Asked,
}

impl Setting {
    /// Of a design and the arrangement of it.
    pub fn new(design: &Design, key: SceneRef) -> Self {
        let seed = seed_of(key);
        let mut chance = Chance::new(seed, 0x5e7);
        let text = words(&design.prompt);
        let kind = match kind(design.set, &mut chance) {
            Kind::Meadow if design.weather == Weather::Storm => Kind::StormPlain,
            Kind::Bedroom | Kind::Diner if says(&text, &KITCHEN) => Kind::Kitchen,
            Kind::Bedroom if says(&text, &["attic", "attics", "loft", "garret"]) => Kind::Attic,
            kind => kind,
        };
        let named = &design.palette.named;
        let scene = scene::Scene {
            seed,
            hour: hour(design.daytime, &mut chance),
            weather: sky_of(weather(design.weather, &mut chance), &text),
            palette: scene::Palette {
                scheme: chance.below(3),
                light: named.first().map(linear),
                shadow: named.get(1).map(linear),
                ..scene::Palette::default()
            },
            bare: match kind {
                Kind::WinterPlain => says(&text, &OPEN_ICE),
                Kind::Meadow => says(&text, &DRY_GRASS),
                _ => false,
            },
            ..scene::Scene::default()
        };
        let asked = asked(design, &text, kind);
        Self { kind, scene, asked }
    }

    /// Its world at a frame, `zoom` on the way through it, with the light of the next.
    pub fn prepare(&self, spec: &FrameSpec, zoom: f32, light: Option<[f32; 3]>, aspect: f32) -> Prepared {
        let music = music(spec);
        let mut scene = self.scene;
        // Build-ups gather wind and cloud, and what breaks them opens it.
        let gather = music.build.clamp(0.0, 1.0);
        scene.weather.cloud = (scene.weather.cloud + 0.25 * gather).min(1.0);
        scene.weather.wind = (scene.weather.wind + 0.5 * gather).min(1.0);
        scene.music = music;
        scene.approach = zoom.clamp(0.0, 1.0);
        scene.portal_light = light;
        scene.portal_share = portal::share(zoom);
        scene.aspect = aspect;
        Prepared::new(self.kind, &scene).overlaid(&scene, self.asked)
    }
}

/// What a design asks for over its world: lightning in a storm where there is a sky, fog where it is
/// weather, and what the words name.
fn asked(design: &Design, text: &[String], kind: Kind) -> Asked {
    let no_sky = matches!(
        kind,
        Kind::Underwater
            | Kind::Cave
            | Kind::Earth
            | Kind::Space
            | Kind::Planet
            | Kind::LiquidMetal
            | Kind::Ink
            | Kind::FoldedLight
            | Kind::Mandala
            | Kind::Particles
            | Kind::Waves
    );
    let indoors = matches!(
        kind,
        Kind::Church
            | Kind::Library
            | Kind::Station
            | Kind::Corridor
            | Kind::Bedroom
            | Kind::Diner
            | Kind::Stage
            | Kind::Club
            | Kind::Kitchen
            | Kind::Attic
    );
    // What burns and lights, and does not burn down.
    let lamp = says(text, &LAMPS);
    let fire = match kind {
        Kind::Fire => says(text, &RAGING),
        _ => !lamp && says(text, &BURNING),
    };
    Asked {
        lightning: design.weather == Weather::Storm && !no_sky && kind != Kind::AboveClouds,
        aurora: !no_sky && kind != Kind::WinterPlain && says(text, &["aurora", "northern lights"]),
        fire: fire && !no_sky,
        fog: design.weather == Weather::Fog
            && !no_sky
            && !indoors
            && !matches!(kind, Kind::Mountains | Kind::AboveClouds | Kind::Staircase),
    }
}

/// Weather in which what words name in the sky is seen.
fn sky_of(weather: scene::Weather, text: &[String]) -> scene::Weather {
    let cloud = if says(text, &["aurora", "northern lights"]) && weather.storm == 0.0 {
        weather.cloud.min(0.25)
    } else {
        weather.cloud
    };
    scene::Weather { cloud, ..weather }
}

/// A text's words in small letters.
fn words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric());
    words.filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

/// Whether a text has one of these phrases.
fn says(text: &[String], phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| {
        let length = phrase.split(' ').count();
        text.windows(length).any(|here| phrase.split(' ').eq(here))
    })
}

/// Words of ice where no tree grows.
const OPEN_ICE: [&str; 16] = [
    "iceberg",
    "icebergs",
    "ice",
    "arctic",
    "antarctic",
    "antarctica",
    "penguin",
    "penguins",
    "polar bear",
    "polar bears",
    "north pole",
    "south pole",
    "tundra",
    "igloo",
    "glacier",
    "ice floe",
];
/// Words of grass that the sun has dried.
const DRY_GRASS: [&str; 15] = [
    "prairie",
    "prairies",
    "savanna",
    "savannah",
    "steppe",
    "great plains",
    "wheat",
    "harvest",
    "safari",
    "fields of gold",
    "field of gold",
    "golden field",
    "golden fields",
    "fields of barley",
    "haystack",
];
/// Words of rooms where there is a stove.
const KITCHEN: [&str; 10] = [
    "kitchen",
    "kitchens",
    "kneading",
    "baking",
    "cooking",
    "stove",
    "oven",
    "kettle",
    "washing dishes",
    "dishes",
];
/// Words of what stands in flames...
const BURNING: [&str; 14] = [
    "burning",
    "burn",
    "burns",
    "burned",
    "burnt",
    "on fire",
    "in flames",
    "ablaze",
    "inferno",
    "wildfire",
    "wildfires",
    "blazing",
    "arson",
    "firestorm",
];
/// ...of what is more than a bonfire...
const RAGING: [&str; 11] = [
    "on fire",
    "in flames",
    "burn it",
    "burn down",
    "burning down",
    "burn this",
    "burn them",
    "inferno",
    "wildfire",
    "firestorm",
    "arson",
];
/// ...and of what only shines.
const LAMPS: [&str; 12] = [
    "candle",
    "candles",
    "candlelight",
    "lamp",
    "lantern",
    "lanterns",
    "cigarette",
    "sun",
    "oil",
    "eyes",
    "stove",
    "incense",
];

/// What decides a scene's composition.
pub fn seed_of(scene: SceneRef) -> u64 {
    seed::mix([scene.seed, u64::from(scene.variant)])
}

/// A frame's music as worlds know it.
pub fn music(spec: &FrameSpec) -> Music {
    let (now, clock) = (&spec.reactive, &spec.clock);
    Music {
        bass: now.bass,
        mid: now.mid,
        high: now.high,
        loudness: now.loudness,
        kick: now.kick,
        snare: now.snare,
        hat: now.hat,
        build: now.build,
        burst: now.burst,
        beat: clock.beat,
        bar: clock.bar,
        secs: clock.secs,
    }
}

fn kind(set: Set, chance: &mut Chance) -> Kind {
    let mut one_of = |kinds: &[Kind]| kinds[chance.below(kinds.len())];
    match set {
        Set::CityStreet => Kind::City,
        Set::Rooftop => Kind::Rooftop,
        Set::NeonAlley => Kind::NeonAlley,
        Set::Suburb => Kind::Suburb,
        Set::Highway => Kind::Road,
        Set::TrainPlatform => Kind::Railway,
        Set::Station => Kind::Station,
        Set::SchoolHall | Set::Hospital => Kind::Corridor,
        Set::Bedroom => Kind::Bedroom,
        Set::Club => Kind::Club,
        Set::ConcertStage => Kind::Stage,
        Set::Church => Kind::Church,
        Set::Diner => Kind::Diner,
        Set::Harbour => Kind::Harbour,
        Set::Bridge => Kind::Bridge,
        Set::Beach => Kind::Beach,
        Set::OpenSea => Kind::Ocean,
        Set::Underwater => Kind::Underwater,
        Set::River => Kind::River,
        Set::Lake => Kind::Lake,
        Set::Waterfall => Kind::Waterfall,
        Set::AboveClouds => Kind::AboveClouds,
        Set::Jungle => Kind::Jungle,
        Set::Cave => Kind::Cave,
        Set::Ruins => Kind::Ruins,
        Set::Bonfire => Kind::Fire,
        Set::Staircase => Kind::Staircase,
        Set::Forest => Kind::Forest,
        Set::Meadow => Kind::Meadow,
        Set::Mountains => Kind::Mountains,
        Set::Desert => Kind::Desert,
        Set::WinterPlain => Kind::WinterPlain,
        Set::Space => Kind::Space,
        Set::EarthOrbit => Kind::Earth,
        Set::Planet => Kind::Planet,
        Set::Garden => Kind::Garden,
        Set::Fairground => Kind::Fairground,
        Set::Library => Kind::Library,
        Set::Cemetery => Kind::Graveyard,
        Set::StormSky => Kind::StormPlain,
        Set::ColourField => one_of(&[
            Kind::LiquidMetal,
            Kind::Ink,
            Kind::FoldedLight,
            Kind::Mandala,
            Kind::Particles,
            Kind::Waves,
        ]),
    }
}

fn hour(daytime: Daytime, chance: &mut Chance) -> f32 {
    let (middle, spread) = match daytime {
        Daytime::Dawn => (0.255, 0.02),
        // Mornings and afternoons: the light comes from a side.
        Daytime::Day => (if chance.happens(0.5) { 0.41 } else { 0.59 }, 0.03),
        Daytime::Dusk => (0.75, 0.02),
        Daytime::Night => (0.0, 0.03),
    };
    (middle + chance.within(-spread, spread)).rem_euclid(1.0)
}

fn weather(weather: Weather, chance: &mut Chance) -> scene::Weather {
    let fair = scene::Weather {
        cloud: chance.within(0.25, 0.5),
        fog: 0.0,
        rain: 0.0,
        snow: 0.0,
        storm: 0.0,
        wind: chance.within(0.2, 0.5),
    };
    match weather {
        Weather::Clear => fair,
        Weather::Clouds => scene::Weather { cloud: 0.7, ..fair },
        Weather::Rain => scene::Weather {
            cloud: 0.85,
            fog: 0.2,
            rain: 0.8,
            ..fair
        },
        Weather::Snow => scene::Weather {
            cloud: 0.7,
            fog: 0.15,
            snow: 0.9,
            ..fair
        },
        Weather::Fog => scene::Weather {
            cloud: 0.5,
            fog: 0.8,
            ..fair
        },
        Weather::Storm => scene::Weather {
            cloud: 0.95,
            rain: 0.5,
            storm: 1.0,
            wind: 0.9,
            ..fair
        },
    }
}

/// A colour's light: none is below 0.
fn linear(color: &Oklch) -> [f32; 3] {
    color.linear().map(|v| v.max(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::Palette;

    fn design(prompt: &str, set: Set, weather: Weather) -> Design {
        Design {
            prompt: prompt.to_owned(),
            cast: Vec::new(),
            set,
            daytime: Daytime::Night,
            weather,
            palette: Palette::default(),
            props: Vec::new(),
            style: None,
            print: None,
            style_name: String::new(),
        }
    }

    fn of(prompt: &str, set: Set, weather: Weather) -> Setting {
        let scene = SceneRef {
            prompt: 0,
            variant: 0,
            seed: 3,
        };
        Setting::new(&design(prompt, set, weather), scene)
    }

    #[test]
    fn words_ask_for_fire_and_northern_light_and_weather_for_bolts_and_fog() {
        let jungle = of("helicopters over a burning jungle", Set::Jungle, Weather::Clear).asked;
        assert!(jungle.fire && !jungle.lightning && !jungle.fog && !jungle.aurora);
        assert!(!of("a burning candle", Set::Bedroom, Weather::Clear).asked.fire);
        assert!(!of("around the fire", Set::Bonfire, Weather::Clear).asked.fire);
        assert!(of("Burn it down!", Set::Bonfire, Weather::Clear).asked.fire);
        assert!(
            of("the Northern Lights over the lake", Set::Lake, Weather::Clear)
                .asked
                .aurora
        );
        assert!(of("a ship", Set::OpenSea, Weather::Storm).asked.lightning);
        assert!(!of("the deep", Set::Underwater, Weather::Storm).asked.lightning);
        assert!(of("a ghost ship", Set::OpenSea, Weather::Fog).asked.fog);
        assert!(!of("smoke", Set::Club, Weather::Fog).asked.fog);
    }

    #[test]
    fn rooms_are_what_they_are_called() {
        let kind = |prompt, set| of(prompt, set, Weather::Clear).kind;
        assert_eq!(kind("dancing in the kitchen", Set::Bedroom), Kind::Kitchen);
        assert_eq!(kind("the kitchen table", Set::Diner), Kind::Kitchen);
        assert_eq!(kind("a dusty attic", Set::Bedroom), Kind::Attic);
        assert_eq!(kind("my room", Set::Bedroom), Kind::Bedroom);
        assert!(of("penguins on an iceberg", Set::WinterPlain, Weather::Snow).scene.bare);
        assert!(!of("a snowy wood", Set::WinterPlain, Weather::Snow).scene.bare);
        assert!(of("buffalo on the prairie", Set::Meadow, Weather::Clear).scene.bare);
        assert!(!of("ice cream on a meadow", Set::Meadow, Weather::Clear).scene.bare);
        let cloud = |prompt| of(prompt, Set::Lake, Weather::Clouds).scene.weather.cloud;
        assert!(cloud("the aurora over a lake") < 0.3 && cloud("a lake") > 0.6);
    }
}
