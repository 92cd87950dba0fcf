//! The `tokendesk` binary: the table of contents of what it can do.

use std::process::ExitCode;

use clap::Parser as _;
use server::commands::Arguments;

#[tokio::main]
async fn main() -> ExitCode {
    match Arguments::parse().run().await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("tokendesk: {error:#}");
            ExitCode::FAILURE
        }
    }
}
