//! One small frame of each generator as it looked when it was last renewed; the film's are in `diffusion::film`.

use anyhow::Result;
use phosphene_engine::{
    diorama::{Diorama, DioramaOptions},
    direct::{FrameSpec, SceneRef},
    frame::{Frame, Generator, Sketcher, test_pattern::TestPattern},
    prompt::Prompt,
};
use phosphene_tests::golden::{Tolerance, check_frame};

fn still() -> FrameSpec {
    FrameSpec::still(SceneRef {
        prompt: 0,
        variant: 0,
        seed: 3,
    })
}

fn frame(generator: &mut impl Generator) -> Result<Frame> {
    let mut frame = Frame::black("64x36".parse()?);
    let sketch = generator.sketcher()?.sketch(&still())?;
    generator.finish(&still(), sketch, &mut frame)?;
    Ok(frame)
}

#[test]
fn the_test_pattern_looks_as_before() -> Result<()> {
    check_frame("test_pattern", &frame(&mut TestPattern)?, Tolerance::NONE);
    Ok(())
}

#[test]
fn the_diorama_looks_as_before() -> Result<()> {
    let prompt = Prompt {
        text: "a boat on the sea".into(),
        ..Prompt::default()
    };
    let options = DioramaOptions {
        size: "64x36".parse()?,
        ..DioramaOptions::default()
    };
    let mut diorama = Diorama::from_prompts(&[prompt], options)?;
    check_frame("diorama", &frame(&mut diorama)?, Tolerance::UNSEEN);
    Ok(())
}
