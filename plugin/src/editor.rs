//! The editor's window: layout only; it shows [`Shared`] and sends [`Command`]s.

mod bank;
mod music;
mod settings;
mod sliders;
mod takes;
mod theme;

use std::{
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use egui::{Align, Layout, Margin, RichText, Ui};
use nice_plug::{
    context::gui::GuiContext,
    editor::{ResizeHint, dpi::LogicalSize},
    plugin::TrackInfo,
    prelude::{Param, ParamSetter},
};
use nice_plug_egui::{
    EguiEditorState, EguiNiceSettings, Frame, NiceEguiApp, RepaintNotifier, baseview, create_egui_editor,
};

use self::{
    bank::{Bank, Did},
    music::Screen,
    takes::Takes,
};
use crate::{
    keys::HostKeys,
    live::warn,
    project::Project,
    shared::{Command, LiveView, Shared, Still},
    window::{
        Desk, Window,
        focus::{self, Focus},
    },
};

/// The window's size when it is first opened, and the smallest at which everything is there, in logical pixels.
pub const SIZE: (f64, f64) = (1080.0, 760.0);
/// The smallest size that everything fits in; in a smaller window it is scrolled.
const LEAST: egui::Vec2 = egui::vec2(860.0, 640.0);
/// The bank's width, in points.
const BANK_WIDTH: f32 = 380.0;
/// The host is told that the project was edited this often at most while the edit goes on.
const TELL_EVERY: Duration = Duration::from_secs(2);
/// Typing that pauses for so long is told to the preview and to the take under way.
const PAUSE: Duration = Duration::from_millis(500);
/// How often a window that is hidden without a word is looked for.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// The editor as egui runs it.
pub struct App {
    shared: Arc<Shared>,
    desk: Arc<Desk>,
    host: Option<GuiContext>,
    bank: Bank,
    takes: Takes,
    screen: Screen,
    focus: Focus,
    settings_open: bool,
    busy: bool,
    /// The project was edited, and the host does not know it yet.
    untold: bool,
    told: Option<Instant>,
    typed: Instant,
    looked: Instant,
}

/// Makes the editor of an instance.
#[must_use]
pub fn create(desk: Arc<Desk>, repaint: RepaintNotifier) -> Option<Window> {
    let state = EguiEditorState::from_size(LogicalSize::new(SIZE.0, SIZE.1), 1.0);
    let resize = ResizeHint {
        can_resize: true,
        can_resize_horizontally: true,
        can_resize_vertically: true,
        ..ResizeHint::NON_RESIZABLE
    };
    let editor = create_egui_editor(
        state,
        repaint,
        EguiNiceSettings::new().with_tile("Phosphene").with_resize_hint(resize),
        App {
            shared: desk.shared.clone(),
            desk: desk.clone(),
            host: None,
            bank: Bank::default(),
            takes: Takes::default(),
            screen: Screen::default(),
            focus: Focus::default(),
            settings_open: false,
            busy: false,
            untold: false,
            told: None,
            typed: Instant::now(),
            looked: Instant::now(),
        },
    );
    editor.map(|editor| Window::around(editor, desk))
}

impl NiceEguiApp for App {
    fn build(
        &mut self,
        ctx: egui::Context,
        host: GuiContext,
        _frame: &mut Frame,
    ) -> Result<(), baseview::HandlerError> {
        theme::apply(&ctx);
        ctx.add_plugin(HostKeys(self.desk.keys.clone()));
        self.host = Some(host);
        // Textures, and what was open, belong to the window that was closed.
        self.bank = Bank::default();
        self.screen = Screen::default();
        self.focus = Focus::default();
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
        for problem in self.shared.params.project.take_problems() {
            warn(&self.shared, problem);
        }
        self.finish_edits(ui, &setter);
        let typing = ui.ctx().text_edit_focused();
        self.desk.keys.set_typing(typing);
        let window = frame.baseview_window();
        if wants_keys {
            // Hosts keep the keyboard until the window asks for it; one that refuses is none of our business.
            let _ = window.focus();
        }
        if self.desk.within.load(Ordering::Relaxed) {
            let clicked = ui.input(|input| input.pointer.any_pressed());
            self.focus.follow(window, typing || wants_keys, clicked);
            if self.looked.elapsed() >= LOOK_EVERY {
                self.looked = Instant::now();
                self.desk.set_visible(focus::is_visible(window));
            }
        }
    }

    fn track_info_changed(&mut self, info: TrackInfo) {
        info.name().clone_into(&mut self.shared.track_name.lock());
    }
}

impl App {
    /// Tells of edits: everybody when the typing pauses, the host at the first key and now and then while it goes on.
    fn finish_edits(&mut self, ui: &Ui, setter: &ParamSetter<'_>) {
        let at_work = ui.input(|input| input.pointer.any_down()) || ui.memory(|memory| memory.focused().is_some());
        if self.desk.typed.load(Ordering::Acquire) {
            let paused = self.typed.elapsed();
            if at_work && paused < PAUSE {
                ui.ctx().request_repaint_after(PAUSE - paused);
            } else {
                self.desk.finish_typing();
            }
        }
        if self.untold {
            // Never at every key and every pixel of a drag: each telling is a gesture.
            let since = self.told.map_or(TELL_EVERY, |told| told.elapsed());
            if !at_work || since >= TELL_EVERY {
                self.tell(setter);
            } else {
                ui.ctx().request_repaint_after(TELL_EVERY - since);
            }
        }
    }

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
        // The same whether there are takes or not: nothing jumps when the first one appears.
        let below = 44.0 + 12.0 + takes::HEIGHT + 16.0;
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
            ui.set_min_height(takes::HEIGHT + 32.0);
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
        let rest = 34.0 + 56.0 + sliders::HEIGHT + 24.0;
        let picture = self.shared.preview.lock().clone();
        let tall = (height - rest).clamp(120.0, ui.available_width() * 9.0 / 16.0);
        music::preview(ui, &mut self.screen, &picture, tall, live.beat);
        music::timeline(ui, live);
        music::spectrum(ui, live);
        sliders::show(ui, &self.shared.params, setter);
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
                sliders::next_scene(ui, &self.shared.params, setter);
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
            order: &project.order,
            stills,
            scene: live.scene,
            coming: &coming,
        };
        for did in self.bank.show(ui, &view, focus) {
            match did {
                Did::Ask(scene) => {
                    let params = &self.shared.params;
                    let value = params.scene.preview_normalized(scene as i32 + 1);
                    sliders::set(setter, &params.scene, value);
                }
                Did::Type(scene, prompt) => {
                    self.shared.params.project.write().bank.prompts[scene] = prompt;
                    self.typed();
                }
                Did::Edit(scene, prompt) => self.edit(|project| project.bank.prompts[scene] = prompt),
                Did::MovePictures(from, to) => self.edit(|project| project.move_pictures(from, to)),
                Did::MoveRow(from, to) => self.edit(|project| project.move_row(from, to)),
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
            if ui.ctx().text_edit_focused() {
                self.typed();
            } else {
                self.edited();
            }
        }
    }

    /// A letter more: in what the host saves at once, and told when the typing pauses.
    fn typed(&mut self) {
        self.shared.params.project.typed();
        self.desk.typed.store(true, Ordering::Release);
        self.typed = Instant::now();
        self.untold = true;
    }

    fn edit(&mut self, change: impl FnOnce(&mut Project)) {
        change(&mut self.shared.params.project.write());
        self.edited();
    }

    /// The project was changed: heard at once, and the host is told when there is time for it.
    fn edited(&mut self) {
        self.shared.params.project.edited();
        self.untold = true;
    }

    /// Makes the host save the project.
    fn tell(&mut self, setter: &ParamSetter<'_>) {
        self.untold = false;
        self.told = Some(Instant::now());
        // Hosts ask to save when a parameter was touched, and know nothing of prompts: one is set to what it is.
        let seed = &self.shared.params.seed;
        sliders::set(setter, seed, seed.unmodulated_normalized_value());
    }

    fn ask(&mut self, command: Command) {
        self.busy = self.shared.commands.try_send(command).is_err();
    }
}
