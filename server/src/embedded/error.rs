//! Why the private PostgreSQL cannot start, in words for the person who started it: what happened,
//! and what to do.

use std::{io, path::PathBuf};

/// Why the private PostgreSQL cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Another process owns the data folder.
    #[error(
        "the data folder {} is in use by another Tokendesk (process {owner}); stop that one first, \
         or set data_dir to another folder", folder.display()
    )]
    InUse {
        /// The data folder.
        folder: PathBuf,
        /// The process that holds the lock, as it wrote itself down.
        owner: String,
    },

    /// No server binaries of version 15 or newer.
    #[error(
        "PostgreSQL 15 or newer was not found; run `scripts/setup`, or install Debian's package \
         `postgresql`, or set DATABASE_URL to a PostgreSQL of your own"
    )]
    NotFound,

    /// The cluster was made by a major version that is not installed.
    #[error(
        "the database in {} was made by PostgreSQL {made_by}, but installed is {installed}; install \
         PostgreSQL {made_by}, or move that folder away to begin with an empty database",
        folder.display()
    )]
    OtherVersion {
        /// The cluster's folder.
        folder: PathBuf,
        /// The major version that made it.
        made_by: u32,
        /// The major versions found, such as `15, 17`.
        installed: String,
    },

    /// `PG_VERSION` is missing or is no number.
    #[error(
        "{} is not a database folder of PostgreSQL (no readable PG_VERSION); move it away to begin \
         with an empty database", folder.display()
    )]
    NotACluster {
        /// The folder.
        folder: PathBuf,
    },

    /// The cluster belongs to somebody whom this process cannot become.
    #[error(
        "the database in {} belongs to the system user with id {owner}; start Tokendesk as that \
         user, or set data_dir to another folder", folder.display()
    )]
    OtherOwner {
        /// The cluster's folder.
        folder: PathBuf,
        /// Its owner.
        owner: u32,
    },

    /// Nobody to run PostgreSQL as: it refuses to run as root.
    #[error(
        "PostgreSQL refuses to run as root, and there is no user `postgres` or `nobody` to run it \
         as; start Tokendesk as another user, or set DATABASE_URL"
    )]
    NoAccount,

    /// A file or folder could not be made, read or changed.
    #[error("cannot {deed} {}: {source}; check its owner and permissions, or set data_dir to \
             another folder", path.display())]
    Folder {
        /// What was tried, such as `write`.
        deed: &'static str,
        /// On which path.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },

    /// A PostgreSQL program could not be run, or failed.
    #[error("{program} failed: {said}")]
    Program {
        /// Its name, such as `initdb`.
        program: &'static str,
        /// Its exit status and last words.
        said: String,
    },

    /// A server that a killed process left behind does not end.
    #[error(
        "a PostgreSQL left behind by an earlier run (process {pid}) does not stop; end it with \
         `kill -QUIT {pid}` and start again"
    )]
    WillNotStop {
        /// Its process id.
        pid: i32,
    },

    /// The server runs, but the roles and the database could not be made or reached.
    #[error("cannot use the private PostgreSQL: {0}")]
    Database(#[from] sqlx::Error),
}

impl StartError {
    /// For `map_err` on a file operation.
    pub(super) fn folder(
        deed: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Folder { deed, path, source }
    }
}
