//! Which of a model's many files a render needs.

use serde::Deserialize;

use super::checksum::Checksum;

/// Which weights are wanted where the hub has both.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Precision {
    /// 16 bits: half the size, and what graphics cards compute in.
    #[default]
    Half,
    /// 32 bits.
    Full,
}

/// A file of a model on the hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteFile {
    /// Its path in the model's folder: `FILE` or `COMPONENT/FILE`.
    pub path: String,
    /// Its size.
    pub bytes: u64,
    /// What its bytes must add up to.
    pub checksum: Checksum,
}

/// A file, as the hub's interface tells of it.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Sibling {
    rfilename: String,
    size: Option<u64>,
    #[serde(rename = "blobId")]
    blob: Option<String>,
    lfs: Option<Lfs>,
}

#[derive(Debug, Clone, Deserialize)]
struct Lfs {
    sha256: String,
    size: u64,
}

/// A part of a model with weights, and how its weights' files begin.
struct Component {
    folder: &'static str,
    stem: &'static str,
    need: Need,
}

#[derive(PartialEq, Eq)]
enum Need {
    Always,
    IfThere,
}

const COMPONENTS: [Component; 4] = [
    Component {
        folder: "unet",
        stem: "diffusion_pytorch_model",
        need: Need::Always,
    },
    Component {
        folder: "vae",
        stem: "diffusion_pytorch_model",
        need: Need::Always,
    },
    Component {
        folder: "text_encoder",
        stem: "model",
        need: Need::Always,
    },
    Component {
        folder: "text_encoder_2",
        stem: "model",
        need: Need::IfThere,
    },
];
const INDEX: &str = "model_index.json";
/// Small files that are taken where they are.
const SETTINGS: [(&str, &[&str]); 3] = [
    ("scheduler", &["scheduler_config.json"]),
    ("tokenizer", TOKENIZER),
    ("tokenizer_2", TOKENIZER),
];
const TOKENIZER: &[&str] = &[
    "merges.txt",
    "vocab.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
];
/// Without these no prompt can be read.
const NECESSARY: [&str; 4] = [
    INDEX,
    "scheduler/scheduler_config.json",
    "tokenizer/merges.txt",
    "tokenizer/vocab.json",
];

/// One file of a component's weights.
#[derive(Debug, PartialEq, Eq)]
struct WeightFile<'a> {
    precision: Precision,
    /// This shard, from 1, and of how many; none for a single file.
    shard: Option<(usize, usize)>,
    path: &'a str,
}

/// Chooses the files. The error is the reason why these can't be a model for us.
pub(super) fn needed(siblings: &[Sibling], precision: Precision) -> Result<Vec<RemoteFile>, String> {
    let paths: Vec<&str> = siblings.iter().map(|sibling| sibling.rfilename.as_str()).collect();
    if !paths.contains(&INDEX) {
        return Err(
            match paths
                .iter()
                .find(|path| path.ends_with(".safetensors") || path.ends_with(".ckpt"))
            {
                Some(single) => {
                    format!("it has no {INDEX}, only files such as {single}, so it is not in diffusers layout")
                }
                None => format!("it has no {INDEX}, so it is not in diffusers layout"),
            },
        );
    }
    let mut chosen = Vec::new();
    for component in &COMPONENTS {
        weights(&paths, component, precision, &mut chosen)?;
    }
    let small = |path: &&&str| match path.split_once('/') {
        None => **path == INDEX || **path == "README.md" || path.to_uppercase().starts_with("LICENSE"),
        Some((folder, file)) => SETTINGS
            .iter()
            .any(|(of, files)| *of == folder && files.contains(&file)),
    };
    chosen.extend(paths.iter().filter(small).copied());
    if let Some(missing) = NECESSARY.iter().find(|path| !chosen.contains(path)) {
        return Err(format!("it has no {missing}"));
    }
    chosen.sort_unstable();
    chosen.dedup();
    let files = siblings
        .iter()
        .filter(|sibling| chosen.binary_search(&sibling.rfilename.as_str()).is_ok());
    files.map(described).collect()
}

