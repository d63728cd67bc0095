//! The packed bodies, animals and things, read once: `engine/assets/figures/*.bin`, written by `make_figures.py`,
//! `make_animals.py` and `make_things.py` of `engine/assets`, which tell the format by writing it.

use std::{io::Read, sync::OnceLock};

use thiserror::Error;

use super::skeleton::{Clip, Frame, Quat, Rig};

/// Why the packed figures cannot be read.
#[derive(Debug, Clone, Error)]
pub enum FiguresError {
    /// Not a file of figures, or of another version.
    #[error("these are no figures of a version that is known")]
    Unknown,
    /// The compressed stream is broken.
    #[error("the figures cannot be inflated: {0}")]
    Broken(String),
    /// It ends too early.
    #[error("the figures end too early")]
    Short,
    /// A number points outside of what there is.
    #[error("the figures contradict themselves: {0}")]
    Contradiction(&'static str),
}

const PACKED: &[u8] = include_bytes!("../../../assets/figures/figures.bin");
const ANIMALS: &[u8] = include_bytes!("../../../assets/figures/animals.bin");
const THINGS: &[u8] = include_bytes!("../../../assets/figures/things.bin");
/// Metres a step of a person's packed positions.
const UNIT: f32 = 0.00025;
/// Levels of detail: 0 near, 1 for what is small, 2 for crowds.
pub(super) const LEVELS: usize = 3;

/// Triangles with smooth normals; metres.
#[derive(Debug, Clone, Default)]
pub(super) struct Mesh {
    /// A set of positions for each build; one for what has no builds. Empty where a build does not wear it.
    pub positions: Vec<Vec<[f32; 3]>>,
    pub normals: Vec<[f32; 3]>,
    /// Four bones a vertex, and their shares; empty for what does not move.
    pub bones: Vec<[u8; 4]>,
    pub weights: Vec<[f32; 4]>,
    /// 0 dark to 254 bright, 255 gives light of its own; empty where all is alike.
    pub tones: Vec<u8>,
    /// What each corner is made of (`super::matter`); empty where nothing is said.
    pub matters: Vec<u8>,
    pub triangles: Vec<[u16; 3]>,
    /// Triangles of the body that this garment hides.
    pub hides: Vec<bool>,
}

/// What a part of a person is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PartKind {
    Body,
    Outfit,
    Shoes,
    Hair,
    Hat,
}

#[derive(Debug)]
pub(super) struct Part {
    pub kind: PartKind,
    pub name: String,
    pub levels: [Mesh; LEVELS],
}

#[derive(Debug)]
pub(super) struct AnimalMesh {
    pub name: String,
    pub heads: Vec<[f32; 3]>,
    pub levels: [Mesh; LEVELS],
    pub clips: Vec<AnimalClip>,
}

/// A clip of an animal: where each joint is and how it is turned.
#[derive(Debug)]
pub(super) struct AnimalClip {
    pub name: String,
    pub secs: f32,
    /// Metres that its feet go back while they are on the ground, a cycle.
    pub stride: f32,
    /// By frame, then joint.
    pub at: Vec<Vec<[f32; 3]>>,
    pub turn: Vec<Vec<Quat>>,
}

#[derive(Debug)]
pub(super) struct ThingMesh {
    pub name: String,
    pub mesh: Mesh,
}

/// All of it.
#[derive(Debug)]
pub(super) struct Library {
    pub rig: Rig,
    pub parts: Vec<Part>,
    pub clips: Vec<Clip>,
    pub animals: Vec<AnimalMesh>,
    pub things: Vec<ThingMesh>,
}

