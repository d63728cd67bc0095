//! Notices when a song's file is not the one any more that was opened.
//!
//! A render reads a song twice: it hears all of it, and later writes its sound. Were the file another by then, the picture
//! would follow one song and the sound be another. So the file is looked at again at each stretch of sound that is read
//! (is it there, is it the same file, as long, written to at the same time?), and the samples themselves are compared by
//! checksums: a clock that counts milliseconds or seconds does not see everything.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use same_file::Handle;

use super::Samples;
use crate::error::{Error, Result};

/// Samples (of all channels together) in a stretch.
const STRETCH: usize = 1 << 17;

/// A file as it was when it was opened, and the samples that were read from it since.
#[derive(Debug)]
pub(super) struct Watch {
    path: PathBuf,
    /// Keeps the file open, so that no other can get its number.
    file: Handle,
    len: u64,
    written: Option<SystemTime>,
    /// A checksum of each stretch that any reader has read, in order; a last one may be shorter.
    heard: Mutex<Vec<u64>>,
}

impl Watch {
    /// Looks at a file for the first time.
    ///
    /// # Errors
    /// [`Error::Song`] when there is no file, or none that could hold sound.
    pub(super) fn new(path: &Path) -> Result<Arc<Self>> {
        check_file(path)?;
        let looked = || -> io::Result<(Handle, fs::Metadata)> {
            let file = Handle::from_path(path)?;
            let about = file.as_file().metadata()?;
            Ok((file, about))
        };
        let (file, about) = looked().map_err(Error::file("read", path))?;
        Ok(Arc::new(Self {
            path: path.to_owned(),
            file,
            len: about.len(),
            written: about.modified().ok(),
            heard: Mutex::default(),
        }))
    }

    /// Whether the file is still the same.
    ///
    /// # Errors
    /// [`Error::Changed`], which says in what it differs.
    pub(super) fn check(&self) -> Result<()> {
        let now = match Handle::from_path(&self.path) {
            Ok(now) => now,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(self.changed("it was removed, or has another name now"));
            }
            Err(error) => return Err(self.changed(&format!("it can't be read any more ({error})"))),
        };
        if now != self.file {
            return Err(self.changed("another file has its name now"));
        }
        let about = now.as_file().metadata().map_err(Error::file("read", &self.path))?;
        if about.len() != self.len {
            let what = if about.len() < self.len { "cut off" } else { "added to" };
            return Err(self.changed(&format!("it was {what} ({} bytes, now {})", self.len, about.len())));
        }
        if about.modified().ok() != self.written {
            return Err(self.changed("it was written to"));
        }
        Ok(())
    }

    fn changed(&self, what: &str) -> Error {
        Error::Changed {
            path: self.path.clone(),
            what: what.to_owned(),
        }
    }

    /// Compares a stretch with what another reader has read there.
    fn compare(&self, stretch: usize, sum: u64) -> Result<()> {
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        match heard.get(stretch) {
            Some(before) if *before == sum => Ok(()),
            Some(_) => Err(self.changed("its sound is another than before")),
            None => {
                heard.push(sum);
                Ok(())
            }
        }
    }

    /// A checksum of all samples that were read.
    pub(super) fn checksum(&self) -> u64 {
        let heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        heard.iter().fold(START, |sum, &stretch| add(sum, stretch))
    }
}

/// The samples that one reader has given, on their way into checksums.
pub(super) struct Listened {
    watch: Arc<Watch>,
    sum: u64,
    /// Samples in the stretch so far.
    len: usize,
    stretch: usize,
}

impl Listened {
    pub(super) fn new(watch: Arc<Watch>) -> Self {
        Self {
            watch,
            sum: START,
            len: 0,
            stretch: 0,
        }
    }

    /// Takes the next samples, however they are cut into blocks; looks at the file after each stretch.
    pub(super) fn take(&mut self, samples: &Samples) -> Result<()> {
        let mut from = 0;
        while from < samples.len() {
            let end = samples.len().min(from + STRETCH - self.len);
            self.sum = match samples {
                Samples::I32(samples) => sum(self.sum, &samples[from..end], |x| u64::from(x.cast_unsigned())),
                Samples::F32(samples) => sum(self.sum, &samples[from..end], |x| x.to_bits().into()),
                Samples::F64(samples) => sum(self.sum, &samples[from..end], f64::to_bits),
            };
            self.len += end - from;
            from = end;
            if self.len == STRETCH {
                self.end_stretch()?;
            }
        }
        Ok(())
    }

    /// Takes it that there are no more samples.
    pub(super) fn end(&mut self) -> Result<()> {
        // So that a song that goes on differs from one that ends here.
        self.sum = add(self.sum, self.len as u64);
        self.end_stretch()
    }

