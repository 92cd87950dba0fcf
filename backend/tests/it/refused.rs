//! What a check refuses, and what it tells nobody.

use crate::desk::{Desk, NOW, STEP, refused, request};
use backend::Error;
use backend::check::{self, Purpose, Subject, Tested};
use domain::check::Refusal;
use domain::{Code, Kind};
use sqlx::PgPool;
use std::time::Duration;

#[sqlx::test(migrations = "./migrations")]
async fn locked_or_waiting_right_and_wrong_codes_fare_alike(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let device = desk.token(&anna, Kind::Totp).await;
    let lock = "update token_auth set failures = 50 where token_id = $1";
    desk.set(lock, device.token.0).await;
    for code in [device.code(STEP), device.wrong(0)] {
        assert_eq!(
            desk.verify("anna", &code).await.unwrap(),
            refused(Refusal::Locked)
        );
        let tested = Tested::Refused {
            refusal: Refusal::Locked,
            failures: 50,
        };
        assert_eq!(desk.test(&anna, &device, &code).await.unwrap(), tested);
    }
    assert_eq!(
        (
            desk.failures(&anna).await,
            desk.token_failures(&device).await
        ),
        (0, 50)
    );
    assert_eq!(desk.counted(&anna).await, 0);
    let audited = "select count(*) from audit where user_id = $1 and result = 'refused'";
    assert_eq!(desk.number(audited, anna.id.0).await, 4);
}

#[sqlx::test(migrations = "./migrations")]
async fn the_fiftieth_failure_locks_for_good_and_says_so(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let device = desk.token(&anna, Kind::Totp).await;
    desk.set(
        "update token_auth set failures = 49 where token_id = $1",
        device.token.0,
    )
    .await;
    desk.verify("anna", &device.wrong(0)).await.unwrap();
    let years = NOW.after(Duration::from_secs(90_000_000));
    let right = device.code(u64::try_from(years.seconds()).unwrap() / 30);
    assert_eq!(
        desk.verify_at(years, "anna", &right).await,
        refused(Refusal::Locked)
    );
    let said =
        "select count(*) from audit where user_id = $1 and changes->'locked'->>'token' = 'true'";
    assert_eq!(desk.number(said, anna.id.0).await, 1);
}

#[sqlx::test(migrations = "./migrations")]
async fn what_an_operator_or_the_clock_took_away_does_not_verify(db: PgPool) {
    let desk = Desk::new(&db);
    let at = "to_timestamp(1780000010)";
    assert_eq!(at, format!("to_timestamp({})", NOW.seconds()));
    let cases = [
        (
            Refusal::Disabled,
            "update token_auth set disabled_at = now() where token_id = $1",
        ),
        (
            Refusal::Expired,
            "update token_auth set expires_at = to_timestamp(1780000010) where token_id = $1",
        ),
        (
            Refusal::UserDisabled,
            "update user_auth set disabled_at = now() where user_id =
                 (select user_id from token_auth where token_id = $1)",
        ),
        (
            Refusal::Obsolete,
            "update token_type set obsolete_since = to_timestamp(0),
                 grace_until = to_timestamp(1780000010)
             where id = (select type_id from token_auth where token_id = $1)",
        ),
    ];
    for (refusal, sql) in cases {
        let person = desk.person(refusal.as_str()).await;
        let device = desk.token(&person, Kind::Totp).await;
        desk.set(sql, device.token.0).await;
        let checked = desk
            .verify(&person.username, &device.code(STEP))
            .await
            .unwrap();
        assert_eq!(checked, refused(refusal));
        assert_eq!(desk.failures(&person).await, 0);
    }
}

#[sqlx::test(migrations = "./migrations")]
async fn an_unknown_user_is_looked_up_counted_and_answered_like_a_known_one(db: PgPool) {
    let desk = Desk::new(&db);
    let carl = desk.person("carl").await;
    desk.token(&carl, Kind::Totp).await;
    for name in ["nobody", "", "a\0b", &"x".repeat(1_000)] {
        let checked = desk.verify(name, "123456").await.unwrap();
        assert_eq!(checked, refused(Refusal::Unknown), "{name:?}");
    }
    let elsewhere = Subject::User {
        realm: Some("operators".into()),
        username: "carl".into(),
    };
    let (client, purpose) = (desk.client(NOW).await, Purpose::Verification);
    let checked = check::verify(&desk.backend, &client, &elsewhere, "123456", purpose).await;
    assert_eq!(checked.unwrap(), refused(Refusal::Unknown));
    let rows: i64 = sqlx::query_scalar(
        "select count(*) from audit where reason = 'unknown' and user_id is null",
    )
    .fetch_one(&db)
    .await
    .unwrap();
    assert_eq!(rows, 5);
    let touched: i64 = sqlx::query_scalar(
        "select count(*) from user_auth where failures > 0 or retry_at is not null",
    )
    .fetch_one(&db)
    .await
    .unwrap();
    assert_eq!(touched, 0, "a decoy never waits");
}

