//! The `rappel` command.

fn main() -> std::process::ExitCode {
    rappel::cli::main()
}