    fn end_stretch(&mut self) -> Result<()> {
        // First what the system knows, which is the clearer word.
        self.watch.check()?;
        self.watch.compare(self.stretch, self.sum)?;
        self.stretch += 1;
        (self.sum, self.len) = (START, 0);
        Ok(())
    }
}

fn check_file(path: &Path) -> Result<()> {
    let refuse = |reason: &str, remedy: &str| Error::Song {
        path: path.to_owned(),
        reason: reason.to_owned(),
        remedy: remedy.to_owned(),
    };
    let meta = fs::metadata(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => refuse("there is no such file", "check the name"),
        io::ErrorKind::PermissionDenied => refuse("it may not be read", "change its permissions"),
        _ => refuse(&error.to_string(), "check the name and the disk"),
    })?;
    if meta.is_dir() {
        return Err(refuse("it is a folder", "name the sound file in it"));
    }
    if !meta.is_file() {
        return Err(refuse("it is not a regular file", "copy the sound into a file first"));
    }
    if meta.len() == 0 {
        return Err(refuse("the file is empty", "export or download it again"));
    }
    Ok(())
}

/// The checksum of nothing.
const START: u64 = 0x9E37_79B9_7F4A_7C15;

/// One round of a multiplicative hash: good enough to tell samples apart, and quick enough not to be noticed.
///
/// By hand, since it takes a sample at a time whatever its type, with no copy into bytes, and names the folders of videos that
/// were broken off, whose names another checksum would change.
///
/// **Source**: the finaliser of MurmurHash3, A. Appleby, half of it a round.
fn add(sum: u64, value: u64) -> u64 {
    let mixed = (sum ^ value).wrapping_mul(0xFF51_AFD7_ED55_8CCD);
    mixed ^ mixed >> 33
}

fn sum<T: Copy>(start: u64, samples: &[T], bits: impl Fn(T) -> u64) -> u64 {
    samples.iter().fold(start, |sum, &sample| add(sum, bits(sample)))
}

#[cfg(test)]
mod tests {
    use std::{fs::File, io::Write};

    use super::*;

    fn watched() -> (tempfile::TempDir, PathBuf, Arc<Watch>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("song");
        fs::write(&path, "some sound").unwrap();
        let watch = Watch::new(&path).unwrap();
        watch.check().unwrap();
        (folder, path, watch)
    }

    fn says(watch: &Watch) -> String {
        watch.check().unwrap_err().to_string()
    }

    #[test]
    fn each_way_of_changing_a_file_is_noticed() {
        let (_folder, path, watch) = watched();
        File::options()
            .append(true)
            .open(&path)
            .unwrap()
            .write_all(b"!")
            .unwrap();
        assert!(says(&watch).contains("added to (10 bytes, now 11)"), "{}", says(&watch));
        File::options().write(true).open(&path).unwrap().set_len(3).unwrap();
        assert!(says(&watch).contains("cut off (10 bytes, now 3)"), "{}", says(&watch));
        fs::remove_file(&path).unwrap();
        assert!(says(&watch).contains("removed"), "{}", says(&watch));
        fs::write(&path, "some sound").unwrap();
        assert!(says(&watch).contains("another file"), "{}", says(&watch));
    }

    #[test]
    fn a_rewrite_of_the_same_length_is_noticed_by_its_time() {
        let (_folder, path, watch) = watched();
        let file = File::options().write(true).open(&path).unwrap();
        let later = watch.written.unwrap() + std::time::Duration::from_secs(1);
        file.set_modified(later).unwrap();
        assert!(says(&watch).contains("written to"), "{}", says(&watch));
        file.set_modified(watch.written.unwrap()).unwrap();
        watch.check().unwrap();
    }

    #[test]
    fn samples_are_compared_however_they_come() {
        let (_folder, _path, watch) = watched();
        let samples: Vec<i32> = (0..3 * STRETCH as i32 + 5).collect();
        let read = |samples: &[i32], block: usize| -> Result<()> {
            let mut listened = Listened::new(watch.clone());
            for block in samples.chunks(block) {
                listened.take(&Samples::I32(block.to_vec()))?;
            }
            listened.end()
        };
        read(&samples, 4_096).unwrap();
        let sum = watch.checksum();
        read(&samples, 1_000_000).unwrap();
        read(&samples, 77_777).unwrap();
        assert_eq!(watch.checksum(), sum);
        for at in [0, STRETCH - 1, 2 * STRETCH, samples.len() - 1] {
            let mut other = samples.clone();
            other[at] ^= 1;
            let error = read(&other, 4_096).unwrap_err().to_string();
            assert!(error.contains("its sound is another"), "{at}: {error}");
        }
        for len in [0, STRETCH, samples.len() - 1] {
            assert!(read(&samples[..len], 4_096).is_err(), "{len} samples");
        }
        let longer = [&samples[..], &[0]].concat();
        assert!(read(&longer, 4_096).is_err());
    }
}
