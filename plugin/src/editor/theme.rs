//! Colours, type sizes and the few shapes that everything in the editor is made of.

use egui::{Color32, CornerRadius, FontFamily, FontId, Margin, Response, Sense, Stroke, TextStyle, Ui, Vec2};

/// Behind everything.
pub const NIGHT: Color32 = Color32::from_rgb(0x0d, 0x0f, 0x14);
/// A panel.
pub const PANEL: Color32 = Color32::from_rgb(0x15, 0x18, 0x20);
/// A thing that can be touched.
pub const RAISED: Color32 = Color32::from_rgb(0x1f, 0x24, 0x2f);
/// The same, under the mouse.
pub const HOVER: Color32 = Color32::from_rgb(0x2a, 0x31, 0x40);
/// Lines that part things.
pub const LINE: Color32 = Color32::from_rgb(0x28, 0x2d, 0x39);
/// Text.
pub const TEXT: Color32 = Color32::from_rgb(0xe6, 0xe9, 0xef);
/// Text that is less important.
pub const QUIET: Color32 = Color32::from_rgb(0x8b, 0x93, 0xa5);
/// Text that is hardly there: hints, empty places.
pub const FAINT: Color32 = Color32::from_rgb(0x59, 0x61, 0x72);
/// The one accent: the green of a screen's phosphor.
pub const GLOW: Color32 = Color32::from_rgb(0x6f, 0xf2, 0xb4);
/// What needs attention.
pub const WARN: Color32 = Color32::from_rgb(0xff, 0xb4, 0x5c);
/// What is being recorded.
pub const RECORD: Color32 = Color32::from_rgb(0xff, 0x5f, 0x6d);

/// The type scale: small, body, large, huge.
pub const SMALL: f32 = 11.0;
/// Body.
pub const BODY: f32 = 13.0;
/// Headings and numbers.
pub const LARGE: f32 = 17.0;
/// The one figure that is read from afar: the tempo.
pub const HUGE: f32 = 25.0;

/// The accent, dimmed to a share.
#[must_use]
pub fn glow(share: f32) -> Color32 {
    mix(PANEL, GLOW, share)
}

/// Between two colours.
#[must_use]
pub fn mix(a: Color32, b: Color32, share: f32) -> Color32 {
    let at = |x: u8, y: u8| (f32::from(x) + (f32::from(y) - f32::from(x)) * share.clamp(0.0, 1.0)).round() as u8;
    Color32::from_rgb(at(a.r(), b.r()), at(a.g(), b.g()), at(a.b(), b.b()))
}

/// Sets the editor's looks.
pub fn apply(ctx: &egui::Context) {
    ctx.all_styles_mut(|style| {
        let family = FontFamily::Proportional;
        style.text_styles = [
            (TextStyle::Small, FontId::new(SMALL, family.clone())),
            (TextStyle::Body, FontId::new(BODY, family.clone())),
            (TextStyle::Button, FontId::new(BODY, family.clone())),
            (TextStyle::Heading, FontId::new(LARGE, family)),
            (TextStyle::Monospace, FontId::new(SMALL, FontFamily::Monospace)),
        ]
        .into();
        style.spacing.item_spacing = Vec2::new(8.0, 8.0);
        style.spacing.button_padding = Vec2::new(10.0, 4.0);
        style.spacing.interact_size = Vec2::new(24.0, 24.0);
        style.spacing.scroll = egui::style::ScrollStyle::thin();
        let visuals = &mut style.visuals;
        *visuals = egui::Visuals::dark();
        visuals.panel_fill = NIGHT;
        visuals.window_fill = PANEL;
        visuals.window_stroke = Stroke::new(1.0, LINE);
        visuals.window_corner_radius = CornerRadius::same(8);
        visuals.extreme_bg_color = NIGHT;
        visuals.override_text_color = Some(TEXT);
        visuals.selection.bg_fill = GLOW.gamma_multiply(0.35);
        visuals.selection.stroke = Stroke::new(1.0, GLOW);
        visuals.hyperlink_color = GLOW;
        visuals.widgets.noninteractive.bg_stroke = Stroke::new(1.0, LINE);
        for (widget, fill) in [
            (&mut visuals.widgets.inactive, RAISED),
            (&mut visuals.widgets.hovered, HOVER),
            (&mut visuals.widgets.active, HOVER),
            (&mut visuals.widgets.open, HOVER),
        ] {
            widget.weak_bg_fill = fill;
            widget.bg_fill = fill;
            widget.bg_stroke = Stroke::NONE;
            widget.corner_radius = CornerRadius::same(6);
            widget.expansion = 0.0;
            widget.fg_stroke = Stroke::new(1.0, TEXT);
        }
    });
}

/// A panel's frame.
pub fn panel() -> egui::Frame {
    egui::Frame::new()
        .fill(PANEL)
        .corner_radius(CornerRadius::same(10))
        .inner_margin(Margin::same(12))
}

/// A small label over a group.
pub fn caption(ui: &mut Ui, text: &str) {
    ui.label(egui::RichText::new(text).size(SMALL).color(FAINT));
}

/// Quiet text.
pub fn quiet(ui: &mut Ui, text: impl Into<String>) -> Response {
    ui.label(egui::RichText::new(text).size(SMALL).color(QUIET))
}

/// Quiet text in as many lines as it needs.
pub fn wrapped(ui: &mut Ui, text: &str) -> Response {
    ui.add(egui::Label::new(egui::RichText::new(text).size(SMALL).color(QUIET)).wrap())
}

/// A button; lit when it stands for what is on.
pub fn button(ui: &mut Ui, text: &str, lit: bool) -> Response {
    let colour = if lit { NIGHT } else { TEXT };
    let fill = if lit { GLOW } else { RAISED };
    let text = egui::RichText::new(text).size(BODY).color(colour);
    ui.add(egui::Button::new(text).fill(fill).corner_radius(CornerRadius::same(6)))
}

/// Text that is cut with an ellipsis where it does not fit, with the whole of it on hover.
pub fn cut(ui: &mut Ui, text: &str, size: f32, colour: Color32) -> Response {
    let label = egui::Label::new(egui::RichText::new(text).size(size).color(colour)).truncate();
    ui.add(label.sense(Sense::hover()))
}
