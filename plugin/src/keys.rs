//! Keys that a host hands over: taken while a text field has the keyboard, and turned into the editor's events.
//!
//! Hosts that ask the plugin before they use a key for themselves (VST3's `onKeyDown`) must get a no when nobody types,
//! so that Space plays the song, and a yes when somebody does, so that it does not.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use egui::{Event, Key, Modifiers};
use nice_plug_egui::RepaintNotifier;
use parking_lot::Mutex;

/// A host and the window system that bring the same press do so within this time; the second is dropped.
const TOGETHER: Duration = Duration::from_millis(250);

/// VST3's modifiers.
const SHIFT: i16 = 1;
const ALT: i16 = 2;
/// Ctrl; on macOS the command key.
const COMMAND: i16 = 4;
/// On macOS the control key.
const CONTROL: i16 = 8;
/// VST3's key codes from here on are ASCII.
const FIRST_ASCII: i16 = 128;

/// A key as VST3's `onKeyDown` tells of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostKey {
    /// The character in UTF-16; 0 for keys without.
    pub character: u16,
    /// The virtual key; 0 for none, ASCII from 128 on.
    pub code: i16,
    /// Bits: 1 Shift, 2 Alt, 4 Ctrl or command, 8 control on macOS.
    pub modifiers: i16,
}

/// What a key does in a text field.
#[derive(Debug, Clone, PartialEq)]
enum Meaning {
    Events(Vec<Event>),
    Paste,
}

/// The keys of one instance's editor, between the host's thread and the window's.
pub struct Keys {
    inner: Mutex<Inner>,
    repaint: RepaintNotifier,
}

#[derive(Default)]
struct Inner {
    open: bool,
    typing: bool,
    /// What the next frames get.
    coming: Vec<Event>,
    /// The next frame gets nothing: in it, the keyboard goes from one field to another.
    waiting: bool,
    /// Keys whose press was taken: their release is taken too.
    held: Vec<HostKey>,
    /// The first half of a character outside UTF-16's basic plane.
    half: Option<u16>,
    /// What the host brought, and the window system may bring as well.
    taken: Vec<(Event, Instant)>,
    /// What the window system brought, and the host may bring as well.
    seen: Vec<(Event, Instant)>,
}

impl Keys {
    /// No editor is open.
    #[must_use]
    pub fn new(repaint: RepaintNotifier) -> Self {
        Self {
            inner: Mutex::default(),
            repaint,
        }
    }

    /// The editor was opened, or closed.
    pub fn set_open(&self, open: bool) {
        let mut inner = self.inner.lock();
        *inner = Inner {
            open,
            held: std::mem::take(&mut inner.held),
            ..Inner::default()
        };
    }

    /// Whether a text field has the keyboard, as the frame that was just drawn knows it.
    pub fn set_typing(&self, typing: bool) {
        let mut inner = self.inner.lock();
        // What is still to come may end it.
        inner.typing = typing && inner.open && !inner.coming.iter().any(ends_typing);
    }

    /// Whether keys are taken.
    #[must_use]
    pub fn is_typing(&self) -> bool {
        self.inner.lock().typing
    }

    /// A key went down in the host: whether it is ours. `clipboard` is asked for what is to be pasted.
    pub fn down(&self, key: HostKey, clipboard: &mut dyn FnMut() -> Option<String>) -> bool {
        let now = Instant::now();
        let mut inner = self.inner.lock();
        let Some(meaning) = inner.meaning(key) else {
            return false;
        };
        let events = match meaning {
            Meaning::Events(events) => events,
            Meaning::Paste if inner.typing => clipboard().map(Event::Paste).into_iter().collect(),
            Meaning::Paste => return false,
        };
        inner.seen.retain(|(_, when)| now - *when < TOGETHER);
        let brought = |event: &Event, inner: &Inner| inner.seen.iter().position(|(seen, _)| same(event, seen));
        if !inner.typing && !events.iter().any(|event| brought(event, &inner).is_some()) {
            return false;
        }
        inner.held.retain(|held| !is_key(held, &key));
        inner.held.push(key);
        for event in events {
            match brought(&event, &inner) {
                Some(place) => drop(inner.seen.remove(place)),
                None if inner.typing => {
                    inner.taken.push((event.clone(), now));
                    inner.coming.push(event);
                }
                None => {}
            }
        }
        // The next key is the host's again, however late the next frame is drawn.
        inner.typing &= !inner.coming.iter().any(ends_typing);
        drop(inner);
        self.repaint.request_repaint();
        true
    }

