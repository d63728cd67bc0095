//! The report: what a render did, as JSON.

use phosphene_engine::{
    Result, cue,
    diffusion::film::{Film, FilmTimings},
    diorama::{Diorama, design::Design},
    pipeline::Rendered,
    render::RenderJob,
};
use serde_json::{Value, json};

use super::files::Target;

/// What was done, in a form for programs.
pub struct Report(Value);

impl Report {
    /// The parts that every generator has.
    pub fn new(job: &RenderJob, rendered: &Rendered, generator: &str) -> Self {
        let RenderJob {
            song,
            heard,
            plan,
            director,
            frames,
            settings,
            seed,
            letterbox: _,
            keep: _,
        } = job;
        let (info, grid) = (song.info(), &heard.analysis.grid);
        let rate = grid.rate;
        let cues: Vec<Value> = plan
            .cues
            .iter()
            .map(|cue| {
                json!({
                    "at": cue::name_of(cue.at, &heard.analysis).to_string(),
                    "sample": cue.at.0,
                    "secs": cue.at.secs(rate),
                    "frame": settings.fps.frame_of_event(cue.at, rate).0,
                    "prompt": cue.prompt,
                    "variant": cue.variant,
                    "passage_samples": cue.passage_samples,
                })
            })
            .collect();
        let shots: Vec<Value> = job
            .shots()
            .into_iter()
            .map(|(first, end, seed)| json!({ "first_frame": first, "end_frame": end, "seed": seed }))
            .collect();
        Self(json!({
            "phosphene": env!("CARGO_PKG_VERSION"),
            "generator": generator,
            "seed": seed,
            "song": {
                "path": info.path.to_string_lossy(), "sample_rate": rate, "channels": info.channels, "codec": info.codec,
                "samples": heard.analysis.features.len,
            },
            "grid": {
                "tempo_bpm": grid.tempo_bpm, "beats_per_bar": grid.beats_per_bar, "confidence": grid.confidence,
                "beats": grid.beats.iter().map(|beat| json!([beat.at, beat.in_bar])).collect::<Vec<_>>(),
            },
            "sections": heard.analysis.sections,
            "prompts": plan.prompts,
            "cues": cues,
            "shots": shots,
            "curves": plan.curves,
            "notes": plan.notes,
            "losses": heard.losses.iter().chain(&rendered.written.losses).collect::<Vec<_>>(),
            "video": {
                "path": rendered.written.path.to_string_lossy(), "size": settings.size, "fps": settings.fps,
                "first_frame": frames.start, "frames": rendered.written.frames, "of_frames": director.frames(),
                "samples": rendered.written.samples, "bytes": rendered.written.bytes,
                "video_encoder": rendered.written.video_encoder, "audio_encoder": rendered.written.audio_encoder,
            },
            "timings": {
                "wall_secs": rendered.wall_secs, "workers": rendered.workers,
                "sketch_secs": rendered.sketch_secs, "finish_secs": rendered.finish_secs,
                "encode_secs": rendered.encode_secs, "lead_in_frames": rendered.lead_in_frames,
            },
        }))
    }

    /// Adds what the prompts were taken to mean, and where the time went.
    pub fn with_diorama(mut self, designs: &[Design], diorama: &Diorama) -> Self {
        self.0["designs"] = json!(designs);
        let steps = diorama.timings().ms_per_frame().into_iter();
        self.0["timings"]["ms_per_frame"] = steps.map(|(name, ms)| (name.to_owned(), json!(ms))).collect();
        self.0["flashes_damped"] = json!(diorama.flashes_damped());
        self
    }

    /// Adds how the film was painted, and where the time went.
    ///
    /// Times are summed over the devices that took shots in turn.
    pub fn with_films(mut self, films: &[Film]) -> Self {
        let timings = films
            .iter()
            .fold(FilmTimings::default(), |sum, film| sum.plus(&film.timings()));
        let (width, height) = films.first().map_or((0, 0), Film::size);
        self.0["painted"] = json!({
            "width": width, "height": height, "scenes": timings.scenes, "key_frames": timings.keys,
            "devices": films.len(),
        });
        self.0["timings"]["secs"] = json!({
            "scenes": timings.scene.as_secs_f64(), "key_frames": timings.key.as_secs_f64(),
            "rest": timings.rest.as_secs_f64(),
        });
        self.0["flashes_damped"] = json!(films.iter().map(Film::flashes_damped).sum::<u64>());
        self
    }

    /// Writes it, indented.
    ///
    /// # Errors
    /// [`phosphene_engine::error::Error::File`]; the old file is there then as it was.
    pub fn write(&self, target: Target) -> Result<()> {
        target.write_json(&format!("{:#}\n", self.0))
    }
}
