//! Enrolling, disabling and enabling: what repeats, what is refused, what the audit keeps.

use crate::desk::{APP, Desk, NOW, Person, fields, request};
use backend::Switched;
use backend::tokens::disable::{Disable, disable};
use backend::tokens::enable::enable;
use backend::tokens::{Found, enrol, find, tab};
use backend::{Actor, Caller, Error};
use domain::{BuiltInRole, Kind, RealmId, Reason, Serial, Status};
use sqlx::PgPool;

/// Somebody of the help desk.
async fn help_desk(desk: &Desk) -> Caller {
    desk.of_role(BuiltInRole::HelpDesk, None).await
}

/// The same, as one request of a form.
async fn asking(desk: &Desk, n: u128, content: &str) -> Caller {
    desk.of_role(BuiltInRole::HelpDesk, request(n, content))
        .await
}

fn unconfirmed() -> Disable {
    Disable {
        reason: Reason::parse("Lost").unwrap(),
        until: None,
        confirmed_last: false,
    }
}

fn confirmed() -> Disable {
    Disable {
        confirmed_last: true,
        ..unconfirmed()
    }
}

async fn status(desk: &Desk, person: &Person, serial: &Serial) -> Status {
    let caller = help_desk(desk).await;
    match find(&desk.backend, &caller, person.id, serial).await {
        Ok(Found::Here(detail)) => detail.token.status(NOW),
        Ok(Found::Moved(_) | Found::Gone(_)) | Err(_) => panic!("the token is not there"),
    }
}

#[sqlx::test(migrations = "./migrations")]
async fn a_type_may_ask_for_a_description(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    sqlx::query("update token_type set description = 'required'")
        .execute(&db)
        .await
        .unwrap();
    let caller = help_desk(&desk).await;
    let (none, phone) = (fields(""), fields("Phone"));
    let start = |name| enrol::start(&desk.backend, &caller, anna.id, APP, name);
    assert!(matches!(start(&none).await, Err(Error::DescriptionMissing)));
    let waiting = "select count(*) from enrolment where user_id = $1";
    assert_eq!(desk.number(waiting, anna.id.0).await, 0);
    assert!(start(&phone).await.is_ok());
}

#[sqlx::test(migrations = "./migrations")]
async fn a_secret_leaves_once(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let phone = fields("Phone");
    let caller = asking(&desk, 1, "start").await;
    let start = || enrol::start(&desk.backend, &caller, anna.id, APP, &phone);
    let (first, secret) = start().await.unwrap();
    assert!(
        secret
            .unwrap()
            .uri
            .starts_with("otpauth://totp/Default:anna?")
    );
    let (second, secret) = start().await.unwrap();
    assert_eq!(first, second);
    assert!(
        secret.is_none(),
        "a repeat gets the enrolment, never the seed"
    );
    let seen = tab(&desk.backend, &caller, anna.id).await.unwrap();
    assert_eq!(seen.enrolments.len(), 1);
    assert!(seen.tokens.is_empty());
}

#[sqlx::test(migrations = "./migrations")]
async fn three_enrolments_wait_and_a_cancelled_one_makes_room(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let caller = help_desk(&desk).await;
    let none = fields("");
    let mut last = None;
    for _ in 0..3 {
        let started = enrol::start(&desk.backend, &caller, anna.id, APP, &none).await;
        last = Some(started.unwrap().0.enrolment);
    }
    let fourth = enrol::start(&desk.backend, &caller, anna.id, APP, &none).await;
    assert!(matches!(fourth, Err(Error::TooManyEnrolments)));
    let last = last.unwrap();
    enrol::cancel(&desk.backend, &caller, anna.id, last)
        .await
        .unwrap();
    let again = enrol::cancel(&desk.backend, &caller, anna.id, last).await;
    assert!(matches!(again, Err(Error::NotFound)));
    enrol::start(&desk.backend, &caller, anna.id, APP, &none)
        .await
        .unwrap();
}

#[sqlx::test(migrations = "./migrations")]
async fn starting_again_voids_the_old_seed_and_its_serial(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let caller = help_desk(&desk).await;
    let phone = fields("Phone");
    let old = enrol::start(&desk.backend, &caller, anna.id, APP, &phone).await;
    let (old, old_secret) = old.unwrap();
    let new = enrol::restart(&desk.backend, &caller, anna.id, old.enrolment).await;
    let (new, new_secret) = new.unwrap();
    assert_ne!(old.serial, new.serial);
    assert_ne!(old_secret.unwrap().text, new_secret.unwrap().text);
    let waiting = tab(&desk.backend, &caller, anna.id)
        .await
        .unwrap()
        .enrolments;
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0].id, new.enrolment);
    assert_eq!(waiting[0].description, "Phone");
}

