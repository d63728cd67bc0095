//! A scene's setting: which world a design is, when, in which weather and colours.

use phosphene_core::{
    direct::{FrameSpec, SceneRef},
    seed,
};
use phosphene_worlds::{
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
}

impl Setting {
    /// Of a design and the arrangement of it.
    pub fn new(design: &Design, key: SceneRef) -> Self {
        let seed = seed_of(key);
        let mut chance = Chance::new(seed, 0x5e7);
        let kind = kind(design.set, &mut chance);
        let named = &design.palette.named;
        let scene = scene::Scene {
            seed,
            hour: hour(design.daytime, &mut chance),
            weather: weather(design.weather, &mut chance),
            palette: scene::Palette {
                scheme: chance.below(3),
                light: named.first().map(linear),
                shadow: named.get(1).map(linear),
                ..scene::Palette::default()
            },
            ..scene::Scene::default()
        };
        Self { kind, scene }
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
        Prepared::new(self.kind, &scene)
    }
}

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
