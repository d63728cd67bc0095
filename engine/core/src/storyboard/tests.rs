//! Storyboards that are right, wrong and mutilated.

use std::time::{Duration, Instant};

use super::*;
use crate::{
    prompt::{STYLE_COUNT, StyleChoice},
    seed::splitmix64,
};

/// Everything that a storyboard can say.
const FULL: &str = r#"title = "The long way home"
seed = 7
[video]
size = "1280x720"
fps = "29.97"
[grid]
bpm = 120.0
first_beat_secs = 0.5
beats_per_bar = 3

[[scene]]
at = "1"
prompt = "two teenagers in a car under the stars, oil painting"
morph = "2 bars"
[[scene.curve]]
param = "zoom"
points = [["1", 1.0], ["9", 2]]

[[scene]]
at = "17.3"
prompt = "a harbour in fog"
negative = "people"
style = "Oil Painting"
style_strength = 0.5
seed = 3
morph = "0"

[[scene]]
at = "chorus 2"
prompt = "a stage"
style = { 3 = 1, 19 = 3.0 }

[[scene]]
at = "1:02.5"
prompt = "the sea"
style = 19

[[curve]]
param = "palette_shift"
points = [["0:00", -30.0]]
"#;

fn check(text: &str) -> String {
    match Storyboard::parse("s.toml", text.as_bytes()) {
        Ok(_) => "no error".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn everything_is_read() {
    let board = Storyboard::parse("s.toml", FULL.as_bytes()).unwrap();
    assert_eq!(
        (board.title.as_deref(), board.seed),
        (Some("The long way home"), Some(7))
    );
    assert_eq!((board.size, board.fps), (Some(Size::HD), Some(Fps::NAMED[3].1)));
    let grid = GivenGrid {
        bpm: 120.0,
        first_beat_secs: 0.5,
        beats_per_bar: 3,
    };
    assert_eq!(board.grid, Some(grid));
    let [first, second, third, fourth] = board.scenes.as_slice() else {
        panic!("{} scenes", board.scenes.len())
    };
    assert_eq!(
        first.prompt.text,
        "two teenagers in a car under the stars, oil painting"
    );
    assert_eq!(
        (first.morph, &first.prompt.style),
        (Some(Length::Bars(2.0)), &StyleChoice::Auto)
    );
    assert_eq!(first.curves[0].param, Param::Zoom);
    let nine = Position::Bar { bar: 9, beat: 1 };
    assert_eq!(first.curves[0].points[1], (nine, 2.0));
    assert_eq!(second.at, Position::Bar { bar: 17, beat: 3 });
    assert_eq!(second.prompt.negative, "people");
    assert_eq!(second.prompt.style, StyleChoice::Named("oil painting".into()));
    assert_eq!((second.prompt.style_strength, second.prompt.seed), (Some(0.5), Some(3)));
    assert_eq!(second.morph, Some(Length::ZERO));
    assert_eq!(second.place, "line 20, scene 2, key `at`");
    let mut blend = [0.0; STYLE_COUNT];
    (blend[3], blend[19]) = (0.25, 0.75);
    assert_eq!(third.prompt.style, StyleChoice::Blend(blend));
    let mut single = [0.0; STYLE_COUNT];
    single[19] = 1.0;
    assert_eq!(fourth.prompt.style, StyleChoice::Blend(single));
    assert_eq!(
        (board.curves[0].param, board.curves[0].points[0].1),
        (Param::PaletteShift, -30.0)
    );
}

#[test]
fn a_grid_alone_is_a_storyboard_but_curves_alone_are_none() {
    let board = Storyboard::parse("s.toml", b"[grid]\nbpm = 120").unwrap();
    assert_eq!(
        (board.scenes.len(), board.grid.map(|grid| grid.beats_per_bar)),
        (0, Some(4))
    );
    let curve = "[grid]\nbpm = 120\n[[curve]]\nparam = \"zoom\"\npoints = [[\"1\", 0.0]]\n";
    for text in [curve, "title = \"a\""] {
        assert_eq!(check(text), format!("s.toml: the file: {NO_SCENE}"));
    }
}

#[test]
fn grain_and_bars_are_read_and_checked() {
    let of = |video: &str| check_text(&format!("[video]\n{video}\n[[scene]]\nat = '1'\nprompt = 'a boat'\n"));
    let board = of("grain = 0.5\nletterbox = 2.39").unwrap();
    assert_eq!(
        (board.grain, board.letterbox),
        (Some(0.5), Some("2.39".parse().unwrap()))
    );
    let board = of("letterbox = '16:9'").unwrap();
    assert_eq!((board.grain, board.letterbox), (None, Some("16:9".parse().unwrap())));
    assert_eq!(of("letterbox = 'off'").unwrap().letterbox, Some("off".parse().unwrap()));
    for (video, message) in [
        (
            "grain = 3.0",
            "line 2, [video], key `grain`: it is 3; it must be from 0 to 2",
        ),
        (
            "letterbox = 'wide'",
            "line 2, [video], key `letterbox`: the letterbox is \"wide\"; it must be a shape such as",
        ),
        ("letterbox = 9", "line 2, [video], key `letterbox`"),
    ] {
        let error = of(video).unwrap_err().to_string();
        assert!(error.contains(message), "{error}");
    }
}

fn check_text(text: &str) -> Result<Storyboard> {
    Storyboard::parse("s.toml", text.as_bytes())
}

#[test]
fn what_is_wrong_is_said_with_its_line_and_key() {
    let changed = |from: &str, to: &str| {
        assert!(FULL.contains(from), "{from}");
        FULL.replacen(from, to, 1)
    };
    for (text, message) in [
        (
            String::new(),
            r#"the file: there is no scene; add one: [[scene]], at = "1", prompt = "a lighthouse in a storm""#,
        ),
        (
            changed("seed = 7", "seed = -7"),
            "line 2, key `seed`: a seed is 0 or more",
        ),
        (
            changed("seed = 7", "seeed = 7"),
            "line 2, key `seeed`: there is no key `seeed`; did you mean `seed`?",
        ),
        (
            changed("seed = 7", "seed = \"7\""),
            r#"line 2, key `seed`: invalid type: string "7", expected a whole number without quotes"#,
        ),
        (
            changed("1280x720", "1281x720"),
            r#"line 4, [video], key `size`: "1281x720" is not a video size; use two even numbers from 16 to 7680, such as 1280x720 or 1080x1920"#,
        ),
        (
            changed("29.97", "29.98"),
            r#"line 5, [video], key `fps`: "29.98" is not a frame rate; use 23.976, 24, 25, 29.97, 30, 50, 59.94 or 60"#,
        ),
        (
            changed("[video]", "[vidoe]"),
            "line 3, key `vidoe`: there is no key `vidoe`; did you mean `video`?",
        ),
        (
            changed("fps =", "frames ="),
            "line 5, [video], key `frames`: there is no key `frames`; there are `size`, `fps`, `grain`, `letterbox`",
        ),
        (
            changed("bpm = 120.0", "bpm = 5"),
            "line 7, [grid], key `bpm`: it is 5; it must be from 10 to 1000",
        ),
        (
            changed("bpm = 120.0\n", ""),
            "line 6, [grid]: [grid] needs `bpm`, the song's tempo in beats a minute",
        ),
        (
            changed("beats_per_bar = 3", "beats_per_bar = 0"),
            "line 9, [grid], key `beats_per_bar`: it is 0; it must be from 1 to 32",
        ),
        (
            changed("first_beat_secs = 0.5", "first_beat_secs = nan"),
            "line 8, [grid], key `first_beat_secs`: it is NaN; it must be from 0 to 3600",
        ),
        (
            changed("at = \"17.3\"\n", ""),
            r#"line 19, scene 2: the scene has no `at`; add at = "1" for bar 1"#,
        ),
        (
            changed("at = \"17.3\"", "at = 17.3"),
            r#"line 20, scene 2, key `at`: a position is text in quotes, such as "17.3", not a float"#,
        ),
        (
            changed("at = \"17.3\"", "at = \"17.0\""),
            r#"line 20, scene 2, key `at`: the position is "17.0"; it must be a bar such as "17", or a beat of it such as "17.3" (bar 17, beat 3)"#,
        ),
        (
            changed("at = \"1:02.5\"", "at = \"1:75\""),
            r#"line 34, scene 4, key `at`: the position is "1:75"; it must be a time such as "0:42.5" or "1:02:03.5""#,
        ),
        (
            changed("prompt = \"a stage\"\n", ""),
            r#"line 28, scene 3: the scene has no `prompt`; add prompt = "what is to be seen""#,
        ),
        (
            changed("prompt = \"a stage\"", "prompt = \" \""),
            "line 30, scene 3, key `prompt`: it is empty; say what is to be seen",
        ),
        (
            changed("prompt = \"a stage\"", "prompt = 5"),
            "line 30, scene 3, key `prompt`: invalid type: integer `5`, expected text in quotes",
        ),
        (
            changed("prompt = \"a stage\"", "promt = \"a stage\""),
            "line 30, scene 3, key `promt`: there is no key `promt`; did you mean `prompt`?",
        ),
        (
            changed("prompt = \"a stage\"", "prompt = \"a stage"),
            r#"line 30, key `prompt`: invalid basic string, expected `"`"#,
        ),
        (
            changed("style = 19", "style = 26"),
            "line 36, scene 4, key `style`: there is no style 26; the numbers go from 0 to 25",
        ),
        (
            changed("style = 19", "style = [19]"),
            "line 36, scene 4, key `style`: this is of type array; write a style's number, its name in quotes, or weights such as { 3 = 0.7, 19 = 0.3 }",
        ),
        (
            changed("{ 3 = 1, 19 = 3.0 }", "{ 3 = 1, 27 = 3.0 }"),
            "line 31, scene 3, key `style`: there is no style `27`; the numbers go from 0 to 25",
        ),
        (
            changed("{ 3 = 1, 19 = 3.0 }", "{ 3 = 0 }"),
            "line 31, scene 3, key `style`: the weights are all 0; give one style more, such as { 19 = 1.0 }",
        ),
        (
            changed("{ 3 = 1, 19 = 3.0 }", "{ 3 = -1 }"),
            "line 31, scene 3, key `style`: the weight of style 3 must be a number from 0 to 1000",
        ),
        (
            changed("style_strength = 0.5", "style_strength = 1.5"),
            "line 24, scene 2, key `style_strength`: it is 1.5; it must be from 0 to 1",
        ),
        (
            changed("morph = \"2 bars\"", "morph = 2"),
            r#"line 14, scene 1, key `morph`: the length is "2"; it must be a number with its unit, such as "2 bars", "4 beats" or "1.5 s""#,
        ),
        (
            changed("morph = \"2 bars\"", "morph = \"2 cars\""),
            r#"line 14, scene 1, key `morph`: the length is "2 cars"; it must be in bars, beats or s, such as "2 bars", "4 beats" or "1.5 s""#,
        ),
        (
            changed("param = \"zoom\"", "param = \"zom\""),
            "line 16, scene 1, curve 1, key `param`: there is no parameter `zom`; did you mean `zoom`?",
        ),
        (
            changed("param = \"zoom\"", "param = \"speed\""),
            "line 16, scene 1, curve 1, key `param`: there is no parameter `speed`; there are `zoom`, `rotate`, `pan-x`, `pan-y`, `reactivity`, `intensity`, `style-strength`, `palette-shift`",
        ),
        (
            changed("[\"9\", 2]", "[\"9\", 3]"),
            "line 17, scene 1, curve 1, key `points`: zoom is 3; it must be from -2 to 2",
        ),
        (
            changed("[\"9\", 2]", "[\"9\"]"),
            r#"line 17, scene 1, curve 1, key `points`: invalid length 1, expected a position with its value, such as ["9", 0.5]"#,
        ),
        (
            changed("[[\"1\", 1.0], [\"9\", 2]]", "[]"),
            r#"line 17, scene 1, curve 1, key `points`: there are no points; write them as [["1", 0.5], ["9", 1.0]]"#,
        ),
        (
            changed("[[scene.curve]]", "[scene.curve]"),
            "line 15, scene 1: invalid type: map, expected a list; a list of tables has double brackets, such as [[scene]]",
        ),
        (
            "[scene]\nat = \"1\"\nprompt = \"a\"\n".to_owned(),
            "line 1: invalid type: map, expected a list; a list of tables has double brackets, such as [[scene]]",
        ),
        (
            changed("style = 19", "stlye = 19"),
            "line 36, scene 4, key `stlye`: there is no key `stlye`; did you mean `style`?",
        ),
        (
            changed("title = \"The", "title = \"The\nlong"),
            "line 2: key with no value, expected `=`",
        ),
    ] {
        assert_eq!(check(&text), format!("s.toml: {message}"));
    }
}

#[test]
fn a_grid_that_begins_behind_the_song_is_refused_where_it_is_written() {
    let rate = SampleRate::new(44_100).unwrap();
    let board = Storyboard::parse("s.toml", FULL.as_bytes()).unwrap();
    assert_eq!(board.beats(rate, 88_200).unwrap().map(|grid| grid.beats.len()), Some(3));
    let said = board.beats(rate, 22_050).unwrap_err().to_string();
    assert_eq!(
        said,
        "s.toml: line 8, [grid], key `first_beat_secs`: first_beat_secs is 0.5; it must be before the song's end, which \
         is 0.500 s in"
    );
    let heard = Storyboard::parse("s.toml", b"[video]\nfps = 24").unwrap();
    assert!(heard.beats(rate, 1).unwrap().is_none());
}

#[test]
fn what_is_no_text_is_refused_at_once() {
    let begin = Instant::now();
    let refused = |bytes: &[u8]| Storyboard::parse("s.toml", bytes).unwrap_err().to_string();
    assert!(refused(&vec![b'['; 10_000_000]).contains("1 MB at most"));
    assert!(refused(b"title = \"\xff\"").starts_with("s.toml: line 1: this is not UTF-8"));
    for unit in [
        "[",
        "[[scene]]\n",
        "a = {",
        "a.",
        "\"",
        "x = 1\n",
        "[a]\n",
        "\0",
        "[[scene]]\nat=\"1\"\nprompt=\"a\"\n",
    ] {
        refused(unit.repeat(MAX_BYTES / unit.len()).as_bytes());
    }
    assert!(begin.elapsed() < Duration::from_secs(20), "{:?}", begin.elapsed());
}

#[test]
fn no_mutation_panics() {
    let mut state = 1;
    let mut random = |below: usize| {
        state = splitmix64(state);
        (state % below as u64) as usize
    };
    let spice: [&[u8]; 12] = [
        b"\"",
        b"[[",
        b"]",
        b"=",
        b"\n",
        b"-1",
        b"1e999",
        b"\xf0\x9f",
        b"nan",
        b"0:0",
        b"{",
        b"99999999999999999999",
    ];
    let mut accepted = 0;
    for _ in 0..4_000 {
        let mut bytes = FULL.as_bytes().to_vec();
        for _ in 0..=random(4) {
            let at = random(bytes.len());
            match random(4) {
                0 => bytes[at] = random(256) as u8,
                1 => {
                    let end = (at + random(30)).min(bytes.len());
                    bytes.drain(at..end);
                }
                2 => {
                    let piece = spice[random(spice.len())];
                    bytes.splice(at..at, piece.iter().copied());
                }
                _ => {
                    let end = (at + random(60)).min(bytes.len());
                    let piece = bytes[at..end].to_vec();
                    let to = random(bytes.len());
                    bytes.splice(to..to, piece);
                }
            }
        }
        match Storyboard::parse("s.toml", &bytes) {
            Ok(board) => {
                accepted += 1;
                assert!(board.scenes.len() < 20);
            }
            Err(error) => assert!(error.to_string().starts_with("s.toml: ") && error.to_string().len() < 600),
        }
    }
    assert!(
        accepted > 100,
        "mutations inside texts are still storyboards: {accepted}"
    );
}

#[test]
fn scenes_know_whom_they_name_and_whom_scenes_before_named() {
    let text = "[cast]\nBen = 'a man'\nAnna = 'a tall woman, red coat'\n\
        [[scene]]\nat = '1'\nprompt = 'the sea'\n\
        [[scene]]\nat = '2'\nprompt = \"in Anna's car\"\n\
        [[scene]]\nat = '3'\nprompt = 'she waits for Ben'\n\
        [[scene]]\nat = '4'\nprompt = 'Anna and Ben'\n";
    let board = Storyboard::parse("s.toml", text.as_bytes()).unwrap();
    let known: Vec<Vec<&str>> = board
        .scenes
        .iter()
        .map(|scene| scene.prompt.cast.iter().map(|member| member.name.as_str()).collect())
        .collect();
    assert_eq!(known, [vec![], vec!["Anna"], vec!["Ben", "Anna"], vec!["Anna", "Ben"]]);
    assert_eq!(board.scenes[1].prompt.cast[0].look, "a tall woman, red coat");
    assert_eq!(board.cast[0].place, "line 3, [cast], key `Anna`");
}

#[test]
fn a_cast_member_whom_no_scene_names_is_told_and_no_error() {
    let text = "[cast]\nAnna = 'a woman'\nBen = 'a man'\n[[scene]]\nat = '1'\nprompt = 'Anna by the sea, ben'\n";
    let board = Storyboard::parse("s.toml", text.as_bytes()).unwrap();
    let unnamed: Vec<&str> = board.unnamed().map(|entry| entry.place.as_str()).collect();
    assert_eq!(unnamed, ["line 3, [cast], key `Ben`"]);
}

#[test]
fn bad_cast_entries_are_told_with_their_line() {
    let scene = "[[scene]]\nat = '1'\nprompt = 'Anna by the sea'\n";
    for (cast, said) in [
        ("Anna = ''", "line 2, [cast], key `Anna`: it is empty"),
        ("Anna = 3", "line 2, [cast], key `Anna`"),
        ("'' = 'a man'", "a name has 1 to 40 characters"),
        ("'42' = 'a man'", "`42` has no letter"),
    ] {
        let error = check(&format!("[cast]\n{cast}\n{scene}"));
        assert!(error.contains(said), "{cast}: {error}");
    }
    let many: String = (0..65).map(|k| format!("A{k} = 'a man'\n")).collect();
    let error = check(&format!("[cast]\n{many}{scene}"));
    assert!(error.contains("more than 64 names"), "{error}");
}
