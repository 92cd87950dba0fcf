//! A refused right and a refused rule stand in the audit, each in a row of its own; a form that is to be
//! filled in otherwise does not.

use crate::desk::{Desk, Device, NOW, Person, fields};
use crate::users::{make, operator};
use backend::check::{self, Pair};
use backend::tokens::delete::{Delete, delete};
use backend::tokens::disable::{Disable, disable};
use backend::tokens::edit::{Edit, edit};
use backend::tokens::enrol;
use backend::{Actor, Caller, Error, Taken, token_types, users};
use domain::type_settings::{BadSettings, Ending};
use domain::{
    BuiltInRole, Code, Description, Kind, Name, Privilege, RealmId, Reason, UserId, Username,
};
use sqlx::PgPool;

/// Action, reason, username and serial of every refusal so far.
async fn refusals(db: &PgPool) -> Vec<[String; 4]> {
    let sql = "select action, coalesce(reason, ''), coalesce(username, ''), coalesce(serial, '')
               from audit where result = 'refused' order by id";
    let rows: Vec<(String, String, String, String)> =
        sqlx::query_as(sql).fetch_all(db).await.unwrap();
    rows.into_iter().map(|(a, b, c, d)| [a, b, c, d]).collect()
}

fn off(confirmed_last: bool) -> Disable {
    Disable {
        reason: Reason::parse("Lost").unwrap(),
        until: None,
        confirmed_last,
    }
}

async fn anna(desk: &Desk) -> (Person, Device) {
    let anna = desk.person("anna").await;
    let device = desk.token(&anna, Kind::Hotp).await;
    (anna, device)
}

async fn administrator(desk: &Desk) -> Caller {
    desk.of_role(BuiltInRole::Administrator, None).await
}

#[sqlx::test(migrations = "./migrations")]
async fn a_rule_that_refuses_a_deed_on_a_token_has_a_row(db: PgPool) {
    let desk = Desk::new(&db);
    let ((anna, device), caller) = (anna(&desk).await, administrator(&desk).await);
    let (b, serial) = (&desk.backend, &device.serial);
    let last = disable(b, &caller, anna.id, serial, &off(false)).await;
    assert!(matches!(last, Err(Error::LastToken)));
    let asked = Delete {
        reason: Reason::default(),
        confirmed_last: false,
    };
    let last = delete(b, &caller, anna.id, serial, &asked).await;
    assert!(matches!(last, Err(Error::LastToken)));
    desk.make_obsolete(&device).await;
    let asked = Edit {
        description: Description::default(),
        version: 1,
    };
    let blocked = edit(b, &caller, anna.id, serial, &asked).await;
    assert!(matches!(blocked, Err(Error::Blocked(_))));
    let row =
        |action: &str, reason: &str| [action, reason, "anna", serial.as_str()].map(str::to_owned);
    let expected = [
        row("token.disable", "last active token"),
        row("token.delete", "last active token"),
        row("token.edit", "type obsolete"),
    ];
    assert_eq!(refusals(&db).await, expected);
    let told = "select count(*) from audit where user_id = $1 and result = 'done'";
    assert_eq!(desk.number(told, anna.id.0).await, 0);
    let noted =
        "select count(*) from audit where token_id = $1 and note = 'Lost' and changes is null";
    assert_eq!(desk.number(noted, device.token.0).await, 1);
}

#[sqlx::test(migrations = "./migrations")]
async fn a_rule_that_refuses_an_enrolment_has_a_row(db: PgPool) {
    let desk = Desk::new(&db);
    let ((anna, _), caller) = (anna(&desk).await, administrator(&desk).await);
    let (b, name) = (&desk.backend, fields(""));
    let start = async || enrol::start(b, &caller, anna.id, "hotp-app", &name).await;
    desk.set(
        "update token_type set maximum = 1 where kind = 'hotp' and $1::uuid is not null",
        anna.id.0,
    )
    .await;
    assert!(matches!(start().await, Err(Error::EnrolBlocked(_))));
    desk.set(
        "update token_type set maximum = null where $1::uuid is not null",
        anna.id.0,
    )
    .await;
    for _ in 0..3 {
        start().await.unwrap();
    }
    assert!(matches!(start().await, Err(Error::TooManyEnrolments)));
    let code = Code::parse("123456").unwrap();
    let nowhere = domain::EnrolmentId(anna.id.0);
    let proof = check::prove(b, &caller, anna.id, nowhere, &code).await;
    assert!(matches!(proof, Err(Error::NotFound)));
    let row = |action: &str, reason: &str| [action, reason, "anna", ""].map(str::to_owned);
    let expected = [
        row("enrolment.start", "maximum reached"),
        row("enrolment.start", "too many enrolments wait"),
        row("token.enrol", "not found"),
    ];
    assert_eq!(refusals(&db).await, expected);
}

