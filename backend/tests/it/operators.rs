//! Signing in, sessions, one-time links and jobs.

use crate::desk::Desk;
use crate::operator::{NOW, STEP, Works, after, nobody};
use backend::account::{Changed, change_password};
use backend::auth::password::Password;
use backend::jobs::{Job, run_if_due};
use backend::sign_in::{self, Step1, Step2};
use backend::{Error, sessions};
use domain::check::Refusal;
use domain::{BuiltInRole, Privilege, RealmId};
use sqlx::PgPool;

pub const GOOD: &str = "correct horse battery";

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

pub fn is_signed_out<T>(answer: backend::Result<T>) -> bool {
    matches!(answer, Err(Error::NotSignedIn))
}
