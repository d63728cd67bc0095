//! The demo: the shipped song and storyboard, made into a video.

use anyhow::Result;

use crate::{
    run::{cargo, check, root},
    setup::{self, Consent, For},
};

/// Renders `demo/` and says where the video is.
pub fn run(consent: Consent) -> Result<()> {
    setup::run(consent, For::Program)?;
    let demo = root().join("demo");
    let video = root().join("target").join("demo.mp4");
    let mut render = cargo();
    render.args([
        "run",
        "--quiet",
        "--package",
        "phosphene_engine",
        "--bin",
        "phosphene",
        "--",
        "render",
    ]);
    render
        .arg(demo.join("song.ogg"))
        .arg("--storyboard")
        .arg(demo.join("storyboard.toml"));
    render.arg("-o").arg(&video).arg("--overwrite");
    check(&mut render)?;
    println!("\nThe video is {}", video.display());
    Ok(())
}
