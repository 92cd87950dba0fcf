//! Bad input to the settings of a token type and to the own account.

use sqlx::PgPool;

use crate::bad_input::{is_plain, refused, typed_badly};
use crate::browser::Browser;
use crate::desk::Desk;

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn a_password_is_changed_by_none_of_it(db: PgPool) {
    let desk = Desk::open(db).await;
    let officer = desk.signed_in("ingrid", Some("token-officer"), None).await;
    let changed = "select password_changed_at::text from operator";
    let before: Option<String> = sqlx::query_scalar(changed)
        .fetch_one(&desk.db)
        .await
        .unwrap();
    for (what, bad) in typed_badly() {
        let mut browser = Browser::of(&desk, &officer);
        let page = browser.open("/account").await;
        let typed = [("old", bad.as_str()), ("new", &bad), ("code", "123456")];
        let answer = browser.submit(&page, &typed).await;
        refused(&answer, what);
        let said = bad.trim();
        assert!(
            said.len() < 6 || !answer.body.contains(said),
            "{what}: a password came back"
        );
    }
    let after: Option<String> = sqlx::query_scalar(changed)
        .fetch_one(&desk.db)
        .await
        .unwrap();
    assert_eq!(before, after);
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn a_type_s_settings_are_refused_at_their_field(db: PgPool) {
    let desk = Desk::open(db).await;
    let administrator = desk.signed_in("ingrid", Some("administrator"), None).await;
    let good = [
        ("name_en", "HOTP app"),
        ("icon", "mail"),
        ("position", "2"),
        ("description", "optional"),
        ("grace", "date"),
        ("until", "2031-05-31"),
    ];
    let send = async |field: &str, bad: &str| {
        let mut browser = Browser::of(&desk, &administrator);
        let page = browser.open("/token-types/hotp-app").await;
        let mut typed: Vec<_> = good
            .into_iter()
            .filter(|(name, _)| *name != field)
            .collect();
        typed.push(("obsolete", "yes"));
        typed.push((field, bad));
        browser.submit(&page, &typed).await
    };
    let fields = [
        "name_en",
        "help_en",
        "name_de",
        "icon",
        "position",
        "description",
        "maximum",
        "since",
        "grace",
        "until",
        "follows",
        "version",
    ];
    for field in fields {
        for (what, bad) in typed_badly() {
            let answer = send(field, &bad).await;
            is_plain(&answer, &format!("{field}: {what}"));
        }
    }
    for (field, bad) in [
        ("name_en", " "),
        ("icon", "skull"),
        ("position", "1000"),
        ("maximum", "0"),
        ("maximum", "101"),
        ("since", "31.5.2031"),
        ("until", "2020-01-01"),
        ("follows", "hotp-app"),
        ("follows", "nobody"),
        ("description", "sometimes"),
    ] {
        let answer = send(field, bad).await;
        refused(&answer, field);
        assert!(
            answer.body.contains("aria-invalid"),
            "{field}: not at the field"
        );
    }
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn whoever_is_second_is_told_both_names(db: PgPool) {
    let desk = Desk::open(db).await;
    let administrator = desk.signed_in("ingrid", Some("administrator"), None).await;
    let (mut first, mut second) = (
        Browser::of(&desk, &administrator),
        Browser::of(&desk, &administrator),
    );
    let pages = (
        first.open("/token-types/hotp-app").await,
        second.open("/token-types/hotp-app").await,
    );
    let typed = |name| {
        [
            ("name_en", name),
            ("icon", "mail"),
            ("position", "2"),
            ("description", "optional"),
        ]
    };
    let saved = first.submit(&pages.0, &typed("Counter")).await;
    assert!(saved.body.contains("Token type saved"), "{}", saved.body);
    let late = second.submit(&pages.1, &typed("Clicker")).await;
    assert_eq!(late.status, http::StatusCode::CONFLICT);
    assert!(late.body.contains("value=\"Clicker\"") && late.body.contains("Counter"));
    // the page that says so saves over what it tells
    let again = second.submit(&late, &typed("Clicker")).await;
    assert!(again.body.contains("Token type saved") && again.body.contains("Clicker"));
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn nothing_of_one_s_own_changes_by_it(db: PgPool) {
    let desk = Desk::open(db).await;
    let operator = desk.signed_in("ingrid", Some("viewer"), None).await;
    for (what, bad) in typed_badly() {
        for (address, field) in [
            ("/account/tokens/new", "description"),
            ("/account/sessions/end", "session"),
            ("/account/sessions/1/end", "session"),
        ] {
            let mut browser = Browser::of(&desk, &operator);
            let page = browser.open(address).await;
            let typed = [
                ("password", bad.as_str()),
                ("code", &bad),
                ("slug", "hotp-app"),
                (field, &bad),
            ];
            let answer = browser.submit(&page, &typed).await;
            refused(&answer, &format!("{address}: {what}"));
        }
    }
    let enrolments: i64 = sqlx::query_scalar("select count(*) from enrolment")
        .fetch_one(&desk.db)
        .await
        .unwrap();
    assert_eq!(enrolments, 0);
}
