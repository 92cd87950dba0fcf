//! Two codes in a row: what brings a token back in step, what is refused, and what is never taken twice.

use crate::desk::{Desk, Device, NOW, Person, STEP, accepted, request};
use backend::auth::Grant;
use backend::check::{self, Pair, Reset};
use backend::{Actor, Caller, Error, Result};
use domain::check::Refusal;
use domain::{Code, Kind, Privilege, RealmId};
use sqlx::PgPool;
use std::sync::Arc;

/// Somebody who may reset and unlock, and nothing else.
pub async fn operator(desk: &Desk) -> Caller {
    let mut caller = desk.operator(Privilege::TokensReset, NOW).await;
    if let Actor::Operator { grants, .. } = &mut caller.actor {
        grants.push(Grant {
            role: "Test".into(),
            privileges: [Privilege::TokensUnlock].into(),
            realms: vec![RealmId(desk.realm_id().await)],
        });
    }
    caller
}

pub fn pair(first: &str, second: &str) -> Pair {
    Pair {
        first: Code::parse(first).unwrap(),
        second: Code::parse(second).unwrap(),
        unlocks: false,
    }
}

/// The codes of these two counters.
pub fn codes(device: &Device, first: u64, second: u64) -> Pair {
    pair(&device.code(first), &device.code(second))
}

pub async fn reset(desk: &Desk, person: &Person, device: &Device, pair: Pair) -> Result<Reset> {
    let caller = operator(desk).await;
    check::reset(&desk.backend, &caller, person.id, &device.serial, &pair).await
}

pub fn refused(refusal: Refusal, failures: u32) -> Reset {
    Reset::Refused {
        refusal,
        failures,
        waits_until: None,
    }
}

pub async fn counter(desk: &Desk, device: &Device) -> i64 {
    let sql = "select counter from token_auth where token_id = $1";
    desk.number(sql, device.token.0).await
}

pub const FAILED: &str = "update token_auth set failures = 3 where token_id = $1";

#[sqlx::test(migrations = "./migrations")]
async fn a_pair_sets_the_counter_behind_it_and_clears_the_token_alone(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let device = desk.token(&anna, Kind::Hotp).await;
    desk.set(FAILED, device.token.0).await;
    let user = "update user_auth set failures = 4 where user_id = $1";
    desk.set(user, anna.id.0).await;
    let done = reset(&desk, &anna, &device, codes(&device, 500, 501)).await;
    assert_eq!(done.unwrap(), Reset::Done);
    assert_eq!(counter(&desk, &device).await, 502);
    assert_eq!(desk.token_failures(&device).await, 0);
    let unused = "select count(*) from token_auth where token_id = $1 and last_used_at is null";
    assert_eq!(desk.number(unused, device.token.0).await, 1, "it is no use");
    assert_eq!(desk.failures(&anna).await, 4, "the user\u{2019}s stay");
    assert!(!accepted(
        &desk.verify("anna", &device.code(501)).await.unwrap()
    ));
    assert!(accepted(
        &desk.verify("anna", &device.code(502)).await.unwrap()
    ));
    let told = "select count(*) from audit where token_id = $1 and action = 'token.reset'
        and purpose = 'reset' and result = 'done' and changes->'counter' = '[0, 502]'";
    assert_eq!(desk.number(told, device.token.0).await, 1);
}

#[sqlx::test(migrations = "./migrations")]
async fn hotp_is_searched_a_thousand_ahead_and_no_further(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let device = desk.token(&anna, Kind::Hotp).await;
    let far = reset(&desk, &anna, &device, codes(&device, 1_001, 1_002)).await;
    assert_eq!(far.unwrap(), refused(Refusal::WrongCode, 1));
    let near = reset(&desk, &anna, &device, codes(&device, 1_000, 1_001)).await;
    assert_eq!(near.unwrap(), Reset::Done);
    assert_eq!(counter(&desk, &device).await, 1_002);
}

#[sqlx::test(migrations = "./migrations")]
async fn totp_is_searched_twenty_steps_either_way_and_learns_the_drift(db: PgPool) {
    let desk = Desk::new(&db);
    for (name, second, drift) in [
        ("slow", STEP - 20, Some(-20)),
        ("fast", STEP + 20, Some(20)),
        ("too-slow", STEP - 21, None),
        ("too-fast", STEP + 21, None),
    ] {
        let person = desk.person(name).await;
        let device = desk.token(&person, Kind::Totp).await;
        let came = reset(&desk, &person, &device, codes(&device, second - 1, second)).await;
        let expected = match drift {
            Some(_) => Reset::Done,
            None => refused(Refusal::WrongCode, 1),
        };
        assert_eq!(came.unwrap(), expected, "{name}");
        for sql in [
            "select drift::bigint from token_auth where token_id = $1",
            "select drift_set::bigint from token_auth where token_id = $1",
        ] {
            assert_eq!(
                desk.number(sql, device.token.0).await,
                drift.unwrap_or(0),
                "{name}"
            );
        }
        let next = desk.verify(name, &device.code(second + 1)).await.unwrap();
        assert_eq!(accepted(&next), drift.is_some(), "{name}: the next code");
    }
}

