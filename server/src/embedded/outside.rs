//! Clusters below `/var/lib`, where PostgreSQL's account cannot enter the data folder. Whoever removes
//! that folder leaves them behind: they are named at the next occasion, and never removed, for the
//! folder may only have been moved.

use std::{
    fmt, fs, io,
    os::unix::ffi::{OsStrExt as _, OsStringExt as _},
    path::{Path, PathBuf},
};

use super::error::StartError;

const PREFIX: &str = "/var/lib/tokendesk-";

/// In each of these clusters: the data folder it was made for.
const OWNER_FILE: &str = "tokendesk.data_dir";

/// A cluster to which its data folder no longer leads.
pub(super) struct Abandoned {
    cluster: PathBuf,
    data_dir: PathBuf,
}

impl fmt::Display for Abandoned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cluster = self.cluster.display();
        write!(
            f,
            "{cluster} is left over: it was the database of {}, which no longer leads to it. \
             Unless that folder was moved: rm -r {cluster} {cluster}.run",
            self.data_dir.display(),
        )
    }
}

/// The first of `{PREFIX}1`, `{PREFIX}2`, ... that does not exist.
pub(super) fn first_free() -> Result<PathBuf, StartError> {
    numbered()
        .find(|path| fs::symlink_metadata(path).is_err())
        .ok_or_else(|| {
            StartError::folder("make", format!("{PREFIX}1"))(io::ErrorKind::AlreadyExists.into())
        })
}

/// Writes down in a cluster whose it is.
pub(super) fn write_owner(cluster: &Path, data_dir: &Path) -> Result<(), StartError> {
    let file = cluster.join(OWNER_FILE);
    fs::write(&file, data_dir.as_os_str().as_bytes()).map_err(StartError::folder("write", file))
}

/// Those that nobody leads to any more, as far as we may look.
pub(super) fn abandoned() -> impl Iterator<Item = Abandoned> {
    numbered().filter_map(if_abandoned)
}

fn if_abandoned(cluster: PathBuf) -> Option<Abandoned> {
    let data_dir = fs::read(cluster.join(OWNER_FILE)).ok()?;
    let data_dir = PathBuf::from(std::ffi::OsString::from_vec(data_dir));
    let leads_here = fs::read_link(data_dir.join("postgres")).is_ok_and(|link| link == cluster);
    (!leads_here).then_some(Abandoned { cluster, data_dir })
}

fn numbered() -> impl Iterator<Item = PathBuf> {
    (1..10_000).map(|number| PathBuf::from(format!("{PREFIX}{number}")))
}

#[cfg(test)]
mod tests {
    use std::{env, os::unix::fs::symlink};

    use super::*;

    #[test]
    fn a_cluster_is_abandoned_when_its_data_folder_leads_elsewhere() {
        let work = env::temp_dir().join(format!("tokendesk-outside-{}", std::process::id()));
        let (cluster, data_dir) = (work.join("cluster"), work.join("data"));
        fs::create_dir_all(&cluster).expect("a folder");
        fs::create_dir_all(&data_dir).expect("a folder");
        assert!(if_abandoned(cluster.clone()).is_none(), "whose is unknown");
        write_owner(&cluster, &data_dir).expect("written");
        symlink(&cluster, data_dir.join("postgres")).expect("a link");
        assert!(if_abandoned(cluster.clone()).is_none(), "it leads there");
        fs::remove_dir_all(&data_dir).expect("removed");
        let told = if_abandoned(cluster).expect("abandoned").to_string();
        assert!(told.contains("/data, which no longer"), "{told}");
        fs::remove_dir_all(&work).expect("removed");
    }
}
