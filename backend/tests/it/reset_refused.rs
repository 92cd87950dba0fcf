//! A reset that is refused: what it counts, what it says, and what it never moves.

use crate::desk::{Desk, STEP, accepted};
use crate::reset::{codes, counter, pair, refused, reset};
use backend::Error;
use backend::check::{Pair, Reset};
use domain::Kind;
use domain::check::Refusal;
use sqlx::PgPool;

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
