//! Who is who: persons that stay themselves through all scenes of a video, and age with its words.
//!
//! A cast that a storyboard gives is called by name. Without one there is a leading woman and a leading man, whom words
//! such as "a girl", "she", "the bride", "an old couple" mean in whichever scene they stand; strangers, a couple's child
//! and second persons of a scene are others, and known again by their word.

use phosphene_core::{prompt::CastMember, seed};
use phosphene_worlds::{
    figures::{Age, Build, Costume, Finish, Hair, Outfit, Paint, Person, Sex},
    scalar::Chance,
};

use crate::{
    design::Design,
    error::Result,
    look::{self, Colouring, Garment, Look, Said},
    meaning::colour_words,
};

/// These are never a lead.
const OTHERS: [&str; 20] = [
    "stranger",
    "king",
    "queen",
    "witch",
    "wizard",
    "santa",
    "police",
    "soldier",
    "ghost",
    "angel",
    "vampire",
    "zombie",
    "mermaid",
    "merman",
    "fairy",
    "elf",
    "mage",
    "superhero",
    "ninja",
    "judge",
];

/// All persons of a video so far.
#[derive(Debug, Clone)]
pub struct Story {
    seed: u64,
    known: Vec<Known>,
    colouring: &'static Colouring,
}

/// A person, whatever the age.
#[derive(Debug, Clone)]
struct Known {
    who: Who,
    id: u32,
    sex: Sex,
    look: Look,
    /// In the scene last seen; `None` before the first.
    age: Option<Age>,
}

/// How a person is known again.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Who {
    /// The leading woman or man.
    Lead,
    /// Of the storyboard's cast.
    Member(String),
    /// By the word for them.
    Word(String),
}

/// A scene, while its persons are found.
#[derive(Debug)]
pub struct SceneWords {
    /// Its prompt's words.
    pub words: Vec<String>,
    /// Ids of who is in it already.
    taken: Vec<u32>,
    /// Whether one of them is grown.
    grown: bool,
}

impl SceneWords {
    /// Of a design.
    pub fn of(design: &Design) -> Self {
        Self {
            words: look::words(&design.prompt),
            taken: Vec::new(),
            grown: false,
        }
    }

    /// The words for somebody, and those right beside them: a "skeleton bride" is called "bride".
    pub fn beside(&self, of: &[String]) -> Vec<String> {
        let own = |at: usize| self.words.get(at).is_some_and(|word| of.contains(word));
        let near = |at: &usize| own(*at) || own(*at + 1) || at.checked_sub(1).is_some_and(own);
        let near = (0..self.words.len()).filter(near).map(|at| self.words[at].clone());
        of.iter().cloned().chain(near).collect()
    }

    /// Whether two words for persons stand side by side, and mean one: "ghost bride".
    pub fn one_of(&self, first: &[String], second: &[String]) -> bool {
        let mut pairs = self.words.windows(2);
        pairs.any(|two| {
            (first.contains(&two[0]) && second.contains(&two[1]))
                || (second.contains(&two[0]) && first.contains(&two[1]))
        })
    }

    /// Whether its words have any of these.
    pub fn has(&self, list: &[&str]) -> bool {
        look::any(&self.words, list)
    }
}

impl Story {
    /// Before the first scene of these designs; other prompts are other people.
    ///
    /// # Errors
    /// [`crate::Error::Asset`] when the table of colours is damaged.
    pub fn new(designs: &[Design]) -> Result<Self> {
        let bytes = designs.iter().flat_map(|design| design.prompt.bytes());
        Ok(Self {
            seed: bytes.fold(7, |hash, byte| hash.wrapping_mul(31).wrapping_add(u64::from(byte))),
            known: Vec::new(),
            colouring: colour_words()?,
        })
    }

    /// What a text says of a person's looks.
    fn look(&self, words: &[String]) -> Look {
        Look {
            colours: look::colours(words, self.colouring),
            ..Look::of(&words.join(" "))
        }
    }

    /// The member of the cast, as the scene has them.
    pub fn member(&mut self, member: &CastMember, scene: &mut SceneWords) -> Person {
        let words = look::words(&member.look);
        let look = self.look(&words).or(look::role(&words, self.colouring));
        let said = look::age_of_named(&look::words(&member.name), &scene.words);
        let who = Who::Member(member.name.clone());
        let sex = look.sex.unwrap_or(Sex::Female);
        let at = self.find(&who, sex).unwrap_or_else(|| self.meet(who, sex, look));
        // Words of the scene may age them; else they are as old as the cast says.
        let said = if said == Said::Nothing { look.age } else { said };
        self.appear(at, said, scene)
    }

