use egui::{Event, Key, Modifiers, RawInput};

use super::*;
use crate::project::Project;

/// The list in a window without a screen.
struct List {
    context: egui::Context,
    bank: Bank,
    project: Project,
    did: Vec<Did>,
}

impl List {
    fn new() -> Self {
        let mut list = Self {
            context: egui::Context::default(),
            bank: Bank::default(),
            project: Project::default(),
            did: Vec::new(),
        };
        list.frame(Vec::new());
        list
    }

    /// Draws a frame, and does what the editor does of what comes back.
    fn frame(&mut self, events: Vec<Event>) {
        let input = RawInput {
            events,
            ..RawInput::default()
        };
        let mut did = Vec::new();
        let _ = self.context.clone().run_ui(input, |ui| {
            let view = View {
                prompts: &self.project.bank.prompts,
                order: &self.project.order,
                stills: &[],
                scene: 0,
                coming: &[],
            };
            did = self.bank.show(ui, &view, &mut || {});
        });
        for did in &did {
            if let Did::Type(scene, prompt) = did {
                self.project.bank.prompts[*scene] = prompt.clone();
            }
        }
        self.did.extend(did);
    }

    fn press(&mut self, key: Key, modifiers: Modifiers) {
        self.frame(vec![Event::Key {
            key,
            physical_key: None,
            pressed: true,
            repeat: false,
            modifiers,
        }]);
        // What was asked for is there a frame later.
        self.frame(Vec::new());
        self.frame(Vec::new());
    }

    fn write(&mut self, text: &str) {
        for letter in text.chars() {
            self.frame(vec![Event::Text(letter.to_string())]);
        }
    }

    fn focus(&mut self, scene: usize) {
        self.bank.wanted = Some(scene);
        self.frame(Vec::new());
        self.frame(Vec::new());
        assert_eq!(self.focused(), Some(scene));
    }

    fn focused(&self) -> Option<usize> {
        let focused = self.context.memory(|memory| memory.focused());
        (0..BANK_SIZE).find(|&scene| Some(field_id(scene)) == focused)
    }

    fn text(&self, scene: usize) -> &str {
        &self.project.bank.prompts[scene].text
    }
}

#[test]
fn tab_goes_from_prompt_to_prompt_and_on_to_the_empty_row() {
    let mut list = List::new();
    list.focus(2);
    for scene in [3, 4] {
        list.press(Key::Tab, Modifiers::NONE);
        assert_eq!(list.focused(), Some(scene));
    }
    // The next empty row is there from the first letter on.
    for scene in 4..8 {
        list.write("a whale");
        list.press(Key::Tab, Modifiers::NONE);
        assert_eq!((list.text(scene), list.focused()), ("a whale", Some(scene + 1)));
    }
    list.press(Key::Tab, Modifiers::SHIFT);
    assert_eq!(list.focused(), Some(7));
    list.focus(0);
    list.press(Key::Tab, Modifiers::SHIFT);
    assert_eq!(list.focused(), Some(0), "there is none before the first");
}

#[test]
fn tab_follows_the_rows_and_not_the_numbers() {
    let mut list = List::new();
    list.project.move_row(0, 3);
    list.frame(Vec::new());
    list.focus(3);
    for scene in [0, 4] {
        list.press(Key::Tab, Modifiers::NONE);
        assert_eq!(list.focused(), Some(scene));
    }
}

#[test]
fn text_is_in_the_project_as_it_is_typed() {
    let mut list = List::new();
    list.focus(4);
    list.write("a whale ");
    assert_eq!(
        list.text(4),
        "a whale",
        "without Enter, and without the blank at its end"
    );
    list.write("in the sky");
    assert_eq!(list.text(4), "a whale in the sky");
    let gestures = list.did.iter().filter(|did| !matches!(did, Did::Type(..)));
    assert_eq!(gestures.count(), 0);
    list.press(Key::Enter, Modifiers::NONE);
    assert_eq!((list.text(4), list.focused()), ("a whale in the sky", None));
}

#[test]
fn escape_brings_back_what_was_there() {
    let mut list = List::new();
    let before = list.text(1).to_owned();
    list.focus(1);
    list.write("x y");
    assert_ne!(list.text(1), before);
    list.press(Key::Escape, Modifiers::NONE);
    assert_eq!(list.text(1), before);
    // Another field's Escape has nothing to do with it.
    list.focus(2);
    list.press(Key::Escape, Modifiers::NONE);
    assert_eq!(list.text(1), before);
}

#[test]
fn a_state_that_is_set_meanwhile_is_what_is_typed_on() {
    let mut list = List::new();
    list.focus(1);
    list.write("1");
    list.project.bank.prompts[1].text = "from the host".to_owned();
    list.frame(Vec::new());
    list.press(Key::End, Modifiers::NONE);
    list.write("!");
    assert_eq!(list.text(1), "from the host!");
}

#[test]
fn a_row_that_was_dragged_asks_before_it_moves() {
    let mut list = List::new();
    list.bank.moving = Some((0, 2));
    list.frame(Vec::new());
    list.frame(Vec::new());
    assert_eq!(list.did, [], "nothing has moved");
    assert!(list.bank.moving.is_some(), "it asks");
    list.press(Key::Escape, Modifiers::NONE);
    assert!(list.bank.moving.is_none() && list.did.is_empty(), "Escape leaves it");
}
