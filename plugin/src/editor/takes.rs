//! Capturing: the mode, the take under way, the takes on the disk and their videos.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command as Program},
};

use egui::{Align, CornerRadius, Layout, Sense, Ui, Vec2};
use nice_plug::prelude::{Param, ParamSetter};
use phosphene_core::take::RenderState;

use super::{
    sliders,
    theme::{self, FAINT, GLOW, NIGHT, RECORD, SMALL, TEXT, WARN},
};
use crate::{
    params::{Capture, PhospheneParams},
    shared::{CaptureState, CaptureView, Command, TakeView},
};

/// The height of the list in points, whether there are takes or not.
pub const HEIGHT: f32 = LABEL + LIST;
/// Of the line above the takes.
const LABEL: f32 = 24.0;
/// Of two takes; more are scrolled.
const LIST: f32 = 56.0;

/// The panel's own state.
#[derive(Default)]
pub struct Takes {
    /// The take that the user is asked about deleting.
    asking: Option<PathBuf>,
    /// What was opened to show videos and folders: asked now and then whether it has ended, as the system wants.
    opened: Vec<Child>,
}

/// The mode and what is being recorded.
pub fn mode(ui: &mut Ui, params: &PhospheneParams, setter: &ParamSetter<'_>, view: &CaptureView) {
    theme::caption(ui, "CAPTURE");
    for (mode, name, about) in [
        (Capture::Off, "Off", "Nothing is recorded"),
        (
            Capture::Export,
            "Export",
            "When the DAW exports the song, its video is made too",
        ),
        (
            Capture::Always,
            "Always",
            "Whatever plays is recorded; for hosts that never say that they play",
        ),
    ] {
        if theme::button(ui, name, params.capture.value() == mode)
            .on_hover_text(about)
            .clicked()
        {
            let value = params.capture.preview_normalized(mode);
            sliders::set(setter, &params.capture, value);
        }
    }
    let (colour, text) = match view.state {
        _ if params.bypass.value() => (WARN, "bypassed by the host: nothing is recorded".to_owned()),
        CaptureState::Off => (FAINT, "not recording".to_owned()),
        CaptureState::Armed if params.capture.value() == Capture::Always => {
            (GLOW, "ready: whatever plays is recorded".to_owned())
        }
        CaptureState::Armed => (GLOW, "ready: export the song, and the video follows".to_owned()),
        CaptureState::Provisional => (
            WARN,
            format!("listening, {}: kept if this is an export", clock(view.secs)),
        ),
        CaptureState::Recording => (RECORD, format!("recording, {}", clock(view.secs))),
    };
    let (dot, _) = ui.allocate_exact_size(Vec2::splat(12.0), Sense::hover());
    ui.painter().circle_filled(dot.center(), 4.0, colour);
    theme::quiet(ui, text);
    if view.dropped_blocks > 0 {
        let text = format!(
            "{} blocks could not be recorded: the machine is too busy",
            view.dropped_blocks
        );
        ui.label(egui::RichText::new(text).size(SMALL).color(WARN));
    }
}

