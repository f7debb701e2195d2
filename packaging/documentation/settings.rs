//! rappel.toml(5), from the documented defaults.

use rappel::config::{DEFAULTS, Documented, reference};

use super::roff::Page;

pub(super) fn page() -> String {
    let mut page = Page::new("rappel.toml", 5, "settings of rappel");
    page.section("Synopsis");
    page.paragraph("**/etc/rappel/rappel.toml**");
    page.section("Description");
    page.paragraph(
        "The settings are one file in TOML. **rappel setup** writes it, with each key and its meaning as a comment. \
         What has to be set: **name** and **address** under [secretariat], **path** under [register], and either \
         [mail.smtp] or [mail.maildir]. Everything else has a default.",
    );
    page.paragraph(&introduction());
    page.section("Settings");
    for one in reference() {
        entry(&mut page, &one);
    }
    page.section("Files");
    page.term("/etc/rappel/rappel.toml", "The settings, unless --config FILE names others.");
    page.term("/etc/rappel/smtp-password", "The password for the mail server, where rappel setup puts it.");
    page.section("See also");
    page.paragraph("rappel(1), rappel-setup(1), rappel-check(1), rappel-register(7)");
    page.finish()
}

fn entry(page: &mut Page, one: &Documented) {
    let meaning = one.meaning.replace('*', "\\*");
    match one.key {
        None => {
            let (open, close) = if one.several { ("[[", "]]") } else { ("[", "]") };
            page.subsection(&format!("{open}{}{close}", one.section));
            if !meaning.is_empty() {
                page.paragraph(&meaning);
            }
        }
        Some((key, value)) => {
            let kind = if one.in_force { "Default" } else { "No default; for example" };
            let meaning = format!("{meaning} {kind}: {}.", value.replace('*', "\\*"));
            page.term(key, &meaning);
        }
    }
}

/// The sentences about the whole file, but for the first, which names it, and that about examples, which are told
/// apart here in words.
fn introduction() -> String {
    let lines = DEFAULTS.lines().take_while(|line| !line.is_empty());
    let text: Vec<_> = lines.map(|line| line.trim_start_matches(['#', ' '])).collect();
    let kept = |line: &&&str| {
        !line.is_empty() && !line.starts_with("Settings of") && !line.starts_with("A line such")
    };
    text.iter().filter(kept).copied().collect::<Vec<_>>().join(" ")
}
