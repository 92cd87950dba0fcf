//! Fault 3: the database commits, and its answer is lost.

use std::os::unix::fs::DirBuilderExt as _;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use tokio::time::sleep;

use crate::after::judge;
use crate::load::{length, under};
use crate::proxy::{Commits, between};
use crate::recorder::Recorder;
use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_is_not_answered_is_found_by_the_repeat() {
    let folder = std::env::temp_dir().join(format!("td-proxy-{}", std::process::id()));
    std::fs::DirBuilder::new()
        .mode(0o700)
        .create(&folder)
        .unwrap();
    let commits = Arc::new(Commits::default());
    let mut world = World::behind("commit", |database| {
        let url = database.service_url();
        let host = url.split('@').nth(1).and_then(|it| it.split(':').next());
        let socket = host.unwrap().replace("%2F", "/");
        let socket = std::path::Path::new(&socket).join(".s.PGSQL.5432");
        between(&folder, socket, Arc::clone(&commits))
    })
    .await;
    let recorder = Arc::new(Recorder::new());
    under(&mut world, &recorder, async |_| sleep(length()).await).await;
    let cut = commits.cut.load(Ordering::Relaxed);
    assert!(cut > 0, "nothing was cut: the test tests nothing");
    judge("3 answer to a commit lost", &world, &recorder, cut).await;
    world.end().await;
    std::fs::remove_dir_all(&folder).unwrap();
}
