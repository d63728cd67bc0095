//! Who there is: persons with build, clothes and hair that stay theirs in every scene, animals, and things.

use crate::{scalar::Chance, world::Role};

use super::{costume::Costume, paint::Colours};

macro_rules! names {
    ($(#[$doc:meta])* $kind:ident: $($name:ident $text:literal),* $(,)?) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[expect(missing_docs, reason = "the names say it")]
        pub enum $kind { $($name),* }

        impl $kind {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// Its name among the packed meshes.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }
        }
    };
}

names! {
    /// Sex, age and stature.
    Build: Woman "woman", WomanSlim "woman_slim", WomanBroad "woman_broad", WomanOld "woman_old",
    GirlTeen "girl_teen", Girl "girl", Man "man", ManSlim "man_slim", ManBroad "man_broad", ManOld "man_old",
    BoyTeen "boy_teen", Boy "boy", Infant "infant",
}
names! {
    /// Clothes.
    Outfit: WomanSuit "woman_suit", WomanCasual "woman_casual", Shorts "woman_shorts", Sport "sport",
    DressShort "dress_short", DressLong "dress_long", WomanCoat "woman_coat", Suit "suit", Shirt "shirt",
    Sweater "sweater", Jacket "jacket", Tshirt "tshirt", Overall "overall", Coat "coat",
}
names! {
    /// Hair.
    Hair: Afro "afro01", Bob "bob01", BobSmooth "bob02", Braid "braid01", Long "long01", Ponytail "ponytail01",
    Short "short01", ShortNeat "short02", ShortCrop "short03", ShortLoose "short04",
}

/// Years, roughly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Age {
    Infant,
    Child,
    Teen,
    Grown,
    Old,
}

/// Woman or man, girl or boy, by the shape of the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Sex {
    Female,
    Male,
}

impl Build {
    /// Sex and age.
    #[must_use]
    pub fn kind(self) -> (Sex, Age) {
        match self {
            Self::Woman | Self::WomanSlim | Self::WomanBroad => (Sex::Female, Age::Grown),
            Self::WomanOld => (Sex::Female, Age::Old),
            Self::GirlTeen => (Sex::Female, Age::Teen),
            Self::Girl => (Sex::Female, Age::Child),
            Self::Man | Self::ManSlim | Self::ManBroad => (Sex::Male, Age::Grown),
            Self::ManOld => (Sex::Male, Age::Old),
            Self::BoyTeen => (Sex::Male, Age::Teen),
            Self::Boy => (Sex::Male, Age::Child),
            Self::Infant => (Sex::Female, Age::Infant),
        }
    }
}

/// A person: the same in every scene.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Person {
    /// Who.
    pub id: u32,
    /// Body.
    pub build: Build,
    /// Clothes; what the build does not wear is exchanged for what it does.
    pub outfit: Outfit,
    /// Hair; `None` bald.
    pub hair: Option<Hair>,
    /// A fedora over it.
    pub hat: bool,
    /// Percent of the build's height: 93 short, 107 tall.
    pub stature: u8,
    /// Colours that words give.
    pub colours: Colours,
    /// What is worn besides clothes.
    pub costume: Option<Costume>,
}

