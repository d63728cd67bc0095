//! What is heard and what is seen: the preview, the timeline under it, the spectrum.

use egui::{Align2, CornerRadius, FontId, Rect, Sense, Stroke, TextureHandle, TextureOptions, Ui, Vec2, pos2};

use super::theme::{self, FAINT, GLOW, LINE, NIGHT, QUIET, SMALL, TEXT};
use phosphene_core::cue::live::GridSource;

use crate::shared::{LiveView, Picture};

/// Beats of the timeline before and after now.
const PAST: f64 = 4.0;
const FUTURE: f64 = 16.0;

/// A picture on the screen's card, uploaded once per serial.
#[derive(Default)]
pub struct Screen {
    texture: Option<TextureHandle>,
    serial: u64,
}

impl Screen {
    /// The picture's texture, if there is a picture.
    pub fn texture(&mut self, ui: &Ui, name: &str, picture: &Picture) -> Option<&TextureHandle> {
        let whole = picture.width > 0 && picture.rgb.len() == picture.width * picture.height * 3;
        if whole && (self.texture.is_none() || self.serial != picture.serial) {
            let image = egui::ColorImage::from_rgb([picture.width, picture.height], &picture.rgb);
            self.serial = picture.serial;
            match &mut self.texture {
                Some(texture) => texture.set(image, TextureOptions::LINEAR),
                None => self.texture = Some(ui.ctx().load_texture(name, image, TextureOptions::LINEAR)),
            }
        }
        self.texture.as_ref()
    }
}

/// The preview, as large as fits.
pub fn preview(ui: &mut Ui, screen: &mut Screen, picture: &Picture, height: f32, beat: f64) {
    let (rect, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), height), Sense::hover());
    let Some(texture) = screen.texture(ui, "preview", picture) else {
        ui.painter().rect_filled(rect, CornerRadius::same(8), NIGHT);
        let pulse = (1.0 - beat.rem_euclid(1.0) as f32).powi(2);
        ui.painter().circle_filled(
            rect.center() - Vec2::new(0.0, 16.0),
            6.0 + 4.0 * pulse,
            theme::glow(0.3 + 0.5 * pulse),
        );
        ui.painter().text(
            rect.center() + Vec2::new(0.0, 14.0),
            Align2::CENTER_CENTER,
            "the painters are waking up",
            FontId::proportional(theme::BODY),
            QUIET,
        );
        return;
    };
    let [width, tall] = texture.size();
    let scale = (rect.width() / width as f32).min(rect.height() / tall as f32);
    let shown = Rect::from_center_size(rect.center(), Vec2::new(width as f32, tall as f32) * scale);
    egui::Image::new((texture.id(), shown.size()))
        .corner_radius(CornerRadius::same(8))
        .paint_at(ui, shown);
}

/// Where a beat is on the timeline.
fn beat_x(rect: Rect, now: f64, beat: f64) -> f32 {
    rect.left() + ((beat - now + PAST) / (PAST + FUTURE)) as f32 * rect.width()
}

/// Beats, bars, cues to come.
pub fn timeline(ui: &mut Ui, live: &LiveView) {
    let (rect, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), 34.0), Sense::hover());
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, CornerRadius::same(6), NIGHT);
    let base = rect.bottom() - 6.0;
    if live.grid.is_none() {
        painter.text(
            rect.center(),
            Align2::CENTER_CENTER,
            "play, and the beats appear here",
            FontId::proportional(SMALL),
            FAINT,
        );
        return;
    }
    let bar = f64::from(live.beats_per_bar.max(1));
    let mut beat = (live.beat - PAST).floor();
    while beat < live.beat + FUTURE {
        let x = beat_x(rect, live.beat, beat);
        let first = beat.rem_euclid(bar) < 0.5;
        let top = base - if first { 14.0 } else { 6.0 };
        let colour = if first { QUIET } else { LINE };
        painter.line_segment([pos2(x, top), pos2(x, base)], Stroke::new(1.0, colour));
        if first {
            let number = (beat / bar).floor() as i64 + 1;
            painter.text(
                pos2(x + 4.0, top - 3.0),
                Align2::LEFT_TOP,
                number,
                FontId::proportional(SMALL),
                FAINT,
            );
        }
        beat += 1.0;
    }
    for &(at, scene) in &live.cues {
        let x = beat_x(rect, live.beat, at);
        let gone = at < live.beat;
        let colour = if gone { theme::glow(0.35) } else { GLOW };
        painter.line_segment([pos2(x, rect.top() + 3.0), pos2(x, base)], Stroke::new(2.0, colour));
        let flag = Rect::from_min_size(pos2(x, rect.top() + 3.0), Vec2::new(18.0, 13.0));
        painter.rect_filled(flag, CornerRadius::same(2), colour);
        painter.text(
            flag.center(),
            Align2::CENTER_CENTER,
            scene + 1,
            FontId::proportional(SMALL),
            NIGHT,
        );
    }
    let now = beat_x(rect, live.beat, live.beat);
    painter.line_segment(
        [pos2(now, rect.top()), pos2(now, rect.bottom())],
        Stroke::new(1.5, TEXT),
    );
}

