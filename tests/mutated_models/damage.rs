//! One damage to one file of a model, each of a kind that no model survives.

use std::{
    fmt, fs,
    path::{Path, PathBuf},
};

use phosphene_tests::Rng;
use serde_json::{Map, Value, json};

/// A damage, and the way back.
pub struct Damage {
    what: String,
    file: PathBuf,
    sound: Vec<u8>,
    hurt: Hurt,
}

enum Hurt {
    Bytes(Vec<u8>),
    Missing,
    /// The file is a folder.
    Folder,
    /// The file has another ending: Python's pickle format.
    Pickle,
}

/// Keys that decide a network's shape, and the files they are in.
const DECISIVE: [(&str, &[&str]); 4] = [
    (
        "unet/config.json",
        &[
            "block_out_channels",
            "cross_attention_dim",
            "in_channels",
            "layers_per_block",
        ],
    ),
    (
        "vae/config.json",
        &["block_out_channels", "latent_channels", "layers_per_block"],
    ),
    (
        "text_encoder/config.json",
        &["hidden_size", "intermediate_size", "num_hidden_layers", "vocab_size"],
    ),
    ("model_index.json", &["_class_name"]),
];

impl Damage {
    /// Rolls one for a model.
    pub fn new(model: &Path, random: &mut Rng) -> Self {
        if random.usize(..3) == 0 {
            of_settings(model, random)
        } else {
            of_weights(model, random)
        }
    }

    pub fn inflict(&self) {
        match &self.hurt {
            Hurt::Bytes(bytes) => fs::write(&self.file, bytes).unwrap(),
            Hurt::Missing => fs::remove_file(&self.file).unwrap(),
            Hurt::Folder => {
                fs::remove_file(&self.file).unwrap();
                fs::create_dir(&self.file).unwrap();
            }
            Hurt::Pickle => fs::rename(&self.file, self.file.with_extension("bin")).unwrap(),
        }
    }

    pub fn heal(&self) {
        match &self.hurt {
            Hurt::Bytes(_) | Hurt::Missing => {}
            Hurt::Folder => fs::remove_dir(&self.file).unwrap(),
            Hurt::Pickle => fs::remove_file(self.file.with_extension("bin")).unwrap(),
        }
        fs::write(&self.file, &self.sound).unwrap();
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = self
            .file
            .parent()
            .and_then(Path::file_name)
            .unwrap_or_default()
            .to_string_lossy();
        let name = self.file.file_name().unwrap_or_default().to_string_lossy();
        write!(f, "{part}/{name}: {}", self.what)
    }
}

/// The file is gone, empty, noise, or no file.
fn whole(sound: &[u8], random: &mut Rng) -> (String, Hurt) {
    match random.usize(..5) {
        0 => ("missing".into(), Hurt::Missing),
        1 => ("empty".into(), Hurt::Bytes(Vec::new())),
        2 => ("a folder".into(), Hurt::Folder),
        3 => {
            let noise = (0..1 + random.usize(..5_000))
                .map(|_| random.usize(..256) as u8)
                .collect();
            ("noise".into(), Hurt::Bytes(noise))
        }
        _ => {
            let len = random.usize(..sound.len());
            (format!("cut to {len} bytes"), Hurt::Bytes(sound[..len].to_vec()))
        }
    }
}

fn of_settings(model: &Path, random: &mut Rng) -> Damage {
    let (path, keys) = one_of(random, &DECISIVE);
    let file = model.join(path);
    let sound = fs::read(&file).unwrap();
    let (what, hurt) = match random.usize(..4) {
        // Cut within its last braces it could still be whole.
        0 => whole(&sound[..sound.len() - 4], random),
        1 => {
            let depth = 100_000;
            (
                "nested too deep".into(),
                Hurt::Bytes(["{\"a\":", "["][random.usize(..2)].repeat(depth).into_bytes()),
            )
        }
        2 => {
            let mut long = sound.clone();
            long.resize(40 << 20, b' ');
            ("of 40 MB".into(), Hurt::Bytes(long))
        }
        _ => {
            let key = *one_of(random, keys);
            let wrong = [
                json!("many"),
                json!(-1),
                json!(0),
                json!(1e300),
                json!([]),
                json!({}),
                json!(u64::MAX),
                json!([[]]),
            ];
            let value = one_of(random, &wrong).clone();
            let mut settings: Map<String, Value> = serde_json::from_slice(&sound).unwrap();
            let what = format!("\"{key}\" is {value}");
            settings.insert(key.into(), value);
            (what, Hurt::Bytes(serde_json::to_vec(&settings).unwrap()))
        }
    };
    Damage {
        what,
        file,
        sound,
        hurt,
    }
}

/// A safetensors file, taken apart.
struct Tensors {
    header: Map<String, Value>,
    data: Vec<u8>,
}

impl Tensors {
    fn read(bytes: &[u8]) -> Self {
        let len = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
        Self {
            header: serde_json::from_slice(&bytes[8..8 + len]).unwrap(),
            data: bytes[8 + len..].to_vec(),
        }
    }

