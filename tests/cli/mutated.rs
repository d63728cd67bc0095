//! Damaged songs and storyboards through the whole program: no panic, no hang, no broken video.
//!
//! `PHOSPHENE_MUTATIONS` sets how many (60 if not set); each number gives the same damage everywhere.

use phosphene_engine::ffmpeg::open_song;
use std::{
    path::Path,
    process::Child,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use fastrand::Rng;
use phosphene_engine::song::Block;

use super::{GRID, clicks, phosphene, run};

/// Longer than any of these tiny songs may take.
const PATIENCE: Duration = Duration::from_secs(10);

const STORY: &str = "[[scene]]\nat = \"1\"\nprompt = \"a boat\"\nmorph = \"1 bar\"\n[[scene]]\nat = \"0:01.5\"\n\
    prompt = \"a cat\"\n[[scene.curve]]\nparam = \"zoom\"\npoints = [[\"1\", 1.0], [\"2\", 2.0]]\n";

/// Flips, cuts, repeats or overwrites some of the bytes.
fn mutate(bytes: &[u8], random: &mut Rng) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=random.usize(..4) {
        if bytes.is_empty() {
            break;
        }
        // Headers matter most.
        let reach = if random.usize(..2) == 0 {
            bytes.len().min(200)
        } else {
            bytes.len()
        };
        let at = random.usize(..reach);
        let end = (at + 1 + random.usize(..64)).min(bytes.len());
        match random.usize(..5) {
            0 => bytes[at] ^= 1 << random.usize(..8),
            1 => bytes[at..end]
                .iter_mut()
                .for_each(|byte| *byte = random.usize(..256) as u8),
            2 => bytes.truncate(at),
            3 => {
                let again = bytes[at..end].to_vec();
                bytes.splice(at..at, again);
            }
            _ => bytes[at..end].fill(if random.usize(..2) == 0 { 0 } else { 255 }),
        }
    }
    bytes
}

/// Waits for the end, but not for ever.
fn ended(child: &mut Child) -> Result<Option<i32>> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status.code());
        }
        if start.elapsed() > PATIENCE {
            child.kill()?;
            child.wait()?;
            anyhow::bail!("it was still running after {PATIENCE:?}");
        }
        std::thread::yield_now();
    }
}

fn plays(path: &Path) -> Result<()> {
    let song = open_song(path)?;
    let (mut reader, mut block) = (song.reader()?, Block::default());
    while reader.read(&mut block)? {}
    ensure!(
        reader.position().0 > 0 && reader.losses().is_empty(),
        "{:?}",
        reader.losses()
    );
    Ok(())
}

#[test]
fn damaged_input_never_ends_in_a_panic_a_hang_or_a_broken_video() -> Result<()> {
    let count = std::env::var("PHOSPHENE_MUTATIONS")
        .ok()
        .map_or(Ok(60), |text| text.parse::<u64>())?;
    let folder = tempfile::tempdir()?;
    let path = folder.path();
    std::fs::write(path.join("song.wav"), clicks(2))?;
    std::fs::write(path.join("grid.toml"), GRID)?;
    // The other formats come from our own encoder.
    for (name, audio) in [("a.mp4", "aac"), ("b.mkv", "flac"), ("c.mov", "alac"), ("d.mov", "pcm")] {
        let args = [
            "render",
            "song.wav",
            "--storyboard",
            "grid.toml",
            "--generator",
            "test-pattern",
            "--audio",
            audio,
            "-o",
            name,
        ];
        let made = run(path, &args)?;
        ensure!(made.status.success(), "{}", super::stderr(&made));
    }
    let ogg = concat!(env!("CARGO_MANIFEST_DIR"), "/../demo/song.ogg");
    let mut ogg = std::fs::read(ogg)?;
    ogg.truncate(60_000);
    std::fs::write(path.join("e.ogg"), ogg)?;
    let songs = ["song.wav", "a.mp4", "b.mkv", "c.mov", "d.mov", "e.ogg"];
    for number in 0..count {
        let mut random = Rng::with_seed(number);
        let (mut song, mut story) = ("song.wav", "grid.toml".to_owned());
        let damaged;
        if number % 3 == 2 {
            story = "damaged.toml".to_owned();
            std::fs::write(
                path.join(&story),
                mutate(format!("{GRID}{STORY}").as_bytes(), &mut random),
            )?;
        } else {
            song = songs[random.usize(..songs.len())];
            damaged = format!("damaged.{}", song.rsplit('.').next().unwrap_or("wav"));
            std::fs::write(
                path.join(&damaged),
                mutate(&std::fs::read(path.join(song))?, &mut random),
            )?;
            song = &damaged;
        }
        let args = [
            "render",
            song,
            "--storyboard",
            &story,
            "--generator",
            "test-pattern",
            "--size",
            "64x36",
            "-o",
            "v.mp4",
        ];
        let errors = std::fs::File::create(path.join("errors.txt"))?;
        let mut child = phosphene(path, &args)
            .stdout(std::process::Stdio::null())
            .stderr(errors)
            .spawn()?;
        let code = ended(&mut child).with_context(|| format!("mutation {number} of {song}"))?;
        let said = String::from_utf8_lossy(&std::fs::read(path.join("errors.txt"))?).into_owned();
        ensure!(
            matches!(code, Some(0 | 1)) && !said.contains("panicked") && !said.contains("report this"),
            "mutation {number} of {song} ended with {code:?}: {said}"
        );
        let video = path.join("v.mp4");
        ensure!(
            video.exists() == (code == Some(0)),
            "mutation {number} of {song}: {said}"
        );
        if code == Some(0) {
            plays(&video).with_context(|| format!("the video of mutation {number} of {song}"))?;
            std::fs::remove_file(&video)?;
        }
    }
    Ok(())
}
