//! The editor's window: layout only; it shows [`Shared`] and sends [`Command`]s.

mod bank;
mod music;
mod settings;
mod strip;
mod takes;
mod theme;

use std::sync::{Arc, atomic::Ordering};

use egui::{Align, Layout, Margin, RichText, Ui};
use nice_plug::{
    context::gui::GuiContext,
    editor::{ResizeHint, dpi::LogicalSize},
    plugin::TrackInfo,
    prelude::{Param, ParamSetter},
};
use nice_plug_egui::{
    EguiEditor, EguiEditorState, EguiNiceSettings, Frame, NiceEguiApp, RepaintNotifier, baseview, create_egui_editor,
};

use self::{
    bank::{Bank, Did},
    music::Screen,
    takes::Takes,
};
use crate::shared::{Command, LiveView, Shared, Still};

/// The window's size when it is first opened, and the smallest at which everything is there, in logical pixels.
pub const SIZE: (f64, f64) = (1080.0, 760.0);
/// The smallest size that everything fits in; in a smaller window it is scrolled.
const LEAST: egui::Vec2 = egui::vec2(860.0, 640.0);
/// The bank's width, in points.
const BANK_WIDTH: f32 = 380.0;

/// The editor as egui runs it.
pub struct App {
    shared: Arc<Shared>,
    host: Option<GuiContext>,
    bank: Bank,
    takes: Takes,
    screen: Screen,
    settings_open: bool,
    busy: bool,
    /// The project was edited, and the host does not know it yet.
    untold: bool,
}

/// Makes the editor of an instance.
#[must_use]
pub fn create(shared: Arc<Shared>, repaint: RepaintNotifier) -> Option<EguiEditor<App>> {
    let state = EguiEditorState::from_size(LogicalSize::new(SIZE.0, SIZE.1), 1.0);
    let resize = ResizeHint {
        can_resize: true,
        can_resize_horizontally: true,
        can_resize_vertically: true,
        ..ResizeHint::NON_RESIZABLE
    };
    create_egui_editor(
        state,
        repaint,
        EguiNiceSettings::new().with_tile("Phosphene").with_resize_hint(resize),
        App {
            shared,
            host: None,
            bank: Bank::default(),
            takes: Takes::default(),
            screen: Screen::default(),
            settings_open: false,
            busy: false,
            untold: false,
        },
    )
}

impl NiceEguiApp for App {
    fn build(
        &mut self,
        ctx: egui::Context,
        host: GuiContext,
        _frame: &mut Frame,
    ) -> Result<(), baseview::HandlerError> {
        theme::apply(&ctx);
        self.host = Some(host);
        // Textures belong to the window that was closed.
        self.bank = Bank::default();
        self.screen = Screen::default();
        self.shared.editor_open.store(true, Ordering::Release);
        Ok(())
    }

    fn ui(&mut self, ui: &mut Ui, frame: &mut Frame) {
        let Some(host) = self.host.clone() else { return };
        let setter = host.param_setter();
        let mut wants_keys = false;
        // Copies, so that no lock is held while the window is drawn.
        let live = self.shared.live.lock().clone();
        let stills = self.shared.stills.lock().clone();
        egui::CentralPanel::default()
            .frame(egui::Frame::new().fill(theme::NIGHT).inner_margin(Margin::same(12)))
            .show(ui, |ui| {
                let room = ui.available_size();
                if room.x >= LEAST.x && room.y >= LEAST.y {
                    return self.layout(ui, &setter, &live, &stills, &mut || wants_keys = true);
                }
                egui::ScrollArea::both().auto_shrink(false).show(ui, |ui| {
                    let whole = egui::Rect::from_min_size(ui.min_rect().min, room.max(LEAST));
                    ui.scope_builder(egui::UiBuilder::new().max_rect(whole), |ui| {
                        self.layout(ui, &setter, &live, &stills, &mut || wants_keys = true);
                    });
                });
            });
        self.busy &= self.shared.commands.is_full();
        // Once an edit is finished, not at every key and every pixel of a drag.
        let at_work = ui.input(|input| input.pointer.any_down()) || ui.memory(|memory| memory.focused().is_some());
        if self.untold && !at_work {
            self.tell(&setter);
        }
        if wants_keys {
            // Hosts keep the keyboard until the window asks for it; one that refuses is none of our business.
            let _ = frame.baseview_window().focus();
        }
    }

    fn editor_closed(&mut self) {
        if let Some((scene, text)) = self.bank.unfinished() {
            self.edit(|bank| text.trim().clone_into(&mut bank[scene].text));
        }
        if let Some(host) = self.host.take().filter(|_| self.untold) {
            self.tell(&host.param_setter());
        }
        self.shared.editor_open.store(false, Ordering::Release);
        self.bank = Bank::default();
        self.screen = Screen::default();
    }

    fn track_info_changed(&mut self, info: TrackInfo) {
        info.name().clone_into(&mut self.shared.track_name.lock());
    }
}

