//! The sixteen prompts: written in place, dragged into order, asked for by a click on their number.

use egui::{CornerRadius, Margin, Rect, Sense, Stroke, Ui, Vec2};
use phosphene_engine::{
    generate::diorama::styles,
    prompt::{Prompt, StyleChoice},
    take::BANK_SIZE,
};

use super::{
    music::Screen,
    theme::{self, FAINT, GLOW, LINE, NIGHT, QUIET, RAISED, SMALL, TEXT},
};
use crate::shared::Still;

/// A still's width and height in points.
const THUMB: Vec2 = Vec2::new(64.0, 36.0);

/// What the user did.
#[derive(Debug, Clone, PartialEq)]
pub enum Did {
    /// Asked for a scene, from 0.
    Ask(usize),
    /// Changed a prompt.
    Edit(usize, Prompt),
    /// Moved a prompt from one place to another; the others close up.
    Move(usize, usize),
    /// Wants to know what a prompt is taken to mean.
    Explain(usize),
}

/// The list's own state.
#[derive(Default)]
pub struct Bank {
    /// The text under edit, and of which scene.
    editing: Option<(usize, String)>,
    open: Option<usize>,
    screens: Vec<Screen>,
}

/// What the list shows.
pub struct View<'a> {
    pub prompts: &'a [Prompt],
    pub stills: &'a [Still],
    pub scene: usize,
    /// Scenes that are asked for and not on yet.
    pub coming: &'a [usize],
}

/// Puts the prompt at `from` to `to`; those between close up.
pub fn reorder(prompts: &mut Vec<Prompt>, from: usize, to: usize) {
    if from < prompts.len() && to < prompts.len() {
        let moved = prompts.remove(from);
        prompts.insert(to, moved);
    }
}

impl Bank {
    /// Takes a text that was typed and not finished, with its scene.
    pub fn unfinished(&mut self) -> Option<(usize, String)> {
        self.editing.take()
    }