#[sqlx::test(migrations = "./migrations")]
async fn one_pair_twenty_times_at_once_is_accepted_once(db: PgPool) {
    let desks = [Desk::another(&db).await, Desk::another(&db).await].map(Arc::new);
    let anna = desks[0].person("anna").await;
    let device = desks[0].token(&anna, Kind::Hotp).await;
    let tries: Vec<_> = (0..20)
        .map(|n| {
            let (desk, anna, device) = (Arc::clone(&desks[n % 2]), anna.clone(), device.clone());
            tokio::spawn(async move { reset(&desk, &anna, &device, codes(&device, 7, 8)).await })
        })
        .collect();
    let mut done = 0;
    for tried in tries {
        done += usize::from(tried.await.unwrap().is_ok_and(|came| came == Reset::Done));
    }
    assert_eq!(done, 1);
    assert_eq!(counter(&desks[0], &device).await, 9);
}

#[sqlx::test(migrations = "./migrations")]
async fn a_form_that_is_sent_twice_counts_once(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let device = desk.token(&anna, Kind::Hotp).await;
    let caller = Caller {
        request: request(1, "reset"),
        ..operator(&desk).await
    };
    let wrong = pair(&device.wrong(0), &device.wrong(1));
    for _ in 0..2 {
        let came = check::reset(&desk.backend, &caller, anna.id, &device.serial, &wrong).await;
        assert_eq!(came.unwrap(), refused(Refusal::WrongCode, 1));
    }
    assert_eq!(desk.token_failures(&device).await, 1);
}

#[sqlx::test(migrations = "./migrations")]
async fn unlocking_with_a_right_pair_is_one_step_and_a_wrong_pair_unlocks_nothing(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let device = desk.token(&anna, Kind::Hotp).await;
    desk.set(
        "update token_auth set failures = 50 where token_id = $1",
        device.token.0,
    )
    .await;
    desk.set(
        "update app_user set can_sign_in = false where id = $1",
        anna.id.0,
    )
    .await;
    let unlocking = |pair| Pair {
        unlocks: true,
        ..pair
    };
    let wrong = unlocking(pair(&device.code(30), &device.wrong(0)));
    let came = reset(&desk, &anna, &device, wrong).await.unwrap();
    assert!(matches!(
        came,
        Reset::Refused {
            refusal: Refusal::WrongCode,
            failures: 51,
            ..
        }
    ));
    assert!(
        !accepted(&desk.verify("anna", &device.code(0)).await.unwrap()),
        "still locked"
    );
    let unlocked = "select count(*) from audit where token_id = $1 and action = 'token.unlock'";
    assert_eq!(desk.number(unlocked, device.token.0).await, 0);
    let right = unlocking(codes(&device, 30, 31));
    assert_eq!(
        reset(&desk, &anna, &device, right).await.unwrap(),
        Reset::Done
    );
    assert_eq!(desk.token_failures(&device).await, 0);
    assert_eq!(
        desk.number(unlocked, device.token.0).await,
        1,
        "both deeds are told"
    );
    let signs_in = "select can_sign_in::int::bigint from app_user where id = $1";
    assert_eq!(desk.number(signs_in, anna.id.0).await, 1);
    assert!(accepted(
        &desk.verify("anna", &device.code(32)).await.unwrap()
    ));
}

#[sqlx::test(migrations = "./migrations")]
async fn unlocking_and_resetting_takes_both_privileges_and_an_open_user(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let device = desk.token(&anna, Kind::Hotp).await;
    desk.set(
        "update token_auth set failures = 50 where token_id = $1",
        device.token.0,
    )
    .await;
    let pair = Pair {
        unlocks: true,
        ..codes(&device, 0, 1)
    };
    for only in [Privilege::TokensReset, Privilege::TokensUnlock] {
        let caller = desk.operator(only, NOW).await;
        let came = check::reset(&desk.backend, &caller, anna.id, &device.serial, &pair).await;
        assert!(matches!(came, Err(Error::Forbidden(_))), "{only:?}");
    }
    desk.set(
        "update user_auth set failures = 100 where user_id = $1",
        anna.id.0,
    )
    .await;
    let came = reset(&desk, &anna, &device, pair).await.unwrap();
    assert!(matches!(
        came,
        Reset::Refused {
            refusal: Refusal::UserLocked,
            ..
        }
    ));
    assert_eq!(counter(&desk, &device).await, 0);
}
