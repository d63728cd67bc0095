//! The parameters as small sliders, with gestures that hosts record as automation.

use egui::{Align2, CornerRadius, FontId, Rect, Response, Sense, TextWrapMode, Ui, Vec2, WidgetText};
use nice_plug::prelude::{Param, ParamSetter};

use super::theme::{self, FAINT, GLOW, HOVER, QUIET, RAISED, SMALL, TEXT};
use crate::params::PhospheneParams;

/// A slider's height in points.
const SLIDER: f32 = 36.0;
/// Width of the names of the rows.
const CAPTION: f32 = 58.0;
/// Height of all rows, with the gap under each.
pub const HEIGHT: f32 = 3.0 * (SLIDER + 8.0);

/// Where a slider's bar begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bar {
    /// At the left end.
    Left,
    /// In the middle, where nothing is done.
    Middle,
}

/// One parameter: its name and value over a bar. Drag to change, finely with Shift; double-click for the default; the
/// wheel goes by small steps.
fn slider<P: Param>(ui: &mut Ui, param: &P, setter: &ParamSetter<'_>, width: f32, bar: Bar) -> Response {
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width, SLIDER), Sense::click_and_drag());
    let value = param.unmodulated_normalized_value();
    let default = param.default_normalized_value();
    // What the host records is the step itself.
    let snapped = |normalized: f32| param.preview_normalized(param.preview_plain(normalized.clamp(0.0, 1.0)));
    let held = response.id.with("dragged");
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
        let begun = ui.data(|data| data.get_temp::<f32>(held)).unwrap_or(value);
        let now = (begun + response.drag_delta().x / width * fine).clamp(0.0, 1.0);
        ui.data_mut(|data| data.insert_temp(held, now));
        setter.set_parameter_normalized(param, snapped(now));
    }
    if response.drag_stopped() {
        ui.data_mut(|data| data.remove::<f32>(held));
        setter.end_set_parameter(param);
    }
    if response.double_clicked() {
        set(setter, param, default);
    } else if response.hovered() {
        let step = param.step_count().map_or(0.01, |steps| 1.0 / steps.max(1) as f32);
        let turned = ui.input(|input| input.events.iter().map(turn).sum::<f32>());
        if turned != 0.0 {
            set(setter, param, snapped(value + step * turned));
        }
    }

    let painter = ui.painter();
    let fill = if response.hovered() { HOVER } else { RAISED };
    painter.rect_filled(rect, CornerRadius::same(6), fill);
    let text = rect.shrink2(Vec2::new(8.0, 5.0));
    let font = FontId::proportional(SMALL);
    let name = painter.layout_no_wrap(param.name().to_owned(), font.clone(), QUIET);
    let room = (text.width() - name.size().x - 6.0).max(0.0);
    let shown = WidgetText::from(param.normalized_value_to_string(value, true));
    let shown = shown.into_galley(ui, Some(TextWrapMode::Truncate), room, font);
    let painter = ui.painter();
    painter.galley(text.left_top(), name, QUIET);
    painter.galley(text.right_top() - Vec2::new(shown.size().x, 0.0), shown, TEXT);
    let track = Rect::from_min_max(text.left_bottom() - Vec2::new(0.0, 3.0), text.right_bottom());
    painter.rect_filled(track, CornerRadius::same(2), theme::NIGHT);
    let x = |value: f32| track.left() + value * track.width();
    let origin = if bar == Bar::Middle { 0.5 } else { 0.0 };
    let bar = Rect::from_min_max(
        egui::pos2(x(value.min(origin)), track.top()),
        egui::pos2(x(value.max(origin)), track.bottom()),
    );
    painter.rect_filled(bar, CornerRadius::same(2), GLOW);
    painter.circle_filled(egui::pos2(x(default), track.bottom() + 2.5), 1.0, FAINT);
    response.on_hover_cursor(egui::CursorIcon::ResizeHorizontal)
}

/// A turn of the wheel: one step, however far the system says it went.
fn turn(event: &egui::Event) -> f32 {
    match event {
        egui::Event::MouseWheel { delta, .. } if delta.y != 0.0 => delta.y.signum(),
        _ => 0.0,
    }
}

/// A change all at once, as one gesture.
pub fn set<P: Param>(setter: &ParamSetter<'_>, param: &P, normalized: f32) {
    setter.begin_set_parameter(param);
    setter.set_parameter_normalized(param, normalized);
    setter.end_set_parameter(param);
}

/// All sliders, a row for each thing that they are about.
pub fn show(ui: &mut Ui, params: &PhospheneParams, setter: &ParamSetter<'_>) {
    let gap = ui.spacing().item_spacing.x;
    let width = (ui.available_width() - CAPTION) / 4.0 - gap;
    let row = |ui: &mut Ui, name: &str, sliders: &mut dyn FnMut(&mut Ui)| {
        ui.horizontal(|ui| {
            let (rect, _) = ui.allocate_exact_size(Vec2::new(CAPTION, SLIDER), Sense::hover());
            let font = FontId::proportional(SMALL);
            ui.painter()
                .text(rect.left_center(), Align2::LEFT_CENTER, name, font, FAINT);
            sliders(ui);
        });
    };
    row(ui, "SCENE", &mut |ui| {
        slider(ui, &params.quantize, setter, width, Bar::Left).on_hover_text("Where a change of scene lands");
        slider(ui, &params.morph, setter, width, Bar::Left)
            .on_hover_text("How long the passage to the next scene takes");
        slider(ui, &params.seed, setter, width, Bar::Left).on_hover_text("Another number, another arrangement");
        slider(ui, &params.reactivity, setter, width, Bar::Left)
            .on_hover_text("How strongly things move with the music");
    });
    let narrow = (ui.available_width() - CAPTION) / 5.0 - gap;
    row(ui, "PAINT", &mut |ui| {
        slider(ui, &params.style, setter, narrow, Bar::Left)
            .on_hover_text("One painter for all scenes, or each scene's own");
        slider(ui, &params.style_strength, setter, narrow, Bar::Left).on_hover_text("How much of the painting is kept");
        slider(ui, &params.look, setter, narrow, Bar::Left)
            .on_hover_text("One print look for all scenes, over their painters");
        slider(ui, &params.intensity, setter, narrow, Bar::Left).on_hover_text("Brightness and colour");
        slider(ui, &params.palette_shift, setter, narrow, Bar::Middle).on_hover_text("Turns all hues");
    });
    row(ui, "CAMERA", &mut |ui| {
        slider(ui, &params.zoom, setter, width, Bar::Middle).on_hover_text("Speed of the zoom; 0 stands still");
        slider(ui, &params.rotate, setter, width, Bar::Middle).on_hover_text("Turns the camera");
        slider(ui, &params.pan_x, setter, width, Bar::Middle).on_hover_text("Moves the camera sideways");
        slider(ui, &params.pan_y, setter, width, Bar::Middle).on_hover_text("Moves the camera up and down");
    });
}

/// The trigger that goes to the next scene.
pub fn next_scene(ui: &mut Ui, params: &PhospheneParams, setter: &ParamSetter<'_>) {
    let next = theme::button(ui, "Next scene  ›", false);
    // Only this button's own press and release are told: the host may be automating the parameter meanwhile.
    let id = next.id.with("held");
    let down = next.is_pointer_button_down_on();
    if down != ui.data(|data| data.get_temp(id)).unwrap_or(false) {
        ui.data_mut(|data| data.insert_temp(id, down));
        set(setter, &params.next_scene, if down { 1.0 } else { 0.0 });
    }
}
