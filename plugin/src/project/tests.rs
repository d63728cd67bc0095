use super::*;

/// The rows as the editor lists them: number and text.
fn rows(project: &Project) -> Vec<(usize, &str)> {
    let rows = project.order.iter().take(4);
    rows.map(|&scene| (scene + 1, &project.bank.prompts[scene].text[..1]))
        .collect()
}

fn four() -> Project {
    let mut project = Project::default();
    for (prompt, text) in project.bank.prompts.iter_mut().zip(["a", "b", "c", "d"]) {
        prompt.text = text.to_owned();
        prompt.seed = Some(u64::from(text.as_bytes()[0]));
    }
    project
}

#[test]
fn pictures_that_move_leave_the_numbers_where_they_are() {
    let mut project = four();
    project.move_pictures(0, 2);
    assert_eq!(rows(&project), [(1, "b"), (2, "c"), (3, "a"), (4, "d")]);
    assert_eq!(project.bank.prompts[2].seed, Some(97), "everything of a prompt moves");
    project.move_pictures(3, 1);
    assert_eq!(rows(&project), [(1, "b"), (2, "d"), (3, "c"), (4, "a")]);
    let before = project.clone();
    project.move_pictures(99, 0);
    assert_eq!(project, before);
}

#[test]
fn a_row_that_moves_takes_its_number_along_and_automation_shows_what_it_showed() {
    let mut project = four();
    project.move_row(0, 2);
    assert_eq!(rows(&project), [(2, "b"), (3, "c"), (1, "a"), (4, "d")]);
    assert_eq!(
        project.bank,
        four().bank,
        "a number asks for the picture that it asked for before"
    );
    // Both ways, one after the other.
    project.move_pictures(2, 3);
    assert_eq!(rows(&project), [(2, "b"), (3, "c"), (1, "d"), (4, "a")]);
    let saved = serde_json::to_value(&project).unwrap();
    assert_eq!(Project::restored(&saved), (project, vec![]), "the order is saved");
}

#[test]
fn an_order_that_is_none_is_not_taken() {
    let mut saved = serde_json::to_value(Project::default()).unwrap();
    for broken in [
        serde_json::json!([1, 1, 2]),
        serde_json::json!("x"),
        serde_json::json!((0..17).collect::<Vec<_>>()),
    ] {
        saved["order"] = broken;
        assert_eq!(Project::restored(&saved).0.order, Project::default().order);
    }
}

#[test]
fn what_is_saved_is_restored() {
    let mut project = Project {
        name: "My song".into(),
        ..Project::default()
    };
    project.bank.prompts[7].text = "a lighthouse in a storm".into();
    project.video.bpm = Some(97.0);
    let saved = serde_json::to_value(&project).unwrap();
    assert_eq!(Project::restored(&saved), (project, vec![]));
}

#[test]
fn damage_is_told_and_the_rest_is_kept() {
    let mut saved = serde_json::to_value(Project::default()).unwrap();
    saved["bank"]["prompts"][0]["text"] = 5.into();
    saved["bank"]["prompts"][1]["text"] = "kept".into();
    saved["video"] = "?".into();
    let (project, problems) = Project::restored(&saved);
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert_eq!(project.bank.prompts[1].text, "kept");
    assert_eq!(project.bank.prompts.len(), BANK_SIZE);
    for broken in [
        Value::Null,
        Value::from(3),
        Value::from("x"),
        serde_json::json!({"bank": []}),
    ] {
        let (project, problems) = Project::restored(&broken);
        assert!(!problems.is_empty(), "{broken}");
        assert_eq!(project.bank.prompts.len(), BANK_SIZE);
    }
}
