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
async fn operator(desk: &Desk) -> Caller {
    let mut caller = desk.operator(Privilege::TokensReset, NOW).await;
    if let Actor::Operator { grants, .. } = &mut caller.actor {
        grants.push(Grant {
            privileges: [Privilege::TokensUnlock].into(),
            realms: vec![RealmId(desk.realm_id().await)],
        });
    }
    caller
}

fn pair(first: &str, second: &str) -> Pair {
    Pair {
        first: Code::parse(first).unwrap(),
        second: Code::parse(second).unwrap(),
        unlocks: false,
    }
}

/// The codes of these two counters.
fn codes(device: &Device, first: u64, second: u64) -> Pair {
    pair(&device.code(first), &device.code(second))
}

async fn reset(desk: &Desk, person: &Person, device: &Device, pair: Pair) -> Result<Reset> {
    let caller = operator(desk).await;
    check::reset(&desk.backend, &caller, person.id, &device.serial, &pair).await
}

fn refused(refusal: Refusal, failures: u32) -> Reset {
    Reset::Refused {
        refusal,
        failures,
        waits_until: None,
    }
}

async fn counter(desk: &Desk, device: &Device) -> i64 {
    let sql = "select counter from token_auth where token_id = $1";
    desk.number(sql, device.token.0).await
}

const FAILED: &str = "update token_auth set failures = 3 where token_id = $1";

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
async fn what_does_not_follow_each_other_counts_once_and_says_no_more(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let device = desk.token(&anna, Kind::Hotp).await;
    let spent = "update token_auth set counter = 10 where token_id = $1";
    desk.set(spent, device.token.0).await;
    let wrong = device.wrong(0);
    let pairs = [
        ("right, then wrong", pair(&device.code(20), &wrong)),
        ("wrong, then right", pair(&wrong, &device.code(20))),
        ("the wrong way round", codes(&device, 21, 20)),
        ("behind the counter", codes(&device, 8, 9)),
    ];
    for (failures, (what, pair)) in (1..).zip(pairs) {
        let came = reset(&desk, &anna, &device, pair).await.unwrap();
        assert_eq!(came, refused(Refusal::WrongCode, failures), "{what}");
        assert_eq!(
            desk.token_failures(&device).await,
            i64::from(failures),
            "{what}"
        );
        assert_eq!(counter(&desk, &device).await, 10, "{what}");
    }
    assert_eq!(
        desk.failures(&anna).await,
        0,
        "an operator\u{2019}s reset is not the user\u{2019}s"
    );
    assert_eq!(desk.counted(&anna).await, 4, "each stands in the audit");
    let half = reset(&desk, &anna, &device, codes(&device, 9, 10))
        .await
        .unwrap();
    assert!(matches!(
        half,
        Reset::Refused {
            failures: 5,
            waits_until: Some(_),
            ..
        }
    ));
    let right = reset(&desk, &anna, &device, codes(&device, 20, 21))
        .await
        .unwrap();
    let waits = matches!(
        right,
        Reset::Refused {
            refusal: Refusal::Waits(_),
            failures: 5,
            ..
        }
    );
    assert!(
        waits,
        "a right pair is no better while the token waits: {right:?}"
    );
}

#[sqlx::test(migrations = "./migrations")]
async fn captured_codes_are_worth_nothing_once_a_later_one_was_used(db: PgPool) {
    let desk = Desk::new(&db);
    for kind in [Kind::Hotp, Kind::Totp] {
        let person = desk.person(kind.as_str()).await;
        let device = desk.token(&person, kind).await;
        let first = if kind == Kind::Hotp { 3 } else { STEP - 5 };
        let later = if kind == Kind::Hotp { 8 } else { STEP };
        assert!(accepted(
            &desk
                .verify(kind.as_str(), &device.code(later))
                .await
                .unwrap()
        ));
        let captured = codes(&device, first, first + 1);
        let came = reset(&desk, &person, &device, captured).await.unwrap();
        assert_eq!(came, refused(Refusal::WrongCode, 1), "{kind:?}");
        let straddling = codes(&device, later, later + 1);
        let came = reset(&desk, &person, &device, straddling).await.unwrap();
        assert_eq!(
            came,
            refused(Refusal::WrongCode, 2),
            "{kind:?}: its first is spent"
        );
        assert_eq!(
            counter(&desk, &device).await,
            i64::try_from(later).unwrap() + 1
        );
    }
}

