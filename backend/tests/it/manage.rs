//! Users made, edited, disabled, enabled and deleted.

use crate::desk::{Desk, NOW, Person, accepted, refused, request, wait_for_a_held_check, wait_for_a_lock};
use crate::users::{find, make, operator, usernames, words};
use backend::users::{self, Edit, New, Switched};
use backend::{Caller, Error};
use domain::check::Refusal;
use domain::{ContactKind, Kind, Name, Privilege, RealmId, Reason, UserId, Username};
use sqlx::PgPool;
use std::sync::Arc;

const MANAGES: [Privilege; 3] = [
    Privilege::UsersView,
    Privilege::UsersManage,
    Privilege::ContactsView,
];

async fn officer(desk: &Desk) -> Caller {
    operator(&MANAGES, RealmId(desk.realm_id().await))
}

fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}

fn named(username: &str, version: i64) -> Edit {
    Edit {
        version,
        username: Username::parse(username).unwrap(),
        given_name: name("Anna"),
        family_name: name("Müller"),
        department: name("Cards"),
        contacts: Vec::new(),
    }
}

fn person(id: UserId, username: &str) -> Person {
    Person {
        id,
        username: username.into(),
    }
}

async fn anna(desk: &Desk) -> UserId {
    let realm = RealmId(desk.realm_id().await);
    make(desk, realm, ["Anna", "Keller", "anna"], "+41 79 555 01 12").await
}

#[sqlx::test(migrations = "./migrations")]
async fn an_edited_user_is_found_by_what_is_new_only(db: PgPool) {
    let desk = Desk::new(&db);
    let (user, caller) = (anna(&desk).await, officer(&desk).await);
    let mut asked = named("a.müller", 1);
    asked.contacts = vec![
        (ContactKind::Phone, name("044 555 01 13")),
        (ContactKind::Phone, name("+41795550112")),
        (ContactKind::Email, name("anna@example.org")),
    ];
    desk.set(
        "update contact set label = 'Work' where user_id = $1",
        user.0,
    )
    .await;
    users::edit(&desk.backend, &caller, user, &asked)
        .await
        .unwrap();

    let seen = users::managed(&desk.backend, &caller, user).await.unwrap();
    assert_eq!(seen.version, 2);
    let contacts: Vec<_> = seen
        .user
        .contacts
        .iter()
        .map(|it| (it.value.as_str(), it.label.as_str(), it.preferred))
        .collect();
    let expected = [
        ("044 555 01 13", "", true),
        ("+41795550112", "Work", false),
        ("anna@example.org", "", true),
    ];
    assert_eq!(contacts, expected, "the same number keeps its label");
    for (typed, found) in [
        ("keller", 0),
        ("muller", 1),
        ("a.müller", 1),
        ("044 555 01", 1),
    ] {
        assert_eq!(
            find(&desk, &caller, words(typed)).await.page.rows.len(),
            found,
            "{typed}"
        );
    }
    let told: serde_json::Value =
        sqlx::query_scalar("select changes from audit where action = 'user.edit'")
            .fetch_one(&db)
            .await
            .unwrap();
    assert_eq!(told["family_name"], serde_json::json!(["Keller", "Müller"]));
    assert!(!told.to_string().contains("5550112"), "{told}");
    assert!(told.get("given_name").is_none(), "{told}");
}

#[sqlx::test(migrations = "./migrations")]
async fn the_second_of_two_edits_at_once_is_told(db: PgPool) {
    let desk = Desk::new(&db);
    let (user, caller) = (anna(&desk).await, officer(&desk).await);
    users::edit(&desk.backend, &caller, user, &named("anna", 1))
        .await
        .unwrap();
    let second = users::edit(&desk.backend, &caller, user, &named("other", 1)).await;
    assert!(matches!(second, Err(Error::Changed)));
    let seen = users::managed(&desk.backend, &caller, user).await.unwrap();
    assert_eq!((seen.user.username.as_str(), seen.version), ("anna", 2));
}

#[sqlx::test(migrations = "./migrations")]
async fn a_username_is_taken_in_any_spelling(db: PgPool) {
    let desk = Desk::new(&db);
    let (user, caller) = (anna(&desk).await, officer(&desk).await);
    let realm = RealmId(desk.realm_id().await);
    make(&desk, realm, ["", "", "Zoë"], "").await;
    for taken in ["ZOË", " zoe\u{308} ", "ｚoë"] {
        let asked = named(taken, 1);
        let edited = users::edit(&desk.backend, &caller, user, &asked).await;
        assert!(matches!(edited, Err(Error::Taken("username"))), "{taken}");
        let new = New {
            realm,
            username: asked.username,
            given_name: name(""),
            family_name: name(""),
            department: name(""),
            contacts: Vec::new(),
        };
        let made = users::create(&desk.backend, &caller, &new).await;
        assert!(matches!(made, Err(Error::Taken("username"))), "{taken}");
    }
}

