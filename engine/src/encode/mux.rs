//! Packets into files: the `.part` file that survives a crash, and the copy that players start at once.

use std::{
    fs::File,
    io::{self, Seek, SeekFrom, Write},
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use ffmpeg_next::{
    Dictionary, Error as AvError, Packet, Rational, codec, format,
    format::context::{Output, StreamIo},
};

use super::{Container, part::Part};
use crate::clean::one_line;

/// Index of the picture's stream.
pub(super) const VIDEO: usize = 0;
/// Index of the sound's stream.
pub(super) const AUDIO: usize = 1;

/// Why writing failed.
#[derive(Debug)]
pub(super) enum Fault {
    Av(AvError),
    Io(io::Error),
}

impl From<AvError> for Fault {
    fn from(error: AvError) -> Self {
        match error {
            AvError::Other { errno } => Self::Io(io::Error::from_raw_os_error(errno)),
            error => Self::Av(error),
        }
    }
}

impl Fault {
    pub(super) fn reason(&self) -> String {
        match self {
            Self::Av(error) => error.to_string(),
            Self::Io(error) if is_full(error) => "the disk is full".to_owned(),
            Self::Io(error) => error.to_string(),
        }
    }

    pub(super) fn remedy(&self) -> String {
        match self {
            Self::Io(error) if is_full(error) => "free some space or choose another disk with -o".to_owned(),
            Self::Io(error) if error.kind() == io::ErrorKind::FileTooLarge => {
                "the file system or a limit allows no bigger file: choose another disk with -o".to_owned()
            }
            _ => "check the disk and try again".to_owned(),
        }
    }
}

fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

/// Tags of the file.
#[derive(Debug, Clone, Default)]
pub(super) struct Tags {
    pub(super) title: Option<String>,
    pub(super) artist: Option<String>,
}

impl Tags {
    fn dictionary(&self) -> Dictionary<'static> {
        let mut tags = Dictionary::new();
        for (key, value) in [("title", &self.title), ("artist", &self.artist)] {
            // What moves terminals and turns lines has no place in a title; a NUL would panic in FFmpeg's binding.
            let value = value.as_deref().map(one_line).filter(|value| !value.is_empty());
            if let Some(value) = value {
                tags.set(key, &value);
            }
        }
        tags
    }
}

/// The disk's first complaint: FFmpeg reports it late, or not at all while it finishes a file.
type Complaint = Arc<Mutex<Option<io::Error>>>;

fn take(complaint: &Complaint) -> Result<(), Fault> {
    let mut complaint = complaint.lock().unwrap_or_else(PoisonError::into_inner);
    complaint.take().map_or(Ok(()), |error| Err(Fault::Io(error)))
}

/// Our own file under FFmpeg's writer, so that no character of its name can mean anything to FFmpeg.
struct Sink {
    file: File,
    complaint: Complaint,
}

impl Sink {
    fn keep<T>(&self, result: io::Result<T>) -> io::Result<T> {
        if let Err(error) = &result
            && error.kind() != io::ErrorKind::Interrupted
        {
            let mut complaint = self.complaint.lock().unwrap_or_else(PoisonError::into_inner);
            complaint.get_or_insert_with(|| match error.raw_os_error() {
                Some(code) => io::Error::from_raw_os_error(code),
                None => error.kind().into(),
            });
        }
        result
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let result = self.file.write(bytes);
        self.keep(result)
    }

    fn flush(&mut self) -> io::Result<()> {
        let result = self.file.flush();
        self.keep(result)
    }
}

