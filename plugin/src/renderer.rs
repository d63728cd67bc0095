//! Starts `phosphene render-take` as a child that outlives the host, and finds the program.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use phosphene_engine::take::{Progress, RENDER};

/// The environment variable that names the renderer.
pub const VARIABLE: &str = "PHOSPHENE_RENDERER";
/// Set to anything but 0, takes are recorded and not rendered.
pub const OFF_VARIABLE: &str = "PHOSPHENE_NO_RENDER";
/// The renderer's file name.
const PROGRAM: &str = if cfg!(windows) { "phosphene.exe" } else { "phosphene" };

/// What to tell a user whose renderer is missing.
pub const MISSING: &str = "The renderer was not found, so takes wait on the disk. Install it beside the plugin (`cargo \
                           xtask install`), or name it in PHOSPHENE_RENDERER; then press Render on the take.";

/// Whether takes are to be rendered at all.
#[must_use]
pub fn is_on() -> bool {
    env::var_os(OFF_VARIABLE).is_none_or(|value| value.is_empty() || value == "0")
}

/// The renderer: [`VARIABLE`]'s, else the one in or beside the plugin's bundle, in the user's or the system's programs.
#[must_use]
pub fn find() -> Option<PathBuf> {
    if let Some(named) = env::var_os(VARIABLE).filter(|named| !named.is_empty()) {
        return Some(PathBuf::from(named)).filter(|path| path.is_file());
    }
    let mut places = Vec::new();
    if let Some(library) = own_library() {
        // Beside a .clap file or a standalone program; in a bundle's Contents/ARCH or Contents/MacOS, its Resources.
        places.extend(library.parent().map(Path::to_path_buf));
        places.extend(library.ancestors().nth(2).map(|contents| contents.join("Resources")));
    }
    let home = env::var_os(if cfg!(windows) { "USERPROFILE" } else { "HOME" }).map(PathBuf::from);
    places.extend(home.iter().map(|home| home.join(".local/bin")));
    places.extend(home.iter().map(|home| home.join(".cargo/bin")));
    places.extend(env::var_os("PATH").iter().flat_map(env::split_paths));
    places
        .into_iter()
        .map(|place| place.join(PROGRAM))
        .find(|path| path.is_file())
}

/// The file from which this code was loaded, as far as the system tells.
fn own_library() -> Option<PathBuf> {
    if cfg!(target_os = "linux") {
        let maps = fs::read_to_string("/proc/self/maps").ok()?;
        let here = find as *const () as usize;
        let holds = |line: &&str| {
            let range = line.split(' ').next().and_then(|range| range.split_once('-'));
            let number = |text| usize::from_str_radix(text, 16).ok();
            range.is_some_and(|(from, to)| match (number(from), number(to)) {
                (Some(from), Some(to)) => (from..to).contains(&here),
                _ => false,
            })
        };
        let line = maps.lines().find(holds)?;
        return line.find('/').map(|path| PathBuf::from(&line[path..]));
    }
    // Elsewhere a plugin can't be asked where it lies without unsafe code: the installer's places are looked at.
    let home = PathBuf::from(env::var_os(if cfg!(windows) { "COMMONPROGRAMFILES" } else { "HOME" })?);
    if cfg!(windows) {
        Some(home.join("CLAP").join("Phosphene.clap"))
    } else {
        Some(home.join("Library/Audio/Plug-Ins/CLAP/Phosphene.clap/Contents/MacOS/Phosphene"))
    }
}

/// Starts the render of a take; it waits its turn when others are under way, and goes on when the host ends.
///
/// # Errors
/// When the program can't be started.
pub fn start(renderer: &Path, take: &Path) -> io::Result<()> {
    let folder = take.join(RENDER);
    fs::create_dir_all(&folder)?;
    let log = folder.join("log.txt");
    let mut command = detached(renderer, &log);
    command.arg("render-take").arg(take).arg("--queue");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn()?;
    if cfg!(unix) {
        // The shell has handed over and ends at once; what it started is nobody's child and leaves no zombie.
        child.wait()?;
    }
    Ok(())
}

#[cfg(unix)]
fn detached(renderer: &Path, log: &Path) -> Command {
    use std::os::unix::process::CommandExt;
    let mut shell = Command::new("/bin/sh");
    shell
        .arg("-c")
        .arg(r#"log=$1; shift; trap '' HUP; nice -n 10 "$@" </dev/null >/dev/null 2>"$log" &"#)
        .arg("sh")
        .arg(log)
        .arg(renderer)
        // Its own group: a host's terminal that is interrupted does not take it along.
        .process_group(0);
    shell
}

#[cfg(windows)]
fn detached(renderer: &Path, _log: &Path) -> Command {
    use std::os::windows::process::CommandExt;
    // DETACHED_PROCESS, CREATE_NEW_PROCESS_GROUP, BELOW_NORMAL_PRIORITY_CLASS.
    const FLAGS: u32 = 0x8 | 0x200 | 0x4000;
    let mut command = Command::new(renderer);
    command.creation_flags(FLAGS);
    command
}

/// Asks the renderer of a take to stop; what it has made is kept.
///
/// # Errors
/// When it can't be asked. A render that is not under way is no error.
pub fn stop(take: &Path) -> io::Result<()> {
    let Some(progress) = Progress::read(take).filter(|progress| progress.is_running(take)) else {
        return Ok(());
    };
    let pid = progress.pid.to_string();
    let mut command = if cfg!(windows) {
        let mut command = Command::new("taskkill");
        command.args(["/PID", &pid]);
        command
    } else {
        let mut command = Command::new("kill");
        command.args(["-TERM", &pid]);
        command
    };
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().map(drop)
}
