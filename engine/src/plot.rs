//! A picture of what analysis heard: parts, spectrogram, beats and bars, bands and onsets over time.

use tiny_skia::{Color, FillRule, Paint, PathBuilder, Pixmap, PixmapPaint, Rect, Transform};

use crate::text::{Ink, Typeface};
use phosphene_core::{
    analysis::{Analysis, Band, Hop, Spectrogram},
    error::{Error, Result},
    frame::Frame,
    time::{SamplePos, Size},
};

const BACKGROUND: [u8; 3] = [11, 13, 19];
const PANEL: [u8; 3] = [18, 21, 30];
const QUIET: [u8; 3] = [88, 98, 122];
const TEXT: [u8; 3] = [206, 212, 226];
const ACCENT: [u8; 3] = [255, 176, 84];
/// The spectrogram's colours from silence to the loudest.
const HEAT: [[u8; 3]; 6] = [
    [13, 15, 23],
    [24, 31, 54],
    [60, 58, 98],
    [142, 84, 96],
    [240, 152, 74],
    [255, 238, 204],
];
/// What the spectrogram shows below the song's loudest, in dB.
const RANGE_DB: f32 = 66.0;

/// Where things are, in pixels.
struct Layout {
    unit: f32,
    left: f32,
    width: f32,
    parts: (f32, f32),
    spectrogram: (f32, f32),
    beats: (f32, f32),
    bands: [(f32, f32); 3],
    axis: f32,
}

impl Layout {
    fn new(size: Size) -> Self {
        let (width, height) = (size.width() as f32, size.height() as f32);
        let unit = (height / 900.0).min(width / 1_200.0);
        let margin = 40.0 * unit;
        let top = 100.0 * unit;
        // What title, parts, ruler, axis and gaps leave is shared by spectrogram and bands.
        let free = height - top - (34.0 + 14.0 + 44.0 + 3.0 * 12.0 + 52.0) * unit;
        let spectrogram = (top + 48.0 * unit, free * 0.55);
        let beats = (spectrogram.0 + spectrogram.1, 44.0 * unit);
        let lane = free * 0.15;
        let first = beats.0 + beats.1 + 12.0 * unit;
        Self {
            unit,
            left: margin + 44.0 * unit,
            width: width - 2.0 * margin - 44.0 * unit,
            parts: (top, 34.0 * unit),
            spectrogram,
            beats,
            bands: [0.0, 1.0, 2.0].map(|i| (first + i * (lane + 12.0 * unit), lane)),
            axis: first + 3.0 * (lane + 12.0 * unit) + 6.0 * unit,
        }
    }
}

/// Draws a song: its name, tempo and parts, spectrogram (where one was kept), beats with bar numbers, the three bands
/// with their onsets, and a time axis.
///
/// # Errors
/// [`Error::Asset`] when the built-in typeface is damaged; [`Error::Value`] when the size can't be drawn.
pub fn song(title: &str, analysis: &Analysis, spectrogram: Option<&Spectrogram>, size: Size) -> Result<Frame> {
    let face = Typeface::load()?;
    let mut canvas = Canvas::new(analysis, size)?;
    canvas.parts();
    if let Some(spectrogram) = spectrogram.filter(|spectrogram| spectrogram.hops() > 0) {
        canvas.spectrogram(spectrogram);
    }
    canvas.beats();
    for (band, lane) in canvas.layout.bands.into_iter().enumerate() {
        canvas.band(band, lane);
    }
    let mut frame = canvas.frame();
    write_title(&mut frame, &face, title, analysis, &canvas);
    write_labels(&mut frame, &face, &canvas);
    Ok(frame)
}

struct Canvas<'a> {
    analysis: &'a Analysis,
    layout: Layout,
    size: Size,
    pixmap: Pixmap,
}

impl<'a> Canvas<'a> {
    fn new(analysis: &'a Analysis, size: Size) -> Result<Self> {
        let mut pixmap = Pixmap::new(size.width(), size.height()).ok_or_else(|| Error::Value {
            what: "the plot's size",
            expected: "a size that fits in memory".to_owned(),
            actual: size.to_string(),
        })?;
        pixmap.fill(colour(BACKGROUND, 1.0));
        Ok(Self {
            analysis,
            layout: Layout::new(size),
            size,
            pixmap,
        })
    }

