//! Phosphene in a DAW: hears the song, takes prompts as automation, records takes, and starts their render.
//!
//! ```text
//! process() ──tap──► session ──► take on the disk ──► `phosphene render-take` (a child that outlives the host)
//!                       └─────► live: analysis, cues, preview ──► editor
//! ```
//!
//! The engine comes without `render`, so no FFmpeg is loaded into the host.

pub mod editor;
pub mod live;
pub mod params;
mod preview;
pub mod project;
pub mod session;
pub mod shared;
pub mod tap;

use std::sync::Arc;

use nice_plug::prelude::*;
use nice_plug_egui::{EguiEditor, RepaintNotifier};

use crate::{params::PhospheneParams, shared::Shared};

/// One instance of the plugin.
pub struct Phosphene {
    params: Arc<PhospheneParams>,
    shared: Arc<Shared>,
    repaint: RepaintNotifier,
}

impl Default for Phosphene {
    fn default() -> Self {
        let params = Arc::new(PhospheneParams::default());
        Self {
            shared: Arc::new(Shared::new(params.clone())),
            params,
            repaint: RepaintNotifier::new(),
        }
    }
}

const fn layout(channels: u32) -> AudioIOLayout {
    AudioIOLayout {
        main_input_channels: NonZeroU32::new(channels),
        main_output_channels: NonZeroU32::new(channels),
        ..AudioIOLayout::const_default()
    }
}

impl Plugin for Phosphene {
    const NAME: &'static str = "Phosphene";
    const VENDOR: &'static str = "Phosphene";
    const URL: &'static str = env!("CARGO_PKG_REPOSITORY");
    const EMAIL: &'static str = "";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const AUDIO_IO_LAYOUTS: &'static [AudioIOLayout] = &[layout(2), layout(1)];
    const MIDI_INPUT: MidiConfig = MidiConfig::Basic;
    const SAMPLE_ACCURATE_AUTOMATION: bool = true;

    type Editor = EguiEditor<editor::App>;
    type SysExMessage = ();
    type BackgroundTask = ();

    fn params(&self) -> Arc<dyn Params> {
        self.params.clone()
    }

    fn editor(&mut self, _executor: AsyncExecutor<Self>) -> Option<Self::Editor> {
        editor::create(self.shared.clone(), self.repaint.clone())
    }

    fn process(
        &mut self,
        _buffer: &mut Buffer,
        _aux: &mut AuxiliaryBuffers,
        _context: &mut impl ProcessContext<Self>,
    ) -> ProcessStatus {
        ProcessStatus::KeepAlive
    }
}

impl ClapPlugin for Phosphene {
    const CLAP_ID: &'static str = "com.phosphene-av.phosphene";
    const CLAP_DESCRIPTION: Option<&'static str> = Some("Turns the song into a music video");
    const CLAP_MANUAL_URL: Option<&'static str> = Some(env!("CARGO_PKG_REPOSITORY"));
    const CLAP_SUPPORT_URL: Option<&'static str> = None;
    const CLAP_FEATURES: &'static [ClapFeature] = &[
        ClapFeature::AudioEffect,
        ClapFeature::Stereo,
        ClapFeature::Mono,
        ClapFeature::Analyzer,
        ClapFeature::Utility,
    ];
}

impl Vst3Plugin for Phosphene {
    const VST3_CLASS_ID: [u8; 16] = *b"PhospheneVideoFx";
    const VST3_SUBCATEGORIES: &'static [Vst3SubCategory] =
        &[Vst3SubCategory::Fx, Vst3SubCategory::Analyzer, Vst3SubCategory::Tools];
}

nice_export_clap!(Phosphene);
nice_export_vst3!(Phosphene);
