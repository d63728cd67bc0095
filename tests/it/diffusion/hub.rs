//! Pulls from a hub that breaks off, truncates, lies and refuses: the model is whole under its name, or not there.

use std::{
    cell::Cell,
    fs::{self, File},
    net::TcpListener,
    path::{Path, PathBuf},
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use phosphene_engine::diffusion::{Error, Result};
use phosphene_engine::{
    cancel::Cancel,
    diffusion::{
        hub::{Hub, Patience, Precision, Progress, Pull, Settings},
        library::{Library, Place},
    },
};
use phosphene_tests::hub::{Answer, Asked, MODEL, NEEDED, REVISION, Server, Then, UNET, UNET_BYTES, card, content};
use tempfile::TempDir;

/// A library, and a way to pull into it from some address.
struct Desk {
    folder: TempDir,
    settings: Settings,
}

impl Desk {
    fn at(endpoint: &str) -> Self {
        let settings = Settings {
            endpoint: endpoint.into(),
            token: None,
            offline: false,
            cache: None,
            patience: Patience {
                tries: 3,
                pause: Duration::ZERO,
                silence: Duration::from_millis(300),
            },
        };
        let folder = tempfile::tempdir().unwrap();
        Self { folder, settings }
    }

    fn library(&self) -> Library {
        Library::at(self.folder.path().join("models"))
    }

    fn pull(&self) -> Result<PathBuf> {
        self.pull_watched(&Cancel::default(), &|_| {})
    }

    fn pull_watched(&self, cancel: &Cancel, watch: &dyn Fn(Progress<'_>)) -> Result<PathBuf> {
        let hub = Hub::new(self.settings.clone())?;
        let plan = hub.plan(MODEL, Precision::Half, cancel)?;
        let library = self.library();
        let pull = Pull {
            library: &library,
            name: &plan.name,
            watch,
            cancel,
        };
        hub.pull(&plan, &pull)
    }

    fn place(&self) -> PathBuf {
        self.folder.path().join("models/dreams")
    }

    /// The model is whole under its name, and nothing else lies about.
    fn assert_whole(&self) {
        for path in NEEDED {
            assert!(fs::read(self.place().join(path)).unwrap() == content(path), "{path}");
        }
        let mut files = Vec::new();
        collect(&self.place(), &mut files);
        assert_eq!(files.len(), NEEDED.len() + 1, "{files:?}");
        let models: Vec<_> = fs::read_dir(self.folder.path().join("models"))
            .unwrap()
            .flatten()
            .collect();
        assert_eq!(models.len(), 1, "{models:?}");
    }

    /// The pull fails with these words, and nothing is under the model's name.
    fn assert_fails(&self, words: &[&str]) {
        let error = self.pull().unwrap_err();
        for word in words {
            assert!(error.to_string().contains(word), "\"{error}\" does not say \"{word}\"");
        }
        assert!(!self.place().exists());
        assert!(self.library().list().unwrap().is_empty());
    }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for item in fs::read_dir(folder).unwrap() {
        let path = item.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push(path);
        }
    }
}

/// A fault in the first `times` answers about the large file.
fn first(times: usize, fault: impl Fn(&Asked, Answer) -> Answer + Send + 'static) -> Server {
    let seen = AtomicUsize::new(0);
    Server::start(move |asked, answer| {
        if asked.is_file(UNET) && seen.fetch_add(1, Ordering::Relaxed) < times {
            fault(asked, answer)
        } else {
            answer
        }
    })
}

/// A fault in every answer about the large file.
fn always(fault: impl Fn(&Asked, Answer) -> Answer + Send + 'static) -> Server {
    first(usize::MAX, fault)
}

#[test]
fn a_model_comes_whole_after_its_licence_was_told() {
    let server = Server::healthy();
    let desk = Desk::at(server.endpoint());
    let cancel = Cancel::default();
    let hub = Hub::new(desk.settings.clone()).unwrap();
    let plan = hub.plan(MODEL, Precision::Half, &cancel).unwrap();
    assert_eq!(server.asked().len(), 1, "a plan asks one question");
    let licence = plan.licence.clone().unwrap();
    assert_eq!(licence.to_string(), "dreamers-only");
    assert_eq!(licence.link.as_deref(), Some("LICENSE.md"));
    assert_eq!(plan.files.len(), NEEDED.len());
    assert_eq!(
        plan.bytes(),
        NEEDED.iter().map(|path| content(path).len() as u64).sum::<u64>()
    );

    let (last, library) = (Cell::new(0), desk.library());
    let watch = |progress: Progress<'_>| {
        assert!(progress.bytes >= last.get(), "progress goes back");
        last.set(progress.bytes);
    };
    let pull = Pull {
        library: &library,
        name: "dreams",
        watch: &watch,
        cancel: &cancel,
    };
    assert_eq!(hub.pull(&plan, &pull).unwrap(), desk.place());
    assert_eq!(last.get(), plan.bytes());
    desk.assert_whole();
    assert_eq!(server.asked().len(), 1 + NEEDED.len(), "each file is asked for once");
    let entry = &library.list().unwrap()[0];
    assert_eq!(entry.place, Place::Own);
    assert_eq!(entry.origin.hub.as_deref(), Some(MODEL));
    assert_eq!(entry.origin.revision.as_deref(), Some(REVISION));
    assert_eq!(entry.origin.licence, Some(licence));
    assert_eq!(library.find("dreams").unwrap(), desk.place());

    let again = hub.pull(&plan, &pull).unwrap_err().to_string();
    assert!(again.contains("has a model of that name"), "{again}");
}

