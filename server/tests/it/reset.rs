//! Resetting and unlocking through the pages, as a browser without scripts does it.

use backend::otp::codes;
use backend::seal::Seed;
use domain::{Algorithm, Digits};
use http::StatusCode;
use sqlx::PgPool;
use uuid::Uuid;

use crate::bad_input::{is_plain, refused, typed_badly};
use crate::browser::Browser;
use crate::desk::{Desk, Visitor};

const SERIAL: &str = "HOTP-23456789";
const LOCK: &str = "update token_auth set failures = 50 where kind = 'hotp'";
const LOCK_USER: &str = "update user_auth set failures = 100";

/// An officer, a user with a token that counts, and the token's address.
async fn world(desk: &Desk) -> (Visitor, Uuid, String) {
    let officer = desk.signed_in("ingrid", Some("token-officer"), None).await;
    let user = desk.user("default", "anna").await;
    desk.token(user, SERIAL).await;
    (officer, user, format!("/users/{user}/tokens/{SERIAL}"))
}

/// Gives the token a seed that this test knows, and tells the code of a counter.
async fn device(desk: &Desk) -> impl Fn(u64) -> String {
    let bytes = b"12345678901234567890".to_vec();
    let id: Uuid = sqlx::query_scalar("select id from token")
        .fetch_one(&desk.db)
        .await
        .unwrap();
    let place = backend::seal::Place::TokenSeed(id);
    let sealed = desk.backend.keys.seal(&Seed::new(bytes.clone()), place);
    sqlx::query("update token_auth set seed_sealed = $1 where token_id = $2")
        .bind(sealed.unwrap())
        .bind(id)
        .execute(&desk.db)
        .await
        .unwrap();
    move |counter| {
        let seed = Seed::new(bytes.clone());
        let made = codes(&seed, Algorithm::Sha1, Digits::Six, counter..=counter);
        made[0].1.clone()
    }
}

async fn failures(desk: &Desk) -> i32 {
    sqlx::query_scalar("select failures from token_auth join token on id = token_id")
        .fetch_one(&desk.db)
        .await
        .unwrap()
}

