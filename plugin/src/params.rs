//! The parameters that a host automates, and what is saved with the project beside them.

use std::{collections::BTreeMap, sync::Arc};

use nice_plug::prelude::*;
use phosphene_core::{
    prompt::{PrintLook, StyleChoice},
    take::Quantize,
};
use phosphene_diorama::styles;

use crate::{project::SharedProject, saved};

/// Where a change of scene lands.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuantizeTo {
    /// At once.
    #[id = "off"]
    #[name = "Off"]
    Off,
    /// On the next beat.
    #[id = "beat"]
    #[name = "Beat"]
    Beat,
    /// On the next bar.
    #[id = "bar"]
    #[name = "Bar"]
    Bar,
    /// On the next of every two bars.
    #[id = "bars2"]
    #[name = "2 bars"]
    Bars2,
    /// On the next of every four bars.
    #[id = "bars4"]
    #[name = "4 bars"]
    Bars4,
    /// On the next of every eight bars.
    #[id = "bars8"]
    #[name = "8 bars"]
    Bars8,
}

impl From<QuantizeTo> for Quantize {
    fn from(to: QuantizeTo) -> Self {
        match to {
            QuantizeTo::Off => Self::Off,
            QuantizeTo::Beat => Self::Beat,
            QuantizeTo::Bar => Self::Bar,
            QuantizeTo::Bars2 => Self::Bars2,
            QuantizeTo::Bars4 => Self::Bars4,
            QuantizeTo::Bars8 => Self::Bars8,
        }
    }
}

/// When the plugin records a take.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Capture {
    /// Never.
    #[id = "off"]
    #[name = "Off"]
    Off,
    /// When the host exports: it says so, or it is faster than real time.
    #[id = "export"]
    #[name = "Export"]
    Export,
    /// Whenever audio flows.
    #[id = "always"]
    #[name = "Always"]
    Always,
}

/// The plugin's parameters; ids never change.
#[derive(Params)]
pub struct PhospheneParams {
    /// The scene, 1 to 16.
    #[id = "scene"]
    pub scene: IntParam,
    /// Where a change of scene lands.
    #[id = "quantize"]
    pub quantize: EnumParam<QuantizeTo>,
    /// Length of a passage in beats, 0 to 32.
    #[id = "morph"]
    pub morph: FloatParam,
    /// A rise to on asks for the next scene that has a prompt.
    #[id = "next"]
    pub next_scene: BoolParam,
    /// Speed of the zoom, -2 to 2.
    #[id = "zoom"]
    pub zoom: FloatParam,
    /// Turn in degrees.
    #[id = "rotate"]
    pub rotate: FloatParam,
    /// To the right, in picture widths.
    #[id = "panx"]
    pub pan_x: FloatParam,
    /// Down, in picture heights.
    #[id = "pany"]
    pub pan_y: FloatParam,
    /// How strongly things move with the music, 0 to 2.
    #[id = "reactive"]
    pub reactivity: FloatParam,
    /// Brightness and colour, 0 to 2.
    #[id = "intensity"]
    pub intensity: FloatParam,
    /// 0 auto, 1 none, 2 to 27 the painters.
    #[id = "style"]
    pub style: IntParam,
    /// How much of the painting is kept, 0 to 1.
    #[id = "strength"]
    pub style_strength: FloatParam,
    /// Turn of all hues in degrees.
    #[id = "palette"]
    pub palette_shift: FloatParam,
    /// Seeds everything random, 0 to 9,999.
    #[id = "seed"]
    pub seed: IntParam,
    /// When a take is recorded.
    #[id = "capture"]
    pub capture: EnumParam<Capture>,
    /// On: nothing is recorded. The sound is the same either way.
    #[id = "bypass"]
    pub bypass: BoolParam,
    /// 0 as `Style` says, 1 to 9 the print looks. A parameter of its own and no more values of `Style`: hosts keep
    /// automation as a share of a parameter's range, so what they have of `Style` would mean other painters in a longer
    /// one. Its own range is longer than its looks are many, for those to come.
    #[id = "look"]
    pub look: IntParam,

    /// What is saved beside the parameters.
    #[persist = "project"]
    pub project: SharedProject,
}

/// The parameters as a host lists them: in groups, while our own code finds them in one place.
pub struct Grouped(pub Arc<PhospheneParams>);

