//! Starts `phosphene render-take` as a child that outlives the host, and finds the program.

use std::{
    env, fs,
    io::{self, Read},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use phosphene_core::take::{EXIT, Progress, RENDER, RENDER_LOG, RenderState, now_unix_ms};

/// The environment variable that names the renderer.
pub const VARIABLE: &str = "PHOSPHENE_RENDERER";
/// Set to anything but 0, takes are recorded and not rendered.
pub const OFF_VARIABLE: &str = "PHOSPHENE_NO_RENDER";
/// The renderer's file name.
const PROGRAM: &str = if cfg!(windows) { "phosphene.exe" } else { "phosphene" };

/// What to tell a user whose renderer is missing.
pub const MISSING: &str = "The renderer was not found, so takes wait on the disk. Install it beside the plugin (`cargo \
                           xtask install`), or name it in PHOSPHENE_RENDERER; then press Render on the take.";

/// The same in the take, which adds how to go on.
const NOT_FOUND: &str = "The renderer was not found: install it beside the plugin (`cargo xtask install`), or name it in \
                         PHOSPHENE_RENDERER";

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

/// Starts the render of a take; it waits its turn when others are under way, and goes on when the host ends. What hinders
/// it is in the take as well, and so is what becomes of it (see [`Progress::read`]).
///
/// # Errors
/// Why it can't be started and what to do, as a sentence for the user.
pub fn start(take: &Path) -> Result<(), String> {
    let before = Progress::read(take);
    if before.as_ref().is_some_and(|before| before.is_running(take)) {
        return Ok(());
    }
    let starting = Progress {
        updated_unix_ms: now_unix_ms(),
        starts: before.as_ref().map_or(0, |before| before.starts),
        ..Progress::default()
    };
    let started = find()
        .ok_or_else(|| MISSING.to_owned())
        .and_then(|program| match hindrance(&program) {
            Some(reason) => Err(format!("The renderer {} can't be run: {reason}", program.display())),
            None => launch(&program, take, starting.clone())
                .map_err(|error| format!("The renderer {} can't be started: {error}", program.display())),
        });
    started.inspect_err(|reason| {
        // A video that is there is not forgotten for a renderer that is not.
        if before.is_none_or(|before| before.state != RenderState::Done) {
            // Where the take can't be written, the warning is all there is.
            let reason = if reason == MISSING { NOT_FOUND } else { reason };
            drop(starting.unheard(take, reason).write(take));
        }
    })
}

/// What keeps a file from being run here, as far as it can be seen from outside, and what to do.
fn hindrance(program: &Path) -> Option<String> {
    let mut head = Vec::new();
    let read = fs::File::open(program).and_then(|file| file.take(20).read_to_end(&mut head));
    if let Err(error) = read {
        return Some(format!("{error}; install Phosphene anew"));
    }
    // An ELF file says in its 18th byte which processor it is for; others are left to the system.
    let own = match env::consts::ARCH {
        "x86_64" => Some(62),
        "aarch64" => Some(183),
        _ => None,
    };
    let foreign = head.starts_with(b"\x7fELF") && head.get(18).copied() != own && own.is_some();
    if cfg!(target_os = "linux") && foreign {
        return Some("it is made for another kind of machine; install the Phosphene for this one".to_owned());
    }
    (!is_executable(program)).then(|| format!("it is not executable; say: chmod +x \"{}\"", program.display()))
}

#[cfg(unix)]
fn is_executable(program: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(program).is_ok_and(|meta| meta.permissions().mode() & 0o111 != 0)
}

#[cfg(windows)]
fn is_executable(_program: &Path) -> bool {
    true
}

fn launch(program: &Path, take: &Path, mut starting: Progress) -> io::Result<()> {
    let folder = take.join(RENDER);
    fs::create_dir_all(&folder)?;
    match fs::remove_file(folder.join(EXIT)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    starting.starts += 1;
    starting.write(take).map_err(io::Error::other)?;
    let mut command = detached(program, &folder);
    command.arg("render-take").arg(take).arg("--queue");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn()?;
    if cfg!(unix) {
        // The shell has handed over and ends at once; what it started is nobody's child and leaves no zombie.
        child.wait()?;
    }
    Ok(())
}

/// A shell that starts the renderer, and a second one that outlives the host, waits for it, and notes how it ended.
#[cfg(unix)]
fn detached(renderer: &Path, folder: &Path) -> Command {
    use std::os::unix::process::CommandExt;
    const WATCH: &str = r#"log=$1 exit=$2; shift 2; trap '' HUP
        { nice -n 10 "$@" 2>"$log"; printf '%s\n%s\n' "$?" "$1" >"$exit"; } </dev/null >/dev/null 2>&1 &"#;
    let mut shell = Command::new("/bin/sh");
    shell
        .arg("-c")
        .arg(WATCH)
        .arg("sh")
        .arg(folder.join(RENDER_LOG))
        .arg(folder.join(EXIT))
        .arg(renderer)
        // Its own group: a host's terminal that is interrupted does not take it along.
        .process_group(0);
    shell
}

#[cfg(windows)]
fn detached(renderer: &Path, _folder: &Path) -> Command {
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
