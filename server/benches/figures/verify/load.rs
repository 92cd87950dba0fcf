//! Who asks: raw HTTP/1.1 over connections that are kept, cheap enough not to be what is measured.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::plant::{code, counting};
use crate::recorder::{Line, Outcome, Recorder};
use crate::world::World;

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// The next code of a counting token.
    Counter,
    /// The code of the time, each user's once.
    Clock,
    /// A wrong code of a user who has not been asked about before.
    Wrong,
    /// Wrong codes of one user, who is nobody else's.
    Attack,
}

/// How fast.
#[derive(Clone, Copy, Debug)]
pub enum Pace {
    /// The next question follows the answer.
    Closed,
    /// So many a second over all connections; waiting for a connection counts.
    Open(f64),
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Came {
    /// Answers a second.
    pub rate: f64,
    /// Microseconds, in order.
    pub took: Vec<u32>,
    pub yes: u64,
    pub no: u64,
    /// That nothing is known, or that enough wait.
    pub later: u64,
}

impl Came {
    /// Microseconds within which so many of a hundred were answered.
    pub fn within(&self, percent: f64) -> f64 {
        let at = (self.took.len() as f64 * percent / 100.0) as usize;
        self.took.get(at).map_or(f64::NAN, |took| f64::from(*took))
    }

    pub fn answers(&self) -> u64 {
        self.yes + self.no + self.later
    }
}

/// Whom questions are about, over all runs on one world.
pub struct People {
    pub address: SocketAddr,
    key: String,
    users: u32,
    /// Next counter of each user.
    counters: Vec<AtomicU64>,
    /// How many were asked about by a wrong code, or by the clock.
    wrong: AtomicU64,
    clock: AtomicU64,
    /// What was asked and heard of the right codes of counting tokens.
    pub recorder: Recorder,
}

/// What is asked of whom.
struct Question {
    user: u32,
    code: String,
    /// Of a counting token's code.
    counter: Option<u64>,
}

impl People {
    pub fn of(world: &World, users: u32) -> Arc<Self> {
        Arc::new(Self {
            address: world.address(),
            key: world.key.clone(),
            users,
            counters: (0..users).map(|_| AtomicU64::new(0)).collect(),
            wrong: AtomicU64::new(0),
            clock: AtomicU64::new(0),
            recorder: Recorder::new(),
        })
    }

    /// User and code of the `n`-th question of a connection. Right codes go over the first half of the users,
    /// each connection over its own; wrong ones over the other half. (Few users are asked about right only.)
    fn question(&self, ask: Ask, (connection, connections): (u32, u32), n: u32) -> Question {
        let half = if self.users < 1_000 {
            self.users
        } else {
            self.users / 2
        };
        let other = |user: u32, code: String| Question {
            user,
            code,
            counter: None,
        };
        match ask {
            Ask::Counter => {
                let own = half / connections;
                // a step of no common part with the number of users: far from the one before
                let user = connection + connections * (n.wrapping_mul(7_919) % own);
                let counter = self.counters[user as usize].fetch_add(1, Ordering::Relaxed);
                Question {
                    user,
                    code: code(user, false, counter),
                    counter: Some(counter),
                }
            }
            Ask::Clock => {
                let next = self.clock.fetch_add(1, Ordering::Relaxed);
                let user = u32::try_from(next * 7_919 % u64::from(half)).unwrap();
                let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
                other(user, code(user, true, now / 30))
            }
            Ask::Wrong => {
                let next = self.wrong.fetch_add(1, Ordering::Relaxed);
                let user = half + u32::try_from(next % u64::from(half - 1)).unwrap();
                other(user, format!("{:06}", next % 1_000_000))
            }
            Ask::Attack => other(self.users - 1, format!("{:06}", n % 1_000_000)),
        }
    }

