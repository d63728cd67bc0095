//! The bank as designs: what each prompt means, kept up with the user's edits.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use phosphene_core::{
    Error, Result,
    prompt::{Prompt, StyleChoice},
};
use phosphene_diorama::{Piece, design::Design, meaning::Meaning};

use super::sentence::sentence;
use crate::{params::style_choice, shared::Shared};

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
        let Some((designs, meanings)) = among_ourselves(|| explained(&prompts, stop))?? else {
            return Ok(());
        };
        (self.designs, self.meanings) = (designs, meanings);
        self.prompts = prompts;
        self.edited = None;
        self.generation += 1;
        Ok(())
    }

    /// What the generator takes, with the parameters `Style` and `Look` over what the prompts say.
    pub(super) fn pieces(&self, style: u8) -> Vec<Piece> {
        let designs = self.designs.iter().zip(&self.prompts);
        designs
            .map(|(design, prompt)| {
                let mut design = design.clone();
                match style_choice(style) {
                    StyleChoice::Auto | StyleChoice::Named(_) => {}
                    StyleChoice::Unpainted => (design.style, design.print) = (None, None),
                    StyleChoice::Blend(weights) => (design.style, design.print) = (Some(weights), None),
                    StyleChoice::Print(look) => (design.style, design.print) = (None, Some(look)),
                }
                Piece {
                    design,
                    style_strength: prompt.style_strength,
                }
            })
            .collect()
    }
}

/// What each prompt means, and how that is told; `None` when it was time to stop.
fn explained(prompts: &[Prompt], stop: &AtomicBool) -> Result<Option<(Vec<Design>, Vec<String>)>> {
    // The model takes a while to load, and each prompt some 10 ms: there is a way out after each. What was explained
    // before is remembered there, so only changed prompts cost anything.
    let meaning = Meaning::embedded()?;
    let mut explanations = Vec::with_capacity(prompts.len());
    for prompt in prompts {
        if stop.load(Ordering::Acquire) {
            return Ok(None);
        }
        explanations.push(meaning.explain(prompt)?);
    }
    let designs = meaning.design_all(prompts)?;
    let told = explanations.iter().zip(&designs);
    let meanings = told
        .map(|(explanation, design)| sentence(explanation, design))
        .collect();
    Ok(Some((designs, meanings)))
}

/// Works on a thread that ends with the work.
///
/// The model's matrix products go to rayon, whose usual threads stay as long as the process: in a host's, that is after
/// the plugin is gone.
fn among_ourselves<R: Send>(work: impl FnOnce() -> R + Send) -> Result<R> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .thread_name(|_| "phosphene-words".to_owned())
        .build_scoped(|thread| thread.run(), |pool| pool.install(work))
        .map_err(|error| Error::generate(0, format!("no thread can be started ({error})")))
}
