//! What is sent twice and is about no token of a user: users, types, own apps.

use crate::desk::{APP, Desk, NOW, Person, request};
use crate::operator::{STEP, Works, after, nobody};
use crate::repeat::{anna, form, twice};
use crate::users::make;
use backend::account::{Papers, remove_app};
use backend::auth::password::Password;
use backend::{sessions, token_types, users};
use domain::{Kind, Name, RealmId, Reason, Serial, UserId, Username};
use sqlx::PgPool;

#[sqlx::test(migrations = "./migrations")]
async fn what_was_so_already_of_a_user_is_not_done_by_a_repeat(db: PgPool) {
    let desk = Desk::new(&db);
    let (anna, none) = (anna(&desk).await.0.id, Reason::default());
    let b = &desk.backend;
    let active = "select count(*) from user_auth where user_id = $1 and disabled_at is null";

    let caller = form(&desk, 1).await;
    let send = async || users::enable(b, &caller, anna, &none).await;
    let off = "update user_auth set disabled_at = to_timestamp(0) where user_id = $1";
    let told = twice(&desk, send, (off, anna.0)).await;
    assert!(told.contains("Already") && desk.number(active, anna.0).await == 0);

    let caller = form(&desk, 2).await;
    let send = async || users::disable(b, &caller, anna, &none).await;
    let on = "update user_auth set disabled_at = null where user_id = $1";
    let told = twice(&desk, send, (on, anna.0)).await;
    assert!(told.contains("Already") && desk.number(active, anna.0).await == 1);

    let caller = form(&desk, 3).await;
    let send = async || users::unlock(b, &caller, anna, &none).await;
    let lock = "update user_auth set failures = 100 where user_id = $1";
    let told = twice(&desk, send, (lock, anna.0)).await;
    let failures = "select failures::bigint from user_auth where user_id = $1";
    assert!(told.contains("Already") && desk.number(failures, anna.0).await == 100);
}

#[sqlx::test(migrations = "./migrations")]
async fn no_user_is_made_or_removed_by_the_repeat_of_a_refused_form(db: PgPool) {
    let desk = Desk::new(&db);
    let (anna, _) = anna(&desk).await;
    let (b, realm) = (&desk.backend, RealmId(desk.realm_id().await));
    let new = |username: &str| users::New {
        realm,
        username: Username::parse(username).unwrap(),
        given_name: Name::default(),
        family_name: Name::default(),
        department: Name::default(),
        contacts: Vec::new(),
    };
    let renamed = "update user_auth set username_key = 'annina' where user_id = $1";
    let caller = form(&desk, 1).await;
    let send = async || users::create(b, &caller, &new("anna")).await;
    let told = twice(&desk, send, (renamed, anna.id.0)).await;
    let all = "select count(*) from app_user where $1::uuid is not null";
    assert!(told.contains("Taken(Username)") && desk.number(all, anna.id.0).await == 1);

    let caller = form(&desk, 2).await;
    let send = async || users::delete(b, &caller, anna.id, "berta").await;
    let renamed = "update app_user set username = 'berta' where id = $1";
    let told = twice(&desk, send, (renamed, anna.id.0)).await;
    assert!(told.contains("OtherName") && desk.number(all, anna.id.0).await == 1);

    let reto = make(&desk, RealmId::OPERATORS, ["Reto", "", "reto"], "").await;
    desk.set(
        "insert into operator (user_id, created_at) values ($1, now())",
        reto.0,
    )
    .await;
    let caller = form(&desk, 3).await;
    let send = async || users::delete(b, &caller, reto, "reto").await;
    let told = twice(
        &desk,
        send,
        ("delete from operator where user_id = $1", reto.0),
    )
    .await;
    assert!(told.contains("IsOperator") && desk.number(all, reto.0).await == 2);
}

#[sqlx::test(migrations = "./migrations")]
async fn no_type_is_changed_by_the_repeat_of_a_form_that_changed_none(db: PgPool) {
    let desk = Desk::new(&db);
    let caller = form(&desk, 1).await;
    let rows = token_types::rows(&desk.backend, &caller).await.unwrap();
    let row = rows.iter().find(|it| it.token_type.slug == APP).unwrap();
    let save = async |caller, version| {
        let saved = token_types::edit(&desk.backend, caller, APP, version, &row.settings);
        saved.await
    };
    let id = row.token_type.id.0;
    let send = async || save(&caller, row.version).await;
    let moved = "update token_type set position = 7 where id = $1";
    assert!(twice(&desk, send, (moved, id)).await.contains("Unchanged"));
    let caller = form(&desk, 2).await;
    let send = async || save(&caller, row.version + 1).await;
    let raised = "update token_type set version = version + 1 where id = $1";
    assert!(twice(&desk, send, (raised, id)).await.contains("Changed"));
    let position = "select position::bigint from token_type where id = $1";
    assert_eq!(desk.number(position, id).await, 7);
}

#[sqlx::test(migrations = "./migrations")]
async fn the_last_own_app_is_not_removed_by_the_repeat_of_a_refused_form(db: PgPool) {
    let works = Works::new(&db).await;
    let desk = Desk::new(&db);
    let mut caller = nobody(after(NOW, 30));
    caller.actor = sessions::actor(&works.backend, &works.cookie, NOW)
        .await
        .unwrap();
    caller.request = request(1, "remove");
    let own = "select t.serial from token t join operator o on o.user_id = t.user_id";
    let serial: String = sqlx::query_scalar(own).fetch_one(&db).await.unwrap();
    let serial = Serial::parse(&serial).unwrap();
    let (password, code) = (
        Password::typed("correct horse battery"),
        works.code(STEP + 1),
    );
    let papers = Papers {
        password: &password,
        code: &code,
    };
    let send = async || remove_app(&works.backend, &caller, papers, &serial).await;
    let first = format!("{:?}", send().await);
    assert!(first.contains("LastToken"));
    let backend::Actor::Operator { id, .. } = caller.actor else {
        panic!("an operator");
    };
    let jana = Person {
        id: UserId(id.0),
        username: "jana".into(),
    };
    let second = desk.token_in(&jana, Kind::Totp, RealmId::OPERATORS).await;
    assert_eq!(format!("{:?}", send().await), first);
    caller.request = request(2, "remove");
    let send = async || remove_app(&works.backend, &caller, papers, &serial).await;
    let gone = (
        "update token_auth set disabled_at = now() where token_id = $1",
        second.token.0,
    );
    assert!(
        twice(&desk, send, gone).await.contains("Done"),
        "a repeat of what was done"
    );
}
