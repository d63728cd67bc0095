//! Bytes in memory as the streams that VST3 reads from.

use std::{
    ffi::c_void,
    ptr,
    sync::atomic::{AtomicUsize, Ordering},
};

use nice_plug::wrapper::vst3::vst3::{
    Class, ComRef,
    Steinberg::{
        IBStream, IBStream_::IStreamSeekMode_, IBStreamTrait, int32, int64, kInvalidArgument, kNotImplemented,
        kResultOk, tresult,
    },
};

/// What a host's stream is asked for at a time.
const PIECE: usize = 1 << 16;
/// Longer states are not read: 16 prompts are a few kilobytes.
const LONGEST: usize = 64 << 20;

/// All that is left in a host's stream; `None` when there is more than any state has.
///
/// # Safety
/// `stream` is null or a stream that lives through the call.
pub(super) unsafe fn rest(stream: *mut IBStream) -> Option<Vec<u8>> {
    // SAFETY: as the caller says.
    let stream = unsafe { ComRef::from_raw(stream)? };
    let mut bytes = Vec::new();
    let mut piece = vec![0_u8; PIECE];
    while bytes.len() < LONGEST {
        let mut read = 0;
        // SAFETY: the piece is as long as is said. Some hosts answer the last piece with a failure: what was read counts.
        unsafe { stream.read(piece.as_mut_ptr().cast(), PIECE as int32, &mut read) };
        match usize::try_from(read).ok().and_then(|read| piece.get(..read)) {
            None | Some([]) => return Some(bytes),
            Some(read) => bytes.extend_from_slice(read),
        }
    }
    None
}

/// A stream over bytes, to be read.
pub(super) struct Bytes {
    bytes: Vec<u8>,
    at: AtomicUsize,
}

impl Bytes {
    pub(super) fn new(bytes: Vec<u8>) -> Self {
        Self {
            bytes,
            at: AtomicUsize::new(0),
        }
    }
}

impl Class for Bytes {
    type Interfaces = (IBStream,);
}

impl IBStreamTrait for Bytes {
    unsafe fn read(&self, buffer: *mut c_void, wanted: int32, read: *mut int32) -> tresult {
        let at = self.at.load(Ordering::Relaxed).min(self.bytes.len());
        let left = &self.bytes[at..];
        let part = &left[..left.len().min(usize::try_from(wanted).unwrap_or(0))];
        // SAFETY: the caller has room for what it wants.
        unsafe { ptr::copy_nonoverlapping(part.as_ptr(), buffer.cast(), part.len()) };
        self.at.store(at + part.len(), Ordering::Relaxed);
        if !read.is_null() {
            // SAFETY: not null, and the caller's.
            unsafe { *read = part.len() as int32 };
        }
        kResultOk
    }

    unsafe fn write(&self, _: *mut c_void, _: int32, _: *mut int32) -> tresult {
        kNotImplemented
    }

    unsafe fn seek(&self, by: int64, mode: int32, result: *mut int64) -> tresult {
        let from = match mode as u32 {
            mode if mode == IStreamSeekMode_::kIBSeekSet as u32 => 0,
            mode if mode == IStreamSeekMode_::kIBSeekCur as u32 => self.at.load(Ordering::Relaxed),
            _ => self.bytes.len(),
        };
        let Ok(at) = usize::try_from(from as int64 + by) else {
            return kInvalidArgument;
        };
        self.at.store(at.min(self.bytes.len()), Ordering::Relaxed);
        if result.is_null() {
            return kResultOk;
        }
        // SAFETY: not null, and the caller's.
        unsafe { self.tell(result) }
    }

    unsafe fn tell(&self, at: *mut int64) -> tresult {
        if at.is_null() {
            return kInvalidArgument;
        }
        // SAFETY: not null, and the caller's.
        unsafe { *at = self.at.load(Ordering::Relaxed) as int64 };
        kResultOk
    }
}