#[test]
fn a_connection_that_breaks_off_is_gone_on_with() {
    let server = always(|_, answer| answer.cut(150_000));
    let desk = Desk::at(server.endpoint());
    desk.pull().unwrap();
    desk.assert_whole();
    assert_eq!(server.starts_of(UNET), [0, 150_000, 300_000, 450_000, 600_000]);
}

#[test]
fn a_connection_that_falls_silent_is_gone_on_with() {
    let server = first(1, |_, answer| Answer {
        then: Then::Hold,
        ..answer.cut(100_000)
    });
    let desk = Desk::at(server.endpoint());
    desk.pull().unwrap();
    desk.assert_whole();
    assert_eq!(server.starts_of(UNET), [0, 100_000]);
}

#[test]
fn a_file_that_is_cut_short_fails_and_the_next_pull_goes_on() {
    // It claims to be whole.
    let truncated = always(|asked, mut answer| {
        answer.body.truncate(400_000usize.saturating_sub(asked.from));
        let sent = answer.body.len();
        answer.cut(sent)
    });
    let mut desk = Desk::at(truncated.endpoint());
    desk.assert_fails(&[
        MODEL,
        "ended after 400000 of 700000 bytes",
        "3 times in a row",
        "what has come is kept",
    ]);
    let alien = desk.folder.path().join("models/.dreams.part/unet/config.json.0.part");
    fs::write(&alien, "of another revision").unwrap();
    let server = Server::healthy();
    desk.settings.endpoint = server.endpoint().into();
    desk.pull().unwrap();
    desk.assert_whole();
    assert_eq!(server.starts_of(UNET), [400_000]);
    assert_eq!(
        server.starts_of("unet/config.json"),
        [0usize; 0],
        "what was whole is not fetched again"
    );
}

#[test]
fn wrong_bytes_are_fetched_again_and_then_refused() {
    let spoil = |_: &Asked, mut answer: Answer| {
        answer.body[1_000] ^= 1;
        answer
    };
    let server = first(1, spoil);
    let desk = Desk::at(server.endpoint());
    desk.pull().unwrap();
    desk.assert_whole();
    assert_eq!(server.starts_of(UNET), [0, 0]);

    let server = always(spoil);
    let desk = Desk::at(server.endpoint());
    desk.assert_fails(&[UNET, "not what the hub says", phosphene_tests::hub::UNET_SHA256]);
    assert_eq!(server.starts_of(UNET), [0, 0]);

    let server = always(|_, mut answer| {
        answer.body.push(0);
        answer.sent += 1;
        answer
    });
    Desk::at(server.endpoint()).assert_fails(&[UNET, "not what the hub says"]);

    // Small files have sums of another kind.
    let server = Server::start(|asked, mut answer| {
        if asked.is_file("tokenizer/merges.txt") {
            answer.body = b"[]\n".to_vec();
        }
        answer
    });
    Desk::at(server.endpoint()).assert_fails(&["tokenizer/merges.txt", "git object"]);
}

