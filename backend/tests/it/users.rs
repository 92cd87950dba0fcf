//! Users as operators find them: the search's rules, pages there and back, and realms kept apart.

use crate::desk::{Desk, NOW};
use backend::auth::Grant;
use backend::users::{self, New, Query};
use backend::{Actor, Caller, Error, Via, realms};
use domain::activity::Part;
use domain::listing::Show;
use domain::people::List;
use domain::{ContactKind, Kind, Name, Privilege, RealmId, SessionId, UserId, Username};
use sqlx::PgPool;
use std::collections::BTreeSet;
use uuid::Uuid;

pub fn command() -> Caller {
    Caller {
        actor: Actor::Command,
        via: Via::Command,
        address: None,
        client_address: None,
        agent: domain::Agent::default(),
        trace: Uuid::nil(),
        now: NOW,
        request: None,
    }
}

pub fn operator(privileges: &[Privilege], realm: RealmId) -> Caller {
    let grant = Grant {
        role: "Test".into(),
        privileges: privileges.iter().copied().collect::<BTreeSet<_>>(),
        realms: vec![realm],
    };
    let actor = Actor::Operator {
        id: UserId(Uuid::from_u128(9)),
        name: "Ingrid".into(),
        session: SessionId(Uuid::from_u128(9)),
        grants: vec![grant],
    };
    Caller {
        actor,
        via: Via::Console,
        ..command()
    }
}

pub async fn make(desk: &Desk, realm: RealmId, names: [&str; 3], phone: &str) -> UserId {
    let name = |text: &str| Name::parse(text).unwrap();
    let mut contacts = Vec::new();
    if !phone.is_empty() {
        contacts.push((ContactKind::Phone, name(phone)));
    }
    let new = New {
        realm,
        username: Username::parse(names[2]).unwrap(),
        given_name: name(names[0]),
        family_name: name(names[1]),
        department: Name::default(),
        contacts,
    };
    users::create(&desk.backend, &command(), &new)
        .await
        .unwrap()
}

pub async fn find(desk: &Desk, caller: &Caller, query: Query) -> List {
    users::list(&desk.backend, caller, &query).await.unwrap()
}

pub fn words(words: &str) -> Query {
    Query {
        words: words.into(),
        ..Query::default()
    }
}

pub fn usernames(list: &List) -> Vec<&str> {
    list.page
        .rows
        .iter()
        .map(|row| row.username.as_str())
        .collect()
}

#[sqlx::test(migrations = "./migrations")]
async fn every_spelling_finds_its_user_and_nobody_else(db: PgPool) {
    let desk = Desk::new(&db);
    let realm = RealmId(desk.realm_id().await);
    let people = [
        (["Zoë", "Dvořák", "z.dvorak"], "+41 79 555 01 12"),
        (["Jürgen", "Strauß", "j.strauss"], "0041 78 555 03 71"),
        (["José", "Núñez", "50%_off"], ""),
        (["Anna", "Keller", "éd.keller"], "+49 (0)30 901820"),
        (["Li", "Wu", "l.wu"], ""),
    ];
    for (names, phone) in people {
        make(&desk, realm, names, phone).await;
    }
    let caller = operator(&[Privilege::UsersView, Privilege::ContactsView], realm);
    for (typed, expected) in [
        ("dvorak", &["z.dvorak"][..]),
        ("DVOŘÁK zoe", &["z.dvorak"]),
        ("zoe keller", &[]),
        ("strauß", &["j.strauss"]),
        ("STRAUSS", &["j.strauss"]),
        ("jose nunez", &["50%_off"]),
        ("079 555 01 12", &["z.dvorak"]),
        ("+41795550112", &["z.dvorak"]),
        ("0041 79 555-01-12", &["z.dvorak"]),
        ("zoë 079 555", &["z.dvorak"]),
        ("078/555.03.71", &["j.strauss"]),
        ("030 901820", &["éd.keller"]),
        ("+49 30 90 18 20", &["éd.keller"]),
        ("555", &["z.dvorak", "j.strauss"]),
        ("zoe555", &[]),
        ("50%", &["50%_off"]),
        ("%_o", &["50%_off"]),
        ("%%%", &[]),
        ("___", &[]),
        ("\\\\\\", &[]),
        ("ke", &["éd.keller"]),
        ("éd", &["éd.keller"]),
        ("st", &["j.strauss"]),
        ("z.", &["z.dvorak"]),
        ("oe", &[]),
        ("%", &[]),
        ("_", &[]),
        ("li wu", &["l.wu"]),
        (
            "\0",
            &["z.dvorak", "éd.keller", "50%_off", "j.strauss", "l.wu"],
        ),
    ] {
        let list = find(&desk, &caller, words(typed)).await;
        assert_eq!(usernames(&list), expected, "{typed:?}");
    }
}

