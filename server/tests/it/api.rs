//! The REST API from outside: exact types, one plain answer, and errors for programs.

use std::net::SocketAddr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use backend::seal::KeyRing;
use backend::{Actor, Backend, Caller, Via, clients};
use domain::{Agent, Name, Timestamp};
use http::{Request, StatusCode};
use server::api::{Api, routes};
use server::config::Proxies;
use sqlx::PgPool;
use tower::ServiceExt;

const SECONDS: u64 = 1_780_000_010;

struct Door {
    api: Router,
    key: String,
    backend: Backend,
}

impl Door {
    async fn open(db: &PgPool) -> Self {
        let keys = KeyRing::generate().unwrap();
        let backend = Backend::new(db.clone(), keys, jiff::tz::TimeZone::UTC);
        Self::of(backend, "wiki").await
    }

    /// The door of an application.
    async fn of(backend: Backend, name: &str) -> Self {
        let caller = Caller {
            actor: Actor::Command,
            via: Via::Command,
            address: None,
            client_address: None,
            agent: Agent::default(),
            trace: uuid::Uuid::nil(),
            now: Timestamp::from_seconds(1_780_000_010),
            request: None,
        };
        let name = Name::parse(name).unwrap();
        let realms = ["default".to_owned()];
        let key = clients::create(&backend, &caller, &name, &realms)
            .await
            .unwrap();
        let now = || UNIX_EPOCH + Duration::from_secs(SECONDS);
        let api = routes(Api {
            backend: backend.clone(),
            trusted_proxies: Proxies::default(),
            now,
        });
        Self { api, key, backend }
    }