impl App {
    fn layout(
        &mut self,
        ui: &mut Ui,
        setter: &ParamSetter<'_>,
        live: &LiveView,
        stills: &[Still],
        focus: &mut dyn FnMut(),
    ) {
        self.header(ui);
        let capture = self.shared.capture.lock().clone();
        if let Some(command) = takes::warnings(ui, &capture) {
            self.ask(command);
        }
        let below = 44.0 + 12.0 + (capture.takes.len().min(4) as f32 * 28.0 + 24.0).min(150.0) + 16.0;
        let height = (ui.available_height() - below).max(280.0);
        ui.horizontal_top(|ui| {
            let left = (ui.available_width() - BANK_WIDTH - 12.0).max(300.0);
            ui.allocate_ui_with_layout(egui::vec2(left, height), Layout::top_down(Align::Min), |ui| {
                theme::panel().show(ui, |ui| {
                    ui.set_width(left - 24.0);
                    ui.set_height(height - 24.0);
                    self.stage(ui, setter, live, height - 24.0);
                });
            });
            let right = ui.available_width();
            ui.allocate_ui_with_layout(egui::vec2(right, height), Layout::top_down(Align::Min), |ui| {
                theme::panel().show(ui, |ui| {
                    ui.set_width(right - 24.0);
                    ui.set_height(height - 24.0);
                    if self.settings_open {
                        self.settings(ui, focus);
                    } else {
                        self.scenes(ui, setter, live, stills, focus);
                    }
                });
            });
        });
        theme::panel().show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.horizontal(|ui| takes::mode(ui, &self.shared.params, setter, &capture));
            for command in self.takes.show(ui, &capture) {
                self.ask(command);
            }
        });
    }

    fn header(&mut self, ui: &mut Ui) {
        ui.horizontal(|ui| {
            ui.label(RichText::new("phosphene").size(theme::LARGE).color(theme::GLOW));
            theme::quiet(ui, "the song as a music video");
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let word = if self.settings_open {
                    "Back to the scenes"
                } else {
                    "Video settings"
                };
                if theme::button(ui, word, self.settings_open).clicked() {
                    self.settings_open = !self.settings_open;
                }
                if self.busy {
                    theme::quiet(ui, "busy, try again");
                }
            });
        });
    }

    /// Preview, timeline, spectrum, parameters.
    fn stage(&mut self, ui: &mut Ui, setter: &ParamSetter<'_>, live: &LiveView, height: f32) {
        let rest = 34.0 + 56.0 + strip::HEIGHT + 24.0;
        let picture = self.shared.preview.lock().clone();
        let tall = (height - rest).clamp(120.0, ui.available_width() * 9.0 / 16.0);
        music::preview(ui, &mut self.screen, &picture, tall, live.beat);
        music::timeline(ui, live);
        music::spectrum(ui, live);
        strip::show(ui, &self.shared.params, setter);
    }

    fn scenes(
        &mut self,
        ui: &mut Ui,
        setter: &ParamSetter<'_>,
        live: &LiveView,
        stills: &[Still],
        focus: &mut dyn FnMut(),
    ) {
        ui.horizontal(|ui| {
            theme::caption(ui, "SCENES");
            theme::quiet(ui, "automate Scene, or play C3 and up");
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                strip::next_scene(ui, &self.shared.params, setter);
            });
        });
        let project = self.shared.params.project.read().clone();
        let coming: Vec<usize> = live
            .cues
            .iter()
            .filter(|(at, _)| *at > live.beat)
            .map(|(_, scene)| *scene)
            .collect();
        let view = bank::View {
            prompts: &project.bank.prompts,
            stills,
            scene: live.scene,
            coming: &coming,
        };
        for did in self.bank.show(ui, &view, focus) {
            match did {
                Did::Ask(scene) => {
                    let params = &self.shared.params;
                    let value = params.scene.preview_normalized(scene as i32 + 1);
                    strip::set(setter, &params.scene, value);
                }
                Did::Edit(scene, prompt) => self.edit(|bank| bank[scene] = prompt),
                Did::Move(from, to) => self.edit(|bank| bank::reorder(bank, from, to)),
                Did::Explain(scene) => self.ask(Command::Still(scene)),
            }
        }
    }

    fn settings(&mut self, ui: &mut Ui, focus: &mut dyn FnMut()) {
        theme::caption(ui, "VIDEO SETTINGS");
        ui.add_space(4.0);
        let mut project = self.shared.params.project.read().clone();
        if settings::show(ui, &mut project, focus) {
            *self.shared.params.project.write() = project;
            self.edited();
        }
    }

    fn edit(&mut self, change: impl FnOnce(&mut Vec<phosphene_engine::prompt::Prompt>)) {
        change(&mut self.shared.params.project.write().bank.prompts);
        self.edited();
    }

    /// The project was changed: heard at once, and the host is told when the edit is finished.
    fn edited(&mut self) {
        self.shared.params.project.edited();
        self.untold = true;
    }

    /// Makes the host save the project.
    fn tell(&mut self, setter: &ParamSetter<'_>) {
        self.untold = false;
        // Hosts ask to save when a parameter was touched, and know nothing of prompts: one is set to what it is.
        let seed = &self.shared.params.seed;
        strip::set(setter, seed, seed.unmodulated_normalized_value());
    }

    fn ask(&mut self, command: Command) {
        self.busy = self.shared.commands.try_send(command).is_err();
    }
}
