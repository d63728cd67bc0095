//! Where an export ended whose host plays its last block whole.
//!
//! Such a host is known by what it played before the export ([`Event::Preroll`]). It does not say where in its last block
//! the export ended, so the place is taken that a song's or a range's end has: a bar line, a whole second of the host's
//! clock, a beat, or where the sound is followed by nothing but zeros. Where the last block has none of these, it is kept
//! whole: a moment too much is better than one too little.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
};

use super::{EndReason, Event, Quantize, Take};
use crate::time::SamplePos;

/// How far a line may be off its sample by the host's rounding, in seconds.
const ROUNDING_SECS: f64 = 0.000_05;

/// The samples of a take that are in its export.
pub(super) fn exported(take: &Take) -> u64 {
    let whole = matches!(take.end, Some(EndReason::Stopped | EndReason::Deactivated));
    let preroll = take
        .entries
        .iter()
        .any(|entry| matches!(entry.event, Event::Preroll { .. }));
    let block = take.entries.iter().rev().find_map(|entry| match entry.event {
        Event::Blocks { longest } => Some(longest),
        _ => None,
    });
    let Some(block) = block.filter(|block| whole && preroll && *block < take.len) else {
        return take.len;
    };
    let first = take.len - block + 1;
    let clock = take.clock();
    let rounding = (ROUNDING_SECS * f64::from(take.manifest.rate.hz())) as u64;
    let line = |quantize| {
        let line = clock.line(SamplePos(first), quantize, 0).0;
        (clock.has_grid() && line <= take.len + rounding).then_some(line.min(take.len))
    };
    line(Quantize::Bar)
        .or_else(|| second(take, first))
        .or_else(|| line(Quantize::Beat))
        .or_else(|| sounding(take, block))
        .unwrap_or(take.len)
}

/// The first whole second of the host's clock from a sample on.
fn second(take: &Take, first: u64) -> Option<u64> {
    let begin = take.entries.iter().find_map(|entry| match &entry.event {
        Event::Transport(transport) => Some((entry.at.0, transport.host_sample?)),
        _ => None,
    });
    let (at, host) = begin?;
    let rate = i64::from(take.manifest.rate.hz());
    let host = host.checked_add_unsigned(first - at)?;
    let missing = (rate - host.rem_euclid(rate)) % rate;
    Some(first + missing.unsigned_abs()).filter(|second| *second <= take.len)
}

/// The end of the sound, when it lies in the last block and zeros follow.
fn sounding(take: &Take, block: u64) -> Option<u64> {
    let frame = 4 * u64::from(take.manifest.channels);
    let mut bytes = Vec::new();
    let mut file = File::open(take.audio_path()).ok()?;
    file.seek(SeekFrom::Start((take.len - block) * frame)).ok()?;
    file.take(block * frame).read_to_end(&mut bytes).ok()?;
    // A zero may have a sign.
    let silent = |sample: &[u8]| matches!(sample, [0, 0, 0, 0 | 0x80]);
    let last = bytes.chunks_exact(4).rposition(|sample| !silent(sample))? as u64;
    Some(take.len - block + last * 4 / frame + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        take::{Entry, Manifest, Tally, Transport, VERSION, Writer},
        time::SampleRate,
    };

    /// A take of an export from `host` on, of so many samples, the last of which are zeros.
    fn take(host: i64, len: u64, zeros: u64, preroll: bool) -> (tempfile::TempDir, Take) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("take");
        let manifest = Manifest {
            version: VERSION,
            created_unix_ms: 0,
            name: "test".into(),
            host: "test".into(),
            api: "VST3".into(),
            plugin_version: String::new(),
            rate: SampleRate::new(48_000).unwrap(),
            channels: 1,
        };
        let mut writer = Writer::create(&path, &manifest).unwrap();
        let mut entry = |at, event| {
            let at = SamplePos(at);
            writer.entry(&Entry { at, event }).unwrap();
        };
        entry(
            0,
            Event::Transport(Transport {
                playing: true,
                tempo_bpm: Some(97.0),
                quarters: Some(host as f64 * 97.0 / 60.0 / 48_000.0),
                bar_quarters: None,
                host_sample: Some(host),
                signature: Some((4, 4)),
            }),
        );
        entry(0, Event::Blocks { longest: 1_024 });
        if preroll {
            entry(0, Event::Preroll { samples: 1_776 });
        }
        entry(len, Event::Tally(Tally { played: len, kept: len }));
        let sound: Vec<f32> = (0..len).map(|at| if at < len - zeros { 0.5 } else { 0.0 }).collect();
        writer.audio(&sound).unwrap();
        let last = Event::End {
            reason: EndReason::Deactivated,
            dropped_blocks: 0,
            error: None,
        };
        writer
            .end(&Entry {
                at: SamplePos(len),
                event: last,
            })
            .unwrap();
        let take = Take::open(&path).unwrap();
        (folder, take)
    }

    #[test]
    fn an_export_ends_where_a_range_would() {
        // From 10 s to 25 s; to a bar line; to a beat; to where the sound ends; anywhere.
        assert_eq!(take(480_000, 720_144, 0, true).1.len, 720_000);
        let bar = (4.0 * 4.0 * 60.0 / 97.0 * 48_000.0_f64).round() as u64;
        assert_eq!(take(0, bar + 700, 0, true).1.len, bar);
        let beat = (5.0 * 60.0 / 97.0 * 48_000.0_f64).round() as u64;
        assert_eq!(take(0, beat + 700, 0, true).1.len, beat);
        assert_eq!(take(480_000, 510_000, 300, true).1.len, 509_700);
        assert_eq!(take(480_000, 510_000, 0, true).1.len, 510_000);
    }

    #[test]
    fn a_host_that_ends_with_its_song_is_believed() {
        assert_eq!(take(480_000, 720_144, 0, false).1.len, 720_144);
        assert_eq!(take(0, 500_000, 300, false).1.len, 500_000);
    }
}
