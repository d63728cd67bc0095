//! VHS: luma of 240 lines with ringing, chroma smeared to the right, lines that shake, tracking noise that climbs, the
//! head switch at the bottom, scan lines.
//!
//! **Source**: the signal's path as in NTSC tape: Y of about 3 MHz, colour-under of about 0.4 MHz, half of the lines.

use super::{Plate, Press, Sheet, inlined, load, tone};
use crate::{
    lanes::{F, Lanes, V, v},
    scalar::{self, Chance},
};

/// Chroma's smear and delay, in pixels of 720 rows.
const SMEAR: f32 = 13.0;
const DELAY: f32 = 5.0;

#[inline(always)]
pub(super) fn print<L: Lanes>(press: &mut Press, plate: &Plate<'_>, sheet: &mut Sheet) {
    let (width, height) = (plate.width, plate.height);
    let size = width * height;
    let mut planes = [0; 3].map(|_| press.take(size));
    let [mut luma, mut reds, mut blues] = [0; 3].map(|_| press.take(width));
    tone::split(plate, &mut planes);
    let scale = height as f32 / sheet.height as f32;
    let smear = ((sheet.feature(SMEAR, 4.0) * scale) as usize).max(2);
    let delay = sheet.feature(DELAY, 1.5) * scale;
    let tracking = Tracking::new(plate);
    let mut spare = press.take(width + 2 * smear + 1);
    let [red, green, blue] = &mut planes;
    for y in 0..height {
        let line = y * width..(y + 1) * width;
        let (red, green, blue) = (&mut red[line.clone()], &mut green[line.clone()], &mut blue[line]);
        for x in 0..width {
            let l = scalar::luminance([red[x], green[x], blue[x]]);
            luma[x] = l;
            reds[x] = red[x] - l;
            blues[x] = blue[x] - l;
        }
        let fault = tracking.line(y);
        bandwidth(&mut luma, &mut spare);
        smeared(&mut reds, &mut spare, smear);
        smeared(&mut blues, &mut spare, smear);
        let mut noise = Chance::new(plate.seed, 0x7a9e_0000 + y as u64);
        let mut speck = 0.0_f32;
        for x in 0..width {
            let from = x as f32 + fault.shift;
            let l = at(&luma, from);
            let (r, b) = (at(&reds, from - delay), at(&blues, from - delay));
            if fault.noise > 0.0 {
                // White streaks with tails.
                speck *= 0.72;
                if noise.happens(0.035 * fault.noise) {
                    speck = 0.75;
                }
            }
            let hiss = (noise.unit() - 0.5) * (0.035 + 0.16 * fault.noise);
            let keep = 1.0 - 0.7 * fault.noise;
            // Lifted blacks, soft whites, too much colour.
            let l = 0.045 + 0.90 * l + hiss + speck * fault.noise;
            let (r, b) = (r * 1.45 * keep, b * 1.35 * keep);
            red[x] = (l + r + 0.012).clamp(0.0, 1.0);
            green[x] = (l - (0.2126 * r + 0.0722 * b) * (1.0 / 0.7152)).clamp(0.0, 1.0);
            blue[x] = (l + b + 0.022).clamp(0.0, 1.0);
        }
    }
    let mut rows = [0; 3].map(|_| press.take(sheet.stride()));
    let period = sheet.feature(3.0, 2.0);
    for y in 0..sheet.height {
        for (row, plane) in rows.iter_mut().zip(&planes) {
            press.lift.row(plane, y, row);
        }
        let [r, g, b] = &rows;
        let beam = tone::wave(F::<L>::from(y as f32 / period)) * 0.07 + 0.95;
        sheet.row::<L>(
            y,
            #[inline(always)]
            |left| {
                let lit = inlined(
                    #[inline(always)]
                    |c: F<L>| c * (beam + c * (F::from(1.0) - beam) * 0.6),
                );
                let printed: V<L> = v(lit(load(r, left)), lit(load(g, left)), lit(load(b, left)));
                printed
            },
        );
    }
    press.put(planes);
    press.put([luma, reds, blues, spare]);
    press.put(rows);
}