    /// A key went up in the host: ours when its press was.
    pub fn up(&self, key: HostKey) -> bool {
        let mut inner = self.inner.lock();
        let before = inner.held.len();
        inner.held.retain(|held| !is_key(held, &key));
        inner.held.len() < before
    }

    /// Brings the window's events and the host's together: what both bring is there once.
    fn merge(&self, events: &mut Vec<Event>) {
        let now = Instant::now();
        let mut inner = self.inner.lock();
        inner.taken.retain(|(_, when)| now - *when < TOGETHER);
        events.retain(|event| {
            let twice = inner.taken.iter().position(|(taken, _)| same(event, taken));
            twice.map(|place| inner.taken.remove(place)).is_none()
        });
        if inner.typing {
            let pressed = events.iter().filter(|event| is_press(event));
            let pressed: Vec<_> = pressed.map(|event| (event.clone(), now)).collect();
            inner.seen.extend(pressed);
        }
        if !std::mem::take(&mut inner.waiting) {
            let now = inner.of_one_frame();
            events.extend(inner.coming.drain(..now));
            inner.waiting = events.last().is_some_and(moves_on);
        }
        let more = !inner.coming.is_empty();
        drop(inner);
        if more {
            self.repaint.request_repaint();
        }
    }
}

impl Inner {
    /// How many of the keys to come belong into one frame: egui lets a field go on Escape before the field has what was
    /// typed, and what is typed behind a Tab is the next field's.
    fn of_one_frame(&self) -> usize {
        let is_escape = |event: &Event| matches!(event, Event::Key { key: Key::Escape, .. });
        match self
            .coming
            .iter()
            .position(|event| moves_on(event) || ends_typing(event))
        {
            Some(place @ 1..) if is_escape(&self.coming[place]) => place,
            Some(place) => place + 1,
            None => self.coming.len(),
        }
    }

    /// What a key does in a text field; `None` for one that fields have no use for.
    fn meaning(&mut self, key: HostKey) -> Option<Meaning> {
        let command = key.modifiers & COMMAND != 0;
        let modifiers = modifiers(key.modifiers);
        let press = |key| Event::Key {
            key,
            physical_key: None,
            pressed: true,
            repeat: false,
            modifiers,
        };
        if let Some(named) = named(key, command) {
            return Some(Meaning::Events(vec![press(named)]));
        }
        let character = match self.character(key) {
            Some(character) => character,
            // Half a character: it is typed with the other half.
            None if self.half.is_some() => return Some(Meaning::Events(Vec::new())),
            None => return None,
        };
        let alt = key.modifiers & ALT != 0;
        // Ctrl and Alt together are what some keyboards type "@" with.
        if command && (!alt || character.is_ascii_alphanumeric()) {
            let letter = match character {
                '\u{1}'..='\u{1a}' => char::from(character as u8 - 1 + b'a'),
                other => other.to_ascii_lowercase(),
            };
            return match letter {
                'c' => Some(Meaning::Events(vec![Event::Copy])),
                'x' => Some(Meaning::Events(vec![Event::Cut])),
                'v' => Some(Meaning::Paste),
                'a' => Some(Meaning::Events(vec![press(Key::A)])),
                'z' => Some(Meaning::Events(vec![press(Key::Z)])),
                'y' => Some(Meaning::Events(vec![press(Key::Y)])),
                // Saving, quitting and all else is the host's.
                _ => None,
            };
        }
        let control = key.modifiers & CONTROL != 0;
        let menu = alt && character.is_ascii_alphanumeric() && !cfg!(target_os = "macos");
        if character.is_control() || control || menu {
            return None;
        }
        let shifted = key.modifiers & SHIFT != 0;
        let text: String = if shifted {
            character.to_uppercase().collect()
        } else {
            character.into()
        };
        let named = match character {
            ' ' => Some(Key::Space),
            other => Key::from_name(&other.to_ascii_uppercase().to_string()),
        };
        Some(Meaning::Events(
            named.map(press).into_iter().chain([Event::Text(text)]).collect(),
        ))
    }

