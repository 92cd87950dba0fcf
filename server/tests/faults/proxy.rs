//! Stands between a server and its database, and cuts connections at the worst moment: the commit is done,
//! and nobody is told.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{UnixListener, UnixStream};

/// Of so many commits one is not answered.
const ONE_IN: usize = 12;

/// Where the commits are counted.
#[derive(Default)]
pub struct Commits {
    seen: AtomicUsize,
    pub cut: AtomicUsize,
}

/// Listens in `folder` and leads to the socket at `database`; gives the address for a server.
pub fn between(folder: &Path, database: PathBuf, commits: Arc<Commits>) -> String {
    let listener = UnixListener::bind(folder.join(".s.PGSQL.5432")).unwrap();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let (database, commits) = (database.clone(), Arc::clone(&commits));
            tokio::spawn(async move {
                let database = UnixStream::connect(database).await;
                if let Ok(database) = database {
                    // an end that breaks off ends the other by being dropped
                    let _ = carry(client, database, &commits).await;
                }
            });
        }
    });
    let host = folder.to_str().unwrap().replace('/', "%2F");
    format!("postgres://tokendesk@{host}:5432/tokendesk")
}

async fn carry(
    mut client: UnixStream,
    mut database: UnixStream,
    commits: &Commits,
) -> std::io::Result<()> {
    let (mut up, mut down) = (vec![0; 16 * 1024], vec![0; 16 * 1024]);
    let (mut cut, mut settle) = (false, None);
    loop {
        tokio::select! {
            read = client.read(&mut up) => {
                let read = read?;
                if read == 0 {
                    return Ok(());
                }
                if commits_by(&up[..read], &mut settle) {
                    let n = commits.seen.fetch_add(1, Ordering::Relaxed);
                    cut = n % ONE_IN == ONE_IN - 1;
                }
                database.write_all(&up[..read]).await?;
            }
            read = database.read(&mut down) => {
                let read = read?;
                if read == 0 {
                    return Ok(());
                }
                if cut {
                    commits.cut.fetch_add(1, Ordering::Relaxed);
                    return Ok(());
                }
                client.write_all(&down[..read]).await?;
            }
        }
    }
}

/// Whether what is sent commits: by that word, or by the statement that settles checks, which is a transaction of
/// its own and is called by its name once it was prepared. Its answer comes after its commit, in one piece.
fn commits_by(sent: &[u8], settle: &mut Option<Vec<u8>>) -> bool {
    let at = |what: &[u8]| sent.windows(what.len()).position(|it| it == what);
    if let Some(query) = at(b"select settle_checks") {
        let before = &sent[..query];
        let name = before.windows(7).rposition(|it| it == b"sqlx_s_").unwrap();
        *settle = Some(before[name..].to_vec());
        return false;
    }
    at(b"COMMIT").is_some() || settle.as_ref().is_some_and(|name| at(name).is_some())
}
