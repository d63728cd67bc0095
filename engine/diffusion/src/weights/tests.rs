//! Weights in several files, under every name that they have had.

use std::fs;

use super::*;

/// Writes a file of one tensor of so many numbers.
fn shard(path: &Path, name: &str, len: usize) {
    let tensor = Tensor::zeros(len, DType::F16, &Device::Cpu).unwrap();
    candle_core::safetensors::save(&HashMap::from([(name, tensor)]), path).unwrap();
}

#[test]
fn shards_are_found_under_every_name_that_programs_have_given_them() {
    for stem in STEMS {
        let plain = |n| format!("{stem}-0000{n}-of-00002.safetensors");
        let now = |n| format!("{stem}.fp16-0000{n}-of-00002.safetensors");
        let before = |n| format!("{stem}-0000{n}-of-00002.fp16.safetensors");
        let indices =
            ["index.fp16.json", "fp16.index.json", "index.json"].map(|end| format!("{stem}.safetensors.{end}"));
        let indices = [&indices[..], &[format!("{stem}.fp16.safetensors.index.json")]].concat();
        for index in &indices {
            for (listed, lying) in [
                ([now(1), now(2)], [now(1), now(2)]),
                ([before(1), before(2)], [before(1), before(2)]),
                ([plain(1), plain(2)], [plain(1), plain(2)]),
                ([plain(1), plain(2)], [now(1), now(2)]),
                ([plain(1), plain(2)], [before(1), before(2)]),
                ([before(1), before(2)], [now(1), now(2)]),
                ([now(1), now(2)], [before(1), before(2)]),
            ] {
                let folder = tempfile::tempdir().unwrap();
                shard(&folder.path().join(&lying[0]), "a", 2);
                shard(&folder.path().join(&lying[1]), "b", 3);
                let map = serde_json::json!({ "weight_map": { "a": listed[0], "b": listed[1] } });
                fs::write(folder.path().join(index), map.to_string()).unwrap();
                for dtype in [DType::F32, DType::F16] {
                    let weights = Weights::open(folder.path(), &Device::Cpu, dtype)
                        .unwrap_or_else(|error| panic!("{index} with {listed:?} of {lying:?}: {error}"));
                    assert_eq!(
                        (weights.shape("a"), weights.shape("b")),
                        (Some(&[2][..]), Some(&[3][..]))
                    );
                }
            }
        }
    }
}

#[test]
fn a_shard_that_is_missing_is_called_as_the_index_calls_it() {
    let folder = tempfile::tempdir().unwrap();
    let map = serde_json::json!({ "weight_map": { "a": "model-00001-of-00001.safetensors" } });
    fs::write(folder.path().join("model.safetensors.index.json"), map.to_string()).unwrap();
    let error = Weights::open(folder.path(), &Device::Cpu, DType::F32)
        .err()
        .unwrap()
        .to_string();
    assert!(error.contains("model-00001-of-00001.safetensors"), "{error}");
}
