//! Deleting a token: what goes, what stays, and who was first.

use crate::desk::{Desk, NOW, Person, STEP, refused, request};
use crate::wait::{hold, wait_for_a_lock};
use backend::tokens::delete::{Delete, Deleted, delete};
use backend::tokens::disable::{Disable, disable};
use backend::tokens::{Found, find, tab};
use backend::{Caller, Error, Result};
use domain::check::Refusal;
use domain::{BuiltInRole, Kind, Reason, Serial};
use sqlx::PgPool;
use std::sync::Arc;

fn asked(confirmed_last: bool) -> Delete {
    Delete {
        reason: Reason::parse("Phone sold").unwrap(),
        confirmed_last,
    }
}

async fn officer(desk: &Desk) -> Caller {
    desk.of_role(BuiltInRole::TokenOfficer, None).await
}

async fn deleted(desk: &Desk, person: &Person, serial: &Serial) -> Result<Deleted> {
    let caller = officer(desk).await;
    delete(&desk.backend, &caller, person.id, serial, &asked(true)).await
}

#[sqlx::test(migrations = "./migrations")]
async fn row_and_seed_go_and_the_audit_keeps_what_it_was(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let device = desk.token(&anna, Kind::Totp).await;
    desk.token(&anna, Kind::Hotp).await;
    let sql = "update token_auth set last_used_at = to_timestamp(1700000000) where token_id = $1";
    desk.set(sql, device.token.0).await;
    let done = deleted(&desk, &anna, &device.serial).await.unwrap();
    assert!(matches!(done, Deleted::Done { name } if name == "Authenticator app"));
    for sql in [
        "select count(*) from token where id = $1",
        "select count(*) from token_auth where token_id = $1",
    ] {
        assert_eq!(desk.number(sql, device.token.0).await, 0, "{sql}");
    }
    let kept = "select count(*) from audit where token_id = $1 and action = 'token.delete'
         and serial is not null and username = 'anna' and note = 'Phone sold'
         and changes #>> '{type,0}' = 'Authenticator app' and changes #> '{created,0}' is not null
         and changes #>> '{last_used,0}' = '1700000000' and changes ->> 'last_token' = 'false'";
    assert_eq!(desk.number(kept, device.token.0).await, 1);
    let left = tab(&desk.backend, &officer(&desk).await, anna.id).await;
    assert_eq!(left.unwrap().tokens.len(), 1);
    let checked = desk.verify("anna", &device.code(STEP)).await.unwrap();
    assert_eq!(
        checked,
        refused(Refusal::WrongCode),
        "its codes are nobody's"
    );
}

#[sqlx::test(migrations = "./migrations")]
async fn a_serial_stays_given_after_its_token_is_gone(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let device = desk.token(&anna, Kind::Totp).await;
    deleted(&desk, &anna, &device.serial).await.unwrap();
    let given = sqlx::query("insert into serial_given (serial) values ($1) on conflict do nothing")
        .bind(device.serial.as_str())
        .execute(&db)
        .await
        .unwrap();
    assert_eq!(given.rows_affected(), 0, "as new serials are given");
}

#[sqlx::test(migrations = "./migrations")]
async fn the_service_cannot_take_back_a_serial(db: PgPool) {
    // a role that every cluster has, so that the test needs no right to make one
    let role = "pg_monitor";
    backend::migrate::grant(&db, role).await.unwrap();
    let may = |what: &'static str| {
        sqlx::query_scalar::<_, bool>("select has_table_privilege($1, 'serial_given', $2)")
            .bind(role)
            .bind(what)
            .fetch_one(&db)
    };
    let can = [
        may("insert").await,
        may("delete").await,
        may("update").await,
    ];
    assert_eq!(can.map(|can| can.unwrap()), [true, false, false]);
}

