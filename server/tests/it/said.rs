//! What pages say where somebody must know what to do next.

use backend::auth::password::Password;
use backend::links::{self, Chosen, Purpose};
use domain::{Name, Username};
use sqlx::PgPool;

use crate::desk::{Desk, Visitor};

/// Until when everything here waits: 2 October 2096.
const WAITS: &str = "to_timestamp(4000000000)";
const SAID: &str = "2 Oct 2096";

async fn set(desk: &Desk, sql: String) {
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql))
        .execute(&desk.db)
        .await
        .unwrap();
}

async fn said(desk: &Desk, function: &str, visitor: &Visitor, fields: &str) -> String {
    let answer = desk
        .post(&format!("/call/{function}"), visitor, fields)
        .await;
    answer.body
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn who_must_wait_is_told_until_when(db: PgPool) {
    let desk = Desk::open(db).await;
    let operator = desk.operator("ingrid", Some("token-officer"), None).await;
    let half = desk.session(operator, true).await;
    let whole = desk.session(operator, false).await;
    set(
        &desk,
        format!(
            "update user_auth set failures = 10, retry_at = {WAITS} where user_id = '{operator}'"
        ),
    )
    .await;
    let words = said(&desk, "sign-in-code", &half, "code=123456").await;
    assert!(words.contains(SAID), "at the sign-in: {words}");

    set(
        &desk,
        format!("update operator set password_failures = 5, password_retry_at = {WAITS}"),
    )
    .await;
    let words = said(&desk, "end-sessions", &whole, "password=any&code=123456").await;
    assert!(words.contains(SAID), "on the account page: {words}");
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn who_proves_a_link_wrong_too_often_is_told_until_when(db: PgPool) {
    let desk = Desk::open(db).await;
    let caller = server::open::command_caller().unwrap();
    let link = links::make_first(&desk.backend, &caller)
        .await
        .unwrap()
        .unwrap();
    let chosen = Chosen {
        name: Name::parse("Jana Novak").unwrap(),
        username: Username::parse("jana").unwrap(),
    };
    let password = Password::chosen("correct horse battery").unwrap();
    let which = (Purpose::FirstAdministrator, link.as_str());
    let opened = links::open(&desk.backend, &caller, which, Some(&chosen), &password).await;
    opened.unwrap();
    set(
        &desk,
        format!("update one_time_link set failures = 5, retry_at = {WAITS}"),
    )
    .await;
    let fields = format!("purpose=first&link={link}&code=123456");
    let words = said(&desk, "link-prove", &Visitor::default(), &fields).await;
    assert!(words.contains(SAID), "{words}");
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn a_locked_token_is_told_from_none(db: PgPool) {
    let desk = Desk::open(db).await;
    let officer = desk.signed_in("ingrid", Some("token-officer"), None).await;
    let user = desk.user("default", "anna").await;
    desk.token(user, "HOTP-23456789").await;
    let (tab, overview) = (format!("/users/{user}/tokens"), format!("/users/{user}"));
    set(&desk, "update token_auth set failures = 50".to_owned()).await;
    for page in [&tab, &overview] {
        let page = desk.get(page, &officer).await;
        assert!(
            page.body.contains("Every active token is locked."),
            "{}",
            page.body
        );
        assert!(page.body.contains(&format!("{tab}/HOTP-23456789/unlock")));
        assert!(!page.body.contains("No active token"));
    }
    set(
        &desk,
        "update token_auth set disabled_at = now()".to_owned(),
    )
    .await;
    let page = desk.get(&tab, &officer).await;
    assert!(page.body.contains("No active token."), "{}", page.body);
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn a_clock_that_is_off_is_said_where_its_code_was_refused(db: PgPool) {
    let desk = Desk::open(db).await;
    let officer = desk.signed_in("ingrid", Some("token-officer"), None).await;
    let user = desk.user("default", "anna").await;
    desk.token(user, "TOTP-23456789").await;
    let clock = "update token_auth set (kind, type_id) = (select kind, id from token_type
                     where kind = 'totp'), drift = -2, drift_set = -2 where user_id is not null";
    set(&desk, format!("{clock} and user_id = '{user}'")).await;
    let key = desk.client("vpn", &["default"]).await;
    let wrong = r#"{"username": "anna", "code": "123456"}"#;
    desk.verify(&key, wrong).await;
    let page = desk.get(&format!("/users/{user}/activity"), &officer).await;
    let said = "The token’s clock is 2 steps behind.";
    assert!(page.body.contains(said), "{}", page.body);
    assert!(
        page.body
            .contains(&format!("/users/{user}/tokens/TOTP-23456789/reset"))
    );
    set(
        &desk,
        "update token_auth set drift = 0, drift_set = 0".to_owned(),
    )
    .await;
    let page = desk.get(&format!("/users/{user}/activity"), &officer).await;
    assert!(!page.body.contains("clock is"), "{}", page.body);
}
