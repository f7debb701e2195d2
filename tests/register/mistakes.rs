//! One folder per mistake under `mistakes/`: a register with that mistake, as `register.toml` or as
//! CSV files, and in `expected.txt` all that is said about it.

use std::{fs, path::PathBuf};

use super::support::{errors, settings};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/register/mistakes")
}

fn check(name: &str) {
    let folder = folder().join(name.replace('_', "-"));
    let toml = folder.join("register.toml");
    let path = if toml.exists() { toml } else { folder.clone() };
    #[expect(clippy::disallowed_methods, reason = "how a person accepts new words, not a setting of rappel")]
    if std::env::var_os("RAPPEL_ACCEPT").is_some() {
        fs::write(folder.join("expected.txt"), errors(&settings(&path)).join("\n") + "\n").unwrap();
    }
    let expected = fs::read_to_string(folder.join("expected.txt")).unwrap();
    assert_eq!(errors(&settings(path)).join("\n"), expected.trim_end());
}

macro_rules! mistakes {
    ($($name:ident),+ $(,)?) => {
        $(
            #[test]
            fn $name() {
                check(stringify!($name));
            }
        )+

        #[test]
        fn every_folder_of_mistakes_has_its_test() {
            let mut folders: Vec<_> = fs::read_dir(folder())
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap().replace('-', "_"))
                .collect();
            folders.sort();
            let mut names = vec![$(stringify!($name)),+];
            names.sort_unstable();
            assert_eq!(folders, names);
        }
    };
}

mistakes! {
    a_date_in_the_reference,
    a_table_where_a_value_belongs,
    absence_that_ends_before_it_begins,
    addresses_that_no_server_carries,
    all_problems_at_once,
    ambiguous_date,
    bidi_override_in_a_name,
    broken_sheet_does_not_blame_the_others,
    columns_of_ones_own,
    control_character_in_a_reference,
    control_characters_in_a_role_and_a_body,
    csv_cells,
    date_out_of_range,
    days_of_the_week_and_times,
    deputies_in_a_loop,
    doubled_body,
    doubled_header,
    doubled_person,
    duplicate_reference_for_one_body,
    formula_error,
    holiday_without_a_day,
    invalid_date,
    invalid_email,
    invalid_secretariat_email,
    line_break_in_a_title,
    line_break_in_an_address,
    meeting_with_a_name_twice,
    meeting_with_bad_days,
    missing_addressee,
    missing_email,
    missing_header,
    missing_reference,
    missing_title,
    nearly_a_column,
    nearly_a_sheet,
    no_actions,
    nobody_is_blamed_for_anothers_mistake,
    not_a_list_of_tables,
    one_key_written_in_two_ways,
    own_deputy,
    parents_in_a_loop,
    quotation_that_is_never_closed,
    role_at_an_unknown_body,
    role_held_by_an_unknown_person,
    row_with_too_many_cells,
    several_names_under_asked_of,
    text_for_a_date,
    three_languages,
    toml_syntax_errors,
    two_encodings_in_one_file,
    two_seats_said_in_the_same_way,
    unknown_also_to,
    unknown_body,
    unknown_body_of_a_role,
    unknown_calendar,
    unknown_deputy,
    unknown_kind,
    unknown_language,
    unknown_meeting,
    unknown_name_far_from_any,
    unknown_parent,
    unknown_person,
    unknown_policy,
    unknown_purpose,
    unknown_role,
    unknown_status,
    unknown_zone,
    wishes_that_are_none,
    zone_by_its_city,
}
