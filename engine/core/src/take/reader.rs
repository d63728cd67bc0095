//! Reads a take, whole or cut off, and says what of it could not be used.

use std::{
    fs::{self, File},
    io::{BufReader, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
};

use super::{
    AUDIO, EndReason, Entry, Event, HostClock, LOG, MANIFEST, Manifest, TakeState, Tally, VERSION, VideoSettings,
    overshoot, state,
};
use crate::{
    error::{Error, Result},
    song::Loss,
    time::SamplePos,
};

/// A manifest is small; what is longer is none.
const LONGEST_MANIFEST: u64 = 1 << 20;
/// The last lines of a log lie within so many bytes of its end.
const LAST_LINES: i64 = 4_096;

/// A take on the disk.
///
/// ```
/// use phosphene_core::{
///     take::{EndReason, Entry, Event, Manifest, Take, VERSION, Writer},
///     time::{SamplePos, SampleRate},
/// };
/// # let place = tempfile::tempdir().unwrap();
/// # let folder = place.path().join("take");
/// let manifest = Manifest {
///     version: VERSION,
///     created_unix_ms: 0,
///     name: "My Song".to_owned(),
///     host: "a host".to_owned(),
///     api: "CLAP".to_owned(),
///     plugin_version: "0.1.0".to_owned(),
///     rate: SampleRate::new(48_000)?,
///     channels: 1,
/// };
/// let mut writer = Writer::create(&folder, &manifest)?;
/// writer.audio(&[0.25; 4_800])?;
/// let end = Event::End { reason: EndReason::Stopped, dropped_blocks: 0, error: None };
/// writer.end(&Entry { at: SamplePos(4_800), event: end })?;
///
/// let take = Take::open(&folder)?;
/// assert_eq!((take.len, take.end), (4_800, Some(EndReason::Stopped)));
/// assert_eq!(take.manifest, manifest);
/// # Ok::<(), phosphene_core::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Take {
    /// Its folder.
    pub folder: PathBuf,
    /// What it is.
    pub manifest: Manifest,
    /// What happened, in order; nothing after the last sample.
    pub entries: Vec<Entry>,
    /// Samples (per channel) that are in the song: a host that plays its last block beyond the end of its export left more
    /// in the file.
    pub len: u64,
    /// Why it ended; `None` when it was cut off or is still being recorded.
    pub end: Option<EndReason>,
    /// What the host played against what was kept; `None` in a take that was cut off, or made by an early Phosphene.
    pub tally: Option<Tally>,
    /// What could not be used.
    pub losses: Vec<Loss>,
}

impl Take {
    /// Opens a take. A log or sound that breaks off is taken as far as it goes.
    ///
    /// # Errors
    /// [`Error::Take`] when the folder is no take, was written by a newer program, or holds no sound.
    pub fn open(folder: &Path) -> Result<Self> {
        let refuse = |reason: String, remedy: &str| Error::Take {
            path: folder.to_owned(),
            reason,
            remedy: remedy.to_owned(),
        };
        let manifest = read_manifest(folder)?;
        let audio = folder.join(AUDIO);
        let bytes = fs::metadata(&audio).map_err(Error::file("read", &audio))?.len();
        let len = bytes / (4 * u64::from(manifest.channels));
        if len == 0 {
            return Err(refuse("it holds no sound".into(), "record it again"));
        }
        let mut take = Self {
            folder: folder.to_owned(),
            manifest,
            entries: Vec::new(),
            len,
            end: None,
            tally: None,
            losses: Vec::new(),
        };
        take.read_log()?;
        take.count();
        take.len = overshoot::exported(&take);
        take.entries.retain(|entry| entry.at.0 < take.len);
        Ok(take)
    }