    /// The person whom these words mean; `sex` where they say it.
    pub fn person(&mut self, words: &[String], sex: Option<Sex>, scene: &mut SceneWords) -> Person {
        let said = look::age(words, &scene.words);
        let who = self.who(words, said, scene);
        let sex = sex.unwrap_or_else(|| self.likely(&who, scene));
        let at = match self.find(&who, sex) {
            Some(at) if !scene.taken.contains(&self.known[at].id) => at,
            // A second woman, a second man of the scene.
            Some(_) => {
                let second = Who::Word(format!("{} {}", words.join(" "), scene.taken.len()));
                match self.find(&second, sex) {
                    Some(at) => at,
                    None => self.meet(second, sex, Look::default()),
                }
            }
            None => self.meet(who, sex, Look::default()),
        };
        // What one scene says of looks holds in all.
        let about = look::about(words, sex, &scene.words);
        let told = if scene.taken.is_empty() || about.len() < scene.words.len() {
            self.look(about)
        } else {
            Look::default()
        };
        // What they are called says more than what else is called so.
        let told = told.or(look::role(&scene.beside(words), self.colouring));
        let known = &mut self.known[at];
        known.look = known.look.or(Look {
            sex: None,
            age: Said::Nothing,
            ..told
        });
        self.appear(at, said, scene)
    }

    /// The singer's father, mother or grandparent, by the word for them; `called` says the age.
    pub fn parent(&mut self, word: &str, called: &str, sex: Sex, scene: &mut SceneWords) -> Person {
        let who = Who::Word(word.to_owned());
        let at = self
            .find(&who, sex)
            .unwrap_or_else(|| self.meet(who, sex, Look::default()));
        self.appear(at, look::age(&[called.to_owned()], &scene.words), scene)
    }

    fn who(&self, words: &[String], said: Said, scene: &SceneWords) -> Who {
        if let Some(word) = words.iter().find(|word| OTHERS.contains(&word.as_str())) {
            return Who::Word(word.clone());
        }
        if scene.has(&["another", "stranger"]) && scene.taken.is_empty() {
            return Who::Word("another".to_owned());
        }
        let young = matches!(said, Said::Exactly(Age::Child | Age::Infant));
        let grown = |known: &Known| known.who == Who::Lead && known.age >= Some(Age::Grown);
        let memory = scene.has(&[
            "memory",
            "memories",
            "remember",
            "remembers",
            "childhood",
            "once",
            "when",
        ]);
        if young && !memory && (scene.grown || self.known.iter().any(grown)) {
            return Who::Word("child".to_owned());
        }
        Who::Lead
    }

    /// Whom words without a sex mean: who was there before, else either.
    fn likely(&self, who: &Who, scene: &SceneWords) -> Sex {
        let mut before = self.known.iter().filter(|known| known.who == *who);
        let free = before.find(|known| !scene.taken.contains(&known.id));
        free.map_or_else(
            || {
                let word = format!("{who:?}");
                let hash = word.bytes().fold(self.seed, |h, b| seed::mix([h, u64::from(b)]));
                if hash.is_multiple_of(2) { Sex::Female } else { Sex::Male }
            },
            |known| known.sex,
        )
    }

    fn find(&self, who: &Who, sex: Sex) -> Option<usize> {
        self.known
            .iter()
            .position(|known| known.who == *who && (known.sex == sex || matches!(who, Who::Member(_))))
    }

    fn meet(&mut self, who: Who, sex: Sex, look: Look) -> usize {
        let id = seed::mix([self.seed, self.known.len() as u64, sex as u64]) % 9973;
        self.known.push(Known {
            who,
            id: id as u32,
            sex,
            look,
            age: None,
        });
        self.known.len() - 1
    }

    fn appear(&mut self, at: usize, said: Said, scene: &mut SceneWords) -> Person {
        let known = &mut self.known[at];
        let age = match (said, known.age) {
            (Said::Exactly(age), _) => age,
            (Said::Nothing, before) => before.unwrap_or(Age::Grown),
            (Said::AtLeast(age), before) => before.map_or(age, |before| before.max(age)),
        };
        known.age = Some(age);
        scene.grown |= age >= Age::Grown;
        scene.taken.push(known.id);
        known.person(age, look::wedding(&scene.words))
    }
}