    fn bytes(&self) -> Vec<u8> {
        let header = serde_json::to_vec(&self.header).unwrap();
        [&(header.len() as u64).to_le_bytes()[..], &header, &self.data].concat()
    }

    /// A weight that the network can't do without.
    fn name(&self, random: &mut Rng) -> String {
        let names: Vec<&String> = self.header.keys().filter(|name| name.ends_with(".weight")).collect();
        (*one_of(random, &names)).clone()
    }

    fn offsets(&self, name: &str) -> [u64; 2] {
        let offsets = &self.header[name]["data_offsets"];
        [offsets[0].as_u64().unwrap(), offsets[1].as_u64().unwrap()]
    }

    fn shape(&self, name: &str) -> Vec<u64> {
        let shape = self.header[name]["shape"].as_array().unwrap();
        shape.iter().map(|side| side.as_u64().unwrap()).collect()
    }
}

fn of_weights(model: &Path, random: &mut Rng) -> Damage {
    let parts = ["unet", "vae", "text_encoder", "text_encoder_2"].map(|part| model.join(part));
    let parts: Vec<_> = parts.iter().filter(|part| part.is_dir()).collect();
    let items = fs::read_dir(one_of(random, &parts))
        .unwrap()
        .map(|item| item.unwrap().path());
    let mut files: Vec<_> = items
        .filter(|path| path.extension().is_some_and(|e| e == "safetensors"))
        .collect();
    files.sort();
    let file = one_of(random, &files).clone();
    let sound = fs::read(&file).unwrap();
    let (what, hurt) = match random.usize(..8) {
        0 => whole(&sound, random),
        1 => ("a pickle".into(), Hurt::Pickle),
        2 | 3 => of_length(&sound, random),
        _ => {
            let mut tensors = Tensors::read(&sound);
            let what = of_header(&mut tensors, random);
            (what, Hurt::Bytes(tensors.bytes()))
        }
    };
    Damage {
        what,
        file,
        sound,
        hurt,
    }
}

/// The file's length or that of its header is not what it should be.
fn of_length(sound: &[u8], random: &mut Rng) -> (String, Hurt) {
    let mut bytes = sound.to_vec();
    let header = u64::from_le_bytes(sound[..8].try_into().unwrap());
    let what = match random.usize(..3) {
        0 => {
            let more = 1 + random.usize(..10_000);
            bytes.resize(sound.len() + more, 0);
            format!("{more} bytes more")
        }
        1 => {
            let all = sound.len() as u64;
            let lies = [
                0,
                1,
                header - 1,
                header + 1,
                all - 8,
                all,
                99_999_999,
                1 << 40,
                i64::MAX as u64,
                u64::MAX,
            ];
            let lie = *one_of(random, &lies);
            bytes[..8].copy_from_slice(&lie.to_le_bytes());
            format!("a header of {lie} bytes")
        }
        _ => {
            let deep = "[".repeat(1_000_000).into_bytes();
            bytes = [&(deep.len() as u64).to_le_bytes()[..], &deep].concat();
            "a header nested too deep".into()
        }
    };
    (what, Hurt::Bytes(bytes))
}

/// The header lies about a tensor.
fn of_header(tensors: &mut Tensors, random: &mut Rng) -> String {
    let name = tensors.name(random);
    let [begin, end] = tensors.offsets(&name);
    let mut shape = tensors.shape(&name);
    let all = tensors.data.len() as u64;
    let side = random.usize(..shape.len().max(1));
    let (key, value) = match random.usize(..6) {
        0 => {
            let lies = [
                [end, begin],
                [begin, end + 4],
                [begin + 2, end + 2],
                [all, all + end - begin],
                [0, u64::MAX],
                [begin, begin],
            ];
            ("data_offsets", json!(one_of(random, &lies)))
        }
        1 => {
            let lies = [0, shape[side] * 2, shape[side] + 1, 1 << 40, u64::MAX];
            shape[side] = *one_of(random, &lies);
            ("shape", json!(shape))
        }
        // As many numbers, in another shape.
        2 => {
            let lies = [
                vec![shape.iter().product()],
                [&shape[..], &[1]].concat(),
                [&[1], &shape[..]].concat(),
            ];
            let other: Vec<&Vec<u64>> = lies.iter().filter(|lie| **lie != shape).collect();
            ("shape", json!(one_of(random, &other)))
        }
        3 => (
            "dtype",
            json!(one_of(random, &["F64", "I8", "I16", "I32", "Q4", "BOOL", ""])),
        ),
        4 => {
            let entry = tensors.header.remove(&name).unwrap();
            tensors.header.insert(format!("{name}s"), entry);
            return format!("{name} has another name");
        }
        _ => {
            let lies = [json!(null), json!([]), json!(7), json!({"dtype": "F16"}), json!("F16")];
            let lie = one_of(random, &lies).clone();
            tensors.header.insert(name.clone(), lie.clone());
            return format!("{name} is {lie}");
        }
    };
    tensors.header[&name][key] = value.clone();
    format!("{name}'s {key} is {value}")
}

fn one_of<'a, T>(random: &mut Rng, of: &'a [T]) -> &'a T {
    &of[random.usize(..of.len())]
}
