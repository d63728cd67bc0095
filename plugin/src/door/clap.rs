//! The CLAP door: nice-plug's plugin, whose states are made readable before it reads them.

use std::{
    ffi::{CStr, c_char, c_void},
    ptr,
    sync::{Arc, OnceLock},
};

use clap_sys::{
    entry::clap_plugin_entry,
    ext::state::{CLAP_EXT_STATE, clap_plugin_state},
    factory::plugin_factory::{CLAP_PLUGIN_FACTORY_ID, clap_plugin_factory},
    host::clap_host,
    plugin::{clap_plugin, clap_plugin_descriptor},
    stream::clap_istream,
    version::CLAP_VERSION,
};
use nice_plug::wrapper::{
    clap::{PluginDescriptor, Wrapper},
    setup_logger,
};

use crate::{Phosphene, saved};

/// Longer states are not read: 16 prompts are a few kilobytes.
const LONGEST: usize = 64 << 20;
/// A state begins with its length.
const LENGTH: usize = 8;

/// The plugin's CLAP entry point.
#[unsafe(no_mangle)]
#[used]
pub static clap_entry: clap_plugin_entry = clap_plugin_entry {
    clap_version: CLAP_VERSION,
    init: Some(init),
    deinit: Some(deinit),
    get_factory: Some(get_factory),
};

static FACTORY: clap_plugin_factory = clap_plugin_factory {
    get_plugin_count: Some(get_plugin_count),
    get_plugin_descriptor: Some(get_plugin_descriptor),
    create_plugin: Some(create_plugin),
};

/// What the wrapper answers when it is asked for extensions; the same for all instances.
static INNER: OnceLock<unsafe extern "C" fn(*const clap_plugin, *const c_char) -> *const c_void> = OnceLock::new();
/// The wrapper's own saving and loading.
static INNER_STATE: OnceLock<clap_plugin_state> = OnceLock::new();
/// The same with our loading.
static STATE: OnceLock<clap_plugin_state> = OnceLock::new();

fn descriptor() -> &'static PluginDescriptor {
    static DESCRIPTOR: OnceLock<PluginDescriptor> = OnceLock::new();
    DESCRIPTOR.get_or_init(PluginDescriptor::for_plugin::<Phosphene>)
}

unsafe extern "C" fn init(_: *const c_char) -> bool {
    setup_logger::<Phosphene>();
    true
}

unsafe extern "C" fn deinit() {}

unsafe extern "C" fn get_factory(id: *const c_char) -> *const c_void {
    // SAFETY: not null, and a string of the host's.
    if !id.is_null() && unsafe { CStr::from_ptr(id) } == CLAP_PLUGIN_FACTORY_ID {
        ptr::from_ref(&FACTORY).cast()
    } else {
        ptr::null()
    }
}

unsafe extern "C" fn get_plugin_count(_: *const clap_plugin_factory) -> u32 {
    1
}

unsafe extern "C" fn get_plugin_descriptor(_: *const clap_plugin_factory, index: u32) -> *const clap_plugin_descriptor {
    if index == 0 {
        descriptor().clap_plugin_descriptor()
    } else {
        ptr::null()
    }
}

unsafe extern "C" fn create_plugin(
    _: *const clap_plugin_factory,
    host: *const clap_host,
    id: *const c_char,
) -> *const clap_plugin {
    // SAFETY: not null, and a string of the host's.
    if id.is_null() || unsafe { CStr::from_ptr(id) } != descriptor().clap_id() {
        return ptr::null();
    }
    // SAFETY: the host's description of itself. The wrapper takes this reference back when it is destroyed.
    let wrapper = Arc::into_raw(unsafe { Wrapper::<Phosphene>::new(host) });
    // SAFETY: it has just been made, and nobody else knows it yet.
    let plugin = unsafe { &mut *(*wrapper).clap_plugin.as_ptr() };
    if let Some(inner) = plugin.get_extension {
        INNER.get_or_init(|| inner);
        plugin.get_extension = Some(get_extension);
    }
    plugin
}

unsafe extern "C" fn get_extension(plugin: *const clap_plugin, id: *const c_char) -> *const c_void {
    let Some(inner) = INNER.get() else { return ptr::null() };
    // SAFETY: passed on as it came.
    let extension = unsafe { inner(plugin, id) };
    // SAFETY: not null, and a string of the host's.
    if extension.is_null() || unsafe { CStr::from_ptr(id) } != CLAP_EXT_STATE {
        return extension;
    }
    // SAFETY: the extension of this name is this struct.
    let state = INNER_STATE.get_or_init(|| unsafe { *extension.cast::<clap_plugin_state>() });
    let ours = STATE.get_or_init(|| clap_plugin_state {
        save: state.save,
        load: Some(load),
    });
    ptr::from_ref(ours).cast()
}

unsafe extern "C" fn load(plugin: *const clap_plugin, stream: *const clap_istream) -> bool {
    let Some(inner) = INNER_STATE.get().and_then(|state| state.load) else {
        return false;
    };
    // SAFETY: the host's stream.
    let Some(bytes) = (unsafe { rest(stream) }) else {
        return false;
    };
    // What is shorter than the length before it was cut off; the length itself says nothing more.
    let Some(readable) = bytes.get(LENGTH..).and_then(|bytes| saved::recovered(bytes.to_vec())) else {
        return false;
    };
    let mut bytes = (readable.len() as u64).to_le_bytes().to_vec();
    bytes.extend(readable);
    let mut left = bytes.as_slice();
    let stream = clap_istream {
        ctx: ptr::from_mut(&mut left).cast(),
        read: Some(read),
    };
    // SAFETY: the stream and what it reads from live through the call.
    unsafe { inner(plugin, &stream) }
}

/// All that is left in a host's stream; `None` when it fails, or has more than any state has.
///
/// # Safety
/// `stream` is null or a stream that lives through the call.
unsafe fn rest(stream: *const clap_istream) -> Option<Vec<u8>> {
    // SAFETY: as the caller says.
    let read = unsafe { stream.as_ref()? }.read?;
    let mut bytes = Vec::new();
    let mut piece = vec![0_u8; 1 << 16];
    while bytes.len() < LONGEST {
        // SAFETY: the piece is as long as is said.
        let got = unsafe { read(stream, piece.as_mut_ptr().cast(), piece.len() as u64) };
        match usize::try_from(got).ok()? {
            0 => return Some(bytes),
            got => bytes.extend_from_slice(piece.get(..got)?),
        }
    }
    None
}

unsafe extern "C" fn read(stream: *const clap_istream, buffer: *mut c_void, size: u64) -> i64 {
    // SAFETY: streams with this function are made in `load` alone.
    let left = unsafe { &mut *(*stream).ctx.cast::<&[u8]>() };
    let part = left.len().min(usize::try_from(size).unwrap_or(usize::MAX));
    // SAFETY: the caller has room for what it wants.
    unsafe { ptr::copy_nonoverlapping(left.as_ptr(), buffer.cast(), part) };
    *left = &left[part..];
    part as i64
}
