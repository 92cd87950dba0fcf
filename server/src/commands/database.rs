//! `tokendesk database`: a private database for the length of another program.

use std::{
    env, fs, io,
    os::unix::{fs::DirBuilderExt as _, process::ExitStatusExt as _},
    path::{Path, PathBuf},
    process::{ExitCode, ExitStatus},
    time::Duration,
};

use anyhow::Context as _;
use clap::Args;
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tokio::{process::Child, time::timeout};

use crate::{
    embedded::{Durability, Embedded},
    stop_signal::StopSignal,
};

#[derive(Debug, Args)]
pub(super) struct Database {
    /// Keep the database in this folder [default: a new one, removed at the end]
    #[arg(long, value_name = "FOLDER")]
    data_dir: Option<PathBuf>,

    /// Write as safely as in production (`fsync` on), for measurements
    #[arg(long)]
    durable: bool,

    /// The program and its arguments
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    program: Vec<String>,
}

impl Database {
    /// Runs the program and answers with its exit status.
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let Some(folder) = &self.data_dir else {
            let folder = new_folder()?;
            let code = self.run_in(&folder).await;
            fs::remove_dir_all(&folder)
                .with_context(|| format!("removing {}", folder.display()))?;
            return code;
        };
        self.run_in(folder).await
    }

    async fn run_in(&self, folder: &Path) -> anyhow::Result<ExitCode> {
        let mut signal = StopSignal::listen()?;
        let durability = if self.durable {
            Durability::Durable
        } else {
            Durability::ForTests
        };
        let embedded = Embedded::start(folder, durability).await?;
        let status = self.program(&embedded, &mut signal).await;
        embedded.stop().await;
        Ok(exit_code(status?))
    }

    async fn program(
        &self,
        embedded: &Embedded,
        signal: &mut StopSignal,
    ) -> anyhow::Result<ExitStatus> {
        let (program, arguments) = self.program.split_first().context("no program given")?;
        let mut child = tokio::process::Command::new(program)
            .args(arguments)
            .env("DATABASE_URL", embedded.owner_url())
            .spawn()
            .with_context(|| format!("cannot run {program}"))?;
        tokio::select! {
            status = child.wait() => Ok(status?),
            _ = signal.received() => Ok(end(&mut child).await?),
        }
    }
}

/// Asks the program to end, then ends it.
async fn end(child: &mut Child) -> io::Result<ExitStatus> {
    if let Some(id) = child.id().and_then(|id| i32::try_from(id).ok()) {
        // An error means that it has ended meanwhile.
        let _ = kill(Pid::from_raw(id), Signal::SIGTERM);
    }
    if let Ok(status) = timeout(Duration::from_secs(10), child.wait()).await {
        return status;
    }
    child.kill().await?;
    child.wait().await
}

/// As shells have it: 128 and the signal for a program that was killed.
fn exit_code(status: ExitStatus) -> ExitCode {
    let code = status
        .code()
        .or_else(|| Some(128 + status.signal()?))
        .unwrap_or(1);
    ExitCode::from(u8::try_from(code).unwrap_or(1))
}

/// A new folder for temporary files, which PostgreSQL's account may pass through.
fn new_folder() -> anyhow::Result<PathBuf> {
    let parent = env::temp_dir();
    for number in 0..1000 {
        let path = parent.join(format!("tokendesk-{}-{number}", std::process::id()));
        match fs::DirBuilder::new().mode(0o711).create(&path) {
            Ok(()) => return Ok(path),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error).context(format!("making {}", path.display())),
        }
    }
    anyhow::bail!("no free name for a folder in {}", parent.display())
}
