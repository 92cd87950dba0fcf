//! The cluster's files: made once, in one step, where PostgreSQL's account can reach them.

use std::{
    fs, io,
    os::unix::fs::{DirBuilderExt as _, symlink},
    path::{Path, PathBuf},
};

use super::{account::Account, binaries::Binaries, error::StartError, folder::DataFolder, outside};

/// Who makes the roles and the database; nobody else uses it.
pub(super) const SUPERUSER: &str = "postgres";

/// Where macOS has no `C.UTF-8`, byte order is the same by the name of `C`.
const LOCALE: &str = if cfg!(target_os = "macos") {
    "C"
} else {
    "C.UTF-8"
};

/// The real path of the cluster, which is made if there is none.
pub(super) async fn open_or_make(
    folder: &DataFolder,
    binaries: &Binaries,
    account: Account,
) -> Result<PathBuf, StartError> {
    let cluster = folder.cluster();
    if folder.cluster_version()?.is_none() {
        if may_enter(folder.path(), binaries, account).await? {
            make_inside(folder, binaries, account).await?;
        } else {
            make_outside(folder, binaries, account).await?;
        }
    }
    cluster
        .canonicalize()
        .map_err(StartError::folder("open", cluster))
}

/// Makes the cluster under another name and renames it, so that a half-made one is never used.
async fn make_inside(
    folder: &DataFolder,
    binaries: &Binaries,
    account: Account,
) -> Result<(), StartError> {
    let unfinished = folder.unfinished_cluster();
    match fs::remove_dir_all(&unfinished) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(StartError::folder("remove", unfinished)(error));
        }
        _ => {}
    }
    make_private(&unfinished, account)?;
    initdb(&unfinished, binaries, account).await?;
    let cluster = folder.cluster();
    fs::rename(&unfinished, &cluster).map_err(StartError::folder("make", cluster))
}

/// Makes the cluster below `/var/lib` and links to it; the link comes last, so that a half-made one
/// is never used.
async fn make_outside(
    folder: &DataFolder,
    binaries: &Binaries,
    account: Account,
) -> Result<(), StartError> {
    for abandoned in outside::abandoned() {
        eprintln!("{abandoned}");
    }
    let outside = outside::first_free()?;
    eprintln!(
        "PostgreSQL runs as an unprivileged user, who cannot enter {}; the database is kept in {}.",
        folder.path().display(),
        outside.display(),
    );
    make_private(&outside, account)?;
    let made = match initdb(&outside, binaries, account).await {
        Ok(()) => outside::write_owner(&outside, folder.path()),
        failed => failed,
    };
    if let Err(error) = made {
        // What stays is an empty folder at worst.
        let _ = fs::remove_dir_all(&outside);
        return Err(error);
    }
    let link = folder.cluster();
    symlink(&outside, &link).map_err(StartError::folder("make", link))
}

/// Makes a folder that only `account` (and root) can enter.
pub(super) fn make_private(path: &Path, account: Account) -> Result<(), StartError> {
    fs::DirBuilder::new()
        .mode(0o700)
        .create(path)
        .map_err(StartError::folder("make", path))?;
    account.own(path)
}

/// Whether `account` can work in `folder`: tried, because modes alone do not tell.
async fn may_enter(
    folder: &Path,
    binaries: &Binaries,
    account: Account,
) -> Result<bool, StartError> {
    let started_in = async |place: &Path| {
        let mut command = binaries.command("postgres", account);
        command.arg("--version").current_dir(place).output().await
    };
    if let Err(error) = started_in(Path::new("/")).await {
        return Err(StartError::Program {
            program: "postgres",
            said: error.to_string(),
        });
    }
    Ok(started_in(folder).await.is_ok())
}

async fn initdb(path: &Path, binaries: &Binaries, account: Account) -> Result<(), StartError> {
    let failed = |said| StartError::Program {
        program: "initdb",
        said,
    };
    let output = binaries
        .command("initdb", account)
        .current_dir("/")
        .arg("--pgdata")
        .arg(path)
        .args(["--username", SUPERUSER])
        // Whoever reaches the socket is let in, and its folder lets only us in.
        .args(["--auth-local=trust", "--auth-host=reject"])
        .args(["--encoding=UTF8", "--data-checksums"])
        .arg(format!("--locale={LOCALE}"))
        .output()
        .await
        .map_err(|error| failed(error.to_string()))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(failed(format!("{}: {}", output.status, said.trim())))
}
