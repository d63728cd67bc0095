//! The sixteen prompts: written in place, dragged into order, asked for by a click on their number.

mod details;

use egui::{CornerRadius, Margin, Rect, Sense, Stroke, Ui, Vec2};
use phosphene_core::{prompt::Prompt, take::BANK_SIZE};

use super::{
    music::Screen,
    theme::{self, FAINT, GLOW, NIGHT, RAISED, TEXT},
};
use crate::shared::Still;

/// A still's width and height in points.
const THUMB: Vec2 = Vec2::new(64.0, 36.0);

/// What the user did.
#[derive(Debug, Clone, PartialEq)]
pub enum Did {
    /// Asked for a scene, from 0.
    Ask(usize),
    /// Typed in a prompt, and may go on.
    Type(usize, Prompt),
    /// Changed a prompt.
    Edit(usize, Prompt),
    /// Moved the picture of one row to another, where rows keep their numbers.
    MovePictures(usize, usize),
    /// Moved one row to another's place, with its number.
    MoveRow(usize, usize),
    /// Wants to know what a prompt is taken to mean.
    Explain(usize),
}

/// The list's own state.
#[derive(Default)]
pub struct Bank {
    editing: Option<Editing>,
    /// The scene whose text field gets the keyboard in the next frame, when its row is there.
    wanted: Option<usize>,
    /// The one that gets it in this frame.
    given: Option<usize>,
    /// Rows that were dragged from and to: how they are to move is asked.
    moving: Option<(usize, usize)>,
    open: Option<usize>,
    screens: Vec<Screen>,
}

/// A text under edit.
struct Editing {
    scene: usize,
    /// As it is typed, with the blanks at its ends.
    text: String,
    /// What Escape brings back.
    before: String,
}

/// What the list shows.
pub struct View<'a> {
    pub prompts: &'a [Prompt],
    /// Scenes in the order of the rows.
    pub order: &'a [usize],
    pub stills: &'a [Still],
    pub scene: usize,
    /// Scenes that are asked for and not on yet.
    pub coming: &'a [usize],
}

impl View<'_> {
    /// The rows that are shown: one empty place more than are used.
    fn rows(&self) -> &[usize] {
        let used = |scene: &usize| self.prompts.get(*scene).is_some_and(|prompt| !prompt.text.is_empty());
        let rows = self.order.iter().rposition(used).map_or(1, |last| last + 2);
        &self.order[..rows.min(self.order.len())]
    }
}

