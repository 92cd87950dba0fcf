//! Faults 6 and 7: a server is killed, or told to stop.

use std::sync::Arc;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use tokio::time::interval;

use crate::after::judge;
use crate::load::{Question, id, length, tell, under};
use crate::process::eventually;
use crate::recorder::{Outcome, Recorder};
use crate::world::World;

/// Between two kills.
const APART: Duration = Duration::from_secs(2);

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_loses_no_answer() {
    let mut world = World::new("server").await;
    let recorder = Arc::new(Recorder::new());
    let kills = under(&mut world, &recorder, async |world| {
        let (begun, mut kills) = (Instant::now(), 0);
        let mut beat = interval(APART);
        beat.tick().await;
        while begun.elapsed() < length() {
            beat.tick().await;
            let server = &mut world.servers[kills % 2];
            kill(server.pid(), Signal::SIGKILL).unwrap();
            server.start_again().await;
            kills += 1;
        }
        kills
    })
    .await;
    judge("6 server killed", &world, &recorder, kills).await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_told_to_stop_answers_what_is_under_way() {
    let mut world = World::new("stop").await;
    let recorder = Arc::new(Recorder::new());
    // nobody else asks about this one
    let held_back = world.devices.pop().unwrap();
    let noted = Arc::clone(&recorder);
    let stops = under(&mut world, &recorder, async |world| {
        let (begun, mut stops) = (Instant::now(), 0_usize);
        while begun.elapsed() < length() {
            let doors = world.doors();
            let mut row = world.owner.begin().await.unwrap();
            // its request's row is being inserted by somebody else: the check must wait for what comes of it
            let request = id();
            let insert = "insert into request (asked_by, request_id, digest, at)
                          select c.id, $1, '', now() from api_client c returning pg_backend_pid()";
            let holder: i32 = sqlx::query_scalar(insert)
                .bind(request)
                .fetch_one(&mut *row)
                .await
                .unwrap();
            let counter = u64::try_from(stops).unwrap();
            let question = Question {
                client: 99,
                server: 0,
                token: held_back.token,
                username: held_back.username.clone(),
                code: held_back.code(counter),
                counter: Some(counter),
                request,
            };
            let asked = tokio::spawn({
                let (doors, recorder) = (doors.clone(), Arc::clone(&noted));
                async move { tell(&doors, &recorder, &question).await }
            });
            let waiting = "select true from pg_stat_activity
                           where usename = 'tokendesk' and $1 = any(pg_blocking_pids(pid)) limit 1";
            eventually(async || {
                let waits: Option<bool> = sqlx::query_scalar(waiting)
                    .bind(holder)
                    .fetch_optional(&world.owner)
                    .await
                    .unwrap();
                waits
            })
            .await;
            kill(world.servers[0].pid(), Signal::SIGTERM).unwrap();
            eventually(async || {
                let shut = tokio::net::TcpStream::connect(doors.servers[0]).await;
                shut.is_err().then_some(())
            })
            .await;
            row.rollback().await.unwrap();
            assert_eq!(asked.await.unwrap(), Outcome::Ok, "it was under way");
            let ended = world.servers[0].ended().await;
            assert_eq!(ended.code(), Some(0));
            world.servers[0].start_again().await;
            stops += 1;
        }
        stops
    })
    .await;
    judge("7 server told to stop", &world, &recorder, stops).await;
    world.end().await;
}
