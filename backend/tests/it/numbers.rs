//! Phone numbers in the search: for whoever may see them, and nobody else.

use crate::desk::{Desk, NOW};
use crate::users::{command, find, make, operator, usernames, words};
use backend::auth::Grant;
use backend::{Actor, realms, users};
use domain::{Kind, Name, Privilege, RealmId};
use sqlx::PgPool;

const PHONE: &str = "+41 79 555 01 12";

#[sqlx::test(migrations = "./migrations")]
async fn digits_of_a_phone_find_nobody_for_whoever_sees_it_masked(db: PgPool) {
    let desk = Desk::new(&db);
    let realm = RealmId(desk.realm_id().await);
    make(&desk, realm, ["Zoë", "Dvořák", "z.dvorak"], PHONE).await;
    let device = desk.person("79555").await;
    let device = desk.token(&device, Kind::Totp).await;
    users::refresh_all(&desk.backend, NOW).await.unwrap();
    let masked = operator(&[Privilege::UsersView], realm);
    let full = operator(&[Privilege::UsersView, Privilege::ContactsView], realm);
    for (typed, without, with) in [
        ("0795550112", &[][..], &["z.dvorak"][..]),
        ("5501", &[], &["z.dvorak"]),
        ("zoë 5501", &[], &["z.dvorak"]),
        ("79555", &["79555"], &["79555", "z.dvorak"]),
        ("zoë", &["z.dvorak"], &["z.dvorak"]),
        (device.serial.as_str(), &["79555"], &["79555"]),
    ] {
        let list = find(&desk, &masked, words(typed)).await;
        assert_eq!(usernames(&list), without, "{typed:?}, masked");
        let list = find(&desk, &full, words(typed)).await;
        assert_eq!(usernames(&list), with, "{typed:?}, in full");
    }
}

#[sqlx::test(migrations = "./migrations")]
async fn digits_of_a_phone_find_users_of_the_realms_where_it_may_be_seen(db: PgPool) {
    let desk = Desk::new(&db);
    let ours = RealmId(desk.realm_id().await);
    let name = Name::parse("clinic").unwrap();
    realms::create(&desk.backend, &command(), &name, &name)
        .await
        .unwrap();
    let theirs = sqlx::query_scalar("select id from realm where name = 'clinic'");
    let theirs = RealmId(theirs.fetch_one(&db).await.unwrap());
    make(&desk, ours, ["Anna", "Keller", "anna"], PHONE).await;
    make(&desk, theirs, ["Ben", "Keller", "ben"], PHONE).await;
    let mut caller = operator(&[Privilege::UsersView, Privilege::ContactsView], ours);
    if let Actor::Operator { grants, .. } = &mut caller.actor {
        grants.push(Grant {
            role: "Test".into(),
            privileges: [Privilege::UsersView].into(),
            realms: vec![theirs],
        });
    }
    for (typed, expected) in [("keller", &["anna", "ben"][..]), ("5550112", &["anna"])] {
        let list = find(&desk, &caller, words(typed)).await;
        assert_eq!(usernames(&list), expected, "{typed:?}");
    }
}