impl Bank {
    /// Shows the list; `focus` is called when a text field is clicked, so that the window takes the keyboard.
    pub fn show(&mut self, ui: &mut Ui, view: &View<'_>, focus: &mut dyn FnMut()) -> Vec<Did> {
        self.screens.resize_with(BANK_SIZE, Screen::default);
        self.given = self.wanted.take();
        let mut did = Vec::new();
        egui::ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 4.0;
            for row in 0..view.rows().len() {
                self.row(ui, row, view, &mut did, focus);
            }
        });
        self.ask(ui, view, &mut did);
        did
    }

    /// Asks what a row that was dragged is to do: automation asks for scenes by their numbers.
    fn ask(&mut self, ui: &Ui, view: &View<'_>, did: &mut Vec<Did>) {
        let Some((from, to)) = self.moving else { return };
        let (Some(moved), Some(place)) = (view.order.get(from), view.order.get(to)) else {
            self.moving = None;
            return;
        };
        let asked = egui::Modal::new(egui::Id::unique("moving"))
            .frame(theme::panel())
            .show(ui.ctx(), |ui| {
                ui.set_width(400.0);
                ui.label(
                    egui::RichText::new(format!("Scene {} is to go where {} is", moved + 1, place + 1))
                        .size(theme::LARGE),
                );
                ui.add_space(4.0);
                theme::wrapped(ui, "Automation and notes ask for scenes by their numbers.");
                ui.add_space(8.0);
                if theme::button(ui, "Keep the numbers", true).clicked() {
                    did.push(Did::MoveRow(from, to));
                    ui.close();
                }
                theme::wrapped(
                    ui,
                    "The row takes its number along: what you have automated shows the pictures that it showed.",
                );
                ui.add_space(8.0);
                if theme::button(ui, "Move the pictures", false).clicked() {
                    did.push(Did::MovePictures(from, to));
                    ui.close();
                }
                theme::wrapped(
                    ui,
                    "The rows stay numbered from the top: what you have automated shows other pictures.",
                );
                ui.add_space(8.0);
                if theme::button(ui, "Leave it", false).clicked() {
                    ui.close();
                }
            });
        if asked.should_close() {
            self.moving = None;
        }
    }

    fn row(&mut self, ui: &mut Ui, row: usize, view: &View<'_>, did: &mut Vec<Did>, focus: &mut dyn FnMut()) {
        let scene = view.order[row];
        let Some(prompt) = view.prompts.get(scene) else { return };
        let on = view.scene == scene && !prompt.text.is_empty();
        let coming = view.coming.contains(&scene);
        let pulse = if coming {
            ui.ctx().request_repaint();
            0.5 + 0.5 * (ui.input(|input| input.time) * 6.0).sin() as f32
        } else {
            0.0
        };
        let stroke = match (on, coming) {
            (true, _) => Stroke::new(1.5, GLOW),
            (_, true) => Stroke::new(1.5, theme::glow(pulse)),
            _ => Stroke::new(1.5, RAISED),
        };
        let fill = if on { theme::mix(RAISED, GLOW, 0.08) } else { RAISED };
        let frame = egui::Frame::new()
            .fill(fill)
            .stroke(stroke)
            .corner_radius(CornerRadius::same(8))
            .inner_margin(Margin::symmetric(8, 5));
        let shown = frame.show(ui, |ui| {
            ui.horizontal(|ui| {
                ui.set_min_width(ui.available_width());
                number(ui, (row, scene), on, prompt, did);
                self.thumb(ui, scene, prompt, view.stills.get(scene));
                let room = ui.available_width() - 28.0;
                self.text(ui, (row, view), prompt, (room, fill), did, focus);
                let open = self.open == Some(scene);
                let (rect, more) = ui.allocate_exact_size(Vec2::new(20.0, THUMB.y), Sense::click());
                let colour = if more.hovered() { TEXT } else { FAINT };
                let (c, r) = (rect.center(), 4.0);
                let points = if open {
                    [
                        c + Vec2::new(-r, -r * 0.6),
                        c + Vec2::new(r, -r * 0.6),
                        c + Vec2::new(0.0, r * 0.8),
                    ]
                } else {
                    [
                        c + Vec2::new(-r * 0.6, -r),
                        c + Vec2::new(r * 0.8, 0.0),
                        c + Vec2::new(-r * 0.6, r),
                    ]
                };
                let shape = egui::Shape::convex_polygon(points.to_vec(), colour, Stroke::NONE);
                ui.painter().add(shape);
                if more.on_hover_text("style, seed, what not to show").clicked() {
                    self.open = (!open).then_some(scene);
                    did.push(Did::Explain(scene));
                }
            });
            if self.open == Some(scene) {
                details::show(ui, scene, prompt, view.stills.get(scene), did, focus);
            }
        });
        // Another row's handle dropped here puts that prompt in this place.
        if let Some(from) = shown.response.dnd_release_payload::<usize>()
            && *from != row
        {
            self.moving = Some((*from, row));
        }
        if shown.response.dnd_hover_payload::<usize>().is_some() {
            let rect: Rect = shown.response.rect;
            ui.painter()
                .hline(rect.x_range(), rect.top() - 2.0, Stroke::new(2.0, GLOW));
        }
    }

    fn thumb(&mut self, ui: &mut Ui, scene: usize, prompt: &Prompt, still: Option<&Still>) {
        let (rect, _) = ui.allocate_exact_size(THUMB, Sense::hover());
        ui.painter().rect_filled(rect, CornerRadius::same(4), NIGHT);
        let Some(still) = still.filter(|still| !prompt.text.is_empty() && !still.picture.rgb.is_empty()) else {
            return;
        };
        if let Some(texture) = self.screens[scene].texture(ui, &format!("still-{scene}"), &still.picture) {
            // A still of another text is out of date: dimmed until the new one is there.
            let tint = if still.text == prompt.text { 255 } else { 90 };
            egui::Image::new((texture.id(), THUMB))
                .corner_radius(CornerRadius::same(4))
                .tint(egui::Color32::from_white_alpha(tint))
                .paint_at(ui, rect);
        }
    }

    fn text(
        &mut self,
        ui: &mut Ui,
        (row, view): (usize, &View<'_>),
        prompt: &Prompt,
        (width, fill): (f32, egui::Color32),
        did: &mut Vec<Did>,
        focus: &mut dyn FnMut(),
    ) {
        let scene = view.order[row];
        let typed = |text: &str| {
            let text = text.trim().to_owned();
            (text != prompt.text).then(|| Did::Type(scene, Prompt { text, ..prompt.clone() }))
        };
        // What the host sets meanwhile counts more than what was typed before.
        let editing = self.editing.as_ref().filter(|editing| editing.scene == scene);
        let mut text = match editing {
            Some(editing) if editing.text.trim() == prompt.text => editing.text.clone(),
            _ => prompt.text.clone(),
        };
        let hint = egui::RichText::new("+ add a prompt").color(FAINT);
        let field = egui::TextEdit::singleline(&mut text)
            .id(field_id(scene))
            .hint_text(hint)
            .frame(egui::Frame::NONE)
            .desired_width(width)
            .align(egui::Align2::LEFT_CENTER)
            .min_size(Vec2::new(0.0, THUMB.y))
            // Tab is ours: it goes from prompt to prompt, past handles and arrows.
            .lock_focus(true)
            .char_limit(500);
        let field = ui.add(field);
        let given = self.given == Some(scene);
        if given {
            field.request_focus();
            field.scroll_to_me(None);
        }
        if field.clicked() || field.gained_focus() {
            focus();
        }
        if field.has_focus() && self.editing.as_ref().is_none_or(|editing| editing.scene != scene) {
            self.editing = Some(Editing {
                scene,
                text: prompt.text.clone(),
                before: prompt.text.clone(),
            });
        }
        if field.changed() {
            did.extend(typed(&text));
            if let Some(editing) = self.editing.as_mut().filter(|editing| editing.scene == scene) {
                editing.text.clone_from(&text);
            }
        }
        let pressed = |key| ui.input(|input| input.key_pressed(key));
        if field.has_focus() && !given && pressed(egui::Key::Tab) {
            let next = if tabbed_back(ui) {
                row.checked_sub(1)
            } else {
                Some(row + 1)
            };
            // The row after the last prompt is the empty one; behind it there is one from its first letter on.
            let rows = view.rows().len() + usize::from(!text.trim().is_empty());
            self.wanted = next
                .filter(|next| *next < rows)
                .and_then(|next| view.order.get(next))
                .copied();
            ui.ctx().request_repaint();
        }
        if field.lost_focus()
            && let Some(editing) = self.editing.take_if(|editing| editing.scene == scene)
            && pressed(egui::Key::Escape)
        {
            did.extend(typed(&editing.before));
        }
        if !field.has_focus() {
            let font = egui::FontId::proportional(theme::BODY);
            let wide = ui
                .painter()
                .layout_no_wrap(prompt.text.clone(), font.clone(), TEXT)
                .size()
                .x;
            if wide > field.rect.width() {
                let end = Rect::from_min_max(
                    field.rect.right_top() - Vec2::new(16.0, 0.0),
                    field.rect.right_bottom() + Vec2::new(8.0, 0.0),
                );
                let (painter, at) = (ui.painter(), end.left_center() + Vec2::new(2.0, 0.0));
                painter.rect_filled(end, CornerRadius::ZERO, fill);
                painter.text(at, egui::Align2::LEFT_CENTER, "…", font, TEXT);
            }
            field.on_hover_text(if prompt.text.is_empty() {
                "What is to be seen? Anything: \"a lighthouse in a storm, oil painting\""
            } else {
                &prompt.text
            });
        }
    }
}

