//! Who owns the data folder. The system lets go of the lock when its process ends, however it ends,
//! so a killed process never leaves one behind.

use std::{
    fs::{self, File, TryLockError},
    io::{Seek as _, Write as _},
    os::unix::fs::OpenOptionsExt as _,
};

use super::{error::StartError, folder::DataFolder};

/// The right to start and stop the cluster of one data folder.
pub(super) struct Lock {
    /// Open for as long as the lock is held.
    _file: File,
}

impl Lock {
    /// Takes the lock, or says who has it.
    pub(super) fn take(folder: &DataFolder) -> Result<Self, StartError> {
        let path = folder.lock();
        let mut options = File::options();
        options
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600);
        let mut file = options
            .open(&path)
            .map_err(StartError::folder("write", &path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let owner = fs::read_to_string(&path)
                    .unwrap_or_default()
                    .trim()
                    .to_owned();
                return Err(StartError::InUse {
                    folder: folder.path().to_owned(),
                    owner,
                });
            }
            Err(TryLockError::Error(source)) => {
                return Err(StartError::Folder {
                    deed: "lock",
                    path,
                    source,
                });
            }
        }
        file.set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| writeln!(file, "{}", std::process::id()))
            .map_err(StartError::folder("write", &path))?;
        Ok(Self { _file: file })
    }
}