#[sqlx::test(migrations = "./migrations")]
async fn the_last_token_takes_a_second_confirmation(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let device = desk.token(&anna, Kind::Totp).await;
    let caller = help_desk(&desk).await;
    let refused = disable(
        &desk.backend,
        &caller,
        anna.id,
        &device.serial,
        &unconfirmed(),
    )
    .await;
    assert!(matches!(refused, Err(Error::LastToken)));
    assert_eq!(status(&desk, &anna, &device.serial).await, Status::Active);
    let done = disable(
        &desk.backend,
        &caller,
        anna.id,
        &device.serial,
        &confirmed(),
    )
    .await;
    assert!(matches!(done.unwrap(), Switched::Done { .. }));
    let noted = "select count(*) from audit where user_id = $1 and action = 'token.disable'
         and (changes ->> 'last_token')::boolean and note = 'Lost'";
    assert_eq!(desk.number(noted, anna.id.0).await, 1);
    let filter = "select can_sign_in::int::bigint from app_user where id = $1";
    assert_eq!(desk.number(filter, anna.id.0).await, 0);
}

#[sqlx::test(migrations = "./migrations")]
async fn one_of_two_needs_no_second_confirmation(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let device = desk.token(&anna, Kind::Totp).await;
    desk.token(&anna, Kind::Hotp).await;
    let caller = help_desk(&desk).await;
    let done = disable(
        &desk.backend,
        &caller,
        anna.id,
        &device.serial,
        &unconfirmed(),
    )
    .await;
    assert!(matches!(done.unwrap(), Switched::Done { .. }));
}

#[sqlx::test(migrations = "./migrations")]
async fn disabling_what_is_disabled_says_who_did_it(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let device = desk.token(&anna, Kind::Totp).await;
    let serial = &device.serial;
    let once = asking(&desk, 1, "disable").await;
    let done = disable(&desk.backend, &once, anna.id, serial, &confirmed()).await;
    let repeat = disable(&desk.backend, &once, anna.id, serial, &confirmed()).await;
    let done = done.unwrap();
    assert!(matches!(done, Switched::Done { .. }));
    assert_eq!(repeat.unwrap(), done, "the same request, the same answer");
    let colleague = asking(&desk, 2, "disable").await;
    let already = disable(&desk.backend, &colleague, anna.id, serial, &confirmed()).await;
    assert!(
        matches!(already, Ok(Switched::Already { by: Some(by), at: Some(NOW), .. }) if by == "Mara")
    );
    let rows = "select count(*) from audit where user_id = $1 and action = 'token.disable'";
    assert_eq!(desk.number(rows, anna.id.0).await, 1);
    let none = Reason::default();
    let caller = help_desk(&desk).await;
    let enabled = enable(&desk.backend, &caller, anna.id, serial, &none).await;
    assert!(matches!(enabled.unwrap(), Switched::Done { .. }));
    assert_eq!(status(&desk, &anna, serial).await, Status::Active);
    let twice = enable(&desk.backend, &caller, anna.id, serial, &none).await;
    assert!(matches!(twice, Ok(Switched::Already { by: Some(by), .. }) if by == "Mara"));
}

#[sqlx::test(migrations = "./migrations")]
async fn an_obsolete_type_is_enabled_within_its_grace_only(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let device = desk.token(&anna, Kind::Totp).await;
    let caller = help_desk(&desk).await;
    let none = Reason::default();
    let serial = &device.serial;
    disable(&desk.backend, &caller, anna.id, serial, &confirmed())
        .await
        .unwrap();
    sqlx::query("update token_type set obsolete_since = to_timestamp(0), grace_until = null")
        .execute(&db)
        .await
        .unwrap();
    let refused = enable(&desk.backend, &caller, anna.id, serial, &none).await;
    assert!(matches!(
        refused,
        Err(Error::Blocked(domain::Blocked::TypeObsolete))
    ));
    sqlx::query("update token_type set grace_until = to_timestamp(4000000000)")
        .execute(&db)
        .await
        .unwrap();
    enable(&desk.backend, &caller, anna.id, serial, &none)
        .await
        .unwrap();
    assert_eq!(status(&desk, &anna, serial).await, Status::Obsolete);
}

#[sqlx::test(migrations = "./migrations")]
async fn a_token_is_found_under_its_holder_only(db: PgPool) {
    let desk = Desk::new(&db);
    let (anna, ben) = (desk.person("anna").await, desk.person("ben").await);
    let device = desk.token(&ben, Kind::Totp).await;
    let caller = help_desk(&desk).await;
    let moved = find(&desk.backend, &caller, anna.id, &device.serial).await;
    assert!(matches!(moved, Ok(Found::Moved(user)) if user == ben.id));
    let done = disable(
        &desk.backend,
        &caller,
        anna.id,
        &device.serial,
        &confirmed(),
    )
    .await;
    assert!(matches!(done, Err(Error::NotFound)));
    let mut stranger = help_desk(&desk).await;
    if let Actor::Operator { grants, .. } = &mut stranger.actor {
        grants[0].realms = vec![RealmId::OPERATORS];
    }
    let unseen = tab(&desk.backend, &stranger, anna.id).await;
    assert!(matches!(unseen, Err(Error::NotFound)));
}
