//! Writes a take as it is heard.

use std::{
    fs::{self, File},
    io::{BufWriter, Write},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use super::{AUDIO, EndReason, Entry, Event, LOCK, LOG, MANIFEST, Manifest, Tally};
use crate::{
    error::{Error, Result},
    time::SamplePos,
};

/// How often the disk itself is asked to keep what was written; the system has it at each [`Writer::flush`].
const SYNC_EVERY: Duration = Duration::from_secs(1);

/// An open take. Dropping it without [`Writer::end`] leaves a take that was cut off, and that renders all the same.
#[derive(Debug)]
pub struct Writer {
    folder: PathBuf,
    audio: BufWriter<File>,
    log: BufWriter<File>,
    synced: Instant,
    /// Locked as long as this lives; the system unlocks it when the process dies.
    lock: File,
}

impl Writer {
    /// Makes the folder and its manifest; from here on the take is valid.
    ///
    /// # Errors
    /// [`Error::File`] when the folder is there already or can't be made.
    pub fn create(folder: &Path, manifest: &Manifest) -> Result<Self> {
        if let Some(parent) = folder.parent() {
            fs::create_dir_all(parent).map_err(Error::file("create", parent))?;
        }
        fs::create_dir(folder).map_err(Error::file("create", folder))?;
        let open = |name: &str| {
            let path = folder.join(name);
            File::create(&path).map_err(Error::file("create", &path))
        };
        let lock = open(LOCK)?;
        lock.lock().map_err(Error::file("lock", folder.join(LOCK)))?;
        let audio = BufWriter::with_capacity(1 << 18, open(AUDIO)?);
        let log = BufWriter::new(open(LOG)?);
        let json = serde_json::to_vec_pretty(manifest).expect("a manifest is plain data");
        super::replace(&folder.join(MANIFEST), &json)?;
        Ok(Self {
            folder: folder.to_owned(),
            audio,
            log,
            synced: Instant::now(),
            lock,
        })
    }

    /// The take's folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Appends interleaved samples.
    ///
    /// # Errors
    /// [`Error::File`] when the disk is full or failed; what was written before is kept.
    pub fn audio(&mut self, interleaved: &[f32]) -> Result<()> {
        let failed = || self.folder.join(AUDIO);
        if cfg!(target_endian = "little") {
            let bytes = bytemuck::cast_slice(interleaved);
            return self.audio.write_all(bytes).map_err(Error::file("write", failed()));
        }
        for sample in interleaved {
            let bytes = sample.to_le_bytes();
            self.audio.write_all(&bytes).map_err(Error::file("write", failed()))?;
        }
        Ok(())
    }

    /// Appends to the log.
    ///
    /// # Errors
    /// As [`Writer::audio`].
    pub fn entry(&mut self, entry: &Entry) -> Result<()> {
        let mut line = serde_json::to_vec(entry).expect("an entry is plain data");
        line.push(b'\n');
        let path = self.folder.join(LOG);
        self.log.write_all(&line).map_err(Error::file("write", path))
    }

    /// Hands everything to the system, so that it survives the death of this process; once a second the disk is asked to
    /// keep it too. Call it a few times a second.
    ///
    /// # Errors
    /// As [`Writer::audio`].
    pub fn flush(&mut self) -> Result<()> {
        self.audio
            .flush()
            .map_err(Error::file("write", self.folder.join(AUDIO)))?;
        self.log.flush().map_err(Error::file("write", self.folder.join(LOG)))?;
        if self.synced.elapsed() >= SYNC_EVERY {
            self.sync()?;
        }
        Ok(())
    }

    fn sync(&mut self) -> Result<()> {
        self.synced = Instant::now();
        for (file, name) in [(self.audio.get_ref(), AUDIO), (self.log.get_ref(), LOG)] {
            file.sync_data().map_err(Error::file("write", self.folder.join(name)))?;
        }
        Ok(())
    }

    /// Ends the take with its last entry ([`super::Event::End`]) and syncs it to the disk.
    ///
    /// # Errors
    /// As [`Writer::audio`].
    pub fn end(mut self, last: &Entry) -> Result<()> {
        self.entry(last)?;
        self.flush()?;
        self.sync()
    }

    /// Ends a take whose disk is full or failed, with the reason as its last entry, where there is still room for one in
    /// the log, and what the host had played by then against what was kept. Sound that is still buffered has no place any
    /// more.
    ///
    /// # Errors
    /// As [`Writer::audio`], when there is no room for a line either; the take can be read without it.
    pub fn fail(self, channels: u16, dropped_blocks: u64, tally: Tally, reason: &Error) -> Result<()> {
        let Self {
            folder, audio, mut log, ..
        } = self;
        let (file, _) = audio.into_parts();
        let bytes = file.metadata().map_err(Error::file("read", folder.join(AUDIO)))?.len();
        let samples = bytes / (4 * u64::from(channels.max(1)));
        let at = SamplePos(samples);
        let tally = Tally {
            kept: tally.kept.min(samples),
            ..tally
        };
        let end = Event::End {
            reason: EndReason::Failed,
            dropped_blocks,
            error: Some(reason.to_string()),
        };
        let failed = || Error::file("write", folder.join(LOG));
        for event in [Event::Tally(tally), end] {
            let mut line = serde_json::to_vec(&Entry { at, event }).expect("an entry is plain data");
            line.push(b'\n');
            log.write_all(&line).map_err(failed())?;
        }
        log.flush().map_err(failed())
    }

    /// Removes the take: it was provisional and nobody wants it.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn discard(self) -> Result<()> {
        let Self {
            folder,
            audio,
            log,
            lock,
            ..
        } = self;
        // What is still buffered is not wanted either.
        drop((audio.into_parts(), log.into_parts(), lock));
        fs::remove_dir_all(&folder).map_err(Error::file("remove", &folder))
    }
}