async fn run(desk: &Desk, sql: &'static str) {
    sqlx::raw_sql(sql).execute(&desk.db).await.unwrap();
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn a_wrong_pair_comes_back_empty_with_its_message_and_counts(db: PgPool) {
    let desk = Desk::open(db).await;
    let (officer, _, token) = world(&desk).await;
    let code = device(&desk).await;
    let mut browser = Browser::of(&desk, &officer);
    let mut page = browser.open(&format!("{token}/reset")).await;
    for count in 1..=4 {
        let (first, second) = (code(20), code(30));
        let typed = [("first", first.as_str()), ("second", &second)];
        page = browser.submit(&page, &typed).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        let said = page.body.contains("These codes do not follow each other.");
        assert!(said, "{}", page.body);
        assert_eq!(page.body.matches("aria-invalid=\"true\"").count(), 2);
        for typed in [&first, &second] {
            assert!(!page.body.contains(typed.as_str()), "a code came back");
        }
        assert_eq!(failures(&desk).await, count, "the new form is no repeat");
    }
    let (first, second) = (code(30), code(20));
    let typed = [("first", first.as_str()), ("second", &second)];
    let page = browser.submit(&page, &typed).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("The token waits now."));
    for way in ["unlock", "unlock-and-reset"] {
        let href = format!("href=\"{token}/{way}\"");
        assert!(page.body.contains(&href), "{way} is not offered");
    }
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn a_right_pair_says_so_and_a_locked_token_is_unlocked_with_one(db: PgPool) {
    let desk = Desk::open(db).await;
    let (officer, _, token) = world(&desk).await;
    let code = device(&desk).await;
    let mut browser = Browser::of(&desk, &officer);
    let page = browser.open(&format!("{token}/reset")).await;
    let (first, second) = (code(700), code(701));
    let spaced = format!("{} {}", &first[..3], &first[3..]);
    let typed = [("first", spaced.as_str()), ("second", &second)];
    let page = browser.submit(&page, &typed).await;
    assert!(
        page.body.contains("The token is back in step"),
        "{}",
        page.body
    );
    run(&desk, LOCK).await;
    let page = browser.open(&format!("{token}/unlock-and-reset")).await;
    let (first, second) = (code(800), code(802));
    let wrong = [("first", first.as_str()), ("second", &second)];
    let page = browser.submit(&page, &wrong).await;
    assert!(page.body.contains("nothing was unlocked"), "{}", page.body);
    let second = code(801);
    let right = [("first", first.as_str()), ("second", &second)];
    let page = browser.submit(&page, &right).await;
    let said = "The token is unlocked and back in step";
    assert!(page.body.contains(said), "{}", page.body);
    assert_eq!(failures(&desk).await, 0);
    let again = browser.open(&format!("{token}/unlock-and-reset")).await;
    assert!(again.body.contains("Nothing to unlock"), "{}", again.body);
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn what_is_no_code_counts_nothing(db: PgPool) {
    let desk = Desk::open(db).await;
    let (officer, _, token) = world(&desk).await;
    let mut bad = typed_badly();
    bad.push(("seven digits", "1234567".into()));
    bad.push(("a letter", "12345a".into()));
    for (what, bad) in bad {
        for typed in [
            [("first", bad.as_str()), ("second", "123456")],
            [("first", "123456"), ("second", bad.as_str())],
        ] {
            let mut browser = Browser::of(&desk, &officer);
            let page = browser.open(&format!("{token}/reset")).await;
            let answer = browser.submit(&page, &typed).await;
            refused(&answer, what);
            let marked = answer.body.matches("aria-invalid=\"true\"").count();
            assert_eq!(marked, 1, "{what}: only the field that is wrong");
            let back = !bad.trim().is_empty() && answer.body.contains(&bad);
            assert!(
                !back && !answer.body.contains("123456"),
                "{what}: a code came back"
            );
        }
    }
    assert_eq!(failures(&desk).await, 0);
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn a_blocked_reset_says_why_and_offers_the_way_on(db: PgPool) {
    let desk = Desk::open(db).await;
    let (officer, user, token) = world(&desk).await;
    let cases = [
        (
            LOCK,
            "No code is looked at until an operator unlocks the token.",
            format!("{token}/unlock"),
        ),
        (
            "update token_auth set failures = 0, disabled_at = now()",
            "The token is disabled",
            format!("{token}/enable"),
        ),
        (
            "update token_auth set disabled_at = null; update user_auth set failures = 100",
            "The user is locked",
            format!("/users/{user}/unlock"),
        ),
    ];
    for (sql, why, way) in cases {
        run(&desk, sql).await;
        for action in ["test", "reset"] {
            let page = desk.get(&format!("{token}/{action}"), &officer).await;
            assert_eq!(page.status, StatusCode::OK);
            assert!(page.body.contains(why), "{action}: {why}: {}", page.body);
            let href = format!("href=\"{way}\"");
            assert!(page.body.contains(&href), "{action}: no way on to {way}");
            assert!(
                !page.body.contains("name=\"first\""),
                "{action}: a form all the same"
            );
        }
    }
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn a_token_and_a_user_are_unlocked_with_a_line_of_text(db: PgPool) {
    let desk = Desk::open(db).await;
    let (officer, user, token) = world(&desk).await;
    let tries = [
        (format!("{token}/unlock"), LOCK, "Token unlocked"),
        (format!("/users/{user}/unlock"), LOCK_USER, "User unlocked"),
    ];
    let unprintable = [
        "too long",
        "control character",
        "line break",
        "override of direction",
    ];
    for (address, lock, done) in tries {
        for (what, bad) in typed_badly() {
            run(&desk, lock).await;
            let mut browser = Browser::of(&desk, &officer);
            let page = browser.open(&address).await;
            let answer = browser.submit(&page, &[("reason", bad.as_str())]).await;
            is_plain(&answer, what);
            if unprintable.contains(&what) {
                refused(&answer, what);
            } else {
                assert!(answer.body.contains(done), "{what}: {}", answer.body);
            }
        }
    }
}

#[sqlx::test(migrator = "backend::migrate::MIGRATIONS")]
async fn a_locked_user_s_head_leads_to_unlocking_for_whoever_may(db: PgPool) {
    let desk = Desk::open(db).await;
    let (officer, user, token) = world(&desk).await;
    let viewer = desk.signed_in("vera", Some("viewer"), None).await;
    let href = format!("href=\"/users/{user}/unlock\"");
    for tab in ["", "/tokens", "/activity"] {
        let address = format!("/users/{user}{tab}");
        run(&desk, "update user_auth set failures = 0").await;
        let page = desk.get(&address, &officer).await;
        assert!(
            !page.body.contains(&href),
            "{tab}: there is nothing to unlock"
        );
        run(&desk, LOCK_USER).await;
        let page = desk.get(&address, &officer).await;
        assert!(page.body.contains(&href), "{tab}: no way to unlock");
        let page = desk.get(&address, &viewer).await;
        assert!(!page.body.contains(&href), "{tab}: a viewer is led there");
    }
    run(&desk, LOCK).await;
    let page = desk.get(&format!("{token}/unlock"), &officer).await;
    assert!(
        page.body
            .contains("The user is locked. Unlock the user too.")
    );
    run(&desk, "update user_auth set failures = 0").await;
    let page = desk.get(&format!("/users/{user}/unlock"), &officer).await;
    assert!(page.body.contains("Nothing to unlock"), "{}", page.body);
}
