//! A recipient as the history names them: by their name, and why they were told what somebody else was asked.

/// What follows the name of whoever got a copy.
const COPY: &str = " (copy)";

/// What stands between the name of a deputy and that of whoever is absent, and its end.
const DEPUTY_OF: (&str, &str) = (" (deputy of ", ")");

/// The reader of a copy.
#[must_use]
pub fn copy_reader(name: &str) -> String {
    format!("{name}{COPY}")
}

/// Somebody who stands in for `absent`.
#[must_use]
pub fn deputy(name: &str, absent: &str) -> String {
    let (of, end) = DEPUTY_OF;
    format!("{name}{of}{absent}{end}")
}

/// The names in it: of the recipient, and of the person for whom they stand in.
pub fn names_in(recipient_name: &str) -> impl Iterator<Item = &str> {
    let name = recipient_name.strip_suffix(COPY).unwrap_or(recipient_name);
    let (of, end) = DEPUTY_OF;
    let (name, absent) = match name.strip_suffix(end).and_then(|whole| whole.split_once(of)) {
        Some((name, absent)) => (name, Some(absent)),
        None => (name, None),
    };
    std::iter::once(name).chain(absent)
}

/// The same with the names that `change` gives instead; none if it gives none.
pub fn renamed(recipient_name: &str, change: impl Fn(&str) -> Option<String>) -> Option<String> {
    let (mut out, mut rest, mut is_changed) = (String::new(), recipient_name, false);
    for name in names_in(recipient_name) {
        let (before, after) = rest.split_once(name)?;
        let instead = change(name);
        is_changed |= instead.is_some();
        out.push_str(before);
        out.push_str(instead.as_deref().unwrap_or(name));
        rest = after;
    }
    out.push_str(rest);
    is_changed.then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_and_changed_in_each_form_and_a_longer_name_is_another() {
        let change = |name: &str| (name == "Kim Lee").then(|| "somebody".to_owned());
        for (text, names, anew) in [
            ("Kim Lee", vec!["Kim Lee"], Some("somebody")),
            ("Kim Lee Park", vec!["Kim Lee Park"], None),
            ("Kim Lee (ISO)", vec!["Kim Lee (ISO)"], None),
            (&copy_reader("Kim Lee"), vec!["Kim Lee"], Some("somebody (copy)")),
            (&deputy("Kim Lee", "Ann"), vec!["Kim Lee", "Ann"], Some("somebody (deputy of Ann)")),
            (&deputy("Ann", "Kim Lee"), vec!["Ann", "Kim Lee"], Some("Ann (deputy of somebody)")),
            (
                &deputy("Kim Lee Park", "Kim Lee"),
                vec!["Kim Lee Park", "Kim Lee"],
                Some("Kim Lee Park (deputy of somebody)"),
            ),
        ] {
            assert_eq!(names_in(text).collect::<Vec<_>>(), names);
            assert_eq!(renamed(text, change).as_deref(), anew, "{text}");
        }
    }
}
