//! The folder with the administrator's own templates.

use std::{fs, os::unix::fs::symlink};

use rappel::{compose::Templates, config::read_templates};

use super::workplace::{MINIMAL, Workplace};

fn with_folder() -> Workplace {
    Workplace::new(&format!("#: folder own/en\n{MINIMAL}[templates]\ndir = \"own\"\n"))
}

#[test]
fn only_files_with_the_name_of_a_template_are_read() {
    let place = with_folder();
    let own = place.folder.path().join("own");
    let name = Templates::files()[0].0;
    fs::write(own.join(name), "Dear {{ name }}").unwrap();
    fs::write(own.join("NOTES"), "not a template").unwrap();
    fs::write(own.join("en/.reminder.txt.swp"), "not one either").unwrap();
    fs::create_dir_all(own.join("old/older")).unwrap();
    let files = read_templates(&place.load().unwrap().0).unwrap();
    assert_eq!(files.len(), 1);
    assert_eq!((files[0].name.as_str(), files[0].source.as_str()), (name, "Dear {{ name }}"));
    assert_eq!(files[0].path, own.join(name).display().to_string());
}

#[test]
fn a_misspelt_name_and_a_template_that_is_no_text_are_both_reported() {
    let place = with_folder();
    let own = place.folder.path().join("own");
    let (first, second) = (Templates::files()[0].0, Templates::files()[1].0);
    fs::write(own.join(format!("{}x", first.strip_suffix(".txt").unwrap()) + ".txt"), "").unwrap();
    fs::write(own.join(first), "#".repeat(256 * 1024 + 1)).unwrap();
    symlink("/dev/zero", own.join(second)).unwrap();
    let problems = read_templates(&place.load().unwrap().0).unwrap_err().to_string();
    assert!(problems.contains(&format!("did you mean {first}?")), "{problems}");
    assert!(problems.contains("is larger than 256 KiB"), "{problems}");
    assert!(problems.contains("the template is not a file"), "{problems}");
}

#[test]
fn a_step_whose_templates_are_missing_is_told_with_its_line_and_its_templates_are_read() {
    let step =
        "[[policy.default.escalate]]\nafter = \"7d overdue\"\nto = \"secretariat\"\ntemplate = \"second\"\n";
    let problems = |place: &Workplace| read_templates(&place.load().unwrap().0).unwrap_err().to_string();
    let nowhere = problems(&Workplace::new(&format!("{MINIMAL}{step}")));
    assert!(nowhere.contains("because templates.dir names no folder of templates"), "{nowhere}");

    let place = Workplace::new(&format!("#: folder own/en\n{MINIMAL}[templates]\ndir = \"own\"\n{step}"));
    let missing = problems(&place);
    assert!(
        missing.contains("policy.default.escalate[0].template")
            && missing.contains("Put escalation.second.txt"),
        "{missing}"
    );
    let own = place.folder.path().join("own");
    fs::write(own.join("en/escalation.secnd.txt"), "a typing error").unwrap();
    assert!(problems(&place).contains("did you mean en/escalation.second.txt?"), "{}", problems(&place));
    fs::rename(own.join("en/escalation.secnd.txt"), own.join("en/escalation.second.txt")).unwrap();
    // Of a step that nobody has.
    let another = own.join("escalation.of-quite-another-step.html");
    fs::write(&another, "").unwrap();
    let unknown = problems(&place);
    assert!(unknown.contains("no step of a policy has template = \"of-quite-another-step\""), "{unknown}");
    fs::remove_file(another).unwrap();
    let files = read_templates(&place.load().unwrap().0).unwrap();
    let names: Vec<_> = files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["en/escalation.second.txt"]);
}

#[test]
fn without_a_folder_there_are_none_and_a_crowded_folder_is_refused() {
    assert!(read_templates(&Workplace::new(MINIMAL).load().unwrap().0).unwrap().is_empty());
    let place = with_folder();
    for number in 0..=200 {
        fs::write(place.folder.path().join("own").join(number.to_string()), "").unwrap();
    }
    let problems = read_templates(&place.load().unwrap().0).unwrap_err().to_string();
    assert!(problems.contains("more than 200 files"), "{problems}");
}
