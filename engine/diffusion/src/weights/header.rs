//! The header of a safetensors file: which bytes are which tensor's.

use std::{collections::HashMap, fs::File, io::Read, path::Path};

use safetensors::{Dtype, tensor::Metadata};

use super::fault;
use crate::error::Result;

/// Bytes of the header's length.
const LENGTH: u64 = 8;
/// No header is longer: the format's own limit, in bytes.
const LONGEST: u64 = 100_000_000;

/// Where a tensor is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TensorEntry {
    pub dtype: Dtype,
    pub shape: Vec<usize>,
    /// The first byte, from the file's beginning.
    pub begin: u64,
    pub bytes: usize,
}

/// Reads a file's header and checks it against the file's length: tensors lie one after another, each as long as its
/// shape says, and fill the file.
pub(super) fn read(path: &Path) -> Result<HashMap<String, TensorEntry>> {
    let unread = |error: std::io::Error| fault(path, format!("it can't be read ({error})"));
    let mut file = File::open(path).map_err(unread)?;
    let total = file.metadata().map_err(unread)?.len();
    let mut start = [0; LENGTH as usize];
    let length = match file.read_exact(&mut start) {
        Ok(()) => u64::from_le_bytes(start),
        Err(_) => return Err(fault(path, format!("it is only {total} bytes long"))),
    };
    if start.starts_with(b"version ") {
        let reason = "it is a pointer of Git LFS, a few lines of text in the place of the weights";
        return Err(fault(path, reason));
    }
    if length > LONGEST || length > total - LENGTH {
        let reason = format!("it is no safetensors file, or cut off: a header of {length} bytes in a file of {total}");
        return Err(fault(path, reason));
    }
    let mut text = vec![0; length as usize];
    file.read_exact(&mut text).map_err(unread)?;
    let metadata: Metadata = serde_json::from_slice(&text)
        .map_err(|error| fault(path, format!("its header is not that of a safetensors file ({error})")))?;
    let first = LENGTH + length;
    let mut end = first;
    let mut entries = HashMap::new();
    for (name, info) in metadata.tensors() {
        let (begin, after) = info.data_offsets;
        end = end.max(first.saturating_add(after as u64));
        entries.insert(
            name,
            TensorEntry {
                dtype: info.dtype,
                shape: info.shape.clone(),
                begin: first.saturating_add(begin as u64),
                bytes: after - begin,
            },
        );
    }
    if end != total {
        let reason = format!("it is damaged or cut off: {total} bytes long, where its header says {end}");
        return Err(fault(path, reason));
    }
    Ok(entries)
}
