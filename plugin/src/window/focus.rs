//! Whose the system's keyboard is: the window's while a text field has the focus, the host's at all other times.
//!
//! `egui-baseview` takes the keyboard at every click, and what it has no use for goes no further: after a click on a
//! slider, Space would not play the song. On macOS unused keys go on to the host by themselves.

use nice_plug_egui::baseview::WindowContext;

/// What was done last.
#[derive(Debug, Default)]
pub(crate) struct Focus {
    typing: Option<bool>,
}

impl Focus {
    /// After each frame of a window within the host's: gives the keyboard back when nobody types. `clicked`: the window
    /// may have taken it since.
    pub(crate) fn follow(&mut self, window: &WindowContext, typing: bool, clicked: bool) {
        if self.typing != Some(typing) || (clicked && !typing) {
            self.typing = Some(typing);
            system::give(window, typing);
        }
    }
}

/// Whether the window can be seen as far as the system knows: hosts hide windows without a word.
pub(crate) fn is_visible(window: &WindowContext) -> bool {
    system::is_visible(window)
}

#[cfg(all(unix, not(target_os = "macos")))]
mod system {
    use nice_plug_egui::baseview::{PlatformHandle, WindowContext};
    use raw_window_handle::{HasDisplayHandle, HasWindowHandle, RawDisplayHandle, RawWindowHandle};
    use x11rb::{
        CURRENT_TIME,
        connection::Connection,
        protocol::xproto::{
            AtomEnum, ChangeWindowAttributesAux, ConnectionExt, EventMask, InputFocus, MapState, Window,
        },
        xcb_ffi::XCBConnection,
    };

    /// The window's own connection to the server: event masks are a connection's. It lives as long as the handle.
    struct Server {
        connection: XCBConnection,
        window: Window,
        _handle: PlatformHandle,
    }

    impl Server {
        #[expect(unsafe_code, reason = "baseview shows its connection as a pointer")]
        fn of(window: &WindowContext) -> Option<Self> {
            let handle = window.platform_handle();
            let RawDisplayHandle::Xcb(display) = handle.display_handle().ok()?.as_raw() else {
                return None;
            };
            let window = match handle.window_handle().ok()?.as_raw() {
                RawWindowHandle::Xcb(window) => window.window.get(),
                RawWindowHandle::Xlib(window) => Window::try_from(window.window).ok()?,
                _ => return None,
            };
            let pointer = display.connection?.as_ptr();
            // SAFETY: the handle keeps the connection open, and `false` leaves it to it; this is the window's thread.
            let connection = unsafe { XCBConnection::from_raw_xcb_connection(pointer, false) }.ok()?;
            Some(Self {
                connection,
                window,
                _handle: handle,
            })
        }

        /// The window that the host's keyboard belongs to: the one that the window manager knows, else the outermost.
        fn host(&self) -> Option<Window> {
            let state = self.connection.intern_atom(false, b"WM_STATE").ok()?.reply().ok()?.atom;
            let mut window = self.window;
            loop {
                let tree = self.connection.query_tree(window).ok()?.reply().ok()?;
                if tree.parent == tree.root || tree.parent == x11rb::NONE {
                    return (window != self.window).then_some(window);
                }
                window = tree.parent;
                let known = self.connection.get_property(false, window, state, AtomEnum::ANY, 0, 1);
                if known.ok()?.reply().ok()?.type_ != x11rb::NONE {
                    return Some(window);
                }
            }
        }

        fn give(&self, typing: bool) -> Option<()> {
            let attributes = self.connection.get_window_attributes(self.window).ok()?.reply().ok()?;
            let keys = EventMask::KEY_PRESS | EventMask::KEY_RELEASE;
            let others = EventMask::from(u32::from(attributes.your_event_mask) & !u32::from(keys));
            let mask = if typing { others | keys } else { others };
            // What a window does not listen for goes to the one that it is in, even with the mouse over it.
            let asked = ChangeWindowAttributesAux::new().event_mask(mask);
            self.connection.change_window_attributes(self.window, &asked).ok()?;
            let focus = self.connection.get_input_focus().ok()?.reply().ok()?.focus;
            if !typing && focus == self.window {
                let host = self.host()?;
                self.connection
                    .set_input_focus(InputFocus::PARENT, host, CURRENT_TIME)
                    .ok()?;
            }
            self.connection.flush().ok()
        }

        fn is_visible(&self) -> Option<bool> {
            let attributes = self.connection.get_window_attributes(self.window).ok()?.reply().ok()?;
            Some(attributes.map_state == MapState::VIEWABLE)
        }
    }

    pub(super) fn give(window: &WindowContext, typing: bool) {
        // A server that refuses leaves the keyboard where it is: no more can be done.
        let _ = Server::of(window).and_then(|server| server.give(typing));
    }

    pub(super) fn is_visible(window: &WindowContext) -> bool {
        Server::of(window)
            .and_then(|server| server.is_visible())
            .unwrap_or(true)
    }
}

#[cfg(windows)]
mod system {
    use nice_plug_egui::baseview::WindowContext;
    use raw_window_handle::{HasWindowHandle, RawWindowHandle};

    #[expect(unsafe_code, reason = "the system's own functions")]
    #[link(name = "user32")]
    unsafe extern "system" {
        fn GetFocus() -> isize;
        fn GetParent(window: isize) -> isize;
        fn IsWindowVisible(window: isize) -> i32;
        fn SetFocus(window: isize) -> isize;
    }

    fn handle(window: &WindowContext) -> Option<isize> {
        match window.window_handle().ok()?.as_raw() {
            RawWindowHandle::Win32(handle) => Some(handle.hwnd.get()),
            _ => None,
        }
    }

    #[expect(unsafe_code, reason = "the system's own functions")]
    pub(super) fn give(window: &WindowContext, typing: bool) {
        let Some(handle) = handle(window).filter(|_| !typing) else {
            return;
        };
        // SAFETY: the window is open, and this is its thread.
        unsafe {
            let parent = GetParent(handle);
            if GetFocus() == handle && parent != 0 {
                SetFocus(parent);
            }
        }
    }

    #[expect(unsafe_code, reason = "the system's own functions")]
    pub(super) fn is_visible(window: &WindowContext) -> bool {
        // SAFETY: the window is open.
        handle(window).is_none_or(|handle| unsafe { IsWindowVisible(handle) } != 0)
    }
}

#[cfg(target_os = "macos")]
mod system {
    use nice_plug_egui::baseview::WindowContext;

    /// Keys that the window has no use for go up to the host's view by themselves.
    pub(super) fn give(_: &WindowContext, _: bool) {}

    pub(super) fn is_visible(_: &WindowContext) -> bool {
        true
    }
}
