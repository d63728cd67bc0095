//! How a take begins: its name, its manifest, and what holds at its first sample.

use phosphene_core::{
    automation::Param,
    take::{self, AskedBy, Entry, Event, HostClock, Manifest, Writer},
    time::SamplePos,
};

use super::{Recorder, block::Heard, open::Open, points::Points};
use crate::{
    params::{Capture, style_choice},
    project::Project,
};

/// What the takes of an instance are called, but for the letter that tells namesakes apart: what the user typed, else
/// the track's name.
#[must_use]
pub fn title<'a>(project: &'a Project, track: &'a str) -> &'a str {
    let names = [project.name.trim(), track.trim()];
    names.into_iter().find(|name| !name.is_empty()).unwrap_or("Phosphene")
}

impl Recorder {
    /// Begins a take with a block.
    pub(super) fn begin(&mut self, block: &Heard<'_>, capture: Capture, project: &Project, name: &str) {
        let now = take::now_unix_ms();
        let title = title(project, name);
        let manifest = Manifest {
            version: take::VERSION,
            created_unix_ms: now,
            name: match &self.letter {
                Some(letter) => format!("{} {letter}", title),
                None => title.to_owned(),
            },
            host: self.origin.host.clone(),
            api: self.origin.api.clone(),
            plugin_version: env!("CARGO_PKG_VERSION").to_owned(),
            rate: self.origin.rate,
            channels: self.origin.channels,
        };
        let folder_name = format!("{} {}", take::stamp(now), take::file_name(&manifest.name));
        // Several instances may begin within one second.
        let made = (0..8).find_map(|_| {
            let folder = take::unused(&self.origin.root, &folder_name, "");
            match Writer::create(&folder, &manifest) {
                Err(_) if folder.exists() => None,
                made => Some((folder, made)),
            }
        });
        let mut writer = match made {
            Some((_, Ok(writer))) => writer,
            Some((folder, Err(error))) => {
                return self.failed(folder, &error);
            }
            None => return,
        };
        let mut clock = HostClock::new(self.origin.rate);
        clock.push(SamplePos(0), block.transport);
        let at = SamplePos(0);
        let mirror = &self.mirror;
        let mut events = vec![
            Event::Transport(block.transport),
            Event::Blocks { longest: self.longest },
            Event::Bank {
                bank: project.bank.clone(),
            },
            Event::Video {
                settings: project.video.clone(),
            },
            Event::Seed {
                seed: u32::from(mirror.seed),
            },
            Event::Style {
                style: style_choice(mirror.style),
            },
        ];
        let values = Param::ALL.iter().zip(mirror.params);
        events.extend(values.map(|(&param, value)| Event::Param {
            param,
            value: f64::from(value),
        }));
        let left_out = std::mem::take(&mut self.left_out);
        if left_out > 0 {
            events.push(Event::Preroll { samples: left_out });
        }
        events.push(Event::Scene {
            scene: usize::from(mirror.scene),
            quantize: mirror.quantize,
            morph: f64::from(mirror.morph),
            by: AskedBy::Start,
        });
        let written = events
            .into_iter()
            .try_for_each(|event| writer.entry(&Entry { at, event }));
        let folder = writer.folder().to_owned();
        match written.and_then(|()| writer.flush()) {
            Ok(()) => {
                self.open = Some(Open {
                    writer,
                    at: 0,
                    clock,
                    transport: block.transport,
                    kept: capture == Capture::Always,
                    offline: false,
                    wall_from_ns: block.wall_ns,
                    wall_ns: block.wall_ns,
                    dropped_blocks: 0,
                    lost_samples: 0,
                    silent_samples: 0,
                    played: false,
                    asleep: false,
                    block: self.longest,
                    points: Points::new(self.origin.rate.hz(), self.mirror.params),
                });
            }
            Err(error) => self.failed(folder, &error),
        }
    }
}