#[test]
fn a_part_that_was_spoilt_on_the_disk_is_found_out() {
    let server = always(|_, answer| answer.cut(0));
    let mut desk = Desk::at(server.endpoint());
    desk.assert_fails(&["3 times in a row"]);
    let part = desk
        .folder
        .path()
        .join(format!("models/.dreams.part/{UNET}.69b87fd14830.part"));
    assert!(part.is_file());
    fs::write(&part, vec![7; 300_000]).unwrap();
    let server = Server::healthy();
    desk.settings.endpoint = server.endpoint().into();
    desk.pull().unwrap();
    desk.assert_whole();
    assert_eq!(server.starts_of(UNET), [300_000, 0]);
}

#[test]
fn a_hub_that_can_not_go_on_ends_the_pull() {
    // It sends the whole file whatever is asked, and always breaks off.
    let server = always(|_, _| Answer::whole(content(UNET)).cut(200_000));
    Desk::at(server.endpoint()).assert_fails(&["3 times in a row"]);
    assert!(server.starts_of(UNET).len() <= 4, "{:?}", server.starts_of(UNET));
    // It sends another part than was asked for.
    let server = always(|asked, answer| match asked.from {
        0 => answer.cut(200_000),
        _ => Answer {
            headers: vec![("Content-Range".into(), "bytes 5-699999/700000".into())],
            ..answer
        },
    });
    Desk::at(server.endpoint()).assert_fails(&["in a row"]);
    assert!(server.starts_of(UNET).len() <= 8, "{:?}", server.starts_of(UNET));
}

#[test]
fn a_hub_in_trouble_is_asked_again() {
    let server = first(2, |_, _| Answer::status("503 Service Unavailable"));
    let desk = Desk::at(server.endpoint());
    let troubles = Cell::new(0);
    let watch = |progress: Progress<'_>| {
        if let Some(reason) = progress.trouble {
            assert!(reason.contains("503"), "{reason}");
            troubles.set(troubles.get() + 1);
        }
    };
    desk.pull_watched(&Cancel::default(), &watch).unwrap();
    desk.assert_whole();
    assert_eq!(troubles.get(), 2);
    let server = Server::start(|_, _| Answer::status("429 Too Many Requests"));
    Desk::at(server.endpoint()).assert_fails(&["429", "3 times in a row"]);
    assert_eq!(server.asked().len(), 3);
}

#[test]
fn refusals_say_what_to_do() {
    let with_code = |status: &'static str, code: &'static str| {
        Server::start(move |_, _| Answer::status(status).header("X-Error-Code", code))
    };
    let server = with_code("401 Unauthorized", "RepoNotFound");
    Desk::at(server.endpoint()).assert_fails(&["has no such model", "check the name", "HF_TOKEN"]);
    assert_eq!(server.asked().len(), 1, "a refusal is not asked again");
    let server = with_code("401 Unauthorized", "GatedRepo");
    Desk::at(server.endpoint()).assert_fails(&["accepted its terms", MODEL, "set HF_TOKEN"]);
    let server = with_code("403 Forbidden", "GatedRepo");
    let mut desk = Desk::at(server.endpoint());
    desk.settings.token = Some("hf_abc".into());
    desk.assert_fails(&["owner of the token", "accept its terms"]);
    assert_eq!(server.asked()[0].authorization.as_deref(), Some("Bearer hf_abc"));
    let server = Server::start(|_, _| Answer::status("401 Unauthorized"));
    let mut desk = Desk::at(server.endpoint());
    desk.settings.token = Some("hf_old".into());
    desk.assert_fails(&["does not know the token"]);
    let server = with_code("404 Not Found", "RepoNotFound");
    Desk::at(server.endpoint()).assert_fails(&["has no such model"]);
    // The card is given, the file is not.
    let server = always(|_, _| Answer::status("404 Not Found").header("X-Error-Code", "EntryNotFound"));
    Desk::at(server.endpoint()).assert_fails(&["has no such model or file"]);
    let server = Server::start(|_, _| Answer::whole(b"<html>Welcome to the hotel</html>".to_vec()));
    Desk::at(server.endpoint()).assert_fails(&["does not answer as a hub does", "HF_ENDPOINT"]);
    let mut told = card();
    told["siblings"] = serde_json::json!([{"rfilename": "dreams.ckpt", "size": 9, "blobId": "0".repeat(40)}]);
    let told = told.to_string().into_bytes();
    let server = Server::start(move |_, _| Answer::whole(told.clone()));
    Desk::at(server.endpoint()).assert_fails(&["dreams.ckpt", "not in diffusers layout"]);
}

