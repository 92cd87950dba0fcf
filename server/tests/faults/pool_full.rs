//! Fault 18: more checks at once than there are connections, behind a table that somebody holds.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::after::{as_before, held, judge};
use crate::load::{Question, id, length, tell, under};
use crate::process::ask;
use crate::recorder::{Outcome, Recorder};
use crate::world::World;

/// Questions at once, of which one server answers each.
const AT_ONCE: usize = 1_000;
/// How long nobody waits, whatever the server says then.
const AT_MOST: Duration = Duration::from_secs(15);

#[tokio::test(flavor = "multi_thread")]
async fn who_finds_no_connection_is_told_later_and_health_answers() {
    let mut world = World::new("pool").await;
    let recorder = Arc::new(Recorder::new());
    let noted = Arc::clone(&recorder);
    let before = held(world.servers[0].pid());
    let floods = under(&mut world, &recorder, async |world| {
        let (begun, mut floods) = (Instant::now(), 0);
        while floods == 0 || begun.elapsed() < length() {
            flood(world, &noted).await;
            floods += 1;
        }
        floods
    })
    .await;
    as_before(world.servers[0].pid(), before).await;
    judge("18 pool full", &world, &recorder, floods).await;
    world.end().await;
}

async fn flood(world: &World, recorder: &Arc<Recorder>) {
    let doors = world.doors();
    let mut holder = world.owner.begin().await.unwrap();
    sqlx::query("lock table request in access exclusive mode")
        .execute(&mut *holder)
        .await
        .unwrap();
    let mut asking = JoinSet::new();
    for n in 0..AT_ONCE {
        let device = &world.devices[n % world.devices.len()];
        let question = Question {
            client: 99,
            server: 0,
            token: device.token,
            username: device.username.clone(),
            code: device.wrong(0, n),
            counter: None,
            request: id(),
        };
        let (doors, recorder) = (doors.clone(), Arc::clone(recorder));
        asking.spawn(async move {
            let begun = Instant::now();
            let outcome = tell(&doors, &recorder, &question).await;
            (begun.elapsed(), outcome)
        });
    }
    let health = |path: &str| {
        format!("GET /healthz/{path} HTTP/1.1\r\nhost: it\r\nconnection: close\r\n\r\n")
    };
    for (path, within) in [("live", 2), ("ready", 6)] {
        let question = health(path);
        let asked = ask(doors.servers[0], &question);
        let asked = timeout(Duration::from_secs(within), asked).await;
        let (status, _) = asked.expect("health does not answer").unwrap();
        assert!(status == 200 || path == "ready", "{path}: {status}");
    }
    let mut answers = Vec::new();
    while answers.len() < 100 {
        answers.push(asking.join_next().await.unwrap().unwrap());
    }
    assert!(
        answers
            .iter()
            .all(|(_, outcome)| *outcome == Outcome::Unknown)
    );
    holder.rollback().await.unwrap();
    answers.extend(asking.join_all().await);
    let longest = answers.iter().map(|(took, _)| *took).max().unwrap();
    println!("longest of {AT_ONCE}: {longest:?}");
    assert!(longest < AT_MOST, "{longest:?}");
}
