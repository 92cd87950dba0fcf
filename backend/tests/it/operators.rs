//! Signing in, sessions, one-time links and jobs.

use crate::desk::Desk;
use crate::operator::{NOW, STEP, Works, after, nobody};
use backend::account::{Changed, change_password};
use backend::auth::password::{Password, Turn};
use backend::jobs::{Job, run_if_due};
use backend::links::{self, Proven, Purpose};
use backend::sign_in::{self, Step1, Step2};
use backend::{Caller, Error, sessions};
use domain::check::Refusal;
use domain::{BuiltInRole, Code, Privilege, RealmId};
use sqlx::PgPool;
use std::time::Duration;

const GOOD: &str = "correct horse battery";

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
async fn half_a_session_opens_nothing_and_ends_with_the_whole_one(db: PgPool) {
    let works = Works::new(&db).await;
    let now = after(NOW, 30);
    let Step1::Code { secret: half } = works.password(GOOD, now).await else {
        panic!("a right password");
    };
    assert!(is_signed_out(
        sessions::actor(&works.backend, &half, now).await
    ));
    assert!(is_signed_out(
        sessions::half(&works.backend, &half, after(now, 300)).await
    ));
    let code = works.code(STEP + 1);
    let step2 = sign_in::code(&works.backend, &nobody(now), &half, &code)
        .await
        .unwrap();
    let Step2::SignedIn { secret } = step2 else {
        panic!("a right code")
    };
    assert_ne!(
        secret, half,
        "a cookie that was planted before is worth nothing after"
    );
    assert!(is_signed_out(
        sessions::half(&works.backend, &half, now).await
    ));
    assert!(is_signed_out(
        sessions::half(&works.backend, &secret, now).await
    ));
    let actor = sessions::actor(&works.backend, &secret, now).await.unwrap();
    assert!(actor.holds(Privilege::OperatorsManage, works.default_realm));
    assert!(!actor.holds(Privilege::UsersView, RealmId::OPERATORS));
}

#[sqlx::test(migrations = "./migrations")]
async fn a_session_is_idle_after_thirty_minutes_and_over_after_twelve_hours(db: PgPool) {
    let works = Works::new(&db).await;
    let cookie = &works.cookie;
    let mut now = NOW;
    while now < after(NOW, 12 * 3600 - 1_700) {
        now = after(now, 1_700);
        sessions::actor(&works.backend, cookie, now).await.unwrap();
    }
    assert!(is_signed_out(
        sessions::actor(&works.backend, cookie, after(now, 1_800)).await
    ));
    assert!(is_signed_out(
        sessions::actor(&works.backend, cookie, after(NOW, 12 * 3600)).await
    ));
}

#[sqlx::test(migrations = "./migrations")]
async fn a_session_ends_on_every_server_at_once(db: PgPool) {
    let works = Works::new(&db).await;
    let other = Desk::another(&db).await.backend;
    let actor = sessions::actor(&other, &works.cookie, NOW).await.unwrap();
    let mut caller = nobody(NOW);
    caller.actor = actor;
    sign_in::sign_out(&works.backend, &caller).await.unwrap();
    assert!(is_signed_out(
        sessions::actor(&other, &works.cookie, NOW).await
    ));
}