#[expect(
    unsafe_code,
    reason = "nice-plug lists parameters as pointers, and derives groups for nested structs only"
)]
// SAFETY: the pointers are those of the derived implementation, and the parameters that they point to live as long as
// this `Arc`.
unsafe impl Params for Grouped {
    fn param_map(&self) -> Vec<(String, ParamPtr, String)> {
        let map = self.0.param_map().into_iter();
        map.map(|(id, param, _)| {
            let group = group(&id).to_owned();
            (id, param, group)
        })
        .collect()
    }

    fn serialize_fields(&self) -> BTreeMap<String, String> {
        self.0.serialize_fields()
    }

    fn deserialize_fields(&self, serialized: &BTreeMap<String, String>) {
        self.0.deserialize_fields(serialized);
        self.0.project.tell_problems(saved::troubles(serialized));
    }
}

fn group(id: &str) -> &'static str {
    match id {
        "scene" | "quantize" | "morph" | "next" => "Scene",
        "zoom" | "rotate" | "panx" | "pany" => "Camera",
        "capture" | "bypass" => "Take",
        _ => "Look",
    }
}

/// The values that a parameter can have, and the usual one.
pub(crate) enum Span {
    Float {
        least: f32,
        most: f32,
        usual: f32,
    },
    Steps {
        least: i32,
        most: i32,
        usual: i32,
    },
    /// By the ids that states have.
    Names {
        names: &'static [&'static str],
        usual: &'static str,
    },
    Switch {
        usual: bool,
    },
}

impl PhospheneParams {
    /// What `Style` and `Look` ask for together, in one number: 0 auto, 1 none, 2 to 27 the painters, 28 and on the print
    /// looks. [`style_choice`] says what it stands for.
    ///
    /// Real-time safe.
    #[must_use]
    pub fn style_now(&self) -> u8 {
        match self.look.value() {
            1..=LOOKS => (LAST_PAINTER + self.look.value()) as u8,
            _ => self.style.value().clamp(0, LAST_PAINTER) as u8,
        }
    }

    /// What is recorded now: nothing while the host bypasses us.
    #[must_use]
    pub fn capture_now(&self) -> Capture {
        if self.bypass.value() {
            Capture::Off
        } else {
            self.capture.value()
        }
    }

    /// The values that the parameter of this id can have.
    pub(crate) fn span(&self, id: &str) -> Option<Span> {
        let float = |param: &FloatParam| match param.range() {
            FloatRange::Linear { min, max } => Some(Span::Float {
                least: min,
                most: max,
                usual: param.default_plain_value(),
            }),
            _ => None,
        };
        let steps = |param: &IntParam| match param.range() {
            IntRange::Linear { min, max } => Some(Span::Steps {
                least: min,
                most: max,
                usual: param.default_plain_value(),
            }),
            IntRange::Reversed(_) => None,
        };
        fn names<E: Enum + PartialEq>(param: &EnumParam<E>) -> Option<Span> {
            let names = E::ids()?;
            Some(Span::Names {
                names,
                usual: names.get(param.default_plain_value().to_index())?,
            })
        }
        let switch = |param: &BoolParam| Span::Switch {
            usual: param.default_plain_value(),
        };
        match id {
            "scene" => steps(&self.scene),
            "quantize" => names(&self.quantize),
            "morph" => float(&self.morph),
            "next" => Some(switch(&self.next_scene)),
            "zoom" => float(&self.zoom),
            "rotate" => float(&self.rotate),
            "panx" => float(&self.pan_x),
            "pany" => float(&self.pan_y),
            "reactive" => float(&self.reactivity),
            "intensity" => float(&self.intensity),
            "style" => steps(&self.style),
            "strength" => float(&self.style_strength),
            "palette" => float(&self.palette_shift),
            "seed" => steps(&self.seed),
            "capture" => names(&self.capture),
            "bypass" => Some(switch(&self.bypass)),
            "look" => steps(&self.look),
            _ => None,
        }
    }
}

/// The last value of `Style`.
const LAST_PAINTER: i32 = 27;
/// Print looks.
const LOOKS: i32 = PrintLook::ALL.len() as i32;
/// Values of `Look` beside 0, those without a look included.
const LAST_LOOK: i32 = 15;

