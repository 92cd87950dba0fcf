//! The `tokendesk` binary: the table of contents of what it can do.

use std::process::ExitCode;

use clap::Parser as _;
use server::commands::Arguments;

#[tokio::main]
async fn main() -> ExitCode {
    match Arguments::parse().run().await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("tokendesk: {}", in_one_line(&error));
            ExitCode::FAILURE
        }
    }
}

/// The error and its causes; a cause that an error's own text tells already is not told twice.
fn in_one_line(error: &anyhow::Error) -> String {
    let mut line = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !line.contains(&cause) {
            line.push_str(": ");
            line.push_str(&cause);
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_told_once() {
        let error = anyhow::anyhow!("refused").context("cannot connect: refused; try again");
        assert_eq!(in_one_line(&error), "cannot connect: refused; try again");
        let error = anyhow::anyhow!("refused").context("cannot connect");
        assert_eq!(in_one_line(&error), "cannot connect: refused");
    }
}
