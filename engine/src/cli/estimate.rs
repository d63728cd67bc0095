//! What a render will take, from a few frames of it: time, memory, disk.

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use phosphene_engine::{
    Error, Result,
    cancel::Cancel,
    diffusion::film::{Film, Work},
    encode::{Container, EncodeSettings, Overwrite},
    pipeline::Rendered,
    render::RenderJob,
    time::FrameIdx,
};

use super::{
    options::{GeneratorName, Look},
    production::make,
    terminal::{say, tell},
};

/// Frames that are tried.
const TRIED: u64 = 12;

/// What is needed, as far as it could be told.
struct Needs {
    secs: f64,
    bytes: f64,
    tried: u64,
}

/// Renders a few frames from the middle on, and says what all of them will take.
pub fn estimate(job: &mut RenderJob, generator: GeneratorName, look: &Look, cancel: &Cancel) -> Result<()> {
    let wanted = job.frames.clone();
    let frames = wanted.end - wanted.start;
    let middle = job.director.spec(FrameIdx((wanted.start + wanted.end) / 2)).shot;
    let first = middle.first.0.clamp(wanted.start, wanted.end - 1);
    job.frames = first..(first + TRIED).min(wanted.end);
    let tried = job.frames.end - job.frames.start;
    let output = job.settings.output.clone();
    let trial = trial_path(&output)?;
    job.settings = EncodeSettings {
        output: trial.clone(),
        overwrite: Overwrite::Replace,
        ..job.settings.clone()
    };
    job.keep = None;
    let mut notes = String::new();
    let needs = if generator == GeneratorName::Diffusion {
        look.diffusion.films(job, look, cancel).and_then(|mut films| {
            let rendered = job.render(&mut films, "estimate", cancel, &|_| ())?;
            job.frames = wanted.clone();
            notes = widened(&films);
            let secs = film_secs(job, &mut films)? + encoding(&rendered, tried) * frames as f64;
            Ok(needs(&rendered, secs, tried, frames))
        })
    } else {
        make(job, generator, look, cancel, &|_| ()).map(|(rendered, _)| {
            // The trial's own ends weigh more than a whole render's, so this errs on the long side.
            let secs = rendered.wall_secs / tried as f64 * frames as f64;
            needs(&rendered, secs, tried, frames)
        })
    };
    job.frames = wanted;
    let removed = match std::fs::remove_file(&trial) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Error::file("remove", &trial)(error)),
        _ => Ok(()),
    };
    let needs = needs?;
    removed?;
    let memory = match most_memory(std::process::id()) {
        Some(Memory::Most(bytes)) => format!("{:.0} MB at most so far{notes}", bytes as f64 / 1e6),
        Some(Memory::Now(bytes)) => format!("{:.0} MB now{notes}", bytes as f64 / 1e6),
        None => "not known on this system".into(),
    };
    say(&format!(
        "{frames} frames of {} at {} a second:\n  time    about {}\n  memory  {memory}\n  disk    about {:.1} MB, and as much again \
         while the file is finished\nmeasured on {} frames from frame {first} on; other parts can take more or less.\n",
        job.settings.size,
        job.settings.fps,
        spoken(needs.secs),
        needs.bytes / 1e6,
        needs.tried,
    ))
}

/// Says how long a film will take on the CPU, before it begins.
pub fn warn_of_cpu(job: &RenderJob, films: &mut [Film]) -> Result<()> {
    if films.iter().any(Film::is_on_cpu) {
        tell(&format!(
            "  note  On the CPU this will take about {}. Ctrl-C stops it; --draft is quicker, `phosphene render \
             --estimate` more exact.",
            spoken(film_secs(job, films)?)
        ));
    }
    Ok(())
}

