//! What the packaged program is optimised by.

use std::process::Command;

/// Each thing that is practised works, so each is counted: a command or option that is renamed is missed here, and not in a
/// package that is slower than the one before.
#[test]
fn what_a_program_is_optimised_by_is_what_it_does() {
    if Command::new("python3").arg("--version").output().is_err() {
        return eprintln!("skipped: there is no Python 3");
    }
    let practised =
        Command::new("packaging/practise").args([env!("CARGO_BIN_EXE_rappel"), "20"]).output().unwrap();
    let (said, why) =
        (String::from_utf8_lossy(&practised.stdout), String::from_utf8_lossy(&practised.stderr));
    assert!(practised.status.success(), "{said}\n{why}");
    assert!(said.starts_with("practised: 20 letters over SMTP"), "{said}\n{why}");
}