/// Adds a component's settings and weights.
fn weights<'a>(
    paths: &[&'a str],
    component: &Component,
    precision: Precision,
    chosen: &mut Vec<&'a str>,
) -> Result<(), String> {
    let Component { folder, stem, need } = component;
    let inside: Vec<&'a str> = paths
        .iter()
        .copied()
        .filter(|path| {
            path.split_once('/')
                .is_some_and(|(of, file)| of == *folder && !file.contains('/'))
        })
        .collect();
    if inside.is_empty() && *need == Need::IfThere {
        return Ok(());
    }
    let config = format!("{folder}/config.json");
    let config = inside.iter().find(|path| **path == config);
    chosen.push(config.ok_or_else(|| format!("it has no {folder}/config.json"))?);
    let found: Vec<WeightFile<'a>> = inside.iter().filter_map(|path| read_name(path, folder, stem)).collect();
    let other = match precision {
        Precision::Half => Precision::Full,
        Precision::Full => Precision::Half,
    };
    for wanted in [precision, other] {
        let of_it = || found.iter().filter(|file| file.precision == wanted);
        if let Some(single) = of_it().find(|file| file.shard.is_none()) {
            chosen.push(single.path);
            return Ok(());
        }
        let Some((_, count)) = of_it().find_map(|file| file.shard) else {
            continue;
        };
        let has = |number| of_it().any(|file| file.shard == Some((number, count)));
        if let Some(missing) = (1..=count).find(|number| !has(*number)) {
            return Err(format!(
                "part {missing} of {count} of the weights in {folder} is missing"
            ));
        }
        chosen.extend(of_it().map(|file| file.path));
        let is_index =
            |path: &&str| path.contains(".safetensors") && path.ends_with(".json") && path.contains(".index");
        let indices: Vec<&'a str> = inside.iter().copied().filter(is_index).collect();
        let own = indices
            .iter()
            .filter(|path| is_half(path) == (wanted == Precision::Half));
        // An index of the other precision serves where there is no other: it names the same tensors.
        let index = own.chain(&indices).next();
        chosen.push(index.ok_or_else(|| format!("the weights in {folder} are in {count} parts without an index"))?);
        return Ok(());
    }
    Err(
        if inside
            .iter()
            .any(|path| path.ends_with(".bin") || path.ends_with(".ckpt"))
        {
            format!(
                "its weights in {folder} are of Python's pickle format, which can run any program when it is opened"
            )
        } else {
            format!("it has no safetensors in {folder}")
        },
    )
}

fn is_half(path: &str) -> bool {
    path.contains(".fp16")
}

/// `STEM.safetensors`, with `.fp16` and `-00001-of-00002` in any order before the ending; others (EMA and the like)
/// are not ours.
fn read_name<'a>(path: &'a str, folder: &str, stem: &str) -> Option<WeightFile<'a>> {
    let name = path.strip_prefix(folder)?.strip_prefix('/')?.strip_prefix(stem)?;
    let name = name.strip_suffix(".safetensors")?;
    let precision = if is_half(name) {
        Precision::Half
    } else {
        Precision::Full
    };
    let numbers = name.replacen(".fp16", "", 1);
    let shard = match numbers.strip_prefix('-') {
        None if numbers.is_empty() => None,
        None => return None,
        Some(numbers) => {
            let (number, count) = numbers.split_once("-of-")?;
            Some((number.parse().ok()?, count.parse().ok()?))
        }
    };
    Some(WeightFile { precision, shard, path })
}

