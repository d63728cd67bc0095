//! The plugin in a VST3 host: states and presets, the keys of a text field, and what closing the editor leaves.

#![expect(unsafe_code, reason = "VST3 is an interface of C: each of its calls is unsafe")]
#![allow(
    clippy::unwrap_used,
    reason = "the helpers of tests stop a test as the tests themselves do"
)]
#![allow(
    clippy::unnecessary_cast,
    reason = "C's enums and characters have other types on other systems"
)]
#![cfg(all(unix, not(target_os = "macos")))]

#[path = "vst3/rack.rs"]
mod rack;
#[path = "common/waiting.rs"]
mod waiting;

use std::{
    fs,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    ptr,
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use nice_plug::wrapper::vst3::vst3::{
    ComPtr, ComWrapper,
    Steinberg::{
        IPlugFrame, IPlugView, IPlugViewTrait,
        Vst::{IEditControllerTrait, ParameterInfo_::ParameterFlags_},
        char16, kPlatformTypeX11EmbedWindowID, kResultFalse, kResultOk,
    },
};
use rack::{Frame, ShownFrame, Slot, title};
use waiting::wait_for;
use x11rb::{
    COPY_DEPTH_FROM_PARENT, CURRENT_TIME, NONE,
    connection::Connection,
    protocol::xproto::{
        BUTTON_PRESS_EVENT, BUTTON_RELEASE_EVENT, ButtonPressEvent, ConnectionExt, CreateWindowAux, EventMask,
        KeyButMask, MOTION_NOTIFY_EVENT, MotionNotifyEvent, Window, WindowClass,
    },
    rust_connection::RustConnection,
};

const ALONE: &str = "PHOSPHENE_TEST_ALONE";

#[test]
fn what_a_preset_sets_is_what_the_controller_shows() {
    let first = Slot::new();
    assert!(rack::is_one(&first.component, &first.controller));
    for (n, info) in first.params().iter().enumerate() {
        // Every value at another place than its default's.
        let steps = f64::from(info.stepCount.max(1));
        let value = ((n as f64 * 0.37 + 0.2) % 1.0 * steps).round() / steps;
        unsafe { first.controller.setParamNormalized(info.id, value) };
    }
    let preset = first.save();
    let second = Slot::new();
    let before: Vec<f64> = values(&second);
    assert!(second.load(&preset));
    assert_ne!(values(&second), before);
    assert_eq!(values(&second), values(&first));
    let (told, saved) = (second.ear.values_changed.load(Ordering::Relaxed), second.state());
    assert!(told >= 1, "a host that keeps copies of the values must fetch them anew");
    assert_eq!(saved, first.state());
}

fn values(slot: &Slot) -> Vec<f64> {
    let params = slot.params();
    params
        .iter()
        .map(|info| unsafe { slot.controller.getParamNormalized(info.id) })
        .collect()
}

#[test]
fn a_damaged_state_keeps_what_it_can() {
    let slot = Slot::new();
    let good = String::from_utf8(slot.save()).unwrap();
    let prompts = slot.prompts();
    let broken = good.replace("\"zoom\":{\"f32\":1.0}", "\"zoom\":{\"f32\":NaN}");
    let broken = broken.replace("a neon city in the rain", "a harbour at night");
    let fresh = Slot::new();
    assert!(fresh.load(broken.as_bytes()));
    assert_eq!(fresh.prompts()[1], "a harbour at night");
    let cut = good.find("a wedding by the sea").unwrap();
    let fresh = Slot::new();
    assert!(fresh.load(&good.as_bytes()[..cut]));
    assert_eq!(fresh.prompts()[..2], prompts[..2]);
    let fresh = Slot::new();
    for none in [&b""[..], b"nothing", &[0; 300]] {
        assert!(!fresh.load(none), "the host is told that this is no state");
        assert_eq!(fresh.prompts(), prompts);
    }
}

#[test]
fn there_is_one_bypass() {
    let slot = Slot::new();
    let bypass: Vec<String> = slot
        .params()
        .iter()
        .filter(|info| info.flags & ParameterFlags_::kIsBypass as i32 != 0)
        .map(title)
        .collect();
    assert_eq!(bypass, ["Bypass"]);
    assert_eq!(slot.param("Bypass").stepCount, 1);
}

/// Runs a test in a process of its own with a screen of its own; true there. Skipped without Xvfb.
fn with_screen(test: &str) -> bool {
    if std::env::var(ALONE).is_ok_and(|running| running == test) {
        return true;
    }
    let Ok(mut screen) = Command::new("Xvfb")
        .args([
            "-displayfd",
            "1",
            "-noreset",
            "-screen",
            "0",
            "1400x1000x24",
            "+extension",
            "GLX",
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
    else {
        println!("SKIPPED: {test} needs Xvfb");
        return false;
    };
    let mut display = String::new();
    BufReader::new(screen.stdout.take().unwrap())
        .read_line(&mut display)
        .unwrap();
    let run = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture", "--test-threads", "1"])
        .env(ALONE, test)
        .env("DISPLAY", format!(":{}", display.trim()))
        .env("LIBGL_ALWAYS_SOFTWARE", "1")
        .env("PHOSPHENE_NO_RENDER", "1")
        .output();
    end(&mut screen);
    let run = run.unwrap();
    let told = String::from_utf8_lossy(&run.stdout);
    assert!(
        run.status.success(),
        "{}: {told}\n{}",
        run.status,
        String::from_utf8_lossy(&run.stderr)
    );
    print!("{told}");
    false
}

fn end(screen: &mut Child) {
    screen.kill().unwrap();
    screen.wait().unwrap();
}

/// A host's window with the editor in it.
struct Shown {
    server: RustConnection,
    host: Window,
    editor: Window,
    view: ComPtr<IPlugView>,
    frame: Arc<Frame>,
    /// Threads of the process before the editor was there.
    threads: usize,
}

/// How many threads the process has; 0 where the system does not tell.
fn threads() -> usize {
    fs::read_dir("/proc/self/task").map_or(0, Iterator::count)
}

impl Shown {
    fn new(slot: &Slot) -> Self {
        let (server, screen) = RustConnection::connect(None).unwrap();
        let root = server.setup().roots[screen].root;
        let host = server.generate_id().unwrap();
        server
            .create_window(
                COPY_DEPTH_FROM_PARENT,
                host,
                root,
                0,
                0,
                1_080,
                760,
                0,
                WindowClass::INPUT_OUTPUT,
                0,
                &CreateWindowAux::new().event_mask(EventMask::KEY_PRESS),
            )
            .unwrap();
        server.map_window(host).unwrap();
        // An answer means that all before it is done.
        server.get_input_focus().unwrap().reply().unwrap();
        let view = slot.view();
        let frame = Arc::new(Frame::default());
        let shown = ComWrapper::new(ShownFrame(frame.clone()))
            .to_com_ptr::<IPlugFrame>()
            .unwrap();
        let before = threads();
        unsafe {
            assert_eq!(view.setFrame(shown.as_ptr()), kResultOk);
            let attached = view.attached(host as usize as *mut _, kPlatformTypeX11EmbedWindowID);
            assert_eq!(attached, kResultOk);
        }
        let editor = server.query_tree(host).unwrap().reply().unwrap().children[0];
        let shown = Self {
            server,
            host,
            editor,
            view,
            frame,
            threads: before,
        };
        // It is drawn when it has hidden its keys from the server: that is done after the first frame.
        wait_for("a first frame", || !shown.listens_for_keys());
        shown
    }

    fn listens_for_keys(&self) -> bool {
        let attributes = self.server.get_window_attributes(self.editor).unwrap().reply().unwrap();
        attributes.all_event_masks.contains(EventMask::KEY_PRESS)
    }

    /// A click as the server tells of it.
    fn click(&self, x: i16, y: i16) {
        let root = self.server.setup().roots[0].root;
        let event = |kind| ButtonPressEvent {
            response_type: kind,
            detail: 1,
            sequence: 0,
            time: CURRENT_TIME,
            root,
            event: self.editor,
            child: NONE,
            root_x: x,
            root_y: y,
            event_x: x,
            event_y: y,
            state: KeyButMask::default(),
            same_screen: true,
        };
        let to = event(MOTION_NOTIFY_EVENT);
        let moved = MotionNotifyEvent {
            response_type: MOTION_NOTIFY_EVENT,
            detail: 0.into(),
            sequence: 0,
            time: CURRENT_TIME,
            root,
            event: self.editor,
            child: NONE,
            root_x: to.root_x,
            root_y: to.root_y,
            event_x: to.event_x,
            event_y: to.event_y,
            state: KeyButMask::default(),
            same_screen: true,
        };
        self.server
            .send_event(false, self.editor, EventMask::NO_EVENT, moved)
            .unwrap();
        for kind in [BUTTON_PRESS_EVENT, BUTTON_RELEASE_EVENT] {
            self.server
                .send_event(false, self.editor, EventMask::NO_EVENT, event(kind))
                .unwrap();
        }
        self.server.flush().unwrap();
    }

    /// A press and a release in the host, as `onKeyDown` and `onKeyUp`: whether the plugin takes them.
    fn key(&self, character: u16, code: i16, modifiers: i16) -> bool {
        unsafe {
            let down = self.view.onKeyDown(character as char16, code, modifiers);
            let up = self.view.onKeyUp(character as char16, code, modifiers);
            assert_eq!(down, up, "{character} {code}");
            assert!(down == kResultOk || down == kResultFalse);
            down == kResultOk
        }
    }

    fn type_text(&self, text: &str) {
        for letter in text.encode_utf16() {
            assert!(self.key(letter, 0, 0), "{letter}");
        }
    }

    fn close(self) {
        unsafe {
            self.view.removed();
            self.view.setFrame(ptr::null_mut());
        }
        assert!(
            self.frame.registered.lock().is_empty(),
            "all are gone from the host's loop"
        );
        assert_eq!(self.frame.strangers.load(Ordering::Relaxed), 0);
        // The window's thread gives back its OpenGL after that. A process that ends meanwhile takes the library away under
        // it, and crashes at times.
        let until = Instant::now() + Duration::from_secs(5);
        while threads() > self.threads && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

const SPACE: i16 = 7;
const BACKSPACE: i16 = 1;
const RETURN: i16 = 4;
const ESCAPE: i16 = 6;
const LEFT: i16 = 11;
const TAB: i16 = 2;
/// The text field of the first empty row, and a place where nothing is.
const FIELD: (i16, i16) = (900, 330);
const NOTHING: (i16, i16) = (300, 14);

#[test]
fn keys_are_taken_exactly_while_a_field_has_the_keyboard() {
    if !with_screen("keys_are_taken_exactly_while_a_field_has_the_keyboard") {
        return;
    }
    let slot = Slot::new();
    let shown = Shown::new(&slot);
    let none_is_taken = || {
        for (character, code) in [
            (0, SPACE),
            (u16::from(b' '), 0),
            (0, BACKSPACE),
            (0, RETURN),
            (0, ESCAPE),
            (0, LEFT),
            (0, TAB),
            (u16::from(b'a'), 0),
            (0, 128 + 97),
        ] {
            assert!(!shown.key(character, code, 0), "{character} {code}: the host's");
        }
    };
    none_is_taken();
    let text = || slot.prompts()[4].clone();
    shown.click(FIELD.0, FIELD.1);
    wait_for("the keyboard", || shown.listens_for_keys());
    shown.type_text("A whalex");
    assert!(shown.key(0, BACKSPACE, 0));
    assert!(shown.key(0, SPACE, 0));
    assert!(shown.key(0, 128 + 97, 0));
    for _ in 0..2 {
        assert!(shown.key(0, LEFT, 0));
    }
    shown.type_text("s,");
    wait_for("the text", || text() == "A whales, a");
    // It is in the saved state while it is typed, and the host was told once or twice, not at each key.
    let gestures = slot.ear.gestures.load(Ordering::Relaxed);
    assert!((1..=3).contains(&gestures), "{gestures} gestures");
    assert!(shown.key(0, RETURN, 0));
    none_is_taken();
    wait_for("the end of typing", || !shown.listens_for_keys());
    none_is_taken();
    assert_eq!(text(), "A whales, a");
    // Escape brings back what was there, and is the last key that is taken.
    shown.click(FIELD.0, FIELD.1);
    wait_for("the keyboard", || shown.listens_for_keys());
    shown.type_text("!!");
    wait_for("the text", || text().contains("!!"));
    assert!(shown.key(0, ESCAPE, 0));
    none_is_taken();
    wait_for("the old text", || text() == "A whales, a");
    shown.close();
}

#[test]
fn the_keyboard_is_the_host_s_after_a_click_beside_the_fields() {
    if !with_screen("the_keyboard_is_the_host_s_after_a_click_beside_the_fields") {
        return;
    }
    let slot = Slot::new();
    let shown = Shown::new(&slot);
    let focus = || shown.server.get_input_focus().unwrap().reply().unwrap().focus;
    shown.click(FIELD.0, FIELD.1);
    wait_for("the keyboard", || shown.listens_for_keys() && focus() == shown.editor);
    shown.click(NOTHING.0, NOTHING.1);
    wait_for("the host's keyboard", || {
        !shown.listens_for_keys() && focus() == shown.host
    });
    shown.close();
}

#[test]
fn a_window_that_closes_leaves_no_text_no_handler_and_no_file_behind() {
    if !with_screen("a_window_that_closes_leaves_no_text_no_handler_and_no_file_behind") {
        return;
    }
    let slot = Slot::new();
    let files = || fs::read_dir("/proc/self/fd").map_or(0, Iterator::count);
    let mut most = None;
    for round in 0..5 {
        let shown = Shown::new(&slot);
        shown.click(FIELD.0, FIELD.1);
        wait_for("the keyboard", || shown.listens_for_keys());
        shown.type_text(&round.to_string());
        let typed: String = (0..=round).map(|round| round.to_string()).collect();
        wait_for("the text", || {
            let mut letters: Vec<char> = slot.prompts()[4].chars().collect();
            letters.sort_unstable();
            letters.into_iter().eq(typed.chars())
        });
        let view = shown.view.clone();
        shown.close();
        // Closed without Return: nothing was lost, and the view that the host still has takes no keys.
        assert_eq!(slot.prompts()[4].len(), typed.len());
        assert_eq!(unsafe { view.onKeyDown(b'a' as char16, 0, 0) }, kResultFalse);
        drop(view);
        // The clipboard's thread takes a moment to end.
        let most = *most.get_or_insert_with(files);
        wait_for("the end of its files", || files() <= most);
    }
}