/// A row's number and handle.
fn number(ui: &mut Ui, (row, scene): (usize, usize), on: bool, prompt: &Prompt, did: &mut Vec<Did>) {
    let colour = match (on, prompt.text.is_empty()) {
        (true, _) => GLOW,
        (_, true) => FAINT,
        _ => TEXT,
    };
    let (rect, handle) = ui.allocate_exact_size(Vec2::new(24.0, THUMB.y), Sense::click_and_drag());
    handle.dnd_set_drag_payload(row);
    let font = egui::FontId::proportional(theme::LARGE);
    ui.painter()
        .text(rect.center(), egui::Align2::CENTER_CENTER, scene + 1, font, colour);
    if handle.clicked() && !prompt.text.is_empty() {
        did.push(Did::Ask(scene));
    }
    handle.on_hover_text("Click to go to this scene; drag to move it");
}

/// Whether Tab was pressed with Shift: the host's keys bring their modifiers with each.
fn tabbed_back(ui: &Ui) -> bool {
    ui.input(|input| {
        let back = |event: &egui::Event| {
            matches!(event, egui::Event::Key { key: egui::Key::Tab, pressed: true, modifiers, .. } if modifiers.shift)
        };
        input.events.iter().any(back)
    })
}

/// The text field of a scene.
fn field_id(scene: usize) -> egui::Id {
    egui::Id::unique(("prompt", scene))
}

#[cfg(test)]
mod tests;
