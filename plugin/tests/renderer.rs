//! Renderers that cannot run: what the take says of them, and how often they are tried.
#![allow(
    clippy::unwrap_used,
    reason = "a test that can't go on fails where it stands, in its helpers too"
)]

#[path = "host/rack.rs"]
#[allow(dead_code, reason = "the tests of the plugin in a host use all of it")]
mod rack;
#[path = "common/waiting.rs"]
mod waiting;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use phosphene_core::take::{self, Progress, RENDER, RenderState, Summary};
use phosphene_plugin::renderer;
use rack::Rack;
use waiting::wait_for;

const ALONE: &str = "PHOSPHENE_TEST_ALONE";

/// Runs a test in a process of its own with a renderer of its own: `Some` is the folder of both, in that process.
fn alone(test: &str) -> Option<PathBuf> {
    if std::env::var(ALONE).is_ok_and(|running| running == test) {
        return std::env::var_os(take::TAKES_VARIABLE).map(PathBuf::from);
    }
    let folder = tempfile::tempdir().unwrap();
    let run = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture", "--test-threads", "1"])
        .env(ALONE, test)
        .env(take::TAKES_VARIABLE, folder.path())
        .env(renderer::VARIABLE, folder.path().join("renderer"))
        .env_remove(renderer::OFF_VARIABLE)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&run.stdout);
    assert!(
        run.status.success(),
        "{}: {told}\n{}",
        run.status,
        String::from_utf8_lossy(&run.stderr)
    );
    None
}

#[cfg(unix)]
fn make_renderer(root: &Path, bytes: &[u8], mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    let path = root.join("renderer");
    fs::write(&path, bytes).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
}

/// Waits until the take's renderer has ended.
fn ended(take: &Path) -> Progress {
    let mut last = None;
    wait_for("the renderer's end", || {
        last = Progress::read(take).filter(|progress| !progress.is_coming_up());
        last.is_some()
    });
    last.unwrap()
}

/// A bounce of a few seconds; its take.
fn bounce() -> Summary {
    let mut rack = Rack::new();
    let mut audio = rack.activate(48_000.0, 512);
    let sound = vec![vec![0.25; 48_000 * 4]; 2];
    audio.play(&sound, 512, Some(0), &mut |_, _| {});
    rack.deactivate(audio);
    newest()
}

fn newest() -> Summary {
    let takes = take::list(&take::default_root().unwrap()).unwrap();
    takes.into_iter().max_by_key(|take| take.folder.clone()).unwrap()
}

#[cfg(unix)]
#[test]
fn a_renderer_that_cannot_run_is_said_in_the_take() {
    let Some(root) = alone("a_renderer_that_cannot_run_is_said_in_the_take") else {
        return;
    };
    // This program, made for another processor.
    let mut foreign = fs::read("/proc/self/exe").unwrap_or_default();
    let elf = foreign.get(18).is_some();
    foreign.iter_mut().skip(18).take(1).for_each(|machine| *machine ^= 0xff);
    let fakes: [(&[u8], u32, &str); 6] = [
        (b"#!/bin/sh\nexit 0\n", 0o644, "chmod +x"),
        (b"#!/bin/sh\nexit 0\n", 0o755, "made no video"),
        (b"#!/bin/sh\nkill -SEGV $$\n", 0o755, "signal 11"),
        (b"#!/bin/sh\nkill -KILL $$\n", 0o755, "memory"),
        (
            b"#!/bin/sh\necho 'no such library' >&2\nexit 3\n",
            0o755,
            "no such library",
        ),
        (
            &foreign,
            0o755,
            if cfg!(target_os = "linux") {
                "another kind of machine"
            } else {
                ""
            },
        ),
    ];
    for (n, (bytes, mode, word)) in fakes.into_iter().enumerate().take(if elf { 6 } else { 5 }) {
        let take = root.join(format!("take {n}"));
        fs::create_dir(&take).unwrap();
        make_renderer(&root, bytes, mode);
        let started = renderer::start(&take);
        let progress = ended(&take);
        let error = progress.error.clone().unwrap();
        assert_eq!(progress.state, RenderState::Failed);
        assert!(error.contains(word) && error.contains("press Render"), "{error}");
        assert!(progress.unheard);
        if let Err(warning) = started {
            assert!(warning.contains(word), "{warning}");
        }
    }
    fs::remove_file(root.join("renderer")).unwrap();
    let take = root.join("take without a renderer");
    fs::create_dir(&take).unwrap();
    assert_eq!(renderer::start(&take).unwrap_err(), renderer::MISSING);
    assert!(ended(&take).error.unwrap().contains("The renderer was not found"));
}

#[cfg(unix)]
#[test]
fn the_next_export_tries_it_once_more() {
    let Some(root) = alone("the_next_export_tries_it_once_more") else {
        return;
    };
    // It notes which take it was started for, and dies.
    let note = format!("#!/bin/sh\necho \"$2\" >>'{}'\nexit 7\n", root.join("starts").display());
    make_renderer(&root, note.as_bytes(), 0o755);
    let starts = |take: &Path| {
        let noted = fs::read_to_string(root.join("starts")).unwrap_or_default();
        noted.lines().filter(|line| Path::new(line) == take).count()
    };
    let first = bounce().folder;
    assert!(ended(&first).may_be_tried_again());
    let second = bounce().folder;
    ended(&second);
    assert!(!ended(&first).may_be_tried_again());
    let third = bounce().folder;
    ended(&second);
    ended(&third);
    assert_eq!([starts(&first), starts(&second), starts(&third)], [2, 2, 1]);
    // The user's own word counts always.
    renderer::start(&first).unwrap();
    ended(&first);
    assert_eq!(starts(&first), 3);
    // And one that runs and says what is wrong is not tried again.
    let said = Progress {
        state: RenderState::Failed,
        error: Some("no room on the disk".into()),
        starts: 1,
        ..Progress::default()
    };
    said.write(&third).unwrap();
    let fourth = bounce().folder;
    ended(&fourth);
    assert_eq!(starts(&third), 1);
    assert!(fourth.join(RENDER).is_dir());
}