/// What a number of [`PhospheneParams::style_now`] stands for.
#[must_use]
pub fn style_choice(value: u8) -> StyleChoice {
    match value {
        0 => StyleChoice::Auto,
        1 => StyleChoice::Unpainted,
        n if i32::from(n) <= LAST_PAINTER => StyleChoice::Blend(styles::only(usize::from(n - 2))),
        n => {
            let look = PrintLook::ALL.get((i32::from(n) - LAST_PAINTER - 1) as usize);
            look.map_or(StyleChoice::Auto, |look| StyleChoice::Print(*look))
        }
    }
}

/// What the parameter `Look` shows: "as Style", or a print look's name.
fn look_text(value: i32) -> String {
    let names = styles::prints();
    match (value, names) {
        (0, _) => "as Style".to_owned(),
        (n, Ok(names)) => names
            .get(n as usize - 1)
            .map_or_else(|| format!("{n}: as Style"), |print| print.name.clone()),
        (n, Err(_)) => n.to_string(),
    }
}

/// The text of `Look` back to its value; numbers are taken too.
fn look_value(text: &str) -> Option<i32> {
    let text = text.trim().to_lowercase();
    let named = (0..=LAST_LOOK).find(|&value| look_text(value).to_lowercase() == text);
    named.or_else(|| text.parse().ok().filter(|value| (0..=LAST_LOOK).contains(value)))
}

/// What the parameter `Style` shows: "auto", "none", or a painter's name.
fn style_text(value: i32) -> String {
    let names = styles::all();
    match (value, names) {
        (0, _) => "auto".to_owned(),
        (1, _) => "none".to_owned(),
        (n, Ok(names)) => names
            .get(n as usize - 2)
            .map_or_else(|| n.to_string(), |style| style.name.clone()),
        (n, Err(_)) => n.to_string(),
    }
}

/// The text of `Style` back to its value; numbers are taken too.
fn style_value(text: &str) -> Option<i32> {
    let text = text.trim().to_lowercase();
    let named = (0..=LAST_PAINTER).find(|&value| style_text(value).to_lowercase() == text);
    named.or_else(|| text.parse().ok().filter(|value| (0..=LAST_PAINTER).contains(value)))
}

/// What the parameter `Scene` shows: "3: neon city in the rain".
fn scene_text(value: i32, project: &SharedProject) -> String {
    const LONGEST: usize = 28;
    let project = project.read();
    let prompt = usize::try_from(value - 1)
        .ok()
        .and_then(|index| project.bank.prompts.get(index));
    match prompt.map(|prompt| prompt.text.trim()).filter(|text| !text.is_empty()) {
        None => value.to_string(),
        Some(text) if text.chars().count() > LONGEST => {
            format!(
                "{value}: {}...",
                text.chars().take(LONGEST).collect::<String>().trim_end()
            )
        }
        Some(text) => format!("{value}: {text}"),
    }
}

/// The text of `Scene` back to its value: the number before the colon.
fn scene_value(text: &str) -> Option<i32> {
    let number = text.split(':').next()?.trim();
    number.parse().ok().filter(|value| (1..=16).contains(value))
}

