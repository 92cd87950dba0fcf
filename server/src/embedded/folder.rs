//! The data folder: what lies where in it.
//!
//! ```text
//! data/
//!   lock            held by the process that owns the folder
//!   keys.toml       the key ring (not ours)
//!   postgres        the cluster, or a link to it where PostgreSQL's account cannot come in here
//!   postgres.log    what the database server says
//!   run/            the socket; elsewhere if this path is too long for one
//! ```

use std::{
    fs, io,
    os::unix::{ffi::OsStrExt as _, fs::DirBuilderExt as _},
    path::{Path, PathBuf},
};

use super::error::StartError;

/// A socket's path holds at most 107 bytes, its file name included.
const LONGEST_SOCKET_FOLDER: usize = 107 - "/.s.PGSQL.5432.lock".len();

/// The data folder, by its real path.
pub(super) struct DataFolder {
    path: PathBuf,
}

impl DataFolder {
    /// Opens the folder, making it if it is missing.
    pub(super) fn open(path: &Path) -> Result<Self, StartError> {
        // Others may pass through, for PostgreSQL's own account has to, but see nothing.
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true).mode(0o711);
        builder
            .create(path)
            .map_err(StartError::folder("make", path))?;
        let path = path
            .canonicalize()
            .map_err(StartError::folder("open", path))?;
        Ok(Self { path })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn lock(&self) -> PathBuf {
        self.path.join("lock")
    }

    /// The cluster, or the link to it.
    pub(super) fn cluster(&self) -> PathBuf {
        self.path.join("postgres")
    }

    /// Where a cluster is made, to be renamed when it is complete.
    pub(super) fn unfinished_cluster(&self) -> PathBuf {
        self.path.join("postgres.new")
    }

    pub(super) fn log(&self) -> PathBuf {
        self.path.join("postgres.log")
    }

    /// Where the socket lies; not made here.
    pub(super) fn socket_folder(&self) -> PathBuf {
        let cluster = self.cluster();
        // Whoever cannot enter here gets the socket beside the cluster.
        let beside = match fs::read_link(&cluster) {
            Ok(target) => target.with_extension("run"),
            Err(_) => self.path.join("run"),
        };
        let bytes = beside.as_os_str().as_bytes();
        if bytes.len() <= LONGEST_SOCKET_FOLDER && !bytes.contains(&b'"') {
            return beside;
        }
        let hash = short_name(bytes);
        PathBuf::from(format!("/tmp/tokendesk-{hash}"))
    }

    /// The major version that made the cluster; `None` where there is none yet.
    pub(super) fn cluster_version(&self) -> Result<Option<u32>, StartError> {
        let folder = self.cluster();
        match fs::symlink_metadata(&folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(StartError::folder("read", folder)(error)),
            Ok(_) => {}
        }
        match fs::read_to_string(folder.join("PG_VERSION")) {
            Ok(text) => match text.trim().parse() {
                Ok(version) => Ok(Some(version)),
                Err(_) => Err(StartError::NotACluster { folder }),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(StartError::NotACluster { folder })
            }
            Err(error) => Err(StartError::folder("read", folder)(error)),
        }
    }
}

/// A short name for a long path: the same at each start.
fn short_name(bytes: &[u8]) -> String {
    // FNV-1a: nothing here is secret, the folder's owner and mode are checked when it is used.
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}
