//! Questions to the hub, and what its answers mean.

use std::{sync::Arc, thread, time::Duration};

use serde::de::DeserializeOwned;
use ureq::{
    Agent, Body, Proxy,
    config::RedirectAuthHeaders,
    http::{Response, StatusCode, header},
    tls::{RootCerts, TlsConfig},
};

use super::settings::{Patience, Settings};
use crate::error::{Error, Result};
use phosphene_core::cancel::Cancel;

const CONNECT_SECS: u64 = 20;
/// A model of thousands of files still tells of itself in less.
const LONGEST_CARD: u64 = 16 << 20;
/// Between two looks at whether to stop, while we wait.
const GLANCE: Duration = Duration::from_millis(50);

pub(super) struct Client {
    agent: Agent,
    endpoint: String,
    token: Option<String>,
    patience: Patience,
}

/// Why an answer did not come.
pub(super) enum Fault {
    /// Another try may help.
    Broken(String),
    /// The hub doesn't have the part of the file that we asked for.
    NoSuchRange,
    /// No try will help.
    Refused {
        /// Why.
        reason: String,
        /// The way out.
        remedy: String,
    },
}

impl Fault {
    fn refused(reason: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::Refused {
            reason: reason.into(),
            remedy: remedy.into(),
        }
    }
}

impl Client {
    pub(super) fn new(settings: &Settings) -> Result<Self> {
        let address = settings
            .endpoint
            .strip_prefix("https://")
            .or(settings.endpoint.strip_prefix("http://"));
        let Some(address) = address.filter(|address| !address.is_empty()) else {
            return Err(Error::value(
                "HF_ENDPOINT",
                "an address that begins with https:// or http://",
                format!("\"{}\"", settings.endpoint),
            ));
        };
        let on_this_machine = ["127.0.0.1", "localhost", "[::1]"]
            .iter()
            .any(|host| address.starts_with(host));
        let tls = TlsConfig::builder()
            // The system's certificates: those of a company's own network count too.
            .root_certs(RootCerts::PlatformVerifier)
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .build();
        let config = Agent::config_builder()
            .user_agent(concat!("phosphene/", env!("CARGO_PKG_VERSION")))
            .tls_config(tls)
            .http_status_as_error(false)
            // The storage behind the hub must not see the token.
            .redirect_auth_headers(RedirectAuthHeaders::SameHost)
            .timeout_connect(Some(Duration::from_secs(CONNECT_SECS)))
            .timeout_per_read(Some(settings.patience.silence))
            .proxy(if on_this_machine { None } else { Proxy::try_from_env() })
            .build();
        Ok(Self {
            agent: config.into(),
            endpoint: settings.endpoint.clone(),
            token: settings.token.clone(),
            patience: settings.patience,
        })
    }

    /// What the hub tells of a model.
    pub(super) fn card<T: DeserializeOwned>(&self, model: &str, cancel: &Cancel) -> Result<T> {
        let address = format!("{}/api/models/{model}?blobs=true", self.endpoint);
        let mut silent = 0;
        loop {
            let answer = self.get(&address, model, 0).and_then(|mut answer| {
                let text = answer.body_mut().with_config().limit(LONGEST_CARD).read_to_vec();
                let text = text.map_err(|error| Fault::Broken(error.to_string()))?;
                serde_json::from_slice(&text).map_err(|error| {
                    Fault::refused(
                        format!("{} does not answer as a hub does ({error})", self.endpoint),
                        "check HF_ENDPOINT",
                    )
                })
            });
            match answer {
                Ok(card) => return Ok(card),
                Err(fault) => self.again(fault, model, &mut silent, cancel)?,
            };
        }
    }

    /// A file of a model, from byte `from` on if the hub can.
    pub(super) fn file(&self, model: &str, revision: &str, path: &str, from: u64) -> Result<Response<Body>, Fault> {
        self.get(
            &format!("{}/{model}/resolve/{revision}/{path}", self.endpoint),
            model,
            from,
        )
    }

