//! Signing in: what it takes, and what trying costs.

use crate::operator::{NOW, STEP, Works, after, nobody};
use crate::operators::GOOD;
use backend::auth::password::{Password, Turn};
use backend::sign_in::{self, Step1, Step2};
use backend::{Caller, Error};
use sqlx::PgPool;
use std::time::Duration;

#[sqlx::test(migrations = "./migrations")]
async fn only_a_right_password_and_a_right_code_sign_in(db: PgPool) {
    let works = Works::new(&db).await;
    let right = works.code(STEP + 1);
    for (n, (password, code, signs_in)) in [
        (GOOD, right.as_str(), true),
        (GOOD, "000000", false),
        (GOOD, "", false),
        ("wrong password!", right.as_str(), false),
        ("wrong password!", "000000", false),
        ("", right.as_str(), false),
        ("", "", false),
    ]
    .into_iter()
    .enumerate()
    {
        let now = after(NOW, 30);
        let half = match works.password(password, now).await {
            Step1::Code { secret } => secret,
            Step1::Refused => {
                assert_ne!(password, GOOD, "row {n}");
                "no such cookie".to_owned()
            }
        };
        let step2 = sign_in::code(&works.backend, &nobody(now), &half, code)
            .await
            .unwrap();
        assert_eq!(matches!(step2, Step2::SignedIn { .. }), signs_in, "row {n}");
    }
}

#[sqlx::test(migrations = "./migrations")]
async fn wrong_passwords_wait_and_never_lock(db: PgPool) {
    let works = Works::new(&db).await;
    let mut now = NOW;
    for _ in 0..5 {
        assert!(matches!(
            works.password("wrong password!", now).await,
            Step1::Refused
        ));
    }
    assert!(
        matches!(works.password(GOOD, after(now, 29)).await, Step1::Refused),
        "waits"
    );
    for _ in 0..60 {
        now = after(now, 3_600);
        assert!(matches!(
            works.password("wrong password!", now).await,
            Step1::Refused
        ));
    }
    now = after(now, 3_600);
    assert!(
        matches!(works.password(GOOD, now).await, Step1::Code { .. }),
        "never locked"
    );
}

#[sqlx::test(migrations = "./migrations")]
async fn parallel_wrong_passwords_all_count(db: PgPool) {
    let works = Works::new(&db).await;
    let tries: Vec<_> = (0..20)
        .map(|_| {
            let backend = works.backend.clone();
            tokio::spawn(async move {
                let wrong = Password::typed("wrong password!");
                sign_in::password(&backend, &nobody(NOW), "jana", &wrong).await
            })
        })
        .collect();
    for tried in tries {
        assert!(matches!(tried.await.unwrap(), Ok(Step1::Refused)));
    }
    let failures: i32 = sqlx::query_scalar("select password_failures from operator")
        .fetch_one(&db)
        .await
        .unwrap();
    assert_eq!(
        failures, 5,
        "evaluated up to the first wait, and no further"
    );
}

#[sqlx::test(migrations = "./migrations")]
async fn a_password_that_is_not_compared_is_not_counted(db: PgPool) {
    let works = Works::new(&db).await;
    let mut turns = Vec::new();
    while turns.len() < 4 {
        turns.extend(Turn::wait().await.ok());
    }
    let waits = works.password(GOOD, NOW);
    let waited = tokio::time::timeout(Duration::from_secs(1), waits).await;
    assert!(waited.is_err(), "there is no turn left");
    let failures = "select password_failures from operator";
    let failures: i32 = sqlx::query_scalar(failures).fetch_one(&db).await.unwrap();
    assert_eq!(failures, 0, "nothing was compared");
}

#[sqlx::test(migrations = "./migrations")]
async fn one_address_tries_thirty_passwords_a_minute(db: PgPool) {
    let works = Works::new(&db).await;
    let wrong = Password::typed("x");
    for n in 0..31 {
        let tried = sign_in::password(&works.backend, &nobody(NOW), "nobody", &wrong).await;
        match tried {
            Ok(Step1::Refused) => assert!(n < 30),
            Err(Error::TooOften(seconds)) => assert!(n == 30 && seconds <= 60),
            _ => panic!("try {n}"),
        }
    }
    // from here on the database is not asked
    works.backend.db.close().await;
    let again = sign_in::password(&works.backend, &nobody(NOW), "nobody", &wrong).await;
    assert!(matches!(again, Err(Error::TooOften(_))), "told from memory");
    let next_minute = after(NOW, 60);
    let later = sign_in::password(&works.backend, &nobody(next_minute), "nobody", &wrong).await;
    assert!(matches!(later, Err(Error::Db(_))), "counted again");
}

#[sqlx::test(migrations = "./migrations")]
async fn addresses_of_one_ipv6_network_share_their_tries(db: PgPool) {
    let works = Works::new(&db).await;
    let wrong = Password::typed("x");
    let from = async |address: String| {
        let caller = Caller {
            address: Some(address.parse().unwrap()),
            ..nobody(NOW)
        };
        sign_in::password(&works.backend, &caller, "nobody", &wrong).await
    };
    for n in 0..30 {
        let tried = from(format!("2001:db8:1:2:{n}::{n}")).await;
        assert!(matches!(tried, Ok(Step1::Refused)), "try {n}");
    }
    let more = from("2001:db8:1:2:ffff::1".to_owned()).await;
    assert!(matches!(more, Err(Error::TooOften(_))));
    let neighbour = from("2001:db8:1:3::1".to_owned()).await;
    assert!(matches!(neighbour, Ok(Step1::Refused)));
}