/// What is wrong with a line.
#[derive(Debug, Clone, Copy)]
struct Fault {
    /// To the left, in pixels.
    shift: f32,
    /// How much of it is noise, 0 to 1.
    noise: f32,
}

/// How the tape runs at a frame.
struct Tracking {
    height: f32,
    width: f32,
    secs: f32,
    seed: u64,
    /// Middle of the noise band, in heights from the top; outside of the picture most of the time.
    band: f32,
}

impl Tracking {
    fn new(plate: &Plate<'_>) -> Self {
        // The band climbs through the picture in two seconds of every nine.
        let turn = (plate.secs * (1.0 / 9.0)).fract();
        Self {
            height: plate.height as f32,
            width: plate.width as f32,
            secs: plate.secs,
            seed: plate.seed,
            band: 1.12 - turn * 5.2,
        }
    }

    #[inline(always)]
    fn line(&self, y: usize) -> Fault {
        let down = (y as f32 + 0.5) / self.height;
        let pixel = self.width * (1.0 / 640.0);
        let mut chance = Chance::new(self.seed, 0x51ae + y as u64);
        let jitter = (chance.unit() - 0.5) * 0.55;
        // The whole picture sways, slowly.
        let sway = scalar::sin(down * 7.0 + self.secs * 2.3) * 0.5 + scalar::sin(down * 23.0 - self.secs * 5.1) * 0.22;
        let away = (down - self.band).abs();
        let band = 1.0 - scalar::smoothstep(0.0, 0.045, away);
        let pulled = scalar::smoothstep(0.16, 0.0, away) * 7.0 * (0.4 + chance.unit());
        // Below the last lines the heads change.
        let foot = scalar::smoothstep(0.972, 1.0, down);
        Fault {
            shift: (jitter + sway + pulled * band + foot * foot * 46.0 * (0.7 + 0.5 * chance.unit())) * pixel,
            noise: (band * 0.75 + foot * 0.55).min(1.0),
        }
    }
}

/// Linearly between two pixels of a line; the ends go on.
#[inline(always)]
fn at(line: &[f32], x: f32) -> f32 {
    let x = x.clamp(0.0, (line.len() - 1) as f32);
    let first = x as usize;
    let next = (first + 1).min(line.len() - 1);
    line[first] + (line[next] - line[first]) * (x - first as f32)
}

/// A narrow channel: softer, with an echo of edges to their right.
#[inline(always)]
fn bandwidth(line: &mut [f32], spare: &mut [f32]) {
    let len = line.len();
    spare[..4].fill(line[0]);
    spare[4..4 + len].copy_from_slice(line);
    spare[4 + len] = line[len - 1];
    for (to, near) in line.iter_mut().zip(spare.windows(6)) {
        let soft = 0.25 * near[3] + 0.5 * near[4] + 0.25 * near[5];
        let before = 0.5 * (near[0] + near[1]);
        *to = soft + (soft - before) * 0.16;
    }
}

/// Twice a mean over the pixels before and after: a wide, soft smear.
#[inline(always)]
fn smeared(line: &mut [f32], spare: &mut [f32], radius: usize) {
    let (len, share) = (line.len(), 1.0 / (2 * radius + 1) as f32);
    for _ in 0..2 {
        // As many pixels more as are needed on both sides.
        spare[..radius].fill(line[0]);
        spare[radius..radius + len].copy_from_slice(line);
        spare[radius + len..2 * radius + 1 + len].fill(line[len - 1]);
        let mut sum: f32 = spare[..2 * radius].iter().sum();
        let ends = spare[2 * radius..].iter().zip(spare.iter());
        for (to, (next, last)) in line.iter_mut().zip(ends) {
            sum += next;
            *to = sum * share;
            sum -= last;
        }
    }
}