impl Library {
    /// Read on first use.
    pub fn get() -> Result<&'static Self, FiguresError> {
        static LIBRARY: OnceLock<Result<Library, FiguresError>> = OnceLock::new();
        LIBRARY
            .get_or_init(|| {
                let mut library = Self::read(PACKED)?;
                library.animals = Self::read_animals(ANIMALS)?;
                library.things = Self::read_things(THINGS)?;
                Ok(library)
            })
            .as_ref()
            .map_err(Clone::clone)
    }

    /// The animals, which lie in a file of their own.
    fn read_animals(packed: &[u8]) -> Result<Vec<AnimalMesh>, FiguresError> {
        let raw = unpacked(packed, *b"PHANI\x01\x00\x00")?;
        let mut from = Reader(&raw);
        (0..from.u16()?).map(|_| from.animal()).collect()
    }

    /// The things, which lie in a file of their own.
    fn read_things(packed: &[u8]) -> Result<Vec<ThingMesh>, FiguresError> {
        let raw = unpacked(packed, *b"PHTHI\x02\x00\x00")?;
        let mut from = Reader(&raw);
        (0..from.u16()?).map(|_| from.thing()).collect()
    }

    pub fn read(packed: &[u8]) -> Result<Self, FiguresError> {
        let raw = unpacked(packed, *b"PHFIG\x01\x00\x00")?;
        let mut from = Reader(&raw);
        let rig = from.rig()?;
        let (joints, builds) = (rig.names.len(), rig.builds.len());
        let mut parts: Vec<Part> = Vec::new();
        for _ in 0..from.u16()? {
            let body = parts
                .first()
                .map(|body| [0, 1, 2].map(|level| body.levels[level].triangles.len()));
            parts.push(from.part(joints, builds, body)?);
        }
        if parts.first().is_none_or(|part| part.kind != PartKind::Body) {
            return Err(FiguresError::Contradiction("the first part is no body"));
        }
        // The made bones at the end are in no clip.
        let keyed = joints - 2;
        let mut clips = Vec::new();
        for _ in 0..from.u16()? {
            clips.push(from.clip(keyed)?);
        }
        Ok(Self {
            rig,
            parts,
            clips,
            animals: Vec::new(),
            things: Vec::new(),
        })
    }
}

/// What follows a file's eight letters and its length, inflated.
fn unpacked(packed: &[u8], letters: [u8; 8]) -> Result<Vec<u8>, FiguresError> {
    let rest = packed.strip_prefix(&letters).ok_or(FiguresError::Unknown)?;
    let (length, rest) = rest.split_first_chunk::<4>().ok_or(FiguresError::Short)?;
    let length = u64::from(u32::from_le_bytes(*length));
    let mut raw = Vec::new();
    flate2::read::ZlibDecoder::new(rest)
        .take(length)
        .read_to_end(&mut raw)
        .map_err(|error| FiguresError::Broken(error.to_string()))?;
    Ok(raw)
}

