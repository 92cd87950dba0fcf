//! Where a request comes from, and what it says of itself.

use backend::auth::password::Password;
use http::{Method, StatusCode};
use sqlx::PgPool;

use crate::demo::Answer;
use crate::desk::{Desk, Visitor};

const PASSWORD: &str = "correct horse battery";

/// A password typed at the sign-in, with headers of the test's choice.
async fn sign_in(desk: &Desk, password: &str, headers: &[(&str, &str)]) -> Answer {
    let body = format!("username=ingrid&password={password}");
    let own = [("sec-fetch-site", "same-origin")];
    let headers = [&own, headers].concat();
    let stranger = Visitor::default();
    desk.ask(Method::POST, "/call/sign-in", &stranger, &headers, &body)
        .await
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn a_session_keeps_what_the_browser_calls_itself_made_to_fit(db: PgPool) {
    let desk = Desk::open(db).await;
    let ingrid = desk.operator("ingrid", Some("administrator"), None).await;
    sqlx::query("update operator set password_hash = $2 where user_id = $1")
        .bind(ingrid)
        .bind(Password::typed(PASSWORD).hash().await.unwrap())
        .execute(&desk.db)
        .await
        .unwrap();
    let long = format!("Fire\tfox {}", "x".repeat(5_000));
    let cut = format!("Firefox {}", "x".repeat(192));
    for (sent, kept) in [(long.as_str(), Some(cut)), (" \t ", None)] {
        let answer = sign_in(&desk, PASSWORD, &[("user-agent", sent)]).await;
        assert!(answer.status.is_success(), "{}", answer.body);
        let agent = "delete from session returning agent";
        let agent: Option<String> = sqlx::query_scalar(agent).fetch_one(&desk.db).await.unwrap();
        assert_eq!(agent, kept);
    }
}

/// The addresses in the audit, each once.
async fn audited(desk: &Desk) -> Vec<String> {
    sqlx::query_scalar("select distinct address from audit order by 1")
        .fetch_all(&desk.db)
        .await
        .unwrap()
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn a_stranger_s_forwarded_address_is_neither_kept_nor_a_way_around_the_limit(db: PgPool) {
    let desk = Desk::open(db).await;
    let mut last = StatusCode::OK;
    for n in 0..=60 {
        let said = format!("198.51.100.{n}");
        let headers = [
            ("x-forwarded-for", said.as_str()),
            ("x-real-ip", said.as_str()),
            ("forwarded", "for=198.51.100.7"),
        ];
        last = sign_in(&desk, "wrong", &headers).await.status;
        if last == StatusCode::TOO_MANY_REQUESTS {
            break;
        }
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS, "sixty tries at least");
    assert_eq!(audited(&desk).await, ["127.0.0.1"]);
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn a_trusted_proxy_is_believed_about_its_own_peer_alone(db: PgPool) {
    let desk = Desk::behind(db, "127.0.0.1".parse().unwrap()).await;
    let said = [("x-forwarded-for", "6.6.6.6, 203.0.113.9")];
    sign_in(&desk, "wrong", &said).await;
    assert_eq!(audited(&desk).await, ["203.0.113.9"]);
}
