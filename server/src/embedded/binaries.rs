//! Where PostgreSQL's programs are. Installing them is `scripts/setup`'s business, not ours.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command as BlockingCommand,
};

use tokio::process::Command;

use super::{account::Account, error::StartError, folder::DataFolder};

/// What the schema needs at least.
const OLDEST_VERSION: u32 = 15;

/// One installed PostgreSQL.
#[derive(Clone, Debug)]
pub(super) struct Binaries {
    folder: PathBuf,
    /// Libraries of a tree that was unpacked privately.
    libraries: Option<PathBuf>,
    /// Major version, such as 15.
    pub(super) version: u32,
}

impl Binaries {
    /// The first installation that can run the cluster: of the version that made it, if it exists.
    pub(super) fn find(folder: &DataFolder) -> Result<Self, StartError> {
        match folder.cluster_version()? {
            None => Self::installed()
                .into_iter()
                .next()
                .ok_or(StartError::NotFound),
            Some(made_by) => Self::of_version(Self::installed(), made_by, folder.cluster()),
        }
    }

    fn of_version(installed: Vec<Self>, made_by: u32, folder: PathBuf) -> Result<Self, StartError> {
        let mut versions: Vec<u32> = installed.iter().map(|binaries| binaries.version).collect();
        versions.dedup();
        let found = installed
            .into_iter()
            .find(|binaries| binaries.version == made_by);
        found.ok_or_else(|| {
            if versions.is_empty() {
                return StartError::NotFound;
            }
            let names: Vec<String> = versions.iter().map(u32::to_string).collect();
            StartError::OtherVersion {
                made_by,
                installed: names.join(", "),
                folder,
            }
        })
    }

    /// Every usable installation, best first.
    fn installed() -> Vec<Self> {
        let mut found = Vec::new();
        for (folder, libraries) in candidates() {
            if let Some(version) = version_of(&folder, libraries.as_deref())
                && version >= OLDEST_VERSION
            {
                found.push(Self {
                    folder,
                    libraries,
                    version,
                });
            }
        }
        found
    }

    /// A command for `program` that inherits nothing which could point PostgreSQL elsewhere.
    pub(super) fn command(&self, program: &str, account: Account) -> Command {
        let mut command = Command::new(self.folder.join(program));
        command.env_clear().env("LC_ALL", "C").env("TZ", "UTC");
        if let Some(libraries) = &self.libraries {
            command.env("LD_LIBRARY_PATH", libraries);
        }
        if let Some(path) = env::var_os("PATH") {
            command.env("PATH", path);
        }
        account.apply(&mut command);
        command
    }
}

/// Folders that may hold `postgres` and `initdb`, with the libraries they need, best first.
fn candidates() -> Vec<(PathBuf, Option<PathBuf>)> {
    let mut folders = Vec::new();
    if let Ok(output) = BlockingCommand::new("pg_config").arg("--bindir").output()
        && let Ok(text) = String::from_utf8(output.stdout)
        && !text.trim().is_empty()
    {
        folders.push(PathBuf::from(text.trim()));
    }
    if let Some(path) = env::var_os("PATH") {
        folders.extend(env::split_paths(&path));
    }
    folders.extend(versions_in("/usr/lib/postgresql", "bin"));
    folders.extend(versions_in("/opt/homebrew/opt", "bin"));
    folders.extend(versions_in("/usr/local/opt", "bin"));
    folders.extend(versions_in(
        "/Applications/Postgres.app/Contents/Versions",
        "bin",
    ));
    let mut candidates: Vec<_> = folders.into_iter().map(|folder| (folder, None)).collect();
    if let Some(tree) = private_tree() {
        candidates.push((tree.join("bin"), Some(tree.join("lib"))));
    }
    candidates
}

/// `{parent}/*{inner}` of folders whose name is or ends with a version, the newest first.
fn versions_in(parent: &str, inner: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(parent) else {
        return Vec::new();
    };
    let mut found: Vec<(u32, PathBuf)> = entries
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let version = name
                .strip_prefix("postgresql@")
                .unwrap_or(&name)
                .parse()
                .ok()?;
            Some((version, entry.path().join(inner)))
        })
        .collect();
    found.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
    found.into_iter().map(|(_, path)| path).collect()
}

/// Where `scripts/setup` unpacks a PostgreSQL on a machine that gives us no package manager.
fn private_tree() -> Option<PathBuf> {
    let cache = match env::var_os("XDG_CACHE_HOME") {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(env::var_os("HOME")?).join(".cache"),
    };
    Some(cache.join("tokendesk/postgresql"))
}

/// The major version of the server in `folder`; `None` unless `initdb` lies beside it.
fn version_of(folder: &Path, libraries: Option<&Path>) -> Option<u32> {
    let postgres = folder.join("postgres");
    if !postgres.is_file() || !folder.join("initdb").is_file() {
        return None;
    }
    let mut command = BlockingCommand::new(postgres);
    if let Some(libraries) = libraries {
        command.env("LD_LIBRARY_PATH", libraries);
    }
    let output = command.arg("--version").output().ok()?;
    parse_version(&String::from_utf8(output.stdout).ok()?)
}

/// 15 from `postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)`.
fn parse_version(text: &str) -> Option<u32> {
    let number = text.split(") ").nth(1)?;
    let digits = number.split(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn installed(versions: &[u32]) -> Vec<Binaries> {
        let folder = PathBuf::from("/x");
        let one = |&version| Binaries {
            folder: folder.clone(),
            libraries: None,
            version,
        };
        versions.iter().map(one).collect()
    }

    #[test]
    fn versions_are_read_as_the_makers_write_them() {
        let debian = "postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)\n";
        assert_eq!(parse_version(debian), Some(15));
        assert_eq!(parse_version("postgres (PostgreSQL) 18beta1\n"), Some(18));
        assert_eq!(parse_version("no such thing"), None);
    }

    #[test]
    fn a_cluster_is_run_by_the_version_that_made_it() {
        let found = Binaries::of_version(installed(&[17, 15]), 15, PathBuf::new());
        assert!(matches!(found, Ok(Binaries { version: 15, .. })));
    }

    #[test]
    fn a_cluster_of_a_missing_version_names_those_that_are_installed() {
        match Binaries::of_version(installed(&[17, 15]), 14, PathBuf::new()) {
            Err(StartError::OtherVersion {
                made_by: 14,
                installed,
                ..
            }) => {
                assert_eq!(installed, "17, 15");
            }
            other => panic!("{other:?}"),
        }
    }
}
