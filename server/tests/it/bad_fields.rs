//! Bad input where no code is asked for: names and passwords, reasons, and what stands in addresses.

use http::StatusCode;
use sqlx::PgPool;

use crate::bad_input::{is_plain, refused, typed_badly};
use crate::browser::Browser;
use crate::desk::Desk;

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn the_first_administrator_s_name_comes_back_as_it_was_typed(db: PgPool) {
    let desk = Desk::open(db).await;
    let caller = server::open::command_caller().unwrap();
    let link = backend::links::make_first(&desk.backend, &caller).await;
    let address = format!("/first/{}", link.unwrap().unwrap());
    for (what, bad) in typed_badly() {
        let mut browser = Browser::new(&desk);
        let page = browser.open(&address).await;
        let typed = [
            ("name", bad.as_str()),
            ("username", &bad),
            ("password", "too short"),
        ];
        let answer = browser.submit(&page, &typed).await;
        refused(&answer, what);
        assert!(
            !answer.body.contains("too short"),
            "{what}: the password came back"
        );
        if what == "markup" {
            let times = answer.body.matches("value=\"&lt;script").count()
                + answer.body.matches("value=\"<script").count();
            assert_eq!(times, 2, "name and username: {}", answer.body);
        }
    }
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn a_reason_to_enable_is_a_line_of_text(db: PgPool) {
    let desk = Desk::open(db).await;
    let officer = desk.signed_in("ingrid", Some("token-officer"), None).await;
    let user = desk.user("default", "anna").await;
    desk.token(user, "HOTP-23456789").await;
    let disable = "update token_auth set disabled_at = now()";
    sqlx::raw_sql(disable).execute(&desk.db).await.unwrap();
    let unprintable = [
        "too long",
        "control character",
        "line break",
        "override of direction",
    ];
    for (what, bad) in typed_badly() {
        let mut browser = Browser::of(&desk, &officer);
        let page = browser
            .open(&format!("/users/{user}/tokens/HOTP-23456789/enable"))
            .await;
        let answer = browser.submit(&page, &[("reason", bad.as_str())]).await;
        is_plain(&answer, what);
        if unprintable.contains(&what) {
            refused(&answer, what);
        } else {
            assert!(
                answer.body.contains("Token enabled"),
                "{what}: {}",
                answer.body
            );
        }
        sqlx::raw_sql(disable).execute(&desk.db).await.unwrap();
    }
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn nothing_is_deleted_for_a_bad_reason_or_without_the_second_confirmation(db: PgPool) {
    let desk = Desk::open(db).await;
    let officer = desk.signed_in("ingrid", Some("token-officer"), None).await;
    let user = desk.user("default", "anna").await;
    desk.token(user, "HOTP-23456789").await;
    let left = "select count(*) from token";
    for (what, bad) in typed_badly() {
        let mut browser = Browser::of(&desk, &officer);
        let page = browser
            .open(&format!("/users/{user}/tokens/HOTP-23456789/delete"))
            .await;
        let answer = browser.submit(&page, &[("reason", bad.as_str())]).await;
        refused(&answer, what);
        let left: i64 = sqlx::query_scalar(left).fetch_one(&desk.db).await.unwrap();
        assert_eq!(left, 1, "{what}");
        if what == "markup" {
            assert!(answer.body.contains("&lt;script"), "the reason is gone");
        }
    }
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn a_new_description_is_a_line_of_60_characters_for_a_version_that_is_a_number(db: PgPool) {
    let desk = Desk::open(db).await;
    let officer = desk.signed_in("ingrid", Some("token-officer"), None).await;
    let user = desk.user("default", "anna").await;
    desk.token(user, "HOTP-23456789").await;
    let token = format!("/users/{user}/tokens/HOTP-23456789");
    let unprintable = [
        "too long",
        "control character",
        "line break",
        "override of direction",
    ];
    for (what, bad) in typed_badly() {
        let mut browser = Browser::of(&desk, &officer);
        let page = browser.open(&format!("{token}/edit")).await;
        let answer = browser.submit(&page, &[("description", &bad)]).await;
        is_plain(&answer, what);
        if unprintable.contains(&what) {
            refused(&answer, what);
            assert!(
                answer.body.contains("aria-invalid"),
                "{what}: not at the field"
            );
        }
        let body = format!("user={user}&serial=HOTP-23456789&description=x&version=");
        let version = form_urlencoded::byte_serialize(bad.as_bytes()).collect::<String>();
        let answer = desk
            .post("/call/edit-token", &officer, &(body + &version))
            .await;
        assert_eq!(
            answer.status,
            StatusCode::BAD_REQUEST,
            "{what}: {}",
            answer.body
        );
    }
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn an_edit_of_another_version_shows_both_values_and_can_be_sent_again(db: PgPool) {
    let desk = Desk::open(db).await;
    let officer = desk.signed_in("ingrid", Some("token-officer"), None).await;
    let user = desk.user("default", "anna").await;
    desk.token(user, "HOTP-23456789").await;
    let mut browser = Browser::of(&desk, &officer);
    let address = format!("/users/{user}/tokens/HOTP-23456789/edit");
    let page = browser.open(&address).await;
    let theirs = "update token set description = 'Theirs <b>', version = version + 1";
    sqlx::raw_sql(theirs).execute(&desk.db).await.unwrap();
    let told = browser.submit(&page, &[("description", "Mine")]).await;
    assert_eq!(told.status, StatusCode::CONFLICT, "{}", told.body);
    for words in ["“Theirs &lt;b&gt;”", "“Mine”", "value=\"Mine\""] {
        assert!(told.body.contains(words), "{words}: {}", told.body);
    }
    let saved = browser.submit(&told, &[("description", "Mine")]).await;
    assert!(saved.body.contains("Token saved"), "{}", saved.body);
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn what_stands_in_an_address_is_looked_for_or_refused(db: PgPool) {
    let desk = Desk::open(db).await;
    let officer = desk.signed_in("ingrid", Some("token-officer"), None).await;
    desk.user("default", "anna").await;
    let mut bad = typed_badly();
    bad.push(("NUL", "a\0b".into()));
    for (what, bad) in bad {
        for field in ["q", "realm", "show", "order", "page"] {
            let query = form_urlencoded::Serializer::new(String::new())
                .append_pair(field, &bad)
                .finish();
            let answer = desk.get(&format!("/users?{query}"), &officer).await;
            is_plain(&answer, &format!("{field}: {what}"));
        }
    }
}
