//! Where a model came from, and under which licence: written by a pull, or read from the model's card.

use phosphene_core::Error as CoreError;
use std::{fmt, fs, path::Path};

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// The file in a pulled model's folder that holds its [`Origin`].
pub const ORIGIN_FILE: &str = "phosphene.json";
/// Cards are short; what is longer is not read to its end.
const CARD_BYTES: usize = 64 * 1024;

/// Where a model came from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Origin {
    /// Its name on the hub, `owner/name`.
    pub hub: Option<String>,
    /// The commit there.
    pub revision: Option<String>,
    /// Its licence.
    pub licence: Option<Licence>,
}

/// A licence as a model's card names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Licence {
    /// The hub's word for it, such as `openrail++`; `other` when it has none.
    pub id: String,
    /// Its name, when `id` is `other`.
    pub name: Option<String>,
    /// Where its text is.
    pub link: Option<String>,
}

impl fmt::Display for Licence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let written = match (self.id.as_str(), &self.name) {
            ("creativeml-openrail-m", _) => "CreativeML OpenRAIL-M",
            ("openrail++", _) => "CreativeML OpenRAIL++-M",
            ("apache-2.0", _) => "Apache-2.0",
            ("mit", _) => "MIT",
            ("other", Some(name)) => name,
            (id, _) => id,
        };
        f.write_str(written)
    }
}

impl Origin {
    /// Writes it into a pulled model's folder.
    ///
    /// # Errors
    /// [`phosphene_core::Error::File`] when it can't be written.
    pub(crate) fn write(&self, folder: &Path) -> Result<()> {
        let path = folder.join(ORIGIN_FILE);
        let text = serde_json::to_vec_pretty(self).map_err(|error| {
            Error::from(CoreError::File {
                action: "write",
                path: path.clone(),
                source: error.into(),
            })
        })?;
        fs::write(&path, text)
            .map_err(CoreError::file("write", &path))
            .map_err(Error::from)
    }

    /// What a model's folder says of its origin: the pull's record, else the head of its README.
    #[must_use]
    pub fn read(folder: &Path) -> Self {
        let record = fs::read(folder.join(ORIGIN_FILE)).ok();
        let recorded = record.and_then(|text| serde_json::from_slice(&text).ok());
        recorded.unwrap_or_else(|| {
            let card = fs::read(folder.join("README.md")).unwrap_or_default();
            let card = String::from_utf8_lossy(&card[..card.len().min(CARD_BYTES)]).into_owned();
            Self {
                licence: licence_of_card(&card),
                ..Self::default()
            }
        })
    }
}

/// The licence in a card's head, the YAML between the first two lines of three dashes.
fn licence_of_card(card: &str) -> Option<Licence> {
    let mut lines = card.lines();
    if lines.next()?.trim_end() != "---" {
        return None;
    }
    let head: Vec<_> = lines.take_while(|line| line.trim_end() != "---").collect();
    let value = |key: &str| {
        let line = head.iter().find_map(|line| line.strip_prefix(key)?.strip_prefix(':'))?;
        let value = line.trim().trim_matches(['"', '\'']);
        (!value.is_empty()).then(|| value.to_owned())
    };
    Some(Licence {
        id: value("license")?,
        name: value("license_name"),
        link: value("license_link"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_names_its_licence() {
        let card =
            "---\nlicense: other\nlicense_name: \"sai-nc-community\"\nlicense_link: LICENSE.md\ntags:\n- a\n---\n# X";
        let licence = licence_of_card(card).unwrap();
        assert_eq!(licence.to_string(), "sai-nc-community");
        assert_eq!(licence.link.as_deref(), Some("LICENSE.md"));
        let licence = licence_of_card("---\r\nlicense: openrail++\r\n---\r\n").unwrap();
        assert_eq!(licence.to_string(), "CreativeML OpenRAIL++-M");
        for card in [
            "",
            "# No head\nlicense: mit",
            "---\ntags: x\n---\nlicense: mit",
            "---\nlicense:\n---",
        ] {
            assert_eq!(licence_of_card(card), None, "{card}");
        }
    }
}
