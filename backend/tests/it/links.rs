//! One-time links: each works once, for one purpose and for an hour.

use crate::desk::Desk;
use crate::operator::{NOW, STEP, Works, after, command, nobody};
use crate::operators::is_signed_out;
use backend::auth::password::Password;
use backend::links::{self, Proven, Purpose};
use backend::{Error, operators, sessions};
use domain::Code;
use sqlx::PgPool;

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
    crate::wait::wait_for_a_lock(&db, 1).await;
    holder.commit().await.unwrap();
    assert!(matches!(spent.await.unwrap(), Err(Error::NotFound)));
}

#[sqlx::test(migrations = "./migrations")]
async fn no_link_is_made_for_a_disabled_operator(db: PgPool) {
    let works = Works::new(&db).await;
    sqlx::query("update user_auth set disabled_at = now() where username_key = 'jana'")
        .execute(&db)
        .await
        .unwrap();
    let made = operators::reset(&works.backend, &command(), "jana").await;
    assert!(matches!(made, Err(Error::OperatorDisabled)), "{made:?}");
    let told = "select count(*) from audit where action = 'link.make' and result = 'refused'
                and reason = 'operator disabled' and username = 'Jana'";
    let told: i64 = sqlx::query_scalar(told).fetch_one(&db).await.unwrap();
    assert_eq!(told, 1);
}

#[sqlx::test(migrations = "./migrations")]
async fn a_first_link_is_made_where_all_administrators_are_disabled(db: PgPool) {
    let works = Works::new(&db).await;
    let first = async || links::make_first(&works.backend, &command()).await.unwrap();
    assert!(first().await.is_none(), "Jana is one");
    sqlx::query("update user_auth set disabled_at = now() where username_key = 'jana'")
        .execute(&db)
        .await
        .unwrap();
    assert!(first().await.is_some());
}