    /// Where a sample lies from left to right, in pixels.
    fn x(&self, at: SamplePos) -> f32 {
        let share = at.0 as f64 / self.analysis.features.len.max(1) as f64;
        self.layout.left + self.layout.width * share as f32
    }

    fn rect(&mut self, (x, y): (f32, f32), (width, height): (f32, f32), paint: Color) {
        if let Some(rect) = Rect::from_xywh(x, y, width.max(0.1), height.max(0.1)) {
            let mut brush = Paint::default();
            brush.set_color(paint);
            brush.anti_alias = true;
            self.pixmap.fill_rect(rect, &brush, Transform::identity(), None);
        }
    }

    fn parts(&mut self) {
        let (top, height) = self.layout.parts;
        let gap = 1.5 * self.layout.unit;
        for section in &self.analysis.sections {
            let (from, to) = (self.x(section.start), self.x(section.end));
            let tint = mix(PANEL, ACCENT, weight(&section.label));
            self.rect((from + gap, top), (to - from - 2.0 * gap, height), colour(tint, 1.0));
        }
    }

    fn spectrogram(&mut self, spectrogram: &Spectrogram) {
        let (top, height) = self.layout.spectrogram;
        let (columns, rows) = (self.layout.width as u32, height as u32);
        let Some(mut image) = Pixmap::new(columns, rows) else {
            return;
        };
        let bands = Spectrogram::BANDS;
        let span = |column: u32| {
            let edge = |c: u32| (u64::from(c) * spectrogram.hops() as u64 / u64::from(columns)) as usize;
            edge(column)..edge(column + 1).max(edge(column) + 1).min(spectrogram.hops())
        };
        // A column shows the mean level of its hops, each band against the loudest of the picture.
        let levels: Vec<Vec<f32>> = (0..columns)
            .map(|column| {
                let hops = span(column);
                let mean =
                    |band| hops.clone().map(|hop| spectrogram.level_db(hop, band)).sum::<f32>() / hops.len() as f32;
                // Music falls by some decibels an octave: lifting the treble shows it too.
                (0..bands)
                    .map(|band| mean(band) + 14.0 * band as f32 / bands as f32)
                    .collect()
            })
            .collect();
        let loudest = levels.iter().flatten().copied().fold(f32::MIN, f32::max);
        for (column, levels) in levels.iter().enumerate() {
            for row in 0..rows {
                let place = (1.0 - (row as f32 + 0.5) / rows as f32) * (bands - 1) as f32;
                let band = (place as usize).min(bands - 2);
                let share = place - band as f32;
                let level = levels[band] * (1.0 - share) + levels[band + 1] * share;
                let heat = (1.0 + (level - loudest) / RANGE_DB).clamp(0.0, 1.0).powf(1.4);
                let pixel = colour(heat_colour(heat), 1.0).premultiply().to_color_u8();
                image.pixels_mut()[row as usize * columns as usize + column] = pixel;
            }
        }
        let place = (self.layout.left as i32, top as i32);
        let paint = PixmapPaint::default();
        self.pixmap
            .draw_pixmap(place.0, place.1, image.as_ref(), &paint, Transform::identity(), None);
    }

    fn beats(&mut self) {
        let analysis = self.analysis;
        let (top, height) = self.layout.beats;
        let unit = self.layout.unit;
        let apart = self.layout.width / analysis.grid.beats.len().max(1) as f32;
        for beat in &analysis.grid.beats {
            let x = self.x(beat.at);
            if beat.in_bar == 1 {
                if apart * analysis.grid.beats_per_bar as f32 > 7.0 * unit {
                    let (from, tall) = self.layout.spectrogram;
                    self.rect((x - 0.5, from), (1.0, tall), colour([255; 3], 0.13));
                }
                self.rect(
                    (x - unit, top + 3.0 * unit),
                    (2.0 * unit, height * 0.34),
                    colour(ACCENT, 1.0),
                );
            } else if apart > 2.5 * unit {
                self.rect(
                    (x - 0.5 * unit, top + 3.0 * unit),
                    (unit, height * 0.17),
                    colour(QUIET, 1.0),
                );
            }
        }
    }

