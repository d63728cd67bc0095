//! `phosphene styles`: the painters and the print looks, by name and as a picture.

use std::path::{Path, PathBuf};

use clap::Args;
use phosphene_engine::{
    Result,
    cancel::Cancel,
    diorama::{DioramaOptions, Piece, meaning::Meaning, still::still, styles},
    frame::Frame,
    prompt::{PrintLook, Prompt, StyleChoice},
    text::{Ink, Typeface},
    time::Size,
};

use super::{
    files::{Files, Kind, OverwriteArg},
    terminal::{say, shown},
};

/// Show the painters and the print looks.
#[derive(Args)]
pub struct Styles {
    /// Paint and print the same scene in every style, as one sheet; - is the standard output, and no words go there then
    #[arg(short, long, value_name = "FILE.png")]
    output: Option<PathBuf>,
    /// What the sheet shows
    #[arg(
        long,
        default_value = "a sailing boat and a lighthouse on a beach at sunset, seagulls"
    )]
    prompt: String,
    #[command(flatten)]
    overwrite: OverwriteArg,
}

/// Pictures in a row of the sheet.
const COLUMNS: u32 = 6;
/// One picture of the sheet.
const TILE: (u32, u32) = (480, 270);

impl Styles {
    /// Lists the painters and the print looks, and makes the sheet when asked to.
    pub fn run(&self, cancel: &Cancel) -> Result<()> {
        let no_inputs: [&Path; 0] = [];
        let mut files = Files::new(&self.overwrite, no_inputs)?;
        let target = files.claim("--output", Kind::Binary, self.output.as_deref())?;
        if !files.on_stdout() {
            for (number, style) in styles::all()?.iter().enumerate() {
                say(&format!("{number:>2}  {:<22} {}\n", style.name, style.about))?;
            }
            for print in styles::prints()? {
                say(&format!(" -  {:<22} {}\n", print.name, print.about))?;
            }
        }
        let (Some(path), Some(target)) = (&self.output, target) else {
            return Ok(());
        };
        let prompt = Prompt {
            text: self.prompt.clone(),
            style: StyleChoice::Unpainted,
            ..Prompt::default()
        };
        let design = Meaning::embedded()?.design(&prompt)?;
        let tile = Size::new(TILE.0, TILE.1)?;
        let painters = styles::all()?.iter().enumerate().map(|(number, style)| {
            let label = format!("{number}  {}", style.name);
            (label, StyleChoice::Blend(styles::only(number)))
        });
        let prints = styles::prints()?.iter().zip(PrintLook::ALL);
        let prints = prints.map(|(print, look)| (print.name.clone(), StyleChoice::Print(look)));
        let tiles: Vec<(String, StyleChoice)> = painters.chain(prints).collect();
        let count = tiles.len() as u32;
        let sheet_size = Size::new(COLUMNS * TILE.0, count.div_ceil(COLUMNS) * TILE.1)?;
        let mut sheet = Frame::black(sheet_size);
        // Painted at the size that a 720p video is painted at, then halved twice: strokes look as they will.
        let options = DioramaOptions {
            size: Size::new(TILE.0 * 2, TILE.1 * 2)?,
            ..DioramaOptions::default()
        };
        let typeface = Typeface::load()?;
        for (number, (name, style)) in tiles.iter().enumerate() {
            cancel.check()?;
            let mut piece = Piece {
                design: design.clone(),
                style_strength: None,
            };
            match style {
                StyleChoice::Blend(weights) => piece.design.style = Some(*weights),
                StyleChoice::Print(look) => piece.design.print = Some(*look),
                StyleChoice::Auto | StyleChoice::Unpainted | StyleChoice::Named(_) => {}
            }
            let picture = halved(&still(&piece, options, 1)?, tile);
            let (column, row) = (number as u32 % COLUMNS, number as u32 / COLUMNS);
            paste(&picture, &mut sheet, (column * TILE.0, row * TILE.1));
            let at = ((column * TILE.0) as f32 + 14.0, (row * TILE.1) as f32 + 30.0);
            label(&typeface, &mut sheet, name, at);
        }
        cancel.check()?;
        target.write_png(&sheet)?;
        if files.on_stdout() {
            return Ok(());
        }
        say(&format!("\nThe sheet is {}\n", shown(path)))
    }
}

/// White on its own shadow, to be read on any picture.
fn label(typeface: &Typeface, sheet: &mut Frame, line: &str, at: (f32, f32)) {
    for (dx, dy) in [(-1.5, 0.0), (1.5, 0.0), (0.0, -1.5), (0.0, 1.5), (1.5, 1.5)] {
        typeface.draw(sheet, line, (at.0 + dx, at.1 + dy), 20.0, Ink::solid([0, 0, 0]));
    }
    typeface.draw(sheet, line, at, 20.0, Ink::solid([255, 255, 255]));
}

/// Half the width and height, by the mean of two by two.
fn halved(picture: &Frame, size: Size) -> Frame {
    let mut small = Frame::black(size);
    let width = size.width() as usize;
    let wide = picture.size().width() as usize * 3;
    for (i, value) in small.rgb_mut().iter_mut().enumerate() {
        let (x, y, c) = (i / 3 % width, i / 3 / width, i % 3);
        let at = y * 2 * wide + x * 6 + c;
        let sum: u16 = [at, at + 3, at + wide, at + wide + 3]
            .iter()
            .map(|&at| u16::from(picture.rgb()[at]))
            .sum();
        *value = ((sum + 2) / 4) as u8;
    }
    small
}

/// Lays a picture into the sheet with its top left corner at `at`.
fn paste(picture: &Frame, sheet: &mut Frame, at: (u32, u32)) {
    let (row, sheet_row) = (picture.size().width() as usize * 3, sheet.size().width() as usize * 3);
    let start = at.1 as usize * sheet_row + at.0 as usize * 3;
    let rows = sheet.rgb_mut()[start..].chunks_mut(sheet_row);
    for (to, from) in rows.zip(picture.rgb().chunks(row)) {
        to[..row].copy_from_slice(from);
    }
}