    /// Reads the lines of the log: those that can't be read, or go back in time, are counted and left out.
    fn read_log(&mut self) -> Result<()> {
        let path = self.folder.join(LOG);
        let bytes = fs::read(&path).map_err(Error::file("read", &path))?;
        let mut now = SamplePos(0);
        let mut unread = 0;
        let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |last| last + 1);
        for line in bytes[..whole]
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty())
        {
            let Ok(entry) = serde_json::from_slice::<Entry>(line) else {
                unread += 1;
                continue;
            };
            // Entries are in order; one that is not is damage.
            if entry.at < now {
                unread += 1;
                continue;
            }
            now = entry.at;
            match entry.event {
                Event::End { reason, .. } => self.end = Some(reason),
                Event::Tally(tally) => self.tally = Some(tally),
                Event::Gap { samples } => self.losses.push(Loss {
                    at: entry.at,
                    what: format!("{samples} samples were lost while recording and became silence"),
                }),
                _ => {}
            }
            if entry.at.0 < self.len {
                self.entries.push(entry);
            }
        }
        if unread > 0 {
            self.losses.push(Loss {
                at: now,
                what: format!("{unread} lines of the take's log can't be read"),
            });
        }
        Ok(())
    }

    /// Says what is missing at the end: gaps in the middle were said where they are.
    fn count(&mut self) {
        let at = SamplePos(self.len);
        let secs = |samples: u64| samples as f64 / f64::from(self.manifest.rate.hz());
        match self.tally {
            _ if self.end == Some(EndReason::Failed) => self.losses.push(Loss {
                at,
                what: "the take could not be recorded on from here: what the host played after it is missing"
                    .to_owned(),
            }),
            Some(Tally { played, .. }) if played > self.len => self.losses.push(Loss {
                at,
                what: format!(
                    "the host played {played} samples and {} are in the take: its last {:.2} s are missing",
                    self.len,
                    secs(played - self.len)
                ),
            }),
            None if self.end.is_none() && state(&self.folder) == TakeState::Ready => self.losses.push(Loss {
                at,
                what: "the take was cut off with its host: up to half a second of its end may be missing".to_owned(),
            }),
            _ => {}
        }
    }

    /// The file with its sound.
    #[must_use]
    pub fn audio_path(&self) -> PathBuf {
        self.folder.join(AUDIO)
    }

    /// How its video is to be made: the last settings in it.
    #[must_use]
    pub fn video(&self) -> Option<&VideoSettings> {
        self.entries.iter().rev().find_map(|entry| match &entry.event {
            Event::Video { settings } => Some(settings),
            _ => None,
        })
    }

    /// The host's tempo map.
    #[must_use]
    pub fn clock(&self) -> HostClock {
        let mut clock = HostClock::new(self.manifest.rate);
        for entry in &self.entries {
            if let Event::Transport(transport) | Event::Jump(transport) = &entry.event {
                clock.push(entry.at, *transport);
            }
        }
        clock
    }
}

/// Why a take ended and what its tally is, from the end of its log alone.
pub(super) fn ending(folder: &Path) -> (Option<EndReason>, Option<Tally>) {
    let mut text = Vec::new();
    if let Ok(mut log) = File::open(folder.join(LOG)) {
        // A log that is shorter is read whole.
        let _ = log.seek(SeekFrom::End(-LAST_LINES));
        // What can't be read says nothing.
        let _ = log.read_to_end(&mut text);
    }
    let (mut end, mut tally) = (None, None);
    for line in text.split(|byte| *byte == b'\n') {
        match serde_json::from_slice::<Entry>(line).map(|entry| entry.event) {
            Ok(Event::End { reason, .. }) => end = Some(reason),
            Ok(Event::Tally(counted)) => tally = Some(counted),
            _ => {}
        }
    }
    (end, tally)
}

/// Reads and checks a take's manifest.
pub(super) fn read_manifest(folder: &Path) -> Result<Manifest> {
    let refuse = |reason: String, remedy: &str| Error::Take {
        path: folder.to_owned(),
        reason,
        remedy: remedy.to_owned(),
    };
    let path = folder.join(MANIFEST);
    let file = File::open(&path).map_err(|error| {
        refuse(
            format!("its {MANIFEST} can't be read ({error})"),
            "name a take's folder; `phosphene takes` lists them",
        )
    })?;
    let mut text = Vec::new();
    BufReader::new(file)
        .take(LONGEST_MANIFEST)
        .read_to_end(&mut text)
        .map_err(Error::file("read", &path))?;
    // The version first: a newer manifest may have another shape.
    let newer = serde_json::from_slice::<serde_json::Value>(&text)
        .ok()
        .and_then(|value| value.get("version").and_then(serde_json::Value::as_u64))
        .filter(|version| *version > u64::from(VERSION));
    if let Some(version) = newer {
        return Err(refuse(
            format!("it is of version {version} and this program reads up to {VERSION}"),
            "install the newest Phosphene",
        ));
    }
    let manifest: Manifest = serde_json::from_slice(&text)
        .map_err(|error| refuse(format!("its {MANIFEST} is damaged ({error})"), "record it again"))?;
    if !(1..=2).contains(&manifest.channels) {
        return Err(refuse(
            format!("it says that it has {} channels", manifest.channels),
            "record it again",
        ));
    }
    Ok(manifest)
}
