//! A take as the plugin records it: clicks at 120 beats a minute.

use std::path::Path;

use anyhow::Result;
use phosphene_engine::{
    take::{EndReason, Entry, Event, Manifest, Transport, VERSION, Writer},
    time::{SamplePos, SampleRate},
};

/// Samples a second.
pub const RATE: u32 = 44_100;

/// Writes a take of so many seconds.
pub fn write(folder: &Path, secs: u32) -> Result<()> {
    let manifest = Manifest {
        version: VERSION,
        created_unix_ms: 1,
        name: "song".into(),
        host: "a test".into(),
        api: "CLAP".into(),
        plugin_version: "0.1.0".into(),
        rate: SampleRate::new(RATE)?,
        channels: 1,
    };
    let mut writer = Writer::create(folder, &manifest)?;
    writer.entry(&Entry {
        at: SamplePos(0),
        event: Event::Transport(Transport {
            playing: true,
            tempo_bpm: Some(120.0),
            quarters: Some(0.0),
            bar_quarters: Some(0.0),
            host_sample: Some(0),
            signature: Some((4, 4)),
        }),
    })?;
    let samples: Vec<f32> = (0..secs * RATE)
        .map(|i| if i % (RATE / 2) < 400 { 0.5 } else { 0.0 })
        .collect();
    writer.audio(&samples)?;
    writer.end(&Entry {
        at: SamplePos(u64::from(secs * RATE)),
        event: Event::End {
            reason: EndReason::Stopped,
            dropped_blocks: 0,
            error: None,
        },
    })?;
    Ok(())
}