#[test]
fn redirects_are_followed_without_the_token() {
    let storage = Server::healthy();
    // Another host, by another name of this machine.
    let elsewhere = storage.endpoint().replace("127.0.0.1", "localhost");
    let server =
        always(move |asked, _| Answer::status("302 Found").header("Location", &format!("{elsewhere}{}", asked.path)));
    let mut desk = Desk::at(server.endpoint());
    desk.settings.token = Some("hf_secret".into());
    desk.pull().unwrap();
    desk.assert_whole();
    assert!(
        server
            .asked()
            .iter()
            .all(|asked| asked.authorization.as_deref() == Some("Bearer hf_secret"))
    );
    assert_eq!(storage.starts_of(UNET), [0]);
    assert_eq!(storage.asked()[0].authorization, None);

    let circle = always(|asked, _| Answer::status("302 Found").header("Location", &asked.path));
    Desk::at(circle.endpoint()).assert_fails(&["circles"]);
}

#[test]
fn nobody_there_is_an_error_and_offline_asks_nobody() {
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    Desk::at(&format!("http://{gone}")).assert_fails(&["no connection", "3 times in a row"]);
    let server = Server::healthy();
    let mut desk = Desk::at(server.endpoint());
    desk.settings.offline = true;
    desk.assert_fails(&["HF_HUB_OFFLINE", "phosphene models add"]);
    assert!(server.asked().is_empty());
    for endpoint in ["", "ftp://hub", "hub.example", "https://"] {
        assert!(
            matches!(
                Desk::at(endpoint).pull(),
                Err(Error::Core(phosphene_engine::Error::Value { .. }))
            ),
            "{endpoint}"
        );
    }
    let hub = Hub::new(desk.settings).unwrap();
    for name in ["", "dreams", "a/b/c", "../x", "them/..", "them/a?b", "th em/x"] {
        let plan = hub.plan(name, Precision::Half, &Cancel::default());
        assert!(
            matches!(plan, Err(Error::Core(phosphene_engine::Error::Value { .. }))),
            "{name}"
        );
    }
}

#[test]
fn a_stopped_pull_is_gone_on_with() {
    let server = Server::healthy();
    let desk = Desk::at(server.endpoint());
    let cancel = Cancel::default();
    let stop_midway = |progress: Progress<'_>| {
        if progress.file == UNET && progress.bytes > 300_000 {
            cancel.cancel();
        }
    };
    let stopped = desk.pull_watched(&cancel, &stop_midway);
    assert!(matches!(stopped, Err(Error::Core(phosphene_engine::Error::Cancelled))));
    assert!(!desk.place().exists());
    desk.pull().unwrap();
    desk.assert_whole();
    let starts = server.starts_of(UNET);
    assert!(
        starts.len() == 2 && starts[1] > 200_000 && starts[1] < UNET_BYTES,
        "{starts:?}"
    );
}

#[test]
fn one_pull_of_a_name_at_a_time() {
    let server = Server::healthy();
    let desk = Desk::at(server.endpoint());
    let models = desk.folder.path().join("models");
    fs::create_dir(&models).unwrap();
    let lock = File::create(models.join(".dreams.lock")).unwrap();
    lock.lock().unwrap();
    desk.assert_fails(&["being pulled already"]);
    drop(lock);
    desk.pull().unwrap();
    desk.assert_whole();
}

#[test]
fn files_of_the_hubs_own_programs_are_used_if_they_are_right() {
    let server = Server::healthy();
    let mut desk = Desk::at(server.endpoint());
    let cache = desk.folder.path().join("cache");
    let blobs = cache.join("models--them--dreams/blobs");
    fs::create_dir_all(&blobs).unwrap();
    fs::write(blobs.join(phosphene_tests::hub::UNET_SHA256), content(UNET)).unwrap();
    let spoilt = "1175df8607294de7ae197546e9fa0109efec30dafc616cad2c6c921063ec71bf";
    fs::write(blobs.join(spoilt), vec![0; 1_000]).unwrap();
    desk.settings.cache = Some(cache);
    desk.pull().unwrap();
    desk.assert_whole();
    assert_eq!(server.starts_of(UNET), [0usize; 0]);
    assert_eq!(server.starts_of("vae/diffusion_pytorch_model.safetensors"), [0]);
}
