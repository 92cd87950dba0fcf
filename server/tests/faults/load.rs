//! Clients who verify codes: right ones once, right ones many times over both servers, wrong ones among
//! them and in bursts; and what all of them must find when the fault is over.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use tokio::time::interval;
use uuid::Uuid;

use crate::process::{ask, eventually, verify};
use crate::recorder::{Line, Outcome, Recorder, Seen};
use crate::world::{Device, Doors, World};

/// Clients; each has users of its own and asks up to eight questions at once.
const CLIENTS: usize = 12;
/// After a fault normal answers are back in this time.
const BACK_IN: Duration = Duration::from_secs(10);

/// How long a fault goes on.
pub fn length() -> Duration {
    let seconds = std::env::var("FAULT_SECONDS").ok();
    Duration::from_secs(seconds.map_or(3, |it| it.parse().unwrap()))
}

/// One question.
#[derive(Clone)]
pub struct Question {
    pub client: usize,
    pub server: usize,
    pub token: Uuid,
    pub username: String,
    pub code: String,
    pub counter: Option<u64>,
    pub request: Uuid,
}

impl Question {
    pub fn wire(&self, key: &str) -> String {
        let body = format!(
            r#"{{"username": "{}", "code": "{}", "request_id": "{}"}}"#,
            self.username, self.code, self.request
        );
        verify(key, &body)
    }

    pub fn elsewhere(&self) -> Self {
        Self {
            server: 1 - self.server,
            ..self.clone()
        }
    }

    /// Writes down what came of it.
    pub fn record(&self, recorder: &Recorder, start: u64, status: u16, outcome: Outcome) {
        recorder.line(Line {
            client: self.client,
            server: self.server,
            token: self.token,
            code: self.code.clone(),
            counter: self.counter,
            request: self.request,
            start,
            end: recorder.now(),
            status,
            outcome,
        });
    }
}

/// A request's number.
pub fn id() -> Uuid {
    backend::random::id(server::open::now()).unwrap()
}

/// Asks, and writes down what came of it.
pub async fn tell(doors: &Doors, recorder: &Recorder, question: &Question) -> Outcome {
    let start = recorder.now();
    let answer = ask(doors.servers[question.server], &question.wire(&doors.key)).await;
    let (status, outcome) = match answer {
        Ok((200, body)) if body == r#"{"result":true}"# => (200, Outcome::Ok),
        Ok((200, body)) if body == r#"{"result":false}"# => (200, Outcome::No),
        Ok((status, _)) => (status, Outcome::Unknown),
        Err(_) => (0, Outcome::Unknown),
    };
    question.record(recorder, start, status, outcome);
    outcome
}

/// What one client asks in its `n`-th round: all at once.
fn round(client: usize, device: &Device, counter: u64, n: usize) -> Vec<Question> {
    let right = |server: usize, request| Question {
        client,
        server: server % 2,
        token: device.token,
        username: device.username.clone(),
        code: device.code(counter),
        counter: Some(counter),
        request,
    };
    let wrong = |it: usize| Question {
        code: device.wrong(counter, it),
        counter: None,
        ..right(it, id())
    };
    match n % 16 {
        0..=5 => vec![right(n, id())],
        6..=9 => (0..4).map(|it| right(it, id())).collect(),
        10..=11 => {
            let ids = [id(), id()];
            let copies = ids.into_iter().flat_map(|id| [right(0, id), right(1, id)]);
            copies.collect()
        }
        12..=13 => {
            let mut mixed: Vec<_> = (0..3).map(wrong).collect();
            mixed.insert(n % 3, right(n, id()));
            mixed
        }
        14 => vec![wrong(n)],
        _ if n % 64 == 63 => (0..8).map(wrong).collect(),
        _ => vec![right(0, id()), right(1, id())],
    }
}

/// The counter that the device shows next, as the tables say; the remembered one while they say nothing.
async fn look(doors: &Doors, recorder: &Recorder, token: Uuid, remembered: u64) -> u64 {
    let start = recorder.now();
    let counter = sqlx::query_scalar("select counter from token_auth where token_id = $1");
    let counter: sqlx::Result<i64> = counter.bind(token).fetch_one(&doors.owner).await;
    let Ok(counter) = counter else {
        return remembered;
    };
    let counter = counter.try_into().unwrap();
    recorder.seen(Seen {
        token,
        counter,
        start,
    });
    counter
}

async fn client(
    doors: Doors,
    recorder: Arc<Recorder>,
    stop: Arc<AtomicBool>,
    number: usize,
    devices: Vec<Device>,
) -> Vec<Question> {
    let (mut open, mut remembered) = (Vec::new(), vec![0; devices.len()]);
    // whoever finds the door shut does not beat at it
    let mut pace = interval(Duration::from_millis(10));
    for n in number.. {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        pace.tick().await;
        let at = n % devices.len();
        let counter = look(&doors, &recorder, devices[at].token, remembered[at]).await;
        remembered[at] = counter;
        let mut asking = JoinSet::new();
        for question in round(number, &devices[at], counter, n / devices.len() + n) {
            let (doors, recorder) = (doors.clone(), Arc::clone(&recorder));
            asking.spawn(async move {
                let outcome = tell(&doors, &recorder, &question).await;
                (question, outcome)
            });
        }
        let answers = asking.join_all().await;
        let unknown = answers.into_iter().filter(|it| it.1 == Outcome::Unknown);
        open.extend(unknown.map(|(question, _)| question));
    }
    open
}

/// Lets clients ask while `fault` goes on; what nobody answered is in the end asked again, until it is.
pub async fn under<T>(
    world: &mut World,
    recorder: &Arc<Recorder>,
    fault: impl AsyncFnOnce(&mut World) -> T,
) -> T {
    let (doors, stop) = (world.doors(), Arc::new(AtomicBool::new(false)));
    let mut clients = JoinSet::new();
    for number in 0..CLIENTS {
        let own = world.devices.iter().skip(number).step_by(CLIENTS);
        clients.spawn(client(
            doors.clone(),
            Arc::clone(recorder),
            Arc::clone(&stop),
            number,
            own.cloned().collect(),
        ));
    }
    let struck = fault(world).await;
    back_to_normal(&doors).await;
    stop.store(true, Ordering::Relaxed);
    let open = clients.join_all().await;
    let mut again = JoinSet::new();
    for question in open.into_iter().flatten() {
        let (doors, recorder) = (doors.clone(), Arc::clone(recorder));
        again.spawn(async move {
            for question in [question.elsewhere(), question] {
                until_known(&doors, &recorder, &question).await;
            }
        });
        // no more at once than clients
        if again.len() >= CLIENTS {
            again.join_next().await.unwrap().unwrap();
        }
    }
    again.join_all().await;
    struck
}

/// Asks again until there is an answer.
async fn until_known(doors: &Doors, recorder: &Recorder, question: &Question) {
    let mut pace = interval(Duration::from_millis(50));
    for _ in 0..100 {
        pace.tick().await;
        if tell(doors, recorder, question).await != Outcome::Unknown {
            return;
        }
    }
    panic!("there is no answer to {}", question.request);
}

/// I10: both servers answer as ever, soon, and nobody had to do anything.
async fn back_to_normal(doors: &Doors) {
    let begun = Instant::now();
    let question = verify(&doors.key, r#"{"username": "nobody", "code": "123456"}"#);
    for address in doors.servers {
        eventually(async || {
            let (status, _) = ask(address, &question).await.ok()?;
            (status == 200).then_some(())
        })
        .await;
    }
    assert!(
        begun.elapsed() < BACK_IN,
        "back after {:?}",
        begun.elapsed()
    );
}
