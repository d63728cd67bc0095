//! The editor's window: layout only; it shows [`Shared`] and sends [`crate::shared::Command`]s.

use std::sync::{Arc, atomic::Ordering};

use nice_plug::{context::gui::GuiContext, editor::dpi::LogicalSize};
use nice_plug_egui::{
    EguiEditor, EguiEditorState, EguiNiceSettings, Frame, NiceEguiApp, RepaintNotifier, baseview, create_egui_editor,
};

use crate::shared::Shared;

/// The editor as egui runs it.
pub struct App {
    shared: Arc<Shared>,
    host: Option<GuiContext>,
}

/// The window's size when it is first opened, in logical pixels.
pub const SIZE: (f64, f64) = (1080.0, 720.0);

/// Makes the editor of an instance.
#[must_use]
pub fn create(shared: Arc<Shared>, repaint: RepaintNotifier) -> Option<EguiEditor<App>> {
    let state = EguiEditorState::from_size(LogicalSize::new(SIZE.0, SIZE.1), 1.0);
    create_egui_editor(
        state,
        repaint,
        EguiNiceSettings::new().with_tile("Phosphene"),
        App { shared, host: None },
    )
}

impl NiceEguiApp for App {
    fn build(
        &mut self,
        _ctx: egui::Context,
        host: GuiContext,
        _frame: &mut Frame,
    ) -> Result<(), baseview::HandlerError> {
        self.host = Some(host);
        self.shared.editor_open.store(true, Ordering::Release);
        Ok(())
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut Frame) {
        ui.heading("Phosphene");
    }

    fn editor_closed(&mut self) {
        self.shared.editor_open.store(false, Ordering::Release);
        self.host = None;
    }
}
