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
