//! What a render will take, from a few frames of it: time, memory, disk.

use std::{path::PathBuf, time::Duration};

use phosphene_engine::{
    Error, Result,
    cancel::Cancel,
    encode::{EncodeSettings, Overwrite},
    generate::diffusion::film::Film,
    pipeline::Rendered,
    time::FrameIdx,
};

use super::{
    production::{GeneratorName, Look, Production},
    terminal::say,
};

/// Frames that are tried.
const TRIED: u64 = 12;

/// What is needed, as far as it could be told.
struct Needs {
    secs: f64,
    bytes: f64,
    tried: u64,
}

impl Production {
    /// Renders a few frames from the middle on, and says what all of them will take.
    pub fn estimate(&mut self, generator: GeneratorName, look: &Look, cancel: &Cancel) -> Result<()> {
        let wanted = self.frames.clone();
        let frames = wanted.end - wanted.start;
        let middle = self.director.spec(FrameIdx((wanted.start + wanted.end) / 2)).shot;
        let first = middle.first.0.clamp(wanted.start, wanted.end - 1);
        self.frames = first..(first + TRIED).min(wanted.end);
        let tried = self.frames.end - self.frames.start;
        let output = self.settings.output.clone();
        let trial = trial_path(&output);
        self.settings = EncodeSettings {
            output: trial.clone(),
            overwrite: Overwrite::Replace,
            ..self.settings.clone()
        };
        self.keep = None;
        let needs = if generator == GeneratorName::Diffusion {
            look.diffusion.film(self, look, cancel).and_then(|mut film| {
                let rendered = self.film(&mut film, "estimate", cancel, &|_| ())?;
                self.frames = wanted.clone();
                let secs = self.film_secs(&mut film)? + encoding(&rendered, tried) * frames as f64;
                Ok(needs(&rendered, secs, tried, frames))
            })
        } else {
            self.make(generator, look, cancel, &|_| ()).map(|(rendered, _)| {
                // The trial's own ends weigh more than a whole render's, so this errs on the long side.
                let secs = rendered.wall_secs / tried as f64 * frames as f64;
                needs(&rendered, secs, tried, frames)
            })
        };
        self.frames = wanted;
        let removed = match std::fs::remove_file(&trial) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Error::file("remove", &trial)(error)),
            _ => Ok(()),
        };
        let needs = needs?;
        removed?;
        say(&format!(
            "{frames} frames of {} at {} a second:\n  time    about {}\n  memory  {}\n  disk    about {:.1} MB, and as much again \
             while the file is finished\nmeasured on {} frames from frame {first} on; other parts can take more or less.\n",
            self.settings.size,
            self.settings.fps,
            spoken(needs.secs),
            most_memory().map_or("not known on this system".into(), |bytes| format!(
                "{:.0} MB at most so far",
                bytes as f64 / 1e6
            )),
            needs.bytes / 1e6,
            needs.tried,
        ))
    }

    /// Says how long a film will take on the CPU, before it begins.
    pub fn warn_of_cpu(&self, film: &mut Film) -> Result<()> {
        if film.is_on_cpu() {
            eprintln!(
                "  note  On the CPU this will take about {}. Ctrl-C stops it; --draft is quicker, `phosphene render \
                 --estimate` more exact.",
                spoken(self.film_secs(film)?)
            );
        }
        Ok(())
    }

    /// How long the networks and what is around them will take for all frames.
    fn film_secs(&self, film: &mut Film) -> Result<f64> {
        let (mut keys, mut shots) = (0, 0);
        for frame in self.frames.clone() {
            let spec = self.director.spec(FrameIdx(frame));
            keys += u64::from(spec.key);
            shots += u64::from(spec.frame == spec.shot.first || frame == self.frames.start);
        }
        let frames = self.frames.end - self.frames.start;
        Ok(film.probe()?.secs(shots, keys, frames))
    }
}

fn needs(rendered: &Rendered, secs: f64, tried: u64, frames: u64) -> Needs {
    Needs {
        secs,
        bytes: rendered.written.bytes as f64 / tried as f64 * frames as f64,
        tried,
    }
}

/// Seconds of encoding a frame.
fn encoding(rendered: &Rendered, tried: u64) -> f64 {
    rendered.encode_secs / tried as f64
}

/// A name beside the output that nothing else has.
fn trial_path(output: &std::path::Path) -> PathBuf {
    let stem = output.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let ending = output.extension().unwrap_or_default().to_string_lossy().into_owned();
    output.with_file_name(format!(".{stem}.estimate-{}.{ending}", std::process::id()))
}

/// A duration as one would say it.
fn spoken(secs: f64) -> String {
    let minutes = secs / 60.0;
    match secs {
        ..90.0 => format!("{:.0} s", secs.ceil()),
        ..5_400.0 => format!("{minutes:.0} min"),
        _ => {
            let whole = Duration::from_secs_f64(secs.min(1e9)).as_secs() / 60;
            format!("{} h {:02} min", whole / 60, whole % 60)
        }
    }
}

/// The most memory that this program has had so far, in bytes.
fn most_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_spoken_as_people_do() {
        assert_eq!(spoken(0.2), "1 s");
        assert_eq!(spoken(89.0), "89 s");
        assert_eq!(spoken(600.0), "10 min");
        assert_eq!(spoken(7_260.0), "2 h 01 min");
    }
}