#[sqlx::test(migrations = "./migrations")]
async fn a_disabled_operator_is_signed_out_and_cannot_sign_in(db: PgPool) {
    let works = Works::new(&db).await;
    sqlx::query("update user_auth set disabled_at = now() where realm_id = $1")
        .bind(RealmId::OPERATORS.0)
        .execute(&db)
        .await
        .unwrap();
    assert!(is_signed_out(
        sessions::actor(&works.backend, &works.cookie, NOW).await
    ));
    assert!(matches!(works.password(GOOD, NOW).await, Step1::Refused));
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

#[sqlx::test(migrations = "./migrations")]
async fn a_link_works_once_in_twenty_copies(db: PgPool) {
    let works = Works::new(&db).await;
    let link = works.reset_link().await;
    let secret = works.open(Purpose::OperatorReset, &link).await;
    let code = Code::parse(&crate::operator::code_of(&secret, STEP)).unwrap();
    let other = Desk::another(&db).await.backend;
    let tries: Vec<_> = (0..20)
        .map(|n| {
            let backend = if n % 2 == 0 {
                works.backend.clone()
            } else {
                other.clone()
            };
            let (link, code) = (link.clone(), code.clone());
            tokio::spawn(async move {
                let purpose = Purpose::OperatorReset;
                links::prove(&backend, &nobody(NOW), purpose, &link, &code).await
            })
        })
        .collect();
    let mut spent = 0;
    for tried in tries {
        match tried.await.unwrap() {
            Ok(Proven::SignedIn { .. }) => spent += 1,
            Err(Error::NotFound) => {}
            Ok(_) => panic!("neither spent nor gone"),
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(spent, 1);
}

#[sqlx::test(migrations = "./migrations")]
async fn a_reset_ends_sessions_and_old_apps_and_only_when_proven(db: PgPool) {
    let works = Works::new(&db).await;
    sqlx::query(
        "with given as (insert into serial_given values ('TOTP-WAITING') returning serial)
         insert into enrolment (id, realm_id, user_id, type_id, serial, description, algorithm,
             digits, period, seed_sealed, started_at, started_by, ends_at)
         select gen_random_uuid(), u.realm_id, u.id, t.id, serial, 'Spare', 'SHA1', 6, 30, '',
             now(), '', now()
         from given, app_user u, token_type t where t.slug = 'authenticator-app'",
    )
    .execute(&db)
    .await
    .unwrap();
    let link = works.reset_link().await;
    let secret = works.open(Purpose::OperatorReset, &link).await;
    sessions::actor(&works.backend, &works.cookie, NOW)
        .await
        .unwrap();
    let wrong = Code::parse("00000000").unwrap();
    let purpose = Purpose::OperatorReset;
    let proven = links::prove(&works.backend, &nobody(NOW), purpose, &link, &wrong).await;
    assert!(matches!(proven, Ok(Proven::Wrong(tries)) if tries.failures == 1));
    let code = Code::parse(&crate::operator::code_of(&secret, STEP)).unwrap();
    let proven = links::prove(&works.backend, &nobody(NOW), purpose, &link, &code).await;
    assert!(matches!(proven, Ok(Proven::SignedIn { .. })));
    assert!(is_signed_out(
        sessions::actor(&works.backend, &works.cookie, NOW).await
    ));
    let tokens: i64 = sqlx::query_scalar("select count(*) from token")
        .fetch_one(&db)
        .await
        .unwrap();
    assert_eq!(tokens, 1, "the old app is gone");
    let gone = crate::delete_user::gone(&db).await;
    let waiting = ["enrolment.cancel", "Authenticator app, Spare"].map(str::to_owned);
    let old = ["token.delete", "Authenticator app"].map(str::to_owned);
    let named: Vec<_> = gone.iter().map(|it| it.0.clone()).collect();
    assert_eq!(named, [waiting, old]);
    assert_eq!(gone[1].1["created_by"][0], "Jana");
}

#[sqlx::test(migrations = "./migrations")]
async fn a_link_opens_nothing_of_the_other_purpose_nor_after_its_hour(db: PgPool) {
    let works = Works::new(&db).await;
    let link = works.reset_link().await;
    let first = links::look(&works.backend, Purpose::FirstAdministrator, &link, NOW).await;
    assert!(matches!(first, Err(Error::NotFound)));
    let purpose = Purpose::OperatorReset;
    assert!(
        links::look(&works.backend, purpose, &link, after(NOW, 3_599))
            .await
            .is_ok()
    );
    let late = links::look(&works.backend, purpose, &link, after(NOW, 3_600)).await;
    assert!(matches!(late, Err(Error::NotFound)));
    let newer = works.reset_link().await;
    let void = links::look(&works.backend, purpose, &link, NOW).await;
    assert!(
        matches!(void, Err(Error::NotFound)),
        "a newer link voids it"
    );
    assert!(
        links::look(&works.backend, purpose, &newer, NOW)
            .await
            .is_ok()
    );
    let none = links::make_first(&works.backend, &nobody(NOW))
        .await
        .unwrap();
    assert!(none.is_none(), "there is an administrator");
}

#[sqlx::test(migrations = "./migrations")]
async fn a_disabled_operator_s_link_waits_until_the_operator_is_enabled(db: PgPool) {
    let works = Works::new(&db).await;
    let link = works.reset_link().await;
    let purpose = Purpose::OperatorReset;
    let secret = works.open(purpose, &link).await;
    let code = Code::parse(&crate::operator::code_of(&secret, STEP)).unwrap();
    let set = async |sql: &'static str| {
        sqlx::query(sql).execute(&db).await.unwrap();
    };
    set("update user_auth set disabled_at = now() where username_key = 'jana'").await;
    let look = links::look(&works.backend, purpose, &link, NOW).await;
    assert!(matches!(look, Err(Error::NotFound)));
    let password = Password::chosen("another long one").unwrap();
    let which = (purpose, link.as_str());
    let opened = links::open(&works.backend, &nobody(NOW), which, None, &password).await;
    assert!(matches!(opened, Err(Error::NotFound)));
    let restarted = links::restart(&works.backend, &nobody(NOW), purpose, &link).await;
    assert!(matches!(restarted, Err(Error::NotFound)));
    let proven = links::prove(&works.backend, &nobody(NOW), purpose, &link, &code).await;
    assert!(matches!(proven, Err(Error::NotFound)));
    set("update user_auth set disabled_at = null").await;
    let proven = links::prove(&works.backend, &nobody(NOW), purpose, &link, &code).await;
    assert!(matches!(proven, Ok(Proven::SignedIn { .. })));
}

#[sqlx::test(migrations = "./migrations")]
async fn an_operator_who_is_disabled_while_a_link_is_spent_does_not_come_in(db: PgPool) {
    let works = Works::new(&db).await;
    let link = works.reset_link().await;
    let secret = works.open(Purpose::OperatorReset, &link).await;
    let code = Code::parse(&crate::operator::code_of(&secret, STEP)).unwrap();
    let mut holder = db.begin().await.unwrap();
    sqlx::query("update user_auth set disabled_at = now() where username_key = 'jana'")
        .execute(&mut *holder)
        .await
        .unwrap();
    let backend = works.backend.clone();
    let spent = tokio::spawn(async move {
        links::prove(&backend, &nobody(NOW), Purpose::OperatorReset, &link, &code).await
    });
    crate::desk::wait_for_a_lock(&db, 1).await;
    holder.commit().await.unwrap();
    assert!(matches!(spent.await.unwrap(), Err(Error::NotFound)));
}

#[sqlx::test(migrations = "./migrations")]
async fn a_new_password_takes_the_old_one_and_a_code_and_ends_other_sessions(db: PgPool) {
    let works = Works::new(&db).await;
    let now = after(NOW, 30);
    let Step1::Code { secret: half } = works.password(GOOD, now).await else {
        panic!("a right password");
    };
    let code = works.code(STEP + 1);
    let step2 = sign_in::code(&works.backend, &nobody(now), &half, &code)
        .await
        .unwrap();
    let Step2::SignedIn { secret: other } = step2 else {
        panic!("a right code")
    };
    let mut caller = nobody(after(NOW, 60));
    caller.actor = sessions::actor(&works.backend, &works.cookie, NOW)
        .await
        .unwrap();
    let (old, new) = (Password::typed(GOOD), Password::typed("another long one"));
    let change = async |old: &Password, code: &str| {
        change_password(&works.backend, &caller, old, &new, code)
            .await
            .unwrap()
    };
    let fresh = works.code(STEP + 2);
    assert_eq!(change(&new, &fresh).await, Changed::WrongPassword);
    assert!(matches!(
        change(&old, &code).await,
        Changed::Refused(Refusal::CodeUsed)
    ));
    assert_eq!(change(&old, &fresh).await, Changed::Done);
    assert!(is_signed_out(
        sessions::actor(&works.backend, &other, now).await
    ));
    sessions::actor(&works.backend, &works.cookie, now)
        .await
        .unwrap();
    assert!(matches!(works.password(GOOD, now).await, Step1::Refused));
    assert!(matches!(
        works.password("another long one", now).await,
        Step1::Code { .. }
    ));
}

#[sqlx::test(migrations = "./migrations")]
async fn a_job_that_is_due_runs_once_over_two_servers(db: PgPool) {
    let servers = [
        Desk::another(&db).await.backend,
        Desk::another(&db).await.backend,
    ];
    let far = after(NOW, 60 * 60 * 24 * 365);
    for job in Job::ALL {
        let runs: Vec<_> = (0..10)
            .map(|n| {
                let backend = servers[n % 2].clone();
                tokio::spawn(async move { run_if_due(&backend, job, far).await.unwrap() })
            })
            .collect();
        let mut ran = 0;
        for run in runs {
            ran += usize::from(run.await.unwrap());
        }
        assert_eq!(ran, 1, "{job:?}");
    }
}

#[sqlx::test(migrations = "./migrations")]
async fn an_idle_session_ends_in_the_audit(db: PgPool) {
    let works = Works::new(&db).await;
    let far = after(NOW, 60 * 60 * 24 * 365);
    run_if_due(&works.backend, Job::EndSessions, far)
        .await
        .unwrap();
    let left: i64 = sqlx::query_scalar("select count(*) from session")
        .fetch_one(&db)
        .await
        .unwrap();
    let ended: i64 = sqlx::query_scalar("select count(*) from audit where action = 'session.end'")
        .fetch_one(&db)
        .await
        .unwrap();
    assert_eq!((left, ended), (0, 1));
}

#[sqlx::test(migrations = "./migrations")]
async fn a_role_for_one_realm_holds_there_only(db: PgPool) {
    let works = Works::new(&db).await;
    let role = backend::operators::role(&works.backend, BuiltInRole::Viewer.key())
        .await
        .unwrap();
    let cookie = works
        .operator_with("vera", role, &[works.default_realm])
        .await;
    let staff = works.realm("staff").await;
    let actor = sessions::actor(&works.backend, &cookie, NOW).await.unwrap();
    assert!(actor.holds(Privilege::UsersView, works.default_realm));
    assert!(!actor.holds(Privilege::UsersView, staff));
    assert!(!actor.holds(Privilege::TokensTest, works.default_realm));
    let jana = sessions::actor(&works.backend, &works.cookie, NOW)
        .await
        .unwrap();
    assert!(
        jana.holds(Privilege::TokensTest, staff),
        "a role for all holds in new realms too"
    );
}

fn is_signed_out<T>(answer: backend::Result<T>) -> bool {
    matches!(answer, Err(Error::NotSignedIn))
}
