//! Replacing a token of an obsolete type: the proof of the new one removes the old one, and nothing else.

use crate::desk::{Desk, Device, Person, STEP, accepted, fields, request};
use crate::wait::{hold, wait_for_a_lock};
use backend::check::{Proof, prove};
use backend::tokens::delete::{Delete, delete};
use backend::tokens::enrol::{Started, restart};
use backend::tokens::{Found, find, replace, tab};
use backend::{Caller, Error, Result, otp};
use domain::enrolment::Secret;
use domain::{Algorithm, BuiltInRole, Code, Digits, EnrolmentId, Kind, Reason};
use sqlx::PgPool;
use std::sync::Arc;

/// Somebody whose only token is obsolete.
pub async fn anna(desk: &Desk) -> (Person, Device) {
    let anna = desk.person("anna").await;
    let device = desk.token(&anna, Kind::Totp).await;
    desk.make_obsolete(&device).await;
    (anna, device)
}

pub async fn help_desk(desk: &Desk) -> Caller {
    desk.of_role(BuiltInRole::HelpDesk, None).await
}

pub async fn started(
    desk: &Desk,
    (person, device): (&Person, &Device),
) -> Result<(Started, Option<Secret>)> {
    let (caller, words) = (help_desk(desk).await, fields("New phone"));
    replace::start(&desk.backend, &caller, person.id, &device.serial, &words).await
}

/// The code that the app with this secret shows now.
pub fn code(secret: &Secret) -> Code {
    let seed = otp::from_base32(&secret.text.replace(' ', "")).unwrap();
    let codes = otp::codes(&seed, Algorithm::Sha1, Digits::Six, STEP..=STEP);
    Code::parse(&codes[0].1).unwrap()
}

pub async fn begun(desk: &Desk, it: (&Person, &Device)) -> (EnrolmentId, Code) {
    let (started, secret) = started(desk, it).await.unwrap();
    (started.enrolment, code(&secret.unwrap()))
}

pub async fn proved(desk: &Desk, person: &Person, id: EnrolmentId, code: &Code) -> Result<Proof> {
    prove(&desk.backend, &help_desk(desk).await, person.id, id, code).await
}

/// The serials and descriptions of the user's tokens, and how many enrolments wait.
pub async fn state(desk: &Desk, person: &Person) -> (Vec<String>, usize) {
    let tab = tab(&desk.backend, &help_desk(desk).await, person.id).await;
    let tab = tab.unwrap();
    let mut names: Vec<String> = tab.tokens.iter().map(domain::Token::name).collect();
    names.sort();
    (names, tab.enrolments.len())
}

pub const OLD: &str = "Old app";
pub const NEW: &str = "Authenticator app, New phone";

pub async fn audited(desk: &Desk, person: &Person, action: &str) -> i64 {
    sqlx::query_scalar(
        "select count(*) from audit where user_id = $1 and action = $2 and result = 'done'",
    )
    .bind(person.id.0)
    .bind(action)
    .fetch_one(&desk.backend.db)
    .await
    .unwrap()
}

#[sqlx::test(migrations = "./migrations")]
async fn the_proof_makes_the_new_token_and_removes_the_old_one(db: PgPool) {
    let desk = Desk::new(&db);
    let (anna, device) = anna(&desk).await;
    let (id, code) = begun(&desk, (&anna, &device)).await;
    let tab = tab(&desk.backend, &help_desk(&desk).await, anna.id).await;
    let waits = tab.unwrap().enrolments.remove(0).replaces.unwrap();
    assert_eq!(
        (waits.serial, waits.name.as_str()),
        (device.serial.clone(), OLD)
    );
    // the last one that signs in, and no tick: the new one is there in the same step
    let proof = proved(&desk, &anna, id, &code).await.unwrap();
    let Proof::Enrolled { serial, replaced } = proof else {
        panic!("{proof:?}");
    };
    assert!(replaced);
    assert_eq!(state(&desk, &anna).await, (vec![NEW.to_owned()], 0));
    let rows: i64 = sqlx::query_scalar(
        "select count(*) from audit where serial = $1 and action = 'token.replace' and token_id = $2
             and object_name = 'Old app' and changes #>> '{type,0}' = 'Old app'
             and changes #>> '{replaced_by,1}' = $3",
    )
    .bind(device.serial.as_str())
    .bind(device.token.0)
    .bind(serial)
    .fetch_one(&db)
    .await
    .unwrap();
    assert_eq!(rows, 1);
    let signs_in = "select can_sign_in::int::bigint from app_user where id = $1";
    assert_eq!(desk.number(signs_in, anna.id.0).await, 1);
    let seed = "select count(*) from token_auth where token_id = $1";
    assert_eq!(desk.number(seed, device.token.0).await, 0);
    let caller = help_desk(&desk).await;
    let gone = find(&desk.backend, &caller, anna.id, &device.serial).await;
    assert!(matches!(gone, Ok(Found::Gone(gone)) if gone.was_replaced && gone.by == "Mara"));
}

