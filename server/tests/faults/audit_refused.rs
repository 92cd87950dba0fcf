//! Fault 13: the audit takes no row.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::time::{interval, sleep};

use crate::after::judge;
use crate::load::{length, under};
use crate::recorder::Recorder;
use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_accepted_and_nothing_counted_while_the_audit_takes_no_row() {
    let mut world = World::new("audit").await;
    let recorder = Arc::new(Recorder::new());
    let noted = Arc::clone(&recorder);
    let (faults, shut) = under(&mut world, &recorder, async |world| {
        let (begun, mut shut) = (Instant::now(), Vec::new());
        let mut beat = interval(Duration::from_millis(700));
        beat.tick().await;
        while begun.elapsed() < length() {
            beat.tick().await;
            sqlx::query("revoke insert on audit from tokendesk")
                .execute(&world.owner)
                .await
                .unwrap();
            // whoever was allowed before may still write and commit, and holds the table until then
            let mut table = world.owner.begin().await.unwrap();
            let held = sqlx::query("lock table audit in share mode");
            held.execute(&mut *table).await.unwrap();
            table.commit().await.unwrap();
            let (from, before) = (noted.now(), world.kept().await);
            sleep(Duration::from_millis(700)).await;
            let (until, after) = (noted.now(), world.kept().await);
            sqlx::query("grant insert on audit to tokendesk")
                .execute(&world.owner)
                .await
                .unwrap();
            assert_eq!(before.audit.len(), after.audit.len());
            for (token, state) in &before.tokens {
                let now = &after.tokens[token];
                assert_eq!((state.counter, state.failures), (now.counter, now.failures));
            }
            shut.push((from, until));
        }
        (shut.len(), shut)
    })
    .await;
    let history = recorder.history();
    let during = |line: &&crate::recorder::Line| {
        shut.iter()
            .any(|(from, until)| line.start > *from && line.end < *until)
    };
    let during: Vec<_> = history.lines.iter().filter(during).collect();
    assert!(
        !during.is_empty(),
        "nothing was asked: the test tests nothing"
    );
    // a repeat of what was decided before is no new decision
    for line in during {
        assert_eq!(line.status, 503, "{line}");
    }
    judge("13 audit refused", &world, &recorder, faults).await;
    world.end().await;
}
