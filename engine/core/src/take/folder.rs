//! Where takes lie, and which are there.

use std::{
    env, fs,
    fs::File,
    io::Write,
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

use super::{AUDIO, EndReason, LOCK, Manifest, Progress, Tally, reader};
use crate::error::{Error, Result};

/// The environment variable that names another folder for takes.
pub const TAKES_VARIABLE: &str = "PHOSPHENE_TAKES";
/// The longest name of a song in a file name, in characters.
const LONGEST_NAME: usize = 80;
/// The same in bytes: most file systems take 255, and a date, a number and an ending come behind.
const LONGEST_NAME_BYTES: usize = 180;

/// The folder in which the plugin puts takes: [`TAKES_VARIABLE`], or the user's data folder.
///
/// # Errors
/// [`Error::Value`] when the system names no home folder.
pub fn default_root() -> Result<PathBuf> {
    if let Some(root) = env::var_os(TAKES_VARIABLE).filter(|root| !root.is_empty()) {
        return Ok(root.into());
    }
    data_folder("APPDATA")
        .map(|data| data.join("takes"))
        .ok_or_else(|| no_home("takes"))
}

/// Where this user's programs keep their data, in a folder of our own; `on_windows` is the variable that names the place
/// there. `None` when the system names none.
pub fn data_folder(on_windows: &str) -> Option<PathBuf> {
    let folder = |variable: &str| {
        env::var_os(variable)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    if cfg!(target_os = "windows") {
        folder(on_windows).map(|data| data.join("Phosphene"))
    } else if cfg!(target_os = "macos") {
        folder("HOME").map(|home| home.join("Library/Application Support/Phosphene"))
    } else {
        let data = folder("XDG_DATA_HOME").filter(|data| data.is_absolute());
        data.or_else(|| folder("HOME").map(|home| home.join(".local/share")))
            .map(|data| data.join("phosphene"))
    }
}

/// The folder in which videos are put when nobody says otherwise: the user's own for videos.
///
/// # Errors
/// [`Error::Value`] when the system names no home folder.
pub fn default_video_folder() -> Result<PathBuf> {
    let home = if cfg!(target_os = "windows") {
        "USERPROFILE"
    } else {
        "HOME"
    };
    let home = env::var_os(home).filter(|home| !home.is_empty()).map(PathBuf::from);
    let name = if cfg!(target_os = "macos") { "Movies" } else { "Videos" };
    Ok(home.ok_or_else(|| no_home("videos"))?.join(name).join("Phosphene"))
}

fn no_home(what: &str) -> Error {
    Error::Value {
        what: "the home folder",
        expected: format!(
            "named by the system, so that there is a place for {what}; set {TAKES_VARIABLE}, or name one"
        ),
        actual: "nothing".to_owned(),
    }
}

/// Milliseconds since 1970, UTC.
#[must_use]
pub fn now_unix_ms() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_millis() as u64)
}

/// "2026-11-24 18.03.12", UTC: it sorts by time, and every file system takes it.
#[must_use]
pub fn stamp(unix_ms: u64) -> String {
    let secs = unix_ms / 1_000;
    let (days, rest) = ((secs / 86_400) as i64, secs % 86_400);
    // Civil date from days since 1970. Source: H. Hinnant, "chrono-compatible low-level date algorithms".
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let of_era = z.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!(
        "{year:04}-{month:02}-{day:02} {:02}.{:02}.{:02}",
        rest / 3_600,
        rest / 60 % 60,
        rest % 60
    )
}

/// A name that every file system takes: no separators, control characters or trailing dots; "Phosphene" when nothing is
/// left.
#[must_use]
pub fn file_name(name: &str) -> String {
    let safe: String = name
        .chars()
        .map(|c| {
            if c.is_control() || r#"/\:*?"<>|"#.contains(c) {
                ' '
            } else {
                c
            }
        })
        .take(LONGEST_NAME)
        .collect();
    let words: Vec<&str> = safe.split_whitespace().collect();
    let mut safe = words.join(" ");
    safe.truncate(safe.floor_char_boundary(LONGEST_NAME_BYTES));
    let safe = safe.trim_matches(['.', ' ']);
    if safe.is_empty() {
        "Phosphene".to_owned()
    } else {
        safe.to_owned()
    }
}

/// A path in `folder` that does not exist: "NAME", "NAME 2", "NAME 3"...
#[must_use]
pub fn unused(folder: &Path, name: &str, ending: &str) -> PathBuf {
    let path = |n: u32| {
        let number = if n == 1 { String::new() } else { format!(" {n}") };
        folder.join(format!("{name}{number}{ending}"))
    };
    (1..).map(path).find(|path| !path.exists()).unwrap_or_else(|| path(1))
}

/// Whether a take is whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TakeState {
    /// Somebody is writing it.
    Recording,
    /// It has been ended, or cut off: it renders.
    Ready,
}

