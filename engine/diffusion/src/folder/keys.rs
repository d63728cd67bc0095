//! A JSON configuration, key by key, each with what it may be.

use std::{
    fs::File,
    io::Read,
    ops::RangeInclusive,
    path::{Path, PathBuf},
};

use serde_json::{Map, Value};

use super::fault;
use crate::error::{Error, Result};

/// No configuration is longer, in bytes.
const LONGEST: u64 = 1 << 20;
/// No list of a network's tensors or of a tokenizer's words is longer, in bytes.
pub(crate) const LONGEST_LIST: u64 = 32 << 20;

/// A configuration file.
pub(crate) struct Keys {
    path: PathBuf,
    map: Map<String, Value>,
}

impl Keys {
    /// Reads a file.
    ///
    /// # Errors
    /// [`Error::Model`] when it is missing, longer than a megabyte, or no JSON object.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        Self::parse(path, &read_limited(path, LONGEST)?)
    }

    /// Reads a file that lists every tensor of a network, so may be longer.
    pub(crate) fn read_long(path: &Path) -> Result<Self> {
        Self::parse(path, &read_limited(path, LONGEST_LIST)?)
    }

    fn parse(path: &Path, text: &[u8]) -> Result<Self> {
        match serde_json::from_slice(text) {
            Ok(Value::Object(map)) => Ok(Self {
                path: path.to_owned(),
                map,
            }),
            Ok(_) => Err(fault(path, "it is not a JSON object")),
            Err(error) => Err(fault(path, format!("it is not JSON ({error})"))),
        }
    }

    /// The file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The value of a key; `null` counts as not given.
    pub(crate) fn get(&self, key: &str) -> Option<&Value> {
        self.map.get(key).filter(|value| !value.is_null())
    }

    /// An error about this file.
    pub(crate) fn wrong(&self, reason: impl Into<String>) -> Error {
        fault(&self.path, reason)
    }

    fn not(&self, key: &str, value: &Value, expected: &str) -> Error {
        let mut shown = value.to_string();
        if shown.len() > 80 {
            shown = format!("{}…", shown.chars().take(80).collect::<String>());
        }
        self.wrong(format!("\"{key}\" is {shown}; it must be {expected}"))
    }

    /// A whole number in a range.
    pub(crate) fn count(&self, key: &str, default: usize, range: RangeInclusive<usize>) -> Result<usize> {
        match self.get(key) {
            None => Ok(default),
            Some(value) => self.counted(key, value, &range),
        }
    }

    fn counted(&self, key: &str, value: &Value, range: &RangeInclusive<usize>) -> Result<usize> {
        let number = value.as_u64().and_then(|number| usize::try_from(number).ok());
        number.filter(|number| range.contains(number)).ok_or_else(|| {
            self.not(
                key,
                value,
                &format!("a whole number from {} to {}", range.start(), range.end()),
            )
        })
    }

    /// A list of whole numbers in a range, 1 to 16 of them.
    pub(crate) fn counts(&self, key: &str, default: &[usize], range: &RangeInclusive<usize>) -> Result<Vec<usize>> {
        match self.get(key) {
            None => Ok(default.to_vec()),
            Some(Value::Array(list)) if (1..=16).contains(&list.len()) => {
                list.iter().map(|value| self.counted(key, value, range)).collect()
            }
            Some(value) => Err(self.not(key, value, "a list of 1 to 16 numbers")),
        }
    }

    /// A whole number for each of `blocks` blocks, given as a list or as one number for all.
    pub(crate) fn each(
        &self,
        key: &str,
        default: usize,
        blocks: usize,
        range: &RangeInclusive<usize>,
    ) -> Result<Vec<usize>> {
        match self.get(key) {
            None => Ok(vec![default; blocks]),
            Some(Value::Array(list)) if list.len() == blocks => {
                list.iter().map(|value| self.counted(key, value, range)).collect()
            }
            Some(value @ Value::Array(_)) => Err(self.not(key, value, &format!("{blocks} numbers, one a block"))),
            Some(value) => Ok(vec![self.counted(key, value, range)?; blocks]),
        }
    }

    /// A number in a range.
    pub(crate) fn number(&self, key: &str, default: f64, range: RangeInclusive<f64>) -> Result<f64> {
        match self.get(key) {
            None => Ok(default),
            Some(value) => value.as_f64().filter(|number| range.contains(number)).ok_or_else(|| {
                self.not(
                    key,
                    value,
                    &format!("a number from {} to {}", range.start(), range.end()),
                )
            }),
        }
    }

    /// `true` or `false`.
    pub(crate) fn flag(&self, key: &str, default: bool) -> Result<bool> {
        match self.get(key) {
            None => Ok(default),
            Some(value) => value.as_bool().ok_or_else(|| self.not(key, value, "true or false")),
        }
    }

    /// A text.
    pub(crate) fn text(&self, key: &str) -> Result<Option<&str>> {
        match self.get(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(value) => Err(self.not(key, value, "a text")),
        }
    }

    /// A list of `blocks` texts.
    pub(crate) fn texts(&self, key: &str, default: &[&str]) -> Result<Vec<String>> {
        let Some(value) = self.get(key) else {
            return Ok(default.iter().map(|&text| text.to_owned()).collect());
        };
        let list = value.as_array().filter(|list| (1..=16).contains(&list.len()));
        list.and_then(|list| list.iter().map(|text| text.as_str().map(str::to_owned)).collect())
            .ok_or_else(|| self.not(key, value, "a list of 1 to 16 names"))
    }

    /// Refuses each key that is given and is not what Phosphene's network is.
    pub(crate) fn only(&self, allowed: &[(&str, Value)]) -> Result<()> {
        for (key, only) in allowed {
            match self.get(key) {
                // Python writes 1 and 1.0 alike.
                Some(value) if value != only && value.as_f64().is_none_or(|number| only.as_f64() != Some(number)) => {
                    let expected = if only.is_null() {
                        "left out: Phosphene doesn't have that kind of network".to_owned()
                    } else {
                        format!("{only}: Phosphene has no other kind of network")
                    };
                    return Err(self.not(key, value, &expected));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// A whole file, if it is not longer than `longest` bytes.
///
/// # Errors
/// [`Error::Model`] when it is missing, longer, or can't be read.
pub(crate) fn read_limited(path: &Path, longest: u64) -> Result<Vec<u8>> {
    let file = File::open(path).map_err(|error| fault(path, format!("it can't be read ({error})")))?;
    let mut text = Vec::new();
    file.take(longest + 1)
        .read_to_end(&mut text)
        .map_err(|error| fault(path, format!("it can't be read ({error})")))?;
    if text.len() as u64 > longest {
        return Err(fault(path, format!("it is longer than {longest} bytes")));
    }
    Ok(text)
}
