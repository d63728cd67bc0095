//! How videos are made: name, folder, size, rate, sound, and tempo or metre over what the host says.

use std::path::PathBuf;

use egui::Ui;
use phosphene_core::{
    take,
    time::{Fps, Size},
};

use super::theme::{self, FAINT};
use crate::project::Project;

/// Sizes that are offered, with what they are for.
const SIZES: [(&str, &str); 6] = [
    ("1280x720", "720p"),
    ("1920x1080", "1080p"),
    ("3840x2160", "4K"),
    ("1080x1920", "upright"),
    ("1080x1080", "square"),
    ("640x360", "small"),
];
/// Ways to store sound.
const SOUNDS: [(&str, &str); 4] = [
    ("aac", "AAC: plays everywhere"),
    ("alac", "ALAC: lossless"),
    ("flac", "FLAC: lossless"),
    ("pcm", "PCM: bit for bit the export (.mov)"),
];

/// The settings; whether something was changed.
pub fn show(ui: &mut Ui, project: &mut Project, focus: &mut dyn FnMut()) -> bool {
    let before = project.clone();
    egui::Grid::new("settings")
        .num_columns(2)
        .spacing([16.0, 8.0])
        .show(ui, |ui| {
            theme::quiet(ui, "name");
            text(ui, &mut project.name, "the track's name", focus);
            ui.end_row();
            theme::quiet(ui, "folder");
            let folder = project.video.folder.as_ref();
            let mut path = folder.map_or_else(String::new, |folder| folder.to_string_lossy().into_owned());
            let usual =
                take::default_video_folder().map_or_else(|_| String::new(), |folder| folder.display().to_string());
            if text(ui, &mut path, &usual, focus) {
                project.video.folder = (!path.trim().is_empty()).then(|| PathBuf::from(path.trim()));
            }
            ui.end_row();
            theme::quiet(ui, "picture");
            ui.horizontal(|ui| {
                let name = project.video.size.to_string();
                egui::ComboBox::from_id_salt("size")
                    .selected_text(name)
                    .show_ui(ui, |ui| {
                        for (size, about) in SIZES {
                            if let Ok(size) = size.parse::<Size>() {
                                ui.selectable_value(&mut project.video.size, size, format!("{size}  {about}"));
                            }
                        }
                    });
                egui::ComboBox::from_id_salt("fps")
                    .selected_text(format!("{} fps", project.video.fps))
                    .show_ui(ui, |ui| {
                        for (name, fps) in Fps::NAMED {
                            ui.selectable_value(&mut project.video.fps, fps, format!("{name} fps"));
                        }
                    });
            });
            ui.end_row();
            theme::quiet(ui, "sound");
            egui::ComboBox::from_id_salt("sound")
                .selected_text(project.video.audio.to_uppercase())
                .show_ui(ui, |ui| {
                    for (name, about) in SOUNDS {
                        ui.selectable_value(&mut project.video.audio, name.to_owned(), about);
                    }
                });
            ui.end_row();
            theme::quiet(ui, "tempo");
            ui.horizontal(|ui| {
                if own(ui, project.video.bpm.is_some()) {
                    project.video.bpm = project.video.bpm.is_none().then_some(120.0);
                }
                if let Some(bpm) = &mut project.video.bpm {
                    ui.add(egui::DragValue::new(bpm).range(20.0..=400.0).speed(0.1).suffix(" BPM"));
                } else {
                    theme::quiet(ui, "as the host says, or as heard");
                }
            });
            ui.end_row();
            theme::quiet(ui, "metre");
            ui.horizontal(|ui| {
                if own(ui, project.video.beats_per_bar.is_some()) {
                    project.video.beats_per_bar = project.video.beats_per_bar.is_none().then_some(4);
                }
                if let Some(beats) = &mut project.video.beats_per_bar {
                    ui.add(egui::DragValue::new(beats).range(1..=16).suffix(" beats a bar"));
                } else {
                    theme::quiet(ui, "as the host says, or as heard");
                }
            });
            ui.end_row();
        });
    *project != before
}

/// A switch for a value that counts more than the host's: whether it was clicked.
fn own(ui: &mut Ui, is: bool) -> bool {
    theme::button(ui, "own", is).clicked()
}

fn text(ui: &mut Ui, text: &mut String, hint: &str, focus: &mut dyn FnMut()) -> bool {
    let hint = egui::RichText::new(hint).color(FAINT);
    let field = ui.add(egui::TextEdit::singleline(text).hint_text(hint).desired_width(300.0));
    if field.clicked() || field.gained_focus() {
        focus();
    }
    field.changed()
}
