//! Kill -9 of a server and of the database with questions in flight. Whoever got no answer asks again
//! with the same `request_id`; no code is accepted twice, and nothing that was said is forgotten.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use backend::{
    Backend, clients,
    otp::codes,
    seal::{self, Place, Seed},
};
use domain::{Algorithm, Digits, Name};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use server::{embedded::Embedded, open};
use sqlx::{ConnectOptions as _, PgPool};
use tokio::{sync::Semaphore, task::JoinSet};
use uuid::Uuid;

use crate::process::{Folder, Server, ask, eventually, verify};

/// Users with one token and one right code each.
const USERS: u8 = 40;
/// Ids under which each code is asked about.
const IDS: u8 = 4;
/// Questions under way at a time.
const CLIENTS: usize = 50;

/// What is asked, by the id of its request.
#[derive(Clone)]
struct Question {
    user: Uuid,
    id: Uuid,
    wire: String,
}

/// An application's key, and users whose devices have made a code each.
async fn plant(db: &PgPool, folder: &Folder) -> Vec<Question> {
    let keys = seal::load(&folder.0.join("keys.toml")).unwrap();
    let backend = Backend::new(db.clone(), keys, jiff::tz::TimeZone::UTC);
    let (caller, name) = (
        open::command_caller().unwrap(),
        Name::parse("wiki").unwrap(),
    );
    let key = clients::create(&backend, &caller, &name, &["default".into()])
        .await
        .unwrap();
    let id = || backend::random::id(open::now()).unwrap();
    let mut questions = Vec::new();
    for n in 0..USERS {
        let (user, token) = (id(), id());
        let seed = Seed::new(vec![n; 20]);
        let sealed = backend.keys.seal(&seed, Place::TokenSeed(token)).unwrap();
        let sql = "with facts as (
                       insert into user_auth (user_id, realm_id, username_key)
                       select $1, id, $2 from realm where name = 'default' returning realm_id),
                   person as (
                       insert into app_user (id, realm_id, username, sort_name, search, created_at,
                           updated_at)
                       select $1, realm_id, $2, $2, $2, now(), now() from facts)
                   insert into token_auth (token_id, user_id, type_id, kind, algorithm, digits,
                       period, seed_sealed)
                   select $3, $1, id, kind, 'SHA1', 6, 30, $4 from token_type where kind = 'hotp'";
        sqlx::query(sql)
            .bind(user)
            .bind(format!("user{n}"))
            .bind(token)
            .bind(sealed)
            .execute(db)
            .await
            .unwrap();
        let code = codes(&seed, Algorithm::Sha1, Digits::Six, 0..=0)
            .remove(0)
            .1;
        for _ in 0..IDS {
            let request = id();
            let body = format!(
                r#"{{"username": "user{n}", "code": "{code}", "request_id": "{request}"}}"#
            );
            let wire = verify(&key, &body);
            questions.push(Question {
                user,
                id: request,
                wire,
            });
        }
    }
    questions
}

/// The plain answer, or `None` where it is not known.
async fn answer(address: SocketAddr, question: &Question) -> Option<bool> {
    match ask(address, &question.wire).await.ok()? {
        (200, body) if body == r#"{"result":true}"# => Some(true),
        (200, body) if body == r#"{"result":false}"# => Some(false),
        (503, _) => None,
        (status, body) => panic!("{status}: {body}"),
    }
}

/// Asks everything at the first server, and about every other user at the second too: a copy that another
/// server answers would hide what the first has forgotten. `strike` is told of each answer while the others are under way.
async fn ask_all(
    servers: [SocketAddr; 2],
    questions: &[Question],
    strike: impl Fn(usize) + Send + Sync + 'static,
) -> Vec<(Uuid, Option<bool>)> {
    let room = Arc::new(Semaphore::new(CLIENTS));
    let shared = Arc::new((AtomicUsize::new(0), strike));
    let mut asking = JoinSet::new();
    let places = |n: usize| servers.into_iter().take(1 + n / usize::from(IDS) % 2);
    let copies = questions.iter().enumerate();
    for (question, address) in copies.flat_map(|(n, it)| places(n).map(move |at| (it, at))) {
        let (question, room, shared) = (question.clone(), Arc::clone(&room), Arc::clone(&shared));
        asking.spawn(async move {
            let _place = room.acquire().await;
            let answer = answer(address, &question).await;
            if answer.is_some() {
                let (answered, strike) = &*shared;
                strike(answered.fetch_add(1, Ordering::Relaxed) + 1);
            }
            (question.id, answer)
        });
    }
    asking.join_all().await
}

