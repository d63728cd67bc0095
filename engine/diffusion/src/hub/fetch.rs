//! Fetches a plan's files into a folder, each under its name only once its checksum is right.

use phosphene_core::Error as CoreError;
use std::{
    collections::HashSet,
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use ureq::http::{StatusCode, header};

use super::{
    Plan, Progress, Pull, RemoteFile, Settings,
    checksum::Sum,
    client::{Client, Fault},
};
use crate::error::{Error, Result};

const PIECE: usize = 256 * 1024;
/// Whole copies that may be wrong before we say so.
const WRONG_COPIES: u32 = 2;

/// A pull that runs.
pub(super) struct Fetch<'a> {
    pub(super) client: &'a Client,
    pub(super) settings: &'a Settings,
    pub(super) plan: &'a Plan,
    pub(super) pull: &'a Pull<'a>,
    /// The folder that the files come into.
    pub(super) part: &'a Path,
}

/// A file that is coming: what is on the disk, and its sum so far.
struct Coming<'a> {
    remote: &'a RemoteFile,
    path: PathBuf,
    file: File,
    sum: Sum,
    have: u64,
}

impl Fetch<'_> {
    /// Fetches all files of the plan, and leaves nothing else in the folder.
    pub(super) fn files(&self) -> Result<()> {
        let mut done = 0;
        for remote in &self.plan.files {
            let target = self.part.join(&remote.path);
            let folder = target.parent().unwrap_or(self.part);
            fs::create_dir_all(folder).map_err(CoreError::file("create", folder))?;
            if !self.is_right(&target, remote)? && !self.linked(remote, &target)? {
                self.one(remote, &target, done)?;
            }
            done += remote.bytes;
            self.tell(remote, done, None);
        }
        self.tidy()
    }

    fn tell(&self, remote: &RemoteFile, bytes: u64, trouble: Option<&str>) {
        (self.pull.watch)(Progress {
            file: &remote.path,
            bytes,
            trouble,
        });
    }

    /// Whether the file is there already, whole: from an earlier pull, or another program's.
    fn is_right(&self, path: &Path, remote: &RemoteFile) -> Result<bool> {
        match fs::metadata(path) {
            Ok(found) if found.is_file() && found.len() == remote.bytes => {
                let mut sum = remote.checksum.begin(remote.bytes);
                let mut file = File::open(path).map_err(CoreError::file("read", path))?;
                self.add_file(&mut sum, &mut file, path)?;
                Ok(sum.hex() == remote.checksum.hex())
            }
            _ => Ok(false),
        }
    }

    /// Takes the file from the cache of the hub's own programs, where it is named by its checksum.
    fn linked(&self, remote: &RemoteFile, target: &Path) -> Result<bool> {
        let Some(cache) = &self.settings.cache else {
            return Ok(false);
        };
        let model = format!("models--{}", self.plan.model.replace('/', "--"));
        let blob = cache.join(model).join("blobs").join(remote.checksum.hex());
        if !self.is_right(&blob, remote)? {
            return Ok(false);
        }
        // A second name for the same bytes; on another disk there is no such thing, and they are fetched.
        let _ = fs::remove_file(target);
        Ok(fs::hard_link(&blob, target).is_ok())
    }

    /// Fetches one file, going on where it broke off; `before` bytes of other files have come.
    fn one(&self, remote: &RemoteFile, target: &Path, before: u64) -> Result<()> {
        let model = &self.plan.model;
        let mut coming = Coming::open(self, remote, target)?;
        let (mut silent, mut wrong, mut furthest) = (0, 0, coming.have);
        loop {
            let result = if coming.have < remote.bytes {
                coming.receive(self, before)?
            } else {
                Ok(())
            };
            if coming.have > furthest {
                (silent, furthest) = (0, coming.have);
            }
            match result {
                Err(fault) => {
                    if matches!(fault, Fault::NoSuchRange) {
                        coming.begin_anew()?;
                    }
                    let reason = self.client.again(fault, model, &mut silent, self.pull.cancel)?;
                    self.tell(remote, before + coming.have, Some(&reason));
                }
                Ok(()) if coming.have == remote.bytes && coming.sum.hex() == remote.checksum.hex() => {
                    coming.file.sync_all().map_err(CoreError::file("write", &coming.path))?;
                    let Coming { path, file, .. } = coming;
                    drop(file);
                    return fs::rename(&path, target)
                        .map_err(CoreError::file("rename", &path))
                        .map_err(Error::from);
                }
                Ok(()) => {
                    wrong += 1;
                    let actual = coming.sum.hex();
                    coming.begin_anew()?;
                    if wrong == WRONG_COPIES {
                        return Err(Error::Pull {
                            model: model.clone(),
                            reason: format!(
                                "{} is not what the hub says it is ({}, but {actual} came, {wrong} times)",
                                remote.path, remote.checksum
                            ),
                            remedy: "something on the way changes it: try another network or HF_ENDPOINT".into(),
                        });
                    }
                    self.tell(remote, before, Some("what came was wrong"));
                }
            }
        }
    }

    /// Adds a file's bytes to a sum; returns how many they are.
    fn add_file(&self, sum: &mut Sum, file: &mut File, path: &Path) -> Result<u64> {
        let mut piece = vec![0; PIECE];
        let mut bytes = 0;
        loop {
            self.pull.cancel.check()?;
            match file.read(&mut piece).map_err(CoreError::file("read", path))? {
                0 => return Ok(bytes),
                len => {
                    sum.add(&piece[..len]);
                    bytes += len as u64;
                }
            }
        }
    }

    /// Removes what an earlier pull of another revision left.
    fn tidy(&self) -> Result<()> {
        let planned: HashSet<PathBuf> = self.plan.files.iter().map(|file| self.part.join(&file.path)).collect();
        let mut folders = vec![self.part.to_path_buf()];
        while let Some(folder) = folders.pop() {
            for item in fs::read_dir(&folder).map_err(CoreError::file("read", &folder))? {
                let path = item.map_err(CoreError::file("read", &folder))?.path();
                if path.is_dir() {
                    folders.push(path);
                } else if !planned.contains(&path) {
                    fs::remove_file(&path).map_err(CoreError::file("remove", &path))?;
                }
            }
        }
        Ok(())
    }
}