    async fn ask(&self, key: &str, kind: &str, body: &[u8]) -> (StatusCode, String) {
        let mut request = Request::post("/api/v1/verify")
            .header("authorization", format!("Bearer {key}"))
            .header("content-type", kind)
            .header("x-forwarded-for", "198.51.100.7")
            .body(Body::from(body.to_vec()))
            .unwrap();
        let peer = SocketAddr::from(([127, 0, 0, 1], 50_000));
        request.extensions_mut().insert(ConnectInfo(peer));
        let response = self.api.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let headers = response.headers().clone();
        assert_eq!(headers["cache-control"], "no-store");
        let shape = if status == StatusCode::OK {
            "application/json"
        } else {
            "application/problem+json"
        };
        assert_eq!(headers["content-type"], shape);
        let body = to_bytes(response.into_body(), 10_000).await.unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    async fn verify(&self, body: &str) -> (StatusCode, String) {
        self.ask(&self.key, "application/json", body.as_bytes())
            .await
    }
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn every_no_looks_alike(db: PgPool) {
    let door = Door::open(&db).await;
    for body in [
        r#"{"username": "nobody", "code": "123456"}"#,
        r#"{"username": "", "code": ""}"#,
        r#"{"realm": "operators", "username": "nobody", "code": "12 34 56"}"#,
        r#"{"serial": "TOTP-234567YZ", "code": "١٢٣٤٥٦", "purpose": "approval"}"#,
    ] {
        let (status, answer) = door.verify(body).await;
        assert_eq!(
            (status, answer.as_str()),
            (StatusCode::OK, r#"{"result":false}"#),
            "{body}"
        );
    }
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn what_is_not_of_the_form_is_refused_and_never_breaks(db: PgPool) {
    let door = Door::open(&db).await;
    for body in [
        "",
        "[]",
        "null",
        r#""123456""#,
        r#"{"username": "anna"}"#,
        r#"{"username": "anna", "code": 123456}"#,
        r#"{"username": "anna", "code": null}"#,
        r#"{"username": "anna", "code": ["123456"]}"#,
        r#"{"username": null, "serial": "A", "code": "123456"}"#,
        r#"{"username": "anna", "serial": "A", "code": "123456"}"#,
        r#"{"code": "123456"}"#,
        r#"{"username": "anna", "code": "123456", "now": "1"}"#,
        r#"{"username": "anna", "code": "123456", "code": "123457"}"#,
        r#"{"username": "an\u0000na", "code": "123456"}"#,
        r#"{"username": "an\ud800na", "code": "123456"}"#,
        r#"{"username": "anna", "code": "12345\u0000"}"#,
        r#"{"username": "anna", "code": "123456", "purpose": "test"}"#,
        r#"{"username": "anna", "code": "123456", "request_id": "1"}"#,
        r#"{"username": "anna", "code": "123456", "client_address": "home"}"#,
    ] {
        let (status, answer) = door.verify(body).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{body}: {answer}");
        assert!(
            !answer.contains("123456"),
            "an error never repeats a code: {answer}"
        );
    }
    let not_text = door
        .ask(&door.key, "application/json", b"{\"username\": \"\xff\"}")
        .await;
    assert_eq!(not_text.0, StatusCode::BAD_REQUEST);
    let form = door.ask(&door.key, "text/plain", b"{}").await;
    assert_eq!(form.0, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let long = vec![b' '; 65 * 1024];
    let long = door.ask(&door.key, "application/json", &long).await;
    assert_eq!(long.0, StatusCode::PAYLOAD_TOO_LARGE);
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn only_a_known_key_is_answered(db: PgPool) {
    let door = Door::open(&db).await;
    let body = br#"{"username": "anna", "code": "123456"}"#;
    let cut = &door.key[..door.key.len() - 1];
    for key in ["", "tdk_", cut, &format!("{}x", door.key)] {
        let (status, _) = door.ask(key, "application/json", body).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED);
    }
    sqlx::query("update api_client set disabled_at = now()")
        .execute(&db)
        .await
        .unwrap();
    let (status, _) = door.ask(&door.key, "application/json", body).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn a_key_that_is_taken_back_is_refused_at_once_although_it_was_known(db: PgPool) {
    let door = Door::open(&db).await;
    let other = Door::of(door.backend.clone(), "mail").await;
    let body = r#"{"username": "nobody", "code": "123456"}"#;
    for door in [&door, &other, &door] {
        assert_eq!(door.verify(body).await.0, StatusCode::OK);
    }
    sqlx::query("update api_client set disabled_at = now() where name = 'wiki'")
        .execute(&db)
        .await
        .unwrap();
    let both = tokio::join!(door.verify(body), other.verify(body));
    assert_eq!(both.0.0, StatusCode::UNAUTHORIZED);
    assert_eq!(both.1.0, StatusCode::OK, "and no other in its batch");
    assert_eq!(door.verify(body).await.0, StatusCode::UNAUTHORIZED);
    let rows: i64 = sqlx::query_scalar("select count(*) from audit where action = 'token.verify'")
        .fetch_one(&db)
        .await
        .unwrap();
    assert_eq!(rows, 4);
    sqlx::query("update api_client set disabled_at = null")
        .execute(&db)
        .await
        .unwrap();
    assert_eq!(door.verify(body).await.0, StatusCode::OK);
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn a_realm_that_is_taken_from_a_key_is_out_of_its_reach_at_once(db: PgPool) {
    let door = Door::open(&db).await;
    let sql = "with more as (
                   insert into realm (id, name, display_name, created_at)
                   values (gen_random_uuid(), 'branch', 'Branch', now()) returning id)
               insert into api_client_realm select c.id, more.id from api_client c, more";
    sqlx::query(sql).execute(&db).await.unwrap();
    let person = "insert into user_auth (user_id, realm_id, username_key)
                  select gen_random_uuid(), id, 'zoe' from realm where name = 'branch'";
    sqlx::query(person).execute(&db).await.unwrap();
    let ask = async || {
        let body = r#"{"realm": "branch", "username": "zoe", "code": "123456"}"#;
        assert_eq!(door.verify(body).await.0, StatusCode::OK);
        let reason = "select reason from audit where action = 'token.verify' order by id desc";
        let reason: String = sqlx::query_scalar(reason).fetch_one(&db).await.unwrap();
        reason
    };
    assert_eq!(ask().await, "no token may verify");
    let taken = "delete from api_client_realm using realm
                 where id = realm_id and realm.name = 'branch'";
    sqlx::query(taken).execute(&db).await.unwrap();
    assert_eq!(ask().await, "unknown");
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn what_an_application_says_of_its_client_is_kept_apart_from_what_was_seen(db: PgPool) {
    let door = Door::open(&db).await;
    door.verify(r#"{"username": "a", "code": "123456", "client_address": "2001:db8::9"}"#)
        .await;
    door.verify(r#"{"username": "a", "code": "123456"}"#).await;
    let kept =
        "select address, client_address from audit where action = 'token.verify' order by id";
    let kept: Vec<(String, Option<String>)> = sqlx::query_as(kept).fetch_all(&db).await.unwrap();
    let seen = "127.0.0.1".to_owned();
    let said = Some("2001:db8::9".to_owned());
    assert_eq!(kept, [(seen.clone(), said), (seen, None)]);
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn a_request_id_belongs_to_one_content(db: PgPool) {
    let door = Door::open(&db).await;
    let id = "5f0c7b1e-1b0f-4a52-9d4f-6a2f5a1f0c11";
    let ask =
        |code: &str| format!(r#"{{"username": "nobody", "code": "{code}", "request_id": "{id}"}}"#);
    for _ in 0..2 {
        assert_eq!(door.verify(&ask("123456")).await.0, StatusCode::OK);
    }
    assert_eq!(door.verify(&ask("123457")).await.0, StatusCode::CONFLICT);
    let rows: i64 = sqlx::query_scalar("select count(*) from audit where action = 'token.verify'")
        .fetch_one(&db)
        .await
        .unwrap();
    assert_eq!(rows, 1);
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn without_its_database_it_says_later_and_is_not_ready(db: PgPool) {
    let door = Door::open(&db).await;
    db.close().await;
    let (status, _) = door
        .verify(r#"{"username": "anna", "code": "123456"}"#)
        .await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    for (path, right) in [
        ("/healthz/live", StatusCode::OK),
        ("/healthz/ready", StatusCode::SERVICE_UNAVAILABLE),
    ] {
        let request = Request::get(path).body(Body::empty()).unwrap();
        assert_eq!(
            door.api.clone().oneshot(request).await.unwrap().status(),
            right,
            "{path}"
        );
    }
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn it_is_ready_while_the_clocks_agree(db: PgPool) {
    let backend = Backend::new(db, KeyRing::generate().unwrap(), jiff::tz::TimeZone::UTC);
    let clocks: [(fn() -> SystemTime, StatusCode); 2] = [
        (server::open::clock, StatusCode::OK),
        (
            || server::open::clock() + Duration::from_secs(31),
            StatusCode::SERVICE_UNAVAILABLE,
        ),
    ];
    for (now, right) in clocks {
        let api = routes(Api {
            backend: backend.clone(),
            trusted_proxies: Proxies::default(),
            now,
        });
        let request = Request::get("/healthz/ready").body(Body::empty()).unwrap();
        assert_eq!(api.oneshot(request).await.unwrap().status(), right);
    }
}