impl Default for PhospheneParams {
    fn default() -> Self {
        let project = SharedProject::default();
        let float = |name: &str, value: f32, min: f32, max: f32| {
            // "30.0°" but "0.25": what can be told apart by eye.
            let digits = if max > 100.0 { 1 } else { 2 };
            FloatParam::new(name, value, FloatRange::Linear { min, max })
                .with_value_to_string(formatters::v2s_f32_rounded(digits))
        };
        Self {
            scene: IntParam::new("Scene", 1, IntRange::Linear { min: 1, max: 16 })
                .with_value_to_string(Arc::new({
                    let project = project.clone();
                    move |value| scene_text(value, &project)
                }))
                .with_string_to_value(Arc::new(scene_value)),
            quantize: EnumParam::new("Quantize", QuantizeTo::Bar),
            morph: float("Morph", 8.0, 0.0, 32.0).with_unit(" beats"),
            next_scene: BoolParam::new("Next scene", false),
            zoom: float("Zoom", 1.0, -2.0, 2.0),
            rotate: float("Rotate", 0.0, -180.0, 180.0).with_unit("°"),
            pan_x: float("Pan X", 0.0, -1.0, 1.0),
            pan_y: float("Pan Y", 0.0, -1.0, 1.0),
            reactivity: float("Reactivity", 1.0, 0.0, 2.0),
            intensity: float("Intensity", 1.0, 0.0, 2.0),
            style: IntParam::new(
                "Style",
                0,
                IntRange::Linear {
                    min: 0,
                    max: LAST_PAINTER,
                },
            )
            .with_value_to_string(Arc::new(style_text))
            .with_string_to_value(Arc::new(style_value)),
            style_strength: float("Style strength", 0.8, 0.0, 1.0),
            palette_shift: float("Palette shift", 0.0, -180.0, 180.0).with_unit("°"),
            seed: IntParam::new("Seed", 1, IntRange::Linear { min: 0, max: 9999 }),
            capture: EnumParam::new("Capture", Capture::Export),
            bypass: BoolParam::new("Bypass", false).make_bypass(),
            look: IntParam::new("Look", 0, IntRange::Linear { min: 0, max: LAST_LOOK })
                .with_value_to_string(Arc::new(look_text))
                .with_string_to_value(Arc::new(look_value)),
            project,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_parameter_has_its_values() {
        let params = PhospheneParams::default();
        for (id, _, _) in params.param_map() {
            assert!(params.span(&id).is_some(), "{id}");
        }
    }

    #[test]
    fn nothing_is_recorded_while_bypassed() {
        let params = PhospheneParams {
            capture: EnumParam::new("Capture", Capture::Always),
            ..PhospheneParams::default()
        };
        assert_eq!(params.capture_now(), Capture::Always);
        let params = PhospheneParams {
            bypass: BoolParam::new("Bypass", true),
            ..params
        };
        assert_eq!(params.capture_now(), Capture::Off);
    }

    #[test]
    fn looks_go_before_painters_and_leave_their_automation_alone() {
        let params = |style: i32, look: i32| PhospheneParams {
            style: IntParam::new(
                "Style",
                style,
                IntRange::Linear {
                    min: 0,
                    max: LAST_PAINTER,
                },
            ),
            look: IntParam::new("Look", look, IntRange::Linear { min: 0, max: LAST_LOOK }),
            ..PhospheneParams::default()
        };
        assert_eq!(style_choice(params(0, 0).style_now()), StyleChoice::Auto);
        assert_eq!(style_choice(params(1, 0).style_now()), StyleChoice::Unpainted);
        assert_eq!(
            style_choice(params(27, 0).style_now()),
            StyleChoice::Blend(styles::only(25))
        );
        for (n, look) in (1..).zip(PrintLook::ALL) {
            assert_eq!(style_choice(params(21, n).style_now()), StyleChoice::Print(look));
        }
        // A value of a version to come is nothing that this one has.
        assert_eq!(style_choice(params(1, LAST_LOOK).style_now()), StyleChoice::Unpainted);
        // Shares of `Style`'s range, as hosts keep them, mean what they always have.
        let own = PhospheneParams::default();
        for (share, painter) in [
            (2.0 / 27.0, "warm canvas"),
            (21.0 / 27.0, "starry night"),
            (1.0, "blue etching"),
        ] {
            assert_eq!(text(own.style.as_ptr(), share), painter);
        }
        // Parameters come in the order that hosts know; new ones behind.
        let ids: Vec<String> = own.param_map().into_iter().map(|(id, _, _)| id).collect();
        assert_eq!(ids[10], "style");
        assert_eq!(ids.last().map(String::as_str), Some("look"));
    }

    #[test]
    fn every_text_is_read_back() {
        let params = PhospheneParams::default();
        params.project.write().bank.prompts[2].text = "7: a text with a number, and rather too long to be shown".into();
        for (id, param, _) in params.param_map() {
            for step in 0..=200 {
                let normalized = step as f32 / 200.0;
                let snapped = text(param, normalized);
                let back = value(param, &snapped).unwrap_or_else(|| panic!("{id}: \"{snapped}\" is not read back"));
                assert_eq!(text(param, back), snapped, "{id} at {normalized}");
            }
        }
    }

    #[expect(
        unsafe_code,
        reason = "nice-plug lists parameters as pointers into the struct that the caller holds"
    )]
    fn text(param: ParamPtr, normalized: f32) -> String {
        // SAFETY: the parameters live in the caller's `PhospheneParams`.
        unsafe { param.normalized_value_to_string(normalized, true) }
    }

    #[expect(
        unsafe_code,
        reason = "nice-plug lists parameters as pointers into the struct that the caller holds"
    )]
    fn value(param: ParamPtr, text: &str) -> Option<f32> {
        // SAFETY: the parameters live in the caller's `PhospheneParams`.
        unsafe { param.string_to_normalized_value(text) }
    }
}
