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

use super::{Container, index, matroska, partial_file};
use phosphene_core::clean::one_line;

/// What tells a `.part` file of ours from any other file of that name. It stays in a finished Matroska file.
pub(super) const MARK: &str = "Phosphene";
/// Index of the picture's stream.
pub(super) const VIDEO: usize = 0;
/// Index of the sound's stream.
pub(super) const AUDIO: usize = 1;

/// Why writing failed.
#[derive(Debug)]
pub(super) enum Fault {
    Av(AvError),
    Io(io::Error),
    /// What FFmpeg wrote is not laid out as is known here.
    Layout(&'static str),
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
            Self::Layout(what) => (*what).to_owned(),
        }
    }

    /// Whether FFmpeg will not have it, as against a disk that fails.
    pub(super) fn is_refusal(&self) -> bool {
        match self {
            Self::Av(_) | Self::Layout(_) => true,
            Self::Io(error) => error.kind() == io::ErrorKind::InvalidInput,
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
struct Sink<T> {
    file: T,
    complaint: Complaint,
}

impl<T> Sink<T> {
    fn keep<R>(&self, result: io::Result<R>) -> io::Result<R> {
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

impl<T: Write> Write for Sink<T> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let result = self.file.write(bytes);
        self.keep(result)
    }

    fn flush(&mut self) -> io::Result<()> {
        let result = self.file.flush();
        self.keep(result)
    }
}

impl<T: Seek> Seek for Sink<T> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

fn open_output<T>(file: T, container: Container) -> Result<(Output, Complaint), Fault>
where
    T: Write + Seek + Send + 'static,
{
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
    Ok((format::output_to_stream(stream, None, Some(format))?, complaint))
}

/// Writes the `.part` file.
pub(super) struct Muxer {
    output: Output,
    complaint: Complaint,
    /// The same file, for what FFmpeg does not write.
    file: File,
    container: Container,
    tags: Tags,
    /// What this file's time stamps count in, by stream.
    bases: [Rational; 2],
    lead_in: Option<LeadIn>,
    last_sound: Option<Span>,
}

/// What a codec gives before the first sample.
#[derive(Debug, Clone, Copy)]
struct LeadIn {
    /// In nanoseconds.
    nanos: u64,
    /// How much later the sound's packets are stamped, in the encoder's units: a file that states the lead-in has it
    /// taken off by whoever plays it.
    shift: i64,
}

/// When a packet is heard: time stamp and length, in units of its stream.
#[derive(Debug, Clone, Copy)]
struct Span {
    pts: i64,
    len: i64,
}

/// What the copy needs to know that the `.part` file does not tell.
pub(super) struct Closed {
    tags: Tags,
    /// The sound's parameters as the encoder states them. Those of a file that is read again carry the tag that its
    /// codec has there, which for PCM is one that FFmpeg takes back for 16 bits alone.
    sound: codec::Parameters,
    /// FFmpeg takes a fragmented file's last packet for a full one; it is as long as the song says.
    last_sound: Option<Span>,
}

impl Muxer {
    pub(super) fn open(
        file: File,
        container: Container,
        video: &codec::Context,
        audio: &codec::Context,
        tags: Tags,
    ) -> Result<Self, Fault> {
        let (mut output, complaint) = open_output(file.try_clone().map_err(Fault::Io)?, container)?;
        for context in [video, audio] {
            let mut stream = output.add_stream_with(context)?;
            stream.set_time_base(context.time_base());
        }
        if let Some(mut stream) = output.stream_mut(VIDEO) {
            stream.set_avg_frame_rate(video.frame_rate());
        }
        let mut dictionary = tags.dictionary();
        // Of the tags for a program, these are the ones that the containers keep.
        dictionary.set(
            if container == Container::Mkv {
                "encoded_by"
            } else {
                "comment"
            },
            MARK,
        );
        output.set_metadata(dictionary);
        let rate = audio.time_base().denominator().to_string();
        let mut options = common_options(&rate);
        match container {
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
            file,
            container,
            tags,
            lead_in: None,
            last_sound: None,
        })
    }

    /// Writes a packet whose time stamps count in `base`.
    pub(super) fn write(&mut self, stream: usize, packet: &mut Packet, base: Rational) -> Result<(), Fault> {
        packet.set_stream(stream);
        if stream == AUDIO && self.container == Container::Mkv {
            let shift = self.lead_in(packet, base)?.shift;
            packet.set_pts(packet.pts().map(|pts| pts + shift));
            packet.set_dts(packet.dts().map(|dts| dts + shift));
        }
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

    /// How long the codec's lead-in is: so much before 0 the first packet begins. Matroska knows no time before 0; a
    /// header that does not state the lead-in would have FFmpeg move everything, and players play it.
    fn lead_in(&mut self, first: &Packet, base: Rational) -> Result<LeadIn, Fault> {
        if let Some(lead_in) = self.lead_in {
            return Ok(lead_in);
        }
        let shift = first.pts().map_or(0, |pts| (-pts).max(0));
        let nanos = i128::from(shift) * 1_000_000_000 * i128::from(base.numerator());
        let mut lead_in = LeadIn {
            nanos: u64::try_from(nanos / i128::from(base.denominator().max(1))).unwrap_or(0),
            shift,
        };
        if shift > 0 && matroska::state_delay(&self.file, lead_in.nanos)? == matroska::Stated::ByFfmpeg {
            lead_in.shift = 0;
        }
        self.lead_in = Some(lead_in);
        Ok(lead_in)
    }

    /// Ends the file, whose sound has the parameters `sound` by its encoder.
    pub(super) fn close(&mut self, sound: codec::Parameters) -> Result<Closed, Fault> {
        let result = self.output.write_trailer();
        take(&self.complaint)?;
        result?;
        // FFmpeg has written the header anew.
        if let Some(LeadIn { nanos, shift: 1.. }) = self.lead_in {
            matroska::state_delay(&self.file, nanos)?;
        }
        Ok(Closed {
            tags: std::mem::take(&mut self.tags),
            sound,
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
///
/// It is copied twice, the first time to nowhere: that tells how much room the index takes, and FFmpeg then leaves as much
/// at the start. Its own way (`faststart`) writes all of the file twice, and opens it again by its name, which it must
/// then be able to spell.
pub(super) fn index_first(from: &Path, to: &Path, container: Container, closed: &Closed) -> Result<(), Fault> {
    let room = index_room(from, container, closed)?;
    let file = partial_file::create(to).map_err(Fault::Io)?;
    copy(from, file, container, closed, Some(room)).map(drop)
}

/// The bytes to leave for the index of [`index_first`]: also whether FFmpeg will have such a copy at all.
pub(super) fn index_room(from: &Path, container: Container, closed: &Closed) -> Result<u64, Fault> {
    let measured = index::Measured::default();
    let packets = copy(from, measured.clone(), container, closed, None)?;
    let room = measured.index_room(packets);
    room.ok_or(Fault::Layout("FFmpeg's file has no index where one is expected"))
}

/// Copies a file's packets, how many are told, into another with all of its index in one place: at the end, or in
/// `room` bytes at the start.
fn copy<T>(from: &Path, to: T, container: Container, closed: &Closed, room: Option<u64>) -> Result<u64, Fault>
where
    T: Write + Seek + Send + 'static,
{
    let part = File::open(from).map_err(Fault::Io)?;
    let mut input = format::input_from_stream(StreamIo::from_read_seek(part)?, None, None)?;
    let (mut output, complaint) = open_output(to, container)?;
    let mut bases = Vec::new();
    for stream in input.streams() {
        let mut copy = output.add_stream(None::<codec::codec::Codec>)?;
        copy.set_parameters(if stream.index() == AUDIO {
            closed.sound.clone()
        } else {
            stream.parameters()
        });
        copy.set_time_base(stream.time_base());
        copy.set_avg_frame_rate(stream.avg_frame_rate());
        bases.push(stream.time_base());
    }
    let rate = bases.get(AUDIO).map_or(1_000, |base| base.denominator()).to_string();
    output.set_metadata(closed.tags.dictionary());
    let mut options = common_options(&rate);
    if let Some(room) = room {
        options.set("moov_size", &room.to_string());
    }
    output.write_header_with(options)?;
    let mut packet = Packet::empty();
    let mut packets = 0;
    loop {
        match packet.read(&mut input) {
            Ok(()) => packets += 1,
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
    result?;
    Ok(packets)
}
