//! Editing a token: what is saved, and what two operators at once are told.

use crate::desk::{Desk, Device, NOW, Person, request};
use crate::wait::{hold, wait_for_a_lock};
use backend::tokens::edit::{Edit, Edited, Theirs, edit};
use backend::tokens::enable::enable;
use backend::{Error, Result};
use domain::{BuiltInRole, Description, Kind, Reason};
use sqlx::PgPool;
use std::sync::Arc;

async fn edited(
    desk: &Desk,
    (person, device): (&Person, &Device),
    description: &str,
    version: i64,
) -> Result<Edited> {
    let caller = desk.of_role(BuiltInRole::HelpDesk, None).await;
    let asked = Edit {
        description: Description::parse(description).unwrap(),
        version,
    };
    edit(&desk.backend, &caller, person.id, &device.serial, &asked).await
}

async fn rows(desk: &Desk, device: &Device) -> i64 {
    let sql = "select count(*) from audit where token_id = $1 and action = 'token.edit'";
    desk.number(sql, device.token.0).await
}

async fn description(desk: &Desk, device: &Device) -> String {
    sqlx::query_scalar("select description from token where id = $1")
        .bind(device.token.0)
        .fetch_one(&desk.backend.db)
        .await
        .unwrap()
}

#[sqlx::test(migrations = "./migrations")]
async fn a_description_is_saved_with_both_values_in_the_audit(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let device = desk.token(&anna, Kind::Totp).await;
    let it = (&anna, &device);
    let saved = edited(&desk, it, "Phone", 1).await.unwrap();
    assert!(matches!(saved, Edited::Saved { name } if name == "Authenticator app, Phone"));
    edited(&desk, it, "Tablet", 2).await.unwrap();
    let sql = "select count(*) from audit where token_id = $1 and action = 'token.edit'
         and changes -> 'description' = '[\"Phone\", \"Tablet\"]'
         and object_name = 'Authenticator app, Tablet'";
    assert_eq!(desk.number(sql, device.token.0).await, 1);
    let updated = "select extract(epoch from updated_at)::bigint from token where id = $1";
    assert_eq!(desk.number(updated, device.token.0).await, NOW.seconds());
}

#[sqlx::test(migrations = "./migrations")]
async fn saving_nothing_new_writes_nothing(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let device = desk.token(&anna, Kind::Totp).await;
    let it = (&anna, &device);
    edited(&desk, it, "Phone", 1).await.unwrap();
    // also with a version of long ago: what is asked for stands there
    for version in [2, 1] {
        let same = edited(&desk, it, " Phone ", version).await.unwrap();
        assert!(matches!(same, Edited::Unchanged { .. }), "{same:?}");
    }
    assert_eq!(rows(&desk, &device).await, 1);
    let version = "select version from token where id = $1";
    assert_eq!(desk.number(version, device.token.0).await, 2);
}

#[sqlx::test(migrations = "./migrations")]
async fn another_version_is_told_and_can_be_saved_over_knowingly(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let device = desk.token(&anna, Kind::Totp).await;
    let it = (&anna, &device);
    edited(&desk, it, "Theirs", 1).await.unwrap();
    let told = edited(&desk, it, "Mine", 1).await.unwrap();
    let theirs = Theirs {
        description: "Theirs".into(),
        version: 2,
        by: Some("Mara".into()),
        at: NOW,
    };
    assert_eq!(told, Edited::Changed(theirs));
    assert_eq!(description(&desk, &device).await, "Theirs");
    assert_eq!(rows(&desk, &device).await, 1);
    let over = edited(&desk, it, "Mine", 2).await.unwrap();
    assert!(matches!(over, Edited::Saved { .. }));
    assert_eq!(description(&desk, &device).await, "Mine");
}

#[sqlx::test(migrations = "./migrations")]
async fn a_deed_of_a_colleague_makes_another_version_too(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let device = desk.token(&anna, Kind::Totp).await;
    let sql = "update token_auth set disabled_at = now() where token_id = $1";
    desk.set(sql, device.token.0).await;
    let caller = desk.of_role(BuiltInRole::HelpDesk, None).await;
    let none = Reason::default();
    enable(&desk.backend, &caller, anna.id, &device.serial, &none)
        .await
        .unwrap();
    let told = edited(&desk, (&anna, &device), "Mine", 1).await.unwrap();
    assert!(
        matches!(told, Edited::Changed(theirs) if theirs.version == 2),
        "enabled meanwhile"
    );
}

#[sqlx::test(migrations = "./migrations")]
async fn of_two_edits_at_once_one_is_saved_and_the_other_told(db: PgPool) {
    let desks = [
        Arc::new(Desk::another(&db).await),
        Arc::new(Desk::another(&db).await),
    ];
    let anna = desks[0].person("anna").await;
    let device = desks[0].token(&anna, Kind::Totp).await;
    let holder = hold(&db, &anna).await;
    let mut both = Vec::new();
    for (desk, words) in desks.iter().zip(["First", "Second"]) {
        let (desk, anna, device) = (Arc::clone(desk), anna.clone(), device.clone());
        both.push(tokio::spawn(async move {
            edited(&desk, (&anna, &device), words, 1).await
        }));
    }
    wait_for_a_lock(&db, 2).await;
    holder.rollback().await.unwrap();
    let mut told = None;
    for one in both {
        if let Edited::Changed(theirs) = one.await.unwrap().unwrap() {
            assert!(told.replace(theirs).is_none(), "both were told");
        }
    }
    let stands = description(&desks[0], &device).await;
    assert_eq!(told.map(|theirs| theirs.description), Some(stands));
    assert_eq!(rows(&desks[0], &device).await, 1);
}

#[sqlx::test(migrations = "./migrations")]
async fn the_type_says_whether_there_is_a_description(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let device = desk.token(&anna, Kind::Totp).await;
    let it = (&anna, &device);
    edited(&desk, it, "Phone", 1).await.unwrap();
    let rule =
        |word: &'static str| sqlx::query("update token_type set description = $1").bind(word);
    rule("required").execute(&db).await.unwrap();
    let empty = edited(&desk, it, "", 2).await;
    assert!(matches!(empty, Err(Error::DescriptionMissing)), "{empty:?}");
    rule("hidden").execute(&db).await.unwrap();
    let hidden = edited(&desk, it, "Tablet", 2).await;
    assert!(matches!(hidden, Err(Error::NotFound)), "{hidden:?}");
    assert_eq!(description(&desk, &device).await, "Phone");
}

#[sqlx::test(migrations = "./migrations")]
async fn a_repeat_gets_the_same_answer_and_is_no_second_edit(db: PgPool) {
    let desk = Desk::new(&db);
    let anna = desk.person("anna").await;
    let device = desk.token(&anna, Kind::Totp).await;
    let once = desk
        .of_role(BuiltInRole::HelpDesk, request(1, "edit"))
        .await;
    let asked = Edit {
        description: Description::parse("Phone").unwrap(),
        version: 1,
    };
    for _ in 0..2 {
        let saved = edit(&desk.backend, &once, anna.id, &device.serial, &asked).await;
        assert!(matches!(saved, Ok(Edited::Saved { .. })), "{saved:?}");
    }
    assert_eq!(rows(&desk, &device).await, 1);
}
