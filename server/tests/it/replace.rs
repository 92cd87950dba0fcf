//! Replacing a token without JavaScript: its one answer with the secret, and what a reload shows.

use http::StatusCode;
use sqlx::PgPool;

use crate::bad_input::{is_plain, refused, typed_badly};
use crate::browser::Browser;
use crate::demo::Answer;
use crate::desk::Desk;

/// An officer, and the address at which anna's obsolete token is replaced.
async fn desk_with_an_obsolete_token(db: PgPool) -> (Desk, crate::desk::Visitor, String) {
    let desk = Desk::open(db).await;
    let officer = desk.signed_in("ingrid", Some("token-officer"), None).await;
    let user = desk.user("default", "anna").await;
    desk.token(user, "HOTP-23456789").await;
    sqlx::raw_sql(
        "insert into token_type (id, slug, kind, icon, position, obsolete_since, follows, created_at,
             updated_at)
         select gen_random_uuid(), 'old-app', kind, icon, 9, now(), id, now(), now()
         from token_type where slug = 'hotp-app';
         insert into token_type_name (type_id, language, name)
         select id, 'en', 'Old app' from token_type where slug = 'old-app';
         update token_auth set type_id = (select id from token_type where slug = 'old-app')",
    )
    .execute(&desk.db)
    .await
    .unwrap();
    let address = format!("/users/{user}/tokens/HOTP-23456789/replace");
    (desk, officer, address)
}

fn holds_a_secret(answer: &Answer) -> bool {
    answer.body.contains("otpauth://")
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn the_secret_is_in_the_one_answer_and_a_reload_offers_to_start_again(db: PgPool) {
    let (desk, officer, address) = desk_with_an_obsolete_token(db).await;
    let mut browser = Browser::of(&desk, &officer);
    let form = browser.open(&address).await;
    assert!(!holds_a_secret(&form));
    let made = browser.submit(&form, &[("description", "Tablet")]).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.body);
    assert!(holds_a_secret(&made));
    assert_eq!(made.header("cache-control"), "no-store");
    let reloaded = browser.open(&address).await;
    assert!(!holds_a_secret(&reloaded));
    assert!(reloaded.body.contains("Start again"), "{}", reloaded.body);
    let wrong = browser.submit(&reloaded, &[("code", "12345")]).await;
    assert_eq!(
        wrong.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        wrong.body
    );
    assert!(!holds_a_secret(&wrong));
    let tab = browser.open(address.split("/HOTP").next().unwrap()).await;
    let words = "Replaces Old app, HOTP-23456789.";
    assert!(tab.body.contains(words), "{}", tab.body);
    assert!(
        tab.body.contains(&format!("href=\"{address}\"")),
        "the way on"
    );
    let again = browser
        .submit(&wrong, &[("code", ""), ("then", "again")])
        .await;
    assert!(holds_a_secret(&again), "{}", again.body);
    let ended = browser
        .submit(&again, &[("code", ""), ("then", "cancel")])
        .await;
    assert!(ended.body.contains("Enrolment cancelled"), "{}", ended.body);
    assert!(ended.body.contains("HOTP-23456789"), "the old one stays");
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn what_is_typed_badly_begins_nothing(db: PgPool) {
    let (desk, officer, address) = desk_with_an_obsolete_token(db).await;
    for what in [
        "too long",
        "control character",
        "line break",
        "override of direction",
    ] {
        let (_, bad) = typed_badly()
            .into_iter()
            .find(|(it, _)| *it == what)
            .unwrap();
        let mut browser = Browser::of(&desk, &officer);
        let form = browser.open(&address).await;
        let answer = browser.submit(&form, &[("description", &bad)]).await;
        refused(&answer, what);
        assert!(
            answer.body.contains("aria-invalid"),
            "{what}: not at the field"
        );
    }
    let begun = "select count(*) from enrolment";
    let begun: i64 = sqlx::query_scalar(begun).fetch_one(&desk.db).await.unwrap();
    assert_eq!(begun, 0);
    let mut browser = Browser::of(&desk, &officer);
    let form = browser.open(&address).await;
    let markup = [("description", "<script>alert(1)</script>")];
    let made = browser.submit(&form, &markup).await;
    is_plain(&made, "markup");
    assert!(holds_a_secret(&made));
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn where_nothing_follows_or_as_many_exist_as_may_the_page_says_so(db: PgPool) {
    let (desk, officer, address) = desk_with_an_obsolete_token(db).await;
    let page = |sql: &'static str| {
        let (desk, officer, address) = (&desk, &officer, &address);
        async move {
            sqlx::raw_sql(sql).execute(&desk.db).await.unwrap();
            desk.get(address, officer).await.body
        }
    };
    let closed = page("update token_type set enrollable = false where slug = 'hotp-app'").await;
    assert!(closed.contains("cannot be enrolled here"), "{closed}");
    let nothing = page("update token_type set follows = null").await;
    assert!(nothing.contains("No type follows."), "{nothing}");
}
