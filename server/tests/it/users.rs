//! The forms that manage users, sent by a browser without JavaScript: bad input, conflicts, and the way
//! through.

use http::StatusCode;
use sqlx::PgPool;

use crate::bad_input::{is_plain, refused, typed_badly};
use crate::browser::Browser;
use crate::desk::Desk;

async fn count(desk: &Desk, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(&desk.db).await.unwrap()
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn each_field_of_a_new_user_refuses_what_is_no_such_thing(db: PgPool) {
    let desk = Desk::open(db).await;
    let officer = desk.signed_in("ingrid", Some("token-officer"), None).await;
    let users = "select count(*) from app_user";
    let before = count(&desk, users).await;
    for (what, bad) in typed_badly() {
        // every character that is not a control is a letter of somebody's name
        let is_line = ![
            "too long",
            "control character",
            "line break",
            "override of direction",
        ]
        .contains(&what);
        let is_blank = bad.trim().is_empty();
        for (field, may_pass) in [
            ("username", is_line && !is_blank),
            ("given_name", is_line),
            ("department", is_line),
            ("phones", is_blank),
            ("emails", is_blank),
            ("realm", false),
        ] {
            if may_pass {
                continue;
            }
            let mut browser = Browser::of(&desk, &officer);
            let page = browser.open("/users/new").await;
            let kept = if field == "username" {
                "given_name"
            } else {
                "username"
            };
            let typed = [(field, bad.as_str()), (kept, "Kept as typed")];
            let answer = browser.submit(&page, &typed).await;
            refused(&answer, &format!("{field}: {what}"));
            assert!(
                answer.body.contains("aria-invalid=\"true\""),
                "{field}: {what}"
            );
            assert!(answer.body.contains("Kept as typed"), "{field}: {what}");
        }
    }
    assert_eq!(count(&desk, users).await, before);
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn a_realm_that_is_not_the_operator_s_is_refused_at_its_field(db: PgPool) {
    let desk = Desk::open(db).await;
    let reto = desk
        .signed_in("reto", Some("token-officer"), Some("default"))
        .await;
    let elsewhere = desk.realm("elsewhere").await.to_string();
    for realm in [elsewhere.as_str(), &domain::RealmId::OPERATORS.to_string()] {
        let mut browser = Browser::of(&desk, &reto);
        let page = browser.open("/users/new").await;
        let answer = browser
            .submit(&page, &[("username", "eva"), ("realm", realm)])
            .await;
        refused(&answer, realm);
        assert!(answer.body.contains("Choose a realm."), "{}", answer.body);
    }
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn a_taken_username_comes_back_with_all_that_was_typed(db: PgPool) {
    let desk = Desk::open(db).await;
    let reto = desk
        .signed_in("reto", Some("token-officer"), Some("default"))
        .await;
    desk.user("default", "anna").await;
    let mut browser = Browser::of(&desk, &reto);
    let page = browser.open("/users/new").await;
    let realm = "select id::text from realm where name = 'default'";
    let realm: String = sqlx::query_scalar(realm).fetch_one(&desk.db).await.unwrap();
    assert!(
        page.body.contains(&format!("value=\"{realm}\" selected")),
        "{}",
        page.body
    );
    let typed = [
        ("username", " ANNA "),
        ("realm", &realm),
        ("family_name", "Keller"),
        ("phones", "+41 79 555 01 12\n044 555 01 13"),
    ];
    let answer = browser.submit(&page, &typed).await;
    refused(&answer, "taken");
    assert!(
        answer.body.contains("Another user of this realm"),
        "{}",
        answer.body
    );
    for kept in ["Keller", "+41 79 555 01 12\n044 555 01 13"] {
        assert!(answer.body.contains(kept), "{kept}: {}", answer.body);
    }
    let typed = [("username", "anna.keller"), typed[1], typed[2], typed[3]];
    let answer = browser.submit(&answer, &typed).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.body.contains("User added"), "{}", answer.body);
    let kept = "select count(*) from contact where value = '044 555 01 13' and not preferred";
    assert_eq!(count(&desk, kept).await, 1);
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn of_two_operators_the_second_sees_both_values_and_decides(db: PgPool) {
    let desk = Desk::open(db).await;
    let ingrid = desk.signed_in("ingrid", Some("token-officer"), None).await;
    let user = desk.user("default", "anna").await;
    let address = format!("/users/{user}/edit");
    let (mut first, mut second) = (Browser::of(&desk, &ingrid), Browser::of(&desk, &ingrid));
    let (one, other) = (first.open(&address).await, second.open(&address).await);
    let answer = first
        .submit(&one, &[("username", "anna"), ("family_name", "Theirs")])
        .await;
    assert!(answer.body.contains("User saved"), "{}", answer.body);

    let mine = [("username", "anna"), ("family_name", "Mine")];
    let answer = second.submit(&other, &mine).await;
    assert_eq!(answer.status, StatusCode::CONFLICT, "{}", answer.body);
    assert!(
        answer.body.contains("It is “Theirs” now."),
        "{}",
        answer.body
    );
    assert!(answer.body.contains("value=\"Mine\""), "{}", answer.body);
    // knowing that, it is saved over the other
    let answer = second.submit(&answer, &mine).await;
    assert!(answer.body.contains("User saved"), "{}", answer.body);
    let mine = "select count(*) from app_user where family_name = 'Mine' and version = 3";
    assert_eq!(count(&desk, mine).await, 1);
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn an_edit_of_bad_fields_changes_nothing(db: PgPool) {
    let desk = Desk::open(db).await;
    let ingrid = desk.signed_in("ingrid", Some("token-officer"), None).await;
    let user = desk.user("default", "anna").await;
    for (what, bad) in typed_badly() {
        for field in ["username", "phones", "emails", "version"] {
            let mut browser = Browser::of(&desk, &ingrid);
            let page = browser.open(&format!("/users/{user}/edit")).await;
            let mut typed = vec![("username", ""), (field, bad.as_str())];
            if field == "username" {
                typed = vec![("username", bad.as_str()), ("phones", "nobody’s")];
            }
            let answer = browser.submit(&page, &typed).await;
            refused(&answer, &format!("{field}: {what}"));
        }
    }
    let same = "select count(*) from app_user where username = 'anna' and version = 1";
    assert_eq!(count(&desk, same).await, 1);
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn reasons_and_names_typed_badly_switch_and_delete_nobody(db: PgPool) {
    let desk = Desk::open(db).await;
    let ingrid = desk.signed_in("ingrid", Some("token-officer"), None).await;
    let user = desk.user("default", "anna").await;
    for (what, bad) in typed_badly() {
        let mut browser = Browser::of(&desk, &ingrid);
        let page = browser.open(&format!("/users/{user}/delete")).await;
        let answer = browser.submit(&page, &[("typed", bad.as_str())]).await;
        refused(&answer, what);
        assert!(
            answer.body.contains("another name"),
            "{what}: {}",
            answer.body
        );
        for (deed, done) in [("disable", "User disabled"), ("enable", "User enabled")] {
            let mut browser = Browser::of(&desk, &ingrid);
            let page = browser.open(&format!("/users/{user}/{deed}")).await;
            if !page.body.contains("name=\"reason\"") {
                continue;
            }
            let answer = browser.submit(&page, &[("reason", bad.as_str())]).await;
            is_plain(&answer, what);
            let said = answer.body.contains(done) || answer.status.is_client_error();
            assert!(said, "{deed}: {what}: {}", answer.body);
        }
    }
    let here = "select count(*) from app_user where username = 'anna'";
    assert_eq!(count(&desk, here).await, 1);
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn a_disabled_user_s_pages_say_so_and_a_deleted_one_s_are_gone(db: PgPool) {
    let desk = Desk::open(db).await;
    let ingrid = desk.signed_in("ingrid", Some("token-officer"), None).await;
    let user = desk.user("default", "anna").await;
    desk.token(user, "HOTP-23456789").await;
    let mut browser = Browser::of(&desk, &ingrid);
    let page = browser.open(&format!("/users/{user}/disable")).await;
    let answer = browser.submit(&page, &[("reason", "On leave")]).await;
    assert!(answer.body.contains("User disabled"), "{}", answer.body);
    let again = browser.open(&format!("/users/{user}/disable")).await;
    assert!(
        again.body.contains("disabled already, by ingrid"),
        "{}",
        again.body
    );
    for page in [
        "/edit",
        "/delete",
        "/tokens/new",
        "/tokens/new/hotp-app",
        "/tokens/HOTP-23456789/disable",
        "/tokens/HOTP-23456789/test",
    ] {
        let page = browser.open(&format!("/users/{user}{page}")).await;
        assert!(
            page.body.contains("anna is disabled."),
            "{}: {}",
            browser.at,
            page.body
        );
    }
    for tab in ["", "/tokens", "/activity"] {
        let page = browser.open(&format!("/users/{user}{tab}")).await;
        let head = page
            .body
            .split("<h1")
            .nth(1)
            .unwrap()
            .split("</div>")
            .next()
            .unwrap();
        assert!(head.contains("DISABLED"), "{tab}: {head}");
    }
    let page = browser.open(&format!("/users/{user}/delete")).await;
    let answer = browser.submit(&page, &[("typed", "Anna")]).await;
    assert!(answer.body.contains("User deleted"), "{}", answer.body);
    assert_eq!(browser.at, "/users");
    let gone = browser.open(&format!("/users/{user}")).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
}
