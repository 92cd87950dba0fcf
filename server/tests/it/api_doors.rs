//! Who is let in at the API's door, through all that stands before it.

use backend::otp::codes;
use backend::seal::{Place, Seed};
use domain::{Algorithm, Digits};
use http::{Method, StatusCode};
use sqlx::PgPool;
use uuid::Uuid;

use crate::desk::Desk;

const DOOR: &str = "/api/v1/verify";
const BODY: &str = r#"{"username": "anna", "code": "123456"}"#;
const YES: &str = r#"{"result":true}"#;
const NO: &str = r#"{"result":false}"#;

/// The first code of a device that a user holds.
async fn device(desk: &Desk, user: Uuid, serial: &str) -> String {
    desk.token(user, serial).await;
    let token = "select id from token where serial = $1";
    let token: Uuid = sqlx::query_scalar(token)
        .bind(serial)
        .fetch_one(&desk.db)
        .await
        .unwrap();
    let seed = Seed::new(vec![7; 20]);
    let place = Place::TokenSeed(token);
    sqlx::query("update token_auth set seed_sealed = $2 where token_id = $1")
        .bind(token)
        .bind(desk.backend.keys.seal(&seed, place).unwrap())
        .execute(&desk.db)
        .await
        .unwrap();
    codes(&seed, Algorithm::Sha1, Digits::Six, 0..=0)
        .remove(0)
        .1
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn only_a_post_of_json_with_a_key_comes_in(db: PgPool) {
    let desk = Desk::open(db).await;
    let key = desk.client("wiki", &["default"]).await;
    let bearer = format!("Bearer {key}");
    let basic = format!("Basic {key}");
    let json = ("content-type", "application/json");
    let form = ("content-type", "application/x-www-form-urlencoded");
    let own = ("authorization", bearer.as_str());
    let none = StatusCode::UNAUTHORIZED;
    for (headers, status) in [
        (vec![json], none),
        (vec![json, ("authorization", "Bearer")], none),
        (vec![json, ("authorization", "Bearer tdk_no")], none),
        (vec![json, ("authorization", basic.as_str())], none),
        (vec![form, own], StatusCode::UNSUPPORTED_MEDIA_TYPE),
        (vec![own], StatusCode::UNSUPPORTED_MEDIA_TYPE),
        (vec![json, own], StatusCode::OK),
    ] {
        let answer = desk.send(Method::POST, DOOR, &headers, BODY).await;
        assert_eq!(answer.status, status, "{headers:?}: {}", answer.body);
    }
    let cookie = desk.signed_in("ingrid", Some("administrator"), None).await;
    let session = [json, ("cookie", cookie.0.as_str())];
    let answer = desk.send(Method::POST, DOOR, &session, BODY).await;
    assert_eq!(answer.status, none, "a session is no key");
    let in_address = format!("{DOOR}?key={key}");
    let answer = desk.send(Method::POST, &in_address, &[json], BODY).await;
    assert_eq!(answer.status, none, "a key in the address is none");
    for method in [Method::GET, Method::PUT, Method::DELETE, Method::OPTIONS] {
        let answer = desk.send(method.clone(), DOOR, &[json, own], BODY).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method}");
    }
    let rows = "select count(*) from audit where action = 'token.verify'";
    let rows: i64 = sqlx::query_scalar(rows).fetch_one(&desk.db).await.unwrap();
    assert_eq!(rows, 1, "the one that came in");
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn another_site_s_page_learns_nothing(db: PgPool) {
    let desk = Desk::open(db).await;
    let key = desk.client("wiki", &["default"]).await;
    let bearer = format!("Bearer {key}");
    let headers = [
        ("content-type", "application/json"),
        ("authorization", bearer.as_str()),
        ("origin", "https://evil.example"),
        ("sec-fetch-site", "cross-site"),
    ];
    // a key is needed anyway; what counts is that a browser shows the answer to no page
    for method in [Method::POST, Method::OPTIONS] {
        let answer = desk.send(method, DOOR, &headers, BODY).await;
        assert_eq!(answer.header("access-control-allow-origin"), "");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn a_key_of_another_realm_spends_counts_and_tells_nothing(db: PgPool) {
    let desk = Desk::open(db).await;
    desk.realm("elsewhere").await;
    let anna = desk.user("default", "anna").await;
    let code = device(&desk, anna, "HOTP-23456789").await;
    let foreign = desk.client("shop", &["elsewhere"]).await;
    let own = desk.client("wiki", &["default"]).await;
    let by_name = format!(r#"{{"username": "anna", "code": "{code}"}}"#);
    let by_realm = format!(r#"{{"realm": "default", "username": "anna", "code": "{code}"}}"#);
    let by_serial = format!(r#"{{"serial": "HOTP-23456789", "code": "{code}"}}"#);
    for body in [&by_name, &by_realm, &by_serial] {
        let answer = desk.verify(&foreign, body).await;
        assert_eq!((answer.status, answer.body.as_str()), (StatusCode::OK, NO));
    }
    let failures = "select failures from user_auth where user_id = $1";
    let failures: i32 = sqlx::query_scalar(failures)
        .bind(anna)
        .fetch_one(&desk.db)
        .await
        .unwrap();
    assert_eq!(failures, 0);
    assert_eq!(desk.verify(&own, &by_serial).await.body, YES);
    assert_eq!(desk.verify(&own, &by_name).await.body, NO, "spent");
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn a_seed_that_does_not_open_is_a_problem_of_ours(db: PgPool) {
    let desk = Desk::open(db).await;
    let anna = desk.user("default", "anna").await;
    let code = device(&desk, anna, "HOTP-23456789").await;
    sqlx::query("update token_auth set seed_sealed = '\\x0102' where user_id = $1")
        .bind(anna)
        .execute(&desk.db)
        .await
        .unwrap();
    let key = desk.client("wiki", &["default"]).await;
    for code in [code.as_str(), "000000"] {
        let body = format!(r#"{{"username": "anna", "code": "{code}"}}"#);
        let answer = desk.verify(&key, &body).await;
        assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert!(!answer.body.contains("result"), "{}", answer.body);
    }
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn who_sends_many_unknown_keys_waits_and_nobody_else(db: PgPool) {
    let desk = Desk::open(db).await;
    let key = desk.client("wiki", &["default"]).await;
    for n in 0..30 {
        let answer = desk.verify(&format!("tdk_{n}"), BODY).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{n}");
    }
    // a window may have ended in between
    let mut answer = desk.verify("tdk_30", BODY).await;
    for n in 31..62 {
        if answer.status == StatusCode::UNAUTHORIZED {
            answer = desk.verify(&format!("tdk_{n}"), BODY).await;
        }
    }
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    let seconds: u64 = answer.header("retry-after").parse().unwrap();
    assert!((1..=60).contains(&seconds), "{seconds}");
    assert_eq!(
        desk.verify(&key, BODY).await.body,
        NO,
        "the own key still works"
    );
}
