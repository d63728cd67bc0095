//! `phosphene models`: what is said and asked, and what is left on the disk.

use std::{fs, path::Path, process::Output};

use anyhow::Result;

use super::{hub, phosphene, stderr};

/// Runs `phosphene models` on a library and a hub of the test's own.
fn models(folder: &Path, endpoint: &str, args: &[&str]) -> Result<Output> {
    let mut command = phosphene(folder, &[&["models"], args].concat());
    command.env("PHOSPHENE_MODELS", folder.join("library"));
    command.env("HF_ENDPOINT", endpoint);
    command.env("HF_HOME", folder.join("no cache"));
    for variable in ["HF_HUB_CACHE", "HF_HUB_OFFLINE", "HF_TOKEN"] {
        command.env_remove(variable);
    }
    Ok(command.output()?)
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_pull_shows_the_licence_and_waits_for_consent() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let server = hub::Server::healthy();
    let asked = models(folder.path(), server.endpoint(), &["pull", hub::MODEL])?;
    assert!(!asked.status.success(), "nobody was there to consent");
    let text = stdout(&asked);
    assert!(
        text.contains("licence: dreamers-only") && text.contains("LICENSE.md"),
        "{text}"
    );
    assert!(text.contains("0.7 MB in 11 files"), "{text}");
    assert!(stderr(&asked).contains("--yes"), "{}", stderr(&asked));
    assert_eq!(server.asked().len(), 1, "only the plan was fetched");
    assert!(!folder.path().join("library").exists());

    let pulled = models(
        folder.path(),
        server.endpoint(),
        &["pull", hub::MODEL, "--name", "mine", "--yes"],
    )?;
    assert!(pulled.status.success(), "{}", stderr(&pulled));
    assert!(stdout(&pulled).contains("dreamers-only"));
    assert!(fs::read(folder.path().join("library/mine").join(hub::UNET))? == hub::content(hub::UNET));

    let taken = models(
        folder.path(),
        server.endpoint(),
        &["pull", hub::MODEL, "--name", "mine", "--yes"],
    )?;
    assert!(
        stderr(&taken).contains("phosphene models remove mine"),
        "{}",
        stderr(&taken)
    );
    let broken = hub::Server::start(|_, _| hub::Answer::status("401 Unauthorized"));
    let refused = models(folder.path(), broken.endpoint(), &["pull", hub::MODEL, "--yes"])?;
    assert!(
        stderr(&refused).contains("can't pull them/dreams"),
        "{}",
        stderr(&refused)
    );
    Ok(())
}

#[test]
fn models_are_added_listed_and_removed() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let own = folder.path().join("own");
    for (file, text) in [
        ("model_index.json", r#"{"_class_name": "StableDiffusionPipeline"}"#),
        ("unet/config.json", r#"{"cross_attention_dim": 512}"#),
        ("unet/diffusion_pytorch_model.safetensors", ""),
        ("vae/config.json", "{}"),
        ("text_encoder/config.json", "{}"),
        ("scheduler/scheduler_config.json", "{}"),
    ] {
        let path = own.join(file);
        fs::create_dir_all(path.parent().unwrap_or(&own))?;
        fs::write(path, text)?;
    }
    let run = |args: &[&str]| models(folder.path(), "http://127.0.0.1:9", args);
    assert!(stdout(&run(&["list"])?).contains("phosphene models pull NAME"));
    let added = run(&["add", "own"])?;
    assert!(added.status.success(), "{}", stderr(&added));
    let listed: serde_json::Value = serde_json::from_slice(&run(&["list", "--json"])?.stdout)?;
    assert_eq!(listed["models"][0]["name"], "own");
    assert_eq!(listed["models"][0]["family"], "Stable Diffusion 1.5");
    assert_eq!(listed["models"][0]["pulled"], false);
    assert!(stdout(&run(&["list"])?).contains("licence: not said"));
    let unasked = run(&["remove", "own"])?;
    assert!(stderr(&unasked).contains("--yes"), "{}", stderr(&unasked));
    assert!(!run(&["remove", "other", "--yes"])?.status.success());
    assert!(run(&["remove", "own", "--yes"])?.status.success());
    assert!(own.join("model_index.json").is_file(), "an added model's files stay");
    fs::write(folder.path().join("old.ckpt"), "")?;
    let pickle = run(&["add", "old.ckpt"])?;
    assert!(stderr(&pickle).contains("pickle"), "{}", stderr(&pickle));
    Ok(())
}
