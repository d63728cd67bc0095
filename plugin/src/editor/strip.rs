//! The parameters as small sliders, with gestures that hosts record as automation.

use egui::{Align2, CornerRadius, FontId, Rect, Response, Sense, Ui, Vec2};
use nice_plug::prelude::{Param, ParamSetter};

use super::theme::{self, FAINT, GLOW, HOVER, QUIET, RAISED, SMALL, TEXT};
use crate::params::PhospheneParams;

/// A slider's height in points.
const HEIGHT: f32 = 36.0;

/// One parameter: its name and value over a bar. Drag to change, finely with Shift; double-click for the default; the
/// wheel goes by small steps.
pub fn slider<P: Param>(ui: &mut Ui, param: &P, setter: &ParamSetter<'_>, width: f32) -> Response {
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width, HEIGHT), Sense::click_and_drag());
    let value = param.unmodulated_normalized_value();
    let default = param.default_normalized_value();
    if response.drag_started() {
        setter.begin_set_parameter(param);
    }
    if response.dragged() {
        let fine = if ui.input(|input| input.modifiers.shift) {
            0.1
        } else {
            1.0
        };
        // Parameters with steps move by whole ones, so what is left over is kept until it is one.
        let id = response.id.with("dragged");
        let begun = ui.data(|data| data.get_temp::<f32>(id)).unwrap_or(value);
        let now = (begun + response.drag_delta().x / width * fine).clamp(0.0, 1.0);
        ui.data_mut(|data| data.insert_temp(id, now));
        setter.set_parameter_normalized(param, now);
    }
    if response.drag_stopped() {
        ui.data_mut(|data| data.remove::<f32>(response.id.with("dragged")));
        setter.end_set_parameter(param);
    }
    let step = param.step_count().map_or(0.01, |steps| 1.0 / steps.max(1) as f32);
    let wheel = if response.hovered() {
        ui.input(|input| input.smooth_scroll_delta().y)
    } else {
        0.0
    };
    if response.double_clicked() {
        set(setter, param, default);
    } else if wheel != 0.0 {
        set(setter, param, (value + step * wheel.signum()).clamp(0.0, 1.0));
    }

    let painter = ui.painter();
    painter.rect_filled(
        rect,
        CornerRadius::same(6),
        if response.hovered() { HOVER } else { RAISED },
    );
    let text = rect.shrink2(Vec2::new(8.0, 5.0));
    painter.text(
        text.left_top(),
        Align2::LEFT_TOP,
        param.name(),
        FontId::proportional(SMALL),
        QUIET,
    );
    let shown = param.normalized_value_to_string(value, true);
    let clipped = painter.with_clip_rect(text);
    let name_width = param.name().len() as f32 * 6.0;
    let room = ((text.width() - name_width) / 6.0).max(4.0) as usize;
    let shown: String = if shown.chars().count() > room {
        shown.chars().take(room.saturating_sub(1)).chain(['…']).collect()
    } else {
        shown
    };
    clipped.text(
        text.right_top(),
        Align2::RIGHT_TOP,
        shown,
        FontId::proportional(SMALL),
        TEXT,
    );
    let track = Rect::from_min_max(text.left_bottom() - Vec2::new(0.0, 3.0), text.right_bottom());
    painter.rect_filled(track, CornerRadius::same(2), theme::NIGHT);
    // The bar begins where the default is: a zoom of 0 stands in the middle.
    let x = |value: f32| track.left() + value * track.width();
    let (from, to) = if default < value {
        (default, value)
    } else {
        (value, default)
    };
    let from = if param.name() == "Zoom" || default != 0.5 {
        0.0_f32.min(from)
    } else {
        from
    };
    let to = if from == 0.0 && default != 0.5 { value } else { to };
    let bar = Rect::from_min_max(egui::pos2(x(from), track.top()), egui::pos2(x(to), track.bottom()));
    painter.rect_filled(bar, CornerRadius::same(2), GLOW);
    painter.circle_filled(egui::pos2(x(default), track.bottom() + 2.5), 1.0, FAINT);
    response.on_hover_cursor(egui::CursorIcon::ResizeHorizontal)
}

/// A change all at once, as one gesture.
pub fn set<P: Param>(setter: &ParamSetter<'_>, param: &P, normalized: f32) {
    setter.begin_set_parameter(param);
    setter.set_parameter_normalized(param, normalized);
    setter.end_set_parameter(param);
}

/// All of them, in rows.
pub fn show(ui: &mut Ui, params: &PhospheneParams, setter: &ParamSetter<'_>) {
    let gap = ui.spacing().item_spacing.x;
    let columns = ((ui.available_width() + gap) / 124.0).floor().clamp(3.0, 7.0);
    let width = (ui.available_width() + gap) / columns - gap;
    ui.horizontal_wrapped(|ui| {
        slider(ui, &params.quantize, setter, width).on_hover_text("Where a change of scene lands");
        slider(ui, &params.morph, setter, width).on_hover_text("How long the passage to the next scene takes");
        slider(ui, &params.style, setter, width).on_hover_text("One painter for all scenes, or each scene's own");
        slider(ui, &params.style_strength, setter, width).on_hover_text("How much of the painting is kept");
        slider(ui, &params.reactivity, setter, width).on_hover_text("How strongly things move with the music");
        slider(ui, &params.intensity, setter, width).on_hover_text("Brightness and colour");
        slider(ui, &params.palette_shift, setter, width).on_hover_text("Turns all hues");
        slider(ui, &params.zoom, setter, width).on_hover_text("Speed of the zoom; 0 stands still");
        slider(ui, &params.rotate, setter, width).on_hover_text("Turns the camera");
        slider(ui, &params.pan_x, setter, width).on_hover_text("Moves the camera sideways");
        slider(ui, &params.pan_y, setter, width).on_hover_text("Moves the camera up and down");
        slider(ui, &params.seed, setter, width).on_hover_text("Another number, another arrangement");
        let next = ui.add_sized(
            Vec2::new(width, HEIGHT),
            egui::Button::new(egui::RichText::new("Next scene  ›").size(SMALL + 1.0)),
        );
        // Only this button's own press and release are told: the host may be automating the parameter meanwhile.
        let id = next.id.with("held");
        let down = next.is_pointer_button_down_on();
        if down != ui.data(|data| data.get_temp(id)).unwrap_or(false) {
            ui.data_mut(|data| data.insert_temp(id, down));
            set(setter, &params.next_scene, if down { 1.0 } else { 0.0 });
        }
    });
}