impl<'a> Coming<'a> {
    /// Opens what an earlier pull left of this very file, or begins it.
    fn open(fetch: &Fetch<'_>, remote: &'a RemoteFile, target: &Path) -> Result<Self> {
        // Named by the checksum, so that a part of another revision's file is never gone on with.
        let mut name = target.as_os_str().to_owned();
        name.push(format!(".{}.part", &remote.checksum.hex()[..12]));
        let path = PathBuf::from(name);
        let opened = OpenOptions::new().read(true).append(true).create(true).open(&path);
        let mut file = opened.map_err(CoreError::file("create", &path))?;
        let mut sum = remote.checksum.begin(remote.bytes);
        let have = fetch.add_file(&mut sum, &mut file, &path)?;
        let mut coming = Self {
            remote,
            path,
            file,
            sum,
            have,
        };
        if coming.have > remote.bytes {
            coming.begin_anew()?;
        }
        Ok(coming)
    }

    /// Forgets what has come.
    fn begin_anew(&mut self) -> Result<()> {
        self.file.set_len(0).map_err(CoreError::file("write", &self.path))?;
        self.sum = self.remote.checksum.begin(self.remote.bytes);
        self.have = 0;
        Ok(())
    }

    /// Receives the rest by one connection; `before` as in [`Fetch::one`]. Ends well when as much has come as the hub said, or more.
    fn receive(&mut self, fetch: &Fetch<'_>, before: u64) -> Result<Result<(), Fault>> {
        let Fetch { client, plan, pull, .. } = fetch;
        pull.cancel.check()?;
        let mut answer = match client.file(&plan.model, &plan.revision, &self.remote.path, self.have) {
            Ok(answer) => answer,
            Err(fault) => return Ok(Err(fault)),
        };
        if answer.status() == StatusCode::PARTIAL_CONTENT {
            let range = answer
                .headers()
                .get(header::CONTENT_RANGE)
                .and_then(|range| range.to_str().ok());
            let expected = format!("bytes {}-", self.have);
            if !range.is_some_and(|range| range.starts_with(&expected)) {
                return Ok(Err(Fault::NoSuchRange));
            }
        } else if self.have > 0 {
            // The whole file, though a part was asked for.
            self.begin_anew()?;
        }
        // One byte more than there should be shows that there are more.
        let mut body = answer.body_mut().as_reader().take(self.remote.bytes - self.have + 1);
        let mut piece = vec![0; PIECE];
        loop {
            pull.cancel.check()?;
            let len = match body.read(&mut piece) {
                Ok(0) if self.have >= self.remote.bytes => return Ok(Ok(())),
                Ok(0) => {
                    let reason = format!(
                        "{} ended after {} of {} bytes",
                        self.remote.path, self.have, self.remote.bytes
                    );
                    return Ok(Err(Fault::Broken(reason)));
                }
                Ok(len) => len,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    return Ok(Err(Fault::Broken(format!("{} broke off ({error})", self.remote.path))));
                }
            };
            self.file
                .write_all(&piece[..len])
                .map_err(CoreError::file("write", &self.path))?;
            self.sum.add(&piece[..len]);
            self.have += len as u64;
            fetch.tell(self.remote, before + self.have, None);
        }
    }
}