/// What is not yet read.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn bytes(&mut self, n: usize) -> Result<&'a [u8], FiguresError> {
        let (head, rest) = self.0.split_at_checked(n).ok_or(FiguresError::Short)?;
        self.0 = rest;
        Ok(head)
    }
    fn array<const K: usize>(&mut self) -> Result<[u8; K], FiguresError> {
        let (head, rest) = self.0.split_first_chunk::<K>().ok_or(FiguresError::Short)?;
        self.0 = rest;
        Ok(*head)
    }
    fn u8(&mut self) -> Result<u8, FiguresError> {
        Ok(self.array::<1>()?[0])
    }
    fn u16(&mut self) -> Result<usize, FiguresError> {
        Ok(usize::from(u16::from_le_bytes(self.array()?)))
    }
    fn i16(&mut self) -> Result<i16, FiguresError> {
        Ok(i16::from_le_bytes(self.array()?))
    }
    fn f32(&mut self) -> Result<f32, FiguresError> {
        let x = f32::from_le_bytes(self.array()?);
        if x.is_finite() {
            Ok(x)
        } else {
            Err(FiguresError::Contradiction("a number that is none"))
        }
    }
    fn name(&mut self) -> Result<String, FiguresError> {
        let n = usize::from(self.u8()?);
        String::from_utf8(self.bytes(n)?.to_vec()).map_err(|_| FiguresError::Contradiction("a name"))
    }
    /// 16-bit numbers: all low bytes, then all high bytes.
    fn planes(&mut self, n: usize) -> Result<Vec<i16>, FiguresError> {
        let (low, high) = (self.bytes(n)?, self.bytes(n)?);
        Ok(low
            .iter()
            .zip(high)
            .map(|(&l, &h)| i16::from_le_bytes([l, h]))
            .collect())
    }
    fn points(&mut self, n: usize) -> Result<Vec<[f32; 3]>, FiguresError> {
        (0..n).map(|_| Ok([self.f32()?, self.f32()?, self.f32()?])).collect()
    }

    fn rig(&mut self) -> Result<Rig, FiguresError> {
        let joints = self.u16()?;
        let (mut names, mut parents) = (Vec::new(), Vec::new());
        for k in 0..joints {
            names.push(self.name()?);
            let parent = self.i16()?;
            if usize::try_from(parent).is_ok_and(|p| p >= k) {
                return Err(FiguresError::Contradiction("a bone before its parent"));
            }
            parents.push(usize::try_from(parent).ok());
        }
        if joints < 3 {
            return Err(FiguresError::Contradiction("no bones"));
        }
        let mut builds = Vec::new();
        for _ in 0..self.u16()? {
            builds.push(Frame {
                name: self.name()?,
                height: self.f32()?,
                heads: self.points(joints)?,
            });
        }
        let order = super::Build::ALL.iter().map(|b| b.name());
        if !builds.iter().map(|frame| frame.name.as_str()).eq(order) {
            return Err(FiguresError::Contradiction("the builds"));
        }
        Rig::new(names, parents, builds).ok_or(FiguresError::Contradiction("a bone is missing"))
    }

    fn normals(&mut self, n: usize) -> Result<Vec<[f32; 3]>, FiguresError> {
        let raw = self.bytes(3 * n)?;
        Ok((0..n)
            .map(|k| [0, 1, 2].map(|axis| f32::from(raw[axis * n + k] as i8) / 127.0))
            .collect())
    }
    fn weights(&mut self, mesh: &mut Mesh, n: usize, joints: usize) -> Result<(), FiguresError> {
        let bones = self.bytes(4 * n)?;
        if bones.iter().any(|&b| usize::from(b) >= joints) {
            return Err(FiguresError::Contradiction("a weight's bone"));
        }
        let shares = self.bytes(4 * n)?;
        mesh.bones = (0..n).map(|k| [0, 1, 2, 3].map(|j| bones[j * n + k])).collect();
        mesh.weights = (0..n)
            .map(|k| [0, 1, 2, 3].map(|j| f32::from(shares[j * n + k]) / 255.0))
            .collect();
        Ok(())
    }
    fn triangles(&mut self, n: usize, vertices: usize) -> Result<Vec<[u16; 3]>, FiguresError> {
        let mut at = 0_u16;
        let indices: Vec<u16> = self
            .planes(3 * n)?
            .into_iter()
            .map(|step| {
                at = at.wrapping_add(step as u16);
                at
            })
            .collect();
        if indices.iter().any(|&k| usize::from(k) >= vertices) {
            return Err(FiguresError::Contradiction("a triangle's corner"));
        }
        Ok(indices.as_chunks().0.to_vec())
    }

    fn part(&mut self, joints: usize, builds: usize, body: Option<[usize; LEVELS]>) -> Result<Part, FiguresError> {
        let kind = match self.u8()? {
            0 => PartKind::Body,
            1 => PartKind::Outfit,
            2 => PartKind::Shoes,
            3 => PartKind::Hair,
            4 => PartKind::Hat,
            _ => return Err(FiguresError::Contradiction("a part's kind")),
        };
        let name = self.name()?;
        let worn = usize::from(self.u8()?);
        let worn = self.bytes(worn)?.to_vec();
        if worn.iter().any(|&b| usize::from(b) >= builds) {
            return Err(FiguresError::Contradiction("a build"));
        }
        let mut levels = <[Mesh; LEVELS]>::default();
        for (level, mesh) in levels.iter_mut().enumerate() {
            let (n, faces) = (self.u16()?, self.u16()?);
            mesh.positions = vec![Vec::new(); builds];
            let mut first: Option<Vec<i16>> = None;
            for &build in &worn {
                let mut steps = self.planes(3 * n)?;
                match &first {
                    Some(first) => steps.iter_mut().zip(first).for_each(|(s, f)| *s = s.wrapping_add(*f)),
                    None => first = Some(steps.clone()),
                }
                mesh.positions[usize::from(build)] = (0..n)
                    .map(|k| [0, 1, 2].map(|axis| f32::from(steps[axis * n + k]) * UNIT))
                    .collect();
            }
            mesh.normals = self.normals(n)?;
            self.weights(mesh, n, joints)?;
            mesh.triangles = self.triangles(faces, n)?;
            if let Some(body) = body {
                let bits = self.bytes(body[level].div_ceil(8))?;
                mesh.hides = (0..body[level]).map(|k| bits[k / 8] >> (k % 8) & 1 == 1).collect();
            }
        }
        Ok(Part { kind, name, levels })
    }

    fn track(&mut self, frames: usize, width: usize) -> Result<Vec<Vec<i16>>, FiguresError> {
        let steps = self.planes(frames * width)?;
        let mut out = vec![vec![0; width]; frames];
        for k in 0..width {
            let mut at = 0_i16;
            for frame in 0..frames {
                at = at.wrapping_add(steps[k * frames + frame]);
                out[frame][k] = at;
            }
        }
        Ok(out)
    }
    fn quaternions(&mut self, frames: usize, bones: usize) -> Result<Vec<Vec<Quat>>, FiguresError> {
        let track = self.track(frames, bones * 4)?;
        Ok(track
            .into_iter()
            .map(|row| {
                row.as_chunks::<4>()
                    .0
                    .iter()
                    .map(|q| Quat(q.map(|x| f32::from(x) / 16384.0)))
                    .collect()
            })
            .collect())
    }
    fn clip(&mut self, bones: usize) -> Result<Clip, FiguresError> {
        let (name, frames) = (self.name()?, self.u16()?);
        if frames == 0 {
            return Err(FiguresError::Contradiction("an empty clip"));
        }
        let moves = self.track(frames, 3)?;
        Ok(Clip {
            name,
            moves: moves
                .into_iter()
                .map(|m| [0, 1, 2].map(|k| f32::from(m[k]) / 8192.0))
                .collect(),
            turns: self.quaternions(frames, bones)?,
        })
    }

    fn scaled(&mut self, n: usize, scale: f32) -> Result<Vec<[f32; 3]>, FiguresError> {
        let steps = self.planes(3 * n)?;
        Ok((0..n)
            .map(|k| [0, 1, 2].map(|axis| f32::from(steps[axis * n + k]) * scale))
            .collect())
    }
    fn animal(&mut self) -> Result<AnimalMesh, FiguresError> {
        let (name, joints) = (self.name()?, self.u16()?);
        let heads = self.points(joints)?;
        let mut levels = <[Mesh; LEVELS]>::default();
        for mesh in &mut levels {
            let (n, faces, scale) = (self.u16()?, self.u16()?, self.f32()?);
            mesh.positions = vec![self.scaled(n, scale)?];
            mesh.normals = self.normals(n)?;
            self.weights(mesh, n, joints)?;
            mesh.triangles = self.triangles(faces, n)?;
        }
        let mut clips = Vec::new();
        for _ in 0..self.u8()? {
            let (name, secs, stride) = (self.name()?, self.f32()?, self.f32()?);
            let (frames, spread) = (self.u16()?, self.f32()?);
            if frames == 0 {
                return Err(FiguresError::Contradiction("an empty clip"));
            }
            let at = self.track(frames, joints * 3)?;
            let at = at
                .into_iter()
                .map(|row| {
                    row.as_chunks::<3>()
                        .0
                        .iter()
                        .map(|p| p.map(|x| f32::from(x) * spread))
                        .collect()
                })
                .collect();
            clips.push(AnimalClip {
                name,
                secs,
                stride,
                at,
                turn: self.quaternions(frames, joints)?,
            });
        }
        if clips.is_empty() {
            return Err(FiguresError::Contradiction("an animal that does not move"));
        }
        Ok(AnimalMesh {
            name,
            heads,
            levels,
            clips,
        })
    }

    fn thing(&mut self) -> Result<ThingMesh, FiguresError> {
        let name = self.name()?;
        let (n, faces, scale) = (self.u16()?, self.u16()?, self.f32()?);
        let mut mesh = Mesh {
            positions: vec![self.scaled(n, scale)?],
            normals: self.normals(n)?,
            tones: self.bytes(n)?.to_vec(),
            matters: self.bytes(n)?.to_vec(),
            ..Mesh::default()
        };
        mesh.triangles = self.triangles(faces, n)?;
        Ok(ThingMesh { name, mesh })
    }
}
