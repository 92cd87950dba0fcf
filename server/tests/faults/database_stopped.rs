//! Faults 1 and 2: the database is killed, whole, or a few connections at a time.

use std::sync::Arc;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use tokio::time::interval;

use crate::after::{as_before, held, judge};
use crate::load::{length, under};
use crate::process::eventually;
use crate::recorder::Recorder;
use crate::world::World;

/// Between two kills of the whole database.
const APART: Duration = Duration::from_secs(3);

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_killed_loses_no_answer() {
    let mut world = World::new("database").await;
    let recorder = Arc::new(Recorder::new());
    let before = world.servers.each_ref().map(|it| held(it.pid()));
    let kills = under(&mut world, &recorder, async |world| {
        let (begun, mut kills) = (Instant::now(), Vec::new());
        let mut beat = interval(APART);
        beat.tick().await;
        while begun.elapsed() < length() {
            beat.tick().await;
            let postmaster = world.folder.postmaster().unwrap();
            kills.push(recorder.now());
            kill(postmaster, Signal::SIGKILL).unwrap();
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
    // whoever was being answered may have been asked about again when it was back: nobody need be told 503
    let in_flight = |at: &u64| {
        let mut lines = history.lines.iter();
        lines.any(|it| it.start < *at && *at < it.end)
    };
    assert!(kills.iter().any(in_flight), "nothing was in flight");
    judge("1 database killed", &world, &recorder, kills.len()).await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_is_cut_in_a_transaction_loses_no_answer() {
    let mut world = World::new("backends").await;
    let recorder = Arc::new(Recorder::new());
    let (cut, amid) = under(&mut world, &recorder, async |world| {
        let (begun, mut cut, mut amid) = (Instant::now(), 0, 0);
        let mut beat = interval(Duration::from_millis(100));
        while begun.elapsed() < length() {
            beat.tick().await;
            // who holds a lock of a row is in the middle of a transaction
            let sql = "select pid, exists (select from pg_locks l where l.pid = a.pid
                           and locktype = 'transactionid' and granted) as is_amid
                       from pg_stat_activity a where usename = 'tokendesk'
                       order by is_amid desc, random() limit 1";
            let one: Option<(i32, bool)> = sqlx::query_as(sql)
                .fetch_optional(&world.owner)
                .await
                .unwrap();
            if let Some((pid, is_amid)) = one {
                let _ = kill(nix::unistd::Pid::from_raw(pid), Signal::SIGTERM);
                cut += 1;
                amid += i32::from(is_amid);
            }
        }
        (cut, amid)
    })
    .await;
    println!("cut: {cut}, of these in the middle: {amid}");
    assert!(amid > 0, "nothing was in flight");
    judge("2 connections cut", &world, &recorder, cut).await;
    world.end().await;
}
