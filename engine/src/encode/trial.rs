//! A small video, written and thrown away: what a container can't hold is found before any work.

use ffmpeg_next::Packet;

use super::{
    AudioCodec, Container, EncodeSettings,
    audio::AudioStream,
    mux::{self, Fault, Muxer},
    partial_file::{self, PartialFile},
    place::{self, refuse},
    video::VideoStream,
};
use phosphene_core::{
    error::{Error, Result},
    song::{Block, SongInfo},
    time::SamplePos,
};

/// All that a video is written with, found to work together.
pub(super) struct Prepared {
    pub(super) video: VideoStream,
    pub(super) audio: AudioStream,
    pub(super) part: PartialFile,
}

/// Checks everything that can be checked before work is spent.
pub(super) fn prepare(settings: &EncodeSettings, song: &SongInfo) -> Result<Prepared> {
    let output = &settings.output;
    let container = Container::of(output)?;
    container.check(settings.audio, output)?;
    place::check(output, settings.overwrite)?;
    let (video, proof) = VideoStream::open(settings.size, settings.fps, settings.quality).map_err(|reason| {
        let remedy = "install FFmpeg with libx264, or choose another --size";
        refuse(output, reason, remedy)
    })?;
    let audio = open_audio(settings, song)?;
    let part = PartialFile::claim(output, container, &song.path)?;
    match try_out(&part, settings, song, &video, proof) {
        Ok(()) => Ok(Prepared { video, audio, part }),
        Err(error) => {
            part.release()?;
            Err(error)
        }
    }
}

fn open_audio(settings: &EncodeSettings, song: &SongInfo) -> Result<AudioStream> {
    AudioStream::open(settings.audio, song).map_err(|reason| refuse(&settings.output, reason, &others(settings.audio)))
}

/// What to do where a codec is not to be had.
fn others(audio: AudioCodec) -> String {
    match audio {
        AudioCodec::Aac => "use --audio alac or flac".to_owned(),
        AudioCodec::Flac | AudioCodec::Alac => "use --audio pcm in a .mov or .mkv, which is lossless too".to_owned(),
        AudioCodec::Pcm => "use --audio alac or flac, which are lossless too".to_owned(),
    }
}

/// Writes two black frames and two packets of silence, by the same way as the video.
fn try_out(
    part: &PartialFile,
    settings: &EncodeSettings,
    song: &SongInfo,
    video: &VideoStream,
    proof: Vec<Packet>,
) -> Result<()> {
    let trial = part.trial();
    let mut audio = open_audio(settings, song)?;
    // Of a rate that is converted, as many more.
    let scale = song
        .rate
        .hz()
        .div_ceil(audio.context().time_base().denominator().unsigned_abs().max(1));
    let silence = Block::silence(song.format, song.channels, (audio.packet_len() + 1) * scale as usize);
    let write = || -> Result<(), Fault> {
        let file = partial_file::create(trial.path()).map_err(Fault::Io)?;
        let container = part.container();
        let mut muxer = Muxer::open(file, container, video.context(), audio.context(), mux::Tags::default())?;
        for mut packet in proof {
            muxer.write(mux::VIDEO, &mut packet, video.base())?;
        }
        let mut put = |packet: &mut Packet, base| muxer.write(mux::AUDIO, packet, base);
        audio.push(&silence, SamplePos(0), &mut put)?;
        audio.flush(&mut put)?;
        let closed = muxer.close(audio.parameters())?;
        match container {
            Container::Mkv => Ok(()),
            Container::Mp4 | Container::Mov => mux::index_room(trial.path(), container, &closed).map(drop),
        }
    };
    let (ending, codec, hz) = (part.container().ending(), settings.audio, song.rate.hz());
    write().map_err(|fault| match fault {
        fault if fault.is_refusal() => refuse(
            &settings.output,
            format!(
                "FFmpeg can't write {codec} sound of {hz} Hz and {} channels into a .{ending} here ({})",
                song.channels,
                fault.reason()
            ),
            &others(codec),
        ),
        fault => unwritable(settings, &fault),
    })
}

/// The error of a disk that did not even take a trial.
fn unwritable(settings: &EncodeSettings, fault: &Fault) -> Error {
    refuse(&settings.output, fault.reason(), &fault.remedy())
}