    /// One band's energy as a hill, its onsets as lights on it.
    fn band(&mut self, band: usize, (top, height): (f32, f32)) {
        let (left, width) = (self.layout.left, self.layout.width);
        self.rect((left, top), (width, height), colour(PANEL, 1.0));
        let hops = &self.analysis.features.hops;
        let columns = width as usize;
        let column = |i: usize| -> &[Hop] {
            let from = i * hops.len() / columns;
            &hops[from..((i + 1) * hops.len() / columns).max(from + 1).min(hops.len())]
        };
        let mut hill = PathBuilder::new();
        hill.move_to(left, top + height);
        let mut lights = Vec::new();
        for i in 0..columns {
            let hops = column(i);
            let energy = hops.iter().map(|hop| hop.bands[band]).sum::<f32>() / hops.len() as f32;
            let onset = hops.iter().map(|hop| hop.onset[band]).fold(0.0, f32::max);
            hill.line_to(left + i as f32, top + height * (1.0 - 0.94 * energy));
            lights.push((left + i as f32, onset));
        }
        hill.line_to(left + columns as f32, top + height);
        hill.close();
        let mut brush = Paint::default();
        brush.set_color(colour(mix(QUIET, TEXT, 0.15 * band as f32), 0.75));
        brush.anti_alias = true;
        if let Some(hill) = hill.finish() {
            self.pixmap
                .fill_path(&hill, &brush, FillRule::Winding, Transform::identity(), None);
        }
        for (x, onset) in lights {
            if onset > 0.02 {
                let tall = height * (0.1 + 0.5 * onset);
                let light = colour(ACCENT, 0.25 + 0.75 * onset);
                self.rect((x, top + height - tall), (1.2 * self.layout.unit, tall), light);
            }
        }
    }

    fn frame(&self) -> Frame {
        let mut frame = Frame::black(self.size);
        for (out, pixel) in frame.rgb_mut().chunks_exact_mut(3).zip(self.pixmap.pixels()) {
            out.copy_from_slice(&[pixel.red(), pixel.green(), pixel.blue()]);
        }
        frame
    }
}

/// The song's name, and what was heard of its tempo.
fn write_title(frame: &mut Frame, face: &Typeface, title: &str, analysis: &Analysis, canvas: &Canvas<'_>) {
    let unit = canvas.layout.unit;
    let grid = &analysis.grid;
    let heard = if grid.beats.is_empty() {
        "no beat".to_owned()
    } else {
        let (bpm, bar, sure) = (grid.tempo_bpm, grid.beats_per_bar, grid.confidence * 100.0);
        format!("{bpm:.1} BPM   {bar} beats a bar   {sure:.0} % sure")
    };
    let y = 52.0 * unit;
    face.draw(
        frame,
        title,
        (canvas.layout.left, y),
        40.0 * unit,
        Ink::solid([238, 241, 248]),
    );
    let px = 24.0 * unit;
    let x = canvas.layout.left + canvas.layout.width - face.width(&heard, px);
    face.draw(frame, &heard, (x, y + 3.0 * unit), px, Ink::solid(ACCENT));
}

/// Names of parts and bands, bar numbers, frequencies and times.
fn write_labels(frame: &mut Frame, face: &Typeface, canvas: &Canvas<'_>) {
    let Layout { unit, left, width, .. } = canvas.layout;
    let analysis = canvas.analysis;
    let small = 17.0 * unit;
    let dim = Ink::solid([132, 142, 166]);
    for section in &analysis.sections {
        let (from, to) = (canvas.x(section.start), canvas.x(section.end));
        let px = 20.0 * unit;
        let ink = if weight(&section.label) > 0.5 { BACKGROUND } else { TEXT };
        if face.width(&section.label, px) + 16.0 * unit < to - from {
            let y = canvas.layout.parts.0 + canvas.layout.parts.1 / 2.0;
            face.draw(frame, &section.label, (from + 10.0 * unit, y), px, Ink::solid(ink));
        }
    }
    for (hz, name) in [
        (100.0, "100"),
        (400.0, "400"),
        (1_000.0, "1k"),
        (4_000.0, "4k"),
        (10_000.0, "10k"),
    ] {
        let band = (0..Spectrogram::BANDS)
            .filter(|&b| Spectrogram::centre_hz(b) < hz)
            .count();
        let (top, height) = canvas.layout.spectrogram;
        let y = top + height * (1.0 - band as f32 / Spectrogram::BANDS as f32);
        let x = left - 10.0 * unit - face.width(name, small);
        face.draw(frame, name, (x, y), small, dim);
    }
    for (band, (top, height)) in Band::ALL.iter().zip(canvas.layout.bands) {
        let name = format!("{band:?}").to_lowercase();
        let x = left - 10.0 * unit - face.width(&name, small);
        face.draw(frame, &name, (x, top + height / 2.0), small, dim);
    }
    let y = canvas.layout.beats.0 + canvas.layout.beats.1 * 0.66;
    let mut free = left;
    let downbeats: Vec<SamplePos> = analysis.grid.downbeats().map(|(_, at)| at).collect();
    let step = numbered_every(downbeats.len(), width / (46.0 * unit));
    for (bar, at) in downbeats.iter().enumerate().step_by(step) {
        let number = (bar + 1).to_string();
        let x = canvas.x(*at) - face.width(&number, small) / 2.0;
        if x >= free && x + face.width(&number, small) <= left + width {
            face.draw(frame, &number, (x, y), small, Ink::solid(TEXT));
            free = x + face.width(&number, small) + 8.0 * unit;
        }
    }
    let secs = analysis.features.len as f64 / f64::from(analysis.features.rate.hz());
    let step = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1_200]
        .into_iter()
        .find(|step| secs / f64::from(*step) < f64::from(width / (90.0 * unit)))
        .unwrap_or(3_600);
    for time in (0..=secs as u32).step_by(step as usize) {
        let name = format!("{}:{:02}", time / 60, time % 60);
        let x = canvas.x(SamplePos::from_secs(f64::from(time), analysis.features.rate));
        let x = x - face.width(&name, small) / 2.0;
        if x + face.width(&name, small) <= left + width + 20.0 * unit {
            face.draw(frame, &name, (x, canvas.layout.axis), small, dim);
        }
    }
}