impl Person {
    /// Somebody: the id decides what words leave open.
    #[must_use]
    pub fn new(id: u32, sex: Sex, age: Age) -> Self {
        let mut chance = Chance::new(u64::from(id), 0x00C0_FFEE);
        let pick = |list: &[Build], at: usize| list[at % list.len()];
        let stature = chance.below(6);
        let build = match (sex, age) {
            (_, Age::Infant) => Build::Infant,
            (Sex::Female, Age::Child) => Build::Girl,
            (Sex::Male, Age::Child) => Build::Boy,
            (Sex::Female, Age::Teen) => Build::GirlTeen,
            (Sex::Male, Age::Teen) => Build::BoyTeen,
            (Sex::Female, Age::Old) => Build::WomanOld,
            (Sex::Male, Age::Old) => Build::ManOld,
            (Sex::Female, Age::Grown) => {
                let list = [
                    Build::Woman,
                    Build::WomanSlim,
                    Build::Woman,
                    Build::WomanSlim,
                    Build::Woman,
                    Build::WomanBroad,
                ];
                pick(&list, stature)
            }
            (Sex::Male, Age::Grown) => {
                let list = [
                    Build::Man,
                    Build::ManSlim,
                    Build::Man,
                    Build::ManSlim,
                    Build::Man,
                    Build::ManBroad,
                ];
                pick(&list, stature)
            }
        };
        let outfits: &[Outfit] = match (sex, age) {
            (_, Age::Infant) => &[Outfit::DressShort, Outfit::WomanCasual],
            (Sex::Female, Age::Child) => &[Outfit::DressShort, Outfit::DressShort, Outfit::WomanCasual],
            (Sex::Male, Age::Child) => &[Outfit::Tshirt, Outfit::Sweater, Outfit::Overall],
            (Sex::Female, Age::Old) => &[Outfit::WomanCoat, Outfit::DressLong, Outfit::WomanSuit],
            (Sex::Male, Age::Old) => &[Outfit::Coat, Outfit::Suit, Outfit::Sweater],
            (Sex::Female, Age::Teen) => &[Outfit::DressShort, Outfit::WomanCasual, Outfit::Shorts],
            (Sex::Male, Age::Teen) => &[Outfit::Tshirt, Outfit::Jacket, Outfit::Sweater],
            (Sex::Female, Age::Grown) => &[
                Outfit::DressLong,
                Outfit::DressShort,
                Outfit::WomanCasual,
                Outfit::WomanCoat,
                Outfit::DressShort,
                Outfit::Shorts,
            ],
            (Sex::Male, Age::Grown) => &[
                Outfit::Coat,
                Outfit::Suit,
                Outfit::Shirt,
                Outfit::Jacket,
                Outfit::Sweater,
                Outfit::Tshirt,
            ],
        };
        let hairs: &[Hair] = match sex {
            Sex::Female => &[
                Hair::Long,
                Hair::Ponytail,
                Hair::Bob,
                Hair::BobSmooth,
                Hair::Braid,
                Hair::Long,
            ],
            Sex::Male => &[
                Hair::Short,
                Hair::ShortNeat,
                Hair::ShortCrop,
                Hair::ShortLoose,
                Hair::Afro,
            ],
        };
        Self {
            id,
            build,
            outfit: outfits[chance.below(outfits.len())],
            hair: Some(hairs[chance.below(hairs.len())]),
            hat: sex == Sex::Male && age >= Age::Grown && chance.happens(0.22),
            stature: 97 + chance.below(7) as u8,
            colours: Colours::default(),
            costume: None,
        }
    }

    /// The same person at another age: sex, hair and hat stay, body and clothes are of that age.
    #[must_use]
    pub fn aged(self, age: Age) -> Self {
        let (sex, now) = self.build.kind();
        if age == now {
            return self;
        }
        let other = Self::new(self.id, sex, age);
        Self {
            hair: self.hair,
            hat: self.hat && age >= Age::Grown,
            stature: self.stature,
            colours: self.colours,
            costume: self.costume,
            ..other
        }
    }

    /// In other clothes.
    #[must_use]
    pub fn wearing(self, outfit: Outfit) -> Self {
        Self { outfit, ..self }
    }
}

/// An animal of [`Animal::ALL`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Animal(pub(super) u16);

/// A thing of [`Thing::ALL`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Thing(pub(super) u16);

macro_rules! table {
    ($kind:ident, $table:expr, $count:expr) => {
        impl $kind {
            /// All of them.
            pub const ALL: [Self; $count] = {
                let mut all = [Self(0); $count];
                let mut k = 0;
                while k < all.len() {
                    all[k] = Self(k as u16);
                    k += 1;
                }
                all
            };

            /// By its name.
            #[must_use]
            pub fn named(name: &str) -> Option<Self> {
                $table
                    .iter()
                    .position(|entry| entry.0 == name)
                    .map(|k| Self(k as u16))
            }
            /// Its name, lower case, one word or two.
            #[must_use]
            pub fn name(self) -> &'static str {
                $table[usize::from(self.0)].0
            }
            /// Its natural size in metres: the height of what stands, the length or span of what swims or flies.
            #[must_use]
            pub fn height(self) -> f32 {
                $table[usize::from(self.0)].1
            }
            /// Where it belongs.
            #[must_use]
            pub fn role(self) -> Role {
                $table[usize::from(self.0)].2
            }
        }
    };
}
table!(Animal, super::tables::ANIMALS, super::tables::ANIMALS.len());
table!(Thing, super::tables::THINGS, super::tables::THINGS.len());
