//! A VST3 view around nice-plug's: it takes the keys of a text field, and leaves nothing behind in the host.

use std::{
    ffi::c_void,
    ptr,
    sync::{
        Arc,
        atomic::{AtomicPtr, Ordering},
    },
};

use nice_plug::wrapper::vst3::vst3::{
    Class, ComPtr, ComRef, ComWrapper,
    Steinberg::{
        FIDString, IPlugFrame, IPlugFrameTrait, IPlugView, IPlugViewContentScaleSupport,
        IPlugViewContentScaleSupport_::ScaleFactor,
        IPlugViewContentScaleSupportTrait, IPlugViewTrait,
        Linux::{FileDescriptor, IEventHandler, IRunLoop, IRunLoopTrait, ITimerHandler, TimerInterval},
        TBool, ViewRect, char16, int16, kNotImplemented, kResultFalse, kResultOk, tresult,
    },
};
use parking_lot::Mutex;

use crate::keys::{HostKey, Keys};

/// The view.
pub(super) struct View {
    inner: ComPtr<IPlugView>,
    keys: Arc<Keys>,
    /// This view as the host knows it. It counts as no reference: what uses it is gone before the view is.
    this: AtomicPtr<IPlugView>,
    /// The host as the inner view sees it.
    place: Mutex<Option<Arc<Place>>>,
}

// SAFETY: hosts call views on one thread. What they hold is counted atomically, and their calls are the inner view's.
unsafe impl Send for View {}
// SAFETY: as above.
unsafe impl Sync for View {}

impl View {
    /// Puts a view around another one.
    pub(super) fn around(inner: ComPtr<IPlugView>, keys: Arc<Keys>) -> Option<ComPtr<IPlugView>> {
        let view = ComWrapper::new(Self {
            inner,
            keys,
            this: AtomicPtr::new(ptr::null_mut()),
            place: Mutex::new(None),
        });
        let shown = view.to_com_ptr::<IPlugView>()?;
        view.this.store(shown.as_ptr(), Ordering::Release);
        Some(shown)
    }

    /// Takes the host away from the inner view, with what it has registered there.
    fn leave(&self) {
        let place = self.place.lock().take();
        // SAFETY: null is "no frame".
        unsafe { self.inner.setFrame(ptr::null_mut()) };
        if let Some(place) = place {
            place.leave();
        }
    }
}

impl Drop for View {
    fn drop(&mut self) {
        self.leave();
    }
}

impl Class for View {
    type Interfaces = (IPlugView, IPlugViewContentScaleSupport);
}

impl IPlugViewTrait for View {
    unsafe fn isPlatformTypeSupported(&self, kind: FIDString) -> tresult {
        // SAFETY: passed on as it came.
        unsafe { self.inner.isPlatformTypeSupported(kind) }
    }

    unsafe fn attached(&self, parent: *mut c_void, kind: FIDString) -> tresult {
        // SAFETY: passed on as it came.
        unsafe { self.inner.attached(parent, kind) }
    }

    unsafe fn removed(&self) -> tresult {
        // SAFETY: passed on as it came.
        unsafe { self.inner.removed() }
    }

    unsafe fn onWheel(&self, distance: f32) -> tresult {
        // SAFETY: passed on as it came.
        unsafe { self.inner.onWheel(distance) }
    }

    unsafe fn onKeyDown(&self, key: char16, code: int16, modifiers: int16) -> tresult {
        let mut clipboard = || {
            use copypasta::ClipboardProvider;
            // Made for this one question: a clipboard that waits costs a thread and a connection.
            copypasta::ClipboardContext::new().ok()?.get_contents().ok()
        };
        answer(self.keys.down(host_key(key, code, modifiers), &mut clipboard))
    }

    unsafe fn onKeyUp(&self, key: char16, code: int16, modifiers: int16) -> tresult {
        answer(self.keys.up(host_key(key, code, modifiers)))
    }

    unsafe fn getSize(&self, size: *mut ViewRect) -> tresult {
        // SAFETY: passed on as it came.
        unsafe { self.inner.getSize(size) }
    }

    unsafe fn onSize(&self, size: *mut ViewRect) -> tresult {
        // SAFETY: passed on as it came.
        unsafe { self.inner.onSize(size) }
    }

    unsafe fn onFocus(&self, state: TBool) -> tresult {
        // SAFETY: passed on as it came.
        unsafe { self.inner.onFocus(state) }
    }

    unsafe fn setFrame(&self, frame: *mut IPlugFrame) -> tresult {
        self.leave();
        // SAFETY: the host's frame, or null.
        let Some(frame) = (unsafe { ComRef::from_raw(frame) }) else {
            return kResultOk;
        };
        let place = Arc::new(Place {
            host: frame.to_com_ptr(),
            run_loop: frame.cast::<IRunLoop>(),
            view: AtomicPtr::new(self.this.load(Ordering::Acquire)),
            registered: Mutex::new(Vec::new()),
        });
        let Some(shown) = place.shown() else {
            return kResultFalse;
        };
        // SAFETY: the inner view counts its own reference.
        let result = unsafe { self.inner.setFrame(shown.as_ptr()) };
        *self.place.lock() = Some(place);
        result
    }

    unsafe fn canResize(&self) -> tresult {
        // SAFETY: passed on as it came.
        unsafe { self.inner.canResize() }
    }

