//! The private PostgreSQL for a start without `DATABASE_URL`: real server binaries, a cluster of our
//! own in the data folder, reachable through a Unix socket in a private folder and in no other way.
//!
//! One process owns a data folder at a time: it holds the lock, and with it the right to start, stop
//! and restart the cluster. Other commands on the same host may [`Embedded::join`] it.

mod account;
mod binaries;
mod cluster;
mod error;
mod folder;
mod lock;
mod outside;
mod postmaster;
mod roles;
mod supervisor;

use std::path::{Path, PathBuf};

pub use error::StartError;

use account::Account;
use binaries::Binaries;
use folder::DataFolder;
use lock::Lock;
use postmaster::Postmaster;
use supervisor::Supervisor;

/// What a commit is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// `fsync` on: what was committed survives a power cut.
    Durable,
    /// `fsync` off, more connections, and the owner may create databases: for tests only.
    ForTests,
}

/// A PostgreSQL that runs for this data folder.
pub struct Embedded {
    socket_folder: PathBuf,
    /// What keeps the cluster running; `None` when another process does.
    supervisor: Option<Supervisor>,
}

impl Embedded {
    /// Starts the cluster of `data_dir`, making it first if there is none, and keeps it running.
    ///
    /// Stops a server that a killed process left behind. Fails with [`StartError::InUse`] while
    /// another process owns the folder, and with a message for people in every other case.
    pub async fn start(data_dir: &Path, durability: Durability) -> Result<Self, StartError> {
        let folder = DataFolder::open(data_dir)?;
        let lock = Lock::take(&folder)?;
        let account = Account::for_cluster(&folder)?;
        let binaries = Binaries::find(&folder)?;
        let cluster = cluster::open_or_make(&folder, &binaries, account).await?;
        let postmaster = Postmaster::new(binaries, account, cluster, &folder, durability)?;
        let socket_folder = postmaster.socket_folder().to_owned();
        let supervisor = Supervisor::start(postmaster, lock).await?;
        let embedded = Self {
            socket_folder,
            supervisor: Some(supervisor),
        };
        match roles::ensure(&embedded, durability).await {
            Ok(()) => Ok(embedded),
            Err(error) => {
                embedded.stop().await;
                Err(error.into())
            }
        }
    }

    /// Uses the cluster that another process keeps running for `data_dir`.
    pub async fn join(data_dir: &Path) -> Result<Self, StartError> {
        let folder = DataFolder::open(data_dir)?;
        let socket_folder = folder.socket_folder();
        let embedded = Self {
            socket_folder,
            supervisor: None,
        };
        roles::reachable(&embedded).await?;
        Ok(embedded)
    }

    /// Where the owner of all tables connects: for migrations.
    pub fn owner_url(&self) -> String {
        self.url(roles::OWNER, roles::DATABASE)
    }

    /// Where the service connects: it owns nothing.
    pub fn service_url(&self) -> String {
        self.url(roles::SERVICE, roles::DATABASE)
    }

    /// Ends the cluster, in order; does nothing to one that was only joined.
    pub async fn stop(self) {
        if let Some(supervisor) = self.supervisor {
            supervisor.stop().await;
        }
    }

    /// Where a superuser connects: only to make the roles and the database.
    fn superuser_url(&self) -> String {
        self.url(cluster::SUPERUSER, "postgres")
    }

    fn url(&self, role: &str, database: &str) -> String {
        let folder = percent_encoded(&self.socket_folder);
        format!("postgres://{role}@{folder}:{}/{database}", postmaster::PORT)
    }
}

/// A path as the host of a URL: libpq and sqlx take a host that begins with `/` for a socket folder.
fn percent_encoded(path: &Path) -> String {
    use std::{fmt::Write as _, os::unix::ffi::OsStrExt as _};
    let mut text = String::new();
    for &byte in path.as_os_str().as_bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
            text.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_with_blanks_and_marks_becomes_one_host() {
        assert_eq!(percent_encoded(Path::new("/a b/é")), "%2Fa%20b%2F%C3%A9");
    }
}
