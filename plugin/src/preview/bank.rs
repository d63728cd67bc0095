//! The bank as designs: what each prompt means, kept up with the user's edits.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use phosphene_engine::{
    Result,
    generate::diorama::{Piece, design::Design, meaning::Meaning, styles},
    prompt::Prompt,
};

use super::sentence::sentence;
use crate::shared::Shared;

/// An edit is taken up when the typing has paused for so long.
const PAUSE: Duration = Duration::from_millis(300);

/// The prompts and what they mean.
#[derive(Default)]
pub(super) struct BankDesigns {
    prompts: Vec<Prompt>,
    designs: Vec<Design>,
    /// One plain line a prompt.
    meanings: Vec<String>,
    edits: Option<u64>,
    edited: Option<Instant>,
    /// Counts changes of the designs.
    generation: u64,
}

impl BankDesigns {
    pub(super) fn prompts(&self) -> &[Prompt] {
        &self.prompts
    }

    pub(super) fn design(&self, scene: usize) -> Option<(&Design, &str)> {
        Some((self.designs.get(scene)?, self.meanings.get(scene)?))
    }

    /// 0 until the designs are there.
    pub(super) fn generation(&self) -> u64 {
        self.generation
    }

    /// Takes up edits, if there are any and the user pauses; leaves off when `stop` is set.
    pub(super) fn refresh(&mut self, shared: &Shared, now: Instant, stop: &AtomicBool) -> Result<()> {
        let edits = shared.params.project.edits();
        if self.edits != Some(edits) {
            // The first time there is nothing to wait for.
            let pause = if self.edits.is_none() { Duration::ZERO } else { PAUSE };
            self.edited = Some(now + pause);
            self.edits = Some(edits);
        }
        if self.edited.is_none_or(|due| now < due) {
            return Ok(());
        }
        let prompts = shared.params.project.read().bank.prompts.clone();
        if prompts == self.prompts {
            self.edited = None;
            return Ok(());
        }
        // The model takes a while to load, and each prompt some 10 ms: there is a way out after each. What was
        // explained before is remembered there, so only changed prompts cost anything.
        let meaning = Meaning::embedded()?;
        let mut explanations = Vec::with_capacity(prompts.len());
        for prompt in &prompts {
            if stop.load(Ordering::Acquire) {
                return Ok(());
            }
            explanations.push(meaning.explain(prompt)?);
        }
        self.designs = meaning.design_all(&prompts)?;
        self.meanings = explanations
            .iter()
            .zip(&self.designs)
            .map(|(explanation, design)| sentence(explanation, design))
            .collect();
        self.prompts = prompts;
        self.edited = None;
        self.generation += 1;
        Ok(())
    }

    /// What the generator takes, with the parameter `Style` over what the prompts say: 0 auto, 1 none, 2 to 27.
    pub(super) fn pieces(&self, style: i32) -> Vec<Piece> {
        let designs = self.designs.iter().zip(&self.prompts);
        designs
            .map(|(design, prompt)| {
                let mut design = design.clone();
                match style {
                    ..=0 => {}
                    1 => design.style = None,
                    _ => design.style = Some(styles::only(style as usize - 2)),
                }
                Piece {
                    design,
                    style_strength: prompt.style_strength,
                }
            })
            .collect()
    }
}