/// How often a code of this user was accepted by the audit, and where the token's counter stands.
async fn kept(db: &PgPool, user: Uuid) -> sqlx::Result<(i64, i64)> {
    let sql = "select (select count(*) from audit where user_id = $1 and result = 'done'),
                      (select counter from token_auth where user_id = $1)";
    sqlx::query_as(sql).bind(user).fetch_one(db).await
}

/// Asks again until all is answered, and looks at all that was ever said.
async fn nothing_is_lost(
    db: &PgPool,
    servers: [SocketAddr; 2],
    questions: &[Question],
    first: Vec<(Uuid, Option<bool>)>,
) {
    let mut said: BTreeMap<Uuid, BTreeSet<bool>> = BTreeMap::new();
    for (id, answer) in first {
        said.entry(id).or_default().extend(answer);
    }
    for question in questions.iter().filter(|it| said[&it.id].contains(&true)) {
        let kept = eventually(async || kept(db, question.user).await.ok()).await;
        assert_eq!(kept, (1, 1), "told to be accepted: audited and spent");
    }
    for question in questions {
        for address in servers {
            let answer = eventually(async || answer(address, question).await).await;
            said.entry(question.id).or_default().insert(answer);
        }
    }
    let mut accepted: BTreeMap<Uuid, usize> = BTreeMap::new();
    for question in questions {
        let answers = &said[&question.id];
        assert_eq!(answers.len(), 1, "one request, two answers");
        *accepted.entry(question.user).or_default() += usize::from(answers.contains(&true));
    }
    for (user, times) in accepted {
        assert_eq!(times, 1, "one code, accepted {times} times");
        assert_eq!(kept(db, user).await.unwrap(), (1, 1), "audited and spent");
    }
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn a_killed_server_forgets_nothing_and_accepts_no_code_twice(db: PgPool) {
    let folder = Folder::new("kill-server");
    let keys = seal::create(&folder.0.join("keys.toml")).unwrap();
    seal::open(&db, &keys, open::now()).await.unwrap();
    let url = db.connect_options().to_url_lossy().to_string();
    let mut killed = Server::start(&folder.0, Some(&url)).await;
    let other = Server::start(&folder.0, Some(&url)).await;
    let servers = [killed.address, other.address];
    let questions = plant(&db, &folder).await;
    let pid = killed.pid();
    let first = ask_all(servers, &questions, move |answered| {
        if answered == 60 {
            kill(pid, Signal::SIGKILL).unwrap();
        }
    })
    .await;
    let unknown = first.iter().filter(|(_, answer)| answer.is_none()).count();
    assert!(unknown > 0, "nothing was in flight: the test tests nothing");
    killed.start_again().await;
    nothing_is_lost(&db, servers, &questions, first).await;
}

#[tokio::test]
async fn a_killed_database_comes_back_forgets_nothing_and_accepts_no_code_twice() {
    let folder = Folder::new("kill-database");
    let first = Server::start(&folder.0, None).await;
    let database = Embedded::join(&folder.0).await.unwrap();
    let second = Server::start(&folder.0, Some(&database.service_url())).await;
    let servers = [first.address, second.address];
    let db = PgPool::connect(&database.owner_url()).await.unwrap();
    let questions = plant(&db, &folder).await;
    let sql = "select pid from pg_stat_activity where application_name = 'tokendesk'";
    let one: i32 = sqlx::query_scalar(sql).fetch_one(&db).await.unwrap();
    let postmaster = folder.postmaster().unwrap();
    let first = ask_all(servers, &questions, move |answered| match answered {
        40 => kill(Pid::from_raw(one), Signal::SIGKILL).unwrap(),
        80 => kill(postmaster, Signal::SIGKILL).unwrap(),
        _ => {}
    })
    .await;
    // whoever was in flight was asked about again, when it was back: nobody need be without an answer
    eventually(async || folder.postmaster().filter(|&pid| pid != postmaster)).await;
    nothing_is_lost(&db, servers, &questions, first).await;
}
