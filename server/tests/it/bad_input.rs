//! Bad input at every form: a plain refusal, nothing typed lost, and never a failure of ours.

use http::StatusCode;
use sqlx::PgPool;

use crate::browser::Browser;
use crate::demo::Answer;
use crate::desk::Desk;

/// What people and machines type into a field that asks for something else.
pub fn typed_badly() -> Vec<(&'static str, String)> {
    vec![
        ("empty", String::new()),
        ("blank", "   ".into()),
        ("too long", "x".repeat(5_000)),
        ("control character", "a\u{7}b".into()),
        ("line break", "a\r\nb".into()),
        ("emoji", "👩‍🔧📱".into()),
        ("right to left", "مرحبا".into()),
        ("override of direction", "a\u{202e}b".into()),
        ("Arabic digits", "١٢٣٤٥٦".into()),
        ("markup", "<script>alert(1)</script>".into()),
        ("quotes", "'\"; drop table token; --".into()),
        ("percent", "%_\\%00".into()),
    ]
}

/// And what is no code of six digits, although it looks like one.
fn codes_typed_badly() -> Vec<(&'static str, String)> {
    let like_codes = [
        ("a letter", "12345a"),
        ("five digits", "12345"),
        ("seven digits", "1234567"),
        ("nine digits", "123456789"),
        ("wide digits", "１２３４５６"),
        ("a sign", "+12345"),
    ];
    let like_codes = like_codes.map(|(what, bad)| (what, bad.to_owned()));
    typed_badly().into_iter().chain(like_codes).collect()
}

/// It is refused at its field, and does not come back.
fn no_code(answer: &Answer, what: &str, bad: &str) {
    refused(answer, what);
    assert!(
        answer.body.contains("aria-invalid"),
        "{what}: not at the field"
    );
    assert!(
        bad.trim().is_empty() || !answer.body.contains(bad),
        "{what}: the code came back"
    );
}

/// A refusal is one of theirs, its words are words, and markup stayed text.
pub fn is_plain(answer: &Answer, what: &str) {
    assert!(
        answer.status.as_u16() < 500,
        "{what}: {} {}",
        answer.status,
        answer.body
    );
    assert!(!answer.body.contains("<script>alert"), "{what}: markup");
}