/// How long the networks and what is around them will take for all frames; the slowest device decides.
fn film_secs(job: &RenderJob, films: &mut [Film]) -> Result<f64> {
    let (mut keys, mut shots) = (0, 0);
    for frame in job.frames.clone() {
        let spec = job.director.spec(FrameIdx(frame));
        keys += u64::from(spec.key);
        shots += u64::from(spec.frame == spec.shot.first || frame == job.frames.start);
    }
    let frames = job.frames.end - job.frames.start;
    let work = Work {
        shots,
        keys,
        frames,
        devices: films.len() as u64,
    };
    let mut longest = 0.0_f64;
    for film in films {
        longest = longest.max(film.probe()?.secs(&work));
    }
    Ok(longest)
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

/// A name beside the output that nothing else has, and short enough for every file system.
fn trial_path(output: &Path) -> Result<PathBuf> {
    let ending = Container::of(output)?.ending();
    Ok(output.with_file_name(format!(".phosphene-estimate-{}.{ending}", std::process::id())))
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

/// What is to be known of the memory of a model that runs on the CPU.
fn widened(films: &[Film]) -> String {
    if films.iter().any(Film::is_on_cpu) {
        "; the CPU computes in 32 bits, so 16-bit weights take twice their files' size".into()
    } else {
        String::new()
    }
}

/// A program's memory, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Memory {
    /// The most so far.
    Most(u64),
    /// What it has now, where the most isn't told.
    Now(u64),
}

/// A program's memory, as the system tells it: Linux in a file, others by programs of theirs.
fn most_memory(process: u32) -> Option<Memory> {
    let process = process.to_string();
    let said = |program: &str, args: &[&str]| {
        let output = Command::new(program).args(args).output().ok()?;
        Some(String::from_utf8_lossy(&output.stdout).into_owned())
    };
    if cfg!(target_os = "linux") {
        of_status(&std::fs::read_to_string(format!("/proc/{process}/status")).ok()?)
    } else if cfg!(windows) {
        of_tasklist(&said(
            "tasklist",
            &["/FI", &format!("PID eq {process}"), "/FO", "CSV", "/NH"],
        )?)
    } else {
        of_ps(&said("ps", &["-o", "rss=", "-p", &process])?)
    }
}

/// Of Linux's `/proc/PID/status`.
fn of_status(text: &str) -> Option<Memory> {
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(Memory::Most(kibibytes * 1024))
}

/// Of `ps -o rss=`: kibibytes, on macOS as elsewhere.
fn of_ps(text: &str) -> Option<Memory> {
    Some(Memory::Now(text.trim().parse::<u64>().ok()? * 1024))
}

/// Of `tasklist /FO CSV /NH`: kibibytes in the last of the quoted columns, grouped as the country does.
fn of_tasklist(text: &str) -> Option<Memory> {
    let (_, column) = text.trim().trim_end_matches('"').rsplit_once('"')?;
    let digits: String = column.chars().filter(char::is_ascii_digit).collect();
    Some(Memory::Now(digits.parse::<u64>().ok()? * 1024))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read_as_each_system_tells_it() {
        assert_eq!(
            of_status("VmPeak:\t 9 kB\nVmHWM:\t    5120 kB\n"),
            Some(Memory::Most(5 << 20))
        );
        assert_eq!(of_ps("  5120\n"), Some(Memory::Now(5 << 20)));
        for column in ["5,120 K", "5.120 K", "5\u{a0}120 K"] {
            let line = format!("\"phosphene.exe\",\"4242\",\"Console\",\"1\",\"{column}\"\r\n");
            assert_eq!(of_tasklist(&line), Some(Memory::Now(5 << 20)), "{column}");
        }
        for nothing in [
            "",
            "INFO: No tasks are running which match the specified criteria.\r\n",
            "\"a\",\"b\"",
        ] {
            assert_eq!(
                (of_status(nothing), of_ps(nothing), of_tasklist(nothing)),
                (None, None, None)
            );
        }
        if cfg!(target_os = "linux") {
            assert!(matches!(
                most_memory(std::process::id()),
                Some(Memory::Most(1_000_000..))
            ));
        }
    }

    #[test]
    fn durations_are_spoken_as_people_do() {
        assert_eq!(spoken(0.2), "1 s");
        assert_eq!(spoken(89.0), "89 s");
        assert_eq!(spoken(600.0), "10 min");
        assert_eq!(spoken(7_260.0), "2 h 01 min");
    }
}
