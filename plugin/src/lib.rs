//! Phosphene in a DAW: hears the song, takes prompts as automation, records takes, and starts their render.
//!
//! ```text
//! process() ──tap──► session ──► take on the disk ──► `phosphene render-take` (a child that outlives the host)
//!                       └─────► live: analysis, cues, preview ──► editor
//! ```
//!
//! The engine comes without `render`, so no FFmpeg is loaded into the host.

mod door;
pub mod editor;
mod instances;
pub mod keys;
pub mod live;
mod memory;
pub mod params;
mod preview;
pub mod project;
pub mod recorder;
pub mod renderer;
mod saved;
pub mod session;
pub mod shared;
pub mod tap;
pub mod window;

use std::{env, sync::Arc, time::Duration};

use crossbeam_channel::{Sender, bounded};
use nice_plug::prelude::*;
use nice_plug_egui::RepaintNotifier;
use phosphene_core::{take, time::SampleRate};

pub use crate::door::{GetPluginFactory, clap_entry};
use crate::{
    keys::Keys,
    params::{Grouped, PhospheneParams},
    recorder::Origin,
    session::Session,
    shared::Shared,
    tap::{Arrived, Gate, Record, Tap, TapEnds, transport_of},
    window::{Desk, Window},
};

/// How long the host's background worker may take to get to our fence.
const FENCE_WAIT: Duration = Duration::from_millis(500);

/// One instance of the plugin.
pub struct Phosphene {
    params: Arc<PhospheneParams>,
    shared: Arc<Shared>,
    keys: Arc<Keys>,
    repaint: RepaintNotifier,
    executor: Option<AsyncExecutor<Self>>,
    tap: Option<Tap>,
    session: Option<Session>,
}

/// What is done on the worker thread that all instances share: nothing but being waited for.
pub enum Task {
    /// Everything posted before has been done.
    Fence(Sender<()>),
}

impl Default for Phosphene {
    fn default() -> Self {
        let params = Arc::new(PhospheneParams::default());
        let repaint = RepaintNotifier::new();
        let keys = Arc::new(Keys::new(repaint.clone()));
        door::made(&keys);
        Self {
            shared: Arc::new(Shared::new(params.clone())),
            params,
            keys,
            repaint,
            executor: None,
            tap: None,
            session: None,
        }
    }
}

impl Phosphene {
    /// Waits until the worker that all instances share has done what was posted for this one: on a task of an instance
    /// that is gone it dies, and takes the host along.
    fn fence(&self) {
        if let Some(executor) = &self.executor {
            let (passed, waiting) = bounded(1);
            executor.execute_background(Task::Fence(passed));
            // A worker that never comes is not worth hanging the host for.
            let _ = waiting.recv_timeout(FENCE_WAIT);
        }
    }

    /// Nothing is heard any more. A take that may go on when the instance is activated again waits for that.
    fn rest(&mut self) {
        self.tap = None;
        self.session = self.session.take().and_then(Session::sleep);
    }

    /// A session for what a tap tells: the one whose take goes on, if there is one that can.
    fn session(&self, resting: Option<Session>, ends: TapEnds, origin: Origin) -> std::io::Result<Session> {
        let mut ends = ends;
        if let Some(session) = resting {
            if session.fits(origin.rate, origin.channels) {
                match session.wake(ends) {
                    Ok(()) => return Ok(session),
                    Err(back) => ends = back,
                }
            } else {
                self.warn(
                    "The host changed its sample rate or its channels in the middle of a take. A take has one of each, so \
                     it has ended and another begins."
                        .to_owned(),
                );
            }
        }
        Session::start(self.shared.clone(), self.repaint.clone(), ends, origin)
    }

    fn warn(&self, warning: String) {
        self.shared.capture.lock().warnings.push(warning);
    }
}

