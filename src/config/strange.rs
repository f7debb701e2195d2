//! Keys that there are not, and values where a section belongs.

use super::{
    check::Check,
    given::Given,
    keys,
    raw::{Raw, Shape},
};

/// The unknown keys that are not in an unknown section, of which enough is said.
pub(super) fn topmost(unknown: &[String]) -> impl Iterator<Item = &String> {
    let inside =
        |key: &str, other: &str| key.strip_prefix(other).is_some_and(|rest| rest.starts_with(['.', '[']));
    unknown.iter().filter(move |key| !unknown.iter().any(|other| inside(key, other)))
}

pub(super) fn refuse_unknown(check: &mut Check<'_>, key: &str) {
    if matches!(key, "mail.smtp.password" | "mail.password" | "password") {
        check.mention("mail.smtp.password_file".to_owned());
        check.error(
            key,
            "a password does not belong here, where anybody may read it. Put it alone into a \
            file that only rappel can read, and write password_file = \"the-file\" under [mail.smtp].",
        );
        return;
    }
    if let Some((section, how @ ("cc" | "letter" | "instead"))) = key.rsplit_once('.')
        && section.contains(".escalate[")
    {
        check
            .error(key, format!("there is no such setting; how a step is told is said so: how = \"{how}\"."));
        return;
    }
    match keys::meant(key) {
        Some(meant) => {
            check.error(key, format!("there is no such setting; did you mean {meant}?"));
            check.mention(meant);
        }
        None => check.error(
            key,
            "there is no such setting. Remove it, or look up its name in the documented defaults.",
        ),
    }
}

pub(super) fn refuse_misplaced(check: &mut Check<'_>, raw: &Raw) {
    let mut misplaced = Vec::new();
    raw.misplaced("", &mut misplaced);
    for (key, given) in misplaced {
        if keys::are_several(&key) {
            let advice =
                format!("Write a line [[{key}]], with two pairs of brackets, above the settings of each.");
            check.error(&key, format!("this is one or several sections, not {given}. {advice}"));
            continue;
        }
        if let Some(message) = key.strip_prefix("policy.").and_then(of_a_policy) {
            check.error(&key, message);
            continue;
        }
        let advice = format!("Write a line [{key}] with the settings below it, each as key = value.");
        let message = match given {
            Given::List(_) => format!("this is a section, with one pair of brackets, not a list. {advice}"),
            other => format!("this is a section, not {other}. {advice}"),
        };
        check.error(&key, message);
    }
}

/// What is wrong with a setting of a policy, or one that is nearly that, which stands under no name of one.
fn of_a_policy(setting: &str) -> Option<String> {
    let key = format!("policy.default.{setting}");
    let right = "Write the name of the policy above it, as in [policy.default].";
    if keys::is_key(&key) || keys::are_several(&key) {
        return Some(format!("{setting} is a setting of a policy. {right}"));
    }
    let meant = keys::meant(&key)?;
    let meant = meant.strip_prefix("policy.default.")?;
    Some(format!("{setting} is not the name of a policy; did you mean the setting {meant}? {right}"))
}
