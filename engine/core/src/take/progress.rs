//! How far the video of a take is, and what became of a renderer that can't say so itself.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::{LOCK, RENDER, now_unix_ms, path, replace};
use crate::error::{Error, Result};

/// The file in [`RENDER`] in which whoever started a renderer notes how it ended: its exit code as a shell gives it, and
/// on the next line the program.
pub const EXIT: &str = "exit";
/// The file in [`RENDER`] with what the renderer said on its standard error.
pub const RENDER_LOG: &str = "log.txt";
/// A renderer that was started so long ago and has not said a word never came up, in milliseconds.
const COMING_UP_MS: u64 = 20_000;
/// Starts of a renderer that cannot run: the first, and once more with the next export.
const MOST_STARTS: u32 = 2;
/// What is quoted of a renderer's last line, in characters.
const LONGEST_QUOTE: usize = 160;

/// How far a render of a take is: `render/progress.json`, replaced whole each time.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Progress {
    /// Where it stands.
    pub state: RenderState,
    /// Frames made.
    pub done: u64,
    /// Frames in all; 0 when not yet known.
    pub frames: u64,
    /// The video: where it will be, or is.
    #[serde(with = "path")]
    pub output: PathBuf,
    /// What went wrong, and what to do.
    pub error: Option<String>,
    /// Process id of the renderer; 0 before it has said anything.
    pub pid: u32,
    /// Milliseconds since 1970, UTC, of this line.
    pub updated_unix_ms: u64,
    /// How often the plugin has started a renderer for this take.
    #[serde(default)]
    pub starts: u32,
    /// Whether it failed without the renderer's saying so: it is not there, can't run here, or was killed.
    #[serde(default)]
    pub unheard: bool,
}

/// Where a render stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RenderState {
    /// It hears the take, plans, and loads pictures.
    #[default]
    Starting,
    /// It makes frames.
    Rendering,
    /// The video is there.
    Done,
    /// It ended with an error.
    Failed,
}

impl Progress {
    /// The file in a take that holds it.
    #[must_use]
    pub fn path(take: &Path) -> PathBuf {
        take.join(RENDER).join("progress.json")
    }

    /// How far the video of a take is; `None` when no render was begun, or nothing can be read. A renderer that ended
    /// without saying so has [`RenderState::Failed`] here, with the reason as far as it is known.
    #[must_use]
    pub fn read(take: &Path) -> Option<Self> {
        let progress = Self::said(take)?;
        if !progress.is_busy() || locked(take) {
            return Some(progress);
        }
        // It may have ended, as it should, since it was asked.
        let progress = Self::said(take)?;
        if !progress.is_busy() {
            return Some(progress);
        }
        if let Some(reason) = ending(take) {
            return Some(progress.unheard(take, &reason));
        }
        let silent_ms = now_unix_ms().saturating_sub(progress.updated_unix_ms);
        if progress.pid == 0 && silent_ms > COMING_UP_MS {
            return Some(progress.unheard(take, "The renderer was started and has not said a word"));
        }
        Some(progress)
    }

    /// What the file says.
    fn said(take: &Path) -> Option<Self> {
        serde_json::from_slice(&fs::read(Self::path(take)).ok()?).ok()
    }

    /// Says how far it is.
    ///
    /// # Errors
    /// [`Error::File`] when the disk is full or failed.
    pub fn write(&self, take: &Path) -> Result<()> {
        let folder = take.join(RENDER);
        fs::create_dir_all(&folder).map_err(Error::file("create", &folder))?;
        let json = serde_json::to_vec(self).expect("progress is plain data");
        replace(&Self::path(take), &json)
    }

    /// The same, failed for a reason of which the renderer said nothing; the remedies are added.
    #[must_use]
    pub fn unheard(mut self, take: &Path, reason: &str) -> Self {
        self.state = RenderState::Failed;
        self.unheard = true;
        let again = if self.starts < MOST_STARTS {
            "; the next export tries it once more"
        } else {
            ""
        };
        self.error = Some(format!(
            "{reason}. Then press Render on the take, or run: phosphene render-take \"{}\"{again}.",
            take.display()
        ));
        self
    }

    /// Whether another start may help: the renderer did not say itself what went wrong, and was not tried twice.
    #[must_use]
    pub fn may_be_tried_again(&self) -> bool {
        self.state == RenderState::Failed && self.unheard && self.starts < MOST_STARTS
    }

    /// Whether a renderer is at work: it says so and holds the take's render lock.
    #[must_use]
    pub fn is_running(&self, take: &Path) -> bool {
        self.is_busy() && locked(take)
    }

    /// Whether a renderer was started that has not said anything yet.
    #[must_use]
    pub fn is_coming_up(&self) -> bool {
        self.state == RenderState::Starting && self.pid == 0
    }

