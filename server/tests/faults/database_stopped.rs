//! Faults 1 and 2: the database is killed, whole, or a few connections at a time.

use std::sync::Arc;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use tokio::time::interval;

use crate::after::{as_before, held, judge};
use crate::load::{length, under};
use crate::process::eventually;
use crate::recorder::{Outcome, Recorder};
use crate::world::World;

/// Between two kills of the whole database.
const APART: Duration = Duration::from_secs(3);

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_killed_loses_no_answer() {
    let mut world = World::new("database").await;
    let recorder = Arc::new(Recorder::new());
    let before = world.servers.each_ref().map(|it| held(it.pid()));
    let kills = under(&mut world, &recorder, async |world| {
        let (begun, mut kills) = (Instant::now(), 0);
        let mut beat = interval(APART);
        beat.tick().await;
        while begun.elapsed() < length() {
            beat.tick().await;
            let postmaster = world.folder.postmaster().unwrap();
            kill(postmaster, Signal::SIGKILL).unwrap();
            kills += 1;
            eventually(async || world.folder.postmaster().filter(|&it| it != postmaster)).await;
        }
        kills
    })
    .await;
    for (server, before) in world.servers.iter().zip(before) {
        as_before(server.pid(), before).await;
    }
    let history = recorder.history();
    let later = history.lines.iter().filter(|it| it.status == 503);
    let longest = later.map(|it| it.end - it.start).max().unwrap_or(0);
    println!("longest way to a 503: {} ms", longest / 1000);
    // four seconds for a connection, and the rest of the way on a busy machine
    assert!(longest < 8_000_000, "{longest} µs");
    assert!(
        history
            .lines
            .iter()
            .any(|it| it.outcome == Outcome::Unknown)
    );
    judge("1 database killed", &world, &recorder, kills).await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_is_cut_in_a_transaction_loses_no_answer() {
    let mut world = World::new("backends").await;
    let recorder = Arc::new(Recorder::new());
    let cut = under(&mut world, &recorder, async |world| {
        let (begun, mut cut) = (Instant::now(), 0);
        let mut beat = interval(Duration::from_millis(100));
        while begun.elapsed() < length() {
            beat.tick().await;
            // who holds a lock of a row is in the middle of a transaction
            let sql = "select pid from pg_stat_activity a where usename = 'tokendesk'
                       order by exists (select from pg_locks l where l.pid = a.pid
                           and locktype = 'transactionid' and granted) desc, random() limit 1";
            let one: Option<i32> = sqlx::query_scalar(sql)
                .fetch_optional(&world.owner)
                .await
                .unwrap();
            if let Some(pid) = one {
                let _ = kill(nix::unistd::Pid::from_raw(pid), Signal::SIGTERM);
                cut += 1;
            }
        }
        cut
    })
    .await;
    assert!(recorder.history().lines.iter().any(|it| it.status == 503));
    judge("2 connections cut", &world, &recorder, cut).await;
    world.end().await;
}
