//! A repeat of a request gets the answer of the first, also where that one did nothing or was refused, and
//! does nothing that the first did not.

use crate::desk::{APP, Desk, Device, Person, fields, request};
use backend::Caller;
use backend::tokens::delete::{Delete, delete};
use backend::tokens::disable::{Disable, disable};
use backend::tokens::edit::{Edit, edit};
use backend::tokens::enable::enable;
use backend::tokens::unlock::unlock;
use backend::tokens::{enrol, replace};
use domain::{BuiltInRole, Description, Kind, RealmId, Reason, Serial};
use sqlx::PgPool;
use std::fmt::Debug;

/// An administrator's next form.
pub async fn form(desk: &Desk, n: u128) -> Caller {
    let mut caller = desk
        .of_role(BuiltInRole::Administrator, request(n, "form"))
        .await;
    if let backend::Actor::Operator { grants, .. } = &mut caller.actor {
        grants[0].realms.push(RealmId::OPERATORS);
    }
    caller
}

/// Sends one form twice. What it could not do becomes possible in between; the answer stays what it was.
pub async fn twice<T: Debug>(
    desk: &Desk,
    send: impl AsyncFn() -> T,
    (meanwhile, id): (&'static str, uuid::Uuid),
) -> String {
    let first = format!("{:?}", send().await);
    desk.set(meanwhile, id).await;
    assert_eq!(format!("{:?}", send().await), first, "after {meanwhile}");
    first
}

pub fn off(confirmed_last: bool) -> Disable {
    Disable {
        reason: Reason::default(),
        until: None,
        confirmed_last,
    }
}

pub async fn anna(desk: &Desk) -> (Person, Device) {
    let anna = desk.person("anna").await;
    let device = desk.token(&anna, Kind::Hotp).await;
    (anna, device)
}

/// So many of the token's rows are as this condition says.
pub async fn is(desk: &Desk, condition: &'static str, device: &Device) -> bool {
    let token = device.token.0;
    desk.number(condition, token).await == 1
}

const ACTIVE: &str = "select count(*) from token_auth where token_id = $1 and disabled_at is null";
const OFF: &str = "update token_auth set disabled_at = to_timestamp(0) where token_id = $1";
const ON: &str = "update token_auth set disabled_at = null where token_id = $1";

#[sqlx::test(migrations = "./migrations")]
async fn what_was_so_already_is_not_done_by_a_repeat(db: PgPool) {
    let desk = Desk::new(&db);
    let ((anna, device), none) = (anna(&desk).await, Reason::default());
    let (b, serial, token) = (&desk.backend, &device.serial, device.token.0);

    desk.set(OFF, token).await;
    let caller = form(&desk, 1).await;
    let asked = off(true);
    let send = async || disable(b, &caller, anna.id, serial, &asked).await;
    let told = twice(&desk, send, (ON, token)).await;
    assert!(told.contains("Already") && is(&desk, ACTIVE, &device).await);

    let caller = form(&desk, 2).await;
    let send = async || enable(b, &caller, anna.id, serial, &none).await;
    let told = twice(&desk, send, (OFF, token)).await;
    assert!(told.contains("Already") && !is(&desk, ACTIVE, &device).await);

    desk.set(ON, token).await;
    let caller = form(&desk, 3).await;
    let send = async || unlock(b, &caller, anna.id, serial, &none).await;
    let lock = "update token_auth set failures = 50 where token_id = $1";
    let told = twice(&desk, send, (lock, token)).await;
    assert!(told.contains("Already") && desk.token_failures(&device).await == 50);

    let caller = form(&desk, 4).await;
    let asked = Edit {
        description: Description::default(),
        version: 1,
    };
    let send = async || edit(b, &caller, anna.id, serial, &asked).await;
    let named = "update token set description = 'Tablet' where id = $1";
    let told = twice(&desk, send, (named, token)).await;
    let stays = "select count(*) from token where id = $1 and description = 'Tablet'";
    assert!(told.contains("Unchanged") && is(&desk, stays, &device).await);

    let caller = form(&desk, 5).await;
    let asked = Edit {
        version: 0,
        ..asked
    };
    let send = async || edit(b, &caller, anna.id, serial, &asked).await;
    let back = "update token set version = 0 where id = $1";
    let told = twice(&desk, send, (back, token)).await;
    assert!(told.contains("Changed") && is(&desk, stays, &device).await);
}

#[sqlx::test(migrations = "./migrations")]
async fn a_token_is_not_touched_by_the_repeat_of_a_refused_form(db: PgPool) {
    let desk = Desk::new(&db);
    let (anna, device) = anna(&desk).await;
    let (b, serial, token) = (&desk.backend, &device.serial, device.token.0);
    let other = desk.token(&anna, Kind::Hotp).await.token.0;

    desk.set(OFF, other).await;
    let caller = form(&desk, 1).await;
    let asked = off(false);
    let send = async || disable(b, &caller, anna.id, serial, &asked).await;
    let told = twice(&desk, send, (ON, other)).await;
    assert!(told.contains("LastToken") && is(&desk, ACTIVE, &device).await);

    desk.set(OFF, other).await;
    let caller = form(&desk, 2).await;
    let asked = Delete {
        reason: Reason::default(),
        confirmed_last: false,
    };
    let send = async || delete(b, &caller, anna.id, serial, &asked).await;
    let told = twice(&desk, send, (ON, other)).await;
    assert!(told.contains("LastToken") && is(&desk, ACTIVE, &device).await);

    let caller = form(&desk, 3).await;
    let unknown = Serial::parse("T-OTHER").unwrap();
    let send = async || disable(b, &caller, anna.id, &unknown, &off(true)).await;
    let renamed = "with given as (insert into serial_given values ('T-OTHER'))
                   update token set serial = 'T-OTHER' where id = $1";
    let told = twice(&desk, send, (renamed, token)).await;
    assert!(told.contains("NotFound") && is(&desk, ACTIVE, &device).await);
}

#[sqlx::test(migrations = "./migrations")]
async fn nothing_is_enrolled_by_the_repeat_of_a_refused_form(db: PgPool) {
    let desk = Desk::new(&db);
    let (anna, device) = anna(&desk).await;
    let (b, token, name) = (&desk.backend, device.token.0, fields(""));
    let enrolments = "select count(*) from enrolment where user_id = $1";

    let full = "update token_type set maximum = 1 where kind = 'hotp' and $1::uuid is not null";
    desk.set(full, token).await;
    let caller = form(&desk, 1).await;
    let send = async || {
        enrol::start(b, &caller, anna.id, "hotp-app", &name)
            .await
            .map(|it| it.0)
    };
    let free = "update token_type set maximum = 2 where kind = 'hotp' and $1::uuid is not null";
    let told = twice(&desk, send, (free, token)).await;
    assert!(told.contains("EnrolBlocked") && desk.number(enrolments, anna.id.0).await == 0);

    let caller = form(&desk, 2).await;
    let send = async || {
        let begun = replace::start(b, &caller, anna.id, &device.serial, &name).await;
        begun.map(|it| it.0)
    };
    let first = format!("{:?}", send().await);
    desk.make_obsolete(&device).await;
    assert_eq!(format!("{:?}", send().await), first);
    assert!(first.contains("NotFound") && desk.number(enrolments, anna.id.0).await == 0);

    let caller = form(&desk, 3).await;
    let missing = domain::EnrolmentId(token);
    let send = async || {
        enrol::restart(b, &caller, anna.id, missing)
            .await
            .map(|it| it.0)
    };
    let first = format!("{:?}", send().await);
    let begun = enrol::start(b, &form(&desk, 4).await, anna.id, APP, &name).await;
    let begun = begun.unwrap().0.enrolment.0;
    desk.set(
        "update enrolment set id = '00000000-0000-0000-0000-000000000001' where id = $1",
        begun,
    )
    .await;
    sqlx::query("update enrolment set id = $1")
        .bind(token)
        .execute(&db)
        .await
        .unwrap();
    assert_eq!(format!("{:?}", send().await), first);
    let untouched = "select count(*) from enrolment where id = $1";
    assert!(first.contains("NotFound") && desk.number(untouched, token).await == 1);
}

#[sqlx::test(migrations = "./migrations")]
async fn what_could_not_be_decided_is_decided_by_the_repeat(db: PgPool) {
    let desk = Desk::new(&db);
    let (anna, device) = anna(&desk).await;
    let caller = form(&desk, 1).await;
    let asked = off(true);
    let send = async || disable(&desk.backend, &caller, anna.id, &device.serial, &asked).await;
    sqlx::query("alter table token rename column disabled_by to gone")
        .execute(&db)
        .await
        .unwrap();
    assert!(send().await.is_err() && is(&desk, ACTIVE, &device).await);
    sqlx::query("alter table token rename column gone to disabled_by")
        .execute(&db)
        .await
        .unwrap();
    assert!(send().await.is_ok() && !is(&desk, ACTIVE, &device).await);
}