#[sqlx::test(migrations = "./migrations")]
async fn a_user_or_token_of_another_realm_leaves_a_row(db: PgPool) {
    let desk = Desk::new(&db);
    let (anna, device) = anna(&desk).await;
    let (b, serial) = (&desk.backend, &device.serial);
    let caller = operator(Privilege::ALL, RealmId::OPERATORS);
    let (first, second) = (
        Code::parse("123456").unwrap(),
        Code::parse("123457").unwrap(),
    );
    let tested = check::test(b, &caller, anna.id, serial, &first).await;
    assert!(matches!(tested, Err(Error::NotFound)));
    let pair = Pair {
        first,
        second,
        unlocks: false,
    };
    let reset = check::reset(b, &caller, anna.id, serial, &pair).await;
    assert!(matches!(reset, Err(Error::NotFound)));
    let done = disable(b, &caller, anna.id, serial, &off(true)).await;
    assert!(matches!(done, Err(Error::NotFound)));
    let deleted = users::delete(b, &caller, anna.id, "anna").await;
    assert!(matches!(deleted, Err(Error::NotFound)));
    let row = |action: &str, serial: &str| [action, "not found", "anna", serial].map(str::to_owned);
    let expected = [
        row("token.test", serial.as_str()),
        row("token.reset", serial.as_str()),
        row("token.disable", serial.as_str()),
        row("user.delete", ""),
    ];
    assert_eq!(refusals(&db).await, expected);
    assert!(desk.verify("anna", &device.code(0)).await.is_ok());
}

#[sqlx::test(migrations = "./migrations")]
async fn a_rule_that_refuses_a_deed_on_a_user_has_a_row(db: PgPool) {
    let desk = Desk::new(&db);
    let (b, caller) = (&desk.backend, operator(Privilege::ALL, RealmId::OPERATORS));
    let reto = make(&desk, RealmId::OPERATORS, ["Reto", "", "reto"], "").await;
    for sql in [
        "insert into operator (user_id, created_at) values ($1, now())",
        "insert into operator_role (operator_id, role_id)
         select $1, id from role where key = 'administrator'",
    ] {
        desk.set(sql, reto.0).await;
    }
    let other = users::delete(b, &caller, reto, "rita").await;
    assert!(matches!(other, Err(Error::OtherName)));
    let is_operator = users::delete(b, &caller, reto, "reto").await;
    assert!(matches!(is_operator, Err(Error::IsOperator)));
    let last = users::disable(b, &caller, reto, &Reason::default()).await;
    assert!(matches!(last, Err(Error::LastAdministrator)));
    let row = |action: &str, reason: &str| [action, reason, "reto", ""].map(str::to_owned);
    let expected = [
        row("user.delete", "another name was typed"),
        row("user.delete", "user is an operator"),
        row("user.disable", "last administrator"),
    ];
    assert_eq!(refusals(&db).await, expected);
}

#[sqlx::test(migrations = "./migrations")]
async fn a_type_that_would_lock_its_administrator_out_leaves_a_row(db: PgPool) {
    let desk = Desk::new(&db);
    let (anna, _) = anna(&desk).await;
    let mut caller = administrator(&desk).await;
    let rows = token_types::rows(&desk.backend, &caller).await.unwrap();
    let row = rows
        .iter()
        .find(|it| it.token_type.slug == "hotp-app")
        .unwrap();
    if let Actor::Operator { id, .. } = &mut caller.actor {
        *id = UserId(anna.id.0);
    }
    let save = async |until: Option<i64>| {
        let mut wanted = row.settings.clone();
        wanted.obsolete = Some(Ending {
            since: NOW,
            grace_until: until.map(domain::Timestamp::from_seconds),
            follows: None,
        });
        token_types::edit(&desk.backend, &caller, "hotp-app", row.version, &wanted).await
    };
    let over = save(Some(NOW.seconds() - 1)).await;
    assert!(matches!(
        over,
        Err(Error::BadSettings(BadSettings::GraceOver))
    ));
    assert_eq!(
        refusals(&db).await,
        <[[String; 4]; 0]>::default(),
        "a date is to be typed otherwise"
    );
    let out = save(None).await;
    assert!(matches!(
        out,
        Err(Error::BadSettings(BadSettings::LocksOut))
    ));
    let expected = ["token_type.edit", "locks the operator out", "", ""].map(str::to_owned);
    assert_eq!(refusals(&db).await, [expected]);
    let named = "select object_name from audit where result = 'refused'";
    let named: String = sqlx::query_scalar(named).fetch_one(&db).await.unwrap();
    assert_eq!(named, "HOTP app");
}

#[sqlx::test(migrations = "./migrations")]
async fn a_form_that_is_to_be_filled_in_otherwise_leaves_no_row(db: PgPool) {
    let desk = Desk::new(&db);
    let ((anna, device), caller) = (anna(&desk).await, administrator(&desk).await);
    let (b, serial) = (&desk.backend, &device.serial);
    let realm = RealmId(desk.realm_id().await);
    let new = users::New {
        realm,
        username: Username::parse("Anna").unwrap(),
        given_name: Name::default(),
        family_name: Name::default(),
        department: Name::default(),
        contacts: Vec::new(),
    };
    let taken = users::create(b, &caller, &new).await;
    assert!(matches!(taken, Err(Error::Taken(Taken::Username))));
    let required = "update token_type set description = 'required' where $1::uuid is not null";
    desk.set(required, anna.id.0).await;
    let nameless = enrol::start(b, &caller, anna.id, "hotp-app", &fields("")).await;
    assert!(matches!(nameless, Err(Error::DescriptionMissing)));
    let asked = Edit {
        description: Description::parse("Tablet").unwrap(),
        version: 0,
    };
    edit(b, &caller, anna.id, serial, &asked).await.unwrap();
    let short = Code::parse("12345678").unwrap();
    let short = check::test(b, &caller, anna.id, serial, &short).await;
    assert!(matches!(short, Err(Error::CodeLength(_))));
    assert_eq!(refusals(&db).await, <[[String; 4]; 0]>::default());
}