fn described(sibling: &Sibling) -> Result<RemoteFile, String> {
    let path = &sibling.rfilename;
    if path.contains(['\\', ':', '\0']) || path.split('/').any(|part| part.is_empty() || part.starts_with('.')) {
        return Err(format!("it has a file of the name \"{path}\""));
    }
    let (bytes, checksum) = match (&sibling.lfs, sibling.size, &sibling.blob) {
        (Some(lfs), ..) => (Some(lfs.size), Checksum::parse(&lfs.sha256, Checksum::Sha256)),
        (None, bytes, Some(blob)) => (bytes, Checksum::parse(blob, Checksum::Git)),
        _ => (None, None),
    };
    bytes
        .zip(checksum)
        .map(|(bytes, checksum)| RemoteFile {
            path: path.clone(),
            bytes,
            checksum,
        })
        .ok_or_else(|| format!("the hub tells no size or checksum of {path}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: [&str; 12] = [
        ".gitattributes",
        "README.md",
        "LICENSE.md",
        "model_index.json",
        "scheduler/scheduler_config.json",
        "tokenizer/merges.txt",
        "tokenizer/vocab.json",
        "tokenizer/tokenizer_config.json",
        "unet/config.json",
        "vae/config.json",
        "text_encoder/config.json",
        "safety_checker/model.safetensors",
    ];

    fn chosen(weights: &[&str], precision: Precision) -> Result<Vec<String>, String> {
        let sibling = |path: &&str| Sibling {
            rfilename: (*path).into(),
            size: Some(1),
            blob: Some("0".repeat(40)),
            lfs: None,
        };
        let siblings: Vec<_> = SMALL.iter().chain(weights).map(sibling).collect();
        let files = needed(&siblings, precision)?;
        let weights = files.into_iter().map(|file| file.path);
        Ok(weights.filter(|path| !SMALL[..11].contains(&path.as_str())).collect())
    }

    #[test]
    fn one_set_of_weights_is_taken() {
        let all = [
            "sd_xl_turbo_1.0.safetensors",
            "sd_xl_turbo_1.0.ckpt",
            "unet/diffusion_pytorch_model.safetensors",
            "unet/diffusion_pytorch_model.fp16.safetensors",
            "unet/diffusion_pytorch_model.fp16.bin",
            "unet/diffusion_pytorch_model.non_ema.safetensors",
            "unet/openvino/model.bin",
            "vae/diffusion_pytorch_model.safetensors",
            "text_encoder/model.safetensors",
            "text_encoder/model.fp16.safetensors",
            "text_encoder/pytorch_model.bin",
        ];
        let half = [
            "unet/diffusion_pytorch_model.fp16.safetensors",
            "vae/diffusion_pytorch_model.safetensors",
            "text_encoder/model.fp16.safetensors",
        ];
        assert_eq!(chosen(&all, Precision::Half).unwrap(), half);
        let full = chosen(&all, Precision::Full).unwrap();
        assert_eq!(full[0], "unet/diffusion_pytorch_model.safetensors");
        assert_eq!(full.len(), 3);
    }

    #[test]
    fn shards_come_whole_with_their_index() {
        let rest = [
            "vae/diffusion_pytorch_model.safetensors",
            "text_encoder/model.safetensors",
        ];
        let shards = [
            "unet/diffusion_pytorch_model-00001-of-00002.fp16.safetensors",
            "unet/diffusion_pytorch_model-00002-of-00002.fp16.safetensors",
            "unet/diffusion_pytorch_model.safetensors.index.fp16.json",
            "unet/diffusion_pytorch_model.safetensors.index.json",
        ];
        let chosen_shards = chosen(&[&shards[..], &rest].concat(), Precision::Half).unwrap();
        assert_eq!(chosen_shards[..3], shards[..3]);
        assert_eq!(chosen_shards.len(), 5);
        let reason = chosen(&[&shards[1..], &rest].concat(), Precision::Half).unwrap_err();
        assert!(reason.contains("part 1 of 2"), "{reason}");
        for index in [
            "unet/diffusion_pytorch_model.safetensors.fp16.index.json",
            "unet/diffusion_pytorch_model.fp16.safetensors.index.json",
            "unet/diffusion_pytorch_model.safetensors.index.json",
        ] {
            let older = chosen(&[&shards[..2], &[index], &rest].concat(), Precision::Half).unwrap();
            assert!(older.len() == 5 && older.iter().any(|path| path == index), "{older:?}");
        }
        let reason = chosen(&[&shards[..2], &rest].concat(), Precision::Half).unwrap_err();
        assert!(reason.contains("without an index"), "{reason}");
    }

    #[test]
    fn what_can_not_be_used_is_said() {
        let rest = [
            "vae/diffusion_pytorch_model.safetensors",
            "text_encoder/model.safetensors",
        ];
        let reason = chosen(
            &[&["unet/diffusion_pytorch_model.bin"], &rest[..]].concat(),
            Precision::Half,
        )
        .unwrap_err();
        assert!(reason.contains("pickle"), "{reason}");
        let reason = chosen(&rest, Precision::Half).unwrap_err();
        assert!(reason.contains("no safetensors in unet"), "{reason}");
        let single = Sibling {
            rfilename: "v1-5.ckpt".into(),
            size: None,
            blob: None,
            lfs: None,
        };
        let reason = needed(&[single], Precision::Half).unwrap_err();
        assert!(reason.contains("v1-5.ckpt"), "{reason}");
    }

    #[test]
    fn names_and_sums_of_a_hostile_hub_are_refused() {
        let file = |path: &str, blob: &str| Sibling {
            rfilename: path.into(),
            size: Some(1),
            blob: Some(blob.into()),
            lfs: None,
        };
        let good = "0".repeat(40);
        assert!(described(&file("LICENSE", &good)).is_ok());
        for path in ["LICENSE/../../x", "LICENSE\\..\\x", "/LICENSE", "LICENSE:x", "a//b"] {
            assert!(described(&file(path, &good)).is_err(), "{path}");
        }
        assert!(described(&file("LICENSE", "../x")).is_err());
    }
}