#[sqlx::test(migrations = "./migrations")]
async fn a_failure_on_the_way_leaves_everything_as_it_was(db: PgPool) {
    let desk = Desk::new(&db);
    let (anna, device) = anna(&desk).await;
    let (id, right) = begun(&desk, (&anna, &device)).await;
    // the last thing that a replacement writes, and the first that it removes
    for (table, when) in [
        (
            "audit",
            "before insert on audit for each row when (new.action = 'token.enrol')",
        ),
        (
            "audit",
            "before insert on audit for each row when (new.action = 'token.replace')",
        ),
        ("token_auth", "before delete on token_auth for each row"),
        ("token", "before delete on token for each row"),
    ] {
        let fail = format!(
            "create function fail() returns trigger language plpgsql as
                 $$ begin raise exception 'injected'; end $$;
             create trigger fail {when} execute function fail();"
        );
        sqlx::raw_sql(sqlx::AssertSqlSafe(fail))
            .execute(&db)
            .await
            .unwrap();
        let failed = proved(&desk, &anna, id, &right).await;
        assert!(matches!(failed, Err(Error::Db(_))), "{table}: {failed:?}");
        let heal = format!("drop trigger fail on {table}; drop function fail");
        sqlx::raw_sql(sqlx::AssertSqlSafe(heal))
            .execute(&db)
            .await
            .unwrap();
        assert_eq!(
            state(&desk, &anna).await,
            (vec![OLD.to_owned()], 1),
            "{when}"
        );
    }
    assert_eq!(audited(&desk, &anna, "token.enrol").await, 0);
    assert!(accepted(
        &desk.verify("anna", &device.code(STEP)).await.unwrap()
    ));
    let proof = proved(&desk, &anna, id, &right).await;
    assert!(
        matches!(proof, Ok(Proof::Enrolled { replaced: true, .. })),
        "{proof:?}"
    );
}

#[sqlx::test(migrations = "./migrations")]
async fn a_proof_and_a_delete_of_the_old_one_at_once_remove_it_once(db: PgPool) {
    let desks = [
        Arc::new(Desk::another(&db).await),
        Arc::new(Desk::another(&db).await),
    ];
    let (anna, device) = anna(&desks[0]).await;
    let (id, right) = begun(&desks[0], (&anna, &device)).await;
    let holder = hold(&db, &anna).await;
    let proof = tokio::spawn({
        let (desk, anna) = (Arc::clone(&desks[0]), anna.clone());
        async move { proved(&desk, &anna, id, &right).await }
    });
    let deleted = tokio::spawn({
        let (desk, anna, serial) = (Arc::clone(&desks[1]), anna.clone(), device.serial.clone());
        async move {
            let caller = desk.of_role(BuiltInRole::TokenOfficer, None).await;
            let asked = Delete {
                reason: Reason::default(),
                confirmed_last: true,
            };
            delete(&desk.backend, &caller, anna.id, &serial, &asked).await
        }
    });
    wait_for_a_lock(&db, 2).await;
    holder.rollback().await.unwrap();
    let proof = proof.await.unwrap();
    assert!(matches!(proof, Ok(Proof::Enrolled { .. })), "{proof:?}");
    deleted.await.unwrap().unwrap();
    assert_eq!(state(&desks[0], &anna).await, (vec![NEW.to_owned()], 0));
    let replaced = audited(&desks[0], &anna, "token.replace").await;
    assert_eq!(
        replaced + audited(&desks[0], &anna, "token.delete").await,
        1
    );
}

#[sqlx::test(migrations = "./migrations")]
async fn an_old_token_that_was_deleted_meanwhile_is_missed_by_nobody(db: PgPool) {
    let desk = Desk::new(&db);
    let (anna, device) = anna(&desk).await;
    let (id, right) = begun(&desk, (&anna, &device)).await;
    let officer = desk.of_role(BuiltInRole::TokenOfficer, None).await;
    let asked = Delete {
        reason: Reason::default(),
        confirmed_last: true,
    };
    delete(&desk.backend, &officer, anna.id, &device.serial, &asked)
        .await
        .unwrap();
    let proof = proved(&desk, &anna, id, &right).await;
    assert!(
        matches!(
            proof,
            Ok(Proof::Enrolled {
                replaced: false,
                ..
            })
        ),
        "{proof:?}"
    );
    assert_eq!(state(&desk, &anna).await, (vec![NEW.to_owned()], 0));
}

#[sqlx::test(migrations = "./migrations")]
async fn one_replacement_waits_and_starting_again_keeps_what_it_replaces(db: PgPool) {
    let desk = Desk::new(&db);
    let (anna, device) = anna(&desk).await;
    let it = (&anna, &device);
    let (id, _) = begun(&desk, it).await;
    let second = started(&desk, it).await;
    assert!(matches!(second, Err(Error::ReplacementWaits)));
    let caller = help_desk(&desk).await;
    let (made, secret) = restart(&desk.backend, &caller, anna.id, id).await.unwrap();
    let proof = proved(&desk, &anna, made.enrolment, &code(&secret.unwrap())).await;
    assert!(
        matches!(proof, Ok(Proof::Enrolled { replaced: true, .. })),
        "{proof:?}"
    );
    assert_eq!(state(&desk, &anna).await, (vec![NEW.to_owned()], 0));
}

#[sqlx::test(migrations = "./migrations")]
async fn a_repeat_shows_no_secret_and_begins_nothing(db: PgPool) {
    let desk = Desk::new(&db);
    let (anna, device) = anna(&desk).await;
    let once = desk
        .of_role(BuiltInRole::HelpDesk, request(1, "replace"))
        .await;
    let words = fields("");
    let start = || replace::start(&desk.backend, &once, anna.id, &device.serial, &words);
    let (first, secret) = start().await.unwrap();
    assert!(secret.is_some());
    let (again, secret) = start().await.unwrap();
    assert_eq!((again, secret.is_none()), (first, true));
    assert_eq!(state(&desk, &anna).await.1, 1);
}