impl Seek for Sink {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

fn open_output(file: File, name: Option<&str>, container: Container) -> Result<(Output, Complaint), Fault> {
    let complaint = Complaint::default();
    let sink = Sink {
        file,
        complaint: complaint.clone(),
    };
    let stream = StreamIo::from_write_seek_with_capacity(sink, 1 << 16)?;
    let format = match container {
        Container::Mp4 => "mp4",
        Container::Mov => "mov",
        Container::Mkv => "matroska",
    };
    Ok((format::output_to_stream(stream, name, Some(format))?, complaint))
}

/// Writes the `.part` file.
pub(super) struct Muxer {
    output: Output,
    complaint: Complaint,
    tags: Tags,
    /// What this file's time stamps count in, by stream.
    bases: [Rational; 2],
    last_sound: Option<Span>,
}

/// When a packet is heard: time stamp and length, in units of its stream.
#[derive(Debug, Clone, Copy)]
struct Span {
    pts: i64,
    len: i64,
}

/// What the copy needs to know that the `.part` file does not tell.
#[derive(Debug, Default)]
pub(super) struct Closed {
    tags: Tags,
    /// FFmpeg takes a fragmented file's last packet for a full one; it is as long as the song says.
    last_sound: Option<Span>,
}

impl Muxer {
    pub(super) fn open(part: &Part, video: &codec::Context, audio: &codec::Context, tags: Tags) -> Result<Self, Fault> {
        let file = part.file().map_err(Fault::Io)?;
        let (mut output, complaint) = open_output(file, None, part.container())?;
        for context in [video, audio] {
            let mut stream = output.add_stream_with(context)?;
            stream.set_time_base(context.time_base());
        }
        if let Some(mut stream) = output.stream_mut(VIDEO) {
            stream.set_avg_frame_rate(video.frame_rate());
        }
        output.set_metadata(tags.dictionary());
        let rate = audio.time_base().denominator().to_string();
        let mut options = common_options(&rate);
        match part.container() {
            // Short fragments, each complete in itself, are what makes the file playable after a crash.
            Container::Mp4 | Container::Mov => {
                options.set("movflags", "+delay_moov+default_base_moof");
                options.set("frag_duration", "500000");
            }
            Container::Mkv => options.set("cluster_time_limit", "1000"),
        }
        options.set("flush_packets", "1");
        output.write_header_with(options)?;
        take(&complaint)?;
        let base = |index| output.stream(index).map_or(Rational(1, 1), |stream| stream.time_base());
        Ok(Self {
            bases: [base(VIDEO), base(AUDIO)],
            output,
            complaint,
            tags,
            last_sound: None,
        })
    }

    /// Writes a packet whose time stamps count in `base`.
    pub(super) fn write(&mut self, stream: usize, packet: &mut Packet, base: Rational) -> Result<(), Fault> {
        packet.set_stream(stream);
        packet.rescale_ts(base, self.bases[stream]);
        // FLAC ends with a packet without sound, which only corrects its header.
        if let (AUDIO, Some(pts), len) = (stream, packet.pts(), packet.duration())
            && packet.size() > 0
        {
            self.last_sound = Some(Span { pts, len });
        }
        let result = packet.write_interleaved(&mut self.output);
        take(&self.complaint)?;
        Ok(result?)
    }

    /// Ends the file.
    pub(super) fn close(&mut self) -> Result<Closed, Fault> {
        let result = self.output.write_trailer();
        take(&self.complaint)?;
        result?;
        Ok(Closed {
            tags: std::mem::take(&mut self.tags),
            last_sound: self.last_sound,
        })
    }
}

/// Options of every file: the same bytes on every run, and edit lists that count in samples.
fn common_options(rate: &str) -> Dictionary<'static> {
    let options = [
        ("fflags", "+bitexact"),
        ("movie_timescale", rate),
        // Older FFmpegs call flac in mp4 experimental.
        ("strict", "experimental"),
    ];
    options.into_iter().collect()
}

/// Copies a fragmented file into one whose index comes first, so that players and web pages start at once.
pub(super) fn faststart(from: &Path, to: &Path, container: Container, closed: Closed) -> Result<(), Fault> {
    let part = File::open(from).map_err(Fault::Io)?;
    let mut input = format::input_from_stream(StreamIo::from_read_seek(part)?, None, None)?;
    let file = File::create(to).map_err(Fault::Io)?;
    // FFmpeg opens the file a second time to move the index, by this name.
    let whole = std::path::absolute(to).map_err(Fault::Io)?;
    let name = whole.to_str().map(|name| format!("file:{name}"));
    let (mut output, complaint) = open_output(file, name.as_deref(), container)?;
    let mut bases = Vec::new();
    for stream in input.streams() {
        let mut copy = output.add_stream(None::<codec::codec::Codec>)?;
        copy.set_parameters(stream.parameters());
        copy.set_time_base(stream.time_base());
        copy.set_avg_frame_rate(stream.avg_frame_rate());
        bases.push(stream.time_base());
    }
    let rate = bases.get(AUDIO).map_or(1_000, |base| base.denominator()).to_string();
    output.set_metadata(closed.tags.dictionary());
    let mut options = common_options(&rate);
    options.set("movflags", "+faststart");
    output.write_header_with(options)?;
    let mut packet = Packet::empty();
    loop {
        match packet.read(&mut input) {
            Ok(()) => {}
            Err(AvError::Eof) => break,
            Err(error) => return Err(error.into()),
        }
        let index = packet.stream();
        let base = output.stream(index).map_or(bases[index], |stream| stream.time_base());
        if let (AUDIO, Some(last)) = (index, closed.last_sound)
            && packet.pts() == Some(last.pts)
        {
            packet.set_duration(last.len);
        }
        packet.rescale_ts(bases[index], base);
        packet.set_position(-1);
        let result = packet.write_interleaved(&mut output);
        take(&complaint)?;
        result?;
    }
    let result = output.write_trailer();
    take(&complaint)?;
    Ok(result?)
}