#[sqlx::test(migrations = "./migrations")]
async fn who_sees_numbers_masked_changes_none(db: PgPool) {
    let desk = Desk::new(&db);
    let (user, all) = (anna(&desk).await, officer(&desk).await);
    let masked = operator(&MANAGES[..2], RealmId(desk.realm_id().await));
    let seen = users::managed(&desk.backend, &masked, user).await.unwrap();
    assert!(!seen.contacts);
    users::edit(&desk.backend, &masked, user, &named("anna", 1))
        .await
        .unwrap();
    let seen = users::managed(&desk.backend, &all, user).await.unwrap();
    assert_eq!(seen.user.contacts[0].value, "+41 79 555 01 12");
}

#[sqlx::test(migrations = "./migrations")]
async fn nobody_is_managed_outside_the_grant(db: PgPool) {
    let desk = Desk::new(&db);
    let user = anna(&desk).await;
    let elsewhere = operator(&MANAGES, RealmId::OPERATORS);
    let reason = Reason::default();
    let b = &desk.backend;
    assert!(matches!(
        users::managed(b, &elsewhere, user).await,
        Err(Error::NotFound)
    ));
    assert!(matches!(
        users::edit(b, &elsewhere, user, &named("x", 1)).await,
        Err(Error::NotFound)
    ));
    assert!(matches!(
        users::disable(b, &elsewhere, user, &reason).await,
        Err(Error::NotFound)
    ));
    assert!(matches!(
        users::enable(b, &elsewhere, user, &reason).await,
        Err(Error::NotFound)
    ));
    assert!(matches!(
        users::delete(b, &elsewhere, user, "anna").await,
        Err(Error::NotFound)
    ));
    let viewer = operator(&MANAGES[..1], RealmId(desk.realm_id().await));
    assert!(matches!(
        users::delete(b, &viewer, user, "anna").await,
        Err(Error::Forbidden(_))
    ));
    assert!(matches!(
        users::realms(b, &viewer).await,
        Err(Error::Forbidden(_))
    ));
    let new = New {
        realm: RealmId::OPERATORS,
        username: Username::parse("eve").unwrap(),
        given_name: name(""),
        family_name: name(""),
        department: name(""),
        contacts: Vec::new(),
    };
    let made = users::create(b, &officer(&desk).await, &new).await;
    assert!(matches!(made, Err(Error::NotFound)), "an operator's user");
}

#[sqlx::test(migrations = "./migrations")]
async fn a_disabled_user_verifies_nothing_until_enabled(db: PgPool) {
    let desk = Desk::new(&db);
    let (user, caller) = (anna(&desk).await, officer(&desk).await);
    let device = desk.token(&person(user, "anna"), Kind::Hotp).await;
    let reason = Reason::parse("On leave").unwrap();
    let done = users::disable(&desk.backend, &caller, user, &reason)
        .await
        .unwrap();
    assert_eq!(done, Switched::Done);
    let checked = desk.verify("anna", &device.code(0)).await.unwrap();
    assert_eq!(checked, refused(Refusal::UserDisabled));
    let again = users::disable(&desk.backend, &caller, user, &reason)
        .await
        .unwrap();
    let by = Some("Ingrid".to_owned());
    assert_eq!(
        again,
        Switched::Already {
            by: by.clone(),
            at: Some(NOW)
        }
    );
    let disabled = users::managed(&desk.backend, &caller, user)
        .await
        .unwrap()
        .disabled
        .unwrap();
    assert_eq!(
        (disabled.by.as_str(), disabled.reason.as_str()),
        ("Ingrid", "On leave")
    );

    let done = users::enable(&desk.backend, &caller, user, &reason)
        .await
        .unwrap();
    assert_eq!(done, Switched::Done);
    let again = users::enable(&desk.backend, &caller, user, &reason)
        .await
        .unwrap();
    assert_eq!(again, Switched::Already { by, at: Some(NOW) });
    assert!(accepted(
        &desk.verify("anna", &device.code(0)).await.unwrap()
    ));
}

#[sqlx::test(migrations = "./migrations")]
async fn a_disabled_operator_s_sessions_end_and_is_not_deleted(db: PgPool) {
    let desk = Desk::new(&db);
    let caller = operator(&MANAGES, RealmId::OPERATORS);
    let user = make(&desk, RealmId::OPERATORS, ["Reto", "", "reto"], "").await;
    desk.set(
        "insert into operator (user_id, created_at) values ($1, now())",
        user.0,
    )
    .await;
    desk.set(
        "insert into session (id, secret_hash, operator_id, half, created_at, last_seen_at, ends_at)
         values (gen_random_uuid(), 'x', $1, false, now(), now(), now())",
        user.0,
    )
    .await;
    users::disable(&desk.backend, &caller, user, &Reason::default())
        .await
        .unwrap();
    let sessions = "select count(*) from session where operator_id = $1";
    assert_eq!(desk.number(sessions, user.0).await, 0);
    let deleted = users::delete(&desk.backend, &caller, user, "reto").await;
    assert!(matches!(deleted, Err(Error::IsOperator)));
}