    unsafe fn checkSizeConstraint(&self, rect: *mut ViewRect) -> tresult {
        // SAFETY: passed on as it came.
        unsafe { self.inner.checkSizeConstraint(rect) }
    }
}

impl IPlugViewContentScaleSupportTrait for View {
    unsafe fn setContentScaleFactor(&self, factor: ScaleFactor) -> tresult {
        match self.inner.cast::<IPlugViewContentScaleSupport>() {
            // SAFETY: passed on as it came.
            Some(inner) => unsafe { inner.setContentScaleFactor(factor) },
            None => kNotImplemented,
        }
    }
}

const fn host_key(character: char16, code: int16, modifiers: int16) -> HostKey {
    HostKey {
        character: character as u16,
        code,
        modifiers,
    }
}

const fn answer(taken: bool) -> tresult {
    if taken { kResultOk } else { kResultFalse }
}

/// The host's frame as the inner view sees it.
///
/// nice-plug 0.4 registers a handler in the host's loop with each frame and keeps it for ever, with two sockets. What is
/// still registered when the frame is taken away is let go of here.
struct Place {
    host: ComPtr<IPlugFrame>,
    /// On Linux.
    run_loop: Option<ComPtr<IRunLoop>>,
    /// The view that the host knows.
    view: AtomicPtr<IPlugView>,
    registered: Mutex<Vec<AtomicPtr<IEventHandler>>>,
}

impl Place {
    fn shown(self: &Arc<Self>) -> Option<ComPtr<IPlugFrame>> {
        let place = self.clone();
        match &self.run_loop {
            Some(_) => ComWrapper::new(LoopFrame(place)).to_com_ptr(),
            None => ComWrapper::new(Frame(place)).to_com_ptr(),
        }
    }

    /// Forgets a handler; whether it was known.
    fn forget(&self, handler: *mut IEventHandler) -> bool {
        let mut registered = self.registered.lock();
        let before = registered.len();
        registered.retain(|known| known.load(Ordering::Relaxed) != handler);
        registered.len() < before
    }

    /// The inner view has left.
    fn leave(&self) {
        self.view.store(ptr::null_mut(), Ordering::Release);
        let left = std::mem::take(&mut *self.registered.lock());
        for handler in left {
            let handler = handler.load(Ordering::Relaxed);
            if let Some(run_loop) = &self.run_loop {
                // SAFETY: the handler lives: its end would have unregistered it.
                unsafe { run_loop.unregisterEventHandler(handler) };
            }
            // SAFETY: as above; this is the reference that it holds on itself, which nobody else gives back.
            drop(unsafe { ComPtr::from_raw(handler) });
        }
    }

    unsafe fn resize(&self, size: *mut ViewRect) -> tresult {
        let view = self.view.load(Ordering::Acquire);
        if view.is_null() {
            return kResultFalse;
        }
        // SAFETY: the view takes itself away before it ends.
        unsafe { self.host.resizeView(view, size) }
    }
}

/// A frame without a loop.
struct Frame(Arc<Place>);

impl Class for Frame {
    type Interfaces = (IPlugFrame,);
}

impl IPlugFrameTrait for Frame {
    unsafe fn resizeView(&self, _: *mut IPlugView, size: *mut ViewRect) -> tresult {
        // SAFETY: passed on as it came.
        unsafe { self.0.resize(size) }
    }
}

/// A frame whose host has a loop for the window's events.
struct LoopFrame(Arc<Place>);

impl Class for LoopFrame {
    type Interfaces = (IPlugFrame, IRunLoop);
}

impl IPlugFrameTrait for LoopFrame {
    unsafe fn resizeView(&self, _: *mut IPlugView, size: *mut ViewRect) -> tresult {
        // SAFETY: passed on as it came.
        unsafe { self.0.resize(size) }
    }
}

impl IRunLoopTrait for LoopFrame {
    unsafe fn registerEventHandler(&self, handler: *mut IEventHandler, file: FileDescriptor) -> tresult {
        let Some(run_loop) = &self.0.run_loop else {
            return kNotImplemented;
        };
        // SAFETY: passed on as it came.
        let result = unsafe { run_loop.registerEventHandler(handler, file) };
        if result == kResultOk {
            self.0.registered.lock().push(AtomicPtr::new(handler));
        }
        result
    }

    unsafe fn unregisterEventHandler(&self, handler: *mut IEventHandler) -> tresult {
        match &self.0.run_loop {
            // SAFETY: passed on as it came.
            Some(run_loop) if self.0.forget(handler) => unsafe { run_loop.unregisterEventHandler(handler) },
            // It has been done.
            _ => kResultOk,
        }
    }

    unsafe fn registerTimer(&self, handler: *mut ITimerHandler, every_ms: TimerInterval) -> tresult {
        match &self.0.run_loop {
            // SAFETY: passed on as it came.
            Some(run_loop) => unsafe { run_loop.registerTimer(handler, every_ms) },
            None => kNotImplemented,
        }
    }

    unsafe fn unregisterTimer(&self, handler: *mut ITimerHandler) -> tresult {
        match &self.0.run_loop {
            // SAFETY: passed on as it came.
            Some(run_loop) => unsafe { run_loop.unregisterTimer(handler) },
            None => kNotImplemented,
        }
    }
}
