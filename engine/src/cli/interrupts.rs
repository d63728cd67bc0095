//! Ctrl-C and its like: they ask the work to stop, unless whoever started the program had them ignored.

use std::io;

use phosphene_engine::cancel::Cancel;

/// From now on the signals that end programs ask for an end instead: Ctrl-C, a request to terminate, a closed terminal.
///
/// `nohup` and `trap ''` have some ignored, and so has a shell's `&`, in a script, Ctrl-C; those stay ignored.
#[cfg(unix)]
pub fn watch(cancel: &Cancel) -> io::Result<()> {
    use signal_hook::{
        consts::{SIGHUP, SIGINT, SIGTERM},
        flag,
    };

    for (signal, name) in [(SIGINT, "INT"), (SIGTERM, "TERM"), (SIGHUP, "HUP")] {
        if !unix::is_ignored(signal, name) {
            flag::register(signal, cancel.flag())?;
        }
    }
    Ok(())
}

/// From now on Ctrl-C, and the closing of the console, ask for an end.
#[cfg(windows)]
pub fn watch(cancel: &Cancel) -> io::Result<()> {
    let asked = cancel.clone();
    ctrlc::set_handler(move || asked.cancel()).map_err(io::Error::other)
}

#[cfg(unix)]
mod unix {
    use std::process::{Command, Stdio};

    /// Whether a signal was ignored when the program was started.
    pub(super) fn is_ignored(signal: i32, name: &str) -> bool {
        by_status(signal).unwrap_or_else(|| by_shell(name))
    }

    /// As Linux says it: a bit a signal, in hexadecimal, the lowest for signal 1.
    fn by_status(signal: i32) -> Option<bool> {
        let status = std::fs::read_to_string("/proc/self/status").ok()?;
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"))?;
        let mask = u64::from_str_radix(mask.trim(), 16).ok()?;
        Some(mask >> (signal - 1) & 1 == 1)
    }

    /// What was ignored is ignored by children too: one that sends itself the signal lives on. Where there is no shell,
    /// nothing was started by `nohup` either.
    fn by_shell(name: &str) -> bool {
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", &format!("kill -{name} $$")]);
        shell.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        shell.status().is_ok_and(|status| status.success())
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        #[cfg(target_os = "linux")]
        fn both_ways_say_the_same() {
            use signal_hook::consts::{SIGHUP, SIGPIPE, SIGTERM};

            for (signal, name) in [(SIGTERM, "TERM"), (SIGHUP, "HUP")] {
                assert_eq!(by_status(signal), Some(by_shell(name)), "{name}");
            }
            assert_eq!(by_status(SIGPIPE), Some(true), "Rust's own programs ignore it");
        }
    }
}
