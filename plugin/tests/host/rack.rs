//! A host with one slot: what the tests of the plugin in a host need, and no more.

use std::ffi::CString;

use clack_extensions::{
    audio_ports_config::{AudioPortsConfigBuffer, PluginAudioPortsConfig},
    params::{ParamInfoBuffer, PluginParams},
    remote_controls::{PluginRemoteControls, RemoteControlsPageBuffer},
    state::{PluginState, StateError},
};
use clack_host::{
    events::event_types::{TransportEvent, TransportFlags},
    prelude::*,
    utils::{BeatTime, SecondsTime},
};

const TEMPO_BPM: f64 = 97.0;

/// What the plugin may ask of a host; nothing here answers.
pub struct Deaf;

impl SharedHandler<'_> for Deaf {
    fn request_restart(&self) {}
    fn request_process(&self) {}
    fn request_callback(&self) {}
}

pub struct Host;

impl HostHandlers for Host {
    type Shared<'a> = Deaf;
    type MainThread<'a> = ();
    type AudioProcessor<'a> = ();
}

/// A parameter as the host sees it.
pub struct Listed {
    pub id: ClapId,
    pub name: String,
    pub group: String,
}

/// An instance of the plugin.
pub struct Rack {
    instance: PluginInstance<Host>,
    channels: usize,
}

impl Rack {
    #[expect(unsafe_code, reason = "an entry is taken on trust, as hosts take it")]
    pub fn new() -> Self {
        // SAFETY: the entry is the plugin's own, linked into this program.
        let entry = unsafe { PluginEntry::load_from_raw(&phosphene_plugin::clap_entry, c"phosphene.clap") }.unwrap();
        let info = HostInfo::new("Rack", "Phosphene", "https://example.com", "1.0").unwrap();
        let id = c"com.phosphene-av.phosphene";
        let instance = PluginInstance::<Host>::new(|_| Deaf, |_| (), &entry, id, &info).unwrap();
        Self { instance, channels: 2 }
    }

    fn extension<E: clack_host::extensions::Extension<ExtensionSide = clack_host::extensions::PluginExtensionSide>>(
        &mut self,
    ) -> E {
        self.instance.plugin_shared_handle().get_extension().unwrap()
    }

    pub fn params(&mut self) -> Vec<Listed> {
        let params: PluginParams = self.extension();
        let mut plugin = self.instance.plugin_handle();
        (0..params.count(&mut plugin))
            .map(|index| {
                let mut buffer = ParamInfoBuffer::new();
                let info = params.get_info(&mut plugin, index, &mut buffer).unwrap();
                Listed {
                    id: info.id,
                    name: String::from_utf8_lossy(info.name).into_owned(),
                    group: String::from_utf8_lossy(info.module).into_owned(),
                }
            })
            .collect()
    }

    pub fn param(&mut self, name: &str) -> ClapId {
        self.params().into_iter().find(|param| param.name == name).unwrap().id
    }

    /// The text of a value in the parameter's own unit.
    pub fn text(&mut self, name: &str, plain: f64) -> String {
        let id = self.param(name);
        let params: PluginParams = self.extension();
        let mut plugin = self.instance.plugin_handle();
        // CLAP's values here are normalized by steps or to 0..1: the texts know the way.
        let text = CString::new(plain.to_string()).unwrap();
        let value = params.text_to_value(&mut plugin, id, &text).unwrap_or(0.0);
        let mut buffer = [0; 256];
        let text = params.value_to_text(&mut plugin, id, value, &mut buffer).unwrap();
        String::from_utf8_lossy(text).trim_end_matches('\0').to_owned()
    }

    /// The text of the parameter's value of now.
    pub fn plain_text(&mut self, name: &str) -> String {
        let id = self.param(name);
        let params: PluginParams = self.extension();
        let mut plugin = self.instance.plugin_handle();
        let value = params.get_value(&mut plugin, id).unwrap();
        let mut buffer = [0; 256];
        let text = params.value_to_text(&mut plugin, id, value, &mut buffer).unwrap();
        String::from_utf8_lossy(text).trim_end_matches('\0').to_owned()
    }

    /// The pages of remote controls: name, and how many parameters are on each.
    pub fn pages(&mut self) -> Vec<(String, usize)> {
        let pages: PluginRemoteControls = self.extension();
        let mut plugin = self.instance.plugin_handle();
        (0..pages.count(&mut plugin))
            .map(|index| {
                let mut buffer = RemoteControlsPageBuffer::default();
                let page = pages.get(&mut plugin, index, &mut buffer).unwrap();
                let name = String::from_utf8_lossy(page.page_name).into_owned();
                (name, page.param_ids.iter().flatten().count())
            })
            .collect()
    }

    pub fn save(&mut self) -> Vec<u8> {
        let state: PluginState = self.extension();
        let mut bytes = Vec::new();
        state.save(&mut self.instance.plugin_handle(), &mut bytes).unwrap();
        // A length comes first, then the JSON.
        bytes.split_off(8)
    }

    pub fn load(&mut self, json: &[u8]) -> Result<(), StateError> {
        let state: PluginState = self.extension();
        let mut bytes = (json.len() as u64).to_le_bytes().to_vec();
        bytes.extend_from_slice(json);
        state.load(&mut self.instance.plugin_handle(), &mut bytes.as_slice())
    }

