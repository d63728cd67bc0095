//! A network's weights: names to tensors of a stated shape, from safetensors files.
//!
//! A file's header is checked as a whole when it is opened: it must account for every byte of the file, so a file that was
//! cut off, or whose header lies, is found before anything is allocated. A tensor is read when it is asked for, straight
//! into the type that is wanted, and only if its shape is the stated one.

mod header;
mod layers;
mod random_weights;
mod read;
#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeSet, HashMap},
    path::{Path, PathBuf},
};

use candle_core::{DType, Device, Tensor};

use self::header::TensorEntry;
pub(super) use self::layers::{GroupNorm, LayerNorm, Scope};
use super::{
    finite::is_finite,
    folder::{Keys, fault, is_pickle, refuse_pickle},
};
use crate::error::{Error, Result};

/// Names that diffusers and transformers give to a network's weights, without the kind.
const STEMS: [&str; 2] = ["diffusion_pytorch_model", "model"];

/// What is added to one tensor: `scale · up · down`.
///
/// **Source**: Hu et al. 2021, "LoRA: Low-Rank Adaptation of Large Language Models", section 4.1.
#[derive(Debug, Clone)]
pub struct Patch {
    /// (out, rank) or (out, rank, 1, 1), f32 on the CPU.
    pub up: Tensor,
    /// (rank, in) or (rank, in, height, width), f32 on the CPU.
    pub down: Tensor,
    /// Weight times alpha over rank.
    pub scale: f64,
}

/// Patches by the name of the tensor that they are added to.
pub type Patches = HashMap<String, Vec<Patch>>;

enum Source {
    File { file: usize, entry: TensorEntry },
    Memory(Tensor),
}

/// The weights of one network.
pub struct Weights {
    /// What messages name.
    path: PathBuf,
    files: Vec<PathBuf>,
    tensors: HashMap<String, Source>,
    patches: Patches,
    /// Seed of weights that are drawn as they are asked for.
    drawn: Option<u64>,
    device: Device,
    dtype: DType,
}

impl Weights {
    /// Opens the weights in a part's folder: one safetensors file, or several by an index. Where a half precision copy
    /// lies beside, it is used if half precision is wanted, and else if it is all there is.
    ///
    /// # Errors
    /// [`Error::Model`] when there are none, only pickles, or a file is not what its header says.
    pub fn open(folder: &Path, device: &Device, dtype: DType) -> Result<Self> {
        let mut weights = Self {
            path: folder.to_owned(),
            files: Vec::new(),
            tensors: HashMap::new(),
            patches: Patches::new(),
            drawn: None,
            device: device.clone(),
            dtype,
        };
        match find(folder, dtype)? {
            Found::One(path) => {
                weights.path.clone_from(&path);
                weights.add(path, None)?;
            }
            Found::Index(path) => weights.add_sharded(folder, &path)?,
        }
        Ok(weights)
    }

    /// Opens one safetensors file.
    ///
    /// # Errors
    /// [`Error::Model`] as [`Weights::open`].
    pub fn open_file(path: &Path, device: &Device, dtype: DType) -> Result<Self> {
        let mut weights = Self::from_tensors(path, HashMap::new(), device, dtype);
        weights.add(path.to_owned(), None)?;
        Ok(weights)
    }

    /// Weights that are in memory already; `path` is for messages.
    #[must_use]
    pub fn from_tensors(path: &Path, tensors: HashMap<String, Tensor>, device: &Device, dtype: DType) -> Self {
        Self {
            path: path.to_owned(),
            files: Vec::new(),
            tensors: tensors
                .into_iter()
                .map(|(name, tensor)| (name, Source::Memory(tensor)))
                .collect(),
            patches: Patches::new(),
            drawn: None,
            device: device.clone(),
            dtype,
        }
    }

    /// Weights of no model: whatever is asked for, in whatever shape, is drawn from the seed and its name. Norms are 1,
    /// biases small, and everything else is such that what goes through keeps its size. For measurements of a network's
    /// time and memory, which do not depend on what it has learnt.
    #[must_use]
    pub fn drawn(seed: u64, device: &Device, dtype: DType) -> Self {
        Self {
            drawn: Some(seed),
            ..Self::from_tensors(Path::new("drawn weights"), HashMap::new(), device, dtype)
        }
    }