/// A take in a list.
#[derive(Debug, Clone)]
pub struct Summary {
    /// Its folder.
    pub folder: PathBuf,
    /// What it is.
    pub manifest: Manifest,
    /// Its length in seconds.
    pub secs: f64,
    /// Bytes on the disk, with what the renderer keeps.
    pub bytes: u64,
    /// Whether it is still being recorded.
    pub state: TakeState,
    /// How far its video is; `None` when no render was begun.
    pub progress: Option<Progress>,
    /// Why it ended; `None` when it was cut off or is still being recorded.
    pub end: Option<EndReason>,
    /// What the host played against what was kept, as its end says it; `None` when it has none.
    pub tally: Option<Tally>,
}

impl Summary {
    /// Seconds that the host played and that are not in the take.
    #[must_use]
    pub fn lost_secs(&self) -> f64 {
        self.tally.map_or(0, Tally::lost) as f64 / f64::from(self.manifest.rate.hz())
    }
}

/// The takes in a folder, the newest first. What is no take is passed over; a folder that is not there has none.
///
/// # Errors
/// [`Error::File`] when the folder can't be read.
pub fn list(root: &Path) -> Result<Vec<Summary>> {
    let found = match fs::read_dir(root) {
        Ok(found) => found,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Error::file("read", root)(error)),
    };
    let mut takes: Vec<Summary> = found.flatten().filter_map(|entry| summary(&entry.path())).collect();
    takes.sort_by(|a, b| (b.manifest.created_unix_ms, &b.folder).cmp(&(a.manifest.created_unix_ms, &a.folder)));
    Ok(takes)
}

/// Takes whose renderer could not run and which are worth another start.
#[must_use]
pub fn unheard(root: &Path) -> Vec<PathBuf> {
    let found = fs::read_dir(root).into_iter().flatten().flatten();
    found
        .map(|entry| entry.path())
        .filter(|take| Progress::read(take).is_some_and(|progress| progress.may_be_tried_again()))
        .collect()
}

/// Whether takes can be put into a folder, which need not be there yet: a file is made in it, or in the nearest folder
/// above it, and removed.
///
/// # Errors
/// [`Error::File`] with the system's reason.
pub fn check_writable(root: &Path) -> Result<()> {
    let whole = std::path::absolute(root).map_err(Error::file("find", root))?;
    let there = whole.ancestors().find(|folder| folder.exists()).unwrap_or(root);
    if there.exists() && !there.is_dir() {
        return Err(Error::file("write takes into", root)(
            std::io::ErrorKind::NotADirectory.into(),
        ));
    }
    let probe = there.join(format!(".phosphene {} {}", std::process::id(), now_unix_ms()));
    match File::create_new(&probe) {
        Ok(_) => fs::remove_file(&probe).map_err(Error::file("remove", probe)),
        // Somebody else asks at this moment.
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(Error::file("write takes into", root)(error)),
    }
}

/// What a list says of one take; `None` when the folder is none.
#[must_use]
pub fn summary(folder: &Path) -> Option<Summary> {
    let manifest = reader::read_manifest(folder).ok()?;
    let audio = fs::metadata(folder.join(AUDIO)).ok()?.len();
    let samples = audio / (4 * u64::from(manifest.channels));
    let (end, tally) = reader::ending(folder);
    Some(Summary {
        end,
        // A take whose end could not be spooled has less than it says.
        tally: tally.map(|tally| Tally {
            kept: tally.kept.min(samples),
            ..tally
        }),
        secs: samples as f64 / f64::from(manifest.rate.hz()),
        bytes: size(folder),
        state: state(folder),
        progress: Progress::read(folder),
        folder: folder.to_owned(),
        manifest,
    })
}

/// Whether somebody is writing a take: its lock is held by a living process.
#[must_use]
pub fn state(folder: &Path) -> TakeState {
    let held = File::open(folder.join(LOCK))
        .is_ok_and(|lock| matches!(lock.try_lock_shared(), Err(fs::TryLockError::WouldBlock)));
    if held { TakeState::Recording } else { TakeState::Ready }
}

fn size(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.metadata() {
            Ok(meta) if meta.is_dir() => size(&entry.path()),
            Ok(meta) => meta.len(),
            Err(_) => 0,
        })
        .sum()
}

/// Puts a small file in place whole: readers see the old one or the new one.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> Result<()> {
    let part = path.with_extension("tmp");
    let mut file = File::create(&part).map_err(Error::file("create", &part))?;
    file.write_all(bytes)
        .and_then(|()| file.sync_all())
        .map_err(Error::file("write", &part))?;
    fs::rename(&part, path).map_err(Error::file("rename", &part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_leave_room_for_a_date_and_an_ending() {
        for letter in ["n", "ü", "日", "🎶"] {
            let name = file_name(&letter.repeat(200));
            assert!(name.chars().all(|c| letter.starts_with(c)), "{name}");
            assert!(
                name.chars().count() <= LONGEST_NAME && name.len() <= LONGEST_NAME_BYTES,
                "{name}"
            );
            assert!(name.len() > 70, "{name}");
        }
        assert_eq!(file_name(" a/b\n"), "a b");
    }
}