    /// The character that a key types.
    fn character(&mut self, key: HostKey) -> Option<char> {
        let unit = match key.code {
            7 => ' ' as u16,
            24..=33 => b'0' as u16 + (key.code - 24) as u16,
            34 => '*' as u16,
            35 => '+' as u16,
            36 => ',' as u16,
            37 => '-' as u16,
            38 => '.' as u16,
            39 => '/' as u16,
            57 => '=' as u16,
            FIRST_ASCII..=255 if key.character == 0 => (key.code - FIRST_ASCII) as u16,
            0 | FIRST_ASCII.. => key.character,
            _ => return None,
        };
        match (self.half.take(), unit) {
            (_, 0) => None,
            (_, 0xd800..=0xdbff) => {
                self.half = Some(unit);
                None
            }
            (Some(high), 0xdc00..=0xdfff) => char::decode_utf16([high, unit]).next()?.ok(),
            (_, unit) => char::from_u32(unit.into()),
        }
    }
}

/// A key that is not typed but does something in a text field.
fn named(key: HostKey, command: bool) -> Option<Key> {
    Some(match (key.code, key.character) {
        (1, _) | (0, 0x08 | 0x7f) => Key::Backspace,
        (2, _) | (0, 0x09) => Key::Tab,
        (4 | 19, _) | (0, 0x0d) => Key::Enter,
        (0, 0x0a) if !command => Key::Enter,
        (6, _) | (0, 0x1b) => Key::Escape,
        (9, _) => Key::End,
        (10, _) => Key::Home,
        (11, _) => Key::ArrowLeft,
        (12, _) => Key::ArrowUp,
        (13, _) => Key::ArrowRight,
        (14, _) => Key::ArrowDown,
        (15, _) => Key::PageUp,
        (16, _) => Key::PageDown,
        (21, _) => Key::Insert,
        (22, _) => Key::Delete,
        _ => return None,
    })
}

fn modifiers(bits: i16) -> Modifiers {
    let (command, mac) = (bits & COMMAND != 0, cfg!(target_os = "macos"));
    Modifiers {
        alt: bits & ALT != 0,
        ctrl: if mac { bits & CONTROL != 0 } else { command },
        shift: bits & SHIFT != 0,
        mac_cmd: mac && command,
        command,
    }
}

/// Whether two tell of one key: hosts give a code, a character, or both, and not always the same at the release.
fn is_key(a: &HostKey, b: &HostKey) -> bool {
    let small = |key: &HostKey| char::from_u32(key.character.into()).map(|letter| letter.to_ascii_lowercase());
    if (1..FIRST_ASCII).contains(&a.code) || (1..FIRST_ASCII).contains(&b.code) {
        a.code == b.code
    } else {
        small(a) == small(b) && (a.character != 0 || a.code == b.code)
    }
}

fn is_press(event: &Event) -> bool {
    matches!(
        event,
        Event::Key { pressed: true, .. } | Event::Text(_) | Event::Copy | Event::Cut | Event::Paste(_)
    )
}

/// Whether two events are of the same press.
fn same(a: &Event, b: &Event) -> bool {
    match (a, b) {
        (
            Event::Key { key, pressed: true, .. },
            Event::Key {
                key: other,
                pressed: true,
                ..
            },
        ) => key == other,
        (Event::Text(text) | Event::Paste(text), Event::Text(other) | Event::Paste(other)) => text == other,
        (Event::Copy, Event::Copy) | (Event::Cut, Event::Cut) => true,
        _ => false,
    }
}

/// Whether a text field of one line lets go of the keyboard on it.
fn ends_typing(event: &Event) -> bool {
    matches!(
        event,
        Event::Key {
            key: Key::Enter | Key::Escape,
            pressed: true,
            ..
        }
    )
}

/// Whether another text field gets the keyboard on it.
fn moves_on(event: &Event) -> bool {
    matches!(
        event,
        Event::Key {
            key: Key::Tab,
            pressed: true,
            ..
        }
    )
}

/// Puts the host's keys among the window's events before egui looks at them.
pub(crate) struct HostKeys(pub(crate) Arc<Keys>);

impl egui::Plugin for HostKeys {
    fn debug_name(&self) -> &'static str {
        "host keys"
    }

    fn input_hook(&mut self, _: &egui::Context, input: &mut egui::RawInput) {
        self.0.merge(&mut input.events);
    }
}

#[cfg(test)]
mod tests;