#[sqlx::test(migrations = "./migrations")]
async fn a_serial_finds_its_user(db: PgPool) {
    let desk = Desk::new(&db);
    let realm = RealmId(desk.realm_id().await);
    let [with, _without] = [desk.person("with").await, desk.person("without").await];
    let device = desk.token(&with, Kind::Totp).await;
    users::refresh_all(&desk.backend, NOW).await.unwrap();
    let privileges = [Privilege::UsersView, Privilege::TokensView];
    let caller = operator(&privileges, realm);
    let typed = device.serial.as_str().to_lowercase();
    let list = find(&desk, &caller, words(&typed)).await;
    assert_eq!(usernames(&list), ["with"]);
    assert_eq!(list.page.rows[0].tokens.as_ref().map(Vec::len), Some(1));

    let cannot = Query {
        show: Show::CannotSignIn,
        ..Query::default()
    };
    let list = find(&desk, &caller, cannot).await;
    assert_eq!(usernames(&list), ["without"]);
}

#[sqlx::test(migrations = "./migrations")]
async fn a_serial_is_found_whole(db: PgPool) {
    let desk = Desk::new(&db);
    let realm = RealmId(desk.realm_id().await);
    for username in ["totp-7k3m9qxa", "7k3m9qxa", "hotp-7k3m9qxa"] {
        make(&desk, realm, ["", "", username], "").await;
    }
    let caller = operator(&[Privilege::UsersView], realm);
    let list = find(&desk, &caller, words("7K3M9QXA")).await;
    assert_eq!(list.page.rows.len(), 3);
    let list = find(&desk, &caller, words("TOTP-7K3M9QXA")).await;
    assert_eq!(usernames(&list), ["totp-7k3m9qxa"]);
}

#[sqlx::test(migrations = "./migrations")]
async fn pages_lead_there_and_back_without_gap_or_double(db: PgPool) {
    let desk = Desk::new(&db);
    let realm = RealmId(desk.realm_id().await);
    for n in 0..120 {
        // many share a name, so that the order rests on the id
        let family_name = format!("Name {}", n % 3);
        let username = format!("user{n}");
        make(&desk, realm, ["", &family_name, &username], "").await;
    }
    let caller = operator(&[Privilege::UsersView], realm);
    for typed in ["", "name"] {
        let mut there = Vec::new();
        let mut query = words(typed);
        loop {
            let list = find(&desk, &caller, query.clone()).await;
            assert_eq!(list.page.count, domain::page::Count::Exactly(120));
            let next = list.page.next.clone();
            there.push(list.page);
            match next {
                Some(cursor) => query.cursor = Some(cursor),
                None => break,
            }
        }
        let sizes: Vec<usize> = there.iter().map(|page| page.rows.len()).collect();
        assert_eq!(sizes, [50, 50, 20]);
        let seen: BTreeSet<UserId> = there
            .iter()
            .flat_map(|page| page.rows.iter().map(|row| row.id))
            .collect();
        assert_eq!(seen.len(), 120);
        for n in [1, 0] {
            query.cursor = there[n + 1].previous.clone();
            let back = find(&desk, &caller, query.clone()).await;
            assert_eq!(back.page.rows, there[n].rows);
            assert_eq!(back.page.previous.is_some(), n > 0);
        }
    }
    let nonsense = Query {
        cursor: Some("after-nobody".into()),
        ..Query::default()
    };
    assert_eq!(find(&desk, &caller, nonsense).await.page.rows.len(), 50);
}

#[sqlx::test(migrations = "./migrations")]
async fn an_operator_of_one_realm_sees_nobody_of_another(db: PgPool) {
    let desk = Desk::new(&db);
    let ours = RealmId(desk.realm_id().await);
    let name = Name::parse("clinic").unwrap();
    realms::create(&desk.backend, &command(), &name, &name)
        .await
        .unwrap();
    let theirs = sqlx::query_scalar("select id from realm where name = 'clinic'");
    let theirs = RealmId(theirs.fetch_one(&db).await.unwrap());
    let anna = make(&desk, ours, ["Anna", "Keller", "anna"], "+41 79 555 01 12").await;
    let other = make(&desk, theirs, ["Anna", "Other", "anna"], "").await;

    let caller = operator(&[Privilege::UsersView], ours);
    for query in [
        Query::default(),
        words("anna"),
        Query {
            realm: Some(theirs),
            ..Query::default()
        },
    ] {
        let list = find(&desk, &caller, query).await;
        assert!(list.page.rows.iter().all(|row| row.id == anna));
        assert_eq!(list.realms.len(), 1);
    }
    for (user, seen) in [(anna, true), (other, false)] {
        let activity = users::activity(&desk.backend, &caller, user, &Part::default()).await;
        let overview = users::overview(&desk.backend, &caller, user).await;
        if seen {
            assert_eq!(activity.unwrap().entries.len(), 1);
            let overview = overview.unwrap();
            assert_eq!(overview.user.contacts[0].value, "+41 79 ••• •• 12");
            assert_eq!(overview.tokens, None);
        } else {
            assert!(matches!(activity, Err(Error::NotFound)));
            assert!(matches!(overview, Err(Error::NotFound)));
        }
    }
    let caller = operator(&[Privilege::UsersView, Privilege::ContactsView], ours);
    let overview = users::overview(&desk.backend, &caller, anna).await.unwrap();
    assert_eq!(overview.user.contacts[0].value, "+41 79 555 01 12");
}