    /// Shows the list; `focus` is called when a text field is clicked, so that the window takes the keyboard.
    pub fn show(&mut self, ui: &mut Ui, view: &View<'_>, focus: &mut dyn FnMut()) -> Vec<Did> {
        self.screens.resize_with(BANK_SIZE, Screen::default);
        let mut did = Vec::new();
        egui::ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 4.0;
            let used = view
                .prompts
                .iter()
                .rposition(|p| !p.text.is_empty())
                .map_or(0, |last| last + 1);
            // One empty place more than are used.
            for scene in 0..view.prompts.len().min(used + 1) {
                self.row(ui, scene, view, &mut did, focus);
            }
        });
        did
    }

    fn row(&mut self, ui: &mut Ui, scene: usize, view: &View<'_>, did: &mut Vec<Did>, focus: &mut dyn FnMut()) {
        let prompt = &view.prompts[scene];
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
                self.number(ui, scene, on, prompt, did);
                self.thumb(ui, scene, prompt, view.stills.get(scene));
                let room = ui.available_width() - 28.0;
                self.text(ui, scene, prompt, (room, fill), did, focus);
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
                self.details(ui, scene, prompt, view.stills.get(scene), did, focus);
            }
        });
        // Another row's handle dropped here puts that prompt in this place.
        if let Some(from) = shown.response.dnd_release_payload::<usize>()
            && *from != scene
        {
            did.push(Did::Move(*from, scene));
        }
        if shown.response.dnd_hover_payload::<usize>().is_some() {
            let rect: Rect = shown.response.rect;
            ui.painter()
                .hline(rect.x_range(), rect.top() - 2.0, Stroke::new(2.0, GLOW));
        }
    }

    fn number(&self, ui: &mut Ui, scene: usize, on: bool, prompt: &Prompt, did: &mut Vec<Did>) {
        let colour = match (on, prompt.text.is_empty()) {
            (true, _) => GLOW,
            (_, true) => FAINT,
            _ => TEXT,
        };
        let (rect, handle) = ui.allocate_exact_size(Vec2::new(24.0, THUMB.y), Sense::click_and_drag());
        handle.dnd_set_drag_payload(scene);
        let font = egui::FontId::proportional(theme::LARGE);
        ui.painter()
            .text(rect.center(), egui::Align2::CENTER_CENTER, scene + 1, font, colour);
        if handle.clicked() && !prompt.text.is_empty() {
            did.push(Did::Ask(scene));
        }
        handle.on_hover_text("Click to go to this scene; drag to move it");
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
        scene: usize,
        prompt: &Prompt,
        (width, fill): (f32, egui::Color32),
        did: &mut Vec<Did>,
        focus: &mut dyn FnMut(),
    ) {
        let mut text = match &self.editing {
            Some((edited, text)) if *edited == scene => text.clone(),
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
            .char_limit(500);
        let field = ui.add(field);
        if field.clicked() || field.gained_focus() {
            focus();
        }
        if field.gained_focus() {
            self.editing = Some((scene, prompt.text.clone()));
        }
        if field.changed() {
            self.editing = Some((scene, text.clone()));
        }
        if field.lost_focus() {
            self.editing = None;
            let (reverted, tab, back) = ui.input(|input| {
                let pressed = |key| input.key_pressed(key);
                (
                    pressed(egui::Key::Escape),
                    pressed(egui::Key::Tab),
                    input.modifiers.shift,
                )
            });
            // Tab goes from prompt to prompt, past handles and arrows.
            let next = if back { scene.checked_sub(1) } else { Some(scene + 1) };
            if let Some(next) = next.filter(|next| tab && *next < BANK_SIZE) {
                ui.memory_mut(|memory| memory.request_focus(field_id(next)));
            }
            let text = text.trim();
            if !reverted && text != prompt.text {
                did.push(Did::Edit(
                    scene,
                    Prompt {
                        text: text.to_owned(),
                        ..prompt.clone()
                    },
                ));
            }
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

    fn details(
        &self,
        ui: &mut Ui,
        scene: usize,
        prompt: &Prompt,
        still: Option<&Still>,
        did: &mut Vec<Did>,
        focus: &mut dyn FnMut(),
    ) {
        let mut changed = prompt.clone();
        ui.add_space(4.0);
        if let Some(still) = still.filter(|still| !still.meaning.is_empty() && still.text == prompt.text) {
            ui.label(egui::RichText::new(&still.meaning).size(SMALL).color(QUIET));
        }
        egui::Grid::new(("details", scene))
            .num_columns(2)
            .spacing([12.0, 6.0])
            .show(ui, |ui| {
                theme::quiet(ui, "not");
                let field = ui.add(
                    egui::TextEdit::singleline(&mut changed.negative)
                        .hint_text(egui::RichText::new("what is not to be seen").color(FAINT))
                        .desired_width(ui.available_width()),
                );
                if field.clicked() || field.gained_focus() {
                    focus();
                }
                ui.end_row();
                theme::quiet(ui, "painter");
                painters(ui, scene, &mut changed.style);
                ui.end_row();
                theme::quiet(ui, "strength");
                ui.horizontal(|ui| {
                    if own(ui, changed.style_strength.is_some()) {
                        changed.style_strength = changed.style_strength.is_none().then_some(0.8);
                    }
                    if let Some(strength) = &mut changed.style_strength {
                        ui.add(egui::Slider::new(strength, 0.0..=1.0).show_value(true));
                    } else {
                        theme::quiet(ui, "as the parameter says");
                    }
                });
                ui.end_row();
                theme::quiet(ui, "seed");
                ui.horizontal(|ui| {
                    if own(ui, changed.seed.is_some()) {
                        changed.seed = changed.seed.is_none().then_some(1);
                    }
                    if let Some(seed) = &mut changed.seed {
                        ui.add(egui::DragValue::new(seed).range(0..=9_999));
                    } else {
                        theme::quiet(ui, "as the parameter says");
                    }
                });
                ui.end_row();
            });
        if changed != *prompt {
            did.push(Did::Edit(scene, changed));
        }
        ui.painter()
            .hline(ui.min_rect().x_range(), ui.min_rect().top(), Stroke::new(1.0, LINE));
    }
}

/// The text field of a scene.
fn field_id(scene: usize) -> egui::Id {
    egui::Id::unique(("prompt", scene))
}

/// A switch for a value of the scene's own: whether it was clicked.
fn own(ui: &mut Ui, is: bool) -> bool {
    theme::button(ui, "own", is)
        .on_hover_text("A value for this scene alone")
        .clicked()
}

/// The choice of a painter.
fn painters(ui: &mut Ui, scene: usize, style: &mut StyleChoice) {
    let names: Vec<&str> =
        styles::all().map_or_else(|_| Vec::new(), |all| all.iter().map(|s| s.name.as_str()).collect());
    let shown = match &*style {
        StyleChoice::Auto => "as the prompt says".to_owned(),
        StyleChoice::Unpainted => "none".to_owned(),
        StyleChoice::Named(name) => name.clone(),
        StyleChoice::Blend(weights) => styles::describe(weights).unwrap_or_else(|_| "a blend".to_owned()),
    };
    egui::ComboBox::from_id_salt(("painter", scene))
        .selected_text(shown)
        .show_ui(ui, |ui| {
            ui.selectable_value(style, StyleChoice::Auto, "as the prompt says");
            ui.selectable_value(style, StyleChoice::Unpainted, "none");
            for (index, name) in names.iter().enumerate() {
                ui.selectable_value(style, StyleChoice::Blend(styles::only(index)), *name);
            }
        });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moving_keeps_everything_of_a_prompt() {
        let prompt = |text: &str, seed| Prompt {
            text: text.into(),
            seed: Some(seed),
            ..Prompt::default()
        };
        let mut prompts = vec![prompt("a", 1), prompt("b", 2), prompt("c", 3)];
        reorder(&mut prompts, 0, 2);
        let order: Vec<_> = prompts.iter().map(|p| (p.text.as_str(), p.seed)).collect();
        assert_eq!(order, [("b", Some(2)), ("c", Some(3)), ("a", Some(1))]);
        reorder(&mut prompts, 7, 0);
        assert_eq!(prompts.len(), 3);
    }
}
