//! Where a request comes from, and what it says of itself.

use backend::auth::password::Password;
use http::Method;
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