/// Numbers every bar, or every 2nd, 4th, 8th... when there is no room.
fn numbered_every(bars: usize, room: f32) -> usize {
    let mut step = 1;
    while bars as f32 / step as f32 > room {
        step *= 2;
    }
    step
}

/// How much of the accent a part has: the song's peaks glow.
fn weight(label: &str) -> f32 {
    match label {
        "chorus" => 0.92,
        "drop" => 1.0,
        "verse" => 0.42,
        "bridge" => 0.28,
        "break" => 0.18,
        "intro" | "outro" => 0.1,
        // "part A", "part B"...: told apart by their letters.
        other => 0.12 + 0.1 * f32::from(other.bytes().last().unwrap_or(b'A').saturating_sub(b'A') % 5),
    }
}

fn mix(a: [u8; 3], b: [u8; 3], share: f32) -> [u8; 3] {
    [0, 1, 2].map(|i| (f32::from(a[i]) * (1.0 - share) + f32::from(b[i]) * share).round() as u8)
}

fn heat_colour(heat: f32) -> [u8; 3] {
    let place = heat * (HEAT.len() - 1) as f32;
    let index = (place as usize).min(HEAT.len() - 2);
    mix(HEAT[index], HEAT[index + 1], place - index as f32)
}

fn colour(rgb: [u8; 3], opacity: f32) -> Color {
    let mut colour = Color::from_rgba8(rgb[0], rgb[1], rgb[2], 255);
    colour.set_alpha(opacity.clamp(0.0, 1.0));
    colour
}

#[cfg(test)]
mod tests {
    use super::*;
    use phosphene_core::{
        analysis::{Analyzer, BeatGrid},
        time::SampleRate,
    };

    #[test]
    fn any_song_in_any_size_can_be_drawn() {
        let rate = SampleRate::new(8_000).unwrap();
        for len in [1, 900, 80_000] {
            let mut analyzer = Analyzer::new(rate);
            let wave: Vec<f32> = (0..len).map(|i| (i as f32 * 0.3).sin() * 0.5).collect();
            analyzer.push(&wave);
            let (mut analysis, spectrogram) = analyzer.finish_with_spectrogram().unwrap();
            analysis.grid = BeatGrid::given(rate, 120.0, 0.0, 4, len).unwrap();
            for size in ["16x16", "640x360", "1080x1920"] {
                let size: Size = size.parse().unwrap();
                let frame = song("A song", &analysis, Some(&spectrogram), size).unwrap();
                assert_eq!(frame.size(), size);
                assert!(frame.rgb().iter().any(|&v| v > 100), "{len} {size}");
            }
        }
    }

    #[test]
    fn bar_numbers_have_room() {
        assert_eq!(numbered_every(20, 30.0), 1);
        assert_eq!(numbered_every(100, 30.0), 4);
    }
}