#[sqlx::test(migrations = "./migrations")]
async fn guessing_at_the_reset_locks_the_token(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let device = desk.token(&anna, Kind::Totp).await;
    let nearly = "update token_auth set failures = 49 where token_id = $1";
    desk.set(nearly, device.token.0).await;
    let wrong = pair(&device.wrong(0), &device.wrong(1));
    let last = reset(&desk, &anna, &device, wrong.clone()).await.unwrap();
    assert!(matches!(last, Reset::Refused { failures: 50, .. }));
    let told = "select count(*) from audit where token_id = $1 and action = 'token.reset'
        and changes->'locked'->>'token' = 'true'";
    assert_eq!(desk.number(told, device.token.0).await, 1);
    let next = reset(&desk, &anna, &device, wrong).await.unwrap();
    assert!(matches!(
        next,
        Reset::Refused {
            refusal: Refusal::Locked,
            failures: 50,
            ..
        }
    ));
}

#[sqlx::test(migrations = "./migrations")]
async fn nothing_is_looked_at_in_a_state_that_forbids_it(db: PgPool) {
    let desk = Desk::new(&db);
    type State = (&'static str, &'static str, fn(&Refusal) -> bool);
    let states: [State; 7] = [
        (
            "locked",
            "update token_auth set failures = 50 where token_id = $1",
            |it| *it == Refusal::Locked,
        ),
        (
            "disabled",
            "update token_auth set disabled_at = now() where token_id = $1",
            |it| *it == Refusal::Disabled,
        ),
        (
            "expired",
            "update token_auth set expires_at = '2020-01-01' where token_id = $1",
            |it| *it == Refusal::Expired,
        ),
        (
            "user-locked",
            "update user_auth set failures = 100 where user_id =
                 (select user_id from token_auth where token_id = $1)",
            |it| *it == Refusal::UserLocked,
        ),
        (
            "user-waits",
            "update user_auth set failures = 10, retry_at = '2100-01-01' where user_id =
                 (select user_id from token_auth where token_id = $1)",
            |it| matches!(it, Refusal::UserWaits(_)),
        ),
        (
            "user-disabled",
            "update user_auth set disabled_at = now() where user_id =
                 (select user_id from token_auth where token_id = $1)",
            |it| *it == Refusal::UserDisabled,
        ),
        (
            "obsolete",
            "update token_type set obsolete_since = '2020-01-01', grace_until = '2100-01-01'
                 where id = (select type_id from token_auth where token_id = $1)",
            |it| *it == Refusal::Obsolete,
        ),
    ];
    for (name, sql, expected) in states {
        let person = desk.person(name).await;
        let device = desk.token(&person, Kind::Hotp).await;
        desk.set(sql, device.token.0).await;
        let before = desk.token_failures(&device).await;
        let came = reset(&desk, &person, &device, codes(&device, 0, 1))
            .await
            .unwrap();
        let Reset::Refused { refusal, .. } = came else {
            panic!("{name}: done");
        };
        assert!(expected(&refusal), "{name}: {refusal:?}");
        assert_eq!(counter(&desk, &device).await, 0, "{name}");
        assert_eq!(
            desk.token_failures(&device).await,
            before,
            "{name}: counted"
        );
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
async fn a_type_may_deny_it_and_a_slip_of_the_hand_counts_nothing(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let device = desk.token(&anna, Kind::Hotp).await;
    let long = pair(&device.code(0), "12345678");
    let came = reset(&desk, &anna, &device, long).await;
    assert!(matches!(came, Err(Error::CodeLength(_))));
    assert_eq!(desk.token_failures(&device).await, 0);
    let denied = "update token_type set denied_actions = '{reset}'
        where id = (select type_id from token_auth where token_id = $1)";
    desk.set(denied, device.token.0).await;
    for unlocks in [false, true] {
        let asked = Pair {
            unlocks,
            ..codes(&device, 0, 1)
        };
        let came = reset(&desk, &anna, &device, asked).await;
        assert!(matches!(came, Err(Error::NotFound)), "{unlocks}");
    }
    let sms = "update token_auth set kind = 'sms' where token_id = $1";
    desk.set(sms, device.token.0).await;
    desk.set(
        "update token_type set denied_actions = '{}' where $1::uuid is not null",
        device.token.0,
    )
    .await;
    let came = reset(&desk, &anna, &device, codes(&device, 0, 1)).await;
    assert!(
        matches!(came, Err(Error::NotFound)),
        "a kind without a counter"
    );
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