    fn add_sharded(&mut self, folder: &Path, index: &Path) -> Result<()> {
        let keys = Keys::read_long(index)?;
        let Some(map) = keys.get("weight_map").and_then(serde_json::Value::as_object) else {
            return Err(keys.wrong("it has no \"weight_map\""));
        };
        let mut shards: HashMap<&str, BTreeSet<&str>> = HashMap::new();
        for (name, shard) in map {
            let shard = shard.as_str().unwrap_or_default();
            if shard.is_empty() || shard.contains(['/', '\\']) || shard.starts_with('.') {
                return Err(keys.wrong(format!(
                    "\"{name}\" is said to be in \"{shard}\", which is no file beside it"
                )));
            }
            shards.entry(shard).or_default().insert(name);
        }
        let mut sorted: Vec<_> = shards.into_iter().collect();
        sorted.sort_unstable();
        for (shard, names) in sorted {
            self.add(shard_in(folder, shard), Some(&names))?;
        }
        Ok(())
    }

    /// Adds a file's tensors: all of them, or those named, which must be there.
    fn add(&mut self, path: PathBuf, names: Option<&BTreeSet<&str>>) -> Result<()> {
        let entries = header::read(&path)?;
        if let Some(missing) = names.and_then(|names| names.iter().find(|name| !entries.contains_key(**name))) {
            return Err(fault(
                path,
                format!("the index says that \"{missing}\" is in it, but it is not"),
            ));
        }
        let file = self.files.len();
        self.files.push(path);
        for (name, entry) in entries {
            if names.is_none_or(|names| names.contains(&*name)) {
                self.tensors.insert(name, Source::File { file, entry });
            }
        }
        Ok(())
    }

    /// Adds patches, to be merged when their tensors are asked for.
    pub fn patch(&mut self, patches: Patches) {
        for (name, list) in patches {
            self.patches.entry(name).or_default().extend(list);
        }
    }

    /// Whether there is a tensor of this name.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.tensors.contains_key(name)
    }

    /// The names of all tensors, in no order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.tensors.keys().map(|name| &**name)
    }

    /// The shape of a tensor, if there is one of this name.
    #[must_use]
    pub fn shape(&self, name: &str) -> Option<&[usize]> {
        self.tensors.get(name).map(|source| match source {
            Source::File { entry, .. } => &entry.shape[..],
            Source::Memory(tensor) => tensor.dims(),
        })
    }

    /// How many numbers all tensors have.
    #[must_use]
    pub fn numbers(&self) -> u64 {
        let of = |source: &Source| match source {
            Source::File { entry, .. } => entry.shape.iter().map(|length| *length as u64).product::<u64>(),
            Source::Memory(tensor) => tensor.elem_count() as u64,
        };
        self.tensors.values().map(of).sum()
    }

    /// Their file, or the folder of several.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The device that tensors come to.
    #[must_use]
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// The type that tensors come in.
    #[must_use]
    pub fn dtype(&self) -> DType {
        self.dtype
    }

    /// A tensor of a stated shape, its patches merged, in the type and on the device of these weights.
    ///
    /// # Errors
    /// [`Error::Model`] when it is missing, of another shape, no float, has a number that is NaN or infinite, or can't be
    /// read.
    pub fn get(&self, name: &str, shape: &[usize]) -> Result<Tensor> {
        if let Some(seed) = self.drawn {
            let drawn = random_weights::tensor(seed, name, shape, self.dtype, &self.device);
            return drawn.map_err(|error| self.failed(name, &error));
        }
        let Some(source) = self.tensors.get(name) else {
            return Err(self.mismatch(format!("\"{name}\" is missing")));
        };
        let found = self.shape(name).unwrap_or_default();
        if found != shape {
            return Err(self.mismatch(format!(
                "\"{name}\" has the shape {found:?}, where {shape:?} is expected"
            )));
        }
        let patches = self.patches.get(name).map_or(&[][..], |list| &list[..]);
        let (device, dtype) = if patches.is_empty() {
            (&self.device, self.dtype)
        } else {
            (&Device::Cpu, DType::F32)
        };
        let tensor = match source {
            Source::File { file, entry } => read::tensor(&self.files[*file], name, entry, dtype, device)?,
            Source::Memory(tensor) => tensor
                .to_device(device)
                .and_then(|tensor| tensor.to_dtype(dtype))
                .map_err(|error| self.failed(name, &error))?,
        };
        let merged = self.merge(tensor, patches).map_err(|error| self.failed(name, &error))?;
        if !patches.is_empty() && !is_finite(&merged).map_err(|error| self.failed(name, &error))? {
            return Err(Error::Model {
                path: self.path.clone(),
                reason: format!(
                    "\"{name}\" is too large for {:?} with the LoRAs added to it",
                    self.dtype
                ),
                remedy: "give the LoRAs smaller weights, such as :0.8, or use others".into(),
            });
        }
        Ok(merged)
    }

    fn merge(&self, mut tensor: Tensor, patches: &[Patch]) -> candle_core::Result<Tensor> {
        if patches.is_empty() {
            return Ok(tensor);
        }
        for patch in patches {
            let rank = patch.down.dim(0)?;
            let (up, down) = (patch.up.reshape(((), rank))?, patch.down.reshape((rank, ()))?);
            let change = up.matmul(&down)?.affine(patch.scale, 0.0)?.reshape(tensor.shape())?;
            tensor = (tensor + change)?;
        }
        tensor.to_dtype(self.dtype)?.to_device(&self.device)
    }

    /// Names that begin with `prefix` and a dot.
    #[must_use]
    pub fn scope(&self, prefix: &str) -> Scope<'_> {
        Scope::new(self, prefix)
    }

    /// An error of weights that are not those of the configuration.
    pub(super) fn mismatch(&self, reason: impl Into<String>) -> Error {
        Error::Model {
            path: self.path.clone(),
            reason: reason.into(),
            remedy: "the weights and the configuration beside them must be of one model; get its folder again".into(),
        }
    }

    fn failed(&self, name: &str, error: &candle_core::Error) -> Error {
        Error::Model {
            path: self.path.clone(),
            reason: format!("\"{name}\" can't be loaded ({error})"),
            remedy: "free memory, or use a smaller model".into(),
        }
    }
}

