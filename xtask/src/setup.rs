//! Installing the system packages that building and testing need.

use std::{
    io::{IsTerminal, Write},
    path::Path,
    process::Command,
};

use anyhow::{Result, bail};

use crate::run::{check, succeeds};

/// Whether packages may be installed without asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    /// Ask on the terminal.
    Ask,
    /// `--yes` was given.
    Given,
}

/// What the packages are for: each needs what the program needs, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum For {
    /// The program.
    Program,
    /// The plugin: nothing more, since it loads the window system's libraries when its window opens.
    Plugin,
    /// The tests: sound for the standalone program, a screen, and hosts.
    Tests,
    /// Training what hears: the program, besides what renders songs, and none of what tests need.
    Training,
}

/// What [`For::Training`] needs, on Debian and those like it; elsewhere it is got by hand.
const TRAINING_PACKAGES: [&str; 8] = [
    "python3-venv",
    "mma",
    "fluidsynth",
    "libfluidsynth3",
    "fluid-soundfont-gm",
    "musescore-general-soundfont-small",
    "timgm6mb-soundfont",
    "opl3-soundfont",
];

/// FFmpeg's libraries with the oldest versions taken (FFmpeg 5.1).
const LIBRARIES: [(&str, &str); 5] = [
    ("libavcodec", "59.37"),
    ("libavformat", "59.27"),
    ("libavutil", "57.28"),
    ("libswscale", "6.7"),
    ("libswresample", "4.7"),
];

/// A package manager: its program, what goes before the packages, and the packages.
struct Manager {
    program: &'static str,
    refresh: Option<&'static [&'static str]>,
    install: &'static [&'static str],
    packages: &'static [&'static str],
    test_packages: &'static [&'static str],
    needs_root: bool,
}

const MANAGERS: [Manager; 4] = [
    Manager {
        program: "apt-get",
        refresh: Some(&["update", "-qq"]),
        install: &["install", "-y", "-qq", "--no-install-recommends"],
        packages: &[
            "libavcodec-dev",
            "libavformat-dev",
            "libavutil-dev",
            "libswscale-dev",
            "libswresample-dev",
            "libclang-dev",
            "clang",
            "pkg-config",
        ],
        test_packages: &[
            "libasound2-dev",
            "libjack-jackd2-dev",
            "xvfb",
            "xauth",
            "x11-xserver-utils",
            "xdotool",
            "imagemagick",
            "libgl1",
            "libgl1-mesa-dri",
            "libx11-6",
            "libx11-xcb1",
            "libxcursor1",
            "libxkbcommon-x11-0",
            "ardour",
            "python3-venv",
            "strace",
            "valgrind",
        ],
        needs_root: true,
    },
    Manager {
        program: "dnf",
        refresh: None,
        install: &["install", "-y"],
        packages: &["ffmpeg-free-devel", "clang-devel", "clang", "pkgconf-pkg-config"],
        test_packages: &[
            "alsa-lib-devel",
            "pipewire-jack-audio-connection-kit-devel",
            "xorg-x11-server-Xvfb",
            "xdotool",
            "xorg-x11-server-utils",
            "ImageMagick",
            "mesa-dri-drivers",
            "ardour7",
            "python3",
            "strace",
            "valgrind",
        ],
        needs_root: true,
    },
    Manager {
        program: "pacman",
        refresh: None,
        install: &["-S", "--needed", "--noconfirm"],
        packages: &["ffmpeg", "clang", "pkgconf"],
        test_packages: &[
            "alsa-lib",
            "jack2",
            "xorg-server-xvfb",
            "xorg-xrdb",
            "xdotool",
            "imagemagick",
            "mesa",
            "ardour",
            "python",
            "strace",
            "valgrind",
        ],
        needs_root: true,
    },
    Manager {
        program: "brew",
        refresh: None,
        install: &["install"],
        packages: &["ffmpeg", "llvm", "pkgconf"],
        test_packages: &["python"],
        needs_root: false,
    },
];

