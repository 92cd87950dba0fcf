//! Users made, edited, disabled, enabled and deleted.

use crate::desk::{Desk, Person};
use crate::users::{find, make, operator, words};
use backend::random;
use backend::users::{self, Edit, New};
use backend::{Caller, Error, Taken};
use domain::{ContactKind, Name, Privilege, RealmId, Reason, UserId, Username};
use sqlx::PgPool;

pub const MANAGES: [Privilege; 3] = [
    Privilege::UsersView,
    Privilege::UsersManage,
    Privilege::ContactsView,
];

pub async fn officer(desk: &Desk) -> Caller {
    operator(&MANAGES, RealmId(desk.realm_id().await))
}

pub fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}

pub fn named(username: &str, version: i64) -> Edit {
    Edit {
        version,
        username: Username::parse(username).unwrap(),
        given_name: name("Anna"),
        family_name: name("Müller"),
        department: name("Cards"),
        contacts: Vec::new(),
    }
}

pub fn person(id: UserId, username: &str) -> Person {
    Person {
        id,
        username: username.into(),
    }
}

pub async fn anna(desk: &Desk) -> UserId {
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
        assert!(
            matches!(edited, Err(Error::Taken(Taken::Username))),
            "{taken}"
        );
        let new = New {
            realm,
            username: asked.username,
            given_name: name(""),
            family_name: name(""),
            department: name(""),
            contacts: Vec::new(),
        };
        let made = users::create(&desk.backend, &caller, &new).await;
        assert!(
            matches!(made, Err(Error::Taken(Taken::Username))),
            "{taken}"
        );
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
async fn the_audit_finds_a_number_that_it_shows_to_nobody(db: PgPool) {
    let desk = Desk::new(&db);
    let (caller, realm) = (officer(&desk).await, RealmId(desk.realm_id().await));
    let (phone, email) = ("+41 79 555 01 12", "anna@example.org");
    let new = New {
        realm,
        username: Username::parse("anna").unwrap(),
        given_name: name("Anna"),
        family_name: name(""),
        department: name("Cards"),
        contacts: vec![
            (ContactKind::Phone, name(phone)),
            (ContactKind::Email, name(email)),
        ],
    };
    let user = users::create(&desk.backend, &caller, &new).await.unwrap();
    let mut asked = named("anna", 1);
    asked.contacts = vec![(ContactKind::Phone, name("0041 (0)79 5550112"))];
    users::edit(&desk.backend, &caller, user, &asked)
        .await
        .unwrap();
    let told = "select changes from audit where user_id = $1 order by id";
    let told: Vec<serde_json::Value> = sqlx::query_scalar(told)
        .bind(user.0)
        .fetch_all(&db)
        .await
        .unwrap();
    let [created, edited] = told.as_slice() else {
        panic!("{told:?}");
    };
    assert_eq!(created["username"], serde_json::json!([null, "anna"]));
    assert_eq!(created["given_name"], serde_json::json!([null, "Anna"]));
    assert!(created.get("family_name").is_none(), "{created}");
    let masked = serde_json::json!(["+41 79 ••• •• 12", "a•••@example.org"]);
    assert_eq!(created["contacts"][1], masked);
    assert_eq!(edited["contacts"][0], masked);
    // one number in two spellings has one hash; no other key makes it
    let hashes = |row: &serde_json::Value| row["contact_hashes"].as_array().unwrap().clone();
    assert_eq!(hashes(created).len(), 2);
    assert_eq!(hashes(edited), hashes(created));
    let plain = random::hex(&random::hash("phone 41795550112"));
    assert!(!hashes(created).contains(&plain.into()));
    for row in &told {
        let row = row.to_string();
        assert!(!row.contains("5550112") && !row.contains("anna@"), "{row}");
    }
    let found = "select count(*) from audit where changes -> 'contact_hashes' ? $1";
    let found: i64 = sqlx::query_scalar(found)
        .bind(hashes(created)[0].as_str().unwrap())
        .fetch_one(&db)
        .await
        .unwrap();
    assert_eq!(found, 2);
}
