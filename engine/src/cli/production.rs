//! From decisions to a file, with what is said on the way: what `render` and `render-take` share.

use phosphene_engine::{
    Result, cancel::Cancel, frame::test_pattern::TestPattern, pipeline::Rendered, render::RenderJob,
};

use super::{
    estimate::warn_of_cpu,
    files::Files,
    options::{GeneratorName, Look},
    report::Report,
    terminal::{say_path, tell, tell_unknown_words},
};

/// Makes the file, calling `progress` with the frames that are written.
pub fn make(
    job: &RenderJob,
    generator: GeneratorName,
    look: &Look,
    cancel: &Cancel,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<(Rendered, Report)> {
    for note in &job.plan.notes {
        tell(&format!("  note  {note}"));
    }
    match generator {
        GeneratorName::TestPattern => {
            let rendered = job.render(&mut [TestPattern], "test-pattern", cancel, progress)?;
            let report = Report::new(job, &rendered, "test-pattern");
            Ok((rendered, report))
        }
        GeneratorName::Diorama => {
            let (mut diorama, designs) = job.diorama(&look.diorama())?;
            tell_unknown_words(&job.plan.prompts)?;
            let name = format!("diorama {look:?}");
            let rendered = job.render(std::slice::from_mut(&mut diorama), &name, cancel, progress)?;
            let report = Report::new(job, &rendered, "diorama").with_diorama(&designs, &diorama);
            Ok((rendered, report))
        }
        GeneratorName::Diffusion => {
            let files = look.diffusion.files()?;
            let mut films = look.diffusion.films(job, look, cancel)?;
            // Several devices read them one after the other, and all must paint alike.
            look.diffusion.check_unchanged(&files)?;
            warn_of_cpu(job, &mut films)?;
            let name = format!("diffusion {look:?} {files:?}");
            let rendered = job.render(&mut films, &name, cancel, progress)?;
            let report = Report::new(job, &rendered, "diffusion").with_films(&films);
            Ok((rendered, report))
        }
    }
}

/// Says what was made, and where, unless the standard output is a file's.
pub fn say(job: &RenderJob, rendered: &Rendered, files: &Files) -> Result<()> {
    let (secs, written) = (rendered.wall_secs, &rendered.written);
    let video_secs = written.frames as f64 / job.settings.fps.hz();
    tell(&format!(
        "{} frames in {secs:.1} s ({:.2} times real time), {:.1} MB",
        written.frames,
        video_secs / secs.max(1e-9),
        written.bytes as f64 / 1e6
    ));
    for loss in &written.losses {
        tell(&format!("  warning  {}", loss.what));
    }
    if files.on_stdout() {
        return Ok(());
    }
    say_path(&written.path)
}
