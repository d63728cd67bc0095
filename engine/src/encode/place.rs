//! What is known of an output's name before anything is written under it.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{Container, Overwrite, checksum};
use phosphene_core::error::{Error, Result};

/// Names beside the output for what is not complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Names {
    /// What is being written.
    pub(super) part: PathBuf,
    /// Its copy whose index comes first.
    pub(super) ready: PathBuf,
    /// The trial before the work.
    pub(super) trial: PathBuf,
}

impl Names {
    /// Names that tell whose they are (`NAME.part.mp4`), or short ones where the file system takes none so long.
    pub(super) fn beside(output: &Path, container: Container) -> Self {
        let ending = container.ending();
        let sum = checksum(output.file_name().unwrap_or_default().as_encoded_bytes());
        let telling = |what: &str| output.with_extension(format!("{what}.{ending}"));
        let short = |what: &str| output.with_file_name(format!("phosphene-{sum:016x}.{what}.{ending}"));
        let (mut part, mut ready) = (telling("part"), telling("part-final"));
        if is_too_long(&ready) {
            (part, ready) = (short("part"), short("part-final"));
        }
        Self {
            part,
            ready,
            trial: short("trial"),
        }
    }
}

fn is_too_long(path: &Path) -> bool {
    fs::symlink_metadata(path).is_err_and(|error| error.kind() == io::ErrorKind::InvalidFilename)
}

/// The error for an output that can't be had.
pub(super) fn refuse(output: &Path, reason: impl Into<String>, remedy: &str) -> Error {
    Error::Encode {
        path: output.to_owned(),
        reason: reason.into(),
        remedy: remedy.to_owned(),
    }
}

/// What helps against most names.
pub(super) const ANOTHER_NAME: &str = "choose another name with -o";

/// Refuses an output that can't be made, or is there and may not be replaced.
pub(super) fn check(output: &Path, overwrite: Overwrite) -> Result<()> {
    // The rest of the way takes `v.mp4/` and `v.mp4/.` for `v.mp4`; the system does not.
    let name = output.file_name().unwrap_or_default().as_encoded_bytes();
    if name.is_empty() || !output.as_os_str().as_encoded_bytes().ends_with(name) {
        return Err(refuse(
            output,
            "that is the name of a folder",
            "name a file with -o, without a slash at its end",
        ));
    }
    let there = match fs::symlink_metadata(output) {
        Ok(there) => there,
        Err(error) => {
            return match error.kind() {
                io::ErrorKind::NotFound => Ok(()),
                io::ErrorKind::InvalidFilename => {
                    Err(refuse(output, error.to_string(), "give it a shorter name with -o"))
                }
                io::ErrorKind::PermissionDenied => Err(refuse(
                    output,
                    format!("its folder can't be looked into ({error})"),
                    "choose another folder with -o",
                )),
                _ => Err(refuse(output, error.to_string(), ANOTHER_NAME)),
            };
        }
    };
    // What a link points to counts; one that points nowhere is just a name that is taken.
    let kind = fs::metadata(output).map_or(there.file_type(), |found| found.file_type());
    if kind.is_dir() {
        return Err(refuse(output, "it is a folder", ANOTHER_NAME));
    }
    if !kind.is_file() && !kind.is_symlink() {
        return Err(refuse(output, "it is a device, a pipe or a socket", ANOTHER_NAME));
    }
    if overwrite == Overwrite::Never {
        return Err(Error::OutputExists {
            path: output.to_owned(),
        });
    }
    if there.is_file() && there.permissions().readonly() {
        return Err(refuse(
            output,
            "it is there and may only be read",
            "allow it to be written, remove it, or choose another name with -o",
        ));
    }
    Ok(())
}

/// Refuses names that are the song's own, whatever they look like: through links, and by another spelling.
pub(super) fn check_song(output: &Path, names: &Names, song: &Path) -> Result<()> {
    let is_song = |path: &Path| same_file::is_same_file(path, song).unwrap_or(false);
    if is_song(output) {
        return Err(refuse(output, "it is the song itself", ANOTHER_NAME));
    }
    for name in [&names.part, &names.ready, &names.trial] {
        if is_song(name) {
            let reason = format!(
                "the song is {}, where the video would be kept until it is complete",
                name.display()
            );
            return Err(refuse(output, reason, ANOTHER_NAME));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_telling_where_the_system_takes_them() {
        let folder = tempfile::tempdir().unwrap();
        let names = |len: usize| Names::beside(&folder.path().join("x".repeat(len) + ".mp4"), Container::Mp4);
        let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
        assert_eq!(name(&names(1).part), "x.part.mp4");
        assert_eq!(name(&names(1).ready), "x.part-final.mp4");
        let short = names(251);
        for path in [&short.part, &short.ready, &short.trial] {
            assert!(!is_too_long(path), "{}", path.display());
        }
        assert_ne!(short.part, names(250).part, "two outputs must not share a part");
    }
}