/// Bands, loudness, onset lights, tempo.
pub fn spectrum(ui: &mut Ui, live: &LiveView) {
    let (rect, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), 56.0), Sense::hover());
    let painter = ui.painter_at(rect);
    let tempo_width = 132.0;
    let lights_width = 100.0;
    let bars = Rect::from_min_max(rect.min, pos2(rect.right() - tempo_width - lights_width, rect.bottom()));
    let step = bars.width() / live.spectrum.len() as f32;
    for (i, level) in live.spectrum.iter().enumerate() {
        let level = level.clamp(0.0, 1.0);
        let height = (level * bars.height()).max(2.0);
        let x = bars.left() + i as f32 * step;
        let column = Rect::from_min_max(
            pos2(x, bars.bottom() - height),
            pos2(x + (step - 2.0).max(1.0), bars.bottom()),
        );
        painter.rect_filled(
            column,
            CornerRadius::same(1),
            theme::mix(LINE, GLOW, 0.15 + 0.85 * level),
        );
    }
    let gauge = Rect::from_min_max(
        pos2(bars.right() + 6.0, bars.top()),
        pos2(bars.right() + 12.0, bars.bottom()),
    );
    painter.rect_filled(gauge, CornerRadius::same(2), NIGHT);
    let mut loud = gauge;
    loud.set_top(gauge.bottom() - live.loudness.clamp(0.0, 1.0) * gauge.height());
    painter.rect_filled(loud, CornerRadius::same(2), GLOW);
    for (i, name) in ["low", "mid", "high"].into_iter().enumerate() {
        let x = bars.right() + 34.0 + i as f32 * 28.0;
        let light = live.onsets[i].clamp(0.0, 1.0);
        painter.circle_filled(
            pos2(x, rect.top() + 20.0),
            5.0 + 3.0 * light,
            theme::mix(LINE, GLOW, light),
        );
        painter.text(
            pos2(x, rect.bottom() - 12.0),
            Align2::CENTER_CENTER,
            name,
            FontId::proportional(SMALL),
            FAINT,
        );
    }
    let (figure, from) = match live.grid {
        None => ("–".to_owned(), "no beat yet"),
        Some(GridSource::Host) => (format!("{:.1}", live.bpm), "BPM from the host"),
        Some(GridSource::Tracker) => (format!("{:.1}", live.bpm), "BPM as heard"),
    };
    painter.text(
        pos2(rect.right(), rect.top() + 18.0),
        Align2::RIGHT_CENTER,
        figure,
        FontId::proportional(theme::HUGE),
        TEXT,
    );
    painter.text(
        pos2(rect.right(), rect.bottom() - 12.0),
        Align2::RIGHT_CENTER,
        from,
        FontId::proportional(SMALL),
        QUIET,
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn now_stays_where_it_is_and_beats_come_towards_it() {
        let rect = Rect::from_min_size(pos2(10.0, 0.0), Vec2::new(200.0, 30.0));
        assert_eq!(beat_x(rect, 7.0, 7.0), beat_x(rect, 99.5, 99.5));
        assert!(beat_x(rect, 7.0, 8.0) > beat_x(rect, 7.5, 8.0));
        assert_eq!(beat_x(rect, 7.0, 3.0), 10.0);
        assert_eq!(beat_x(rect, 7.0, 23.0), 210.0);
    }
}