impl Known {
    fn person(&self, age: Age, wedding: bool) -> Person {
        let plain = Person::new(self.id, self.sex, age);
        // What is drawn from the id is the same in every scene.
        let mut chance = Chance::new(u64::from(self.id), 0xCA57);
        let girth = self.look.girth.unwrap_or([-1, 0, 0][chance.below(3)]);
        let stature = self.look.stature.unwrap_or(97 + chance.below(8) as u8);
        // Hair and clothes whose outlines read from afar.
        let hair = match self.sex {
            Sex::Female => [Hair::Long, Hair::Ponytail, Hair::Braid, Hair::Bob][chance.below(4)],
            Sex::Male => [Hair::Short, Hair::ShortNeat, Hair::ShortLoose, Hair::Afro][chance.below(4)],
        };
        let often = chance.happens(0.3);
        let choice = chance.below(6);
        let build = match (self.sex, age, girth) {
            (Sex::Female, Age::Grown, ..0) => Build::WomanSlim,
            (Sex::Female, Age::Grown, 0) => Build::Woman,
            (Sex::Female, Age::Grown, _) => Build::WomanBroad,
            (Sex::Male, Age::Grown, ..0) => Build::ManSlim,
            (Sex::Male, Age::Grown, 0) => Build::Man,
            (Sex::Male, Age::Grown, _) => Build::ManBroad,
            _ => plain.build,
        };
        let pick = |list: &[Outfit]| list[choice % list.len()];
        let usual = match (self.sex, age) {
            (_, Age::Infant | Age::Child) => plain.outfit,
            (Sex::Female, Age::Teen) => pick(&[Outfit::DressShort, Outfit::WomanCasual]),
            (Sex::Female, Age::Grown) => pick(&[Outfit::DressLong, Outfit::WomanCoat, Outfit::DressShort]),
            (Sex::Female, Age::Old) => pick(&[Outfit::WomanCoat, Outfit::DressLong]),
            (Sex::Male, Age::Teen) => pick(&[Outfit::Jacket, Outfit::Sweater]),
            (Sex::Male, Age::Grown) => pick(&[Outfit::Jacket, Outfit::Suit, Outfit::Shirt]),
            (Sex::Male, Age::Old) => pick(&[Outfit::Sweater, Outfit::Suit]),
        };
        let outfit = match self.look.garment {
            _ if wedding && age >= Age::Teen => match self.sex {
                Sex::Female => Outfit::DressLong,
                Sex::Male => Outfit::Suit,
            },
            Some(Garment::LongDress) if age < Age::Teen => Outfit::DressShort,
            Some(garment) if age >= Age::Teen => garment.worn(self.sex),
            _ => usual,
        };
        let mut colours = self.look.colours;
        if wedding && self.sex == Sex::Female && age >= Age::Teen {
            colours.clothes = colours.clothes.or(Some(Paint::new([0.86; 3], Finish::Matte)));
        }
        if age == Age::Old {
            colours.hair = colours.hair.or(Some(Paint::new([0.62; 3], Finish::Matte)));
        }
        let costume = match (wedding, self.sex, age) {
            (true, Sex::Female, Age::Grown) => self.look.costume.or(Some(Costume::Veil)),
            _ => self.look.costume,
        };
        let ghostly = colours.body.is_some_and(|paint| paint.finish == Finish::Ghostly);
        let hat = self.look.hat.unwrap_or(often && self.sex == Sex::Male);
        Person {
            build,
            outfit,
            // One sees through a ghost, and would see the inside of the hair.
            hair: self.look.hair.unwrap_or(Some(hair)).filter(|_| !ghostly),
            hat: hat && age >= Age::Grown && !wedding && self.look.costume.is_none(),
            stature,
            colours,
            costume,
            ..plain
        }
    }
}

#[cfg(test)]
mod tests {
    use phosphene_core::prompt::Prompt;

    use super::*;
    use crate::{meaning::Meaning, stage::casting};

    /// Each scene's persons, women first.
    fn persons(prompts: &[Prompt]) -> Vec<Vec<Person>> {
        let designs = Meaning::embedded().unwrap().design_all(prompts).unwrap();
        let mut story = Story::new(&designs).unwrap();
        let mut of = |design: &Design| {
            let parts = casting::cast(design, &mut story).unwrap();
            let mut persons: Vec<Person> = parts.iter().flat_map(casting::Part::persons).collect();
            persons.sort_by_key(|person| person.build.kind().0);
            persons
        };
        designs.iter().map(&mut of).collect()
    }