    fn wire(&self, question: &Question, request: Uuid) -> String {
        let Question { user, code, .. } = question;
        let body =
            format!(r#"{{"username":"user{user}","code":"{code}","request_id":"{request}"}}"#);
        format!(
            "POST /api/v1/verify HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            self.key,
            body.len()
        )
    }
}

static REQUESTS: AtomicU64 = AtomicU64::new(1);

/// Asks for so long over so many connections.
pub async fn run(
    people: &Arc<People>,
    ask: Ask,
    connections: u32,
    pace: Pace,
    length: Duration,
) -> Came {
    let begun = Instant::now() + Duration::from_millis(50);
    let mut asking = JoinSet::new();
    for connection in 0..connections {
        let people = Arc::clone(people);
        asking.spawn(async move {
            one(&people, ask, (connection, connections), pace, begun, length).await
        });
    }
    let mut all = Came::default();
    while let Some(came) = asking.join_next().await {
        let came = came.unwrap();
        all.yes += came.yes;
        all.no += came.no;
        all.later += came.later;
        all.took.extend(came.took);
    }
    all.rate = (all.yes + all.no) as f64 / begun.elapsed().as_secs_f64();
    all.took.sort_unstable();
    all
}

async fn one(
    people: &People,
    ask: Ask,
    which: (u32, u32),
    pace: Pace,
    begun: Instant,
    length: Duration,
) -> Came {
    let mut stream = TcpStream::connect(people.address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let (mut came, mut answer) = (Came::default(), Vec::with_capacity(4_096));
    tokio::time::sleep_until(begun.into()).await;
    for n in 0.. {
        let due = due(pace, which, n, begun).await;
        if due >= begun + length {
            break;
        }
        let question = people.question(ask, which, n);
        let request = REQUESTS.fetch_add(1, Ordering::Relaxed);
        let request = Uuid::from_u128(u128::from(request) | 7 << 76 | 2 << 62);
        let (wire, start) = (people.wire(&question, request), people.recorder.now());
        stream.write_all(wire.as_bytes()).await.unwrap();
        let (status, yes) = read(&mut stream, &mut answer).await;
        let outcome = match (status, yes) {
            (200, true) => (&mut came.yes, Outcome::Ok),
            (200, false) => (&mut came.no, Outcome::No),
            (503, _) => (&mut came.later, Outcome::Unknown),
            other => panic!("{other:?}: {}", String::from_utf8_lossy(&answer)),
        };
        *outcome.0 += 1;
        let took = due.elapsed().as_micros();
        came.took.push(u32::try_from(took).unwrap());
        if let Some(counter) = question.counter {
            people.recorder.line(Line {
                client: which.0 as usize,
                server: 0,
                token: counting(question.user),
                code: question.code,
                counter: Some(counter),
                request,
                start,
                end: people.recorder.now(),
                status,
                outcome: outcome.1,
            });
        }
    }
    came
}

/// When the `n`-th question of a connection is due. Who is woken late by our own clock does not count that,
/// who could not ask for the answer before did not come does.
async fn due(pace: Pace, (connection, connections): (u32, u32), n: u32, begun: Instant) -> Instant {
    let Pace::Open(rate) = pace else {
        return Instant::now();
    };
    let turn = f64::from(n) * f64::from(connections) + f64::from(connection);
    let due = begun + Duration::from_secs_f64(turn / rate);
    if due <= Instant::now() {
        return due;
    }
    tokio::time::sleep_until(due.into()).await;
    Instant::now()
}

/// Status, and whether the body says yes.
async fn read(stream: &mut TcpStream, answer: &mut Vec<u8>) -> (u16, bool) {
    answer.clear();
    loop {
        let read = stream.read_buf(answer).await.unwrap();
        assert!(read > 0, "the server hung up");
        // all our bodies are one object
        if answer.ends_with(b"}") && answer.windows(4).any(|it| it == b"\r\n\r\n") {
            let status = std::str::from_utf8(&answer[9..12]).unwrap();
            return (status.parse().unwrap(), answer.ends_with(b":true}"));
        }
    }
}
