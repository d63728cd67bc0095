//! A path in JSON: text where it is text, as nearly all are, else the system's own units.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub(super) fn serialize<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    match path.to_str() {
        Some(text) => text.serialize(serializer),
        None => path.as_os_str().serialize(serializer),
    }
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<PathBuf, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Spelt {
        Text(String),
        Units(OsString),
    }
    Ok(match Spelt::deserialize(deserializer)? {
        Spelt::Text(text) => text.into(),
        Spelt::Units(units) => units.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::super::Progress;
    use super::*;

    fn round(output: PathBuf) -> (String, PathBuf) {
        let progress = Progress {
            output,
            ..Progress::default()
        };
        let json = serde_json::to_string(&progress).unwrap();
        let read: Progress = serde_json::from_str(&json).unwrap();
        (json, read.output)
    }

    #[test]
    fn a_path_of_text_is_a_string() {
        let (json, read) = round("/a/ü.mp4".into());
        assert!(json.contains(r#""output":"/a/ü.mp4""#), "{json}");
        assert_eq!(read, Path::new("/a/ü.mp4"));
    }

    #[test]
    #[cfg(unix)]
    fn a_path_of_other_bytes_comes_back_as_it_was() {
        use std::os::unix::ffi::OsStringExt;

        let path = PathBuf::from(OsString::from_vec(b"/a/\xFF\xFE.mp4".to_vec()));
        assert_eq!(round(path.clone()).1, path);
    }
}