#[sqlx::test(migrations = "./migrations")]
async fn seeds_that_changed_places_accept_and_count_nothing(db: PgPool) {
    let desk = Desk::new(&db);
    let [anna, ben] = [desk.person("anna").await, desk.person("ben").await];
    let [a, b] = [
        desk.token(&anna, Kind::Totp).await,
        desk.token(&ben, Kind::Totp).await,
    ];
    sqlx::query(
        "update token_auth t set seed_sealed = o.seed_sealed from token_auth o
         where t.token_id = any($1) and o.token_id = any($1) and t.token_id <> o.token_id",
    )
    .bind([a.token.0, b.token.0])
    .execute(&db)
    .await
    .unwrap();
    for code in [a.code(STEP), b.code(STEP)] {
        let mut caller = desk.client(NOW).await;
        caller.request = request(1, "the same");
        let checked = desk.verify_as(caller, "anna", &code).await;
        assert!(matches!(checked, Err(Error::Seal(_))), "{checked:?}");
        let tested = desk.test(&anna, &a, &code).await;
        assert!(matches!(tested, Err(Error::Seal(_))), "{tested:?}");
    }
    assert_eq!(
        desk.failures(&anna).await + desk.token_failures(&a).await,
        0
    );
    assert_eq!(desk.counted(&anna).await, 0);
    let said = "select count(*) from audit where user_id = $1 and reason = 'seed does not open'";
    assert_eq!(desk.number(said, anna.id.0).await, 4);
}

#[sqlx::test(migrations = "./migrations")]
async fn a_test_needs_its_privilege_and_stays_in_its_realms(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let device = desk.token(&anna, Kind::Totp).await;
    let code = Code::parse(&device.code(STEP)).unwrap();
    let viewer = desk.operator(domain::Privilege::TokensView, NOW).await;
    let denied = check::test(&desk.backend, &viewer, anna.id, &device.serial, &code).await;
    assert!(matches!(denied, Err(Error::Forbidden(_))));
    let mut elsewhere = desk.operator(domain::Privilege::TokensTest, NOW).await;
    if let backend::Actor::Operator { grants, .. } = &mut elsewhere.actor {
        grants[0].realms = vec![domain::RealmId::OPERATORS];
    }
    let hidden = check::test(&desk.backend, &elsewhere, anna.id, &device.serial, &code).await;
    assert!(matches!(hidden, Err(Error::NotFound)));
    assert_eq!(
        desk.test(&anna, &device, code.as_str()).await.unwrap(),
        Tested::Worked
    );
    let used = "select count(last_used_at) from token_auth where token_id = $1";
    assert_eq!(
        desk.number(used, device.token.0).await,
        0,
        "a test is no use"
    );
}

#[sqlx::test(migrations = "./migrations")]
async fn a_no_writes_as_much_whoever_it_is_about(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let device = desk.token(&anna, Kind::Totp).await;
    let lock = "update token_auth set failures = 50 where token_id = $1";
    for (name, before) in [("nobody", None), ("anna", None), ("anna", Some(lock))] {
        if let Some(sql) = before {
            desk.set(sql, device.token.0).await;
        }
        let since = "select pg_current_xact_id()::text::bigint";
        let since: i64 = sqlx::query_scalar(since).fetch_one(&db).await.unwrap();
        desk.verify(name, &device.wrong(0)).await.unwrap();
        let rows = "select (select count(*) from user_auth where xmin::text::bigint > $1),
                           (select count(*) from token_auth where xmin::text::bigint > $1),
                           (select count(*) from audit where xmin::text::bigint > $1)";
        let rows: (i64, i64, i64) = sqlx::query_as(rows)
            .bind(since)
            .fetch_one(&db)
            .await
            .unwrap();
        assert_eq!(rows, (1, 1, 1), "{name}, {before:?}");
    }
}
