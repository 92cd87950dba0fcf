//! What a check accepts, counts and remembers.

use crate::desk::{Desk, NOW, STEP, accepted, refused, request};
use backend::Error;
use backend::check::{self, Purpose, Subject, Tested};
use domain::Kind;
use domain::check::Refusal;
use sqlx::PgPool;
use std::time::Duration;

#[sqlx::test(migrations = "./migrations")]
async fn a_step_is_accepted_once_and_none_before_it(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let device = desk.token(&anna, Kind::Totp).await;
    assert!(accepted(
        &desk.verify("anna", &device.code(STEP)).await.unwrap()
    ));
    for step in [STEP, STEP - 1] {
        let again = desk.verify("anna", &device.code(step)).await.unwrap();
        assert_eq!(again, refused(Refusal::CodeUsed));
    }
    assert_eq!(
        desk.failures(&anna).await,
        2,
        "a spent code counts as a wrong one"
    );
    assert!(accepted(
        &desk.verify("anna", &device.code(STEP + 1)).await.unwrap()
    ));
    assert_eq!(desk.failures(&anna).await, 0);
}

#[sqlx::test(migrations = "./migrations")]
async fn hotp_looks_ten_ahead_and_not_eleven(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let device = desk.token(&anna, Kind::Hotp).await;
    let far = desk.verify("anna", &device.code(11)).await.unwrap();
    assert_eq!(far, refused(Refusal::WrongCode));
    assert!(accepted(
        &desk.verify("anna", &device.code(10)).await.unwrap()
    ));
    assert!(!accepted(
        &desk.verify("anna", &device.code(10)).await.unwrap()
    ));
    assert!(accepted(
        &desk.verify("anna", &device.code(11)).await.unwrap()
    ));
}

#[sqlx::test(migrations = "./migrations")]
async fn a_clock_that_walks_away_is_followed_two_steps_and_no_further(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let device = desk.token(&anna, Kind::Totp).await;
    let mut leads = Vec::new();
    for lead in 1..=5 {
        let now = NOW.after(Duration::from_secs(60 * lead));
        let step = STEP + 2 * lead + lead;
        leads.push(accepted(
            &desk.verify_at(now, "anna", &device.code(step)).await,
        ));
    }
    assert_eq!(leads, [true, true, true, false, false]);
    let sql = "select drift::bigint from token_auth where token_id = $1";
    assert_eq!(desk.number(sql, device.token.0).await, 2);
}

#[sqlx::test(migrations = "./migrations")]
async fn all_spellings_of_a_user_share_one_counter(db: PgPool) {
    let desk = Desk::new(&db);
    let zoe = desk.person("zoë.straße").await;
    let device = desk.token(&zoe, Kind::Totp).await;
    let spellings = [
        "ZOË.straße",
        " zoë.straße ",
        "zoe\u{308}.straße",
        "ｚoë.straße",
    ];
    for (n, spelling) in (0..).zip(spellings) {
        let wrong = desk.verify(spelling, &device.wrong(n)).await.unwrap();
        assert_eq!(wrong, refused(Refusal::WrongCode), "{spelling:?}");
    }
    assert_eq!(desk.failures(&zoe).await, 4);
}

#[sqlx::test(migrations = "./migrations")]
async fn a_code_has_one_spelling_and_every_other_counts(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let device = desk.token(&anna, Kind::Totp).await;
    let code = device.code(STEP);
    let wide: String = code
        .chars()
        .filter_map(|c| char::from_u32('０' as u32 + c.to_digit(10)?))
        .collect();
    let spaced = format!("{} {}", &code[..3], &code[3..]);
    let variants = [
        format!(" {code}"),
        format!("{code}\n"),
        format!("0{code}"),
        spaced.clone(),
    ];
    for (n, variant) in (1..).zip(variants.into_iter().chain([wide, String::new()])) {
        let wrong = desk.verify("anna", &variant).await.unwrap();
        assert_eq!(wrong, refused(Refusal::WrongCode), "{variant:?}");
        assert_eq!(desk.failures(&anna).await, n, "{variant:?}");
    }
    assert_eq!(
        desk.test(&anna, &device, &spaced).await.unwrap(),
        Tested::Worked
    );
}

#[sqlx::test(migrations = "./migrations")]
async fn good_logins_with_one_token_leave_the_others_failures(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let [a, b] = [
        desk.token(&anna, Kind::Totp).await,
        desk.token(&anna, Kind::Hotp).await,
    ];
    for n in 0..4 {
        let client = desk.client(NOW).await;
        let named = Subject::Serial(b.serial.as_str().to_lowercase());
        let verification = Purpose::Verification;
        let wrong = check::verify(&desk.backend, &client, &named, &b.wrong(n), verification).await;
        assert_eq!(wrong.unwrap(), refused(Refusal::WrongCode));
    }
    for n in 0..25 {
        let now = NOW.after(Duration::from_secs(30 * n));
        assert!(
            accepted(&desk.verify_at(now, "anna", &a.code(STEP + n)).await),
            "{n}"
        );
    }
    assert_eq!(
        (desk.failures(&anna).await, desk.token_failures(&b).await),
        (0, 4)
    );
    assert!(accepted(&desk.verify("anna", &b.code(0)).await.unwrap()));
}

#[sqlx::test(migrations = "./migrations")]
async fn no_success_without_its_audit_row(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let device = desk.token(&anna, Kind::Totp).await;
    let raise = "create function raise() returns trigger language plpgsql
                 as 'begin raise exception ''audit is full''; end'";
    sqlx::query(raise).execute(&db).await.unwrap();
    sqlx::query(
        "create trigger watch before insert on audit for each row execute function raise()",
    )
    .execute(&db)
    .await
    .unwrap();
    for code in [device.code(STEP), device.wrong(0)] {
        assert!(matches!(
            desk.verify("anna", &code).await,
            Err(Error::Db(_))
        ));
    }
    assert_eq!(
        desk.failures(&anna).await,
        0,
        "rolled back, right and wrong alike"
    );
    sqlx::query("drop trigger watch on audit")
        .execute(&db)
        .await
        .unwrap();
    assert!(accepted(
        &desk.verify("anna", &device.code(STEP)).await.unwrap()
    ));
}

#[sqlx::test(migrations = "./migrations")]
async fn a_repeat_gets_the_same_answer_and_other_content_is_refused(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    desk.person("ben").await;
    let device = desk.token(&anna, Kind::Totp).await;
    let ask = async |n, username: &str, code: &str| {
        let mut caller = desk.client(NOW).await;
        caller.request = request(n, &format!("{username} {code}"));
        desk.verify_as(caller, username, code).await
    };
    let wrong = device.wrong(0);
    for _ in 0..3 {
        assert_eq!(
            ask(1, "anna", &wrong).await.unwrap(),
            refused(Refusal::WrongCode)
        );
    }
    assert_eq!(
        (desk.failures(&anna).await, desk.counted(&anna).await),
        (1, 1)
    );
    let right = device.code(STEP);
    assert!(matches!(
        ask(1, "anna", &right).await,
        Err(Error::RequestReused)
    ));
    assert!(matches!(
        ask(1, "ben", &right).await,
        Err(Error::RequestReused)
    ));
    assert!(accepted(&ask(2, "anna", &right).await.unwrap()));
    assert!(accepted(&ask(2, "anna", &right).await.unwrap()));
}
