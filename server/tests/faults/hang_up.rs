//! Fault 9: clients hang up, at once or a little later, by a close, a half close or a reset.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::after::judge;
use crate::load::{Question, id, length, under};
use crate::process::eventually;
use crate::recorder::{Outcome, Recorder};
use crate::world::World;

/// Counts, outside of any transaction, the decisions that came to be written: one that is rolled back because
/// nobody waits for it any more stays counted.
const WATCH: &str = "create sequence decided;
    create function watch() returns trigger language plpgsql security definer
    as 'begin perform nextval(''public.decided''); return new; end';
    create trigger watch before insert on request for each row execute function watch()";

/// Asks, waits a little for an answer, and leaves.
async fn leave(address: SocketAddr, wire: &str, how: usize) -> Option<String> {
    let mut stream = TcpStream::connect(address).await.ok()?;
    stream.write_all(wire.as_bytes()).await.ok()?;
    let wait = u64::try_from(how % 51).unwrap();
    match how % 3 {
        0 => {}
        1 => stream.shutdown().await.ok()?,
        _ => stream.set_zero_linger().ok()?,
    }
    let mut answer = String::new();
    let read = stream.read_to_string(&mut answer);
    timeout(Duration::from_millis(wait), read)
        .await
        .ok()?
        .ok()?;
    Some(answer)
}

#[tokio::test(flavor = "multi_thread")]
async fn no_try_is_free_for_who_hangs_up() {
    let mut world = World::new("leave").await;
    sqlx::raw_sql(WATCH).execute(&world.owner).await.unwrap();
    let recorder = Arc::new(Recorder::new());
    // nobody else asks about these
    let left = world.devices.split_off(world.devices.len() - 24);
    let noted = Arc::clone(&recorder);
    let tries = under(&mut world, &recorder, async |world| {
        let (begun, doors, mut n) = (Instant::now(), world.doors(), 0_usize);
        while begun.elapsed() < length() {
            let device = &left[n % left.len()];
            let right = n / left.len() % 3 == 2;
            let counter = u64::try_from(n / left.len() / 3).unwrap();
            let code = if right {
                device.code(counter)
            } else {
                device.wrong(counter, n)
            };
            let question = Question {
                client: 99,
                server: n % 2,
                token: device.token,
                username: device.username.clone(),
                code,
                counter: right.then_some(counter),
                request: id(),
            };
            let start = noted.now();
            let wire = question.wire(&doors.key);
            let answer = leave(doors.servers[question.server], &wire, n).await;
            let answer = answer.unwrap_or_default();
            let outcome = match answer.rsplit("\r\n").next() {
                Some(r#"{"result":true}"#) => Outcome::Ok,
                Some(r#"{"result":false}"#) => Outcome::No,
                _ => Outcome::Unknown,
            };
            let status = answer.split(' ').nth(1).and_then(|it| it.parse().ok());
            question.record(&noted, start, status.unwrap_or(0), outcome);
            n += 1;
        }
        n
    })
    .await;
    let both = "select (select last_value from decided), (select count(*) from request)";
    eventually(async || {
        let (decided, told): (i64, i64) =
            sqlx::query_as(both).fetch_one(&world.owner).await.unwrap();
        (decided == told).then_some(())
    })
    .await;
    let history = recorder.history();
    let kept = world.kept().await;
    let asked = history.lines.iter().filter(|it| it.client == 99);
    let decided = asked.filter(|it| kept.requests.contains_key(&it.request));
    let decided = decided.count();
    println!("of {tries} questions of those who left {decided} were decided");
    assert!(
        decided > tries / 4,
        "{decided} of {tries}: the test tests little"
    );
    judge("9 clients hang up", &world, &recorder, tries).await;
    world.end().await;
}