    fn is_busy(&self) -> bool {
        matches!(self.state, RenderState::Starting | RenderState::Rendering)
    }
}

/// Whether a renderer holds the take's render lock.
fn locked(take: &Path) -> bool {
    let lock = File::open(take.join(RENDER).join(LOCK));
    lock.is_ok_and(|lock| matches!(lock.try_lock_shared(), Err(fs::TryLockError::WouldBlock)))
}

/// How the renderer ended, in words that say what to do, when whoever started it noted it.
fn ending(take: &Path) -> Option<String> {
    let noted = fs::read_to_string(take.join(RENDER).join(EXIT)).ok()?;
    let (code, program) = noted.trim_end().split_once('\n')?;
    let code: i32 = code.parse().ok()?;
    let said = last_words(take).map_or_else(String::new, |words| format!(" and said \"{words}\""));
    Some(match code {
        126 => format!(
            "The renderer {program} can't be run here{said}: make it executable, or install the Phosphene that is made \
             for this machine"
        ),
        127 => format!("The renderer {program} was not found{said}: install Phosphene anew"),
        129.. if code - 128 == 9 => format!(
            "The renderer was killed (signal 9), by hand or by the system when memory ran out{said}: close other programs \
             or choose a smaller picture"
        ),
        129.. => format!(
            "The renderer {program} was ended by signal {}{said}: install Phosphene anew if that comes again",
            code - 128
        ),
        0 => format!("The renderer {program} ended and made no video{said}: install Phosphene anew"),
        _ => format!("The renderer {program} ended with code {code}{said}: install Phosphene anew if that comes again"),
    })
}

/// The last line that the renderer said.
fn last_words(take: &Path) -> Option<String> {
    let log = fs::read(take.join(RENDER).join(RENDER_LOG)).ok()?;
    let log = String::from_utf8_lossy(&log);
    let line = log.lines().rev().find(|line| !line.trim().is_empty())?;
    let plain = line.trim().chars().filter(|c| !c.is_control());
    Some(plain.take(LONGEST_QUOTE).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn started(starts: u32) -> tempfile::TempDir {
        let take = tempfile::tempdir().unwrap();
        let progress = Progress {
            starts,
            updated_unix_ms: now_unix_ms(),
            ..Progress::default()
        };
        progress.write(take.path()).unwrap();
        take
    }

    fn ended(take: &Path, noted: &str) -> Progress {
        fs::write(take.join(RENDER).join(EXIT), noted).unwrap();
        Progress::read(take).unwrap()
    }

    #[test]
    fn a_renderer_that_ends_without_a_word_has_failed_for_a_reason() {
        for (noted, word) in [
            ("126\n/opt/phosphene\n", "executable"),
            ("127\n/opt/phosphene\n", "not found"),
            ("139\n/opt/phosphene\n", "signal 11"),
            ("137\n/opt/phosphene\n", "memory"),
            ("0\n/opt/phosphene\n", "made no video"),
            ("3\n/opt/phosphene\n", "code 3"),
        ] {
            let take = started(1);
            assert!(Progress::read(take.path()).unwrap().is_coming_up());
            fs::write(take.path().join(RENDER).join(RENDER_LOG), "odd\nno such thing\n\n").unwrap();
            let progress = ended(take.path(), noted);
            let error = progress.error.clone().unwrap();
            assert_eq!(progress.state, RenderState::Failed, "{noted}");
            for word in [word, "no such thing", "press Render", "next export"] {
                assert!(error.contains(word), "{noted}: {error}");
            }
            assert!(progress.may_be_tried_again());
        }
        let twice = started(2);
        let progress = ended(twice.path(), "126\nx\n");
        assert!(!progress.may_be_tried_again() && !progress.error.unwrap().contains("next export"));
    }

    #[test]
    fn one_that_never_comes_up_is_not_waited_for() {
        let take = started(1);
        let mut progress = Progress::read(take.path()).unwrap();
        progress.updated_unix_ms -= COMING_UP_MS + 1;
        progress.write(take.path()).unwrap();
        assert!(Progress::read(take.path()).unwrap().may_be_tried_again());
        // One that has said something and was cut off is a render that can go on.
        progress.pid = 7;
        progress.write(take.path()).unwrap();
        assert_eq!(Progress::read(take.path()).unwrap().state, RenderState::Starting);
    }

    #[test]
    fn what_the_renderer_says_itself_counts() {
        let take = started(1);
        let said = Progress {
            state: RenderState::Failed,
            error: Some("no room".into()),
            starts: 1,
            ..Progress::default()
        };
        said.write(take.path()).unwrap();
        assert_eq!(ended(take.path(), "1\nx\n"), said);
        assert!(!said.may_be_tried_again());
    }
}