impl Drop for Phosphene {
    fn drop(&mut self) {
        self.tap = None;
        self.session = None;
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

    type Editor = Window;
    type SysExMessage = ();
    type BackgroundTask = Task;

    fn task_executor(&mut self) -> TaskExecutor<Self> {
        Box::new(|Task::Fence(passed)| {
            let _ = passed.try_send(());
        })
    }

    fn params(&self) -> Arc<dyn Params> {
        Arc::new(Grouped(self.params.clone()))
    }

    fn editor(&mut self, executor: AsyncExecutor<Self>) -> Option<Self::Editor> {
        self.executor = Some(executor);
        let desk = Arc::new(Desk::new(self.shared.clone(), self.keys.clone()));
        editor::create(desk, self.repaint.clone())
    }

    fn filter_state(state: &mut PluginState) {
        saved::tame(state);
    }

    fn activate(
        &mut self,
        layout: &AudioIOLayout,
        config: &BufferConfig,
        context: &mut impl ActivateContext<Self>,
    ) -> bool {
        self.rest();
        // Known before any instance of the project plays.
        let track = self.shared.track_name.lock().clone();
        let title = recorder::title(&self.params.project.read(), &track).to_owned();
        drop(self.shared.instance.called(&title));
        let channels = layout.main_output_channels.map_or(2, NonZeroU32::get) as u16;
        let origin = SampleRate::new(config.sample_rate.round() as u32).and_then(|rate| {
            Ok(Origin {
                root: take::default_root()?,
                host: host_name(),
                api: context.plugin_api().to_string(),
                rate,
                channels,
            })
        });
        let started = origin.map_err(|error| error.to_string()).and_then(|origin| {
            let gate = Arc::new(Gate::default());
            let longest = config.max_buffer_size as usize;
            let (tap, ends) = Tap::new(
                config.sample_rate,
                usize::from(channels),
                longest,
                config.process_mode,
                gate,
            );
            let resting = self.session.take();
            let session = self.session(resting, ends, origin);
            let session = session.map_err(|error| format!("no thread can be started: {error}"))?;
            Ok((tap, session))
        });
        match started {
            Ok((tap, session)) => {
                self.tap = Some(tap);
                self.session = Some(session);
            }
            // The song must play on whatever is wrong with the video.
            Err(error) => self.warn(format!("Nothing can be recorded: {error}.")),
        }
        true
    }

    fn reset(&mut self) {
        if let Some(tap) = &mut self.tap {
            tap.mark(Record::Reset);
        }
    }

    fn process(
        &mut self,
        buffer: &mut Buffer,
        _aux: &mut AuxiliaryBuffers,
        context: &mut impl ProcessContext<Self>,
    ) -> ProcessStatus {
        if let Some(tap) = &mut self.tap {
            let transport = transport_of(context.transport());
            let block = Arrived {
                channels: buffer.as_slice_immutable(),
                transport,
            };
            tap.block(&block, &self.params);
            while let Some(event) = context.next_event() {
                tap.note(&event, &self.params);
            }
        }
        ProcessStatus::KeepAlive
    }

    fn stop_processing(&mut self) {
        if let Some(tap) = &mut self.tap {
            tap.mark(Record::Stopped);
        }
    }

    fn deactivate(&mut self) {
        self.fence();
        self.rest();
    }
}

/// The name of the program that we were loaded into.
fn host_name() -> String {
    let program = env::current_exe().ok();
    let stem = program.as_deref().and_then(|program| program.file_stem());
    stem.map_or_else(String::new, |stem| stem.to_string_lossy().into_owned())
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

    fn remote_controls(&self, context: &mut impl RemoteControlsContext) {
        let params = &self.params;
        context.add_section("Phosphene", |section| {
            section.add_page("Scenes", |page| {
                page.add_param(&params.scene);
                page.add_param(&params.next_scene);
                page.add_param(&params.quantize);
                page.add_param(&params.morph);
                page.add_param(&params.zoom);
                page.add_param(&params.reactivity);
                page.add_param(&params.intensity);
                page.add_param(&params.capture);
            });
            section.add_page("Picture", |page| {
                page.add_param(&params.rotate);
                page.add_param(&params.pan_x);
                page.add_param(&params.pan_y);
                page.add_param(&params.palette_shift);
                page.add_param(&params.style);
                page.add_param(&params.style_strength);
                page.add_param(&params.seed);
                page.add_param(&params.bypass);
            });
            section.add_page("Look", |page| {
                page.add_param(&params.look);
            });
        });
    }
}

impl Vst3Plugin for Phosphene {
    const VST3_CLASS_ID: [u8; 16] = *b"PhospheneVideoFx";
    const VST3_SUBCATEGORIES: &'static [Vst3SubCategory] =
        &[Vst3SubCategory::Fx, Vst3SubCategory::Analyzer, Vst3SubCategory::Tools];
}