    /// Waits before another try, `silent` being how many in a row brought nothing; returns why it is needed.
    ///
    /// # Errors
    /// When no other try would help, or enough were made.
    pub(super) fn again(&self, fault: Fault, model: &str, silent: &mut u32, cancel: &Cancel) -> Result<String> {
        let fail = |reason, remedy| {
            Err(Error::Pull {
                model: model.into(),
                reason,
                remedy,
            })
        };
        let reason = match fault {
            Fault::Refused { reason, remedy } => return fail(reason, remedy),
            Fault::NoSuchRange => "the hub does not go on where a file broke off".into(),
            Fault::Broken(reason) => reason,
        };
        *silent += 1;
        if *silent >= self.patience.tries {
            return fail(
                format!("{reason}, {silent} times in a row"),
                "check the network and try again: what has come is kept".into(),
            );
        }
        let pause = self.patience.pause * 2u32.saturating_pow(*silent - 1);
        for _ in 0..pause.div_duration_f64(GLANCE).ceil() as u64 {
            cancel.check()?;
            thread::sleep(GLANCE);
        }
        Ok(reason)
    }

    fn get(&self, address: &str, model: &str, from: u64) -> Result<Response<Body>, Fault> {
        let mut request = self.agent.get(address);
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        if from > 0 {
            request = request.header(header::RANGE, format!("bytes={from}-"));
        }
        let answer = request.call().map_err(|error| self.fault(error))?;
        let status = answer.status();
        if status == StatusCode::OK || status == StatusCode::PARTIAL_CONTENT {
            return Ok(answer);
        }
        let said = answer.headers().get("x-error-code").and_then(|code| code.to_str().ok());
        Err(self.refusal(status, said.unwrap_or_default(), model))
    }

    /// What a status other than success means.
    fn refusal(&self, status: StatusCode, code: &str, model: &str) -> Fault {
        let page = format!("{}/{model}", self.endpoint);
        let terms =
            format!("open {page}, accept its terms, make a token with the right to read, and set HF_TOKEN to it");
        match (status.as_u16(), code, &self.token) {
            (416, ..) => Fault::NoSuchRange,
            (408 | 429 | 500..=599, ..) => Fault::Broken(format!("the hub answers \"{status}\"")),
            (_, "GatedRepo", None) => Fault::refused("it is given only to who accepted its terms", terms),
            (403, ..) | (_, "GatedRepo", Some(_)) => {
                Fault::refused("the hub does not give it to the owner of the token in HF_TOKEN", terms)
            }
            (401, "", Some(_)) => Fault::refused(
                "the hub does not know the token in HF_TOKEN",
                "set a valid one, or unset it",
            ),
            (401 | 404, ..) => Fault::refused(
                "the hub has no such model or file, or shows it only to some",
                format!("check the name at {page}; if it is private, set HF_TOKEN"),
            ),
            _ => Fault::refused(format!("the hub answers \"{status}\""), format!("look at {page}")),
        }
    }

    /// What a connection's failure means.
    fn fault(&self, error: ureq::Error) -> Fault {
        let endpoint = &self.endpoint;
        match error {
            ureq::Error::Tls(_) | ureq::Error::Rustls(_) | ureq::Error::Pem(_) => Fault::refused(
                format!("{endpoint} can't prove who it is ({error})"),
                "check this machine's clock and certificates",
            ),
            ureq::Error::BadUri(_) | ureq::Error::Http(_) | ureq::Error::InvalidProxyUrl => {
                Fault::refused(error.to_string(), "check HF_ENDPOINT, HF_TOKEN and the proxy's address")
            }
            ureq::Error::TooManyRedirects | ureq::Error::RedirectFailed => {
                Fault::refused(format!("{endpoint} leads in circles"), "check HF_ENDPOINT")
            }
            error => Fault::Broken(format!("no connection to {endpoint} ({error})")),
        }
    }
}
