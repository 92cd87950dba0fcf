//! One process of PostgreSQL: how it is started, waited for, found again and ended.

use std::{
    fs::{self, File},
    io,
    os::unix::fs::{MetadataExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tokio::{
    process::Child,
    time::{sleep, timeout},
};

use super::{
    Durability, account::Account, binaries::Binaries, cluster, error::StartError,
    folder::DataFolder,
};

/// Part of the socket's name only: nothing listens on TCP.
pub(super) const PORT: u16 = 5432;

/// How long a fast shutdown may take: it writes a checkpoint.
const FAST_SHUTDOWN: Duration = Duration::from_secs(30);

/// The log begins anew at a start that finds it longer, in bytes.
const LONGEST_LOG: u64 = 4 * 1024 * 1024;

/// How to run the server of one cluster.
pub(super) struct Postmaster {
    binaries: Binaries,
    account: Account,
    cluster: PathBuf,
    socket_folder: PathBuf,
    log: PathBuf,
    durability: Durability,
}

/// A running server; one that is dropped is told to shut down.
pub(super) struct Running(Child);

impl Postmaster {
    /// Makes the socket's folder; starts nothing.
    pub(super) fn new(
        binaries: Binaries,
        account: Account,
        cluster: PathBuf,
        folder: &DataFolder,
        durability: Durability,
    ) -> Result<Self, StartError> {
        let socket_folder = folder.socket_folder();
        make_socket_folder(&socket_folder, account)?;
        let log = folder.log();
        Ok(Self {
            binaries,
            account,
            cluster,
            socket_folder,
            log,
            durability,
        })
    }

    pub(super) fn socket_folder(&self) -> &Path {
        &self.socket_folder
    }

    /// Starts the server; it is not ready yet. Whether a `postmaster.pid` is stale is for PostgreSQL
    /// to judge.
    pub(super) fn spawn(&self) -> Result<Running, StartError> {
        let log = self.open_log()?;
        let errors = log
            .try_clone()
            .map_err(StartError::folder("write", &self.log))?;
        let mut command = self.binaries.command("postgres", self.account);
        command.current_dir("/").arg("-D").arg(&self.cluster);
        for setting in self.settings() {
            command.arg("-c").arg(setting);
        }
        command.stdin(Stdio::null()).stdout(log).stderr(errors);
        // Ctrl-C is for us; we end the database when the last request has its answer.
        command.process_group(0);
        let failed = |error: io::Error| StartError::Program {
            program: "postgres",
            said: error.to_string(),
        };
        command.spawn().map(Running).map_err(failed)
    }

    fn settings(&self) -> Vec<String> {
        let sockets = self.socket_folder.display();
        let mut settings = vec![
            "listen_addresses=".to_owned(),
            format!("port={PORT}"),
            format!("unix_socket_directories=\"{sockets}\""),
            "unix_socket_permissions=0700".to_owned(),
            "cluster_name=tokendesk".to_owned(),
            "logging_collector=off".to_owned(),
            // Rows and statements in the log could show what is sealed.
            "log_error_verbosity=terse".to_owned(),
            "log_min_error_statement=panic".to_owned(),
            "timezone=UTC".to_owned(),
            "log_timezone=UTC".to_owned(),
            "jit=off".to_owned(),
        ];
        match self.durability {
            Durability::Durable => settings.push("fsync=on".to_owned()),
            Durability::ForTests => settings.extend(
                ["fsync=off", "synchronous_commit=off", "max_connections=400"].map(str::to_owned),
            ),
        }
        settings
    }

    fn open_log(&self) -> Result<File, StartError> {
        let too_long = fs::metadata(&self.log).is_ok_and(|data| data.len() > LONGEST_LOG);
        let mut options = File::options();
        options.create(true).mode(0o600);
        match too_long {
            true => options.write(true).truncate(true),
            false => options.append(true),
        };
        options
            .open(&self.log)
            .map_err(StartError::folder("write", &self.log))
    }

    /// The last lines of the log, for a message.
    pub(super) fn last_words(&self) -> String {
        let text = fs::read(&self.log).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let lines: Vec<&str> = text.lines().rev().take(4).collect();
        let lines: Vec<&str> = lines.into_iter().rev().collect();
        format!("{} (more in {})", lines.join(" | "), self.log.display())
    }

    /// Ends a server of this cluster that a killed process left behind.
    pub(super) async fn stop_leftover(&self) -> Result<(), StartError> {
        let Some(pid) = self.leftover() else {
            return Ok(());
        };
        tracing::warn!(pid, "stopping a PostgreSQL left behind by an earlier run");
        for (signal, patience) in [(Signal::SIGINT, 30), (Signal::SIGQUIT, 5)] {
            // An error means that it has ended meanwhile.
            let _ = kill(Pid::from_raw(pid), signal);
            for _ in 0..patience * 20 {
                if self.leftover().is_none() {
                    return Ok(());
                }
                sleep(Duration::from_millis(50)).await;
            }
        }
        Err(StartError::WillNotStop { pid })
    }

    /// The process named in `postmaster.pid`, if it runs and works in our cluster: its number may
    /// long belong to something else.
    fn leftover(&self) -> Option<i32> {
        let text = fs::read_to_string(self.cluster.join("postmaster.pid")).ok()?;
        let pid: i32 = text.lines().next()?.trim().parse().ok()?;
        if pid <= 1 || kill(Pid::from_raw(pid), None).is_err() {
            return None;
        }
        // PostgreSQL works in its data folder. Where there is no /proc, its socket has to do.
        let ours = match fs::read_link(format!("/proc/{pid}/cwd")) {
            Ok(folder) => folder == self.cluster,
            Err(_) => {
                let socket = self.socket_folder.join(format!(".s.PGSQL.{PORT}"));
                std::os::unix::net::UnixStream::connect(socket).is_ok()
            }
        };
        ours.then_some(pid)
    }
}

impl Running {
    /// Resolves when the server has ended by itself.
    pub(super) async fn ended(&mut self) -> String {
        match self.0.wait().await {
            Ok(status) => status.to_string(),
            Err(error) => error.to_string(),
        }
    }

    /// How it ended, if it has.
    pub(super) fn has_ended(&mut self) -> Option<String> {
        self.0
            .try_wait()
            .ok()
            .flatten()
            .map(|status| status.to_string())
    }

    /// Disconnects the clients and ends the server: in order, else at once.
    pub(super) async fn stop(mut self) {
        self.signal(Signal::SIGINT);
        if timeout(FAST_SHUTDOWN, self.0.wait()).await.is_ok() {
            return;
        }
        tracing::warn!("PostgreSQL does not shut down; ending it at once");
        self.signal(Signal::SIGQUIT);
        if timeout(Duration::from_secs(5), self.0.wait())
            .await
            .is_err()
        {
            // Killing fails only for a process that has ended.
            let _ = self.0.kill().await;
        }
    }

    fn signal(&self, signal: Signal) {
        let pid = self.0.id().and_then(|id| i32::try_from(id).ok());
        if let Some(pid) = pid {
            // An error means that it has ended meanwhile.
            let _ = kill(Pid::from_raw(pid), signal);
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.signal(Signal::SIGINT);
    }
}

/// Makes the socket's folder, or trusts one that nobody else can have put there.
fn make_socket_folder(path: &Path, account: Account) -> Result<(), StartError> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            cluster::make_private(path, account)
        }
        Err(error) => Err(StartError::folder("open", path)(error)),
        Ok(data) => {
            let private = data.is_dir()
                && data.uid() == account.uid().as_raw()
                && data.mode().trailing_zeros() >= 6;
            private.then_some(()).ok_or_else(|| {
                StartError::folder("use", path)(io::ErrorKind::PermissionDenied.into())
            })
        }
    }
}