    fn prompts(texts: &[&str]) -> Vec<Prompt> {
        let prompt = |text: &&str| Prompt {
            text: (*text).to_owned(),
            ..Prompt::default()
        };
        texts.iter().map(prompt).collect()
    }

    #[test]
    fn a_couple_stays_itself_and_ages() {
        let life = persons(&prompts(&[
            "a boy and a girl playing by the river",
            "two teenagers in a car under the stars",
            "a wedding in a church",
            "lovers kissing in the rain",
            "a couple dancing in a kitchen",
            "an old couple on a bench by a lake",
        ]));
        let ages = [Age::Child, Age::Teen, Age::Grown, Age::Grown, Age::Grown, Age::Old];
        for (index, (scene, age)) in life.iter().zip(ages).enumerate() {
            let [woman, man] = scene[..] else { panic!("{scene:?}") };
            assert_eq!(woman.build.kind(), (Sex::Female, age));
            assert_eq!(man.build.kind(), (Sex::Male, age));
            for (now, then) in scene.iter().zip(&life[0]) {
                assert_eq!(
                    (now.id, now.hair, now.stature),
                    (then.id, then.hair, then.stature),
                    "scene {index}"
                );
            }
        }
        assert_eq!(life[3], life[4], "clothes of one age are the same");
        let wedding: Vec<Outfit> = life[2].iter().map(|person| person.outfit).collect();
        assert_eq!(wedding, [Outfit::DressLong, Outfit::Suit]);
    }

    #[test]
    fn a_word_that_comes_again_is_the_same_person() {
        let girl = persons(&prompts(&[
            "a girl in a club",
            "the sea",
            "a stranger on a train",
            "the girl on a beach",
        ]));
        assert_eq!(girl[0], girl[3]);
        assert!(girl[1].is_empty());
        assert_ne!(girl[0][0].id, girl[2][0].id);
        let she = persons(&prompts(&[
            "a tall woman with long hair in a coat",
            "she dances in the rain",
            "he waits",
        ]));
        assert_eq!(she[0], she[1]);
        assert_eq!(
            (she[1][0].outfit, she[1][0].hair),
            (Outfit::WomanCoat, Some(Hair::Long))
        );
        assert_eq!(she[2][0].build.kind().0, Sex::Male);
    }

    #[test]
    fn parents_have_a_child_and_it_is_somebody_else() {
        let family = persons(&prompts(&[
            "a man and a woman by the sea",
            "a mother and a father with their child",
        ]));
        let ages: Vec<Age> = family[1].iter().map(|person| person.build.kind().1).collect();
        assert_eq!(ages.iter().filter(|age| **age == Age::Child).count(), 1, "{family:?}");
        let parents: Vec<u32> = family[0].iter().map(|person| person.id).collect();
        let same = family[1].iter().filter(|person| parents.contains(&person.id));
        assert_eq!(same.count(), 2, "{family:?}");
    }

    #[test]
    fn the_cast_is_called_by_name() {
        let cast: Vec<CastMember> = [
            ("Anna", "a tall woman with long dark hair, red coat"),
            ("Ben", "a broad man, bald"),
        ]
        .map(|(name, look)| CastMember {
            name: name.to_owned(),
            look: look.to_owned(),
        })
        .into();
        let mut scenes = prompts(&[
            "Anna on a beach",
            "she runs through the rain",
            "Anna and Ben in a church",
            "old Anna in a garden",
        ]);
        for scene in &mut scenes {
            scene.cast.clone_from(&cast);
        }
        let seen = persons(&scenes);
        let anna = seen[0][0];
        assert_eq!(
            (anna.outfit, anna.hair, anna.stature),
            (Outfit::WomanCoat, Some(Hair::Long), 107)
        );
        assert_eq!(seen[1], [anna]);
        assert_eq!(seen[2].len(), 2);
        assert_eq!(seen[2][0], anna);
        assert_eq!((seen[2][1].build, seen[2][1].hair), (Build::ManBroad, None));
        assert_eq!((seen[3][0].id, seen[3][0].build), (anna.id, Build::WomanOld));
    }
}
