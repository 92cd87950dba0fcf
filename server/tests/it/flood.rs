//! Strangers who flood the console's sign-in take nothing from the checks of the API.

use std::net::SocketAddr;
use std::time::Duration;

use backend::{Backend, clients, seal};
use domain::Name;
use http::StatusCode;
use server::{listen, open};
use sqlx::{ConnectOptions as _, PgPool};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::desk::{Desk, Visitor};
use crate::process::{Folder, Server, ask, eventually, verify};

/// More than any pool of connections holds.
const STRANGERS: usize = 40;

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn a_flood_of_sign_ins_leaves_the_checks_their_connections(db: PgPool) {
    let folder = Folder::new("flood");
    let keys = seal::create(&folder.0.join("keys.toml")).unwrap();
    seal::open(&db, &keys, open::now()).await.unwrap();
    let backend = Backend::new(db.clone(), keys, jiff::tz::TimeZone::UTC);
    let (caller, name) = (
        open::command_caller().unwrap(),
        Name::parse("wiki").unwrap(),
    );
    let key = clients::create(&backend, &caller, &name, &["default".into()]).await;
    let question = verify(&key.unwrap(), r#"{"username": "nobody", "code": "123456"}"#);
    let url = db.connect_options().to_url_lossy().to_string();
    let server = Server::start(&folder.0, Some(&url)).await;

    // every try now holds its connection, as they do for a while when all write to one row
    let mut holder = db.begin().await.unwrap();
    sqlx::query("lock table rate_limit in exclusive mode")
        .execute(&mut *holder)
        .await
        .unwrap();
    let mut strangers = JoinSet::new();
    for _ in 0..STRANGERS {
        strangers.spawn(sign_in(server.address));
    }
    let waiting = "select count(*) from pg_locks where not granted
                   and relation = 'rate_limit'::regclass";
    eventually(async || {
        let waiting: i64 = sqlx::query_scalar(waiting).fetch_one(&db).await.unwrap();
        (waiting >= 10).then_some(())
    })
    .await;
    for _ in 0..3 {
        let checked = timeout(Duration::from_secs(3), ask(server.address, &question)).await;
        let checked = checked.expect("a check waits for strangers").unwrap();
        assert_eq!(checked, (200, r#"{"result":false}"#.to_owned()));
    }
    let busy = strangers.join_next().await.unwrap().unwrap();
    assert!(busy.starts_with("HTTP/1.1 503 "), "{busy}");
    assert!(busy.contains("\r\nretry-after: "), "{busy}");
    holder.rollback().await.unwrap();
    strangers.join_all().await;
}

/// A try of a stranger, and the whole answer.
async fn sign_in(address: SocketAddr) -> String {
    let body = "username=nobody&password=none&next=";
    let request = format!(
        "POST /call/sign-in HTTP/1.1\r\nhost: localhost\r\nsec-fetch-site: same-origin\r\n\
         content-type: application/x-www-form-urlencoded\r\nconnection: close\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn who_signs_in_too_often_is_told_when_to_come_back(db: PgPool) {
    let desk = Desk::open(db).await;
    // this window and the next, for the first may end meanwhile
    let used_up = "insert into rate_limit (what, key, starts, count)
                   select 'sign_in', '127.0.0.1', date_trunc('minute', now()) + minute, 30
                   from unnest(array['0 s', '60 s']::interval[]) as minute";
    sqlx::query(used_up).execute(&desk.db).await.unwrap();
    let fields = "username=ingrid&password=no";
    for (path, body) in [
        ("/call/sign-in", fields.to_owned()),
        ("/sign-in", format!("_fn=/call/sign-in&{fields}")),
    ] {
        let answer = desk.post(path, &Visitor::default(), &body).await;
        assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS, "{path}");
        let seconds: u64 = answer.header("retry-after").parse().unwrap();
        assert!((1..=60).contains(&seconds), "{path}: {seconds}");
        let said = format!("Try again in {seconds} seconds.");
        assert!(answer.body.contains(&said), "{path}: {}", answer.body);
    }
}

#[tokio::test]
async fn a_burst_of_connections_waits_in_the_queue_and_is_not_turned_away() {
    let listener = listen::open("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = listener.local_addr().unwrap();
    // nobody takes them: one that finds no place in the queue stands there for ever
    let mut connections = Vec::new();
    for n in 0..300 {
        let connection = timeout(Duration::from_secs(20), TcpStream::connect(address));
        let connection = connection.await.unwrap_or_else(|_| panic!("{n} wait"));
        connections.push(connection.unwrap());
    }
}
