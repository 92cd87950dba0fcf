//! Checks and connections that are of no use any more: the database says nothing, or no to everything.

use crate::desk::{Desk, NOW, STEP, accepted};
use backend::Error;
use domain::Kind;
use sqlx::ConnectOptions as _;
use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::watch;
use tokio::time::timeout;

/// Carries what goes between a client and the database; while it is frozen, and for ever after on a connection
/// that was open then, nothing more comes through, and nobody is told.
async fn carry(
    mut client: TcpStream,
    mut database: impl AsyncRead + AsyncWrite + Unpin,
    mut frozen: watch::Receiver<bool>,
) {
    tokio::select! {
        _ = copy_bidirectional(&mut client, &mut database) => return,
        frozen = frozen.wait_for(|frozen| *frozen) => drop(frozen),
    }
    std::future::pending::<()>().await;
}

/// The same database by a way that can be frozen.
async fn between(database: &PgConnectOptions) -> (PgConnectOptions, watch::Sender<bool>) {
    let (freeze, frozen) = watch::channel(false);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let ends = database.clone();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let (host, port) = (ends.get_host().to_owned(), ends.get_port());
            let folder = ends.get_socket().map(|it| it.display().to_string());
            let folder = folder.or_else(|| host.starts_with('/').then(|| host.clone()));
            let frozen = frozen.clone();
            tokio::spawn(async move {
                match folder {
                    Some(folder) => {
                        let socket = format!("{folder}/.s.PGSQL.{port}");
                        carry(client, UnixStream::connect(socket).await.unwrap(), frozen).await;
                    }
                    None => {
                        let database = TcpStream::connect((host, port)).await.unwrap();
                        carry(client, database, frozen).await;
                    }
                }
            });
        }
    });
    let mut url = database.to_url_lossy();
    url.set_host(Some("127.0.0.1")).unwrap();
    url.set_port(Some(port)).unwrap();
    url.set_query(None);
    (url.as_str().parse().unwrap(), freeze)
}

#[sqlx::test(migrations = "./migrations")]
async fn a_database_that_says_nothing_any_more_ends_no_check_for_ever(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let device = desk.token(&anna, Kind::Totp).await;
    let (options, freeze) = between(&db.connect_options()).await;
    let asked = Desk::new(&PgPoolOptions::new().connect_with(options).await.unwrap());
    let mut callers = Vec::new();
    for _ in 0..3 {
        callers.push(desk.client(NOW).await);
    }
    let within = Duration::from_secs(30);
    let mut ask = async |code: &str| {
        let caller = callers.pop().unwrap();
        timeout(within, asked.verify_as(caller, "anna", code)).await
    };
    assert!(!accepted(&ask(&device.wrong(0)).await.unwrap().unwrap()));
    freeze.send_replace(true);
    let told = ask(&device.wrong(1)).await;
    assert!(matches!(told, Ok(Err(Error::Overloaded(_)))), "{told:?}");
    freeze.send_replace(false);
    let told = ask(&device.code(STEP)).await;
    assert!(accepted(&told.unwrap().unwrap()), "the database is back");
}

/// The database's processes that checks are on.
async fn sessions(db: &PgPool) -> Vec<i32> {
    let sessions = sqlx::query_scalar(
        "select pid from pg_stat_activity
         where datname = current_database() and application_name = 'tokendesk checks'",
    );
    sessions.fetch_all(db).await.unwrap()
}

#[sqlx::test(migrations = "./migrations")]
async fn a_session_that_may_not_write_is_given_up_for_a_new_one(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let device = desk.token(&anna, Kind::Totp).await;
    let wrong = device.wrong(0);
    assert!(!accepted(&desk.verify("anna", &wrong).await.unwrap()));
    let before = sessions(&db).await;
    assert_eq!(before.len(), 1);
    // as a session that outlived a failover is told
    let refusing = "create function refuse() returns trigger language plpgsql as
                    $$ begin raise exception 'read only' using errcode = '25006'; end $$;
                    create trigger refuse before update on user_auth
                    for each row execute function refuse()";
    sqlx::raw_sql(refusing).execute(&db).await.unwrap();
    let told = desk.verify("anna", &wrong).await;
    assert!(matches!(told, Err(Error::Db(_))), "{told:?}");
    sqlx::raw_sql("drop trigger refuse on user_auth")
        .execute(&db)
        .await
        .unwrap();
    let code = device.code(STEP);
    assert!(accepted(&desk.verify("anna", &code).await.unwrap()));
    let after = sessions(&db).await;
    assert!(
        !after.is_empty() && !after.contains(&before[0]),
        "{after:?}"
    );
}