#[sqlx::test(migrations = "./migrations")]
async fn two_administrators_cannot_disable_each_other(db: PgPool) {
    let desk = Desk::new(&db);
    let caller = operator(&MANAGES, RealmId::OPERATORS);
    let administrator = async |username: &str| {
        let user = make(&desk, RealmId::OPERATORS, ["Ad", "Min", username], "").await;
        for sql in [
            "insert into operator (user_id, created_at) values ($1, now())",
            "insert into operator_role (operator_id, role_id)
             select $1, id from role where key = 'administrator'",
        ] {
            desk.set(sql, user.0).await;
        }
        user
    };
    let both = [administrator("ada").await, administrator("bea").await];
    let none = Reason::default();
    let disable = |user| users::disable(&desk.backend, &caller, user, &none);
    let answers: [_; 2] = tokio::join!(disable(both[0]), disable(both[1])).into();
    let done = answers.iter().filter(|it| it.is_ok()).count();
    let refused = |it: &&_| matches!(it, Err(Error::LastAdministrator));
    assert_eq!((done, answers.iter().filter(refused).count()), (1, 1));
}

#[sqlx::test(migrations = "./migrations")]
async fn a_deleted_user_leaves_names_in_the_audit_and_fobs_in_stock(db: PgPool) {
    let desk = Desk::new(&db);
    let (user, mut caller) = (anna(&desk).await, officer(&desk).await);
    let soft = desk.token(&person(user, "anna"), Kind::Hotp).await;
    let fob = desk.token(&person(user, "anna"), Kind::Totp).await;
    desk.set(
        "update token_auth set kind = 'hardware', failures = 3 where token_id = $1",
        fob.token.0,
    )
    .await;
    desk.set(
        "with given as (insert into serial_given values ('HOTP-WAITING') returning serial)
         insert into enrolment (id, realm_id, user_id, type_id, serial, algorithm, digits, period,
             seed_sealed, started_at, started_by, ends_at)
         select gen_random_uuid(), u.realm_id, u.id, t.id, serial, 'SHA1', 6, 30, '', now(), '', now()
         from given, app_user u, token_type t where u.id = $1 and t.kind = 'hotp'",
        user.0,
    )
    .await;
    let other = users::delete(&desk.backend, &caller, user, "anna2").await;
    assert!(matches!(other, Err(Error::OtherName)));
    assert_eq!(
        usernames(&find(&desk, &caller, words("anna")).await),
        ["anna"]
    );

    caller.request = request(7, "delete anna");
    for _ in 0..2 {
        users::delete(&desk.backend, &caller, user, " ANNA ")
            .await
            .unwrap();
    }
    for left in [
        "select count(*) from app_user where id = $1",
        "select count(*) from user_auth where user_id = $1",
        "select count(*) from token where user_id = $1",
        "select count(*) from token_auth where user_id = $1",
        "select count(*) from enrolment where user_id = $1",
        "select count(*) from contact where user_id = $1",
    ] {
        assert_eq!(desk.number(left, user.0).await, 0, "{left}");
    }
    let stock = "select count(*) from token n join token_auth t on t.token_id = n.id
                 where n.id = $1 and n.user_id is null and t.user_id is null and t.failures = 0
                   and t.seed_sealed is not null";
    assert_eq!(desk.number(stock, fob.token.0).await, 1);
    let told: (String, serde_json::Value) =
        sqlx::query_as("select username, changes from audit where action = 'user.delete'")
            .fetch_one(&db)
            .await
            .unwrap();
    assert_eq!(told.0, "anna");
    assert_eq!(told.1["tokens"][0][0], soft.serial.as_str());
    assert_eq!(told.1["to_stock"][0], fob.serial.as_str());
    assert_eq!(
        desk.verify("anna", &soft.code(0)).await.unwrap(),
        refused(Refusal::Unknown)
    );
    // the name is free again
    anna(&desk).await;
}

#[sqlx::test(migrations = "./migrations")]
async fn a_code_that_comes_while_the_user_is_deleted_is_refused(db: PgPool) {
    let desks = [
        Arc::new(Desk::another(&db).await),
        Arc::new(Desk::another(&db).await),
    ];
    let (user, caller) = (anna(&desks[0]).await, officer(&desks[0]).await);
    let device = desks[0].token(&person(user, "anna"), Kind::Hotp).await;
    let mut held = db.begin().await.unwrap();
    let lock = "select from user_auth where user_id = $1 for no key update";
    sqlx::query(lock)
        .bind(user.0)
        .execute(&mut *held)
        .await
        .unwrap();
    let desk = Arc::clone(&desks[0]);
    let deleting =
        tokio::spawn(async move { users::delete(&desk.backend, &caller, user, "anna").await });
    wait_for_a_lock(&db, 1).await;
    let desk = Arc::clone(&desks[1]);
    let verifying = tokio::spawn(async move { desk.verify("anna", &device.code(0)).await });
    wait_for_a_held_check(&db).await;
    held.commit().await.unwrap();
    deleting.await.unwrap().unwrap();
    let checked = verifying.await.unwrap().unwrap();
    assert_eq!(checked, refused(Refusal::Unknown));
}