#[sqlx::test(migrations = "./migrations")]
async fn the_last_token_goes_on_a_second_confirmation_only(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let device = desk.token(&anna, Kind::Totp).await;
    let caller = officer(&desk).await;
    let once = delete(
        &desk.backend,
        &caller,
        anna.id,
        &device.serial,
        &asked(false),
    )
    .await;
    assert!(matches!(once, Err(Error::LastToken)));
    let left = "select count(*) from token where id = $1";
    assert_eq!(desk.number(left, device.token.0).await, 1);
    deleted(&desk, &anna, &device.serial).await.unwrap();
    let noted = "select count(*) from audit where user_id = $1 and action = 'token.delete'
         and changes ->> 'last_token' = 'true'";
    assert_eq!(desk.number(noted, anna.id.0).await, 1);
    let filter = "select can_sign_in::int::bigint from app_user where id = $1";
    assert_eq!(desk.number(filter, anna.id.0).await, 0);
}

#[sqlx::test(migrations = "./migrations")]
async fn a_disabled_token_is_never_the_last_one(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let device = desk.token(&anna, Kind::Totp).await;
    let sql = "update token_auth set disabled_at = now() where token_id = $1";
    desk.set(sql, device.token.0).await;
    let caller = officer(&desk).await;
    let done = delete(
        &desk.backend,
        &caller,
        anna.id,
        &device.serial,
        &asked(false),
    )
    .await;
    assert!(matches!(done.unwrap(), Deleted::Done { .. }));
}

#[sqlx::test(migrations = "./migrations")]
async fn of_two_who_delete_at_once_the_second_is_told_who_was_first(db: PgPool) {
    let desks = [
        Arc::new(Desk::another(&db).await),
        Arc::new(Desk::another(&db).await),
    ];
    let anna = desks[0].person("anna").await;
    let device = desks[0].token(&anna, Kind::Totp).await;
    // both wait for the user's row, and then go one after the other
    let holder = hold(&db, &anna).await;
    let both = desks.clone().map(|desk| {
        let (anna, serial) = (anna.clone(), device.serial.clone());
        tokio::spawn(async move { deleted(&desk, &anna, &serial).await })
    });
    wait_for_a_lock(&db, 2).await;
    holder.rollback().await.unwrap();
    let mut already = 0;
    for one in both {
        match one.await.unwrap().unwrap() {
            Deleted::Done { .. } => {}
            Deleted::Already { by, at, .. } => {
                assert_eq!((by.as_str(), at), ("Mara", NOW));
                already += 1;
            }
        }
    }
    assert_eq!(already, 1);
    let rows = "select count(*) from audit where user_id = $1 and action = 'token.delete'";
    assert_eq!(desks[0].number(rows, anna.id.0).await, 1);
}

#[sqlx::test(migrations = "./migrations")]
async fn a_token_deleted_a_second_ago_answers_plainly(db: PgPool) {
    let desk = Desk::new(&db);
    let (anna, ben) = (desk.person("anna").await, desk.person("ben").await);
    let device = desk.token(&anna, Kind::Totp).await;
    let once = desk
        .of_role(BuiltInRole::TokenOfficer, request(1, "delete"))
        .await;
    let serial = &device.serial;
    let done = delete(&desk.backend, &once, anna.id, serial, &asked(true)).await;
    let repeat = delete(&desk.backend, &once, anna.id, serial, &asked(true)).await;
    assert_eq!(
        repeat.unwrap(),
        done.unwrap(),
        "the same request, the same answer"
    );
    let caller = officer(&desk).await;
    let seen = find(&desk.backend, &caller, anna.id, serial).await;
    assert!(matches!(seen, Ok(Found::Gone(gone)) if gone.by == "Mara" && gone.at == NOW));
    let disabling = Disable {
        reason: Reason::default(),
        until: None,
        confirmed_last: true,
    };
    let late = disable(&desk.backend, &caller, anna.id, serial, &disabling).await;
    assert!(matches!(late, Err(Error::Deleted { by }) if by == "Mara"));
    let never = deleted(&desk, &ben, serial).await;
    assert!(matches!(never, Err(Error::NotFound)), "it was never there");
}
