use super::*;

/// A folder that passes the look, at `root/name`: settings and no weights.
fn model(root: &Path, name: &str) -> PathBuf {
    let folder = root.join(name);
    for (file, text) in [
        ("model_index.json", r#"{"_class_name": "StableDiffusionPipeline"}"#),
        ("unet/config.json", r#"{"cross_attention_dim": 512}"#),
        ("unet/diffusion_pytorch_model.safetensors", ""),
        ("vae/config.json", "{}"),
        ("text_encoder/config.json", "{}"),
        ("scheduler/scheduler_config.json", "{}"),
        ("README.md", "---\nlicense: openrail++\n---\n"),
    ] {
        fs::create_dir_all(folder.join(file).parent().unwrap()).unwrap();
        fs::write(folder.join(file), text).unwrap();
    }
    folder
}

fn reason(error: Error) -> String {
    match error {
        Error::Model { reason, .. } => reason,
        other => panic!("{other}"),
    }
}

#[test]
fn added_listed_found_removed() {
    let place = tempfile::tempdir().unwrap();
    let library = Library::at(place.path().join("library"));
    assert!(
        library.list().unwrap().is_empty(),
        "a library that is not there has nothing"
    );
    let folder = model(place.path(), "dreams");
    library.add(&folder, None).unwrap();
    library.add(&folder, Some("other.name_2")).unwrap();
    let names: Vec<_> = library.list().unwrap().into_iter().map(|entry| entry.name).collect();
    assert_eq!(names, ["dreams", "other.name_2"]);
    let entry = &library.list().unwrap()[0];
    assert_eq!(entry.place, Place::Elsewhere);
    assert_eq!(entry.bytes, 42 + 28 + 3 * 2 + 28);
    assert_eq!(family(&entry.folder).unwrap(), "Stable Diffusion 1.5");
    assert_eq!(
        entry.origin.licence.as_ref().unwrap().to_string(),
        "CreativeML OpenRAIL++-M"
    );
    assert_eq!(library.find("dreams").unwrap(), folder.canonicalize().unwrap());
    assert_eq!(library.find(folder.to_str().unwrap()).unwrap(), folder);
    assert!(reason(library.add(&folder, None).unwrap_err()).contains("of that name"));
    library.remove(entry).unwrap();
    assert!(folder.join("model_index.json").is_file(), "an added model's files stay");
    assert!(reason(library.find("dreams").unwrap_err()).contains("the library has other.name_2"));
}

#[test]
fn what_is_the_librarys_own_goes_with_its_files() {
    let place = tempfile::tempdir().unwrap();
    let library = Library::at(place.path());
    let folder = model(place.path(), "pulled");
    let origin = r#"{"hub": "them/pulled", "revision": "abc", "licence": {"id": "mit", "name": null, "link": null}}"#;
    fs::write(folder.join(origin::ORIGIN_FILE), origin).unwrap();
    fs::create_dir(place.path().join(".half.part")).unwrap();
    let list = library.list().unwrap();
    assert_eq!(list.len(), 1, "{list:?}");
    assert_eq!(list[0].place, Place::Own);
    assert_eq!(list[0].origin.hub.as_deref(), Some("them/pulled"));
    library.remove(&list[0]).unwrap();
    assert!(!folder.exists());
    assert!(library.list().unwrap().is_empty());
}

#[test]
fn names_stay_in_the_library() {
    let place = tempfile::tempdir().unwrap();
    let library = Library::at(place.path().join("library"));
    let folder = model(place.path(), "m");
    for name in [
        "",
        ".",
        "..",
        "../x",
        "a/b",
        "a\\b",
        ".hidden",
        "nul\0",
        "ä",
        &"x".repeat(97),
    ] {
        assert!(library.add(&folder, Some(name)).is_err(), "{name:?}");
        assert!(library.place_for(name).is_err(), "{name:?}");
    }
}

#[test]
fn pickles_and_single_files_are_refused_with_the_reason() {
    let place = tempfile::tempdir().unwrap();
    let library = Library::at(place.path().join("library"));
    let file = |name: &str| {
        let path = place.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, "x").unwrap();
        path
    };
    for pickle in ["sd.ckpt", "sd.PT", "folder/pytorch_model.bin"] {
        let path = file(pickle);
        assert!(
            reason(library.add(&path, None).unwrap_err()).contains("pickle"),
            "{pickle}"
        );
    }
    let folder = place.path().join("folder");
    assert!(reason(library.add(&folder, None).unwrap_err()).contains("pickle"));
    let single = file("sd.safetensors");
    assert!(reason(library.add(&single, None).unwrap_err()).contains("single file"));
    file("empty/readme.txt");
    let empty = place.path().join("empty");
    assert!(reason(library.add(&empty, None).unwrap_err()).contains("model_index.json"));
    let with_bin = model(place.path(), "bin");
    let weights = with_bin.join("unet/diffusion_pytorch_model");
    fs::rename(weights.with_extension("safetensors"), weights.with_extension("bin")).unwrap();
    assert!(reason(library.add(&with_bin, None).unwrap_err()).contains("pickle"));
    fs::remove_file(weights.with_extension("bin")).unwrap();
    assert!(reason(library.add(&with_bin, None).unwrap_err()).contains("no safetensors"));
    fs::write(with_bin.join("unet/config.json"), "{}").unwrap();
    assert!(reason(library.add(&with_bin, None).unwrap_err()).contains("the text encoders make 512"));
}

#[test]
fn a_model_that_was_moved_away_is_listed_and_said_to_be_gone() {
    let place = tempfile::tempdir().unwrap();
    let library = Library::at(place.path().join("library"));
    let folder = model(place.path(), "m");
    library.add(&folder, None).unwrap();
    fs::remove_dir_all(&folder).unwrap();
    assert_eq!(library.list().unwrap()[0].bytes, 0);
    assert!(reason(library.find("m").unwrap_err()).contains("not there any more"));
    fs::write(place.path().join("library/m.json"), "{").unwrap();
    assert!(reason(library.list().unwrap_err()).contains("damaged"));
}
