//! Callers who write their question and hang up.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use backend::seal::{self, KeyRing};
use backend::{Backend, clients};
use domain::Name;
use server::api::{Api, routes};
use server::config::Proxies;
use server::listen::{Limits, listen};
use server::open;
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::process::verify;

/// Users with two tokens, so that a wrong code counts on the user alone, who waits from ten.
const USERS: u64 = 25;
const TRIES: u64 = 8;
const AT_ONCE: usize = 6;

/// Counts, outside of any transaction, the decisions that came to be written, of which a batch writes several
/// of one user at once; a rolled back one stays counted.
const WATCH: &str = "create sequence decided;
    create function watch() returns trigger language plpgsql
    as 'begin perform nextval(''decided'') from generate_series(old.failures + 1, new.failures);
        return new; end';
    create trigger watch before update on user_auth for each row execute function watch()";

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn a_wrong_code_counts_although_the_caller_hangs_up(db: PgPool) {
    sqlx::raw_sql(WATCH).execute(&db).await.unwrap();
    let people = sqlx::query(
        "with people as (
             insert into user_auth (user_id, realm_id, username_key)
             select gen_random_uuid(), r.id, 'user' || n
             from realm r, generate_series(1, $1) n where r.name = 'default'
             returning user_id)
         insert into token_auth (token_id, user_id, type_id, kind, algorithm, digits, period)
         select gen_random_uuid(), user_id, y.id, y.kind, 'SHA1', 6, 30
         from people, token_type y, generate_series(1, 2) where y.kind = 'hotp'",
    );
    let people = people.bind(i64::try_from(USERS).unwrap());
    people.execute(&db).await.unwrap();
    let own = PgPoolOptions::new().max_connections(8);
    let own = own.connect_with((*db.connect_options()).clone()).await;
    let keys = KeyRing::generate().unwrap();
    seal::open(&db, &keys, open::now()).await.unwrap();
    let backend = Backend::new(own.unwrap(), keys, jiff::tz::TimeZone::UTC);
    let (caller, name) = (
        open::command_caller().unwrap(),
        Name::parse("wiki").unwrap(),
    );
    let key = clients::create(&backend, &caller, &name, &["default".into()]).await;
    let key = key.unwrap();

    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let now = open::clock;
    let api = routes(Api {
        backend: backend.clone(),
        trusted_proxies: Proxies::default(),
        now,
    });
    let limits = Limits::new(Proxies::default());
    tokio::spawn(listen(listener, api, limits, std::future::pending()));
    let (mut tries, room) = (JoinSet::new(), Arc::new(Semaphore::new(AT_ONCE)));
    for n in 0..USERS * TRIES {
        let user = n % USERS + 1;
        let body = format!(r#"{{"username": "user{user}", "code": "{n:06}"}}"#);
        let (request, place) = (verify(&key, &body), Arc::clone(&room).acquire_owned());
        let place = place.await.unwrap();
        tries.spawn(async move {
            hang_up(address, request, n).await;
            drop(place);
        });
    }
    tries.join_all().await;
    // whatever has come is answered before this ends; nothing comes in afterwards
    backend.close().await;
    let (decided, failures, audited): (i64, i64, i64) = sqlx::query_as(
        "select (select last_value from decided), (select sum(failures) from user_auth),
                (select count(*) from audit where result = 'failed')",
    )
    .fetch_one(&db)
    .await
    .unwrap();
    assert!(decided > 1, "nothing was evaluated: the test tests nothing");
    assert_eq!((failures, audited), (decided, decided), "a free try");
}

/// Writes the request, and hangs up at once, after a while, or by halves.
async fn hang_up(address: SocketAddr, request: String, n: u64) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    if n.is_multiple_of(3) {
        stream.shutdown().await.unwrap();
    }
    let _ = tokio::time::timeout(Duration::from_millis(n % 50), stream.readable()).await;
}