/// Where a shard lies that an index names: under that name, or as its half precision copy, whose index may be the plain one
/// and whose names have been written in two ways.
fn shard_in(folder: &Path, name: &str) -> PathBuf {
    const HALF: &str = ".fp16";
    let plain = name.replacen(HALF, "", 1);
    let (stem, ending) = plain.split_at(plain.rfind('.').unwrap_or(plain.len()));
    let (base, numbers) = match stem.find("-0") {
        Some(at) if stem.contains("-of-") => stem.split_at(at),
        _ => (stem, ""),
    };
    let names = [
        name.to_owned(),
        format!("{base}{HALF}{numbers}{ending}"),
        format!("{base}{numbers}{HALF}{ending}"),
        plain.clone(),
    ];
    let mut paths = names.iter().map(|name| folder.join(name));
    paths.find(|path| path.is_file()).unwrap_or_else(|| folder.join(name))
}

enum Found {
    One(PathBuf),
    Index(PathBuf),
}

fn find(folder: &Path, dtype: DType) -> Result<Found> {
    let variants = if dtype == DType::F32 {
        ["", ".fp16"]
    } else {
        [".fp16", ""]
    };
    for variant in variants {
        for stem in STEMS {
            let one = folder.join(format!("{stem}{variant}.safetensors"));
            if one.is_file() {
                return Ok(Found::One(one));
            }
            // As transformers and diffusers write it now; as diffusers did for a while; as other programs do.
            let indices = [
                format!("{stem}.safetensors.index{variant}.json"),
                format!("{stem}.safetensors{variant}.index.json"),
                format!("{stem}{variant}.safetensors.index.json"),
            ];
            if let Some(index) = indices.iter().map(|name| folder.join(name)).find(|path| path.is_file()) {
                return Ok(Found::Index(index));
            }
        }
    }
    let listed = std::fs::read_dir(folder).map_err(|error| Error::Model {
        path: folder.to_owned(),
        reason: format!("this part of the model can't be read ({error})"),
        remedy: "get the model's folder again, whole".into(),
    })?;
    let paths: Vec<PathBuf> = listed.flatten().map(|entry| entry.path()).collect();
    let mut others = paths
        .iter()
        .filter(|path| path.extension().is_some_and(|kind| kind == "safetensors"));
    if let (Some(only), None) = (others.next(), others.next()) {
        return Ok(Found::One(only.clone()));
    }
    match paths.iter().find(|path| is_pickle(path)) {
        Some(pickle) => Err(refuse_pickle(pickle)),
        None => Err(Error::Model {
            path: folder.to_owned(),
            reason: "there are no weights in it: no diffusion_pytorch_model.safetensors or model.safetensors".into(),
            remedy: "get the model's folder again, whole".into(),
        }),
    }
}