impl Takes {
    /// The list; what the user asked for comes back.
    pub fn show(&mut self, ui: &mut Ui, view: &CaptureView) -> Vec<Command> {
        let mut asked = Vec::new();
        if view.takes.is_empty() {
            theme::quiet(
                ui,
                "No takes yet. Export your song from the DAW: the video is made by itself.",
            );
            return asked;
        }
        let bytes: u64 = view.takes.iter().map(|take| take.bytes).sum();
        ui.horizontal(|ui| {
            theme::caption(ui, "TAKES");
            theme::quiet(ui, format!("{} on the disk", size(bytes)));
        });
        egui::ScrollArea::vertical()
            .auto_shrink([false, true])
            .max_height(LIST)
            .show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = 4.0;
                for take in &view.takes {
                    self.row(ui, take, &mut asked);
                }
            });
        asked
    }

    fn row(&mut self, ui: &mut Ui, take: &TakeView, asked: &mut Vec<Command>) {
        ui.horizontal(|ui| {
            ui.allocate_ui(Vec2::new(ui.available_width() * 0.36, 22.0), |ui| {
                theme::cut(ui, &take.name, theme::BODY, TEXT);
            });
            theme::quiet(ui, format!("{}  {}", clock(take.secs), size(take.bytes)));
            if take.lost_secs > 0.0 {
                let text = format!("{:.2} s of sound lost", take.lost_secs);
                ui.label(egui::RichText::new(text).size(SMALL).color(WARN));
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if self.asking.as_ref() == Some(&take.folder) {
                    if theme::button(ui, "Keep", false).clicked() {
                        self.asking = None;
                    }
                    if theme::button(ui, "Delete", true).clicked() {
                        self.asking = None;
                        asked.push(Command::Delete(take.folder.clone()));
                    }
                    theme::quiet(ui, format!("Delete {} for good? The video stays.", size(take.bytes)));
                    return;
                }
                self.buttons(ui, take, asked);
                standing(ui, take);
            });
        });
    }

    fn open(&mut self, path: &Path) {
        self.opened.retain_mut(|child| matches!(child.try_wait(), Ok(None)));
        // Nothing to open it with is no harm: the path can be read in the list.
        self.opened.extend(Program::new(OPENER).arg(path).spawn());
    }

    fn buttons(&mut self, ui: &mut Ui, take: &TakeView, asked: &mut Vec<Command>) {
        if take.recording {
            return;
        }
        if !take.running && theme::button(ui, "Delete", false).clicked() {
            self.asking = Some(take.folder.clone());
        }
        if take.running {
            if theme::button(ui, "Stop", false).clicked() {
                asked.push(Command::StopRender(take.folder.clone()));
            }
            return;
        }
        let done = take
            .progress
            .as_ref()
            .filter(|progress| progress.state == RenderState::Done);
        let word = if done.is_some() { "Render again" } else { "Render" };
        if theme::button(ui, word, false).clicked() {
            asked.push(Command::Render(take.folder.clone()));
        }
        if let Some(video) = done
            .map(|progress| progress.output.clone())
            .filter(|video| video.is_file())
        {
            if theme::button(ui, "Folder", false).clicked() {
                self.open(video.parent().unwrap_or(&video));
            }
            if theme::button(ui, "Watch", false).clicked() {
                self.open(&video);
            }
        }
    }
}

/// The program that opens a file or a folder with what the user has for it.
const OPENER: &str = if cfg!(target_os = "macos") {
    "open"
} else if cfg!(windows) {
    "explorer"
} else {
    "xdg-open"
};

/// How far the take's video is.
fn standing(ui: &mut Ui, take: &TakeView) {
    if take.recording {
        ui.label(egui::RichText::new("being recorded").size(SMALL).color(RECORD));
        return;
    }
    let Some(progress) = &take.progress else {
        theme::quiet(ui, "no video yet");
        return;
    };
    let share = progress.done as f32 / progress.frames.max(1) as f32;
    match progress.state {
        RenderState::Done => {
            ui.label(egui::RichText::new("video done").size(SMALL).color(GLOW));
        }
        RenderState::Failed => {
            let error = progress.error.as_deref().unwrap_or("no reason given");
            theme::cut(ui, error, SMALL, WARN);
        }
        _ if progress.is_coming_up() => {
            theme::quiet(ui, "its renderer is being started");
        }
        _ if !take.running => {
            theme::quiet(ui, format!("stopped at {:.0} %", share * 100.0));
        }
        _ => {
            theme::quiet(ui, format!("{:.0} %", share * 100.0));
            let (rect, _) = ui.allocate_exact_size(Vec2::new(110.0, 6.0), Sense::hover());
            ui.painter().rect_filled(rect, CornerRadius::same(3), NIGHT);
            let mut done = rect;
            done.set_width(rect.width() * share.clamp(0.0, 1.0));
            ui.painter().rect_filled(done, CornerRadius::same(3), GLOW);
        }
    }
}

/// Warnings in plain words, to be put away.
pub fn warnings(ui: &mut Ui, view: &CaptureView) -> Option<Command> {
    let mut asked = None;
    for (i, warning) in view.warnings.iter().enumerate() {
        egui::Frame::new()
            .fill(theme::mix(theme::PANEL, WARN, 0.12))
            .corner_radius(CornerRadius::same(8))
            .inner_margin(egui::Margin::symmetric(12, 6))
            .show(ui, |ui| {
                ui.horizontal(|ui| {
                    ui.set_min_width(ui.available_width());
                    let width = ui.available_width() - 80.0;
                    ui.allocate_ui(Vec2::new(width, 18.0), |ui| {
                        ui.add(egui::Label::new(egui::RichText::new(warning).size(theme::BODY).color(WARN)).wrap());
                    });
                    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                        if i == 0 && theme::button(ui, "Got it", false).clicked() {
                            asked = Some(Command::DismissWarnings);
                        }
                    });
                });
            });
    }
    asked
}

fn clock(secs: f64) -> String {
    let whole = secs.max(0.0) as u64;
    format!("{}:{:02}", whole / 60, whole % 60)
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.2} GB", bytes as f64 / 1e9),
    }
}
