//! One page for each command, from what `--help` says.

use std::io;

use clap::Command;
use clap_mangen::Man;

use super::roff::{Page, title};

/// Name and text of each page.
pub(super) fn pages() -> io::Result<Vec<(String, String)>> {
    let mut program = rappel::cli::command().disable_help_subcommand(true);
    program.build();
    let mut pages = Vec::new();
    add(&program, true, &mut pages)?;
    Ok(pages)
}

fn add(command: &Command, is_program: bool, pages: &mut Vec<(String, String)>) -> io::Result<()> {
    let man = Man::new(command.clone());
    let mut text = Vec::new();
    man.render_name_section(&mut text)?;
    man.render_synopsis_section(&mut text)?;
    man.render_description_section(&mut text)?;
    man.render_options_section(&mut text)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut text)?;
    }
    let name = command.get_display_name().unwrap_or(command.get_name());
    let mut page = Page::after(title(name, 1) + &String::from_utf8_lossy(&text));
    let more = command.get_after_long_help().or(command.get_after_help());
    page.help(&more.map(ToString::to_string).unwrap_or_default());
    if is_program {
        page.section("Files");
        page.term("/etc/rappel/rappel.toml", "The settings: rappel.toml(5).");
        page.term(
            "/var/lib/rappel",
            "What rappel remembers: what was told to whom, and letters on their way.",
        );
        page.section("See also");
        page.paragraph("rappel.toml(5), rappel-register(7)");
    } else {
        page.section("See also");
        page.paragraph("rappel(1) for the exit status, rappel.toml(5), rappel-register(7)");
    }
    pages.push((man.get_filename(), page.finish()));
    // What is hidden is for the program itself.
    for inner in command.get_subcommands().filter(|inner| !inner.is_hide_set()) {
        add(inner, false, pages)?;
    }
    Ok(())
}
