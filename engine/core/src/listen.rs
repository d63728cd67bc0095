//! Hearing a whole song: its samples streamed through the analyzer.

use crate::{
    analysis::{Analysis, Analyzer, Hints, Mix},
    cancel::Cancel,
    error::Result,
    song::{Block, Loss, Song},
    time::SamplePos,
};

/// A song that has been heard from its first sample to its last.
#[derive(Debug)]
pub struct Heard {
    /// What the song says.
    pub analysis: Analysis,
    /// What of the file could not be used.
    pub losses: Vec<Loss>,
}

/// Hears the song, calling `progress` with the position after each block.
///
/// # Errors
/// [`crate::Error::Song`] when nothing can be read, [`crate::Error::Cancelled`] when asked to stop.
pub fn listen(song: &Song, cancel: &Cancel, progress: &dyn Fn(SamplePos)) -> Result<Heard> {
    listen_with(song, Hints::default(), cancel, progress)
}

/// As [`listen`], with what the user knows of the song.
///
/// # Errors
/// As [`listen`].
pub fn listen_with(song: &Song, hints: Hints, cancel: &Cancel, progress: &dyn Fn(SamplePos)) -> Result<Heard> {
    let mut analyzer = Analyzer::new(song.info().rate).with_hints(hints);
    let losses = stream(song, cancel, progress, &mut analyzer)?;
    Ok(Heard {
        analysis: analyzer.finish()?,
        losses,
    })
}

/// The samples of `song` into `analyzer`, mixed down; what was lost on the way comes back.
///
/// # Errors
/// As [`listen`].
pub fn stream(
    song: &Song,
    cancel: &Cancel,
    progress: &dyn Fn(SamplePos),
    analyzer: &mut Analyzer,
) -> Result<Vec<Loss>> {
    let mut reader = song.reader()?;
    let mut block = Block::default();
    let mut mix = Mix::whole(reader.info().rate);
    let (mut samples, mut mono) = (Vec::new(), Vec::new());
    while reader.read(&mut block)? {
        cancel.check()?;
        block.f32_into(&mut samples);
        mono.clear();
        mix.push(&samples, block.channels, |sample| mono.push(sample));
        analyzer.push(&mono);
        progress(reader.position());
    }
    mono.clear();
    mix.finish(|sample| mono.push(sample));
    analyzer.push(&mono);
    let mut losses = song.losses().to_vec();
    losses.extend(reader.losses());
    Ok(losses)
}