/// Installs what is missing; silent when nothing is.
pub fn run(consent: Consent, purpose: For) -> Result<()> {
    let missing = missing(purpose);
    if missing.is_empty() {
        return Ok(());
    }
    println!(
        "{} needs these, which are not here: {}.",
        match purpose {
            For::Tests => "Testing Phosphene",
            For::Training => "Training Phosphene's hearing",
            For::Program | For::Plugin => "Building Phosphene",
        },
        missing.join(", ")
    );
    let Some(manager) = MANAGERS
        .iter()
        .find(|manager| succeeds(manager.program, &["--version"]))
    else {
        bail!(
            "no package manager that is known here (apt-get, dnf, pacman, brew) was found; install FFmpeg 5.1 or newer \
             with its development files, libclang and pkg-config by hand, then run this again"
        );
    };
    let root = !manager.needs_root || is_root();
    let prefix = if root { "" } else { "sudo " };
    let mut packages = manager.packages.to_vec();
    match purpose {
        For::Tests => packages.extend(manager.test_packages),
        For::Training if manager.program == "apt-get" => packages.extend(TRAINING_PACKAGES),
        For::Training => println!(
            "Besides, by hand: MMA, fluidsynth with its library, and the sound fonts Fluid R3, MuseScore General, TimGM6mb."
        ),
        For::Program | For::Plugin => {}
    }
    println!(
        "They come with: {prefix}{} {} {}",
        manager.program,
        manager.install.join(" "),
        packages.join(" ")
    );
    if consent == Consent::Ask && !asked()? {
        bail!("nothing was installed; install the packages above, or give --yes");
    }
    let command = || {
        let mut command = Command::new(if root { manager.program } else { "sudo" });
        if !root {
            command.arg(manager.program);
        }
        command.env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    if let Some(refresh) = manager.refresh {
        check(command().args(refresh))?;
    }
    check(command().args(manager.install).args(&packages))?;
    let still = self::missing(purpose);
    if !still.is_empty() {
        bail!(
            "the packages were installed, but these are still not found: {}",
            still.join(", ")
        );
    }
    Ok(())
}

fn missing(purpose: For) -> Vec<&'static str> {
    let mut missing = Vec::new();
    if !succeeds("pkg-config", &["--version"]) {
        missing.push("pkg-config");
        missing.push("FFmpeg's development files (5.1 or newer)");
    } else if !LIBRARIES
        .iter()
        .all(|(name, oldest)| succeeds("pkg-config", &[&format!("--atleast-version={oldest}"), name]))
    {
        missing.push("FFmpeg's development files (5.1 or newer)");
    }
    if !has_libclang() {
        missing.push("libclang");
    }
    if purpose == For::Tests && cfg!(target_os = "linux") {
        for (library, name) in [
            ("alsa", "ALSA's development files"),
            ("jack", "JACK's development files"),
        ] {
            if !succeeds("pkg-config", &[library]) {
                missing.push(name);
            }
        }
        let programs = [
            ("Xvfb", "Xvfb"),
            ("xdotool", "xdotool"),
            ("xrdb", "xrdb"),
            ("import", "ImageMagick"),
            ("strace", "strace"),
            ("valgrind", "valgrind"),
            ("python3", "Python 3"),
        ];
        missing.extend(
            programs
                .iter()
                .filter(|(program, _)| !on_path(program))
                .map(|(_, name)| *name),
        );
        if !succeeds("python3", &["-c", "import ensurepip, venv"]) {
            missing.push("Python's venv");
        }
        if ardour().is_none() {
            missing.push("Ardour");
        }
    }
    if purpose == For::Training {
        let programs = [("mma", "MMA"), ("fluidsynth", "fluidsynth"), ("python3", "Python 3")];
        missing.extend(
            programs
                .iter()
                .filter(|(program, _)| !on_path(program))
                .map(|(_, name)| *name),
        );
    }
    missing
}

/// Whether a program is on the path; some of them print no version and end with an error.
fn on_path(program: &str) -> bool {
    let folders = std::env::var_os("PATH");
    let mut folders = folders.iter().flat_map(std::env::split_paths);
    folders.any(|folder| folder.join(program).is_file())
}

/// The version of the Ardour that is here, by its Lua interpreter's name: 7 for `ardour7-lua`.
pub fn ardour() -> Option<u32> {
    (6..=12).rev().find(|version| on_path(&format!("ardour{version}-lua")))
}

/// Looks where bindgen looks: `LIBCLANG_PATH`, `llvm-config`, then the usual folders.
fn has_libclang() -> bool {
    if std::env::var_os("LIBCLANG_PATH").is_some() || succeeds("llvm-config", &["--libdir"]) {
        return true;
    }
    let in_folder = |folder: &Path| {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries.map(|entry| entry.file_name()).any(|name| {
            let name = name.to_string_lossy();
            name.starts_with("libclang") && (name.contains(".so") || name.ends_with(".dylib"))
        })
    };
    let mut folders: Vec<_> = ["/usr/lib", "/usr/lib64", "/usr/local/lib", "/opt/homebrew/opt/llvm/lib"]
        .iter()
        .map(|folder| Path::new(folder).to_path_buf())
        .collect();
    folders.push(format!("/usr/lib/{}-linux-gnu", std::env::consts::ARCH).into());
    let versions = std::fs::read_dir("/usr/lib").into_iter().flatten().flatten();
    folders.extend(
        versions
            .filter(|e| e.file_name().to_string_lossy().starts_with("llvm"))
            .map(|e| e.path().join("lib")),
    );
    folders.iter().any(|folder| in_folder(folder))
}

fn is_root() -> bool {
    Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|out| out.stdout.trim_ascii() == b"0")
}

fn asked() -> Result<bool> {
    if !std::io::stdin().is_terminal() {
        return Ok(false);
    }
    print!("Install them now? [y/N] ");
    std::io::stdout().flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
