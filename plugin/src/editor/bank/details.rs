//! What a scene has beside its text: what is not to be seen, painter, strength, seed.

use egui::{Stroke, Ui};
use phosphene_core::prompt::{PrintLook, Prompt, StyleChoice};
use phosphene_diorama::styles;

use super::Did;
use crate::{
    editor::theme::{self, FAINT, LINE, QUIET, SMALL},
    shared::Still,
};

/// Shows them.
pub(super) fn show(
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
    if changed.negative != prompt.negative {
        did.push(Did::Type(scene, changed));
    } else if changed != *prompt {
        did.push(Did::Edit(scene, changed));
    }
    ui.painter()
        .hline(ui.min_rect().x_range(), ui.min_rect().top(), Stroke::new(1.0, LINE));
}

/// A switch for a value of the scene's own: whether it was clicked.
fn own(ui: &mut Ui, is: bool) -> bool {
    theme::button(ui, "own", is)
        .on_hover_text("A value for this scene alone")
        .clicked()
}

/// The choice of a painter or a print look.
fn painters(ui: &mut Ui, scene: usize, style: &mut StyleChoice) {
    let names: Vec<&str> =
        styles::all().map_or_else(|_| Vec::new(), |all| all.iter().map(|s| s.name.as_str()).collect());
    let shown = match &*style {
        StyleChoice::Auto => "as the prompt says".to_owned(),
        StyleChoice::Unpainted => "none".to_owned(),
        StyleChoice::Named(name) => name.clone(),
        StyleChoice::Blend(weights) => styles::describe(weights).unwrap_or_else(|_| "a blend".to_owned()),
        StyleChoice::Print(look) => styles::print_name(*look).unwrap_or("a print").to_owned(),
    };
    egui::ComboBox::from_id_salt(("painter", scene))
        .selected_text(shown)
        .show_ui(ui, |ui| {
            ui.selectable_value(style, StyleChoice::Auto, "as the prompt says");
            ui.selectable_value(style, StyleChoice::Unpainted, "none");
            for (index, name) in names.iter().enumerate() {
                ui.selectable_value(style, StyleChoice::Blend(styles::only(index)), *name);
            }
            for look in PrintLook::ALL {
                let name = styles::print_name(look).unwrap_or_default();
                ui.selectable_value(style, StyleChoice::Print(look), name);
            }
        });
}