    /// Chooses mono or stereo.
    pub fn layout(&mut self, channels: u32) {
        let configs: PluginAudioPortsConfig = self.extension();
        let mut plugin = self.instance.plugin_handle();
        let id = (0..configs.count(&mut plugin)).find_map(|index| {
            let mut buffer = AudioPortsConfigBuffer::default();
            let config = configs.get(&mut plugin, index, &mut buffer)?;
            let main = config.main_output?;
            (main.channel_count == channels).then_some(config.id)
        });
        configs.select(&mut plugin, id.unwrap()).unwrap();
        self.channels = channels as usize;
    }

    pub fn activate(&mut self, sample_rate: f64, longest: u32) -> Player {
        let configuration = PluginAudioConfiguration {
            sample_rate,
            min_frames_count: 1,
            max_frames_count: longest,
        };
        let audio = self.instance.activate(|_, _| (), configuration).unwrap();
        Player {
            audio: audio.start_processing().unwrap(),
            sample_rate,
            sound: Vec::new(),
            out: vec![Vec::new(); self.channels],
            events: EventBuffer::new(),
            transport: None,
            inputs: AudioPorts::with_capacity(self.channels, 1),
            outputs: AudioPorts::with_capacity(self.channels, 1),
        }
    }

    pub fn deactivate(&mut self, player: Player) {
        self.instance.deactivate(player.audio.stop_processing());
    }
}

/// The audio thread's half of an active instance.
pub struct Player {
    audio: StartedPluginAudioProcessor<Host>,
    sample_rate: f64,
    sound: Vec<Vec<f32>>,
    out: Vec<Vec<f32>>,
    events: EventBuffer,
    transport: Option<TransportEvent>,
    inputs: AudioPorts,
    outputs: AudioPorts,
}

impl Player {
    /// Lays out a block, played from a sample of the song on, or with the transport at rest.
    pub fn prepare(&mut self, sound: &[impl AsRef<[f32]>], song_sample: Option<usize>) {
        self.events.clear();
        self.sound = sound.iter().map(|channel| channel.as_ref().to_vec()).collect();
        let samples = self.sound[0].len();
        self.out.iter_mut().for_each(|out| {
            out.clear();
            out.resize(samples, 7.0);
        });
        let at_secs = song_sample.unwrap_or(0) as f64 / self.sample_rate;
        let quarters = at_secs * TEMPO_BPM / 60.0;
        let bar = (quarters / 4.0).floor();
        let mut flags = TransportFlags::HAS_TEMPO
            | TransportFlags::HAS_BEATS_TIMELINE
            | TransportFlags::HAS_SECONDS_TIMELINE
            | TransportFlags::HAS_TIME_SIGNATURE;
        if song_sample.is_some() {
            flags |= TransportFlags::IS_PLAYING;
        }
        self.transport = Some(TransportEvent {
            header: EventHeader::new_core(0, clack_host::events::EventFlags::empty()),
            flags,
            song_pos_beats: BeatTime::from_float(quarters),
            song_pos_seconds: SecondsTime::from_float(at_secs),
            tempo: TEMPO_BPM,
            tempo_inc: 0.0,
            loop_start_beats: BeatTime::from_int(0),
            loop_end_beats: BeatTime::from_int(0),
            loop_start_seconds: SecondsTime::from_int(0),
            loop_end_seconds: SecondsTime::from_int(0),
            bar_start: BeatTime::from_float(bar * 4.0),
            bar_number: bar as i32,
            time_signature_numerator: 4,
            time_signature_denominator: 4,
        });
    }

    /// Has the block processed that was laid out.
    pub fn process(&mut self) {
        let inputs = self.inputs.with_input_buffers([AudioPortBuffer {
            latency: 0,
            channels: AudioPortBufferType::f32_input_only(
                self.sound
                    .iter_mut()
                    .map(|channel| InputChannel::variable(channel.as_mut_slice())),
            ),
        }]);
        let mut outputs = self.outputs.with_output_buffers([AudioPortBuffer {
            latency: 0,
            channels: AudioPortBufferType::f32_output_only(self.out.iter_mut().map(Vec::as_mut_slice)),
        }]);
        let mut told = EventBuffer::new();
        self.audio
            .process(
                &inputs,
                &mut outputs,
                &self.events.as_input(),
                &mut told.as_output(),
                None,
                self.transport.as_ref(),
            )
            .unwrap();
    }

    /// Plays sound in blocks as fast as it goes; what came out. `events` is asked for each block's, by its first sample.
    pub fn play(
        &mut self,
        sound: &[Vec<f32>],
        block: usize,
        song_sample: Option<usize>,
        events: &mut dyn FnMut(usize, &mut EventBuffer),
    ) -> Vec<Vec<f32>> {
        let samples = sound[0].len();
        let mut played = vec![Vec::with_capacity(samples); sound.len()];
        for from in (0..samples).step_by(block) {
            let to = (from + block).min(samples);
            let part: Vec<&[f32]> = sound.iter().map(|channel| &channel[from..to]).collect();
            self.prepare(&part, song_sample.map(|first| first + from));
            events(from, &mut self.events);
            self.process();
            for (played, out) in played.iter_mut().zip(&self.out) {
                played.extend_from_slice(out);
            }
        }
        played
    }
}
