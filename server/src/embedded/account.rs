//! Whom PostgreSQL runs as. It refuses root, so a Tokendesk started by root drops these children to
//! an unprivileged user who owns the cluster.

use std::{fs, os::unix::fs::MetadataExt as _, path::Path};

use nix::unistd::{Gid, Uid, User, chown};
use tokio::process::Command;

use super::{error::StartError, folder::DataFolder};

/// Whom PostgreSQL runs as.
#[derive(Clone, Copy, Debug)]
pub(super) enum Account {
    /// As ourselves, who are not root.
    Ourselves,
    /// As this user, because we are root.
    Dropped { uid: Uid, gid: Gid },
}

impl Account {
    /// The owner of the cluster; for a new one, `postgres` or else `nobody`.
    pub(super) fn for_cluster(folder: &DataFolder) -> Result<Self, StartError> {
        let cluster = folder.cluster();
        let owner = fs::metadata(&cluster)
            .ok()
            .map(|data| Uid::from_raw(data.uid()));
        if !Uid::effective().is_root() {
            return match owner {
                Some(owner) if owner != Uid::effective() => Err(StartError::OtherOwner {
                    folder: cluster,
                    owner: owner.as_raw(),
                }),
                _ => Ok(Self::Ourselves),
            };
        }
        let by_name = |name| User::from_name(name).ok().flatten();
        let user = match owner {
            Some(owner) if !owner.is_root() => User::from_uid(owner).ok().flatten(),
            _ => by_name("postgres").or_else(|| by_name("nobody")),
        };
        let user = user
            .filter(|user| !user.uid.is_root())
            .ok_or(StartError::NoAccount)?;
        Ok(Self::Dropped {
            uid: user.uid,
            gid: user.gid,
        })
    }

    /// Lets `command` run as this account; its supplementary groups are dropped too.
    pub(super) fn apply(self, command: &mut Command) {
        if let Self::Dropped { uid, gid } = self {
            command.uid(uid.as_raw()).gid(gid.as_raw());
        }
    }

    /// Makes this account the owner of `path`.
    pub(super) fn own(self, path: &Path) -> Result<(), StartError> {
        match self {
            Self::Ourselves => Ok(()),
            Self::Dropped { uid, gid } => chown(path, Some(uid), Some(gid))
                .map_err(|error| StartError::folder("give away", path)(error.into())),
        }
    }

    /// Who owns what this account makes.
    pub(super) fn uid(self) -> Uid {
        match self {
            Self::Ourselves => Uid::effective(),
            Self::Dropped { uid, .. } => uid,
        }
    }
}
