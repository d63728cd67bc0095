//! Which hub, with which rights, and how patiently.

use std::{env, path::PathBuf, time::Duration};

const PUBLIC_HUB: &str = "https://huggingface.co";

/// How to reach the hub.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The hub's address, without a slash at its end.
    pub endpoint: String,
    /// Proves who asks, for models that are not given to everybody.
    pub token: Option<String>,
    /// Nothing may be asked of the network.
    pub offline: bool,
    /// The folder of files that other programs fetched from the hub; they are linked instead of fetched again.
    pub cache: Option<PathBuf>,
    /// How a connection that breaks off is made anew.
    pub patience: Patience,
}

/// How a connection that breaks off is made anew.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// Connections in a row that may bring nothing before a pull fails.
    pub tries: u32,
    /// The wait before the first new one; each further wait is twice as long.
    pub pause: Duration,
    /// A connection that is silent for longer counts as broken.
    pub silence: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            tries: 5,
            pause: Duration::from_secs(1),
            silence: Duration::from_secs(30),
        }
    }
}

impl Settings {
    /// What the environment says, by the names that the hub's own programs use: `HF_ENDPOINT`, `HF_TOKEN`,
    /// `HF_HUB_OFFLINE`, and for the cache `HF_HUB_CACHE`, `HF_HOME`, `XDG_CACHE_HOME`.
    #[must_use]
    pub fn from_environment() -> Self {
        let text = |name: &str| env::var(name).ok().filter(|value| !value.trim().is_empty());
        let folder = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let home = if cfg!(target_os = "windows") {
            "USERPROFILE"
        } else {
            "HOME"
        };
        let hugging_face = folder("HF_HOME")
            .or_else(|| folder("XDG_CACHE_HOME").map(|cache| cache.join("huggingface")))
            .or_else(|| folder(home).map(|home| home.join(".cache/huggingface")));
        let yes = |value: &String| matches!(value.trim().to_uppercase().as_str(), "1" | "ON" | "YES" | "TRUE");
        let endpoint = text("HF_ENDPOINT").unwrap_or_else(|| PUBLIC_HUB.into());
        Self {
            endpoint: endpoint.trim().trim_end_matches('/').into(),
            token: text("HF_TOKEN").map(|token| token.trim().to_owned()),
            offline: text("HF_HUB_OFFLINE").as_ref().is_some_and(yes),
            cache: folder("HF_HUB_CACHE").or_else(|| hugging_face.map(|home| home.join("hub"))),
            patience: Patience::default(),
        }
    }
}
