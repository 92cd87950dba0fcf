//! Unlocking: a token, and a user.

use crate::desk::{Desk, Device, NOW, STEP, accepted, request};
use backend::Switched;
use backend::tokens::unlock;
use backend::users;
use backend::{Caller, Error, Result};
use domain::{Blocked, Kind, Privilege, Reason, UserId};
use sqlx::PgPool;

const LOCK: &str =
    "update token_auth set failures = 50, retry_at = '2020-01-01' where token_id = $1";
const LOCK_USER: &str = "update user_auth set failures = 100 where user_id = $1";

async fn operator(desk: &Desk) -> Caller {
    desk.operator(Privilege::TokensUnlock, NOW).await
}

async fn unlock(desk: &Desk, of: UserId, device: &Device) -> Result<Switched> {
    let reason = Reason::parse("She called back").unwrap();
    let caller = operator(desk).await;
    unlock::unlock(&desk.backend, &caller, of, &device.serial, &reason).await
}

#[sqlx::test(migrations = "./migrations")]
async fn an_unlocked_token_verifies_at_once_and_the_audit_knows_why(db: PgPool) {
    let desk = Desk::new(&db);
    let waits = "update token_auth set failures = 7, retry_at = '2100-01-01' where token_id = $1";
    for (name, sql) in [("locked", LOCK), ("waits", waits)] {
        let person = desk.person(name).await;
        let device = desk.token(&person, Kind::Totp).await;
        desk.set(sql, device.token.0).await;
        desk.set(
            "update app_user set can_sign_in = false where id = $1",
            person.id.0,
        )
        .await;
        assert!(!accepted(
            &desk.verify(name, &device.code(STEP)).await.unwrap()
        ));
        let came = unlock(&desk, person.id, &device).await.unwrap();
        assert!(matches!(came, Switched::Done { .. }), "{name}");
        assert_eq!(desk.token_failures(&device).await, 0);
        assert!(
            accepted(&desk.verify(name, &device.code(STEP)).await.unwrap()),
            "{name}"
        );
        let told = "select count(*) from audit where token_id = $1 and action = 'token.unlock'
            and result = 'done' and note = 'She called back' and changes->'failures'->>1 = '0'";
        assert_eq!(desk.number(told, device.token.0).await, 1, "{name}");
        let signs_in = "select can_sign_in::int::bigint from app_user where id = $1";
        assert_eq!(desk.number(signs_in, person.id.0).await, 1, "{name}");
    }
}

#[sqlx::test(migrations = "./migrations")]
async fn nothing_to_unlock_is_told_and_clears_no_failures(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let device = desk.token(&anna, Kind::Hotp).await;
    desk.set(
        "update token_auth set failures = 4 where token_id = $1",
        device.token.0,
    )
    .await;
    let came = unlock(&desk, anna.id, &device).await.unwrap();
    assert!(matches!(came, Switched::Already { by: None, .. }));
    assert_eq!(desk.token_failures(&device).await, 4);
    desk.set(LOCK, device.token.0).await;
    unlock(&desk, anna.id, &device).await.unwrap();
    let came = unlock(&desk, anna.id, &device).await.unwrap();
    let by = matches!(&came, Switched::Already { by: Some(by), at: Some(NOW), .. } if by == "Mara");
    assert!(by, "{came:?}");
}

#[sqlx::test(migrations = "./migrations")]
async fn one_form_sent_twice_unlocks_once(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let device = desk.token(&anna, Kind::Hotp).await;
    desk.set(LOCK, device.token.0).await;
    let caller = Caller {
        request: request(1, "unlock"),
        ..operator(&desk).await
    };
    let none = Reason::default();
    for _ in 0..2 {
        let came = unlock::unlock(&desk.backend, &caller, anna.id, &device.serial, &none).await;
        assert!(matches!(came, Ok(Switched::Done { .. })));
    }
    let told = "select count(*) from audit where token_id = $1 and action = 'token.unlock'";
    assert_eq!(desk.number(told, device.token.0).await, 1);
}

#[sqlx::test(migrations = "./migrations")]
async fn a_disabled_token_is_enabled_first_and_an_obsolete_one_replaced(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let device = desk.token(&anna, Kind::Hotp).await;
    desk.set(LOCK, device.token.0).await;
    desk.set(
        "update token_auth set disabled_at = now() where token_id = $1",
        device.token.0,
    )
    .await;
    let came = unlock(&desk, anna.id, &device).await;
    assert!(matches!(came, Err(Error::Blocked(Blocked::Disabled))));
    desk.set(
        "update token_type set obsolete_since = '2020-01-01' where id =
             (select type_id from token_auth where token_id = $1)",
        device.token.0,
    )
    .await;
    desk.set(
        "update token_auth set disabled_at = null where token_id = $1",
        device.token.0,
    )
    .await;
    let came = unlock(&desk, anna.id, &device).await;
    assert!(matches!(came, Err(Error::Blocked(Blocked::ReplaceInstead))));
    assert_eq!(desk.token_failures(&device).await, 50);
}

#[sqlx::test(migrations = "./migrations")]
async fn an_unlocked_user_is_checked_again_and_the_tokens_keep_their_failures(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let device = desk.token(&anna, Kind::Totp).await;
    desk.set(
        "update token_auth set failures = 4 where token_id = $1",
        device.token.0,
    )
    .await;
    desk.set(LOCK_USER, anna.id.0).await;
    assert!(!accepted(
        &desk.verify("anna", &device.code(STEP)).await.unwrap()
    ));
    let caller = operator(&desk).await;
    let reason = Reason::parse("A script of ours").unwrap();
    let unlock = || users::unlock(&desk.backend, &caller, anna.id, &reason);
    assert!(matches!(unlock().await, Ok(Switched::Done { .. })));
    assert_eq!(desk.failures(&anna).await, 0);
    assert_eq!(desk.token_failures(&device).await, 4);
    let told = "select count(*) from audit where user_id = $1 and action = 'user.unlock'
        and note = 'A script of ours' and changes->'failures' = '[100, 0]'";
    assert_eq!(desk.number(told, anna.id.0).await, 1);
    let signs_in = "select can_sign_in::int::bigint from app_user where id = $1";
    assert_eq!(desk.number(signs_in, anna.id.0).await, 1);
    assert!(accepted(
        &desk.verify("anna", &device.code(STEP)).await.unwrap()
    ));
    let again = unlock().await.unwrap();
    let by = matches!(&again, Switched::Already { by: Some(by), .. } if by == "Mara");
    assert!(by, "{again:?}");
    assert_eq!(
        desk.number(told, anna.id.0).await,
        1,
        "nothing was done twice"
    );
}

#[sqlx::test(migrations = "./migrations")]
async fn a_user_is_unlocked_with_the_privilege_only_and_not_by_oneself(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    desk.set(LOCK_USER, anna.id.0).await;
    let none = Reason::default();
    let other = desk.operator(Privilege::TokensTest, NOW).await;
    let came = users::unlock(&desk.backend, &other, anna.id, &none).await;
    assert!(matches!(
        came,
        Err(Error::Forbidden(Privilege::TokensUnlock))
    ));
    let mut own = operator(&desk).await;
    if let backend::Actor::Operator { id, .. } = &mut own.actor {
        *id = anna.id;
    }
    let came = users::unlock(&desk.backend, &own, anna.id, &none).await;
    assert!(matches!(came, Err(Error::NotFound)));
    assert_eq!(desk.failures(&anna).await, 100);
}
