use egui::{Id, RawInput, TextEdit};

use super::*;

/// A text field as the editor has them, with a host and a window system that bring keys.
struct Field {
    keys: Arc<Keys>,
    context: egui::Context,
    text: String,
}

impl Field {
    fn new() -> Self {
        let keys = Arc::new(Keys::new(RepaintNotifier::new()));
        let context = egui::Context::default();
        context.add_plugin(HostKeys(keys.clone()));
        keys.set_open(true);
        let mut field = Self {
            keys,
            context,
            text: String::new(),
        };
        field.frame(Vec::new());
        field
    }

    fn frame(&mut self, events: Vec<Event>) {
        let input = RawInput {
            events,
            ..RawInput::default()
        };
        let _ = self.context.clone().run_ui(input, |ui| {
            ui.add(TextEdit::singleline(&mut self.text).id(Id::unique("field")));
        });
        self.keys.set_typing(self.context.text_edit_focused());
    }

    fn focus(&mut self) {
        self.context
            .memory_mut(|memory| memory.request_focus(Id::unique("field")));
        self.frame(Vec::new());
        self.frame(Vec::new());
    }

    fn press(&mut self, key: HostKey) -> bool {
        let mut paste = || Some("pasted".to_owned());
        let (down, up) = (self.keys.down(key, &mut paste), self.keys.up(key));
        assert_eq!(down, up, "{key:?}: the release goes where the press went");
        down
    }
}

fn code(code: i16) -> HostKey {
    HostKey {
        character: 0,
        code,
        modifiers: 0,
    }
}

fn typed(character: char) -> HostKey {
    HostKey {
        character: character as u16,
        code: 0,
        modifiers: 0,
    }
}

fn command(character: char) -> HostKey {
    HostKey {
        modifiers: COMMAND,
        ..typed(character)
    }
}

#[test]
fn keys_are_the_host_s_until_a_field_has_the_keyboard() {
    let mut field = Field::new();
    let some = [
        code(7),
        code(1),
        code(4),
        code(6),
        code(11),
        code(22),
        typed('a'),
        typed(' '),
        code(FIRST_ASCII + 97),
        command('v'),
    ];
    for key in some {
        assert!(!field.press(key), "{key:?}");
    }
    field.frame(Vec::new());
    assert_eq!(field.text, "");
    field.focus();
    for key in some {
        if !matches!(key.code, 4 | 6) {
            assert!(field.press(key), "{key:?}");
        }
    }
    for key in [command('s'), command('q'), code(40), code(59), code(54)] {
        assert!(!field.press(key), "{key:?} is of no use to a field");
    }
}

#[test]
fn what_is_typed_in_the_host_is_in_the_field() {
    let mut field = Field::new();
    field.focus();
    for letter in "Whale ".chars() {
        assert!(field.press(typed(letter)));
    }
    assert!(field.press(code(7)));
    for key in [
        code(FIRST_ASCII + 120),
        code(1),
        code(24 + 7),
        HostKey {
            modifiers: SHIFT,
            ..typed('é')
        },
    ] {
        assert!(field.press(key));
    }
    field.frame(Vec::new());
    assert_eq!(field.text, "Whale  7É");
    // Home, to the right, delete, an emoji in two halves, all marked, cut, pasted, and that undone.
    for key in [code(10), code(13), code(22)] {
        assert!(field.press(key));
    }
    field.frame(Vec::new());
    assert_eq!(field.text, "Wale  7É");
    for unit in "🐋".encode_utf16() {
        assert!(field.press(HostKey {
            character: unit,
            ..code(0)
        }));
    }
    field.frame(Vec::new());
    assert_eq!(field.text, "W🐋ale  7É");
    for key in [command('a'), command('X')] {
        assert!(field.press(key));
        field.frame(Vec::new());
    }
    assert_eq!(field.text, "");
    assert!(field.press(command('v')));
    field.frame(Vec::new());
    assert_eq!(field.text, "pasted");
    assert!(field.press(command('z')));
    field.frame(Vec::new());
    assert_ne!(field.text, "pasted");
}

#[test]
fn return_and_escape_give_the_keyboard_back_at_once() {
    for key in [code(4), code(19), typed('\r'), code(6), typed('\u{1b}')] {
        let mut field = Field::new();
        field.focus();
        assert!(field.press(typed('a')) && field.press(key), "{key:?}");
        assert!(
            !field.press(code(7)),
            "{key:?}: no frame was drawn since, and Space plays"
        );
        field.frame(Vec::new());
        assert!(!field.press(code(7)), "{key:?}");
        field.frame(Vec::new());
        assert_eq!(field.text, "a");
    }
}

#[test]
fn what_host_and_window_both_bring_is_typed_once() {
    let window = |letter: char| {
        vec![
            Event::Key {
                key: Key::from_name(&letter.to_uppercase().to_string()).unwrap_or(Key::F35),
                physical_key: None,
                pressed: true,
                repeat: false,
                modifiers: Modifiers::NONE,
            },
            Event::Text(letter.to_string()),
        ]
    };
    // The host first, the window first, the host alone, the window alone; double letters each.
    for order in 0..4 {
        let mut field = Field::new();
        field.focus();
        for letter in "hello!".chars() {
            match order {
                0 => {
                    assert!(field.press(typed(letter)));
                    field.frame(window(letter));
                }
                1 => {
                    field.frame(window(letter));
                    assert!(field.press(typed(letter)));
                }
                2 => assert!(field.press(typed(letter))),
                _ => field.frame(window(letter)),
            }
        }
        field.frame(Vec::new());
        assert_eq!(field.text, "hello!", "order {order}");
    }
    // Return that the window has brought is not the transport's.
    let mut field = Field::new();
    field.focus();
    field.frame(vec![Event::Key {
        key: Key::Enter,
        physical_key: None,
        pressed: true,
        repeat: false,
        modifiers: Modifiers::NONE,
    }]);
    assert!(field.press(code(4)));
    assert!(!field.press(code(4)), "the next one is");
}

#[test]
fn a_closed_editor_takes_no_keys() {
    let mut field = Field::new();
    field.focus();
    let held = typed('x');
    assert!(field.keys.down(held, &mut || None));
    field.keys.set_open(false);
    assert!(!field.press(typed('a')));
    assert!(field.keys.up(held), "its press was taken");
}
