//! A session does not outlive what it was begun with: a reset and a sign-in at the same moment.

use crate::desk::{Desk, request};
use crate::operator::{NOW, STEP, Works, after, code_of, nobody};
use crate::wait::wait_for_a_lock;
use backend::account::change_password;
use backend::auth::password::Password;
use backend::links::{self, Proven, Purpose};
use backend::sign_in::{self, Step1, Step2};
use backend::{Backend, Error, sessions};
use domain::Code;
use sqlx::{PgPool, Postgres, Transaction};

const GOOD: &str = "correct horse battery";

/// Whoever fires the trigger waits for what this transaction holds.
async fn stop_at(db: &PgPool, trigger: &'static str) -> Transaction<'static, Postgres> {
    let function = "create function stop() returns trigger language plpgsql as $$ begin
             if current_setting('application_name') <> 'reset'
                and (tg_table_name <> 'operator'
                     or exists (select from operator where password_failures = 1)) then
                 perform pg_advisory_xact_lock(1);
             end if;
             return new;
         end $$";
    for sql in [function, trigger] {
        sqlx::query(sql).execute(db).await.unwrap();
    }
    let mut holder = db.begin().await.unwrap();
    sqlx::query("select pg_advisory_xact_lock(1)")
        .execute(&mut *holder)
        .await
        .unwrap();
    holder
}

/// A server whose transactions are not stopped.
async fn resetting(db: &PgPool) -> Backend {
    let options = (*db.connect_options()).clone();
    let pool = sqlx::postgres::PgPoolOptions::new();
    let pool = pool.connect_with(options.application_name("reset")).await;
    Desk::new(&pool.unwrap()).backend
}

async fn half(works: &Works) -> String {
    match works.password(GOOD, after(NOW, 30)).await {
        Step1::Code { secret } => secret,
        Step1::Refused => panic!("a right password"),
    }
}

#[sqlx::test(migrations = "./migrations")]
async fn a_session_that_begins_during_a_reset_ends_with_the_others(db: PgPool) {
    let works = Works::new(&db).await;
    let link = works.reset_link().await;
    let secret = works.open(Purpose::OperatorReset, &link).await;
    let proof = Code::parse(&code_of(&secret, STEP)).unwrap();
    let (half, code) = (half(&works).await, works.code(STEP + 1));
    // the second step has ended the half session, begun a whole one, and cannot commit
    let holder = stop_at(
        &db,
        "create trigger stop before insert on audit for each row
         when (new.action = 'operator.sign_in') execute function stop()",
    )
    .await;
    let backend = works.backend.clone();
    let signed_in = tokio::spawn(async move {
        sign_in::code(&backend, &nobody(after(NOW, 30)), &half, &code).await
    });
    wait_for_a_lock(&db, 1).await;
    let backend = resetting(&db).await;
    let reset = tokio::spawn(async move {
        links::prove(
            &backend,
            &nobody(NOW),
            Purpose::OperatorReset,
            &link,
            &proof,
        )
        .await
    });
    wait_for_a_lock(&db, 2).await;
    holder.rollback().await.unwrap();
    let Step2::SignedIn { secret } = signed_in.await.unwrap().unwrap() else {
        panic!("it came first");
    };
    assert!(matches!(reset.await.unwrap(), Ok(Proven::SignedIn { .. })));
    let actor = sessions::actor(&works.backend, &secret, after(NOW, 30)).await;
    assert!(matches!(actor, Err(Error::NotSignedIn)), "{actor:?}");
}

#[sqlx::test(migrations = "./migrations")]
async fn a_password_that_was_right_before_a_reset_makes_no_session_after_it(db: PgPool) {
    let works = Works::new(&db).await;
    let link = works.reset_link().await;
    let secret = works.open(Purpose::OperatorReset, &link).await;
    let proof = Code::parse(&code_of(&secret, STEP)).unwrap();
    // the password was compared, and what was counted is about to be taken back
    let holder = stop_at(
        &db,
        "create trigger stop before update on operator for each statement
         execute function stop()",
    )
    .await;
    let backend = works.backend.clone();
    let tried = tokio::spawn(async move {
        let typed = Password::typed(GOOD);
        sign_in::password(&backend, &nobody(after(NOW, 30)), "jana", &typed).await
    });
    wait_for_a_lock(&db, 1).await;
    let backend = resetting(&db).await;
    let reset = links::prove(
        &backend,
        &nobody(NOW),
        Purpose::OperatorReset,
        &link,
        &proof,
    )
    .await;
    assert!(matches!(reset, Ok(Proven::SignedIn { .. })));
    holder.rollback().await.unwrap();
    assert!(matches!(tried.await.unwrap(), Ok(Step1::Refused)));
    let halves: i64 = sqlx::query_scalar("select count(*) from session where half")
        .fetch_one(&db)
        .await
        .unwrap();
    assert_eq!(halves, 0);
}

#[sqlx::test(migrations = "./migrations")]
async fn a_password_that_is_changed_during_a_reset_does_not_take_its_place(db: PgPool) {
    let works = Works::new(&db).await;
    let link = works.reset_link().await;
    let secret = works.open(Purpose::OperatorReset, &link).await;
    let proof = Code::parse(&code_of(&secret, STEP)).unwrap();
    // password and code were right, and nothing is written yet
    let holder = stop_at(
        &db,
        "create trigger stop before insert on request for each row execute function stop()",
    )
    .await;
    let mut caller = nobody(after(NOW, 30));
    caller.actor = sessions::actor(&works.backend, &works.cookie, NOW)
        .await
        .unwrap();
    caller.request = request(1, "change");
    let (backend, code) = (works.backend.clone(), works.code(STEP + 1));
    let changed = tokio::spawn(async move {
        let (old, new) = (Password::typed(GOOD), Password::typed("another long one"));
        change_password(&backend, &caller, &old, &new, &code).await
    });
    wait_for_a_lock(&db, 1).await;
    let backend = resetting(&db).await;
    let reset = links::prove(
        &backend,
        &nobody(NOW),
        Purpose::OperatorReset,
        &link,
        &proof,
    )
    .await;
    assert!(matches!(reset, Ok(Proven::SignedIn { .. })));
    holder.rollback().await.unwrap();
    let changed = changed.await.unwrap();
    assert!(matches!(changed, Err(Error::NotSignedIn)), "{changed:?}");
    let step1 = works.password("another long one", after(NOW, 60)).await;
    assert!(matches!(step1, Step1::Refused));
}
