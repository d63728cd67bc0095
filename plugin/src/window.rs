//! The editor's window as a host has it: noticed when it is shown, hidden and closed.
//!
//! `nice-plug-egui` tells its app when a window is made, and never when it is closed. What must end with the window
//! (preview, analysis, keys) ends with the handle that the host holds.

pub(crate) mod focus;

use std::{
    error::Error,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use nice_plug::{
    context::gui::GuiContext,
    editor::{
        Editor, EditorHandle, HostMethods, Modifiers, ParentWindowHandle, ResizeHint, SpawnedEditor, VirtualKeyCode,
        dpi::NativeSize,
    },
    plugin::TrackInfo,
};
use nice_plug_egui::{EguiEditor, EguiEditorHandle, baseview};
use parking_lot::Mutex;

use crate::{editor::App, keys::Keys, shared::Shared};

/// What the window's thread and the host's share.
pub struct Desk {
    /// The instance.
    pub shared: Arc<Shared>,
    /// Keys that the host hands over.
    pub keys: Arc<Keys>,
    /// Something was typed that the project has, and nobody was told of.
    pub(crate) typed: AtomicBool,
    /// Whether the window is within one of the host's.
    pub(crate) within: AtomicBool,
    open: Mutex<bool>,
}

impl Desk {
    /// The desk of an instance.
    #[must_use]
    pub fn new(shared: Arc<Shared>, keys: Arc<Keys>) -> Self {
        Self {
            shared,
            keys,
            typed: AtomicBool::new(false),
            within: AtomicBool::new(false),
            open: Mutex::new(false),
        }
    }

    /// What the system says of a window that is open: nothing is worked out for one that nobody sees.
    pub(crate) fn set_visible(&self, visible: bool) {
        let open = self.open.lock();
        self.shared.set_editor_open(*open && visible);
    }

    /// Tells everybody of what was typed.
    pub(crate) fn finish_typing(&self) {
        if self.typed.swap(false, Ordering::AcqRel) {
            self.shared.params.project.edited();
        }
    }

    fn set_open(&self, open: bool) {
        // Under the lock: a last frame may be under way while the host closes the window.
        let mut now = self.open.lock();
        *now = open;
        self.shared.set_editor_open(open);
        drop(now);
        self.keys.set_open(open);
        if !open {
            self.finish_typing();
        }
    }
}

/// The editor: `nice-plug-egui`'s, with an end.
pub struct Window {
    inner: EguiEditor<App>,
    desk: Arc<Desk>,
}

impl Window {
    /// Around an editor whose app works at this desk.
    #[must_use]
    pub fn around(inner: EguiEditor<App>, desk: Arc<Desk>) -> Self {
        Self { inner, desk }
    }
}

impl Editor for Window {
    type Handle = Handle;

    fn spawn(
        &self,
        parent: Option<ParentWindowHandle>,
        wait_for_parent: bool,
        fallback_scale_factor: Option<f64>,
        context: GuiContext,
        host: Option<HostMethods>,
    ) -> Result<SpawnedEditor<Handle>, Box<dyn Error>> {
        let within = parent.is_some() || wait_for_parent;
        self.desk.within.store(within, Ordering::Relaxed);
        let spawned = self
            .inner
            .spawn(parent, wait_for_parent, fallback_scale_factor, context, host)?;
        self.desk.set_open(true);
        Ok(SpawnedEditor {
            handle: Handle {
                inner: spawned.handle,
                desk: self.desk.clone(),
            },
            window: spawned.window,
        })
    }

    fn size(&self) -> NativeSize<u32> {
        self.inner.size()
    }

    fn resize_hint(&self) -> ResizeHint {
        self.inner.resize_hint()
    }

    fn track_info_updated(&self, info: TrackInfo) {
        self.inner.track_info_updated(info);
    }

    #[expect(unsafe_code, reason = "the trait's method is unsafe, and is only passed on")]
    unsafe fn assume_standalone_in_process(&self) {
        // SAFETY: the caller's word, passed on.
        unsafe { self.inner.assume_standalone_in_process() };
    }
}

/// An open window. Dropping it closes the editor.
pub struct Handle {
    inner: EguiEditorHandle,
    desk: Arc<Desk>,
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.desk.set_open(false);
    }
}

impl EditorHandle for Handle {
    type Window = baseview::Window;
    type Error = baseview::Error;

    fn run_until_closed(window: Self::Window) -> Result<(), Self::Error> {
        EguiEditorHandle::run_until_closed(window)
    }

    fn set_parent(&self, parent: ParentWindowHandle, window: &Self::Window) -> Result<(), Self::Error> {
        self.inner.set_parent(parent, window)
    }

    fn show(&self, window: &Self::Window) -> Result<(), Self::Error> {
        self.desk.set_open(true);
        self.inner.show(window)
    }

    fn hide(&self, window: &Self::Window) -> Result<(), Self::Error> {
        self.desk.set_open(false);
        self.inner.hide(window)
    }

    fn set_size(&self, size: NativeSize<u32>, window: &Self::Window) -> Result<(), Self::Error> {
        self.inner.set_size(size, window)
    }

    fn host_main_thread_callback(&self, window: &Self::Window) {
        self.inner.host_main_thread_callback(window);
    }

    fn adjust_size(&self, size: NativeSize<u32>, window: &Self::Window) -> Option<NativeSize<u32>> {
        self.inner.adjust_size(size, window)
    }

    fn set_fallback_scale_factor(&self, factor: f64, window: &Self::Window) -> Result<(), Self::Error> {
        self.inner.set_fallback_scale_factor(factor, window)
    }

    fn on_virtual_key_from_host(&self, key: VirtualKeyCode, down: bool, modifiers: Modifiers) -> bool {
        // VST3's keys come by the view (`door`), which is told of characters too.
        self.inner.on_virtual_key_from_host(key, down, modifiers)
    }

    fn state_changed(&self) {
        self.inner.state_changed();
    }

    fn param_value_changed(&self, id: &str, normalized: f32) {
        self.inner.param_value_changed(id, normalized);
    }

    fn param_modulation_changed(&self, id: &str, offset: f32) {
        self.inner.param_modulation_changed(id, offset);
    }
}
