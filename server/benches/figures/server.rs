//! The server itself: how soon it answers, what memory it takes, and whether strangers who flood it are felt by
//! those who verify.
//!
//! `FIGURES_SECONDS` is how long each thing is measured (20).

mod load;

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::net::TcpListener;

use crate::http::{Connection, get};
use crate::report::{Figure, Goal};
use crate::world::{Ground, World};
use load::{Asker, Strangers, plant};

/// Checks a second of normal load.
const NORMAL: f64 = 100.0;
/// Connections of strangers: of each kind.
const STRANGERS: u16 = 1_000;
/// Who sign in at once.
const SIGN_INS: u8 = 100;
/// How often what is compared is measured, in turns.
const TURNS: usize = 3;

/// Measures all of it.
pub fn measure() -> Vec<Figure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(all())
}

async fn all() -> Vec<Figure> {
    let seconds = std::env::var("FIGURES_SECONDS").ok();
    let length = Duration::from_secs(seconds.map_or(20, |it| it.parse().unwrap()));
    let ground = Ground::new("server", 1_024).await;
    plant(&ground).await;
    let started = start(&ground).await;
    let world = ground.serve().await;
    let idle = idle(&world).await;
    let asker = Asker::of(&world);
    // statements are prepared and pages are read
    asker.checks(None, Duration::from_secs(2)).await;
    let mut figures = vec![
        Figure::new("from start to the first answered request", started, "ms")
            .goal(Goal::AtMost(300.0)),
        Figure::new("memory, idle", idle, "MiB").goal(Goal::AtMost(40.0)),
    ];
    strangers(&world, &asker, length, &mut figures).await;
    sign_ins(&asker, length, &mut figures).await;
    let (rate, ()) = tokio::join!(busy(&asker, length), asker.reads(8, length));
    figures.push(Figure::new(
        "checks beside 8 reading operators and sign-ins",
        rate,
        "/s",
    ));
    let most = memory(&world, "VmHWM:");
    figures.push(Figure::new("memory, at most", most, "MiB").goal(Goal::AtMost(150.0)));
    tokio::time::sleep(Duration::from_secs(2)).await;
    figures.push(Figure::new(
        "memory, afterwards",
        memory(&world, "VmRSS:"),
        "MiB",
    ));
    world.end().await;
    figures
}

/// Milliseconds until a server that is started answers; the median of several.
async fn start(ground: &Ground) -> f64 {
    let mut took = Vec::new();
    for _ in 0..9 {
        let free = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let mut command = Command::new(env!("CARGO_BIN_EXE_tokendesk"));
        command
            .arg("serve")
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command.env("DATABASE_URL", ground.database.service_url());
        command.env("TOKENDESK_LISTEN", address.to_string());
        command.env("TOKENDESK_DATA_DIR", &ground.folder.0);
        let begun = Instant::now();
        let mut server = command.spawn().unwrap();
        loop {
            if let Ok(mut connection) = Connection::new(address).await {
                let answer = connection.ask(&get("/sign-in", "")).await;
                if matches!(answer, Ok((200, _))) {
                    break;
                }
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        took.push(begun.elapsed().as_secs_f64() * 1_000.0);
        server.kill().unwrap();
        server.wait().unwrap();
    }
    percent(&mut took, 50)
}

/// MiB after a page or two and a quiet moment.
async fn idle(world: &World) -> f64 {
    let mut connection = Connection::new(world.address()).await.unwrap();
    for path in ["/sign-in", "/users"] {
        let answer = connection.ask(&get(path, &world.cookie)).await;
        assert_eq!(answer.unwrap().0, 200);
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    memory(world, "VmRSS:")
}

/// Normal load alone and with two thousand strangers, in turns.
async fn strangers(world: &World, asker: &Arc<Asker>, length: Duration, figures: &mut Vec<Figure>) {
    let (mut alone, mut beside) = (Vec::new(), Vec::new());
    for _ in 0..TURNS {
        alone.push(percent(&mut asker.checks(Some(NORMAL), length).await, 99));
        let strangers = Strangers::come(world.address(), STRANGERS, STRANGERS).await;
        beside.push(percent(&mut asker.checks(Some(NORMAL), length).await, 99));
        drop(strangers);
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    let (alone, beside) = (percent(&mut alone, 50), percent(&mut beside, 50));
    let ratio = Figure::new(
        "the same with 1,000 idle and 1,000 slow strangers",
        beside / alone,
        "times",
    );
    figures.push(Figure::new(
        "99 of 100 checks at normal load within",
        alone,
        "ms",
    ));
    figures.push(ratio.goal(Goal::AtMost(2.0)));
}

/// Normal load alone and while a hundred sign in at once, in turns.
async fn sign_ins(asker: &Arc<Asker>, length: Duration, figures: &mut Vec<Figure>) {
    let (mut alone, mut beside, mut took, mut later) = (Vec::new(), Vec::new(), Vec::new(), 0);
    for _ in 0..TURNS {
        alone.push(percent(&mut asker.checks(Some(NORMAL), length).await, 99));
        let begun = Instant::now();
        let storm = async {
            later += asker.signs_in(SIGN_INS).await;
            begun.elapsed()
        };
        // as long as a hundred hashes take on this machine, or somewhat longer
        let checks = asker.checks(Some(NORMAL), Duration::from_secs(5));
        let (mut checks, storm) = tokio::join!(checks, storm);
        beside.push(percent(&mut checks, 99));
        took.push(storm.as_secs_f64());
    }
    let (alone, beside) = (percent(&mut alone, 50), percent(&mut beside, 50));
    figures.push(Figure::new(
        "a hundred sign-ins at once take",
        percent(&mut took, 50),
        "s",
    ));
    figures.push(Figure::new(
        "of them told to come back later",
        later as f64 / TURNS as f64,
        "",
    ));
    let ratio = Figure::new(
        "99 of 100 checks beside them, over those alone",
        beside / alone,
        "times",
    );
    figures.push(ratio);
}

/// All that applications can ask, and people who sign in all the time; checks a second.
async fn busy(asker: &Arc<Asker>, length: Duration) -> f64 {
    let sign_ins = async {
        let begun = Instant::now();
        while begun.elapsed() < length {
            asker.signs_in(4).await;
        }
    };
    let (checks, ()) = tokio::join!(asker.checks(None, length), sign_ins);
    checks.len() as f64 / length.as_secs_f64()
}

fn percent(took: &mut [f64], percent: usize) -> f64 {
    took.sort_unstable_by(f64::total_cmp);
    took[took.len() * percent / 100]
}

/// MiB of the server's memory by this name of Linux.
fn memory(world: &World, name: &str) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", world.server.pid())).unwrap();
    let line = status.lines().find(|it| it.starts_with(name)).unwrap();
    let kibibytes: f64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kibibytes / 1_024.0
}