pub fn refused(answer: &Answer, what: &str) {
    is_plain(answer, what);
    assert!(answer.status.is_client_error(), "{what}: {}", answer.status);
    let said = answer.body.contains("role=\"alert\"") || answer.body.contains("aria-invalid");
    let main = answer.body.split("<main").nth(1).unwrap_or(&answer.body);
    assert!(said, "{what}: nothing is said: {main}");
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn the_sign_in_refuses_all_of_it_alike(db: PgPool) {
    let desk = Desk::open(db).await;
    desk.operator("ingrid", Some("administrator"), None).await;
    for (what, bad) in typed_badly().into_iter().take(9) {
        let mut browser = Browser::new(&desk);
        let page = browser.open("/sign-in").await;
        let both = [("username", bad.as_str()), ("password", bad.as_str())];
        let answer = browser.submit(&page, &both).await;
        refused(&answer, what);
        if what == "emoji" {
            assert!(answer.body.contains(&bad), "what was typed is gone");
            assert_eq!(
                answer.body.matches(&bad).count(),
                1,
                "the password came back"
            );
        }
    }
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn a_zero_byte_is_refused_at_every_form(db: PgPool) {
    let desk = Desk::open(db).await;
    let mut browser = Browser::new(&desk);
    let page = browser.open("/sign-in").await;
    let answer = browser.submit(&page, &[("username", "a\0b")]).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.body);
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn a_device_s_description_is_text_of_60_characters(db: PgPool) {
    let desk = Desk::open(db).await;
    let officer = desk.signed_in("ingrid", Some("token-officer"), None).await;
    for (at, (what, bad)) in typed_badly().into_iter().enumerate() {
        let user = desk.user("default", &format!("anna{at}")).await;
        let mut browser = Browser::of(&desk, &officer);
        let address = format!("/users/{user}/tokens/new/hotp-app");
        let page = browser.open(&address).await;
        let answer = browser
            .submit(&page, &[("description", bad.as_str())])
            .await;
        is_plain(&answer, what);
        let unprintable = [
            "too long",
            "control character",
            "line break",
            "override of direction",
        ];
        if unprintable.contains(&what) {
            refused(&answer, what);
            assert!(
                answer.body.contains(&bad[..1]),
                "{what}: what was typed is gone"
            );
        }
    }
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn a_code_is_digits_and_a_reason_is_text(db: PgPool) {
    let desk = Desk::open(db).await;
    let officer = desk.signed_in("ingrid", Some("token-officer"), None).await;
    let user = desk.user("default", "anna").await;
    desk.token(user, "HOTP-23456789").await;
    let token = format!("/users/{user}/tokens/HOTP-23456789");
    for (what, bad) in codes_typed_badly() {
        let mut browser = Browser::of(&desk, &officer);
        let page = browser.open(&format!("{token}/test")).await;
        let answer = browser.submit(&page, &[("code", bad.as_str())]).await;
        no_code(&answer, what, &bad);
    }
    let counted = "select sum(failures) from token_auth";
    let counted: i64 = sqlx::query_scalar(counted)
        .fetch_one(&desk.db)
        .await
        .unwrap();
    assert_eq!(counted, 0, "a slip of the hand counted as a wrong code");
    for until in ["yesterday", "2020-01-01", "9999-99-99", "٢٠٢٧-٠١-٠١"] {
        let mut browser = Browser::of(&desk, &officer);
        let page = browser.open(&format!("{token}/disable")).await;
        let typed = [
            ("reason", "Lost <on> the train"),
            ("until", "date"),
            ("date", until),
            ("last", "yes"),
        ];
        let answer = browser.submit(&page, &typed).await;
        refused(&answer, until);
        let kept = "Lost &lt;on&gt; the train";
        assert!(answer.body.contains(kept), "{until}: the reason is gone");
    }
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn a_proof_is_digits(db: PgPool) {
    let desk = Desk::open(db).await;
    let officer = desk.signed_in("ingrid", Some("token-officer"), None).await;
    let user = desk.user("default", "anna").await;
    let mut browser = Browser::of(&desk, &officer);
    let address = format!("/users/{user}/tokens/new/hotp-app");
    let page = browser.open(&address).await;
    let page = browser.submit(&page, &[("description", "Tablet")]).await;
    for (what, bad) in codes_typed_badly() {
        let answer = browser.submit(&page, &[("code", bad.as_str())]).await;
        no_code(&answer, what, &bad);
    }
    let counted = "select failures from enrolment";
    let counted: i32 = sqlx::query_scalar(counted)
        .fetch_one(&desk.db)
        .await
        .unwrap();
    assert_eq!(counted, 0, "a slip of the hand counted as a wrong code");
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn an_enrolment_that_is_not_there_cannot_be_cancelled(db: PgPool) {
    let desk = Desk::open(db).await;
    let officer = desk.signed_in("ingrid", Some("token-officer"), None).await;
    let user = desk.user("default", "anna").await;
    for enrolment in ["019a0000-0000-7000-8000-000000000000", "1", ""] {
        let body = format!("user={user}&enrolment={enrolment}");
        let answer = desk.post("/call/cancel-enrolment", &officer, &body).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{enrolment}");
    }
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn an_address_that_leads_nowhere_says_so(db: PgPool) {
    let desk = Desk::open(db).await;
    let officer = desk
        .signed_in("ingrid", Some("token-officer"), Some("default"))
        .await;
    let anna = desk.user("default", "anna").await;
    let bert = desk.user("default", "bert").await;
    desk.token(bert, "HOTP-23456789").await;
    desk.realm("elsewhere").await;
    let foreign = desk.user("elsewhere", "carla").await;
    for address in [
        "/users/1".to_owned(),
        "/users/%00".to_owned(),
        "/users/%F0%9F%93%B1".to_owned(),
        format!("/users/{foreign}"),
        format!("/users/{foreign}/tokens"),
        format!("/users/{anna}/tokens/HOTP-23456789"),
        format!("/users/{anna}/tokens/HOTP-23456789/test"),
        format!("/users/{anna}/tokens/%3Cscript%3E"),
        format!("/users/{anna}/tokens/new/no-such-type"),
    ] {
        let answer = desk.get(&address, &officer).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{address}");
    }
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn a_token_that_a_colleague_took_away_is_not_found_when_the_form_arrives(db: PgPool) {
    let desk = Desk::open(db).await;
    let officer = desk.signed_in("ingrid", Some("token-officer"), None).await;
    let user = desk.user("default", "anna").await;
    desk.token(user, "HOTP-23456789").await;
    let mut browser = Browser::of(&desk, &officer);
    let address = format!("/users/{user}/tokens/HOTP-23456789/test");
    let page = browser.open(&address).await;
    sqlx::raw_sql("delete from token; delete from token_auth where kind = 'hotp'")
        .execute(&desk.db)
        .await
        .unwrap();
    let answer = browser.submit(&page, &[("code", "123456")]).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND, "{}", answer.body);
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn a_session_that_ended_meanwhile_loses_nothing_that_was_typed(db: PgPool) {
    let desk = Desk::open(db).await;
    let officer = desk.signed_in("ingrid", Some("token-officer"), None).await;
    let user = desk.user("default", "anna").await;
    let mut browser = Browser::of(&desk, &officer);
    let page = browser
        .open(&format!("/users/{user}/tokens/new/hotp-app"))
        .await;
    sqlx::raw_sql("delete from session")
        .execute(&desk.db)
        .await
        .unwrap();
    let answer = browser.submit(&page, &[("description", "Tablet")]).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{}", answer.body);
    let enrolments: i64 = sqlx::query_scalar("select count(*) from enrolment")
        .fetch_one(&desk.db)
        .await
        .unwrap();
    assert_eq!(enrolments, 0, "half of it was done");
}
