//! What the terminal shows while work goes on.

use phosphene_engine::ffmpeg::open_song;
use std::{
    borrow::Cow,
    io::{self, ErrorKind, IsTerminal, Write},
    path::Path,
    time::Duration,
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use phosphene_engine::{
    Result,
    analysis::Hints,
    cancel::Cancel,
    clean,
    diorama::meaning::Meaning,
    error::Error,
    listen::{self, Heard},
    prompt::Prompt,
    song::{Loss, Song},
    time::SampleRate,
};

/// A bar that counts samples while a song is heard.
pub fn listening_bar(song: &Song) -> ProgressBar {
    let bar = match song.info().claimed_len {
        Some(len) => {
            let bar = ProgressBar::new(len);
            bar.set_style(style("{prefix:>9} {wide_bar:.magenta/238} {percent:>3} %"));
            bar
        }
        None => {
            let bar = ProgressBar::new_spinner();
            bar.set_style(style("{prefix:>9} {spinner} {elapsed}"));
            bar
        }
    };
    bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(10));
    bar.set_prefix("listening");
    bar
}

/// A bar that counts frames.
pub fn frames_bar(frames: u64) -> ProgressBar {
    let bar = ProgressBar::new(frames);
    bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(5));
    bar.set_style(style(
        "{prefix:>9} {wide_bar:.magenta/238} {pos}/{len}  {per_sec:.1} fps  {eta} left",
    ));
    bar.set_prefix("painting");
    if io::stderr().is_terminal() {
        bar.enable_steady_tick(Duration::from_millis(500));
    }
    bar
}

/// A bar that counts bytes.
pub fn bytes_bar(bytes: u64) -> ProgressBar {
    let bar = ProgressBar::new(bytes);
    bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(5));
    bar.set_style(style(
        "{prefix:>9} {wide_bar:.magenta/238} {decimal_bytes}/{decimal_total_bytes}  {decimal_bytes_per_sec}  {eta} left",
    ));
    bar.set_prefix("pulling");
    bar
}

fn style(template: &str) -> ProgressStyle {
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    style.progress_chars("━╸━")
}

/// Opens a song and hears all of it, with a bar.
pub fn hear(path: &Path, hints: Hints, cancel: &Cancel) -> Result<(Song, Heard)> {
    let song = open_song(path)?;
    let heard = hear_open(&song, hints, cancel)?;
    Ok((song, heard))
}

/// Hears all of a song that is open, with a bar.
pub fn hear_open(song: &Song, hints: Hints, cancel: &Cancel) -> Result<Heard> {
    let bar = listening_bar(song);
    let heard = listen::listen_with(song, hints, cancel, &|at| bar.set_position(at.0));
    bar.finish_and_clear();
    let heard = heard?;
    tell_losses(&heard.losses, song.info().rate);
    Ok(heard)
}

/// Says what of the song could not be used.
pub fn tell_losses(losses: &[Loss], rate: SampleRate) {
    for loss in losses {
        tell(&format!("  warning  at {}: {}", clock(loss.at.secs(rate)), loss.what));
    }
}

/// Says which words of prompts were not understood, once for all of them.
pub fn tell_unknown_words(prompts: &[Prompt]) -> Result<()> {
    let unknown = Meaning::embedded()?.unknown_words(prompts)?;
    if !unknown.is_empty() {
        let words = unknown.join(", ");
        tell(&format!(
            "  warning  not understood in the prompts, and left out: {words} (`phosphene explain` says more)"
        ));
    }
    Ok(())
}

/// Seconds as `m:ss.s`.
pub fn clock(secs: f64) -> String {
    let tenths = (secs * 10.0).round() as u64;
    format!("{}:{:02}.{}", tenths / 600, tenths / 10 % 60, tenths % 10)
}

/// Bytes in the unit that a person would choose.
pub fn size(bytes: u64) -> String {
    match bytes {
        1_000_000_000.. => format!("{:.2} GB", bytes as f64 / 1e9),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

/// Asks a question of yes or no; no answer is a no.
///
/// # Errors
/// When there is nobody to ask.
pub fn confirmed(question: &str) -> Result<bool> {
    if !io::stdin().is_terminal() {
        return Err(Error::Value {
            what: "the answer",
            expected: "somebody to ask, or --yes".into(),
            actual: "no terminal".into(),
        });
    }
    say(&format!("{question}? [y/N] "))?;
    let mut answer = String::new();
    io::stdin()
        .read_line(&mut answer)
        .map_err(Error::file("read", "the standard input"))?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

/// Says a line to whoever watches, on the standard error. That nobody can hear it is no error: the work is what counts.
pub fn tell(line: &str) {
    let line = format!("{}\n", clean::shown(line));
    let _ = io::stderr().write_all(line.as_bytes());
}

/// Prints lines to the standard output, with whatever would move a terminal written out.
pub fn say(text: &str) -> Result<()> {
    put(clean::shown_lines(text).as_bytes())
}

/// Puts bytes on the standard output. A reader that has heard enough (`| head`) is no error, nor is a terminal that was
/// closed.
pub fn put(bytes: &[u8]) -> Result<()> {
    let mut out = io::stdout();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe && !hung_up(&error) => {
            Err(Error::file("write", "the standard output")(error))
        }
        _ => Ok(()),
    }
}

/// Prints a path on a line of its own: as it can be read on a terminal, else byte for byte, so that programs find the file.
pub fn say_path(path: &Path) -> Result<()> {
    if io::stdout().is_terminal() || !cfg!(unix) {
        return say(&format!("{}\n", shown(path)));
    }
    put(&[path.as_os_str().as_encoded_bytes(), b"\n"].concat())
}

/// A path as a part of a line.
pub fn shown(path: &Path) -> String {
    clean::shown(&path.to_string_lossy()).into_owned()
}

/// A name as a part of a line.
pub fn shown_name(name: &str) -> Cow<'_, str> {
    clean::shown(name)
}

/// Whether the standard output was a terminal that is gone: that is what a system calls an error of input and output on
/// a device of characters.
#[cfg(unix)]
fn hung_up(error: &io::Error) -> bool {
    use std::os::{fd::AsFd, unix::fs::FileTypeExt};

    /// EIO has this number on every Unix.
    const EIO: i32 = 5;
    let is_device = || {
        let out = std::fs::File::from(io::stdout().as_fd().try_clone_to_owned().ok()?);
        Some(out.metadata().ok()?.file_type().is_char_device())
    };
    error.raw_os_error() == Some(EIO) && is_device() == Some(true)
}

#[cfg(not(unix))]
fn hung_up(_: &io::Error) -> bool {
    false
}
