//! Callers who are slow on purpose: they lose their connection, and nobody else does.

use std::future::pending;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use backend::Backend;
use backend::seal::KeyRing;
use server::api::{Api, routes};
use server::config::Proxies;
use server::listen::{Limits, listen};
use server::open;
use sqlx::postgres::PgPoolOptions;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::demo::demo;
use crate::process::ask;

const GET: &str = "GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
/// The same by somebody who keeps the connection.
const KEPT: &str = "GET / HTTP/1.1\r\nhost: localhost\r\n\r\n";
/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(20);

/// Room for two, and little patience.
fn tight() -> Limits {
    Limits {
        head: Duration::from_millis(500),
        standstill: Duration::from_millis(500),
        connections: 2,
        ..Limits::new(Proxies::default())
    }
}

async fn open_for_all(
    router: Router,
    limits: Limits,
    stop: impl Future<Output = ()> + Send + 'static,
) -> (SocketAddr, tokio::task::JoinHandle<()>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let served = tokio::spawn(async move { listen(listener, router, limits, stop).await.unwrap() });
    (address, served)
}

fn plain() -> Router {
    let large = "x".repeat(32 * 1024 * 1024);
    Router::new()
        .route("/", get(|| async { "here" }))
        .route("/large", get(move || async move { large.clone() }))
}

/// Connections that have said this much, and say no more.
async fn say(address: SocketAddr, begun: &[&str]) -> Vec<TcpStream> {
    let mut streams = Vec::new();
    for begun in begun {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(begun.as_bytes()).await.unwrap();
        streams.push(stream);
    }
    streams
}

#[tokio::test]
async fn who_says_nothing_or_half_a_head_makes_room_for_others() {
    for begun in [
        ["", ""],
        ["PRI * HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
        ["GET / HT", "GET / HTTP/1.1\r\nhost: localhost\r\n"],
    ] {
        let (address, _) = open_for_all(plain(), tight(), pending()).await;
        let held = say(address, &begun).await;
        let answer = timeout(PATIENCE, ask(address, GET)).await;
        let (status, body) = answer.expect("room").expect("an answer");
        assert_eq!((status, body.as_str()), (200, "here"), "{begun:?}");
        drop(held);
    }
}

#[tokio::test]
async fn who_does_not_read_the_answer_makes_room_for_others() {
    let (address, _) = open_for_all(plain(), tight(), pending()).await;
    let large = GET.replace("/ ", "/large ");
    let held = say(address, &[&large, &large]).await;
    let answer = timeout(PATIENCE, ask(address, GET)).await;
    assert_eq!(answer.expect("room").expect("an answer").0, 200);
    drop(held);
}

#[tokio::test]
async fn a_stop_is_heard_while_there_is_no_room() {
    let (stop, stopped) = oneshot::channel::<()>();
    let patient = Limits {
        head: Duration::from_secs(3_600),
        ..tight()
    };
    let stopped = async { stopped.await.unwrap() };
    let (address, served) = open_for_all(plain(), patient, stopped).await;
    let mut held = say(address, &[KEPT, KEPT, ""]).await;
    // Who was answered and keeps the connection has a place: both are taken.
    for stream in &mut held[..2] {
        let mut answer = Vec::new();
        while !answer.ends_with(b"here") {
            assert_ne!(
                stream.read_buf(&mut answer).await.unwrap(),
                0,
                "closed early"
            );
        }
    }
    stop.send(()).unwrap();
    timeout(PATIENCE, served).await.expect("it stops").unwrap();
    drop(held);
}

#[tokio::test]
async fn one_address_takes_only_its_part() {
    let limits = Limits {
        connections: 100,
        of_one: 2,
        ..tight()
    };
    let generous = Limits {
        proxies: "127.0.0.1".parse().unwrap(),
        ..limits.clone()
    };
    let patient = |limits| Limits {
        head: Duration::from_secs(3_600),
        ..limits
    };
    let (address, _) = open_for_all(plain(), patient(limits), pending()).await;
    let held = say(address, &["", ""]).await;
    assert!(ask(address, GET).await.is_err(), "a third one is closed");
    let (proxied, _) = open_for_all(plain(), patient(generous), pending()).await;
    let held_too = say(proxied, &["", ""]).await;
    assert_eq!(ask(proxied, GET).await.unwrap().0, 200);
    drop((held, held_too));
}

#[tokio::test]
async fn a_body_that_does_not_come_is_answered_and_makes_room() {
    // never asked: what is slow comes before it
    let db = PgPoolOptions::new()
        .connect_lazy("postgres://localhost:1/none")
        .unwrap();
    let backend = Backend::new(db, KeyRing::generate().unwrap(), jiff::tz::TimeZone::UTC);
    let api = Api {
        backend,
        trusted_proxies: Proxies::default(),
        now: open::clock,
    };
    let router = demo().merge(routes(api));
    let (address, _) = open_for_all(router, Limits::new(Proxies::default()), pending()).await;
    let post = |path: &str, kind: &str| {
        format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\nsec-fetch-site: same-origin\r\n\
             authorization: Bearer x\r\ncontent-type: {kind}\r\ncontent-length: 9\r\n\r\n{{"
        )
    };
    let form = "application/x-www-form-urlencoded";
    let begun = [
        post("/demo", form),
        post("/call/demo-save", form),
        post("/api/v1/verify", "application/json"),
    ];
    let begun: Vec<&str> = begun.iter().map(String::as_str).collect();
    for mut stream in say(address, &begun).await {
        let mut answer = String::new();
        let read = timeout(PATIENCE, stream.read_to_string(&mut answer)).await;
        read.expect("an answer, and the connection's end").unwrap();
        assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    }
}
